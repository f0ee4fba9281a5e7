"""What stands on the pages of a PDF for orientation only: running headers and footers, page numbers."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from gouji.readers.pdf.lines import lines_of, text_of
from gouji.readers.pdf.page import Char
from gouji.readers.pdf.sheet import RuledTable, Sheet, TextLine, cell_text
from gouji.wording import is_page_number

_MARGIN = 0.12  # of the height of a page, at its top and at its bottom
_SAME_HEIGHT = 6.0  # points
_FEWEST = 2  # pages
_SHARE = 0.3  # of the pages: left and right ones may differ, and the first one

_NUMBER = re.compile(r"\d+")
_WORDED_NUMBER = re.compile(r"[-—–~·]\s*(\d{1,4})\s*[-—–~·]|第\s*(\d{1,4})\s*页(?:\s*[,，/]?\s*共\s*\d{1,4}\s*页)?")


def drop_furniture(sheets: Sequence[Sheet]) -> None:
    """Take running headers, footers and page numbers out of the pages.

    A line at the top or bottom goes when it is a page number, or comes again at the same height on
    other pages, figures apart. Inside a table, whose head may come again too, only a worded page
    number goes (``- 3 -``, ``第3页``), and only if it counts the pages.
    """
    pages: dict[tuple[str, bool, int], set[int]] = defaultdict(set)
    for sheet in sheets:
        for line in _marginal(sheet):
            for key in _keys(line):
                pages[key].add(sheet.page.number)
    fewest = max(_FEWEST, _SHARE * len(sheets))
    gone = {
        id(line)
        for sheet in sheets
        for line in _marginal(sheet)
        if is_page_number(line.text) or any(len(pages[key]) >= fewest for key in _keys(line))
    }
    kept = [[line for line in sheet.lines if id(line) not in gone] for sheet in sheets]
    if any(kept) or any(sheet.tables for sheet in sheets):  # where nothing else is left it was the text
        for sheet, lines in zip(sheets, kept, strict=True):
            sheet.lines = lines
    _drop_from_tables(sheets)


def _marginal(sheet: Sheet) -> Iterator[TextLine]:
    return (line for line in sheet.lines if _is_marginal(sheet, line.y))


def _is_marginal(sheet: Sheet, y: float) -> bool:
    height = sheet.page.size[1]
    return not height * _MARGIN < y < height * (1 - _MARGIN)


def _keys(line: TextLine) -> Iterator[tuple[str, bool, int]]:
    """Yield what lines have in common that are the same but for figures: one key at least of the two."""
    words = _NUMBER.sub("0", line.text)
    for half in (False, True):
        yield words, half, round(line.y / _SAME_HEIGHT + half / 2)


def _drop_from_tables(sheets: Sequence[Sheet]) -> None:
    found: dict[int, list[tuple[RuledTable, int, list[Char]]]] = defaultdict(list)
    for sheet in sheets:
        for table in sheet.tables:
            for at, slot in enumerate(table.grid.slots):
                marginal = [char for char in slot.chars if _is_marginal(sheet, char.y)]
                for line in lines_of(marginal) if marginal else ():
                    number = _WORDED_NUMBER.fullmatch(text_of(line))
                    if number is not None:
                        ahead = int(number[1] or number[2]) - sheet.page.number
                        found[ahead].append((table, at, line))
    for numbers in found.values():
        for table, at, line in numbers if len(numbers) >= _FEWEST else ():
            gone = {char.at for char in line}
            slot = table.grid.slots[at]
            slot.chars = [char for char in slot.chars if char.at not in gone]
            table.texts[at] = cell_text(slot.chars)
