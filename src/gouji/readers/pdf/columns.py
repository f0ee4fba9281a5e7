"""Tables without lines, told by the place of their figures alone - where nothing else can be meant."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from gouji.readers.pdf.drawing import Box
from gouji.readers.pdf.lines import hull, text_of
from gouji.readers.pdf.page import Char, Page
from gouji.readers.pdf.sheet import DrawnCell, TextLine

_COLUMN_GAP = 1.5  # em between the cells of a row
_GUTTER = 0.5  # em that stay free from the first row to the last
_FEWEST_ROWS = 2  # a head counts
_FARTHEST = 4.0  # em from one row to the next

_FIGURE = re.compile(r"[+-]?\d[\d,，.]*|[-—－/／无〇○]")

Cells = list[list[Char]]


class Columns(Struct, eq=False):
    """A table without lines: its page, and the characters of each cell, row by row."""

    page: Page
    rows: list[Cells]

    @property
    def box(self) -> Box:
        """Left, top, right and bottom."""
        return hull([char for row in self.rows for cell in row for char in cell])

    def cells(self) -> Iterator[list[DrawnCell]]:
        """Yield the cells row by row."""
        for row in self.rows:
            yield [(text_of(cell), hull(cell), 1, 1) for cell in row]


def columns_of(lines: Sequence[TextLine]) -> tuple[list[TextLine | Columns], list[TextLine]]:
    """Replace lines that are rows of figures by tables; return also the lines that only look like rows.

    Rows belong to one table when each has the same number of cells, a label and figures only behind
    it, when the space between columns is free throughout, and there are two of them or a head of words.
    """
    parts: list[TextLine | Columns] = []
    doubtful = []
    at = 0
    while at < len(lines):
        rows = _run(lines, at)
        if rows:
            parts.append(Columns(lines[at].page, rows))
            at += len(rows)
            continue
        parts.append(lines[at])
        if any(_FIGURE.fullmatch(text_of(cell)) for cell in _cells(lines[at])[1:]):
            doubtful.append(lines[at])
        at += 1
    return parts, doubtful


def _run(lines: Sequence[TextLine], at: int) -> list[Cells]:
    """Return the rows of the table that begins with a line; none if it begins there no table."""
    head = _cells(lines[at])
    if len(head) < 2:  # noqa: PLR2004
        return []
    rows = [head]
    spans = [_span(cell) for cell in head]
    for before, line in pairwise(lines[at:]):
        row = _cells(line)
        if len(row) != len(head) or not _is_row(row) or not 0 < line.y - before.y < _FARTHEST * line.em:
            break
        wider = [
            (min(left, _span(cell)[0]), max(right, _span(cell)[1]))
            for (left, right), cell in zip(spans, row, strict=True)
        ]
        if any(left[1] + _GUTTER * line.em > right[0] for left, right in pairwise(wider)):
            break
        rows.append(row)
        spans = wider
    return rows if len(rows) >= _FEWEST_ROWS else []


def _cells(line: TextLine) -> Cells:
    cells = [[line.chars[0]]]
    for before, char in pairwise(line.chars):
        if char.left - before.right > _COLUMN_GAP * line.em:
            cells.append([])
        cells[-1].append(char)
    return cells


def _is_row(cells: Cells) -> bool:
    """Tell whether a label stands first and figures behind it."""
    label, *figures = (text_of(cell) for cell in cells)
    return not _FIGURE.fullmatch(label) and all(_FIGURE.fullmatch(figure) for figure in figures)


def _span(cell: list[Char]) -> tuple[float, float]:
    return cell[0].left, cell[-1].right
