"""Causes as the clerk reads them: one finding, the cell, the repair, and the equations beneath."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from msgspec import structs

from gouji.engine import Options, check_file
from gouji.finding import FileReport, Finding, Report, Status
from gouji.pack import Pack
from gouji.reporters import json as json_reporter
from gouji.reporters.terminal import render
from gouji.reporters.view import View
from gouji.wording import Text

Check = Callable[..., FileReport]
NEW = "| 一、本年新收政府信息公开申请数量 | | | 3 | 1 | 0 | 0 | 0 | 0 | 4 |"
DISPUTES = "| 1 | 0 | 0 | 0 | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |"


def one(report: FileReport) -> Finding:
    (finding,) = report.findings
    return finding


@pytest.fixture
def wrong_cell(specimen: str, check_text: Check) -> FileReport:
    assert NEW in specimen
    return check_text(specimen.replace(NEW, NEW.replace("| 3 |", "| 31 |")))


def test_one_finding_for_one_wrong_cell(wrong_cell: FileReport) -> None:
    """Two broken equations are one finding at the cell; the verdicts stay two."""
    finding = one(wrong_cell)
    assert finding.message == Text(
        "主因：表三（申请办理）“一、本年新收·自然人”31 应为 3（多写一位数字）；2 个等式因此不成立",
        "cause: Table 3 (requests), “new/natural” 31 should be 3 (a digit too many); 2 equations fail because of it",
    )
    assert (finding.rule, finding.address, finding.expected, finding.actual) == ("GJ301", "applications/new", "3", "31")
    assert finding.instances == (("GJ301", "applications/new"), ("GJ401", "applications/natural"))
    assert wrong_cell.verdicts[Status.FAIL] == 2
    assert finding.cause
    assert finding.place == finding.cause.corrections[0].repairs[0].place


def test_terminal_shows_the_repair_in_its_row(wrong_cell: FileReport) -> None:
    """The table shows what to write where; what is broken stands beneath."""
    shown = render(Report("0", date(2026, 1, 31), (wrong_cell,)), View()).splitlines()
    row = next(line for line in shown if line.startswith("    │一、本年新收"))
    assert row == "    │一、本年新收    │[31→3]│       1│       0│       0│       0│   0│   4│"
    listed = [line for line in shown if line.startswith("    · ")]
    assert [line[:12] for line in listed] == ["    · GJ301 ", "    · GJ401 "]
    assert "自然人 31 + 商业企业 1" in listed[0]


def test_json_has_every_equation(wrong_cell: FileReport) -> None:
    """Programs get the repair and every broken equation with the fingerprint that it has by itself."""
    report = json.loads(json_reporter.render(Report("0", date(2026, 1, 31), (wrong_cell,)), View()))
    (finding,) = report["files"][0]["findings"]
    cause = finding["cause"]
    assert cause["unique"] is True
    assert cause["corrections"] == [
        {
            "text": "“一、本年新收·自然人”31 应为 3",
            "slip": "多写一位数字",
            "repairs": [
                {
                    "key": "applications.new.natural",
                    "name": "一、本年新收·自然人",
                    "value": "31",
                    "should_be": "3",
                    "place": finding["place"],
                }
            ],
        }
    ]
    assert [(e["rule"], e["address"], e["equation"]["difference"]) for e in cause["equations"]] == [
        ("GJ301", "applications/new", "28"),
        ("GJ401", "applications/natural", "28"),
    ]
    assert cause["equations"][0]["fingerprint"] == finding["fingerprint"]


def test_candidates_are_all_named(specimen: str, check_text: Check) -> None:
    """Where several cells explain the equation, each is named with its value, the likelier first."""
    assert DISPUTES in specimen
    finding = one(
        check_text(specimen.replace(DISPUTES, DISPUTES.replace("| 1 | 0 | 0 | 0 | 1 |", "| 5 | 0 | 0 | 0 | 0 |")))
    )
    assert finding.message.zh.endswith(
        "总计 0，相差 5；可能是以下某一格有误：“行政复议·总计”0 应为 5（总计没有汇总）；或“行政复议·结果维持”5 应为 0"
    )
    assert finding.cause
    assert not finding.cause.unique
    assert finding.excerpt
    assert finding.excerpt.rows[0][1] == ("5→0", "0", "0", "0", "0→5")


def test_an_equation_without_a_cause_stays_as_it_was(specimen: str, check_text: Check) -> None:
    """A bound says itself what is wrong; no cell is blamed for it."""
    finding = one(check_text(specimen.replace("| 行政规范性文件 | 2 | 1 | 6 |", "| 行政规范性文件 | 9 | 1 | 6 |")))
    assert (finding.rule, finding.cause) == ("GJ312", None)


def test_select_tells_only_what_was_asked_for(specimen: str, pack: Pack, tmp_path: Path) -> None:
    """Rules that were not selected still prove the repair, but are not told; ignored ones do not count."""
    path = tmp_path / "r.md"
    path.write_text(specimen.replace(NEW, NEW.replace("| 3 |", "| 31 |")), encoding="utf-8")
    options = Options(check_date=date(2026, 1, 31), select=("GJ401",))
    finding = one(check_file(path, "r.md", [pack], options))
    assert finding.instances == (("GJ401", "applications/natural"),)
    assert finding.expected == "3"
    ignoring = structs.replace(options, ignore=("GJ301", "GJ302"))
    finding = one(check_file(path, "r.md", [pack], ignoring))
    assert finding.cause
    assert len(finding.cause.corrections) == 3  # 二 would be negative


def test_a_crash_of_the_search_loses_no_finding(
    specimen: str, check_text: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the search fails, the equations are told one by one, and the failure as well."""

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("gouji.folding.causes", fail)
    report = check_text(specimen.replace(NEW, NEW.replace("| 3 |", "| 31 |")))
    assert sorted(finding.rule for finding in report.findings) == ["GJ010", "GJ301", "GJ401"]
    assert report.verdicts[Status.ERROR] == 1


def test_the_real_report_with_two_totals_never_summed_up(real: Callable[[str], Path], pack: Pack) -> None:
    """Both totals of table 4 are named with their values; the part that could also be wrong is not passed over."""
    report = check_file(
        real("hongze-2023.pdf"), "r.pdf", [pack], Options(check_date=date(2026, 1, 31), select=("GJ3",))
    )
    causes = [finding.cause for finding in report.findings if finding.cause]
    assert [[(r.key, r.value, r.should_be) for c in cause.corrections for r in c.repairs] for cause in causes] == [
        [("disputes.review.total", "0", "11")],
        [("disputes.suit_after_review.total", "0", "5"), ("disputes.suit_after_review.upheld", "5", "0")],
    ]
    assert len(report.findings) == 2
    assert report.verdicts[Status.FAIL] == 2
