"""Mutated reports: whatever is done to the bytes, a reader reads or refuses, and never crashes, hangs or raises.

``GOUJI_FUZZ_SECONDS`` says how long each format is tried (CI: 60); the seeds are the same every time.
A file that breaks a reader is written to ``.fuzz/``: give it a name, keep it under ``crashes/`` and
mend the reader.
"""

import os
import time
from pathlib import Path

import pytest

from gouji.errors import UnreadableError
from gouji.guard import Failure, Limits, guarded
from gouji.readers import READERS, read
from tests.cli.conftest import ROOT
from tests.hostile.generators import mutations

SECONDS = float(os.environ.get("GOUJI_FUZZ_SECONDS", "2"))
CHUNK = 64
LIMITS = Limits(seconds=20, idle=10)
SEEDS = {
    "clean.md": "markdown",
    "clean.html": "html",
    "clean.docx": "docx",
    "clean.pdf": "pdf",
}
CRASHES = Path(__file__).parent / "crashes"


def outcome(path: Path) -> str:
    """Read a file and say what came of it."""
    try:
        read(path, path.name)
    except UnreadableError as error:
        return error.rule
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - what this test looks for
        return f"bug: {type(error).__name__}: {error}"
    return "read"


@pytest.mark.parametrize("name", SEEDS)
def test_mutations(name: str, tmp_path: Path) -> None:
    """For so many seconds, every mutation is read or refused."""
    original = (ROOT / "examples" / name).read_bytes()
    path = tmp_path / name

    def work(item: bytes) -> bytes:
        own = path.with_stem(f"{path.stem}{os.getpid()}")
        own.write_bytes(item)
        return outcome(own).encode()

    until, first, bad = time.monotonic() + SECONDS, 0, []
    while not first or time.monotonic() < until:
        items = list(mutations(original, first, CHUNK))
        for seed, (item, answer) in enumerate(zip(items, guarded(work, items, LIMITS), strict=True), first):
            said = str(answer.cause) if isinstance(answer, Failure) else answer.decode()
            if said.startswith("bug") or isinstance(answer, Failure):
                bad.append((seed, said))
                keep = ROOT / ".fuzz"
                keep.mkdir(exist_ok=True)
                (keep / f"{seed}-{name}").write_bytes(item)
        first += CHUNK
    assert bad == []


@pytest.mark.parametrize("path", sorted(CRASHES.glob("*")), ids=lambda path: path.name)
def test_crashes_found(path: Path) -> None:
    """What once broke a reader is read or refused."""
    (answer,) = guarded(lambda _: outcome(path).encode(), [b""], LIMITS)
    assert isinstance(answer, bytes)
    assert not answer.startswith(b"bug")


def test_every_reader_is_tried() -> None:
    """A format without a seed would not be fuzzed; the old ones are read by LibreOffice."""
    assert {*SEEDS.values(), "legacy"} == set(READERS)
