"""The register (名册): which units there are, who is above whom, and when each has to report.

A table in CSV (UTF-8 or GB18030) or XLSX with one unit a row; see ``COLUMNS``. Whoever reads it runs in
a guarded child, for it comes from elsewhere: ``rows_of`` there, ``register_of`` on what it answers.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from io import BytesIO, StringIO
from pathlib import Path

from msgspec import Struct, msgpack

from gouji.audit.result import Unit
from gouji.dates import read_date
from gouji.errors import UnreadableError, UsageError
from gouji.guard import Failure, Limits, guarded
from gouji.readers import content
from gouji.wording import Text, squeeze

# what a column is called -> what it is
COLUMNS = {
    "单位": "unit", "类型": "kind", "上级单位": "parent", "地区": "region", "别名": "aliases", "应报年度": "years",
    "公开时限": "deadline", "汇总": "rollup",
}  # fmt: skip
KINDS = {
    "乡镇": "township", "乡": "township", "镇": "township", "街道": "township", "部门": "department", "县": "county",
    "区": "county", "县区": "county", "市": "city", "省": "province", "办公厅": "general_office", "中央": "central",
}  # fmt: skip
ROLLUPS = {"完整": "complete", "不计入": "no", "complete": "complete", "no": "no", "": ""}
MOST_UNITS = 50_000
MOST_COLUMNS = 100
LONGEST_NAME = 60  # characters
MOST_PROBLEMS = 10  # told at once

_PUBLISHED = re.compile(r"(20[0-9]{2})年?(?:度)?(?:公布|公开|发布)日期|published_(20[0-9]{2})")
_URL = re.compile(r"(20[0-9]{2})年?(?:度)?(?:公布|公开|发布)网址|url_(20[0-9]{2})")
_YEAR = re.compile(r"20[0-9]{2}")
_DEADLINE = re.compile(r"(?P<month>[0-9]{1,2})(?:[-./]|月)(?P<day>[0-9]{1,2})日?")
_BETWEEN = re.compile(r"[、;；,，/|]+")
_SUFFIX = re.compile("(?:人民政府|政府|办事处|街道办)$")

Rows = list[list[str]]


class Register(Struct, frozen=True, dict=True):
    """The units in the order of the table.

    Attributes:
        path: of the table, as findings name it; empty without one.
        units: each once.
    """

    path: str = ""
    units: tuple[Unit, ...] = ()


class RowsAnswer(Struct, frozen=True):
    """The rows of a register, or why there are none."""

    rows: Rows
    trouble: Text | None = None


class RowsWork(Struct, frozen=True):
    """What a child does with a register: read its cells."""

    def __call__(self, item: bytes) -> bytes:
        """Return the rows, or why there are none."""
        path = Path(item.decode("utf-8", "surrogateescape"))
        try:
            answer = RowsAnswer(rows_of(content(path), path.suffix.lower()))
        except UnreadableError as error:
            answer = RowsAnswer([], error.text)
        return msgpack.encode(answer)


def read_register(path: Path, limits: Limits) -> Register:
    """Read a register.

    Raises:
        UsageError: it cannot be read, or what is wrong in which of its rows.
    """
    (answer,) = guarded(RowsWork(), [str(path).encode("utf-8", "surrogateescape")], limits)
    if isinstance(answer, Failure):
        why = Text(
            f"读取时出错（{answer.cause} {answer.detail}）", f"reading it failed ({answer.cause} {answer.detail})"
        )
        raise _refused(path, [why])
    found = msgpack.decode(answer, type=RowsAnswer)
    if found.trouble is not None:
        raise _refused(path, [found.trouble])
    return register_of(found.rows, path)


def rows_of(data: bytes, suffix: str) -> Rows:
    """Return the cells of a table as text, row by row; dates as 2025-01-31.

    Raises:
        UnreadableError: it is neither CSV nor XLSX.
    """
    if data[:4] == b"PK\x03\x04":
        return _rows_of_workbook(data)
    if suffix in (".xls", ".xlsx", ".et", ".ods"):
        text = Text("请另存为 .xlsx 或 CSV", "save it as .xlsx or CSV")
        raise UnreadableError("GJ003", text)
    for encoding in ("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "gb18030"):
        try:
            text_of = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise UnreadableError(
            "GJ004", Text("文字编码无法识别，请用 UTF-8 另存", "the encoding cannot be told: save it as UTF-8")
        )
    first = text_of.partition("\n")[0]
    delimiter = max(",\t;", key=first.count)
    try:
        rows = csv.reader(StringIO(text_of), delimiter=delimiter)
        return [
            [cell.strip() for cell in row[:MOST_COLUMNS]] for _, row in zip(range(MOST_UNITS + 2), rows, strict=False)
        ]
    except csv.Error as error:
        raise UnreadableError("GJ003", Text(f"不是 CSV 表格：{error}", f"not a CSV table: {error}")) from None


def _rows_of_workbook(data: bytes) -> Rows:
    from openpyxl import load_workbook  # noqa: PLC0415 - only where the register is a workbook

    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(max_row=MOST_UNITS + 2, max_col=MOST_COLUMNS, values_only=True)
        return [[_cell(value) for value in row] for row in rows]
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a damaged workbook raises
        reason = type(error).__name__
        raise UnreadableError(
            "GJ014", Text(f"工作簿打不开（{reason}）", f"the workbook cannot be read ({reason})")
        ) from None


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


# --- from rows to units -----------------------------------------------------------------------


def register_of(rows: Sequence[Sequence[str]], path: Path) -> Register:
    """Make the register of its rows, the first of which names the columns.

    Raises:
        UsageError: what is wrong in which row.
    """
    problems: list[Text] = []
    columns = _columns(rows[0] if rows else (), problems)
    units: list[Unit] = []
    for line, row in enumerate(rows[1:], 2):
        cells = {columns[n]: cell for n, cell in enumerate(row) if n in columns and cell}
        if cells.get("unit"):
            units.append(_unit(cells, line, problems))
        elif cells:
            problems.append(_in_row(line, Text("没有写单位", "names no unit")))
    if len(units) > MOST_UNITS:
        problems.append(Text(f"最多 {MOST_UNITS:,} 个单位", f"at most {MOST_UNITS:,} units"))
    elif not problems and not units:
        problems.append(Text("没有单位", "names no unit"))
    problems += _clashes(units)
    if problems:
        raise _refused(path, problems)
    return Register(path.as_posix(), tuple(units))


def _columns(head: Sequence[str], problems: list[Text]) -> dict[int, str]:
    columns: dict[int, str] = {}
    for n, cell in enumerate(head):
        name = squeeze(cell)
        known = COLUMNS.get(name) or (name if name in COLUMNS.values() else "")
        dated = _PUBLISHED.fullmatch(name)
        linked = _URL.fullmatch(name)
        if dated or linked:
            found = dated or linked
            year = next(group for group in found.groups() if group) if found else ""
            known = f"{'published' if dated else 'url'} {year}"
        if known in columns.values():
            problems.append(Text(f"“{cell}”一栏出现了两次", f"the column {cell} is there twice"))
        elif known:
            columns[n] = known
        elif name:
            close = get_close_matches(name, COLUMNS, 1)
            hint = Text(f"，是不是“{close[0]}”？", f", did you mean {close[0]}?") if close else Text("", "")
            columns_known = "、".join(COLUMNS)
            problems.append(
                Text(
                    f"不认识“{cell}”一栏{hint.zh}（可用：{columns_known}、2024年公布日期、2024年公布网址）",
                    f"unknown column {cell}{hint.en} (known: {columns_known}, 2024年公布日期, 2024年公布网址)",
                )
            )
    if "unit" not in columns.values():
        problems.append(Text("第一行没有“单位”一栏", "the first row has no column 单位"))
    return columns


def _unit(cells: dict[str, str], line: int, problems: list[Text]) -> Unit:
    def wrong(zh: str, en: str) -> None:
        problems.append(_in_row(line, Text(zh, en)))

    name = squeeze(cells["unit"])
    if len(name) > LONGEST_NAME:
        wrong(f"单位名称超过 {LONGEST_NAME} 个字", f"a name has at most {LONGEST_NAME} characters")
    kind = cells.get("kind", "")
    kind = KINDS.get(kind, kind)
    if kind and kind not in KINDS.values():
        wrong(f"没有类型“{kind}”，可用：{'、'.join(KINDS)}", f"no kind {kind}; there are: {', '.join(KINDS.values())}")
    rollup = cells.get("rollup", "")
    if rollup not in ROLLUPS:
        wrong(f"“汇总”只能是 完整、不计入 或空白，不能是“{rollup}”", f"汇总 is 完整, 不计入 or blank, not {rollup}")
    years = cells.get("years", "")
    if years and not all(_YEAR.fullmatch(part.strip(" 年度")) for part in _BETWEEN.split(years)):
        wrong(f"“应报年度”写作 2023、2024，不能是“{years}”", f"应报年度 is written 2023、2024, not {years}")
    deadline = _day_of(cells.get("deadline", ""))
    if deadline is None:
        wrong(
            f"“公开时限”写作 01-31，不能是“{cells['deadline']}”", f"公开时限 is written 01-31, not {cells['deadline']}"
        )
    published = {}
    for key, cell in cells.items():
        if key.startswith("published "):
            day = read_date(cell)
            if day is None:
                wrong(
                    f"公布日期写作 2025-01-20，不能是“{cell}”", f"a publication date is written 2025-01-20, not {cell}"
                )
            else:
                published[int(key[-4:])] = day
    return Unit(
        name,
        kind,
        squeeze(cells.get("parent", "")),
        cells.get("region", ""),
        tuple(squeeze(part) for part in _BETWEEN.split(cells.get("aliases", "")) if part.strip()),
        tuple(sorted(int(year) for year in _YEAR.findall(years))),
        deadline or "",
        published,
        {int(key[-4:]): cell for key, cell in cells.items() if key.startswith("url ")},
        ROLLUPS.get(rollup, ""),
        line,
    )


def _day_of(cell: str) -> str | None:
    """Return ``01-31`` of a deadline however written; None where it is none."""
    if not cell:
        return ""
    found = _DEADLINE.fullmatch(squeeze(cell))
    try:
        return date(2023, int(found["month"]), int(found["day"])).strftime("%m-%d") if found else None
    except ValueError:
        return None


def _clashes(units: Sequence[Unit]) -> Iterator[Text]:
    """Yield what only the whole register shows: names used twice, parents that are not there or go in a circle."""
    seen: dict[str, Unit] = {}
    for unit in units:
        for name in (unit.name, *unit.aliases):
            other = seen.setdefault(bare(name), unit)
            if other is not unit:
                text = Text(
                    f"“{name}”与第 {other.line} 行的“{other.name}”是同一个名称",
                    f"{name} is the same name as {other.name} in row {other.line}",
                )
                yield _in_row(unit.line, text)
    by_name = {unit.name: unit for unit in units}
    for unit in units:
        if unit.parent and unit.parent not in by_name:
            close = get_close_matches(unit.parent, by_name, 1)
            hint = Text(f"，是不是“{close[0]}”？", f", did you mean {close[0]}?") if close else Text("", "")
            text = Text(
                f"上级单位“{unit.parent}”不在名册里{hint.zh}",
                f"its parent {unit.parent} is not in the register{hint.en}",
            )
            yield _in_row(unit.line, text)
        above, steps = unit, 0
        while above.parent in by_name and steps <= len(units):
            above, steps = by_name[above.parent], steps + 1
        if steps > len(units):
            yield _in_row(unit.line, Text("上级单位互为上级", "the units above it go in a circle"))


def _in_row(line: int | None, text: Text) -> Text:
    return Text(f"第 {line} 行：{text.zh}", f"row {line}: {text.en}")


def _refused(path: Path, problems: Sequence[Text]) -> UsageError:
    shown = problems[:MOST_PROBLEMS]
    more = len(problems) - len(shown)
    zh = "\n".join(f"  {p.zh}" for p in shown) + (f"\n  还有 {more} 处" if more else "")
    en = "\n".join(f"  {p.en}" for p in shown) + (f"\n  and {more} more" if more else "")
    return UsageError(Text(f"名册 {path} 有误：\n{zh}", f"the register {path} has mistakes:\n{en}"))


# --- names ------------------------------------------------------------------------------------


def bare(name: str) -> str:
    """Return a name for comparing: widths folded, no blanks, without 人民政府 and the like at its end."""
    plain = squeeze(name)
    return _SUFFIX.sub("", plain) or plain


def template(units: Iterable[Unit], years: Sequence[int]) -> str:
    """Return a register to fill in, as CSV that spreadsheets open: a row for each unit known already."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    dated = [f"{year}年公布{what}" for year in years for what in ("日期", "网址")]
    writer.writerow([*COLUMNS, *dated])
    said = {kind: zh for zh, kind in reversed(KINDS.items())}
    for unit in units:
        kind = said.get(unit.kind, "")
        cells = [unit.name, kind, unit.parent, unit.region, "、".join(unit.aliases), "", unit.deadline, ""]
        writer.writerow([*cells, *([""] * len(dated))])
    return "\ufeff" + out.getvalue()
