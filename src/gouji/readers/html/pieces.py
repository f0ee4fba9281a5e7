"""A parsed page becomes pieces in reading order: lines of text and data tables, with where they stood."""

import re
from collections.abc import Iterator

from lxml import etree
from msgspec import Struct, field

from gouji.document import Table
from gouji.errors import UnreadableError
from gouji.readers.cells import collapse
from gouji.readers.flow import LONGEST_HEADING, Line
from gouji.readers.html.table import (
    BLOCK_TAGS,
    HIDDEN_TAGS,
    Extent,
    Nesting,
    is_layout,
    nesting_of,
    read_table,
    source_line,
    text_within,
)
from gouji.wording import Text

DEEPEST = 4_096
_BOLD = 600  # font-weight
_LINK_SHARE = 0.8

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BOLD_TAGS = frozenset(("b", "strong"))
_READ_WITH_TABLE = frozenset(("td", "th", "caption", "colgroup"))
_FURNITURE_TAGS = frozenset(("nav", "header", "footer", "aside"))
_FURNITURE_ROLES = frozenset(("navigation", "banner", "contentinfo", "search"))
_FONT_WEIGHT = re.compile(r"font-weight\s*:\s*(\w+)", re.IGNORECASE)
_INDENT = re.compile(r"[ \t\n\r\f]*(?:\u3000[ \t\n\r\f]*\u3000|(?:[\xa0\u3000][ \t\n\r\f]*){4})")


class Piece(Struct, frozen=True):
    """One line or table of a page.

    Attributes:
        item: the line or the table.
        block: the element that the piece begins in.
        broken: a blank line or the border of a block stands before it.
        linked: at least four fifths of its text are links.
    """

    item: Line | Table
    block: etree._Element
    broken: bool
    linked: bool = False


class Pieces(Struct, frozen=True):
    """All pieces of a page, and which of them each element walked through holds: ``[start, end)``."""

    all: list[Piece]
    spans: dict[etree._Element, tuple[int, int]]


def pieces_of(
    root: etree._Element, concealed: set[etree._Element], *, shift: int = 0, any_table: bool = False
) -> Pieces:
    """Walk a page in reading order.

    Left out: scripts, styles, form controls and the like; elements in ``concealed``; navigation,
    page headers, page footers and side bars that hold no table.

    Args:
        root: the element to walk.
        concealed: elements that the page hides.
        shift: added to every source line.
        any_table: take every table without a table inside for data, also what looks like layout.

    Raises:
        UnreadableError: GJ005, the page is nested too deeply or its tables are too large.
    """
    walk = _Walk(concealed, nesting_of(root), shift, any_table)
    walk.run(root)
    return Pieces(walk.pieces, walk.spans)


class _Frame(Struct):
    """An open element: its children still to come and what holds for the text in it."""

    element: etree._Element
    children: Iterator[etree._Element]
    start: int
    is_block: bool
    block: etree._Element  # the innermost block, this one or around it
    bold: bool
    linked: bool
    heading: bool
    literal: bool
    of_data: bool


class _Walk(Struct):
    concealed: set[etree._Element]
    nesting: Nesting
    shift: int
    any_table: bool
    pieces: list[Piece] = field(default_factory=list)
    spans: dict[etree._Element, tuple[int, int]] = field(default_factory=dict)
    _extent: Extent = field(default_factory=Extent)
    _frames: list[_Frame] = field(default_factory=list)
    _line: int = 0
    _skipped: etree._Element | None = None
    _broken: bool = True
    # The line being gathered: its parts, where it begins, and how much of it is bold and linked.
    _parts: list[str] = field(default_factory=list)
    _begin: int = 0
    _block: etree._Element | None = None
    _heading: bool = False
    _length: int = 0
    _bold: int = 0
    _linked: int = 0

    def run(self, root: etree._Element) -> None:
        self._open(root)
        while self._frames:
            frame = self._frames[-1]
            child = next(frame.children, None)
            if child is None:
                self._close()
                continue
            tag = child.tag
            if not isinstance(tag, str) or self._is_skipped(child, tag, frame):
                self._line = source_line(child)
                self._skipped = child if isinstance(tag, str) else None
                self._tail(child)
            elif tag == "br":
                self._line = source_line(child)
                self._end_line(broken=not self._parts)
                self._tail(child)
            else:
                self._open(child)

    def _is_skipped(self, child: etree._Element, tag: str, frame: _Frame) -> bool:
        if tag in HIDDEN_TAGS or (frame.of_data and (tag in _READ_WITH_TABLE or (tag == "tr" and _only_cells(child)))):
            return True
        if self.concealed and child in self.concealed:
            return True
        return (tag in _FURNITURE_TAGS or child.get("role") in _FURNITURE_ROLES) and _is_furniture(child)

    def _open(self, element: etree._Element) -> None:
        tag = str(element.tag)
        self._line, self._skipped = source_line(element), None
        outer = self._frames[-1] if self._frames else None
        is_block = tag in BLOCK_TAGS
        if is_block:
            self._end_line(broken=True)
        of_data = outer is not None and outer.of_data
        if tag == "table":
            of_data = self._take_table(element)
        bold = tag in _BOLD_TAGS or (outer is not None and outer.bold)
        style = element.get("style")
        if style is not None and "weight" in style:
            bold = _is_bold(style, bold)
        if len(self._frames) >= DEEPEST:
            raise _too_deep()
        self._frames.append(
            _Frame(
                element,
                iter(element),
                len(self.pieces),
                is_block,
                element if is_block or outer is None else outer.block,
                bold,
                linked=(outer is not None and outer.linked) or (tag == "a" and element.get("href") is not None),
                heading=(outer is not None and outer.heading) or tag in _HEADINGS,
                literal=(outer is not None and outer.literal) or tag == "pre",
                of_data=of_data,
            )
        )
        if element.text:
            self._text(element.text)

    def _close(self) -> None:
        frame = self._frames.pop()
        if frame.is_block:
            self._end_line(broken=True)
        self.spans[frame.element] = (frame.start, len(self.pieces))
        if self._frames:
            self._tail(frame.element)

    def _tail(self, element: etree._Element) -> None:
        tail = element.tail
        if tail:
            self._text(tail)

    def _take_table(self, element: etree._Element) -> bool:
        """Append a data table with its captions before it; tell whether it was one."""
        if element in self.nesting.layouts:
            return False
        inside = self.nesting.holders.get(element, ())
        concealed = self.concealed.union(inside) if inside else self.concealed
        table = read_table(element, concealed, self._extent, self.shift)
        if table is None or not (self.any_table or not is_layout(element, table)):
            return False
        for caption in element.iter("caption"):
            text = collapse(text_within(caption))
            if text and next(caption.iterancestors("table")) is element:
                line = Line(text, self._extent.place(source_line(caption), self.shift))
                self.pieces.append(Piece(line, element, broken=True))
        self.pieces.append(Piece(table, element, broken=True))
        for inner in inside:
            table = read_table(inner, self.concealed, self._extent, self.shift)
            if table is not None:
                self.pieces.append(Piece(table, inner, broken=True))
        return True

    def _text(self, text: str) -> None:
        frame = self._frames[-1]
        if frame.literal and "\n" in text:
            for number, line in enumerate(text.split("\n")):
                if number:
                    self._end_line(broken=not self._parts)
                    self._line += 1
                self._add(line, frame)
        else:
            self._add(text, frame)

    def _add(self, text: str, frame: _Frame) -> None:
        length = len(text.strip())
        if length:
            if self._skipped is not None:
                self._line += text_within(self._skipped).count("\n")
                self._skipped = None
            if not self._length:
                before = text[: len(text) - len(text.lstrip())]
                self._begin = self._line + before.count("\n")
                self._block, self._heading = frame.block, frame.heading
            self._length += length
            if frame.bold:
                self._bold += length
            if frame.linked:
                self._linked += length
        if length or self._parts or not text.isspace() or "\u3000" in text or "\xa0" in text:
            self._parts.append(text)
        self._line += text.count("\n")

    def _end_line(self, *, broken: bool) -> None:
        """Close the line being gathered, if it has text, and remember whether a break follows."""
        if self._length and self._block is not None:
            raw = "".join(self._parts)
            text = collapse(raw)
            marked = self._heading or (self._bold == self._length and len(text) <= LONGEST_HEADING)
            self.pieces.append(
                Piece(
                    Line(text, self._extent.place(self._begin, self.shift), marked),
                    self._block,
                    self._broken or _INDENT.match(raw) is not None,
                    self._linked >= self._length * _LINK_SHARE,
                )
            )
            self._broken = False
        self._parts = []
        self._length = self._bold = self._linked = 0
        self._broken = self._broken or broken


def _only_cells(row: etree._Element) -> bool:
    """Tell whether a row holds its cells and nothing between them, as it should."""
    if row.text and row.text.strip():
        return False
    return all(cell.tag in ("td", "th") and not (cell.tail and cell.tail.strip()) for cell in row)


def _is_furniture(element: etree._Element) -> bool:
    """Tell whether a nav, header, footer or aside belongs to the page and not to the report."""
    if element.find(".//table") is not None:
        return False
    if element.tag in ("header", "footer"):
        if next(element.iterancestors("article", "main", "section"), None) is not None:
            return False
        return not any("年度报告" in text_within(h) for h in element.iter("h1", "h2", "h3"))
    return True


def _is_bold(style: str, inherited: bool) -> bool:  # noqa: FBT001
    found = _FONT_WEIGHT.search(style)
    if found is None:
        return inherited
    weight = found[1].lower()
    return int(weight[:4]) >= _BOLD if weight.isdecimal() else weight in ("bold", "bolder")


def _too_deep() -> UnreadableError:
    return UnreadableError(
        "GJ005",
        Text(
            f"网页嵌套过深，超过上限 {DEEPEST} 层，无法完整读取。请把报告正文另存为新的网页再检查。",
            f"The page is nested more than {DEEPEST} levels deep and cannot be read in full."
            " Save the text of the report as a new page and check that.",
        ),
    )
