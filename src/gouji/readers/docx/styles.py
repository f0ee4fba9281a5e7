"""What the styles of a Word document say about a text: a heading or not, bold, hidden, numbered."""

import re
from collections.abc import Iterable

from lxml import etree
from msgspec import Struct, field

from gouji.readers.docx.names import attribute, child, is_on, names, number, value

BODY_TEXT = 9  # the outline level of text that is no heading
_HEADING_NAME = re.compile(r"(?:heading|标题)\s?[1-9]|title|标题", re.IGNORECASE)

_STYLE, _DEFAULTS = names("style"), names("docDefaults")
_DEFAULT_PROPERTIES = names("rPrDefault")
_RUN_PROPERTIES, _PARAGRAPH_PROPERTIES = names("rPr"), names("pPr")
_BOLD, _HIDDEN = names("b"), names("vanish")
_OUTLINE, _NUMBERING = names("outlineLvl"), names("numPr")
_NUMBER, _LEVEL = names("numId"), names("ilvl")
_NAME, _BASE = names("name"), names("basedOn")


class Look(Struct, frozen=True):
    """What a style says, with what it takes over from the styles it is based on; None where they say nothing.

    Attributes:
        bold, hidden: of its text.
        outline: level as a heading, from 0; 9 is none.
        number: ``w:numId`` of its numbering, ``0`` for none.
        level: ``w:ilvl`` of its numbering.
        numbered_by: the style that gave the numbering.
    """

    bold: bool | None = None
    hidden: bool | None = None
    outline: int | None = None
    number: str | None = None
    level: int | None = None
    numbered_by: str = ""


PLAIN = Look()


class Styles(Struct):
    """The styles of one document by id, each worked out when it is first met."""

    elements: dict[str, etree._Element] = field(default_factory=dict)
    default: str = ""
    bold: bool = False
    hidden: bool = False
    hides: bool = False  # some style makes text hidden
    _looks: dict[str, Look] = field(default_factory=dict)
    _paragraphs: dict[str | None, Look] = field(default_factory=dict)

    def of_paragraph(self, name: str | None) -> Look:
        """Return what the style of a paragraph says; None and unknown names mean the default style."""
        found = self._paragraphs.get(name)
        if found is None:
            found = self.look(self.default if name is None or name not in self.elements else name)
            self._paragraphs[name] = found
        return found

    def look(self, name: str) -> Look:
        """Return what a style says; one that is not there says nothing."""
        waiting: dict[str, None] = {}  # the style and those it is based on, up to one that is known
        while name in self.elements and name not in self._looks and name not in waiting:
            waiting[name] = None
            base = child(self.elements[name], _BASE)
            name = "" if base is None else value(base)
        found = self._looks.get(name, PLAIN)
        for name in reversed(waiting):
            found = self._looks[name] = _upon(found, name, self.elements[name])
        return found

    def is_bold(self, direct: bool | None, paragraph: Look, run: Look) -> bool:  # noqa: FBT001
        """Tell whether text is bold, from its own properties and the styles of its paragraph and its run."""
        return _toggled(direct, paragraph.bold, run.bold, default=self.bold)

    def is_hidden(self, direct: bool | None, paragraph: Look, run: Look) -> bool:  # noqa: FBT001
        """Tell whether text is hidden; arguments as for ``is_bold``."""
        return _toggled(direct, paragraph.hidden, run.hidden, default=self.hidden)


def styles_of(root: etree._Element | None) -> Styles:
    """Read the part ``styles``; a document may do without."""
    styles = Styles()
    if root is None:
        return styles
    styles.hides = next(iter(root.iter(*_HIDDEN)), None) is not None
    for element in root:
        if element.tag in _STYLE:
            name = attribute(element, "styleId") or ""
            styles.elements[name] = element
            is_default = attribute(element, "default") in ("1", "true", "on")
            if is_default and attribute(element, "type") == "paragraph":
                styles.default = name
        elif element.tag in _DEFAULTS:
            properties = child(child(element, _DEFAULT_PROPERTIES), _RUN_PROPERTIES)
            styles.bold = switch(properties, _BOLD) is True
            styles.hidden = switch(properties, _HIDDEN) is True
    return styles


def switch(properties: Iterable[etree._Element] | None, tags: frozenset[str]) -> bool | None:
    """Return whether a property is on or off among several, None where it is not there."""
    found = child(properties, tags)
    return None if found is None else is_on(found)


def numbering_in(properties: etree._Element | None) -> tuple[str | None, int | None]:
    """Return list and level that a ``w:numPr`` asks for, each None where it does not say."""
    found, level = child(properties, _NUMBER), child(properties, _LEVEL)
    return None if found is None else value(found), None if level is None else number(value(level), 0)


def _upon(base: Look, style: str, element: etree._Element) -> Look:
    """Return what a style says that is based on another."""
    text, paragraph = child(element, _RUN_PROPERTIES), child(element, _PARAGRAPH_PROPERTIES)
    bold, hidden = switch(text, _BOLD), switch(text, _HIDDEN)
    numbered, level = numbering_in(child(paragraph, _NUMBERING))
    named, outline = child(element, _NAME), child(paragraph, _OUTLINE)
    depth = None if outline is None else number(value(outline), BODY_TEXT)
    if depth is None and named is not None and _HEADING_NAME.fullmatch(value(named).strip()):
        depth = 0
    return Look(
        base.bold if bold is None else bold,
        base.hidden if hidden is None else hidden,
        base.outline if depth is None else depth,
        base.number if numbered is None else numbered,
        base.level if level is None else level,
        base.numbered_by if numbered is None and level is None else style,
    )


def _toggled(direct: bool | None, paragraph: bool | None, run: bool | None, *, default: bool) -> bool:  # noqa: FBT001
    """Work out a toggle: said twice by styles, of the paragraph and of the run, it is off again."""
    if direct is not None:
        return direct
    return default or bool(paragraph) != bool(run)
