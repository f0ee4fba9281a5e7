"""Work for children, in a module that a new process loads quickly."""

import os
import re
import signal
from pathlib import Path

from msgspec import Struct

from gouji.audit.filing import FilingWork

STATUS = Path("/proc/self/status")


class HarmfulWork(Struct, frozen=True):
    """Work that kills the whole chunk at one item."""

    def __call__(self, item: bytes) -> bytes:
        """Return the item itself."""
        if item.endswith(b"harm"):
            os.kill(os.getppid(), signal.SIGKILL)
        return item


class MeasuredWork(Struct, frozen=True):
    """The work of an audit; the answer is how much address space it has taken, in bytes."""

    work: FilingWork

    def __call__(self, item: bytes) -> bytes:
        """File a report and measure."""
        before = _size()
        self.work(item)
        return b"%d" % (_size() - before)


def _size() -> int:
    found = re.search(r"VmSize:\s+(\d+) kB", STATUS.read_text(encoding="ascii"))
    return int(found[1]) << 10 if found else 0
