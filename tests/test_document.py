"""Paragraphs know where each of their characters is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gouji.document import Paragraph, Place

JOINED = Paragraph("柳溪镇人民政府", ((0, Place(3, 5)), (3, Place(4, 1)), (5, Place(6, 9))))


@pytest.mark.parametrize(
    ("offset", "place"),
    [
        (0, Place(3, 5)),
        (2, Place(3, 7)),
        (3, Place(4, 1)),
        (4, Place(4, 2)),
        (5, Place(6, 9)),
        (6, Place(6, 10)),
        (7, Place(6, 11)),
    ],
)
def test_place(offset: int, place: Place) -> None:
    """An offset leads to the line it came from and counts its columns from there."""
    assert JOINED.place(offset) == place


def test_place_of_paragraph() -> None:
    """A paragraph stands where its first character stands."""
    assert JOINED.place() == Place(3, 5)


def test_place_without_column() -> None:
    """Where the source knows no columns, the place is the line alone."""
    paragraph = Paragraph("柳溪镇人民政府", ((0, Place(3)), (3, Place(4))))
    assert [paragraph.place(n) for n in (0, 2, 3, 6)] == [Place(3), Place(3), Place(4), Place(4)]


def test_place_of_empty_stretch() -> None:
    """Of two stretches that begin at one offset the later one holds the character."""
    assert Paragraph("柳溪", ((0, Place(1, 1)), (0, Place(1, 4)), (1, Place(2, 1)))).place(0) == Place(1, 4)


@given(lengths=st.lists(st.integers(1, 5), min_size=1, max_size=6), column=st.integers(1, 9))
def test_every_character(lengths: list[int], column: int) -> None:
    """Joined lines lead every character back to its own line and column."""
    text, anchors, places = "", [], []
    for line, length in enumerate(lengths, 1):
        anchors.append((len(text), Place(line, column)))
        places += [Place(line, column + n) for n in range(length)]
        text += "字" * length
    paragraph = Paragraph(text, tuple(anchors))
    assert [paragraph.place(n) for n in range(len(text))] == places
