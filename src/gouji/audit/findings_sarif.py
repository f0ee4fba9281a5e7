"""The findings of an audit as SARIF: every result, in as many runs and files as code scanning takes."""

import zlib
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from gouji.audit.replacing import replacing
from gouji.audit.result import Audit
from gouji.reporters.json import Json, Streamed, streamed
from gouji.reporters.sarif import MOST_RESULTS, about, indexed, invocation, log, note, results, unjudged, when
from gouji.reporters.view import View
from gouji.wording import Text

MOST_RUNS = 20  # of one file
MOST_ZIPPED = 9_000_000  # bytes; 10 MB are taken, and what is under way when this is reached comes on top

_LANG = View().lang

Told = tuple[Json, list[Json]]  # a result or None, and notifications


def write_sarif(audit: Audit, path: Path) -> None:
    """Write every result; what one file cannot take goes on in ``findings-2.sarif`` and so on, and both say so.

    Further files of an earlier audit are removed.

    Raises:
        OSError: a file cannot be written.
    """
    rest, runs, volume = _Rest(_told(audit)), count(1), _Volume(path, 1)
    _write(volume, _runs(audit, rest, runs, volume))
    while rest:
        volume = volume.next
        _write(volume, _runs(audit, rest, runs, volume))
    while (volume := volume.next).path.exists():
        volume.path.unlink()


def _write(volume: "_Volume", runs: Iterator[Streamed]) -> None:
    with replacing(volume.path) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        for piece in streamed(log(runs)):
            file.write(piece)
            volume.grow(piece)


def _told(audit: Audit) -> Iterator[Told]:
    """Yield each result of each file; the first of a file that was not judged comes with the notification of that."""
    rules = indexed(audit.frame)
    for file in audit.files():
        notes = [*unjudged(file, _LANG)]
        for _, result in results(file, rules, _LANG):
            yield result, notes
            notes = []
        if notes:
            yield None, notes


class _Rest(Iterator[Told]):
    """What is still to be written; true while there is something."""

    def __init__(self, items: Iterator[Told]) -> None:
        self._items = items
        self._ahead = next(items, None)

    def __bool__(self) -> bool:
        return self._ahead is not None

    def __next__(self) -> Told:
        if self._ahead is None:
            raise StopIteration
        item, self._ahead = self._ahead, next(self._items, None)
        return item


class _Volume:
    """One file of the log, and how large it would be when zipped."""

    def __init__(self, first: Path, number: int) -> None:
        self._first, self._number = first, number
        self._zip, self._size = zlib.compressobj(1), 0
        self.path = first if number == 1 else first.with_stem(f"{first.stem}-{number}")

    @property
    def next(self) -> "_Volume":
        return _Volume(self._first, self._number + 1)

    @property
    def before(self) -> "_Volume | None":
        return _Volume(self._first, self._number - 1) if self._number > 1 else None

    def grow(self, text: str) -> None:
        self._size += len(self._zip.compress(text.encode()))

    @property
    def full(self) -> bool:
        """Whether it nears what is taken."""
        return self._size > MOST_ZIPPED


def _runs(audit: Audit, rest: _Rest, numbers: Iterator[int], volume: _Volume) -> Iterator[Streamed]:
    """Yield the runs of one file; what each ends with is known only when its results have been written."""
    frame = audit.frame
    for place in range(MOST_RUNS):
        notes: list[Json] = []
        yield {
            **about(frame, f"gouji/audit/{next(numbers)}/", _LANG),
            "results": _results(rest, volume, notes),
            "invocations": _invocations(rest, volume, notes, place),
            **when(frame),
        }
        if volume.full or not rest:
            return


def _results(rest: _Rest, volume: _Volume, notes: list[Json]) -> Iterator[Json]:
    """Yield the results of one run, one at least, and collect its notifications."""
    left = MOST_RESULTS
    for result, told in rest:
        notes += told
        if result is not None:
            left -= 1
            yield result
        if not left or volume.full:
            return


def _invocations(rest: _Rest, volume: _Volume, notes: list[Json], place: int) -> Iterator[Json]:
    more = []
    if place == 0 and volume.before:
        name = volume.before.path.name
        more.append(note("note", Text(f"本文件接 {name}", f"continued from {name}"), _LANG))
    if rest and (volume.full or place == MOST_RUNS - 1):
        name = volume.next.path.name
        more.append(note("warning", Text(f"结果较多，其余见 {name}", f"there are more results: see {name}"), _LANG))
    yield invocation([*more, *notes], succeeded=not notes)
