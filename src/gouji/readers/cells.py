"""What the readers share about cells: how many there may be, their white space, and tables that only lay out text."""

import re
from collections.abc import Sequence

from gouji.wording import is_chinese, squeeze

MOST_CELLS = 200_000  # in one document, spans expanded; a report has 300
MOST_COLUMNS = 1_000

_LONGEST_FIGURE = 20
_LONG_CELL = 200
_FEW_CELLS = 12
_MOST_CELLS_OF_A_LAYOUT_ROW = 3
MOST_TEXTS_OF_A_VALUE = 3

_SECTION_INSIDE = re.compile(r"[一二三四五六][、.．](?:总体情况|主动公开|收到和处理|存在|其他需)")
_WIDE_BLANK = re.compile(r"[ \t\n\r\f]{2,}|[\t\n\r\f]")
_BLANKS = re.compile(r"[ \xa0]{2,}|\xa0")


def collapse(text: str) -> str:
    """Collapse white space as a page shows it: none between Chinese characters, else one blank.

    A single blank stays everywhere; no-break spaces become a blank. The ends are stripped.
    """
    words = text.split()
    if len(words) < 2:  # noqa: PLR2004 - most cells are one word
        return words[0] if words else ""
    text = _WIDE_BLANK.sub(_closed_gap, text.strip())
    return _BLANKS.sub(" ", text) if "\xa0" in text or "  " in text else text


def lays_out_text(texts: Sequence[str], cells: int, rows: int, columns: int) -> bool:
    """Tell whether a table arranges text on the page instead of holding data.

    So does a table of one column or one short row without a figure; one with the report's headings
    inside a cell; and few cells around a long text.

    Args:
        texts: of its cells that have any.
        cells: how many it has, blank ones too.
        rows: how many it has.
        columns: how many it has.
    """
    if columns <= 1 or (rows == 1 and cells <= _MOST_CELLS_OF_A_LAYOUT_ROW):
        return not any(text[0].isdigit() and len(text) <= _LONGEST_FIGURE for text in texts)
    long_texts = [text for text in texts if len(text) >= _LONG_CELL]
    if any(_SECTION_INSIDE.search(squeeze(text)) for text in long_texts):
        return True
    return bool(long_texts) and len(texts) - len(long_texts) < _FEW_CELLS


def is_value(texts: Sequence[str]) -> bool:
    """Tell whether a table in a cell is only that cell's text in a frame of its own: one text, or few short ones.

    Args:
        texts: of its cells that have any.
    """
    if len(texts) <= 1:
        return not texts or len(texts[0]) < _LONG_CELL
    return len(texts) <= MOST_TEXTS_OF_A_VALUE and all(len(text) <= _LONGEST_FIGURE for text in texts)


def _closed_gap(gap: re.Match[str]) -> str:
    return "" if is_chinese(gap.string[gap.start() - 1]) and is_chinese(gap.string[gap.end()]) else " "
