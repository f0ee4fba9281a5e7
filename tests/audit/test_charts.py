"""The charts of an audit's page: what they show, and that nothing in them acts, loads or depends on the machine."""

import subprocess
import sys

import msgspec
import pytest
from lxml import etree

from gouji.audit.charts import WIDTH, Bar, columns, drawn, shares, stacked
from gouji.guard import Limits
from gouji.reporters.json import Json

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</text><script>alert(1)</script>&\"'"
CHARTS: list[Json] = [
    stacked([Bar("表内合计", (12, 3, 0)), Bar(HOSTILE, (0, 0, 0))], ("error", "warning", "info")),
    shares([Bar("2024年", (30, 9, 1))], ("good", "warning", "error")),
    columns([Bar("90", (4,)), Bar("100", (0,))], "accent"),
]


@pytest.fixture(scope="module")
def pictures() -> list[etree._Element]:
    return [etree.fromstring(picture) for picture in drawn(CHARTS)]


def _texts(picture: etree._Element) -> list[str]:
    return [text.text or "" for text in picture.iter(f"{SVG}text")]


def _bars(picture: etree._Element) -> list[tuple[str, float]]:
    """Return colour and width of each bar."""
    paths = [(path.get("fill", ""), path.get("d", "")) for path in picture.iter(f"{SVG}path")]
    return [(fill, float(d.partition("h")[2].partition("v")[0])) for fill, d in paths if fill.startswith("var(")]


def test_stacked_bars_are_as_long_as_their_numbers(pictures: list[etree._Element]) -> None:
    assert _texts(pictures[0]) == ["表内合计", HOSTILE, "15", "0"]
    (red, long), (yellow, short) = _bars(pictures[0])
    assert (red, yellow) == ("var(--error)", "var(--warning)")
    assert long == pytest.approx(4 * short)


def test_shares_fill_the_width_and_leave_out_numbers_that_have_no_room(pictures: list[etree._Element]) -> None:
    assert _texts(pictures[1]) == ["2024年", "30", "9"]
    widths = [width for _, width in _bars(pictures[1])]
    assert widths == pytest.approx([sum(widths) * share for share in (0.75, 0.225, 0.025)])


def test_columns_have_their_number_on_top(pictures: list[etree._Element]) -> None:
    assert _texts(pictures[2]) == ["90", "100", "4"]
    assert pictures[2].get("width") == str(WIDTH)


def test_nothing_in_a_chart_acts_loads_or_has_a_style(pictures: list[etree._Element]) -> None:
    """A style attribute would be blocked by the page's policy, and a fixed colour be wrong in the dark."""
    for picture in pictures:
        assert {etree.QName(element).localname for element in picture.iter()} <= {"svg", "g", "path", "line", "text"}
        for element in picture.iter():
            names = [str(name) for name in element.attrib]
            assert not [name for name in names if name == "style" or "href" in name or name.startswith("on")]
            colours = {str(element.get(name, "none")) for name in ("fill", "stroke")}
            assert all(colour in ("none", "currentColor") or colour.startswith("var(--") for colour in colours)
            assert element.get("font-family", "inherit") == "inherit"


def test_the_same_charts_give_the_same_bytes_in_another_process_and_surroundings() -> None:
    script = (
        "import sys; from gouji.audit.charts import draw\n"
        "sys.stdout.buffer.write(draw(sys.stdin.buffer.read()))"  # as a child of the guard does
    )
    answer = subprocess.run(
        [sys.executable, "-c", script],
        input=msgspec.json.encode(CHARTS),
        capture_output=True,
        check=True,
        env={"TZ": "Asia/Shanghai", "LC_ALL": "C", "PYTHONHASHSEED": "7", "FONTCONFIG_FILE": "/none"},
    ).stdout
    assert msgspec.json.decode(answer) == list(drawn(CHARTS))


def test_an_empty_chart_is_drawn() -> None:
    (picture,) = drawn([stacked([], ("error",))])
    assert _texts(etree.fromstring(picture)) == []


@pytest.mark.parametrize("limits", [Limits(answer=10), Limits(seconds=0.01)])
def test_charts_that_cannot_be_drawn_are_told_by_nothing(limits: Limits) -> None:
    assert drawn(CHARTS, limits) == ()


def test_the_engine_stays_in_the_child() -> None:
    """It takes 80 MB, which the parent of an audit has no room for."""
    script = (
        "import sys; from gouji.audit.charts import Bar, columns, drawn\n"
        "pictures = drawn([columns([Bar('1', (1,))], 'accent')])\n"
        "print(len(pictures), 'vl_convert' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "False"]
