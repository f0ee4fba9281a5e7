"""The guard: whatever a child does, every item gets its answer or its failure, in order."""

import contextlib
import ctypes
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import structs

from gouji import pulse
from gouji.guard import Cause, Failure, Limits, as_done, guarded
from gouji.guard_spawned import spawned

QUICK = Limits(seconds=1.0, idle=0.5, memory=600 << 20, answer=1000, recycle=3)


def hang(_: bytes) -> bytes:
    """Sleep for good."""
    time.sleep(3600)
    return b""


def spin(_: bytes) -> bytes:
    """Burn the processor for good, with signs of life."""
    while True:
        pulse.beat()
        time.sleep(0.01)


def devour(_: bytes) -> bytes:
    """Ask for more memory than there may be."""
    return bytes(4 << 30)


def segfault(_: bytes) -> bytes:
    """Read where nothing is."""
    ctypes.string_at(0)
    return b""


def abort(_: bytes) -> bytes:
    """Do as a native library does that lost its head."""
    os.abort()


def leave(_: bytes) -> bytes:
    """Exit with success and without an answer."""
    os._exit(0)


def crash(_: bytes) -> bytes:
    """Raise what nobody expects."""
    raise RuntimeError


def boast(_: bytes) -> bytes:
    """Answer more than is allowed."""
    return bytes(2000)


def half(_: bytes) -> bytes:
    """Die in the middle of an answer."""
    for fd in range(3, 1024):
        with contextlib.suppress(OSError):
            os.write(fd, b"A\x64\x00\x00\x00half")
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def babble(_: bytes) -> bytes:
    """Print where reports are printed."""
    os.write(1, b"noise\n")
    print("noise", flush=True)  # noqa: T201
    return b"quiet"


MOCKS: dict[str, tuple[Callable[[bytes], bytes], bytes | Failure]] = {
    "hang": (hang, Failure(Cause.IDLE)),
    "spin": (spin, Failure(Cause.TIMEOUT)),
    "devour": (devour, Failure(Cause.MEMORY)),
    "segfault": (segfault, Failure(Cause.CRASH, "SIGSEGV")),
    "abort": (abort, Failure(Cause.CRASH, "SIGABRT")),
    "leave": (leave, Failure(Cause.CRASH, "exit 0")),
    "crash": (crash, Failure(Cause.CRASH, "exit 1")),
    "boast": (boast, Failure(Cause.ANSWER)),
    "half": (half, Failure(Cause.CRASH, "SIGKILL")),
    "babble": (babble, b"quiet"),
}


def work(item: bytes) -> bytes:
    """Do what the item says, or give it back."""
    mock, _ = MOCKS.get(item.decode(), (None, None))
    return mock(item) if mock else item.upper()


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("name", MOCKS)
def test_one_bad_item_costs_itself(name: str, jobs: int, capfd: pytest.CaptureFixture[str]) -> None:
    """Before and after an item that goes wrong, the others are answered, and nothing is printed."""
    items = [b"a", b"b", name.encode(), b"c", b"d"]
    assert list(guarded(work, items, QUICK, jobs)) == [b"A", b"B", MOCKS[name][1], b"C", b"D"]
    assert capfd.readouterr() == ("", "")


def test_all_go_wrong() -> None:
    """A batch of nothing but bad items ends, and each is told."""
    names = [name for name in MOCKS if name != "spin"]
    results = list(guarded(work, [name.encode() for name in names], QUICK, 2))
    assert results == [MOCKS[name][1] for name in names]


def test_children_are_replaced() -> None:
    """After so many items a child is replaced by a fresh one."""

    def who(_: bytes) -> bytes:
        return str(os.getpid()).encode()

    pids = list(guarded(who, [b""] * 7, QUICK))
    assert [pids.index(pid) for pid in pids] == [0, 0, 0, 3, 3, 3, 6]
    assert str(os.getpid()).encode() not in pids


def test_a_crash_is_tried_again_in_a_fresh_child(tmp_path: Path) -> None:
    """An item that dies once and then works has an answer."""

    def once(item: bytes) -> bytes:
        mark = tmp_path / item.decode()
        if item == b"x" and not mark.exists():
            mark.touch()
            os.abort()
        return str(os.getpid()).encode()

    first, again, last = guarded(once, [b"a", b"x", b"b"], QUICK)
    assert isinstance(again, bytes)
    assert (first == again, again == last) == (False, True)


def test_grandchildren_end_too(tmp_path: Path) -> None:
    """What a child started ends with it, whether it answered or not."""
    pids = tmp_path / "pids"

    def breed(item: bytes) -> bytes:
        process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        with pids.open("a") as file:
            print(process.pid, file=file)
        return hang(item) if item == b"hang" else item

    assert list(guarded(breed, [b"a", b"hang"], QUICK)) == [b"a", Failure(Cause.IDLE)]
    for pid in map(int, pids.read_text().split()):
        until = time.monotonic() + 5
        while time.monotonic() < until and _alive(pid):
            time.sleep(0.01)
        assert not _alive(pid)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def open_descriptors() -> list[str]:
    """Name the descriptors of this process."""
    return sorted(fd.name for fd in Path("/proc/self/fd").iterdir())


def test_nothing_is_left_open() -> None:
    """A run leaves no descriptor and no child behind, also when it is given up half-way."""
    before = open_descriptors()
    run = guarded(work, [b"a", b"b", b"hang"], QUICK, 2)
    assert next(run) == b"A"
    run.close()
    assert open_descriptors() == before
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_order_does_not_depend_on_speed() -> None:
    """Answers come in the order of the items, whoever is first."""

    def slow(item: bytes) -> bytes:
        time.sleep(0.2 if item == b"0" else 0)
        return item

    items = [str(n).encode() for n in range(20)]
    assert list(guarded(slow, items, Limits(), 2)) == items


def test_children_do_not_wait_for_whoever_takes_the_answers() -> None:
    """The next item is begun before the answer to the last one is looked at."""
    times = []
    for number, answer in as_done(lambda _: repr(time.monotonic()).encode(), [b"a", b"b", b"c"], Limits()):
        assert isinstance(answer, bytes)
        time.sleep(0.5)
        times.append((number, float(answer), time.monotonic()))
    assert [number for number, _, _ in times] == [0, 1, 2]
    assert times[1][1] < times[0][2]
    assert times[2][1] < times[1][2]


def test_results_come_as_they_are_done() -> None:
    """Whoever is quick is not kept waiting by whoever is slow."""

    def slow(item: bytes) -> bytes:
        time.sleep(0.5 if item == b"slow" else 0)
        return item

    results = list(as_done(slow, [b"slow", b"a", b"b"], Limits(), jobs=2))
    assert results == [(1, b"a"), (2, b"b"), (0, b"slow")]


def test_large_items_and_answers() -> None:
    """Frames larger than a pipe come through whole."""
    items = [bytes([n]) * 3_000_000 for n in range(3)]
    assert list(guarded(lambda item: item[::-1], items, Limits(), 2)) == items


def test_no_items() -> None:
    """Nothing to do starts nothing."""
    assert list(guarded(work, [], QUICK, 2)) == []


# --- without fork -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in MOCKS if name not in ("devour", "half", "babble")])
def test_spawned_children(name: str) -> None:
    """Where there is no fork, a bad item costs itself as well."""
    limits = structs.replace(QUICK, idle=3.0, seconds=4.0)  # a spawned child imports everything anew
    assert list(spawned(work, [b"a", name.encode(), b"c"], limits)) == [b"A", MOCKS[name][1], b"C"]


def test_spawned_memory_error() -> None:
    """Running out of memory is told."""
    assert list(spawned(starve, [b""], Limits())) == [Failure(Cause.MEMORY)]


def starve(_: bytes) -> bytes:
    """Do as if memory had run out."""
    raise MemoryError


def litter(item: bytes) -> bytes:
    """Leave a file among the temporary ones, and hang when asked to."""
    file = Path(tempfile.gettempdir()) / "left"
    file.write_bytes(b"a copy of the report")
    if item == b"hang":
        time.sleep(3600)
    return bytes(file)


def test_temporary_files_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a child leaves behind goes with it, whether it ends well or is killed."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    first, second = guarded(litter, [b"end", b"hang"], QUICK)
    assert isinstance(first, bytes)
    assert Path(os.fsdecode(first)).is_relative_to(tmp_path)
    assert second == Failure(Cause.IDLE)
    assert list(tmp_path.iterdir()) == []


class EndedError(Exception):
    """What the handler of a signal raises."""


@pytest.mark.parametrize("moment", ["register", "unregister"])
def test_ended_at_the_worst_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """A signal that comes while a child begins or ends is heeded after that, and no child or folder is left."""

    def ended(*_: object) -> None:
        raise EndedError

    def disturbed(selector: selectors.BaseSelector, *given: int) -> selectors.SelectorKey:
        if moment == "register":
            os.kill(os.getpid(), signal.SIGTERM)
        key: selectors.SelectorKey = getattr(real, moment)(selector, *given)
        if moment == "unregister":
            os.kill(os.getpid(), signal.SIGTERM)
        return key

    def forked() -> int:
        pid = fork()
        pids.append(pid)
        return pid

    pids: list[int] = []
    fork, real, before = os.fork, selectors.DefaultSelector, signal.signal(signal.SIGTERM, ended)
    monkeypatch.setattr(os, "fork", forked)
    changed = type("Disturbed", (real,), {moment: disturbed})
    monkeypatch.setattr(selectors, "DefaultSelector", changed)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    try:
        with pytest.raises(EndedError):
            list(guarded(bytes.upper, [b"a", b"b"], QUICK, 2))
    finally:
        signal.signal(signal.SIGTERM, before)
    assert pids
    for pid in pids:
        with pytest.raises(ChildProcessError):  # it has ended and was waited for
            os.waitpid(pid, os.WNOHANG)
    assert list(tmp_path.iterdir()) == []
    assert signal.SIGTERM not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


KILLED = """
import os, signal
from gouji.guard import Limits, as_done
for done, _ in enumerate(as_done(bytes.upper, [b"a", b"b", b"c"], Limits(), 2), 1):
    if done == {last}:
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("last", [1, 2, 3])
def test_parent_killed(tmp_path: Path, last: int) -> None:
    """Children clean up when their parent is killed, and when it is killed after the last of them ended nothing is left."""
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    done = subprocess.run((sys.executable, "-c", KILLED.format(last=last)), env=environment, check=False)
    assert done.returncode == -signal.SIGKILL
    until = time.monotonic() + 5
    while list(tmp_path.iterdir()) and time.monotonic() < until:
        time.sleep(0.01)
    assert list(tmp_path.iterdir()) == []


def test_no_place_for_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work that needs no temporary files is done without a place for them."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    assert list(guarded(bytes.upper, [b"a"], QUICK)) == [b"A"]
