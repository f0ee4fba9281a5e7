"""A chunk of an audit in a process of its own: what a worker of a cluster starts, since it must not fork itself.

A worker has many threads. ``answered`` starts a clean interpreter, ``python -m gouji.audit.chunk``, which
guards the work as every run of gouji does. Its order stands on its standard input, its answers go to its
standard output; it ends when its input does, and that is when whoever gave the order is gone.
"""

import contextlib
import os
import pickle
import select
import signal
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from typing import NoReturn

from msgspec import MsgspecError, Struct, msgpack

from gouji import __version__
from gouji.guard import Failure, Limits, Work, as_done

LOOKED = 0.2  # seconds between two looks whether the answers are still wanted
GOODBYE = 5.0  # seconds to end all children
LONGEST_COMPLAINT = 2000  # bytes of what a chunk that failed has printed

_LENGTH = struct.Struct("<Q")


class Order(Struct, frozen=True):
    """What is to be done.

    Attributes:
        version: of the gouji that wants it done; any other refuses.
        folder: where relative names lead from; empty where there are none.
        items: what to work on.
        limits: for each.
        work: pickled. It holds packs, which are plain classes of ours by the dozen, and comes from the driver,
            whose code the worker runs anyway. Answers are not pickled: they come from near the documents.
    """

    version: str
    folder: bytes
    items: tuple[bytes, ...]
    limits: Limits
    work: bytes


class Done(Struct, frozen=True):
    """What came of one item: the answer or the failure."""

    number: int
    answer: bytes | None = None
    failure: Failure | None = None


class ChunkError(Exception):
    """A chunk ended without all its answers; the message is what it printed."""


def order(work: bytes, items: tuple[bytes, ...], limits: Limits, folder: bytes) -> bytes:
    """Write down an order; the work is pickled already, once for all chunks."""
    return msgpack.encode(Order(__version__, folder, items, limits, work))


def pickled(work: Work) -> bytes:
    """Write down the work itself."""
    return pickle.dumps(work)


def results(answers: bytes, count: int) -> list[bytes | Failure]:
    """Return what came of each item of an order.

    Raises:
        ChunkError: the answers are not those of so many items.
    """
    found: dict[int, bytes | Failure | None] = {}
    try:
        for frame in _frames(answers):
            done = msgpack.decode(frame, type=Done)
            found[done.number] = done.failure if done.answer is None else done.answer
    except (struct.error, MsgspecError) as error:
        raise ChunkError(str(error)) from None
    listed = [result for number in range(count) if (result := found.get(number)) is not None]
    if len(listed) != count:
        message = f"{len(listed)} answers to {count} items"
        raise ChunkError(message)
    return listed


def _frames(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        (length,) = _LENGTH.unpack_from(data, at)
        at += _LENGTH.size
        yield data[at : at + length]
        at += length


# --- in the worker ----------------------------------------------------------------------------


def answered(order: bytes, wanted: Callable[[], bool] = lambda: True) -> bytes:
    """Carry out an order in a process of its own and return its answers (see ``results``).

    Args:
        order: see ``order``.
        wanted: asked again and again; once it says no, the process is ended.

    Raises:
        ChunkError: the process failed, or its answers are not wanted any more.
    """
    with tempfile.TemporaryFile() as answers, tempfile.TemporaryFile() as complaints:
        # -P: a module of gouji must not be found in the folder where the worker happens to be
        command = (sys.executable, "-P", "-m", "gouji.audit.chunk")
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=answers, stderr=complaints)  # noqa: S603
        try:
            _give(process, order)
            code = _ended(process, wanted)
        finally:
            _end(process)
        answers.seek(0)
        complaints.seek(0)
        if code:
            message = complaints.read(LONGEST_COMPLAINT).decode("utf-8", "replace").strip()
            raise ChunkError(message or f"exit {code}")
        return answers.read()


def _give(process: subprocess.Popen[bytes], order: bytes) -> None:
    """Give a process its order; its input stays open for as long as its answers are wanted."""
    if process.stdin is not None:
        with contextlib.suppress(BrokenPipeError):  # it died: its end is told by its code
            process.stdin.write(_LENGTH.pack(len(order)) + order)
            process.stdin.flush()


def _ended(process: subprocess.Popen[bytes], wanted: Callable[[], bool]) -> int:
    while True:
        try:
            return process.wait(LOOKED)
        except subprocess.TimeoutExpired:
            if not wanted():
                message = "not wanted any more"
                raise ChunkError(message) from None


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
    try:
        process.wait(GOODBYE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


# --- in the process of the chunk ----------------------------------------------------------------


def main() -> NoReturn:
    """Carry out the order on standard input and exit."""
    (length,) = _LENGTH.unpack(sys.stdin.buffer.read(_LENGTH.size))
    given = msgpack.decode(sys.stdin.buffer.read(length), type=Order)
    if given.version != __version__:
        sys.exit(f"gouji {__version__} was asked for the work of gouji {given.version}")
    if given.folder:
        os.chdir(given.folder)  # names may be relative, and no other folder of this machine is meant
    _end_with_input()
    work: Work = pickle.loads(given.work)  # noqa: S301 - see Order
    with contextlib.closing(as_done(work, given.items, given.limits)) as done:
        for number, result in done:
            one = Done(number, answer=result) if isinstance(result, bytes) else Done(number, failure=result)
            frame = msgpack.encode(one)
            sys.stdout.buffer.write(_LENGTH.pack(len(frame)) + frame)
            sys.stdout.buffer.flush()
            if _input_has_ended():
                break
    sys.exit(0)


def _end_with_input() -> None:
    """Have this process end, its children with it, as soon as its input does."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    if sys.platform != "win32":
        import fcntl  # noqa: PLC0415 - there is none on Windows

        signal.signal(signal.SIGIO, _leave)
        fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)
    if _input_has_ended():
        sys.exit(1)


def _input_has_ended() -> bool:
    """Tell whether whoever gave the order is gone; nothing else comes on this pipe."""
    return sys.platform != "win32" and bool(select.select([0], [], [], 0)[0])


def _leave(*_: object) -> NoReturn:
    sys.exit(1)


if __name__ == "__main__":
    main()
