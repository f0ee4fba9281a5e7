"""The files that a run is about: as named, or found in folders; what git ignores and the configuration excludes left out."""

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from gouji.batch import Source, passed_over
from gouji.cli.console import complain, language
from gouji.cli.settings import Settings
from gouji.config import without_dots
from gouji.errors import UsageError
from gouji.readers import NOT_READ, SUFFIXES, is_named_as_report
from gouji.reporters.escape import visible
from gouji.wording import Text

_LEFT_BEHIND = ("~$", "._")  # Word keeps one beside an open document, macOS one beside any
# What git tells its hooks is relative to where they run.
_OF_A_HOOK = frozenset(("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"))


class Found(Struct, frozen=True):
    """The files to check, and the documents met on walks that are passed over: no reader is for them."""

    sources: tuple[Source, ...]
    passed: tuple[Path, ...] = ()


def find_sources(paths: Sequence[str], settings: Settings, *, force_exclude: bool = False) -> Found:
    """Find the files to check, each once: files as named, folders walked by suffix, sorted.

    Args:
        paths: as the user named them.
        settings: which tell what is excluded, and how each file is judged.
        force_exclude: leave out excluded files also where the user named them, as a commit hook does.

    Raises:
        UsageError: a path does not exist, or a folder holds no file of a known format.
    """
    found: dict[Path, Source] = {}
    passed: dict[Path, Path] = {}
    for name in paths:
        path = Path(name)
        if not os.path.lexists(path):
            raise UsageError(Text(f"没有这个文件或文件夹：{name}", f"no such file or folder: {name}"))
        sources, left_out = _found(path, settings, force_exclude=force_exclude)
        read = [source for source in sources if not (path.is_dir() and _is_passed_over(source))]
        if not read and path.is_dir():
            raise UsageError(_nothing(name, left_out, [source.name for source in sources]))
        for source in sources:
            key = without_dots(source.path)
            if source in read:
                number = settings.number(source.path)
                found.setdefault(key, Source(source.path, source.sought, source.problem, number))
            else:
                passed.setdefault(key, source.path)
    return Found(tuple(found.values()), tuple(path for key, path in passed.items() if key not in found))


def _is_passed_over(source: Source) -> bool:
    return not source.problem and source.path.suffix.lower() in NOT_READ


def _nothing(name: str, left_out: int, passed: Sequence[str]) -> Text:
    known = " ".join(SUFFIXES)
    if passed:
        said = passed_over(passed)
        return Text(
            f"文件夹 {name} 里没有可检查的文件（{known}）；{said.zh}",
            f"the folder {name} holds no file to check ({known}); {said.en}",
        )
    if not left_out:
        return Text(
            f"文件夹 {name} 里没有可检查的文件（{known}）", f"the folder {name} holds no file to check ({known})"
        )
    return Text(
        f"文件夹 {name} 里没有可检查的文件：{left_out} 个都被 .gitignore 或配置的 exclude 排除",
        f"the folder {name} holds no file to check: .gitignore or the configuration excludes all {left_out}",
    )


def _found(path: Path, settings: Settings, *, force_exclude: bool) -> tuple[list[Source], int]:
    """Return the files that a name stands for, and how many more are left out."""
    if not path.is_dir():
        excluded = force_exclude and settings.configured(path).excludes(path)
        return ([], 1) if excluded else ([Source(path, sought=True)], 0)
    walked = _without_twins(_walk(path))
    ignored = _ignored(path, [source.path for source in walked if not source.problem])
    kept = [s for s in walked if s.problem or not (s.path in ignored or settings.configured(s.path).excludes(s.path))]
    return kept, len(walked) - len(kept)


def _walk(folder: Path) -> Iterator[Source]:
    """Yield the files below a folder; hidden folders and what Office and macOS leave are left out, unreadable ones told.

    Links to folders are not followed, for they may lead in circles: those that lead elsewhere are told.
    """
    problems: list[OSError] = []
    for base, folders, names in os.walk(folder, onerror=problems.append):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "node_modules")
        for name in folders:
            if (link := Path(base, name)).is_symlink() and not link.resolve().is_relative_to(folder.resolve()):
                shown = visible(link.as_posix())
                text = Text(
                    f"链接的文件夹没有进入，其中的报告没有检查：{shown}",
                    f"a link to a folder is not followed, reports in it were not checked: {shown}",
                )
                complain(f"gouji: {text.in_language(language())}")
        for name in sorted(names):
            path = Path(base, name)
            suffix = path.suffix.lower()
            if (suffix in SUFFIXES or suffix in NOT_READ) and not name.startswith(_LEFT_BEHIND):
                yield Source(path, sought=is_named_as_report(name))
    for problem in problems:
        yield Source(Path(os.fsdecode(problem.filename)), sought=True, problem=problem.strerror or str(problem))


def _without_twins(walked: Iterable[Source]) -> list[Source]:
    """Leave out links to files that are found themselves, or by another link before."""
    sources = list(walked)
    links = {source.path for source in sources if source.path.is_symlink()}
    seen = {source.path.resolve() for source in sources if source.path not in links} if links else set()
    kept = []
    for source in sources:
        if source.path in links:
            target = Path(os.path.realpath(source.path))
            if target in seen:
                continue
            seen.add(target)
        kept.append(source)
    return kept


def _ignored(folder: Path, paths: Sequence[Path]) -> set[Path]:
    """Return the files that git ignores; git itself is asked, nobody else knows all its rules."""
    real = folder.resolve()  # a link may lead into a repository
    by_root: dict[Path, dict[bytes, Path]] = {}
    for path in paths:
        inside = real / path.relative_to(folder)
        root = _repository(inside.parent)
        if root is not None:
            # begun by a dot, or ":(top).md" would be no name
            name = b"./" + os.fsencode(inside.relative_to(root).as_posix())
            by_root.setdefault(root, {})[name] = path
    return {path for root, names in by_root.items() for path in _ignored_in(root, names)}


def _ignored_in(root: Path, names: Mapping[bytes, Path]) -> Iterator[Path]:
    environment = {key: value for key, value in os.environ.items() if key not in _OF_A_HOOK}
    try:
        done = subprocess.run(  # noqa: S603 - git as installed, arguments are ours
            # a monitor is a command that a strange repository would name
            ("git", "-C", str(root), "-c", "core.fsmonitor=false", "check-ignore", "-z", "--stdin"),  # noqa: S607
            input=b"\0".join(names),
            env=environment,
            capture_output=True,
            check=False,
        )
    except OSError:
        return  # without git nothing is ignored
    if done.returncode > 1:  # a repository that git refuses to look into
        reason = " ".join(done.stderr.decode("utf-8", "replace").strip().splitlines()[:1])
        text = Text(f"没有按 .gitignore 排除文件：{reason}", f".gitignore was not heeded: {reason}")
        complain(f"gouji: {visible(text.in_language(language()))}")
        return
    yield from (names[name] for name in done.stdout.split(b"\0") if name in names)


@lru_cache(maxsize=1024)
def _repository(folder: Path) -> Path | None:
    return next((base for base in (folder, *folder.parents) if os.path.lexists(base / ".git")), None)
