"""Changes to a report, and how each format carries them: text, web page, Word document, or what a PDF gave.

An edit speaks of the blocks of the document as it was read. Markdown, HTML and Word are changed in the
file itself and read again. A PDF cannot be written that way: there the document is changed as read,
so what its reader would make of the change is not tried.
"""

import copy
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

from lxml import etree
from msgspec import Struct, structs

from gouji.document import Block, Document, Paragraph, Table
from gouji.readers import docx, html, markdown, read
from gouji.wording import squeeze

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARAGRAPHS = ("h1", "h2", "h3", "h4", "p", "div", "li")
_WORD_TEXT = "word/document.xml"


class SetCell(Struct, frozen=True):
    """Write other words into a cell: block, row and cell count from 0."""

    block: int
    row: int
    cell: int
    text: str


class DropRow(Struct, frozen=True):
    """Take out a row in which no merged cell begins."""

    block: int
    row: int


class Reword(Struct, frozen=True):
    """Write another text into a paragraph."""

    block: int
    text: str


class Drop(Struct, frozen=True):
    """Take out blocks from ``first`` up to, not including, ``last``."""

    first: int
    last: int


Edit = SetCell | DropRow | Reword | Drop


class NotCarriedError(Exception):
    """A format, or this report's way of using it, has no place for an edit."""


class Clean(Struct, frozen=True, dict=True):
    """A report as it is, to be changed again and again.

    Attributes:
        data: the file.
        document: what its reader made of it.
    """

    data: bytes
    document: Document

    @cached_property
    def page(self) -> "HtmlPage":
        """The report as a web page."""
        return HtmlPage(self)

    @cached_property
    def word(self) -> "WordText":
        """The report as a Word document."""
        return WordText(self)


def load(path: Path) -> Clean:
    """Read a report that is to be changed.

    Raises:
        UnreadableError: it cannot be read in full.
    """
    return Clean(path.read_bytes(), read(path, path.name))


def carry(clean: Clean, edits: Sequence[Edit]) -> Document:
    """Return the document that the changed report is read as.

    Raises:
        NotCarriedError: the format has no place for an edit.
    """
    for edit in edits:
        if isinstance(edit, Reword):
            _paragraph(clean, edit.block)
        elif not isinstance(edit, Drop):
            _table(clean, edit.block)
    return CARRIERS[clean.document.format](clean, edits)


# --- as read ------------------------------------------------------------------------------------


def _as_read(clean: Clean, edits: Sequence[Edit]) -> Document:
    blocks: list[Block | None] = list(clean.document.blocks)
    for edit in edits:
        if isinstance(edit, Drop):
            blocks[edit.first : edit.last] = [None] * (edit.last - edit.first)
        elif isinstance(edit, Reword):
            blocks[edit.block] = Paragraph(edit.text, _paragraph(clean, edit.block).anchors[:1])
        else:
            table = blocks[edit.block]
            if not isinstance(table, Table):
                raise NotCarriedError
            blocks[edit.block] = _table_changed(table, edit)
    return structs.replace(clean.document, blocks=tuple(block for block in blocks if block is not None))


def _table_changed(table: Table, edit: SetCell | DropRow) -> Table:
    rows = [list(row) for row in table.rows]
    if isinstance(edit, SetCell):
        rows[edit.row][edit.cell] = structs.replace(rows[edit.row][edit.cell], text=edit.text)
    else:
        for above, row in enumerate(rows[: edit.row]):
            rows[above] = [
                structs.replace(cell, row_span=cell.row_span - 1) if above + cell.row_span > edit.row else cell
                for cell in row
            ]
        del rows[edit.row]
    return structs.replace(table, rows=tuple(tuple(row) for row in rows))


def _paragraph(clean: Clean, block: int) -> Paragraph:
    paragraph = clean.document.blocks[block]
    if not isinstance(paragraph, Paragraph):
        raise NotCarriedError
    return paragraph


def _table(clean: Clean, block: int) -> Table:
    table = clean.document.blocks[block]
    if not isinstance(table, Table):
        raise NotCarriedError
    return table


# --- Markdown -----------------------------------------------------------------------------------


def _in_markdown(clean: Clean, edits: Sequence[Edit]) -> Document:
    lines: list[str | None] = list(clean.data.decode("utf-8-sig").split("\n"))
    for edit in sorted(edits, key=_last_first):
        if isinstance(edit, SetCell):
            cell = _table(clean, edit.block).rows[edit.row][edit.cell]
            number, column = (cell.place.line or 0) - 1, (cell.place.column or 0) - 1
            line = lines[number]
            if line is None or not line.startswith(cell.text, column):
                raise NotCarriedError
            lines[number] = line[:column] + edit.text + line[column + len(cell.text) :]
        elif isinstance(edit, DropRow):
            lines[(_table(clean, edit.block).rows[edit.row][0].place.line or 0) - 1] = None
        elif isinstance(edit, Reword):
            number, text = _line_of(clean, edit.block), _paragraph(clean, edit.block).text
            line = lines[number]
            if line is None or text not in line:
                raise NotCarriedError
            lines[number] = line.replace(text, edit.text)
        else:
            end = _line_of(clean, edit.last) if edit.last < len(clean.document.blocks) else len(lines)
            for number in range(_line_of(clean, edit.first), end):
                lines[number] = None
    text = "\n".join(line for line in lines if line is not None)
    return markdown.read(text.encode(), clean.document.path)


def _last_first(edit: Edit) -> tuple[int, int, int]:
    """Order edits so that one does not move the place of the next."""
    at = edit.first if isinstance(edit, Drop) else edit.block
    cell = (edit.row, edit.cell) if isinstance(edit, SetCell) else (0, 0)
    return -at, -cell[0], -cell[1]


def _line_of(clean: Clean, block: int) -> int:
    found = clean.document.blocks[block]
    place = found.place() if isinstance(found, Paragraph) else found.rows[0][0].place
    return (place.line or 1) - 1


# --- web pages ----------------------------------------------------------------------------------


class HtmlPage:
    """A web page whose elements are known by the blocks they were read as."""

    def __init__(self, clean: Clean) -> None:
        """Find the element of each block, in order; a block without one cannot be changed."""
        self.root = etree.fromstring(clean.data, etree.HTMLParser(encoding="utf-8"))
        tables = iter([table for table in self.root.iter("table") if table.find(".//table") is None])
        texts = [
            (element, squeeze(str(element.xpath("string()"))))
            for element in self.root.iter(*_PARAGRAPHS)
            if element.find(".//p") is None and element.find(".//div") is None
        ]
        self.paths: dict[int, str] = {}
        tree, at = self.root.getroottree(), 0
        for number, block in enumerate(clean.document.blocks):
            if isinstance(block, Table):
                table = next(tables, None)
                if table is not None:
                    self.paths[number] = tree.getpath(table)
                continue
            found = next((n for n in range(at, len(texts)) if texts[n][1] == block.squeezed), None)
            if found is not None:
                self.paths[number] = tree.getpath(texts[found][0])
                at = found + 1


def _in_html(clean: Clean, edits: Sequence[Edit]) -> Document:
    root, paths = copy.deepcopy(clean.page.root), clean.page.paths
    by_block = {block: _element(root, path) for block, path in paths.items()}
    if any(block not in by_block for edit in edits for block in _blocks(edit)):
        raise NotCarriedError
    for edit in edits:
        if isinstance(edit, Drop):
            _drop_between(root, by_block[edit.first], by_block.get(edit.last))
        elif isinstance(edit, Reword):
            _write(by_block[edit.block], edit.text)
        else:
            rows = list(by_block[edit.block].iter("tr"))
            if isinstance(edit, SetCell):
                cells = [cell for cell in rows[edit.row] if cell.tag in ("td", "th")]
                _write(cells[edit.cell], edit.text)
            else:
                _shorten_spans(rows, edit.row)
                _remove(rows[edit.row])
    data = etree.tostring(root.getroottree(), method="html", encoding="utf-8")
    return html.read(data, clean.document.path)


def _element(root: etree._Element, path: str) -> etree._Element:
    found = root.getroottree().xpath(path)
    if not isinstance(found, list) or not isinstance(found[0], etree._Element):  # noqa: SLF001 - lxml's own name of the class
        raise NotCarriedError
    return found[0]


def _blocks(edit: Edit) -> Iterator[int]:
    yield edit.first if isinstance(edit, Drop) else edit.block


def _write(element: etree._Element, text: str) -> None:
    for child in list(element):
        element.remove(child)
    element.text = text


def _drop_between(root: etree._Element, first: etree._Element, last: etree._Element | None) -> None:
    inside, doomed = False, []
    kept = set(last.iterancestors()) if last is not None else set()
    for element in root.iter():
        if element is last:
            break
        inside = inside or element is first
        if inside and element not in kept:
            doomed.append(element)
    for element in doomed:
        _remove(element)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _shorten_spans(rows: Sequence[etree._Element], dropped: int) -> None:
    for above, row in enumerate(rows[:dropped]):
        for cell in row:
            span = int(cell.get("rowspan") or 1)
            if above + span > dropped:
                cell.set("rowspan", str(span - 1))


# --- Word ---------------------------------------------------------------------------------------


class WordText:
    """The text of a Word document whose elements are known by the blocks they were read as."""

    def __init__(self, clean: Clean) -> None:
        """Find the paragraph of each block; numbers that Word makes itself are in the block alone."""
        with ZipFile(BytesIO(clean.data)) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.root = etree.fromstring(self.parts[_WORD_TEXT], etree.XMLParser(resolve_entities=False))
        self.numbers: dict[int, int] = {}
        content, at = list(self.root[0]), 0
        for number, block in enumerate(clean.document.blocks):
            if isinstance(block, Table):
                at = next((n + 1 for n in range(at, len(content)) if content[n].tag == f"{_W}tbl"), len(content))
                self.numbers[number] = at - 1
                continue
            for n in range(at, len(content)):
                text = squeeze(_words(content[n]))
                if content[n].tag == f"{_W}p" and text and block.squeezed.endswith(text):
                    self.numbers[number] = n
                    at = n + 1
                    break


def _in_word(clean: Clean, edits: Sequence[Edit]) -> Document:
    word = clean.word
    root = copy.deepcopy(word.root)
    content = list(root[0])
    if any(block not in word.numbers for edit in edits for block in _blocks(edit)):
        raise NotCarriedError
    for edit in edits:
        if isinstance(edit, Drop):
            end = word.numbers.get(edit.last, len(content) - 1)  # the last one is the page's set-up
            for element in content[word.numbers[edit.first] : end]:
                _remove(element)
        elif isinstance(edit, Reword):
            element, text = content[word.numbers[edit.block]], _paragraph(clean, edit.block).text
            _set_words(element, edit.text.removeprefix(text.removesuffix(_words(element))))
        else:
            table = content[word.numbers[edit.block]]
            place = _table(clean, edit.block).rows[edit.row][getattr(edit, "cell", 0)].place
            row = list(table.iter(f"{_W}tr"))[(place.row or 1) - 1]
            if isinstance(edit, SetCell):
                _set_words(list(row.iter(f"{_W}tc"))[(place.cell or 1) - 1], edit.text)
            else:
                _remove(row)
    file = BytesIO()
    with ZipFile(file, "w", ZIP_STORED) as archive:
        for name, part in word.parts.items():
            archive.writestr(name, etree.tostring(root) if name == _WORD_TEXT else part)
    return docx.read(file.getvalue(), clean.document.path)


def _words(element: etree._Element) -> str:
    return "".join(str(text.text or "") for text in element.iter(f"{_W}t"))


def _set_words(element: etree._Element, words: str) -> None:
    texts = list(element.iter(f"{_W}t"))
    if not texts:
        raise NotCarriedError
    for text in texts:
        text.text = ""
    texts[0].text = words


CARRIERS: dict[str, Callable[[Clean, Sequence[Edit]], Document]] = {
    "markdown": _in_markdown,
    "html": _in_html,
    "docx": _in_word,
    "pdf": _as_read,
}
FILE_IS_CHANGED = frozenset({"markdown", "html", "docx"})  # of a PDF, only what was read is changed
