"""The Markdown reader: headings, paragraphs and tables, each with its line and column."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gouji.document import Block, Cell, Document, Paragraph, Place, Table
from gouji.errors import UnreadableError
from gouji.readers import markdown
from gouji.readers.markdown import LONGEST_LINE, MOST_CELLS, MOST_COLUMNS
from gouji.wording import label_key


def read(text: str, path: str = "报告.md") -> Document:
    """Read a text."""
    return markdown.read(text.encode(), path)


def blocks(text: str) -> list[Block]:
    """Return the blocks of a text."""
    return list(read(text).blocks)


def paragraph(text: str, *anchors: tuple[int, int, int]) -> Paragraph:
    """Return a paragraph whose anchors are given as offset, line and column."""
    return Paragraph(text, tuple((at, Place(line, column)) for at, line, column in anchors))


def heading(text: str, *anchors: tuple[int, int, int]) -> Paragraph:
    """Return a paragraph that the source marks as a heading."""
    return Paragraph(text, paragraph(text, *anchors).anchors, marked=True)


def table(line: int, *rows: tuple[tuple[str, int, int], ...]) -> Table:
    """Return a table that begins on a line, its cells given as text, line and column."""
    return Table(
        tuple(tuple(Cell(text, Place(at, column)) for text, at, column in row) for row in rows), Place(line, 1)
    )


def grid(text: str) -> list[list[str]]:
    """Return the texts of the only table."""
    (found,) = blocks(text)
    assert isinstance(found, Table)
    return [[cell.text for cell in row] for row in found.rows]


# --- a whole report ----------------------------------------------------------------------------

REPORT = """---
title: 柳溪镇
date: 2032-01-18
---
# 柳溪镇2031年政府信息公开工作年度报告

本报告由柳溪镇人民政府
编制。

**一、总体情况**

（一）主动公开。全年**48**条。
<!-- 待核
对 -->
## 二、主动公开政府信息情况

| 信息内容 | 制发 |
|---|---:|
| 规章 | 0 |

柳溪镇人民政府
"""


def test_whole_report() -> None:
    """A report becomes its blocks in reading order, each with its place."""
    assert read(REPORT) == Document(
        "报告.md",
        "markdown",
        (
            heading("柳溪镇2031年政府信息公开工作年度报告", (0, 5, 3)),
            paragraph("本报告由柳溪镇人民政府编制。", (0, 7, 1), (11, 8, 1)),
            heading("一、总体情况", (0, 10, 3)),
            paragraph("（一）主动公开。全年48条。", (0, 12, 1), (10, 12, 13), (12, 12, 17)),
            heading("二、主动公开政府信息情况", (0, 15, 4)),
            table(17, (("信息内容", 17, 3), ("制发", 17, 10)), (("规章", 19, 3), ("0", 19, 8))),
            paragraph("柳溪镇人民政府", (0, 21, 1)),
        ),
    )


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends(end: str) -> None:
    """Line ends of any system give the same blocks on the same lines."""
    assert read(REPORT.replace("\n", end)) == read(REPORT)


def test_plain_text() -> None:
    """A text file is read alike: lines, headings by their number only, indents left out."""
    text = "一、总体情况\n　　全年公开五条，\n均按时。\n\n二、其他\n　　无。\n"
    assert read(text, "报告.txt") == Document(
        "报告.txt",
        "markdown",
        (
            paragraph("一、总体情况", (0, 1, 1)),
            paragraph("全年公开五条，均按时。", (0, 2, 3), (7, 3, 1)),
            paragraph("二、其他", (0, 5, 1)),
            paragraph("无。", (0, 6, 3)),
        ),
    )


def test_encoding_is_noted() -> None:
    """What the decoder had to overcome comes with the document."""
    document = markdown.read(("甲乙\0丙" * 40 + "丁" * 4000).encode(), "报告.md")
    assert document.blocks == (paragraph("甲乙丙" * 40 + "丁" * 4000, (0, 1, 1)),)
    assert [note.rule for note in document.notes] == ["GJ011"]


# --- headings and paragraphs -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("# 甲", [heading("甲", (0, 1, 3))], id="heading"),
        pytest.param("###### 甲", [heading("甲", (0, 1, 8))], id="heading of level six"),
        pytest.param("   ## 甲 ", [heading("甲", (0, 1, 7))], id="indented heading"),
        pytest.param("#甲", [heading("甲", (0, 1, 2))], id="no blank behind the mark"),
        pytest.param("#　甲", [heading("甲", (0, 1, 3))], id="wide blank behind the mark"),
        pytest.param("## 甲 ##", [heading("甲", (0, 1, 4))], id="closed heading"),
        pytest.param("#\n甲", [paragraph("甲", (0, 2, 1))], id="empty heading"),
        pytest.param(
            "甲\n# 乙\n丙", [paragraph("甲", (0, 1, 1)), heading("乙", (0, 2, 3)), paragraph("丙", (0, 3, 1))]
        ),
        pytest.param("# [甲](a.html)乙", [heading("甲乙", (0, 1, 4), (1, 1, 14))], id="link in a heading"),
        pytest.param("**甲**", [heading("甲", (0, 1, 3))], id="bold line"),
        pytest.param(" __甲__ ", [heading("甲", (0, 1, 4))], id="bold line with underscores"),
        pytest.param("**甲**\n乙", [heading("甲", (0, 1, 3)), paragraph("乙", (0, 2, 1))], id="text below a bold line"),
        pytest.param(
            "**甲**乙**丙**", [paragraph("甲乙丙", (0, 1, 3), (1, 1, 6), (2, 1, 9), (3, 1, 12))], id="two bold parts"
        ),
        pytest.param(
            "一、甲\n二、乙\n1. 丙\n丁\n（二）戊\n己",
            [
                paragraph("一、甲", (0, 1, 1)),
                paragraph("二、乙", (0, 2, 1)),
                paragraph("1. 丙丁", (0, 3, 1), (4, 4, 1)),
                paragraph("（二）戊", (0, 5, 1)),
                paragraph("己", (0, 6, 1)),
            ],
            id="numbered lines",
        ),
        pytest.param(
            "甲\n===\n乙\n---\n丙",
            [paragraph("甲", (0, 1, 1)), paragraph("乙", (0, 3, 1)), paragraph("丙", (0, 5, 1))],
            id="underlined lines",
        ),
        *(
            pytest.param(f"甲\n{rule}\n乙", [paragraph("甲", (0, 1, 1)), paragraph("乙", (0, 3, 1))], id=f"rule {rule}")
            for rule in ("***", "___", "- - -", "--", "-----", "  ---  ")
        ),
        pytest.param("甲\n一—\n乙", [paragraph("甲一—乙", (0, 1, 1), (1, 2, 1), (3, 3, 1))], id="a dash is no rule"),
        pytest.param(
            "- 甲\n* 乙\n+ 丙\n> 丁\n戊",
            [
                paragraph("甲", (0, 1, 3)),
                paragraph("乙", (0, 2, 3)),
                paragraph("丙", (0, 3, 3)),
                paragraph("丁戊", (0, 4, 3), (1, 5, 1)),
            ],
            id="lists and quotations",
        ),
        pytest.param("> - 甲", [paragraph("甲", (0, 1, 5))], id="list in a quotation"),
        pytest.param("甲\n\n- 3 -\n\n乙", [paragraph("甲", (0, 1, 1)), paragraph("乙", (0, 5, 1))], id="page number"),
        pytest.param("-5度", [paragraph("-5度", (0, 1, 1))], id="a minus is no list"),
    ],
)
def test_lines(text: str, expected: list[Block]) -> None:
    """Lines become these paragraphs and headings."""
    assert blocks(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("甲*乙*丙", paragraph("甲乙丙", (0, 1, 1), (1, 1, 3), (2, 1, 5)), id="emphasis"),
        pytest.param("甲***乙***", paragraph("甲乙", (0, 1, 1), (1, 1, 5), (2, 1, 9)), id="strong emphasis"),
        pytest.param("甲__乙__丙", paragraph("甲乙丙", (0, 1, 1), (1, 1, 4), (2, 1, 7)), id="underscores"),
        pytest.param("甲_乙", paragraph("甲_乙", (0, 1, 1)), id="one underscore"),
        pytest.param("电话0812****0123", paragraph("电话0812****0123", (0, 1, 1)), id="masked digits"),
        pytest.param("见[附件](a/b.xlsx)一", paragraph("见附件一", (0, 1, 1), (1, 1, 3), (3, 1, 16)), id="link"),
        pytest.param(
            '见[附件](a.xlsx "附件表")一', paragraph("见附件一", (0, 1, 1), (1, 1, 3), (3, 1, 20)), id="link with title"
        ),
        pytest.param("见[附件]一", paragraph("见[附件]一", (0, 1, 1)), id="brackets"),
        pytest.param("甲![图](a.png)乙", paragraph("甲乙", (0, 1, 1), (1, 1, 13)), id="picture"),
        pytest.param("甲&lt;乙&#20057;", paragraph("甲<乙乙", (0, 1, 1), (2, 1, 6), (4, 1, 15)), id="entities"),
        pytest.param("甲&乙;&unknownname;", paragraph("甲&乙;&unknownname;", (0, 1, 1), (17, 1, 18)), id="no entities"),
        pytest.param("甲\\*乙\\丙", paragraph("甲*乙\\丙", (0, 1, 1), (2, 1, 4)), id="escapes"),
        pytest.param("甲<b>乙</b>丙", paragraph("甲乙丙", (0, 1, 1), (1, 1, 5), (2, 1, 10)), id="tags"),
        pytest.param("甲<乙>丙，3<5", paragraph("甲<乙>丙，3<5", (0, 1, 1)), id="no tags"),
        pytest.param("**甲**乙", paragraph("甲乙", (0, 1, 3), (1, 1, 6)), id="bold in front"),
        pytest.param("　　**甲**乙", paragraph("甲乙", (0, 1, 5), (1, 1, 8)), id="bold behind an indent"),
        pytest.param("- **甲**乙", paragraph("甲乙", (0, 1, 5), (1, 1, 8)), id="bold in a list"),
        pytest.param(
            "甲**乙**丙\n丁**戊**己",
            paragraph("甲乙丙丁戊己", (0, 1, 1), (1, 1, 4), (2, 1, 7), (3, 2, 1), (4, 2, 4), (5, 2, 7)),
            id="two lines",
        ),
        pytest.param("甲<b>\n</b>乙", paragraph("甲乙", (0, 1, 1), (1, 2, 5)), id="a tag over two lines"),
    ],
)
def test_markup(text: str, expected: Paragraph) -> None:
    """Markup is taken out, and what stands behind it keeps its column."""
    (found,) = blocks(text)
    assert isinstance(found, Paragraph)
    assert (found.text, found.marked) == (expected.text, False)
    assert [found.place(n) for n in range(len(found.text))] == [expected.place(n) for n in range(len(found.text))]


# --- what is no text ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("---\n标题: 甲\n---\n乙", [paragraph("乙", (0, 4, 1))], id="front matter"),
        pytest.param("---\n标题: 甲\n...\n乙", [paragraph("乙", (0, 4, 1))], id="front matter ended by dots"),
        pytest.param("---\n甲\n乙", [paragraph("甲乙", (0, 2, 1), (1, 3, 1))], id="front matter without end"),
        pytest.param(
            "甲\n---\n乙: 丙\n---",
            [paragraph("甲", (0, 1, 1)), paragraph("乙: 丙", (0, 3, 1))],
            id="rules further down",
        ),
        pytest.param("<!-- 甲 -->乙", [paragraph("乙", (0, 1, 11))], id="text behind a comment"),
        pytest.param("甲<!-- 乙\n丙 -->丁", [paragraph("甲丁", (0, 1, 1), (1, 2, 6))], id="comment over two lines"),
        pytest.param(
            "甲<!-- 乙\n\n丙 -->丁",
            [paragraph("甲", (0, 1, 1)), paragraph("丁", (0, 3, 6))],
            id="blank line in a comment",
        ),
        pytest.param("甲<!-- 乙\n# 丙\n| 丁 |", [paragraph("甲", (0, 1, 1))], id="comment without end"),
        pytest.param("甲<!-->乙-->丙", [paragraph("甲" + " " * 9 + "丙", (0, 1, 1))], id="blanks keep the columns"),
        pytest.param("<!-- | 甲 |\n| 乙 | -->\n丙", [paragraph("丙", (0, 3, 1))], id="table in a comment"),
        pytest.param(
            "| 甲<!-- 乙 --> | 丙 |", [table(1, (("甲", 1, 3), ("丙", 1, 17)))], id="comment in a row keeps its columns"
        ),
        pytest.param("```\n# 甲\n乙\n```", [heading("甲", (0, 2, 3)), paragraph("乙", (0, 3, 1))], id="code fence"),
        pytest.param(
            "甲\n~~~ text\n乙\n~~~\n丙",
            [paragraph("甲", (0, 1, 1)), paragraph("乙", (0, 3, 1)), paragraph("丙", (0, 5, 1))],
            id="code fence with a language",
        ),
        pytest.param("```markdown\n| 甲 |\n```", [table(2, (("甲", 2, 3),))], id="table in a code fence"),
    ],
)
def test_not_text(text: str, expected: list[Block]) -> None:
    """Front matter and comments are left out, fences only part; what is behind keeps line and column."""
    assert blocks(text) == expected


# --- tables ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "| 甲 |乙|\n|:--|--:|\n|  1  | 2 |",
            table(1, (("甲", 1, 3), ("乙", 1, 6)), (("1", 3, 4), ("2", 3, 9))),
            id="table",
        ),
        pytest.param(
            "甲 | 乙\n--|--\n1 | 2",
            table(1, (("甲", 1, 1), ("乙", 1, 5)), (("1", 3, 1), ("2", 3, 5))),
            id="no outer pipes",
        ),
        pytest.param("甲|乙\n-|-\n1|2", table(1, (("甲", 1, 1), ("乙", 1, 3)), (("1", 3, 1), ("2", 3, 3)))),
        pytest.param("  | 甲 | 乙", table(1, (("甲", 1, 5), ("乙", 1, 9))), id="indented, no last pipe, no delimiter"),
        pytest.param(
            "| 甲 | | 乙 |\n|---|\n| | 1 | 2 | 3 | |\n| 4 |",
            table(
                1,
                (("甲", 1, 3), ("", 1, 6), ("乙", 1, 9)),
                (("", 3, 2), ("1", 3, 5), ("2", 3, 9), ("3", 3, 13), ("", 3, 16)),
                (("4", 4, 3),),
            ),
            id="rows of any length",
        ),
        pytest.param("| 甲\\|乙 | \\| |", table(1, (("甲|乙", 1, 3), ("|", 1, 10))), id="escaped pipes"),
        pytest.param("| [甲](a.html) | **5** |", table(1, (("甲", 1, 3), ("5", 1, 17))), id="markup in cells"),
        pytest.param("| 0812****0123 | 丙&amp;丁 |", table(1, (("0812****0123", 1, 3), ("丙&丁", 1, 18))), id="mask"),
        pytest.param("|||\n|甲||", table(1, (("", 1, 2), ("", 1, 3)), (("甲", 2, 2), ("", 2, 4))), id="empty cells"),
    ],
)
def test_tables(text: str, expected: Table) -> None:
    """Rows become cells, each with the place of its first character."""
    assert blocks(text) == [expected]


@pytest.mark.parametrize(("cell", "key"), [("人<br>数", "人数"), ("人<br />数<BR>", "人数"), ("<br/>一", "一")])
def test_broken_words(cell: str, key: str) -> None:
    """A line break in a cell neither parts a label nor moves the cells behind it."""
    (found,) = blocks(f"|{cell}|1|")
    assert isinstance(found, Table)
    (label, number) = found.rows[0]
    assert (label_key(label.text), label.place) == (key, Place(1, 2))
    assert number == Cell("1", Place(1, len(cell) + 3))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            "| 甲 | 乙 |\n| - | - |\n| 1 | 2 |", [["甲", "乙"], ["1", "2"]], id="single dashes below the head"
        ),
        pytest.param(
            "| 甲 | 乙 |\n|---|---|\n| - | - |\n| 1 | - |",
            [["甲", "乙"], ["-", "-"], ["1", "-"]],
            id="single dashes further down",
        ),
        pytest.param("| - | - |\n| 1 | 2 |", [["-", "-"], ["1", "2"]], id="single dashes first"),
        pytest.param("|---|---|\n| 1 | 2 |", [["1", "2"]], id="delimiter first"),
        pytest.param(
            "| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n|:---|---:|\n| 3 | 4 |",
            [["甲", "乙"], ["1", "2"], ["3", "4"]],
            id="delimiter again at a page break",
        ),
        pytest.param("| 甲 |\n|---|\n| — |\n| —— |", [["甲"], ["—"], ["——"]], id="wide dashes are data"),
        pytest.param("| 甲 |\n|---|\n| -5 |\n| --x |", [["甲"], ["-5"], ["--x"]], id="dashes with something else"),
    ],
)
def test_delimiters(rows: str, expected: list[list[str]]) -> None:
    """A row of dashes is a delimiter; single dashes only in the second line."""
    assert grid(rows) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "甲\n| 1 |\n乙",
            [paragraph("甲", (0, 1, 1)), table(2, (("1", 2, 3),)), paragraph("乙", (0, 3, 1))],
            id="text",
        ),
        pytest.param(
            "| 1 |\n\n| 2 |", [table(1, (("1", 1, 3),)), table(3, (("2", 3, 3),))], id="a blank line parts tables"
        ),
        pytest.param("甲 | 乙\n丙", [paragraph("甲 | 乙丙", (0, 1, 1), (5, 2, 1))], id="a pipe in text"),
        pytest.param("甲 | 乙", [paragraph("甲 | 乙", (0, 1, 1))], id="a pipe in the last line"),
    ],
)
def test_where_tables_end(text: str, expected: list[Block]) -> None:
    """A table begins and ends with its lines."""
    assert blocks(text) == expected


# --- HTML inside -------------------------------------------------------------------------------

HTML = """# 甲

<table>
<tr><td rowspan="2">行政处罚</td>
<td>1</td></tr>
<tr><td>2</td></tr>
</table>
乙
"""


def test_html_table() -> None:
    """A raw HTML table has the lines of the whole file, and its spans."""
    assert blocks(HTML) == [
        heading("甲", (0, 1, 3)),
        Table(
            ((Cell("行政处罚", Place(4), row_span=2), Cell("1", Place(5))), (Cell("2", Place(6)),)),
            Place(3),
        ),
        paragraph("乙", (0, 8, 1)),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "<TABLE border=1><tr><td>1</td></tr></TABLE >\n甲", [(1, "1"), (2, "甲")], id="capitals, one line"
        ),
        pytest.param("<table><tr><td>1\n\n甲", [(1, "1 甲")], id="never closed"),
        pytest.param(
            "<table><tr><td>1</td></tr></table>\n<table><tr><td>2</td></tr></table>", [(1, "1"), (2, "2")], id="two"
        ),
        pytest.param(
            "<table>\n<tr><td>\n<table><tr><td>1</td></tr></table>\n</td></tr>\n</table>\n甲", [(3, "1"), (6, "甲")]
        ),
        pytest.param("<tablet>甲", [(1, "甲")], id="another tag"),
        pytest.param("<table></table>\n甲", [(2, "甲")], id="empty"),
    ],
)
def test_html_tables(text: str, expected: list[tuple[int, str]]) -> None:
    """HTML tables end where they are closed, nested ones counted."""
    assert [
        (block.place().line, block.text)
        if isinstance(block, Paragraph)
        else (block.place.line, "".join(cell.text for row in block.rows for cell in row))
        for block in blocks(text)
    ] == expected


# --- limits ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(
            f"甲\n{'乙' * (LONGEST_LINE + 1)}",
            ("第 2 行有 1,000,001 个字符", "line 2 has 1,000,001 characters"),
            id="line",
        ),
        pytest.param(
            "甲\n\n|1|\n|" + "1|" * (MOST_COLUMNS + 1),
            ("第 4 行处的表格有 1,001 个列", "the table at line 4 has 1,001 columns"),
            id="columns",
        ),
        pytest.param(
            ("|" + "|" * MOST_COLUMNS + "\n") * (MOST_CELLS // MOST_COLUMNS) + "\n|1|",
            ("有 200,001 个单元格", "has 200,001 cells"),
            id="cells",
        ),
    ],
)
def test_limits(text: str, words: tuple[str, str]) -> None:
    """What no report has is refused, with the line and the limit."""
    with pytest.raises(UnreadableError) as caught:
        read(text)
    assert caught.value.rule == "GJ005"
    assert words[0] in caught.value.text.zh
    assert words[1] in caught.value.text.en


def test_at_the_limits() -> None:
    """What just keeps to the limits is read."""
    (line,) = blocks("乙" * LONGEST_LINE)
    assert isinstance(line, Paragraph)
    assert len(line.text) == LONGEST_LINE
    (full,) = blocks("|" + "1|" * MOST_COLUMNS)
    assert isinstance(full, Table)
    assert [len(row) for row in full.rows] == [MOST_COLUMNS]


# --- places in general -------------------------------------------------------------------------

Found = tuple[str, int, int | None]  # a character or a cell, its line, its column unless markup hides it

WORDS = st.text(alphabet="甲乙丙丁春夏秋冬，。（）、：一二AB12 ", max_size=8).map(lambda inner: f"甲{inner}乙")
MARKUP = st.sampled_from(
    [("&lt;", "<"), ("&#20057;", "乙"), ("\\*", "*"), ("\\[", "["), ("<b>", ""), ("</b>", ""), ("![图](a.png)", "")]
)
CELLS = st.one_of(
    WORDS.map(lambda word: (word, word, True)),
    st.sampled_from([("", "", True), ("-", "-", True), ("丙\\|丁", "丙|丁", True), ("**5**", "5", False)]),
)


@dataclass
class Source:
    """A document as it is being written, with what must be found in it."""

    lines: list[str] = field(default_factory=list)
    characters: list[Found] = field(default_factory=list)
    cells: list[list[Found]] = field(default_factory=list)

    def write(self, parts: list[tuple[str, str, bool]]) -> None:
        """Write a line of parts: each as in the source, as it reads, and whether it keeps its columns."""
        line = ""
        for written, reads, plain in parts:
            self.characters += [
                (char, len(self.lines) + 1, len(line) + 1 + n if plain else None) for n, char in enumerate(reads)
            ]
            line += written
        self.lines.append(line)

    def row(self, cells: list[tuple[str, str, bool]], padding: list[int]) -> None:
        """Write a row of a table."""
        line, found = "|", []
        for (written, reads, plain), blanks in zip(cells, padding, strict=True):
            line += " " * blanks
            found.append((reads, len(self.lines) + 1, len(line) + 1 if plain and reads else None))
            line += f"{written} |"
        self.lines.append(line)
        self.cells.append(found)


def inline(draw: st.DrawFn) -> list[tuple[str, str, bool]]:
    """Draw the parts of a paragraph line; words stand between all markup."""
    parts = []
    for _ in range(draw(st.integers(0, 3))):
        word = draw(WORDS)
        parts.append((word, word, True))
        kind, word = draw(st.sampled_from("bbll.")), draw(WORDS)
        if kind == ".":
            written, reads = draw(MARKUP)
            parts.append((written, reads, False))
        else:
            before, behind = ("**", "**") if kind == "b" else ("[", "](a.html)")
            parts += [(before, "", True), (word, word, True), (behind, "", True)]
    word = draw(WORDS)
    return [*parts, (word, word, True)]


@st.composite
def sources(draw: st.DrawFn) -> Source:
    """Draw a document of headings, bold lines, paragraphs, comments, rules and tables."""
    source = Source(["", ""])
    for kind in draw(st.lists(st.sampled_from(["heading", "bold", "lines", "table", "comment", "rule"]), max_size=6)):
        word = draw(WORDS)
        if kind == "heading":
            source.write([("#" * draw(st.integers(1, 6)) + " ", "", True), (word, word, True)])
        elif kind == "bold":
            source.write([("**", "", True), (word, word, True), ("**", "", True)])
        elif kind == "lines":
            for _ in range(draw(st.integers(1, 3))):
                lead = draw(st.sampled_from(["", "　　", "- ", "> ", " "]))
                source.write([(lead, "", True), *inline(draw)])
        elif kind == "table":
            width = draw(st.integers(1, 4))
            for n in range(draw(st.integers(1, 4))):
                cells = draw(st.lists(CELLS, min_size=width, max_size=width))
                if n == 1:
                    source.lines.append("|" + "---|" * width)
                source.row(cells, draw(st.lists(st.integers(0, 3), min_size=width, max_size=width)))
        elif kind == "comment":
            source.lines += f"<!-- {word}\n{word}".split("\n")
            source.write([("丙-->", "", True), (word, word, True)])
        else:
            source.lines.append("---")
        source.lines += [""] * draw(st.integers(1, 2))
    return source


def matches(found: tuple[str, Place], expected: Found) -> bool:
    """Tell whether something was found where it was written."""
    text, line, column = expected
    return found[0] == text and found[1].line == line and column in (None, found[1].column)


@settings(max_examples=60, deadline=None)
@given(source=sources(), end=st.sampled_from(["\n", "\r\n", "\r"]))
def test_everything_is_found_at_its_place(source: Source, end: str) -> None:
    """Every character of a paragraph and every cell of a table has the line and column it is written at."""
    found = read("甲" + end.join(source.lines)).blocks
    characters = [(c, b.place(n)) for b in found if isinstance(b, Paragraph) for n, c in enumerate(b.text)]
    expected = [("甲", 1, 1), *source.characters]
    assert [c for c, _ in characters] == [c for c, _, _ in expected]
    assert [pair for pair in zip(characters, expected, strict=True) if not matches(*pair)] == []
    rows = [[(cell.text, cell.place) for cell in row] for b in found if isinstance(b, Table) for row in b.rows]
    assert [[text for text, _ in row] for row in rows] == [[text for text, _, _ in row] for row in source.cells]
    for row, cells in zip(rows, source.cells, strict=True):
        assert [pair for pair in zip(row, cells, strict=True) if not matches(*pair)] == []
