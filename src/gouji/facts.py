"""Facts: what a reading of one document gives, every value with the place it was written at."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from msgspec import Struct, field

from gouji.amount import State
from gouji.dates import Period
from gouji.document import Note, Paragraph, Place, Published
from gouji.forms import Form
from gouji.outline import LEAD
from gouji.prose import Prose
from gouji.wording import Numbering, Text

Number = int | Decimal


class Fact(Struct, frozen=True, gc=False):
    """One named number of a report.

    Attributes:
        key: ``form.row.column``.
        value: None unless the state is ``number`` or ``approximate``.
        raw: the cell as written.
        state: what the cell holds.
        place: where it is written; for a missing cell, where the table begins.
        unit: the unit written in the cell, or empty.
    """

    key: str
    value: Number | None
    raw: str
    state: State
    place: Place
    unit: str = ""

    @property
    def written(self) -> str:
        """The cell as messages quote it; empty for a blank or missing one."""
        if self.state is State.MISSING:
            return ""
        return str(self.value) if self.state is State.NUMBER else self.raw.strip()


class Misfit(StrEnum):
    """How a table departs from its form."""

    ROW_MISSING = "row-missing"
    ROW_UNKNOWN = "row-unknown"
    ROW_REPEATED = "row-repeated"
    ROW_ORDER = "row-order"
    ROW_WIDTH = "row-width"
    LABEL_DIFFERS = "label-differs"
    LABEL_WIDTH = "label-width"
    LABEL_LOST = "label-lost"
    COLUMN_MISSING = "column-missing"
    COLUMN_UNKNOWN = "column-unknown"
    COLUMN_ORDER = "column-order"
    HEAD_MISSING = "head-missing"


class Departure(Struct, frozen=True):
    """One place where a table departs from its form: what stands there and what should."""

    kind: Misfit
    place: Place
    found: str = ""
    official: str = ""
    row: str = ""


class Alignment(Struct, frozen=True):
    """A table of the report laid on its form.

    Attributes:
        form: the form.
        place: where the table begins.
        score: 0 to 1, the share of the form's rows that were found, less where the head is unknown.
        departures: where the table departs from the form, in reading order.
        readable: the score reaches the limit; below it every fact is unreadable.
        facts: the facts read from it, in the order of the form.
    """

    form: Form
    place: Place
    score: float
    departures: tuple[Departure, ...]
    readable: bool
    facts: tuple[Fact, ...] = ()


class Heading(Struct, frozen=True):
    """A heading as written, with its number (None without one)."""

    text: str
    place: Place
    numbering: Numbering | None


class Section(Struct, frozen=True):
    """A declared section as found.

    Attributes:
        key: the declared key.
        heading: its heading as written.
        title: the heading without its number.
        agreement: ``official``, ``accepted``, ``flagged`` (a known variant) or ``near``.
        paragraphs: its text, the heading left out.
        has_table: whether a table stands in it.
        headings: the headings inside it.
    """

    key: str
    heading: Heading
    title: str
    agreement: str
    paragraphs: tuple[Paragraph, ...]
    has_table: bool
    headings: tuple[Heading, ...]


class FieldValue(Struct, frozen=True):
    """A declared phrase as found in the text.

    Attributes:
        key: the declared field.
        raw: the words as written.
        place: where they begin.
        value: the typed value (a year, a period, a date, digits …); None when the words are
            malformed for their type.
        context: the sentence around it.
    """

    key: str
    raw: str
    place: Place
    value: int | str | date | Period | None
    context: str


Bound = Literal["", ">=", "<=", "~"]


class Share(Struct, frozen=True, gc=False):
    """A percentage behind a number, with the size of one in its last printed digit."""

    percent: Decimal
    precision: Decimal
    raw: str
    place: Place


class Statement(Struct, frozen=True):
    """A number of the tables as a sentence states it.

    Attributes:
        claim: the declared claim, ``topic.claim``.
        words: the words that state it, number included.
        raw: the number as written; of a claim without one, the words.
        value: the number; 0 for words that state there was none; a percentage where ``percent`` is set.
        bound: ``>=`` for 3000余件, ``<=`` for 近3000件, ``~`` for 约3000件.
        precision: the size of one in the last printed digit; 1000 for 1.2万.
        percent: the value is a percentage.
        place: where the number is written.
        year: the year that the words name, None without one.
        scope: position of the declared scope that the words name, None without one.
        scope_words: those words.
        rewrite: position of the claim's rewrite whose words follow, None without one.
        share: what percentage of something the number is said to be.
    """

    claim: str
    words: str
    raw: str
    value: Number
    place: Place
    bound: Bound = ""
    precision: Number = 1
    percent: bool = False
    year: int | None = None
    scope: int | None = None
    scope_words: str = ""
    rewrite: int | None = None
    share: Share | None = None


class Reading(Struct, frozen=True):
    """All that rules may know of one report.

    Attributes:
        path: the file.
        pack: id of the pack it was read with.
        year: the year the report is about; None when the text does not say.
        unit: the organ that reports, as its title names it, or empty.
        unit_kind: ``township``, ``county``, ``department`` …, or empty when its name does not tell.
        sections: by key, in the order of the document.
        repeated: headings that name a section once more.
        fields: values by field key, in reading order.
        facts: by key, in the order of the forms.
        alignments: by form key; a form without a table is not in it.
        notes: what the reader had to overcome.
        statements: numbers of the tables as sentences state them, in reading order.
        unread, untabled: what was not read, or not as tables, as the document tells it.
        prose: its running text by scope: ``lead`` (all before the first section), sections, ``tail``, ``document``.
        published: the publication date outside the text.
    """

    path: str
    pack: str
    year: int | None
    unit: str
    unit_kind: str
    sections: dict[str, Section] = field(default_factory=dict)
    repeated: tuple[Heading, ...] = ()
    fields: dict[str, tuple[FieldValue, ...]] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)
    alignments: dict[str, Alignment] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    statements: tuple[Statement, ...] = ()
    unread: Text | None = None
    untabled: Text | None = None
    prose: Prose = Prose({})
    published: Published | None = None

    @property
    def start(self) -> Place:
        """Where the report begins."""
        lead = self.prose.paragraphs(LEAD)
        return lead[0].place() if lead else Place(1)


def joined(texts: tuple[Text, ...]) -> Text:
    """Join sentences of a message."""
    return Text("".join(t.zh for t in texts), " ".join(t.en for t in texts))
