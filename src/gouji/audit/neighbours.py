"""What is compared with all other reports of a year: text that units share, and numbers of their peers."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from gouji.audit.ledger import Likeness
from gouji.facts import Number

ROWS = 3  # of a band: with 21 bands, two texts that are alike by 0.5 are found with a chance of 95 %
LARGEST_BUCKET = 50  # units; a text that so many have is a form handed out to them, and its sentences do not count
MOST_OTHERS = 10  # candidates of one report


class Neighbours:
    """The reports of one year, each under a name."""

    def __init__(self, likenesses: Mapping[str, Likeness], kinds: Mapping[str, str]) -> None:
        """Take what tells the reports apart, and the kind of each unit."""
        self._signatures = {name: one.signatures for name, one in likenesses.items()}
        self._alike = _candidates(self._signatures)
        self._spread = _spread(one.sentences for one in likenesses.values())
        self._numbers: dict[tuple[str, str], dict[str, Number]] = defaultdict(dict)
        for name, one in likenesses.items():
            for key, value in one.numbers.items():
                self._numbers[kinds[name], key][name] = value
        self._kinds = kinds

    def others(self, name: str) -> tuple[str, ...]:
        """Return the reports that may share a section with this one, the likeliest first."""
        own = self._signatures[name]
        found = sorted(self._alike.get(name, ()), key=lambda other: (-_likeness(own, self._signatures[other]), other))
        return tuple(found[:MOST_OTHERS])

    def spread(self, digest: int) -> int:
        """Return how many reports have a sentence."""
        return self._spread.get(digest, 1)

    def peers(self, name: str) -> Callable[[str], Sequence[Number]]:
        """Return a function: fact -> the numbers of the other units of the same kind."""
        kind = self._kinds[name]

        def numbers(key: str) -> Sequence[Number]:
            return [value for other, value in self._numbers.get((kind, key), {}).items() if other != name]

        return numbers


def _candidates(signatures: Mapping[str, Mapping[str, tuple[int, ...]]]) -> dict[str, set[str]]:
    """Put signatures into buckets, band by band; who shares a bucket is a candidate.

    Locality-sensitive hashing: Indyk and Motwani, Approximate nearest neighbors, 1998; bands as in
    Leskovec, Rajaraman and Ullman, Mining of massive datasets, 3.4.
    """
    buckets: dict[tuple[str, int, tuple[int, ...]], list[str]] = defaultdict(list)
    for name, sections in signatures.items():
        for section, signature in sections.items():
            for at in range(0, len(signature) - ROWS + 1, ROWS):
                buckets[section, at, signature[at : at + ROWS]].append(name)
    alike: dict[str, set[str]] = defaultdict(set)
    for names in buckets.values():
        if 1 < len(names) <= LARGEST_BUCKET:
            for name in names:
                alike[name].update(other for other in names if other != name)
    return alike


def _likeness(own: Mapping[str, tuple[int, ...]], other: Mapping[str, tuple[int, ...]]) -> float:
    """Estimate how alike two reports are in the section where they are most alike."""
    both = own.keys() & other.keys()
    return max(
        (sum(a == b for a, b in zip(own[key], other[key], strict=True)) / len(own[key]) for key in both), default=0
    )


def _spread(sentences: Iterable[Sequence[int]]) -> dict[int, int]:
    """Count in how many reports a sentence stands; those of one report only are left out."""
    import numpy as np  # noqa: PLC0415 - only an audit counts millions

    arrays = [np.array(one, dtype=np.uint64) for one in sentences]
    if not arrays:
        return {}
    digests, counts = np.unique(np.concatenate(arrays), return_counts=True)
    several = counts > 1
    return dict(zip(digests[several].tolist(), counts[several].tolist(), strict=True))
