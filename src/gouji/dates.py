"""Dates and periods as Chinese reports write them."""

import re
from datetime import date, timedelta

from msgspec import Struct

from gouji.amount import chinese_number
from gouji.wording import fold, squeeze

_Y = r"(?:[12][0-9]{3}|[一二三四五六七八九零〇○OＯo0]{4})"
_N = r"(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})"
_CHINESE_STYLE = rf"(?P<year>{_Y})年(?P<month>元|{_N})月(?:(?P<day>{_N})[日号])?"
_NUMERIC_STYLE = r"(?P<year_>[12][0-9]{3})(?P<sep>[-./])(?P<month_>[0-9]{1,2})(?P=sep)(?P<day_>[0-9]{1,2})"
_DATE = re.compile(rf"{_CHINESE_STYLE}|{_NUMERIC_STYLE}")
_STAMP = re.compile(r"\s*([0-9]{4})\s*[-./年]\s*([0-9]{1,2})\s*[-./月]\s*([0-9]{1,2})(?![0-9])")
_TO = r"(?:[,，、]?(?:至|到|止于|-+|—+|–|~|～|一(?=[0-9]))[,，]?)"
_HOURS = r"(?:零时|0时|24时|\(含\)|（含）)?"
_PERIOD = re.compile(
    rf"""(?:(?P<year>{_Y})年(?P<month>元|{_N})月(?:(?P<day>{_N})[日号]?)?|(?P<start>[12][0-9]{{3}}([-./])[0-9]{{1,2}}\5[0-9]{{1,2}}))
         {_HOURS}(?:起|开始)?{_TO}
         (?:(?:(?P<year2>{_Y})年|当年|同年|本年度?)?(?P<month2>{_N})月(?:(?P<day2>{_N})[日号]?)?
            |(?P<end>[12][0-9]{{3}}([-./])[0-9]{{1,2}}\10[0-9]{{1,2}})){_HOURS}""",
    re.VERBOSE,
)
_WHOLE_MONTHS = re.compile(rf"(?P<year>{_Y})年(?P<month>{_N})(?:月)?{_TO}(?P<month2>{_N})月")


class Period(Struct, frozen=True):
    """A stretch of days, both ends included."""

    start: date
    end: date

    def is_calendar_year(self, year: int) -> bool:
        """Tell whether this is 1 January to 31 December of a year."""
        return self == Period(date(year, 1, 1), date(year, 12, 31))


def read_date(text: str) -> date | None:
    """Read the first full date of a text, in any style: 2025年1月15日, 二〇二五年…, 2025-01-15.

    Widths and inner blanks do not matter. Returns None when there is no date, the day is missing,
    or the date does not exist (2月30日).
    """
    found = _DATE.search(squeeze(text))
    if found is None:
        return None
    part = found.groupdict()
    if part["year_"]:
        return _date(part["year_"], part["month_"], part["day_"])
    return _date(part["year"], part["month"], part["day"]) if part["day"] else None


def read_stamp(text: str) -> date | None:
    """Read the day that a time stamp of metadata begins with: 2025-1-2 09:30, 2025-01-02T09:30+08:00, 2025年1月2日.

    The day counts as written: moving it between time zones could only make a unit late. Blanks are
    not dropped as ``read_date`` does: the hour behind the day would become part of it.
    """
    found = _STAMP.match(fold(text))
    return _date(*found.groups()) if found else None


def read_period(text: str) -> Period | None:
    """Read the first stretch of time of a text; a missing second year means the first one.

    ``1月1日到12月31止`` (the 日 lost) and ``1—12月`` are understood. Returns None when there is
    none or a date does not exist.
    """
    plain = squeeze(text)
    found = _PERIOD.search(plain)
    if found is not None:
        part = found.groupdict()
        start, end = _start(part), _end(part)
        return Period(start, end) if start and end else None
    found = _WHOLE_MONTHS.search(plain)
    if found is None:
        return None
    start, end = _date(found["year"], found["month"], "1"), _month_end(found["year"], found["month2"])
    return Period(start, end) if start and end else None


def read_year(text: str) -> int | None:
    """Read a year of four digits, Arabic or Chinese; O and ○ stand for 零 as they do in print."""
    plain = re.sub("[OＯo○]", "〇", text)
    if not all(c in "零〇一二三四五六七八九" for c in plain):
        plain = plain.replace("〇", "0")
        return int(plain) if plain.isascii() and plain.isdigit() else None
    return chinese_number(plain)


def _start(part: dict[str, str | None]) -> date | None:
    if part["start"]:
        return read_date(part["start"])
    return _date(part["year"] or "", part["month"] or "", part["day"] or "1")


def _end(part: dict[str, str | None]) -> date | None:
    if part["end"]:
        return read_date(part["end"])
    year = part["year2"] or part["year"] or (part["start"] or "")[:4]
    month = part["month2"] or ""
    return _date(year, month, part["day2"]) if part["day2"] else _month_end(year, month)


def _date(year: str, month: str, day: str) -> date | None:
    numbers = read_year(year), _small(month), _small(day)
    if None in numbers:
        return None
    try:
        return date(*(n for n in numbers if n is not None))
    except ValueError:
        return None


def _month_end(year: str, month: str) -> date | None:
    first = _date(year, month, "1")
    if first is None:
        return None
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _small(numeral: str) -> int | None:
    if numeral == "元":  # 元月 is January
        return 1
    return int(numeral) if numeral.isdigit() else chinese_number(numeral)
