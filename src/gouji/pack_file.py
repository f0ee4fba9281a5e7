"""A pack's YAML files read and validated: every mistake is shown with its file and line."""

import os
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from gouji.checks import KINDS
from gouji.errors import DeclarationError, Mistake, PackError
from gouji.outline import compiled
from gouji.pack import Pack, PackHead, classes
from gouji.pack_source import LISTS, mistake, whole_source
from gouji.rule import Rule
from gouji.wording import Text
from gouji.yaml_lines import Node, Plain

MOST_PATTERNS = 1_000  # in one pack; the national pack has 50
LARGEST_PROGRAM = 500_000  # instructions of all patterns together, compiled in 0.3 s; the national pack has 16,000


def read_pack(path: Path) -> tuple[Pack, dict[str, str]]:
    """Read and validate a pack.

    Returns:
        The pack, and the texts of the files it is written in by path.

    Raises:
        PackError: the pack has mistakes; all of them are in it.
    """
    node, texts = whole_source(path)
    pack = _validated(node, texts)
    beside = (
        ("specimen", pack.specimen, Text("样本", "specimen")),
        ("blank", pack.blank, Text("空白报告", "blank report")),
    )
    mistakes = tuple(
        mistake(node.find((key,)), texts, Text(f"没有{what.zh}文件 {name}", f"there is no {what.en} {name}"))
        for key, name, what in beside
        if name and not is_beside(path, name)
    )
    if mistakes:
        raise PackError(mistakes)
    return pack, texts


def is_beside(path: Path, name: str) -> bool:
    """Tell whether a name is that of a file below a pack's own folder."""
    target = Path(os.path.realpath(path.parent / name))  # other than resolve(), for links in a circle as well
    return target.is_file() and target.is_relative_to(path.parent.resolve())


# --- validating -------------------------------------------------------------------------------


def _validated(node: Node, texts: dict[str, str]) -> Pack:
    _refuse_many_patterns(node, texts)
    members = node.plain()
    declared = members if isinstance(members, dict) else {}
    rules, mistakes, head = [], [], None
    for where, kind, plain in _parts(declared):
        if kind is None:
            text = Text(f"kind 只能是 {'、'.join(KINDS)}", f"kind is one of {', '.join(KINDS)}")
            mistakes.append(mistake(node.find((*where, "kind")), texts, text))
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
    mistakes = [mistake(node.find(where), texts, text) for where, text in _inconsistent(pack)]
    if mistakes:
        raise PackError(tuple(mistakes))
    return replace(pack, rules=tuple(sorted(pack.rules, key=lambda rule: rule.id)))


def _refuse_many_patterns(node: Node, texts: dict[str, str]) -> None:
    """Refuse a pack whose patterns alone would take long to compile or to match."""
    size = 0
    for count, pattern in enumerate(_patterns(node), 1):
        if count > MOST_PATTERNS:
            text = Text(f"规则包最多 {MOST_PATTERNS:,} 个模式", f"a pack has at most {MOST_PATTERNS:,} patterns")
            raise PackError((mistake(pattern, texts, text),))
        try:
            size += compiled(str(pattern.value)).programsize
        except DeclarationError:
            continue  # told with all the other mistakes
        if size > LARGEST_PROGRAM:
            text = Text(
                "到这里为止，规则包的模式合起来太大；请减少 {m,n} 这样的重复次数",
                "up to here the patterns of the pack are too large; lower repetitions such as {m,n}",
            )
            raise PackError((mistake(pattern, texts, text),))


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
        return mistake(at, texts, _unknown_key(name))
    if kind in ("missing", "missing_argument"):
        return mistake(at, texts, Text(f"缺少键 {name}", f"the key {name} is missing"))
    context = error.get("ctx")
    members = context if isinstance(context, dict) else {}
    refused = members.get("error")
    if isinstance(refused, DeclarationError):
        at = node.find((*where, refused.key, *refused.inside))
        return mistake(at, texts, _with_key(refused.key, refused.text))
    english = str(error["msg"])
    wanted = next((zh for start, zh in _WANTED.items() if kind.startswith(start)), english)
    return mistake(at, texts, _with_key(name, Text(wanted.format_map({"expected": "", **members}), english)))


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
        ("disabled", "rule", lambda item: getattr(item, "rule", "")),
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
    yield from _unknown_rules(pack)
    yield from _odd_claims(pack)
    for n, rule in enumerate(pack.rules):
        if rule.id in pack.reasons:
            continue  # it may name what this pack does not have: that is why it is not used
        unknown = [kind for kind in rule.units if kind not in pack.report.unit_kinds]
        if unknown:
            yield ("rules", n, "units"), _unknown_kind(unknown[0], pack)
        try:
            rule.bind(pack.declared)
        except DeclarationError as error:
            yield ("rules", n, error.key, *error.inside), _with_key(error.key, error.text)


def _unknown_rules(pack: Pack) -> Iterator[tuple[tuple[str | int, ...], Text]]:
    """Yield where rules are named that the pack does not have."""
    ids = [rule.id for rule in pack.rules]
    for n, disabled in enumerate(pack.disabled):
        if disabled.rule not in ids:
            yield ("disabled", n, "rule"), Text(f"没有规则 {disabled.rule}", f"no rule {disabled.rule}")
        if not pack.extends:
            text = Text("只能停用所继承的规则；自己的规则请删去", "only inherited rules are disabled; remove your own")
            yield ("disabled", n, "rule"), text
    for n, group in enumerate(pack.scoring.groups if pack.scoring else ()):
        for name in group.rules:
            if not any(rule.startswith(name) for rule in ids):
                yield ("scoring", "groups", n, "rules"), Text(f"没有规则 {name}", f"no rule {name}")


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
    return {field.name for cls in classes().values() for field in fields(cls)} | {"include", "terms"}


# --- for editors ------------------------------------------------------------------------------


def json_schema() -> dict[str, object]:
    """Return the JSON Schema (2020-12) of a pack's main file, for completion and help in editors."""
    classes: tuple[type, ...] = (PackHead, *KINDS.values())
    inputs: list[Any] = [(cls, "validation", TypeAdapter[Any](cls)) for cls in classes]
    by_class, definitions = TypeAdapter.json_schemas(inputs, ref_template="#/$defs/{model}")
    defs = definitions["$defs"]
    head = defs["PackHead"]
    rules = {"type": "array", "items": {"oneOf": [by_class[cls, "validation"] for cls in KINDS.values()]}}
    whole = {name: schema for name, schema in (head["properties"] | {"rules": rules}).items() if name in LISTS}
    term = {"type": "object", "required": ["zh", "en"], "additionalProperties": {"type": "string"}}
    properties = head["properties"] | {
        "include": {"type": "array", "items": {"type": "string"}},
        "terms": {"type": "object", "additionalProperties": term},
        # a pack that extends another writes only what differs, below the key of the item
        **{name: {"type": "array", "items": {"type": "object", "required": [key]}} for name, key in LISTS.items()},
    }
    required = [name for name in head["required"] if name not in LISTS]  # an included file may hold those
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "gouji rule pack",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "required": ["pack", "title"],
        "if": {"not": {"required": ["extends"]}},
        "then": {"required": required, "properties": whole},
        "$defs": {name: schema for name, schema in defs.items() if name != "PackHead"},
    }
