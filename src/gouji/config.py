"""Configuration: ``gouji.toml`` or ``[tool.gouji]`` in ``pyproject.toml``, the closest to each file.

Nothing is merged between files: what applies stands in one place. Options of the command line come
before it; ``gouji config show FILE`` prints what applies and whence.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import Meta, Struct, field

from gouji.errors import UsageError
from gouji.outline import compiled
from gouji.toml_file import LARGEST_FILE, TomlError, read_toml
from gouji.wording import Text, shorten

NAME, SHARED_NAME = "gouji.toml", "pyproject.toml"

FailOn = Literal["error", "warning", "info", "never"]
RuleName = str  # an id or a slug
# What a configuration may change of a rule; what a rule demands is the business of a pack.
CHANGEABLE = ("severity", "points", "cap", "limit", "tolerance", "threshold")

Year = Annotated[int, Meta(ge=2000, le=2100)]
Reason = Annotated[str, Meta(pattern=r"\S", description="为什么 why")]
Pattern = Annotated[str, Meta(min_length=1, max_length=500)]


class Choices(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """What may be set for all files or for some.

    Attributes:
        pack: id or file (relative to the configuration) of a rule pack, or several to choose from by year.
        year: the report year where the text does not decide it.
        region: where the units are: an area code, or province, city and county.
        unit_kind: kind of the units where their names do not tell it.
        ignore: rules that are not used, each with the reason.
        rules: severity, points and thresholds of rules, by id or slug.
    """

    pack: str | tuple[str, ...] | None = None
    year: Year | None = None
    region: str | None = None
    unit_kind: str | None = None
    ignore: dict[RuleName, Reason] = field(default_factory=dict)
    rules: dict[RuleName, dict[str, str | int]] = field(default_factory=dict)


class Override(Choices, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Choices for the files that match one of the patterns (``*``, ``**`` over folders, ``?``)."""

    files: Annotated[tuple[Pattern, ...], Meta(min_length=1)]


class Config(Choices, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """A whole configuration.

    Attributes:
        fail_on: from which severity findings make the exit code 1.
        exclude: patterns of files that are passed over on walks, and with ``--force-exclude`` always.
        timeout: seconds for one file.
        memory: megabytes for one file.
        baseline: the file of known findings, relative to the configuration.
        overrides: choices for some files; of several that match, the last counts, key by key.
    """

    fail_on: FailOn | None = None
    exclude: tuple[Pattern, ...] = ()
    timeout: Annotated[float, Meta(ge=1, le=3600)] | None = None
    memory: Annotated[int, Meta(ge=256, le=65536)] | None = None
    baseline: str | None = None
    overrides: tuple[Override, ...] = ()


class Configured(Struct, frozen=True):
    """A configuration and the file it was read from; None where there is none."""

    config: Config
    path: Path | None = None

    @property
    def folder(self) -> Path:
        """The folder that patterns and pack files are relative to."""
        return self.path.parent if self.path else Path()

    def excludes(self, path: Path) -> bool:
        """Tell whether a file is to be passed over."""
        return bool(self.config.exclude) and _fits(self.config.exclude, self._relative(path))

    def choices(self, path: Path) -> Choices:
        """Return what applies to a file: the general choices, and over them the overrides that match it."""
        config = self.config
        chosen = Choices(**{name: getattr(config, name) for name in Choices.__struct_fields__})
        for _, override in self.fitting(path):
            chosen = _over(chosen, override)
        return chosen

    def fitting(self, path: Path) -> Iterator[tuple[int, Override]]:
        """Yield the overrides that fit a file, each with its number from 1, in order."""
        if self.config.overrides:
            name = self._relative(path)
            yield from ((n, one) for n, one in enumerate(self.config.overrides, 1) if _fits(one.files, name))

    def _relative(self, path: Path) -> str:
        """Return the name that patterns are held against; a name that is no text has ``?`` for what is none."""
        name, folder = _without_dots(path), _without_dots(self.folder)
        # a file outside keeps its whole name: patterns without a slash fit it still
        name = name.removeprefix(folder if folder.endswith(os.sep) else folder + os.sep)
        return name.replace(os.sep, "/").encode("utf-8", "replace").decode()


UNCONFIGURED = Configured(Config())


def without_dots(path: Path) -> Path:
    """Return an absolute path without ``..``; links are left as they are named."""
    return Path(_without_dots(path))


def _without_dots(path: Path) -> str:
    return os.path.abspath(path)  # noqa: PTH100 - Path.absolute keeps the dots


def read_config(path: Path) -> Config:
    """Read and validate a configuration.

    Args:
        path: ``pyproject.toml`` (its table ``tool.gouji``) or any other TOML file.

    Raises:
        UsageError: it cannot be read or has a mistake; the message names file, key and what is allowed.
    """
    table = _table(path)
    if path.name == SHARED_NAME:
        table = _own(table)
        if table is None:
            raise _refused(path, Text("里面没有 [tool.gouji]", "there is no [tool.gouji]"))
    if not isinstance(table, dict):
        raise _refused(path, Text("tool.gouji 应为表", "tool.gouji is to be a table"))
    _refuse_unknown(path, table)
    _refuse_values(path, table)
    try:
        config = msgspec.convert(table, Config)
    except msgspec.ValidationError as error:
        raise _refused(path, _told(str(error))) from None
    for where, pattern in _patterns(config):
        reason = _misleading(pattern)
        if reason is not None:
            shown = shorten(pattern, 60)
            text = Text(f"{where} 的模式 {shown}：{reason.zh}", f"{where}, pattern {shown}: {reason.en}")
            raise _refused(path, text)
    return config


def closest(path: Path) -> Configured:
    """Find the configuration closest to a file, from its folder up to the root of its repository.

    Raises:
        UsageError: the configuration found has a mistake.
    """
    return _closest(os.path.dirname(_without_dots(path)))  # noqa: PTH120 - a path object costs more than the search


@lru_cache(maxsize=4096)
def _closest(name: str) -> Configured:
    folder = Path(name)
    for base in (folder, *folder.parents):
        found = _in_folder(base)
        if found is not None:
            return found
        if os.path.lexists(base / ".git"):
            break
    return UNCONFIGURED


@lru_cache(maxsize=4096)
def _in_folder(folder: Path) -> Configured | None:
    own, shared = folder / NAME, folder / SHARED_NAME
    if os.path.lexists(own):
        if not os.path.isfile(own):  # noqa: PTH113 - Path.is_file raises where a folder is closed
            # passing it over would judge by other rules than somebody meant
            raise _refused(own, Text("不是普通文件", "not a regular file"))
        return Configured(read_config(own), own)
    if os.path.isfile(shared) and _speaks_of_gouji(shared):  # noqa: PTH113
        return Configured(read_config(shared), shared)
    return None


def _speaks_of_gouji(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError:
        return False  # somebody else's file
    return b"gouji" in data and _own(_table(path)) is not None


def _own(table: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever somebody wrote
    tool = table.get("tool")
    return tool.get("gouji") if isinstance(tool, dict) else None


@lru_cache(maxsize=64)
def _table(path: Path) -> dict[str, Any]:
    try:
        return read_toml(path)
    except TomlError as error:
        raise _refused(path, error.text) from None


def _over(under: Choices, over: Choices) -> Choices:
    """Lay choices over others: what is set counts, tables are merged by rule."""
    values: dict[str, object] = {}
    for name in Choices.__struct_fields__:
        below, above = getattr(under, name), getattr(over, name)
        values[name] = _merged(below, above) if isinstance(below, dict) else below if above is None else above
    return msgspec.structs.replace(under, **values)


def _merged(below: Mapping[str, object], above: Mapping[str, object]) -> dict[str, object]:
    """Merge tables by rule; what was set last stands last, for a rule may be named by id here and by slug there."""
    merged = dict(below)
    for key, value in above.items():
        inner = merged.pop(key, None)
        merged[key] = inner | value if isinstance(inner, dict) and isinstance(value, dict) else value
    return merged


# --- patterns ---------------------------------------------------------------------------------

_WILD = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


@lru_cache(maxsize=1024)
def _expression(pattern: str) -> str:
    """Translate a pattern: without a slash it fits at any depth, a folder stands for all below it."""
    pattern = re.sub(r"^\./", "/", pattern)
    body = pattern.strip("/")
    words = re.findall(r"\*\*/?|\*|\?|[^*?]+", body)
    start = "" if "/" in body or pattern.startswith("/") else "(?:.*/)?"
    return f"(?s){start}{''.join(_WILD.get(word) or re.escape(word) for word in words)}(?:/.*)?"


def _fits(patterns: Sequence[str], path: str) -> bool:
    # RE2, for a pattern with many stars must not hang a run
    return any(compiled(_expression(pattern)).fullmatch(path) is not None for pattern in patterns)


def _patterns(config: Config) -> Iterator[tuple[str, str]]:
    yield from (("exclude", pattern) for pattern in config.exclude)
    for number, override in enumerate(config.overrides, 1):
        yield from ((f"overrides[{number}].files", pattern) for pattern in override.files)


def _misleading(pattern: str) -> Text | None:
    """Say why a pattern would not do what it seems to; None where it does."""
    if "\\" in pattern:
        return Text("文件夹之间写 /，不写 \\", "folders are parted by /, not by \\")
    if not pattern.strip("./"):
        return Text("没有写明文件", "names no file")
    if ".." in pattern.split("/"):
        return Text("不能用 .. 指向配置所在文件夹以外", "cannot lead out of the configuration's folder by ..")
    if pattern.startswith("!") or "{" in pattern:
        return Text(
            "只有 *、** 和 ? 有特殊含义，没有 ! 和 {…}", "only *, ** and ? are special; there is no ! and no {…}"
        )
    return None


# --- mistakes ---------------------------------------------------------------------------------


def _refuse_unknown(path: Path, table: Mapping[str, object]) -> None:
    """Refuse keys that nobody knows, with the key that may have been meant."""
    for where, name, known in _keys(table):
        if name in known:
            continue
        close = get_close_matches(name, known, 1)
        hint = Text(f"；是不是 {close[0]}？", f"; did you mean {close[0]}?") if close else Text("", "")
        key, names = shorten(f"{where}{name}", 80), ", ".join(known)
        text = Text(
            f"不认识的键 {key}{hint.zh or f'；可用：{names}'}", f"unknown key {key}{hint.en or f'; there are: {names}'}"
        )
        raise _refused(path, text)


def _keys(table: Mapping[str, object]) -> Iterator[tuple[str, str, Sequence[str]]]:
    for where, own in _tables(table):
        known = Override.__struct_encode_fields__ if where else Config.__struct_encode_fields__
        yield from ((where, name, known) for name in own)
        for rule, changes in _items(own.get("rules")):
            yield from ((f"{where}rules.{rule}.", name, CHANGEABLE) for name, _ in _items(changes))


def _tables(table: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield the table itself and its overrides, each with what its keys are called by."""
    yield "", table
    overrides = table.get("overrides")
    for number, override in enumerate(overrides if isinstance(overrides, list) else (), 1):
        if isinstance(override, dict):
            yield f"overrides[{number}].", override


def _items(value: object) -> Iterable[tuple[str, object]]:
    return value.items() if isinstance(value, dict) else ()


def _refuse_values(path: Path, table: Mapping[str, object]) -> None:
    """Refuse reasons that are none and changes that are no text or number; msgspec would not name their keys."""
    for where, own in _tables(table):
        for rule, reason in _items(own.get("ignore")):
            if not (isinstance(reason, str) and reason.strip()):
                key = f"{where}ignore.{rule}"
                raise _refused(path, Text(f"{key} 要写明理由", f"{key} is to give a reason"))
        for rule, changes in _items(own.get("rules")):
            if not isinstance(changes, dict):
                key = f"{where}rules.{rule}"
                raise _refused(path, Text(f"{key} 应为表", f"{key} is to be a table"))
            for name, value in changes.items():
                if isinstance(value, bool) or not isinstance(value, str | int):
                    key = f"{where}rules.{rule}.{name}"
                    raise _refused(path, Text(f"{key} 应为文字或整数", f"{key} is to be text or a whole number"))


_TYPES = {
    "str": "文字", "int": "整数", "float": "数", "bool": "真假值", "array": "数组", "object": "表", "null": "空",
}  # fmt: skip


def _told(english: str) -> Text:
    """Say a validation error in both languages: ``Expected `int`, got `str` - at `$.year` ``."""
    reason, _, where = english.partition(" - at ")
    key = where.strip("`").removeprefix("$").lstrip(".")
    key = re.sub(r"\[(\d+)\]", lambda found: f"[{int(found[1]) + 1}]", key)  # people count from 1
    if reason.startswith("Invalid enum"):
        known = ", ".join(get_args(FailOn))
        return Text(f"{key} 只能是 {known}", f"{key} is one of {known}")
    reason = reason.replace(" | null", "")
    said = _said(reason)
    return Text(f"{key or '配置'} 的值不对：{said}", f"{key or 'the configuration'} has a wrong value: {reason}")


def _said(english: str) -> str:
    if types := re.fullmatch(r"Expected `([a-z| ]+)`, got `([a-z]+)`", english):
        wanted = "或".join(_TYPES.get(name, name) for name in types[1].split(" | "))
        return f"应为{wanted}，不是{_TYPES.get(types[2], types[2])}"
    if bound := re.fullmatch(r"Expected `[a-z]+` ([<>]=) ([0-9.]+)", english):
        return f"应{'不小于' if bound[1] == '>=' else '不大于'} {bound[2]}"
    if length := re.fullmatch(r"Expected `[a-z]+` of length ([<>]=) ([0-9]+)", english):
        return f"{'至少' if length[1] == '>=' else '至多'} {length[2]} 个"
    if missing := re.fullmatch(r"Object missing required field `([a-z-]+)`", english):
        return f"缺少 {missing[1]}"
    return english


def _refused(path: Path, text: Text) -> UsageError:
    return UsageError(Text(f"配置 {path}：{text.zh}", f"configuration {path}: {text.en}"))


def json_schema() -> dict[str, object]:
    """Return the JSON Schema (2020-12) of ``gouji.toml``, for completion and help in editors."""
    schema: dict[str, Any] = msgspec.json.schema(Config)
    for definition in schema["$defs"].values():
        # msgspec leaves out which names a table may have
        definition["properties"]["rules"]["additionalProperties"]["propertyNames"] = {"enum": list(CHANGEABLE)}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "gouji configuration", **schema}
