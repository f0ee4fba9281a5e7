"""What a fix is made of: edits of a document's text, which know nothing of the format it is written in.

A character is told by the text it stands in (a paragraph or a cell) and by how many characters stand
before it there, blanks not counted: blanks are what every format treats in its own way.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct, structs

from gouji.document import Block, Cell, Document, Paragraph, Place
from gouji.wording import Text


class Target(Struct, frozen=True):
    """A text of a document: the number of its block, and for a cell its row and number in the table, from 0."""

    block: int
    row: int = -1
    cell: int = -1


class Edit(Struct, frozen=True):
    """Characters of a text and what is to stand there instead.

    Attributes:
        target: the text.
        start: how many characters that are not blank stand before it.
        old: the characters, without blanks; empty to put something in.
        new: what is to stand there.
    """

    target: Target
    start: int
    old: str
    new: str


class Change(Struct, frozen=True):
    """What a person would call one correction; it is made as a whole or not at all.

    Attributes:
        rule: id of the rule whose finding it mends.
        what: what is changed, in words.
        old, new: how it reads before and after.
        edits: what that means in the text.
        place: where, in the document.
        where: the same in words, for documents without lines.
        values: what cells of the forms are worth then, by key, where that is meant to change.
    """

    rule: str
    what: Text
    old: Text
    new: Text
    edits: tuple[Edit, ...]
    place: Place
    where: Text | None = None
    values: tuple[tuple[str, int], ...] = ()


class Left(Struct, frozen=True):
    """What could be mended but was not, and why."""

    rule: str
    what: Text
    reason: Text
    place: Place
    where: Text | None = None


def solid(text: str) -> str:
    """Return a text without its blanks."""
    return "".join(text.split())


def texts(document: Document) -> Iterator[tuple[Target, str]]:
    """Yield every text of a document, without its blanks."""
    for number, block in enumerate(document.blocks):
        if isinstance(block, Paragraph):
            yield Target(number), solid(block.text)
        else:
            for y, row in enumerate(block.rows):
                for x, cell in enumerate(row):
                    yield Target(number, y, x), solid(cell.text)


def shape(document: Document) -> tuple[tuple[object, ...], ...]:
    """Return what a change of text must leave as it is: which texts there are, headings and spans."""
    found: list[tuple[object, ...]] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            found.append((block.marked,))
        else:
            found.append(tuple((cell.row_span, cell.col_span) for row in block.rows for cell in row))
    return tuple(found)


def edited(document: Document, edits: Sequence[Edit]) -> dict[Target, str]:
    """Return every text of a document as it must read once the edits are made."""
    found = dict(texts(document))
    for edit in sorted(edits, key=lambda edit: -edit.start):
        text = found[edit.target]
        found[edit.target] = text[: edit.start] + edit.new + text[edit.start + len(edit.old) :]
    return found


def addressed(document: Document) -> Document:
    """Return a document whose places are the addresses of its texts: see ``target_of`` and ``offset_of``.

    Several cells of a web page may stand on one line, and a paragraph of a Word document has no
    columns; read from this document, every fact, heading and phrase knows the text it stands in.
    """
    return structs.replace(document, blocks=tuple(_addressed(block, n) for n, block in enumerate(document.blocks)))


def _addressed(block: Block, number: int) -> Block:
    if isinstance(block, Paragraph):
        return structs.replace(block, anchors=((0, Place(number + 1, 1)),))
    rows = tuple(
        tuple(structs.replace(cell, place=Place(number + 1, row=y, cell=x)) for x, cell in enumerate(row))
        for y, row in enumerate(block.rows)
    )
    return structs.replace(block, rows=rows, place=Place(number + 1))


def target_of(place: Place) -> Target | None:
    """Return the text that a place of an addressed document stands in; None for one that is no text's."""
    if place.line is None:
        return None
    if place.row is None or place.cell is None:
        return Target(place.line - 1) if place.column is not None else None
    return Target(place.line - 1, place.row, place.cell)


def offset_of(place: Place) -> int:
    """Return which character of its paragraph a place of an addressed document is."""
    return (place.column or 1) - 1


def text_of(document: Document, target: Target) -> str:
    """Return a text as the document has it."""
    block = document.blocks[target.block]
    return block.text if isinstance(block, Paragraph) else block.rows[target.row][target.cell].text


def cell_of(document: Document, target: Target) -> Cell | None:
    """Return the cell of a target, None for a paragraph."""
    block = document.blocks[target.block]
    return None if isinstance(block, Paragraph) else block.rows[target.row][target.cell]


def place_of(document: Document, target: Target, start: int = 0) -> Place:
    """Return where a character of a text is written."""
    block = document.blocks[target.block]
    if isinstance(block, Paragraph):
        return block.place(solid_offsets(block.text)[start])
    return block.rows[target.row][target.cell].place


def solid_offsets(text: str) -> list[int]:
    """Return where each character of ``solid(text)`` stands in the text."""
    return [at for at, char in enumerate(text) if not char.isspace()]
