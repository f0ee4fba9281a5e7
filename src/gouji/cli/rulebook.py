"""Rules shown to people: the table of a pack, and the page of one rule."""

from collections.abc import Iterator, Sequence
from io import StringIO

from msgspec import Struct
from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Rich

from gouji.blind_spots import BlindSpots
from gouji.finding import Severity
from gouji.intake import INCIDENTS, Incident
from gouji.pack import Pack
from gouji.reporters.escape import visible
from gouji.rule import Example, Rule
from gouji.wording import Text, listed

MOST_NAMES = 6

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.INFO: "bold blue"}
_EACH = {"rows": Text("（每行）", "(every row)"), "columns": Text("（每列）", "(every column)")}


class Page(Struct, frozen=True):
    """How rules are shown: language, colours, and columns to wrap at."""

    lang: str
    color: bool
    width: int | None

    def table(self, pack: Pack) -> str:
        """Draw every rule of a pack, the built-in ones first."""
        rules = Table(box=box.SIMPLE_HEAD, padding=(0, 1), show_edge=False)
        for title in (Text("编号", "id"), Text("级别", "severity"), Text("名称", "slug"), Text("要求", "demand")):
            rules.add_column(title.in_language(self.lang), overflow="fold")
        shown = [(rule.id, rule.severity, rule.slug, rule.title) for rule in INCIDENTS.values()]
        shown += [(rule.id, rule.severity, rule.slug, _with_reason(rule, pack)) for rule in pack.rules]
        for rule_id, severity, slug, demand in shown:
            rules.add_row(
                Rich(rule_id, style="bold"),
                Rich(severity.value, style=_STYLES[severity]),
                slug,
                Rich(visible(demand.in_language(self.lang))),
            )
        return self._drawn([Rich(f"{pack.pack}  {pack.title.in_language(self.lang)}", style="bold"), rules])

    def incident(self, incident: Incident) -> str:
        """Draw the page of a built-in rule."""
        head = self._head(incident.id, incident.slug, incident.severity, incident.title)
        return self._drawn([*head, *self._part(Text("改正", "to do"), incident.remedy)])

    def rule(self, rule: Rule, pack: Pack) -> str:
        """Draw the page of a rule: what it demands, why, on what basis, and its examples."""
        lines = self._head(rule.id, rule.slug, rule.severity, rule.title)
        equation = getattr(rule, "equation", None)
        if equation:
            each = _EACH.get(getattr(rule, "for_each", ""), Text("", ""))
            lines.append(Rich(f"  {equation} {each.in_language(self.lang)}", style="cyan"))
        lines += self._part(Text("报告时写", "says"), rule.message)
        lines += self._part(Text("为什么", "why"), rule.why)
        lines += self._part(Text("依据", "basis"), rule.basis)
        lines += self._part(Text("改正", "to do"), rule.remedy)
        if rule.units:
            lines += self._part(Text("适用单位", "units"), Text("、".join(rule.units), ", ".join(rule.units)))
        if rule.examples:
            lines += self._examples(Text("不通过的例子", "fails"), rule.examples.fails, pack)
            lines += self._examples(Text("通过的例子", "passes"), rule.examples.passes, pack)
        return self._drawn(lines)

    def blind_spots(self, pack: Pack, spots: Sequence[BlindSpots]) -> str:
        """Draw what the equations of a pack cannot show, form by form."""
        summary = Table(box=box.SIMPLE_HEAD, padding=(0, 1), show_edge=False)
        heads = (
            Text("表格", "form"), Text("数字", "numbers"), Text("等式", "equations"), Text("独立", "independent"),
            Text("不在等式中", "in none"), Text("最少几格同时错而看不出", "fewest wrong unseen"), Text("共几种", "ways"),
        )  # fmt: skip
        for number, head in enumerate(heads):
            summary.add_column(head.in_language(self.lang), justify="right" if number else "left")
        for one in spots:
            counts = (one.cells, one.equations, one.rank, len(one.free), one.distance or "-", len(one.unseen) or "-")
            summary.add_row(one.form.name.in_language(self.lang), *map(str, counts))
        title = Text("等式查不出什么", "what the equations cannot show")
        lines: list[RenderableType] = [Rich(f"{pack.pack}  {title.in_language(self.lang)}", style="bold"), summary]
        for one in spots:
            lines.append(Rich(one.form.name.in_language(self.lang), style="bold"))
            lines += [Padding(Rich(said.in_language(self.lang)), (0, 0, 0, 2)) for said in told(one)]
        return self._drawn(lines)

    def _drawn(self, parts: list[RenderableType]) -> str:
        out = StringIO()
        console = Console(
            file=out,
            width=self.width or 100,
            force_terminal=self.color,
            color_system="standard" if self.color else None,
            markup=False,
            highlight=False,
            emoji=False,
            legacy_windows=False,
        )
        for part in parts:
            console.print(part)
        return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"

    def _head(self, rule: str, slug: str, severity: Severity, title: Text) -> list[RenderableType]:
        first = Rich.assemble((rule, "bold"), " ", slug, "  ", (severity.value, _STYLES[severity]))
        return [first, Rich(visible(title.in_language(self.lang)), style="bold")]

    def _part(self, label: Text, text: Text | None) -> list[RenderableType]:
        if text is None:
            return []
        said = Rich(visible(text.in_language(self.lang)))
        return [Rich(label.in_language(self.lang), style="dim"), Padding(said, (0, 0, 0, 2))]

    def _examples(self, label: Text, examples: tuple[Example, ...], pack: Pack) -> list[RenderableType]:
        lines: list[RenderableType] = [Rich(label.in_language(self.lang), style="bold")]
        for example in examples:
            specimen = Text("规则包的样本原文", "the specimen of the pack").in_language(self.lang)
            if not example.change:
                lines.append(Rich(f"  {specimen} ({pack.specimen})"))
            for old, new in example.change.items():
                lines += _difference(old, new)
            for report, changes in example.further:
                said = report.in_language(self.lang)
                lines.append(
                    Rich(f"  {said}{'：' if self.lang == 'zh' else ': '}{'' if changes else specimen}", style="dim")
                )
                for old, new in changes.items():
                    lines += _difference(old, new)
            options = [
                f"--{name} {value}"
                for name in ("region", "date", "year", "published")
                if (value := getattr(example, name))
            ]
            if options:
                lines.append(Rich(f"  {' '.join(options)}", style="dim"))
        return lines


def _with_reason(rule: Rule, pack: Pack) -> Text:
    """Return what a rule demands, or that and why it is not used."""
    reason = pack.reasons.get(rule.id)
    if reason is None:
        return rule.title
    return Text(f"（停用：{reason.zh}）{rule.title.zh}", f"(disabled: {reason.en}) {rule.title.en}")


def told(spots: BlindSpots) -> Iterator[Text]:
    """Say in sentences what the equations of a form cannot show, and which other rules look there."""
    slots = spots.form.slots
    known = frozenset().union(*spots.reached.values())
    if lost := [key for key in spots.free if key not in known]:
        names = _some([slots[key].title for key in lost])
        yield Text(f"查不出：{names.zh}不在任何等式中，写错了看不出。", f"Not seen: {names.en} stand in no equation.")
    for group in spots.alike:
        names = _some([slots[key].title for key in group])
        yield Text(
            f"分不清：{names.zh}之中错一格能发现，但单凭等式不知道是哪一格。",
            f"Not told apart: one wrong among {names.en} shows, but not which one.",
        )
    if spots.distance:
        most = spots.distance - 1
        example = listed(slots[key].title for key in spots.unseen[0])
        if most and len(spots.alike) == 0:
            yield Text("错一格：一定能发现，并能指出是哪一格。", "One wrong number always shows, and which one it is.")
        corners = Text("（两行与两列交叉的四格）", " (the corners of two rows and two columns)")
        shape = corners if spots.rectangles == len(spots.unseen) else Text("", "")
        yield Text(
            f"抵消：同时错 {most} 格以内一定能发现；同时错 {spots.distance} 格可能互相抵消、完全看不出，"
            f"共 {len(spots.unseen)} 种{shape.zh}，如{example.zh}。",
            f"Cancelling: up to {most} wrong at once always show; {spots.distance} can cancel and stay unseen, in "
            f"{len(spots.unseen)} ways{shape.en}, such as {example.en}.",
        )
    if spots.partial:
        ids = ", ".join(spots.partial)
        yield Text(
            f"只查一部分：{ids}（上下限，或只对某些单位）。", f"In part only: {ids} (bounds, or for some units)."
        )
    if spots.reached:
        cells = len(known)
        ids = ", ".join(sorted(spots.reached))
        yield Text(
            f"另有规则：{ids} 用正文或上年报告核对其中 {cells} 格，能触及 {spots.covered} 种抵消。",
            f"Other rules: {ids} compare {cells} of the numbers with the text or another year and touch {spots.covered} "
            "of the ways to cancel.",
        )
    else:
        yield Text(
            "另有规则：规则包里没有用正文或上年报告核对这些数字的规则。",
            "Other rules: none of the pack compares these numbers with the text or another year.",
        )


def _some(names: Sequence[Text]) -> Text:
    """Join names, the first of them if there are many."""
    few, more = listed(Text(f"“{n.zh}”", f"“{n.en}”") for n in names[:MOST_NAMES]), len(names) - MOST_NAMES
    return Text(f"{few.zh}等 {len(names)} 格", f"{few.en} and {more} more") if more > 0 else few


def _difference(old: str, new: str) -> list[RenderableType]:
    return [
        Padding(Rich(f"{sign} {visible(line)}", style=style), (0, 0, 0, 2))
        for sign, text, style in (("-", old, "red"), ("+", new, "green"))
        for line in text.strip("\n").split("\n")
    ]
