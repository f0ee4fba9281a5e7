"""Kind ``rollup``: the numbers of a government's own report are those of its units added up."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import ClassVar, Literal

from gouji.amount import State
from gouji.checks.across import Weighed, is_missing, status_of, told, weighed
from gouji.document import NOWHERE
from gouji.facts import Number, Reading
from gouji.finding import Equation, Excerpt, Operand, Reconciliation, Severity, Status
from gouji.forms import Form, Slot
from gouji.rule import Rule, undeclared
from gouji.subject import Declared, Deviation, Gap, NotApplicable, Outcomes, Passed, Subject
from gouji.wording import Text, same

MOST_NAMED = 5  # units in a message; the rest is counted
MOST_ROWS = 12  # of an excerpt


@dataclass(frozen=True, kw_only=True, eq=False)
class RollupRule(Rule):
    """A comparison of a report with the reports of the units below, cell by cell.

    Where reports are wanting, what is known of the sum is a lower bound only: a number below it is told
    with the severity ``incomplete``, everything else stays undetermined.

    Attributes:
        form: key of the form.
        rows, columns: of it; all if empty.
        relation: ``=``: the number is the sum; ``<=``: at most the sum, since one case may concern two units.
        incomplete: the severity where reports are wanting, or the register does not say that the units are all.
    """

    kind: Literal["rollup"]
    form: str
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    relation: Literal["=", "<="] = "="
    incomplete: Severity = Severity.WARNING

    beyond: ClassVar[bool] = True
    placeholders: ClassVar[frozenset[str]] = frozenset({"form", "count", "cells", "explained", "units"})

    def bind(self, declared: Declared) -> None:
        """Refuse an unknown form or row."""
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

    def evaluate(self, subject: Subject) -> Outcomes:
        """Compare every cell; all that differ are one deviation."""
        if not subject.around.below:
            yield NotApplicable()
            return
        sums = _Sums(self, subject)
        failed = [line for line in sums.lines if line.status is Status.FAIL]
        opened = [line for line in sums.lines if line.status is Status.UNDETERMINED]
        if failed:
            yield sums.deviation(failed)
        elif opened:
            yield Gap("", opened[0].reason or same(""), tuple(line.name for line in opened))
        else:
            yield Passed() if sums.lines else NotApplicable()

    def reconciled(self, subject: Subject) -> Sequence[Reconciliation]:
        """Return the comparison of every cell that the report has."""
        return _Sums(self, subject).lines if subject.around.below else ()


class _Sums:
    """The cells of one report beside the sums over the units below."""

    def __init__(self, rule: RollupRule, subject: Subject) -> None:
        self.rule, self.subject = rule, subject
        self.form: Form = subject.declared.forms[rule.form]
        self.below = subject.around.below
        self.known = [(one, one.reading) for one in self.below if isinstance(one.reading, Reading)]
        self.absent = [one for one in self.below if not isinstance(one.reading, Reading)]

    @property
    def complete(self) -> bool:
        return self.subject.around.complete and not self.absent

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """The cells that are compared: those that the report has."""
        facts, rows, columns = self.subject.reading.facts, self.rule.rows, self.rule.columns
        slots = (
            slot
            for slot in self.form.slots.values()
            if (not rows or slot.row_key in rows) and (not columns or slot.column_key in columns)
        )
        return tuple(slot for slot in slots if not is_missing(facts.get(slot.key)))

    @cached_property
    def lines(self) -> tuple[Reconciliation, ...]:
        return tuple(self._line(slot) for slot in self.slots)

    def _line(self, slot: Slot) -> Reconciliation:
        own = self.subject.reading.facts[slot.key]
        parts = [(-1, reading.facts.get(slot.key)) for _, reading in self.known]
        difference = weighed([(1, own), *parts])
        status = status_of(difference, self.rule.relation)
        if not self.complete:
            status = self._bounded(difference, status)
        total = weighed([(1, fact) for _, fact in parts])
        text = Text(
            f"{slot.title.zh}：本级 {own.written or '空白'}，{len(self.known)} 个单位合计 {total.known}",
            f"{slot.title.en}: own {own.written or 'blank'}, {len(self.known)} units {total.known}",
        )
        if status is Status.FAIL:
            gap = abs(difference.known)
            text = Text(f"{text.zh}，相差 {gap}", f"{text.en}, difference {gap}")
        exact = self.complete and not difference.blank and not difference.unknown
        left, right = str(own.value) if own.state is State.NUMBER else "", str(total.known)
        return Reconciliation(
            self.rule.id,
            slot.key,
            slot.title,
            text,
            left,
            right,
            str(difference.known) if exact or status is Status.FAIL else "",
            status,
            self._reason() if status is Status.UNDETERMINED else None,
        )

    def _bounded(self, difference: Weighed, status: Status) -> Status:
        """Judge with reports wanting: each of them can only make the sum larger."""
        if self.rule.relation == "<=":
            return status if status is Status.PASS else Status.UNDETERMINED
        own_is_open = any(coefficient > 0 for coefficient in (*difference.blank, *difference.unknown))
        return Status.FAIL if difference.known < 0 and not own_is_open else Status.UNDETERMINED

    def _reason(self) -> Text:
        if self.absent:
            names = [one.unit for one in self.absent]
            more = len(names) - MOST_NAMED
            some = "、".join(names[:MOST_NAMED])
            return Text(
                f"缺少 {len(names)} 个单位的数字（{some}{'等' if more > 0 else ''}），只能核对下限",
                f"the numbers of {len(names)} unit(s) are wanting ({', '.join(names[:MOST_NAMED])}{' …' if more > 0 else ''}): only a lower bound is known",
            )
        if not self.subject.around.complete:
            return Text(
                "名册没有声明下级单位齐全（汇总：完整），只能核对下限",
                "the register does not declare that the units are all: only a lower bound is known",
            )
        return Text(
            f"有的单位{self.form.name.zh}没有填写或无法读取",
            f"{self.form.name.en} of some units is blank or cannot be read",
        )

    # --- telling ------------------------------------------------------------------------------

    def deviation(self, failed: Sequence[Reconciliation]) -> Deviation:
        worst = max(failed, key=lambda line: (abs(Decimal(line.difference or 0)), line.address.endswith(".total")))
        own = self.subject.reading.facts[worst.address]
        values: dict[str, str | int | Text] = {
            "form": self.form.name, "count": len(failed), "cells": told(failed),
            "explained": self._explained(), "units": len(self.known),
        }  # fmt: skip
        ours = Operand(worst.address, Text("本级", "own"), 1, worst.left, own.place)
        theirs = Operand(
            "", Text(f"{len(self.known)} 个单位合计", f"sum of {len(self.known)} units"), 1, worst.right, NOWHERE
        )
        return Deviation(
            "",
            own.place,
            values,
            worst.right,
            worst.left,
            Equation(worst.text, (ours,), self.rule.relation, (theirs,), worst.difference),
            self._excerpt(failed),
            severity=None if self.complete else self.rule.incomplete,
        )

    def _explained(self) -> Text:
        """Say which unit explains the whole difference, where exactly one does."""
        residual = {}
        for slot in self.slots:
            difference = weighed(
                [(1, self.subject.reading.facts[slot.key]), *((-1, r.facts.get(slot.key)) for _, r in self.known)]
            )
            if difference.blank or difference.unknown:
                return same("")
            residual[slot.key] = difference.known
        found = [*self._told(residual)] if self.complete or any(value < 0 for value in residual.values()) else []
        if len(found) != 1:
            return same("")
        return found[0]

    def _told(self, residual: Mapping[str, Number]) -> Iterator[Text]:
        for one, reading in self.known:
            numbers = {slot.key: weighed([(1, reading.facts.get(slot.key))]).known for slot in self.slots}
            name = one.unit
            if any(numbers.values()) and all(residual[key] == -numbers[key] for key in residual):
                yield Text(
                    f"差额正是{name}的数字，可能没有计入",
                    f"the difference is exactly {name}, which may have been left out",
                )
            if any(numbers.values()) and all(residual[key] == numbers[key] for key in residual):
                yield Text(
                    f"差额正是{name}的数字，可能计了两次",
                    f"the difference is exactly {name}, which may have been counted twice",
                )
            wrong = {key: value for key, value in residual.items() if value}
            if wrong and wrong == {key: value for key, value in one.slips.items() if value and key in residual}:
                yield Text(
                    f"差额正是{name}报告中有误的数字造成的",
                    f"the difference comes from the wrong number in the report of {name}",
                )

    def _excerpt(self, failed: Sequence[Reconciliation]) -> Excerpt:
        """Lay the rows at fault beside the sums."""
        wrong = {line.address: line for line in self.lines}
        rows = list(dict.fromkeys(self.form.slots[line.address].row_key for line in failed))
        columns = tuple(dict.fromkeys(slot.column_key for slot in self.slots if slot.row_key in rows))
        shown: list[tuple[Text, tuple[str, ...]]] = []
        marked = set()
        for row in rows[:MOST_ROWS]:
            title = self.form.row_titles[row]
            keys = [f"{self.form.key}.{row}.{column}" if row else f"{self.form.key}.{column}" for column in columns]
            lines = [wrong.get(key) for key in keys]
            marked |= {(len(shown), x) for x, line in enumerate(lines) if line and line.status is Status.FAIL}
            shown.append(
                (Text(f"本级 {title.zh}", f"own {title.en}"), tuple(line.left if line else "" for line in lines))
            )
            shown.append(
                (Text(f"合计 {title.zh}", f"sum of {title.en}"), tuple(line.right if line else "" for line in lines))
            )
        titles = tuple(self.form.column_titles[column] for column in columns)
        left_out = 2 * max(0, len(rows) - MOST_ROWS)
        return Excerpt(self.form.name, titles, tuple(shown), frozenset(marked), left_out)
