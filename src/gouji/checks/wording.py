"""Kind ``wording``: what the text says, and slips of the pen, by declared dictionaries and a few demands."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal

import re2

from gouji.document import Place
from gouji.errors import DeclarationError
from gouji.outline import DOCUMENT, LEAD, OWN_SCOPES, Pattern, compiled
from gouji.personal import hidden, personal_numbers
from gouji.prose import Scope
from gouji.rule import Rule, undeclared
from gouji.subject import Declared, Deviation, Outcomes, Passed, Subject, Values
from gouji.wording import Text, fold, half_width, numbering, shorten

Demand = Literal["dictionary", "balanced", "undoubled", "even_marks", "no_id_number", "no_mobile"]

NEAR = 12  # characters shown on each side of what is wrong
LONGEST_TITLE = 60  # characters that 《 is looked for in front of a word


@dataclass(frozen=True, kw_only=True, eq=False)
class Phrase:
    """Words that should not stand in a report; patterns are matched in half width and without spaces.

    Attributes:
        key: its name in addresses.
        pattern: the words; the group ``value``, or else the whole match, is what is wrong.
        instead: what to write.
        reason: why, in a few words.
        context, without: the sentence must hold one of these words; none of those.
        not_after, not_before: words that must not stand directly in front of it, or behind it, where
            the characters would belong to another word.
        in_titles: whether it counts between 《 and 》, where an old document keeps its name.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    key: str
    pattern: str
    instead: str = ""
    reason: Text | None = None
    context: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()
    in_titles: bool = True

    def __post_init__(self) -> None:
        """Refuse a bad pattern when the pack loads."""
        try:
            compiled(self.pattern)
        except DeclarationError as error:
            raise DeclarationError("pattern", error.text) from None

    @cached_property
    def matcher(self) -> Pattern:
        """The pattern, ready to match."""
        found = compiled(self.pattern)
        return Pattern(found, found.groupindex.get("value", 0))

    def find(self, scope: Scope) -> Iterator[tuple[int, int]]:
        """Yield where words begin and end that all conditions hold for."""
        for start, end in scope.spans(self.matcher):
            if self._stands(scope, start, end):
                yield start, end

    def _stands(self, scope: Scope, start: int, end: int) -> bool:
        text = scope.text
        if text.endswith(self.not_after, 0, start) or text.startswith(self.not_before, end):
            return False
        near = max(0, start - LONGEST_TITLE)
        if not self.in_titles and text.rfind("《", near, start) > text.rfind("》", near, start):
            return False
        sentence = scope.sentence(start, end) if self.context or self.without else ""
        if self.context and not any(word in sentence for word in self.context):
            return False
        return not any(word in sentence for word in self.without)


@dataclass(frozen=True, kw_only=True, eq=False)
class WordingRule(Rule):
    """A demand on the words of a report.

    Attributes:
        require: ``dictionary``: none of ``phrases``; ``balanced``: brackets and quotes come in pairs;
            ``undoubled``: no words of three characters or more twice in a row; ``even_marks``: the
            numbers of one list have one mark (1. 2. and not 1. 2、); ``no_id_number``,
            ``no_mobile``: no identity card or mobile number.
        scope: where to look: keys of sections, ``lead``, ``tail`` or ``document``; ``dictionary`` only.
        phrases: the dictionary.
        told: with ``no_mobile``: fields whose numbers another rule is about.
    """

    kind: Literal["wording"]
    require: Demand = "dictionary"
    scope: tuple[str, ...] = (DOCUMENT,)
    phrases: tuple[Phrase, ...] = ()
    told: tuple[str, ...] = ()

    placeholders: ClassVar[frozenset[str]] = frozenset({"found", "instead", "reason", "near", "count"})

    def __post_init__(self) -> None:
        """Refuse a dictionary without phrases, phrases without one, and keys used twice."""
        Rule.__post_init__(self)
        if (self.require == "dictionary") != bool(self.phrases):
            raise DeclarationError(
                "phrases",
                Text(
                    "dictionary 要有 phrases，其他要求不能有", "dictionary needs phrases, and nothing else takes them"
                ),
            )
        for key, used, plain in (
            ("scope", self.require == "dictionary", self.scope == (DOCUMENT,)),
            ("told", self.require in ("no_id_number", "no_mobile"), not self.told),
        ):
            if not (used or plain):
                raise DeclarationError(key, Text(f"{self.require} 不用 {key}", f"{self.require} takes no {key}"))
        keys = [phrase.key for phrase in self.phrases]
        again = next((key for n, key in enumerate(keys) if key in keys[:n]), None)
        if again:
            raise DeclarationError("phrases", Text(f"key {again} 重复", f"the key {again} is used twice"))

    def bind(self, declared: Declared) -> None:
        """Refuse unknown scopes and fields."""
        scopes = (*OWN_SCOPES, *declared.sections)
        unknown = [name for name in self.scope if name not in scopes]
        if unknown or not self.scope:
            raise undeclared("scope", Text("范围", "scope"), unknown, scopes)
        unknown = [name for name in self.told if name not in declared.fields]
        if unknown:
            raise undeclared("told", Text("要素", "field"), unknown, declared.fields)

    def evaluate(self, subject: Subject) -> Outcomes:
        """Judge the text; a report without slips is one pass."""
        clean = True
        for deviation in DEMANDS[self.require](self, subject):
            clean = False
            yield deviation
        if clean:
            yield Passed()

    @cached_property
    def any(self) -> "re2._Regexp[str]":
        """All phrases at once: most reports hold none."""
        return compiled("|".join(f"(?:{_GROUP.sub('(?:', phrase.pattern)})" for phrase in self.phrases))


_GROUP = re.compile(r"\(\?P<\w+>")  # names may stand once in a pattern


def _deviation(address: str, place: Place, found: str, values: Values) -> Deviation:
    said: Values = {"found": shorten(found, 40), "instead": "", "reason": "", "near": "", "count": 1}
    instead = values.get("instead", "")
    return Deviation(address, place, said | values, instead if isinstance(instead, str) else "", found)


def _around(text: str, start: int, end: int) -> tuple[int, int, str]:
    """Return the stretch of a line around some words, and a form for it that tells what is left out."""
    first, last = max(0, start - NEAR), min(len(text), end + NEAR)
    first = max(first, text.rfind("\n", first, start) + 1)
    stop = text.find("\n", end, last)
    last = stop if stop >= 0 else last
    opened = "…" if text[first - 1 : first].strip() else ""
    return first, last, f"{opened}%s{'…' if text[last : last + 1].strip() else ''}"


def _near(scope: Scope, start: int, end: int) -> str:
    """Quote words with what stands around them, as written."""
    first, last, form = _around(scope.text, start, end)
    return form % scope.written(first, last)


# --- dictionaries -------------------------------------------------------------------------------


def _dictionary(rule: WordingRule, subject: Subject) -> Iterator[Deviation]:
    scopes = [scope for scope in map(subject.reading.prose.scope, rule.scope) if scope.holds(rule.any)]
    for phrase in rule.phrases if scopes else ():
        found = [(scope, start, end) for scope in scopes for start, end in phrase.find(scope)]
        if found:
            scope, start, end = found[0]
            values: Values = {
                "instead": phrase.instead, "reason": phrase.reason or "", "near": _near(scope, start, end),
                "count": len(found),
            }  # fmt: skip
            yield _deviation(phrase.key, scope.place(start), scope.written(start, end), values)


# --- pairs --------------------------------------------------------------------------------------

_PAIRS = dict(zip("([〔【《“‘「『", ")]〕】》”’」』", strict=True))
_OPENING = {closing: opening for opening, closing in _PAIRS.items()}
_PAIRED = re.compile("[()\\[\\]〔〕【】《》“”‘’「」『』]")
_LIST_MARK = re.compile(r"(?<![0-9])[0-9]{1,2}$|(?:^|[\n,;:。、])(?:[一二三四五六七八九十]{1,3}|[a-zA-Z])$")


def _balanced(rule: WordingRule, subject: Subject) -> Iterator[Deviation]:
    prose = subject.reading.prose
    text = prose.scope(DOCUMENT).text
    if all(text.count(opening) == text.count(closing) for opening, closing in _PAIRS.items()):
        return  # pairs in a wrong order are too rare to look for
    for name in (LEAD, *subject.reading.sections):
        scope = prose.scope(name)
        alone = _alone(scope.text)
        if alone:
            at, mark = alone[0], scope.text[alone[0]]
            written, other = scope.written(at, at + 1), _PAIRS.get(mark) or _OPENING[mark]
            if written != mark:  # in full width
                other = chr(ord(other) + ord(written) - ord(mark))
            values: Values = {"instead": other, "near": _near(scope, at, at + 1), "count": len(alone)}
            yield _deviation(name, scope.place(at), written, values)


def _alone(text: str) -> list[int]:
    """Return where a bracket or quote stands without its other half; a pair may span paragraphs."""
    open_: list[int] = []
    waiting: Counter[str] = Counter()
    alone: list[int] = []
    for found in _PAIRED.finditer(text):
        mark, at = found[0], found.start()
        if mark in _PAIRS:
            open_.append(at)
            waiting[mark] += 1
        elif waiting[_OPENING[mark]]:
            while text[open_[-1]] != _OPENING[mark]:
                waiting[text[open_[-1]]] -= 1
                alone.append(open_.pop())
            waiting[text[open_.pop()]] -= 1
        elif not (_LIST_MARK.search(text, max(0, at - 4), at) if mark == ")" else _is_apostrophe(text, at)):
            alone.append(at)
    return sorted(alone + [at for at in open_ if not _goes_on(text, at)])


def _is_apostrophe(text: str, at: int) -> bool:
    return text[at] == "’" and text[at - 1 : at].isascii() and text[at - 1 : at].isalpha()


def _goes_on(text: str, at: int) -> bool:
    """Tell whether a quote opens its paragraph and the next one too: each but the last stays open."""
    if text[at] != "“" or text[at - 1 : at] not in ("", "\n"):
        return False
    behind = text.find("\n", at)
    return behind > 0 and text.startswith("“", behind + 1)


# --- words twice in a row -----------------------------------------------------------------------

# In the text as written: where a blank parts two words, the one may well begin as the other ended.
_DOUBLED = re.compile(r"([\u4e00-\u9fff]{3,12})\1")


def _undoubled(rule: WordingRule, subject: Subject) -> Iterator[Deviation]:
    paragraphs = subject.reading.prose.paragraphs(DOCUMENT)
    found = [(paragraph, match) for paragraph in paragraphs for match in _DOUBLED.finditer(paragraph.text)]
    if found:
        paragraph, match = found[0]
        first, last, form = _around(paragraph.text, *match.span())
        values: Values = {"instead": match[1], "near": form % paragraph.text[first:last], "count": len(found)}
        yield _deviation("", paragraph.place(match.start()), match[0], values)


def _nth(n: int) -> str:
    return str(n) if n > 1 else ""


# --- marks of lists -----------------------------------------------------------------------------


def _even_marks(rule: WordingRule, subject: Subject) -> Iterator[Deviation]:
    """Follow the lists of each kind of numeral: an item that goes on counting keeps the mark.

    A list within a list may have a mark of its own: it begins at 1, and the outer list goes on with its own.
    """
    latest: dict[str, str] = {}  # by kind of numeral: the mark of the item before
    counted: dict[str, int] = {}  # by mark: how far its own list has come
    told: set[str] = set()
    for paragraph in subject.reading.prose.paragraphs(DOCUMENT):
        found = numbering(paragraph.text) if paragraph.squeezed[:1] in _MARK_BEGINS else None
        family = _FAMILIES.get(fold(found.style)[:2]) if found else None
        if found is None or family is None:
            continue
        style = found.style
        before = latest.get(family, style)
        goes_on = counted.get(before) == found.ordinal - 1 != counted.get(style)
        if before != style and goes_on and found.ordinal > 1 and family not in told:
            told.add(family)
            yield _deviation(family, paragraph.place(), style, {"instead": before, "near": shorten(paragraph.text)})
        latest[family], counted[style] = style, found.ordinal


# Headings like （一） are left to the kind ``section``, which compares them within their section.
_MARK_BEGINS = frozenset("(0123456789一二三四五六七八九十")
_FAMILIES = {"(1": "bracketed"} | dict.fromkeys(["1.", "1、", "1)"], "arabic")
_FAMILIES |= dict.fromkeys(["一、", "一.", "一,", "一:"], "chinese")


# --- numbers of persons -------------------------------------------------------------------------


# What may be such a number, in half width and without spaces: most reports have none.
_MAY_BE_PERSONAL = "1[3-9][0-9]-?[0-9]{4}-?[0-9]{4}|[1-8][0-9]{5}-?[0-9]{4}-?[0-9]{4}-?[0-9]{3}[0-9Xx]"


def _personal(kind: str) -> Callable[[WordingRule, Subject], Iterator[Deviation]]:
    def demand(rule: WordingRule, subject: Subject) -> Iterator[Deviation]:
        prose = subject.reading.prose
        if not prose.scope(DOCUMENT).holds(compiled(_MAY_BE_PERSONAL)):
            return
        told = {(v.place, _digits(v.raw)) for key in rule.told for v in subject.reading.fields.get(key, ())}
        n = 0
        for paragraph in prose.paragraphs(DOCUMENT):
            for number in personal_numbers(paragraph.text):
                words, place = paragraph.text[number.start : number.end], paragraph.place(number.start)
                if number.kind == kind and (place, _digits(words)) not in told:
                    n += 1
                    yield _deviation(_nth(n), place, hidden(words), {})

    return demand


def _digits(words: str) -> str:
    return re.sub("[^0-9]", "", half_width(words))


DEMANDS: dict[Demand, Callable[[WordingRule, Subject], Iterator[Deviation]]] = {
    "dictionary": _dictionary,
    "balanced": _balanced,
    "undoubled": _undoubled,
    "even_marks": _even_marks,
    "no_id_number": _personal("id"),
    "no_mobile": _personal("mobile"),
}
