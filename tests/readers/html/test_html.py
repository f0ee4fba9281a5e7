"""The HTML reader: report text with its lines, tables with their spans, the web site left out."""

import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from gouji.document import Cell, Document, Paragraph, Place, Table
from gouji.errors import UnreadableError
from gouji.readers import html

PAGE = Path(__file__).parents[2] / "data" / "web-page.html"
REAL = Path(__file__).parents[4] / "shared" / "data" / "shanghai-office-2019.html"


LEAD = (
    "本报告由柳溪镇人民政府按照《中华人民共和国政府信息公开条例》和青禾县年报工作的要求编制，"
    "统计期限为2023年1月1日至12月31日。"
)


def read(markup: str) -> Document:
    """Read a page given as text."""
    return html.read(markup.encode(), "报告.html")


def texts(markup: str) -> list[str]:
    """Return the paragraphs of a page, and the mark ``TABLE`` for each table."""
    return [b.text if isinstance(b, Paragraph) else "TABLE" for b in read(markup).blocks]


def tables(markup: str) -> list[Table]:
    """Return the tables of a page."""
    return [b for b in read(markup).blocks if isinstance(b, Table)]


def grid(table: Table) -> list[list[str]]:
    """Return the texts of a table, row by row."""
    return [[cell.text for cell in row] for row in table.rows]


def refusal(markup: str) -> UnreadableError:
    """Return the error that reading a page ends in."""
    with pytest.raises(UnreadableError) as caught:
        read(markup)
    return caught.value


def lines(document: Document) -> list[tuple[int | None, str, bool]]:
    """Return line, text and mark of each paragraph."""
    return [(b.place().line, b.text, b.marked) for b in document.blocks if isinstance(b, Paragraph)]


# --- a whole page ------------------------------------------------------------------------------


def test_whole_page_text() -> None:
    """Of a whole government page only the report remains, each paragraph with its source line."""
    document = html.read(PAGE.read_bytes(), "web-page.html")
    assert (document.path, document.format, document.notes) == ("web-page.html", "html", ())
    assert document.title == "柳溪镇2023年政府信息公开工作年度报告_青禾县人民政府"
    assert lines(document) == [
        (31, "柳溪镇2023年政府信息公开工作年度报告", True),
        (32, "发布日期：2024-01-30 来源：柳溪镇人民政府", False),
        (36, LEAD, False),
        (38, "一、总体情况", True),
        (39, "（一）主动公开。全年通过县政府门户网站公开信息48条，比上一年多6条。", False),
        (40, "（二）依申请公开。收到申请9件，上年结转1件，办结8件，结转下年度2件。", False),
        (41, "（三）政府信息管理。由党政办公室专人负责，先审后发，全年清理失效信息5条。", False),
        (42, "（四）平台建设。维护镇级专栏1个。", False),
        (42, "（五）监督保障。开展培训2次，工作考核、社会评议结果良好，没有发生责任追究情形。", False),
        (43, "二、主动公开政府信息情况", True),
        (62, "三、收到和处理政府信息公开申请情况", True),
        (98, "四、政府信息公开行政复议、行政诉讼情况", True),
        (105, "五、存在的主要问题及改进情况", True),
        (106, "公开内容还不够细。下一步将对照目录逐项补齐，并请各村居协助核对。", False),
        (107, "六、其他需要报告的事项", True),
        (108, "本年度没有收取信息处理费。", False),
        (109, "柳溪镇人民政府", False),
        (110, "2024年1月18日", False),
        (111, "附件：2023年度统计表.xlsx", False),
    ]


def test_whole_page_tables() -> None:
    """The three tables stand after their headings, with spans, lines and every cell."""
    blocks = html.read(PAGE.read_bytes(), "web-page.html").blocks
    found = [(i, b) for i, b in enumerate(blocks) if isinstance(b, Table)]
    assert [(i, b.place.line, len(b.rows)) for i, b in found] == [(10, 44, 14), (12, 63, 28), (14, 99, 4)]
    two, three, four = (b for _, b in found)
    assert two.rows[0] == (Cell("第二十条第（一）项", Place(46), 1, 4),)
    assert two.rows[3] == tuple(Cell(text, Place(49)) for text in ("行政规范性文件", "2", "1", "7"))
    assert three.rows[0] == (
        Cell("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", Place(65), 3, 3),
        Cell("申请人情况", Place(66), 1, 7),
    )
    assert three.rows[2][0] == Cell("商业企业", Place(68))
    assert three.rows[5][0] == Cell("三、本年度办理结果", Place(73), 22, 1)
    assert three.rows[6][0] == Cell("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", Place(74), 1, 2)
    assert [cell.text for cell in three.rows[-1]] == [
        "四、结转下年度继续办理",
        "2",
        "0",
        "0",
        "0",
        "0",
        "0",
        "2",
    ]
    assert [cell.text for cell in four.rows[3]] == [
        "1",
        "0",
        "0",
        "0",
        "1",
        "0",
        "0",
        "0",
        "0",
        "0",
        "0",
        "0",
        "0",
        "",
        "0",
    ]


@pytest.mark.skipif(not REAL.exists(), reason="the real sample reports are not beside the project")
def test_real_page() -> None:
    """A real report is read whole: date, six sections, three tables, blank cells as blanks."""
    document = html.read(REAL.read_bytes(), REAL.name)
    found = [b for b in document.blocks if isinstance(b, Table)]
    assert [len(t.rows) for t in found] == [18, 26, 4]
    assert [cell.text for cell in found[2].rows[3]][:6] == ["5", "", "", "2", "7", "8"]
    starts = [p.text[:2] for p in document.blocks if isinstance(p, Paragraph) and p.text[1:2] == "、"]
    assert starts == ["一、", "二、", "三、", "四、", "五、", "六、"]
    assert any(p.text == "发布日期：2020-01-31" for p in document.blocks if isinstance(p, Paragraph))


# --- what belongs to the report ----------------------------------------------------------------

SECTIONS = "<h2>一、总体情况</h2><p>公开信息48条。</p><h2>六、其他需要报告的事项</h2><p>无。</p>"


def test_text_outside_the_report_is_dropped() -> None:
    """Columns beside the report's own element go, whatever they say."""
    page = f"<div>本站公告：今日停电</div><div id=zoom>{SECTIONS}</div><div>便民电话12345</div>"
    assert texts(page) == ["一、总体情况", "公开信息48条。", "六、其他需要报告的事项", "无。"]


def test_sections_in_elements_of_their_own() -> None:
    """Sections each in an element of their own are all kept, with the signature after them."""
    page = (
        "<div>站内</div><div class=a><div><p>一、总体情况</p><p>甲。</p></div><div><p>三、行政复议</p></div>"
        "<div><p>六、其他需要报告的事项</p><p>无。</p></div><div><p>柳溪镇人民政府</p></div></div><div>站外</div>"
    )
    assert texts(page)[0] == "一、总体情况"
    assert texts(page)[-2:] == ["无。", "柳溪镇人民政府"]


def test_signature_outside_the_report() -> None:
    """A signature that the site puts below the report's element is kept up to its date."""
    page = f"<div><div>{SECTIONS}</div><p>柳溪镇人民政府</p><p>2024年1月18日</p><p>站外</p></div>"
    assert texts(page)[-3:] == ["无。", "柳溪镇人民政府", "2024年1月18日"]


def test_lead_outside_the_report() -> None:
    """Without a title the lead paragraph tells where the report begins."""
    lead = "根据《中华人民共和国政府信息公开条例》编制本报告。"
    assert texts(f"<div>站内</div><div><p>{lead}</p><div>{SECTIONS}</div></div>")[0] == lead


def test_half_a_report_is_not_cut() -> None:
    """Where not both the first and the last sections are recognised, nothing is cut off."""
    page = "<div><p>一、总体情况</p><p>二、主动公开政府信息情况</p></div><div><p>五、下步打算</p></div>"
    assert texts(page)[-1] == "五、下步打算"


def test_prose_like_site_phrases() -> None:
    """Sentences of the last section that begin like a site's phrases are report text."""
    page = SECTIONS + "<p>相关信息可在县政府网站查询。</p><p>访问量比上一年增加3倍。</p>"
    assert texts(page)[-2:] == ["相关信息可在县政府网站查询。", "访问量比上一年增加3倍。"]


def test_sections_in_one_paragraph() -> None:
    """Headings parted by line breaks in one paragraph do not make that paragraph the whole report."""
    page = "<div><p>一、总体情况<br>五、存在的问题<br>六、其他需要报告的事项</p><p>没有。</p></div>"
    page += "<div>站外</div>"
    assert texts(page) == ["一、总体情况", "五、存在的问题", "六、其他需要报告的事项", "没有。"]


def test_flat_page() -> None:
    """Where report and site share one element, links and site phrases around the report go."""
    page = (
        "<p><a href=/>首页</a> | <a href=/b>办事</a></p><p>首页 > 政府信息公开 > 正文</p>"
        f"<h1>柳溪镇2023年政府信息公开工作年度报告</h1>{SECTIONS}<p>柳溪镇人民政府</p>"
        "<p>上一篇：<a href=/x>防汛通知</a></p><p>版权所有：青禾县人民政府</p><p>示ICP备00000000号</p>"
    )
    assert texts(page) == [
        "柳溪镇2023年政府信息公开工作年度报告",
        "一、总体情况",
        "公开信息48条。",
        "六、其他需要报告的事项",
        "无。",
        "柳溪镇人民政府",
    ]


def test_title_outside_the_report() -> None:
    """A title above the report's element comes with it, and so does the organ's name over it."""
    page = (
        "<div>站内搜索</div><div><h1>柳溪镇人民政府</h1><h1>2023年政府信息公开工作年度报告</h1>"
        f"<p>公布时间：2024年1月20日</p><p>【打印】</p><div>{SECTIONS}</div><p>分享到：微信</p><p>站尾</p></div>"
    )
    assert texts(page)[:3] == ["柳溪镇人民政府", "2023年政府信息公开工作年度报告", "公布时间：2024年1月20日"]
    assert texts(page)[-1] == "无。"


def test_links_inside_the_report_stay() -> None:
    """Between the first section and the last a paragraph of links is report text."""
    page = f"{SECTIONS.replace('公开信息48条。', '<a href=/m>公开目录</a>')}"
    assert "公开目录" in texts(page)


def test_page_without_sections() -> None:
    """A page without recognisable sections keeps everything but links and site phrases."""
    page = (
        "<p>本年度没有新的情况。</p><ul><li><a href=/>首页</a><li><a href=/b>办事</a></ul>"
        "<p>责任编辑：甲</p><p>再见。</p>"
    )
    assert texts(page) == ["本年度没有新的情况。", "再见。"]


def test_furniture_elements() -> None:
    """Semantic page furniture, scripts, form controls and hidden elements are left out."""
    page = (
        "<header>青禾县政府网</header><nav>导航</nav><div role=navigation>导航</div><aside>侧栏</aside>"
        "<script>var a='一、总体情况'</script><style>p{}</style><noscript>请启用脚本</noscript>"
        "<form><input value=x><select><option>甲</select><textarea>乙</textarea><button>搜</button>"
        "<p>正文。</p></form>"
        "<p hidden>藏</p><p style='color:red; DISPLAY : none'>藏</p><!-- 注释 --><footer>页脚</footer>"
    )
    assert texts(page) == ["正文。"]


def test_header_with_the_title() -> None:
    """A header inside an article, or one that holds the report's title, is no furniture."""
    assert texts("<article><header><h1>标题</h1></header><p>文。</p></article>") == ["标题", "文。"]
    assert texts("<header><h1>甲镇2023年度报告</h1></header><p>文。</p>") == ["甲镇2023年度报告", "文。"]


def test_only_comments() -> None:
    """A page with nothing to show has no blocks."""
    assert read("<!-- 空 -->") == Document("报告.html", "html", ())


# --- text --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>收到\n   申请</p>", "收到申请"),
        ("<p>收到  申请</p>", "收到申请"),
        ("<p>收到 申请</p>", "收到 申请"),
        ("<p>收到&nbsp;&nbsp;申请</p>", "收到 申请"),
        ("<p>a\n b 件</p>", "a b 件"),
        ("<p>共<b>9</b>件，\n<span>办结</span>8件</p>", "共9件，办结8件"),
        ("<p>　　正文&nbsp;</p>", "正文"),
        ("<p>甲<!-- \n -->乙</p>", "甲乙"),
    ],
)
def test_white_space(markup: str, expected: str) -> None:
    """White space collapses as on the page: to nothing between Chinese characters."""
    assert texts(markup) == [expected]


def test_places() -> None:
    """A line's place is the source line that its text begins on, also behind a break."""
    page = "<div>\n\n  甲段\n续行<br>\n一、总体情况\n<p\nclass=x>\n乙段</p>"
    page += "\n丙段<script>\n\n</script>\n</div>丁段"
    assert [(line, text) for line, text, _ in lines(read(page))] == [
        (3, "甲段续行"),
        (5, "一、总体情况"),
        (8, "乙段"),
        (9, "丙段"),
        (12, "丁段"),
    ]


def test_place_after_windows_line_ends() -> None:
    """CR LF and CR count as one line end each."""
    assert lines(read("<p>甲</p>\r\n\r\n<p>乙</p>\r<p>丙</p>")) == [
        (1, "甲", False),
        (3, "乙", False),
        (4, "丙", False),
    ]


def test_lines_beyond_the_parsers_count() -> None:
    """Where the parser has lost count of lines, places have none rather than a wrong one."""
    assert lines(read("<p>甲</p>" + "\n" * 70_000 + "<p>乙</p>")) == [(1, "甲", False), (None, "乙", False)]


def test_breaks() -> None:
    """A line break goes on with the paragraph; an indent or an empty line begins another."""
    assert texts("<p>甲<br>乙<br>　　丙<br>&nbsp;&nbsp;&nbsp;&nbsp;丁<br><br>戊</p>") == [
        "甲乙",
        "丙",
        "丁",
        "戊",
    ]


def test_preformatted_text() -> None:
    """In ``pre`` the line ends of the source are line breaks."""
    page = "<pre>\n一、总体情况\n公开信息\n48条。\n\n二、其他\n</pre>"
    assert [(line, text) for line, text, _ in lines(read(page))] == [
        (2, "一、总体情况"),
        (3, "公开信息48条。"),
        (6, "二、其他"),
    ]


@pytest.mark.parametrize(
    ("markup", "marked"),
    [
        ("<h3>标题</h3>", True),
        ("<p><strong>标</strong> <b>题</b></p>", True),
        ("<p style='font-weight:700'>标题</p>", True),
        ("<b><p style='font-weight:normal'>标题</p></b>", False),
        ("<p><b>标</b>题</p>", False),
        (f"<p><b>{'长' * 41}</b></p>", False),
        ("<p>标题</p>", False),
    ],
)
def test_marked(markup: str, marked: bool) -> None:  # noqa: FBT001
    """Headings, and short blocks that are bold throughout, are marked."""
    assert [mark for _, _, mark in lines(read(markup))] == [marked]


def test_wrong_charset() -> None:
    """A page that declares another charset than it has is read right, with a note."""
    document = html.read("<meta charset=utf-8><title>甲镇 年报</title><p>公开信息</p>".encode("gb18030"), "a")
    assert (document.title, [note.rule for note in document.notes]) == ("甲镇 年报", ["GJ011"])
    assert lines(document) == [(1, "公开信息", False)]


# --- tables ------------------------------------------------------------------------------------


def test_cells() -> None:
    """Cell texts join over breaks and blocks; a footnote mark stays and spoils the number."""
    page = (
        "<table><tr><td>本年新<br>收<td><p>a</p><p>b</p><td>12<sup>①</sup></tr>\n"
        "<tr><td>&nbsp;<td>1,234<td><span style='display:none'>9</span>0</tr></table>"
    )
    (table,) = tables(page)
    assert grid(table) == [["本年新收", "a b", "12 ①"], ["", "1,234", "0"]]
    assert [row[0].place for row in table.rows] == [Place(1), Place(2)]


def test_spans() -> None:
    """Spans are read as browsers do: clamped to the row group, 0 to its end, nonsense is 1."""
    page = (
        "<table><thead><tr><td rowspan=9>甲<td colspan=2>乙</tr></thead><tbody><tr><td rowspan=0>丙"
        "<td colspan=x>1<td rowspan=-1>2</tr><tr><td colspan=0>3<td>4</tr></tbody></table>"
    )
    (table,) = tables(page)
    assert [[(c.text, c.row_span, c.col_span) for c in row] for row in table.rows] == [
        [("甲", 1, 1), ("乙", 1, 2)],
        [("丙", 2, 1), ("1", 1, 1), ("2", 1, 1)],
        [("3", 1, 1), ("4", 1, 1)],
    ]


def test_order_of_row_groups() -> None:
    """Head, bodies and foot come in the order shown, wherever they are written."""
    (table,) = tables(
        "<table><tfoot><tr><td>计<td>3</tfoot><tbody><tr><td>甲<td>3</tbody><thead><tr><td>项<td>数</thead></table>"
    )
    assert grid(table) == [["项", "数"], ["甲", "3"], ["计", "3"]]


def test_hidden_rows_and_cells() -> None:
    """Hidden rows and cells are not part of the table."""
    (table,) = tables("<table><tr><td>甲<td hidden>x<td>1<tr style='display:none'><td>y<td>z<tr><td>乙<td>2</table>")
    assert grid(table) == [["甲", "1"], ["乙", "2"]]


def test_caption_and_stray_text() -> None:
    """A caption becomes a paragraph before the table; text between rows is not lost."""
    page = "<table><caption>表一</caption><tr><td>甲<td>1</tr>散落<tr><td>乙<td>2</tr></table>"
    assert texts(page) == ["表一", "TABLE", "散落"]


@pytest.mark.parametrize(
    "layout",
    [
        "<table><tr><td>{}</td></tr></table>",
        "<table><tr><td>来源：本站</td><td>作者：甲</td></tr></table>{}",
        "<table><tr><td>{}</td><td>右栏</td></tr><tr><td>左</td><td>右</td></tr></table>",
        "<table><tr><td>上</td></tr><tr><td>{}</td></tr></table>",
    ],
)
def test_layout_tables(layout: str) -> None:
    """A table that arranges the page gives its cells' text in order; the data table in it stays one."""
    inner = "<p>前文。</p><table><tr><td>甲<td>1<tr><td>乙<td>2</table><p>后文。</p>"
    found = texts(layout.format(inner))
    assert found[found.index("前文。") : found.index("后文。") + 1] == ["前文。", "TABLE", "后文。"]
    assert found.count("TABLE") == 1


def test_layout_around_running_text() -> None:
    """A table with the report's sections inside one of its cells is layout, without a table inside it too."""
    body = "<p>一、总体情况</p><p>" + "公开了信息，" * 40 + "</p><p>六、其他需要报告的事项</p><p>无。</p>"
    page = f"<table><tr><td>栏目</td><td>导读</td></tr><tr><td>左</td><td>{body}</td></tr></table>"
    assert texts(page)[-2:] == ["六、其他需要报告的事项", "无。"]


def test_narrow_table_with_figures() -> None:
    """A table of one column or one row is data when it holds a figure: as text it would be lost."""
    assert texts("<table><tr><td>总计<tr><td>12</table><table><tr><td>总计<td>12</table>") == ["TABLE"] * 2


def test_data_table_with_a_long_note() -> None:
    """One long note does not make layout of a table full of figures."""
    rows = "".join(f"<tr><td>第{n}项<td>{n}<td>0</tr>" for n in range(9))
    assert texts(f"<table>{rows}<tr><td colspan=3>{'注：说明。' * 50}</tr></table>") == ["TABLE"]


def test_table_of_links() -> None:
    """A table whose cells are links is navigation."""
    row = "<tr><td><a href=/a>领导之窗</a><td><a href=/b>办事指南</a></tr>"
    assert texts(f"<table>{row * 2}</table><p>正文。</p>") == ["正文。"]


ROWS = "".join(f"<tr><td>第{n}项<td>{n}<td>0</tr>" for n in range(9))


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<table><tr><td>2</td></tr></table>", "2"),
        ("<div><table><tr><th></th><td> <p>2</p></td></tr></table></div>", "2"),
        ("<table><tr><td>2</td><td>件</td></tr></table>", "2 件"),
        ("共<table><tr><td>2</td></tr></table>件", "共 2 件"),
        ("<table hidden><tr><td>2</td></tr></table>7", "7"),
        ("<table><tr><td>2</td></tr></table><td>7</td>", "2"),
    ],
)
@pytest.mark.parametrize("rows", ["", ROWS])
def test_a_table_that_is_the_value_of_a_cell(cell: str, text: str, rows: str) -> None:
    """A table in a cell that holds one text, or few short ones, is that cell's text: the outer one stays a table."""
    (table,) = tables(f"<table>{rows}<tr><td>末项</td><td>{cell}</td></tr><tr><td>总计</td><td>9</td></tr></table>")
    assert grid(table)[-2][1] == text
    assert grid(table)[-1] == ["总计", "9"]


@pytest.mark.parametrize("inner", ["<tr><td>甲<td>1<tr><td>乙<td>2", "<tr><td>甲乙丙<tr><td>丁<tr><td>戊<tr><td>己"])
def test_a_table_of_data_in_a_table_of_figures(inner: str) -> None:
    """Neither takes the other's cells: the inner one, whatever it holds, stands behind the outer one."""
    outer, apart = tables(f"<table>{ROWS}<tr><td>末项<table>{inner}</table><td>5<td>6</tr></table>")
    assert grid(outer)[-1] == ["末项", "5", "6"]
    assert grid(apart)[0][0].startswith("甲")


def test_unclosed_table() -> None:
    """A table begun before the last one was closed follows it, and so does the text."""
    page = "<table><tr><td>甲<td>1</td></tr><table><tr><td>乙<td>2<td>3</td></tr></table><p>后文。</p>"
    assert [grid(t) for t in tables(page)] == [[["甲", "1"]], [["乙", "2", "3"]]]
    assert texts(page)[-1] == "后文。"


def test_table_between_cells() -> None:
    """The cells of a table that stands between cells are not counted to the outer one."""
    page = "<table><tr><td>甲</td><td>1</td><table><tr><td>乙<td>2</td></tr></table></tr></table>"
    assert [grid(t) for t in tables(page)] == [[["甲", "1"]], [["乙", "2"]]]


def test_fragment() -> None:
    """Tables of a fragment inside Markdown count the lines of the whole source."""
    first, second = html.tables_of_fragment(
        "<table>\n<tr><td>甲</td></tr>\n</table>\n<table><tr><td rowspan=2>乙<td>1\n<tr><td>2</table>", 10
    )
    assert first == Table(((Cell("甲", Place(11)),),), Place(10))
    assert second.rows == ((Cell("乙", Place(13), 2), Cell("1", Place(13))), (Cell("2", Place(14)),))
    assert html.tables_of_fragment("<!-- -->", 1) == ()


# --- limits ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "attributes",
    [
        " ".join(f"a{n}=1" for n in range(100_000)),
        " ".join(f'a{n}=">"' for n in range(100_000)),
        '"><q x="&gt;" ' + " ".join(f"a{n}='<'" for n in range(100_000)),
        "/".join(f"a{n}" for n in range(100_000)),
    ],
)
def test_attribute_bombs(attributes: str) -> None:
    """A tag with a hundred thousand attributes is refused before the parser chokes on it."""
    begin = time.perf_counter()
    error = refusal(f"<p>甲</p>\n<p {attributes}>乙</p>")
    assert time.perf_counter() - begin < 1
    assert error.rule == "GJ005"
    assert "100000 attributes" in error.text.en or "100001 attributes" in error.text.en
    assert "line 2" in error.text.en


def test_long_tag() -> None:
    """A tag beyond 64 KB is refused with its length and the limit."""
    error = refusal(f"<p title='{'x' * 70_000}'>甲</p>")
    assert (error.rule, "65536" in error.text.zh) == ("GJ005", True)


def test_embedded_picture() -> None:
    """A picture written into the page does not count as a long tag."""
    assert texts(f'<p>甲</p><img src="data:image/png;base64,{"A" * 200_000}"><p>乙</p>') == ["甲", "乙"]


def test_script_is_no_tag() -> None:
    """Comparisons and words in a script are not taken for a tag with attributes."""
    assert texts(f'<script>if (i<n) {{ var s="{"w " * 40_000}>" }}</script><p>甲</p>') == ["甲"]


def test_deep_page() -> None:
    """A page nested deeper than the parser goes is refused, not cut."""
    assert texts("<div>" * 1_500 + "甲") == ["甲"]
    error = refusal("<div>" * 5_000 + "甲" + "</div>" * 5_000 + "<p>乙</p>")
    assert (error.rule, "to its end" in error.text.en) == ("GJ005", True)


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<table><tr><td colspan=1001>1<td>2<tr><td>3<td>4</table>", "1002 columns, the limit is 1000"),
        ("<table><tr><td rowspan=2 colspan=999>1<tr><td>2<td>3</table>", "1001 columns, the limit is 1000"),
        ("<table><tr><td colspan=99999999999999>1<td>2</table>", "the limit is 200000"),
        ("<table>" + "<tr><td rowspan=65000 colspan=900>1" * 300 + "</table>", "the limit is 200000"),
    ],
)
def test_table_bombs(markup: str, words: str) -> None:
    """Spans that come to too many cells or columns are refused with number and limit."""
    error = refusal(markup)
    assert error.rule == "GJ005"
    assert words in error.text.en


def test_large_text_is_whole() -> None:
    """A text of more than ten million bytes is read to its end."""
    found = texts(f"<p>{'字' * 4_000_000}</p><p>末尾</p>")
    assert (len(found[0]), found[-1]) == (4_000_000, "末尾")


def test_lxml_comes_with_this_reader_only() -> None:
    """Nothing else that readers share loads lxml."""
    code = "import sys, gouji.readers.decoding, gouji.readers.flow; sys.exit('lxml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("meta", "day"),
    [
        ('<meta name="PubDate" content="2025-1-2 09:30">', date(2025, 1, 2)),
        ("<meta name='publishdate' content='2025-01-20'/>", date(2025, 1, 20)),
        ('<meta property="article:published_time" content="2025-01-20T09:30:00+08:00">', date(2025, 1, 20)),
        ('<meta name="pubDate" content=""><meta name="publish-date" content="2025年1月20日">', date(2025, 1, 20)),
        ('<meta name="PubDate" content="yesterday">', None),
        ('<meta property="article:modified_time" content="2025-01-20">', None),
        ('<meta name="CreateDate" content="2025-01-20">', None),
        ("", None),
    ],
)
def test_publication_date(meta: str, day: date | None) -> None:
    """The metadata of the page give it, with the line; the day a page was changed or made is another matter."""
    published = read(f"<html><head>\n{meta}</head><body><p>正文</p></body></html>").published
    assert (published.day if published else None) == day
    if published:
        assert published.place == Place(2)
        assert published.source.en.startswith("page metadata, ")


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("visibility:hidden", "2"),
        ("color:red; Visibility : Collapse", "2"),
        ("visibility:visible", "9 2"),
        ("visibility:hidden;visibility:visible", "9 2"),
        ("backface-visibility:hidden", "9 2"),
    ],
)
def test_invisible_text(style: str, text: str) -> None:
    """What cannot be seen is not read, in a cell and in the text."""
    page = f"<p><span style='{style}'>9</span> 2条</p><table><tr><td>甲<td><span style='{style}'>9</span> 2<tr><td>乙<td>3</table>"
    assert texts(page) == [f"{text}条", "TABLE"]
    assert grid(tables(page)[0])[0] == ["甲", text]
    assert texts("<div style='visibility:hidden'>甲<b style='visibility:visible'>乙</b></div>") == ["甲乙"]


@pytest.mark.parametrize(
    ("control", "shown"),
    [
        ("<button>2</button>", "2"),
        ("<textarea> 2 </textarea>", "2"),
        ("<input value=2>", "2"),
        ("<input type=Button value='2 件'>", "2 件"),
        ("<select><option>1<option selected>2</select>", "2"),
        ("<select><option>1<option>2</select>", "1"),
    ],
)
def test_form_controls_are_told(control: str, shown: str) -> None:
    """The text of a control in the report is not read, and the note quotes it."""
    rows = f"<table><tr><td>甲<td>\n{control}<tr><td>乙<td>3</table>"
    for page, line in ((rows, 2), (f"<p>受理</p><p>共\n{control}件</p>", 2)):
        document = read(page)
        (note,) = document.notes
        assert (note.rule, note.place) == ("GJ025", Place(line))
        assert f"有 1 处表单控件（输入框、按钮等，如“{shown}”）" in note.text.zh
    assert grid(tables(rows)[0])[0] == ["甲", ""]


@pytest.mark.parametrize(
    "page",
    [
        "<form><input value=2></form><p>正文。</p>",
        "<p>正文。<button>打印</button></p>",
        "<p>共<input type=hidden value=2><input><input type=checkbox value=2>件</p>",
        "<table><tr><td>甲<td><textarea></textarea>1<tr><td>乙<td>3</table>",
        "<div hidden><p>共<input value=2>件</p></div><p>正文。</p>",
        "<p>首页 | <input value=2></p><p>正文。</p>",
    ],
)
def test_controls_of_the_site(page: str) -> None:
    """Controls outside the report, without text, or with no figure beside the text need no note."""
    assert read(page).notes == ()
