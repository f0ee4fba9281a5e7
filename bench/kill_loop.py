"""Kill ``gouji audit`` again and again: ``python bench/kill_loop.py`` prints what came of it as one JSON object.

A made-up county is audited once in peace. Then audits of it are killed with SIGKILL at random moments, now
the parent alone and now with all its children, and started again until they end; what they hand out
must be the same bytes. ``--kills 50 --files 500`` is what it does by itself.
"""

import argparse
import contextlib
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, structs

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

from county import report, unit_of  # noqa: E402 - found beside
from samples import SPECIMEN, web_page  # noqa: E402

from gouji.draft.word import package  # noqa: E402
from tests.documents.make_docx import parts  # noqa: E402

LEDGER = "audit.sqlite"
PATIENCE = 5.0  # seconds in which whatever a killed parent has left behind must be gone


class Outcome(Struct):
    """What came of killing.

    Attributes:
        files: of the county.
        seconds: of the audit in peace.
        kills: that hit a run at work.
        audits: that were killed and begun again until they were done.
        runs: in all.
        equal: whether every audit handed out the bytes of the one in peace.
        orphans: processes that outlived their parent by more than ``PATIENCE``.
        litter: temporary folders that were left by runs whose children were not killed with them.
        complaints: what ended with another exit code than findings have.
    """

    files: int
    seconds: float = 0
    kills: int = 0
    audits: int = 0
    runs: int = 0
    equal: bool = True
    orphans: int = 0
    litter: int = 0
    complaints: tuple[str, ...] = ()


def main() -> None:
    """Kill and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gouji-kills-") as scratch:
        folder = Path(scratch)
        write_reports(folder / "county", arguments.files)
        outcome = kill_loop(folder, arguments.files, arguments.kills, arguments.seed)
    print(json.dumps(structs.asdict(outcome), indent=2))


def write_reports(folder: Path, count: int) -> None:
    """Write so many reports on two years, in Markdown, HTML and Word, and the register."""
    specimen = SPECIMEN.read_text(encoding="utf-8")
    names = [unit_of(number) for number in range(count // 2)]
    for number, name in enumerate(names):
        for year in (2023, 2024):
            text = report(specimen, number, year)
            kind = ("md", "html", "docx")[number % 3]
            path = folder / str(year) / f"{name}{year}年年报.{kind}"
            path.parent.mkdir(parents=True, exist_ok=True)
            if kind == "docx":
                path.write_bytes(package(parts(text)))
            else:
                path.write_text(web_page(text) if kind == "html" else text, encoding="utf-8")
    rows = ["青禾县人民政府,,完整", *(f"青禾县{name}人民政府,青禾县人民政府," for name in names)]
    (folder / "register.csv").write_text("\n".join(("单位,上级单位,汇总", *rows)), encoding="utf-8")


def kill_loop(folder: Path, files: int, kills: int, seed: int = 1) -> Outcome:
    """Audit ``county`` in a folder in peace, then kill audits so many times; each is begun again until it is done."""
    outcome, rng = Outcome(files), random.Random(seed)  # noqa: S311 - no secret
    start = time.monotonic()
    _see(_run(folder, "peace").wait(), outcome)
    outcome.seconds = round(time.monotonic() - start, 2)
    wanted = handed_out(folder / "peace")
    while outcome.kills < kills:
        outcome.audits += 1
        out = f"killed{outcome.audits}"
        while True:
            outcome.runs += 1
            process = _run(folder, out)
            alone = outcome.kills % 2 == 0
            if outcome.kills == kills or not _is_killed(process, rng.uniform(0, 1.1 * outcome.seconds), alone=alone):
                break
            outcome.kills += 1
            _look_after(process.pid, folder, outcome, alone=alone)
        _see(process.wait(), outcome)
        outcome.equal = outcome.equal and handed_out(folder / out) == wanted
    return outcome


def handed_out(out: Path) -> dict[str, str]:
    """Return what is in a folder of results, the ledger left out: name -> digest."""
    files = (path for path in sorted(out.rglob("*")) if path.is_file() and path.name != LEDGER)
    return {path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _run(folder: Path, out: str) -> subprocess.Popen[bytes]:
    """Start an audit in a session of its own, with a place of its own for temporary files."""
    (folder / "tmp").mkdir(exist_ok=True)
    environment = dict(os.environ) | {"TMPDIR": str(folder / "tmp"), "XDG_CACHE_HOME": str(folder / "cache")}
    command = ("audit", "2023", "2024", "--register", "register.csv", "--out", str(folder / out), "--isolated")
    return subprocess.Popen(
        (sys.executable, "-m", "gouji", *command, "--date", "2025-04-01", "--jobs", "2"),
        cwd=folder / "county",
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _is_killed(process: subprocess.Popen[bytes], after: float, *, alone: bool) -> bool:
    """Kill a run after some seconds, alone or with its children; tell whether it was still at work."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(after)
        return False
    for pid in (process.pid,) if alone else sorted(_of_session(process.pid)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()
    return True


def _look_after(session: int, folder: Path, outcome: Outcome, *, alone: bool) -> None:
    """Count what a killed run has left: processes, and temporary folders, which its children clean up."""
    until = time.monotonic() + PATIENCE
    while (left := _of_session(session)) and time.monotonic() < until:
        time.sleep(0.02)
    outcome.orphans += len(left)
    for path in (folder / "tmp").iterdir():
        outcome.litter += alone
        shutil.rmtree(path)


def _of_session(session: int) -> set[int]:
    """Return the processes of a session that live."""
    return {pid for pid, of, state in _processes() if of == session and state != "Z"}


def _processes() -> Iterator[tuple[int, int, str]]:
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended
            stat = entry.read_text(encoding="utf-8", errors="replace")
            state, _, _, session, *_ = stat.rpartition(")")[2].split()
            yield int(entry.parent.name), int(session), state


def _see(code: int, outcome: Outcome) -> None:
    if code not in (0, 1):
        outcome.complaints += (f"exit {code}",)


if __name__ == "__main__":
    main()
