"""Kind ``repetition``: sentences that stand twice in a report, in that of the year before, or in another unit's."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal

import re2
from msgspec import Struct

from gouji.document import Place
from gouji.errors import DeclarationError
from gouji.facts import Reading
from gouji.finding import Passage
from gouji.likeness import Fingerprint, Sentence, fingerprint, names_of, sentences_of
from gouji.outline import LEAD, compiled
from gouji.prose import Scope
from gouji.rule import Rule, undeclared
from gouji.subject import Declared, Deviation, Gap, NotApplicable, Outcomes, Passed, Subject, Values
from gouji.wording import CHINESE_DIGITS, Text, shorten

MOST_PAIRS = 20  # sentences given as evidence
LONGEST_SHOWN = 120  # characters of each
QUOTED = 3  # of them in the message, with
LONGEST_QUOTED = 30  # characters of each
LONGEST_NAME = 40  # of a unit
FEWEST = 4  # units that something was handed out to: fewer may have it from each other


@dataclass(frozen=True, kw_only=True, eq=False)
class RepetitionRule(Rule):
    """A demand that the text is the report's own.

    Attributes:
        against: ``itself``: no sentence stands twice, word for word; ``previous``: of each section
            no more than ``share`` per cent of the characters stand in sentences that the same
            section of the previous report has too, whatever their figures; ``others``: the same of
            the reports of other units on the same year, whatever their names. Who took over from
            whom, nobody can tell.
        sections: which; empty for all.
        share: with ``previous`` and ``others``.
        shortest: characters of a sentence that is compared, without numbers, titles and punctuation;
            shorter ones count as the report's own.
        least: characters of a section that is judged.
        aside: patterns of sentences that everybody has to write; they do not count at all.
        common, common_share: with ``others``: a sentence that so many units have, or more than so many per cent of
            them (four at least), is a form that was handed out to them and does not count.
    """

    kind: Literal["repetition"]
    against: Literal["itself", "previous", "others"]
    sections: tuple[str, ...] = ()
    share: int = 50
    shortest: int = 15
    least: int = 30
    aside: tuple[str, ...] = ()
    common: int = 10
    common_share: int = 66

    placeholders: ClassVar[frozenset[str]] = frozenset(
        {"section", "share", "limit", "count", "changed", "pairs", "year", "unit"}
    )

    def __post_init__(self) -> None:
        """Refuse bad patterns and shares."""
        Rule.__post_init__(self)
        try:
            for pattern in self.aside:
                compiled(pattern)
        except DeclarationError as error:
            raise DeclarationError("aside", error.text) from None
        if not 0 < self.share <= 100:  # noqa: PLR2004 - per cent
            raise DeclarationError("share", Text("share 是 1 到 100 的百分数", "share is a percentage from 1 to 100"))

    def bind(self, declared: Declared) -> None:
        """Refuse unknown sections."""
        unknown = [key for key in self.sections if key not in declared.sections]
        if unknown:
            raise undeclared("sections", Text("章节", "section"), unknown, declared.sections)

    def evaluate(self, subject: Subject) -> Outcomes:
        """Judge the sections."""
        return _JUDGED[self.against](self, subject)

    @property
    def beyond(self) -> bool:  # type: ignore[override]
        """Whether other reports take part."""
        return self.against != "itself"

    def chosen(self, subject: Subject) -> Iterator[str]:
        """Yield the sections that the report has and the rule is about."""
        return (key for key in subject.reading.sections if not self.sections or key in self.sections)

    def sentences(self, scope: Scope, names: Sequence[str] = ()) -> list[Sentence]:
        """Return what counts of a text: no headings, nothing set aside, ``names`` of the unit left out."""
        return [s for s in sentences_of(scope, self.is_aside, names) if s.ended or len(s.words) >= self.shortest]

    def is_aside(self, sentence: str) -> bool:
        """Tell whether a sentence is one that everybody has to write."""
        return self._aside is not None and self._aside.search(sentence) is not None

    def texts(self, reading: Reading) -> dict[str, Fingerprint]:
        """Return what of each section is compared with other reports, the unit's names left out."""
        names = names_of(reading.unit)
        return {key: fingerprint(self.sentences(reading.prose.scope(key), names)) for key in reading.sections}

    def is_form(self, units: int, reports: int) -> bool:
        """Tell whether a sentence that so many units have, of so many that reported, was handed out to them."""
        most = units >= FEWEST and 100 * units > self.common_share * reports > 0
        return units >= self.common or most

    def counted(
        self, texts: Mapping[str, Fingerprint], spread: Callable[[int], int], reports: int
    ) -> dict[str, Fingerprint]:
        """Return what counts of the sections that are judged: sentences that are no form, enough of them.

        Args:
            texts: the sections of a report (``texts``).
            spread: digest of a sentence -> how many units have it.
            reports: how many reported.
        """
        judged = {key: text for key, text in texts.items() if not self.sections or key in self.sections}
        found = {
            key: Fingerprint({o: size for o, size in text.sentences.items() if not self.is_form(spread(o), reports)})
            for key, text in judged.items()
        }
        return {key: text for key, text in found.items() if text.size >= max(self.least, 1)}

    def shared(self, own: Mapping[str, Fingerprint], other: Mapping[str, Fingerprint]) -> float:
        """Return how much of a section stands in that of another report as well, in per cent; the most of any section.

        Args:
            own: what counts of the one report (``counted``), by section.
            other: the sections of the other one (``texts``).
        """
        return max(
            (100 * self._in_both(own[key], other[key]).size / own[key].size for key in own if key in other), default=0
        )

    def _in_both(self, own: Fingerprint, other: Fingerprint) -> Fingerprint:
        """Return what both have of sentences that are long enough."""
        both = own & other
        return Fingerprint({digest: size for digest, size in both.sentences.items() if size >= self.shortest})

    @cached_property
    def _aside(self) -> "re2._Regexp[str] | None":
        return compiled("|".join(f"(?:{one})" for one in self.aside)) if self.aside else None


# --- against the report of the year before --------------------------------------------------------


def _since(rule: RepetitionRule, subject: Subject) -> Outcomes:
    previous = subject.previous
    if previous is None:
        yield NotApplicable()
    elif isinstance(previous, Text):
        yield Gap("", previous)
    else:
        for key in rule.chosen(subject):
            both = key in previous.sections
            yield _compared(rule, key, subject, previous) if both else NotApplicable(key)


def _compared(
    rule: RepetitionRule, key: str, subject: Subject, previous: Reading
) -> Deviation | Passed | NotApplicable:
    scope, earlier = subject.reading.prose.scope(key), previous.prose.scope(key)
    sentences = rule.sentences(scope)
    size = fingerprint(sentences).size
    if size < rule.least:
        return NotApplicable(key)
    shared = _shared(rule, scope, sentences, earlier, rule.sentences(earlier))
    if 100 * shared.size <= rule.share * size:
        return Passed(key)
    values = {**shared.values(rule, size), "year": previous.year or ""}
    other = Text(f"{previous.year}年报告", f"the report on {previous.year}")
    return _deviation(key, subject, shared.passages, _LAST_YEAR, values, other)


class _Shared(Struct, frozen=True):
    """What two texts share: characters, sentences side by side, and how many of these differ in figures."""

    size: int
    passages: list[Passage]
    changed: int

    def values(self, rule: RepetitionRule, whole: int) -> Values:
        """Return what a message says of it, as a part of so many characters."""
        return {
            "share": f"{100 * self.size / whole:.1f}%",
            "limit": f"{rule.share}%",
            "changed": self._said_of_figures(),
        }

    def _said_of_figures(self) -> Text:
        count = self.changed
        return (
            Text(f"，其中 {count} 句只改了数字", f", {count} of them with other figures only")
            if count
            else Text("", "")
        )


def _shared(
    rule: RepetitionRule, scope: Scope, sentences: Sequence[Sentence], other: Scope, others: Sequence[Sentence]
) -> _Shared:
    known = {s.digest: s for s in others if len(s.words) >= rule.shortest}
    same = fingerprint(sentences) & fingerprint(known.values())
    taken = [(s, known[digest]) for digest, s in {s.digest: s for s in sentences}.items() if digest in same.sentences]
    passages = [
        Passage(_words(scope, s), scope.place(s.start), _words(other, o), other.place(o.start)) for s, o in taken
    ]
    return _Shared(same.size, passages, sum(s.figures != o.figures for s, o in taken))


# --- against the reports of other units -----------------------------------------------------------


def _elsewhere(rule: RepetitionRule, subject: Subject) -> Outcomes:
    others = subject.around.others
    if others is None:
        yield NotApplicable()
        return
    for key in rule.chosen(subject):
        yield _among(rule, key, subject, others) if others else Passed(key)


def _among(
    rule: RepetitionRule, key: str, subject: Subject, others: Sequence[Reading]
) -> Deviation | Passed | NotApplicable:
    """Compare a section with that of every candidate; the one that shares most is told."""
    scope, around = subject.reading.prose.scope(key), subject.around
    own = rule.sentences(scope, names_of(subject.reading.unit))
    sentences = [sentence for sentence in own if not rule.is_form(around.spread(sentence.digest), around.reports)]
    size = fingerprint(sentences).size
    if size < rule.least:
        return NotApplicable(key)
    found = []
    for reading in others:
        if key in reading.sections:
            other = reading.prose.scope(key)
            theirs = rule.sentences(other, names_of(reading.unit))
            found.append((_shared(rule, scope, sentences, other, theirs), reading))
    most, reading = max(found, key=lambda pair: pair[0].size, default=(None, subject.reading))
    if most is None or 100 * most.size <= rule.share * size:
        return Passed(key)
    unit = shorten(reading.unit or reading.path, LONGEST_NAME)  # a title may leave the unit out
    values = {**most.values(rule, size), "year": reading.year or "", "unit": unit}
    other_report = Text(f"{unit}{reading.year}年报告", f"the report of {unit} on {reading.year}")
    return _deviation(key, subject, most.passages, _THERE, values, other_report)


# --- within one report ----------------------------------------------------------------------------


def _within(rule: RepetitionRule, subject: Subject) -> Outcomes:
    prose = subject.reading.prose
    keys = [LEAD, *rule.chosen(subject)]
    ends = Counter(_end(part, rule) for key in keys for part in _PART.split(prose.scope(key).text))
    suspects = {end for end, times in ends.items() if times > 1 and len(end) >= rule.shortest}
    seen: dict[tuple[str, tuple[str, ...]], tuple[Scope, Sentence]] = {}
    clean = True
    for key in keys if suspects else ():
        scope, pairs = prose.scope(key), []
        for sentence in sentences_of(scope, lambda text: _end(text, rule) not in suspects or rule.is_aside(text)):
            if not sentence.ended or len(sentence.words) < rule.shortest:
                continue
            first, like = seen.setdefault((sentence.words, sentence.figures), (scope, sentence))
            if like is not sentence:
                place, other = scope.place(sentence.start), first.place(like.start)
                pairs.append(Passage(_words(scope, sentence), place, _words(first, like), other))
        if pairs:
            clean = False
            yield _deviation(key, subject, pairs, _BEFORE, {})
    if clean:
        yield Passed()


_PART = re.compile("[。;!?\n]")


def _end(part: str, rule: RepetitionRule) -> str:
    """Return the last words of a sentence: in most reports no two sentences end alike, and nothing else is compared."""
    return part.rstrip("。;!?")[-rule.shortest :]


# --- evidence -------------------------------------------------------------------------------------


def _words(scope: Scope, sentence: Sentence) -> str:
    text = scope.text[sentence.start : sentence.end]
    first = sentence.start + len(text) - len(text.lstrip("\n"))
    return scope.written(first, sentence.start + len(text.rstrip("\n")))


def _deviation(
    key: str, subject: Subject, pairs: list[Passage], before: Text, values: Values, other: Text | None = None
) -> Deviation:
    quoted = [_quoted(pair, before) for pair in pairs[:QUOTED]]
    said: Values = {
        "section": _title(key, subject), "share": "", "limit": "", "changed": "", "year": "", "unit": "", "count": len(pairs),
        "pairs": Text("；".join(q.zh for q in quoted), "; ".join(q.en for q in quoted)),
    }  # fmt: skip
    ours = [f"{_said(pair.place).zh}：{shorten(pair.words, LONGEST_SHOWN)}" for pair in pairs[:MOST_PAIRS]]
    theirs = [f"{_said(pair.other_place).zh}：{shorten(pair.other, LONGEST_SHOWN)}" for pair in pairs[:MOST_PAIRS]]
    expected, actual = "\n".join(theirs), "\n".join(ours)
    shown = tuple(pairs[:MOST_PAIRS]) if other else ()
    return Deviation(key, pairs[0].place, said | values, expected, actual, passages=shown, other=other)


_BEFORE = Text("前见", "before at")
_LAST_YEAR = Text("上年报告", "in that report at")
_THERE = Text("对方", "there at")


def _quoted(pair: Passage, before: Text) -> Text:
    words, place, other = shorten(pair.words, LONGEST_QUOTED), _said(pair.place), _said(pair.other_place)
    return Text(f"“{words}”（{place.zh}，{before.zh}{other.zh}）", f"“{words}” ({place.en}, {before.en} {other.en})")


def _title(key: str, subject: Subject) -> Text:
    if key == LEAD:
        return Text("文首", "the beginning")
    section = subject.declared.sections[key]
    title = f"{CHINESE_DIGITS[section.number - 1]}、{section.title}"
    return Text(title, title)


def _said(place: Place) -> Text:
    if place.line:
        return Text(f"第{place.line}行", f"line {place.line}")
    if place.page:
        return Text(f"第{place.page}页", f"page {place.page}")
    return Text(f"第{place.block}段", f"paragraph {place.block}") if place.block else Text("文中", "in the text")


_JUDGED: dict[str, Callable[[RepetitionRule, Subject], Outcomes]] = {
    "itself": _within, "previous": _since, "others": _elsewhere,
}  # fmt: skip
