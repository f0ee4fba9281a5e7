"""Readers: one module or package each, bytes of one format -> Document. The content decides the format, not the name."""

import os
import re
import stat
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from msgspec import structs

from gouji.document import Document, Note
from gouji.errors import UnreadableError
from gouji.wording import Text

LARGEST_FILE = 64 << 20  # bytes; the largest real report seen has 0.4 MB

# format -> module with ``read(data, path) -> Document``; a module loads when its format is met
READERS: dict[str, str] = {
    "markdown": "gouji.readers.markdown",
    "html": "gouji.readers.html",
    "docx": "gouji.readers.docx",
    "pdf": "gouji.readers.pdf",
    "legacy": "gouji.readers.legacy",
}
SUFFIXES: dict[str, str] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "markdown",
    ".html": "html",
    ".htm": "html",
    ".docx": "docx",
    ".docm": "docx",
    ".dotx": "docx",
    ".dotm": "docx",
    ".pdf": "pdf",
    ".doc": "legacy",
    ".wps": "legacy",
    ".rtf": "legacy",
    ".odt": "legacy",
}
_NAMES = {
    "markdown": Text("纯文本", "plain text"),
    "html": Text("网页", "a web page"),
    "docx": Text("Word 文档（.docx）", "a Word document (.docx)"),
    "pdf": Text("PDF", "a PDF"),
    "legacy": Text("旧版 Word/WPS、RTF 或 ODT 文档", "an old Word or WPS, RTF or ODT document"),
}
_HEAD = 1024  # bytes in which a PDF must say that it is one
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?>(?:<\?xml[^>]*+>\s*+|<!--.*?-->\s*+)*)<(?:!doctype\s+html|html|head)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?><\?xml[^>]*+>\s*+)(?>(?:<\?.*?\?>|<!--.*?-->)\s*+)*<(?P<typed>!DOCTYPE\s+)?(?P<root>[\w.-]++:[\w.-]++|Workbook\b)",
    re.DOTALL,
)
_FLAT = b"office:document"  # an ODT in one file; of the XML of Word 2003 LibreOffice loses the numbers
_OLE, _ZIP, _RTF = b"\xd0\xcf\x11\xe0", b"PK\x03\x04", b"{\\rtf"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read(path: Path, shown: str) -> Document:
    """Read a file with the reader of its content, or else of its suffix.

    Args:
        path: the file.
        shown: its name in the document and in messages.

    Raises:
        UnreadableError: it could not be read in full; the error says why and what to do.
    """
    return read_data(content(path), path.suffix, shown)


def read_data(data: bytes, suffix: str, shown: str) -> Document:
    """Read the content of a file whose name ends so; see ``read``."""
    named = SUFFIXES.get(suffix.lower(), "")
    chosen = reader_for(data, suffix)
    reader: Callable[[bytes, str], Document] = import_module(READERS[chosen]).read
    document = reader(data, shown)
    if not named or chosen == named:
        return document
    is_ = _NAMES[chosen]
    note = Note(
        "GJ018", Text(f"后缀是 {suffix}，内容却是{is_.zh}，已按内容读取", f"named {suffix}, but {is_.en}: read as such")
    )
    return structs.replace(document, notes=(*document.notes, note))


def reader_for(data: bytes, suffix: str) -> str:
    """Tell which reader is for a content and a suffix.

    Raises:
        UnreadableError: GJ006, neither is known; GJ013, an office document behind a password.
    """
    named, found = SUFFIXES.get(suffix.lower(), ""), format_of(data)
    if not (found or named):
        said = suffix or "(无后缀)"
        raise UnreadableError("GJ006", Text(f"不支持 {said} 文件", f"{suffix or 'no suffix'} is not supported"))
    # a page or a text may hide behind the suffix of an office document, an office document behind any
    return found or (named if named in ("markdown", "html") else "markdown")


def format_of(data: bytes) -> str:
    """Tell the format of a file by what it begins with; empty for text, which only its suffix tells apart.

    Raises:
        UnreadableError: GJ003, XML that no reader knows; GJ013, an office document behind a password.
    """
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise UnreadableError(
                "GJ013",
                Text(
                    "这是加了密码的 Word 文档，没有读取；请在 Word/WPS 中去掉打开密码，另存后再检查",
                    "a Word document behind a password was not read; remove the password and save it again",
                ),
            )
        return "legacy"
    if data.startswith(_ZIP):
        if b"word/" in data:
            return "docx"
        return "legacy" if b"application/vnd.oasis.opendocument.text" in data[:_HEAD] else ""
    if b"%PDF-" in data[:_HEAD]:
        return "pdf"
    return "legacy" if data.startswith(_RTF) else _of_markup(data)


def _of_markup(data: bytes) -> str:
    xml = _XML.match(data)
    if xml is not None:
        if xml["root"] == _FLAT and not xml["typed"]:
            return "legacy"
        raise UnreadableError(
            "GJ003",
            Text(
                "这是 XML 格式的数据或 Office 文档，没有读取；请在 Word/WPS 中打开并另存为 .docx 再检查",
                "XML data, or an Office document as XML, was not read; open it in Word or WPS and save it as .docx",
            ),
        )
    return "html" if _PAGE.match(data) else ""


def content(path: Path) -> bytes:
    """Return what a file holds.

    Raises:
        UnreadableError: GJ001 it cannot be opened, GJ005 too large, GJ012 no regular file.
    """
    try:
        # O_NONBLOCK: opening a FIFO must not wait for a writer
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        reason = error.strerror or str(error)
        raise UnreadableError("GJ001", Text(f"文件打不开：{reason}", f"the file cannot be opened: {reason}")) from None
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError("GJ012", Text("不是普通文件", "not a regular file"))
        if status.st_size > LARGEST_FILE:
            size, limit = status.st_size, LARGEST_FILE
            raise UnreadableError(
                "GJ005",
                Text(
                    f"文件有 {size:,} 字节，超过上限 {limit:,} 字节",
                    f"the file has {size:,} bytes, over the limit of {limit:,}",
                ),
            )
        return file.read()
