"""Repetition: the share of a section, what is set aside, and the sentences given as evidence."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

import pytest
from msgspec import structs

from gouji.checks.repetition import RepetitionRule
from gouji.document import Paragraph, Place
from gouji.errors import DeclarationError
from gouji.facts import Heading, Reading, Section
from gouji.finding import Severity
from gouji.likeness import names_of, sentences_of
from gouji.outline import DeclaredSection
from gouji.prose import Prose
from gouji.subject import Declared, Deviation, Gap, NotApplicable, Outcome, Passed, Subject, Surroundings
from gouji.wording import Text

DECLARED = Declared(
    {key: DeclaredSection(key=key, number=n, title=key) for n, key in enumerate(("one", "two"), 1)}, {}, {}
)
COPIED = "公开栏目的更新不够及时，群众反映较多。"  # 17 characters without punctuation
OWN = "今年新设了三处查阅点，方便老人就近查询。"  # 18
FEE = "全年没有收取任何政府信息公开信息处理费。"


def rule(against: Literal["itself", "previous", "others"] = "previous", **keys: Any) -> RepetitionRule:
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


ONE_CHANGED = Text("，其中 1 句只改了数字", ", 1 of them with other figures only")


def test_no_figure_changed() -> None:
    """Where the figures are the same as well, nothing is said of them."""
    (found,) = outcomes(rule(), reading(one=(COPIED, OWN)), reading(2023, one=(COPIED, OWN)))
    assert isinstance(found, Deviation)
    assert found.values["changed"] == Text("", "")


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
    assert (found.values["count"], found.values["changed"], found.values["year"]) == (2, ONE_CHANGED, 2023)
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


# --- against other units ----------------------------------------------------------------------

LIUXI, BEISHAN, WATER = "青禾县柳溪镇人民政府", "青禾县北山乡人民政府", "青禾县水利局"


def of(unit: str, **sections: tuple[str, ...]) -> Reading:
    return structs.replace(reading(2024, (), **sections), unit=unit, path=f"{unit}.md")


def among(
    made: RepetitionRule, own: Reading, *others: Reading, spread: Mapping[str, int] | None = None, reports: int = 0
) -> list[Outcome]:
    """Judge a report among others; ``spread``: how many units have a sentence, by its words; ``reports``: of how many."""
    counts = {}
    for words, count in (spread or {}).items():
        (sentence,) = sentences_of(reading(one=(words,)).prose.scope("one"), lambda _: False, names_of(own.unit))
        counts[sentence.digest] = count
    around = Surroundings(others=others, spread=lambda digest: counts.get(digest, 1), reports=reports)
    case = Subject(own, 2024, date(2026, 1, 31), "", DECLARED, None, None, around)
    return list(made.evaluate(case))


def test_names_and_figures_are_replaced() -> None:
    """A sentence taken over with its names and figures changed is the same; both units are told, nobody accused."""
    ours = of(LIUXI, one=("柳溪镇政府公开了惠农补贴信息35条，群众可到我镇便民中心查询。", OWN))
    theirs = of(BEISHAN, one=(OWN, "青禾县北山乡政府公开了惠农补贴信息8条，群众可到本乡便民中心查询。"))
    (found,) = among(rule("others", share=60), ours, theirs)
    assert isinstance(found, Deviation)
    assert (found.address, found.place, found.severity) == ("one", Place(1, 1), None)
    assert {key: found.values[key] for key in ("share", "limit", "count", "changed", "unit", "year")} == {
        "share": "100.0%", "limit": "60%", "count": 2, "changed": ONE_CHANGED, "unit": BEISHAN, "year": 2024,
    }  # fmt: skip
    assert found.other == Text(f"{BEISHAN}2024年报告", f"the report of {BEISHAN} on 2024")
    assert [(p.words, p.place, p.other, p.other_place) for p in found.passages] == [
        (
            "柳溪镇政府公开了惠农补贴信息35条，群众可到我镇便民中心查询。", Place(1, 1),
            "青禾县北山乡政府公开了惠农补贴信息8条，群众可到本乡便民中心查询。", Place(2, 1),
        ),
        (OWN, Place(2, 1), OWN, Place(1, 1)),
    ]  # fmt: skip
    pairs = found.values["pairs"]
    assert isinstance(pairs, Text)
    assert pairs.zh.endswith("（第2行，对方第1行）")
    (turned,) = among(rule("others", share=60), theirs, ours)
    assert isinstance(turned, Deviation)
    assert (turned.values["unit"], turned.values["share"]) == (LIUXI, "100.0%")


def test_the_one_that_shares_most_is_told() -> None:
    """Of several candidates one is named: the one with most in common; what a unit lacks is not compared."""
    own = of(LIUXI, one=(COPIED, OWN), two=("按季度核对了公开目录并且补齐了缺少的信息。",))
    half, whole = of(BEISHAN, one=(COPIED,)), of(WATER, one=(OWN, COPIED))
    found = among(rule("others", least=15), own, half, whole)
    assert isinstance(found[0], Deviation)
    assert found[0].values["unit"] == WATER
    assert found[1] == Passed("two")


def test_half_is_not_more_than_half() -> None:
    """17 characters of 35 pass at 49 per cent and not at 48, as against the year before."""
    own, other = of(LIUXI, one=(COPIED, OWN)), of(BEISHAN, one=(COPIED,))
    assert among(rule("others", share=49), own, other) == [Passed("one")]
    (found,) = among(rule("others", share=48), own, other)
    assert isinstance(found, Deviation)
    assert found.values["share"] == "48.6%"


@pytest.mark.parametrize(("units", "judged"), [(9, Deviation), (10, NotApplicable)])
def test_forms_that_were_handed_out(units: int, judged: type[Outcome]) -> None:
    """A sentence that ten units have does not count, neither for nor against; of nine it does."""
    own, other = of(LIUXI, one=(COPIED, OWN)), of(BEISHAN, one=(COPIED, OWN))
    (found,) = among(rule("others"), own, other, spread={COPIED: units, OWN: units})
    assert type(found) is judged


@pytest.mark.parametrize(
    ("units", "reports", "judged"),
    [
        (2, 2, Deviation), (3, 3, Deviation), (4, 4, NotApplicable), (4, 6, NotApplicable), (4, 7, Deviation),
         (6, 9, NotApplicable), (5, 9, Deviation), (9, 14, Deviation), (9, 13, NotApplicable),
    ],
)  # fmt: skip
def test_forms_of_few_units(units: int, reports: int, judged: type[Outcome]) -> None:
    """What two thirds of a small county have was handed out to them as well; what three share never counts as that."""
    own, other = of(LIUXI, one=(COPIED, OWN)), of(BEISHAN, one=(COPIED, OWN))
    (found,) = among(rule("others"), own, other, spread={COPIED: units, OWN: units}, reports=reports)
    assert type(found) is judged


def test_what_is_left_beside_a_form() -> None:
    """The share is of what is left; where that is too little, nothing is said."""
    own, other = of(LIUXI, one=(COPIED, OWN)), of(BEISHAN, one=(COPIED, OWN))
    (found,) = among(rule("others", least=15), own, other, spread={COPIED: 10})
    assert isinstance(found, Deviation)
    assert (found.values["share"], found.values["count"]) == ("100.0%", 1)
    assert among(rule("others", least=19), own, other, spread={COPIED: 10}) == [NotApplicable("one")]


@pytest.mark.parametrize(
    ("own", "other", "expected"),
    [
        ((FEE, FEE), (FEE, FEE), NotApplicable),
        ((FEE, OWN, COPIED), (FEE, FEE), Passed),
        (("已按时办理。", "已按期公开。", "已逐件答复。", "已全部归档。", OWN), ("已按时办理。", "已按期公开。", "已逐件答复。", "已全部归档。"), Passed),
        ((OWN,), (OWN,), NotApplicable),
        ((COPIED, OWN), ("公开栏目的更新十分及时，群众反映较好。", OWN.replace("三处", "两处")), Passed),
    ],
    ids=["only what everybody writes", "own beside it", "short sentences", "too little", "other words"],
)  # fmt: skip
def test_no_copy(own: tuple[str, ...], other: tuple[str, ...], expected: type[Outcome]) -> None:
    """What everybody has to write, a few words, and sentences that say something else are no copies."""
    (found,) = among(rule("others", aside=("信息处理费",), share=30), of(LIUXI, one=own), of(BEISHAN, one=other))
    assert type(found) is expected


def test_without_others() -> None:
    """Nobody to compare with; a section that the other does not have; a title that names nobody."""
    own = of(LIUXI, one=(COPIED, OWN))
    assert among(rule("others"), own) == [Passed("one")]  # nobody shares anything
    assert among(rule("others"), own, of(BEISHAN, two=(COPIED, OWN))) == [Passed("one")]
    assert among(rule("others", sections=("two",)), own, of(BEISHAN, one=(COPIED, OWN))) == []
    nameless = structs.replace(of("", one=(COPIED, OWN)), path="北山.md")
    (found,) = among(rule("others"), own, nameless)
    assert isinstance(found, Deviation)
    assert found.values["unit"] == "北山.md"


# --- declarations -----------------------------------------------------------------------------


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
