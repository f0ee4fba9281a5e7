"""Work on input that nobody trusts, in limited child processes: the parent supervises and never looks inside.

A child works on one item at a time. When it hangs, runs out of memory or is killed by a native
library, that costs its own item alone. Answers are framed bytes, bounded in size, and nothing of a
child is unpickled. Children are forked, so that they start with everything the parent has loaded.

Where there is no fork (Windows), one child at a time is spawned: time and answers are limited and a
crash costs one item as well, memory is not limited.
"""

import contextlib
import math
import os
import secrets
import selectors
import shutil
import signal
import struct
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import NoReturn

from msgspec import Struct

from gouji import pulse

if sys.platform != "win32":
    import resource

Work = Callable[[bytes], bytes]

_LENGTH = struct.Struct("<I")
BEAT, ANSWER, NO_MEMORY = b".", b"A", b"M"
_HEAD = 1 + _LENGTH.size
_CHUNK = 1 << 16
_SPARE = 5  # seconds that the kernel waits longer than the parent does
GOODBYE = 1.0  # seconds for a child without work to end by itself
_LAST_BREATH = 0.5  # seconds for a child that has closed its answers to be dead
_STEP = 0.001
_LARGEST_WRITTEN = 256 << 20  # bytes of a file
_MOST_OPEN = 256  # files
_HIGHEST = 1024  # descriptor
_ENDING = (signal.SIGTERM, signal.SIGINT)


class Limits(Struct, frozen=True, kw_only=True):
    """What the work on one item may take.

    Attributes:
        seconds: wall clock.
        idle: wall clock without a sign of life (``pulse.beat``).
        memory: address space in bytes; not enforced by macOS.
        answer: bytes of an answer.
        recycle: items after which a child is replaced.
    """

    seconds: float = 30
    idle: float = 10
    memory: int = 1 << 30
    answer: int = 16 << 20
    recycle: int = 200


class Cause(StrEnum):
    """Why there is no answer."""

    TIMEOUT = "timeout"
    IDLE = "idle"
    MEMORY = "memory"
    CRASH = "crash"
    ANSWER = "answer"


class Failure(Struct, frozen=True):
    """No answer: why, and for a crash the signal or exit code."""

    cause: Cause
    detail: str = ""


class _Child(Struct):
    """A child and what it is doing."""

    pid: int
    requests: int
    answers: int
    item: int = -1
    done: int = 0
    started: float = 0
    beat: float = 0
    received: bytearray = bytearray()

    def deadline(self, limits: Limits) -> float:
        """Return when it will have taken too long."""
        return min(self.started + limits.seconds, self.beat + limits.idle)


def guarded(
    work: Work, items: Sequence[bytes], limits: Limits, jobs: int = 1
) -> Generator[bytes | Failure, None, None]:
    """Work on items in child processes.

    Args:
        work: item -> answer; runs in a child. An exception kills that child. It can be pickled, so
            that a spawned child may have it.
        items: what to work on.
        limits: for every item.
        jobs: children at work at the same time.

    Yields:
        The answer or the failure of each item, in the order of the items. A crash is tried once
        more in a fresh child, since another item may have left the first one broken.
    """
    early: dict[int, bytes | Failure] = {}
    due = 0
    with contextlib.closing(as_done(work, items, limits, jobs)) as results:
        for number, result in results:
            early[number] = result
            while due in early:
                yield early.pop(due)
                due += 1


def as_done(
    work: Work, items: Sequence[bytes], limits: Limits, jobs: int = 1
) -> Generator[tuple[int, bytes | Failure], None, None]:
    """Work on items as ``guarded`` does; yield the number of each item and what came of it, as soon as it is done."""
    if not hasattr(os, "fork"):
        from gouji.guard_spawned import spawned  # noqa: PLC0415 - where there is fork, nobody pays for it

        yield from enumerate(spawned(work, items, limits))
        return
    supervisor = _Supervisor(work, items, limits)
    try:
        yield from supervisor.run(min(jobs, len(items)))
    finally:
        supervisor.end()


class _Supervisor:
    def __init__(self, work: Work, items: Sequence[bytes], limits: Limits) -> None:
        self.work, self.items, self.limits = work, items, limits
        self.children: dict[int, _Child] = {}  # by the descriptor of their answers
        self.selector = selectors.DefaultSelector()
        self.results: dict[int, bytes | Failure] = {}
        self.todo = deque(range(len(items)))
        self.crashed: set[int] = set()
        self.folders = _folders()

    def run(self, jobs: int) -> Iterator[tuple[int, bytes | Failure]]:
        done = 0
        self.employ(jobs)
        while done < len(self.items):
            self.wait()
            self.employ(jobs)  # before whoever takes the results takes his time
            while self.results:
                number = min(self.results)
                done += 1
                yield number, self.results.pop(number)

    def employ(self, jobs: int) -> None:
        """Give every free child an item, and start children as long as there are items for them."""
        for child in list(self.children.values()):
            if child.item < 0:
                self.give(child)
        while len(self.children) < jobs and self.todo:
            self.give(self.start())

    def give(self, child: _Child) -> None:
        """Give a child the next item; one that crashed a child is tried again in a fresh one only."""
        if not self.todo or (child.done and self.todo[0] in self.crashed):
            self.dismiss(child, GOODBYE)
            return
        item = self.todo.popleft()
        data = self.items[item]
        child.item, child.started = item, time.monotonic()
        child.beat = child.started
        with contextlib.suppress(BrokenPipeError):  # it died: its end is told when its answers are read
            _send(child.requests, _LENGTH.pack(len(data)) + data)

    def wait(self) -> None:
        """Wait for answers and beats, and end children that take too long."""
        busy = [child for child in self.children.values() if child.item >= 0]
        now = time.monotonic()
        patience = min((child.deadline(self.limits) - now for child in busy), default=0)
        for key, _ in self.selector.select(max(patience, 0)):
            child = self.children[key.fd]
            data = os.read(key.fd, _CHUNK)
            if data:
                child.received += data
                self.take(child)
            else:
                self.bury(child)
        now = time.monotonic()
        for child in list(self.children.values()):
            if child.item >= 0 and now >= child.deadline(self.limits):
                cause = Cause.TIMEOUT if now >= child.started + self.limits.seconds else Cause.IDLE
                self.fail(child, Failure(cause))

    def take(self, child: _Child) -> None:
        """Take what a child has sent: beats, and the answer once it is whole."""
        received = child.received
        rest = received.lstrip(BEAT)
        if len(rest) < len(received):
            child.beat = time.monotonic()
            received[:] = rest
        if received[:1] == NO_MEMORY:
            self.fail(child, Failure(Cause.MEMORY))
        elif len(received) >= _HEAD:
            (length,) = _LENGTH.unpack_from(received, 1)
            if received[:1] != ANSWER or length > self.limits.answer:
                self.fail(child, Failure(Cause.ANSWER))
            elif len(received) >= _HEAD + length:
                self.results[child.item] = bytes(received[_HEAD : _HEAD + length])
                del received[: _HEAD + length]
                child.item, child.done = -1, child.done + 1
                if child.done >= self.limits.recycle:
                    self.dismiss(child, GOODBYE)

    def bury(self, child: _Child) -> None:
        """Note the end of a child that closed its answers by itself."""
        item = child.item
        detail = self.dismiss(child, _LAST_BREATH)
        if item >= 0:
            self.blame(item, Failure(Cause.TIMEOUT if detail in ("SIGXCPU", "SIGALRM") else Cause.CRASH, detail))

    def fail(self, child: _Child, failure: Failure) -> None:
        """End a child and record why its item has no answer."""
        item = child.item
        self.dismiss(child, 0)
        self.blame(item, failure)

    def blame(self, item: int, failure: Failure) -> None:
        if failure.cause is Cause.CRASH and item not in self.crashed:
            self.crashed.add(item)
            self.todo.appendleft(item)
        else:
            self.results[item] = failure

    def start(self) -> _Child:
        """Fork a child."""
        with _undisturbed():
            return self._start()

    def _start(self) -> _Child:
        request_end, requests = os.pipe()
        answers, answer_end = os.pipe()
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:  # closed by who started us
                stream.flush()
        pid = os.fork()
        if pid == 0:
            _live(self.work, request_end, answer_end, self.limits, self.folders)
        os.close(request_end)
        os.close(answer_end)
        with contextlib.suppress(OSError):
            os.setpgid(pid, pid)  # here as in the child: whoever comes first
        child = _Child(pid, requests, answers, received=bytearray())
        self.children[answers] = child
        self.selector.register(answers, selectors.EVENT_READ)
        return child

    def dismiss(self, child: _Child, patience: float) -> str:
        """End a child with all that it started; return the signal that killed it, or its exit code.

        It gets ``patience`` seconds to end by itself.
        """
        with _undisturbed():
            return self._dismiss(child, patience)

    def _dismiss(self, child: _Child, patience: float) -> str:
        self.selector.unregister(child.answers)
        del self.children[child.answers]
        os.close(child.requests)
        code = _ended(child.pid, patience)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        if code is None:
            _, status = os.waitpid(child.pid, 0)
            code = os.waitstatus_to_exitcode(status)
        os.close(child.answers)
        _remove(f"{self.folders}{child.pid}")  # where it could not
        return signal.Signals(-code).name if code < 0 else f"exit {code}"

    def end(self) -> None:
        """End all children."""
        with _undisturbed():
            for child in list(self.children.values()):
                self.dismiss(child, GOODBYE if child.item < 0 else 0)
            self.selector.close()


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Put off being ended: a signal in between would leave a child that nobody knows, or knows by half."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _folders() -> str:
    """Return what the folders of a run's children begin with: each keeps its temporary files in one of its own.

    A child removes its folder as it ends, and the parent the folder of a child that was killed.
    So a parent may be killed at any moment: its children end by themselves when they miss it.
    """
    try:
        place = tempfile.gettempdir()
    except OSError:  # there is none, which only those need to know who want one
        place = os.devnull
    return f"{place}/gouji-{secrets.token_hex(8)}-"


def _remove(folder: str) -> None:
    if Path(folder).is_dir():
        shutil.rmtree(folder, ignore_errors=True)


def _ended(pid: int, patience: float) -> int | None:
    """Return the exit code of a process that ends within so many seconds."""
    until = time.monotonic() + patience
    while True:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() >= until:
            return None
        time.sleep(_STEP)


# --- in the child -----------------------------------------------------------------------------


def _live(work: Work, requests: int, answers: int, limits: Limits, folders: str) -> NoReturn:
    """Answer requests until there are no more; never returns into the parent's code."""
    code, folder = 1, f"{folders}{os.getpid()}"
    try:
        os.setpgid(0, 0)
        for number in _ENDING:
            signal.signal(number, signal.SIG_DFL)  # the parent cleans up, a child just ends
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
        with contextlib.suppress(OSError):  # no place
            Path(folder).mkdir(0o700)
            tempfile.tempdir = folder
        low, high = sorted((requests, answers))
        for first, last in ((3, low), (low + 1, high), (high + 1, _HIGHEST)):  # what else the parent has open
            os.closerange(first, last)
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):  # whatever a library prints, it does not reach the report
            os.dup2(nothing, stream)
        sys.stdout = sys.stderr = open(nothing, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        _limit(limits)
        pulse.listen(lambda: _send(answers, BEAT))
        while (head := _received(requests, _LENGTH.size)) is not None:
            data = _received(requests, *_LENGTH.unpack(head)) or b""
            _arm(limits)
            answer = work(data)
            signal.setitimer(signal.ITIMER_REAL, 0)
            _send(answers, ANSWER + _LENGTH.pack(len(answer)) + answer)
        code = 0
    except MemoryError:
        _send(answers, NO_MEMORY)
    finally:
        try:
            _remove(folder)
        finally:
            os._exit(code)


def _limit(limits: Limits) -> None:
    for kind, value in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_FSIZE, _LARGEST_WRITTEN),
        (resource.RLIMIT_NOFILE, _MOST_OPEN),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with contextlib.suppress(ValueError, OSError):  # macOS refuses to limit the address space
            resource.setrlimit(kind, (bound, hard))


def _arm(limits: Limits) -> None:
    """See to it that the work ends even when the parent is gone."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    seconds = math.ceil(used.ru_utime + used.ru_stime + limits.seconds) + _SPARE
    resource.setrlimit(resource.RLIMIT_CPU, (seconds if hard == resource.RLIM_INFINITY else min(seconds, hard), hard))
    signal.setitimer(signal.ITIMER_REAL, limits.seconds + _SPARE)


# --- pipes ------------------------------------------------------------------------------------


def _send(pipe: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(pipe, view) :]


def _received(pipe: int, length: int) -> bytes | None:
    """Read so many bytes; None when the pipe ends before."""
    parts = []
    while length:
        part = os.read(pipe, min(length, _CHUNK))
        if not part:
            return None
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
