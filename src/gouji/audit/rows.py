"""The rows of a table in CSV or a workbook, as text; read in a guarded child, for the file comes from elsewhere."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import IO, Protocol

from msgspec import Struct, msgpack

from gouji.errors import UnreadableError
from gouji.guard import Failure, Limits, guarded
from gouji.pulse import beat
from gouji.readers import content
from gouji.reporters.escape import inert
from gouji.wording import Text, squeeze

MOST_ROWS = 50_010
MOST_COLUMNS = 100
LOWEST_HEAD = 10  # rows in which the names of the columns are; titles may stand above them

_OLE, _ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
_SPREADSHEETS = (".xls", ".xlsx", ".et", ".ods")
_LINE_END = re.compile("\r\n|\r|\n")

Rows = list[list[str]]


class RowsAnswer(Struct, frozen=True):
    """The rows, or why there are none."""

    rows: Rows
    trouble: Text | None = None


class RowsWork(Struct, frozen=True):
    """What a child does with a table: read its cells; ``key`` are the names of the column that it must have."""

    key: tuple[str, ...]

    def __call__(self, item: bytes) -> bytes:
        """Return the rows, or why there are none."""
        path = Path(item.decode("utf-8", "surrogateescape"))
        try:
            answer = RowsAnswer(rows_of(content(path), path.suffix.lower(), self.key))
        except UnreadableError as error:
            answer = RowsAnswer([], error.text)
        except IsADirectoryError:
            answer = RowsAnswer([], Text("不是普通文件", "not a regular file"))
        return msgpack.encode(answer)


def read_rows(path: Path, key: tuple[str, ...], limits: Limits) -> RowsAnswer:
    """Read a table in a guarded child; ``key`` as for ``rows_of``."""
    (answer,) = guarded(RowsWork(key), [str(path).encode("utf-8", "surrogateescape")], limits)
    if isinstance(answer, Failure):
        reason = " ".join(filter(None, (answer.cause, answer.detail)))
        return RowsAnswer([], Text(f"读取时超出上限或出错（{reason}）", f"reading it failed ({reason})"))
    return msgpack.decode(answer, type=RowsAnswer)


def rows_of(data: bytes, suffix: str, key: tuple[str, ...]) -> Rows:
    """Return the cells of a table as text, row by row; dates as 2025-01-31.

    Args:
        data: the file.
        suffix: of its name, in lower case.
        key: the names of a column that tell which sheet of a workbook it is.

    Raises:
        UnreadableError: it is neither CSV nor XLSX, or cells of it have no certain value.
    """
    if data.startswith(_ZIP) and b"opendocument" not in data[:200]:
        return _rows_of_workbook(data, key)
    if data.startswith((_OLE, _ZIP)) or suffix in _SPREADSHEETS:
        text = Text("请另存为没有密码的 .xlsx 或 CSV", "save it as .xlsx or CSV, without a password")
        raise UnreadableError("GJ003", text)
    lines = _decoded(data)
    delimiter = max(",\t;", key=next(iter(_LINE_END.split(lines, 1)), "").count)
    try:
        rows = csv.reader(StringIO(lines, newline=""), delimiter=delimiter)
        return [[_said(cell) for cell in row[:MOST_COLUMNS]] for _, row in zip(range(MOST_ROWS), rows, strict=False)]
    except csv.Error as error:
        raise UnreadableError("GJ003", Text(f"不是 CSV 表格：{error}", f"not a CSV table: {error}")) from None


def _decoded(data: bytes) -> str:
    for encoding in ("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    text = Text("文字编码无法识别，请用 UTF-8 另存", "the encoding cannot be told: save it as UTF-8")
    raise UnreadableError("GJ004", text)


def _said(cell: str) -> str:
    """Return what a cell says, without the apostrophe that keeps it from acting as a formula."""
    said = cell.strip()
    return said[1:] if said.startswith("'") and inert(said[1:]) == said else said


# --- workbooks --------------------------------------------------------------------------------


class _Sheet(Protocol):
    """What is asked of a sheet that is read row by row."""

    title: str
    sheet_state: str

    def iter_rows(self, *, max_row: int, max_col: int, values_only: bool) -> Iterator[tuple[object, ...]]: ...
    def _get_source(self) -> IO[bytes]: ...


def _rows_of_workbook(data: bytes, key: tuple[str, ...]) -> Rows:
    from openpyxl import load_workbook  # noqa: PLC0415 - only where the table is a workbook

    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=True)
        sheet = _sheet(book.worksheets, key)  # type: ignore[arg-type] # the stubs do not know that it is read row by row
        rows = [[_cell(value) for value in row] for row in _values(sheet, MOST_ROWS)]
        if len(rows) < MOST_ROWS:
            _spread(_merged(sheet), rows)
    except (MemoryError, UnreadableError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever a damaged workbook raises
        reason = type(error).__name__
        raise UnreadableError(
            "GJ014", Text(f"工作簿打不开（{reason}）", f"the workbook cannot be read ({reason})")
        ) from None
    return rows


def _sheet(sheets: Sequence[_Sheet], key: tuple[str, ...]) -> _Sheet:
    """Return the sheet that has the column, or else the first."""
    shown = [sheet for sheet in sheets if sheet.sheet_state == "visible"]
    found = [sheet for sheet in shown if any(is_head(map(_cell, row), key) for row in _values(sheet, LOWEST_HEAD))]
    if len(found) > 1:
        named = "、".join(sheet.title for sheet in found)
        raise UnreadableError(
            "GJ003",
            Text(
                f"有几张表都有“{key[0]}”一栏（{named}），请合成一张",
                f"several sheets have a column {key[0]} ({named}): make them one",
            ),
        )
    return (found or shown or sheets)[0]


def is_head(cells: Iterable[str], key: tuple[str, ...]) -> bool:
    """Tell whether a row names the columns."""
    return any(squeeze(cell).lower() in key for cell in cells)


def _values(sheet: _Sheet, most: int) -> Iterator[tuple[object, ...]]:
    for row in sheet.iter_rows(max_row=most, max_col=MOST_COLUMNS, values_only=True):
        beat()
        width = len(row)
        while width and row[width - 1] is None:
            width -= 1
        yield row[:width]


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else _said(str(value))


def _merged(sheet: _Sheet) -> Iterator[tuple[int, int, int]]:
    """Yield the merged ranges of a sheet: first column, first and last row.

    Raises:
        UnreadableError: a formula has no result in the file.
    """
    from lxml import etree  # noqa: PLC0415 - likewise
    from openpyxl.utils import range_boundaries  # noqa: PLC0415

    with sheet._get_source() as source:  # noqa: SLF001 - what is read row by row does not tell what is merged
        found = etree.iterparse(source, tag=("{*}row", "{*}mergeCell"), resolve_entities=False, no_network=True)
        for _, element in found:
            beat()
            if element.tag.endswith("}mergeCell"):
                left, top, _, bottom = range_boundaries(element.get("ref", ""))
                yield left or 1, top or 1, bottom or 1
                continue
            for cell in element:
                if cell.find("{*}f") is not None and not cell.findtext("{*}v"):
                    raise _without_result(cell.get("r", ""))
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _without_result(where: str) -> UnreadableError:
    return UnreadableError(
        "GJ003",
        Text(
            f"{where} 是没有结果的公式，请用表格软件打开、保存后再用",
            f"{where} is a formula without a result: open the workbook in a spreadsheet and save it",
        ),
    )


def _spread(merged: Iterator[tuple[int, int, int]], rows: Rows) -> None:
    """Write what merged cells say into each row that they stand in: a unit above several is theirs."""
    for left, top, bottom in merged:
        if top > len(rows) or left > len(rows[top - 1]):
            continue
        for row in rows[top:bottom]:
            row.extend([""] * (left - len(row)))
            row[left - 1] = rows[top - 1][left - 1]
