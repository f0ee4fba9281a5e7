"""SARIF 2.1.0, for code scanning: one run, one cell for each result, stable fingerprints.

Source: OASIS, Static Analysis Results Interchange Format 2.1.0; the subset and limits are GitHub's.
"""

from collections.abc import Iterator, Sequence

from gouji.document import Place
from gouji.finding import FileReport, Finding, Operand, Report, RuleCard, Severity, Undecided
from gouji.reporters.json import Json, Streamed, dumped
from gouji.reporters.uri import uri
from gouji.reporters.view import View
from gouji.wording import Text

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MOST_RESULTS = 25_000  # more are rejected
MOST_RELATED = 100  # locations that are kept
LONGEST_DESCRIPTION = 1024

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEMS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}
_ESCAPES = str.maketrans({"\\": "\\\\", "[": "\\[", "]": "\\]", "{": "{{", "}": "}}"})


def render(report: Report, view: View) -> str:
    """Render a report; the same report always gives the same bytes, with a final newline.

    Results beyond the limit are left out, the worst kept, and a notification says so.
    """
    lang = view.lang
    rules = indexed(report)
    ranked = [pair for file in report.files for pair in results(file, rules, lang)]
    kept = sorted(ranked, key=lambda pair: pair[0])[:MOST_RESULTS] if len(ranked) > MOST_RESULTS else ranked
    left_out = len(ranked) - len(kept)
    notes = [*_left_out(left_out, lang), *(note for file in report.files for note in unjudged(file, lang))]
    run: dict[str, Streamed] = {
        **about(report, "gouji/" + "".join(f"{pack}/" for pack in _packs(report)), lang),
        "invocations": [invocation(notes, succeeded=all(file.judged for file in report.files) and not left_out)],
        "results": [result for _, result in kept],
        **when(report),
    }
    return dumped(log(iter([run])))


def log(runs: Iterator[Streamed]) -> dict[str, Streamed]:
    """Return a whole log."""
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": runs}


def about(report: Report, category: str, lang: str) -> dict[str, Json]:
    """Return what a run begins with: the tool, its rules, and the name under which its results replace earlier ones."""
    return {
        "tool": {
            "driver": {
                "name": "gouji",
                "semanticVersion": report.version,
                "rules": [_rule(card, lang) for card in report.rules],
            }
        },
        "automationDetails": {"id": category},
        "columnKind": "unicodeCodePoints",
    }


def when(report: Report) -> dict[str, Json]:
    """Return what a run ends with."""
    return {"properties": {"checkDate": report.check_date.isoformat()}}


def indexed(report: Report) -> dict[str, int]:
    """Return where each rule stands in a run."""
    return {card.id: number for number, card in enumerate(report.rules)}


def _packs(report: Report) -> list[str]:
    return sorted({file.pack for file in report.files if file.pack})


def _rule(card: RuleCard, lang: str) -> Json:
    title = card.title.in_language(lang)
    parts = [
        (Text("为什么", "Why"), card.why),
        (Text("依据", "Basis"), card.basis),
        (Text("改正", "What to do"), card.remedy),
    ]
    told = [(label.in_language(lang), text.in_language(lang)) for label, text in parts if text]
    return {
        "id": card.id,
        "name": card.slug,
        "shortDescription": {"text": title},
        "fullDescription": {"text": ((card.why or card.title).in_language(lang))[:LONGEST_DESCRIPTION]},
        "help": {
            "text": "\n".join([title, *(f"{label}：{text}" for label, text in told)]),
            "markdown": "\n\n".join([f"**{title}**", *(f"**{label}** {text}" for label, text in told)]),
        },
        "defaultConfiguration": {"level": _LEVELS[card.severity]},
        "properties": {
            "precision": "high",
            "problem.severity": _PROBLEMS[card.severity],
            "tags": [card.id.rpartition("/")[2][:3]],
        },
    }


def results(file: FileReport, rules: dict[str, int], lang: str) -> Iterator[tuple[int, Json]]:
    """Yield each result of a file with its rank, worst 0."""
    for finding in file.findings:
        yield finding.severity.rank, _result(finding, rules, lang)
    for undecided in file.undecided:
        yield Severity.WARNING.rank, _review(file, undecided, rules, lang)


def _result(finding: Finding, rules: dict[str, int], lang: str) -> Json:
    related = [*_related(finding, lang)][:MOST_RELATED]
    result: dict[str, Json] = {
        **_about(finding.rule, rules),
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(finding, lang)},
        "locations": [_location(finding.path, finding.place, _logical(finding, lang), _width(finding))],
        "partialFingerprints": {
            "primaryLocationLineHash": f"{finding.fingerprint}:1",
            "gouji/v1": finding.fingerprint,
        },
    }
    if related:
        result["relatedLocations"] = related
    suppressions = [("inSource", finding.suppressed), ("external", finding.known)]
    if finding.settled:
        result["suppressions"] = [{"kind": kind, "justification": why} for kind, why in suppressions if why]
    return result


def _about(rule: str, rules: dict[str, int]) -> dict[str, Json]:
    return {"ruleId": rule, **({"ruleIndex": rules[rule]} if rule in rules else {})}


def _message(finding: Finding, lang: str) -> str:
    where = finding.where.in_language(lang) + " " if finding.where else ""
    return _plain(where + finding.message.in_language(lang))


def _plain(text: str) -> str:
    """Keep what looks like a link or a placeholder from acting as one (SARIF 3.11.5, 3.11.6)."""
    return text.translate(_ESCAPES)


def _logical(finding: Finding, lang: str) -> str:
    return finding.where.in_language(lang) if finding.where else finding.address


def _location(path: str, place: Place, logical: str, width: int = 0) -> dict[str, Json]:
    physical: dict[str, Json] = {"artifactLocation": {"uri": uri(path)}, "region": _region(place, width)}
    location: dict[str, Json] = {"physicalLocation": physical}
    if logical:
        location["logicalLocations"] = [{"fullyQualifiedName": logical}]
    return location


def _region(place: Place, width: int) -> Json:
    if not place.line:
        return {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1}
    if place.column is None:
        return {"startLine": place.line}
    end = {"endLine": place.line, "endColumn": place.column + width} if width else {}
    return {"startLine": place.line, "startColumn": place.column, **end}


def _width(finding: Finding) -> int:
    """Return how many characters the words at the finding's place have; 0 where that is not known."""
    for operand in _operands(finding):
        if operand.place == finding.place and operand.value:
            return len(operand.value)
    actual = finding.actual
    return len(actual) if actual and "\n" not in actual else 0


def _operands(finding: Finding) -> Sequence[Operand]:
    return (*finding.equation.left, *finding.equation.right) if finding.equation else ()


def _related(finding: Finding, lang: str) -> Iterator[Json]:
    others = [op for op in _operands(finding) if op.key and op.place != finding.place]
    for number, operand in enumerate(others, 1):
        words = f"{operand.name.in_language(lang)} {operand.value}"
        location = _location(finding.path, operand.place, operand.key, len(operand.value))
        yield {"id": number, **location, "message": {"text": _plain(words)}}


def _review(file: FileReport, undecided: Undecided, rules: dict[str, int], lang: str) -> Json:
    names = "、".join(undecided.rules)
    text = Text(
        f"未能判定 {undecided.count} 项：{undecided.reason.zh}（{names}）",
        f"{undecided.count} undetermined: {undecided.reason.en} ({', '.join(undecided.rules)})",
    )
    return {
        **_about(undecided.rules[0], rules),
        "kind": "review",
        "level": "warning",
        "message": {"text": _plain(text.in_language(lang))},
        "locations": [_location(file.path, Place(), "")],
        "partialFingerprints": {"primaryLocationLineHash": f"{undecided.fingerprint(file.path)}:1"},
    }


def invocation(notes: Sequence[Json], *, succeeded: bool) -> Json:
    """Return how a run went, with its notifications."""
    return {"executionSuccessful": succeeded, **({"toolExecutionNotifications": [*notes]} if notes else {})}


def note(level: str, text: Text, lang: str) -> dict[str, Json]:
    """Return a notification of a run; ``level`` is ``error``, ``warning`` or ``note``."""
    return {"level": level, "message": {"text": text.in_language(lang)}}


def _left_out(count: int, lang: str) -> Iterator[Json]:
    if count:
        text = Text(
            f"结果超过 {MOST_RESULTS} 条，另有 {count} 条没有写入，已先写最严重的",
            f"more than {MOST_RESULTS} results: {count} were left out, the worst were kept",
        )
        yield note("error", text, lang)


def unjudged(file: FileReport, lang: str) -> Iterator[Json]:
    """Yield a notification if no rule saw the file."""
    if not file.judged:
        reason = file.findings[0].message if file.findings else Text("没有核对", "not judged")
        text = Text(_plain(f"没有核对：{reason.zh}"), _plain(f"not judged: {reason.en}"))
        yield {**note("error", text, lang), "locations": [_location(file.path, Place(), "")]}
