"""The charts of an audit's page: Vega-Lite, made into SVG on this machine and in a process of its own.

Drawing takes a JavaScript engine (80 MB, threads), which goes with the child that had it. The SVG holds
no script and no style: its colours are the page's (``var(--error)``), so that it follows light and dark.
Its sizes are fixed beforehand, since measuring text would make the bytes depend on the fonts at hand.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from gouji.guard import Limits, guarded
from gouji.reporters.json import Json

LIMITS = Limits(seconds=120, idle=120, memory=1 << 40)  # the engine reserves 32 GB of addresses and uses 0.1
WIDTH = 360  # what a telephone shows without making it smaller
FONT = 13  # pixels
LEGIBLE = 0.09  # of a bar: a smaller piece has no room for its number

_LABELS, _NUMBERS = 84, 48  # pixels left and right of the bars
_STEP, _BAR = 26, 0.64  # pixels from bar to bar, and how much of them the bar takes
_COLUMNS = 96  # pixels that the highest column has


class Bar(Struct, frozen=True):
    """One bar: what it stands for, and the size of each of its pieces."""

    label: str
    pieces: tuple[int, ...]


def stacked(bars: Sequence[Bar], colours: Sequence[str]) -> Json:
    """Lay bars, their pieces end to end and the sum behind them.

    Args:
        bars: from top to bottom.
        colours: the page's name of a colour for each piece.
    """
    rows: list[Json] = []
    for bar in bars:
        start = 0
        for colour, size in zip(colours, bar.pieces, strict=True):
            if size:
                rows.append({"bar": bar.label, "from": start, "to": start + size, "colour": f"var(--{colour})"})
            start += size
    longest = max((sum(bar.pieces) for bar in bars), default=0) or 1
    sums: Json = [{"bar": bar.label, "to": sum(bar.pieces)} for bar in bars]
    text: Json = {
        "data": {"values": sums},
        "mark": {"type": "text", "align": "left", "baseline": "middle", "dx": 6},
        "encoding": {"x": _along("to", longest), "text": {"field": "to"}},
    }
    return _across(bars, [_pieces(rows, longest), text])


def shares(bars: Sequence[Bar], colours: Sequence[str]) -> Json:
    """Lay bars of the same length, their pieces in proportion, with the number in those that have room.

    Args:
        bars: from top to bottom.
        colours: the page's name of a colour for each piece.
    """
    rows: list[Json] = []
    numbers: list[Json] = []
    for bar in bars:
        whole, start = sum(bar.pieces) or 1, 0
        for colour, size in zip(colours, bar.pieces, strict=True):
            ends = (start / whole, (start + size) / whole)
            if size:
                rows.append({"bar": bar.label, "from": ends[0], "to": ends[1], "colour": f"var(--{colour})"})
            if size / whole >= LEGIBLE:
                numbers.append({"bar": bar.label, "to": sum(ends) / 2, "size": size})
            start += size
    text: Json = {
        "data": {"values": numbers},
        "mark": {"type": "text", "align": "center", "baseline": "middle", "color": "var(--panel)"},
        "encoding": {"x": _along("to", 1), "text": {"field": "size"}},
    }
    return _across(bars, [_pieces(rows, 1), text])


def columns(bars: Sequence[Bar], colour: str) -> Json:
    """Stand bars of one piece side by side, each with its number on top.

    Args:
        bars: from left to right.
        colour: the page's name of their colour.
    """
    highest = max((bar.pieces[0] for bar in bars), default=0) or 1
    rows: Json = [{"bar": bar.label, "from": 0, "to": bar.pieces[0]} for bar in bars]
    counted: Json = [{"bar": bar.label, "to": bar.pieces[0]} for bar in bars if bar.pieces[0]]
    up: Json = {"field": "to", "type": "quantitative", "axis": None, "scale": {"domain": [0, highest], "nice": False}}
    return {
        **_frame(_COLUMNS, {"left": 6, "right": 6, "top": 22, "bottom": 24}),
        "encoding": {
            "x": {
                "field": "bar",
                "type": "nominal",
                "sort": [bar.label for bar in bars],
                "axis": {**_AXIS, "domain": True, "domainColor": "var(--line)", "labelAngle": 0, "labelPadding": 6},
            }
        },
        "layer": [
            {
                "data": {"values": rows},
                "mark": {"type": "bar", "color": f"var(--{colour})", "width": {"band": _BAR}},
                "encoding": {"y": up, "y2": {"field": "from"}},
            },
            {
                "data": {"values": counted},
                "mark": {"type": "text", "baseline": "bottom", "dy": -4},
                "encoding": {"y": up, "text": {"field": "to"}},
            },
        ],
    }


def drawn(specifications: Sequence[Json], limits: Limits = LIMITS) -> tuple[str, ...]:
    """Draw charts as SVG elements; the same charts always give the same bytes.

    Returns:
        One for each, or none at all where the child that draws could not.
    """
    (answer,) = guarded(draw, [msgspec.json.encode(specifications)], limits)
    return msgspec.json.decode(answer, type=tuple[str, ...]) if isinstance(answer, bytes) else ()


def draw(specifications: bytes) -> bytes:
    """Draw a JSON array of charts into a JSON array of SVG elements, in this process."""
    from vl_convert import vegalite_to_svg  # noqa: PLC0415 - loads a JavaScript engine, for the child alone

    charts = msgspec.json.decode(specifications, type=list[dict[str, Any]])
    return msgspec.json.encode([vegalite_to_svg(chart) for chart in charts])


_AXIS: dict[str, Json] = {"title": None, "domain": False, "ticks": False, "labelLimit": 0, "labelOverlap": False}


def _frame(height: int, padding: dict[str, Json]) -> dict[str, Json]:
    sides = [padding[side] for side in ("left", "right")]
    return {
        "autosize": {"type": "none"},
        "background": None,
        "padding": padding,
        "width": WIDTH - sum(side for side in sides if isinstance(side, int)),
        "height": height,
        "config": {
            "aria": False,  # it would speak English; the page says what a chart shows
            "font": "inherit",
            "view": {"stroke": None},
            "text": {"color": "currentColor", "fontSize": FONT},
            "axis": {"labelColor": "currentColor", "labelFontSize": FONT},
        },
    }


def _across(bars: Sequence[Bar], layers: list[Json]) -> Json:
    labels: list[Json] = [bar.label for bar in bars]
    return {
        **_frame(_STEP * len(bars), {"left": _LABELS, "right": _NUMBERS, "top": 0, "bottom": 0}),
        "encoding": {
            "y": {"field": "bar", "type": "nominal", "sort": labels, "axis": {**_AXIS, "labelPadding": 8}},
        },
        "layer": layers,
    }


def _pieces(rows: list[Json], longest: int) -> Json:
    return {
        "data": {"values": rows},
        "mark": {"type": "bar", "height": {"band": _BAR}},
        "encoding": {
            "x": _along("from", longest),
            "x2": {"field": "to"},
            "color": {"field": "colour", "type": "nominal", "scale": None, "legend": None},
        },
    }


def _along(name: str, longest: int) -> Json:
    return {"field": name, "type": "quantitative", "axis": None, "scale": {"domain": [0, longest], "nice": False}}
