"""Files that attack a reader, each a small program: name -> bytes. Nothing here is kept on disk."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
    ' Target="word/document.xml"/></Relationships>'
)
TITLE = "青禾县柳溪镇人民政府2024年政府信息公开工作年度报告"


def docx(body: str | bytes, *, prolog: str = '<?xml version="1.0" encoding="UTF-8"?>', **members: bytes) -> bytes:
    """Make a Word document of a body; ``members`` are further parts (``word_x`` is ``word/x.xml``)."""
    whole = (
        body if isinstance(body, bytes) else f"{prolog}<w:document {W}><w:body>{body}</w:body></w:document>".encode()
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr("_rels/.rels", RELATIONS)
        package.writestr("word/document.xml", whole)
        for name, data in members.items():
            package.writestr(name.replace("_", "/") + ".xml", data)
    return out.getvalue()


def paragraph(text: str) -> str:
    """Make a paragraph of WordprocessingML."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def cell(text: str, properties: str = "") -> str:
    """Make a cell of WordprocessingML."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"


def row(*cells: str) -> str:
    """Make a row of WordprocessingML."""
    return f"<w:tr>{''.join(cells)}</w:tr>"


def table(*rows: str) -> str:
    """Make a table of WordprocessingML."""
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def _blanks(megabytes: int) -> bytes:
    """Deflate a document with so many megabytes of blanks in it."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = deflate.compress(f"<w:document {W}><w:body><w:p><w:r><w:t>".encode())
    data += b"".join(deflate.compress(b" " * (1 << 20)) for _ in range(megabytes))
    return data + deflate.compress(b"</w:t></w:r></w:p></w:body></w:document>") + deflate.flush()


def _bomb() -> bytes:
    """Inflate to 600 MB."""
    data = _blanks(600)
    return _raw_zip([("word/document.xml", data, 600 << 20, zipfile.ZIP_DEFLATED)])


def _raw_zip(members: list[tuple[str, bytes, int, int]], *, flags: int = 0) -> bytes:
    """Write a zip by hand: (name, compressed bytes, size it claims, method)."""
    members = [
        ("[Content_Types].xml", TYPES.encode(), len(TYPES), zipfile.ZIP_STORED),
        ("_rels/.rels", RELATIONS.encode(), len(RELATIONS), zipfile.ZIP_STORED),
        *members,
    ]
    out, directory = b"", b""
    for name, data, size, method in members:
        check = zlib.crc32(data) if method == zipfile.ZIP_STORED else 0
        common = struct.pack("<HHHHHLLLHH", 20, flags, method, 0, 0, check, len(data), size, len(name), 0)
        directory += b"PK\x01\x02\x14\0" + common + struct.pack("<HHHLL", 0, 0, 0, 0, len(out)) + name.encode()
        out += b"PK\x03\x04" + common + name.encode() + data
    end = struct.pack("<HHHHLLH", 0, 0, len(members), len(members), len(directory), len(out), 0)
    return out + directory + b"PK\x05\x06" + end


def _lying() -> bytes:
    """Claim ten bytes and hold 300 MB."""
    data = _blanks(300)
    return _raw_zip([("word/document.xml", data, 10, zipfile.ZIP_DEFLATED)])


def _twice() -> bytes:
    """Hold the document twice, so that two programs read two documents."""
    bodies = [f"<w:document {W}><w:body>{paragraph(text)}</w:body></w:document>".encode() for text in (TITLE, "甲")]
    return _raw_zip([("word/document.xml", body, len(body), zipfile.ZIP_STORED) for body in bodies])


def _many_members() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr("_rels/.rels", RELATIONS)
        package.writestr("word/document.xml", "<x/>")
        for number in range(20_000):
            package.writestr(f"word/{number}", b"")
    return out.getvalue()


def _laughs() -> bytes:
    """Declare entities that multiply."""
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    prolog = f'<?xml version="1.0"?><!DOCTYPE w:document [<!ENTITY a0 "x">{entities}]>'
    return docx(paragraph("&a9;"), prolog=prolog)


def _pdf(objects: list[bytes], *, root: int = 1) -> bytes:
    """Write a PDF of numbered objects with a proper cross-reference table."""
    out, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"trailer<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, root, start)


def _page_loop() -> bytes:
    """Make a page tree that holds itself."""
    return _pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 99999999>>"])


def _page_depth() -> bytes:
    """Make a page tree of 20,000 floors."""
    floors = [b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % number for number in range(3, 20_003)]
    return _pdf([b"<</Type/Catalog/Pages 2 0 R>>", *floors, b"<</Type/Page/MediaBox[0 0 9 9]>>"])


def _nested_arrays() -> bytes:
    return _pdf(
        [b"<</Type/Catalog/Pages 2 0 R/X " + b"[" * 200_000 + b"]" * 200_000 + b">>", b"<</Type/Pages/Kids[]>>"]
    )


def _flate_bomb() -> bytes:
    """Inflate a page's content to 400 MB, twice packed."""
    deflate = zlib.compressobj(9)
    once = b"".join(deflate.compress(b" " * (1 << 20)) for _ in range(400)) + deflate.flush()
    data = zlib.compress(once, 9)
    stream = b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n%b\nendstream" % (len(data), data)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>"
    return _pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream])


def _many_lines() -> bytes:
    """Draw 200,000 ruling lines on one page."""
    content = b"\n".join(b"0 %d m 500 %d l S" % (n % 800, n % 800) for n in range(200_000))
    data = zlib.compress(content)
    stream = b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (len(data), data)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>"
    return _pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream])


def _vertical_chain() -> str:
    first = row(cell("1", "<w:vMerge w:val='restart'/>"), cell("2"))
    return table(first, *[row(cell("", "<w:vMerge/>"), cell("2")) for _ in range(20_000)])


# name -> (bytes, rules of which one is the finding; empty where the file is read and judged or refused as no report)
FILES: dict[str, tuple[Callable[[], bytes], tuple[str, ...]]] = {
    "bomb.docx": (_bomb, ("GJ005",)),
    "lying.docx": (_lying, ("GJ005", "GJ014")),
    "twice.docx": (_twice, ("GJ005", "GJ014")),
    "members.docx": (_many_members, ("GJ005",)),
    "laughs.docx": (_laughs, ("GJ016",)),
    "xxe.docx": (
        lambda: docx(paragraph("&x;"), prolog='<!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        ("GJ016",),
    ),
    "span.docx": (
        lambda: docx(table(row(cell("1", '<w:gridSpan w:val="1000000000"/>')))),
        ("GJ005", "GJ007"),
    ),
    "before.docx": (
        lambda: docx(
            "<w:tbl><w:tr><w:trPr><w:gridBefore w:val='999999999'/></w:trPr><w:tc><w:p/></w:tc></w:tr></w:tbl>"
            + paragraph("甲")
        ),
        ("GJ005", "GJ007"),
    ),
    "chain.docx": (lambda: docx(_vertical_chain()), ("GJ005", "GJ007")),
    "cells.docx": (lambda: docx(table(*[row(*[cell("0")] * 100)] * 10_000)), ("GJ005",)),
    "depth.docx": (
        lambda: docx("<w:sdt><w:sdtContent>" * 100_000 + paragraph("甲") + "</w:sdtContent></w:sdt>" * 100_000),
        ("GJ005",),
    ),
    "tables.docx": (
        lambda: docx("<w:tbl><w:tr><w:tc>" * 20_000 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 20_000),
        ("GJ005",),
    ),
    "cut.docx": (lambda: docx(paragraph(TITLE) * 5000)[:-400], ("GJ014",)),
    "encrypted.docx": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le") + bytes(500),
        ("GJ013",),
    ),
    "empty.docx": (lambda: docx(""), ("GJ002",)),
    "nothing.docx": (lambda: b"", ("GJ002",)),
    "loop.pdf": (_page_loop, ("GJ002", "GJ005", "GJ014", "GJ015", "GJ020", "GJ022")),
    "floors.pdf": (_page_depth, ("GJ005", "GJ014", "GJ015", "GJ022")),
    "arrays.pdf": (_nested_arrays, ("GJ002", "GJ005", "GJ014", "GJ015", "GJ022")),
    "flate.pdf": (_flate_bomb, ("GJ002", "GJ005", "GJ014", "GJ015", "GJ020", "GJ021", "GJ022")),
    "lines.pdf": (_many_lines, ("GJ005", "GJ015")),
    "cut.pdf": (lambda: b"%PDF-1.7\n1 0 obj\n<</Type/Catalog", ("GJ014",)),
    "attributes.html": (
        lambda: b"<p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">" + TITLE.encode() + b"</p>",
        ("GJ005",),
    ),
    "depth.html": (lambda: b"<div>" * 100_000 + TITLE.encode(), ("GJ005",)),
    "span.html": (
        f"<h1>{TITLE}</h1><table><tr><td colspan=999999999 rowspan=99999999>1</table>".encode,
        ("GJ005", "GJ007"),
    ),
    "cells.html": (lambda: b"<table>" + b"<tr>" * 2 + b"<td>0" * 1_000_000 + b"</table>", ("GJ005",)),
    "table.md": (lambda: b"|" + b"a|" * 1000 + b"\n" + b"|b\n" * 60_000, ("GJ005", "GJ007")),
    "quotes.md": (lambda: b">" * 100_000 + b" " + TITLE.encode(), ("GJ007",)),
    "line.txt": (lambda: "甲".encode() * 3_000_000, ("GJ005",)),
    "null.md": (lambda: bytes(5_000_000), ("GJ002", "GJ003")),
    "page-named-docx.docx": (f"<!DOCTYPE html><html><h1>{TITLE}</h1></html>".encode, ("GJ007",)),
    "text-named-pdf.pdf": (TITLE.encode, ("GJ007",)),
    "docx-named-md.md": (lambda: docx(paragraph(TITLE)), ("GJ007",)),
    "program.doc": (lambda: b"MZ\x90\0" + bytes(1000), ("GJ003",)),
}


def mutated(data: bytes, seed: int, changes: int = 8) -> bytes:
    """Change, cut, double or drop some stretches of bytes, always in the same way for a seed."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    out = bytearray(data)
    for _ in range(chance.randint(1, changes)):
        at = chance.randrange(len(out) + 1)
        size = chance.choice((1, 1, 2, 4, 16, 200))
        match chance.randrange(5):
            case 0:
                out[at : at + size] = chance.randbytes(size)
            case 1:
                del out[at : at + size]
            case 2:
                out[at:at] = out[at : at + size]
            case 3:
                out[at : at + 1] = bytes([chance.choice((0, 0xFF, 0x80, 0x3C, 0x7F))])
            case _:
                del out[chance.randrange(len(out) + 1) :]
        if not out:
            break
    return bytes(out)


def mutations(data: bytes, first: int, count: int) -> Iterator[bytes]:
    """Yield so many mutations of a file."""
    return (mutated(data, seed) for seed in range(first, first + count))
