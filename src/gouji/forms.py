"""Forms: the tables that the law prescribes, as a pack declares them.

A form is one or more blocks of rows and columns. Every slot is a fact ``form.row.column``; a block
without row labels (表四 has one nameless row) names its slots by the column alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import ClassVar, Literal

from gouji.errors import DeclarationError
from gouji.wording import Text, label_key, same

Scale = Literal["count", "money"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Line:
    """A row or a column of a form.

    Attributes:
        key: its name in fact keys; a sub-row is ``group.row``, and the row that is called like a
            group (``denied``) is the group's own printed subtotal.
        label: the official label.
        name: what messages call it; the label without its number when not given.
        under: for columns without rows, the head above them, which plays the row's part.
        accept: other wordings that mean the same line.
        keywords: a label that holds all of these is this line (long labels get cut and garbled).
        optional: the official form does not have it, but some reports do.
        signed: a column whose numbers may go down: -2 and 减2 are numbers there.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    key: str
    label: str
    name: Text | None = None
    under: Text | None = None
    accept: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    optional: bool = False
    signed: bool = False

    def __post_init__(self) -> None:
        """Refuse a label without words: it would be found everywhere."""
        if not all(label_key(label) for label in (self.label, *self.accept)):
            raise DeclarationError("label", Text("标签里没有文字", "a label has words"))

    @cached_property
    def title(self) -> Text:
        """What messages call this line."""
        return self.name or Text(label_key(self.label), self.key)


@dataclass(frozen=True, kw_only=True, eq=False)
class FormBlock:
    """Rows that share columns.

    Attributes:
        columns: the value columns, left to right.
        rows: the labelled rows, top to bottom; empty for one row without a label.
        heads: other words of the head that name no value column.
        scale: ``count`` for whole numbers, ``money`` for amounts with decimals.
        unit: the unit of every value, as printed on the form.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    columns: tuple[Line, ...]
    rows: tuple[Line, ...] = ()
    heads: tuple[str, ...] = ()
    scale: Scale = "count"
    unit: str = "件"


@dataclass(frozen=True, kw_only=True, eq=False)
class Form:
    """A prescribed table.

    Attributes:
        key: its name in fact keys.
        name: what messages call it (表三).
        section: key of the section it belongs to.
        blocks: its parts, in order.
        titles: words that stand in merged cells beside the rows (三、本年度办理结果) and never
            name a row.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    key: str
    name: Text
    section: str
    blocks: tuple[FormBlock, ...]
    titles: tuple[str, ...] = ()

    @cached_property
    def slots(self) -> dict[str, "Slot"]:
        """Every slot by its fact key, in the order of the form."""
        return {slot.key: slot for slot in self._slots()}

    def _slots(self) -> Iterator["Slot"]:
        for block in self.blocks:
            for row in block.rows or (None,):
                for column in block.columns:
                    yield Slot(self, block, row, column)

    @cached_property
    def slots_by_line(self) -> tuple[tuple[str, tuple["Slot", ...]], ...]:
        """The slots row by row, with the key of the row's line; empty for rows without a label."""
        lines = groupby(self.slots.values(), key=lambda slot: slot.row)
        return tuple((line.key if line else "", tuple(slots)) for line, slots in lines)

    @cached_property
    def rows(self) -> tuple[str, ...]:
        """The row part of every fact key, in order, optional rows included."""
        return tuple(dict.fromkeys(slot.row_key for slot in self.slots.values()))

    def columns(self, row: str) -> tuple[str, ...]:
        """The column part of the fact keys of one row, in order."""
        return tuple(slot.column_key for slot in self.slots.values() if slot.row_key == row)

    @cached_property
    def row_titles(self) -> dict[str, Text]:
        """What messages call each row."""
        return {slot.row_key: slot.row_title for slot in self.slots.values()}

    @cached_property
    def column_titles(self) -> dict[str, Text]:
        """What messages call each column."""
        return {slot.column_key: slot.column.title for slot in self.slots.values()}


@dataclass(frozen=True, eq=False)
class Slot:
    """One cell of a form: where a fact comes from."""

    form: Form
    block: FormBlock
    row: Line | None
    column: Line

    @cached_property
    def key(self) -> str:
        """The fact key."""
        parts = (self.form.key, self.row.key, self.column.key) if self.row else (self.form.key, self.column.key)
        return ".".join(parts)

    @cached_property
    def row_key(self) -> str:
        """The part between form and column: ``denied.secret``, or ``review`` of ``review.upheld``."""
        return self.key.removeprefix(f"{self.form.key}.").rpartition(".")[0]

    @cached_property
    def column_key(self) -> str:
        """The last part of the fact key."""
        return self.key.rpartition(".")[2]

    @cached_property
    def optional(self) -> bool:
        """Whether the official form lacks this slot."""
        return self.column.optional or (self.row is not None and self.row.optional)

    @property
    def row_title(self) -> Text:
        """What messages call the row."""
        return self.row.title if self.row else self.column.under or same(self.row_key)

    @property
    def title(self) -> Text:
        """Row and column as a message names them."""
        row, column = self.row_title, self.column.title
        return Text(f"{row.zh}·{column.zh}", f"{row.en}/{column.en}")
