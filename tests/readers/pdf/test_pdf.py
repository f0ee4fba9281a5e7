"""The PDF reader: text and tables of hand-made pages, drawn in the ways that programs draw them."""

import hashlib
import math
import re
import zlib
from collections.abc import Callable, Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gouji import pulse
from gouji.document import Block, Document, Paragraph, Place, Table
from gouji.errors import UnreadableError
from gouji.readers import pdf
from gouji.readers.pdf import drawing, file, lattice, page, sheet
from gouji.tables.grid import expand
from gouji.wording import Text

HEIGHT = 842


# --- how the pages are made -------------------------------------------------------------------


class Sheet:
    """A page to draw on, in points from its top left corner, with fonts that every PDF reader has."""

    def __init__(self, width: float = 595, height: float = HEIGHT, *, rotate: int = 0) -> None:
        """Begin an empty page; ``rotate`` is how it is turned when shown."""
        self.size, self.rotate = (width, height), rotate
        self.content: list[str] = []
        self.extra = ""

    def text(
        self, x: float, y: float, words: str, size: float = 10, *, font: str = "F1", angle: float = 0, mode: int = 0
    ) -> "Sheet":
        """Write words from a point on the line they stand on."""
        cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        matrix = f"{cos:.5f} {sin:.5f} {-sin:.5f} {cos:.5f} {x} {self.size[1] - y}"
        code = words.encode("utf-16-be").hex()
        self.content.append(f"BT /{font} {size} Tf {mode} Tr {matrix} Tm <{code}> Tj ET")
        return self

    def line(self, x: float, y: float, to_x: float, to_y: float, width: float = 0.5) -> "Sheet":
        """Draw a line."""
        top = self.size[1]
        self.content.append(f"{width} w {x} {top - y} m {to_x} {top - to_y} l S")
        return self

    def fill(self, x: float, y: float, width: float, height: float, gray: float = 0) -> "Sheet":
        """Fill an area."""
        self.content.append(f"{gray} g {x} {self.size[1] - y - height} {width} {height} re f 0 g")
        return self

    def frame(self, x: float, y: float, width: float, height: float) -> "Sheet":
        """Draw a rectangle's outline."""
        self.content.append(f"0.5 w {x} {self.size[1] - y - height} {width} {height} re S")
        return self

    def picture(self, x: float, y: float, width: float, height: float) -> "Sheet":
        """Put a picture of one pixel on an area."""
        placed = f"q {width} 0 0 {height} {x} {self.size[1] - y - height} cm"
        self.content.append(f"{placed} BI /W 1 /H 1 /CS /G /BPC 8 ID \x7f EI Q")
        return self

    def ruled(self, columns: Sequence[float], rows: Sequence[float], texts: Sequence[Sequence[str]]) -> "Sheet":
        """Draw a table with a line at each place, and a text in each cell."""
        for x in columns:
            self.line(x, rows[0], x, rows[-1])
        for y in rows:
            self.line(columns[0], y, columns[-1], y)
        return self.cells(columns, rows, texts)

    def cells(self, columns: Sequence[float], rows: Sequence[float], texts: Sequence[Sequence[str]]) -> "Sheet":
        """Write a text into each cell of a table."""
        for y, row in zip(rows, texts, strict=False):
            for x, words in zip(columns, row, strict=False):
                if words:
                    self.text(x + 3, y + 13, words)
        return self


def file_of(*sheets: Sheet, trailer: str = "", objects: Sequence[str] = (), deflated: bool = False) -> bytes:
    """Write a PDF of the sheets; further objects count from 20, the first may be drawn as ``/X0``."""
    parts = dict(enumerate((CATALOG, pages_of(len(sheets)), *FONTS, *objects), start=1))
    for n, one in enumerate(sheets):
        content = "\n".join(one.content).encode("latin-1")
        form = "/Filter /FlateDecode " if deflated else ""
        content = zlib.compress(content) if deflated else content
        width, height = one.size
        parts[FIRST_PAGE + 2 * n] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Rotate {one.rotate} /Resources"
            f" << /Font << /F1 3 0 R /V1 4 0 R /B1 5 0 R /X1 6 0 R >> /XObject << /X0 {FIRST_OBJECT} 0 R >> >>"
            f" /Contents {FIRST_PAGE + 2 * n + 1} 0 R {one.extra} >>"
        )
        stream = content.decode("latin-1")
        parts[FIRST_PAGE + 2 * n + 1] = f"<< {form}/Length {len(content)} >>\nstream\n{stream}\nendstream"
    return assembled(parts, trailer)


def assembled(parts: dict[int, str], trailer: str = "") -> bytes:
    """Write objects as a PDF with its table of contents."""
    out = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, part in sorted(parts.items()):
        places[number] = len(out)
        out += f"{number} 0 obj\n{part}\nendobj\n".encode("latin-1")
    start, size = len(out), max(parts) + 1
    entries = [f"{places[n]:010} 00000 n " if n in places else f"{0:010} 65535 f " for n in range(size)]
    table = "\n".join([f"xref\n0 {size}", *entries, "trailer", f"<< /Size {size} /Root 1 0 R {trailer} >>"])
    return bytes(out) + f"{table}\nstartxref\n{start}\n%%EOF\n".encode()


def pages_of(count: int) -> str:
    """Return the list of pages."""
    kids = " ".join(f"{FIRST_PAGE + 2 * n} 0 R" for n in range(count))
    return f"<< /Type /Pages /Count {count} /Kids [{kids}] >>"


def font(name: str, encoding: str, descendant: int) -> str:
    """Return a font that no file brings along."""
    kind = f"/Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /{encoding}"
    return f"<< {kind} /DescendantFonts [{descendant} 0 R] >>"


def descendant(name: str, ordering: str) -> str:
    """Return the measures of a font: letters and figures have half the width of a Chinese character."""
    system = f"/CIDSystemInfo << /Registry (Adobe) /Ordering ({ordering}) /Supplement 0 >>"
    kind = "CIDFontType0" if ordering == "GB1" else "CIDFontType2"
    widths = "/DW 1000 /W [1 95 500 814 939 500]"
    return f"<< /Type /Font /Subtype /{kind} /BaseFont /{name} /FontDescriptor 10 0 R {widths} {system} >>"


DESCRIPTOR = (
    "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [0 -120 1000 880] /ItalicAngle 0"
    " /Ascent 880 /Descent -120 /CapHeight 880 /StemV 80 >>"
)
CATALOG = "<< /Type /Catalog /Pages 2 0 R >>"
FONTS = (
    font("STSong-Light", "UniGB-UCS2-H", 7),
    font("STSong-Light", "UniGB-UCS2-V", 7),
    font("SimHei", "UniGB-UCS2-H", 8),
    font("Nameless", "Identity-H", 9),
    descendant("STSong-Light", "GB1"),
    descendant("SimHei", "GB1"),
    descendant("Nameless", "Identity"),
    DESCRIPTOR,
)
FIRST_OBJECT = 11
FIRST_PAGE = 50


def read(*sheets: Sheet, objects: Sequence[str] = ()) -> Document:
    """Read a PDF of these pages."""
    return pdf.read(file_of(*sheets, objects=objects), "报告.pdf")


def texts(document: Document) -> list[str]:
    """Return the paragraphs of a document, ``#`` before those that are marked, and the grids of tables."""
    return [shown(block) for block in document.blocks]


def shown(block: Block) -> str:
    """Return a block as text."""
    if isinstance(block, Table):
        return "\n".join("|".join(cell.text for cell in row) for row in block.rows)
    return ("# " if block.marked else "") + block.text


def tables(document: Document) -> list[Table]:
    """Return the tables of a document."""
    return [block for block in document.blocks if isinstance(block, Table)]


def spans(table: Table) -> list[list[tuple[str, int, int]]]:
    """Return text, row span and column span of each cell."""
    return [[(cell.text, cell.row_span, cell.col_span) for cell in row] for row in table.rows]


def notes(document: Document) -> list[str]:
    """Return the notes of a document; all of them are about the reading."""
    assert {note.rule for note in document.notes} <= {"GJ017", "GJ025"}
    return [note.text.zh for note in document.notes]


def refusal(data: bytes) -> UnreadableError:
    """Return the error that reading a file ends in."""
    with pytest.raises(UnreadableError) as caught:
        pdf.read(data, "报告.pdf")
    return caught.value


# --- lines and paragraphs ---------------------------------------------------------------------

LINE = "全年通过政务公开栏和县政府门户网站公开机构职能政策文件和财政预决算"  # 33 characters of 12 points


def body(sheet: Sheet, y: float, *lines: str) -> Sheet:
    """Write a paragraph: the first line set in by two characters, each line 20 points below the last."""
    for n, words in enumerate(lines):
        sheet.text(96 if n == 0 else 72, y + 20 * n, words, 12)
    return sheet


def test_paragraphs() -> None:
    """Lines join where the text runs on, also over a page break; a set in or a short line parts them."""
    first = (
        Sheet().text(180, 100, "柳溪镇2024年政府信息公开工作年度报告", 18).text(72, 150, "一、总体情况", 12, font="B1")
    )
    body(first, 180, LINE[:31], LINE, "共有五条。")
    body(first, 240, LINE[:31], LINE)
    second = Sheet().text(72, 80, "信息若干。", 12).text(72, 110, "六、其他", 12)
    body(second, 140, "没有其他事项。").text(400, 200, "柳溪镇人民政府", 12).text(400, 220, "2025年1月13日", 12)
    document = read(first, second)
    assert texts(document) == [
        "# 柳溪镇2024年政府信息公开工作年度报告",
        "# 一、总体情况",
        f"{LINE[:31]}{LINE}共有五条。",
        f"{LINE[:31]}{LINE}信息若干。",
        "六、其他",
        "没有其他事项。",
        "柳溪镇人民政府",
        "2025年1月13日",
    ]
    assert (document.path, document.format, document.title, document.notes) == ("报告.pdf", "pdf", "", ())


def test_places() -> None:
    """A paragraph knows page and box of each of its lines, and the number of each line in the document."""
    sheet = body(Sheet(), 100, LINE[:31], "共有五条。")
    document = read(sheet, body(Sheet(), 300, "六条。"))
    first, second = document.blocks
    assert isinstance(first, Paragraph)
    assert isinstance(second, Paragraph)
    assert [(at, p.page, p.box, p.block) for at, p in first.anchors] == [
        (0, 1, (96.0, 89.4, 468.0, 101.4), 1),
        (31, 1, (72.0, 109.4, 132.0, 121.4), 2),
    ]
    assert second.place() == Place(page=2, box=(96.0, 289.4, 132.0, 301.4), block=3)
    assert first.place(33).order < second.place().order


def test_title_of_two_lines() -> None:
    """A heading that runs over its line is one; lines of a title that end on purpose stay apart."""
    long = "青禾县柳溪镇人民政府和柳溪镇各村民委员会二〇二四年政府"
    sheet = Sheet().text(72, 100, long[:22], 18).text(200, 125, "信息公开工作年度报告", 18)
    assert texts(read(body(sheet, 170, LINE[:31], LINE)))[0] == f"# {long[:22]}信息公开工作年度报告"
    sheet = Sheet().text(220, 100, "柳溪镇人民政府", 18).text(130, 125, "2024年政府信息公开工作年度报告", 18)
    assert texts(read(body(sheet, 170, LINE[:31], LINE)))[:2] == [
        "# 柳溪镇人民政府",
        "# 2024年政府信息公开工作年度报告",
    ]


def test_bold_text_marks_nothing() -> None:
    """Bold lines mark headings only where the text is not bold itself, and not inside a paragraph."""
    sheet = Sheet()
    for n, words in enumerate(("甲段文字。", "乙段文字。", "丙段文字。")):
        sheet.text(96, 100 + 40 * n, words, 12, font="B1")
    assert texts(read(sheet)) == ["甲段文字。", "乙段文字。", "丙段文字。"]
    sheet = Sheet().text(96, 100, "（一）主动公开。", 12, font="B1").text(192, 100, LINE[:20], 12)
    assert texts(read(sheet.text(72, 120, "信息五条。", 12))) == [f"（一）主动公开。{LINE[:20]}", "信息五条。"]
    sheet = body(Sheet().text(72, 100, "主动公开", 12, mode=2), 140, LINE[:31], "五条。")
    assert texts(read(sheet))[0] == "# 主动公开"  # an outline around the letters


def test_address_that_did_not_fit() -> None:
    """A line is not the last one because an address after it could not be broken."""
    address = "abcdefghijkl@qinghe.gov.cn"
    sheet = body(Sheet(), 100, LINE[:31], LINE, f"{LINE[:20]}，邮箱是", f"{address}，欢迎来信。")
    assert texts(read(sheet)) == [f"{LINE[:31]}{LINE}{LINE[:20]}，邮箱是{address}，欢迎来信。"]


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        pytest.param([(72, "公开"), (110, "信息"), (160, "五条")], "公开信息五条", id="between Chinese characters"),
        pytest.param([(72, "公开"), (95, "2024"), (118, "年")], "公开2024年", id="beside figures, narrow"),
        pytest.param([(72, "行政许可"), (160, "12")], "行政许可 12", id="beside figures, wide"),
        pytest.param([(72, "open"), (95, "data")], "open data", id="between words"),
        pytest.param([(72, "72"), (85, "64条")], "72 64条", id="between figures"),
        pytest.param([(72, "7"), (77, "2"), (82, ".5条")], "72.5条", id="figures in pieces"),
        pytest.param([(72, "0812-"), (98, "8650123")], "0812-8650123", id="telephone"),
        pytest.param([(72, "公"), (72.4, "公"), (82, "开"), (82.4, "开")], "公开", id="printed twice"),
        pytest.param([(72, "1"), (72.4, "1"), (77, "1件")], "11件", id="figures printed twice"),
        pytest.param([(110, "后"), (72, "先")], "先后", id="out of order"),
        pytest.param([(72, "\u2f00、\u2f24\u2ec5\uf9db")], "一、大见率", id="radicals for characters"),
        pytest.param([(72, "公\u3000开\u200b\ufeff了\xa0吗")], "公开了吗", id="blanks"),
    ],
)
def test_blanks(pieces: list[tuple[float, str]], expected: str) -> None:
    """Text is put together by position: no blanks between Chinese characters, one where words are apart."""
    sheet = Sheet()
    for x, words in pieces:
        sheet.text(x, 100, words, 10)
    assert texts(read(sheet)) == [expected]


def test_raised_figures() -> None:
    """A note number beside a figure is no digit of it."""
    sheet = Sheet().text(72, 100, "12", 10).text(82, 96, "3", 6).text(72, 140, "办结", 10).text(92, 136, "①", 6)
    assert texts(read(sheet)) == ["12 3", "办结①"]
    high = Sheet().ruled((72, 172, 272), (100, 120, 140), [("行政许可", "2"), ("行政处罚", "35")])
    high.text(180.5, 108, "1", 5).text(116, 108, "[2]", 5).text(186, 135.5, "2", 6)
    assert texts(read(high)) == ["行政许可[2]|2 1\n行政处罚|35 2"]


def test_hyphen_at_the_end_of_a_line() -> None:
    """A hyphen where a line ends is still a hyphen."""
    sheet = Sheet().text(72, 100, "govern-", 12).text(72, 120, "ment", 12)
    assert "".join(texts(read(sheet))).replace(" ", "") == "govern-ment"


# --- headers, footers, page numbers -----------------------------------------------------------


def test_furniture() -> None:
    """Running headers, footers and page numbers go, also where left and right pages differ."""
    sheets = []
    for n in range(1, 6):
        sheet = body(Sheet(), 120, f"第{'一二三四五'[n - 1]}段文字。").text(290, 800, f"- {n} -")
        sheet.text(72 if n % 2 else 400, 40, "柳溪镇人民政府" if n % 2 else f"年度报告 第{n}版", 9)
        sheets.append(sheet.text(72, 60, "甲" * n, 9))  # comes again, but never the same
    assert texts(read(*sheets)) == [text for n in range(5) for text in ("甲" * (n + 1), f"第{'一二三四五'[n]}段文字。")]


def test_furniture_keeps_what_is_on_one_page() -> None:
    """A line at the margin that stands on one page only is text; in the middle of pages nothing goes."""
    sheets = [body(Sheet().text(72, 40, "发布：办公室", 9), 400, "同样的一段。"), body(Sheet(), 400, "同样的一段。")]
    assert texts(read(*sheets)) == ["发布：办公室", "同样的一段。", "同样的一段。"]


def test_furniture_is_never_all() -> None:
    """Lines that come again on every page are the text where there is no other."""
    assert texts(read(*[Sheet().text(72, 60, "公开信息五条。")] * 3)) == ["公开信息五条。"] * 3


def test_page_number_between_pieces_of_a_table() -> None:
    """No text stands between the pieces of a table that a page break cut."""
    first = Sheet().ruled((72, 200, 300), (700, 720, 740), [("信息内容", "数量"), ("行政许可", "12")])
    second = Sheet().ruled((72, 200, 300), (80, 100), [("行政处罚", "3")])
    for n, one in enumerate((first, second), start=1):
        one.text(280, 810, f"第 {n} 页 共 2 页", 9).text(72, 40, "年度报告", 9)
    assert texts(read(first, second)) == ["信息内容|数量\n行政许可|12", "行政处罚|3"]


def test_page_number_inside_a_table() -> None:
    """A page number in the last cell of a page goes, a figure there stays."""
    sheets = []
    for n in (1, 2):
        sheet = Sheet().ruled((72, 200, 300), (700, 720, 820), [("行政许可", "12"), ("行政处罚", "")])
        sheets.append(sheet.text(230, 760, f"{n}").text(230, 800, f"- {n} -"))
    assert texts(read(*sheets)) == ["行政许可|12\n行政处罚|1", "行政许可|12\n行政处罚|2"]
    assert texts(read(sheets[0])) == ["行政许可|12\n行政处罚|1 - 1 -"]  # one page counts nothing


# --- tables with lines ------------------------------------------------------------------------

COLUMNS, ROWS = (72, 172, 272, 372), (100, 120, 140, 160)
GRID = [("信息内容", "制发", "废止"), ("规章", "0", "72"), ("文件", "64", "5")]
GRID_TEXT = "信息内容|制发|废止\n规章|0|72\n文件|64|5"


def sides() -> Iterator[tuple[float, float, float, float]]:
    """Yield the lines of the grid."""
    for x in COLUMNS:
        yield x, ROWS[0], x, ROWS[-1]
    for y in ROWS:
        yield COLUMNS[0], y, COLUMNS[-1], y


def boxes() -> Iterator[tuple[float, float, float, float]]:
    """Yield the cells of the grid: left, top, width, height."""
    for x in COLUMNS[:-1]:
        for y in ROWS[:-1]:
            yield x, y, 100, 20


def plain(sheet: Sheet) -> None:
    """Draw the grid line by line."""
    for side in sides():
        sheet.line(*side)


def thin_areas(sheet: Sheet) -> None:
    """Draw lines as areas, as Word does."""
    for x, y, to_x, to_y in sides():
        sheet.fill(x - 0.24, y - 0.24, to_x - x + 0.48, to_y - y + 0.48)


def double(sheet: Sheet) -> None:
    """Draw every line twice."""
    for x, y, to_x, to_y in sides():
        across, down = (1.5, 0) if x == to_x else (0, 1.5)
        sheet.line(x - across, y - down, to_x - across, to_y - down)
        sheet.line(x + across, y + down, to_x + across, to_y + down)


def broken(sheet: Sheet) -> None:
    """Draw lines in pieces that do not touch."""
    for x, y, to_x, to_y in sides():
        for n in range(20):
            a, b = n / 20, (n + 0.8) / 20
            sheet.line(x + a * (to_x - x), y + a * (to_y - y), x + b * (to_x - x), y + b * (to_y - y))


def overlapping(sheet: Sheet) -> None:
    """Draw the four lines of each cell, a little too long."""
    for x, y, width, height in boxes():
        sheet.line(x - 1, y, x + width + 1, y).line(x - 1, y + height, x + width + 1, y + height)
        sheet.line(x, y - 1, x, y + height + 1).line(x + width, y - 1, x + width, y + height + 1)


def dots(sheet: Sheet) -> None:
    """Draw lines of small squares."""
    for x, y, to_x, to_y in sides():
        for n in range(0, int(to_x - x + to_y - y), 2):
            sheet.fill(x + (n if to_x > x else 0), y + (n if to_y > y else 0), 0.8, 0.8)


def frames(sheet: Sheet) -> None:
    """Draw a rectangle for each cell."""
    for box in boxes():
        sheet.frame(*box)


def frames_apart(sheet: Sheet) -> None:
    """Draw a rectangle for each cell with space around it, as old web pages do, and one around all."""
    for x, y, width, height in boxes():
        sheet.frame(x + 1, y + 1, width - 2, height - 2)
    sheet.frame(COLUMNS[0] - 1, ROWS[0] - 1, 302, 62)


def short(sheet: Sheet) -> None:
    """Draw lines that do not reach their corners."""
    for x, y, to_x, to_y in sides():
        across, down = (2, 0) if to_x > x else (0, 2)
        sheet.line(x + across, y + down, to_x - across, to_y - down)


def long(sheet: Sheet) -> None:
    """Draw lines that go on beyond their corners."""
    for x, y, to_x, to_y in sides():
        across, down = (6, 0) if to_x > x else (0, 6)
        sheet.line(x - across, y - down, to_x + across, to_y + down)


def open_sides(sheet: Sheet) -> None:
    """Leave out the first and the last upright line."""
    for x, y, to_x, to_y in sides():
        if x not in (COLUMNS[0], COLUMNS[-1]) or to_x > x:
            sheet.line(x, y, to_x, to_y)


def one_path(sheet: Sheet) -> None:
    """Draw all lines in one stroke."""
    steps = [f"{x} {HEIGHT - y} m {to_x} {HEIGHT - to_y} l" for x, y, to_x, to_y in sides()]
    sheet.content.append(f"0.5 w {' '.join(steps)} S")


def shaded(sheet: Sheet) -> None:
    """Draw lines over a gray head and a white body."""
    plain(sheet.fill(72, 100, 300, 20, 0.8).fill(72, 120, 300, 40, 1))


def drawn(style: Callable[[Sheet], None] = plain) -> Sheet:
    """Return a page with the lines of the grid."""
    sheet = Sheet()
    style(sheet)
    return sheet


def gray_areas(sheet: Sheet) -> None:
    """Draw no lines, but shade each cell, with white between them."""
    for x, y, width, height in boxes():
        sheet.fill(x + 0.6, y + 0.6, width - 1.2, height - 1.2, 0.9)


STYLES = (plain, thin_areas, double, broken, overlapping, dots, frames, frames_apart, short, long, open_sides, one_path)


@pytest.mark.parametrize("style", [*STYLES, shaded, gray_areas])
def test_ways_to_draw_a_table(style: Callable[[Sheet], None]) -> None:
    """However the lines are drawn, the cells are the same; figures of neighbours never join."""
    (table,) = tables(read(drawn(style).cells(COLUMNS, ROWS, GRID)))
    assert shown(table) == GRID_TEXT
    assert {(cell.row_span, cell.col_span) for row in table.rows for cell in row} == {(1, 1)}


def test_shaded_areas_that_are_no_cells() -> None:
    """Areas are cells only where they fill a whole table: not with one missing, nor one over others."""
    words = [("信息内容", "制发", "废止"), ("规章", "甲", "乙"), ("文件", "丙", "丁")]
    for change in ((72, 100, 200, 20), (172, 120, 100, 40)):
        sheet = Sheet()
        for x, y, width, height in boxes():
            if (x, y) != (172, 120):
                sheet.fill(x, y, width, height, 0.9)
        sheet.fill(*change, 0.8)
        assert tables(read(sheet.cells(COLUMNS, ROWS, words))) == []
    stripes = Sheet().fill(72, 100, 300, 20, 0.9).fill(72, 120, 300, 20, 0.8).fill(72, 140, 300, 20, 0.9)
    assert tables(read(stripes.cells(COLUMNS, ROWS, words))) == []


def test_places_of_cells() -> None:
    """A table and its cells know their boxes on the page, and their numbers."""
    sheet = Sheet().text(72, 80, "二、主动公开", 12).ruled((72, 172, 272), (100, 120, 140), [("甲", "1"), ("乙", "")])
    _, table = read(sheet).blocks
    assert isinstance(table, Table)
    assert table.place == Place(page=1, box=(72.0, 100.0, 272.0, 140.0), block=2, table=1)
    place = Place(page=1, box=(172.0, 120.0, 272.0, 140.0), block=2, table=1, row=2, cell=2)
    assert (table.rows[1][1].text, table.rows[1][1].place) == ("", place)
    places = [cell.place for row in table.rows for cell in row]
    assert sorted(places, key=lambda place: place.order) == places


def test_spans() -> None:
    """Cells without a line between them are one, over rows, columns or both."""
    sheet = Sheet().line(72, 100, 472, 100).line(72, 180, 472, 180).line(72, 100, 72, 180).line(472, 100, 472, 180)
    sheet.line(172, 100, 172, 180).line(172, 120, 472, 120).line(272, 120, 272, 180).line(372, 120, 372, 180)
    sheet.line(172, 140, 272, 140).line(272, 160, 472, 160).line(72, 140, 172, 140)
    sheet.text(80, 115, "项目").text(180, 115, "数量").text(180, 135, "1").text(280, 145, "2").text(380, 145, "3")
    sheet.text(80, 165, "行政").text(180, 165, "4").text(280, 175, "5").text(380, 175, "6")
    assert spans(tables(read(sheet))[0]) == [
        [("项目", 2, 1), ("数量", 1, 3)],
        [("1", 1, 1), ("2", 2, 1), ("3", 2, 1)],
        [("行政", 2, 1), ("4", 2, 1)],
        [("5", 1, 1), ("6", 1, 1)],
    ]


def test_lines_of_a_cell() -> None:
    """Lines in a cell join: Chinese without a blank, figures with one, one letter a line from top to bottom."""
    sheet = Sheet().ruled((72, 92, 172, 272), (100, 200), [("", "", "")])
    for n, letter in enumerate("三、办理结果"):
        sheet.text(77, 115 + 13 * n, letter)
    sheet.text(100, 130, "区分处理的，只").text(100, 145, "计这一情形").text(200, 130, "12").text(200, 145, "34")
    assert texts(read(sheet)) == ["三、办理结果|区分处理的，只计这一情形|12 34"]


def test_vertical_and_turned_text_in_a_cell() -> None:
    """A label in vertical writing, or turned by a quarter, reads from its beginning."""
    sheet = Sheet().ruled((72, 92, 112, 132, 232), (100, 200), [("", "", "", "0")])
    sheet.text(82, 110, "办理结果", font="V1").text(105, 190, "行政复议", angle=90).text(
        119, 110, "行政诉讼", angle=-90
    )
    assert texts(read(sheet)) == ["办理结果|行政复议|行政诉讼|0"]


@pytest.mark.parametrize(
    "sheet",
    [
        pytest.param(Sheet().frame(60, 80, 400, 200), id="frame"),
        pytest.param(Sheet().frame(60, 80, 400, 200).line(60, 115, 460, 115), id="frame of two rows"),
        pytest.param(Sheet().fill(60, 85, 400, 20, 1).fill(60, 105, 400, 20, 1), id="white areas"),
        pytest.param(Sheet().fill(60, 85, 200, 20, 0.9).fill(260, 85, 200, 20, 0.8), id="gray areas"),
        pytest.param(Sheet().line(60, 110, 460, 110).line(60, 130, 460, 130), id="underlines"),
        pytest.param(Sheet().line(60, 110, 460, 110).line(65, 60, 65, 300), id="crossing lines"),
        pytest.param(Sheet().line(60, 80, 460, 280).line(460, 80, 60, 280), id="slanting lines"),
    ],
)
def test_no_tables(sheet: Sheet) -> None:
    """Frames, areas and single lines around text leave it text."""
    assert texts(read(body(sheet, 100, "公开信息五条。", "又两条。"))) == ["公开信息五条。", "又两条。"]


def test_single_row() -> None:
    """One row of a few words is a frame, one with a figure is a table, and so is one that a page break cut."""
    assert texts(read(Sheet().ruled((72, 172, 272), (100, 120), [("单位", "日期")]))) == ["单位日期"]
    assert texts(read(Sheet().ruled((72, 172, 272), (100, 120), [("单位", "5")]))) == ["单位|5"]
    sheet = Sheet().ruled((72, 172, 272), (760, 780), [("单位", "日期")])
    assert texts(read(sheet.line(72, 780, 72, 800).line(272, 780, 272, 800))) == ["单位|日期"]


def test_layout_table() -> None:
    """A table that holds a whole text is no table."""
    sheet = Sheet().ruled((60, 160, 500), (80, 400), [("说明", "")])
    for n in range(10):
        sheet.text(165, 100 + 20 * n, LINE[:25])
    assert tables(read(sheet)) == []


def test_table_in_a_frame() -> None:
    """A table inside a frame around the page is read, the text around it stays text."""
    sheet = Sheet().frame(40, 40, 500, 700).line(40, 60, 540, 60).text(72, 80, "二、主动公开", 12)
    document = read(sheet.ruled(COLUMNS, ROWS, GRID).text(72, 200, "三、办理", 12))
    assert texts(document) == ["二、主动公开", GRID_TEXT, "三、办理"]


def test_table_in_a_cell() -> None:
    """A table inside a cell of another comes apart from it."""
    sheet = Sheet().ruled((60, 400, 500), (80, 180, 200), [("", "5"), ("乙", "6")])
    assert sorted(texts(read(sheet.ruled(COLUMNS, ROWS, GRID)))) == sorted([GRID_TEXT, "|5\n乙|6"])


@pytest.mark.parametrize(
    "box",
    [
        pytest.param((150, 110, 60, 45), id="inside"),
        pytest.param((173, 105, 60, 60), id="beside a line"),
        pytest.param((340, 90, 60, 40), id="over a corner"),
    ],
)
def test_seal_over_a_table(box: tuple[float, float, float, float]) -> None:
    """A rectangle that lines of a table run through has no part in its cells."""
    document = read(drawn().frame(*box).cells(COLUMNS, ROWS, GRID))
    assert [spans(table) for table in tables(document)] == [[[(text, 1, 1) for text in row] for row in GRID]]


def test_rows_drawn_as_rectangles() -> None:
    """Rectangles whose sides go on in others are rows of a table, though lines run through them."""
    sheet = Sheet().frame(72, 100, 300, 20).frame(72, 120, 300, 20).frame(72, 140, 300, 20)
    assert texts(read(sheet.line(172, 90, 172, 170).line(272, 90, 272, 170).cells(COLUMNS, ROWS, GRID))) == [GRID_TEXT]


def test_open_end() -> None:
    """A row that the page break left without its last line is read."""
    sheet = Sheet().ruled((72, 172, 272), (700, 720), [("甲", "1")])
    for x in (72, 172, 272):
        sheet.line(x, 720, x, 742)
    assert texts(read(sheet.text(80, 735, "乙").text(180, 735, "2"))) == ["甲|1\n乙|2"]
    sheet = Sheet().ruled((72, 172, 272), (100, 120), [("乙", "2")])
    for x in (72, 172, 272):
        sheet.line(x, 78, x, 100)
    assert texts(read(sheet.text(80, 93, "甲").text(180, 93, "1"))) == ["甲|1\n乙|2"]


def test_pieces_share_their_columns() -> None:
    """Pieces of a table that page breaks cut agree in the spans of their cells."""
    first = Sheet().ruled((72, 272), (700, 720), [()]).line(172, 720, 172, 740).line(222, 720, 222, 740)
    first.line(72, 720, 72, 740).line(272, 720, 272, 740).line(72, 740, 272, 740)
    first.text(80, 713, "第一项").text(80, 733, "规章").text(180, 733, "1").text(230, 733, "2")
    second = Sheet().ruled((73, 172, 271.5), (80, 100), [("许可", "3")])
    assert [spans(table) for table in tables(read(first, second))] == [
        [[("第一项", 1, 3)], [("规章", 1, 1), ("1", 1, 1), ("2", 1, 1)]],
        [[("许可", 1, 1), ("3", 1, 2)]],
    ]
    apart = Sheet().text(72, 60, "又一张表", 12).ruled((73, 172, 271.5), (80, 100), [("许可", "3")])
    assert spans(tables(read(first, apart))[1]) == [[("许可", 1, 1), ("3", 1, 1)]]


def cut(upper: Sequence[str], lower: Sequence[str], *, full: bool = True) -> list[str]:
    """Read a row that a page break cut: its texts above and below; the first cell above is filled or not."""
    columns = (72, 116 if full else 172, 216, 256)
    first = Sheet().ruled(columns, (700, 720, 740), [("项目甲", "1", "2"), upper])
    second = Sheet().ruled(columns, (80, 100, 120), [lower, ("项目乙", "5", "6")])
    return texts(read(first, second))


def test_cut_cells() -> None:
    """A numbered label that a page break cut is made whole in the piece that holds the figures of its row."""
    assert cut(("1.不掌", "3", "4"), ("握的", "", "")) == ["项目甲|1|2\n1.不掌握的|3|4", "||\n项目乙|5|6"]
    assert cut(("1.不掌", "", ""), ("握的", "3", "4")) == ["项目甲|1|2\n||", "1.不掌握的|3|4\n项目乙|5|6"]


def test_rows_that_only_look_cut() -> None:
    """A row of its own stays one: with figures of its own, a number or none above, or space left in the line above."""
    assert cut(("1.不掌", "3", "4"), ("握的", "5", "6"))[1] == "握的|5|6\n项目乙|5|6"
    assert cut(("1.不掌", "3", "4"), ("2.重复", "", ""))[1] == "2.重复||\n项目乙|5|6"
    assert cut(("行政处罚", "3", "4"), ("行政强制", "", ""))[1] == "行政强制||\n项目乙|5|6"
    assert cut(("1.不掌", "3", "4"), ("握的", "", ""), full=False)[1] == "握的||\n项目乙|5|6"


def test_cut_label_of_several_rows() -> None:
    """A merged label that a page break cut in two is whole above, and blank below."""
    columns = (72, 112, 212, 252)
    first = Sheet().ruled(columns, (700, 720, 740), [("（四）无", "1.甲", "1"), ("", "2.乙", "2")])
    first.content = [line for line in first.content if line != f"0.5 w 72 {HEIGHT - 720} m 252 {HEIGHT - 720} l S"]
    first.line(112, 720, 252, 720)
    second = Sheet().ruled(columns, (80, 100), [("法提供", "3.丙", "3")])
    assert texts(read(first, second)) == ["（四）无法提供|1.甲|1\n2.乙|2", "|3.丙|3"]


def test_tables_of_different_width_that_touch() -> None:
    """What lies beside a narrow table under a wide one is no cell."""
    sheet = Sheet().ruled((72, 172, 272, 372), (100, 120), [("甲", "1", "2")])
    sheet.ruled((72, 172, 272), (120, 140), [("乙", "3")]).ruled((72, 172, 372), (140, 160), [("丙", "4")])
    assert spans(tables(read(sheet))[0]) == [
        [("甲", 1, 1), ("1", 1, 1), ("2", 1, 1)],
        [("乙", 1, 1), ("3", 1, 1)],
        [("丙", 1, 1), ("4", 1, 2)],
    ]


def test_sliver_of_a_cell() -> None:
    """An empty sliver that a page break left of one cell does not make its neighbours span two rows."""
    columns = (72, 112, 172, 232, 292)
    sheet = Sheet().ruled(columns, (100, 130), [("", "总计", "3", "4")]).line(72, 118, 112, 118)
    sheet.text(80, 113, "果").ruled(columns, (130, 150), [("", "结转", "1", "0")])
    assert spans(tables(read(sheet))[0]) == [
        [("果", 1, 1), ("总计", 1, 1), ("3", 1, 1), ("4", 1, 1)],
        [("", 1, 1), ("结转", 1, 1), ("1", 1, 1), ("0", 1, 1)],
    ]


def test_missing_piece_of_line() -> None:
    """Without a line between them two figures stay apart in one cell, which then holds no number."""
    sheet = Sheet().ruled((72, 172, 372), (100, 120, 140), [("甲", ""), ("乙", "3")]).line(272, 100, 272, 120)
    sheet.text(180, 113, "1").text(280, 113, "2").text(280, 133, "4")
    assert spans(tables(read(sheet))[0])[1] == [("乙", 1, 1), ("3 4", 1, 2)]


def test_area_of_no_clear_shape() -> None:
    """A bent area is cut where its lines end; with text in several parts nobody can tell which holds what."""
    sheet = Sheet().frame(72, 100, 300, 60).line(172, 100, 172, 160).line(172, 120, 372, 120)
    sheet.line(272, 120, 272, 140).line(272, 140, 372, 140)
    sheet.text(80, 113, "甲").text(280, 133, "1").text(180, 133, "2").text(180, 113, "乙")
    document = read(sheet)
    assert spans(tables(document)[0]) == [
        [("甲", 3, 1), ("乙", 1, 2)],
        [("2", 1, 1), ("1", 1, 1)],
        [("", 1, 2)],
    ]
    assert document.notes == ()
    document = read(sheet.text(300, 153, "3"))
    assert spans(tables(document)[0])[1:] == [[("2 3", 1, 1), ("1", 1, 1)], [("2 3", 1, 2)]]
    assert notes(document) == [
        "第 1 页有表格框线不完整，个别单元格分不清，其中的文字没有分开；请补全框线或改用 Word 原文档"
    ]


# --- tables without lines ---------------------------------------------------------------------


def test_columns_without_lines() -> None:
    """Rows of a label and figures in clear columns are a table, with a head of words."""
    sheet = Sheet().text(72, 80, "二、主动公开").cells(COLUMNS, ROWS, GRID).text(72, 200, "三、办理情况")
    document = read(sheet)
    assert texts(document) == ["二、主动公开", GRID_TEXT, "三、办理情况"]
    assert tables(document)[0].rows[2][0].place == Place(
        page=1, box=(75.0, 144.2, 95.0, 154.2), block=2, table=1, row=3, cell=1
    )


def test_head_and_one_row() -> None:
    """A head and one row of figures under it are a table."""
    document = read(
        Sheet().cells(COLUMNS, ROWS, [("信息内容", "数量"), ("行政许可", "12")]).text(72, 160, "（无其他）")
    )
    assert texts(document) == ["信息内容|数量\n行政许可|12", "（无其他）"]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([("地址：正街1号", "邮编：617100"), ("电话：8650123", "邮箱：a@b.cn")], id="words"),
        pytest.param([("规章", "0", "72")], id="one row"),
    ],
)
def test_no_columns(rows: list[tuple[str, ...]]) -> None:
    """Words in columns, and a single row, are text."""
    document = read(Sheet().cells(COLUMNS, ROWS, rows))
    assert (tables(document), document.notes) == ([], ())


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([("信息内容", "制发"), ("规章", "0", "72"), ("文件", "5")], id="a column missing"),
        pytest.param([("规章", "0", "72"), ("行政规范性文件全部的数量", "64", "5")], id="no space between columns"),
        pytest.param([*GRID, ("许可", "甲", "9"), ("处罚", "9", "乙")], id="other rows"),
    ],
)
def test_unclear_columns(rows: list[tuple[str, ...]]) -> None:
    """Where only some rows of figures make a table none is made, and a note says so."""
    document = read(Sheet().cells(COLUMNS, (*ROWS, 180), rows))
    assert tables(document) == []
    assert document.untabled is not None
    assert document.untabled.zh == "第 1 页成行成列的数字没有框线，没有读成表格"
    assert notes(document) == [
        "第 1 页有成行成列的数字但没有框线，分不清各列，只作为文字读取；请给表格加上框线或改用 Word 原文档"
    ]


# --- pages that are turned, forms, notes ------------------------------------------------------


@pytest.mark.parametrize(("turn", "rotate"), [(90, 90), (90, 0), (180, 180), (-90, 270), (-90, 0), (180, 0)])
def test_turned_pages(turn: int, rotate: int) -> None:
    """A page is read in the direction of its text, whether the file says that it is turned or not."""

    def at(x: float, y: float) -> tuple[float, float]:
        places = {90: (y, HEIGHT - x), 180: (595 - x, HEIGHT - y), -90: (595 - y, x)}
        return places[turn]

    sheet = Sheet(rotate=rotate)
    for x, y, to_x, to_y in sides():
        sheet.line(*at(x, y), *at(to_x, to_y))
    for y, row in zip(ROWS, GRID, strict=False):
        for x, words in zip(COLUMNS, row, strict=False):
            sheet.text(*at(x + 3, y + 13), words, angle=turn)
    (table,) = tables(read(sheet))
    assert shown(table) == GRID_TEXT
    shown_as_read = (72.0, 100.0, 372.0, 160.0)
    if rotate:
        assert table.place.box == shown_as_read
    else:
        (x, y), (to_x, to_y) = at(72, 100), at(372, 160)
        assert table.place.box == (min(x, to_x), min(y, to_y), max(x, to_x), max(y, to_y))


def test_cropped_page() -> None:
    """Places count from the corner of what is shown; text beyond it is left out, and a note says so."""
    sheet = Sheet().text(172, 200, "公开信息五条。").text(10, 200, "裁去")
    sheet.extra = f"/CropBox [100 100 500 {HEIGHT - 100}]"
    document = read(sheet)
    assert [(block.text, block.place().box) for block in document.blocks if isinstance(block, Paragraph)] == [
        ("公开信息五条。", (72.0, 91.2, 142.0, 101.2))
    ]
    assert notes(document) == ["第 1 页有水印或页面之外的文字，没有读取"]


def test_form_objects() -> None:
    """Lines and text inside a form that is drawn with a shift belong to the page."""
    inner = drawn().cells(COLUMNS, ROWS, GRID)
    content = "\n".join(inner.content)
    form = (
        "<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Matrix [1 0 0 1 20 -30] /Resources"
        f" << /Font << /F1 3 0 R >> >> /Length {len(content)} >>\nstream\n{content}\nendstream"
    )
    sheet = Sheet()
    sheet.content.append("q 1 0 0 1 10 0 cm /X0 Do Q")
    (table,) = tables(read(sheet, objects=[form]))
    assert (shown(table), table.place.box) == (GRID_TEXT, (102.0, 130.0, 402.0, 190.0))


def test_form_fields() -> None:
    """What is filled into the fields of a form is text of the page."""
    appearance = "BT /F1 10 Tf 2 4 Td <00310032> Tj ET"
    form = "<< /Type /XObject /Subtype /Form /BBox [0 0 90 14] /Resources << /Font << /F1 3 0 R >> >>"
    objects = [
        "<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /V (12) /F 4 /Rect [175 726 265 740] /AP << /N 12 0 R >> >>",
        f"{form} /Length {len(appearance)} >>\nstream\n{appearance}\nendstream",
    ]
    sheet = Sheet().ruled((72, 172, 272), (100, 120, 140), [("行政许可", ""), ("行政处罚", "3")])
    sheet.extra = "/Annots [11 0 R]"
    assert texts(read(sheet, objects=objects)) == ["行政许可|12\n行政处罚|3"]


WIDE_FIVE = (
    "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 3000 700] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 53 /LastChar 53"
    " /Widths [500] /Encoding << /Differences [53 /five] >> /CharProcs << /five 13 0 R >>"
    " /ToUnicode 14 0 R >>"
)
NAMED_FIVE = "1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfchar <35> <0035> endbfchar"
FIVE = "500 0 0 0 3000 700 d1 0 0 3000 700 re f"


def test_figures_that_seem_printed_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Equal figures one after the other are not taken for one, however far their glyphs reach; a lost one is told."""
    content = " ".join(f"BT /T3 240 Tf 0.05 0 0 0.05 {x} 700 Tm (5) Tj ET" for x in (100, 106, 112))
    form = "<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /Font << /T3 12 0 R >> >>"
    objects = [
        f"{form} /Length {len(content)} >>\nstream\n{content}\nendstream",
        WIDE_FIVE,
        f"<< /Length {len(FIVE)} >>\nstream\n{FIVE}\nendstream",
        f"<< /Length {len(NAMED_FIVE)} >>\nstream\n{NAMED_FIVE}\nendstream",
    ]
    sheet = Sheet().text(80, 142, "共", 12).text(118, 142, "件", 12)
    sheet.content.append("/X0 Do")
    assert texts(read(sheet, objects=objects)) == ["共555件"]
    monkeypatch.setattr(drawing, "_set_apart", lambda *_: None)
    error = refusal(file_of(sheet, objects=objects))
    told = "PDF 没有读完：第 1 页有 3 处文字，只读到 1 处。请改用 Word 原文档检查。"
    assert (error.rule, error.text.zh) == ("GJ005", told)


def test_links_do_not_matter() -> None:
    """A link on the page is not followed and changes nothing."""
    link = "<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (http://127.0.0.1:1/) >> >>"
    sheet = Sheet().text(72, 100, "公开信息")
    sheet.extra = "/Annots [11 0 R]"
    assert texts(read(sheet, objects=[link])) == ["公开信息"]


def test_watermark() -> None:
    """Text across the page is left out, and a note quotes it."""
    sheet = Sheet().ruled(COLUMNS, ROWS, GRID).text(100, 300, "征求意见稿", 60, angle=45)
    document = read(sheet)
    assert texts(document) == [GRID_TEXT]
    assert notes(document) == ["第 1 页有水印或页面之外的文字（征求意见稿），没有读取"]


def test_upright_watermark() -> None:
    """Large text that other text or an upright line runs through is left out, and a note quotes it."""
    sheet = body(Sheet(), 400, LINE[:31], LINE).ruled(COLUMNS, ROWS, GRID)
    sheet.text(80, 150, "内部资料", 40).text(82, 415, "严禁外传", 40)
    blank = Sheet().ruled(COLUMNS, ROWS, [("信息内容", "制发", "废止"), ("规章", "0", "72"), ("文件", "64", "")])
    blank.text(340, 175, "草", 50).text(72, 400, LINE, 10)
    document = read(sheet, blank)
    assert texts(document) == [GRID_TEXT, f"{LINE[:31]}{LINE}", "信息内容|制发|废止\n规章|0|72\n文件|64|", LINE]
    assert notes(document) == ["第 1、2 页有水印或页面之外的文字（内部资料严禁外传草），没有读取"]


def test_watermark_on_free_space() -> None:
    """A watermark goes also where it meets no text; a title that says something else stays."""
    sheet = body(Sheet().text(150, 212, "草稿", 40), 200, LINE[:31], "五条。")
    free = body(Sheet().text(150, 500, "草稿", 40), 200, LINE[:31], "五条。")
    title = body(Sheet().text(150, 172, "年度报告", 40), 200, LINE[:31], "五条。")
    text = f"{LINE[:31]}五条。"
    assert texts(read(sheet, free, title)) == [text, text, "# 年度报告", text]
    assert texts(read(title)) == ["# 年度报告", text]


def test_nameless_characters() -> None:
    """A character whose font does not say what it is becomes a mark that is no number."""
    sheet = Sheet().ruled((72, 172, 272), (100, 120, 140), [("行政许可", ""), ("行政处罚", "3")])
    document = read(sheet.text(180, 113, "12", font="X1"))
    assert texts(document) == ["行政许可|��\n行政处罚|3"]
    assert notes(document) == ["第 1 页有字体没有标明文字的字符，读作“�”；请由原文档重新导出 PDF"]


def test_page_of_pictures() -> None:
    """A page that is a picture among pages of text is named."""
    scan = Sheet().picture(0, 0, 595, HEIGHT).text(290, 800, "- 2 -")
    document = read(body(Sheet(), 100, LINE), scan)
    assert texts(document) == [LINE]
    assert notes(document) == ["第 2 页是图片或没有可读的文字，没有读取；请核对这些页上有没有报告内容"]
    assert [note.rule for note in document.notes] == ["GJ017"]
    assert document.unread == Text("第 2 页是图片，没有读取", "page 2: a picture, not read")
    assert read(body(Sheet(), 100, LINE), Sheet()).unread is None


def test_large_picture() -> None:
    """A picture among the text may be a table: a note names its page; a seal is too small for one."""
    sheet = body(Sheet(), 100, LINE[:31], LINE, LINE).picture(400, 600, 120, 120)
    assert notes(read(sheet)) == []
    assert notes(read(sheet.picture(72, 300, 450, 200))) == [
        "第 1 页有较大的图片，图片里的文字和表格读不到；请核对其中有没有报告内容"
    ]


def test_blank_page() -> None:
    """A page with nothing on it is named: content may have been lost before."""
    assert notes(read(body(Sheet(), 100, LINE), Sheet())) == ["第 2 页是空白页"]


def test_recognised_text() -> None:
    """Invisible text behind a picture was recognised by a program: a note says so."""
    scan = Sheet().picture(0, 0, 595, HEIGHT)
    for n in range(4):
        scan.text(72, 100 + 20 * n, LINE, 10, mode=3)
    document = read(scan)
    assert [block.text for block in document.blocks if isinstance(block, Paragraph)] == [LINE * 4]
    assert notes(document) == ["第 1 页的文字来自扫描识别（OCR），可能有误；请与原件核对数字"]


def test_sign_of_life() -> None:
    """Each page is a sign of life for a guard."""
    beats: list[None] = []
    pulse.listen(lambda: beats.append(None))
    try:
        read(*[body(Sheet(), 100, LINE)] * 3)
    finally:
        pulse.listen(lambda: None)
    assert len(beats) == 3


# --- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sheets", "rule"),
    [
        pytest.param([Sheet()], "GJ002", id="nothing"),
        pytest.param([Sheet().line(72, 100, 200, 100)], "GJ002", id="a line"),
        pytest.param([Sheet().picture(0, 0, 595, HEIGHT)] * 2, "GJ015", id="scan"),
        pytest.param(
            [Sheet().picture(0, 0, 595, HEIGHT).text(72, 40, "年度报告 第1页")] * 2, "GJ015", id="headed scan"
        ),
        pytest.param([Sheet().text(72, 100, LINE, font="X1").text(72, 130, "五")], "GJ015", id="nameless characters"),
    ],
)
def test_pages_without_text(sheets: list[Sheet], rule: str) -> None:
    """A PDF without text is empty or a scan, and never an empty report."""
    assert refusal(file_of(*sheets)).rule == rule


def test_letters_drawn_as_shapes() -> None:
    """Text that is only drawn is no text."""
    sheet = Sheet()
    for n in range(300):
        sheet.fill(72 + n, 100, 6, 6)
    error = refusal(file_of(sheet))
    assert error.rule == "GJ015"
    assert "共 1 页，只有 0 个可读的字" in error.text.zh


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        pytest.param(b"", "GJ003", id="empty"),
        pytest.param("一、总体情况".encode(), "GJ003", id="text"),
        pytest.param(b"%PDF-1.7\n" + b"\0" * 100, "GJ014", id="head only"),
        pytest.param(assembled({1: CATALOG, 2: "<< /Type /Pages /Count 1 /Kids [9 0 R] >>"}), "GJ014", id="no page"),
        pytest.param(assembled({1: CATALOG, 2: "<< /Type /Pages /Count 1 /Kids [2 0 R] >>"}), "GJ014", id="loop"),
    ],
)
def test_no_pdf(data: bytes, rule: str) -> None:
    """What is no PDF, and what lost its pages, says so."""
    assert refusal(data).rule == rule


def test_cut_off() -> None:
    """A PDF cut off anywhere is refused, also where only its last bytes are missing."""
    data = file_of(Sheet().text(72, 200, LINE), Sheet().text(72, 200, LINE), deflated=True)
    for end in range(200, len(data) - 10, 97):
        assert refusal(data[:end]).rule == "GJ014"
    assert texts(pdf.read(data + b"\r\n\0", "报告.pdf"))[0].startswith("全年")


def test_junk_behind_the_end() -> None:
    """What was appended to a whole file does not matter; a later version of the document that is cut off does."""
    sheet = Sheet().text(72, 200, LINE)
    data = file_of(sheet, deflated=True)
    junk = b"\n<html><!-- served -->" + b"x" * 5_000 + b"</html>"
    for whole in (data + junk, data + bytes(100_000), data[: data.rindex(b"%%EOF")] + junk):
        assert texts(pdf.read(whole, "报告.pdf")) == [LINE]
    begun = b"60 0 obj\n<< /Length 9000 >>\nstream\n" + b"x" * 5_000
    assert refusal(data + begun).rule == "GJ014"
    assert refusal(data.replace(b"startxref", b"startxxxx") + junk).rule == "GJ014"


def test_damaged_stream() -> None:
    """A wrong byte in compressed text is told: the engine would go on with the half before it."""
    sheets = [Sheet().text(72, 100 + n, "甲乙丙丁" * (n + 1)) for n in range(3)]
    data = file_of(*sheets, deflated=True)
    starts = [found.end() for found in re.finditer(rb"(?<!end)stream\n", data)]
    assert len(starts) == 3
    for start in starts:
        end = data.index(b"\nendstream", start)
        for at in (start + 1, (start + end) // 2, end - 2):
            broken = data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]
            error = refusal(broken)
            assert (error.rule, "解压出错" in error.text.zh) == ("GJ014", True)
    whole = zlib.compress(b"BT ET")
    assert file._inflated(whole[:-4]) == 5  # some programs leave out the checksum


def test_damaged_picture() -> None:
    """A picture that does not inflate harms no text."""
    form = "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray"
    objects = [f"{form} /Filter /FlateDecode /Length 4 >>\nstream\nabcd\nendstream"]
    assert texts(read(Sheet().text(72, 100, LINE), objects=objects)) == [LINE]


def test_password() -> None:
    """A PDF that asks for a password is refused; one that only forbids changes is read."""
    locked = f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{'41' * 32}> /U <{'42' * 32}> >> /ID [<00> <00>]"
    error = refusal(file_of(Sheet().text(72, 100, LINE), trailer=locked))
    assert (error.rule, "password" in error.text.en) == ("GJ013", True)
    assert texts(pdf.read(protected(Sheet().text(72, 100, LINE)), "报告.pdf")) == [LINE]


def protected(sheet: Sheet) -> bytes:
    """Write a page encrypted with the empty password, as programs do that forbid changes."""
    padding = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
    owner = rc4(hashlib.md5(padding, usedforsecurity=False).digest()[:5], padding)
    seed = padding + owner + (-4).to_bytes(4, "little", signed=True) + b"\0"
    key = hashlib.md5(seed, usedforsecurity=False).digest()[:5]
    content = "\n".join(sheet.content).encode()
    number = FIRST_PAGE + 1
    own = hashlib.md5(key + number.to_bytes(3, "little") + b"\0\0", usedforsecurity=False).digest()[:10]
    plain = Sheet()
    plain.content = [rc4(own, content).decode("latin-1")]
    user = rc4(key, padding).hex()
    encrypt = f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{owner.hex()}> /U <{user}> >> /ID [<00> <00>]"
    return file_of(plain, trailer=encrypt)


def rc4(key: bytes, data: bytes) -> bytes:
    """Encrypt with the old cipher of PDF 1.4."""
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def test_names_of_things_that_are_never_touched() -> None:
    """Scripts, attachments and actions are not looked at."""
    action = "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> /AA << /WC << /S /Launch /F (sh) >> >>"
    data = file_of(Sheet().text(72, 100, LINE))
    names = "/Names << /EmbeddedFiles << /Names [(a) 11 0 R] >> /JavaScript << /Names [(b) 11 0 R] >> >>"
    parts = {1: CATALOG.replace(">>", f"{action} {names} >>")}
    assert texts(pdf.read(data, "报告.pdf")) == [LINE]
    lazy = file_of(Sheet().text(72, 100, LINE), objects=["<< /S /JavaScript /JS (while\\(1\\);) >>"])
    swapped = lazy.replace(CATALOG.encode(), parts[1].encode())
    table = swapped.index(b"xref\n")
    end = re.sub(rb"startxref\n\d+", b"startxref\n%d" % table, swapped[table:])
    assert texts(pdf.read(swapped[:table] + end, "报告.pdf")) == [LINE]


# --- limits -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "limit", "sheet", "words"),
    [
        pytest.param(
            page,
            "MOST_CHARACTERS",
            Sheet().text(72, 100, LINE),
            "characters on page 1 at least 68",
            id="characters",
        ),
        pytest.param(drawing, "MOST_RULINGS", drawn(dots), "ruling lines on page 1 at least", id="lines"),
        pytest.param(drawing, "MOST_STROKES", drawn(one_path), "strokes of drawings on page 1 at least", id="strokes"),
        pytest.param(lattice, "MOST_COLUMNS", drawn(), "columns of a table on page 1 at least 3", id="columns"),
        pytest.param(pdf, "MOST_CELLS", drawn().cells(COLUMNS, ROWS, GRID), "cells in all at least 9", id="cells"),
        pytest.param(lattice, "MOST_CROSSINGS", drawn(), "crossings of lines on page 1 at least 16", id="crossings"),
        pytest.param(file, "MOST_INFLATED", drawn(dots), "inflated bytes at least", id="inflated"),
        pytest.param(file, "MOST_PAGES", Sheet(), "pages at least 3", id="pages"),
    ],
)
def test_limits(module: object, limit: str, sheet: Sheet, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a limit nothing is read: the error names the limit and the value."""
    data = file_of(sheet.text(72, 400, LINE), sheet, sheet, deflated=True)
    assert pdf.read(data, "报告.pdf").blocks
    monkeypatch.setattr(module, limit, 2)
    error = refusal(data)
    assert error.rule == "GJ005"
    assert words in error.text.en
    assert "limit 2." in error.text.en


def test_many_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """So many tables stand on no page."""
    sheet = Sheet()
    for n in range(3):
        sheet.ruled((72, 172, 272), (100 + 50 * n, 120 + 50 * n), [("甲", "1")])
    monkeypatch.setattr(lattice, "MOST_TABLES", 2)
    assert "tables on page 1 at least 3, limit 2" in refusal(file_of(sheet)).text.en


def test_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream that inflates a thousandfold is refused before the engine reads the page."""
    monkeypatch.setattr(file, "MOST_INFLATED", 1 << 24)
    content = zlib.compress(bytes(1 << 25))
    parts = {
        1: CATALOG,
        2: pages_of(1),
        FIRST_PAGE: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 51 0 R >>",
        FIRST_PAGE
        + 1: f"<< /Filter /FlateDecode /Length {len(content)} >>\nstream\n{content.decode('latin-1')}\nendstream",
    }
    error = refusal(assembled(parts))
    assert (error.rule, "inflated bytes" in error.text.en) == ("GJ005", True)


def test_nothing_is_lost_silently(monkeypatch: pytest.MonkeyPatch) -> None:
    """A character that came neither into a line nor into a cell is an error."""
    monkeypatch.setattr(sheet, "lines_of", lambda chars: [list(chars)[1:]])
    error = refusal(file_of(Sheet().text(72, 100, LINE)))
    assert (error.rule, "33" in error.text.zh, "32" in error.text.zh) == ("GJ005", True, True)


# --- any table --------------------------------------------------------------------------------


@st.composite
def drawn_tables(draw: st.DrawFn) -> tuple[Sheet, list[list[tuple[str, int, int]]]]:
    """Draw a table of any cells, with its lines in any of the ways, and what should be read."""
    height, width = draw(st.integers(2, 6)), draw(st.integers(2, 6))
    columns = [72.0]
    for _ in range(width):
        columns.append(columns[-1] + draw(st.sampled_from([18, 30, 55, 70])))
    rows = [100.0]
    for _ in range(height):
        rows.append(rows[-1] + draw(st.sampled_from([16, 20, 40])))
    sheet = Sheet()
    free = {(y, x) for y in range(height) for x in range(width)}
    expected: list[list[tuple[str, int, int]]] = [[] for _ in range(height)]
    style = draw(st.sampled_from(["frame", "lines", "areas", "double"]))
    for y, x in [(y, x) for y in range(height) for x in range(width)]:
        if (y, x) not in free:
            continue
        across = draw(st.integers(1, 2))
        down = draw(st.integers(1, 2)) if x < 2 else 1
        covered = {(y + j, x + i) for j in range(down) for i in range(across)}
        if not covered <= free:
            covered, across, down = {(y, x)}, 1, 1
        free -= covered
        text = draw(st.sampled_from(["", "0", "7", "12", "甲", "乙丙"]))
        left, top, right, bottom = columns[x], rows[y], columns[x + across], rows[y + down]
        border(sheet, style, left, top, right, bottom)
        text = text if right - left > 24 or len(text) == 1 else ""
        sheet.text(left + 3, top + 12, text)
        expected[y].append((text, down, across))
    return sheet, expected


def border(sheet: Sheet, style: str, left: float, top: float, right: float, bottom: float) -> None:
    """Draw the border of a cell."""
    if style == "frame":
        sheet.frame(left, top, right - left, bottom - top)
    for x, y, to_x, to_y in ((left, top, right, top), (left, bottom, right, bottom)):
        if style == "areas":
            sheet.fill(x, y - 0.25, to_x - x, 0.5)
        elif style != "frame":
            sheet.line(x, y, to_x, to_y)
        if style == "double":
            sheet.line(x, y + 2, to_x, to_y + 2)
    for x, y, to_x, to_y in ((left, top, left, bottom), (right, top, right, bottom)):
        if style == "areas":
            sheet.fill(x - 0.25, y, 0.5, to_y - y)
        elif style != "frame":
            sheet.line(x, y, to_x, to_y)


@settings(max_examples=150, deadline=None)
@given(drawn_tables())
def test_any_table(case: tuple[Sheet, list[list[tuple[str, int, int]]]]) -> None:
    """Every cell of any table comes out where it stands, with its text; rows and columns that nothing marks vanish."""
    sheet, expected = case
    table = tables(read(sheet.text(72, 700, "文末。")))
    written = [[text for text, _, _ in row if text] for row in expected]
    if table:
        found = [[cell.text for cell in row if cell.text] for row in table[0].rows]
        assert [row for row in found if row] == [row for row in written if row]
        filled = [cell for row in expand(table[0]) for cell in row]
        assert None not in filled
    else:
        texts = [text for row in written for text in row]
        assert len(texts) <= 3 or max(map(len, expected)) == 1  # one row of few words, or one column


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_damage(data: st.DataObject) -> None:
    """Whatever is changed in a file, it is read or refused with a reason; nothing else happens."""
    refusals = {"GJ002", "GJ003", "GJ005", "GJ013", "GJ014", "GJ015"}
    content = bytearray(
        file_of(drawn(frames).cells(COLUMNS, ROWS, GRID).text(72, 300, LINE), deflated=data.draw(st.booleans()))
    )
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        rule = ""
        pdf.read(bytes(content), "报告.pdf")
    except UnreadableError as error:
        rule = error.rule
    assert rule in refusals | {""}
