"""Scores: points taken off for findings, as a local pack declares them."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar, Protocol

from gouji.errors import DeclarationError
from gouji.finding import Deduction, Finding, Score, Severity
from gouji.wording import Text

Points = int | str  # decimals are written in quotes: '0.5'

_POINTS = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,2})?")


def refuse_points(key: str, points: Points | None) -> None:
    """Refuse what is no number of points.

    Raises:
        DeclarationError: it is negative or has more than two decimals.
    """
    if points is not None and not _POINTS.fullmatch(str(points)):
        raise DeclarationError(key, Text("请写分值，如 2 或 '0.5'", "write points, such as 2 or '0.5'"))


@dataclass(frozen=True, kw_only=True, eq=False)
class ScoreGroup:
    """Rules that take off points together.

    Attributes:
        key: its name.
        name: what it is called in the score.
        rules: ids or beginnings of ids (``GJ7``); a rule counts in the first group that names it.
        cap: the most points that the group takes off.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    key: str
    name: Text
    rules: tuple[str, ...]
    cap: Points | None = None

    def __post_init__(self) -> None:
        """Refuse what is no number of points."""
        refuse_points("cap", self.cap)


@dataclass(frozen=True, kw_only=True, eq=False)
class Scoring:
    """How a report's score comes about: points off for each finding, by rule or else by severity.

    Attributes:
        full: the score of a report without findings.
        severities: points off for a finding of a rule that names none.
        cap: the most points that one rule takes off, where it names none.
        groups: rules with one limit together.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    full: Points = 100
    severities: dict[Severity, Points] = field(default_factory=dict)
    cap: Points | None = None
    groups: tuple[ScoreGroup, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no number of points."""
        for key in ("full", "cap"):
            refuse_points(key, getattr(self, key))
        for points in self.severities.values():
            refuse_points("severities", points)


class Scored(Protocol):
    """What a score needs of a rule."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def severity(self) -> Severity:
        """How bad a finding of it is."""
        ...

    @property
    def title(self) -> Text:
        """What it demands."""
        ...

    @property
    def points(self) -> Points | None:
        """Points off for each finding."""
        ...

    @property
    def cap(self) -> Points | None:
        """The most points off."""
        ...


def score(scoring: Scoring, rules: Mapping[str, Scored], findings: Sequence[Finding]) -> Score:
    """Take the points of findings off the full score; findings about reading and gouji itself cost none."""
    found: dict[str, list[Severity]] = defaultdict(list)
    for finding in findings:
        if finding.rule in rules and not finding.settled:
            found[finding.rule].append(finding.severity)
    deductions: dict[str, list[Deduction]] = {}
    for rule_id in sorted(found):
        deduction = _deduction(scoring, rules[rule_id], found[rule_id])
        if deduction is not None:
            deductions.setdefault(_group_of(scoring, rule_id), []).append(deduction)
    lines = [line for name, members in deductions.items() for line in _capped(scoring, name, members)]
    full = Decimal(scoring.full)
    total = max(Decimal(0), full - sum(Decimal(line.points) for line in lines))
    return Score(_plain(total), _plain(full), tuple(lines))


def _deduction(scoring: Scoring, rule: Scored, severities: Sequence[Severity]) -> Deduction | None:
    limit = rule.cap if rule.cap is not None else scoring.cap
    points = sum((Decimal(_points(scoring, rule, severity)) for severity in severities), Decimal(0))
    if limit is not None:
        points = min(points, Decimal(limit))
    return Deduction((rule.id,), rule.title, len(severities), _plain(points)) if points else None


def _points(scoring: Scoring, rule: Scored, severity: Severity) -> Points:
    """Return the points of one finding; one that is milder than its rule costs what its severity does."""
    own = rule.points is not None and severity is rule.severity
    return rule.points if own and rule.points is not None else scoring.severities.get(severity, 0)


def _group_of(scoring: Scoring, rule: str) -> str:
    return next((g.key for g in scoring.groups if any(rule.startswith(name) for name in g.rules)), "")


def _capped(scoring: Scoring, key: str, members: Sequence[Deduction]) -> Sequence[Deduction]:
    group = next((g for g in scoring.groups if g.key == key), None)
    if group is None or group.cap is None:
        return members
    points = min(Decimal(group.cap), sum((Decimal(m.points) for m in members), Decimal(0)))
    rules = tuple(rule for member in members for rule in member.rules)
    return (Deduction(rules, group.name, sum(m.count for m in members), _plain(points)),)


def _plain(points: Decimal) -> str:
    return f"{points.normalize():f}"
