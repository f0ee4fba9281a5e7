"""The reports of all units and years judged against each other: an entry for each unit and year."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path

from msgspec import Struct, structs

from gouji.amount import State
from gouji.audit.assign import Doubt, Filed, Placement, precedence
from gouji.audit.filing import Filing, compared_with_others
from gouji.audit.ledger import Ledger
from gouji.audit.neighbours import Neighbours
from gouji.audit.register import Register, bare
from gouji.audit.remote import path_of
from gouji.audit.result import Entry, Standing, Unit, family, head_of
from gouji.batch import Setting
from gouji.checks.date import DateRule, Evidence
from gouji.document import NOWHERE, Place
from gouji.engine import check_beyond, incident
from gouji.facts import Fact, Number, Reading
from gouji.finding import FileReport, Finding, Severity
from gouji.likeness import names_of, sentences_of
from gouji.pack import Pack
from gouji.reporters.escape import visible
from gouji.subject import Below, Subject, Surroundings
from gouji.unread import is_named_as_report, may_be_report
from gouji.wording import Text

KEPT_FILINGS = 64  # in memory: a unit is looked at for itself, for the next year and for the unit above
SAME = 0.95  # of the sentences of two files that are one report in two formats
MOST_DIFFERENCES = 3  # that are named

READING = "GJ0"  # family
BY_REGISTER = Text("名册给出的公布日期", "the publication date in the register")
BY_REPORT = Text("公布日期", "the publication date")
BY_ISSUE = Text("落款日期", "the date of issue")
BY_OTHER = Text("另一份报告的日期", "the date of another report")
_NO_SUFFIX = Text("文件没有后缀，看不出格式", "the name has no suffix that tells the format")
_UNREAD = Text("报告没有读成或归属不清", "the report could not be read or assigned")


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
        passed: Sequence[Placement] = (),
    ) -> None:
        """Take what the ledger holds, where every file belongs, how it is judged, and where the files not read would."""
        self.register, self.years, self.settings = register, tuple(years), settings
        self.day = settings[0].options.check_date if settings else date.min
        self._filing = lru_cache(maxsize=KEPT_FILINGS)(ledger.filing)
        self._ledger = ledger
        self._reports: dict[Key, list[Placement]] = defaultdict(list)  # the one that is judged first
        self._claims: dict[Key, list[Placement]] = defaultdict(list)  # by what their places promise
        self._titled: dict[Key, list[Placement]] = defaultdict(list)  # by what their titles say, which is in doubt
        self._stray: list[Placement] = []
        self._units = {unit.name: unit for unit in register.units}
        for placement in placements:
            self._place(placement)
        for found in self._reports.values():
            found.sort(key=lambda placement: precedence(placement.filed.path))
        self._main = {key: found[0].filed for key, found in self._reports.items()}
        self._stray = [self._dated(placement) for placement in self._stray]
        for placement in self._stray:
            self._claim(placement)
        self._passed: dict[Key, list[str]] = defaultdict(list)
        for placement in passed:
            self._put_aside(placement)
        self._below: dict[str, list[Unit]] = defaultdict(list)
        for unit in self._units.values():
            if unit.parent and unit.rollup != "no":
                self._below[unit.parent].append(unit)
        self._neighbours: dict[int, Neighbours] = {}

    def _place(self, placement: Placement) -> None:
        unit, year = placement.unit, placement.year
        if unit is not None and year is not None:
            self._units.setdefault(unit.name, unit)
            self._reports[Key(unit.name, year)].append(placement)
            return
        self._stray.append(placement)

    def _dated(self, placement: Placement) -> Placement:
        """Return a file that could not be judged as one on the year that its unit lacks, where its name tells none."""
        unit, year = placement.claimed, placement.claimed_year
        if placement.filed.card.judged or unit is None or self._is_audited(year):
            return placement
        if not _is_meant_as_report(self._filing(placement.filed.key).report):
            return placement
        return structs.replace(placement, claimed_year=self._lacking(unit) or year)

    def _is_audited(self, year: int | None) -> bool:
        """Tell whether a name's year is one of the audited or before; a later one is that of publication, or no year."""
        return year is not None and year <= max(self.years, default=0)

    def _lacking(self, unit: Unit) -> int | None:
        """Return the last year on which a unit has to report and did not."""
        years = (
            year for year in self.years if self._is_expected(unit, year) and Key(unit.name, year) not in self._main
        )
        return max(years, default=None)

    def _claim(self, placement: Placement) -> None:
        if placement.claimed is not None and placement.claimed_year is not None:
            self._claims[Key(placement.claimed.name, placement.claimed_year)].append(placement)
        if placement.titled is not None and placement.filed.card.year is not None:
            self._titled[Key(placement.titled.name, placement.filed.card.year)].append(placement)

    def _put_aside(self, placement: Placement) -> None:
        """Note a file that was not read where it may be the report that is wanting."""
        unit, year = placement.claimed, placement.claimed_year
        if unit is None:
            return
        if not self._is_audited(year):
            year = self._lacking(unit)
        if year is not None and year in self.years:
            self._passed[Key(unit.name, year)].append(placement.filed.path)

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
            if not any(placement in (*self._adopted(key), *self._wanting(key)) for key in _keys(placement)):
                yield self._report(placement.filed, placement.doubts)
        for key, found in self._reports.items():
            if key.year not in self.years:
                text = Text(f"{key.year} 年不在所审年度之内", f"{key.year} is no audited year")
                for placement in found:
                    yield self._in_short(placement.filed, (*placement.doubts, Doubt("GJ607", text)))

    def _entry(self, number: int, unit: Unit, year: int) -> Entry | None:
        key = Key(unit.name, year)
        others = tuple(self._others(key))
        deadline = self._deadline(unit, year)
        if key in self._main:
            return self._reported(number, unit, year, others, deadline)
        meant = sorted(others, key=lambda report: not _is_meant_as_report(report))
        if meant and _is_meant_as_report(meant[0]):
            first, *rest = meant
            head = head_of(number, unit, year, Standing.UNJUDGED, first, tuple(rest))
            return Entry(head, first, tuple(rest), deadline=deadline)
        if self._is_expected(unit, year):
            unread = self._not_read(key, deadline)
            if unread and may_be_report(path_of(unread.path)):
                head = head_of(number, unit, year, Standing.UNJUDGED, unread, others)
                return Entry(head, unread, others, deadline=deadline)
            report, others = self._missing(unit, year, deadline), (*others, *([unread] if unread else []))
            head = head_of(number, unit, year, Standing.MISSING, report, others)
            return Entry(head, report, others, deadline=deadline)
        return None

    def _not_read(self, key: Key, deadline: date | None) -> FileReport | None:
        """Return what is said of the file that may be the report of a unit without any, in a format that is not read."""
        paths = sorted(self._passed.get(key, ()), key=lambda path: _likely(path_of(path)))
        if not paths:
            return None
        path, more = path_of(paths[0]), len(paths) - 1
        suffix = path.suffix
        what = Text(f"不支持 {suffix} 文件", f"{suffix} files are not read") if suffix else _NO_SUFFIX
        beside = Text(f"；这样的文件还有 {more} 个", f"; {more} more of this kind") if more else Text("", "")
        text = Text(
            f"{what.zh}，没有读取，其中是否为 {key.year} 年的报告未能核对{beside.zh}",
            f"{what.en}: whether it is the report on {key.year} was not checked{beside.en}",
        )
        not_due = deadline is not None and self.day <= deadline
        severity = None if may_be_report(path) else Severity.INFO if not_due else Severity.WARNING
        found = incident(paths[0], "GJ006", text, address=f"{key.unit}/{key.year}", severity=severity)
        return FileReport(paths[0], judged=False, unit=key.unit, year=key.year, findings=(found,))

    def _is_expected(self, unit: Unit, year: int) -> bool:
        return unit.line is not None and (not unit.years or year in unit.years)

    def _reported(
        self, number: int, unit: Unit, year: int, others: tuple[FileReport, ...], deadline: date | None
    ) -> Entry:
        key = Key(unit.name, year)
        filed = self._main[key]
        filing, setting = self._filing(filed.key), self.settings[filed.setting]
        pack = _pack(filing, setting)
        public, registered = self._first_public(unit, year, filing, _date_rules(pack)), _register_deadline(unit, year)
        subject = self._subject(unit, year, filed, filing, pack, public)
        report = check_beyond(filing.report.under(filed.path), subject, pack, setting.options, filing.suppressions)
        extra = [_told(filed.path, doubt) for doubt in self._reports[key][0].doubts]
        late = {rule.id for rule in _date_rules(pack)} & {f.rule for f in report.findings if not f.settled}
        if not late and public and registered == deadline and registered and public.day > registered:
            extra.append(_late(filed.path, public, registered))
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
            published=unit.published.get(year) or (public.day if public and public.source is BY_REPORT else None),
            deadline=deadline,
        )

    def _subject(
        self, unit: Unit, year: int, filed: Filed, filing: Filing, pack: Pack, public: Evidence | None
    ) -> Subject:
        options = self.settings[filed.setting].options
        reading = structs.replace(filing.reading(filed.path), unit_kind=unit.kind or filing.unit_kind)
        previous, neighbours = self._previous(unit, year), self._around(year)
        corrected = public if public and public.source is BY_OTHER else None
        others = neighbours.others(unit.name, compared_with_others(pack))
        around = Surroundings(
            below=self._units_below(unit, year),
            complete=unit.rollup == "complete",
            peers=neighbours.peers(unit.name),
            others=None if others is None else tuple(self._text(name, year) for name in others),
            spread=neighbours.spread,
            reports=neighbours.reports,
            deadline=_register_deadline(unit, year),
            dated_by=BY_OTHER if corrected else BY_REGISTER,
        )
        return Subject(
            reading,
            year,
            self.day,
            unit.region or options.region,
            pack.declared,
            corrected.day if corrected else unit.published.get(year),
            previous,
            around,
        )

    def _previous(self, unit: Unit, year: int) -> Reading | Text | None:
        key = Key(unit.name, year - 1)
        if key in self._main:
            filed = self._main[key]
            filing = self._filing(filed.key)
            return structs.replace(filing, facts=self._agreed(key, filing)).reading(filed.path)
        if self._is_unread(key):
            return Text(
                f"{year - 1} 年的报告没有读成或归属不清，无法对照",
                f"the report on {year - 1} could not be read or assigned",
            )
        if year - 1 in self.years and self._is_expected(unit, year - 1):
            return Text(f"没有 {year - 1} 年的报告可以对照", f"there is no report on {year - 1} to compare with")
        return None

    def _is_unread(self, key: Key) -> bool:
        """Tell whether there is a file that may be a report, and nobody knows what it says."""
        return bool(self._claims.get(key) or self._titled.get(key)) or any(
            may_be_report(path_of(path)) for path in self._passed.get(key, ())
        )

    def _units_below(self, unit: Unit, year: int) -> tuple[Below, ...]:
        shared: dict[Fact, Fact] = {}
        units = (below for below in self._below[unit.name] if not below.years or year in below.years)
        return (*(self._one_below(below, year, shared) for below in units), *self._unlisted(unit, year))

    def _unlisted(self, unit: Unit, year: int) -> Iterator[Below]:
        """Yield the units of a place that reported and that the register lacks, though it says that it has all."""
        if unit.rollup != "complete":
            return
        place = bare(unit.name)
        for other in self._units.values():
            if other.line is None and bare(other.name).startswith(place) and Key(other.name, year) in self._main:
                yield Below(other.name, Text("不在名册里", "not in the register"))

    def _one_below(self, unit: Unit, year: int, shared: dict[Fact, Fact]) -> Below:
        key = Key(unit.name, year)
        filed = self._main.get(key)
        if filed is None:
            unread = self._is_unread(key)
            return Below(unit.name, _UNREAD if unread else Text("没有报告", "no report"))
        filing = self._ledger.figures(filed.key)
        slips = {
            repair.key: should_be - value
            for finding in filing.report.findings
            if finding.cause and finding.cause.unique
            for repair in finding.cause.corrections[0].repairs
            if (should_be := _number(repair.should_be)) is not None and (value := _number(repair.value)) is not None
        }
        # there may be thousands, and most of their cells say 0: what is equal is kept once, where it stood is not asked
        facts = (structs.replace(fact, place=NOWHERE) for fact in self._agreed(key, filing).values())
        kept = {fact.key: fact for fact in (shared.setdefault(fact, fact) for fact in facts)}
        return Below(unit.name, structs.replace(filing, facts=kept).reading(filed.path), slips)

    def _agreed(self, key: Key, filing: Filing) -> dict[str, Fact]:
        """Return the facts of the report of a unit, those as unreadable that another report of it says otherwise.

        Nobody knows which of the two holds, so no other report can be wrong by either. A draft beside
        a report, or a report beside its correction, is no other report.
        """
        main, *further = self._reports[key]
        rank = precedence(main.filed.path)
        equal = [one.filed for one in further if precedence(one.filed.path) == rank and one.filed.key != main.filed.key]
        if not equal:
            return filing.facts
        facts = dict(filing.facts)
        for other in (self._ledger.figures(filed.key) for filed in equal):
            for name in dict.fromkeys((*facts, *other.facts)):
                if _written(filing, name) != (its := _written(other, name)):
                    one = facts.get(name) or other.facts[name]
                    raw = " / ".join(filter(None, (one.written, its)))
                    facts[name] = Fact(name, None, raw, State.UNREADABLE, one.place)
        return facts

    def _text(self, name: str, year: int) -> Reading:
        """Return a report as far as its text is compared."""
        filed = self._main[Key(name, year)]
        card = filed.card
        return Filing(
            FileReport("", judged=True), card.unit, card.kind, card.year, sections=self._ledger.sections(filed.key)
        ).reading(filed.path)

    def _around(self, year: int) -> Neighbours:
        if year not in self._neighbours:
            filed = {key.unit: filed for key, filed in self._main.items() if key.year == year}
            kinds = {name: self._units[name].kind or one.card.kind for name, one in filed.items()}
            likeness = lru_cache(maxsize=KEPT_FILINGS)(lambda name: self._ledger.likeness(filed[name].key))
            self._neighbours = {year: Neighbours(likeness, kinds)}  # years come one after the other
        return self._neighbours[year]

    # --- what is no report of its own -----------------------------------------------------------

    def _others(self, key: Key) -> Iterator[FileReport]:
        """Yield the further files of a unit and year: more reports, and what could not be judged."""
        found = self._reports.get(key, [])
        for placement in found[1:]:
            yield self._further(key, placement, found[0].filed)
        for placement in self._adopted(key):
            yield self._report(placement.filed, placement.doubts)
        for placement in self._wanting(key):
            yield self._in_short(placement.filed, placement.doubts)

    def _further(self, key: Key, placement: Placement, main: Filed) -> FileReport:
        filed, shown = placement.filed, visible(main.path)
        if filed.key == main.key:
            text = Text(f"与 {shown} 内容相同", f"holds the same as {shown}")
            return self._in_short(filed, (Doubt("GJ608", text),))
        differences = self._differences(filed, main)
        if differences is None:
            text = Text(f"与 {shown} 是同一份报告，格式不同", f"the same report as {shown} in another format")
            return self._in_short(filed, (Doubt("GJ608", text),))
        text = Text(
            f"{key.unit} {key.year} 年的报告还有 {shown}，内容不同（{differences.zh}）；这里以 {shown} 为准核对",
            f"{key.unit} has another report on {key.year}, {shown}, with other content ({differences.en}); that one was judged",
        )
        return self._report(filed, (*placement.doubts, Doubt("GJ602", text)))

    def _differences(self, filed: Filed, main: Filed) -> Text | None:
        """Say in which numbers a report differs from the one that is judged; None where it says the same."""
        own, other = self._filing(filed.key), self._filing(main.key)
        pack = _pack(other, self.settings[main.setting])
        titles = {key: slot.title for form in pack.declared.forms.values() for key, slot in form.slots.items()}
        found = [
            Text(
                f"{titles[key].zh}：这份 {mine or '空白'}，那份 {its or '空白'}",
                f"{titles[key].en}: {mine or 'blank'} here, {its or 'blank'} there",
            )
            for key in titles
            if (mine := _written(own, key)) != (its := _written(other, key))
        ]
        if found:
            count = len(found)
            more = Text(f" 等 {count} 处", f"; {count} in all") if count > MOST_DIFFERENCES else Text("", "")
            shown = found[:MOST_DIFFERENCES]
            return Text("；".join(one.zh for one in shown) + more.zh, "; ".join(one.en for one in shown) + more.en)
        said, told = _said(own), _said(other)
        if len(said & told) >= SAME * max(len(said), len(told)):
            return None
        return Text("数字相同，文字不同", "the numbers are the same, the words are not")

    def _adopted(self, key: Key) -> tuple[Placement, ...]:
        """Return the files that could not be judged and stand under the unit that they are named for.

        One that only lies in the unit's folder makes no entry for a unit that has not to report.
        """
        unit = self._units.get(key.unit)
        found = tuple(one for one in self._claims.get(key, ()) if not one.filed.card.judged)
        if unit is None or key.year not in self.years:
            return ()
        if key in self._main or self._is_expected(unit, key.year):
            return found
        return found if any(_is_meant_as_report(self._filing(one.filed.key).report) for one in found) else ()

    def _wanting(self, key: Key) -> tuple[Placement, ...]:
        """Return the files whose titles name a unit that has no other report, though their places say otherwise.

        Nobody can say then that it did not report; nor is what they say held against it.
        """
        unit = self._units.get(key.unit)
        if unit is None or key.year not in self.years or key in self._main or not self._is_expected(unit, key.year):
            return ()
        return tuple(self._titled.get(key, ()))

    def _report(self, filed: Filed, doubts: Sequence[Doubt]) -> FileReport:
        report = self._filing(filed.key).report.under(filed.path)
        return structs.replace(report, findings=(*report.findings, *(_told(filed.path, doubt) for doubt in doubts)))

    def _in_short(self, filed: Filed, doubts: Sequence[Doubt]) -> FileReport:
        """Return the report of a file that is not audited: how it was read, and why it does not count."""
        report = self._filing(filed.key).report.under(filed.path)
        told = (
            *(f for f in report.findings if family(f.rule) == READING),
            *(_told(filed.path, doubt) for doubt in doubts),
        )
        return FileReport(filed.path, report.judged, report.unit, report.year, report.pack, findings=told)

    def _missing(self, unit: Unit, year: int, deadline: date | None) -> FileReport:
        path, place = self.register.path, Place(unit.line) if unit.line else NOWHERE
        text = Text(f"没有找到{unit.name} {year} 年的报告", f"no report of {unit.name} on {year} was found")
        for placement in (one for one in self._claims.get(Key(unit.name, year), ()) if one.doubts):
            why = "；".join(doubt.text.zh for doubt in placement.doubts)
            reason = "; ".join(doubt.text.en for doubt in placement.doubts)
            shown = visible(placement.filed.path)
            text = Text(f"{text.zh}；{shown}：{why}", f"{text.en}; {shown}: {reason}")
        severity = None
        if deadline is not None and self.day <= deadline:
            text = Text(f"{text.zh}（时限 {deadline}，尚未到期）", f"{text.en} (due by {deadline})")
            severity = Severity.INFO
        finding = incident(path, "GJ601", text, place=place, address=f"{unit.name}/{year}", severity=severity)
        return FileReport(path, judged=False, unit=unit.name, year=year, findings=(finding,))

    def _deadline(self, unit: Unit, year: int) -> date | None:
        """Return the day by which a unit has to publish: the register's, and not after that of the law for its kind."""
        registered = _register_deadline(unit, year)
        pack = next((p for setting in self.settings for p in setting.packs if year in p.years), None)
        kind = unit.kind or (pack.report.kind_of(unit.name) if pack else "")
        rules = _date_rules(pack) if pack else ()
        rule = next((rule for rule in rules if rule.concerns(unit.name, kind)), None)
        if rule is None or (registered and rule.severity is not Severity.ERROR):
            return registered
        lawful = date(year + 1, rule.month, rule.day)
        return min(registered or lawful, lawful)

    def _first_public(self, unit: Unit, year: int, filing: Filing, rules: Sequence[DateRule]) -> Evidence | None:
        """Return the first day on which a report can have been public, also before it was corrected; drafts never were."""
        own = self._made_public(unit, year, filing, rules)
        if own is None or own.source is BY_REGISTER:
            return own
        further = (one.filed for one in self._reports[Key(unit.name, year)][1:] if precedence(one.filed.path) <= 0)
        found = (self._made_public(unit, year, self._filing(filed.key), rules) for filed in further)
        first = min((one.day for one in found if one), default=own.day)
        return Evidence(first, BY_OTHER, NOWHERE) if first < own.day else own

    def _made_public(self, unit: Unit, year: int, filing: Filing, rules: Sequence[DateRule]) -> Evidence | None:
        """Return the first day on which a report can have been public; one in its year or to come is a slip."""
        given = unit.published.get(year)
        page = [filing.published.day] if filing.published else []
        written = [*page, *_days(filing, (key for rule in rules for key in rule.published))]
        issued = _days(filing, (key for rule in rules for key in rule.issued))
        told = [(BY_REGISTER, [given])] if given else [(BY_REPORT, written), (BY_ISSUE, issued)]
        for source, days in told:
            if possible := [day for day in days if date(year, 12, 31) < day <= self.day]:
                return Evidence(min(possible), source, NOWHERE)
        return None


def _pack(filing: Filing, setting: Setting) -> Pack:
    return next(pack for pack in setting.packs if pack.pack == filing.report.pack)


def _date_rules(pack: Pack) -> tuple[DateRule, ...]:
    return tuple(rule for rule in pack.active if isinstance(rule, DateRule))


def _days(filing: Filing, keys: Iterable[str]) -> list[date]:
    return [value.day for key in dict.fromkeys(keys) for value in filing.fields.get(key, ()) if value.day]


def _said(filing: Filing) -> set[int]:
    """Return the digests of all sentences of a report, names of the unit left out."""
    reading = filing.reading("")
    scopes = (reading.prose.scope(key) for key in reading.sections)
    return {one.digest for scope in scopes for one in sentences_of(scope, lambda _: False, names_of(reading.unit))}


def _written(filing: Filing, key: str) -> str:
    return filing.facts[key].written if key in filing.facts else ""


def _likely(path: Path) -> tuple[bool, bool]:
    """Return what puts files first that may be a report, then those that are named as one."""
    return not may_be_report(path), not is_named_as_report(path)


def _keys(placement: Placement) -> Iterator[Key]:
    """Yield the units and years that the place of a file promises and that its title names."""
    for unit, year in ((placement.claimed, placement.claimed_year), (placement.titled, placement.filed.card.year)):
        if unit is not None and year is not None:
            yield Key(unit.name, year)


def _is_meant_as_report(report: FileReport) -> bool:
    """Tell whether a file that could not be judged may be a report: its name says so, or nobody knows."""
    return any(finding.severity is not Severity.INFO for finding in report.findings)


def _register_deadline(unit: Unit, year: int) -> date | None:
    if not unit.deadline:
        return None
    month, day = map(int, unit.deadline.split("-"))
    return date(year + 1, month, day)


def _number(text: str) -> Number | None:
    try:
        return Decimal(text or "0")
    except InvalidOperation:
        return None


def _told(path: str, doubt: Doubt) -> Finding:
    return incident(path, doubt.rule, doubt.text, address=doubt.rule)


def _late(path: str, public: Evidence, deadline: date) -> Finding:
    days = (public.day - deadline).days
    text = Text(
        f"{public.source.zh} {public.day} 晚于名册规定的时限 {deadline}，迟 {days} 天",
        f"{public.source.en}, {public.day}, is {days} day(s) after the deadline {deadline} of the register",
    )
    return incident(path, "GJ706", text)


def audited_years(placements: Iterable[Placement], today: date) -> tuple[int, ...]:
    """Return the years to audit where nobody says: those on which at least a quarter as many units report as on any.

    Files that could not be judged count for what they are named for; without any the last year is audited.
    """
    units: dict[int, set[str]] = defaultdict(set)
    for placement in placements:
        unit, year = placement.unit or placement.claimed, placement.year or placement.claimed_year
        if unit is not None and year is not None:
            units[year].add(unit.name)
    most = max(map(len, units.values()), default=0)
    return tuple(sorted(year for year, names in units.items() if 4 * len(names) >= most)) or (today.year - 1,)
