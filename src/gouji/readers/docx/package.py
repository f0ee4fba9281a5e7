"""The zip archive of a Word document: its parts behind counted limits, each parsed without its tricks."""

import codecs
import posixpath
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import unquote
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from lxml import etree

from gouji.errors import UnreadableError
from gouji.wording import Text, shorten

MOST_MEMBERS = 10_000
LARGEST_PART = 128 << 20  # bytes inflated
LARGEST_TOTAL = 256 << 20  # bytes inflated of all parts read
HIGHEST_RATIO = 200  # inflated to deflated
GRACE = 1 << 20  # bytes that a part may have whatever its ratio
MOST_MARKUP = 2_000_000  # tags and attributes in one part, each some 150 bytes parsed; the official form has 22,000

_MEMBER = b"PK\x01\x02"
_ZIP = b"PK\x03\x04"
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_LONGEST_NAME = 60  # characters of a part's name in a message
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")  # without the name
_ENCRYPTED, _IN_UTF8 = 0x1, 0x800  # flags
_PIECE = 1 << 18  # bytes
# What zipfile raises on a damaged directory.
_BROKEN = (BadZipFile, struct.error, NotImplementedError, ValueError, OSError)

_CONTENT_TYPES = "[content_types].xml"
_RELATIONSHIP_TYPES = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/",
    "http://purl.oclc.org/ooxml/officeDocument/relationships/",
)
_MAIN_PART = "officeDocument"
_OTHER_APPLICATIONS = (
    (("spreadsheetml", "ms-excel"), "Excel"),
    (("presentationml", "ms-powerpoint"), "PowerPoint"),
)
_MAIN_TYPE = ".main+xml"


class Package:
    """The parts of one Word document; each is inflated when it is asked for, counted while it grows."""

    def __init__(self, data: bytes) -> None:
        """Open the archive and find its main part.

        Args:
            data: the whole file.

        Raises:
            UnreadableError: GJ002 nothing in the file, GJ003 not a Word document, GJ005 beyond a
                limit, GJ013 encrypted, GJ014 damaged, GJ016 a part carries a DOCTYPE.
        """
        _refuse_other_formats(data)
        count = data.count(_MEMBER)  # before zipfile makes an object of each
        if count > MOST_MEMBERS:
            raise _beyond(Text("压缩包成员数", "number of archive members"), count, MOST_MEMBERS)
        self._data = data
        self._members = _members(data)
        self._inflated = 0
        self.main = self._main_part()
        self._related = dict(self._relations(self.main))

    def related(self, kind: str) -> etree._Element | None:
        """Return the parsed part that stands in a relation (``styles``) to the main part, or None.

        Raises:
            UnreadableError: as for the package; GJ014, the part is named but not there, so that the
                document would read as if it had never been.
        """
        name = self._related.get(kind)
        if name is not None and name not in self:
            raise damaged(name)
        return None if name is None else self.parsed(name)

    def parsed(self, name: str) -> etree._Element:
        """Inflate a part and parse it.

        Raises:
            UnreadableError: as for the package.
        """
        return parse(self.content(name), name)

    def __contains__(self, name: str) -> bool:
        """Tell whether there is a part of this name; case does not matter."""
        return name.lower() in self._members

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parts, in lower case."""
        return tuple(self._members)

    def content(self, name: str) -> bytes:
        """Inflate a part.

        Raises:
            UnreadableError: as for the package.
        """
        member = self._members[name.lower()]
        content = b"".join(self._pieces(name, member, _deflated(self._data, member)))
        if len(content) != member.file_size or zlib.crc32(content) != member.CRC:
            raise damaged(name)
        return content

    def _pieces(self, name: str, member: ZipInfo, deflated: memoryview) -> Iterator[bytes]:
        """Inflate a part piece by piece and see to the limits at each of them."""
        if member.compress_type == ZIP_STORED:
            self._count(name, len(deflated), len(deflated), 0)
            yield bytes(deflated)
            return
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        taken = size = 0
        rest = b""
        while not inflate.eof:
            given = rest or bytes(deflated[taken : taken + _PIECE])
            taken += 0 if rest else len(given)
            try:
                piece = inflate.decompress(given, _PIECE)
            except zlib.error as error:
                raise damaged(name) from error
            if not given and not piece:
                raise damaged(name)
            rest = inflate.unconsumed_tail
            self._count(name, size + len(piece), taken - len(rest), size)
            size += len(piece)
            yield piece

    def _count(self, name: str, size: int, deflated: int, before: int) -> None:
        """Count what a part comes to, given what it came to before."""
        self._inflated += size - before
        if size > GRACE and size > HIGHEST_RATIO * deflated:
            what = Text(f"{name} 的压缩比（解压后与解压前之比）", f"compression ratio of {name}")
            raise _beyond(what, HIGHEST_RATIO + 1, HIGHEST_RATIO)
        if size > LARGEST_PART:
            raise _beyond(Text(f"{name} 解压后的字节数", f"inflated bytes of {name}"), size, LARGEST_PART)
        if self._inflated > LARGEST_TOTAL:
            what = Text("各部分解压后的总字节数", "inflated bytes of all parts")
            raise _beyond(what, self._inflated, LARGEST_TOTAL)

    def refuse_other_applications(self) -> None:
        """See whether the main part is one of Excel or PowerPoint.

        Raises:
            UnreadableError: as for the package; GJ003, it is.
        """
        content_type = dict(self._content_types()).get(self.main.lower(), "")
        for words, application in _OTHER_APPLICATIONS:
            if any(word in content_type for word in words):
                raise _other_application(application)

    def _main_part(self) -> str:
        """Find the part that the package names as its main one; it must be there, and be the only one."""
        if _CONTENT_TYPES not in self:
            raise _not_word()
        found = {target.lower(): target for kind, target in self._relations("") if kind == _MAIN_PART}
        found = found or {name: name for name, of in self._content_types() if of.endswith(_MAIN_TYPE)}
        if not found:
            raise _not_word()
        main = next(iter(found.values()))
        if len(found) > 1 or main not in self:
            raise damaged(main)
        return main

    def _content_types(self) -> Iterator[tuple[str, str]]:
        for element in self.parsed(_CONTENT_TYPES):
            part, of = element.get("PartName"), element.get("ContentType")
            if part and of:
                yield part.lstrip("/").lower(), of

    def _relations(self, source: str) -> Iterator[tuple[str, str]]:
        """Yield the kind and the target of each relation of a part (or of the package) inside the archive."""
        folder, name = posixpath.split(source)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if relations not in self:
            return
        for element in self.parsed(relations):
            kind, target = element.get("Type", ""), element.get("Target", "")
            if target and element.get("TargetMode") != "External" and kind.startswith(_RELATIONSHIP_TYPES):
                path = posixpath.normpath(posixpath.join("/", folder, unquote(target).replace("\\", "/")))
                yield kind.rpartition("/")[2], path.lstrip("/")


def parse(content: bytes, name: str) -> etree._Element:
    """Parse a part: no entities, no network, no DTD, nothing skipped.

    Args:
        content: the part; UTF-8, or UTF-16 with its mark, as the standard demands.
        name: its name, for messages.

    Raises:
        UnreadableError: GJ005 too many tags or too deep, GJ014 not well-formed, GJ016 a DOCTYPE.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            content = content.decode("utf-16").encode()
        except UnicodeError as error:
            raise damaged(name) from error
    if b"<!DOCTYPE" in content:
        raise _with_doctype(name)
    if len(content) > MOST_MARKUP:
        markup = content.count(b"<") + content.count(b"=")
        if markup > MOST_MARKUP:
            raise _beyond(Text(f"{name} 的标记数", f"number of tags and attributes in {name}"), markup, MOST_MARKUP)
    # A given encoding outranks the declared one, so no part can hide a DOCTYPE in UTF-7.
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise (too_deep if "Excessive depth" in str(error) else damaged)(name) from error


def damaged(name: str) -> UnreadableError:
    """Return the error for a part that does not hold what it should."""
    name = shorten(name, _LONGEST_NAME)
    return UnreadableError(
        "GJ014",
        Text(
            f"Word 文档已损坏：其中的 {name} 不完整或有误，没有读取。请在 Word/WPS 中打开它，另存为新的 .docx 再检查。",
            f"The Word document is damaged: its part {name} is incomplete or wrong, nothing was read."
            " Open it in Word or WPS, save it as a new .docx and check that.",
        ),
    )


def too_deep(name: str) -> UnreadableError:
    """Return the error for a part whose elements stand too deep in one another."""
    return UnreadableError(
        "GJ005",
        Text(
            f"Word 文档嵌套过深：{name} 超过可读取的层数，没有读完。请把报告正文复制到新文档再检查。",
            f"The Word document is nested too deeply: {name} could not be read to its end."
            " Copy the text of the report into a new document and check that.",
        ),
    )


def _members(data: bytes) -> dict[str, ZipInfo]:
    """Return the members by name, after refusing archives that two programs could read differently."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            listed, directory = archive.infolist(), archive.start_dir
    except _BROKEN as error:
        raise _cut_off() from error
    found: dict[str, ZipInfo] = {}
    end = 0
    for member in sorted(listed, key=lambda member: member.header_offset):
        name = member.filename.replace("\\", "/").lower()
        if member.flag_bits & _ENCRYPTED:
            raise _encrypted()
        if name in found or member.header_offset < end or member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise damaged(member.filename)
        end = member.header_offset + _LOCAL_HEADER.size + len(member.orig_filename) + member.compress_size
        found[name] = member
    if end > directory:
        raise _cut_off()
    return found


def _deflated(data: bytes, member: ZipInfo) -> memoryview:
    """Return the bytes of a member, whose own header must agree with the directory."""
    start = member.header_offset + _LOCAL_HEADER.size
    magic, *_, name_length, extra_length = _LOCAL_HEADER.unpack(data[member.header_offset : start])
    name = data[start : start + name_length].decode("utf-8" if member.flag_bits & _IN_UTF8 else "cp437", "replace")
    found = memoryview(data)[start + name_length + extra_length :][: member.compress_size]
    if magic != _ZIP or name != member.orig_filename or len(found) != member.compress_size:
        raise damaged(member.filename)
    return found


def _refuse_other_formats(data: bytes) -> None:
    if not data.strip(b"\0 \t\r\n"):
        raise UnreadableError(
            "GJ002",
            Text(
                "文件是空的，没有可检查的内容。请核对是否传错文件或保存失败。",
                "The file is empty: there is nothing to check. Was it saved or uploaded correctly?",
            ),
        )
    if data.startswith(_COMPOUND_FILE):
        raise _encrypted() if _ENCRYPTED_STREAM in data else _old_word()
    if not data.startswith(_ZIP):
        raise _not_word()


def _other_application(application: str) -> UnreadableError:
    return UnreadableError(
        "GJ003",
        Text(
            f"这是 {application} 文件，不是 Word 文档。请提供报告的 Word 文档（.docx）。",
            f"This is an {application} file, not a Word document. Please provide the report as .docx.",
        ),
    )


def _not_word() -> UnreadableError:
    return UnreadableError(
        "GJ003",
        Text(
            "内容不是 Word 文档（.docx），可能是扩展名不对。请在 Word/WPS 中打开它，“另存为” .docx 再检查。",
            "The content is not a Word document (.docx); the name may have the wrong ending."
            " Open it in Word or WPS, save it as .docx and check that.",
        ),
    )


def _old_word() -> UnreadableError:
    return UnreadableError(
        "GJ003",
        Text(
            "这是旧版 Word/WPS 文档（.doc），只是扩展名写成了 .docx。请在 Word/WPS 中“另存为” .docx 再检查。",
            "This is an old Word or WPS document (.doc) under the name of a .docx."
            " Save it as .docx in Word or WPS and check that.",
        ),
    )


def _encrypted() -> UnreadableError:
    return UnreadableError(
        "GJ013",
        Text(
            "Word 文档设了打开密码，没有读取。请在 Word/WPS 中取消密码（文件 - 信息 - 保护文档），保存后再检查。",
            "The Word document needs a password to be opened and was not read."
            " Take the password off in Word or WPS, save it and check that.",
        ),
    )


def _cut_off() -> UnreadableError:
    return UnreadableError(
        "GJ014",
        Text(
            "Word 文档不完整：文件结尾缺失或目录有误，可能没有下载完。请重新下载或另存后再检查。",
            "The Word document is cut off: its end is missing or its directory is wrong."
            " Download or save it again and check that.",
        ),
    )


def _with_doctype(name: str) -> UnreadableError:
    return UnreadableError(
        "GJ016",
        Text(
            f"Word 文档的 {name} 带有 DOCTYPE 声明，正常的 Word 文档没有，出于安全没有读取。请核对文件来源。",
            f"The part {name} carries a DOCTYPE, which no proper Word document has; for safety it was not read."
            " Check where the file comes from.",
        ),
    )


def _beyond(what: Text, count: int, limit: int) -> UnreadableError:
    return UnreadableError(
        "GJ005",
        Text(
            f"Word 文档超过处理上限，没有读取：{what.zh}至少 {count:,}，上限 {limit:,}。"
            "请确认文件是年报、没有损坏，在 Word/WPS 中另存为新的 .docx 再检查。",
            f"The Word document is beyond a limit and was not read: {what.en} at least {count:,}, limit {limit:,}."
            " Make sure it is the report, save it as a new .docx in Word or WPS and check that.",
        ),
    )
