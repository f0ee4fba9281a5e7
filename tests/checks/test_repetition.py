"""Repetition: the share of a section, what is set aside, and the sentences given as evidence."""

from datetime import date
from typing import Any, Literal

import pytest

from gouji.checks.repetition import RepetitionRule
from gouji.document import Paragraph, Place
from gouji.errors import DeclarationError
from gouji.facts import Heading, Reading, Section
from gouji.finding import Severity
from gouji.outline import DeclaredSection
from gouji.prose import Prose
from gouji.subject import Declared, Deviation, Gap, NotApplicable, Outcome, Passed, Subject
from gouji.wording import Text

DECLARED = Declared(
    {key: DeclaredSection(key=key, number=n, title=key) for n, key in enumerate(("one", "two"), 1)}, {}, {}
)
COPIED = "公开栏目的更新不够及时，群众反映较多。"  # 17 characters without punctuation
OWN = "今年新设了三处查阅点，方便老人就近查询。"  # 18
FEE = "全年没有收取任何政府信息公开信息处理费。"


def rule(against: Literal["itself", "previous"] = "previous", **keys: Any) -> RepetitionRule:
    return RepetitionRule(
        id="GJ901", slug="test", severity=Severity.WARNING, title=Text("", ""), message=Text("{pairs}", ""),
        kind="repetition", against=against, **keys,
    )  # fmt: skip


def reading(year: int = 2024, lead: tuple[str, ...] = (), **sections: tuple[str, ...]) -> Reading:
    paragraphs: dict[str, list[Paragraph]] = {}
    n = 0
    for key, lines in {"lead": lead, **sections}.items():
        paragraphs[key] = []
        for line in lines:
            n += 1
            paragraphs[key].append(Paragraph(line, ((0, Place(n, 1)),)))
    found = {
        key: Section(key, Heading(key, Place(1), None), key, "official", tuple(paragraphs[key]), False, ())  # noqa: FBT003
        for key in sections
    }
    return Reading("r.md", "p", year, "", "", sections=found, prose=Prose(paragraphs))


def outcomes(made: RepetitionRule, now: Reading, previous: Reading | Text | None = None) -> list[Outcome]:
    return list(made.evaluate(Subject(now, 2024, date(2026, 1, 31), "", DECLARED, None, previous)))


def test_share_counts_characters() -> None:
    """17 characters of 35 are 48.6 %; half is not more than half, and one more is."""
    now, before = reading(one=(COPIED, OWN)), reading(2023, one=(COPIED,))
    assert outcomes(rule(share=49), now, before) == [Passed("one")]
    (found,) = outcomes(rule(share=48), now, before)
    assert isinstance(found, Deviation)
    assert (found.address, found.values["share"], found.values["limit"]) == ("one", "48.6%", "48%")


def test_evidence() -> None:
    """The sentences of both reports with their places; those with other figures only are counted."""
    now = reading(one=("一是收到各类政府信息公开申请共计4件，均已办结。", f"二是{COPIED}"))
    before = reading(2023, two=("甲",), one=(COPIED, "收到各类政府信息公开申请共计12件，均已办结。"))
    (found,) = outcomes(rule(), now, before)
    assert isinstance(found, Deviation)
    assert found.actual.splitlines() == [
        "第1行：一是收到各类政府信息公开申请共计4件，均已办结。",
        f"第2行：二是{COPIED}",
    ]
    assert found.expected.splitlines() == ["第3行：收到各类政府信息公开申请共计12件，均已办结。", f"第2行：{COPIED}"]
    assert (found.values["count"], found.values["changed"], found.values["year"]) == (2, 1, 2023)
    pairs = found.values["pairs"]
    assert isinstance(pairs, Text)
    assert pairs.zh.startswith("“一是收到各类政府信息公开申请共计4件，均已办结。”（第1行，上年报告第3行）；“二是公开")
    assert found.place == Place(1, 1)


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        ((COPIED, FEE), (COPIED, FEE), "fail"),
        ((FEE, FEE), (FEE, FEE), "open"),
        ((OWN, FEE), (COPIED, FEE), "pass"),
        (("（一）存在的问题", "（二）政府信息公开工作改进的具体情况", OWN, OWN[1:]), ("（一）存在的问题", "（二）政府信息公开工作改进的具体情况"), "pass"),
        (("公开不够。", "更新不够。", "培训不够。", "力量不够。", OWN, "管理不够。"), ("公开不够。", "更新不够。", "培训不够。"), "pass"),
        (("公开不够。",), ("公开不够。",), "open"),
        ((f"甲；{COPIED}",), (f"乙；{COPIED}",), "fail"),
    ],
    ids=["copied", "only what is set aside", "own", "headings", "short sentences", "too little", "parts of a sentence"],
)  # fmt: skip
def test_what_counts(now: tuple[str, ...], before: tuple[str, ...], expected: str) -> None:
    """Set aside is not counted at all; short sentences count as the report's own; a few words are not judged."""
    kinds = {Passed: "pass", Deviation: "fail", NotApplicable: "open"}
    (outcome,) = outcomes(rule(aside=("信息处理费",), least=15), reading(one=now), reading(2023, one=before))
    assert kinds[type(outcome)] == expected


def test_without_a_previous_report() -> None:
    """None given: nothing to judge. One that cannot be used: open, with the reason. A section it lacks: nothing."""
    now, why = reading(one=(COPIED, OWN), two=(OWN, COPIED)), Text("打不开", "cannot be opened")
    assert outcomes(rule(), now) == [NotApplicable()]
    assert outcomes(rule(), now, why) == [Gap("", why)]
    assert outcomes(rule(), now, reading(2023, two=("别的内容。",))) == [NotApplicable("one"), Passed("two")]
    assert outcomes(rule(sections=("two",)), now, reading(2023, one=(COPIED, OWN))) == [NotApplicable("two")]


def test_within_one_report() -> None:
    """A sentence that stood before, word for word and figure for figure, is told where it stands again."""
    now = reading(
        lead=(OWN,),
        one=(f"一是{COPIED}收到政府信息公开申请共计4件，均已按时办结。",),
        two=(f"二是{COPIED}", "收到政府信息公开申请共计5件，均已按时办结。"),
    )
    (found,) = outcomes(rule("itself"), now)
    assert isinstance(found, Deviation)
    assert (found.address, found.place, found.values["count"]) == ("two", Place(3, 1), 1)
    assert found.values["pairs"] == Text(
        "“二是公开栏目的更新不够及时，群众反映较多。”（第3行，前见第2行）",
        "“二是公开栏目的更新不够及时，群众反映较多。” (line 3, before at line 2)",
    )
    assert outcomes(rule("itself", aside=("更新不够",)), now) == [Passed()]


@pytest.mark.parametrize(
    "lines",
    [
        ("政府信息公开工作年度报告的编制与发布情况", "政府信息公开工作年度报告的编制与发布情况"),
        ("已按时办理。", "已按时办理。"),
        (COPIED, "村务" + COPIED),
    ],
    ids=["titles", "short", "alike at the end only"],
)
def test_no_repetition(lines: tuple[str, ...]) -> None:
    assert outcomes(rule("itself"), reading(one=lines)) == [Passed()]


@pytest.mark.parametrize(
    ("keys", "key"), [({"share": 0}, "share"), ({"share": 101}, "share"), ({"aside": ("(?=x)",)}, "aside")]
)
def test_bad_declarations(keys: dict[str, Any], key: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        rule(**keys)
    assert caught.value.key == key


def test_unknown_section() -> None:
    with pytest.raises(DeclarationError):
        rule(sections=("three",)).bind(DECLARED)
