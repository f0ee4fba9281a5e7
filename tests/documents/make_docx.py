"""Make the Word fixtures: the national pack's specimen as a clerk would have it in Word.

Run ``python tests/documents/make_docx.py`` after a change; the result is committed. Heading styles with
automatic numbers, merged cells as on the official form, 表三 cut in two by a page break, runs in
pieces as Word leaves them. The bytes depend on the specimen and this script alone.
"""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

HERE = Path(__file__).parent
SPECIMEN = HERE.parents[1] / "rules" / "cn-gov-disclosure" / "2021" / "specimen.md"
FIXTURE = HERE / "specimen.docx"

Grid = list[list[str]]
Merge = tuple[int, int, int, int]  # top, left, height, width

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"

ROWS_OF_THE_FIRST_PIECE = 18  # 表三 goes on behind the page break with （五）不予处理
TABLE_3: list[Merge] = [
    (0, 0, 3, 3), (0, 3, 1, 7), (1, 3, 2, 1), (1, 4, 1, 5), (1, 9, 2, 1),
    (3, 0, 1, 3), (4, 0, 1, 3), (5, 0, 22, 1), (5, 1, 1, 2), (6, 1, 1, 2),
    (7, 1, 8, 1), (15, 1, 3, 1), (18, 1, 5, 1), (23, 1, 3, 1), (26, 1, 1, 2), (27, 0, 1, 3),
]  # fmt: skip
TABLE_4: list[Merge] = [
    (0, 0, 1, 5), (0, 5, 1, 10), *((1, column, 2, 1) for column in range(5)), (1, 5, 1, 5), (1, 10, 1, 5),
]  # fmt: skip

CONTENT_TYPES = f"""{DECLARATION}<Types xmlns="{PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="{WORD_TYPE}.document.main+xml"/>
<Override PartName="/word/styles.xml" ContentType="{WORD_TYPE}.styles+xml"/>
<Override PartName="/word/numbering.xml" ContentType="{WORD_TYPE}.numbering+xml"/>
<Override PartName="/word/footer1.xml" ContentType="{WORD_TYPE}.footer+xml"/>
</Types>"""

RELATIONS = f"""{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">
<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>
</Relationships>"""

DOCUMENT_RELATIONS = f"""{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">
<Relationship Id="rId1" Type="{OFFICE}/styles" Target="styles.xml"/>
<Relationship Id="rId2" Type="{OFFICE}/numbering" Target="numbering.xml"/>
<Relationship Id="rId3" Type="{OFFICE}/footer" Target="footer1.xml"/>
</Relationships>"""

STYLES = f"""{DECLARATION}<w:styles {W}>
<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:eastAsia="宋体"/></w:rPr></w:rPrDefault>
<w:pPrDefault/></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/><w:qFormat/>
<w:pPr><w:widowControl w:val="0"/><w:jc w:val="both"/></w:pPr>
<w:rPr><w:kern w:val="2"/><w:sz w:val="32"/><w:szCs w:val="24"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/><w:next w:val="a"/>
<w:pPr><w:keepNext/><w:numPr><w:numId w:val="1"/></w:numPr><w:spacing w:before="340" w:after="330"/>
<w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:rFonts w:eastAsia="黑体"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 2"/><w:basedOn w:val="a"/><w:next w:val="a"/>
<w:pPr><w:keepNext/><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="1"/></w:pPr>
<w:rPr><w:rFonts w:eastAsia="楷体"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="a3"><w:name w:val="Title"/><w:basedOn w:val="a"/>
<w:pPr><w:jc w:val="center"/></w:pPr><w:rPr><w:rFonts w:eastAsia="方正小标宋简体"/><w:sz w:val="44"/></w:rPr></w:style>
<w:style w:type="table" w:default="1" w:styleId="a1"><w:name w:val="Normal Table"/></w:style>
<w:style w:type="table" w:styleId="a4"><w:name w:val="Table Grid"/><w:basedOn w:val="a1"/></w:style>
</w:styles>"""

NUMBERING = f"""{DECLARATION}<w:numbering {W}>
<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/>
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:pStyle w:val="1"/><w:suff w:val="nothing"/>
<w:lvlText w:val="%1、"/><w:lvlJc w:val="left"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:pStyle w:val="2"/><w:suff w:val="nothing"/>
<w:lvlText w:val="（%2）"/><w:lvlJc w:val="left"/></w:lvl>
</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
</w:numbering>"""

FOOTER = f"""{DECLARATION}<w:ftr {W}><w:p><w:pPr><w:jc w:val="center"/></w:pPr>
<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>
<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>- 1 -</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>
</w:p></w:ftr>"""

BODY_TEXT = '<w:ind w:firstLineChars="200" w:firstLine="640"/>'
SIGNATURE = '<w:ind w:right="640"/><w:jc w:val="right"/>'
FONT = '<w:rFonts w:hint="eastAsia" w:ascii="仿宋_GB2312" w:eastAsia="仿宋_GB2312"/>'
SMALL = f'{FONT}<w:sz w:val="18"/><w:szCs w:val="18"/>'
BORDERS = "".join(
    f'<w:{side} w:val="single" w:color="auto" w:sz="4" w:space="0"/>' for side in ("top", "left", "bottom", "right")
)
PAGE_BREAK = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


def paragraph(text: str, properties: str = "", font: str = FONT) -> str:
    """Write a paragraph, its figures in runs of their own as Word has them."""
    runs = "".join(
        f'<w:r><w:rPr>{font}</w:rPr><w:t xml:space="preserve">{escape(piece)}</w:t></w:r>'
        for piece in re.findall(r"[0-9.:@a-z-]+|[^0-9.:@a-z-]+", text)
    )
    return f"<w:p><w:pPr>{properties}<w:rPr>{font}</w:rPr></w:pPr>{runs}</w:p>"


def styled(text: str, style: str) -> str:
    """Write a paragraph in a style of its own."""
    return paragraph(text, f'<w:pStyle w:val="{style}"/>', "")


def table(grid: Grid, merges: list[Merge]) -> str:
    """Write a table with merged cells."""
    columns = max(map(len, grid))
    widths = "".join(f'<w:gridCol w:w="{9000 // columns}"/>' for _ in range(columns))
    rows = "".join(f"<w:tr><w:trPr><w:jc w:val='center'/></w:trPr>{row}</w:tr>" for row in table_rows(grid, merges))
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="a4"/><w:tblW w:w="0" w:type="auto"/><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{widths}</w:tblGrid>{rows}</w:tbl>"
    )


def table_rows(grid: Grid, merges: list[Merge]) -> Iterator[str]:
    """Write the cells of each row."""
    for y, texts in enumerate(grid):
        cells, x = "", 0
        while x < len(texts):
            within = ((t, le, h, w) for t, le, h, w in merges if t <= y < t + h and le == x)
            top, _, height, width = next(within, (y, x, 1, 1))
            span = f'<w:gridSpan w:val="{width}"/>' if width > 1 else ""
            down = "" if height == 1 else '<w:vMerge w:val="restart"/>' if y == top else "<w:vMerge/>"
            text = paragraph(texts[x] if y == top else "", '<w:jc w:val="center"/>', SMALL)
            properties = f'<w:tcW w:w="{900 * width}" w:type="dxa"/>{span}{down}<w:tcBorders>{BORDERS}</w:tcBorders>'
            cells += f'<w:tc><w:tcPr>{properties}<w:vAlign w:val="center"/></w:tcPr>{text}</w:tc>'
            x += width
        yield cells


def cut(grid: Grid, merges: list[Merge], row: int) -> str:
    """Write a table cut in two by a page break; labels of merged cells do not come again behind it."""
    first = [(t, le, min(h, row - t), w) for t, le, h, w in merges if t < row]
    second = [(max(t - row, 0), le, t + h - max(t, row), w) for t, le, h, w in merges if t + h > row]
    return table(grid[:row], first) + PAGE_BREAK + table(grid[row:], second)


def table_2(grids: list[Grid]) -> str:
    """Write 表二 as one table of four columns, its cells merged where a part of it has fewer."""
    grid: Grid = []
    merges: list[Merge] = []
    for part in grids:
        for row in part:
            filled = [text for text in row if text]
            if len(filled) == 1:
                merges.append((len(grid), 0, 1, 4))
            elif len(filled) == 2:
                merges.append((len(grid), 1, 1, 3))
            grid.append((filled + [""] * 3)[:4])
    return table(grid, merges)


def body(specimen: str) -> Iterator[str]:
    """Write the specimen's Markdown as Word, block by block."""
    grids: list[Grid] = []
    section = ""
    blocks = [block.strip() for block in specimen.split("\n\n")]
    for at, block in enumerate(filter(None, blocks)):
        if grids and not block.startswith("|"):
            yield tables(section, grids)
            grids = []
        if block.startswith("|"):
            lines = [line for line in block.split("\n") if not line.startswith("|---")]
            grids.append([[cell.strip() for cell in line.strip("|").split("|")] for line in lines])
        elif block.startswith("# "):
            yield styled(block[2:], "a3")
        elif block.startswith("## "):
            section = block[3]
            yield styled(block[5:], "1")
        elif re.match(r"（[一二三四五六]）", block):
            yield styled(block[3:], "2")
        else:
            yield paragraph(block, BODY_TEXT if at < len(blocks) - 2 else SIGNATURE)


def tables(section: str, grids: list[Grid]) -> str:
    """Write the tables of a section."""
    if section == "二":
        return table_2(grids)
    (grid,) = grids
    return cut(grid, TABLE_3, ROWS_OF_THE_FIRST_PIECE) if section == "三" else table(grid, TABLE_4)


def parts(specimen: str) -> dict[str, str]:
    """Return the parts of a report by name; its Markdown is laid out as the specimen's."""
    page = '<w:sectPr><w:footerReference w:type="default" r:id="rId3"/><w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'
    content = "".join(body(specimen))
    return {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": RELATIONS,
        "word/document.xml": f'{DECLARATION}<w:document {W} xmlns:r="{OFFICE}"><w:body>{content}{page}</w:body></w:document>',
        "word/_rels/document.xml.rels": DOCUMENT_RELATIONS,
        "word/styles.xml": STYLES,
        "word/numbering.xml": NUMBERING,
        "word/footer1.xml": FOOTER,
    }


def package(contents: dict[str, str]) -> bytes:
    """Zip parts into a document, always into the same bytes."""
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        for name, content in contents.items():
            member = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            member.create_system, member.compress_type = 3, ZIP_DEFLATED
            archive.writestr(member, content, compresslevel=9)
    return file.getvalue()


if __name__ == "__main__":
    FIXTURE.write_bytes(package(parts(SPECIMEN.read_text(encoding="utf-8"))))
    sys.stdout.write(f"{FIXTURE}\n")
