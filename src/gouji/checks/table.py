"""Kind ``table``: the prescribed tables are there, whole, and hold numbers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Literal

from gouji.amount import State
from gouji.facts import Alignment, Departure, Fact, Misfit, Reading
from gouji.forms import Form
from gouji.rule import Rule, undeclared
from gouji.subject import Declared, Deviation, Gap, NotApplicable, Outcomes, Passed, Subject, Values
from gouji.wording import Text, fold, listed, same, shorten

Demand = Literal[
    "present", "aligned", "complete", "subdivided", "no_extra", "official_labels", "even_widths",
    "filled", "no_blank", "numeric", "whole_numbers", "unit", "digits",
]  # fmt: skip

_BLANKS = {
    State.BLANK: Text("空白", "blank"),
    State.DASH: Text("横线或斜杠", "a dash or slash"),
    State.NONE: Text("“无”", "“无”"),
}
MOST_ROWS_TOLD = 5  # with blanks, one by one; where more have any, the report leaves its zeros blank

_WIDE_DIGITS = frozenset("０１２３４５６７８９")
_INCOMPLETE = (Misfit.ROW_MISSING, Misfit.ROW_REPEATED, Misfit.ROW_WIDTH, Misfit.COLUMN_MISSING)
_LABELS = (Misfit.LABEL_DIFFERS, Misfit.LABEL_LOST, Misfit.HEAD_MISSING)
_EXTRA = (Misfit.ROW_UNKNOWN, Misfit.COLUMN_UNKNOWN, Misfit.ROW_ORDER, Misfit.COLUMN_ORDER)


@dataclass(frozen=True, kw_only=True, eq=False)
class TableRule(Rule):
    """A demand on the declared forms.

    Attributes:
        require: ``present``; ``aligned``: enough of the form was found to trust the numbers;
            ``complete``: every row and column once; ``subdivided``: no group of rows in one row;
            ``no_extra``: no row or column of its own, in
            the form's order; ``official_labels``: as printed on the form; ``even_widths``: labels
            in the form's width, digits in half width; ``filled``: not blank throughout; ``no_blank``: no cell blank,
            a dash or 无; ``numeric``: no words in cells; ``whole_numbers``: counts are integers and
            nothing is negative; ``unit``: no cell with another unit than the form's; ``digits``: no
            number longer than ``limit`` digits.
        forms: only these; empty for all.
        limit: for ``digits``.
    """

    kind: Literal["table"]
    require: Demand
    forms: tuple[str, ...] = ()
    limit: int = 0

    absences: ClassVar[frozenset[str]] = frozenset(
        {"present", "aligned", "complete", "subdivided", "official_labels", "filled"}
    )
    placeholders: ClassVar[frozenset[str]] = frozenset({"form", "where", "found", "expected", "count"})

    def bind(self, declared: Declared) -> None:
        """Refuse unknown forms."""
        unknown = [key for key in self.forms if key not in declared.forms]
        if unknown:
            raise undeclared("forms", Text("表格", "form"), unknown, declared.forms)

    def doubt(self, reading: Reading) -> Text | None:
        """Doubt as other rules do, and where figures may be a table that was read as text."""
        return super().doubt(reading) or (reading.untabled if self.require in self.absences else None)

    def evaluate(self, subject: Subject) -> Outcomes:
        """Judge every form concerned."""
        for key, form in subject.declared.forms.items():
            if self.forms and key not in self.forms:
                continue
            alignment = subject.reading.alignments.get(key)
            if self.require == "present":
                yield from _present(form, alignment, subject)
            elif alignment is None:
                yield Gap(key, Text(f"报告中没有找到{form.name.zh}", f"{form.name.en} was not found in the report"))
            elif self.require == "aligned":
                yield from _aligned(form, alignment)
            elif not alignment.readable:
                yield Gap(key, Text(f"{form.name.zh}无法识别", f"{form.name.en} could not be read"))
            else:
                yield from DEMANDS[self.require](self, form, alignment)


def _present(form: Form, alignment: Alignment | None, subject: Subject) -> Outcomes:
    if alignment is not None:
        yield Passed(form.key)
        return
    section = subject.reading.sections.get(form.section)
    place = section.heading.place if section else subject.reading.start
    yield Deviation(form.key, place, {"form": form.name})


def _aligned(form: Form, alignment: Alignment) -> Outcomes:
    if alignment.readable:
        yield Passed(form.key)
        return
    percent = f"{alignment.score:.0%}"
    yield Deviation(form.key, alignment.place, {"form": form.name, "found": percent}, actual=percent)


def _departures(form: Form, departures: Iterable[Departure]) -> Outcomes:
    """One deviation per departure, or a pass."""
    seen = set()
    for departure in departures:
        address = f"{form.key}/{departure.row or departure.kind}"
        if address in seen:
            continue
        seen.add(address)
        yield Deviation(
            address,
            departure.place,
            {
                "form": form.name,
                "where": _said(departure, form),
                "found": shorten(departure.found),
                "expected": departure.official,
            },
            departure.official,
            departure.found,
        )
    if not seen:
        yield Passed(form.key)


def _said(departure: Departure, form: Form) -> Text:
    found, official = shorten(departure.found), departure.official
    row = form.row_titles.get(departure.row, form.name)
    return {
        Misfit.ROW_MISSING: Text(f"缺少“{official}”一行", f"the row “{official}” is missing"),
        Misfit.ROW_REPEATED: Text(f"“{row.zh}”一行出现 {found} 次", f"the row “{row.en}” appears {found} times"),
        Misfit.ROW_WIDTH: Text(
            f"“{row.zh}”一行有 {found} 个单元格，应填 {official} 个数字，无法逐列对应",
            f"the row “{row.en}” has {found} cells for {official} numbers; they cannot be told apart",
        ),
        Misfit.ROW_UNKNOWN: Text(f"多出“{found}”一行", f"the row “{found}” is not on the form")
        if found
        else Text("有一行没有行名称，无法对应到样表", "a row has no label and cannot be placed on the form"),
        Misfit.LABEL_DIFFERS: Text(f"“{found}”应为“{official}”", f"“{found}” should read “{official}”"),
        Misfit.LABEL_LOST: Text(f"“{official}”一行没有行名称", f"the row “{official}” has lost its label"),
        Misfit.HEAD_MISSING: Text(f"表头“{found}”应为“{official}”", f"the head “{found}” should read “{official}”"),
        Misfit.ROW_ORDER: Text(f"“{official}”一行的位置不对", f"the row “{official}” is out of order"),
        Misfit.COLUMN_MISSING: Text(f"缺少“{official}”一列", f"the column “{official}” is missing"),
        Misfit.COLUMN_UNKNOWN: Text(f"多出“{found}”一列", f"the column “{found}” is not on the form"),
        Misfit.COLUMN_ORDER: Text("各列的顺序不对", "the columns are out of order"),
    }.get(departure.kind, same(found))


def _complete(rule: TableRule, form: Form, alignment: Alignment) -> Outcomes:
    yield from _departures(form, (d for d in alignment.departures if d.kind in _INCOMPLETE))


def _subdivided(rule: TableRule, form: Form, alignment: Alignment) -> Outcomes:
    written = {form.slots[fact.key].row_key: fact for fact in reversed(alignment.facts)}
    groups = {row.rpartition(".")[0] for row in form.rows if "." in row}
    lumped = [g for g in sorted(groups) if g in written and not any(row.startswith(f"{g}.") for row in written)]
    for group in lumped:
        title = form.row_titles[group]
        address = form.key if len(lumped) == 1 else f"{form.key}/{group}"
        yield Deviation(address, written[group].place, {"form": form.name, "where": title})
    if not lumped:
        yield Passed(form.key)


def _no_extra(rule: TableRule, form: Form, alignment: Alignment) -> Outcomes:
    yield from _departures(form, (d for d in alignment.departures if d.kind in _EXTRA))


def _official_labels(rule: TableRule, form: Form, alignment: Alignment) -> Outcomes:
    yield from _departures(form, (d for d in alignment.departures if d.kind in _LABELS))


def _even_widths(rule: TableRule, form: Form, alignment: Alignment) -> Outcomes:
    odd = [(d.found, d.official, d.place) for d in alignment.departures if d.kind is Misfit.LABEL_WIDTH]
    odd += [(fact.raw, fold(fact.raw), fact.place) for fact in wide_digits(alignment)]
    if not odd:
        yield Passed(form.key)
        return
    found, expected, place = odd[0]
    values: dict[str, str | int | Text] = {
        "form": form.name, "count": len(odd), "found": shorten(found), "expected": expected,
    }  # fmt: skip
    yield Deviation(form.key, place, values, expected, found)


def wide_digits(alignment: Alignment) -> list[Fact]:
    """Return the numbers that are written with full-width digits: ``１２``."""
    numbers = (fact for fact in alignment.facts if fact.state is State.NUMBER and not fact.raw.isascii())
    return [fact for fact in numbers if not _WIDE_DIGITS.isdisjoint(fact.raw)]


def _filled(rule: TableRule, form: Form, alignment: Alignment) -> Outcomes:
    if any(fact.state is not State.BLANK for fact in alignment.facts):
        yield Passed(form.key)
    else:
        yield Deviation(form.key, alignment.facts[0].place, {"form": form.name, "count": len(alignment.facts)})


def _no_blank(rule: TableRule, form: Form, alignment: Alignment) -> Outcomes:
    """Tell blanks row by row, or at once when a report leaves its zeros blank throughout.

    A table without any number is ``filled``'s to tell.
    """
    if all(fact.state is State.BLANK for fact in alignment.facts):
        yield NotApplicable(form.key)
        return
    rows: dict[tuple[str, State], list[Fact]] = {}
    for fact in alignment.facts:
        if fact.state in _BLANKS:
            rows.setdefault((form.slots[fact.key].row_key, fact.state), []).append(fact)
    for state in [state for state in _BLANKS if sum(s is state for _, s in rows) > MOST_ROWS_TOLD]:
        told = [rows.pop(key) for key in list(rows) if key[1] is state]
        blank = [fact for row in told for fact in row]
        where = Text(f"有 {len(told)} 行共", f"{len(told)} rows, in all")
        address = form.key if state is State.BLANK else f"{form.key}/{state}"
        yield Deviation(address, blank[0].place, _blank_values(form, where, blank), "0", blank[0].raw)
    for (row, state), blank in rows.items():
        columns = listed(form.slots[fact.key].column.title for fact in blank)
        row_title = form.row_titles[row]
        where = Text(f"“{row_title.zh}”行 {columns.zh}", f"row “{row_title.en}”, {columns.en}")
        address = f"{form.key}/{row}" if state is State.BLANK else f"{form.key}/{row}/{state}"
        yield Deviation(address, blank[0].place, _blank_values(form, where, blank), "0", blank[0].raw)
    if not any(fact.state in _BLANKS for fact in alignment.facts):
        yield Passed(form.key)


def _blank_values(form: Form, where: Text, blank: list[Fact]) -> Values:
    return {
        "form": form.name, "where": where, "found": _BLANKS[blank[0].state], "count": len(blank), "expected": "0",
    }  # fmt: skip


def _each(form: Form, facts: Iterable[Fact], expected: str = "") -> Outcomes:
    """One deviation per cell, or a pass."""
    none = True
    for fact in facts:
        none = False
        values: dict[str, str | int | Text] = {
            "form": form.name, "where": form.slots[fact.key].title, "found": shorten(fact.raw), "expected": expected,
        }  # fmt: skip
        yield Deviation(fact.key.replace(".", "/", 1), fact.place, values, expected, fact.raw)
    if none:
        yield Passed(form.key)


def _numeric(rule: TableRule, form: Form, alignment: Alignment) -> Outcomes:
    # a row whose cells could not be told apart has no words to show: ``complete`` tells that
    wordy = (State.UNREADABLE, State.APPROXIMATE)
    yield from _each(form, (fact for fact in alignment.facts if fact.state in wordy and fact.raw.strip()))


def _whole_numbers(rule: TableRule, form: Form, alignment: Alignment) -> Outcomes:
    def wrong(fact: Fact) -> bool:
        if fact.value is None:
            return False
        part = isinstance(fact.value, Decimal) and form.slots[fact.key].block.scale != "money"
        return part or (fact.value < 0 and not form.slots[fact.key].column.signed)

    yield from _each(form, (fact for fact in alignment.facts if wrong(fact)))


def _unit(rule: TableRule, form: Form, alignment: Alignment) -> Outcomes:
    for fact in alignment.facts:
        expected = form.slots[fact.key].block.unit  # empty where the form prints none
        if fact.unit and expected and fact.unit != expected:
            yield from _each(form, [fact], expected)
            return
    yield Passed(form.key)


def _digits(rule: TableRule, form: Form, alignment: Alignment) -> Outcomes:
    bound = 10**rule.limit
    yield from _each(form, (f for f in alignment.facts if f.value is not None and abs(f.value) >= bound))


DEMANDS: dict[Demand, Callable[[TableRule, Form, Alignment], Outcomes]] = {
    "complete": _complete,
    "subdivided": _subdivided,
    "no_extra": _no_extra,
    "official_labels": _official_labels,
    "even_widths": _even_widths,
    "filled": _filled,
    "no_blank": _no_blank,
    "numeric": _numeric,
    "whole_numbers": _whole_numbers,
    "unit": _unit,
    "digits": _digits,
}
