"""Two reports side by side, for programs: JSON with a versioned schema, documented in ``docs/compare.md``."""

from decimal import Decimal

from gouji import __version__
from gouji.audit.comparison import Comparison, FieldSides, Side
from gouji.audit.comparison_facts import Cell, FormSides, Row
from gouji.audit.comparison_text import DifferentText, Share, SharedText, Words
from gouji.facts import Number
from gouji.finding import FileReport, Finding, Reconciliation
from gouji.personal import hidden
from gouji.reporters.json import Json, dumped, place, record
from gouji.reporters.view import View
from gouji.wording import Text

SCHEMA = "gouji-comparison/1"


def render(comparison: Comparison, view: View) -> str:
    """Write a comparison; the same comparison always gives the same bytes, with a final newline."""
    lang = view.lang
    content: Json = {
        "schema": SCHEMA,
        "version": __version__,
        "check_date": comparison.check_date.isoformat(),
        "mode": comparison.mode.value,
        "left": _side(comparison.left, lang),
        "right": _side(comparison.right, lang),
        "notes": [note.in_language(lang) for note in comparison.notes],
        "summary": {
            "findings": {severity.value: count for severity, count in comparison.severities.items()},
            "settled": sum(finding.settled for finding in comparison.findings),
            "verdicts": {status.value: count for status, count in comparison.verdicts.items()},
        },
        "forms": [_form(form, lang) for form in comparison.forms],
        "continuity": [_line(line, lang) for line in comparison.continuity],
        "shared": {
            "rule": comparison.rule or None,
            "sections": [_shared(shared) for shared in comparison.shared],
        },
        "only": {
            "left": [_words(words) for words in comparison.left_only],
            "right": [_words(words) for words in comparison.right_only],
        },
        "different": {
            "sections": [_different(text) for text in comparison.different],
            "fields": [_field(field, lang) for field in comparison.fields],
            "gone": _findings(comparison.gone, lang),
            "new": _findings(comparison.new, lang),
        },
        "judged": [record(report, lang) for report in comparison.judged],
    }
    return dumped(content)


def _side(side: Side, lang: str) -> Json:
    return {
        "path": side.path,
        "unit": hidden(side.unit),
        "year": side.year,
        "pack": side.pack,
        "label": side.label.in_language(lang),
        "digest": side.digest,
        "findings": {severity.value: count for severity, count in side.severities.items()},
        "told": [told.in_language(lang) for told in side.told],
        "unread": _said(side.unread, lang),
    }


def _form(form: FormSides, lang: str) -> Json:
    return {
        "form": form.form,
        "name": form.name.in_language(lang),
        "changed": form.changed,
        "left_lost": _said(form.left_lost, lang),
        "right_lost": _said(form.right_lost, lang),
        "left_out": {why.value: count for why, count in form.left_out.items()},
        "rows": [_row(row, lang) for row in form.rows],
    }


def _row(row: Row, lang: str) -> Json:
    return {
        "key": row.key,
        "row": row.row.in_language(lang),
        "column": row.column.in_language(lang),
        "unit": row.unit or None,
        "left": _cell(row.left),
        "right": _cell(row.right),
        "differs": None if row.unknown else row.differs,
        "change": _number(row.change),
        "percent": _number(row.percent),
    }


def _cell(cell: Cell | None) -> Json:
    if cell is None:
        return None
    return {
        "value": _number(cell.value),
        "written": cell.written,
        "state": cell.state.value,
        "place": place(cell.place),
    }


def _number(number: Number | None) -> Json:
    """Write a count as a number and a decimal as a string."""
    return str(number) if isinstance(number, Decimal) else number


def _line(line: Reconciliation, lang: str) -> Json:
    return {
        "rule": line.rule,
        "address": line.address,
        "name": line.name.in_language(lang),
        "text": line.text.in_language(lang),
        "left": line.left,
        "right": line.right,
        "difference": line.difference,
        "status": line.status.value,
        "reason": _said(line.reason, lang),
    }


def _shared(shared: SharedText) -> Json:
    return {
        "section": shared.section,
        "title": shared.title,
        "limit": shared.limit,
        "least": shared.least,
        "characters": shared.size,
        "left": _share(shared.left, shared.left_size),
        "right": _share(shared.right, shared.right_size),
        "pairs": [
            {"changed": pair.changed, "left": _words(pair.left), "right": _words(pair.right)} for pair in shared.pairs
        ],
    }


def _share(share: Share, whole: int) -> Json:
    return {"characters": whole, "share": share.percent or None, "judged": share.judged, "over": share.over}


def _words(words: Words | None) -> Json:
    if words is None:
        return None
    return {"words": words.text, "place": place(words.place), "marked": [list(span) for span in words.marked]}


def _different(text: DifferentText) -> Json:
    return {
        "section": text.section,
        "title": text.title,
        "alike": text.alike,
        "rows": [{"left": _words(left), "right": _words(right)} for left, right in text.rows],
    }


def _field(field: FieldSides, lang: str) -> Json:
    return {"name": field.name.in_language(lang), "left": list(field.left), "right": list(field.right)}


def _findings(findings: tuple[Finding, ...], lang: str) -> Json:
    return record(FileReport("", judged=True, findings=findings), lang)["findings"]


def _said(text: Text | None, lang: str) -> Json:
    return text.in_language(lang) if text else None
