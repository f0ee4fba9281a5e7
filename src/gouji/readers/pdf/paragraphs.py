"""Lines of text become paragraphs: where one begins, and which are headings."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise, takewhile
from statistics import median

from msgspec import Struct

from gouji.readers.flow import LONGEST_HEADING
from gouji.readers.pdf.sheet import LONGEST_MARKED, TextLine
from gouji.wording import is_chinese

_LARGER = 1.15  # times the size of the running text: a title
_SHORT = 2.0  # em that a line ends before the others: the last one of its paragraph
_FIRST_LINE = (1.2, 2.8)  # em that the first line of a paragraph is set in
_FAR_IN = 0.25  # of the width of the text: a signature
_SAME_EDGE = 0.5  # em
_FARTHER = 1.3  # times the usual distance of lines
_USUAL_PITCH = 1.8  # em, where no two lines tell it
_OTHER_SIZE = 0.12
_LONG_LINE = 15  # characters of a line that tells where the text begins and ends
_MOSTLY = 0.5


class Body(Struct, frozen=True):
    """The running text on pages of one width: its edges, its size, the distance of its lines in em.

    ``bold``: most of it is bold, so that bold marks nothing.
    """

    left: float
    right: float
    em: float
    pitch: float
    bold: bool


def bodies_of(lines: Iterable[TextLine]) -> dict[float, Body]:
    """Measure the running text, by the width of the page."""
    ordered = sorted(lines, key=lambda line: line.page.size[0])
    return {width: _measured(list(group)) for width, group in groupby(ordered, key=lambda line: line.page.size[0])}


def paragraphs(lines: Iterable[TextLine], bodies: dict[float, Body]) -> Iterator[list[TextLine]]:
    """Part consecutive lines where a paragraph begins."""
    open_lines: list[TextLine] = []
    for line in lines:
        if open_lines and _begins(open_lines[-1], line, bodies[line.page.size[0]]):
            yield open_lines
            open_lines = []
        open_lines.append(line)
    if open_lines:
        yield open_lines


def is_marked(paragraph: Sequence[TextLine], body: Body) -> bool:
    """Tell whether a paragraph is set as a heading: short and bold throughout, or larger than the text."""
    length = sum([len(line.text) for line in paragraph])
    if all(line.em > _LARGER * body.em for line in paragraph):
        return length <= LONGEST_MARKED
    return length <= LONGEST_HEADING and not body.bold and all(line.bold for line in paragraph)


def _measured(lines: list[TextLine]) -> Body:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.em] += len(line.text)
    em = sizes.most_common(1)[0][0]
    body = [line for line in lines if abs(line.em - em) < _OTHER_SIZE * em]
    lefts = sorted([line.box[0] for line in body])
    left = lefts[min(1, len(lefts) - 1)]  # the second: one line may stick out
    right = _right_edge([line.box[2] for line in body if len(line.text) >= _LONG_LINE], em)
    right = right or lines[0].page.size[0] - left
    pitches = [
        (line.y - before.y) / em
        for before, line in pairwise(body)
        if before.page is line.page and before.box[2] > right - _SHORT * em and line.box[0] < left + _FIRST_LINE[0] * em
    ]
    bold = sum([len(line.text) for line in body if line.bold])
    return Body(
        left,
        right,
        em,
        median(pitches) if pitches else _USUAL_PITCH,
        bold > _MOSTLY * sum([len(line.text) for line in body]),
    )


def _right_edge(ends: list[float], em: float) -> float | None:
    """Return where lines end: as far right as two of them do."""
    ends.sort(reverse=True)
    return next((end for farther, end in pairwise(ends) if farther - end < em), None)


def _begins(before: TextLine, line: TextLine, body: Body) -> bool:
    """Tell whether a line begins a paragraph: the one before is the last of another, or it is set in itself."""
    em = line.em
    if abs(before.em - em) > _OTHER_SIZE * em or before.chars[0].turn != line.chars[0].turn:
        return True
    if before.box[2] < body.right - max(_SHORT * em, _first_word(line)):
        return True
    if before.page is line.page and not 0 < line.y - before.y < _FARTHER * body.pitch * em:
        return True
    centred = em > _LARGER * body.em  # as the lines of a title are
    return not centred and _is_set_in(before, line, body)


def _is_set_in(before: TextLine, line: TextLine, body: Body) -> bool:
    indent = line.box[0] - body.left
    if indent < _FIRST_LINE[0] * line.em:
        return False
    if indent < _FIRST_LINE[1] * line.em or indent > _FAR_IN * (body.right - body.left):
        return True
    return abs(line.box[0] - before.box[0]) > _SAME_EDGE * line.em


def _first_word(line: TextLine) -> float:
    """Return the length of what could not be broken: letters and figures at the beginning of a line."""
    word = list(takewhile(lambda char: not is_chinese(char.text), line.chars))
    return word[-1].right - word[0].left if word else 0.0
