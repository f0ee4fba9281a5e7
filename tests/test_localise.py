"""The wrong cell: named when it is the only one, never without the others that explain as much."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gouji import localise, smallest
from gouji.amount import State
from gouji.checks.equation import EquationRule
from gouji.document import Place
from gouji.facts import Fact
from gouji.forms import Form
from gouji.guard import Limits, guarded
from gouji.localise import Answer, Cause, Search, causes
from gouji.moves import Move
from gouji.pack import Pack
from gouji.pack_store import load_pack, shipped_packs
from gouji.slips import slip
from gouji.ties import Change, Claim, Tie, parts_of

PACK: Pack = load_pack(shipped_packs()[-1])
FORM: Form = PACK.declared.forms["applications"]
DISPUTES: Form = PACK.declared.forms["disputes"]
KINDS = ("natural", "company", "research", "ngo", "legal", "other")
AROUND = ("new", "carried_in", "processed", "carried_out")
RESULTS = tuple(dict.fromkeys(s.row_key for s in FORM.slots.values() if not s.optional and s.row_key not in AROUND))
CELLS = tuple(key for key, slot in FORM.slots.items() if not slot.optional)
Values = dict[str, int]


def key(row: str, column: str) -> str:
    return f"applications.{row}.{column}"


def ties(values: Mapping[str, int], form: Form = FORM, blank: Iterable[str] = ()) -> list[Tie]:
    """Return the ties of a form of the national pack in a report with these numbers."""
    empty = frozenset(blank)
    facts = {
        k: Fact(k, None, "", State.BLANK, Place(1, 1)) if k in empty else Fact(k, v, str(v), State.NUMBER, Place(1, 1))
        for k, v in values.items()
    }
    rules = (rule for rule in PACK.rules if isinstance(rule, EquationRule) and rule.form == form.key)
    return [tie for rule in rules for tie in rule.ties(form, facts)]


@st.composite
def tables(draw: st.DrawFn) -> Values:
    """Draw a balanced table of requests: many zeros, as real ones have, or none."""
    largest = draw(st.sampled_from([2, 30, 3000]))
    number = st.integers(0, largest)
    cell = draw(st.sampled_from([number, st.one_of(st.just(0), number), st.one_of(*[st.just(0)] * 9, number)]))
    table: Values = {}
    for column in KINDS:
        table |= {key(row, column): draw(cell) for row in RESULTS}
        table[key("processed", column)] = sum(table[key(row, column)] for row in RESULTS)
        table[key("carried_out", column)] = draw(cell)
        held = table[key("processed", column)] + table[key("carried_out", column)]
        table[key("carried_in", column)] = min(draw(cell), held)
        table[key("new", column)] = held - table[key("carried_in", column)]
    return table | {key(row, "total"): sum(table[key(row, c)] for c in KINDS) for row in (*RESULTS, *AROUND)}


@st.composite
def wrong(draw: st.DrawFn, count: int) -> tuple[Values, Values]:
    """Draw a table and the same with so many wrong cells."""
    right = draw(tables())
    changed = dict(right)
    for cell in draw(st.lists(st.sampled_from(CELLS), min_size=count, max_size=count, unique=True)):
        changed[cell] = draw(st.integers(0, 2 * right[cell] + 20).filter(right[cell].__ne__))
    return right, changed


def changes(right: Mapping[str, int], written: Mapping[str, int]) -> set[Change]:
    return {Change(k, written[k], right[k]) for k in written if written[k] != right[k]}


def after(values: Values, answers: Iterable[Answer]) -> Values:
    """Return the numbers with one answer of each cause carried out."""
    result: dict[str, Any] = dict(values)
    for answer in answers:
        result |= {change.key: change.new for change in answer.changes}
    return result


def balanced(values: Values) -> bool:
    return not any(part.broken for part in parts_of(ties(values), values))


@given(wrong(1))
@settings(max_examples=150, deadline=None)
def test_one_wrong_cell_is_named(case: tuple[Values, Values]) -> None:
    """A single wrong cell of table 3 is always named, alone, with its right value and all that it breaks."""
    right, written = case
    (cause,) = causes(FORM, ties(written), written)
    assert [set(answer.changes) for answer in cause.answers] == [changes(right, written)]
    (part,) = parts_of(ties(written), written)
    assert set(cause.ties) == {row.tie for row in part.picked(part.broken)}


@given(wrong(2) | wrong(3))
@settings(max_examples=120, deadline=None)
def test_several_wrong_cells(case: tuple[Values, Values]) -> None:
    """What is named makes all equations hold, with no more cells than are wrong, and nothing smaller would do."""
    right, written = case
    found = causes(FORM, ties(written), written)
    true = changes(right, written)
    if not found:  # too many answers to be of help
        return
    size = sum(len(cause.answers[0].changes) for cause in found if not cause.answers[0].move)
    assert size <= len(true)
    for cause in found:
        for answer in cause.answers:
            others = [other.answers[0] for other in found if other is not cause]
            assert balanced(after(written, [answer, *others]))
    if size == len(true) and not any(cause.answers[0].move for cause in found):
        named = {change for cause in found for answer in cause.answers for change in answer.changes}
        assert true <= named


@given(wrong(2))
@settings(max_examples=25, deadline=None)
def test_the_solver_finds_nothing_smaller(case: tuple[Values, Values]) -> None:
    """HiGHS, asked without any hint, agrees on the size of the smallest set and on its being the only one."""
    pytest.importorskip("highspy")
    _, written = case
    (part,) = parts_of(ties(written), written)
    found: list[tuple[Change, ...]] = []
    search = Search(part)
    for size in (1, 2):
        found = found or search.of_size(size)
    asked = smallest.smallest(part, 1, 8)
    assert asked is None or [asked] == found


def solve_in_a_child(_: bytes) -> bytes:
    right = plain()
    written = right | {key("granted", "natural"): 90, key("carried_in", "other"): 90}
    (part,) = parts_of(ties(written), written)
    found = smallest.smallest(part, 1, 8)
    return b"right" if found is not None and set(found) == changes(right, written) else b"wrong"


@pytest.mark.parametrize("megabytes", [256, 1024])
def test_the_solver_works_in_a_guarded_child(megabytes: int, capfd: pytest.CaptureFixture[str]) -> None:
    """The limits of a child leave room for the solver, and it prints nothing, neither there nor here."""
    pytest.importorskip("highspy")
    assert list(guarded(solve_in_a_child, [b""], Limits(memory=megabytes << 20))) == [b"right"]
    assert solve_in_a_child(b"") == b"right"
    assert capfd.readouterr().out == ""


def test_a_search_that_gives_up_asks_the_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the budget the solver's answer counts, if it is the only one; without a solver there is none."""
    pytest.importorskip("highspy")
    right = plain()
    wanted = [("new", "natural"), ("granted", "company"), ("declined.petition", "other"), ("carried_out", "legal")]
    written = right | {key(row, column): right[key(row, column)] + n for n, (row, column) in enumerate(wanted, 2)}
    monkeypatch.setattr(localise, "MOST_STEPS", 3)
    found = causes(FORM, ties(written), written)
    assert {change for cause in found for answer in cause.answers for change in answer.changes} == changes(
        right, written
    )
    monkeypatch.setattr(smallest, "loaded", lambda: False)
    assert causes(FORM, ties(written), written) == ()


def plain() -> Values:
    """Return a balanced table of different numbers."""
    table: Values = {}
    for x, column in enumerate(KINDS):
        table |= {key(row, column): 3 + (7 * x + 5 * y + x * y) % 40 for y, row in enumerate(RESULTS)}
        table[key("processed", column)] = sum(table[key(row, column)] for row in RESULTS)
        table[key("carried_out", column)] = 2 + x
        table[key("carried_in", column)] = 11 + 2 * x
        table[key("new", column)] = table[key("processed", column)] - 9 - x
    return table | {key(row, "total"): sum(table[key(row, c)] for c in KINDS) for row in (*RESULTS, *AROUND)}


def test_the_plain_table_is_balanced() -> None:
    """The table that the tests break is right before."""
    assert balanced(plain())


def named(found: Iterable[Cause]) -> list[list[dict[str, Any]]]:
    return [[{change.key: change.new for change in answer.changes} for answer in cause.answers] for cause in found]


def test_errors_far_apart_are_two_causes() -> None:
    """Two wrong cells that share no equation are told one by one, each with its own equations."""
    right = plain()
    written = right | {key("granted", "natural"): 90, key("carried_in", "other"): 90}
    found = causes(FORM, ties(written), written)
    assert named(found) == [
        [{key("carried_in", "other"): right[key("carried_in", "other")]}],
        [{key("granted", "natural"): right[key("granted", "natural")]}],
    ]
    assert [[(tie.rule, tie.address) for tie in cause.ties] for cause in found] == [
        [("GJ301", "applications/carried_in"), ("GJ401", "applications/other")],
        [("GJ301", "applications/granted"), ("GJ302", "applications/natural")],
    ]


def test_equal_errors_are_ambiguous() -> None:
    """Two cells off by the same amount can be the other two corners of their rectangle: both pairs are named."""
    right = plain()
    wanted = {key("granted", "natural"): 4, key("partial", "company"): 4}
    written = right | {k: right[k] + n for k, n in wanted.items()}
    (cause,) = causes(FORM, ties(written), written)
    assert {frozenset(change.key for change in answer.changes) for answer in cause.answers} == {
        frozenset(wanted),
        frozenset({key("granted", "company"), key("partial", "natural")}),
    }


def disputes(*numbers: int) -> Values:
    slots = [k for k in DISPUTES.slots if k.startswith("disputes.review.")]
    return dict.fromkeys(DISPUTES.slots, 0) | dict(zip(slots, numbers, strict=True))


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        # only the total can be it: no part can give 11
        ((10, 1, 0, 0, 0), [{"total": 11}]),
        # a part may be it as well; the total that was never filled in comes first
        ((5, 0, 0, 0, 0), [{"total": 5}, {"upheld": 0}]),
        # every part may be too small: parts before totals
        ((1, 1, 0, 0, 3), [{"corrected": 2}, {"other": 1}, {"pending": 1}, {"upheld": 2}, {"total": 2}]),
        # a part that would be negative is none
        ((4, 2, 0, 0, 3), [{"upheld": 1}, {"total": 6}]),
    ],
)
def test_every_candidate_of_a_sum_is_named(numbers: tuple[int, ...], expected: list[dict[str, int]]) -> None:
    """In a sum of its own any cell may be wrong, as long as its value can be."""
    written = disputes(*numbers)
    (cause,) = causes(DISPUTES, ties(written, DISPUTES), written)
    assert named([cause]) == [[{f"disputes.review.{k}": v for k, v in one.items()} for one in expected]]


def test_claims_decide() -> None:
    """What the text states drops the answers that contradict it and prefers those that agree."""
    written = disputes(5, 0, 0, 0, 0)
    total, upheld = "disputes.review.total", "disputes.review.upheld"

    def answers(*claims: Claim) -> list[list[dict[str, Any]]]:
        return named(causes(DISPUTES, ties(written, DISPUTES), written, claims))

    assert answers(Claim(5, (((1, total),),))) == [[{total: 5}]]
    assert answers(Claim(5, (((1, upheld),),))) == [[{total: 5}]]
    assert answers(Claim(0, (((1, total),),))) == [[{upheld: 0}]]
    # of a claim that can be read in two ways, one is enough
    assert answers(Claim(5, (((1, total),), ((1, upheld),)))) == [[{total: 5}]]
    # a claim that both contradict leaves nothing to offer
    assert answers(Claim(5, (((1, upheld), (1, total)),)), Claim(0, (((1, total),),))) == []


def test_blank_cells_may_be_the_cause() -> None:
    """A blank that counts as zero is a cell like others; one that leaves an equation open is not known."""
    right = plain()
    empty = key("declined.petition", "natural")
    written = right | {empty: 0}
    # the row says that something is missing, so that it is open, and so is the column: nothing is broken
    assert causes(FORM, ties(written, blank=[empty]), written) == ()
    # with a cell beside it too large, the row is proven wrong whatever the blank should be
    written[key("declined.petition", "company")] += 900
    (cause,) = causes(FORM, ties(written, blank=[empty]), written)
    assert key("declined.petition", "company") in {change.key for a in cause.answers for change in a.changes}


def test_bounds_take_part() -> None:
    """A repair that would break a bound is none."""
    tie = Tie("A", "", ((1, "disputes.review.upheld"), (1, "disputes.review.other"), (-1, "disputes.review.total")))
    bound = Tie("B", "", ((1, "disputes.review.total"), (-1, "disputes.review.pending")), sign="<=")
    values = {"upheld": 4, "other": 3, "total": 3, "pending": 5}
    values = {f"disputes.review.{k}": v for k, v in values.items()}
    assert named(causes(DISPUTES, [tie, bound], values)) == [[{"disputes.review.upheld": 0}]]
    assert len(causes(DISPUTES, [tie], values)[0].answers) == 2


def undone(written: Values) -> tuple[Move | None, Values]:
    (cause,) = causes(FORM, ties(written), written)
    (answer,) = cause.answers
    return answer.move, after(written, [answer])


def test_a_row_shifted_by_one_column_is_one_cause() -> None:
    """The total that was pushed out is computed; the equations of six columns prove it."""
    right = plain()
    line = [key("granted", column) for column in (*KINDS, "total")]
    written = right | dict(zip(line, [0, *(right[k] for k in line[:-1])], strict=True))
    assert undone(written) == (Move("right", line[0], line[-1]), right)
    written = right | dict(zip(line, [*(right[k] for k in line[1:]), 0], strict=True))
    assert undone(written) == (Move("left", line[0], line[-1]), right)


def test_a_column_shifted_by_one_row_is_one_cause() -> None:
    """Thirty equations are broken, and one thing is said."""
    right = plain()
    line = [key(row, "company") for row in RESULTS]
    written = right | dict(zip(line, [0, *(right[k] for k in line[:-1])], strict=True))
    assert undone(written) == (Move("down", line[0], line[-1]), right)
    written = right | dict(zip(line[4:9], [*(right[k] for k in line[5:9]), 0], strict=True))
    assert undone(written) == (Move("up", line[4], line[8]), right)


BELOW = (*RESULTS[10:], "processed", "carried_out")  # what a page break may part from the rest


def test_rows_shifted_together_are_one_cause() -> None:
    """Rows below a page break that lost a cell at the left: one cause, though thirty equations are broken."""
    right = plain()
    written = dict(right)
    for row in BELOW:
        line = [key(row, column) for column in (*KINDS, "total")]
        written |= dict(zip(line, [0, *(right[k] for k in line[:-1])], strict=True))
    (part,) = parts_of(ties(written), written)
    assert part.broken.bit_count() > 25
    assert undone(written) == (Move("right", key(BELOW[0], "natural"), key("carried_out", "total")), right)


def swapped_below(one: str, other: str) -> tuple[Values, Values]:
    right = plain()
    written = dict(right)
    for row in BELOW:
        written |= {key(row, one): right[key(row, other)], key(row, other): right[key(row, one)]}
    return right, written


def test_columns_swapped_with_the_total() -> None:
    """Neighbouring columns that were swapped below a page break are one cause."""
    right, written = swapped_below("other", "total")
    assert undone(written) == (Move("columns", key(BELOW[0], "other"), key("carried_out", "total")), right)


def test_columns_swapped_below_or_above() -> None:
    """Of two kinds of applicants it cannot be known on which side of the break they were swapped: both are named."""
    right, written = swapped_below("company", "research")
    (cause,) = causes(FORM, ties(written), written)
    assert [answer.move for answer in cause.answers] == [
        Move("columns", key("new", "company"), key(RESULTS[9], "research")),
        Move("columns", key(BELOW[0], "company"), key("carried_out", "research")),
    ]
    assert after(written, [cause.answers[1]]) == right


def test_rows_swapped() -> None:
    """Two neighbouring rows that were swapped are one cause where their places matter."""
    right = plain()
    written = dict(right)
    for column in (*KINDS, "total"):
        a, b = key("processed", column), key("carried_out", column)
        written |= {a: right[b], b: right[a]}
    assert undone(written) == (Move("rows", key("processed", "natural"), key("carried_out", "total")), right)


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (12, 21, "two digits transposed"),
        (1234, 1324, "two digits transposed"),
        (17, 12, "one digit wrong"),
        (3, 5, None),
        (12, 152, "a digit dropped"),
        (12, 120, "a digit dropped"),
        (1222, 122, "a digit doubled"),
        (172, 12, "a digit too many"),
        (0, 10, None),
        (12, 345, None),
        (1234, 4321, None),
    ],
)
def test_slips_of_one_number(old: int, new: int, kind: str | None) -> None:
    """A slip is named where the digits show one, and only there."""
    found = slip([Change("a", old, new)], frozenset(), frozenset())
    assert (found.en if found else None) == kind


def test_slips_of_cells() -> None:
    """Totals that were never summed up, cells without a number, and two cells swapped."""
    assert "never summed up" in str(slip([Change("t", 0, 11)], frozenset("t"), frozenset()))
    assert "not filled in" in str(slip([Change("t", 0, 11)], frozenset("t"), frozenset("t")))
    assert "two cells swapped" in str(slip([Change("a", 3, 7), Change("b", 7, 3)], frozenset(), frozenset()))
    assert slip([Change("a", 3, 7), Change("b", 7, 4)], frozenset(), frozenset()) is None


def test_two_cells_swapped() -> None:
    """Where zeros leave no other answer, two cells swapped in a row are named with the slip."""
    right = dict.fromkeys(CELLS, 0)
    for row in ("new", "granted", "processed"):
        right |= {key(row, "natural"): 7, key(row, "company"): 2, key(row, "total"): 9}
    written = right | {key("granted", "natural"): 2, key("granted", "company"): 7}
    (cause,) = causes(FORM, ties(written), written)
    assert [set(answer.changes) for answer in cause.answers] == [changes(right, written)]


def test_too_many_answers_are_none() -> None:
    """Where every row of two columns explains it as well, none is named, unless the text decides."""
    right = plain()
    a, b = key("granted", "natural"), key("granted", "company")
    written = right | {a: right[a] + 1, b: right[b] - 1}
    assert causes(FORM, ties(written), written) == ()
    stated = [Claim(right[a], (((1, a),),)), Claim(right[b], (((1, b),),))]
    assert named(causes(FORM, ties(written), written, stated)) == [[{a: right[a], b: right[b]}]]


def test_same_answer_every_time() -> None:
    """The answer depends on nothing but the numbers."""
    right = plain()
    written = right | {k: right[k] + 3 for k in CELLS[::40]}
    assert causes(FORM, ties(written), written) == causes(FORM, ties(written), dict(sorted(written.items())))
