"""Kind ``continuity``: what a report takes over from the year before is what that year's report left."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal

from msgspec import Struct

from gouji.checks.across import (
    ROUNDED,
    Part,
    Weighed,
    plain,
    shown,
    sides,
    status_of,
    told,
    told_gap,
    value_of,
    weighed,
    without,
    year_before,
)
from gouji.document import NOWHERE, Place
from gouji.expression import Relation, Term, parse
from gouji.facts import Fact, Reading
from gouji.finding import Equation, Excerpt, Operand, Reconciliation, Severity, Status
from gouji.forms import Form, Slot
from gouji.likeness import same_unit
from gouji.rule import Rule, undeclared
from gouji.subject import Declared, Deviation, Gap, NotApplicable, Outcomes, Passed, Subject
from gouji.wording import Text, listed, same, shorten

PRIOR = "prior."
LONGEST_NOTE = 40  # characters of a note that a message quotes
_LINKS = {"=": Text("应等于", "should be"), "<=": Text("应不大于", "should be at most"), ">=": Text("应不小于", "should be at least")}  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class ContinuityRule(Rule):
    """A linear relation between a report and the one of the year before.

    Attributes:
        form: key of the form.
        for_each: ``columns``: names are rows, once per column; absent: names are slots, once.
        equation: the relation; ``prior.`` before a name takes it from the report of the year before.
        note: a declared field; where the report has it, it explains the difference itself, and a
            deviation is of the severity ``noted``.
        noted, renamed: the severity where there is such a note, and where the unit went by another name.
    """

    kind: Literal["continuity"]
    form: str
    for_each: Literal["columns"] | None = None
    equation: str
    note: str = ""
    noted: Severity = Severity.INFO
    renamed: Severity = Severity.WARNING

    beyond: ClassVar[bool] = True
    placeholders: ClassVar[frozenset[str]] = frozenset({"form", "where", "equation", "count", "year", "remark"})

    def __post_init__(self) -> None:
        """Parse the relation."""
        Rule.__post_init__(self)
        parse(self.equation)

    @cached_property
    def relation(self) -> Relation:
        """The relation, parsed."""
        return parse(self.equation)

    def bind(self, declared: Declared) -> None:
        """Refuse an unknown form, name or field."""
        form = declared.forms.get(self.form)
        if form is None:
            raise undeclared("form", Text("表格", "form"), [self.form], declared.forms)
        known = set(form.rows) if self.for_each else {key.removeprefix(f"{form.key}.") for key in form.slots}
        unknown = [name for name in self.relation.names if name.removeprefix(PRIOR) not in known]
        if unknown:
            raise undeclared("equation", Text("数据项", "fact name"), unknown, sorted(known))
        if self.note and self.note not in declared.fields:
            raise undeclared("note", Text("要素", "field"), [self.note], declared.fields)

    def evaluate(self, subject: Subject) -> Outcomes:
        """Compare the two reports; all columns that differ are one deviation."""
        previous = year_before(subject)
        if isinstance(previous, Text):
            yield Gap("", previous)
            return
        lines = tuple(self._lines(subject, previous)) if previous else ()
        failed = [line for line in lines if line.status is Status.FAIL]
        opened = [line for line in lines if line.status is Status.UNDETERMINED]
        if failed and previous:
            yield self._deviation(failed, subject, previous)
        if opened:
            reason = opened[0].reason
            names = () if opened[0].lost else (line.name for line in opened if line.reason == reason)
            yield Gap("", reason, tuple(names))
        if not (failed or opened):
            yield Passed() if lines else NotApplicable()

    def reconciled(self, subject: Subject) -> Iterator[Reconciliation]:
        """Yield the relation for every column that both years' forms have."""
        previous = year_before(subject)
        lines = self._lines(subject, previous) if isinstance(previous, Reading) else ()
        return (line.told(self) for line in lines)

    def reach(self, declared: Declared) -> frozenset[str]:
        """Return the cells of the report itself that are compared."""
        form = declared.forms[self.form]
        own = [name for name in self.relation.names if not name.startswith(PRIOR)]
        keys = (_key(form, name, c) for name in own for c in (form.column_titles if self.for_each else ("",)))
        return frozenset(key for key in keys if key in form.slots)

    def _lines(self, subject: Subject, previous: Reading) -> Iterator["_Line"]:
        form = subject.declared.forms[self.form]
        for instance in form.column_titles if self.for_each else ("",):
            if any(_key(form, name, instance) not in form.slots for name in self.relation.names):
                continue  # a form may have blocks with other columns
            left, right = (
                tuple(_term(term, instance, form, subject.reading, previous) for term in side)
                for side in (self.relation.left, self.relation.right)
            )
            # what a form has is in every reading of it, missing or not; an optional line only where it is written
            if all(one.fact is not None for one in (*left, *right) if one.slot):
                yield _Line(form, instance, left, right, self.relation)

    def _deviation(self, failed: Sequence["_Line"], subject: Subject, previous: Reading) -> Deviation:
        form = subject.declared.forms[self.form]
        worst = failed[-1]  # the last column is the total
        reconciled = [line.told(self) for line in failed]
        words = told(reconciled)
        values: dict[str, str | int | Text] = {
            "form": form.name,
            "where": listed(form.column_titles[line.instance] if line.instance else line.name for line in failed),
            "equation": words,
            "count": len(failed),
            "year": previous.year or "",
            "remark": self._remark(subject, previous),
        }  # fmt: skip
        should, found = sides(reconciled)
        return Deviation(
            "",
            next((one.place for one in worst.terms if one.place != NOWHERE), NOWHERE),
            values,
            should,
            found,
            worst.equation(),
            self._excerpt(failed, subject, previous) if self.for_each else None,
            severity=self._severity(subject, previous),
        )

    def _severity(self, subject: Subject, previous: Reading) -> Severity:
        least = [self.severity]
        if self._note(subject):
            least.append(self.noted)
        if _is_renamed(subject, previous):
            least.append(self.renamed)
        return max(least, key=lambda severity: severity.rank)

    def _note(self, subject: Subject) -> str:
        found = subject.reading.fields.get(self.note) if self.note else None
        return shorten(found[0].raw, LONGEST_NOTE) if found else ""

    def _remark(self, subject: Subject, previous: Reading) -> Text:
        """Say what makes a deviation less than it would be."""
        zh, en = "", ""
        if note := self._note(subject):
            zh, en = f"；报告有说明：“{note}”", f"; the report explains: “{note}”"
        if _is_renamed(subject, previous) and previous.unit:
            unit = shorten(previous.unit, LONGEST_NOTE)
            zh, en = (
                f"{zh}；上年报告的单位是“{unit}”，请确认是同一单位",
                f"{en}; the report of that year is by “{unit}”",
            )
        return Text(zh, en)

    def _excerpt(self, failed: Sequence["_Line"], subject: Subject, previous: Reading) -> Excerpt:
        """Lay the rows of both reports under each other."""
        form = subject.declared.forms[self.form]
        columns = [c for c in form.column_titles if _key(form, self.relation.names[0], c) in form.slots]
        rows = []
        for name in self.relation.names:
            prior = name.startswith(PRIOR)
            facts = (previous if prior else subject.reading).facts
            title = form.row_titles[name.removeprefix(PRIOR)]
            if prior:
                title = Text(f"{previous.year}年报告：{title.zh}", f"report on {previous.year}: {title.en}")
            cells = tuple(fact.written if (fact := facts.get(_key(form, name, c))) else "" for c in columns)
            rows.append((title, cells))
        wrong = {line.instance for line in failed}
        marked = frozenset((y, x) for y in range(len(rows)) for x, column in enumerate(columns) if column in wrong)
        return Excerpt(form.name, tuple(form.column_titles[c] for c in columns), tuple(rows), marked)


def _is_renamed(subject: Subject, previous: Reading) -> bool:
    return subject.around.renamed or not same_unit(subject.reading.unit, previous.unit)


class _Term(Struct, frozen=True):
    """One term with its fact; without a slot it is a constant. ``year`` is there where it is of the year before."""

    coefficient: int
    slot: Slot | None = None
    name: Text = same("")
    fact: Fact | None = None
    year: int | None = None

    @property
    def place(self) -> Place:
        """Where it is written in the report itself."""
        return self.fact.place if self.fact and self.year is None else NOWHERE

    @property
    def operand(self) -> Operand:
        """The term as an equation has it."""
        if self.slot is None:
            return Operand("", same(""), 1 if self.coefficient > 0 else -1, str(abs(self.coefficient)), NOWHERE)
        value = value_of(self.fact, self.slot)
        written = plain(value) if value is not None else self.fact.written if self.fact else ""
        return Operand(self.slot.key if self.year is None else "", self.name, self.coefficient, written, self.place)


def _term(term: Term, instance: str, form: Form, reading: Reading, previous: Reading) -> _Term:
    if not term.name:
        return _Term(term.coefficient)
    slot = form.slots[_key(form, term.name, instance)]
    if not term.name.startswith(PRIOR):
        return _Term(term.coefficient, slot, slot.title, reading.facts.get(slot.key))
    name = Text(f"{previous.year}年报告的{slot.title.zh}", f"{slot.title.en} of {previous.year}")
    return _Term(term.coefficient, slot, name, previous.facts.get(slot.key), previous.year)


def _key(form: Form, name: str, instance: str) -> str:
    return ".".join(filter(None, (form.key, name.removeprefix(PRIOR), instance)))


class _Line(Struct, frozen=True, dict=True):
    """The relation in one column, or once."""

    form: Form
    instance: str
    left: tuple[_Term, ...]
    right: tuple[_Term, ...]
    relation: Relation

    @property
    def terms(self) -> tuple[_Term, ...]:
        return (*self.left, *self.right)

    @property
    def name(self) -> Text:
        """What is compared: the first number of the report itself."""
        return next((one.name for one in self.terms if one.slot and one.year is None), self.form.name)

    @cached_property
    def difference(self) -> Weighed:
        left, right = _parts(self.left), _parts(self.right)
        negative = [(-coefficient, slot, fact) for coefficient, slot, fact in right]
        return weighed([*left, *negative], _constant(self.left) - _constant(self.right))

    @cached_property
    def status(self) -> Status:
        return status_of(self.difference, self.relation.sign)

    @cached_property
    def gap(self) -> str:
        """The difference; empty where it is not known, and proves nothing."""
        return told_gap(self.difference, self.status)

    @cached_property
    def text(self) -> Text:
        """The relation with its numbers."""
        left, right = _in_words(self.left), _in_words(self.right)
        link, gap = _LINKS[self.relation.sign], Text("", "")
        if self.status is Status.FAIL:
            least = Text("至少", "at least ") if self.difference.open else Text("", "")
            number = self.gap.lstrip("-")
            gap = Text(f"，{least.zh}相差 {number}", f", difference {least.en}{number}")
        return Text(f"{left.zh}，{link.zh}{right.zh}{gap.zh}", f"{left.en}, {link.en} {right.en}{gap.en}")

    @cached_property
    def opened(self) -> list[_Term]:
        """The terms that are not known: those of the report itself, or else those of the year before."""
        found = [one for one in self.terms if one.slot and value_of(one.fact, one.slot) is None]
        return [one for one in found if one.year is None] or found

    @property
    def lost(self) -> Text | None:
        """Say that one of the reports does not have the form at all."""
        if not self.opened or any(one.fact and one.fact.place != NOWHERE for one in self.opened):
            return None
        year, said = self.opened[0].year, without(self.form)
        return said if year is None else Text(f"{year} 年{said.zh}", f"{said.en} on {year}")

    @property
    def reason(self) -> Text:
        """Why it stays open."""
        if not self.opened:
            return ROUNDED
        year, name = self.opened[0].year, self.form.name
        if self.lost:
            return self.lost
        if year is None:
            return Text(
                f"本年报告的{name.zh}中有的数字没有填写或无法读取", f"numbers of {name.en} are blank or cannot be read"
            )
        return Text(
            f"{year} 年报告的{name.zh}中有的数字没有填写、无法读取或几份报告不一致",
            f"numbers of {name.en} of {year} are blank, cannot be read, or differ between several reports",
        )

    def told(self, rule: Rule) -> Reconciliation:
        """Return what the audit lists."""
        known = ["" if (total := _total(side)).unknown else plain(total.known) for side in (self.left, self.right)]
        return Reconciliation(
            rule=rule.id,
            address=f"{self.form.key}/{self.instance}" if self.instance else self.form.key,
            name=self.name,
            text=self.text,
            left=known[0],
            right=known[1],
            difference=self.gap,
            status=self.status,
            reason=self.reason if self.status is Status.UNDETERMINED else None,
        )

    def equation(self) -> Equation:
        """Return the relation term by term."""
        left, right = (tuple(one.operand for one in side) for side in (self.left, self.right))
        return Equation(self.text, left, self.relation.sign, right, self.gap)


def _parts(side: Sequence[_Term]) -> list[Part]:
    return [(one.coefficient, one.slot, one.fact) for one in side if one.slot]


def _constant(side: Sequence[_Term]) -> int:
    return sum(one.coefficient for one in side if not one.slot)


def _total(side: Sequence[_Term]) -> Weighed:
    return weighed(_parts(side), _constant(side))


def _in_words(side: Sequence[_Term]) -> Text:
    total, words = _total(side), []
    for lang in ("zh", "en"):
        said = ""
        for n, one in enumerate(side):
            said += ("-" if one.coefficient < 0 else "") if n == 0 else (" - " if one.coefficient < 0 else " + ")
            times = abs(one.coefficient)
            if one.slot is None:
                said += str(times)
                continue
            value = shown(one.fact, one.slot).in_language(lang)
            said += f"{f'{times} × ' if times != 1 else ''}{one.name.in_language(lang)} {value}"
        words.append(said if len(side) == 1 or total.open else f"{said} = {plain(total.known)}")
    return Text(*words)
