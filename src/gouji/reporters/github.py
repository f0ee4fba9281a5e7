"""Workflow commands of GitHub Actions: annotations within its limits, worst first; the rest is counted."""

from collections.abc import Iterator, Sequence

from gouji.finding import Finding, Report, Severity
from gouji.reporters.escape import visible
from gouji.reporters.view import View
from gouji.wording import Text

MOST_PER_LEVEL = 10  # annotations of one level that a step keeps; more vanish without a word

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report, view: View) -> str:
    """Render annotations, one a line; what does not fit is counted in a last one. Empty without findings."""
    return "".join(f"{line}\n" for line in _lines(report, view.lang))


def _lines(report: Report, lang: str) -> Iterator[str]:
    left_out = 0
    for severity in Severity:
        found = [finding for finding in report.findings if finding.severity is severity and not finding.settled]
        told = _first_of_each(found)
        room = MOST_PER_LEVEL - (severity is Severity.INFO)  # one notice counts what is not shown
        for finding, more in told[:room]:
            yield _annotation(finding, more, lang)
        left_out += sum(1 + more for _, more in told[room:])
    undecided = sum(u.count for file in report.files for u in file.undecided)
    accounted = len(report.settled)
    rest = [
        Text(
            f"另有 {left_out} 条没有标注，见本步骤的摘要", f"{left_out} more are not annotated, see the step's summary"
        ),
        Text(f"未能判定 {undecided} 项", f"{undecided} undetermined"),
        Text(f"已说明理由 {accounted} 条", f"{accounted} accounted for"),
    ]
    accounted_for = (left_out, undecided, accounted)
    said = [text.in_language(lang) for text, count in zip(rest, accounted_for, strict=True) if count]
    if said:
        yield f"::notice title=gouji::{_data('；'.join(said) if lang == 'zh' else '; '.join(said))}"


def _first_of_each(findings: Sequence[Finding]) -> list[tuple[Finding, int]]:
    """Return the first finding of each rule in each file, and how many more there are."""
    counts: dict[tuple[str, str], int] = {}
    first: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        key = (finding.rule, finding.path)
        first.setdefault(key, finding)
        counts[key] = counts.get(key, 0) + 1
    return [(finding, counts[key] - 1) for key, finding in first.items()]


def _annotation(finding: Finding, more: int, lang: str) -> str:
    properties = {"file": finding.path.removeprefix("./")}
    if finding.place.line is not None:
        properties |= {"line": str(finding.place.line), "endLine": str(finding.place.line)}
        if finding.place.column is not None:
            properties["col"] = str(finding.place.column)
    properties["title"] = f"{finding.rule} {finding.slug}"
    where = f"{finding.where.in_language(lang)} " if finding.where else ""
    again = Text(f"（本文件同类还有 {more} 处）", f" ({more} more in this file)").in_language(lang) if more else ""
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {told}::{_data(where + finding.message.in_language(lang) + again)}"


def _data(text: str) -> str:
    return visible(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
