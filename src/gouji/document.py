"""A document as every reader gives it: flat blocks in reading order, each with its place."""

from bisect import bisect_right
from datetime import date
from functools import cached_property

from msgspec import Struct

from gouji.wording import Text, squeeze


class Place(Struct, frozen=True, gc=False):
    """Where something is written; every number counts from 1, what a format does not know is None.

    Attributes:
        line, column: in a text; columns in characters. HTML keeps lines only.
        page: of a PDF.
        box: left, top, right and bottom on that page, in points from its top left corner.
        block: in a document without lines: which of its paragraphs and tables it is.
        table: which of the document's tables.
        row, cell: within that table as drawn.
    """

    line: int | None = None
    column: int | None = None
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    block: int | None = None
    table: int | None = None
    row: int | None = None
    cell: int | None = None

    @property
    def order(self) -> tuple[int, int, int]:
        """A key that sorts the places of one document in reading order."""
        return self.line or self.block or 0, self.row or 0, self.column or self.cell or 0


NOWHERE = Place()


class Paragraph(Struct, frozen=True, dict=True):
    """Running text or a heading.

    Attributes:
        text: the text, with lines that only a page or line break had parted joined again.
        anchors: ``(offset in text, place)`` for each stretch taken from one source line, ascending,
            the first at offset 0.
        marked: the source itself marks it as a heading (``#``, ``h1``..``h6``, all bold).
    """

    text: str
    anchors: tuple[tuple[int, Place], ...]
    marked: bool = False

    @cached_property
    def squeezed(self) -> str:
        """The text with widths folded and spaces gone, as patterns see it."""
        return squeeze(self.text)

    def place(self, offset: int = 0) -> Place:
        """Return the place of the character at an offset of the text."""
        start, place = self.anchors[bisect_right(self.anchors, offset, key=lambda a: a[0]) - 1]
        return place if place.column is None else Place(place.line, place.column + offset - start)


class Cell(Struct, frozen=True, gc=False):
    """One cell as the source has it; spans count rows and columns, 1 for a plain cell."""

    text: str
    place: Place
    row_span: int = 1
    col_span: int = 1


class Table(Struct, frozen=True):
    """The cells of one table of the source, row by row, spans not yet expanded."""

    rows: tuple[tuple[Cell, ...], ...]
    place: Place


Block = Paragraph | Table


class Note(Struct, frozen=True):
    """Something the reader had to overcome and the user should know (a wrong charset, say)."""

    rule: str
    text: Text
    place: Place = NOWHERE


class Published(Struct, frozen=True):
    """The day a report was made public, who says so, and where."""

    day: date
    source: Text
    place: Place = NOWHERE


class Remark(Struct, frozen=True):
    """A comment of the source that speaks to gouji: what it says, and its first and last line."""

    said: str
    line: int
    last: int


class Document(Struct, frozen=True):
    """What a reader made of one file.

    Attributes:
        path: as given by the caller, with forward slashes.
        format: the reader that read it, e.g. ``markdown``.
        blocks: paragraphs and tables in reading order.
        title: the title outside the text (an HTML page's ``<title>``), or empty.
        notes: what the reader had to overcome.
        published: the publication date outside the text (front matter, a page's metadata).
        lines: the source, line by line, where places have columns; else empty.
        remarks: its comments that speak to gouji.
        unread: which parts of the file were not read, if any: what is missing may stand there.
        untabled: which figures were read as text, if any, although they may be tables.
    """

    path: str
    format: str
    blocks: tuple[Block, ...]
    title: str = ""
    notes: tuple[Note, ...] = ()
    published: Published | None = None
    lines: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    unread: Text | None = None
    untabled: Text | None = None
