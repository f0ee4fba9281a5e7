"""HTML: whole web pages of government sites, and tables written as HTML inside Markdown."""

import re

from lxml import etree

from gouji.dates import read_stamp
from gouji.document import Document, Place, Published, Table
from gouji.errors import UnreadableError
from gouji.readers import flow
from gouji.readers.cells import collapse
from gouji.readers.decoding import charset_of, decode
from gouji.readers.html.controls import notes_on_controls
from gouji.readers.html.pieces import pieces_of
from gouji.readers.html.report import kept_of, report_of
from gouji.readers.html.table import hidden
from gouji.readers.remarks import remarks_in, speaks_of_gouji
from gouji.wording import Text

MOST_ATTRIBUTES = 1_000
LONGEST_TAG = 65_536

_SHORT_TAG = 2 * MOST_ATTRIBUTES  # a tag below this length cannot hold more attributes

_BLANK = r"[ \t\n\r\f]"
_QUOTED = r"""(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))"""
_ATTRIBUTE = (
    r"=?[^ \t\n\r\f/>=]++"
    rf"(?:{_BLANK}*+={_BLANK}*+(?P<value{{0}}>{_QUOTED}|[^ \t\n\r\f>\"'][^ \t\n\r\f>]*+)?+)?+"
)
_ATTRIBUTES = rf"(?:[ \t\n\r\f/]++|{_ATTRIBUTE}|=)*+"
# Every alternative runs to the end of the page when its own end is missing, and nothing is tried
# twice: the scan is linear whatever the page holds.
_MARKUP = re.compile(
    r"<!--(?s:.*?)(?:-->|\Z)"
    rf"|(?P<opening><(?P<name>script|style|textarea|title|xmp|iframe)(?=[ \t\n\r\f/>])"
    rf"{_ATTRIBUTES.format(1)})"
    r"(?s:.*?)(?:</(?P=name)|\Z)"
    rf"|(?P<tag><[a-z][^ \t\n\r\f/>]*+{_ATTRIBUTES.format(2)})",
    re.IGNORECASE,
)
_ONE_ATTRIBUTE = re.compile(_ATTRIBUTE.format(""))
_QUOTED_TAG_END = re.compile(rf"""={_BLANK}*+(?:"[^">]*+>|'[^'>]*+>)""")
_PUBLISHED = frozenset(
    "pubdate publishdate publishtime pubtime publicationdate articlepublishedtime datepublished dcdateissued".split()  # noqa: SIM905
)
_NAME_MARKS = re.compile(r"[-_.: ]+")
_LINE_ENDS = re.compile(r"\r\n?")


def read(data: bytes, path: str) -> Document:
    """Read a web page: the report in it, without the site around it.

    Args:
        data: the whole file.
        path: the name that the document will carry.

    Returns:
        The document; its blocks are empty when the page holds no text outside the site's own.

    Raises:
        UnreadableError: GJ002 to GJ004 as ``decode`` raises them; GJ005, the page is beyond the
            limits of size or depth or the parser could not read it to its end.
    """
    text, notes = decode(data, declared=charset_of(data))
    if "\r" in text:
        text = _LINE_ENDS.sub("\n", text)
    root = _parsed(text)
    if root is None:
        return Document(path, "html", (), notes=notes)
    published = _published(root)
    concealed = _concealed(root, text)
    pieces = pieces_of(root, concealed)
    kept = kept_of(pieces)
    dropped: list[flow.Line] = []
    blocks = tuple(flow.blocks(report_of(pieces, kept), dropped))
    title = root.findtext(".//head/title") or root.findtext(".//title") or ""
    controls = notes_on_controls(root, (pieces.all[index] for index in kept), concealed)
    told = (*notes, *flow.notes_on(dropped), *controls)
    remarks = remarks_in(text, _MARKUP.finditer(text)) if speaks_of_gouji(text) else ()
    return Document(path, "html", blocks, collapse(title), told, published, remarks=remarks)


def tables_of_fragment(fragment: str, first_line: int) -> tuple[Table, ...]:
    """Read the tables of a piece of HTML, such as raw HTML inside Markdown.

    Every table with text in it counts, except one that only lays out others inside it.

    Args:
        fragment: the HTML text.
        first_line: the line of the whole source that the fragment begins on, from 1.

    Raises:
        UnreadableError: GJ005, the fragment is beyond the limits or could not be read to its end.
    """
    root = _parsed(fragment)
    if root is None:
        return ()
    pieces = pieces_of(root, _concealed(root, fragment), shift=first_line - 1, any_table=True)
    return tuple(piece.item for piece in pieces.all if isinstance(piece.item, Table))


def _parsed(text: str) -> etree._Element | None:
    """Parse a page with lines parted by line feeds; None when it holds nothing but comments."""
    _check_tags(text)
    # lxml.etree rather than lxml.html: the same parser without Python classes for each element.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        root: etree._Element | None = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise _cut(error.lineno) from error
    # After a fatal error the parser returns what it has and says nothing: the rest is missing.
    for fatal in parser.error_log.filter_from_fatals():
        raise _cut(fatal.line)
    return root


def _published(root: etree._Element) -> Published | None:
    """Return the publication date of a page's metadata: ``PubDate`` as government sites write it, or its kin."""
    for meta in root.iter("meta"):
        name = meta.get("name") or meta.get("property") or meta.get("itemprop") or ""
        if _NAME_MARKS.sub("", name).lower() in _PUBLISHED:
            day = read_stamp(meta.get("content") or "")
            if day:
                source = Text(f"网页元数据 {name}", f"page metadata, {name}")
                return Published(day, source, Place(meta.sourceline))  # type: ignore[arg-type]  # wrong in the stubs
    return None


def _concealed(root: etree._Element, text: str) -> set[etree._Element]:
    lowered = text.lower()
    return hidden(root) if any(word in lowered for word in ("hidden", "display", "visibility")) else set()


def _check_tags(text: str) -> None:
    """Refuse tags that take the parser minutes: it compares each attribute with all before it."""
    parts = text.split(">")
    longest = max(map(len, parts))
    if longest >= _SHORT_TAG:
        longest = max((len(p) - p.find("<") for p in parts if len(p) >= _SHORT_TAG and "<" in p), default=0)
    if longest < _SHORT_TAG and _QUOTED_TAG_END.search(text) is None:
        return
    for markup in _MARKUP.finditer(text):
        tag = markup["tag"] or markup["opening"]
        if tag is not None and len(tag) >= _SHORT_TAG:
            _check_tag(tag, text.count("\n", 0, markup.start()) + 1)


def _check_tag(tag: str, line: int) -> None:
    attributes = 0
    length = len(tag)
    for attribute in _ONE_ATTRIBUTE.finditer(tag, re.match(r"<[^ \t\n\r\f/>]*", tag).end()):  # type: ignore[union-attr]
        attributes += 1
        value = attribute["value"]
        if value is not None and "data:" in value[:200]:
            length -= len(value)  # pictures written into the page are long and harmless
    if attributes > MOST_ATTRIBUTES:
        raise UnreadableError(
            "GJ005",
            Text(
                f"第 {line} 行有一个标签带 {attributes} 个属性，超过上限 {MOST_ATTRIBUTES}，没有读取。"
                "请重新导出网页，或把报告正文另存为新的网页再检查。",
                f"A tag on line {line} has {attributes} attributes, the limit is {MOST_ATTRIBUTES}: not read."
                " Export the page again, or save the text of the report as a new page.",
            ),
        )
    if length > LONGEST_TAG:
        raise UnreadableError(
            "GJ005",
            Text(
                f"第 {line} 行有一个标签长 {length} 个字符，超过上限 {LONGEST_TAG}，没有读取。"
                "请重新导出网页，或把报告正文另存为新的网页再检查。",
                f"A tag on line {line} is {length} characters long, the limit is {LONGEST_TAG}: not read."
                " Export the page again, or save the text of the report as a new page.",
            ),
        )


def _cut(line: int | None) -> UnreadableError:
    where = Text("", "") if not line else Text(f"（约在第 {line} 行）", f" (near line {line})")
    return UnreadableError(
        "GJ005",
        Text(
            f"网页没有读完{where.zh}：结构嵌套过深或过大，超过解析器的上限。请把报告正文另存为新的网页再检查。",
            f"The page could not be read to its end{where.en}: it is nested too deeply or too large for the"
            " parser. Save the text of the report as a new page and check that.",
        ),
    )
