"""Plausibility: what stands out against the year before and against peers, and how it is said."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gouji.checks.plausibility import PlausibilityRule
from gouji.document import Place
from gouji.errors import DeclarationError
from gouji.facts import Number, Reading
from gouji.finding import Severity
from gouji.subject import Deviation, Gap, NotApplicable, Outcome, Passed, Subject, Surroundings
from gouji.wording import Text
from tests.checks.test_across import DECLARED, FORM, reading, subject

KEY = "form.new.total"


def rule(against: Literal["previous", "peers"] = "previous", **keys: Any) -> PlausibilityRule:
    keys = {"facts": (KEY,), "severity": Severity.INFO} | keys
    made = PlausibilityRule(
        id="GJ901", slug="test", title=Text("", ""), kind="plausibility", against=against,
        message=Text("{fact} {value} / {other} {times} {peers} {year}", "{times}"), **keys,
    )  # fmt: skip
    made.bind(DECLARED)
    return made


def since(now: int | str, before: int | str | Reading | Text | None) -> Outcome:
    previous = before if isinstance(before, Reading | Text | None) else reading({"new.total": before}, year=2023)
    (outcome,) = rule().evaluate(subject(reading({"new.total": now}), previous=previous))
    return outcome


def among(value: int, peers: Sequence[Number], **keys: Any) -> Outcome:
    around = Surroundings(peers=lambda key: peers if key == KEY else ())
    (outcome,) = rule("peers", **keys).evaluate(subject(reading({"new.total": value}), around=around))
    return outcome


def said(found: Outcome) -> str:
    assert isinstance(found, Deviation)
    return rule().message.fill(found.values).zh


@pytest.mark.parametrize(
    ("now", "before", "stands_out"),
    [
        (1000, 100, False),
        (1001, 100, True),
        (100, 1001, True),
        (100, 1000, False),
        (100, 0, True),
        (99, 0, False),
        (0, 99, False),
        (0, 100, True),
        (50, 4, False),
        (7, 7, False),
    ],
)
def test_against_the_year_before(now: int, before: int, stands_out: bool) -> None:  # noqa: FBT001
    """More than ten times as large or small, and by a hundred at least."""
    assert isinstance(since(now, before), Deviation) is stands_out
    if not stands_out:
        assert since(now, before) == Passed(KEY)


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (9487, 525, "【new】·【total】 9487 / 525 是其 18.1 倍 0 2023"),
        (525, 9487, "【new】·【total】 525 / 9487 约为其 1/18.1 0 2023"),
        (0, 250, "【new】·【total】 0 / 250 相差 250 0 2023"),
        (250, 0, "【new】·【total】 250 / 0 相差 250 0 2023"),
        (1, 12345678, "【new】·【total】 1 / 12345678 约为其 1/12345678.0 0 2023"),
    ],
)
def test_words(now: int, before: int, words: str) -> None:
    """Numbers are told in full, and how they compare is true in both directions."""
    found = since(now, before)
    assert said(found) == words
    assert isinstance(found, Deviation)
    assert (found.address, found.expected, found.actual) == (KEY, str(before), str(now))
    row = list(FORM.slots).index(KEY) + 1
    assert found.place == Place(row, 1, 1, table=1, row=row, cell=1)


@pytest.mark.parametrize(("now", "before"), [("", 500), ("约9000", 500), (9000, ""), (9000, "?"), (9000, None)])
def test_nothing_to_compare(now: int | str, before: int | str | None) -> None:
    """Blanks, approximations and missing cells are not compared."""
    assert since(now, before) == NotApplicable(KEY)


def test_reports_that_cannot_be_compared() -> None:
    """A report that could not be read, or of two years before, leaves it open."""
    why = Text("没有读成", "not read")
    assert since(9000, why) == Gap("", why)
    found = since(9000, reading({"new.total": 1}, year=2022))
    assert isinstance(found, Gap)
    assert "2022" in found.reason.zh


def test_previous_report_does_not_matter_to_peers() -> None:
    around = Surroundings(peers=lambda _: [1] * 5)
    case = subject(reading({"new.total": 900}), previous=Text("没有读成", "not read"), around=around)
    assert [type(one) for one in rule("peers").evaluate(case)] == [Deviation]


def test_against_peers() -> None:
    """Three quarters of the peers have at most the number that is told, which is one of theirs."""
    found = among(900, [5, 1, 4, 2, 3, 80])
    assert said(found) == "【new】·【total】 900 / 5 是其 180.0 倍 6 2023"
    assert among(900, [5, 1, 4, 2]) == NotApplicable(KEY)
    assert among(900, [100, 100, 100, 100, 1]) == Passed(KEY)
    assert among(1001, [100, 100, 100, 100, 1]) != Passed(KEY)


def test_nothing_to_do_is_no_outlier() -> None:
    """A township with 0 among busy ones is none, and neither is one among others with 0 that has a few."""
    assert among(0, [500, 600, 700, 800, 900]) == Passed(KEY)
    assert among(0, [0] * 9) == Passed(KEY)
    assert among(99, [0] * 9) == Passed(KEY)
    assert isinstance(among(100, [0] * 9), Deviation)


def test_no_peers_at_all() -> None:
    assert among(900, [], fewest=0) == NotApplicable(KEY)


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**4), min_size=5, max_size=40))
def test_what_is_said_of_peers_is_true(value: int, peers: list[int]) -> None:
    """At least three quarters have at most the number that is told, and fewer would have the one before it."""
    found = among(value, peers)
    if isinstance(found, Deviation):
        high = int(found.expected)
        assert high in peers
        assert 4 * sum(peer <= high for peer in peers) >= 3 * len(peers)
        assert 4 * sum(peer < high for peer in peers) < 3 * len(peers)
        assert value >= high + 100
        assert value > 10 * max(high, 1)


def test_money_is_told_as_written() -> None:
    made = rule(facts=("form.fees.amount",))
    now, before = ({"fees.amount": amount} for amount in ("1234567.50", "0.5"))
    case: Subject = subject(reading(now), previous=reading(before, year=2023))
    (found,) = made.evaluate(case)
    assert isinstance(found, Deviation)
    assert (found.actual, found.expected) == ("1234567.50", "0.5")
    assert Decimal(found.actual) / Decimal(found.expected) == 2469135


@pytest.mark.parametrize("facts", [(), ("form.no.total",)])
def test_mistakes_of_a_pack(facts: tuple[str, ...]) -> None:
    """Unknown facts, or none, are refused when the pack loads."""
    with pytest.raises(DeclarationError) as caught:
        rule(facts=facts)
    assert caught.value.key == "facts"
