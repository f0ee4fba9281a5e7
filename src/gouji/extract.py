"""A document read with the words of a pack: sections, fields, tables on their forms."""

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct, structs

from gouji.claims import DeclaredScope, DeclaredTopic
from gouji.dates import Period
from gouji.document import Document, Paragraph, Table
from gouji.facts import Alignment, Fact, FieldValue, Reading, Section
from gouji.forms import Form
from gouji.outline import DOCUMENT, LEAD, TAIL, DeclaredField, DeclaredSection, Title
from gouji.phrases import find_title, find_values
from gouji.prose import Prose
from gouji.sectioning import Hit, divide, whole_headings
from gouji.statements import find_statements
from gouji.tables.align import align, unread
from gouji.tables.stitch import Piece, stitch
from gouji.wording import is_page_number

TAIL_LINES = 6  # a signature stands among the last lines


class Outline(Struct, frozen=True):
    """What a pack declares: the words that reading a report depends on."""

    pack: str
    title: Title
    sections: tuple[DeclaredSection, ...]
    fields: tuple[DeclaredField, ...]
    forms: tuple[Form, ...]
    topics: tuple[DeclaredTopic, ...] = ()
    scopes: tuple[DeclaredScope, ...] = ()


def extract(document: Document, outline: Outline) -> Reading:
    """Read a document with the words of a pack.

    Nothing is judged here: what is missing is absent from the reading, what is malformed keeps its
    raw words with no value.
    """
    document = structs.replace(document, blocks=whole_headings(document.blocks, outline.sections))
    divided = divide(document.blocks, outline.sections)
    lead = tuple(b for b in document.blocks[: divided.first] if isinstance(b, Paragraph))
    title, unit = find_title(document, lead, outline.title)
    prose = _prose(document, lead, divided.sections)
    fields = {"title": title} | {field.key: tuple(find_values(field, prose)) for field in outline.fields}
    facts, alignments = _tables(document, divided.hits, outline.forms)
    return Reading(
        path=document.path,
        pack=outline.pack,
        year=_year(title, fields, divided.sections),
        unit=unit,
        unit_kind=outline.title.kind_of(unit),
        sections=divided.sections,
        repeated=divided.repeated,
        fields=fields,
        facts=facts,
        alignments=alignments,
        notes=document.notes,
        statements=find_statements(outline.topics, outline.scopes, prose),
        unread=document.unread,
        untabled=document.untabled,
        prose=prose,
        published=document.published,
    )


def recognised(reading: Reading) -> bool:
    """Tell whether the document is a report of this kind at all: a title, two sections or a form."""
    return bool(reading.fields["title"]) or len(reading.sections) > 1 or bool(reading.alignments)


def _prose(document: Document, lead: Sequence[Paragraph], sections: dict[str, Section]) -> Prose:
    everything = [block for block in document.blocks if isinstance(block, Paragraph)]
    own = {LEAD: lead, DOCUMENT: everything, TAIL: everything[-TAIL_LINES:]}
    return Prose({key: section.paragraphs for key, section in sections.items()} | own)


def _year(
    title: tuple[FieldValue, ...], fields: dict[str, tuple[FieldValue, ...]], sections: dict[str, Section]
) -> int | None:
    for value in (*title, *(v for values in fields.values() for v in values)):
        if isinstance(value.value, int):
            return value.value
        if isinstance(value.value, Period):
            return value.value.end.year
    first = next(iter(sections.values()), None)  # later sections name other years, and a signature's
    for paragraph in first.paragraphs[:3] if first else ():
        found = re.search(r"(20[0-9]{2})\s*年", paragraph.text)
        if found:
            return int(found[1])
    return None


def _tables(
    document: Document, hits: tuple[Hit, ...], forms: tuple[Form, ...]
) -> tuple[dict[str, Fact], dict[str, Alignment]]:
    pieces, section, follows = [], "", False
    by_block = {hit.block: hit.section.key for hit in hits}
    for at, block in enumerate(document.blocks):
        section = by_block.get(at, section)
        if isinstance(block, Table):
            pieces.append(Piece(block, section, follows))
            follows = True
        elif not is_page_number(block.text):  # one may be typed between the pieces of a table
            follows = False
    stitched = stitch(pieces, forms)
    facts: dict[str, Fact] = {}
    alignments = {}
    for form in forms:
        if form.key in stitched:
            alignments[form.key] = align(form, stitched[form.key])
            found: Iterable[Fact] = alignments[form.key].facts
        else:
            found = unread(form)
        facts |= {fact.key: fact for fact in found}
    return facts, alignments
