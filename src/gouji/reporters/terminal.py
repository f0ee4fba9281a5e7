"""The report for a person at a terminal."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from gouji.finding import Broken, Excerpt, FileReport, Finding, Report, Score, Severity, Status, Undecided
from gouji.reporters.escape import visible
from gouji.reporters.view import View, settled
from gouji.reporters.wrapping import wrapped
from gouji.wording import Text, listed

NARROWEST = 40
EXCERPT_WIDTH = 80
MOST_EQUATIONS = 4  # that a cause lists; the JSON report has all
MOST_WANTING = 6  # numbers that are named; the JSON report names all
_INDENT = "    "

_SEVERITIES = {
    Severity.ERROR: (Text("错误", "error"), "bold red"),
    Severity.WARNING: (Text("警告", "warning"), "bold yellow"),
    Severity.INFO: (Text("提示", "info"), "bold blue"),
}
_STATUSES = {
    Status.PASS: Text("通过", "passed"),
    Status.FAIL: Text("不通过", "failed"),
    Status.UNDETERMINED: Text("未能判定", "undetermined"),
    Status.NOT_APPLICABLE: Text("不适用", "not applicable"),
    Status.ERROR: Text("规则出错", "crashed"),
}


def render(report: Report, view: View) -> str:
    """Render a report as lines of text; the last line counts the verdicts."""
    lines: list[str] = []
    for file in report.files:
        lines += _file(file, view)
    if view.statistics:
        lines += _statistics(report.findings, view)
    lines += _summary(report, view)
    return "\n".join(lines) + "\n"


def _file(file: FileReport, view: View) -> Iterator[str]:
    if not file.findings and not file.undecided and file.score is None:
        return
    yield view.paint(visible(file.path), "bold underline") + _about(file, view)
    for finding in sorted(file.findings, key=lambda finding: finding.severity.rank):
        yield from _finding(finding, view)
    for undecided in file.undecided:
        reason, rules = _reason(undecided), undecided.rules
        said = Text(
            f"未能判定 {undecided.count} 项：{reason.zh}（{'、'.join(rules)}）",
            f"{undecided.count} undetermined: {reason.en} ({', '.join(rules)})",
        )
        yield from _wrapped("  ? " + view.say(said), _INDENT, view)
    if file.score is not None:
        yield from _wrapped("  " + view.say(_scored(file.score, file.verdicts)), _INDENT, view)
    yield ""


def _scored(score: Score, verdicts: dict[Status, int]) -> Text:
    """Say the score, what was taken off, and that open verdicts may still change it."""
    lines = [
        (
            Text(f"{rules}（{line.name.zh}）", f"{rules} ({line.name.en})"),
            f" ×{line.count}" * (line.count > 1),
            line.points,
        )
        for line in score.deductions
        for rules in [", ".join(line.rules)]
    ]
    zh = "，".join(f"{name.zh}{times} −{points}" for name, times, points in lines)
    en = ", ".join(f"{name.en}{times} −{points}" for name, times, points in lines)
    text = Text(
        f"得分 {score.total}（满分 {score.full}）" + (f"：{zh}" if zh else ""),
        f"score {score.total} of {score.full}" + (f": {en}" if en else ""),
    )
    count = verdicts.get(Status.UNDETERMINED, 0)
    if not count:
        return text
    return Text(f"{text.zh}；另有 {count} 项未能判定，未计分", f"{text.en}; {count} undetermined, not scored")


def _reason(undecided: Undecided) -> Text:
    wanting = undecided.wanting
    if not wanting:
        return undecided.reason
    names, more = listed(wanting[:MOST_WANTING]), len(wanting) - MOST_WANTING
    rest = Text(f" 等 {len(wanting)} 处", f" and {more} more") if more > 0 else Text("", "")
    return Text(f"{undecided.reason.zh}：{names.zh}{rest.zh}", f"{undecided.reason.en}: {names.en}{rest.en}")


def _about(file: FileReport, view: View) -> str:
    parts = [visible(part) for part in (file.unit, f"{file.year}" if file.year else "", file.pack) if part]
    return view.paint("  " + " · ".join(parts), "dim") if parts else ""


def _finding(finding: Finding, view: View) -> Iterator[str]:
    word, style = _SEVERITIES[finding.severity]
    line, column = finding.place.line, finding.place.column
    place = f"{line}:{column}" if line and column else f"{line}" if line else "-"
    if finding.where:
        place = view.say(finding.where)
    head = f"  {place:<7} {view.say(word)} {finding.rule} "
    text = head + view.say(finding.message)
    first, *rest = _wrapped(text, _INDENT, view)
    yield first.replace(
        head.rstrip(),
        f"  {view.paint(f'{place:<7}', 'cyan')} {view.paint(view.say(word), style)} {view.paint(finding.rule, 'bold')}",
        1,
    )
    yield from rest
    if finding.settled:
        yield from _wrapped(_INDENT + view.say(settled(finding)), _INDENT * 2, view)
        return
    if view.brief or finding.severity is Severity.INFO:
        return
    if finding.excerpt:
        yield from _excerpt(finding.excerpt, view)
    if finding.cause and (finding.cause.unique or len(finding.cause.equations) > 1):
        yield from _equations(finding.cause.equations, view)
    for label, said in ((Text("依据：", "basis: "), finding.basis), (Text("改正：", "to do: "), finding.remedy)):
        if said:
            for line_ in _wrapped(_INDENT + view.say(label) + view.say(said), _INDENT * 2, view):
                yield view.paint(line_, "dim")


def _equations(equations: Sequence[Broken], view: View) -> Iterator[str]:
    """List the equations that a cause breaks."""
    for broken in equations[:MOST_EQUATIONS]:
        line = f"{broken.place.line}: " if broken.place.line and not broken.where else ""
        yield from _wrapped(f"{_INDENT}· {broken.rule} {line}{view.say(broken.message)}", _INDENT + "  ", view)
    if (more := len(equations) - MOST_EQUATIONS) > 0:
        said = Text(f"· 还有 {more} 个等式（全部见 JSON）", f"· {more} more equations (the JSON report has all)")
        yield _INDENT + view.say(said)


def _wrapped(text: str, indent: str, view: View) -> list[str]:
    """Wrap at the view's width."""
    return wrapped(text, indent, None if view.width is None else max(view.width, NARROWEST))


def _excerpt(excerpt: Excerpt, view: View) -> Iterator[str]:
    """Draw the part of the table, the cells at fault in red (and in brackets without colour)."""
    from rich import box  # noqa: PLC0415 - rich's tables load only for a finding that shows one
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text as Rich  # noqa: PLC0415

    table = Table(box=box.SQUARE, padding=(0, 0), show_edge=True, header_style="")
    faulty = {x for _, x in excerpt.marked}
    table.add_column(Rich(view.say(excerpt.title), style="dim"), max_width=24)
    for x, title in enumerate(excerpt.columns):
        table.add_column(Rich(view.say(title), style="bold" if x in faulty else "dim"), justify="right")
    for y, (name, cells) in enumerate(excerpt.rows):
        row = [Rich(view.say(name))]
        for x, cell in enumerate(cells):
            marked = (y, x) in excerpt.marked
            words = visible(cell)
            row.append(Rich(words if view.color or not marked else f"[{words}]", style="bold red" if marked else ""))
        table.add_row(*row)
    out = StringIO()
    width = min(max(view.width or EXCERPT_WIDTH, NARROWEST), EXCERPT_WIDTH) - len(_INDENT)
    Console(
        file=out, width=width, force_terminal=view.color, color_system="standard" if view.color else None,
        legacy_windows=False, highlight=False, emoji=False, markup=False,
    ).print(table)  # fmt: skip
    yield from (_INDENT + line.rstrip() for line in out.getvalue().splitlines())
    if excerpt.left_out:
        zeros = Text(f"其余 {excerpt.left_out} 行均为 0", f"{excerpt.left_out} more rows are 0 throughout")
        yield _INDENT + view.paint(view.say(zeros), "dim")


def _accounted(findings: Sequence[Finding], view: View) -> str:
    """Say how many findings are accounted for, by severity."""
    if not findings:
        return ""
    counts = Counter(finding.severity for finding in findings)
    listed_ = "、".join(f"{_SEVERITIES[s][0].in_language(view.lang)} {counts[s]}" for s in Severity if counts[s])
    return "  " + view.say(Text(f"已说明理由 {listed_}", f"accounted for: {listed_}"))


def _statistics(findings: Iterable[Finding], view: View) -> Iterator[str]:
    counts = Counter((f.rule, f.slug, f.severity) for f in findings)
    yield view.paint(view.say(Text("按规则统计", "by rule")), "bold")
    for (rule, slug, severity), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        word, style = _SEVERITIES[severity]
        yield f"  {count:>5}  {view.paint(view.say(word), style)} {rule} {slug}"
    yield ""


def _summary(report: Report, view: View) -> Iterator[str]:
    severities = report.severities
    bad = "".join(
        view.paint(f"{view.say(word)} {severities[severity]}", style if severities[severity] else "dim") + "  "
        for severity, (word, style) in _SEVERITIES.items()
    )
    clean = sum(file.judged and not file.findings and not file.undecided for file in report.files)
    files = Text(
        f"检查 {len(report.files)} 个文件（检查日 {report.check_date}），其中 {clean} 个没有问题",
        f"checked {len(report.files)} file(s) (as of {report.check_date}), {clean} without findings",
    )
    unjudged = sum(not file.judged for file in report.files)
    if unjudged:
        files = Text(f"{files.zh}，{unjudged} 个未能核对", f"{files.en}, {unjudged} not judged")
    yield view.say(files)
    yield view.say(Text("发现 ", "findings: ")) + bad.rstrip() + _accounted(report.settled, view)
    yield from (view.say(note) for note in report.notes)
    counts = report.verdicts
    said = "  ".join(
        f"{view.say(name)} {counts[status]}"
        for status, name in _STATUSES.items()
        if counts[status] or status is not Status.ERROR
    )
    yield view.say(Text("判定 ", "verdicts: ")) + said
