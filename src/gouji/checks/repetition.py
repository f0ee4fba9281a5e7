"""Kind ``repetition``: sentences that stand twice in a report, or were taken over from the year before."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal

from msgspec import Struct

from gouji.document import Place
from gouji.errors import DeclarationError
from gouji.facts import Reading
from gouji.likeness import Sentence, fingerprint, sentences_of
from gouji.outline import LEAD, compiled
from gouji.prose import Scope
from gouji.rule import Rule, undeclared
from gouji.subject import Declared, Deviation, Gap, NotApplicable, Outcomes, Passed, Subject, Values
from gouji.wording import CHINESE_DIGITS, Text, shorten

MOST_PAIRS = 20  # sentences given as evidence
LONGEST_SHOWN = 120  # characters of each
QUOTED = 3  # of them in the message, with
LONGEST_QUOTED = 30  # characters of each


@dataclass(frozen=True, kw_only=True, eq=False)
class RepetitionRule(Rule):
    """A demand that the text is the report's own.

    Attributes:
        against: ``itself``: no sentence stands twice, word for word; ``previous``: of each section
            no more than ``share`` per cent of the characters stand in sentences that the same
            section of the previous report has too, whatever their figures.
        sections: which; empty for all.
        share: with ``previous``.
        shortest: characters of a sentence that is compared, without numbers, titles and punctuation;
            shorter ones count as the report's own.
        least: characters of a section that is judged.
        aside: patterns of sentences that everybody has to write; they do not count at all.
    """

    kind: Literal["repetition"]
    against: Literal["itself", "previous"]
    sections: tuple[str, ...] = ()
    share: int = 50
    shortest: int = 15
    least: int = 30
    aside: tuple[str, ...] = ()

    placeholders: ClassVar[frozenset[str]] = frozenset(
        {"section", "share", "limit", "count", "changed", "pairs", "year"}
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
        return _within(self, subject) if self.against == "itself" else _since(self, subject)

    def chosen(self, subject: Subject) -> Iterator[str]:
        """Yield the sections that the report has and the rule is about."""
        return (key for key in subject.reading.sections if not self.sections or key in self.sections)

    def sentences(self, scope: Scope) -> list[Sentence]:
        """Return what counts of a text: no headings, nothing set aside."""
        return [s for s in sentences_of(scope, self.is_aside) if s.ended or len(s.words) >= self.shortest]

    @cached_property
    def is_aside(self) -> Callable[[str], bool]:
        """Whether a sentence is one that everybody has to write."""
        if not self.aside:
            return lambda _: False
        pattern = compiled("|".join(f"(?:{one})" for one in self.aside))
        return lambda text: pattern.search(text) is not None


class Pair(Struct, frozen=True):
    """A sentence and its like, each as written and with its place."""

    words: str
    place: Place
    other: str
    other_place: Place


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
    whole = fingerprint(sentences)
    if whole.size < rule.least:
        return NotApplicable(key)
    known = {s.digest: s for s in rule.sentences(earlier) if len(s.words) >= rule.shortest}
    same = whole & fingerprint(known.values())
    if 100 * same.size <= rule.share * whole.size:
        return Passed(key)
    taken = [(s, known[digest]) for digest, s in {s.digest: s for s in sentences}.items() if digest in same.sentences]
    pairs = [Pair(_words(scope, s), scope.place(s.start), _words(earlier, o), earlier.place(o.start)) for s, o in taken]
    changed = sum(sentence.figures != other.figures for sentence, other in taken)
    values: Values = {
        "share": f"{100 * same.size / whole.size:.1f}%", "limit": f"{rule.share}%", "changed": changed,
        "year": previous.year or "",
    }  # fmt: skip
    return _deviation(key, subject, pairs, _LAST_YEAR, values)


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
                pairs.append(Pair(_words(scope, sentence), place, _words(first, like), other))
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


def _deviation(key: str, subject: Subject, pairs: list[Pair], before: Text, values: Values) -> Deviation:
    quoted = [_quoted(pair, before) for pair in pairs[:QUOTED]]
    said: Values = {
        "section": _title(key, subject), "share": "", "limit": "", "changed": 0, "year": "", "count": len(pairs),
        "pairs": Text("；".join(q.zh for q in quoted), "; ".join(q.en for q in quoted)),
    }  # fmt: skip
    ours = [f"{_said(pair.place).zh}：{shorten(pair.words, LONGEST_SHOWN)}" for pair in pairs[:MOST_PAIRS]]
    theirs = [f"{_said(pair.other_place).zh}：{shorten(pair.other, LONGEST_SHOWN)}" for pair in pairs[:MOST_PAIRS]]
    return Deviation(key, pairs[0].place, said | values, "\n".join(theirs), "\n".join(ours))


_BEFORE = Text("前见", "before at")
_LAST_YEAR = Text("上年报告", "in that report at")


def _quoted(pair: Pair, before: Text) -> Text:
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
