"""The baseline: findings that an office knows of, kept in a file beside the reports.

A finding is known by rule, path and address, and by the numbers it was about: changed numbers open it
again. Paths are relative to the folder of the baseline, so that it does not matter where gouji runs.
The file is JSON, one entry a line, so that a change to it can be reviewed.

That a file could not be read or judged, and what is wrong with a suppression, is never known: it would
pass in silence.
"""

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct, structs

from gouji.errors import UsageError
from gouji.finding import FileReport, Finding, Severity
from gouji.wording import Text, shorten

SCHEMA = "gouji-baseline/1"
LARGEST_FILE = 64 << 20  # bytes

Key = tuple[str, str, str]  # rule, path, address
Said = Annotated[str, Meta(pattern=r"\S")]

_BUILT_IN = re.compile(r"GJ0[0-9]{2}")


class Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A known finding.

    Attributes:
        rule, path, address: which instance of which rule in which file, relative to the baseline's folder.
        operands: digest of the numbers or words that it was about.
        severity: when it was written down.
        reason: why it is left.
        owner: who answers for it.
        created: the day it was written down.
    """

    rule: str
    path: str
    address: str
    operands: str
    severity: Severity
    reason: Said
    owner: Said
    created: date

    @property
    def key(self) -> Key:
        """Which instance of which rule in which file."""
        return self.rule, self.path, self.address


class _Head(Struct, frozen=True, forbid_unknown_fields=True):
    schema: str


def read_baseline(path: Path) -> tuple[Entry, ...]:
    """Read a baseline.

    Raises:
        UsageError: it is missing, malformed, or of a later version.
    """
    head, entries = False, dict[Key, Entry]()
    for number, line in enumerate(_content(path).removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            # not msgspec's own JSON: it refuses the lone surrogates that names of any bytes become
            content = json.loads(line)
            if not head:
                head = _is_head(path, msgspec.convert(content, _Head))
                continue
            entry = msgspec.convert(content, Entry)
        except (ValueError, RecursionError) as error:
            reason = _why(error)
            raise _refused(path, Text(f"第 {number} 行不对：{reason.zh}", f"line {number}: {reason.en}")) from None
        name = shorten(" ".join(entry.key), 120)
        if not may_be_known(entry.rule):
            text = Text(f"第 {number} 行：{entry.rule} 不能记入基线", f"line {number}: {entry.rule} is never known")
            raise _refused(path, text)
        if entry.key in entries:
            raise _refused(
                path, Text(f"第 {number} 行：条目重复：{name}", f"line {number}: an entry is there twice: {name}")
            )
        entries[entry.key] = entry
    if not head:
        raise _refused(path, Text("文件是空的", "the file is empty"))
    return tuple(entries.values())


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        text = Text("还没有这个文件，可用 gouji baseline write 建立", "there is none; gouji baseline write makes one")
        raise _refused(path, text) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise _refused(path, Text(f"无法读取：{reason}", f"cannot be read: {reason}")) from None
    if len(data) > LARGEST_FILE:
        raise _refused(path, Text("文件过大", "the file is too large"))
    return data


def _why(error: Exception) -> Text:
    said = shorten(str(error), 120)
    if "matching regex" in said:
        return Text("reason 和 owner 不能为空", "reason and owner may not be blank")
    return Text(said, said)


def may_be_known(rule: str) -> bool:
    """Tell whether findings of a rule may stand in a baseline: not those of the built-in ones."""
    return not _BUILT_IN.fullmatch(rule)


def name_from(folder: Path, path: str) -> str:
    """Return the name of a file as a baseline in a folder has it."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive
        return Path(path).as_posix()


def written(entries: Iterable[Entry]) -> str:
    """Return the text of a baseline: sorted, one entry a line."""
    ordered = sorted(entries, key=lambda entry: entry.key)
    lines = (json.dumps(msgspec.to_builtins(entry), ensure_ascii=False) for entry in ordered)
    return "\n".join((json.dumps({"schema": SCHEMA}), *lines)) + "\n"


def entry_of(finding: Finding, folder: Path, *, reason: str, owner: str, created: date) -> Entry:
    """Make the entry of a finding in a baseline of a folder."""
    return Entry(
        rule=finding.rule,
        path=name_from(folder, finding.path),
        address=finding.address,
        operands=operands_of(finding),
        severity=finding.severity,
        reason=reason,
        owner=owner,
        created=created,
    )


def operands_of(finding: Finding) -> str:
    """Return a digest of the numbers or words that a finding is about; of its message where it has no others."""
    about: list[str] = [finding.expected, finding.actual]
    if finding.equation is not None:
        about += [f"{op.key}={op.value}" for op in (*finding.equation.left, *finding.equation.right)]
    elif not (finding.expected or finding.actual):
        about.append(finding.message.zh)
    return hashlib.sha256("\0".join(about).encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Recognised(Struct, frozen=True):
    """What a baseline is to a run.

    Attributes:
        files: the reports with known findings marked.
        gone: entries that nothing matches any more: the rule found nothing there and left nothing
            undetermined, or the file is not there.
        reopened: entries whose findings are there with other numbers.
    """

    files: tuple[FileReport, ...]
    gone: tuple[Entry, ...]
    reopened: tuple[Entry, ...]


def recognised(files: Sequence[FileReport], entries: Iterable[Entry], folder: Path) -> Recognised:
    """Mark the findings that a baseline in a folder has."""
    by_key = {entry.key: entry for entry in entries}
    by_path: dict[str, list[Entry]] = {}
    for entry in by_key.values():
        by_path.setdefault(entry.path, []).append(entry)
    marked, gone, reopened = [], [], []
    seen: set[str] = set()
    for file in files:
        path = name_from(folder, file.path)
        seen.add(path)
        findings, met = [], set[Key]()
        for finding in file.findings:
            known = by_key.get((finding.rule, path, finding.address))
            if known is None:
                findings.append(finding)
                continue
            met.add(known.key)
            if known.operands == operands_of(finding):
                findings.append(structs.replace(finding, known=known.reason))
            else:
                findings.append(finding)
                reopened.append(known)
        marked.append(structs.replace(file, findings=tuple(findings)))
        open_rules = {rule for undecided in file.undecided for rule in undecided.rules}
        if file.judged:
            gone += [e for e in by_path.get(path, ()) if e.key not in met and e.rule not in open_rules]
    for path, others in by_path.items():
        if path not in seen and not os.path.lexists(folder / path):
            gone += others
    return Recognised(tuple(marked), tuple(gone), tuple(reopened))


def summary(entries: Sequence[Entry], day: date) -> Text:
    """Say how many entries there are, of which severity, and how old the oldest is."""
    counts = Counter(entry.severity for entry in entries)
    names = dict(zip(Severity, ("错误", "警告", "提示"), strict=True))
    said = "、".join(f"{names[severity]} {counts[severity]}" for severity in Severity if counts[severity])
    said_en = ", ".join(f"{severity.value} {counts[severity]}" for severity in Severity if counts[severity])
    if not entries:
        return Text("基线是空的", "the baseline is empty")
    oldest = max(0, *((day - entry.created).days for entry in entries))
    return Text(
        f"基线共 {len(entries)} 条（{said}），最早的已有 {oldest} 天",
        f"{len(entries)} in the baseline ({said_en}), the oldest for {oldest} days",
    )


def _is_head(path: Path, head: _Head) -> bool:
    if head.schema != SCHEMA:
        shown = shorten(head.schema, 60)
        raise _refused(path, Text(f"版本是 {shown}，应为 {SCHEMA}", f"its version is {shown}, not {SCHEMA}"))
    return True


def _refused(path: Path, text: Text) -> UsageError:
    return UsageError(Text(f"基线 {path}：{text.zh}", f"baseline {path}: {text.en}"))
