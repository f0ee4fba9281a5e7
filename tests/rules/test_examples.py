"""Every rule of every shipped pack proves itself: its own examples fail and pass it."""

from collections.abc import Callable

import pytest

from gouji.finding import FileReport, Status
from gouji.pack_store import load_pack, shipped_packs
from gouji.rule import Example, Rule
from tests.conftest import changed

PACKS = [load_pack(path, examples=True) for path in shipped_packs()]
RULES = [pytest.param(rule, id=rule.id) for pack in PACKS for rule in pack.rules]
FAILS = [
    pytest.param(rule, example, id=f"{rule.id}-{n}")
    for pack in PACKS
    for rule in pack.rules
    if rule.examples
    for n, example in enumerate(rule.examples.fails)
]
PASSES = [
    pytest.param(rule, example, id=f"{rule.id}-{n}")
    for pack in PACKS
    for rule in pack.rules
    if rule.examples
    for n, example in enumerate(rule.examples.passes)
]


@pytest.mark.parametrize("rule", RULES)
def test_has_examples(rule: Rule) -> None:
    """A rule without a failing and a passing example is not finished."""
    assert rule.examples
    assert rule.examples.fails
    assert rule.examples.passes


@pytest.mark.parametrize(("rule", "example"), FAILS)
def test_fails(rule: Rule, example: Example, specimen: str, check_text: Callable[..., FileReport]) -> None:
    """A failing example fails the rule at exactly the declared addresses, in both languages."""
    report = check_text(changed(specimen, example), example=example)
    instances = [instance for finding in report.findings for instance in finding.instances]
    assert sorted(address for found, address in instances if found == rule.id) == sorted(example.at)
    for finding in (finding for finding in report.findings if finding.rule == rule.id):
        assert finding.place.line
        for text in filter(None, (finding.message, finding.remedy)):
            assert "{" not in text.zh + text.en


@pytest.mark.parametrize(("rule", "example"), PASSES)
def test_passes(rule: Rule, example: Example, specimen: str, check_text: Callable[..., FileReport]) -> None:
    """A passing example does not fail the rule, and nothing crashes on the way."""
    report = check_text(changed(specimen, example), example=example)
    assert [finding.message.zh for finding in report.findings if finding.rule == rule.id] == []
    assert not report.verdicts.get(Status.ERROR)
    assert rule.id not in {starved for undecided in report.undecided for starved in undecided.rules}
