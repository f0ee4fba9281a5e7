"""How commands read documents: in guarded children, with the limits that the user set."""

import os
from collections.abc import Iterator, Sequence

from msgspec import Struct, msgpack

from gouji.batch import Setting, Source, item_of, named_in, told
from gouji.engine import check_file, incident
from gouji.finding import FileReport
from gouji.guard import Failure, Limits, guarded
from gouji.wording import Text

SHORTEST_IDLE = 5  # seconds; LibreOffice gives no sign of life while it starts
FILES_PER_JOB = 16  # fewer do not repay the start of a child


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
