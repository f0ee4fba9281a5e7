"""What the kinds that compare numbers of several reports share: the sum of known numbers, and what it proves."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from gouji.amount import State
from gouji.expression import RelationSign
from gouji.facts import Fact, Number
from gouji.finding import Reconciliation, Status
from gouji.subject import Subject
from gouji.wording import Text

_BLANKS = (State.BLANK, State.DASH, State.NONE)
MOST_TOLD = 4  # comparisons in a message; the rest is counted


class Weighed(Struct, frozen=True):
    """Numbers of one side or of both added up.

    Attributes:
        known: the sum of those that are known.
        blank: coefficients of blanks, which usually mean 0.
        unknown: coefficients of numbers that cannot be read.
    """

    known: Number
    blank: tuple[int, ...] = ()
    unknown: tuple[int, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether every number is known or blank."""
        return not self.unknown


def weighed(terms: Iterable[tuple[int, Fact | None]], constant: Number = 0) -> Weighed:
    """Add up facts with their coefficients; a fact that is not there cannot be read."""
    known, blank, unknown = constant, [], []
    for coefficient, fact in terms:
        if fact is not None and fact.state is State.NUMBER and fact.value is not None:
            known += coefficient * fact.value
        elif fact is not None and fact.state in _BLANKS:
            blank.append(coefficient)
        else:
            unknown.append(coefficient)
    return Weighed(known, tuple(blank), tuple(unknown))


def status_of(difference: Weighed, sign: RelationSign) -> Status:
    """Return what a difference of two sides proves of their relation.

    Counts are never negative: numbers that are too large already prove the relation broken, whatever is
    blank or not readable. Blanks count as 0 only where it then holds.
    """
    known = difference.known
    holds = (sign == "<=" or known >= 0) and (sign == ">=" or known <= 0)
    if holds and difference.whole:
        return Status.PASS
    open_ = (*difference.blank, *difference.unknown)
    if not open_:
        return Status.FAIL
    too_large = sign != ">=" and known > 0 and min(open_) > 0
    too_small = sign != "<=" and known < 0 and max(open_) < 0
    return Status.FAIL if too_large or too_small else Status.UNDETERMINED


def is_missing(fact: Fact | None) -> bool:
    """Tell whether a report does not have a cell at all."""
    return fact is None or fact.state is State.MISSING


def told(lines: Sequence[Reconciliation]) -> Text:
    """Name some comparisons with their numbers, and say how many more there are."""
    more = len(lines) - MOST_TOLD
    zh, en = (
        "；".join(line.text.zh for line in lines[:MOST_TOLD]),
        "; ".join(line.text.en for line in lines[:MOST_TOLD]),
    )
    return Text(zh, en) if more <= 0 else Text(f"{zh}；等 {len(lines)} 处", f"{en}; and {more} more")


def report_of(unit: str, year: int | None, subject: Subject) -> Text:
    """Name another report: by its unit where it is another's, by its year where it is of another year."""
    who = unit if unit != subject.reading.unit else ""
    return Text(
        f"{who}{year or ''}年报告" if year else f"{who}报告",
        f"the report {f'of {who} ' if who else ''}on {year or '?'}",
    )
