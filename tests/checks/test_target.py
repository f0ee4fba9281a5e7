"""What a name in a claim stands for, and what a stated number fits."""

from datetime import date
from decimal import Decimal

import pytest

from gouji.amount import read_amount
from gouji.checks.target import fits, is_ruled_out, members, resolved
from gouji.document import Place
from gouji.expression import parse_sum
from gouji.facts import Bound, Fact, Reading, Statement
from gouji.forms import Form, FormBlock, Line
from gouji.subject import Declared, Subject
from gouji.wording import Text
from tests.checks.test_equation import DECLARED, FORM

OLD = Form(
    key="old",
    name=Text("旧表", "old"),
    section="one",
    blocks=(FormBlock(columns=(Line(key="total", label="总计"),), rows=(Line(key="group", label="一组"),)),),
)
FORMS = {"sheet": FORM, "old": OLD}


def subject(**rows: str) -> Subject:
    """Make a report of a sheet given as row="cells"."""
    facts = {}
    for n, (row, written) in enumerate(rows.items(), 1):
        for column, raw in zip(("a", "b", "total"), written.split(","), strict=True):
            amount = read_amount(raw)
            key = f"sheet.{row.replace('__', '.')}.{column}"
            facts[key] = Fact(key, amount.value, raw, amount.state, Place(n, 1))
    declared = Declared({}, {}, FORMS)
    return Subject(Reading("r.md", "p", 2024, "", "", facts=facts), 2024, date(2026, 1, 1), "", declared)


def test_members() -> None:
    """A group is its rows, or its single row on a form that has no others; unknown names stand for nothing."""
    assert DECLARED.forms["sheet"] is FORM
    assert members("sheet.group.*.total", FORMS) == ("sheet.group.x.total", "sheet.group.y.total")
    assert members("old.group.*.total", FORMS) == ("old.group.total",)
    assert members("sheet.first.a", FORMS) == ("sheet.first.a",)
    assert [members(name, FORMS) for name in ("sheet.no.a", "no.first.a", "sheet.no.*.total", "sheet")] == [()] * 4


@pytest.mark.parametrize(
    ("text", "rows", "value", "sure"),
    [
        ("sheet.first.total + sheet.sum.total", {"first": "1,2,3", "sum": "4,5,9"}, 12, True),
        ("sheet.first.total - 2*sheet.first.a + 1", {"first": "1,2,3"}, 2, True),
        ("sheet.group.*.total", {"group__x": "1,2,3", "group__y": "1,1,2"}, 5, True),
        ("sheet.group.*.total", {"group": "1,2,3"}, 3, True),
        ("sheet.group.*.total", {"group__x": "1,2,3"}, None, True),
        ("sheet.first.total", {"first": "1,,"}, 1, True),
        ("sheet.first.total", {"first": ",,"}, 0, False),
        ("sheet.first.a", {"first": "/,1,1"}, 0, False),
        ("sheet.first.total", {"first": "1,x,1O"}, None, True),
        ("sheet.first.total", {}, None, True),
    ],
)
def test_resolved(text: str, rows: dict[str, str], value: int | None, sure: bool) -> None:  # noqa: FBT001
    """Sums are what the cells say; blanks are zero but not sure, unless their row tells the total."""
    target = resolved(parse_sum(text), subject(**rows))
    assert (target.value, target.sure) == (value, sure)


def test_by_rows() -> None:
    """A total that is wrong can be taken as what its row adds up to."""
    terms = parse_sum("sheet.first.total + sheet.first.a")
    assert resolved(terms, subject(first="1,2,9")).value == 10
    assert resolved(terms, subject(first="1,2,9"), by_rows=True).value == 4
    assert resolved(terms, subject(first="1,x,9"), by_rows=True).value == 10


def stated(value: int, bound: Bound = "", precision: int = 1) -> Statement:
    return Statement("t.c", "", "", value, Place(1), bound=bound, precision=precision)


@pytest.mark.parametrize(
    ("statement", "fitting", "other"),
    [
        (stated(12), [12, Decimal("12.0")], [11, 13]),
        (stated(12, ">="), [12, 13], [11]),
        (stated(12, "<="), [12, 0], [13]),
        (stated(12, "~"), [0, 99], []),
        (stated(12000, "", 1000), [12000, 11001, 12999], [11000, 13000]),
    ],
)
def test_fits(statement: Statement, fitting: list[int], other: list[int]) -> None:
    """A number is what is stated as precisely as it is stated."""
    assert all(fits(statement, value) for value in fitting)
    assert not any(fits(statement, value) for value in other)


def test_ruled_out() -> None:
    """Blanks can only make a sum of counts larger: less than it is ruled out, more is not."""
    plain = resolved(parse_sum("sheet.first.a"), subject(first="3,0,3"))
    assert (is_ruled_out(stated(3), plain), is_ruled_out(stated(2), plain)) == (False, True)
    blank = resolved(parse_sum("sheet.first.a + sheet.first.b"), subject(first="3,,3"))
    assert (is_ruled_out(stated(2), blank), is_ruled_out(stated(4), blank)) == (True, False)
    less = resolved(parse_sum("sheet.first.a - sheet.first.b"), subject(first="3,,3"))
    assert not is_ruled_out(stated(2), less)
    unread = resolved(parse_sum("sheet.first.a"), subject(first="x,0,3"))
    assert not is_ruled_out(stated(2), unread)
