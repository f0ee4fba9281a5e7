"""The formats for other programs: golden files, and hostile content read back by independent readers."""

import json
import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from jsonschema import Draft202012Validator
from lxml import etree, html
from markdown_it import MarkdownIt

from gouji.document import Place
from gouji.finding import (
    Equation,
    FileReport,
    Finding,
    Operand,
    Report,
    RuleCard,
    Severity,
    Status,
    Undecided,
    fingerprint,
)
from gouji.reporters import REPORTERS, render, sarif
from gouji.reporters import json as json_reporter
from gouji.reporters.escape import inert
from gouji.reporters.view import View
from gouji.wording import Text, same

GOLDEN = Path(__file__).parent / "golden"
SCHEMAS = Path(__file__).parents[1] / "data" / "schemas"
HOSTILE = (
    "\x1b[31m红\x07", "\ud800", "<script>alert(1)</script>", "%0A::error ::x", "]]>", "{0} [a](https://example.org)",
    "a\r\n::set-output name=x::y", "\u202eabc", "| 甲 | 乙 |", "'\"&amp;", "\ufffe\uffff", "`~~~`", "![x](y)", "𠮷",
)  # fmt: skip


def finding(rule: str, severity: Severity, path: str, message: str, place: Place, **more: Any) -> Finding:
    """Make a finding with all that a real one has."""
    address = more.pop("address", "applications/natural")
    return Finding(
        rule,
        f"{rule.lower()}-slug",
        severity,
        address,
        Text(message, message),
        place,
        path,
        fingerprint(rule, path, address),
        basis=same("依据"),
        remedy=same("改正"),
        **more,
    )


def operand(key: str, value: str, line: int, column: int) -> Operand:
    """Make an operand that stands in a line."""
    return Operand(key, same(key), 1, value, Place(line, column))


TOWN = "年报/渔门镇 2024.md"
WORD = "年报/红格镇.docx"
EQUATION = Equation(
    Text("自然人 3 + 商业企业 0 = 3，总计 14", "natural 3 + company 0 = 3, total 14"),
    (operand("natural", "3", 80, 15), operand("company", "0", 80, 19)),
    "=",
    (operand("total", "14", 80, 30),),
    "-11",
)


def plain_report() -> Report:
    """Return a run over a Markdown file, a Word document without lines, a clean file and one that was not read."""
    town = (
        finding(
            "GJ301",
            Severity.ERROR,
            TOWN,
            "表三不平",
            Place(80, 30),
            equation=EQUATION,
            expected="3",
            actual="14",
            byte_column=52,
        ),
        finding("GJ204", Severity.WARNING, TOWN, "没有统计期限", Place(5, 1), address="", byte_column=1),
        finding("GJ227", Severity.INFO, TOWN, "没有邮编", Place(3, 1), address="postcode", byte_column=1),
    )
    word = (
        finding(
            "GJ131",
            Severity.WARNING,
            WORD,
            "空白",
            Place(block=4, table=2, row=7, cell=3),
            where=Text("表三 第7行 自然人列", "table 3, row 7"),
        ),
    )
    open_ = (Undecided(Text("表三无法识别", "table 3 could not be read"), ("GJ301", "GJ401"), 9),)
    unread = (finding("GJ014", Severity.ERROR, "坏.docx", "文件损坏", Place(), address=""),)
    files = (
        FileReport(TOWN, judged=True, unit="渔门镇", year=2024, pack="p/2021", findings=town, passed=("GJ101",)),
        FileReport(
            WORD, judged=True, pack="p/2021", findings=word, undecided=open_, passed=("GJ101", "GJ204"),
            verdicts={Status.UNDETERMINED: 9},
        ),
        FileReport("净.md", judged=True, pack="p/2021", passed=("GJ101",)),
        FileReport("坏.docx", judged=False, findings=unread),
    )  # fmt: skip
    cards = tuple(
        RuleCard(rule, f"{rule.lower()}-slug", severity, same(f"{rule} 的要求"), same("为什么"), same("依据"), same("改正"))
        for rule, severity in (
            ("GJ014", Severity.ERROR), ("GJ101", Severity.ERROR), ("GJ131", Severity.WARNING),
            ("GJ204", Severity.WARNING), ("GJ227", Severity.INFO), ("GJ301", Severity.ERROR),
        )
    )  # fmt: skip
    return Report("1.2.3", date(2026, 1, 31), files, cards)


def hostile_report() -> Report:
    """Return a run in which every text that a document can choose is hostile."""
    files = []
    for number, words in enumerate(HOSTILE):
        path = f"{number}{words}".replace("/", "").replace("\ud800", "\udcff") + ".md"
        found = (finding("GJ301", Severity.ERROR, path, words, Place(1, 1), actual=words, address=words),)
        files.append(
            FileReport(
                path, judged=True, unit=words, year=2024, findings=found, passed=("GJ101",),
                undecided=(Undecided(same(words), ("GJ401",), 1),),
            )
        )  # fmt: skip
    return Report("1.2.3", date(2026, 1, 31), tuple(files))


def shown(name: str, report: Report) -> str:
    """Render without colours; what comes out is always UTF-8."""
    text = render(name, report, View())
    return text.encode("utf-8", "backslashreplace").decode()


@pytest.mark.parametrize("name", REPORTERS)
def test_golden(name: str) -> None:
    """The whole report, byte by byte; ``GOUJI_GOLDEN=1 pytest`` writes it anew, to be looked at in the diff."""
    path = GOLDEN / f"{name}.txt"
    text = shown(name, plain_report())
    if os.environ.get("GOUJI_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("report", [plain_report(), hostile_report()], ids=["plain", "hostile"])
@pytest.mark.parametrize("name", REPORTERS)
def test_nothing_acts(name: str, report: Report) -> None:
    """No control character, bidirectional override or lone surrogate leaves in any format."""
    text = shown(name, report)
    assert [hex(ord(char)) for char in text if char != "\n" and not char.isprintable() and char != "\u3000"] == []


def validated(name: str, text: str) -> Any:
    """Parse JSON and see that it follows its schema."""
    content = json.loads(text)
    schema = json.loads((SCHEMAS / name).read_text(encoding="utf-8"))
    assert [f"{list(e.path)}: {e.message[:200]}" for e in Draft202012Validator(schema).iter_errors(content)] == []
    return content


@pytest.mark.parametrize("report", [plain_report(), hostile_report()], ids=["plain", "hostile"])
def test_sarif(report: Report) -> None:
    """SARIF follows the official schema; messages and file names come back as they were."""
    (run,) = validated("sarif-2.1.0.json", shown("sarif", report))["runs"]
    texts = {
        re.sub(r"\\([\\\[\]])", r"\1", r["message"]["text"].replace("{{", "{").replace("}}", "}"))
        for r in run["results"]
    }
    printing = {f.message.zh for f in report.findings if f.message.zh.isprintable() and not f.where}
    assert printing <= texts
    names = {os.fsdecode(unquote_to_bytes(_uri(result))) for result in run["results"]}
    assert names == {file.path for file in report.files if file.findings}


def _uri(result: Any) -> str:
    uri: str = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.isascii()
    return uri


def test_sarif_regions_are_one_cell() -> None:
    """The region is the cell at fault; other operands are related; documents without lines have a name instead."""
    (run,) = json.loads(shown("sarif", plain_report()))["runs"]
    first, _, _, word, review, unread = run["results"]
    region = first["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 80, "startColumn": 30, "endLine": 80, "endColumn": 32}
    related = [
        (r["id"], r["physicalLocation"]["region"]["startColumn"], r["message"]["text"])
        for r in first["relatedLocations"]
    ]
    assert related == [(1, 15, "natural 3"), (2, 19, "company 0")]
    assert word["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "表三 第7行 自然人列"}]
    assert (review["kind"], review["level"], review["ruleId"]) == ("review", "warning", "GJ301")
    assert run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == first["ruleId"] == "GJ301"
    assert run["invocations"][0]["executionSuccessful"] is False
    assert [n["message"]["text"] for n in run["invocations"][0]["toolExecutionNotifications"]] == ["没有核对：文件损坏"]
    assert unread["level"] == "error"


def test_sarif_fingerprints_do_not_depend_on_lines() -> None:
    """The same finding further down has the same fingerprint."""
    one, other = (
        Report("1", date(2026, 1, 1), (FileReport("a.md", judged=True, findings=(found,)),))
        for found in (
            finding("GJ301", Severity.ERROR, "a.md", "甲", Place(1, 1)),
            finding("GJ301", Severity.ERROR, "a.md", "乙", Place(9, 9)),
        )
    )
    prints = [json.loads(shown("sarif", r))["runs"][0]["results"][0]["partialFingerprints"] for r in (one, other)]
    assert prints[0] == prints[1]


def test_sarif_says_what_it_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit the worst are kept, and a notification counts the rest."""
    monkeypatch.setattr(sarif, "MOST_RESULTS", 2)
    (run,) = validated("sarif-2.1.0.json", shown("sarif", plain_report()))["runs"]
    assert [result["ruleId"] for result in run["results"]] == ["GJ301", "GJ014"]
    note = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    assert note == "结果超过 2 条，另有 4 条没有写入，已先写最严重的"


@pytest.mark.parametrize("report", [plain_report(), hostile_report()], ids=["plain", "hostile"])
def test_junit(report: Report) -> None:
    """JUnit is well-formed; every case has its own name within its file."""
    root = etree.fromstring(shown("junit", report).encode())
    cases = root.findall("testsuite/testcase")
    names = [(case.get("classname"), case.get("name")) for case in cases]
    assert len(set(names)) == len(names) == int(root.get("tests", "0"))
    assert len(root.findall("testsuite")) == len(report.files)


def test_junit_kinds_of_cases() -> None:
    """Findings at the limit fail, lesser ones are told, open ones are skipped, unread files are errors."""
    root = etree.fromstring(shown("junit", plain_report()).encode())
    kinds = {case.get("name"): [child.tag for child in case] for case in root.findall("testsuite/testcase")}
    assert kinds["GJ301 gj301-slug @ applications/natural"] == ["failure"]
    assert kinds["GJ204 gj204-slug"] == []  # the other file passes it
    assert kinds["GJ227 gj227-slug @ postcode"] == ["system-out"]
    assert kinds["GJ401 ? 表三无法识别"] == ["skipped"]
    assert kinds["GJ014 gj014-slug"] == ["error"]
    assert [root.get(key) for key in ("failures", "errors", "skipped")] == ["1", "1", "2"]
    never = etree.fromstring(render("junit", plain_report(), View(fail_on=None)).encode())
    assert never.get("failures") == "0"


def test_github_commands_are_read_back() -> None:
    """Each line is one command; what a document says never becomes another."""
    lines = shown("github", hostile_report()).splitlines()
    assert all(re.match(r"::(error|warning|notice) [^:]*::", line) for line in lines)
    assert len(lines) == 10 + 1
    message = re.sub(r".*?::.*?::", "", lines[3], count=1).replace("%25", "%")
    assert message == "%0A::error ::x"


def test_github_limits() -> None:
    """Ten of a level are shown, one for each rule and file; the rest is counted."""
    findings = tuple(
        finding(f"GJ3{number:02}", Severity.ERROR, "a.md", "甲", Place(number + 1, 1), address=f"{n}")
        for number in range(12)
        for n in range(2)
    )
    report = Report("1", date(2026, 1, 1), (FileReport("a.md", judged=True, findings=findings),))
    lines = shown("github", report).splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["::error"] * 10 + ["::notice"]
    assert lines[0].endswith("::甲（本文件同类还有 1 处）")
    assert lines[-1] == "::notice title=gouji::另有 4 条没有标注，见本步骤的摘要"


@pytest.mark.parametrize("report", [plain_report(), hostile_report()], ids=["plain", "hostile"])
def test_gitlab(report: Report) -> None:
    """Every issue follows the schema and has a fingerprint of its own."""
    issues = validated("code-quality.json", shown("gitlab", report))
    prints = [issue["fingerprint"] for issue in issues]
    assert len(set(prints)) == len(prints) == len(report.findings) + sum(len(file.undecided) for file in report.files)


def test_gitlab_equal_fingerprints_are_told_apart() -> None:
    """Two findings of one rule at one address are two issues, in every run the same two."""
    same_twice = (finding("GJ301", Severity.ERROR, "a.md", "甲", Place(1, 1)),) * 2
    report = Report("1", date(2026, 1, 1), (FileReport("a.md", judged=True, findings=same_twice),))
    prints = [issue["fingerprint"] for issue in json.loads(shown("gitlab", report))]
    assert len(set(prints)) == 2
    assert shown("gitlab", report) == shown("gitlab", report)


@pytest.mark.parametrize("report", [plain_report(), hostile_report()], ids=["plain", "hostile"])
def test_rdjson(report: Report) -> None:
    """Every diagnostic follows the schema."""
    diagnostics = validated("rdjson.json", shown("rdjson", report))["diagnostics"]
    assert len(diagnostics) == len(report.findings) + sum(len(file.undecided) for file in report.files)


def test_rdjson_columns_are_bytes() -> None:
    """The column counts bytes of UTF-8."""
    first = json.loads(shown("rdjson", plain_report()))["diagnostics"][0]
    assert first["location"]["range"]["start"] == {"line": 80, "column": 52}


def test_markdown_is_inert() -> None:
    """Rendered with HTML allowed, nothing of the documents becomes an element, a link or a picture."""
    page = html.fromstring(
        MarkdownIt("commonmark", {"html": True}).enable("table").render(shown("markdown", hostile_report()))
    )
    tags = {element.tag for element in page.iter()}
    assert tags <= {"div", "h1", "h2", "p", "table", "thead", "tbody", "tr", "th", "td"}
    rows = page.findall(".//tbody/tr")
    assert {len(row) for row in rows} == {5}
    assert "<script>alert(1)</script>" in ["".join(map(str, row[3].itertext())) for row in rows]


def test_json_is_written_in_pieces() -> None:
    """A list may be an iterator, at any depth: the bytes are those of the list, and an item is asked for when due."""
    asked: list[int] = []

    def items() -> Iterator[json_reporter.Streamed]:
        for number in range(3):
            asked.append(number)
            yield {"number": number, "words": ["甲\u202e", {}], "more": iter([number])}

    pieces = json_reporter.streamed({"before": [], "none": iter([]), "items": items(), "after": {"empty": {}}})
    text = ""
    while '"number": 1' not in text:
        text += next(pieces)
    assert asked == [0, 1]
    plain: json_reporter.Json = {
        "before": [], "none": [],
        "items": [{"number": number, "words": ["甲\u202e", {}], "more": [number]} for number in range(3)],
        "after": {"empty": {}},
    }  # fmt: skip
    expected = json.dumps(plain, ensure_ascii=False, indent=2).replace("\u202e", "\\u202e") + "\n"
    assert text + "".join(pieces) == expected == json_reporter.dumped(plain)


@pytest.mark.parametrize("report", [plain_report(), hostile_report()], ids=["plain", "hostile"])
def test_json_of_files_one_by_one(report: Report) -> None:
    """A report written from its files one at a time has the bytes of the whole."""
    files = (json_reporter.record(file, "zh") for file in report.files)
    frame = Report(report.version, report.check_date, (), report.rules)
    pieces = json_reporter.pieces(frame, json_reporter.summary(iter(report.files)), files, View())
    assert "".join(pieces) == render("json", report, View())


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"), ("＋1", "'＋1"), ("-1", "'-1"), ("@a", "'@a"), ("\t1", "'\t1"), ("\r\n1", "'\r\n1"), ("\x001", "'\x001"),
        (" =1", "' =1"), ("\u3000＝1", "'\u3000＝1"), ("1=1", "1=1"), (" 1", " 1"), ("", ""), ("'=1", "'=1"),
    ],
)  # fmt: skip
def test_cells_of_csv_are_inert(cell: str, written: str) -> None:
    """What a spreadsheet takes for a formula, blanks in front aside, begins with an apostrophe."""
    assert inert(cell) == written
