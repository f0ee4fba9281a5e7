"""``gouji baseline``: write down findings that are known, drop those that are gone, show what there is."""

import getpass
import os
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from gouji.baseline import Entry, entry_of, may_be_known, read_baseline, recognised, summary, written
from gouji.batch import Source
from gouji.cli.check import CheckCall, baselines_of, judged
from gouji.cli.console import OK, deliver, language
from gouji.cli.settings import Asked, Settings
from gouji.errors import UsageError
from gouji.reporters.escape import visible
from gouji.wording import Text

MOST_NAMED = 5  # of the findings that a baseline would grow by

FILE = Path("gouji-baseline.jsonl")


def write(call: CheckCall, path: Path | None, reason: str, owner: str, *, accept_new: bool) -> int:
    """Write the findings of a run into a baseline; one that exists grows only when that is asked for.

    Raises:
        UsageError: findings would be added to an existing baseline unasked; no reason is given; the run cannot be.
    """
    if not reason.strip():
        raise UsageError(Text("请用 --reason 写明为什么暂不改正", "say with --reason why they are left"))
    owner = owner.strip() or _login()
    report, settings, sources = judged(call)
    path = path or _only_baseline(call, settings, sources)
    there = os.path.lexists(path)
    known = {entry.key: entry for entry in read_baseline(path)} if there else {}
    fresh = [
        entry_of(finding, path.parent, reason=reason.strip(), owner=owner, created=settings.day)
        for finding in report.findings
        if may_be_known(finding.rule) and not finding.suppressed
    ]
    new = {entry.key: entry for entry in fresh if _operands(known.get(entry.key)) != entry.operands}
    if there and new and not accept_new:
        raise UsageError(
            Text(
                f"基线 {path} 会增加 {len(new)} 条（{_named(new.values())}）；确认要增加时加 --accept-new",
                f"the baseline {path} would grow by {len(new)} ({_named(new.values())}); add --accept-new to let it",
            )
        )
    merged = known | new
    deliver(written(merged.values()), path)
    _say(Text(f"{path}：写入 {len(new)} 条，共 {len(merged)} 条", f"{path}: {len(new)} written, {len(merged)} in all"))
    left = [finding for finding in report.findings if not may_be_known(finding.rule)]
    if left:
        ids = ", ".join(sorted({finding.rule for finding in left}))
        text = Text(
            f"另有 {len(left)} 条不能记入基线（{ids}）：没有读到、没有核对或豁免写错的，必须处理",
            f"{len(left)} more cannot be in a baseline ({ids}): what was not read or judged must be seen to",
        )
        _say(text)
    if path not in baselines_of(call, settings, sources):
        text = Text(
            f'检查时加 --baseline {path}，或在配置里写 baseline = "{path.name}"',
            f'to use it: check with --baseline {path}, or configure baseline = "{path.name}"',
        )
        _say(text)
    return OK


def prune(call: CheckCall, path: Path | None) -> int:
    """Drop the entries that nothing matches any more, and say which; nothing is added.

    Raises:
        UsageError: there is no baseline, or it cannot be read or written; the run cannot be.
    """
    report, settings, sources = judged(call)
    path = path or _only_baseline(call, settings, sources)
    entries = read_baseline(path)
    gone = {entry.key for entry in recognised(report.files, entries, path.parent).gone}
    for entry in entries:
        if entry.key in gone:
            _say(Text(f"删去 {_name(entry)}", f"dropped {_name(entry)}"))
    if gone:
        deliver(written(entry for entry in entries if entry.key not in gone), path)
    _say(
        Text(
            f"{path}：删去 {len(gone)} 条，还有 {len(entries) - len(gone)} 条",
            f"{path}: {len(gone)} dropped, {len(entries) - len(gone)} left",
        )
    )
    return OK


def _only_baseline(call: CheckCall, settings: Settings, sources: Sequence[Source]) -> Path:
    """Return the baseline that the configuration of the files names, or the usual file."""
    found = [*baselines_of(call, settings, sources)]
    if len(found) > 1:
        names = ", ".join(map(str, found))
        raise UsageError(
            Text(f"这些文件的配置有几个基线：{names}；请用 --baseline 指定", f"several baselines: {names}; name one")
        )
    return found[0] if found else FILE


def _operands(entry: Entry | None) -> str | None:
    return entry.operands if entry else None


def _named(entries: Iterable[Entry]) -> str:
    names = [_name(entry) for entry in entries]
    return "; ".join(names[:MOST_NAMED]) + ("; …" if len(names) > MOST_NAMED else "")


def _name(entry: Entry) -> str:
    return f"{entry.path} {entry.rule} {entry.address}".rstrip()


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container has users without a name
        raise UsageError(Text("请用 --owner 写明谁负责", "say with --owner who answers for them")) from None


def show(path: Path | None, config: Path | None, day: date) -> int:
    """List the entries, oldest first, with their age.

    Raises:
        UsageError: there is no baseline, or it is malformed.
    """
    entries = sorted(read_baseline(path or _configured(config)), key=lambda entry: (entry.created, entry.key))
    lines = [_told(entry, day) for entry in entries]
    deliver("\n".join([*lines, summary(entries, day).in_language(language())]) + "\n", None)
    return OK


def _configured(config: Path | None) -> Path:
    configured = Settings(Asked(config=config)).configured(FILE)
    return configured.folder / configured.config.baseline if configured.config.baseline else FILE


def _told(entry: Entry, day: date) -> str:
    age = (day - entry.created).days
    parts = (_name(entry), entry.severity.value, entry.reason, entry.owner)
    return visible("  ".join((*parts, Text(f"{age} 天", f"{age} days").in_language(language()))))


def _say(text: Text) -> None:
    deliver(visible(text.in_language(language())) + "\n", None)
