"""What a guarded child of an audit has left for documents: libraries must not take the address space."""

import os
from datetime import date
from pathlib import Path

import pytest

from gouji.audit.chunk import answered, order, pickled, results
from gouji.audit.filing import FilingWork
from gouji.batch import Setting, Source, item_of
from gouji.engine import Options
from gouji.guard import Limits
from gouji.pack import Pack
from tests.audit.works import STATUS, MeasuredWork

ROOT = Path(__file__).parents[2]
CLEAN = ROOT / "examples" / "clean.md"


@pytest.mark.skipif(not STATUS.exists(), reason="only Linux tells the size of an address space")
@pytest.mark.parametrize("megabytes", [1024, 1200, 2048])
def test_room_for_documents(pack: Pack, megabytes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading a small report takes a fraction of the memory that a document may need, however much that is.

    A new process does it: this one may have loaded anything before.
    """
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", ""))))
    work = MeasuredWork(FilingWork((Setting((pack,), Options(check_date=date(2025, 4, 1))),)))
    item = item_of(Source(CLEAN, sought=True))
    limits = Limits(memory=megabytes << 20)
    (taken,) = results(answered(order(pickled(work), (item,), limits, os.fsencode(ROOT))), 1)
    assert isinstance(taken, bytes)
    assert int(taken) < 200 << 20
