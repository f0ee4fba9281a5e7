"""What a stated number is compared with: sums over facts, as far as the tables give them."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from msgspec import Struct

from gouji.amount import State
from gouji.expression import Term
from gouji.facts import Fact, Number, Statement
from gouji.finding import Operand
from gouji.forms import Form, Slot
from gouji.subject import Subject
from gouji.wording import Text, listed, same

TOTAL = "total"  # the column that adds up its row: left blank, the row says what it would hold
MOST_TERMS = 3  # a longer sum is told without its zeros
_BLANKS = (State.BLANK, State.DASH, State.NONE)


class Part(Struct, frozen=True):
    """One term of a target: its cells added up; None where one cannot be read, ``blank`` where one counts as zero."""

    term: Term
    keys: tuple[str, ...]
    value: Number | None
    blank: bool


class Target(Struct, frozen=True):
    """A sum over facts with its numbers put in.

    ``value`` takes blanks as zero and is None where a cell cannot be read; ``sure`` is False where a
    blank took part.
    """

    parts: tuple[Part, ...]
    value: Number | None
    sure: bool

    @property
    def is_bound(self) -> bool:
        """Tell whether blanks can only make the sum larger."""
        return all(part.term.coefficient > 0 for part in self.parts if part.blank)


def members(name: str, forms: dict[str, Form]) -> tuple[str, ...]:
    """Return the fact keys that a name stands for; empty when the forms do not have it.

    ``form.group.*.column`` is every row of the group; of a form that has the group as one row, that row.
    """
    form = forms.get(name.partition(".")[0])
    return _members(name, form) if form is not None else ()


@lru_cache(maxsize=512)
def _members(name: str, form: Form) -> tuple[str, ...]:
    group, star, column = name.partition(".*")
    if not star:
        return (name,) if name in form.slots else ()
    keys = tuple(key for key in form.slots if key.startswith(f"{group}.") and key.endswith(column))
    inner = tuple(key for key in keys if key.removesuffix(column) != group)
    single = f"{group}{column}"
    return inner or ((single,) if single in form.slots else ())


def resolved(terms: Sequence[Term], subject: Subject, *, by_rows: bool = False) -> Target:
    """Put the facts of a report into a sum; ``by_rows``: what rows add up to in place of their totals."""
    parts = tuple([_part(term, subject, by_rows=by_rows) for term in terms])
    value: Number | None = 0
    for part in parts:
        value = None if value is None or part.value is None else value + part.term.coefficient * part.value
    return Target(parts, value, sure=not any(part.blank for part in parts))


def _part(term: Term, subject: Subject, *, by_rows: bool) -> Part:
    if not term.name:
        return Part(term, (), 1, blank=False)
    keys = _present(term.name, subject)
    cells = [_cell(key, subject, by_rows=by_rows) for key in keys]
    values = [value for value, _ in cells if value is not None]
    whole = sum(values) if keys and len(values) == len(cells) else None
    return Part(term, keys, whole, blank=any(blank for _, blank in cells))


def _present(name: str, subject: Subject) -> tuple[str, ...]:
    """Return the keys a name stands for; a group's printed single row where the report lacks its members."""
    facts = subject.reading.facts
    keys = members(name, subject.declared.forms)
    single = name.replace(".*", "")
    if keys != (single,) and _is_there(facts.get(single)) and not any(_is_there(facts.get(key)) for key in keys):
        return (single,)
    return keys


def _is_there(fact: Fact | None) -> bool:
    return fact is not None and fact.state is not State.MISSING


def _cell(key: str, subject: Subject, *, by_rows: bool) -> tuple[Number | None, bool]:
    """Return the number of a cell (None where it cannot be read), and whether it counts as zero for being blank."""
    fact = subject.reading.facts.get(key)
    if fact is None:
        return None, False
    blank = fact.state in _BLANKS
    if (blank or by_rows) and key.endswith(f".{TOTAL}"):
        row = _row_sum(key, subject)
        if row is not None:
            return row, False
    if blank:
        return 0, True
    return fact.value if fact.state is State.NUMBER else None, False


def _row_sum(key: str, subject: Subject) -> Number | None:
    """Add up the columns beside a total, blanks as zero; None without any number, or with one that is not readable."""
    row = key.removesuffix(f".{TOTAL}")
    form = subject.declared.forms[key.partition(".")[0]]
    facts = subject.reading.facts
    beside = [facts.get(f"{row}.{c}") for c in form.columns(row.removeprefix(f"{form.key}.")) if c != TOTAL]
    numbers = [fact.value for fact in beside if fact and fact.state is State.NUMBER and fact.value is not None]
    if not numbers or any(fact is None or fact.state not in (State.NUMBER, *_BLANKS) for fact in beside):
        return None
    return sum(numbers)


# --- comparing --------------------------------------------------------------------------------


def fits(statement: Statement, value: Number) -> bool:
    """Tell whether a number is what a statement says, as precisely as it says it."""
    if statement.bound == ">=":
        return value >= statement.value
    if statement.bound == "<=":
        return value <= statement.value
    if statement.bound == "~":
        return True
    if statement.precision > 1:  # 1.2万
        return abs(Decimal(value) - Decimal(statement.value)) < statement.precision
    return value == statement.value


def is_ruled_out(statement: Statement, target: Target) -> bool:
    """Tell whether no value of its blank cells, counts being at least 0, makes a target what a statement says."""
    if target.value is None or fits(statement, target.value):
        return False
    if target.sure:
        return True
    return target.is_bound and statement.bound != ">=" and target.value > statement.value


# --- telling ----------------------------------------------------------------------------------


def said(targets: Sequence[Target], subject: Subject) -> Text:
    """Name the candidates with their values: 表三：一、本年新收 4；一、本年新收 4 + 二、上年结转 1 = 5."""
    forms: list[Text] = []
    texts: list[Text] = []
    told: set[Number | None] = set()
    for target in targets:
        if target.value in told:
            continue  # another way to the same number
        told.add(target.value)
        key = next((key for part in target.parts for key in part.keys), "")
        form = subject.declared.forms.get(key.partition(".")[0])
        text = _sum(target, subject)
        if form is not None and form.name not in forms:
            forms.append(form.name)
            text = Text(f"{form.name.zh} {text.zh}", f"{form.name.en} {text.en}")
        texts.append(text)
    return Text("；".join(text.zh for text in texts), "; ".join(text.en for text in texts))


def _sum(target: Target, subject: Subject) -> Text:
    sides = []
    for lang in ("zh", "en"):
        words = ""
        for n, part in enumerate(_telling(target.parts)):
            minus = part.term.coefficient < 0
            sign = ("-" if minus else "") if n == 0 else (" - " if minus else " + ")
            times = abs(part.term.coefficient)
            name = name_of(part, subject).in_language(lang)
            value = "?" if part.value is None else str(part.value)
            words += sign + (
                str(times) if not part.term.name else f"{f'{times} × ' if times != 1 else ''}{name} {value}"
            )
        sides.append(f"{words} = {target.value}" if len(target.parts) > 1 else words)
    return Text(*sides)


def _telling(parts: Sequence[Part]) -> Sequence[Part]:
    """Leave zeros out of a long sum."""
    if len(parts) <= MOST_TERMS:
        return parts
    return [part for part in parts if part.value != 0] or parts[:1]


def name_of(part: Part, subject: Subject) -> Text:
    """Return what messages call a term: the row, and the column unless it is the total."""
    if not part.keys:
        return same("")
    slot = _slot(part.keys[0], subject)
    if len(part.keys) > 1:
        row = slot.row_key.rpartition(".")[0]
        title = slot.form.row_titles.get(row, same(row))
    else:
        title = slot.row_title
    return (
        title
        if slot.column_key == TOTAL
        else Text(f"{title.zh}·{slot.column.title.zh}", f"{title.en}/{slot.column.title.en}")
    )


def _slot(key: str, subject: Subject) -> Slot:
    return subject.declared.forms[key.partition(".")[0]].slots[key]


def operands(target: Target, subject: Subject) -> Iterator[Operand]:
    """Yield the terms of a target as a finding keeps them."""
    for part in target.parts:
        if part.keys:
            place = subject.reading.facts[part.keys[0]].place
            value = "" if part.value is None else str(part.value)
            yield Operand(part.term.name, name_of(part, subject), part.term.coefficient, value, place)


def wanting(targets: Sequence[Target], subject: Subject) -> tuple[Text, tuple[Text, ...]]:
    """Say why targets are open: the forms that lack usable numbers, and the numbers."""
    keys = dict.fromkeys(
        key for target in targets for part in target.parts if part.value is None or part.blank for key in part.keys
    )
    forms = dict.fromkeys(key.partition(".")[0] for key in keys)
    name = listed(subject.declared.forms[form].name for form in forms)
    alignments = subject.reading.alignments
    if forms and not any(form in alignments for form in forms):
        return Text(f"报告中没有找到{name.zh}", f"{name.en} was not found in the report"), ()
    if forms and not any(form in alignments and alignments[form].readable for form in forms):
        return Text(f"{name.zh}无法识别", f"{name.en} could not be read"), ()
    reason = Text(f"{name.zh}中没有可用的数字", f"{name.en} lacks usable numbers")
    return reason, tuple(_slot(key, subject).title for key in keys)
