"""The Reviewdog Diagnostic Format: columns are bytes of UTF-8, ends exclusive."""

from collections.abc import Iterator

from gouji.document import Place
from gouji.finding import Finding, Report, Severity, Undecided
from gouji.reporters.escape import visible
from gouji.reporters.json import Json, dumped
from gouji.reporters.view import View, settled
from gouji.wording import Text

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.INFO: "INFO"}


def render(report: Report, view: View) -> str:
    """Render a report; the same report always gives the same bytes, with a final newline."""
    lang = view.lang
    diagnostics: list[Json] = []
    for file in report.files:
        diagnostics += [_diagnostic(finding, lang) for finding in file.findings]
        diagnostics += [_review(file.path, undecided, lang) for undecided in file.undecided]
    return dumped({"source": {"name": "gouji"}, "diagnostics": diagnostics})


def _diagnostic(finding: Finding, lang: str) -> Json:
    where = f"{finding.where.in_language(lang)} " if finding.where else ""
    why = f"{settled(finding).in_language(lang)} " if finding.settled else ""
    diagnostic: dict[str, Json] = {
        "message": visible(f"{why}{where}{finding.message.in_language(lang)}"),
        "location": _location(finding.path, finding.place, finding.byte_column),
        "severity": _SEVERITIES[Severity.INFO if finding.settled else finding.severity],
        "code": {"value": finding.rule},
    }
    related = [*_related(finding, lang)]
    return diagnostic | ({"related_locations": related} if related else {})


def _related(finding: Finding, lang: str) -> Iterator[Json]:
    if finding.equation is None:
        return
    for operand in (*finding.equation.left, *finding.equation.right):
        if operand.place.line is not None and operand.place != finding.place:
            words = visible(f"{operand.name.in_language(lang)} {operand.value}")
            yield {"message": words, "location": _location(finding.path, operand.place, None)}


def _review(path: str, undecided: Undecided, lang: str) -> Json:
    text = Text(
        f"未能判定 {undecided.count} 项：{undecided.reason.zh}",
        f"{undecided.count} undetermined: {undecided.reason.en}",
    )
    return {
        "message": visible(text.in_language(lang)),
        "location": _location(path, Place(), None),
        "severity": "WARNING",
        "code": {"value": undecided.rules[0]},
    }


def _location(path: str, place: Place, byte_column: int | None) -> Json:
    location: dict[str, Json] = {"path": path.removeprefix("./")}
    if place.line is not None:
        start: dict[str, Json] = {"line": place.line}
        if byte_column:
            start["column"] = byte_column
        location["range"] = {"start": start}
    return location
