"""A page taken apart: the tables on it, and the lines of text beside them."""

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from gouji.readers.cells import lays_out_text
from gouji.readers.pdf.drawing import Box, Ruling
from gouji.readers.pdf.lattice import Grid, borders_of
from gouji.readers.pdf.lines import hull, joined, lines_of, single, text_of
from gouji.readers.pdf.page import Char, Page
from gouji.readers.pdf.refusal import not_in_full

LONGEST_MARKED = 60  # characters of a line that may be a heading
MOST_AREAS = 2_000  # on one page; more are a drawing
_FEWEST_AREAS = 4  # that may be a table


DrawnCell = tuple[str, Box, int, int]  # text, left to bottom, row span, column span


class TextLine(Struct, eq=False):
    """A line of text on a page.

    Attributes:
        page: the page it stands on.
        chars: its characters, left to right.
        text: what they read.
        em: the size of most of them.
        bold: it is short, and bold throughout.
        box: left, top, right and bottom.
    """

    page: Page
    chars: list[Char]
    text: str
    em: float
    bold: bool
    box: Box

    @property
    def y(self) -> float:
        """The height of its middle."""
        return self.chars[0].y


class RuledTable(Struct, eq=False):
    """A table with ruling lines: its page, its grid, and the text of each slot."""

    page: Page
    grid: Grid
    texts: list[str]

    @property
    def y(self) -> float:
        """The height of its upper border."""
        return self.grid.rows[0]

    @property
    def box(self) -> Box:
        """Left, top, right and bottom."""
        return self.grid.columns[0], self.grid.rows[0], self.grid.columns[-1], self.grid.rows[-1]

    def cells(self) -> Iterator[list[DrawnCell]]:
        """Yield the cells row by row."""
        grid = self.grid
        rows: list[list[DrawnCell]] = [[] for _ in grid.rows[1:]]
        for slot, text in zip(grid.slots, self.texts, strict=True):
            rows[slot.row].append((text, grid.box(slot), slot.row_span, slot.col_span))
        yield from rows


class Sheet(Struct, eq=False):
    """What stands on a page.

    Attributes:
        page: the page, closed; its measures stay.
        tables: the tables with ruling lines.
        lines: the other text, line by line from top to bottom.
        unclear: the lines of a table leave it open where some of its cells end.
    """

    page: Page
    tables: list[RuledTable]
    lines: list[TextLine]
    unclear: bool = False


def sheet_of(page: Page) -> Sheet:
    """Take an open page apart.

    Raises:
        UnreadableError: GJ005, its tables are beyond the limits, or a character came neither into a
            table nor into a line.
    """
    sheet = Sheet(page, [], [])
    free = page.chars
    for borders in borders_of(page.across, page.down, page.outlines, page.chars, page.number):
        grid, left_over = borders.filled(free)
        texts = [cell_text(slot.chars) for slot in grid.slots]
        if not _is_table(grid, texts):
            continue
        for bent in grid.bent:  # nobody can tell which part holds what, so none may be read as a number
            sheet.unclear = True
            whole = cell_text([char for number in bent for char in grid.slots[number].chars])
            for number in bent:
                texts[number] = whole
        sheet.tables.append(RuledTable(page, grid, texts))
        free = left_over
    free = _take_shaded(sheet, free)
    lines = lines_of(free)
    sheet.lines = [_line(page, line) for line in lines]
    read = sum(map(len, lines)) + page.left_out
    for table in sheet.tables:
        read += sum([len(slot.chars) for slot in table.grid.slots])
    if read != page.found:
        raise not_in_full(page.number, page.found, read)
    return sheet


def _take_shaded(sheet: Sheet, free: list[Char]) -> list[Char]:
    """Add tables whose cells are shaded areas without lines; return the characters left over."""
    page = sheet.page
    ruled = [table.box for table in sheet.tables]
    areas = [area for area in page.areas if not any(_overlap(area, box) for box in ruled)]
    if len(areas) < _FEWEST_AREAS or len(areas) > MOST_AREAS:
        return free
    across = [Ruling(at, left, right) for left, top, right, bottom in areas for at in (top, bottom)]
    down = [Ruling(at, top, bottom) for left, top, right, bottom in areas for at in (left, right)]
    for borders in borders_of(across, down, (), free, page.number):
        grid, left_over = borders.filled(free)
        texts = [cell_text(slot.chars) for slot in grid.slots]
        if len(grid.rows) > 2 and grid.is_tiled(areas) and _is_table(grid, texts):  # noqa: PLR2004
            sheet.tables.append(RuledTable(page, grid, texts))
            free = left_over
    return free


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def cell_text(chars: list[Char]) -> str:
    """Return the text of a cell."""
    if len(chars) < 2:  # noqa: PLR2004 - nearly every cell holds one figure
        return chars[0].text if chars else ""
    return joined([text_of(single(line)) for line in lines_of(chars)])


def _line(page: Page, chars: list[Char]) -> TextLine:
    chars = single(chars)
    text = text_of(chars)
    sizes = [char.em for char in chars]
    em = sizes[0] if min(sizes) == max(sizes) else Counter(sizes).most_common(1)[0][0]
    bold = len(text) <= LONGEST_MARKED and all(page.is_bold(char) for char in chars)
    return TextLine(page, chars, text, em, bold, hull(chars))


def _is_table(grid: Grid, texts: list[str]) -> bool:
    """Tell a table from a frame around text, a drawing, and lines that arrange the page."""
    written = [text for text in texts if text]
    if not written or len({slot.column for slot in grid.slots}) == 1:
        return False
    rows = len(grid.rows) - 1 + grid.cut_off
    return not lays_out_text(written, len(texts), rows, len(grid.columns) - 1)
