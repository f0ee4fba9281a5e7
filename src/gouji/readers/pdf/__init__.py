"""PDF with a text layer: tables from their ruling lines, paragraphs from the place of their lines.

PDFium gives characters and drawings; everything else is done here. Its own text is not used: it
joins what stands in neighbouring cells. PDFium must never run in two threads.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import count

from gouji.document import Cell, Document, Place, Table
from gouji.pulse import beat
from gouji.readers import flow
from gouji.readers.cells import MOST_CELLS
from gouji.readers.flow import BREAK, Break, Line
from gouji.readers.pdf.columns import Columns, columns_of
from gouji.readers.pdf.file import PdfFile
from gouji.readers.pdf.furniture import drop_furniture
from gouji.readers.pdf.notes import notes_on, refuse_silence, unread_on, untabled_on
from gouji.readers.pdf.page import Page
from gouji.readers.pdf.paragraphs import Body, bodies_of, is_marked, paragraphs
from gouji.readers.pdf.pieces import join_pieces
from gouji.readers.pdf.refusal import beyond
from gouji.readers.pdf.sheet import RuledTable, Sheet, TextLine, sheet_of
from gouji.readers.pdf.watermark import drop_watermarks, lift_watermark
from gouji.wording import Text, is_chinese

_DOUBTFUL = 2  # rows of figures that fit no table

Part = TextLine | RuledTable | Columns


def read(data: bytes, path: str) -> Document:
    """Read a PDF that has text.

    Args:
        data: the whole file.
        path: the name that the document will carry.

    Returns:
        The document, page after page; notes tell which pages could not be read (GJ017), and what of
        the others may be wrong (GJ025).

    Raises:
        UnreadableError: GJ002 nothing on its pages; GJ003 no PDF; GJ005 beyond a limit or not read
            in full; GJ013 a password is needed; GJ014 damaged or cut off; GJ015 pictures of text.
    """
    with PdfFile(data) as file:
        sheets: list[Sheet] = []
        cells = 0
        for number in range(1, file.pages + 1):
            beat()
            with file.page(number) as page:
                lift_watermark(page)
                sheets.append(sheet_of(page))
            cells += sum([len(table.texts) for table in sheets[-1].tables])
            if cells > MOST_CELLS:
                raise beyond(Text("单元格总数", "cells in all"), cells, MOST_CELLS)
    refuse_silence([sheet.page for sheet in sheets])
    drop_watermarks(sheets)
    drop_furniture(sheets)
    parts, doubtful = _parts(sheets)
    join_pieces(parts)
    bodies = bodies_of(line for sheet in sheets for line in sheet.lines)
    dropped: list[Line] = []
    blocks = tuple(flow.blocks(_items(parts, bodies), dropped))
    return Document(
        path,
        "pdf",
        blocks,
        notes=(*notes_on(sheets, doubtful), *flow.notes_on(dropped)),
        unread=unread_on(sheets),
        untabled=untabled_on(doubtful),
    )


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
