"""Kind ``date``: the report was made public by its deadline."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import ClassVar, Literal

from msgspec import Struct

from gouji.document import Place
from gouji.errors import DeclarationError
from gouji.finding import Severity
from gouji.outline import compiled
from gouji.rule import Rule, undeclared
from gouji.subject import Declared, Deviation, Gap, NotApplicable, Outcomes, Passed, Subject
from gouji.wording import Text, same, shorten

LONGEST_BREAK = 15  # days; the longest holiday so far, the Spring Festival of 2026, has nine


class Evidence(Struct, frozen=True):
    """A day, what gives it, and where."""

    day: date
    source: Text
    place: Place


@dataclass(frozen=True, kw_only=True, eq=False)
class DateRule(Rule):
    """A deadline in the year after the one reported on.

    Attributes:
        month, day: the last day on time.
        published: fields that give the publication date. The date of the front matter or of a page's
            metadata counts with them; a date that the user gives counts alone.
        issued: fields that give the date of issue: weaker, since nothing is public before it is
            issued. It proves a report late; it is believed to be on time only where no publication
            date is known.
        on_workday: a deadline on a day off moves to the next working day (``chinese_calendar``;
            for years that it does not know yet, what a holiday could decide is undetermined).
        named, not_named: patterns searched in the unit's name; units that the first does not match,
            or the second does, are not concerned.
    """

    kind: Literal["date"]
    month: int
    day: int
    published: tuple[str, ...] = ()
    issued: tuple[str, ...] = ()
    on_workday: bool = False
    named: str = ""
    not_named: str = ""

    beyond: ClassVar[bool] = True
    placeholders: ClassVar[frozenset[str]] = frozenset({"unit", "year", "source", "found", "deadline", "days"})

    def __post_init__(self) -> None:
        """Refuse days that not every year has, and bad patterns."""
        Rule.__post_init__(self)
        try:
            date(2023, self.month, self.day)  # no leap year
        except ValueError:
            text = Text("month 和 day 应是每年都有的日期", "month and day must be a day that every year has")
            raise DeclarationError("day", text) from None
        for key in ("named", "not_named"):
            try:
                compiled(getattr(self, key))
            except DeclarationError as error:
                raise DeclarationError(key, error.text) from None

    def bind(self, declared: Declared) -> None:
        """Refuse fields that are unknown or hold no date."""
        for key in ("published", "issued"):
            dates = [name for name, field in declared.fields.items() if field.type == "date"]
            unknown = [name for name in getattr(self, key) if name not in dates]
            if unknown:
                raise undeclared(key, Text("日期类要素", "field of type date"), unknown, dates)

    def evaluate(self, subject: Subject) -> Outcomes:
        """Judge the dates that tell when the report was made public."""
        if not self._concerns(subject.reading.unit):
            yield NotApplicable()
            return
        strong, weak, unread = self._evidence(subject)
        used = strong or weak
        if not used:
            yield Gap("", _without_date(subject, unread=unread))
            return
        deadline, latest = self._deadline(subject)
        late = [found.day > latest for found in used]
        if any(deadline < found.day <= latest for found in used):
            yield Gap("", _no_calendar(deadline))
        elif any(late) != all(late):
            yield Gap("", _differ(used, subject))
        elif strong and weak and not any(late) and all(found.day > latest for found in weak):
            yield Gap("", _differ((*strong, *weak), subject))  # issued after it was public: one of the two is wrong
        elif any(late):
            yield self._deviation(min(used, key=lambda found: found.day), deadline, subject)
        else:
            yield Passed()

    def _concerns(self, unit: str) -> bool:
        if self.named and not compiled(self.named).search(unit):
            return False
        return not (self.not_named and compiled(self.not_named).search(unit))

    def _evidence(self, subject: Subject) -> tuple[list[Evidence], list[Evidence], bool]:
        """Return publication dates, dates of issue, and whether there are dates that cannot be read.

        A day within the year reported on or after the day of checking tells nothing: it is a slip.
        """
        reading = subject.reading
        if subject.published:
            given = [Evidence(subject.published, subject.around.dated_by or _GIVEN, reading.start)]
        else:
            given = [Evidence(p.day, p.source, p.place) for p in (reading.published,) if p]
            given += self._written(self.published, subject)
        weak = [] if subject.published else self._written(self.issued, subject)
        places = {found.place for found in given}
        weak = [found for found in weak if found.place not in places]
        values = [v for key in (*self.published, *self.issued) for v in reading.fields.get(key, ())]
        return _possible(given, subject), _possible(weak, subject), any(v.value is None for v in values)

    def _written(self, keys: Sequence[str], subject: Subject) -> list[Evidence]:
        return [
            Evidence(value.value, subject.declared.fields[key].name, value.place)
            for key in keys
            for value in subject.reading.fields.get(key, ())
            if isinstance(value.value, date)
        ]

    def concerns(self, unit: str, kind: str) -> bool:
        """Tell whether this is the deadline of a unit."""
        return (not self.units or kind in self.units) and self._concerns(unit)

    def _deadline(self, subject: Subject) -> tuple[date, date]:
        """Return the last day on time, and the last day that may be on time where no calendar is known."""
        if registered := self._registered(subject):
            return registered, registered
        day = date(subject.year + 1, self.month, self.day)
        if not self.on_workday:
            return day, day
        first, last = self._calendar
        if not first <= day <= last - timedelta(LONGEST_BREAK):
            return day, day + timedelta(LONGEST_BREAK)
        from chinese_calendar import is_workday  # noqa: PLC0415 - only where a rule asks

        while not is_workday(day):
            day += timedelta(1)
        return day, day

    def _registered(self, subject: Subject) -> date | None:
        """Return the day that a register sets; it may where the rule's is practice and not the law."""
        return None if self.severity is Severity.ERROR else subject.around.deadline

    @cached_property
    def _calendar(self) -> tuple[date, date]:
        """The days whose holidays are known."""
        from chinese_calendar.constants import holidays  # noqa: PLC0415

        return date(min(holidays).year, 1, 1), date(max(holidays).year, 12, 31)

    def _deviation(self, found: Evidence, deadline: date, subject: Subject) -> Deviation:
        said: str | Text = str(deadline)
        if self._registered(subject):
            said = Text(f"{deadline}（名册规定）", f"{deadline} (set by the register)")
        values: dict[str, str | int | Text] = {
            "unit": shorten(subject.reading.unit, 40), "year": subject.year, "source": found.source,
            "found": str(found.day), "deadline": said, "days": (found.day - deadline).days,
        }  # fmt: skip
        return Deviation("", found.place, values, str(deadline), str(found.day))


_GIVEN = Text("--published 给出的发布日期", "the publication date given with --published")


def _advice(subject: Subject) -> Text:
    """Say how to give the publication date: in an audit by the register."""
    if subject.around.dated_by:
        return Text("可在名册中填写公布日期", "the register may give the day")
    return Text("可用 --published 给出发布日期", "--published gives the day")


def _without_date(subject: Subject, *, unread: bool) -> Text:
    """Say why no date tells when the report was made public."""
    given, source = subject.published, subject.around.dated_by
    if given:
        who = source or _GIVEN
        return Text(
            f"{who.zh} {given} 不在报告年度之后、检查日之前，无法核对公开时限",
            f"{who.en}, {given}, does not lie between the year reported on and the day of checking",
        )
    advice = _advice(subject)
    if unread:
        return Text(
            f"日期不完整（可能在提取文字时丢失了数字），无法核对公开时限（{advice.zh}）",
            f"a date is not complete (its digits may have been lost on reading), the deadline cannot be checked ({advice.en})",
        )
    return Text(
        f"没有可用的发布日期或落款日期，无法核对公开时限（{advice.zh}）",
        f"no usable date of publication or issue, the deadline cannot be checked ({advice.en})",
    )


def _possible(found: Iterable[Evidence], subject: Subject) -> list[Evidence]:
    return [one for one in found if date(subject.year, 12, 31) < one.day <= subject.check_date]


def _differ(found: Sequence[Evidence], subject: Subject) -> Text:
    first, last = min(found, key=lambda one: one.day), max(found, key=lambda one: one.day)
    one, other = (Text(f"{e.source.zh} {e.day}", f"{e.source.en} {e.day}") for e in (first, last))
    advice = _advice(subject)
    return Text(
        f"几个日期对是否逾期说法不一（{one.zh}，{other.zh}），请核对（{advice.zh}）",
        f"the dates do not agree on whether it was late ({one.en}; {other.en}): check them ({advice.en})",
    )


def _no_calendar(deadline: date) -> Text:
    year = same(deadline.year)
    return Text(
        f"还没有{year.zh}年的节假日安排，无法判断时限 {deadline} 是否顺延",
        f"the holidays of {year.en} are not known yet, so neither is whether the deadline {deadline} moves",
    )
