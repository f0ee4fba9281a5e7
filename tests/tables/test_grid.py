"""Spans to a rectangle: every slot of the grid points to the cell that covers it."""

from hypothesis import given
from hypothesis import strategies as st

from gouji.document import Cell, Place, Table
from gouji.tables.grid import Row, distinct, expand

WIDEST, TALLEST = 6, 6


def cell(text: str, rows: int = 1, cols: int = 1) -> Cell:
    """Return a cell with spans."""
    return Cell(text, Place(), rows, cols)


def table(*rows: tuple[Cell, ...]) -> Table:
    """Return a table of these rows."""
    return Table(rows, Place(1, 1))


def texts(rows: tuple[Row, ...]) -> list[str]:
    """Return the grid as one word per row, a dot where no cell is."""
    return ["".join(c.text if c else "." for c in row) for row in rows]


@st.composite
def tilings(draw: st.DrawFn) -> tuple[Table, list[list[Cell]]]:
    """Cut a rectangle into cells: the table of its cells, and the cell of every slot."""
    height, width = draw(st.integers(1, TALLEST)), draw(st.integers(1, WIDEST))
    slots: dict[tuple[int, int], Cell] = {}
    rows: list[tuple[Cell, ...]] = []
    for y in range(height):
        row = []
        for x in range(width):
            if (y, x) in slots:
                continue
            free = next((n for n in range(x, width) if (y, n) in slots), width) - x
            tile = Cell(f"{y}/{x}", Place(y, x), draw(st.integers(1, height - y)), draw(st.integers(1, free)))
            row.append(tile)
            for dy in range(tile.row_span):
                for dx in range(tile.col_span):
                    slots[y + dy, x + dx] = tile
        rows.append(tuple(row))
    return Table(tuple(rows), Place()), [[slots[y, x] for x in range(width)] for y in range(height)]


CELLS = st.builds(cell, st.sampled_from("abcdef"), st.integers(1, 4), st.integers(1, 4))
TABLES = st.lists(st.lists(CELLS, max_size=4).map(tuple), min_size=1, max_size=5).map(lambda rows: table(*rows))


def naive(source: Table) -> dict[tuple[int, int], Cell]:
    """Lay cells slot by slot: each begins at the first free slot of its row and takes what is free."""
    slots: dict[tuple[int, int], Cell] = {}
    for y, row in enumerate(source.rows):
        x = 0
        for each in row:
            while (y, x) in slots:
                x += 1
            for dy in range(min(each.row_span, len(source.rows) - y)):
                for dx in range(each.col_span):
                    slots.setdefault((y + dy, x + dx), each)
            x += each.col_span
    return slots


@given(tiling=tilings())
def test_tilings(tiling: tuple[Table, list[list[Cell]]]) -> None:
    """A rectangle cut into cells comes back whole: every slot is the cell that was cut there."""
    source, slots = tiling
    rows = expand(source)
    assert [[slot is wanted for slot, wanted in zip(*pair, strict=True)] for pair in zip(rows, slots, strict=True)] == [
        [True] * len(row) for row in slots
    ]


@given(source=TABLES)
def test_any_spans(source: Table) -> None:
    """Spans that overlap or reach too far give the same grid as laying cells slot by slot."""
    rows = expand(source)
    found = {(y, x): slot for y, row in enumerate(rows) for x, slot in enumerate(row) if slot is not None}
    slots = naive(source)
    assert len(rows) == len(source.rows)
    assert found.keys() == slots.keys()
    assert all(found[at] is slots[at] for at in slots)


def test_plain_table() -> None:
    """Without spans the grid is the rows as they are, ragged ones too."""
    source = table((cell("a"), cell("b")), (), (cell("c"),))
    assert expand(source) == source.rows


def test_spans() -> None:
    """A head of two rows gives every column its words from both."""
    head = table((cell("a", rows=2), cell("b", cols=3), cell("c", rows=2)), (cell("d"), cell("e"), cell("f")))
    assert texts(expand(head)) == ["abbbc", "adefc"]


def test_span_below_the_table() -> None:
    """A row span ends with the last row."""
    assert texts(expand(table((cell("a", rows=9), cell("b"))))) == ["ab"]


def test_span_never_overwrites() -> None:
    """A span that would cover another cell is cut."""
    source = table((cell("a"), cell("b", rows=2)), (cell("c", cols=2), cell("d")))
    assert texts(expand(source)) == ["ab", "cbd"]


def test_short_row() -> None:
    """A slot beside a short row that a span from above jumps over stays empty."""
    source = table((cell("a"), cell("b"), cell("c", rows=2)), (cell("d"),))
    assert texts(expand(source)) == ["abc", "d.c"]


def test_distinct() -> None:
    """A person counts a wide cell once, an empty slot not at all, and equal words in two cells twice."""
    wide, first, second = cell("a", cols=2), cell("0"), cell("0")
    cells = distinct((wide, wide, None, first, second))
    assert [(x, id(c)) for x, c in cells] == [(0, id(wide)), (3, id(first)), (4, id(second))]
    assert distinct(()) == ()
