"""Numbers in sentences against the tables: what is understood, what is accused where, and what must be left alone.

All sentences are invented. The report they stand in received 12 requests and carried in 2, answered 12 and
carried out 2; its table 4 has 3 reviews (1 pending) and 3 suits (1 pending).
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest

from gouji.checks.agreement import AgreementRule
from gouji.errors import DeclarationError
from gouji.finding import FileReport, Finding, Severity
from gouji.pack import Pack
from gouji.wording import Text

Check = Callable[..., FileReport]
SENTENCE = "2024年，收到政府信息公开申请4件，上年结转1件，均已按时办理。"
FEES = "2024年没有收取信息处理费。"
HEADING = "（二）依申请公开\n\n"


def row(label: str, *cells: int) -> str:
    return f"| {label} | {' | '.join(map(str, cells))} |"


ROWS = {
    row("一、本年新收政府信息公开申请数量 | |", 3, 1, 0, 0, 0, 0, 4): row(
        "一、本年新收政府信息公开申请数量 | |", 9, 2, 0, 0, 1, 0, 12
    ),
    row("二、上年结转政府信息公开申请数量 | |", 1, 0, 0, 0, 0, 0, 1): row(
        "二、上年结转政府信息公开申请数量 | |", 1, 1, 0, 0, 0, 0, 2
    ),
    row("三、本年度办理结果 | （一）予以公开 |", 2, 0, 0, 0, 0, 0, 2): row(
        "三、本年度办理结果 | （一）予以公开 |", 3, 1, 0, 0, 1, 0, 5
    ),
    "| 0 | 1 | 0 | 0 | 0 | 0 | 1 |": "| 1 | 1 | 0 | 0 | 0 | 0 | 2 |",
    row("| | 6.属于四类过程性信息", *[0] * 7): row("| | 6.属于四类过程性信息", 1, 0, 0, 0, 0, 0, 1),
    row("| （四）无法提供 | 1.本机关不掌握相关政府信息", 1, 0, 0, 0, 0, 0, 1): row(
        "| （四）无法提供 | 1.本机关不掌握相关政府信息", 1, 0, 0, 0, 0, 0, 1
    ),
    row("| | 2.没有现成信息需要另行制作", *[0] * 7): row("| | 2.没有现成信息需要另行制作", 1, 0, 0, 0, 0, 0, 1),
    row("| | 2.重复申请", *[0] * 7): row("| | 2.重复申请", 1, 0, 0, 0, 0, 0, 1),
    row("| | 3.其他", *[0] * 7): row("| | 3.其他", 0, 0, 0, 0, 0, 0, 0),
    "| 1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |": (
        "| 1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请 | 1 | 0 | 0 | 0 | 0 | 0 | 1 |"
    ),
    row("| （七）总计 |", 3, 1, 0, 0, 0, 0, 4): row("| （七）总计 |", 9, 2, 0, 0, 1, 0, 12),
    row("四、结转下年度继续办理 | |", 1, 0, 0, 0, 0, 0, 1): row("四、结转下年度继续办理 | |", 1, 1, 0, 0, 0, 0, 2),
    "| 1 | 0 | 0 | 0 | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |": (
        "| 2 | 0 | 0 | 1 | 3 | 1 | 0 | 0 | 1 | 2 | 1 | 0 | 0 | 0 | 1 |"
    ),
    "| 行政规范性文件 | 2 | 1 | 6 |": "| 行政规范性文件 | 4 | 1 | 20 |",
}
NONE = {
    row("一、本年新收政府信息公开申请数量 | |", 9, 2, 0, 0, 1, 0, 12): row(
        "一、本年新收政府信息公开申请数量 | |", *[0] * 7
    ),
    "| 2 | 0 | 0 | 1 | 3 | 1 | 0 | 0 | 1 | 2 | 1 | 0 | 0 | 0 | 1 |": "| " + "0 | " * 15,
}


@pytest.fixture
def busy(specimen: str) -> str:
    """The specimen with more in its tables, and without what its sentences say of them."""
    return replaced(specimen, ROWS)


def replaced(text: str, changes: dict[str, str]) -> str:
    for old, new in changes.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def written(text: str, sentence: str, unit: str = "") -> str:
    text = replaced(text, {SENTENCE: sentence})
    if unit:
        text = text.replace("# 青禾县柳溪镇人民政府2024年", f"# {unit}2024年").replace("\n柳溪镇人民政府\n", "\n")
    return text


def told(report: FileReport, text: str) -> list[tuple[str, str]]:
    """The rule and the words at the place of every finding about sentences, a dozen characters of them."""
    lines = text.split("\n")
    assert not [f for f in report.findings if f.rule == "GJ010"]
    return [(f.rule, lines[(f.place.line or 0) - 1][(f.place.column or 0) - 1 :][:12]) for f in about_text(report)]


def about_text(report: FileReport) -> list[Finding]:
    return [finding for finding in report.findings if finding.rule.startswith("GJ5")]


def accused(report: FileReport, text: str, expected: Sequence[tuple[str, str]]) -> bool:
    found = told(report, text)
    return len(found) == len(expected) and all(
        rule == wanted and words.startswith(start)
        for (rule, words), (wanted, start) in zip(found, expected, strict=True)
    )


UNDERSTOOD: list[tuple[str, str, list[tuple[str, str]]]] = [
    ("全年共受理政府信息公开申请12件。", "全年共受理政府信息公开申请13件。", [("GJ501", "13件")]),
    ("全年共受理政府信息公开申请14件。", "全年共受理政府信息公开申请1,200件。", [("GJ501", "1,200件")]),
    ("全年收到政府信息公开申请12条。", "全年收到政府信息公开申请２１条。", [("GJ501", "２１条")]),
    ("共收到依申请公开12次。", "共收到依申请公开3次。", [("GJ501", "3次")]),
    ("依申请公开12条。", "依申请公开17条。", [("GJ503", "17条")]),
    ("收到公民、法人和其他组织提出的政府信息公开申请十二件。", "收到公民、法人和其他组织提出的政府信息公开申请两件。", [("GJ501", "两件")]),
    ("收到12件政府信息公开申请。", "收到11件政府信息公开申请。", [("GJ501", "11件")]),
    (
        "新受理政府信息公开申请12件，办结12件，上年结转2件，转下一年办理2件。",
        "新受理政府信息公开申请17件，办结17件，上年结转0件，转下一年办理0件。",
        [("GJ501", "17件"), ("GJ503", "17件"), ("GJ502", "0件"), ("GJ504", "0件")],
    ),
    ("收办政府信息公开申请案件14件。", "收办政府信息公开申请案件15件。", [("GJ503", "15件")]),
    (
        "共收到申请12件，上年度结转2件，全年依法办结12件。",
        "共收到申请12件，上年度转结3件，全年依法办结41件。",
        [("GJ502", "3件"), ("GJ503", "41件")],
    ),
    (
        "受理政府信息公开申请12件（另有2件结转下年度继续办理）。",
        "受理政府信息公开申请91件（另有3件结转下年度继续办理）。",
        [("GJ501", "91件"), ("GJ504", "3件")],
    ),
    (
        "收到政府信息公开申请12件，其中已办结9件，2件结转下年办理。",
        "收到政府信息公开申请12件，已办结9件，4件结转下年办理。",
        [("GJ503", "9件"), ("GJ504", "4件")],
    ),
    (
        "答复政府信息公开申请12件（含上年度结转申请2件，另有2件申请按照《条例》顺延到下年度答复）。",
        "答复政府信息公开申请30件（含上年度结转申请3件，另有5件申请按照《条例》顺延到下年度答复）。",
        [("GJ503", "30件"), ("GJ502", "3件"), ("GJ504", "5件")],
    ),
    (
        "答复申请：予以公开5件、部分公开2件、不予公开1件、无法提供2件、不予处理1件、作其他处理（含申请人主动撤回）1件、转下年度办理2件。",
        "答复申请：予以公开46件、部分公开22件、不予公开15件、无法提供27件、不予处理6件、作其他处理（含申请人主动撤回）3件、转下年度办理16件。",
        [("GJ505", "46"), ("GJ505", "22"), ("GJ506", "15"), ("GJ507", "27"), ("GJ508", "6"), ("GJ509", "3"), ("GJ504", "16")],
    ),
    (
        "答复政府信息公开申请12件，予以公开及部分公开7件，占58.3%；因本机关不掌握等原因无法提供2件，占16.7%。",
        "答复政府信息公开申请12件，予以公开及部分公开5件，占33.9%；因本机关不掌握等原因无法提供1件，占8.3%。",
        [("GJ505", "5件"), ("GJ515", "33.9%"), ("GJ507", "1件")],
    ),
    (
        "收到政府信息公开申请12件，其中自然人申请9件，法人或其他组织申请3件。",
        "收到政府信息公开申请12件，其中自然人申请8件，法人或其他组织申请2件。",
        [("GJ510", "8件"), ("GJ510", "2件")],
    ),
    (
        "收办政府信息公开申请14件，自然人申请10件，法人或其他组织申请4件。",
        "收办政府信息公开申请14件，自然人申请11件，法人或其他组织申请5件。",
        [("GJ510", "11件"), ("GJ510", "5件")],
    ),
    (
        "收到政府信息公开申请12件，均已答复，其余2件结转下年度。",
        "收到政府信息公开申请12件，均在法定期限内予以答复，答复率100%。",
        [("GJ513", "均在"), ("GJ514", "100%")],
    ),
    ("收到政府信息公开申请12件，按期答复率百分之百。", "收到政府信息公开申请12件，办结率百分之百。", [("GJ514", "百分之百")]),
    ("收到政府信息公开申请12件，办结率85.7%。", "收到政府信息公开申请12件，全部办结。", [("GJ512", "全部办结")]),
    (
        "因政府信息公开被申请行政复议3件，其中结果维持2件，结果纠正0件，其他结果0件，尚未审结1件。",
        "因政府信息公开被申请行政复议5件，其中结果维持1件，结果纠正2件，其他结果1件，尚未审结0件。",
        [("GJ520", "5件"), ("GJ521", "1件"), ("GJ521", "2件"), ("GJ521", "1件"), ("GJ521", "0件")],
    ),
    ("政府信息公开行政复议2件，均获维持，另有1件正在审理。", "政府信息公开行政复议2件，均获维持。", [("GJ525", "均获")]),
    (
        "政府信息公开行政诉讼3件，其中结果维持2，尚未审结1。",
        "政府信息公开行政诉讼4件，其中结果维持5，尚未审结3。",
        [("GJ522", "4件"), ("GJ523", "5"), ("GJ523", "3")],
    ),
    (
        "政府信息公开行政诉讼2件已审结，1件正在审理。",
        "政府信息公开行政诉讼9件已审结，4件正在审理。",
        [("GJ523", "9件"), ("GJ523", "4件")],
    ),
    (
        "政府信息公开行政诉讼3件，未经复议直接起诉2件，复议后起诉1件。",
        "政府信息公开行政诉讼3件，未经复议直接起诉5件，复议后起诉4件。",
        [("GJ522", "5件"), ("GJ522", "4件")],
    ),
    ("发生政府信息公开行政复议3件、行政诉讼3件。", "发生政府信息公开行政复议1件、行政诉讼1件。", [("GJ520", "1件"), ("GJ522", "1件")]),
    ("信息公开类行政复议2件，诉讼2件。", "信息公开类行政复议3件，诉讼3件，均获维持。", [("GJ525", "复议")]),
    (
        "制发行政规范性文件4件，废止1件，现行有效20件。",
        "制定规范性文件15件，废止规范性文件0件，现行有效规范性文件102件。",
        [("GJ530", "15件"), ("GJ530", "0件"), ("GJ530", "102件")],
    ),
    ("全年收取信息处理费2,230元。", "全年收取信息处理费2,235元。", [("GJ540", "2,235元")]),
    ("收取信息处理费0.04万元。", "收取信息处理费0.0405万元。", [("GJ540", "0.0405万元")]),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "where"), UNDERSTOOD)
def test_phrases(busy: str, check_text: Check, right: str, wrong: str, where: list[tuple[str, str]]) -> None:
    """What agrees with the tables passes; what does not is accused at the very number, and nothing else is."""
    text = written(busy, right)
    assert told(check_text(text), text) == []
    text = written(busy, wrong)
    report = check_text(text)
    assert accused(report, text, where), told(report, text)


ZEROS = [
    ("未收到政府信息公开申请。", "GJ511"),
    ("我镇未收到公民、法人和其他组织提出的政府信息公开申请。", "GJ511"),
    ("全年没有收到和处理政府信息公开申请事项。", "GJ511"),
    ("未接到针对本机关的政府信息公开申请。", "GJ511"),
    ("2024年，我镇无依申请公开事项。", "GJ511"),
    ("未收到依申请公开申请。", "GJ511"),
    ("依申请公开0件。", "GJ503"),
    ("收到政府信息公开申请零件。", "GJ501"),
    ("未发生因政府信息公开引起的行政复议、行政诉讼案件。", "GJ524"),
    ("没有因政府信息公开被申请行政复议、提起行政诉讼的情况。", "GJ524"),
    ("无行政复议和行政诉讼情况。", "GJ524"),
    ("未引发行政复议。", "GJ524"),
    ("未发生行政诉讼。", "GJ524"),
]


@pytest.mark.parametrize(("sentence", "rule"), ZEROS)
def test_words_for_none(busy: str, check_text: Check, sentence: str, rule: str) -> None:
    """Words that say there was none are wrong where the table has some, and right where it has not."""
    assert [found for found, _ in told(check_text(written(busy, sentence)), written(busy, sentence))] == [rule]
    text = written(replaced(busy, NONE), sentence)
    assert told(check_text(text), text) in ([], [("GJ503", "0件。")])  # 依申请公开 may mean what was granted


TRAPS = [
    # other things counted in the same sentence
    "办理人大代表建议12件、政协提案8件，办结率100%，收到政府信息公开申请12件。",
    "受理领导信箱来信94件、12345热线工单7639件，均已办结。",
    "互动交流栏目收到留言30条，召开新闻发布会3场，发布解读15条，编发公报6期，形成调研报告7件。",
    "收到政府信息公开申请12件，办理信访事项30件，全部办结。",
    "政务服务办结120件，提案办结18件。",
    "征集意见23条，采纳5条。",
    "主动公开规章13件（含新制定5件，修改4件，废止4件），印发政策性文件9件。",
    "公开行政规范性文件7件，解读规范性文件9件，备案规范性文件3件。",
    "县司法局办理行政复议案件120件，行政诉讼应诉30件，均维持。",
    # another year
    "收到政府信息公开申请12件，较上年的16件减少4件。",
    "2023年收到政府信息公开申请16件，2024年收到政府信息公开申请12件。",
    "去年收到政府信息公开申请16件，办结15件。",
    "与2023年收到政府信息公开申请16件相比有所减少。",
    "2025年计划收到政府信息公开申请30件以内。",
    "2022年、2023年、2024年分别收到政府信息公开申请3件、5件、12件。",
    "自2019年以来累计收到政府信息公开申请90件。",
    "近三年未发生行政复议、行政诉讼。",
    "2023年未收到政府信息公开申请。",
    # a part of the year
    "上半年收到政府信息公开申请3件。",
    "3月收到政府信息公开申请1件，未收到信息公开申请的月份有4个。",
    "截至11月底收到政府信息公开申请9件。",
    "平均每月收到政府信息公开申请1件。",
    # the whole year
    "1-12月共收到政府信息公开申请12件。",
    "2024年1月1日至12月31日，收到政府信息公开申请12件。",
    "全年累计收到政府信息公开申请12件。",
    # approximate, ranges, lists
    "收到政府信息公开申请10余件，近20件，约12件。",
    "收到政府信息公开申请3至5件。",
    "收到政府信息公开申请3-5件。",
    "收到政府信息公开申请三五件。",
    "二〇二三年收到政府信息公开申请9件，23年办结9件。",
    "不予公开和无法提供3件。",
    "公开信息5500余条，浏览量14万余次。",
    # units, numbers of other things
    "依据国务院令第711号和〔2021〕30号，收到政府信息公开申请之日起20个工作日内答复。",
    "收到政府信息公开申请一次性告知补正，办结一件事3次。",
    "第3件政府信息公开申请。",
    # a part of the requests
    "收到网络政府信息公开申请2件，信函申请1件。",
    "收到自然人政府信息公开申请网上提交6件。",
    "其中受理政府信息公开申请6件。",
    "未收到书面政府信息公开申请。",
    "除县直部门外，未收到政府信息公开申请。",
    # narrower than none
    "未出现因答复不当引起的行政复议、行政诉讼。",
    "无被纠错和败诉的行政复议、行政诉讼案件。",
    "未发生行政复议、行政诉讼败诉案件。",
    # attributes of documents, not results of requests
    "全年制发公文120件，其中主动公开60件，依申请公开30件，不予公开30件。",
    # the target is rewritten
    "受理政府信息公开申请14件（含上年结转2件）。",
    # a quotation
    "学习《某市收到政府信息公开申请30件》的做法。",
]


@pytest.mark.parametrize("sentence", TRAPS)
def test_traps(busy: str, check_text: Check, sentence: str) -> None:
    """What only looks like a claim about the tables accuses nobody, and nothing of it is left open."""
    text = written(busy, sentence)
    report = check_text(text)
    assert told(report, text) == []
    assert report.undecided == ()


def test_approximate_numbers_are_bounds(busy: str, check_text: Check) -> None:
    """余 and 以上 are wrong only above the number, 近 only below it, 约 never; 万 counts as printed."""
    for sentence, rules in (
        ("收到政府信息公开申请30余件。", ["GJ501"]),
        ("收到政府信息公开申请20件以上。", ["GJ501"]),
        ("收到政府信息公开申请近10件。", ["GJ501"]),
        ("收到政府信息公开申请约100件。", []),
        ("收到政府信息公开申请1.2万件。", ["GJ501"]),
    ):
        assert [f.rule for f in about_text(check_text(written(busy, sentence)))] == rules, sentence
    many = {" | 12 |\n| 二、": " | 12345 |\n| 二、"}
    assert about_text(check_text(written(replaced(busy, many), "收到政府信息公开申请1.2万件。"))) == []


def test_the_message_names_every_candidate(busy: str, check_text: Check) -> None:
    """Message, equation, both sides and the place are those of the number and what it might have equalled."""
    (finding,) = about_text(check_text(written(busy, "收到政府信息公开申请15件。")))
    assert (finding.rule, finding.severity, finding.address) == ("GJ501", Severity.ERROR, "applications/received")
    assert finding.message.zh == (
        "写的是“收到政府信息公开申请15件”；表三（申请办理） 一、本年新收 12；一、本年新收 12 + 二、上年结转 2 = 14"
    )
    assert (finding.expected, finding.actual) == ("12 / 14", "15")
    assert finding.equation is not None
    assert finding.equation.difference == "3"
    assert [operand.key for operand in (*finding.equation.left, *finding.equation.right)] == [
        "applications.received",
        "applications.new.total",
    ]
    assert finding.equation.left[0].place == finding.place


@pytest.mark.parametrize(
    ("sentence", "unit", "found"),
    [
        ("全县收到政府信息公开申请95件。", "", [("GJ550", "95件")]),
        ("全县收到政府信息公开申请12件。", "", []),
        ("我镇收到政府信息公开申请95件。", "", [("GJ501", "95件")]),
        ("全县收到政府信息公开申请95件。", "青禾县人民政府", [("GJ501", "95件")]),
        ("县政府办代表县政府受理政府信息公开申请95件。", "青禾县人民政府", [("GJ550", "95件")]),
        ("县政府共受理政府信息公开申请66件。", "青禾县人民政府", [("GJ550", "66件")]),
        ("县自然资源局收到政府信息公开申请9件。", "青禾县人民政府", [("GJ550", "9件")]),
        ("我局受理政府信息公开申请95件。", "青禾县水利局", [("GJ501", "95件")]),
        ("市政府办公室代表市政府受理政府信息公开申请95件。", "青禾市人民政府办公室", [("GJ501", "95件")]),
        ("全县办结率100%，我镇收到政府信息公开申请12件。", "", []),
    ],
)
def test_scopes(busy: str, check_text: Check, sentence: str, unit: str, found: list[tuple[str, str]]) -> None:
    """A number of another scope is a warning of its own where it differs, never the error of its claim."""
    text = written(busy, sentence, unit)
    report = check_text(text)
    assert accused(report, text, found), told(report, text)
    assert all(f.severity is Severity.WARNING for f in about_text(report) if f.rule == "GJ550")


def test_scope_of_a_unit_of_unknown_kind_is_open(busy: str, check_text: Check) -> None:
    """Where the title does not tell what the unit is, a scope that may be another leaves the number open."""
    report = check_text(written(busy, "全县收到政府信息公开申请95件。", "青禾某组织"))
    assert about_text(report) == []
    assert "GJ501" in {rule for undecided in report.undecided for rule in undecided.rules}


def opened(report: FileReport) -> list[tuple[tuple[str, ...], str]]:
    return [(tuple(r for r in u.rules if r.startswith("GJ5")), u.reason.zh) for u in report.undecided]


def test_tables_that_cannot_be_read_leave_claims_open(busy: str, check_text: Check) -> None:
    """Without a usable number a claim is open, unless another admissible one is what it says."""
    blotted = replaced(busy, {" | 12 |\n| 二、": " | 1O |\n| 二、"})
    report = check_text(written(blotted, "收到政府信息公开申请12件。"))
    assert about_text(report) == []
    assert (("GJ501",), "表三（申请办理）中没有可用的数字") in opened(report)
    report = check_text(written(blotted, "受理政府信息公开申请12件。"))  # what was answered
    assert (("GJ501",), "表三（申请办理）中没有可用的数字") not in opened(report)
    gone = busy[: busy.index("| （本列数据")] + busy[busy.index("## 四、") :]
    report = check_text(written(gone, "收到政府信息公开申请12件。"))
    assert (("GJ501",), "报告中没有找到表三（申请办理）") in opened(report)


def test_blank_cells_count_as_zero_only_where_that_decides(busy: str, check_text: Check) -> None:
    """A blank total is its row's sum; a blank row can only make a sum larger."""
    blank_total = replaced(busy, {"| 9 | 2 | 0 | 0 | 1 | 0 | 12 |\n| 二、": "| 9 | 2 | | | 1 | | |\n| 二、"})
    assert about_text(check_text(written(blank_total, "收到政府信息公开申请12件。"))) == []
    assert [f.rule for f in about_text(check_text(written(blank_total, "收到政府信息公开申请11件。")))] == ["GJ501"]
    blank_row = replaced(busy, {"| 2.重复申请 | 1 | 0 | 0 | 0 | 0 | 0 | 1 |": "| 2.重复申请 | | | | | | | |"})
    blank_row = replaced(blank_row, {"| 3.要求提供公开出版物 | 0 | 0": "| 3.要求提供公开出版物 | 5 | 0"})
    blank_row = blank_row.replace(
        "| 3.要求提供公开出版物 | 5 | 0 | 0 | 0 | 0 | 0 | 0 |", "| 3.要求提供公开出版物 | 5 | 0 | 0 | 0 | 0 | 0 | 5 |"
    )
    answered = "答复政府信息公开申请12件，不予处理{}件。"
    assert "GJ508" not in [f.rule for f in about_text(check_text(written(blank_row, answered.format(5))))]
    assert "GJ508" in [f.rule for f in about_text(check_text(written(blank_row, answered.format(4))))]
    report = check_text(written(blank_row, answered.format(6)))  # the blank may be 1
    assert "GJ508" not in [f.rule for f in about_text(report)]
    assert any("GJ508" in rules for rules, _ in opened(report))


def test_a_single_row_stands_for_its_group(busy: str, check_text: Check) -> None:
    """（六）其他处理 printed as one row, as the old form has it, is what the claim is compared with."""
    begin = busy.index("| | （六）其他处理 |")
    single = (
        busy[:begin] + "| | （六）其他处理 | | 1 | 0 | 0 | 0 | 0 | 0 | 1 |\n" + busy[busy.index("| | （七）总计 |") :]
    )
    for count, rules in ((1, []), (3, ["GJ509"])):
        report = check_text(written(single, f"答复政府信息公开申请12件，其他处理{count}件。"))
        assert [f.rule for f in about_text(report)] == rules


def test_text_that_agrees_with_one_side_of_a_wrong_sum_is_open(busy: str, check_text: Check) -> None:
    """Where a row does not add up, its parts may be right: the sum is told, the text is not accused."""
    wrong = replaced(busy, {" | 12 |\n| 二、": " | 21 |\n| 二、"})
    report = check_text(written(wrong, "收到政府信息公开申请12件。"))
    assert about_text(report) == []
    assert any("GJ501" in rules and "不一致" in reason for rules, reason in opened(report))
    assert [f.rule for f in about_text(check_text(written(wrong, "收到政府信息公开申请15件。")))] == ["GJ501"]


def test_two_readings_are_open(busy: str, check_text: Check) -> None:
    """含上年结转 asks for the sum; a number that is the one without it is left to a person."""
    report = check_text(written(busy, "收到政府信息公开申请12件（含上年结转2件）。"))
    assert about_text(report) == []
    assert any("GJ501" in rules and "含上年结转" in reason for rules, reason in opened(report))
    (finding,) = about_text(check_text(written(busy, "收到政府信息公开申请13件（含上年结转2件）。")))
    assert (finding.rule, finding.expected) == ("GJ501", "14")


def test_one_number_is_accused_once(busy: str, check_text: Check) -> None:
    """A number that disagrees with the tables is not told again for its sum, its share or a second claim."""
    text = written(busy, "收到政府信息公开申请9件，其中网络申请8件，信函申请4件。")
    report = check_text(text)
    assert told(report, text) == [("GJ501", "9件，其中网络申请8件，")]
    report = check_text(written(busy, "收到政府信息公开申请15件；全年收到政府信息公开申请16件。"))
    assert [(f.rule, f.address) for f in about_text(report)] == [
        ("GJ501", "applications/received"),
        ("GJ501", "applications/received-2"),
    ]


def test_fees(busy: str, check_text: Check) -> None:
    """Fees are a multiple of 10 yuan, need requests, and are part of table 2 where the unit charges itself."""
    for sentence, rules in (
        ("全年收取信息处理费0元。", []),
        ("全年收取信息处理费400元。", []),
        ("全年收取政府信息公开信息处理费4000元。", ["GJ542"]),
        ("全年收取信息处理费近400元。", []),
        ("未收取信息处理费。", []),
    ):
        assert [f.rule for f in about_text(check_text(replaced(busy, {FEES: sentence, SENTENCE: ""})))] == rules


def test_places_in_a_paragraph_with_blanks(busy: str, check_text: Check) -> None:
    """The place is the number's own, in text that has blanks and full width digits."""
    text = written(busy, "2024 年，收到 政府信息 公开申请 １ ５ 件 ， 办结 1 2 件。")
    assert accused(check_text(text), text, [("GJ501", "１ ５ 件")])


# --- declarations -----------------------------------------------------------------------------


def rule(**keys: Any) -> AgreementRule:
    return AgreementRule(
        id="GJ901",
        slug="test",
        severity=Severity.ERROR,
        title=Text("", ""),
        message=Text("{words}", "{words}"),
        kind="agreement",
        **keys,
    )


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ({"require": "equal"}, "claims"),
        ({"require": "parts", "claims": ("fees.charged",)}, "claims"),
        ({"require": "needs", "claims": ("fees.charged",)}, "sum"),
        ({"require": "equal", "claims": ("fees.charged",), "sum": "a.b"}, "sum"),
        ({"require": "at_most", "claims": ("fees.charged",), "sum": "1 +"}, "sum"),
        ({"require": "multiple", "claims": ("fees.charged",), "factor": 0}, "factor"),
        ({"require": "parts", "dimensions": ("(",)}, "dimensions"),
    ],
)
def test_refused_when_declared(keys: dict[str, Any], key: str) -> None:
    """Keys that do not belong to a demand, and what cannot be parsed, are refused without a document."""
    with pytest.raises(DeclarationError) as caught:
        rule(**keys)
    assert caught.value.key == key


@pytest.mark.parametrize(
    ("keys", "key", "words"),
    [
        ({"require": "equal", "claims": ("applications.recieved",)}, "claims", "applications.recieved"),
        ({"require": "equal", "claims": ("fees.charged",)}, "claims", "targets"),
        ({"require": "equal", "claims": ("applications.answer_rate",)}, "claims", "百分比"),
        ({"require": "share", "claims": ("applications.received",)}, "claims", "of"),
        (
            {"require": "needs", "claims": ("fees.charged",), "sum": "applications.now.total"},
            "sum",
            "applications.now.total",
        ),
    ],
)
def test_refused_with_the_pack(pack: Pack, keys: dict[str, Any], key: str, words: str) -> None:
    """Names that the pack does not declare are refused when it loads."""
    with pytest.raises(DeclarationError) as caught:
        rule(**keys).bind(pack.declared)
    assert caught.value.key == key
    assert words in caught.value.text.zh


def test_the_year_of_the_run_decides(busy: str, check_text: Check, pack: Pack) -> None:
    """A sentence about the year that the user names is judged, one about another year is not."""
    assert pack.years.first <= date(2024, 1, 1).year
    report = check_text(written(busy, "2024年收到政府信息公开申请15件，2023年收到政府信息公开申请18件。"))
    assert [(f.rule, f.actual) for f in about_text(report)] == [("GJ501", "15")]
