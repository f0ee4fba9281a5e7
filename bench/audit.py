"""Measure ``gouji audit`` on made-up counties: how fast, how much memory, how it grows, what a second run costs.

``python bench/audit.py`` makes 500 to 4,000 reports (half web pages, a quarter Word, a quarter PDF), audits
each county in a process of its own, twice, and prints one JSON object. ``--sizes 500`` takes fewer.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from county import write_county

SIZES = (500, 1000, 2000, 4000)
DAY = date(2025, 4, 1)
Times = dict[str, float]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="reports of each county")
    parser.add_argument("--jobs", type=int, default=2, help="children at work")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(audited(arguments.one, arguments.jobs)))
        return
    results = {}
    with tempfile.TemporaryDirectory(prefix="gouji-bench-") as scratch:
        for size in arguments.sizes:
            folder = Path(scratch) / str(size)
            folder.mkdir()
            print(f"making {size} reports", file=sys.stderr)
            write_county(folder, size)
            first, second = (_in_a_process(folder, arguments.jobs) for _ in range(2))
            results[str(size)] = {
                "reports_per_second": round(size / first["total"], 1),
                "reports_read_per_second": round(size / first["read"], 1),
                "first_seconds": first,
                "second_seconds": round(second["total"], 2),
                "second_run_faster": round(first["total"] / second["total"], 1),
                "neighbours_share": round(first["neighbours"] / first["total"], 4),
            }
    print(json.dumps({"jobs": arguments.jobs, "counties": results}, indent=2))


def _in_a_process(folder: Path, jobs: int) -> Times:
    """Audit in a process of its own, so that its peak of memory is its own."""
    command = (sys.executable, __file__, "--one", str(folder), "--jobs", str(jobs))
    starter = "import subprocess, sys; sys.exit(subprocess.call(sys.argv[1:]))"  # a peak counts what its parent held
    done = subprocess.run(
        (sys.executable, "-I", "-S", "-c", starter, *command), check=True, capture_output=True, text=True
    )
    times: Times = json.loads(done.stdout)
    return times


def audited(folder: Path, jobs: int) -> Times:
    """Audit one county part by part; return seconds of each part, and the memory of parent and children in MB."""
    from gouji.audit import outputs  # noqa: PLC0415 - the process that measures needs no gouji
    from gouji.audit.ledger import Ledger  # noqa: PLC0415
    from gouji.audit.neighbours import Neighbours  # noqa: PLC0415
    from gouji.audit.register import read_register  # noqa: PLC0415
    from gouji.audit.run import Plan, Run, local  # noqa: PLC0415
    from gouji.cli.check import cards_of  # noqa: PLC0415
    from gouji.cli.settings import Asked, Settings  # noqa: PLC0415
    from gouji.cli.sources import find_sources  # noqa: PLC0415
    from gouji.guard import Limits  # noqa: PLC0415

    times: Times = {}
    begun = time.perf_counter()

    def timed(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def measured(*given: object, **named: object) -> object:
            start = time.perf_counter()
            try:
                return work(*given, **named)
            finally:
                times[name] = round(times.get(name, 0) + time.perf_counter() - start, 3)

        return measured

    for name in ("__init__", "others"):
        setattr(Neighbours, name, timed("neighbours", getattr(Neighbours, name)))
    settings = Settings(Asked(day=DAY, isolated=True))
    sources = find_sources([str(folder / "2023"), str(folder / "2024")], settings).sources
    register = read_register(folder / "register.csv", Limits())
    packs = tuple(dict.fromkeys(pack for setting in settings.all for pack in setting.packs))
    plan = Plan(
        sources=sources, settings=tuple(settings.all), register=register, years=(), title="", rules=cards_of(packs),
        limits=Limits(),
    )  # fmt: skip
    out = folder / "out"
    out.mkdir(exist_ok=True)
    ledger = Ledger(out / outputs.LEDGER)
    run = Run(plan, ledger, local(jobs), lambda _: None)
    timed("read", run.read)()
    letters = outputs.Letters()
    if outputs.current(ledger, out, run.state) is None:
        audit = timed("judge", run.judge)()
        for name, (module, function) in outputs.OUTPUTS.items():
            write = getattr(import_module(module), function)
            setattr(import_module(module), function, timed(name, write))
        timed("outputs", outputs.write_outputs)(audit, ledger, out, letters, run.state)
    ledger.close()
    times["total"] = round(time.perf_counter() - begun, 3)
    for name, who in (("parent_mb", resource.RUSAGE_SELF), ("child_mb", resource.RUSAGE_CHILDREN)):
        times[name] = round(resource.getrusage(who).ru_maxrss / 1024, 1)
    return times


if __name__ == "__main__":
    main()
