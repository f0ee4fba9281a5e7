"""Continuity: which report is compared, what is told of it, and what makes a deviation less."""

from typing import Any

import pytest
from msgspec import structs

from gouji.checks.continuity import ContinuityRule
from gouji.document import NOWHERE, Place
from gouji.errors import DeclarationError
from gouji.facts import FieldValue, Reading
from gouji.finding import Reconciliation, Severity, Status
from gouji.outline import DeclaredField
from gouji.subject import ALONE, Declared, Deviation, Gap, NotApplicable, Outcome, Passed, Subject, Surroundings
from gouji.wording import Text
from tests.checks.test_across import FORM, Cells, reading, subject

NOTE = DeclaredField(key="note", name=Text("说明", "note"), patterns=("x",))
DECLARED = Declared({}, {"note": NOTE}, {"form": FORM})
EVERY: dict[str, str | int] = {
    f"{row}.{column}": 0 for row in ("new", "came", "left") for column in ("natural", "total")
}
STOCK = "new.total = prior.new.total + came.total - left.total"


def rule(equation: str = "came = prior.left", **keys: Any) -> ContinuityRule:
    keys = {"for_each": "columns", "severity": Severity.ERROR} | keys
    made = ContinuityRule(
        id="GJ901", slug="test", title=Text("", ""), message=Text("{equation}{remark}", "{equation}{remark}"),
        kind="continuity", form="form", equation=equation, **keys,
    )  # fmt: skip
    made.bind(DECLARED)
    return made


def once(equation: str = STOCK, **keys: Any) -> ContinuityRule:
    return rule(equation, for_each=None, **keys)


def judged(made: ContinuityRule, case: Subject) -> list[Outcome]:
    return list(made.evaluate(case))


def failed(made: ContinuityRule, case: Subject) -> Deviation:
    (found,) = judged(made, case)
    assert isinstance(found, Deviation)
    return found


def case(now: Cells, before: Cells | Reading | Text | None, around: Surroundings = ALONE) -> Subject:
    previous = before if isinstance(before, Reading | Text | None) else reading(before, year=2023)
    return subject(reading({**EVERY, **now}), previous=previous, declared=DECLARED, around=around)


def said(made: ContinuityRule, found: Deviation) -> Text:
    return made.message.fill(found.values)


def test_deviation() -> None:
    """All columns that differ are one deviation: at the last one, with the numbers of both years and their places."""
    found = failed(rule(), case({"came.natural": 3, "came.total": 4}, EVERY | {"left.natural": 5, "left.total": 6}))
    own = {key: n for n, key in enumerate(FORM.slots, 1)}
    assert said(rule(), found) == Text(
        "【came】·【natural】 3，应等于2023年报告的【left】·【natural】 5，相差 2；"
        "【came】·【total】 4，应等于2023年报告的【left】·【total】 6，相差 2",
        "came/natural 3, should be left/natural of 2023 5, difference 2; "
        "came/total 4, should be left/total of 2023 6, difference 2",
    )
    assert found.values["where"] == Text("【natural】、【total】", "natural, total")
    assert (found.values["count"], found.values["year"], found.severity) == (2, 2023, Severity.ERROR)
    assert found.expected == "【came】·【natural】 5\n【came】·【total】 6"
    assert found.actual == "【came】·【natural】 3\n【came】·【total】 4"
    row = own["form.came.total"]
    assert found.place == Place(row, 1, 1, table=1, row=row, cell=1)
    equation, excerpt = found.equation, found.excerpt
    assert equation is not None
    assert excerpt is not None
    assert [(op.key, op.value, op.place) for op in (*equation.left, *equation.right)] == [
        ("form.came.total", "4", found.place), ("", "6", NOWHERE),
    ]  # fmt: skip
    assert (equation.relation, equation.difference) == ("=", "-2")
    assert equation.text.zh.endswith("应等于2023年报告的【left】·【total】 6，相差 2")
    assert excerpt.columns == (Text("【natural】", "natural"), Text("【total】", "total"))
    assert excerpt.rows == (
        (Text("【came】", "came"), ("3", "4")),
        (Text("2023年报告：【left】", "report on 2023: left"), ("5", "6")),
    )
    assert excerpt.marked == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_one_column() -> None:
    """One column gives plain numbers."""
    found = failed(rule(), case({"came.total": 4}, EVERY | {"left.total": 6}))
    assert (found.expected, found.actual, found.values["where"]) == ("6", "4", Text("【total】", "total"))


def test_sum() -> None:
    """A relation over slots says every term and the sum; its operands have the places of the report itself."""
    made = once()
    found = failed(made, case({"new.total": 6, "came.total": 2, "left.total": 1}, {"new.total": 6}))
    assert said(made, found).zh == (
        "【new】·【total】 6，应等于2023年报告的【new】·【total】 6 + 【came】·【total】 2 - 【left】·【total】 1 = 7，相差 1"
    )
    assert (found.expected, found.actual, found.excerpt) == ("7", "6", None)
    assert found.equation is not None
    assert [(op.key, op.coefficient, op.value) for op in found.equation.right] == [
        ("", 1, "6"), ("form.came.total", 1, "2"), ("form.left.total", -1, "1"),
    ]  # fmt: skip
    assert found.values["where"] == Text("【new】·【total】", "new/total")


def test_constants_and_factors() -> None:
    """A constant and a factor are told as written."""
    made = once("2 * new.total - 1 = prior.new.total + 3")
    found = failed(made, case({"new.total": 4}, {"new.total": 1}))
    assert (
        said(made, found).zh == "2 × 【new】·【total】 4 - 1 = 7，应等于2023年报告的【new】·【total】 1 + 3 = 4，相差 3"
    )
    assert (found.expected, found.actual) == ("4", "7")


@pytest.mark.parametrize(
    ("sign", "before", "holds"), [("<=", 3, False), ("<=", 4, True), (">=", 4, True), (">=", 5, False)]
)
def test_bounds(sign: str, before: int, holds: bool) -> None:  # noqa: FBT001
    made = rule(f"came {sign} prior.left")
    outcome = judged(made, case({"came.total": 4}, EVERY | {"left.total": before, "left.natural": 0}))
    assert (outcome == [Passed()]) is holds
    if not holds:
        word = {"<=": "应不大于", ">=": "应不小于"}[sign]
        assert isinstance(outcome[0], Deviation)
        assert (
            f"【came】·【total】 4，{word}2023年报告的【left】·【total】 {before}，相差 1" in said(made, outcome[0]).zh
        )


def test_passes() -> None:
    assert judged(rule(), case({"came.total": 6}, EVERY | {"left.total": 6})) == [Passed()]


# --- what cannot be judged --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "before", "reason", "wanting"),
    [
        ({"came.total": ""}, {"left.total": 6}, "本年报告的表三中有的数字没有填写或无法读取", "【came】·【total】"),
        ({"came.total": 6}, {"left.total": "6?"}, "2023 年报告的表三中有的数字没有填写、无法读取或几份报告不一致", "【came】·【total】"),
        ({"came.natural": "无", "came.total": 1}, {"left.natural": 1, "left.total": 1}, "本年报告的表三中有的数字没有填写或无法读取", "【came】·【natural】"),
    ],
)  # fmt: skip
def test_open(now: Cells, before: Cells, reason: str, wanting: str) -> None:
    """A blank where the other year has a number, and a cell that cannot be read, leave it open: whose, is said."""
    (found,) = judged(rule(), case(now, {**EVERY, **before}))
    assert isinstance(found, Gap)
    assert found.reason.zh == reason
    assert [name.zh for name in found.wanting] == [wanting]


def test_blank_is_nothing_where_it_then_holds() -> None:
    assert judged(rule(), case({"came.total": ""}, EVERY | {"left.total": "—"})) == [Passed()]


def test_proven_and_open_are_both_told() -> None:
    """A column that differs is told, and so is one that cannot be judged."""
    found = judged(rule(), case({"came.natural": "?", "came.total": 4}, EVERY | {"left.total": 6}))
    assert [type(one) for one in found] == [Deviation, Gap]


def test_bound_of_a_sum() -> None:
    """Where the known numbers alone are too large, the difference is said to be at least that."""
    made = once("new.total + came.total = prior.new.total")
    found = failed(made, case({"new.total": 9, "came.total": "?"}, {"new.total": 6}))
    assert said(made, found).zh.endswith("，至少相差 3")
    assert said(made, found).en.endswith(", difference at least 3")
    assert found.equation is not None
    assert (found.equation.difference, found.actual, found.expected) == ("3", "", "6")


def test_missing_tables() -> None:
    """A report without the table is never a pass: it is said which of the two has none."""
    assert judged(rule(), case({}, {})) == [
        Gap("", Text("2023 年报告中没有找到表三", "table 3 was not found in the report on 2023"))
    ]
    without = subject(reading({}), previous=reading(EVERY, year=2023), declared=DECLARED)
    (found,) = judged(rule(), without)
    assert isinstance(found, Gap)
    assert found.reason == Text("报告中没有找到表三", "table 3 was not found in the report")


def test_form_of_that_year_is_another() -> None:
    """What the form of the year before does not have cannot be compared."""
    before = reading(EVERY, year=2023)
    older = structs.replace(before, facts={key: f for key, f in before.facts.items() if ".left." not in key})
    assert judged(rule(), case({}, older)) == [NotApplicable()]
    assert judged(rule(), case({}, None)) == [NotApplicable()]


@pytest.mark.parametrize("why", [Text("没有 2023 年的报告可以对照", "none"), None])
def test_no_usable_report(why: Text | None) -> None:
    """A report that is not there, or of another year, leaves it open; two years before, numbers prove nothing."""
    older = why or reading(EVERY | {"left.total": 9}, year=2022)
    (found,) = judged(rule(), case({}, older))
    assert isinstance(found, Gap)
    assert found.reason.zh == (why.zh if why else "给出的是 2022 年的报告，数字只能与 2023 年的报告对照")
    assert list(rule().reconciled(case({}, older))) == []


def test_rounding_is_open() -> None:
    """Money that differs by what rounding may explain is no deviation, and no blank either."""
    made = once("fees.amount = prior.fees.amount")
    (found,) = judged(made, case({"fees.amount": "0.36"}, {"fees.amount": "0.35"}))
    assert isinstance(found, Gap)
    assert found.reason.zh == "差额可能是四舍五入造成的"
    assert judged(made, case({"fees.amount": "0.35"}, {"fees.amount": "3500元"})) == [Passed()]


def test_columns_of_other_blocks() -> None:
    """A column that a row does not have is left out, and crashes nothing."""
    lines = list(rule().reconciled(case({}, EVERY)))
    assert [line.address for line in lines] == ["form/natural", "form/total"]


# --- what makes it less -----------------------------------------------------------------------


def noted(found: Subject, words: str) -> Subject:
    value = FieldValue("note", words, Place(9), words, "")
    return structs.replace(found, reading=structs.replace(found.reading, fields={"note": (value,)}))


def test_note() -> None:
    """A note in the report makes a deviation an information, and is quoted; without one the rule's severity stays."""
    made = once(note="note", severity=Severity.WARNING)
    plain = case({"new.total": 6}, {"new.total": 7})
    assert failed(made, plain).severity is Severity.WARNING
    found = failed(made, noted(plain, "清理后以本年度报告为准"))
    assert found.severity is Severity.INFO
    assert said(made, found).zh.endswith("相差 1；报告有说明：“清理后以本年度报告为准”")
    assert said(made, found).en.endswith("difference 1; the report explains: “清理后以本年度报告为准”")
    assert failed(once(), noted(plain, "清理")).severity is Severity.ERROR


@pytest.mark.parametrize(
    ("before", "renamed", "severity"),
    [
        ("青禾县", False, Severity.ERROR),
        ("青禾县人民政府", False, Severity.ERROR),
        ("四川省青禾县", False, Severity.ERROR),
        ("", False, Severity.ERROR),
        ("青禾县", True, Severity.WARNING),
        ("白水县", False, Severity.WARNING),
        ("青禾县人民政府办公室", False, Severity.WARNING),
    ],
)
def test_renamed(before: str, renamed: bool, severity: Severity) -> None:  # noqa: FBT001
    """A report of another name may be another unit's: that is a warning, and the name is told."""
    previous = reading(EVERY | {"left.total": 6}, year=2023, unit=before)
    around = Surroundings(renamed=True) if renamed else ALONE
    found = failed(rule(), case({"came.total": 4}, previous, around))
    assert found.severity is severity
    told = f"；上年报告的单位是“{before}”，请确认是同一单位"
    assert said(rule(), found).zh.endswith(told) is (severity is Severity.WARNING)


# --- the audit's list, and mistakes of a pack -------------------------------------------------


def test_reconciled() -> None:
    """Every column is listed, held, broken or open, each with what is known."""
    now: Cells = {"came.natural": "", "came.total": 4, "new.total": 1}
    lines = {line.address: line for line in rule().reconciled(case(now, EVERY | {"left.total": 6, "left.natural": 2}))}
    assert lines["form/total"] == Reconciliation(
        "GJ901", "form/total", Text("【came】·【total】", "came/total"),
        Text("【came】·【total】 4，应等于2023年报告的【left】·【total】 6，相差 2", "came/total 4, should be left/total of 2023 6, difference 2"),
        "4", "6", "-2", Status.FAIL,
    )  # fmt: skip
    open_ = lines["form/natural"]
    assert (open_.status, open_.difference, open_.right) == (Status.UNDETERMINED, "", "2")
    assert open_.text.zh == "【came】·【natural】 空白，应等于2023年报告的【left】·【natural】 2"
    assert open_.reason is not None
    held = list(rule().reconciled(case({"came.total": 6}, EVERY | {"left.total": 6})))
    assert [(line.left, line.right, line.difference, line.status) for line in held] == [
        ("0", "0", "0", Status.PASS),
        ("6", "6", "0", Status.PASS),
    ]


def test_reach() -> None:
    """It reaches the cells of the report itself, for `gouji explain --blind-spots`."""
    assert rule().reach(DECLARED) == {"form.came.natural", "form.came.total"}
    assert once().reach(DECLARED) == {"form.new.total", "form.came.total", "form.left.total"}


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ({"form": "other"}, "form"),
        ({"equation": "came = prior.unknown"}, "equation"),
        ({"equation": "came.total = prior.left.total"}, "equation"),
        ({"note": "unknown"}, "note"),
    ],
)
def test_mistakes_of_a_pack(keys: dict[str, str], key: str) -> None:
    """Unknown names are refused when the pack loads."""
    given: dict[str, Any] = {"form": "form", "equation": "came = prior.left"} | keys
    made = ContinuityRule(
        id="GJ901", slug="test", severity=Severity.ERROR, title=Text("", ""), message=Text("", ""),
        kind="continuity", for_each="columns", **given,
    )  # fmt: skip
    with pytest.raises(DeclarationError) as caught:
        made.bind(DECLARED)
    assert caught.value.key == key
