"""A Dask cluster of processes of this machine, as tests start it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

PATIENCE = 40  # seconds; a busy machine starts a worker in ten
NO_OTHERS: Mapping[str, str] = MappingProxyType({})  # variables of the environment


class Cluster:
    """A scheduler and its workers."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "scheduler.json"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.logs: list[Path] = []

    def start(self, name: str, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start one of its processes."""
        self.logs.append(self.folder / f"{len(self.processes)}.log")
        with self.logs[-1].open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", name, "--scheduler-file", str(self.file), "--no-dashboard", *arguments],
                cwd=self.folder, env=os.environ | environment, stdout=log, stderr=log,
            )  # fmt: skip
        self.processes.append(process)
        return process

    def worker(self, **environment: str) -> subprocess.Popen[bytes]:
        """Start a worker with one thread, that nobody starts again."""
        return self.start("worker", "--no-nanny", "--nthreads", "1", "--host", "127.0.0.1", **environment)

    @property
    def address(self) -> str:
        """What the command line is told."""
        return "dask://" + str(json.loads(self.file.read_text())["address"]).removeprefix("tcp://")

    def end(self) -> None:
        """End all processes."""
        for process in reversed(self.processes):
            process.kill()
            process.wait()


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
