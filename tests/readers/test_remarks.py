"""Comments that speak to gouji, in Markdown and in web pages: what is one, what it says, on which lines."""

import time
from collections.abc import Callable

import pytest

from gouji.document import Remark
from gouji.readers import html, markdown
from gouji.readers.remarks import MOST_REMARKS

HEAD = "青禾县柳溪镇2024年政府信息公开工作年度报告\n\n"
Read = Callable[[str], tuple[Remark, ...]]


def in_markdown(text: str) -> tuple[Remark, ...]:
    return markdown.read((HEAD + text).encode(), "a.md").remarks


def in_html(text: str) -> tuple[Remark, ...]:
    return html.read(f"<html>\n<body>{text}<p>正文</p></body></html>".encode(), "a.html").remarks


BOTH = pytest.mark.parametrize("read", [in_markdown, in_html])


@pytest.mark.parametrize(("read", "first"), [(in_markdown, 3), (in_html, 2)])
def test_lines_of_a_remark(read: Read, first: int) -> None:
    """A remark stands on the lines from its first to its last character."""
    text = '<!-- gouji: ignore GJ401 reason="甲" -->\n\n字\n<!--gouji:ignore\nGJ301\n  reason="乙"\n-->\n'
    assert read(text) == (
        Remark(' ignore GJ401 reason="甲" ', first, first),
        Remark('ignore\nGJ301\n  reason="乙"\n', first + 3, first + 6),
    )


@BOTH
@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends(read: Read, end: str) -> None:
    """Lines end as Windows or old systems end them."""
    text = "字\n\n<!-- gouji: a\nb -->\n"
    assert read(text.replace("\n", end)) == read(text)


@BOTH
def test_several_on_one_line_and_in_a_sentence(read: Read) -> None:
    """Each comment on a line is one remark; other comments are none."""
    said = [
        remark.said for remark in read("字<!-- gouji: a -->字<!-- b --><!-- gouji: c -->。\n<!-- 关于 gouji: d -->\n")
    ]
    assert said == [" a ", " c "]


@BOTH
@pytest.mark.parametrize("mark", ["<!--gouji:", "<!-- gouji :", "<!--\n gouji:", "<!-- gouji：", "<!-- Gouji:"])
def test_ways_to_begin(read: Read, mark: str) -> None:
    """A full-width colon, as a Chinese keyboard gives it, blanks and capitals do not matter."""
    assert [remark.said for remark in read(f"{mark} x -->\n")] == [" x "]


@BOTH
@pytest.mark.parametrize(
    "text", ["<!-- goujian: x -->", "<!-- gouji x -->", "<! -- gouji: x -->", "gouji: x", "<!- gouji: x ->"]
)
def test_what_is_no_remark(read: Read, text: str) -> None:
    assert read(text + "\n") == ()


def test_arrow_inside_a_reason_ends_the_comment() -> None:
    """A comment ends at the first ``-->``, wherever it stands, as every browser has it."""
    assert [r.said for r in in_markdown('<!-- gouji: ignore GJ401 reason="甲-->乙" -->\n')] == [
        ' ignore GJ401 reason="甲'
    ]
    assert [r.said for r in in_html('<!-- gouji: ignore GJ401 reason="甲-->乙" -->')] == [' ignore GJ401 reason="甲']


def test_unclosed_remark_ends_with_the_text() -> None:
    """What follows is not read as text either, so nothing of it is taken for more remarks."""
    assert in_markdown("<!-- gouji: a\n字 <!-- gouji: b") == (Remark(" a\n字 <!-- gouji: b", 3, 4),)


def test_last_line_without_line_end() -> None:
    assert in_markdown("字\n<!-- gouji: a -->") == (Remark(" a ", 4, 4),)


def test_nested_comment_is_part_of_the_outer_one() -> None:
    """A comment cannot hold another; a remark inside an explanation does not speak."""
    assert in_markdown("<!-- 例：<!-- gouji: a -->\n") == ()
    assert in_html("<!--[if IE]><!-- gouji: a --><![endif]-->") == ()


@pytest.mark.parametrize(
    "text",
    [
        "```\n<!-- gouji: a -->\n```\n",
        "~~~~ html\n~~~\n<!-- gouji: a -->\n~~~~~ \n",
        "   ```\n<!-- gouji: a -->\n``` 不是结尾\n<!-- gouji: a -->\n",
        "写作 `<!-- gouji: a -->`。\n",
        "写作 ``<!-- gouji: a -->``。\n",
    ],
)
def test_code_in_markdown_speaks_to_nobody(text: str) -> None:
    """An example of a remark, shown as code, is none; behind the code remarks count again."""
    assert in_markdown(text) == ()
    if not text.endswith("结尾\n<!-- gouji: a -->\n"):
        assert [remark.said for remark in in_markdown(text + "<!-- gouji: b -->\n")] == [" b "]


def test_remark_around_code_marks() -> None:
    """Marks of code inside a remark, or one lone backtick, do not hide it."""
    text = '一个 ` 号\n<!-- gouji: ignore GJ401 reason="见 `x` 和\n```\n" -->\n<!-- gouji: b -->\n'
    assert [remark.line for remark in in_markdown(text)] == [4, 7]


def test_remark_in_a_table_of_markdown() -> None:
    """In a cell it speaks as elsewhere, and is no text of the cell."""
    text = "| 甲 | 乙 |\n|---|---|\n| 1 <!-- gouji: a --> | 2 |\n"
    document = markdown.read((HEAD + text).encode(), "a.md")
    assert document.remarks == (Remark(" a ", 5, 5),)
    assert "gouji" not in str(document.blocks)


@pytest.mark.parametrize(
    "text",
    [
        '<p title="<!-- gouji: a -->">字</p>',
        "<p data-x='<!-- gouji: a -->'>字</p>",
        "<script>var x = '<!-- gouji: a -->';</script>",
        "<STYLE>/* <!-- gouji: a --> */</STYLE>",
        "<textarea><!-- gouji: a --></textarea>",
        "<iframe><!-- gouji: a --></iframe>",
        "<p>&lt;!-- gouji: a --&gt;</p>",
    ],
)
def test_what_only_looks_like_a_comment_in_html(text: str) -> None:
    """In attributes, scripts and styles there are no comments; behind them there are."""
    assert in_html(text) == ()
    assert [remark.said for remark in in_html(text + "<!-- gouji: b -->")] == [" b "]


@pytest.mark.parametrize(
    "place", ["<table><tr><td>{}1</td></tr></table>", "<ul>{}<li>1</li></ul>", "{}<!DOCTYPE html>"]
)
def test_anywhere_in_html(place: str) -> None:
    assert [remark.said for remark in in_html(place.format("<!-- gouji: a -->"))] == [" a "]


@BOTH
def test_floods_take_little_time(read: Read) -> None:
    """Thousands of remarks, closed or not, and endless backticks are read once, and so many are kept."""
    start = time.perf_counter()
    assert len(read("<!-- gouji: a -->\n" * 20_000)) == MOST_REMARKS
    assert len(read("<!-- gouji: a " * 60_000)) == 1
    read("<!-- gouji: a -->\n" + "`" * 50_000 + " ` `` " * 30_000)
    read("<!-- gouji: a -->\n" + "```\n" * 50_001)
    read("<!-- gouji: a -->\n" + "<!-- " * 50_000)
    assert time.perf_counter() - start < 10
