"""The findings of an audit as JSON: what ``gouji check`` writes, and who is who beside it."""

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from gouji.audit.findings_json import write_json
from gouji.audit.result import Audit, Entry
from gouji.pack import Pack
from gouji.reporters import render
from gouji.reporters.view import View
from tests.audit.hostile import PAYLOADS, hostile_audit
from tests.audit.made import HOSTILE, made_audit


@pytest.fixture(scope="module")
def audit(pack: Pack, specimen: str) -> Audit:
    return made_audit(pack, specimen)


def read(audit: Audit, folder: Path) -> Any:
    write_json(audit, folder / "findings.json")
    return json.loads((folder / "findings.json").read_bytes())


def test_same_report_as_check_writes(audit: Audit, tmp_path: Path) -> None:
    """Without what the audit adds, it is the report of all files to the byte; the summary counts all of them."""
    content = read(audit, tmp_path)
    assert list(content) == ["schema", "version", "check_date", "summary", "notes", "audit", "files"]
    del content["audit"]
    for file in content["files"]:
        del file["audit"]
    whole = render("json", structs.replace(audit.frame, files=tuple(audit.files())), View())
    assert f"{json.dumps(content, ensure_ascii=False, indent=2)}\n" == whole
    assert content["summary"]["files"] == 8
    assert content["summary"]["findings"] == {"error": 5, "warning": 2, "info": 1}


def test_units(audit: Audit, tmp_path: Path) -> None:
    """Every unit and year with its standing, in the order of the audit."""
    about = read(audit, tmp_path)["audit"]
    assert {key: about[key] for key in ("title", "years", "inputs")} == {
        "title": "青禾县", "years": [2023, 2024], "inputs": 7,
    }  # fmt: skip
    assert [(one["unit"], one["year"], one["standing"], one["path"], one["score"]) for one in about["units"]] == [
        ("青禾县", 2024, "reported", "县/青禾县2024.md", "100"),
        ("柳溪镇", 2023, "reported", "县/2023/柳溪镇.md", "100"),
        ("柳溪镇", 2024, "reported", "县/2024/柳溪镇.md", "98"),
        ("北山乡", 2024, "missing", None, None),
        ("水利局", 2024, "late", "县/2024/水利局.md", "99.5"),
        (HOSTILE, 2024, "reported", f"县/2024/{HOSTILE.replace('/', '_')}.md", "100"),
    ]
    assert about["units"][2] == {
        "unit": "柳溪镇", "kind": "township", "parent": "青禾县", "region": "0812", "year": 2024, "standing": "reported",
        "path": "县/2024/柳溪镇.md", "findings": {"error": 2, "warning": 1, "info": 0},
        "families": {"GJ3": {"error": 1}, "GJ6": {"warning": 1, "error": 1}}, "undetermined": 0, "score": "98",
    }  # fmt: skip


def test_files_as_assigned(audit: Audit, tmp_path: Path) -> None:
    """Every file says whose it is; further ones say that they are; a missing unit has the register as path."""
    files = read(audit, tmp_path)["files"]
    told = [(file["path"], file["audit"] and (file["audit"]["unit"], file["audit"]["standing"])) for file in files]
    assert told == [
        ("县/青禾县2024.md", ("青禾县", "reported")),
        ("县/2023/柳溪镇.md", ("柳溪镇", "reported")),
        ("县/2024/柳溪镇.md", ("柳溪镇", "reported")),
        ("县/2024/柳溪镇-副本.md", ("柳溪镇", "further")),
        ("县/名册.csv", ("北山乡", "missing")),
        ("县/2024/水利局.md", ("水利局", "late")),
        (f"县/2024/{HOSTILE.replace('/', '_')}.md", (HOSTILE, "reported")),
        ("县/其他/说明.md", None),
    ]
    assert files[5]["audit"] == {
        "unit": "水利局", "year": 2024, "standing": "late", "issued": None, "published": "2025-02-03",
        "deadline": "2025-01-31", "reconciliations": [],
    }  # fmt: skip


def test_reconciliations_and_passages(audit: Audit, tmp_path: Path) -> None:
    """Comparisons stand with the report that they are about, held or not; shared words side by side."""
    file = read(audit, tmp_path)["files"][2]
    assert [(one["status"], one["difference"], one["reason"]) for one in file["audit"]["reconciliations"]] == [
        ("pass", "0", None),
        ("fail", "3", None),
        ("undetermined", "", "北山乡没有报告"),
    ]
    assert file["audit"]["reconciliations"][1] == {
        "rule": "GJ620", "address": "applications.new.total", "name": "本年新收·总计", "text": "本级 1452，各单位合计 1449",
        "left": "1452", "right": "1449", "difference": "3", "status": "fail", "reason": None,
    }  # fmt: skip
    shared = next(finding["shared"] for finding in file["findings"] if finding["rule"] == "GJ640")
    assert shared["with"] == "北山乡2024年报告"
    assert shared["passages"][1] == {
        "words": f"二是{HOSTILE}", "place": {"line": 92, "column": None}, "other": f"二是{HOSTILE}",
        "other_place": {"line": 93, "column": None},
    }  # fmt: skip
    assert "shared" not in file["findings"][0]


def test_hostile_words_come_back(pack: Pack, tmp_path: Path) -> None:
    """Every payload comes back as it was, and the file itself has nothing that does not print."""
    content = read(hostile_audit(pack), tmp_path)
    assert [one["unit"] for one in content["audit"]["units"]] == list(PAYLOADS)
    assert [file["findings"][0]["actual"] for file in content["files"]] == [*PAYLOADS, *PAYLOADS]
    text = (tmp_path / "findings.json").read_text(encoding="utf-8")
    assert [hex(ord(char)) for char in text if not (char.isprintable() or char in "\n\u3000")] == []


def test_empty_audit(audit: Audit, tmp_path: Path) -> None:
    content = read(structs.replace(audit, heads=(), unassigned=(), notes=()), tmp_path)
    assert (content["files"], content["audit"]["units"], content["summary"]["files"]) == ([], [], 0)


def test_entries_are_not_gathered(audit: Audit, tmp_path: Path) -> None:
    """Two passes over the entries, one at a time: for the summary, and for the files."""
    asked: list[int] = []

    def entry(number: int) -> Entry:
        asked.append(number)
        return audit.entry(number)

    read(structs.replace(audit, entry=entry), tmp_path)
    assert asked == [*range(6), *range(6)]
