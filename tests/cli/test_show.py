"""``gouji facts``, ``explain``, ``rules`` and ``schema``."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from gouji.intake import INCIDENTS
from gouji.pack_source import shipped_ids
from gouji.pack_store import find_pack, load_pack, shipped_packs
from gouji.yaml_lines import parse
from tests.cli.conftest import ROOT, Run

RULES = load_pack(shipped_packs()[-1]).rules


def test_facts_as_json(gouji: Run) -> None:
    """Facts have value, words, state and place; money is a decimal string; sections and fields are there."""
    read = json.loads(gouji("facts", "examples/clean.md", "--format", "json").stdout)
    assert (read["path"], read["unit"], read["year"], read["pack"]) == (
        "examples/clean.md",
        "青禾县石桥镇人民政府",
        2024,
        "cn-gov-disclosure/2021",
    )
    assert read["facts"]["applications.new.natural"] == {
        "value": 3,
        "raw": "3",
        "state": "number",
        "place": {"line": 57, "column": 26},
    }
    assert read["facts"]["disclosure.fees.amount"]["value"] == "0.35"
    assert read["facts"]["disclosure.licensing.decisions"]["value"] == 1036
    assert [section["key"] for section in read["sections"]] == [
        "overview",
        "disclosure",
        "applications",
        "disputes",
        "problems",
        "other",
    ]
    assert read["sections"][0] == {"key": "overview", "title": "总体情况", "place": {"line": 5, "column": 4}}
    (period,) = read["fields"]["period"]
    assert period["value"] == {"start": "2024-01-01", "end": "2024-12-31"}


def test_facts_as_csv(gouji: Run) -> None:
    """The CSV has one row per fact."""
    rows = list(csv.DictReader(StringIO(gouji("facts", "examples/clean.md", "--format", "csv").stdout.decode())))
    assert len(rows) == 200
    assert rows[0] == {
        "key": "disclosure.regulations.issued",
        "value": "0",
        "state": "number",
        "raw": "0",
        "line": "32",
        "column": "8",
    }


def test_facts_csv_runs_no_formula(gouji: Run, tmp_path: Path) -> None:
    """A cell that a spreadsheet would take for a formula is quoted."""
    text = (ROOT / "examples/clean.md").read_text(encoding="utf-8").replace("| 1,036 |", "| =1+1 |")
    (tmp_path / "r.md").write_text(text, encoding="utf-8")
    rows = csv.DictReader(StringIO(gouji("facts", "r.md", "--format", "csv", cwd=tmp_path).stdout.decode()))
    assert [row["raw"] for row in rows if row["key"] == "disclosure.licensing.decisions"] == ["'=1+1"]


def test_facts_for_people(gouji: Run) -> None:
    """The table shows every form with its numbers."""
    shown = gouji("facts", "examples/clean.md").stdout.decode()
    assert "│一、本年新收                        │     3│       1│" in shown
    assert "表四（复议诉讼）" in shown


def test_facts_of_an_unreadable_file(gouji: Run, tmp_path: Path) -> None:
    """A file that cannot be read is exit 1 with the reason."""
    (tmp_path / "r.md").write_bytes(b"\x89PNG\r\n\x1a\n")
    done = gouji("facts", "r.md", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode().startswith("r.md: GJ003 ")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("rule", ["GJ401", "table3-balance"])
def test_explain(gouji: Run, rule: str, lang: str) -> None:
    """A rule is explained by id or slug: demand, equation, basis, examples."""
    shown = gouji("explain", rule, "--lang", lang).stdout.decode()
    for part in (
        "GJ401 table3-balance  error",
        "new + carried_in = processed + carried_out",
        {"zh": "依据", "en": "basis"}[lang],
        "- | 四、结转下年度继续办理 | | | 1 |",
        "+ | 四、结转下年度继续办理 | | | 0 |",
    ):
        assert part in shown


@pytest.mark.parametrize(
    ("rule", "lang", "lines"),
    [
        (
            "GJ640",
            "zh",
            ["  规则包的样本原文 (2021/specimen.md)", "  其他单位的报告（audit）：", "  - 柳溪镇", "  + 北山乡"],
        ),
        ("GJ622", "en", ["  the report of a unit below (audit): the specimen of the pack"] * 2),
    ],
)
def test_explain_further_reports(gouji: Run, rule: str, lang: str, lines: list[str]) -> None:
    """An example shows the other reports that it takes."""
    shown = gouji("explain", rule, "--lang", lang, COLUMNS="100").stdout.decode()
    assert "\n".join(lines) in "\n".join(line.rstrip() for line in shown.splitlines())


def test_explain_built_in(gouji: Run) -> None:
    """The rules about reading are explained as well."""
    shown = gouji("explain", "GJ003").stdout.decode()
    assert "GJ003 not-text  error" in shown
    assert INCIDENTS["GJ003"].remedy.zh in shown


def test_rules_lists_every_rule(gouji: Run) -> None:
    """The table of rules has each id and slug."""
    shown = gouji("rules", COLUMNS="120").stdout.decode()
    names = [(rule.id, rule.slug) for rule in INCIDENTS.values()] + [(rule.id, rule.slug) for rule in RULES]
    assert [name for pair in names for name in pair if name not in shown] == []


@pytest.mark.parametrize("name", shipped_ids())
def test_schema(gouji: Run, name: str) -> None:
    """The schema is JSON Schema, accepts every file of our packs, and refuses a key that no pack has."""
    schema = json.loads(gouji("schema").stdout)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    written: Any = parse(find_pack(name).read_text(encoding="utf-8"), "pack.yaml").plain()
    assert [error.message for error in validator.iter_errors(written)] == []
    assert [error.validator for error in validator.iter_errors(written | {"titel": 1})] == ["additionalProperties"]


def test_facts_never_replace_the_report(gouji: Run, tmp_path: Path) -> None:
    """The report that is read is not written over."""
    report = tmp_path / "own.md"
    report.write_bytes((ROOT / "examples" / "clean.md").read_bytes())
    done = gouji("facts", str(report), "--output", str(report))
    assert (done.returncode, "就是要读取的报告" in done.stderr.decode()) == (2, True)
    assert report.read_bytes() == (ROOT / "examples" / "clean.md").read_bytes()


def test_blind_spots_of_a_pack(gouji: Run) -> None:
    """The page says it in figures and words; a rule beside it, or nothing at all, is a mistake of the call."""
    done = gouji("explain", "--blind-spots", "cn-gov-disclosure/2021", COLUMNS="100")
    shown = done.stdout.decode()
    assert done.returncode == 0
    assert " 表三（申请办理）    175     39     37            0                        4     4473\n" in shown
    assert "同时错 3 格以内一定能发现" in shown
    assert "一格" in shown
    english = gouji("explain", "--lang", "en", "--blind-spots", "cn-gov-disclosure/2021").stdout.decode()
    assert "up to 3 wrong at once always show" in english
    assert gouji("explain", "GJ301", "--blind-spots", "cn-gov-disclosure/2021").returncode == 2
    assert gouji("explain").returncode == 2
