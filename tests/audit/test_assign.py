"""Every report comes to its own unit and year: as its title says, checked against where it lies."""

from collections.abc import Sequence
from datetime import date

import pytest

from gouji.audit.assign import Filed, Placement, assigned, precedence
from gouji.audit.ledger import Card
from gouji.audit.register import Register
from gouji.audit.result import Unit

DAY = date(2026, 4, 1)
COUNTY = Unit("青禾县人民政府", "county", region="四川省攀枝花市青禾县", aliases=("青禾县",), line=2)
UNITS = (
    COUNTY,
    Unit("青禾县柳溪镇人民政府", "township", COUNTY.name, aliases=("柳溪镇",), line=3),
    Unit("青禾县城关街道办事处", "township", COUNTY.name, line=4),
    Unit("青禾县人民政府办公室", "department", COUNTY.name, aliases=("县政府办",), line=5),
    Unit("青禾县发展和改革局", "department", COUNTY.name, aliases=("县发改局",), line=6),
    Unit("青禾县水利局", "department", COUNTY.name, line=7),
    Unit("青禾县公安局", "department", COUNTY.name, line=8),
    Unit("青禾县公安局交通警察大队", "department", COUNTY.name, aliases=("交警大队",), line=9),
    Unit("青禾县经济信息化和商务局", "department", COUNTY.name, aliases=("青禾县经济和信息化局",), line=10),
    Unit("青禾县市场监督管理局", "department", COUNTY.name, aliases=("县市场监管局",), line=11),
    Unit("青禾县农业农村局（乡村振兴局）", "department", COUNTY.name, line=12),
)
REGISTER = Register("名册.csv", UNITS)
ALONE = Register()


def filed(path: str, title: str = "", year: int | None = 2024, *, judged: bool = True) -> Filed:
    return Filed(path, path, Card(title, "", year, judged))


def placed(*files: Filed, register: Register = REGISTER) -> list[tuple[str, int | None, list[str]]]:
    """Return for each file its unit without the county's name, or nothing; its year; and the rules of its doubts."""
    return [
        (
            one.unit.name.removeprefix("青禾县") if one.unit else "",
            one.year,
            [doubt.rule for doubt in one.doubts],
        )
        for one in assigned(files, register, DAY)
    ]


def claimed(*files: Filed, register: Register = REGISTER) -> list[tuple[str, int | None]]:
    """Return what the place of each file promises."""
    return [
        (one.claimed.name.removeprefix("青禾县") if one.claimed else "", one.claimed_year)
        for one in assigned(files, register, DAY)
    ]


# --- titles -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "unit"),
    [
        ("青禾县柳溪镇人民政府", "柳溪镇人民政府"),
        ("柳溪镇人民政府", "柳溪镇人民政府"),
        ("柳溪镇", "柳溪镇人民政府"),
        ("四川省攀枝花市青禾县柳溪镇人民政府", "柳溪镇人民政府"),
        ("青禾县　柳溪镇", "柳溪镇人民政府"),
        ("青禾县城关街道", "城关街道办事处"),
        ("青禾县城关街道办", "城关街道办事处"),
        ("城关街道办事处", "城关街道办事处"),
        ("青禾县", "人民政府"),
        ("青禾县政府", "人民政府"),
        ("青禾县政府办公室", "人民政府办公室"),
        ("水利局", "水利局"),
        ("县水利局", "水利局"),
        ("县发改局", "发展和改革局"),
        ("青禾县发改局", "发展和改革局"),
        ("青禾县市场监管局", "市场监督管理局"),
        ("青禾县经济和信息化局", "经济信息化和商务局"),  # what it was called
        ("青禾县公安局", "公安局"),
        ("公安局交通警察大队", "公安局交通警察大队"),
        ("青禾县农业农村局", "农业农村局（乡村振兴局）"),
        ("青禾县农业农村局(乡村振兴局)", "农业农村局（乡村振兴局）"),
    ],
)
def test_title(title: str, unit: str) -> None:
    """A title may name a unit with or without its places, in short or in full, as it was called before."""
    ((found, year, doubts),) = placed(filed("报告.docx", title))
    assert (found, year, doubts) == (unit, 2024, [])


@pytest.mark.parametrize(
    "title",
    [
        "白云县水利局",  # another county's
        "攀枝花市水利局",  # the city's
        "四川省水利局",
        "青禾县森林公安局",
        "青禾县公安局城关分局",
        "青禾县大湾乡人民政府",
        "白云县柳溪镇人民政府",
        "新青禾县水利局",
        "ＱＨ县水利局",
        "局",
    ],
)
def test_stranger(title: str) -> None:
    """A unit that the register does not have is itself, and never one whose name is like its own."""
    (placement,) = assigned([filed("报告.docx", title)], REGISTER, DAY)
    assert placement.unit is not None
    assert (placement.unit.name, placement.unit.line, [d.rule for d in placement.doubts]) == (title, None, ["GJ605"])


def test_same_short_name() -> None:
    """Of two units that are called the same in short, the place decides, or nobody."""
    register = Register(
        "", (Unit("青禾县水利局", line=2), Unit("攀枝花市水利局", line=3), Unit("白云县水利局", line=4))
    )
    files = [
        filed("报告.docx", "水利局"),
        filed("青禾县水利局2024.docx", "水利局"),
        filed("白云县/水利局.docx", "白云县水利局"),
        filed("水利局.docx", "攀枝花市水利局"),
        filed("水利局（扫描）.pdf", judged=False),
    ]
    assert placed(*files, register=register) == [
        ("", None, ["GJ606"]),
        ("水利局", 2024, []),
        ("白云县水利局", 2024, []),
        ("攀枝花市水利局", 2024, []),
        ("", None, []),
    ]
    (first, *_, scan) = assigned(files, register, DAY)
    assert first.doubts[0].text.zh == "标题里的“水利局”可能是：青禾县水利局、攀枝花市水利局、白云县水利局"
    assert scan.claimed is None


def test_brackets_of_a_title() -> None:
    """A title may add another name of the unit, or a unit within it: it is taken for the unit, and that is said."""
    (placement,) = assigned([filed("报告.docx", "青禾县水利局（河长制办公室）")], REGISTER, DAY)
    assert placement.unit == UNITS[5]
    assert [(doubt.rule, doubt.text.zh) for doubt in placement.doubts] == [
        ("GJ605", "标题里的单位“青禾县水利局（河长制办公室）”不在名册里，按“青禾县水利局”核对")
    ]
    named = Register("", (Unit("青禾县水利局", aliases=("青禾县水利局（河长制办公室）",)),))
    assert placed(filed("报告.docx", "青禾县水利局（河长制办公室）"), register=named) == [("水利局", 2024, [])]


def test_brackets_of_the_register() -> None:
    """What stands in brackets tells units apart where nothing else does."""
    units = (Unit("青禾县一中（东区）", line=2), Unit("青禾县一中（西区）", line=3), Unit("青禾县二中（东区）", line=4))
    titles = ("青禾县一中", "青禾县一中(西区)", "青禾县一中（北区）", "青禾县二中", "青禾县二中（西区）")
    assert placed(*(filed(f"{title[-4:]}.md", title) for title in titles), register=Register("", units)) == [
        ("", None, ["GJ606"]),
        ("一中（西区）", 2024, []),
        ("一中（北区）", 2024, ["GJ605"]),
        ("二中（东区）", 2024, []),
        ("二中（西区）", 2024, ["GJ605"]),
    ]


def test_register_of_short_names() -> None:
    """Units written without their county are in the county of the register, and not in another."""
    units = (Unit("青禾县人民政府", line=2), Unit("水利局", parent="青禾县人民政府", line=3), Unit("县林业局", line=4))
    register = Register("", units)
    files = [filed("1.md", "青禾县水利局"), filed("2.md", "白云县水利局"), filed("3.md", "青禾县林业局")]
    assert placed(*files, register=register) == [
        ("水利局", 2024, []),
        ("白云县水利局", 2024, ["GJ605"]),
        ("县林业局", 2024, []),
    ]


def test_without_a_register() -> None:
    """Titles name the units; one name with and without its places is one unit, unless both report on a year."""
    files = [
        filed("1.md", "青禾县柳溪镇人民政府", 2023),
        filed("2.md", "柳溪镇", 2024),
        filed("3.md", "青禾县水利局"),
        filed("4.md", "水利局"),
        filed("5.md"),
    ]
    assert placed(*files, register=ALONE) == [
        ("柳溪镇人民政府", 2023, []),
        ("柳溪镇人民政府", 2024, []),
        ("水利局", 2024, []),
        ("水利局", 2024, []),
        ("", None, ["GJ606"]),
    ]
    assert assigned(files, ALONE, DAY)[3].unit == Unit("水利局")


# --- places -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "title", "unit"),
    [
        ("2024/水利局.docx", "", "水利局"),
        ("水利局/报告.docx", "", "水利局"),
        ("2024年　水利局（定稿）.docx", "", "水利局"),
        ("年度报告（县发改局）.docx", "", "发展和改革局"),
        ("青禾县发改局.docx", "", "发展和改革局"),
        ("市场监管局2024.docx", "", "市场监督管理局"),
        ("公安局/交警大队2024.docx", "", "公安局交通警察大队"),
        ("青禾县公安局交通警察大队.docx", "", "公安局交通警察大队"),
        ("青禾县/柳溪镇/年报.docx", "", "柳溪镇人民政府"),
        ("青禾县人民政府2024年年报.docx", "", "人民政府"),
        ("青禾县政府办公室.docx", "", "人民政府办公室"),
        ("青禾县人民政府办公室.docx", "", "人民政府办公室"),
        ("县人民政府办公室.docx", "", "人民政府办公室"),
        ("青禾县柳溪镇人民政府.docx", "", "柳溪镇人民政府"),
        ("城关街道办事处.docx", "", "城关街道办事处"),
        ("附件1水利局.docx", "", "水利局"),
        ("农业农村局2024.docx", "", "农业农村局（乡村振兴局）"),
    ],
)
def test_untitled(path: str, title: str, unit: str) -> None:
    """A title without a unit belongs to the one that the file or its folder is named after."""
    assert placed(filed(path, title)) == [(unit, 2024, [])]


@pytest.mark.parametrize(
    "path",
    [
        "报告.docx",
        "青禾县/报告.docx",  # the folder of the county holds all its units
        "森林公安局.docx",
        "白云县水利局.docx",
        "青禾县大湾乡2024.docx",
        "柳溪镇水利局.docx",
        "公安局城关分局.docx",
        "水利局和公安局.docx",
    ],
)
def test_nobody_is_named(path: str) -> None:
    """A name that only contains a unit's name, or that of several, names nobody."""
    assert placed(filed(path)) == [("", None, ["GJ606"])]
    assert claimed(filed(path, judged=False)) == [("", 2024)]


def test_abbreviated() -> None:
    """What is no name of the register is good enough to know who has a scan, and not to give somebody a report."""
    assert claimed(filed("2024/发改局.pdf", judged=False)) == [("发展和改革局", 2024)]
    assert claimed(filed("2024/市监局2024年年报.pdf", judged=False)) == [("市场监督管理局", 2024)]
    assert claimed(filed("2024/财政局.pdf", judged=False)) == [("", 2024)]
    without = Register("", tuple(Unit(unit.name, parent=unit.parent, line=unit.line) for unit in UNITS))
    assert placed(filed("发改局.docx"), register=without) == [("", None, ["GJ606"])]
    assert claimed(filed("发改局.docx"), register=without) == [("发展和改革局", 2024)]


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("水利局2024.docx", "青禾县公安局"),
        ("水利局/年报.docx", "青禾县柳溪镇人民政府"),
        ("2024/公安局.docx", "青禾县大湾乡人民政府"),
        ("公安局/2024.docx", "青禾县水利局"),
    ],
)
def test_title_and_place_differ(path: str, title: str) -> None:
    """Neither is believed; the unit that the place promises is known."""
    (placement,) = assigned([filed(path, title)], REGISTER, DAY)
    assert (placement.unit, placement.year, [d.rule for d in placement.doubts]) == (None, None, ["GJ603"])
    assert placement.claimed is not None
    assert placement.doubts[0].text.zh == f"标题是“{title}”，文件的位置是“{placement.claimed.name}”"


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("青禾县大湾乡2024.docx", "青禾县大湾乡人民政府"),  # only the county has a name in the register
        ("公安局森林分局.docx", "青禾县公安局森林分局"),
        ("公安局/森林分局.docx", "青禾县公安局森林分局"),
        ("白云县水利局.docx", "白云县水利局"),
        ("柳溪镇/财政所.docx", "青禾县柳溪镇财政所"),
    ],
)
def test_unregistered_units_are_not_accused(path: str, title: str) -> None:
    """A place whose name is a part of the title's says nothing against it."""
    assert placed(filed(path, title)) == [(title.removeprefix("青禾县"), 2024, ["GJ605"])]


def test_folder_of_the_office() -> None:
    """A folder with the reports of many units is not that of the unit that it is named after."""
    titles = ["青禾县水利局", "青禾县公安局", "青禾县柳溪镇人民政府", "青禾县人民政府办公室"]
    files = [filed(f"县政府办公室/年报/{n}.docx", title) for n, title in enumerate(titles)]
    assert [(unit, doubts) for unit, _, doubts in placed(*files)] == [
        ("水利局", []), ("公安局", []), ("柳溪镇人民政府", []), ("人民政府办公室", []),
    ]  # fmt: skip
    assert placed(*files, filed("县政府办公室/年报/无题.docx"))[-1] == ("", None, ["GJ606"])


# --- years ------------------------------------------------------------------------------------


def years(*files: tuple[str, int]) -> list[tuple[int | None, list[str]]]:
    found = assigned([filed(path, "青禾县水利局", year) for path, year in files], REGISTER, DAY)
    return [(one.year if one.unit else one.claimed_year, [d.rule for d in one.doubts]) for one in found]


@pytest.mark.parametrize(
    "path",
    [
        "2024.docx",
        "2024/年报.docx",
        "2023-2025/年报.docx",
        "2025年公布的2024年年报.docx",
        "2025-01-20年报.docx",  # a day
        "2025年1月20日公布.docx",
        "20250120.docx",
        "2025/年报.docx",  # the year of publication, as far as anybody can tell
        "二〇二三年.docx",
    ],
)
def test_year(path: str) -> None:
    """The title is on 2024, and the place does not say otherwise."""
    assert years((path, 2024)) == [(2024, [])]


def test_year_differs() -> None:
    """Neither title nor place is believed; the year of the place is known."""
    files = [filed(f"2024/{n}.docx", f"青禾县{name}", 2024) for n, name in enumerate(("水利局", "公安局", "柳溪镇"))]
    old = filed("2024/发改局.docx", "青禾县发改局", 2023)
    placement = assigned([*files, old], REGISTER, DAY)[-1]
    assert (placement.unit, placement.year) == (None, None)
    assert placement.titled == placement.claimed
    assert (placement.claimed and placement.claimed.name, placement.claimed_year) == ("青禾县发展和改革局", 2024)
    assert [(d.rule, d.text.zh) for d in placement.doubts] == [("GJ604", "标题是 2023 年的报告，文件的位置是 2024 年")]


@pytest.mark.parametrize(("day", "rules"), [(date(2025, 4, 1), []), (date(2026, 4, 1), ["GJ604"])])
def test_year_that_is_not_over(day: date, rules: list[str]) -> None:
    """Whatever other names say, there is no report yet on a year that is not over: it is that of publication."""
    files = [filed(f"年报/{name}2024年.docx", f"青禾县{name}", 2024) for name in ("水利局", "公安局", "柳溪镇")]
    late, scan = (
        filed("年报/发改局2025.docx", "青禾县发改局", 2024),
        filed("年报/交警大队2025.pdf", judged=False, year=None),
    )
    found = assigned([*files, late, scan], REGISTER, day)
    assert [doubt.rule for doubt in found[3].doubts] == rules
    assert found[4].claimed_year == (2025 if rules else 2024)


@pytest.mark.parametrize(
    "name",
    [
        "水利局（2025年报送）",
        "水利局 青水〔2025〕3号",
        "水利局（青水[2025]第3号）",
        "水利局2025年公布",
        "水利局 2025年印发",
    ],
)
def test_year_of_a_document(name: str) -> None:
    """The year of a document's number, or of its being handed in, is not that reported on."""
    files = [filed(f"年报/{unit}2024年.docx", f"青禾县{unit}", 2024) for unit in ("发改局", "公安局", "柳溪镇")]
    assert placed(*files, filed(f"年报/{name}.docx", "青禾县水利局"))[-1] == ("水利局", 2024, [])


def test_folders_by_year_of_publication() -> None:
    """Most reports in a folder tell whether its year is that of the reports or that of their publication."""
    right = [(f"2025/{n}.docx", 2024) for n in range(4)]
    assert years(*right, ("2025/旧.docx", 2023)) == [*[(2024, [])] * 4, (2024, ["GJ604"])]


def test_file_names_by_year_of_publication() -> None:
    """The same for the names of files."""
    right = [(f"年报/{n}局2025年.docx", 2024) for n in range(4)]
    assert years(*right, ("年报/旧2025年.docx", 2023)) == [*[(2024, [])] * 4, (2024, ["GJ604"])]


def test_small_folders_follow_the_others() -> None:
    """One report alone does not tell by which year its folder is named."""
    right = [(f"{n}局/2024/年报.docx", 2024) for n in range(6)]
    assert years(*right, ("旧局/2024/年报.docx", 2023))[-1] == (2024, ["GJ604"])


def test_folder_of_many_years() -> None:
    """The folder of an audit, with the reports on two years, promises none of them."""
    files = [(f"2025年审计/{n}局/{year}.docx", year) for n in range(3) for year in (2022, 2023, 2024)]
    loose = [(f"2025年审计/{n}局/年报{k}.docx", year) for n in range(3) for k, year in enumerate((2023, 2024))]
    assert years(*files, *loose) == [(year, []) for _, year in (*files, *loose)]


def test_scan() -> None:
    """A scan is held for the year of its title, of its name or of its folder, whichever convention that has."""
    right = [filed(f"2025/{n}.docx", "青禾县水利局", 2024) for n in range(3)]
    scans = {
        "2025/公安局.pdf": 2024,
        "2025/公安局2024年（2025年公布）.pdf": 2024,
        "2023/公安局.pdf": 2022,
        "公安局（2025-01-20）.pdf": None,
        "2020-2024/公安局.pdf": None,
    }
    found = claimed(*right, *(filed(path, "", None, judged=False) for path in scans))[3:]
    assert found == [("公安局", year) for year in scans.values()]


# --- several files ----------------------------------------------------------------------------


def test_precedence() -> None:
    """Of several files the one that is called final comes first, drafts and copies come last, old ones too."""
    names = [
        "水利局（定稿）.docx", "水利局盖章.pdf", "水利局（更正后）.docx", "水利局修订版.docx", "水利局.docx", "旧县镇.docx", "水利局2024.docx", "水利局（更正前）.docx",
        "水利局(1).docx", "水利局（２）.docx", "水利局 - 副本.docx", "水利局初稿.docx", "水利局（征求意见稿）.docx", "水利局送审.docx",
        "水利局_旧.docx", "草稿/水利局.docx", "水利局作废.docx", "水利局修改稿.docx",
    ]  # fmt: skip
    ranks = [precedence(name) for name in names]
    assert [rank == min(ranks) for rank in ranks] == [n < 4 for n in range(len(names))]
    assert [rank == max(ranks) for rank in ranks] == [n >= 8 for n in range(len(names))]


def test_many_names() -> None:
    """What a file costs does not grow with the register."""
    units = tuple(Unit(f"青禾县第{n}中心办事处", line=n + 2) for n in range(5_000))
    files: Sequence[Filed] = [
        filed(f"2024/第{n}中心办事处/2024年年报（定稿）.docx", f"青禾县第{n}中心办事处") for n in range(2_000)
    ]
    found: Sequence[Placement] = assigned(files, Register("", units), DAY)
    assert [one.unit for one in found] == list(units[:2_000])
