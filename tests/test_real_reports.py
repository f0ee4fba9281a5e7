"""Real reports that no one here wrote: every number in its place, and nobody accused wrongly."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from msgspec import structs

from gouji.amount import State
from gouji.engine import Options, check_document, check_file
from gouji.extract import extract
from gouji.finding import FileReport, Severity, Status
from gouji.pack import Pack
from gouji.pack_store import load_pack, shipped_packs
from gouji.readers import html, markdown

Real = Callable[[str], Path]
TODAY = Options(check_date=date(2026, 1, 31))


def test_every_cell_of_the_ragged_tables_is_in_place(real: Real, pack: Pack) -> None:
    """All 200 cells come out as 0, each from the very character of the file, no two from one."""
    path = real("yumen-2024.md")
    lines = path.read_text(encoding="utf-8").split("\n")
    reading = extract(markdown.read(path.read_bytes(), "report.md"), pack.outline)
    assert {key.partition(".")[0] for key in reading.facts} == {"disclosure", "applications", "disputes"}
    assert len(reading.facts) == 10 + 175 + 15
    places = {key: (fact.place.line or 0, fact.place.column or 0) for key, fact in reading.facts.items()}
    assert len(set(places.values())) == 200
    for key, (line, column) in places.items():
        assert lines[line - 1][column - 2 : column + 1] == " 0 ", key
    assert {(fact.value, fact.raw, fact.state) for fact in reading.facts.values()} == {(0, "0", State.NUMBER)}
    assert [alignment.score for alignment in reading.alignments.values()] == [1, 1, 1]


def test_what_a_careful_reader_finds(real: Real, pack: Pack) -> None:
    """The township report has no error; what practice would note is a warning or an info."""
    report = check_file(real("yumen-2024.md"), "report.md", [pack], TODAY)
    assert (report.unit, report.year) == ("盐边县渔门镇", 2024)
    assert [(f.rule, f.severity, f.address, f.place.line) for f in report.findings] == [
        ("GJ227", Severity.INFO, "address", 3),
        ("GJ227", Severity.INFO, "email", 3),
        ("GJ227", Severity.INFO, "postcode", 3),
        ("GJ204", Severity.WARNING, "", 5),
        ("GJ243", Severity.INFO, "accountability", 5),
        ("GJ243", Severity.INFO, "assessment", 5),
        ("GJ243", Severity.INFO, "public_review", 5),
        ("GJ108", Severity.INFO, "overview", 25),
        ("GJ126", Severity.INFO, "applications", 66),
    ]
    assert report.verdicts.get(Status.UNDETERMINED, 0) == report.verdicts.get(Status.ERROR, 0) == 0


def test_area_code_fits_the_region(real: Real, pack: Pack) -> None:
    """0812 is 攀枝花: right for 盐边县, wrong for a county of another city."""
    path = real("yumen-2024.md")
    for region, found in (("四川省攀枝花市盐边县", []), ("0812", []), ("四川省凉山彝族自治州德昌县", ["GJ223"])):
        report = check_file(
            path, "report.md", [pack], structs.replace(TODAY, region=region, select=("GJ22",), ignore=("GJ227",))
        )
        assert [finding.rule for finding in report.findings] == found


def changed(path: Path, line: int, column: int, value: str) -> bytes:
    lines = path.read_text(encoding="utf-8").split("\n")
    text = lines[line - 1]
    lines[line - 1] = text[: column - 1] + value + text[column:]
    return "\n".join(lines).encode()


def test_any_wrong_cell_of_table_3_is_found(real: Real, pack: Pack) -> None:
    """Any one of the 175 cells changed from 0 to 3 breaks exactly its equations, and is named with its repair."""
    path = real("yumen-2024.md")
    reading = extract(markdown.read(path.read_bytes(), "report.md"), pack.outline)
    for key, fact in reading.facts.items():
        form, _, rest = key.partition(".")
        if form != "applications":
            continue
        row, _, column = rest.rpartition(".")
        text = changed(path, fact.place.line or 0, fact.place.column or 0, "3")
        report = check_document(markdown.read(text, "report.md"), [pack], TODAY)
        expected = {("GJ301", f"applications/{row}")}
        if row in ("new", "carried_in", "carried_out", "processed"):
            expected.add(("GJ401", f"applications/{column}"))
        if row not in ("new", "carried_in", "carried_out"):
            expected.add(("GJ302", f"applications/{column}"))
        (finding,) = (f for f in report.findings if f.severity is Severity.ERROR)
        assert set(finding.instances) == expected, key
        assert finding.cause
        assert [[(r.key, r.value, r.should_be) for r in c.repairs] for c in finding.cause.corrections] == [
            [(key, "3", "0")]
        ]
        assert (finding.place, finding.expected, finding.actual) == (fact.place, "0", "3")


def test_old_report_is_told_apart(real: Real, pack: Pack) -> None:
    """A report on 2019 is recognised, and not judged by the rules of 2021; its tables show that it is not older."""
    report = check_file(real("shanghai-office-2019.html"), "report.html", [pack], TODAY)
    assert (report.judged, report.unit, report.year) == (False, "上海市人民政府办公厅", 2019)
    assert [(finding.rule, finding.severity) for finding in report.findings] == [("GJ008", Severity.ERROR)]


def test_a_report_on_2019_is_judged_by_the_format_of_2019(real: Real) -> None:
    """The report that leaves zeros and most totals blank has no error; what is cited was in force then."""
    packs = [load_pack(path) for path in shipped_packs()]
    report = check_file(real("shanghai-office-2019.html"), "report.html", packs, TODAY)
    assert (report.judged, report.pack, report.year) == (True, "cn-gov-disclosure/2019", 2019)
    assert [finding.rule for finding in report.findings if finding.severity is Severity.ERROR] == []
    blank = [finding for finding in report.findings if finding.rule == "GJ131"]
    assert (blank[0].address, blank[0].message.zh) == (
        "applications",
        "表三（申请办理）有 23 行共 126 格是空白，应填数字",
    )
    assert blank[0].basis
    assert "国办公开办函〔2019〕60号" in blank[0].basis.zh
    assert not any("2021" in (f.basis.zh if f.basis else "") for f in report.findings)
    stated = [(f.rule, f.severity, f.expected) for f in report.findings if f.rule.startswith("GJ5")]
    assert stated == [
        ("GJ505", Severity.WARNING, "275"),
        ("GJ507", Severity.WARNING, "337"),
        ("GJ515", Severity.WARNING, "32.0%"),
        ("GJ525", Severity.WARNING, "3"),
    ]
    facts = extract(html.read(real("shanghai-office-2019.html").read_bytes(), "r.html"), packs[0].outline).facts
    procurement = facts["disclosure.procurement.amount"]
    assert (procurement.value, procurement.unit, facts["disclosure.regulations.public_total"].value) == (
        251000,
        "元",
        524,
    )
    assert [facts[f"applications.{row}.natural"].value for row in ("new", "closed", "processed")] == [821, None, 767]


def test_blank_zeros_and_totals_do_not_break_sums(real: Real, pack: Pack) -> None:
    """The old report leaves zeros and most totals blank: its numbers are read, its sums not accused."""
    document = html.read(real("shanghai-office-2019.html").read_bytes(), "report.html")
    facts = extract(document, pack.outline).facts
    row = [
        facts[f"applications.new.{c}"].value
        for c in ("natural", "company", "research", "ngo", "legal", "other", "total")
    ]
    assert row == [821, 35, None, None, 2, 1, 859]
    assert (facts["applications.granted.natural"].value, facts["applications.granted.total"].state) == (
        258,
        State.BLANK,
    )
    assert (
        facts["applications.unavailable.not_held.natural"].value,
        facts["applications.carried_out.total"].value,
    ) == (252, 72)
    report: FileReport = check_document(document, [pack], structs.replace(TODAY, year=2021, select=("GJ3", "GJ4")))
    assert [finding.message.zh for finding in report.findings if finding.severity is Severity.ERROR] == []


@pytest.mark.parametrize("name", ["yumen-2024.md", "shanghai-office-2019.html"])
def test_reading_twice_gives_the_same(real: Real, pack: Pack, name: str) -> None:
    """A report read twice gives equal findings and verdicts."""
    first, second = (check_file(real(name), name, [pack], TODAY) for _ in range(2))
    assert first == second


def test_numbers_in_sentences_of_real_reports(real: Real, pack: Pack) -> None:
    """What the sentences of the old report say and its tables do not; nothing else, and nobody else."""
    options = structs.replace(TODAY, select=("GJ5",))
    assert check_file(real("yumen-2024.md"), "report.md", [pack], options).findings == ()
    assert check_file(real("hongze-2023.pdf"), "report.pdf", [pack], options).findings == ()
    document = html.read(real("shanghai-office-2019.html").read_bytes(), "report.html")
    report = check_document(document, [pack], structs.replace(options, year=2021))
    assert sorted((f.rule, f.address, f.expected, f.actual) for f in report.findings) == [
        ("GJ505", "applications/granted_or_partial", "275", "258"),
        ("GJ507", "applications/unavailable", "337", "265"),
        ("GJ515", "applications/granted_or_partial", "32.0%", "33.9%"),
        ("GJ525", "suits/all_disputes_upheld", "3", "0"),
    ]
    assert {f.severity for f in report.findings} == {Severity.WARNING}
