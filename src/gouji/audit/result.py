"""What an audit found, one unit and year at a time; what the outputs are written from."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from enum import StrEnum

from msgspec import Struct, field

from gouji.facts import Fact
from gouji.finding import FileReport, Finding, Reconciliation, Report, RuleCard, Score, Severity
from gouji.forms import Form
from gouji.wording import Text

LONGEST_FAMILY = 3  # characters of a rule's id that name its family: GJ4


class Unit(Struct, frozen=True):
    """A unit of the register, or one that only its report names.

    Attributes:
        name: as the register writes it.
        kind: ``township``, ``department``, ``county`` …, or empty.
        parent: the name of the unit above it, or empty.
        region: area code, or province, city and county.
        aliases: other names it goes by, former ones included.
        years: the years it has to report on; empty for all that are audited.
        deadline: month and day by which it publishes, ``01-31``; empty for what the rules say.
        published: year of the report -> the day it was made public, where the register says.
        urls: year of the report -> where it was made public.
        rollup: ``no``: its numbers are not part of its parent's; ``complete``: of a parent, the units below it
            are all that its own report adds up; else empty.
        line: of the register; None for a unit that is not in it.
    """

    name: str
    kind: str = ""
    parent: str = ""
    region: str = ""
    aliases: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    deadline: str = ""
    published: dict[int, date] = field(default_factory=dict)
    urls: dict[int, str] = field(default_factory=dict)
    rollup: str = ""
    line: int | None = None


class Standing(StrEnum):
    """How a unit stands for a year."""

    REPORTED = "reported"  # a report was judged
    LATE = "late"  # a report was judged, and it came late
    UNJUDGED = "unjudged"  # there is a file, and it could not be judged
    MISSING = "missing"  # no file is known


class Head(Struct, frozen=True):
    """One unit and year in short: a row of the overview.

    Attributes:
        number: for ``Audit.entry``.
        unit, year: who, and on which year.
        standing: whether it reported.
        path: the report that was judged, or empty.
        severities: how many findings of each severity nobody has accounted for.
        families: the same by family of rules: ``GJ4`` -> severity -> count.
        score: what the report scored, where the pack gives scores.
        undetermined: verdicts that stayed open.
    """

    number: int
    unit: Unit
    year: int
    standing: Standing
    path: str
    severities: dict[Severity, int]
    families: dict[str, dict[Severity, int]]
    score: Score | None = None
    undetermined: int = 0

    @property
    def clean(self) -> bool:
        """Whether a report was judged in full and nothing at all was found."""
        return self.standing is Standing.REPORTED and not any(self.severities.values()) and not self.undetermined

    @property
    def passed(self) -> bool:
        """Whether a report was judged and has no error."""
        return self.standing in (Standing.REPORTED, Standing.LATE) and not self.severities.get(Severity.ERROR)


class Entry(Struct, frozen=True):
    """One unit and year in full.

    Attributes:
        head: in short.
        report: the report that was judged, with its findings, those across reports included; for a unit without
            a file, its findings under the path of the register.
        others: further files of the same unit and year, each with the finding that says so.
        facts: the numbers of the report, in the order of the forms.
        reconciliations: comparisons across years and units, held or not.
        issued, published: the dates of the report, where known.
        deadline: the day by which it had to be public, where known.
    """

    head: Head
    report: FileReport
    others: tuple[FileReport, ...] = ()
    facts: dict[str, Fact] = field(default_factory=dict)
    reconciliations: tuple[Reconciliation, ...] = ()
    issued: date | None = None
    published: date | None = None
    deadline: date | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding about this unit and year, in reading order, further files last."""
        return (*self.report.findings, *(finding for other in self.others for finding in other.findings))


class Audit(Struct, frozen=True):
    """A whole audit; entries are read from the ledger one at a time, so that memory does not grow with them.

    Attributes:
        version: of gouji.
        check_date: the day of the audit.
        title: whose audit it is: the unit at the top of the register, or the folder.
        years: that were audited, ascending.
        heads: by year, then as the register lists the units.
        unassigned: files that belong to no unit and year, with the reason as a finding.
        inputs: how many files were found; those that no reader is for count where they may be a missing report.
        rules: of all packs that were used.
        forms: of the newest pack: what the facts are called.
        notes: about the run.
        entry: number of a head -> the entry.
    """

    version: str
    check_date: date
    title: str
    years: tuple[int, ...]
    heads: tuple[Head, ...]
    unassigned: tuple[FileReport, ...]
    inputs: int
    rules: tuple[RuleCard, ...]
    forms: tuple[Form, ...]
    notes: tuple[Text, ...]
    entry: Callable[[int], Entry]

    def entries(self) -> Iterator[Entry]:
        """Yield the entries in the order of the heads."""
        return (self.entry(head.number) for head in self.heads)

    def files(self) -> Iterator[FileReport]:
        """Yield the report of every input exactly once, and what is said of units without one."""
        for entry in self.entries():
            yield entry.report
            yield from entry.others
        yield from self.unassigned

    @property
    def frame(self) -> Report:
        """The report of the run without its files."""
        return Report(self.version, self.check_date, (), self.rules, self.notes)


def family(rule: str) -> str:
    """Return the family of a rule: ``GJ4`` of ``GJ401``, also of ``CN/GJ401``."""
    return rule.rpartition("/")[2][:LONGEST_FAMILY]


def head_of(
    number: int, unit: Unit, year: int, standing: Standing, report: FileReport, others: tuple[FileReport, ...] = ()
) -> Head:
    """Count what an entry holds."""
    found = [f for one in (report, *others) for f in one.findings if not f.settled]
    families: dict[str, dict[Severity, int]] = {}
    for finding in found:
        counts = families.setdefault(family(finding.rule), {})
        counts[finding.severity] = counts.get(finding.severity, 0) + 1
    severities = Counter(finding.severity for finding in found)
    path = "" if standing is Standing.MISSING else report.path
    undetermined = sum(one.count for one in report.undecided)
    return Head(
        number,
        unit,
        year,
        standing,
        path,
        {severity: severities[severity] for severity in Severity},
        dict(sorted(families.items())),
        report.score,
        undetermined,
    )
