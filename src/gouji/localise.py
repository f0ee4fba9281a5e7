"""The wrong cell: which cells, put right, make every equation of a form hold.

The smallest sets of cells whose change satisfies all ties (Fellegi and Holt, "A systematic approach to
automatic edit and imputation", JASA 71, 1976) are searched exhaustively, in exact numbers, up to a
budget of steps; where that does not suffice, the solver HiGHS is asked. Every answer is proven against
every tie, and none is given as long as others may exist that were not looked at: a cell is never named
where another explains the broken ties as well.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain

from msgspec import Struct

from gouji.forms import Form
from gouji.moves import Move, moves
from gouji.ties import Change, Claim, Exact, Part, Tie, Values, numbers, parts_of, quotient, solved

MOST_CELLS = 8  # wrong at once in what hangs together; with more the table is to be written anew
MOST_ANSWERS = 6  # more help nobody
MOST_VETTED = 60  # that claims may choose from
MOST_STEPS = 4_000  # of the exhaustive search; some 50 ms
_SURE_SEARCH = 2  # cells; sets so small are always searched to the end


class Answer(Struct, frozen=True):
    """Changes that satisfy every tie, and the one move that they all come from, where there is one."""

    changes: tuple[Change, ...]
    move: Move | None = None


class Cause(Struct, frozen=True):
    """Ties broken for one reason, and the answers that explain it equally well, the likelier first."""

    ties: tuple[Tie, ...]
    answers: tuple[Answer, ...]


def causes(form: Form, ties: Sequence[Tie], values: Values, claims: Sequence[Claim] = ()) -> tuple[Cause, ...]:
    """Explain the broken ties of a form by the fewest cells.

    Args:
        form: the form, for what stands beside what.
        ties: every tie of the form in this report, broken or not.
        values: its cells; those that are blank and count as zero are 0, unknown ones are left out.
        claims: what is stated elsewhere. A change that makes false what held is no answer; where some make
            true what did not hold, the others are no answers.

    Returns:
        The causes, in the order of the form. A broken tie that no answer explains is in none of them.
    """
    money = frozenset(key for key, slot in form.slots.items() if slot.block.scale == "money")
    totals = frozenset(tie.total for tie in ties)
    found: list[Cause] = []
    for part in parts_of(ties, values, money):
        if all(row.tie.is_limit for row in part.picked(part.broken)):
            continue  # nothing is broken, or the tie itself says what should be
        most = MOST_VETTED if claims else MOST_ANSWERS
        answers = _vetted(_answers(part, form, most), values, claims)
        if len(answers) <= MOST_ANSWERS:
            found += _divided(part, sorted(answers, key=lambda answer: _doubt(answer, totals)))
    order = {key: number for number, key in enumerate(form.slots)}
    return tuple(sorted(found, key=lambda cause: min(order[c.key] for a in cause.answers for c in a.changes)))


def _doubt(answer: Answer, totals: frozenset[str]) -> tuple[bool, int, int, tuple[str, ...]]:
    """Order answers: moves, totals that were never filled in, then parts before totals."""
    unfilled = sum(change.key in totals and not change.old for change in answer.changes)
    weight = sum(change.key in totals for change in answer.changes)
    return answer.move is None, -unfilled, weight, tuple(change.key for change in answer.changes)


def _answers(part: Part, form: Form, most: int) -> list[Answer]:
    """Return every smallest answer; none when there are more than ``most``, or others may exist."""
    search = Search(part, most)
    found: list[tuple[Change, ...]] = []
    size = search.least
    while not found and not search.spent and size <= _SURE_SEARCH:
        found = search.of_size(size)
        size += 1
    answers = [Answer(changes) for changes in found]
    if len(found[0] if found else ()) != 1 and not search.spent:
        # one move is as good an explanation as two wrong cells, and a better one than three
        answers += [Answer(changes, move) for move, changes in moves(part, form)]
    while not answers and not search.spent and size <= MOST_CELLS:
        answers = [Answer(changes) for changes in search.of_size(size)]
        size += 1
    if search.spent:
        from gouji.smallest import smallest  # noqa: PLC0415 - the solver loads only where it is needed

        only = smallest(part, size - 1, MOST_CELLS)
        answers = [Answer(only)] if only else []
    return answers if len(answers) <= most else []


class Search:
    """The exhaustive search for sets of cells of one size, each once.

    A set explains the broken rows only if it has a cell in each of them, and in no other equation just
    one. From a row that lacks a cell the search tries every cell of that row, and goes on without it.
    """

    def __init__(self, part: Part, most: int = MOST_ANSWERS) -> None:
        """Start at nothing; no more than one above ``most`` sets of a size are returned."""
        self.part, self.most, self.steps = part, most, 0
        self.least = max(self._lacking(part.broken), 1)
        self.found: list[tuple[Change, ...]] = []
        self.demands: dict[str, list[tuple[int, Exact]]] = {}  # what a broken equation asks of a cell alone
        for number in numbers(part.broken & part.rigid):
            for key, coefficient in part.rows[number].terms.items():
                demand = (1 << number, quotient(part.rows[number].target, coefficient))
                self.demands.setdefault(key, []).append(demand)

    @property
    def spent(self) -> bool:
        """Whether the budget of steps is spent; what was found last is not complete then."""
        return self.steps >= MOST_STEPS

    def of_size(self, size: int) -> list[tuple[Change, ...]]:
        """Return the changes of every set of so many cells that satisfies all rows."""
        self.found = []
        self._extend((), 0, 0, frozenset(), size)
        return [] if self.spent else self.found

    def _lacking(self, needed: int) -> int:
        """Return how many cells these rows need at least: no cell has two rows of one family."""
        return max([(needed & family).bit_count() for family in self.part.families], default=0)

    def _extend(self, chosen: tuple[str, ...], once: int, twice: int, barred: frozenset[str], left: int) -> None:
        """Try every way to add so many cells; ``once`` and ``twice`` are the rows with one and with two cells."""
        part = self.part
        untouched = part.broken & ~once
        needed = untouched | (part.exact & ~part.broken & once & ~twice)
        self.steps += 1
        if self.spent or len(self.found) > self.most or self._lacking(needed) > left:
            return
        if not left:
            if not needed and (changes := solved(part, chosen)):
                self.found.append(changes)
            return
        if needed:
            cells = min([[k for k in part.rows[row].terms if k not in barred] for row in numbers(needed)], key=len)
        else:  # the numbers did not agree: a row that has a cell must have another
            around = chain.from_iterable(row.terms for row in part.picked(once))
            cells = [key for key in dict.fromkeys(around) if key not in barred]
        # where every cell to come must be in another row of a family, each of these rows gets one only
        single = 0
        for family in part.families:
            if (needed & family).bit_count() == left:
                single |= family & untouched & part.rigid
        barred = barred.union(chosen)
        for key in cells:
            if key in barred:
                continue
            mask = part.masks[key]
            if self._agrees(key, mask & single):
                self._extend((*chosen, key), once | mask, twice | (once & mask), barred, left - 1)
            barred = barred.union((key,))

    def _agrees(self, key: str, rows: int) -> bool:
        """Tell whether equations that this cell alone is to satisfy demand one and the same change of it."""
        if not rows:
            return True
        changes = {change for bit, change in self.demands[key] if bit & rows}
        return len(changes) == 1 and Fraction(self.part.values[key]) + changes.pop() >= 0


def _vetted(answers: Sequence[Answer], values: Values, claims: Sequence[Claim]) -> list[Answer]:
    """Drop answers that make a claim false; of the others keep those that make the most claims true."""
    before = [claim.holds(values) for claim in claims]
    kept: dict[int, list[Answer]] = {}
    for answer in answers:
        after_it = dict(values)
        for change in answer.changes:
            if change.new is None:
                after_it.pop(change.key)
            else:
                after_it[change.key] = change.new
        after = [claim.holds(after_it) for claim in claims]
        pairs = list(zip(before, after, strict=True))
        if (True, False) not in pairs:
            kept.setdefault(pairs.count((False, True)), []).append(answer)
    return kept[max(kept)] if kept else []


def _divided(part: Part, answers: Sequence[Answer]) -> Iterator[Cause]:
    """Divide answers into causes that have nothing to do with one another.

    Changes that share a row in any answer belong together. Where the answers are not just all the
    combinations of what each group may be, they stay whole.
    """
    if not answers:
        return
    sets = [frozenset(answer.changes) for answer in answers]
    whole = [list(answers)]
    split: list[list[Answer]] = []
    product = 1
    for group in _groups(part, sorted(frozenset().union(*sets), key=lambda change: (change.key, str(change.new)))):
        choices = list(dict.fromkeys(group & chosen for chosen in sets))
        split.append([Answer(tuple(sorted(choice, key=lambda change: change.key))) for choice in choices])
        product *= len(choices) if all(choices) else 0
    if product != len(sets) or any(answer.move for answer in answers):
        split = whole
    for choice in split:
        touched = part.touched(change.key for answer in choice for change in answer.changes)
        yield Cause(tuple(row.tie for row in part.picked(part.broken & touched)), tuple(choice))


def _groups(part: Part, changes: Sequence[Change]) -> list[frozenset[Change]]:
    groups: list[tuple[int, frozenset[Change]]] = []
    for change in changes:
        mask, members = part.masks[change.key], frozenset({change})
        apart = []
        for group in groups:
            if group[0] & mask:
                mask |= group[0]
                members |= group[1]
            else:
                apart.append(group)
        groups = [*apart, (mask, members)]
    return [members for _, members in groups]
