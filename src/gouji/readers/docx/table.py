"""The tables of a Word document: cells as they are written become cells with their spans."""

from collections.abc import Iterator

from msgspec import Struct, field

from gouji.document import Cell, Place, Table
from gouji.errors import UnreadableError
from gouji.readers.cells import MOST_CELLS, MOST_COLUMNS, collapse, is_value, lays_out_text
from gouji.readers.docx.paragraph import Passage
from gouji.wording import Text

_LONGEST_CELL = 20_000  # characters; beyond that a cell holds a report, not a figure or a label
_FEW_CELLS = 12


class WordCell(Struct, gc=False):
    """A cell: as it is written, then as it is drawn.

    Attributes:
        span: the columns that it claims, and then those that it has.
        down: merged with the cell above (``continue``), the first of such cells (``restart``), or neither.
        across: likewise with the cell on its left.
        content: what stands in it, in order.
        text: all of that as one text, but for tables of data.
        row: which row it begins in.
        number: which of that row's cells it is; None for columns left free in front of them.
        column: its first column, from 0.
        row_span: the rows that it has.
    """

    span: int = 1
    down: str = ""
    across: str = ""
    content: "list[Passage | WordTable]" = field(default_factory=list)
    text: str = ""
    row: int = 0
    number: int | None = None
    column: int = 0
    row_span: int = 1

    def gather(self) -> None:
        """Make one text of the lines in the cell, and of tables that are only a part of it."""
        lines: list[str] = []
        for item in self.content:
            if isinstance(item, Passage):
                lines += [line.text for line in item.lines if line is not None]
            elif item.is_value():
                lines += item.texts()
        text = "\n".join(lines)
        self.text = collapse(text) if len(lines) > 1 and len(text) <= _LONGEST_CELL else text


class WordRow(Struct, gc=False):
    """A row; ``before`` counts the columns left free in front of its cells."""

    cells: list[WordCell] = field(default_factory=list)
    before: int = 0


class WordTable(Struct, gc=False):
    """A table: filled cell by cell, then its cells merged.

    Attributes:
        rows: its rows; merged, only with the cells that begin there.
        columns: those that it declares, 0 where it declares none.
        covered: cells that a merged cell hides; Word does not show what stands in them.
        clamped: a cell claimed columns that the table does not have.
        in_row, in_cell: what of it is open.
    """

    rows: list[WordRow] = field(default_factory=list)
    columns: int = 0
    covered: list[WordCell] = field(default_factory=list)
    clamped: bool = False
    in_row: bool = False
    in_cell: bool = False

    def merge(self) -> None:
        """Merge the cells as Word draws them, in one pass.

        Spans beyond the declared columns (or beyond the longest row, where too few are declared)
        end at the last column.
        """
        width = max([self.columns, *(len(row.cells) for row in self.rows)]) if self.columns else 0
        above: dict[int, WordCell] = {}  # merged cells that may go on below, by their first column
        for number, row in enumerate(self.rows, 1):
            merged: dict[int, WordCell] = {}
            kept = []
            for cell in self._laid(row, width):
                cell.row = number
                started = above.get(cell.column) if cell.down == "continue" else None
                if started is not None and started.span == cell.span:
                    started.row_span += 1
                    self.covered.append(cell)
                else:
                    started = cell
                    kept.append(cell)
                if cell.down:
                    merged[cell.column] = started
            row.cells = kept
            above = merged

    def table(self, block: int, number: int) -> Table:
        """Return the table for the document: which block and which table of it this is."""
        rows = []
        for row in self.rows:
            cells = []
            for cell in row.cells:
                place = Place(block=block, table=number, row=cell.row, cell=cell.number)
                cells.append(Cell(cell.text, place, cell.row_span, cell.span))
            rows.append(tuple(cells))
        return Table(tuple(rows), Place(block=block, table=number))

    def content(self) -> "Iterator[Passage | WordTable]":
        """Yield what stands in the cells, in reading order."""
        for row in self.rows:
            for cell in row.cells:
                yield from cell.content

    def texts(self) -> list[str]:
        """Return the texts of its cells, blank ones left out."""
        return [cell.text for row in self.rows for cell in row.cells if cell.text]

    def is_value(self) -> bool:
        """Tell whether the table, standing in a cell, is only that cell's text."""
        return is_value(self.texts())

    def data_inside(self) -> "list[WordTable]":
        """Return the tables of data in its cells, which are tables of their own."""
        return [item for item in self.content() if isinstance(item, WordTable) and not item.is_value()]

    def lays_out(self) -> bool:
        """Tell whether the table arranges text on the page instead of holding data.

        So does one that only lays out text, one cell that holds a whole report, and few cells with
        tables of data in them.
        """
        texts = self.texts()
        if any(len(text) > _LONGEST_CELL for text in texts):
            return True
        if len(texts) < _FEW_CELLS and self.data_inside():
            return True
        columns = max((sum(cell.span for cell in row.cells) for row in self.rows), default=0)
        cells = sum(len(row.cells) for row in self.rows)
        return lays_out_text(texts, cells, len(self.rows), columns)

    def _laid(self, row: WordRow, width: int) -> list[WordCell]:
        """Lay the cells of a row side by side; those merged with the one on their left only widen it."""
        laid: list[WordCell] = []
        column, to_come = 0, len(row.cells)
        if row.before > 0:
            column = min(row.before, width - to_come) if width else row.before
            self.clamped = self.clamped or column < row.before
            laid += [WordCell(column)] * (column > 0)
        count = 0
        for cell in row.cells:
            to_come -= 1
            if cell.span > 1 and width and cell.span > width - column - to_come:
                cell.span = max(1, width - column - to_come)
                self.clamped = True
            if cell.across == "continue" and count:
                laid[-1].span += cell.span
                laid[-1].content += cell.content
            else:
                count += 1
                cell.number, cell.column = count, column
                laid.append(cell)
            column += cell.span
        for cell in laid:
            cell.gather()
        return laid


class Extent(Struct):
    """What the tables of one document come to so far, for the limits on all of them together."""

    written: int = 0
    cells: int = 0

    def add_written(self, cells: int) -> None:
        """Count the cells of a row, before any are merged.

        Raises:
            UnreadableError: GJ005, too many cells in all or in this row.
        """
        self.written += cells
        if self.written > MOST_CELLS:
            raise _too_many_cells(self.written)
        if cells > MOST_COLUMNS:
            raise _too_many_columns(cells)

    def add(self, table: WordTable) -> None:
        """Count the merged cells of a table with their spans.

        Raises:
            UnreadableError: GJ005, too many cells or columns.
        """
        for row in table.rows:
            for cell in row.cells:
                self.cells += cell.row_span * cell.span
                if cell.column + cell.span > MOST_COLUMNS:
                    raise _too_many_columns(cell.column + cell.span)
            if self.cells > MOST_CELLS:
                raise _too_many_cells(self.cells)


def _too_many_cells(count: int) -> UnreadableError:
    return UnreadableError(
        "GJ005",
        Text(
            f"表格过大：合并单元格展开后至少有 {count} 个单元格，超过上限 {MOST_CELLS}。"
            "请检查表格是否损坏，或把报告单独存成一个文件。",
            f"The tables are too large: at least {count} cells with merged cells expanded, the limit is"
            f" {MOST_CELLS}. Check the tables, or save the report as a file of its own.",
        ),
    )


def _too_many_columns(count: int) -> UnreadableError:
    return UnreadableError(
        "GJ005",
        Text(
            f"表格过宽：有 {count} 列，超过上限 {MOST_COLUMNS}。请检查合并的单元格是否损坏。",
            f"A table is too wide: {count} columns, the limit is {MOST_COLUMNS}. Check its merged cells.",
        ),
    )
