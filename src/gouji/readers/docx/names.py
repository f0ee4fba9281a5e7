"""The names of WordprocessingML, in both dialects that the standard has: transitional and strict."""

import re
from collections.abc import Iterable

from lxml import etree

TRANSITIONAL = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"

_MATH = ("http://schemas.openxmlformats.org/officeDocument/2006/math", "http://purl.oclc.org/ooxml/officeDocument/math")
_DRAWING = ("http://schemas.openxmlformats.org/drawingml/2006/", "http://purl.oclc.org/ooxml/drawingml/")
_OFF = frozenset(("0", "false", "off"))
_NUMBER = re.compile(r"[ \t\r\n]*(?P<sign>[+-]?)0*(?P<figures>[0-9]+)[ \t\r\n]*")
_LARGEST = 999_999_999


def names(*local: str) -> frozenset[str]:
    """Return the full names of elements of a Word document in both dialects."""
    return frozenset(f"{{{space}}}{name}" for space in (TRANSITIONAL, STRICT) for name in local)


def math_names(*local: str) -> frozenset[str]:
    """Return the full names of elements of a formula in both dialects."""
    return frozenset(f"{{{space}}}{name}" for space in _MATH for name in local)


def drawing_names(*local: str) -> frozenset[str]:
    """Return the full names of elements of drawings, each given with its vocabulary: ``main}t``."""
    return frozenset(f"{{{space}{name}" for space in _DRAWING for name in local)


def attribute(element: etree._Element, name: str) -> str | None:
    """Return an attribute of a Word element, or None."""
    found = element.get(f"{{{TRANSITIONAL}}}{name}")
    return element.get(f"{{{STRICT}}}{name}") if found is None else found


def value(element: etree._Element) -> str:
    """Return what a property is set to (``w:val``), or an empty text."""
    return attribute(element, "val") or ""


def is_on(element: etree._Element) -> bool:
    """Tell whether a property that is there is switched on, as it is without a value."""
    return value(element) not in _OFF


def number(text: str | None, default: int) -> int:
    """Read a whole number, no larger than 999,999,999; what is none gives the default."""
    found = _NUMBER.fullmatch(text or "")
    if found is None:
        return default
    size = int(found["figures"]) if len(found["figures"]) < len(str(_LARGEST)) else _LARGEST
    return -size if found["sign"] == "-" else size


def child(elements: Iterable[etree._Element] | None, tags: frozenset[str]) -> etree._Element | None:
    """Return the first child of an element (or the first of several) with one of these names, or None."""
    for candidate in () if elements is None else elements:
        if candidate.tag in tags:
            return candidate
    return None
