"""What an audit says as a list: a line for each finding and for all that stayed open, and none without a line."""

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from gouji.audit.names import SEVERITIES, spot
from gouji.audit.result import Audit, Entry, Standing
from gouji.finding import FileReport, Finding, Undecided

MOST_WANTING = 6  # numbers that are named; all of them stand in findings.json


class Kind(StrEnum):
    """What a line is about; the value is what it is called."""

    FINDING = "问题"
    SETTLED = "已说明理由"
    UNDECIDED = "未能判定"
    UNJUDGED = "未能审核"
    MISSING = "没有报告"
    STRAY = "无法归属"
    NOTHING = "未见问题"


class Line(Struct, frozen=True):
    """One line of the list, every text as the documents have it.

    Attributes:
        kind: what it is about.
        unit, year: as assigned; of a file without them, what the file says.
        path, rule, name, severity, where, message, expected, actual, basis, remedy, fingerprint: of the finding.
        settled: why it does not count, or empty.
    """

    kind: Kind
    unit: str
    year: int | None
    path: str
    rule: str = ""
    name: str = ""
    severity: str = ""
    where: str = ""
    message: str = ""
    expected: str = ""
    actual: str = ""
    basis: str = ""
    remedy: str = ""
    settled: str = ""
    fingerprint: str = ""

    @property
    def open(self) -> bool:
        """Whether something was not audited."""
        return self.kind in (Kind.UNDECIDED, Kind.UNJUDGED, Kind.MISSING, Kind.STRAY)


def titles(audit: Audit) -> dict[str, str]:
    """Return what each rule is called."""
    return {card.id: card.title.zh for card in audit.rules}


def lines(audit: Audit) -> Iterator[Line]:
    """Yield the whole list: entries in the order of the audit, then files that belong to nobody."""
    named = titles(audit)
    for entry in audit.entries():
        yield from lines_of(entry, named)
    yield from stray_lines(audit, named)


def lines_of(entry: Entry, named: dict[str, str]) -> Iterator[Line]:
    """Yield the lines of a unit and year."""
    unit, year = entry.head.unit.name, entry.head.year
    kind = Kind.MISSING if entry.head.standing is Standing.MISSING else Kind.UNJUDGED
    yield from _of_file(entry.report, unit, year, kind, named)
    for other in entry.others:
        yield from _of_file(other, unit, year, Kind.UNJUDGED, named)


def stray_lines(audit: Audit, named: dict[str, str]) -> Iterator[Line]:
    """Yield the lines of the files that belong to nobody."""
    for file in audit.unassigned:
        yield from _of_file(file, file.unit, file.year, Kind.STRAY, named)


def _of_file(file: FileReport, unit: str, year: int | None, otherwise: Kind, named: dict[str, str]) -> Iterator[Line]:
    """Yield at least one line; ``otherwise`` is the kind of what was not judged."""
    for finding in file.findings:
        kind = otherwise if not file.judged else Kind.SETTLED if finding.settled else Kind.FINDING
        yield _of_finding(kind, unit, year, finding, named)
    for undecided in file.undecided:
        yield _of_undecided(unit, year, file.path, undecided, named)
    if not file.findings and not file.undecided:
        yield Line(Kind.NOTHING if file.judged else otherwise, unit, year, file.path)


def _of_finding(kind: Kind, unit: str, year: int | None, finding: Finding, named: dict[str, str]) -> Line:
    return Line(
        kind,
        unit,
        year,
        finding.path,
        finding.rule,
        named.get(finding.rule, finding.slug),
        SEVERITIES[finding.severity],
        spot(finding),
        finding.message.zh,
        finding.expected,
        finding.actual,
        finding.basis.zh if finding.basis else "",
        finding.remedy.zh if finding.remedy else "",
        finding.suppressed or finding.known,
        finding.fingerprint,
    )


def _of_undecided(unit: str, year: int | None, path: str, undecided: Undecided, named: dict[str, str]) -> Line:
    wanting = "、".join(text.zh for text in undecided.wanting[:MOST_WANTING])
    if len(undecided.wanting) > MOST_WANTING:
        wanting += f"等 {len(undecided.wanting)} 项"
    return Line(
        Kind.UNDECIDED,
        unit,
        year,
        path,
        rule="、".join(undecided.rules),
        name="、".join(dict.fromkeys(named.get(rule, rule) for rule in undecided.rules)),
        message=f"{undecided.count} 项未能判定：{undecided.reason.zh}" + (f"（{wanting}）" if wanting else ""),
        fingerprint=undecided.fingerprint(path),
    )
