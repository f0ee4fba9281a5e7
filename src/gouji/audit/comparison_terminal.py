"""Two reports side by side, for a person at a terminal."""

from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import TYPE_CHECKING

from gouji.amount import State
from gouji.audit.comparison import Comparison, Mode, Side
from gouji.audit.comparison_facts import Cell, FormSides, Row
from gouji.audit.comparison_text import Pair, SharedText, Words
from gouji.audit.comparison_words import (
    LEFT_OUT,
    STATUSES,
    cell_said,
    change_said,
    head_said,
    limit_said,
    only_said,
    percent_said,
    share_said,
    spot,
)
from gouji.finding import Finding, Severity, Status
from gouji.personal import hidden
from gouji.reporters.escape import visible
from gouji.reporters.view import View, settled
from gouji.reporters.wrapping import wrapped
from gouji.wording import Text, listed, shorten

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text as Rich

NARROWEST = 40
USUAL_WIDTH = 100  # where nobody watches
WIDEST = 120  # sentences side by side are read worse in longer lines
BESIDE_FROM = 72  # columns; in fewer, sentences stand below each other
MOST_PAIRS = 5  # sentences of a section; JSON and HTML have all
LONGEST_SENTENCE, LONGEST_HEADING, LONGEST_FIELD = 300, 60, 120  # characters
BAR = 20  # columns of 100 per cent
GAP = 3  # columns between sentences side by side
_INDENT = "    "

_SEVERITIES = {
    Severity.ERROR: (Text("错误", "error"), "bold red"),
    Severity.WARNING: (Text("警告", "warning"), "bold yellow"),
    Severity.INFO: (Text("提示", "info"), "bold blue"),
}
_STYLES = {Status.PASS: "green", Status.FAIL: "bold red", Status.ERROR: "bold red"}


def render(comparison: Comparison, view: View) -> str:
    """Draw a comparison as tables and lines; the last line counts what the rules found."""
    return "\n".join(_Drawing(comparison, view).lines()) + "\n"


class _Drawing:
    """A comparison on its way to lines of text."""

    def __init__(self, comparison: Comparison, view: View) -> None:
        self.comparison, self.view = comparison, view
        self.width = min(max(view.width or USUAL_WIDTH, NARROWEST), WIDEST)

    def lines(self) -> Iterator[str]:
        yield from self._head()
        for form in self.comparison.forms:
            yield from self._form(form)
        yield from self._continuity()
        yield from self._shared()
        yield from self._different()
        yield from self._only()
        yield from self._findings()
        yield from self._summary()

    # --- parts --------------------------------------------------------------------------------

    def _head(self) -> Iterator[str]:
        comparison, say = self.comparison, self.view.say
        yield from self._wrapped(say(head_said(comparison)), "", "bold")
        for side in (comparison.left, comparison.right):
            yield from self._side(side)
        for note in comparison.notes:
            yield from self._wrapped(f"  · {say(note)}", "    ", "")
        yield ""

    def _side(self, side: Side) -> Iterator[str]:
        say = self.view.say
        own = "  ".join(f"{say(word)} {side.severities[one]}" for one, (word, _) in _SEVERITIES.items())
        parts = [visible(hidden(side.unit)), str(side.year), visible(side.pack)]
        label = say(side.label)
        yield from self._wrapped(f"  {label}  {visible(side.path)}", "    ", "cyan")
        about = " · ".join(part for part in parts if part)
        alone = say(Text(f"本身：{own}", f"by itself: {own}"))
        yield from self._wrapped(f"    {about}  {alone}", "    ", "dim")
        if side.unread is not None:
            text = Text(f"没有读全：{side.unread.zh}", f"not read in full: {side.unread.en}")
            yield from self._wrapped(f"    ! {say(text)}", "      ", "yellow")
        for told in side.told:
            yield from self._wrapped(f"    ! {say(told)}", "      ", "yellow")

    def _form(self, form: FormSides) -> Iterator[str]:
        say, comparison = self.view.say, self.comparison
        yield from self._title(say(form.name), say(Text(f"{form.changed} 处不同", f"{form.changed} different")))
        for side, lost in ((comparison.left, form.left_lost), (comparison.right, form.right_lost)):
            if lost is not None:
                text = Text(f"{side.label.zh}：{lost.zh}", f"{side.label.en}: {lost.en}")
                yield from self._wrapped(f"  ! {say(text)}", "    ", "yellow")
        if form.rows:
            yield from self._drawn(self._form_table(form))
        left_out = [(LEFT_OUT[why], count) for why, count in form.left_out.items() if count]
        if left_out:
            zh = "，".join(f"{count} 格{text.zh}" for text, count in left_out)
            en = ", ".join(f"{count} cells {text.en}" for text, count in left_out)
            yield from self._wrapped("  " + say(Text(f"没有列出：{zh}", f"left out: {en}")), "  ", "dim")
        yield ""

    def _form_table(self, form: FormSides) -> "RenderableType":
        from rich import box  # noqa: PLC0415 - only where it is drawn
        from rich.table import Table  # noqa: PLC0415
        from rich.text import Text as Rich  # noqa: PLC0415

        say, comparison = self.view.say, self.comparison
        table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), header_style="dim", pad_edge=False)
        years = comparison.mode is Mode.YEARS
        titles = [Text("项目", "row"), Text("栏", "column"), comparison.left.label, comparison.right.label]
        titles += [Text("增减", "change"), Text("幅度", "per cent")] if years else [Text("相差", "difference")]
        for n, title in enumerate(titles):
            named = n < 2  # noqa: PLR2004 - row and column; the rest are numbers
            table.add_column(
                Rich(say(title)),
                justify="left" if named else "right",
                overflow="fold",
                no_wrap=n > 3,  # noqa: PLR2004
            )
        before = None
        for row in form.rows:
            name = "" if row.row == before else say(row.row)
            before = row.row
            column = say(row.column) + (f"（{visible(row.unit)}）" if row.unit else "")
            change = [Rich(change_said(row.change), style="bold" if row.change else "dim")]
            change += [Rich(percent_said(row.percent), style="dim")] if years else []
            cells = [self._cell(cell, row) for cell in (row.left, row.right)]
            table.add_row(Rich(name), Rich(column), *cells, *change)
        return table

    def _cell(self, cell: Cell | None, row: Row) -> "Rich":
        from rich.text import Text as Rich  # noqa: PLC0415

        style = "" if row.differs else "dim"
        if cell is None or cell.state is not State.NUMBER:
            style = "yellow" if cell is not None and cell.tells else "dim"
        return Rich(self.view.say(cell_said(cell)), style=style)

    def _continuity(self) -> Iterator[str]:
        comparison, say = self.comparison, self.view.say
        if not comparison.continuity:
            return
        counts = "  ".join(f"{say(STATUSES[status])} {count}" for status, count in comparison.statuses.items())
        yield from self._title(say(Text("跨年勾稽", "carried over")), counts)
        for line in comparison.continuity:
            if line.status is Status.PASS:
                continue
            text = line.text
            if line.reason is not None:
                text = Text(f"{text.zh}（{line.reason.zh}）", f"{text.en} ({line.reason.en})")
            word = say(STATUSES[line.status])
            first, *rest = wrapped(f"  {word} {line.rule} {say(text)}", "    ", self.width)
            yield first.replace(word, self.view.paint(word, _STYLES.get(line.status, "yellow")), 1)
            yield from rest
        held = listed(line.name for line in comparison.continuity if line.status is Status.PASS)
        if held.zh:
            name = STATUSES[Status.PASS]
            text = Text(f"{name.zh}：{held.zh}", f"{name.en}: {held.en}")
            yield from self._wrapped(f"  {say(text)}", "    ", "dim")
        yield ""

    def _shared(self) -> Iterator[str]:
        comparison, say = self.comparison, self.view.say
        if comparison.mode is Mode.VERSIONS:
            return
        yield from self._title(say(Text("相同的文字", "shared text")), say(limit_said(comparison)))
        for shared in comparison.shared:
            yield from self._share(shared)
            yield from self._pairs(shared.pairs)
        yield ""

    def _share(self, shared: SharedText) -> Iterator[str]:
        say, comparison = self.view.say, self.comparison
        sides = [(comparison.right, shared.right)]
        if comparison.mode is Mode.UNITS:
            sides.insert(0, (comparison.left, shared.left))
        yield f"  {visible(shared.title)}"
        for side, share in sides:
            said = say(share_said(side, share, shared))
            if not share.percent:
                yield from self._wrapped(f"    {said}", "    ", "dim")
                continue
            full = round(float(share.percent) * BAR / 100)
            part, rest = "█" * full, "░" * (BAR - full)
            first, *more = wrapped(f"    {part}{rest} {said}", "      ", self.width)
            painted = self.view.paint(part, "red" if share.over else "cyan") + self.view.paint(rest, "dim")
            yield first.replace(part + rest, painted, 1)
            yield from more

    def _pairs(self, pairs: Sequence[Pair]) -> Iterator[str]:
        yield from self._rows([(pair.left, pair.right) for pair in pairs])

    def _rows(self, rows: Sequence[tuple[Words | None, Words | None]]) -> Iterator[str]:
        """Draw sentences side by side, or below each other where there is no room."""
        from rich.table import Table  # noqa: PLC0415
        from rich.text import Text as Rich  # noqa: PLC0415

        if not rows:
            return
        labels = [self.view.say(side.label) for side in (self.comparison.left, self.comparison.right)]
        if self.width >= BESIDE_FROM:
            half = (self.width - len(_INDENT) - GAP) // 2
            table = Table.grid(padding=(0, GAP, 0, 0))
            for _ in labels:
                table.add_column(width=half)
            table.add_row(*(Rich(label, style="dim underline") for label in labels))
            for row in rows[:MOST_PAIRS]:
                table.add_row(*(self._words(words, half) for words in row))
            yield from self._drawn(table, _INDENT)
        else:
            for row in rows[:MOST_PAIRS]:
                for label, words in zip(labels, row, strict=True):
                    said = self._words(words, self.width - 6)
                    yield self.view.paint(f"    {label}", "dim")
                    yield from (f"      {line}" for line in self._lines(said))
        if (more := len(rows) - MOST_PAIRS) > 0:
            text = Text(f"还有 {more} 处（全部见 HTML 或 JSON）", f"{more} more (HTML and JSON have all)")
            yield from self._wrapped(f"    {self.view.say(text)}", "    ", "dim")

    def _words(self, words: Words | None, width: int) -> "Rich":
        """Wrap words to a width; what is marked is red, and in brackets without colour."""
        from rich.text import Text as Rich  # noqa: PLC0415

        if words is None:
            return Rich("—", style="dim")
        color = self.view.color
        parts = [(f"[{part}]" if marked and not color else part, marked) for part, marked in words.parts]
        shown = _cut((visible(part), marked) for part, marked in parts)
        where = self.view.say(spot(words.place))
        flags = [marked for part, marked in shown for _ in part]
        text = Rich()
        at = 0
        for line in wrapped("".join(part for part, _ in shown), "", width):
            for char in line:
                text.append(char, style="bold red" if color and at < len(flags) and flags[at] else "")
                at += 1
            text.append("\n")
        return text.append(where, style="dim")

    def _different(self) -> Iterator[str]:
        comparison, say = self.comparison, self.view.say
        for text in comparison.different:
            if text.rows:
                count = len(text.rows)
                said = Text(f"{count} 处不同，{text.alike} 句相同", f"{count} different, {text.alike} alike")
                yield from self._title(visible(text.title), say(said))
                yield from self._rows(text.rows)
                yield ""
        if comparison.fields:
            yield self.view.paint(say(Text("要素", "fields")), "bold")
            for one in comparison.fields:
                left, right = (
                    visible(shorten("、".join(words), LONGEST_FIELD)) or "—" for words in (one.left, one.right)
                )
                yield from self._wrapped(f"  {say(one.name)}：{left} → {right}", "    ", "")
            yield ""
        for title, findings in (
            (Text("只有甲有的问题", "found in A only"), comparison.gone),
            (Text("只有乙有的问题", "found in B only"), comparison.new),
        ):
            if findings:
                yield self.view.paint(say(title), "bold")
                for finding in findings:
                    yield from self._finding(finding, brief=True)
                yield ""

    def _only(self) -> Iterator[str]:
        comparison = self.comparison
        for side, only in ((comparison.left, comparison.left_only), (comparison.right, comparison.right_only)):
            if only:
                titles = "、".join(visible(shorten(words.text, LONGEST_HEADING)) for words in only)
                yield from self._wrapped(f"{self.view.say(only_said(side))}{titles}", "  ", "")
        if comparison.left_only or comparison.right_only:
            yield ""

    def _findings(self) -> Iterator[str]:
        comparison, say = self.comparison, self.view.say
        labels = {side.path: side.label for side in (comparison.left, comparison.right)}
        for report in comparison.judged:
            if len(comparison.judged) > 1 and (report.findings or report.undecided):
                yield self.view.paint(say(labels[report.path]), "bold")
            for finding in sorted(report.findings, key=lambda finding: finding.severity.rank):
                yield from self._finding(finding)
            for open_ in report.undecided:
                text = Text(
                    f"未能判定 {open_.count} 项：{open_.reason.zh}（{'、'.join(open_.rules)}）",
                    f"{open_.count} undetermined: {open_.reason.en} ({', '.join(open_.rules)})",
                )
                yield from self._wrapped(f"? {say(text)}", "  ", "yellow")
            if report.findings or report.undecided:
                yield ""

    def _finding(self, finding: Finding, *, brief: bool = False) -> Iterator[str]:
        say = self.view.say
        word, style = _SEVERITIES[finding.severity]
        head = f"{say(word)} {finding.rule} "
        first, *rest = wrapped(head + say(finding.message), "  ", self.width)
        painted = f"{self.view.paint(say(word), style)} {self.view.paint(finding.rule, 'bold')} "
        yield first.replace(head, painted, 1)
        yield from rest
        if finding.settled:
            yield from self._wrapped("  " + say(settled(finding)), "    ", "dim")
        elif not brief and finding.severity is not Severity.INFO:
            for label, said in (
                (Text("依据：", "basis: "), finding.basis),
                (Text("改正：", "to do: "), finding.remedy),
            ):
                if said:
                    yield from self._wrapped(f"  {say(label)}{say(said)}", "    ", "dim")

    def _summary(self) -> Iterator[str]:
        comparison, say = self.comparison, self.view.say
        if comparison.mode is Mode.VERSIONS:
            if comparison.alike:
                text = Text("没有发现不同", "nothing was found to differ")
            else:
                changed = sum(form.changed for form in comparison.forms)
                rows = sum(len(one.rows) for one in comparison.different)
                text = Text(
                    f"数字 {changed} 处不同，文字 {rows} 处不同，要素 {len(comparison.fields)} 项不同",
                    f"{changed} numbers, {rows} sentences and {len(comparison.fields)} fields differ",
                )
            yield from self._wrapped(say(text), "  ", "")
            return
        found = "  ".join(
            self.view.paint(f"{say(word)} {comparison.severities[one]}", style if comparison.severities[one] else "dim")
            for one, (word, style) in _SEVERITIES.items()
        )
        if comparison.undetermined:
            said = Text(f"未能判定 {comparison.undetermined}", f"undetermined {comparison.undetermined}")
            found = f"{found}  {self.view.paint(say(said), 'yellow')}"
        yield say(Text("对照发现 ", "found: ")) + found

    # --- drawing ------------------------------------------------------------------------------

    def _title(self, title: str, rest: str) -> Iterator[str]:
        first, *more = wrapped(f"{title}  {rest}", "  ", self.width)
        yield first.replace(title, self.view.paint(title, "bold"), 1)
        yield from more

    def _wrapped(self, text: str, indent: str, style: str) -> Iterator[str]:
        for line in wrapped(text, indent, self.width):
            yield self.view.paint(line, style) if style else line

    def _drawn(self, table: "RenderableType", indent: str = " ") -> Iterator[str]:
        from rich.padding import Padding  # noqa: PLC0415

        yield from self._lines(Padding(table, (0, 0, 0, len(indent))))

    def _lines(self, drawn: "RenderableType") -> Iterator[str]:
        from rich.console import Console  # noqa: PLC0415

        out = StringIO()
        color = self.view.color
        Console(
            file=out, width=self.width, force_terminal=color, color_system="standard" if color else None, markup=False,
            highlight=False, emoji=False, legacy_windows=False,
        ).print(drawn)  # fmt: skip
        yield from (line.rstrip() for line in out.getvalue().splitlines() if line.strip())


def _cut(parts: Iterable[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Return the parts of a sentence as far as they are shown."""
    cut: list[tuple[str, bool]] = []
    left = LONGEST_SENTENCE
    for part, marked in parts:
        if len(part) > left:
            return [*cut, (part[:left], marked), ("…", False)]
        cut.append((part, marked))
        left -= len(part)
    return cut
