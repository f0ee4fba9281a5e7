"""Measure what one report costs in an audit, part by part, and what is kept of it: the figures of ``docs/SCALE.md``.

``python bench/scale.py`` prints Markdown tables. Costs are processor time, user and system, of this process and
its children: other work on the machine disturbs them less than it does the clock. ``--sizes 500`` takes a smaller
county, ``--reports 20`` fewer of each format.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from importlib import import_module
from pathlib import Path
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).resolve().parent))

from county import report, unit_of, write_county
from msgspec import msgpack
from samples import SPECIMEN

from gouji.audit import outputs
from gouji.audit.chunk import answered, order, pickled, results
from gouji.audit.filing import Answer, DigestWork, FilingWork
from gouji.audit.ledger import Ledger
from gouji.audit.register import read_register
from gouji.audit.run import Plan, Run, local
from gouji.batch import Setting, Source, item_of
from gouji.cli.check import cards_of
from gouji.cli.settings import Asked, Settings
from gouji.cli.sources import find_sources
from gouji.guard import Limits, guarded

SIZES = (500, 1000, 2000)
FORMATS = ("md", "html", "docx", "pdf")
ROUNDS = 5
CHUNKS = (16, 64, 128)
DAY = date(2025, 4, 1)
MS, KB = 1000, 1 / 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="reports of each county")
    parser.add_argument("--reports", type=int, default=40, help="reports of each format")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(_county(arguments.one)))
        return
    with tempfile.TemporaryDirectory(prefix="gouji-scale-") as scratch:
        print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}\n")
        _one_by_one(Path(scratch) / "formats", arguments.reports)
        _counties(Path(scratch), arguments.sizes)


# --- one report -----------------------------------------------------------------------------------


def _one_by_one(folder: Path, count: int) -> None:
    """Print what one report of each format costs, by itself, behind the guard and in a chunk."""
    by_format = _samples(folder, count)
    settings = Settings(Asked(day=DAY, isolated=True))
    for paths in by_format.values():
        settings.number(paths[0])
    work, limits = FilingWork(tuple(settings.all)), Limits()
    print("| format | KB | read and judged, ms | nine of ten below | behind the guard, ms | its share | record, KB |")
    print("|---|---|---|---|---|---|---|")
    answers: list[bytes] = []
    for name, paths in by_format.items():
        items = [item_of(Source(path, sought=True)) for path in paths]
        made = [work(item) for item in items]  # warm
        alone = [[_cost(lambda item=item: work(item)) for item in items] for _ in range(ROUNDS)]  # type: ignore[misc]
        behind = [_cost(lambda: list(guarded(work, items, limits))) / len(items) for _ in range(ROUNDS)]  # noqa: B023
        each = [median(costs) for costs in zip(*alone, strict=True)]
        shares = [one / (sum(costs) / len(items)) for one, costs in zip(behind, alone, strict=True)]
        size = median(path.stat().st_size for path in paths)
        print(
            f"| {name} | {size * KB:.0f} | {median(each) * MS:.1f} | {quantiles(each, n=10)[-1] * MS:.1f} "
            f"| {median(behind) * MS:.1f} | {median(shares):.2f} | {median(map(len, made)) * KB:.0f} |"
        )
        answers += made
    print()
    _ledger(folder, answers)
    _chunks(work, [item_of(Source(path, sought=True)) for path in by_format["html"]], limits)


def _samples(folder: Path, count: int) -> dict[str, list[Path]]:
    write_county(folder, 4 * count, years=(2024,))
    specimen = SPECIMEN.read_text(encoding="utf-8")
    for number in range(count):
        (folder / "2024" / f"{unit_of(number)}.md").write_text(report(specimen, number, 2024), encoding="utf-8")
    return {name: sorted((folder / "2024").glob(f"*.{name}"))[:count] for name in FORMATS}


def _ledger(folder: Path, answers: Sequence[bytes]) -> None:
    """Print what it costs to keep a report: the processor's time, and that of the disk."""
    ledger = Ledger(folder / "ledger.sqlite")
    costs, times = [], []
    for number, answer in enumerate(answers):
        filing = msgpack.decode(answer, type=Answer).filing
        start = time.perf_counter()
        costs.append(_cost(lambda n=number, f=filing: ledger.keep(f"{n}", f, DAY, [(b"%d" % n, "s", "d")])))  # type: ignore[misc]
        times.append(time.perf_counter() - start)
    ledger.close()
    print(f"Kept in the ledger: {median(costs) * MS:.1f} ms of processor, {median(times) * MS:.1f} ms by the clock\n")


def _chunks(work: FilingWork, items: Sequence[bytes], limits: Limits) -> None:
    """Print what a chunk of a cluster costs beside the guard: the start of its process, shared by its reports."""
    sent = pickled(work)
    some = [items[number % len(items)] for number in range(max(CHUNKS))]
    here = os.fsencode(Path.cwd())
    print("| reports in a chunk | ms of processor for each | of it the start of the process | answer, KB |")
    print("|---|---|---|---|")
    for count in CHUNKS:
        chunk = tuple(some[:count])
        asked = order(sent, chunk, limits, here)
        costs, starts = [], []
        for _ in range(ROUNDS):
            plain = _cost(lambda: list(guarded(work, chunk, limits)))  # noqa: B023
            costs.append(_cost(lambda: results(answered(asked), count)))  # noqa: B023
            starts.append(costs[-1] - plain)
        size = len(answered(asked))
        each = median(costs) / count * MS
        print(f"| {count} | {each:.1f} | {median(starts) / count * MS:.1f} | {size * KB:.0f} |")
    digests = _cost(lambda: answered(order(pickled(DigestWork()), (some[0],), limits, here)))
    print(f"\nThe emptiest chunk: {digests * MS:.0f} ms\n")


def _cost(work: Callable[[], object]) -> float:
    """Return the seconds of processor that a function takes, its children included once they have ended."""
    before = _used()
    work()
    return _used() - before


def _used() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


# --- a county ---------------------------------------------------------------------------------------


def _counties(scratch: Path, sizes: Sequence[int]) -> None:
    """Print what a whole audit costs for each report, and what it leaves."""
    found = {}
    for size in sizes:
        folder = scratch / str(size)
        write_county(folder, size)
        found[size] = [_in_a_process(folder) for _ in range(2)]
    for number, run in enumerate(("first run", "run again, nothing changed")):
        print(f"| {run}, for each report | " + " | ".join(f"{size} reports" for size in sizes) + " |")
        print("|---|" + "---|" * len(sizes))
        names = dict.fromkeys(name for size in sizes for name in found[size][number])
        for name in names:
            print(f"| {name} | " + " | ".join(f"{found[size][number].get(name, 0):.2f}" for size in sizes) + " |")
        print()


def _in_a_process(folder: Path) -> dict[str, float]:
    command = (sys.executable, __file__, "--one", str(folder))
    starter = "import subprocess, sys; sys.exit(subprocess.call(sys.argv[1:]))"  # a peak counts what its parent held
    done = subprocess.run((sys.executable, "-I", "-S", "-c", starter, *command), check=True, stdout=subprocess.PIPE)
    parts: dict[str, float] = json.loads(done.stdout)
    return parts


def _county(folder: Path) -> dict[str, float]:
    """Audit a county; return what each part costs a report in ms of processor, sizes in KB, and the peaks in MB."""
    settings = Settings(Asked(day=DAY, isolated=True))
    sources = find_sources([str(folder / "2023"), str(folder / "2024")], settings).sources
    parts: dict[str, float] = {}
    plan = _plan(sources, settings.all, folder / "register.csv")
    out = folder / "out"
    out.mkdir(exist_ok=True)
    ledger = Ledger(out / outputs.LEDGER)
    run = Run(plan, ledger, local(1), lambda _: None)
    with _part(parts, "read and judged by itself, ms"):
        run.read()
    if outputs.current(ledger, out, run.state) is None:
        with _part(parts, "judged with all others, ms"):
            audit = run.judge()
        with _part(parts, "results written, ms"):
            outputs.write_outputs(audit, ledger, out, outputs.Letters(), run.state)
        for name, (module, function) in outputs.OUTPUTS.items():
            with _part(parts, f"{name} alone, ms"):
                getattr(import_module(module), function)(audit, folder / name)
    ledger.close()
    for part in parts:
        parts[part] *= MS / len(sources)
    for name in (outputs.LEDGER, *outputs.OUTPUTS):
        parts[f"{name}, KB"] = (out / name).stat().st_size * KB / len(sources)
    for name, who in (
        ("driver at most, MB in all", resource.RUSAGE_SELF),
        ("child at most, MB", resource.RUSAGE_CHILDREN),
    ):
        parts[name] = resource.getrusage(who).ru_maxrss / 1024
    return parts


def _plan(sources: tuple[Source, ...], settings: Sequence[Setting], register: Path) -> Plan:
    packs = tuple(dict.fromkeys(pack for setting in settings for pack in setting.packs))
    return Plan(
        sources=sources, settings=tuple(settings), register=read_register(register, Limits()), years=(), title="",
        rules=cards_of(packs), limits=Limits(),
    )  # fmt: skip


@contextmanager
def _part(parts: dict[str, float], name: str) -> Iterator[None]:
    before = _used()
    yield
    parts[name] = _used() - before


if __name__ == "__main__":
    main()
