"""Blank cells that can only mean 0: the sums of the form prove it.

Counts are not negative. Where a written total equals the written parts, every part that is not
written is 0; what is proven so is a number for the other sums, until nothing more follows. A cell
stays blank when a relation of the form that it takes part in would not hold.
"""

from collections.abc import Iterator, Sequence

from gouji.amount import State
from gouji.checks.equation import EquationRule, Instance, Sum, resolved
from gouji.facts import Fact, Number
from gouji.forms import Form
from gouji.rule import Rule

_OPEN = (State.BLANK, State.DASH)


def proven_zeros(form: Form, facts: dict[str, Fact], rules: Sequence[Rule]) -> frozenset[str]:
    """Return the keys of the blank and struck cells of a form that can only be 0.

    Args:
        form: the form.
        facts: of the report.
        rules: those that are used for it.
    """
    relations = list(_relations(form, facts, rules))
    open_keys = {
        key
        for key, slot in form.slots.items()
        if key in facts and facts[key].state in _OPEN and not slot.column.signed  # what may go down proves nothing
    }
    written = {f.key: f.value for f in facts.values() if f.state is State.NUMBER and f.value is not None}
    while True:
        proven = _closure(relations, written, open_keys)
        known = written | dict.fromkeys(proven, 0)
        broken = {key for rule, instance in relations if _is_broken(rule, instance, known) for key in instance.keys}
        if broken.isdisjoint(proven):
            return proven
        open_keys -= broken  # nor may anything be concluded from them


def _closure(
    relations: Sequence[tuple[EquationRule, Instance]], written: dict[str, Number], open_keys: set[str]
) -> frozenset[str]:
    """Return what follows, and what follows from that."""
    known, proven = dict(written), set[str]()
    waiting = set(open_keys)
    while found := {key for rule, instance in relations for key in _zeros(rule, instance, known, waiting)}:
        proven |= found
        waiting -= found
        known |= dict.fromkeys(found, 0)
    return frozenset(proven)


def _relations(form: Form, facts: dict[str, Fact], rules: Sequence[Rule]) -> Iterator[tuple[EquationRule, Instance]]:
    for rule in rules:
        if isinstance(rule, EquationRule) and rule.form == form.key:
            for instance in rule.instances(form):
                whole = resolved(instance, form, facts)
                if whole is not None:
                    yield rule, whole


def _zeros(rule: EquationRule, instance: Instance, known: dict[str, Number], waiting: set[str]) -> frozenset[str]:
    """Return what a relation proves: its written sides are equal, and all that is open stands on one of them."""
    if rule.relation.sign != "=" or not (_names(instance.left) and _names(instance.right)):
        return frozenset()  # that a sum has to be a constant is a norm, no evidence of the report
    difference: Number = instance.constant
    open_terms: dict[str, int] = {}
    for coefficient, key in instance.terms:
        if key in known:
            difference += coefficient * known[key]
        elif key in waiting:
            open_terms[key] = coefficient
        else:
            return frozenset()
    if difference or len(open_terms) == len(instance.terms) or len({c > 0 for c in open_terms.values()}) != 1:
        return frozenset()
    return frozenset(open_terms)


def _names(side: Sequence[Sum]) -> bool:
    return any(term.keys for term in side)


def _is_broken(rule: EquationRule, instance: Instance, known: dict[str, Number]) -> bool:
    """Tell whether a relation does not hold, whatever is still open."""
    difference = sum([c * known[key] for c, key in instance.terms if key in known], instance.constant)
    return rule.broken(difference, [c for c, key in instance.terms if key not in known])
