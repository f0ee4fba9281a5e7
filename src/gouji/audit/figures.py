"""An audit in figures: what its page says before it comes to the single units."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct

from gouji.audit.names import FAMILIES, family_name
from gouji.audit.result import Audit, Entry, Head, Standing, family
from gouji.finding import FileReport, Finding, Severity, Status

NOBODY = -1  # instead of the number of an entry
OWN = "GJ9"  # rules that an office may have or not
NOTHING: Mapping[Severity, int] = {}
_STEPS = 10  # of the distribution of scores, and one more for full marks


class Year(Struct, frozen=True):
    """The figures of a year, or of all years together.

    Attributes:
        year: None for all years.
        standings: how many units stand how, zeros included.
        severities: how many findings nobody has accounted for, zeros included.
        undetermined: verdicts that stayed open.
        passed: reports that were judged and have no error.
        mean: the mean score; empty where there is none, or where the full scores differ.
    """

    year: int | None
    standings: dict[Standing, int]
    severities: dict[Severity, int]
    undetermined: int
    passed: int
    mean: str

    @property
    def units(self) -> int:
        """How many units and years there are."""
        return sum(self.standings.values())

    @property
    def judged(self) -> int:
        """How many reports were judged."""
        return self.standings[Standing.REPORTED] + self.standings[Standing.LATE]

    @property
    def rate(self) -> str:
        """Of the reports that were judged, how many passed: ``62.5%``; empty when none was judged."""
        return f"{Decimal(100 * self.passed) / self.judged:.1f}%" if self.judged else ""


class Family(Struct, frozen=True):
    """What rules of a family found: how many findings of each severity, in how many units and years."""

    key: str
    name: str
    severities: dict[Severity, int]
    units: int


class RuleCount(Struct, frozen=True):
    """What one rule found: how many findings that nobody has accounted for, in how many units and years."""

    rule: str
    severity: Severity
    count: int
    units: int


class Due(Struct, frozen=True):
    """A unit that is late or has not reported: by when it should have, and when it did."""

    head: Head
    deadline: date | None
    made_public: date | None

    @property
    def days(self) -> int | None:
        """How many days it was late; None where that is not known."""
        return (self.made_public - self.deadline).days if self.made_public and self.deadline else None


class Unjudged(Struct, frozen=True):
    """A file that could not be judged; ``head`` is None for one that belongs to no unit."""

    head: Head | None
    report: FileReport


class Account(Struct, frozen=True):
    """Where every input is to be found; the last four add up to the first."""

    inputs: int
    judged: int
    unjudged: int
    further: int
    unassigned: int

    @property
    def told(self) -> int:
        """How many inputs are told of."""
        return self.judged + self.unjudged + self.further + self.unassigned


class Figures(Struct, frozen=True):
    """All figures.

    Attributes:
        total: in all, with what was found in files that belong to no unit.
        stray: how many findings of each severity are in those.
        years: year by year.
        families: those of the country and those that found something, by key.
        scores: how many reports scored 0 to 9 per cent of the full score, 10 to 19 … and 100; empty without scores.
        rules: what found something, most first.
        reconciliations: rule -> how its comparisons ended.
        due: units that are late or have not reported.
        unjudged: files that could not be judged.
        settled: number of an entry (``NOBODY`` for files of no unit) -> findings that somebody has accounted for.
        unmatched: number of an entry -> comparisons across reports that do not hold.
        account: where the inputs are.
    """

    total: Year
    stray: dict[Severity, int]
    years: tuple[Year, ...]
    families: tuple[Family, ...]
    scores: tuple[int, ...]
    rules: tuple[RuleCount, ...]
    reconciliations: dict[str, dict[Status, int]]
    due: tuple[Due, ...]
    unjudged: tuple[Unjudged, ...]
    settled: dict[int, int]
    unmatched: dict[int, int]
    account: Account


def figures_of(audit: Audit) -> Figures:
    """Count an audit; every entry is read once, and none is kept but for files that could not be judged."""
    count = _Count()
    for entry in audit.entries():
        count.add(entry)
    for file in audit.unassigned:
        count.add_findings(file.findings, NOBODY)
        if not file.judged:
            count.unjudged.append(Unjudged(None, file))
    heads = audit.heads
    stray = Counter(f.severity for file in audit.unassigned for f in file.findings if not f.settled)
    return Figures(
        total=_year(None, heads, stray),
        stray={severity: stray[severity] for severity in Severity},
        years=tuple(_year(year, [head for head in heads if head.year == year]) for year in audit.years),
        families=_families(heads, count),
        scores=_scores(heads),
        rules=count.most_first(),
        reconciliations=dict(sorted(count.reconciliations.items())),
        due=tuple(count.due),
        unjudged=tuple(count.unjudged),
        settled=count.settled,
        unmatched=count.unmatched,
        account=Account(
            audit.inputs,
            sum(bool(head.path) and head.standing is not Standing.UNJUDGED for head in heads),
            sum(bool(head.path) and head.standing is Standing.UNJUDGED for head in heads),
            count.further,
            len(audit.unassigned),
        ),
    )


class _Count:
    """What is counted while the entries pass by."""

    def __init__(self) -> None:
        self.rules: Counter[tuple[str, Severity]] = Counter()
        self.units: Counter[tuple[str, Severity]] = Counter()
        self.reconciliations: dict[str, dict[Status, int]] = {}
        self.due: list[Due] = []
        self.unjudged: list[Unjudged] = []
        self.settled: dict[int, int] = {}
        self.unmatched: dict[int, int] = {}
        self.further = 0

    def add(self, entry: Entry) -> None:
        head = entry.head
        self.add_findings(entry.findings, head.number)
        self.units.update({(finding.rule, finding.severity) for finding in entry.findings if not finding.settled})
        self.further += len(entry.others)
        if head.standing in (Standing.LATE, Standing.MISSING):
            self.due.append(Due(head, entry.deadline, entry.published or entry.issued))
        own = (entry.report,) if head.standing is Standing.UNJUDGED else ()
        self.unjudged += [Unjudged(head, one) for one in (*own, *(other for other in entry.others if not other.judged))]
        for line in entry.reconciliations:
            self.reconciliations.setdefault(line.rule, dict.fromkeys(Status, 0))[line.status] += 1
        unmatched = sum(line.status is Status.FAIL for line in entry.reconciliations)
        if unmatched:
            self.unmatched[head.number] = unmatched

    def add_findings(self, findings: Iterable[Finding], number: int) -> None:
        """Count the findings of an entry, or of files of ``NOBODY``."""
        for finding in findings:
            if finding.settled:
                self.settled[number] = self.settled.get(number, 0) + 1
            else:
                self.rules[finding.rule, finding.severity] += 1

    def most_first(self) -> tuple[RuleCount, ...]:
        ranked = sorted(self.rules.items(), key=lambda item: (-item[1], item[0]))
        return tuple(RuleCount(*key, count, self.units[key]) for key, count in ranked)


def _year(year: int | None, heads: Sequence[Head], stray: Mapping[Severity, int] = NOTHING) -> Year:
    standings = Counter(head.standing for head in heads)
    return Year(
        year,
        {standing: standings[standing] for standing in Standing},
        {one: sum(head.severities.get(one, 0) for head in heads) + stray.get(one, 0) for one in Severity},
        sum(head.undetermined for head in heads),
        sum(head.passed for head in heads),
        _mean(heads),
    )


def _mean(heads: Iterable[Head]) -> str:
    scores = [head.score for head in heads if head.score]
    if len({score.full for score in scores}) != 1:
        return ""
    return f"{sum(Decimal(score.total) for score in scores) / len(scores):.1f}"


def _families(heads: Iterable[Head], count: _Count) -> tuple[Family, ...]:
    found: dict[str, dict[Severity, int]] = {key: dict.fromkeys(Severity, 0) for key in FAMILIES if key != OWN}
    for (rule, severity), findings in count.rules.items():
        found.setdefault(family(rule), dict.fromkeys(Severity, 0))[severity] += findings
    units = Counter(key for head in heads for key in head.families)
    return tuple(Family(key, family_name(key), found[key], units[key]) for key in sorted(found))


def _scores(heads: Iterable[Head]) -> tuple[int, ...]:
    scores = [head.score for head in heads if head.score and Decimal(head.score.full)]
    counts = Counter(int(Decimal(score.total) * _STEPS / Decimal(score.full)) for score in scores)
    return tuple(counts[step] for step in range(_STEPS + 1)) if scores else ()
