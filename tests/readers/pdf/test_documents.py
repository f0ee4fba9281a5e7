"""The PDF reader on documents that other programs made: the same verdict as of the text they show."""

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from gouji.document import Document, Paragraph, Table
from gouji.engine import Options, check_document
from gouji.extract import extract
from gouji.facts import Fact
from gouji.finding import FileReport, Severity
from gouji.pack import Pack
from gouji.readers import markdown, pdf

FOLDER = Path(__file__).parents[2] / "documents"
FIXTURES = ("browser.pdf", "web-page.pdf", "document.pdf")
REPORT = "hongze-2023.pdf"


def checked(document: Document, pack: Pack) -> FileReport:
    """Check a document with the national pack."""
    return check_document(document, [pack], Options(check_date=date(2026, 1, 31)))


def values(document: Document, pack: Pack) -> dict[str, tuple[object, ...]]:
    """Return the facts of a report, places apart."""

    def bare(fact: Fact) -> tuple[object, ...]:
        return fact.value, fact.raw, fact.state, fact.unit

    return {key: bare(fact) for key, fact in extract(document, pack.outline).facts.items()}


def rows_of(table: Table) -> list[list[str]]:
    """Return the texts of a table, row by row, blank cells left out."""
    return [[cell.text for cell in row if cell.text] for row in table.rows]


def bare(text: str | None) -> str:
    """Return a text without blanks."""
    return "".join((text or "").split())


# --- the specimen, as three programs print it --------------------------------------------------


@pytest.mark.parametrize("name", FIXTURES)
def test_same_verdict(name: str, pack: Pack, specimen: str) -> None:
    """Facts and findings are those of the specimen: all numbers, and nothing to find."""
    expected = markdown.read(specimen.encode(), "specimen.md")
    document = pdf.read((FOLDER / name).read_bytes(), name)
    assert document.notes == ()
    assert values(document, pack) == values(expected, pack)
    assert checked(document, pack).findings == checked(expected, pack).findings == ()


@pytest.mark.parametrize("name", FIXTURES)
def test_same_paragraphs(name: str, specimen: str) -> None:
    """The text is that of the specimen, paragraph by paragraph; headings come out as headings."""
    expected = [b for b in markdown.read(specimen.encode(), "specimen.md").blocks if isinstance(b, Paragraph)]
    document = pdf.read((FOLDER / name).read_bytes(), name)
    found = [block for block in document.blocks if isinstance(block, Paragraph)]
    assert [block.squeezed for block in found] == [block.squeezed for block in expected]
    assert found[0].marked


@pytest.mark.parametrize("name", FIXTURES)
def test_places(name: str, pack: Pack) -> None:
    """Places ascend, and each fact's place is a cell on a page."""
    document = pdf.read((FOLDER / name).read_bytes(), name)
    facts = extract(document, pack.outline).facts
    for fact in facts.values():
        assert fact.place.page is not None
        assert fact.place.box is not None
        assert None not in (fact.place.table, fact.place.row, fact.place.cell)
    numbers = [block.place.block if isinstance(block, Table) else block.place().block for block in document.blocks]
    assert numbers == sorted(number for number in numbers if number is not None)
    assert len({fact.place for fact in facts.values()}) == len(facts)


# --- a real report: 洪泽区 2023, five pages by WPS, 表二 and 表三 cut by page breaks ----------------

TABLE_TWO = """第二十条第（一）项
信息内容|本年制发件数|本年废止件数|现行有效件数
规章|0|0|0
行政规范性文件|0|5|5
第二十条第（五）项
信息内容|本年处理决定数量
行政许可|550
第二十条第（六）项
信息内容|本年处理决定数量
行政处罚|4119
行政强制|195
第二十条第（八）项
信息内容|本年收费金额（单位：万元）
行政事业性收费|7730.28"""
TABLE_THREE = """（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）|申请人情况
自然人|法人或其他组织|总计
商业企业|科研机构|社会公益组织|法律服务机构|其他
一、本年新收政府信息公开申请数量|21|0|0|0|0|0|21
二、上年结转政府信息公开申请数量|0|0|0|0|0|0|0
三、本年度办理结果|（一）予以公开|0|0|0|0|0|0|0
（二）部分公开（区分处理的，只计这一情形，不计其他情形）|4|0|0|0|0|0|4
（三）不予公开|1.属于国家秘密|1|0|0|0|0|0|1
2.其他法律行政止公开|0|0|0|0|0|0|0
3.危及“三安全一稳定”|0|0|0|0|0|0|0
4.保护第三方合法权益|0|0|0|0|0|0|0
5.属于三类内部事务信息|0|0|0|0|0|0|0
6.属于四类过程性信息|1|0|0|0|0|0|1
7.属于行政执法案卷|1|0|0|0|0|0|1
8.属于行政查询事项|0|0|0|0|0|0|0
（四）无法提供|1.本机关不掌握相关政府信息|10|0|0|0|0|0|10
2.没有现成信息需要另行制作|3|0|0|0|0|0|3
3.补正后申请内容仍不明确|0|0|0|0|0|0|0
（五）不予处理|1.信访举报投诉类申请|1|0|0|0|0|0|1
2.重复申请|0|0|0|0|0|0|0
3.要求提供公开出版物|0|0|0|0|0|0|0
4.无正当理由大量反复申请|0|0|0|0|0|0|0
5.要求行政机关确认或重新出具已获取信息|0|0|0|0|0|0|0
（六）其他处理|0|0|0|0|0|0|0
（七）总计|21|0|0|0|0|0|21
四、结转下年度继续办理|0|0|0|0|0|0|0"""
TABLE_FOUR = """行政复议|行政诉讼
结果维持|结果纠正|其他结果|尚未审结|总计|未经复议直接起诉|复议后起诉
结果维持|结果纠正|其他结果|尚未审结|总计|结果维持|结果纠正|其他结果|尚未审结|总计
10|1|0|0|0|0|0|0|0|0|5|0|0|0|0"""


def test_real_cells(real: Callable[[str], Path]) -> None:
    """Every cell of a real report, read off its pages by eye; rows that a page break left open are there."""
    document = pdf.read(real(REPORT).read_bytes(), REPORT)
    found = [block for block in document.blocks if isinstance(block, Table)]
    assert [(table.place.page, len(table.rows)) for table in found] == [(2, 8), (3, 6), (3, 17), (4, 9), (4, 4)]
    texts = ["\n".join("|".join(row) for row in rows_of(table)) for table in found]
    assert texts[0] + "\n" + texts[1] == TABLE_TWO
    assert texts[2] + "\n" + texts[3] == TABLE_THREE
    assert texts[4] == TABLE_FOUR
    assert document.notes == ()


def test_real_text(real: Callable[[str], Path]) -> None:
    """The paragraphs of a real report run on over lines and pages; its headings are told from them."""
    document = pdf.read(real(REPORT).read_bytes(), REPORT)
    found = [block for block in document.blocks if isinstance(block, Paragraph)]
    assert [(p.text[:12], len(p.text), p.marked, p.place().page) for p in found] == [
        ("洪泽区人民政府", 7, True, 1),
        ("2023年政府信息公开工", 17, True, 1),
        ("本报告由淮安市洪泽区人民", 192, False, 1),
        ("一、总体情况", 6, True, 1),
        ("2023年，洪泽区人民政", 118, False, 1),
        ("（一）主动公开情况。主要", 75, False, 1),
        ("（二）依申请公开情况。进", 65, False, 1),
        ("（三）政府信息管理情况。", 12, False, 1),
        ("加强区政府门户网站及政务", 117, False, 1),
        ("（四）政府信息公开平台建", 133, False, 2),
        ("（五）政府信息公开监督保", 120, False, 2),
        ("二、主动公开政府信息情况", 12, True, 2),
        ("三、收到和处理政府信息公", 17, True, 3),
        ("四、政府信息公开行政复议", 19, True, 4),
        ("五、存在的主要问题及改进", 14, True, 4),
        ("2023年，洪泽区政府信", 291, False, 4),
        ("六、其他需要报告的事项", 11, True, 5),
        ("2023年，区政府严格落", 49, False, 5),
    ]
    assert "严格执行“分级审核、先审后发”程序" in found[8].text  # over the page break


def test_real_verdict(real: Callable[[str], Path], pack: Pack) -> None:
    """The two wrong sums that the report was published with are its only errors."""
    report = checked(pdf.read(real(REPORT).read_bytes(), REPORT), pack)
    found = [
        (f.rule, f.severity, f.message.zh, f.place.page) for f in report.findings if f.severity is not Severity.INFO
    ]
    assert found == [
        ("GJ125", Severity.WARNING, "表三（申请办理）：“2.其他法律行政止公开”应为“2.其他法律行政法规禁止公开”", 3),
        ("GJ123", Severity.WARNING, "表三（申请办理）的“（六）其他处理”只有一行，是2019年格式；2021年格式分三项", 4),
        (
            "GJ303",
            Severity.ERROR,
            "主因：表四（复议诉讼）“行政复议·总计”0 应为 11（总计没有汇总）",
            4,
        ),
        (
            "GJ303",
            Severity.ERROR,
            (
                "表四（复议诉讼）“复议后起诉”：结果维持 5 + 结果纠正 0 + 其他结果 0 + 尚未审结 0 = 5，总计 0，相差 5；"
                "可能是以下某一格有误：“复议后起诉·总计”0 应为 5（总计没有汇总）；或“复议后起诉·结果维持”5 应为 0"
            ),
            4,
        ),
    ]


# --- pdfplumber as the oracle -----------------------------------------------------------------


def oracle_rows(path: Path) -> list[list[str]]:
    """Return the rows of the tables that pdfplumber finds, blank cells left out."""
    pdfplumber = pytest.importorskip("pdfplumber", reason="pdfplumber is not installed")
    with pdfplumber.open(path) as file:
        tables = [table for page in file.pages for table in page.extract_tables()]
    rows = [[bare(cell) for cell in row if bare(cell)] for table in tables for row in table]
    return [row for row in rows if row]


def test_oracle(real: Callable[[str], Path]) -> None:
    """Row for row the cells of a real report are those that pdfplumber gives for the forms.

    It takes white areas behind paragraphs for tables of one column, which are left out here, and
    loses a cell at the top of page 3 whose upper line the page break took.
    """
    path = real(REPORT)
    document = pdf.read(path.read_bytes(), REPORT)
    ours = [row for block in document.blocks if isinstance(block, Table) for row in rows_of(block)]
    titles = [row for row in ours if len(row) == 1]
    assert ours[8] == ["信息内容", "本年处理决定数量"]
    assert [row for row in oracle_rows(path) if len(row) > 1 or row in titles] == [*ours[:8], *ours[9:]]


@pytest.mark.parametrize("name", FIXTURES[1:])
def test_oracle_of_documents(name: str) -> None:
    """Likewise for what LibreOffice printed, but for a label that a page break cut: it is whole here.

    Of the cells that Chromium cut pdfplumber loses the labels.
    """
    document = pdf.read((FOLDER / name).read_bytes(), name)
    ours = [row for block in document.blocks if isinstance(block, Table) for row in rows_of(block)]
    theirs = [row for row in oracle_rows(FOLDER / name) if len(row) > 1]
    if name == "web-page.pdf":
        at = next(n for n, row in enumerate(theirs) if row[0] == "（四）无法提")
        assert theirs[at + 1].pop(0) == "供"
        theirs[at][0] += "供"
    assert theirs == [row for row in ours if len(row) > 1]


# --- what loads when --------------------------------------------------------------------------


def test_the_engine_comes_with_this_reader_only() -> None:
    """Nothing else that readers share loads PDFium, and it brings no imaging library."""
    code = "import sys, gouji.readers, gouji.readers.flow, gouji.readers.html; sys.exit('pypdfium2_raw' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    code = "import sys, gouji.readers.pdf; sys.exit('PIL' in sys.modules or 'pypdfium2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
