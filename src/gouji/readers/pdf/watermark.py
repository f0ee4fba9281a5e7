"""Upright watermarks: text far larger than the text of the page, printed over it.

Titles are large too, but nothing else stands where they stand.
"""

from collections import Counter
from collections.abc import Sequence

from gouji.readers.pdf.drawing import Ruling
from gouji.readers.pdf.lines import lines_of, text_of
from gouji.readers.pdf.page import Char, Page
from gouji.readers.pdf.sheet import Sheet

_LARGER = 2.0  # times the size of other text
_HALF, _CORE = 0.45, 0.35  # em up or down, and widths across, from its middle: there a character has ink
_MOST = 500  # characters of watermarks on one page; more are its text
_NARROWEST = 0.4  # em; a character that takes up less is not as large as its font says


def lift_watermark(page: Page) -> None:
    """Take large text out of a page that other text, or an upright line, runs through."""
    sizes = Counter([char.em for char in page.chars])
    usual = sizes.most_common(1)[0][0] if sizes else 0.0
    if not sizes or max(sizes) <= _LARGER * usual:
        return
    large: dict[float, list[Char]] = {}
    for char in page.chars:
        if char.em > _LARGER * usual and not char.turn and _is_as_large(char):
            large.setdefault(char.em, []).append(char)
    if sum(map(len, large.values())) > _MOST:
        return
    gone: set[int] = set()
    for line in (line for chars in large.values() for line in lines_of(chars)):
        if _is_overlaid(line, page.chars, page.down):
            page.watermarks.append(text_of(line))
            gone.update(char.at for char in line)
    if gone:
        page.chars = [char for char in page.chars if char.at not in gone]
        page.left_out += len(gone)


def drop_watermarks(sheets: Sequence[Sheet]) -> None:
    """Take watermarks also out of pages where nothing else stands in their place."""
    found = {words for sheet in sheets for words in sheet.page.watermarks}
    for sheet in sheets if found else ():
        sizes = Counter([line.em for line in sheet.lines])
        for line in [line for line in sheet.lines if line.text in found]:
            if line.em >= max(sizes):
                sheet.lines.remove(line)
                sheet.page.watermarks.append(line.text)
                sheet.page.left_out += len(line.chars)


def _is_as_large(char: Char) -> bool:
    return char.right - char.left > _NARROWEST * char.em


def _is_overlaid(line: Sequence[Char], chars: Sequence[Char], down: Sequence[Ruling]) -> bool:
    em, level = line[0].em, line[0].level
    near = [char for char in chars if abs(char.y - level) < em and _LARGER * char.em < em]
    for large in line:
        reach = _CORE * (large.right - large.left)
        if any(abs(char.x - large.x) < reach and abs(char.y - large.y) < _HALF * em for char in near):
            return True
        if any(abs(ruling.at - large.x) < reach and ruling.start < large.y < ruling.end for ruling in down):
            return True
    return False
