"""Declared phrases found in the text: the title, and the fields with their typed values."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from gouji.dates import Period, read_date, read_period, read_year
from gouji.document import Document, Paragraph, Place
from gouji.facts import FieldValue, Section
from gouji.outline import DOCUMENT, LEAD, TAIL, DeclaredField, FieldType, Title
from gouji.phone import read_phone
from gouji.wording import squeeze, unsqueezed

LEAD_LINES = 12  # a title stands among the first lines
LONGEST_TITLE = 90
TAIL_LINES = 6  # a signature stands among the last lines

_SENTENCE = re.compile(r"[。；!！?？\n]")
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
            words = squeeze("".join(p.text for p in part))
            found.extend(_titled(words, part[0].place(), declared))
    site = _SITE.split(squeeze(document.title))[0]  # the page's own title ends with the site's name
    found.extend(_titled(site, Place(), declared) if site else [])
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
        scopes: dict[str, Sequence[Paragraph]] = {key: s.paragraphs for key, s in sections.items()}
        scopes |= {LEAD: lead, DOCUMENT: everything, TAIL: everything[-TAIL_LINES:]}
        self._flat = {id(p): squeeze(p.text) for p in everything}
        self._scopes = scopes
        self._texts: dict[str, tuple[str, list[int]]] = {}

    def text(self, scope: str) -> tuple[str, list[int]]:
        """Return a scope's text and the offset at which each of its paragraphs begins."""
        if scope not in self._texts:
            lines = [self._flat.get(id(p)) or squeeze(p.text) for p in self._scopes.get(scope, ())]
            starts, at = [], 0
            for line in lines:
                starts.append(at)
                at += len(line) + 1
            self._texts[scope] = "\n".join(lines), starts
        return self._texts[scope]

    def place(self, scope: str, offset: int) -> Place:
        """Return where the character at an offset of a scope's text is written."""
        starts = self.text(scope)[1]
        at = bisect_right(starts, offset) - 1
        paragraph = self._scopes[scope][at]
        return paragraph.place(unsqueezed(paragraph.text, offset - starts[at]))


def find_values(field: DeclaredField, flat: FlatText) -> Iterator[FieldValue]:
    """Yield what the patterns of a field find, scope by scope; of plain words only the first."""
    seen: set[tuple[str, int | None, int | None]] = set()
    for scope in field.scope:
        text, _ = flat.text(scope)
        taken: list[tuple[int, int]] = []
        found = []
        for pattern in field.compiled if text else ():
            for match in pattern.finditer(text):
                start, end = match.span(pattern.groupindex.get("value", 0))
                context = _sentence(text, start, end)
                if start < 0 or any(a < end and start < b for a, b in taken) or not _in_context(field, context):
                    continue
                taken.append((start, end))
                found.append((start, text[start:end], context))
        for start, raw, context in sorted(found):
            place = flat.place(scope, start)
            if (raw, place.line, place.column) not in seen:
                seen.add((raw, place.line, place.column))
                yield FieldValue(field.key, raw, place, _typed(field.type, raw), context)
                if field.type == "text":
                    return  # words are there or not; their first place shows it


def _sentence(text: str, start: int, end: int) -> str:
    begin = max((m.end() for m in _SENTENCE.finditer(text, max(0, start - 200), start)), default=max(0, start - 200))
    after = _SENTENCE.search(text, end, end + 200)
    return text[begin : after.end() if after else end + 200].strip()


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
