"""Deadlines: which day counts, which unit is concerned, and when nothing can be said."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from msgspec import structs

from gouji.checks.date import DateRule
from gouji.document import Place, Published
from gouji.errors import DeclarationError
from gouji.facts import FieldValue, Reading
from gouji.finding import Severity
from gouji.outline import DeclaredField
from gouji.subject import Declared, Deviation, Gap, NotApplicable, Outcome, Passed, Subject, Surroundings
from gouji.wording import Text

FIELDS = {
    key: DeclaredField(key=key, name=Text(name, key), type="date", patterns=("x",))
    for key, name in (("public", "发布日期"), ("issued", "落款日期"))
}
FIELDS["words"] = DeclaredField(key="words", name=Text("文字", "words"), patterns=("x",))
DECLARED = Declared({}, FIELDS, {})
ON_TIME, LATE = date(2025, 1, 31), date(2025, 2, 1)


def rule(**keys: Any) -> DateRule:
    keys = dict[str, Any](month=1, day=31, published=("public",), issued=("issued",)) | keys
    return DateRule(
        id="GJ901", slug="test", severity=Severity.ERROR, title=Text("", ""), message=Text("{found}", ""), kind="date", **keys
    )  # fmt: skip


def subject(
    public: tuple[date | None, ...] = (),
    issued: tuple[date | None, ...] = (),
    *,
    unit: str = "青禾县水利局",
    meta: date | None = None,
    given: date | None = None,
    year: int = 2024,
    today: date = date(2026, 1, 31),
) -> Subject:
    lines = iter(range(1, 99))
    fields = {
        key: tuple(FieldValue(key, str(day), Place(next(lines), 1), day, "") for day in days)
        for key, days in (("public", public), ("issued", issued))
    }
    published = Published(meta, Text("网页元数据 PubDate", "page metadata, PubDate"), Place(3)) if meta else None
    reading = Reading("r.md", "p", year, unit, "department", fields=fields, published=published)
    return Subject(reading, year, today, "", DECLARED, given)


def judged(made: DateRule, case: Subject) -> Outcome:
    (outcome,) = made.evaluate(case)
    return outcome


@pytest.mark.parametrize(
    ("case", "late"),
    [
        (subject(issued=(ON_TIME,)), None),
        (subject(issued=(LATE,)), LATE),
        (subject(public=(LATE,), issued=(ON_TIME,)), LATE),
        (subject(meta=LATE, issued=(ON_TIME,)), LATE),
        (subject(meta=LATE, public=(date(2025, 2, 9),)), LATE),
        (subject(meta=LATE, public=(LATE,), issued=(LATE,), given=ON_TIME), None),
        (subject(issued=(ON_TIME,), given=LATE), LATE),
        (subject(public=(date(2024, 6, 1), ON_TIME)), None),
        (subject(public=(date(2031, 1, 1), ON_TIME)), None),
    ],
    ids=[
        "issued on time", "issued late", "published late", "metadata late", "the earliest of two late days",
        "given on time decides", "given late decides", "a day within the year is a slip", "a day to come is a slip",
    ],
)  # fmt: skip
def test_which_day_counts(case: Subject, late: date | None) -> None:
    """The publication date decides; the date of issue only where there is none."""
    outcome = judged(rule(), case)
    if late is None:
        assert outcome == Passed()
    else:
        assert isinstance(outcome, Deviation)
        assert (outcome.expected, outcome.actual) == ("2025-01-31", str(late))
        assert outcome.values["days"] == (late - ON_TIME).days


def test_message_names_the_source_and_its_place() -> None:
    """The day, what gives it, and where; a day that the user gave has the place of the report's beginning."""
    outcome = judged(rule(), subject(meta=LATE))
    assert isinstance(outcome, Deviation)
    assert outcome.place == Place(3)
    assert outcome.values == {
        "unit": "青禾县水利局", "year": 2024, "source": Text("网页元数据 PubDate", "page metadata, PubDate"),
        "found": "2025-02-01", "deadline": "2025-01-31", "days": 1,
    }  # fmt: skip
    given = judged(rule(), subject(given=LATE))
    assert isinstance(given, Deviation)
    assert (given.place, given.values["source"]) == (
        Place(1),
        Text("--published 给出的发布日期", "the publication date given with --published"),
    )


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (subject(), "没有可用的发布日期或落款日期"),
        (subject(issued=(date(2024, 1, 13),)), "没有可用的发布日期或落款日期"),
        (subject(issued=(date(2026, 3, 1),)), "没有可用的发布日期或落款日期"),
        (subject(given=date(2026, 3, 1), issued=(ON_TIME,)), "--published 给出的发布日期 2026-03-01 不在报告年度之后"),
        (subject(issued=(None,)), "日期不完整（可能在提取文字时丢失了数字）"),
        (subject(public=(ON_TIME, LATE)), "几个日期对是否逾期说法不一（发布日期 2025-01-31，发布日期 2025-02-01）"),
        (subject(issued=(ON_TIME, LATE)), "几个日期对是否逾期说法不一（落款日期 2025-01-31，落款日期 2025-02-01）"),
        (
            subject(meta=ON_TIME, issued=(LATE,)),
            "几个日期对是否逾期说法不一（网页元数据 PubDate 2025-01-31，落款日期 2025-02-01）",
        ),
    ],
)
def test_what_cannot_be_said(case: Subject, reason: str) -> None:
    """No date, lost digits, a slip or a contradiction leave the deadline open: nobody is accused, nobody passes."""
    outcome = judged(rule(), case)
    assert isinstance(outcome, Gap)
    assert outcome.reason.zh.startswith(reason)


def test_a_publication_date_is_no_date_of_issue_beside() -> None:
    """A day that both fields find at one place counts once, as the publication date."""
    case = subject(public=(ON_TIME,))
    value = case.reading.fields["public"][0]
    case.reading.fields["issued"] = (FieldValue("issued", value.raw, value.place, LATE, ""),)
    assert judged(rule(), case) == Passed()


@pytest.mark.parametrize(
    ("unit", "concerned"), [("青禾县水利局", True), ("青禾县人民医院", False), ("柳溪镇财政局", False), ("", False)]
)
def test_units_by_name(unit: str, concerned: bool) -> None:  # noqa: FBT001
    """Only units that the first pattern matches and the second does not."""
    outcome = judged(rule(named="局$", not_named="镇"), subject(issued=(LATE,), unit=unit))
    assert isinstance(outcome, Deviation if concerned else NotApplicable)


@pytest.mark.parametrize(
    ("year", "days"),
    [
        # 31 January of 2026 is a Saturday; of 2025 the fourth day of the Spring Festival, a holiday until 4 February
        (2025, {date(2026, 1, 31): "pass", date(2026, 2, 2): "pass", date(2026, 2, 3): "fail"}),
        (2024, {date(2025, 1, 31): "pass", date(2025, 2, 5): "pass", date(2025, 2, 6): "fail"}),
        (2001, {date(2002, 1, 31): "pass", date(2002, 2, 1): "gap", date(2002, 2, 16): "fail"}),
        (2049, {date(2050, 1, 31): "pass", date(2050, 2, 1): "gap", date(2050, 2, 15): "gap", date(2050, 2, 16): "fail"}),
    ],
    ids=["weekend", "holiday", "no calendar any more", "no calendar yet"],
)  # fmt: skip
def test_deadline_on_a_day_off(year: int, days: dict[date, str]) -> None:
    """Where the rule asks, the deadline moves to the next working day; without a calendar it may have moved."""
    kinds = {Passed: "pass", Deviation: "fail", Gap: "gap"}
    for day, expected in days.items():
        outcome = judged(rule(on_workday=True), subject(issued=(day,), year=year, today=date(2060, 1, 1)))
        assert (day, kinds[type(outcome)]) == (day, expected)


def test_day_off_does_not_matter_where_no_rule_asks() -> None:
    """31 January stays the deadline, holiday or not."""
    assert isinstance(judged(rule(), subject(issued=(date(2026, 2, 2),), year=2025, today=date(2026, 3, 1))), Deviation)


@pytest.mark.parametrize(
    ("keys", "key"), [({"month": 2, "day": 29}, "day"), ({"day": 32}, "day"), ({"named": "(?=x)"}, "named")]
)
def test_impossible_declarations(keys: dict[str, Any], key: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        rule(**keys)
    assert caught.value.key == key


@pytest.mark.parametrize("keys", [{"published": ("absent",)}, {"issued": ("words",)}])
def test_fields_must_hold_dates(keys: dict[str, Any]) -> None:
    with pytest.raises(DeclarationError) as caught:
        rule(**keys).bind(DECLARED)
    assert caught.value.key == next(iter(keys))


# --- the register ------------------------------------------------------------------------------

REGISTER = Text("名册给出的公布日期", "the publication date in the register")


def registered(deadline: date | None = None, **keys: Any) -> Subject:
    return structs.replace(subject(**keys), around=Surroundings(deadline=deadline, dated_by=REGISTER))


@pytest.mark.parametrize(
    ("severity", "deadline", "day", "late"),
    [
        (Severity.WARNING, date(2025, 1, 15), date(2025, 1, 16), True),
        (Severity.WARNING, date(2025, 1, 15), date(2025, 1, 15), False),
        (Severity.WARNING, date(2025, 2, 20), date(2025, 2, 20), False),
        (Severity.WARNING, None, LATE, True),
        (Severity.ERROR, date(2025, 1, 15), date(2025, 1, 16), False),
        (Severity.ERROR, date(2025, 2, 20), LATE, True),
    ],
    ids=["earlier, late", "on the day", "later, on time", "none", "the law allows more", "the law allows less"],
)
def test_deadline_of_the_register(severity: Severity, deadline: date | None, day: date, late: bool) -> None:  # noqa: FBT001
    """The register sets the day where the rule's is practice; a day set by law stays."""
    made = replace(rule(), severity=severity)
    outcome = judged(made, registered(deadline, issued=(day,)))
    assert isinstance(outcome, Deviation) is late
    if isinstance(outcome, Deviation) and severity is Severity.WARNING and deadline:
        assert outcome.values["deadline"] == Text("2025-01-15（名册规定）", "2025-01-15 (set by the register)")
        assert (outcome.values["days"], outcome.expected) == (1, "2025-01-15")
    elif isinstance(outcome, Deviation):
        assert outcome.values["deadline"] == "2025-01-31"


def test_date_of_the_register() -> None:
    """A date in the register is called that, also where it cannot be one."""
    outcome = judged(rule(), registered(given=LATE))
    assert isinstance(outcome, Deviation)
    assert outcome.values["source"] == REGISTER
    slip = judged(rule(), registered(given=date(2024, 1, 20)))
    assert isinstance(slip, Gap)
    assert slip.reason == Text(
        "名册给出的公布日期 2024-01-20 不在报告年度之后、检查日之前，无法核对公开时限",
        "the publication date in the register, 2024-01-20, does not lie between the year reported on and the day of checking",
    )


@pytest.mark.parametrize("keys", [{}, {"issued": (None,)}, {"public": (ON_TIME, LATE)}])
def test_advice_in_an_audit(keys: dict[str, Any]) -> None:
    """What cannot be said is helped by the register in an audit, by the option otherwise."""
    here, there = judged(rule(), registered(**keys)), judged(rule(), subject(**keys))
    assert isinstance(here, Gap)
    assert isinstance(there, Gap)
    assert here.reason.zh.endswith("（可在名册中填写公布日期）")
    assert there.reason.zh.endswith("（可用 --published 给出发布日期）")
