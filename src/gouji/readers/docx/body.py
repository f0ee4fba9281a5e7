"""The body of a Word document, walked once: what a person sees of it, in reading order."""

from collections.abc import Callable, Iterator
from typing import ClassVar

from lxml import etree
from msgspec import Struct, field

from gouji.errors import UnreadableError
from gouji.readers.docx.fields import Fields, chosen_entry
from gouji.readers.docx.names import attribute, drawing_names, math_names, names, number, value
from gouji.readers.docx.numbering import Numbering
from gouji.readers.docx.package import too_deep
from gouji.readers.docx.paragraph import DELETED, INSERTED, Passage, run_style
from gouji.readers.docx.styles import Styles, switch
from gouji.readers.docx.survey import HIDDEN, RAISED, STRUCK, TEXTS, Properties, Survey, all_text, solid
from gouji.readers.docx.table import Extent, WordCell, WordRow, WordTable
from gouji.wording import Text

DEEPEST = 2_000  # elements open at once; libxml2 itself stops at 2,048
MOST_TABLES_INSIDE = 32  # tables in one another; Word stops at 20
MOST_ADDED = 10_000_000  # characters that stand in no text, such as drawn numbers

_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_VML = "urn:schemas-microsoft-com:vml"
_OFFICE_VML = "urn:schemas-microsoft-com:office:office"
_WORDS_OWN = "http://schemas.microsoft.com/office/"  # the extensions that Word brought along
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_BLANKS = " \t\r\n"
_UNKNOWN = "\ufffd"
_SHAPES = frozenset(("wordprocessingShape", "wordprocessingGroup", "wordprocessingCanvas", "lockedCanvas"))

_CELL, _FIELD_CHARACTER = names("tc"), names("fldChar")
_CELL_DELETED, _CELL_CHANGED = names("cellDel"), names("cellIns", "cellMerge")
_GRID_COLUMN, _GRID_BEFORE, _GRID_SPAN = names("gridCol"), names("gridBefore"), names("gridSpan")
_DOWN, _ACROSS = names("vMerge"), names("hMerge")
_CHOICE, _FALLBACK = f"{{{_COMPATIBILITY}}}Choice", f"{{{_COMPATIBILITY}}}Fallback"
_WITHOUT_TEXT = (
    *("pPr", "rPr", "tblPr", "tblPrEx", "trPr", "tcPr", "sectPr", "sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr"),
    *("rubyPr", "bookmarkStart", "bookmarkEnd", "proofErr", "lastRenderedPageBreak", "softHyphen", "delInstrText"),
)

Leave = Callable[["Body"], None]
Step = Callable[["Body", etree._Element], Leave | None]  # noqa: SLF001 - the only name that elements have


class Body(Struct):
    """The walk through a body and what it has found.

    Attributes:
        styles, numbering: of the document.
        survey: of the part.
        items: the paragraphs and tables in reading order.
        taken: characters of the part that stand in the items or in covered cells, blanks apart.
        added: characters in the items that stand in no text of the part, such as drawn numbers.
        left_out: characters of the part that are not shown: deleted, hidden, an instruction, an
            alternative.
        covered: characters taken that merged cells hide.
        covered_text: the first of the texts that they hide.
        hidden: stretches of text that are hidden.
        hidden_text: the first of them.
        clamped: a cell claimed columns that its table does not have.
        inserted, deleted: changes that nobody has accepted yet.
        pictures: there are pictures, charts or embedded objects, which may show text.
        footnotes: marks of footnotes and endnotes.
        fields: of the document.
    """

    styles: Styles
    numbering: Numbering
    survey: Survey
    items: list[Passage | WordTable] = field(default_factory=list)
    taken: int = 0
    added: int = 0
    left_out: int = 0
    covered: int = 0
    covered_text: str = ""
    hidden: int = 0
    hidden_text: str = ""
    clamped: bool = False
    inserted: int = 0
    deleted: int = 0
    pictures: bool = False
    footnotes: int = 0
    fields: Fields = field(default_factory=Fields)
    _frames: list[tuple[Iterator[etree._Element], Leave]] = field(default_factory=list)
    _unchosen: set[etree._Element] = field(default_factory=set)
    _content: list[list[Passage | WordTable]] = field(default_factory=list)  # of the body and of the open cells
    _tables: list[WordTable] = field(default_factory=list)
    _around: list[Numbering] = field(default_factory=list)  # of the text around the open text boxes
    _numbering_in_boxes: Numbering | None = None
    _extent: Extent = field(default_factory=Extent)
    _passage: Passage | None = None
    _properties: dict[etree._Element, list[etree._Element]] = field(default_factory=dict)
    _may_hide: bool = False
    _run: Properties = ()
    _hiding: bool = False  # the text before was hidden
    _apart: bool = False

    def walk(self, root: etree._Element) -> None:
        """Walk the main part of a document and keep what it shows.

        Raises:
            UnreadableError: GJ005, beyond the limits of depth or tables, or a text that is kept in
                another file; GJ014, a field without an end hides text.
        """
        self._may_hide = self.survey.hides or self.styles.hides
        self._properties = self.survey.properties
        self._content.append(self.items)
        steps, frames, nothing = self._STEPS, self._frames, Body._nothing
        frames.append((iter(root), Body._end_paragraph))
        while frames:
            children, leave = frames[-1]
            for element in children:
                step = steps.get(element.tag, Body._enclosing)
                after = None if step is None else step(self, element)
                if after is not None:
                    if len(frames) >= DEEPEST:
                        raise too_deep("document.xml")
                    frames.append((iter(element), after))
                    break
            else:
                frames.pop()
                if leave is not nothing:
                    leave(self)
        if self.fields.still_hide:
            raise _field_without_end()

    # --- what encloses -------------------------------------------------------------------------

    def _enclosing(self, _: etree._Element) -> Leave:
        return Body._nothing

    def _nothing(self) -> None:
        """Leave an element that only encloses others."""

    def _leave_out(self, element: etree._Element) -> None:
        """Leave out what the document does not show, and count it."""
        for text in element.iter(*TEXTS):
            self.left_out += solid(all_text(text))

    def _insertion(self, _: etree._Element) -> Leave:
        self.inserted += 1
        return Body._nothing

    def _deletion(self, element: etree._Element) -> None:
        self.deleted += 1
        self._leave_out(element)

    def _alternatives(self, element: etree._Element) -> Leave:
        """Choose one of several ways to write the same: the first that Word understands."""
        choices = [branch for branch in element if branch.tag == _CHOICE]
        others = [branch for branch in element if branch.tag == _FALLBACK]
        chosen = next(iter([*filter(_is_understood, choices), *others, *choices]), None)
        self._unchosen.update(branch for branch in (*choices, *others) if branch is not chosen)
        return Body._nothing

    def _alternative(self, element: etree._Element) -> Leave | None:
        if element in self._unchosen:
            self._unchosen.remove(element)
            self._leave_out(element)
            return None
        return Body._nothing

    def _box(self, element: etree._Element) -> Leave | None:
        """Keep a drawing or text box until the paragraph that it hangs on is closed."""
        if self.fields.instructing:
            self._leave_out(element)
        elif self._passage is None:
            return Body._nothing
        else:
            self._passage.boxes.append(element)
        return None

    def _text_box(self, _: etree._Element) -> Leave:
        self._end_paragraph()
        self._around.append(self.numbering)
        self.numbering = self._numbering_in_boxes = self._numbering_in_boxes or self.numbering.beside()
        return Body._end_text_box

    def _end_text_box(self) -> None:
        self._end_paragraph()
        self.numbering = self._around.pop()

    def _picture(self, _: etree._Element) -> None:
        self.pictures = True

    def _graphic(self, element: etree._Element) -> Leave:
        self.pictures = self.pictures or element.get("uri", "").rpartition("/")[2] not in _SHAPES
        return Body._nothing

    def _word_art(self, element: etree._Element) -> Leave:
        self._end_paragraph()
        self._add(element.get("string", ""))
        return Body._end_paragraph

    def _elsewhere(self, _: etree._Element) -> None:
        raise _kept_elsewhere()

    # --- tables --------------------------------------------------------------------------------

    def _table(self, _: etree._Element) -> Leave:
        self._end_paragraph()
        if len(self._tables) >= MOST_TABLES_INSIDE:
            raise _tables_too_deep()
        self._tables.append(WordTable())
        return Body._end_table

    def _grid(self, element: etree._Element) -> None:
        if self._tables and not self._tables[-1].columns:
            self._tables[-1].columns = sum(column.tag in _GRID_COLUMN for column in element)

    def _row(self, element: etree._Element) -> Leave | None:
        if not self._tables or self._tables[-1].in_row:
            return Body._nothing
        row = WordRow()
        for found in self._properties.get(element, ()):
            if found.tag in DELETED:
                self._deletion(element)
                return None
            if found.tag in INSERTED:
                self.inserted += 1
            elif found.tag in _GRID_BEFORE:
                row.before = number(value(found), 0)
        self._tables[-1].rows.append(row)
        self._tables[-1].in_row = True
        return Body._end_row

    def _cell(self, element: etree._Element) -> Leave | None:
        table = self._tables[-1] if self._tables else None
        if table is None or not table.in_row or table.in_cell:
            return Body._nothing
        cell = WordCell()
        for found in self._properties.get(element, ()):
            tag = found.tag
            if tag in _GRID_SPAN:
                cell.span = max(1, number(value(found), 1))
            elif tag in _DOWN:
                cell.down = value(found) or "continue"
            elif tag in _ACROSS:
                cell.across = value(found) or "continue"
            elif tag in _CELL_DELETED:
                self._deletion(element)
                return None
            elif tag in _CELL_CHANGED:
                self.inserted += 1
        self._end_paragraph()
        table.rows[-1].cells.append(cell)
        table.in_cell = True
        self._content.append(cell.content)
        return Body._end_cell

    def _end_cell(self) -> None:
        self._end_paragraph()
        self._content.pop()
        self._tables[-1].in_cell = False

    def _end_row(self) -> None:
        self._end_paragraph()
        table = self._tables[-1]
        table.in_row = False
        self._extent.add_written(len(table.rows[-1].cells))

    def _end_table(self) -> None:
        self._end_paragraph()
        table = self._tables.pop()
        table.merge()
        self._extent.add(table)
        self.clamped = self.clamped or table.clamped
        for cell in table.covered:
            self.covered += _characters(cell)
            self.covered_text = self.covered_text or cell.text
        if table.lays_out():
            self._content[-1].extend(table.content())
        else:
            self._content[-1].append(table)
            self._content[-1].extend(table.data_inside())

    # --- paragraphs ----------------------------------------------------------------------------

    def _paragraph(self, element: etree._Element) -> Leave:
        if self._passage is not None and not self._passage.goes_on:
            self._end_paragraph()
        if self._passage is None:
            self._passage = Passage()
        properties = self._properties.get(element)
        if properties is None and not self._passage.goes_on:
            self._passage.look = self.styles.of_paragraph(None)
            return Body._end_paragraph
        for found in properties or ():
            self.inserted += found.tag in INSERTED
            self.deleted += found.tag in DELETED
        self._passage.set(properties or (), self.styles)
        return Body._nothing if self._passage.goes_on else Body._end_paragraph

    def _shape_paragraph(self, _: etree._Element) -> Leave:
        """Take a paragraph of a shape that is not Word's own."""
        self._end_paragraph()
        return Body._end_paragraph

    def _end_paragraph(self) -> None:
        passage = self._passage
        if passage is None:
            return
        self._passage = None
        self._hiding = False
        self.added += passage.close(self.numbering)
        if self.added > MOST_ADDED:
            raise _too_much_added()
        self._content[-1].append(passage)
        if passage.boxes:  # whoever calls this goes on with a frame of its own, or has just left one
            self._frames.append((iter(passage.boxes), Body._end_paragraph))

    # --- runs ----------------------------------------------------------------------------------

    def _open_run(self, element: etree._Element) -> Leave | None:
        run = self._run = self._properties.get(element, ())
        if self._may_hide and self._passage is not None and self._is_hidden(run, self._passage):
            self._hide(element)
            for character in element.iter(*_FIELD_CHARACTER):
                self._field_mark(character)
            return None
        self._hiding = False
        if self.survey.parts:
            apart = any(found.tag in RAISED and _is_raised(found) for found in run) or switch(run, STRUCK) is True
            if apart or self._apart:
                self._blank(" ")  # 1 with a raised 2 behind it is no 12, nor is it with a struck out 2
            self._apart = apart
        return Body._nothing

    def _hide(self, element: etree._Element) -> None:
        """Leave out a hidden run; those in a row count as one."""
        before = self.left_out
        self._leave_out(element)
        if self.left_out == before:
            return
        self.hidden += not self._hiding
        self.hidden_text = self.hidden_text or "".join(map(all_text, element.iter(*TEXTS)))
        self._hiding = True

    def _is_hidden(self, run: Properties, passage: Passage) -> bool:
        return self.styles.is_hidden(switch(run, HIDDEN), passage.look, run_style(run, self.styles))

    def _text(self, element: etree._Element) -> None:
        text = element.text
        if not text:
            return
        if (text[0] in _BLANKS or text[-1] in _BLANKS) and element.get(_SPACE) != "preserve":
            text = text.strip(_BLANKS)
        characters = solid(text)
        if self.fields.instructing:
            self.left_out += characters
            self.fields.hide(characters)
            return
        self.taken += characters
        if self._passage is None:
            self._passage = Passage()  # text that stands in no paragraph
        self._passage.put(text, self._run if characters else None)

    def _add(self, text: str) -> None:
        """Add what is shown without standing in a text of the part."""
        if text and not self.fields.instructing:
            self.added += solid(text)
            if self._passage is None:
                self._passage = Passage()
            self._passage.put(text, self._run)

    def _blank(self, text: str) -> None:
        if self._passage is not None and not self.fields.instructing:
            self._passage.put(text)

    def _tab(self, _: etree._Element) -> None:
        self._blank("\t")

    def _break(self, element: etree._Element) -> None:
        if self._passage is not None and not self.fields.instructing:
            self._passage.end_line(page=attribute(element, "type") in ("page", "column"))

    def _hyphen(self, _: etree._Element) -> None:
        self._add("-")

    def _symbol(self, element: etree._Element) -> None:
        try:
            character = chr(int(attribute(element, "char") or "", 16))
        except (ValueError, OverflowError):
            character = _UNKNOWN
        self._add(character if character.isprintable() or "\ue000" <= character <= "\uf8ff" else _UNKNOWN)

    def _footnote(self, _: etree._Element) -> None:
        self.footnotes += 1

    def _fraction_bar(self, _: etree._Element) -> Leave:
        self._add("/")
        return Body._nothing

    def _set_apart(self, _: etree._Element) -> Leave:
        self._blank(" ")
        return Body._nothing

    def _field_mark(self, element: etree._Element) -> None:
        self._add(chosen_entry(element))
        self.fields.turn(element)

    def _instruction(self, element: etree._Element) -> None:
        self.fields.instruct(element.text or "")

    _STEPS: ClassVar[dict[str, Step | None]] = {
        **dict.fromkeys(names(*_WITHOUT_TEXT), None),
        **dict.fromkeys(TEXTS, _text),
        **dict.fromkeys(names("p"), _paragraph),
        **dict.fromkeys(drawing_names("main}p"), _shape_paragraph),
        **dict.fromkeys(names("r"), _open_run),
        **dict.fromkeys(names("tbl"), _table),
        **dict.fromkeys(names("tblGrid"), _grid),
        **dict.fromkeys(names("tr"), _row),
        **dict.fromkeys(_CELL, _cell),
        **dict.fromkeys(INSERTED, _insertion),
        **dict.fromkeys(DELETED, _deletion),
        **dict.fromkeys(names("tab", "ptab"), _tab),
        **dict.fromkeys(names("br", "cr"), _break),
        **dict.fromkeys(names("noBreakHyphen"), _hyphen),
        **dict.fromkeys(names("sym"), _symbol),
        **dict.fromkeys(_FIELD_CHARACTER, _field_mark),
        **dict.fromkeys(names("instrText"), _instruction),
        **dict.fromkeys(names("rt"), _leave_out),
        **dict.fromkeys(names("footnoteReference", "endnoteReference"), _footnote),
        **dict.fromkeys(names("drawing", "pict", "object"), _box),
        **dict.fromkeys(names("txbxContent"), _text_box),
        **dict.fromkeys(names("altChunk", "subDoc"), _elsewhere),
        **dict.fromkeys(names("control"), _picture),
        **dict.fromkeys(drawing_names("main}graphicData"), _graphic),
        **dict.fromkeys(drawing_names("main}blip"), _picture),
        **dict.fromkeys((f"{{{_VML}}}imagedata", f"{{{_OFFICE_VML}}}OLEObject"), _picture),
        f"{{{_VML}}}textpath": _word_art,
        f"{{{_COMPATIBILITY}}}AlternateContent": _alternatives,
        **dict.fromkeys((_CHOICE, _FALLBACK), _alternative),
        **dict.fromkeys(math_names("den"), _fraction_bar),
        **dict.fromkeys(math_names("sub", "sup", "deg", "lim"), _set_apart),
    }


def _characters(cell: WordCell) -> int:
    """Count the characters in a cell, tables of data inside it included, blanks apart."""
    tables = (item for item in cell.content if isinstance(item, WordTable) and not item.is_value())
    return solid(cell.text) + sum(solid(inner.text) for table in tables for row in table.rows for inner in row.cells)


def _is_understood(choice: etree._Element) -> bool:
    """Tell whether Word knows what a choice requires."""
    declared = choice.nsmap
    return all(declared.get(prefix, "").startswith(_WORDS_OWN) for prefix in choice.get("Requires", "").split())


def _is_raised(found: etree._Element) -> bool:
    return value(found) in ("superscript", "subscript")


def _kept_elsewhere() -> UnreadableError:
    return UnreadableError(
        "GJ005",
        Text(
            "Word 文档没有读全：有一部分正文存放在另一个文件里（子文档或 altChunk）。"
            "请在 Word 中打开它，另存为新的 .docx 再检查。",
            "The Word document was not read in full: some of its text is kept in another file (a subdocument or"
            " altChunk). Open it in Word, save it as a new .docx and check that.",
        ),
    )


def _tables_too_deep() -> UnreadableError:
    return UnreadableError(
        "GJ005",
        Text(
            f"表格套表格超过 {MOST_TABLES_INSIDE} 层，没有读完。请把报告正文复制到新文档再检查。",
            f"Tables stand in one another more than {MOST_TABLES_INSIDE} deep and were not read to the end."
            " Copy the text of the report into a new document and check that.",
        ),
    )


def _too_much_added() -> UnreadableError:
    return UnreadableError(
        "GJ005",
        Text(
            f"自动编号展开后超过 {MOST_ADDED:,} 个字符，没有读完。请检查编号格式，把报告正文复制到新文档再检查。",
            f"The automatic numbers come to more than {MOST_ADDED:,} characters; the document was not read to its end."
            " Check their format, or copy the text of the report into a new document.",
        ),
    )


def _field_without_end() -> UnreadableError:
    return UnreadableError(
        "GJ014",
        Text(
            "Word 文档已损坏：有一个域没有结束，其后的文字无法确定是否显示，没有读取。"
            "请在 Word/WPS 中全选后按 Ctrl+Shift+F9 把域转为文字，另存后再检查。",
            "The Word document is damaged: a field has no end, so it is open whether the text behind it is shown."
            " Select all in Word or WPS, press Ctrl+Shift+F9 to turn fields into text, save and check again.",
        ),
    )
