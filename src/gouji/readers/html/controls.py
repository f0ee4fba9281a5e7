"""Form controls in the report of a page: a browser shows their text, but it is no text of the page."""

from collections.abc import Iterable, Iterator

from lxml import etree

from gouji.document import Note, Place, Table
from gouji.readers.cells import collapse
from gouji.readers.html.pieces import Piece
from gouji.readers.html.table import BLOCK_TAGS, LAST_KNOWN_LINE, source_line, text_within
from gouji.wording import Text, shorten

_CONTROLS = ("input", "textarea", "select", "button")
_WITHOUT_TEXT = frozenset(("hidden", "password", "file", "image", "checkbox", "radio", "range", "color"))


def notes_on_controls(root: etree._Element, report: Iterable[Piece], concealed: set[etree._Element]) -> Iterator[Note]:
    """Yield a note (GJ025) on controls whose text stands in a table of the report, or with a figure in its text.

    Args:
        root: the page.
        report: the pieces that are the report.
        concealed: elements that the page hides.
    """
    controls = [(element, text) for element in root.iter(*_CONTROLS) if (text := _shown(element))]
    if not controls:
        return
    tables: set[etree._Element] = set()
    blocks: set[etree._Element] = set()
    for piece in report:
        (tables if isinstance(piece.item, Table) else blocks).add(piece.block)
    found = [
        (element, text)
        for element, text in controls
        if _stands_in(element, text, tables, blocks) and concealed.isdisjoint(element.iterancestors())
    ]
    if not found:
        return
    element, first = found[0]
    line = source_line(element)
    yield Note(
        "GJ025",
        Text(
            f"网页的表格或正文里有 {len(found)} 处表单控件（输入框、按钮等，如“{shorten(first)}”），"
            "其中的文字没有核对。请改为普通文字。",
            f"The tables or the text hold {len(found)} form control(s) (“{shorten(first)}”), whose text was not checked."
            " Make it plain text.",
        ),
        Place(None if line > LAST_KNOWN_LINE else line),
    )


def _shown(control: etree._Element) -> str:
    """Return the text that a browser shows in a control."""
    if control.tag == "input":
        return "" if control.get("type", "").lower() in _WITHOUT_TEXT else collapse(control.get("value", ""))
    if control.tag != "select":
        return collapse(text_within(control))
    options = list(control.iter("option"))
    chosen = [option for option in options if option.get("selected") is not None] or options[:1]
    return collapse(" ".join(map(text_within, chosen)))


def _stands_in(control: etree._Element, text: str, tables: set[etree._Element], blocks: set[etree._Element]) -> bool:
    table = next(control.iterancestors("table"), None)
    if table is not None and table in tables:
        return True
    block = next((element for element in control.iterancestors() if element.tag in BLOCK_TAGS), None)
    return block in blocks and any(char.isdigit() for char in text)
