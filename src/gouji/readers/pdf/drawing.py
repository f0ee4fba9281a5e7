"""What is drawn on a page of a PDF: its ruling lines, and how much of it pictures cover."""

import ctypes
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import Any

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]
from msgspec import Struct, field

from gouji.readers.pdf.refusal import beyond
from gouji.wording import Text

MOST_RULINGS = 20_000  # on one page; the largest form has 200
MOST_STROKES = 200_000  # likewise, objects and parts of drawings
THICKEST_RULING = 4.0  # points; what is thicker is a background

_TEXT, _PATH, _IMAGE, _FORM = 1, 2, 3, 5  # FPDF_PAGEOBJ_*
_LINE_TO, _MOVE_TO = 0, 2  # FPDF_SEGMENT_*
_STROKED, INVISIBLE = (1, 2, 5, 6), 3  # text render modes
_NOTHING = 0.02  # points, twice what PDFium takes for it
_APART = 1e-5  # of the size of a text, times one to seven: PDFium compares a text with five others
_LONGISH = 2.0  # times its thickness, else a dot
_FEWEST_DOTS = 3
_RECTANGLE = 5  # so many segments draw one
_FOUR = 4  # sides, and a dot where one is closed twice

Handle = object  # what PDFium gives out
Box = tuple[float, float, float, float]
Point = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


def unchecked(function: Any, result: Any = None) -> Callable[..., Any]:  # noqa: ANN401 - PDFium's have no types
    """Return a PDFium function without the check of its arguments, which takes longer than the call."""
    address = ctypes.cast(function, ctypes.c_void_p).value or 0
    return ctypes.CFUNCTYPE(result or function.restype)(address)


_object_of_page = unchecked(pdfium.FPDFPage_GetObject, ctypes.c_void_p)
_object_of_form = unchecked(pdfium.FPDFFormObj_GetObject, ctypes.c_void_p)
_kind_of = unchecked(pdfium.FPDFPageObj_GetType)
_get_bounds = unchecked(pdfium.FPDFPageObj_GetBounds)
_segment_of = unchecked(pdfium.FPDFPath_GetPathSegment, ctypes.c_void_p)
_kind_of_segment = unchecked(pdfium.FPDFPathSegment_GetType)
_get_point = unchecked(pdfium.FPDFPathSegment_GetPoint)
_closes = unchecked(pdfium.FPDFPathSegment_GetClose)
# Where PDFium writes its answers, made once: it is never threaded.
_SIDES = (ctypes.c_float(), ctypes.c_float(), ctypes.c_float(), ctypes.c_float())
_INTO_SIDES = tuple(map(ctypes.byref, _SIDES))
_POINT = (ctypes.c_float(), ctypes.c_float())
_INTO_POINT = tuple(map(ctypes.byref, _POINT))
_FLAGS = (ctypes.c_int(), ctypes.c_int())


class Ruling(Struct, frozen=True, gc=False):
    """A line along the page or down it: where it stands, and from where to where it goes."""

    at: float
    start: float
    end: float


class Frame(Struct, frozen=True):
    """The page's own box, turned clockwise by quarters, measured from its top left corner."""

    left: float
    bottom: float
    right: float
    top: float
    turn: int

    @property
    def size(self) -> tuple[float, float]:
        """Width and height after turning."""
        across, down = self.right - self.left, self.top - self.bottom
        return (down, across) if self.turn % 2 else (across, down)

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """Turn a box in the page's own coordinates into left, top, right and bottom."""
        match self.turn:
            case 0:
                return left - self.left, self.top - top, right - self.left, self.top - bottom
            case 1:
                return bottom - self.bottom, left - self.left, top - self.bottom, right - self.left
            case 2:
                return self.right - right, bottom - self.bottom, self.right - left, top - self.bottom
            case _:
                return self.top - top, self.right - right, self.top - bottom, self.right - left

    def back(self, box: Box) -> Box:
        """Undo ``box``: return left, bottom, right and top in the page's own coordinates."""
        left, top, right, bottom = box
        match self.turn:
            case 0:
                return left + self.left, self.top - bottom, right + self.left, self.top - top
            case 1:
                return top + self.left, left + self.bottom, bottom + self.left, right + self.bottom
            case 2:
                return self.right - right, top + self.bottom, self.right - left, bottom + self.bottom
            case _:
                return self.right - bottom, self.top - right, self.right - top, self.top - left


class Drawing(Struct):
    """What is drawn on a page, in its own coordinates.

    Attributes:
        boxes: of what may be lines.
        outlines: the boxes of rectangles drawn in one stroke; their sides are among the lines too.
        areas: the boxes of filled areas without an outline.
        pictures: the boxes of the pictures.
        count: how many things are drawn that are not text.
        texts: the pieces of text, by their address in the engine.
        invisible: some of the text that PDFium had to be shown was invisible before.
    """

    boxes: list[Box] = field(default_factory=list)
    outlines: list[Box] = field(default_factory=list)
    areas: list[Box] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    count: int = 0
    texts: dict[int, None] = field(default_factory=dict)
    invisible: bool = False

    def add(self, kind: int, drawn: Handle, matrix: Matrix, most: int) -> int:
        """Take up a path or a picture inside a form with this matrix; return how many strokes it has.

        A path with more strokes than allowed is counted only, and lines beyond the limit are not kept.
        """
        self.count += 1
        if kind == _IMAGE:
            self.pictures.append(_bounds(drawn, matrix))
        elif kind == _PATH:
            strokes: int = pdfium.FPDFPath_CountSegments(drawn)
            if strokes <= most and len(self.boxes) <= MOST_RULINGS:
                boxes = _thin_boxes(drawn, strokes, matrix)
                self.boxes += boxes
                if not boxes and strokes <= _RECTANGLE and _is_plain_area():
                    self.areas.append(_bounds(drawn, matrix))
                if strokes <= _RECTANGLE and len(boxes) >= _FOUR:
                    self.outlines.append(_hull([corner for box in boxes for corner in (box[:2], box[2:])]))
            return strokes
        return 0

    def reveal(self, texts: AbstractSet[int]) -> None:
        """Change pieces of text that PDFium passed over so that it does not: its text must be loaded anew.

        It leaves out text without width or height, for which it takes what is set in a font that the
        file does not bring along, and text that overlaps one of the five before it and looks equal: a
        figure in a cell would be gone. What has no size may be blank and need not come to light.
        """
        for number, address in enumerate([text for text in self.texts if text in texts]):
            drawn = _typed(ctypes.c_void_p(address))
            left, bottom, right, top = _bounds(drawn, _IDENTITY)
            if right - left < _NOTHING or top - bottom < _NOTHING:
                self.invisible |= _widen(drawn)
                del self.texts[address]
            _set_apart(drawn, number)

    def rulings(self, frame: Frame) -> tuple[list[Ruling], list[Ruling]]:
        """Return the lines along the page and down it as it is read."""
        width, height = frame.size
        across, down, dots = [], [], []
        for box in self.boxes:
            left, top, right, bottom = frame.box(*box)
            if not (-THICKEST_RULING < left <= right < width + THICKEST_RULING):
                continue
            if not (-THICKEST_RULING < top <= bottom < height + THICKEST_RULING):
                continue
            if bottom - top <= THICKEST_RULING and right - left >= _LONGISH * (bottom - top):
                across.append(Ruling((top + bottom) / 2, left, right))
            elif right - left <= THICKEST_RULING and bottom - top >= _LONGISH * (right - left):
                down.append(Ruling((left + right) / 2, top, bottom))
            elif right - left <= THICKEST_RULING and bottom - top <= THICKEST_RULING:
                dots.append((left, top, right, bottom))
        across += _dotted([((top + bottom) / 2, left, right) for left, top, right, bottom in dots])
        down += _dotted([((left + right) / 2, top, bottom) for left, top, right, bottom in dots])
        return across, down

    def pictured(self, frame: Frame) -> float:
        """Return the share of the page that pictures take up."""
        width, height = frame.size
        area = sum([(right - left) * (top - bottom) for left, bottom, right, top in self.pictures])
        return area / (width * height or 1)


def drawing_of(page: Handle, number: int) -> Drawing:
    """Find what is drawn on a page.

    Args:
        page: the engine's page.
        number: of the page, for messages.

    Raises:
        UnreadableError: GJ005, too many lines or too much drawn.
    """
    found = Drawing()
    strokes = 0
    containers = [(_object_of_page, page, pdfium.FPDFPage_CountObjects(page), _IDENTITY)]
    while containers:
        get, container, count, matrix = containers.pop()
        strokes += count
        for at in range(count):
            address = get(container, at)
            drawn = ctypes.c_void_p(address)
            kind = _kind_of(drawn)
            if kind == _TEXT:
                found.texts[address] = None
            elif kind == _FORM:
                form = _typed(drawn)
                inside = pdfium.FPDFFormObj_CountObjects(form)
                containers.append((_object_of_form, form, inside, _product(form, matrix)))
            else:
                strokes += found.add(kind, _typed(drawn), matrix, MOST_STROKES - strokes)
        if strokes > MOST_STROKES:
            raise beyond(Text("图形笔画数", "strokes of drawings"), strokes, MOST_STROKES, number)
        if len(found.boxes) > MOST_RULINGS:
            raise beyond(Text("表格线条数", "ruling lines"), len(found.boxes), MOST_RULINGS, number)
    found.boxes += found.pictures  # some programs draw lines as pictures of one colour
    return found


def origin_of(address: int) -> Point:
    """Return where a piece of text begins."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(_typed(ctypes.c_void_p(address)), matrix)
    return matrix.e, matrix.f


def _typed(drawn: Handle) -> Handle:
    return ctypes.cast(drawn, pdfium.FPDF_PAGEOBJECT)  # type: ignore[arg-type]


def _set_apart(text: Handle, number: int) -> None:
    """Make the size of a text differ from that of its neighbours by next to nothing: it is another text then."""
    size = ctypes.c_float()
    pdfium.FPDFTextObj_GetFontSize(text, size)
    pdfium.FPDFTextObj_SetFontSize(text, size.value * (1 + _APART * (1 + number % 7)))


def _dotted(dots: list[tuple[float, float, float]]) -> Iterator[Ruling]:
    """Yield the lines that dots make: where each dot stands, from where to where it goes."""
    row: list[tuple[float, float, float]] = []
    for dot in (*sorted(dots, key=lambda dot: (round(dot[0]), dot[1])), None):
        if dot is not None and row and _is_next(dot, row[-1]):
            row.append(dot)
            continue
        if len(row) >= _FEWEST_DOTS:
            yield Ruling(row[0][0], row[0][1], row[-1][2])
        row = [dot] if dot is not None else []


def _is_next(dot: tuple[float, float, float], last: tuple[float, float, float]) -> bool:
    return abs(dot[0] - last[0]) < 1 and last[1] <= dot[1] <= last[2] + THICKEST_RULING


def _widen(text: Handle) -> bool:
    """Give a text that takes up no space that of a stroke around it; return whether it was invisible."""
    matrix = pdfium.FS_MATRIX()
    mode = pdfium.FPDFTextObj_GetTextRenderMode(text)
    pdfium.FPDFPageObj_GetMatrix(text, matrix)
    if mode not in _STROKED:
        pdfium.FPDFTextObj_SetTextRenderMode(text, _STROKED[0])
    pdfium.FPDFPageObj_SetStrokeWidth(text, 1.0)
    pdfium.FPDFPageObj_SetMatrix(text, matrix)
    return bool(mode == INVISIBLE)


def _thin_boxes(path: Handle, segments: int, matrix: Matrix) -> list[Box]:
    """Return the boxes of what may be lines in a path: the sides of its outline, or its areas."""
    filled, stroked = _FLAGS
    pdfium.FPDFPath_GetDrawMode(path, filled, stroked)
    if not stroked.value and not filled.value:
        return []
    if segments <= _RECTANGLE:
        left, bottom, right, top = _bounds(path, matrix)
        if min(right - left, top - bottom) <= THICKEST_RULING:
            return [(left, bottom, right, top)]
        if not stroked.value:
            return []
    outlines = _outlines(path, segments, _product(path, matrix))
    if stroked.value:
        boxes = (_hull(side) for points in outlines for side in pairwise(points))
    else:
        boxes = (_hull(points) for points in outlines)
    return [box for box in boxes if min(box[2] - box[0], box[3] - box[1]) <= THICKEST_RULING]


def _is_plain_area() -> bool:
    """Tell whether the path that was looked at last is filled and has no outline."""
    filled, stroked = _FLAGS
    return bool(filled.value) and not stroked.value


def _outlines(path: Handle, segments: int, matrix: Matrix) -> Iterator[list[Point]]:
    """Yield the outlines of a path that have straight sides only."""
    x, y = _POINT
    points: list[Point] = []
    straight = True
    for number in range(segments):
        segment = ctypes.c_void_p(_segment_of(path, number))
        kind = _kind_of_segment(segment)
        if kind == _MOVE_TO:
            if straight and len(points) > 1:
                yield _moved(points, matrix)
            points, straight = [], True
        straight = straight and kind in (_MOVE_TO, _LINE_TO)
        _get_point(segment, *_INTO_POINT)
        points.append((x.value, y.value))
        if _closes(segment):
            points.append(points[0])
    if straight and len(points) > 1:
        yield _moved(points, matrix)


def _bounds(drawn: Handle, matrix: Matrix) -> Box:
    """Return left, bottom, right and top of an object."""
    left, bottom, right, top = _SIDES
    _get_bounds(drawn, *_INTO_SIDES)
    box = left.value, bottom.value, right.value, top.value
    if matrix is _IDENTITY:
        return box
    return _hull(_moved([box[:2], box[2:], (box[0], box[3]), (box[2], box[1])], matrix))


def _product(drawn: Handle, outer: Matrix) -> Matrix:
    """Return the matrix of an object inside a form: its own, then the form's."""
    own = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(drawn, own)
    if outer is _IDENTITY:
        return own.a, own.b, own.c, own.d, own.e, own.f
    (ax, ay), (bx, by), (cx, cy) = _moved([(own.a, own.b), (own.c, own.d), (own.e, own.f)], outer)
    *_, e, f = outer
    return ax - e, ay - f, bx - e, by - f, cx, cy


def _moved(points: list[Point], matrix: Matrix) -> list[Point]:
    a, b, c, d, e, f = matrix
    return [(a * x + c * y + e, b * x + d * y + f) for x, y in points]


def _hull(points: Sequence[Point]) -> Box:
    across, up = [x for x, _ in points], [y for _, y in points]
    return min(across), min(up), max(across), max(up)
