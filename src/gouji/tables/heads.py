"""The head of a table: which value columns it has, left to right."""

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct, structs

from gouji.document import NOWHERE, Cell
from gouji.facts import Departure, Misfit
from gouji.forms import FormBlock, Line
from gouji.tables.grid import Row
from gouji.tables.vocabulary import find_column
from gouji.wording import label_key

Columns = tuple[Line | None, ...]


class Layout(Struct, frozen=True, eq=False):
    """The value columns of a head, None for one that the form does not have.

    A head in which labels are missing may have lost the labels or the columns; the rows decide:
    ``columns`` is the form's own order then, ``otherwise`` what the head shows.
    """

    columns: Columns
    departures: tuple[Departure, ...] = ()
    otherwise: "Layout | None" = None


def layout_of(block: FormBlock, head: list[Row]) -> Layout:
    """Read the head rows of a block (none: the form's own columns)."""
    if not head:
        return Layout(block.columns)
    # a row of one text is a title, and may come from another page, where the table was wider
    head = [row for row in head if len(_once(c for c in row if c is not None and c.text.strip())) > 1] or head
    cells = _lowest(block, head)
    lines = _ordered([find_column(block, cell.text) for cell in cells], block)
    first = next((n for n, line in enumerate(lines) if line), len(lines))
    cells, lines = cells[first:], lines[first:]
    while lines and lines[-1] is None and not cells[len(lines) - 1].text:
        lines.pop()  # an empty column at the end, drawn by a converter
    required = {line for line in block.columns if not line.optional}
    known = [line for line in lines if line]
    if required <= set(known) and len(known) == len(set(known)):
        return _whole(block, cells, lines)
    written = _once(cell for row in head for cell in row if cell is not None)
    if _names_all(block, written):
        return Layout(block.columns)  # merged cells were flattened: only the order of rows is lost
    return _partial(block, cells, lines, written)


def _whole(block: FormBlock, cells: list[Cell], lines: list[Line | None]) -> Layout:
    departures = [
        Departure(Misfit.COLUMN_UNKNOWN, cell.place, cell.text)
        for cell, line in zip(cells, lines, strict=False)
        if line is None
    ]
    known = [line for line in lines if line]
    if known != [line for line in block.columns if line in known]:
        departures.append(Departure(Misfit.COLUMN_ORDER, cells[0].place))
    departures += [
        Departure(Misfit.LABEL_DIFFERS, cell.place, cell.text, line.label)
        for cell, line in zip(cells, lines, strict=False)
        if line is not None and label_key(cell.text) != label_key(line.label)
    ]
    return Layout(tuple(lines), tuple(departures))


def _partial(block: FormBlock, cells: list[Cell], lines: list[Line | None], written: list[Cell]) -> Layout:
    """Read a head in which some labels of the form are not to be found."""
    expected = block.columns
    place = cells[0].place if cells else written[0].place if written else NOWHERE
    official = "、".join(line.label for line in expected)
    if not lines:
        words = "、".join(cell.text for cell in written if cell.text)
        return Layout(expected, (Departure(Misfit.HEAD_MISSING, place, words, official),))
    in_place = len(lines) == len(expected) and all(
        line in (None, official_line) for line, official_line in zip(lines, expected, strict=True)
    )
    misprinted = [
        Departure(Misfit.LABEL_DIFFERS, cell.place, cell.text, line.label)
        for cell, found, line in zip(cells, lines, expected, strict=False)
        if found is None
    ]
    if in_place:
        return Layout(expected, tuple(misprinted))
    lost = Departure(Misfit.HEAD_MISSING, place, "、".join(cell.text for cell in cells if cell.text), official)
    doubtful = _doubtful(block, lines)
    if doubtful:
        shown = tuple(None if line in doubtful else line for line in lines)
        return Layout(expected, (lost,), Layout(shown, (lost,)))
    whole = _whole(block, cells, lines)
    missing = tuple(
        Departure(Misfit.COLUMN_MISSING, place, official=line.label)
        for line in expected
        if line not in lines and not line.optional
    )
    return Layout(expected, (lost,), Layout(whole.columns, whole.departures + missing))


def _doubtful(block: FormBlock, lines: list[Line | None]) -> set[Line]:
    """Return the columns that a label may or may not mean: two have it, on the form or in the head."""
    labels = Counter(label_key(line.label) for line in block.columns)
    shown = Counter(line for line in lines if line)
    return {line for line, count in shown.items() if count > 1 or labels[label_key(line.label)] > 1}


def _ordered(lines: list[Line | None], block: FormBlock) -> list[Line | None]:
    """Give labels that repeat (five columns, three times) their columns by order."""
    labels = [label_key(line.label) for line in lines if line]
    if labels != [label_key(line.label) for line in block.columns]:
        return lines
    queue = iter(block.columns)
    return [next(queue) if line else None for line in lines]


def _names_all(block: FormBlock, cells: list[Cell]) -> bool:
    found = Counter(label_key(line.label) for cell in cells if (line := find_column(block, cell.text)))
    needed = Counter(label_key(line.label) for line in block.columns if not line.optional)
    return all(found[label] == count for label, count in needed.items())


def _lowest(block: FormBlock, head: list[Row]) -> list[Cell]:
    """Return the lowest written cell of each column of the head, once each; one that a page break cut is whole."""
    width = max(len(row) for row in head)
    lowest = []
    for x in range(width):
        column = [cell for row in head if x < len(row) and (cell := row[x]) is not None]
        written = [cell for cell in column if cell.text.strip()] or column
        if len(written) > 1 and find_column(block, written[-1].text) is None:
            whole = "".join(cell.text for cell in written[-2:])
            if find_column(block, whole) is not None:
                written.append(structs.replace(written[-1], text=whole))
        lowest += written[-1:]
    return _once(lowest)


def _once(cells: Iterable[Cell]) -> list[Cell]:
    return list({id(cell): cell for cell in cells}.values())
