"""Kind ``rollup``: the numbers of a government's own report are those of its units added up."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import ClassVar, Literal

from msgspec import Struct

from gouji.checks.across import (
    ROUNDED,
    Part,
    Weighed,
    is_missing,
    plain,
    shown,
    sides,
    status_of,
    told,
    told_gap,
    value_of,
    weighed,
    without,
)
from gouji.document import NOWHERE
from gouji.facts import Number, Reading
from gouji.finding import Equation, Excerpt, Operand, Reconciliation, Severity, Status
from gouji.forms import Form, Slot
from gouji.rule import Rule, undeclared
from gouji.subject import Below, Declared, Deviation, Gap, NotApplicable, Outcomes, Passed, Subject
from gouji.wording import Text, same, shorten

MOST_NAMED = 5  # units in a message; the rest is counted
MOST_ROWS = 12  # of an excerpt
LONGEST_QUOTED = 40  # characters

# A report that adds nothing up: in nine of ten cells it has a quarter of the sum at most.
FEWEST_CELLS = 5  # in which the units have numbers worth comparing
SMALLEST_SUM = 4  # that is worth comparing
FEWEST_UNITS = 3  # that have numbers; of two, the one that is not there may have been left out


@dataclass(frozen=True, kw_only=True, eq=False)
class RollupRule(Rule):
    """A comparison of a report with the reports of the units below, cell by cell.

    Where reports are wanting, what is known of the sum is a lower bound only: a number below it is told
    with the severity ``incomplete``, everything else stays undetermined.

    Attributes:
        form: key of the form.
        rows, columns: of it; all if empty.
        relation: ``=``: the number is the sum; ``<=``: at most the sum, since one case may concern two units,
            and at least the number of each single unit.
        scope: a declared field; where the report has it, its numbers are those of its own organ only, and
            nothing is compared.
        incomplete: the severity where reports are wanting, or the register does not say that the units are
            all, or the report does not look like one that adds them up.
    """

    kind: Literal["rollup"]
    form: str
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    relation: Literal["=", "<="] = "="
    scope: str = ""
    incomplete: Severity = Severity.WARNING

    beyond: ClassVar[bool] = True
    placeholders: ClassVar[frozenset[str]] = frozenset({"form", "count", "cells", "explained", "units", "differs"})

    def bind(self, declared: Declared) -> None:
        """Refuse an unknown form, row, column or field."""
        form = declared.forms.get(self.form)
        if form is None:
            raise undeclared("form", Text("表格", "form"), [self.form], declared.forms)
        for key, what, given, known in (
            ("rows", Text("行", "row"), self.rows, form.row_titles),
            ("columns", Text("列", "column"), self.columns, form.column_titles),
        ):
            unknown = [name for name in given if name not in known]
            if unknown:
                raise undeclared(key, what, unknown, known)
        if self.scope and self.scope not in declared.fields:
            raise undeclared("scope", Text("要素", "field"), [self.scope], declared.fields)

    def evaluate(self, subject: Subject) -> Outcomes:
        """Compare every cell; all that differ are one deviation."""
        if not subject.around.below:
            yield NotApplicable()
            return
        if (own := self._own_scope(subject)) is not None:
            yield Gap("", own)
            return
        sums = _Sums(self, subject)
        if not sums.slots:
            yield Gap("", without(sums.form))
            return
        lines = sums.lines
        failed = [line for line in lines if line.status is Status.FAIL]
        if failed:
            yield sums.deviation(failed)
        for reason in dict.fromkeys(line.reason for line in lines if line.reason):
            open_ = () if reason == sums.bounded else (line.name for line in lines if line.reason == reason)
            yield Gap("", reason, tuple(open_))
        if all(line.status is Status.PASS for line in lines):
            yield Passed()

    def reconciled(self, subject: Subject) -> Sequence[Reconciliation]:
        """Return the comparison of every cell that the report has."""
        compared = subject.around.below and self._own_scope(subject) is None
        return _Sums(self, subject).lines if compared else ()

    def _own_scope(self, subject: Subject) -> Text | None:
        """Say that the report itself says that it adds nothing up."""
        found = subject.reading.fields.get(self.scope) if self.scope else None
        if not found:
            return None
        words = shorten(found[0].raw, LONGEST_QUOTED)
        return Text(
            f"报告写明只统计本机关（“{words}”），没有与各单位之和核对",
            f"the report says that it is of its own organ only (“{words}”): not compared with the sum of the units",
        )


class _Cell(Struct, frozen=True):
    """One cell of the report beside those of the units.

    Attributes:
        slot: which.
        total: the numbers of the units added up.
        difference: the report's own number minus theirs, of the units that are known.
        largest: the unit with the largest number, and that number.
    """

    slot: Slot
    total: Weighed
    difference: Weighed
    largest: tuple[str, Number]


class _Unit(Struct, frozen=True):
    """What a unit adds: cell -> its numbers, and their sum."""

    below: Below
    parts: Mapping[str, Sequence[Part]]
    added: Mapping[str, Weighed]


class _Sums:
    """The cells of one report beside the sums over the units below."""

    def __init__(self, rule: RollupRule, subject: Subject) -> None:
        self.rule, self.subject = rule, subject
        self.form: Form = subject.declared.forms[rule.form]
        self.facts = subject.reading.facts
        self.below = subject.around.below

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """The cells that are compared: those that the report has."""
        rows, columns = self.rule.rows, self.rule.columns
        slots = (
            slot
            for slot in self.form.slots.values()
            if (not rows or slot.row_key in rows) and (not columns or slot.column_key in columns)
        )
        return tuple(slot for slot in slots if not is_missing(self.facts.get(slot.key)))

    @cached_property
    def units(self) -> tuple["_Unit", ...]:
        """The units whose reports have the form."""
        found = (self._unit(one, one.reading) for one in self.below if isinstance(one.reading, Reading))
        return tuple(unit for unit in found if unit)

    def _unit(self, below: Below, reading: Reading) -> "_Unit | None":
        parts = {slot.key: self._parts(slot, reading) for slot in self.slots}
        has = any(not is_missing(fact) for cell in parts.values() for _, _, fact in cell)
        return _Unit(below, parts, {key: weighed(cell) for key, cell in parts.items()}) if has else None

    def _parts(self, slot: Slot, reading: Reading) -> Sequence[Part]:
        """Return what a report has in a cell: forms of different years print some rows as one, or line by line."""
        fact = reading.facts.get(slot.key)
        if fact is not None:
            return [(1, slot, fact)]
        rows = [
            one
            for one in self.form.slots.values()
            if one.column_key == slot.column_key and one.row_key.rpartition(".")[0] == slot.row_key and slot.row_key
        ]
        if rows:
            return [(1, one, reading.facts.get(one.key)) for one in rows]
        group = reading.facts.get(f"{self.form.key}.{slot.row_key.rpartition('.')[0]}.{slot.column_key}")
        whole = value_of(group, slot)
        # of a group with nothing in it every line is 0
        return [(1, slot, group if whole is None or not whole else None)]

    @cached_property
    def absent(self) -> tuple[Below, ...]:
        """The units whose numbers are not known."""
        known = {id(unit.below) for unit in self.units}
        return tuple(one for one in self.below if id(one) not in known)

    @property
    def complete(self) -> bool:
        """Whether the sum is known, and is all that the report adds up."""
        return self.subject.around.complete and not self.absent

    @cached_property
    def cells(self) -> tuple[_Cell, ...]:
        return tuple(map(self._cell, self.slots))

    def _cell(self, slot: Slot) -> _Cell:
        parts = [part for unit in self.units for part in unit.parts[slot.key]]
        negative = ((-coefficient, one, fact) for coefficient, one, fact in parts)
        numbers = [(unit.below.unit, unit.added[slot.key].known) for unit in self.units]
        return _Cell(
            slot,
            weighed(parts),
            weighed([(1, slot, self.facts[slot.key]), *negative]),
            max(numbers, key=lambda pair: pair[1], default=("", 0)),
        )

    @cached_property
    def lines(self) -> tuple[Reconciliation, ...]:
        return tuple(map(self._line, self.cells))

    def _line(self, cell: _Cell) -> Reconciliation:
        slot, own, total = cell.slot, self.facts[cell.slot.key], cell.total
        number, (unit, largest) = value_of(own, slot), cell.largest
        name, ours = slot.title, shown(own, slot)
        if self.rule.relation == "<=" and number is not None and number < largest:
            text = Text(
                f"{name.zh}：本级 {ours.zh}，少于{unit}一个单位的 {plain(largest)}",
                f"{name.en}: own {ours.en}, less than the {plain(largest)} of {unit} alone",
            )
            left, right, gap = plain(number), plain(largest), plain(number - largest)
            return Reconciliation(self.rule.id, slot.key, name, text, left, right, gap, Status.FAIL)
        status, count, known = self._status(cell), len(self.units), plain(total.known)
        least = Text("至少 ", "at least ") if total.open else Text(" ", "")
        zh, en = (
            f"{name.zh}：本级 {ours.zh}，{count} 个单位合计{least.zh}{known}",
            f"{name.en}: own {ours.en}, {count} units {least.en}{known}",
        )
        if status is Status.FAIL:
            bound = Text("至少", "at least ") if total.open or not self.complete else Text("", "")
            gap = plain(cell.difference.known).lstrip("-")
            zh, en = f"{zh}，{bound.zh}相差 {gap}", f"{en}, difference {bound.en}{gap}"
        return Reconciliation(
            self.rule.id,
            slot.key,
            name,
            Text(zh, en),
            "" if number is None else plain(number),
            known,
            told_gap(cell.difference, status) if self.complete or status is Status.FAIL else "",
            status,
            self._reason(cell) if status is Status.UNDETERMINED else None,
        )

    def _status(self, cell: _Cell) -> Status:
        """Judge a cell; units that are wanting can only make the sum larger."""
        found = cell.difference
        if not self.complete:
            found = Weighed(found.known, found.blank, (*found.unknown, -1), found.rounding)
        return status_of(found, self.rule.relation)

    # --- why something stays open -----------------------------------------------------------------

    def _reason(self, cell: _Cell) -> Text:
        if value_of(self.facts[cell.slot.key], cell.slot) is None:
            return Text(
                f"本级报告的{self.form.name.zh}中有的数字没有填写或无法读取",
                f"numbers of {self.form.name.en} are blank or cannot be read",
            )
        return self.bounded or (self._open if cell.total.open else ROUNDED)

    @cached_property
    def bounded(self) -> Text | None:
        """Why only a lower bound of all sums is known; None where they are known."""
        if self.absent:
            said = [one.reading if isinstance(one.reading, Text) else without(self.form) for one in self.absent]
            zh, _ = _named([f"{one.unit}：{why.zh}" for one, why in zip(self.absent, said, strict=True)])
            _, en = _named([f"{one.unit}: {why.en}" for one, why in zip(self.absent, said, strict=True)])
            return Text(
                f"缺少 {len(self.absent)} 个单位的数字（{zh}），只能核对下限",
                f"the numbers of {len(self.absent)} unit(s) are wanting ({en}): only a lower bound is known",
            )
        if not self.subject.around.complete:
            return Text(
                "名册没有声明下级单位齐全（汇总：完整），只能核对下限",
                "the register does not declare that the units are all: only a lower bound is known",
            )
        return None

    @cached_property
    def _open(self) -> Text:
        keys = [cell.slot.key for cell in self.cells if self._status(cell) is Status.UNDETERMINED]
        names = [unit.below.unit for unit in self.units if any(unit.added[key].open for key in keys)]
        zh, en = _named(names)
        return Text(
            f"{len(names)} 个单位的{self.form.name.zh}中有的数字没有填写、无法读取、格式不同或几份报告不一致（{zh}）",
            f"{self.form.name.en} of {len(names)} unit(s) has numbers that are blank, cannot be read, are set out otherwise,"
            f" or differ between several reports ({en})",
        )

    # --- telling ----------------------------------------------------------------------------------

    def deviation(self, failed: Sequence[Reconciliation]) -> Deviation:
        worst = max(failed, key=lambda line: (abs(Decimal(line.difference)), line.address.endswith(".total")))
        own = self.facts[worst.address]
        why = self.explained
        only = None if why else self.own_only
        values: dict[str, str | int | Text] = {
            "form": self.form.name, "count": len(failed), "cells": told(failed), "differs": self._differs(failed),
            "explained": _sentence(why or only), "units": len(self.units),
        }  # fmt: skip
        short = self.rule.relation == "<=" and worst.difference.startswith("-")
        name = Text(f"{len(self.units)} 个单位合计", f"sum of {len(self.units)} units")
        if short:
            name = same(next(cell.largest[0] for cell in self.cells if cell.slot.key == worst.address))
        ours = Operand(worst.address, Text("本级", "own"), 1, worst.left, own.place)
        theirs = Operand("", name, 1, worst.right, NOWHERE)
        should, found = sides(failed)
        return Deviation(
            "",
            own.place,
            values,
            should,
            found,
            Equation(worst.text, (ours,), ">=" if short else self.rule.relation, (theirs,), worst.difference),
            self._excerpt(failed),
            severity=None if self.complete and only is None else self.rule.incomplete,
        )

    def _differs(self, failed: Sequence[Reconciliation]) -> Text:
        """Say how the cells differ from what they should be."""
        count = len(self.units)
        if self.rule.relation == "=" and self.complete:
            return Text(f"与 {count} 个单位之和不符", f"are not the sum of {count} units")
        if self.rule.relation == "=":
            more = len(self.absent)
            rest = Text(f"（另缺 {more} 个单位的数字）", f" ({more} more are wanting)") if more else Text("", "")
            return Text(f"小于 {count} 个单位之和{rest.zh}", f"are below the sum of {count} units{rest.en}")
        short = {line.difference.startswith("-") for line in failed}
        if short == {True}:
            return Text("少于其中一个单位的数字", "are less than the number of one of the units")
        if short == {False}:
            return Text(f"超过 {count} 个单位之和", f"exceed the sum of {count} units")
        return Text(f"与 {count} 个单位的数字不符", f"do not agree with {count} units")

    @cached_property
    def residual(self) -> dict[str, Number]:
        """The differences that are certain."""
        return {cell.slot.key: cell.difference.known for cell in self.cells if cell.difference.settled}

    @cached_property
    def numbers(self) -> Sequence[tuple[Below, dict[str, Number]]]:
        """What each unit adds to the cells of which the difference is certain."""
        return [(unit.below, {key: unit.added[key].known for key in self.residual}) for unit in self.units]

    @property
    def explained(self) -> Text | None:
        """Say which unit explains the whole difference, where exactly one does."""
        found = [*self._explanations()]
        return found[0] if len(found) == 1 else None

    def _explanations(self) -> Iterator[Text]:
        wrong = {key: value for key, value in self.residual.items() if value}
        if any(line.status is Status.FAIL and line.address not in wrong for line in self.lines):
            return
        for below, numbers in self.numbers:
            unit = below.unit
            added = {key: value for key, value in numbers.items() if value}
            if wrong == {key: -value for key, value in added.items()}:
                yield Text(
                    f"差额正是{unit}的数字，可能没有计入",
                    f"the difference is exactly {unit}, which may have been left out",
                )
            if wrong == added:
                yield Text(
                    f"差额正是{unit}的数字，可能计了两次",
                    f"the difference is exactly {unit}, which may have been counted twice",
                )
            if wrong == {key: value for key, value in below.slips.items() if value and key in self.residual}:
                yield Text(
                    f"差额正是{unit}报告中有误的数字造成的",
                    f"the difference comes from the wrong number in the report of {unit}",
                )

    @property
    def own_only(self) -> Text | None:
        """Say that the report seems to add nothing up: its numbers are none, those of one unit, or far too small."""
        sums = {cell.slot.key: cell.total.known for cell in self.cells if cell.slot.key in self.residual}
        own = {key: total + self.residual[key] for key, total in sums.items()}
        busy = [(below.unit, numbers) for below, numbers in self.numbers if any(numbers.values())]
        if len(busy) < FEWEST_UNITS or any(self.residual[key] > 0 for key in own):
            return None
        alike = [unit for unit, numbers in busy if numbers == own]
        if len(alike) == 1:
            return Text(
                f"本级的数字与{alike[0]}的完全相同，看来只报了本机关的，没有汇总各单位",
                f"the numbers are exactly those of {alike[0]}: the report seems to be of its own organ only",
            )
        cells = [key for key, total in sums.items() if total >= SMALLEST_SUM]
        small = [key for key in cells if 4 * own[key] <= sums[key]]
        if not any(own.values()) or (len(cells) >= FEWEST_CELLS and 10 * len(small) >= 9 * len(cells)):
            return Text(
                "本级的数字远小于各单位之和，看来只报了本机关的，没有汇总各单位",
                "the numbers are far below the sums: the report seems to be of its own organ only",
            )
        return None

    def _excerpt(self, failed: Sequence[Reconciliation]) -> Excerpt:
        """Lay the rows at fault beside the sums."""
        by_key = {cell.slot.key: cell for cell in self.cells}
        wrong = {line.address for line in failed}
        rows = list(dict.fromkeys(self.form.slots[line.address].row_key for line in failed))[:MOST_ROWS]
        columns = tuple(dict.fromkeys(slot.column_key for slot in self.slots if slot.row_key in rows))
        shown_rows: list[tuple[Text, tuple[str, ...]]] = []
        marked = set()
        for row in rows:
            title = self.form.row_titles[row]
            cells = [by_key.get(".".join(filter(None, (self.form.key, row, column)))) for column in columns]
            marked |= {(len(shown_rows), x) for x, cell in enumerate(cells) if cell and cell.slot.key in wrong}
            own = tuple(self._written(cell.slot) if cell else "" for cell in cells)
            total = tuple(plain(cell.total.known) if cell else "" for cell in cells)
            shown_rows += [
                (Text(f"本级 {title.zh}", f"own {title.en}"), own),
                (Text(f"合计 {title.zh}", f"sum of {title.en}"), total),
            ]
        titles = tuple(self.form.column_titles[column] for column in columns)
        return Excerpt(self.form.name, titles, tuple(shown_rows), frozenset(marked))

    def _written(self, slot: Slot) -> str:
        fact = self.facts[slot.key]
        value = value_of(fact, slot)
        return fact.written if value is None else plain(value)


def _sentence(text: Text | None) -> Text:
    """Return a further sentence of a message, or nothing."""
    return Text(f"。{text.zh}", f". {text.en[:1].upper()}{text.en[1:]}") if text else same("")


def _named(units: Sequence[str]) -> tuple[str, str]:
    """Return the names of some units in both languages."""
    some, more = units[:MOST_NAMED], len(units) > MOST_NAMED
    return f"{'、'.join(some)}{'等' if more else ''}", f"{', '.join(some)}{' …' if more else ''}"
