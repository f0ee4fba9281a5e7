"""The package behind a Word document: what is no Word document, what is damaged, what is a bomb."""

import struct
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest

from gouji.document import Document, Paragraph
from gouji.errors import UnreadableError
from gouji.readers import docx
from gouji.readers.docx import package
from tests.readers.docx.test_docx import OFFICE, PACKAGE, p, parts_of, zipped

DOCUMENTS = Path(__file__).parents[2] / "documents"
MAIN = "word/document.xml"


def refused(data: bytes) -> tuple[str, str]:
    """Return the rule and the Chinese text of the error that reading ends in."""
    with pytest.raises(UnreadableError) as caught:
        docx.read(data, "a.docx")
    return caught.value.rule, caught.value.text.zh


def read(parts: dict[str, str], compression: int = ZIP_STORED) -> list[str]:
    """Return the paragraphs of a document given by its parts."""
    document: Document = docx.read(zipped(parts, compression), "a.docx")
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def with_main(content: bytes, compression: int = ZIP_DEFLATED) -> bytes:
    """Return a package whose main part holds these bytes."""
    parts = parts_of("")
    del parts[MAIN]
    file = BytesIO(zipped(parts))
    with ZipFile(file, "a", compression) as archive:
        archive.writestr(MAIN, content)
    return file.getvalue()


def patched(data: bytes, name: str, offset: int, value: bytes) -> bytes:
    """Change a field in the directory entry of a member."""
    at = data.index(name.encode()) - 46
    while data[at : at + 4] != b"PK\x01\x02":
        at = data.index(name.encode(), at + 47) - 46
    return data[: at + offset] + value + data[at + offset + len(value) :]


@pytest.mark.parametrize(
    ("data", "rule", "words"),
    [
        (b"", "GJ002", "空的"),
        (b"\0" * 1000, "GJ002", "空的"),
        (b"%PDF-1.7\n", "GJ003", "扩展名"),
        ("<html>年报</html>".encode(), "GJ003", "扩展名"),
        (b"PK\x05\x06" + b"\0" * 18, "GJ003", "扩展名"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "GJ003", ".doc"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le"),
            "GJ013",
            "密码",
        ),
        (b"PK\x03\x04" + b"\0" * 100, "GJ014", "不完整"),
    ],
)
def test_other_formats(data: bytes, rule: str, words: str) -> None:
    """Nothing, another format, an encrypted or a cut file: each has a message of its own."""
    found, text = refused(data)
    assert (found, words in text) == (rule, True)


@pytest.mark.parametrize(
    ("application", "kind", "root"),
    [
        ("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "workbook"),
        ("PowerPoint", "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml", "presentation"),
    ],
)
def test_other_applications(application: str, kind: str, root: str) -> None:
    """A workbook or a presentation is told by its name."""
    types = f'<Types xmlns="{PACKAGE}/content-types"><Override PartName="/{MAIN}" ContentType="{kind}"/></Types>'
    parts = parts_of("") | {"[Content_Types].xml": types, MAIN: f"<{root}/>"}
    rule, text = refused(zipped(parts))
    assert (rule, application in text) == ("GJ003", True)


def test_archives_that_are_no_documents() -> None:
    """Any other archive is no Word document; one without its main part is a damaged one."""
    assert refused(zipped({"readme.txt": "x"}))[0] == "GJ003"
    parts = parts_of(p("甲"))
    assert refused(zipped({k: v for k, v in parts.items() if k != MAIN}))[0] == "GJ014"
    assert refused(zipped(parts | {MAIN: "<x/>"}))[0] == "GJ014"
    types = parts["[Content_Types].xml"]
    assert refused(zipped({"[Content_Types].xml": types.replace(".main+xml", "")}))[0] == "GJ003"


def test_main_part_by_its_type() -> None:
    """Without relations the main part is the one of its type."""
    parts = parts_of(p("甲"))
    del parts["_rels/.rels"]
    assert read(parts) == ["甲"]


def test_two_main_parts() -> None:
    """Two main parts would let two programs read two documents."""
    parts = parts_of(p("甲"))
    two = f'<Relationship Id="rId2" Type="{OFFICE}/relationships/officeDocument" Target="b.xml"/></Relationships>'
    assert refused(zipped(parts | {"_rels/.rels": parts["_rels/.rels"].replace("</Relationships>", two)}))[0] == "GJ014"


def test_relations_out_of_the_package() -> None:
    """What lies outside the package, by address or by path, is never opened; a document may name no styles."""
    parts = parts_of(p("甲"))
    relations = parts["word/_rels/document.xml.rels"]
    outside = relations.replace('"styles.xml"', '"http://example.org/s.xml" TargetMode="External"')
    assert read(parts | {"word/_rels/document.xml.rels": outside}) == ["甲"]
    beyond = parts | {"word/_rels/document.xml.rels": relations.replace("styles.xml", "../../../etc/passwd")}
    assert refused(zipped(beyond))[0] == "GJ014"
    del parts["word/_rels/document.xml.rels"], parts["word/styles.xml"], parts["word/numbering.xml"]
    assert read(parts) == ["甲"]


@pytest.mark.parametrize("name", ["word/styles.xml", "word/numbering.xml"])
def test_a_part_that_is_named_and_not_there(name: str) -> None:
    """Without its numbering, a document would have lost its numbers, not have none; other parts are not needed."""
    parts = parts_of(p("甲"))
    footer = f'<Relationship Id="rId9" Type="{OFFICE}/relationships/footer" Target="footer1.xml"/></Relationships>'
    relations = parts["word/_rels/document.xml.rels"].replace("</Relationships>", footer)
    assert read(parts | {"word/_rels/document.xml.rels": relations}) == ["甲"]
    del parts[name]
    rule, text = refused(zipped(parts))
    assert (rule, name in text) == ("GJ014", True)


def test_deflated_and_with_a_comment() -> None:
    """An ordinary archive is deflated and may carry a comment."""
    file = BytesIO(zipped(parts_of(p("甲")), ZIP_DEFLATED))
    with ZipFile(file, "a") as archive:
        archive.comment = b"made by hand"
    document = docx.read(file.getvalue(), "a.docx")
    assert [block.text for block in document.blocks if isinstance(block, Paragraph)] == ["甲"]


def test_cut_off_at_any_place() -> None:
    """A report that was cut off anywhere is refused, never read in part."""
    data = (DOCUMENTS / "specimen.docx").read_bytes()
    for end in range(1, len(data), 97):
        assert refused(data[:end])[0] in ("GJ003", "GJ014"), end


def test_damaged_content() -> None:
    """Wrong bytes inside a part show by its checksum, a wrong part by its XML."""
    data = with_main(b"<x>" + b"a" * 1000, ZIP_STORED)
    at = data.index(b"aaaa")
    assert refused(data[:at] + b"b" + data[at + 1 :])[0] == "GJ014"
    for content in (
        b"",
        b"<x>",
        b"<x>\xff</x>",
        b"<x>&y;</x>",
        b"<x/><y/>",
        b"\xff\xfe<\0x\0",
        "<x/>".encode("utf-16-be"),
    ):
        assert refused(with_main(content))[0] == "GJ014", content


def test_utf16() -> None:
    """A part may be in UTF-16 with its mark."""
    content = parts_of(p("甲"))[MAIN]
    for encoding in ("utf-16", "utf-8-sig"):
        document = docx.read(with_main(content.encode(encoding)), "a.docx")
        assert [block.text for block in document.blocks if isinstance(block, Paragraph)] == ["甲"]


DOCTYPE = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", [MAIN, "word/styles.xml", "word/numbering.xml", "_rels/.rels"])
def test_doctype(name: str, encoding: str) -> None:
    """A DOCTYPE in any part that is read is refused, before an entity of it could grow."""
    parts = {k: v.encode() for k, v in parts_of(p("甲")).items()}
    parts[name] = (DOCTYPE + parts[name].decode()).encode(encoding)
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    rule, text = refused(file.getvalue())
    assert (rule, name in text) == ("GJ016", True)


def test_doctype_in_a_hiding_encoding() -> None:
    """No encoding can hide a DOCTYPE: parts are UTF-8 or UTF-16, whatever they declare."""
    declared = b'<?xml version="1.0" encoding="utf-7"?>'
    assert refused(with_main(declared + b"+ADwAIQ-DOCTYPE x [+ADwAIQ-ENTITY a 'ha'>]><x/>"))[0] == "GJ014"
    assert refused(with_main(("\ufeff" + DOCTYPE + "<x/>").encode("utf-32-le")))[0] == "GJ014"


def test_encrypted_members() -> None:
    """A member behind a password needs it."""
    data = patched(zipped(parts_of(p("甲"))), MAIN, 8, b"\1\0")
    assert refused(data)[0] == "GJ013"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_duplicate_members() -> None:
    """Two members of one name, in whatever case, would be read differently by two programs."""
    for name in (MAIN, MAIN.upper(), MAIN.replace("/", "\\")):
        file = BytesIO(zipped(parts_of(p("甲"))))
        with ZipFile(file, "a") as archive:
            archive.writestr(name, "<x/>")
        assert refused(file.getvalue())[0] == "GJ014", name


def test_overlapping_members() -> None:
    """Members that share their bytes make a small file large."""
    data = zipped(parts_of(p("甲")))
    first = struct.pack("<L", 0)
    assert refused(patched(data, MAIN, 42, first))[0] == "GJ014"
    size = struct.pack("<L", len(data))
    assert refused(patched(patched(data, MAIN, 20, size), MAIN, 24, size))[0] == "GJ014"


def test_header_of_a_member() -> None:
    """A member's own header must agree with the directory."""
    data = zipped(parts_of(p("甲")))
    name = data.index(f"{MAIN}<w:document".encode())
    assert refused(data[:name] + b"word/Document.xml" + data[name + 17 :])[0] == "GJ014"
    assert refused(data[: name - 30] + b"PK\x03\x05" + data[name - 26 :])[0] == "GJ014"
    assert refused(data[: name - 2] + b"\xff\xff" + data[name:])[0] == "GJ014"


def test_deflated_data_without_an_end() -> None:
    """A part whose deflated data breaks off, or is none, is damaged."""
    content = parts_of(p("甲" * 5_000))[MAIN].encode()
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    endless = deflate.compress(content) + deflate.flush(zlib.Z_SYNC_FLUSH)
    for deflated in (endless, b"\xff" * 50):
        data = with_main(deflated, ZIP_STORED)
        local = data.index(MAIN.encode()) - 30
        data = data[: local + 8] + b"\x08\0" + data[local + 10 :]
        assert refused(patched(data, MAIN, 10, b"\x08\0"))[0] == "GJ014"


def test_other_compression() -> None:
    """Word documents are stored or deflated, nothing else."""
    assert refused(zipped(parts_of(p("甲")), ZIP_BZIP2))[0] == "GJ014"


@pytest.mark.parametrize("size", [10, 100_000])
def test_declared_size_lies(size: int) -> None:
    """A part is as long as it inflates, not as it says; one that lies is not read."""
    content = parts_of(p("甲"))[MAIN].encode()
    data = with_main(content)
    lying = patched(data, MAIN, 24, struct.pack("<L", size))
    assert refused(lying)[0] == "GJ014"
    short = content[:size]  # even with a checksum that fits the shortened part
    assert refused(patched(lying, MAIN, 16, struct.pack("<L", zlib.crc32(short))))[0] == "GJ014"


def test_bombs() -> None:
    """Ratio, size of a part and of all parts are counted while inflating."""
    rule, text = refused(with_main(b"<x>" + b" " * (2 << 20)))
    assert (rule, "压缩比" in text, "200" in text) == ("GJ005", True, True)
    rule, text = refused(with_main(b"<x>" + b" " * (package.LARGEST_PART), ZIP_STORED))
    assert (rule, f"{package.LARGEST_PART:,}" in text) == ("GJ005", True)


def test_bomb_of_many_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The parts together are limited, too."""
    monkeypatch.setattr(package, "LARGEST_TOTAL", 3_000)
    rule, text = refused(zipped(parts_of(p("甲" * 500))))
    assert (rule, "总字节数" in text, "3,000" in text) == ("GJ005", True, True)


def test_small_repetitive_parts_are_no_bombs() -> None:
    """Below a megabyte a part may be as repetitive as it likes."""
    body = p("甲" * 100_000)
    assert read(parts_of(body), ZIP_DEFLATED) == ["甲" * 100_000]


def test_too_many_members() -> None:
    """Members are counted before any of them costs anything."""
    parts = parts_of(p("甲")) | {f"x{n}": "" for n in range(package.MOST_MEMBERS)}
    rule, text = refused(zipped(parts))
    assert (rule, "成员数" in text) == ("GJ005", True)


def test_too_much_markup() -> None:
    """Tags and attributes are counted before they are parsed: each costs far more than its bytes."""
    rule, text = refused(with_main(b"<x>" + b"<y z='1'/>" * 1_000_001 + b"</x>", ZIP_STORED))
    assert (rule, "标记数" in text) == ("GJ005", True)


def test_no_network_and_no_other_reader() -> None:
    """Reading Word loads neither a network library nor the reader of another format than HTML's tables."""
    program = (
        "import sys; from gouji.readers import docx; "
        "print([n for n in ('socket', 'http', 'gouji.readers.markdown', 'gouji.readers.html', 'docx') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
