"""The source of a document as text with offsets: which of its characters are which of the document's.

A format that marks its text up is scanned into ``Scan``: the characters that are text, without blanks,
and where in the source each stands. The document's texts are then found in it in their order. What
is not found as it should be is left alone; and whatever is found wrongly shows when the changed
source is read again (``mend``).
"""

from bisect import bisect_right
from collections.abc import Sequence

from msgspec import Struct, field

from gouji.document import Document, Paragraph, Table
from gouji.fixes.change import Edit, Target, solid
from gouji.wording import Text, numbering


class Unfixable(Exception):  # noqa: N818 - no error of the program
    """A source that must not or cannot be changed, and why."""

    def __init__(self, text: Text) -> None:
        """Keep the reason in both languages."""
        super().__init__(text.en)
        self.text = text


class Patch(Struct, frozen=True):
    """Characters of the source, by their offsets, and what is to stand there instead."""

    start: int
    end: int
    new: str


class SourceCell(Struct):
    """A cell of the source: its characters in the scan, and its content as offsets in the source."""

    first: int
    last: int
    start: int
    end: int


class Scan(Struct):
    """The text of a source.

    Attributes:
        chars: its characters in order, blanks left out.
        starts, ends: where each stands in the source; an entity is one character.
        borders: how many characters stand before each border of a block and each line break.
        tables: every table, with its rows and their cells.
    """

    chars: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    borders: set[int] = field(default_factory=set)
    tables: list[list[list[SourceCell]]] = field(default_factory=list)

    def add(self, char: str, start: int, end: int) -> None:
        """Add a character, unless it is a blank."""
        if not char.isspace():
            self.chars.append(char)
            self.starts.append(start)
            self.ends.append(end)

    def border(self) -> None:
        """Put a border behind the last character."""
        self.borders.add(len(self.chars))


class Found(Struct, frozen=True):
    """Where a text stands: its characters in the scan, and the cell that it fills."""

    first: int
    last: int
    cell: SourceCell | None = None


class Lines:
    """The lines of a source; CRLF, CR and LF end one."""

    def __init__(self, text: str) -> None:
        """Find where they begin."""
        self.starts = [0]
        at = 0
        while (at := _next_end(text, at)) > 0:
            self.starts.append(at)

    def __call__(self, offset: int) -> int:
        """Return the line of a character, from 1."""
        return bisect_right(self.starts, offset)


def _next_end(text: str, at: int) -> int:
    """Return what stands behind the next line end, 0 without one."""
    feed, back = text.find("\n", at), text.find("\r", at)
    if back >= 0 and (feed < 0 or back < feed):
        return back + (2 if text.startswith("\r\n", back) else 1)
    return feed + 1


def find_texts(document: Document, scan: Scan, lines: Lines | None = None) -> dict[Target, Found]:
    """Find the texts of a document in its source.

    Args:
        document: as read.
        scan: its source.
        lines: of the source, where the places of the document have lines.

    Returns:
        The texts that were found; each text of a table, or none of it.
    """
    text, found = "".join(scan.chars), dict[Target, Found]()
    shown = [[["".join(scan.chars[c.first : c.last]) for c in row] for row in table] for table in scan.tables]
    cursor = tables = 0
    for number, block in enumerate(document.blocks):
        if isinstance(block, Paragraph):
            span = _find_paragraph(block, scan, text, cursor, lines)
            if span is not None:
                found[Target(number)] = span
                cursor = span.last
        else:
            at, cells = _find_table(block, scan, shown, tables, lines)
            if cells:
                tables = at + 1
                found |= {Target(number, y, x): Found(c.first, c.last, c) for (y, x), c in cells.items()}
                cursor = max([cursor, *(c.last for c in cells.values())])
    return found


def _find_paragraph(block: Paragraph, scan: Scan, text: str, cursor: int, lines: Lines | None) -> Found | None:
    """Find a paragraph, with or without a number that the program draws in front of it."""
    number = numbering(block.text)
    line = block.place().line if lines is not None else None
    for words in (solid(block.text), solid(block.text[number.end :]) if number and lines is None else ""):
        at = text.find(words, cursor) if words else -1
        while at >= 0:
            whole = at in scan.borders and at + len(words) in scan.borders
            if whole and (line is None or lines is None or lines(scan.starts[at]) == line):
                return Found(at, at + len(words))
            at = text.find(words, at + 1)
    return None


def _find_table(
    block: Table, scan: Scan, shown: Sequence[Sequence[Sequence[str]]], first: int, lines: Lines | None
) -> tuple[int, dict[tuple[int, int], SourceCell]]:
    """Find the table that has every cell as the document has it."""
    wanted = {
        (y, x): (cell, cell.place.row or y + 1, cell.place.cell if lines is None else x + 1)
        for y, row in enumerate(block.rows)
        for x, cell in enumerate(row)
    }
    for at in range(first, len(shown)):
        table, cells = shown[at], dict[tuple[int, int], SourceCell]()
        for key, (cell, row, column) in wanted.items():
            if column is None:
                continue  # columns left free in front of a row are no cell of the source
            if row > len(table) or column > len(table[row - 1]) or table[row - 1][column - 1] != solid(cell.text):
                break
            cells[key] = scan.tables[at][row - 1][column - 1]
        else:
            top = next(iter(cells.values()), None)
            line = block.rows[0][0].place.line if block.rows and block.rows[0] else None
            if top is not None and (lines is None or line is None or lines(top.start) == line):
                return at, cells
    return -1, {}


def patches_of(edit: Edit, spans: Sequence[tuple[int, int]]) -> list[Patch]:
    """Turn an edit into patches of the source that touch only the characters that change.

    Args:
        edit: what is to change.
        spans: where each character of its text stands in the source.
    """
    old, new = edit.old, edit.new
    if len(old) == len(new):
        pairs = zip(range(edit.start, edit.start + len(old)), old, new, strict=True)
        return [Patch(*spans[at], b) for at, a, b in pairs if a != b]
    from difflib import SequenceMatcher  # noqa: PLC0415 - only for titles that change

    patches = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        at = edit.start + i
        if tag == "insert":  # behind the character before it, in the same stretch of text
            offset = spans[at - 1][1] if i else spans[at][0]
            patches.append(Patch(offset, offset, new[k:m]))
        elif tag != "equal":
            patches.append(Patch(*spans[at], new[k:m]))
            patches += [Patch(*spans[n], "") for n in range(at + 1, edit.start + j)]
    return patches


def patched(text: str, patches: Sequence[Patch]) -> str:
    """Return a source with its patches.

    Raises:
        ValueError: two of them touch.
    """
    parts: list[str] = []
    at = 0
    for patch in sorted(patches, key=lambda patch: (patch.start, patch.end)):
        if patch.start < at:
            raise ValueError("two patches overlap")
        parts += (text[at : patch.start], patch.new)
        at = patch.end
    return "".join((*parts, text[at:]))
