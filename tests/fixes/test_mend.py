"""What is mended is exactly what was wrong; whatever the faults, nothing else changes and nothing new is found."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from gouji.document import Document
from gouji.engine import Options, check_document
from gouji.extract import extract
from gouji.finding import FileReport
from gouji.fixes.change import texts
from gouji.fixes.mend import Clinic
from gouji.pack import Pack
from gouji.readers import read_data
from tests.fixes.conftest import FAULTS, FORMATS, ROOT, Mend, done, with_faults, written

CHECKED = Options(check_date=date(2026, 1, 31))
RULES = {"title": "GJ104", "heading": "GJ108", "citation": "GJ232", "blank": "GJ131", "slash": "GJ131"}
# faults that only a person can mend, each turning something else
OTHERS = {
    "sum": ("申请数量 | | | 3 | 1 |", "申请数量 | | | 6 | 1 |"),
    "processed": ("| 3 | 1 | 0 | 0 | 0 | 0 | 4 |\n| 四", "| 2 | 1 | 0 | 0 | 0 | 0 | 3 |\n| 四"),
    "letter": ("| 行政处罚 | 3 |", "| 行政处罚 | 3O |"),
    "decree": ("（国务院令第711号）", "（国务院令第492号）"),
    "aspect": ("（四）政府信息公开平台建设", "（四）其他方面"),
    "total": ("| 1 | 0 | 0 | 0 | 1 | 0 |", "| 1 | 0 | 0 | 0 | 2 | 0 |"),
}


def document(data: bytes, form: str) -> Document:
    return read_data(data, f".{form}", "report")


def findings(report: FileReport) -> set[tuple[str, str]]:
    return {(finding.rule, finding.address) for finding in report.findings}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_mended(name: str, form: str, mend: Mend, specimen: str) -> None:
    """A single fault is undone: the report reads as the specimen does, and nothing is found in it."""
    faulty = written(with_faults(specimen, [name]), form)
    mended = mend(faulty, form)
    assert {change.rule for change in mended.changes} <= {RULES.get(name.partition("-")[0], "GJ126")}
    if name == "group-brackets":  # no rule tells a group's name by itself
        assert (mended.data, mended.changes) == (faulty, ())
        return
    assert mended.changes
    assert mended.left == ()
    assert dict(texts(document(mended.data, form))) == dict(texts(document(written(specimen, form), form)))
    assert mended.report.findings == ()
    if form != "docx":
        assert mended.data == written(specimen, form)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sets(st.sampled_from(sorted(FAULTS))),
    st.sets(st.sampled_from(sorted(OTHERS))),
    st.sampled_from(FORMATS),
    st.data(),
)
def test_nothing_else_changes(
    mend: Mend, pack: Pack, specimen: str, faults: set[str], others: set[str], form: str, data: st.DataObject
) -> None:
    """Idempotent; no number changes, blanks become 0 only; no finding that was not there before."""
    text = specimen
    for name in data.draw(st.permutations(sorted(others | faults))):
        old, new = (FAULTS | OTHERS)[name]
        text = text.replace(old, new)
    faulty = written(text, form)
    mended = mend(faulty, form)
    again = mend(mended.data, form)
    assert (again.data, again.changes) == (mended.data, ())
    assert [(one.rule, one.what) for one in again.left] == [(one.rule, one.what) for one in mended.left]
    before, after = document(faulty, form), document(mended.data, form)
    known = check_document(before, [pack], CHECKED)
    mending = {change.rule for change in mended.changes}
    new_findings = findings(check_document(after, [pack], CHECKED)) - findings(known)
    assert {rule for rule, _ in new_findings} <= mending & {"GJ131"}
    numbers = extract(after, pack.outline).facts
    for key, fact in extract(before, pack.outline).facts.items():
        assert numbers[key].value == fact.value or (fact.value, numbers[key].value) == (None, 0)


@pytest.mark.parametrize("form", ["md", "html", "docx"])
def test_examples(form: str, mend: Mend) -> None:
    """``examples/errors.*``: what only a person can mend stays, nothing new is found."""
    data = (ROOT / "examples" / f"errors.{form}").read_bytes()
    mended = mend(data, form)
    assert done(mended) == [("GJ131", "空白", "0"), ("GJ104", "存在问题及改进情况", "存在的主要问题及改进情况")]
    assert {finding.rule for finding in mended.report.findings} == {
        "GJ106", "GJ132", "GJ205", "GJ213", "GJ221", "GJ230", "GJ240", "GJ301", "GJ303",
    }  # fmt: skip
    clean = (ROOT / "examples" / f"clean.{form}").read_bytes()
    assert mend(clean, form).data == clean


def test_what_sums_do_not_prove_stays_blank(mend: Mend, specimen: str) -> None:
    """Row and column must agree: a total that is missing, or a contradiction, leaves the cell to a person."""
    part_and_total = specimen.replace("| 1 | 0 | 0 | 0 | 1 | 0 |", "| 1 | 0 | 0 | | | 0 |")
    contradicted = specimen.replace(
        "| （一）予以公开 | | 2 | 0 | 0 | 0 | 0 | 0 | 2 |", "| （一）予以公开 | | | 0 | 0 | 0 | 0 | 0 | 0 |"
    )
    no_sum = specimen.replace("| 行政处罚 | 3 |", "| 行政处罚 | / |")
    for text in (part_and_total, contradicted, no_sum):
        assert text != specimen
        mended = mend(text.encode(), "md")
        assert (mended.data, mended.changes) == (text.encode(), ())
        assert [one.reason.zh for one in mended.left] == ["表内合计不能证明是 0，请核实后填写"]


def test_nothing_written_is_no_figure(mend: Mend, specimen: str) -> None:
    """无 and a number are never touched, whatever the sums say."""
    text = specimen.replace("| 2.重复申请 | 0 | 0 |", "| 2.重复申请 | 无 | 0 |")
    assert mend(text.encode(), "md").changes == ()


def test_accounted_findings_stay(mend: Mend, specimen: str) -> None:
    """What somebody has accounted for is not mended; the same fault elsewhere is."""
    text = with_faults(specimen, ["title-known", "title-slip"]).replace(
        "## 五", '<!-- gouji: ignore GJ104 reason="沿用旧称" -->\n\n## 五'
    )
    assert done(mend(text.encode(), "md")) == [("GJ104", "其它需要报告的事项", "其他需要报告的事项")]


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_nothing_accounted_for_is_mended(name: str, mend: Mend, specimen: str) -> None:
    """Whatever the rule: accounted for in the whole file, its finding is not mended."""
    rule = RULES.get(name.partition("-")[0], "GJ126")
    text = with_faults(specimen, [name]) + f'\n<!-- gouji: ignore-file {rule} reason="已说明" -->\n'
    mended = mend(text.encode(), "md")
    assert (mended.data, mended.changes, mended.left) == (text.encode(), (), ())


def test_chosen_rules(clinic: Clinic, specimen: str) -> None:
    """Only what is chosen is mended; the proof of a zero may come from any rule of the pack."""
    text = with_faults(specimen, ["title-known", "blank-row", "digits"])
    for options, rules in (
        ({"select": ("GJ131",)}, {"GJ131"}),
        ({"ignore": ("GJ104",)}, {"GJ131", "GJ126"}),
        ({"select": ("section-title", "GJ12")}, {"GJ104", "GJ126"}),
    ):
        chosen = structs.replace(clinic, options=structs.replace(clinic.options, **options))
        assert {c.rule for c in chosen.mend(text.encode(), ".md", "report").changes} == rules


def test_title_that_may_be_another_section_is_left(mend: Mend, specimen: str) -> None:
    """A title is official where the pack knows it or one character is amiss; else a person decides."""
    text = specimen.replace("## 六、其他需要报告的事项", "## 六、其它应当报告的事项")
    mended = mend(text.encode(), "md")
    assert mended.changes == ()
    assert [(one.rule, one.place.line) for one in mended.left] == [
        ("GJ104", text[: text.index("## 六")].count("\n") + 1)
    ]
    assert "请核对是不是这一部分" in mended.left[0].reason.zh


def test_lost_brackets_are_not_guessed(mend: Mend, specimen: str) -> None:
    """Where a bracket is missing more may be: 202130号 is told and left."""
    text = specimen.replace("国办公开办函〔2021〕30号", "国办公开办函202130号")
    mended = mend(text.encode(), "md")
    assert mended.changes == ()
    assert [one.rule for one in mended.left] == ["GJ232"]


def test_every_citation_is_mended(mend: Mend, specimen: str) -> None:
    """The rule tells the first; all of them are mended at once, whatever brackets they have."""
    cited = "国办公开办函〔2021〕30号"
    more = "按照国办公开办函（2021）30号、国办发【2019】 14号、国办函 ［2021）9号编制。"
    text = specimen.replace(cited, "国办公开办函[2021]30号").replace("## 一、总体情况", f"{more}\n\n## 一、总体情况")
    mended = mend(text.encode(), "md")
    assert len(mended.changes) == 4
    fixed = "按照国办公开办函〔2021〕30号、国办发〔2019〕 14号、国办函 〔2021〕9号编制。"
    assert mended.data.decode() == specimen.replace("## 一、总体情况", f"{fixed}\n\n## 一、总体情况")


@pytest.mark.parametrize(("suffix", "said"), [(".pdf", "PDF"), (".rtf", "旧格式")])
def test_formats_that_cannot_be_fixed(clinic: Clinic, suffix: str, said: str) -> None:
    """PDF and old formats are refused by what they are; they are not even read."""
    data = b"%PDF-1.7\n" if suffix == ".pdf" else b"{\\rtf1 }"
    mended = clinic.mend(data, suffix, "report")
    assert (mended.data, mended.changes, mended.report.findings) == (data, (), ())
    assert mended.refused is not None
    assert mended.refused.zh.startswith(said)


def test_what_is_no_report(mend: Mend) -> None:
    """A text that is no report is left as it is."""
    data = "# 通知\n\n国办发[2021]30号\n".encode()
    assert mend(data, "md").data == data
