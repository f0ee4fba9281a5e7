"""Scores: what each finding costs, and where it stops."""

from collections.abc import Callable
from dataclasses import replace

from msgspec import structs

from gouji.finding import Deduction, FileReport, Finding, Score, Severity
from gouji.pack import Pack
from gouji.scoring import ScoreGroup, Scoring, score
from gouji.wording import Text


def found(check_text: Callable[..., FileReport], specimen: str) -> tuple[Finding, ...]:
    """Three findings: two of one error, one warning."""
    text = specimen.replace("| 行政许可 | 12 |", "| 行政许可 | 若干 |").replace("| 行政处罚 | 3 |", "| 行政处罚 | 几 |")
    text = text.replace("本报告所列数据的统计期限为2024年1月1日至2024年12月31日。", "")
    findings = check_text(text).findings
    assert sorted(finding.rule for finding in findings) == ["GJ132", "GJ132", "GJ204"]
    return findings


def scored(pack: Pack, scoring: Scoring, findings: tuple[Finding, ...], **points: str) -> Score:
    """Score findings by a pack's rules, some with points of their own."""
    rules = {rule.id: replace(rule, points=points.get(rule.id)) for rule in pack.rules}
    return score(scoring, rules, findings)


def test_points_by_severity_and_rule(pack: Pack, specimen: str, check_text: Callable[..., FileReport]) -> None:
    """A rule's own points go before those of its severity; decimals stay exact."""
    findings = found(check_text, specimen)
    scoring = Scoring(severities={Severity.ERROR: 2, Severity.WARNING: "0.1"})
    titles = {rule.id: rule.title for rule in pack.rules}
    assert scored(pack, scoring, findings) == Score(
        "95.9",
        "100",
        (Deduction(("GJ132",), titles["GJ132"], 2, "4"), Deduction(("GJ204",), titles["GJ204"], 1, "0.1")),
    )
    assert scored(pack, scoring, findings, GJ204="10").total == "86"
    assert scored(pack, Scoring(), findings) == Score("100", "100", ())


def test_milder_finding(pack: Pack, specimen: str, check_text: Callable[..., FileReport]) -> None:
    """What is told more mildly than its rule costs what its severity does, not the rule's own points."""
    mild = tuple(structs.replace(finding, severity=Severity.WARNING) for finding in found(check_text, specimen))
    severities: dict[Severity, int | str] = {Severity.ERROR: 2, Severity.WARNING: "0.5"}
    assert scored(pack, Scoring(severities=severities), mild, GJ132="10").total == "98.5"


def test_caps(pack: Pack, specimen: str, check_text: Callable[..., FileReport]) -> None:
    """One rule takes off no more than its cap, a group no more than its own; nothing goes below 0."""
    findings = found(check_text, specimen)
    severities: dict[Severity, int | str] = {Severity.ERROR: 20, Severity.WARNING: 15}
    assert scored(pack, Scoring(severities=severities, cap=25), findings).total == "60"
    name = Text("全部", "all")
    group = ScoreGroup(key="all", name=name, rules=("GJ1", "GJ2"), cap="30.5")
    capped = scored(pack, Scoring(severities=severities, groups=(group,)), findings)
    assert capped == Score("69.5", "100", (Deduction(("GJ132", "GJ204"), name, 3, "30.5"),))
    assert scored(pack, Scoring(full=50, severities=severities), findings).total == "0"
