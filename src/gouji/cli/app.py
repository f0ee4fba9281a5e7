"""The Typer application: options and their help; the work is in the other files."""

import os
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gouji import __version__
from gouji.cli import console
from gouji.cli.check import CheckCall, check

app = typer.Typer(
    name="gouji",
    help="勾稽：检查政府信息公开工作年度报告。Check government disclosure reports against declared rules.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class FailOn(StrEnum):
    """From which severity findings make the exit code 1."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    NEVER = "never"


class Lang(StrEnum):
    """Languages of messages."""

    ZH = "zh"
    EN = "en"


class Format(StrEnum):
    """Formats of ``check``."""

    TERMINAL = "terminal"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"
    GITLAB = "gitlab"
    RDJSON = "rdjson"
    MARKDOWN = "markdown"


class FactsFormat(StrEnum):
    """Formats of ``facts``."""

    TERMINAL = "terminal"
    JSON = "json"
    CSV = "csv"


PackOption = Annotated[
    str | None, typer.Option("--pack", metavar="ID|FILE", help="规则包（默认按报告年度选择） rule pack")
]
YearOption = Annotated[
    int | None, typer.Option("--year", min=2000, max=2100, help="报告年度（默认从标题读取） year of the report")
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="写入文件而不是屏幕 write to a file")
]
LangOption = Annotated[Lang | None, typer.Option("--lang", help="语言（默认 zh，可用 GOUJI_LANG 设定） language")]
TimeoutOption = Annotated[
    float, typer.Option("--timeout", min=1, max=3600, metavar="秒", help="每份文件的用时上限 seconds for one file")
]
MemoryOption = Annotated[
    int, typer.Option("--memory", min=256, max=65536, metavar="MB", help="每份文件的内存上限 megabytes for one file")
]
RegionOption = Annotated[
    str, typer.Option("--region", help="所在地：区号（0812）或省市县全称 area code, or province, city and county")
]
DayOption = Annotated[
    datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="检查日（默认今天） day of checking")
]
SelectOption = Annotated[
    list[str] | None, typer.Option("--select", help="只用这些规则：编号、编号开头或名称 only these rules")
]
IgnoreOption = Annotated[list[str] | None, typer.Option("--ignore", help="不用这些规则 not these rules")]
JobsOption = Annotated[
    int | None, typer.Option("--jobs", "-j", min=1, max=64, help="同时核对几份（默认自动） files at a time")
]
NoColorOption = Annotated[bool, typer.Option("--no-color", help="不用颜色（同 NO_COLOR） no colours")]


def _version(wanted: bool) -> None:  # noqa: FBT001 - the signature is Typer's
    if wanted:
        typer.echo(f"gouji {__version__}")
        raise typer.Exit


@app.callback()
def gouji(
    version: Annotated[  # noqa: FBT002 - a flag is what the user types
        bool, typer.Option("--version", callback=_version, is_eager=True, help="显示版本 show the version")
    ] = False,
) -> None:
    """勾稽：检查政府信息公开工作年度报告。 Check government disclosure reports against declared rules."""


@app.command("check")
def check_command(  # noqa: PLR0913, PLR0917 - one parameter per option
    paths: Annotated[
        list[str], typer.Argument(metavar="PATHS...", help="报告文件或文件夹 reports or folders", show_default=False)
    ],
    pack: PackOption = None,
    year: YearOption = None,
    region: RegionOption = "",
    day: DayOption = None,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="从哪一级问题起退出码为 1 findings that make exit code 1")
    ] = FailOn.ERROR,
    form: Annotated[Format, typer.Option("--format", help="输出格式 output format")] = Format.TERMINAL,
    output: OutputOption = None,
    lang: LangOption = None,
    no_color: NoColorOption = False,  # noqa: FBT002
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="每个问题只显示一行 one line a finding")] = False,  # noqa: FBT002
    statistics: Annotated[bool, typer.Option("--statistics", help="按规则统计 count findings by rule")] = False,  # noqa: FBT002
    timeout: TimeoutOption = 30,
    memory: MemoryOption = 1024,
    jobs: JobsOption = None,
) -> None:
    """检查年度报告，指出错在哪里、依据是什么。 Check reports and say what is wrong and why."""
    console.choose_language(lang)
    call = CheckCall(
        paths=tuple(paths),
        pack=pack,
        year=year,
        region=region,
        day=_day(day),
        select=_split(select),
        ignore=_split(ignore),
        fail_on=fail_on.value,
        format=form.value,
        output=output,
        color=not no_color,
        quiet=quiet,
        statistics=statistics,
        timeout=timeout,
        memory=memory,
        jobs=jobs,
    )
    console.run(lambda: check(call))


@app.command("fix")
def fix_command(  # noqa: PLR0913, PLR0917
    paths: Annotated[
        list[str], typer.Argument(metavar="PATHS...", help="报告文件或文件夹 reports or folders", show_default=False)
    ],
    diff: Annotated[bool, typer.Option("--diff", help="只显示要改什么，不写文件 show, write nothing")] = False,  # noqa: FBT002
    pack: PackOption = None,
    year: YearOption = None,
    region: RegionOption = "",
    day: DayOption = None,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="改后还剩哪一级问题时退出码为 1 what remains that makes exit code 1")
    ] = FailOn.ERROR,
    lang: LangOption = None,
    timeout: TimeoutOption = 30,
    memory: MemoryOption = 1024,
    jobs: JobsOption = None,
) -> None:
    """改正不影响含义的写法问题：章节名称、括号和数字的全角半角、文号括号、能证明是 0 的空格。 Fix what cannot change meaning."""
    from gouji.cli.fix import FixCall, fix  # noqa: PLC0415

    console.choose_language(lang)
    call = FixCall(
        paths=tuple(paths),
        diff=diff,
        pack=pack,
        year=year,
        region=region,
        day=_day(day),
        select=_split(select),
        ignore=_split(ignore),
        fail_on=fail_on.value,
        timeout=timeout,
        memory=memory,
        jobs=jobs,
    )
    console.run(lambda: fix(call))


@app.command("facts")
def facts_command(  # noqa: PLR0913, PLR0917
    path: Annotated[Path, typer.Argument(metavar="FILE", help="报告文件 a report", exists=True, dir_okay=False)],
    pack: PackOption = None,
    year: YearOption = None,
    form: Annotated[FactsFormat, typer.Option("--format", help="输出格式 output format")] = FactsFormat.TERMINAL,
    output: OutputOption = None,
    timeout: TimeoutOption = 30,
    memory: MemoryOption = 1024,
    lang: LangOption = None,
    no_color: NoColorOption = False,  # noqa: FBT002
) -> None:
    """显示从报告中读到的数字、要素和章节。 Show what was read from a report."""
    from gouji.cli.facts import FactsCall, facts  # noqa: PLC0415

    console.choose_language(lang)
    call = FactsCall(
        path=path,
        pack=pack,
        year=year,
        form=form.value,
        output=output,
        color=not no_color,
        timeout=timeout,
        memory=memory,
    )
    console.run(lambda: facts(call))


@app.command("rules")
def rules_command(pack: PackOption = None, lang: LangOption = None, no_color: NoColorOption = False) -> None:  # noqa: FBT002
    """列出规则包中的规则。 List the rules of a pack."""
    from gouji.cli.rules import rules  # noqa: PLC0415

    console.choose_language(lang)
    console.run(lambda: rules(pack, color=not no_color))


@app.command("explain")
def explain_command(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="规则编号或名称，如 GJ301 id or slug")],
    pack: PackOption = None,
    lang: LangOption = None,
    no_color: NoColorOption = False,  # noqa: FBT002
) -> None:
    """解释一条规则：查什么、为什么、依据、正反例。 Explain a rule: what, why, basis, examples."""
    from gouji.cli.explain import explain  # noqa: PLC0415

    console.choose_language(lang)
    console.run(lambda: explain(rule, pack, color=not no_color))


@app.command("schema")
def schema_command(output: OutputOption = None) -> None:
    """输出规则包的 JSON Schema，供编辑器使用。 Print the JSON Schema of a pack, for editors."""
    from gouji.cli.schema import schema  # noqa: PLC0415

    console.run(lambda: schema(output))


def _split(names: list[str] | None) -> tuple[str, ...]:
    return tuple(name.strip() for part in names or () for name in part.split(",") if name.strip())


def _day(day: datetime | None) -> date | None:
    return day.date() if day else None


if os.environ.get("GOUJI_LANG", "").lower().startswith("en"):
    app.info.help = "Check government disclosure reports against declared rules."
