"""Rectification notices: who gets one, what it says word for word, the office's own template, and the bytes."""

import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import pypdfium2  # type: ignore[import-untyped]
import pytest
from docx.oxml.ns import qn
from msgspec import structs

from gouji.audit.letter.blank import BODY, blank
from gouji.audit.letter.content import MOST_ITEMS, Group, Item, Letter, Year, chinese
from gouji.audit.letter.due import Due, after
from gouji.audit.letter.names import LONGEST, file_names
from gouji.audit.notices import write_notices
from gouji.audit.result import Audit, Entry, Standing, Unit, head_of
from gouji.document import Place
from gouji.errors import UsageError
from gouji.finding import FileReport, Finding, Passage, Severity, Undecided, fingerprint
from gouji.pack import Pack
from gouji.reporters.escape import visible
from gouji.wording import Text, same
from tests.audit.made import CHECK_DATE, HOSTILE, made_audit

OFFICE = "青禾县人民政府办公室"
DOCUMENT = Path(__file__).parents[2] / "docs" / "notices.md"
SHOWN = HOSTILE.replace("\x1b", "\\x1b")

Write = Callable[..., dict[str, list[str]]]


@pytest.fixture
def audit(pack: Pack, specimen: str) -> Audit:
    return made_audit(pack, specimen)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write the letters of an audit and return the paragraphs of each by its name."""

    def write(audit: Audit, **options: Any) -> dict[str, list[str]]:
        return {path.stem: paragraphs(path) for path in write_notices(audit, tmp_path, office=OFFICE, **options)}

    return write


def paragraphs(path: Path) -> list[str]:
    return [p.text for p in docx.Document(str(path)).paragraphs]


def told(lines: list[str]) -> list[str]:
    """What stands between the opening and the demands."""
    return lines[6:-6]


def finding(rule: str, words: str, severity: Severity = Severity.ERROR, path: str = "水利局.docx") -> Finding:
    return Finding(
        rule=rule, slug="made-up", severity=severity, address="", message=same(words), place=Place(3), path=path,
        fingerprint=fingerprint(rule, path, words),
    )  # fmt: skip


def entry(
    findings: Sequence[Finding], *, unit: Unit | None = None, year: int = 2024, number: int = 0,
    standing: Standing = Standing.REPORTED, undecided: tuple[Undecided, ...] = (), deadline: date | None = None,
) -> Entry:  # fmt: skip
    unit = unit or Unit("水利局", line=2)
    judged = standing in (Standing.REPORTED, Standing.LATE)
    report = FileReport(
        "水利局.docx", judged=judged, unit=unit.name, year=year, findings=tuple(findings), undecided=undecided
    )
    return Entry(head_of(number, unit, year, standing, report), report, deadline=deadline)


def audit_of(*entries: Entry) -> Audit:
    heads = tuple(entry.head for entry in entries)
    return Audit("0.1.0", CHECK_DATE, "青禾县", (2024,), heads, (), len(entries), (), (), (), lambda n: entries[n])


# --- what a letter says ---------------------------------------------------------------------------


def test_letters_go_to_those_who_have_something_to_do(audit: Audit, write: Write) -> None:
    """Errors, warnings and missing reports make a letter; information only makes none."""
    assert list(write(audit)) == ["青禾县", "柳溪镇", "北山乡", "水利局"]


def test_letter_word_for_word(audit: Audit, write: Write) -> None:
    assert write(audit)["柳溪镇"] == [
        "〔2025〕　　号",
        "",
        "青禾县人民政府办公室\n关于2024年政府信息公开工作\n年度报告问题的整改通知",
        "",
        "柳溪镇：",
        "经2025年4月1日核对，你单位2024年政府信息公开工作年度报告有下列事项需要更正或者核实，现通知如下。",
        "一、2024年度报告",
        "报告文件：县/2024/柳溪镇.md、县/2024/柳溪镇-副本.md。",
        "（一）存在的问题",
        "1.主因：表三（申请办理）“一、本年新收·自然人”8 应为 3；2 个等式因此不成立。",
        "表三（申请办理）“一、本年新收”行：自然人 8 + 商业企业 1 + 科研机构 0 + 公益组织 0 + 法律机构 0 + 其他 0 = 9，总计 4，相差 5。",
        "表三（申请办理）“自然人”列：一、本年新收 8 + 二、上年结转 1 = 9，（七）总计 3 + 四、结转下年 1 = 4，相差 5。",
        "位置：第57行第26字。依据：统计表内数据应当自洽；《政府信息公开工作年度报告格式》表三表头：“第一项加第二项之和，等于第三项加第四项之和”。",
        "改正：请对照台账核对上述数字；照此改正后，2 个等式全部成立。",
        "2.柳溪镇2024年还有另一份报告。",
        "位置：文件“县/2024/柳溪镇-副本.md”，第1行。依据：《中华人民共和国政府信息公开条例》第四十九条。",
        "改正：请核对。",
        "（二）请核对的事项",
        "下列事项可能有误，也可能另有原因，请核实后处理。",
        "1.“五、存在的主要问题及改进情况”有 81.0% 的文字与北山乡2024年报告相同。",
        "“一是群众关心的惠农补贴信息更新较慢。”（本报告第90行，北山乡2024年报告第91行）。",
        f"“二是{SHOWN}”（本报告第92行，北山乡2024年报告第93行）。",
        "以上仅为文字比对的结果，不是对文字来源的认定。",
        "位置：第1行。依据：《中华人民共和国政府信息公开条例》第四十九条。",
        "核对：请核对。",
        "二、有关要求",
        "请你单位对上述事项逐项核实，确有差错的予以更正，并于2025年4月16日前（含当日，自检查次日起10个工作日）将更正后的报告和核实情况书面反馈。对上述事项有异议的，请在同一期限内说明情况，并附台账等依据。",
        "本通知依据 gouji 0.1.0 对报告文件的核对结果拟制。联系人：（请填写），联系电话：（请填写）。",
        "",
        "青禾县人民政府办公室",
        "2025年4月1日",
    ]


def test_equation_that_the_message_spells_out_is_not_repeated(audit: Audit, write: Write) -> None:
    assert told(write(audit)["青禾县"])[2:] == [
        "（一）存在的问题",
        "1.表三“总计”与各单位之和不等：本级 1452，各单位合计 1449，相差 3。",
        "位置：第60行。依据：《中华人民共和国政府信息公开条例》第四十九条。",
        "改正：请核对。",
    ]


def test_missing_report(audit: Audit, write: Write) -> None:
    """It is not said that there is none, and where the register has the unit is nobody's business."""
    assert told(write(audit)["北山乡"]) == [
        "一、2024年度报告",
        "（一）未见报告",
        "1.截至2025年4月1日，未见你单位2024年政府信息公开工作年度报告。公开时限为2025年1月31日。",
        "依据：《中华人民共和国政府信息公开条例》第四十九条。",
        "办理：尚未公开的，请按规定编制并公开；已经公开的，请提供报告文件或者公开网址，以便核对。",
    ]


def test_warnings_alone_are_no_faults(audit: Audit, write: Write) -> None:
    lines = write(audit)["水利局"]
    assert lines[2] == "青禾县人民政府办公室\n关于2024年政府信息公开工作\n年度报告有关事项的核对通知"
    assert told(lines) == [
        "一、2024年度报告",
        "报告文件：县/2024/水利局.md。",
        "（一）请核对的事项",
        "下列事项可能有误，也可能另有原因，请核实后处理。",
        "1.落款“柳溪镇人民政府”与标题中的单位“青禾县水利局”不一致。",
        "位置：第101行第1字。依据：编制惯例。",
        "核对：请核对编制单位。",
    ]


def test_years_are_in_one_letter(write: Write) -> None:
    """By year, whatever the order of the heads; a year without anything to say is left out."""
    made = audit_of(
        entry([finding("GJ401", "乙")], year=2024, number=0),
        entry([], year=2023, number=1),
        entry([finding("GJ401", "甲")], year=2022, number=2),
    )
    lines = write(made)["水利局"]
    assert lines[2].endswith("关于2022、2024年政府信息公开工作\n年度报告问题的整改通知")
    assert [line for line in lines if "度报告" in line and "、" in line[:2]] == ["一、2022年度报告", "二、2024年度报告"]
    assert lines[-6] == "三、有关要求"
    three = audit_of(*(entry([finding("GJ401", "甲")], year=2022 + n, number=n) for n in range(3)))
    assert "关于2022—2024年政府信息公开工作" in write(three)["水利局"][2]


def test_what_is_open_is_for_people_to_look_at(write: Write) -> None:
    """No letter for that alone; in a letter it is no fault, and how to call gouji is not said."""
    wanting = tuple(same(f"第{n}格") for n in range(8))
    undecided = (
        Undecided(same("没有可用的发布日期，无法核对公开时限（可用 --published 给出发布日期）"), ("GJ701",), 1),
        Undecided(same("几个日期说法不一（甲 2025-01-01），请核对，或用 --published 给出发布日期"), ("GJ701",), 1),
        Undecided(same("单元格读不出"), ("GJ301",), 3, wanting),
    )
    assert write(audit_of(entry([], undecided=undecided))) == {}
    lines = write(audit_of(entry([finding("GJ401", "甲。")], undecided=undecided)))["水利局"]
    assert told(lines)[2:] == [
        "（一）存在的问题",
        "1.甲。",
        "位置：第3行。",
        "（二）需人工核对",
        "下列事项因依据不足未能判定，不作为问题，请对照台账等原始记录核对。",
        "1.没有可用的发布日期，无法核对公开时限。",
        "2.几个日期说法不一（甲 2025-01-01），请核对。",
        "3.单元格读不出：第0格、第1格、第2格、第3格、第4格、第5格等 8 处。",
    ]


def test_file_that_could_not_be_read(write: Write) -> None:
    scan = structs.replace(finding("GJ015", "PDF 没有文字层，是扫描件"), remedy=same("请提供原文档"))
    lines = write(audit_of(entry([scan], standing=Standing.UNJUDGED)))["水利局"]
    assert lines[2].endswith("年度报告有关事项的核对通知")
    assert told(lines)[2:] == [
        "（一）未能核对的文件",
        "下列文件未能读取，其内容尚未核对，不据此认定报告存在问题。",
        "1.文件“水利局.docx”未能完成核对：PDF 没有文字层，是扫描件。",
        "办理：请提供原文档。",
    ]
    silent = write(audit_of(entry([], standing=Standing.UNJUDGED)))["水利局"]
    assert told(silent)[-2:] == ["1.文件“水利局.docx”未能完成核对。", "办理：请提供可编辑的报告文件，以便核对。"]


def test_what_the_office_has_to_settle_is_no_demand_on_a_unit(write: Write) -> None:
    ours, aside = finding("GJ010", "规则 GJ501 执行出错"), finding("GJ032", "豁免写法不对")
    assert write(audit_of(entry([finding("GJ009", "gouji 内部出错")], standing=Standing.UNJUDGED))) == {}
    assert write(audit_of(entry([ours, aside]))) == {}
    lines = write(audit_of(entry([ours, aside, finding("GJ401", "甲")])))["水利局"]
    assert told(lines)[2:] == [
        "（一）存在的问题",
        "1.甲。",
        "位置：第3行。",
        "（二）需人工核对",
        "下列事项因依据不足未能判定，不作为问题，请对照台账等原始记录核对。",
        "1.文件“水利局.docx”部分内容未能由程序核对，由发文机关另行核对。",
    ]


def test_remedies_of_gouji_itself_are_left_out(write: Write) -> None:
    one = structs.replace(finding("GJ401", "甲"), remedy=same("可用 --year 指定报告年度"))
    other = structs.replace(finding("GJ402", "乙"), remedy=same("请把本条信息发给 gouji 的维护者"))
    assert told(write(audit_of(entry([one, other])))["水利局"])[3:] == [
        "1.甲。",
        "位置：第3行。",
        "2.乙。",
        "位置：第3行。",
    ]


def test_what_is_accounted_for_is_in_no_letter(write: Write) -> None:
    settled = structs.replace(finding("GJ401", "甲"), suppressed="已说明")
    known = structs.replace(finding("GJ601", "没有找到报告"), known="基线")
    made = audit_of(entry([settled]), entry([known], unit=Unit("林业局", line=3), number=1, standing=Standing.MISSING))
    assert write(made) == {}


@pytest.mark.parametrize(("deadline", "letters"), [(CHECK_DATE, 0), (date(2025, 3, 31), 1), (None, 1)])
def test_missing_report_is_told_when_it_is_due(write: Write, deadline: date | None, letters: int) -> None:
    """Where no finding says that it is missing."""
    assert len(write(audit_of(entry([], standing=Standing.MISSING, deadline=deadline)))) == letters


def test_more_about_a_unit_without_a_report(write: Write) -> None:
    """What the register has wrong beside that is told by itself."""
    found = finding("GJ601", "没有找到报告", path="名册.csv"), finding("GJ603", "名册里的网址不对", path="名册.csv")
    missing = entry(found, standing=Standing.MISSING)
    missing = structs.replace(missing, report=structs.replace(missing.report, path="名册.csv"))
    assert told(write(audit_of(missing))["水利局"])[1:] == [
        "（一）未见报告",
        "1.截至2025年4月1日，未见你单位2024年政府信息公开工作年度报告。",
        "办理：尚未公开的，请按规定编制并公开；已经公开的，请提供报告文件或者公开网址，以便核对。",
        "（二）存在的问题",
        "1.名册里的网址不对。",
        "位置：第3行。",
    ]


def test_place_in_a_document_without_lines(write: Write) -> None:
    there = structs.replace(finding("GJ303", "甲"), place=Place(block=9), where=same("第4页 表四 第4行 总计列"))
    assert told(write(audit_of(entry([there])))["水利局"])[-1] == "位置：第4页 表四 第4行 总计列。"
    shared = structs.replace(
        finding("GJ640", "甲", Severity.WARNING),
        passages=(Passage("某句。", Place(page=3), "某一句。", Place(block=7)),),
        other=Text("北山乡2024年报告", ""),
    )
    assert told(write(audit_of(entry([shared])))["水利局"])[5] == (
        "“某句。”（本报告第3页）；“某一句。”（北山乡2024年报告第7段）。"
    )


def test_long_lists_are_counted(write: Write) -> None:
    many = [finding("GJ401", f"第{n}条") for n in range(MOST_ITEMS + 7)]
    assert told(write(audit_of(entry(many)))["水利局"])[-1] == f"{MOST_ITEMS + 1}.另有 7 项同类事项，本通知从略。"
    shared = structs.replace(
        finding("GJ640", "甲"),
        passages=tuple(Passage(f"第{n}句。", Place(n), f"第{n}句。", Place(n)) for n in range(1, 12)),
    )
    lines = told(write(audit_of(entry([shared])))["水利局"])
    assert lines[11:13] == ["“第8句。”（本报告第8行，另一处第8行）。", "另有 3 处，从略。"]


# --- when it is due -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2025, 4, 1), 10, Due(date(2025, 4, 16))),  # 清明节
        (date(2025, 1, 24), 1, Due(date(2025, 1, 26))),  # a Sunday on which people work
        (date(2025, 9, 26), 10, Due(date(2025, 10, 16))),  # eight days off, two weekends worked
        (date(2026, 12, 10), 10, Due(date(2026, 12, 24), "2027年")),
        (date(2040, 3, 1), 5, Due(date(2040, 3, 8), "2040年")),
        (date(2003, 12, 30), 3, Due(date(2004, 1, 5), "2003年")),
    ],
)
def test_working_days(start: date, days: int, due: Due) -> None:
    """Holidays and working weekends count as announced; what is not announced yet is said."""
    assert after(start, days) == due


def test_unknown_holidays_are_told(write: Write) -> None:
    made = structs.replace(audit_of(entry([finding("GJ401", "甲")])), check_date=date(2040, 3, 1))
    assert write(made, days=5)["水利局"][-5] == (
        "请你单位对上述事项逐项核实，确有差错的予以更正，并于2040年3月8日前（含当日，自检查次日起5个工作日）"
        "将更正后的报告和核实情况书面反馈。2040年的节假日安排尚未公布，上述日期按周一至周五推算，以公布后的安排为准。"
        "对上述事项有异议的，请在同一期限内说明情况，并附台账等依据。"
    )


@pytest.mark.parametrize("days", [0, -1, 251])
def test_term_that_makes_no_sense(write: Write, audit: Audit, days: int) -> None:
    with pytest.raises(UsageError) as caught:
        write(audit, days=days)
    assert caught.value.text.zh == "整改期限是 1—250 个工作日"


def test_numbers_of_headings() -> None:
    assert [chinese(n) for n in (1, 9, 10, 11, 20, 23, 99)] == ["一", "九", "十", "十一", "二十", "二十三", "九十九"]


# --- names of files -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "name"),
    [
        ("柳溪镇", "柳溪镇"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\机关", "C__机关"),
        ('甲<b>"|?*', "甲_b_____"),
        ("con", "_con"),
        ("COM1.txt", "_COM1.txt"),
        ("lpt²", "_lpt²"),
        ("nul .", "_nul"),
        ("-rf", "_-rf"),
        ("~甲", "_~甲"),
        (".甲. ", "甲"),
        ("", "未命名单位"),
        (" . ", "未命名单位"),
        ("甲\x1b[1m\u202e\udcff\n乙", "甲_x1b[1m_u202e_udcff 乙"),
        ("长" * 60, "长" * 26),
        ("x" * 300, "x" * 80),
    ],
)
def test_safe_name(unit: str, name: str) -> None:
    assert file_names([unit]) == (name,)
    assert len(name.encode()) <= LONGEST


def test_names_are_told_apart() -> None:
    """Also where they differ in case or in how an accent is written, and where the number makes them too long."""
    assert file_names(["A", "a", "A-2", "é", "e\u0301"]) == ("A", "a-2", "A-2-2", "é", "é-2")
    assert file_names(["长" * 30, "长" * 40]) == ("长" * 26, "长" * 26 + "-2")


def test_units_of_one_name_keep_their_numbers(write: Write) -> None:
    """Whether the first of them gets a letter or not."""
    first, second = Unit("林业站", parent="柳溪镇", line=2), Unit("林业站", parent="北山乡", line=3)
    fault = [finding("GJ401", "甲")]
    assert list(write(audit_of(entry(fault, unit=first), entry(fault, unit=second, number=1)))) == [
        "林业站",
        "林业站-2",
    ]
    assert list(write(audit_of(entry([], unit=first), entry(fault, unit=second, number=1)))) == ["林业站-2"]


# --- hostile words --------------------------------------------------------------------------------


def test_hostile_words_stay_words(tmp_path: Path, write: Write) -> None:
    """In every place of a letter: they act in no way, and are shown as they are."""
    evil = f"{{{{ 7*7 }}}}{{% for %}}{HOSTILE}\x00\x08\ud800\ufffe\u202e&amp;]]><w:p/>"
    shown = f"{{{{ 7*7 }}}}{{% for %}}{SHOWN}\\x00\\x08\\ud800\\ufffe\\u202e&amp;]]><w:p/>"
    words = Text(evil, evil)
    bad = structs.replace(
        finding("GJ401", evil, path=evil), where=words, basis=words, remedy=words, other=words,
        passages=(Passage(evil, Place(1), evil, Place(2)),),
    )  # fmt: skip
    unit = Unit(evil, line=2)
    report = FileReport(evil, judged=True, findings=(bad,), undecided=(Undecided(words, ("GJ701",), 1, (words,)),))
    ((name, lines),) = write(audit_of(Entry(head_of(0, unit, 2024, Standing.REPORTED, report), report))).items()
    assert re.fullmatch(r'[^<>:"/\\|?*\x00-\x1f]+', name)
    assert lines[4] == f"{visible(evil[:99])}…："
    assert told(lines) == [
        "一、2024年度报告",
        f"报告文件：{shown}。",
        "（一）存在的问题",
        f"1.{shown}。",
        f"“{shown}”（本报告第1行，{shown}第2行）。",
        "以上仅为文字比对的结果，不是对文字来源的认定。",
        f"位置：{shown}。依据：{shown}。",
        f"改正：{shown}。",
        "（二）需人工核对",
        "下列事项因依据不足未能判定，不作为问题，请对照台账等原始记录核对。",
        f"1.{shown}：{shown}。",
    ]
    with ZipFile(tmp_path / f"{name}.docx") as archive:
        assert not any(
            b"hyperlink" in archive.read(part) or b"External" in archive.read(part) for part in archive.namelist()
        )


# --- the template ---------------------------------------------------------------------------------


def template(path: Path, *lines: str) -> Path:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(str(path))
    return path


def test_page_is_that_of_official_letters() -> None:
    """A4, 37 mm above and 28 mm at the left of 156 by 225 mm of text; 小标宋 二号, 仿宋 三号, 黑体 and 楷体 headings."""
    document = docx.Document(BytesIO(blank()))
    page = document.sections[0]
    edges = page.page_width, page.page_height, page.left_margin, page.right_margin, page.top_margin, page.bottom_margin
    width, height, left, right, top, bottom = (round(length.mm) for length in edges if length)
    assert (width, height, left, top) == (210, 297, 28, 37)
    assert (width - left - right, height - top - bottom) == (156, 225)
    assert document.settings.odd_and_even_pages_header_footer
    assert [page.footer.paragraphs[0].text, page.even_page_footer.paragraphs[0].text] == ["— 1 —", "— 1 —"]
    fonts = {
        style.name: (style.element.rPr.rFonts.get(qn("w:eastAsia")), style.font.size.pt)
        for style in document.styles
        if style.name in ("公文标题", "一级标题", "二级标题")
    }
    assert fonts == {"公文标题": ("方正小标宋简体", 22), "一级标题": ("黑体", 16), "二级标题": ("楷体", 16)}
    assert document.styles["Normal"].font.size.pt == 16
    assert [p.text for p in document.paragraphs] == [text for _, text in BODY]


def test_template_of_the_office(audit: Audit, tmp_path: Path, write: Write) -> None:
    """Placeholders in the body, in a table, in a header, and split over runs as Word splits them."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "{{ 发文机关 }}文件"
    pieces = document.add_paragraph("致{")
    for piece in ("{ 单", "位 }", "}："):
        pieces.add_run(piece).bold = piece == "位 }"
    document.add_table(1, 2).rows[0].cells[1].text = "{{ 整改期限 }}（{{ 工作日数 }}）{{ 版本 }}"
    for line in ("{%p for 年 in 各年 %}", "{{ 年.年度 }}", "{%p endfor %}"):
        document.add_paragraph(line)
    document.save(str(tmp_path / "模板.docx"))
    assert write(audit, template=tmp_path / "模板.docx")["北山乡"] == ["致北山乡：", "2024"]
    letter = docx.Document(str(tmp_path / "北山乡.docx"))
    assert letter.sections[0].header.paragraphs[0].text == "青禾县人民政府办公室文件"
    assert letter.tables[0].rows[0].cells[1].text == "2025年4月16日（10）0.1.0"


def test_office_may_stay_open(audit: Audit, tmp_path: Path) -> None:
    lines = paragraphs(write_notices(audit, tmp_path)[0])
    assert lines[2] == "关于2024年政府信息公开工作\n年度报告问题的整改通知"
    assert lines[-2] == "（发文机关名称）"


KNOWN = (
    "可用的有：发文机关、发文年份、单位、报告年度、文种、检查日期、各年、要求序号、工作日数、整改期限、期限说明、版本；"
    "序号、年度、文件、各组；序号、名称、说明、标签、事项；序号、情况、位置、详情、依据、办法"
)
LOOP = "{%p for 年 in 各年 %}", "{{ 年.年度 }}", "{%p endfor %}"


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (("{{ 单位 }}{{ 单为 }}{{ 期线 }}", *LOOP), f"有不认识的占位符：单为、期线。{KNOWN}"),
        (
            ("{{ 单位 }}", "{%p for 年 in 各年 %}", "{{ 年.年分 }}", "{%p endfor %}"),
            f"有不认识的占位符：年分。{KNOWN}",
        ),
        (("{{ 单位 }}",), "没有用到 各年，写不成通知书"),
        (("此致",), "没有用到 单位、各年，写不成通知书"),
        (("{{ 单位 }}", "{%p for 年 in 各年 %}"), "was looking for the following tags: 'endfor' or 'else'"),
        (
            ("{{ 单位 + }}", *LOOP),
            "占位符写法不对，在“{{ 单位 + }}{% for 年 in 各年 %}”处：unexpected 'end of print statement'",
        ),
        (("{{ 单位 }}", *LOOP, "{% fro %}"), "占位符写法不对，在“{% fro %}”处：Encountered unknown tag 'fro'."),
        (
            ("{{ 单位.__class__.__mro__ }}", *LOOP),
            "填写不了：access to attribute '__class__' of 'str' object is unsafe.",
        ),
        (("{{ 单位 }}{{ 1/0 }}", *LOOP), "填写不了：division by zero"),
        (("{{ 单位 }}{% for n in range(10000000) %}{% endfor %}", *LOOP), "填写不了：Range too big"),
    ],
)
def test_wrong_template(audit: Audit, tmp_path: Path, lines: tuple[str, ...], reason: str) -> None:
    """It is refused before any letter is written, with its name and the reason in both languages."""
    folder = tmp_path / "out"
    folder.mkdir()
    path = template(tmp_path / "模板.docx", *lines)
    with pytest.raises(UsageError) as caught:
        write_notices(audit, folder, template=path)
    text = caught.value.text
    assert text.zh.startswith(f"通知书模板 {path}：")
    assert text.en.startswith(f"template of the notices {path}: ")
    assert reason in text.zh
    assert list(folder.iterdir()) == []


def test_template_that_fails_for_one_unit(audit: Audit, tmp_path: Path) -> None:
    lines = "{{ 单位 }}{% if 单位 == '北山乡' %}{{ 1/0 }}{% endif %}", *LOOP
    path = template(tmp_path / "模板.docx", *lines)
    with pytest.raises(UsageError) as caught:
        write_notices(audit, tmp_path, template=path)
    assert caught.value.text.zh == f"通知书模板 {path}：填写不了：division by zero"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["柳溪镇.docx", "模板.docx", "青禾县.docx"]


def test_header_is_looked_at_too(audit: Audit, tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("{{ 单为 }}")
    document.sections[0].header.paragraphs[0].text = "{{ 单位 + }}"
    document.save(str(tmp_path / "模板.docx"))
    with pytest.raises(UsageError) as caught:
        write_notices(audit, tmp_path, template=tmp_path / "模板.docx")
    assert "占位符写法不对：unexpected 'end of print statement'" in caught.value.text.zh


def test_block_that_ends_elsewhere(audit: Audit, tmp_path: Path) -> None:
    """What docxtpl would cut off without a word is refused."""
    document = docx.Document()
    document.add_paragraph("{{ 单位 }}{% for 年 in 各年 %}")
    document.add_table(1, 1).rows[0].cells[0].text = "{{ 年.年度 }}{% endfor %}"
    document.save(str(tmp_path / "模板.docx"))
    with pytest.raises(UsageError) as caught:
        write_notices(audit, tmp_path, template=tmp_path / "模板.docx")
    assert "的开头和结尾不在同一层" in caught.value.text.zh


def bomb() -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", compression=8) as archive:
        archive.writestr("word/document.xml", b"0" * (64 * 2**20 + 1))
    return file.getvalue()


def with_macros() -> bytes:
    file = BytesIO()
    with ZipFile(BytesIO(blank())) as archive, ZipFile(file, "w") as copy:
        for name in archive.namelist():
            old = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
            new = b"application/vnd.ms-word.document.macroEnabled.main+xml"
            copy.writestr(name, archive.read(name).replace(old, new))
    return file.getvalue()


NO_WORD = "不是 Word 文档（.docx），请在 Word/WPS 中另存为 .docx"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", f"：{NO_WORD}"),
        (b"PK\x03\x04 broken", f"：{NO_WORD}"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 100, f"：{NO_WORD}"),
        (bomb(), "：展开后太大"),
        (with_macros(), f"：{NO_WORD}"),
        (b"0" * (8 * 2**20 + 1), " 超过 8 MB"),
    ],
    ids=["empty", "broken", "doc", "bomb", "docm", "large"],
)
def test_file_that_is_no_template(audit: Audit, tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "模板.docx"
    path.write_bytes(data)
    with pytest.raises(UsageError) as caught:
        write_notices(audit, tmp_path, template=path)
    assert caught.value.text.zh == f"通知书模板 {path}{reason}"


def test_template_that_is_not_there(audit: Audit, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        write_notices(audit, tmp_path, template=tmp_path / "无.docx")
    assert caught.value.text.zh == f"通知书模板 {tmp_path / '无.docx'} 读不了：No such file or directory"


def test_template_cannot_make_words_act(tmp_path: Path, write: Write) -> None:
    """Neither with a filter nor by switching escaping off."""
    lines = "{{ 单位 | safe }}{% autoescape false %}{{ 单位 }}{% endautoescape %}", *LOOP
    made = audit_of(entry([finding("GJ401", "甲")], unit=Unit("</w:t><w:br/>&", line=2)))
    assert [*write(made, template=template(tmp_path / "模板.docx", *lines)).values()] == [
        ["</w:t><w:br/>&</w:t><w:br/>&", "2024"]
    ]


def test_document_tells_the_placeholders_and_works(audit: Audit, tmp_path: Path) -> None:
    """Its tables name what there is, and its short template can be filled."""
    written = DOCUMENT.read_text(encoding="utf-8")
    rows = re.findall(r"^\|(?: `\S+` \|| \|)? `(\S+)` \| [^|]+ \| [^|]*\|$", written, re.MULTILINE)
    parts = [[field.encode_name for field in structs.fields(part)] for part in (Letter, Year, Group, Item)]
    assert rows == [name for part in parts for name in part]
    (short,) = re.findall(r"```text\n(.*?)```", written, re.DOTALL)
    path = template(tmp_path / "短.docx", *short.splitlines())
    assert paragraphs(write_notices(audit, tmp_path, template=path, office=OFFICE)[3]) == [
        "水利局：",
        "经2025年4月1日核对，你单位2024年政府信息公开工作年度报告有下列事项，请于2025年4月16日前反馈。",
        "2024年（县/2024/水利局.md）",
        "请核对的事项",
        "1. 落款“柳溪镇人民政府”与标题中的单位“青禾县水利局”不一致。第101行第1字。编制惯例。请核对编制单位。",
        "青禾县人民政府办公室　2025年4月1日",
    ]


# --- files ----------------------------------------------------------------------------------------


def test_same_audit_same_bytes(audit: Audit, tmp_path: Path) -> None:
    """Nothing in a letter comes from the clock: the day of the audit is its date, in its properties too."""
    folders = tmp_path / "one", tmp_path / "two"
    for folder in folders:
        folder.mkdir()
        for path in write_notices(audit, folder, template=template(tmp_path / "模板.docx", "{{ 单位 }}", *LOOP)):
            with ZipFile(path) as archive:
                assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            properties = docx.Document(str(path)).core_properties
            assert {properties.created, properties.modified} == {datetime(2025, 4, 1, tzinfo=UTC)}
    one, two = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders)
    assert one == two
    assert len(one) == 4
    assert blank() == blank()


def test_files_of_others_stay(audit: Audit, tmp_path: Path) -> None:
    """What an earlier run or a person left there is not removed, a letter is replaced whole."""
    (tmp_path / "林业局.docx").write_bytes(b"old")
    (tmp_path / "水利局.docx").write_bytes(b"old")
    assert [path.name for path in write_notices(audit, tmp_path)] == [
        "青禾县.docx",
        "柳溪镇.docx",
        "北山乡.docx",
        "水利局.docx",
    ]
    assert (tmp_path / "林业局.docx").read_bytes() == b"old"
    assert paragraphs(tmp_path / "水利局.docx")[4] == "水利局："
    assert len([*tmp_path.iterdir()]) == 5


def test_folder_that_cannot_be_written_to(audit: Audit, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        write_notices(audit, tmp_path / "无")
    assert caught.value.text.zh == f"无法写入 {tmp_path / '无' / '青禾县.docx'}：No such file or directory"


def test_office_suite_opens_it(audit: Audit, tmp_path: Path) -> None:
    """LibreOffice shows title, addressee, finding and signature, and numbers the pages."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice (libreoffice-writer-nogui) is not installed")
    path = write_notices(audit, tmp_path, office=OFFICE)[1]
    subprocess.run(
        [soffice, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "pdf",
         "--outdir", str(tmp_path), str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    with pypdfium2.PdfDocument(path.with_suffix(".pdf")) as document:
        pages = ["".join(page.get_textpage().get_text_bounded().split()) for page in document]
    text = "".join(page.replace(f"—{number}—", "") for number, page in enumerate(pages, 1))
    for words in (
        "青禾县人民政府办公室关于2024年政府信息公开工作年度报告问题的整改通知柳溪镇：经2025年4月1日核对",
        "1.主因：表三（申请办理）“一、本年新收·自然人”8应为3；2个等式因此不成立。",
        "（二）请核对的事项",
        "于2025年4月16日前",
    ):
        assert words in text
    assert len(pages) > 1
    assert [f"—{number}—" in page for number, page in enumerate(pages, 1)] == [True] * len(pages)
    assert "青禾县人民政府办公室2025年4月1日" in pages[-1]
