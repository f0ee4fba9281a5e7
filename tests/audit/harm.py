"""Work that ends badly, in a module that a worker of a cluster loads quickly."""

import os
import signal

from msgspec import Struct


class HarmfulWork(Struct, frozen=True):
    """Work that kills the whole chunk at one item."""

    def __call__(self, item: bytes) -> bytes:
        """Return the item itself."""
        if item.endswith(b"harm"):
            os.kill(os.getppid(), signal.SIGKILL)
        return item
