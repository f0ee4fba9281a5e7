"""What the user should know about the pages of a PDF: what of them could not be read, or may be wrong."""

from collections.abc import Iterator, Sequence

from gouji.document import Note, Place
from gouji.readers.pdf.page import UNREADABLE, Page
from gouji.readers.pdf.refusal import empty, scanned
from gouji.readers.pdf.sheet import Sheet
from gouji.wording import Text, shorten

_FEW_CHARACTERS = 50  # on a page of pictures: a heading, a page number, a stamp
_A_PAGE, _A_TABLE = 0.5, 0.15  # shares of a page that a picture of it, or of a table, takes up
_DRAWINGS = 200  # on a page without text: characters drawn as shapes

_SILENT = Text(
    "是图片或没有可读的文字，没有读取；请核对这些页上有没有报告内容",
    "pictures, or text that cannot be read; see whether they belong to the report",
)
_BLANK = Text("是空白页", "blank")
_RECOGNISED = Text(
    "的文字来自扫描识别（OCR），可能有误；请与原件核对数字",
    "text recognised from a scan, which may be wrong; compare the figures with the original",
)
_PICTURED = Text(
    "有较大的图片，图片里的文字和表格读不到；请核对其中有没有报告内容",
    "a large picture, in which no text or table can be read; see whether it belongs to the report",
)
_NAMELESS = Text(
    f"有字体没有标明文字的字符，读作“{UNREADABLE}”；请由原文档重新导出 PDF",
    f"characters that their font does not name, read as {UNREADABLE}; export the PDF again",
)
_UNCLEAR = Text(
    "有表格框线不完整，个别单元格分不清，其中的文字没有分开；请补全框线或改用 Word 原文档",
    "a table with open borders: some cells cannot be told apart, their text was left together; mend the borders",
)
_DOUBTFUL = Text(
    "有成行成列的数字但没有框线，分不清各列，只作为文字读取；请给表格加上框线或改用 Word 原文档",
    "figures in rows and columns without lines, read as text because the columns are not clear; draw the lines",
)

_UNREAD = Text("是图片，没有读取", "a picture, not read")
_UNTABLED = Text(
    "成行成列的数字没有框线，没有读成表格", "figures in rows and columns without lines, not read as a table"
)


def refuse_silence(pages: Sequence[Page]) -> None:
    """Refuse a PDF on whose pages nothing can be read.

    Raises:
        UnreadableError: GJ002, there is no text on them; GJ015, there is, but as pictures, as shapes, or
            in fonts that do not name their characters.
    """
    if any(_readable(page) and not _is_silent(page) for page in pages):
        return
    if any(map(_is_silent, pages)):
        raise scanned(len(pages), sum(map(_readable, pages)))
    raise empty()


def unread_on(sheets: Sequence[Sheet]) -> Text | None:
    """Return which pages could not be read, or None: what is missing may stand on them."""
    return _told([sheet.page for sheet in sheets if _is_silent(sheet.page)], _UNREAD)


def untabled_on(doubtful: Sequence[Page]) -> Text | None:
    """Return which pages have rows of figures that may be a table and were read as text, or None."""
    return _told(doubtful, _UNTABLED)


def notes_on(sheets: Sequence[Sheet], doubtful: Sequence[Page]) -> Iterator[Note]:
    """Yield what there is to tell, each with its pages.

    Args:
        sheets: the pages taken apart.
        doubtful: those with rows of figures that may or may not be a table.
    """
    pages = [sheet.page for sheet in sheets]
    spoken = [page for page in pages if not _is_silent(page)]
    recognised = [page for page in spoken if page.recognised]
    pictured = [page for page in spoken if page.pictured > _A_TABLE and not page.recognised]
    left_out = [page for page in pages if page.left_out]
    words = shorten("".join(dict.fromkeys(words for page in left_out for words in (page.slanting, *page.watermarks))))
    silent = [page for page in pages if _is_silent(page)]
    for told, text in (
        (silent, _SILENT),
        ([page for page in pages if not page.found and not page.drawn], _BLANK),
        (recognised, _RECOGNISED),
        (pictured, _PICTURED),
        ([page for page in spoken if _readable(page) < len(page.chars)], _NAMELESS),
        ([sheet.page for sheet in sheets if sheet.unclear], _UNCLEAR),
        (doubtful, _DOUBTFUL),
        (left_out, _left_out(words)),
    ):
        message = _told(told, text)
        if message is not None:
            yield Note("GJ017" if told is silent else "GJ025", message, Place(page=told[0].number))


def _told(pages: Sequence[Page], text: Text) -> Text | None:
    if not pages:
        return None
    numbers = [str(page.number) for page in pages]
    return Text(f"第 {'、'.join(numbers)} 页{text.zh}", f"page {', '.join(numbers)}: {text.en}")


def _left_out(words: str) -> Text:
    quoted = Text(f"（{words}）", f" ({words})") if words else Text("", "")
    return Text(
        f"有水印或页面之外的文字{quoted.zh}，没有读取",
        f"a watermark or text beyond the page{quoted.en}, not read",
    )


def _readable(page: Page) -> int:
    return sum([char.text != UNREADABLE for char in page.chars])


def _is_silent(page: Page) -> bool:
    """Tell whether a page shows something but its text cannot be read: pictures, shapes, nameless glyphs."""
    readable = _readable(page)
    if len(page.chars) > 2 * readable:
        return True
    if page.pictured > _A_PAGE:
        return readable < _FEW_CHARACTERS
    return not readable and (page.pictured > 0 or page.drawn > _DRAWINGS)
