"""``gouji init``: write what a repository of reports needs: configuration, hook, and the file of its CI."""

import json
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from msgspec import Struct

from gouji.cli.console import OK, deliver, language
from gouji.config import closest
from gouji.errors import UsageError
from gouji.pack_source import shipped_ids
from gouji.pack_store import find_pack
from gouji.reporters.escape import visible
from gouji.wording import Text

CONFIGURATION, HOOK = "gouji.toml", ".pre-commit-config.yaml"
# platform -> where its CI looks for a file, and our template of it
PLATFORMS: dict[str, dict[str, str]] = {
    "local": {},
    "github": {".github/workflows/gouji.yml": "github.yml"},
    "gitlab": {".gitlab-ci.yml": "gitlab.yml"},
    "jenkins": {"Jenkinsfile": "Jenkinsfile"},
    "gitea": {".gitea/workflows/gouji.yml": "gitea.yml"},
    "gitee": {".workflow/gouji.yml": "gitee.yml"},
}


class InitCall(Struct, frozen=True, kw_only=True):
    """What the user asked ``gouji init`` to do."""

    platform: str = "local"
    folder: Path = Path()
    pack: str | None = None
    region: str | None = None


def templates() -> Path:
    """Return the folder of the templates: in the wheel, or the documents of the checkout."""
    here = Path(__file__).resolve().parents[1]
    shipped = here / "ci"
    return shipped if shipped.is_dir() else here.parents[1] / "docs" / "ci"


def init(call: InitCall) -> int:
    """Write the files that are not there yet, and tell what was written and what was left as it is.

    Raises:
        UsageError: there is no such folder or pack, a file cannot be written, or the pack or region asked for would
            be lost because there is a configuration already.
    """
    if not call.folder.is_dir():
        raise UsageError(Text(f"没有这个文件夹：{call.folder}", f"no such folder: {call.folder}"))
    choices = tuple(_choices(call))
    configured = closest(call.folder / CONFIGURATION).path
    if configured and choices:
        lost = ", ".join(choices)
        raise UsageError(
            Text(
                f"已有配置 {configured}，没有改动；请自行在其中写入 {lost}",
                f"there is a configuration, {configured}, and it was left as it is: write {lost} into it",
            )
        )
    wanted = {HOOK: "pre-commit-config.yaml", **PLATFORMS[call.platform]}
    if configured is None:
        _write(call.folder, CONFIGURATION, _with(choices, _template("gouji.toml")))
    else:
        _say(Text(f"未写 {CONFIGURATION}：已有配置 {configured}", f"{CONFIGURATION} not written: {configured} applies"))
    for name, template in wanted.items():
        _write(call.folder, name, _template(template))
    if (call.folder / ".git").exists():
        _say(Text("下一步：pre-commit install", "next: pre-commit install"))
    else:
        _say(
            Text(
                "这里不是 git 仓库的最上层文件夹：以上文件应放在那里",
                "this is not the top folder of a git repository, where these files belong",
            )
        )
    return OK


def _choices(call: InitCall) -> Iterator[str]:
    """Yield the lines of the configuration that the user's options ask for."""
    if call.pack is not None:
        file = find_pack(call.pack)
        by_id = call.pack in shipped_ids() and not Path(call.pack).is_file()
        yield f"pack = {_quoted(call.pack if by_id else _relative(file, call.folder))}"
    if call.region is not None:
        yield f"region = {_quoted(call.region)}"


def _relative(file: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(file.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive
        return file.resolve().as_posix()


def _quoted(text: str) -> str:
    """Write a TOML string, as JSON writes it."""
    if not text or not text.isprintable():
        raise UsageError(Text(f"不能写入配置：{text!r}", f"cannot be written into a configuration: {text!r}"))
    return json.dumps(text, ensure_ascii=False)


def _with(lines: tuple[str, ...], template: str) -> str:
    """Put lines in the place of the first commented ones of the same key."""
    chosen = {line.partition(" = ")[0]: line for line in lines}
    rows = template.splitlines()
    return "".join(f"{chosen.pop(row.removeprefix('# ').partition(' = ')[0], row)}\n" for row in rows)


def _template(name: str) -> str:
    return (templates() / name).read_text(encoding="utf-8")


def _write(folder: Path, name: str, text: str) -> None:
    """Write a file that is not there; tell of one that is, and show what would have been written when it lacks gouji."""
    path = folder / PurePosixPath(name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _refused(path, error) from None
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        _say(Text(f"已有，未改动：{path}", f"left as it is: {path}"))
        if not _speaks_of_gouji(path):
            shown = "".join(f"    {line}\n" for line in text.splitlines())
            _say(
                Text(f"  其中没有 gouji，请自行加入：\n{shown}", f"  gouji is not in it; this is what to add:\n{shown}")
            )
    except OSError as error:
        raise _refused(path, error) from None
    else:
        _say(Text(f"已写入：{path}", f"written: {path}"))


def _refused(path: Path, error: OSError) -> UsageError:
    reason = error.strerror or str(error)
    return UsageError(Text(f"无法写入 {path}：{reason}", f"cannot write {path}: {reason}"))


def _speaks_of_gouji(path: Path) -> bool:
    try:
        return "gouji" in path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def _say(text: Text) -> None:
    deliver("".join(f"{visible(line)}\n" for line in text.in_language(language()).splitlines()), None)
