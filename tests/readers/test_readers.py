"""The content decides which reader a file gets, whatever its name says."""

from pathlib import Path

import pytest

from gouji.document import Document, Paragraph
from gouji.errors import UnreadableError
from gouji.readers import format_of, read
from tests.hostile.generators import TITLE, docx, paragraph

PAGE = f"<!DOCTYPE html>\n<html><body><p>{TITLE}</p></body></html>".encode()
TEXT = TITLE.encode()
WORD = docx(paragraph(TITLE))


def written(folder: Path, name: str, data: bytes) -> Path:
    """Write a file."""
    path = folder / name
    path.write_bytes(data)
    return path


def text(document: Document) -> str:
    """Return the running text of a document."""
    return "".join(block.text for block in document.blocks if isinstance(block, Paragraph))


@pytest.mark.parametrize(
    ("name", "data", "reader", "noted"),
    [
        ("a.md", TEXT, "markdown", False),
        ("a.TXT", TEXT, "markdown", False),
        ("a.htm", PAGE, "html", False),
        ("a.htm", TEXT, "html", False),
        ("a.docm", WORD, "docx", False),
        ("a.md", WORD, "docx", True),
        ("a.pdf", WORD, "docx", True),
        ("a.doc", PAGE, "html", True),
        ("a.doc", b"\xef\xbb\xbf" + PAGE, "html", True),
        ("a.doc", b"<?xml version='1.0'?><!-- a --> <!-- b -->" + PAGE, "html", True),
        ("a.md", PAGE, "html", True),
        ("a.docx", TEXT, "markdown", True),
        ("a.wps", "通知".encode("gb18030") + TITLE.encode("gb18030"), "markdown", True),
        ("a", WORD, "docx", False),
    ],
)
def test_content_decides(tmp_path: Path, name: str, data: bytes, reader: str, *, noted: bool) -> None:
    """The text comes out, and a note tells that the suffix is not the content's."""
    document = read(written(tmp_path, name, data), "shown")
    assert (document.format, document.path) == (reader, "shown")
    assert text(document).endswith(TITLE)
    assert ("GJ018" in [note.rule for note in document.notes]) is noted


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"\n%PDF-1.4", "pdf"),
        (b"{\\rtf1", "legacy"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "legacy"),
        (b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.text", "legacy"),
        (b"PK\x03\x04" + bytes(26) + b"xl/workbook.xml", ""),
        (b"<p>", ""),
        (b"<!-- " * 100_000, ""),
        (b"", ""),
    ],
)
def test_format_of(data: bytes, found: str) -> None:
    """Formats are told by what a file begins with."""
    assert format_of(data) == found


@pytest.mark.parametrize(
    ("name", "data", "rule"),
    [
        ("a.xyz", TEXT, "GJ006"),
        ("a.docx", b"", "GJ002"),
        ("a.pdf", b"MZ\x90\0" + bytes(99), "GJ003"),
        ("a.doc", b"PK\x03\x04" + bytes(26) + b"xl/workbook.xml", "GJ003"),
        ("a.docx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "GJ013"),
    ],
)
def test_refused(tmp_path: Path, name: str, data: bytes, rule: str) -> None:
    """What is no report is refused by what it is."""
    with pytest.raises(UnreadableError) as caught:
        read(written(tmp_path, name, data), name)
    assert caught.value.rule == rule


@pytest.mark.parametrize(
    "root",
    [
        '<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml">',
        '<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">',
        "<!DOCTYPE office:document><office:text>",
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
    ],
)
def test_other_xml_is_no_text(tmp_path: Path, root: str) -> None:
    """An office document written as XML is not taken for the text of a report: its tags are none."""
    data = f'<?xml version="1.0"?>\n<?mso-application progid="Word.Document"?>\n{root}{TITLE}'.encode()
    with pytest.raises(UnreadableError, match="XML") as caught:
        read(written(tmp_path, "a.doc", data), "a.doc")
    assert caught.value.rule == "GJ003"


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_a_flat_odt_is_an_old_format(start: bytes) -> None:
    """An ODT in one file goes to LibreOffice, whatever comes before its root."""
    data = start + b'<?xml version="1.0"?>\n<!-- a -->\n<office:document xmlns:office="urn:x">'
    assert format_of(data) == "legacy"
    assert format_of(data.replace(b"office:document ", b"html ")) == "html"
