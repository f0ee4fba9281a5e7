"""The workbook of an audit, read back by openpyxl and LibreOffice."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pypdfium2  # type: ignore[import-untyped]
import pytest
from lxml import etree
from msgspec import structs
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from gouji.amount import State
from gouji.audit import sheets
from gouji.audit.overview import ranked
from gouji.audit.result import Audit, Entry, Head, Standing, Unit
from gouji.audit.sheets import Column, cell_text
from gouji.audit.workbook import write_workbook
from gouji.document import Place
from gouji.facts import Fact, Number
from gouji.finding import Score, Severity
from gouji.pack import Pack
from gouji.reporters.escape import visible
from tests.audit.hostile import PAYLOADS, hostile_audit
from tests.audit.made import HOSTILE, made_audit

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
NAMES = ["总览", "排名", "问题", "数据", "跨年与汇总核对", "未能审核"]


@pytest.fixture(scope="module")
def audit(pack: Pack, specimen: str) -> Audit:
    """The made-up audit."""
    return made_audit(pack, specimen)


@pytest.fixture(scope="module")
def path(audit: Audit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its workbook."""
    path = tmp_path_factory.mktemp("book") / "audit.xlsx"
    write_workbook(audit, path)
    return path


@pytest.fixture(scope="module")
def book(path: Path) -> Workbook:
    return openpyxl.load_workbook(path)


def rows(sheet: Worksheet) -> list[list[Any]]:
    """Return all values of a sheet, row by row, without the blank cells at the end."""
    return [list(row)[: max((n for n, v in enumerate(row, 1) if v is not None), default=0)] for row in sheet.values]


def listed(sheet: Worksheet, *columns: str, head: int = 1) -> list[tuple[Any, ...]]:
    """Return some columns of a list, by their titles."""
    titles = [cell.value for cell in sheet[head]]
    return [tuple(row[titles.index(column)].value for column in columns) for row in sheet.iter_rows(min_row=head + 1)]


def test_sheets(book: Workbook) -> None:
    assert book.sheetnames == NAMES
    assert book.properties.created == datetime(2025, 4, 1)  # noqa: DTZ001 - a day has no zone
    assert (book.properties.creator, book.properties.title) == ("gouji", "青禾县")


def test_overview(book: Workbook) -> None:
    """Who reported and what was found, with the file that belongs to nobody in the sums."""
    told = rows(book["总览"])
    assert told[0] == ["政府信息公开工作年度报告审核情况"]
    assert told[1][0].startswith("青禾县　　审核日期 2025-04-01　　报告年度 2023、2024　　审核文件 7 个　　勾稽 gouji ")
    assert told[4:8] == [
        ["年度", "应报单位", "已报", "其中迟报", "未能审核", "未报", "无错误", "合格率", "错误", "警告", "提示", "未能判定", "平均得分"],
        ["2023年", 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 100],
        ["2024年", 5, 4, 1, 0, 1, 2, 0.5, 4, 2, 1, 0, 99.4],
        ["合计", 6, 5, 1, 0, 1, 3, 0.6, 5, 2, 1, 0, 99.5],
    ]  # fmt: skip
    assert told[11:17] == [
        ["规则类", "错误", "警告", "提示", "合计", "涉及单位", "2023年", "2024年", "无法归属"],
        ["必备要素", 0, 1, 0, 1, 1, 0, 1, 0],
        ["表内合计", 1, 0, 0, 1, 1, 0, 1, 0],
        ["跨年与单位", 4, 1, 0, 5, 3, 0, 4, 1],
        ["文字质量", 0, 0, 1, 1, 1, 0, 1, 0],
        ["合计", 5, 2, 1, 8, 5, 0, 7, 1],
    ]
    assert told[-1] == ["本次审核", "名册有 5 个单位"]


def test_ranking(book: Workbook) -> None:
    """The newest year first; who has not reported comes last, without a rank."""
    found = listed(book["排名"], "年度", "名次", "单位", "类别", "状态", "得分", "错误", "结论", "跨年与单位", "文件")
    assert found == [
        (2024, 1, visible(HOSTILE), "乡镇街道", "已报", 100, 0, "无错误", 0, f"县/2024/{visible(HOSTILE).replace('/', '_')}.md"),
        (2024, 2, "青禾县", "县级政府", "已报", 100, 1, "有错误", 1, "县/青禾县2024.md"),
        (2024, 3, "水利局", "部门", "迟报", 99.5, 0, "无错误", 0, "县/2024/水利局.md"),
        (2024, 4, "柳溪镇", "乡镇街道", "已报", 98, 2, "有错误", 2, "县/2024/柳溪镇.md"),
        (2024, None, "北山乡", "乡镇街道", "未报", None, 1, None, 1, None),
        (2023, 1, "柳溪镇", "乡镇街道", "已报", 100, 0, "未见问题", 0, "县/2023/柳溪镇.md"),
    ]  # fmt: skip


def head(
    name: str, score: str = "", errors: int = 0, warnings: int = 0, standing: Standing = Standing.REPORTED
) -> Head:
    severities = {Severity.ERROR: errors, Severity.WARNING: warnings, Severity.INFO: 0}
    return Head(0, Unit(name), 2024, standing, "a.md", severities, {}, Score(score, "100", ()) if score else None)


def test_ties_share_a_rank() -> None:
    """Equal in score, errors and warnings is equal; the next rank counts all before it."""
    heads = (
        head("丁", "90", 1, 1), head("无分", "", 0, 0), head("未报", standing=Standing.MISSING), head("甲", "99.5"),
        head("丙", "90", 1, 0), head("乙", "99.50"), head("审不了", standing=Standing.UNJUDGED), head("戊", "9.5", 0, 0),
    )  # fmt: skip
    assert [(rank, one.unit.name) for rank, one in ranked(heads)] == [
        (1, "甲"), (1, "乙"), (3, "丙"), (4, "丁"), (5, "戊"), (6, "无分"), (None, "未报"), (None, "审不了"),
    ]  # fmt: skip


def test_findings(book: Workbook) -> None:
    """One row each, those of further files and of files that belong to nobody too."""
    sheet = book["问题"]
    assert [cell.value for cell in sheet[1]] == [
        "单位", "年度", "级别", "规则", "规则名称", "位置", "问题", "应为", "实为", "依据", "如何改正", "不计理由", "文件",
    ]  # fmt: skip
    assert listed(sheet, "单位", "年度", "级别", "规则", "位置", "应为", "实为", "文件")[:6] == [
        ("青禾县", 2024, "错误", "GJ620", "第60行", None, None, "县/青禾县2024.md"),
        ("柳溪镇", 2024, "错误", "GJ301", "第57行第26字", "3", "8", "县/2024/柳溪镇.md"),
        ("柳溪镇", 2024, "警告", "GJ640", "第1行", None, None, "县/2024/柳溪镇.md"),
        ("柳溪镇", 2024, "错误", "GJ602", "第1行", None, None, "县/2024/柳溪镇-副本.md"),
        ("北山乡", 2024, "错误", "GJ601", "第3行", None, None, "县/名册.csv"),
        ("水利局", 2024, "警告", "GJ210", "第101行第1字", "青禾县水利局", "柳溪镇人民政府", "县/2024/水利局.md"),
    ]
    assert listed(sheet, "单位", "规则", "问题", "依据", "如何改正")[-1] == (
        None, "GJ650", "看不出是哪个单位的报告", "《中华人民共和国政府信息公开条例》第四十九条", "请核对",
    )  # fmt: skip
    assert len(listed(sheet, "规则")) == 8


def test_settled_findings_say_why(audit: Audit, tmp_path: Path) -> None:
    entry = audit.entry(2)
    found = tuple(structs.replace(one, suppressed="已向上级说明") for one in entry.report.findings)
    entry = structs.replace(entry, report=structs.replace(entry.report, findings=found))
    path = tmp_path / "a.xlsx"
    write_workbook(structs.replace(audit, entry=lambda number: entry if number == 2 else audit.entry(number)), path)
    assert [row for row in listed(openpyxl.load_workbook(path)["问题"], "规则", "不计理由") if row[1]] == [
        ("GJ301", "已向上级说明"),
        ("GJ640", "已向上级说明"),
    ]


def test_many_sentences_are_told_of(audit: Audit, tmp_path: Path) -> None:
    """Of what many sentences share, three stand in a cell, which says how many more there are."""
    entry = audit.entry(2)
    found = structs.replace(entry.report.findings[0], expected="甲\n乙\n丙\n丁", actual="甲\n乙\n丙\n丁\n戊")
    entry = structs.replace(entry, report=structs.replace(entry.report, findings=(found,)))
    path = tmp_path / "a.xlsx"
    write_workbook(structs.replace(audit, heads=audit.heads[2:3], entry=lambda _: entry), path)
    sheet = openpyxl.load_workbook(path)["问题"]
    assert listed(sheet, "应为", "实为")[0] == ("甲\n乙\n丙\n丁", "甲\n乙\n丙\n（另有 2 处，见 findings.json）")
    assert sheet.row_dimensions[2].height == pytest.approx(18 + 5 * 14, abs=0.5)  # three lines, and three of the last


def test_facts(book: Workbook) -> None:
    """A row for each report, a column for each slot under the row of its form; numbers are numbers."""
    sheet = book["数据"]
    groups: dict[str, str] = {}
    group = ""
    for number, (upper, lower) in enumerate(zip(sheet[1], sheet[2], strict=True), 1):
        group = str(upper.value or group)
        groups[f"{group}|{lower.value}"] = get_column_letter(number)
    assert list(groups)[:8] == [
        f"报告|{name}" for name in ("单位", "年度", "类别", "上级", "地区", "状态", "公开日期", "截止日期")
    ]
    assert list(groups)[-2:] == ["其他|表外数据", "其他|文件"]
    fees = groups["表二（主动公开）\n行政事业性收费|本年收费金额\n（万元）"]
    natural = groups["表三（申请办理）\n一、本年新收|自然人"]
    assert [(sheet[f"A{row}"].value, sheet[f"B{row}"].value, sheet[f"{fees}{row}"].value, sheet[f"{natural}{row}"].value)
            for row in range(3, 8)] == [
        ("青禾县", 2024, 0.35, 3), ("柳溪镇", 2023, 0.35, 3), ("柳溪镇", 2024, 0.35, 8), ("水利局", 2024, 0.35, 3),
        (visible(HOSTILE), 2024, 0.35, 3),
    ]  # fmt: skip
    assert sheet.max_row == 7
    assert sheet.max_column == 8 + 228 + 2
    assert (sheet["G6"].value, sheet["H6"].value) == (datetime(2025, 2, 3), datetime(2025, 1, 31))  # noqa: DTZ001
    assert sheet["G6"].number_format == "yyyy-mm-dd"


def test_cells_that_are_no_numbers(audit: Audit, tmp_path: Path) -> None:
    """Blank stays blank, missing is grey, what cannot be read is red, about is yellow; no digit is lost."""
    keys = [*audit.forms[0].slots]
    made: list[tuple[State, Number | None, str]] = [
        (State.NUMBER, 123_456_789_012_345, "1"), (State.NUMBER, 1_234_567_890_123_456, "2"),
        (State.NUMBER, Decimal("7730.28"), "7730.28"), (State.BLANK, None, " "), (State.DASH, None, "—"),
        (State.MISSING, None, ""), (State.UNREADABLE, None, "电话13912345678"), (State.UNREADABLE, None, ""),
        (State.APPROXIMATE, 5500, "5500余"), (State.NONE, None, "无"),
    ]  # fmt: skip
    facts = {key: Fact(key, value, raw, state, Place(1)) for key, (state, value, raw) in zip(keys, made, strict=True)}
    facts["disclosure.procurement.projects"] = Fact("disclosure.procurement.projects", 3, "3", State.NUMBER, Place(1))
    entry = structs.replace(audit.entry(0), facts=facts)
    path = tmp_path / "a.xlsx"
    write_workbook(structs.replace(audit, heads=audit.heads[:1], entry=lambda _: entry), path)
    cells = openpyxl.load_workbook(path)["数据"][3][8:]
    assert [(cell.value, cell.fill.fgColor.rgb if cell.fill.fill_type else "") for cell in cells[:10]] == [
        (123_456_789_012_345, ""), ("1234567890123456", ""), (7730.28, ""), (None, ""), ("—", ""),
        (None, "FFE7E9EC"), ("电话139******78", "FFFFC7CE"), ("不能识别", "FFFFC7CE"), ("5500余", "FFFFEB9C"), ("无", ""),
    ]  # fmt: skip
    assert (cells[10].value, cells[10].fill.fill_type) == (None, "solid")
    assert cells[-2].value == "disclosure.procurement.projects：3"


def test_reconciliation(book: Workbook) -> None:
    columns = ("单位", "年度", "规则", "核对事项", "左边", "右边", "相差", "结果", "说明", "未能核对的原因")
    assert listed(book["跨年与汇总核对"], *columns)[3:] == [
        ("柳溪镇", 2024, "GJ610", "上年结转·自然人", 2, 2, 0, "一致", "上年结转 2，上年报告结转下年度 2", None),
        ("柳溪镇", 2024, "GJ620", "本年新收·总计", 1452, 1449, 3, "不一致", "本级 1452，各单位合计 1449", None),
        ("柳溪镇", 2024, "GJ620", "本年新收·总计", 0, None, None, "未能核对", "本级 0，各单位合计 ?", "北山乡没有报告"),
    ]


def test_numbers_of_a_reconciliation(audit: Audit, tmp_path: Path) -> None:
    """Decimals are shown as they are; what a spreadsheet would round, and what is no number, stays text."""
    line = audit.entry(2).reconciliations[1]
    line = structs.replace(line, left="267.67", right="-1234567890123456", difference="1e400")
    entry = structs.replace(audit.entry(2), reconciliations=(line,))
    path = tmp_path / "a.xlsx"
    write_workbook(structs.replace(audit, heads=audit.heads[2:3], entry=lambda _: entry), path)
    sheet = openpyxl.load_workbook(path)["跨年与汇总核对"]
    assert listed(sheet, "左边", "右边", "相差") == [(267.67, "-1234567890123456", "1e400")]
    assert sheet["E2"].number_format == "General"


def test_not_audited(book: Workbook) -> None:
    assert listed(book["未能审核"], "类别", "单位", "年度", "规则", "原因", "文件", "位置") == [
        ("没有报告", "北山乡", 2024, "GJ601", "没有找到北山乡2024年的报告", "县/名册.csv", "第3行"),
        ("无法归属", None, None, "GJ650", "看不出是哪个单位的报告", "县/其他/说明.md", "第1行"),
    ]


def test_lists_are_set_up(book: Workbook) -> None:
    """Heads and first columns stay in view, filters cover the list, paper is A4 with the heads on every page."""
    frozen = {"排名": "D2", "问题": "C2", "数据": "C3", "跨年与汇总核对": "C2", "未能审核": "C2"}
    assert {name: book[name].freeze_panes for name in NAMES[1:]} == frozen
    filters = {"排名": "A1:Q7", "问题": "A1:M9", "数据": "A2:ID7", "跨年与汇总核对": "A1:J7", "未能审核": "A1:H3"}
    assert {name: book[name].auto_filter.ref for name in NAMES[1:]} == filters
    for sheet in book:
        setup, foot = sheet.page_setup, sheet.oddFooter
        assert (setup.paperSize, setup.orientation) == (9, "landscape")
        assert (foot.center.text if foot and foot.center else "") == "第 &P 页，共 &N 页"
    assert {name: book[name].print_title_rows for name in NAMES[1:]} == {
        name: "$1:$2" if name == "数据" else "$1:$1" for name in NAMES[1:]
    }
    assert book["数据"].print_title_cols == "$A:$B"
    fit = {sheet.title: sheet.sheet_properties.pageSetUpPr for sheet in book}
    assert [name for name, setup in fit.items() if not (setup and setup.fitToPage)] == ["数据"]
    assert (book["问题"].page_setup.fitToHeight, book["数据"].page_setup.scale) == (0, 60)  # as long as need be
    assert {name: round(book[name].column_dimensions["A"].width) for name in NAMES} == {
        "总览": 19, "排名": 7, "问题": 19, "数据": 25, "跨年与汇总核对": 27, "未能审核": 12,
    }  # fmt: skip


def test_colours(book: Workbook) -> None:
    """Severities, standings and outcomes are coloured by their words, counts by how large they are."""
    found = {
        (sheet.title, str(area.sqref)): [rule.formula[0] if rule.formula else rule.type for rule in rules]
        for sheet in book
        for area, rules in sheet.conditional_formatting._cf_rules.items()  # type: ignore[attr-defined]
    }
    assert found == {
        ("总览", "G13:I16"): ["colorScale"],
        ("排名", "F2:F7"): ['"已报"', '"迟报"', '"未能审核"', '"未报"'],
        ("排名", "L2:L7"): ['"未见问题"', '"无错误"', '"有错误"'],
        ("排名", "M2:P7"): ["colorScale"],
        ("问题", "C2:C9"): ['"错误"', '"警告"', '"提示"'],
        ("跨年与汇总核对", "H2:H7"): ['"一致"', '"不一致"', '"未能核对"', '"核对出错"', '"不适用"'],
        ("未能审核", "A2:A3"): ['"没有报告"', '"未能审核"', '"无法归属"', '"未能判定"'],
    }


def test_empty_audit(audit: Audit, tmp_path: Path) -> None:
    """An audit without anything has sheets that say so."""
    path = tmp_path / "a.xlsx"
    write_workbook(structs.replace(audit, heads=(), unassigned=(), years=(), forms=(), notes=()), path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == NAMES
    assert [book[name]["A2"].value for name in ("排名", "问题", "跨年与汇总核对", "未能审核")] == ["（没有）"] * 4


# --- what documents choose ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hostile(pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of the hostile audit."""
    path = tmp_path_factory.mktemp("hostile") / "audit.xlsx"
    write_workbook(hostile_audit(pack), path)
    return path


def parts(path: Path) -> Iterator[tuple[str, etree._Element]]:
    with ZipFile(path) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            yield name, etree.fromstring(archive.read(name))


def test_hostile_words_are_text(hostile: Path) -> None:
    """Every payload comes back as text, what does not print as an escape; nothing is a formula or a link."""
    book = openpyxl.load_workbook(hostile)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert [cell.coordinate for cell in cells if cell.hyperlink] == []
    for column in ("单位", "问题", "应为", "实为", "依据", "如何改正", "位置"):
        told = [row[0] for row in listed(book["问题"], column, "规则") if row[1] == "GJ301"]
        assert [plain(text) for text in told] == ["\n".join(map(visible, words.split("\n"))) for words in PAYLOADS]
    for sheet, column in (("排名", "上级"), ("跨年与汇总核对", "说明"), ("未能审核", "原因")):
        told = [plain(row[0]) for row in listed(book[sheet], column)]
        assert {text for text in told if "未能判定" not in text} == {
            "\n".join(map(visible, words.split("\n"))) for words in PAYLOADS
        }


def plain(text: str) -> str:
    """Read a cell as Excel does: without the escape of escapes, and without the blank that keeps marks from acting."""
    shown = text.replace("_x005F_", "_")
    return shown.removesuffix(" ") if shown.endswith("</r> ") else shown


def test_hostile_words_stay_in_their_cells(hostile: Path) -> None:
    """Every part is well-formed; there is no formula, link, picture, macro or marked-up text, and nothing leads out."""
    names = set()
    for name, root in parts(hostile):
        names.add(name)
        assert {element.tag.removeprefix(MAIN) for element in root.iter(f"{MAIN}*")}.isdisjoint(
            {"f", "hyperlinks", "hyperlink", "drawing", "legacyDrawing", "r", "rPr", "oleObjects", "controls"}
        )
        assert [element.get("TargetMode") for element in root.iter() if element.get("TargetMode")] == []
        strange = {char for text in root.itertext() for char in str(text) if not (char.isprintable() or char in "\n　")}
        assert strange == set()
    sheets_of_book = {f"xl/worksheets/sheet{number}.xml" for number in range(1, 7)}
    assert names == {
        "[Content_Types].xml", "_rels/.rels", "docProps/app.xml", "docProps/core.xml", "xl/_rels/workbook.xml.rels",
        "xl/styles.xml", "xl/theme/theme1.xml", "xl/workbook.xml", *sheets_of_book,
    }  # fmt: skip


def test_page_heads_do_not_act(hostile: Path) -> None:
    """The title at the head of a page brings no codes of its own."""
    with ZipFile(hostile) as archive:
        root = etree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    head = root.findtext(f".//{MAIN}oddHeader") or ""
    assert head == f"&L{visible(HOSTILE)[:60]}&R&A"
    assert cell_text("a&b") == "a&b"


def test_long_texts_are_cut_visibly() -> None:
    """32,767 UTF-16 units stay whole; beyond them the text ends with a mark that counts its characters."""
    assert cell_text("长" * 32_767) == "长" * 32_767
    assert cell_text("长" * 32_768) == "长" * (32_767 - 19) + "……（全文 32768 字，此处截断）"
    wide = cell_text("𠮷" * 16_384)
    assert wide == "𠮷" * ((32_767 - 19) // 2) + "……（全文 16384 字，此处截断）"
    assert len(wide.encode("utf-16-le")) // 2 <= 32_767
    assert cell_text("甲\n" * 252 + "乙").count("\n") == 252
    assert cell_text("甲\n" * 253 + "乙") == "甲 " * 253 + "乙"


def test_cut_text_in_the_book(audit: Audit, tmp_path: Path) -> None:
    entry = audit.entry(2)
    found = structs.replace(entry.report.findings[0], actual="=" + "长" * 40_000)
    entry = structs.replace(entry, report=structs.replace(entry.report, findings=(found,)))
    path = tmp_path / "a.xlsx"
    write_workbook(structs.replace(audit, heads=audit.heads[2:3], entry=lambda _: entry), path)
    (told, *_), *_ = listed(openpyxl.load_workbook(path)["问题"], "实为")
    assert (len(told), told[:2], told[-16:]) == (32_767, "=长", "全文 40001 字，此处截断）")


def test_full_sheets_go_on_in_further_ones(audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every row is there once, each sheet has its head, filter and colours."""
    monkeypatch.setattr(sheets, "MOST_ROWS", 4)
    path = tmp_path / "a.xlsx"
    write_workbook(audit, path)
    book = openpyxl.load_workbook(path)
    assert [name for name in book.sheetnames if name.startswith("问题")] == ["问题", "问题（2）", "问题（3）"]
    rules = [[rule for (rule,) in listed(book[name], "规则")] for name in ("问题", "问题（2）", "问题（3）")]
    assert rules == [["GJ620", "GJ301", "GJ640"], ["GJ602", "GJ601", "GJ210"], ["GJ806", "GJ650"]]
    assert [book[name].auto_filter.ref for name in ("问题", "问题（2）", "问题（3）")] == ["A1:M4", "A1:M4", "A1:M3"]
    assert [book[name].freeze_panes for name in ("数据", "数据（2）", "数据（3）")] == ["C3"] * 3
    assert book["问题（3）"].conditional_formatting["C2:C3"]


def test_printed_groups_are_not_parted() -> None:
    columns = [Column("单位", 20, group="报告"), *[Column("x", 9, group=f"{n // 7}") for n in range(35)]]
    assert sheets._breaks(columns, 1) == [15, 29]


# --- the file -----------------------------------------------------------------------------------


def test_same_bytes_everywhere(audit: Audit, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Time zone, time and rights of new files do not matter; the archive holds no time."""
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    mask = os.umask(0o077)
    try:
        write_workbook(audit, tmp_path / "audit.xlsx")
    finally:
        os.umask(mask)
        monkeypatch.undo()
        time.tzset()
    assert (tmp_path / "audit.xlsx").read_bytes() == path.read_bytes()
    with ZipFile(path) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 31, 0, 0, 0)}


def test_failure_leaves_the_old_book(audit: Audit, tmp_path: Path) -> None:
    """What breaks on the way leaves the old file and nothing else."""
    path = tmp_path / "audit.xlsx"
    path.write_bytes(b"old")

    def broken(number: int) -> Entry:
        if number == 3:
            raise RuntimeError("the ledger is gone")
        return audit.entry(number)

    with pytest.raises(RuntimeError, match="the ledger is gone"):
        write_workbook(structs.replace(audit, entry=broken), path)
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["audit.xlsx"]


def test_what_a_killed_run_left_is_taken_over(audit: Audit, path: Path, tmp_path: Path) -> None:
    (tmp_path / ".audit.xlsx.rows").mkdir()
    (tmp_path / ".audit.xlsx.rows" / "x").write_bytes(b"rest")
    (tmp_path / ".audit.xlsx.part").write_bytes(b"rest" * 100_000)
    write_workbook(audit, tmp_path / "audit.xlsx")
    assert [one.name for one in tmp_path.iterdir()] == ["audit.xlsx"]
    assert (tmp_path / "audit.xlsx").read_bytes() == path.read_bytes()


def test_folder_that_is_not_there(audit: Audit, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        write_workbook(audit, tmp_path / "nowhere" / "audit.xlsx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(shutil.which("localc") is None, reason="LibreOffice Calc is not installed")
def test_libreoffice_prints_it(path: Path, tmp_path: Path) -> None:
    """LibreOffice opens and prints every sheet, each with its head; lists that fit take the width of one page."""
    profile = (tmp_path / "profile").as_uri()
    subprocess.run(
        ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "--outdir", tmp_path, path],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    with pypdfium2.PdfDocument(tmp_path / "audit.pdf") as pdf:
        pages = [page.get_textpage().get_text_bounded() for page in pdf]
        assert pdf[0].get_size() == pytest.approx((842, 595), abs=1)
    heads = [text.splitlines()[0] for text in pages]
    assert [head for head, _ in groupby(heads)] == [f"青禾县 {name}" for name in NAMES]
    assert [head for head in heads if head != "青禾县 数据"] == [f"青禾县 {name}" for name in NAMES if name != "数据"]
    assert "政府信息公开工作年度报告审核情况" in pages[0]
    assert "=cmd|'/c calc'!A1 <img" in pages[1]
    assert all("报告\r\n单位 年度" in text for text, head in zip(pages, heads, strict=True) if head == "青禾县 数据")
