"""What a run says to people: verdicts, findings and the report. Reporters know this file alone."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from msgspec import Struct, field, structs

from gouji.document import Place
from gouji.wording import Text


class Severity(StrEnum):
    """How bad a finding is; declared worst first."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


class Status(StrEnum):
    """How a rule ended for one instance (a row, a section, a field)."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    FAIL = "fail"
    UNDETERMINED = "undetermined"
    NOT_APPLICABLE = "not_applicable"
    ERROR = "error"


def fingerprint(rule: str, path: str, address: str) -> str:
    """Return what stays the same over changes elsewhere in the file."""
    return hashlib.sha256(f"{rule}\0{path}\0{address}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Operand(Struct, frozen=True):
    """One term of an equation: what it is called, where it is written, and its number."""

    key: str
    name: Text
    coefficient: int
    value: str
    place: Place


class Equation(Struct, frozen=True):
    """An equation with its numbers put in.

    ``text`` reads on its own: ``自然人 3 + 商业企业 0 = 3，总计 0，相差 3``; ``difference`` is left
    minus right.
    """

    text: Text
    left: tuple[Operand, ...]
    relation: str
    right: tuple[Operand, ...]
    difference: str


class Excerpt(Struct, frozen=True):
    """The part of a form that a finding is about, laid out as the form is.

    ``marked`` holds ``(row, column)`` positions, counted from 0, of the cells at fault;
    ``left_out`` counts rows that are zero throughout and not shown.
    """

    title: Text
    columns: tuple[Text, ...]
    rows: tuple[tuple[Text, tuple[str, ...]], ...]
    marked: frozenset[tuple[int, int]]
    left_out: int = 0


class Repair(Struct, frozen=True):
    """A cell and what it should be instead; ``value`` is as written, empty for a blank."""

    key: str
    name: Text
    value: str
    should_be: str
    place: Place


class Correction(Struct, frozen=True):
    """One way to make all equations hold: the cells to change, in words, and the slip it looks like, if any."""

    text: Text
    repairs: tuple[Repair, ...]
    slip: Text | None = None


class Broken(Struct, frozen=True):
    """An equation that does not hold: the finding that it would be without a common cause."""

    rule: str
    slug: str
    severity: Severity
    address: str
    message: Text
    place: Place
    fingerprint: str
    equation: Equation | None = None
    where: Text | None = None


class Cause(Struct, frozen=True):
    """Why equations are broken: the fewest cells whose change makes all of them hold.

    Attributes:
        corrections: one when nothing else explains it as well, else all candidates, the likelier first.
        equations: what is broken because of it.
    """

    corrections: tuple[Correction, ...]
    equations: tuple[Broken, ...]

    @property
    def unique(self) -> bool:
        """Whether there is one explanation only."""
        return len(self.corrections) == 1


class Passage(Struct, frozen=True):
    """Words of a report and the like of them elsewhere, each as written and with its place."""

    words: str
    place: Place
    other: str
    other_place: Place


class Finding(Struct, frozen=True):
    """One thing that somebody should look at.

    Attributes:
        rule, slug, severity: of the rule that found it.
        address: which instance of the rule, e.g. ``applications/natural``; empty for a rule that
            has one instance only.
        message: what is wrong, with the numbers; its first sentence stands alone.
        place: where to look.
        where: the same in words, for documents without lines.
        byte_column: the column counted in bytes of UTF-8.
        suppressed: the reason why it is accounted for in the report or beside it, or empty.
        known: the reason why the baseline has it, or empty.
        expected, actual: the two sides where the rule compares values.
        basis: the legal or local basis.
        remedy: what to do.
        fingerprint: stable over changes elsewhere in the file: rule, path and address.
        cause: for broken equations, the cells at fault. The finding then stands for all equations of the
            cause and keeps rule, address and fingerprint of the worst of them.
        passages: for text shared with another report, the words side by side; ``other`` says which report.
    """

    rule: str
    slug: str
    severity: Severity
    address: str
    message: Text
    place: Place
    path: str
    fingerprint: str
    expected: str = ""
    actual: str = ""
    equation: Equation | None = None
    excerpt: Excerpt | None = None
    basis: Text | None = None
    remedy: Text | None = None
    where: Text | None = None
    cause: Cause | None = None
    byte_column: int | None = None
    suppressed: str = ""
    known: str = ""
    passages: tuple[Passage, ...] = ()
    other: Text | None = None

    @property
    def instances(self) -> tuple[tuple[str, str], ...]:
        """Rule and address of every verdict that the finding stands for."""
        return tuple((one.rule, one.address) for one in self.apart)

    @property
    def apart(self) -> "tuple[Finding, ...]":
        """The findings that there would be without a common cause: itself, or one for each broken equation."""
        if self.cause is None:
            return (self,)
        return tuple(
            structs.replace(
                self,
                rule=one.rule,
                slug=one.slug,
                severity=one.severity,
                address=one.address,
                message=one.message,
                place=one.place,
                fingerprint=one.fingerprint,
                equation=one.equation,
                where=one.where,
                cause=None,
            )
            for one in self.cause.equations
        )

    def under(self, path: str) -> "Finding":
        """Return the same finding in a file with another name."""
        cause = self.cause
        if cause is not None:
            equations = (
                structs.replace(one, fingerprint=fingerprint(one.rule, path, one.address)) for one in cause.equations
            )
            cause = structs.replace(cause, equations=tuple(equations))
        return structs.replace(self, path=path, fingerprint=fingerprint(self.rule, path, self.address), cause=cause)

    @property
    def settled(self) -> bool:
        """Whether somebody has accounted for it: it counts apart and does not fail a run."""
        return bool(self.suppressed or self.known)


class Undecided(Struct, frozen=True):
    """Verdicts that starve for one and the same reason, told once; ``wanting`` names what was not usable."""

    reason: Text
    rules: tuple[str, ...]
    count: int
    wanting: tuple[Text, ...] = ()

    def fingerprint(self, path: str) -> str:
        """Return what stays the same while these rules are open in this file for this reason."""
        return fingerprint(",".join(self.rules), path, self.reason.zh)


class Reconciliation(Struct, frozen=True):
    """One comparison across reports, held or not: what the audit's tables of reconciliation list.

    Attributes:
        rule: whose comparison it is.
        address: which of its instances, e.g. ``applications/natural``.
        name: what is compared, in words.
        text: the comparison with its numbers.
        left, right: the two sides; empty where they are not known.
        difference: left minus right, or empty.
        status: how it ended.
        reason: why it stayed open.
    """

    rule: str
    address: str
    name: Text
    text: Text
    left: str
    right: str
    difference: str
    status: Status
    reason: Text | None = None


class Deduction(Struct, frozen=True):
    """Points taken off a score: by which rules, what for, for how many findings."""

    rules: tuple[str, ...]
    name: Text
    count: int
    points: str


class Score(Struct, frozen=True):
    """What a report scored of the full score, as a pack gives points; the deductions add up to the difference."""

    total: str
    full: str
    deductions: tuple[Deduction, ...]


class FileReport(Struct, frozen=True):
    """What was found in one file.

    ``judged`` is False when the rules never saw the file (unreadable, no report, no pack): its
    findings say why, and it is never a pass. ``verdicts`` counts rule instances, ``passed`` names the
    rules that held for every instance. ``score`` is there
    when the pack gives scores.
    """

    path: str
    judged: bool
    unit: str = ""
    year: int | None = None
    pack: str = ""
    verdicts: dict[Status, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    passed: tuple[str, ...] = ()
    score: Score | None = None

    def worst_at_least(self, severity: Severity) -> bool:
        """Tell whether a finding that nobody has accounted for is at least this bad."""
        return any(finding.severity.rank <= severity.rank for finding in self.findings if not finding.settled)

    def under(self, path: str) -> "FileReport":
        """Return the same report of a file with another name, as it would be told there."""
        return structs.replace(self, path=path, findings=tuple(finding.under(path) for finding in self.findings))


class RuleCard(Struct, frozen=True):
    """What reports say of a rule beside its findings."""

    id: str
    slug: str
    severity: Severity
    title: Text
    why: Text | None = None
    basis: Text | None = None
    remedy: Text | None = None


class Report(Struct, frozen=True):
    """A whole run: what was checked, on which day, by which rules, and what came of it; ``notes`` are about the run."""

    version: str
    check_date: date
    files: tuple[FileReport, ...]
    rules: tuple[RuleCard, ...] = ()
    notes: tuple[Text, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, file by file."""
        return tuple(finding for file in self.files for finding in file.findings)

    @property
    def severities(self) -> dict[Severity, int]:
        """How many findings of each severity nobody has accounted for, worst first, zeros included."""
        counts = Counter(finding.severity for finding in self.findings if not finding.settled)
        return {severity: counts[severity] for severity in Severity}

    @property
    def verdicts(self) -> dict[Status, int]:
        """How many verdicts of each kind over all files, zeros included."""
        return summed(file.verdicts for file in self.files)

    @property
    def settled(self) -> tuple[Finding, ...]:
        """The findings that somebody has accounted for."""
        return tuple(finding for finding in self.findings if finding.settled)


def summed(counts: Iterable[dict[Status, int]]) -> dict[Status, int]:
    """Add up verdict counts."""
    total: Counter[Status] = Counter()
    for count in counts:
        total.update(count)
    return {status: total[status] for status in Status}
