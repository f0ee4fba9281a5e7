"""An audit in a few lines, for the terminal."""

from collections.abc import Iterator, Sequence
from datetime import date
from io import StringIO

from msgspec import Struct

from gouji.audit.result import Audit, Head, Standing
from gouji.finding import Severity, Status
from gouji.reporters.view import View
from gouji.reporters.wrapping import wrapped
from gouji.wording import Text

MOST_WORST = 10  # units that are named
WIDTH = 100  # columns, where nobody looks at a terminal


class YearLine(Struct, frozen=True):
    """One year: how many units there are, how they stand, and what was found."""

    year: int
    standings: dict[Standing, int]
    passed: int
    severities: dict[Severity, int]


class UnitLine(Struct, frozen=True):
    """One of the units with most errors."""

    name: str
    year: int
    standing: Standing
    errors: int
    warnings: int


class Summary(Struct, frozen=True):
    """The whole audit.

    Attributes:
        title, day: whose, and of which day.
        inputs: files found.
        unassigned: of them, those that belong to no unit and year; ``stray`` are the errors in them.
        years, worst: line by line.
        severities: findings that nobody has accounted for, files of nobody included.
        crashed: a rule or a reader failed: the audit is not to be trusted as a whole.
        notes: about the run.
    """

    title: str
    day: date
    inputs: int
    unassigned: int
    years: tuple[YearLine, ...]
    worst: tuple[UnitLine, ...]
    severities: dict[Severity, int]
    crashed: bool
    notes: tuple[Text, ...]
    stray: int = 0


def summed_up(audit: Audit) -> Summary:
    """Sum up an audit."""
    severities = dict.fromkeys(Severity, 0)
    crashed = False
    for file in audit.files():
        crashed = crashed or bool(file.verdicts.get(Status.ERROR))
        for finding in file.findings:
            severities[finding.severity] += not finding.settled
    years = tuple(_year(year, [head for head in audit.heads if head.year == year]) for year in audit.years)
    ranked = sorted(audit.heads, key=lambda head: (-_errors(head), -_warnings(head), head.number))
    worst = tuple(
        UnitLine(head.unit.name, head.year, head.standing, _errors(head), _warnings(head))
        for head in ranked[:MOST_WORST]
        if _errors(head)
    )
    return Summary(
        audit.title,
        audit.check_date,
        audit.inputs,
        len(audit.unassigned),
        years,
        worst,
        severities,
        crashed,
        audit.notes,
        sum(f.severity is Severity.ERROR and not f.settled for file in audit.unassigned for f in file.findings),
    )


def _errors(head: Head) -> int:
    return head.severities.get(Severity.ERROR, 0)


def _warnings(head: Head) -> int:
    return head.severities.get(Severity.WARNING, 0)


def _year(year: int, heads: Sequence[Head]) -> YearLine:
    standings = {standing: sum(head.standing is standing for head in heads) for standing in Standing}
    severities = {severity: sum(head.severities.get(severity, 0) for head in heads) for severity in Severity}
    return YearLine(year, standings, sum(head.passed for head in heads), severities)


# --- telling ----------------------------------------------------------------------------------

_STANDINGS = {
    Standing.REPORTED: Text("已报", "reported"),
    Standing.LATE: Text("迟报", "late"),
    Standing.UNJUDGED: Text("未能审核", "not judged"),
    Standing.MISSING: Text("未报", "missing"),
}
_SEVERITIES = {
    Severity.ERROR: Text("错误", "errors"),
    Severity.WARNING: Text("警告", "warnings"),
    Severity.INFO: Text("提示", "infos"),
}
_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}


def render(summary: Summary, view: View) -> str:
    """Draw a summary as tables."""
    from rich.console import Console  # noqa: PLC0415

    out = StringIO()
    console = Console(
        file=out, width=view.width or WIDTH, force_terminal=view.color, color_system="standard" if view.color else None,
        markup=False, highlight=False, emoji=False, legacy_windows=False,
    )  # fmt: skip
    for part in _parts(summary, view):
        console.print(part)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _parts(summary: Summary, view: View) -> Iterator[object]:
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text as Rich  # noqa: PLC0415

    say = view.say
    title = Text(
        f"{summary.title}：{summary.inputs} 个文件，{summary.day} 审计",
        f"{summary.title}: {summary.inputs} files, audited on {summary.day}",
    )
    yield Rich(say(title), style="bold")
    table = Table(box=box.SIMPLE_HEAD)
    year = Text("年度", "year")
    columns = (
        year,
        Text("单位", "units"),
        *_STANDINGS.values(),
        Text("无错误", "no errors"),
        *_SEVERITIES.values(),
    )
    for column in columns:
        table.add_column(Rich(say(column)), justify="right")
    for line in summary.years:
        counts = [sum(line.standings.values()), *line.standings.values(), line.passed]
        found = [Rich(str(n), style=_STYLES[s] if n else "") for s, n in line.severities.items()]
        table.add_row(str(line.year), *map(str, counts), *found)
    yield table
    if summary.worst:
        worst = Table(box=box.SIMPLE_HEAD)
        for column, justify in ((Text("问题最多的单位", "units with most errors"), "left"), (year, "right"),
                                (Text("情况", "standing"), "left"), (_SEVERITIES[Severity.ERROR], "right"),
                                (_SEVERITIES[Severity.WARNING], "right")):  # fmt: skip
            worst.add_column(Rich(say(column)), justify=justify)  # type: ignore[arg-type]
        for unit in summary.worst:
            name = say(Text(unit.name, unit.name))
            worst.add_row(
                Rich(name), str(unit.year), say(_STANDINGS[unit.standing]), str(unit.errors), str(unit.warnings)
            )
        yield worst
    if summary.unassigned:
        count, stray = summary.unassigned, summary.stray
        told = Text(f"，其中错误 {stray} 处", f", with {stray} error(s)") if stray else Text("", "")
        text = Text(
            f"有 {count} 个文件不属于任何单位和年度{told.zh}", f"{count} file(s) belong to no unit and year{told.en}"
        )
        yield _line(say(text), "yellow", view)
    for note in summary.notes:
        yield _line(say(note), "dim", view)


def _line(text: str, style: str, view: View) -> object:
    from rich.text import Text as Rich  # noqa: PLC0415

    return Rich("\n".join(wrapped(text, "", view.width or WIDTH)), style=style)
