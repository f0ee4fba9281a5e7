"""Numbers that stand in the wrong place: a row or column shifted by one, two neighbours swapped.

A move is an answer when undoing it satisfies every tie, though it was free to fail at several: the
number that a shift pushed out of the table is all that is computed from the ties.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Literal

from msgspec import Struct

from gouji.facts import Number
from gouji.forms import Form
from gouji.ties import Change, Part, solve, solved

FEWEST_CHANGES = 3  # cells; less is no move but wrong cells
LONGEST_LINE = 100  # cells; the stretches of a longer one are too many to try
FEWEST_PROOFS = 3  # equations that the move puts right beyond the numbers that it leaves open

Kind = Literal["right", "left", "down", "up", "columns", "rows"]
Line = tuple[str, ...]


class Move(Struct, frozen=True):
    """What happened to a part of a form.

    Attributes:
        kind: ``right`` or ``left``: rows shifted by one column; ``down`` or ``up``: a column shifted by
            one row; ``columns`` or ``rows``: two neighbours swapped.
        first, last: the cells in opposite corners of the part.
    """

    kind: Kind
    first: str
    last: str


class _Undoing(Struct, frozen=True):
    """What undoes a move: new values, and cells whose number was pushed out of the table."""

    move: Move
    new: dict[str, Number]
    lost: tuple[str, ...] = ()


def moves(part: Part, form: Form) -> list[tuple[Move, tuple[Change, ...]]]:
    """Return every move that, undone, satisfies all rows of a part; of moves to the same effect the first."""
    found: dict[tuple[Change, ...], Move] = {}
    if part.broken.bit_count() < FEWEST_PROOFS:
        return []
    for grid in grids(part, form):
        for undoing in _undoings(grid, part):
            changes = _proven(undoing, part)
            if changes:
                found.setdefault(changes, undoing.move)
    return [(move, changes) for changes, move in found.items()]


def grids(part: Part, form: Form) -> Iterator[list[Line]]:
    """Yield the blocks of a form as lines of cells; a line that is not in the part ends one grid and begins another."""
    for _, slots in groupby(form.slots_by_line, key=lambda line: line[1][0].block):
        grid: list[Line] = []
        for _, line in slots:
            if all(slot.key in part.masks for slot in line):
                grid.append(tuple(slot.key for slot in line))
            elif not line[0].optional:
                yield from [grid] if grid else []
                grid = []
        yield from [grid] if grid else []


def _undoings(grid: list[Line], part: Part) -> Iterator[_Undoing]:
    """Yield what undoes the moves whose cells stand in every broken row."""
    columns = list(zip(*grid, strict=True))
    for pair in pairwise(columns):
        yield from _swaps(pair, part, "columns")
    for pair in pairwise(grid):
        yield from _swaps(pair, part, "rows")
    for line in grid:
        yield from _shifts([line], part, "right", "left")
    for line in columns:
        yield from _shifts([line], part, "down", "up")
    for block in _blocks(grid, part):
        yield from _shifts(block, part, "right", "left")


def _blocks(grid: list[Line], part: Part) -> Iterator[list[Line]]:
    """Yield runs of rows that may have been shifted as one: all that are broken in themselves, or on to the edge."""
    broken = [
        n for n, line in enumerate(grid) if any(row.terms.keys() <= set(line) for row in part.picked(part.broken))
    ]
    if len(broken) > 1:
        for first in sorted({0, broken[0]}):
            for last in sorted({broken[-1], len(grid) - 1}):
                yield grid[first : last + 1]


def _stretches(lines: Sequence[Line], part: Part) -> Iterator[tuple[int, int]]:
    """Yield the stretches (first and last position) of lines side by side that have a cell in every broken row."""
    if len(lines[0]) > LONGEST_LINE or part.broken & ~part.touched(key for line in lines for key in line):
        return
    masks = [part.touched(keys) for keys in zip(*lines, strict=True)]
    for start in range(len(masks)):
        reached = 0
        for end in range(start, len(masks)):
            reached |= masks[end]
            if not part.broken & ~reached:
                yield start, end


def _shifts(lines: Sequence[Line], part: Part, forward: Kind, back: Kind) -> Iterator[_Undoing]:
    """Yield what undoes a shift by one of any stretch of the lines, the same stretch in each.

    A stretch that was shifted begins with a cell that nothing was written for, or with what was pushed
    out at its end.
    """
    values = part.values
    for start, end in _stretches(lines, part):
        for kind, step in ((forward, 1), (back, -1)):
            stretches = [line[start : end + 1][::step] for line in lines]
            if start == end or all(values[stretch[0]] == values[stretch[1]] for stretch in stretches):
                continue  # a shorter stretch has the same effect
            new: dict[str, Number] = {}
            lost = []
            for stretch in stretches:
                new |= {to: values[at] for to, at in pairwise(stretch)}
                if values[stretch[0]]:
                    new[stretch[-1]] = values[stretch[0]]
                else:
                    lost.append(stretch[-1])
            yield _Undoing(Move(kind, lines[0][start], lines[-1][end]), new, tuple(lost))


def _swaps(pair: tuple[Line, Line], part: Part, kind: Kind) -> Iterator[_Undoing]:
    """Yield what undoes a swap of two neighbours, over any stretch."""
    values = part.values
    for start, end in _stretches(pair, part):
        one, other = (line[start : end + 1] for line in pair)
        if values[one[0]] != values[other[0]] and values[one[-1]] != values[other[-1]]:
            new = {x: values[y] for x, y in zip(one + other, other + one, strict=True)}
            yield _Undoing(Move(kind, one[0], other[-1]), new)


def _proven(undoing: _Undoing, part: Part) -> tuple[Change, ...] | None:
    """Return the changes that undo a move if they satisfy every row and enough of them might have failed."""
    new = {key: value for key, value in undoing.new.items() if value != part.values[key]}
    if (
        part.broken & ~part.touched((*new, *undoing.lost))
        or part.broken.bit_count() < len(undoing.lost) + FEWEST_PROOFS
    ):
        return None
    if undoing.lost:
        moved = part.after(new)
        rows = [row for row in moved.picked(moved.touched(undoing.lost)) if row.exact]
        fixed = solve([(row.terms, row.target) for row in rows], undoing.lost)
        if fixed is None or len(fixed) < len(undoing.lost):
            return None
        wanting = [key for key in undoing.lost if fixed[key]]
        found = solved(moved, wanting) if wanting else ()
        if found is None or any(change.new is None for change in found):
            return None
        new |= {change.key: change.new for change in found if change.new is not None}
    if len(new) < FEWEST_CHANGES or not part.satisfied(new):
        return None
    return tuple(Change(key, part.values[key], new[key]) for key in sorted(new))
