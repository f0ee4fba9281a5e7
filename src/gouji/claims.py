"""What a pack declares of the numbers that sentences state: topics, their claims, and words for another scope."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import re2
from msgspec import Struct

from gouji.amount import ARABIC, CHINESE, UNITS
from gouji.errors import DeclarationError
from gouji.expression import Term, parse_sum
from gouji.outline import compiled
from gouji.wording import Text

# What may stand between the words that anchor a number and the number itself.
_LINK = "(?:共计|总计|合计|总共|共有|共|为|是|达到|达|:|仅有|仅|有|了|到|总数|总量|数量){0,3}"
_BEFORE, _MORE, _AFTER = "(?:约|近|超过|超|逾|不足)?", "(?:余|多)?", "(?:左右|以上|余)?"
_NUMBER = f"{_BEFORE}(?:{ARABIC}|{CHINESE}){_MORE}万?{_MORE}"
PERCENT = r"(?:百分之[零一二三四五六七八九十百点]{1,8}|[0-9]{1,6}(?:\.[0-9]{1,6})?%)"
_BETWEEN = re.compile(r"\{(?:n|p|_|end)\}")
_END = r"(?:[,;。!?:、)(]|和|及|以及|或|且|也|$)"


@dataclass(frozen=True, kw_only=True, eq=False)
class Rewrite:
    """Words behind a number that change what it must equal: ``（含上年结转）``.

    Attributes:
        words: RE2, searched in what follows the number.
        targets: what the number must equal then.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    words: str
    targets: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse bad patterns and sums."""
        _compiled("words", self.words)
        _parsed(self.targets, "targets")

    @cached_property
    def sums(self) -> tuple[tuple[Term, ...], ...]:
        """The targets, parsed."""
        return _parsed(self.targets, "targets")


@dataclass(frozen=True, kw_only=True, eq=False)
class DeclaredClaim:
    """A statement about a number of the tables.

    Attributes:
        key: its name in rules, after the topic's: ``applications.received``.
        name: what messages call it.
        phrases: RE2 on text in half width without blanks. ``{n}`` stands for a number with one of
            the topic's units, ``{p}`` for a percentage, ``{_}`` for any of the topic's ``filler``
            words, ``{end}`` for the end of the clause. A phrase without ``{n}`` and ``{p}`` states
            zero: 未收到…申请, or 均已办结 (nothing is left).
        targets: sums over fact keys that the number may equal, the preferred one first;
            ``applications.denied.*.total`` adds up the rows of a group. Empty where no table has it.
        of: what a percentage may be the share of: sums over fact keys.
        rewrites: words that change the targets; the first that is found counts.
        without: RE2; the clause must not hold it outside of the phrase.
        unless: RE2; where the paragraph holds it the claim is not made.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    key: str
    name: Text
    phrases: tuple[str, ...]
    targets: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    without: str = ""
    unless: str = ""

    def __post_init__(self) -> None:
        """Refuse bad patterns and sums."""
        for key, pattern in (("without", self.without), ("unless", self.unless)):
            _compiled(key, pattern)
        _parsed(self.targets, "targets")
        _parsed(self.of, "of")

    @cached_property
    def sums(self) -> tuple[tuple[Term, ...], ...]:
        """The targets, parsed."""
        return _parsed(self.targets, "targets")

    @cached_property
    def wholes(self) -> tuple[tuple[Term, ...], ...]:
        """What percentages are shares of, parsed."""
        return _parsed(self.of, "of")

    def sums_under(self, rewrite: int | None) -> tuple[tuple[Term, ...], ...]:
        """Return the targets, or those that a rewrite puts in their place."""
        return self.sums if rewrite is None else self.rewrites[rewrite].sums


@dataclass(frozen=True, kw_only=True, eq=False)
class DeclaredTopic:
    """What claims are about. A number belongs to the topic that is named last before it.

    A topic without claims is a trap: what is counted there (提案、信访、解读) is nobody's target.

    Attributes:
        key: its name in rules.
        name: what messages call it.
        words: RE2, what names the topic. Of two topics that begin at one character the one declared
            first is meant, so the longer words come first.
        units: units that its numbers have; an empty one stands for a number at the end of its clause.
        filler: RE2, words that may stand between anchor and number without changing the meaning.
        context: RE2; the sentence must hold it; empty for no condition.
        narrow: RE2; words that make a clause about a part of the topic (网络、自然人).
        claims: the claims.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    key: str
    name: Text
    words: str
    units: tuple[str, ...] = ()
    filler: str = ""
    context: str = ""
    narrow: str = ""
    claims: tuple[DeclaredClaim, ...] = ()

    def __post_init__(self) -> None:
        """Refuse bad patterns; phrases are only patterns once the topic's words are put in."""
        for key in ("words", "filler", "context", "narrow"):
            _compiled(key, getattr(self, key))
        if self.claims and not self.units:
            raise DeclarationError("units", Text("有 claims 就要有 units", "a topic with claims needs units"))
        unknown = [unit for unit in self.units if unit and unit not in UNITS]
        if unknown:
            known = "、".join(UNITS)
            raise DeclarationError(
                "units", Text(f"没有单位 {unknown[0]}；有：{known}", f"unknown unit {unknown[0]}; there are: {known}")
            )
        for claim in self.claims:
            for phrase in claim.phrases:
                self._refuse(phrase, claim)

    def _refuse(self, phrase: str, claim: DeclaredClaim) -> None:
        try:
            compiled(self.pattern(phrase))
        except DeclarationError:
            text = Text(f"{claim.key}：{phrase} 不是有效的模式", f"{claim.key}: {phrase} is not a valid pattern")
            raise DeclarationError("claims", text) from None

    def pattern(self, phrase: str) -> str:
        """Return a phrase with what its placeholders stand for; a number is the group ``value``."""
        units = "|".join(sorted(self.units, key=len, reverse=True))
        number = f"{_LINK}(?P<value>{_NUMBER}(?:{units}){_AFTER})"
        percent = f"(?:为|达到|达|是|:)?(?P<percent>{PERCENT})"
        parts = {"{n}": number, "{p}": percent, "{_}": f"(?:{self.filler})*?" if self.filler else "", "{end}": _END}
        for name, part in parts.items():
            phrase = phrase.replace(name, part)
        return phrase


@dataclass(frozen=True, kw_only=True, eq=False)
class DeclaredScope:
    """Words that say whose numbers a sentence gives.

    Attributes:
        words: RE2.
        kinds: the kinds of units whose tables have that scope; empty when no unit's have.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    words: str
    kinds: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse bad patterns."""
        _compiled("words", self.words)


class Phrase(Struct, frozen=True):
    """A phrase ready to match, with its claim.

    ``anchors`` are its own words, whatever stands between them; ``group`` is the number's, 0 where
    the phrase states none.
    """

    topic: DeclaredTopic
    claim: DeclaredClaim
    matcher: "re2._Regexp[str]"
    anchors: str
    group: int
    is_percent: bool


def phrases_of(topics: Sequence[DeclaredTopic]) -> tuple[Phrase, ...]:
    """Return every phrase of every claim, in the order of declaration."""
    return tuple(
        _phrase(topic, claim, phrase) for topic in topics for claim in topic.claims for phrase in claim.phrases
    )


def _phrase(topic: DeclaredTopic, claim: DeclaredClaim, phrase: str) -> Phrase:
    matcher = compiled(topic.pattern(phrase))
    groups = matcher.groupindex
    group = groups.get("value", groups.get("percent", 0))
    return Phrase(topic, claim, matcher, _BETWEEN.sub(".*", phrase), group, is_percent="percent" in groups)


def _compiled(key: str, pattern: str) -> None:
    try:
        compiled(pattern)
    except DeclarationError as error:
        raise DeclarationError(key, error.text) from None


def _parsed(sums: tuple[str, ...], key: str) -> tuple[tuple[Term, ...], ...]:
    try:
        return tuple(map(parse_sum, sums))
    except DeclarationError as error:
        raise DeclarationError(key, error.text) from None
