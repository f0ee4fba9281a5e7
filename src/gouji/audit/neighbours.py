"""What is compared with all other reports of a year: text that units share, and numbers of their peers."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import eq

from gouji.audit.ledger import Likeness
from gouji.facts import Number

ROWS = 3  # of a band: of 64 permutations 21 bands, which find texts that are alike by 0.5 with a chance of 94 %
LEAST_ALIKE = 0.45  # of texts that bands alone have found; frames of sentences make all of them a little alike
LARGEST_BUCKET = 50  # units; a text that so many have is a form handed out to them, and its sentences do not count
MOST_OTHERS = 10  # candidates of one report

Signatures = Mapping[str, tuple[int, ...]]


class Neighbours:
    """The reports of one year, each under a name.

    Two nets catch candidates. Bands of signatures find sections that are alike as a whole. A section that
    shares half of its text is less alike than that, and a short one within a long one hardly at all: these
    the sentences find, every one that few units have.
    """

    def __init__(self, likenesses: Mapping[str, Likeness], kinds: Mapping[str, str]) -> None:
        """Take what tells the reports apart, and the kind of each unit."""
        self._signatures = {name: one.signatures for name, one in likenesses.items()}
        self._buckets = _buckets(self._signatures)
        self._sentences = _Sentences({name: one.sentences for name, one in likenesses.items()})
        self._numbers: dict[tuple[str, str], dict[str, Number]] = defaultdict(dict)
        for name, one in likenesses.items():
            for key, value in one.numbers.items():
                self._numbers[kinds[name], key][name] = value
        self._kinds = kinds

    def others(self, name: str) -> tuple[str, ...]:
        """Return the reports that may share a section with this one, the likeliest first."""
        own, shared = self._signatures[name], self._sentences.shared(name)
        alike = {other for band in _bands(own) for other in self._buckets.get(band, ())}
        found = {other: _likeness(own, self._signatures[other]) for other in {*shared, *alike} - {name}}
        likely = [other for other, likeness in found.items() if shared[other] or likeness >= LEAST_ALIKE]
        return tuple(sorted(likely, key=lambda other: (-shared[other], -found[other], other))[:MOST_OTHERS])

    def spread(self, digest: int) -> int:
        """Return how many reports have a sentence."""
        return max(1, self._sentences.count(digest))

    def peers(self, name: str) -> Callable[[str], Sequence[Number]]:
        """Return a function: fact -> the numbers of the other units of the same kind."""
        kind = self._kinds[name]

        def numbers(key: str) -> Sequence[Number]:
            return [value for other, value in self._numbers.get((kind, key), {}).items() if other != name]

        return numbers


Band = tuple[str, int, tuple[int, ...]]


def _bands(signatures: Signatures) -> Iterator[Band]:
    for section, signature in signatures.items():
        for at in range(0, len(signature) - ROWS + 1, ROWS):
            yield section, at, signature[at : at + ROWS]


def _buckets(signatures: Mapping[str, Signatures]) -> dict[Band, list[str]]:
    """Put signatures into buckets, band by band; who shares a bucket is a candidate.

    Locality-sensitive hashing: Indyk and Motwani, Approximate nearest neighbors, 1998; bands as in
    Leskovec, Rajaraman and Ullman, Mining of massive datasets, 3.4.
    """
    kept: dict[Band, list[str]] = {}
    for section in sorted({section for sections in signatures.values() for section in sections}):
        signed = [(name, sections[section]) for name, sections in signatures.items() if section in sections]
        for at in range(0, len(signed[0][1]) - ROWS + 1, ROWS):  # one after the other: most buckets hold one name
            buckets: dict[tuple[int, ...], list[str]] = defaultdict(list)
            for name, signature in signed:
                buckets[signature[at : at + ROWS]].append(name)
            several = {part: names for part, names in buckets.items() if 1 < len(names) <= LARGEST_BUCKET}
            kept |= {(section, at, part): names for part, names in several.items()}
    return kept


def _likeness(own: Signatures, other: Signatures) -> float:
    """Estimate how alike two reports are in the section where they are most alike."""
    both = own.keys() & other.keys()
    return max((sum(map(eq, own[key], other[key])) / len(own[key]) for key in both), default=0)


class _Sentences:
    """In which reports each sentence stands: digests and the numbers of reports side by side, 12 bytes a sentence."""

    def __init__(self, reports: Mapping[str, Sequence[int]]) -> None:
        import numpy as np  # noqa: PLC0415 - only an audit counts millions

        self._names = tuple(reports)
        self._own = {name: np.array(digests, dtype=np.uint64) for name, digests in reports.items()}
        digests = np.concatenate([*self._own.values(), np.array((), dtype=np.uint64)])
        owners = np.repeat(np.arange(len(reports), dtype=np.uint32), [own.size for own in self._own.values()])
        order = np.argsort(digests, kind="stable")
        self._digests, self._owners = digests[order], owners[order]

    def count(self, digest: int) -> int:
        """Return how many reports have a sentence."""
        wanted = self._digests.dtype.type(digest)
        return int(self._digests.searchsorted(wanted, "right") - self._digests.searchsorted(wanted, "left"))

    def shared(self, name: str) -> Counter[str]:
        """Return the reports that have sentences of one; the fewer have a sentence, the more it weighs."""
        found = Counter[str]()
        own = self._own[name]
        bounds = (self._digests.searchsorted(own, side).tolist() for side in ("left", "right"))
        for first, last in zip(*bounds, strict=True):
            if 1 < last - first <= LARGEST_BUCKET:
                for owner in self._owners[first:last].tolist():
                    found[self._names[owner]] += LARGEST_BUCKET // (last - first)
        return found
