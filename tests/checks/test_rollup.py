"""Roll-up: what is the sum and what is only a bound, who explains a difference, and when nothing is added up."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec import structs

from gouji.checks.rollup import RollupRule
from gouji.document import NOWHERE, Place
from gouji.errors import DeclarationError
from gouji.facts import FieldValue
from gouji.finding import Reconciliation, Severity, Status
from gouji.outline import DeclaredField
from gouji.subject import Below, Declared, Deviation, Gap, NotApplicable, Outcome, Passed, Subject, Surroundings
from gouji.wording import Text
from tests.checks.test_across import FORM, Cells, reading, subject

SCOPE = DeclaredField(key="scope", name=Text("口径", "scope"), patterns=("x",))
DECLARED = Declared({}, {"scope": SCOPE}, {"form": FORM})
KEYS = tuple(f"{row}.{column}" for row in ("new", "came", "left") for column in ("natural", "total"))
LINES = ("group.a", "group.b")
NAMES = ("甲镇", "乙镇", "丙镇", "丁镇", "戊镇")
Values = Mapping[str, int]


def rule(**keys: Any) -> RollupRule:
    keys = {"rows": ("new", "came", "left"), "severity": Severity.ERROR} | keys
    made = RollupRule(
        id="GJ901", slug="test", title=Text("", ""), kind="rollup", form="form",
        message=Text("{form}有 {count} 处{differs}：{cells}{explained}", "{form}: {count} cell(s) {differs}: {cells}{explained}"),
        **keys,
    )  # fmt: skip
    made.bind(DECLARED)
    return made


def unit(name: str, cells: Cells, **keys: Any) -> Below:
    return Below(name, reading({**dict.fromkeys(KEYS, 0), **cells}, unit=name), **keys)


def units(*cells: Cells) -> tuple[Below, ...]:
    return tuple(unit(name, one) for name, one in zip(NAMES, cells, strict=False))


ABSENT = Below("己镇", Text("没有报告", "no report"))


def case(own: Cells, below: Sequence[Below], *, complete: bool = True) -> Subject:
    around = Surroundings(below=tuple(below), complete=complete)
    return subject(reading({**dict.fromkeys(KEYS, 0), **own}), around=around, declared=DECLARED)


def judged(made: RollupRule, found: Subject) -> list[Outcome]:
    return list(made.evaluate(found))


def failed(made: RollupRule, found: Subject) -> Deviation:
    first, *_ = judged(made, found)
    assert isinstance(first, Deviation)
    return first


def said(made: RollupRule, found: Deviation) -> str:
    return made.message.fill(found.values).zh


def explained(made: RollupRule, found: Subject) -> str:
    text = failed(made, found).values["explained"]
    assert isinstance(text, Text)
    return text.zh.removeprefix("。")


# --- sums -------------------------------------------------------------------------------------


def test_sum() -> None:
    """Every cell is the sum, or all that are not are one deviation with its numbers, places and the worst of them."""
    below = units({"new.natural": 3, "new.total": 4}, {"new.natural": 2, "new.total": 5, "left.total": 1})
    assert judged(rule(), case({"new.natural": 5, "new.total": 9, "left.total": 1}, below)) == [Passed()]
    found = failed(rule(), case({"new.natural": 5, "new.total": 8, "left.total": 3}, below))
    assert rule().message.fill(found.values) == Text(
        "表三有 2 处与 2 个单位之和不符：【new】·【total】：本级 8，2 个单位合计 9，相差 1；"
        "【left】·【total】：本级 3，2 个单位合计 1，相差 2",
        "table 3: 2 cell(s) are not the sum of 2 units: new/total: own 8, 2 units 9, difference 1; "
        "left/total: own 3, 2 units 1, difference 2",
    )
    row = list(FORM.slots).index("form.left.total") + 1
    assert found.place == Place(row, 1, 1, table=1, row=row, cell=1)
    assert found.severity is None
    assert (found.expected, found.actual) == (
        "【new】·【total】 9\n【left】·【total】 1",
        "【new】·【total】 8\n【left】·【total】 3",
    )
    equation, excerpt = found.equation, found.excerpt
    assert equation is not None
    assert [(op.key, op.name.zh, op.value, op.place) for op in (*equation.left, *equation.right)] == [
        ("form.left.total", "本级", "3", found.place), ("", "2 个单位合计", "1", NOWHERE),
    ]  # fmt: skip
    assert (equation.relation, equation.difference) == ("=", "2")
    assert excerpt is not None
    assert [(title.zh, cells) for title, cells in excerpt.rows] == [
        ("本级 【new】", ("5", "8")), ("合计 【new】", ("5", "9")),
        ("本级 【left】", ("0", "3")), ("合计 【left】", ("0", "1")),
    ]  # fmt: skip
    assert (excerpt.marked, excerpt.left_out) == (frozenset({(0, 1), (2, 1)}), 0)


def test_one_cell_gives_plain_numbers() -> None:
    found = failed(rule(), case({"new.total": 8}, units({"new.total": 9})))
    assert (found.expected, found.actual) == ("9", "8")


def test_rows_and_columns() -> None:
    """Only the chosen cells are compared."""
    found = case({"new.total": 8, "came.total": 1}, units({"new.natural": 1}))
    assert [line.address for line in rule(rows=("new",), columns=("total",)).reconciled(found)] == ["form.new.total"]


def test_nothing_below() -> None:
    assert judged(rule(), case({"new.total": 1}, ())) == [NotApplicable()]
    assert list(rule().reconciled(case({"new.total": 1}, ()))) == []


# --- bounds -----------------------------------------------------------------------------------


@pytest.mark.parametrize("own", [9, 12])
@pytest.mark.parametrize("complete", [True, False])
def test_wanting_reports_leave_it_open(own: int, complete: bool) -> None:  # noqa: FBT001
    """With a report wanting, or the register silent, a number that is at least the known sum proves nothing."""
    below = units({"new.total": 4}, {"new.total": 5})
    found = judged(rule(), case({"new.total": own}, (*below, ABSENT) if complete else below, complete=complete))
    reason = Text(
        "缺少 1 个单位的数字（己镇：没有报告），只能核对下限",
        "the numbers of 1 unit(s) are wanting (己镇: no report): only a lower bound is known",
    )
    undeclared = Text("名册没有声明下级单位齐全（汇总：完整），只能核对下限", "the register does not declare that the units are all: only a lower bound is known")  # fmt: skip
    assert found == [Gap("", reason if complete else undeclared)]


@pytest.mark.parametrize("complete", [True, False])
def test_known_sum_above(complete: bool) -> None:  # noqa: FBT001
    """Only a known sum above the number is told, as less than an error, and as a bound."""
    below = units({"new.total": 4}, {"new.total": 5})
    found = judged(rule(), case({"new.total": 8}, (*below, ABSENT) if complete else below, complete=complete))
    assert [type(one) for one in found] == [Deviation, Gap]
    deviation = found[0]
    assert isinstance(deviation, Deviation)
    rest = "（另缺 1 个单位的数字）" if complete else ""
    assert said(rule(), deviation) == (
        f"表三有 1 处小于 2 个单位之和{rest}：【new】·【total】：本级 8，2 个单位合计 9，至少相差 1"
    )
    assert deviation.severity is Severity.WARNING
    info = failed(rule(incomplete=Severity.INFO), case({"new.total": 8}, below, complete=False))
    assert info.severity is Severity.INFO


def test_unit_without_the_table() -> None:
    """A report that does not have the table is as good as none."""
    lacking = Below("乙镇", reading({"fees.amount": 1}, unit="乙镇"))
    below = (*units({"new.total": 4}), lacking)
    (found,) = judged(rule(), case({"new.total": 9}, below))
    assert isinstance(found, Gap)
    assert found.reason.zh == "缺少 1 个单位的数字（乙镇：报告中没有找到表三），只能核对下限"
    assert failed(rule(), case({"new.total": 3}, below)).severity is Severity.WARNING


def test_many_wanting_are_counted() -> None:
    (found,) = judged(rule(), case({}, [structs.replace(ABSENT, unit=f"{n}镇") for n in range(7)]))
    assert isinstance(found, Gap)
    assert (
        found.reason.zh
        == "缺少 7 个单位的数字（0镇：没有报告、1镇：没有报告、2镇：没有报告、3镇：没有报告、4镇：没有报告等），只能核对下限"
    )


# --- cells that cannot be reckoned with -------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "theirs", "outcome"),
    [
        (4, "", Passed),
        (4, "—", Passed),
        (5, "", Gap),
        (4, "?", Gap),
        (9, "约5", Gap),
        (3, "", Deviation),
        (3, "?", Deviation),
    ],
)
def test_open_cells(own: int, theirs: str, outcome: type[Outcome]) -> None:
    """A blank is 0 where the sum then holds; whatever it is, a known sum above the number is wrong."""
    found = judged(rule(), case({"new.total": own}, units({"new.total": 4}, {"new.total": theirs})))
    assert type(found[0]) is outcome
    if isinstance(found[0], Gap):
        assert found[0].reason.zh == "1 个单位的表三中有的数字没有填写、无法读取、格式不同或几份报告不一致（乙镇）"
        assert [name.zh for name in found[0].wanting] == ["【new】·【total】"]
    if isinstance(found[0], Deviation):
        assert said(rule(), found[0]).endswith("本级 3，2 个单位合计至少 4，至少相差 1")


def test_own_cell_is_open() -> None:
    """A blank of the report itself is not its units' fault, and no 0 where they have numbers."""
    (found,) = judged(rule(), case({"new.total": "", "came.total": ""}, units({"new.total": 4})))
    assert isinstance(found, Gap)
    assert found.reason.zh == "本级报告的表三中有的数字没有填写或无法读取"
    assert [name.zh for name in found.wanting] == ["【new】·【total】"]


def test_own_table_is_missing() -> None:
    """A report without the table is never a pass."""
    found = subject(reading({}), around=Surroundings(below=units({}), complete=True), declared=DECLARED)
    assert judged(rule(), found) == [Gap("", Text("报告中没有找到表三", "table 3 was not found in the report"))]


def test_negative_numbers() -> None:
    """A number below 0 is wrong by itself; it is reckoned with as written."""
    assert judged(rule(), case({"new.total": 2}, units({"new.total": 4}, {"new.total": -2}))) == [Passed()]


# --- forms of different years -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "theirs", "outcomes"),
    [
        ({"group.a.total": 1, "group.b.total": 2}, {"group.total": 0}, [Deviation]),
        ({"group.a.total": 0, "group.b.total": 0}, {"group.total": 0}, [Passed]),
        ({"group.a.total": 0, "group.b.total": 0}, {"group.total": ""}, [Passed]),
        ({"group.a.total": 1, "group.b.total": 2}, {"group.total": 3}, [Gap]),
        ({"group.total": 3}, {"group.a.total": 1, "group.b.total": 2}, [Passed]),
        ({"group.total": 4}, {"group.a.total": 1, "group.b.total": 2}, [Deviation]),
        ({"group.total": 3}, {"group.total": 3}, [Passed]),
        ({"group.total": 3}, {"group.a.total": 1, "group.b.total": "?"}, [Gap]),
    ],
)
def test_groups(own: Cells, theirs: Cells, outcomes: list[type[Outcome]]) -> None:
    """A group is one row in the form of one year and several in that of another; both are the same number."""
    now = subject(
        reading(own), around=Surroundings(below=(Below("甲镇", reading(theirs)),), complete=True), declared=DECLARED
    )
    found = judged(rule(rows=("group", *LINES), columns=("total",)), now)
    assert [type(one) for one in found] == outcomes


# --- who explains it --------------------------------------------------------------------------

FIVE: tuple[Cells, ...] = (
    {"new.natural": 1, "new.total": 7}, {"new.total": 2, "came.total": 1}, {"new.total": 3}, {"left.total": 4}, {"came.total": 5},
)  # fmt: skip


def sums(cells: Sequence[Cells]) -> dict[str, int]:
    return {key: sum(int(one.get(key, 0)) for one in cells) for key in KEYS}


def test_left_out_and_counted_twice() -> None:
    """A difference that is exactly one unit's numbers is said to be, and nothing more than that it may be."""
    out = explained(rule(), case(sums((*FIVE[:1], *FIVE[2:])), units(*FIVE)))
    assert out == "差额正是乙镇的数字，可能没有计入"
    found = failed(rule(), case(sums((*FIVE[:1], *FIVE[2:])), units(*FIVE)))
    message = rule().message.fill(found.values).en
    assert message.endswith(", difference 1. The difference is exactly 乙镇, which may have been left out")
    twice = explained(rule(), case(sums((*FIVE, FIVE[3])), units(*FIVE)))
    assert twice == "差额正是丁镇的数字，可能计了两次"


def test_two_candidates_give_no_name() -> None:
    """Where two units have the same numbers nobody is named."""
    below = units(*FIVE[:3], FIVE[1])
    assert explained(rule(), case(sums((*FIVE[:1], FIVE[2], FIVE[1])), below)) == ""
    assert explained(rule(), case(sums((*FIVE[:3], FIVE[1], FIVE[1])), below)) == ""


def test_only_nearly_a_unit() -> None:
    """One more cell that differs, and the difference is not that unit's."""
    own = sums((*FIVE[:1], *FIVE[2:])) | {"left.natural": 1}
    assert explained(rule(), case(own, units(*FIVE))) == ""


def test_slip_of_a_unit() -> None:
    """A wrong number of a unit's own report that the government has put right explains the difference."""
    below = units(*FIVE[:2])
    slipped = (below[0], structs.replace(below[1], slips={"form.new.total": Decimal(9), "form.left.total": Decimal(0)}))
    own = sums(FIVE[:2])
    assert explained(rule(), case(own | {"new.total": own["new.total"] + 9}, slipped)) == (
        "差额正是乙镇报告中有误的数字造成的"
    )
    assert explained(rule(), case(own | {"new.total": own["new.total"] + 8}, slipped)) == ""


def test_no_name_beside_an_open_cell_at_fault() -> None:
    """Where a cell at fault is not known in full, its difference is nobody's."""
    below = units({"new.total": 4}, {"new.total": 3, "left.total": 1}, {"new.total": "?"})
    assert explained(rule(), case({"new.total": 4}, below)) == ""


def test_name_beside_an_open_cell() -> None:
    """A cell that is open elsewhere does not hide who explains the others."""
    below = units({"new.total": 4, "came.total": "?"}, {"new.total": 3, "left.total": 1})
    found = judged(rule(), case({"new.total": 4}, below))
    assert [type(one) for one in found] == [Deviation, Gap]
    assert explained(rule(), case({"new.total": 4}, below)) == "差额正是乙镇的数字，可能没有计入"


# --- reports that add nothing up --------------------------------------------------------------


def test_own_organ_only() -> None:
    """The numbers of one unit, its office perhaps, are no sum: that is a warning, and said."""
    found = failed(rule(), case(FIVE[0], units(*FIVE)))
    assert found.severity is Severity.WARNING
    assert explained(rule(), case(FIVE[0], units(*FIVE))) == (
        "本级的数字与甲镇的完全相同，看来只报了本机关的，没有汇总各单位"
    )


def test_far_below() -> None:
    """So are numbers that are far below the sums nearly everywhere, and none at all."""
    below = units(*(dict.fromkeys(KEYS, 4 + n) for n in range(4)))
    small = case(dict.fromkeys(KEYS, 5) | {"new.natural": 4}, below)
    words = "本级的数字远小于各单位之和，看来只报了本机关的，没有汇总各单位"
    assert (explained(rule(), small), failed(rule(), small).severity) == (words, Severity.WARNING)
    none = case({}, units(*FIVE[:3]))
    assert (explained(rule(), none), failed(rule(), none).severity) == (words, Severity.WARNING)


@pytest.mark.parametrize(
    ("own", "below"),
    [
        (FIVE[0], FIVE[:2]),
        ({**FIVE[0], "left.natural": 9}, FIVE),
        ({**FIVE[0], "came.total": 1}, FIVE),
        (dict.fromkeys(KEYS, 8), [dict.fromkeys(KEYS, n) for n in (4, 5, 6, 7)]),
        (FIVE[1], (*FIVE, FIVE[1])),
    ],
    ids=["of two units one may be left out", "more than the sum", "not quite a unit's", "a third", "two units'"],
)
def test_no_excuse(own: Cells, below: Sequence[Cells]) -> None:
    """Anything else is an error."""
    found = case(own, units(*below) if len(below) < 6 else (*units(*below[:5]), unit("庚镇", below[5])))
    assert failed(rule(), found).severity is None
    assert "本机关" not in explained(rule(), found)


def test_scope_that_the_report_states() -> None:
    """A report that says it is of its own organ only is not compared, and not passed."""
    found = case({"new.total": 1}, units(*FIVE))
    value = FieldValue("scope", "数据仅统计县政府办公室", Place(5), "", "")
    stated = structs.replace(found, reading=structs.replace(found.reading, fields={"scope": (value,)}))
    assert judged(rule(scope="scope"), stated) == [
        Gap("", Text(
            "报告写明只统计本机关（“数据仅统计县政府办公室”），没有与各单位之和核对",
            "the report says that it is of its own organ only (“数据仅统计县政府办公室”): not compared with the sum of the units",
        ))
    ]  # fmt: skip
    assert list(rule(scope="scope").reconciled(stated)) == []
    assert isinstance(judged(rule(), stated)[0], Deviation)


# --- at most the sum --------------------------------------------------------------------------


def at_most(**keys: Any) -> RollupRule:
    return rule(relation="<=", severity=Severity.WARNING, **keys)


def test_at_most() -> None:
    """One case of two units may be one of the government: from the largest unit's number up to the sum all is right."""
    below = units({"new.total": 4}, {"new.total": 7})
    outcomes = {own: judged(at_most(), case({"new.total": own}, below))[0] for own in range(5, 14)}
    assert [own for own, outcome in outcomes.items() if outcome == Passed()] == [7, 8, 9, 10, 11]


def test_more_than_the_sum() -> None:
    found = failed(at_most(), case({"new.total": 12}, units({"new.total": 4}, {"new.total": 7})))
    assert said(at_most(), found) == "表三有 1 处超过 2 个单位之和：【new】·【total】：本级 12，2 个单位合计 11，相差 1"
    assert (found.expected, found.actual) == ("11", "12")
    assert found.equation is not None
    assert (found.equation.relation, found.equation.difference) == ("<=", "1")


@pytest.mark.parametrize("complete", [True, False])
def test_less_than_one_unit(complete: bool) -> None:  # noqa: FBT001
    """A government has at least the cases of each unit, whoever else did not report."""
    found = failed(at_most(), case({"new.total": 6}, units({"new.total": 4}, {"new.total": 7}), complete=complete))
    assert said(at_most(), found) == (
        "表三有 1 处少于其中一个单位的数字：【new】·【total】：本级 6，少于乙镇一个单位的 7"
    )
    assert (found.expected, found.actual) == ("7", "6")
    assert found.equation is not None
    assert (found.equation.relation, found.equation.difference) == (">=", "-1")
    assert [op.name.zh for op in found.equation.right] == ["乙镇"]


def test_both_bounds() -> None:
    below = units({"new.total": 4, "came.total": 1}, {"new.total": 7})
    found = failed(at_most(), case({"new.total": 6, "came.total": 3}, below))
    assert said(at_most(), found).startswith("表三有 2 处与 2 个单位的数字不符：")


def test_at_most_with_wanting_reports() -> None:
    """At most the known sum is at most the whole; more than that proves nothing."""
    below = (*units({"new.total": 4}, {"new.total": 7}), ABSENT)
    assert judged(at_most(), case({"new.total": 11}, below)) == [Passed()]
    assert [type(one) for one in judged(at_most(), case({"new.total": 12}, below))] == [Gap]


# --- money ------------------------------------------------------------------------------------

FEES = ("fees",)


def money(own: str, *amounts: str) -> list[Outcome]:
    below = tuple(Below(f"{n}局", reading({"fees.amount": amount})) for n, amount in enumerate(amounts))
    around = Surroundings(below=below, complete=True)
    return judged(rule(rows=FEES), subject(reading({"fees.amount": own}), around=around, declared=DECLARED))


@pytest.mark.parametrize(
    ("own", "amounts", "outcome"),
    [
        ("0.6", ("0.1", "0.2", "0.3"), Passed),
        ("0.35", ("3500元",), Passed),
        ("20.31", ("10.15", "10.15"), Gap),
        ("20.33", ("10.15", "10.15"), Deviation),
        ("21", ("10", "10"), Deviation),
        ("3500", ("0.35", "0"), Deviation),
    ],
)
def test_money(own: str, amounts: tuple[str, ...], outcome: type[Outcome]) -> None:
    """Sums are exact; what the rounding of so many amounts explains is left open, the rest is told."""
    (found,) = money(own, *amounts)
    assert type(found) is outcome
    if isinstance(found, Gap):
        assert found.reason.zh == "差额可能是四舍五入造成的"


# --- the audit's list, and mistakes of a pack -------------------------------------------------


def test_reconciled() -> None:
    """Every cell is listed with what is known of it."""
    below = units({"new.total": 4, "came.total": "?"}, {"new.total": 5})
    lines = {
        line.address: line
        for line in rule().reconciled(case({"new.total": 9, "came.total": 1, "left.total": 1}, below))
    }
    assert len(lines) == len(KEYS)
    assert lines["form.new.total"] == Reconciliation(
        "GJ901", "form.new.total", Text("【new】·【total】", "new/total"),
        Text("【new】·【total】：本级 9，2 个单位合计 9", "new/total: own 9, 2 units 9"), "9", "9", "0", Status.PASS,
    )  # fmt: skip
    open_, broken = lines["form.came.total"], lines["form.left.total"]
    assert (open_.left, open_.right, open_.difference, open_.status) == ("1", "0", "", Status.UNDETERMINED)
    assert open_.text.zh == "【came】·【total】：本级 1，2 个单位合计至少 0"
    assert (broken.left, broken.right, broken.difference, broken.status) == ("1", "0", "1", Status.FAIL)
    wanting = {
        line.address: line for line in rule().reconciled(case({"new.total": 9}, (*units({"new.total": 9}), ABSENT)))
    }
    assert (wanting["form.new.total"].difference, wanting["form.new.total"].status) == ("", Status.UNDETERMINED)


@pytest.mark.parametrize(
    ("keys", "key"),
    [({"form": "no"}, "form"), ({"rows": ("no",)}, "rows"), ({"columns": ("no",)}, "columns"), ({"scope": "no"}, "scope")],
)  # fmt: skip
def test_mistakes_of_a_pack(keys: dict[str, Any], key: str) -> None:
    """Unknown names are refused when the pack loads."""
    made = RollupRule(
        id="GJ901", slug="test", severity=Severity.ERROR, title=Text("", ""), message=Text("", ""), kind="rollup",
        **{"form": "form", **keys},
    )  # fmt: skip
    with pytest.raises(DeclarationError) as caught:
        made.bind(DECLARED)
    assert caught.value.key == key


# --- whatever the numbers ---------------------------------------------------------------------

cells = st.fixed_dictionaries({key: st.integers(0, 5) for key in KEYS})
several = st.lists(cells, min_size=1, max_size=5)


def addresses(found: Subject) -> list[str]:
    return [line.address for line in rule().reconciled(found) if line.status is Status.FAIL]


@given(several, st.sampled_from(KEYS), st.integers(-5, 5).filter(bool))
def test_exact_sum_passes_and_one_change_fails_there(below: list[Values], key: str, change: int) -> None:
    """The exact sum passes; a number that differs in one cell fails in that cell and nowhere else."""
    own = sums(below)
    assert judged(rule(), case(own, units(*below))) == [Passed()]
    changed = case(own | {key: own[key] + change}, units(*below))
    assert addresses(changed) == [f"form.{key}"]
    assert failed(rule(), changed).values["count"] == 1


@given(st.lists(cells, min_size=2, max_size=5), st.data())
def test_left_out_unit_is_named(below: list[Values], data: st.DataObject) -> None:
    """A sum without one unit names exactly this unit, unless another one has the same numbers."""
    out = data.draw(st.integers(0, len(below) - 1))
    assume(any(below[out].values()))
    own = sums([one for n, one in enumerate(below) if n != out])
    found = case(own, units(*below))
    alike = [n for n, one in enumerate(below) if one == below[out]]
    words = explained(rule(), found)
    if len(alike) == 1:
        assert words == f"差额正是{NAMES[out]}的数字，可能没有计入"
        assert failed(rule(), found).severity is None
    else:
        assert not words.startswith("差额")


@given(several, st.sampled_from(KEYS), st.integers(-5, 5), st.booleans())
def test_never_an_error_with_a_unit_absent(
    below: list[Values],
    key: str,
    change: int,
    declared: bool,  # noqa: FBT001
) -> None:
    """With a unit absent nothing is an error, and a warning only where the known sum is above the number."""
    own = sums(below)
    own[key] += change
    around = (*units(*below), ABSENT) if declared else units(*below)
    found = judged(rule(), case(own, around, complete=declared))
    told = [one for one in found if isinstance(one, Deviation)]
    assert [one.severity for one in told] == [Severity.WARNING] * (change < 0)
    assert not any(isinstance(one, Passed) for one in found)


@given(several, st.sampled_from(KEYS), st.integers(-9, 9))
def test_at_most_is_a_range(below: list[Values], key: str, change: int) -> None:
    """What is at most the sum fails only above it and below the largest unit."""
    own = sums(below)
    largest = max(one[key] for one in below)
    number = own[key] + change
    found = judged(at_most(), case(own | {key: number}, units(*below)))
    assert (found == [Passed()]) is (largest <= number <= own[key])
