"""Bytes to text: which encoding a file is really in, and what is no text at all."""

import codecs
import re

from gouji.document import Note, Place
from gouji.errors import UnreadableError
from gouji.wording import Text, same

_HEAD = 4096  # browsers look no further for a charset than the first kilobyte; be generous
_MOST_CONTROLS = 0.01  # share of control bytes that text may hold
_MOST_NULS_IN_TEXT = 0.005  # below this share NULs are litter, above it they may be half of UTF-16
_ONE_SIDED = 0.9  # share of the NULs on one side of the byte pairs that alone proves UTF-16
_MANY_NULS = 0.25
_READABLE = 0.95

_CHARSET = re.compile(rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([A-Za-z0-9_:.\-]+)", re.IGNORECASE)
_CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\r\f")) + b"\x7f"
_BLANKS = b" \t\n\r\f\v\0"
_CJK = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_LATIN = re.compile(r"[A-Za-z]")
_EXPECTED = re.compile(r"[\t\n\r\f -~\xa0-\xff\u2010-\u2fff\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NAMES = {"utf-8": "UTF-8", "gb18030": "GB18030", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
_FAMILIES = {
    **dict.fromkeys(["utf8", "unicode11utf8"], "UTF-8"),
    **dict.fromkeys(["gb2312", "gb231280", "gbk", "gb18030", "xgbk", "cp936", "936", "chinese", "csgb2312"], "GB18030"),
    **dict.fromkeys(["utf16", "utf16le", "utf16be", "unicode"], "UTF-16"),
}

_SAVE_AGAIN = Text(
    "请用记事本或 WPS 打开它，“另存为”时把编码选为 UTF-8，再检查一次。",
    "Open it in an editor, save it again with the encoding UTF-8, and check the new file.",
)
_OTHER_FORMATS: tuple[tuple[bytes, Text], ...] = (
    *(
        (
            magic,
            Text(
                f"这是一张 {kind} 图片，里面没有可检查的文字。请提供报告的文字版，不要用扫描件或截图。",
                f"This is a {kind} picture and holds no text to check."
                " Please provide the report as text, not as a scan or screenshot.",
            ),
        )
        for magic, kind in (
            (b"\x89PNG", "PNG"),
            (b"\xff\xd8\xff", "JPEG"),
            (b"GIF87a", "GIF"),
            (b"GIF89a", "GIF"),
        )
    ),
    *(
        (
            magic,
            Text(
                "这是压缩文件，不是文本或网页。请先解压，再检查里面的报告。",
                "This is a compressed archive, not text or a web page. Unpack it and check the report inside.",
            ),
        )
        for magic in (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
    ),
)
_MAIL_FIELD = re.compile(rb"[A-Za-z][A-Za-z0-9-]*:|[ \t]")
_MAIL = Text(
    "这是“单个文件网页”（.mht）或邮件。请在 Word/WPS 中打开并另存为 .docx 再检查。",
    "This is a single-file web page (.mht) or a mail. Open it in Word or WPS, save it as .docx and check that.",
)
_PROGRAM = Text(
    "这是可执行程序，不是报告，没有读取。请核对文件是否选对、电脑是否中毒。",
    "This is a program, not a report, and was not read. Check that it is the right file.",
)
_ZIP = Text(
    "这是 ZIP 压缩文件，或不是 Word 文档的 Office 文件。请先解压，或提供 Word（.docx）、PDF、网页格式的年报。",
    "This is a ZIP archive, or an Office file that is no Word document."
    " Unpack it, or give the report as .docx, PDF or web page.",
)
_NOT_TEXT = Text(
    "文件里有大量控制字符，不是文本或网页（可能已损坏，或扩展名不对）。请核对文件，重新导出后再检查。",
    "The file is full of control bytes: it is not text or a web page (damaged, or wrongly named)."
    " Export the report again and check that.",
)
_EMPTY = Text(
    "文件是空的，没有可检查的内容。请核对是否传错文件或保存失败。",
    "The file is empty: there is nothing to check. Was it saved or uploaded correctly?",
)


def decode(data: bytes, *, declared: str | None = None) -> tuple[str, tuple[Note, ...]]:
    """Turn the bytes of a text file into text, whatever Chinese office software wrote them.

    A byte order mark decides; then UTF-16 by its NULs, strict UTF-8, strict GB18030; at last each
    line by itself, for files pasted together from two sources. Line ends stay as they are.

    Args:
        data: the whole file.
        declared: the charset that the document claims for itself (``charset_of``). It is checked
            against what the bytes are and followed only where these leave the question open.

    Returns:
        The text without byte order mark and NULs, and a note (GJ011) for each thing overcome.

    Raises:
        UnreadableError: GJ002 for an empty file, GJ003 for one that is not text, GJ004 for text in
            no readable encoding.
    """
    if not data.strip(_BLANKS):
        raise UnreadableError("GJ002", _EMPTY)
    _refuse_other_formats(data)
    text, encoding, notes = _decoded(data, declared)
    if declared is not None and encoding is not None and not data.isascii():
        notes += _contradiction(declared, encoding)
    if "\0" in text:
        notes += (_nul_note(text),)
        text = text.replace("\0", "")
    if not text.strip("\ufeff \t\n\r\f\v"):
        raise UnreadableError("GJ002", _EMPTY)
    return text, notes


def encoding_of(data: bytes, *, declared: str | None = None) -> tuple[bytes, str] | None:
    """Return the byte order mark and the encoding of a text file, as ``decode`` reads it.

    None where its bytes cannot be had back from its text: a mixture of encodings, NULs that were taken
    out, two ways to write one character.

    Raises:
        UnreadableError: as ``decode``.
    """
    text, encoding, _ = _decoded(data, declared)
    mark = next((bom for bom, _ in _BOMS if data.startswith(bom)), b"")
    if encoding is None or "\0" in text or mark + text.encode(encoding, "surrogatepass") != data:
        return None
    return mark, encoding


def charset_of(data: bytes) -> str | None:
    """Return the charset that an HTML page declares in a ``<meta>`` of its first 4,096 bytes, or None."""
    found = _CHARSET.search(data[:_HEAD])
    return found[1].decode("ascii") if found else None


def _refuse_other_formats(data: bytes) -> None:
    if data.startswith(b"PK\x03\x04"):
        raise UnreadableError("GJ003", _ZIP)
    # Text may begin with the letters MZ; a program has NULs in its first bytes.
    if data.startswith(b"\x7fELF") or (data.startswith(b"MZ") and b"\0" in data[:64]):
        raise UnreadableError("GJ003", _PROGRAM)
    if _is_mail(data):
        raise UnreadableError("GJ003", _MAIL)
    for magic, text in _OTHER_FORMATS:
        if data.startswith(magic):
            raise UnreadableError("GJ003", text)


def _is_mail(data: bytes) -> bool:
    """Tell whether a file begins with the head of a mail, as single-file web pages do, in whatever order its fields come."""
    if _MAIL_FIELD.match(data) is None:
        return False
    head = data[:_HEAD].replace(b"\r\n", b"\n").partition(b"\n\n")[0].split(b"\n")
    return any(line.lower().startswith(b"mime-version:") for line in head) and all(map(_MAIL_FIELD.match, head))


def _decoded(data: bytes, declared: str | None) -> tuple[str, str | None, tuple[Note, ...]]:
    """Return the text, its encoding (None for a mixture) and the note on a mixture."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _after_bom(data[len(bom) :], len(bom), encoding)
    wide = _utf16(data)
    if wide is not None:
        return data.decode(wide), wide, ()
    _refuse_controls(data)
    utf8, gb18030 = _strict(data, "utf-8"), None
    if utf8 is None or not (utf8.isascii() or _CJK.search(utf8)):
        gb18030 = _strict(data, "gb18030")
    if utf8 is not None and not _rather_gb18030(utf8, gb18030, declared):
        return utf8, "utf-8", ()
    if gb18030 is not None:
        return gb18030, "gb18030", ()
    return _line_by_line(data, 0)


def _after_bom(body: bytes, offset: int, encoding: str) -> tuple[str, str | None, tuple[Note, ...]]:
    if encoding == "utf-8":
        _refuse_controls(body)
        text = _strict(body, encoding)
        return _line_by_line(body, offset) if text is None else (text, encoding, ())
    try:
        return body.decode(encoding), encoding, ()
    except UnicodeDecodeError as error:
        # Lines of a broken UTF-16 file can be counted only as far as it is whole.
        line = body[: error.start].decode(encoding, "replace").count("\n") + 1
        raise _undecodable(line, offset + error.start, same("UTF-16")) from error


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _rather_gb18030(utf8: str, gb18030: str | None, declared: str | None) -> bool:
    # A few Chinese words in GB18030 can be valid UTF-8 by chance: they then read as Latin, Greek or
    # Arabic letters. What is Chinese text only when read as GB18030 is GB18030.
    if gb18030 is None or utf8.isascii() or _CJK.search(utf8):
        return False
    if declared is not None:
        return _family(declared) == "GB18030"
    return len(_CJK.findall(gb18030)) > len(_LATIN.findall(gb18030))


def _utf16(data: bytes) -> str | None:
    """Recognise UTF-16 without a byte order mark.

    The NULs of ASCII characters stand on one side of the byte pairs. Chinese text alone does not
    keep to that (一 and 开 have a NUL on the other side), so where the sides are mixed a text must
    besides be nothing else and read well.
    """
    nuls = data.count(0)
    if len(data) % 2 or nuls <= len(data) * _MOST_NULS_IN_TEXT:
        return None
    even = data[::2].count(0)
    one_sided = nuls >= len(data) * _MANY_NULS and max(even, nuls - even) >= nuls * _ONE_SIDED
    if not one_sided and _strict(data, "utf-8") is not None:
        return None
    candidates: tuple[str, ...] = ("utf-16-le", "utf-16-be")
    if one_sided:
        candidates = candidates[1:] if even > nuls - even else candidates[:1]
    shares = {name: _readable_share(_strict(data, name)) for name in candidates}
    best = max(shares, key=shares.__getitem__)
    return best if shares[best] >= _READABLE else None


def _readable_share(text: str | None) -> float:
    return len(_EXPECTED.findall(text)) / len(text) if text else 0.0


def _refuse_controls(data: bytes) -> None:
    body = data.rstrip(b"\0")  # padding after a crash; the text before it is whole
    controls = len(body) - len(body.translate(None, _CONTROLS))
    if controls > len(body) * _MOST_CONTROLS:
        raise UnreadableError("GJ003", _NOT_TEXT)


def _line_by_line(data: bytes, offset: int) -> tuple[str, None, tuple[Note, ...]]:
    lines: list[str] = []
    other: list[int] = []
    for number, line in enumerate(data.split(b"\n"), start=1):
        text = _strict(line, "utf-8")
        if text is None:
            other.append(number)
            text = _strict(line, "gb18030")
        if text is None:
            raise _undecodable(number, offset + _first_bad_byte(line), Text("UTF-8 或 GB18030", "UTF-8 or GB18030"))
        lines.append(text)
        offset += len(line) + 1
    note = Note(
        "GJ011",
        Text(
            f"文件混用了两种编码：有 {len(other)} 行是 GB18030（首行为第 {other[0]} 行），其余为 UTF-8；"
            f"已逐行识别。{_SAVE_AGAIN.zh}",
            f"The file mixes two encodings: {len(other)} line(s) are GB18030 (first: line {other[0]}), the"
            f" rest UTF-8; each line was read by itself. {_SAVE_AGAIN.en}",
        ),
        Place(other[0]),
    )
    return "\n".join(lines), None, (note,)


def _first_bad_byte(line: bytes) -> int:
    # The encoding that reads further is the one the line was meant in.
    furthest = 0
    for encoding in ("utf-8", "gb18030"):
        try:
            line.decode(encoding)
        except UnicodeDecodeError as error:
            furthest = max(furthest, error.start)
    return furthest


def _undecodable(line: int, offset: int, tried: Text) -> UnreadableError:
    return UnreadableError(
        "GJ004",
        Text(
            f"第 {line} 行（文件第 {offset} 字节处）有无法识别的编码，用 {tried.zh} 读不出来。{_SAVE_AGAIN.zh}",
            f"Line {line} (byte offset {offset} of the file) cannot be decoded as {tried.en}. {_SAVE_AGAIN.en}",
        ),
    )


def _family(declared: str | None) -> str | None:
    return _FAMILIES.get(re.sub(r"[^a-z0-9]", "", declared.lower()), declared) if declared else None


def _contradiction(declared: str, encoding: str) -> tuple[Note, ...]:
    actual = _NAMES[encoding]
    if _family(declared) == actual:
        return ()
    text = Text(
        f"网页声明的编码是 {declared}，实际是 {actual}；已按 {actual} 读取。请改正网页的 charset 声明。",
        f"The page declares the charset {declared} but is {actual}; it was read as {actual}."
        " Correct the charset declaration.",
    )
    return (Note("GJ011", text),)


def _nul_note(text: str) -> Note:
    first = text.index("\0")
    line = text.count("\n", 0, first) + 1
    return Note(
        "GJ011",
        Text(
            f"文件里有 {text.count(chr(0))} 个空字符（NUL，首个在第 {line} 行），已去掉。",
            f"The file holds {text.count(chr(0))} NUL character(s), the first on line {line}; they were removed.",
        ),
        Place(line),
    )
