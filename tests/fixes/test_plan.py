"""What is proposed: titles that can only mean their section, and only what a rule told."""

import pytest

from gouji.fixes.plan import _one_slip
from tests.fixes.conftest import Mend, done

OFFICIAL = "其他需要报告的事项"


@pytest.mark.parametrize(
    ("written", "one"),
    [
        (OFFICIAL, True),
        ("其它需要报告的事项", True),
        ("其他需要报告事项", True),
        ("其他的需要报告的事项", True),
        ("他其需要报告的事项", True),
        ("其他需要报告的项事", True),
        ("其它需要报告事项", False),
        ("其他事项", False),
        ("的事项其他需要报告", False),
        ("", False),
    ],
)
def test_one_slip(written: str, one: bool) -> None:  # noqa: FBT001
    """One character left out, added or mistaken, or two neighbours exchanged; nothing more."""
    assert _one_slip(written, OFFICIAL) is one
    assert _one_slip(OFFICIAL, written) is one


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # a part of the overview that is called like a section stays what it is
        ("## 二、主动公开政府信息情况", "（二）主动公开情况"),
        # a line of text that is no heading
        ("## 一、总体情况", "概况"),
        # near, but under another section's number
        ("## 六、其他需要报告的事项", "## 五、其它需要报告的事项"),
    ],
)
def test_title_of_doubtful_meaning(old: str, new: str, mend: Mend, specimen: str) -> None:
    """A title is written over only where nothing else can be meant."""
    text = specimen.replace(old, new)
    assert text != specimen
    mended = mend(text.encode(), "md")
    assert [change for change in done(mended) if change[0] == "GJ104"] == []


def test_accepted_title_stays(mend: Mend, specimen: str) -> None:
    """What the pack accepts is no finding, and is not touched."""
    text = specimen.replace("政府信息公开行政复议、行政诉讼情况", "政府信息公开行政复议和行政诉讼情况")
    assert mend(text.encode(), "md").data == text.encode()


def test_full_width_throughout_or_half_width_throughout(mend: Mend, specimen: str) -> None:
    """Headings that all have (一) are even: no finding, no fix."""
    text = specimen
    for numeral in "一二三四五":
        text = text.replace(f"\n（{numeral}）", f"\n({numeral})")
    assert text != specimen
    assert mend(text.encode(), "md").changes == ()


def test_groups_and_heads_follow_their_labels(mend: Mend, specimen: str) -> None:
    """Where a label is mended, the names beside it are too; the table is the specimen's again."""
    text = specimen
    for old in ("（一）予以公开", "（三）不予公开", "（四）无法提供", "（七）总计", "（本列数据的勾稽关系为："):
        text = text.replace(old, old.replace("（", "(").replace("）", ")"))
    text = text.replace("等于第三项加第四项之和）", "等于第三项加第四项之和)")
    assert mend(text.encode(), "md").data == specimen.encode()
