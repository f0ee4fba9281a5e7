"""``gouji baseline``: write down findings that are known, drop those that are gone, show what there is."""

import getpass
from datetime import date
from pathlib import Path

from gouji.baseline import Entry, entry_of, read_baseline, recognised, summary, written
from gouji.cli.check import CheckCall, judged
from gouji.cli.console import OK, complain, deliver, language
from gouji.errors import UsageError
from gouji.wording import Text

FILE = Path("gouji-baseline.jsonl")


def write(call: CheckCall, path: Path, reason: str, owner: str, *, accept_new: bool) -> int:
    """Write the findings of a run into a baseline; one that exists grows only when that is asked for.

    Raises:
        UsageError: findings would be added to an existing baseline unasked; no reason is given; the run cannot be.
    """
    if not reason.strip():
        raise UsageError(Text("请用 --reason 写明为什么暂不改正", "say with --reason why they are left"))
    report, settings, _ = judged(call)
    known = read_baseline(path) if path.exists() else ()
    by_key = {entry.key: entry for entry in known}
    owner = owner or getpass.getuser()
    fresh = [entry_of(f, reason=reason, owner=owner, created=settings.day) for f in report.findings if not f.suppressed]
    new = [
        entry for entry in fresh if by_key.get(entry.key, entry).operands != entry.operands or entry.key not in by_key
    ]
    if known and new and not accept_new:
        raise UsageError(
            Text(
                f"基线 {path} 会增加 {len(new)} 条；确认要增加时加 --accept-new",
                f"the baseline {path} would grow by {len(new)}; add --accept-new to let it",
            )
        )
    merged = by_key | {entry.key: entry for entry in new}
    deliver(written(merged.values()), path)
    _say(Text(f"{path}：写入 {len(new)} 条，共 {len(merged)} 条", f"{path}: {len(new)} written, {len(merged)} in all"))
    return OK


def prune(call: CheckCall, path: Path) -> int:
    """Drop the entries that nothing matches any more; nothing is added."""
    report, _, _ = judged(call)
    entries = read_baseline(path)
    _, stale = recognised(report.files, entries)
    gone = {entry.key for entry in stale}
    deliver(written(entry for entry in entries if entry.key not in gone), path)
    _say(
        Text(
            f"{path}：删去 {len(gone)} 条，还有 {len(entries) - len(gone)} 条",
            f"{path}: {len(gone)} dropped, {len(entries) - len(gone)} left",
        )
    )
    return OK


def show(path: Path, day: date) -> int:
    """List the entries, oldest first, with their age."""
    entries = sorted(read_baseline(path), key=lambda entry: (entry.created, entry.key))
    lines = [_told(entry, day) for entry in entries]
    deliver("\n".join([*lines, summary(entries, day).in_language(language())]) + "\n", None)
    return OK


def _told(entry: Entry, day: date) -> str:
    age = (day - entry.created).days
    parts = (f"{entry.path} {entry.rule} {entry.address}".rstrip(), entry.severity.value, entry.reason, entry.owner)
    return "  ".join((*parts, Text(f"{age} 天", f"{age} days").in_language(language())))


def _say(text: Text) -> None:
    complain(text.in_language(language()))
