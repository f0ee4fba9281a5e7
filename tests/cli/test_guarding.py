"""Documents are read in children: what goes wrong with one is a finding of that one, with the limit and its flag."""

import os
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from gouji.batch import Setting, Source
from gouji.cli import guarding
from gouji.cli.guarding import check_guarded, jobs_for, limits_of
from gouji.engine import Options
from gouji.finding import FileReport
from gouji.guard import Limits
from gouji.pack import Pack
from tests.cli.conftest import ROOT, Run

OPTIONS = Options(check_date=date(2026, 1, 31))
PROCESSORS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
CLEAN = ROOT / "examples" / "clean.md"


def misbehave(path: Path, *_: object, **__: object) -> FileReport:
    """Do what the name of the file says."""
    if path.name == "hang":
        time.sleep(600)
    if path.name == "abort":
        os.abort()
    if path.name == "devour":
        raise MemoryError
    return FileReport(path.name, judged=True)


def checked(names: Sequence[str], limits: Limits, pack: Pack) -> list[tuple[str, bool, str, str]]:
    sources = [Source(Path(name), sought=True) for name in names]
    reports = check_guarded(sources, [Setting((pack,), OPTIONS)], limits, 2)
    return [(r.path, r.judged, *((f.rule, f.message.zh) for f in r.findings)) for r in reports]  # type: ignore[misc]


def test_failures_are_findings(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file has its report, in order; the message names the limit, its value and its flag."""
    monkeypatch.setattr(guarding, "check_file", misbehave)
    limits = Limits(seconds=1.5, idle=0.5, memory=700 << 20)
    assert checked(["a", "hang", "b", "abort", "devour", "c"], limits, pack) == [
        ("a", True),
        ("hang", False, ("GJ020", "0.5 秒没有进展，已停止（可用 --timeout 放宽）")),
        ("b", True),
        ("abort", False, ("GJ022", "读取文件的进程崩溃（SIGABRT），试了两次")),
        ("devour", False, ("GJ021", "所需内存超过 700 MB，已停止（上限可用 --memory 放宽）")),
        ("c", True),
    ]


def test_bug_in_a_reader_is_told(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception that nobody expected is one file's finding and makes the run untrustworthy, not silent."""

    def broken(*_: object) -> None:
        raise KeyError("lost")

    monkeypatch.setattr("gouji.engine.read", broken)
    (report,) = check_guarded([Source(CLEAN, sought=True)], [Setting((pack,), OPTIONS)], Limits(), 1)
    assert (report.judged, report.path, dict(report.verdicts)) == (False, CLEAN.as_posix(), {"error": 1})
    assert [(f.rule, f.message.en) for f in report.findings] == [("GJ009", "gouji failed: KeyError: 'lost'")]


@pytest.mark.parametrize(
    ("files", "wanted", "most"), [(1, None, 1), (31, None, 1), (10_000, None, PROCESSORS), (3, 2, 2)]
)
def test_jobs(files: int, wanted: int | None, most: int) -> None:
    """Few files have one child; many have one a processor; the user decides otherwise."""
    assert jobs_for(files, wanted) == most


def test_limits() -> None:
    """What the command line gives becomes limits."""
    assert limits_of(60, 512) == Limits(seconds=60, idle=20, memory=512 << 20)


def test_any_number_of_children_gives_the_same_bytes(gouji: Run, tmp_path: Path) -> None:
    """The report does not depend on how many work on it."""
    for number in range(8):
        text = (ROOT / "examples" / ("errors.md" if number % 2 else "clean.md")).read_bytes()
        (tmp_path / f"{number}年报.md").write_bytes(text)
    outputs = {
        gouji("check", "--date", "2026-01-31", "--jobs", str(jobs), ".", cwd=tmp_path).stdout for jobs in (1, 2, 5)
    }
    assert len(outputs) == 1


def test_name_that_is_no_text(gouji: Run, tmp_path: Path) -> None:
    """A file name of any bytes is checked and shown escaped."""
    name = b"\xd0\xc2\x1b[31m\xc4\xea\n.md"
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))).write_bytes(CLEAN.read_bytes())
    done = gouji("check", "--fail-on", "info", "--date", "2024-06-30", ".", cwd=tmp_path)
    assert done.returncode == 1
    assert "\\x1b[31m" in done.stdout.decode()
    assert b"\x1b" not in done.stdout
