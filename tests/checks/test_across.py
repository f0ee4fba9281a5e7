"""Numbers of several reports: what their sums prove, whatever is blank or cannot be read."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gouji.amount import State, read_amount
from gouji.checks.across import (
    HALF,
    Weighed,
    plain,
    shown,
    sides,
    status_of,
    told,
    told_gap,
    value_of,
    weighed,
    year_before,
)
from gouji.document import NOWHERE, Place
from gouji.expression import RelationSign
from gouji.facts import Fact, Reading
from gouji.finding import Reconciliation, Status
from gouji.forms import Form, FormBlock, Line
from gouji.subject import ALONE, Declared, Subject, Surroundings
from gouji.wording import Text

Cells = Mapping[str, str | int]


def line(key: str, *, optional: bool = False, signed: bool = False) -> Line:
    return Line(key=key, label=key, name=Text(f"【{key}】", key), optional=optional, signed=signed)


FORM = Form(
    key="form",
    name=Text("表三", "table 3"),
    section="one",
    blocks=(
        FormBlock(
            columns=(line("natural"), line("total")),
            rows=(line("new"), line("came"), line("group", optional=True), line("group.a"), line("group.b"), line("left")),
        ),
        FormBlock(columns=(line("amount"),), rows=(line("fees"),), scale="money", unit="万元"),
        FormBlock(columns=(line("change", signed=True),), rows=(line("stock"),)),
    ),
)  # fmt: skip
DECLARED = Declared({}, {}, {"form": FORM})
NEW, FEES, CHANGE = (FORM.slots[f"form.{key}"] for key in ("new.total", "fees.amount", "stock.change"))
PASS, FAIL, OPEN = Status.PASS, Status.FAIL, Status.UNDETERMINED


def facts_of(cells: Cells) -> dict[str, Fact]:
    """Facts as a table gives them: each key in a cell of its own, those of no cell missing."""
    found = {}
    group = any(key.startswith("group.") and key.count(".") == 1 for key in cells)
    for n, (key, slot) in enumerate(FORM.slots.items(), 1):
        short = key.removeprefix("form.")
        if short in cells:
            amount = read_amount(str(cells[short]))
            place = Place(n, 1, 1, table=1, row=n, cell=1)
            found[key] = Fact(key, amount.value, str(cells[short]), amount.state, place, amount.unit)
        elif not slot.optional and not (group and short.startswith("group.") and short.count(".") == 2):
            found[key] = Fact(key, None, "", State.MISSING, NOWHERE)
    return found


def reading(cells: Cells, *, year: int = 2024, unit: str = "青禾县") -> Reading:
    return Reading(f"{unit}{year}.md", "p", year, unit, "county", facts=facts_of(cells))


def subject(
    now: Reading, *, previous: Reading | Text | None = None, around: Surroundings = ALONE, declared: Declared = DECLARED
) -> Subject:
    return Subject(now, 2024, date(2026, 1, 31), "", declared, None, previous, around)


def fact(written: str) -> Fact:
    amount = read_amount(written)
    return Fact("form.new.total", amount.value, written, amount.state, Place(1), amount.unit)


# --- what a difference proves -----------------------------------------------------------------

LARGEST = 8  # of the values that are tried; more than every sum below can need


def holds(difference: int, sign: RelationSign) -> bool:
    return {"=": difference == 0, "<=": difference <= 0, ">=": difference >= 0}[sign]


def outcomes(known: int, coefficients: Sequence[int], sign: RelationSign) -> set[bool]:
    """Try every value of the open numbers."""
    return {
        holds(known + sum(c * v for c, v in zip(coefficients, values, strict=True)), sign)
        for values in product(range(LARGEST + 1), repeat=len(coefficients))
    }


coefficients = st.lists(st.sampled_from((-2, -1, 1, 2)), max_size=2).map(tuple)
ones = st.lists(st.sampled_from((-1, 1)), max_size=2).map(tuple)
signs = st.sampled_from(("=", "<=", ">="))


@given(st.integers(-6, 6), coefficients, coefficients, signs)
def test_verdicts_are_proven(known: int, blank: tuple[int, ...], unknown: tuple[int, ...], sign: RelationSign) -> None:
    """What fails cannot hold for any numbers; what passes holds for all of them once blanks are 0."""
    status = status_of(Weighed(known, blank, unknown), sign)
    possible = outcomes(known, (*blank, *unknown), sign)
    if status is FAIL:
        assert possible == {False}
    elif status is PASS:
        assert outcomes(known, unknown, sign) == {True}
    else:
        assert blank or unknown


@given(st.integers(-6, 6), ones, ones, signs)
def test_nothing_proven_is_left_open(
    known: int, blank: tuple[int, ...], unknown: tuple[int, ...], sign: RelationSign
) -> None:
    """Of plain sums every broken one is told, and every one that holds whatever is unknown passes."""
    status = status_of(Weighed(known, blank, unknown), sign)
    if outcomes(known, (*blank, *unknown), sign) == {False}:
        assert status is FAIL
    if outcomes(known, unknown, sign) == {True}:
        assert status is PASS


@given(st.integers(-30, 30), st.integers(1, 6), signs)
def test_rounding(thousandths: int, numbers: int, sign: RelationSign) -> None:
    """A difference that rounding may explain is not told as one; what is well beyond it is."""
    known, rounding = Decimal(thousandths) / 1000, numbers * HALF
    status = status_of(Weighed(known, rounding=rounding), sign)
    reachable = (known - rounding, known + rounding)
    if status is FAIL:
        assert (sign != "<=" and reachable[1] < 0) or (sign != ">=" and reachable[0] > 0)
    if status is PASS:
        assert sign == ">=" or known <= HALF
        assert sign == "<=" or known >= -HALF
    if status is OPEN:
        assert HALF < abs(known) <= rounding


@pytest.mark.parametrize(
    ("difference", "sign", "status"),
    [
        (Weighed(0), "=", PASS),
        (Weighed(1), "=", FAIL),
        (Weighed(0, blank=(-1,)), "=", PASS),
        (Weighed(1, blank=(-1,)), "=", OPEN),
        (Weighed(1, blank=(1,)), "=", FAIL),
        (Weighed(0, unknown=(-1,)), "=", OPEN),
        (Weighed(-1, unknown=(-1,)), "=", FAIL),
        (Weighed(-1, unknown=(-1, 1)), "=", OPEN),
        (Weighed(-1, unknown=(-1,)), "<=", PASS),
        (Weighed(1, unknown=(-1,)), "<=", OPEN),
        (Weighed(1, unknown=(1,)), "<=", FAIL),
        (Weighed(Decimal("0.01"), rounding=HALF), "=", FAIL),
        (Weighed(Decimal("0.01"), rounding=2 * HALF), "=", OPEN),
        (Weighed(Decimal("0.005"), rounding=2 * HALF), "=", PASS),
        (Weighed(Decimal("0.01")), "=", FAIL),
    ],
)
def test_status(difference: Weighed, sign: RelationSign, status: Status) -> None:
    assert status_of(difference, sign) is status


# --- numbers ----------------------------------------------------------------------------------


def test_weighed() -> None:
    """Numbers are added; blanks, unreadable and missing cells are kept apart by their coefficient."""
    cells = ["3", "", "—", "无", "约5", "3?", None]
    parts = [(n, NEW, None if cell is None else fact(cell)) for n, cell in enumerate(cells, 1)]
    assert weighed(parts, 10) == Weighed(13, (2, 3, 4), (5, 6, 7), Decimal(0))


def test_money_is_exact() -> None:
    """Yuan are counted as 万元; only a number that is written with decimals may have been rounded."""
    amounts = ["0.1", "0.2", "2000元", "0.0003亿元", "5"]
    total = weighed((1, FEES, fact(amount)) for amount in amounts)
    assert (total.known, total.rounding) == (Decimal("8.5"), 4 * HALF)
    assert weighed([(1, FEES, fact("5")), (-1, FEES, fact("50000元"))]) == Weighed(Decimal(0), rounding=HALF)
    assert weighed([(1, NEW, fact("1.5"))]).rounding == 0


@pytest.mark.parametrize(
    ("written", "slot", "value", "said"),
    [
        ("12", NEW, 12, ("12", "12")),
        ("12件", NEW, 12, ("12", "12")),
        ("-3", NEW, -3, ("-3", "-3")),
        ("3500元", FEES, Decimal("0.35"), ("0.35", "0.35")),
        ("50000000元", FEES, 5000, ("5000", "5000")),
        ("0.0000001", FEES, Decimal("0.0000001"), ("0.0000001", "0.0000001")),
        ("", NEW, None, ("空白", "blank")),
        ("/", NEW, None, ("“/”", "“/”")),
        ("约5", NEW, None, ("“约5”", "“约5”")),
        ("5?", NEW, None, ("“5?”", "“5?”")),
    ],
)
def test_value_of(written: str, slot: object, value: object, said: tuple[str, str]) -> None:
    """Units of money are converted, approximations are no numbers, and a blank is called one."""
    assert value_of(fact(written), slot) == value  # type: ignore[arg-type]
    found = shown(fact(written), slot)  # type: ignore[arg-type]
    assert (found.zh, found.en) == said


def test_shown_of_nothing() -> None:
    """A cell that is not there is unknown, not blank."""
    assert shown(None, NEW) == shown(Fact("k", None, "", State.MISSING, NOWHERE), NEW) == Text("未知", "unknown")


def test_open_number_that_may_go_down() -> None:
    """A blank in a column of changes proves nothing in either direction."""
    blank = Fact("form.stock.change", None, "", State.BLANK, Place(1))
    assert weighed([(1, CHANGE, blank)]) == Weighed(0, (1, -1), (), Decimal(0))
    assert status_of(weighed([(1, CHANGE, blank)], 4), "=") is OPEN


def test_plain() -> None:
    assert [plain(n) for n in (0, 12, Decimal("0.50"), Decimal("1E+3"), Decimal("1E-7"), Decimal("-0.5"))] == [
        "0", "12", "0.50", "1000", "0.0000001", "-0.5",
    ]  # fmt: skip


# --- words ------------------------------------------------------------------------------------


def lines(count: int) -> list[Reconciliation]:
    return [
        Reconciliation("GJ901", f"a{n}", Text(f"格{n}", f"cell {n}"), Text(f"甲{n}", f"a{n}"), f"{n}", f"{n + 1}", "-1", FAIL)
        for n in range(count)
    ]  # fmt: skip


def test_told() -> None:
    """Four comparisons are spelt out; the rest is counted, in both languages the same."""
    assert told(lines(4)) == Text("甲0；甲1；甲2；甲3", "a0; a1; a2; a3")
    assert told(lines(6)) == Text("甲0；甲1；甲2；甲3；等 6 处", "a0; a1; a2; a3; and 2 more")


def test_sides() -> None:
    """One comparison gives its numbers; of several every one is there, so that no change goes unnoticed."""
    assert sides(lines(1)) == ("1", "0")
    assert sides(lines(3)) == ("格0 1\n格1 2\n格2 3", "格0 0\n格1 1\n格2 2")


@pytest.mark.parametrize(
    ("difference", "status", "gap"),
    [
        (Weighed(-3), FAIL, "-3"),
        (Weighed(-3, unknown=(-1,)), FAIL, "-3"),
        (Weighed(0, blank=(1,)), PASS, "0"),
        (Weighed(-3, unknown=(-1,)), PASS, ""),
        (Weighed(3, blank=(-1,)), OPEN, ""),
        (Weighed(Decimal("0.01"), rounding=HALF * 2), OPEN, "0.01"),
    ],
)
def test_told_gap(difference: Weighed, status: Status, gap: str) -> None:
    """A difference is told where it is known, or proves the relation broken."""
    assert told_gap(difference, status) == gap


def test_year_before() -> None:
    """Only the report of the very year before can be compared number by number."""
    now, before, older = reading({}), reading({}, year=2023), reading({}, year=2022)
    assert year_before(subject(now, previous=before)) is before
    assert year_before(subject(now)) is None
    why = Text("没有读成", "not read")
    assert year_before(subject(now, previous=why)) is why
    assert year_before(subject(now, previous=older)) == Text(
        "给出的是 2022 年的报告，数字只能与 2023 年的报告对照",
        "the report given is on 2022, and numbers can be compared with that on 2023 only",
    )
