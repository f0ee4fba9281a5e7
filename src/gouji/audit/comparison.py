"""Two reports side by side: what is compared, what differs, and what the rules say of the two together."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from itertools import takewhile

from msgspec import Struct, structs

from gouji.audit.comparison_facts import FormSides, Table, forms_of
from gouji.audit.comparison_text import DifferentText, SharedText, Words, different_texts, headings, shared_texts
from gouji.audit.filing import Filing
from gouji.checks.continuity import ContinuityRule
from gouji.checks.plausibility import PlausibilityRule
from gouji.checks.repetition import RepetitionRule
from gouji.engine import Options, check_beyond
from gouji.facts import Reading
from gouji.finding import FileReport, Finding, Reconciliation, Severity, Status, summed
from gouji.likeness import same_unit
from gouji.pack import Pack
from gouji.personal import hidden, hidden_in
from gouji.rule import Rule
from gouji.subject import ALONE, Subject, Surroundings
from gouji.wording import Text, same, shorten

LONGEST_LABEL = 20  # characters of what a report is called above its numbers
_PLACE = re.compile("(?<=.)[省市县区州旗盟](?![场民政])")  # the end of a place; 市场, 市民 and 市政 are none


class Mode(StrEnum):
    """What two reports are to each other."""

    YEARS = "years"  # one unit, two years
    VERSIONS = "versions"  # one unit, one year
    UNITS = "units"  # two units


class Given(Struct, frozen=True):
    """One of the two reports: its file, the digest of its bytes, what was read of it, with what it is judged."""

    path: str
    digest: str
    filing: Filing
    pack: Pack
    options: Options


class Side(Struct, frozen=True):
    """What is said of a report in front of the comparison.

    Attributes:
        path, unit, year, pack: of the report.
        label: what the comparison calls it, in a word.
        digest: of its bytes.
        severities: how many findings of each severity it has by itself.
        told: what was wrong in reading it; ``unread``: what was not read at all.
    """

    path: str
    unit: str
    year: int
    pack: str
    label: Text
    digest: str
    severities: dict[Severity, int]
    told: tuple[Text, ...] = ()
    unread: Text | None = None


class FieldSides(Struct, frozen=True):
    """A field that two versions do not give alike: its name, and the words of each."""

    name: Text
    left: tuple[str, ...]
    right: tuple[str, ...]


class Comparison(Struct, frozen=True):
    """Two reports side by side; the older one is on the left.

    Attributes:
        mode: what they are to each other.
        check_date: the day of the comparison.
        left, right: the reports.
        notes: what has to be known of the comparison.
        forms: the facts.
        continuity: what the right report takes over from the left one, held or not.
        rule: which rule measures shared text; empty where none does.
        shared: text that both have.
        left_only, right_only: headings of sections that one report has only.
        different, fields: of two versions, text and fields that are not alike.
        gone, new: of two versions, findings about one of them that the other does not have.
        judged: what the rules that compare reports say, of the right report, and of both where the units differ.
    """

    mode: Mode
    check_date: date
    left: Side
    right: Side
    notes: tuple[Text, ...] = ()
    forms: tuple[FormSides, ...] = ()
    continuity: tuple[Reconciliation, ...] = ()
    rule: str = ""
    shared: tuple[SharedText, ...] = ()
    left_only: tuple[Words, ...] = ()
    right_only: tuple[Words, ...] = ()
    different: tuple[DifferentText, ...] = ()
    fields: tuple[FieldSides, ...] = ()
    gone: tuple[Finding, ...] = ()
    new: tuple[Finding, ...] = ()
    judged: tuple[FileReport, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the rules found in comparing, the worst first."""
        found = (finding for report in self.judged for finding in report.findings)
        return tuple(sorted(found, key=lambda finding: finding.severity.rank))

    @property
    def severities(self) -> dict[Severity, int]:
        """How many findings of each severity nobody has accounted for."""
        counts = Counter(finding.severity for finding in self.findings if not finding.settled)
        return {severity: counts[severity] for severity in Severity}

    @property
    def verdicts(self) -> dict[Status, int]:
        """How the rules ended."""
        return summed(report.verdicts for report in self.judged)

    @property
    def undetermined(self) -> int:
        """How many verdicts stayed open."""
        return sum(open_.count for report in self.judged for open_ in report.undecided)

    @property
    def statuses(self) -> dict[Status, int]:
        """How the comparisons across the years ended."""
        counts = Counter(line.status for line in self.continuity)
        return {status: counts[status] for status in Status if counts[status]}

    @property
    def alike(self) -> bool:
        """Whether two versions were read in full and nothing was found to differ."""
        texts = any(text.rows for text in self.different)
        numbers = any(form.rows for form in self.forms)  # of versions, what is the same is not among them
        return not (texts or numbers or self.fields or self.left_only or self.right_only)


def compare(first: Given, second: Given, *, one_unit: bool = False) -> Comparison:
    """Compare two reports that were read and recognised.

    Args:
        first: one of them.
        second: the other; of one unit's reports the older one comes to stand on the left.
        one_unit: they are of one unit, whatever their names.
    """
    years = [_year(given) for given in (first, second)]
    named_alike = same_unit(first.filing.unit, second.filing.unit)
    mode = Mode.YEARS if years[0] != years[1] else Mode.VERSIONS
    if not (named_alike or one_unit):
        mode = Mode.UNITS
    swapped = mode is Mode.YEARS and years[0] > years[1]
    left, right = (second, first) if swapped else (first, second)
    readings = [given.filing.reading(given.path) for given in (left, right)]
    labels = _labels(mode, left, right)
    notes = [*_notes(mode, left, right, renamed=not named_alike)]
    if swapped:
        text = Text(
            "按年度先后排列，与命令行的次序相反", "in the order of their years, not in that of the command line"
        )
        notes.insert(0, text)
    comparison = Comparison(
        mode,
        right.options.check_date,
        _side(left, labels[0]),
        _side(right, labels[1]),
        notes=tuple(notes),
        forms=forms_of(_table(left), _table(right), only_different=mode is Mode.VERSIONS),
        left_only=headings(readings[0], readings[1]),
        right_only=headings(readings[1], readings[0]),
    )
    if mode is Mode.VERSIONS:
        return structs.replace(
            comparison,
            different=tuple(different_texts(readings[0], readings[1], right.pack.declared.sections)),
            fields=tuple(_fields(left, right)),
            gone=tuple(_without(left, right)),
            new=tuple(_without(right, left)),
        )
    return _judged(comparison, (left, right), readings, renamed=not named_alike)


def _year(given: Given) -> int:
    return given.filing.report.year or 0


def _table(given: Given) -> Table:
    return Table(given.filing.facts, given.pack.declared.forms)


def _side(given: Given, label: Text) -> Side:
    filing = given.filing
    report = filing.report
    counts = Counter(finding.severity for finding in report.findings if not finding.settled)
    return Side(
        path=given.path,
        unit=filing.unit,
        year=_year(given),
        pack=report.pack,
        label=label,
        digest=given.digest,
        severities={severity: counts[severity] for severity in Severity},
        told=tuple(finding.message for finding in report.findings if finding.rule.startswith("GJ0")),
        unread=filing.unread,
    )


def _labels(mode: Mode, left: Given, right: Given) -> tuple[Text, Text]:
    """Name the reports by what tells them apart: years or units; versions by their places in the call."""
    labels = Text("甲", "copy A"), Text("乙", "copy B")
    if mode is Mode.YEARS:
        labels = Text(f"{_year(left)}年", str(_year(left))), Text(f"{_year(right)}年", str(_year(right)))
    elif mode is Mode.UNITS:
        names = [given.filing.unit.removesuffix("人民政府") for given in (left, right)]
        above = "".join(one for one, other in takewhile(lambda pair: pair[0] == pair[1], zip(*names, strict=False)))
        above = above[
            : max((end for place in _PLACE.finditer(names[0]) if (end := place.end()) <= len(above)), default=0)
        ]
        one, other = (shorten(hidden(name.removeprefix(above) or name), LONGEST_LABEL) for name in names)
        labels = same(one), same(other)
    return labels


def _notes(mode: Mode, left: Given, right: Given, *, renamed: bool) -> Iterator[Text]:
    """Yield what has to be known to read the comparison rightly."""
    apart = _year(right) - _year(left)
    if mode is Mode.VERSIONS and left.digest == right.digest:
        yield Text("两个文件一字不差", "the two files are the same, byte for byte")
    elif mode is Mode.VERSIONS:
        yield Text(
            "同一单位、同一年度的两份报告：只列出不同之处；第一部分之前的文字只比较读出的要素",
            "two reports of one unit on one year: only what differs is shown; of the text before the first section"
            " only fields are compared",
        )
    if mode is Mode.UNITS:
        yield Text(
            "两份报告是不同单位的：数字只是并列，不核对结转；谁抄谁无从判断",
            "the reports are of different units: numbers stand beside each other, nothing is carried over; nobody can"
            " tell who took over from whom",
        )
    if mode is Mode.UNITS and apart:
        yield Text(
            "年度也不同；如果是更名、撤并前后的同一单位，请加 --same-unit",
            "the years differ as well: for one unit that was renamed, add --same-unit",
        )
    if mode is Mode.YEARS and apart > 1:
        yield Text(
            f"两份报告相隔 {apart} 年，不核对结转和增减幅度",
            f"the reports are {apart} years apart: nothing is carried over from one to the other",
        )
    if mode is not Mode.UNITS and renamed:
        yield Text(
            "单位名称不同，按同一单位核对（--same-unit）：不衔接的只作警告",
            "the names differ, and they are taken for one unit (--same-unit): what does not follow is a warning only",
        )
    if not (left.filing.unit and right.filing.unit):
        yield Text(
            "有一份看不出是哪个单位的，按同一单位核对", "one does not say whose it is: they are taken for one unit"
        )
    if left.pack.pack != right.pack.pack:
        yield Text(
            f"两份报告的格式不同（{left.pack.pack}、{right.pack.pack}）：某一年表格里没有的项目以“—”表示",
            f"the forms differ ({left.pack.pack}, {right.pack.pack}): what a form does not have is shown as —",
        )


# --- rules --------------------------------------------------------------------------------------


def _judged(
    comparison: Comparison, given: tuple[Given, Given], readings: Sequence[Reading], *, renamed: bool
) -> Comparison:
    """Add what the rules that compare reports say: of the newer against the older, or of either unit."""
    left, right = given
    rules = tuple(_rules(comparison.mode, right, apart=_year(right) - _year(left)))
    measure = next((rule for rule in rules if isinstance(rule, RepetitionRule)), None)
    shared: Iterable[SharedText] = ()
    if measure is not None:
        shared = shared_texts(measure, readings[0], readings[1], right.pack.declared.sections)
    if comparison.mode is Mode.UNITS:
        subjects = [
            _subject(one, reading, around=Surroundings(others=(other,)))
            for one, reading, other in ((left, readings[0], readings[1]), (right, readings[1], readings[0]))
        ]
    else:
        subjects = [_subject(right, readings[1], previous=readings[0], around=Surroundings(renamed=renamed))]
    judged = [
        _beyond(one, subject, rules if one is right else tuple(_rules(comparison.mode, one)))
        for one, subject in zip(given[-len(subjects) :], subjects, strict=True)
    ]
    lines = [line for rule in rules for line in rule.reconciled(subjects[-1])]
    return structs.replace(
        comparison,
        continuity=tuple(map(_told, lines)),
        rule=measure.id if measure else "",
        shared=tuple(shared),
        judged=tuple(judged),
    )


def _rules(mode: Mode, given: Given, apart: int = 1) -> Iterator[Rule]:
    """Yield the rules that compare two such reports; numbers follow from those of the very year before only."""
    against = "others" if mode is Mode.UNITS else "previous"
    for rule in given.pack.active:
        if isinstance(rule, RepetitionRule):
            takes_part = rule.against == against
        elif isinstance(rule, PlausibilityRule):
            takes_part = rule.against == against and apart == 1
        else:
            takes_part = isinstance(rule, ContinuityRule) and mode is Mode.YEARS and apart == 1
        if takes_part and given.options.wants(rule.id, rule.slug):
            yield rule


def _subject(
    given: Given, reading: Reading, *, previous: Reading | None = None, around: Surroundings = ALONE
) -> Subject:
    options = given.options
    reading = structs.replace(reading, unit_kind=given.filing.unit_kind)
    return Subject(
        reading,
        _year(given),
        options.check_date,
        options.region,
        given.pack.declared,
        previous=previous,
        around=around,
    )


def _beyond(given: Given, subject: Subject, rules: tuple[Rule, ...]) -> FileReport:
    """Judge a report by rules that compare it; what it has by itself is left out."""
    report = given.filing.report.under(given.path)
    alone = structs.replace(report, verdicts={}, findings=(), undecided=(), passed=(), score=None)
    pack = replace(given.pack, rules=rules, scoring=None)
    return check_beyond(alone, subject, pack, given.options, given.filing.suppressions)


def _told(line: Reconciliation) -> Reconciliation:
    """Return a comparison with the numbers of persons hidden."""
    return structs.replace(line, text=hidden_in(line.text), left=hidden(line.left), right=hidden(line.right))


# --- two versions -------------------------------------------------------------------------------


def _fields(left: Given, right: Given) -> Iterator[FieldSides]:
    """Yield the fields that differ in front of the sections, where sentences are not compared."""
    for key, declared in right.pack.declared.fields.items():
        one, other = (tuple(_in_front(given.filing, key)) for given in (left, right))
        if one != other:
            yield FieldSides(declared.name, one, other)


def _in_front(filing: Filing, key: str) -> Iterator[str]:
    start = min((section.heading.place.order for section in filing.sections.values()), default=None)
    for value in filing.fields.get(key, ()):
        if start is None or value.place.order < start:
            yield hidden(value.raw)


def _without(one: Given, other: Given) -> Iterator[Finding]:
    """Yield the findings about one version that the other does not have."""
    known = {(f.rule, f.address, f.message.zh) for f in other.filing.report.findings}
    for finding in one.filing.report.under(one.path).findings:
        if (finding.rule, finding.address, finding.message.zh) not in known:
            yield finding
