"""``gouji config show``: what applies to a file, and whence."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from gouji.cli.console import OK, deliver, language
from gouji.cli.settings import Asked, Settings
from gouji.config import Choices, Configured
from gouji.wording import Text


def show(path: Path, config: Path | None, *, isolated: bool) -> int:
    """Tell the configuration of a file, what it chooses for it, the packs and the rules that it changes.

    Raises:
        UsageError, PackError: the configuration or a pack cannot be used.
    """
    settings = Settings(Asked(config=config, isolated=isolated))
    configured = settings.configured(path)
    setting = settings.all[settings.number(path)]
    lines = [*_head(path, configured), *_chosen(configured.choices(path)), *_general(configured)]
    for pack in setting.packs:
        count = len(pack.active) - sum(setting.options.ignores(rule.id, rule.slug) for rule in pack.active)
        lines.append(
            _line(
                Text(
                    f"规则包 {pack.pack}（{pack.years.said.zh}）使用 {count} 条规则",
                    f"pack {pack.pack} ({pack.years.said.en}): {count} rules",
                )
            )
        )
    deliver("\n".join(lines) + "\n", None)
    return OK


def _line(text: Text) -> str:
    return text.in_language(language())


def _head(path: Path, configured: Configured) -> Iterator[str]:
    where = configured.path or Text("没有配置文件", "no configuration").in_language(language())
    yield f"{path.as_posix()}: {where}"
    if configured.excludes(path):
        yield _line(Text("  这个文件被 exclude 排除", "  this file is excluded"))


def _chosen(choices: Choices) -> Iterator[str]:
    plain: dict[str, object] = msgspec.to_builtins(choices)
    for name, value in plain.items():
        if value not in (None, {}, []):
            yield f"  {name} = {msgspec.json.encode(value).decode()}"


def _general(configured: Configured) -> Iterator[str]:
    plain: dict[str, object] = msgspec.to_builtins(configured.config)
    for name in ("fail-on", "exclude", "timeout", "memory"):
        if plain.get(name) not in (None, [], ()):
            yield f"  {name} = {msgspec.json.encode(plain[name]).decode()}"
