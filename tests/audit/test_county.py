"""The made-up county of ``examples/county``: everything planted is found once, where it is, and nobody else is accused."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gouji.audit.ledger import Ledger
from gouji.audit.register import KEY, register_of
from gouji.audit.result import Audit, Standing
from gouji.audit.rows import rows_of
from gouji.audit.run import Plan, Run
from gouji.batch import Setting, Source
from gouji.engine import Options
from gouji.finding import Finding, Status
from gouji.guard import Limits
from gouji.pack_store import load_pack, shipped_packs
from gouji.readers import SUFFIXES
from tests.audit.office import Counting
from tests.cli.conftest import ROOT

COUNTY = ROOT / "examples" / "county"
REGISTER = COUNTY / "名册.csv"
FAULTS = {fault["kind"]: fault for fault in json.loads((COUNTY / "faults.json").read_text(encoding="utf-8"))}

# what is found of each fault: rule, severity, and which of its files; None is the register
FOUND: dict[str, list[tuple[str, str, int | None]]] = {
    "missing": [("GJ601", "error", None)],
    "late": [("GJ701", "error", 0)],
    "twice": [("GJ602", "error", 1)],  # the draft is the one too many
    "wrong-year": [("GJ604", "error", 0), ("GJ601", "error", None)],
    "wrong-unit": [("GJ603", "error", 0), ("GJ601", "error", None)],
    "not-a-report": [("GJ007", "info", 0)],
    "damaged": [("GJ014", "error", 0)],
    "continuity": [("GJ610", "error", 1)],
    "in-force": [("GJ611", "warning", 1)],
    "in-force-declared": [("GJ611", "info", 1)],  # accounted for: an information, no fault
    "rollup": [("GJ620", "error", 0), ("GJ622", "error", 0), ("GJ623", "warning", 0)],
    "rollup-bound": [("GJ622", "warning", 0)],
    "outlier": [("GJ615", "info", 1)],
    "excluded": [],
    "copied-from-last-year": [("GJ852", "warning", 0)],
    # nobody knows who copied: both are told, section by section
    "copied-from-neighbour": [("GJ640", "warning", 0), ("GJ640", "warning", 0), ("GJ640", "warning", 1), ("GJ640", "warning", 1)],
    "renamed": [],
}  # fmt: skip

NOBODYS = ("GJ603", "GJ604")  # in files that are nobody's


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Audit]:
    packs = tuple(load_pack(path) for path in shipped_packs())
    options = Options(check_date=date(2025, 4, 1), region="四川省攀枝花市青禾县")
    files = sorted(path for path in COUNTY.glob("20*/**/*") if path.suffix in SUFFIXES)
    plan = Plan(
        sources=tuple(Source(path, sought="年报" in path.name or "年度报告" in path.name) for path in files),
        settings=(Setting(packs, options),),
        register=register_of(rows_of(REGISTER.read_bytes(), ".csv", KEY), REGISTER),
        years=(), title="青禾县人民政府", rules=(), limits=Limits(),
    )  # fmt: skip
    ledger = Ledger(tmp_path_factory.mktemp("county") / "audit.sqlite")
    run = Run(plan, ledger, Counting(), lambda _: None)
    run.read()
    yield run.judge()
    ledger.close()


def shown(path: str) -> str:
    return Path(path).relative_to(COUNTY).as_posix()


def found(audit: Audit) -> list[tuple[str, str, str]]:
    """Return rule, severity and file of every finding of the audit."""
    return [(f.rule, f.severity.value, shown(f.path)) for file in audit.files() for f in file.findings]


def of(audit: Audit, kind: str) -> list[Finding]:
    """Return the findings of one fault: of its rules, in its files."""
    fault = FAULTS[kind]
    places = {(rule, REGISTER.name if n is None else fault["files"][n]) for rule, _, n in FOUND[kind]}
    told = [f for file in audit.files() for f in file.findings if (f.rule, shown(f.path)) in places]
    return [f for f in told if f.rule != "GJ601" or f.address.startswith(fault["unit"])]


def test_nothing_but_what_is_planted(audit: Audit) -> None:
    """The whole list of findings, each once."""
    assert FOUND.keys() == FAULTS.keys()
    planted = [
        (rule, severity, REGISTER.name if n is None else FAULTS[kind]["files"][n])
        for kind, rows in FOUND.items()
        for rule, severity, n in rows
    ]
    assert Counter(found(audit)) == Counter(planted)


def test_who_reported(audit: Audit) -> None:
    """33 units in two years: three without a report, one late, and the report of nobody is nobody's."""
    assert (audit.inputs, audit.years, len(audit.heads)) == (68, (2023, 2024), 66)
    standings = {
        (head.unit.name, head.year): head.standing for head in audit.heads if head.standing is not Standing.REPORTED
    }
    names = {kind: FAULTS[kind]["unit"] for kind in ("missing", "wrong-year", "wrong-unit", "late")}
    assert standings == {
        (names["missing"], 2024): Standing.MISSING,
        (names["wrong-year"], 2024): Standing.MISSING,
        (names["wrong-unit"], 2024): Standing.MISSING,
        (names["late"], 2024): Standing.LATE,
    }
    assert [shown(file.path) for file in audit.unassigned] == [
        FAULTS["wrong-year"]["files"][0],
        FAULTS["wrong-unit"]["files"][0],
    ]


def test_whose(audit: Audit) -> None:
    """Each finding stands under the unit and the year that it is about."""
    for kind, fault in FAULTS.items():
        (entry,) = (e for e in audit.entries() if (e.head.unit.name, e.head.year) == (fault["unit"], fault["year"]))
        told = [finding.rule for finding in entry.findings if finding in of(audit, kind)]
        others = 1 if kind == "copied-from-neighbour" else None  # the second file is the neighbour's
        own = [rule for rule, _, n in FOUND[kind] if rule not in NOBODYS and (n is None or n != others)]
        assert sorted(told) == sorted(own), kind


def said(findings: list[Finding]) -> str:
    """Return all that findings say."""
    return "\n".join(f.message.zh for f in findings)


def leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one)
    else:
        yield str(value)


@pytest.mark.parametrize(
    "kind", ["wrong-year", "wrong-unit", "continuity", "in-force", "in-force-declared", "rollup-bound", "outlier"]
)
def test_numbers(audit: Audit, kind: str) -> None:
    """The findings say the numbers that were planted."""
    text = said(of(audit, kind))
    assert [number for number in leaves(FAULTS[kind]["numbers"]) if number not in text] == []


def test_how_late(audit: Audit) -> None:
    numbers = FAULTS["late"]["numbers"]
    (finding,) = of(audit, "late")
    assert finding.message.zh == (
        f"名册给出的公布日期 {numbers['published']} 晚于公开时限 {numbers['deadline']}，迟 {numbers['days']} 天"
    )
    (entry,) = (e for e in audit.entries() if e.head.standing is Standing.LATE)
    assert [str(day) for day in (entry.issued, entry.published, entry.deadline)] == [
        numbers["signed"], numbers["published"], numbers["deadline"],
    ]  # fmt: skip


def test_how_two_reports_differ(audit: Audit) -> None:
    """The final one is judged; the draft is told with the first numbers that differ, and how many do."""
    fault = FAULTS["twice"]
    (finding,) = of(audit, "twice")
    assert (shown(finding.path), fault["files"][0] in finding.message.zh) == (fault["files"][1], True)
    pairs = list(fault["numbers"].values())
    for final, draft in pairs[:3]:
        assert f"这份 {draft}，那份 {final}" in finding.message.zh
    assert f"等 {len(pairs)} 处" in finding.message.zh


def test_missing_reports_say_what_was_found_instead(audit: Audit) -> None:
    for kind in ("wrong-year", "wrong-unit"):
        missing = next(finding for finding in of(audit, kind) if finding.rule == "GJ601")
        assert FAULTS[kind]["files"][0] in missing.message.zh
    (finding,) = of(audit, "missing")
    assert finding.message.zh == f"没有找到{FAULTS['missing']['unit']} 2024 年的报告"


def test_sums(audit: Audit) -> None:
    """Every cell that is not the sum is a line of the reconciliation, with the planted numbers; the unit is named."""
    fault = FAULTS["rollup"]
    (entry,) = (e for e in audit.entries() if (e.head.unit.name, e.head.year) == (fault["unit"], fault["year"]))
    lines = {line.address: line for line in entry.reconciliations if line.status is Status.FAIL}
    # of disputes the county may count fewer: one may concern several units
    planted = {key: values for key, values in fault["numbers"].items() if not key.startswith("disputes.")}
    assert lines.keys() == planted.keys()
    for key, values in planted.items():
        line = lines[key]
        assert [line.left, line.right, line.difference.lstrip("-")] == [
            str(values[name]) for name in ("county", "units", "difference")
        ]
    assert all("青禾县市场监督管理局" in finding.message.zh for finding in of(audit, "rollup"))


def test_copies(audit: Audit) -> None:
    """The sections that were copied, and from where."""
    (own,) = of(audit, "copied-from-last-year")
    assert own.address == "problems"
    fault = FAULTS["copied-from-neighbour"]
    told = [(shown(f.path), f.address, f.other.zh if f.other else "") for f in of(audit, "copied-from-neighbour")]
    first, second = fault["files"]
    assert sorted(told) == sorted(
        (path, section, f"{unit}2024年报告")
        for path, unit in ((first, fault["numbers"]["other"]), (second, fault["unit"]))
        for section in fault["numbers"]["sections"]
    )


def test_no_faults(audit: Audit) -> None:
    """A unit under another name, one that is not summed, and a note that explains: nothing is wrong."""
    for kind in ("excluded", "renamed"):
        name = FAULTS[kind]["unit"]
        heads = [head for head in audit.heads if head.unit.name == name]
        assert [(head.year, head.standing, head.clean) for head in heads] == [
            (2023, Standing.REPORTED, True),
            (2024, Standing.REPORTED, True),
        ]
    (entry,) = (e for e in audit.entries() if (e.head.unit.name, e.head.year) == (FAULTS["renamed"]["unit"], 2023))
    assert entry.report.unit == FAULTS["renamed"]["numbers"]["former"]
