"""The findings of an audit as SARIF: every result once, split as code scanning takes them."""

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from msgspec import structs

from gouji.audit import findings_sarif
from gouji.audit.findings_sarif import write_sarif
from gouji.audit.result import Audit
from gouji.pack import Pack
from gouji.reporters import render
from gouji.reporters.view import View
from tests.audit.hostile import hostile_audit
from tests.audit.made import made_audit

SCHEMA = Path(__file__).parents[1] / "data" / "schemas" / "sarif-2.1.0.json"


@pytest.fixture(scope="module")
def audit(pack: Pack, specimen: str) -> Audit:
    return made_audit(pack, specimen)


def read(path: Path) -> Any:
    """Read a log and see that it follows the schema."""
    content = json.loads(path.read_bytes())
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert [f"{list(e.path)}: {e.message[:200]}" for e in Draft202012Validator(schema).iter_errors(content)] == []
    return content


def whole(audit: Audit) -> Any:
    """Return the one run that ``gouji check`` would write of the same files."""
    report = structs.replace(audit.frame, files=tuple(audit.files()))
    return json.loads(render("sarif", report, View()))["runs"][0]


@pytest.mark.parametrize("name", ["made", "hostile"])
def test_one_run(name: str, audit: Audit, pack: Pack, tmp_path: Path) -> None:
    """A small audit is one run: results, rules and notifications as ``gouji check`` has them."""
    one = audit if name == "made" else hostile_audit(pack)
    write_sarif(one, tmp_path / "findings.sarif")
    (run,) = read(tmp_path / "findings.sarif")["runs"]
    expected = whole(one)
    assert {key: run[key] for key in ("tool", "results", "invocations", "columnKind", "properties")} == {
        key: expected[key] for key in ("tool", "results", "invocations", "columnKind", "properties")
    }
    assert run["automationDetails"] == {"id": "gouji/audit/1/"}
    assert [path.name for path in tmp_path.iterdir()] == ["findings.sarif"]
    text = (tmp_path / "findings.sarif").read_text(encoding="utf-8")
    assert [hex(ord(char)) for char in text if not (char.isprintable() or char in "\n\u3000")] == []


def test_missing_unit_stands_in_the_register(audit: Audit, tmp_path: Path) -> None:
    write_sarif(audit, tmp_path / "findings.sarif")
    (run,) = read(tmp_path / "findings.sarif")["runs"]
    (missing,) = [one for one in run["results"] if one["ruleId"] == "GJ601"]
    place = missing["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "%E5%8E%BF/%E5%90%8D%E5%86%8C.csv"}, "region": {"startLine": 3},
    }  # fmt: skip
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert [note["message"]["text"] for note in invocation["toolExecutionNotifications"]] == [
        "没有核对：没有找到北山乡2024年的报告", "没有核对：看不出是哪个单位的报告",
    ]  # fmt: skip


def volumes(folder: Path) -> list[tuple[str, list[int], list[str], list[str]]]:
    """Return of each file its name, the results of each run, the categories, and what leads to the other files."""
    found = []
    for path in sorted(folder.iterdir(), key=lambda path: (len(path.name), path.name)):
        runs = read(path)["runs"]
        notes = [
            note for run in runs for one in run["invocations"] for note in one.get("toolExecutionNotifications", [])
        ]
        found.append(
            (
                path.name,
                [len(run["results"]) for run in runs],
                [run["automationDetails"]["id"] for run in runs],
                [note["message"]["text"] for note in notes if "findings" in note["message"]["text"]],
            )
        )
    return found


def test_many_results_are_split(audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of two results, two runs a file; the files name each other, no result is lost or said twice."""
    monkeypatch.setattr(findings_sarif, "MOST_RESULTS", 2)
    monkeypatch.setattr(findings_sarif, "MOST_RUNS", 2)
    write_sarif(audit, tmp_path / "findings.sarif")
    assert volumes(tmp_path) == [
        ("findings.sarif", [2, 2], ["gouji/audit/1/", "gouji/audit/2/"], ["结果较多，其余见 findings-2.sarif"]),
        ("findings-2.sarif", [2, 2], ["gouji/audit/3/", "gouji/audit/4/"], ["本文件接 findings.sarif"]),
    ]
    runs = [run for name in ("findings.sarif", "findings-2.sarif") for run in read(tmp_path / name)["runs"]]
    assert [result for run in runs for result in run["results"]] == whole(audit)["results"]
    notes = [note for run in runs for note in run["invocations"][0].get("toolExecutionNotifications", [])]
    assert len([note for note in notes if note["message"]["text"].startswith("没有核对")]) == 2
    assert [run["invocations"][0]["executionSuccessful"] for run in runs] == [True, True, False, False]


def test_large_logs_are_split(audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file ends when it nears the size that is taken, counted as zipped; a further file of before is removed."""
    for number in range(2, 12):
        (tmp_path / f"findings-{number}.sarif").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(findings_sarif, "MOST_ZIPPED", 1)
    write_sarif(audit, tmp_path / "findings.sarif")
    found = volumes(tmp_path)
    assert [name for name, *_ in found] == [
        "findings.sarif",
        *(f"findings-{n}.sarif" for n in range(2, len(found) + 1)),
    ]
    results = [result for name, *_ in found for run in read(tmp_path / name)["runs"] for result in run["results"]]
    assert results == whole(audit)["results"]
    assert found[1][3] == ["本文件接 findings.sarif", "结果较多，其余见 findings-3.sarif"]


def test_zipped_size_is_not_underestimated(tmp_path: Path) -> None:
    """What is counted while writing is what the whole file takes, but for what is still under way."""
    pieces = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(40_000)]
    volume = findings_sarif._Volume(tmp_path / "findings.sarif", 1)
    for piece in pieces:
        volume.grow(piece)
    assert volume._size == pytest.approx(len(gzip.compress("".join(pieces).encode())), rel=0.05)
