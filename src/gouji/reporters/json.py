"""The report for programs: JSON with a versioned schema, documented in ``docs/json.md``."""

import json
from collections.abc import Iterable

from gouji.document import Place
from gouji.finding import Cause, Equation, FileReport, Finding, Operand, Report, Score, Status
from gouji.reporters.view import View
from gouji.wording import Text

SCHEMA = "gouji-report/1"

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


def render(report: Report, view: View) -> str:
    """Render a report; the same report always gives the same bytes, with a final newline."""
    lang = view.lang
    content: Json = {
        "schema": SCHEMA,
        "version": report.version,
        "check_date": report.check_date.isoformat(),
        "summary": {
            "files": len(report.files),
            "findings": {severity.value: count for severity, count in report.severities.items()},
            "settled": len(report.settled),
            "verdicts": _counts(report.verdicts),
        },
        **({"notes": [note.in_language(lang) for note in report.notes]} if report.notes else {}),
        "files": [_file(file, lang) for file in report.files],
    }
    return dumped(content)


def dumped(content: Json) -> str:
    """Write JSON for people and programs: Chinese as it is, what does not print as escapes."""
    lines = json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False).split("\n")
    return "".join(f"{line if line.isprintable() else _escaped(line)}\n" for line in lines)


def _escaped(line: str) -> str:
    return "".join(c if c.isprintable() or c == "\u3000" else json.dumps(c)[1:-1] for c in line)


def _file(file: FileReport, lang: str) -> Json:
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
