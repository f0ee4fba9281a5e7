"""Numbers that one sentence relates to each other: a whole and its parts, a number and its change.

Nothing of the tables is needed to judge them. Only what stands next to each other in the plainest
forms is taken; a list that changes its subject ends there.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from gouji.amount import ARABIC, CHINESE, UNITS, State, read_amount
from gouji.document import Place
from gouji.facts import Number
from gouji.outline import DOCUMENT
from gouji.prose import Prose, Scope

LONGEST_SENTENCE = 2_000
MOST_PARTS = 30

_N = rf"(?<![0-9.零一二三四五六七八九十百千万亿两〇○])(?:{ARABIC}|{CHINESE})万?"  # from its first digit only
_UNIT = "|".join(UNITS)
_MARKER = re.compile(r"(?P<exactly>分别为|分别是)|其中(?:包括|包含|含)?|包括|包含|(?<![不未])含")
_WHOLE = re.compile(rf"(?P<number>{_N})(?P<unit>{_UNIT})(?P<noun>[^,;:()。0-9]{{0,10}})[,;:(]{{0,2}}$")
_EARLIER = re.compile(rf"(?P<number>{_N})(?P<unit>{_UNIT})")
_PART = re.compile(
    rf"[,、;:]?(?P<label>[^,、;:。()0-9]{{0,20}}?)(?P<number>{_N})(?P<unit>{_UNIT})(?P<noun>[^,、;:。()0-9]{{0,14}})"
    r"(?:\([^()]{0,40}\))?(?=[,、;:)。!?\n]|$)"
)
_ELSEWHERE = re.compile(
    "其中|办结|答复|受理|收到|结转|完成|同比|[较比]|另|上年|去年|全部|均|共|累计|合计|总|阅读|点击|访问|回复|采纳|占|[增减余约近]"
)
_CHANGE = re.compile(
    rf"""(?P<number>{_N})(?P<unit>{_UNIT})[,(]?
         (?:同比|[较与比](?:上一?年|去年|[12][0-9]{{3}}年)度?(?:同期)?(?:相比)?)的?(?:(?P<prior>{_N})(?:{_UNIT}))?,?
         (?:(?P<way>增加|增长|上升|减少|下降|降低|回落)了?(?P<delta>{_N})(?:{_UNIT}))?,?
         (?:(?:同比|其?)?(?P<turn>增长|增加|上升|提高|增幅|减少|下降|降低|回落|降幅)了?(?:为|达|约)?(?P<percent>[0-9]{{1,6}}(?:\.[0-9]{{1,6}})?)%)?""",
    re.VERBOSE,
)
_DOWN = frozenset({"减少", "下降", "降低", "回落", "降幅"})


_VERB = re.compile(
    "公开(?![栏专])|发布|制作|编发|回应|开展|召开|举办|推送|转发|更新|印发|制定|报送|编写|组织|接受|印制|发放|张贴|解读|公示|上传|刊发|撰写|建立|设立|修订|办理|新增"
)


class Quoted(Struct, frozen=True):
    """A number as written in a sentence, with what it is called there; rounded ones (1.2万) are not taken."""

    value: Number
    raw: str
    place: Place
    label: str = ""


class Listing(Struct, frozen=True):
    """A whole with its parts: 10件，其中网络申请6件、信函申请4件.

    Attributes:
        wholes: what the parts may be parts of, one by one or together: the numbers of the same unit before
            them in the sentence, the nearest first.
        parts: as listed.
        exhaustive: the words say that these are all parts (分别为), and nothing else follows them.
    """

    wholes: tuple[Quoted, ...]
    parts: tuple[Quoted, ...]
    exhaustive: bool

    @property
    def holds(self) -> bool:
        """Tell whether the parts fit a whole, at least up to some point of the list."""
        sums = [sum(part.value for part in self.parts[:n]) for n in range(1, len(self.parts) + 1)]
        together = sum(whole.value for whole in self.wholes)
        if any(total in (together, *(whole.value for whole in self.wholes)) for total in sums):
            return True
        return not self.exhaustive and sums[-1] <= together


class Change(Struct, frozen=True):
    """A number, and by how much it is said to differ from an earlier one.

    Attributes:
        number: the number of this year.
        prior: the earlier one, stated or computed from the difference.
        delta: the stated difference with its sign, None where it is not stated beside the earlier number.
        percent: the stated change in percent with its sign, None where it is not stated.
        precision: the size of one in the last printed digit of the percentage.
    """

    number: Quoted
    prior: Number
    delta: Quoted | None
    percent: Quoted | None
    precision: Decimal

    @property
    def expected_delta(self) -> Number:
        """The difference of the two numbers."""
        return self.number.value - self.prior

    @property
    def expected_percent(self) -> Decimal:
        """The change in percent."""
        return Decimal(self.expected_delta) * 100 / Decimal(self.prior)


def find_listings(prose: Prose) -> Iterator[Listing]:
    """Yield the wholes and parts of every sentence, in reading order."""
    scope = prose.scope(DOCUMENT)
    for start, text in _sentences(scope, _MARKER):
        for marker in _MARKER.finditer(text):
            listing = _listing(scope, start, text, marker)
            if listing is not None:
                yield listing


def _sentences(scope: Scope, needed: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    ends, seen = [end for _, end in scope.sentences], -1
    for found in needed.finditer(scope.text):
        at = bisect_right(ends, found.start())
        if at != seen:
            seen = at
            start, end = scope.sentences[at]
            yield start, scope.text[start : min(end, start + LONGEST_SENTENCE)]


def _listing(scope: Scope, start: int, text: str, marker: re.Match[str]) -> Listing | None:
    begin = max(0, marker.start() - 60)
    whole = _WHOLE.search(text[begin : marker.start()])
    if whole is None:
        return None
    unit = whole["unit"]
    nearest = _quoted(scope, start + begin, whole)
    earlier = [_quoted(scope, start, m) for m in _EARLIER.finditer(text[: marker.start()]) if m["unit"] == unit]
    parts, mark, end = _parts(scope, start, text, marker.end(), unit)
    wholes = (nearest, *reversed(earlier[:-1]))
    if not parts or not all(wholes) or not all(parts):
        return None
    ended = end == len(text) or text[end] in "。!?\n)" or (mark == "、" and text[end] in ",;")
    exhaustive = marker["exactly"] is not None and ended
    return Listing(tuple(w for w in wholes if w), tuple(part for part in parts if part), exhaustive)


def _parts(scope: Scope, start: int, text: str, at: int, unit: str) -> tuple[list[Quoted | None], str, int]:
    """Return the parts of a list (None for one that is no plain number), the mark between them, and where it ends."""
    parts: list[Quoted | None] = []
    only_one, mark, verb = text[at - 1] == "含", "", False
    while len(parts) < MOST_PARTS:
        part = _PART.match(text, at)
        if part is None or part["unit"] != unit or _ELSEWHERE.search(part["label"] + part["noun"]):
            break
        if not parts:
            verb = _VERB.match(part["label"]) is not None
        elif _VERB.match(part["label"]) and not verb:
            break  # no part: something else that was done
        parts.append(_quoted(scope, start, part, part["label"] or part["noun"]))
        at = part.end()
        mark = mark or text[at : at + 1]
        if only_one or text[at : at + 1] != mark or mark not in (",", "、", ";"):
            break  # with another mark something else begins
    return parts, mark, at


def _quoted(scope: Scope, start: int, match: re.Match[str], label: str = "", group: str = "number") -> Quoted | None:
    amount = read_amount(match[group])
    if amount.value is None or amount.state is not State.NUMBER or "万" in match[group]:
        return None
    unit = match["unit"] if group == "number" else ""
    return Quoted(amount.value, match[group] + unit, scope.place(start + match.start(group)), label)


def find_changes(prose: Prose) -> Iterator[Change]:
    """Yield the changes from an earlier number, of which at least two figures are stated."""
    scope = prose.scope(DOCUMENT)
    for start, text in _sentences(scope, _DIRECTIONS):
        for match in _CHANGE.finditer(text):
            change = _change(scope, start, match)
            if change is not None:
                yield change


_DIRECTIONS = re.compile("增[加长幅]|上升|提高|减少|下降|降[低幅]|回落")


def _change(scope: Scope, start: int, match: re.Match[str]) -> Change | None:
    number = _quoted(scope, start, match)
    prior, delta, percent = (
        _quoted(scope, start, match, group=group) if match[group] else None for group in ("prior", "delta", "percent")
    )
    if number is None or sum(stated is not None for stated in (prior, delta, percent)) < 2:  # noqa: PLR2004 - of three
        return None
    if delta is not None and match["way"] in _DOWN:
        delta = Quoted(-delta.value, delta.raw, delta.place)
    if percent is not None and match["turn"] in _DOWN:
        percent = Quoted(-percent.value, percent.raw, percent.place)
    before = prior.value if prior is not None else number.value - (delta.value if delta is not None else 0)
    if before <= 0:
        return None
    digits = len((match["percent"] or "").partition(".")[2])
    return Change(number, before, delta if prior is not None else None, percent, Decimal(1).scaleb(-digits))
