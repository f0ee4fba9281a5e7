"""Numbers that sentences state, each anchored by a declared phrase, with what may make it mean something else.

A number is taken only where a phrase leads to it and nothing near it says that it counts another
thing: another topic named in between, another year, a part of the year, a comparison, a part of the
topic. What is left out is not judged; what is kept still carries the scope and the year it names.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

import re2
from msgspec import Struct

from gouji.amount import State, chinese_number, read_amount
from gouji.claims import DeclaredScope, DeclaredTopic, Phrase, phrases_of
from gouji.dates import read_year
from gouji.facts import Bound, Number, Share, Statement
from gouji.outline import DOCUMENT, compiled
from gouji.prose import FARTHEST, Prose, Scope

LONGEST_SENTENCE = 2_000  # characters; a longer "sentence" is a list without full stops, read in part
LONGEST_HEADING = 30
MOST_NAMED = 4_096  # words of topics that are remembered
BEHIND = 40  # characters behind a number that may say more about it

_CLAUSE = ",;:()、。!?\n"
_NUMERALS = "0123456789零〇一二三四五六七八九十百千万亿两"
_RANGE_MARKS = "至到-—–~、.,"
_OTHER_WORDS = "性事次套单式体"  # 一次性, 一件事, 3件次
_ASIDE = re.compile(r"\([^()]*\)|《[^《》]*》")
_COMPARED = re.compile(
    r"分别|同比|环比|相比|[较比与](?:上一?年|去年|前年|[12][0-9]{3}年)|增[加长]|减少|下降|日均|月均|平均|每[日月季年个]|预计|计划|力争|目标|拟"
)
_CHANNELS = re.compile("(?:等|多种|各种|各类|多个|不同)(?:多种)?(?:渠道|方式|途径|形式|平台)")  # all of them, no part
_EXCEPT = re.compile(r"除(?![此了])[^,;。]{1,30}外,?$")
# A year that something is compared with says nothing about what follows the comparison.
_YEAR = "[12][0-9]{3}|二[〇零○][〇零○一二三四五六七八九]{2}"
_CARRIED = "度?的?(?:结转|转结|转入|遗留)"
_TIME = re.compile(
    rf"""(?:(?P<span>{_YEAR})年)?(?<![0-9])1月?(?:1[日号])?起?,?(?:至|到|[-—~]+)(?:(?:{_YEAR})年|当年|同年)?12月(?:31[日号]?)?
      | (?<![较比与])(?<!转[至到入])(?<!延[至到])(?P<year>{_YEAR})年(?!{_CARRIED})(?:12月31[日号]|12月底|年?[底末])?(?![0-9]{{1,2}}月)
      | (?<![较比与])(?P<last>(?:上一?年|去年|前年|往年|历年|以往|近[几两二三四五]?年)(?!{_CARRIED}))
      | (?P<part>上半年|下半年|[一二三四]季度|(?<![0-9])[0-9]{{1,2}}月|(?<![0-9])[0-9]{{2}}年|同期|以来)
      | (?P<sum>累计)
      | (?P<this>截[至止]到?12月(?:31[日号]|[底末])|今年|本年|当年|全年|年内|年度)""",
    re.VERBOSE,
)
_LOOSE = re.compile("[一二三四五六七八九两]{2}")  # 三五件
_SHARE = re.compile(
    r"""(?:\([^()]{0,20}\))?[,(]?其?(?:约|大约)?占
        (?:比|办理|处理|受理|答复|办结|申请|收到|全部|所有|本年度?|全年|政府|信息|公开|总|数|量|件|结果|比例|的|例){0,8}
        (?:为|达|约|:)?(?P<percent>[0-9]{1,4}(?:\.[0-9]{1,6})?)%""",
    re.VERBOSE,
)


class _Found(Struct):
    """A phrase found in a sentence; offsets count from the beginning of the sentence."""

    phrase: Phrase
    start: int
    end: int
    number: tuple[int, int]
    stated: bool  # a number is written, not only words that mean none


class _Sentence:
    """A sentence with what stands around it; looked at only where a phrase is found in it."""

    def __init__(self, scope: Scope, start: int, text: str, matchers: "_Matchers") -> None:
        self.scope, self.start, self.text, self._matchers = scope, start, text, matchers
        earlier = scope.text[max(0, start - LONGEST_SENTENCE) : start]  # no farther: a paragraph may have no end
        above, _, before = earlier.rpartition("\n")
        heading = above.rpartition("\n")[2]
        self.heading = heading if len(heading) <= LONGEST_HEADING and not heading.endswith("。") else ""
        self.before = before[-FARTHEST:]
        later = scope.text[start + len(text) : start + len(text) + FARTHEST] if text[-1:] != "\n" else ""
        self.paragraph = self.before + text + later.partition("\n")[0]
        self._topics: list[tuple[int, str]] | None = None

    def topics(self) -> list[tuple[int, str]]:
        """Where topics are named in the sentence."""
        if self._topics is None:
            self._topics = list(self._matchers.topics_in(self.text))
        return self._topics

    def plain(self, end: int) -> str:
        """Return the sentence up to an offset, with brackets that are closed there blanked out."""
        return _ASIDE.sub(lambda aside: " " * len(aside[0]), self.text[:end])

    def topic_at(self, end: int) -> str:
        """Return the topic that is named last before an offset: in the sentence, the paragraph, the heading."""
        inner = _ASIDE.search(self.text, 0) is not None
        named = [key for at, key in self.topics() if at < end and (not inner or not self._aside(at, end))]
        if named:
            return named[-1]
        for text in (self.before, self.heading):
            earlier = [key for _, key in self._matchers.topics_in(text)]
            if earlier:
                return earlier[-1]
        return ""

    def _aside(self, at: int, end: int) -> bool:
        """Tell whether an offset lies in brackets that are closed before another."""
        return any(aside.start() <= at < aside.end() <= end for aside in _ASIDE.finditer(self.text))

    def time(self, end: int) -> tuple[bool, int | None]:
        """Tell whether the words before an offset leave it to the report's year, and the year they name."""
        tokens = list(_TIME.finditer(self.plain(end)))
        while len(tokens) > 1 and tokens[-1]["sum"]:
            tokens.pop()  # 全年累计 is the year's sum
        if tokens:
            last = tokens[-1]
            year = last["span"] or last["year"]
            return not (last["last"] or last["part"] or last["sum"]), read_year(year) if year else None
        before = _ASIDE.sub("", self.before)
        tokens = list(_TIME.finditer(before))
        if tokens and tokens[-1]["last"] and "。" not in before[tokens[-1].end() : -1]:
            return False, None  # the sentence before is about last year, and this one may go on with it
        years = [token["span"] or token["year"] for token in tokens]
        named = [year for year in years if year]
        return True, read_year(named[-1]) if named else None


class _Matchers:
    """The phrases and topics of a pack, ready to match."""

    def __init__(self, topics: Sequence[DeclaredTopic], scopes: Sequence[DeclaredScope]) -> None:
        self.phrases = phrases_of(topics)
        # Which phrases a sentence may hold, in one pass over it; by their anchors, as whole phrases
        # would take ten times as long to compile.
        self.any = re2.Set.SearchSet(_options())
        for phrase in self.phrases:
            self.any.Add(f"(?m){phrase.anchors}")
        self.any.Compile()
        self._keys = [topic.key for topic in topics]
        self._topics, self._topic_groups = _either([topic.words for topic in topics])
        self._scopes, self._scope_groups = _either([scope.words for scope in scopes])
        self._named: dict[str, str] = {}  # words of topics met so far: telling the group costs more than finding it

    def topics_in(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield where topics are named, with their keys."""
        for found in self._topics.finditer(text):
            words = found[0]
            if words not in self._named:
                if len(self._named) >= MOST_NAMED:
                    self._named.clear()
                self._named[words] = self._keys[_which(found, self._topic_groups)]
            yield found.start(), self._named[words]

    def scope_of(self, text: str, phrase: int) -> tuple[int | None, str]:
        """Return the position of the scope that is named last, and its words up to where a phrase begins."""
        found = list(self._scopes.finditer(text))
        if not found:
            return None, ""
        last = found[-1]
        words = last[0][: max(phrase - last.start(), 1)] if last.start() < phrase else last[0]
        return _which(last, self._scope_groups), words.rstrip("共计新,")


def _either(patterns: Sequence[str]) -> tuple["re2._Regexp[str]", tuple[int, ...]]:
    """Return one pattern of several, and the number of the group that each of them is."""
    pattern = compiled("|".join(f"(?P<x{n}>{words})" for n, words in enumerate(patterns)) or "[^\\s\\S]")
    groups = pattern.groupindex
    return pattern, tuple(groups[f"x{n}"] for n in range(len(patterns)))


def _which(found: "re2._Match[str]", groups: Sequence[int]) -> int:
    return next(n for n, group in enumerate(groups) if found.group(group) is not None)


def _options() -> "re2.Options":
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 64 << 20  # all phrases at once
    return options


@lru_cache(maxsize=8)
def _matchers(topics: tuple[DeclaredTopic, ...], scopes: tuple[DeclaredScope, ...]) -> _Matchers:
    return _Matchers(topics, scopes)


def find_statements(
    topics: tuple[DeclaredTopic, ...], scopes: tuple[DeclaredScope, ...], prose: Prose
) -> tuple[Statement, ...]:
    """Find what the sentences of a report state about declared claims, in reading order."""
    if not topics:
        return ()
    matchers, scope = _matchers(topics, scopes), prose.scope(DOCUMENT)
    found: list[Statement] = []
    for start, end in scope.sentences:
        text = scope.text[start : min(end, start + LONGEST_SENTENCE)]
        hits = matchers.any.Match(text)
        if hits:
            found.extend(_statements(_Sentence(scope, start, text, matchers), sorted(hits), matchers))
    return tuple(found)


def _statements(sentence: _Sentence, hits: Sequence[int], matchers: _Matchers) -> Iterator[Statement]:
    """Yield the statements of a sentence; of phrases that meet at one number, the one that begins first counts."""
    candidates = sorted(
        (found for hit in hits for found in _found(matchers.phrases[hit], sentence.text)),
        key=lambda found: (found.start, -found.end),
    )
    taken: list[_Found] = []
    for found in candidates:
        met = (other for other in taken if other.stated == found.stated and _overlap(other.number, found.number))
        if next(met, None) is None and _is_meant(found, sentence):
            taken.append(found)
    for found in sorted(taken, key=lambda found: found.number):
        statement = _statement(found, sentence, matchers)
        if statement is not None:
            yield statement


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _found(phrase: Phrase, text: str) -> Iterator[_Found]:
    for match in phrase.matcher.finditer(text):
        start, end = match.span()
        number = match.span(phrase.group) if phrase.group else (start, end)
        yield _Found(phrase, start, end, number, phrase.group > 0)


def _is_meant(found: _Found, sentence: _Sentence) -> bool:
    """Tell whether nothing near a phrase says that it is about something else."""
    text, (begin, end) = sentence.text, found.number
    topic, claim = found.phrase.topic, found.phrase.claim
    if text[found.start - 1 : found.start] in tuple("不未非拟") or _is_set_apart(text, found.start):
        return False
    if found.stated and (_is_torn(text, begin, end) or _is_shared(text, found.start)):
        return False
    clause = text[max([text.rfind(mark, 0, found.start) for mark in _CLAUSE]) + 1 : found.start]
    clause = _CHANNELS.split(clause)[-1]
    rest = _rest(text, end) if found.stated else ""
    if _COMPARED.search(clause) or _holds(topic.narrow, clause, rest) or _holds(claim.without, clause):
        return False
    elsewhere = any(key != topic.key for at, key in sentence.topics() if end <= at < end + len(rest))
    if elsewhere or sentence.topic_at(end) != topic.key:
        return False
    return (not topic.context or _holds(topic.context, text)) and not _holds(claim.unless, sentence.paragraph)


def _is_set_apart(text: str, start: int) -> bool:
    """Tell whether words are quoted from a title, or speak of what is left after an exception."""
    quoted = text.rfind("《", 0, start) > text.rfind("》", 0, start)
    return quoted or _EXCEPT.search(text, max(0, start - BEHIND), start) is not None


def _holds(pattern: str, *texts: str) -> bool:
    return bool(pattern) and any(compiled(pattern).search(text) is not None for text in texts)


def _is_torn(text: str, begin: int, end: int) -> bool:
    """Tell whether a number is only a part of one, of a range or of a list, or belongs to another word."""
    follows = text[end : end + 1]
    if follows in tuple(_OTHER_WORDS) or (text[end - 1] in _NUMERALS and follows and follows not in _CLAUSE):
        return True  # the second: a number without a unit that goes on
    if follows in tuple("至到-—–~") and text[end + 1 : end + 2] in tuple(_NUMERALS):
        return True
    before = text[begin - 1 : begin]
    if before in tuple(_NUMERALS) or before == "第":
        return True
    return before in tuple(_RANGE_MARKS) and text[begin - 2 : begin - 1] in tuple(_NUMERALS)


def _is_shared(text: str, start: int) -> bool:
    """Tell whether a phrase is the last of several that share one number: 不予公开和无法提供3件."""
    return text[start - 1 : start] in tuple("、及和或与") and text[start - 2 : start - 1] not in tuple(
        "件条宗起次份例个项元)"
    )


def _rest(text: str, end: int) -> str:
    """Return what follows a number up to the end of its clause."""
    at = end
    while at < len(text) and text[at] not in _CLAUSE:
        at += 1
    return text[end:at]


def _statement(found: _Found, sentence: _Sentence, matchers: _Matchers) -> Statement | None:
    ours, year = sentence.time(found.start)
    begin, end = found.number
    raw = sentence.text[begin:end]
    read = _read_percent(raw) if found.phrase.is_percent else _read_number(raw) if found.stated else (0, "", 1)
    if not ours or read is None:
        return None
    value, bound, precision = read
    claim, behind = found.phrase.claim, sentence.text[end : end + BEHIND]
    scope, scope_words = matchers.scope_of(sentence.plain(begin if found.stated else end), found.start)
    rewrite = next((n for n, r in enumerate(claim.rewrites) if compiled(r.words).search(behind)), None)
    first = begin + len(raw) - len(raw.lstrip("约近超过逾不足" if found.stated else _CLAUSE))
    return Statement(
        claim=f"{found.phrase.topic.key}.{claim.key}",
        words=_quoted(sentence.text[found.start : found.end], stated=found.stated),
        raw=raw.strip(_CLAUSE),
        value=value,
        place=sentence.scope.place(sentence.start + first),
        bound=bound,
        precision=precision,
        percent=found.phrase.is_percent,
        year=year,
        scope=scope,
        scope_words=scope_words,
        rewrite=rewrite,
        share=_share(sentence, end) if claim.of and found.stated and not found.phrase.is_percent else None,
    )


def _quoted(words: str, *, stated: bool) -> str:
    """Return words without the marks, and the link to the next clause, that only bound them."""
    bare = words.strip(",;:、。!?\n")
    return bare if stated else bare.rstrip("及和或且也以(")


def _share(sentence: _Sentence, end: int) -> Share | None:
    found = _SHARE.match(sentence.text, end)
    if found is None:
        return None
    raw = found["percent"]
    return Share(
        Decimal(raw), last_digit(raw), f"{raw}%", sentence.scope.place(sentence.start + found.start("percent"))
    )


def last_digit(raw: str) -> Decimal:
    """Return the size of one in the last printed digit: 0.1 for 33.9."""
    return Decimal(1).scaleb(-len(raw.partition(".")[2]))


def _read_number(raw: str) -> tuple[Number, Bound, Number] | None:
    if _LOOSE.match(raw):
        return None
    amount = read_amount(raw)
    if amount.value is None or amount.state not in (State.NUMBER, State.APPROXIMATE):
        return None
    value, precision = amount.value, Decimal(1)
    digits = re.match(r"[0-9.]+", raw)
    if "万" in raw and digits:
        precision = 10_000 * last_digit(digits[0])
        value *= 10_000 if amount.unit == "万元" else 1
    bound: Bound = ""
    if amount.state is State.APPROXIMATE:
        bound = "<=" if raw[0] in "近不" else "~" if raw[0] == "约" or raw.endswith("左右") else ">="
    return value, bound, precision


def _read_percent(raw: str) -> tuple[Number, Bound, Number] | None:
    if raw.endswith("%"):
        return Decimal(raw[:-1]), "", last_digit(raw[:-1])
    value = chinese_number(raw.removeprefix("百分之").replace("百分百", "百"))
    return None if value is None else (value, "", Decimal(1))
