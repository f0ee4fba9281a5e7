"""What a guarded child of an audit has left for documents: libraries must not take the address space."""

import re
from datetime import date
from pathlib import Path

import pytest
from msgspec import Struct

from gouji.audit.filing import FilingWork
from gouji.batch import Setting, Source, item_of
from gouji.engine import Options
from gouji.guard import Limits, guarded
from gouji.pack import Pack

CLEAN = Path(__file__).parents[2] / "examples" / "clean.md"
STATUS = Path("/proc/self/status")


class MeasuredWork(Struct, frozen=True):
    """The work of an audit; the answer is how much address space it has taken, in bytes."""

    work: FilingWork

    def __call__(self, item: bytes) -> bytes:
        """File a report and measure."""
        before = _size()
        self.work(item)
        return b"%d" % (_size() - before)


def _size() -> int:
    found = re.search(r"VmSize:\s+(\d+) kB", STATUS.read_text(encoding="ascii"))
    return int(found[1]) << 10 if found else 0


@pytest.mark.skipif(not STATUS.exists(), reason="only Linux tells the size of an address space")
@pytest.mark.parametrize("megabytes", [1024, 1200, 2048])
def test_room_for_documents(pack: Pack, megabytes: int) -> None:
    """Reading a small report takes a fraction of the memory that a document may need, however much that is."""
    work = MeasuredWork(FilingWork((Setting((pack,), Options(check_date=date(2025, 4, 1))),)))
    (taken,) = guarded(work, [item_of(Source(CLEAN, sought=True))], Limits(memory=megabytes << 20))
    assert isinstance(taken, bytes)
    assert int(taken) < 200 << 20
