"""YAML with the line of every value, for files nobody has to trust.

Built on libyaml's event stream: no tags, no anchors (so no alias bombs), no duplicate keys, one
document, bounded size, depth and count of values; booleans as in YAML 1.2, so that ``no`` stays a word.
"""

import re
from collections.abc import Iterable, Iterator

import yaml
from msgspec import Struct

from gouji.errors import Mistake
from gouji.wording import Text

LARGEST_FILE = 2_000_000  # bytes
DEEPEST = 64
MOST_NODES = 200_000  # the national pack has 5,000
TOO_LARGE = Text("规则文件超过 2 MB", "a rule file has at most 2 MB")

_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
_OPENING, _CLOSING = frozenset("[{"), frozenset("]}")

Plain = str | int | bool | list["Plain"] | dict[str, "Plain"] | None


class Node(Struct, frozen=True):
    """A value, where it is written, and the nodes inside it (dicts by key, lists in order)."""

    value: "str | int | bool | list[Node] | dict[str, Node] | None"
    path: str
    line: int
    column: int

    def plain(self) -> Plain:
        """Return the value without places."""
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        return self.value

    def find(self, path: tuple[str | int, ...]) -> "Node":
        """Follow keys and indexes as far as they lead, skipping steps that name nothing."""
        node = self
        for step in path:
            inside = node.value
            if isinstance(inside, dict) and step in inside:
                node = inside[str(step)]
            elif isinstance(inside, list) and isinstance(step, int) and step < len(inside):
                node = inside[step]
        return node


class YamlError(Exception):
    """A file that is not the YAML we read; ``mistake`` says where and why."""

    def __init__(self, mistake: Mistake) -> None:
        """Keep the mistake."""
        super().__init__(mistake.text.en)
        self.mistake = mistake


def parse(text: str, path: str) -> Node:
    """Parse a YAML text.

    Raises:
        YamlError: it is not YAML, or uses what packs may not use.
    """
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST_FILE:
        raise _error(text, path, 1, 1, TOO_LARGE)
    _refuse_depth(text, path)
    try:
        events = yaml.parse(text, Loader=yaml.CSafeLoader)
        return _document(_counted(events, text, path), text, path)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        reason = str(error.problem or error.context or "")
        raise _error(
            text, path, line, column, Text(f"不是合法的 YAML：{reason}", f"not valid YAML: {reason}")
        ) from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise _error(text, path, 1, 1, Text(f"不是合法的 YAML：{error}", f"not valid YAML: {error}")) from None


def excerpt(text: str, line: int) -> str:
    """Return one line of a text, or an empty one."""
    lines = text.split("\n")
    return lines[line - 1].rstrip("\r")[:200] if 0 < line <= len(lines) else ""


def _error(text: str, path: str, line: int, column: int, message: Text) -> YamlError:
    return YamlError(Mistake(path, line, column, excerpt(text, line), message))


def _refuse_depth(text: str, path: str) -> None:
    """Refuse deep nesting before libyaml sees it: its composer has crashed on such files."""
    for number, line in enumerate(text.split("\n"), 1):
        depth = 0
        for column, char in enumerate(line, 1):
            depth += (char in _OPENING) - (char in _CLOSING)
            if depth > DEEPEST:
                raise _error(text, path, number, column, Text("嵌套过深", f"nested deeper than {DEEPEST}"))
        if line.count("- ") > DEEPEST and not line.replace("- ", "").strip():
            raise _error(text, path, number, 1, Text("嵌套过深", f"nested deeper than {DEEPEST}"))


def _counted(events: Iterable[yaml.Event], text: str, path: str) -> Iterator[yaml.Event]:
    """Pass on events until they begin more values than a pack can need."""
    nodes = 0
    for event in events:
        nodes += isinstance(event, yaml.NodeEvent)
        if nodes > MOST_NODES:
            line, column = _start(event)
            raise _error(
                text, path, line, column, Text(f"超过 {MOST_NODES:,} 个值", f"more than {MOST_NODES:,} values")
            )
        yield event


def _document(events: Iterator[yaml.Event], text: str, path: str) -> Node:
    root = None
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            if root is not None:
                raise _error(
                    text, path, _start(event)[0], 1, Text("只能有一个 YAML 文档", "one YAML document per file")
                )
            root = _node(next(events), events, text, path, 0)
    return root or Node({}, path, 1, 1)


def _node(event: yaml.Event, events: Iterator[yaml.Event], text: str, path: str, depth: int) -> Node:
    line, column = _start(event)
    _refuse_event(event, text, path, line, column, depth)
    if isinstance(event, yaml.SequenceStartEvent):
        items = []
        while not isinstance(inner := next(events), yaml.SequenceEndEvent):
            items.append(_node(inner, events, text, path, depth + 1))
        return Node(items, path, line, column)
    if isinstance(event, yaml.MappingStartEvent):
        return Node(_mapping(events, text, path, depth), path, line, column)
    if not isinstance(event, yaml.ScalarEvent):
        raise TypeError(event)
    return Node(_scalar(event), path, line, column)


def _mapping(events: Iterator[yaml.Event], text: str, path: str, depth: int) -> dict[str, Node]:
    members: dict[str, Node] = {}
    while not isinstance(inner := next(events), yaml.MappingEndEvent):
        key = _node(inner, events, text, path, depth + 1)
        name = key.value if isinstance(key.value, str) else str(key.value)
        if isinstance(key.value, (list, dict)) or name in members:
            problem = Text(f"键 {name!r} 重复", f"the key {name!r} appears twice")
            raise _error(text, path, key.line, key.column, problem)
        value = _node(next(events), events, text, path, depth + 1)
        # a scalar is found by its key's line; a block begins on the line below
        members[name] = Node(value.value, path, key.line, key.column)
    return members


def _refuse_event(event: yaml.Event, text: str, path: str, line: int, column: int, depth: int) -> None:
    if depth > DEEPEST:
        raise _error(text, path, line, column, Text("嵌套过深", f"nested deeper than {DEEPEST}"))
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise _error(
            text, path, line, column, Text("不支持锚点和别名（& *）", "anchors and aliases (& *) are not supported")
        )
    if getattr(event, "tag", None):
        raise _error(text, path, line, column, Text("不支持标签（!）", "tags (!) are not supported"))


def _start(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _scalar(event: yaml.ScalarEvent) -> str | int | bool | None:
    value: str = event.value
    if not event.implicit[0]:
        return value
    if value in _WORDS:
        return _WORDS[value]
    return int(value) if _INTEGER.fullmatch(value) else value
