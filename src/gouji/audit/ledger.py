"""The ledger of an audit: what was read and judged, kept in one SQLite file so that nothing is done twice or lost.

Every file is one transaction: a run that is killed at any moment goes on where it was.
"""

import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from msgspec import Struct, msgpack

from gouji.audit.filing import Filing
from gouji.audit.result import Entry
from gouji.errors import UsageError
from gouji.facts import Number
from gouji.wording import Text

SCHEMA = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS filings (
  key TEXT PRIMARY KEY, unit TEXT NOT NULL, kind TEXT NOT NULL, year INTEGER, judged INTEGER NOT NULL,
  first_day TEXT NOT NULL, last_day TEXT NOT NULL, likeness BLOB NOT NULL, record BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seen (path BLOB PRIMARY KEY, state TEXT NOT NULL, digest TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entries (number INTEGER PRIMARY KEY, record BLOB NOT NULL);
"""


class Card(Struct, frozen=True):
    """A filing in short: what tells whose it is without reading it whole."""

    unit: str
    kind: str
    year: int | None
    judged: bool


class Likeness(Struct, frozen=True):
    """What is compared with all other filings: signatures by section, digests of sentences, numbers by fact."""

    signatures: dict[str, tuple[int, ...]]
    sentences: tuple[int, ...]
    numbers: dict[str, Number]


class Ledger:
    """One ledger, open for one run; a second run is refused while it is.

    Raises:
        UsageError: another run has it, or there is no place for it.
    """

    def __init__(self, path: Path) -> None:
        """Open the ledger, or begin one."""
        self.path = path
        self.notes: list[Text] = []
        try:
            self._open()
        except sqlite3.DatabaseError as error:
            if "locked" in str(error):
                raise _busy(path) from None
            self._set_aside()
            self._open()

    def _open(self) -> None:
        try:
            self._db = sqlite3.connect(self.path, timeout=1, isolation_level=None)
        except sqlite3.OperationalError as error:
            raise UsageError(
                Text(f"无法建立台账 {self.path}：{error}", f"cannot open the ledger {self.path}: {error}")
            ) from None
        try:
            # one run at a time; without shared memory the log works on network drives as well
            self._db.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            if self._db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise sqlite3.DatabaseError("damaged")  # noqa: TRY301 - told like any other damage
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                for statement in _TABLES.split(";"):
                    self._db.execute(statement)
                if self.meta("schema") not in (None, b"%d" % SCHEMA):
                    raise sqlite3.DatabaseError("another version")  # noqa: TRY301 - likewise
                self.remember("schema", b"%d" % SCHEMA)
        except sqlite3.DatabaseError:
            self._db.close()
            raise

    def _set_aside(self) -> None:
        """Keep a ledger that cannot be used under another name, and say so."""
        number = 1
        while (kept := self.path.with_name(f"{self.path.name}.bad{number}")).exists():
            number += 1
        self.path.rename(kept)
        for ending in ("-wal", "-shm"):
            Path(f"{self.path}{ending}").unlink(missing_ok=True)
        self.notes.append(
            Text(
                f"台账已损坏或是别的版本，改名为 {kept.name}，重新审计",
                f"the ledger was damaged or of another version: kept as {kept.name}, begun anew",
            )
        )

    def close(self) -> None:
        """Close it; everything is on disk already."""
        self._db.close()

    # --- files --------------------------------------------------------------------------------

    def seen(self) -> dict[bytes, tuple[str, str]]:
        """Return what is known of files: name -> state on disk, digest of the content."""
        return {
            path: (state, digest) for path, state, digest in self._db.execute("SELECT path, state, digest FROM seen")
        }

    def keep(self, key: str, filing: Filing, day: date, seen: Iterable[tuple[bytes, str, str]]) -> None:
        """Keep a filing that was judged on a day, and what its file looks like, in one transaction."""
        likeness = msgpack.encode(Likeness(filing.signatures, filing.sentences, filing.numbers))
        record = zlib.compress(msgpack.encode(filing), 1)
        row = (
            key, filing.unit, filing.unit_kind, filing.year, filing.report.judged, day.isoformat(),
            filing.until.isoformat(), likeness, record,
        )  # fmt: skip
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("INSERT OR REPLACE INTO filings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            self._db.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", seen)

    def note_seen(self, seen: Iterable[tuple[bytes, str, str]]) -> None:
        """Note what files look like whose content is known."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", seen)

    def cards(self, day: date) -> dict[str, Card]:
        """Return the filings that hold on a day, in short, by key."""
        rows = self._db.execute(
            "SELECT key, unit, kind, year, judged FROM filings WHERE first_day <= ? AND last_day >= ?",
            (day.isoformat(), day.isoformat()),
        )
        return {key: Card(unit, kind, year, bool(judged)) for key, unit, kind, year, judged in rows}

    def filing(self, key: str) -> Filing:
        """Return one filing."""
        (record,) = self._db.execute("SELECT record FROM filings WHERE key = ?", (key,)).fetchone()
        return msgpack.decode(zlib.decompress(record), type=Filing)

    def likeness(self, key: str) -> Likeness:
        """Return what of a filing is compared with all others."""
        (record,) = self._db.execute("SELECT likeness FROM filings WHERE key = ?", (key,)).fetchone()
        return msgpack.decode(record, type=Likeness)

    # --- the whole audit ----------------------------------------------------------------------

    def keep_entries(self, entries: Iterator[Entry]) -> None:
        """Keep what an audit found, in place of the one before."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("DELETE FROM entries")
            for entry in entries:
                record = zlib.compress(msgpack.encode(entry), 1)
                self._db.execute("INSERT INTO entries VALUES (?, ?)", (entry.head.number, record))

    def entry(self, number: int) -> Entry:
        """Return one entry."""
        (record,) = self._db.execute("SELECT record FROM entries WHERE number = ?", (number,)).fetchone()
        return msgpack.decode(zlib.decompress(record), type=Entry)

    def meta(self, name: str) -> bytes | None:
        """Return what was remembered under a name."""
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def remember(self, name: str, value: bytes) -> None:
        """Remember something under a name."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))


def state_of(path: Path) -> str:
    """Return what changes whenever a file does: size, times and number; empty where there is none."""
    try:
        status = os.stat(path)  # noqa: PTH116 - a link counts as what it leads to
    except OSError:
        return ""
    return f"{status.st_size}/{status.st_mtime_ns}/{status.st_ctime_ns}/{status.st_ino}"


def _busy(path: Path) -> UsageError:
    return UsageError(
        Text(
            f"另一个审计正在使用台账 {path}，请等它结束",
            f"another audit is using the ledger {path}: wait until it ends",
        )
    )
