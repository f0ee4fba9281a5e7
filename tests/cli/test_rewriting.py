"""Files are written over in one step, only as they were read, and never through a link."""

import hashlib
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from gouji.cli.rewriting import Refused, Seen, look, rewrite

OLD, NEW = b"old", b"new, and longer"
DIGEST = hashlib.sha256(OLD).digest()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with a mode of its own."""
    path = tmp_path / "年报.md"
    path.write_bytes(OLD)
    path.chmod(0o640)
    return path


def test_content_is_replaced_and_mode_kept(file: Path) -> None:
    """The new content stands under the old name with the old mode; nothing else is left in the folder."""
    rewrite(file, look(file), DIGEST, NEW)
    assert file.read_bytes() == NEW
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert list(file.parent.iterdir()) == [file]


def _link(path: Path) -> None:
    path.rename(path.with_name("target"))
    path.symlink_to("target")


def _second_name(path: Path) -> None:
    path.with_name("second").hardlink_to(path)


def _fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_link, "符号链接"),
        (_second_name, "多个名字"),
        (_fifo, "不是普通文件"),
        (lambda path: path.chmod(0o444), "只读"),
        (Path.unlink, "No such file"),
    ],
)
def test_refused(file: Path, spoil: Callable[[Path], None], said: str) -> None:
    """What is no plain, writable file of one name is refused before and after it was read."""
    seen = look(file)
    spoil(file)
    for call in (lambda: look(file), lambda: rewrite(file, seen, DIGEST, NEW)):
        with pytest.raises(Refused, match=r"(?s).*") as refused:
            call()
        assert said in refused.value.text.zh


def test_only_a_link_is_refused_where_nothing_is_written(file: Path) -> None:
    """To show what would change, a read-only file will do."""
    file.chmod(0o444)
    assert look(file, to_write=False) == Seen(3, file.stat().st_mtime_ns)


def test_changed_meanwhile(file: Path) -> None:
    """Other bytes, another time or another size since it was read: nothing is written."""
    seen = look(file)
    file.write_bytes(b"other")
    with pytest.raises(Refused):
        rewrite(file, seen, DIGEST, NEW)
    file.write_bytes(b"odl")
    os.utime(file, ns=(seen.modified, seen.modified))
    with pytest.raises(Refused) as refused:  # only its content tells
        rewrite(file, seen, DIGEST, NEW)
    assert refused.value.text.zh == "读取之后文件又被改动；请重新运行"
    assert file.read_bytes() == b"odl"


def test_failure_leaves_the_old_content(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full the old file is whole and no other is left behind."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    seen = look(file)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Refused) as refused:
        rewrite(file, seen, DIGEST, NEW)
    assert refused.value.text.en == "cannot be written: No space left on device"
    assert file.read_bytes() == OLD
    assert list(file.parent.iterdir()) == [file]
