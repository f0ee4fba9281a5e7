"""The files that a run is about: as named, or found in folders; what git ignores and the configuration excludes left out."""

import os
import subprocess
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from gouji.cli.console import complain, language
from gouji.cli.guarding import Source
from gouji.cli.settings import Settings
from gouji.errors import UsageError
from gouji.readers import SUFFIXES
from gouji.wording import Text


def find_sources(paths: Sequence[str], settings: Settings, *, force_exclude: bool = False) -> Iterator[Source]:
    """Find the files to check, each once: files as named, folders walked by suffix, sorted.

    Args:
        paths: as the user named them.
        settings: which tell what is excluded, and how each file is judged.
        force_exclude: leave out excluded files also where the user named them, as a commit hook does.

    Raises:
        UsageError: a path does not exist, or a folder holds no file of a known format.
    """
    seen: set[Path] = set()
    for name in paths:
        path = Path(name)
        if not os.path.lexists(path):
            raise UsageError(Text(f"没有这个文件或文件夹：{name}", f"no such file or folder: {name}"))
        found = _found(path, settings, force_exclude=force_exclude)
        if not found and path.is_dir():
            known = " ".join(SUFFIXES)
            raise UsageError(
                Text(
                    f"文件夹 {name} 里没有可检查的文件（{known}）",
                    f"the folder {name} holds no file to check ({known})",
                )
            )
        for source in found:
            if (key := source.path.absolute()) not in seen:
                seen.add(key)
                yield Source(source.path, source.sought, source.problem, settings.number(source.path))


def _found(path: Path, settings: Settings, *, force_exclude: bool) -> list[Source]:
    if not path.is_dir():
        excluded = force_exclude and settings.configured(path).excludes(path)
        return [] if excluded else [Source(path, sought=True)]
    walked = list(_walk(path))
    ignored = _ignored(path, [source.path for source in walked if not source.problem])
    return [s for s in walked if s.problem or not (s.path in ignored or settings.configured(s.path).excludes(s.path))]


def _walk(folder: Path) -> Iterator[Source]:
    """Yield the files below a folder; hidden folders and links are left out, unreadable ones told."""
    problems: list[OSError] = []
    for base, folders, names in os.walk(folder, onerror=problems.append):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "node_modules")
        for name in sorted(names):
            path = Path(base, name)
            if path.suffix.lower() in SUFFIXES and not path.is_symlink():
                yield Source(path, sought="年报" in name or "年度报告" in name)
    for problem in problems:
        yield Source(Path(os.fsdecode(problem.filename)), sought=True, problem=problem.strerror or str(problem))


def _ignored(folder: Path, paths: Sequence[Path]) -> set[Path]:
    """Return the files that git ignores; git itself is asked, nobody else knows all its rules."""
    if not paths or not _in_repository(folder.absolute()):
        return set()
    names = {os.fsencode(path.absolute()): path for path in paths}
    try:
        done = subprocess.run(  # noqa: S603 - git as installed, arguments are ours
            ("git", "-C", str(folder), "check-ignore", "-z", "--stdin"),  # noqa: S607
            input=b"\0".join(names),
            capture_output=True,
            check=False,
        )
    except OSError:
        return set()  # without git nothing is ignored
    if done.returncode > 1:  # a repository that git refuses to look into
        reason = done.stderr.decode("utf-8", "replace").strip().splitlines()[:1]
        text = Text(f"没有按 .gitignore 排除文件：{' '.join(reason)}", f".gitignore was not heeded: {' '.join(reason)}")
        complain(f"gouji: {text.in_language(language())}")
        return set()
    return {names[name] for name in done.stdout.split(b"\0") if name in names}


@lru_cache(maxsize=256)
def _in_repository(folder: Path) -> bool:
    return any((base / ".git").exists() for base in (folder, *folder.parents))
