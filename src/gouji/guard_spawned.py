"""The guard where there is no fork: one spawned child at a time.

Time and answers are limited and a crash costs one item; memory is not limited.
"""

import multiprocessing
import signal
import time
from collections.abc import Generator, Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from gouji import pulse
from gouji.guard import ANSWER, BEAT, GOODBYE, NO_MEMORY, Cause, Failure, Limits, Work

LONGEST_START = 60  # seconds; a new interpreter imports everything afresh


def spawned(work: Work, items: Sequence[bytes], limits: Limits) -> Generator[bytes | Failure, None, None]:
    """Work on items one after the other in a spawned child; see ``guarded``."""
    child: tuple[SpawnProcess, Connection] | None = None
    try:
        for item in items:
            for _ in range(2):
                child = child or _spawn(work)
                result = _asked(*child, item, limits)
                if isinstance(result, bytes):
                    break
                _end(*child)
                child = None
                if result.cause is not Cause.CRASH:
                    break
            yield result
    finally:
        if child:
            _end(*child)


def _spawn(work: Work) -> tuple[SpawnProcess, Connection]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_live_spawned, args=(work, theirs), daemon=True)
    process.start()
    theirs.close()
    if ours.poll(LONGEST_START):  # the time that it takes to start is not the item's
        ours.recv_bytes()
    return process, ours


def _end(process: SpawnProcess, ours: Connection) -> None:
    ours.close()
    process.kill()
    process.join()


def _asked(process: SpawnProcess, ours: Connection, item: bytes, limits: Limits) -> bytes | Failure:
    started = beat = time.monotonic()
    try:
        ours.send_bytes(item)
        while True:
            now = time.monotonic()
            if not ours.poll(max(0, min(started + limits.seconds, beat + limits.idle) - now)):
                return Failure(Cause.TIMEOUT if time.monotonic() >= started + limits.seconds else Cause.IDLE)
            data = ours.recv_bytes()
            if data[:1] == ANSWER:
                return data[1:] if len(data) <= limits.answer else Failure(Cause.ANSWER)
            if data[:1] == NO_MEMORY:
                return Failure(Cause.MEMORY)
            beat = time.monotonic()
    except (EOFError, OSError):
        process.join(GOODBYE)
        code = process.exitcode
        return Failure(Cause.CRASH, signal.Signals(-code).name if code and code < 0 else f"exit {code}")


def _live_spawned(work: Work, pipe: Connection) -> None:
    """Answer requests until there are no more."""
    pulse.listen(lambda: pipe.send_bytes(BEAT))
    pipe.send_bytes(BEAT)
    try:
        while True:
            pipe.send_bytes(ANSWER + work(pipe.recv_bytes()))
    except EOFError:
        return
    except MemoryError:
        pipe.send_bytes(NO_MEMORY)
