"""Every rule of every shipped pack proves itself: its own examples fail and pass it."""

from collections.abc import Callable

import pytest

from gouji.finding import FileReport, Status
from gouji.pack import Pack
from gouji.pack_source import pack_root, shipped_ids
from gouji.pack_store import find_pack, load_pack
from gouji.rule import Example, Rule
from tests.conftest import changed

PACKS = {name: load_pack(find_pack(name), examples=True) for name in shipped_ids()}
# the rules that a pack inherits are proven where they come from
RULES = [
    pytest.param(rule, id=f"{name}-{rule.id}")
    for name, pack in PACKS.items()
    if not pack.extends
    for rule in pack.rules
]
FAILS = [
    pytest.param(name, rule, example, id=f"{name}-{rule.id}-{n}")
    for name, pack in PACKS.items()
    for rule in pack.rules
    if rule.examples
    for n, example in enumerate(rule.examples.fails)
]
PASSES = [
    pytest.param(name, rule, example, id=f"{name}-{rule.id}-{n}")
    for name, pack in PACKS.items()
    for rule in pack.rules
    if rule.examples
    for n, example in enumerate(rule.examples.passes)
]


def specimen_of(name: str) -> str:
    """Return the specimen of a pack."""
    return (pack_root() / f"{name}.yaml").parent.joinpath(PACKS[name].specimen).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PACKS)
def test_specimen_is_clean(name: str, check_text: Callable[..., FileReport]) -> None:
    """The specimen of every pack has nothing that the pack would note, and leaves nothing open."""
    report = check_text(specimen_of(name), packs=[PACKS[name]])
    assert (report.judged, report.pack) == (True, name)
    assert [(f.rule, f.message.zh) for f in report.findings] == []
    assert report.undecided == ()


def test_own_rules_have_examples() -> None:
    """A rule that an extending pack adds has a failing and a passing example."""
    for pack in PACKS.values():
        own = [rule for rule in pack.rules if pack.extends and rule.id not in _ids(PACKS[pack.extends])]
        assert all(rule.examples and rule.examples.fails and rule.examples.passes for rule in own)


def _ids(pack: Pack) -> set[str]:
    return {rule.id for rule in pack.rules}


def checked(name: str, example: Example, check_text: Callable[..., FileReport]) -> FileReport:
    """Check an example of a pack beside the report of the year before, if it has one."""
    specimen = specimen_of(name)
    earlier = "" if example.previous is None else changed(specimen, example.previous)
    return check_text(changed(specimen, example.change), example=example, packs=[PACKS[name]], earlier=earlier)


@pytest.mark.parametrize("rule", RULES)
def test_has_examples(rule: Rule) -> None:
    """A rule without a failing and a passing example is not finished."""
    assert rule.examples
    assert rule.examples.fails
    assert rule.examples.passes


@pytest.mark.parametrize(("name", "rule", "example"), FAILS)
def test_fails(name: str, rule: Rule, example: Example, check_text: Callable[..., FileReport]) -> None:
    """A failing example fails the rule at exactly the declared addresses, in both languages."""
    report = checked(name, example, check_text)
    findings = [finding for finding in report.findings if finding.rule == rule.id]
    assert sorted(finding.address for finding in findings) == sorted(example.at)
    for finding in findings:
        assert finding.place.line
        for text in filter(None, (finding.message, finding.remedy)):
            assert "{" not in text.zh + text.en


@pytest.mark.parametrize(("name", "rule", "example"), PASSES)
def test_passes(name: str, rule: Rule, example: Example, check_text: Callable[..., FileReport]) -> None:
    """A passing example does not fail the rule, and nothing crashes on the way."""
    report = checked(name, example, check_text)
    assert [finding.message.zh for finding in report.findings if finding.rule == rule.id] == []
    assert not report.verdicts.get(Status.ERROR)
    assert rule.id not in {starved for undecided in report.undecided for starved in undecided.rules}
