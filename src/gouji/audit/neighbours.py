"""What is compared with all other reports of a year: text that units share, and numbers of their peers."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from gouji.audit.ledger import Likeness
from gouji.checks.repetition import RepetitionRule
from gouji.facts import Number
from gouji.likeness import Fingerprint

MOST_OTHERS = 10  # reports that one is compared with

Texts = Mapping[str, Fingerprint]  # section -> what of it is compared


class Neighbours:
    """The reports of one year, each under a name.

    Reports share text where they have sentences in common, so an index of all sentences finds every pair that
    a rule can tell. Signatures that estimate how alike two texts are (MinHash) would miss pairs that share
    just over half of a section, and a short section within a long one.
    """

    def __init__(self, likeness: Callable[[str], Likeness], kinds: Mapping[str, str]) -> None:
        """Take the kind of each report's unit, by its name, and where to ask what is compared of it."""
        self._likeness, self._kinds = likeness, kinds
        self._numbers: dict[tuple[str, str], list[Number]] = defaultdict(list)  # of a kind of unit, by fact
        self._index = _Index(kinds, self._noted)
        for numbers in self._numbers.values():
            numbers.sort()

    def _noted(self, name: str) -> set[int]:
        """Note the numbers of a report, and return the digests of its sentences."""
        report = self._likeness(name)
        for key, value in report.numbers.items():
            self._numbers[self._kinds[name], key].append(value)
        return {digest for texts in report.texts.values() for text in texts.values() for digest in text.sentences}

    def others(self, name: str, rules: Iterable[RepetitionRule]) -> tuple[str, ...] | None:
        """Return the reports that share more of a section with this one than a rule allows, most first.

        None where there is no other report.
        """
        if self.reports < 2:  # noqa: PLR2004 - it is alone
            return None
        own, found = self._likeness(name), dict[str, float]()
        for rule in rules:
            texts = rule.counted(own.texts.get(rule.id, {}), self.spread, self.reports)
            for other in self._suspects(name, texts, rule):
                share = rule.shared(texts, self._likeness(other).texts.get(rule.id, {}))
                if share > rule.share:
                    found[other] = max(found.get(other, 0), share)
        return tuple(sorted(found, key=lambda other: (-found[other], other))[:MOST_OTHERS])

    def _suspects(self, name: str, texts: Texts, rule: RepetitionRule) -> set[str]:
        """Return the reports that have enough of a section's sentences, in whatever section of theirs."""
        found: set[str] = set()
        for text in texts.values():
            sizes = Counter[str]()
            for digest, size in text.sentences.items():
                for owner in self._index.owners(digest):
                    sizes[owner] += size
            found |= {other for other, size in sizes.items() if 100 * size > rule.share * text.size}
        return found - {name}

    @property
    def reports(self) -> int:
        """How many there are."""
        return len(self._kinds)

    def spread(self, digest: int) -> int:
        """Return how many reports have a sentence."""
        return max(1, self._index.count(digest))

    def peers(self, name: str) -> Callable[[str], Sequence[Number]]:
        """Return a function: fact -> the numbers of the other units of the same kind, from the smallest on."""
        kind, own = self._kinds[name], self._likeness(name).numbers

        def numbers(key: str) -> Sequence[Number]:
            values = self._numbers.get((kind, key), [])
            if key not in own:
                return values
            at = bisect_left(values, own[key])
            return values[:at] + values[at + 1 :]

        return numbers


class _Index:
    """In which reports each sentence stands: digests and the numbers of reports side by side, 12 bytes a sentence."""

    def __init__(self, names: Iterable[str], digests: Callable[[str], set[int]]) -> None:
        import numpy as np  # noqa: PLC0415 - only an audit counts millions

        self._names = tuple(names)
        found = [np.fromiter(digests(name), dtype=np.uint64) for name in self._names]
        owners = np.repeat(np.arange(len(found), dtype=np.uint32), [own.size for own in found])
        whole = np.concatenate([*found, np.array((), dtype=np.uint64)])
        order = np.argsort(whole, kind="stable")
        self._digests, self._owners = whole[order], owners[order]

    def _bounds(self, digest: int) -> tuple[int, int]:
        wanted = self._digests.dtype.type(digest)
        return int(self._digests.searchsorted(wanted, "left")), int(self._digests.searchsorted(wanted, "right"))

    def count(self, digest: int) -> int:
        """Return how many reports have a sentence."""
        first, last = self._bounds(digest)
        return last - first

    def owners(self, digest: int) -> list[str]:
        """Return the reports that have a sentence."""
        first, last = self._bounds(digest)
        return [self._names[owner] for owner in self._owners[first:last].tolist()]
