"""The rows of a form's tables: which line of the form each is, and the cells right of its label."""

from collections.abc import Sequence

from msgspec import Struct, field, structs

from gouji.amount import State, is_blank, read_amount
from gouji.document import Cell, Table
from gouji.forms import FormBlock
from gouji.tables.grid import Row, distinct, expand
from gouji.tables.heads import Layout, layout_of
from gouji.tables.vocabulary import RowName, Vocabulary
from gouji.wording import label_key

FEWEST_INDEXED = 5  # a row 1 2 3 … under a head numbers the columns; three numbers may be figures


class Found(Struct):
    """A row of values.

    Attributes:
        row: the line of the form, None while unknown (and for a form without labels).
        label: the cell that names it.
        values: ``(position in the row, cell)`` right of the label.
        table: number of its table.
        width: how many cells its row has.
        layout: the columns that its head shows.
        cells: the cells of the columns, once they could be told.
    """

    row: RowName | None
    label: Cell | None
    values: tuple[tuple[int, Cell], ...]
    table: int
    width: int
    layout: Layout
    cells: tuple[Cell, ...] | None = None


class Scan(Struct):
    """The state of reading a form's tables from top to bottom."""

    vocabulary: Vocabulary
    block: FormBlock
    head: list[Row] = field(default_factory=list)
    layout: Layout | None = None
    found: list[Found] = field(default_factory=list)
    heads: int = 0


def scan(vocabulary: Vocabulary, tables: Sequence[Table]) -> Scan:
    """Read the rows of a form's tables in order; heads, titles, notes and empty lines are not rows."""
    state = Scan(vocabulary, vocabulary.form.blocks[0])
    for number, table in enumerate(tables):
        for at, row in enumerate(expand(table)):
            cells = distinct(row)
            if number and not at and _completes_label(state, cells):
                continue
            keys = {label_key(text) for text in {cell.text for _, cell in cells}}  # most cells are 0
            if not vocabulary.head_keys.isdisjoint(keys):
                state.head.append(row)
            elif vocabulary.rows:
                _labelled(state, number, len(row), cells)
            else:
                _unlabelled(state, number, row, cells)
    return state


def _completes_label(state: Scan, cells: tuple[tuple[int, Cell], ...]) -> bool:
    """Put the end of a label, carried over to the next page, to its beginning on the page before."""
    written = [cell.text for _, cell in cells if not is_blank(cell.text)]
    last = state.found[-1] if state.found else None
    if len(written) != 1 or last is None or last.label is None:
        return False
    whole = last.label.text + written[0]
    row = state.vocabulary.row_keys.get(label_key(whole))
    if row is None:
        return False
    last.row, last.label = row, structs.replace(last.label, text=whole)
    return True


def _labelled(state: Scan, number: int, width: int, cells: tuple[tuple[int, Cell], ...]) -> None:
    known = state.vocabulary
    at, row = _label(known, cells)
    values = cells[at + 1 :] if at is not None else tuple(c for c in cells if not known.is_strewn_title(c[1].text))
    empty = all(is_blank(cell.text) for _, cell in values)
    if empty and (row is None or len(values) < len(row.block.columns)):
        return  # a title, a note or an empty line
    if row is None and not _any_number(values):
        return  # words only: a note
    if row is not None and row.block is not state.block:
        state.block, state.layout = row.block, None
    label = cells[at][1] if at is not None else None
    state.found.append(Found(row, label, values, number, width, _take_head(state)))


def _label(known: Vocabulary, cells: tuple[tuple[int, Cell], ...]) -> tuple[int | None, RowName | None]:
    """Find the cell that names the row: the rightmost words left of the numbers that are a line of the form.

    Words that are no line may be a garbled number - then the label stands left of them - or a
    label that nobody knows. A group's name left of such words is only the group's.
    """
    words: list[int] = []
    for n, (_, cell) in enumerate(cells):
        state = read_amount(cell.text).state
        if state is State.NUMBER and not known.is_strewn_title(cell.text):
            break
        if state is State.UNREADABLE and not known.is_letter(cell.text):
            words.append(n)
    for n in reversed(words):
        row = known.find_row(cells[n][1].text)
        if row is not None and not (row.line.optional and n != words[-1]):
            return n, row
    return (words[-1], None) if words and not known.is_strewn_title(cells[words[-1]][1].text) else (None, None)


def _any_number(values: tuple[tuple[int, Cell], ...]) -> bool:
    return any(read_amount(cell.text).state is State.NUMBER for _, cell in values)


def _unlabelled(state: Scan, number: int, row: Row, cells: tuple[tuple[int, Cell], ...]) -> None:
    states = {read_amount(cell.text).state for _, cell in cells}
    if state.head and State.UNREADABLE in states and State.NUMBER not in states:
        state.head.append(row)  # words right below a head: the rest of labels that a page break cut
        return
    columns = len(state.block.columns)
    amounts = [read_amount(cell.text).state is not State.UNREADABLE for _, cell in cells]
    lead = amounts.index(True) if True in amounts else len(cells)
    values = cells[lead:] if len(cells) - lead >= columns else cells
    empty = all(is_blank(cell.text) for _, cell in values)
    if (empty and (len(values) < columns or not (state.head or state.heads))) or 2 * sum(amounts) < len(cells):
        return
    indexes = [cell.text.strip() for _, cell in values if not is_blank(cell.text)]
    if len(indexes) >= FEWEST_INDEXED and indexes == [str(n) for n in range(1, len(indexes) + 1)]:
        return
    state.found.append(Found(None, None, values, number, len(row), _take_head(state)))


def _take_head(state: Scan) -> Layout:
    """Turn the head rows read so far into the columns of the rows below them."""
    if state.head or state.layout is None:
        state.heads += bool(state.head)
        state.layout = layout_of(state.block, state.head)
        state.head = []
    return state.layout
