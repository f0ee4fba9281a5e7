"""Every hostile file ends in time and memory with one clear record, and costs nobody else's."""

import json
import os
import resource
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ROOT
from tests.hostile.generators import FILES

BOMBS = (
    "bomb.docx",
    "lying.docx",
    "laughs.docx",
    "xxe.docx",
    "span.docx",
    "before.docx",
    "depth.docx",
    "attributes.html",
)
EARLY_SECONDS, EARLY_MEGABYTES = 2, 256  # the process that starts takes 60 MB of address space before it reads


def run(folder: Path, *arguments: str, kept: Path) -> dict[str, dict[str, Any]]:
    """Check a folder as a user does, and return the records by file name."""
    done = subprocess.run(
        [sys.executable, "-m", "gouji", "check", "--format", "json", *arguments, "."],
        cwd=folder,
        env=os.environ | {"XDG_CACHE_HOME": str(kept)},
        capture_output=True,
        timeout=600,
        check=False,
    )
    assert done.stderr == b""
    return {file["path"]: file for file in json.loads(done.stdout)["files"]}


@cache
def content(name: str) -> bytes:
    """Make a file once."""
    return FILES[name][0]()


def write(folder: Path, name: str) -> None:
    (folder / name).write_bytes(content(name))


def test_every_file_has_its_record(tmp_path: Path, kept: Path) -> None:
    """One run over all of them and a clean report: each is told as what it is, the clean one passes."""
    for name in FILES:
        write(tmp_path, name)
    (tmp_path / "clean.md").write_bytes((ROOT / "examples" / "clean.md").read_bytes())
    records = run(tmp_path, "--jobs", "2", "--date", "2026-01-31", kept=kept)
    assert set(records) == {*FILES, "clean.md"}
    assert records["clean.md"]["judged"]
    assert records["clean.md"]["findings"] == []
    told = {name: [f["rule"] for f in record["findings"] if f["severity"] != "info" or f["rule"] == "GJ007"]
            for name, record in records.items() if name != "clean.md"}  # fmt: skip
    wrong = {name: rules for name, rules in told.items() if len(rules) != 1 or rules[0] not in FILES[name][1]}
    assert wrong == {}
    assert not any(record["judged"] for name, record in records.items() if name != "clean.md")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    assert peak < 1024


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_early(name: str, tmp_path: Path, kept: Path) -> None:
    """A bomb is refused by its own limit, not by the guard's: with little time and memory allowed."""
    write(tmp_path, name)
    limits = ("--timeout", str(EARLY_SECONDS), "--memory", str(EARLY_MEGABYTES))
    (finding,) = run(tmp_path, *limits, kept=kept)[name]["findings"]
    assert finding["rule"] in FILES[name][1]


def test_things_that_are_no_files(tmp_path: Path, kept: Path) -> None:
    """Named on the command line: a FIFO, a link in a circle, a file nobody may read, a folder named as a report."""
    os.mkfifo(tmp_path / "fifo.docx")
    (tmp_path / "circle.pdf").symlink_to("circle.pdf")
    (tmp_path / "folder.docx").mkdir()
    (tmp_path / "folder.docx" / "年报.md").write_text("甲", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "gouji", "check", "--format", "json", "fifo.docx", "circle.pdf", "folder.docx"],
        cwd=tmp_path,
        env=os.environ | {"XDG_CACHE_HOME": str(kept)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    found = {file["path"]: file["findings"][0]["rule"] for file in json.loads(done.stdout)["files"]}
    assert found == {"fifo.docx": "GJ012", "circle.pdf": "GJ001", "folder.docx/年报.md": "GJ007"}


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep the pack between the runs."""
    return tmp_path_factory.mktemp("cache")
