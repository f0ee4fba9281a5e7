"""Lines to paragraphs: what belongs together is joined, and every character keeps its place."""

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gouji.document import Block, Cell, Paragraph, Place, Table
from gouji.readers.flow import BREAK, LONGEST_HEADING, SHORTEST_BROKEN_LINE, Break, Line, blocks, is_heading, notes_on
from gouji.wording import is_page_number as page_number
from gouji.wording import squeeze

LONG = "本镇全年通过门户网站和公开栏向村民公开各类信息并逐项核对" + "无误" * 3
TABLE = Table(((Cell("甲", Place(9, 3)),),), Place(9, 1))


def lines(*texts: str | None) -> list[Line | Break]:
    """Return one line per text, numbered from 1, and a break (which has a line number too) per None."""
    return [BREAK if text is None else Line(text, Place(n, 1)) for n, text in enumerate(texts, 1)]


def texts(items: Iterable[Line | Break | Table]) -> list[str]:
    """Return the paragraphs, and the mark ``TABLE`` for each table."""
    return [block.text if isinstance(block, Paragraph) else "TABLE" for block in blocks(items, [])]


def paragraph(text: str, *anchors: tuple[int, int, int | None], marked: bool = False) -> Paragraph:
    """Return a paragraph whose anchors are given as offset, line and column."""
    return Paragraph(text, tuple((at, Place(line, column)) for at, line, column in anchors), marked=marked)


# --- what is joined ----------------------------------------------------------------------------


def test_long_line_is_long() -> None:
    """The long line of these tests fills a line and has no end."""
    assert len(LONG) >= SHORTEST_BROKEN_LINE


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([None, "", "　 ", None], [], id="blank lines only"),
        pytest.param(["全年公开", "信息五条。"], ["全年公开信息五条。"], id="lines without a break"),
        pytest.param(["全年公开信息。", "另有三条。"], ["全年公开信息。另有三条。"], id="a sentence end is no break"),
        pytest.param(["全年公开", None, "信息五条，"], ["全年公开", "信息五条，"], id="a short line before a break"),
        pytest.param(["全年公开", "", "信息五条，"], ["全年公开", "信息五条，"], id="an empty line is a break"),
        pytest.param([LONG, None, "共五条。"], [f"{LONG}共五条。"], id="a sentence cut by a page break"),
        pytest.param([LONG, None, None, "", "共五条。"], [f"{LONG}共五条。"], id="several breaks"),
        pytest.param([LONG, None, "- 3 -", None, "共五条。"], [f"{LONG}共五条。"], id="a page number in the cut"),
        pytest.param([LONG[-29:], None, "共五条。"], [LONG[-29:], "共五条。"], id="one character too short"),
        pytest.param([LONG[-30:], None, "共五条。"], [f"{LONG[-30:]}共五条。"], id="just long enough"),
        pytest.param([LONG, None, "柳溪镇人民政府"], [LONG, "柳溪镇人民政府"], id="no rest of a sentence"),
        pytest.param([f"{LONG}。", None, "共五条。"], [f"{LONG}。", "共五条。"], id="a sentence that ended"),
        pytest.param([f"{LONG}）", None, "共五条。"], [f"{LONG}）", "共五条。"], id="a bracket that closed"),
        pytest.param([f"{LONG}， ", None, "共五条。"], [f"{LONG}，共五条。"], id="a comma is no end"),
        pytest.param(["公开五条。", "柳溪镇人民政府"], ["公开五条。", "柳溪镇人民政府"], id="a signature"),
        pytest.param([LONG, None, "二、共五条。"], [LONG, "二、共五条。"], id="a number after a break"),
        pytest.param(["全年", "一、总体情况", "公开"], ["全年", "一、总体情况", "公开"], id="a heading stands alone"),
        pytest.param(["1.甲事项，", "续写", "2.乙事项"], ["1.甲事项，续写", "2.乙事项"], id="an enumeration goes on"),
        pytest.param(["第一部分概述", "正文"], ["第一部分概述", "正文"], id="a part"),
        pytest.param(["如下。", "一 概述", "正文"], ["如下。", "一 概述", "正文"], id="a number and a blank"),
        pytest.param(["共", "三 个单位"], ["共三 个单位"], id="a number and a blank inside a sentence"),
        pytest.param(
            ["柳溪镇2031年政府信息公开工作年度报告", "本报告"],
            ["柳溪镇2031年政府信息公开工作年度报告", "本报告"],
            id="a title",
        ),
        pytest.param(["公开", "3", "五条"], ["公开五条"], id="a page number without a break"),
        pytest.param(["公开", None, "3", "五条"], ["公开", "五条"], id="a page number does not undo a break"),
        pytest.param(
            ["柳溪镇人民政府", None, "2031", None, "年政府信息公开工作年度报告"],
            ["柳溪镇人民政府", "2031", "年政府信息公开工作年度报告"],
            id="a year on a line of its own",
        ),
        pytest.param(["abc", "def", "甲", "xyz"], ["abc def甲xyz"], id="a blank between Latin words only"),
        pytest.param(["共 12", "3 条"], ["共 12 3 条"], id="a blank between numbers"),
        pytest.param(["  甲  乙  ", "　丙"], ["甲  乙丙"], id="blanks at the ends of lines"),
    ],
)
def test_joined(given: list[str | None], expected: list[str]) -> None:
    """Lines become these paragraphs."""
    assert texts(lines(*given)) == expected


@pytest.mark.parametrize("end", "。！？；：.!?;:…”’』」）)》")
def test_ended_sentence_does_not_go_on(end: str) -> None:
    """Over a break nothing is joined to a line that has an end."""
    assert texts(lines(LONG + end, None, "共五条，")) == [LONG + end, "共五条，"]


@pytest.mark.parametrize("inside", "，。；、,;")
def test_rest_of_a_sentence(inside: str) -> None:
    """Over a break a line goes on with what holds a mark of running text."""
    assert texts(lines(LONG, None, f"甲{inside}乙")) == [f"{LONG}甲{inside}乙"]


def test_marked_lines_stand_alone() -> None:
    """A line that the source marks as a heading joins neither side, not even another heading."""
    items = [
        Line("全年", Place(1, 1)),
        Line("概述", Place(2, 3), marked=True),
        Line("说明", Place(3, 3), marked=True),
        Line("公开", Place(4, 1)),
    ]
    assert list(blocks(items)) == [
        paragraph("全年", (0, 1, 1)),
        paragraph("概述", (0, 2, 3), marked=True),
        paragraph("说明", (0, 3, 3), marked=True),
        paragraph("公开", (0, 4, 1)),
    ]


def test_tables_part_paragraphs() -> None:
    """A table passes through untouched and ends the paragraph before it, however long its line."""
    items: list[Line | Break | Table] = [
        Line(LONG, Place(1, 1)),
        TABLE,
        Line("共五条。", Place(3, 1)),
        BREAK,
        TABLE,
        TABLE,
    ]
    found = list(blocks(items))
    assert found == [paragraph(LONG, (0, 1, 1)), TABLE, paragraph("共五条。", (0, 3, 1)), TABLE, TABLE]
    assert all(block is TABLE for block in found if isinstance(block, Table))


def test_break_before_a_table_is_forgotten() -> None:
    """A break in front of a table does not part the lines behind it."""
    assert texts([BREAK, TABLE, Line("公开", Place(3, 1)), Line("五条", Place(4, 1))]) == ["TABLE", "公开五条"]


# --- places ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        pytest.param(
            [Line("　　甲乙 ", Place(4, 1)), Line(" 丙丁", Place(5, 1))],
            paragraph("甲乙丙丁", (0, 4, 3), (2, 5, 2)),
            id="indented lines",
        ),
        pytest.param(
            [Line("ab", Place(1, 1)), Line("cd", Place(2, 1))],
            paragraph("ab cd", (0, 1, 1), (3, 2, 1)),
            id="a blank put between words belongs to the line before",
        ),
        pytest.param(
            [Line("  甲乙", Place(7)), Line("丙", Place(8))],
            paragraph("甲乙丙", (0, 7, None), (2, 8, None)),
            id="no columns",
        ),
        pytest.param(
            [Line("甲乙丙", Place(2, 1), stretches=((1, Place(2, 4)), (2, Place(2, 7))))],
            paragraph("甲乙丙", (0, 2, 1), (1, 2, 4), (2, 2, 7)),
            id="markup inside",
        ),
        pytest.param(
            [Line("甲乙", Place(2, 1), stretches=((0, Place(2, 3)),))],
            paragraph("甲乙", (0, 2, 3)),
            id="markup in front",
        ),
        pytest.param(
            [Line(" 甲乙", Place(2, 1), stretches=((2, Place(2, 5)),))],
            paragraph("甲乙", (0, 2, 2), (1, 2, 5)),
            id="markup inside an indented line",
        ),
        pytest.param(
            [Line("　　甲乙", Place(2, 1), stretches=((0, Place(2, 3)),))],
            paragraph("甲乙", (0, 2, 5)),
            id="markup in front of an indent",
        ),
        pytest.param(
            [Line(" 　甲", Place(2, 1), stretches=((0, Place(2, 3)), (1, Place(2, 9)), (2, Place(2, 20))))],
            paragraph("甲", (0, 2, 20)),
            id="markup in an indent",
        ),
        pytest.param(
            [Line("甲乙 ", Place(1, 1), stretches=((2, Place(1, 3)), (3, Place(1, 9)))), Line("丙", Place(2, 1))],
            paragraph("甲乙丙", (0, 1, 1), (2, 2, 1)),
            id="markup at the end",
        ),
        pytest.param(
            [Line("a", Place(1, 1), stretches=((1, Place(1, 5)),)), Line("b", Place(2, 1))],
            paragraph("a b", (0, 1, 1), (2, 2, 1)),
            id="markup before a blank put between words",
        ),
        pytest.param(
            [Line(" 甲", Place(3), stretches=((0, Place(3)),))],
            paragraph("甲", (0, 3, None)),
            id="markup without columns",
        ),
        pytest.param(
            [Line("甲乙", Place(1, 1)), Line("丙丁", Place(2, 1), stretches=((1, Place(2, 4)),))],
            paragraph("甲乙丙丁", (0, 1, 1), (2, 2, 1), (3, 2, 4)),
            id="markup in a later line",
        ),
    ],
)
def test_anchors(items: list[Line], expected: Paragraph) -> None:
    """A paragraph knows the place of each stretch of it."""
    assert list(blocks(items)) == [expected]


# --- single lines ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", True),
        ("1234", True),
        ("12345", False),
        ("2031", False),
        ("２０３１", False),
        ("1999", False),
        ("2131", True),
        ("- 2031 -", True),
        ("- 3 -", True),
        ("-3-", True),
        ("— 12 —", True),
        ("－3－", False),
        ("~3~", True),
        ("·3·", True),
        ("第3页", True),
        ("第 3 页 共 12 页", True),
        ("第3页，共12页", True),
        ("第 3 页/共 12 页", True),
        ("第3条", False),
        ("3 条", False),
        ("3.5", False),
        ("-", False),
        ("", False),
        ("-" * 18 + "3", True),
        ("-" * 19 + "3", False),
    ],
)
def test_page_numbers(text: str, expected: bool) -> None:  # noqa: FBT001
    """A line is a page number only as a whole and only when short."""
    assert page_number(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一、总体情况", True),
        ("（一）主动公开", True),
        ("(二)依申请公开", True),
        ("第一部分概述", True),
        ("① 培训", True),
        ("（一）主动公开。", True),
        ("（一）主动公开。全年五条", False),
        ("1.主动公开", False),
        ("1、主动公开", False),
        ("（1）主动公开", False),
        ("(1)主动公开", False),
        ("总体情况", False),
        ("柳溪镇2031年政府信息公开工作年度报告", True),
        ("年 度 报 告", True),
        ("已发布。见年度报告", False),
        ("一、" + "甲" * (LONGEST_HEADING - 2), True),
        ("一、" + "甲" * (LONGEST_HEADING - 1), False),
        ("甲" * LONGEST_HEADING + "年度报告", False),
        ("", False),
    ],
)
def test_headings(text: str, expected: bool) -> None:  # noqa: FBT001
    """A heading is short, has a number other than that of a point, and is no sentence; or it is a title."""
    assert is_heading(text) is expected


def test_a_source_without_page_numbers_keeps_all_lines() -> None:
    """Where nothing collects page numbers, a figure is text."""
    assert [
        block.text for block in blocks(lines("3", None, "第 3 页", None, "公开")) if isinstance(block, Paragraph)
    ] == [
        "3",
        "第 3 页",
        "公开",
    ]


def test_a_bare_figure_left_out_is_told() -> None:
    """A line that is only a figure may be more than a page number; ``- 3 -`` and ``第 3 页`` cannot."""
    dropped: list[Line] = []
    assert list(blocks(lines("- 3 -", "第 4 页"), dropped)) == []
    assert list(notes_on(dropped)) == []
    assert list(blocks(lines("公开", "3", "五条", None, "12"), dropped)) == [
        paragraph("公开五条", (0, 1, 1), (2, 3, 1))
    ]
    (note,) = notes_on(dropped)
    assert (note.rule, note.place) == ("GJ025", Place(2, 1))
    assert note.text.zh == "有 2 行只有一个数字（3、12），按页码略去，没有核对"


# --- nothing is lost ---------------------------------------------------------------------------

WORDS = st.text(alphabet="甲乙丙丁春夏秋冬，。；（）一二三、.12-ab 　", max_size=45)
LINES = WORDS | st.sampled_from(
    ["- 3 -", "12", "一、总体情况", "（一）主动公开", LONG, f"{LONG}，", "1.甲", "共五条，"]
)


@st.composite
def sources(draw: st.DrawFn) -> list[Line | Break | Table]:
    """Draw lines (marked or not, indented or not), breaks and tables, each line with a number of its own."""
    items: list[Line | Break | Table] = []
    for number in range(1, draw(st.integers(0, 8)) + 1):
        kind = draw(st.sampled_from("lllllbt"))
        if kind == "l":
            items.append(Line(draw(LINES), Place(number, draw(st.integers(1, 5))), marked=draw(st.booleans())))
        else:
            items.append(BREAK if kind == "b" else Table(TABLE.rows, Place(number, 1)))
    return items


def kept(item: Line | Break | Table) -> bool:
    """Tell a line whose text must come through."""
    return isinstance(item, Line) and not page_number(item.text.strip())


@settings(max_examples=60, deadline=None)
@given(items=sources())
def test_nothing_is_lost(items: list[Line | Break | Table]) -> None:
    """Joining loses no character but white space and page numbers, no table, and changes no order."""
    expected = [squeeze(i.text) for i in items if isinstance(i, Line) and kept(i)]
    found: list[Block] = list(blocks(items, []))
    assert "".join(squeeze(b.text) for b in found if isinstance(b, Paragraph)) == "".join(expected)
    assert [b for b in found if isinstance(b, Table)] == [i for i in items if isinstance(i, Table)]
    assert all(b.text == b.text.strip() != "" for b in found if isinstance(b, Paragraph))


@settings(max_examples=60, deadline=None)
@given(items=sources())
def test_every_character_keeps_its_place(items: list[Line | Break | Table]) -> None:
    """Each character of a paragraph stands in the source where its place says."""
    source = {i.place.line: i for i in items if isinstance(i, Line)}
    for block in blocks(items, []):
        if isinstance(block, Paragraph):
            assert [at for at, _ in block.anchors] == sorted({at for at, _ in block.anchors})
            for offset, char in enumerate(block.text):
                place = block.place(offset)
                line = source[place.line]
                at = (place.column or 0) - (line.place.column or 0)
                source_char = (line.text + " ")[at]  # a blank may have been put behind a Latin word
                assert char == source_char or (char == " " and source_char.isspace())
