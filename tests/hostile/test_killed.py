"""An audit that is killed, interrupted or doubled loses nothing, and leaves nothing but its ledger."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT

sys.path.insert(0, str(ROOT / "bench"))

import kill_loop

KILLS, FILES = 8, 60

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked for in /proc")


def test_killed_at_any_moment(tmp_path: Path) -> None:
    """Killed again and again, alone or with all children, it ends with the bytes of an audit in peace."""
    kill_loop.write_reports(tmp_path / "county", FILES)
    outcome = kill_loop.kill_loop(tmp_path, FILES, KILLS)
    assert (outcome.kills, outcome.complaints, outcome.equal) == (KILLS, (), True)
    assert (outcome.orphans, outcome.litter) == (0, 0)


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county that takes some seconds to read."""
    folder = tmp_path_factory.mktemp("county")
    kill_loop.write_reports(folder, 600)
    return folder


def start(county: Path, out: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        (
            sys.executable,
            "-m",
            "gouji",
            "audit",
            "2023",
            "2024",
            "--register",
            "register.csv",
            "--out",
            out,
            "--isolated",
        ),
        cwd=county,
        env=os.environ | {"GOUJI_LANG": "zh"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def reading(process: "subprocess.Popen[bytes]", out: Path) -> None:
    """Wait until a run has kept some files."""
    log = out / "audit.sqlite-wal"
    until = time.monotonic() + 60
    while not (log.exists() and log.stat().st_size > 300_000):
        assert process.poll() is None, process.stderr and process.stderr.read().decode()
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted(county: Path, tmp_path: Path, number: signal.Signals, code: int) -> None:
    """It ends at once, with all its children, says that it goes on from there, and hands out nothing half."""
    process = start(county, tmp_path / "out")
    reading(process, tmp_path / "out")
    begun = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=10)
    assert time.monotonic() - begun < 3
    assert (process.returncode, out) == (code, b"")
    assert err.decode().splitlines() == [
        "gouji: 台账已经保留，同一命令再运行一次就接着做",
        "gouji: 已中断，没有写出结果",
    ]
    assert kill_loop._of_session(process.pid) == set()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["audit.sqlite"]


def test_second_run(county: Path, tmp_path: Path) -> None:
    """While one run is at work another is refused, and does it no harm."""
    first = start(county, tmp_path / "out")
    reading(first, tmp_path / "out")
    second = start(county, tmp_path / "out")
    out, err = second.communicate(timeout=30)
    assert (second.returncode, out, err.decode()) == (
        2, b"", f"gouji: 另一个审计正在使用台账 {tmp_path}/out/audit.sqlite，请等它结束\n",
    )  # fmt: skip
    assert first.poll() is None
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=10)


def test_worker_killed(tmp_path: Path) -> None:
    """A child that is killed costs nobody's report: its file is tried again."""
    kill_loop.write_reports(tmp_path / "county", 160)
    process = start(tmp_path / "county", tmp_path / "out")
    reading(process, tmp_path / "out")
    children = kill_loop._of_session(process.pid) - {process.pid}
    assert children
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    _, err = process.communicate(timeout=120)
    assert (err, process.returncode in (0, 1)) == (b"", True)
    told = json.loads((tmp_path / "out" / "findings.json").read_bytes())
    assert [file["judged"] for file in told["files"] if "register" not in file["path"]] == [True] * 160
