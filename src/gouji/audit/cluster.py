"""An audit on a Dask cluster: chunks of files go to its workers, what they find comes back to the one ledger."""

import logging
import os
import platform
import time
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from gouji import __version__
from gouji.audit.chunk import answered, order, pickled, results
from gouji.audit.run import Executor
from gouji.batch import named_in, url_in
from gouji.errors import UsageError
from gouji.guard import Cause, Failure, Limits, Work
from gouji.wording import Text

if TYPE_CHECKING:
    from distributed import Client, Future

PREFIX = "dask://"
SMALLEST_CHUNK, LARGEST_CHUNK = 16, 128  # files; a chunk costs a second for its process to start
CHUNKS_PER_THREAD = 2  # are given out at a time, so that a worker never waits and the driver keeps little
PATIENCE = 5  # seconds for the scheduler to answer
LONGEST_WITHOUT_WORKERS = 60  # seconds
SAMPLE = 8  # files that are looked at to see whether workers have the same
LOOKED = 5  # seconds between two looks whether there are workers

Chunk = tuple[int, ...]  # numbers of items


@contextmanager
def on_cluster(address: str) -> Iterator[Executor]:
    """Connect to a cluster and give its executor.

    Args:
        address: ``dask://HOST:PORT`` of its scheduler.

    Raises:
        UsageError: it cannot be reached, has no workers, or they have another gouji or Python.
    """
    from distributed import Client  # noqa: PLC0415 - 0.5 seconds that a local audit need not pay

    for name in ("distributed", "distributed.client"):  # what is wrong is told in our words
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(f"tcp://{address.removeprefix(PREFIX)}", timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        reason = str(error) or type(error).__name__
        raise UsageError(Text(f"连不上 {address}：{reason}", f"cannot reach {address}: {reason}")) from None
    try:
        _refuse_others(client, address)
        yield lambda work, items, limits: _as_done(client, work, items, limits)
    finally:
        client.close(timeout=PATIENCE)


def _refuse_others(client: "Client", address: str) -> None:
    """Refuse workers that would not give the very results of this gouji."""
    answers = client.run(_versions, on_error="return")
    if not answers:
        raise UsageError(Text(f"{address} 没有工作节点", f"{address} has no workers"))
    ours = _versions()
    for worker, answer in sorted(answers.items()):
        if isinstance(answer, BaseException):
            theirs = Text(f"没有能用的 gouji（{answer}）", f"no gouji that can be used ({answer})")
        elif tuple(answer) != ours:
            theirs = Text(f"是 gouji {answer[0]}、Python {answer[1]}", f"gouji {answer[0]} and Python {answer[1]}")
        else:
            continue
        raise UsageError(
            Text(
                f"工作节点 {worker} {theirs.zh}，本机是 gouji {ours[0]}、Python {ours[1]}，应当相同",
                f"the worker {worker} has {theirs.en}, this machine gouji {ours[0]} and Python {ours[1]}: "
                "they have to be the same",
            )
        )


def _versions() -> tuple[str, str]:
    """Return what has to be the same on all machines; runs on the workers as well."""
    return __version__, ".".join(platform.python_version_tuple()[:2])


def _as_done(
    client: "Client", work: Work, items: Sequence[bytes], limits: Limits
) -> Generator[tuple[int, bytes | Failure], None, None]:
    """Work on items as ``guard.as_done`` does, on the workers of a cluster."""
    from distributed import CancelledError  # noqa: PLC0415 - see above

    if not items:
        return
    run = _Run(client, pickled(work), items, limits)
    run.refuse_other_files()
    try:
        yield from run.results()
    except CancelledError:
        raise _lost(Text("与集群的连接断了", "the connection to the cluster is lost")) from None
    finally:
        run.end()


class _Run:
    """Chunks that wait, and chunks that workers have."""

    def __init__(self, client: "Client", work: bytes, items: Sequence[bytes], limits: Limits) -> None:
        self.client, self.work, self.items, self.limits = client, work, items, limits
        self.waiting = deque(_chunks(len(items), self.count_threads()))
        self.given: dict[Future[bytes], Chunk] = {}
        self.alone: set[int] = set()  # items that have failed by themselves, once: it may have been the machine
        self.local = [named_in(item)[0] for item in items if not url_in(item)]
        self.folder = os.fsencode(Path.cwd()) if self.local else b""

    def refuse_other_files(self) -> None:
        """Refuse workers that do not see the files of this machine: they would read others or none."""
        some = [os.fsencode(Path.cwd() / path) for path in self.local[:: len(self.local) // SAMPLE + 1]]
        ours = _sizes(some)
        for worker, theirs in sorted(self.client.run(_sizes, some, on_error="return").items()):
            if theirs != ours:
                folder = os.fsdecode(self.folder)
                raise UsageError(
                    Text(
                        f"工作节点 {worker} 看不到本机 {folder} 里的文件；请放到共享的文件夹，或放到 s3:// 等地址",
                        f"the worker {worker} does not see the files of this machine in {folder}: "
                        "put them into a folder that is shared, or behind a URL such as s3://",
                    )
                )

    def results(self) -> Iterator[tuple[int, bytes | Failure]]:
        while self.waiting or self.given:
            self.give()
            for future in self.done():
                chunk = self.given.pop(future)
                yield from self.result(future, chunk)
                future.release()

    def give(self) -> None:
        """Give out chunks, but not all at once."""
        most = CHUNKS_PER_THREAD * max(self.count_threads(), 1)  # workers may come and go
        while self.waiting and len(self.given) < most:
            chunk = self.waiting.popleft()
            asked = order(self.work, tuple(self.items[n] for n in chunk), self.limits, self.folder)
            # the chunk of a worker that dies goes to another one by itself, as often as the scheduler allows
            self.given[self.client.submit(_on_worker, asked, pure=False)] = chunk

    def done(self) -> "list[Future[bytes]]":
        """Wait until some chunk is done."""
        from distributed import wait  # noqa: PLC0415 - see above

        lonely = time.monotonic()
        while True:
            try:
                with self.client.as_current():
                    return list(wait(list(self.given), timeout=LOOKED, return_when="FIRST_COMPLETED").done)
            except TimeoutError:
                if self.count_threads():
                    lonely = time.monotonic()
                elif time.monotonic() > lonely + LONGEST_WITHOUT_WORKERS:
                    raise _lost(Text("集群已经没有工作节点", "the cluster has no workers any more")) from None

    def count_threads(self) -> int:
        try:
            return sum(self.client.nthreads().values())
        except (OSError, TimeoutError, ValueError):
            raise _lost(Text("与集群的连接断了", "the connection to the cluster is lost")) from None

    def result(self, future: "Future[bytes]", chunk: Chunk) -> Iterator[tuple[int, bytes | Failure]]:
        """Yield what came of a chunk; one that failed is halved, down to the item that no worker survives."""
        from distributed import CancelledError  # noqa: PLC0415 - see above

        try:
            done = results(future.result(), len(chunk))
        except CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - the worker was killed, its disk is full, whatever it is
            if len(chunk) > 1:
                half = len(chunk) // 2
                self.waiting.extendleft((chunk[half:], chunk[:half]))
            elif chunk[0] not in self.alone:
                self.alone.update(chunk)
                self.waiting.appendleft(chunk)
            else:
                yield chunk[0], Failure(Cause.CRASH, type(error).__name__)
        else:
            yield from zip(chunk, done, strict=True)

    def end(self) -> None:
        """Have all that is still given out stopped."""
        if self.given:
            self.client.cancel(list(self.given), force=True)
            self.given.clear()


def _chunks(count: int, threads: int) -> Iterator[Chunk]:
    """Part so many items into chunks: large ones cost less, small ones lose less and end together."""
    size = max(SMALLEST_CHUNK, min(LARGEST_CHUNK, count // (CHUNKS_PER_THREAD * max(threads, 1))))
    for first in range(0, count, size):
        yield tuple(range(first, min(first + size, count)))


def _lost(reason: Text) -> UsageError:
    return UsageError(
        Text(
            f"{reason.zh}；台账已经保留，同一命令再运行一次就接着做",
            f"{reason.en}; the ledger is kept: the same command goes on from here",
        )
    )


# --- on a worker --------------------------------------------------------------------------------


def _sizes(paths: Sequence[bytes]) -> list[int]:
    """Return how large files are, -1 for what is not there."""
    return [os.path.getsize(path) if os.path.exists(path) else -1 for path in paths]  # noqa: PTH110, PTH202 - bytes


def _on_worker(asked: bytes) -> bytes:
    """Carry out an order for as long as the cluster wants it."""
    from distributed import get_worker  # noqa: PLC0415 - see above

    worker = get_worker()
    key = worker.get_current_task()

    def wanted() -> bool:
        task = worker.state.tasks.get(key)
        return task is not None and task.state in ("executing", "long-running")

    return answered(asked, wanted)
