"""The text of two reports side by side: sentences that both have, or those that only one has."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest

from msgspec import Struct

from gouji.checks.repetition import RepetitionRule
from gouji.document import Place
from gouji.facts import Reading
from gouji.likeness import Sentence, fingerprint, names_of, sentences_of
from gouji.outline import DeclaredSection
from gouji.personal import hidden
from gouji.prose import Scope
from gouji.wording import CHINESE_DIGITS, half_width

_FIGURE = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_BOOK = re.compile("《[^《》]{0,100}》")


class Words(Struct, frozen=True):
    """Words of a report, where they stand, and which of their characters are marked: from, to."""

    text: str
    place: Place
    marked: tuple[tuple[int, int], ...] = ()

    @property
    def parts(self) -> tuple[tuple[str, bool], ...]:
        """The words cut at the marks, each part with whether it is marked."""
        parts, at = [], 0
        for start, end in self.marked:
            parts += [(self.text[at:start], False), (self.text[start:end], True)]
            at = end
        return tuple(part for part in (*parts, (self.text[at:], False)) if part[0])


class Pair(Struct, frozen=True):
    """A sentence that both reports have; ``changed``: with other figures, which are marked."""

    left: Words
    right: Words
    changed: bool


class Share(Struct, frozen=True):
    """A share in per cent, empty of a section without text that counts; whether the rule judges it, and speaks."""

    percent: str
    judged: bool
    over: bool


class SharedText(Struct, frozen=True):
    """What a section shares with that of the other report, measured as the rule does.

    Attributes:
        section, title: its key and its official heading.
        left_size, right_size: characters of each that count.
        size: of them, those in sentences that both have.
        limit: the share from which on the rule speaks, in per cent.
        least: sections of fewer characters are not judged.
        pairs: these sentences, in the order of the right report.
    """

    section: str
    title: str
    left_size: int
    right_size: int
    size: int
    limit: int
    least: int
    pairs: tuple[Pair, ...]

    @property
    def left(self) -> "Share":
        """What is shared, as a part of the left section."""
        return self._share(self.left_size)

    @property
    def right(self) -> "Share":
        """The same of the right section."""
        return self._share(self.right_size)

    def _share(self, whole: int) -> "Share":
        judged = whole >= self.least
        percent = f"{100 * self.size / whole:.1f}" if whole else ""
        return Share(percent, judged=judged, over=judged and 100 * self.size > self.limit * whole)

    @property
    def changed(self) -> int:
        """How many of the sentences have other figures."""
        return sum(pair.changed for pair in self.pairs)


class DifferentText(Struct, frozen=True):
    """What a section says in one report only: left and right side by side in reading order, and what is alike."""

    section: str
    title: str
    rows: tuple[tuple[Words | None, Words | None], ...]
    alike: int


def heading(declared: DeclaredSection) -> str:
    """Return the official heading of a section with its number."""
    return f"{CHINESE_DIGITS[declared.number - 1]}、{declared.title}"


def shared_texts(
    rule: RepetitionRule, left: Reading, right: Reading, declared: Mapping[str, DeclaredSection]
) -> Iterator[SharedText]:
    """Yield what each section that the rule is about shares with that of the other report."""
    names = [names_of(reading.unit) if rule.against == "others" else () for reading in (left, right)]
    for key in right.sections:
        if key not in left.sections or (rule.sections and key not in rule.sections):
            continue
        scopes = [reading.prose.scope(key) for reading in (left, right)]
        theirs, ours = (rule.sentences(scope, own) for scope, own in zip(scopes, names, strict=True))
        known = {s.digest: s for s in theirs if len(s.words) >= rule.shortest}
        both = {s.digest: s for s in ours if s.digest in known}
        yield SharedText(
            key,
            heading(declared[key]),
            fingerprint(theirs).size,
            fingerprint(ours).size,
            fingerprint(both.values()).size,
            rule.share,
            rule.least,
            tuple(_pair(scopes[0], known[digest], scopes[1], sentence) for digest, sentence in both.items()),
        )


def _pair(scope: Scope, sentence: Sentence, other_scope: Scope, other: Sentence) -> Pair:
    figures = [sentence.figures, other.figures]
    changed = {n for n, (one, two) in enumerate(zip_longest(*figures)) if one != two}
    left, right = (
        _figured(_written(own, s), own.place(s.start), s.figures, changed)
        for own, s in ((scope, sentence), (other_scope, other))
    )
    return Pair(left, right, bool(changed))


def _written(scope: Scope, sentence: Sentence) -> str:
    text = scope.text[sentence.start : sentence.end]
    first = sentence.start + len(text) - len(text.lstrip("\n"))
    return scope.written(first, sentence.start + len(text.rstrip("\n")))


def _figured(text: str, place: Place, figures: Sequence[str], changed: Iterable[int]) -> Words:
    """Mark the figures that were changed; none where they cannot be found again for certain."""
    if (shown := hidden(text)) != text:
        return Words(shown, place)
    # the numbers in titles and the number in front of a sentence are no figures of it
    plain = _BOOK.sub(lambda book: " " * len(book[0]), half_width(text))
    spans = [found.span() for found in _FIGURE.finditer(plain)][-len(figures) :]
    if [plain[start:end] for start, end in spans] != list(figures):
        return Words(text, place)
    return Words(text, place, tuple(spans[n] for n in sorted(changed) if n < len(spans)))


# --- two versions of one report ---------------------------------------------------------------


def different_texts(left: Reading, right: Reading, declared: Mapping[str, DeclaredSection]) -> Iterator[DifferentText]:
    """Yield what each section that both versions have says in one of them only, its heading included."""
    for key, section in right.sections.items():
        if key not in left.sections:
            continue
        heads = [Words(hidden(one.heading.text), one.heading.place) for one in (left.sections[key], section)]
        rows = [_marked(*heads)] if heads[0].text != heads[1].text else []
        alike = 0
        for one, two in _aligned(list(_sentences(left, key)), list(_sentences(right, key))):
            if one and two and one.text == two.text:
                alike += 1
            else:
                rows.append(_marked(one, two))
        yield DifferentText(key, heading(declared[key]), tuple(rows), alike)


def _sentences(reading: Reading, section: str) -> Iterator[Words]:
    scope = reading.prose.scope(section)
    for sentence in sentences_of(scope, lambda _: False):
        yield Words(hidden(_written(scope, sentence)), scope.place(sentence.start))


def _aligned(ours: Sequence[Words], theirs: Sequence[Words]) -> Iterator[tuple[Words | None, Words | None]]:
    """Lay two texts beside each other: what stands once in both holds them together."""
    before = (0, 0)
    for here in (*_anchors([w.text for w in ours], [w.text for w in theirs]), (len(ours), len(theirs))):
        yield from zip_longest(ours[before[0] : here[0]], theirs[before[1] : here[1]])
        if here[0] < len(ours):
            yield ours[here[0]], theirs[here[1]]
        before = (here[0] + 1, here[1] + 1)


def _anchors(ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[int, int]]:
    """Return the places of lines that stand once in each text, as many as keep their order in both.

    The longest increasing subsequence by patience sorting, as in Cohen's patience diff: quick for any texts.
    """
    once = [{text for text, times in Counter(lines).items() if times == 1} for lines in (ours, theirs)]
    known = {text: n for n, text in enumerate(theirs) if text in once[1]}
    pairs = [(n, known[text]) for n, text in enumerate(ours) if text in once[0] and text in known]
    tops: list[int] = []  # the last place in ``theirs`` of the best sequence of each length
    at: list[int] = []  # the pair that it ends with
    before: list[int | None] = []  # the pair in front of each
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(tops, place)
        before.append(at[length - 1] if length else None)
        tops[length : length + 1] = [place]
        at[length : length + 1] = [number]
    best, last = [], at[-1] if at else None
    while last is not None:
        best.append(pairs[last])
        last = before[last]
    return best[::-1]


def _marked(one: Words | None, two: Words | None) -> tuple[Words | None, Words | None]:
    """Mark where two lines differ, if they are one line that was changed.

    These are its figures, or else what lies between a beginning and an end that are alike and make up the most of it.
    """
    if one is None or two is None:
        return one, two
    plain = [half_width(words.text) for words in (one, two)]
    if _FIGURE.sub("#", plain[0]) == _FIGURE.sub("#", plain[1]):
        spans = [list(_FIGURE.finditer(text)) for text in plain]
        changed = [pair for pair in zip(*spans, strict=True) if pair[0][0] != pair[1][0]]
        left, right = (Words(w.text, w.place, tuple(p[n].span() for p in changed)) for n, w in enumerate((one, two)))
        return left, right
    shorter = min(len(one.text), len(two.text))
    start = next((n for n in range(shorter) if one.text[n] != two.text[n]), shorter)
    end = next((n for n in range(shorter - start) if one.text[-1 - n] != two.text[-1 - n]), shorter - start)
    if 2 * (start + end) < shorter:
        return one, two
    left, right = (
        Words(w.text, w.place, ((start, len(w.text) - end),) if start < len(w.text) - end else ()) for w in (one, two)
    )
    return left, right


def headings(reading: Reading, other: Reading) -> tuple[Words, ...]:
    """Return the headings of the sections that only this one of two reports has."""
    found = (section.heading for key, section in reading.sections.items() if key not in other.sections)
    return tuple(Words(hidden(one.text), one.place) for one in found)
