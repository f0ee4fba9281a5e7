"""What is judged with more than the report: in two steps the same as in one, each thing told once."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date

import pytest
from msgspec import structs

from gouji.checks.continuity import ContinuityRule
from gouji.document import Document, Paragraph, Place
from gouji.engine import Options, check_beyond, check_document, check_reading, read_with
from gouji.facts import Reading
from gouji.finding import FileReport, Finding, Severity, Status
from gouji.pack import Pack
from gouji.phrases import find_values
from gouji.proof.examples import run_example
from gouji.prose import Prose
from gouji.readers import markdown
from gouji.rule import Example
from gouji.scoring import Scoring
from gouji.subject import ALONE, Below, Outcomes, Subject, Surroundings
from gouji.suppress import Suppression, Suppressions, written_in
from gouji.wording import Text

OPTIONS = Options(check_date=date(2026, 1, 31))
TITLE = "# 青禾县柳溪镇人民政府2024年政府信息公开工作年度报告\n"
COUNTY = {TITLE: TITLE.replace("柳溪镇", ""), "\n柳溪镇人民政府\n": "\n青禾县人民政府\n"}
BEFORE = {"2024": "2023", "2025": "2024"}

Judge = Callable[..., FileReport]


def changed(text: str, changes: dict[str, str]) -> str:
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.fixture
def judge(pack: Pack, specimen: str) -> Judge:
    """Judge the specimen with changes in two steps, with what is around it."""

    def judged(
        changes: dict[str, str] | None = None,
        previous: dict[str, str] | Text | None = None,
        below: tuple[Below, ...] = (),
        options: Options = OPTIONS,
        with_pack: Pack = pack,
        alter: Callable[[Document], Document] = lambda document: document,
        suppressions: Suppressions | None = None,
    ) -> FileReport:
        document = alter(markdown.read(changed(specimen, changes or {}).encode(), "r.md"))
        found = read_with(document, [with_pack], options)
        alone = structs.replace(options, alone=True)
        report = check_reading(document, found, [with_pack], alone)
        reading = found[1]
        earlier: Reading | Text | None = None
        if isinstance(previous, dict):
            before = markdown.read(changed(specimen, previous).encode(), "before.md")
            earlier = read_with(before, [with_pack], options)[1]
        else:
            earlier = previous
        around = Surroundings(below=below, complete=True) if below else ALONE
        subject = Subject(reading, 2024, options.check_date, "", with_pack.declared, options.published, earlier, around)
        inside = written_in(document) if suppressions is None else suppressions
        return check_beyond(report, subject, with_pack, options, inside)

    return judged


def rules(report: FileReport) -> list[tuple[str, Severity]]:
    return [(finding.rule, finding.severity) for finding in report.findings]


LATE = {"\n2025年1月13日\n": "\n2025年2月10日\n"}
WRONG = {"| 3 | 1 | 0 | 0 | 0 | 0 | 4 |\n| 二": "| 8 | 1 | 0 | 0 | 0 | 0 | 4 |\n| 二"}


@pytest.mark.parametrize("changes", [{}, LATE, WRONG, LATE | WRONG])
def test_two_steps_are_one(changes: dict[str, str], judge: Judge, pack: Pack, specimen: str) -> None:
    """With a report of the year before, both ways give the same findings, verdicts and open questions."""
    document = markdown.read(changed(specimen, changes).encode(), "r.md")
    before = markdown.read(changed(specimen, BEFORE).encode(), "before.md")
    whole = check_document(document, [pack], OPTIONS, previous=before)
    steps = judge(changes, BEFORE)

    def plain(finding: Finding) -> Finding:
        return structs.replace(finding, byte_column=None)

    assert len(whole.findings) > len(changes)
    assert [plain(one) for one in steps.findings] == [plain(one) for one in whole.findings]
    assert (steps.verdicts, steps.undecided, steps.passed) == (whole.verdicts, whole.undecided, whole.passed)


def test_alone_leaves_the_rest(judge: Judge, pack: Pack, specimen: str) -> None:
    """The first step says nothing of what needs more than the report, not even of its deadline."""
    document = markdown.read(changed(specimen, LATE).encode(), "r.md")
    alone = structs.replace(OPTIONS, alone=True)
    report = check_document(document, [pack], alone, previous=markdown.read(specimen.encode(), "b.md"))
    assert {finding.rule for finding in report.findings} <= {"GJ026"}
    assert rules(judge(LATE)) == [("GJ703", Severity.WARNING)]


def test_reason_is_told_once(judge: Judge) -> None:
    """What starves rules of both steps for one reason is one line, with all of them counted."""
    whole = "青禾县柳溪镇人民政府"
    report = judge({f"# {whole}": "# 柳溪", "\n柳溪镇人民政府\n": "\n柳溪\n"}, BEFORE)
    reasons = [one.reason.zh for one in report.undecided]
    assert len(reasons) == len(set(reasons))
    unknown = next(one for one in report.undecided if one.reason.zh.startswith("从标题看不出单位类型"))
    assert {"GJ243", "GJ703"} <= set(unknown.rules)
    assert (list(unknown.rules), unknown.count) == (sorted(unknown.rules), len(unknown.rules))
    assert [one.count for one in report.undecided] == sorted((one.count for one in report.undecided), reverse=True)


def test_reason_of_a_year_before(judge: Judge) -> None:
    """A report of the year before that cannot be used leaves every rule open that needs it."""
    why = Text("没有 2023 年的报告可以对照", "no report on 2023")
    (gap,) = [one for one in judge(previous=why).undecided if one.reason == why]
    assert gap.rules == ("GJ610", "GJ611", "GJ612", "GJ615", "GJ852")
    assert (gap.count, rules(judge(previous=why))) == (5, [])


def test_units_below(judge: Judge, pack: Pack, specimen: str) -> None:
    """A government's report is held against its units; a township has none and is not judged."""
    reading = read_with(markdown.read(specimen.encode(), "u.md"), [pack], OPTIONS)[1]
    units = (Below("柳溪镇", reading), Below("北山乡", reading))
    report = judge(COUNTY, below=units)
    assert [one for one in rules(report) if one[0].startswith("GJ62")] == [
        ("GJ622", Severity.ERROR), ("GJ623", Severity.WARNING), ("GJ620", Severity.ERROR),
    ]  # fmt: skip
    assert "GJ621" in report.passed
    assert not [one for one in judge(below=units).findings if one.rule.startswith("GJ62")]


# --- what is accounted for --------------------------------------------------------------------


def remark(rule: str) -> dict[str, str]:
    return {TITLE: f'{TITLE}\n<!-- gouji: ignore-file {rule} reason="已说明" -->\n'}


def test_suppressed(judge: Judge) -> None:
    """A finding across reports is accounted for by a remark in the report, by id or slug."""
    for rule in ("GJ611", "in-force-normative"):
        report = judge(remark(rule), BEFORE)
        (found,) = [one for one in report.findings if one.rule == "GJ611"]
        assert (found.suppressed, found.settled) == ("已说明", True)
        assert [one.rule for one in report.findings if one.rule.startswith("GJ03")] == []


def test_unused_suppression(judge: Judge) -> None:
    """One that suppresses nothing is told where the rule was judged, and not where there was nothing to judge."""
    held = BEFORE | {"| 行政规范性文件 | 2 | 1 | 6 |": "| 行政规范性文件 | 2 | 1 | 5 |"}
    assert [one.rule for one in judge(remark("GJ611"), held).findings if one.rule.startswith("GJ03")] == ["GJ030"]
    assert [one.rule for one in judge(remark("GJ611")).findings] == []


def test_suppressions_of_the_first_step_stay_there(judge: Judge) -> None:
    """A remark about a rule of the first step, or about none, is told once."""
    for rule, told in (("GJ401", "GJ030"), ("GJ499", "GJ032")):
        assert [one.rule for one in judge(remark(rule)).findings] == [told]
    beside = Suppressions((Suppression("GJ401", "已说明", Place(1)),))
    assert judge(suppressions=beside).findings == ()


# --- what else belongs to a report --------------------------------------------------------------


def test_score(judge: Judge, pack: Pack) -> None:
    """The score counts what was found across reports; a report that had none for a reason still has none."""
    scoring = replace(pack, scoring=Scoring(severities={Severity.WARNING: "0.5"}))
    alone, report = judge(with_pack=scoring).score, judge(previous=BEFORE, with_pack=scoring).score
    assert alone is not None
    assert report is not None
    assert (alone.total, report.total) == ("100", "98.5")
    untabled = Text("没有读成表格", "not read as a table")
    lost = judge(with_pack=scoring, alter=lambda document: structs.replace(document, untabled=untabled))
    assert lost.score is None


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"ignore": ("GJ61",)}, ["GJ852", "GJ852"]),
        ({"select": ("GJ611",)}, ["GJ611"]),
        ({"select": ("repeated-from-previous",)}, ["GJ852", "GJ852"]),
        ({"select": ("GJ401",)}, []),
    ],
)
def test_choosing_rules(options: dict[str, tuple[str, ...]], told: list[str], judge: Judge) -> None:
    """Ids and slugs choose in the second step as in the first."""
    report = judge(previous=BEFORE, options=Options(check_date=OPTIONS.check_date, **options))  # type: ignore[arg-type]
    assert [one.rule for one in report.findings] == told


class Crashing(ContinuityRule):
    """A rule with a bug."""

    def evaluate(self, subject: Subject) -> Outcomes:
        """Fail in the middle."""
        yield from super().evaluate(subject)
        raise ZeroDivisionError("by zero")


def test_crash(judge: Judge, pack: Pack) -> None:
    """A crash of one rule is an error of its own; the others still run, and what is in reading order stays there."""
    plain = next(rule for rule in pack.rules if rule.id == "GJ610")
    bad = Crashing(**{field.name: getattr(plain, field.name) for field in fields(plain)})
    broken = replace(pack, rules=tuple(bad if rule.id == "GJ610" else rule for rule in pack.rules))
    report = judge(previous=BEFORE, with_pack=broken)
    assert sorted(rules(report)) == [
        ("GJ010", Severity.ERROR), ("GJ611", Severity.WARNING), ("GJ852", Severity.WARNING), ("GJ852", Severity.WARNING),
    ]  # fmt: skip
    assert report.verdicts[Status.ERROR] == 1


def test_example_with_all_around_it(pack: Pack, specimen: str) -> None:
    """An example with a report of the year before and others besides is judged once."""
    rule = next(rule for rule in pack.rules if rule.id == "GJ611")
    around = Example(change={}, previous=BEFORE, below=({},)), Example(change={}, previous=BEFORE, others=({},))
    for example in around:
        trial = run_example(rule, example, pack, specimen, fails=True)
        assert ([problem.zh for problem in trial.problems], len(trial.findings)) == ([], 1)


# --- words of the national pack that change a verdict -----------------------------------------


def found(pack: Pack, field: str, sentence: str) -> bool:
    """Tell whether a sentence below 表二 is what a field looks for."""
    prose = Prose({"disclosure": (Paragraph(sentence, ((0, Place(1, 1)),)),)})
    return bool([*find_values(pack.declared.fields[field], prose)])


@pytest.mark.parametrize(
    "sentence",
    [
        "注：因规范性文件清理，现行有效件数根据清理结果进行了调整，以本年度报告为准。",
        "因行政规范性文件清理工作，现行有效件数根据清理结果进行了调整。",
        "因统计口径调整，现行有效件数与上年不衔接。",
        "由于机构改革，统计范围有变化。",
        "现行有效件数与上年统计口径不同。",
        "上年口径与本年不一致，以本报告为准。",
        "本年有3件规范性文件有效期届满自动失效，未计入废止件数。",
        "有效期满失效的文件2件。",
        "经清理，现行有效件数核减为4件。",
        "本年现行有效件数减少，系清理所致。",
    ],
)
def test_notes_that_explain_numbers(pack: Pack, sentence: str) -> None:
    """A note that the numbers of documents were adjusted, and why, explains a difference."""
    assert found(pack, "adjustment_note", sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "按季度清理已经失效的行政规范性文件，调整公开栏目。",
        "因人员调整，岗位有变化，信息员更换频繁。",
        "根据机构调整变化，及时更新领导信息。",
        "对有效期届满的文件及时标注失效、废止。",
        "统计口径没有变化，与上年一致。",
        "统计口径未作调整。",
        "统一统计口径，避免数据不一致。",
        "清理僵尸栏目，主动公开信息数量较上年减少。",
        "全面清理行政规范性文件，制发2件，废止1件，现行有效6件。",
        "动态调整主动公开目录，公开范围进一步扩大。",
    ],
)
def test_sentences_that_explain_nothing(pack: Pack, sentence: str) -> None:
    """Work that was done, and a scope that did not change, are no reason for a difference."""
    assert not found(pack, "adjustment_note", sentence)


@pytest.mark.parametrize(
    ("sentence", "own"),
    [
        ("本报告所列数据仅统计县政府办公室。", True),
        ("以上数据只包括本机关的办理情况。", True),
        ("本报告数据不包括各乡镇和县级各部门。", True),
        ("统计数据未汇总所属部门。", True),
        ("本报告所列数据的统计期限为2024年1月1日至2024年12月31日。", False),
        ("数据不含垂直管理部门。", False),
        ("本报告数据由各乡镇、各部门的数据汇总而成。", False),
        ("县政府办公室代表县政府受理申请17件。", False),
        ("统计数据不包括重复申请。", False),
    ],
)
def test_scope_of_the_numbers(pack: Pack, sentence: str, own: bool) -> None:  # noqa: FBT001
    """Only a report that says so is taken to be of its own organ."""
    assert found(pack, "own_scope", sentence) is own
