"""A PDF as a file: opened by PDFium, with what is missing or damaged told before anything is read.

PDFium passes over damage in silence: of a stream that breaks off it gives the first half. So the
end of the file and every compressed stream that text depends on are looked at here.
"""

import ctypes
import re
import zlib
from typing import Self

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]

from gouji.readers.pdf.page import Page
from gouji.readers.pdf.refusal import beyond, damaged, encrypted, not_a_pdf
from gouji.wording import Text

MOST_PAGES = 2_000
MOST_INFLATED = 256 << 20  # bytes of all compressed streams but pictures; a report has less than one million

_HEAD = 1_024  # bytes that may stand before a PDF begins, and behind its end
_LONGEST_DICTIONARY = 2_000
_PIECE = 1 << 14
_ZLIB_HEADER = 2  # bytes
_PASSWORD, _SECURITY = 4, 5  # FPDF_ERR_*

_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_DEFLATED = re.compile(rb"/Filter\s*\[?\s*/Fl(?:ateDecode)?\b")
_NO_TEXT = re.compile(rb"/Image\b|/Length[123]\b|/(?:CIDFont)?Type[01]C\b|/OpenType\b|/XML\b")
_OBJECT = re.compile(rb"\d\s+\d+\s+obj\b|\bxref\b|\btrailer\b")
_END = re.compile(rb"startxref\s+\d+")


# Without the fonts of the machine: a file must read the same everywhere.
_NO_FONTS = (ctypes.POINTER(ctypes.c_char) * 1)()
pdfium.FPDF_InitLibraryWithConfig(pdfium.FPDF_LIBRARY_CONFIG(version=2, m_pUserFontPaths=_NO_FONTS))


class PdfFile:
    """An open PDF; ``with`` closes it."""

    def __init__(self, data: bytes) -> None:
        """Open the bytes of a PDF.

        Raises:
            UnreadableError: GJ003 no PDF; GJ005 too many pages, or streams that grow beyond any
                report; GJ013 a password is needed; GJ014 damaged or cut off.
        """
        if b"%PDF-" not in data[:_HEAD]:
            raise not_a_pdf()
        data = _without_tail(data)
        self._data = data  # PDFium reads from it as long as the file is open
        self._document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
        if not self._document:
            if pdfium.FPDF_GetLastError() in (_PASSWORD, _SECURITY):
                raise encrypted()
            raise damaged(Text("目录或结尾缺失", "its directory or its end is missing"))
        self.pages: int = pdfium.FPDF_GetPageCount(self._document)

    def __enter__(self) -> Self:
        """Check what can be checked before reading.

        Raises:
            UnreadableError: as the constructor.
        """
        try:
            self._check()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        pdfium.FPDF_CloseDocument(self._document)

    def _check(self) -> None:
        if self.pages > MOST_PAGES:
            raise beyond(Text("页数", "pages"), self.pages, MOST_PAGES)
        _check_end(self._data)
        if b"/Encrypt" not in self._data:
            _check_streams(self._data)

    def page(self, number: int) -> Page:
        """Return a page, counting from 1; ``with`` reads it."""
        return Page(self._document, number)


def _without_tail(data: bytes) -> bytes:
    """Return a file without what a server or a disk appended to it, if nothing of that is a part of a PDF."""
    end = _END.search(data, max(0, data.rfind(b"startxref")))
    if end is None or len(data) - end.end() <= _HEAD or _OBJECT.search(data, end.end()):
        return data  # whole as it is, or cut off in a later version of the document
    return data[: end.end()] + b"\n%%EOF\n"


def _check_end(data: bytes) -> None:
    end = len(data.rstrip(b"\0 \t\r\n"))
    if _END.search(data, max(0, end - 2 * _HEAD), end) is None:
        raise damaged(Text("结尾缺失，可能没有下载完", "its end is missing"))


def _check_streams(data: bytes) -> None:
    """Inflate each stream that text depends on; nothing is kept."""
    at, total = 0, 0
    while (start := _STREAM.search(data, at)) is not None:
        end = data.find(b"endstream", start.end())
        if end < 0:
            raise damaged(Text("一段内容没有结尾", "a part of the content has no end"))
        at = end
        dictionary = data[max(0, start.start() - _LONGEST_DICTIONARY) : start.start()]
        dictionary = dictionary[dictionary.rfind(b" obj") :]
        if _DEFLATED.search(dictionary) and not _NO_TEXT.search(dictionary):
            total += _inflated(data[start.end() : end])
            if total > MOST_INFLATED:
                raise beyond(Text("解压后的字节数", "inflated bytes"), total, MOST_INFLATED)


def _inflated(stream: bytes) -> int:
    """Return how many bytes a stream inflates to; one that only lacks its checksum is whole."""
    if not stream.strip():
        return 0
    try:
        length, whole = _inflate(stream, zlib.MAX_WBITS)
        if not whole:
            length, whole = _inflate(stream[_ZLIB_HEADER:], -zlib.MAX_WBITS)
    except zlib.error:
        length, whole = 0, False
    if not whole:
        raise damaged(Text("一段内容解压出错", "a part of the content does not inflate"))
    return length


def _inflate(stream: bytes, bits: int) -> tuple[int, bool]:
    """Return the inflated length, and whether the stream has an end; beyond the limit it has."""
    inflater = zlib.decompressobj(bits)
    length = 0
    for start in range(0, len(stream), _PIECE):  # small ones: each may grow a thousandfold
        length += len(inflater.decompress(stream[start : start + _PIECE]))
        if inflater.eof or length > MOST_INFLATED:
            return length, True
    return length, False
