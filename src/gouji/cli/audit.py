"""``gouji audit``: every report of a county in one run, across years and units."""

import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from msgspec import DecodeError, Struct, json, structs

from gouji.audit.ledger import Ledger
from gouji.audit.outputs import LEDGER, Letters, current, write_outputs
from gouji.audit.register import Register, RegisterError, read_register, template
from gouji.audit.remote import Access, library_for, parted, path_of, preload
from gouji.audit.remote_listing import find_remote
from gouji.audit.result import Unit
from gouji.audit.run import Executor, Plan, Progress, Run, local
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
from gouji.guard import Limits
from gouji.reporters.escape import visible
from gouji.reporters.view import View
from gouji.wording import Text

REDRAWN = 0.1  # seconds between two looks of the progress
LOCAL, CLUSTER = "local", "dask://"
NEEDED = ("docxtpl", "jinja2", "numpy", "openpyxl", "pyarrow", "vl_convert", "xlsxwriter")


class AuditCall(Struct, frozen=True, kw_only=True):
    """What the user asked ``gouji audit`` to do; the defaults are those of the command line."""

    paths: tuple[str, ...]
    out: Path
    asked: Asked = Asked()
    register: Path | None = None
    years: tuple[int, ...] = ()
    letters: Letters = Letters()
    init_register: Path | None = None
    init_notice_template: Path | None = None
    executor: str = LOCAL
    storage: tuple[str, ...] = ()  # options for URLs, ``key=value``
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
    if call.init_notice_template:
        return _begin_template(call.init_notice_template)
    if not call.paths:
        raise UsageError(Text("请给出报告所在的文件夹", "name the folders that hold the reports"))
    names, urls = parted(call.paths)
    _refuse_executor(call.executor)
    refuse_without_extra(_needed(urls, call.executor), "dask")
    _refuse_out(call.out, names)
    if call.init_register:
        _refuse_existing(call.init_register)
    settings = Settings(call.asked)
    far, far_passed, access = _far(urls, call, settings)
    found = find_sources(names, settings)
    is_outside = _outside(call.out)
    sources = (*(source for source in found.sources if is_outside(source.path)), *far)
    if not sources:
        raise UsageError(Text("没有要审计的文件", "there are no files to audit"))
    packs = tuple(dict.fromkeys(pack for setting in settings.all for pack in setting.packs))
    refuse_names(call.asked.select, call.asked.ignore, packs)
    limits = limits_of(*limits_of_all(settings, call.timeout, call.memory))
    register = _register(call.register, limits)
    ours = {os.path.realpath(path) for path in (call.register, call.letters.template) if path}
    passed = (path.as_posix() for path in found.passed if is_outside(path) and os.path.realpath(path) not in ours)
    plan = Plan(
        sources=sources,
        settings=tuple(_in_region(setting, register) for setting in settings.all),
        register=register,
        years=call.years,
        title=_title(register, (*names, *urls)),
        rules=cards_of(packs),
        limits=limits,
        access=access,
        passed=tuple(sorted((*passed, *far_passed))),
    )
    _make(call.out)
    ledger = Ledger(call.out / LEDGER)
    for note in ledger.notes:
        complain(f"gouji: {visible(note.in_language(language()))}")
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
    with _executor(call.executor, jobs) as execute, _watched() as watch:
        run = Run(plan, ledger, execute, watch)
        run.read()
    if call.init_register:
        _write_template(call.init_register, run)
        return None
    state = f"{run.state} {call.letters.digest}"
    known = current(ledger, call.out, state)
    if known is not None:
        return known
    with _busy(Text("相互核对，写出结果", "comparing, writing the results")):
        summary, changed = write_outputs(run.judge(), ledger, call.out, call.letters, state)
    for name in changed:
        left = Text(
            f"{call.out / name} 有人改过，没有覆盖；要新的请先把它移走",
            f"{call.out / name} was changed by somebody and left alone; move it away for a new one",
        )
        complain(f"gouji: {visible(left.in_language(language()))}")
    return summary


def _register(path: Path | None, limits: Limits) -> Register:
    if path is None:
        return Register()
    try:
        return read_register(path, limits)
    except RegisterError as error:
        for mistake in error.mistakes:
            complain(f"{visible(path.as_posix())}: {visible(mistake.in_language(language()))}")
        raise


def _write_template(path: Path, run: Run) -> None:
    """Write a register to fill in, with the units that the reports name."""
    _refuse_existing(path)
    placed = run.place()
    units: dict[str, Unit] = {}
    for placement in placed.read:
        if placement.unit is not None:
            units.setdefault(placement.unit.name, placement.unit)
    deliver(template(units.values(), placed.years), path)
    count = len(units)
    text = Text(
        f"已写出名册 {path}：{count} 个单位，请补上没有交报告的单位、上级单位、时限和公布日期，再用 --register {path} 审计",
        f"wrote the register {path} with {count} units: add those without a report, the units above, deadlines and"
        f" dates, then audit with --register {path}",
    )
    deliver(f"{text.in_language(language())}\n", None)


def _begin_template(path: Path) -> int:
    """Write the template of the notices that gouji brings, for an office to change."""
    from gouji.audit.letter.blank import blank  # noqa: PLC0415 - the audit itself loads it with its letters

    _refuse_existing(path)
    try:
        path.write_bytes(blank())
    except OSError as error:
        with suppress(OSError):  # half a file is none
            path.unlink()
        raise UsageError(Text(f"无法写入 {path}：{error.strerror}", f"cannot write {path}: {error.strerror}")) from None
    text = Text(
        f"已写出整改通知模板 {path}：请在 Word 或 WPS 里修改，再用 --notice-template {path} 审计",
        f"wrote the template {path}: change it in Word or WPS, then audit with --notice-template {path}",
    )
    deliver(f"{text.in_language(language())}\n", None)
    return OK


def _refuse_existing(path: Path) -> None:
    if os.path.lexists(path):
        raise UsageError(Text(f"{path} 已经存在，没有改动", f"{path} is there already and was left alone"))


def _refuse_out(out: Path, names: Sequence[str]) -> None:
    """Refuse a folder for the results in which the reports are: what lies in it is no report."""
    folder = os.path.realpath(out)
    for name in names:
        if os.path.commonpath((folder, os.path.realpath(name))) == folder:
            raise UsageError(
                Text(
                    f"结果不能写到 {out}：要审计的 {name} 就在里面，请用 --out 另给一个文件夹",
                    f"the results cannot go to {out}: {name} is in it, name another folder with --out",
                )
            )


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


def storage_options(written: Sequence[str]) -> dict[str, Any]:
    """Read ``--storage-option key=value``: what ``fsspec`` is to know of a storage.

    Raises:
        UsageError: it is not written so; what stands there is not shown, it may be a secret.
    """
    options: dict[str, Any] = {}
    for one in written:
        key, found, value = one.partition("=")
        try:
            options[key] = json.decode(value) if value in ("true", "false") or value.startswith(("{", "[")) else value
        except DecodeError:
            found = ""
        if not (found and key):
            raise UsageError(
                Text(
                    "--storage-option 写作 名称=值，如 endpoint_url=https://…",
                    "--storage-option takes key=value, such as endpoint_url=https://…",
                )
            )
    return options


def _far(urls: Sequence[str], call: AuditCall, settings: Settings) -> tuple[list[Source], tuple[str, ...], Access]:
    """Find the reports behind URLs, and what is passed over there; without any, no network is touched."""
    if not urls:
        return [], (), Access()
    found, passed, access = find_remote(urls, storage_options(call.storage))
    if call.executor == LOCAL:
        preload(urls)

    def is_excluded(path: Path) -> bool:
        return settings.configured(path).excludes(path)

    chosen = (one for one in found if one.problem or one.url in urls or not is_excluded(one.path))
    kept = tuple(url for url in passed if not is_excluded(path_of(url)))
    return [structs.replace(one, setting=settings.number(one.path)) for one in chosen], kept, access


def _needed(urls: Sequence[str], executor: str) -> Sequence[str]:
    """Return the libraries that URLs and a cluster need beside."""
    of_urls = ("fsspec", *sorted({library_for(url) for url in urls})) if urls else ()
    return (*of_urls, *(("distributed",) if executor != LOCAL else ()))


def _refuse_executor(executor: str) -> None:
    if executor != LOCAL and not re.fullmatch(rf"{CLUSTER}[^/\s]+:[0-9]+", executor):
        raise UsageError(
            Text(
                f"--executor 写作 local 或 {CLUSTER}主机:端口，不能是 {executor}",
                f"--executor takes local or {CLUSTER}HOST:PORT, not {executor}",
            )
        )


@contextmanager
def _executor(name: str, jobs: int) -> Iterator[Executor]:
    if name == LOCAL:
        yield local(jobs)
        return
    from gouji.audit.cluster import on_cluster  # noqa: PLC0415 - of the extra gouji[dask]

    with on_cluster(name) as execute:
        yield execute


def _outside(out: Path) -> Callable[[Path], bool]:
    """Return what tells whether a file lies outside of all results, these or those of another audit: letters are no reports.

    That another audit's are passed over is said.
    """
    folder, results = os.path.realpath(out), dict[Path, bool]()

    def is_outside(path: Path) -> bool:
        if f"{os.path.realpath(path)}/".startswith(f"{folder}/"):
            return False
        for above in (path.parent, path.parent.parent):
            if above not in results:
                results[above] = (above / LEDGER).is_file()
                if results[above]:
                    text = Text(f"跳过以前的审计结果 {above}", f"passed over the results of another audit, {above}")
                    complain(f"gouji: {visible(text.in_language(language()))}")
        return not (results[path.parent] or results[path.parent.parent])

    return is_outside


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
    return "、".join(visible(Path(path).resolve().name) if "://" not in path else path.rstrip("/") for path in paths)


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
        auto_refresh=False,  # by a thread: children are forked meanwhile
    )  # fmt: skip
    with bar:
        task = bar.add_task(told, total=None, rate="", failed="")
        drawn = 0.0

        def watch(progress: Progress) -> None:
            nonlocal drawn
            speed = bar.tasks[0].speed
            said = f"{failed} {progress.failed}" if progress.failed else ""
            shown = f"{speed:.0f} {rate}" if speed else ""
            bar.update(task, total=progress.due, completed=progress.done, rate=shown, failed=said)
            if time.monotonic() - drawn > REDRAWN or progress.done == progress.due:
                bar.refresh()
                drawn = time.monotonic()

        yield watch


@contextmanager
def _busy(text: Text) -> Iterator[None]:
    """Say what is going on, where somebody watches."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console  # noqa: PLC0415 - likewise

    with Console(stderr=True).status(text.in_language(language())):
        yield


def _code(summary: Summary, fail_on: str) -> int:
    if summary.crashed:
        return FAILED
    if fail_on == "never":
        return OK
    limit = Severity(fail_on).rank
    return FINDINGS if any(count for severity, count in summary.severities.items() if severity.rank <= limit) else OK
