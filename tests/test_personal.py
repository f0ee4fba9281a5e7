"""Numbers of persons: found where they are, and nowhere else; hidden in what is said."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gouji.personal import hidden, is_identity_number, personal_numbers

ID = "510422198001011235"
MOBILE = "13900000000"


def found(text: str) -> list[tuple[str, str]]:
    return [(number.kind, text[number.start : number.end]) for number in personal_numbers(text)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        (f"身份证号{ID}，", [("id", ID)]),
        ("身份证 510422 1980 0101 1235。", [("id", "510422 1980 0101 1235")]),
        ("张三（11010519491231002x）", [("id", "11010519491231002x")]),
        (f"手机{MOBILE}。", [("mobile", MOBILE)]),
        ("１３９００００００００", [("mobile", "１３９００００００００")]),
        ("139 0000 0000、139-0000-0001", [("mobile", "139 0000 0000"), ("mobile", "139-0000-0001")]),
        (f"+86{MOBILE}，{ID}", [("mobile", f"+86{MOBILE}"), ("id", ID)]),
        ("张三-13900000000", [("mobile", MOBILE)]),
        ("张三，13900000000，0812-8650123", [("mobile", MOBILE)]),
        ("见附件 2024 13900000000", [("mobile", MOBILE)]),
    ],
)
def test_found(text: str, numbers: list[tuple[str, str]]) -> None:
    assert found(text) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "510422198001011234",  # check digit
        "510422198013011230",  # no such month
        "990422198001011235",  # no such province
        "0812-13900000000", "2024013900000000", f"{MOBILE}0", f"{MOBILE}元", f"{MOBILE} 元", f"共{MOBILE}件",
        f"工单编号：{MOBILE}", f"账号{MOBILE}", f"QQ:{MOBILE}", f"http://a.cn/{MOBILE}", f"{MOBILE},000", f"{MOBILE}.5",
        "12900000000", "139000000", f"第{MOBILE}号", "139  0000  0000", f"A{MOBILE}",
    ],
)  # fmt: skip
def test_not_taken_for_one(text: str) -> None:
    assert found(text) == []


def test_check_digits() -> None:
    """The example of GB 11643 and one with the check digit X."""
    assert is_identity_number("11010519491231002X")
    assert is_identity_number("440524188001010014") is False  # born in 1880
    assert [is_identity_number(f"51042219800101123{n}") for n in "0123456789X"].count(True) == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"身份证{ID}，", "身份证51**************35，"),
        ("电话139 0000 0012", "电话139******12"),
        (f"身份证{ID[:15]}…", "身份证510…"),
        (f"…{ID[6:]}的申请", "…35的申请"),
        ("…2024年收到4件", "…2024年收到4件"),
        ("电话0812-8650123", "电话0812-8650123"),
    ],
)
def test_hidden(text: str, shown: str) -> None:
    assert hidden(text) == shown


@given(st.text(max_size=30), st.text(max_size=30))
def test_hidden_never_shows_a_whole_number(before: str, after: str) -> None:
    """What is recognised is hidden, whatever stands around it; nothing recognisable is left."""
    text = hidden(f"{before} {ID} {after}")
    assert list(personal_numbers(text)) == []
    assert ID not in text


@given(st.text("0123456789 -X件年月日：", max_size=60))
def test_hiding_is_done_once(text: str) -> None:
    once = hidden(text)
    assert not re.search(ID, once)
    assert hidden(once) == once
