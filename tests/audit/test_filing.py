"""What an audit keeps of a report is all that it is judged by later, and small."""

import pickle
from datetime import date
from pathlib import Path

import pytest
from msgspec import msgpack, structs

from gouji.audit import filing as filing_module
from gouji.audit.filing import Answer, DigestWork, FilingWork, digest_of, file_report
from gouji.batch import Setting, Source, item_of
from gouji.document import NOWHERE
from gouji.engine import Options, check_file, read_with
from gouji.finding import Status
from gouji.pack import Pack
from gouji.readers import markdown
from gouji.suppress import SIDECAR
from tests.audit.office import DAY, WRONG, report

OPTIONS = Options(check_date=DAY)


def written(folder: Path, text: str, name: str = "年报.md") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_reading(pack: Pack, specimen: str, tmp_path: Path) -> None:
    """What rules across reports see of a filing is what they would see of the report itself."""
    path = written(tmp_path, report(specimen, "青禾县水利局"))
    answer = file_report(path, (pack,), OPTIONS, sought=True)
    filing = msgpack.decode(msgpack.encode(answer), type=Answer).filing
    assert answer.digest == digest_of(path.read_bytes())
    document = markdown.read(path.read_bytes(), path.as_posix())
    _, reading = read_with(document, [pack], OPTIONS)
    again = filing.reading(path.as_posix())
    kept = ("path", "pack", "year", "unit", "unit_kind", "sections", "facts", "unread", "published")
    assert {name: getattr(again, name) for name in kept} == {name: getattr(reading, name) for name in kept}
    for key, values in reading.fields.items():
        dates = [value.value if isinstance(value.value, date) else None for value in values]
        assert [(v.raw, v.place, v.value) for v in again.fields[key]] == [
            (v.raw, v.place, day) for v, day in zip(values, dates, strict=True)
        ]
    assert again.prose.scope("overview").text == reading.prose.scope("overview").text
    assert (filing.unit, filing.unit_kind, filing.year) == ("青禾县水利局", "department", 2024)
    assert filing.day(("issue_date",)) == date(2025, 1, 13)


def test_used_work_can_be_sent(pack: Pack, specimen: str, tmp_path: Path) -> None:
    """Work that was done here can still be pickled for another machine, and does the same there."""
    item = item_of(Source(written(tmp_path, report(specimen, "青禾县水利局")), sought=True))
    work = FilingWork((Setting((pack,), OPTIONS),))
    answer = work(item)
    assert pickle.loads(pickle.dumps(work))(item) == answer  # noqa: S301 - our own words


def test_judged_alone(pack: Pack, specimen: str, tmp_path: Path) -> None:
    """The rules that need more than the report are left for later; the others say what they always say."""
    path = written(tmp_path, report(specimen, "青禾县水利局", 2024, WRONG, ("2025年1月13日", "2025年2月13日")))
    whole = check_file(path, path.as_posix(), (pack,), OPTIONS)
    alone = file_report(path, (pack,), OPTIONS, sought=True).filing.report
    beyond = {rule.id for rule in pack.active if rule.beyond}
    assert [finding.rule for finding in whole.findings] == ["GJ301", "GJ701"]
    assert alone.under(whole.path).findings == tuple(f for f in whole.findings if f.rule not in beyond)
    assert alone.path == ""


def test_what_is_compared(pack: Pack, specimen: str, tmp_path: Path) -> None:
    """Fingerprints of the sections, names and figures left out, and numbers for peers."""
    first = file_report(written(tmp_path, report(specimen, "青禾县水利局")), (pack,), OPTIONS, sought=True).filing
    other = report(
        specimen, "青禾县林业局", 2024, ("2024年，我镇通过", "2024年，青禾县林业局通过"), ("申请4件，上年", "申请9件，上年"),
        ("一是公开内容不够细", "一是公开内容不够多"), ("| 行政许可 | 12 |", "| 行政许可 | 99 |"),
    )  # fmt: skip
    second = file_report(written(tmp_path, other), (pack,), OPTIONS, sought=True).filing
    (own,), (theirs,) = first.texts.values(), second.texts.values()
    assert first.texts.keys() == second.texts.keys() == {"GJ640"}
    assert own.keys() == theirs.keys() == first.sections.keys()
    assert {key for key in own if own[key] != theirs[key]} == {"problems"}
    licences = "disclosure.licensing.decisions"
    assert (first.numbers[licences], second.numbers[licences]) == (12, 99)


def test_what_is_no_report(pack: Pack, tmp_path: Path) -> None:
    """It has nothing to compare; whether it was looked for decides how bad that is."""
    path = written(tmp_path, "会议通知")
    for sought, severity in ((True, "error"), (False, "info")):
        filing = file_report(path, (pack,), OPTIONS, sought=sought).filing
        assert [(f.rule, f.severity) for f in filing.report.findings] == [("GJ007", severity)]
        assert (filing.report.judged, filing.texts, filing.numbers) == (False, {}, {})


def test_what_cannot_be_read(pack: Pack, tmp_path: Path) -> None:
    """The digest is known where there are bytes."""
    gone = file_report(tmp_path / "无.md", (pack,), OPTIONS, sought=True)
    assert (gone.digest, [f.rule for f in gone.filing.report.findings]) == ("", ["GJ001"])
    empty = file_report(written(tmp_path, ""), (pack,), OPTIONS, sought=True)
    assert (empty.digest, [f.rule for f in empty.filing.report.findings]) == (digest_of(b""), ["GJ002"])


@pytest.mark.parametrize(("error", "rule"), [(KeyError("lost"), "GJ009"), (RecursionError(), "GJ005")])
def test_bugs(
    error: Exception, rule: str, pack: Pack, specimen: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exception that nobody expected is a finding of its file, and makes the run untrustworthy."""

    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(filing_module, "read_with", broken)
    found = file_report(written(tmp_path, specimen), (pack,), OPTIONS, sought=True).filing.report
    assert [(f.rule, f.place, found.judged) for f in found.findings] == [(rule, NOWHERE, False)]
    assert found.verdicts == ({Status.ERROR: 1} if rule == "GJ009" else {})


def test_memory_is_for_the_guard(pack: Pack, specimen: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def hungry(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(filing_module, "read_with", hungry)
    with pytest.raises(MemoryError):
        file_report(written(tmp_path, specimen), (pack,), OPTIONS, sought=True)


def test_how_long_it_holds(pack: Pack, specimen: str, tmp_path: Path) -> None:
    """For ever, or until a suppression ends, or today where a date is still to come."""

    def until(text: str, beside: str = "") -> date:
        (tmp_path / SIDECAR).write_text(beside, encoding="utf-8")
        return file_report(written(tmp_path, text), (pack,), OPTIONS, sought=True).filing.until

    wrong = report(specimen, "青禾县水利局", 2024, WRONG)
    beside = '[[ignore]]\nfile = "年报.md"\nrule = "GJ301"\nreason = "已说明"\nuntil = {}\n'
    assert until(wrong) == date.max
    assert until(wrong, beside.format("2025-06-30")) == date(2025, 6, 30)
    assert until(wrong, beside.format("2025-03-31")) == date.max
    assert until(report(specimen, "青禾县水利局", 2024, ("2025年1月13日", "2025年4月13日"))) == DAY


def test_suppressions_are_kept(pack: Pack, specimen: str, tmp_path: Path) -> None:
    """Those for rules across reports wait for them."""
    ignored = '<!-- gouji: ignore-file GJ701 reason="已向县政府说明" -->\n\n'
    path = written(tmp_path, ignored + report(specimen, "青禾县水利局"))
    filing = file_report(path, (pack,), OPTIONS, sought=True).filing
    assert [(one.rule, one.reason) for one in filing.suppressions.usable] == [("GJ701", "已向县政府说明")]
    assert filing.report.findings == ()


def test_work(pack: Pack, specimen: str, tmp_path: Path) -> None:
    """A child is told the setting with the file, and answers with bytes."""
    path = written(tmp_path, report(specimen, "青禾县水利局"))
    settings = (Setting((pack,), OPTIONS), Setting((pack,), structs.replace(OPTIONS, unit_kind="county", year=2023)))
    item = item_of(Source(path, sought=True, setting=1))
    answer = msgpack.decode(FilingWork(settings)(item), type=Answer)
    assert (answer.digest, answer.filing.year) == (digest_of(path.read_bytes()), 2023)
    assert DigestWork()(item).decode() == answer.digest
    assert DigestWork()(item_of(Source(tmp_path / "无", sought=True))) == b""


def test_small(pack: Pack, specimen: str, tmp_path: Path) -> None:
    """A filing is not much larger than the report; thousands of them fit a disk."""
    answer = file_report(written(tmp_path, report(specimen, "青禾县水利局")), (pack,), OPTIONS, sought=True)
    assert len(msgpack.encode(answer.filing)) < 60_000
