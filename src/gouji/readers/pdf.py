"""PDF with a text layer: tables from their ruling lines, paragraphs from the place of their lines.

PDFium gives characters and drawings; everything else is done here. Its own text is not used: it
joins what stands in neighbouring cells. PDFium must never run in two threads.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import count

from gouji.document import Cell, Document, Note, Place, Table
from gouji.readers import flow
from gouji.readers.flow import BREAK, Break, Line
from gouji.readers.pdf_columns import Columns, columns_of
from gouji.readers.pdf_file import PdfFile
from gouji.readers.pdf_furniture import drop_furniture
from gouji.readers.pdf_lines import is_chinese
from gouji.readers.pdf_page import UNREADABLE, Page
from gouji.readers.pdf_paragraphs import Body, bodies_of, is_marked, paragraphs
from gouji.readers.pdf_pieces import join_pieces
from gouji.readers.pdf_refusal import beyond, empty, scanned
from gouji.readers.pdf_sheet import RuledTable, Sheet, TextLine, sheet_of
from gouji.wording import Text, shorten

MOST_CELLS = 200_000  # in all tables; a report has 300

_FEW_CHARACTERS = 50  # on a page of pictures: a heading, a page number, a stamp
_DOUBTFUL = 2  # rows of figures that fit no table
_PICTURES = 0.5  # of a page covered by them
_DRAWINGS = 200  # on a page without text: characters drawn as shapes

Part = TextLine | RuledTable | Columns


def read(data: bytes, path: str) -> Document:
    """Read a PDF that has text.

    Args:
        data: the whole file.
        path: the name that the document will carry.

    Returns:
        The document, page after page; notes (GJ025) tell of pages that are pictures, of text that
        was recognised from a scan, has no known characters, or stands at an angle.

    Raises:
        UnreadableError: GJ002 nothing on its pages; GJ003 no PDF; GJ005 beyond a limit or not read
            in full; GJ013 a password is needed; GJ014 damaged or cut off; GJ015 pictures of text.
    """
    with PdfFile(data) as file:
        sheets: list[Sheet] = []
        cells = 0
        for number in range(1, file.pages + 1):
            with file.page(number) as page:
                sheets.append(sheet_of(page))
            cells += sum([len(table.texts) for table in sheets[-1].tables])
            if cells > MOST_CELLS:
                raise beyond(Text("单元格总数", "cells in all"), cells, MOST_CELLS)
    pages = [sheet.page for sheet in sheets]
    silent = [page for page in pages if _is_silent(page)]
    _refuse_silence(pages, silent)
    drop_furniture(sheets)
    parts, doubtful = _parts(sheets)
    join_pieces(parts)
    bodies = bodies_of(line for sheet in sheets for line in sheet.lines)
    blocks = tuple(flow.blocks(_items(parts, bodies)))
    return Document(path, "pdf", blocks, notes=tuple(_notes(sheets, silent, doubtful)))


# --- from pages to blocks ---------------------------------------------------------------------


def _items(parts: Sequence[Part], bodies: dict[float, Body]) -> Iterator[Line | Break | Table]:
    """Yield lines and tables in reading order, a break before each paragraph."""
    blocks, tables = count(1), count(1)
    run: list[TextLine] = []
    for part in parts:
        if isinstance(part, TextLine):
            run.append(part)
            continue
        yield from _text(run, bodies, blocks)
        run = []
        yield _table(part, next(blocks), next(tables))
    yield from _text(run, bodies, blocks)


def _parts(sheets: Sequence[Sheet]) -> tuple[list[Part], list[Page]]:
    """Return what stands on the pages from top to bottom, and the pages with doubtful rows of figures.

    Where some rows of figures fit no table without lines, none is made: half a table is worse than none.
    """
    parts: list[Part] = []
    plain: list[Part] = []
    doubtful: list[TextLine] = []
    for sheet in sheets:
        lines = sorted(sheet.lines, key=lambda line: line.y)
        at = 0
        for table in (*sorted(sheet.tables, key=lambda table: table.y), None):
            end = len(lines) if table is None else bisect_left(lines, table.y, at, key=lambda line: line.y)
            found, left_over = columns_of(lines[at:end])
            doubtful += left_over
            parts += found
            plain += lines[at:end]
            at = end
            if table is not None:
                parts.append(table)
                plain.append(table)
    if len(doubtful) < _DOUBTFUL:
        return parts, []
    return plain, list(dict.fromkeys(line.page for line in doubtful))


def _text(run: Sequence[TextLine], bodies: dict[float, Body], blocks: Iterator[int]) -> Iterator[Line | Break]:
    """Yield the lines of a stretch of text; a heading is one line."""
    for paragraph in paragraphs(run, bodies):
        yield BREAK
        marked = is_marked(paragraph, bodies[paragraph[0].page.size[0]])
        lines = []
        for line in paragraph:
            place = Place(page=line.page.number, box=line.page.shown(line.box), block=next(blocks))
            lines.append(Line(line.text, place, marked=marked))
        yield from (_in_one(lines),) if marked else lines


def _in_one(lines: Sequence[Line]) -> Line:
    """Join the lines of a heading: marked lines stay apart otherwise."""
    text = lines[0].text
    stretches = []
    for line in lines[1:]:
        text += "" if is_chinese(text[-1]) or is_chinese(line.text[0]) else " "
        stretches.append((len(text), line.place))
        text += line.text
    return Line(text, lines[0].place, marked=True, stretches=tuple(stretches))


def _table(part: RuledTable | Columns, block: int, table: int) -> Table:
    page = part.page
    rows = []
    for row, cells in enumerate(part.cells(), start=1):
        rows.append(
            tuple(
                Cell(text, Place(None, None, page.number, page.shown(box), block, table, row, cell), height, width)
                for cell, (text, box, height, width) in enumerate(cells, start=1)
            )
        )
    return Table(tuple(rows), Place(page=page.number, box=page.shown(part.box), block=block, table=table))


# --- what to refuse, and what to tell ---------------------------------------------------------


def _readable(page: Page) -> int:
    return sum([char.text != UNREADABLE for char in page.chars])


def _is_silent(page: Page) -> bool:
    """Tell whether a page shows something but its text cannot be read: pictures, shapes, nameless glyphs."""
    readable = _readable(page)
    if len(page.chars) > 2 * readable:
        return True
    if page.pictured > _PICTURES:
        return readable < _FEW_CHARACTERS
    return not readable and (page.pictured > 0 or page.drawn > _DRAWINGS)


def _refuse_silence(pages: Sequence[Page], silent: Sequence[Page]) -> None:
    speaking = [page for page in pages if _readable(page) and page not in silent]
    if speaking:
        return
    if not silent:
        raise empty()
    raise scanned(len(pages), sum(map(_readable, pages)))


def _notes(sheets: Sequence[Sheet], silent: Sequence[Page], doubtful: Sequence[Page]) -> Iterator[Note]:
    pages = [sheet.page for sheet in sheets]
    recognised = [page for page in pages if page.recognised]
    if silent:
        yield _note(
            silent,
            "是图片或没有可读的文字，没有读取；请核对这些页上有没有报告内容",
            "pictures, or text that cannot be read; see whether they belong to the report",
        )
    blank = [page for page in pages if not page.found and not page.drawn]
    if blank:
        yield _note(blank, "是空白页", "blank")
    if recognised:
        yield _note(
            recognised,
            "的文字来自扫描识别（OCR），可能有误；请与原件核对数字",
            "text recognised from a scan, which may be wrong; compare the figures with the original",
        )
    nameless = [page for page in pages if page not in silent and _readable(page) < len(page.chars)]
    if nameless:
        yield _note(
            nameless,
            f"有字体没有标明文字的字符，读作“{UNREADABLE}”；请由原文档重新导出 PDF",
            f"characters that their font does not name, read as {UNREADABLE}; export the PDF again",
        )
    unclear = [sheet.page for sheet in sheets if sheet.unclear]
    if unclear:
        yield _note(
            unclear,
            "有表格框线不完整，个别单元格分不清，其中的文字没有分开；请补全框线或改用 Word 原文档",
            "a table with open borders: some cells cannot be told apart, their text was left together; mend the borders",
        )
    if doubtful:
        yield _note(
            doubtful,
            "有成行成列的数字但没有框线，分不清各列，只作为文字读取；请给表格加上框线或改用 Word 原文档",
            "figures in rows and columns without lines, read as text because the columns are not clear; draw the lines",
        )
    left_out = [page for page in pages if page.left_out]
    if left_out:
        words = shorten("".join([page.slanting for page in left_out]))
        quoted = Text(f"（{words}）", f" ({words})") if words else Text("", "")
        yield _note(
            left_out,
            f"有斜排的水印或页面之外的文字{quoted.zh}，没有读取",
            f"a slanting watermark or text beyond the page{quoted.en}, not read",
        )


def _note(pages: Sequence[Page], zh: str, en: str) -> Note:
    numbers = [page.number for page in pages]
    text = Text(f"第 {'、'.join(map(str, numbers))} 页{zh}", f"page {', '.join(map(str, numbers))}: {en}")
    return Note("GJ025", text, Place(page=numbers[0]))
