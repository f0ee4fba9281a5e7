"""Spans to a rectangle: every slot of the grid points to the cell of the source that covers it."""

from gouji.document import Cell, Table

Row = tuple[Cell | None, ...]


def expand(table: Table) -> tuple[Row, ...]:
    """Expand the row and column spans of a table.

    Slots that no cell covers (short rows) are None; spans that reach below the last row end there.
    A cell never overwrites another: a span that would is cut, as browsers do.
    """
    if all(cell.row_span == 1 and cell.col_span == 1 for row in table.rows for cell in row):
        return table.rows
    rows: list[list[Cell | None]] = [[] for _ in table.rows]
    for y, cells in enumerate(table.rows):
        row, x = rows[y], 0
        for cell in cells:
            while x < len(row) and row[x] is not None:
                x += 1
            if cell.row_span == cell.col_span == 1 and x == len(row):  # nearly every cell
                row.append(cell)
            else:
                _cover(rows, y, x, cell)
            x += cell.col_span
    return tuple(map(tuple, rows))


def _cover(rows: list[list[Cell | None]], y: int, x: int, cell: Cell) -> None:
    for row in rows[y : y + cell.row_span]:
        row.extend([None] * (x + cell.col_span - len(row)))
        for at in range(x, x + cell.col_span):
            if row[at] is None:
                row[at] = cell


def distinct(row: Row) -> tuple[tuple[int, Cell], ...]:
    """Return the cells of a row once each with their position, as a person counts along the line."""
    pairs = enumerate(zip(row, (None, *row), strict=False))
    return tuple([(x, cell) for x, (cell, before) in pairs if cell is not None and cell is not before])
