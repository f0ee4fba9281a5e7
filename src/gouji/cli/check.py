"""``gouji check``: judge reports and say what is wrong."""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from msgspec import Struct

from gouji import __version__
from gouji.cli.console import FAILED, FINDINGS, OK, cache_folder, colored, columns, deliver, language
from gouji.cli.guarding import Source, check_guarded, jobs_for, limits_of
from gouji.engine import Options
from gouji.errors import UsageError
from gouji.finding import FileReport, Report, RuleCard, Severity, Status
from gouji.intake import INCIDENTS
from gouji.pack import Pack
from gouji.pack_store import find_pack, load_pack, shipped_packs
from gouji.readers import SUFFIXES
from gouji.reporters import render
from gouji.reporters.view import View
from gouji.wording import Text, placeholders

PROGRESS_FROM = 20  # files; fewer are done before a progress line could be read


class CheckCall(Struct, frozen=True, kw_only=True):
    """What the user asked ``gouji check`` to do; the defaults are those of the command line.

    ``timeout`` (seconds) and ``memory`` (MB) bound the work on one document.
    """

    paths: tuple[str, ...]
    pack: str | None = None
    year: int | None = None
    region: str = ""
    day: date | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str = "error"
    format: str = "terminal"
    output: Path | None = None
    color: bool = True
    quiet: bool = False
    statistics: bool = False
    timeout: float = 30
    memory: int = 1024
    jobs: int | None = None


def check(call: CheckCall) -> int:
    """Carry out a check and return the exit code.

    Raises:
        UsageError, PackError: the call cannot be carried out.
    """
    sources = tuple(find_sources(call.paths))
    _refuse_overwriting(call.output, sources)
    packs = chosen_packs(call.pack)
    refuse_names(call.select, call.ignore, packs)
    options = Options(
        check_date=call.day or date.today(),  # noqa: DTZ011 - the clerk's own calendar day
        year=call.year,
        region=call.region,
        named_pack=call.pack is not None,
        select=call.select,
        ignore=call.ignore,
    )
    limits, jobs = limits_of(call.timeout, call.memory), jobs_for(len(sources), call.jobs)
    files = tuple(_watched(check_guarded(sources, packs, options, limits, jobs), len(sources)))
    report = Report(__version__, options.check_date, files, cards_of(packs))
    deliver(_rendered(report, call), call.output)
    return _code(report, call.fail_on)


def _refuse_overwriting(output: Path | None, sources: Sequence[Source]) -> None:
    if output is not None and output.resolve() in {source.path.resolve() for source in sources}:
        raise UsageError(Text(f"输出文件 {output} 就是要检查的报告", f"the output {output} is a report to be checked"))


def chosen_packs(name: str | None) -> tuple[Pack, ...]:
    """Load the pack the user named, or the national packs to choose from by year."""
    paths = (find_pack(name),) if name else shipped_packs()
    return tuple(load_pack(path, cache=cache_folder()) for path in paths)


def cards_of(packs: Sequence[Pack]) -> tuple[RuleCard, ...]:
    """Return what reports say of the rules: the built-in ones, then those of the packs, each once, by id."""
    cards = {i.id: RuleCard(i.id, i.slug, i.severity, i.title, remedy=i.remedy) for i in INCIDENTS.values()}
    for pack in packs:
        for rule in pack.active:
            cards[rule.id] = RuleCard(
                rule.id, rule.slug, rule.severity, rule.title, rule.why, rule.basis, _unfilled(rule.remedy)
            )
    return tuple(cards[name] for name in sorted(cards))


def find_sources(paths: Sequence[str]) -> Iterator[Source]:
    """Find the files to check, each once: files as named, folders walked by suffix, sorted.

    Raises:
        UsageError: a path does not exist, or a folder holds no file of a known format.
    """
    seen: set[Path] = set()
    for name in paths:
        path = Path(name)
        if not os.path.lexists(path):
            raise UsageError(Text(f"没有这个文件或文件夹：{name}", f"no such file or folder: {name}"))
        found = list(_walk(path)) if path.is_dir() else [Source(path, sought=True)]
        if not found:
            known = " ".join(SUFFIXES)
            raise UsageError(
                Text(
                    f"文件夹 {name} 里没有可检查的文件（{known}）",
                    f"the folder {name} holds no file to check ({known})",
                )
            )
        for source in found:
            if (key := source.path.absolute()) not in seen:
                seen.add(key)
                yield source


def _walk(folder: Path) -> Iterator[Source]:
    """Yield the files below a folder; hidden folders and links are left out, unreadable ones told."""
    problems: list[OSError] = []
    for base, folders, names in os.walk(folder, onerror=problems.append):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "node_modules")
        for name in sorted(names):
            path = Path(base, name)
            if path.suffix.lower() in SUFFIXES and not path.is_symlink():
                yield Source(path, sought="年报" in name or "年度报告" in name)
    for problem in problems:
        yield Source(Path(os.fsdecode(problem.filename)), sought=True, problem=problem.strerror or str(problem))


def _watched(reports: Iterator[FileReport], count: int) -> Iterator[FileReport]:
    """Show how far a long run is, where somebody watches."""
    if not sys.stderr.isatty() or count < PROGRESS_FROM:
        yield from reports
        return
    shown_at = 0.0
    for number, report in enumerate(reports, 1):
        if time.monotonic() - shown_at > 0.1:  # noqa: PLR2004 - ten times a second is smooth
            shown_at = time.monotonic()
            print(f"\r{number}/{count}", end="", file=sys.stderr, flush=True)
        yield report
    print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _rendered(report: Report, call: CheckCall) -> str:
    to_file = call.output is not None
    view = View(
        lang=language(),
        color=colored(wanted=call.color, to_file=to_file),
        width=None if to_file else columns(),
        brief=call.quiet,
        statistics=call.statistics,
        fail_on=None if call.fail_on == "never" else Severity(call.fail_on),
    )
    return render(call.format, report, view)


def _code(report: Report, fail_on: str) -> int:
    if report.verdicts[Status.ERROR]:
        return FAILED
    if fail_on != "never" and report.worst_at_least(Severity(fail_on)):
        return FINDINGS
    return OK


def _unfilled(template: Text | None) -> Text | None:
    """Return a remedy for a rule as such: what a finding would fill in is an ellipsis."""
    if template is None:
        return None
    names = placeholders(template.zh) | placeholders(template.en)
    return template.fill(dict.fromkeys(names, "……"))


def refuse_names(select: Sequence[str], ignore: Sequence[str], packs: Sequence[Pack]) -> None:
    """Refuse to choose rules that there are not, or that must not be chosen or left out.

    Raises:
        UsageError: which, and why.
    """
    _refuse_unknown_rules((*select, *ignore), packs)
    _refuse_disabled(select, packs)
    _refuse_hiding(ignore)


def _refuse_hiding(ignored: Sequence[str]) -> None:
    """Refuse to ignore by name that a file could not be read or judged: it would pass in silence."""
    for known in INCIDENTS.values():
        if not known.ignorable and not {known.id, known.slug}.isdisjoint(ignored):
            raise UsageError(
                Text(f"{known.id}（{known.title.zh}）不能忽略", f"{known.id} ({known.title.en}) cannot be ignored")
            )


def _refuse_disabled(names: Sequence[str], packs: Sequence[Pack]) -> None:
    """Refuse to select nothing but what every pack leaves out: the run would pass in silence."""
    for name in names:
        known = [(pack, rule) for pack in packs for rule in pack.rules if name in (rule.id, rule.slug)]
        if known and all(rule.id in pack.reasons for pack, rule in known):
            pack, rule = known[0]
            reason = pack.reasons[rule.id]
            raise UsageError(
                Text(
                    f"规则包 {pack.pack} 停用了 {rule.id}：{reason.zh}",
                    f"the pack {pack.pack} does not use {rule.id}: {reason.en}",
                )
            )


def _refuse_unknown_rules(names: Sequence[str], packs: Sequence[Pack]) -> None:
    rules = [(rule.id, rule.slug) for pack in packs for rule in pack.rules]
    rules += [(incident.id, incident.slug) for incident in INCIDENTS.values()]
    for name in names:
        if not any(name == slug or rule.startswith(name) for rule, slug in rules):
            close = get_close_matches(name, [word for pair in rules for word in pair], 1)
            hint = Text(f"，是不是 {close[0]}？", f", did you mean {close[0]}?") if close else Text("", "")
            raise UsageError(Text(f"没有规则 {name}{hint.zh}", f"no rule {name}{hint.en}"))
