"""``gouji doctor``: what is installed and what applies here, for a question to the maintainers.

It holds no names, no reports and no environment, says home folders as ``~``, and sends nothing anywhere.
"""

import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

from msgspec import Struct, to_builtins

from gouji import __version__
from gouji.cli.console import FINDINGS, OK, cache_folder, deliver, language
from gouji.config import NAME, closest
from gouji.errors import GoujiError
from gouji.pack_source import pack_root, shipped_ids
from gouji.pack_store import find_pack, load_pack
from gouji.readers.legacy import find_office
from gouji.reporters.escape import visible
from gouji.wording import Text

SCHEMA = "gouji-doctor/1"
LONGEST = 20  # seconds for a program to tell its version

_REQUIREMENT = re.compile(r"[A-Za-z0-9._-]+")


class Program(Struct, frozen=True):
    """A program beside gouji: where it was found, and what it says of its version; both None when absent."""

    path: str | None = None
    version: str | None = None


class PackState(Struct, frozen=True):
    """A pack that comes with gouji: its years (the last is None where it is open) and its rules, or its problem."""

    id: str
    first: int | None = None
    last: int | None = None
    rules: int = 0
    problem: str | None = None


class State(Struct, frozen=True, kw_only=True):
    """What ``gouji doctor`` found; ``problems`` are what keeps gouji from its work."""

    schema: str = SCHEMA
    gouji: str
    python: str
    platform: str
    libraries: dict[str, str | None]
    libreoffice: Program
    tesseract: Program
    packs_folder: str
    packs: tuple[PackState, ...]
    cache: str | None
    cache_writable: bool
    configuration: str | None
    problems: tuple[str, ...]


def doctor(form: str) -> int:
    """Tell what is installed; exit 1 where something that gouji needs is missing or broken."""
    state = _state()
    deliver(_as_json(state) if form == "json" else _as_text(state), None)
    return FINDINGS if state.problems else OK


def _state() -> State:
    problems = []
    libraries = {name: _version_of(name) for name in _needed()}
    problems += [
        _said(Text(f"缺少程序库 {name}", f"the library {name} is missing"))
        for name, v in libraries.items()
        if v is None
    ]
    packs = tuple(map(_pack, shipped_ids()))
    if not packs:
        problems.append(_said(Text("没有找到规则包", "no rule packs were found")))
    problems += [f"{pack.id}: {pack.problem}" for pack in packs if pack.problem]
    configuration = None
    try:
        configuration = closest(Path(NAME)).path
    except GoujiError as error:
        problems.append(_homely(error.text.in_language(language())))
    cache = cache_folder()
    return State(
        gouji=__version__,
        python=f"{platform.python_implementation()} {platform.python_version()}",
        platform=f"{platform.system()} {platform.release()} {platform.machine()}",
        libraries=libraries,
        libreoffice=_program(find_office(), "--version"),
        tesseract=_program(shutil.which("tesseract"), "--version"),
        packs_folder=_homely(str(pack_root())),
        packs=packs,
        cache=_homely(str(cache)) if cache else None,
        cache_writable=cache is not None and _writable(cache),
        configuration=_homely(os.path.relpath(configuration)) if configuration else None,
        problems=tuple(problems),
    )


def _needed() -> list[str]:
    """Return the libraries that gouji declares it needs; none, where it runs without having been installed."""
    try:
        declared = metadata.requires("gouji") or []
    except metadata.PackageNotFoundError:
        return []
    names = (_REQUIREMENT.match(line) for line in declared if "extra ==" not in line)
    return sorted(found[0].lower() for found in names if found)


def _version_of(library: str) -> str | None:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return None


def _program(path: str | None, option: str) -> Program:
    """Ask a program for its version, in a home of its own; what does not answer in time has none."""
    if path is None:
        return Program()
    with tempfile.TemporaryDirectory(prefix="gouji-", ignore_cleanup_errors=True) as home:
        try:
            process = subprocess.Popen(  # noqa: S603 - a program that the readers run as well
                [path, option],
                cwd=home,
                env=os.environ | {"HOME": home},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError:
            return Program(_homely(path))
        try:
            said = process.communicate(timeout=LONGEST)[0].decode("utf-8", "replace").strip().splitlines()
        except subprocess.TimeoutExpired:
            _end(process)
            return Program(_homely(path))
    return Program(_homely(path), said[0] if said and process.returncode == 0 else None)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program with all that it started."""
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    if process.stdout:
        process.stdout.close()
    process.wait()


def _pack(name: str) -> PackState:
    try:
        pack = load_pack(find_pack(name), cache=cache_folder())
    except GoujiError as error:
        return PackState(name, problem=error.text.in_language(language()))
    return PackState(name, pack.years.first, pack.years.last, len(pack.active))


def _writable(folder: Path) -> bool:
    """Tell whether packs can be kept in a folder, by writing there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _homely(path: str) -> str:
    """Put ``~`` for the home folder: its name is often that of a person."""
    home = os.path.expanduser("~").rstrip(os.sep)  # noqa: PTH111 - Path.home() fails where there is none
    return re.sub(rf"{re.escape(home)}(?![^/\\\\])", "~", path) if len(home) > 1 else path


def _said(text: Text) -> str:
    return text.in_language(language())


def _as_json(state: State) -> str:
    return json.dumps(to_builtins(state), ensure_ascii=False, indent=2) + "\n"


def _as_text(state: State) -> str:
    lines = [
        f"gouji {state.gouji}",
        f"{state.python}  {state.platform}",
        f"{_said(Text('程序库', 'libraries'))}  "
        + "  ".join(f"{name} {version or '-'}" for name, version in state.libraries.items()),
        f"LibreOffice  {_told(state.libreoffice, Text('没有安装：读不了 .doc .wps .rtf .odt', 'not installed: .doc .wps .rtf .odt cannot be read'))}",
        f"OCR (tesseract)  {_told(state.tesseract, Text('没有安装', 'not installed'))}"
        + _said(Text("（目前不使用，扫描件读不了）", " (not used yet: scans cannot be read)")),
        f"{_said(Text('规则包', 'packs'))}  {state.packs_folder}",
        *(f"  {_line(pack)}" for pack in state.packs),
        f"{_said(Text('缓存', 'cache'))}  {_cache(state)}",
        f"{_said(Text('此处的配置', 'configuration here'))}  "
        + (state.configuration or _said(Text("无，用默认", "none, defaults apply"))),
    ]
    lines += [f"{_said(Text('问题', 'problem'))}  {problem}" for problem in state.problems]
    return "".join(f"{visible(line)}\n" for line in lines)


def _told(program: Program, absent: Text) -> str:
    if program.path is None:
        return _said(absent)
    return f"{program.version or _said(Text('版本不明', 'version unknown'))}  {program.path}"


def _line(pack: PackState) -> str:
    if pack.problem:
        return f"{pack.id}  {pack.problem}"
    years = Text(f"{pack.first} 年起", f"from {pack.first}")
    if pack.last is not None:
        years = Text(f"{pack.first}–{pack.last} 年", f"{pack.first} to {pack.last}")
    return f"{pack.id}  {_said(Text(f'{years.zh}，{pack.rules} 条规则', f'{years.en}, {pack.rules} rules'))}"


def _cache(state: State) -> str:
    if state.cache is None:
        return _said(Text("已关闭（GOUJI_NO_CACHE）", "off (GOUJI_NO_CACHE)"))
    if state.cache_writable:
        return state.cache
    return _said(
        Text(
            f"{state.cache}（不能写，每次都要重新核对规则包）",
            f"{state.cache} (cannot be written: every run validates its packs again)",
        )
    )
