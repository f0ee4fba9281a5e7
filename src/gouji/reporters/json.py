"""The report for programs: JSON with a versioned schema, documented in ``docs/json.md``."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from gouji.document import Place
from gouji.finding import (
    Cause,
    Equation,
    FileReport,
    Finding,
    Operand,
    Report,
    Score,
    Severity,
    Status,
    summed,
)
from gouji.reporters.view import View
from gouji.wording import Text

SCHEMA = "gouji-report/1"

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


# Content of which a list may be an iterator, so that it need not be in memory.
Streamed = Json | Iterator["Streamed"] | Mapping[str, "Streamed"]


class Summary(Struct, frozen=True):
    """What a report counts in front of its files."""

    files: int
    findings: dict[Severity, int]
    settled: int
    verdicts: dict[Status, int]


def summary(files: Iterable[FileReport]) -> Summary:
    """Count files, findings and verdicts, one file at a time."""
    many, settled = 0, 0
    findings: Counter[Severity] = Counter()
    verdicts = summed(())
    for file in files:
        many += 1
        settled += sum(finding.settled for finding in file.findings)
        findings.update(finding.severity for finding in file.findings if not finding.settled)
        verdicts = summed((verdicts, file.verdicts))
    return Summary(many, {severity: findings[severity] for severity in Severity}, settled, verdicts)


def render(report: Report, view: View) -> str:
    """Render a report; the same report always gives the same bytes, with a final newline."""
    files = (record(file, view.lang) for file in report.files)
    return "".join(pieces(report, summary(report.files), files, view))


def pieces(
    report: Report, counts: Summary, files: Iterator[Streamed], view: View, more: Mapping[str, Streamed] | None = None
) -> Iterator[str]:
    """Write a report piece by piece, its files taken one at a time.

    Args:
        report: what is said of the run; its own files do not matter.
        counts: of the files.
        files: what ``record`` makes of each.
        view: in which language.
        more: members that stand in front of the files.
    """
    content: dict[str, Streamed] = {
        "schema": SCHEMA,
        "version": report.version,
        "check_date": report.check_date.isoformat(),
        "summary": {
            "files": counts.files,
            "findings": {severity.value: count for severity, count in counts.findings.items()},
            "settled": counts.settled,
            "verdicts": _counts(counts.verdicts),
        },
        **({"notes": [note.in_language(view.lang) for note in report.notes]} if report.notes else {}),
        **(more or {}),
        "files": files,
    }
    return streamed(content)


def dumped(content: Streamed) -> str:
    """Write JSON for people and programs: Chinese as it is, what does not print as escapes."""
    return "".join(streamed(content))


def streamed(content: Streamed) -> Iterator[str]:
    """Write JSON as ``dumped`` does, piece by piece; members are asked for in the order in which they are written."""
    yield from _streamed(content, "")
    yield "\n"


def _streamed(content: Streamed, indent: str) -> Iterator[str]:
    if isinstance(content, Mapping):
        members = ((f"{_plain(key)}: ", value) for key, value in content.items())
        yield from _enclosed("{}", members, indent)
    elif isinstance(content, Iterator):
        yield from _enclosed("[]", (("", item) for item in content), indent)
    else:
        yield _plain(content).replace("\n", "\n" + indent)


def _enclosed(brackets: str, members: Iterable[tuple[str, Streamed]], indent: str) -> Iterator[str]:
    lead = brackets[0]
    for name, value in members:
        yield f"{lead}\n{indent}  {name}"
        yield from _streamed(value, indent + "  ")
        lead = ","
    yield f"\n{indent}{brackets[1]}" if lead == "," else brackets


def _plain(content: Json) -> str:
    text = json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)
    if text.isprintable():
        return text
    return "\n".join(line if line.isprintable() else _escaped(line) for line in text.split("\n"))


def _escaped(line: str) -> str:
    return "".join(c if c.isprintable() or c == "\u3000" else json.dumps(c)[1:-1] for c in line)


def record(file: FileReport, lang: str) -> dict[str, Json]:
    """Return what the report says of one file."""
    return {
        "path": file.path,
        "judged": file.judged,
        "unit": file.unit,
        "year": file.year,
        "pack": file.pack,
        "verdicts": _counts(file.verdicts),
        "findings": [_finding(finding, lang) for finding in file.findings],
        "undetermined": [
            {
                "reason": u.reason.in_language(lang),
                "wanting": [name.in_language(lang) for name in u.wanting],
                "rules": list(u.rules),
                "count": u.count,
            }
            for u in file.undecided
        ],
        **({"score": _score(file.score, lang)} if file.score else {}),
    }


def _score(score: Score, lang: str) -> Json:
    return {
        "total": score.total,
        "full": score.full,
        "deductions": [
            {"rules": list(d.rules), "name": d.name.in_language(lang), "count": d.count, "points": d.points}
            for d in score.deductions
        ],
    }


def _finding(finding: Finding, lang: str) -> Json:
    return {
        "rule": finding.rule,
        "slug": finding.slug,
        "severity": finding.severity.value,
        "address": finding.address,
        "message": finding.message.in_language(lang),
        "path": finding.path,
        "place": place(finding.place),
        "where": _said(finding.where, lang),
        "expected": finding.expected,
        "actual": finding.actual,
        "equation": _equation(finding.equation, lang),
        "cause": _cause(finding.cause, lang),
        "basis": _said(finding.basis, lang),
        "remedy": _said(finding.remedy, lang),
        "fingerprint": finding.fingerprint,
        **({"suppressed": finding.suppressed} if finding.suppressed else {}),
        **({"known": finding.known} if finding.known else {}),
        **({"shared": _shared(finding, lang)} if finding.passages else {}),
    }


def _shared(finding: Finding, lang: str) -> Json:
    return {
        "with": _said(finding.other, lang),
        "passages": [
            {"words": p.words, "place": place(p.place), "other": p.other, "other_place": place(p.other_place)}
            for p in finding.passages
        ],
    }


def place(where: Place) -> Json:
    """Write a place: line and column from 1, null where unknown; the others where the format has them."""
    known: dict[str, Json] = {"line": where.line, "column": where.column}
    if where.page is not None:
        known |= {"page": where.page, "box": list(where.box) if where.box else None}
    if where.block is not None:
        known |= {"block": where.block, "table": where.table, "row": where.row, "cell": where.cell}
    return known


def _equation(equation: Equation | None, lang: str) -> Json:
    if equation is None:
        return None
    return {
        "text": equation.text.in_language(lang),
        "left": _operands(equation.left, lang),
        "relation": equation.relation,
        "right": _operands(equation.right, lang),
        "difference": equation.difference,
    }


def _cause(cause: Cause | None, lang: str) -> Json:
    if cause is None:
        return None
    return {
        "unique": cause.unique,
        "corrections": [
            {
                "text": correction.text.in_language(lang),
                "slip": _said(correction.slip, lang),
                "repairs": [
                    {
                        "key": repair.key,
                        "name": repair.name.in_language(lang),
                        "value": repair.value,
                        "should_be": repair.should_be,
                        "place": place(repair.place),
                    }
                    for repair in correction.repairs
                ],
            }
            for correction in cause.corrections
        ],
        "equations": [
            {
                "rule": broken.rule,
                "slug": broken.slug,
                "severity": broken.severity.value,
                "address": broken.address,
                "message": broken.message.in_language(lang),
                "place": place(broken.place),
                "where": _said(broken.where, lang),
                "equation": _equation(broken.equation, lang),
                "fingerprint": broken.fingerprint,
            }
            for broken in cause.equations
        ],
    }


def _operands(operands: Iterable[Operand], lang: str) -> Json:
    return [
        {
            "key": operand.key,
            "name": operand.name.in_language(lang),
            "coefficient": operand.coefficient,
            "value": operand.value,
            "place": place(operand.place),
        }
        for operand in operands
    ]


def _said(text: Text | None, lang: str) -> Json:
    return text.in_language(lang) if text else None


def _counts(verdicts: dict[Status, int]) -> Json:
    return {status.value: verdicts.get(status, 0) for status in Status}
