"""``--numbers``: a number is written only where several equations prove it, and then it is the right one."""

from datetime import date

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec import structs

from gouji.engine import Options
from gouji.extract import extract
from gouji.fixes.mend import Clinic
from gouji.pack import Pack
from gouji.readers import read_data
from tests.fixes.conftest import FORMATS, ROOT, done, written

WRONG = ("申请数量 | | | 3 | 1 |", "申请数量 | | | 5 | 1 |")
CELL = "表三（申请办理）“一、本年新收·自然人”"


@pytest.fixture(scope="module")
def careful(pack: Pack) -> Clinic:
    """The national pack, numbers included."""
    return Clinic((pack,), Options(check_date=date(2026, 1, 31)), numbers=True)


@pytest.mark.parametrize("form", FORMATS)
def test_proven_number_is_written(careful: Clinic, specimen: str, form: str) -> None:
    """A cell that its row and its column convict becomes what both demand; without being asked it stays."""
    faulty = written(specimen.replace(*WRONG), form)
    mended = careful.mend(faulty, f".{form}", "report")
    assert done(mended) == [("GJ301", "5", "3")]
    assert (mended.changes[0].what.zh, mended.left, mended.report.findings) == (CELL, (), ())
    if form != "docx":
        assert mended.data == written(specimen, form)
    unasked = structs.replace(careful, numbers=False).mend(faulty, f".{form}", "report")
    assert (unasked.data, unasked.changes, unasked.left) == (faulty, (), ())


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        # a row of 表四 has one equation only, even where no other cell explains it
        ("| 1 | 0 | 0 | 0 | 1 | 0 |", "| 5 | 2 | 0 | 0 | 0 | 0 |", "只有一个等式，不足以证明应填的数，请对照台账"),
        ("| 1 | 0 | 0 | 0 | 1 | 0 |", "| 1 | 0 | 0 | 0 | 2 | 0 |", "等式不能确定是哪一格有误，请对照台账"),
        (
            "| 3 | 1 | 0 | 0 | 0 | 0 | 4 |\n| 四",
            "| 2 | 0 | 0 | 0 | 0 | 0 | 2 |\n| 四",
            "牵涉几格数字，请对照台账",
        ),
    ],
)
def test_what_is_not_proven_is_left(careful: Clinic, specimen: str, old: str, new: str, reason: str) -> None:
    """One equation, several candidates, several cells: nothing is written, and it is said why."""
    assert old in specimen
    faulty = specimen.replace(old, new, 1).encode()
    mended = careful.mend(faulty, ".md", "report")
    assert (mended.data, mended.changes) == (faulty, ())
    assert {one.reason.zh for one in mended.left} == {reason}


def test_accounted_for_stays(careful: Clinic, specimen: str) -> None:
    """A finding that somebody has accounted for is nobody's to mend."""
    said = '<!-- gouji: ignore-file GJ301 reason="甲" -->\n<!-- gouji: ignore-file GJ401 reason="甲" -->\n'
    faulty = (specimen.replace(*WRONG) + "\n" + said).encode()
    mended = careful.mend(faulty, ".md", "report")
    assert (mended.data, mended.changes, mended.left) == (faulty, (), ())


def test_number_and_looks_together(careful: Clinic) -> None:
    """Proven numbers are written beside the other corrections, and a second run has nothing to do."""
    data = (ROOT / "examples" / "errors.docx").read_bytes()
    mended = careful.mend(data, ".docx", "report")
    assert sorted(done(mended)) == [
        ("GJ104", "存在问题及改进情况", "存在的主要问题及改进情况"),
        ("GJ131", "空白", "0"),
        ("GJ301", "5", "3"),
    ]
    again = careful.mend(mended.data, ".docx", "report")
    assert (again.data, again.changes) == (mended.data, ())


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), st.integers(0, 99))
def test_any_wrong_cell(careful: Clinic, pack: Pack, specimen: str, data: st.DataObject, wrong: int) -> None:
    """Whatever number of 表三 is mistyped: it is restored, or left alone; never is another number written."""
    facts = extract(read_data(specimen.encode(), ".md", "report"), pack.outline).facts
    key = data.draw(st.sampled_from(sorted(key for key in facts if key.startswith("applications."))))
    fact = facts[key]
    assume(fact.value != wrong)
    lines = specimen.splitlines(keepends=True)
    line, column = fact.place.line, fact.place.column
    assert line is not None
    assert column is not None
    row = lines[line - 1]
    lines[line - 1] = f"{row[: column - 1]}{wrong}{row[column - 1 + len(fact.raw) :]}"
    faulty = "".join(lines)
    mended = careful.mend(faulty.encode(), ".md", "report")
    assert mended.data.decode() in (specimen, faulty)
    assert (mended.data.decode() == specimen) == bool(mended.changes)
