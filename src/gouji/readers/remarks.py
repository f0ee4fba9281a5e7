"""Comments of a source that speak to gouji: ``<!-- gouji: … -->``."""

import re
from collections.abc import Iterator

from gouji.document import Remark

MOST_REMARKS = 1_000

_START = re.compile(r"<!--\s*gouji:")


def remarks_in(text: str) -> tuple[Remark, ...]:
    """Return the comments that speak to gouji, in order; an unclosed one ends with the text."""
    return tuple(_remarks(text)) if "gouji:" in text else ()


def _remarks(text: str) -> Iterator[Remark]:
    line, at = 1, 0
    for number, start in enumerate(_START.finditer(text)):
        if number == MOST_REMARKS:
            return
        end = text.find("-->", start.end())
        said = text[start.end() : end if end >= 0 else len(text)]
        line += text.count("\n", at, start.start())
        at = start.start()
        yield Remark(said, line, line + text.count("\n", start.start(), start.end() + len(said)))
