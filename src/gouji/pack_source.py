"""The YAML of a pack put together: its file, what that includes, and the pack that it extends, as one node.

Every value keeps the file and line it was written on, so a mistake is shown where somebody can mend it.
"""

import os
import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from msgspec import structs

from gouji.errors import Mistake, PackError
from gouji.wording import Text
from gouji.yaml_lines import LARGEST_FILE, TOO_LARGE, Node, YamlError, excerpt, parse

MOST_INCLUDES = 64
DEEPEST_EXTENDS = 16
LISTS: dict[str, str] = {
    "sections": "key",
    "fields": "key",
    "forms": "key",
    "topics": "key",
    "scopes": "words",
    "rules": "id",
    "disabled": "rule",
}

_PACK_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:/[a-z0-9]+(?:-[a-z0-9]+)*)+")
_OWN_RULE = re.compile(r"(?:[A-Z]{1,8}(?:-[A-Z]{1,8})?/GJ[0-9]{3}|GJ9[0-9]{2})")
_PACK_KEY = re.compile(r"^pack\s*:", re.MULTILINE)
_TERM = re.compile(r"[a-z][a-z0-9_]*")
_WITH_TERMS = ("title", "message", "why", "basis", "remedy")
_NOT_INHERITED = ("specimen", "blank", "scoring")

Members = dict[str, Node]


def pack_root() -> Path:
    """Return the folder of the packs that come with gouji: in the wheel, or in the checkout."""
    here = Path(__file__).resolve()
    shipped = here.parent / "rules"
    return shipped if shipped.is_dir() else here.parents[2] / "rules"


def whole_source(path: Path) -> tuple[Node, dict[str, str]]:
    """Read a pack's file with all that it includes and extends.

    Returns:
        One node, as if everything had been written in one file; and the texts of all files by path.

    Raises:
        PackError: a file cannot be read, is not the YAML we read, or includes or extends what it may not.
    """
    source = _Source()
    root = source.extended(path, ())
    if isinstance(root.value, dict):
        root = structs.replace(root, value=source.with_terms(root.value))
    return root, source.texts


def mistake(node: Node, texts: dict[str, str], text: Text) -> Mistake:
    """Make the mistake of a node."""
    return Mistake(node.path, node.line, node.column, excerpt(texts.get(node.path, ""), node.line), text)


class _Source:
    """The files read so far."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def refuse(self, node: Node, text: Text) -> PackError:
        return PackError((mistake(node, self.texts, text),))

    # --- extends ------------------------------------------------------------------------------

    def extended(self, path: Path, below: Sequence[Path]) -> Node:
        """Read a pack and lay it over the one that it extends; ``below`` are the packs that extend it."""
        root = self._with_includes(path)
        if not isinstance(root.value, dict) or "extends" not in root.value:
            return root
        chain = (*below, _real(path))
        named = root.value["extends"]
        parent = self._parent(path, named)
        if _real(parent) in chain or len(chain) > DEEPEST_EXTENDS:
            circle = " → ".join(p.name for p in (*chain, parent))
            raise self.refuse(named, Text(f"extends 循环或层数过多：{circle}", f"extends runs in a circle: {circle}"))
        inherited = self.extended(parent, chain).value
        if not isinstance(inherited, dict):
            raise self.refuse(named, Text("所继承的文件不是规则包", "the file it extends is no pack"))
        return structs.replace(root, value=self._laid_over(inherited, root.value))

    def _parent(self, path: Path, named: Node) -> Path:
        """Find the pack that another extends: by the id of one that comes with gouji, or a file below its own folder."""
        name = named.value
        if isinstance(name, str) and _PACK_ID.fullmatch(name):
            shipped = pack_root() / f"{name}.yaml"
            if shipped.is_file():
                return shipped
        own = _real(path.parent)
        if isinstance(name, str) and name.endswith(".yaml"):
            file = path.parent / name
            if _real(file).is_relative_to(own) and file.is_file():
                return file
        known = "、".join(shipped_ids())
        raise self.refuse(
            named,
            Text(
                f"extends 写自带规则包的编号（{known}）或本文件所在目录下的 .yaml 文件",
                f"extends takes the id of a pack of gouji ({known}) or a .yaml file below the pack's own folder",
            ),
        )

    def _laid_over(self, inherited: Members, own: Members) -> Members:
        """Lay a pack's own keys over inherited ones: list items by their key, texts of terms by name."""
        members = {key: node for key, node in inherited.items() if key not in _NOT_INHERITED}
        if "rules" in members:
            members["rules"] = _without_examples(members["rules"])
        for key, node in own.items():
            under = members.get(key)
            if key in LISTS and under is not None:
                members[key] = self._list_over(key, under, node)
            elif (
                key == "terms" and under is not None and isinstance(under.value, dict) and isinstance(node.value, dict)
            ):
                members[key] = structs.replace(node, value=under.value | node.value)
            else:
                members[key] = node
        return members

    def _list_over(self, name: str, under: Node, over: Node) -> Node:
        if not isinstance(under.value, list) or not isinstance(over.value, list):
            return over
        items = list(under.value)
        places = {_identity(item, LISTS[name]): at for at, item in enumerate(items)}
        for item in over.value:
            identity = _identity(item, LISTS[name])
            at = places.pop(identity, None)  # a second item of that name is one too many, and told later
            covered = items[at].value if at is not None else None
            if at is not None and isinstance(item.value, dict) and isinstance(covered, dict):
                items[at] = structs.replace(item, value=covered | item.value)
                continue
            if name == "rules" and at is None and not _OWN_RULE.fullmatch(identity):
                raise self.refuse(item.find(("id",)), _no_such_rule(identity, [*places]))
            items.append(item)
        return structs.replace(over, value=items)

    # --- include ------------------------------------------------------------------------------

    def _with_includes(self, path: Path) -> Node:
        """Read a file and append the lists of the files that it includes."""
        root = self._read(path)
        if not isinstance(root.value, dict):
            return root
        members = dict(root.value)
        parts = [self._read(file) for file in self._included(path, members.pop("include", None))]
        self._refuse_other_keys(parts)
        for key in LISTS:
            lists = [node.value[key] for node in (root, *parts) if isinstance(node.value, dict) and key in node.value]
            merged = [item for part in lists if isinstance(part.value, list) for item in part.value]
            if lists and all(isinstance(part.value, list) for part in lists):
                members[key] = structs.replace(lists[0], value=merged)
        return structs.replace(root, value=members)

    def _refuse_other_keys(self, parts: Sequence[Node]) -> None:
        names = ", ".join(LISTS)
        text = Text(f"被引入的文件只能有 {names}", f"an included file holds only {names}")
        mistakes = tuple(
            mistake(node, self.texts, text)
            for part in parts
            for name, node in (part.value.items() if isinstance(part.value, dict) else [("", part)])
            if name not in LISTS
        )
        if mistakes:
            raise PackError(mistakes)

    def _included(self, path: Path, includes: Node | None) -> Iterator[Path]:
        if includes is None:
            return
        items = includes.value if isinstance(includes.value, list) else [includes]
        root, seen = _real(path.parent), {_real(path)}
        for node in items[: MOST_INCLUDES + 1]:
            name = node.value
            target = _real(path.parent / name) if isinstance(name, str) else root
            if not isinstance(name, str) or not target.is_relative_to(root) or len(seen) > MOST_INCLUDES:
                text = Text("include 只能是本规则包目录下的文件", "include takes files below the pack's own folder")
                raise self.refuse(node, text)
            if target in seen:
                text = Text(f"循环或重复引入：{name}", f"included twice, or in a circle: {name}")
                raise self.refuse(node, text)
            seen.add(target)
            yield path.parent / name

    def _read(self, path: Path) -> Node:
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
            text_ = Text(f"无法读取：{reason}", f"cannot be read: {reason}")
            raise PackError((Mistake(name, 1, 1, "", text_),)) from None
        except UnicodeDecodeError as error:
            where = Text(f"第 {error.start} 字节处不是 UTF-8", f"not UTF-8 at byte {error.start}")
            raise PackError((Mistake(name, 1, 1, "", where),)) from None
        self.texts[name] = text
        try:
            return parse(text, name)
        except YamlError as error:
            raise PackError((error.mistake,)) from None

    # --- terms --------------------------------------------------------------------------------

    def with_terms(self, members: Members) -> Members:
        """Put the pack's terms into the texts of its rules: ``{format}`` in a basis becomes what the pack calls it."""
        declared = members.get("terms")
        if declared is None:
            return members
        terms = self._terms(declared)
        rest = {key: node for key, node in members.items() if key != "terms"}
        rules = rest.get("rules")
        if rules is not None and isinstance(rules.value, list):
            rest["rules"] = structs.replace(rules, value=[_filled_rule(rule, terms) for rule in rules.value])
        return rest

    def _terms(self, declared: Node) -> dict[str, dict[str, str]]:
        terms: dict[str, dict[str, str]] = {}
        for name, node in declared.value.items() if isinstance(declared.value, dict) else [("", declared)]:
            texts: Any = node.plain()
            well = (
                isinstance(texts, dict)
                and set(texts) == {"zh", "en"}
                and all(isinstance(t, str) for t in texts.values())
            )
            if not (_TERM.fullmatch(name) and well):
                text = Text(
                    "terms 写作 名称: {zh: …, en: …}，名称用小写字母",
                    "terms are written name: {zh: …, en: …}, in small letters",
                )
                raise self.refuse(node, text)
            terms[name] = texts
        return terms


def shipped_ids() -> list[str]:
    """Return the ids of all packs that come with gouji, sorted."""
    root = pack_root()
    return sorted(file.relative_to(root).with_suffix("").as_posix() for file in root.glob("*/*.yaml"))


def packs_with(file: Path) -> tuple[Path, ...]:
    """Find the packs that a file is a part of: itself, if it is one, and those that include or extend it.

    A specimen is a part as well. All of that lies below a pack's folder, so such packs lie beside the file or
    above it; the search ends at the root of the repository. A pack that cannot be read counts: it may be the one.

    Returns:
        Their files, sorted; none, when no pack knows the file.
    """
    wanted = _real(file)
    packs: list[Path] = []
    for folder in wanted.parents:
        packs += (path for path in folder.glob("*.y*ml") if _declares_pack(path) and _holds(path, wanted))
        if (folder / ".git").exists():
            break
    return tuple(sorted(packs))


def _declares_pack(path: Path) -> bool:
    try:
        return bool(_PACK_KEY.search(path.read_text(encoding="utf-8-sig")))
    except (OSError, UnicodeDecodeError):
        return False


def _holds(pack: Path, wanted: Path) -> bool:
    try:
        root, texts = whole_source(pack)
    except PackError:
        return True
    specimen = root.value.get("specimen") if isinstance(root.value, dict) else None
    if specimen and isinstance(specimen.value, str) and _real(pack.parent / specimen.value) == wanted:
        return True
    return any(_real(Path(name)) == wanted for name in texts)


def _identity(item: Node, key: str) -> str:
    value = item.value.get(key) if isinstance(item.value, dict) else None
    return str(value.value) if value is not None else ""


def _without_examples(rules: Node) -> Node:
    """Drop the examples of inherited rules: they change another pack's specimen, and are run there."""
    if not isinstance(rules.value, list):
        return rules
    kept = [
        structs.replace(rule, value={key: node for key, node in rule.value.items() if key != "examples"})
        if isinstance(rule.value, dict)
        else rule
        for rule in rules.value
    ]
    return structs.replace(rules, value=kept)


def _filled_rule(rule: Node, terms: dict[str, dict[str, str]]) -> Node:
    if not isinstance(rule.value, dict):
        return rule
    members = dict(rule.value)
    for key in _WITH_TERMS:
        text = members.get(key)
        if text is None or not isinstance(text.value, dict):
            continue
        filled = {lang: _filled(node, lang, terms) for lang, node in text.value.items()}
        members[key] = structs.replace(text, value=filled)
    return structs.replace(rule, value=members)


def _filled(node: Node, lang: str, terms: dict[str, dict[str, str]]) -> Node:
    if not isinstance(node.value, str) or "{" not in node.value:
        return node
    text = node.value
    for name, texts in terms.items():
        text = text.replace(f"{{{name}}}", texts.get(lang, ""))
    return structs.replace(node, value=text)


def _no_such_rule(identity: str, known: Sequence[str]) -> Text:
    close = get_close_matches(identity, known, 1)
    hint = Text(f"；是不是 {close[0]}？", f"; did you mean {close[0]}?") if close else Text("", "")
    return Text(
        f"所继承的规则包没有规则 {identity}{hint.zh}；自编规则用 GJ9xx 或 前缀/GJxxx",
        f"the pack it extends has no rule {identity}{hint.en}; rules of your own are GJ9xx or PREFIX/GJxxx",
    )


def _shown(path: Path) -> str:
    try:
        return _real(path).relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def _real(path: Path) -> Path:
    """Follow links; other than ``Path.resolve`` it takes those that lead in a circle as they are."""
    return Path(os.path.realpath(path))
