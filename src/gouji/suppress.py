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

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

import msgspec
from msgspec import Struct, field, structs

from gouji.document import Document, Paragraph, Place
from gouji.finding import Finding
from gouji.wording import Text, shorten

SIDECAR = "gouji-ignore.toml"
LARGEST_FILE = 1_000_000  # bytes

_SAID = re.compile(
    r"\s*(?P<scope>ignore(?:-file)?)\s+(?P<rules>[A-Za-z0-9/_,-]+(?:\s*,\s*[A-Za-z0-9/_-]+)*)(?P<rest>.*)", re.DOTALL
)
_REASON = re.compile(r"\breason\s*=\s*[\"“”](?P<reason>[^\"“”]*)[\"“”]")
_UNTIL = re.compile(r"\buntil\s*=\s*\"?(?P<until>[0-9]{4}-[0-9]{2}-[0-9]{2})\"?")
_BLANK = re.compile(r"[\s,]*")


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
        read = _read(remark.said, Place(remark.line), _next_block(document, remark.last))
        if isinstance(read, Trouble):
            troubles.append(read)
        else:
            usable += read
    return Suppressions(tuple(usable), tuple(troubles))


def beside(path: Path) -> Suppressions:
    """Read the entries for a file in the ``gouji-ignore.toml`` of its folder; none where there is no such file."""
    sidecar = path.parent / SIDECAR
    if not sidecar.is_file():
        return Suppressions()
    try:
        entries = _entries(sidecar)
    except (OSError, ValueError) as error:  # TOML, UTF-8 and validation errors are ValueErrors
        reason = shorten(str(error), 120)
        text = Text(f"{SIDECAR} 无法使用：{reason}", f"{SIDECAR} cannot be used: {reason}")
        return Suppressions(troubles=(Trouble("GJ032", Place(), text),))
    own = [entry for entry in entries if entry.file == path.name]
    unreasoned = tuple(_unreasoned(entry.rule, Place()) for entry in own if not entry.reason.strip())
    usable = tuple(
        Suppression(entry.rule, entry.reason.strip(), Place(), entry.until, None, entry.address)
        for entry in own
        if entry.reason.strip()
    )
    return Suppressions(usable, unreasoned)


def _entries(sidecar: Path) -> tuple[Entry, ...]:
    import tomllib  # noqa: PLC0415 - most folders have no such file

    if sidecar.stat().st_size > LARGEST_FILE:
        raise ValueError(f"more than {LARGEST_FILE} bytes")
    return msgspec.convert(tomllib.loads(sidecar.read_bytes().decode("utf-8-sig")), _File).ignore


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
    if one.rule not in known:
        text = Text(f"豁免写的规则 {one.rule} 不存在", f"the suppression names {one.rule}, which is no rule")
        return Trouble("GJ032", one.place, text)
    if one.until is not None and one.until < check_date:
        text = Text(f"对 {one.rule} 的豁免已于 {one.until} 到期", f"the suppression of {one.rule} ended on {one.until}")
        return Trouble("GJ031", one.place, text)
    if not covered:
        text = Text(
            f"对 {one.rule} 的豁免没有用上（理由：{shorten(one.reason)}）",
            f"the suppression of {one.rule} is not used (reason: {shorten(one.reason)})",
        )
        return Trouble("GJ030", one.place, text)
    return None


def _read(said: str, place: Place, block: tuple[int, int] | None) -> list[Suppression] | Trouble:
    found = _SAID.fullmatch(said)
    if found is None:
        text = Text(
            f'豁免写法不对：{shorten(said.strip())}；应为 gouji: ignore GJ401 reason="理由"',
            f'not a suppression: {shorten(said.strip())}; write gouji: ignore GJ401 reason="why"',
        )
        return Trouble("GJ032", place, text)
    rest, names = found["rest"], [name for name in re.split(r"[\s,]+", found["rules"]) if name]
    reason, until = _REASON.search(rest), _UNTIL.search(rest)
    if reason is None or not reason["reason"].strip():
        return _unreasoned(", ".join(names), place)
    left = _UNTIL.sub("", _REASON.sub("", rest))
    if not _BLANK.fullmatch(left):
        text = Text(
            f"豁免里有读不懂的部分：{shorten(left.strip())}",
            f"part of a suppression is not understood: {shorten(left.strip())}",
        )
        return Trouble("GJ032", place, text)
    try:
        end = date.fromisoformat(until["until"]) if until else None
    except ValueError:
        return Trouble("GJ032", place, Text(f"豁免的日期不存在：{until and until['until']}", "no such date"))
    if found["scope"] == "ignore" and block is None:
        return Trouble("GJ030", place, Text("豁免后面没有内容", "nothing follows the suppression"))
    lines = block if found["scope"] == "ignore" else None
    return [Suppression(name, reason["reason"].strip(), place, end, lines) for name in names]


def _unreasoned(rule: str, place: Place) -> Trouble:
    return Trouble("GJ032", place, Text(f"对 {rule} 的豁免没有写理由", f"the suppression of {rule} gives no reason"))


def _next_block(document: Document, line: int) -> tuple[int, int] | None:
    """Return the first and the last line of the block behind a line."""
    starts = sorted({start for start in _starts(document) if start > line})
    if not starts:
        return None
    return starts[0], starts[1] - 1 if len(starts) > 1 else 1 << 30


def _starts(document: Document) -> Iterator[int]:
    for block in document.blocks:
        place = block.place() if isinstance(block, Paragraph) else block.place
        if place.line is not None:
            yield place.line
