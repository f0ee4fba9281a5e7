"""What the equations of a pack cannot show: computed from their linear forms, form by form."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import chain

from msgspec import Struct

from gouji.checks.equation import EquationRule
from gouji.forms import Form
from gouji.pack import Pack
from gouji.ties import numbers, solve

LONGEST = 6  # cells of a change that is looked for; more wrong cells at once hardly cancel by chance
MOST_STEPS = 400_000  # of the search, a few seconds

Column = tuple[tuple[int, Fraction], ...]


class BlindSpots(Struct, frozen=True):
    """What the equations of one form leave open.

    Attributes:
        form: the form; optional lines left out.
        cells: how many numbers it holds.
        equations: how many equations tie them.
        rank: how many of these are independent.
        free: cells that stand in no equation: no change of them shows.
        alike: groups of cells that break the same equations by the same amounts: a wrong one shows, but
            not which of them it is.
        distance: the fewest cells that can be wrong together without breaking an equation, cells in no
            equation left aside; None when there is no such set up to ``LONGEST`` or the search was ended.
        unseen: the sets of so many cells.
        rectangles: how many of them are the crossings of two rows and two columns.
        partial: rules that show some changes only, or in the reports of some units: bounds such as ``a <= b``.
        reached: cells that other rules compare with the text or another year, by rule id.
    """

    form: Form
    cells: int
    equations: int
    rank: int
    free: tuple[str, ...]
    alike: tuple[tuple[str, ...], ...]
    distance: int | None
    unseen: tuple[tuple[str, ...], ...]
    rectangles: int
    partial: tuple[str, ...]
    reached: dict[str, frozenset[str]]

    @property
    def covered(self) -> int:
        """How many of the unseen sets have a cell that another rule reaches."""
        known = frozenset().union(*self.reached.values())
        return sum(not known.isdisjoint(cells) for cells in self.unseen)


def blind_spots(pack: Pack) -> Iterator[BlindSpots]:
    """Yield what the equations of every form of a pack leave open."""
    for form in pack.forms:
        rules = [rule for rule in pack.active if isinstance(rule, EquationRule) and rule.form == form.key]
        reached = {
            rule.id: cells
            for rule in pack.active
            if (cells := frozenset(key for key in rule.reach(pack.declared) if key in form.slots))
        }
        yield of_form(form, rules, reached)


def of_form(form: Form, rules: Sequence[EquationRule], reached: Mapping[str, frozenset[str]]) -> BlindSpots:
    """Compute what the equations leave open of the lines that the official form has."""
    cells = [key for key, slot in form.slots.items() if not slot.optional]
    official = frozenset(cells)
    equations: list[dict[str, int]] = []
    for instance in chain.from_iterable(rule.instances(form) for rule in rules if _is_general(rule)):
        if official.issuperset(instance.keys):
            terms: dict[str, int] = {}
            for coefficient, key in instance.terms:
                terms[key] = terms.get(key, 0) + coefficient
            equations.append(terms)
    columns: dict[str, list[tuple[int, Fraction]]] = {key: [] for key in cells}
    for number, terms in enumerate(equations):
        for key, coefficient in terms.items():
            columns[key].append((number, Fraction(coefficient)))
    tied = [key for key in cells if columns[key]]
    alike = _alike({key: tuple(columns[key]) for key in tied})
    distance, unseen = _unseen(equations, tied)
    return BlindSpots(
        form=form,
        cells=len(cells),
        equations=len(equations),
        rank=rank(equations),
        free=tuple(key for key in cells if not columns[key]),
        alike=alike,
        distance=distance,
        unseen=unseen,
        rectangles=sum(_is_rectangle(form, one) for one in unseen),
        partial=tuple(rule.id for rule in rules if not _is_general(rule)),
        reached=dict(reached),
    )


def _is_general(rule: EquationRule) -> bool:
    return rule.relation.sign == "=" and not rule.units


def rank(equations: Iterable[Mapping[str, int]]) -> int:
    """Return how many linear forms are independent, by elimination in exact numbers."""
    pivots: dict[str, dict[str, Fraction]] = {}
    for equation in equations:
        row = {key: Fraction(coefficient) for key, coefficient in equation.items() if coefficient}
        while row:
            lead = min(row)
            pivot = pivots.get(lead)
            if pivot is None:
                scale = row[lead]
                pivots[lead] = {key: coefficient / scale for key, coefficient in row.items()}
                break
            factor = row[lead]
            for key, coefficient in pivot.items():
                row[key] = row.get(key, Fraction(0)) - factor * coefficient
            row = {key: coefficient for key, coefficient in row.items() if coefficient}
    return len(pivots)


def _alike(columns: Mapping[str, Column]) -> tuple[tuple[str, ...], ...]:
    """Group cells whose equations are the same up to a factor."""
    groups: dict[Column, list[str]] = {}
    for key, column in columns.items():
        scale = column[0][1]
        groups.setdefault(tuple((number, c / scale) for number, c in column), []).append(key)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def _unseen(
    equations: Sequence[Mapping[str, int]], cells: Sequence[str]
) -> tuple[int | None, tuple[tuple[str, ...], ...]]:
    """Find the smallest sets of cells that can change together without breaking an equation."""
    search = _Search(equations, cells)
    for size in range(2, LONGEST + 1):
        found = search.of_size(size)
        if search.steps >= MOST_STEPS:
            break
        if found:
            return size, tuple(found)
    return None, ()


class _Search:
    """The search for sets of cells of which every equation has none or several, each set once."""

    def __init__(self, equations: Sequence[Mapping[str, int]], cells: Sequence[str]) -> None:
        self.equations, self.steps = equations, 0
        self.order = {key: number for number, key in enumerate(cells)}
        self.masks = {key: sum(1 << n for n, terms in enumerate(equations) if terms.get(key)) for key in cells}
        self.widest = max((mask.bit_count() for mask in self.masks.values()), default=0)
        self.found: list[tuple[str, ...]] = []

    def of_size(self, size: int) -> list[tuple[str, ...]]:
        """Return all sets of so many cells, in the order of the form."""
        self.found = []
        for key in self.order:  # the first cell of a set in the order of the form
            self._extend((key,), self.masks[key], 0, frozenset(), size - 1)
        return sorted(self.found, key=lambda cells: [self.order[key] for key in cells])

    def _extend(self, chosen: tuple[str, ...], once: int, twice: int, barred: frozenset[str], left: int) -> None:
        self.steps += 1
        lonely = once & ~twice
        if self.steps >= MOST_STEPS or lonely.bit_count() > left * self.widest:
            return
        if not left:
            if not lonely and self._cancels(chosen):
                self.found.append(tuple(sorted(chosen, key=self.order.__getitem__)))
            return
        rows = list(numbers(lonely or once))
        first = self.order[chosen[0]]
        choices = [
            [key for key in self.equations[row] if key not in barred and key not in chosen and self.order[key] > first]
            for row in rows
        ]
        cells = min(choices, key=len) if lonely else list(dict.fromkeys(chain.from_iterable(choices)))
        for key in cells:
            mask = self.masks[key]
            self._extend((*chosen, key), once | mask, twice | (once & mask), barred, left - 1)
            barred = barred.union((key,))

    def _cancels(self, chosen: tuple[str, ...]) -> bool:
        """Tell whether the cells can change together, all of them, with every sum staying as it is."""
        first, *rest = chosen
        touched = 0
        for key in chosen:
            touched |= self.masks[key]
        rows = [self.equations[n] for n in numbers(touched)]
        changes = solve([(row, Fraction(-row.get(first, 0))) for row in rows], rest)
        return changes is not None and len(changes) == len(rest) and all(changes.values())


def _is_rectangle(form: Form, cells: Sequence[str]) -> bool:
    slots = [form.slots[key] for key in cells]
    rows, columns = {slot.row_key for slot in slots}, {slot.column_key for slot in slots}
    return len(slots) == 4 and len(rows) == len(columns) == 2  # noqa: PLR2004 - the corners of a rectangle
