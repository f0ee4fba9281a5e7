"""A table laid on its form: every number lands in its slot, or its slot says why not.

Labels name the row; the cells right of the label are the row's values. In a whole table their
count equals the columns of the head. Rows that lost or gained label cells (merged cells flattened
by OCR) are longer: blank cells at the ends are put aside until the count fits, and where that
leaves a doubt, rows of the same width whose first number is written decide. What stays open is
unreadable.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import structs

from gouji.amount import State, is_blank, read_amount, read_change
from gouji.document import NOWHERE, Cell, Place, Table
from gouji.facts import Alignment, Departure, Fact, Misfit
from gouji.forms import Form, Line, Slot
from gouji.tables.heads import Layout
from gouji.tables.rows import Found, Scan, scan
from gouji.tables.vocabulary import vocabulary
from gouji.wording import label_key, squeeze

LOWEST_SCORE = 0.5  # with less than half of its rows a table is not this form
UNKNOWN_HEAD = 0.9  # the score of a form whose head does not name the columns

Rows = dict[str, list[Found]]


def align(form: Form, tables: Sequence[Table]) -> Alignment:
    """Lay the tables of one form (see ``stitch``) on it.

    Returns:
        The alignment with a fact for every slot of the form, optional slots only where written.
        Slots that no cell fills are ``missing``; when fewer than half of the rows are found, every
        fact is ``unreadable``.
    """
    read = scan(vocabulary(form), tables)
    departures = _fit_all(read)
    _drop_other_tables(read)
    departures += _name_by_position(read)
    place = tables[0].place
    rows = _rows(read)
    departures += _row_departures(read, rows, place)
    score = _score(rows, read)
    ordered = tuple(sorted(departures, key=lambda d: d.place.order))
    alignment = Alignment(form, place, score, ordered, readable=score >= LOWEST_SCORE)
    return structs.replace(alignment, facts=tuple(_facts(form, rows, alignment)))


# --- columns ----------------------------------------------------------------------------------


def _fit_all(read: Scan) -> list[Departure]:
    """Choose the columns of every head by the rows under it, and the cells of every row."""
    departures: list[Departure] = []
    for layout in dict.fromkeys(item.layout for item in read.found):
        rows = [item for item in read.found if item.layout is layout]
        chosen = layout
        _fit(rows, layout)
        if layout.otherwise is not None and 2 * sum(item.cells is not None for item in rows) < len(rows):
            chosen = layout.otherwise
            _fit(rows, chosen)
        departures += chosen.departures
        for item in rows:
            item.layout = chosen
    return departures


def _fit(rows: list[Found], layout: Layout) -> None:
    width = len(layout.columns)
    starts = {id(item): _starts(item, width) for item in rows}
    votes = Counter(
        _position(item, starts[id(item)][0])
        for item in rows
        if len(starts[id(item)]) == 1 and not is_blank(item.values[starts[id(item)][0]][1].text)
    )
    for item in rows:
        start = _chosen(item, starts[id(item)], votes, width)
        item.cells = None if start is None else tuple(c for _, c in item.values[start : start + width])


def _chosen(item: Found, starts: list[int], votes: Counter[tuple[int, int, int]], width: int) -> int | None:
    """Choose where the values begin; a row that begins with a blank may have lost a cell there."""
    if not starts:
        return None
    voted = [start for start in starts if votes[_position(item, start)]]
    if len(voted) == 1:
        return voted[0]
    if all(is_blank(cell.text) for _, cell in item.values):
        return starts[-1]
    certain = not is_blank(item.values[starts[0]][1].text) or (item.row is None and len(item.values) == width)
    return starts[0] if len(starts) == 1 and certain else None


def _position(item: Found, start: int) -> tuple[int, int, int]:
    return item.table, item.width, item.values[start][0]


def _starts(item: Found, width: int) -> list[int]:
    """Return where the values may begin: everything left of them and behind them must be blank."""
    if len(item.values) == width:
        return [0]
    written = [n for n, (_, cell) in enumerate(item.values) if not is_blank(cell.text)]
    first, last = (written[0], written[-1]) if written else (len(item.values), -1)
    return [start for start in range(len(item.values) - width + 1) if start <= first and last < start + width]


# --- rows -------------------------------------------------------------------------------------


def _drop_other_tables(read: Scan) -> None:
    """Leave out a table none of whose rows fits, where another one's do: it only uses the same words."""
    fitting = {item.table for item in read.found if item.cells is not None}
    if fitting:
        read.found = [item for item in read.found if item.table in fitting]


def _name_by_position(read: Scan) -> Iterator[Departure]:
    """Name rows whose label was lost, where as many rows are missing as lost between two known ones."""
    known, found = read.vocabulary, read.found
    at = 0
    while known.rows and at < len(found):
        end = at
        while end < len(found) and found[end].row is None:
            end += 1
        if at == end:
            at += 1
            continue
        run = found[at:end]
        before, after = found[at - 1].row if at else None, found[end].row if end < len(found) else None
        first, last = before.position + 1 if before else 0, after.position if after else len(known.rows)
        gap = [row for row in known.rows[first:last] if not row.line.optional]
        nameless = all(item.label is None and item.cells is not None for item in run)
        named = gap if nameless and len(gap) == len(run) else []
        if not named and before and before.line.optional:
            found[at - 1].row = None  # a group's name whose members lost theirs is no row of its own
        for item, row in zip(run, named, strict=False):
            item.row = row
            place = item.values[0][1].place
            yield Departure(Misfit.LABEL_LOST, place, official=row.line.label, row=row.line.key)
        at = end + 1


def _rows(read: Scan) -> Rows:
    rows: Rows = {}
    for item in read.found:
        if item.row is not None or not read.vocabulary.rows:
            rows.setdefault(item.row.line.key if item.row else "", []).append(item)
    return rows


def _lumped(rows: Rows) -> frozenset[str]:
    """Return the groups that the report prints in one row, without any of their members."""
    groups = {key.rpartition(".")[0] for key in rows if "." in key}
    return frozenset(key for key in rows if key not in groups)


def _row_departures(read: Scan, rows: Rows, place: Place) -> Iterator[Departure]:
    last = -1
    for item in read.found:
        yield from _shape_departures(item, _place(item, place), labelled=bool(read.vocabulary.rows))
        if item.row is None:
            continue
        line = item.row.line
        if item.row.position < last and len(rows[line.key]) == 1:
            yield Departure(Misfit.ROW_ORDER, _place(item, place), official=line.label, row=line.key)
        last = max(last, item.row.position)
        if item.label:
            yield from _label_departures(item.label, line)
    for key, items in rows.items():
        if len(items) > 1:
            yield Departure(Misfit.ROW_REPEATED, _place(items[1], place), str(len(items)), row=key)
    lumped = _lumped(rows)
    for row in read.vocabulary.rows:
        if not row.line.optional and row.line.key not in rows and row.line.key.rpartition(".")[0] not in lumped:
            yield Departure(Misfit.ROW_MISSING, place, official=row.line.label, row=row.line.key)


def _shape_departures(item: Found, at: Place, *, labelled: bool) -> Iterator[Departure]:
    if item.cells is None:
        width = str(len(item.layout.columns))
        yield Departure(Misfit.ROW_WIDTH, at, str(len(item.values)), width, item.row.line.key if item.row else "")
    elif item.row is None and labelled:
        yield Departure(Misfit.ROW_UNKNOWN, at, item.label.text if item.label else "")


def _label_departures(label: Cell, line: Line) -> Iterator[Departure]:
    if label.text == line.label:
        return
    if label_key(label.text) != label_key(line.label):
        yield Departure(Misfit.LABEL_DIFFERS, label.place, label.text, line.label, line.key)
    elif "".join(label.text.split()) != "".join(line.label.split()) and squeeze(label.text) == squeeze(line.label):
        yield Departure(Misfit.LABEL_WIDTH, label.place, label.text, line.label, line.key)


def _place(item: Found, place: Place) -> Place:
    return item.label.place if item.label else item.values[0][1].place if item.values else place


def _score(rows: Rows, read: Scan) -> float:
    lumped = _lumped(rows)
    required = [row.line.key for row in read.vocabulary.rows if not row.line.optional] or [""]
    share = sum(key in rows or key.rpartition(".")[0] in lumped for key in required) / len(required)
    return round(share * (1 if read.heads else UNKNOWN_HEAD), 3)


# --- facts ------------------------------------------------------------------------------------


def _facts(form: Form, rows: Rows, alignment: Alignment) -> Iterator[Fact]:
    lumped = _lumped(rows)
    for line, slots in form.slots_by_line:
        items = rows.get(line, [])
        if items:
            found = _facts_of(items, slots, alignment)
        elif line.rpartition(".")[0] in lumped:
            continue  # the report prints the group in one row
        else:
            state = State.MISSING if alignment.readable else State.UNREADABLE
            found = (Fact(slot.key, None, "", state, alignment.place) for slot in slots)
        for slot, fact in zip(slots, found, strict=True):
            if not (slot.optional and fact.state in (State.MISSING, State.BLANK)):
                yield fact


def _facts_of(items: list[Found], slots: tuple[Slot, ...], alignment: Alignment) -> Iterator[Fact]:
    """Read the slots of one row, which is unreadable when it stands there twice or its cells slipped."""
    item = items[0]
    place = _place(item, alignment.place)
    if len(items) > 1 or item.cells is None or not alignment.readable:
        yield from (Fact(slot.key, None, "", State.UNREADABLE, place) for slot in slots)
        return
    cells = dict(zip(item.layout.columns, item.cells, strict=True))
    for slot in slots:
        cell = cells.get(slot.column)
        if cell is None:
            yield Fact(slot.key, None, "", State.MISSING, place)
        elif cell.row_span > 1:
            yield Fact(slot.key, None, cell.text, State.UNREADABLE, cell.place)
        else:
            amount = (read_change if slot.column.signed else read_amount)(cell.text)
            yield Fact(slot.key, amount.value, cell.text, amount.state, cell.place, amount.unit)


def unread(form: Form) -> Iterator[Fact]:
    """Yield the facts of a form whose table the report does not have."""
    return (Fact(slot.key, None, "", State.MISSING, NOWHERE) for slot in form.slots.values() if not slot.optional)
