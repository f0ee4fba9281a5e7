"""What a pack cannot show, against what is known of the form."""

from math import comb

from gouji.blind_spots import BlindSpots, blind_spots, of_form, rank
from gouji.checks.equation import EquationRule
from gouji.pack import Pack


def spots(pack: Pack, form: str) -> BlindSpots:
    return next(one for one in blind_spots(pack) if one.form.key == form)


def test_table_3(pack: Pack) -> None:
    """175 numbers, 39 equations of rank 37; four wrong corners of a rectangle cancel, nothing less does.

    Rectangles: two columns of seven, and two rows that only ever stand in sums together: two of the 21
    results, or two of 一, 二 and 四.
    """
    found = spots(pack, "applications")
    assert (found.cells, found.equations, found.rank) == (175, 39, 37)
    assert (found.free, found.alike, found.distance) == ((), (), 4)
    assert len(found.unseen) == found.rectangles == comb(7, 2) * (comb(21, 2) + comb(3, 2))
    assert ("applications.granted.natural", "applications.granted.company", "applications.partial.natural",
            "applications.partial.company") in found.unseen  # fmt: skip


def test_tables_2_and_4(pack: Pack) -> None:
    """Table 2 is tied by bounds only; in table 4 every group is one sum, whose numbers cannot be told apart."""
    two, four = spots(pack, "disclosure"), spots(pack, "disputes")
    assert (len(two.free), two.equations, two.partial) == (10, 0, ("GJ310", "GJ311", "GJ312", "GJ313"))
    assert [len(group) for group in four.alike] == [5, 5, 5]
    assert (four.rank, four.distance, len(four.unseen), four.rectangles) == (3, 2, 3 * comb(5, 2), 0)


def test_other_rules_are_counted(pack: Pack) -> None:
    """A rule that compares a cell with the text touches the changes that this cell takes part in."""
    form = pack.declared.forms["disputes"]
    rules = [rule for rule in pack.rules if isinstance(rule, EquationRule) and rule.form == "disputes"]
    found = of_form(form, rules, {"GJ501": frozenset({"disputes.review.total"})})
    assert found.covered == 4


def test_rank() -> None:
    """Rank counts independent forms only."""
    a = {"x": 1, "y": 1, "z": -1}
    assert rank([]) == 0
    assert rank([a, {"x": 2, "y": 2, "z": -2}]) == 1
    assert rank([a, {"x": 1, "y": -1}, {"x": 2, "z": -1}]) == 2
