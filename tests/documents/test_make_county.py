"""The county of ``examples/county``: it is what the script writes, each report is sound, and the faults are those listed."""

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from io import BytesIO
from itertools import permutations
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from gouji.checks.repetition import RepetitionRule
from gouji.engine import Options, check_file, read_with
from gouji.facts import Reading
from gouji.finding import Status
from gouji.likeness import fingerprint, sentences_of
from gouji.pack import Pack
from gouji.readers import markdown, read
from tests.documents import county_roles as role
from tests.documents.county_figures import COLUMNS, Number, keys
from tests.documents.county_files import DAMAGED, DRAFT, place, texts
from tests.documents.county_units import COUNTED, FIRST, LAST, PARTS, UNITS, WHOLE, YEARS
from tests.documents.make_county import COUNTY, REGISTER, outputs

OPTIONS = Options(check_date=date(2025, 4, 1))
TEXTS = dict(texts())
LISTED: list[dict[str, Any]] = json.loads((COUNTY / "faults.json").read_text(encoding="utf-8"))
FAULTS = {fault["kind"]: fault for fault in LISTED}
UNKNOWN = (role.MISSING, role.WRONG_YEAR, role.WRONG_UNIT)  # of the last year
SUMMED = tuple(key for key in keys() if not key.startswith(("disclosure.normative", "disclosure.regulations")))

Values = Mapping[str, Number]
Numbers = Callable[[str, int], Values]


@pytest.fixture(scope="module")
def readings(pack: Pack) -> dict[str, Reading]:
    """Every report as gouji reads it from its file, by place."""
    return {path: read_with(read(COUNTY / path, path), [pack], OPTIONS)[1] for path in TEXTS}


@pytest.fixture(scope="module")
def numbers(readings: dict[str, Reading]) -> Numbers:
    """The numbers of a unit's report on a year, from its file."""

    def find(short: str, year: int) -> Values:
        reading = readings[place(short, year)]
        return {key: fact.value for key, fact in reading.facts.items() if fact.value is not None}

    return find


def said(reading: Reading, section: str) -> str:
    """The words of a section; LibreOffice loses a full stop that hangs over the end of a line."""
    return re.sub(r"\W", "", reading.prose.scope(section).text)


def parts(data: bytes) -> object:
    """What is in a file: compression differs from machine to machine."""
    if not data.startswith(b"PK"):
        return data
    with ZipFile(BytesIO(data)) as package:
        return [(info.filename, package.read(info)) for info in package.infolist()]


def test_committed() -> None:
    """The folder holds what the script writes, byte for byte (but for how Word files are packed), and the PDFs; it is small."""
    made = outputs()
    committed = {path.relative_to(COUNTY).as_posix(): path for path in COUNTY.rglob("*") if path.is_file()}
    assert set(committed) == set(made) | {path for path in TEXTS if path.endswith(".pdf")}
    assert [n for n, data in made.items() if n != DAMAGED and parts(committed[n].read_bytes()) != parts(data)] == []
    assert sum(path.stat().st_size for path in committed.values()) < 3_000_000


def test_formats() -> None:
    """There are a few of each format in each year."""
    counts = Counter((path[:4], Path(path).suffix) for path in TEXTS)
    assert {suffix for _, suffix in counts} == {".md", ".html", ".docx", ".pdf"}
    assert min(counts.values()) >= 3


@pytest.mark.parametrize("path", TEXTS, ids=[f"{path[:4]}-{n}{Path(path).suffix}" for n, path in enumerate(TEXTS)])
def test_sound_by_itself(path: str, pack: Pack, readings: dict[str, Reading]) -> None:
    """A report read from its file has the numbers and words it was made of; alone it raises no finding and no doubt."""
    written = read_with(markdown.read(TEXTS[path].encode(), path), [pack], OPTIONS)[1]
    found = readings[path]
    assert {key: fact.value for key, fact in found.facts.items()} == {k: f.value for k, f in written.facts.items()}
    assert (found.unit, found.year) == (written.unit, written.year)
    assert [said(found, part) for part in ("overview", "problems")] == [
        said(written, p) for p in ("overview", "problems")
    ]
    report = check_file(COUNTY / path, path, [pack], OPTIONS)
    assert [(finding.rule, finding.message.zh) for finding in report.findings] == []
    assert (report.judged, report.verdicts.get(Status.UNDETERMINED, 0), report.verdicts.get(Status.FAIL, 0)) == (
        True,
        0,
        0,
    )


def test_titles(readings: dict[str, Reading]) -> None:
    """Each report names its unit and year but for the two that lie in another's place."""
    wrong = {}
    for short in UNITS:
        for year in YEARS:
            if place(short, year) in TEXTS:
                reading = readings[place(short, year)]
                if (reading.unit, reading.year) != (UNITS[short].at(year).name, year):
                    wrong[short, year] = (reading.unit, reading.year)
    assert wrong == {
        (role.WRONG_YEAR, LAST): (UNITS[role.WRONG_YEAR].name, FIRST),
        (role.WRONG_UNIT, LAST): (UNITS[role.COPIED_UNIT].name, LAST),
    }
    assert readings[place(role.RENAMED, FIRST)].unit in UNITS[role.RENAMED].aliases


def test_sums_of_the_first_year(numbers: Numbers) -> None:
    """The county's numbers are those of all units but one, which are exactly what is wanting."""
    county = numbers(WHOLE.short, FIRST)
    residual = {key: sum(numbers(short, FIRST)[key] for short in COUNTED) - county[key] for key in SUMMED}
    assert residual == {key: numbers(role.LEFT_OUT, FIRST)[key] for key in SUMMED}
    listed = FAULTS["rollup"]["numbers"]
    assert {key: str(value["difference"]) for key, value in listed.items()} == {
        key: str(value) for key, value in residual.items() if value
    }
    assert {str(county[key]) for key in listed} == {str(value["county"]) for value in listed.values()}
    others = [short for short in COUNTED if short != role.LEFT_OUT]
    assert all(any(numbers(short, FIRST)[key] != residual[key] for key in SUMMED) for short in others)


def test_sums_of_the_last_year(numbers: Numbers) -> None:
    """Of the reports that can be had only one sum is above the county's number."""
    county = numbers(WHOLE.short, LAST)
    known = {key: sum(numbers(s, LAST)[key] for s in COUNTED if s not in UNKNOWN) for key in SUMMED}
    above = {key: {"county": county[key], "known": known[key]} for key in SUMMED if known[key] > county[key]}
    assert above == FAULTS["rollup-bound"]["numbers"]
    assert any(known[key] < county[key] for key in SUMMED)


def test_carried_over(numbers: Numbers) -> None:
    """What a year carries out the next carries in, in every column, but for one unit in two columns."""
    broken = {}
    for short in UNITS:
        if short not in UNKNOWN:
            before, after = numbers(short, FIRST), numbers(short, LAST)
            for column in (*COLUMNS, "total"):
                left, came = f"applications.carried_out.{column}", f"applications.carried_in.{column}"
                if before[left] != after[came]:
                    broken[short, column] = {f"{left}@{FIRST}": before[left], f"{came}@{LAST}": after[came]}
    assert broken == {(role.DISCONTINUED, key): pair for key, pair in FAULTS["continuity"]["numbers"].items()}
    assert [column for _, column in broken] == ["natural", "total"]
    assert sum(numbers(short, FIRST)["applications.carried_out.total"] > 0 for short in UNITS) > 10


def test_in_force(numbers: Numbers) -> None:
    """Documents in force follow from the year before, but for two units, one of which says why."""
    broken = {}
    for short in UNITS:
        if short not in UNKNOWN:
            before, after = (
                {c: numbers(short, y)[f"disclosure.normative.{c}"] for c in ("in_force", "issued", "repealed")}
                for y in YEARS
            )
            expected = before["in_force"] + after["issued"] - after["repealed"]
            if after["in_force"] != expected:
                broken[short] = (after["in_force"], expected)
    listed = {kind: FAULTS[kind]["numbers"] for kind in ("in-force", "in-force-declared")}
    assert broken == {
        role.IN_FORCE: (listed["in-force"]["disclosure.normative.in_force"], listed["in-force"]["expected"]),
        role.DECLARED: (
            listed["in-force-declared"]["disclosure.normative.in_force"], listed["in-force-declared"]["expected"],
        ),
    }  # fmt: skip


def test_explained(readings: dict[str, Reading]) -> None:
    """Only the unit that needs no finding has a note below 表二."""
    noted = [path for path in TEXTS if "以本年度报告为准" in readings[path].prose.scope("disclosure").text]
    assert noted == [place(role.DECLARED, LAST)]


def test_jumps(numbers: Numbers) -> None:
    """Only one number is more than ten times what it was, and more than ten times that of every other unit."""
    jumps = {}
    for short in UNITS:
        if short not in UNKNOWN:
            before, after = numbers(short, FIRST), numbers(short, LAST)
            for key in SUMMED:
                low, high = sorted((before[key], after[key]))
                if high - low > 100 and high > 10 * max(low, 1):
                    jumps[short] = {key: {str(FIRST): before[key], str(LAST): after[key]}}
    assert jumps == {role.OUTLIER: FAULTS["outlier"]["numbers"]}
    licences = "disclosure.licensing.decisions"
    others = [numbers(unit.short, LAST)[licences] for unit in PARTS if unit.short not in (*UNKNOWN, role.OUTLIER)]
    assert 10 * max(others) < numbers(role.OUTLIER, LAST)[licences]


def test_two_of_one_unit(readings: dict[str, Reading]) -> None:
    """The draft and the final report differ in the numbers that are listed."""
    final, draft = (readings[path].facts for path in (place(role.TWICE, LAST), DRAFT))
    differing = {key: [final[key].value, draft[key].value] for key in final if final[key].value != draft[key].value}
    assert differing == FAULTS["twice"]["numbers"]


def test_handed_in_again(readings: dict[str, Reading]) -> None:
    """One file is last year's, byte for byte; one says in another format what a neighbour says."""
    before, again = (COUNTY / place(role.WRONG_YEAR, year) for year in YEARS)
    assert before.read_bytes() == again.read_bytes()
    stolen, own = (place(short, LAST) for short in (role.WRONG_UNIT, role.COPIED_UNIT))
    assert TEXTS[stolen] == TEXTS[own]
    assert Path(stolen).suffix != Path(own).suffix
    assert readings[stolen].unit == readings[own].unit


def test_words_are_their_own(pack: Pack, readings: dict[str, Reading]) -> None:
    """No part shares over two fifths of its text with any other report, but where that is planted: then over half."""
    rule = next(rule for rule in pack.rules if isinstance(rule, RepetitionRule) and rule.against == "previous")
    names = sorted(
        (name for unit in UNITS.values() for name in (unit.name, unit.short, unit.we)), key=len, reverse=True
    )

    def bare(words: str) -> str:
        for name in names:
            words = words.replace(name, "")
        return words

    copies = {
        (place(role.COPIED_YEAR, LAST), place(role.COPIED_YEAR, FIRST)): {"problems"},
        (place(role.COPYIST, LAST), place(role.NEIGHBOUR, LAST)): {"overview", "problems"},
        (place(role.TWICE, LAST), DRAFT): {"overview", "problems"},
        (place(role.WRONG_YEAR, LAST), place(role.WRONG_YEAR, FIRST)): {"overview", "problems"},
        (place(role.WRONG_UNIT, LAST), place(role.COPIED_UNIT, LAST)): {"overview", "problems"},
    }
    found: dict[tuple[str, str], set[str]] = {}
    for section in ("overview", "problems"):
        prints = {}
        for path, reading in readings.items():
            sentences = sentences_of(reading.prose.scope(section), rule.is_aside)
            prints[path] = fingerprint(
                s.__class__(s.start, s.end, bare(s.words), s.figures, s.ended) for s in sentences
            )
        for one, other in permutations(prints, 2):
            share = (prints[one] & prints[other]).size / prints[one].size
            if share > 2 / 5:
                found.setdefault((one, other), set()).add(section)
                assert share > 1 / 2
    assert found == copies | {(other, one): sections for (one, other), sections in copies.items()}


def test_register() -> None:
    """The register has one line a unit, with dates on time but one, as Excel saves it."""
    data = (COUNTY / REGISTER).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == data.count(b"\n") == 34
    rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines()))
    assert (
        ",".join(rows[0])
        == "单位,类型,上级单位,地区,别名,应报年度,公开时限,汇总,2023年公布日期,2023年公布网址,2024年公布日期,2024年公布网址"
    )
    assert [row["单位"] for row in rows] == [unit.name for unit in UNITS.values()]
    assert Counter(row["类型"] for row in rows) == {"县": 1, "乡镇": 12, "部门": 20}
    assert {row["单位"]: row["汇总"] for row in rows if row["汇总"]} == {
        WHOLE.name: "完整", UNITS[role.EXCLUDED].name: "不计入",
    }  # fmt: skip
    assert [row["单位"] for row in rows if not row["上级单位"]] == [WHOLE.name]
    names = Counter(name for row in rows for name in (row["单位"], *row["别名"].split("、")))
    assert [name for name, times in names.items() if times > 1] == []
    late, undated = [], []
    for row in rows:
        for year in YEARS:
            published = row[f"{year}年公布日期"]
            if not published:
                undated.append((row["单位"], year))
            elif date.fromisoformat(published) > date(year + 1, *map(int, row["公开时限"].split("-"))):
                late.append((row["单位"], year, published))
    assert late == [(UNITS[role.LATE].name, LAST, FAULTS["late"]["numbers"]["published"])]
    assert undated == [(UNITS[role.MISSING].name, LAST)]


def test_faults() -> None:
    """Each kind is planted once, no unit is the subject of two, and the files are there."""
    assert len(FAULTS) == len(LISTED) == 17
    due = [fault for fault in LISTED if fault["due"] and fault["unit"] != WHOLE.name]
    assert max(Counter(fault["unit"] for fault in due if fault["kind"] != "damaged").values()) == 1
    assert [name for fault in LISTED for name in fault["files"] if not (COUNTY / name).is_file()] == []
    assert [fault["kind"] for fault in LISTED if not fault["due"]] == ["in-force-declared", "excluded", "renamed"]


def test_strange_files(pack: Pack) -> None:
    """The notice is told to be no report, the damaged file to be damaged; a good report lies beside them."""
    told = {}
    for kind in ("not-a-report", "damaged"):
        (name,) = FAULTS[kind]["files"]
        told[kind] = [finding.rule for finding in check_file(COUNTY / name, name, [pack], OPTIONS).findings]
        assert (COUNTY / name).parent == (COUNTY / place(role.LITTERED, LAST)).parent
    assert told == {"not-a-report": ["GJ007"], "damaged": ["GJ014"]}
