"""Comments of a source that speak to gouji: ``<!-- gouji: … -->``."""

import re
from collections.abc import Iterable, Iterator

from gouji.document import Remark

MOST_REMARKS = 1_000

_NAME = re.compile(r"gouji\s*[:：]", re.IGNORECASE)
_START = re.compile(r"<!--\s*gouji\s*[:：]", re.IGNORECASE)


def speaks_of_gouji(text: str) -> bool:
    """Tell whether a text may hold a remark: most hold none, and nobody need look for their comments."""
    return _NAME.search(text) is not None


def remarks_in(text: str, markup: Iterable[re.Match[str]]) -> tuple[Remark, ...]:
    """Return the comments that speak to gouji, in order; an unclosed one ends with the text.

    Args:
        text: the source, its lines parted by line feeds.
        markup: its comments, in order, and whatever else hides what only looks like one.
    """
    return tuple(_remarks(text, markup))


def _remarks(text: str, markup: Iterable[re.Match[str]]) -> Iterator[Remark]:
    line, at, count = 1, 0, 0
    for found in markup:
        start = _START.match(found[0])
        if start is None:
            continue
        line += text.count("\n", at, found.start())
        at, count = found.start(), count + 1
        yield Remark(found[0][start.end() :].removesuffix("-->"), line, line + found[0].count("\n"))
        if count == MOST_REMARKS:
            return
