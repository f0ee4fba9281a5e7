"""Characters become lines of text: which stand on one line, in which order, with which blanks."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import inf
from operator import attrgetter

from gouji.readers.pdf.drawing import Box
from gouji.readers.pdf.page import Char
from gouji.wording import is_chinese

_SAME_LINE = 0.45  # em; a note number stands higher than the line it belongs to, the next line further down
_WORD_GAP = 0.2  # em; between letters or figures
_WIDE_GAP = 1.0  # em; between figures and Chinese characters, which are set apart without a blank
_DOUBLED = 0.3  # em; the same character again within this is one that was printed twice, to make it bold
_MOST_MARKS = 40  # on one line
_RAISED = 0.75  # em of the line that a note number belongs to
_SMALL = 0.75  # of the size beside it: a raised figure is no digit of the number before it

_LEVEL, _LEFT = attrgetter("level"), attrgetter("left")


def lines_of(chars: Sequence[Char]) -> list[list[Char]]:
    """Group characters into lines from top to bottom, each from left to right.

    Characters that are turned make lines of their own, in their own direction, behind the others.
    """
    upright = [char for char in chars if not char.turn]
    lines = _level(upright)
    if len(upright) < len(chars):
        for turn in (1, 2, 3):
            lines += _level([char for char in chars if char.turn == turn])
    return lines


def _level(chars: list[Char]) -> list[list[Char]]:
    lines: list[list[Char]] = []
    limit = -inf
    for char in sorted(chars, key=_LEVEL):
        if char.level > limit:
            lines.append([])
            first = char.level
        lines[-1].append(char)
        limit = max(limit, first + _SAME_LINE * char.em)
    if len(lines) > 1 and any(char.em != chars[0].em for char in chars):
        lines = _with_marks(lines)
    for line in lines:
        line.sort(key=_LEFT)
    return lines


def _with_marks(lines: list[list[Char]]) -> list[list[Char]]:
    """Put raised and lowered figures, which stand too high or low for their line, into it."""
    kept: list[list[Char]] = []
    for at, line in enumerate(lines):
        bases = [other for other in (*lines[at + 1 : at + 2], *kept[-1:]) if _are_marks(line, other)]
        if bases:
            bases[0].extend(line)
        else:
            kept.append(line)
    return kept


def _are_marks(line: Sequence[Char], base: Sequence[Char]) -> bool:
    """Tell whether all characters of a line are smaller than another line's and follow one of it at once."""
    large = max([char.em for char in base])
    if len(line) > _MOST_MARKS or any(
        char.em >= _SMALL * large or abs(char.level - base[0].level) > _RAISED * large for char in line
    ):
        return False
    ends = [char.right for char in (*base, *line)]
    return all(any(abs(char.left - end) < _WORD_GAP * large for end in ends) for char in line)


def text_of(line: Sequence[Char]) -> str:
    """Return the text of a line.

    There are no blanks between Chinese characters, however far they are set apart; elsewhere one
    where there is a gap, and before a raised figure.
    """
    parts = [line[0].text]
    for before, char in pairwise(line):
        if (char.left > before.right or char.em != before.em) and _blank_between(before, char):
            parts.append(" ")
        parts.append(char.text)
    return "".join(parts)


def joined(lines: Iterable[str]) -> str:
    """Join the lines of one cell: without a blank between Chinese characters, else with one."""
    text = ""
    for line in lines:
        blank = text and not is_chinese(text[-1]) and not is_chinese(line[0])
        text += f" {line}" if blank else line
    return text


def single(line: Sequence[Char]) -> list[Char]:
    """Return a line without the characters that are printed twice."""
    kept = [line[0]]
    for char in line[1:]:
        last = kept[-1]
        doubled = char.text == last.text and char.left - last.left < _DOUBLED * min(char.em, last.right - last.left)
        if not doubled or (char.text.isascii() and char.text.isalpha()):  # ff may be one glyph
            kept.append(char)
    return kept


def hull(chars: Sequence[Char]) -> Box:
    """Return left, top, right and bottom of characters."""
    lefts, tops, rights, bottoms = zip(*[char.box for char in chars], strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _blank_between(before: Char, char: Char) -> bool:
    gap = char.left - before.right
    kinds = is_chinese(before.text) + is_chinese(char.text)
    if kinds == 2:  # noqa: PLR2004
        return False
    small, large = sorted((before.em, char.em))
    raised = not kinds and small < _SMALL * large and before.base != char.base
    return raised or gap > (_WIDE_GAP if kinds else _WORD_GAP) * small
