"""How commands read documents: in guarded children, with the limits that the user set."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct, msgpack

from gouji.engine import Options, check_file, incident
from gouji.finding import FileReport
from gouji.guard import Cause, Failure, Limits, guarded
from gouji.pack import Pack
from gouji.wording import Text

SHORTEST_IDLE = 5  # seconds; LibreOffice gives no sign of life while it starts
FILES_PER_JOB = 16  # fewer do not repay the start of a child


class Source(Struct, frozen=True):
    """A file to check: ``sought`` when the user named it rather than a folder above it; which setting it has."""

    path: Path
    sought: bool
    problem: str = ""
    setting: int = 0


class Setting(Struct, frozen=True):
    """How files are judged: the packs to choose from, and the options."""

    packs: tuple[Pack, ...]
    options: Options


def item_of(source: Source) -> bytes:
    """Name a file to a child: the number of its setting, ``+`` or ``-`` for sought or not, and its name."""
    return b"%d%c" % (source.setting, b"+" if source.sought else b"-") + os.fsencode(source.path)


def named_in(item: bytes) -> tuple[Path, int, bool]:
    """Return the file that an item names, the number of its setting, and whether it was sought."""
    number, sought, name = re.split(rb"([+-])", item, maxsplit=1)
    return Path(os.fsdecode(name)), int(number), sought == b"+"


class CheckWork(Struct, frozen=True):
    """What a child does with a file (see ``item_of``): judge it."""

    settings: tuple[Setting, ...]

    def __call__(self, item: bytes) -> bytes:
        """Judge one file."""
        path, number, sought = named_in(item)
        setting = self.settings[number]
        report = check_file(path, path.as_posix(), setting.packs, setting.options, sought=sought)
        return msgpack.encode(report.under(""))  # the name stays here: it may hold bytes that are no text


def limits_of(seconds: float, megabytes: int) -> Limits:
    """Make the limits of one document from what the command line gives."""
    return Limits(seconds=seconds, idle=max(seconds / 3, min(seconds, SHORTEST_IDLE)), memory=megabytes << 20)


def jobs_for(files: int, wanted: int | None) -> int:
    """Return how many children are to work: as wanted, or as many as the files and processors are worth."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return wanted or max(1, min(processors, files // FILES_PER_JOB))


def check_guarded(
    sources: Sequence[Source], settings: Sequence[Setting], limits: Limits, jobs: int
) -> Iterator[FileReport]:
    """Judge files, each in a guarded child; one report for each, in their order."""
    decoder = msgpack.Decoder(FileReport)
    readable = [source for source in sources if not source.problem]
    items = [item_of(source) for source in readable]
    answers = guarded(CheckWork(tuple(settings)), items, limits, jobs)
    for source in sources:
        name = source.path.as_posix()
        if source.problem:
            text = Text(f"文件夹打不开：{source.problem}", f"the folder cannot be opened: {source.problem}")
            yield FileReport(name, judged=False, findings=(incident(name, "GJ001", text),))
            continue
        answer = next(answers)
        if isinstance(answer, Failure):
            yield FileReport(name, judged=False, findings=(incident(name, *told(answer, limits)),))
        else:
            yield decoder.decode(answer).under(name)


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
