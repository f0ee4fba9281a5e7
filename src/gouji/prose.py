"""The running text of a report as patterns see it: widths folded, spaces gone, by scope, each character with its place."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, pairwise

import re2

from gouji.document import Paragraph, Place
from gouji.outline import Pattern
from gouji.wording import kept_offsets

FARTHEST = 200  # characters of a sentence that are looked at on each side of a phrase

_SENTENCE_ENDS = "。!?\n"
_SENTENCE_END = re.compile(f"[{_SENTENCE_ENDS}]")


class Prose:
    """The text with widths folded and spaces gone, one paragraph a line, by scope."""

    def __init__(self, paragraphs: Mapping[str, Sequence[Paragraph]]) -> None:
        """Take the paragraphs of each scope; tables are not text."""
        self._paragraphs = paragraphs
        self._scopes: dict[str, Scope] = {}

    def paragraphs(self, name: str) -> Sequence[Paragraph]:
        """Return the paragraphs of a scope; a section that the document lacks has none."""
        return self._paragraphs.get(name, ())

    def scope(self, name: str) -> "Scope":
        """Return the text of a scope; a section that the document lacks has none."""
        if name not in self._scopes:
            self._scopes[name] = Scope(self.paragraphs(name))
        return self._scopes[name]


class Scope:
    """The flat text of one scope, and where its characters come from."""

    def __init__(self, paragraphs: Sequence[Paragraph]) -> None:
        """Join the squeezed lines of the paragraphs."""
        self.text = "\n".join([p.squeezed for p in paragraphs])
        self._encoded = self.text.encode("utf-8", "surrogatepass")
        self._paragraphs = paragraphs
        self._starts = list(accumulate((len(p.squeezed) + 1 for p in paragraphs), initial=0))
        self._kept: dict[int, list[int]] = {}

    def spans(self, pattern: Pattern) -> Iterator[tuple[int, int]]:
        """Yield where a pattern's value stands in ``text``; matches with an empty value are left out.

        The text is encoded once for all patterns: RE2 works on bytes, and its wrapper would encode
        the whole text for every call.
        """
        byte = char = 0
        for match in pattern.matcher.finditer(self._encoded):
            start, end = match.span(pattern.group)
            if start == end:
                continue
            char += len(self._encoded[byte:start].decode("utf-8", "surrogatepass"))
            byte = start
            yield char, char + len(self._encoded[start:end].decode("utf-8", "surrogatepass"))

    def holds(self, matcher: "re2._Regexp[str]") -> bool:
        """Tell whether a pattern is found at all, without asking where."""
        return matcher.search(self._encoded) is not None

    def place(self, offset: int) -> Place:
        """Return where the character at an offset of the text is written."""
        paragraph, inside = self._source(offset)
        return paragraph.place(inside)

    def written(self, start: int, end: int) -> str:
        """Return a stretch of one line of the text as it is written, with its widths and blanks."""
        paragraph, first = self._source(start)
        return paragraph.text[first : self._source(end - 1)[1] + 1]

    def _source(self, offset: int) -> tuple[Paragraph, int]:
        """Return the paragraph of a character, and the offset in it."""
        at = bisect_right(self._starts, offset) - 1
        paragraph, inside = self._paragraphs[at], offset - self._starts[at]
        if len(paragraph.squeezed) != len(paragraph.text):  # something was dropped
            if at not in self._kept:
                self._kept[at] = kept_offsets(paragraph.text)
            inside = self._kept[at][inside]
        return paragraph, inside

    def sentence(self, start: int, end: int) -> str:
        """Return the sentence around a stretch of the text, or what is near of a long one."""
        first = max(0, start - FARTHEST)
        begin = max(self.text.rfind(mark, first, start) + 1 for mark in _SENTENCE_ENDS)
        after = _SENTENCE_END.search(self.text, end, end + FARTHEST)
        return self.text[max(first, begin) : after.end() if after else end + FARTHEST].strip()

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """Where each sentence of the text begins and ends, its full stop included."""
        ends = [found.end() for found in _SENTENCE_END.finditer(self.text)]
        return tuple(pair for pair in pairwise((0, *ends, len(self.text))) if pair[0] < pair[1])
