"""``gouji check``: judge reports and say what is wrong."""

import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from msgspec import Struct, structs

from gouji import __version__
from gouji.batch import Source
from gouji.cli.console import (
    FAILED,
    FINDINGS,
    OK,
    cache_folder,
    colored,
    columns,
    complain,
    deliver,
    format_of_surroundings,
    language,
    summary_file,
)
from gouji.cli.guarding import check_guarded, jobs_for, limits_of
from gouji.cli.settings import Asked, Settings, fail_on_of_all, limits_of_all
from gouji.cli.sources import find_sources
from gouji.errors import UsageError
from gouji.finding import FileReport, Report, RuleCard, Severity, Status
from gouji.intake import INCIDENTS
from gouji.pack import Pack
from gouji.pack_store import find_pack, load_pack, shipped_packs
from gouji.reporters import render
from gouji.reporters.view import View
from gouji.unread import is_named_as_report, passed_over
from gouji.wording import Text, placeholders

LARGEST_SUMMARY = 1_000_000  # bytes; GitHub takes 1 MiB a step
PROGRESS_FROM = 20  # files; fewer are done before a progress line could be read


class CheckCall(Struct, frozen=True, kw_only=True):
    """What the user asked ``gouji check`` to do; the defaults are those of the command line.

    ``timeout`` (seconds) and ``memory`` (MB) bound the work on one document; ``reports`` are further
    reports, format and file.
    """

    paths: tuple[str, ...]
    asked: Asked = Asked()
    force_exclude: bool = False
    baseline: Path | None = None
    format: str = "terminal"
    output: Path | None = None
    reports: tuple[tuple[str, Path], ...] = ()
    color: bool = True
    quiet: bool = False
    statistics: bool = False
    timeout: float | None = None
    memory: int | None = None
    jobs: int | None = None


def check(call: CheckCall) -> int:
    """Carry out a check and return the exit code.

    Raises:
        UsageError, PackError: the call cannot be carried out.
    """
    name = format_of_surroundings() if call.format == "auto" else call.format
    outputs = [(name, call.output), *call.reports]
    _refuse_same([output for _, output in outputs if output])
    report, settings, sources = judged(call)
    baselines = baselines_of(call, settings, sources)
    read = [*(source.path for source in sources), *baselines, *(c.path for c in settings.configs if c.path)]
    read += [call.asked.previous] if call.asked.previous else []
    _refuse_overwriting([output for _, output in outputs if output], read)
    report = _with_baselines(report, call, settings, baselines)
    problems = []
    for form, output in outputs:
        try:
            if output:
                deliver(_rendered(form, output, report, call, settings), output)
        except UsageError as error:  # the other reports are written all the same
            problems.append(error)
    if name == "github":
        _summarise(report, call, settings)
    if call.output is None:  # last: a reader that has enough must not cost the files
        deliver(_rendered(name, None, report, call, settings), None)
    if name not in ("terminal", "markdown") and call.output is None and call.format == "auto":
        complain(_rendered("terminal", None, report, call, settings).rstrip("\n"))  # the log of a job is read by people
    if problems:
        raise problems[0]
    return _code(report, [settings.fail_on[source.setting] for source in sources])


def baselines_of(call: CheckCall, settings: Settings, sources: Sequence[Source]) -> dict[Path, list[int]]:
    """Return the baselines of a run, each with the numbers of the files that it is for."""
    if call.baseline:
        return {call.baseline: list(range(len(sources)))}
    found: dict[Path, list[int]] = {}
    for number, source in enumerate(sources):
        configured = settings.configs[source.setting]
        if configured.config.baseline:
            found.setdefault(configured.folder / configured.config.baseline, []).append(number)
    return found


def _with_baselines(
    report: Report, call: CheckCall, settings: Settings, baselines: Mapping[Path, Sequence[int]]
) -> Report:
    """Mark the findings that the baselines have; what they still have of findings that are gone is told."""
    if not baselines:
        return report
    from gouji.baseline import read_baseline, recognised, summary  # noqa: PLC0415 - most runs have none

    files, notes = list(report.files), []
    for path, numbers in baselines.items():
        entries = read_baseline(path)
        found = recognised([files[number] for number in numbers], entries, path.parent)
        for number, file in zip(numbers, found.files, strict=True):
            files[number] = file
        notes.append(summary(entries, settings.day))
        if found.reopened:
            count = len(found.reopened)
            text = Text(
                f"其中 {count} 条的数字或文字已经变了，重新算作问题",
                f"{count} of them have other numbers or words now and count again",
            )
            notes.append(text)
        # a choice of rules finds less than there is
        if found.gone and not (call.asked.select or call.asked.ignore):
            count = len(found.gone)
            text = Text(
                f"其中 {count} 条已经不存在，可用 gouji baseline prune 删去",
                f"{count} of them are gone; gouji baseline prune drops them",
            )
            notes.append(text)
    return structs.replace(report, files=tuple(files), notes=tuple(notes))


def judged(call: CheckCall) -> tuple[Report, Settings, tuple[Source, ...]]:
    """Find and judge the files of a call.

    Returns:
        What came of it, the settings of the run, and the files in the order of the report.

    Raises:
        UsageError, PackError: the call cannot be carried out.
    """
    settings = Settings(call.asked)
    found = find_sources(call.paths, settings, force_exclude=call.force_exclude)
    if reports := [path.as_posix() for path in found.passed if is_named_as_report(path)]:
        complain(f"gouji: {passed_over(reports).in_language(language())}")
    sources = found.sources
    _refuse_one_for_many(call.asked, sources)
    packs = tuple(dict.fromkeys(pack for setting in settings.all for pack in setting.packs))
    refuse_names(call.asked.select, call.asked.ignore, packs)
    limits = limits_of(*limits_of_all(settings, call.timeout, call.memory))
    jobs = jobs_for(len(sources), call.jobs)
    files = tuple(_watched(check_guarded(sources, settings.all, limits, jobs), len(sources)))
    cards = cards_of(packs) if {"sarif", "junit"}.intersection((call.format, *dict(call.reports))) else ()
    return Report(__version__, settings.day, files, cards), settings, sources


def _refuse_one_for_many(asked: Asked, sources: Sequence[Source]) -> None:
    """Refuse what belongs to one report when there is none, more than one, or the same twice."""
    for name, given in (("--published", asked.published), ("--previous", asked.previous)):
        if given is not None and len(sources) != 1:
            count = len(sources)
            raise UsageError(
                Text(
                    f"{name} 只用于检查一份报告，这里有 {count} 份；请逐份检查",
                    f"{name} is for one report, and here are {count}: check them one by one",
                )
            )
    if asked.previous is None:
        return
    if not os.path.lexists(asked.previous):
        raise UsageError(Text(f"没有这个文件：{asked.previous}", f"no such file: {asked.previous}"))
    if asked.previous.is_dir():
        raise UsageError(
            Text(
                f"--previous 要一份上年报告，{asked.previous} 是文件夹",
                f"--previous takes a file, not the folder {asked.previous}",
            )
        )
    if os.path.realpath(asked.previous) == os.path.realpath(sources[0].path):
        raise UsageError(Text("--previous 就是要检查的报告本身", "--previous is the very report that is to be checked"))


def _refuse_same(outputs: Sequence[Path]) -> None:
    if len({os.path.realpath(output) for output in outputs}) < len(outputs):
        text = Text("两份报告不能写入同一个文件", "two reports cannot be written to one file")
        raise UsageError(text)


def _refuse_overwriting(outputs: Sequence[Path], read: Sequence[Path]) -> None:
    known = {os.path.realpath(path) for path in read}
    for output in outputs:
        if os.path.realpath(output) in known:
            raise UsageError(
                Text(
                    f"输出文件 {output} 就是要检查的报告、配置或基线",
                    f"the output {output} is a report to be checked, its configuration or baseline",
                )
            )


def chosen_packs(name: str | None) -> tuple[Pack, ...]:
    """Load the pack the user named, or the national packs to choose from by year."""
    paths = (find_pack(name),) if name else shipped_packs()
    return tuple(load_pack(path, cache=cache_folder()) for path in paths)


def cards_of(packs: Sequence[Pack]) -> tuple[RuleCard, ...]:
    """Return what reports say of the rules: the built-in ones, then those of the packs, each once, by id."""
    cards = {
        i.id: RuleCard(i.id, i.slug, i.severity, i.title, basis=i.basis, remedy=i.remedy) for i in INCIDENTS.values()
    }
    for pack in packs:
        for rule in pack.active:
            cards[rule.id] = RuleCard(
                rule.id, rule.slug, rule.severity, rule.title, rule.why, rule.basis, _unfilled(rule.remedy)
            )
    return tuple(cards[name] for name in sorted(cards))


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


def _rendered(name: str, output: Path | None, report: Report, call: CheckCall, settings: Settings) -> str:
    to_file = output is not None
    fail_on = fail_on_of_all(settings)
    view = View(
        lang=language(),
        color=colored(wanted=call.color, to_file=to_file),
        width=None if to_file else columns(),
        brief=call.quiet,
        statistics=call.statistics,
        fail_on=None if fail_on == "never" else Severity(fail_on),
    )
    return render(name, report, view)


def _summarise(report: Report, call: CheckCall, settings: Settings) -> None:
    """Append the whole report to the step's summary on GitHub: annotations have room for the worst only.

    What cannot be written is told and changes no verdict.
    """
    path = summary_file()
    if path is None:
        return
    data = _rendered("markdown", path, report, call, settings).encode("utf-8", "backslashreplace")
    if len(data) > LARGEST_SUMMARY:  # of a larger one GitHub shows nothing
        more = Text("（摘要过长，其余见日志）", "(too long for a summary; the rest is in the log)").in_language(
            language()
        )
        data = data[:LARGEST_SUMMARY].rpartition(b"\n")[0] + f"\n\n{more}\n".encode()
    try:
        with path.open("ab") as file:
            file.write(data)
    except OSError as error:
        reason = error.strerror or str(error)
        text = Text(f"无法写入步骤摘要 {path}：{reason}", f"cannot write the step's summary {path}: {reason}")
        complain(f"gouji: {text.in_language(language())}")


def _code(report: Report, fail_on: Sequence[str]) -> int:
    """Return the exit code; each file fails the run by the severity of its own setting."""
    if report.verdicts[Status.ERROR]:
        return FAILED
    for file, limit in zip(report.files, fail_on, strict=True):
        if limit != "never" and file.worst_at_least(Severity(limit)):
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
    if packs:  # of no files there are none
        _refuse_unknown_rules((*select, *ignore), packs)
        _refuse_selecting_nothing(select, packs)
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


def _refuse_selecting_nothing(names: Sequence[str], packs: Sequence[Pack]) -> None:
    """Refuse to select built-in rules alone: they are always told, and no rule of a pack would be used."""
    rules = [rule for pack in packs for rule in pack.rules]
    if names and not any(rule.id.startswith(name) or rule.slug == name for rule in rules for name in names):
        text = Text(
            f"{'、'.join(names)} 是读取方面的问题，总会报告，不必选择；--select 要选规则包里的规则",
            f"{', '.join(names)} is about reading and always told; --select takes rules of a pack",
        )
        raise UsageError(text)


def _refuse_unknown_rules(names: Sequence[str], packs: Sequence[Pack]) -> None:
    rules = [(rule.id, rule.slug) for pack in packs for rule in pack.rules]
    rules += [(incident.id, incident.slug) for incident in INCIDENTS.values()]
    for name in names:
        if not any(name == slug or rule.startswith(name) for rule, slug in rules):
            close = get_close_matches(name, [word for pair in rules for word in pair], 1)
            hint = Text(f"，是不是 {close[0]}？", f", did you mean {close[0]}?") if close else Text("", "")
            raise UsageError(Text(f"没有规则 {name}{hint.zh}", f"no rule {name}{hint.en}"))
