"""Numbers: what officials write is read exactly, and what leaves a doubt is not read at all."""

from decimal import Decimal

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gouji.amount import MAX_DIGITS, UNITS, Amount, State, chinese_number, read_amount, read_change

FULL_WIDTH = str.maketrans("0123456789,.+-", "０１２３４５６７８９，．＋－")
UNREADABLE = Amount(State.UNREADABLE)
NUMERALS = "零〇○一二两三四五六七八九十百千万亿"


def number(value: int | Decimal, unit: str = "") -> Amount:
    """Return the amount of a plain number."""
    return Amount(State.NUMBER, value, unit)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0", number(0)),
        (" 007 ", number(7)),
        ("１，２３４", number(1234)),
        ("+3", number(3)),
        ("－2", number(-2)),
        ("96171.6", number(Decimal("96171.6"))),
        ("0.350", number(Decimal("0.350"))),
        ("251000元", number(251000, "元")),
        ("3 件", number(3, "件")),
        ("7730.28万元", number(Decimal("7730.28"), "万元")),
        ("2亿元", number(2, "亿元")),
        ("14万条", number(140_000, "条")),
        ("1.5万", number(15_000)),
        ("1.23456万", number(Decimal("12345.6"))),
        ("3亿", number(300_000_000)),
        ("三件", number(3, "件")),
        ("两件", number(2, "件")),
        ("零件", number(0, "件")),
        ("二〇二五", number(2025)),
        ("十二万", number(120_000)),
    ],
)
def test_numbers(text: str, amount: Amount) -> None:
    """Separators, widths, decimals, signs, numerals, multipliers and units are understood."""
    assert read_amount(text) == amount


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("5500余", 5500, ""),
        ("5500余条", 5500, "条"),
        ("近30件", 30, "件"),
        ("约 2万", 20_000, ""),
        ("14万余条", 140_000, "条"),
        ("260多人", 260, "人"),
        ("100次以上", 100, "次"),
        ("三十件左右", 30, "件"),
        ("超过1,000篇", 1000, "篇"),
    ],
)
def test_approximations(text: str, value: int, unit: str) -> None:
    """A number that the text calls rough keeps its value but is no exact number."""
    assert read_amount(text) == Amount(State.APPROXIMATE, value, unit)


@pytest.mark.parametrize(
    ("text", "state"),
    [("", State.BLANK), (" \u3000\u00a0\u200b", State.BLANK)]
    + [(dash, State.DASH) for dash in ("-", "/", "\\", "—", "——", "–", "－", "―", "−", "／", "--")]
    + [("无", State.NONE), ("没有", State.NONE)],
)
def test_no_number(text: str, state: State) -> None:
    """Blank, a dash and 无 are three states and none of them is zero."""
    assert read_amount(text) == Amount(state)


@pytest.mark.parametrize(
    "text",
    [
        "1 2",
        "1,23",
        "1,2345",
        ",123",
        "1.",
        ".5",
        "1.2.3",
        "3²",
        "٣",
        "③",
        "1O",
        "l2",
        "--3",
        "3-",
        "3%",
        "增3",
        "3件件",
        "- 3 -",
        "总计",
        "万",
        "亿",
        "十百",
        "一二三万万",
        "零十",
        "9" * (MAX_DIGITS + 1),
        "一" * (MAX_DIGITS + 1),
        "1" * 5000,
    ],
)
def test_unreadable(text: str) -> None:
    """What may hide a lost digit or a lost column is no number."""
    assert read_amount(text) == UNREADABLE


@given(value=st.integers(-(10**30), 10**30), separators=st.booleans(), wide=st.booleans(), blank=st.booleans())
def test_round_trip(value: int, *, separators: bool, wide: bool, blank: bool) -> None:
    """Every whole number reads back, with and without separators, in both widths."""
    text = f"{value:,}" if separators else str(value)
    text = text.translate(FULL_WIDTH) if wide else text
    assert read_amount(f"\u3000{text} " if blank else text) == number(value)


@given(value=st.decimals(-(10**9), 10**9, places=4), separators=st.booleans(), unit=st.sampled_from(["", *UNITS]))
def test_round_trip_of_decimals(value: Decimal, *, separators: bool, unit: str) -> None:
    """Decimals read back exactly and keep the unit written behind them."""
    text = f"{value:,f}" if separators else f"{value:f}"
    assert read_amount(text + unit) == number(value, unit)


@given(digits=st.text("0123456789", min_size=2, max_size=12), at=st.integers(1, 11))
def test_blank_inside(digits: str, at: int) -> None:
    """A blank between digits is never skipped: it may be a lost digit."""
    at = min(at, len(digits) - 1)
    assert read_amount(f"{digits[:at]} {digits[at:]}") == UNREADABLE


@given(value=st.integers(0, 10**12 - 1), unit=st.sampled_from(["", "件", "元"]))
def test_chinese_round_trip(value: int, unit: str) -> None:
    """Every numeral that cn2an writes is read as the number it was made from."""
    numeral = cn2an.an2cn(value)
    assert chinese_number(numeral) == value
    assert read_amount(numeral + unit) == number(value, unit)


@given(value=st.integers(10, 19), times=st.sampled_from(["", "万", "亿"]))
def test_ten_without_one(value: int, times: str) -> None:
    """十二 and 一十二 are the same number, before 万 and 亿 too."""
    numeral = cn2an.an2cn(value)
    assert chinese_number(numeral.removeprefix("一") + times) == chinese_number(numeral + times)


@given(value=st.integers(1000, 9999), zero=st.sampled_from("零〇○"))
def test_chinese_by_position(value: int, zero: str) -> None:
    """Digits one after the other are read by position, whatever zero is printed."""
    numeral = "".join((zero + "一二三四五六七八九")[int(digit)] for digit in str(value))
    assert chinese_number(numeral) == value


@given(numeral=st.text("零一二两三五八十百千万", min_size=1, max_size=7))
def test_chinese_oracle(numeral: str) -> None:
    """Where cn2an finds a numeral well formed and we read it, both read the same number."""
    try:
        expected = cn2an.cn2an(numeral, "strict")
    except ValueError:
        return
    assert chinese_number(numeral) in (expected, None)


@given(
    head=st.integers(0, 99).map(lambda n: cn2an.an2cn(n * 10_000) if n else ""),
    digit=st.sampled_from("一二两三四五六七八九"),
    power=st.sampled_from("百千"),
    last=st.sampled_from("一二三四五六七八九"),
)
def test_ambiguous(head: str, digit: str, power: str, last: str) -> None:
    """二百五 is 205 in a ledger and 250 in the street, so it is no number."""
    zero = "零" if head and power == "百" else ""
    numeral = f"{head}{zero}{digit}{power}{last}"
    assert chinese_number(numeral) is None
    assert read_amount(numeral) == UNREADABLE


@pytest.mark.parametrize("numeral", ["二百五", "一千五", "一万三", "三亿五", "十万八", "一万二百五"])
def test_ambiguous_examples(numeral: str) -> None:
    """A last digit that may stand for tens, hundreds or ones leaves the number open."""
    assert read_amount(numeral) == UNREADABLE


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("二百零五", 205),
        ("二百五十", 250),
        ("一百一十", 110),
        ("一百十", 110),
        ("一万零五", 10_005),
        ("一亿零五百万", 105_000_000),
        ("两千零二十四", 2024),
        ("二十", 20),
    ],
)
def test_not_ambiguous(numeral: str, value: int) -> None:
    """With its zero or its power the last digit is certain."""
    assert chinese_number(numeral) == value


def test_empty_numeral() -> None:
    """No characters are no number."""
    assert chinese_number("") is None


@given(text=st.text() | st.text("0123456789０１,，.．+-－约近余多万亿元件 " + NUMERALS, max_size=60))
def test_never_raises(text: str) -> None:
    """Any text gives an amount, and a value exactly when it is a number or an approximation."""
    amount = read_amount(text)
    assert (amount.value is not None) == (amount.state in (State.NUMBER, State.APPROXIMATE))


@given(numeral=st.text(NUMERALS, max_size=50))
def test_numerals_never_raise(numeral: str) -> None:
    """Numeral characters in any order give a number that is not negative, or None."""
    value = chinese_number(numeral)
    assert value is None or value >= 0


@pytest.mark.parametrize(
    ("text", "value"),
    [("3", 3), ("+3", 3), ("-2", -2), ("增3", 3), ("增加12", 12), ("减2", -2), ("减少 2 项", -2), ("增３", 3)],
)
def test_changes(text: str, value: int) -> None:
    """A cell may say which way a number went."""
    assert (read_change(text).state, read_change(text).value) == (State.NUMBER, value)


@pytest.mark.parametrize("text", ["增减2", "减", "增-2", "减少若干", "持平"])
def test_words_that_are_no_change(text: str) -> None:
    """Words around a number are not guessed at."""
    assert read_change(text).state is State.UNREADABLE


def test_counts_do_not_change() -> None:
    """A plain count never says which way it went."""
    assert read_amount("增3").state is State.UNREADABLE
