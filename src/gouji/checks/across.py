"""What the kinds that compare numbers of several reports share: sums of known numbers, and what they prove."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from math import inf

from msgspec import Struct

from gouji.amount import State
from gouji.expression import RelationSign
from gouji.facts import Fact, Number, Reading
from gouji.finding import Reconciliation, Status
from gouji.forms import Form, Slot
from gouji.subject import Subject
from gouji.wording import Text

_BLANKS = (State.BLANK, State.DASH, State.NONE)
_IN_YUAN = {"元": 1, "万元": 10_000, "亿元": 100_000_000}
HALF = Decimal("0.005")  # of money: by so much a number with decimals may have been rounded
MOST_TOLD = 4  # comparisons in a message; the rest is counted
ROUNDED = Text("差额可能是四舍五入造成的", "the difference may come from rounding")


class Weighed(Struct, frozen=True):
    """Numbers of one side or of both added up.

    Attributes:
        known: the sum of those that are known.
        blank: coefficients of blanks, which usually mean 0.
        unknown: coefficients of numbers that cannot be read.
        rounding: by how much the known sum may be off because its numbers were rounded.
    """

    known: Number
    blank: tuple[int, ...] = ()
    unknown: tuple[int, ...] = ()
    rounding: Number = 0

    @property
    def open(self) -> tuple[int, ...]:
        """The coefficients of all that is not known."""
        return (*self.blank, *self.unknown)

    @property
    def settled(self) -> bool:
        """Whether the sum is certain: nothing is unknown, and blanks are 0 since it comes to 0 with them."""
        return not self.unknown and not (self.blank and self.known)


Part = tuple[int, Slot, Fact | None]  # a number with its coefficient; None where a report does not have it


def weighed(parts: Iterable[Part], constant: Number = 0) -> Weighed:
    """Add up numbers with their coefficients."""
    known, rounding = constant, Decimal(0)
    blank: list[int] = []
    unknown: list[int] = []
    for coefficient, slot, fact in parts:
        value = value_of(fact, slot)
        if value is not None:
            known += coefficient * value
            if slot.block.scale == "money" and isinstance(value, Decimal):
                rounding += abs(coefficient) * HALF
            continue
        # a number that may go down may be off in both directions
        coefficients = (coefficient, -coefficient) if slot.column.signed else (coefficient,)
        if fact is not None and fact.state in _BLANKS:
            blank += coefficients
        else:
            unknown += coefficients
    return Weighed(known, tuple(blank), tuple(unknown), rounding)


def status_of(difference: Weighed, sign: RelationSign) -> Status:
    """Return what a difference of two sides proves of their relation.

    Counts are never negative: numbers that are too large already prove the relation broken, and a bound
    kept, whatever is blank or not readable. Blanks count as 0 only where it then holds. What rounding
    may explain proves nothing.
    """
    rounding = difference.rounding
    least, most = _range(difference.known, difference.open)
    if (sign != ">=" and least > rounding) or (sign != "<=" and most < -rounding):
        return Status.FAIL
    near = HALF if rounding else 0
    least, most = _range(difference.known, difference.unknown)
    holds = (sign == ">=" or most <= near) and (sign == "<=" or least >= -near)
    return Status.PASS if holds else Status.UNDETERMINED


def _range(known: Number, coefficients: Sequence[int]) -> tuple[Number | float, Number | float]:
    """Return the least and the most that a sum can be, with numbers of these coefficients, all from 0."""
    least = -inf if any(coefficient < 0 for coefficient in coefficients) else known
    return least, inf if any(coefficient > 0 for coefficient in coefficients) else known


def value_of(fact: Fact | None, slot: Slot) -> Number | None:
    """Return a number in the unit of its form, 0.35 for 3500元; None where there is none to reckon with."""
    if fact is None or fact.value is None or fact.state is not State.NUMBER:
        return None
    written, printed = _IN_YUAN.get(fact.unit), _IN_YUAN.get(slot.block.unit)
    if written is None or printed is None or written == printed:
        return fact.value
    return fact.value * Decimal(written) / printed


def plain(number: Number) -> str:
    """Return a number as it is written in a table."""
    return f"{number:f}" if isinstance(number, Decimal) else str(number)


def shown(fact: Fact | None, slot: Slot) -> Text:
    """Return a number as messages quote it, or what stands in its place."""
    value = value_of(fact, slot)
    if value is not None:
        return Text(plain(value), plain(value))
    raw = fact.raw.strip() if fact else ""
    if raw:
        return Text(f"“{raw}”", f"“{raw}”")
    return Text("空白", "blank") if fact and fact.state in _BLANKS else Text("未知", "unknown")


def told_gap(difference: Weighed, status: Status) -> str:
    """Return a difference as it is told; empty where it is not known and proves nothing."""
    known = not difference.open if status is Status.UNDETERMINED else status is Status.FAIL or not difference.unknown
    return plain(difference.known) if known else ""


def is_missing(fact: Fact | None) -> bool:
    """Tell whether a report does not have a cell at all."""
    return fact is None or fact.state is State.MISSING


def without(form: Form) -> Text:
    """Say that a report does not have a form; the words are those of other kinds, so that it is told once."""
    return Text(f"报告中没有找到{form.name.zh}", f"{form.name.en} was not found in the report")


def year_before(subject: Subject) -> Reading | Text | None:
    """Return the report of the year before, or why numbers cannot be compared with it; None where none is given."""
    previous = subject.previous
    if isinstance(previous, Reading) and previous.year != subject.year - 1:
        return Text(
            f"给出的是 {previous.year} 年的报告，数字只能与 {subject.year - 1} 年的报告对照",
            f"the report given is on {previous.year}, and numbers can be compared with that on {subject.year - 1} only",
        )
    return previous


def told(lines: Sequence[Reconciliation]) -> Text:
    """Name some comparisons with their numbers, and say how many there are in all."""
    more = len(lines) - MOST_TOLD
    zh, en = (
        "；".join(line.text.zh for line in lines[:MOST_TOLD]),
        "; ".join(line.text.en for line in lines[:MOST_TOLD]),
    )
    return Text(zh, en) if more <= 0 else Text(f"{zh}；等 {len(lines)} 处", f"{en}; and {more} more")


def sides(lines: Sequence[Reconciliation]) -> tuple[str, str]:
    """Return what should be and what is: a number each, or a line for each of several comparisons."""
    if len(lines) == 1:
        return lines[0].right, lines[0].left
    should = [f"{line.name.zh} {line.right}" for line in lines]
    found = [f"{line.name.zh} {line.left}" for line in lines]
    return "\n".join(should), "\n".join(found)
