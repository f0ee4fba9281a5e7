"""Kind ``continuity``: what a report takes over from the year before is what that year's report left."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal

from msgspec import Struct

from gouji.checks.across import Weighed, is_missing, status_of, told, weighed
from gouji.document import NOWHERE
from gouji.expression import Relation, Term, parse
from gouji.facts import Fact, Reading
from gouji.finding import Equation, Excerpt, Operand, Reconciliation, Severity, Status
from gouji.forms import Form
from gouji.rule import Rule, undeclared
from gouji.subject import Declared, Deviation, Gap, NotApplicable, Outcomes, Passed, Subject
from gouji.wording import Text, listed, same

PRIOR = "prior."
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
    placeholders: ClassVar[frozenset[str]] = frozenset({"form", "where", "equation", "count", "year"})

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
        if isinstance(subject.previous, Text):
            yield Gap("", subject.previous)
            return
        lines = tuple(self.reconciled(subject))
        failed = [line for line in lines if line.status is Status.FAIL]
        opened = [line for line in lines if line.status is Status.UNDETERMINED]
        if failed:
            yield self._deviation(failed, subject)
        elif opened:
            yield Gap("", opened[0].reason or same(""), tuple(line.name for line in opened))
        else:
            yield Passed() if lines else NotApplicable()

    def reconciled(self, subject: Subject) -> Iterator[Reconciliation]:
        """Yield the relation for every column that both reports have."""
        previous = subject.previous
        if not isinstance(previous, Reading):
            return
        form = subject.declared.forms[self.form]
        for instance in form.column_titles if self.for_each else ("",):
            left, right = (
                [_part(term, instance, form, subject.reading, previous) for term in side]
                for side in (self.relation.left, self.relation.right)
            )
            named = [part for part in (*left, *right) if part.key]
            if all(is_missing(part.fact) for part in named if part.prior):
                continue  # the form of that year does not have it
            if all(part.fact is not None for part in named if not part.prior):
                yield self._line(instance, left, right, form)

    def _line(self, instance: str, left: "Sequence[_Part]", right: "Sequence[_Part]", form: Form) -> Reconciliation:
        sums = [
            weighed([(part.coefficient, part.fact) for part in side if part.key], _constant(side))
            for side in (left, right)
        ]
        difference = weighed(
            [
                (sign * part.coefficient, part.fact)
                for sign, side in ((1, left), (-1, right))
                for part in side
                if part.key
            ],
            _constant(left) - _constant(right),
        )
        status = status_of(difference, self.relation.sign)
        words = [_in_words(side, total) for side, total in zip((left, right), sums, strict=True)]
        link, gap = _LINKS[self.relation.sign], Text("", "")
        if status is Status.FAIL:
            gap = Text(f"，相差 {abs(difference.known)}", f", difference {abs(difference.known)}")
        known = ["" if total.unknown else str(total.known) for total in sums]
        return Reconciliation(
            rule=self.id,
            address=f"{form.key}/{instance}" if instance else form.key,
            name=next(form.slots[part.key].title for part in left if part.key),
            text=Text(
                f"{words[0].zh}，{link.zh}{words[1].zh}{gap.zh}", f"{words[0].en}, {link.en} {words[1].en}{gap.en}"
            ),
            left=known[0],
            right=known[1],
            difference=str(difference.known) if difference.whole else "",
            status=status,
            reason=_wanting(form) if status is Status.UNDETERMINED else None,
        )

    def _deviation(self, failed: Sequence[Reconciliation], subject: Subject) -> Deviation:
        form = subject.declared.forms[self.form]
        worst = failed[-1]  # the last column is the total
        instance = _instance(worst) if self.for_each else ""
        previous = subject.previous
        own = [name for name in self.relation.names if not name.startswith(PRIOR)]
        facts = [subject.reading.facts.get(_key(form, name, instance)) for name in own]
        values: dict[str, str | int | Text] = {
            "form": form.name,
            "where": listed(form.column_titles.get(_instance(line), line.name) for line in failed),
            "equation": told(failed),
            "count": len(failed),
            "year": previous.year or "" if isinstance(previous, Reading) else "",
        }  # fmt: skip
        left, right = (Operand("", worst.name, 1, value, NOWHERE) for value in (worst.left, worst.right))
        return Deviation(
            "",
            next((fact.place for fact in facts if fact), NOWHERE),
            values,
            worst.right,
            worst.left,
            Equation(worst.text, (left,), self.relation.sign, (right,), worst.difference),
            self._excerpt(failed, subject, form),
            severity=self._severity(subject),
        )

    def _severity(self, subject: Subject) -> Severity:
        least = [self.severity]
        if self.note and subject.reading.fields.get(self.note):
            least.append(self.noted)
        if subject.around.renamed:
            least.append(self.renamed)
        return max(least, key=lambda severity: severity.rank)

    def _excerpt(self, failed: Sequence[Reconciliation], subject: Subject, form: Form) -> Excerpt | None:
        """Lay the rows of both reports under each other, where the rule goes through columns."""
        previous = subject.previous
        if not self.for_each or not isinstance(previous, Reading):
            return None
        columns = tuple(form.column_titles)
        rows = []
        for name in self.relation.names:
            prior = name.startswith(PRIOR)
            row = name.removeprefix(PRIOR)
            facts = (previous if prior else subject.reading).facts
            title = form.row_titles[row]
            if prior:
                title = Text(f"{previous.year}年报告：{title.zh}", f"{previous.year}: {title.en}")
            cells = tuple(fact.written if (fact := facts.get(f"{form.key}.{row}.{c}")) else "" for c in columns)
            rows.append((title, cells))
        wrong = set(map(_instance, failed))
        marked = frozenset((y, x) for y in range(len(rows)) for x, column in enumerate(columns) if column in wrong)
        return Excerpt(form.name, tuple(form.column_titles[c] for c in columns), tuple(rows), marked)


class _Part(Struct, frozen=True):
    """One term with its fact; without a key it is a constant."""

    coefficient: int
    key: str = ""
    name: Text = same("")
    fact: Fact | None = None
    prior: bool = False


def _part(term: Term, instance: str, form: Form, reading: Reading, previous: Reading) -> _Part:
    if not term.name:
        return _Part(term.coefficient)
    prior = term.name.startswith(PRIOR)
    key = _key(form, term.name, instance)
    name = form.slots[key].title
    if prior:
        name = Text(f"{previous.year}年报告的{name.zh}", f"{name.en} of {previous.year}")
    return _Part(term.coefficient, key, name, (previous if prior else reading).facts.get(key), prior)


def _key(form: Form, name: str, instance: str) -> str:
    bare = name.removeprefix(PRIOR)
    return f"{form.key}.{bare}.{instance}" if instance else f"{form.key}.{bare}"


def _instance(line: Reconciliation) -> str:
    return line.address.rpartition("/")[2]


def _constant(side: Sequence[_Part]) -> int:
    return sum(part.coefficient for part in side if not part.key)


def _in_words(side: Sequence[_Part], total: Weighed) -> Text:
    words = []
    for lang in ("zh", "en"):
        said = ""
        for n, part in enumerate(side):
            said += ("-" if part.coefficient < 0 else "") if n == 0 else (" - " if part.coefficient < 0 else " + ")
            times = abs(part.coefficient)
            if not part.key:
                said += str(times)
                continue
            value = (part.fact.written if part.fact else "") or "?"
            said += f"{f'{times} × ' if times != 1 else ''}{part.name.in_language(lang)} {value}"
        words.append(said if len(side) == 1 or total.unknown else f"{said} = {total.known}")
    return Text(*words)


def _wanting(form: Form) -> Text:
    return Text(f"{form.name.zh}中有的数字没有填写或无法读取", f"numbers of {form.name.en} are blank or cannot be read")
