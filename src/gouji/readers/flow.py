"""Lines become paragraphs: shared by every reader whose source breaks text into lines and pages."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from gouji.document import Block, Note, Paragraph, Place, Table
from gouji.wording import Text, is_page_number, is_spaced_heading, listed, numbering, same, squeeze

LONGEST_HEADING = 40
SHORTEST_BROKEN_LINE = 30  # a paragraph cut by a page break fills its line; a signature does not

_SENTENCE_END = frozenset("。！？；：.!?;:…”’』」）)》")
_INSIDE_A_SENTENCE = frozenset("，。；、,;")
_FULL_STOP = frozenset("。！？")
_TITLE_END = "年度报告"
_MOST_QUOTED = 5


class Line(Struct, frozen=True):
    """One line of text.

    Attributes:
        text: the text, free of markup.
        place: where its first character stands.
        marked: the source says it is a heading.
        stretches: where markup was taken out, ``(offset in text, place)`` of each part behind it.
    """

    text: str
    place: Place
    marked: bool = False
    stretches: tuple[tuple[int, Place], ...] = ()

    def stripped(self) -> tuple[str, list[tuple[int, Place]]]:
        """Return the text without the blanks at its ends, and its anchors as a ``Paragraph`` has them."""
        text = self.text.strip()
        lead = len(self.text) - len(self.text.lstrip())
        anchors = [(0, _behind(self.place, lead))]
        for at, place in self.stretches:
            if at <= lead:
                anchors = [(0, _behind(place, lead - at))]
            elif at - lead < len(text):
                anchors.append((at - lead, place))
        return text, anchors


class Break(Struct, frozen=True):
    """A blank line, or the border of a block element."""


BREAK = Break()


def blocks(items: Iterable[Line | Break | Table], dropped: list[Line] | None = None) -> Iterator[Block]:
    """Join lines into paragraphs and pass tables through, in order.

    Lines without a break between them belong together unless one is a heading or begins with a
    number. Over a break, a paragraph goes on only when a page break plainly cut it: a long line
    without an end, followed by the rest of a sentence.

    Args:
        items: what a reader found, in order.
        dropped: takes the lines that are left out as page numbers; None keeps them, for a source
            that draws its page numbers itself.
    """
    open_lines: list[Line] = []
    broken = False
    for item in items:
        if isinstance(item, Break):
            broken = True
            continue
        if isinstance(item, Table):
            yield from _closed(open_lines)
            open_lines, broken = [], False
            yield item
            continue
        text = item.text.strip()
        if not text:
            broken = True
            continue
        if dropped is not None and is_page_number(text):
            dropped.append(item)
            continue
        if open_lines and not _goes_on(open_lines, item, broken=broken):
            yield from _closed(open_lines)
            open_lines = []
        open_lines.append(item)
        broken = False
    yield from _closed(open_lines)


def notes_on(dropped: Iterable[Line]) -> Iterator[Note]:
    """Yield a note (GJ025) on the lines left out that may be more than a page number: a figure and nothing else."""
    bare = [line for line in dropped if line.text.strip().isdecimal()]
    if bare:
        quoted = listed(same(line.text.strip()) for line in bare[:_MOST_QUOTED])
        text = Text(
            f"有 {len(bare)} 行只有一个数字（{quoted.zh}{'等' * (len(bare) > _MOST_QUOTED)}），按页码略去，没有核对",
            f"{len(bare)} line(s) with a figure and nothing else ({quoted.en}{' …' * (len(bare) > _MOST_QUOTED)})"
            " were taken for page numbers and not checked",
        )
        yield Note("GJ025", text, bare[0].place)


def is_heading(text: str) -> bool:
    """Tell whether a line reads as a heading: a number, few words, no sentence; or a report title."""
    if len(text) > LONGEST_HEADING:
        return False
    words = squeeze(text)
    if words.endswith(_TITLE_END):
        return "。" not in words
    number = numbering(text)
    return number is not None and "1" not in number.style and "。" not in words[:-1]


def _goes_on(open_lines: list[Line], item: Line, *, broken: bool) -> bool:
    last, text = open_lines[-1], item.text
    if item.marked or last.marked or numbering(text) is not None or is_heading(last.text.strip()):
        return False
    end = last.text.rstrip()
    if (is_spaced_heading(text) and end[-1:] in _SENTENCE_END) or (
        len(open_lines) == 1 and is_spaced_heading(last.text)
    ):
        return False
    if not broken:
        # a signature follows the last sentence on a line of its own
        return not (end[-1:] in _FULL_STOP and _INSIDE_A_SENTENCE.isdisjoint(text) and len(text) < SHORTEST_BROKEN_LINE)
    return len(end) >= SHORTEST_BROKEN_LINE and end[-1] not in _SENTENCE_END and not _INSIDE_A_SENTENCE.isdisjoint(text)


def _closed(lines: list[Line]) -> Iterator[Paragraph]:
    if not lines:
        return
    parts: list[str] = []
    anchors: list[tuple[int, Place]] = []
    length = 0
    for line in lines:
        text, stretches = line.stripped()
        if parts and _latin(parts[-1][-1]) and _latin(text[0]):
            parts.append(" ")
            length += 1
        for at, place in stretches:
            anchors.append((length + at, place))
        parts.append(text)
        length += len(text)
    yield Paragraph("".join(parts), tuple(anchors), marked=lines[0].marked)


def _behind(place: Place, characters: int) -> Place:
    return place if not characters or place.column is None else Place(place.line, place.column + characters)


def _latin(char: str) -> bool:
    return char.isascii() and char.isalnum()
