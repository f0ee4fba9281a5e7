"""GitLab's Code Quality report: a JSON array of issues with distinct fingerprints."""

import hashlib

from gouji.finding import Finding, Report, Severity, Undecided
from gouji.reporters.escape import visible
from gouji.reporters.json import Json, dumped
from gouji.reporters.view import View, settled
from gouji.wording import Text

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(report: Report, view: View) -> str:
    """Render a report; the same report always gives the same bytes, with a final newline."""
    lang = view.lang
    issues: list[Json] = []
    seen: dict[str, int] = {}
    for file in report.files:
        issues += [_issue(finding, seen, lang) for finding in file.findings]
        issues += [_review(file.path, undecided, seen, lang) for undecided in file.undecided]
    return dumped(issues)


def _issue(finding: Finding, seen: dict[str, int], lang: str) -> Json:
    where = f"{finding.where.in_language(lang)} " if finding.where else ""
    return {
        "description": visible(f"{_why(finding, lang)}{where}{finding.message.in_language(lang)}"),
        "check_name": finding.rule,
        "fingerprint": _distinct(finding.fingerprint, seen),
        "severity": _SEVERITIES[Severity.INFO if finding.settled else finding.severity],
        "location": _location(finding.path, finding.place.line),
    }


def _review(path: str, undecided: Undecided, seen: dict[str, int], lang: str) -> Json:
    text = Text(
        f"未能判定 {undecided.count} 项：{undecided.reason.zh}",
        f"{undecided.count} undetermined: {undecided.reason.en}",
    )
    return {
        "description": visible(text.in_language(lang)),
        "check_name": undecided.rules[0],
        "fingerprint": _distinct(undecided.fingerprint(path), seen),
        "severity": _SEVERITIES[Severity.WARNING],
        "location": _location(path, None),
    }


def _why(finding: Finding, lang: str) -> str:
    return f"{settled(finding).in_language(lang)} " if finding.settled else ""


def _location(path: str, line: int | None) -> Json:
    return {"path": path.removeprefix("./"), "lines": {"begin": line or 1}}


def _distinct(fingerprint: str, seen: dict[str, int]) -> str:
    """Tell equal fingerprints apart by their order: GitLab takes equal ones for one issue."""
    seen[fingerprint] = number = seen.get(fingerprint, 0) + 1
    return fingerprint if number == 1 else hashlib.sha256(f"{fingerprint} {number}".encode()).hexdigest()[:16]
