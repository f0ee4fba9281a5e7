"""The findings of an audit as JSON: what ``gouji check`` writes, and who is who beside it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from gouji.audit.replacing import replacing
from gouji.audit.result import Audit, Entry, Head
from gouji.finding import Reconciliation
from gouji.reporters.json import Json, Streamed, pieces, record, summary
from gouji.reporters.view import View

_VIEW = View()


def write_json(audit: Audit, path: Path) -> None:
    """Write every file with its findings, one at a time; docs/json.md tells the schema.

    Raises:
        OSError: the file cannot be written.
    """
    about: dict[str, Streamed] = {
        "title": audit.title,
        "years": list(audit.years),
        "inputs": audit.inputs,
        "units": (_unit(head) for head in audit.heads),
    }
    text = pieces(audit.frame, summary(audit.files()), _files(audit), _VIEW, {"audit": about})
    with replacing(path) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(text)


def _unit(head: Head) -> Json:
    unit = head.unit
    return {
        "unit": unit.name,
        "kind": unit.kind,
        "parent": unit.parent,
        "region": unit.region,
        "year": head.year,
        "standing": head.standing.value,
        "path": head.path or None,
        "findings": {severity.value: count for severity, count in head.severities.items()},
        "families": {
            family: {severity.value: count for severity, count in counts.items()}
            for family, counts in head.families.items()
        },
        "undetermined": head.undetermined,
        "score": head.score.total if head.score else None,
    }


def _files(audit: Audit) -> Iterator[Json]:
    lang = _VIEW.lang
    for entry in audit.entries():
        yield {**record(entry.report, lang), "audit": _assigned(entry)}
        further: Json = {"unit": entry.head.unit.name, "year": entry.head.year, "standing": "further"}
        yield from ({**record(other, lang), "audit": further} for other in entry.others)
    yield from ({**record(file, lang), "audit": None} for file in audit.unassigned)


def _assigned(entry: Entry) -> Json:
    return {
        "unit": entry.head.unit.name,
        "year": entry.head.year,
        "standing": entry.head.standing.value,
        "issued": _day(entry.issued),
        "published": _day(entry.published),
        "deadline": _day(entry.deadline),
        "reconciliations": [_reconciliation(one) for one in entry.reconciliations],
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _reconciliation(one: Reconciliation) -> Json:
    lang = _VIEW.lang
    return {
        "rule": one.rule,
        "address": one.address,
        "name": one.name.in_language(lang),
        "text": one.text.in_language(lang),
        "left": one.left,
        "right": one.right,
        "difference": one.difference,
        "status": one.status.value,
        "reason": one.reason.in_language(lang) if one.reason else None,
    }
