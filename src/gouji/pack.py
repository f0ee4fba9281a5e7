"""Rule packs: YAML files validated once, every mistake shown with its file and line."""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from difflib import get_close_matches
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, ClassVar

from gouji import __version__
from gouji.checks import KINDS
from gouji.errors import Mistake, PackError, UsageError
from gouji.extract import Outline
from gouji.finding import Severity
from gouji.forms import Form, FormBlock, Line
from gouji.outline import DeclaredField, DeclaredSection, Title
from gouji.rule import Example, Examples, Rule
from gouji.subject import Declared
from gouji.wording import Text
from gouji.yaml_lines import Node, Plain, YamlError, excerpt, parse

FAMILY = "cn-gov-disclosure"
MOST_INCLUDES = 64
_LISTS = ("sections", "fields", "forms", "rules")


@dataclass(frozen=True, kw_only=True, eq=False)
class Years:
    """The report years that a pack is for; an open end is absent."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    first: int
    last: int | None = None

    def __post_init__(self) -> None:
        """Refuse an end before the beginning."""
        if self.last is not None and self.last < self.first:
            raise ValueError("last: the last year comes before the first")

    def __contains__(self, year: object) -> bool:
        """Tell whether the pack is for a year."""
        return isinstance(year, int) and self.first <= year and (self.last is None or year <= self.last)


@dataclass(frozen=True, kw_only=True, eq=False)
class PackHead:
    """A rule pack without its rules.

    Attributes:
        pack: its id, ``family/name``.
        title: what it is called.
        years: the report years it is for.
        report: how the report's title is written.
        sections, fields, forms: what its rules may speak of.
        specimen: a complete invented report beside the pack, which the rules' examples change.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    pack: str
    title: Text
    years: Years
    report: Title
    sections: tuple[DeclaredSection, ...]
    fields: tuple[DeclaredField, ...]
    forms: tuple[Form, ...]
    specimen: str = ""

    @cached_property
    def declared(self) -> Declared:
        """What the rules may speak of, by key."""
        return Declared(
            {section.key: section for section in self.sections},
            {field.key: field for field in self.fields},
            {form.key: form for form in self.forms},
        )

    @cached_property
    def outline(self) -> Outline:
        """What reading a report depends on."""
        return Outline(self.pack, self.report, self.sections, self.fields, self.forms)


@dataclass(frozen=True, kw_only=True, eq=False)
class Pack(PackHead):
    """A rule pack; ``rules`` are sorted by id."""

    rules: tuple[Rule, ...]


def pack_root() -> Path:
    """Return the folder of the packs that come with gouji: in the wheel, or in the checkout."""
    here = Path(__file__).resolve()
    shipped = here.parent / "rules"
    return shipped if shipped.is_dir() else here.parents[2] / "rules"


def shipped_packs() -> tuple[Path, ...]:
    """Return the files of the national packs, oldest years first."""
    return tuple(sorted((pack_root() / FAMILY).glob("*.yaml")))


def find_pack(name: str) -> Path:
    """Return the file of a pack given by path or by id.

    Raises:
        UsageError: there is no such pack.
    """
    for path in (Path(name), pack_root() / f"{name}.yaml"):
        if path.is_file():
            return path
    known = "、".join(f"{p.parent.name}/{p.stem}" for p in shipped_packs())
    raise UsageError(Text(f"没有规则包 {name}；自带的有：{known}", f"no rule pack {name}; gouji has: {known}"))


def load_pack(path: Path, *, cache: Path | None = None, examples: bool = False) -> Pack:
    """Load and validate a pack.

    Args:
        path: its main file.
        cache: a folder for validated packs; reading one back costs a tenth of validating it.
        examples: keep the rules' examples, which only ``explain`` and tests need.

    Raises:
        PackError: the pack has mistakes; all of them are in it.
    """
    key = hashlib.sha256(f"{__version__} {_shape()} {path.resolve()}".encode()).hexdigest()[:32]
    kept = cache / f"pack-{key}.json" if cache and not examples else None
    pack = _restored(kept) if kept else None
    if pack is None:
        node, files = _merged(path)
        pack = _validated(node, files)
        if pack.specimen and not (path.parent / pack.specimen).is_file():
            text = Text(f"没有样本文件 {pack.specimen}", f"there is no specimen {pack.specimen}")
            raise PackError((_mistake(node.find(("specimen",)), files, text),))
        if not examples:
            pack = replace(pack, rules=tuple(replace(rule, examples=None) for rule in pack.rules))
        if kept:
            _keep(kept, pack, files)
    return pack


# --- reading ----------------------------------------------------------------------------------


def _merged(path: Path) -> tuple[Node, dict[str, str]]:
    """Read a pack's file and the files it includes into one node; also return the texts by path."""
    texts: dict[str, str] = {}
    root = _read(path, texts)
    members = dict(root.value) if isinstance(root.value, dict) else {}
    includes = members.pop("include", None)
    parts = [_read(file, texts) for file in _included(path, includes, texts)]
    for key in _LISTS:
        lists = [node.value[key] for node in (root, *parts) if isinstance(node.value, dict) and key in node.value]
        merged = [item for part in lists if isinstance(part.value, list) for item in part.value]
        if lists and all(isinstance(part.value, list) for part in lists):
            members[key] = replace(lists[0], value=merged)
    mistakes = tuple(
        _mistake(
            node,
            texts,
            Text(f"被引入的文件只能有 {'、'.join(_LISTS)}", f"an included file holds only {', '.join(_LISTS)}"),
        )
        for part in parts
        for name, node in (part.value.items() if isinstance(part.value, dict) else [("", part)])
        if name not in _LISTS
    )
    if mistakes:
        raise PackError(mistakes)
    return replace(root, value=members), texts


def _read(path: Path, texts: dict[str, str]) -> Node:
    name = _shown(path)
    try:
        if path.exists() and not path.is_file():
            raise PackError((Mistake(name, 1, 1, "", Text("不是普通文件", "not a regular file")),))
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = error.strerror or str(error)
        raise PackError((Mistake(name, 1, 1, "", Text(f"无法读取：{reason}", f"cannot be read: {reason}")),)) from None
    except UnicodeDecodeError as error:
        where = Text(f"第 {error.start} 字节处不是 UTF-8", f"not UTF-8 at byte {error.start}")
        raise PackError((Mistake(name, 1, 1, "", where),)) from None
    texts[name] = text
    try:
        return parse(text, name)
    except YamlError as error:
        raise PackError((error.mistake,)) from None


def _included(path: Path, includes: Node | None, texts: dict[str, str]) -> Iterator[Path]:
    if includes is None:
        return
    items = includes.value if isinstance(includes.value, list) else [includes]
    root, seen = path.parent.resolve(), {path.resolve()}
    for node in items[: MOST_INCLUDES + 1]:
        name = node.value
        target = (path.parent / name).resolve() if isinstance(name, str) else root
        if not isinstance(name, str) or not target.is_relative_to(root) or len(seen) > MOST_INCLUDES:
            text = Text("include 只能是本规则包目录下的文件", "include takes files below the pack's own folder")
            raise PackError((_mistake(node, texts, text),))
        if target in seen:
            text = Text(f"循环或重复引入：{name}", f"included twice, or in a circle: {name}")
            raise PackError((_mistake(node, texts, text),))
        seen.add(target)
        yield path.parent / name


def _shown(path: Path) -> str:
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def _mistake(node: Node, texts: dict[str, str], text: Text) -> Mistake:
    return Mistake(node.path, node.line, node.column, excerpt(texts.get(node.path, ""), node.line), text)


# --- validating -------------------------------------------------------------------------------


def _validated(node: Node, texts: dict[str, str]) -> Pack:
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - 100 ms a kept pack need not pay

    members = node.plain()
    declared = members if isinstance(members, dict) else {}
    rules, mistakes, head = [], [], None
    for where, kind, plain in _parts(declared):
        if kind is None:
            text = Text(f"kind 只能是 {'、'.join(KINDS)}", f"kind is one of {', '.join(KINDS)}")
            mistakes.append(_mistake(node.find((*where, "kind")), texts, text))
            continue
        try:
            value: object = TypeAdapter(kind).validate_python(plain)
        except ValidationError as error:
            mistakes += [_told(where, dict(e), node, texts) for e in error.errors(include_url=False)]
            continue
        if isinstance(value, Rule):
            rules.append(value)
        else:
            head = value
    if mistakes or not isinstance(head, PackHead):
        raise PackError(tuple(sorted(set(mistakes), key=lambda m: (m.path, m.line, m.column))))
    pack = Pack(**{f.name: getattr(head, f.name) for f in fields(PackHead)}, rules=tuple(rules))
    mistakes = [_mistake(node.find(where), texts, text) for where, text in _inconsistent(pack)]
    if mistakes:
        raise PackError(tuple(mistakes))
    return replace(pack, rules=tuple(sorted(pack.rules, key=lambda rule: rule.id)))


def _parts(declared: dict[str, Plain]) -> Iterator[tuple[tuple[str | int, ...], type | None, Plain]]:
    """Yield what is validated by itself: the head, then each rule by its kind."""
    yield (), PackHead, {key: value for key, value in declared.items() if key != "rules"}
    rules = declared.get("rules", [])
    for n, rule in enumerate(rules if isinstance(rules, list) else [rules]):
        kind = rule.get("kind") if isinstance(rule, dict) else None
        yield ("rules", n), KINDS.get(str(kind)), rule


def _told(part: tuple[str | int, ...], error: dict[str, object], node: Node, texts: dict[str, str]) -> Mistake:
    """Turn a validation error of a part into a mistake at its line."""
    loc = error["loc"]
    where = (*part, *(loc if isinstance(loc, tuple) else ()))
    at = node.find(where)
    name = str(where[-1]) if where else ""
    kind, reason = str(error["type"]), str(error["msg"]).removeprefix("Value error, ")
    if kind in ("unexpected_keyword_argument", "extra_forbidden"):
        close = get_close_matches(name, sorted(_known_keys()), 1)
        hint = Text(f"；是不是 {close[0]}？", f"; did you mean {close[0]}?") if close else Text("", "")
        return _mistake(at, texts, Text(f"不认识的键 {name}{hint.zh}", f"unknown key {name}{hint.en}"))
    if kind in ("missing", "missing_argument"):
        return _mistake(at, texts, Text(f"缺少键 {name}", f"the key {name} is missing"))
    key, _, rest = reason.partition(": ")
    inner = node.find((*where, key))
    if kind == "value_error" and inner is not at:  # our own checks name the key they are about
        return _mistake(inner, texts, Text(f"{key}：{rest}", reason))
    return _mistake(at, texts, Text(f"{name}：{reason}", f"{name}: {reason}"))


def _inconsistent(pack: Pack) -> Iterator[tuple[tuple[str | int, ...], Text]]:
    """Yield what only the whole pack shows: names used twice, names that nobody declared."""
    named: tuple[tuple[str, str, Callable[[object], str]], ...] = (
        ("sections", "key", lambda item: getattr(item, "key", "")),
        ("fields", "key", lambda item: getattr(item, "key", "")),
        ("forms", "key", lambda item: getattr(item, "key", "")),
        ("rules", "id", lambda item: getattr(item, "id", "")),
        ("rules", "slug", lambda item: getattr(item, "slug", "")),
    )
    for collection, key, name_of in named:
        seen: set[str] = set()
        for n, item in enumerate(getattr(pack, collection)):
            name = name_of(item)
            if name in seen:
                yield (collection, n, key), Text(f"{key} {name} 重复", f"the {key} {name} is used twice")
            seen.add(name)
    for n, form in enumerate(pack.forms):
        if form.section not in pack.declared.sections:
            yield ("forms", n, "section"), Text(f"没有章节 {form.section}", f"unknown section {form.section}")
    for n, rule in enumerate(pack.rules):
        unknown = [kind for kind in rule.units if kind not in pack.report.unit_kinds]
        if unknown:
            known = ", ".join(pack.report.unit_kinds)
            yield (
                ("rules", n, "units"),
                Text(
                    f"没有单位类型 {unknown[0]}；有：{known}", f"unknown kind of unit {unknown[0]}; declared: {known}"
                ),
            )
        try:
            rule.bind(pack.declared)
        except ValueError as error:
            key, _, reason = str(error).partition(": ")
            yield ("rules", n, key), Text(f"{key}：{reason}", f"{key}: {reason}")


@lru_cache(maxsize=1)
def _classes() -> dict[str, type]:
    plain = (Text, Years, Pack, Title, DeclaredSection, DeclaredField, Form, FormBlock, Line, Example, Examples)
    return {cls.__name__: cls for cls in (*plain, *KINDS.values())}


def _known_keys() -> set[str]:
    return {field.name for cls in _classes().values() for field in fields(cls)} | {"include"}


# --- keeping ----------------------------------------------------------------------------------


def _shape() -> str:
    """Return what the kept form of a pack depends on beside its files: our classes and their keys."""
    return ";".join(f"{name}:{','.join(f.name for f in fields(cls))}" for name, cls in _classes().items())


def _keep(path: Path, pack: Pack, texts: dict[str, str]) -> None:
    digests = {str(Path(name).resolve()): _digest(text.encode()) for name, text in texts.items()}
    kept = json.dumps({"files": digests, "pack": _plain(pack)}, ensure_ascii=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
            file.write(kept)
        os.replace(file.name, path)  # noqa: PTH105 - atomic on every platform
    except OSError:
        return  # without a place to keep it, the pack is validated again next time


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {"!": type(value).__name__} | {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _restored(path: Path) -> Pack | None:
    try:
        kept = json.loads(path.read_bytes(), object_hook=_revived)
        if any(
            _digest(Path(file).read_bytes().removeprefix(b"\xef\xbb\xbf")) != digest
            for file, digest in kept["files"].items()
        ):
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None  # absent, or written by another hand: validate afresh
    pack = kept["pack"]
    return pack if isinstance(pack, Pack) else None


def _revived(members: dict[str, object]) -> object:
    name = members.pop("!", None)
    if name is None:
        return members
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in members.items()}
    if "severity" in values:
        values["severity"] = Severity(str(values["severity"]))
    return _classes()[str(name)](**values)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# --- for editors ------------------------------------------------------------------------------


def json_schema() -> dict[str, object]:
    """Return the JSON Schema (2020-12) of a pack's main file, for completion and help in editors."""
    from pydantic import TypeAdapter  # noqa: PLC0415

    classes: tuple[type, ...] = (PackHead, *KINDS.values())
    inputs: list[Any] = [(cls, "validation", TypeAdapter[Any](cls)) for cls in classes]
    by_class, definitions = TypeAdapter.json_schemas(inputs, ref_template="#/$defs/{model}")
    defs = definitions["$defs"]
    head = defs["PackHead"]
    rules = {"type": "array", "items": {"oneOf": [by_class[cls, "validation"] for cls in KINDS.values()]}}
    properties = head["properties"] | {"include": {"type": "array", "items": {"type": "string"}}, "rules": rules}
    for name in _LISTS:
        if name in head.get("required", []):
            head["required"].remove(name)  # an included file may hold them
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **head,
        "title": "gouji rule pack",
        "properties": properties,
        "$defs": {name: schema for name, schema in defs.items() if name != "PackHead"},
    }
