"""Ties between cells: the equations of a pack as they are for one report, and what satisfies them.

All arithmetic is exact. A tie is kept as the change that its sum can take: an equation that is off by
2 takes a change of -2 only.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import ceil, floor

from msgspec import Struct, structs

from gouji.expression import RelationSign
from gouji.facts import Number

Values = Mapping[str, Number]
Terms = tuple[tuple[int, str], ...]
Exact = int | Fraction  # whole numbers stay int, whose arithmetic is ten times as fast


class Tie(Struct, frozen=True):
    """A relation between cells: one instance of an equation.

    Attributes:
        rule, address: the instance.
        terms: left minus right, cell by cell.
        constant: the same for numbers that stand in no cell.
        sign: how the difference relates to 0.
        tolerance: the largest difference that still counts as none.
        open: cells whose value is not known.
    """

    rule: str
    address: str
    terms: Terms
    constant: Number = 0
    sign: RelationSign = "="
    tolerance: Decimal = Decimal(0)
    open: frozenset[str] = frozenset()

    @property
    def is_limit(self) -> bool:
        """Whether its cells stand on one side only, so that it says by itself what they should be."""
        return len({coefficient > 0 for coefficient, _ in self.terms}) == 1

    @property
    def total(self) -> str:
        """The cell that stands alone for the sum of others, or empty."""
        for positive in (True, False):
            side = [key for coefficient, key in self.terms if (coefficient > 0) is positive]
            if self.sign == "=" and len(side) == 1 and len(self.terms) > 2:  # noqa: PLR2004 - two parts at least
                return side[0]
        return ""


class Claim(Struct, frozen=True):
    """A number stated elsewhere (in a sentence, in the report of the year before) and what it may mean.

    ``forms`` are linear forms over cells; the claim holds when one of them equals ``value``.
    """

    value: Number
    forms: tuple[Terms, ...]

    def holds(self, values: Values) -> bool | None:
        """Tell whether it holds; None when that depends on a cell whose value is not known."""
        sums = [
            sum(coefficient * values[key] for coefficient, key in form) if all(k in values for _, k in form) else None
            for form in self.forms
        ]
        return True if self.value in sums else None if None in sums else False


class Change(Struct, frozen=True):
    """A cell, what it is, and what it should be; ``new`` is None when the ties leave that open."""

    key: str
    old: Number
    new: Number | None


class Row(Struct, frozen=True, dict=True):
    """A tie over the cells whose value is known: between which limits its sum may change; None for no limit."""

    tie: Tie
    terms: dict[str, int]
    low: Number | None
    high: Number | None

    @property
    def exact(self) -> bool:
        """Whether it is an equation: a change of one cell alone breaks it."""
        return self.low is not None and self.high is not None

    @cached_property
    def target(self) -> Exact:
        """The change that an equation demands."""
        return quotient(Fraction(self.low or 0) + Fraction(self.high or 0), 2)

    def admits(self, change: Number | Fraction) -> bool:
        """Tell whether it holds after its sum has changed so much."""
        return (self.low is None or self.low <= change) and (self.high is None or change <= self.high)


class Part(Struct, frozen=True):
    """Cells and rows that hang together; nothing else depends on them.

    Sets of rows are bits of an int: ``masks`` has the rows of every cell; then the broken ones, the exact
    ones, those of them without tolerance (rigid), and families of which no cell has two.
    """

    rows: tuple[Row, ...]
    values: Values
    money: frozenset[str]
    masks: dict[str, int]
    broken: int
    exact: int
    rigid: int
    families: tuple[int, ...]

    def picked(self, bits: int) -> Iterator[Row]:
        """Yield the rows of a set."""
        return (self.rows[number] for number in numbers(bits))

    def touched(self, cells: Iterable[str]) -> int:
        """Return the rows in which any of the cells stands."""
        touched = 0
        for key in cells:
            touched |= self.masks.get(key, 0)
        return touched

    def after(self, new: Mapping[str, Number]) -> "Part":
        """Return the part with other values for some cells."""
        changes = {key: value - self.values[key] for key, value in new.items()}
        rows = [
            _changed(row, sum(c * changes[key] for key, c in row.terms.items() if key in changes)) for row in self.rows
        ]
        broken = sum(1 << number for number, row in enumerate(rows) if not row.admits(0))
        return structs.replace(self, rows=tuple(rows), values={**self.values, **new}, broken=broken)

    def satisfied(self, new: Mapping[str, Number]) -> bool:
        """Tell whether every row of some cells holds with new values."""
        changes = {key: value - self.values[key] for key, value in new.items()}
        return all(
            row.admits(sum(c * changes[key] for key, c in row.terms.items() if key in changes))
            for row in self.picked(self.touched(new))
        )


def _changed(row: Row, change: Number) -> Row:
    low, high = (None if end is None else end - change for end in (row.low, row.high))
    return structs.replace(row, low=low, high=high)


def numbers(bits: int) -> Iterator[int]:
    """Yield the numbers that an int holds as bits."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def parts_of(ties: Sequence[Tie], values: Values, money: frozenset[str] = frozenset()) -> list[Part]:
    """Divide ties into parts that share no cell.

    Args:
        ties: the ties.
        values: the cells whose value is known; the open ones of the ties do not count.
        money: cells that hold decimals.
    """
    unknown = frozenset().union(*(tie.open for tie in ties))
    known = {key: value for key, value in values.items() if key not in unknown}
    rows = [row for tie in ties if (row := _row(tie, known))]
    return [_part(group, known, money) for group in _connected(rows)]


def _row(tie: Tie, values: Values) -> Row | None:
    """Return a tie over its known cells; the unknown ones, none of them negative, open one side or both."""
    terms: dict[str, int] = {}
    for coefficient, key in tie.terms:
        terms[key] = terms.get(key, 0) + coefficient
    hidden = [coefficient for key, coefficient in terms.items() if key not in values]
    known = {key: coefficient for key, coefficient in terms.items() if coefficient and key in values}
    total = tie.constant + sum(coefficient * values[key] for key, coefficient in known.items())
    margin = tie.tolerance or 0
    low = None if tie.sign == "<=" or any(c > 0 for c in hidden) else -margin - total
    high = None if tie.sign == ">=" or any(c < 0 for c in hidden) else margin - total
    return Row(tie, known, low, high) if known and (low is not None or high is not None) else None


def _connected(rows: Sequence[Row]) -> list[list[Row]]:
    """Divide rows into groups that share no cell, each in the order given."""
    groups: list[tuple[set[str], list[int]]] = []
    for number, row in enumerate(rows):
        cells, members = set(row.terms), [number]
        apart = []
        for group in groups:
            if cells.isdisjoint(group[0]):
                apart.append(group)
            else:
                cells |= group[0]
                members += group[1]
        groups = [*apart, (cells, members)]
    return [[rows[n] for n in sorted(members)] for _, members in sorted(groups, key=lambda group: min(group[1]))]


def _part(rows: Sequence[Row], values: Values, money: frozenset[str]) -> Part:
    masks: dict[str, int] = {}
    named: dict[str, int] = {}
    broken = exact = rigid = 0
    for number, row in enumerate(rows):
        bit = 1 << number
        for key in row.terms:
            masks[key] = masks.get(key, 0) | bit
        named[row.tie.rule] = named.get(row.tie.rule, 0) | bit
        broken |= 0 if row.admits(0) else bit
        exact |= bit if row.exact else 0
        rigid |= bit if row.exact and row.low == row.high else 0
    families = (f for f in named.values() if all((mask & f).bit_count() <= 1 for mask in masks.values()))
    return Part(tuple(rows), values, money, masks, broken, exact, rigid, tuple(families))


def solved(part: Part, cells: Sequence[str]) -> tuple[Change, ...] | None:
    """Find values for some cells that satisfy every row while the other cells stay as they are.

    Returns:
        The changes, sorted by cell; None when no values do, or when one of the cells could stay as it is.
        A value that the rows leave open is None.
    """
    rows = list(part.picked(part.touched(cells)))
    fixed = solve([(row.terms, row.target) for row in rows if row.exact], cells) if len(cells) > 1 else {}
    if fixed is None:
        return None
    open_ones = [key for key in cells if key not in fixed]
    new: dict[str, Number | None] = dict.fromkeys(open_ones)
    for key, change in fixed.items():
        value = _written(Fraction(part.values[key]) + change, money=key in part.money)
        if value is None or value < 0 or not change:
            return None
        new[key] = value
    if len(open_ones) == 1:
        (key,) = open_ones
        found = _between(part, rows, fixed, key)
        if found is None:
            return None
        new[key] = found[0]
    known = {key: value for key, value in new.items() if value is not None}
    if len(known) == len(cells) and not part.satisfied(known):
        return None
    return tuple(Change(key, part.values[key], new[key]) for key in sorted(cells))


def _between(part: Part, rows: Sequence[Row], changes: Mapping[str, Exact], key: str) -> tuple[Number | None] | None:
    """Find the value of one cell that satisfies all rows.

    Returns:
        The value in a tuple, ``(None,)`` where there are several, None where there is none or the cell can
        stay as it is.
    """
    old = Fraction(part.values[key])
    low, high = -old, None
    wanted = None
    for row in rows:
        own = row.terms.get(key, 0)
        others = sum((c * changes[k] for k, c in row.terms.items() if k in changes), Fraction(0))
        if not own:
            if not row.admits(others):
                return None
            continue
        ends = [None if end is None else (Fraction(end) - others) / own for end in (row.low, row.high)]
        lower, upper = ends if own > 0 else ends[::-1]
        low = low if lower is None else max(low, lower)
        high = upper if high is None else high if upper is None else min(high, upper)
        if row.exact and not row.admits(others):
            wanted = Fraction(row.target - others) / own
    money = key in part.money
    if not money:
        low, high = Fraction(ceil(low)), None if high is None else Fraction(floor(high))
    if (high is not None and low > high) or (low <= 0 and (high is None or high >= 0)):
        return None
    if money and wanted is not None and low <= wanted and high is not None and wanted <= high:
        return (_written(old + wanted, money=True),)
    return (_written(old + low, money=money) if low == high else None,)


def quotient(value: Exact, divisor: int) -> Exact:
    """Divide exactly."""
    result = Fraction(value) / divisor if value % divisor else value // divisor
    return int(result) if result.denominator == 1 else result


def solve(equations: Iterable[tuple[Mapping[str, int], Exact]], cells: Sequence[str]) -> dict[str, Exact] | None:
    """Solve linear equations for some cells, the others being 0.

    Args:
        equations: coefficients by cell, and the sum that they give.
        cells: the unknowns.

    Returns:
        The values that are determined; None when the equations contradict one another.
    """
    known: dict[str, Exact] = {}
    left = [({key: terms[key] for key in cells if key in terms}, total) for terms, total in equations]
    solving = True
    while solving:  # most equations have one unknown that is left
        solving, waiting = False, []
        for terms, total in left:
            unknown = [key for key in terms if key not in known]
            if len(unknown) > 1:
                waiting.append((terms, total))
                continue
            rest = total - sum([c * known[key] for key, c in terms.items() if key in known])
            if unknown:
                known[unknown[0]] = quotient(rest, terms[unknown[0]])
                solving = True
            elif rest:
                return None
        left = waiting
    if not left:
        return known
    forms = [
        (
            {key: Fraction(c) for key, c in terms.items() if key not in known},
            Fraction(total - sum([c * known[key] for key, c in terms.items() if key in known])),
        )
        for terms, total in left
    ]
    others = _eliminated(forms)
    return None if others is None else {**known, **others}


def _eliminated(equations: Iterable[tuple[dict[str, Fraction], Fraction]]) -> dict[str, Fraction] | None:
    """Solve equations by elimination; see ``solve``."""
    done: list[tuple[str, dict[str, Fraction], Fraction]] = []
    for terms, total in equations:
        form, value = terms, total
        for lead, others, known in done:
            if factor := form.get(lead):
                value -= factor * known
                form = _less(form, factor, {lead: Fraction(1), **others})
        if not form:
            if value:
                return None
            continue
        lead = min(form)
        scale = form[lead]
        form = {key: coefficient / scale for key, coefficient in form.items() if key != lead}
        value /= scale
        for number, (head, others, known) in enumerate(done):
            if factor := others.get(lead):
                reduced = _less(others, factor, {lead: Fraction(1), **form})
                done[number] = (head, reduced, known - factor * value)
        done.append((lead, form, value))
    return {lead: value for lead, others, value in done if not others}


def _less(form: Mapping[str, Fraction], factor: Fraction, other: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Subtract a multiple of a form from another."""
    left = dict(form)
    for key, coefficient in other.items():
        left[key] = left.get(key, Fraction(0)) - factor * coefficient
    return {key: coefficient for key, coefficient in left.items() if coefficient}


def _written(value: Number | Fraction, *, money: bool) -> Number | None:
    """Return a value as a cell would have it: a whole number, or decimals where it holds money; else None."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return int(exact)
    written = Decimal(exact.numerator) / Decimal(exact.denominator)
    return written if money and Fraction(written) == exact else None
