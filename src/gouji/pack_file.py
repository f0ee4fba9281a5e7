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
from gouji.outline import compiled
from gouji.pack import Pack, PackHead, classes
from gouji.rule import Rule
from gouji.wording import Text
from gouji.yaml_lines import LARGEST_FILE, TOO_LARGE, Node, Plain, YamlError, excerpt, parse

MOST_INCLUDES = 64
MOST_PATTERNS = 1_000  # in one pack; the national pack has 50
LARGEST_PROGRAM = 500_000  # instructions of all patterns together, compiled in 0.3 s; the national pack has 16,000
_LISTS = ("sections", "fields", "forms", "rules")


def read_pack(path: Path) -> tuple[Pack, dict[str, str]]:
    """Read and validate a pack.

    Returns:
        The pack, and the texts of the files it is written in by path.

    Raises:
        PackError: the pack has mistakes; all of them are in it.
    """
    node, texts = _merged(path)
    pack = _validated(node, texts)
    beside = (
        ("specimen", pack.specimen, Text("样本", "specimen")),
        ("blank", pack.blank, Text("空白报告", "blank report")),
    )
    mistakes = tuple(
        _mistake(node.find((key,)), texts, Text(f"没有{what.zh}文件 {name}", f"there is no {what.en} {name}"))
        for key, name, what in beside
        if name and not is_beside(path, name)
    )
    if mistakes:
        raise PackError(mistakes)
    return pack, texts


def is_beside(path: Path, name: str) -> bool:
    """Tell whether a name is that of a file below a pack's own folder."""
    target = (path.parent / name).resolve()
    return target.is_file() and target.is_relative_to(path.parent.resolve())


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
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            raise PackError((Mistake(name, 1, 1, "", TOO_LARGE),))
        text = data.decode("utf-8-sig")
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
    _refuse_many_patterns(node, texts)
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


def _refuse_many_patterns(node: Node, texts: dict[str, str]) -> None:
    """Refuse a pack whose patterns alone would take long to compile or to match."""
    size = 0
    for count, pattern in enumerate(_patterns(node), 1):
        if count > MOST_PATTERNS:
            text = Text(f"规则包最多 {MOST_PATTERNS:,} 个模式", f"a pack has at most {MOST_PATTERNS:,} patterns")
            raise PackError((_mistake(pattern, texts, text),))
        try:
            size += compiled(str(pattern.value)).programsize
        except DeclarationError:
            continue  # told with all the other mistakes
        if size > LARGEST_PROGRAM:
            text = Text(
                "到这里为止，规则包的模式合起来太大；请减少 {m,n} 这样的重复次数",
                "up to here the patterns of the pack are too large; lower repetitions such as {m,n}",
            )
            raise PackError((_mistake(pattern, texts, text),))


def _patterns(node: Node) -> Iterator[Node]:
    """Yield what stands below keys that hold patterns, whatever the kind of rule."""
    if isinstance(node.value, list):
        for item in node.value:
            yield from _patterns(item)
    elif isinstance(node.value, dict):
        for key, item in node.value.items():
            inside = item.value
            if key.endswith(("pattern", "patterns", "unit_kinds")):
                yield from (
                    inside if isinstance(inside, list) else inside.values() if isinstance(inside, dict) else [item]
                )
            else:
                yield from _patterns(item)


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
        at = node.find((*where, refused.key, *refused.inside))
        return _mistake(at, texts, _with_key(refused.key, refused.text))
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
        except DeclarationError as error:
            yield ("rules", n, error.key, *error.inside), _with_key(error.key, error.text)


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
