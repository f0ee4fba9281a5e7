"""Times of functions and of whole processes, and what is told of them: medians, ranges, ratios pair by pair."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

Summary = dict[str, float | int]
Times = list[float]  # seconds

# Runs a Python script as itself and tells, in a file, the most that it and the largest of its children held.
# The peak of a process counts what its parent held when it was started, so a small one starts it.
_PEAK = """
import json, resource, runpy, sys
told, sys.argv = sys.argv[1], sys.argv[2:]
code = 0
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit as end:
    code = end.code or 0
peaks = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
with open(told, "w") as file:
    json.dump([code, *peaks], file)
"""


class BenchError(Exception):
    """A command that is measured did not do its work."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command line, the folder to run it in and its environment; exit code 1 means findings."""

    name: str
    arguments: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]

    def time(self) -> float:
        """Run it and return how many seconds it took."""
        start = time.perf_counter()
        done = subprocess.run(self.arguments, cwd=self.folder, env=self.environment, capture_output=True, check=False)
        taken = time.perf_counter() - start
        self._see(done.returncode, done.stderr)
        return taken

    def peaks(self) -> tuple[int, int]:
        """Run it, a Python script, and return the most memory that it and the largest of its children held, in KiB."""
        with tempfile.TemporaryDirectory() as folder:
            told = Path(folder) / "peaks"
            starter = "import subprocess, sys; sys.exit(subprocess.call(sys.argv[1:]))"
            subprocess.run(
                (sys.executable, "-I", "-S", "-c", starter, sys.executable, "-c", _PEAK, told, *self.arguments),
                cwd=self.folder,
                env=self.environment,
                capture_output=True,
                check=True,
            )
            code, *peaks = json.loads(told.read_text())
        self._see(code, b"")
        itself, children = (int(peak) // (1024 if sys.platform == "darwin" else 1) for peak in peaks)
        return itself, children

    def _see(self, code: int, errors: bytes) -> None:
        if code not in (0, 1):
            raise BenchError(f"{self.name} ended with {code}: {errors.decode(errors='replace')[-500:]}")


def rounds(commands: Sequence[Command], count: int) -> dict[str, Times]:
    """Run commands side by side, ``count`` times each, every round in another order."""
    times: dict[str, Times] = {command.name: [] for command in commands}
    for number in range(count):
        turn = number % len(commands)
        for command in (*commands[turn:], *commands[:turn]):
            times[command.name].append(command.time())
        tell(f"  round {number + 1} of {count}")
    return times


def repeated(work: Callable[[], object], count: int) -> Times:
    """Call a function ``count`` times."""
    times = []
    for _ in range(count):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return times


def summary(times: Sequence[float]) -> Summary:
    """Tell the median and the range of times, in milliseconds."""
    least, middle, most = _range([taken * 1000 for taken in times])
    return {"median_ms": middle, "min_ms": least, "max_ms": most, "runs": len(times)}


def kib(peaks: Sequence[int]) -> Summary:
    """Tell the median and the range of memory peaks."""
    return {"median_kib": int(median(peaks)), "min_kib": min(peaks), "max_kib": max(peaks), "runs": len(peaks)}


def ratio(times: Sequence[float], others: Sequence[float]) -> Summary:
    """Tell the median and the range of the quotients of times that were measured in one round."""
    least, middle, most = _range([taken / other for taken, other in zip(times, others, strict=True)])
    return {"median": middle, "min": least, "max": most, "pairs": len(times)}


def _range(values: Sequence[float]) -> tuple[float, float, float]:
    return round(min(values), 4), round(median(values), 4), round(max(values), 4)


def tell(line: str) -> None:
    """Tell the person who waits."""
    print(line, file=sys.stderr, flush=True)


def quiet_environment(scratch: Path, **more: str) -> dict[str, str]:
    """Return an environment in which only the scratch folder is written to: bytecode and caches are kept there."""
    ours = {key: value for key, value in os.environ.items() if not key.startswith(("GOUJI_", "PYTHON", "TYPER_"))}
    return ours | {"PYTHONPYCACHEPREFIX": str(scratch / "bytecode"), "XDG_CACHE_HOME": str(scratch / "cache")} | more
