"""The baseline: findings that an office knows of, kept in a file beside the reports.

A finding is known by rule, path and address, and by the numbers it was about: changed numbers open it
again. The file is JSON, one entry a line, so that a change to it can be reviewed.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import msgspec
from msgspec import Struct, structs

from gouji.errors import UsageError
from gouji.finding import FileReport, Finding, Severity
from gouji.wording import Text

SCHEMA = "gouji-baseline/1"
LARGEST_FILE = 64 << 20  # bytes

Key = tuple[str, str, str]  # rule, path, address


class Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A known finding.

    Attributes:
        rule, path, address: which instance of which rule in which file.
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
    reason: str
    owner: str
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
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise _refused(path, Text(f"无法读取：{reason}", f"cannot be read: {reason}")) from None
    if len(data) > LARGEST_FILE:
        raise _refused(path, Text("文件过大", "the file is too large"))
    lines = [line for line in data.split(b"\n") if line.strip()]
    entries: list[Entry] = []
    for number, line in enumerate(lines, 1):
        try:
            if number == 1:
                _refuse_other_schemas(path, msgspec.json.decode(line, type=_Head).schema)
            else:
                entries.append(msgspec.json.decode(line, type=Entry))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            text = Text(f"第 {number} 行不对：{error}", f"line {number}: {error}")
            raise _refused(path, text) from None
    if not lines:
        raise _refused(path, Text("文件是空的", "the file is empty"))
    repeated = _first_repeated(entries)
    if repeated is not None:
        name = " ".join(repeated)
        raise _refused(path, Text(f"条目重复：{name}", f"an entry is there twice: {name}"))
    return tuple(entries)


def written(entries: Iterable[Entry]) -> str:
    """Return the text of a baseline: sorted, one entry a line."""
    ordered = sorted(entries, key=lambda entry: entry.key)
    lines = (json.dumps(msgspec.to_builtins(entry), ensure_ascii=False) for entry in ordered)
    return "\n".join((json.dumps({"schema": SCHEMA}), *lines)) + "\n"


def entry_of(finding: Finding, *, reason: str, owner: str, created: date) -> Entry:
    """Make the entry of a finding."""
    return Entry(
        rule=finding.rule,
        path=finding.path,
        address=finding.address,
        operands=operands_of(finding),
        severity=finding.severity,
        reason=reason,
        owner=owner,
        created=created,
    )


def operands_of(finding: Finding) -> str:
    """Return a digest of the numbers or words that a finding is about."""
    about: list[str] = [finding.expected, finding.actual]
    if finding.equation is not None:
        about += [f"{op.key}={op.value}" for op in (*finding.equation.left, *finding.equation.right)]
    return hashlib.sha256("\0".join(about).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def recognised(
    files: Sequence[FileReport], entries: Iterable[Entry]
) -> tuple[tuple[FileReport, ...], tuple[Entry, ...]]:
    """Mark the findings that the baseline has.

    Returns:
        The reports with known findings marked, and the entries of files checked that nothing matches any more.
    """
    by_key = {entry.key: entry for entry in entries}
    met: set[Key] = set()
    marked = []
    for file in files:
        findings = []
        for finding in file.findings:
            entry = by_key.get((finding.rule, finding.path, finding.address))
            if entry is not None and entry.operands == operands_of(finding):
                met.add(entry.key)
                findings.append(structs.replace(finding, known=entry.reason))
            else:
                findings.append(finding)
        marked.append(structs.replace(file, findings=tuple(findings)))
    checked = {file.path for file in files if file.judged}
    stale = tuple(entry for key, entry in by_key.items() if entry.path in checked and key not in met)
    return tuple(marked), stale


def summary(entries: Sequence[Entry], day: date) -> Text:
    """Say how many entries there are, of which severity, and how old the oldest is."""
    counts = Counter(entry.severity for entry in entries)
    said = "、".join(f"{severity.value} {counts[severity]}" for severity in Severity if counts[severity])
    oldest = max(((day - entry.created).days for entry in entries), default=0)
    return Text(
        f"基线共 {len(entries)} 条（{said or '无'}），最早的已有 {oldest} 天",
        f"{len(entries)} in the baseline ({said or 'none'}), the oldest for {oldest} days",
    )


def _first_repeated(entries: Sequence[Entry]) -> Key | None:
    seen: set[Key] = set()
    for entry in entries:
        if entry.key in seen:
            return entry.key
        seen.add(entry.key)
    return None


def _refuse_other_schemas(path: Path, schema: str) -> None:
    if schema != SCHEMA:
        raise _refused(path, Text(f"版本是 {schema}，应为 {SCHEMA}", f"its version is {schema}, not {SCHEMA}"))


def _refused(path: Path, text: Text) -> UsageError:
    return UsageError(Text(f"基线 {path}：{text.zh}", f"baseline {path}: {text.en}"))
