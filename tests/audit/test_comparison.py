"""Two reports side by side: numbers, continuity, text, versions, and what is shown of them."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from msgspec import structs
from rich.cells import cell_len
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from gouji.amount import State
from gouji.audit import comparison_json, comparison_page, comparison_terminal
from gouji.audit.comparison import Comparison, Given, Mode, compare
from gouji.audit.comparison_facts import FormSides, LeftOut, Row
from gouji.audit.comparison_text import _anchors
from gouji.audit.comparison_words import cell_said, change_said, percent_said
from gouji.audit.filing import file_report
from gouji.checks.plausibility import PlausibilityRule
from gouji.checks.repetition import RepetitionRule
from gouji.engine import Options
from gouji.finding import Severity, Status
from gouji.pack import Pack
from gouji.pack_store import load_pack, shipped_packs
from gouji.reporters.view import View
from tests.audit.made import HOSTILE

ROOT = Path(__file__).parents[2]
COUNTY = ROOT / "examples" / "county"
CLEAN = (ROOT / "examples" / "clean.md").read_text(encoding="utf-8")
BEFORE = CLEAN.replace("2024", "2023").replace("2025", "2024")
NEIGHBOUR = CLEAN.replace("石桥镇", "北山乡").replace("我镇", "我乡")
OPTIONS = Options(check_date=date(2025, 4, 1))
ZH = View()
IDENTITY, MOBILE = "11010519491231002X", "13912345678"

Compare = Callable[..., Comparison]


@pytest.fixture
def given(pack: Pack, tmp_path: Path) -> Callable[..., Given]:
    """Read a text as a report, or a file as it is."""

    def read(source: str | Path, name: str = "report.md", packs: tuple[Pack, ...] = (pack,)) -> Given:
        path = source if isinstance(source, Path) else tmp_path / name
        if isinstance(source, str):
            path.write_text(source, encoding="utf-8")
        answer = file_report(path, packs, OPTIONS, sought=True)
        assert answer.filing.report.judged, answer.filing.report.findings
        used = next(one for one in packs if one.pack == answer.filing.report.pack)
        return Given(path.as_posix(), answer.digest, answer.filing, used, OPTIONS)

    return read


@pytest.fixture
def compared(given: Callable[..., Given]) -> Compare:
    """Compare two texts or files."""

    def run(one: str | Path, other: str | Path, *, one_unit: bool = False) -> Comparison:
        return compare(given(one, "one.md"), given(other, "other.md"), one_unit=one_unit)

    return run


def form(comparison: Comparison, key: str) -> FormSides:
    return next(one for one in comparison.forms if one.form == key)


def row(comparison: Comparison, key: str) -> Row:
    return next(one for form in comparison.forms for one in form.rows if one.key == key)


def said(one: Row) -> tuple[str, str, str, str]:
    """What a page shows of a row: both cells, the change, the change in per cent."""
    return cell_said(one.left).zh, cell_said(one.right).zh, change_said(one.change), percent_said(one.percent)


def found(comparison: Comparison) -> list[tuple[str, str, Severity]]:
    return [(finding.rule, finding.address, finding.severity) for finding in comparison.findings]


def terminal(comparison: Comparison, *, width: int = 100, lang: str = "zh", color: bool = False) -> str:
    return comparison_terminal.render(comparison, View(width=width, lang=lang, color=color))


def nodes(page: str, path: str) -> list[Any]:
    found = html.fromstring(page).xpath(path)
    assert isinstance(found, list)
    return found


# --- what the reports are to each other -----------------------------------------------------------


@pytest.mark.parametrize("swapped", [False, True])
def test_the_older_report_is_on_the_left_whatever_the_order(compared: Compare, *, swapped: bool) -> None:
    """And the head says so where the order was another."""
    comparison = compared(CLEAN, BEFORE) if swapped else compared(BEFORE, CLEAN)
    assert comparison.mode is Mode.YEARS
    assert (comparison.left.year, comparison.right.year) == (2023, 2024)
    assert (comparison.left.label.zh, comparison.right.label.zh) == ("2023年", "2024年")
    assert [note.zh for note in comparison.notes] == ["按年度先后排列，与命令行的次序相反"] * swapped


@pytest.mark.parametrize(
    ("one", "other", "mode"),
    [
        ("青禾县石桥镇人民政府", "石桥镇人民政府", Mode.YEARS),
        ("青禾县石桥镇人民政府", "青禾县石桥镇", Mode.YEARS),
        ("青禾县石桥镇人民政府", "青禾县人民政府", Mode.UNITS),
        ("青禾县石桥镇人民政府", "青禾县北山乡人民政府", Mode.UNITS),
    ],
)
def test_one_unit_may_be_named_with_and_without_the_places_above_it(
    compared: Compare, one: str, other: str, mode: Mode
) -> None:
    title = "青禾县石桥镇人民政府"
    assert compared(BEFORE.replace(title, one), CLEAN.replace(title, other)).mode is mode


@pytest.mark.parametrize(
    ("units", "labels"),
    [
        (("青禾县石桥镇人民政府", "青禾县北山乡人民政府"), ("石桥镇", "北山乡")),
        (("青禾县市场监督管理局", "青禾县市民服务中心"), ("市场监督管理局", "市民服务中心")),
        (("市场监督管理局", "市民服务中心"), ("市场监督管理局", "市民服务中心")),
        (("青禾县人民政府", "青禾县石桥镇人民政府"), ("青禾县", "石桥镇")),
        (("攀枝花市仁和区平地镇人民政府", "攀枝花市仁和区大田镇人民政府"), ("平地镇", "大田镇")),
        (("青禾县水利局", "红山县水利局"), ("青禾县水利局", "红山县水利局")),
    ],
)
def test_units_of_one_year_are_named_without_what_they_have_in_common(
    compared: Compare, units: tuple[str, str], labels: tuple[str, str]
) -> None:
    """But for a name that would be empty; numbers stand beside each other, nothing is carried over."""
    comparison = compared(*(CLEAN.replace("青禾县石桥镇人民政府", unit) for unit in units))
    assert comparison.mode is Mode.UNITS
    assert (comparison.left.label.zh, comparison.right.label.zh) == labels
    assert comparison.continuity == ()
    assert comparison.notes[0].zh == "两份报告是不同单位的：数字只是并列，不核对结转；谁抄谁无从判断"


def test_a_unit_that_was_renamed(compared: Compare) -> None:
    """Without a word of the user they are two units; with it, what does not follow is a warning."""
    renamed = CLEAN.replace("石桥镇", "石桥街道").replace(
        "| 1 | 0 | 0 | 0 | 0 | 0 | 1 |", "| 2 | 0 | 0 | 0 | 0 | 0 | 2 |"
    )
    apart = compared(BEFORE, renamed)
    assert (apart.mode, [note.zh[:6] for note in apart.notes]) == (Mode.UNITS, ["两份报告是不", "年度也不同；"])
    together = compared(BEFORE, renamed, one_unit=True)
    assert together.mode is Mode.YEARS
    assert ("GJ610", "", Severity.WARNING) in found(together)
    assert "单位名称不同" in together.notes[0].zh


def test_reports_two_years_apart_are_not_carried_over(compared: Compare) -> None:
    """Numbers stand beside each other, text is compared, and nothing is said of continuity or jumps."""
    comparison = compared(BEFORE.replace("2023", "2022").replace("1,036", "99999"), CLEAN)
    assert comparison.notes[0].zh == "两份报告相隔 2 年，不核对结转和增减幅度"
    assert comparison.continuity == ()
    assert {rule for rule, _, _ in found(comparison)} == {"GJ852"}
    assert said(row(comparison, "disclosure.licensing.decisions")) == ("99999", "1036", "−98963", "−99.0%")


# --- numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("1,036", "1,036", ("1036", "1036", "0", "")),
        ("1,000", "1,036", ("1000", "1036", "+36", "+3.6%")),
        ("100", "1,036", ("100", "1036", "+936", "+936%")),
        ("3", "2", ("3", "2", "−1", "−33.3%")),
        ("3", "0", ("3", "0", "−3", "−100%")),
        ("0", "3", ("0", "3", "+3", "")),
        ("", "3", ("空白", "3", "", "")),
        ("3", "", ("3", "空白", "", "")),
        ("-", "3", ("-", "3", "", "")),
        ("无", "3", ("无", "3", "", "")),
        ("30余", "3", ("30余", "3", "", "")),
        ("3O", "0", ("无法读取“3O”", "0", "", "")),
        ("0", "3O", ("0", "无法读取“3O”", "", "")),
        ("3O", "3O", ("无法读取“3O”", "无法读取“3O”", "", "")),
        ("0", "9" * 40, ("0", "9" * 40, f"+{'9' * 40}", "")),
        ("1", "9" * 40, ("1", "9" * 40, f"+{'9' * 39}8", f"+{'9' * 39}800%")),
    ],
)
def test_a_cell_of_two_years(compared: Compare, before: str, after: str, shown: tuple[str, ...]) -> None:
    """What is no number is never shown as 0, and has no change."""
    comparison = compared(BEFORE.replace("1,036", before), CLEAN.replace("1,036", after))
    assert said(row(comparison, "disclosure.licensing.decisions")) == shown


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("0", "0", LeftOut.ZERO),
        ("", "", LeftOut.EMPTY),
        ("-", "无", LeftOut.EMPTY),
        ("", "0", LeftOut.MIXED),
        ("0", "-", LeftOut.MIXED),
    ],
)
def test_cells_of_two_years_that_are_counted_only(compared: Compare, before: str, after: str, why: LeftOut) -> None:
    """Counted by what they are: blank in both is not 0 in both."""
    plain = compared(BEFORE, CLEAN)
    comparison = compared(BEFORE.replace("1,036", before), CLEAN.replace("1,036", after))
    more = dict.fromkeys(LeftOut, 0) | {why: 1}
    usual = form(plain, "disclosure").left_out
    expected = {one: count + more[one] for one, count in usual.items()}
    if why is LeftOut.EMPTY and before != after:  # two signs for nothing differ, and none of them tells a number
        expected = {**usual, LeftOut.MIXED: usual[LeftOut.MIXED] + 1}
    assert form(comparison, "disclosure").left_out == expected
    assert "disclosure.licensing.decisions" not in {one.key for one in form(comparison, "disclosure").rows}


@pytest.mark.parametrize(("one", "other"), [(BEFORE, CLEAN), (CLEAN, NEIGHBOUR), (CLEAN, CLEAN.replace("1,036", "9"))])
def test_every_cell_is_shown_or_counted(compared: Compare, one: str, other: str) -> None:
    comparison = compared(one, other)
    sizes = {one.form: len(one.rows) + sum(one.left_out.values()) for one in comparison.forms}
    assert sizes == {"disclosure": 10, "applications": 175, "disputes": 15}


def test_a_table_that_one_report_lacks(compared: Compare) -> None:
    """It is told once, and the numbers of the other report stand alone."""
    start = CLEAN.index("| （本列数据")
    without = CLEAN[:start] + CLEAN[CLEAN.index("## 四、") :]
    comparison = compared(BEFORE, without)
    table = form(comparison, "applications")
    assert (table.left_lost, table.right_lost and table.right_lost.zh) == (None, "没有找到这张表")
    assert said(row(comparison, "applications.new.total")) == ("4", "缺这一格", "", "")
    assert table.changed == 0
    assert len(table.rows) == 16  # what is not 0 in the other report
    assert comparison.undetermined == 1  # GJ610
    shown, page = terminal(comparison), comparison_page.render(comparison, ZH)
    assert "2024年：没有找到这张表" in shown
    assert shown.splitlines()[-1].endswith("未能判定 1")
    assert "没有发现问题" not in page
    assert nodes(page, "//div[@class='doubt']/dd/text()") == ["1"]


def test_a_table_that_could_not_be_read(compared: Compare) -> None:
    start, end = CLEAN.index("| 一、本年新收"), CLEAN.index("## 四、")
    table = form(compared(BEFORE, f"{CLEAN[:start]}\n{CLEAN[end:]}"), "applications")
    assert table.right_lost is not None
    assert table.right_lost.zh == "有这张表，但没有读成"
    assert all(one.left is not None and one.left.tells for one in table.rows)


def test_money_written_in_yuan(compared: Compare) -> None:
    """3500元 is 0.35 of 万元: the same as the year before; the cell is quoted as written."""
    comparison = compared(BEFORE, CLEAN.replace("| 0.35 |", "| 3500元 |"))
    fees = row(comparison, "disclosure.fees.amount")
    assert said(fees) == ("0.35", "3500元", "0", "")
    assert not fees.differs
    assert fees.unit == "万元"


def test_money_has_decimals(compared: Compare) -> None:
    comparison = compared(BEFORE.replace("| 0.35 |", "| 0.40 |"), CLEAN)
    fees = row(comparison, "disclosure.fees.amount")
    assert said(fees) == ("0.40", "0.35", "−0.05", "−12.5%")
    assert (fees.change, fees.percent) == (Decimal("-0.05"), Decimal("-12.5"))


def test_reports_on_different_forms(given: Callable[..., Given]) -> None:
    """What one year's form does not have is shown as such, and is not 0."""
    packs = tuple(load_pack(path) for path in shipped_packs())
    text = (shipped_packs()[0].parent / packs[0].specimen).read_text(encoding="utf-8")
    new = given(CLEAN.replace("2024", "2021").replace("2025", "2022"), "new.md", packs)
    comparison = compare(given(text, "old.md", packs), new, one_unit=True)
    assert (comparison.left.year, comparison.left.pack) == (2019, "cn-gov-disclosure/2019")
    new_line, old_line = (
        row(comparison, f"disclosure.{key}") for key in ("normative.in_force", "procurement.projects")
    )
    assert (new_line.left, said(new_line)) == (None, ("—", "6", "", ""))
    assert (old_line.right, said(old_line)) == (None, ("1", "—", "", ""))
    assert said(row(comparison, "disclosure.licensing.decisions")) == ("30", "1036", "+1006", "+3353%")
    assert [one.form for one in comparison.forms] == ["disclosure", "applications", "disputes"]
    assert any("两份报告的格式不同" in note.zh for note in comparison.notes)
    assert row(comparison, "applications.new.total").change is not None


# --- rules ----------------------------------------------------------------------------------------


def test_what_was_carried_over(compared: Compare) -> None:
    """Held, not held, and open with the reason; the finding is that of the rule."""
    carried_out = "| 四、结转下年度继续办理 | | | 1 | 0 | 0 | 0 | 0 | 0 | 1 |"
    before = BEFORE.replace(carried_out, "| 四、结转下年度继续办理 | | | 5 | 0 | 多 | 0 | 0 | 0 | 6 |")
    comparison = compared(before, CLEAN)
    lines = {line.address: line for line in comparison.continuity if line.rule == "GJ610"}
    assert {key.partition("/")[2]: line.status.value for key, line in lines.items()} == {
        "natural": "fail", "company": "pass", "research": "undetermined", "ngo": "pass", "legal": "pass",
        "other": "pass", "total": "fail",
    }  # fmt: skip
    natural = lines["applications/natural"]
    assert (natural.left, natural.right, natural.difference) == ("1", "5", "-4")
    assert lines["applications/research"].reason is not None
    assert ("GJ610", "", Severity.ERROR) in found(comparison)
    assert comparison.statuses[Status.FAIL] == 3  # 现行有效件数 as well
    shown = terminal(comparison)
    assert "  不一致 GJ610 二、上年结转·自然人 1，应等于2023年报告的四、结转下年·自然人 5，相差 4" in shown
    assert "未能核对 GJ610 二、上年结转·科研机构" in shown


def test_a_jump_is_an_information(compared: Compare) -> None:
    comparison = compared(BEFORE, CLEAN.replace("1,036", "98,765"))
    assert ("GJ615", "disclosure.licensing.decisions", Severity.INFO) in found(comparison)


def test_findings_are_those_of_comparing_alone(compared: Compare) -> None:
    """What a report has by itself is counted in the head; it is no finding of the comparison."""
    comparison = compared(BEFORE, (ROOT / "examples" / "errors.md"), one_unit=True)
    assert comparison.right.severities[Severity.ERROR] == 7
    assert {rule[:3] for rule, _, _ in found(comparison)} <= {"GJ6", "GJ8"}
    assert "GJ301" not in {rule for rule, _, _ in found(comparison)}


def test_what_is_accounted_for_does_not_count(compared: Compare) -> None:
    """A suppression of a rule that compares holds here as in an audit."""
    before = BEFORE.replace("| 1 | 0 | 0 | 0 | 0 | 0 | 1 |", "| 2 | 0 | 0 | 0 | 0 | 0 | 2 |")
    after = CLEAN.replace("## 三、", '<!-- gouji: ignore-file GJ610 reason="上年报告已经更正" -->\n\n## 三、')
    comparison = compared(before, after)
    (carried,) = [finding for finding in comparison.findings if finding.rule == "GJ610"]
    assert carried.settled
    assert comparison.severities[Severity.ERROR] == 0
    assert "上年报告已经更正" in terminal(comparison)


def test_a_rule_that_is_ignored_is_not_used(given: Callable[..., Given]) -> None:
    one, other = given(BEFORE, "one.md"), given(CLEAN, "other.md")
    quiet = structs.replace(other, options=structs.replace(OPTIONS, ignore=("GJ852", "GJ61")))
    comparison = compare(one, quiet)
    assert (comparison.findings, comparison.continuity, comparison.rule, comparison.shared) == ((), (), "", ())
    assert "没有比较" in terminal(comparison)


# --- shared text ----------------------------------------------------------------------------------


def test_the_share_is_the_one_that_the_rule_tells(compared: Compare) -> None:
    """Also below its limit, where the rule says nothing."""
    after = CLEAN.replace("二是政策解读形式单一。", "二是村级公开栏的内容更换较慢，部分村民反映看不到最新的补贴名单。")
    comparison = compared(BEFORE, after)
    told = {f.address: f.message.zh for f in comparison.findings if f.rule == "GJ852"}
    assert comparison.rule == "GJ852"
    for shared in comparison.shared:
        assert (shared.section in told) == shared.right.over
        if shared.right.over:
            assert f"有 {shared.right.percent}% 的文字取自 2023 年报告（{len(shared.pairs)} 句" in told[shared.section]
    shares = {shared.section: (shared.right.percent, shared.right.over) for shared in comparison.shared}
    assert shares == {"overview": ("100.0", True), "problems": ("48.6", False), "other": ("", False)}
    assert comparison.shared[1].limit == 50
    assert "五、存在的主要问题及改进情况\n    ██████████░░░░░░░░░░ 2024年的 48.6%，1 句\n" in terminal(comparison)


def test_figures_that_changed_are_marked(compared: Compare) -> None:
    """Those that are other, and none else: not the number in front, not the number of a document."""
    words = "1.按照《办法（2019年修订）》的要求，{}个村和{}个社区公开了{}类事项的名单。"
    mark = "一是部分栏目更新不够及时。"
    before, after = (text.replace(mark, words.format(*n)) for text, n in ((BEFORE, (12, 1, 30)), (CLEAN, (14, 1, 300))))
    (problems,) = [shared for shared in compared(before, after).shared if shared.section == "problems"]
    pair = next(pair for pair in problems.pairs if pair.changed)
    assert [part for part, marked in pair.left.parts if marked] == ["12", "30"]
    assert [part for part, marked in pair.right.parts if marked] == ["14", "300"]
    assert "".join(part for part, _ in pair.right.parts) == words.format(14, 1, 300)
    assert (pair.left.place.line, pair.right.place.line) == (93, 93)


def test_two_units_are_judged_in_both_directions(compared: Compare) -> None:
    """Neither took over from the other for all that anybody knows."""
    comparison = compared(CLEAN, NEIGHBOUR)
    assert [report.path for report in comparison.judged] == [comparison.left.path, comparison.right.path]
    assert [[f.address for f in report.findings if f.rule == "GJ640"] for report in comparison.judged] == [
        ["overview"]
    ] * 2
    overview = comparison.shared[0]
    assert (overview.left.percent, overview.right.percent) == ("100.0", "100.0")
    shown = terminal(comparison)
    assert shown.index("\n石桥镇\n") < shown.index("北山乡人民政府2024年报告相同") < shown.index("\n北山乡\n")


def test_the_limit_is_that_of_the_pack(given: Callable[..., Given]) -> None:
    """A pack that allows more says nothing, and the share stays a figure beside its limit."""
    one, other = given(BEFORE, "one.md"), given(CLEAN, "other.md")
    rules = tuple(
        replace(rule, share=100) if isinstance(rule, RepetitionRule) and rule.against == "previous" else rule
        for rule in other.pack.rules
    )
    comparison = compare(one, structs.replace(other, pack=replace(other.pack, rules=rules)))
    assert {shared.limit for shared in comparison.shared} == {100}
    assert "GJ852" not in {rule for rule, _, _ in found(comparison)}
    assert comparison.shared[0].right.percent == "100.0"


def test_sections_of_one_report_only(compared: Compare) -> None:
    without = CLEAN[: CLEAN.index("## 六、")] + CLEAN[CLEAN.index("石桥镇人民政府\n\n2025") :]
    comparison = compared(BEFORE, without)
    assert [words.text for words in comparison.left_only] == ["六、其他需要报告的事项"]
    assert comparison.right_only == ()
    assert "只有2023年报告有的部分：六、其他需要报告的事项" in terminal(comparison)


# --- versions -------------------------------------------------------------------------------------


def test_versions_show_what_differs_and_nothing_else(compared: Compare) -> None:
    second = (
        CLEAN.replace("1,036", "1,037")
        .replace("一是部分栏目更新不够及时。", "")
        .replace("设查阅点。", "设查阅点。新开通政务短视频号。")
        .replace("办结4件", "办结3件")
        .replace("2025年1月20日", "2025年1月21日")
        .replace("## 五、存在的主要问题及改进情况", "## 五、存在问题及改进情况")
    )
    comparison = compared(CLEAN, second)
    assert (comparison.mode, comparison.judged, comparison.shared) == (Mode.VERSIONS, (), ())
    assert [one.key for form in comparison.forms for one in form.rows] == ["disclosure.licensing.decisions"]
    rows = {
        text.section: [tuple(words.text if words else None for words in pair) for pair in text.rows]
        for text in comparison.different
        if text.rows
    }
    assert rows == {
        "overview": [
            ("2024年，收到政府信息公开申请4件，上年结转1件，办结4件，结转下年度1件。",
             "2024年，收到政府信息公开申请4件，上年结转1件，办结3件，结转下年度1件。"),
            (None, "新开通政务短视频号。"),
        ],
        "problems": [
            ("五、存在的主要问题及改进情况", "五、存在问题及改进情况"),
            ("一是部分栏目更新不够及时。", None),
        ],
        "other": [("2025年1月20日", "2025年1月21日")],
    }  # fmt: skip
    left, right = comparison.different[0].rows[0]
    assert left is not None
    assert right is not None
    assert ([p for p, m in left.parts if m], [p for p, m in right.parts if m]) == (["4"], ["3"])
    assert comparison.gone == ()
    assert {finding.rule for finding in comparison.new} == {"GJ104", "GJ503"}  # heading, requests answered
    shown = terminal(comparison)
    assert shown.endswith("数字 1 处不同，文字 5 处不同，要素 0 项不同\n")


def test_fields_in_front_of_the_sections(compared: Compare) -> None:
    """There they are compared; what stands in a section is compared with it."""
    second = CLEAN.replace("0812-8650456", "0812-8650457").replace("2025年1月20日", "2025年1月21日")
    fields = compared(CLEAN, second).fields
    assert [(one.name.zh, one.left, one.right) for one in fields] == [
        ("联系或监督电话", ("0812-8650456",), ("0812-8650457",))
    ]


def test_versions_that_are_alike(compared: Compare) -> None:
    """The same bytes are told as such; the same words in other bytes as no difference."""
    same = compared(CLEAN, CLEAN)
    assert (same.alike, same.notes[0].zh) == (True, "两个文件一字不差")
    spaced = compared(CLEAN, CLEAN.replace("\n\n", "\n\n\n"))
    assert spaced.alike
    assert terminal(spaced).endswith("没有发现不同\n")
    assert terminal(spaced).splitlines()[-2] == ""


def test_a_cell_that_neither_version_lets_read_stays_in_sight(compared: Compare) -> None:
    """That nobody can tell is not that they are alike."""
    broken = CLEAN.replace("1,036", "1O36")
    comparison = compared(broken, broken + "\n")
    assert not comparison.alike
    assert said(row(comparison, "disclosure.licensing.decisions"))[:2] == ("无法读取“1O36”", "无法读取“1O36”")
    assert form(comparison, "disclosure").changed == 0


def test_a_sentence_that_was_moved_stands_on_both_sides(compared: Compare) -> None:
    one, two = "一是部分栏目更新不够及时。", "二是政策解读形式单一。"
    (text,) = [text for text in compared(CLEAN, CLEAN.replace(one + two, two + one)).different if text.rows]
    assert [[words.text if words else None for words in pair] for pair in text.rows] in (
        [[one, None], [None, one]],
        [[None, two], [two, None]],
    )


def test_lines_are_held_together_by_as_many_as_keep_their_order() -> None:
    """The longest increasing subsequence, tried on all orders of five lines against a search of all."""
    lines = "甲乙丙丁戊"
    for order in permutations(lines):
        found = _anchors(lines, order)
        assert [order[there] for _, there in found] == [lines[here] for here, _ in found]
        assert found == sorted(found)
        assert [there for _, there in found] == sorted(there for _, there in found)
        best = max(
            sum(mask >> n & 1 for n in range(5))
            for mask in range(32)
            if (kept := [order.index(line) for n, line in enumerate(lines) if mask >> n & 1]) == sorted(kept)
        )
        assert len(found) == best


def test_lines_that_stand_twice_hold_nothing() -> None:
    assert _anchors("甲乙甲丙", "甲丙乙甲") == [(3, 1)] or _anchors("甲乙甲丙", "甲丙乙甲") == [(1, 2)]
    assert _anchors("", "甲") == []


# --- the county -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("青禾县自然资源局2023年政府信息公开工作年度报告.docx", "部门/2024年自然资源局政府信息公开年报.pdf", {("GJ610", "error")}),
        ("青禾县水利局2023年政府信息公开工作年度报告.html", "部门/2024年水利局政府信息公开年报.docx", {("GJ611", "warning")}),
        ("青禾县住房和城乡建设局2023年政府信息公开工作年度报告.docx", "部门/住建局2024年年报.md", {("GJ615", "info")}),
        ("2023年度报告（文旅局）.md", "部门/2024年度报告（文旅局）.docx", {("GJ852", "warning")}),
        ("教体局年报.html", "部门/教体局.docx", {("GJ611", "info")}),
        ("气象局.html", "部门/气象局年报.docx", set()),
    ],
)  # fmt: skip
def test_the_faults_of_the_county(compared: Compare, before: str, after: str, expected: set[tuple[str, str]]) -> None:
    """What was planted between two years of a unit is found, in every format, and nothing else."""
    comparison = compared(COUNTY / "2023" / before, COUNTY / "2024" / after)
    assert comparison.mode is Mode.YEARS
    assert {(rule, severity.value) for rule, _, severity in found(comparison)} == expected


def test_two_townships_of_the_county(compared: Compare) -> None:
    comparison = compared(COUNTY / "2024/乡镇/松坪乡年报.docx", COUNTY / "2024/乡镇/北山乡2024年年报.md")
    assert [(rule, address) for rule, address, _ in found(comparison)] == [
        ("GJ640", "overview"),
        ("GJ640", "problems"),
    ] * 2
    assert [shared.right.percent for shared in comparison.shared[:2]] == ["100.0", "100.0"]


# --- what is shown --------------------------------------------------------------------------------


def hostile(text: str) -> str:
    """Put what acts in some format wherever a report can put words."""
    return (
        text.replace("一是部分栏目更新不够及时。", f"一是部分栏目更新不够及时，{HOSTILE}，需要改进和加强。")
        .replace("| 1,036 |", f"| {HOSTILE.replace('|', '/')} |")
        .replace("## 六、其他需要报告的事项", f"## 六、其他需要报告的事项{HOSTILE}")
    )


@pytest.mark.parametrize(
    "other", [hostile(CLEAN), hostile(NEIGHBOUR), hostile(BEFORE)], ids=["versions", "units", "years"]
)
def test_hostile_words_do_not_act(compared: Compare, other: str) -> None:
    """No control character on a terminal, no element on the page that the template did not make."""
    comparison = compared(CLEAN, other)
    shown = terminal(comparison, color=False)
    assert all(char.isprintable() or char == "\n" for char in shown)
    page = comparison_page.render(comparison, ZH)
    assert nodes(page, "//script | //img | //iframe | //link | //@onerror | //@style") == []
    assert all(href.startswith("#") for href in nodes(page, "//@href"))
    assert "\x1b" not in page
    assert json.loads(comparison_json.render(comparison, ZH))["schema"] == "gouji-comparison/1"


def test_colours_are_the_only_controls(compared: Compare) -> None:
    plain = terminal(compared(BEFORE, hostile(CLEAN)), color=True)
    assert "\x1b[" in plain
    assert "\\x1b[31m" in plain  # what the report wrote


@pytest.mark.parametrize("render", [comparison_terminal.render, comparison_json.render, comparison_page.render])
def test_numbers_of_persons_appear_nowhere(compared: Compare, render: Callable[[Comparison, View], str]) -> None:
    """Not in sentences, not in cells, not in headings and fields."""
    person = f"一是张某（{IDENTITY}，电话{MOBILE}）反映的栏目更新不够及时，共3次。"
    texts = [
        text.replace("一是部分栏目更新不够及时。", person)
        .replace("| 1,036 |", f"| {MOBILE} |")
        .replace("电话：0812-8650456", f"电话：{phone}")
        for text, phone in ((BEFORE, MOBILE), (CLEAN, MOBILE), (CLEAN, "13912345679"))
    ]
    for comparison in (compared(*texts[:2]), compared(*texts[1:])):
        shown = render(comparison, ZH)
        assert MOBILE not in shown
        assert IDENTITY not in shown
        assert MOBILE[:-1] not in shown
    assert "139******78" in render(compared(*texts[:2]), ZH)


@pytest.mark.parametrize("width", [20, 40, 60, 71, 72, 100, 300])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_line_is_wider_than_the_terminal(compared: Compare, width: int, lang: str) -> None:
    """Between 40 and 120 columns, whatever the terminal; East Asian characters count as two."""
    second = CLEAN.replace("1,036", "9" * 30).replace("办结4件", "办结3件").replace("二是政策解读形式单一。", "")
    for other in (BEFORE, NEIGHBOUR, second):
        lines = terminal(compared(CLEAN, other), width=width, lang=lang).splitlines()
        assert max(map(cell_len, lines)) <= max(40, min(width, 120))


def test_sentences_beside_each_other_on_a_terminal(compared: Compare) -> None:
    """In brackets what changed, and below each other where there is no room."""
    comparison = compared(BEFORE, CLEAN.replace("清理行政规范性文件一次，废止1件", "清理行政规范性文件一次，废止2件"))
    wide = terminal(comparison)
    assert "废止[1]件。" in wide
    assert "废止[2]件。" in wide
    line = next(line for line in wide.splitlines() if "公文制发时同步确定公开属性" in line)
    assert line.count("公文制发时同步确定公开属性") == 2
    narrow = terminal(comparison, width=60)
    assert all(line.count("公文制发时同步确定公开属性") < 2 for line in narrow.splitlines())
    assert "    2023年\n" in narrow


def test_json_says_everything(compared: Compare) -> None:
    """As documented in docs/compare.md, with nothing that is not in it."""
    content = json.loads(comparison_json.render(compared(BEFORE, CLEAN.replace("1,036", "1,040")), ZH))
    documented = (ROOT / "docs" / "compare.md").read_text(encoding="utf-8").partition("## JSON")[2]
    names: set[str] = set()

    def walk(value: object, key: str = "") -> None:
        if isinstance(value, dict) and key not in {"place", "verdicts", "findings", "judged"}:
            names.update(value)
            for name, inside in value.items():
                walk(inside, name)
        elif isinstance(value, list) and key not in {"judged", "gone", "new"}:
            for inside in value:
                walk(inside, key)

    walk(content)
    assert {name for name in names if f"`{name}`" not in documented and name not in documented} == set()
    assert list(content) == [
        "schema", "version", "check_date", "mode", "left", "right", "notes", "summary", "forms", "continuity", "shared",
        "only", "different", "judged",
    ]  # fmt: skip
    licensing = next(one for one in content["forms"][0]["rows"] if one["key"] == "disclosure.licensing.decisions")
    assert licensing == {
        "key": "disclosure.licensing.decisions",
        "row": "行政许可",
        "column": "本年处理决定数量",
        "unit": None,
        "left": {"value": 1036, "written": "1036", "state": "number", "place": {"line": 38, "column": 10}},
        "right": {"value": 1040, "written": "1040", "state": "number", "place": {"line": 38, "column": 10}},
        "differs": True,
        "change": 4,
        "percent": "0.4",
    }
    assert [f["rule"] for f in content["judged"][0]["findings"]] == ["GJ852", "GJ611", "GJ852"]
    assert content["summary"]["findings"] == {"error": 0, "warning": 3, "info": 0}


def test_a_page_has_what_the_comparison_has(compared: Compare) -> None:
    """Rows, findings, comparisons and sentences, each once."""
    comparison = compared(BEFORE, CLEAN.replace("1,036", "1,040").replace("废止1件", "废止2件"))
    page = comparison_page.render(comparison, ZH)
    tables = nodes(page, "//table[@class='cells']")
    assert [len(table.xpath("tbody/tr")) for table in tables] == [len(one.rows) for one in comparison.forms]
    cells = tables[0].xpath("tbody/tr[th='行政许可']/td")
    assert [cell.text_content() for cell in cells] == ["本年处理决定数量", "1036", "1040", "+4", "+0.4%"]
    assert len(nodes(page, "//article[starts-with(@class, 'finding ')]")) == len(comparison.findings)
    assert len(nodes(page, "//table[@class='lines']/tbody/tr")) == len(comparison.continuity)
    assert len(nodes(page, "//table[@class='sentences']/tbody/tr")) == sum(len(s.pairs) for s in comparison.shared)
    assert [mark.text for mark in nodes(page, "//mark")] == ["2023", "2024", "2023", "2024", "1", "2"]
    assert nodes(page, "//title/text()") == ["青禾县石桥镇人民政府：2023 年与 2024 年报告对照"]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        pytest.skip("needs Debian's chromium and chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in (
        "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
        "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={tmp_path_factory.mktemp('profile')}",
    ):  # fmt: skip
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chrome = webdriver.Chrome(options=options, service=Service(driver))
    try:
        yield chrome
    finally:
        chrome.quit()


def log(browser: webdriver.Chrome, kind: str) -> list[dict[str, str]]:
    entries: list[dict[str, str]] = browser.get_log(kind)  # type: ignore[no-untyped-call]
    return entries


def test_the_page_in_a_browser(browser: webdriver.Chrome, compared: Compare, tmp_path: Path) -> None:
    """Its style applies under its policy, it asks for nothing, says nothing, and is no wider than a telephone."""
    for number, other in enumerate((hostile(BEFORE), hostile(NEIGHBOUR), hostile(CLEAN))):
        page = tmp_path / f"{number}.html"
        page.write_text(comparison_page.render(compared(CLEAN, other), ZH), encoding="utf-8")
        browser.get("about:blank")
        log(browser, "performance")
        size = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        browser.get(page.as_uri())
        asked = [json.loads(line["message"])["message"] for line in log(browser, "performance")]
        requests = [one["params"]["request"]["url"] for one in asked if one["method"] == "Network.requestWillBeSent"]
        assert requests == [page.as_uri()]
        assert log(browser, "browser") == []
        script = (
            "const page = document.documentElement;"
            "return [page.scrollWidth <= page.clientWidth, getComputedStyle(document.querySelector('.beside')).display]"
        )
        assert browser.execute_script(script) == [True, "grid"]


def test_the_same_comparison_gives_the_same_bytes(compared: Compare) -> None:
    for render in (comparison_terminal.render, comparison_json.render, comparison_page.render):
        assert render(compared(BEFORE, CLEAN), ZH) == render(compared(BEFORE, CLEAN), ZH)


def test_rules_of_a_kind_that_the_pack_has(pack: Pack) -> None:
    """What these tests rest upon: the national pack has a rule of each kind that compares."""
    kinds = {(type(rule), rule.against) for rule in pack.active if isinstance(rule, RepetitionRule | PlausibilityRule)}
    assert {(RepetitionRule, "previous"), (RepetitionRule, "others"), (PlausibilityRule, "previous")} <= kinds
    assert State.UNREADABLE in State
