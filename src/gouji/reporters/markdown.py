"""A summary in Markdown: for the summary of a CI step or a comment on a merge request."""

import re
from collections.abc import Iterator

from gouji.finding import FileReport, Finding, Report, Severity, Status
from gouji.reporters.escape import visible
from gouji.reporters.view import View, settled
from gouji.wording import Text

_SEVERITIES = {
    Severity.ERROR: Text("错误", "error"),
    Severity.WARNING: Text("警告", "warning"),
    Severity.INFO: Text("提示", "info"),
}
_ACTIVE = re.compile(r"([\\`*_{}\[\]()#+!|<>~&-])")


def render(report: Report, view: View) -> str:
    """Render a report; the same report always gives the same bytes, with a final newline."""
    return "\n".join(_lines(report, view.lang)) + "\n"


def _lines(report: Report, lang: str) -> Iterator[str]:
    counts = report.severities
    said = "，" if lang == "zh" else ", "
    found = said.join(f"{text.in_language(lang)} {counts[severity]}" for severity, text in _SEVERITIES.items())
    yield Text("# 年报核查结果", "# Check of disclosure reports").in_language(lang)
    yield ""
    files = Text(
        f"核查 {len(report.files)} 个文件（检查日 {report.check_date}）：{found}",
        f"{len(report.files)} file(s) checked (as of {report.check_date}): {found}",
    )
    unjudged = sum(not file.judged for file in report.files)
    if unjudged:
        files = Text(f"{files.zh}；{unjudged} 个未能核对", f"{files.en}; {unjudged} not judged")
    accounted = len(report.settled)
    if accounted:
        files = Text(f"{files.zh}；已说明理由 {accounted} 条", f"{files.en}; {accounted} accounted for")
    undecided = report.verdicts[Status.UNDETERMINED]
    if undecided:
        files = Text(f"{files.zh}；{undecided} 项未能判定", f"{files.en}; {undecided} undetermined")
    yield files.in_language(lang)
    for note in report.notes:
        yield ""
        yield _escaped(note.in_language(lang))
    for file in report.files:
        if file.findings or file.undecided:
            yield ""
            yield from _file(file, lang)


def _file(file: FileReport, lang: str) -> Iterator[str]:
    about = " · ".join(part for part in (file.unit, str(file.year or "")) if part)
    yield f"## {_escaped(file.path)}" + (f"（{_escaped(about)}）" if about else "")
    yield ""
    if file.findings:
        heads = (
            Text("位置", "place"),
            Text("级别", "severity"),
            Text("规则", "rule"),
            Text("问题", "finding"),
            Text("改正", "to do"),
        )
        yield "| " + " | ".join(head.in_language(lang) for head in heads) + " |"
        yield "|---|---|---|---|---|"
    for finding in sorted(file.findings, key=lambda finding: finding.severity.rank):
        remedy = finding.remedy.in_language(lang) if finding.remedy else ""
        level = settled(finding) if finding.settled else _SEVERITIES[finding.severity]
        cells = (_place(finding, lang), level.in_language(lang), finding.rule)
        said = (finding.message.in_language(lang), remedy)
        yield "| " + " | ".join((*map(_escaped, cells), *map(_escaped, said))) + " |"
    for undecided in file.undecided:
        rules = "、".join(undecided.rules)
        text = Text(
            f"未能判定 {undecided.count} 项：{undecided.reason.zh}（{rules}）",
            f"{undecided.count} undetermined: {undecided.reason.en} ({rules})",
        )
        yield ""
        yield _escaped(text.in_language(lang))


def _place(finding: Finding, lang: str) -> str:
    if finding.where:
        return finding.where.in_language(lang)
    line, column = finding.place.line, finding.place.column
    return f"{line}:{column}" if line and column else str(line or "")


def _escaped(text: str) -> str:
    """Return a text in which nothing acts as Markdown or HTML."""
    return _ACTIVE.sub(r"\\\1", visible(text)).replace("\\<", "&lt;").replace("\\&", "&amp;")
