"""A pack's YAML files read and validated: every mistake is shown with its file and line."""

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from msgspec import structs
from pydantic import TypeAdapter, ValidationError

from gouji.checks import KINDS
from gouji.errors import DeclarationError, Mistake, PackError
from gouji.pack import Pack, PackHead, classes
from gouji.rule import Rule
from gouji.wording import Text
from gouji.yaml_lines import Node, Plain, YamlError, excerpt, parse

MOST_INCLUDES = 64
_LISTS = ("sections", "fields", "forms", "topics", "scopes", "rules")


def read_pack(path: Path) -> tuple[Pack, dict[str, str]]:
    """Read and validate a pack.

    Returns:
        The pack, and the texts of the files it is written in by path.

    Raises:
        PackError: the pack has mistakes; all of them are in it.
    """
    node, texts = _merged(path)
    pack = _validated(node, texts)
    if pack.specimen and not (path.parent / pack.specimen).is_file():
        text = Text(f"没有样本文件 {pack.specimen}", f"there is no specimen {pack.specimen}")
        raise PackError((_mistake(node.find(("specimen",)), texts, text),))
    return pack, texts


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
            members[key] = structs.replace(lists[0], value=merged)
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
    return structs.replace(root, value=members), texts


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
    members = node.plain()
    declared = members if isinstance(members, dict) else {}
    rules, mistakes, head = [], [], None
    for where, kind, plain in _parts(declared):
        if kind is None:
            text = Text(f"kind 只能是 {'、'.join(KINDS)}", f"kind is one of {', '.join(KINDS)}")
            mistakes.append(_mistake(node.find((*where, "kind")), texts, text))
            continue
        try:
            value = _adapter(kind).validate_python(plain)
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


@lru_cache
def _adapter(cls: type) -> TypeAdapter[object]:
    return TypeAdapter(cls)  # its making costs more than all it validates


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
    name, kind = str(where[-1]) if where else "", str(error["type"])
    if kind in ("unexpected_keyword_argument", "extra_forbidden"):
        return _mistake(at, texts, _unknown_key(name))
    if kind in ("missing", "missing_argument"):
        return _mistake(at, texts, Text(f"缺少键 {name}", f"the key {name} is missing"))
    context = error.get("ctx")
    members = context if isinstance(context, dict) else {}
    refused = members.get("error")
    if isinstance(refused, DeclarationError):
        return _mistake(node.find((*where, refused.key)), texts, _with_key(refused.key, refused.text))
    english = str(error["msg"])
    wanted = next((zh for start, zh in _WANTED.items() if kind.startswith(start)), english)
    return _mistake(at, texts, _with_key(name, Text(wanted.format_map({"expected": "", **members}), english)))


_WANTED = {
    "literal_error": "只能是 {expected}",
    "enum": "只能是 {expected}",
    "int": "应为整数",
    "string": "应为文字；数字请加引号",
    "bool": "应为 true 或 false",
    "tuple": "应为列表",
    "dict": "应为键值对",
    "dataclass": "应为键值对",
}


def _with_key(key: str, text: Text) -> Text:
    return Text(f"{key}：{text.zh}", f"{key}: {text.en}")


def _unknown_key(name: str) -> Text:
    known = _known_keys()
    if name in known:
        return Text(f"键 {name} 不能用在这里", f"the key {name} does not belong here")
    close = get_close_matches(name, sorted(known), 1)
    hint = Text(f"；是不是 {close[0]}？", f"; did you mean {close[0]}?") if close else Text("", "")
    return Text(f"不认识的键 {name}{hint.zh}", f"unknown key {name}{hint.en}")


def _inconsistent(pack: Pack) -> Iterator[tuple[tuple[str | int, ...], Text]]:
    """Yield what only the whole pack shows: names used twice, names that nobody declared."""
    named: tuple[tuple[str, str, Callable[[object], str]], ...] = (
        ("sections", "key", lambda item: getattr(item, "key", "")),
        ("fields", "key", lambda item: getattr(item, "key", "")),
        ("forms", "key", lambda item: getattr(item, "key", "")),
        ("topics", "key", lambda item: getattr(item, "key", "")),
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
    yield from _odd_claims(pack)
    for n, rule in enumerate(pack.rules):
        unknown = [kind for kind in rule.units if kind not in pack.report.unit_kinds]
        if unknown:
            yield ("rules", n, "units"), _unknown_kind(unknown[0], pack)
        try:
            rule.bind(pack.declared)
        except DeclarationError as error:
            yield ("rules", n, error.key), _with_key(error.key, error.text)


def _odd_claims(pack: Pack) -> Iterator[tuple[tuple[str | int, ...], Text]]:
    for n, topic in enumerate(pack.topics):
        keys = [claim.key for claim in topic.claims]
        for m, key in enumerate(keys):
            if key in keys[:m]:
                yield ("topics", n, "claims", m, "key"), Text(f"key {key} 重复", f"the key {key} is used twice")
    for n, scope in enumerate(pack.scopes):
        unknown = [kind for kind in scope.kinds if kind not in pack.report.unit_kinds]
        if unknown:
            yield ("scopes", n, "kinds"), _unknown_kind(unknown[0], pack)


def _unknown_kind(kind: str, pack: Pack) -> Text:
    known = ", ".join(pack.report.unit_kinds)
    return Text(f"没有单位类型 {kind}；有：{known}", f"unknown kind of unit {kind}; declared: {known}")


def _known_keys() -> set[str]:
    return {field.name for cls in classes().values() for field in fields(cls)} | {"include"}


# --- for editors ------------------------------------------------------------------------------


def json_schema() -> dict[str, object]:
    """Return the JSON Schema (2020-12) of a pack's main file, for completion and help in editors."""
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
