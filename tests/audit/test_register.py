"""The register: read whatever the office saved it as, every mistake told with its row, and written to be filled in."""

import io
import time
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from gouji.audit.register import Register, RegisterError, bare, read_register, register_of, template
from gouji.audit.result import Unit
from gouji.audit.rows import rows_of
from gouji.errors import UnreadableError
from gouji.guard import Limits

HEAD = "单位,类型,上级单位,地区,别名,应报年度,公开时限,汇总,2024年公布日期,2024年公布网址"
ROWS = (
    "青禾县人民政府,县,,0812,青禾县、青禾县政府,,3月31日,完整,,",
    "青禾县柳溪镇人民政府,乡镇,青禾县人民政府,0812,柳溪镇,2023、2024,01-31,,2025-01-20,https://www.qinghe.example/1.html",
    "青禾县气象局,部门,青禾县,,,,,不计入,2025/2/3 10:20,",
)
TEXT = "\r\n".join((HEAD, *ROWS)) + "\r\n"
COUNTY = Unit("青禾县人民政府", "county", "", "0812", ("青禾县", "青禾县政府"), (), "03-31", {}, {}, "complete", 2)
TOWN = Unit(
    "青禾县柳溪镇人民政府", "township", COUNTY.name, "0812", ("柳溪镇",), (2023, 2024), "01-31",
    {2024: date(2025, 1, 20)}, {2024: "https://www.qinghe.example/1.html"}, "", 3,
)  # fmt: skip
WEATHER = Unit("青禾县气象局", "department", COUNTY.name, published={2024: date(2025, 2, 3)}, rollup="no", line=4)
UNITS = (COUNTY, TOWN, WEATHER)


def read(folder: Path, data: bytes, suffix: str = ".csv") -> Register:
    path = folder / f"名册{suffix}"
    path.write_bytes(data)
    return read_register(path, Limits(seconds=20, idle=20))


def mistakes(text: str) -> list[str]:
    rows = rows_of(text.encode(), ".csv", ("单位", "unit"))
    with pytest.raises(RegisterError) as raised:
        register_of(rows, Path("名册.csv"))
    assert raised.value.text.zh.startswith("名册 名册.csv 有 ")
    return [one.zh for one in raised.value.mistakes]


# --- formats ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("gb18030"),
        TEXT.encode("utf-16"),
        TEXT.replace(",", "\t").encode("utf-16"),
        TEXT.replace(",", ";").encode("gb18030"),
        TEXT.replace("\r\n", "\n").encode(),
        TEXT.replace("\r\n", "\r").encode(),
        f"青禾县年报单位名册,,\r\n,,\r\n{TEXT}".encode(),
        TEXT.replace("单位,类型", "单 位　,类型").encode(),
    ],
    ids=["utf-8", "bom", "gb18030", "utf-16", "tabs", "semicolons", "lf", "cr", "title", "blanks"],
)
def test_csv(tmp_path: Path, data: bytes) -> None:
    register = read(tmp_path, data)
    above = 2 if b"\xe5\x90\x8d\xe5\x86\x8c" in data else 0
    assert register.path == f"{tmp_path.as_posix()}/名册.csv"
    assert [(*unit_of(unit), unit.line) for unit in register.units] == [
        (*unit_of(unit), (unit.line or 0) + above) for unit in UNITS
    ]


def unit_of(unit: Unit) -> tuple[object, ...]:
    """Return everything of a unit but its line."""
    return (
        unit.name, unit.kind, unit.parent, unit.region, unit.aliases, unit.years, unit.deadline, unit.published,
        unit.urls, unit.rollup,
    )  # fmt: skip


def test_english(tmp_path: Path) -> None:
    """The columns may be named in English, and so may kinds and roll-ups."""
    text = "Unit,Kind,Parent,Region,Aliases,Years,Deadline,Rollup,Published_2024,URL_2024\n" + "\n".join(ROWS).replace(
        "乡镇", "township"
    ).replace("完整", "complete")
    assert read(tmp_path, text.encode()).units == UNITS


def workbook(rows: Sequence[Sequence[object]], change: Callable[[Workbook], object] = bool) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


DAY, MOMENT = datetime(2025, 3, 31), datetime(2025, 2, 3, 10, 20)  # noqa: DTZ001 - workbooks know no time zones
CELLS: list[list[object]] = [
    list(HEAD.split(",")),
    ["青禾县人民政府", "县", None, 812, "青禾县、青禾县政府", None, DAY, "完整"],
    ["青禾县柳溪镇人民政府", "乡镇", "青禾县人民政府", 812.0, "柳溪镇", "2023、2024", "01-31", None, date(2025, 1, 20),
     "https://www.qinghe.example/1.html"],
    ["青禾县气象局", "部门", "青禾县人民政府", None, None, None, None, "不计入", MOMENT],
]  # fmt: skip


def test_workbook(tmp_path: Path) -> None:
    """Dates are dates, numbers have no point, and the zero of an area code is there."""
    assert read(tmp_path, workbook(CELLS), ".xlsx").units == UNITS


def test_workbook_with_more(tmp_path: Path) -> None:
    """A title above, other sheets, hidden ones, columns that the office keeps for itself, blank rows below."""

    def change(book: Workbook) -> None:
        book.active.title = "名册"  # type: ignore[union-attr]
        book.create_sheet("说明", 0).append(["请填写蓝色部分"])
        hidden = book.create_sheet("旧")
        hidden.append(["单位"])
        hidden.sheet_state = "hidden"

    rows: list[list[object]] = [["青禾县年报单位名册"], [], [*CELLS[0], "备注", "序号"], *CELLS[1:], [None] * 12, [""]]
    register = read(tmp_path, workbook(rows, change), ".xlsx")
    assert [unit_of(unit) for unit in register.units] == [unit_of(unit) for unit in UNITS]
    assert [unit.line for unit in register.units] == [4, 5, 6]


def test_merged_cells(tmp_path: Path) -> None:
    """What is written once above several units is theirs; a title over all columns is not."""

    def change(book: Workbook) -> None:
        book.active.merge_cells("A1:C1")  # type: ignore[union-attr]
        book.active.merge_cells("B4:B6")  # type: ignore[union-attr]

    rows = [["名册"], ["单位", "上级单位"], ["青禾县"], ["水利局", "青禾县"], ["民政局"], ["财政局"], ["气象局"]]
    register = read(tmp_path, workbook(rows, change), ".xlsx")
    parents = [(unit.name, unit.parent) for unit in register.units]
    assert parents == [("青禾县", ""), ("水利局", "青禾县"), ("民政局", "青禾县"), ("财政局", "青禾县"), ("气象局", "")]


def test_workbook_without_results(tmp_path: Path) -> None:
    """A formula whose result is not in the file is no blank."""
    with pytest.raises(RegisterError) as raised:
        read(tmp_path, workbook([["单位", "上级单位"], ["水利局", '="青禾"&"县"']]), ".xlsx")
    (mistake,) = raised.value.mistakes
    assert mistake.zh == "B2 是没有结果的公式，请用表格软件打开、保存后再用"


def test_two_sheets(tmp_path: Path) -> None:
    """Units on two sheets are not halved in silence."""

    def change(book: Workbook) -> None:
        book.active.title = "部门"  # type: ignore[union-attr]
        book.create_sheet("乡镇").append(["单位"])

    with pytest.raises(RegisterError) as raised:
        read(tmp_path, workbook([["单位"], ["水利局"]], change), ".xlsx")
    assert raised.value.mistakes[0].zh == "有几张表都有“单位”一栏（部门、乡镇），请合成一张"


@pytest.mark.parametrize(
    ("data", "suffix", "told"),
    [
        (b"", ".csv", "没有“单位”一栏"),
        (b"\xff\xff\xff", ".csv", "文字编码无法识别，请用 UTF-8 另存"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, ".csv", "请另存为没有密码的 .xlsx 或 CSV"),
        (b"<html><table>", ".xls", "请另存为没有密码的 .xlsx 或 CSV"),
        (b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", ".ods",
         "请另存为没有密码的 .xlsx 或 CSV"),
        (b"PK\x03\x04junk", ".xlsx", "工作簿打不开（BadZipFile）"),
        (b'unit\n"' + b"x" * 200_000 + b'"', ".csv", "不是 CSV 表格：field larger than field limit (131072)"),
    ],
    ids=["empty", "bytes", "xls", "page", "ods", "damaged", "long"],
)  # fmt: skip
def test_refused(tmp_path: Path, data: bytes, suffix: str, told: str) -> None:
    with pytest.raises(RegisterError) as raised:
        read(tmp_path, data, suffix)
    assert [one.zh for one in raised.value.mistakes] == [told]


def test_not_a_file(tmp_path: Path) -> None:
    (tmp_path / "名册.csv").mkdir()
    with pytest.raises(RegisterError) as raised:
        read_register(tmp_path / "名册.csv", Limits())
    assert raised.value.mistakes[0].zh == "不是普通文件"
    with pytest.raises(RegisterError) as raised:
        read_register(tmp_path / "无.csv", Limits())
    assert raised.value.mistakes[0].zh == "文件打不开：No such file or directory"


def _bomb(sheet: Callable[[zipfile.ZipFile, zipfile.ZipInfo], None]) -> bytes:
    """Return a workbook with another sheet in it."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([["单位"]]))) as book,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bomb,
    ):
        for member in book.infolist():
            if member.filename == "xl/worksheets/sheet1.xml":
                sheet(bomb, zipfile.ZipInfo(member.filename))
            else:
                bomb.writestr(member, book.read(member))
    return out.getvalue()


START = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<dimension ref="A1:A300000"/><sheetData>'
)


def test_workbook_of_too_many_rows(tmp_path: Path) -> None:
    """It is not read to its end."""

    def sheet(bomb: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
        member.compress_type = zipfile.ZIP_DEFLATED
        with bomb.open(member, "w") as out:
            out.write(START.encode() + b'<row r="1"><c r="A1" t="inlineStr"><is><t>unit</t></is></c></row>')
            for n in range(2, 300_000, 10_000):
                out.write(
                    b"".join(b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (r, r, r) for r in range(n, n + 10_000))
                )
            out.write(b"</sheetData></worksheet>")

    with pytest.raises(RegisterError) as raised:
        read(tmp_path, _bomb(sheet), ".xlsx")
    assert raised.value.mistakes[0].zh == "最多 50,000 个单位"


def test_zip_bomb(tmp_path: Path) -> None:
    """It costs a child, in bounded memory and time."""

    def sheet(bomb: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
        member.compress_type = zipfile.ZIP_DEFLATED
        with bomb.open(member, "w") as out:
            out.write(START.encode() + b'<row r="1"><c r="A1" t="inlineStr"><is><t>')
            for _ in range(250):
                out.write(b"x" * (1 << 20))

    start = time.monotonic()
    path = tmp_path / "名册.xlsx"
    path.write_bytes(_bomb(sheet))
    with pytest.raises(RegisterError) as raised:
        read_register(path, Limits(seconds=15, idle=15, memory=300 << 20))
    assert time.monotonic() - start < 25
    (mistake,) = raised.value.mistakes
    assert mistake.zh in (
        "读取时超出上限或出错（memory）",
        "工作簿打不开（XMLSyntaxError）",
        "工作簿打不开（ParseError）",
    )


# --- mistakes ---------------------------------------------------------------------------------


def test_every_mistake_with_its_row() -> None:
    """All of them at once, each as the clerk finds it in the table."""
    text = (
        "单位,类型,上级单位,应报年度,公开时限,汇总,2024年公布日期\n"
        "青禾县,县,,,,,\n"
        "水利局,部局,青禾县,,,,\n"
        ",部门,,,,,\n"
        "\n"
        "民政局,部门,青河县,23年,13-01,全部,去年\n"
        "#REF!,,,,,,2024-01-20\n"
    )
    assert mistakes(text) == [
        "第 3 行：没有类型“部局”，可用：乡镇、乡、镇、街道、部门、县、区、县区、市、省、办公厅、中央",
        "第 4 行：没有写单位",
        "第 6 行：“汇总”只能是 完整、不计入 或空白，不能是“全部”",
        "第 6 行：“应报年度”写作 2023、2024，不能是“23年”",
        "第 6 行：“公开时限”写作 01-31，不能是“13-01”",
        "第 6 行：公布日期写作 2025-01-20，不能是“去年”",
        "第 7 行：公式出错：#REF!",
        "第 7 行：2024 年的报告不会在 2024-01-20 公布，请核对日期和年度",
        "第 6 行：上级单位“青河县”不在名册里，是不是“青禾县”？",
    ]


@pytest.mark.parametrize("row", ["合计：1家", "合计", "备注", "填表人：张三", "注: 以上为乡镇"])
def test_rows_below_the_units(row: str) -> None:
    """A total or a note is no unit, which would be told to have reported nothing."""
    folded = row.replace("：", ":").replace(" ", "")
    assert mistakes(f"单位,类型\n水利局,部门\n{row},\n") == [
        f"第 3 行：“{folded}”不像单位名称，合计、备注一类的行请删去"
    ]


def test_columns() -> None:
    """An unknown column is no typing error that costs every unit its parent."""
    known = "单位、类型、上级单位、地区、别名、应报年度、公开时限、汇总、2024年公布日期、2024年公布网址"
    assert mistakes("单位,上级单在,单位,alias\n水利局,,,\n") == [
        f"不认识“上级单在”一栏，是不是“上级单位”？（可用：{known}）",
        "“单位”一栏出现了两次",
        f"不认识“alias”一栏，是不是“aliases”？（可用：{known}）",
    ]
    assert mistakes("名称,类型\n水利局,部门\n") == [
        f"不认识“名称”一栏（可用：{known}）",
        "没有“单位”一栏",
    ]
    assert mistakes("单位\n") == ["没有单位"]


def test_names_used_twice() -> None:
    """Also as an alias, and with other words for the same."""
    assert mistakes("单位,别名\n青禾县柳溪镇,\n青禾县柳溪镇人民政府,\n临江镇,青禾县柳溪镇政府\n临江镇,\n") == [
        "第 3 行：“青禾县柳溪镇人民政府”与第 2 行的“青禾县柳溪镇”是同一个名称",
        "第 4 行：“青禾县柳溪镇政府”与第 2 行的“青禾县柳溪镇”是同一个名称",
        "第 5 行：“临江镇”与第 4 行的“临江镇”是同一个名称",
    ]


def test_circles() -> None:
    """Units that are above themselves are told; who hangs below them is not."""
    circle = "第 {} 行：上级单位互为上级"
    assert mistakes("单位,上级单位\n甲县,乙县\n乙县,丙县\n丙县,甲县\n丁局,甲县\n戊局,戊局\n") == [
        circle.format(n) for n in (2, 3, 4, 6)
    ]
    assert mistakes("单位,上级单位\n甲县,甲县\n甲县,甲县\n")[0] == "第 3 行：“甲县”与第 2 行的“甲县”是同一个名称"


def test_many_mistakes() -> None:
    """The first are told, the rest is counted, and looking for names that were meant takes no time."""
    text = "单位,上级单位\n" + "".join(f"第{n}局,第{n}县\n" for n in range(5_000))
    start = time.monotonic()
    told = mistakes(text)
    assert time.monotonic() - start < 5
    assert told[0].startswith("第 2 行：上级单位“第0县”不在名册里")
    assert len(told) == 10
    with pytest.raises(RegisterError) as raised:
        register_of(rows_of(text.encode(), "", ("单位",)), Path("名册.csv"))
    assert raised.value.text.zh == "名册 名册.csv 有 5000 处错误，只列出前 10 处"


def test_long_chains() -> None:
    """Whoever is above whom, over any number of steps, is looked at once."""
    rows = [["单位", "上级单位"], *([f"第{n}局", f"第{n + 1}局"] for n in range(20_000)), ["第20000局", ""]]
    assert len(register_of(rows, Path()).units) == 20_001


# --- the template -----------------------------------------------------------------------------


def test_template(tmp_path: Path) -> None:
    """What is written to be filled in is read back as the same units, and nothing in it acts."""
    units = (
        Unit("青禾县人民政府", "county"),
        Unit("=cmd|'/c calc'!A1", "township"),
        Unit("+单位", "department"),
        Unit("办公厅", "general_office"),
    )
    text = template(units, (2023, 2024))
    lines = text.split("\r\n")
    assert lines[0] == (
        "\ufeff单位,类型,上级单位,地区,别名,应报年度,公开时限,汇总,"
        "2023年公布日期,2023年公布网址,2024年公布日期,2024年公布网址"
    )
    assert lines[1:-1] == [
        "青禾县人民政府,县,,,,,,,,,,",
        "'=cmd|'/c calc'!A1,乡镇,,,,,,,,,,".replace(" ", ""),
        "'+单位,部门,,,,,,,,,,",
        "办公厅,办公厅,,,,,,,,,,",
    ]
    again = read(tmp_path, text.encode()).units
    assert [(unit.name, unit.kind) for unit in again] == [(unit.name.replace(" ", ""), unit.kind) for unit in units]


# --- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("青禾县人民政府", "青禾县"), ("青禾县政府", "青禾县"), ("青禾县", "青禾县"), ("柳溪镇 人民政府", "柳溪镇"),
        ("城关街道办事处", "城关街道"), ("城关街道办", "城关街道"), ("驻京办事处", "驻京办事处"), ("人民政府", "政府"),
        ("青禾县人民政府办公室", "青禾县政府办公室"), ("（Ａ）局", "(A)局"),
    ],
)  # fmt: skip
def test_bare(name: str, plain: str) -> None:
    assert bare(name) == plain


def test_unreadable_is_told_as_such() -> None:
    with pytest.raises(UnreadableError):
        rows_of(b"PK\x03\x04", ".xlsx", ("单位",))
