"""The Markdown reader: headings, paragraphs and tables, each with its line and column."""

from dataclasses import dataclass, field
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gouji.document import Block, Cell, Document, Paragraph, Place, Published, Table
from gouji.errors import UnreadableError
from gouji.readers import markdown
from gouji.readers.cells import MOST_CELLS, MOST_COLUMNS
from gouji.readers.markdown import LONGEST_LINE
from gouji.wording import Text, label_key


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
        published=Published(date(2032, 1, 18), Text("文首元数据 date", "front matter, date"), Place(3, 7)),
        lines=tuple(REPORT.split("\n")),
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
        lines=tuple(text.split("\n")),
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
        pytest.param("***甲***", [heading("甲", (0, 1, 4))], id="bold italic line"),
        pytest.param("__**甲**__", [heading("甲", (0, 1, 5))], id="bold twice"),
        pytest.param("**_甲_**", [heading("甲", (0, 1, 4))], id="italic in bold"),
        pytest.param("_**甲**_", [heading("甲", (0, 1, 4))], id="bold in italic"),
        pytest.param("**　　（一）甲**", [heading("（一）甲", (0, 1, 5))], id="indent in a bold line"),
        pytest.param("**甲_乙**", [heading("甲_乙", (0, 1, 3))], id="bold line with one underscore"),
        pytest.param("***甲** 乙*", [paragraph("甲 乙", (0, 1, 4), (1, 1, 7))], id="bold in an italic line"),
        pytest.param("__甲__乙__丙__", [paragraph("甲乙丙", (0, 1, 3), (1, 1, 6), (2, 1, 9))], id="two underscored"),
        pytest.param("*甲*", [paragraph("甲", (0, 1, 2))], id="italic line"),
        pytest.param("# ***甲***", [heading("甲", (0, 1, 6))], id="bold italic heading"),
        pytest.param("# 甲**乙**", [heading("甲乙", (0, 1, 3), (1, 1, 6))], id="bold part of a heading"),
        pytest.param("**甲**\n乙", [heading("甲", (0, 1, 3)), paragraph("乙", (0, 2, 1))], id="text below a bold line"),
        pytest.param("**甲**乙**丙**", [paragraph("甲乙丙", (0, 1, 3), (1, 1, 6), (2, 1, 9))], id="two bold parts"),
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
        pytest.param("（1）甲\n乙", [paragraph("（1）甲乙", (0, 1, 1), (4, 2, 1))], id="numbered point goes on"),
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
        pytest.param(
            "> ## 甲\n>\n> 乙\n>> **丙**\n- # 丁",
            [heading("甲", (0, 1, 6)), paragraph("乙", (0, 3, 3)), heading("丙", (0, 4, 6)), heading("丁", (0, 5, 5))],
            id="headings in quotations and lists",
        ),
        pytest.param("> ---\n> ```\n> 甲", [paragraph("甲", (0, 3, 3))], id="rules in a quotation"),
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
        pytest.param("[**甲**](#a)乙", paragraph("甲乙", (0, 1, 4), (1, 1, 12)), id="bold link"),
        pytest.param(
            "见[甲**乙&lt;**](a)", paragraph("见甲乙<", (0, 1, 1), (1, 1, 3), (2, 1, 6)), id="markup in a link"
        ),
        pytest.param("甲![图](a.png)乙", paragraph("甲乙", (0, 1, 1), (1, 1, 13)), id="picture"),
        pytest.param("甲&lt;乙&#20057;", paragraph("甲<乙乙", (0, 1, 1), (2, 1, 6), (4, 1, 15)), id="entities"),
        pytest.param("甲&乙;&unknownname;", paragraph("甲&乙;&unknownname;", (0, 1, 1), (17, 1, 18)), id="no entities"),
        pytest.param("甲\\*乙\\丙", paragraph("甲*乙\\丙", (0, 1, 1), (2, 1, 4)), id="escapes"),
        pytest.param("\\***甲**乙", paragraph("*甲乙", (0, 1, 1), (1, 1, 5), (2, 1, 8)), id="escape before bold"),
        pytest.param("5\\**2", paragraph("5**2", (0, 1, 1), (1, 1, 2), (2, 1, 4)), id="escape before a factor"),
        pytest.param("甲<b>乙</b>丙", paragraph("甲乙丙", (0, 1, 1), (1, 1, 5), (2, 1, 10)), id="tags"),
        pytest.param("共`12`条``丙``", paragraph("共12条丙", (0, 1, 1), (1, 1, 3), (3, 1, 6), (4, 1, 9)), id="code"),
        pytest.param(
            "甲`a*_b&amp;`乙`", paragraph("甲a*_b&amp;乙`", (0, 1, 1), (1, 1, 3), (10, 1, 13)), id="literal code"
        ),
        pytest.param("甲<乙>丙，3<5", paragraph("甲<乙>丙，3<5", (0, 1, 1)), id="no tags"),
        pytest.param("**甲**乙", paragraph("甲乙", (0, 1, 3), (1, 1, 6)), id="bold in front"),
        pytest.param("　　**甲**乙", paragraph("甲乙", (0, 1, 5), (1, 1, 8)), id="bold behind an indent"),
        pytest.param("**　　甲**乙", paragraph("甲乙", (0, 1, 5), (1, 1, 8)), id="indent behind the mark"),
        pytest.param("&nbsp; 甲", paragraph("甲", (0, 1, 8)), id="blanks in front, one an entity"),
        pytest.param("- **甲**乙", paragraph("甲乙", (0, 1, 5), (1, 1, 8)), id="bold in a list"),
        pytest.param(
            "甲**乙**丙\n丁**戊**己",
            paragraph("甲乙丙丁戊己", (0, 1, 1), (1, 1, 4), (2, 1, 7), (3, 2, 1), (4, 2, 4), (5, 2, 7)),
            id="two lines",
        ),
        pytest.param("甲<b>\n</b>乙", paragraph("甲乙", (0, 1, 1), (1, 2, 5)), id="a tag over two lines"),
        pytest.param("甲乙&nbsp;\n丙丁戊", paragraph("甲乙丙丁戊", (0, 1, 1), (2, 2, 1)), id="entity at the end"),
        pytest.param("甲乙 <br>\n丙丁戊", paragraph("甲乙丙丁戊", (0, 1, 1), (2, 2, 1)), id="line break at the end"),
        pytest.param("a**b**\nc", paragraph("ab c", (0, 1, 1), (1, 1, 4), (3, 2, 1)), id="blank put between words"),
    ],
)
def test_markup(text: str, expected: Paragraph) -> None:
    """Markup is taken out, and what stands behind it keeps its column."""
    (found,) = blocks(text)
    assert isinstance(found, Paragraph)
    assert (found.text, found.marked) == (expected.text, False)
    assert [found.place(n) for n in range(len(found.text))] == [expected.place(n) for n in range(len(found.text))]
    offsets = [at for at, _ in found.anchors]
    assert (offsets[0], offsets) == (0, sorted(set(offsets)))


@pytest.mark.parametrize(
    "text",
    [
        "#" + " " * 2_000 + "甲" + " " * 2_000 + "#乙",
        "**甲" + " **" * 20_000,
        "_*" * 50_000 + "甲",
        "甲" + "`a``" * 50_000,
        "> " * 50_000 + "甲",
    ],
)
def test_long_lines_are_read_at_once(text: str) -> None:
    """No line takes longer than its length allows: with a quadratic scan this would not end."""
    assert blocks(text)


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
        pytest.param("| [甲](a.html) | **5** |", table(1, (("甲", 1, 4), ("5", 1, 19))), id="markup in cells"),
        pytest.param("| `5` | `` 6 `` |", table(1, (("5", 1, 4), ("6", 1, 12))), id="code in cells"),
        pytest.param("| ** 3 ** |&nbsp;4 |", table(1, (("3", 1, 6), ("4", 1, 18))), id="blanks inside markup"),
        pytest.param("|<b> </b>| &nbsp; |5<br>|", table(1, (("", 1, 2), ("", 1, 11), ("5", 1, 20))), id="nothing left"),
        pytest.param("|[**甲**](#a)|", table(1, (("甲", 1, 5),)), id="markup in a link in a cell"),
        pytest.param("| 0812****0123 | 丙&amp;丁 |", table(1, (("0812****0123", 1, 3), ("丙&丁", 1, 18))), id="mask"),
        pytest.param("|||\n|甲||", table(1, (("", 1, 2), ("", 1, 3)), (("甲", 2, 2), ("", 2, 4))), id="empty cells"),
        pytest.param(
            "> | 甲 | 乙 |\n> |---|---|\n>| 1 | > 2 |",
            table(1, (("甲", 1, 5), ("乙", 1, 9)), (("1", 3, 4), ("> 2", 3, 8))),
            id="in a block quote",
        ),
        pytest.param(
            " > > 甲 | 乙\n > > - | -\n > > 1 | 2",
            table(1, (("甲", 1, 6), ("乙", 1, 10)), (("1", 3, 6), ("2", 3, 10))),
            id="no outer pipes in a block quote",
        ),
    ],
)
def test_tables(text: str, expected: Table) -> None:
    """Rows become cells, each with the place of its first character."""
    assert blocks(text) == [expected]


@pytest.mark.parametrize(
    ("cell", "key", "column"), [("人<br>数", "人数", 2), ("人<br />数<BR>", "人数", 2), ("<br/>一", "一", 7)]
)
def test_broken_words(cell: str, key: str, column: int) -> None:
    """A line break in a cell neither parts a label nor moves the cells behind it."""
    (found,) = blocks(f"|{cell}|1|")
    assert isinstance(found, Table)
    (label, number) = found.rows[0]
    assert (label_key(label.text), label.place) == (key, Place(1, column))
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


# --- tables separated by tabs ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "信息内容\t制发\t废止\n规章\t0\t 1",
            table(1, (("信息内容", 1, 1), ("制发", 1, 6), ("废止", 1, 9)), (("规章", 2, 1), ("0", 2, 4), ("1", 2, 7))),
            id="rows",
        ),
        pytest.param(
            "三、结果\t（一）甲\t2\n\t（二）乙\t\t3\n\t\t1.丙\t\t",
            table(
                1,
                (("三、结果", 1, 1), ("（一）甲", 1, 6), ("2", 1, 11)),
                (("", 2, 1), ("（二）乙", 2, 2), ("", 2, 7), ("3", 2, 8)),
                (("", 3, 1), ("", 3, 2), ("1.丙", 3, 3), ("", 3, 7), ("", 3, 8)),
            ),
            id="cells merged with those above",
        ),
        pytest.param(
            "\t甲\t乙\t丙\n\t\t1\t2\t",
            table(1, (("甲", 1, 2), ("乙", 1, 4), ("丙", 1, 6)), (("", 2, 2), ("1", 2, 3), ("2", 2, 5), ("", 2, 7))),
            id="an indent of all rows",
        ),
        pytest.param(
            "内容\t数量\t\n许可\t**5**\t",
            table(1, (("内容", 1, 1), ("数量", 1, 4), ("", 1, 7)), (("许可", 2, 1), ("5", 2, 6), ("", 2, 10))),
            id="empty last cells",
        ),
        pytest.param(
            "-\t-\t-\n-\t-\t5",
            table(1, (("-", 1, 1), ("-", 1, 3), ("-", 1, 5)), (("-", 2, 1), ("-", 2, 3), ("5", 2, 5))),
            id="dashes are data",
        ),
    ],
)
def test_tab_tables(text: str, expected: Table) -> None:
    """Rows pasted from Word or Excel become cells, each with the place of its first character."""
    assert blocks(text) == [expected]


def test_where_tab_tables_end() -> None:
    """A line with one tab, a sentence or a title in front of empty cells is no row, and ends a table."""
    found = blocks("表二\t\t\n甲\t乙\t丙\n1\t2\t3\n许可\t5\n全年5件。\t\t\n4\t5\t6\n四、其他\t\t\n7\t8\t9\n1\t1\t1")
    assert [block.text if isinstance(block, Paragraph) else block.place.line for block in found] == [
        "表二",
        2,
        "许可\t5全年5件。",
        "4\t5\t6",
        "四、其他",
        8,
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("甲\t乙\t丙", id="one row"),
        pytest.param("甲\t乙\t丙\n\n丁\t戊\t己", id="a row and a row"),
        pytest.param("甲\t乙\n丙\t丁\n戊\t己", id="one tab"),
        pytest.param("\t\t\t柳溪镇人民政府\n\t\t\t2032年1月18日", id="signature"),
        pytest.param("\t\t全年\t公开\n\t\t信息\t五条", id="indents and a tab"),
        pytest.param("一、总体情况\t\t\t\n（一）主动公开\t\t\t", id="headings before empty cells"),
        pytest.param("一、\t总体情况\t1\n二、\t主动公开\t2", id="contents"),
        pytest.param("\t（一）\t\t主动公开\n\t（二）\t\t依申请公开", id="tabs behind a number"),
        pytest.param("　　全年\t公开\t五条。\n　　另有\t信息\t三条。", id="sentences"),
        pytest.param("联系人：甲\t\t电话：1\n地址：乙\t\t邮编：2", id="names and values"),
        pytest.param("\t\t\t\n\t\t\t\n甲", id="blank lines"),
    ],
)
def test_tabs_in_text(text: str) -> None:
    """Tabs that indent or part the words of a text make no table."""
    assert not any(isinstance(block, Table) for block in blocks(text))


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
        pytest.param("<table><tr><td>1\n\n甲", [(1, "1"), (3, "甲")], id="never closed"),
        pytest.param(
            "<table><tr><td>1</td></tr></table>\n<table><tr><td>2</td></tr></table>", [(1, "1"), (2, "2")], id="two"
        ),
        pytest.param(
            "<table>\n<tr><td>\n<table><tr><td>1<td>2<td>3<td>4</tr></table>\n</td></tr>\n</table>\n甲",
            [(3, "1234"), (6, "甲")],
        ),
        pytest.param("<tablet>甲", [(1, "甲")], id="another tag"),
        pytest.param("<table></table>\n甲", [(2, "甲")], id="empty"),
        pytest.param("<table\n border=1>\n<tr><td>1</td></tr></table>\n甲", [(2, "1"), (4, "甲")], id="tag over lines"),
        pytest.param("<table><tr><td>1</td></tr></table\n>\n甲", [(1, "1"), (3, "甲")], id="end over lines"),
        pytest.param("甲\n</table>乙<table><tr><td>1</td></tr></table>\n丙", [(1, "甲乙"), (2, "1"), (3, "丙")]),
        pytest.param("<div><table><tr><td>1</td></tr></table></div>\n甲", [(1, "1"), (2, "甲")], id="in a division"),
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("甲<table>{}</table>乙", [("甲", 1, 1), 1, ("乙", 1, 36)], id="one line"),
        pytest.param(
            "甲<table>{}</table> **乙**丙<table\n>{}</table>丁\n戊",
            [("甲", 1, 1), 1, ("乙丙", 1, 39), 2, ("丁戊", 2, 29)],
            id="two tables",
        ),
        pytest.param("甲\n# 乙<table>\n{}\n</table>　丙|丁", [("甲", 1, 1), ("乙", 2, 3), 2, ("丙|丁", 4, 10)]),
        pytest.param("> 甲<table>{}</table>", [("甲", 1, 3), 1], id="in a block quote"),
    ],
)
def test_text_beside_html_tables(text: str, expected: list[object]) -> None:
    """Text before and behind a table on one line with it is kept, with its column."""
    assert [
        block.place.line if isinstance(block, Table) else (block.text, block.place().line, block.place().column)
        for block in blocks(text.replace("{}", "<tr><td>1</td></tr>"))
    ] == expected


def test_many_html_tables_on_one_line() -> None:
    """Each table of a long line costs its own length only."""
    assert len(blocks("甲<table><tr><td>1</td></tr></table>" * 2_000)) == 4_000


# --- limits ------------------------------------------------------------------------------------


HALF = "<table><tr><td colspan=1000 rowspan=100>1</td></tr>" + "<tr></tr>" * 99 + "</table>"  # 100,000 cells


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(
            f"甲\n{'乙' * (LONGEST_LINE + 1)}",
            ("第 2 行有 1,000,001 个字符", "line 2 has 1,000,001 characters"),
            id="line",
        ),
        pytest.param(
            f"|甲|\n|{'乙' * LONGEST_LINE}|",
            ("第 2 行有 1,000,002 个字符", "line 2 has 1,000,002 characters"),
            id="row",
        ),
        pytest.param(
            f"<table>\n<tr><td>\n{'乙' * (LONGEST_LINE + 1)}</td></tr></table>",
            ("第 3 行有 1,000,019 个字符", "line 3 has 1,000,019 characters"),
            id="line in an HTML table",
        ),
        pytest.param(
            "甲\n\n|1|\n|" + "1|" * (MOST_COLUMNS + 1),
            ("第 4 行处的表格有 1,001 个列", "the table at line 4 has 1,001 columns"),
            id="columns",
        ),
        pytest.param(
            f"{'甲|' * MOST_COLUMNS}甲\n-|-",
            ("第 1 行处的表格有 1,001 个列", "the table at line 1 has 1,001 columns"),
            id="columns without outer pipes",
        ),
        pytest.param(
            "甲\t乙\t丙\n" + "1\t" * MOST_COLUMNS + "1",
            ("第 2 行处的表格有 1,001 个列", "the table at line 2 has 1,001 columns"),
            id="columns parted by tabs",
        ),
        pytest.param(
            ("|" + "|" * MOST_COLUMNS + "\n") * (MOST_CELLS // MOST_COLUMNS) + "\n|1|",
            ("第 202 行处的表格有 200,001 个单元格", "the table at line 202 has 200,001 cells"),
            id="cells",
        ),
        pytest.param(
            f"|1|\n{HALF}\n甲\n{HALF}",
            ("第 4 行处的表格有 200,001 个", "the table at line 4 has 200,001"),
            id="cells of HTML",
        ),
        pytest.param(
            f"{HALF}\n{HALF}\n\n1\t2\t3\n4\t5\t6",
            ("第 4 行处的表格有 200,003 个", "the table at line 4 has 200,003"),
            id="cells of HTML and text",
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
    for row in ("|" + "1|" * MOST_COLUMNS, "1|" * (MOST_COLUMNS - 1) + "1"):
        (full,) = blocks(f"{row}\n-|-")
        assert isinstance(full, Table)
        assert [len(row) for row in full.rows] == [MOST_COLUMNS]
    assert len(blocks(f"{HALF}\n{HALF}")) == 2


# --- places in general -------------------------------------------------------------------------

Found = tuple[str, int, int | None]  # a character or a cell, its line, its column unless markup hides it

WORDS = st.text(alphabet="甲乙丙丁春夏秋冬，。（）、：一二AB12 ", max_size=8).map(lambda inner: f"甲{inner}乙")
MARKUP = st.sampled_from(
    [("&lt;", "<"), ("&#20057;", "乙"), ("\\*", "*"), ("\\[", "["), ("<b>", ""), ("</b>", ""), ("![图](a.png)", "")]
)
CELLS = st.one_of(
    WORDS.map(lambda word: (word, word)),
    st.sampled_from(
        [("", ""), ("-", "-"), ("丙\\|丁", "丙|丁"), ("**5**", "5"), ("[** 6 **](a)", "6"), ("&nbsp; 7", "7")]
    ),
)
VALUES = st.sampled_from([("", ""), ("-", "-"), ("0", "0"), ("1.丙丁", "1.丙丁"), ("** 5**", "5"), ("甲 乙", "甲 乙")])


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

    def row(self, line: str, cells: list[tuple[str, str]], end: str, padding: list[int]) -> None:
        """Write a row of a table behind what its line begins with, each cell with its end."""
        found: list[Found] = []
        for (written, reads), blanks in zip(cells, padding, strict=True):
            line += " " * blanks
            found.append((reads, len(self.lines) + 1, len(line) + 1 + written.index(reads[0]) if reads else None))
            line += f"{written} {end}"
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


def pipe_table(draw: st.DrawFn, source: Source) -> None:
    """Draw a table with pipes, perhaps indented or in a block quote."""
    width, lead = draw(st.integers(1, 4)), draw(st.sampled_from(["|", "  |", "> |", " >> |"]))
    for n in range(draw(st.integers(1, 4))):
        if n == 1:
            source.lines.append(lead + "---|" * width)
        cells = draw(st.lists(CELLS, min_size=width, max_size=width))
        source.row(lead, cells, "|", draw(st.lists(st.integers(0, 3), min_size=width, max_size=width)))


def tab_table(draw: st.DrawFn, source: Source) -> None:
    """Draw a table with tabs, the last one of each row behind its last text."""
    width = draw(st.integers(2, 4))
    for _ in range(draw(st.integers(2, 4))):
        cells = [("丙", "丙"), *draw(st.lists(VALUES, min_size=width, max_size=width)), ("丁", "丁")]
        source.row("", cells, "\t", [0, *draw(st.lists(st.integers(0, 3), min_size=width, max_size=width)), 0])
        source.cells[-1].append(("", len(source.lines), None))


@st.composite
def sources(draw: st.DrawFn) -> Source:
    """Draw a document of headings, bold lines, paragraphs, comments, rules and tables of any kind."""
    source = Source(["", ""])
    kinds = st.sampled_from(["heading", "bold", "lines", "table", "tabs", "html", "comment", "rule"])
    for kind in draw(st.lists(kinds, max_size=6)):
        word = draw(WORDS)
        if kind == "heading":
            source.write([("#" * draw(st.integers(1, 6)) + " ", "", True), (word, word, True)])
        elif kind == "bold":
            marks = draw(st.sampled_from(["**", "__", "***", "__**", "_**"]))
            source.write([(marks, "", True), (word, word, True), (marks[::-1], "", True)])
        elif kind == "lines":
            for _ in range(draw(st.integers(1, 3))):
                lead = draw(st.sampled_from(["", "　　", "- ", "> ", " "]))
                source.write([(lead, "", True), *inline(draw)])
        elif kind == "table":
            pipe_table(draw, source)
        elif kind == "tabs":
            tab_table(draw, source)
        elif kind == "html":
            source.cells.append([("1", len(source.lines) + 1, None)])
            source.write([(word, word, True), ("<table><tr><td>1</td></tr></table> ", "", True), (word, word, True)])
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


@pytest.mark.parametrize(
    ("lines", "day", "place"),
    [
        (["date: 2025-01-20"], date(2025, 1, 20), (2, 7)),
        (["title: x", "发布日期：2025年1月20日 09:30"], date(2025, 1, 20), (3, 6)),
        (["date: 2025-03-01", 'Published: "2025-01-20T10:00"'], date(2025, 1, 20), (3, 13)),
        (["published: soon", "date: 2025-1-2 09:30"], date(2025, 1, 2), (3, 7)),
        (["lastmod: 2025-01-20", "update: 2025-01-20", "x date: 2025-01-20"], None, None),
        (["date:", "date: 2025-02-30"], None, None),
    ],
)
def test_publication_date(lines: list[str], day: date | None, place: tuple[int, int] | None) -> None:
    """The front matter gives it; a key that speaks of publication goes before a mere date."""
    published = read("\n".join(["---", *lines, "---", "# 标题"])).published
    if published is None:
        assert day is None
    else:
        assert (published.day, (published.place.line, published.place.column)) == (day, place)
        assert published.source.zh.startswith("文首元数据 ")


def test_a_date_in_the_text_is_no_front_matter() -> None:
    assert read("date: 2025-01-20\n\n# 标题\n").published is None
