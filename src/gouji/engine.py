"""One report judged: the one loop over rules, the one place that catches a rule's crash."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct, field, structs

from gouji import suppress
from gouji.document import NOWHERE, Document, Place
from gouji.errors import UnreadableError
from gouji.extract import extract, recognised
from gouji.facts import Reading
from gouji.finding import FileReport, Finding, Score, Severity, Status, Undecided, fingerprint
from gouji.intake import INCIDENTS
from gouji.pack import Pack
from gouji.personal import hidden, hidden_in
from gouji.pulse import beat
from gouji.readers import read
from gouji.rule import Rule
from gouji.scoring import score
from gouji.subject import Deviation, Gap, NotApplicable, Outcome, Passed, Subject
from gouji.suppress import Suppressions
from gouji.wording import Text, shorten

NO_SUPPRESSIONS = Suppressions()


class Options(Struct, frozen=True, kw_only=True):
    """How a report is to be judged.

    Attributes:
        check_date: the day of checking, for rules about the future.
        year: the report's year where the text does not decide it.
        region: where the unit is: an area code, or province, city and county.
        published: the publication date, where the user knows better than the report.
        previous: the file of the report of the year before.
        unit_kind: the kind of unit, where its name does not tell it.
        named_pack: the user named the pack, so the report's year does not choose it.
        select, ignore: rule ids, families (``GJ3``) or slugs; empty ``select`` means all.
        alone: leave to ``check_beyond`` the rules whose verdict needs more than the report.
    """

    check_date: date
    year: int | None = None
    region: str = ""
    published: date | None = None
    previous: Path | None = None
    unit_kind: str = ""
    named_pack: bool = False
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    alone: bool = False

    def wants(self, rule: str, slug: str) -> bool:
        """Tell whether a rule is to run."""
        chosen = not self.select or any(_names(name, rule, slug) for name in self.select)
        return chosen and not self.ignores(rule, slug)

    def ignores(self, rule: str, slug: str) -> bool:
        """Tell whether a rule is to be left out."""
        return any(_names(name, rule, slug) for name in self.ignore)


class Judged(Struct):
    """What the rules said so far about one report; ``concerned`` are those that applied to it."""

    path: str
    verdicts: Counter[Status] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    passed: set[str] = field(default_factory=set)
    concerned: set[str] = field(default_factory=set)
    gaps: dict[Text, list[tuple[str, Gap]]] = field(default_factory=dict)


def check_file(path: Path, shown: str, packs: Sequence[Pack], options: Options, *, sought: bool = True) -> FileReport:
    """Read and judge one file. Whatever happens, the report says it; only MemoryError is raised.

    Args:
        path: the file.
        shown: its name in the report.
        packs: packs to choose from by the report's year, oldest first.
        options: how to judge.
        sought: the user named the file as a report; a file met on a walk that shows no sign of
            being a report is told as info only.
    """
    try:
        document = read(path, shown)
        previous = _read_previous(options.previous) if options.previous else None
        beside = suppress.beside(path)
        return check_document(document, packs, options, sought=sought, previous=previous, beside=beside)
    except MemoryError:
        raise  # for the guard, which knows the limit
    except Exception as error:  # noqa: BLE001 - one file's trouble must not end the run of all
        return failed(shown, error, options)


def failed(shown: str, error: Exception, options: Options) -> FileReport:
    """Return the report of a file that was not judged for an error."""
    if isinstance(error, UnreadableError):
        return _unjudged(shown, (incident(shown, error.rule, error.text),), options)
    if isinstance(error, RecursionError):
        text = Text("文档嵌套过深，没有读完", "the document is nested too deeply and was not read in full")
        return _unjudged(shown, (incident(shown, "GJ005", text),), options)
    reason = f"{type(error).__name__}: {shorten(str(error), 80)}"
    text = Text(f"gouji 内部出错：{reason}", f"gouji failed: {reason}")
    report = _unjudged(shown, (incident(shown, "GJ009", text),), options)
    return structs.replace(report, verdicts={Status.ERROR: 1})


def _read_previous(path: Path) -> Document | Text:
    """Read the report of the year before, or say why it cannot be read."""
    try:
        return read(path, path.as_posix())
    except UnreadableError as error:
        return error.text


def check_document(
    document: Document,
    packs: Sequence[Pack],
    options: Options,
    *,
    sought: bool = True,
    previous: Document | Text | None = None,
    beside: Suppressions = NO_SUPPRESSIONS,
) -> FileReport:
    """Judge a document that was read; see ``check_file``.

    ``previous`` is the report of the year before, or why the one that the user gave cannot be read;
    ``beside`` is accounted for outside the document.
    """
    beat()
    found = read_with(document, packs, options)
    return check_reading(document, found, packs, options, sought=sought, previous=previous, beside=beside)


def check_reading(
    document: Document,
    found: tuple[Pack | None, Reading],
    packs: Sequence[Pack],
    options: Options,
    *,
    sought: bool = True,
    previous: Document | Text | None = None,
    beside: Suppressions = NO_SUPPRESSIONS,
) -> FileReport:
    """Judge a document by what ``read_with`` found in it."""
    pack, reading = found
    beat()
    path = document.path
    notes = [incident(path, note.rule, note.text, place=note.place) for note in document.notes]
    if not recognised(reading):
        text = Text(
            "没有认出年报：找不到标题、章节和规定表格",
            "no report recognised: no title, section or prescribed table was found",
        )
        unlike = incident(path, "GJ007", text, severity=None if sought else Severity.INFO)
        return _unjudged(path, (unlike, *notes), options)
    year = options.year or reading.year
    if year is None or pack is None:
        return _unjudged(path, (_no_pack(reading, year, packs), *notes), options, reading)
    if not (reading.sections or reading.alignments):
        # one finding instead of one for every section and table: the report is somewhere else
        text = Text(
            "只有标题，没有任何规定的章节和表格；正文可能是图片或附件，没有核对",
            "a title, but no prescribed section or table: the report may be a picture or an attachment and was not judged",
        )
        return _unjudged(path, (incident(path, "GJ007", text), *notes), options, reading)
    if options.unit_kind and not reading.unit_kind:
        reading = structs.replace(reading, unit_kind=options.unit_kind)
    judged, earlier = Judged(path), _previous(previous, year, packs, options)
    if isinstance(earlier, Text):
        judged.findings.append(incident(path, "GJ026", earlier))
    subject = Subject(reading, year, options.check_date, options.region, pack.declared, options.published, earlier)
    rules = [rule for rule in pack.active if options.wants(rule.id, rule.slug) and not (options.alone and rule.beyond)]
    for rule in rules:
        judge(rule, subject, judged)
    inside = suppress.written_in(document)
    suppressions = Suppressions(inside.usable + beside.usable, inside.troubles + beside.troubles)
    chosen = [one for one in suppressions.usable if _is_judged(one.rule, pack, rules, judged)]
    suppressions = structs.replace(suppressions, usable=tuple(chosen))
    accounted = _accounted(judged, suppressions, pack, options)
    # each broken equation is accounted for by itself; what is left is told by its cause
    judged.findings = [finding for finding in accounted if not finding.settled]
    _fold([rule for rule in pack.active if not options.ignores(rule.id, rule.slug)], subject, judged)
    settled = [finding for finding in accounted if finding.settled]
    told = _told((*judged.findings, *settled, *notes), options)
    findings = tuple(_with_bytes(finding, document.lines) for finding in told)
    return FileReport(
        path,
        judged=True,
        unit=reading.unit,
        year=year,
        pack=pack.pack,
        verdicts=dict(judged.verdicts),
        findings=findings,
        undecided=_joined(_undecided(judged)),
        passed=_passed(judged),
        score=_score(pack, reading, findings, options),
    )


def check_beyond(
    report: FileReport, subject: Subject, pack: Pack, options: Options, suppressions: Suppressions = NO_SUPPRESSIONS
) -> FileReport:
    """Add to the report of a file that was judged alone what the rules say that need more than it.

    Args:
        report: of ``check_reading`` with ``options.alone``.
        subject: the same report with what is known around it.
        pack: as then.
        options: as then.
        suppressions: what is accounted for in the report and beside it.
    """
    judged = Judged(report.path)
    rules = [rule for rule in pack.active if rule.beyond and options.wants(rule.id, rule.slug)]
    for rule in rules:
        judge(rule, subject, judged)
    names = {name for rule in rules if rule.id in judged.concerned for name in (rule.id, rule.slug)}
    own = Suppressions(tuple(one for one in suppressions.usable if one.rule in names))
    findings = _told((*report.findings, *_accounted(judged, own, pack, options)), options)
    return structs.replace(
        report,
        verdicts=dict(Counter(report.verdicts) + judged.verdicts),
        findings=findings,
        undecided=_joined((*report.undecided, *_undecided(judged))),
        passed=tuple(sorted({*report.passed, *_passed(judged)})),
        # what was not read, or not as tables, gave no score then, and is not known here
        score=_score(pack, subject.reading, findings, options) if report.score else None,
    )


def _previous(
    previous: Document | Text | None, year: int, packs: Sequence[Pack], options: Options
) -> Reading | Text | None:
    """Return the reading of the report of the year before, or why there is none although one was given."""
    if previous is None:
        return None
    if isinstance(previous, Text):
        return _unusable(previous)
    _, reading = read_with(previous, packs, structs.replace(options, year=None))
    if not (recognised(reading) and reading.sections):
        return _unusable(Text("没有认出年报的章节", "no sections of a report were recognised"))
    if reading.year is None:
        return _unusable(Text("看不出是哪一年的报告", "it does not say which year it reports on"))
    if reading.year >= year:
        return _unusable(
            Text(
                f"它是 {reading.year} 年的报告，要对照的应早于 {year} 年",
                f"it reports on {reading.year}, and should on a year before {year}",
            )
        )
    return reading


def _unusable(why: Text) -> Text:
    return Text(f"上年报告无法对照：{why.zh}", f"no comparison with the report of the year before: {why.en}")


def _accounted(judged: Judged, suppressions: Suppressions, pack: Pack, options: Options) -> list[Finding]:
    """Mark the findings that are accounted for, and add what is wrong with suppressions."""
    if suppressions == NO_SUPPRESSIONS:
        return list(judged.findings)
    rules = {name for rule in pack.rules for name in (rule.id, rule.slug)}
    told, troubles = suppress.suppressed(judged.findings, suppressions, rules, options.check_date)
    times = Counter[str]()
    for one in troubles:
        times[one.text.zh] += 1
        again = times[one.text.zh]
        address = one.text.zh if again == 1 else f"{one.text.zh} #{again}"
        told.append(incident(judged.path, one.rule, one.text, place=one.place, address=address))
    return told


def _is_judged(name: str, pack: Pack, ran: Sequence[Rule], judged: Judged) -> bool:
    """Tell whether a rule took part in this run, or is unknown; what it would find cannot be missed otherwise.

    A rule that needs more than the report took part only if there was something to compare with.
    """
    rule = next((rule for rule in pack.rules if name in (rule.id, rule.slug)), None)
    return rule is None or (rule in ran and (not rule.beyond or rule.id in judged.concerned))


def _with_bytes(finding: Finding, lines: Sequence[str]) -> Finding:
    """Add the column in bytes, which some review tools count in."""
    line, column = finding.place.line, finding.place.column
    if line is None or column is None or line > len(lines):
        return finding
    before = lines[line - 1][: column - 1].encode("utf-8", "surrogatepass")
    return structs.replace(finding, byte_column=len(before) + 1)


def _passed(judged: Judged) -> tuple[str, ...]:
    """Return the rules that held for some instance, and neither failed nor stayed open for another."""
    others = {finding.rule for finding in judged.findings}
    others |= {rule for gaps in judged.gaps.values() for rule, _ in gaps}
    return tuple(sorted(judged.passed - others))


def _score(pack: Pack, reading: Reading, findings: Sequence[Finding], options: Options) -> Score | None:
    """Return the score where the pack gives one; it would be too good for some rules, or for a part of the report."""
    if pack.scoring is None or options.select or options.ignore or reading.unread or reading.untabled:
        return None
    return score(pack.scoring, {rule.id: rule for rule in pack.active}, findings)


def read_with(document: Document, packs: Sequence[Pack], options: Options) -> tuple[Pack | None, Reading]:
    """Read a document with the pack of its year.

    Returns:
        The pack (None when none is for that year) and the reading, made with the newest pack then.
    """
    newest = packs[-1]
    reading = extract(document, newest.outline)
    if options.named_pack:
        return newest, reading
    year = options.year or reading.year
    pack = next((p for p in packs if year in p.years), None)
    if pack is not None and pack is not newest:
        reading = extract(document, pack.outline)
    return pack, reading


_UNKNOWN_KIND = Text(
    "从标题看不出单位类型（乡镇、部门、县……）",
    "the title does not tell the kind of unit (township, department, county …)",
)


def judge(rule: Rule, subject: Subject, judged: Judged) -> None:
    """Run one rule over one report and add what it said; a crash is a verdict of its own."""
    try:
        for outcome in _outcomes(rule, subject):
            _add(rule, outcome, subject, judged)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a rule does, the run goes on and says so
        judged.verdicts[Status.ERROR] += 1
        reason = f"{type(error).__name__}: {shorten(str(error), 80)}"
        text = Text(f"规则 {rule.id} 执行出错：{reason}", f"rule {rule.id} crashed: {reason}")
        judged.findings.append(incident(judged.path, "GJ010", text, address=rule.id))


def _outcomes(rule: Rule, subject: Subject) -> Iterable[Outcome]:
    """Return what a rule says, heeding the kinds of units that it is for."""
    kind = subject.reading.unit_kind
    if not rule.units or kind in rule.units:
        return rule.evaluate(subject)
    if kind or all(isinstance(outcome, NotApplicable) for outcome in rule.evaluate(subject)):
        return (NotApplicable(),)
    return (Gap("", _UNKNOWN_KIND),)


def _fold(rules: Sequence[Rule], subject: Subject, judged: Judged) -> None:
    """Put one finding in the place of all equations that are broken for one reason; verdicts stay as they are."""
    if not any(finding.equation for finding in judged.findings):
        return
    from gouji.folding import folded  # noqa: PLC0415 - a report without broken equations does not need it

    kind = subject.reading.unit_kind
    try:
        judged.findings = folded(judged.findings, [r for r in rules if not r.units or kind in r.units], subject)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - the equations are told as they are, and that this failed
        judged.verdicts[Status.ERROR] += 1
        reason = f"{type(error).__name__}: {shorten(str(error), 80)}"
        text = Text(f"查找错误单元格时出错：{reason}", f"the search for wrong cells crashed: {reason}")
        judged.findings.append(incident(judged.path, "GJ010", text, address="cause"))


def _add(rule: Rule, outcome: Outcome, subject: Subject, judged: Judged) -> None:
    if isinstance(outcome, Deviation) and (doubt := rule.doubt(subject.reading)) is not None:
        outcome = Gap(outcome.address, doubt)
    if not isinstance(outcome, NotApplicable):
        judged.concerned.add(rule.id)
    if isinstance(outcome, Passed):
        judged.verdicts[Status.PASS] += 1
        judged.passed.add(rule.id)
    elif isinstance(outcome, NotApplicable):
        judged.verdicts[Status.NOT_APPLICABLE] += 1
    elif isinstance(outcome, Gap):
        judged.verdicts[Status.UNDETERMINED] += 1
        judged.gaps.setdefault(outcome.reason, []).append((rule.id, outcome))
    else:
        judged.verdicts[Status.FAIL] += 1
        judged.findings.append(_finding(rule, outcome, subject))


def _undecided(judged: Judged) -> Iterator[Undecided]:
    for reason, gaps in judged.gaps.items():
        wanting = tuple(dict.fromkeys(name for _, gap in gaps for name in gap.wanting))
        yield Undecided(reason, tuple(sorted({rule for rule, _ in gaps})), len(gaps), wanting)


def _joined(undecided: Iterable[Undecided]) -> tuple[Undecided, ...]:
    """Tell each reason once, the one that starves most verdicts first."""
    found: dict[Text, Undecided] = {}
    for one in undecided:
        other = found.get(one.reason, Undecided(one.reason, (), 0))
        rules, wanting = {*other.rules, *one.rules}, dict.fromkeys((*other.wanting, *one.wanting))
        found[one.reason] = Undecided(one.reason, tuple(sorted(rules)), other.count + one.count, tuple(wanting))
    return tuple(sorted(found.values(), key=lambda one: (-one.count, one.reason.zh)))


def _finding(rule: Rule, deviation: Deviation, subject: Subject) -> Finding:
    path = subject.reading.path
    return Finding(
        rule=rule.id,
        slug=rule.slug,
        severity=deviation.severity or rule.severity,
        address=deviation.address,
        message=hidden_in(rule.message.fill(deviation.values)),
        place=deviation.place,
        path=path,
        fingerprint=fingerprint(rule.id, path, deviation.address),
        expected=hidden(deviation.expected),
        actual=hidden(deviation.actual),
        equation=deviation.equation,
        excerpt=deviation.excerpt,
        basis=rule.basis,
        remedy=hidden_in(rule.remedy.fill(deviation.values)) if rule.remedy else None,
        where=subject.where(deviation.place),
        passages=tuple(structs.replace(p, words=hidden(p.words), other=hidden(p.other)) for p in deviation.passages),
        other=deviation.other,
    )


def incident(
    path: str, rule: str, text: Text, *, place: Place = NOWHERE, address: str = "", severity: Severity | None = None
) -> Finding:
    """Make the finding of a built-in rule."""
    known = INCIDENTS[rule]
    return Finding(
        rule=rule,
        slug=known.slug,
        severity=severity or known.severity,
        address=address,
        message=hidden_in(text),
        place=place,
        path=path,
        fingerprint=fingerprint(rule, path, address),
        basis=known.basis,
        remedy=known.remedy,
    )


def _no_pack(reading: Reading, year: int | None, packs: Sequence[Pack]) -> Finding:
    """Tell that no pack is for the report: info for one older than all packs, an error otherwise.

    A report with the tables that the packs know is not that old, whatever its title says.
    """
    severity = None
    if year is None:
        text = Text("看不出报告是哪一年的", "the text does not say which year it reports on")
    else:
        known = Text(
            "、".join(f"{p.pack}（{p.years.said.zh}）" for p in packs),
            ", ".join(f"{p.pack} ({p.years.said.en})" for p in packs),
        )
        text = Text(
            f"没有适用于 {year} 年报告的规则包，未作判断；现有：{known.zh}",
            f"no rule pack is for reports on {year}, nothing was judged; there are: {known.en}",
        )
        tables = any(alignment.readable for alignment in reading.alignments.values())
        if year < min(pack.years.first for pack in packs) and not tables:
            severity = Severity.INFO
    return incident(reading.path, "GJ008", text, severity=severity)


def _unjudged(path: str, findings: tuple[Finding, ...], options: Options, reading: Reading | None = None) -> FileReport:
    unit, year = (reading.unit, reading.year) if reading else ("", None)
    return FileReport(path, judged=False, unit=unit, year=year, findings=_told(findings, options))


def _told(findings: tuple[Finding, ...], options: Options) -> tuple[Finding, ...]:
    """Return the findings in order, without incidents that the user ignores and may ignore."""
    told = [f for f in findings if not (_is_ignorable(f.rule) and options.ignores(f.rule, f.slug))]
    return tuple(sorted(told, key=_order))


def _is_ignorable(rule: str) -> bool:
    return rule in INCIDENTS and INCIDENTS[rule].ignorable


def _order(finding: Finding) -> tuple[tuple[int, int, int], str, str]:
    return finding.place.order, finding.rule, finding.address


def _names(name: str, rule: str, slug: str) -> bool:
    return name == slug or rule.startswith(name)
