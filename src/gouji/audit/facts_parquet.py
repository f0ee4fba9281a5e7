"""The numbers of every report as Parquet: one row for each fact, for DuckDB, pandas and the like."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from gouji.amount import State
from gouji.audit.replacing import replacing
from gouji.audit.result import Audit, Entry
from gouji.facts import Fact
from gouji.forms import Slot
from gouji.personal import hidden
from gouji.reporters.escape import visible

ROWS_AT_ONCE = 50_000  # of one row group, rounded up to whole reports

Columns = dict[str, list[Any]]

_TEXTS_OF_UNIT = ("unit", "kind", "parent", "region", "path")
_TEXTS_OF_SLOT = ("form", "row", "column", "key", "name")


def write_parquet(audit: Audit, path: Path) -> None:
    """Write the facts of all reports, group by group.

    ``value`` is the number or null; ``raw`` the cell as written, ``state`` what it holds. The key of a fact is
    ``form.row.column``; ``name`` is what the form calls it, ``measure`` the unit in the cell, or else that of the form.

    Raises:
        OSError: the file cannot be written.
    """
    import pyarrow as pa  # noqa: PLC0415 - only an audit writes Parquet
    from pyarrow import parquet  # noqa: PLC0415

    texts = pa.string()
    schema = pa.schema(
        [
            ("unit", texts), ("kind", texts), ("parent", texts), ("region", texts), ("year", pa.int32()),
            ("path", texts), ("form", texts), ("row", texts), ("column", texts), ("key", texts), ("name", texts),
            ("value", pa.float64()), ("measure", texts), ("state", texts), ("raw", texts),
        ],
        metadata={"gouji.version": audit.version, "gouji.check_date": audit.check_date.isoformat()},
    )  # fmt: skip
    with replacing(path) as part, parquet.ParquetWriter(part, schema, compression="zstd") as writer:
        for columns in _groups(audit, tuple(schema.names)):
            writer.write_table(pa.table(columns, schema=schema), row_group_size=len(columns["key"]))


def _groups(audit: Audit, names: tuple[str, ...]) -> Iterator[Columns]:
    slots = {key: slot for form in audit.forms for key, slot in form.slots.items()}

    @cache
    def named(key: str) -> tuple[str, ...]:
        return _named(key, slots.get(key))

    columns: Columns = {name: [] for name in names}
    for entry in audit.entries():
        _add(columns, entry, [named(key) for key in entry.facts])
        if len(columns["key"]) >= ROWS_AT_ONCE:
            yield columns
            columns = {name: [] for name in names}
    if columns["key"]:
        yield columns


def _named(key: str, slot: Slot | None) -> tuple[str, ...]:
    """Return the texts of a slot; a form that the newest pack does not have keeps its keys for names."""
    form, _, rest = key.partition(".")
    row, _, column = rest.rpartition(".")
    texts = (form, row, column, key, slot.title.zh if slot else rest, slot.block.unit if slot else "")
    return tuple(map(visible, texts))


def _add(columns: Columns, entry: Entry, named: list[tuple[str, ...]]) -> None:
    facts = tuple(entry.facts.values())
    unit = entry.head.unit
    for name, text in zip(
        _TEXTS_OF_UNIT, (unit.name, unit.kind, unit.parent, unit.region, entry.head.path), strict=True
    ):
        columns[name] += [visible(text)] * len(facts)
    columns["year"] += [entry.head.year] * len(facts)
    for position, name in enumerate(_TEXTS_OF_SLOT):
        columns[name] += [texts[position] for texts in named]
    columns["value"] += [None if fact.value is None else float(fact.value) for fact in facts]
    columns["measure"] += [fact.unit or texts[-1] for fact, texts in zip(facts, named, strict=True)]
    columns["state"] += [fact.state.value for fact in facts]
    columns["raw"] += [_raw(fact) for fact in facts]


def _raw(fact: Fact) -> str:
    return visible(hidden(fact.raw) if fact.state is State.UNREADABLE else fact.raw)
