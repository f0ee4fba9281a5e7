"""The pieces of a table that page breaks cut: they share their columns, and cut cells are made whole."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import pairwise

from gouji.readers.pdf.lattice import CLOSE, Grid, Slot
from gouji.readers.pdf.lines import joined, lines_of
from gouji.readers.pdf.sheet import RuledTable
from gouji.wording import numbering

_PADDING = 12.0  # points; the space beside the text of a cell, on both sides together

_FIGURE = re.compile(r"[+-]?\d[\d,，.\s]*|[-—–/／]")


def join_pieces(parts: Iterable[object]) -> None:
    """Put the pieces of cut tables in order among what stands on the pages, from first to last.

    Pieces follow one another directly, on following pages, with one side in line.
    """
    pieces: list[RuledTable] = []
    for part in (*parts, None):
        if isinstance(part, RuledTable) and pieces and _continues(pieces[-1], part):
            pieces.append(part)
            continue
        if len(pieces) > 1:
            _share_columns([piece.grid for piece in pieces])
            for above, below in pairwise(pieces):
                _mend(above, below)
        pieces = [part] if isinstance(part, RuledTable) else []


def _continues(before: RuledTable, table: RuledTable) -> bool:
    if table.page.number != before.page.number + 1:
        return False
    return any(abs(before.box[side] - table.box[side]) <= CLOSE for side in (0, 2))


def _share_columns(grids: Sequence[Grid]) -> None:
    """Give pieces the columns of all of them, so that spans agree, unless their borders do not fall together."""
    borders: list[list[float]] = []
    for at in sorted([at for grid in grids for at in grid.columns]):
        if not borders or at - borders[-1][-1] > CLOSE:
            borders.append([])
        borders[-1].append(at)
    ends = [group[-1] for group in borders]
    places = [[bisect_left(ends, at) for at in grid.columns] for grid in grids]
    if any(len(set(place)) < len(place) for place in places):
        return
    middles = [sum(group) / len(group) for group in borders]
    for grid, place in zip(grids, places, strict=True):
        own = dict(zip(place, grid.columns, strict=True))
        grid.columns = [own.get(at, middle) for at, middle in enumerate(middles)]
        for slot in grid.slots:
            end = place[slot.column + slot.col_span]
            slot.column = place[slot.column]
            slot.col_span = end - slot.column


def _mend(above: RuledTable, below: RuledTable) -> None:
    """Join numbered labels that a page break cut in the middle.

    A label goes on below where the line above fills its cell and the text below has no number of its
    own. It is joined above, or below if the figures of its row stand there; where both rows have
    figures they are two.
    """
    last = len(above.grid.rows) - 2
    ends = {(s.column, s.col_span): n for n, s in enumerate(above.grid.slots) if s.row + s.row_span - 1 == last}
    begins = {(s.column, s.col_span): n for n, s in enumerate(below.grid.slots) if s.row == 0}
    figures_above, figures_below = _figures(above, ends.values()), _figures(below, begins.values())
    for columns in ends.keys() & begins.keys():
        upper, lower = ends[columns], begins[columns]
        first, second = above.texts[upper], below.texts[lower]
        if not second or not numbering(first) or numbering(second) or _FIGURE.fullmatch(second):
            continue
        one_row = above.grid.slots[upper].row_span == below.grid.slots[lower].row_span == 1
        if (one_row and figures_above and figures_below) or not _is_full(above.grid, above.grid.slots[upper]):
            continue
        whole = joined([first, second])
        to_below = one_row and figures_below
        above.texts[upper], below.texts[lower] = ("", whole) if to_below else (whole, "")


def _figures(table: RuledTable, slots: Iterable[int]) -> bool:
    return any(_FIGURE.fullmatch(table.texts[number]) for number in slots)


def _is_full(grid: Grid, slot: Slot) -> bool:
    """Tell whether the last line of a cell has no space for another character."""
    if not slot.chars:
        return False
    *others, last = lines_of(slot.chars)
    width = last[-1].right - last[0].left
    if others:
        return width > max([line[-1].right - line[0].left for line in others]) - last[-1].em
    left, _, right, _ = grid.box(slot)
    return right - left - width < _PADDING + last[-1].em
