"""Documents that no reader is for: which a walk meets, and which of them may be reports."""

from pathlib import PurePosixPath

import pytest

from gouji.readers import SUFFIXES
from gouji.unread import is_passed_over, may_be_report, passed_over


@pytest.mark.parametrize(
    ("name", "met", "report"),
    [
        ("2024/a.jpg", True, False),
        ("2024年年报/a.JPG", True, False),
        ("青禾县2024年年报.ofd", True, True),
        ("青禾县2024年度报告", True, True),
        ("青禾县2024年年报.cebx.part", True, True),
        ("年报.tar.gz", True, True),
        ("年报统计.xlsx", True, False),
        ("logo.svg", False, False),
        ("style.css", False, False),
        ("年报_files/logo.png", False, False),
        ("年报.files/sub/年报.png", False, True),
    ],
)
def test_by_name(name: str, *, met: bool, report: bool) -> None:
    path = PurePosixPath(name)
    assert (is_passed_over(path), may_be_report(path)) == (met, report)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_read(suffix: str) -> None:
    """No document is both read and passed over, however its suffix is written."""
    for name in (f"年报{suffix}", f"年报{suffix.upper()}"):
        assert not is_passed_over(PurePosixPath(name))


def test_passed_over() -> None:
    """Five are named, reports first, and nothing in a name acts."""
    said = passed_over([*(f"{n}.png" for n in range(5)), "b/年报\n.jpg"])
    assert said.zh == "6 个文件的格式不支持，没有读取：b/年报 .jpg、0.png、1.png、2.png、3.png 等"
    assert said.en == (
        "6 file(s) of formats that are not supported were not read: b/年报 .jpg, 0.png, 1.png, 2.png, 3.png and more"
    )
