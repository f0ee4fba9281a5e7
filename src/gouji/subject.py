"""What a rule sees, and what it may answer."""

from collections.abc import Iterator
from datetime import date
from functools import cached_property

from msgspec import Struct, field

from gouji.amount import State
from gouji.document import Place
from gouji.facts import Number, Reading
from gouji.finding import Equation, Excerpt
from gouji.forms import Form
from gouji.outline import DeclaredField, DeclaredSection
from gouji.wording import Text

Values = dict[str, str | int | Text]


class Declared(Struct, frozen=True):
    """The names that a pack's rules may use: sections, fields and forms, by key."""

    sections: dict[str, DeclaredSection]
    fields: dict[str, DeclaredField]
    forms: dict[str, Form]


class Subject(Struct, frozen=True, dict=True):
    """One report as rules see it.

    Attributes:
        reading: what the report says.
        year: the year it is judged for.
        check_date: the day of checking.
        region: where its unit is, as given by the user, or empty.
        declared: what the pack declares.
    """

    reading: Reading
    year: int
    check_date: date
    region: str
    declared: Declared

    @cached_property
    def numbers(self) -> dict[str, Number]:
        """The facts that are plain numbers, by key."""
        facts = self.reading.facts
        return {key: f.value for key, f in facts.items() if f.value is not None and f.state is State.NUMBER}


class Passed(Struct, frozen=True):
    """The rule holds for this instance."""

    address: str = ""


class Deviation(Struct, frozen=True):
    """The rule does not hold: where, and the values for the rule's message.

    A check says what and where only; who found it and how bad it is, the engine adds.
    """

    address: str
    place: Place
    values: Values = field(default_factory=dict)
    expected: str = ""
    actual: str = ""
    equation: Equation | None = None
    excerpt: Excerpt | None = None


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
