"""An audit on a real Dask cluster: a scheduler and two workers, processes of this machine."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from msgspec import msgpack, structs

from gouji.audit.chunk import ChunkError, Order, answered, order, pickled, results
from gouji.audit.cluster import LARGEST_CHUNK, SMALLEST_CHUNK, _chunks, on_cluster
from gouji.audit.filing import DigestWork, digest_of
from gouji.batch import Source, item_of
from gouji.guard import Cause, Failure, Limits
from tests.audit.running import NO_OTHERS, PATIENCE, Cluster, until
from tests.audit.works import HarmfulWork

ROOT = Path(__file__).parents[2]
REPORTS = ROOT / "examples" / "county" / "2024"
REGISTER = ROOT / "examples" / "county" / "名册.csv"
GOUJI = (sys.executable, "-m", "gouji")

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a cluster's workers are Unix machines here")


Started = Callable[..., tuple[Cluster, list[subprocess.Popen[bytes]]]]


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    """Start a cluster; what is given is put into the environment of its workers."""
    cluster = Cluster(tmp_path)

    def start(
        workers: int = 2, of_scheduler: Mapping[str, str] = NO_OTHERS, of_workers: Mapping[str, str] = NO_OTHERS
    ) -> tuple[Cluster, list[subprocess.Popen[bytes]]]:
        cluster.start("scheduler", "--host", "127.0.0.1", "--port", "0", **of_scheduler)
        until(lambda: cluster.file.exists() and cluster.file.stat().st_size > 0)
        processes = [cluster.worker(**of_workers) for _ in range(workers)]
        until(lambda: all(b"Registered to" in log.read_bytes() for log in cluster.logs[1:]))
        return cluster, processes

    yield start
    cluster.end()


def audit(out: Path, *more: str, cache: Path, reports: str = str(REPORTS)) -> subprocess.Popen[bytes]:
    """Start an audit of a year of the county."""
    return subprocess.Popen(
        [*GOUJI, "audit", reports, "--register", str(REGISTER), "--date", "2025-04-01", "--out", str(out), *more],
        cwd=ROOT, env=os.environ | {"XDG_CACHE_HOME": str(cache)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def files(out: Path) -> dict[str, bytes]:
    """Everything that an audit hands out."""
    found = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    return {name: data for name, data in found.items() if not name.startswith("audit.sqlite")}


def children(*workers: subprocess.Popen[bytes]) -> list[int]:
    """The processes that workers have started."""
    parents = ",".join(str(worker.pid) for worker in workers)
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", parents], capture_output=True, text=True, check=False)
    return [int(pid) for pid in listed.stdout.split()]


def alive(pids: list[int]) -> list[int]:
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> dict[str, bytes]:
    """What an audit on this machine alone hands out."""
    out = tmp_path_factory.mktemp("local")
    _, complaints = (running := audit(out, cache=cache)).communicate(timeout=60)
    assert running.returncode == 1, complaints.decode()
    return files(out)


@pytest.mark.parametrize("allowed", ["3", "0"])
def test_killed_worker(tmp_path: Path, cache: Path, local: dict[str, bytes], started: Started, allowed: str) -> None:
    """One of two workers is killed in the middle: the results are the bytes of a local run.

    A scheduler that allows no failure gives the chunk up for lost: its files are tried one by one.
    """
    cluster, (doomed, other) = started(of_scheduler={"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": allowed})
    out = tmp_path / "out"
    running = audit(out, "--executor", cluster.address, cache=cache)
    until(lambda: bool(children(doomed)))
    orphans = children(doomed)
    doomed.kill()
    doomed.wait()
    until(lambda: not alive(orphans))
    output, complaints = running.communicate(timeout=60)
    assert (running.returncode, complaints.decode()) == (1, "")
    assert "青禾县人民政府" in output.decode()
    assert files(out) == local
    assert other.poll() is None
    assert children(other) == []


def test_interrupted(tmp_path: Path, cache: Path, local: dict[str, bytes], started: Started) -> None:
    """An interrupted audit leaves nothing running on the cluster, and the next one goes on from its ledger."""
    cluster, workers = started()
    out = tmp_path / "out"
    running = audit(out, "--executor", cluster.address, cache=cache)
    until(lambda: len(children(*workers)) == len(workers))
    running.send_signal(signal.SIGINT)
    _, complaints = running.communicate(timeout=PATIENCE)
    assert running.returncode == 130
    assert "台账已经保留" in complaints.decode()
    until(lambda: not children(*workers))
    time.sleep(1)  # nothing is started again
    assert children(*workers) == []
    running = audit(out, cache=cache)
    running.communicate(timeout=60)
    assert files(out) == local


def refused(tmp_path: Path, cache: Path, *more: str, reports: str = str(REPORTS)) -> str:
    """Return what an audit that cannot be carried out says."""
    running = audit(tmp_path / "refused", *more, cache=cache, reports=reports)
    _, complaints = running.communicate(timeout=PATIENCE)
    assert running.returncode == 2
    return complaints.decode()


def test_lost_scheduler(tmp_path: Path, cache: Path, started: Started) -> None:
    """An audit whose scheduler goes away says so in one line and ends."""
    cluster, workers = started()
    running = audit(tmp_path / "out", "--executor", cluster.address, cache=cache)
    until(lambda: bool(children(*workers)))
    cluster.processes[0].kill()
    _, complaints = running.communicate(timeout=PATIENCE)
    assert running.returncode == 2
    assert complaints.decode() == "gouji: 与集群的连接断了；台账已经保留，同一命令再运行一次就接着做\n"


def test_another_version(tmp_path: Path, cache: Path, started: Started) -> None:
    """A worker with another gouji would judge otherwise: it is named and refused."""
    package = tmp_path / "other" / "gouji"
    package.mkdir(parents=True)
    source = ROOT / "src" / "gouji"
    package.joinpath("__init__.py").write_text(f"__version__ = '0.0.9'\n__path__.append({str(source)!r})\n")
    cluster, _ = started(workers=1, of_workers={"PYTHONPATH": str(package.parent)})
    said = refused(tmp_path, cache, "--executor", cluster.address)
    assert "工作节点 tcp://127.0.0.1:" in said
    assert "是 gouji 0.0.9、Python" in said


def test_other_files(tmp_path: Path, cache: Path, started: Started) -> None:
    """A worker that has other files at the same place would audit those: it is refused."""
    cluster, _ = started(workers=1)
    place = f"/proc/self/cwd/{REPORTS.relative_to(ROOT)}"  # of each process another one
    said = refused(tmp_path, cache, "--executor", cluster.address, reports=place)
    assert "看不到本机" in said
    assert "工作节点 tcp://127.0.0.1:" in said


def test_no_workers(tmp_path: Path, cache: Path, started: Started) -> None:
    """A cluster without workers would never answer."""
    cluster, _ = started(workers=0)
    said = refused(tmp_path, cache, "--executor", cluster.address)
    assert said == f"gouji: {cluster.address} 没有工作节点\n"


def test_no_scheduler(tmp_path: Path, cache: Path) -> None:
    """A scheduler that does not answer is told within seconds."""
    with socket.socket() as taken:  # bound and not listening
        taken.bind(("127.0.0.1", 0))
        address = f"dask://127.0.0.1:{taken.getsockname()[1]}"
        began = time.monotonic()
        said = refused(tmp_path, cache, "--executor", address)
    assert time.monotonic() - began < 15
    assert said.startswith(f"gouji: 连不上 {address}：")
    assert said.count("\n") == 1


@pytest.mark.parametrize("name", ["dask://127.0.0.1", "spark://127.0.0.1:1", "dask://a/b:1"])
def test_no_address(tmp_path: Path, cache: Path, name: str) -> None:
    """What is no address of a scheduler is refused with the right way to write it."""
    said = refused(tmp_path, cache, "--executor", name)
    assert said == f"gouji: --executor 写作 local 或 dask://主机:端口，不能是 {name}\n"


def test_harmful_item(started: Started) -> None:
    """The one item that no process survives is told; all others have their answers."""
    cluster, _ = started(of_workers={"PYTHONPATH": str(ROOT)})
    items = [b"0+s3://county/%d" % number for number in range(2 * SMALLEST_CHUNK)]
    items[5] += b"harm"
    with on_cluster(cluster.address) as execute:
        found = dict(execute(HarmfulWork(), items, Limits()))
    assert found.pop(5) == Failure(Cause.CRASH, "ChunkError")
    assert found == {number: item for number, item in enumerate(items) if number != 5}


def test_chunks() -> None:
    """Every item is in one chunk, in order; chunks are neither tiny nor large, and there is one for every thread."""
    for count, threads in ((1, 4), (69, 2), (1000, 4), (100_000, 8)):
        chunks = list(_chunks(count, threads))
        assert [number for chunk in chunks for number in chunk] == list(range(count))
        assert max(map(len, chunks)) <= LARGEST_CHUNK
        assert min(map(len, chunks[:-1]), default=SMALLEST_CHUNK) >= SMALLEST_CHUNK
        assert len(chunks) >= min(threads, count // SMALLEST_CHUNK)


# --- a chunk by itself --------------------------------------------------------------------------


def test_chunk(tmp_path: Path) -> None:
    """A chunk answers as the guard does, in the order of the items; a name is looked up in the driver's folder."""
    names = [tmp_path / f"{number}.md" for number in range(3)]
    for number, path in enumerate(names[:2]):
        path.write_text(f"第{number}份", encoding="utf-8")
    items = tuple(item_of(Source(Path(path.name), sought=True)) for path in names)
    asked = order(pickled(DigestWork()), items, Limits(), os.fsencode(tmp_path))
    assert results(answered(asked), 3) == [*(digest_of(f"第{n}份".encode()).encode() for n in range(2)), b""]


def test_chunk_of_another_version() -> None:
    """A chunk does not work for another gouji, whatever the driver has seen before."""
    asked = msgpack.decode(order(pickled(DigestWork()), (b"0+x",), Limits(), b""), type=Order)
    with pytest.raises(ChunkError, match=r"was asked for the work of gouji 0\.0\.9"):
        answered(msgpack.encode(structs.replace(asked, version="0.0.9")))


def test_chunk_without_its_folder(tmp_path: Path) -> None:
    """Names that are relative to a folder that is not there are not looked up in another one."""
    with pytest.raises(ChunkError, match="FileNotFoundError"):
        answered(order(pickled(DigestWork()), (b"0+x",), Limits(), os.fsencode(tmp_path / "none")))


def test_damaged_answers() -> None:
    """Answers that are cut short, or of fewer items, are none."""
    whole = answered(order(pickled(DigestWork()), (b"0+x", b"0+y"), Limits(), b""))
    assert results(whole, 2) == [b"", b""]
    for damaged, count in ((whole[:-1], 2), (whole[:3], 2), (whole, 3), (b"", 1)):
        with pytest.raises(ChunkError):
            results(damaged, count)
