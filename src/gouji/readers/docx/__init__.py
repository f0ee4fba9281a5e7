"""DOCX: Word's own format, read from its XML as Word shows it, automatic numbers included."""

from collections.abc import Iterator, Sequence

from gouji.document import Block, Document, Note, Paragraph, Place, Table
from gouji.errors import UnreadableError
from gouji.readers import flow
from gouji.readers.docx.body import Body
from gouji.readers.docx.names import names
from gouji.readers.docx.numbering import numbering_of_document
from gouji.readers.docx.package import Package, damaged
from gouji.readers.docx.paragraph import Passage
from gouji.readers.docx.styles import Styles, styles_of
from gouji.readers.docx.survey import solid, survey
from gouji.readers.docx.table import WordTable
from gouji.wording import Text, listed, same, shorten

_DOCUMENT = names("document")


def read(data: bytes, path: str) -> Document:
    """Read a Word document: ``.docx``, ``.docm``, ``.dotx`` and ``.dotm``, transitional and strict.

    What the body shows is read, with the numbers that Word draws and as if all changes had been
    accepted. Headers, footers, footnotes and comments are no part of it; macros are never touched.

    Args:
        data: the whole file.
        path: the name that the document will carry.

    Raises:
        UnreadableError: GJ002 no text in it, GJ003 not a Word document, GJ005 beyond a limit or not
            read in full, GJ013 encrypted, GJ014 damaged, GJ015 nothing but pictures, GJ016 a part
            carries a DOCTYPE.
    """
    package = Package(data)
    root = package.parsed(package.main)
    if root.tag not in _DOCUMENT:
        package.refuse_other_applications()
        raise damaged(package.main)
    styles = styles_of(package.related("styles"))
    surveyed = survey(root)
    body = Body(styles, numbering_of_document(package.related("numbering"), styles), surveyed)
    body.walk(root)
    blocks = tuple(flow.blocks(_items(body.items, styles)))  # page numbers stand in footers, not in the body
    in_full = body.taken + body.left_out == surveyed.characters
    if not in_full or _shown(blocks) != body.taken - body.covered + body.added:
        raise _incomplete()
    if not blocks:
        raise _only_pictures() if body.pictures else _empty()
    return Document(path, "docx", blocks, notes=tuple(_notes(body)))


def _items(found: Sequence[Passage | WordTable], styles: Styles) -> Iterator[flow.Line | flow.Break | Table]:
    tables = 0
    for block, item in enumerate(found, 1):
        if isinstance(item, WordTable):
            tables += 1
            if any(cell.text for row in item.rows for cell in row.cells):
                yield item.table(block, tables)
            continue
        yield flow.BREAK
        place = Place(block=block)
        for line in item.lines:
            if line is None:
                yield flow.BREAK
            elif line.text:
                yield flow.Line(line.text, place, item.is_marked(line, styles))


def _shown(blocks: Sequence[Block]) -> int:
    """Count the characters in the blocks."""
    total = 0
    for block in blocks:
        if isinstance(block, Paragraph):
            total += solid(block.text)
        else:
            total += sum(solid(cell.text) for row in block.rows for cell in row)
    return total


def _notes(body: Body) -> Iterator[Note]:
    if body.inserted or body.deleted:
        yield Note(
            "GJ019",
            Text(
                f"文档里有没有处理的修订（插入 {body.inserted} 处、删除 {body.deleted} 处），按全部接受后的文字核对。"
                "发布前请在“审阅”中接受或拒绝全部修订。",
                f"The document has changes pending ({body.inserted} insertions, {body.deleted} deletions); it was read"
                " as if all were accepted. Accept or reject them before it is published.",
            ),
        )
    for text in _remarks(body):
        yield Note("GJ025", text)


def _remarks(body: Body) -> Iterator[Text]:
    if body.pictures:
        yield Text(
            "文档里有图片、图表或嵌入的对象，其中的文字没有核对。表格请用 Word 表格，不要用图片。",
            "The document has pictures, charts or embedded objects; text in them was not checked."
            " Tables should be tables of Word, not pictures.",
        )
    if body.footnotes:
        yield Text(
            f"文档里有 {body.footnotes} 处脚注或尾注，注文没有核对。",
            f"The document has {body.footnotes} footnotes or endnotes; their text was not checked.",
        )
    if body.fields.formulas:
        yield Text(
            f"文档里有 {body.fields.formulas} 处 EQ 域（带圈字符、拼音等），其中的文字没有核对。",
            f"The document has {body.fields.formulas} EQ fields (enclosed characters and the like);"
            " text in them was not checked.",
        )
    if body.covered:
        yield Text(
            f"合并的单元格遮住了文字“{shorten(body.covered_text)}”，Word 不显示，没有核对。请取消合并后删去它。",
            f"Merged cells cover the text “{shorten(body.covered_text)}”, which Word does not show and which was"
            " not checked. Split the cells and remove it.",
        )
    if body.hidden:
        yield Text(
            f"文档里有 {body.hidden} 处隐藏文字（如“{shorten(body.hidden_text)}”），Word 不显示，没有核对。"
            "要公开的请取消隐藏，否则请删去。",
            f"The document has hidden text in {body.hidden} place(s) (“{shorten(body.hidden_text)}”), which Word does"
            " not show and which was not checked. Show it or remove it.",
        )
    if body.clamped:
        yield Text(
            "有单元格合并的列数超过了表格的列数，按表格的列数读取。",
            "A cell claims more columns than its table has; it was read as ending with the table.",
        )
    if body.numbering.unknown:
        formats = listed(same(name) for name in sorted(body.numbering.unknown))
        yield Text(
            f"有不认识的编号格式（{formats.zh}），按阿拉伯数字读取。",
            f"Numbers in an unknown format ({formats.en}) were read as decimal figures.",
        )


def _incomplete() -> UnreadableError:
    return UnreadableError(
        "GJ005",
        Text(
            "Word 文档没有读全：有文字不在可以识别的位置。请在 Word/WPS 中打开它，另存为新的 .docx 再检查。",
            "The Word document was not read in full: some text stands where it cannot be placed."
            " Open it in Word or WPS, save it as a new .docx and check that.",
        ),
    )


def _empty() -> UnreadableError:
    return UnreadableError(
        "GJ002",
        Text(
            "Word 文档里没有文字，没有可检查的内容。请核对是否传错文件或保存失败。",
            "The Word document holds no text: there is nothing to check. Was it saved or uploaded correctly?",
        ),
    )


def _only_pictures() -> UnreadableError:
    return UnreadableError(
        "GJ015",
        Text(
            "Word 文档里只有图片，没有可检查的文字。请提供报告的文字版，不要用扫描件或截图。",
            "The Word document holds nothing but pictures. Please provide the report as text, not as scans.",
        ),
    )
