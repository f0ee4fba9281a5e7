"""Decoding: the right encoding for what offices really save, and a clear word for what is no text."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gouji.document import Place
from gouji.errors import UnreadableError
from gouji.readers.decoding import charset_of, decode, encoding_of

TITLE = "柳溪镇2023年政府信息公开工作年度报告\n"
CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5) | st.sampled_from("，。0123 \n%|"))


def refused(data: bytes) -> UnreadableError:
    """Return the error that decoding these bytes ends in."""
    with pytest.raises(UnreadableError) as caught:
        decode(data)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@given(text=CHINESE)
def test_round_trip(encoding: str, text: str) -> None:
    """Chinese text comes back from every supported encoding without a note."""
    assert decode((TITLE * 3 + text).encode(encoding)) == (TITLE * 3 + text, ())


def test_utf16_be_bom() -> None:
    """A big-endian byte order mark is obeyed and does not stay in the text."""
    assert decode(b"\xfe\xff" + TITLE.encode("utf-16-be"))[0] == TITLE


def test_few_words_of_gb18030() -> None:
    """Chinese words in GB18030 that happen to be valid UTF-8 are still read as Chinese."""
    data = "模模".encode("gb18030")
    assert data.decode("utf-8") == "ģģ"
    assert decode(data)[0] == "模模"


def test_latin_utf8_stays() -> None:
    """UTF-8 with accents but no Chinese is not taken for GB18030."""
    assert decode("a résumé of the year".encode())[0] == "a résumé of the year"


def test_line_ends_stay() -> None:
    """Line ends are the caller's business."""
    assert decode(b"a\r\nb\rc\n")[0] == "a\r\nb\rc\n"


@pytest.mark.parametrize(
    ("encoding", "declared", "actual"), [("utf-8", "gb2312", "UTF-8"), ("gb18030", "utf-8", "GB18030")]
)
def test_wrong_declaration(encoding: str, declared: str, actual: str) -> None:
    """A page that declares another charset than it has is read by its bytes, with a note."""
    text, (note,) = decode(TITLE.encode(encoding), declared=declared)
    assert text == TITLE
    assert note.rule == "GJ011"
    assert f"declares the charset {declared} but is {actual}" in note.text.en
    assert f"声明的编码是 {declared}，实际是 {actual}" in note.text.zh


@pytest.mark.parametrize(("encoding", "declared"), [("utf-8", "UTF8"), ("gb18030", "GBK"), ("gbk", "gb2312")])
def test_right_declaration(encoding: str, declared: str) -> None:
    """Other names of the right charset are no contradiction."""
    assert decode(TITLE.encode(encoding), declared=declared) == (TITLE, ())


def test_ascii_contradicts_nothing() -> None:
    """Pure ASCII is right under any declaration."""
    assert decode(b"<p>1</p>", declared="gb2312") == ("<p>1</p>", ())


def test_never_utf7() -> None:
    """A declared UTF-7 is not followed: it would smuggle markup past everyone."""
    assert decode(b"+ADw-p+AD4-", declared="utf-7")[0] == "+ADw-p+AD4-"


def test_nuls_removed() -> None:
    """Stray NULs are removed with a note that names their number and first line."""
    text, (note,) = decode((TITLE * 4 + "收到\0申请9件").encode())
    assert text == TITLE * 4 + "收到申请9件"
    assert (note.rule, note.place) == ("GJ011", Place(5))
    assert "1 NUL" in note.text.en


def test_padding_of_nuls() -> None:
    """A file padded with NULs after a crash is still read."""
    assert decode(TITLE.encode() + b"\0" * 500)[0] == TITLE


def test_mixed_lines() -> None:
    """Lines of two encodings are read each by itself, with one note at the first odd line."""
    data = TITLE.encode() + "收到申请9件\n".encode("gb18030") + "办结8件".encode()
    text, (note,) = decode(data, declared="utf-8")
    assert text == TITLE + "收到申请9件\n办结8件"
    assert (note.rule, note.place) == ("GJ011", Place(2))


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_undecodable_line(bom: bytes) -> None:
    """A line in no known encoding is named with its number and byte offset, and what to do."""
    good = bom + TITLE.encode()
    error = refused(good + "公开\xff\n".encode("latin-1", "ignore") + b"ab\xff\n")
    assert error.rule == "GJ004"
    assert "Line 2" in error.text.en
    assert f"byte offset {len(good)} " in error.text.en
    assert "第 2 行" in error.text.zh
    assert "UTF-8" in error.text.zh


def test_broken_utf16() -> None:
    """UTF-16 cut in the middle of a character is refused, not read up to there."""
    error = refused(b"\xff\xfe" + (TITLE + "公").encode("utf-16-le")[:-1])
    assert (error.rule, "Line 2" in error.text.en) == ("GJ004", True)


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf\n", b"\0\0\0\0", b"\xff\xfe \0\n\0"])
def test_empty(data: bytes) -> None:
    """A file without anything in it is its own kind of error."""
    assert refused(data).rule == "GJ002"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"PK\x03\x04\x14\0a.txt", "ZIP"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", ".mht"),
        (b"From: <Saved by WebPage>\r\nSubject: a\r\n b\r\nMIME-Version: 1.0\r\n\r\n--x\r\n", ".mht"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"GIF89a", "GIF"),
        (b"\x7fELF\x02", "program"),
        (b"MZ\x90\0\x03\0", "program"),
        (b"Rar!\x1a\x07", "archive"),
        (b"text \x01\x02\x03 text", "control bytes"),
    ],
)
def test_no_text(data: bytes, word: str) -> None:
    """What is no text is refused by name, with advice in both languages."""
    error = refused(data)
    assert error.rule == "GJ003"
    assert word in error.text.en
    assert "。" in error.text.zh


def test_letters_that_look_like_magic() -> None:
    """Text that only begins like a program is text."""
    assert decode("MZ 是缩写".encode())[0] == "MZ 是缩写"


@pytest.mark.parametrize(
    ("head", "charset"),
    [
        (b'<META CHARSET="gb2312">', "gb2312"),
        (b"<meta http-equiv=Content-Type content='text/html; charset=GBK'>", "GBK"),
        (b"<meta charset = utf-8 />", "utf-8"),
        (b"<meta name=keywords content=x><p>charset=big5</p>", None),
        (b" " * 4096 + b"<meta charset=utf-8>", None),
    ],
)
def test_charset_of(head: bytes, charset: str | None) -> None:
    """The charset is found in either kind of meta, near the beginning of the page only."""
    assert charset_of(head) == charset


@pytest.mark.parametrize(
    "text",
    ["Date: 2031\nMIME-Version of the page\n", "Note: a\n\nMIME-Version: 1.0\n", "Title: a\nbody\nMIME-Version: 1\n"],
)
def test_text_that_is_no_mail(text: str) -> None:
    """A text may have lines like fields, and name the field of a mail."""
    assert decode(text.encode())[0] == text


@pytest.mark.parametrize(
    ("data", "known"),
    [
        ("年报\r\n".encode(), (b"", "utf-8")),
        (codecs.BOM_UTF8 + "年报".encode(), (codecs.BOM_UTF8, "utf-8")),
        ("政府信息公开".encode("gb18030"), (b"", "gb18030")),
        (codecs.BOM_UTF16_LE + "年报".encode("utf-16-le"), (codecs.BOM_UTF16_LE, "utf-16-le")),
        ("年报告\n".encode() + "政府".encode("gb18030"), None),
        ("年报\0".encode(), None),
        ("政府信息".encode("gb18030") + b"\x84\x31\xa4\x37" + b"\xa8\xbc", (b"", "gb18030")),
    ],
)
def test_encoding_whose_bytes_can_be_had_back(data: bytes, known: tuple[bytes, str] | None) -> None:
    """Mark and encoding give the very bytes again, or there are none."""
    found = encoding_of(data)
    assert found == known
    if found is not None:
        mark, encoding = found
        assert mark + data[len(mark) :].decode(encoding).encode(encoding) == data
