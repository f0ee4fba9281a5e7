"""Dictionaries, pairs, lists and numbers of persons: what is told, where, and the traps that are not."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from gouji.checks.wording import Demand, Phrase, WordingRule
from gouji.document import Paragraph, Place
from gouji.errors import DeclarationError
from gouji.facts import FieldValue, Heading, Reading, Section
from gouji.finding import FileReport, Severity
from gouji.outline import DeclaredField, DeclaredSection
from gouji.prose import Prose
from gouji.subject import Declared, Deviation, Passed, Subject
from gouji.wording import Text

DECLARED = Declared(
    {"one": DeclaredSection(key="one", number=1, title="甲")},
    {"phone": DeclaredField(key="phone", name=Text("电话", "phone"), patterns=("x",))},
    {},
)
ID, MOBILE = "510422198001011235", "13900000000"


def rule(require: Demand = "dictionary", *phrases: Phrase, **keys: Any) -> WordingRule:
    return WordingRule(
        id="GJ901", slug="test", severity=Severity.INFO, title=Text("", ""), message=Text("", ""), kind="wording",
        require=require, phrases=phrases, **keys,
    )  # fmt: skip


def phrase(pattern: str, **keys: Any) -> Phrase:
    return Phrase(key="k", pattern=pattern, **keys)


def subject(*lines: str, lead: tuple[str, ...] = (), **fields: tuple[FieldValue, ...]) -> Subject:
    paragraphs = [Paragraph(line, ((0, Place(n, 1)),)) for n, line in enumerate((*lead, *lines), 1)]
    first, rest = paragraphs[: len(lead)], paragraphs[len(lead) :]
    section = Section("one", Heading("一、甲", Place(1), None), "甲", "official", tuple(rest), False, ())  # noqa: FBT003
    prose = Prose({"lead": first, "one": rest, "tail": paragraphs[-6:], "document": paragraphs})
    reading = Reading("r.md", "p", 2024, "", "", sections={"one": section}, fields=fields, prose=prose)
    return Subject(reading, 2024, date(2026, 1, 31), "", DECLARED)


def told(made: WordingRule, *lines: str) -> list[tuple[str, tuple[int | None, int | None], str]]:
    outcomes = list(made.evaluate(subject(*lines)))
    if outcomes == [Passed()]:
        return []
    assert all(isinstance(outcome, Deviation) for outcome in outcomes)
    return [(o.address, (o.place.line, o.place.column), o.actual) for o in outcomes if isinstance(o, Deviation)]


# --- dictionaries -------------------------------------------------------------------------------


def test_words_are_quoted_as_written() -> None:
    """Found in half width without spaces; told with the widths, the blanks and the place of the source."""
    (found,) = rule("dictionary", phrase("上年(?P<value>转结)", instead="结转")).evaluate(
        subject("前一段。", "其中，上年 转 结（1）件；上年转结。")
    )
    assert isinstance(found, Deviation)
    assert (found.place, found.actual, found.expected) == (Place(2, 7), "转 结", "结转")
    assert (found.values["near"], found.values["count"]) == ("其中，上年 转 结（1）件；上年转结。", 2)


@pytest.mark.parametrize(
    ("keys", "line", "count"),
    [
        ({}, "国土局与国土局", 1),
        ({"not_after": ("原",)}, "原国土局", 0),
        ({"not_after": ("原",)}, "原国土局，现国土局", 1),
        ({"not_before": ("长",)}, "国土局长", 0),
        ({"context": ("公开",)}, "国土局。公开。", 0),
        ({"context": ("公开",)}, "国土局公开。", 1),
        ({"without": ("曾",)}, "曾设国土局。", 0),
        ({"without": ("曾",)}, "曾设。国土局。", 1),
        ({"in_titles": False}, "《国土局关于公开的通知》", 0),
        ({"in_titles": False}, "《通知》与国土局", 1),
        ({}, "《国土局关于公开的通知》", 1),
    ],
)
def test_conditions(keys: dict[str, Any], line: str, count: int) -> None:
    """Neighbours decide whether the characters are the word; the sentence, whether it matters."""
    assert len(told(rule("dictionary", phrase("国土局", **keys)), line)) == count


def test_scope_and_keys() -> None:
    """Each entry is told once, under its key; only in the scopes named."""
    made = rule(
        "dictionary", Phrase(key="a", pattern="甲乙"), Phrase(key="b", pattern="(?P<value>丙)丁"), scope=("lead",)
    )
    outcomes = list(made.evaluate(subject("甲乙", "丙丁", lead=("丙丁甲乙甲乙",))))
    assert [(o.address, o.place.column) for o in outcomes if isinstance(o, Deviation)] == [("a", 3), ("b", 1)]


# --- pairs --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["（甲）“乙‘丙’”《丁〈戊〉》〔2021〕"], None),
        (["（甲"], (1, 1, "（", "）")),
        (["甲）"], (1, 2, "）", "（")),
        (["“甲“乙"], (1, 1, "“", "”")),
        (["（甲", "乙）"], None),
        (["“甲。", "“乙。”"], None),
        (["“甲。", "乙。"], (1, 1, "“", "”")),
        (["1）甲；2)乙；a）丙；如3）丁"], None),
        (["文号〔2021］30号"], (1, 3, "〔", "〕")),
        (["it’s，O’Neil"], None),
        (["（甲[乙）"], (1, 3, "[", "]")),
        (["甲》与《乙》"], (1, 2, "》", "《")),
    ],
)
def test_pairs(lines: list[str], found: tuple[int, int, str, str] | None) -> None:
    """A mark without its other half; a pair over paragraphs, a list's 1） and an apostrophe are none."""
    expected = [] if found is None else [("one", found[:2], found[2])]
    assert told(rule("balanced"), *lines) == expected
    if found:
        (outcome,) = rule("balanced").evaluate(subject(*lines))
        assert isinstance(outcome, Deviation)
        assert outcome.values["instead"] == found[3]


def test_pairs_take_linear_time() -> None:
    """A document of nothing but brackets is read in one pass."""
    assert len(told(rule("balanced"), "（[《“" * 50_000 + "】" * 100_000)) == 1


# --- words twice, lists -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("要进一步进一步规范", "进一步进一步"),
        ("政府信息公开政府信息公开年报", "政府信息公开政府信息公开"),
        ("政府信息公开 政府信息公开年报", None),
        ("政务公开公开栏、主动公开公开指南", None),
        ("一项一项、讨论讨论", None),
        ("12341234件", None),
    ],
)
def test_doubled(line: str, words: str | None) -> None:
    """Three characters or more, not parted by a blank; two often belong to two words."""
    assert [found for _, _, found in told(rule("undoubled"), line)] == ([words] if words else [])


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["1.甲", "2.乙", "3.丙"], None),
        (["1.甲", "2、乙", "3.丙"], ("arabic", 2, "1、")),
        (["1.甲", "2．乙"], ("arabic", 2, "1．")),
        (["（1）甲", "(2)乙"], ("bracketed", 2, "(1)")),
        (["一、甲", "二.乙"], ("chinese", 2, "一.")),
        (["1.甲", "（1）子", "（2）子", "2.乙"], None),
        (["1.甲", "1）子", "2）子", "2.乙", "3.丙"], None),
        (["1.甲", "2.乙", "1、另一列", "2、另一列"], None),
        (["1.甲", "2.乙", "3.丙", "1、另一列"], None),
        (["2024年", "2.5万元"], None),
        (["（一）甲", "(二)乙"], None),
    ],
)
def test_list_marks(lines: list[str], found: tuple[str, int, str] | None) -> None:
    """One list goes on with its mark; lists within lists and new ones may have another."""
    expected = [(found[0], (found[1], 1), found[2])] if found else []
    assert told(rule("even_marks"), *lines) == expected


# --- numbers of persons -------------------------------------------------------------------------


def test_numbers_of_persons_are_hidden() -> None:
    """Each is told with its place and its middle hidden."""
    lines = (f"张三（{ID}）", f"手机{MOBILE}和13911112222")
    assert told(rule("no_id_number"), *lines) == [("", (1, 4), "51**************35")]
    assert told(rule("no_mobile"), *lines) == [("", (2, 3), "139******00"), ("2", (2, 15), "139******22")]


def test_a_contact_number_is_another_rules_business() -> None:
    """A number that a declared field found is not told twice; another one beside it is."""
    value = FieldValue("phone", MOBILE, Place(1, 3), MOBILE, "")
    outcomes = list(rule("no_mobile", told=("phone",)).evaluate(subject(f"电话{MOBILE}、13911112222", phone=(value,))))
    assert [o.actual for o in outcomes if isinstance(o, Deviation)] == ["139******22"]


# --- declarations -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (lambda: rule("dictionary"), "phrases"),
        (lambda: rule("balanced", phrase("甲")), "phrases"),
        (lambda: rule("dictionary", phrase("甲"), phrase("乙")), "phrases"),
        (lambda: phrase("(?<=甲)乙"), "pattern"),
        (lambda: rule("balanced", scope=("lead",)), "scope"),
        (lambda: rule("balanced", told=("phone",)), "told"),
        (lambda: rule("dictionary", phrase("甲"), scope=("nowhere",)).bind(DECLARED), "scope"),
        (lambda: rule("no_mobile", told=("fax",)).bind(DECLARED), "told"),
    ],
)
def test_bad_declarations(make: Callable[[], object], key: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        make()
    assert caught.value.key == key


# --- the national dictionaries ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("截止2024年底，", ["GJ803 until"]),
        ("数据截止日期为2024年12月31日，报名截止时间另行通知，截止到2024年底，", []),
        ("上年度转结1件，", ["GJ803 carried"]),
        ("上年流转结果、本年周转结余，", []),
        ("全面布署工作，", ["GJ803 deploy"]),
        ("公开发布署名文章，", []),
        ("授予已公开文件，", []),
        ("对环境保护部门、工商联、国家税务总局、环保部门，", []),
        ("原县国土资源局移交、前工商局转来，", []),
        ("按《青禾县环境保护局关于公开的通知》办理，", []),
        ("二0二四年，", ["GJ803 zero"]),
        ("二〇二四年，", []),
        ("（以下简称《信息公开条例》），", []),
        ("（国令第711号），", []),
        ("按《政府信息公开收费办法》，", ["GJ802 fee-name"]),
        ("详见http://www.qinghe.gov.cn：8080/，", []),
        ("等等……，", []),
        ("现公开如下：：", ["GJ804 twice"]),
    ],
)  # fmt: skip
def test_traps_of_the_dictionaries(
    words: str, found: list[str], specimen: str, check_text: Callable[..., FileReport]
) -> None:
    """Words that look like a slip and are none, beside those that are."""
    report = check_text(specimen.replace("一是公开内容", f"{words}一是公开内容"))
    assert [f"{f.rule} {f.address}" for f in report.findings] == found
