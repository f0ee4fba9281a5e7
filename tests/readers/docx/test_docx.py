"""The DOCX reader: what Word shows, in order, each paragraph and cell with its place."""

import runpy
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest

from gouji.amount import State
from gouji.document import Cell, Document, Paragraph, Place, Table
from gouji.engine import Options, check_document
from gouji.errors import UnreadableError
from gouji.extract import extract
from gouji.pack import Pack
from gouji.readers import docx, markdown
from gouji.readers.docx import body

DOCUMENTS = Path(__file__).parents[2] / "documents"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SPACES = " ".join(
    f'xmlns:{prefix}="{space}"'
    for prefix, space in {
        "w": W,
        "r": f"{OFFICE}/relationships",
        "m": f"{OFFICE}/math",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "v": "urn:schemas-microsoft-com:vml",
        "o": "urn:schemas-microsoft-com:office:office",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "x": "urn:example",
    }.items()
)


def parts_of(body: str, styles: str = "", numbering: str = "") -> dict[str, str]:
    """Return the parts of a small Word document by name."""
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Override PartName="/word/document.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"<w:document {SPACES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/relationships/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId2" Type="{OFFICE}/relationships/numbering" Target="numbering.xml"/></Relationships>',
        "word/styles.xml": f"<w:styles {SPACES}>{styles}</w:styles>",
        "word/numbering.xml": f"<w:numbering {SPACES}>{numbering}</w:numbering>",
    }


def zipped(parts: dict[str, str], compression: int = ZIP_STORED) -> bytes:
    """Zip parts into a package."""
    file = BytesIO()
    with ZipFile(file, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def read(body: str, styles: str = "", numbering: str = "") -> Document:
    """Read a document with this body."""
    return docx.read(zipped(parts_of(body, styles, numbering)), "报告.docx")


def refusal(body: str, styles: str = "", numbering: str = "") -> UnreadableError:
    """Return the error that reading a document ends in."""
    with pytest.raises(UnreadableError) as caught:
        read(body, styles, numbering)
    return caught.value


def texts(body: str, styles: str = "", numbering: str = "") -> list[str]:
    """Return the paragraphs of a document, and the mark ``TABLE`` for each table."""
    blocks = read(body, styles, numbering).blocks
    return [b.text if isinstance(b, Paragraph) else "TABLE" for b in blocks]


def marks(body: str, styles: str = "") -> list[bool]:
    """Return which paragraphs are marked as headings."""
    return [b.marked for b in read(body, styles).blocks if isinstance(b, Paragraph)]


def tables(body: str, numbering: str = "") -> list[Table]:
    """Return the tables of a document."""
    return [b for b in read(body, numbering=numbering).blocks if isinstance(b, Table)]


def spans(table: Table) -> list[list[tuple[str, int, int]]]:
    """Return text, row span and column span of the cells, row by row."""
    return [[(cell.text, cell.row_span, cell.col_span) for cell in row] for row in table.rows]


def notes(body: str, styles: str = "", numbering: str = "") -> list[tuple[str, str]]:
    """Return the rule of each note, and its Chinese text as far as the first comma."""
    return [(note.rule, note.text.zh.partition("，")[0]) for note in read(body, styles, numbering).notes]


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(content: str, properties: str = "") -> str:
    """Write a paragraph of a text, or of runs."""
    runs = content if content.startswith("<") or not content else run(content)
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>"


def tc(content: str, properties: str = "") -> str:
    """Write a cell of a text, or of blocks."""
    blocks = content if content.startswith(("<w:p>", "<w:tbl>")) else p(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{blocks}</w:tc>"


def tbl(*rows: str, grid: int = 0) -> str:
    """Write a table of rows; ``grid`` columns are declared."""
    columns = f"<w:tblGrid>{'<w:gridCol/>' * grid}</w:tblGrid>" if grid else ""
    return f"<w:tbl><w:tblPr/>{columns}{''.join(r if r.startswith('<w:tr') else f'<w:tr>{r}</w:tr>' for r in rows)}</w:tbl>"


def span(columns: int) -> str:
    return f'<w:gridSpan w:val="{columns}"/>'


RESTART, CONTINUE = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
HEADING = '<w:style w:type="paragraph" w:styleId="h"><w:name w:val="heading 2"/></w:style>'


# --- the fixture and the real form ---------------------------------------------------------------


@pytest.fixture(scope="module")
def report() -> Document:
    """The specimen as a Word report."""
    return docx.read((DOCUMENTS / "specimen.docx").read_bytes(), "report.docx")


def test_fixture_is_up_to_date(specimen: str) -> None:
    """The committed fixture holds what its script makes."""
    made = runpy.run_path(str(DOCUMENTS / "make_docx.py"))["parts"](specimen)
    with ZipFile(DOCUMENTS / "specimen.docx") as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == made


def test_same_facts_as_markdown(report: Document, specimen: str, pack: Pack) -> None:
    """The Word report and the Markdown report say the same, place by place and word by word."""
    word, text = extract(report, pack.outline), extract(markdown.read(specimen.encode(), "report.md"), pack.outline)
    assert len(word.facts) == 200
    for key, fact in text.facts.items():
        same = word.facts[key]
        assert (same.value, same.raw, same.state, same.unit) == (fact.value, fact.raw, fact.state, fact.unit), key
    assert {k: [v.raw for v in found] for k, found in word.fields.items()} == {
        k: [v.raw for v in found] for k, found in text.fields.items()
    }
    assert [section.heading.text for section in word.sections.values()] == [
        section.heading.text for section in text.sections.values()
    ]
    assert [(a.score, a.departures) for a in word.alignments.values()] == [(1, ())] * 3


def test_same_findings_as_markdown(report: Document, specimen: str, pack: Pack) -> None:
    """Both reports are clean, with the same verdicts."""
    options = Options(check_date=date(2026, 1, 31))
    word = check_document(report, [pack], options)
    text = check_document(markdown.read(specimen.encode(), "report.md"), [pack], options)
    assert word.findings == text.findings == ()
    assert (word.verdicts, word.undecided, word.unit) == (text.verdicts, text.undecided, text.unit)


def test_fixture_paragraphs(report: Document) -> None:
    """Automatic numbers belong to the headings; headers and footers do not belong to the text."""
    found = [(b.place().block, b.text, b.marked) for b in report.blocks if isinstance(b, Paragraph)]
    assert [item for item in found if item[2]] == [
        (1, "青禾县柳溪镇人民政府2024年政府信息公开工作年度报告", True),
        (3, "一、总体情况", True),
        (4, "（一）主动公开", True),
        (6, "（二）依申请公开", True),
        (8, "（三）政府信息管理", True),
        (10, "（四）政府信息公开平台建设", True),
        (12, "（五）监督保障", True),
        (14, "二、主动公开政府信息情况", True),
        (16, "三、收到和处理政府信息公开申请情况", True),
        (20, "四、政府信息公开行政复议、行政诉讼情况", True),
        (22, "五、存在的主要问题及改进情况", True),
        (25, "六、其他需要报告的事项", True),
    ]
    assert found[-2:] == [(27, "柳溪镇人民政府", False), (28, "2025年1月13日", False)]
    assert (report.path, report.format, report.title, report.notes) == ("report.docx", "docx", "", ())


def test_fixture_tables(report: Document) -> None:
    """表三 is cut in two by a page break; merged cells have their spans, every cell its place."""
    found = [b for b in report.blocks if isinstance(b, Table)]
    assert [(t.place, len(t.rows)) for t in found] == [
        (Place(block=15, table=1), 14),
        (Place(block=17, table=2), 18),
        (Place(block=19, table=3), 10),
        (Place(block=21, table=4), 4),
    ]
    _, first, second, disputes = found
    note = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
    assert first.rows[0][0] == Cell(note, Place(block=17, table=2, row=1, cell=1), 3, 3)
    assert first.rows[5][0] == Cell("三、本年度办理结果", Place(block=17, table=2, row=6, cell=1), 13, 1)
    assert first.rows[6][:2] == (
        Cell("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", Place(block=17, table=2, row=7, cell=2), 1, 2),
        Cell("0", Place(block=17, table=2, row=7, cell=3)),
    )
    assert second.rows[0][:3] == (
        Cell("", Place(block=19, table=3, row=1, cell=1), 9, 1),
        Cell("（五）不予处理", Place(block=19, table=3, row=1, cell=2), 5, 1),
        Cell("1.信访举报投诉类申请", Place(block=19, table=3, row=1, cell=3)),
    )
    assert [cell.text for cell in second.rows[-1]] == ["四、结转下年度继续办理", "1", *["0"] * 5, "1"]
    assert spans(disputes)[0] == [("行政复议", 1, 5), ("行政诉讼", 1, 10)]


def test_official_form(real: Callable[[str], Path], pack: Pack) -> None:
    """Of the blank official form all cells come out, and its three tables lie on their forms."""
    document = docx.read(real("official-form-2021.docx").read_bytes(), "form.docx")
    found = [b for b in document.blocks if isinstance(b, Table)]
    assert [len(table.rows) for table in found] == [14, 28, 4]
    assert [sum(c.row_span * c.col_span for row in t.rows for c in row) for t in found] == [14 * 4, 28 * 10, 4 * 15]
    reading = extract(document, pack.outline)
    assert [(a.score, a.departures) for a in reading.alignments.values()] == [(1, ())] * 3
    assert len(reading.facts) == 200
    assert {fact.state for fact in reading.facts.values()} == {State.BLANK}
    assert len({fact.place for fact in reading.facts.values()}) == 200
    headings = [b.text[:2] for b in document.blocks if isinstance(b, Paragraph) and b.marked and b.text[1] == "、"]
    assert headings == ["一、", "二、", "三、", "四、", "五、", "六、"]
    assert document.notes == ()


# --- both dialects, all kinds of files -----------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    [
        "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
        "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
    ],
)
def test_templates_and_macros(kind: str) -> None:
    """A template and a document with macros are read like any document."""
    parts = parts_of(p("正文。"))
    ordinary = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(ordinary, kind)
    assert [b.text for b in docx.read(zipped(parts), "a.dotx").blocks if isinstance(b, Paragraph)] == ["正文。"]


def test_strict_dialect(report: Document) -> None:
    """The strict dialect has other names for everything; the same report comes out."""
    with ZipFile(DOCUMENTS / "specimen.docx") as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    old, new = f"{OFFICE}/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships"
    strict = {name: content.replace(W, STRICT).replace(old, new) for name, content in parts.items()}
    assert W not in "".join(strict.values())
    assert docx.read(zipped(strict), "report.docx") == report


def test_main_part_under_another_name() -> None:
    """The main part is the one that the package names, wherever it lies."""
    parts = parts_of(p("正文。"), HEADING)
    moved = {
        "doc/main part.xml": parts.pop("word/document.xml").replace("正文", "正本"),
        "doc/_rels/main part.xml.rels": parts.pop("word/_rels/document.xml.rels"),
        "doc/styles.xml": parts.pop("word/styles.xml"),
        "doc/numbering.xml": parts.pop("word/numbering.xml"),
        "word/document.xml": "<x/>",
    }
    parts["_rels/.rels"] = parts["_rels/.rels"].replace("word/document.xml", "/doc/../doc/MAIN%20part.xml")
    document = docx.read(zipped(parts | moved), "a.docx")
    assert [b.text for b in document.blocks if isinstance(b, Paragraph)] == ["正本。"]


# --- text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        (run("收到") + run("3") + run("件"), "收到3件"),
        (run("甲") + "<w:r><w:tab/></w:r>" + run("乙"), "甲乙"),
        (run("A") + "<w:r><w:tab/></w:r>" + run("B"), "A B"),
        (run("0812") + "<w:r><w:noBreakHyphen/></w:r>" + run("8650123"), "0812-8650123"),
        (run("行政") + "<w:r><w:softHyphen/></w:r>" + run("许可"), "行政许可"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>' + run("是"), "\uf0fe是"),
        ('<w:r><w:sym w:font="x" w:char="25A1"/><w:sym w:char="D800"/><w:sym w:char="z"/></w:r>', "□\ufffd\ufffd"),
        ('<w:hyperlink r:id="rId9">' + run("公开目录") + "</w:hyperlink>", "公开目录"),
        ("<w:smartTag>" + run("2024年") + "</w:smartTag><w:customXml>" + run("度") + "</w:customXml>", "2024年度"),
        ("<w:sdt><w:sdtPr><w:alias/></w:sdtPr><w:sdtContent>" + run("控件") + "</w:sdtContent></w:sdt>", "控件"),
        ("<w:bdo><w:dir>" + run("甲") + "</w:dir></w:bdo>", "甲"),
        ("<x:unknown>" + run("不明") + "</x:unknown>", "不明"),
        (
            "<w:r><w:ruby><w:rubyPr/><w:rt>" + run("kāi") + "</w:rt><w:rubyBase>" + run("开") + "</w:rubyBase></w:ruby>"
            "</w:r>",
            "开",
        ),
        ("<m:oMath><m:r><m:t>x=5</m:t></m:r></m:oMath>", "x=5"),
        (
            "<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>",
            "1/2",
        ),
        (
            "<m:oMath><m:sSup><m:e><m:r><m:t>m</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath>",
            "m 2",
        ),
        (run("3") + run("1", '<w:vertAlign w:val="superscript"/>') + run("件"), "3 1 件"),
        (run("3", "<w:strike/>") + run("4"), "3 4"),
        (run("12") + '<w:r><w:footnoteReference w:id="2"/></w:r>' + run("件"), "12件"),
        ("<w:r><w:t>  甲 乙 </w:t></w:r>" + run("丙"), "甲 乙丙"),
        ("<w:r><w:t>a</w:t></w:r><w:r><w:t xml:space='preserve'> b</w:t></w:r>", "a b"),
        ("<w:r><w:t><![CDATA[<甲>]]><!-- 注 --></w:t></w:r>", "<甲>"),
    ],
)
def test_runs(runs: str, expected: str) -> None:
    """What stands in a paragraph comes out as Word shows it."""
    assert texts(p(runs)) == [expected]


def test_breaks() -> None:
    """A line break begins a new line of the same paragraph; a page break parts what is no sentence."""
    long = "本报告由柳溪镇人民政府按照《中华人民共和国政府信息公开条例》的规定编制，"
    line = "<w:r><w:br/></w:r>"
    page = '<w:r><w:br w:type="page"/></w:r>'
    assert texts(
        p(run("一、总体情况") + line + run("全年公开信息48条，") + "<w:r><w:cr/></w:r>" + run("办结3件。"))
    ) == [
        "一、总体情况",
        "全年公开信息48条，办结3件。",
    ]
    assert texts(p(run("柳溪镇") + page + run("人民政府"))) == ["柳溪镇", "人民政府"]
    assert texts(p(run(long) + page + run("现予公布，请监督。"))) == [f"{long}现予公布，请监督。"]


def test_places_count_paragraphs_and_tables() -> None:
    """Paragraphs, blank ones too, and tables are counted together from 1."""
    body = (
        p("甲。")
        + p("")
        + tbl(tc("1") + tc("2"), tc("3") + tc("4"))
        + p(run("乙") + "<w:r><w:br/></w:r>" + run("一、丙"))
    )
    assert [b.place() if isinstance(b, Paragraph) else b.place for b in read(body).blocks] == [
        Place(block=1),
        Place(block=3, table=1),
        Place(block=4),
        Place(block=4),
    ]


def test_figures_in_the_text_are_kept() -> None:
    """Word draws its page numbers in footers: what the body says is text, a lone figure as well."""
    assert texts(p("柳溪镇") + p("2031") + p("第 3 页") + p("乙。")) == ["柳溪镇", "2031", "第 3 页", "乙。"]


@pytest.mark.parametrize("value", ["", ' w:val="true"', ' w:val="1"', ' w:val="on"'])
def test_hidden_text(value: str) -> None:
    """Hidden text is left out, whether the run says so, its style, or the paragraph's style."""
    hidden = f"<w:vanish{value}/>"
    assert texts(p(run("甲") + run("藏", hidden) + run("乙"))) == ["甲乙"]
    style = f'<w:style w:type="character" w:styleId="x"><w:rPr>{hidden}</w:rPr></w:style>'
    assert texts(p(run("甲") + run("藏", '<w:rStyle w:val="x"/>')), style) == ["甲"]
    style = (
        f'<w:style w:type="paragraph" w:styleId="b"><w:rPr>{hidden}</w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="x"><w:basedOn w:val="b"/></w:style>'
    )
    assert texts(p("甲") + p("藏", '<w:pStyle w:val="x"/>'), style) == ["甲"]


def test_hidden_text_is_told() -> None:
    """What is left out as hidden is told, each stretch of it once; a hidden mark or blank is nothing."""
    hidden = "<w:vanish/>"
    body = p(run("甲") + run("12", hidden) + run("34", hidden) + run("乙") + run("丙", hidden)) + p(run("丁", hidden))
    (note,) = read(body).notes
    assert note.rule == "GJ025"
    assert note.text.zh.startswith("文档里有 3 处隐藏文字（如“12”）")
    assert read(p(run("甲") + run(" ", hidden) + run("", hidden), "<w:rPr><w:vanish/></w:rPr>")).notes == ()


def test_text_that_is_not_hidden_after_all() -> None:
    """The run has the last word over its styles; two styles that hide cancel each other."""
    shown = '<w:vanish w:val="0"/>'
    style = '<w:style w:type="paragraph" w:default="1" w:styleId="d"><w:rPr><w:vanish/></w:rPr></w:style>'
    assert texts(p(run("甲", shown) + run("藏")), style) == ["甲"]
    style += '<w:style w:type="character" w:styleId="x"><w:rPr><w:vanish/></w:rPr></w:style>'
    assert texts(p(run("甲", '<w:rStyle w:val="x"/>')), style) == ["甲"]
    defaults = "<w:docDefaults><w:rPrDefault><w:rPr><w:vanish/></w:rPr></w:rPrDefault></w:docDefaults>"
    assert texts(p(run("甲", shown) + run("藏")), defaults) == ["甲"]


# --- headings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("style", "properties"),
    [
        ('<w:style w:type="paragraph" w:styleId="x"><w:name w:val="heading 1"/></w:style>', '<w:pStyle w:val="x"/>'),
        ('<w:style w:type="paragraph" w:styleId="x"><w:name w:val="标题 3"/></w:style>', '<w:pStyle w:val="x"/>'),
        ('<w:style w:type="paragraph" w:styleId="x"><w:name w:val="Title"/></w:style>', '<w:pStyle w:val="x"/>'),
        (
            '<w:style w:type="paragraph" w:styleId="x"><w:pPr><w:outlineLvl w:val="3"/></w:pPr></w:style>',
            '<w:pStyle w:val="x"/>',
        ),
        (
            HEADING + '<w:style w:type="paragraph" w:styleId="x"><w:basedOn w:val="h"/></w:style>',
            '<w:pStyle w:val="x"/>',
        ),
        ("", '<w:outlineLvl w:val="0"/>'),
    ],
)
def test_heading_styles(style: str, properties: str) -> None:
    """A heading style, an outline level in a style or of the paragraph itself marks a heading."""
    assert marks(p("总体情况", properties) + p("正文。"), style) == [True, False]


def test_outline_of_the_paragraph_outranks_its_style() -> None:
    """Body text in the style of a heading is no heading."""
    assert marks(p("正文", '<w:pStyle w:val="h"/><w:outlineLvl w:val="9"/>'), HEADING) == [False]


def test_bold_headings() -> None:
    """A short line that is bold throughout is marked; one bold word or a long bold text is not."""
    bold, long = "<w:b/>", "很长的文字" * 9
    assert marks(p(run("总体", bold) + run("情况", bold))) == [True]
    assert marks(p(run("总体", bold) + run("情况"))) == [False]
    assert marks(p(run("总体", bold) + run(" ") + run("情况", bold))) == [True]
    assert marks(p(run("总体", '<w:b w:val="0"/>'))) == [False]
    assert marks(p(run(long, bold))) == [False]
    assert marks(p(run("总体情况", bold) + "<w:r><w:br/></w:r>" + run("2024年，"))) == [True, False]


def test_bold_by_style() -> None:
    """Bold may come from the style of the run or of the paragraph, and goes where both say it."""
    styles = (
        '<w:style w:type="paragraph" w:styleId="p"><w:rPr><w:b/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="r"><w:rPr><w:b/></w:rPr></w:style>'
    )
    of_run, of_paragraph = '<w:rStyle w:val="r"/>', '<w:pStyle w:val="p"/>'
    assert marks(p(run("甲", of_run)), styles) == [True]
    assert marks(p("甲", of_paragraph), styles) == [True]
    assert marks(p(run("甲", of_run), of_paragraph), styles) == [False]


def test_styles_in_a_ring() -> None:
    """Styles based on one another in a ring say what they say, and nobody hangs."""
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{a}"><w:name w:val="heading {n}"/><w:basedOn w:val="{b}"/></w:style>'
        for n, a, b in ((1, "a", "b"), (2, "b", "a"))
    )
    assert marks(p("甲", '<w:pStyle w:val="a"/>') + p("乙", '<w:pStyle w:val="b"/>'), styles) == [True, True]


# --- fields --------------------------------------------------------------------------------------

BEGIN, SEPARATE, END = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))


def code(text: str) -> str:
    return f"<w:r><w:instrText>{text}</w:instrText></w:r>"


def test_fields_show_their_results() -> None:
    """Of a field the result is text, the instruction is not; an instruction may hold fields itself."""
    assert texts(p(run("共") + BEGIN + code("=3+4") + SEPARATE + run("7") + END + run("件"))) == ["共7件"]
    assert texts(p('<w:fldSimple w:instr="DATE">' + run("2025年1月13日") + "</w:fldSimple>")) == ["2025年1月13日"]
    inner = BEGIN + code("MERGEFIELD a") + SEPARATE + run("9") + END
    assert texts(p(BEGIN + code("IF ") + inner + code("=9") + SEPARATE + run("是") + END)) == ["是"]
    assert texts(p(run("甲") + BEGIN + code("IF ") + run("藏") + inner + END + run("乙"))) == ["甲乙"]


def test_field_over_paragraphs() -> None:
    """A table of contents is one field over many paragraphs."""
    body = (
        p(BEGIN + code("TOC") + SEPARATE + run("一、总体情况")) + p("二、主动公开政府信息情况") + p(END) + p("正文。")
    )
    assert texts(body) == ["一、总体情况", "二、主动公开政府信息情况", "正文。"]


def test_stray_marks_of_fields() -> None:
    """An end without a begin changes nothing; a begin without an end must not hide text."""
    assert texts(p(run("甲") + END + SEPARATE + run("乙"))) == ["甲乙"]
    assert texts(p(run("甲") + BEGIN)) == ["甲"]
    error = refusal(p(run("甲") + BEGIN + code("IF") + run("藏")) + p("全部正文"))
    assert error.rule == "GJ014"
    assert "域" in error.text.zh


def test_field_marks_in_hidden_runs() -> None:
    """A hidden field (an index entry) hides nothing behind it."""
    vanish = "<w:rPr><w:vanish/></w:rPr>"
    hidden = (BEGIN + code("XE 甲") + END).replace("<w:r>", f"<w:r>{vanish}")
    assert texts(p(run("甲") + hidden + run("乙"))) == ["甲乙"]


def test_boxes_in_fields() -> None:
    """A text box in the result of a field is shown, one in its instruction is not."""
    shown, hidden = box(p("框")), box(p("藏"))
    assert texts(p(run("甲") + BEGIN + code("IF") + hidden + SEPARATE + shown + END)) == ["甲", "框"]


def test_drop_down_and_formula_fields() -> None:
    """The choice of a drop-down list is text; a field that draws its own instruction is told."""
    form = (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="是"/>'
        '<w:listEntry w:val="否"/></w:ddList></w:ffData></w:fldChar></w:r>'
    )
    assert texts(p(run("公开：") + form + code("FORMDROPDOWN") + END)) == ["公开：否"]
    body = p(run("第") + BEGIN + code(" eq \\o\\ac(○,1)") + END + run("项"))
    assert texts(body) == ["第项"]
    assert notes(body) == [("GJ025", "文档里有 1 处 EQ 域（带圈字符、拼音等）")]


# --- tracked changes -----------------------------------------------------------------------------


def changed(kind: str, runs: str) -> str:
    return f'<w:{kind} w:id="1" w:author="a">{runs}</w:{kind}>'


def deleted(text: str) -> str:
    return changed("del", f"<w:r><w:delText>{text}</w:delText></w:r>")


def test_accepted_text() -> None:
    """Insertions and moves to a place stay, deletions and moves from one go; a note says so."""
    body = p(run("收到") + deleted("3") + changed("ins", run("5")) + run("件"))
    body += p(run("甲") + changed("moveFrom", run("移")) + changed("moveTo", run("乙")))
    assert texts(body) == ["收到5件", "甲乙"]
    assert notes(body) == [("GJ019", "文档里有没有处理的修订（插入 2 处、删除 2 处）")]


def test_deleted_paragraph_marks() -> None:
    """A paragraph whose mark is deleted goes on with the next one, and takes its style."""
    gone = "<w:rPr><w:del/></w:rPr>"
    assert texts(p("甲", gone) + p("乙") + p(deleted("删"), gone) + p("丙")) == ["甲乙", "丙"]
    assert marks(p("甲", gone) + p("乙", '<w:pStyle w:val="h"/>'), HEADING) == [True]
    assert texts(p("甲", gone) + tbl(tc("1", "") + tc("2"), tc("3") + tc("4"))) == ["甲", "TABLE"]
    assert texts(p("甲") + p("乙", gone)) == ["甲", "乙"]


def test_deleted_rows_and_cells() -> None:
    """Deleted rows and cells are gone; a merged cell whose first row is deleted begins below."""
    gone = "<w:tr><w:trPr><w:del/></w:trPr>{}</w:tr>"
    body = tbl(
        gone.format(tc("首", RESTART) + tc("藏")),
        tc("次", CONTINUE) + tc("1"),
        tc("", CONTINUE) + tc("2"),
        tc("三") + tc("3"),
    )
    assert spans(tables(body)[0]) == [[("次", 2, 1), ("1", 1, 1)], [("2", 1, 1)], [("三", 1, 1), ("3", 1, 1)]]
    body = tbl(tc("甲") + tc("藏", "<w:cellDel/>") + tc("1"), tc("乙") + tc("2", "<w:cellIns/>"))
    assert spans(tables(body)[0]) == [[("甲", 1, 1), ("1", 1, 1)], [("乙", 1, 1), ("2", 1, 1)]]
    assert [rule for rule, _ in notes(body)] == ["GJ019"]
    body = tbl(f"<w:tr><w:trPr><w:ins/></w:trPr>{tc('甲') + tc('1')}</w:tr>", tc("乙") + tc("2"))
    assert len(tables(body)[0].rows) == 2
    assert notes(body) == [("GJ019", "文档里有没有处理的修订（插入 1 处、删除 0 处）")]


# --- boxes and alternatives ----------------------------------------------------------------------


def box(content: str) -> str:
    return f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{content}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"


def test_text_boxes() -> None:
    """Text in a box comes behind the paragraph that it hangs on, with its tables."""
    table = tbl(tc("甲") + tc("1"), tc("乙") + tc("2"))
    body = p(run("前") + box(p("框内。") + table + p(run("里") + box(p("更里")))) + run("后")) + p("末")
    assert texts(body) == ["前后", "框内。", "TABLE", "里", "更里", "末"]
    assert [b.place for b in read(body).blocks if isinstance(b, Table)] == [Place(block=3, table=1)]


def test_box_in_a_cell() -> None:
    """Text in a box belongs to the cell that the box hangs in."""
    body = tbl(tc(p(box(p("甲")))) + tc("1"), tc("乙") + tc("2"))
    assert spans(tables(body)[0])[0] == [("甲", 1, 1), ("1", 1, 1)]


@pytest.mark.parametrize(
    ("alternatives", "expected"),
    [
        ('<mc:Choice Requires="wps">{a}</mc:Choice><mc:Fallback>{b}</mc:Fallback>', "甲"),
        ('<mc:Choice Requires="x">{a}</mc:Choice><mc:Fallback>{b}</mc:Fallback>', "乙"),
        ('<mc:Choice Requires="x">{b}</mc:Choice><mc:Choice Requires="wps">{a}</mc:Choice>', "甲"),
        ('<mc:Choice Requires="x">{a}</mc:Choice>', "甲"),
        ('<mc:Choice Requires="nowhere">{a}</mc:Choice><mc:Fallback>{b}</mc:Fallback>', "乙"),
    ],
)
def test_alternatives(alternatives: str, expected: str) -> None:
    """What is written twice, for new and old programs, is read once."""
    inside = alternatives.format(a=box(p("甲"))[5:-6], b=box(p("乙"))[5:-6])
    assert texts(p(f"<w:r><mc:AlternateContent>{inside}</mc:AlternateContent></w:r>")) == [expected]


def test_word_art_and_shapes() -> None:
    """Word art keeps its text in an attribute, other shapes in words of their own."""
    art = '<w:r><w:pict><v:shape><v:textpath string="2024年度报告"/></v:shape></w:pict></w:r>'
    shape = "<w:r><w:drawing><a:p><a:r><a:t>图形一</a:t></a:r></a:p><a:p><a:r><a:t>图形二</a:t></a:r></a:p></w:drawing></w:r>"
    assert texts(p(run("前") + art + shape + run("后"))) == ["前后", "2024年度报告", "图形一", "图形二"]


def test_block_content_controls() -> None:
    """Content controls and custom XML around paragraphs, rows and cells enclose them and no more."""
    sdt = "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>"
    row = f"<w:tr>{sdt.format(tc('甲'))}{tc('1')}</w:tr>"
    body = sdt.format(p("段。")) + f"<w:tbl>{sdt.format(row)}<w:tr>{tc('乙')}{tc('2')}</w:tr></w:tbl>"
    assert texts(body) == ["段。", "TABLE"]
    assert spans(tables(body)[0]) == [[("甲", 1, 1), ("1", 1, 1)], [("乙", 1, 1), ("2", 1, 1)]]


# --- tables --------------------------------------------------------------------------------------


def test_merged_cells() -> None:
    """Cells merged down and across have their spans; what is merged away is gone."""
    body = tbl(
        tc("组", RESTART) + tc("宽", span(2)),
        tc("", CONTINUE) + tc("1") + tc("2"),
        tc("", CONTINUE) + tc("方", RESTART + span(2)),
        tc("另") + tc("", CONTINUE + span(2)),
        grid=3,
    )
    assert spans(tables(body)[0]) == [
        [("组", 3, 1), ("宽", 1, 2)],
        [("1", 1, 1), ("2", 1, 1)],
        [("方", 2, 2)],
        [("另", 1, 1)],
    ]
    place = tables(body)[0].rows[2][0].place
    assert place == Place(block=1, table=1, row=3, cell=2)


def test_merged_cells_that_do_not_fit() -> None:
    """A cell goes on below only with the cell right above it and as wide; else it stands alone."""
    body = tbl(tc("甲", RESTART) + tc("1"), tc("乙", CONTINUE + span(2)), tc("丙", CONTINUE) + tc("2"), grid=2)
    assert spans(tables(body)[0]) == [[("甲", 1, 1), ("1", 1, 1)], [("乙", 1, 2)], [("丙", 1, 1), ("2", 1, 1)]]


def test_old_horizontal_merge() -> None:
    """The old way to merge across gives the same cell; its texts come together."""
    body = tbl(
        tc("甲", '<w:hMerge w:val="restart"/>') + tc("", "<w:hMerge/>") + tc("1"),
        tc("乙", '<w:hMerge w:val="restart"/>') + tc("丙", "<w:hMerge/>") + tc("2"),
    )
    assert spans(tables(body)[0]) == [[("甲", 1, 2), ("1", 1, 1)], [("乙丙", 1, 2), ("2", 1, 1)]]
    assert [cell.place.cell for cell in tables(body)[0].rows[0]] == [1, 2]


def test_columns_left_free() -> None:
    """Columns left free in front of a row hold an empty cell, so that the others keep their columns."""
    before = f'<w:tr><w:trPr><w:gridBefore w:val="2"/></w:trPr>{tc("3")}</w:tr>'
    table = tables(tbl(tc("甲") + tc("1") + tc("2"), before, grid=3))[0]
    assert spans(table)[1] == [("", 1, 2), ("3", 1, 1)]
    assert [cell.place for cell in table.rows[1]] == [
        Place(block=1, table=1, row=2),
        Place(block=1, table=1, row=2, cell=1),
    ]


def test_covered_text_is_told() -> None:
    """Word does not show what stands in a cell that is merged away; the user is told."""
    body = tbl(tc("甲", RESTART) + tc("1"), tc("藏", CONTINUE) + tc("2"))
    assert spans(tables(body)[0]) == [[("甲", 2, 1), ("1", 1, 1)], [("2", 1, 1)]]
    assert notes(body) == [("GJ025", "合并的单元格遮住了文字“藏”")]


@pytest.mark.parametrize("wide", ["1000000000", "99999999999999999999"])
def test_spans_end_with_the_table(wide: str) -> None:
    """A span beyond the table ends at its last column, also one that leaves no room for others."""
    body = tbl(
        tc("甲", f'<w:gridSpan w:val="{wide}"/>') + tc("1"),
        f'<w:tr><w:trPr><w:gridBefore w:val="{wide}"/></w:trPr>{tc("2")}</w:tr>',
        tc("乙") + tc("3") + tc("4"),
        grid=3,
    )
    assert spans(tables(body)[0])[:2] == [[("甲", 1, 2), ("1", 1, 1)], [("", 1, 2), ("2", 1, 1)]]
    assert notes(body) == [("GJ025", "有单元格合并的列数超过了表格的列数")]


def test_too_few_columns_declared() -> None:
    """A row with more cells than columns were declared keeps them all."""
    body = tbl(tc("宽", span(3)), tc("1") + tc("2") + tc("3"), grid=2)
    assert spans(tables(body)[0]) == [[("宽", 1, 3)], [("1", 1, 1), ("2", 1, 1), ("3", 1, 1)]]
    assert notes(body) == []


def test_text_of_cells() -> None:
    """Paragraphs and line breaks in a cell join Chinese text, and keep figures apart."""
    body = tbl(
        tc(p("三、本年度") + p("办理结果")) + tc(p("1") + p("2")),
        tc(p(run("一") + "<w:r><w:br/></w:r>" + run("二"))) + tc(" 3 "),
    )
    assert spans(tables(body)[0]) == [[("三、本年度办理结果", 1, 1), ("1 2", 1, 1)], [("一二", 1, 1), ("3", 1, 1)]]


def test_layout_tables() -> None:
    """A frame of one column, or few cells around long texts, is no data: its text flows."""
    assert texts(tbl(tc(p("一、总体情况") + p("正文。")))) == ["一、总体情况", "正文。"]
    assert texts(tbl(tc("左") + tc("右"))) == ["左", "右"]
    assert texts(tbl(tc("长文" * 101) + tc("旁"), tc("下") + tc("脚"))) == ["长文" * 101, "旁", "下", "脚"]
    assert texts(tbl(tc("四、结转下年度继续办理") + tc("") * 7)) == ["TABLE"]
    assert texts(tbl(tc("合计"), tc("3"))) == ["TABLE"]


def test_blank_tables_are_left_out() -> None:
    """A table without any text says nothing, but still counts."""
    blank = tbl(tc("") + tc(""), tc("") + tc(""))
    assert [
        b.place for b in read(blank + tbl(tc("甲") + tc("1"), tc("乙") + tc("2"))).blocks if isinstance(b, Table)
    ] == [Place(block=2, table=2)]


def test_nested_tables() -> None:
    """A table that lays out others dissolves; one of data inside a cell of data stands behind it."""
    inner = tbl(tc("甲") + tc("1"), tc("乙") + tc("2"))
    assert texts(tbl(tc(p("前。") + inner + p("后。")))) == ["前。", "TABLE", "后。"]
    rows = [tc(f"项目{n}") + tc(str(n)) for n in range(8)]
    body = tbl(*rows, tc(inner + p("末项")) + tc("8"))
    found = tables(body)
    assert [table.place for table in found] == [Place(block=1, table=1), Place(block=2, table=2)]
    assert spans(found[0])[-1] == [("末项", 1, 1), ("8", 1, 1)]
    assert spans(found[1])[0] == [("甲", 1, 1), ("1", 1, 1)]
    body = tbl(*rows, tc(tbl(tc("小字")) + p("末项")) + tc("8"))
    assert spans(tables(body)[0])[-1] == [("小字末项", 1, 1), ("8", 1, 1)]


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        (tbl(tc("2")), "2"),
        (tbl(tc("2") + tc("件")), "2 件"),
        (p("共") + tbl(tc("2")) + p("件"), "共 2 件"),
        (tbl(tc(tbl(tc("2")))), "2"),
        (tbl(tc("") + tc("")) + p("2"), "2"),
    ],
)
@pytest.mark.parametrize("count", [1, 9])
def test_a_table_that_is_the_value_of_a_cell(inner: str, text: str, count: int) -> None:
    """A table in a cell that holds one text, or few short ones, is that cell's text: the number stays in its place."""
    rows = [tc(f"项目{n}") + tc(str(n)) for n in range(count)]
    (table,) = tables(tbl(*rows, tc("末项") + tc(inner + p("")), tc("总计") + tc("9")))
    assert spans(table)[-2:] == [[("末项", 1, 1), (text, 1, 1)], [("总计", 1, 1), ("9", 1, 1)]]


def test_a_covered_cell_with_a_table() -> None:
    """What a merged cell hides is counted once, its table's text included."""
    hidden = tc(tbl(tc("2") + tc("件")), '<w:vMerge w:val="continue"/>')
    body = tbl(tc("甲", '<w:vMerge w:val="restart"/>') + tc("1"), hidden + tc("3"), tc("乙") + tc("4"))
    assert spans(tables(body)[0])[0] == [("甲", 2, 1), ("1", 1, 1)]
    assert "2 件" in read(body).notes[0].text.zh


# --- nothing is lost -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        p("正文。") + "<w:p><w:pPr><w:r><w:t>藏在属性里</w:t></w:r></w:pPr></w:p>",
        p("<w:r><w:t>正文<w:x/>后面还有</w:t></w:r>"),
        tbl("<w:tr><w:trPr>" + p("藏") + "</w:trPr>" + tc("1") + tc("2") + "</w:tr>") + p("正文。"),
    ],
)
def test_text_that_cannot_be_placed(body: str) -> None:
    """Text in a place where no program looks for it is not passed over."""
    error = refusal(body)
    assert error.rule == "GJ005"
    assert "没有读全" in error.text.zh


def test_text_in_odd_places() -> None:
    """Text outside paragraphs, and paragraphs, rows and cells in one another, still come out."""
    assert texts(run("甲") + p("乙") + "<w:tbl>" + p("丙") + "</w:tbl>" + "<w:tr>" + tc("丁") + "</w:tr>") == [
        *("甲", "乙", "丙", "丁"),
    ]
    assert texts(f"<w:p>{run('外')}{p('里')}{run('外')}</w:p>") == ["外", "里", "外"]
    assert spans(
        tables(f"<w:tbl><w:tr><w:tr>{tc(tc('甲'))}{tc('1')}</w:tr></w:tr><w:tr>{tc('2')}</w:tr></w:tbl>")[0]
    ) == [
        [("甲", 1, 1), ("1", 1, 1)],
        [("2", 1, 1)],
    ]


def test_marks_outside_paragraphs() -> None:
    """Tabs, breaks and boxes outside paragraphs part nothing and lose nothing."""
    outside = "<w:r><w:tab/><w:br/></w:r>" + box(p("框"))
    assert texts(outside + p("甲") + "<w:tbl><w:tblGrid/><w:tblGrid/></w:tbl><w:tblGrid/>") == ["框", "甲"]


def test_text_kept_elsewhere() -> None:
    """A document that takes in another file is not read in full."""
    assert refusal(p("正文。") + '<w:altChunk r:id="rId5"/>').rule == "GJ005"
    assert refusal(p('<w:subDoc r:id="rId5"/>') + p("正文。")).rule == "GJ005"


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ('<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"/>', True),
        ('<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart"/>', True),
        ('<a:graphicData uri="http://schemas.microsoft.com/office/drawing/2014/chartex"/>', True),
        ('<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"/>', False),
        (
            '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"><a:blip/></a:graphicData>',
            True,
        ),
        ("<v:imagedata/>", True),
        ("<v:line/>", False),
        ("<o:OLEObject/>", True),
        ("<w:control/>", True),
    ],
)
def test_pictures(inside: str, told: bool) -> None:  # noqa: FBT001
    """Pictures, charts and objects may show text: the user is told; lines and boxes are none."""
    body = p(run("甲") + f"<w:r><w:drawing>{inside}</w:drawing></w:r>")
    assert [rule for rule, _ in notes(body)] == ["GJ025"] * told


def test_what_is_told() -> None:
    """Pictures and footnotes hold text that is not the body's: the user is told."""
    picture = "<w:r><w:drawing><a:blip/></w:drawing></w:r>"
    body = p(run("甲") + picture + '<w:r><w:footnoteReference w:id="2"/><w:endnoteReference w:id="3"/></w:r>')
    assert notes(body) == [
        ("GJ025", "文档里有图片、图表或嵌入的对象"),
        ("GJ025", "文档里有 2 处脚注或尾注"),
    ]


def test_empty_documents() -> None:
    """No text is one thing, nothing but pictures another."""
    assert refusal(p("") + tbl(tc(""))).rule == "GJ002"
    assert refusal(p("<w:r><w:object><o:OLEObject/></w:object></w:r>")).rule == "GJ015"
    assert refusal(p(deleted("全部删除"))).rule == "GJ002"


# --- limits --------------------------------------------------------------------------------------


def test_too_many_cells_and_columns() -> None:
    """Cells and columns are counted with their spans, over all tables together."""
    wide = tbl(tc("甲", span(1001)))
    assert "1001 列" in refusal(wide).text.zh
    half = tbl(*[tc("1", span(999)) for _ in range(101)])
    assert texts(half)
    assert "200799 个单元格" in refusal(half + half).text.zh
    assert "1001 列" in refusal(tbl("<w:tc/>" * 1001)).text.zh
    tall = tbl(tc("甲", RESTART + span(900)), *[tc("", CONTINUE + span(900))] * 222)
    assert "200700 个单元格" in refusal(tall).text.zh


def test_long_vertical_merge() -> None:
    """20,000 rows merged into one cell are no burden."""
    rows = [tc("甲", RESTART) + tc("1")] + [tc("", CONTINUE) + tc("1")] * 19_999
    table = tables(tbl(*rows))[0]
    assert table.rows[0][0].row_span == 20_000
    assert len(table.rows[19_999]) == 1


def test_nesting() -> None:
    """Deep nesting is read as long as it may be, and refused beyond, never half read."""
    sdt = "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>"
    opening, closing = sdt.split("{}")
    assert texts(opening * 900 + p("甲") + closing * 900) == ["甲"]
    assert "嵌套过深" in refusal(opening * 1_010 + p("甲") + closing * 1_010).text.zh
    assert "嵌套过深" in refusal(opening * 50_000 + p("甲") + closing * 50_000).text.zh
    table, end = "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"
    most = body.MOST_TABLES_INSIDE
    assert texts(table * most + p("甲") + end * most) == ["甲"]
    assert "32 层" in refusal(table * (most + 1) + p("甲") + end * (most + 1)).text.zh
