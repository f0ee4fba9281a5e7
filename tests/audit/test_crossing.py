"""Reports in their places, judged together: who reported, who is late, which of several counts, and what is compared."""

from datetime import date
from pathlib import Path

import pytest
from msgspec import structs

from gouji.audit.assign import Filed, Placement
from gouji.audit.crossing import audited_years
from gouji.audit.ledger import Card
from gouji.audit.register import Register
from gouji.audit.result import Audit, Entry, Standing, Unit
from gouji.finding import Severity, Status
from tests.audit.office import WRONG, Office, report

WATER = Unit("青禾县水利局", "department", line=2)
TOWN = Unit("青禾县柳溪镇人民政府", "township", line=3)
REGISTER = Register("名册.csv", (WATER, TOWN))
DAMAGED = (Path(__file__).parents[2] / "examples" / "clean.docx").read_bytes()[:3000]
LATE = ("2025年1月13日", "2025年2月10日")


def only(audit: Audit) -> Entry:
    (entry,) = audit.entries()
    return entry


def register(unit: Unit, **changes: object) -> Register:
    return Register("名册.csv", (structs.replace(unit, **changes),))


# --- who reported -----------------------------------------------------------------------------


def test_missing(office: Office, specimen: str) -> None:
    """A unit of the register without a report is told where the register names it, after the deadline as an error."""
    office.write({"水利局.md": report(specimen, WATER.name)})
    audit = office.audit(REGISTER)
    assert [(head.unit.name, head.year, head.standing) for head in audit.heads] == [
        (WATER.name, 2024, Standing.REPORTED),
        (TOWN.name, 2024, Standing.MISSING),
    ]
    entry = office.entries(audit)[TOWN.name, 2024]
    (finding,) = entry.report.findings
    assert (entry.report.path, entry.report.judged, entry.head.path) == ("名册.csv", False, "")
    assert (finding.rule, finding.severity, finding.place.line, finding.address) == (
        "GJ601", Severity.ERROR, 3, f"{TOWN.name}/2024",
    )  # fmt: skip
    assert finding.message.zh == f"没有找到{TOWN.name} 2024 年的报告"
    assert (entry.deadline, audit.inputs) == (date(2025, 1, 31), 1)


def test_photo_of_a_report(office: Office, specimen: str) -> None:
    """A unit whose report nobody can read is not said to have none; what may be a report is named, once."""
    office.write({"2024/水利局.md": report(specimen, WATER.name)})
    office.write({f"2024/{name}年报.jpg": b"" for name in ("水利局", "柳溪镇")})
    audit = office.audit(REGISTER)
    assert [(head.unit.name, head.standing) for head in audit.heads] == [
        (WATER.name, Standing.REPORTED),
        (TOWN.name, Standing.UNJUDGED),
    ]
    town = office.entries(audit)[TOWN.name, 2024]
    (finding,) = town.report.findings
    assert office.told(town.report) == ("2024/柳溪镇年报.jpg", ["GJ006"])
    assert (finding.severity, finding.message.zh) == (
        Severity.ERROR,
        "不支持 .jpg 文件，没有读取，其中是否为 2024 年的报告未能核对",
    )
    assert [office.told(file)[0] for file in audit.files()] == ["2024/水利局.md", "2024/柳溪镇年报.jpg"]
    assert (audit.inputs, audit.notes[0].zh.split("：")[0]) == (2, "2 个文件的格式不支持，没有读取")


def test_photos_in_the_folder_of_a_unit(office: Office, specimen: str) -> None:
    """What no name calls a report leaves the unit without one, but whoever looks is told where to look."""
    office.write({"2024/水利局.md": report(specimen, WATER.name)})
    office.write({f"2024/柳溪镇/IMG_204{number}.png": b"" for number in range(7)})
    audit = office.audit(REGISTER)
    town = office.entries(audit)[TOWN.name, 2024]
    assert (town.head.standing, office.told(town.report)[1]) == (Standing.MISSING, ["GJ601"])
    ((finding,),) = [other.findings for other in town.others]
    assert [office.told(other) for other in town.others] == [("2024/柳溪镇/IMG_2040.png", ["GJ006"])]
    assert (finding.severity, finding.message.zh) == (
        Severity.WARNING,
        "不支持 .png 文件，没有读取，其中是否为 2024 年的报告未能核对；这样的文件还有 6 个",
    )
    assert (audit.inputs, audit.notes[0].zh.split("：")[0]) == (2, "7 个文件的格式不支持，没有读取")


@pytest.mark.parametrize(
    ("name", "standing"),
    [
        ("柳溪镇2024年年报.jfif", Standing.UNJUDGED),
        ("柳溪镇2024年年报", Standing.UNJUDGED),  # no suffix
        ("柳溪镇年报2025.jpg", Standing.UNJUDGED),  # the year of publication
        ("柳溪镇年报2019.jpg", Standing.MISSING),  # on another year
        ("柳溪镇2024年度报告统计表.xlsx", Standing.MISSING),  # sheets are no reports
        ("2024年年报/柳溪镇/logo.png", Standing.MISSING),  # the folder says nothing of the file
    ],
)
def test_what_may_be_a_report(office: Office, specimen: str, name: str, standing: Standing) -> None:
    """A unit counts as not audited only where the name of a file says that it is the report."""
    office.write({"2024/水利局.md": report(specimen, WATER.name), name: b""})
    entry = office.entries(office.audit(REGISTER, years=(2024,)))[TOWN.name, 2024]
    assert entry.head.standing is standing


def test_photo_before_the_deadline(office: Office, specimen: str) -> None:
    """A unit that is not due is not asked about pictures in its folder."""
    office.write({"2024/水利局.md": report(specimen, WATER.name), "2024/柳溪镇/1.png": b""})
    entry = office.entries(office.audit(REGISTER, check_date=date(2025, 1, 31)))[TOWN.name, 2024]
    assert [finding.severity for finding in entry.findings] == [Severity.INFO, Severity.INFO]


@pytest.mark.parametrize(("reported", "wanting"), [((2023,), 2024), ((2024,), 2023), ((), 2024)])
def test_photo_without_a_year(office: Office, specimen: str, reported: tuple[int, ...], wanting: int) -> None:
    """It may be the report that is wanting, on the last year if on several."""
    office.write({f"{year}/水利局.md": report(specimen, WATER.name, year) for year in (2023, 2024)})
    office.write({f"{year}/柳溪镇.md": report(specimen, TOWN.name, year) for year in reported})
    office.write({"柳溪镇年报.zip": b""})
    entries = office.entries(office.audit(REGISTER, years=(2023, 2024)))
    standings = {year: entries[TOWN.name, year].head.standing for year in (2023, 2024)}
    assert standings == {
        year: Standing.REPORTED if year in reported else Standing.UNJUDGED if year == wanting else Standing.MISSING
        for year in (2023, 2024)
    }


def test_photo_of_the_year_before(office: Office, specimen: str) -> None:
    """What cannot be compared with it is not said to have no report."""
    office.write({"2024/柳溪镇.md": report(specimen, TOWN.name), "2023/柳溪镇2023年年报.jpg": b""})
    entry = office.entries(office.audit(REGISTER, years=(2023, 2024)))[TOWN.name, 2024]
    reasons = {undecided.reason.zh for undecided in entry.report.undecided}
    assert "2023 年的报告没有读成或归属不清，无法对照" in reasons


def test_missing_before_the_deadline(office: Office, specimen: str) -> None:
    """Nobody is accused of what is not due yet: the deadline of the register, or that of the law."""
    office.write({"水利局.md": report(specimen, WATER.name)})
    audit = office.audit(REGISTER, check_date=date(2025, 1, 31))
    (finding,) = office.entries(audit)[TOWN.name, 2024].report.findings
    assert (finding.rule, finding.severity) == ("GJ601", Severity.INFO)
    assert finding.message.zh == f"没有找到{TOWN.name} 2024 年的报告（时限 2025-01-31，尚未到期）"
    early = structs.replace(REGISTER, units=(WATER, structs.replace(TOWN, deadline="01-20")))
    (finding,) = office.entries(office.audit(early, check_date=date(2025, 1, 31)))[TOWN.name, 2024].report.findings
    assert finding.severity is Severity.ERROR


def test_expected_years(office: Office, specimen: str) -> None:
    """A unit that has to report on some years only is not missed on others."""
    office.write({f"{year}/水利局.md": report(specimen, WATER.name, year) for year in (2023, 2024)})
    units = (WATER, structs.replace(TOWN, years=(2024,)))
    audit = office.audit(Register("名册.csv", units))
    assert [(head.unit.name, head.year) for head in audit.heads] == [
        (WATER.name, 2023), (WATER.name, 2024), (TOWN.name, 2024),
    ]  # fmt: skip


def test_unjudged(office: Office, specimen: str) -> None:
    """A unit whose only report cannot be read is not said to have none, whatever else lies beside it."""
    office.write({"水利局.md": report(specimen, WATER.name), "2024/柳溪镇/通知.md": "会议通知"})
    office.write({"2024/柳溪镇/柳溪镇2024年年报.pdf": b"%PDF-1.4 cut"})
    entry = office.entries(office.audit(REGISTER))[TOWN.name, 2024]
    assert (entry.head.standing, office.told(entry.report)) == (
        Standing.UNJUDGED, ("2024/柳溪镇/柳溪镇2024年年报.pdf", ["GJ014"]),
    )  # fmt: skip
    assert [office.told(other) for other in entry.others] == [("2024/柳溪镇/通知.md", ["GJ007"])]


@pytest.mark.parametrize(
    "name", ["柳溪镇.docx", "柳溪镇年报.docx", "柳溪镇年报 20250120.docx", "柳溪镇2024年报送审稿.docx"]
)
def test_unjudged_without_a_year(office: Office, specimen: str, name: str) -> None:
    """A damaged document that is named for a unit alone is on the year that the unit lacks: it did hand in something."""
    office.write({"水利局.md": report(specimen, WATER.name), name: DAMAGED})
    audit = office.audit(REGISTER)
    assert [(head.unit.name, head.year, head.standing) for head in audit.heads] == [
        (WATER.name, 2024, Standing.REPORTED),
        (TOWN.name, 2024, Standing.UNJUDGED),
    ]
    assert office.told(office.entries(audit)[TOWN.name, 2024].report) == (name, ["GJ014"])
    assert audit.unassigned == ()


def test_unjudged_beside_a_report(office: Office, specimen: str) -> None:
    """Of a unit that lacks nothing it is nobody's."""
    office.write({"水利局.md": report(specimen, WATER.name), "水利局扫描.docx": DAMAGED})
    audit = office.audit(register(WATER))
    assert [(head.year, head.standing) for head in audit.heads] == [(2024, Standing.REPORTED)]
    assert [office.told(file) for file in audit.unassigned] == [("水利局扫描.docx", ["GJ014"])]


def test_other_papers_are_no_report(office: Office, specimen: str) -> None:
    """A unit with nothing but a notice in its folder has not reported; the notice is told beside."""
    office.write({"水利局.md": report(specimen, WATER.name), "2024/柳溪镇/通知.md": "会议通知"})
    entry = office.entries(office.audit(REGISTER))[TOWN.name, 2024]
    assert entry.head.standing is Standing.MISSING
    assert entry.head.severities == {Severity.ERROR: 1, Severity.WARNING: 0, Severity.INFO: 1}
    assert [office.told(other) for other in entry.others] == [("2024/柳溪镇/通知.md", ["GJ007"])]


def test_papers_of_units_that_need_not_report(office: Office, specimen: str) -> None:
    """They make no entry, and are told as files of nobody."""
    office.write({"水利局.md": report(specimen, WATER.name), "2024/柳溪镇/通知.md": "会议通知"})
    audit = office.audit(Register("名册.csv", (WATER, structs.replace(TOWN, years=(2023,)))))
    assert [head.unit.name for head in audit.heads] == [WATER.name]
    assert [office.told(file) for file in audit.unassigned] == [("2024/柳溪镇/通知.md", ["GJ007"])]


def test_wrong_place(office: Office, specimen: str) -> None:
    """A report in the place of another unit is nobody's: whose title it has is not said to have none, the other is told."""
    office.write({"2024/柳溪镇/年报.md": report(specimen, WATER.name, 2024, WRONG)})
    audit = office.audit(REGISTER)
    assert [(head.unit.name, head.standing) for head in audit.heads] == [
        (WATER.name, Standing.UNJUDGED),
        (TOWN.name, Standing.MISSING),
    ]
    entries = office.entries(audit)
    assert office.told(entries[WATER.name, 2024].report) == ("2024/柳溪镇/年报.md", ["GJ603"])
    assert (audit.unassigned, audit.inputs) == ((), 1)
    (finding,) = entries[TOWN.name, 2024].report.findings
    path = f"{office.folder.as_posix()}/2024/柳溪镇/年报.md"
    assert finding.message.zh == (
        f"没有找到{TOWN.name} 2024 年的报告；{path}：标题是“{WATER.name}”，文件的位置是“{TOWN.name}”"
    )


def test_wrong_place_of_a_unit_that_reported(office: Office, specimen: str) -> None:
    """Whose title it has needs no other report then: it is nobody's, with all that is wrong in it."""
    office.write(
        {"2024/柳溪镇/年报.md": report(specimen, WATER.name, 2024, WRONG), "水利局.md": report(specimen, WATER.name)}
    )
    audit = office.audit(REGISTER)
    assert [(head.unit.name, head.standing) for head in audit.heads] == [
        (WATER.name, Standing.REPORTED),
        (TOWN.name, Standing.MISSING),
    ]
    assert [office.told(file) for file in audit.unassigned] == [("2024/柳溪镇/年报.md", ["GJ301", "GJ603"])]


def test_wrong_year(office: Office, specimen: str) -> None:
    """A report on 2023 in a folder of 2024: on 2023 nobody can say that there is none, on 2024 there is none."""
    right = [Unit(f"青禾县{name}局", "department", years=(2024,), line=n) for n, name in enumerate(("教育", "民政"), 3)]
    office.write({f"2024/{unit.name}.md": report(specimen, unit.name) for unit in right})
    office.write({"2024/水利局.md": report(specimen, WATER.name, 2023)})
    audit = office.audit(Register("名册.csv", (WATER, *right)), (2023, 2024))
    assert [(head.unit.name, head.year, head.standing) for head in audit.heads] == [
        (WATER.name, 2023, Standing.UNJUDGED),
        (WATER.name, 2024, Standing.MISSING),
        *((unit.name, 2024, Standing.REPORTED) for unit in right),
    ]
    assert office.told(office.entries(audit)[WATER.name, 2023].report) == ("2024/水利局.md", ["GJ604"])
    assert audit.unassigned == ()


# --- which of several counts ------------------------------------------------------------------


def test_draft_does_not_count(office: Office, specimen: str) -> None:
    """Of two reports the draft is the one too many, and how they differ is said with the numbers."""
    draft = (
        ("| 3 | 1 | 0 | 0 | 0 | 0 | 4 |", "| 2 | 1 | 0 | 0 | 0 | 0 | 3 |"),
        ("| | 2 | 0 | 0 | 0 | 0 | 0 | 2 |", "| | 1 | 0 | 0 | 0 | 0 | 0 | 1 |"),
    )
    one = ("| 行政许可 | 12 |", "| 行政许可 | |")
    office.write({
        "水利局 (1).md": report(specimen, WATER.name, 2024, *draft),
        "水利局.md": report(specimen, WATER.name),
        "水利局初稿.md": report(specimen, WATER.name, 2024, one),
    })  # fmt: skip
    entry = only(office.audit(register(WATER)))
    assert office.told(entry.report) == ("水利局.md", [])
    main = f"{office.folder.as_posix()}/水利局.md"
    said = "青禾县水利局 2024 年的报告还有 {}，内容不同（{}）；这里以 {} 为准核对"
    assert [office.told(other) for other in entry.others] == [
        ("水利局 (1).md", ["GJ602"]), ("水利局初稿.md", ["GJ131", "GJ602"]),
    ]  # fmt: skip
    assert [other.findings[-1].message.zh for other in entry.others] == [
        said.format(main, "一、本年新收·自然人：这份 2，那份 3；一、本年新收·总计：这份 3，那份 4；（一）予以公开·自然人：这份 1，那份 2 等 6 处", main),
        said.format(main, "行政许可·本年处理决定数量：这份 空白，那份 12", main),
    ]  # fmt: skip


def test_copies(office: Office, specimen: str) -> None:
    """One report in several files and formats is one report; its findings are told once."""
    wrong = report(specimen, WATER.name, 2024, WRONG)
    office.write({"水利局.md": wrong, "水利局 - 副本.md": wrong, "水利局.txt": wrong + "\n"})
    entry = only(office.audit(register(WATER)))
    assert office.told(entry.report)[0] == "水利局.md"
    assert len(entry.report.findings) == 1
    assert [(office.told(other), other.judged, other.findings[0].message.zh.rpartition(" ")[2]) for other in entry.others] == [
        (("水利局.txt", ["GJ608"]), True, "是同一份报告，格式不同"),
        (("水利局 - 副本.md", ["GJ608"]), True, "内容相同"),
    ]  # fmt: skip


def test_other_words_are_another_report(office: Office, specimen: str) -> None:
    """The same numbers in other words are no copy."""
    other = ("按季度清理已经失效的行政规范性文件", "全年清理了三次规范性文件目录")
    office.write({"1.md": report(specimen, WATER.name), "2.md": report(specimen, WATER.name, 2024, other)})
    entry = only(office.audit(register(WATER)))
    assert [office.told(one) for one in entry.others] == [("2.md", ["GJ602"])]
    assert "内容不同（数字相同，文字不同）" in entry.others[0].findings[0].message.zh


# --- years ------------------------------------------------------------------------------------


CARRIED = (
    "| 四、结转下年度继续办理 | | | 1 | 0 | 0 | 0 | 0 | 0 | 1 |",
    "| 四、结转下年度继续办理 | | | 0 | 0 | 0 | 0 | 0 | 0 | 0 |",
)


@pytest.mark.parametrize(
    ("other", "rules", "reason"),
    [
        ("2023-2.md", [], "2023 年报告的表三（申请办理）中有的数字没有填写、无法读取或几份报告不一致"),
        ("2023更正后.md", [], ""),
        ("2023初稿.md", ["GJ610"], ""),
    ],
)
def test_two_reports_of_the_year_before(
    office: Office, specimen: str, other: str, rules: list[str], reason: str
) -> None:
    """What two reports say differently proves nobody wrong, unless one of them is a draft or the correction."""
    office.write({
        "2023.md": report(specimen, WATER.name, 2023, CARRIED),
        other: report(specimen, WATER.name, 2023),
        "2024.md": report(specimen, WATER.name),
    })  # fmt: skip
    entry = only(office.audit(register(WATER), (2024,)))
    assert office.told(entry.report) == ("2024.md", rules)
    assert [one.reason.zh for one in entry.report.undecided if "GJ610" in one.rules] == ([reason] if reason else [])


def test_year_before(office: Office, specimen: str) -> None:
    """A report of a year that is not audited serves for comparison; what is wrong in it is not told."""
    office.write({"2023.md": report(specimen, WATER.name, 2023, CARRIED), "2024.md": report(specimen, WATER.name)})
    audit = office.audit(register(WATER), (2024,))
    entry = only(audit)
    assert (audit.years, office.told(entry.report)) == ((2024,), ("2024.md", ["GJ610"]))
    (file,) = audit.unassigned
    assert (office.told(file), file.judged, file.year) == (("2023.md", ["GJ607"]), True, 2023)
    assert file.findings[0].message.zh == "2023 年不在所审年度之内"


def _placement(unit: str, year: int, *, judged: bool = True) -> Placement:
    filed, whose = Filed(f"{unit}{year}", unit, Card(unit, "", year, judged)), Unit(unit)
    if judged:
        return Placement(filed, whose, year)
    return Placement(filed, None, None, (), whose, year)


@pytest.mark.parametrize(
    ("placements", "years"),
    [
        ([_placement(f"{n}", 2024) for n in range(5)] + [_placement("0", 2019)], (2024,)),
        ([_placement(f"{n}", 2024) for n in range(4)] + [_placement("0", 2023)], (2023, 2024)),
        ([_placement("0", 2022, judged=False)], (2022,)),
        ([], (2024,)),
    ],
)
def test_audited_years(placements: list[Placement], years: tuple[int, ...]) -> None:
    """The years that most report on; scans count, and a county without any report is missing last year's."""
    assert audited_years(placements, date(2025, 4, 1)) == years


# --- deadlines --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "changes", "written", "rules", "deadline"),
    [
        # by law, by the register, by both: told once
        (WATER, {}, ("2025年1月13日", "2025年1月31日"), [], "2025-01-31"),
        (WATER, {}, LATE, ["GJ701"], "2025-01-31"),
        (WATER, {"published": {2024: date(2025, 2, 3)}}, None, ["GJ701"], "2025-01-31"),
        (WATER, {"deadline": "01-20", "published": {2024: date(2025, 1, 25)}}, None, ["GJ706"], "2025-01-20"),
        (WATER, {"deadline": "01-20", "published": {2024: date(2025, 2, 3)}}, None, ["GJ701"], "2025-01-20"),
        (WATER, {"deadline": "01-20"}, ("2025年1月13日", "2025年1月25日"), ["GJ706"], "2025-01-20"),
        (WATER, {"deadline": "01-20"}, None, [], "2025-01-20"),
        # a register does not put off the law, and sets what is no law
        (WATER, {"deadline": "02-28"}, LATE, ["GJ701"], "2025-01-31"),
        (TOWN, {"deadline": "02-28"}, LATE, [], "2025-02-28"),
        (TOWN, {"deadline": "01-20", "published": {2024: date(2025, 2, 3)}}, None, ["GJ703"], "2025-01-20"),
        # a day that cannot be is no evidence
        (WATER, {"deadline": "01-20", "published": {2024: date(2025, 5, 1)}}, None, [], "2025-01-20"),
    ],
)
def test_late(
    office: Office, specimen: str, unit: Unit, changes: dict[str, object], written: tuple[str, str] | None,
    rules: list[str], deadline: str,
) -> None:  # fmt: skip
    office.write({"年报.md": report(specimen, unit.name, 2024, *([written] if written else []))})
    entry = only(office.audit(register(unit, **changes)))
    assert office.told(entry.report) == ("年报.md", rules)
    assert (entry.head.standing, str(entry.deadline)) == (Standing.LATE if rules else Standing.REPORTED, deadline)


def test_how_late(office: Office, specimen: str) -> None:
    """The finding says what tells the day, the deadline, and the difference."""
    office.write({"年报.md": report(specimen, WATER.name)})
    entry = only(office.audit(register(WATER, deadline="01-10")))
    assert entry.report.findings[0].message.zh == "落款日期 2025-01-13 晚于名册规定的时限 2025-01-10，迟 3 天"
    assert (entry.issued, entry.published) == (date(2025, 1, 13), None)
    entry = only(office.audit(register(WATER, deadline="01-10", published={2024: date(2025, 1, 11)})))
    assert entry.report.findings[0].message.zh == "名册给出的公布日期 2025-01-11 晚于名册规定的时限 2025-01-10，迟 1 天"
    assert (entry.issued, entry.published) == (date(2025, 1, 13), date(2025, 1, 11))


@pytest.mark.parametrize(("before", "standing"), [("水利局.md", Standing.REPORTED), ("水利局初稿.md", Standing.LATE)])
def test_correction_is_not_late(office: Office, specimen: str, before: str, standing: Standing) -> None:
    """A report was public when it first was; a draft never was."""
    office.write({
        before: report(specimen, WATER.name, 2024, ("| 行政许可 | 12 |", "| 行政许可 | 13 |")),
        "水利局（更正后）.md": report(specimen, WATER.name, 2024, LATE),
    })  # fmt: skip
    for unit in (WATER, structs.replace(WATER, deadline="01-20")):
        entry = only(office.audit(Register("名册.csv", (unit,))))
        assert (entry.report.path.rpartition("/")[2], entry.head.standing) == ("水利局（更正后）.md", standing)
        assert (len(entry.report.findings), entry.issued) == (standing is Standing.LATE, date(2025, 2, 10))


def test_both_are_late(office: Office, specimen: str) -> None:
    """The first of them tells by how much, and is named as what it is."""
    both = {"水利局.md": ("2025年1月13日", "2025年2月3日"), "水利局（更正后）.md": LATE}
    office.write({name: report(specimen, WATER.name, 2024, change) for name, change in both.items()})
    entry = only(office.audit(register(WATER)))
    assert [finding.message.zh for finding in entry.report.findings] == [
        "另一份报告的日期 2025-02-03 晚于公开时限 2025-01-31，迟 3 天"
    ]


# --- sums -------------------------------------------------------------------------------------


def test_whose_numbers_are_summed(office: Office, specimen: str) -> None:
    """Units that are not added up are left out, and so are those that have not to report on the year."""
    county = Unit("青禾县人民政府", "county", rollup="complete", line=2)
    below = [structs.replace(one, parent=county.name) for one in (WATER, TOWN)]
    weather = Unit("青禾县气象局", "department", county.name, rollup="no", line=5)
    old = Unit("青禾县扶贫局", "department", county.name, years=(2021,), line=6)
    numbers = [("| 行政许可 | 12 |", "| 行政许可 | 24 |")]
    office.write({f"{unit.name}.md": report(specimen, unit.name) for unit in (*below, weather)})
    office.write({f"{county.name}.md": report(specimen, county.name, 2024, *numbers)})
    audit = office.audit(Register("名册.csv", (county, *below, weather, old)), select=("GJ622",))
    entry = office.entries(audit)[county.name, 2024]
    lines = {line.address: (line.left, line.right) for line in entry.reconciliations if line.rule == "GJ622"}
    assert {key: pair for key, pair in lines.items() if "licensing" in key} == {
        "disclosure.licensing.decisions": ("24", "24")
    }


def test_two_reports_of_a_unit_below(office: Office, specimen: str) -> None:
    """The number that they say differently is not known, and so the sum is not; the others are added up."""
    county = Unit("青禾县人民政府", "county", rollup="complete", line=2)
    water = structs.replace(WATER, parent=county.name)
    office.write({
        "水利局.md": report(specimen, water.name),
        "水利局2.md": report(specimen, water.name, 2024, ("| 行政许可 | 12 |", "| 行政许可 | 13 |")),
        f"{county.name}.md": report(specimen, county.name, 2024, ("| 行政许可 | 12 |", "| 行政许可 | 13 |")),
    })  # fmt: skip
    audit = office.audit(Register("名册.csv", (county, water)), select=("GJ622",))
    entry = office.entries(audit)[county.name, 2024]
    lines = [line for line in entry.reconciliations if line.rule == "GJ622"]
    assert office.told(entry.report)[1] == []
    (open_,) = [line for line in lines if line.status is not Status.PASS]
    assert (open_.address, open_.left, open_.status) == ("disclosure.licensing.decisions", "13", Status.UNDETERMINED)
    assert open_.reason
    assert (
        open_.reason.zh
        == "1 个单位的表二（主动公开）中有的数字没有填写、无法读取、格式不同或几份报告不一致（青禾县水利局）"
    )


@pytest.mark.parametrize(
    ("stranger", "reason"),
    [
        ("青禾县教育局", "缺少 1 个单位的数字（青禾县教育局：不在名册里），只能核对下限"),
        ("攀枝花市教育局", ""),
    ],
)
def test_unit_that_the_register_lacks(office: Office, specimen: str, stranger: str, reason: str) -> None:
    """A register that lacks a unit of the county does not have all, whatever it says: the county is not accused."""
    county = Unit("青禾县人民政府", "county", rollup="complete", line=2)
    numbers = [("| 行政许可 | 12 |", "| 行政许可 | 24 |")]
    office.write({f"{name}.md": report(specimen, name) for name in (WATER.name, stranger)})
    office.write({f"{county.name}.md": report(specimen, county.name, 2024, *numbers)})
    audit = office.audit(
        Register("名册.csv", (county, structs.replace(WATER, parent=county.name))), select=("GJ605", "GJ622")
    )
    told = office.entries(audit)[county.name, 2024].report
    assert [finding.rule for finding in told.findings] == ([] if reason else ["GJ622"])
    assert [one.reason.zh for one in told.undecided] == ([reason] if reason else [])
