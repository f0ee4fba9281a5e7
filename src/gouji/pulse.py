"""A sign of life from long work: a reader gives one page by page, a guard listens."""

from collections.abc import Callable

_listeners: list[Callable[[], None]] = []


def beat() -> None:
    """Say that the work goes on; without a listener nothing happens."""
    for listener in _listeners:
        listener()


def listen(listener: Callable[[], None]) -> None:
    """Call this at every beat from now on, instead of an earlier listener."""
    _listeners[:] = [listener]
