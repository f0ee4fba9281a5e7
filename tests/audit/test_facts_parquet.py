"""The numbers of an audit as Parquet, read back."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from pyarrow import parquet

from gouji.amount import State
from gouji.audit import facts_parquet
from gouji.audit.facts_parquet import write_parquet
from gouji.audit.result import Audit, Entry
from gouji.document import Place
from gouji.facts import Fact
from gouji.pack import Pack
from gouji.reporters.escape import visible
from tests.audit.hostile import PAYLOADS, hostile_audit
from tests.audit.made import HOSTILE, made_audit

COLUMNS = [
    ("unit", "string"), ("kind", "string"), ("parent", "string"), ("region", "string"), ("year", "int32"),
    ("path", "string"), ("form", "string"), ("row", "string"), ("column", "string"), ("key", "string"),
    ("name", "string"), ("value", "double"), ("measure", "string"), ("state", "string"), ("raw", "string"),
]  # fmt: skip


@pytest.fixture(scope="module")
def audit(pack: Pack, specimen: str) -> Audit:
    return made_audit(pack, specimen)


def read(audit: Audit, folder: Path) -> Any:
    write_parquet(audit, folder / "facts.parquet")
    return parquet.read_table(folder / "facts.parquet")


def test_rows(audit: Audit, tmp_path: Path) -> None:
    """A row for each fact of each report, with who, when and what it is called."""
    table = read(audit, tmp_path)
    assert [(field.name, str(field.type)) for field in table.schema] == COLUMNS
    assert table.num_rows == sum(len(entry.facts) for entry in audit.entries()) == 5 * 200
    rows = [
        row for row in table.to_pylist() if row["key"] in ("applications.new.natural", "disclosure.fees.amount")
        and row["unit"] == "柳溪镇" and row["year"] == 2024
    ]  # fmt: skip
    who = {
        "unit": "柳溪镇", "kind": "township", "parent": "青禾县", "region": "0812", "year": 2024, "path": "县/2024/柳溪镇.md",
    }  # fmt: skip
    assert rows == [
        {
            **who, "form": "disclosure", "row": "fees", "column": "amount", "key": "disclosure.fees.amount",
            "name": "行政事业性收费·本年收费金额", "value": 0.35, "measure": "万元", "state": "number", "raw": "0.35",
        },
        {
            **who, "form": "applications", "row": "new", "column": "natural", "key": "applications.new.natural",
            "name": "一、本年新收·自然人", "value": 8.0, "measure": "件", "state": "number", "raw": "8",
        },
    ]  # fmt: skip
    assert {row["unit"] for row in table.to_pylist()} == {"青禾县", "柳溪镇", "水利局", visible(HOSTILE)}


def test_what_is_no_number(audit: Audit, tmp_path: Path) -> None:
    """The value is null, the state says why; the unit in the cell goes before that of the form."""
    made = [
        Fact("disclosure.fees.amount", Decimal("7730.28"), "7730.28元", State.NUMBER, Place(1), "元"),
        Fact("applications.new.natural", 5500, "5500余", State.APPROXIMATE, Place(1)),
        Fact("applications.new.total", None, "电话13912345678", State.UNREADABLE, Place(1)),
        Fact("applications.new.ngo", None, "", State.MISSING, Place(1)),
        Fact("applications.denied.secret.other", 3, "3", State.NUMBER, Place(1)),
    ]
    entry = structs.replace(audit.entry(0), facts={fact.key: fact for fact in made})
    table = read(structs.replace(audit, heads=audit.heads[:1], entry=lambda _: entry), tmp_path)
    columns = ("form", "row", "column", "name", "value", "measure", "state", "raw")
    assert [tuple(row[key] for key in columns) for row in table.to_pylist()] == [
        ("disclosure", "fees", "amount", "行政事业性收费·本年收费金额", 7730.28, "元", "number", "7730.28元"),
        ("applications", "new", "natural", "一、本年新收·自然人", 5500.0, "件", "approximate", "5500余"),
        ("applications", "new", "total", "一、本年新收·总计", None, "件", "unreadable", "电话139******78"),
        ("applications", "new", "ngo", "一、本年新收·公益组织", None, "件", "missing", ""),
        ("applications", "denied.secret", "other", "属于国家秘密·其他", 3.0, "件", "number", "3"),
    ]


def test_facts_of_an_older_form_keep_their_keys(audit: Audit, tmp_path: Path) -> None:
    fact = Fact("disclosure.procurement.projects", 3, "3", State.NUMBER, Place(1))
    entry = structs.replace(audit.entry(0), facts={fact.key: fact})
    (row,) = read(structs.replace(audit, heads=audit.heads[:1], entry=lambda _: entry), tmp_path).to_pylist()
    told = [row[key] for key in ("form", "row", "column", "name", "measure")]
    assert told == ["disclosure", "procurement", "projects", "procurement.projects", ""]


def test_groups_are_written_one_by_one(audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A group ends with the report that fills it; entries are read once, compression is zstd."""
    monkeypatch.setattr(facts_parquet, "ROWS_AT_ONCE", 300)
    asked: list[int] = []

    def entry(number: int) -> Entry:
        asked.append(number)
        return audit.entry(number)

    read(structs.replace(audit, entry=entry), tmp_path)
    about = parquet.ParquetFile(tmp_path / "facts.parquet").metadata
    assert [about.row_group(number).num_rows for number in range(about.num_row_groups)] == [400, 400, 200]
    assert about.row_group(0).column(0).compression == "ZSTD"
    assert about.metadata[b"gouji.check_date"] == b"2025-04-01"
    assert asked == list(range(6))


def test_empty_audit(audit: Audit, tmp_path: Path) -> None:
    assert read(structs.replace(audit, heads=()), tmp_path).num_rows == 0


def test_hostile_words(pack: Pack, tmp_path: Path) -> None:
    """Every payload is text, what does not print an escape."""
    rows = read(hostile_audit(pack), tmp_path).to_pylist()
    expected = [visible(words) for words in PAYLOADS]
    assert [row["unit"] for row in rows[::3]] == [row["raw"] for row in rows[::3]] == expected
    assert [row["raw"] for row in rows[1::3]] == [row["key"] for row in rows[2::3]] == expected


def test_same_bytes(audit: Audit, tmp_path: Path) -> None:
    write_parquet(audit, tmp_path / "a.parquet")
    write_parquet(audit, tmp_path / "b.parquet")
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_failure_leaves_the_old_file(audit: Audit, tmp_path: Path) -> None:
    (tmp_path / "facts.parquet").write_bytes(b"old")

    def broken(number: int) -> Entry:
        raise RuntimeError(f"no entry {number}")

    with pytest.raises(RuntimeError, match="no entry 0"):
        write_parquet(structs.replace(audit, entry=broken), tmp_path / "facts.parquet")
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("facts.parquet", b"old")]
