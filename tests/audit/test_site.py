"""The page of an audit: its figures and words read back, and the page itself in a real browser."""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest
from lxml import html
from msgspec import structs
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

from gouji.audit.result import Audit, Entry, Standing, Unit, head_of
from gouji.audit.site import ROWS, write_site
from gouji.document import Place
from gouji.finding import FileReport, Finding, Severity, Status, Undecided, fingerprint
from gouji.guard import Limits
from gouji.pack import Pack
from gouji.reporters.escape import visible
from gouji.wording import Text, same
from tests.audit.hostile import PAYLOADS, hostile_audit
from tests.audit.made import CHECK_DATE, HOSTILE, made_audit

TAGS = {
    "html", "head", "meta", "title", "style", "body", "script", "header", "nav", "main", "section", "article", "footer",
    "h1", "h2", "h3", "h4", "p", "ul", "ol", "li", "dl", "dt", "dd", "div", "span", "small", "strong", "b", "i", "a", "mark",
    "figure", "figcaption", "details", "summary", "label", "input", "select", "option", "button", "table", "caption",
    "thead", "tbody", "tfoot", "tr", "th", "td", "svg", "g", "path", "line", "text",
}  # fmt: skip
ROOT = Path(__file__).parents[2]
NO_CHARTS = Limits(answer=1)
SHOWN_HOSTILE = visible(HOSTILE)
SCAN = Text("这是扫描件，没有文字层", "a scan without text")
REASON = Text("表三没有读到", "table 3 was not read")
ACCEPTED = "县里2024年12月发文合并统计"


def whole_audit(pack: Pack, specimen: str) -> Audit:
    """Return the made-up audit with what it lacks: a file that could not be judged, settled and open findings."""
    made = made_audit(pack, specimen)
    entries = [*made.entries(), _scanned(6), _settled(7, made.entry(4))]
    return structs.replace(
        made, heads=tuple(entry.head for entry in entries), inputs=made.inputs + 2, entry=entries.__getitem__
    )


def _scanned(number: int) -> Entry:
    unit = Unit("财政局", "department", "青禾县", "0812", urls={2024: "https://example.org/a?b=1"})
    found = structs.replace(_finding("GJ005", "县/2024/财政局.pdf", SCAN), remedy=Text("请换文字版", "send text"))
    report = FileReport("县/2024/财政局.pdf", judged=False, unit="财政局", year=2024, findings=(found,))
    return Entry(head_of(number, unit, 2024, Standing.UNJUDGED, report), report)


def _settled(number: int, like: Entry) -> Entry:
    """Return an entry whose one finding somebody has accounted for, and that has an open verdict."""
    unit = Unit("教育局", "department", "青禾县", "0812", line=9)
    path = "县/2024/教育局.md"
    (known,) = like.report.findings
    report = structs.replace(
        like.report.under(path),
        unit="教育局",
        findings=(structs.replace(known, path=path, known=ACCEPTED),),
        undecided=(Undecided(REASON, ("GJ401", "GJ402"), 8, (same("总计"), same("自然人"))),),
        verdicts={Status.PASS: 170, Status.UNDETERMINED: 8},
    )
    return Entry(head_of(number, unit, 2024, Standing.REPORTED, report), report)


def _finding(rule: str, path: str, text: Text) -> Finding:
    return Finding(rule, "made-up", Severity.ERROR, "", text, Place(), path, fingerprint(rule, path, ""))


def long_audit(audit: Audit, count: int, like: Entry) -> Audit:
    """Return an audit of so many entries like one, made when they are asked for."""

    def entry(number: int) -> Entry:
        unit = structs.replace(like.head.unit, name=f"第{number}单位")
        path = f"{number}/{like.report.path}"
        head = structs.replace(like.head, number=number, unit=unit, path=path)
        return structs.replace(like, head=head, report=like.report.under(path), others=())

    heads = tuple(entry(number).head for number in range(count))
    return structs.replace(audit, heads=heads, entry=entry, unassigned=(), inputs=count)


@pytest.fixture(scope="module")
def audit(pack: Pack, specimen: str) -> Audit:
    return whole_audit(pack, specimen)


@pytest.fixture(scope="module")
def page(audit: Audit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("site") / "index.html"
    write_site(audit, path)
    return path


@pytest.fixture(scope="module")
def tree(page: Path) -> html.HtmlElement:
    return html.document_fromstring(page.read_text(encoding="utf-8"))


def _said(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def _select(tree: html.HtmlElement, css: str) -> list[html.HtmlElement]:
    """Return what a selector of tags, ids, classes, attributes, blanks and ``>`` selects."""
    path, axis = ".", "//"
    for step in css.split():
        if step == ">":
            axis = "/"
            continue
        tag, tests = re.match(r"([a-z0-9]*)(.*)", step).groups()  # type: ignore[union-attr]
        path += axis + (tag or "*")
        for mark, name in re.findall(r"([#.\[])([^#.\[\]]+)", tests):
            key, _, value = name.partition("=")
            attribute = f"@{key}='{value}'" if value else f"@{key}"
            classes = f"contains(concat(' ', @class, ' '), ' {name} ')"
            path += f"[{ {'#': f'@id={name!r}', '.': classes, '[': attribute}[mark] }]"
        axis = "//"
    found: list[html.HtmlElement] = tree.xpath(path)
    return found


def _rows(tree: html.HtmlElement, css: str) -> list[list[str]]:
    return [[_said(cell) for cell in row if cell.tag in ("th", "td")] for row in _select(tree, css)]


# --- what it says -------------------------------------------------------------------------------


def test_the_overview_has_the_figures(tree: html.HtmlElement) -> None:
    tiles = {_said(tile[0]): [_said(part) for part in tile[1:]] for tile in _select(tree, ".tiles > div")}
    assert tiles == {
        "应报": ["8份", "7 个单位，2 个年度"],
        "已报": ["6份", "已审核，含迟报"],
        "迟报": ["1份", "已报，晚于期限"],
        "未报": ["1份", "没有找到报告"],
        "未能审核": ["1份", "有文件，不算通过"],
        "合格率": ["66.7%", "6 份中 4 份无错误"],
        "平均得分": ["99.5", "按规则包计分"],
    }
    assert _rows(tree, "#overview table tr") == [
        ["年度", "应报", "已报", "其中迟报", "未报", "未能审核", "无错误", "合格率", "平均得分", "错误", "警告", "提示", "未能判定"],
        ["2023年", "1", "1", "0", "0", "0", "1", "100.0%", "100.0", "0", "0", "0", "0"],
        ["2024年", "7", "5", "1", "1", "1", "3", "60.0%", "99.4", "5", "2", "1", "8"],
        ["无法归属的文件", "", "1", "0", "0", ""],
        ["合计", "8", "6", "1", "1", "1", "4", "66.7%", "99.5", "6", "2", "1", "8"],
    ]  # fmt: skip
    assert "不含已说明理由的 1 条" in _said(_select(tree, "#overview")[0])


def test_three_charts_are_drawn_in_the_page(tree: html.HtmlElement) -> None:
    said = [_said(picture) for picture in _select(tree, "[role=img]")]
    assert said[0].startswith("2023年2024年1")
    assert said[2].startswith("文件读取结构格式必备要素")
    assert len(said) == 3
    labels = [picture.get("aria-label") for picture in _select(tree, "[role=img]")]
    assert labels[1] == "得分分布：90 档 3 份；100 档 3 份；"


def test_who_is_late_and_who_did_not_report(tree: html.HtmlElement) -> None:
    assert _rows(tree, "#due tbody tr") == [
        ["北山乡", "2024", "未报", "2025-01-31", "—", "—"],
        ["水利局", "2024", "迟报", "2025-01-31", "2025-02-03", "3"],
    ]


def test_what_could_not_be_judged_has_a_section_of_its_own(tree: html.HtmlElement) -> None:
    assert _rows(tree, "#unjudged tbody tr") == [
        ["县/2024/财政局.pdf", "财政局", "2024", "GJ005 这是扫描件，没有文字层请换文字版"],
        ["县/其他/说明.md", "无法归属", "—", "GJ650 看不出是哪个单位的报告请核对"],
    ]
    assert [_said(file) for file in _select(tree, "#unjudged .file h4.path")] == ["县/其他/说明.md"]


def test_every_input_is_told_of_exactly_once(tree: html.HtmlElement, audit: Audit) -> None:
    files = [file.path for file in audit.files() if file.path != "县/名册.csv"]
    assert sorted(_said(path) for path in _select(tree, "[data-input]")) == sorted(visible(path) for path in files)
    assert len(files) == audit.inputs
    assert [row[1] for row in _rows(tree, "#account tr")] == ["6", "1", "1", "1", "9"]
    assert "与找到的文件数一致" in _said(_select(tree, "#account")[0])


def test_inputs_that_are_not_told_of_are_told_loudly(audit: Audit, tmp_path: Path) -> None:
    write_site(structs.replace(audit, inputs=10), tmp_path / "page", NO_CHARTS)
    tree = html.document_fromstring((tmp_path / "page").read_text(encoding="utf-8"))
    (alarm,) = _select(tree, "[role=alert]")
    assert _said(alarm).startswith("清点不符：找到 10 个文件，本页交代了 9 个")
    assert _rows(tree, "#account tr")[-1][2] == "与找到的 10 个文件不符，结果不可信"


def test_findings_are_counted_by_family_and_rule(tree: html.HtmlElement) -> None:
    first, second = _select(tree, "#rules table")
    families = {row[1]: row[2:] for row in _rows(first, "tbody tr")}
    assert families["GJ3"] == ["1", "0", "0", "1"]
    assert families["GJ6"] == ["4", "1", "0", "3"]
    assert families["GJ4"] == ["0", "0", "0", "0"]
    rules = [row[:1] + row[2:5] for row in _rows(second, "tbody tr")]
    assert ["GJ301", "错误", "1", "1"] in rules
    assert ["GJ650", "错误", "1", "0"] in rules  # of no unit
    assert ["GJ210", "警告", "1", "1"] in rules  # the settled one does not count


def test_comparisons_across_reports_are_counted(tree: html.HtmlElement) -> None:
    assert [[row[0], *row[2:]] for row in _rows(tree, "#across tbody tr")] == [
        ["GJ610", "2", "0", "0", "0", "0"],
        ["GJ620", "0", "2", "2", "0", "0"],
    ]


def test_the_table_of_units_has_a_row_for_each(tree: html.HtmlElement) -> None:
    rows = _rows(tree, "#units-table tbody tr")
    assert rows[2] == ["柳溪镇", "2024", "乡镇街道", "已报", "98", "2", "1", "0", "0", "1", "0"]
    assert rows[3] == ["北山乡", "2024", "乡镇街道", "未报", "—", "1", "0", "0", "0", "0", "0"]
    assert rows[5][0] == " ".join(SHOWN_HOSTILE.split())
    assert rows[6] == ["财政局", "2024", "部门", "未能审核", "—", "1", "0", "0", "0", "0", "0"]
    assert rows[7] == ["教育局", "2024", "部门", "已报", "99.5", "0", "0", "0", "8", "0", "1"]
    assert len(rows) == 8


def test_the_heat_map_has_a_number_and_a_shade_for_each_family(tree: html.HtmlElement) -> None:
    cells = _select(tree, "#h2 td")
    assert [_said(cell) for cell in cells] == [
        "2024",
        "0",
        "0",
        "0",
        "1（错误 1）",
        "0",
        "0",
        "2（错误 1，警告 1）",
        "0",
        "0",
    ]
    assert [cell.get("class") for cell in cells][4:8] == ["heat-error-1", "heat-none", "heat-none", "heat-error-2"]
    assert [_said(cell) for cell in _select(tree, "#h3 td")][1:7] == ["–"] * 6  # nobody judged it
    assert _select(tree, "#h4 td")[3].get("class") == "heat-warning-1"


def test_a_finding_says_what_where_why_and_what_to_do(tree: html.HtmlElement) -> None:
    finding = _select(tree, "#e2 .finding")[0]
    assert _said(_select(finding, ".label")[0]) == "错误 GJ301 表三每行：各类申请人之和等于总计"
    assert _said(_select(finding, "h4")[0]) == "主因：表三（申请办理）“一、本年新收·自然人”8 应为 3；2 个等式因此不成立"
    assert _said(_select(finding, ".where")[0]) == "位置：第57行第26字"
    assert _rows(finding, ".excerpt tr")[:2] == [
        ["", "自然人", "商业企业", "科研机构", "公益组织", "法律机构", "其他", "总计"],
        ["一、本年新收", "8→3", "1", "0", "0", "0", "0", "4"],
    ]
    assert [_said(cell) for cell in _select(finding, "td.bad mark")] == ["8→3"]
    assert _said(_select(finding, ".cause li")[0]) == "“一、本年新收·自然人”8 应为 3"
    assert [_said(item).split()[0] for item in _select(finding, ".equations li")] == ["GJ301", "GJ401"]
    advice = {_said(pair[0]): _said(pair[1]) for pair in _select(finding, ".advice > div")}
    assert advice["改正"] == "请对照台账核对标出的数字；按箭头改正后，2 个等式全部成立"
    assert advice["依据"].startswith("统计表内数据应当自洽")


def test_an_equation_is_shown_where_the_message_does_not_have_it(audit: Audit, tmp_path: Path) -> None:
    like = audit.entry(0)
    (rollup,) = like.report.findings
    other = structs.replace(rollup, message=Text("合计不符", "not the sum"))
    entry = structs.replace(like, report=structs.replace(like.report, findings=(rollup, other)))
    write_site(structs.replace(audit, heads=(like.head,), entry=lambda _: entry), tmp_path / "page", NO_CHARTS)
    tree = html.document_fromstring((tmp_path / "page").read_text(encoding="utf-8"))
    findings = _select(tree, "#e0 .finding")
    assert not _select(findings[0], ".equation")
    assert _said(_select(findings[1], ".equation")[0]) == "本级 1452，各单位合计 1449，相差 3"


def test_shared_words_stand_side_by_side(tree: html.HtmlElement) -> None:
    rows = _rows(tree, "#e2 .passages tr")
    assert rows[0] == ["本报告", "北山乡2024年报告"]
    assert rows[1] == ["一是群众关心的惠农补贴信息更新较慢。第 90 行", "一是群众关心的惠农补贴信息更新较慢。第 91 行"]
    assert rows[2][0] == " ".join(f"二是{SHOWN_HOSTILE}第 92 行".split())


def test_comparisons_are_listed_with_what_does_not_hold_first(tree: html.HtmlElement) -> None:
    first, held = _select(tree, "#e0 .lines")
    assert _rows(first, "tbody tr") == [
        ["本年新收·总计", "不一致", "1452", "1449", "3", "本级 1452，各单位合计 1449", "GJ620"],
        ["本年新收·总计", "未能核对", "0", "—", "—", "本级 0，各单位合计 ?北山乡没有报告", "GJ620"],
    ]
    assert _rows(held, "tbody tr") == [
        ["上年结转·自然人", "一致", "2", "2", "0", "上年结转 2，上年报告结转下年度 2", "GJ610"]
    ]
    assert _said(_select(tree, "#e0 .reconciled summary")[0]) == "一致 1 项"


def test_further_files_of_a_unit_are_shown_with_their_findings(tree: html.HtmlElement) -> None:
    (other,) = _select(tree, "#e2 .file")
    assert _said(_select(other, ".path")[0]) == "县/2024/柳溪镇-副本.md"
    assert _said(_select(other, ".finding h4")[0]) == "柳溪镇2024年还有另一份报告"


def test_settled_findings_and_open_verdicts_are_told_apart(tree: html.HtmlElement) -> None:
    (settled,) = _select(tree, "#e7 .settled")
    assert _said(_select(settled, "summary")[0]) == "已说明理由的问题 1 条，不计入上面的数字"
    assert f"基线已有（{ACCEPTED}）" in _said(_select(settled, "li")[0])
    (opened,) = _select(tree, "#e7 .finding")
    assert _said(opened) == "未能判定 8 项表三没有读到缺少：总计、自然人涉及规则 GJ401、GJ402"


def test_scores_years_and_the_unit_above_are_given(tree: html.HtmlElement) -> None:
    assert _said(_select(tree, "#e2 .score")[0]) == "得分 98（满分 100）−2 表三每行：各类申请人之和等于总计（GJ301）"
    assert "另有 8 项未能判定，未计分" in _said(_select(tree, "#e7 .score")[0])
    about = {_said(pair[0]): pair[1] for pair in _select(tree, "#e2 .about > div")}
    assert [link.get("href") for link in _select(about["上级"], "a")] == ["#e0"]
    assert [link.get("href") for link in _select(about["其他年度"], "a")] == ["#e1"]
    assert "https://example.org/a?b=1" in _said(_select(tree, "#e6 .about")[0])


# --- what it must not do ------------------------------------------------------------------------


def test_the_policy_names_the_style_and_the_script_and_nothing_else(page: Path, tree: html.HtmlElement) -> None:
    text = page.read_text(encoding="utf-8")
    (style,), (script,) = (
        re.findall("<style>(.*?)</style>", text, re.DOTALL),
        re.findall("<script>(.*?)</script>", text, re.DOTALL),
    )
    style_hash, script_hash = (base64.b64encode(sha256(part.encode()).digest()).decode() for part in (style, script))
    (policy,) = _select(tree, "meta[http-equiv=Content-Security-Policy]")
    assert policy.get("content") == (
        f"default-src 'none'; style-src 'sha256-{style_hash}'; script-src 'sha256-{script_hash}'; "
        "base-uri 'none'; form-action 'none'"
    )
    before = text[: text.index("<style>")]
    assert before.index("Content-Security-Policy") < before.index("<title>")


@pytest.fixture(scope="module")
def hostile_page(pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "index.html"
    write_site(hostile_audit(pack), path)
    return path


def test_links_lead_within_the_page_and_nothing_acts(page: Path, hostile_page: Path) -> None:
    for path in (page, hostile_page):
        tree = html.document_fromstring(path.read_text(encoding="utf-8"))
        ids = [element.get("id") for element in _select(tree, "[id]")]
        assert len(ids) == len(set(ids))
        links = [link.get("href") for link in _select(tree, "[href]")]
        assert links
        assert {link[1:] for link in links if link[0] == "#"} <= set(ids)
        assert all(link.startswith("#") for link in links)
        assert {element.tag for element in tree.iter() if isinstance(element.tag, str)} <= TAGS
        names = {str(name) for element in tree.iter() for name in element.attrib}
        assert not {name for name in names if name.startswith("on") or name in ("style", "src", "action")}
        assert len(_select(tree, "script")) == len(_select(tree, "style")) == 1


def test_hostile_words_are_shown_as_they_are_with_escapes(hostile_page: Path) -> None:
    text = hostile_page.read_text(encoding="utf-8")
    assert all(char == "\n" or char.isprintable() or char == "\u3000" for char in text)
    tree = html.document_fromstring(text)
    shown = [re.sub(r"\s+", " ", name.text_content()).strip() for name in _select(tree, "#units-table tbody th")]
    assert shown == [re.sub(r"\s+", " ", visible(words)).strip() for words in PAYLOADS]


def test_the_same_audit_gives_the_same_bytes_in_any_process(page: Path, tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from gouji.pack_store import load_pack, shipped_packs\n"
        "from gouji.audit.site import write_site; from tests.audit.test_site import whole_audit\n"
        "pack = load_pack(shipped_packs()[-1], examples=True)\n"
        "specimen = (shipped_packs()[-1].parent / pack.specimen).read_text(encoding='utf-8')\n"
        "write_site(whole_audit(pack, specimen), Path(sys.argv[1]))"
    )
    surroundings = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    done = [sys.executable, "-c", script, str(tmp_path / "page")]
    subprocess.run(done, check=True, cwd=ROOT, env=surroundings)
    assert (tmp_path / "page").read_bytes() == page.read_bytes()


def test_memory_does_not_grow_with_the_entries(audit: Audit, tmp_path: Path) -> None:
    peaks = []
    for count in (20, 20, 260):  # the first loads what is loaded once
        many = long_audit(audit, count, audit.entry(2))
        tracemalloc.start()
        write_site(many, tmp_path / "page", NO_CHARTS)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert (tmp_path / "page").stat().st_size > 1_000_000
    assert peaks[2] - peaks[1] < 100_000


def test_a_page_without_charts_says_so(audit: Audit, tmp_path: Path) -> None:
    write_site(audit, tmp_path / "page", NO_CHARTS)
    tree = html.document_fromstring((tmp_path / "page").read_text(encoding="utf-8"))
    assert not _select(tree, "svg")
    assert "图没有画出来" in _said(_select(tree, "#overview")[0])


def test_an_audit_of_nothing_has_a_page(audit: Audit, tmp_path: Path) -> None:
    empty = structs.replace(audit, heads=(), unassigned=(), inputs=0, years=(), notes=())
    write_site(empty, tmp_path / "page")
    tree = html.document_fromstring((tmp_path / "page").read_text(encoding="utf-8"))
    said = [_said(paragraph) for paragraph in _select(tree, ".fine") if "hidden" not in paragraph.attrib]
    assert said == [
        "各单位都按期报送。",
        "所有文件都已审核。",
        "所有文件都已归到单位和年度。",
        "没有发现问题。",
        "没有可以跨报告核对的数字。",
    ]


# --- in a browser -------------------------------------------------------------------------------


class Viewer:
    """A browser that looks at pages."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def open(self, page: Path, *, width: int = 1280, dark: bool = False) -> None:
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        self.driver.get(page.as_uri())

    def one(self, css: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, css)

    def run(self, script: str, *values: object) -> object:
        return self.driver.execute_script(script, *values)

    def shown(self, css: str) -> list[str]:
        """Return the texts of the elements that have a box."""
        script = "return [...document.querySelectorAll(arguments[0])].filter(e => e.checkVisibility()).map(e => e.innerText.trim())"
        found = self.run(script, css)
        assert isinstance(found, list)
        return found

    def ids(self, css: str) -> list[str]:
        script = "return [...document.querySelectorAll(arguments[0])].filter(e => e.checkVisibility()).map(e => e.id)"
        found = self.run(script, css)
        assert isinstance(found, list)
        return found

    def wait(self, css: str, words: str) -> None:
        WebDriverWait(self.driver, 20).until(lambda _: words in str(self.one(css).get_property("textContent")))

    def log(self, kind: str) -> list[dict[str, str]]:
        entries: list[dict[str, str]] = self.driver.get_log(kind)  # type: ignore[no-untyped-call]
        return entries

    def focus(self) -> str:
        return str(self.run("return document.activeElement.id || document.activeElement.className"))

    def pdf(self) -> pypdfium2.PdfDocument:
        asked = {"preferCSSPageSize": True, "printBackground": True}
        return pypdfium2.PdfDocument(base64.b64decode(self.driver.execute_cdp_cmd("Page.printToPDF", asked)["data"]))


@pytest.fixture(scope="module")
def viewer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Viewer]:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        pytest.skip("needs Debian's chromium and chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in (
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
        "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={tmp_path_factory.mktemp('profile')}",
    ):  # fmt: skip
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = webdriver.Chrome(options=options, service=Service(driver))
    try:
        yield Viewer(browser)
    finally:
        browser.quit()


def test_the_page_opens_alone_and_without_a_word_at_the_console(viewer: Viewer, page: Path, hostile_page: Path) -> None:
    for path in (page, hostile_page):
        viewer.driver.get("about:blank")
        viewer.log("performance")
        viewer.open(path)
        asked = [json.loads(line["message"])["message"] for line in viewer.log("performance")]
        requests = [one["params"]["request"]["url"] for one in asked if one["method"] == "Network.requestWillBeSent"]
        assert requests == [path.as_uri()]
        assert viewer.log("browser") == []


def test_a_click_and_a_key_sort_the_table(viewer: Viewer, page: Path) -> None:
    viewer.open(page)
    errors = viewer.one("#units-table thead th:nth-child(6)")
    button = errors.find_element(By.TAG_NAME, "button")
    assert errors.get_attribute("aria-sort") == "none"
    button.click()
    assert errors.get_attribute("aria-sort") == "descending"
    assert viewer.ids("#units-table tbody tr") == ["u2", "u0", "u3", "u6", "u1", "u4", "u5", "u7"]
    button.send_keys(Keys.SPACE)
    assert errors.get_attribute("aria-sort") == "ascending"
    assert viewer.ids("#units-table tbody tr") == ["u1", "u4", "u5", "u7", "u0", "u3", "u6", "u2"]
    score = viewer.one("#units-table thead th:nth-child(5)")
    score.find_element(By.TAG_NAME, "button").send_keys(Keys.ENTER)
    assert viewer.ids("#units-table tbody tr")[-2:] == ["u3", "u6"]  # no score: last either way
    score.find_element(By.TAG_NAME, "button").send_keys(Keys.ENTER)
    assert viewer.ids("#units-table tbody tr") == ["u2", "u4", "u7", "u0", "u1", "u5", "u3", "u6"]
    assert errors.get_attribute("aria-sort") == "none"
    viewer.one("#units-table thead th:first-child button").click()
    assert viewer.shown("#units-table tbody th")[1:] == [
        "北山乡",
        "财政局",
        "教育局",
        "柳溪镇",
        "柳溪镇",
        "青禾县",
        "水利局",
    ]


def test_filters_hold_for_the_table_the_heat_map_and_the_sections(viewer: Viewer, page: Path) -> None:
    viewer.open(page)

    def shown() -> list[str]:
        rows, heat, sections = viewer.ids("#units-table tbody tr"), viewer.ids("#heat tbody tr"), viewer.ids(".entry")
        assert [one[1:] for one in rows] == [one[1:] for one in heat] == [one[1:] for one in sections]
        return rows

    assert len(shown()) == 8
    text = viewer.one("#f-text")
    text.send_keys("柳溪镇人民")  # an alias
    viewer.wait("#shown", "符合条件 2 份，共 8 份")
    assert shown() == ["u1", "u2"]
    Select(viewer.one("#f-year")).select_by_visible_text("2023")
    viewer.wait("#shown", "符合条件 1 份")
    assert shown() == ["u1"]
    Select(viewer.one("#f-severity")).select_by_value("error")
    viewer.wait("#shown", "符合条件 0 份")
    assert viewer.one("#nobody").is_displayed()
    viewer.one("#f-reset").send_keys(Keys.ENTER)
    viewer.wait("#shown", "符合条件 8 份")
    assert (len(shown()), viewer.focus(), text.get_property("value")) == (8, "f-text", "")
    for field, value, rows in (
        ("standing", "missing", ["u3"]),
        ("standing", "unjudged", ["u6"]),
        ("severity", "warning", ["u2", "u4"]),
        ("severity", "clean", ["u1"]),
        ("family", "GJ6", ["u0", "u2", "u3"]),
    ):
        Select(viewer.one(f"#f-{field}")).select_by_value(value)
        viewer.wait("#shown", f"符合条件 {len(rows)} 份")
        assert shown() == rows
        Select(viewer.one(f"#f-{field}")).select_by_value("")
        viewer.wait("#shown", "符合条件 8 份")


def _top(viewer: Viewer, name: str) -> float:
    top = viewer.run("return document.getElementById(arguments[0]).getBoundingClientRect().top", name)
    assert isinstance(top, (int, float))
    return top


def test_links_jump_to_a_unit_also_to_one_that_is_filtered_out(viewer: Viewer, page: Path) -> None:
    viewer.open(page)
    viewer.one("#u6 a").send_keys(Keys.ENTER)
    WebDriverWait(viewer.driver, 20).until(lambda _: 0 <= _top(viewer, "e6") < 120)
    assert viewer.focus() == "e6"
    viewer.one("#e6 .back").send_keys(Keys.ENTER)
    WebDriverWait(viewer.driver, 20).until(lambda _: 0 <= _top(viewer, "u6") < 900)
    viewer.one("#f-text").send_keys("水利")
    viewer.wait("#shown", "符合条件 1 份")
    assert viewer.ids(".entry") == ["e4"]
    viewer.one("#due a[href='#e3']").send_keys(Keys.ENTER)
    viewer.wait("#shown", "符合条件 8 份")
    WebDriverWait(viewer.driver, 20).until(lambda _: 0 <= _top(viewer, "e3") < 120)


def test_the_page_works_by_keyboard(viewer: Viewer, page: Path) -> None:
    viewer.open(page)
    keys = webdriver.ActionChains(viewer.driver)
    keys.send_keys(Keys.TAB).perform()
    assert viewer.focus() == "skip"
    skip = viewer.one(".skip")
    assert skip.rect["x"] >= 0
    assert skip.value_of_css_property("outline-style") == "solid"
    keys.send_keys(Keys.ENTER).perform()
    assert viewer.focus() == "main"
    summary = viewer.one("#e2 .equations summary")
    summary.send_keys(Keys.ENTER)
    assert viewer.one("#e2 .equations").get_property("open") is True
    names = viewer.run(
        "return [...document.querySelectorAll('a,button,input,select,summary,[tabindex=\"0\"]')]"
        ".filter(e => e.checkVisibility() && e.tabIndex < 0).length"
    )
    assert names == 0


def test_what_is_put_into_the_page_does_not_run(viewer: Viewer, hostile_page: Path) -> None:
    """Were something to slip through, the policy would still stop it."""
    viewer.open(hostile_page)
    assert viewer.run("return [document.scripts.length, document.images.length, window.alert.name]") == [1, 0, "alert"]
    viewer.run(
        "window.hits = []; const add = s => document.body.insertAdjacentHTML('beforeend', s);"
        'add(\'<img id=i src=x onerror="hits.push(1)" onclick="hits.push(2)">\');'
        "add('<p id=p style=\"position:fixed\">x</p>');"
        "const s = document.createElement('script'); s.textContent = 'hits.push(3)'; document.body.append(s);"
        "document.getElementById('i').click()"
    )
    blocked: list[dict[str, str]] = []

    def told(_: webdriver.Chrome) -> bool:
        blocked.extend(viewer.log("browser"))
        return len(blocked) >= 4  # the image, its two handlers or more, the style, the script

    WebDriverWait(viewer.driver, 20).until(told)
    assert viewer.run("return hits") == []
    assert viewer.one("#p").value_of_css_property("position") == "static"
    assert all("Content Security Policy" in entry["message"] for entry in blocked)


CONTRASTS = """
const channels = c => { const p = c.match(/[\\d.]+/g).map(Number); return p.length < 4 ? [...p, 1] : p; };
const over = (top, under) => top.slice(0, 3).map((v, i) => v * top[3] + under[i] * (1 - top[3]));
const light = c => { const l = c.map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
  return .2126 * l[0] + .7152 * l[1] + .0722 * l[2]; };
const faint = new Set();
for (const e of document.body.querySelectorAll('*')) {
  if (!e.checkVisibility() || !e.offsetParent || e.closest('.aside')) continue;
  if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
  const layers = [];
  for (let a = e; a; a = a.parentElement) layers.unshift(channels(getComputedStyle(a).backgroundColor));
  const ground = layers.reduce((under, top) => over(top, under), [255, 255, 255]);
  const ink = over(channels(getComputedStyle(e).color), ground);
  const [a, b] = [light(ink), light(ground)].sort((x, y) => y - x);
  const ratio = (a + .05) / (b + .05);
  if (ratio < 4.5) faint.add(`${e.tagName}.${e.className} ${ratio.toFixed(2)}`);
}
return [...faint];
"""


@pytest.mark.parametrize("dark", [False, True])
def test_words_are_legible_by_day_and_by_night(viewer: Viewer, page: Path, *, dark: bool) -> None:
    """WCAG 2.2, 1.4.3: a contrast of 4.5 at least."""
    viewer.open(page, dark=dark)
    red, green, blue = map(int, re.findall(r"\d+", viewer.one("body").value_of_css_property("background-color"))[:3])
    assert (red + green + blue < 150) is dark
    fill = str(viewer.run("return getComputedStyle(document.querySelector('svg path[fill=\"var(--error)\"]')).fill"))
    assert fill == ("rgb(255, 143, 133)" if dark else "rgb(176, 36, 28)")
    assert viewer.run(CONTRASTS) == []


@pytest.mark.parametrize("width", [360, 768, 1280, 1920])
def test_the_page_fits_its_window(viewer: Viewer, page: Path, hostile_page: Path, width: int) -> None:
    for path in (page, hostile_page):
        viewer.open(path, width=width)
        assert viewer.run("return document.documentElement.scrollWidth") == width


def test_paper_shows_everything_on_a4(viewer: Viewer, page: Path) -> None:
    viewer.open(page, dark=True)
    pdf = viewer.pdf()
    pages = [sheet.get_textpage().get_text_bounded() for sheet in pdf]
    assert all(abs(sheet.get_width() - 595) < 1 and abs(sheet.get_height() - 842) < 1 for sheet in pdf)
    text = re.sub(r"\s+", "", "".join(pages))
    for words in (
        "青禾县年度报告审核结果", "第一项加第二项之和", "自然人8+商业企业1", "上年报告结转下年度2", ACCEPTED, "县/其他/说明.md", "北山乡没有报告",
        "与找到的文件数一致",
    ):  # fmt: skip
        assert words in text
    assert "跳到正文" not in text
    assert "清除筛选" not in text
    assert re.sub(r"\s+", "", pages[0]).startswith(f"1/{len(pages)}")
    corner = pdf[0].render(scale=1).to_numpy()[5, 5]
    assert [*corner[:3]] == [255, 255, 255]  # paper stays white at night
    assert viewer.run("return document.querySelectorAll('details[open]').length") == 0


def test_paper_says_that_it_is_filtered(viewer: Viewer, page: Path) -> None:
    viewer.open(page)
    viewer.one("#f-text").send_keys("柳溪")
    viewer.wait("#shown", "符合条件 2 份")
    text = re.sub(r"\s+", "", "".join(sheet.get_textpage().get_text_bounded() for sheet in viewer.pdf()))
    assert "已筛选：以下只有8份中的2份" in text
    assert "县/2024/柳溪镇.md" in text
    assert "县/2024/水利局.md" not in text


def test_a_long_table_shows_its_first_rows_and_all_when_asked(viewer: Viewer, audit: Audit, tmp_path: Path) -> None:
    count = ROWS + 60
    write_site(long_audit(audit, count, audit.entry(3)), tmp_path / "page.html", NO_CHARTS)
    viewer.open(tmp_path / "page.html")
    assert len(viewer.ids("#units-table tbody tr")) == len(viewer.ids("#heat tbody tr")) == ROWS
    assert viewer.one("#f-all").text == f"一览和热力图先列 {ROWS} 份，全部列出 {count} 份"
    viewer.one("#units-table thead th:first-child button").click()
    viewer.one("#units-table thead th:first-child button").click()
    names = viewer.shown("#units-table tbody th")
    assert (len(names), names[0], names[-1]) == (ROWS, f"第{count - 1}单位", "第60单位")
    viewer.one("#f-text").send_keys("第35")
    viewer.wait("#shown", f"符合条件 11 份，共 {count} 份")
    assert viewer.shown("#units-table tbody th")[-1] == "第35单位"
    assert not viewer.one("#more").is_displayed()
    viewer.one("#f-reset").click()
    viewer.run("document.querySelector('#e5 .back').click()")  # its row is not among the first
    assert len(viewer.ids("#units-table tbody tr")) == count
    viewer.driver.refresh()
    text = re.sub(r"\s+", "", "".join(sheet.get_textpage().get_text_bounded() for sheet in viewer.pdf()))
    assert f"第{count - 1}单位2024乡镇街道" in text


def test_the_page_is_whole_without_its_script(viewer: Viewer, audit: Audit, tmp_path: Path) -> None:
    write_site(long_audit(audit, ROWS + 5, audit.entry(3)), tmp_path / "page.html", NO_CHARTS)
    viewer.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        viewer.open(tmp_path / "page.html")
        assert len(viewer.ids("#units-table tbody tr")) == ROWS + 5
        assert not viewer.one("#filter").is_displayed()
    finally:
        viewer.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_dates_are_those_of_the_audit(tree: html.HtmlElement) -> None:
    meta = [_said(item) for item in _select(tree, ".meta li")]
    assert meta[:3] == ["审核年度 2023、2024", f"审核日期 {CHECK_DATE}", "文件 9 个"]
