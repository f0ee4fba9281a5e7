"""What stands on one page of a PDF: its characters and ruling lines, turned the way they are read."""

import ctypes
import math
import sys
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Self

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]
from msgspec import Struct

from gouji.errors import UnreadableError
from gouji.readers.pdf.drawing import INVISIBLE, Box, Drawing, Frame, Handle, Ruling, drawing_of, origin_of, unchecked
from gouji.readers.pdf.refusal import beyond, damaged, not_in_full
from gouji.wording import Text

MOST_CHARACTERS = 100_000  # on one page; a page of small print has 5,000
UNREADABLE = "\N{REPLACEMENT CHARACTER}"  # stands for a glyph whose font does not tell which character it is

_ASCENT, _DESCENT = 0.88, 0.12  # of a square Chinese glyph, in em
_MIDDLE = 0.38  # of a line of text over its base
_OVERSIZED = 2.5  # PDFium measures glyphs of vertical fonts in units of the font, not of the page
_UNDERSIZED = 0.8  # of fonts without measures it only gives the ink
_LARGEST_EM = 1_000.0  # points; beyond it the size is nonsense
_EVEN = 0.05  # of a quarter turn; a slope below this is none
_QUARTER = math.pi / 2
_MOSTLY = 0.5  # a page of pictures is covered by them at least as much
_NO_CHARACTER = "\ufffe"  # what PDFium writes for several things, hyphens among them

_BOLD = range(600, 1_001)  # PDFium makes up larger weights where a font does not tell
_FORCED_BOLD = 1 << 18
_BOLD_NAMES = ("bold", "black", "heavy", "simhei", "stheiti", "fzht", "黑体")
_LONGEST_NAME = 200

_OUTLINED = 2  # text render mode
_SHOWN_NOTES = frozenset((3, 13, 20))  # FPDF_ANNOT_*: free text, stamps, form fields
_FOR_DISPLAY, _FLATTENED = 0, 1  # FLAT_NORMALDISPLAY, FLATTEN_SUCCESS

# Glyphs in the page's own coordinates: text, number, origin (x, end, y), size;
_Upright = tuple[str, int, float, float, float, float]
# text, number, origin, left, bottom, right, top, size, quarter turns.
_Glyph = tuple[str, int, float, float, float, float, float, float, float, int]


_get_box = unchecked(pdfium.FPDFText_GetLooseCharBox)
_is_unmapped = unchecked(pdfium.FPDFText_HasUnicodeMapError)
_get_origin = unchecked(pdfium.FPDFText_GetCharOrigin)
_get_matrix = unchecked(pdfium.FPDFText_GetMatrix)
_get_size = unchecked(pdfium.FPDFText_GetFontSize)
_text_object = unchecked(pdfium.FPDFText_GetTextObject, ctypes.c_void_p)
# Where PDFium writes its answers, made once: it is never threaded.
_ORIGIN = (ctypes.c_double(), ctypes.c_double(), pdfium.FS_MATRIX())
_INTO_X, _INTO_Y, _INTO_MATRIX = map(ctypes.byref, _ORIGIN)

# Fonts draw these radicals with the glyph of the character they look like, so some producers write them instead.
_RADICALS = "⺠民⺟母⻁虎⻄西⻅见⻆角⻉贝⻋车⻓长⻔门⻘青⻙韦⻚页⻛风⻜飞⻝食⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻬齐⻮齿⻰龙⻳龟⺒巳⺝月⺴网⺼肉"
_COMPATIBLE = (*range(0x2F00, 0x2FD6), *range(0xF900, 0xFAD9))
_BLANKS = " \t\n\v\f\r\x85\xa0\xad\u1680\u2028\u2029\u202f\u205f\u2060\u3000\ufeff" + "".join(
    map(chr, range(0x2000, 0x2010))
)
_MEANT = dict.fromkeys((*range(32), *range(127, 160), *range(55296, 57344), 65534, 65535), UNREADABLE)
_MEANT |= {code: unicodedata.normalize("NFKC", chr(code)) for code in _COMPATIBLE}
_MEANT |= {ord(radical): meant for radical, meant in zip(_RADICALS[::2], _RADICALS[1::2], strict=True)}
_MEANT |= {ord(blank): " " for blank in _BLANKS}


class Char(Struct, frozen=True, gc=False):
    """One character; points count from the top left corner of the page as it is read.

    Attributes:
        text: the character, ``UNREADABLE`` where the font does not tell.
        at: its number in the engine's text of the page.
        x, y: its middle.
        left, right, level: where it begins, where the next one may, and the middle of its line; for a
            character that is turned, with the page turned along.
        em: the size of its font.
        turn: quarter turns counter-clockwise from the direction the page is read in.
    """

    text: str
    at: int
    x: float
    y: float
    left: float
    right: float
    level: float
    em: float
    turn: int = 0

    @property
    def base(self) -> float:
        """The line it stands on, in its own direction."""
        return self.level + _MIDDLE * self.em

    @property
    def box(self) -> Box:
        """Left, top, right and bottom."""
        half = self.em / 2
        if self.turn:
            return self.x - half, self.y - half, self.x + half, self.y + half
        return self.left, self.y - half, self.right, self.y + half


class Page:
    """The content of one page, read on entering a ``with`` block and let go on leaving it.

    Attributes:
        number: from 1.
        size: width and height as it is read.
        found: how many characters, blanks left out, the engine's text of it has.
        chars: those that belong to the text of the page, in the order of the engine.
        across, down: its ruling lines.
        outlines: the boxes of rectangles that are drawn in one stroke, whose sides are ruling lines.
        areas: the boxes of filled areas.
        slanting: the text of a watermark, which stands at an angle.
        watermarks: the lines of an upright watermark, which stands under or over other text.
        left_out: how many characters belong to a watermark or stand beyond the borders of the page.
        pictured: the share of the page that its pictures take up.
        drawn: how many drawings and pictures are on it.
        recognised: the text is invisible and lies behind pictures, as text recognition leaves it.
    """

    def __init__(self, document: Handle, number: int) -> None:
        """Name a page of an open document."""
        self._document = document
        self.number = number
        self.found = 0
        self.chars: list[Char] = []
        self.across: list[Ruling] = []
        self.down: list[Ruling] = []
        self.outlines: list[Box] = []
        self.areas: list[Box] = []
        self.slanting = ""
        self.watermarks: list[str] = []
        self.left_out = 0
        self.pictured = 0.0
        self.drawn = 0
        self.recognised = False
        self._bold: dict[int | None, bool] = {}
        self._text: Handle = None

    def __enter__(self) -> Self:
        """Read the page.

        Raises:
            UnreadableError: GJ014, the engine cannot load the page; GJ005, it is beyond the limits.
        """
        self._page = _loaded(self._document, self.number)
        try:
            drawing = drawing_of(self._page, self.number)
            self._load_text()
            passed_over = self._passed_over(drawing)
            if passed_over:
                drawing.reveal(passed_over)
                self._load_text()
            upright, others = self._glyphs()
            if passed_over:
                self._check(drawing, upright, others)
            self._keep(drawing, upright, others)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Let the engine's objects go; what was read stays."""
        if self._text:
            pdfium.FPDFText_ClosePage(self._text)
        pdfium.FPDF_ClosePage(self._page)

    def shown(self, box: Box) -> Box:
        """Turn a box of the page as it is read into one of the page as it is shown, rounded."""
        if self._shown is not self._frame:
            box = self._shown.box(*self._frame.back(box))
        left, top, right, bottom = box
        return round(left, 1), round(top, 1), round(right, 1), round(bottom, 1)

    def is_bold(self, char: Char) -> bool:
        """Tell whether a character is set in a bold or heavy font or drawn with an outline. Only while open."""
        drawn = pdfium.FPDFText_GetTextObject(self._text, char.at)
        if not drawn:
            return False
        if pdfium.FPDFTextObj_GetTextRenderMode(drawn) == _OUTLINED:
            return True
        font = pdfium.FPDFTextObj_GetFont(drawn)
        key = ctypes.cast(font, ctypes.c_void_p).value
        if key not in self._bold:
            self._bold[key] = _is_bold_font(font)
        return self._bold[key]

    def _keep(self, drawing: Drawing, upright: list[_Upright], others: list[_Glyph]) -> None:
        """Turn everything the way the page is read."""
        box = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(self._page, box)
        frames = [Frame(box.left, box.bottom, box.right, box.top, turn) for turn in range(4)]
        turns = Counter([glyph[-1] for glyph in others])
        turns[0] += len(upright)
        turn = max(turns, key=lambda turn: (turns[turn], -turn))
        self._frame, self._shown = frames[turn], frames[pdfium.FPDFPage_GetRotation(self._page) % 4]
        self.size = self._frame.size
        if turn == 0:
            self._keep_upright(upright)
        else:
            others += [(c, at, x, y, *_box(x, y, right - x, em, 0), em, 0) for c, at, x, right, y, em in upright]
        self._keep_turned(others, frames)
        self.left_out = self.found - len(self.chars)
        self.across, self.down = drawing.rulings(self._frame)
        self.outlines = [self._frame.box(*outline) for outline in drawing.outlines]
        self.areas = [self._frame.box(*area) for area in drawing.areas]
        self.pictured, self.drawn = drawing.pictured(self._frame), drawing.count
        if self.pictured > _MOSTLY and self.chars:
            ends = (self.chars[0], self.chars[-1])
            self.recognised = drawing.invisible or all(self._is_invisible(char) for char in ends)

    def _load_text(self) -> None:
        if self._text:
            pdfium.FPDFText_ClosePage(self._text)
        self._text = pdfium.FPDFText_LoadPage(self._page)
        if not self._text:
            raise _unloadable(self.number)
        self._count = pdfium.FPDFText_CountChars(self._text)
        if self._count > MOST_CHARACTERS:
            raise beyond(Text("字符数", "characters"), self._count, MOST_CHARACTERS, self.number)

    def _passed_over(self, drawing: Drawing) -> set[int]:
        """Return the pieces of text on the page that have not come into the engine's text of it."""
        text = self._text
        return drawing.texts.keys() - [_text_object(text, at) for at in range(self._count)]

    def _check(self, drawing: Drawing, upright: Sequence[_Upright], others: Sequence[_Glyph]) -> None:
        """See that no piece of text is missing; one printed twice, to make it bold, may come once: its place is taken."""
        missing = self._passed_over(drawing)
        if not missing:
            return
        origins = [(glyph[2], glyph[4]) for glyph in upright] + [(glyph[2], glyph[3]) for glyph in others]
        taken = {(x // 1 + across, y // 1 + up) for x, y in origins for across in (-1, 0, 1) for up in (-1, 0, 1)}
        lost = sum([(x // 1, y // 1) not in taken for x, y in map(origin_of, missing)])
        if lost:
            raise not_in_full(self.number, len(drawing.texts), len(drawing.texts) - lost)

    def _glyphs(self) -> tuple[list[_Upright], list[_Glyph]]:
        """Read the characters that are not blank: upright ones, turned or unusual ones, slanting ones apart."""
        text, count = self._text, self._count
        box = pdfium.FS_RECTF()
        into_box = ctypes.byref(box)
        known: dict[tuple[float, float], tuple[float, float]] = {}  # one line of one font has one base and size
        upright: list[_Upright] = []
        others: list[_Glyph] = []
        for at, character in enumerate(_written(text, count)):
            if character == " ":
                continue
            _get_box(text, at, into_box)
            bottom, top = box.bottom, box.top
            if _is_unmapped(text, at):
                character = UNREADABLE  # noqa: PLW2901
            line = known.get((bottom, top))
            if line is not None:
                upright.append((character, at, box.left, box.right, *line))
                continue
            drawn = (box.left, bottom, box.right, top)
            glyph = self._glyph(character, at, drawn)
            if glyph is None:
                self.slanting += character
            elif glyph[-1]:
                others.append(glyph)
            else:
                _, _, x, y, _, _, right, _, em, _ = glyph
                upright.append((character, at, x, right, y, em))
                if glyph[4:8] == drawn:
                    known[bottom, top] = y, em
        self.found = len(upright) + len(others) + len(self.slanting)
        return upright, others

    def _glyph(self, character: str, at: int, box: Box) -> _Glyph | None:
        """Ask the engine how a character stands, and mend its box; None for one that stands at an angle."""
        across, up, matrix = _ORIGIN
        _get_origin(self._text, at, _INTO_X, _INTO_Y)
        _get_matrix(self._text, at, _INTO_MATRIX)
        x, y, a, b = across.value, up.value, matrix.a, matrix.b
        quarters = 0 if b == 0 < a else math.atan2(b, a) / _QUARTER
        turn = round(quarters)
        if abs(quarters - turn) > _EVEN:
            return None
        turn %= 4
        em = _get_size(self._text, at) * math.hypot(matrix.c, matrix.d)
        if not 0 < em < _LARGEST_EM:
            em = 1.0
        height = box[2] - box[0] if turn % 2 else box[3] - box[1]
        if height > em * _OVERSIZED:
            box = _box(x, y, em, em, turn)
        elif height < em * _UNDERSIZED:
            box = _joined(box, _box(x, y, em / 2, em, turn))
        return character, at, x, y, *box, em, turn

    def _keep_upright(self, glyphs: list[_Upright]) -> None:
        """Keep the characters of an upright page that stand within its borders."""
        left, top = self._frame.left, self._frame.top
        width, height = self.size
        for text, at, x, end, y, em in glyphs:
            across, down = (x + end) / 2 - left, top - y - _MIDDLE * em
            if 0 <= across <= width and 0 <= down <= height:
                self.chars.append(Char(text, at, across, down, x - left, end - left, down, em))

    def _keep_turned(self, glyphs: list[_Glyph], frames: list[Frame]) -> None:
        """Keep the characters of a page that is turned, or that are turned on the page."""
        frame = self._frame
        width, height = self.size
        for text, at, x, y, left, bottom, right, top, em, turn in glyphs:
            start, base, _, _ = frames[turn].box(x, y, x, y)
            end, level = frames[turn].box(left, bottom, right, top)[2], base - _MIDDLE * em
            if turn == frame.turn:
                across, down = (start + end) / 2, level
            else:
                box = frame.box(left, bottom, right, top)
                across, down = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
            if 0 <= across <= width and 0 <= down <= height:
                self.chars.append(Char(text, at, across, down, start, end, level, em, (turn - frame.turn) % 4))

    def _is_invisible(self, char: Char) -> bool:
        drawn = pdfium.FPDFText_GetTextObject(self._text, char.at)
        return bool(drawn) and pdfium.FPDFTextObj_GetTextRenderMode(drawn) == INVISIBLE


# --- characters -------------------------------------------------------------------------------


def _written(text: Handle, count: int) -> str:
    """Return one character for each that the engine counts; every blank is a plain one."""
    buffer = (ctypes.c_ushort * (2 * count + 2))()
    length = pdfium.FPDFText_GetText(text, 0, count, buffer) - 1
    found = bytes(buffer)[: 2 * length].decode("utf-16-le", "surrogatepass")
    if len(found) != count or length != count or _NO_CHARACTER in found:
        found = "".join([_one_written(text, at) for at in range(count)])
    return found.translate(_MEANT)


def _one_written(text: Handle, at: int) -> str:
    if pdfium.FPDFText_IsHyphen(text, at) == 1:  # one at the end of a line, to which PDFium gives a code of its own
        return "-"
    code: int = pdfium.FPDFText_GetUnicode(text, at)
    return chr(code) if code <= sys.maxunicode else UNREADABLE


def _box(x: float, y: float, width: float, em: float, turn: int) -> Box:
    """Return left, bottom, right and top of a glyph with this origin."""
    up, down = _ASCENT * em, _DESCENT * em
    match turn:
        case 0:
            return x, y - down, x + width, y + up
        case 1:
            return x - up, y, x + down, y + width
        case 2:
            return x - width, y - up, x, y + down
        case _:
            return x - down, y - width, x + up, y


def _joined(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _is_bold_font(font: Handle) -> bool:
    if pdfium.FPDFFont_GetWeight(font) in _BOLD or pdfium.FPDFFont_GetFlags(font) & _FORCED_BOLD:
        return True
    buffer = ctypes.create_string_buffer(_LONGEST_NAME)
    pdfium.FPDFFont_GetBaseFontName(font, buffer, _LONGEST_NAME)
    name = buffer.value.decode("utf-8", "replace").lower()
    return any(word in name for word in _BOLD_NAMES)


def _loaded(document: Handle, number: int) -> Handle:
    """Load a page; fields and notes that show text on it become part of it."""
    page = pdfium.FPDF_LoadPage(document, number - 1)
    if page and _shows_notes(page) and pdfium.FPDFPage_Flatten(page, _FOR_DISPLAY) == _FLATTENED:
        pdfium.FPDF_ClosePage(page)
        page = pdfium.FPDF_LoadPage(document, number - 1)
    if not page:
        raise _unloadable(number)
    return page


def _shows_notes(page: Handle) -> bool:
    for number in range(pdfium.FPDFPage_GetAnnotCount(page)):
        note = pdfium.FPDFPage_GetAnnot(page, number)
        kind = pdfium.FPDFAnnot_GetSubtype(note)
        pdfium.FPDFPage_CloseAnnot(note)
        if kind in _SHOWN_NOTES:
            return True
    return False


def _unloadable(number: int) -> UnreadableError:
    return damaged(Text(f"第 {number} 页打不开", f"page {number} cannot be opened"))
