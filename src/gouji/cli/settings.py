"""What applies to each file: the command line over its configuration over what gouji assumes."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from msgspec import Struct

from gouji.cli.console import cache_folder
from gouji.cli.guarding import Setting
from gouji.config import UNCONFIGURED, Choices, Configured, closest, read_config
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
        self._named = Configured(read_config(asked.config), asked.config) if asked.config else None
        self.day = asked.day or date.today()  # noqa: DTZ011 - the clerk's own calendar day
        self.all: list[Setting] = []
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
        self._numbered.append((key, number))
        self.all.append(self._setting(configured, key[1]))
        self.fail_on.append(self._asked.fail_on or configured.config.fail_on or "error")
        return number

    def _setting(self, configured: Configured, choices: Choices) -> Setting:
        asked = self._asked
        named = (asked.pack,) if asked.pack else _names(choices.pack)
        paths = tuple(_pack_file(name, configured.folder) for name in named) or shipped_packs()
        packs = tuple(load_pack(path, cache=cache_folder()) for path in paths)
        refuse = _refusal(configured)
        if choices.rules:
            packs = tuple(_changed(pack, choices.rules, refuse) for pack in packs)
        _refuse_unknown((*choices.ignore, *choices.rules), packs, refuse)
        options = Options(
            check_date=self.day,
            year=asked.year or choices.year,
            region=asked.region if asked.region is not None else choices.region or "",
            unit_kind=choices.unit_kind or "",
            named_pack=len(named) == 1,
            select=asked.select,
            ignore=(*asked.ignore, *choices.ignore),
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


def _names(pack: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return (pack,) if isinstance(pack, str) else pack or ()


def _pack_file(name: str, folder: Path) -> Path:
    """Find a pack beside the configuration, or else as on the command line."""
    beside = folder / name
    return beside if beside.is_file() else find_pack(name)


def _changed(pack: Pack, changes: Mapping[str, Mapping[str, str | int]], refuse: Refusal) -> Pack:
    rules = []
    for rule in pack.rules:
        keys = changes.get(rule.id) or changes.get(rule.slug)
        rules.append(_changed_rule(rule, keys, refuse) if keys else rule)
    return replace(pack, rules=tuple(rules))


def _changed_rule(rule: Rule, keys: Mapping[str, str | int], refuse: Refusal) -> Rule:
    values: dict[str, object] = {}
    for key, value in keys.items():
        if not hasattr(rule, key):
            raise refuse(Text(f"规则 {rule.id} 没有 {key} 可改", f"the rule {rule.id} has no {key}"))
        present = getattr(rule, key)
        if key == "severity":
            if value not in list(Severity):
                known = ", ".join(Severity)
                raise refuse(Text(f"{rule.id} 的 severity 只能是 {known}", f"severity of {rule.id} is one of {known}"))
            values[key] = Severity(str(value))
        elif isinstance(present, int) and not isinstance(value, int):
            raise refuse(Text(f"{rule.id} 的 {key} 应为整数", f"{key} of {rule.id} is a whole number"))
        else:
            values[key] = str(value) if isinstance(present, str) else value
    try:
        return replace(rule, **values)  # type: ignore[arg-type]
    except DeclarationError as error:
        text = Text(f"{rule.id} 的 {error.key}：{error.text.zh}", f"{error.key} of {rule.id}: {error.text.en}")
        raise refuse(text) from None


def _refuse_unknown(names: tuple[str, ...], packs: tuple[Pack, ...], refuse: Refusal) -> None:
    known = {name for pack in packs for rule in pack.rules for name in (rule.id, rule.slug)}
    ignorable = {name for i in INCIDENTS.values() if i.ignorable for name in (i.id, i.slug)}
    for name in names:
        if name not in known and name not in ignorable:
            raise refuse(Text(f"没有可以改动的规则 {name}", f"no rule {name} that may be changed"))
