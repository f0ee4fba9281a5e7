"""A table laid on its form: every number lands in its slot, or its slot says why not.

Labels name the row; the cells right of the label are the row's values. In a whole table their
count equals the columns of the head. Rows that lost or gained label cells (merged cells flattened
by OCR) are longer: blank cells at the ends are put aside until the count fits, and where that can
be done in more than one way, the rows of the same shape decide. What stays open is unreadable.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from gouji.amount import State, read_amount
from gouji.document import Cell, Place, Table
from gouji.facts import Alignment, Departure, Fact, Misfit
from gouji.forms import Form, FormBlock, Line, Slot
from gouji.tables.grid import Row, distinct, expand
from gouji.tables.vocabulary import RowName, Vocabulary, find_column, vocabulary
from gouji.wording import label_key, squeeze

LOWEST_SCORE = 0.5  # with less than half of its rows a table is not this form
UNKNOWN_HEAD = 0.9  # the score of a form whose head does not name the columns


@dataclass(slots=True)
class Found:
    """A row of values: which line of the form it is, and its cells right of the label."""

    row: RowName | None
    label: Cell | None
    values: tuple[Cell, ...]
    columns: tuple[Line | None, ...]
    shape: tuple[int, int, int]
    cells: tuple[Cell, ...] | None = None


@dataclass(slots=True)
class Scan:
    """The state of reading a form's tables from top to bottom."""

    vocabulary: Vocabulary
    block: FormBlock
    head: list[Row] = field(default_factory=list)
    columns: tuple[Line | None, ...] = ()
    found: list[Found] = field(default_factory=list)
    departures: list[Departure] = field(default_factory=list)
    heads_seen: int = 0


def align(form: Form, tables: Sequence[Table]) -> Alignment:
    """Lay the tables of one form (see ``stitch``) on it.

    Returns:
        The alignment with a fact for every slot of the form, optional slots only where written.
        Slots that no cell fills are ``missing``; when fewer than half of the rows are found, every
        fact is ``unreadable``.
    """
    scan = Scan(vocabulary(form), form.blocks[0])
    for number, table in enumerate(tables):
        _scan_table(scan, number, table)
    _name_by_position(scan)
    _fit(scan.found)
    place = tables[0].place
    rows = _rows(scan)
    _note_rows(scan, rows, place)
    score = _score(rows, scan)
    departures = tuple(sorted(scan.departures, key=lambda d: (d.place.line or 0, d.place.column or 0)))
    alignment = Alignment(form, place, score, departures, readable=score >= LOWEST_SCORE)
    return replace(alignment, facts=tuple(_facts(form, rows, alignment)))


def _scan_table(scan: Scan, number: int, table: Table) -> None:
    for row in expand(table):
        cells = distinct(row)
        keys = [label_key(cell.text) for cell in cells]
        if _is_head(scan.vocabulary, keys):
            scan.head.append(row)
        elif scan.vocabulary.rows:
            _labelled(scan, number, cells, keys)
        else:
            _unlabelled(scan, number, cells)


def _is_head(known: Vocabulary, keys: list[str]) -> bool:
    return not known.head_keys.isdisjoint(keys)


def _labelled(scan: Scan, number: int, cells: tuple[Cell, ...], keys: list[str]) -> None:
    known = scan.vocabulary
    at = next((n for n in range(len(keys) - 1, -1, -1) if keys[n] in known.row_keys), None)
    row = known.row_keys[keys[at]] if at is not None else None
    if at is None:
        at = _last_words(cells)
        row = known.find_row(cells[at].text) if at is not None else None
    values = cells[(at + 1) if at is not None else 0 :]
    if not _any_amount(values) and (row is None or len(values) < len(row.block.columns)):
        return  # a title, a note or an empty line
    label = cells[at] if at is not None and not known.is_strewn_title(cells[at].text) else None
    if row is not None and row.block is not scan.block:
        scan.block, scan.columns = row.block, ()
    _take_head(scan)
    shape = (number, len(cells), -1 if at is None else at)
    scan.found.append(Found(row, label, values, scan.columns, shape))


def _last_words(cells: tuple[Cell, ...]) -> int | None:
    wordy = [n for n, cell in enumerate(cells) if read_amount(cell.text).state is State.UNREADABLE]
    # a garbled number among the values is no label: words stand left of the first number
    numbers = [n for n, cell in enumerate(cells) if read_amount(cell.text).state is State.NUMBER]
    left = [n for n in wordy if not numbers or n < numbers[0]]
    return left[-1] if left else None


def _any_amount(cells: tuple[Cell, ...]) -> bool:
    return any(read_amount(cell.text).state is not State.BLANK for cell in cells)


def _unlabelled(scan: Scan, number: int, cells: tuple[Cell, ...]) -> None:
    width = len(scan.block.columns)
    amounts = [read_amount(cell.text).state is not State.UNREADABLE for cell in cells]
    lead = amounts.index(True) if True in amounts else len(cells)
    values = cells[lead:] if len(cells) - lead >= width else cells
    if not scan.head and not scan.heads_seen and not _any_amount(values):
        return
    if 2 * sum(amounts) < len(cells) or (len(values) < width and not _any_amount(values)):
        return
    _take_head(scan)
    scan.found.append(Found(None, None, values, scan.columns, (number, len(cells), lead)))


def _take_head(scan: Scan) -> None:
    """Turn the head rows read so far into the columns of the rows below them."""
    if scan.head:
        scan.heads_seen += 1
        scan.columns = _columns(scan)
        scan.head = []
    elif not scan.columns:
        scan.columns = scan.block.columns


def _columns(scan: Scan) -> tuple[Line | None, ...]:
    """Name the value columns of a head, left to right; None for one that the form does not have."""
    expected = scan.block.columns
    cells = _lowest(scan.head)
    lines = [find_column(scan.block, cell.text) for cell in cells]
    labels = [label_key(line.label) if line else "" for line in lines]
    if [label for label in labels if label] == [label_key(line.label) for line in expected]:
        lines = _in_order(lines, expected)
    place = cells[0].place if cells else Place()
    first = next((n for n, line in enumerate(lines) if line), None)
    if first is None:
        scan.departures.append(Departure(Misfit.HEAD_MISSING, place))
        return expected
    return _noted_columns(scan, cells[first:], lines[first:])


def _in_order(lines: list[Line | None], expected: tuple[Line, ...]) -> list[Line | None]:
    """Give labels that repeat (five columns, three times) their columns by order."""
    queue = iter(expected)
    return [next(queue) if line else None for line in lines]


def _noted_columns(scan: Scan, cells: list[Cell], lines: list[Line | None]) -> tuple[Line | None, ...]:
    expected = scan.block.columns
    while lines and lines[-1] is None and not cells[len(lines) - 1].text:
        lines.pop()  # an empty column at the end, drawn by a converter
    for cell, line in zip(cells, lines, strict=False):
        if line is None:
            scan.departures.append(Departure(Misfit.COLUMN_UNKNOWN, cell.place, cell.text))
    known = [line for line in lines if line]
    for line in expected:
        if line not in known and not line.optional:
            scan.departures.append(Departure(Misfit.COLUMN_MISSING, cells[0].place, official=line.label))
    if known != [line for line in expected if line in known]:
        scan.departures.append(Departure(Misfit.COLUMN_ORDER, cells[0].place))
    return tuple(lines)


def _lowest(head: list[Row]) -> list[Cell]:
    """Return the lowest written cell of each column of the head, once each."""
    width = max(len(row) for row in head)
    cells: list[Cell] = []
    for x in range(width):
        column = [cell for row in head if x < len(row) and (cell := row[x]) is not None]
        written = [cell for cell in column if cell.text.strip()] or column
        if written and not any(cell is written[-1] for cell in cells):
            cells.append(written[-1])
    return cells


def _name_by_position(scan: Scan) -> None:
    """Name rows whose label was lost, where as many rows are missing as lost between two known ones."""
    known = scan.vocabulary
    if not known.rows:
        return
    found = scan.found
    at = 0
    while at < len(found):
        if found[at].row is not None:
            at += 1
            continue
        end = at
        while end < len(found) and found[end].row is None:
            end += 1
        run = found[at:end]
        before, after = found[at - 1].row if at else None, found[end].row if end < len(found) else None
        first = before.position + 1 if before else 0
        last = after.position if after else len(known.rows)
        gap = [row for row in known.rows[first:last] if not row.line.optional]
        nameless = all(item.label is None for item in run)
        for item, row in zip(run, gap if nameless and len(gap) == len(run) else [], strict=False):
            item.row = row
            place = item.values[0].place
            scan.departures.append(Departure(Misfit.LABEL_LOST, place, official=row.line.label, row=row.line.key))
        at = end


def _fit(found: list[Found]) -> None:
    """Choose, for every row, the cells that are its values; rows of one shape agree."""
    settled: dict[tuple[int, int, int], Counter[int]] = {}
    for item in found:
        starts = _starts(item)
        if len(starts) == 1:
            settled.setdefault(item.shape, Counter())[starts[0]] += 1
    for item in found:
        starts = _starts(item)
        if len(starts) > 1:
            votes = settled.get(item.shape, Counter())
            starts = [start for start in starts if votes[start]] or starts
        width = len(item.columns)
        windows = [item.values[start : start + width] for start in starts]
        if len(windows) == 1 or len({tuple(c.text for c in window) for window in windows}) == 1:
            item.cells = windows[0]


def _starts(item: Found) -> list[int]:
    """Return where the values may begin: everything left of them and behind them must be blank."""
    width, values = len(item.columns), item.values
    written = [n for n, cell in enumerate(values) if read_amount(cell.text).state is not State.BLANK]
    first, last = (written[0], written[-1]) if written else (len(values), -1)
    return [start for start in range(len(values) - width + 1) if start <= first and last < start + width]


def _rows(scan: Scan) -> dict[str, list[Found]]:
    rows: dict[str, list[Found]] = {}
    for item in scan.found:
        if item.row is not None or not scan.vocabulary.rows:
            rows.setdefault(item.row.line.key if item.row else "", []).append(item)
    return rows


def _note_rows(scan: Scan, rows: dict[str, list[Found]], place: Place) -> None:
    last = -1
    for item in scan.found:
        if item.row is None:
            if scan.vocabulary.rows:
                found = item.label.text if item.label else ""
                scan.departures.append(Departure(Misfit.ROW_UNKNOWN, _place(item, place), found))
            continue
        again = len(rows[item.row.line.key]) > 1
        _note_row(scan, item, item.row.line, _place(item, place), moved=item.row.position < last and not again)
        last = max(last, item.row.position)
    for key, items in rows.items():
        if len(items) > 1:
            scan.departures.append(Departure(Misfit.ROW_REPEATED, _place(items[1], place), str(len(items)), row=key))
    for row in scan.vocabulary.rows:
        if not row.line.optional and not _counts(row.line.key, rows):
            missing = Departure(Misfit.ROW_MISSING, place, official=row.line.label, row=row.line.key)
            scan.departures.append(missing)


def _note_row(scan: Scan, item: Found, line: Line, at: Place, *, moved: bool) -> None:
    if moved:
        scan.departures.append(Departure(Misfit.ROW_ORDER, at, official=line.label, row=line.key))
    if item.label:
        _note_label(scan, item.label, line)
    if item.cells is None:
        width = str(len(item.columns))
        scan.departures.append(Departure(Misfit.ROW_WIDTH, at, str(len(item.values)), width, line.key))


def _note_label(scan: Scan, label: Cell, line: Line) -> None:
    if label_key(label.text) != label_key(line.label):
        kind = Misfit.LABEL_DIFFERS
    elif "".join(label.text.split()) != "".join(line.label.split()) and squeeze(label.text) == squeeze(line.label):
        kind = Misfit.LABEL_WIDTH
    else:
        return
    scan.departures.append(Departure(kind, label.place, label.text, line.label, line.key))


def _place(item: Found, place: Place) -> Place:
    return item.label.place if item.label else item.values[0].place if item.values else place


def _score(rows: dict[str, list[Found]], scan: Scan) -> float:
    required = [row.line.key for row in scan.vocabulary.rows if not row.line.optional] or [""]
    share = sum(_counts(key, rows) for key in required) / len(required)
    return round(share * (1 if scan.heads_seen else UNKNOWN_HEAD), 3)


def _counts(key: str, rows: dict[str, list[Found]]) -> bool:
    return key in rows or (bool(key.rpartition(".")[0]) and key.rpartition(".")[0] in rows)


def _facts(form: Form, rows: dict[str, list[Found]], alignment: Alignment) -> Iterator[Fact]:
    for slot in form.slots.values():
        key = slot.row.key if slot.row else ""
        items = rows.get(key, [])
        if not items and key.rpartition(".")[0] in rows:
            continue  # the report prints the group in one row
        fact = _fact(slot, items, alignment)
        if not (slot.optional and fact.state in (State.MISSING, State.BLANK)):
            yield fact


def _fact(slot: Slot, items: list[Found], alignment: Alignment) -> Fact:
    if not items:
        state = State.MISSING if alignment.readable else State.UNREADABLE
        return Fact(slot.key, None, "", state, alignment.place)
    item = items[0]
    unreadable = Fact(slot.key, None, "", State.UNREADABLE, _place(item, alignment.place))
    if len(items) > 1 or item.cells is None or not alignment.readable:
        return unreadable
    at = next((n for n, line in enumerate(item.columns) if line is slot.column), None)
    if at is None:
        return Fact(slot.key, None, "", State.MISSING, unreadable.place)
    cell = item.cells[at]
    if cell.row_span > 1:
        return Fact(slot.key, None, cell.text, State.UNREADABLE, cell.place)
    amount = read_amount(cell.text)
    return Fact(slot.key, amount.value, cell.text, amount.state, cell.place, amount.unit)


def unread(form: Form) -> Iterator[Fact]:
    """Yield the facts of a form whose table the report does not have."""
    return (Fact(slot.key, None, "", State.MISSING, Place()) for slot in form.slots.values() if not slot.optional)
