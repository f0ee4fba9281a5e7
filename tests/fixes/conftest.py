"""Reports with faults that can be mended, in every format that can be."""

import sys
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pytest

from gouji.draft.word import package
from gouji.engine import Options
from gouji.fixes.mend import Clinic, Mended
from gouji.pack import Pack
from tests.documents.make_docx import parts

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "bench"))
from samples import web_page  # noqa: E402 - a script beside the tests

sys.path.pop(0)

# what stands in the specimen -> a fault that can be mended
FAULTS: dict[str, tuple[str, str]] = {
    "title-known": ("五、存在的主要问题及改进情况", "五、存在问题及改进情况"),
    "title-other-words": ("三、收到和处理政府信息公开申请情况", "三、依申请公开情况"),
    "title-slip": ("六、其他需要报告的事项", "六、其它需要报告的事项"),
    "title-lost-character": ("二、主动公开政府信息情况", "二、主动公开政府信情况"),
    "heading-brackets": ("（五）监督保障", "(五)监督保障"),
    "heading-one-bracket": ("（五）监督保障", "（五)监督保障"),
    "label-brackets": ("（一）予以公开", "(一)予以公开"),
    "label-digit": ("1.属于国家秘密", "１.属于国家秘密"),
    "group-brackets": ("（四）无法提供", "(四)无法提供"),
    "digits": ("| 行政许可 | 12 |", "| 行政许可 | １２ |"),
    "citation-square": ("国办公开办函〔2021〕30号", "国办公开办函[2021]30号"),
    "blank-row": ("| 2.重复申请 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |", "| 2.重复申请 | | | | | | | |"),
    "blank-cells": ("| 1.信访举报投诉类申请 | 0 | 0 | 0 |", "| 1.信访举报投诉类申请 | | 0 | |"),
    "slash": ("数量 | | | 1 | 0 | 0 | 0 | 0 | 0 | 1 |", "数量 | | | 1 | / | 0 | / | 0 | 0 | 1 |"),
    "blank-outcome": ("| 1 | 0 | 0 | 0 | 1 | 0 |", "| 1 | | / | 0 | 1 | 0 |"),
}
FORMATS = ("md", "html", "docx")


def with_faults(specimen: str, names: Iterable[str]) -> str:
    """Put faults into the specimen; each must really change it."""
    for name in names:
        old, new = FAULTS[name]
        assert old in specimen, name
        specimen = specimen.replace(old, new)
    return specimen


def written(text: str, form: str) -> bytes:
    """Write a report in a format."""
    if form == "docx":
        return package(parts(text))
    return (web_page(text) if form == "html" else text).encode()


Mend = Callable[[bytes, str], Mended]


@pytest.fixture(scope="session")
def clinic(pack: Pack) -> Clinic:
    """The national pack, on a day when the specimen is right."""
    return Clinic((pack,), Options(check_date=date(2026, 1, 31)))


@pytest.fixture(scope="session")
def mend(clinic: Clinic) -> Mend:
    """Mend bytes of a format."""
    return lambda data, form: clinic.mend(data, f".{form}", "report")


def done(mended: Mended) -> list[tuple[str, str, str]]:
    """Return rule, old and new of every change."""
    return [(change.rule, change.old.zh, change.new.zh) for change in mended.changes]
