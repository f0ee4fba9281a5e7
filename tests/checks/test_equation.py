"""Equations over facts: what is wrong, what is open, and what the message says."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from gouji.amount import read_amount
from gouji.checks.equation import EquationRule
from gouji.document import Place
from gouji.errors import DeclarationError
from gouji.facts import Fact, Reading
from gouji.finding import Severity
from gouji.forms import Form, FormBlock, Line
from gouji.subject import Declared, Deviation, Gap, NotApplicable, Outcome, Passed, Subject
from gouji.wording import Text

FORM = Form(
    key="sheet",
    name=Text("表", "table"),
    section="one",
    blocks=(
        FormBlock(
            columns=(Line(key="a", label="甲"), Line(key="b", label="乙"), Line(key="total", label="总计")),
            rows=(
                Line(key="first", label="第一行"),
                Line(key="group", label="一组", optional=True),
                Line(key="group.x", label="组一"),
                Line(key="group.y", label="组二"),
                Line(key="sum", label="合计行"),
            ),
        ),
    ),
)
DECLARED = Declared({}, {}, {"sheet": FORM})


def rule(equation: str, **keys: Any) -> EquationRule:
    made = EquationRule(
        id="GJ901",
        slug="test",
        severity=Severity.ERROR,
        title=Text("", ""),
        message=Text("{where}：{equation}", "{where}: {equation}"),
        kind="equation",
        form="sheet",
        equation=equation,
        **keys,
    )
    made.bind(DECLARED)
    return made


def judge(made: EquationRule, **cells: str) -> list[Outcome]:
    """Judge a sheet given as row="cells"; rows that are not given are not in the report."""
    facts = {}
    for n, (row, written) in enumerate(cells.items(), 1):
        for column, raw in zip(("a", "b", "total"), written.split(","), strict=True):
            amount = read_amount(raw)
            key = f"sheet.{row.replace('__', '.')}.{column}"
            facts[key] = Fact(key, amount.value, raw, amount.state, Place(n, 1))
    subject = Subject(Reading("r.md", "p", 2024, "", "", facts=facts), 2024, date(2026, 1, 1), "", DECLARED)
    return list(made.evaluate(subject))


def judge_row(equation: str, cells: str, **keys: Any) -> Outcome:
    (outcome,) = judge(rule(equation, for_each="rows", rows=("first",), **keys), first=cells)
    return outcome


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ("1,2,3", Passed),
        ("1,2,4", Deviation),
        ("１，000,2,3", Deviation),
        # blanks count as zero as long as the sum then holds
        ("3,,3", Passed),
        ("3,/,3", Passed),
        ("3,无,3", Passed),
        (",,", Passed),
        ("3,,5", Gap),
        ("1,2,", Gap),
        # what cannot be read leaves the sum open
        ("3,若干,3", Gap),
        ("3,1O,13", Gap),
        ("3,约5,8", Gap),
        # unless the readable parts already exceed the total
        ("4,若干,3", Deviation),
        ("4,,3", Deviation),
        ("4,约5,3", Deviation),
    ],
)
def test_row_sum(cells: str, kind: type) -> None:
    """A sum holds, is broken, or is open - and open is never a pass."""
    cells = cells.replace("１，000", "1000")
    assert isinstance(judge_row("a + b = total", cells), kind)


def test_gap_names_the_operands() -> None:
    """An open sum says which numbers are missing."""
    outcome = judge_row("a + b = total", "1,若干,3")
    assert outcome == Gap(
        "first", Text("表中没有可用的数字", "table lacks usable numbers"), (Text("第一行·乙", "first/b"),)
    )


def test_blank_is_an_operand_only_where_named() -> None:
    """A rule may say that a blank is no zero."""
    assert isinstance(judge_row("a + b = total", "3,,3", zero=()), Gap)
    assert isinstance(judge_row("a + b = total", "3,/,3", zero=("blank",)), Gap)


@pytest.mark.parametrize(
    ("equation", "cells", "kind"),
    [
        ("2*a - b = total", "3,1,5", Passed),
        ("2*a - b = total", "3,2,5", Deviation),
        ("a <= b", "1,1,0", Passed),
        ("a <= b", "2,1,0", Deviation),
        ("a >= b", "1,2,0", Deviation),
        ("total >= a - b", "5,若干,3", Gap),
        ("total >= a - b", "2,若干,3", Passed),
        ("a <= 10", "11,0,0", Deviation),
        ("a = 0", "1,0,0", Deviation),
    ],
)
def test_coefficients_and_bounds(equation: str, cells: str, kind: type) -> None:
    """Coefficients, constants and inequalities are judged by the same arithmetic."""
    assert isinstance(judge_row(equation, cells), kind)


def test_tolerance() -> None:
    """A tolerance passes what lies within it, to the digit."""
    assert isinstance(judge_row("a + b = total", "0.1,0.2,0.305", tolerance="0.005"), Passed)
    assert isinstance(judge_row("a + b = total", "0.1,0.2,0.306", tolerance="0.005"), Deviation)


@pytest.mark.parametrize("tolerance", ["-1", "NaN", "Infinity", "1e9", "some"])
def test_bad_tolerance(tolerance: str) -> None:
    """A tolerance that is no plain number is a mistake of the pack."""
    with pytest.raises(DeclarationError, match="not negative"):
        rule("a = b", for_each="rows", tolerance=tolerance)


def test_message_and_places() -> None:
    """A deviation carries the equation with its numbers, the difference, and its operands' places."""
    outcome = judge_row("a + b = total", "1,2,7")
    assert isinstance(outcome, Deviation)
    assert outcome.address == "sheet/first"
    assert outcome.equation
    assert outcome.equation.text == Text("甲 1 + 乙 2 = 3，总计 7，相差 4", "a 1 + b 2 = 3, total 7, difference 4")
    assert (outcome.expected, outcome.actual, outcome.equation.difference) == ("3", "7", "-4")
    assert [(o.key, o.coefficient, o.value, o.place) for o in outcome.equation.right] == [
        ("sheet.first.total", 1, "7", Place(1, 1))
    ]
    assert outcome.excerpt
    assert outcome.excerpt.rows == ((Text("第一行", "first"), ("1", "2", "7")),)
    assert outcome.excerpt.marked == frozenset({(0, 0), (0, 1), (0, 2)})


def test_constant_is_what_should_be() -> None:
    """A constant on the right is said as the value expected."""
    outcome = judge_row("a + b = 0", "0,6,0")
    assert isinstance(outcome, Deviation)
    assert outcome.equation
    assert outcome.equation.text.zh == "甲 0 + 乙 6 = 6，应为 0，相差 6"


def test_group_sum_for_each_column() -> None:
    """``group.*`` adds the rows of a group; each column is judged by itself."""
    made = rule("first + group.* = sum", for_each="columns")
    outcomes = judge(made, first="1,1,2", group__x="2,0,2", group__y="3,0,3", sum="6,2,7")
    assert [type(outcome) for outcome in outcomes] == [Passed, Deviation, Passed]
    broken = outcomes[1]
    assert isinstance(broken, Deviation)
    assert broken.address == "sheet/b"
    assert broken.equation
    assert broken.equation.text.zh == "第一行 1 + 一组 0 = 1，合计行 2，相差 1"


def test_group_printed_in_one_row() -> None:
    """Where a report prints a group in one row, that row stands for its members."""
    made = rule("first + group.* = sum", for_each="columns")
    outcomes = judge(made, first="1,1,2", group="5,0,5", sum="6,1,8")
    assert [type(outcome) for outcome in outcomes] == [Passed, Passed, Deviation]


def test_optional_row_that_is_not_there() -> None:
    """A rule about a subtotal does not concern a report that prints none."""
    made = rule("group = group.*", for_each="columns")
    assert [type(o) for o in judge(made, group__x="1,1,2", group__y="1,1,2")] == [NotApplicable] * 3
    outcomes = judge(made, group="2,2,5", group__x="1,1,2", group__y="1,1,2")
    assert [type(outcome) for outcome in outcomes] == [Passed, Passed, Deviation]


def test_money_keeps_its_digits() -> None:
    """Decimals are exact."""
    outcome = judge_row("a + b = total", "0.1,0.2,0.3")
    assert isinstance(outcome, Passed)
    wrong = judge_row("a + b = total", "96171.6,59237.2449,155408.84")
    assert isinstance(wrong, Deviation)
    assert Decimal(wrong.expected) - Decimal(wrong.actual) == Decimal("0.0049")
