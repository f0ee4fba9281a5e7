"""Sentences made comparable: what a report shares with another one, told from small fingerprints."""

import re
from collections.abc import Callable, Iterable, Iterator
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


def sentences_of(scope: Scope, is_set_aside: Callable[[str], bool]) -> Iterator[Sentence]:
    """Yield the sentences of a scope made comparable, without those that everybody has to write."""
    for start, end in scope.sentences:
        for part in _PART_END.split(scope.text[start:end]):
            stop = start + len(part)
            plain = part.strip("\n")
            if plain and not is_set_aside(plain):
                yield _comparable(plain, start, stop)
            start = stop  # noqa: PLW2901 - the parts follow each other


def _comparable(plain: str, start: int, end: int) -> Sentence:
    number = _NUMBER_IN_FRONT.match(plain)
    bare = _BOOK.sub("", plain[number.end() :] if number else plain)
    words = _MARK.sub("", _FIGURE.sub("#", bare))
    return Sentence(start, end, words, tuple(_FIGURE.findall(bare)), plain[-1] in _ENDS)
