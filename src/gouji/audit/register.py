"""The register (名册): which units there are, who is above whom, and when each has to report.

A table in CSV or XLSX with one unit a row; see ``COLUMNS``.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from difflib import get_close_matches
from io import StringIO
from pathlib import Path

from msgspec import Struct, structs

from gouji.audit.result import Unit
from gouji.audit.rows import LOWEST_HEAD, Rows, is_head, read_rows
from gouji.dates import read_date, read_stamp
from gouji.errors import UsageError
from gouji.guard import Limits
from gouji.reporters.escape import inert
from gouji.wording import Text, squeeze

# what a column is called -> what it is
COLUMNS = {
    "单位": "unit", "类型": "kind", "上级单位": "parent", "地区": "region", "别名": "aliases", "应报年度": "years",
    "公开时限": "deadline", "汇总": "rollup",
}  # fmt: skip
UNREAD = ("序号", "编号", "备注", "联系人", "联系电话")  # columns that offices keep for themselves
KEY = ("单位", "unit")
KINDS = {
    "乡镇": "township", "乡": "township", "镇": "township", "街道": "township", "部门": "department", "县": "county",
    "区": "county", "县区": "county", "市": "city", "省": "province", "办公厅": "general_office", "中央": "central",
}  # fmt: skip
ROLLUPS = {"完整": "complete", "不计入": "no", "complete": "complete", "no": "no", "": ""}
MOST_UNITS = 50_000
LONGEST_NAME = 60  # characters
MOST_PROBLEMS = 10  # told at once
MOST_COMPARED = 2_000  # names, to find out which one was meant

_PUBLISHED = re.compile(r"(20[0-9]{2})年?(?:度)?(?:公布|公开|发布)日期|published_(20[0-9]{2})")
_URL = re.compile(r"(20[0-9]{2})年?(?:度)?(?:公布|公开|发布)网址|url_(20[0-9]{2})")
_YEAR = re.compile(r"20[0-9]{2}")
# spreadsheets make 2025-01-31 of 01-31
_DEADLINE = re.compile(r"(?:20[0-9]{2}[-./年])?(?P<month>[0-9]{1,2})[-./月](?P<day>[0-9]{1,2})日?")
_NO_UNIT = re.compile("合计|总计|小计|共计|备注|填表|制表|.*:")  # below a register there may be totals and notes
_BETWEEN = re.compile(r"[、;；,，/|]+")
_SUFFIX = re.compile("(?:政府|(?<=街道)办事处|(?<=街道)办)$")
_ERRORS = frozenset(("#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!"))


class RegisterError(UsageError):
    """A register has mistakes, each told by itself: exit 2."""

    def __init__(self, path: Path, mistakes: Sequence[Text]) -> None:
        """Keep what is wrong, as many as anybody reads at once."""
        more = len(mistakes) - MOST_PROBLEMS
        rest = (
            Text(f"，只列出前 {MOST_PROBLEMS} 处", f", the first {MOST_PROBLEMS} are told")
            if more > 0
            else Text("", "")
        )
        count = len(mistakes)
        super().__init__(
            Text(f"名册 {path} 有 {count} 处错误{rest.zh}", f"the register {path} has {count} mistake(s){rest.en}")
        )
        self.mistakes = tuple(mistakes[:MOST_PROBLEMS])


class Register(Struct, frozen=True):
    """The units in the order of the table.

    Attributes:
        path: of the table, as findings name it; empty without one.
        units: each once.
    """

    path: str = ""
    units: tuple[Unit, ...] = ()


def read_register(path: Path, limits: Limits) -> Register:
    """Read a register.

    Raises:
        RegisterError: it cannot be read, or what is wrong in which of its rows.
    """
    answer = read_rows(path, KEY, limits)
    if answer.trouble is not None:
        raise RegisterError(path, [answer.trouble])
    return register_of(answer.rows, path)


# --- from rows to units -----------------------------------------------------------------------


def register_of(rows: Rows, path: Path) -> Register:
    """Make the register of its rows; the first one with 单位 names the columns, above it may be titles.

    Raises:
        RegisterError: what is wrong in which row.
    """
    problems: list[Text] = []
    head = next((n for n, row in enumerate(rows[:LOWEST_HEAD]) if is_head(row, KEY)), 0)
    columns = _columns(rows[head] if rows else (), problems)
    units: list[Unit] = []
    for line, row in enumerate(rows[head + 1 :], head + 2):
        cells = {columns[n]: cell for n, cell in enumerate(row) if n in columns and cell}
        problems += (
            _in_row(line, Text(f"公式出错：{cell}", f"a formula failed: {cell}"))
            for cell in cells.values()
            if cell in _ERRORS
        )
        if cells.get("unit"):
            units.append(_unit(cells, line, problems))
        elif cells and "unit" in columns.values():
            problems.append(_in_row(line, Text("没有写单位", "names no unit")))
    if len(units) > MOST_UNITS:
        problems.append(Text(f"最多 {MOST_UNITS:,} 个单位", f"at most {MOST_UNITS:,} units"))
    elif not problems and not units:
        problems.append(Text("没有单位", "names no unit"))
    else:
        units = _tied(units, problems)
    if problems:
        raise RegisterError(path, problems)
    return Register(path.as_posix(), tuple(units))


def _columns(head: Sequence[str], problems: list[Text]) -> dict[int, str]:
    columns: dict[int, str] = {}
    for n, cell in enumerate(head):
        name = squeeze(cell).lower()
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
        elif name and name not in UNREAD:
            hint = _hint(name, (*COLUMNS, *COLUMNS.values()), problems)
            columns_known = "、".join(COLUMNS)
            problems.append(
                Text(
                    f"不认识“{cell}”一栏{hint.zh}（可用：{columns_known}、2024年公布日期、2024年公布网址）",
                    f"unknown column {cell}{hint.en} (known: {columns_known}, 2024年公布日期, 2024年公布网址)",
                )
            )
    if "unit" not in columns.values():
        problems.append(Text("没有“单位”一栏", "there is no column 单位"))
    return columns


def _unit(cells: dict[str, str], line: int, problems: list[Text]) -> Unit:
    def wrong(zh: str, en: str) -> None:
        problems.append(_in_row(line, Text(zh, en)))

    name = squeeze(cells["unit"])
    if _NO_UNIT.match(name):
        wrong(
            f"“{name}”不像单位名称，合计、备注一类的行请删去",
            f"{name} is no name of a unit: delete rows of totals and notes",
        )
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
    if not all(_YEAR.fullmatch(part.strip(" 年度")) for part in _BETWEEN.split(years) if part.strip()):
        wrong(f"“应报年度”写作 2023、2024，不能是“{years}”", f"应报年度 is written 2023、2024, not {years}")
    deadline = _day_of(cells.get("deadline", ""))
    if deadline is None:
        wrong(
            f"“公开时限”写作 01-31，不能是“{cells['deadline']}”", f"公开时限 is written 01-31, not {cells['deadline']}"
        )
    return Unit(
        name,
        kind,
        squeeze(cells.get("parent", "")),
        _region(cells.get("region", "")),
        tuple(squeeze(part) for part in _BETWEEN.split(cells.get("aliases", "")) if part.strip()),
        tuple(sorted(int(year) for year in _YEAR.findall(years))),
        deadline or "",
        _published(cells, wrong),
        {int(key[-4:]): cell for key, cell in cells.items() if key.startswith("url ")},
        ROLLUPS.get(rollup, ""),
        line,
    )


def _published(cells: dict[str, str], wrong: Callable[[str, str], None]) -> dict[int, date]:
    published = {}
    for key, cell in cells.items():
        if not key.startswith("published "):
            continue
        year, day = int(key[-4:]), read_stamp(cell) or read_date(cell)
        if day is None:
            wrong(f"公布日期写作 2025-01-20，不能是“{cell}”", f"a publication date is written 2025-01-20, not {cell}")
        elif day < date(year, 12, 1):
            wrong(f"{year} 年的报告不会在 {day} 公布，请核对日期和年度", f"a report on {year} is not public on {day}")
        else:
            published[year] = day
    return published


def _day_of(cell: str) -> str | None:
    """Return ``01-31`` of a deadline however written; None where it is none."""
    if not cell:
        return ""
    found = _DEADLINE.fullmatch(squeeze(cell))
    try:
        return date(2023, int(found["month"]), int(found["day"])).strftime("%m-%d") if found else None
    except ValueError:
        return None


def _region(cell: str) -> str:
    """Return a region; an area code has its zero, which spreadsheets drop."""
    return f"0{cell}" if re.fullmatch("[1-9][0-9]{1,2}", cell) else cell


def _tied(units: Sequence[Unit], problems: list[Text]) -> list[Unit]:
    """Return the units, each with the unit above it by its name; tell what only the whole register shows.

    That is names used twice, and parents that are not there or go in a circle.
    """
    named: dict[str, Unit] = {}
    for unit in units:
        for name in (unit.name, *unit.aliases):
            other = named.setdefault(bare(name), unit)
            if other is not unit:
                text = Text(
                    f"“{name}”与第 {other.line} 行的“{other.name}”是同一个名称",
                    f"{name} is the same name as {other.name} in row {other.line}",
                )
                problems.append(_in_row(unit.line, text))
    tied, names = [], [unit.name for unit in units]
    for unit in units:
        parent = named.get(bare(unit.parent)) if unit.parent else None
        if unit.parent and parent is None:
            hint = _hint(unit.parent, names, problems)
            text = Text(
                f"上级单位“{unit.parent}”不在名册里{hint.zh}",
                f"its parent {unit.parent} is not in the register{hint.en}",
            )
            problems.append(_in_row(unit.line, text))
        tied.append(structs.replace(unit, parent=parent.name if parent else ""))
    problems += (
        _in_row(unit.line, Text("上级单位互为上级", "the units above it go in a circle")) for unit in _circles(tied)
    )
    return tied


def _circles(units: Sequence[Unit]) -> Iterator[Unit]:
    """Yield the units that are, by way of others or by themselves, above themselves."""
    by_name = {unit.name: unit for unit in units}
    seen: dict[str, str] = {}  # unit -> the one from which it was come to first
    for name in by_name:
        above = name
        while above in by_name and above not in seen:
            seen[above] = name
            above = by_name[above].parent
        if seen.get(above) == name:  # come to again on the same way
            circle = [above]
            while (above := by_name[above].parent) != circle[0]:
                circle.append(above)
            yield from (by_name[one] for one in circle)


def _hint(name: str, known: Sequence[str], problems: Sequence[Text]) -> Text:
    """Ask whether a name is meant that is written alike, where that takes no time and will be told."""
    told = len(problems) < MOST_PROBLEMS and len(known) <= MOST_COMPARED
    close = get_close_matches(name, known, 1) if told else []
    return Text(f"，是不是“{close[0]}”？", f", did you mean {close[0]}?") if close else Text("", "")


def _in_row(line: int | None, text: Text) -> Text:
    return Text(f"第 {line} 行：{text.zh}", f"row {line}: {text.en}")


# --- names ------------------------------------------------------------------------------------


def comparable(text: str) -> str:
    """Return words for finding names in them: widths folded, no blanks, 政府 for 人民政府."""
    return squeeze(text).replace("人民政府", "政府")


def bare(name: str) -> str:
    """Return a name for comparing: as ``comparable`` words, without 政府 and the like at its end."""
    plain = comparable(name)
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
        cells = [squeeze(unit.name), kind, unit.parent, unit.region, "、".join(unit.aliases), "", unit.deadline, ""]
        writer.writerow([*map(inert, cells), *([""] * len(dated))])
    return "\ufeff" + out.getvalue()
