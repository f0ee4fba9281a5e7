"""A change is carried into a report of every format, and into nothing else of it."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gouji.document import Document, Paragraph
from gouji.engine import Options, read_with
from gouji.facts import Fact
from gouji.pack import Pack
from gouji.proof.edits import Clean, Drop, DropRow, NotCarriedError, Reword, SetCell, carry, load
from gouji.proof.examples import CHECK_DATE
from gouji.proof.faults import Site, site_of

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = ("clean.md", "clean.html", "clean.docx", "clean.pdf", "clean-web.pdf")
CLEAN = {name: load(EXAMPLES / name) for name in NAMES}


def facts(document: Document, pack: Pack) -> dict[str, Fact]:
    return read_with(document, [pack], Options(check_date=CHECK_DATE))[1].facts


def site(clean: Clean, pack: Pack) -> Site:
    return site_of(clean, read_with(clean.document, [pack], Options(check_date=CHECK_DATE))[1], pack)


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_is_known(name: str, pack: Pack) -> None:
    """Each fact of a clean report is a cell of its own."""
    spots = site(CLEAN[name], pack).spots
    assert len(spots) == len(set(spots.values())) == 200


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.lists(st.tuples(st.integers(0, 199), st.integers(0, 10**6)), min_size=1, max_size=6))
def test_cells(name: str, pack: Pack, at: list[tuple[int, int]]) -> None:
    """Numbers written into cells are read there, and every other fact is as it was."""
    known = site(CLEAN[name], pack)
    keys = list(known.spots)
    new = {keys[n]: str(value) for n, value in at}
    read = facts(carry(CLEAN[name], [SetCell(*known.spots[key], text) for key, text in new.items()]), pack)
    expected = {key: fact.raw for key, fact in known.reading.facts.items()} | new
    assert {key: fact.raw for key, fact in read.items()} == expected


@pytest.mark.parametrize("name", NAMES)
def test_row(name: str, pack: Pack) -> None:
    """A row taken out is missing; the rows beside it, merged cells among them, are read as before."""
    known = site(CLEAN[name], pack)
    block, row, _ = known.spots["applications.denied.inquiry.natural"]
    read = facts(carry(CLEAN[name], [DropRow(block, row)]), pack)
    gone = {key for key, fact in read.items() if fact.value is None}
    assert gone == {f"applications.denied.inquiry.{c}" for c in pack.declared.forms["applications"].column_titles}


@pytest.mark.parametrize("name", NAMES)
def test_paragraph_and_section(name: str, pack: Pack) -> None:
    """A heading gets other words; a section without it is gone with its heading."""
    known = site(CLEAN[name], pack)
    first, last = known.headings["problems"], known.headings["other"]
    title = known.paragraph(first).text
    options = Options(check_date=CHECK_DATE)
    renamed = carry(CLEAN[name], [Reword(first, title.replace("存在的主要问题", "存在的问题"))])
    assert read_with(renamed, [pack], options)[1].sections["problems"].title == "存在的问题及改进情况"
    without = read_with(carry(CLEAN[name], [Drop(first, last)]), [pack], options)[1]
    assert list(without.sections) == [key for key in known.reading.sections if key != "problems"]
    assert without.facts.keys() == known.reading.facts.keys()


def test_last_section(pack: Pack) -> None:
    """The last section ends where the report ends."""
    for clean in CLEAN.values():
        known = site(clean, pack)
        document = carry(clean, [Drop(known.headings["other"], len(clean.document.blocks))])
        texts = [block.text for block in document.blocks if isinstance(block, Paragraph)]
        assert not any("信息处理费" in text for text in texts)


def test_no_place() -> None:
    """An edit of something that is not there is refused, not guessed at."""
    for clean in CLEAN.values():
        table = next(n for n, block in enumerate(clean.document.blocks) if not isinstance(block, Paragraph))
        with pytest.raises(NotCarriedError):
            carry(clean, [Reword(table, "x")])
        with pytest.raises(NotCarriedError):
            carry(clean, [SetCell(0, 0, 0, "x")])
