"""Every rule of every shipped pack proves itself: its own examples fail and pass it."""

import pytest

from gouji.engine import Options, check_document
from gouji.pack import Pack
from gouji.pack_source import shipped_ids
from gouji.pack_store import find_pack, load_pack
from gouji.proof.examples import CHECK_DATE, prove_rule, specimen_of
from gouji.readers import markdown
from gouji.rule import Rule

PACKS = {name: load_pack(find_pack(name), examples=True) for name in shipped_ids()}
SPECIMENS = {name: specimen_of(pack, find_pack(name)) for name, pack in PACKS.items()}
RULES = [
    pytest.param(rule, pack, SPECIMENS[name], id=f"{name}-{rule.id}")
    for name, pack in PACKS.items()
    for rule in pack.proving
]


@pytest.mark.parametrize(("rule", "pack", "specimen"), RULES)
def test_rule_proves_itself(rule: Rule, pack: Pack, specimen: str) -> None:
    """A rule has failing and passing examples, and each behaves: address, place, message."""
    proof = prove_rule(rule, pack, specimen)
    assert [problem.zh for problem in proof.problems] == []
    assert proof.failed
    assert any(not failed for trial in proof.trials if not trial.fails for _, failed in trial.outcomes)


@pytest.mark.parametrize("name", PACKS)
def test_specimen_is_clean(name: str) -> None:
    """The specimen of every pack has nothing that the pack would note, and leaves nothing open."""
    document = markdown.read(SPECIMENS[name].encode(), "report.md")
    report = check_document(document, [PACKS[name]], Options(check_date=CHECK_DATE))
    assert (report.judged, report.pack) == (True, name)
    assert [(f.rule, f.message.zh) for f in report.findings] == []
    assert report.undecided == ()


def test_what_extending_packs_prove() -> None:
    """Inherited rules are proven where they come from; added ones, and changed ones with examples, here."""
    assert [rule.id for rule in PACKS["sichuan-panzhihua/yanbian"].proving] == ["GJ901"]
    assert {"GJ302", "GJ310"} <= {rule.id for rule in PACKS["cn-gov-disclosure/2019"].proving}
