"""What several tests share: the national pack, its specimen, and the real reports."""

import os
import signal
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings

import gouji.readers.pdf  # noqa: F401 - it starts the engine without fonts of the machine, as pypdfium2 would not
from gouji.document import Document
from gouji.engine import Options, check_document
from gouji.finding import FileReport
from gouji.pack import Pack
from gouji.pack_store import load_pack, shipped_packs
from gouji.readers import markdown

# The gate is the same for everybody; elsewhere every run looks for something new.
settings.register_profile("gate", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("gate")

# A shell's background jobs begin with this signal ignored, and so would all that the tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).parents[1]
REAL = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def pack() -> Pack:
    """The national pack, with its examples."""
    return load_pack(shipped_packs()[-1], examples=True)


@pytest.fixture(scope="session")
def specimen(pack: Pack) -> str:
    """The pack's complete invented report."""
    return (shipped_packs()[-1].parent / pack.specimen).read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def check_text(pack: Pack) -> Callable[..., FileReport]:
    """Check a Markdown text with the national pack."""

    def check(text: str, *, packs: Sequence[Pack] = (pack,), earlier: str = "") -> FileReport:
        document: Document = markdown.read(text.encode(), "report.md")
        previous = markdown.read(earlier.encode(), "previous.md") if earlier else None
        return check_document(document, packs, Options(check_date=date(2026, 1, 31)), previous=previous)

    return check


@pytest.fixture
def real() -> Callable[[str], Path]:
    """Find a real report, or skip where they are not at hand."""

    def find(name: str) -> Path:
        path = REAL / name
        if not path.is_file():
            pytest.skip(f"the real report {name} is not beside the checkout")
        return path

    return find
