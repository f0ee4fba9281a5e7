"""Kind ``equation``: linear relations between facts, kept as linear forms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, ClassVar, Literal

from msgspec import Struct

from gouji.amount import State
from gouji.document import NOWHERE
from gouji.errors import DeclarationError
from gouji.expression import Relation, Term, parse
from gouji.facts import Fact, Number
from gouji.finding import Equation, Excerpt, Operand
from gouji.forms import Form
from gouji.rule import Rule, undeclared
from gouji.subject import Declared, Deviation, Gap, NotApplicable, Outcome, Outcomes, Passed, Subject
from gouji.wording import Text, listed, same

if TYPE_CHECKING:
    from gouji.ties import Tie

_TOLERANCE = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?")
MOST_ROWS = 8  # an excerpt with more rows leaves out members of groups that are zero throughout
Zero = Literal["blank", "dash", "none"]
Keys = dict[str, tuple[str, ...]]


class Sum(Struct, frozen=True):
    """One term of the equation as written: a fact, a group of facts, or a constant."""

    coefficient: int
    name: str
    keys: tuple[str, ...]


class Instance(Struct, frozen=True):
    """The equation for one row, one column, or once.

    Attributes:
        address: the row or column.
        where: what messages call it.
        left, right: the sides as written.
        keys: every fact on either side.
        singles: those that are not named through a group.
        terms, constant: left minus right, fact by fact.
    """

    address: str
    where: Text
    left: tuple[Sum, ...]
    right: tuple[Sum, ...]
    keys: tuple[str, ...]
    singles: tuple[str, ...]
    terms: tuple[tuple[int, str], ...]
    constant: int


@dataclass(frozen=True, kw_only=True, eq=False)
class EquationRule(Rule):
    """A linear relation between facts of one form.

    Attributes:
        form: key of the form.
        for_each: ``rows``: names are columns, once per row; ``columns``: names are rows, once per
            column; absent: names are ``row.column``.
        equation: the relation, e.g. ``new + carried_in = processed + carried_out``; ``denied.*``
            is the sum of a group.
        rows: only these rows (with ``for_each: rows``).
        tolerance: the largest difference that still passes, as written (``0.005``).
        zero: what counts as zero as long as the relation then holds.

    An operand that is not a number leaves the relation open, unless the others already break it:
    counts cannot be negative, so parts that exceed their total are wrong whatever is missing.
    """

    kind: Literal["equation"]
    form: str
    for_each: Literal["rows", "columns"] | None = None
    equation: str
    rows: tuple[str, ...] = ()
    tolerance: str = "0"
    zero: tuple[Zero, ...] = ("blank", "dash", "none")

    placeholders: ClassVar[frozenset[str]] = frozenset({"form", "where", "equation", "difference", "left", "right"})

    def __post_init__(self) -> None:
        """Parse the relation and the tolerance."""
        Rule.__post_init__(self)
        parse(self.equation)
        if not _TOLERANCE.fullmatch(self.tolerance):
            raise DeclarationError(
                "tolerance",
                Text("请写不小于 0 的数，如 '0.005'", "write a number that is not negative, such as '0.005'"),
            )

    @cached_property
    def relation(self) -> Relation:
        """The relation, parsed."""
        return parse(self.equation)

    @cached_property
    def limit(self) -> Decimal:
        """The tolerance as a number."""
        return Decimal(self.tolerance)

    def bind(self, declared: Declared) -> None:
        """Refuse an unknown form, row or column."""
        form = declared.forms.get(self.form)
        if form is None:
            raise undeclared("form", Text("表格", "form"), [self.form], declared.forms)
        unknown = [row for row in self.rows if row not in form.rows]
        if unknown:
            raise undeclared("rows", Text("行", "row"), unknown, form.rows)
        known = self._names(form)
        unknown = [name for name in self.relation.names if name not in known]
        if unknown:
            raise undeclared("equation", Text("数据项", "fact name"), unknown, sorted(known))

    def _names(self, form: Form) -> frozenset[str]:
        rows, columns = set(form.rows), set(form.column_titles)
        groups = {f"{row.rpartition('.')[0]}.*" for row in rows if "." in row}
        if self.for_each == "rows":
            return frozenset(columns)
        if self.for_each == "columns":
            return frozenset(rows | groups)
        return frozenset(key.removeprefix(f"{form.key}.") for key in form.slots)

    def evaluate(self, subject: Subject) -> Outcomes:
        """Judge the relation for every row or column."""
        form, facts = subject.declared.forms[self.form], subject.reading.facts
        numbers = subject.numbers
        for instance in _instances(self, form):
            if self._plainly_holds(instance, numbers):
                yield Passed(instance.address)
                continue
            whole = resolved(instance, form, facts)
            if whole is None:
                yield NotApplicable(instance.address)
            else:
                yield self._judge(whole, form, facts)

    def ties(self, form: Form, facts: dict[str, Fact]) -> Iterator["Tie"]:
        """Yield every instance that concerns the report as a tie between its cells, whether it holds or not."""
        from gouji.ties import Tie  # noqa: PLC0415 - a report without broken equations does not need it

        for instance in _instances(self, form):
            concerned = resolved(instance, form, facts)
            if concerned is None:
                continue
            address, sign = self._address(instance, form), self.relation.sign
            open_keys = frozenset(self._open(concerned, facts))
            yield Tie(self.id, address, concerned.terms, concerned.constant, sign, self.limit, open_keys)

    def _open(self, instance: Instance, facts: dict[str, Fact]) -> list[str]:
        """Return the operands whose value is not known: a blank is one unless the relation is judged without it."""
        known, blank, unknown = self._sorted(instance, facts)
        keys = [key for _, key in unknown]
        if blank and not self._holds(known) and not self.broken(known, [c for c, _ in (*blank, *unknown)]):
            keys += [key for _, key in blank]
        return keys

    def instances(self, form: Form) -> Iterator[Instance]:
        """Yield the relation for every row or column of the form that has all of its names."""
        relation, names = self.relation, set(self.relation.names)
        if self.for_each == "rows":
            for row in self.rows or form.rows:
                if names <= set(form.columns(row)):
                    keys: Keys = {name: (f"{form.key}.{row}.{name}",) for name in names}
                    yield _instance(row, form.row_titles[row], relation, keys)
        elif self.for_each == "columns":
            for column in form.column_titles:
                keys = {name: tuple(_members(form, name, column)) for name in names}
                if all(keys.values()):
                    yield _instance(column, form.column_titles[column], relation, keys)
        else:
            keys = {name: (f"{form.key}.{name}",) for name in names}
            titles = [form.slots[key[0]].title for key in keys.values()]
            yield _instance("", listed(titles), relation, keys)

    def _plainly_holds(self, instance: Instance, numbers: dict[str, Number]) -> bool:
        """Tell the ordinary case: every operand is a number, and the relation holds."""
        try:
            difference = sum([coefficient * numbers[key] for coefficient, key in instance.terms], instance.constant)
        except KeyError:
            return False
        return not difference or self._holds(difference)

    @staticmethod
    def _address(instance: Instance, form: Form) -> str:
        return instance.address and f"{form.key}/{instance.address}"

    def _sorted(
        self, instance: Instance, facts: dict[str, Fact]
    ) -> tuple[Number, list[tuple[int, str]], list[tuple[int, str]]]:
        """Return the sum of the operands that are numbers, those that may count as zero, and those that may not."""
        known: Number = instance.constant
        blank, unknown = [], []
        for coefficient, key in instance.terms:
            fact = facts[key]
            if fact.state is State.NUMBER and fact.value is not None:
                known += coefficient * fact.value
            elif fact.state in self.zero:
                blank.append((coefficient, key))
            else:
                unknown.append((coefficient, key))
        return known, blank, unknown

    def _judge(self, instance: Instance, form: Form, facts: dict[str, Fact]) -> Outcome:
        known, blank, unknown = self._sorted(instance, facts)
        address = instance.address
        if self.broken(known, [c for c, _ in (*blank, *unknown)]):
            return self._deviation(instance, form, facts)
        if self._assured(known, [c for c, _ in (*blank, *unknown)]):
            return Passed(address)
        if unknown or (blank and not self._holds(known)):
            return _starved(address, [key for _, key in (unknown or blank)], form, facts)
        return Passed(address)

    def _holds(self, difference: Number) -> bool:
        tolerance, sign = self.limit, self.relation.sign
        return (sign == "<=" or difference >= -tolerance) and (sign == ">=" or difference <= tolerance)

    def broken(self, difference: Number, open_coefficients: list[int]) -> bool:
        """Tell whether no value of the open operands, all at least 0, can make the relation hold."""
        if not open_coefficients:
            return not self._holds(difference)
        tolerance, sign = self.limit, self.relation.sign
        too_large = sign != ">=" and difference > tolerance and min(open_coefficients) > 0
        too_small = sign != "<=" and difference < -tolerance and max(open_coefficients) < 0
        return too_large or too_small

    def _assured(self, difference: Number, open_coefficients: list[int]) -> bool:
        """Tell whether a bound holds whatever the open operands are, all being at least 0."""
        if self.relation.sign == "=" or not open_coefficients or not self._holds(difference):
            return False
        return max(open_coefficients) < 0 if self.relation.sign == "<=" else min(open_coefficients) > 0

    def _deviation(self, instance: Instance, form: Form, facts: dict[str, Fact]) -> Deviation:
        equation = _equation(instance, self.relation.sign, form, facts)
        sides = sorted((equation.right, equation.left), key=len)  # the single one is the total
        single = next(operand for side in sides for operand in side if operand.key)
        left, right = (str(_total(side, facts)) for side in (instance.left, instance.right))
        values: dict[str, str | int | Text] = {
            "form": form.name, "where": instance.where, "equation": equation.text,
            "difference": equation.difference.lstrip("-"), "left": left, "right": right,
        }  # fmt: skip
        excerpt = self._excerpt(instance, form, facts)
        return Deviation(self._address(instance, form), single.place, values, left, right, equation, excerpt)

    def _excerpt(self, instance: Instance, form: Form, facts: dict[str, Fact]) -> Excerpt:
        keys = instance.keys
        rows = tuple(dict.fromkeys(form.slots[key].row_key for key in keys))
        columns = form.columns(rows[0])
        lines = [
            (row, tuple(fact.written if (fact := facts.get(f"{form.key}.{row}.{c}")) else "" for c in columns))
            for row in rows
        ]
        whole = len(lines)
        if whole > MOST_ROWS:
            lines = [line for line in lines if set(line[1]) - {"0", ""} or line[0] in self.relation.names]
        at_fault = set(keys)
        marked = frozenset(
            (y, x)
            for y, (row, _) in enumerate(lines)
            for x, c in enumerate(columns)
            if f"{form.key}.{row}.{c}" in at_fault
        )
        titles = tuple(form.column_titles[column] for column in columns)
        shown = tuple((form.row_titles[row], cells) for row, cells in lines)
        return Excerpt(form.name, titles, shown, marked, left_out=whole - len(lines))


@lru_cache(maxsize=256)
def _instances(rule: EquationRule, form: Form) -> tuple[Instance, ...]:
    return tuple(rule.instances(form))


def _members(form: Form, name: str, column: str) -> Iterator[str]:
    rows = [name] if not name.endswith(".*") else [r for r in form.rows if r.startswith(name[:-1])]
    return (key for row in rows if (key := f"{form.key}.{row}.{column}") in form.slots)


def _instance(address: str, where: Text, relation: Relation, keys: Keys) -> Instance:
    def side(terms: tuple[Term, ...]) -> tuple[Sum, ...]:
        return tuple(Sum(t.coefficient, t.name, keys.get(t.name, ())) for t in terms)

    return _with_sides(address, where, side(relation.left), side(relation.right))


def _with_sides(address: str, where: Text, left: tuple[Sum, ...], right: tuple[Sum, ...]) -> Instance:
    signed = [*((1, part) for part in left), *((-1, part) for part in right)]
    terms = tuple((sign * part.coefficient, key) for sign, part in signed for key in part.keys)
    constant = sum(sign * part.coefficient for sign, part in signed if not part.name)
    keys = tuple(key for _, key in terms)
    singles = tuple(key for _, part in signed if not part.name.endswith(".*") for key in part.keys)
    return Instance(address, where, left, right, keys, singles, terms, constant)


def resolved(instance: Instance, form: Form, facts: dict[str, Fact]) -> Instance | None:
    """Put a group's printed single row in the place of members that the report does not have.

    Returns None when an optional row that the relation names is not in the report.
    """
    if any(key not in facts for key in instance.singles):
        return None
    if all(key in facts and facts[key].state is not State.MISSING for key in instance.keys):
        return instance

    def part(term: Sum) -> Sum | None:
        if all(key in facts and facts[key].state is not State.MISSING for key in term.keys):
            return term
        group = _group_key(term, form)
        if group in facts and all(key not in facts or facts[key].state is State.MISSING for key in term.keys):
            return Sum(term.coefficient, term.name, (group,))
        return None if any(key not in facts for key in term.keys) else term

    left, right = [part(t) for t in instance.left], [part(t) for t in instance.right]
    if None in left or None in right:
        return None
    return _with_sides(instance.address, instance.where, tuple(t for t in left if t), tuple(t for t in right if t))


def _group_key(term: Sum, form: Form) -> str:
    if not term.name.endswith(".*"):
        return ""
    return f"{form.key}.{term.name[:-2]}.{form.slots[term.keys[0]].column_key}"


def _total(terms: tuple[Sum, ...], facts: dict[str, Fact]) -> Number:
    values = [t.coefficient * (sum(_value(facts[k]) for k in t.keys) if t.name else 1) for t in terms]
    return sum(values)


def _value(fact: Fact) -> Number:
    return fact.value if fact.state is State.NUMBER and fact.value is not None else 0


def _equation(instance: Instance, sign: str, form: Form, facts: dict[str, Fact]) -> Equation:
    left, right = (tuple(_operand(t, form, facts) for t in side) for side in (instance.left, instance.right))
    sums = [_total(side, facts) for side in (instance.left, instance.right)]
    difference = str(sums[0] - sums[1])
    gap = difference.lstrip("-")
    sides = [_side(ops, total) for ops, total in zip((left, right), sums, strict=True)]
    constant = all(not operand.key for operand in right)
    link = _LINKS["constant" if sign == "=" and constant else sign]
    text = Text(
        f"{sides[0].zh}{link.zh}{sides[1].zh}，相差 {gap}",
        f"{sides[0].en}{link.en}{sides[1].en}, difference {gap}",
    )
    return Equation(text, left, sign, right, difference)


_BLANK = Text("空白", "blank")
_LINKS = {
    "=": Text("，", ", "),
    "constant": Text("，应为 ", ", should be "),
    "<=": Text("，应不大于 ", ", should be at most "),
    ">=": Text("，应不小于 ", ", should be at least "),
}


def _side(operands: tuple[Operand, ...], total: Number) -> Text:
    parts = []
    for lang in ("zh", "en"):
        words = ""
        for n, op in enumerate(operands):
            sign = ("-" if op.coefficient < 0 else "") if n == 0 else (" - " if op.coefficient < 0 else " + ")
            times = f"{abs(op.coefficient)} × " if abs(op.coefficient) != 1 and op.key else ""
            name = f"{op.name.in_language(lang)} " if op.key else ""
            words += f"{sign}{times}{name}{op.value or _BLANK.in_language(lang)}"
        parts.append(f"{words} = {total}" if len(operands) > 1 else words)
    return Text(*parts)


def _operand(term: Sum, form: Form, facts: dict[str, Fact]) -> Operand:
    if not term.name:
        return Operand("", same(""), 1 if term.coefficient >= 0 else -1, str(abs(term.coefficient)), NOWHERE)
    key = term.keys[0]
    slot, fact = form.slots[key], facts[key]
    place = next((facts[k].place for k in term.keys if facts[k].place != NOWHERE), fact.place)
    if len(term.keys) > 1 or term.name.endswith(".*"):
        group = term.name[:-2]
        value = str(sum(_value(facts[k]) for k in term.keys))
        return Operand(
            f"{form.key}.{term.name}", form.row_titles.get(group, same(group)), term.coefficient, value, place
        )
    names = {slot.column_key: slot.column.title, slot.row_key: slot.row_title}
    name = names.get(term.name, slot.title)
    return Operand(key, name, term.coefficient, fact.written, place)


def _starved(address: str, keys: list[str], form: Form, facts: dict[str, Fact]) -> Gap:
    """Say which operands are wanting; when a whole form is, that is the reason, once for all."""
    if all(facts[key].state is State.MISSING and facts[key].place == NOWHERE for key in keys):
        return Gap(address, Text(f"报告中没有找到{form.name.zh}", f"{form.name.en} was not found in the report"))
    if all(facts[key].state is State.UNREADABLE for key in facts if key.startswith(f"{form.key}.")):
        return Gap(address, Text(f"{form.name.zh}无法识别", f"{form.name.en} could not be read"))
    reason = Text(f"{form.name.zh}中没有可用的数字", f"{form.name.en} lacks usable numbers")
    return Gap(address, reason, tuple(form.slots[key].title for key in dict.fromkeys(keys)))
