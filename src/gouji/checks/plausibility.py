"""Kind ``plausibility``: numbers that are far from those of the year before, or of other units of the kind."""

from dataclasses import dataclass
from statistics import quantiles
from typing import ClassVar, Literal

from gouji.amount import State
from gouji.facts import Fact, Number, Reading
from gouji.rule import Rule, undeclared
from gouji.subject import Declared, Deviation, NotApplicable, Outcome, Outcomes, Passed, Subject
from gouji.wording import Text

QUARTERS = 4


@dataclass(frozen=True, kw_only=True, eq=False)
class PlausibilityRule(Rule):
    """A look at the size of numbers; what stands out may be right all the same.

    Attributes:
        against: ``previous``: the same number of the year before; ``peers``: the upper quartile of the other
            units of the same kind in the same year.
        facts: which numbers.
        factor: how many times as large or as small, 0 counting as 1, stands out,
        least: where the difference is at least this.
        fewest: with ``peers``: how many other units there must be.
    """

    kind: Literal["plausibility"]
    against: Literal["previous", "peers"]
    facts: tuple[str, ...]
    factor: int = 10
    least: int = 100
    fewest: int = 5

    beyond: ClassVar[bool] = True
    placeholders: ClassVar[frozenset[str]] = frozenset({"fact", "value", "other", "times", "peers", "year"})

    def bind(self, declared: Declared) -> None:
        """Refuse unknown facts."""
        known = [key for form in declared.forms.values() for key in form.slots]
        unknown = [key for key in self.facts if key not in known]
        if unknown or not self.facts:
            raise undeclared("facts", Text("数据项", "fact"), unknown, known)

    def evaluate(self, subject: Subject) -> Outcomes:
        """Look at each number."""
        for key in self.facts:
            fact = subject.reading.facts.get(key)
            if fact is None or fact.state is not State.NUMBER or fact.value is None:
                yield NotApplicable(key)
            else:
                yield self._looked_at(key, fact, fact.value, subject)

    def _looked_at(self, key: str, fact: Fact, value: Number, subject: Subject) -> Outcome:
        peers: tuple[Number, ...] = ()
        if self.against == "previous":
            other = _number(subject.previous, key)
        else:
            peers = tuple(subject.around.peers(key))
            other = (
                quantiles(map(float, peers), n=QUARTERS, method="inclusive")[-1] if len(peers) >= self.fewest else None
            )
        if other is None:
            return NotApplicable(key)
        small, large = sorted((float(value), other))
        downwards = self.against == "peers" and value <= other  # a unit with little to do is no outlier
        if downwards or large - small < self.least or large <= self.factor * max(small, 1):
            return Passed(key)
        title = next(form.slots[key].title for form in subject.declared.forms.values() if key in form.slots)
        values: dict[str, str | int | Text] = {
            "fact": title, "value": str(value), "other": f"{other:g}", "times": f"{large / max(small, 1):.1f}",
            "peers": len(peers), "year": subject.year - 1,
        }  # fmt: skip
        return Deviation(key, fact.place, values, f"{other:g}", str(value))


def _number(reading: Reading | Text | None, key: str) -> float | None:
    fact = reading.facts.get(key) if isinstance(reading, Reading) else None
    return float(fact.value) if fact is not None and fact.value is not None and fact.state is State.NUMBER else None
