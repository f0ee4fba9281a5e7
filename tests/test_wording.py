"""Words: widths, spaces and numbers fall away, and the way back to the text stays known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gouji.wording import (
    Numbering,
    Text,
    fold,
    is_spaced_heading,
    kept_offsets,
    label_key,
    listed,
    numbered_oddly,
    numbering,
    ordinal,
    placeholders,
    same,
    shorten,
    squeeze,
)

MIXED = st.text(st.sampled_from("公开总计件（）(),，、ＡA１1 \t\n\u3000\u00a0\u200b\ufeff\u00ad～"))


def test_in_language() -> None:
    """English is given for ``en`` and Chinese for everything else."""
    assert [Text("件", "items").in_language(lang) for lang in ("en", "zh", "")] == ["items", "件", "件"]


def test_fill() -> None:
    """Each language takes its own side of a Text; plain values serve both."""
    filled = Text("{row}有{count}件", "{count} in {row}").fill({"row": Text("总计", "total"), "count": 3})
    assert filled == Text("总计有3件", "3 in total")


def test_fill_without_value() -> None:
    """A placeholder without a value is an error, never an empty word."""
    with pytest.raises(KeyError):
        same("{count}").fill({})


def test_listed() -> None:
    """Texts are enumerated with the comma of each language."""
    assert listed([Text("甲", "a"), Text("乙", "b")]) == Text("甲、乙", "a, b")
    assert listed([]) == Text("", "")


def test_same() -> None:
    """Numbers read the same in both languages."""
    assert same(12) == Text("12", "12")


@pytest.mark.parametrize(
    ("template", "names"), [("", set()), ("无", set()), ("{a}与{b}，{a}", {"a", "b"}), ("{{a}}{b}", {"b"})]
)
def test_placeholders(template: str, names: set[str]) -> None:
    """Names are collected once each; doubled braces are plain text."""
    assert placeholders(template) == names


@pytest.mark.parametrize("template", ["{a.b}", "{a[0]}", "{a!r}", "{a:>9}", "{}", "{0}", "{a", "a}"])
def test_placeholders_refused(template: str) -> None:
    """A placeholder that is more than a plain name is refused."""
    with pytest.raises(ValueError, match=r"placeholder|brace|expected|Single"):
        placeholders(template)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("（１，２）", "(1,2)"),
        ("Ａ～ｚ", "A~z"),
        ("甲\u3000乙\u00a0丙", "甲 乙 丙"),
        ("政\u200b府\ufeff信\u00ad息", "政府信息"),
        ("²③", "²③"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    """Full-width ASCII becomes half width, invisible characters go, footnote marks stay no digits."""
    assert fold(text) == folded


@given(text=st.text())
def test_fold_twice(text: str) -> None:
    """Folding what is folded changes nothing."""
    assert fold(fold(text)) == fold(text)


@given(text=MIXED | st.text())
def test_squeeze(text: str) -> None:
    """Squeezed text has no space, and is the squeezed characters one after the other."""
    squeezed = squeeze(text)
    assert squeezed == "".join(squeeze(char) for char in text)
    assert not any(char.isspace() for char in squeezed)
    assert squeeze(squeezed) == squeezed


@given(text=MIXED | st.text())
def test_kept_offsets(text: str) -> None:
    """Every character left after squeezing is found again at its own offset, in order."""
    squeezed, offsets = squeeze(text), kept_offsets(text)
    assert "".join(squeeze(text[at]) for at in offsets) == squeezed
    assert len(offsets) == len(squeezed)
    assert offsets == sorted(set(offsets))


def test_kept_offsets_place() -> None:
    """Blanks before a character count in the text but not in the squeezed offset."""
    assert kept_offsets(" 总 计（件）") == [1, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一、总体情况", Numbering("一、", 1, 2)),
        ("十二.其他", Numbering("一.", 12, 3)),
        ("（三）不予公开", Numbering("（一）", 3, 3)),
        ("(七) 总计", Numbering("(一)", 7, 4)),
        ("（12）、其他", Numbering("（1）", 12, 5)),
        ("第三部分：其他", Numbering("第一部分", 3, 5)),
        ("1.属于国家秘密", Numbering("1.", 1, 2)),
        ("2、 重复申请", Numbering("1、", 2, 3)),
        ("3）其他", Numbering("1）", 3, 2)),
        (" ④其他", Numbering("①", 4, 2)),
        ("二十一：其他", Numbering("一：", 21, 4)),
        ("1.5万元", None),
        ("一是公开不够", None),
        ("2024年", None),
        ("第三方", None),
        ("", None),
    ],
)
def test_numbering(text: str, expected: Numbering | None) -> None:
    """The number in front of a line keeps its width and punctuation as its style."""
    assert numbering(text) == expected


@pytest.mark.parametrize(
    ("numeral", "value"),
    [("一", 1), ("九", 9), ("十", 10), ("十一", 11), ("二十", 20), ("九十九", 99), ("7", 7), ("12", 12)],
)
def test_ordinal(numeral: str, value: int) -> None:
    """A heading's number is read from Chinese numerals and from digits."""
    assert ordinal(numeral) == value


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("（七） 总 计", "总计"),
        ("(七)总计", "总计"),
        ("3.危及“三安全一稳定”", "危及三安全一稳定"),
        ("第二十条　第（八）项", "第二十条第八项"),
        ("本年收费金额（单位：万元）", "本年收费金额单位万元"),
        ("1.", "1"),
        ("、。", ""),
        ("", ""),
    ],
)
def test_label_key(text: str, key: str) -> None:
    """Widths, spaces, punctuation and the number in front do not tell labels apart."""
    assert label_key(text) == key


@given(blanks=st.lists(st.sampled_from(["", " ", "\u3000", "\n"]), min_size=7, max_size=7))
def test_label_key_with_blanks(blanks: list[str]) -> None:
    """Blanks that a converter strewed into a label do not change what it means."""
    label = "".join(map(str.__add__, blanks, "2、重复申请。"))
    assert label_key(label) == "重复申请"


def test_label_key_of_long_text() -> None:
    """A whole paragraph is reduced like a label."""
    assert label_key("一、" + "公开 " * 100) == "公开" * 100


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("  甲\n 乙  ", "甲 乙"),
        ("甲" * 24, "甲" * 24),
        ("甲" * 25, "甲" * 23 + "…"),
    ],
)
def test_shorten(text: str, short: str) -> None:
    """A quotation stands on one line and never exceeds its width."""
    assert shorten(text) == short


@pytest.mark.parametrize(
    "text",
    [
        "一 概述",
        "一概述",
        "一？概述",
        "一。概述",
        "壹、概述",
        "Ⅲ、概述",
        "ｉｖ）概述",
        "B. 概述",
        "甲、概述",
        "㊀概述",
        "㈠ 概述",
        "⑴概述",
        "⒈概述",
        "12 概述",
        "第2章 概述",
        "第一章\u3000概述",
        "2nd. 概述",
    ],
)
def test_odd_numbers(text: str) -> None:
    """Words stand behind what can only be a number, whatever its shape."""
    assert numbered_oddly(text, "概述")


@pytest.mark.parametrize(
    "text",
    [
        "概述",
        "一是概述",
        "1.2 概述",
        "1.2.3概述",
        "年概述",
        "2031年概述",
        "2031概述",
        "总概述",
        "AB概述",
        "概述一",
        "一概述二",
    ],
)
def test_no_odd_numbers(text: str) -> None:
    """Other words in front, the point of a point, or nothing in front are no odd number."""
    assert not numbered_oddly(text, "概述")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一 总体情况", True),
        ("十二\u3000总体情况 ", True),
        ("一、总体情况", False),
        ("一总体情况", False),
        ("三 个，四 个", False),
        ("一 " + "甲" * 30, True),
        ("一 " + "甲" * 31, False),
        ("一 甲 乙", False),
    ],
)
def test_spaced_headings(text: str, expected: bool) -> None:  # noqa: FBT001
    """A number, a blank and a few words without a mark may be a heading."""
    assert is_spaced_heading(text) is expected
