"""The ledger keeps what was done once it is done, for one run at a time, and never pretends to be whole."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from gouji.audit.filing import Filing
from gouji.audit.ledger import SCHEMA, Card, Ledger, state_of
from gouji.audit.result import Entry, Standing, Unit, head_of
from gouji.document import Place
from gouji.engine import incident
from gouji.errors import UsageError
from gouji.finding import FileReport
from gouji.wording import Text

DAY = date(2025, 4, 1)
ODD = os.fsdecode(b"reports/\xd0\xc2\n\x1b[31m.md")


def filing(unit: str = "水利局", until: date = date.max) -> Filing:
    return Filing(FileReport("", judged=True, unit=unit, year=2024), unit, "department", 2024, until=until)


def entry(number: int, path: str) -> Entry:
    finding = incident(path, "GJ014", Text("坏", "bad"), place=Place(3))
    report = FileReport(path, judged=False, findings=(finding,))
    other = FileReport(f"{path}2", judged=False, findings=(incident(f"{path}2", "GJ014", Text("坏", "bad")),))
    head = head_of(number, Unit("水利局"), 2024, Standing.UNJUDGED, report, (other,))
    return Entry(head, report, (other,), deadline=DAY)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit.sqlite"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    made = Ledger(path)
    yield made
    made.close()


def test_keeps_filings(path: Path) -> None:
    """What is kept is there in the next run."""
    first = Ledger(path)
    first.keep("k", filing(), DAY, [(b"a\xff", "1/2", "d")])
    first.close()
    second = Ledger(path)
    assert second.seen() == {b"a\xff": ("1/2", "d")}
    assert second.filing("k") == filing()
    (card,) = second.cards(DAY).values()
    assert (card.unit, card.kind, card.year, card.judged) == ("水利局", "department", 2024, True)
    assert second.notes == []
    second.close()


def test_days(ledger: Ledger) -> None:
    """A filing holds from the day it was judged on to its last day."""
    ledger.keep("k", filing(until=date(2025, 4, 3)), DAY, [])
    days = [date(2025, 3, 31), DAY, date(2025, 4, 3), date(2025, 4, 4)]
    assert [list(ledger.cards(day)) for day in days] == [[], ["k"], ["k"], []]


def test_cards_tell_what_was_judged(ledger: Ledger) -> None:
    """A card changes with the filing, though the key stays."""
    ledger.keep("k", filing(), DAY, [])
    before = ledger.cards(DAY)["k"]
    assert ledger.keep("k", filing(), DAY, []) == before
    after = ledger.keep(
        "k",
        Filing(FileReport("", judged=True, unit="水利局", year=2024, passed=("GJ1",)), "水利局", "department", 2024),
        DAY,
        [],
    )
    assert after != before
    assert ledger.cards(DAY)["k"] == after


def test_entries(ledger: Ledger) -> None:
    """Entries come back as they were, whatever bytes their names are of, and the last audit's only."""
    ledger.keep_entries(iter([entry(0, "a.md"), entry(1, ODD), entry(2, "")]))
    assert ledger.entry(1) == entry(1, ODD)
    ledger.keep_entries(iter([entry(0, "b.md")]))
    assert ledger.entry(0) == entry(0, "b.md")


def test_entries_that_fail(ledger: Ledger) -> None:
    """An audit that fails half-way leaves the entries of the one before."""
    ledger.keep_entries(iter([entry(0, "a.md")]))

    def broken() -> Iterator[Entry]:
        yield entry(0, "b.md")
        raise KeyError

    with pytest.raises(KeyError):
        ledger.keep_entries(broken())
    assert ledger.entry(0) == entry(0, "a.md")


# --- one run at a time ------------------------------------------------------------------------


def test_second_run_is_refused(path: Path, ledger: Ledger) -> None:
    """Also one of another process."""
    ledger.keep("k", filing(), DAY, [])
    with pytest.raises(UsageError) as raised:
        Ledger(path)
    assert raised.value.text.zh == f"另一个审计正在使用台账 {path}，请等它结束"
    code = f"from gouji.audit.ledger import Ledger; from pathlib import Path; Ledger(Path({str(path)!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert b"another audit is using the ledger" in done.stderr
    assert ledger.filing("k") == filing()


def test_is_free_again(path: Path, ledger: Ledger) -> None:
    ledger.close()
    Ledger(path).close()
    assert [one.name for one in path.parent.iterdir()] == ["audit.sqlite"]


# --- damage -----------------------------------------------------------------------------------


def change(path: Path, statement: str, *values: object) -> None:
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute(statement, values)


def damage_head(path: Path) -> None:
    path.write_bytes(b"no database" * 100)


def damage_page(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:8192] = os.urandom(4096)
    path.write_bytes(data)


def damage_tail(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5000])


def older(path: Path) -> None:
    change(path, "UPDATE meta SET value = ? WHERE name = 'schema'", b"%d" % (SCHEMA - 1))


def foreign(path: Path) -> None:
    path.unlink()
    change(path, "CREATE TABLE people (name)")


@pytest.mark.parametrize("damage", [damage_head, damage_page, damage_tail, older, foreign])
def test_set_aside(path: Path, damage: Callable[[Path], None]) -> None:
    """What cannot be used is kept under another name and said; the audit begins anew."""
    ledger = Ledger(path)
    for n in range(50):
        ledger.keep(f"k{n}", filing(str(n) * 100), DAY, [])
    ledger.close()
    damage(path)
    bad = path.read_bytes()
    ledger = Ledger(path)
    assert [note.zh for note in ledger.notes] == ["台账已损坏或不是本版本的，改名为 audit.sqlite.bad1，重新审计"]
    assert ledger.cards(DAY) == {}
    assert path.with_name("audit.sqlite.bad1").read_bytes() == bad
    ledger.close()
    damage(path)
    ledger = Ledger(path)
    assert path.with_name("audit.sqlite.bad2").exists()
    ledger.close()


def test_damaged_records(path: Path) -> None:
    """Pages that are whole may hold a record that is not: it is told, and never believed."""
    ledger = Ledger(path)
    ledger.keep("k", filing(), DAY, [])
    ledger.keep_entries(iter([entry(0, "a.md")]))
    ledger.close()
    change(path, "UPDATE filings SET record = ?, likeness = ?", os.urandom(100), b"\xc1\xc1")
    change(path, "UPDATE entries SET record = ?", os.urandom(100))
    ledger = Ledger(path)
    for ask in (
        lambda: ledger.filing("k"),
        lambda: ledger.likeness("k"),
        lambda: ledger.entry(0),
        lambda: ledger.entry(7),
    ):
        with pytest.raises(UsageError) as raised:
            ask()
        assert raised.value.text.zh == f"台账 {path} 里的记录已损坏，请删去它再审计一次"
    ledger.close()


# --- no place ---------------------------------------------------------------------------------


def test_no_place(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        Ledger(tmp_path / "none" / "audit.sqlite")
    assert raised.value.text.zh == f"无法使用台账 {tmp_path}/none/audit.sqlite：unable to open database file"


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of 400 kB."""
    folder = tmp_path / "small"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("only root can mount a small file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_full_disk(small: Path) -> None:
    """What is kept stays; the rest is refused with the reason."""
    ledger = Ledger(small / "audit.sqlite")
    kept: list[Card] = []
    with pytest.raises(UsageError) as raised:
        kept.extend(ledger.keep(f"k{n}", filing(os.urandom(4000).hex()), DAY, []) for n in range(1000))
    assert raised.value.text.zh.startswith(f"无法写入台账 {small}/audit.sqlite：")
    ledger.close()
    elsewhere = small.parent / "elsewhere"
    shutil.copytree(small, elsewhere)
    again = Ledger(elsewhere / "audit.sqlite")
    assert set(again.cards(DAY).values()) == set(kept)
    assert len(kept) > 5
    again.close()


def test_read_only(small: Path) -> None:
    """A ledger that cannot be written to is not set aside as if it were damaged."""
    Ledger(small / "audit.sqlite").close()
    subprocess.run(["mount", "-o", "remount,ro", str(small)], check=True)
    with pytest.raises(UsageError) as raised:
        Ledger(small / "audit.sqlite")
    assert raised.value.text.zh.startswith(f"无法使用台账 {small}/audit.sqlite：")
    assert [one.name for one in small.iterdir()] == ["audit.sqlite"]


# --- files ------------------------------------------------------------------------------------


def test_state(tmp_path: Path) -> None:
    """It changes whenever the file does, and is nothing where there is no file."""
    path, link = tmp_path / "a", tmp_path / "b"
    path.write_text("one")
    link.symlink_to(path)
    before = state_of(path)
    assert state_of(link) == before
    path.write_text("two")
    os.utime(path, ns=(1, 1))
    assert state_of(path) != before
    path.unlink()
    assert (state_of(path), state_of(link)) == ("", "")
