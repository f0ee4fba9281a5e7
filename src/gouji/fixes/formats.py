"""The sources that can be changed: bytes and the document read from them -> where its texts stand, and new bytes."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property

from gouji.document import Document
from gouji.fixes import archive, plain, web, word
from gouji.fixes.change import Change, Edit, Target, cell_of, text_of
from gouji.fixes.source import Found, Lines, Patch, Scan, Unfixable, find_texts, patched, patches_of
from gouji.readers import reader_for
from gouji.readers.decoding import charset_of, encoding_of
from gouji.readers.docx.package import Package
from gouji.wording import Text

_DRAWN = Text("编号是 Word 自动生成的，请在 Word 中改", "the number is drawn by Word: change it there")
_NOT_THERE = Text(
    "在原文中不能唯一确定位置，请手工改",
    "it was not found exactly once in the source: change it by hand",
)
_ENCODING = Text(
    "文件编码混杂或有杂质，改写后不能保证其余字节不变；请先用 UTF-8 另存",
    "its encoding is mixed or damaged, so that the other bytes could not be kept: save it as UTF-8 first",
)
_SIGNED = Text("文档带有数字签名，修改会使签名失效", "it has a digital signature, which a change would void")
_PROTECTED = Text("文档设了编辑限制；请先取消保护", "it is protected against editing: take the protection off first")
_NOT_UTF8 = Text(
    "文档正文不是 UTF-8 编码，请在 Word/WPS 中另存后再改", "its text is not in UTF-8: save it again in Word or WPS"
)


class Source(ABC):
    """The source of one document."""

    def __init__(self, data: bytes, document: Document) -> None:
        """Take the bytes and what was read from them.

        Raises:
            Unfixable: they must not or cannot be changed.
        """
        self.data, self.document = data, document

    def patches(self, change: Change) -> list[Patch]:
        """Return what a change means in the source.

        Raises:
            Unfixable: it cannot be made, and why.
        """
        return [patch for edit in change.edits for patch in self._patches(edit)]

    def _patches(self, edit: Edit) -> list[Patch]:
        if text_of(self.document, edit.target).strip():
            spans = self.spans(edit.target)
            if spans is None:
                raise Unfixable(_NOT_THERE)
            patches = patches_of(edit, spans)
            if any(patch.start < 0 for patch in patches):
                raise Unfixable(_DRAWN)
            return patches
        patch = self.blank(edit.target, edit.new)
        if patch is None:
            raise Unfixable(_NOT_THERE)
        return [patch]

    @abstractmethod
    def spans(self, target: Target) -> Sequence[tuple[int, int]] | None:
        """Return where each character of a text stands, None when that is not certain."""

    @abstractmethod
    def blank(self, target: Target, new: str) -> Patch | None:
        """Return what writes into a blank cell, None when that is not certain."""

    @abstractmethod
    def written(self, patches: Sequence[Patch]) -> bytes:
        """Return the bytes with these patches, all others as they were."""


class TextSource(Source):
    """A file that is text in one encoding."""

    declared: str | None = None

    def __init__(self, data: bytes, document: Document) -> None:
        """Decode the file so that all its bytes can be had back."""
        super().__init__(data, document)
        known = encoding_of(data, declared=self.declared)
        if known is None:
            raise Unfixable(_ENCODING)
        self._mark, self._encoding = known
        self.text = data[len(self._mark) :].decode(self._encoding, "surrogatepass")
        self.lines = Lines(self.text)

    def written(self, patches: Sequence[Patch]) -> bytes:
        """Encode the changed text as the file was."""
        return self._mark + patched(self.text, patches).encode(self._encoding, "surrogatepass")


class MarkdownSource(TextSource):
    """Markdown and plain text; raw HTML tables in it are found as in a web page."""

    def spans(self, target: Target) -> Sequence[tuple[int, int]] | None:
        """See ``Source``."""
        found = self._in_html(target)
        if found is not None:
            return _spans(self._scan.starts, self._scan.ends, found)
        return plain.spans_of(self.text, self.lines, self.document, target)

    def blank(self, target: Target, new: str) -> Patch | None:
        """See ``Source``."""
        found, cell = self._in_html(target), cell_of(self.document, target)
        if found is not None and found.cell is not None:
            return web.blank_patch(self.text, found.cell, new)
        return None if cell is None else plain.blank_patch(self.text, self.lines, cell, new)

    def _in_html(self, target: Target) -> Found | None:
        cell = cell_of(self.document, target)
        return self._found.get(target) if cell is not None and cell.place.column is None else None

    @cached_property
    def _scan(self) -> Scan:
        return web.scan_page(self.text)

    @cached_property
    def _found(self) -> dict[Target, Found]:
        return find_texts(self.document, self._scan, self.lines)


class HtmlSource(TextSource):
    """A web page."""

    def __init__(self, data: bytes, document: Document) -> None:
        """Decode the page and find its texts."""
        self.declared = charset_of(data)
        super().__init__(data, document)
        self._scan = web.scan_page(self.text)
        self._found = find_texts(document, self._scan, self.lines)

    def spans(self, target: Target) -> Sequence[tuple[int, int]] | None:
        """See ``Source``."""
        found = self._found.get(target)
        return None if found is None else _spans(self._scan.starts, self._scan.ends, found)

    def blank(self, target: Target, new: str) -> Patch | None:
        """See ``Source``."""
        found = self._found.get(target)
        return None if found is None or found.cell is None else web.blank_patch(self.text, found.cell, new)


class DocxSource(Source):
    """A Word document: its main part alone is changed."""

    def __init__(self, data: bytes, document: Document) -> None:
        """Open the package and find the texts of the main part."""
        super().__init__(data, document)
        package = Package(data)
        if any(name.startswith("_xmlsignatures/") for name in package.names):
            raise Unfixable(_SIGNED)
        settings = package.related("settings")
        if settings is not None and any(_is_protected(element.tag, element.attrib) for element in settings):
            raise Unfixable(_PROTECTED)
        self._main, content = package.main, package.content(package.main)
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            raise Unfixable(_NOT_UTF8) from None
        self._part = word.scan_part(text)
        self._found = find_texts(document, self._part.scan)

    def spans(self, target: Target) -> Sequence[tuple[int, int]] | None:
        """See ``Source``."""
        found = self._found.get(target)
        if found is None or any(at in self._part.foreign for at in range(found.first, found.last)):
            return None
        spans = _spans(self._part.scan.starts, self._part.scan.ends, found)
        lost = len("".join(text_of(self.document, target).split())) - len(spans)
        self._refuse(found, spans[0][0], spans[-1][1])
        return [(-1, -1)] * lost + spans  # in front: a number that Word draws

    def blank(self, target: Target, new: str) -> Patch | None:
        """See ``Source``."""
        found = self._found.get(target)
        if found is None or found.cell is None:
            return None
        self._refuse(found, found.cell.start, found.cell.end)
        return word.blank_patch(self._part, found.cell, new)

    def _refuse(self, found: Found, start: int, end: int) -> None:
        stretches = [(start, end), *(word.rows_of(self._part, found.cell) if found.cell else ())]
        for stretch in stretches:
            reason = self._part.refusal(*stretch)
            if reason is not None:
                raise Unfixable(reason)

    def written(self, patches: Sequence[Patch]) -> bytes:
        """Put the changed part into the archive."""
        return archive.replaced(self.data, self._main, patched(self._part.text, patches).encode())


def text_of_file(data: bytes, suffix: str) -> str | None:
    """Return the text of a file that is one, as its source has it; None for an office document.

    Raises:
        UnreadableError: it cannot be read.
    """
    name = reader_for(data, suffix)
    known = encoding_of(data, declared=charset_of(data) if name == "html" else None) if name != "docx" else None
    return None if known is None else data[len(known[0]) :].decode(known[1], "surrogatepass")


def _spans(starts: Sequence[int], ends: Sequence[int], found: Found) -> list[tuple[int, int]]:
    return list(zip(starts[found.first : found.last], ends[found.first : found.last], strict=True))


def _is_protected(tag: object, attributes: object) -> bool:
    values = dict(attributes.items()) if hasattr(attributes, "items") else {}
    return str(tag).endswith("}documentProtection") and any(
        name.endswith("}enforcement") and value in ("1", "true", "on") for name, value in values.items()
    )


SOURCES: dict[str, type[Source]] = {"markdown": MarkdownSource, "html": HtmlSource, "docx": DocxSource}
