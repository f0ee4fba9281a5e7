"""One look over a whole part before it is walked: the text in it, and the few properties that matter."""

from collections.abc import Sequence
from typing import TypeAlias

from lxml import etree
from msgspec import Struct

from gouji.readers.docx.names import drawing_names, math_names, names

Properties: TypeAlias = Sequence[etree._Element]  # noqa: SLF001 - the only name that elements have

TEXTS = names("t") | math_names("t") | drawing_names("main}t")
HIDDEN = names("vanish")
RAISED, STRUCK = names("vertAlign"), names("strike", "dstrike")

_PARAGRAPH_PROPERTIES = names("pPr")
_HOLDERS = names("pPr", "rPr", "tcPr", "trPr")
_PARTING = RAISED | STRUCK
_SOUGHT = (
    *TEXTS, *HIDDEN, *_PARTING,
    *names("pStyle", "numPr", "outlineLvl", "rStyle", "b", "ins", "del", "moveTo", "moveFrom"),
    *names("gridBefore", "gridSpan", "vMerge", "hMerge", "cellIns", "cellDel", "cellMerge"),
)  # fmt: skip


class Survey(Struct, frozen=True):
    """What a part holds.

    Attributes:
        characters: in all its texts, shown or not, blanks apart.
        properties: those that matter to a reader, by the paragraph, run, cell or row that has them;
            those of a paragraph mark stand with its paragraph.
        hides: some text may be hidden.
        parts: some text is raised, lowered or struck out.
    """

    characters: int
    properties: dict[etree._Element, list[etree._Element]]
    hides: bool
    parts: bool


def survey(root: etree._Element) -> Survey:
    """Look over a part. Most of a Word document is borders and fonts: parsed, but never touched here."""
    characters = 0
    properties: dict[etree._Element, list[etree._Element]] = {}
    seen = set()
    for element in root.iter(*_SOUGHT):
        tag = element.tag
        if tag in TEXTS:
            characters += solid(all_text(element))
            continue
        holder = element.getparent()
        if holder is None or holder.tag not in _HOLDERS:
            continue
        owner = holder.getparent()
        if owner is not None and owner.tag in _PARAGRAPH_PROPERTIES:
            owner = owner.getparent()
        if owner is not None:
            properties.setdefault(owner, []).append(element)
            seen.add(tag)
    return Survey(characters, properties, not seen.isdisjoint(HIDDEN), not seen.isdisjoint(_PARTING))


def all_text(element: etree._Element) -> str:
    """Return the text in an element, with that of elements that do not belong into it."""
    text = element.text or ""
    return text if not len(element) else "".join(map(str, element.itertext()))


def solid(text: str) -> int:
    """Count the characters of a text that are not blanks: what a reader must not lose."""
    return len("".join(text.split()))
