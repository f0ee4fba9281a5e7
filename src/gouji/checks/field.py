"""Kind ``field``: declared phrases are there, well formed, and agree with each other."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from gouji.dates import Period
from gouji.document import Place
from gouji.errors import DeclarationError
from gouji.facts import FieldValue
from gouji.phone import area_fits, is_valid, read_phone, region_of
from gouji.rule import Rule, undeclared
from gouji.subject import Declared, Deviation, Gap, NotApplicable, Outcomes, Passed, Subject
from gouji.wording import Text, listed, same, shorten

Demand = Literal[
    "present", "absent", "well_formed", "year_stated", "same_year", "report_year", "calendar_year", "after_period",
    "not_future", "valid_phone", "area_code", "unmasked", "no_mobile", "in_region", "same_unit",
]  # fmt: skip
TITLE = "title"  # the one field that every pack has


@dataclass(frozen=True, kw_only=True, eq=False)
class FieldRule(Rule):
    """A demand on declared fields.

    Attributes:
        fields: keys of declared fields, or ``title``.
        require: ``present``: at least one of the fields; ``absent``: none; ``well_formed``: the
            words can be read as their type; ``year_stated``: the title names its year;
            ``same_year``: no two different years among titles and periods; ``report_year``: years
            found are the report's; ``calendar_year``: the period is the report's whole year;
            ``after_period``: dates lie after the year reported on; ``not_future``: not after the day
            of checking; ``valid_phone``: the numbering plan has the number; ``area_code``: landlines
            carry one; ``unmasked``, ``no_mobile``: phones are legible, and not personal;
            ``in_region``: area codes fit the unit's region; ``same_unit``: names of the unit agree.
        each: with ``present``: every one of the fields, one by one.
        brackets: with ``absent``: the two brackets that should stand in the words found, ``〔〕``; where others
            do, ``gouji fix`` writes these.
    """

    kind: Literal["field"]
    fields: tuple[str, ...]
    require: Demand
    each: bool = False
    brackets: str = ""

    absences: ClassVar[frozenset[str]] = frozenset({"present"})
    placeholders: ClassVar[frozenset[str]] = frozenset({"field", "found", "expected", "other", "year"})

    def __post_init__(self) -> None:
        """Refuse brackets that are no pair, or have no words to stand in."""
        Rule.__post_init__(self)
        if self.brackets and (len(self.brackets) != 2 or self.require != "absent"):  # noqa: PLR2004 - a pair
            text = Text("brackets 写一对括号，只用于 absent", "brackets are a pair, and only for absent")
            raise DeclarationError("brackets", text)

    def bind(self, declared: Declared) -> None:
        """Refuse unknown fields."""
        unknown = [key for key in self.fields if key not in declared.fields and key != TITLE]
        if unknown or not self.fields:
            raise undeclared("fields", Text("要素", "field"), unknown, (TITLE, *declared.fields))

    def evaluate(self, subject: Subject) -> Outcomes:
        """Judge the fields."""
        return DEMANDS[self.require](self, subject)

    def name(self, key: str, subject: Subject) -> Text:
        """Return what messages call a field."""
        return _TITLE_NAME if key == TITLE else subject.declared.fields[key].name

    def values(self, subject: Subject) -> Iterator[FieldValue]:
        """Yield every value found for the fields."""
        for key in self.fields:
            yield from subject.reading.fields.get(key, ())


_TITLE_NAME = Text("标题", "title")


def _deviation(
    rule: FieldRule,
    subject: Subject,
    value: FieldValue,
    *,
    address: str = "",
    expected: str | Text = "",
    other: str | Text = "",
) -> Deviation:
    values: dict[str, str | int | Text] = {
        "field": rule.name(value.key, subject), "found": shorten(value.raw, 40), "expected": expected,
        "other": other, "year": subject.year,
    }  # fmt: skip
    return Deviation(address, value.place, values, expected if isinstance(expected, str) else expected.zh, value.raw)


def _where(rule: FieldRule, subject: Subject) -> Place:
    """Return where a missing field would be looked for: its section, or the beginning."""
    scopes = [s for key in rule.fields if key != TITLE for s in subject.declared.fields[key].scope]
    sections = [subject.reading.sections[scope] for scope in scopes if scope in subject.reading.sections]
    if sections:
        return sections[0].heading.place
    return subject.reading.start


def _present(rule: FieldRule, subject: Subject) -> Outcomes:
    groups = [(key,) for key in rule.fields] if rule.each else [rule.fields]
    for keys in groups:
        address = keys[0] if rule.each else ""
        scopes = {scope for key in keys if key != TITLE for scope in subject.declared.fields[key].scope}
        if any(subject.reading.fields.get(key) for key in keys):
            yield Passed(address)
        elif scopes and scopes <= subject.declared.sections.keys() - subject.reading.sections.keys():
            yield NotApplicable(address)  # the section is missing: that is told once
        else:
            name = listed(rule.name(key, subject) for key in keys)
            yield Deviation(
                address,
                _where(rule, subject),
                {"field": name, "year": subject.year, "found": "", "expected": "", "other": ""},
            )


def _absent(rule: FieldRule, subject: Subject) -> Outcomes:
    found = next(rule.values(subject), None)
    yield _deviation(rule, subject, found) if found else Passed()


def _judged(
    rule: FieldRule, subject: Subject, values: Iterable[FieldValue], wrong: Callable[[FieldValue], str | Text | None]
) -> Outcomes:
    """One deviation for each wrong value, else a pass; nothing found is not this rule's business."""
    values = tuple(values)
    if not values:
        yield NotApplicable()
        return
    clean = True
    for n, value in enumerate(values):
        expected = wrong(value)
        if expected is not None:
            clean = False
            yield _deviation(rule, subject, value, address=f"{value.key}-{n + 1}" if n else "", expected=expected)
    if clean:
        yield Passed()


def _well_formed(rule: FieldRule, subject: Subject) -> Outcomes:
    return _judged(rule, subject, rule.values(subject), lambda v: "" if v.value is None else None)


def _year_stated(rule: FieldRule, subject: Subject) -> Outcomes:
    return _judged(rule, subject, rule.values(subject), lambda v: "" if _year_of(v) is None else None)


def _year_of(value: FieldValue) -> int | None:
    if isinstance(value.value, Period):
        return value.value.end.year
    if isinstance(value.value, date):
        return value.value.year
    return value.value if isinstance(value.value, int) else None


def _same_year(rule: FieldRule, subject: Subject) -> Outcomes:
    dated = [(year, value) for value in rule.values(subject) if (year := _year_of(value))]
    if not dated:
        yield NotApplicable()
        return
    first_year, first = dated[0]
    other = next((value for year, value in dated if year != first_year), None)
    yield _deviation(rule, subject, other, other=shorten(first.raw, 40)) if other else Passed()


def _report_year(rule: FieldRule, subject: Subject) -> Outcomes:
    expected = str(subject.year)

    def wrong(value: FieldValue) -> str | None:
        year = _year_of(value)
        earlier = year is not None and year < subject.year  # later years are plans
        return expected if earlier and expected not in value.context else None

    return _judged(rule, subject, rule.values(subject), wrong)


def _calendar_year(rule: FieldRule, subject: Subject) -> Outcomes:
    periods = [v for v in rule.values(subject) if isinstance(v.value, Period | date)]
    expected = f"{subject.year}年1月1日至12月31日"

    def wrong(value: FieldValue) -> str | None:
        if isinstance(value.value, Period):
            return None if value.value.is_calendar_year(subject.year) else expected
        return None if value.value == date(subject.year, 12, 31) else expected

    return _judged(rule, subject, periods, wrong)


def _dates(rule: FieldRule, subject: Subject) -> list[FieldValue]:
    return [v for v in rule.values(subject) if isinstance(v.value, date)]


def _after_period(rule: FieldRule, subject: Subject) -> Outcomes:
    end = date(subject.year, 12, 31)
    expected = Text(f"{end} 之后", f"after {end}")
    return _judged(
        rule,
        subject,
        _dates(rule, subject),
        lambda v: expected if isinstance(v.value, date) and v.value <= end else None,
    )


def _not_future(rule: FieldRule, subject: Subject) -> Outcomes:
    today = subject.check_date
    expected = Text(f"不晚于检查日 {today}", f"not after the day of checking, {today}")
    return _judged(
        rule,
        subject,
        _dates(rule, subject),
        lambda v: expected if isinstance(v.value, date) and v.value > today else None,
    )


def _phones(kind: str) -> Callable[[FieldRule, Subject], Outcomes]:
    def demand(rule: FieldRule, subject: Subject) -> Outcomes:
        return _judged(rule, subject, rule.values(subject), lambda v: "" if read_phone(v.raw).kind == kind else None)

    return demand


def _valid_phone(rule: FieldRule, subject: Subject) -> Outcomes:
    def wrong(value: FieldValue) -> str | None:
        phone = read_phone(value.raw)
        return "" if phone.kind in ("landline", "mobile") and not is_valid(phone) else None

    return _judged(rule, subject, rule.values(subject), wrong)


def _in_region(rule: FieldRule, subject: Subject) -> Outcomes:
    landlines = [v for v in rule.values(subject) if read_phone(v.raw).area]
    if not landlines or not subject.region:
        yield NotApplicable()
        return
    region = subject.region
    open_ = [v for v in landlines if area_fits(read_phone(v.raw).area, region) is None]
    wrong = [v for v in landlines if area_fits(read_phone(v.raw).area, region) is False]
    for n, value in enumerate(wrong):
        home = region_of(read_phone(value.raw).area)
        yield _deviation(
            rule, subject, value, address=f"{value.key}-{n + 1}" if n else "", expected=region, other=same(home or "?")
        )
    if wrong:
        return
    if open_:
        yield Gap("", Text(
            f"地区“{region}”不足以判断区号，请用 --region 给出区号（如 0812）或省、市、县全称",
            f"the region “{region}” does not decide the area code; give --region an area code (such as 0812) or province, city and county",
        ))  # fmt: skip
    else:
        yield Passed()


def _same_unit(rule: FieldRule, subject: Subject) -> Outcomes:
    unit = subject.reading.unit
    values = tuple(rule.values(subject)) if unit else ()
    return _judged(rule, subject, values, lambda v: None if _same_organ(unit, v.raw) else unit)


def _same_organ(one: str, other: str) -> bool:
    """Tell whether two names mean one organ: one may lack the county above it, or be the short form."""
    short, long = sorted((_stem(one), _stem(other)), key=len)
    if long.endswith(short):
        above = long.removesuffix(short)
        return not above or above[-1] in _LEVELS
    own = long[max(long.rfind(level, 0, -1) for level in _LEVELS) + 1 :]
    letters = iter(own)  # 发改局 for 发展和改革局
    abbreviated = short[:1] == own[:1] and short[-1:] == own[-1:] and short[-1:] not in _LEVELS
    return abbreviated and all(letter in letters for letter in short)


_LEVELS = "省市州盟县区旗乡镇"
_PARTY = re.compile("^中共.{2,20}?委员会(?=.)")


def _stem(name: str) -> str:
    bare = _PARTY.sub("", name)
    for suffix in ("人民政府办公室", "人民政府", "街道办事处", "办事处"):
        if bare.endswith(suffix) and len(bare) > len(suffix):
            return bare.removesuffix(suffix)
    return bare


DEMANDS: dict[Demand, Callable[[FieldRule, Subject], Outcomes]] = {
    "present": _present,
    "absent": _absent,
    "well_formed": _well_formed,
    "year_stated": _year_stated,
    "same_year": _same_year,
    "report_year": _report_year,
    "calendar_year": _calendar_year,
    "after_period": _after_period,
    "not_future": _not_future,
    "valid_phone": _valid_phone,
    "area_code": _phones("local"),
    "unmasked": _phones("masked"),
    "no_mobile": _phones("mobile"),
    "in_region": _in_region,
    "same_unit": _same_unit,
}
