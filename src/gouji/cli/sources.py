"""The files that a run is about: as named, or found in folders; what git ignores and the configuration excludes left out."""

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from gouji.batch import Source
from gouji.cli.console import complain, language
from gouji.cli.settings import Settings
from gouji.config import without_dots
from gouji.errors import UsageError
from gouji.readers import SUFFIXES
from gouji.reporters.escape import visible
from gouji.unread import is_named_as_report, is_passed_over, passed_over
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
        sources, aside, left_out = _found(path, settings, force_exclude=force_exclude)
        if not sources and path.is_dir():
            raise UsageError(_nothing(name, left_out, aside))
        for source in sources:
            if (key := without_dots(source.path)) not in found:
                number = settings.number(source.path)
                found[key] = Source(source.path, source.sought, source.problem, number)
        for one in aside:
            passed.setdefault(without_dots(one), one)
    return Found(tuple(found.values()), tuple(path for key, path in passed.items() if key not in found))


def _nothing(name: str, left_out: int, passed: Sequence[Path]) -> Text:
    known = " ".join(SUFFIXES)
    why = Text(f"（{known}）", f" ({known})")
    if left_out:
        why = Text(
            f"：{left_out} 个都被 .gitignore 或配置的 exclude 排除",
            f": .gitignore or the configuration excludes all {left_out}",
        )
    if passed:
        said = passed_over(path.as_posix() for path in passed)
        why = Text(f"{why.zh}；{said.zh}", f"{why.en}; {said.en}")
    return Text(f"文件夹 {name} 里没有可检查的文件{why.zh}", f"the folder {name} holds no file to check{why.en}")


def _found(path: Path, settings: Settings, *, force_exclude: bool) -> tuple[list[Source], list[Path], int]:
    """Return the files that a name stands for, what is passed over among them, and how many more are left out."""
    if not path.is_dir():
        excluded = force_exclude and settings.configured(path).excludes(path)
        return ([], [], 1) if excluded else ([Source(path, sought=True)], [], 0)
    walked, aside = list[Source](), list[Path]()
    for source in _walk(path):
        if not source.problem and is_passed_over(source.path):
            aside.append(source.path)
        else:
            walked.append(source)
    walked = _without_twins(walked)
    ignored = _ignored(path, [*(source.path for source in walked if not source.problem), *aside])

    def is_left_out(one: Path) -> bool:
        return one in ignored or settings.configured(one).excludes(one)

    kept = [source for source in walked if source.problem or not is_left_out(source.path)]
    return kept, [one for one in aside if not is_left_out(one)], len(walked) - len(kept)


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
            known = path.suffix.lower() in SUFFIXES or is_passed_over(path)
            if known and not name.startswith(_LEFT_BEHIND):
                yield Source(path, sought=is_named_as_report(path))
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
