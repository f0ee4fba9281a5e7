"""Declared phrases found in the text: the title, and the fields with their typed values."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import accumulate

from gouji.dates import Period, read_date, read_period, read_year
from gouji.document import NOWHERE, Document, Paragraph, Place
from gouji.facts import FieldValue, Section
from gouji.outline import DOCUMENT, LEAD, TAIL, DeclaredField, FieldType, Pattern, Title
from gouji.phone import read_phone
from gouji.wording import kept_offsets, squeeze

LEAD_LINES = 12  # a title stands among the first lines
LONGEST_TITLE = 90
TAIL_LINES = 6  # a signature stands among the last lines
FARTHEST = 200  # characters of a sentence that are looked at on each side of a phrase

_SENTENCE_ENDS = "。!?\n"
_SENTENCE_END = re.compile(f"[{_SENTENCE_ENDS}]")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
_REMARK = re.compile(r"\([^()]{0,20}\)$")
_SITE = re.compile(r"[_|]|--?|——?")
_SIX_DIGITS = re.compile(r"[0-9]{6}")


def find_title(document: Document, lead: Sequence[Paragraph], declared: Title) -> tuple[tuple[FieldValue, ...], str]:
    """Find the title: one line, or two or three short ones together, or the page's own title."""
    lines = [p for p in lead[:LEAD_LINES] if len(p.text) <= LONGEST_TITLE]
    found: list[tuple[int, FieldValue, str]] = []
    for size in (1, 2, 3):
        for at in range(len(lines) - size + 1):
            part = lines[at : at + size]
            words = "".join([p.squeezed for p in part])
            found.extend(_titled(words, part[0].place(), declared))
    site = _SITE.split(squeeze(document.title))[0]  # the page's own title ends with the site's name
    found.extend(_titled(site, NOWHERE, declared) if site else [])
    if not found:
        return (), ""
    _, value, unit = max(found, key=lambda item: item[0])
    return (value,), unit


def _bare(words: str) -> str:
    """Take off what surrounds a title: book marks, a remark in brackets."""
    return _REMARK.sub("", words.strip("《》"))


def _titled(words: str, place: Place, declared: Title) -> Iterator[tuple[int, FieldValue, str]]:
    for pattern in declared.compiled:
        match = pattern.fullmatch(_bare(words))
        if match:
            groups = match.groupdict()
            unit, year = groups.get("unit") or "", read_year(groups.get("year") or "")
            yield bool(unit) + bool(year), FieldValue("title", words, place, year, words), unit
            return


class FlatText:
    """The text with widths folded and spaces gone, one paragraph a line, by scope."""

    def __init__(self, document: Document, lead: Sequence[Paragraph], sections: dict[str, Section]) -> None:
        """Flatten the paragraphs of a document; tables are not text."""
        everything = [b for b in document.blocks if isinstance(b, Paragraph)]
        self._paragraphs: dict[str, Sequence[Paragraph]] = {key: s.paragraphs for key, s in sections.items()}
        self._paragraphs |= {LEAD: lead, DOCUMENT: everything, TAIL: everything[-TAIL_LINES:]}
        self._scopes: dict[str, Scope] = {}

    def scope(self, name: str) -> "Scope":
        """Return the text of a scope; a section that the document lacks has none."""
        if name not in self._scopes:
            self._scopes[name] = Scope(self._paragraphs.get(name, ()))
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

    def place(self, offset: int) -> Place:
        """Return where the character at an offset of the text is written."""
        at = bisect_right(self._starts, offset) - 1
        paragraph, inside = self._paragraphs[at], offset - self._starts[at]
        if len(paragraph.squeezed) != len(paragraph.text):  # something was dropped
            if at not in self._kept:
                self._kept[at] = kept_offsets(paragraph.text)
            inside = self._kept[at][inside]
        return paragraph.place(inside)


def find_values(field: DeclaredField, flat: FlatText) -> Iterator[FieldValue]:
    """Yield what the patterns of a field find, scope by scope; of plain words only the first."""
    seen: set[tuple[str, Place]] = set()
    for name in field.scope:
        scope = flat.scope(name)
        for start, end, context in _found(field, scope):
            raw, place = scope.text[start:end], scope.place(start)
            if (raw, place) not in seen:
                seen.add((raw, place))
                yield FieldValue(field.key, raw, place, _typed(field.type, raw), context)
                if field.type == "text":
                    return  # words are there or not; their first place shows it


def _found(field: DeclaredField, scope: Scope) -> list[tuple[int, int, str]]:
    """Return the values in one scope with their sentences, in reading order; an earlier pattern wins."""
    found: list[tuple[int, int, str]] = []
    for pattern in field.compiled if scope.text else ():
        new = []
        for start, end in scope.spans(pattern):
            if _overlaps(start, end, found):
                continue
            context = _sentence(scope.text, start, end)
            if _in_context(field, context):
                new.append((start, end, context))
                if field.type == "text":
                    break
        found = sorted(found + new)
    return found


def _overlaps(start: int, end: int, found: Sequence[tuple[int, int, str]]) -> bool:
    at = bisect_left(found, end, key=lambda span: span[0])
    return at > 0 and found[at - 1][1] > start


def _sentence(text: str, start: int, end: int) -> str:
    first = max(0, start - FARTHEST)
    begin = max(text.rfind(mark, first, start) + 1 for mark in _SENTENCE_ENDS)
    after = _SENTENCE_END.search(text, end, end + FARTHEST)
    return text[max(first, begin) : after.end() if after else end + FARTHEST].strip()


def _in_context(field: DeclaredField, sentence: str) -> bool:
    if field.context and not any(word in sentence for word in field.context):
        return False
    return not any(word in sentence for word in field.without)


def _typed(kind: FieldType, raw: str) -> int | str | date | Period | None:
    reader = _TYPES.get(kind)
    return reader(raw) if reader else raw


def _phone(raw: str) -> str | None:
    phone = read_phone(raw)
    return None if phone.kind == "malformed" else str(phone) or phone.kind


_TYPES: dict[FieldType, Callable[[str], int | str | date | Period | None]] = {
    "year": read_year,
    "period": read_period,
    "date": read_date,
    "phone": _phone,
    "postcode": lambda raw: raw if _SIX_DIGITS.fullmatch(raw) else None,
    "email": lambda raw: raw if _EMAIL.fullmatch(raw) else None,
}
