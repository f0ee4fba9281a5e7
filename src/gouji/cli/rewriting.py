"""Files written over: in one step, only what is still as it was read, never through a link."""

import hashlib
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from gouji.wording import Text


class Refused(Exception):  # noqa: N818 - no error of the program
    """A file that is not to be written over, and why."""

    def __init__(self, text: Text) -> None:
        """Keep the reason in both languages."""
        super().__init__(text.en)
        self.text = text


class Seen(Struct, frozen=True):
    """What a file was when it was looked at: its size, and when it was last written to."""

    size: int
    modified: int


def look(path: Path, *, to_write: bool = True) -> Seen:
    """Look at a file that may have to be written over.

    Raises:
        Refused: it is a link or no regular file; or is read-only or has a second name, and is to be written.
    """
    try:
        status = path.lstat()
    except OSError as error:
        raise _trouble(error) from None
    if stat.S_ISLNK(status.st_mode):
        raise Refused(Text("是符号链接；请直接给出原文件", "a symbolic link was not followed: name the file itself"))
    if not stat.S_ISREG(status.st_mode):
        raise Refused(Text("不是普通文件", "not a regular file"))
    seen = Seen(status.st_size, status.st_mtime_ns)
    if not to_write:
        return seen
    if not status.st_mode & 0o222 or not os.access(path, os.W_OK):
        raise Refused(Text("文件是只读的；请先去掉只读属性", "the file is read-only: make it writable first"))
    if status.st_nlink > 1:
        text = Text(
            "文件有多个名字（硬链接）；请先复制一份",
            "the file has more than one name (hard links): make a copy first",
        )
        raise Refused(text)
    return seen


def rewrite(path: Path, seen: Seen, digest: bytes, data: bytes) -> None:
    """Write a file over, in one step: whoever reads it finds the old content or the new one.

    Args:
        path: the file.
        seen: what it was before it was read.
        digest: SHA-256 of what was read.
        data: the new content.

    Raises:
        Refused: it is no longer what was read, may not be written over, or cannot be.
    """
    if look(path) != seen or _digest(path) != digest:
        text = Text("读取之后文件又被改动；请重新运行", "it was changed after it was read: run again")
        raise Refused(text)
    try:
        status = path.lstat()
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".gouji-", delete=False) as file:
            temporary = Path(file.name)
            try:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
                temporary.chmod(stat.S_IMODE(status.st_mode))
                if hasattr(os, "chown"):
                    with suppress(PermissionError):
                        os.chown(temporary, status.st_uid, status.st_gid)
            except OSError:
                temporary.unlink()
                raise
        try:
            temporary.replace(path)
        except OSError:
            temporary.unlink()
            raise
        _sync_folder(path.parent)
    except OSError as error:
        raise _trouble(error) from None


def _digest(path: Path) -> bytes:
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(path, flags), "rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError as error:
        raise _trouble(error) from None


def _sync_folder(folder: Path) -> None:
    """Make the new name last over a power cut, where folders can be synced."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _trouble(error: OSError) -> Refused:
    reason = error.strerror or str(error)
    return Refused(Text(f"无法写入：{reason}", f"cannot be written: {reason}"))
