"""What applies to each file: the command line over its configuration over what gouji assumes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from msgspec import Struct

from gouji.batch import Setting
from gouji.cli.console import cache_folder
from gouji.config import UNCONFIGURED, Choices, Config, Configured, closest, read_config
from gouji.engine import Options
from gouji.errors import DeclarationError, UsageError
from gouji.finding import Severity
from gouji.intake import INCIDENTS
from gouji.pack import Pack
from gouji.pack_store import find_pack, load_pack, shipped_packs
from gouji.rule import Rule
from gouji.wording import Text


class Asked(Struct, frozen=True, kw_only=True):
    """What the command line says about how to judge; None and empty leave it to the configuration."""

    pack: str | None = None
    year: int | None = None
    region: str | None = None
    day: date | None = None
    published: date | None = None
    previous: Path | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str | None = None
    config: Path | None = None
    isolated: bool = False


class Settings:
    """The settings of a run: each different one once, and which of them a file has."""

    def __init__(self, asked: Asked) -> None:
        """Take what the command line says.

        Raises:
            UsageError: the configuration that it names cannot be used.
        """
        self._asked = asked
        self._named = None
        if asked.config and not asked.isolated:
            self._named = Configured(read_config(asked.config), asked.config)
        self.day = asked.day or date.today()  # noqa: DTZ011 - the clerk's own calendar day
        self.all: list[Setting] = []
        self.configs: list[Configured] = []  # that each of them is from
        self.fail_on: list[str] = []
        self._numbered: list[tuple[tuple[Path | None, Choices], int]] = []

    def configured(self, path: Path) -> Configured:
        """Return the configuration of a file."""
        if self._asked.isolated:
            return UNCONFIGURED
        return self._named or closest(path)

    def number(self, path: Path) -> int:
        """Return which setting of ``all`` a file has.

        Raises:
            UsageError, PackError: its configuration or a pack that it names cannot be used.
        """
        configured = self.configured(path)
        key = (configured.path, configured.choices(path))
        for known, number in self._numbered:
            if known == key:
                return number
        number = len(self.all)
        self.all.append(self._setting(configured, key[1]))
        self._numbered.append((key, number))
        self.configs.append(configured)
        self.fail_on.append(self._asked.fail_on or configured.config.fail_on or "error")
        return number

    def _setting(self, configured: Configured, choices: Choices) -> Setting:
        asked = self._asked
        refuse = _refusal(configured)
        paths = (find_pack(asked.pack),) if asked.pack else _pack_files(choices.pack, configured, refuse)
        packs = tuple(load_pack(path, cache=cache_folder()) for path in paths)
        _refuse_unknown(choices, packs, refuse)
        if choices.rules:
            packs = tuple(_changed(pack, choices.rules, refuse) for pack in packs)
        asked_for = {name for pack in packs for name in _both_names(asked.select, pack)}
        options = Options(
            check_date=self.day,
            year=asked.year or choices.year,
            region=asked.region if asked.region is not None else choices.region or "",
            unit_kind=choices.unit_kind or "",
            published=asked.published,
            previous=asked.previous,
            named_pack=bool(asked.pack or choices.pack) and len(paths) == 1,
            select=asked.select,
            # a rule that the command line asks for by its own name is wanted, whatever a configuration says
            ignore=(*asked.ignore, *(name for name in choices.ignore if name not in asked_for)),
        )
        kinds = {kind for pack in packs for kind in pack.report.unit_kinds}
        if options.unit_kind and options.unit_kind not in kinds:
            known = ", ".join(sorted(kinds))
            text = Text(
                f"没有单位类型 {options.unit_kind}；有：{known}",
                f"no kind of unit {options.unit_kind}; there are: {known}",
            )
            raise refuse(text)
        return Setting(tuple(sorted(packs, key=lambda pack: pack.years.first)), options)


Refusal = Callable[[Text], UsageError]


def _refusal(configured: Configured) -> Refusal:
    where = configured.path or ""
    return lambda text: UsageError(Text(f"配置 {where}：{text.zh}", f"configuration {where}: {text.en}"))


def _pack_files(named: str | tuple[str, ...] | None, configured: Configured, refuse: Refusal) -> tuple[Path, ...]:
    """Find the packs of a configuration, first beside it; without any, the national packs."""
    names = (named,) if isinstance(named, str) else named or ()
    found = []
    for name in names:
        beside = configured.folder / name
        try:
            found.append(beside if beside.is_file() else find_pack(name))
        except UsageError as error:
            raise refuse(error.text) from None
    return tuple(found) or shipped_packs()


def _both_names(names: Iterable[str], pack: Pack) -> set[str]:
    """Return the ids and slugs of rules that are named by one of them."""
    wanted = set(names)
    return {name for rule in pack.rules if wanted & {rule.id, rule.slug} for name in (rule.id, rule.slug)}


def _changed(pack: Pack, changes: Mapping[str, Mapping[str, str | int]], refuse: Refusal) -> Pack:
    rules = []
    for rule in pack.rules:
        keys: dict[str, str | int] = {}
        for name, values in changes.items():  # in the order they were set: by id or by slug, the last counts
            if name in (rule.id, rule.slug):
                keys |= values
        rules.append(_changed_rule(rule, keys, refuse) if keys else rule)
    return replace(pack, rules=tuple(rules))


def _changed_rule(rule: Rule, keys: Mapping[str, str | int], refuse: Refusal) -> Rule:
    values: dict[str, object] = {}
    declared = {one.name: one.type for one in fields(rule)}
    for key, value in keys.items():
        if key not in declared:
            raise refuse(Text(f"规则 {rule.id} 没有 {key} 可改", f"the rule {rule.id} has no {key}"))
        present = getattr(rule, key)
        if key == "severity":
            if value not in list(Severity):
                known = ", ".join(Severity)
                raise refuse(Text(f"{rule.id} 的 severity 只能是 {known}", f"severity of {rule.id} is one of {known}"))
            values[key] = Severity(str(value))
        elif key in {"points", "cap"}:
            values[key] = value
        elif isinstance(present, int):
            if not isinstance(value, int) or value < 0:
                text = Text(f"{rule.id} 的 {key} 应为不小于 0 的整数", f"{key} of {rule.id} is a whole number from 0")
                raise refuse(text)
            values[key] = value
        else:
            values[key] = str(value)
    try:
        return replace(rule, **values)  # type: ignore[arg-type]
    except DeclarationError as error:
        text = Text(f"{rule.id} 的 {error.key}：{error.text.zh}", f"{error.key} of {rule.id}: {error.text.en}")
        raise refuse(text) from None


def _refuse_unknown(choices: Choices, packs: Sequence[Pack], refuse: Refusal) -> None:
    known = {name for pack in packs for rule in pack.rules for name in (rule.id, rule.slug)}
    ignorable = {name for i in INCIDENTS.values() if i.ignorable for name in (i.id, i.slug)}
    built_in = {name for i in INCIDENTS.values() for name in (i.id, i.slug)}
    for key, names, allowed in (("ignore", choices.ignore, known | ignorable), ("rules", choices.rules, known)):
        for name in names:
            if name in allowed:
                continue
            if name in built_in:
                text = Text(f"{key}：内置规则 {name} 不能改动", f"{key}: the built-in rule {name} cannot be changed")
                raise refuse(text)
            close = get_close_matches(name, sorted(allowed), 1)
            hint = Text(f"，是不是 {close[0]}？", f", did you mean {close[0]}?") if close else Text("", "")
            raise refuse(Text(f"{key}：没有规则 {name}{hint.zh}", f"{key}: no rule {name}{hint.en}"))


STRICTEST = ("info", "warning", "error", "never")


def fail_on_of_all(settings: Settings) -> str:
    """Return the severity from which some file of a run fails it: what a report of all can say."""
    return min(settings.fail_on, key=STRICTEST.index, default="error")


def limits_of_all(settings: Settings, seconds: float | None, megabytes: int | None) -> tuple[float, int]:
    """Return seconds and megabytes for one file: as asked, or the most that a configuration of the run gives."""
    configs: list[Config] = [configured.config for configured in settings.configs]
    return (
        seconds or max((config.timeout or 30 for config in configs), default=30),
        megabytes or max((config.memory or 1024 for config in configs), default=1024),
    )
