"""The examples of a pack, run: each must fail or pass its rule exactly as it says."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from msgspec import Struct, structs

from gouji.amount import State
from gouji.document import Document
from gouji.engine import Options, check_beyond, check_reading, read_with
from gouji.facts import Number, Reading
from gouji.finding import FileReport, Finding, Status
from gouji.pack import Pack
from gouji.readers import markdown
from gouji.rule import Example, Rule
from gouji.subject import ALONE, Below, Deviation, NotApplicable, Subject, Surroundings
from gouji.wording import Text, shorten, squeeze

CHECK_DATE = date(2026, 1, 31)  # when an example does not name another day
NAME, PREVIOUS = "report.md", "previous.md"


class Trial(Struct, frozen=True):
    """One example run.

    Attributes:
        rule: whose example it is.
        number: which of its failing or passing examples, from 1.
        fails: whether it is to fail the rule.
        problems: how it does not behave; empty when it does.
        findings: what the rule said.
        text: the report of the example.
        outcomes: address -> whether the rule failed there; where it does not apply is left out.
    """

    rule: str
    number: int
    fails: bool
    problems: tuple[Text, ...]
    findings: tuple[Finding, ...] = ()
    text: str = ""
    outcomes: tuple[tuple[str, bool], ...] = ()


class RuleProof(Struct, frozen=True):
    """What the examples of one rule show.

    ``failed`` and ``met`` hold the rule's instances (rows, columns, sections, fields) that an example
    makes fail, and all that an example reaches.
    """

    rule: str
    trials: tuple[Trial, ...]
    problems: tuple[Text, ...]
    failed: frozenset[str]
    met: frozenset[str]


def specimen_of(pack: Pack, path: Path) -> str:
    """Return the invented report that a pack's examples change; empty when the pack has none."""
    return (path.parent / pack.specimen).read_text(encoding="utf-8") if pack.specimen else ""


def prove(pack: Pack, specimen: str) -> tuple[RuleProof, ...]:
    """Run every example of a pack that was loaded with its examples."""
    return tuple(prove_rule(rule, pack, specimen) for rule in pack.proving)


def prove_rule(rule: Rule, pack: Pack, specimen: str) -> RuleProof:
    """Run the examples of one rule."""
    trials = tuple(_trials(rule, pack, specimen))
    outcomes = [outcome for trial in trials for outcome in trial.outcomes]
    return RuleProof(
        rule.id,
        trials,
        (*_wanting(rule), *(problem for trial in trials for problem in trial.problems)),
        frozenset(address for address, failed in outcomes if failed),
        frozenset(address for address, _ in outcomes),
    )


def _wanting(rule: Rule) -> Iterator[Text]:
    examples = rule.examples
    if not (examples and examples.fails):
        yield Text("没有不通过的例子", "no failing example")
    if not (examples and examples.passes):
        yield Text("没有通过的例子", "no passing example")


def _trials(rule: Rule, pack: Pack, specimen: str) -> Iterator[Trial]:
    if rule.examples is None:
        return
    for fails, examples in ((True, rule.examples.fails), (False, rule.examples.passes)):
        for number, example in enumerate(examples, 1):
            yield run_example(rule, example, pack, specimen, fails=fails, number=number)


def run_example(rule: Rule, example: Example, pack: Pack, specimen: str, *, fails: bool, number: int = 1) -> Trial:
    """Run one example and compare what the rule says with what the example declares."""
    changes = (example.change, example.previous or {}, *example.below, *example.others)
    texts = [_changed(specimen, change) for change in changes]
    missing = next((text for text in texts if isinstance(text, Text)), None)
    if missing is not None:
        return Trial(rule.id, number, fails, (_named(fails, number, missing),))
    text, earlier, *around = map(str, texts)
    options = Options(
        check_date=date.fromisoformat(example.date) if example.date else CHECK_DATE,
        region=example.region,
        year=example.year,
        published=date.fromisoformat(example.published) if example.published else None,
    )
    document = markdown.read(text.encode(), NAME)
    previous = None if example.previous is None else markdown.read(earlier.encode(), PREVIOUS)
    options = structs.replace(options, alone=bool(around))
    found = read_with(document, [pack], options)
    report = check_reading(document, found, [pack], options, previous=previous)
    subject = _subject(found, pack, options, previous, _surroundings(example, around, pack, options))
    if subject is not None and subject.around is not ALONE:
        report = check_beyond(report, subject, replace(pack, rules=(rule,)), options)
    findings = tuple(one for finding in report.findings for one in finding.apart if one.rule == rule.id)
    misbehaviour = _misbehaviour(rule, example, report, findings, text, fails=fails)
    problems = tuple(_named(fails, number, problem) for problem in misbehaviour)
    outcomes = () if subject is None or report.verdicts.get(Status.ERROR) else tuple(_outcomes(rule, subject))
    return Trial(rule.id, number, fails, problems, findings, text, outcomes)


def _subject(
    found: tuple[Pack | None, Reading],
    pack: Pack,
    options: Options,
    previous: Document | None,
    around: Surroundings,
) -> Subject | None:
    chosen, reading = found
    year = options.year or reading.year
    if chosen is None or year is None:
        return None
    earlier = read_with(previous, [pack], options)[1] if previous else None
    return Subject(reading, year, options.check_date, options.region, pack.declared, options.published, earlier, around)


def _surroundings(example: Example, texts: Sequence[str], pack: Pack, options: Options) -> Surroundings:
    """Read the further reports of an example."""
    if not texts:
        return ALONE
    readings = [read_with(markdown.read(text.encode(), PREVIOUS), [pack], options)[1] for text in texts]
    below, others = readings[: len(example.below)], readings[len(example.below) :]

    def peers(key: str) -> Sequence[Number]:
        facts = (reading.facts.get(key) for reading in others)
        return [fact.value for fact in facts if fact and fact.value is not None and fact.state is State.NUMBER]

    units = tuple(Below(reading.unit, reading) for reading in below)
    return Surroundings(units, complete=example.complete, peers=peers, others=tuple(others) or None)


def _changed(text: str, changes: dict[str, str]) -> str | Text:
    """Change words one after the other; when some are not there, return what to say instead."""
    for old, new in changes.items():
        if old not in text:
            return Text(f"样本里没有“{shorten(old)}”", f"the specimen does not hold “{shorten(old)}”")
        text = text.replace(old, new)
    return text


def _named(fails: bool, number: int, problem: Text) -> Text:  # noqa: FBT001
    zh, en = ("不通过", "failing") if fails else ("通过", "passing")
    return Text(f"{zh}的例子 {number}：{problem.zh}", f"{en} example {number}: {problem.en}")


def _outcomes(rule: Rule, subject: Subject) -> Iterator[tuple[str, bool]]:
    for outcome in rule.evaluate(subject):
        if not isinstance(outcome, NotApplicable):
            yield outcome.address, isinstance(outcome, Deviation)


def _misbehaviour(
    rule: Rule, example: Example, report: FileReport, findings: Sequence[Finding], text: str, *, fails: bool
) -> Iterator[Text]:
    if report.verdicts.get(Status.ERROR):
        crashed = next((f.message for f in report.findings if f.rule == "GJ010"), Text("规则出错", "a rule crashed"))
        yield crashed
    expected = sorted(example.at) if fails else []
    found = sorted(finding.address for finding in findings)
    if found != expected:
        yield Text(
            f"应当不通过的是 {_listed(expected)}，实际是 {_listed(found)}",
            f"should fail at {_listed(expected)}, fails at {_listed(found)}",
        )
    elif fails:
        for finding in findings:
            yield from _unlike(finding, example, text)
    elif any(rule.id in undecided.rules for undecided in report.undecided):
        yield Text("规则没有得出结论", "the rule came to no conclusion")


def _listed(addresses: Sequence[str]) -> str:
    return "、".join(address or "·" for address in addresses) or "—"


def _unlike(finding: Finding, example: Example, text: str) -> Iterator[Text]:
    """Yield how a finding differs from what its example declares, and from what every finding owes."""
    at = example.at.index(finding.address)
    words = words_at(finding, text)
    if not words:
        yield Text("结论没有指向报告中的位置", "the finding points at no place in the report")
    if example.on and not words.startswith(example.on[at]):
        yield Text(
            f"应当指向“{example.on[at]}”，实际指向“{shorten(words)}”",
            f"should point at “{example.on[at]}”, points at “{shorten(words)}”",
        )
    if example.message and finding.message.zh != example.message[at]:
        yield Text(
            f"应当说“{example.message[at]}”，实际说“{finding.message.zh}”",
            f"should say “{example.message[at]}”, says “{finding.message.zh}”",
        )
    for said in filter(None, (finding.message, finding.remedy)):
        if "{" in said.zh + said.en:
            yield Text("消息里留着占位符", "a placeholder is left in the message")
    lines = text.split("\n")
    line = lines[finding.place.line - 1] if finding.place.line else ""
    told = squeeze(finding.actual)  # a number alone may be computed, and stand nowhere
    if not told.isdecimal() and any(told in squeeze(other) for other in lines) and told not in squeeze(line):
        yield Text(
            f"说的是“{shorten(finding.actual)}”，指向的一行里却没有",
            f"tells of “{shorten(finding.actual)}”, which its line does not hold",
        )


def words_at(finding: Finding, text: str) -> str:
    """Return the words at the place of a finding: from its column to the end of the line, or of the cell."""
    if not finding.place.line:
        return ""
    lines = text.split("\n")
    line = lines[finding.place.line - 1] if finding.place.line <= len(lines) else ""
    rest = line[(finding.place.column or 1) - 1 :]
    return rest.split("|")[0].strip() or "|" if line.startswith("|") and finding.place.column else rest
