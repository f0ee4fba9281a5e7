"""The reports of all units and years judged against each other: an entry for each unit and year."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from msgspec import Struct, structs

from gouji.audit.assign import Doubt, Filed, Placement
from gouji.audit.filing import Filing
from gouji.audit.ledger import Ledger
from gouji.audit.neighbours import Neighbours
from gouji.audit.register import Register, bare
from gouji.audit.result import Entry, Standing, Unit, head_of
from gouji.batch import Setting
from gouji.checks.date import DateRule
from gouji.document import NOWHERE, Place
from gouji.engine import check_beyond, incident
from gouji.facts import Number, Reading
from gouji.finding import FileReport, Finding, Severity
from gouji.pack import Pack
from gouji.subject import Below, Subject, Surroundings
from gouji.wording import Text

KEPT_FILINGS = 64  # in memory: a unit is looked at for itself, for the next year and for the unit above

BY_REGISTER = Text("名册给出的公布日期", "the publication date in the register")


class Key(Struct, frozen=True):
    """A unit and a year."""

    unit: str
    year: int


class Crossing:
    """All filings of a run in their places, and what is made of them together."""

    def __init__(
        self,
        ledger: Ledger,
        placements: Sequence[Placement],
        register: Register,
        years: Sequence[int],
        settings: Sequence[Setting],
    ) -> None:
        """Take what the ledger holds, where every file belongs, and how it is judged."""
        self.register, self.years, self.settings = register, tuple(years), settings
        self.day = settings[0].options.check_date if settings else date.min
        self._filing = lru_cache(maxsize=KEPT_FILINGS)(ledger.filing)
        self._ledger = ledger
        self._main: dict[Key, Filed] = {}
        self._doubts: dict[Key, tuple[Doubt, ...]] = {}
        self._further: dict[Key, list[Placement]] = defaultdict(list)
        self._claims: dict[Key, list[Placement]] = defaultdict(list)
        self._stray: list[Placement] = []
        self._units = {unit.name: unit for unit in register.units}
        for placement in placements:
            self._place(placement)
        self._below: dict[str, list[Unit]] = defaultdict(list)
        for unit in self._units.values():
            if unit.parent and unit.rollup != "no":
                self._below[unit.parent].append(unit)
        self._neighbours: dict[int, Neighbours] = {}

    def _place(self, placement: Placement) -> None:
        unit, year = placement.unit, placement.year
        if unit is not None and year is not None:
            self._units.setdefault(unit.name, unit)
            key = Key(unit.name, year)
            if key in self._main:
                self._further[key].append(placement)
            else:
                self._main[key] = placement.filed
                self._doubts[key] = placement.doubts
            return
        self._stray.append(placement)
        if placement.claimed is not None and placement.claimed_year is not None:
            self._claims[Key(placement.claimed.name, placement.claimed_year)].append(placement)

    # --- entries ------------------------------------------------------------------------------

    def entries(self) -> Iterator[Entry]:
        """Yield the entry of each unit that has to report or did, by year, then as the register lists them."""
        number = 0
        for year in self.years:
            for unit in self._units.values():
                entry = self._entry(number, unit, year)
                if entry is not None:
                    yield entry
                    number += 1

    def unassigned(self) -> Iterator[FileReport]:
        """Yield the files that are no entry's, each with the reason."""
        for placement in self._stray:
            key = self._claimed(placement)
            if key is None or not self._adopts(key, placement):
                yield self._report(placement.filed, placement.doubts)
        for key, filed in self._main.items():
            if key.year not in self.years:
                text = Text(f"{key.year} 年不在所审年度之内", f"{key.year} is no audited year")
                yield self._report(filed, (*self._doubts[key], Doubt("GJ607", text)))
                for placement in self._further[key]:
                    yield self._report(placement.filed, placement.doubts)

    def _entry(self, number: int, unit: Unit, year: int) -> Entry | None:
        key = Key(unit.name, year)
        others = tuple(self._others(key))
        deadline = self._deadline(unit, year)
        if key in self._main:
            return self._reported(number, unit, year, others, deadline)
        expected = unit.line is not None and (not unit.years or year in unit.years)
        if others:
            head = head_of(number, unit, year, Standing.UNJUDGED, others[0], others[1:])
            return Entry(head, others[0], others[1:], deadline=deadline)
        if not expected:
            return None
        report = self._missing(unit, year, deadline)
        return Entry(head_of(number, unit, year, Standing.MISSING, report), report, deadline=deadline)

    def _reported(
        self, number: int, unit: Unit, year: int, others: tuple[FileReport, ...], deadline: date | None
    ) -> Entry:
        key = Key(unit.name, year)
        filed = self._main[key]
        filing, setting = self._filing(filed.key), self.settings[filed.setting]
        pack = _pack(filing, setting)
        subject = self._subject(unit, year, filed, filing, pack)
        report = check_beyond(filing.report.under(filed.path), subject, pack, setting.options, filing.suppressions)
        published = unit.published.get(year) or (filing.published.day if filing.published else None)
        extra = [_told(filed.path, doubt) for doubt in self._doubts[key]]
        late = _date_rules(pack) & {finding.rule for finding in report.findings if not finding.settled}
        if not late and published and unit.deadline and deadline and published > deadline:
            extra.append(_late(filed.path, published, deadline))
            late = {"GJ706"}
        if extra:
            report = structs.replace(report, findings=(*report.findings, *extra))
        lines = tuple(line for rule in pack.active if rule.beyond for line in rule.reconciled(subject))
        standing = Standing.LATE if late else Standing.REPORTED
        return Entry(
            head=head_of(number, unit, year, standing, report, others),
            report=report,
            others=others,
            facts=filing.facts,
            reconciliations=lines,
            issued=filing.day(("issue_date",)),
            published=published,
            deadline=deadline,
        )

    def _subject(self, unit: Unit, year: int, filed: Filed, filing: Filing, pack: Pack) -> Subject:
        options = self.settings[filed.setting].options
        reading = structs.replace(filing.reading(filed.path), unit_kind=unit.kind or filing.unit_kind)
        previous = self._previous(unit, year)
        around = Surroundings(
            below=self._units_below(unit, year),
            complete=unit.rollup == "complete",
            renamed=isinstance(previous, Reading) and not _same_name(previous.unit, reading.unit),
            peers=self._around(year).peers(unit.name),
            others=tuple(self._readings(self._around(year).others(unit.name), year)),
            spread=self._around(year).spread,
            deadline=_register_deadline(unit, year),
            dated_by=BY_REGISTER,
        )
        return Subject(
            reading,
            year,
            self.day,
            unit.region or options.region,
            pack.declared,
            unit.published.get(year),
            previous,
            around,
        )

    def _previous(self, unit: Unit, year: int) -> Reading | Text | None:
        key = Key(unit.name, year - 1)
        if key in self._main:
            return self._reading(self._main[key])
        if self._claims.get(key):
            return Text(
                f"{year - 1} 年的报告没有读成或归属不清，无法对照",
                f"the report on {year - 1} could not be read or assigned",
            )
        if year - 1 in self.years and unit.line is not None and (not unit.years or year - 1 in unit.years):
            return Text(f"没有 {year - 1} 年的报告可以对照", f"there is no report on {year - 1} to compare with")
        return None

    def _units_below(self, unit: Unit, year: int) -> tuple[Below, ...]:
        return tuple(
            self._one_below(below, year) for below in self._below[unit.name] if not below.years or year in below.years
        )

    def _one_below(self, unit: Unit, year: int) -> Below:
        filed = self._main.get(Key(unit.name, year))
        if filed is None:
            return Below(unit.name, Text("没有报告", "no report"))
        slips = {
            repair.key: should_be - value
            for finding in self._filing(filed.key).report.findings
            if finding.cause and finding.cause.unique
            for repair in finding.cause.corrections[0].repairs
            if (should_be := _number(repair.should_be)) is not None and (value := _number(repair.value)) is not None
        }
        return Below(unit.name, self._reading(filed), slips)

    def _readings(self, names: Iterable[str], year: int) -> Iterator[Reading]:
        return (self._reading(self._main[Key(name, year)]) for name in names)

    def _reading(self, filed: Filed) -> Reading:
        return self._filing(filed.key).reading(filed.path)

    def _around(self, year: int) -> Neighbours:
        if year not in self._neighbours:
            filed = {key.unit: filed for key, filed in self._main.items() if key.year == year}
            kinds = {name: self._units[name].kind or one.card.kind for name, one in filed.items()}
            likenesses = {name: self._ledger.likeness(one.key) for name, one in filed.items()}
            self._neighbours = {year: Neighbours(likenesses, kinds)}  # years come one after the other
        return self._neighbours[year]

    # --- what is no report of its own -----------------------------------------------------------

    def _others(self, key: Key) -> Iterator[FileReport]:
        """Yield the further files of a unit and year: more reports, and what could not be judged."""
        main = self._main.get(key)
        for placement in self._further.get(key, ()):
            if main is not None and placement.filed.key == main.key:
                text = Text(f"与 {main.path} 内容相同", f"holds the same as {main.path}")
                yield FileReport(
                    placement.filed.path, judged=True, unit=key.unit, year=key.year,
                    findings=(_told(placement.filed.path, Doubt("GJ608", text)),),
                )  # fmt: skip
                continue
            first = main.path if main else ""
            text = Text(
                f"{key.unit} {key.year} 年的报告还有 {first}，内容不同；这里以 {first} 为准核对",
                f"{key.unit} has another report on {key.year}, {first}, with other content; that one was judged",
            )
            yield self._report(placement.filed, (*placement.doubts, Doubt("GJ602", text)))
        for placement in self._claims.get(key, ()):
            if self._adopts(key, placement):
                yield self._report(placement.filed, placement.doubts)

    def _claimed(self, placement: Placement) -> Key | None:
        if placement.claimed is None or placement.claimed_year is None:
            return None
        return Key(placement.claimed.name, placement.claimed_year)

    def _adopts(self, key: Key, placement: Placement) -> bool:
        """Tell whether a file that could not be judged stands under the unit that it is named for."""
        return not placement.filed.card.judged and key.year in self.years and key.unit in self._units

    def _report(self, filed: Filed, doubts: Sequence[Doubt]) -> FileReport:
        report = self._filing(filed.key).report.under(filed.path)
        return structs.replace(report, findings=(*report.findings, *(_told(filed.path, doubt) for doubt in doubts)))

    def _missing(self, unit: Unit, year: int, deadline: date | None) -> FileReport:
        path, place = self.register.path, Place(unit.line) if unit.line else NOWHERE
        text = Text(f"没有找到{unit.name} {year} 年的报告", f"no report of {unit.name} on {year} was found")
        for placement in self._claims.get(Key(unit.name, year), ()):
            why = "；".join(doubt.text.zh for doubt in placement.doubts)
            reason = "; ".join(doubt.text.en for doubt in placement.doubts)
            text = Text(f"{text.zh}；{placement.filed.path}：{why}", f"{text.en}; {placement.filed.path}: {reason}")
        severity = None
        if deadline is not None and self.day <= deadline:
            text = Text(f"{text.zh}（时限 {deadline}，尚未到期）", f"{text.en} (due by {deadline})")
            severity = Severity.INFO
        finding = incident(path, "GJ601", text, place=place, address=f"{unit.name}/{year}", severity=severity)
        return FileReport(path, judged=False, unit=unit.name, year=year, findings=(finding,))

    def _deadline(self, unit: Unit, year: int) -> date | None:
        """Return the day by which a unit has to publish: the register's, or that of the rule for its kind."""
        if (day := _register_deadline(unit, year)) is not None:
            return day
        pack = next((p for setting in self.settings for p in setting.packs if year in p.years), None)
        rules = [rule for rule in pack.active if isinstance(rule, DateRule)] if pack else []
        kind = unit.kind or (pack.report.kind_of(unit.name) if pack else "")
        rule = next((rule for rule in rules if rule.concerns(unit.name, kind)), None)
        return date(year + 1, rule.month, rule.day) if rule else None


def _pack(filing: Filing, setting: Setting) -> Pack:
    return next(pack for pack in setting.packs if pack.pack == filing.report.pack)


def _date_rules(pack: Pack) -> set[str]:
    return {rule.id for rule in pack.active if isinstance(rule, DateRule)}


def _register_deadline(unit: Unit, year: int) -> date | None:
    if not unit.deadline:
        return None
    month, day = map(int, unit.deadline.split("-"))
    return date(year + 1, month, day)


def _same_name(one: str, other: str) -> bool:
    """Tell whether two titles name one unit alike, with or without the places above it."""
    shorter, longer = sorted((bare(one), bare(other)), key=len)
    return not shorter or longer.endswith(shorter)


def _number(text: str) -> Number | None:
    try:
        return Decimal(text or "0")
    except InvalidOperation:
        return None


def _told(path: str, doubt: Doubt) -> Finding:
    return incident(path, doubt.rule, doubt.text, address=doubt.rule)


def _late(path: str, published: date, deadline: date) -> Finding:
    days = (published - deadline).days
    text = Text(
        f"公布日期 {published} 晚于名册规定的时限 {deadline}，迟 {days} 天",
        f"published on {published}, {days} day(s) after the deadline {deadline} of the register",
    )
    return incident(path, "GJ706", text)


def audited_years(filed: Iterable[Placement]) -> tuple[int, ...]:
    """Return the years to audit where nobody says: those on which at least a quarter as many units report as on any."""
    units: dict[int, set[str]] = defaultdict(set)
    for placement in filed:
        if placement.unit is not None and placement.year is not None:
            units[placement.year].add(placement.unit.name)
    most = max(map(len, units.values()), default=0)
    return tuple(sorted(year for year, names in units.items() if 4 * len(names) >= most))
