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
from gouji.cli.settings import Asked

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
    AUTO = "auto"


class NewFormat(StrEnum):
    """Formats of ``new``."""

    DOCX = "docx"
    MD = "md"


class FactsFormat(StrEnum):
    """Formats of ``facts``."""

    TERMINAL = "terminal"
    JSON = "json"
    CSV = "csv"


class CompareFormat(StrEnum):
    """Formats of ``compare``."""

    TERMINAL = "terminal"
    JSON = "json"
    HTML = "html"


class Platform(StrEnum):
    """Platforms that ``init`` has a CI file for; ``local`` has none."""

    LOCAL = "local"
    GITHUB = "github"
    GITLAB = "gitlab"
    JENKINS = "jenkins"
    GITEA = "gitea"
    GITEE = "gitee"


class DoctorFormat(StrEnum):
    """Formats of ``doctor``."""

    TERMINAL = "terminal"
    JSON = "json"


def _pack_ids(incomplete: str) -> list[str]:
    """Complete a pack's id; the shell completes files by itself where none begins like this."""
    from gouji.pack_source import shipped_ids  # noqa: PLC0415

    return [name for name in shipped_ids() if name.startswith(incomplete)]


def _rule_names(incomplete: str) -> list[tuple[str, str]]:
    """Complete the id of a rule, with its slug beside it."""
    from gouji.cli.check import cards_of, chosen_packs  # noqa: PLC0415
    from gouji.errors import GoujiError  # noqa: PLC0415

    try:
        cards = cards_of(chosen_packs(None))
    except GoujiError:
        return []
    return [(card.id, card.slug) for card in cards if card.id.startswith(incomplete)]


PackOption = Annotated[
    str | None,
    typer.Option("--pack", metavar="ID|FILE", help="规则包（默认按报告年度选择） rule pack", autocompletion=_pack_ids),
]
YearOption = Annotated[
    int | None, typer.Option("--year", min=2000, max=2100, help="报告年度（默认从标题读取） year of the report")
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="写入文件而不是屏幕 write to a file")
]
LangOption = Annotated[Lang | None, typer.Option("--lang", help="语言（默认 zh，可用 GOUJI_LANG 设定） language")]
TimeoutOption = Annotated[
    float | None,
    typer.Option("--timeout", min=1, max=3600, metavar="秒", help="每份文件的用时上限（默认 30） seconds for one file"),
]
MemoryOption = Annotated[
    int | None,
    typer.Option(
        "--memory", min=256, max=65536, metavar="MB", help="每份文件的内存上限（默认 1024） megabytes for one file"
    ),
]
RegionOption = Annotated[
    str | None,
    typer.Option("--region", help="所在地：区号（0812）或省市县全称 area code, or province, city and county"),
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
ConfigOption = Annotated[
    Path | None, typer.Option("--config", envvar="GOUJI_CONFIG", metavar="FILE", help="配置文件 configuration")
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
    region: RegionOption = None,
    day: DayOption = None,
    published: Annotated[
        datetime | None,
        typer.Option("--published", formats=["%Y-%m-%d"], help="实际发布日期，用来核对时限 day of publication"),
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option("--previous", metavar="FILE", help="上年报告，用来查重 report of the year before, to compare"),
    ] = None,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    fail_on: Annotated[
        FailOn | None,
        typer.Option("--fail-on", help="从哪一级问题起退出码为 1（默认 error） findings that make exit code 1"),
    ] = None,
    form: Annotated[
        Format, typer.Option("--format", help="输出格式；auto 按所在的 CI 选择 output format; auto: that of the CI")
    ] = Format.TERMINAL,
    output: OutputOption = None,
    report: Annotated[
        list[str] | None,
        typer.Option("--report", metavar="格式=FILE", help="另写一份报告，可多次使用 one more report, repeatable"),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", envvar="GOUJI_CONFIG", metavar="FILE", help="配置文件（默认找最近的 gouji.toml） configuration"
        ),
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", metavar="FILE", help="基线：已知问题 known findings")
    ] = None,
    isolated: Annotated[bool, typer.Option("--isolated", help="不用任何配置文件 use no configuration")] = False,  # noqa: FBT002
    force_exclude: Annotated[  # noqa: FBT002
        bool, typer.Option("--force-exclude", help="点名的文件也按配置排除 heed excludes for named files as well")
    ] = False,
    lang: LangOption = None,
    no_color: NoColorOption = False,  # noqa: FBT002
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="每个问题只显示一行 one line a finding")] = False,  # noqa: FBT002
    statistics: Annotated[bool, typer.Option("--statistics", help="按规则统计 count findings by rule")] = False,  # noqa: FBT002
    timeout: TimeoutOption = None,
    memory: MemoryOption = None,
    jobs: JobsOption = None,
) -> None:
    """检查年度报告，指出错在哪里、依据是什么。 Check reports and say what is wrong and why."""
    console.choose_language(lang)
    console.run(
        lambda: check(
            CheckCall(
                paths=tuple(paths),
                asked=Asked(
                    pack=pack,
                    year=year,
                    region=region,
                    day=_day(day),
                    published=_day(published),
                    previous=previous,
                    select=_split(select),
                    ignore=_split(ignore),
                    fail_on=fail_on and fail_on.value,
                    config=config,
                    isolated=isolated,
                ),
                force_exclude=force_exclude,
                baseline=baseline,
                format=form.value,
                output=output,
                reports=console.further_reports(report or ()),
                color=not no_color,
                quiet=quiet,
                statistics=statistics,
                timeout=timeout,
                memory=memory,
                jobs=jobs,
            )
        )
    )


@app.command("audit")
def audit_command(  # noqa: PLR0913, PLR0917
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="DIR|URL...", help="各单位报告所在的文件夹或地址 folders of reports", show_default=False
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="结果写到这里 folder for the results")] = Path(
        "审计结果"
    ),
    register: Annotated[
        Path | None,
        typer.Option("--register", metavar="CSV|XLSX", help="名册：应当报告的单位 the units that have to report"),
    ] = None,
    years: Annotated[str, typer.Option("--years", metavar="2023,2024", help="审计的年度 years to audit")] = "",
    init_register: Annotated[
        Path | None,
        typer.Option("--init-register", metavar="CSV", help="按读到的报告写一份名册样表 write a register to fill in"),
    ] = None,
    pack: PackOption = None,
    region: RegionOption = None,
    day: DayOption = None,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    fail_on: Annotated[
        FailOn | None,
        typer.Option("--fail-on", help="从哪一级问题起退出码为 1（默认 error） findings that make exit code 1"),
    ] = None,
    office: Annotated[str, typer.Option("--office", help="整改通知的发文机关 who sends the notices")] = "",
    notice_template: Annotated[
        Path | None,
        typer.Option("--notice-template", metavar="DOCX", exists=True, dir_okay=False, help="整改通知的模板 template"),
    ] = None,
    init_notice_template: Annotated[
        Path | None,
        typer.Option(
            "--init-notice-template", metavar="DOCX", help="写出自带的整改通知模板，供修改 write the template to change"
        ),
    ] = None,
    notice_days: Annotated[
        int, typer.Option("--notice-days", min=1, max=250, help="整改期限（工作日） working days for an answer")
    ] = 10,
    executor: Annotated[
        str, typer.Option("--executor", metavar="local|dask://HOST:PORT", help="在哪里读取 who reads the reports")
    ] = "local",
    storage_option: Annotated[
        list[str] | None,
        typer.Option(
            "--storage-option", metavar="KEY=VALUE", help="s3:// 等地址的选项，可多次使用 for URLs, repeatable"
        ),
    ] = None,
    config: ConfigOption = None,
    isolated: Annotated[bool, typer.Option("--isolated", help="不用任何配置文件 use no configuration")] = False,  # noqa: FBT002
    lang: LangOption = None,
    no_color: NoColorOption = False,  # noqa: FBT002
    timeout: TimeoutOption = None,
    memory: MemoryOption = None,
    jobs: JobsOption = None,
) -> None:
    """审计全县：谁没报、谁迟报、跨年和上下级数字是否衔接、谁与谁雷同；写出网页、工作簿和整改通知。 Audit all units of a county."""
    console.choose_language(lang)

    def work() -> int:
        from gouji.audit.outputs import Letters  # noqa: PLC0415 - only an audit needs its libraries
        from gouji.cli.audit import AuditCall, audit  # noqa: PLC0415

        return audit(
            AuditCall(
                paths=tuple(paths or ()),
                out=out,
                asked=Asked(
                    pack=pack,
                    region=region,
                    day=_day(day),
                    select=_split(select),
                    ignore=_split(ignore),
                    fail_on=fail_on and fail_on.value,
                    config=config,
                    isolated=isolated,
                ),
                register=register,
                years=console.years_of(years),
                letters=Letters(notice_template, office, notice_days),
                init_register=init_register,
                init_notice_template=init_notice_template,
                executor=executor,
                storage=tuple(storage_option or ()),
                color=not no_color,
                timeout=timeout,
                memory=memory,
                jobs=jobs,
            )
        )

    console.run(work)


@app.command("fix")
def fix_command(  # noqa: PLR0913, PLR0917
    paths: Annotated[
        list[str], typer.Argument(metavar="PATHS...", help="报告文件或文件夹 reports or folders", show_default=False)
    ],
    diff: Annotated[bool, typer.Option("--diff", help="只显示要改什么，不写文件 show, write nothing")] = False,  # noqa: FBT002
    numbers: Annotated[  # noqa: FBT002
        bool,
        typer.Option(
            "--numbers", help="也改多个等式共同证明写错的数字 wrong numbers as well, where equations prove them"
        ),
    ] = False,
    pack: PackOption = None,
    year: YearOption = None,
    region: RegionOption = None,
    day: DayOption = None,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    fail_on: Annotated[
        FailOn | None,
        typer.Option(
            "--fail-on", help="改后还剩哪一级问题时退出码为 1（默认 error） what remains that makes exit code 1"
        ),
    ] = None,
    config: ConfigOption = None,
    isolated: Annotated[bool, typer.Option("--isolated", help="不用任何配置文件 use no configuration")] = False,  # noqa: FBT002
    force_exclude: Annotated[  # noqa: FBT002
        bool, typer.Option("--force-exclude", help="点名的文件也按配置排除 heed excludes for named files as well")
    ] = False,
    lang: LangOption = None,
    timeout: TimeoutOption = None,
    memory: MemoryOption = None,
    jobs: JobsOption = None,
) -> None:
    """改正不影响含义的写法问题：章节名称、括号和数字的全角半角、文号括号、能证明是 0 的空格。 Fix what cannot change meaning."""
    from gouji.cli.fix import FixCall, fix  # noqa: PLC0415

    console.choose_language(lang)
    call = FixCall(
        paths=tuple(paths),
        diff=diff,
        numbers=numbers,
        asked=Asked(
            pack=pack,
            year=year,
            region=region,
            day=_day(day),
            select=_split(select),
            ignore=_split(ignore),
            fail_on=fail_on and fail_on.value,
            config=config,
            isolated=isolated,
        ),
        force_exclude=force_exclude,
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
    timeout: TimeoutOption = None,
    memory: MemoryOption = None,
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
        timeout=timeout or 30,
        memory=memory or 1024,
    )
    console.run(lambda: facts(call))


@app.command("compare")
def compare_command(  # noqa: PLR0913, PLR0917
    first: Annotated[Path, typer.Argument(metavar="A", help="一份报告 a report", exists=True, dir_okay=False)],
    second: Annotated[
        Path,
        typer.Argument(metavar="B", help="另一份，次序不限 another one, in any order", exists=True, dir_okay=False),
    ],
    same_unit: Annotated[  # noqa: FBT002
        bool, typer.Option("--same-unit", help="更名、撤并前后的同一单位 one unit, whatever the names")
    ] = False,
    pack: PackOption = None,
    region: RegionOption = None,
    day: DayOption = None,
    fail_on: Annotated[
        FailOn | None,
        typer.Option("--fail-on", help="从哪一级对照发现起退出码为 1（默认 error） findings that make exit code 1"),
    ] = None,
    form: Annotated[CompareFormat, typer.Option("--format", help="输出格式 output format")] = CompareFormat.TERMINAL,
    output: OutputOption = None,
    config: ConfigOption = None,
    isolated: Annotated[bool, typer.Option("--isolated", help="不用任何配置文件 use no configuration")] = False,  # noqa: FBT002
    lang: LangOption = None,
    no_color: NoColorOption = False,  # noqa: FBT002
    timeout: TimeoutOption = None,
    memory: MemoryOption = None,
) -> None:
    """对照两份报告：同一单位的两年或两个版本，或者两个单位。 Compare two reports: years, versions or units."""
    console.choose_language(lang)

    def work() -> int:
        from gouji.cli.compare import CompareCall, compare  # noqa: PLC0415

        asked = Asked(
            pack=pack,
            region=region,
            day=_day(day),
            fail_on=fail_on and fail_on.value,
            config=config,
            isolated=isolated,
        )
        return compare(
            CompareCall(
                first=first,
                second=second,
                asked=asked,
                same_unit=same_unit,
                form=form.value,
                output=output,
                color=not no_color,
                timeout=timeout,
                memory=memory,
            )
        )

    console.run(work)


@app.command("rules")
def rules_command(pack: PackOption = None, lang: LangOption = None, no_color: NoColorOption = False) -> None:  # noqa: FBT002
    """列出规则包中的规则。 List the rules of a pack."""
    from gouji.cli.rules import rules  # noqa: PLC0415

    console.choose_language(lang)
    console.run(lambda: rules(pack, color=not no_color))


@app.command("explain")
def explain_command(
    rule: Annotated[
        str,
        typer.Argument(
            metavar="[RULE]",
            help="规则编号或名称，如 GJ301 id or slug",
            show_default=False,
            autocompletion=_rule_names,
        ),
    ] = "",
    pack: PackOption = None,
    blind_spots: Annotated[
        str | None,
        typer.Option("--blind-spots", metavar="ID|FILE", help="规则包的等式查不出什么 what a pack cannot show"),
    ] = None,
    lang: LangOption = None,
    no_color: NoColorOption = False,  # noqa: FBT002
) -> None:
    """解释一条规则：查什么、为什么、依据、正反例。 Explain a rule: what, why, basis, examples."""
    from gouji.cli.explain import explain, explain_blind_spots  # noqa: PLC0415

    console.choose_language(lang)
    if blind_spots is not None:
        console.run(lambda: explain_blind_spots(blind_spots, rule, color=not no_color))
    else:
        console.run(lambda: explain(rule, pack, color=not no_color))


@app.command("test")
def prove_command(
    packs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PACKS...]", help="规则包的编号、文件或文件夹（默认全部自带的） ids, files or folders of packs"
        ),
    ] = None,
    mutate: Annotated[  # noqa: FBT002
        bool, typer.Option("--mutate", help="把各种错误放进没有错误的报告，看能否发现 put faults into clean reports")
    ] = False,
    report: Annotated[
        list[Path] | None,
        typer.Option("--report", metavar="FILE", help="没有错误的报告（默认规则包的样本），可以多个 clean reports"),
    ] = None,
    rates: Annotated[
        Path | None, typer.Option("--rates", metavar="FILE", help="检出率不得低于此文件 rates that must not fall")
    ] = None,
    save_rates: Annotated[
        Path | None, typer.Option("--save-rates", metavar="FILE", help="把检出率写入文件 write the rates to a file")
    ] = None,
    output: OutputOption = None,
    lang: LangOption = None,
) -> None:
    """运行规则包里的例子，看规则是否名副其实。 Run the examples in packs: do the rules do what they say?"""
    from gouji.cli.prove import ProveCall, prove_packs  # noqa: PLC0415

    console.choose_language(lang)
    call = ProveCall(
        packs=tuple(packs or ()),
        mutate=mutate,
        reports=tuple(report or ()),
        rates=rates,
        save_rates=save_rates,
        output=output,
    )
    console.run(lambda: prove_packs(call))


@app.command("new")
def new_command(
    unit: Annotated[str, typer.Option("--unit", help="单位全称，写进标题和落款 name of the unit")],
    year: Annotated[int, typer.Option("--year", min=2000, max=2100, help="报告年度 year of the report")],
    form: Annotated[NewFormat, typer.Option("--format", help="文件格式 file format")] = NewFormat.DOCX,
    facts: Annotated[
        Path | None,
        typer.Option("--from", metavar="CSV", help="要填入的数据，gouji facts --format csv 的格式 facts to fill in"),
    ] = None,
    pack: PackOption = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="文件名（默认用标题） name of the file")
    ] = None,
    lang: LangOption = None,
) -> None:
    """按统一格式生成空白年报：章节、表格齐全，合计用公式。 Write a blank report of the official form.

    数字先填 0，文字处写“（请填写…）”。结构规则（GJ1xx）全部通过，只有 GJ106（和文首的 GJ809）会一直指出尚未填写的地方。
    Cells hold 0 and sentences （请填写…）. All rules of structure (GJ1xx) pass but GJ106 (and GJ809 in the lead), which point at what is
    not filled in.
    """
    from gouji.cli.new import NewCall, new  # noqa: PLC0415

    console.choose_language(lang)
    call = NewCall(unit=unit, year=year, form=form.value, facts=facts, pack=pack, output=output)
    console.run(lambda: new(call))


@app.command("docs")
def docs_command(
    pack: PackOption = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="写到哪个文件夹 folder of the pages", file_okay=False)
    ] = Path("docs/rules"),
    check: Annotated[  # noqa: FBT002
        bool, typer.Option("--check", help="只核对是否最新，不写 only tell whether the pages are current")
    ] = False,
    lang: LangOption = None,
) -> None:
    """由规则包生成规则说明，每条规则一页。 Write the pages of packs and rules."""
    from gouji.cli.docs import docs  # noqa: PLC0415

    console.choose_language(lang)
    console.run(lambda: docs(pack, output, check=check))


config_app = typer.Typer(help="配置 configuration", no_args_is_help=True)
app.add_typer(config_app, name="config")
baseline_app = typer.Typer(help="基线：已知问题 known findings", no_args_is_help=True)
app.add_typer(baseline_app, name="baseline")

BaselineOption = Annotated[
    Path | None,
    typer.Option("--baseline", metavar="FILE", help="基线文件（默认按配置，否则 gouji-baseline.jsonl） the baseline"),
]
PathsArgument = Annotated[list[str], typer.Argument(metavar="PATHS...", help="报告文件或文件夹 reports or folders")]


@config_app.command("show")
def config_show_command(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="报告文件 a report")],
    config: ConfigOption = None,
    isolated: Annotated[bool, typer.Option("--isolated", help="不用任何配置文件 use no configuration")] = False,  # noqa: FBT002
    lang: LangOption = None,
) -> None:
    """显示对一个文件起作用的配置及其出处。 Show what applies to a file, and whence."""
    from gouji.cli.config import show  # noqa: PLC0415

    console.choose_language(lang)
    console.run(lambda: show(path, config, isolated=isolated))


@config_app.command("schema")
def config_schema_command(output: OutputOption = None) -> None:
    """输出配置文件的 JSON Schema。 Print the JSON Schema of the configuration."""
    from gouji.cli.schema import config_schema  # noqa: PLC0415

    console.run(lambda: config_schema(output))


@baseline_app.command("write")
def baseline_write_command(  # noqa: PLR0913, PLR0917 - one parameter per option
    paths: PathsArgument,
    reason: Annotated[str, typer.Option("--reason", help="为什么暂不改正 why they are left")] = "",
    owner: Annotated[str, typer.Option("--owner", help="谁负责（默认登录名） who answers for it")] = "",
    baseline: BaselineOption = None,
    accept_new: Annotated[bool, typer.Option("--accept-new", help="允许增加 let it grow")] = False,  # noqa: FBT002
    config: ConfigOption = None,
    day: DayOption = None,
    lang: LangOption = None,
) -> None:
    """把现有问题写入基线。 Write the findings there are into the baseline."""
    from gouji.cli.baseline import write  # noqa: PLC0415

    console.choose_language(lang)
    call = CheckCall(paths=tuple(paths), asked=Asked(config=config, day=_day(day)))
    console.run(lambda: write(call, baseline, reason, owner, accept_new=accept_new))


@baseline_app.command("prune")
def baseline_prune_command(
    paths: PathsArgument,
    baseline: BaselineOption = None,
    config: ConfigOption = None,
    day: DayOption = None,
    lang: LangOption = None,
) -> None:
    """删去基线里已经改正的问题。 Drop what is mended from the baseline."""
    from gouji.cli.baseline import prune  # noqa: PLC0415

    console.choose_language(lang)
    call = CheckCall(paths=tuple(paths), asked=Asked(config=config, day=_day(day)))
    console.run(lambda: prune(call, baseline))


@baseline_app.command("show")
def baseline_show_command(
    baseline: BaselineOption = None, config: ConfigOption = None, day: DayOption = None, lang: LangOption = None
) -> None:
    """列出基线里的问题。 List the baseline."""
    from gouji.cli.baseline import show  # noqa: PLC0415

    console.choose_language(lang)
    console.run(lambda: show(baseline, config, _day(day) or date.today()))  # noqa: DTZ011 - the clerk's own calendar day


@app.command("schema")
def schema_command(output: OutputOption = None) -> None:
    """输出规则包的 JSON Schema，供编辑器使用。 Print the JSON Schema of a pack, for editors."""
    from gouji.cli.schema import schema  # noqa: PLC0415

    console.run(lambda: schema(output))


@app.command("init")
def init_command(
    platform: Annotated[
        Platform, typer.Option("--platform", help="在哪里运行：另写它的 CI 文件 also write the CI file of a platform")
    ] = Platform.LOCAL,
    folder: Annotated[
        Path, typer.Option("--dir", metavar="DIR", help="仓库的文件夹 folder of the repository")
    ] = Path(),
    pack: PackOption = None,
    region: Annotated[
        str | None, typer.Option("--region", help="写入配置的所在地，见 check region to put into the configuration")
    ] = None,
    lang: LangOption = None,
) -> None:
    """写好配置、提交钩子和 CI 文件，已有的不改动。 Write configuration, hook and CI files; existing ones are left."""
    from gouji.cli.init import InitCall, init  # noqa: PLC0415

    console.choose_language(lang)
    call = InitCall(platform=platform.value, folder=folder, pack=pack, region=region)
    console.run(lambda: init(call))


@app.command("doctor")
def doctor_command(
    form: Annotated[DoctorFormat, typer.Option("--format", help="输出格式 output format")] = DoctorFormat.TERMINAL,
    lang: LangOption = None,
) -> None:
    """显示安装了什么、用哪份配置，供求助时附上。 Show what is installed and which configuration applies."""
    from gouji.cli.doctor import doctor  # noqa: PLC0415

    console.choose_language(lang)
    console.run(lambda: doctor(form.value))


def _split(names: list[str] | None) -> tuple[str, ...]:
    return tuple(name.strip() for part in names or () for name in part.split(",") if name.strip())


def _day(day: datetime | None) -> date | None:
    return day.date() if day else None


if os.environ.get("GOUJI_LANG", "").lower().startswith("en"):
    app.info.help = "Check government disclosure reports against declared rules."
