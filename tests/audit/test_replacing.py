"""Files are replaced whole or not at all."""

import os
from pathlib import Path

import pytest

from gouji.audit.replacing import replacing


def test_new_file_takes_the_place(tmp_path: Path) -> None:
    """The old file is there until the new one is whole; the new one has the rights that new files have."""
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")
    mask = os.umask(0o027)
    try:
        with replacing(path) as part:
            part.write_text("new", encoding="utf-8")
            assert path.read_text(encoding="utf-8") == "old"
    finally:
        os.umask(mask)
    assert [(one.name, one.read_text(encoding="utf-8")) for one in tmp_path.iterdir()] == [("a.txt", "new")]
    assert path.stat().st_mode & 0o777 == 0o640


def test_failure_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")

    def stopped() -> None:
        with replacing(path) as part:
            part.write_text("half", encoding="utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert [(one.name, one.read_text(encoding="utf-8")) for one in tmp_path.iterdir()] == [("a.txt", "old")]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_full_disk(tmp_path: Path) -> None:
    """A device that takes nothing is an error, and the old file stays."""
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")

    def written() -> None:
        with replacing(path) as part:
            part.symlink_to("/dev/full")
            part.write_bytes(b"x" * 10_000)

    with pytest.raises(OSError, match="No space left"):
        written()
    assert [(one.name, one.read_text(encoding="utf-8")) for one in tmp_path.iterdir()] == [("a.txt", "old")]


def test_nothing_written(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "a.txt"):
        pass
    assert list(tmp_path.iterdir()) == []
