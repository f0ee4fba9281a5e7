"""Dates and periods: every style of print is read, and a date that does not exist is none."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gouji.dates import Period, read_date, read_period, read_stamp, read_year

DATES = st.dates(date(1900, 1, 1), date(2999, 12, 31))
DIGITS = "〇一二三四五六七八九"
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def chinese_year(year: int, zero: str = "〇") -> str:
    """Write a year digit by digit."""
    return "".join(DIGITS[int(digit)] for digit in str(year)).replace("〇", zero)


def chinese(number: int) -> str:
    """Write a month or a day in Chinese numerals."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else DIGITS[tens] + "十") + (DIGITS[ones] if ones else "")


STYLES: dict[str, Callable[[date], str]] = {
    "arabic": lambda d: f"{d.year}年{d.month}月{d.day}日",
    "padded": lambda d: f"{d.year}年{d.month:02}月{d.day:02}日",
    "hao": lambda d: f"{d.year}年{d.month}月{d.day}号",
    "blanks": lambda d: f"{d.year} 年 {d.month} 月\u3000{d.day} 日",
    "full width": lambda d: f"{d.year}年{d.month}月{d.day}日".translate(FULL_WIDTH),
    "chinese": lambda d: f"{chinese_year(d.year)}年{chinese(d.month)}月{chinese(d.day)}日",
    "letter O": lambda d: f"{chinese_year(d.year, 'O')}年{chinese(d.month)}月{chinese(d.day)}日",
    "circle": lambda d: f"{chinese_year(d.year, '○')}年{chinese(d.month)}月{chinese(d.day)}日",
    "iso": lambda d: d.isoformat(),
    "dots": lambda d: f"{d.year}.{d.month}.{d.day}",
    "slashes": lambda d: f"{d.year}/{d.month:02}/{d.day:02}",
}
JOINTS = ["至", "到", "-", "—", "——", "–", "~", "～", "－"]


@given(style=st.sampled_from(sorted(STYLES)), day=DATES)
def test_round_trip(style: str, day: date) -> None:
    """A date written in any style reads back, alone and inside a sentence."""
    written = STYLES[style](day)
    assert read_date(written) == day
    assert read_date(f"柳溪镇人民政府（{written}）") == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2025年",
        "2025年1月",
        "2025年2月30日",
        "2025年13月1日",
        "2025-1/15",
        "1月15日",
        "二〇二五年二月三十日",
        "柳溪镇",
    ],
)
def test_no_date(text: str) -> None:
    """A date that lacks its day or does not exist is none."""
    assert read_date(text) is None


def test_first_date() -> None:
    """The first full date of a text counts."""
    assert read_date("2025年1月15日印发，2025年2月1日公布") == date(2025, 1, 15)


@given(joint=st.sampled_from(JOINTS), start=DATES, end=DATES)
def test_period(joint: str, start: date, end: date) -> None:
    """A stretch of days reads back with every joint, in digits and in numerals."""
    for style in ("arabic", "padded", "blanks", "full width", "chinese"):
        assert read_period(f"统计期限为{STYLES[style](start)}{joint}{STYLES[style](end)}。") == Period(start, end)
    assert read_period(f"自{STYLES['arabic'](start)}起{joint}{STYLES['arabic'](end)}止") == Period(start, end)


@given(joint=st.sampled_from(JOINTS), start=DATES, end=DATES)
def test_period_within_a_year(joint: str, start: date, end: date) -> None:
    """A second date without a year is in the year of the first."""
    end = date(start.year, end.month, min(end.day, 28))
    text = f"{start.year}年{start.month}月{start.day}日{joint}{end.month}月{end.day}日"
    assert read_period(text) == Period(start, end)


@given(joint=st.sampled_from(JOINTS), year=st.integers(1900, 2999), first=st.integers(1, 12), last=st.integers(1, 12))
def test_period_of_months(joint: str, year: int, first: int, last: int) -> None:
    """Whole months reach from the first day of one to the last day of the other."""
    period = Period(date(year, first, 1), date(year, last, monthrange(year, last)[1]))
    assert read_period(f"{year}年{first}{joint}{last}月") == period
    assert read_period(f"{year}年{first}月{joint}{last}月") == period
    assert read_period(f"{year}年{first}月{joint}{year}年{last}月") == period


@pytest.mark.parametrize(
    "text",
    [
        "2024年1月1日到12月31止",
        "自2024年1月1日起至2024年12月31日止",
        "2024年1月1日起至12月31日止",
        "2024年1—12月",
        "2024 年 1 月 1 日 — 2024 年 12 月 31 日",
        "二〇二四年一月一日至十二月三十一日",
    ],
)
def test_whole_year(text: str) -> None:
    """The wordings of a whole calendar year mean it, the one with a lost 日 too."""
    period = read_period(text)
    assert period is not None
    assert period == Period(date(2024, 1, 1), date(2024, 12, 31))
    assert period.is_calendar_year(2024)
    assert not period.is_calendar_year(2023)


@pytest.mark.parametrize(
    "text", ["", "2024年", "2024年1月1日", "1月1日至12月31日", "2024年2月30日至12月31日", "2024年1月1日至13月31日"]
)
def test_no_period(text: str) -> None:
    """A stretch that lacks an end or names a day that does not exist is none."""
    assert read_period(text) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-1-2 09:30", date(2025, 1, 2)),
        ("2025-01-12T09:30:00+08:00", date(2025, 1, 12)),
        ("2025-01-31T16:30:00Z", date(2025, 1, 31)),
        (" ２０２５年1月2日 10:00", date(2025, 1, 2)),
        ("2025/1/2", date(2025, 1, 2)),
        ("2025-02-30", None),
        ("2025-1-234", None),
        ("昨天", None),
        ("", None),
    ],
)
def test_stamp(text: str, day: date | None) -> None:
    """The day that a stamp begins with, as written; the hour behind it is never a part of it."""
    assert read_stamp(text) == day


@given(year=st.integers(1000, 9999), zero=st.sampled_from("〇零○OＯo"))
def test_year(year: int, zero: str) -> None:
    """A year reads back from digits and from numerals with any zero."""
    assert read_year(str(year)) == year
    assert read_year(chinese_year(year, zero)) == year


@pytest.mark.parametrize(
    ("text", "year"), [("2O24", 2024), ("2○2○", 2020), ("2024年", None), ("二千", None), ("", None)]
)
def test_year_misprinted(text: str, year: int | None) -> None:
    """The letter O among digits is a zero; other characters make it no year."""
    assert read_year(text) == year


@given(text=st.text() | st.text("0123456789年月日号至到-—～.起止〇一二三十OＯ ", max_size=40))
def test_never_raises(text: str) -> None:
    """Any text gives a date, a period, or None."""
    assert isinstance(read_date(text), date | None)
    assert isinstance(read_period(text), Period | None)
    assert isinstance(read_stamp(text), date | None)
