"""Declared phrases found in the text: the title, and the fields with their typed values."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from gouji.dates import Period, read_date, read_period, read_year
from gouji.document import NOWHERE, Document, Paragraph, Place
from gouji.facts import FieldValue
from gouji.outline import DeclaredField, FieldType, Title
from gouji.phone import read_phone
from gouji.prose import Prose, Scope
from gouji.wording import squeeze

LEAD_LINES = 12  # a title stands among the first lines
LONGEST_TITLE = 90

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
_REMARK = re.compile(r"\([^()]{0,20}\)$")
_SITE = re.compile(r"[_|]|--?|——?")
_SIX_DIGITS = re.compile(r"[0-9]{6}")


def find_title(document: Document, lead: Sequence[Paragraph], declared: Title) -> tuple[tuple[FieldValue, ...], str]:
    """Find the title: one line, or two to four short ones together, or the page's own title."""
    lines = [p for p in lead[:LEAD_LINES] if len(p.text) <= LONGEST_TITLE]
    found: list[tuple[int, FieldValue, str]] = []
    for size in (1, 2, 3, 4):
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


def find_values(field: DeclaredField, prose: Prose) -> Iterator[FieldValue]:
    """Yield what the patterns of a field find, scope by scope; of plain words only the first."""
    seen: set[tuple[str, Place]] = set()
    for name in field.scope:
        scope = prose.scope(name)
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
            context = scope.sentence(start, end)
            if _in_context(field, context):
                new.append((start, end, context))
                if field.type == "text":
                    break
        found = sorted(found + new)
    return found


def _overlaps(start: int, end: int, found: Sequence[tuple[int, int, str]]) -> bool:
    at = bisect_left(found, end, key=lambda span: span[0])
    return at > 0 and found[at - 1][1] > start


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
