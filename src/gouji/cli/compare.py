"""``gouji compare``: two reports side by side."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct, msgpack, structs

from gouji.audit import comparison_json, comparison_page, comparison_terminal
from gouji.audit.comparison import Comparison, Given
from gouji.audit.comparison import compare as compared
from gouji.audit.filing import Answer, Filing, FilingWork
from gouji.batch import Setting, Source, item_of, told
from gouji.cli.console import FAILED, FINDINGS, OK, colored, columns, complain, deliver, language
from gouji.cli.guarding import limits_of
from gouji.cli.settings import Asked, Settings, fail_on_of_all, limits_of_all
from gouji.engine import incident
from gouji.errors import UsageError
from gouji.finding import FileReport, Severity, Status
from gouji.guard import Failure, Limits, guarded
from gouji.reporters.escape import visible
from gouji.reporters.view import View
from gouji.wording import Text

FORMATS: dict[str, Callable[[Comparison, View], str]] = {
    "terminal": comparison_terminal.render,
    "json": comparison_json.render,
    "html": comparison_page.render,
}


class CompareCall(Struct, frozen=True, kw_only=True):
    """What the user asked ``gouji compare`` to do; see ``CheckCall``."""

    first: Path
    second: Path
    asked: Asked = Asked()
    same_unit: bool = False
    form: str = "terminal"
    output: Path | None = None
    color: bool = True
    timeout: float | None = None
    memory: int | None = None


def compare(call: CompareCall) -> int:
    """Compare two reports and return the exit code; one that cannot be judged makes it 1, and nothing is written.

    Raises:
        UsageError, PackError: the call cannot be carried out.
    """
    _refuse_same(call)
    if call.form == "html":
        from gouji.cli.audit import refuse_without_extra  # noqa: PLC0415 - only a page needs the extra

        refuse_without_extra(("jinja2",))
    settings = Settings(call.asked)
    paths = (call.first, call.second)
    sources = [Source(path, sought=True, setting=settings.number(path)) for path in paths]
    # a year that is configured would make two years of a unit one
    of_any_year = [structs.replace(one, options=structs.replace(one.options, year=None)) for one in settings.all]
    limits = limits_of(*limits_of_all(settings, call.timeout, call.memory))
    answers = _filed(sources, of_any_year, limits)
    reports = [answer.filing.report for answer in answers]
    if not all(report.judged for report in reports):
        return _untold(paths, reports)
    given = [
        _given(path, answer, of_any_year[source.setting])
        for path, answer, source in zip(paths, answers, sources, strict=True)
    ]
    comparison = compared(*given, one_unit=call.same_unit)
    to_file = call.output is not None
    view = View(
        lang=language(),
        color=colored(wanted=call.color, to_file=to_file),
        width=None if to_file else columns(),
    )
    deliver(FORMATS[call.form](comparison, view), call.output)
    return _code(comparison, fail_on_of_all(settings))


def _refuse_same(call: CompareCall) -> None:
    """Refuse to compare a report with itself, and to write over one."""
    real = [os.path.realpath(path) for path in (call.first, call.second)]
    if real[0] == real[1]:
        raise UsageError(Text("要对照的是两份报告，这里是同一个文件", "two reports are compared, and this is one file"))
    if call.output is not None and os.path.realpath(call.output) in real:
        text = Text(f"输出文件 {call.output} 就是要对照的报告", f"the output {call.output} is one of the reports")
        raise UsageError(text)


def _filed(sources: Sequence[Source], settings: Sequence[Setting], limits: Limits) -> list[Answer]:
    """Read both files, each in a guarded child."""
    work = FilingWork(tuple(settings))
    answers = []
    for answer in guarded(work, [item_of(source) for source in sources], limits, jobs=len(sources)):
        if isinstance(answer, Failure):
            finding = incident("", *told(answer, limits))
            answers.append(Answer("", Filing(FileReport("", judged=False, findings=(finding,)))))
        else:
            answers.append(msgpack.decode(answer, type=Answer))
    return answers


def _given(path: Path, answer: Answer, setting: Setting) -> Given:
    pack = next(pack for pack in setting.packs if pack.pack == answer.filing.report.pack)
    return Given(path.as_posix(), answer.digest, answer.filing, pack, setting.options)


def _untold(paths: tuple[Path, Path], reports: list[FileReport]) -> int:
    """Say why there is no comparison: half of one would look like a whole one."""
    lang = language()
    for path, report in zip(paths, reports, strict=True):
        for finding in report.findings if not report.judged else ():
            complain(visible(f"{path.as_posix()}: {finding.rule} {finding.message.in_language(lang)}"))
            if finding.remedy is not None:
                complain(f"    {visible(finding.remedy.in_language(lang))}")
    text = Text("没有对照：两份报告都读得出来才能对照", "not compared: both reports have to be read first")
    complain(f"gouji: {text.in_language(lang)}")
    return FAILED if any(report.verdicts.get(Status.ERROR) for report in reports) else FINDINGS


def _code(comparison: Comparison, fail_on: str) -> int:
    if comparison.verdicts[Status.ERROR]:
        return FAILED
    if fail_on != "never" and any(report.worst_at_least(Severity(fail_on)) for report in comparison.judged):
        return FINDINGS
    return OK
