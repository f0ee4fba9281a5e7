"""An audit in a few lines: what the clerk sees first, and nothing that acts on the terminal."""

import pytest
from msgspec import json, structs

from gouji.audit.result import Audit, Standing
from gouji.audit.summary import Summary, render, summed_up
from gouji.finding import FileReport, Severity, Status
from gouji.pack import Pack
from gouji.reporters.view import View
from tests.audit.made import HOSTILE, made_audit


@pytest.fixture(scope="module")
def audit(pack: Pack, specimen: str) -> Audit:
    return made_audit(pack, specimen)


def test_counts(audit: Audit) -> None:
    """Units by year and standing, findings by severity, those in files of nobody included."""
    summary = summed_up(audit)
    assert (summary.title, summary.inputs, summary.unassigned, summary.stray, summary.crashed) == (
        "青禾县",
        7,
        1,
        1,
        False,
    )
    assert [(line.year, line.standings, line.passed) for line in summary.years] == [
        (2023, {Standing.REPORTED: 1, Standing.LATE: 0, Standing.UNJUDGED: 0, Standing.MISSING: 0}, 1),
        (2024, {Standing.REPORTED: 3, Standing.LATE: 1, Standing.UNJUDGED: 0, Standing.MISSING: 1}, 2),
    ]
    found = [f.severity for file in audit.files() for f in file.findings if not f.settled]
    assert summary.severities == {severity: found.count(severity) for severity in Severity}
    in_years = sum(line.severities[Severity.ERROR] for line in summary.years)
    assert summary.severities[Severity.ERROR] == in_years + 1
    assert [(unit.name, unit.year, unit.errors) for unit in summary.worst[:2]] == [
        ("柳溪镇", 2024, 2),
        ("青禾县", 2024, 1),
    ]


def test_settled_findings_do_not_count(audit: Audit) -> None:
    (file,) = audit.unassigned
    settled = tuple(structs.replace(finding, suppressed="已说明") for finding in file.findings)
    quiet = structs.replace(audit, unassigned=(structs.replace(file, findings=settled),))
    before, after = summed_up(audit), summed_up(quiet)
    assert after.severities[Severity.ERROR] == before.severities[Severity.ERROR] - 1
    assert after.stray == 0


def test_crashed(audit: Audit) -> None:
    """A rule that failed makes the whole untrustworthy."""
    broken = FileReport("x.md", judged=False, verdicts={Status.ERROR: 1})
    assert summed_up(structs.replace(audit, unassigned=(broken,))).crashed


def test_kept(audit: Audit) -> None:
    """A summary comes back from the ledger as it was."""
    summary = summed_up(audit)
    assert json.decode(json.encode(summary), type=Summary) == summary


def test_in_chinese(audit: Audit) -> None:
    lines = render(summed_up(audit), View(lang="zh")).splitlines()
    assert lines[0] == "青禾县：7 个文件，2025-04-01 审计"
    assert lines[2].split() == ["年度", "单位", "已报", "迟报", "未能审核", "未报", "无错误", "错误", "警告", "提示"]
    assert lines[4].split()[:7] == ["2023", "1", "1", "0", "0", "0", "1"]
    assert lines[5].split()[:7] == ["2024", "5", "3", "1", "0", "1", "2"]
    assert lines[8].split() == ["问题最多的单位", "年度", "情况", "错误", "警告"]
    assert lines[-2:] == ["有 1 个文件不属于任何单位和年度，其中错误 1 处", "名册有 5 个单位"]


def test_in_english(audit: Audit) -> None:
    text = render(summed_up(audit), View(lang="en"))
    assert text.splitlines()[0] == "青禾县: 7 files, audited on 2025-04-01"
    assert "1 file(s) belong to no unit and year, with 1 error(s)" in text
    assert not any(word in text for word in ("错误", "未报", "名册"))


def test_narrow(audit: Audit) -> None:
    """A narrow terminal gets narrow lines."""
    text = render(summed_up(audit), View(lang="zh", width=40))
    assert max(len(line) for line in text.splitlines()) <= 40


def test_colours(audit: Audit) -> None:
    """Only where they are wanted; what a unit is called never brings its own."""
    hostile = structs.replace(audit.heads[0].unit, name=HOSTILE)
    heads = tuple(structs.replace(head, unit=hostile) for head in audit.heads)
    summary = summed_up(structs.replace(audit, heads=heads, title=HOSTILE))
    plain, coloured = (render(summary, View(lang="zh", width=200, color=color)) for color in (False, True))
    assert "\x1b" not in plain
    assert "\\x1b[31m" in plain
    assert "[31m" in coloured.replace("\\x1b[31m", "")
    assert "\x1b[31m<" not in coloured
