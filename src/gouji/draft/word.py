"""A blank report as a Word document: heading styles, merged cells, totals that Word adds up itself."""

import re
from collections.abc import Sequence
from io import BytesIO
from itertools import pairwise
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from msgspec import Struct

from gouji.draft.form import Draft, FormCell, FormTable, Head, Part, Title, Words

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"

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
BORDERS = "".join(
    f'<w:{side} w:val="single" w:color="auto" w:sz="4" w:space="0"/>' for side in ("top", "left", "bottom", "right")
)

MARGIN, PAGE_WIDTH = 1134, 11906  # twentieths of a point: 2 cm, and A4
_WIDTH = PAGE_WIDTH - 2 * MARGIN
_FEW, _WHOLE = 4, 20  # columns of a table whose labels are centred; rows that stay on one page
_SIZES = ((12, 16), (8, 18), (0, 24))  # half points, for tables of more than so many columns


class Spot(Struct, frozen=True):
    """A cell of a merged table: where it begins (from 0), how far it reaches, and how Word's formulas call it."""

    top: int
    left: int
    height: int
    width: int
    cell: FormCell
    name: str


def render(draft: Draft) -> bytes:
    """Write the report; always the same bytes for the same draft."""
    content = "".join(_block(part, draft) for part in draft.parts)
    page = (
        '<w:sectPr><w:footerReference w:type="default" r:id="rId3"/><w:pgSz w:w="11906" w:h="16838"/>'
        f'<w:pgMar w:top="1440" w:right="{MARGIN}" w:bottom="1440" w:left="{MARGIN}" w:header="851" w:footer="992"'
        ' w:gutter="0"/></w:sectPr>'
    )
    return package(parts(content + page))


def parts(body: str) -> dict[str, str]:
    """Return the parts of a document by name, around its body."""
    return {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": RELATIONS,
        "word/document.xml": f'{DECLARATION}<w:document {W} xmlns:r="{OFFICE}"><w:body>{body}</w:body></w:document>',
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


def _block(part: Part, draft: Draft) -> str:
    if isinstance(part, Title):
        return styled(part.text, "a3")
    if isinstance(part, Head):
        return styled(part.text, str(part.level))  # the style brings the number
    if isinstance(part, Words):
        return paragraph(part.text, SIGNATURE if part.closing else BODY_TEXT)
    return _table(part, draft) + paragraph("")


# --- tables -------------------------------------------------------------------------------------


def _table(table: FormTable, draft: Draft) -> str:
    spots = merged(table)
    widths = column_widths(spots, len(table.rows[0]))
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    names = {spot.cell.key: spot.name for row in spots for spot in row if spot.cell.key}
    size = next(size for more, size in _SIZES if len(widths) > more)
    font = f'{FONT}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
    rows = ""
    for number, row in enumerate(spots):
        looks = Looks(font, number + 1 < len(spots) <= _WHOLE, len(widths) > _FEW and any(s.cell.key for s in row))
        cells = "".join(_cell(spot, number, widths, looks, names, draft) for spot in row)
        rows += f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="340"/><w:jc w:val="center"/></w:trPr>{cells}</w:tr>'
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="a4"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>'
    )


def _cell(spot: Spot, row: int, widths: Sequence[int], looks: "Looks", names: dict[str, str], draft: Draft) -> str:
    span = f'<w:gridSpan w:val="{spot.width}"/>' if spot.width > 1 else ""
    down = "" if spot.height == 1 else '<w:vMerge w:val="restart"/>' if row == spot.top else "<w:vMerge/>"
    width = sum(widths[spot.left : spot.left + spot.width])
    content = looks.paragraph("") if row != spot.top else _content(spot.cell, looks, names, draft)
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{down}<w:tcBorders>{BORDERS}</w:tcBorders>'
        f'<w:vAlign w:val="center"/></w:tcPr>{content}</w:tc>'
    )


class Looks(Struct, frozen=True):
    """How the words of a row are set: their font, whether the row stays with the next, labels to the left."""

    font: str
    with_next: bool
    left: bool

    def properties(self, *, label: bool) -> str:
        """Write the properties of a paragraph."""
        side = "left" if label and self.left else "center"
        return f'{"<w:keepNext/>" * self.with_next}<w:jc w:val="{side}"/>'

    def paragraph(self, text: str, *, label: bool = False) -> str:
        """Write a paragraph."""
        return paragraph(text, self.properties(label=label), self.font)


def _content(cell: FormCell, looks: Looks, names: dict[str, str], draft: Draft) -> str:
    if not cell.key:
        return looks.paragraph(cell.text, label=True)
    number = str(draft.values[cell.key])
    if cell.key not in draft.sums:
        return looks.paragraph(number)
    formula = f" =SUM({listed_cells([names[part] for part in draft.sums[cell.key]])}) "
    run = f"<w:r><w:rPr>{looks.font}</w:rPr>"
    return (
        f"<w:p><w:pPr>{looks.properties(label=False)}<w:rPr>{looks.font}</w:rPr></w:pPr>"
        f'{run}<w:fldChar w:fldCharType="begin"/></w:r>'
        f'{run}<w:instrText xml:space="preserve">{formula}</w:instrText></w:r>'
        f'{run}<w:fldChar w:fldCharType="separate"/></w:r>{run}<w:t>{number}</w:t></w:r>'
        f'{run}<w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


def merged(table: FormTable) -> tuple[tuple[Spot, ...], ...]:
    """Give every row its cells: an empty one belongs to the one on its left or above.

    A cell that reaches down comes again in each row it reaches, as it does in a Word file.
    """
    grid = [list(row) for row in table.rows]
    owners: dict[tuple[int, int], tuple[int, int, int, int]] = {}
    for y, row in enumerate(grid):
        for x, cell in enumerate(row):
            if (y, x) in owners:
                continue
            width = 1
            while x + width < len(row) and not _is_filled(row[x + width]) and (y, x + width) not in owners:
                width += 1
            height = 1
            while _is_filled(cell) and not cell.key and _is_free(grid, owners, y + height, x, width):
                height += 1
            here = (y, x, height, width)
            owners |= {(y + j, x + i): here for j in range(height) for i in range(width)}
    rows = []
    for y, row in enumerate(grid):
        begun = sorted({owners[y, x] for x in range(len(row))}, key=lambda owner: owner[1])
        rows.append(tuple(Spot(*o, grid[o[0]][o[1]], f"{_letter(n)}{y + 1}") for n, o in enumerate(begun)))
    return tuple(rows)


def _is_filled(cell: FormCell) -> bool:
    return bool(cell.text or cell.key)


def _is_free(
    grid: Sequence[Sequence[FormCell]],
    owners: dict[tuple[int, int], tuple[int, int, int, int]],
    y: int,
    x: int,
    width: int,
) -> bool:
    if y >= len(grid) or any(_is_filled(grid[y][x + i]) or (y, x + i) in owners for i in range(width)):
        return False
    # in a row of numbers an empty cell belongs to the label on its left: （七）总计 reaches below 3.其他
    numbers = any(cell.key for cell in grid[y])
    return not (numbers and x and (y, x - 1) not in owners)


def column_widths(rows: Sequence[Sequence[Spot]], columns: int) -> tuple[int, ...]:
    """Share the page's width: by the longest words of a column, which may take two lines, or many when they reach down."""
    numbers = {spot.left for row in rows for spot in row if spot.cell.key}
    weights = [2.5 if column in numbers else 3.5 for column in range(columns)]
    for row in rows:
        for spot in row:
            if spot.width == 1:
                lines = 2 if spot.height == 1 else spot.height + 1
                weights[spot.left] = min(14, max(weights[spot.left], len(spot.cell.text) / lines))
    return tuple(round(weight * _WIDTH / sum(weights)) for weight in weights)


def listed_cells(names: Sequence[str]) -> str:
    """Name cells as Word's formulas do: neighbours in a row or in a column as ranges.

    Word calls a cell by its number within its row and by its row; a merged cell counts once in each row
    that it reaches.
    """
    runs: list[list[str]] = []
    for name in names:
        if runs and _follows(runs[-1], name):
            runs[-1].append(name)
        else:
            runs.append([name])
    return ",".join(run[0] if len(run) == 1 else f"{run[0]}:{run[-1]}" for run in runs)


def _follows(run: Sequence[str], name: str) -> bool:
    steps = {(ord(b[0]) - ord(a[0]), int(b[1:]) - int(a[1:])) for a, b in pairwise([*run, name])}
    return steps in ({(1, 0)}, {(0, 1)})


def _letter(number: int) -> str:
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[number]  # no form has more columns; Word itself goes on with AA
