"""Sheets of a workbook as an audit writes them: text as text, from top to bottom, no row kept in memory."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from math import ceil
from pathlib import Path
from shutil import rmtree
from typing import Any

from msgspec import Struct, field

from gouji.audit.replacing import replacing
from gouji.reporters.escape import visible
from gouji.wording import is_chinese

MOST_ROWS = 1_048_576  # of a sheet
LONGEST_TEXT = 32_767  # UTF-16 units of a cell
_MOST_BREAKS = 253  # line breaks of a cell
_LONGEST_TITLE = 60  # characters at the head of a printed page
_A4 = 9
_FOOT = "&C第 &P 页，共 &N 页"
_ROW, _LINE, _HIGHEST = 18, 14, 400  # points: a row, each further line of it, and the most
_PAGE = 172  # characters across a printed page of a list that is scaled, with room to spare for other fonts

_PLAIN: dict[str, Any] = {"font_name": "微软雅黑", "font_size": 10, "valign": "vcenter"}
_CELL = {**_PLAIN, "border": 1, "border_color": "#D0D7DE"}
_SUM = {**_CELL, "bold": True, "bg_color": "#EAF0F6"}
_HEAD = {**_CELL, "bold": True, "font_color": "#FFFFFF", "bg_color": "#24527A", "align": "center", "text_wrap": True}
_COUNT, _SHARE, _SCORE = ({"num_format": form, "align": "right"} for form in ("#,##0", "0.0%", "0.0#"))

# Every way a cell may look; the last ones are colours that a condition brings.
STYLES: dict[str, dict[str, Any]] = {
    "title": {**_PLAIN, "bold": True, "font_size": 16, "font_color": "#1F3B57"},
    "chapter": {**_PLAIN, "bold": True, "font_size": 12, "font_color": "#24527A"},
    "said": {**_PLAIN, "font_color": "#57606A"},
    "told": {**_PLAIN, "text_wrap": True},
    "head": _HEAD,
    "text": _CELL,
    "center": {**_CELL, "align": "center"},
    "wrapped": {**_CELL, "text_wrap": True},
    "number": {**_CELL, "align": "right"},
    "count": {**_CELL, **_COUNT},
    "heat": {**_CELL, "num_format": '#,##0;-#,##0;"·"', "align": "center"},
    "share": {**_CELL, **_SHARE},
    "score": {**_CELL, **_SCORE},
    "day": {**_CELL, "num_format": "yyyy-mm-dd", "align": "center"},
    "sum": _SUM,
    "sum of counts": {**_SUM, **_COUNT},
    "sum of shares": {**_SUM, **_SHARE},
    "sum of scores": {**_SUM, **_SCORE},
    "unreadable": {**_CELL, "bg_color": "#FFC7CE", "font_color": "#9C0006"},
    "approximate": {**_CELL, "bg_color": "#FFEB9C", "font_color": "#7F5F00"},
    "absent": {**_CELL, "bg_color": "#E7E9EC"},
    "bad": {"bg_color": "#FFC7CE", "font_color": "#9C0006"},
    "doubtful": {"bg_color": "#FFEB9C", "font_color": "#7F5F00"},
    "mild": {"bg_color": "#DDEBF7", "font_color": "#1F4E79"},
    "good": {"bg_color": "#D8F0DC", "font_color": "#1E6B32"},
    "unknown": {"bg_color": "#E7E9EC", "font_color": "#57606A"},
}

Value = str | int | float | Decimal | date | None


class Styled(Struct, frozen=True):
    """A cell that does not look as its column does, or reaches over several columns."""

    value: Value
    style: str
    span: int = 1


Cell = Value | Styled


class Column(Struct, frozen=True):
    """A column of a table.

    Attributes:
        title: what stands in its head.
        width: in characters.
        style: how its cells look.
        colours: a cell with these words looks like that.
        group: the head above the title, shared with neighbours of the same group.
    """

    title: str
    width: float = 10
    style: str = "text"
    colours: dict[str, str] = field(default_factory=dict)
    group: str = ""


def cell_text(text: str) -> str:
    """Return a text as a cell can hold it: what does not print is escaped, what is too long is cut and marked."""
    lines = text.split("\n")
    shown = "\n".join(map(visible, lines)) if len(lines) <= _MOST_BREAKS else visible(text)
    if len(shown) > LONGEST_TEXT // 2:
        shown = _cut(shown)
    # XlsxWriter writes what stands between these as marks of its own.
    return f"{shown} " if shown.startswith("<r>") and shown.endswith("</r>") else shown


def _cut(text: str) -> str:
    units = text.encode("utf-16-le")
    if len(units) // 2 <= LONGEST_TEXT:
        return text
    mark = f"……（全文 {len(text)} 字，此处截断）"
    return units[: 2 * (LONGEST_TEXT - len(mark))].decode("utf-16-le", "ignore") + mark


class Book:
    """A workbook that is being written."""

    def __init__(self, workbook: Any, title: str) -> None:  # noqa: ANN401 - XlsxWriter has no types
        """Take the workbook of XlsxWriter; the title stands at the head of every printed page."""
        self._workbook = workbook
        self.formats = {name: workbook.add_format(style) for name, style in STYLES.items()}
        self._head = visible(title)[:_LONGEST_TITLE].replace("&", "&&")
        self.tables: list[Table] = []

    def sheet(self, name: str, widths: Sequence[float]) -> "Sheet":
        """Begin a sheet, set up for A4 paper, as wide as a page."""
        page = self._workbook.add_worksheet(name)
        page.set_landscape()
        page.set_paper(_A4)
        page.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
        page.set_header(f"&L{self._head}&R&A")
        page.set_footer(_FOOT)
        page.fit_to_pages(1, 0)
        page.set_default_row(_ROW)
        for column, width in enumerate(widths):
            page.set_column(column, column, width)
        return Sheet(page, self.formats)


class Sheet:
    """A sheet that is written row by row."""

    def __init__(self, page: Any, formats: dict[str, Any]) -> None:  # noqa: ANN401 - XlsxWriter has no types
        """Take a worksheet of XlsxWriter and the formats of its workbook."""
        self.page = page
        self._formats = formats
        self.next_row = 0

    def row(self, cells: Sequence[Cell], styles: Sequence[str], height: float | None = None) -> None:
        """Write the next row, each cell in the style at its place unless it brings its own."""
        if height is not None:
            self.page.set_row(self.next_row, height)
        column = 0
        for cell in cells:
            if isinstance(cell, Styled):
                if cell.span > 1:
                    end = column + cell.span - 1
                    self.page.merge_range(self.next_row, column, self.next_row, end, "", self._formats[cell.style])
                self._write(column, cell.value, cell.style)
                column += cell.span
            else:
                self._write(column, cell, styles[column])
                column += 1
        self.next_row += 1

    def heat(self, first: int, last: int, left: int, right: int) -> None:
        """Colour the numbers of an area the redder the larger; both ends are part of it."""
        scale = {
            "type": "2_color_scale", "min_type": "num", "min_value": 0, "min_color": "#FFFFFF", "max_color": "#F4796B",
        }  # fmt: skip
        self.page.conditional_format(first, left, last, right, scale)

    def _write(self, column: int, value: Value, style: str) -> None:
        row, look = self.next_row, self._formats[style]
        if isinstance(value, int | float | Decimal):
            self.page.write_number(row, column, value, look)
        elif not value:
            self.page.write_blank(row, column, None, look)
        elif isinstance(value, str):
            self.page.write_string(row, column, cell_text(value), look)
        else:
            self.page.write_datetime(row, column, datetime(value.year, value.month, value.day), look)  # noqa: DTZ001 - a day has no zone


class Table:
    """A list under a head that stays in view; it goes on in a further sheet when one is full."""

    def __init__(
        self, book: Book, name: str, columns: Sequence[Column], *, fixed: int = 0, scale: int | None = None
    ) -> None:
        """Begin a list.

        Args:
            book: the workbook.
            name: of the sheet; further ones are ``name（2）`` and so on.
            columns: from left to right.
            fixed: how many columns stay in view, and stand on every printed page of a list that is scaled.
            scale: per cent of the printed size, for lists wider than a page; else they fit on its width.
        """
        self._book, self._name, self._columns = book, name, columns
        self._fixed, self._scale = fixed, scale
        self._styles = [column.style for column in columns]
        self._sheets = 0
        self._sheet = self._begin()
        book.tables.append(self)

    def add(self, cells: Sequence[Cell]) -> None:
        """Write one row."""
        if self._sheet.next_row == MOST_ROWS:
            self._end()
            self._sheet = self._begin()
        self._sheet.row(cells, self._styles, self._height(cells))
        self._sheet.page.row_info.pop(self._sheet.next_row - 2, None)  # that row is written; a million heights are many

    def _height(self, cells: Sequence[Cell]) -> float | None:
        """Return a height for what is wrapped: not every program finds one itself."""
        wrapped = (
            lines_of(cell, column.width)
            for cell, column in zip(cells, self._columns, strict=True)
            if column.style == "wrapped" and isinstance(cell, str)
        )
        lines = max(wrapped, default=1)
        return height_of(lines) if lines > 1 else None

    def close(self) -> None:
        """Finish the list; nothing can be added then."""
        if self._sheet.next_row == self._heads:
            self._sheet.row([Styled("（没有）", "said")], self._styles)
        self._end()

    @property
    def _heads(self) -> int:
        return 2 if any(column.group for column in self._columns) else 1

    def _begin(self) -> Sheet:
        self._sheets += 1
        name = self._name if self._sheets == 1 else f"{self._name}（{self._sheets}）"
        sheet = self._book.sheet(name, [column.width for column in self._columns])
        heads = ["head"] * len(self._columns)
        if self._heads > 1:
            sheet.row(_groups(self._columns), heads, height=64)
        sheet.row([column.title for column in self._columns], heads, height=32)
        page = sheet.page
        page.freeze_panes(self._heads, self._fixed)
        page.repeat_rows(0, self._heads - 1)
        if self._scale:
            page.set_print_scale(self._scale)
            page.repeat_columns(0, self._fixed - 1)
            page.set_v_pagebreaks(_breaks(self._columns, self._fixed))
        return sheet

    def _end(self) -> None:
        page, first, last = self._sheet.page, self._heads, self._sheet.next_row - 1
        page.autofilter(first - 1, 0, last, len(self._columns) - 1)
        for number, column in enumerate(self._columns):
            for words, style in column.colours.items():
                rule = {"type": "cell", "criteria": "==", "value": f'"{words}"', "format": self._book.formats[style]}
                page.conditional_format(first, number, last, number, rule)
        heated = [number for number, column in enumerate(self._columns) if column.style == "heat"]
        if heated:
            scale = {
                "type": "2_color_scale",
                "min_type": "num",
                "min_value": 0,
                "min_color": "#FFFFFF",
                "max_color": "#F4796B",
            }
            page.conditional_format(first, heated[0], last, heated[-1], scale)


def _groups(columns: Sequence[Column]) -> list[Cell]:
    """Return the upper head: neighbours of one group share a cell."""
    spans = ((group, len([*members])) for group, members in groupby(columns, key=lambda column: column.group))
    return [Styled(group, "head", span) for group, span in spans]


def _breaks(columns: Sequence[Column], fixed: int) -> list[int]:
    """Return the columns that begin a printed page, so that no group is parted."""
    repeated = sum(column.width for column in columns[:fixed])
    breaks, used, at = [], 0.0, 0
    for _, members in groupby(columns, key=lambda column: column.group):
        group = [*members]
        width = sum(column.width for column in group)
        if at and used + width > _PAGE:
            breaks.append(at)
            used = repeated
        used += width
        at += len(group)
    return breaks


def lines_of(text: str, width: float) -> int:
    """Return how many lines a text takes in a cell of so many characters; Chinese ones count double."""
    return sum(max(1, ceil(_width(line) / (width - 1))) for line in text.split("\n"))


def height_of(lines: int) -> float:
    """Return the height of a row of so many lines, in points."""
    return min(_ROW + _LINE * (lines - 1), _HIGHEST)


def _width(line: str) -> int:
    return len(line) if line.isascii() else sum(2 if is_chinese(char) else 1 for char in line)


@contextmanager
def written(path: Path, title: str, day: date) -> Iterator[Book]:
    """Give a workbook to write; it is there when all has been written, and the same content has the same bytes.

    Args:
        path: of the file.
        title: what it is about.
        day: when it is said to be made.

    Raises:
        OSError: the file cannot be written.
    """
    from xlsxwriter import Workbook  # noqa: PLC0415 - only an audit writes workbooks
    from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415

    with replacing(path) as part, _folder(path.with_name(f".{path.name}.rows")) as rows:
        options = {
            "constant_memory": True, "tmpdir": str(rows), "use_zip64": True, "strings_to_formulas": False,
            "strings_to_numbers": False, "strings_to_urls": False,
        }  # fmt: skip
        workbook = Workbook(part, options)
        workbook.set_properties(
            {"title": cell_text(title), "author": "gouji", "created": datetime(day.year, day.month, day.day)}  # noqa: DTZ001 - a day has no zone
        )
        try:
            book = Book(workbook, title)
            yield book
            for table in book.tables:
                table.close()
        except BaseException:
            for sheet in workbook.worksheets():
                sheet.row_data_fh.close()
            raise
        try:
            workbook.close()
        except FileCreateError as error:
            raise OSError(str(error)) from error


@contextmanager
def _folder(path: Path) -> Iterator[Path]:
    """Give an empty folder that is gone in the end; one that a killed run left behind is taken over."""
    rmtree(path, ignore_errors=True)
    path.mkdir()
    try:
        yield path
    finally:
        rmtree(path)
