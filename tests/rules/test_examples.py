"""Every rule of every shipped pack proves itself: its own examples fail and pass it."""

import pytest

from gouji.pack import Pack
from gouji.pack_store import load_pack, shipped_packs
from gouji.proof.examples import prove_rule, specimen_of
from gouji.rule import Rule

RULES = [
    pytest.param(rule, pack, specimen_of(pack, path), id=f"{path.stem}-{rule.id}")
    for path in shipped_packs()
    for pack in [load_pack(path, examples=True)]
    for rule in pack.rules
]


@pytest.mark.parametrize(("rule", "pack", "specimen"), RULES)
def test_rule_proves_itself(rule: Rule, pack: Pack, specimen: str) -> None:
    """A rule has failing and passing examples, and each behaves: address, place, message."""
    proof = prove_rule(rule, pack, specimen)
    assert [problem.zh for problem in proof.problems] == []
    assert proof.failed
    assert any(not failed for trial in proof.trials if not trial.fails for _, failed in trial.outcomes)
