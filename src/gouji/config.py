"""Configuration: ``gouji.toml`` or ``[tool.gouji]`` in ``pyproject.toml``, the closest to each file.

Nothing is merged between files: what applies stands in one place. Options of the command line come
before it; ``gouji config show FILE`` prints what applies and whence.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, field

from gouji.errors import UsageError
from gouji.wording import Text

NAMES = ("gouji.toml", "pyproject.toml")
LARGEST_FILE = 1_000_000  # bytes

FailOn = Literal["error", "warning", "info", "never"]
RuleName = str  # an id or a slug
# What a configuration may change of a rule; what a rule demands is the business of a pack.
CHANGEABLE = ("severity", "points", "cap", "limit", "tolerance", "threshold")

Year = Annotated[int, Meta(ge=2000, le=2100)]
Reason = Annotated[str, Meta(min_length=1, description="为什么 why")]


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

    files: Annotated[tuple[str, ...], Meta(min_length=1)]


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
    exclude: tuple[str, ...] = ()
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
        return any(_matches(pattern, self._relative(path)) for pattern in self.config.exclude)

    def choices(self, path: Path) -> Choices:
        """Return what applies to a file: the general choices, and over them the overrides that match it."""
        config = self.config
        chosen = Choices(**{name: getattr(config, name) for name in Choices.__struct_fields__})
        for override in config.overrides:
            if any(_matches(pattern, self._relative(path)) for pattern in override.files):
                chosen = _over(chosen, override)
        return chosen

    def _relative(self, path: Path) -> str:
        try:
            return path.absolute().relative_to(self.folder.absolute()).as_posix()
        except ValueError:
            return path.as_posix()


UNCONFIGURED = Configured(Config())


def read_config(path: Path) -> Config:
    """Read and validate a configuration.

    Args:
        path: ``pyproject.toml`` (its table ``tool.gouji``) or any other TOML file.

    Raises:
        UsageError: it cannot be read or has a mistake; the message names file, key and what is allowed.
    """
    table = _table(path)
    if path.name == "pyproject.toml":
        table = table.get("tool", {}).get("gouji", {})
    _refuse_unknown(path, table)
    try:
        return msgspec.convert(table, Config)
    except msgspec.ValidationError as error:
        raise _refused(path, _told(str(error))) from None


def closest(path: Path) -> Configured:
    """Find the configuration closest to a file, from its folder up to the root of its repository.

    Raises:
        UsageError: the configuration found has a mistake.
    """
    return _closest(path.absolute().parent)


@lru_cache(maxsize=1024)
def _closest(folder: Path) -> Configured:
    found = _in_folder(folder)
    if found is not None:
        return found
    if folder.parent == folder or (folder / ".git").exists():
        return UNCONFIGURED
    return _closest(folder.parent)


def _in_folder(folder: Path) -> Configured | None:
    for name in NAMES:
        path = folder / name
        if path.is_file() and (name != "pyproject.toml" or _speaks_of_gouji(path)):
            return Configured(read_config(path), path)
    return None


def _speaks_of_gouji(path: Path) -> bool:
    try:
        data = path.read_bytes()
    except OSError:
        return False  # somebody else's file
    return b"gouji" in data and "gouji" in _table(path).get("tool", {})


@lru_cache(maxsize=64)
def _table(path: Path) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - a hook without configuration need not wait for it

    try:
        if path.stat().st_size > LARGEST_FILE:
            raise _refused(path, Text("文件过大", "the file is too large"))
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        reason = error.strerror or str(error)
        raise _refused(path, Text(f"无法读取：{reason}", f"cannot be read: {reason}")) from None
    except UnicodeDecodeError:
        raise _refused(path, Text("不是 UTF-8", "not UTF-8")) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _refused(path, Text(f"不是合法的 TOML：{error}", f"not valid TOML: {error}")) from None


def _over(under: Choices, over: Choices) -> Choices:
    """Lay choices over others: what is set counts, tables are merged by rule."""
    values: dict[str, object] = {}
    for name in Choices.__struct_fields__:
        below, above = getattr(under, name), getattr(over, name)
        values[name] = _merged(below, above) if isinstance(below, dict) else below if above is None else above
    return msgspec.structs.replace(under, **values)


def _merged(below: Mapping[str, object], above: Mapping[str, object]) -> dict[str, object]:
    merged = dict(below)
    for key, value in above.items():
        inner = merged.get(key)
        merged[key] = inner | value if isinstance(inner, dict) and isinstance(value, dict) else value
    return merged


# --- patterns ---------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    """Translate a pattern: without a slash it fits at any depth, a folder stands for all below it."""
    body = pattern.strip("/")
    parts = []
    for found in re.finditer(r"\*\*/?|\*|\?|[^*?]+", body):
        word = found[0]
        parts.append(
            {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}.get(word) or re.escape(word),
        )
    start = "" if "/" in body or pattern.startswith("/") else "(?:.*/)?"
    return re.compile(f"{start}{''.join(parts)}(?:/.*)?")


def _matches(pattern: str, path: str) -> bool:
    return _compiled(pattern).fullmatch(path) is not None


# --- mistakes ---------------------------------------------------------------------------------


def _refuse_unknown(path: Path, table: Mapping[str, object]) -> None:
    """Refuse keys that nobody knows, with the key that may have been meant."""
    for where, name, known in _keys(table):
        if name in known:
            continue
        close = get_close_matches(name, known, 1)
        hint = Text(f"；是不是 {close[0]}？", f"; did you mean {close[0]}?") if close else Text("", "")
        names = ", ".join(known)
        raise _refused(
            path,
            Text(
                f"不认识的键 {where}{name}{hint.zh}可用：{names}"
                if hint.zh
                else f"不认识的键 {where}{name}；可用：{names}",
                f"unknown key {where}{name}{hint.en or f'; there are: {names}'}",
            ),
        )


def _keys(table: Mapping[str, object]) -> Iterator[tuple[str, str, Sequence[str]]]:
    yield from (("", name, Config.__struct_encode_fields__) for name in table)
    yield from _rule_keys("", table)
    overrides = table.get("overrides")
    for number, override in enumerate(overrides if isinstance(overrides, list) else [], 1):
        if isinstance(override, dict):
            where = f"overrides[{number}]."
            yield from ((where, name, Override.__struct_encode_fields__) for name in override)
            yield from _rule_keys(where, override)


def _rule_keys(where: str, table: Mapping[str, object]) -> Iterator[tuple[str, str, Sequence[str]]]:
    rules = table.get("rules")
    for rule, changes in rules.items() if isinstance(rules, dict) else ():
        yield from (
            (f"{where}rules.{rule}.", name, CHANGEABLE) for name in (changes if isinstance(changes, dict) else ())
        )


def _told(english: str) -> Text:
    """Say a validation error in both languages: ``Expected `int`, got `str` - at `$.year` ``."""
    reason, _, where = english.partition(" - at ")
    key = where.strip("`").removeprefix("$").lstrip(".")
    return Text(f"{key or '配置'} 的值不对：{reason}", f"{key or 'the configuration'}: {reason}")


def _refused(path: Path, text: Text) -> UsageError:
    return UsageError(Text(f"配置 {path}：{text.zh}", f"configuration {path}: {text.en}"))


def json_schema() -> dict[str, object]:
    """Return the JSON Schema (2020-12) of ``gouji.toml``, for completion and help in editors."""
    schema: dict[str, object] = msgspec.json.schema(Config)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "gouji configuration", **schema}
