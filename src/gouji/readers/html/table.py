"""One ``<table>`` of a page: its cells with their spans, and whether it holds data or lays out text."""

import re
from collections.abc import Iterator
from itertools import islice, takewhile
from typing import cast

from lxml import etree
from msgspec import Struct

from gouji.document import NOWHERE, Cell, Place, Table
from gouji.errors import UnreadableError
from gouji.readers.cells import MOST_CELLS, MOST_COLUMNS, collapse, is_value, lays_out_text
from gouji.wording import Text

LAST_KNOWN_LINE = 65_534  # libxml2 keeps 16 bits; everything further down says 65,535

HIDDEN_TAGS = frozenset(
    """script style noscript template svg iframe object embed canvas audio video map head
    select option datalist button input textarea""".split()  # noqa: SIM905 - a list would fill the page
)
BLOCK_TAGS = frozenset(
    """address article aside blockquote body caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p
    pre section summary table tbody td tfoot th thead tr ul""".split()  # noqa: SIM905
)

_LINK_SHARE = 0.8
_MOST_CELLS_OF_A_VALUE = 6  # blank ones too
_FIGURES_OF_DATA = 12
_LONGEST_FIGURE = 9

_DIGITS = re.compile(r"[ \t\n\r\f]*\+?(\d{1,7})")
_VISIBILITY = re.compile(r"(?:^|;)\s*visibility\s*:\s*(\w+)", re.IGNORECASE)
_INVISIBLE = frozenset(("hidden", "collapse"))
_DISPLAYS_NOTHING = re.compile(r"(?:^|;)\s*display\s*:\s*none\b", re.IGNORECASE)
_PLAIN_TAGS = frozenset(("p", "span", "div", "font", "strong", "b", "center", "u", "em", "i"))
_NOT_SHOWN = HIDDEN_TAGS | {"del", "s", "strike"}  # words struck out are not the cell's
_APART = frozenset(("br", "sup", "sub"))  # 1<sup>2</sup> is no 12
_CELL_TAGS = frozenset(("td", "th", "tr"))
_SECTIONS = {"thead": 0, "tbody": 1, "tfoot": 2}


class Extent(Struct):
    """What the tables of one document come to so far, for the limits on all of them together."""

    cells: int = 0
    _place: Place = NOWHERE
    _line: int = -1

    def add(self, cells: int, columns: int) -> None:
        """Count the cells that one more row begins and see to the limits.

        Raises:
            UnreadableError: GJ005, too many cells in all or too many columns in this row.
        """
        self.cells += cells
        if self.cells > MOST_CELLS:
            raise _too_many_cells(self.cells)
        if columns > MOST_COLUMNS:
            raise _too_many_columns(columns)

    def place(self, line: int, shift: int) -> Place:
        """Return the Place of a source line: one object for the many cells written on that line.

        Where the parser has lost count of lines, the place has none.
        """
        if line != self._line:
            self._line = line
            self._place = NOWHERE if line > LAST_KNOWN_LINE else Place(line + shift)
        return self._place


def source_line(element: etree._Element) -> int:
    """Return the line that the start tag of a parsed element ends on."""
    return cast("int", element.sourceline)


def text_within(element: etree._Element) -> str:
    """Return all text inside an element, as the source has it."""
    return "".join(cast("Iterator[str]", element.itertext("*")))


def hidden(root: etree._Element) -> set[etree._Element]:
    """Return the elements that the page itself hides (``hidden``, ``display: none``, ``visibility: hidden``).

    What is only invisible may hold something that is made visible again; then all of it is kept.
    """
    found: set[etree._Element] = set()
    shown_again: set[etree._Element] = set()
    invisible = []
    for element in root.iter():
        style = element.get("style")
        if (style is not None and _DISPLAYS_NOTHING.search(style)) or element.get("hidden") is not None:
            found.add(element)
        elif style is not None and "isibility" in style.lower():
            said = _VISIBILITY.findall(style)
            if said and said[-1].lower() in _INVISIBLE:
                invisible.append(element)
            elif said:
                shown_again.update(takewhile(lambda outer: outer not in shown_again, element.iterancestors()))
    found.update(element for element in invisible if element not in shown_again)
    return found


def read_table(table: etree._Element, concealed: set[etree._Element], extent: Extent, shift: int) -> Table | None:
    """Read the own rows of a table; None when no cell of it holds any text.

    Args:
        table: the ``<table>`` element.
        concealed: elements to leave out (``hidden``).
        extent: counts over the whole document, brought up to date.
        shift: added to every source line.

    Raises:
        UnreadableError: GJ005, the tables of the document are beyond the limits.
    """
    rows: list[tuple[Cell, ...]] = []
    nested = next(table.iterdescendants("table"), None) is not None
    for group in _row_groups(table, concealed, nested=nested):
        read = _read_group(group, concealed, extent, shift, table if nested else None)
        rows.extend(read)
    if not any(cell.text for row in rows for cell in row):
        return None
    return Table(tuple(rows), extent.place(source_line(table), shift))


def is_layout(element: etree._Element, table: Table) -> bool:
    """Tell whether a table (with no other inside) arranges text on the page instead of holding data.

    So does one that only lays out text, and one made of links.
    """
    texts = [cell.text for row in table.rows for cell in row if cell.text]
    columns = max(sum(cell.col_span for cell in row) for row in table.rows)
    cells = sum(map(len, table.rows))
    return lays_out_text(texts, cells, len(table.rows), columns) or _made_of_links(element, sum(map(len, texts)))


class Nesting(Struct, frozen=True):
    """How the tables of a page stand in one another.

    Attributes:
        layouts: those that only arrange the tables in their cells.
        holders: tables of data with other tables of data in their cells, and which.
    """

    layouts: set[etree._Element]
    holders: dict[etree._Element, list[etree._Element]]


def nesting_of(root: etree._Element) -> Nesting:
    """Tell what becomes of the tables that have another table inside one of their cells.

    A table that is only the value of its cell changes nothing. A table directly inside another, not
    in a cell, follows an unclosed ``<table>``: a sibling.
    """
    inside: dict[etree._Element, list[etree._Element]] = {}
    for table in root.iter("table"):
        for ancestor in table.iterancestors("td", "th", "caption", "table"):
            if ancestor.tag == "table":
                break
            outer = next(ancestor.iterancestors("table"), None)
            if outer is not None:
                inside.setdefault(outer, []).append(table)
            break
    nesting = Nesting(set(), {})
    for outer, tables in inside.items():
        data = [table for table in tables if table in inside or not _is_value(table)]
        if data and (not inside.keys().isdisjoint(data) or not _holds_figures(outer, tables)):
            nesting.layouts.add(outer)
        elif data:
            nesting.holders[outer] = data
    return nesting


def _is_value(table: etree._Element) -> bool:
    cells = list(islice(table.iter("td", "th"), _MOST_CELLS_OF_A_VALUE + 1))
    if len(cells) > _MOST_CELLS_OF_A_VALUE:
        return False
    return is_value([text for cell in cells if (text := collapse(text_within(cell)))])


def _holds_figures(table: etree._Element, inside: list[etree._Element]) -> bool:
    """Tell whether enough cells of a table with others inside are figures, as no layout of a page has them."""
    theirs = {cell for inner in inside for cell in inner.iter("td", "th")}
    own = [cell for cell in table.iter("td", "th") if cell not in theirs]
    if len(own) < _FIGURES_OF_DATA:
        return False
    texts = (text_within(cell).strip() for cell in own if cell.find(".//table") is None)
    figures = (text for text in texts if len(text) <= _LONGEST_FIGURE and text.isdecimal())
    return len(list(islice(figures, _FIGURES_OF_DATA))) == _FIGURES_OF_DATA


def cell_text(cell: etree._Element, concealed: set[etree._Element]) -> str:
    """Return the text of a cell, ends stripped; borders of blocks and ``<br>`` count as white space."""
    before: list[str] = []
    after: list[str] = []
    node = cell
    # Nearly every cell is text in a chain of single elements; only the others need a real walk.
    while len(node):
        child = node[0]
        tag = child.tag
        if len(node) > 1 or tag not in _PLAIN_TAGS or (concealed and child in concealed):
            return collapse("".join(_pieces(cell, concealed)))
        border = "\n" if tag in BLOCK_TAGS else ""
        if node.text:
            before += (node.text, border)
        if child.tail:
            after += (child.tail, border)
        node = child
    if not before and not after:
        return collapse(node.text or "")
    return collapse("".join((*before, node.text or "", *after[::-1])))


def _pieces(cell: etree._Element, concealed: set[etree._Element]) -> list[str]:
    parts: list[str] = []
    framed: list[etree._Element] = []  # tables open inside the cell, which are part of its text
    walk = etree.iterwalk(cell, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        if event == "start":
            tag = node.tag
            if node is not cell and (tag in _NOT_SHOWN or (tag in _CELL_TAGS and not framed) or node in concealed):
                walk.skip_subtree()
                continue
            if tag == "table":
                framed.append(node)
            if tag in BLOCK_TAGS or tag in _APART:
                parts.append("\n")
            parts.append(node.text or "")
        elif node is not cell:
            if framed and framed[-1] is node:
                framed.pop()
            if event == "end" and (node.tag in BLOCK_TAGS or node.tag in _APART):
                parts.append("\n")
            parts.append(node.tail or "")
    return parts


def _row_groups(table: etree._Element, concealed: set[etree._Element], *, nested: bool) -> list[list[etree._Element]]:
    """Return the rows in the order shown - head, bodies, foot -, parted where row spans end."""
    groups: dict[etree._Element, list[etree._Element]] = {}
    for row in table.iter("tr"):
        if nested and next(row.iterancestors("table")) is not table:
            continue
        parent = row.getparent()
        if parent is None or (concealed and (row in concealed or parent in concealed)):
            continue
        section = parent if parent.tag in _SECTIONS else table
        groups.setdefault(section, []).append(row)
    ordered = sorted(groups, key=lambda section: _SECTIONS.get(str(section.tag), 1))
    return [groups[section] for section in ordered]


def _read_group(
    rows: list[etree._Element],
    concealed: set[etree._Element],
    extent: Extent,
    shift: int,
    only_of: etree._Element | None,
) -> list[tuple[Cell, ...]]:
    """Read rows, clamp spans to them as browsers do, and count what they come to.

    ``only_of`` is the table where others stand inside it, so that their cells must be told apart.
    """
    read: list[tuple[Cell, ...]] = []
    from_above = [0] * (len(rows) + 1)  # columns that cells spanning rows begin or cease to hold
    held = 0
    for index, row in enumerate(rows):
        cells: list[Cell] = []
        held += from_above[index]
        left = len(rows) - index
        width = area = 0
        for element in row.iterdescendants("td", "th"):
            if concealed and element in concealed:
                continue
            if only_of is not None and next(element.iterancestors("table")) is not only_of:
                continue
            declared = element.get("colspan")
            col_span = 1 if declared is None else _span(declared) or 1
            declared = element.get("rowspan")
            row_span = 1 if declared is None else min(_span(declared) or left, left)
            if row_span > 1:
                from_above[index + 1] += col_span
                from_above[index + row_span] -= col_span
            width += col_span
            area += col_span * row_span
            place = extent.place(element.sourceline, shift)  # type: ignore[arg-type]  # wrong in the stubs
            cells.append(Cell(cell_text(element, concealed), place, row_span, col_span))
        extent.add(area, width + held)
        read.append(tuple(cells))
    return read


def _span(declared: str) -> int:
    found = _DIGITS.match(declared)
    return 1 if found is None else int(found[1])


def _too_many_cells(count: int) -> UnreadableError:
    return UnreadableError(
        "GJ005",
        Text(
            f"表格过大：展开后至少有 {count} 个单元格，超过上限 {MOST_CELLS}。"
            "请检查表格的 colspan、rowspan，或把报告单独存成一个文件。",
            f"The tables are too large: at least {count} cells with spans expanded, the limit is"
            f" {MOST_CELLS}. Check colspan and rowspan, or save the report as a file of its own.",
        ),
    )


def _too_many_columns(count: int) -> UnreadableError:
    return UnreadableError(
        "GJ005",
        Text(
            f"表格过宽：有 {count} 列，超过上限 {MOST_COLUMNS}。请检查表格的 colspan。",
            f"A table is too wide: {count} columns, the limit is {MOST_COLUMNS}. Check its colspan.",
        ),
    )


def _made_of_links(element: etree._Element, length: int) -> bool:
    linked = sum(len(text_within(a).strip()) for a in element.iter("a") if a.get("href") is not None)
    return linked > 0 and linked >= length * _LINK_SHARE
