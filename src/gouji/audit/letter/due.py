"""By when an answer is due, counted in working days."""

from datetime import date, timedelta
from functools import cache

from msgspec import Struct

from gouji.checks.date import LONGEST_BREAK


class Due(Struct, frozen=True):
    """The last day of a term; ``supposed`` says which years' holidays it could not allow for, or is empty."""

    day: date
    supposed: str = ""


def after(start: date, days: int) -> Due:
    """Return the last of so many working days after a day, which itself does not count.

    The calendar knows the holidays that the State Council has announced. Beyond them every Monday to
    Friday counts, and the term says so: a date that cannot be kept is worse than none.
    """
    first, last = _known()
    day, unknown = start, set[int]()
    for _ in range(days):
        day += timedelta(1)
        while not _works(day, first, last):
            day += timedelta(1)
    if not first <= start:
        unknown.add(start.year)
    if day > last:
        # the break around New Year is announced with the year that begins
        unknown.add(day.year if day.year > last.year else last.year + 1)
    return Due(day, "、".join(f"{year}年" for year in sorted(unknown)))


def _works(day: date, first: date, last: date) -> bool:
    if not first <= day <= last:
        return day.weekday() < 5  # noqa: PLR2004 - Saturday
    from chinese_calendar import is_workday  # noqa: PLC0415 - only an audit that writes letters counts days

    return bool(is_workday(day))


@cache
def _known() -> tuple[date, date]:
    """Return the first and the last day that no later announcement can change."""
    from chinese_calendar.constants import holidays  # noqa: PLC0415

    return date(min(holidays).year, 1, 1), date(max(holidays).year, 12, 31) - timedelta(LONGEST_BREAK)
