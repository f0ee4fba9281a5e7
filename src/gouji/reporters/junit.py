"""JUnit XML: a suite for each file, a case for each rule that held and for each finding."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from gouji.finding import FileReport, Finding, Report, RuleCard, Severity
from gouji.reporters.escape import visible
from gouji.reporters.view import View, settled
from gouji.wording import Text


def render(report: Report, view: View) -> str:
    """Render a report; the same report always gives the same bytes, with a final newline.

    Findings from the view's severity on are failures, the others are told as output.
    """
    lang, fail_on = view.lang, view.fail_on
    slugs = {card.id: card for card in report.rules}
    root = ET.Element("testsuites", name="gouji")
    for file in report.files:
        root.append(_suite(file, slugs, lang, fail_on))
    totals = {
        key: sum(int(suite.get(key, "0")) for suite in root) for key in ("tests", "failures", "errors", "skipped")
    }
    for key, total in totals.items():
        root.set(key, str(total))
    ET.indent(root)
    body: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _suite(file: FileReport, cards: dict[str, RuleCard], lang: str, fail_on: Severity | None) -> ET.Element:
    suite = ET.Element("testsuite", name=visible(file.path))
    suite.extend(_cases(file, cards, lang, fail_on))
    kinds = [case[0].tag if len(case) else "" for case in suite]
    counts = {"tests": len(kinds), "failures": kinds.count("failure"), "errors": kinds.count("error")}
    for key, count in {**counts, "skipped": kinds.count("skipped")}.items():
        suite.set(key, str(count))
    return suite


def _cases(file: FileReport, cards: dict[str, RuleCard], lang: str, fail_on: Severity | None) -> Iterator[ET.Element]:
    for rule in file.passed:
        yield _case(file, _name(rule, cards))
    for finding in file.findings:
        case = _case(file, _name(finding.rule, cards, finding.slug, finding.address))
        message = visible(finding.message.in_language(lang))
        if finding.settled:
            ET.SubElement(case, "skipped", message=visible(f"{settled(finding).in_language(lang)}: {message}"))
        elif not file.judged and finding.severity is Severity.ERROR:
            ET.SubElement(case, "error", message=message, type=finding.rule).text = _details(finding, lang)
        elif fail_on is not None and finding.severity.rank <= fail_on.rank:
            ET.SubElement(case, "failure", message=message, type=finding.severity.value).text = _details(finding, lang)
        else:
            ET.SubElement(case, "system-out").text = f"{finding.severity.value}: {message}"
        yield case
    for undecided in file.undecided:
        for rule in undecided.rules:
            case = _case(file, f"{_name(rule, cards)} ? {visible(undecided.reason.in_language('zh'))}")
            ET.SubElement(case, "skipped", message=visible(undecided.reason.in_language(lang)))
            yield case
    if not (file.passed or file.findings or file.undecided):
        yield _case(file, "gouji")


def _case(file: FileReport, name: str) -> ET.Element:
    return ET.Element("testcase", classname=visible(file.path), name=name)


def _name(rule: str, cards: dict[str, RuleCard], slug: str = "", address: str = "") -> str:
    slug = slug or (cards[rule].slug if rule in cards else "")
    return visible(f"{rule} {slug}".strip() + (f" @ {address}" if address else ""))


def _details(finding: Finding, lang: str) -> str:
    line = f":{finding.place.line}" if finding.place.line else ""
    where = f" {finding.where.in_language(lang)}" if finding.where else ""
    lines = [f"{finding.path}{line}{where}", finding.message.in_language(lang)]
    for label, text in ((Text("依据", "basis"), finding.basis), (Text("改正", "to do"), finding.remedy)):
        if text:
            lines.append(f"{label.in_language(lang)}: {text.in_language(lang)}")
    return "\n".join(map(visible, lines))
