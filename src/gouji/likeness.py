"""Sentences made comparable: what a report shares with another one, told from small fingerprints."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b

from msgspec import Struct

from gouji.prose import Scope

_PART_END = re.compile("(?<=;)")
_NUMBER_IN_FRONT = re.compile(
    r"\(?[0-9]{1,2}[).、]\)?|\([一二三四五六七八九十]{1,3}\)|[一二三四五六七八九十]{1,3}[、.]"
    r"|[一二三四五六七八九十]是|第[一二三四五六七八九十][,、]|[①-⑳]"
)
_BOOK = re.compile("《[^《》]{0,100}》")
_FIGURE = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_MARK = re.compile(r"[^\w#]+")
_ENDS = ";。!?"


class Sentence(Struct, frozen=True):
    """A sentence, or a part of one up to a semicolon, and what of it is compared.

    Attributes:
        start, end: where it stands in the text of its scope.
        words: the words alone: no number in front, no titles of laws and documents, no punctuation,
            every figure a ``#``.
        figures: the figures that ``words`` leaves out, in order.
        ended: it ends as sentences do; a heading does not.
    """

    start: int
    end: int
    words: str
    figures: tuple[str, ...]
    ended: bool

    @property
    def digest(self) -> int:
        """The 64 bits that stand for its words."""
        return int.from_bytes(blake2b(self.words.encode("utf-8", "surrogatepass"), digest_size=8).digest())


class Fingerprint(Struct, frozen=True):
    """What can be compared of a text without keeping it: digest of each sentence -> its characters.

    Sorted by digest, so that equal texts give equal bytes. ``|`` joins two texts, ``&`` keeps what
    both hold: a store of many reports needs nothing else.
    """

    sentences: dict[int, int]

    def __or__(self, other: "Fingerprint") -> "Fingerprint":
        """Return the fingerprint of both texts together."""
        return Fingerprint(dict(sorted((self.sentences | other.sentences).items())))

    def __and__(self, other: "Fingerprint") -> "Fingerprint":
        """Return the fingerprint of what both texts hold."""
        return Fingerprint({key: size for key, size in self.sentences.items() if key in other.sentences})

    @property
    def size(self) -> int:
        """How many characters it stands for."""
        return sum(self.sentences.values())


def fingerprint(sentences: Iterable[Sentence]) -> Fingerprint:
    """Take the fingerprint of some sentences; one that is repeated counts once."""
    return Fingerprint(dict(sorted((sentence.digest, len(sentence.words)) for sentence in sentences)))


def sentences_of(scope: Scope, is_set_aside: Callable[[str], bool], names: Sequence[str] = ()) -> Iterator[Sentence]:
    """Yield the sentences of a scope made comparable, without those that everybody has to write.

    ``names`` are left out of what is compared: two units that write the same write it of themselves.
    """
    for start, end in scope.sentences:
        for part in _PART_END.split(scope.text[start:end]):
            stop = start + len(part)
            plain = part.strip("\n")
            if plain and not is_set_aside(plain):
                yield _comparable(plain, start, stop, names)
            start = stop  # noqa: PLW2901 - the parts follow each other


_GOVERNMENT = re.compile("(?:人民政府|政府|办事处)$")
_OFFICE = re.compile("(?:人民政府|政府|办事处)(?:办公室)?$")
_PLACE = re.compile("^(?P<place>.{1,6}?[省市县区州旗盟])(?![县区旗州]|市(?!场))(?P<rest>.{2,})")  # 湖州市 as a whole
# 管理局 of 城市管理局 or 街道 of 城区街道: what is left is a word that all others use as well
_KIND = re.compile("^(?:管理|服务|工作|事务|监督|行政)*(?:局|委|委员会|办|办公室|中心|街道|社区|乡镇|政府)$")
_ORGANS = [(kind, organ) for kind in "省市县区州旗盟乡镇" for organ in ("人民政府", "政府")] + [("街道", "办事处")]
_OURSELVES = ("我镇", "我乡", "我街道", "我局", "我办", "我委", "我县", "我区", "我市", "本镇", "本乡", "本街道", "本局", "本办", "本委", "本机关", "本单位", "全镇", "全乡", "全街道", "全县", "全区", "全市", "全局")  # fmt: skip


@lru_cache(maxsize=1024)
def names_of(unit: str) -> tuple[str, ...]:
    """Return the words by which a unit speaks of itself, the longest first: its name, short forms, its county, 我镇."""
    short = _OFFICE.sub("", unit)
    names = {short}
    while (found := _PLACE.match(short)) and not _KIND.match(found["rest"]):
        short = found["rest"]
        names |= {found["place"], short}
    names |= {f"{name}{organ}" for name in names for kind, organ in _ORGANS if name.endswith(kind)}
    known = {name for name in (unit, *names, *_OURSELVES) if len(name) > 1}
    return tuple(sorted(known, key=lambda name: (-len(name), name)))


def same_unit(one: str, other: str) -> bool:
    """Tell whether two titles may name one unit: alike, or one of them with the places above it, or none."""
    shorter, longer = sorted((_GOVERNMENT.sub("", name) for name in (one, other)), key=len)
    return not shorter or longer.endswith(shorter)


def _comparable(plain: str, start: int, end: int, names: Sequence[str]) -> Sentence:
    number = _NUMBER_IN_FRONT.match(plain)
    bare = _BOOK.sub("", plain[number.end() :] if number else plain)
    for name in names:
        bare = bare.replace(name, "")
    words = _MARK.sub("", _FIGURE.sub("#", bare))
    return Sentence(start, end, words, tuple(_FIGURE.findall(bare)), plain[-1] in _ENDS)
