"""The source of Markdown and plain text: every character has its line and column."""

import re
from collections.abc import Sequence

from gouji.document import Cell, Document, Paragraph, Place
from gouji.fixes.change import Target, solid_offsets
from gouji.fixes.source import Lines, Patch

_BLANKS = re.compile(r"[^\S\r\n\t]*+")
_FEWEST_FOR_A_CELL = 3  # blanks into the midst of which a figure goes


def spans_of(text: str, lines: Lines, document: Document, target: Target) -> Sequence[tuple[int, int]] | None:
    """Return where the characters of a text stand; None when one of them is not where it should be."""
    block = document.blocks[target.block]
    if isinstance(block, Paragraph):
        places = [(block.text[at], block.place(at)) for at in solid_offsets(block.text)]
    else:
        cell = block.rows[target.row][target.cell]
        places = [(cell.text[at], _shifted(cell.place, at)) for at in solid_offsets(cell.text)]
    spans = []
    for char, place in places:
        at = _offset(lines, place)
        if at is None or text[at : at + 1] != char:
            return None
        spans.append((at, at + 1))
    return spans


def blank_patch(text: str, lines: Lines, cell: Cell, new: str) -> Patch | None:
    """Return what writes into a blank cell between two bars or tabs."""
    start = _offset(lines, cell.place)
    if start is None:
        return None
    end = _BLANKS.match(text, start).end()  # type: ignore[union-attr]  # it matches nothing at least
    if end < len(text) and text[end] not in "|\t\r\n":
        return None
    blanks = text[start:end]
    if len(blanks) >= _FEWEST_FOR_A_CELL:
        return Patch(start + 1, start + 2, new)
    in_bars = text[start - 1 : start] == "|" or text[end : end + 1] == "|"
    return Patch(start, end, f" {new} " if blanks and in_bars else new)


def _shifted(place: Place, by: int) -> Place:
    return place if place.column is None else Place(place.line, place.column + by)


def _offset(lines: Lines, place: Place) -> int | None:
    if place.line is None or place.column is None or place.line > len(lines.starts):
        return None
    return lines.starts[place.line - 1] + place.column - 1
