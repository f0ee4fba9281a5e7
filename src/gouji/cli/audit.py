"""``gouji audit``: every report of a county in one run, across years and units."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct, structs

from gouji.audit.ledger import Ledger
from gouji.audit.outputs import LEDGER, Letters, current, write_outputs
from gouji.audit.register import Register, read_register, template
from gouji.audit.result import Unit
from gouji.audit.run import Plan, Progress, Run, local
from gouji.audit.summary import Summary, render
from gouji.batch import Setting, Source
from gouji.cli.check import cards_of, refuse_names
from gouji.cli.console import (
    FAILED,
    FINDINGS,
    OK,
    Terminated,
    colored,
    columns,
    complain,
    deliver,
    language,
)
from gouji.cli.guarding import jobs_for, limits_of
from gouji.cli.settings import Asked, Settings, fail_on_of_all, limits_of_all
from gouji.cli.sources import find_sources
from gouji.errors import UsageError
from gouji.finding import Severity
from gouji.reporters.view import View
from gouji.wording import Text

NEEDED = ("docxtpl", "jinja2", "numpy", "openpyxl", "pyarrow", "rensa", "vl_convert", "xlsxwriter")


class AuditCall(Struct, frozen=True, kw_only=True):
    """What the user asked ``gouji audit`` to do; the defaults are those of the command line."""

    paths: tuple[str, ...]
    out: Path
    asked: Asked = Asked()
    register: Path | None = None
    years: tuple[int, ...] = ()
    letters: Letters = Letters()
    init_register: Path | None = None
    color: bool = True
    timeout: float | None = None
    memory: int | None = None
    jobs: int | None = None


def audit(call: AuditCall) -> int:
    """Carry out an audit and return the exit code.

    Raises:
        UsageError, PackError: it cannot be carried out.
    """
    refuse_without_extra()
    settings = Settings(call.asked)
    sources = tuple(_outside(call.out, find_sources(call.paths, settings)))
    if not sources:
        raise UsageError(Text("没有要审计的文件", "there are no files to audit"))
    packs = tuple(dict.fromkeys(pack for setting in settings.all for pack in setting.packs))
    refuse_names(call.asked.select, call.asked.ignore, packs)
    limits = limits_of(*limits_of_all(settings, call.timeout, call.memory))
    register = read_register(call.register, limits) if call.register else Register()
    plan = Plan(
        sources=sources,
        settings=tuple(_in_region(setting, register) for setting in settings.all),
        register=register,
        years=call.years,
        title=_title(register, call.paths),
        rules=cards_of(packs),
        limits=limits,
    )
    _make(call.out)
    ledger = Ledger(call.out / LEDGER)
    try:
        summary = _summary(call, plan, ledger)
    except (KeyboardInterrupt, Terminated):
        kept = Text(
            "台账已经保留，同一命令再运行一次就接着做", "the ledger is kept: the same command goes on from here"
        )
        complain(f"gouji: {kept.in_language(language())}")
        raise
    finally:
        ledger.close()
    if summary is None:
        return OK
    view = View(lang=language(), color=colored(wanted=call.color, to_file=False), width=columns())
    where = Text(
        f"结果在 {call.out}：index.html、audit.xlsx、notices/",
        f"results are in {call.out}: index.html, audit.xlsx, notices/",
    )
    deliver(render(summary, view) + view.say(where) + "\n", None)
    return _code(summary, fail_on_of_all(settings))


def _summary(call: AuditCall, plan: Plan, ledger: Ledger) -> Summary | None:
    jobs = jobs_for(len(plan.sources), call.jobs)
    with _watched() as watch:
        run = Run(plan, ledger, local(jobs), watch)
        run.read()
    if call.init_register:
        _write_template(call.init_register, run)
        return None
    state = f"{run.state} {call.letters.digest}"
    known = current(ledger, call.out, state)
    if known is not None:
        return known
    return write_outputs(run.judge(), ledger, call.out, call.letters, state)


def _write_template(path: Path, run: Run) -> None:
    """Write a register to fill in, with the units that the reports name."""
    if path.exists():
        raise UsageError(Text(f"{path} 已经存在，没有改动", f"{path} is there already and was left alone"))
    placements, years = run.place()
    units: dict[str, Unit] = {}
    for placement in placements:
        if placement.unit is not None:
            units.setdefault(placement.unit.name, placement.unit)
    deliver(template(units.values(), years), path)
    count = len(units)
    text = Text(
        f"已写出名册 {path}：{count} 个单位，请补上没有交报告的单位、上级单位、时限和公布日期，再用 --register {path} 审计",
        f"wrote the register {path} with {count} units: add those without a report, the units above, deadlines and"
        f" dates, then audit with --register {path}",
    )
    deliver(f"{text.in_language(language())}\n", None)


def refuse_without_extra(needed: Sequence[str] = NEEDED, extra: str = "audit") -> None:
    """Refuse to begin what could not be finished.

    Raises:
        UsageError: a library is not installed; it says how.
    """
    lacking = [name for name in needed if find_spec(name) is None]
    if lacking:
        command = f"pip install 'gouji[{extra}]'"
        names = ", ".join(lacking)
        raise UsageError(Text(f"缺少 {names}，请先安装：{command}", f"{names} is not installed: {command}"))


def _outside(out: Path, sources: Iterator[Source]) -> Iterator[Source]:
    """Leave out what lies in the folder of the results: the letters are no reports."""
    folder = os.path.realpath(out)
    return (s for s in sources if not f"{os.path.realpath(s.path)}/".startswith(f"{folder}/"))


def _in_region(setting: Setting, register: Register) -> Setting:
    """Take the region from the register where all units have the same and nobody gave one."""
    regions = {unit.region for unit in register.units if unit.region}
    if setting.options.region or len(regions) != 1:
        return setting
    return structs.replace(setting, options=structs.replace(setting.options, region=regions.pop()))


def _title(register: Register, paths: Sequence[str]) -> str:
    top = [unit.name for unit in register.units if not unit.parent]
    if len(top) == 1:
        return top[0]
    return "、".join(Path(path).resolve().name for path in paths)


def _make(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(Text(f"无法建立文件夹 {out}：{reason}", f"cannot make the folder {out}: {reason}")) from None


@contextmanager
def _watched() -> Iterator[Callable[[Progress], None]]:
    """Show how far the reading is, how fast it goes and how long it will take, where somebody watches."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415 - nobody watches a run of CI
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415
    from rich.progress import Progress as Bar  # noqa: PLC0415

    told = Text("读取", "reading").in_language(language())
    failed = Text("未能读取", "failed").in_language(language())
    rate = Text("份/秒", "files/s").in_language(language())
    bar = Bar(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(), TextColumn("{task.fields[failed]}"), console=Console(stderr=True), transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task(told, total=None, rate="", failed="")

        def watch(progress: Progress) -> None:
            speed = bar.tasks[0].speed
            said = f"{failed} {progress.failed}" if progress.failed else ""
            shown = f"{speed:.0f} {rate}" if speed else ""
            bar.update(task, total=progress.due, completed=progress.done, rate=shown, failed=said)

        yield watch


def _code(summary: Summary, fail_on: str) -> int:
    if summary.crashed:
        return FAILED
    if fail_on == "never":
        return OK
    limit = Severity(fail_on).rank
    return FINDINGS if any(count for severity, count in summary.severities.items() if severity.rank <= limit) else OK
