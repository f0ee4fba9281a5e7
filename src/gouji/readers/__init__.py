"""Readers: one file each, bytes of one format -> Document."""

import os
import stat
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from gouji.document import Document
from gouji.errors import UnreadableError
from gouji.wording import Text

LARGEST_FILE = 64 << 20  # bytes; the largest real report seen has 0.4 MB

# suffix -> module with ``read(data, path) -> Document``; a module loads when its format is met
READERS: dict[str, str] = {
    ".md": "gouji.readers.markdown",
    ".markdown": "gouji.readers.markdown",
    ".txt": "gouji.readers.markdown",
    ".html": "gouji.readers.html",
    ".htm": "gouji.readers.html",
}


def read(path: Path, shown: str) -> Document:
    """Read a file with the reader of its suffix.

    Args:
        path: the file.
        shown: its name in the document and in messages.

    Raises:
        UnreadableError: it could not be read in full; the error says why and what to do.
    """
    module = READERS.get(path.suffix.lower())
    if module is None:
        suffix = path.suffix or "(无后缀)"
        raise UnreadableError("GJ006", Text(f"不支持 {suffix} 文件", f"{path.suffix or 'no suffix'} is not supported"))
    reader: Callable[[bytes, str], Document] = import_module(module).read
    return reader(_content(path), shown)


def _content(path: Path) -> bytes:
    try:
        # O_NONBLOCK: opening a FIFO must not wait for a writer
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        reason = error.strerror or str(error)
        raise UnreadableError("GJ001", Text(f"文件打不开：{reason}", f"the file cannot be opened: {reason}")) from None
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError("GJ012", Text("不是普通文件", "not a regular file"))
        if status.st_size > LARGEST_FILE:
            size, limit = status.st_size, LARGEST_FILE
            raise UnreadableError(
                "GJ005",
                Text(
                    f"文件有 {size:,} 字节，超过上限 {limit:,} 字节",
                    f"the file has {size:,} bytes, over the limit of {limit:,}",
                ),
            )
        return file.read()
