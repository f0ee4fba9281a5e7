"""What the tests of audits share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gouji.pack import Pack
from tests.audit.office import Office


@pytest.fixture
def office(tmp_path: Path, pack: Pack) -> Iterator[Office]:
    """An empty folder of reports, and a ledger."""
    made = Office(tmp_path, pack)
    yield made
    made.close()
