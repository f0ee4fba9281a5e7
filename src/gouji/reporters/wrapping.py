"""Lines wrapped as Chinese text is: anywhere between characters, but no closing mark begins a line."""

import re
from collections.abc import Iterator

from rich.cells import cell_len

# a word of Latin letters, or one character with the closing marks that may not begin a line
_TOKEN = re.compile(r"(?:[!-~]+ ?|.)[，。；：、！？）》」”’]*", re.DOTALL)


def wrapped(text: str, indent: str, width: int | None) -> list[str]:
    """Wrap a line at a width, counting East Asian characters as two columns.

    Args:
        text: the line.
        indent: in front of what follows the first line.
        width: columns, more than the indent has; None leaves the line as long as it is.
    """
    if width is None:
        return [text]
    lines, line, used = [], "", 0
    for token in _pieces(text, width - len(indent)):
        size = cell_len(token)
        if line.strip() and used + cell_len(token.rstrip()) > width:
            lines.append(line.rstrip())
            line, used = indent, len(indent)
        line, used = line + token, used + size
    return [*lines, line]


def _pieces(text: str, longest: int) -> Iterator[str]:
    for token in _TOKEN.findall(text):
        yield from (token[n : n + longest] for n in range(0, len(token), longest))
