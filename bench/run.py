"""Measure gouji and print JSON; what the figures mean is told in README.md beside this file."""

import argparse
import io
import json
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from measure import BenchError, Command, Summary, kib, quiet_environment, ratio, repeated, rounds, summary, tell
from samples import SPECIMEN, variants, web_page

from gouji.batch import Setting, Source
from gouji.cli.guarding import check_guarded
from gouji.document import Document
from gouji.engine import Judged, Options, check_document, check_file, judge, read_with
from gouji.guard import Limits
from gouji.pack import Pack
from gouji.pack_store import load_pack, shipped_packs
from gouji.readers import read
from gouji.readers.pdf import read as read_pdf
from gouji.subject import Subject

FILES = 500
MIXED = 400  # half web pages, a quarter Word documents, a quarter PDFs
AT_WORK = 20  # files that one child reads in a row
EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
MEMORY_STEPS = (1, 50, FILES)
CHECK_DATE = date(2025, 3, 31)
WARM_UP = 20

GOUJI, QUIET, AS_JSON = "gouji", "gouji_quiet", "gouji_json"
CACHED, UNCACHED, TYPER, LINT = "gouji_cached", "gouji_uncached", "bare_typer", "markdownlint_cli2"

# The least that a command line of this kind costs: Typer, two commands, and nothing to do.
BARE_TYPER = """import typer

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def check(path: str) -> None:
    typer.echo(path)


@app.command()
def rules() -> None:
    typer.echo("rules")


app()
"""

Measures = dict[str, Summary | None]


@dataclass(frozen=True, slots=True)
class Effort:
    """How often everything is measured."""

    warm: int
    cold: int
    batch: int
    memory: int
    guarded: int


FULL = Effort(warm=300, cold=21, batch=3, memory=3, guarded=30)
QUICK = Effort(warm=60, cold=5, batch=1, memory=1, guarded=8)


@dataclass(frozen=True, slots=True)
class Bench:
    """The reports in a scratch folder, and the commands to try on them."""

    scratch: Path
    effort: Effort
    lint: tuple[str, ...]  # how to call markdownlint-cli2; empty without it

    @property
    def one(self) -> Path:
        """The specimen as Markdown."""
        return self.scratch / "one" / "one.md"

    @property
    def page(self) -> Path:
        """The specimen as a web page."""
        return self.scratch / "page" / "page.html"

    def many(self, count: int) -> Path:
        """Return the folder of so many different reports."""
        return self.scratch / f"many-{count}"

    @property
    def mixed(self) -> Path:
        """Return the folder of reports in several formats."""
        return self.scratch / "mixed"

    def examples(self) -> tuple[Path, ...]:
        """Return the clean example in every format."""
        return tuple(EXAMPLES / f"clean.{suffix}" for suffix in ("md", "html", "docx", "pdf"))

    def prepare(self) -> None:
        """Write the reports and the bare application."""
        specimen = SPECIMEN.read_text(encoding="utf-8")
        _write(self.one, specimen)
        _write(self.page, web_page(specimen))
        for count in MEMORY_STEPS:
            for name, text in variants(specimen, count):
                _write(self.many(count) / name, text)
        for name, text in variants(specimen, MIXED // 2):
            _write(self.mixed / f"{name}.html", web_page(text))
        for path in self.examples()[2:]:
            for number in range(MIXED // 4):
                shutil.copy(path, self.mixed / f"{number}{path.suffix}")
        _write(self.scratch / "bare.py", BARE_TYPER)

    def gouji(self, name: str, path: Path, *options: str, **environment: str) -> Command:
        """Return the command that checks a file or folder."""
        script = shutil.which("gouji", path=sysconfig.get_path("scripts"))
        if script is None:
            raise BenchError("there is no command gouji beside this Python: pip install -e .")
        arguments = (script, "check", *options, path.name)
        return Command(name, arguments, path.parent, quiet_environment(self.scratch, **environment))

    def linted(self, folder: Path, files: str) -> tuple[Command, ...]:
        """Return the command of markdownlint-cli2, where there is one."""
        if not self.lint:
            return ()
        return (Command(LINT, (*self.lint, files), folder, quiet_environment(self.scratch)),)


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    effort = QUICK if arguments.quick else FULL
    with tempfile.TemporaryDirectory(prefix="gouji-bench-") as folder:
        bench = Bench(Path(folder), effort, find_lint(arguments.markdownlint))
        bench.prepare()
        try:
            result = {
                "environment": environment(bench),
                "inputs": inputs(bench),
                "cold_start": cold_start(bench),  # first: it also compiles what the others run
                "batch": batch(bench),
                "peak_memory": peak_memory(bench),
                "mixed": mixed(bench),
                "formats": {path.suffix[1:]: guarded_times(path, effort.guarded) for path in bench.examples()},
                "warm": {"html": warm(bench.page, effort.warm), "markdown": warm(bench.one, effort.warm)},
                "pdf": {
                    path.name: beside_pdfplumber(path, effort.guarded)
                    for path in (EXAMPLES / "clean.pdf", *arguments.pdf)
                },
            }
        except BenchError as error:
            sys.exit(f"bench: {error}")
    print(json.dumps(result, ensure_ascii=False, indent=2, sort_keys=True))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer runs: a first impression in a minute")
    parser.add_argument("--markdownlint", metavar="PATH", help="markdownlint-cli2 or its .mjs (default: on PATH)")
    parser.add_argument("--pdf", metavar="PATH", type=Path, nargs="*", default=[], help="more reports to read as PDF")
    return parser.parse_args()


def find_lint(path: str | None) -> tuple[str, ...]:
    """Return how to call markdownlint-cli2, or nothing where it or node is absent."""
    found, node = shutil.which(path or "markdownlint-cli2"), shutil.which("node")
    if path and path.endswith((".mjs", ".js")) and Path(path).is_file() and node:
        return (node, str(Path(path).absolute()))
    if found and node:
        return (found,)
    if path:
        sys.exit(f"bench: cannot run {path} (is node on PATH?)")
    tell("markdownlint-cli2 was not found: its figures will be null")
    return ()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


# --- in this process ------------------------------------------------------------------------------


def warm(path: Path, count: int) -> Measures:
    """Time one report with the pack loaded: the whole, then its steps; nothing is rendered."""
    tell(f"warm: {path.name}")
    packs = tuple(load_pack(pack) for pack in shipped_packs())
    options = Options(check_date=CHECK_DATE)
    document = read(path, path.name)
    if not check_document(document, packs, options).judged:
        raise BenchError(f"{path.name} was not judged")

    def whole() -> None:
        check_document(read(path, path.name), packs, options)

    steps: dict[str, Callable[[], object]] = {
        "total": whole,
        "read": lambda: read(path, path.name),
        "extract": lambda: read_with(document, packs, options),
        "judge": _judging(document, packs, options),
    }
    for step in steps.values():
        repeated(step, WARM_UP)
    times: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(count):
        for name, step in steps.items():
            times[name] += repeated(step, 1)
    return {name: summary(taken) for name, taken in times.items()}


def guarded_times(path: Path, count: int) -> Measures:
    """Time one report in a guarded child: alone in the first child, and per file with the child at work."""
    tell(f"guarded: {path.name}")
    packs = tuple(load_pack(pack) for pack in shipped_packs())
    options, source = Options(check_date=CHECK_DATE), Source(path, sought=True)

    def run(files: int) -> None:
        reports = list(check_guarded([source] * files, [Setting(packs, options)], Limits(), 1))
        if not all(report.judged for report in reports):
            raise BenchError(f"{path.name} was not judged")

    run(1)
    unguarded = repeated(lambda: check_file(path, path.name, packs, options), count)
    many = [taken / AT_WORK for taken in repeated(lambda: run(AT_WORK), count)]
    return {
        "unguarded": summary(unguarded),
        "first": summary(repeated(lambda: run(1), count)),
        "at_work": summary(many),
    }


def beside_pdfplumber(path: Path, count: int) -> Measures:
    """Time the reading of a PDF beside the extraction of its tables by pdfplumber, in turn."""
    tell(f"pdf: {path.name}")
    import pdfplumber  # noqa: PLC0415 - it would make every child larger that is forked before

    def plumbed() -> object:
        with pdfplumber.open(io.BytesIO(data)) as file:
            return [page.extract_tables() for page in file.pages]

    data = path.read_bytes()
    works: dict[str, Callable[[], object]] = {
        "gouji": lambda: read_pdf(data, path.name),
        "pdfplumber": plumbed,
    }
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(count):
        for name, work in works.items():
            times[name] += repeated(work, 1)
    return {
        **{name: summary(taken) for name, taken in times.items()},
        "ratio": ratio(times["pdfplumber"], times["gouji"]),
    }


def _judging(document: Document, packs: Sequence[Pack], options: Options) -> Callable[[], None]:
    """Return the loop over all rules alone."""
    pack, reading = read_with(document, packs, options)
    if pack is None or reading.year is None:
        raise BenchError("no rule pack is for the specimen")
    subject = Subject(reading, reading.year, options.check_date, options.region, pack.declared)

    def judge_all() -> None:
        judged = Judged(document.path)
        for rule in pack.rules:
            judge(rule, subject, judged)

    return judge_all


# --- whole processes ------------------------------------------------------------------------------


def cold_start(bench: Bench) -> dict[str, Measures]:
    """Time whole processes on one report, beside a bare Typer application and markdownlint-cli2."""
    tell("cold start")
    one, bare = bench.one, str(bench.scratch / "bare.py")
    commands = (
        bench.gouji(CACHED, one),
        bench.gouji(UNCACHED, one, GOUJI_NO_CACHE="1"),
        Command(TYPER, (sys.executable, bare, "check", one.name), one.parent, quiet_environment(bench.scratch)),
        *bench.linted(one.parent, one.name),
    )
    pairs = [(ours, other) for ours in (CACHED, UNCACHED) for other in (TYPER, LINT)]
    return _side_by_side(commands, (CACHED, UNCACHED, TYPER, LINT), pairs, bench.effort.cold, warm_up=True)


def batch(bench: Bench) -> dict[str, Measures | dict[str, float]]:
    """Time a folder of different reports in one run, beside markdownlint-cli2."""
    tell(f"{FILES} files")
    folder = bench.many(FILES)
    commands = (
        bench.gouji(GOUJI, folder),
        bench.gouji(QUIET, folder, "--quiet"),
        bench.gouji(AS_JSON, folder, "--format", "json"),
        *bench.linted(folder, "*.md"),
    )
    pairs = [(ours, LINT) for ours in (GOUJI, QUIET, AS_JSON)]
    measured = _side_by_side(commands, (GOUJI, QUIET, AS_JSON, LINT), pairs, bench.effort.batch, warm_up=False)
    per_second = {
        name: round(FILES / times["median_ms"] * 1000, 1) for name, times in measured["times"].items() if times
    }
    return {**measured, "files_per_second": per_second}


def _side_by_side(
    commands: Sequence[Command], names: Sequence[str], pairs: Sequence[tuple[str, str]], count: int, *, warm_up: bool
) -> dict[str, Measures]:
    """Return times by name and ratios by pair; None for what is not on this machine."""
    if warm_up:
        rounds(commands, 1)
    times = rounds(commands, count)
    return {
        "times": {name: summary(times[name]) if name in times else None for name in names},
        "ratios": {f"{a}/{b}": ratio(times[a], times[b]) if b in times else None for a, b in pairs},
    }


def mixed(bench: Bench) -> dict[str, Measures | dict[str, float]]:
    """Time a folder of web pages, Word documents and PDFs, with as many children as processors."""
    tell(f"{MIXED} files of several formats")
    command = bench.gouji(GOUJI, bench.mixed, "--jobs", str(os.cpu_count()))
    measured = _side_by_side((command,), (GOUJI,), (), bench.effort.batch, warm_up=False)
    taken = measured["times"][GOUJI]
    return {
        **measured,
        "files_per_second": {GOUJI: round(MIXED / taken["median_ms"] * 1000, 1) if taken else 0},
    }


def peak_memory(bench: Bench) -> Measures:
    """Measure the most memory that the parent and the largest child hold, by number of files."""
    tell("peak memory")
    folders = {str(count): bench.many(count) for count in MEMORY_STEPS} | {"mixed": bench.mixed}
    result: Measures = {}
    for name, folder in folders.items():
        command = bench.gouji(GOUJI, folder)
        itself, children = zip(*[command.peaks() for _ in range(bench.effort.memory)], strict=True)
        result |= {f"{name}_parent": kib(itself), f"{name}_child": kib(children)}
    return result


def inputs(bench: Bench) -> dict[str, int]:
    """Tell how large the reports are."""
    return {"files": FILES, "html_bytes": bench.page.stat().st_size, "markdown_bytes": bench.one.stat().st_size}


def environment(bench: Bench) -> dict[str, str | int | None]:
    """Tell what the figures depend on."""
    node = subprocess.run(("node", "--version"), capture_output=True, text=True, check=False) if bench.lint else None
    return {
        "cpus": os.cpu_count(),
        "gouji": version("gouji"),
        "machine": platform.machine(),
        "node": node.stdout.strip() if node else None,
        "python": platform.python_version(),
        "system": platform.system(),
        "typer": version("typer"),
    }


if __name__ == "__main__":
    main()
