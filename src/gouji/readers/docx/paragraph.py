"""A paragraph of a Word document: its lines, what Word draws in front of it, what makes it a heading."""

from lxml import etree
from msgspec import Struct, field

from gouji.readers.cells import collapse
from gouji.readers.docx.names import child, is_on, names, number, value
from gouji.readers.docx.numbering import Numbering
from gouji.readers.docx.styles import BODY_TEXT, PLAIN, Look, Styles, numbering_in, switch
from gouji.readers.docx.survey import HIDDEN, Properties, solid
from gouji.readers.flow import LONGEST_HEADING

INSERTED, DELETED = names("ins", "moveTo"), names("del", "moveFrom")

_STYLE, _NUMBERING, _OUTLINE = names("pStyle"), names("numPr"), names("outlineLvl")
_BOLD, _RUN_STYLE = names("b"), names("rStyle")


class Line(Struct, gc=False):
    """One line of a paragraph.

    Attributes:
        parts: its text, piece by piece.
        runs: the properties of each piece that is not blank.
        text: the whole, once the paragraph is closed.
    """

    parts: list[str] = field(default_factory=list)
    runs: list[Properties] = field(default_factory=list)
    text: str = ""


class Passage(Struct, gc=False):
    """A paragraph: filled run by run, then closed.

    Attributes:
        lines: its lines; None is a page break.
        look: what its style says.
        outline: its own level as a heading.
        of_list, level: its own numbering.
        mark_hidden: its mark is hidden text.
        goes_on: its mark is deleted, so what follows belongs to the same paragraph.
        boxes: drawings and text boxes that hang on it.
    """

    lines: list[Line | None] = field(default_factory=list)
    look: Look = PLAIN
    outline: int | None = None
    of_list: str | None = None
    level: int | None = None
    mark_hidden: bool = False
    goes_on: bool = False
    boxes: list[etree._Element] = field(default_factory=list)
    _line: Line | None = None

    def set(self, properties: Properties, styles: Styles) -> None:
        """Take over the properties of the paragraph; of joined ones the last has its way."""
        style = None
        self.outline = self.of_list = self.level = None
        self.mark_hidden = self.goes_on = False
        for found in properties:
            tag = found.tag
            if tag in _STYLE:
                style = value(found)
            elif tag in _NUMBERING:
                self.of_list, self.level = numbering_in(found)
            elif tag in _OUTLINE:
                self.outline = number(value(found), BODY_TEXT)
            elif tag in DELETED:
                self.goes_on = True
            elif tag in HIDDEN:
                self.mark_hidden = is_on(found)
        self.look = styles.of_paragraph(style)

    def put(self, text: str, run: Properties | None = None) -> None:
        """Add text; without a run it is a blank."""
        line = self._line
        if line is None:
            line = self._line = Line()
            self.lines.append(line)
        line.parts.append(text)
        if run is not None:
            line.runs.append(run)

    def end_line(self, *, page: bool) -> None:
        """Begin a new line, or a new page."""
        self._line = None
        if page:
            self.lines.append(None)

    def close(self, numbering: Numbering) -> int:
        """Put the lines together; return how many characters Word draws in front of them."""
        drawn = ""
        if self.of_list is not None or self.look.number is not None:
            drawn = self._number(numbering)
        for line in self.lines:
            if line is not None:
                line.text = collapse("".join(line.parts))
        return solid(drawn) if drawn else 0

    def is_marked(self, line: Line, styles: Styles) -> bool:
        """Tell whether the document marks a line as a heading: by its style, or short and bold throughout."""
        outline = self.look.outline if self.outline is None else self.outline
        if outline is not None and outline < BODY_TEXT:
            return True
        if len(line.text) > LONGEST_HEADING or not line.runs:
            return False
        return all(styles.is_bold(switch(run, _BOLD), self.look, run_style(run, styles)) for run in line.runs)

    def _number(self, numbering: Numbering) -> str:
        """Put the number that Word draws in front of the first line of text; else it has its own line."""
        first = next((line for line in self.lines if line is not None and line.runs), None)
        if first is None and self.mark_hidden:
            return ""
        drawn = numbering.draw(self.of_list, self.level, self.look)
        if first is not None:
            first.parts.insert(0, drawn)
        elif drawn:
            self.lines.append(Line([drawn]))
        return drawn


def run_style(run: Properties, styles: Styles) -> Look:
    """Return what the style of a run says."""
    found = child(run, _RUN_STYLE)
    return PLAIN if found is None else styles.look(value(found))
