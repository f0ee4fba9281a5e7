"""The forms of two reports side by side, cell by cell."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Context, Decimal
from enum import StrEnum

from msgspec import Struct

from gouji.amount import State
from gouji.checks.across import value_of
from gouji.document import Place
from gouji.facts import Fact, Number
from gouji.forms import Form, Slot
from gouji.personal import hidden
from gouji.wording import Text

UNNAMED_UNITS = ("", "件")  # of a column; others are said beside its title
_EXACT = Context(prec=100)  # a number may have 40 digits


class Cell(Struct, frozen=True):
    """A cell of a form in one report.

    Attributes:
        written: the cell as messages quote it; empty where nothing stands there.
        value: its number in the unit of the form; None unless the state is ``number``.
        state: what it holds; what cannot be read is never 0.
        place: where it is written.
    """

    written: str
    value: Number | None
    state: State
    place: Place

    @property
    def tells(self) -> bool:
        """Whether there is something to see: a number other than 0, an approximation, what cannot be read."""
        return bool(self.value) or self.state in (State.APPROXIMATE, State.UNREADABLE)


class Row(Struct, frozen=True):
    """One cell of a form in both reports; None where a report's form does not have it.

    Attributes:
        key: of the fact.
        row, column: what it is called.
        unit: of the number, where it is not 件.
        left, right: the cells.
    """

    key: str
    row: Text
    column: Text
    unit: str
    left: Cell | None
    right: Cell | None

    @property
    def change(self) -> Number | None:
        """Right minus left, where both are numbers."""
        if self.left is None or self.right is None or self.left.value is None or self.right.value is None:
            return None
        if isinstance(self.left.value, int) and isinstance(self.right.value, int):
            return self.right.value - self.left.value
        return _EXACT.subtract(Decimal(self.right.value), Decimal(self.left.value))

    @property
    def percent(self) -> Decimal | None:
        """The change in per cent of the left number, which must not be 0."""
        change = self.change
        if change is None or self.left is None or not self.left.value:
            return None
        share = _EXACT.divide(Decimal(change), Decimal(self.left.value).copy_abs())
        return _EXACT.quantize(_EXACT.multiply(100, share), Decimal("0.1"))

    @property
    def differs(self) -> bool:
        """Whether the reports do not say the same; 3 and 3.0 are the same."""
        if self.left is None or self.right is None:
            return True
        if self.left.value is not None and self.right.value is not None:
            return self.left.value != self.right.value
        return (self.left.state, self.left.written) != (self.right.state, self.right.written)

    @property
    def unknown(self) -> bool:
        """Whether nobody can tell if the reports say the same: a cell is not there or cannot be read."""
        return any(cell is None or cell.state is State.UNREADABLE for cell in (self.left, self.right))


class LeftOut(StrEnum):
    """Why a cell is not shown."""

    ZERO = "zero"  # 0 in both, or in the only one that has it
    EMPTY = "empty"  # no number in both
    MIXED = "mixed"  # 0 in one and no number in the other, where sizes are asked for
    EQUAL = "equal"  # the same number in both, where only differences are asked for


class FormSides(Struct, frozen=True):
    """A form in both reports.

    Attributes:
        form, name: its key and what it is called.
        rows: the cells to look at, in the order of the form.
        left_out: how many are not, and why.
        left_lost, right_lost: why nothing of it was read in a report; None where something was.
    """

    form: str
    name: Text
    rows: tuple[Row, ...]
    left_out: dict[LeftOut, int]
    left_lost: Text | None = None
    right_lost: Text | None = None

    @property
    def changed(self) -> int:
        """How many cells are known not to say the same; none where a report's form was not read."""
        if self.left_lost is not None or self.right_lost is not None:
            return 0
        return sum(row.differs and not row.unknown for row in self.rows)


class Table(Struct, frozen=True):
    """What one report has: its facts, and the forms that it was read with."""

    facts: Mapping[str, Fact]
    forms: Mapping[str, Form]


def forms_of(left: Table, right: Table, *, only_different: bool) -> tuple[FormSides, ...]:
    """Lay the forms of two reports side by side, in the order of the right one's.

    Args:
        left: one report.
        right: the other.
        only_different: leave out what is the same in both, not only what is 0 or empty in both.
    """
    keys = dict.fromkeys((*right.forms, *left.forms))
    return tuple(_sides(key, left, right, only_different=only_different) for key in keys)


def _sides(form: str, left: Table, right: Table, *, only_different: bool) -> FormSides:
    lost = [_lost(form, table) for table in (left, right)]
    rows, left_out = [], dict.fromkeys(LeftOut, 0)
    for slot in _slots(form, left, right):
        row = Row(
            slot.key,
            slot.row_title,
            slot.column.title,
            "" if slot.block.unit in UNNAMED_UNITS else slot.block.unit,
            _cell(left.facts.get(slot.key), slot),
            _cell(right.facts.get(slot.key), slot),
        )
        known = [cell for cell, gone in zip((row.left, row.right), lost, strict=True) if cell and not gone]
        why = _why_left_out(row, known, only_different=only_different)
        if why is None:
            rows.append(row)
        elif known:
            left_out[why] += 1
    name = (right.forms.get(form) or left.forms[form]).name
    return FormSides(form, name, tuple(rows), left_out, *lost)


def _slots(form: str, left: Table, right: Table) -> Iterable[Slot]:
    """Return the cells of both forms, in the order of the right one; what only the left one has comes last."""
    slots: dict[str, Slot] = {}
    for table in (right, left):
        for key, slot in table.forms[form].slots.items() if form in table.forms else ():
            slots.setdefault(key, slot)
    return slots.values()


def _why_left_out(row: Row, known: list[Cell], *, only_different: bool) -> LeftOut | None:
    """Return why a cell need not be shown; ``known`` are those of reports of which the form was read."""
    telling = any(cell.tells for cell in known)
    if len(known) == 2:  # noqa: PLR2004 - both
        if row.differs:
            return None if telling or only_different else LeftOut.MIXED
        if telling and only_different and not row.unknown:
            return LeftOut.EQUAL
    if telling:
        return None
    return LeftOut.ZERO if any(cell.value is not None for cell in known) else LeftOut.EMPTY


def _cell(fact: Fact | None, slot: Slot) -> Cell | None:
    if fact is None:
        return None
    value = value_of(fact, slot)
    written = fact.written if value == fact.value else fact.raw.strip()  # 3500元 in a column of 万元
    if (said := hidden(written)) != written:
        value = None  # a number of a person is no number of a form
    return Cell(said, value, fact.state, fact.place)


def _lost(form: str, table: Table) -> Text | None:
    """Say why nothing of a form was read, where that is so."""
    if form not in table.forms:
        return Text("这一年没有这张表", "there was no such form in that year")
    states = set(_states(form, table.facts))
    if states <= {State.MISSING}:
        return Text("没有找到这张表", "the table was not found")
    if states <= {State.MISSING, State.UNREADABLE}:
        return Text("有这张表，但没有读成", "the table is there and could not be read")
    return None


def _states(form: str, facts: Mapping[str, Fact]) -> Iterator[State]:
    return (fact.state for key, fact in facts.items() if key.startswith(f"{form}."))
