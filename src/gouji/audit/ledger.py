"""The ledger of an audit: what was read and judged, kept in one SQLite file so that nothing is done twice or lost.

Every file is one transaction: a run that is killed at any moment goes on where it was.
"""

import hashlib
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from msgspec import MsgspecError, Struct, msgpack, structs

from gouji.audit.filing import Filing
from gouji.audit.result import Entry, Standing
from gouji.errors import UsageError
from gouji.facts import Number, Section
from gouji.likeness import Fingerprint
from gouji.wording import Text

SCHEMA = 4
_TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS filings (
  key TEXT PRIMARY KEY, unit TEXT NOT NULL, kind TEXT NOT NULL, year INTEGER, judged INTEGER NOT NULL, seal TEXT NOT NULL,
  first_day TEXT NOT NULL, last_day TEXT NOT NULL, likeness BLOB NOT NULL, record BLOB NOT NULL, text BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seen (path BLOB PRIMARY KEY, state TEXT NOT NULL, digest TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entries (number INTEGER PRIMARY KEY, record BLOB NOT NULL);
"""


class Card(Struct, frozen=True):
    """A filing in short: what tells whose it is without reading it whole; ``seal`` stands for all that it says."""

    unit: str
    kind: str
    year: int | None
    judged: bool
    seal: str = ""


class Likeness(Struct, frozen=True):
    """What is compared with all other filings: rule -> section -> its text, and numbers by fact."""

    texts: dict[str, dict[str, Fingerprint]]
    numbers: dict[str, Number]


class _UnusableError(Exception):
    """It is no ledger, or one of another version."""


class Ledger:
    """One ledger, open for one run; a second run is refused while it is.

    Attributes:
        path: of its file.
        notes: what happened when it was opened.

    Raises:
        UsageError: another run has it, or there is no place for it.
    """

    def __init__(self, path: Path) -> None:
        """Open the ledger, or begin one."""
        self.path = path
        self.notes: list[Text] = []
        try:
            self._open()
        except _UnusableError:
            self._set_aside()
            self._open()

    def _open(self) -> None:
        try:
            self._db = sqlite3.connect(self.path, timeout=1, isolation_level=None)
        except sqlite3.OperationalError as error:
            raise self._refused("无法使用", "cannot use", error) from None
        try:
            self._begin()
        except sqlite3.DatabaseError as error:
            self._db.close()
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                raise _UnusableError from error
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise _busy(self.path) from None
            raise self._refused("无法使用", "cannot use", error) from None
        except _UnusableError:
            self._db.close()
            raise

    def _begin(self) -> None:
        # one run at a time; without shared memory the log works on network drives as well
        self._db.execute("PRAGMA locking_mode=EXCLUSIVE")
        if self._db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise _UnusableError
        tables = {name for (name,) in self._db.execute("SELECT name FROM sqlite_master")}
        if tables and ("meta" not in tables or self.meta("schema") != b"%d" % SCHEMA):
            raise _UnusableError
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            for statement in _TABLES.split(";"):
                self._db.execute(statement)
            self._remember("schema", b"%d" % SCHEMA)

    def _set_aside(self) -> None:
        """Keep a ledger that cannot be used under another name, and say so."""
        number = 1
        while (kept := self.path.with_name(f"{self.path.name}.bad{number}")).exists():
            number += 1
        try:
            self.path.rename(kept)
            for ending in ("-wal", "-shm"):
                Path(f"{self.path}{ending}").unlink(missing_ok=True)
        except OSError as error:
            raise self._refused("无法使用", "cannot use", error) from None
        self.notes.append(
            Text(
                f"台账已损坏或不是本版本的，改名为 {kept.name}，重新审计",
                f"the ledger was damaged or of another version: kept as {kept.name}, begun anew",
            )
        )

    def _refused(self, zh: str, en: str, error: Exception) -> UsageError:
        reason = (error.strerror if isinstance(error, OSError) else "") or str(error)
        return UsageError(Text(f"{zh}台账 {self.path}：{reason}", f"{en} the ledger {self.path}: {reason}"))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Write all of something or nothing.

        Raises:
            UsageError: the disk is full, or whatever it is.
        """
        try:
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                yield
        except sqlite3.OperationalError as error:
            raise self._refused("无法写入", "cannot write", error) from None

    @contextmanager
    def _record(self) -> Iterator[None]:
        """Read what was kept.

        Raises:
            UsageError: it is not there any more, or not as it was.
        """
        try:
            yield
        except (MsgspecError, zlib.error, TypeError, sqlite3.DatabaseError):
            raise UsageError(
                Text(
                    f"台账 {self.path} 里的记录已损坏，请删去它再审计一次",
                    f"a record of the ledger {self.path} is damaged: delete it and audit again",
                )
            ) from None

    def close(self) -> None:
        """Close it; everything is on disk already."""
        self._db.close()

    # --- files --------------------------------------------------------------------------------

    def seen(self) -> dict[bytes, tuple[str, str]]:
        """Return what is known of files: name -> state on disk, digest of the content."""
        return {
            path: (state, digest) for path, state, digest in self._db.execute("SELECT path, state, digest FROM seen")
        }

    def keep(self, key: str, filing: Filing, day: date, seen: Iterable[tuple[bytes, str, str]]) -> Card:
        """Keep a filing that was judged on a day, and what its file looks like, in one transaction.

        Returns:
            The filing in short.
        """
        likeness = msgpack.encode(Likeness(filing.texts, filing.numbers))
        record, text = (
            msgpack.encode(structs.replace(filing, sections={}, texts={}, numbers={})),
            msgpack.encode(filing.sections),
        )
        seal = hashlib.blake2b(record + text + likeness, digest_size=16).hexdigest()
        card = Card(filing.unit, filing.unit_kind, filing.year, filing.report.judged, seal)
        row = (
            key, *structs.astuple(card), day.isoformat(), filing.until.isoformat(), likeness,
            zlib.compress(record, 1), zlib.compress(text, 1),
        )  # fmt: skip
        with self._transaction():
            self._db.execute("INSERT OR REPLACE INTO filings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            self._db.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", seen)
        return card

    def note_seen(self, seen: Iterable[tuple[bytes, str, str]]) -> None:
        """Note what files look like whose content is known."""
        with self._transaction():
            self._db.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", seen)

    def cards(self, day: date) -> dict[str, Card]:
        """Return the filings that hold on a day, in short, by key."""
        rows = self._db.execute(
            "SELECT key, unit, kind, year, judged, seal FROM filings WHERE first_day <= ? AND last_day >= ?",
            (day.isoformat(), day.isoformat()),
        )
        return {key: Card(unit, kind, year, bool(judged), seal) for key, unit, kind, year, judged, seal in rows}

    def filing(self, key: str) -> Filing:
        """Return one filing."""
        return structs.replace(self.figures(key), sections=self.sections(key))

    def figures(self, key: str) -> Filing:
        """Return one filing without its text: most of it, for those who only count."""
        with self._record():
            (record,) = self._db.execute("SELECT record FROM filings WHERE key = ?", (key,)).fetchone()
            return msgpack.decode(zlib.decompress(record), type=Filing)

    def sections(self, key: str) -> dict[str, Section]:
        """Return the text of one filing alone."""
        with self._record():
            (text,) = self._db.execute("SELECT text FROM filings WHERE key = ?", (key,)).fetchone()
            return msgpack.decode(zlib.decompress(text), type=dict[str, Section])

    def likeness(self, key: str) -> Likeness:
        """Return what of a filing is compared with all others."""
        with self._record():
            (record,) = self._db.execute("SELECT likeness FROM filings WHERE key = ?", (key,)).fetchone()
            return msgpack.decode(record, type=Likeness)

    # --- the whole audit ----------------------------------------------------------------------

    def keep_entries(self, entries: Iterator[Entry]) -> None:
        """Keep what an audit found, in place of the one before."""
        with self._transaction():
            self._db.execute("DELETE FROM entries")
            for entry in entries:
                record = zlib.compress(msgpack.encode(_nameless(entry)), 1)
                self._db.execute("INSERT INTO entries VALUES (?, ?)", (entry.head.number, record))

    def entry(self, number: int) -> Entry:
        """Return one entry."""
        with self._record():
            (record,) = self._db.execute("SELECT record FROM entries WHERE number = ?", (number,)).fetchone()
            return _named(msgpack.decode(zlib.decompress(record), type=_Nameless))

    def meta(self, name: str) -> bytes | None:
        """Return what was remembered under a name."""
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def remember(self, name: str, value: bytes) -> None:
        """Remember something under a name."""
        with self._transaction():
            self._remember(name, value)

    def _remember(self, name: str, value: bytes) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))


class _Nameless(Struct, frozen=True):
    """An entry and, as bytes, the names of its files: they may be no text."""

    entry: Entry
    names: tuple[bytes, ...]


def _nameless(entry: Entry) -> _Nameless:
    files = (entry.report, *entry.others)
    bare = structs.replace(
        entry,
        head=structs.replace(entry.head, path=""),
        report=entry.report.under(""),
        others=tuple(other.under("") for other in entry.others),
    )
    return _Nameless(bare, tuple(file.path.encode("utf-8", "surrogateescape") for file in files))


def _named(kept: _Nameless) -> Entry:
    entry = kept.entry
    name, *names = (name.decode("utf-8", "surrogateescape") for name in kept.names)
    return structs.replace(
        entry,
        head=structs.replace(entry.head, path="" if entry.head.standing is Standing.MISSING else name),
        report=entry.report.under(name),
        others=tuple(other.under(name) for other, name in zip(entry.others, names, strict=True)),
    )


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
