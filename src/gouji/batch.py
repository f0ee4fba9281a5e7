"""A batch of files for guarded children: which files, how each is judged, and what a missing answer means."""

import os
import re
from pathlib import Path

from msgspec import Struct

from gouji.engine import Options
from gouji.guard import Cause, Failure, Limits
from gouji.pack import Pack
from gouji.wording import Text


class Source(Struct, frozen=True):
    """A file to check: ``sought`` when the user named it rather than a folder above it; which setting it has.

    Of a file behind a URL ``path`` is only what the URL looks like, and ``state`` is what changes whenever
    the file does, as its server tells; empty where it does not.
    """

    path: Path
    sought: bool
    problem: str = ""
    setting: int = 0
    url: str = ""
    state: str = ""

    @property
    def name(self) -> str:
        """What reports call it."""
        return self.url or self.path.as_posix()


class Setting(Struct, frozen=True):
    """How files are judged: the packs to choose from, and the options."""

    packs: tuple[Pack, ...]
    options: Options


def item_of(source: Source) -> bytes:
    """Name a file to a child: the number of its setting, ``+`` or ``-`` for sought or not, and its name."""
    return b"%d%c" % (source.setting, b"+" if source.sought else b"-") + os.fsencode(source.url or source.path)


def named_in(item: bytes) -> tuple[Path, int, bool]:
    """Return the file that an item names, the number of its setting, and whether it was sought."""
    number, sought, name = re.split(rb"([+-])", item, maxsplit=1)
    return Path(os.fsdecode(name)), int(number), sought == b"+"


def url_in(item: bytes) -> str:
    """Return the URL that an item names; empty for a file of this machine, whose path never has two slashes."""
    _, name = re.split(rb"[+-]", item, maxsplit=1)
    return os.fsdecode(name) if b"://" in name else ""


def told(failure: Failure, limits: Limits) -> tuple[str, Text]:
    """Return the rule and the message of a document that gave no answer: which limit, its value, its flag."""
    seconds, idle, memory = f"{limits.seconds:g}", f"{limits.idle:g}", limits.memory >> 20
    known = {
        Cause.TIMEOUT: (
            "GJ020",
            Text(
                f"{seconds} 秒内没有核对完，已停止（上限可用 --timeout 放宽）",
                f"not done within {seconds} seconds and stopped (--timeout allows more)",
            ),
        ),
        Cause.IDLE: (
            "GJ020",
            Text(
                f"{idle} 秒没有进展，已停止（可用 --timeout 放宽）",
                f"no progress for {idle} seconds and stopped (--timeout allows more)",
            ),
        ),
        Cause.MEMORY: (
            "GJ021",
            Text(
                f"所需内存超过 {memory} MB，已停止（上限可用 --memory 放宽）",
                f"more than {memory} MB of memory needed and stopped (--memory allows more)",
            ),
        ),
        Cause.CRASH: (
            "GJ022",
            Text(
                f"读取文件的进程崩溃（{failure.detail}），试了两次",
                f"the process that read the file crashed ({failure.detail}), twice",
            ),
        ),
        Cause.ANSWER: (
            "GJ005",
            Text(
                f"核对结果超过 {limits.answer >> 20} MB，没有保留",
                f"the result is larger than {limits.answer >> 20} MB and was not kept",
            ),
        ),
    }
    return known[failure.cause]
