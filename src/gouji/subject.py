"""What a rule sees, and what it may answer."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cached_property

from msgspec import Struct, field

from gouji.amount import State
from gouji.claims import DeclaredClaim, DeclaredScope
from gouji.document import NOWHERE, Place
from gouji.facts import Number, Reading
from gouji.finding import Equation, Excerpt, Passage, Severity
from gouji.forms import Form
from gouji.outline import DeclaredField, DeclaredSection
from gouji.wording import Text

Values = dict[str, str | int | Text]


class Declared(Struct, frozen=True):
    """The names that a pack's rules may use: sections, fields, forms and claims, by key; and the scopes."""

    sections: dict[str, DeclaredSection]
    fields: dict[str, DeclaredField]
    forms: dict[str, Form]
    claims: dict[str, DeclaredClaim] = field(default_factory=dict)
    scopes: tuple[DeclaredScope, ...] = ()


class Below(Struct, frozen=True):
    """A unit whose numbers are part of those of the unit above it.

    Attributes:
        unit: its name.
        reading: its report, or why there is none to add up.
        slips: fact key -> what would have to be added to the number, where its own sums prove it wrong.
    """

    unit: str
    reading: Reading | Text
    slips: dict[str, Number] = field(default_factory=dict)


class Surroundings(Struct, frozen=True):
    """What an audit knows around a report.

    Attributes:
        below: the units whose numbers its own are the sum of.
        complete: these units are all that it adds up, as the register declares.
        renamed: the unit went by another name in the year before.
        peers: fact key -> the numbers of the other units of its kind in this year.
        others: reports of other units that share text with it, empty where none of them does; None where no other
            report is known.
        spread: digest of a sentence -> how many units have it in this year.
        reports: how many reports there are on this year, this one included; 0 where nobody counted.
        deadline: by which the register wants the report public; where the law does not set the day, it decides.
        dated_by: who gave the publication date, where it was not the command line.
    """

    below: tuple[Below, ...] = ()
    complete: bool = False
    renamed: bool = False
    peers: Callable[[str], Sequence[Number]] = lambda _: ()
    others: tuple[Reading, ...] | None = None
    spread: Callable[[int], int] = lambda _: 1
    reports: int = 0
    deadline: date | None = None
    dated_by: Text | None = None


ALONE = Surroundings()


class Subject(Struct, frozen=True, dict=True):
    """One report as rules see it.

    Attributes:
        reading: what the report says.
        year: the year it is judged for.
        check_date: the day of checking.
        region: where its unit is, as given by the user, or empty.
        declared: what the pack declares.
        published: the publication date, as given by the user.
        previous: the report of the year before where there is one, or why it cannot be used.
        around: what an audit knows around it.
    """

    reading: Reading
    year: int
    check_date: date
    region: str
    declared: Declared
    published: date | None = None
    previous: Reading | Text | None = None
    around: Surroundings = ALONE

    @cached_property
    def numbers(self) -> dict[str, Number]:
        """The facts that are plain numbers, by key."""
        facts = self.reading.facts
        return {key: f.value for key, f in facts.items() if f.value is not None and f.state is State.NUMBER}

    def where(self, place: Place) -> Text | None:
        """Say where a place is in a document without lines: 第3页 表三 第7行 自然人列; None where lines tell it."""
        if place.line is not None or place == NOWHERE:
            return None
        parts = [Text(f"第{place.page}页", f"page {place.page}")] if place.page else []
        if place.table is None:
            parts += [Text(f"第{place.block}段", f"paragraph {place.block}")] if place.block and not parts else []
        else:
            number = Text(f"第{place.table}个表格", f"table {place.table}")
            parts.append(self._form_names.get(place.table, number))
            parts += [Text(f"第{place.row}行", f"row {place.row}")] if place.row else []
            parts += (
                [self._column_names.get(place, Text(f"第{place.cell}格", f"cell {place.cell}"))] if place.cell else []
            )
        return Text(" ".join(part.zh for part in parts), ", ".join(part.en for part in parts))

    @cached_property
    def _form_names(self) -> dict[int, Text]:
        facts = self.reading.facts.values()
        forms = self.declared.forms
        return {f.place.table: forms[f.key.partition(".")[0]].name for f in facts if f.place.table is not None}

    @cached_property
    def _column_names(self) -> dict[Place, Text]:
        slots = {key: slot for form in self.declared.forms.values() for key, slot in form.slots.items()}
        titles = {fact.place: slots[fact.key].column.title for fact in self.reading.facts.values()}
        return {place: Text(f"{title.zh}列", f"column {title.en}") for place, title in titles.items() if place.cell}


class Passed(Struct, frozen=True):
    """The rule holds for this instance."""

    address: str = ""


class Deviation(Struct, frozen=True):
    """The rule does not hold: where, and the values for the rule's message.

    A check says what and where only; who found it and how bad it is, the engine adds. ``severity`` is
    there where what is known of the instance makes it other than the rule's.
    """

    address: str
    place: Place
    values: Values = field(default_factory=dict)
    expected: str = ""
    actual: str = ""
    equation: Equation | None = None
    excerpt: Excerpt | None = None
    severity: Severity | None = None
    passages: tuple[Passage, ...] = ()
    other: Text | None = None


class Gap(Struct, frozen=True):
    """The rule could not be judged, and why; one reason may starve many rules, each for want of other numbers."""

    address: str
    reason: Text
    wanting: tuple[Text, ...] = ()


class NotApplicable(Struct, frozen=True):
    """The rule does not concern this report."""

    address: str = ""


Outcome = Passed | Deviation | Gap | NotApplicable
Outcomes = Iterator[Outcome]
