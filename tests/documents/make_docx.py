"""Make the Word fixtures: the national pack's specimen as a clerk would have it in Word.

Run ``python tests/documents/make_docx.py`` after a change; the result is committed. Heading styles with
automatic numbers, merged cells as on the official form, 表三 cut in two by a page break, runs in
pieces as Word leaves them. The bytes depend on the specimen and this script alone.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from gouji.draft.word import BODY_TEXT, BORDERS, FONT, SIGNATURE, package, paragraph, styled
from gouji.draft.word import parts as word_parts

HERE = Path(__file__).parent
SPECIMEN = HERE.parents[1] / "rules" / "cn-gov-disclosure" / "2021" / "specimen.md"
FIXTURE = HERE / "specimen.docx"

Grid = list[list[str]]
Merge = tuple[int, int, int, int]  # top, left, height, width

ROWS_OF_THE_FIRST_PIECE = 18  # 表三 goes on behind the page break with （五）不予处理
TABLE_3: list[Merge] = [
    (0, 0, 3, 3), (0, 3, 1, 7), (1, 3, 2, 1), (1, 4, 1, 5), (1, 9, 2, 1),
    (3, 0, 1, 3), (4, 0, 1, 3), (5, 0, 22, 1), (5, 1, 1, 2), (6, 1, 1, 2),
    (7, 1, 8, 1), (15, 1, 3, 1), (18, 1, 5, 1), (23, 1, 3, 1), (26, 1, 1, 2), (27, 0, 1, 3),
]  # fmt: skip
TABLE_4: list[Merge] = [
    (0, 0, 1, 5), (0, 5, 1, 10), *((1, column, 2, 1) for column in range(5)), (1, 5, 1, 5), (1, 10, 1, 5),
]  # fmt: skip

SMALL = f'{FONT}<w:sz w:val="18"/><w:szCs w:val="18"/>'
PAGE_BREAK = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


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
    return word_parts(content + page)


if __name__ == "__main__":
    FIXTURE.write_bytes(package(parts(SPECIMEN.read_text(encoding="utf-8"))))
    sys.stdout.write(f"{FIXTURE}\n")
