"""The one loop: choosing rules, catching a crash, telling apart what cannot be judged."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date

import pytest
from msgspec import structs

from gouji.checks.equation import EquationRule
from gouji.engine import Options, check_document
from gouji.finding import FileReport, Severity, Status
from gouji.pack import Pack
from gouji.readers import html, markdown
from gouji.scoring import Scoring
from gouji.subject import Outcomes, Subject
from gouji.wording import Text

OPTIONS = Options(check_date=date(2026, 1, 31))


class Crashing(EquationRule):
    """A rule with a bug."""

    def evaluate(self, subject: Subject) -> Outcomes:
        """Fail in the middle."""
        yield from super().evaluate(subject)
        raise ZeroDivisionError("division\x1b by zero")


def test_crash_of_a_rule_is_a_finding(pack: Pack, specimen: str) -> None:
    """A crash is a verdict of its own and an error, and the other rules still run."""
    plain = next(rule for rule in pack.rules if rule.id == "GJ401")
    assert isinstance(plain, EquationRule)
    bad = Crashing(**{field.name: getattr(plain, field.name) for field in fields(plain)})
    rules = tuple(bad if rule.id == "GJ401" else rule for rule in pack.rules)
    report = check_document(markdown.read(specimen.encode(), "r.md"), [replace(pack, rules=rules)], OPTIONS)
    assert [(f.rule, f.severity, f.address) for f in report.findings] == [("GJ010", Severity.ERROR, "GJ401")]
    assert report.findings[0].message.en == "rule GJ401 crashed: ZeroDivisionError: division\x1b by zero"
    assert (report.verdicts[Status.ERROR], report.verdicts[Status.PASS]) == (1, 183)


@pytest.mark.parametrize(
    ("select", "ignore", "wanted"),
    [
        ((), (), True),
        (("GJ4",), (), True),
        (("GJ401",), (), True),
        (("table3-balance",), (), True),
        (("GJ3",), (), False),
        ((), ("GJ4",), False),
        (("GJ401",), ("table3-balance",), False),
        (("table3",), (), False),
    ],
)
def test_choosing_rules(select: tuple[str, ...], ignore: tuple[str, ...], wanted: bool) -> None:  # noqa: FBT001
    """Ids, their beginnings and whole slugs choose; ignoring wins."""
    assert structs.replace(OPTIONS, select=select, ignore=ignore).wants("GJ401", "table3-balance") is wanted


def test_fingerprint_survives_other_changes(specimen: str, check_text: Callable[..., FileReport]) -> None:
    """A finding keeps its fingerprint when lines move, and differs by rule and address."""
    broken = specimen.replace("| 3 | 1 | 0 | 0 | 0 | 0 | 4 |", "| 8 | 1 | 0 | 0 | 0 | 0 | 4 |", 1)
    before, after = check_text(broken), check_text(broken.replace("## 一、", "\n\n\n## 一、"))
    assert [f.fingerprint for f in before.findings] == [f.fingerprint for f in after.findings]
    assert [f.place.line for f in before.findings] != [f.place.line for f in after.findings]
    (finding,) = before.findings
    assert finding.cause
    assert [broken.address for broken in finding.cause.equations] == ["applications/new", "applications/natural"]
    assert finding.fingerprint == finding.cause.equations[0].fingerprint != finding.cause.equations[1].fingerprint


def test_rule_for_other_units_is_not_applicable(specimen: str, check_text: Callable[..., FileReport]) -> None:
    """A rule for townships leaves a department alone."""
    text = specimen.replace("# 青禾县柳溪镇人民政府2024年", "# 青禾县水利局2024年").replace(
        "\n柳溪镇人民政府\n", "\n水利局\n"
    )
    text = text.replace("开展社会评议两次，", "")
    assert [f.rule for f in check_text(text).findings] == []
    assert [f.rule for f in check_text(specimen.replace("开展社会评议两次，", "")).findings] == ["GJ243"]


def test_report_without_a_year(specimen: str, check_text: Callable[..., FileReport]) -> None:
    """A report that never says its year is an error that asks for ``--year``, not a pass."""
    text = specimen.replace("2024年", "")
    report = check_text(text)
    assert (report.judged, [(f.rule, f.severity) for f in report.findings]) == (False, [("GJ008", Severity.ERROR)])
    assert report.findings[0].remedy
    assert "--year" in report.findings[0].remedy.zh


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('<p><img src="nb.jpg"></p>', id="a picture"),
        pytest.param('<p>附件：<a href="nb.pdf">2024年年报.pdf</a></p>', id="an attachment"),
        pytest.param("", id="nothing"),
    ],
)
def test_title_alone(body: str, pack: Pack) -> None:
    """A page with nothing but the report's title is told once, not section by section."""
    page = f"<html><body><h1>青禾县柳溪镇人民政府2024年政府信息公开工作年度报告</h1>{body}</body></html>"
    report = check_document(html.read(page.encode(), "r.html"), [pack], OPTIONS)
    assert (report.judged, report.year, report.unit) == (False, 2024, "青禾县柳溪镇人民政府")
    assert [(f.rule, f.severity) for f in report.findings] == [("GJ007", Severity.ERROR)]
    assert "图片或附件" in report.findings[0].message.zh


def without_end(specimen: str) -> str:
    """Return the specimen without its last sections, a row of its first table, and with a wrong sum in the second."""
    text = specimen[: specimen.index("## 四、")].replace("| 行政许可 | 12 |\n", "")
    return text.replace("| 3 | 1 | 0 | 0 | 0 | 0 | 4 |", "| 8 | 1 | 0 | 0 | 0 | 0 | 4 |", 1)


def test_nothing_is_missing_where_not_all_was_read(specimen: str, pack: Pack) -> None:
    """What a document lacks is open while some of its pages were not read; what is wrong in it stays wrong."""
    whole = markdown.read(without_end(specimen).encode(), "r.md")
    unread = Text("第 2 页是图片，没有读取", "page 2: a picture, not read")
    sure = check_document(whole, [pack], OPTIONS)
    missed = {"GJ101", "GJ120", "GJ122", "GJ211"}
    assert {f.rule for f in sure.findings} == {*missed, "GJ301"}
    partly = check_document(structs.replace(whole, unread=unread), [pack], OPTIONS)
    assert {f.rule for f in partly.findings} == {f.rule for f in sure.findings} - missed
    (gap,) = [gap for gap in partly.undecided if gap.reason == unread]
    assert gap.count == len(sure.findings) - len(partly.findings)
    assert partly.verdicts[Status.PASS] == sure.verdicts[Status.PASS]


def test_tables_are_not_missing_where_figures_were_read_as_text(specimen: str, pack: Pack) -> None:
    """Figures that may be a table leave open which table is missing, and nothing else."""
    whole = markdown.read(without_end(specimen).encode(), "r.md")
    untabled = Text("第 2 页成行成列的数字没有框线，没有读成表格", "page 2: figures, not read as a table")
    sure = check_document(whole, [pack], OPTIONS)
    partly = check_document(structs.replace(whole, untabled=untabled), [pack], OPTIONS)
    assert {f.rule for f in sure.findings} - {f.rule for f in partly.findings} == {"GJ120", "GJ122"}
    (gap,) = [gap for gap in partly.undecided if gap.reason == untabled]
    assert gap.rules == ("GJ120", "GJ122")


def test_no_score_for_a_part(specimen: str, pack: Pack) -> None:
    """A report that was not read in full has no score: it would be too good."""
    scoring = replace(pack, scoring=Scoring())
    document = markdown.read(specimen.encode(), "r.md")
    assert check_document(document, [scoring], OPTIONS).score is not None
    for part in ("unread", "untabled"):
        partly = structs.replace(document, **{part: Text("没有读取", "not read")})
        assert check_document(partly, [scoring], OPTIONS).score is None
