"""The numbers that Word draws in front of paragraphs (``一、`` ``（二）`` ``1.1``): they stand in no text."""

import re

from lxml import etree
from msgspec import Struct, field, structs

from gouji.readers.docx.names import attribute, child, is_on, names, number, value
from gouji.readers.docx.numerals import numeral
from gouji.readers.docx.styles import Look, Styles, switch

DEEPEST_LEVEL = 8
_LONGEST_LINKS = 16  # definitions that only point to another one, in a row

_DEFINITION, _LIST = names("abstractNum"), names("num")
_DEFINITION_OF_LIST, _OVERRIDE, _START_AGAIN = names("abstractNumId"), names("lvlOverride"), names("startOverride")
_LINK_TO_STYLE = names("numStyleLink")
_LEVEL, _START, _FORMAT, _TEXT = names("lvl"), names("start"), names("numFmt"), names("lvlText")
_SUFFIX, _LEGAL, _RESTART, _STYLE = names("suff"), names("isLgl"), names("lvlRestart"), names("pStyle")
_RUN_PROPERTIES, _HIDDEN = names("rPr"), names("vanish")
_PLACEHOLDER = re.compile(r"%([1-9])")
_CUSTOM_ZEROS = re.compile(r"(0*)1(?:,.*)?")
_UNNUMBERED = frozenset(("none", "bullet"))


class Level(Struct, frozen=True):
    """How one level of a list is numbered.

    Attributes:
        start: its first number.
        style: the format of its number.
        template: what is drawn, ``%1`` to ``%9`` standing for the numbers of the levels.
        digits: the least figures that a number in a format of the author's own has; else 0.
        attached: the text follows without a gap.
        legal: all numbers come in decimal figures.
        restart: the levels above this one, counted from the top, that make it start again.
        paragraph_style: the style whose paragraphs are on this level.
    """

    start: int = 0
    style: str = "decimal"
    template: str = ""
    digits: int = 0
    attached: bool = False
    legal: bool = False
    restart: int = DEEPEST_LEVEL + 1
    paragraph_style: str = ""


class _List(Struct):
    """A list (``w:num``): the counters of its definition, its levels, and those that it starts anew."""

    counters: list[int | None]
    levels: dict[int, Level]
    anew: set[int]


class Numbering(Struct):
    """The lists of one document and how far each has counted."""

    styles: Styles
    definitions: dict[str, etree._Element] = field(default_factory=dict)
    elements: dict[str, etree._Element] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    _lists: dict[str, _List | None] = field(default_factory=dict)
    _counters: dict[str, list[int | None]] = field(default_factory=dict)
    _levels: dict[str, dict[int, Level]] = field(default_factory=dict)

    def draw(self, of_list: str | None, level: int | None, look: Look) -> str:
        """Count a paragraph and return what Word draws in front of it; a tab parts it from the text.

        Args:
            of_list: ``w:numId`` of the paragraph itself; None takes that of its style.
            level: ``w:ilvl`` of the paragraph itself.
            look: the paragraph's style.

        Formats that are not known are counted in decimal figures and kept in ``unknown``.
        """
        found = self._list(look.number if of_list is None else of_list)
        if found is None:
            return ""
        if level is None and of_list is None:
            level = _level_of_style(found.levels, look)
        at = min(max(level or 0, 0), DEEPEST_LEVEL)
        if at not in found.levels:
            return ""
        self._count(found, at)
        return self._drawn(found, at)

    def beside(self) -> "Numbering":
        """Return the same lists for a text of its own, such as that in text boxes: they count from the start."""
        return Numbering(self.styles, self.definitions, self.elements, self.unknown)

    def _count(self, found: _List, at: int) -> None:
        counters, before = found.counters, found.counters[at]
        counters[at] = found.levels[at].start if before is None or at in found.anew else before + 1
        found.anew.discard(at)  # only the first paragraph of the list starts it anew
        for higher in range(at):
            level = found.levels.get(higher)
            if counters[higher] is None and level is not None:
                counters[higher] = level.start  # the paragraph counts for the levels that were passed over
        for deeper in range(at + 1, DEEPEST_LEVEL + 1):
            level = found.levels.get(deeper)
            if level is None or at < min(level.restart, deeper):
                counters[deeper] = None

    def _drawn(self, found: _List, at: int) -> str:
        level = found.levels[at]
        if level.style == "bullet":
            return ""

        def written(placeholder: re.Match[str]) -> str:
            wanted = int(placeholder[1]) - 1
            shown = found.levels.get(wanted)
            if shown is None or wanted > at or shown.style in _UNNUMBERED:
                return ""
            return self._numeral(shown, found.counters[wanted] or 0, legal=level.legal)

        text = _PLACEHOLDER.sub(written, level.template)
        return text if level.attached or not text else f"{text}\t"

    def _numeral(self, level: Level, count: int, *, legal: bool) -> str:
        if legal or level.digits:
            return str(count) if legal else str(count).zfill(level.digits)
        written = numeral(count, level.style)
        if written is None:
            self.unknown.add(level.style)
            return str(count)
        return written

    def _list(self, name: str | None) -> _List | None:
        if name is None or name not in self.elements:
            return None
        if name not in self._lists:
            self._lists[name] = self._read_list(self.elements[name])
        return self._lists[name]

    def _read_list(self, element: etree._Element) -> _List | None:
        definition = self._definition(element)
        if definition is None:
            return None
        if definition not in self._levels:
            self._levels[definition] = _levels(self.definitions[definition])
            self._counters[definition] = [None] * (DEEPEST_LEVEL + 1)
        levels, anew = dict(self._levels[definition]), set()
        for override in element:
            if override.tag in _OVERRIDE:
                at = number(attribute(override, "ilvl"), 0)
                levels |= _levels(override)
                start = child(override, _START_AGAIN)
                if start is not None and at in levels:
                    levels[at] = structs.replace(levels[at], start=number(value(start), 0))
                    anew.add(at)
        return _List(self._counters[definition], levels, anew)

    def _definition(self, element: etree._Element) -> str | None:
        """Return the definition of a list, through styles that link to that of another list."""
        for _ in range(_LONGEST_LINKS):
            named = child(element, _DEFINITION_OF_LIST)
            name = "" if named is None else value(named)
            if name not in self.definitions:
                return None
            link = child(self.definitions[name], _LINK_TO_STYLE)
            if link is None:
                return name
            linked = self.styles.look(value(link)).number
            if linked is None or linked not in self.elements:
                return name
            element = self.elements[linked]
        return None


def numbering_of_document(root: etree._Element | None, styles: Styles) -> Numbering:
    """Read the part ``numbering``; a document without lists has none."""
    numbering = Numbering(styles)
    for element in () if root is None else root:
        if element.tag in _DEFINITION:
            numbering.definitions[attribute(element, "abstractNumId") or ""] = element
        elif element.tag in _LIST:
            numbering.elements[attribute(element, "numId") or ""] = element
    numbering.elements.pop("0", None)  # the number that takes a numbering away
    return numbering


def _level_of_style(levels: dict[int, Level], look: Look) -> int | None:
    """Return the level that is made for a style; without one, what the style itself says."""
    linked = (at for at, level in levels.items() if level.paragraph_style == look.numbered_by)
    return next(linked, look.level)


def _levels(element: etree._Element) -> dict[int, Level]:
    found = {}
    for level in element:
        at = number(attribute(level, "ilvl"), 0)
        if level.tag in _LEVEL and 0 <= at <= DEEPEST_LEVEL:
            found[at] = _level(level)
    return found


def _level(element: etree._Element) -> Level:
    start, text, suffix = child(element, _START), child(element, _TEXT), child(element, _SUFFIX)
    legal, restart, style = child(element, _LEGAL), child(element, _RESTART), child(element, _STYLE)
    # a format of the author's own stands inside an alternative
    written = next(element.iter(*_FORMAT), None)
    zeros = None if written is None else _CUSTOM_ZEROS.match(attribute(written, "format") or "")
    hidden = switch(child(element, _RUN_PROPERTIES), _HIDDEN)
    return Level(
        start=0 if start is None else number(value(start), 0),
        style="decimal" if written is None else value(written),
        template="" if text is None or hidden else value(text),
        digits=len(zeros[1]) + 1 if zeros else 0,
        attached=suffix is not None and value(suffix) == "nothing",
        legal=legal is not None and is_on(legal),
        restart=DEEPEST_LEVEL + 1 if restart is None else number(value(restart), DEEPEST_LEVEL + 1),
        paragraph_style="" if style is None else value(style),
    )
