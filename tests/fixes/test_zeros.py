"""Proofs that a blank is 0: never a wrong one, whatever is blank; and what they rest on."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gouji.amount import State
from gouji.checks.equation import EquationRule
from gouji.document import NOWHERE
from gouji.facts import Fact
from gouji.finding import Severity
from gouji.fixes.zeros import proven_zeros
from gouji.forms import Form, FormBlock, Line
from gouji.pack import Pack
from gouji.wording import Text

Values = dict[str, int]
LEAVES = (
    "granted", "partial", "denied.secret", "denied.internal", "unavailable.not_held", "declined.repeated", "closed.other",
)  # fmt: skip
COLUMNS = ("natural", "company", "research", "ngo", "legal", "other")


def facts_of(values: Values, blank: set[str], state: State = State.BLANK) -> dict[str, Fact]:
    return {
        key: Fact(key, None, "", state, NOWHERE)
        if key in blank
        else Fact(key, value, str(value), State.NUMBER, NOWHERE)
        for key, value in values.items()
    }


@pytest.fixture(scope="module")
def table(pack: Pack) -> Callable[[dict[tuple[str, str], int]], Values]:
    """Make 表三 of a report that is right from what was done with requests and what was carried over."""
    form = pack.declared.forms["applications"]

    def make(cells: dict[tuple[str, str], int]) -> Values:
        rows = [row for row in form.rows if row not in ("denied", "unavailable", "declined", "closed")]
        values = {f"applications.{row}.{column}": cells.get((row, column), 0) for row in rows for column in COLUMNS}

        def at(row: str, column: str) -> int:
            return values[f"applications.{row}.{column}"]

        results = [row for row in rows if row not in ("new", "carried_in", "processed", "carried_out")]
        for column in COLUMNS:
            values[f"applications.processed.{column}"] = sum(at(row, column) for row in results)
            values[f"applications.new.{column}"] = at("processed", column) + at("carried_out", column)
            values[f"applications.carried_in.{column}"] = 0
        for row in rows:
            values[f"applications.{row}.total"] = sum(at(row, column) for column in COLUMNS)
        return values

    return make


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(st.tuples(st.sampled_from((*LEAVES, "carried_out")), st.sampled_from(COLUMNS)), st.integers(0, 3)),
    st.data(),
)
def test_what_is_proven_is_true(
    table: Callable[..., Values], pack: Pack, cells: dict[tuple[str, str], int], data: st.DataObject
) -> None:
    """In a table that is right, only cells that are 0 are proven to be 0, whichever are blank."""
    values = table(cells)
    blank = data.draw(st.sets(st.sampled_from(sorted(values)), max_size=60))
    proven = proven_zeros(pack.declared.forms["applications"], facts_of(values, blank), pack.active)
    assert proven <= blank
    assert {values[key] for key in proven} <= {0}


def test_zeros_left_blank_throughout_are_all_proven(table: Callable[..., Values], pack: Pack) -> None:
    """A report that writes no zero at all is filled up where totals are written: one proof leads to the next."""
    values = table({("granted", "natural"): 2, ("denied.secret", "company"): 1})
    blank = {key for key, value in values.items() if not value}
    proven = proven_zeros(pack.declared.forms["applications"], facts_of(values, blank), pack.active)
    # nothing is written of what was carried over, in or out
    assert blank - proven == {key for key in blank if ".carried_" in key and key not in proven}
    assert "applications.declined.repeated.total" in proven
    assert "applications.processed.research" in proven


OUTCOMES = ("upheld", "corrected", "other", "pending", "total")


@pytest.mark.parametrize(
    ("written", "proven"),
    [
        ((1, None, None, 0, 1), {"corrected", "other"}),
        ((0, None, None, None, 0), {"corrected", "other", "pending"}),
        ((None, None, None, None, 0), {"upheld", "corrected", "other", "pending"}),
        ((0, 0, 0, 0, None), {"total"}),
        ((1, None, 0, 0, None), set()),
        ((1, None, 0, 0, 2), set()),
        ((2, None, 0, 0, 1), set()),
        ((None, None, None, None, None), set()),
    ],
)
def test_one_row(pack: Pack, written: tuple[int | None, ...], proven: set[str]) -> None:
    """What a row proves by itself: written sides agree, and the blanks stand on one of them."""
    keys = [f"disputes.review.{name}" for name in OUTCOMES]
    values = {key: value or 0 for key, value in zip(keys, written, strict=True)}
    blank = {key for key, value in zip(keys, written, strict=True) if value is None}
    for state in (State.BLANK, State.DASH):
        found = proven_zeros(pack.declared.forms["disputes"], facts_of(values, blank, state), pack.active)
        assert found == {f"disputes.review.{name}" for name in proven}
    for state in (State.NONE, State.UNREADABLE, State.MISSING):
        assert not proven_zeros(pack.declared.forms["disputes"], facts_of(values, blank, state), pack.active)


def test_contradiction_proves_nothing(table: Callable[..., Values], pack: Pack) -> None:
    """The row says 0, the column says 2: the cell stays blank, and so does what would follow from it."""
    values = table({("granted", "natural"): 2, ("partial", "company"): 1})
    values |= {"applications.granted.total": 0}
    blank = {"applications.granted.natural", "applications.granted.company"}
    proven = proven_zeros(pack.declared.forms["applications"], facts_of(values, blank), pack.active)
    assert proven == {"applications.granted.company"}  # by its own column


@pytest.mark.parametrize("signed", [False, True])
def test_what_may_go_down_proves_nothing(signed: bool) -> None:  # noqa: FBT001
    """-2 and 2 make 0: in a column whose numbers may go down, blanks are open."""
    word = Text("表", "table")
    columns = tuple(Line(key=key, label=key, signed=signed) for key in ("a", "b", "total"))
    block = FormBlock(columns=columns, rows=(Line(key="row", label="row"),))
    form = Form(key="sheet", name=word, section="one", blocks=(block,))
    rule = EquationRule(
        kind="equation", id="GJ901", slug="sum", severity=Severity.ERROR, title=word, message=word,
        form="sheet", for_each="rows", equation="a + b = total",
    )  # fmt: skip
    facts = facts_of({"sheet.row.a": 0, "sheet.row.b": 0, "sheet.row.total": 0}, {"sheet.row.a", "sheet.row.b"})
    assert proven_zeros(form, facts, [rule]) == (set() if signed else {"sheet.row.a", "sheet.row.b"})


def test_a_norm_is_no_evidence(pack: Pack) -> None:
    """That a township must have no 规章 does not prove that it reported none."""
    keys = [f"disclosure.regulations.{name}" for name in ("issued", "repealed", "in_force")]
    values = dict.fromkeys(keys, 0)
    assert not proven_zeros(pack.declared.forms["disclosure"], facts_of(values, {keys[1]}), pack.active)
