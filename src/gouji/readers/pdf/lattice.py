"""Ruling lines become tables: which lines belong together, and which cells they enclose.

Lines are drawn in many ways: once or double, in pieces, as thin areas, a little too short or too
long, and a page break leaves out the last one. So lines that lie close are one line, pieces that
nearly touch are one piece, and a table ends where its lines end.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice, pairwise

from msgspec import Struct

from gouji.readers.cells import MOST_COLUMNS
from gouji.readers.pdf.drawing import Box, Ruling
from gouji.readers.pdf.page import Char
from gouji.readers.pdf.refusal import beyond
from gouji.wording import Text

CLOSE = 4.0  # points; no row or column is as narrow
MOST_TABLES = 200  # on one page
MOST_CROSSINGS = 200_000  # of lines on one page, each line taken as long as the page

_SHORTEST = 5.0  # points; a shorter piece encloses nothing
_COVERED = 0.5  # share of a cell's side that a line must take up to be its border
_MOST_SEALS = 50  # looked at on one page
_EXACT = 0.5  # points; lines drawn at one place
_THROUGH = 8.0  # points beyond a line: one that goes on so far does not end there
_FEW = 0.25  # of the columns
_OUTSIDE = -1


class Strand(Struct, eq=False):
    """A line in one piece: where it stands, from where to where it goes, and the track that it lies on."""

    at: float
    start: float
    end: float
    track: int
    up: "Strand | None" = None  # towards the one strand that stands for all of the same table


class Slot(Struct, gc=False):
    """A cell in the grid of its table: where it begins, counted from 0, how far it goes, and what is in it."""

    row: int
    column: int
    row_span: int
    col_span: int
    chars: list[Char]


class Grid(Struct, eq=False):
    """A table as its lines draw it.

    Attributes:
        rows, columns: where their borders stand.
        slots: the cells, row by row.
        bent: the numbers of slots that an area of no clear shape was cut into, where several hold text.
        cut_off: its lines go on up or down beyond its last border, as a page break leaves them.
    """

    rows: list[float]
    columns: list[float]
    slots: list[Slot]
    bent: list[list[int]]
    cut_off: bool

    def box(self, slot: Slot) -> Box:
        """Return left, top, right and bottom of a slot."""
        right, bottom = self.columns[slot.column + slot.col_span], self.rows[slot.row + slot.row_span]
        return self.columns[slot.column], self.rows[slot.row], right, bottom

    def is_tiled(self, areas: Iterable[Box]) -> bool:
        """Tell whether each slot is one of these areas, and the slots leave nothing between them."""
        tiles = set()
        for left, top, right, bottom in areas:
            column, row = _index(self.columns, left), _index(self.rows, top)
            end, below = _index(self.columns, right), _index(self.rows, bottom)
            if None not in (column, row, end, below):
                tiles.add((column, row, end, below))
        own = {(slot.column, slot.row, slot.column + slot.col_span, slot.row + slot.row_span) for slot in self.slots}
        fields = sum([slot.row_span * slot.col_span for slot in self.slots])
        return own == tiles and fields == (len(self.rows) - 1) * (len(self.columns) - 1)


def borders_of(
    across: Sequence[Ruling], down: Sequence[Ruling], outlines: Sequence[Box], chars: Sequence[Char], page: int
) -> "list[Borders]":
    """Find what may be tables on a page, inner ones before those around them.

    Args:
        across: the ruling lines along the page.
        down: those down the page.
        outlines: the boxes of rectangles among these lines.
        chars: the characters of the page.
        page: its number, for messages.

    Raises:
        UnreadableError: GJ005, too many tables, or one with too many rows and columns.
    """
    ink = _Ink(chars)
    rows, columns = _strands(across), _strands(down)
    if len(rows) * len(columns) > MOST_CROSSINGS:
        raise beyond(Text("表格线交叉数", "crossings of lines"), len(rows) * len(columns), MOST_CROSSINGS, page)
    seals = _seals(outlines, rows, columns, across, down)
    if seals:
        rows = _strands(ruling for ruling in across if not _is_side(ruling, seals, 0))
        columns = _strands(ruling for ruling in down if not _is_side(ruling, seals, 1))
    tables = _tables(rows, columns)
    found = [borders for rows, columns in tables if (borders := Borders.of(rows, columns, ink)) is not None]
    if len(found) > MOST_TABLES:
        raise beyond(Text("表格数", "tables"), len(found), MOST_TABLES, page)
    for borders in found:
        width = len(borders.columns) - 1
        if width > MOST_COLUMNS:
            raise beyond(Text("表格列数", "columns of a table"), width, MOST_COLUMNS, page)
    found.sort(key=lambda borders: borders.area)
    return found


# --- rectangles that are no part of a table ---------------------------------------------------


def _seals(
    outlines: Iterable[Box],
    rows: list[list[Strand]],
    columns: list[list[Strand]],
    across: Sequence[Ruling],
    down: Sequence[Ruling],
) -> list[Box]:
    """Return the rectangles that are only put over a table: lines run through them, and none goes on in a side."""
    crossed = (
        box
        for box in outlines
        if _run_through(rows, box[1], box[3], box[0], box[2]) or _run_through(columns, box[0], box[2], box[1], box[3])
    )
    return [box for box in islice(crossed, _MOST_SEALS) if _stands_alone(box, across, down)]


def _stands_alone(box: Box, across: Sequence[Ruling], down: Sequence[Ruling]) -> bool:
    left, top, right, bottom = box
    sides = (
        (across, top, left, right),
        (across, bottom, left, right),
        (down, left, top, bottom),
        (down, right, top, bottom),
    )
    return not any(_goes_on(rulings, at, start, end) for rulings, at, start, end in sides)


def _run_through(tracks: list[list[Strand]], first: float, last: float, start: float, end: float) -> bool:
    """Tell whether a line between two sides runs through one of the two others."""
    begin = bisect_left(tracks, first + CLOSE, key=lambda track: track[0].at)
    stop = bisect_right(tracks, last - CLOSE, key=lambda track: track[0].at)
    return any(
        strand.start < side - _THROUGH and strand.end > side + _THROUGH
        for track in tracks[begin:stop]
        for strand in track
        for side in (start, end)
    )


def _goes_on(rulings: Sequence[Ruling], at: float, start: float, end: float) -> bool:
    """Tell whether other lines lie along a side of a rectangle."""
    return any(
        abs(ruling.at - at) <= _EXACT
        and ruling.end - ruling.start > _EXACT
        and ruling.start <= end + CLOSE
        and ruling.end >= start - CLOSE
        and not (abs(ruling.start - start) <= _EXACT and abs(ruling.end - end) <= _EXACT)
        for ruling in rulings
    )


def _is_side(ruling: Ruling, boxes: Sequence[Box], first: int) -> bool:
    """Tell whether a line is a side of a rectangle: along the page with 0 as the first side, down it with 1."""
    return any(
        min(abs(ruling.at - box[1 - first]), abs(ruling.at - box[3 - first])) <= _EXACT
        and abs(ruling.start - box[first]) <= _EXACT
        and abs(ruling.end - box[first + 2]) <= _EXACT
        for box in boxes
    )


# --- lines that belong together ---------------------------------------------------------------


def _strands(rulings: Iterable[Ruling]) -> list[list[Strand]]:
    """Join the pieces of lines; return them track by track."""
    tracks: list[list[Ruling]] = []
    last = 0.0
    for ruling in sorted(rulings, key=lambda ruling: ruling.at):
        if not tracks or ruling.at - last > CLOSE:
            tracks.append([])
        tracks[-1].append(ruling)
        last = ruling.at
    joined = [list(_joined(track, number)) for number, track in enumerate(tracks)]
    return [track for track in joined if track]


def _joined(track: list[Ruling], number: int) -> Iterator[Strand]:
    """Join pieces on one track that touch, nearly touch or overlap."""
    track.sort(key=lambda ruling: ruling.start)
    first, end = 0, track[0].end
    for at, ruling in enumerate((*track[1:], None), start=1):
        if ruling is not None and ruling.start <= end + CLOSE:
            end = max(end, ruling.end)
            continue
        pieces = track[first:at]
        if end - pieces[0].start >= _SHORTEST:
            yield Strand(sum([piece.at for piece in pieces]) / len(pieces), pieces[0].start, end, number)
        if ruling is not None:
            first, end = at, ruling.end


def _tables(rows: list[list[Strand]], columns: list[list[Strand]]) -> Iterator[tuple[list[Strand], list[Strand]]]:
    """Part the lines by tables: those of one table cross or touch, directly or through others."""
    lefts = [min([strand.at for strand in track]) for track in columns]
    rights = [max([strand.at for strand in track]) for track in columns]
    tops = [[strand.start for strand in track] for track in columns]
    for row in (strand for track in rows for strand in track):
        first, last = bisect_left(rights, row.start - CLOSE), bisect_right(lefts, row.end + CLOSE)
        for n in range(first, last):
            below = bisect_right(tops[n], row.at + CLOSE)
            for column in columns[n][max(0, below - 2) : below]:  # the two that may reach the row
                if column.end >= row.at - CLOSE and row.start - CLOSE <= column.at <= row.end + CLOSE:
                    one, other = _head(row), _head(column)
                    if one is not other:
                        one.up = other
    parted: dict[int, tuple[list[Strand], list[Strand]]] = {}
    for kind, tracks in enumerate((rows, columns)):
        for strand in (strand for track in tracks for strand in track):
            parted.setdefault(id(_head(strand)), ([], []))[kind].append(strand)
    return (table for table in parted.values() if min(map(len, table)) > 0)


def _head(strand: Strand) -> Strand:
    while strand.up is not None:
        if strand.up.up is not None:
            strand.up = strand.up.up
        strand = strand.up
    return strand


# --- cells between lines ----------------------------------------------------------------------


class _Ink:
    """The characters of a page by their height."""

    def __init__(self, chars: Sequence[Char]) -> None:
        self._chars = sorted(chars, key=lambda char: char.y)
        self._heights = [char.y for char in self._chars]

    def within(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Tell whether any character stands in a box."""
        first, last = bisect_left(self._heights, top), bisect_right(self._heights, bottom)
        return any(left <= char.x <= right for char in self._chars[first:last])


class Borders(Struct):
    """The borders of a table: where they stand, and which sides of which fields they close.

    ``upright[row][n]`` is the side at the left of column n, ``level[n][column]`` the one above row n.
    """

    rows: list[float]
    columns: list[float]
    upright: list[bytearray]
    level: list[bytearray]
    cut_off: bool

    @classmethod
    def of(cls, rows: list[Strand], columns: list[Strand], ink: _Ink) -> "Borders | None":
        """Lay out the lines of one table; None if they cannot be one."""
        row_at, column_at = _positions(rows), _positions(columns)
        if len(row_at) + len(column_at) < 3:  # noqa: PLR2004 - two crossing lines are no table
            return None
        lines_down, lines_across = sorted(row_at.values()), sorted(column_at.values())
        above, below = _reach(columns, lines_down)
        cut_off = above < lines_down[0] - CLOSE or below > lines_down[-1] + CLOSE
        lines_down, lines_across = _closed(rows, columns, lines_down, lines_across, ink)
        height, width = len(lines_down) - 1, len(lines_across) - 1
        if height < 1 or width < 2:  # noqa: PLR2004 - one column is a frame around text
            return None
        upright = [bytearray(width + 1) for _ in range(height)]
        for strand in columns:
            column = bisect_left(lines_across, column_at[strand.track])
            for row in _covered(strand, lines_down):
                upright[row][column] = 1
        level = [bytearray(width) for _ in range(height + 1)]
        for strand in rows:
            line = level[bisect_left(lines_down, row_at[strand.track])]
            for column in _covered(strand, lines_across):
                line[column] = 1
        return cls(lines_down, lines_across, upright, level, cut_off)

    @property
    def area(self) -> float:
        """The size of the table."""
        return (self.rows[-1] - self.rows[0]) * (self.columns[-1] - self.columns[0])

    def filled(self, chars: Sequence[Char]) -> tuple[Grid, list[Char]]:
        """Make the cells and put the characters in; return the grid and the characters left over."""
        rows, columns = self.rows, self.columns
        height, width = len(rows) - 1, len(columns) - 1
        owners = [[_OUTSIDE] * width for _ in range(height)]
        cut: list[range] = []
        count = 0
        for area in self._areas():
            first = count
            for top, left, bottom, right in _rectangles(area):
                for row in range(top, bottom):
                    owners[row][left:right] = [count] * (right - left)
                count += 1
            if count > first + 1:
                cut.append(range(first, count))
        inside: list[list[Char]] = [[] for _ in range(count)]
        left_over: list[Char] = []
        for char in chars:
            row, column = bisect_right(rows, char.y) - 1, bisect_right(columns, char.x) - 1
            number = owners[row][column] if 0 <= row < height and 0 <= column < width else _OUTSIDE
            (left_over if number == _OUTSIDE else inside[number]).append(char)
        self._trim(owners, inside)
        rows = _without_slivers(rows, owners, inside)
        slots = _slots(owners, inside)
        numbers = {number: at for at, number in enumerate(slots)}
        bent = [
            [numbers[number] for number in parts if number in slots]
            for parts in cut
            if sum([bool(inside[number]) for number in parts]) > 1
        ]
        return Grid(rows, columns, list(slots.values()), bent, self.cut_off), left_over

    def _areas(self) -> Iterator[list[tuple[int, int]]]:
        """Yield the areas that the borders enclose, each as its fields: row and column, in order."""
        height, width = len(self.rows) - 1, len(self.columns) - 1
        seen = [bytearray(width) for _ in range(height)]
        for start in ((row, column) for row in range(height) for column in range(width)):
            if seen[start[0]][start[1]]:
                continue
            seen[start[0]][start[1]] = 1
            area = [start]
            for row, column in area:  # grows while it is walked
                if column + 1 < width and not self.upright[row][column + 1] and not seen[row][column + 1]:
                    seen[row][column + 1] = 1
                    area.append((row, column + 1))
                if column and not self.upright[row][column] and not seen[row][column - 1]:
                    seen[row][column - 1] = 1
                    area.append((row, column - 1))
                if row + 1 < height and not self.level[row + 1][column] and not seen[row + 1][column]:
                    seen[row + 1][column] = 1
                    area.append((row + 1, column))
                if row and not self.level[row][column] and not seen[row - 1][column]:
                    seen[row - 1][column] = 1
                    area.append((row - 1, column))
            yield sorted(area)

    def _trim(self, owners: list[list[int]], inside: list[list[Char]]) -> None:
        """Take out what lies right of a narrower table that touches a wide one: open, and nothing in it."""
        open_right = {row[-1] for row, sides in zip(owners, self.upright, strict=True) if not sides[-1]}
        if open_right and not any(inside[number] for number in open_right):
            for at, row in enumerate(owners):
                owners[at] = [_OUTSIDE if number in open_right else number for number in row]


def _without_slivers(rows: list[float], owners: list[list[int]], inside: list[list[Char]]) -> list[float]:
    """Join two rows where nearly all cells span both, and the others, on the left, are empty in one of them.

    A page break leaves such slivers of labels behind; the cells beside them would seem to span rows.
    """
    kept, borders = [owners[0]], [rows[0]]
    for at, row in enumerate(owners[1:], start=1):
        above = kept[-1]
        half = len(row) // 2
        changes = [(ended, begun) for ended, begun in zip(above, row, strict=True) if ended != begun]
        if changes and len(changes) <= _FEW * len(row) and above[half:] == row[half:]:
            if not any(inside[begun] for _, begun in changes):
                continue
            if not any(inside[ended] for ended, _ in changes):
                kept[-1] = row
                continue
        kept.append(row)
        borders.append(rows[at])
    owners[:] = kept
    return [*borders, rows[-1]]


def _slots(owners: list[list[int]], inside: list[list[Char]]) -> dict[int, Slot]:
    """Return the cells that are left, row by row, by their number."""
    slots: dict[int, Slot] = {}
    for row, numbers in enumerate(owners):
        for column, number in enumerate(numbers):
            slot = slots.get(number)
            if number == _OUTSIDE:
                continue
            if slot is None:
                slots[number] = Slot(row, column, 1, 1, inside[number])
            elif row == slot.row:
                slot.col_span += 1
            else:
                slot.row_span = row - slot.row + 1
    return slots


def _index(borders: Sequence[float], at: float) -> int | None:
    """Return which border is close to a place."""
    number = bisect_left(borders, at - CLOSE)
    return number if number < len(borders) and borders[number] <= at + CLOSE else None


def _positions(strands: list[Strand]) -> dict[int, float]:
    """Return where each track of a table stands."""
    found: dict[int, list[float]] = {}
    for strand in strands:
        found.setdefault(strand.track, []).append(strand.at)
    return {track: sum(at) / len(at) for track, at in found.items()}


def _closed(
    rows: list[Strand], columns: list[Strand], down: list[float], across: list[float], ink: _Ink
) -> tuple[list[float], list[float]]:
    """Close the open sides of a table, where lines reach beyond the last border with text between them."""
    top, bottom = down[0], down[-1]
    left, right = _reach(rows, across)
    if left < across[0] - CLOSE and ink.within(left, top, across[0], bottom):
        across = [left, *across]
    if right > across[-1] + CLOSE and ink.within(across[-1], top, right, bottom):
        across = [*across, right]
    above, below = _reach(columns, down)
    if above < top - CLOSE and ink.within(across[0], above, across[-1], top):
        down = [above, *down]
    if below > bottom + CLOSE and ink.within(across[0], bottom, across[-1], below):
        down = [*down, below]
    return down, across


def _reach(strands: list[Strand], lines: list[float]) -> tuple[float, float]:
    """Return how far two of the strands at least reach beyond the first and the last line that crosses them."""
    if len(strands) < 2:  # noqa: PLR2004
        return lines[0], lines[-1]
    return sorted([strand.start for strand in strands])[1], sorted([strand.end for strand in strands])[-2]


def _covered(strand: Strand, lines: list[float]) -> Iterator[int]:
    """Yield the spaces between lines that a strand runs along."""
    for n in range(max(0, bisect_right(lines, strand.start) - 1), len(lines) - 1):
        if lines[n] >= strand.end:
            return
        if min(strand.end, lines[n + 1]) - max(strand.start, lines[n]) >= _COVERED * (lines[n + 1] - lines[n]):
            yield n


def _rectangles(area: list[tuple[int, int]]) -> Iterator[tuple[int, int, int, int]]:
    """Cut an area into rectangles, top row, left column, and where they end; nearly every area is one."""
    growing: dict[tuple[int, int], int] = {}  # first and last column -> first row
    row = area[0][0]
    for row, fields in groupby(area, key=lambda field: field[0]):
        runs = dict.fromkeys(_runs([column for _, column in fields]))
        for left, right in [run for run in growing if run not in runs]:
            yield growing.pop((left, right)), left, row, right
        for run in runs:
            growing.setdefault(run, row)
    for (left, right), first in growing.items():
        yield first, left, row + 1, right


def _runs(columns: list[int]) -> Iterator[tuple[int, int]]:
    first = columns[0]
    for column, after in pairwise((*columns, -1)):
        if after != column + 1:
            yield first, column + 1
            first = after
