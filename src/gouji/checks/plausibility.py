"""Kind ``plausibility``: numbers that are far from those of the year before, or of other units of the kind."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Literal

from gouji.amount import State
from gouji.checks.across import plain, year_before
from gouji.facts import Fact, Number, Reading
from gouji.rule import Rule, undeclared
from gouji.subject import Declared, Deviation, Gap, NotApplicable, Outcome, Outcomes, Passed, Subject
from gouji.wording import Text


@dataclass(frozen=True, kw_only=True, eq=False)
class PlausibilityRule(Rule):
    """A look at the size of numbers; what stands out may be right all the same.

    Attributes:
        against: ``previous``: the same number of the year before; ``peers``: what three quarters of the other
            units of the same kind have at most in the same year.
        facts: which numbers.
        factor: more than so many times as large (or, against the year before, as small), 0 counting as 1,
            stands out,
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
        previous = year_before(subject)
        if self.against == "previous" and isinstance(previous, Text):
            yield Gap("", previous)
            return
        for key in self.facts:
            value = _number(subject.reading.facts.get(key))
            if value is None:
                yield NotApplicable(key)
            elif self.against == "peers":
                yield self._among(key, value, subject)
            else:
                before = _number(previous.facts.get(key)) if isinstance(previous, Reading) else None
                yield self._since(key, value, before, subject)

    def _since(self, key: str, value: Number, before: Number | None, subject: Subject) -> Outcome:
        if before is None:
            return NotApplicable(key)
        small, large = sorted((value, before))
        return self._deviation(key, value, before, subject) if self._stands_out(small, large) else Passed(key)

    def _among(self, key: str, value: Number, subject: Subject) -> Outcome:
        """Compare with the units of the kind; one with little to do is no outlier."""
        peers = sorted(subject.around.peers(key))
        if len(peers) < max(self.fewest, 1):
            return NotApplicable(key)
        high = peers[-(-3 * len(peers) // 4) - 1]
        found = value > high and self._stands_out(high, value)
        return self._deviation(key, value, high, subject, len(peers)) if found else Passed(key)

    def _stands_out(self, small: Number, large: Number) -> bool:
        return large - small >= self.least and large > self.factor * max(small, 1)

    def _deviation(self, key: str, value: Number, other: Number, subject: Subject, peers: int = 0) -> Deviation:
        title = next(form.slots[key].title for form in subject.declared.forms.values() if key in form.slots)
        values: dict[str, str | int | Text] = {
            "fact": title, "value": plain(value), "other": plain(other), "times": _times(value, other),
            "peers": peers, "year": subject.year - 1,
        }  # fmt: skip
        return Deviation(key, subject.reading.facts[key].place, values, plain(other), plain(value))


def _number(fact: Fact | None) -> Number | None:
    return fact.value if fact is not None and fact.state is State.NUMBER else None


def _times(value: Number, other: Number) -> Text:
    """Say how a number compares with another one."""
    if value > other > 0:
        times = f"{Decimal(value) / Decimal(other):.1f}"
        return Text(f"是其 {times} 倍", f"{times} times as many")
    if other > value > 0:
        times = f"{Decimal(other) / Decimal(value):.1f}"
        return Text(f"约为其 1/{times}", f"about 1/{times}")
    gap = plain(value - other).lstrip("-")
    return Text(f"相差 {gap}", f"a difference of {gap}")
