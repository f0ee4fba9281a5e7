"""Traps that once caught gouji: each accused somebody wrongly, or kept silent."""

from collections.abc import Callable

import pytest

from gouji.amount import State
from gouji.document import Document, Paragraph, Place, Table
from gouji.extract import extract
from gouji.facts import Reading
from gouji.finding import FileReport
from gouji.pack import Pack
from gouji.readers import html, markdown

Check = Callable[..., FileReport]
COLUMNS = ("natural", "company", "research", "ngo", "legal", "other", "total")


def errors(report: FileReport) -> list[str]:
    told = [finding for finding in report.findings if finding.severity.value != "info"]
    return [f"{rule} {address}".strip() for finding in told for rule, address in finding.instances]


def read(pack: Pack, text: str) -> Reading:
    return extract(markdown.read(text.encode(), "r.md"), pack.outline)


def row(reading: Reading, name: str) -> list[object]:
    facts = [reading.facts[f"applications.{name}.{column}"] for column in COLUMNS]
    return [fact.state.value if fact.value is None else fact.value for fact in facts]


HEAD = """\
| （本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和） | | | 申请人情况 | | | | | | |
|---|---|---|---|---|---|---|---|---|---|
| | | | 自然人 | 法人或其他组织 | | | | | 总计 |
| | | | | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | |
"""


@pytest.mark.parametrize(
    "head",
    [
        "| 申请人情况 |\n|---|\n| 自然人 | 法人或其他组织 | 总计 |\n| 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 |\n",
        (
            "| （本列数据…） | 申请人情况 |\n|---|---|\n| 自然人 | 法人或其他组织 | 总计 | | | |\n"
            "| | | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | |\n"
        ),
        "| | | | | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | |\n|---|---|\n",
        "",
    ],
    ids=["flattened", "padded", "last row only", "lost"],
)
def test_a_damaged_head_shifts_no_number(pack: Pack, specimen: str, check_text: Check, head: str) -> None:
    """Head rows that lost their spans, or their labels, leave every number in its column."""
    assert HEAD in specimen
    text = specimen.replace(HEAD, head)
    assert row(read(pack, text), "new") == [3, 1, 0, 0, 0, 0, 4]
    assert row(read(pack, text), "unavailable.not_held") == [1, 0, 0, 0, 0, 0, 1]
    assert [rule for rule in errors(check_text(text)) if not rule.startswith("GJ125")] == []


def test_a_lost_number_is_not_filled_from_the_next_column(pack: Pack, specimen: str, check_text: Check) -> None:
    """A row that lost one of its numbers is unreadable, although a blank label cell would make up the count."""
    text = specimen.replace("| | | 1 | 0 | 0 | 0 | 0 | 0 | 1 |\n| 三", "| | | 6 | 3 | 0 | 0 | 0 | 0 |\n| 三")
    assert text != specimen
    assert row(read(pack, text), "carried_in") == ["unreadable"] * 7
    assert errors(check_text(text)) == ["GJ122 applications/carried_in"]


def test_a_misprinted_label_beside_its_group_is_still_its_row(pack: Pack, check_text: Check, specimen: str) -> None:
    """The words next to the numbers name the row, not the group's name left of them; sums stay judged."""
    text = specimen.replace("| 1.本机关不掌握相关政府信息 | 1 |", "| 1.本机关不掌握相关信息 | 8 |")
    assert row(read(pack, text), "unavailable.not_held") == [8, 0, 0, 0, 0, 0, 1]
    assert errors(check_text(text)) == [
        "GJ125 applications/unavailable.not_held",
        "GJ301 applications/unavailable.not_held",
        "GJ302 applications/natural",
    ]


@pytest.mark.parametrize(
    "cells",
    [
        "| 1 | 0 | 0 | 0 | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |",
        "| 1 | 1 | 0 | 0 | 0 | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |",
    ],
)
def test_table_4_with_a_cell_too_few_or_too_many(specimen: str, check_text: Check, cells: str) -> None:
    """A row of table 4 that cannot be told apart is an error, not a silent pass."""
    text = specimen.replace("| 1 | 0 | 0 | 0 | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |", cells)
    assert errors(check_text(text)) == ["GJ122 disputes/row-width"]


@pytest.mark.parametrize(
    "extra",
    [
        "\n\n| 项目 | 2023年 | 2024年 |\n|---|---|---|\n| 予以公开 | 5 | 2 |\n| 部分公开 | 1 | 1 |\n| 总计 | 6 | 3 |\n\n## 四、",
        "\n\n| 单位：件 | 2024 |\n|---|---|\n\n## 四、",
        "\n\n- 3 -\n\n## 四、",
    ],
)
def test_other_tables_beside_a_form(specimen: str, check_text: Check, extra: str) -> None:
    """A comparison with last year or a small note under the form is not part of it."""
    assert errors(check_text(specimen.replace("\n## 四、", extra))) == []


def test_head_in_another_unit(specimen: str, check_text: Check) -> None:
    """A head that asks for 元 instead of 万元 is told."""
    assert errors(check_text(specimen.replace("（单位：万元）", "（单位：元）"))) == ["GJ125 disclosure/head-missing"]


def test_digits_that_stand_apart_make_no_number() -> None:
    """A footnote mark, a struck-out figure or a line break never becomes part of a number."""
    page = "<table><tr><td>许可</td><td>1<sup>2</sup></td><td><del>5</del>17</td><td>1<br>2</td></tr></table>"
    (table,) = html.tables_of_fragment(page, 1)
    assert [cell.text for cell in table.rows[0]] == ["许可", "1 2", "17", "1 2"]
    (block,) = markdown.read(b"| a | 1<br>2 | 1<sup>2</sup> | 3*4 |\n|---|---|---|---|\n", "r.md").blocks
    assert isinstance(block, Table)
    assert [cell.text.split() for cell in block.rows[0]] == [["a"], ["1", "2"], ["1", "2"], ["3*4"]]


@pytest.mark.parametrize(
    ("signature", "found"),
    [
        ("柳溪镇人民政府", []),
        ("青禾县柳溪镇人民政府", []),
        ("中共柳溪镇委员会柳溪镇人民政府", []),
        ("青溪镇人民政府", ["GJ210"]),
        ("青禾县人民政府", ["GJ210"]),
    ],
)
def test_signature(specimen: str, check_text: Check, signature: str, found: list[str]) -> None:
    """A signature may leave out the county, and nothing else."""
    assert errors(check_text(specimen.replace("\n柳溪镇人民政府\n", f"\n{signature}\n"))) == found


@pytest.mark.parametrize(
    ("title", "unit"),
    [
        ("青禾县柳溪镇人民政府2024年政府信息公开工作年度报告（征求意见稿）", "青禾县柳溪镇人民政府"),
        ("《青禾县柳溪镇人民政府2024年政府信息公开工作年度报告》", "青禾县柳溪镇人民政府"),
        ("2024年柳溪镇政府信息公开工作年度报告", "柳溪镇"),
        ("关于青禾县水利局2024年度政府信息公开年报", "关于青禾县水利局"),
    ],
)
def test_titles(pack: Pack, specimen: str, title: str, unit: str) -> None:
    """Titles in their usual dress give unit and year."""
    reading = read(pack, specimen.replace("# 青禾县柳溪镇人民政府2024年政府信息公开工作年度报告", f"# {title}"))
    assert (reading.unit, reading.year) == (unit, 2024)


@pytest.mark.parametrize(
    ("unit", "kind"),
    [
        ("柳溪区人民政府", "county"),
        ("青禾县政府", "county"),
        ("柳溪镇政府", "township"),
        ("桥东街道办事处", "township"),
        ("青禾县总工会", "department"),
        ("青禾县财政局(国资委)", "department"),
        ("青禾县人民政府办公室", "department"),
        ("青禾市人民政府", "city"),
        ("上海市人民政府", "province"),
        ("某组织", ""),
    ],
)
def test_kinds_of_units(pack: Pack, unit: str, kind: str) -> None:
    """A unit's name tells its kind."""
    assert pack.report.kind_of(unit) == kind


def test_unknown_kind_of_unit_is_undetermined(specimen: str, check_text: Check) -> None:
    """Where the kind of the unit is not known, rules for kinds are open, not passed over.

    Those that would not apply whatever the kind, as for want of other reports, are not told.
    """
    report = check_text(
        specimen.replace("青禾县柳溪镇人民政府2024年", "青禾某组织2024年").replace("\n柳溪镇人民政府\n", "\n")
    )
    open_rules = {undecided.reason.zh: undecided.rules for undecided in report.undecided}
    waiting = ("GJ135", "GJ243", "GJ310", "GJ311", "GJ313", "GJ702", "GJ703")
    assert open_rules == {"从标题看不出单位类型（乡镇、部门、县……）": waiting}


CONTENTS = "一、总体情况\n\n二、主动公开政府信息情况\n\n三、收到和处理政府信息公开申请情况\n\n"
CONTENTS += "四、政府信息公开行政复议、行政诉讼情况\n\n五、存在的主要问题及改进情况\n\n六、其他需要报告的事项\n\n"


@pytest.mark.parametrize("before", ["根据《中华", "# 青禾县柳溪镇人民政府2024年"])
def test_table_of_contents(specimen: str, check_text: Check, before: str) -> None:
    """A table of contents in front of the title or the lead is no section."""
    assert errors(check_text(specimen.replace(before, f"目录\n\n{CONTENTS}{before}", 1))) == []


@pytest.mark.parametrize("mark", ["一，总体情况", "（一）总体情况", "第一、总体情况", "1. 总体情况"])
def test_heading_with_another_number(specimen: str, check_text: Check, mark: str) -> None:
    """A section whose number is written in another way is there; only its number may be told."""
    found = errors(check_text(specimen.replace("## 一、总体情况", f"## {mark}")))
    assert found in ([], ["GJ103 overview"])
    if mark.startswith(("（", "1")):
        assert found


def test_signature_on_lines_of_its_own_in_a_page(pack: Pack) -> None:
    """Lines parted by ``<br>`` alone keep sentence, signature and date apart."""
    page = "<p>六、其他需要报告的事项</p><p>本年度没有其他需要报告的事项。<br>柳溪镇人民政府<br>2025年1月13日</p>"
    reading = extract(html.read(page.encode(), "r.html"), pack.outline)
    assert [value.raw for value in reading.fields["signature"]] == ["柳溪镇人民政府"]
    assert [value.raw for value in reading.fields["issue_date"]] == ["2025年1月13日"]


@pytest.mark.parametrize("count", [20_000])
def test_many_headings_are_read_in_one_pass(pack: Pack, count: int) -> None:
    """A file of nothing but headings is read to its end, without comparing each with all others."""
    reading = read(pack, "一、总体情况\n\n正文内容。\n\n" * count)
    assert len(reading.repeated) == count - 1


@pytest.mark.parametrize(
    ("begins", "ends"), [("6.属于四类过程性信", "息"), ("6.属于", "四类过程性信息")], ids=["known label", "torn label"]
)
def test_label_cut_by_a_page_break(specimen: str, check_text: Check, begins: str, ends: str) -> None:
    """The end of a label that a page break carried over belongs to the row before."""
    row = "| | | 6.属于四类过程性信息 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |\n"
    assert row in specimen
    text = specimen.replace(row, f"{row.replace('6.属于四类过程性信息', begins)}\n| | | {ends} | | | | | | | |\n")
    assert check_text(text).findings == ()


def test_dashes_below_a_head_are_values(pack: Pack, specimen: str) -> None:
    """A row without any number is still the row of 表四 when dashes stand in it."""
    line = "| 1 | 0 | 0 | 0 | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |"
    assert line in specimen
    facts = read(pack, specimen.replace(line, "| / " * 15 + "|")).facts
    assert {fact.state for key, fact in facts.items() if key.startswith("disputes.")} == {State.DASH}


@pytest.mark.parametrize(
    "lines",
    [
        "青禾县柳溪镇人民政府\n2024\n年政府信息公开工作年度报告",
        "# 青禾县柳溪镇人民政府\n2024\n年政府信息公开工作年度报告",
        "青禾县柳溪镇人民政府\n\n２０２４\n\n年政府信息公开工作年度报告",
        "# 青禾县柳溪镇人民政府\n# 2024\n# 年政府信息公开工作\n# 年度报告",
    ],
    ids=["plain", "marked", "full width", "four lines"],
)
def test_the_year_of_a_title_may_have_a_line_of_its_own(
    pack: Pack, specimen: str, check_text: Check, lines: str
) -> None:
    """A year between the lines of a title is no page number."""
    title = "# 青禾县柳溪镇人民政府2024年政府信息公开工作年度报告"
    assert title in specimen
    text = specimen.replace(title, lines)
    reading = read(pack, text)
    assert (reading.unit, [value.value for value in reading.fields["title"]]) == ("青禾县柳溪镇人民政府", [2024])
    assert check_text(text).findings == ()


@pytest.mark.parametrize(("between", "value"), [("- 3 -", 1), ("续表如下", None)])
def test_a_typed_page_number_does_not_part_a_table(pack: Pack, specimen: str, between: str, value: int | None) -> None:
    """The last row of a table, on a page of its own, goes with the piece before the page number."""
    blocks = markdown.read(specimen.encode(), "r.md").blocks
    at, table = next((n, b) for n, b in enumerate(blocks) if isinstance(b, Table) and len(b.rows) > 20)
    pieces = (
        Table(table.rows[:-1], table.place),
        Paragraph(between, ((0, Place(1)),)),
        Table(table.rows[-1:], table.place),
    )
    document = Document("r.docx", "docx", (*blocks[:at], *pieces, *blocks[at + 1 :]))
    assert extract(document, pack.outline).facts["applications.carried_out.total"].value == value


ODD = ["一 ", "一", "一？", "一。", "壹、", "Ⅰ、", "I. ", "i) ", "A、", "甲、", "㊀、", "⑴ ", "第一章 "]


@pytest.mark.parametrize("number", ODD)
def test_a_section_with_an_odd_number_is_there(specimen: str, check_text: Check, number: str) -> None:
    """A heading whose number has an unusual shape is wrongly numbered, not missing."""
    report = check_text(specimen.replace("## 一、总体情况", f"## {number}总体情况"))
    assert [(f.rule, f.address, f.place.line) for f in report.findings] == [("GJ103", "overview", 5)]


def test_a_plain_line_with_an_odd_number(specimen: str, check_text: Check) -> None:
    """A line that is not marked counts when it is the official title, in a text without blank lines as well."""
    text = specimen.replace("\n\n## 一、总体情况\n\n", "\n一 总体情况\n").replace("## 五、存", "五 存")
    assert errors(check_text(text)) == ["GJ103 overview", "GJ103 problems"]


@pytest.mark.parametrize(
    "line",
    [
        "一是总体情况。",
        "本报告分为一总体情况。",
        "## 年度总体情况",
        "## 1.2 总体情况",
        "二 概况",
        "| 一 总体情况 | 1 |\n|---|---|",
    ],
)
def test_words_of_a_title_do_not_make_the_section(specimen: str, check_text: Check, line: str) -> None:
    """Running text, a sub-heading, an unofficial title or a table row does not stand for a missing section."""
    assert errors(check_text(specimen.replace("## 一、总体情况", line)))[0] == "GJ101 overview"


def test_a_list_of_titles_stands_for_no_section(specimen: str, check_text: Check) -> None:
    """Titles listed with odd numbers in front of the report do not hide that one has no section."""
    titles = [line[5:] for line in specimen.split("\n") if line.startswith("## ")]
    listed = "\n\n".join(f"{number} {title}" for number, title in zip("一二三四五六", titles, strict=True))
    text = specimen.replace("## 一、总体情况", f"{listed}\n\n本镇工作如下。")
    assert errors(check_text(text))[0] == "GJ101 overview"
    assert check_text(specimen.replace("## 一、总体情况", f"{listed}\n\n## 一、总体情况")).findings == ()


@pytest.mark.parametrize(
    "broken",
    [
        "## 三、收到和处理政府信息\n## 公开申请情况",
        "## 三、收到和\n\n## 处理政府信息\n\n## 公开申请情况",
        "三、收到和处理政府信息\n\n公开申请情况",
    ],
    ids=["two lines", "three lines", "not marked"],
)
def test_a_heading_cut_by_line_breaks_is_whole(specimen: str, check_text: Check, pack: Pack, broken: str) -> None:
    """The lines of a heading belong together where they make up its title."""
    text = specimen.replace("## 三、收到和处理政府信息公开申请情况", broken)
    assert text != specimen
    assert check_text(text).findings == ()
    section = read(pack, text).sections["applications"]
    assert (section.heading.text, section.paragraphs) == ("三、收到和处理政府信息公开申请情况", ())


@pytest.mark.parametrize(
    ("broken", "found"),
    [
        ("## 三、收到和处理政府信息\n\n公开申请情况", "GJ104 applications"),
        ("## 三、收到和处理政府信息\n## （一）公开申请情况", "GJ104 applications"),
        ("## 三、收到和处理政府信息\n## 公开申请的情形", "GJ104 applications"),
    ],
    ids=["text behind it", "sub-heading", "other words"],
)
def test_a_heading_takes_no_text(specimen: str, check_text: Check, broken: str, found: str) -> None:
    """What is set as text, numbered for itself, or no part of the title stays out of the heading."""
    assert errors(check_text(specimen.replace("## 三、收到和处理政府信息公开申请情况", broken))) == [found]
