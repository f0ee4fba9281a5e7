"""The PDF reader on documents that other programs made: the same verdict as of the text they show."""

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from gouji.document import Document, Paragraph, Table
from gouji.engine import Options, check_document
from gouji.extract import extract
from gouji.facts import Fact
from gouji.finding import FileReport, Severity
from gouji.pack import Pack
from gouji.readers import markdown, pdf

FOLDER = Path(__file__).parents[1] / "documents"
FIXTURES = ("browser.pdf", "web-page.pdf", "document.pdf")
REPORT = "hongze-2023.pdf"


def checked(document: Document, pack: Pack) -> FileReport:
    """Check a document with the national pack."""
    return check_document(document, [pack], Options(check_date=date(2026, 1, 31)))


def values(document: Document, pack: Pack) -> dict[str, tuple[object, ...]]:
    """Return the facts of a report, places apart."""

    def bare(fact: Fact) -> tuple[object, ...]:
        return fact.value, fact.text, fact.state, fact.unit

    return {key: bare(fact) for key, fact in extract(document, pack.outline).facts.items()}


def rows_of(table: Table) -> list[list[str]]:
    """Return the texts of a table, row by row, blank cells left out."""
    return [[cell.text for cell in row if cell.text] for row in table.rows]


def bare(text: str | None) -> str:
    """Return a text without blanks."""
    return "".join((text or "").split())


# --- the specimen, as three programs print it --------------------------------------------------


@pytest.mark.parametrize("name", FIXTURES)
def test_same_verdict(name: str, pack: Pack, specimen: str) -> None:
    """Facts and findings are those of the specimen: all numbers, and nothing to find."""
    expected = markdown.read(specimen.encode(), "specimen.md")
    document = pdf.read((FOLDER / name).read_bytes(), name)
    assert document.notes == ()
    assert values(document, pack) == values(expected, pack)
    assert checked(document, pack).findings == checked(expected, pack).findings == ()


@pytest.mark.parametrize("name", FIXTURES)
def test_same_paragraphs(name: str, specimen: str) -> None:
    """The text is that of the specimen, paragraph by paragraph; headings come out as headings."""
    expected = [b for b in markdown.read(specimen.encode(), "specimen.md").blocks if isinstance(b, Paragraph)]
    document = pdf.read((FOLDER / name).read_bytes(), name)
    found = [block for block in document.blocks if isinstance(block, Paragraph)]
    assert [block.squeezed for block in found] == [block.squeezed for block in expected]
    assert found[0].marked


@pytest.mark.parametrize("name", FIXTURES)
def test_changed_number(name: str, pack: Pack, specimen: str) -> None:
    """Places ascend, and each fact's place is a cell on a page."""
    document = pdf.read((FOLDER / name).read_bytes(), name)
    facts = extract(document, pack.outline).facts
    for fact in facts.values():
        assert fact.place.page is not None
        assert fact.place.box is not None
        assert None not in (fact.place.table, fact.place.row, fact.place.cell)
    numbers = [block.place.block if isinstance(block, Table) else block.place().block for block in document.blocks]
    assert numbers == sorted(number for number in numbers if number is not None)
    assert len({fact.place for fact in facts.values()}) == len(facts)
