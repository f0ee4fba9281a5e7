"""Suppressions: findings that somebody has accounted for, in the report itself or in a file beside it.

In Markdown and HTML a comment, for the next block or for the whole file::

    <!-- gouji: ignore GJ401 reason="上级已批复更正" until=2027-03-31 -->
    <!-- gouji: ignore-file GJ243 reason="乡镇不作要求" -->

Beside Word documents and PDF, ``gouji-ignore.toml`` in their folder::

    [[ignore]]
    file = "红格镇2024年年报.docx"
    rule = "GJ401"
    reason = "上级已批复更正"
    until = 2027-03-31

A suppressed finding stays counted and visible; one that suppresses nothing is a finding itself.
"""

import os
import re
from collections.abc import Iterable, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path

import msgspec
from msgspec import Struct, field, structs

from gouji.document import NOWHERE, Block, Document, Paragraph, Place
from gouji.finding import Finding
from gouji.readers import SUFFIXES
from gouji.toml_file import TomlError, read_toml
from gouji.wording import Text, shorten

SIDECAR = "gouji-ignore.toml"

# Commas, quotes and equals signs may be those of a Chinese keyboard.
_SAID = re.compile(
    r"\s*(?P<scope>ignore(?:-file)?)\s+(?P<rules>[A-Za-z0-9/_-]+(?:\s*[,，、]\s*[A-Za-z0-9/_-]+)*)(?P<rest>.*)",
    re.DOTALL,
)
_REASON = re.compile(r"""\breason\s*[=＝]\s*(?:"(?P<plain>[^"]*)"|'(?P<single>[^']*)'|["“”](?P<curly>[^"“”]*)["“”])""")
_UNTIL = re.compile(r"""\buntil\s*[=＝]\s*(?P<quote>["“”']?)(?P<until>[0-9]{4}-[0-9]{2}-[0-9]{2})(?(quote)["“”']?)""")
_BLANK = re.compile(r"[\s,，]*")
_BUILT_IN = re.compile(r"GJ0[0-9]{2}")


class Suppression(Struct, frozen=True):
    """One rule accounted for.

    Attributes:
        rule: its id or slug.
        reason: why.
        place: where it is written.
        until: the last day it holds; None for no end.
        lines: the first and the last line it is for; None for the whole file.
        address: the one instance it is for; empty for all.
    """

    rule: str
    reason: str
    place: Place
    until: date | None = None
    lines: tuple[int, int] | None = None
    address: str = ""

    def covers(self, finding: Finding) -> bool:
        """Tell whether it is about a finding."""
        if self.rule not in (finding.rule, finding.slug) or (self.address and self.address != finding.address):
            return False
        if self.lines is None:
            return True
        line = finding.place.line
        return line is not None and self.lines[0] <= line <= self.lines[1]


class Trouble(Struct, frozen=True):
    """A suppression that cannot be used: the built-in rule that tells it, and why."""

    rule: str
    place: Place
    text: Text


class Suppressions(Struct, frozen=True):
    """What is accounted for in one report, and what of it cannot be used."""

    usable: tuple[Suppression, ...] = ()
    troubles: tuple[Trouble, ...] = ()


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """An entry of ``gouji-ignore.toml``."""

    file: str
    rule: str
    reason: str
    until: date | None = None
    address: str = ""


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    ignore: tuple[Entry, ...] = field(default_factory=tuple)


def written_in(document: Document) -> Suppressions:
    """Read the remarks of a Markdown or HTML document."""
    usable: list[Suppression] = []
    troubles: list[Trouble] = []
    for remark in document.remarks:
        read = _read(remark.said, Place(remark.line), remark.last, document)
        if isinstance(read, Trouble):
            troubles.append(read)
        else:
            usable += read
    return Suppressions(tuple(usable), tuple(troubles))


def beside(path: Path) -> Suppressions:
    """Read the entries for a file in the ``gouji-ignore.toml`` of its folder; none where there is no such file.

    An entry for a file that is not there is told with the first report of the folder.
    """
    sidecar = path.parent / SIDECAR
    if not os.path.lexists(sidecar):
        return Suppressions()
    try:
        entries = _entries(sidecar)
    except TomlError as error:
        text = Text(f"{SIDECAR} 无法使用：{error.text.zh}", f"{SIDECAR} cannot be used: {error.text.en}")
        return Suppressions(troubles=(Trouble("GJ032", NOWHERE, text),))
    own = [entry for entry in entries if entry.file == path.name]
    troubles = [_unreasoned(entry.rule, NOWHERE) for entry in own if not entry.reason.strip()]
    usable = tuple(
        Suppression(entry.rule, entry.reason.strip(), NOWHERE, entry.until, None, entry.address)
        for entry in own
        if entry.reason.strip()
    )
    strays = dict.fromkeys(entry.file for entry in entries if entry not in own and not _is_in(path.parent, entry.file))
    if strays and path.name == _first_report(path.parent):
        troubles += [_stray(name, path.parent) for name in strays]
    return Suppressions(usable, tuple(troubles))


def _entries(sidecar: Path) -> tuple[Entry, ...]:
    if not sidecar.is_file():
        raise TomlError(Text("不是普通文件", "not a regular file"))
    try:
        return msgspec.convert(read_toml(sidecar), _File).ignore
    except msgspec.ValidationError as error:
        raise TomlError(Text(shorten(str(error), 120), shorten(str(error), 120))) from None


def _is_in(folder: Path, name: str) -> bool:
    """Tell whether a folder itself has a file; a name that leads elsewhere is none of its."""
    return name not in ("", ".", "..") and "/" not in name and "\0" not in name and os.path.lexists(folder / name)


def _first_report(folder: Path) -> str:
    return min((name for name in _names(folder) if Path(name).suffix.lower() in SUFFIXES), default="")


def _names(folder: Path) -> list[str]:
    try:
        return [path.name for path in folder.iterdir()]
    except OSError:
        return []  # a folder may be entered without being listed


def _stray(name: str, folder: Path) -> Trouble:
    close = get_close_matches(name, _names(folder), 1)
    hint = Text(f"；是不是 {close[0]}？", f"; did you mean {close[0]}?") if close else Text("", "")
    shown = shorten(name, 80)
    text = Text(
        f"{SIDECAR} 里写的文件 {shown} 不在同一文件夹{hint.zh}",
        f"{SIDECAR} names {shown}, which is not in its folder{hint.en}",
    )
    return Trouble("GJ032", NOWHERE, text)


def suppressed(
    findings: Sequence[Finding], suppressions: Suppressions, rules: Iterable[str], check_date: date
) -> tuple[list[Finding], list[Trouble]]:
    """Mark the findings that are accounted for, and tell what is wrong with suppressions.

    Args:
        findings: of the report.
        suppressions: that it has.
        rules: ids and slugs of all rules that there are.
        check_date: the day of checking, for those that have an end.

    Returns:
        The findings, those accounted for with their reason; and what is unknown, expired or unused.
    """
    known = set(rules)
    told = list(findings)
    troubles = list(suppressions.troubles)
    for one in suppressions.usable:
        covered = [n for n, finding in enumerate(told) if one.covers(finding)]
        trouble = _trouble(one, known, covered, check_date)
        if trouble is not None:
            troubles.append(trouble)
            continue
        for n in covered:
            if not told[n].suppressed:
                told[n] = structs.replace(told[n], suppressed=one.reason)
    return told, troubles


def _trouble(one: Suppression, known: set[str], covered: Sequence[int], check_date: date) -> Trouble | None:
    where = f"{SIDECAR}：" if one.place == NOWHERE else ""
    where_en = f"{SIDECAR}: " if where else ""
    reason, rule = shorten(one.reason), shorten(one.rule, 60)
    if one.rule not in known:
        if _BUILT_IN.fullmatch(one.rule):
            text = Text(f"{where}内置规则 {rule} 不能豁免", f"{where_en}the built-in rule {rule} cannot be suppressed")
            return Trouble("GJ032", one.place, text)
        close = get_close_matches(one.rule.upper() if one.rule.upper().startswith("GJ") else one.rule, sorted(known), 1)
        hint = Text(f"；是不是 {close[0]}？", f"; did you mean {close[0]}?") if close else Text("", "")
        text = Text(
            f"{where}豁免写的规则 {rule} 不存在{hint.zh}", f"{where_en}the suppression names {rule}, no rule{hint.en}"
        )
        return Trouble("GJ032", one.place, text)
    if one.until is not None and one.until < check_date:
        text = Text(
            f"{where}对 {rule} 的豁免已于 {one.until} 到期（理由：{reason}）",
            f"{where_en}the suppression of {rule} ended on {one.until} (reason: {reason})",
        )
        return Trouble("GJ031", one.place, text)
    if not covered:
        # a heading is a block: who writes above one means what follows it
        block = Text("：它只管紧接着的一段，标题也算一段", ": it is for the next block, and a heading is one")
        scope = block if one.lines else Text("", "")
        text = Text(
            f"{where}对 {rule} 的豁免没有用上{scope.zh}（理由：{reason}）",
            f"{where_en}the suppression of {rule} is not used{scope.en} (reason: {reason})",
        )
        return Trouble("GJ030", one.place, text)
    return None


def _read(said: str, place: Place, last: int, document: Document) -> list[Suppression] | Trouble:
    found = _SAID.fullmatch(said)
    if found is None:
        shown = shorten(said.strip(), 60)
        text = Text(
            f'豁免写法不对：{shown}；应为 gouji: ignore GJ401 reason="理由"',
            f'not a suppression: {shown}; write gouji: ignore GJ401 reason="why"',
        )
        return Trouble("GJ032", place, text)
    names = list(dict.fromkeys(re.split(r"[\s,，、]+", found["rules"])))
    given = _REASON.search(found["rest"])
    reason = next((words for words in given.groups() if words), "").strip() if given else ""
    if not given or not reason:
        return _unreasoned(", ".join(names), place)
    rest = _REASON.sub("", found["rest"], count=1)  # what it says of itself stands outside the reason
    until = _UNTIL.search(rest)
    left = _UNTIL.sub("", rest, count=1)
    if not _BLANK.fullmatch(left):
        text = Text(
            f"豁免里有读不懂的部分：{shorten(left.strip())}；期限写作 until=2027-03-31",
            f"part of a suppression is not understood: {shorten(left.strip())}; an end is written until=2027-03-31",
        )
        return Trouble("GJ032", place, text)
    try:
        end = date.fromisoformat(until["until"]) if until else None
    except ValueError:
        day = until["until"] if until else ""
        return Trouble("GJ032", place, Text(f"豁免的日期不存在：{day}", f"there is no such date: {day}"))
    lines = _next_block(document, place, last) if found["scope"] == "ignore" else None
    if isinstance(lines, Trouble):
        return lines
    return [Suppression(name, reason, place, end, lines) for name in names]


def _unreasoned(rule: str, place: Place) -> Trouble:
    where = SIDECAR if place == NOWHERE else ""
    text = Text(
        f'{where and where + "："}对 {shorten(rule, 60)} 的豁免没有写理由，写作 reason="理由"',
        f'{where and where + ": "}the suppression of {shorten(rule, 60)} gives no reason, write reason="why"',
    )
    return Trouble("GJ032", place, text)


def _next_block(document: Document, place: Place, last: int) -> tuple[int, int] | Trouble:
    """Return the first and the last line of the block behind a remark that ends on a line, or why there is none."""
    extents = sorted(extent for extent in map(_extent, document.blocks) if extent is not None and extent[0] > last)
    if not extents:
        text = Text(
            "豁免所在行以后没有内容；请把豁免单独写一行，放在要豁免的内容前面",
            "nothing follows on the lines after the suppression; put it on a line of its own before what it is about",
        )
        return Trouble("GJ030", place, text)
    (first, end), *others = extents
    if others and others[0][0] <= end:
        # a finding on that line may belong to the other one: accounted for by nobody, it would pass in silence
        text = Text(
            f"豁免之后第 {others[0][0]} 行上不止一段，分不清豁免的是哪一段；请把它们分行写，或改用 ignore-file",
            f"line {others[0][0]} behind the suppression holds more than one block; "
            "part them into lines, or use ignore-file",
        )
        return Trouble("GJ032", place, text)
    return first, end


def _extent(block: Block) -> tuple[int, int] | None:
    places = (
        [place for _, place in block.anchors]
        if isinstance(block, Paragraph)
        else [block.place, *(cell.place for row in block.rows for cell in row)]
    )
    lines = [place.line for place in places if place.line is not None]
    return (min(lines), max(lines)) if lines else None
