"""Faults put into clean reports one by one: what is found, where it is shown, and why the rest is not seen."""

import random
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field

from gouji.amount import read_amount
from gouji.checks.equation import EquationRule, Instance
from gouji.checks.field import FieldRule
from gouji.document import NOWHERE, Document
from gouji.engine import Options, check_document, check_reading, read_with
from gouji.errors import UsageError
from gouji.facts import Fact, Number
from gouji.finding import FileReport, Finding, Severity
from gouji.pack import Pack
from gouji.proof.edits import Clean, NotCarriedError, carry
from gouji.proof.examples import CHECK_DATE
from gouji.proof.faults import FAULTS, Fault, Injection, Site, site_of
from gouji.rule import Rule
from gouji.wording import Text

OPTIONS = Options(check_date=CHECK_DATE)
SEED = 2021
CELLS_OF_SLOW_FORMATS = 40  # of one fault; every fault of fewer places is put in everywhere
WHOLE = frozenset({"markdown"})  # the other formats are slower, and differ in their readers alone


class Reason:
    """Why a fault is not seen."""

    UNCOVERED = Text("没有等式或规则涉及这个数字", "no equation has this number")
    COMPENSATED = Text("改动后所有等式仍然成立", "every equation holds with the changed numbers")
    NOT_DEMANDED = Text("没有规则要求这一项", "no rule demands it")
    NOT_COMPARED = Text("没有规则拿正文的这个数字与表格比较", "no rule compares this number of the text with a table")


class Miss(Struct, frozen=True):
    """A fault that nothing was said about; without a reason it should have been."""

    fault: str
    where: str
    reason: Text | None


class Rate(Struct):
    """How often something that should be found was.

    Of the ``injected`` faults, ``due`` can be seen by some rule; of these, ``detected`` were told of,
    by a finding that the clean report does not have. ``single``: those of them that changed one cell;
    ``located``: the place or an operand of such a finding is that cell; ``pinpointed``: the findings
    together leave no other cell. ``beyond``: told of by rules that are not there for it.
    """

    injected: int = 0
    due: int = 0
    detected: int = 0
    single: int = 0
    located: int = 0
    pinpointed: int = 0
    beyond: int = 0


class Outcome(Struct):
    """What became of the faults put into one report.

    Attributes:
        report: the clean report.
        format: the reader it was read with.
        false: what was said of the clean report, and of it with harmless changes.
        faults: rate by fault.
        rules: rate by rule: due, where the rule is there to find the fault.
        misses: what was not seen.
        not_carried: faults that the format has no place for, by fault.
        left_out: places not tried, by fault.
        astray: faults whose change was not read where it was written.
    """

    report: str
    format: str
    false: list[str] = field(default_factory=list)
    faults: dict[str, Rate] = field(default_factory=dict)
    rules: dict[str, Rate] = field(default_factory=dict)
    misses: list[Miss] = field(default_factory=list)
    not_carried: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    astray: list[str] = field(default_factory=list)

    @property
    def proven(self) -> bool:
        """Whether nothing was said without cause, every change arrived, and every miss has its reason."""
        return not self.false and not self.astray and all(miss.reason for miss in self.misses)


def mutate(clean: Clean, pack: Pack) -> Outcome:
    """Put every declared fault into a clean report, at every place it fits, one at a time.

    Raises:
        UsageError: the report is not judged, or not read with the pack.
    """
    report = check_document(clean.document, [pack], OPTIONS)
    outcome = Outcome(clean.document.path, clean.document.format)
    if not report.judged:
        raise UsageError(
            Text(f"{report.path} 没有得到核对，不能用来试错", f"{report.path} is not judged and cannot be used")
        )
    outcome.false = [f"{f.rule} {f.address}" for f in report.findings if f.severity is not Severity.INFO]
    site = site_of(clean, read_with(clean.document, [pack], OPTIONS)[1], pack)
    ledger = Ledger(pack, site)
    for fault, make in FAULTS:
        rate = outcome.faults.setdefault(fault.key, Rate())
        for injection in _sampled(tuple(make(fault, site)), fault, outcome):
            try:
                document = carry(clean, injection.edits)
            except NotCarriedError:
                outcome.not_carried[fault.key] += 1
                continue
            _try(injection, document, report, ledger, rate, outcome)
    return outcome


def _sampled(injections: Sequence[Injection], fault: Fault, outcome: Outcome) -> Sequence[Injection]:
    if outcome.format in WHOLE or fault.group != "cell" or len(injections) <= CELLS_OF_SLOW_FORMATS:
        return injections
    outcome.left_out[fault.key] = len(injections) - CELLS_OF_SLOW_FORMATS
    chosen = sorted(random.Random(SEED).sample(range(len(injections)), CELLS_OF_SLOW_FORMATS))  # noqa: S311 - a sample, no secret
    return [injections[n] for n in chosen]


def _try(
    injection: Injection, document: Document, clean: FileReport, ledger: "Ledger", rate: Rate, outcome: Outcome
) -> None:
    fault = injection.fault
    pack, reading = read_with(document, [ledger.pack], OPTIONS)
    report = check_reading(document, (pack, reading), [ledger.pack], OPTIONS)
    rate.injected += 1
    cells = reading.facts
    if any(key not in cells or cells[key].raw.strip() != raw for key, raw in injection.cells.items()):
        outcome.astray.append(f"{fault.key} {injection.where}")
        return
    due = ledger.due(injection)
    new = new_findings(report, clean, due)
    if fault.harmless:
        outcome.false += [f"{fault.key} {injection.where}: {finding.rule}" for finding in new]
        return
    _count(rate, new, injection, ledger, cells, is_due=bool(due))
    for rule in due | {finding.rule for finding in new}:
        own = [finding for finding in new if finding.rule == rule]
        of_rule = outcome.rules.setdefault(rule, Rate())
        of_rule.injected += 1
        _count(of_rule, own, injection, ledger, cells, is_due=rule in due)
    if not new:
        reason = None if due else ledger.reason(injection)
        outcome.misses.append(Miss(fault.key, injection.where, reason))


def _count(
    rate: Rate,
    new: Sequence[Finding],
    injection: Injection,
    ledger: "Ledger",
    facts: Mapping[str, Fact],
    *,
    is_due: bool,
) -> None:
    if not is_due:
        rate.beyond += bool(new)
        return
    rate.due += 1
    rate.detected += bool(new)
    if new and len(injection.cells) == 1:
        located, pinpointed = ledger.locates(new, injection, facts)
        rate.single += 1
        rate.located += located
        rate.pinpointed += pinpointed


def new_findings(report: FileReport, clean: FileReport, due: Collection[str] = ()) -> list[Finding]:
    """Return the errors and warnings that the clean report does not have, and notes of the rules that are due."""
    known = {(finding.rule, finding.address) for finding in clean.findings}
    return [
        finding
        for finding in report.findings
        if (finding.severity is not Severity.INFO or finding.rule in due)
        and (finding.rule, finding.address) not in known
    ]


class Ledger:
    """What the rules of a pack can know of a report: its equations, worked out here once more."""

    def __init__(self, pack: Pack, site: Site) -> None:
        """Take the rules that concern the unit of the report."""
        self.pack, self.site = pack, site
        kind = site.reading.unit_kind
        self.rules: tuple[Rule, ...] = tuple(rule for rule in pack.active if not rule.units or kind in rule.units)
        self.values: dict[str, Number] = {k: f.value for k, f in site.reading.facts.items() if f.value is not None}
        self.equations = tuple(
            (rule, instance)
            for rule in self.rules
            if isinstance(rule, EquationRule)
            for instance in rule.instances(pack.declared.forms[rule.form])
            if all(key in self.values for key in instance.keys) and holds(rule, instance, self.values)
        )
        self.by_address = {
            (rule.id, f"{rule.form}/{instance.address}" if instance.address else ""): instance.keys
            for rule, instance in self.equations
        }

    def due(self, injection: Injection) -> set[str]:
        """Return the rules that are there to find a fault."""
        found = {
            rule.id
            for rule in self.rules
            if (getattr(rule, "kind", ""), getattr(rule, "require", "")) in injection.fault.expects
            and self._concerned(rule, injection)
        }
        after = {key: value for key, raw in injection.cells.items() if (value := read_amount(raw).value) is not None}
        if len(after) == len(injection.cells) and after:
            changed = self.values | after
            found |= {
                rule.id
                for rule, instance in self.equations
                if not after.keys().isdisjoint(instance.keys) and not holds(rule, instance, changed)
            }
        return found

    def _concerned(self, rule: Rule, injection: Injection) -> bool:
        if not isinstance(rule, FieldRule):
            return True
        if injection.field not in rule.fields:
            return False
        if rule.require == "same_year":  # one year alone contradicts nothing
            return sum(bool(self.site.reading.fields.get(key)) for key in rule.fields) > 1
        if rule.require != "present" or rule.each:
            return True
        return not any(self.site.reading.fields.get(key) for key in rule.fields if key != injection.field)

    def reason(self, injection: Injection) -> Text:
        """Say why no rule is there to find a fault."""
        if injection.fault.group == "prose":
            return Reason.NOT_COMPARED
        if not injection.cells:
            return Reason.NOT_DEMANDED
        covered = {key for _, instance in self.equations for key in instance.keys}
        return Reason.UNCOVERED if covered.isdisjoint(injection.cells) else Reason.COMPENSATED

    def locates(
        self, findings: Iterable[Finding], injection: Injection, facts: Mapping[str, Fact]
    ) -> tuple[bool, bool]:
        """Tell whether findings show the changed cell, and whether they leave no other.

        A finding shows a cell when its place is the cell, when it names the cell as the cause, or when
        the cell is an operand of its equation; operands that several broken equations share are what
        they leave.
        """
        (cell,) = injection.cells
        place = facts[cell].place
        suspects: set[str] | None = None
        named = False
        for finding in findings:
            if finding.cause is not None:
                causes = [{repair.key for repair in way.repairs} for way in finding.cause.corrections]
                named = named or causes == [{cell}]
                suspects = (suspects or set()).union(*causes)
                continue
            keys = self.by_address.get((finding.rule, finding.address))
            if keys is not None:
                suspects = set(keys) if suspects is None else suspects & set(keys)
            elif place != NOWHERE and finding.place == place:
                named = True
        return named or cell in (suspects or ()), named or suspects == {cell}


def holds(rule: EquationRule, instance: Instance, values: Mapping[str, Number]) -> bool:
    """Tell whether an equation holds, worked out from its terms alone."""
    difference = instance.constant + sum(coefficient * values[key] for coefficient, key in instance.terms)
    low = rule.relation.sign == "<=" or difference >= -rule.limit
    high = rule.relation.sign == ">=" or difference <= rule.limit
    return low and high


def grouped(misses: Iterable[Miss]) -> Iterator[tuple[str, Text | None, list[str]]]:
    """Yield misses by fault and reason, with their places, in the order they came."""
    groups: dict[tuple[str, Text | None], list[str]] = {}
    for miss in misses:
        groups.setdefault((miss.fault, miss.reason), []).append(miss.where)
    for (fault, reason), places in groups.items():
        yield fault, reason, places
