"""``gouji config show``: what applies to a file, and whence."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from gouji.cli.console import OK, deliver, language
from gouji.cli.settings import Asked, Settings
from gouji.config import Configured
from gouji.errors import UsageError
from gouji.reporters.escape import visible
from gouji.wording import Text


def show(path: Path, config: Path | None, *, isolated: bool) -> int:
    """Tell the configuration of a file, what it chooses for it, the packs and the rules that it changes.

    Raises:
        UsageError, PackError: the configuration or a pack cannot be used.
    """
    if path.is_dir():
        raise UsageError(Text(f"{path} 是文件夹，请给出其中一个文件", f"{path} is a folder; name a file in it"))
    if not path.is_file():
        raise UsageError(Text(f"没有这个文件：{path}", f"no such file: {path}"))
    settings = Settings(Asked(config=config, isolated=isolated))
    configured = settings.configured(path)
    setting = settings.all[settings.number(path)]
    lines = [*_head(path, configured), *_chosen(configured, path), *_general(configured)]
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
    deliver("".join(f"{visible(line)}\n" for line in lines), None)
    return OK


def _line(text: Text) -> str:
    return text.in_language(language())


def _head(path: Path, configured: Configured) -> Iterator[str]:
    where = configured.path or Text("没有配置文件", "no configuration").in_language(language())
    yield f"{path.as_posix()}: {where}"
    if configured.excludes(path):
        yield _line(Text("  这个文件被 exclude 排除", "  this file is excluded"))


def _chosen(configured: Configured, path: Path) -> Iterator[str]:
    fitting = [f"overrides[{n}]" for n, one in configured.fitting(path)]
    if fitting:
        yield _line(Text(f"  适用：{'、'.join(fitting)}", f"  fitting: {', '.join(fitting)}"))
    plain: dict[str, object] = msgspec.to_builtins(configured.choices(path))
    for name, value in plain.items():
        if value in (None, {}, ()):
            continue
        if isinstance(value, dict):
            yield from (f"  {name}.{key} = {_json(inner)}" for key, inner in value.items())
        else:
            yield f"  {name} = {_json(value)}"


def _general(configured: Configured) -> Iterator[str]:
    plain: dict[str, object] = msgspec.to_builtins(configured.config)
    for name in ("fail-on", "exclude", "timeout", "memory"):
        if plain.get(name) not in (None, [], ()):
            yield f"  {name} = {_json(plain[name])}"
    if configured.config.baseline:
        yield f"  baseline = {_json((configured.folder / configured.config.baseline).as_posix())}"


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
