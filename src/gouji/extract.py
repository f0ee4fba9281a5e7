"""A document read with the words of a pack: sections, fields, tables on their forms."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from functools import lru_cache

from gouji.dates import Period, read_date, read_period, read_year
from gouji.document import Block, Document, Paragraph, Place, Table
from gouji.facts import Alignment, Fact, FieldValue, Heading, Reading, Section
from gouji.forms import Form
from gouji.outline import DOCUMENT, LEAD, TAIL, DeclaredField, DeclaredSection, FieldType, Title
from gouji.phone import read_phone
from gouji.tables.align import align, unread
from gouji.tables.stitch import Piece, stitch
from gouji.wording import Numbering, label_key, numbering, squeeze, unsqueezed

LONGEST_HEADING = 45
LONGEST_SUBHEADING = 40
LEAD_LINES = 12  # a title stands among the first lines
TAIL_LINES = 6  # a signature stands among the last lines
LIKE_A_TITLE = 0.6  # difflib ratio from which a numbered line is a section's title, misworded

_TOP_NUMBER = ("一", "第")
_SENTENCE = re.compile(r"[。；!！?？\n]")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
_SIX_DIGITS = re.compile(r"[0-9]{6}")


@dataclass(frozen=True, slots=True)
class Outline:
    """What a pack declares: the words that reading a report depends on."""

    pack: str
    title: Title
    sections: tuple[DeclaredSection, ...]
    fields: tuple[DeclaredField, ...]
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A block that names a section."""

    block: int
    section: DeclaredSection
    heading: Heading
    title: str
    agreement: str
    rest: Paragraph | None = None


def extract(document: Document, outline: Outline) -> Reading:
    """Read a document with the words of a pack.

    Nothing is judged here: what is missing is absent from the reading, what is malformed keeps its
    raw words with no value.
    """
    hits = _hits(document.blocks, outline.sections)
    kept, repeated = _settled(hits, document.blocks)
    sections = {hit.section.key: _section(hit, _end(hit, hits, document), document.blocks) for hit in kept}
    first = min((hit.block for hit in hits), default=len(document.blocks))
    lead = tuple(b for b in document.blocks[:first] if isinstance(b, Paragraph))
    title, unit = _title(document, lead, outline.title)
    text = FlatText(document.blocks, lead, sections)
    fields = {"title": title} | {field.key: tuple(_values(field, text)) for field in outline.fields}
    facts, alignments = _tables(document, kept, outline.forms)
    return Reading(
        path=document.path,
        pack=outline.pack,
        year=_year(title, fields, sections),
        unit=unit,
        unit_kind=outline.title.kind_of(unit),
        sections=sections,
        repeated=tuple(hit.heading for hit in repeated),
        fields=fields,
        facts=facts,
        alignments=alignments,
        notes=document.notes,
        lead=lead,
    )


def recognised(reading: Reading) -> bool:
    """Tell whether the document is a report of this kind at all: a title, two sections or a form."""
    return bool(reading.fields["title"]) or len(reading.sections) > 1 or bool(reading.alignments)


# --- sections ---------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _titles(sections: tuple[DeclaredSection, ...]) -> dict[str, tuple[DeclaredSection, str]]:
    titles: dict[str, tuple[DeclaredSection, str]] = {}
    for section in sections:
        titles |= {label_key(t): (section, "flagged") for t in section.flag}
        titles |= {label_key(t): (section, "accepted") for t in section.accept}
        titles[label_key(section.title)] = (section, "official")
    return titles


def _hits(blocks: Sequence[Block], sections: tuple[DeclaredSection, ...]) -> list[Hit]:
    hits = []
    for at, block in enumerate(blocks):
        if isinstance(block, Paragraph):
            hit = _hit(at, block, sections)
            if hit:
                hits.append(hit)
    exact = {hit.section.key for hit in hits if hit.agreement != "near"}
    return [hit for hit in hits if hit.agreement != "near" or hit.section.key not in exact]


def _hit(at: int, block: Paragraph, sections: tuple[DeclaredSection, ...]) -> Hit | None:
    number = numbering(block.text)
    titles = _titles(sections)
    if number is not None and not number.style.startswith((*_TOP_NUMBER, "1")):
        return None
    if len(block.text) > LONGEST_HEADING:
        return _run_in(at, block, number, sections)
    key = label_key(block.text)
    words = block.text[number.end :] if number else block.text
    heading = Heading(block.text, block.place(), number)
    if key in titles:
        section, agreement = titles[key]
        return Hit(at, section, heading, words.strip().rstrip("。：:"), agreement)
    if number is None or not number.style.startswith(_TOP_NUMBER):
        return None
    return _near(at, heading, key, words, sections) or _run_in(at, block, number, sections)


def _near(at: int, heading: Heading, key: str, words: str, sections: tuple[DeclaredSection, ...]) -> Hit | None:
    ordinal = heading.numbering.ordinal if heading.numbering else 0
    for section in sections:
        ratio = SequenceMatcher(None, key, label_key(section.title)).ratio()
        if ratio >= (LIKE_A_TITLE if section.number == ordinal else 0.8):
            return Hit(at, section, heading, words.strip().rstrip("。：:"), "near")
    return None


def _run_in(at: int, block: Paragraph, number: Numbering | None, sections: tuple[DeclaredSection, ...]) -> Hit | None:
    """Find a title with its text behind it in the same paragraph: ``一、总体情况。2024年，…``."""
    if number is None or not number.style.startswith(_TOP_NUMBER):
        return None
    words = block.text[number.end :]
    for title, (section, agreement) in _titles(sections).items():
        head = words[: len(title) + 6]
        cut = next((n for n, c in enumerate(head) if c in "。：:\n "), None)
        if cut and label_key(head[:cut]) == title and section.number == number.ordinal:
            start = number.end + cut + 1
            rest = _tail_of(block, start)
            return Hit(
                at, section, Heading(block.text[: start - 1], block.place(), number), head[:cut], agreement, rest
            )
    return None


def _tail_of(block: Paragraph, start: int) -> Paragraph:
    anchors = [(0, block.place(start)), *((at - start, place) for at, place in block.anchors if at > start)]
    return Paragraph(block.text[start:], tuple(anchors))


def _settled(hits: list[Hit], blocks: Sequence[Block]) -> tuple[list[Hit], list[Hit]]:
    """Choose one hit per section: a table of contents has no text under its lines."""
    kept: dict[str, Hit] = {}
    repeated = []
    for n, hit in enumerate(hits):
        end = hits[n + 1].block if n + 1 < len(hits) else len(blocks)
        full = end > hit.block + 1 or hit.rest is not None
        before = kept.get(hit.section.key)
        if before is None or not _is_full(before, hits, blocks):
            kept[hit.section.key] = hit
        elif full:
            repeated.append(hit)
    return sorted(kept.values(), key=lambda hit: hit.block), repeated


def _is_full(hit: Hit, hits: list[Hit], blocks: Sequence[Block]) -> bool:
    after = min((other.block for other in hits if other.block > hit.block), default=len(blocks))
    return after > hit.block + 1 or hit.rest is not None


def _end(hit: Hit, hits: list[Hit], document: Document) -> int:
    return min((other.block for other in hits if other.block > hit.block), default=len(document.blocks))


def _section(hit: Hit, end: int, blocks: Sequence[Block]) -> Section:
    inside = blocks[hit.block + 1 : end]
    paragraphs = tuple(b for b in inside if isinstance(b, Paragraph))
    headings = tuple(h for b in paragraphs if (h := _subheading(b)))
    return Section(
        key=hit.section.key,
        heading=hit.heading,
        title=hit.title,
        agreement=hit.agreement,
        paragraphs=(hit.rest, *paragraphs) if hit.rest else paragraphs,
        has_table=any(isinstance(b, Table) for b in inside),
        headings=headings,
    )


def _subheading(block: Paragraph) -> Heading | None:
    number = numbering(block.text)
    short = len(block.text) <= LONGEST_SUBHEADING and "。" not in block.text.rstrip("。")
    if not short or (number is None and not block.marked):
        return None
    return Heading(block.text, block.place(), number)


# --- title, unit and year ---------------------------------------------------------------------


def _title(document: Document, lead: Sequence[Paragraph], declared: Title) -> tuple[tuple[FieldValue, ...], str]:
    """Find the title: one line, or two or three short ones together, or the page's own title."""
    lines = [p for p in lead[:LEAD_LINES] if len(p.text) <= 2 * LONGEST_HEADING]
    found: list[tuple[int, FieldValue, str]] = []
    for size in (1, 2, 3):
        for at in range(len(lines) - size + 1):
            part = lines[at : at + size]
            words = squeeze("".join(p.text for p in part))
            found.extend(_titled(words, part[0].place(), declared))
    found.extend(_titled(squeeze(document.title), Place(), declared) if document.title else [])
    if not found:
        return (), ""
    _, value, unit = max(found, key=lambda item: item[0])
    return (value,), unit


def _titled(words: str, place: Place, declared: Title) -> Iterator[tuple[int, FieldValue, str]]:
    for pattern in declared.compiled:
        match = pattern.fullmatch(words)
        if match:
            groups = match.groupdict()
            unit, year = groups.get("unit") or "", read_year(groups.get("year") or "")
            yield bool(unit) + bool(year), FieldValue("title", words, place, year, words), unit
            return


def _year(
    title: tuple[FieldValue, ...], fields: dict[str, tuple[FieldValue, ...]], sections: dict[str, Section]
) -> int | None:
    for value in (*title, *(v for values in fields.values() for v in values)):
        if isinstance(value.value, int):
            return value.value
        if isinstance(value.value, Period):
            return value.value.end.year
    for section in sections.values():
        for paragraph in section.paragraphs[:3]:
            found = re.search(r"(20[0-9]{2})\s*年", paragraph.text)
            if found:
                return int(found[1])
    return None


# --- fields -----------------------------------------------------------------------------------


class FlatText:
    """The text with widths folded and spaces gone, one paragraph a line, by scope."""

    def __init__(self, blocks: Sequence[Block], lead: Sequence[Paragraph], sections: dict[str, Section]) -> None:
        """Flatten the paragraphs of a document; tables are not text."""
        everything = [b for b in blocks if isinstance(b, Paragraph)]
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


def _values(field: DeclaredField, flat: FlatText) -> Iterator[FieldValue]:
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


# --- tables -----------------------------------------------------------------------------------


def _tables(
    document: Document, hits: list[Hit], forms: tuple[Form, ...]
) -> tuple[dict[str, Fact], dict[str, Alignment]]:
    pieces, section, follows = [], "", False
    by_block = {hit.block: hit.section.key for hit in hits}
    for at, block in enumerate(document.blocks):
        section = by_block.get(at, section)
        if isinstance(block, Table):
            pieces.append(Piece(block, section, follows))
        follows = isinstance(block, Table)
    stitched = stitch(pieces, forms)
    facts: dict[str, Fact] = {}
    alignments = {}
    for form in forms:
        if form.key in stitched:
            alignments[form.key], found = align(form, stitched[form.key])
            facts |= found
        else:
            facts |= {fact.key: fact for fact in unread(form)}
    return facts, alignments
