"""Examples that do not behave are told, each in its own way."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from gouji.checks.equation import EquationRule
from gouji.errors import DeclarationError
from gouji.pack import Pack
from gouji.proof.examples import prove_rule, run_example
from gouji.rule import Example, Examples, Rule
from gouji.subject import Outcomes, Subject

NEW = "| 一、本年新收政府信息公开申请数量 | | | 3 | 1 |"
WRONG = {NEW: NEW.replace("3", "6")}
SAYS = "表三（申请办理）“一、本年新收”行：自然人 6 + 商业企业 1 + 科研机构 0 + 公益组织 0 + 法律机构 0 + 其他 0 = 7，总计 4，相差 3"


@pytest.fixture
def rule(pack: Pack) -> Rule:
    """The rule that sums the rows of table 3."""
    return next(rule for rule in pack.rules if rule.id == "GJ301")


@pytest.mark.parametrize(
    ("example", "fails", "problem"),
    [
        (Example(change=WRONG, at=("applications/new",)), True, ""),
        (Example(change=WRONG, at=("applications/new",), on=("4",), message=(SAYS,)), True, ""),
        (Example(change={}), False, ""),
        (Example(change={"无此文字": ""}), False, "通过的例子 1：样本里没有“无此文字”"),
        (Example(change=WRONG), True, "不通过的例子 1：应当不通过的是 ·，实际是 applications/new"),
        (
            Example(change={}, at=("applications/new",)),
            True,
            "不通过的例子 1：应当不通过的是 applications/new，实际是 —",
        ),
        (Example(change=WRONG), False, "通过的例子 1：应当不通过的是 —，实际是 applications/new"),
        (
            Example(change=WRONG, at=("applications/new",), on=("6",)),
            True,
            "不通过的例子 1：应当指向“6”，实际指向“4”",
        ),
        (
            Example(change=WRONG, at=("applications/new",), message=("错了",)),
            True,
            f"不通过的例子 1：应当说“错了”，实际说“{SAYS}”",
        ),
        (Example(change={NEW: NEW.replace("3", "若干")}), False, "通过的例子 1：规则没有得出结论"),
    ],
)
def test_behaviour(rule: Rule, pack: Pack, specimen: str, example: Example, problem: str, *, fails: bool) -> None:
    """What an example declares is compared word for word."""
    trial = run_example(rule, example, pack, specimen, fails=fails)
    assert [found.zh for found in trial.problems] == ([problem] if problem else [])


def test_instances(rule: Rule, pack: Pack, specimen: str) -> None:
    """The proof knows which rows an example makes fail, and which the rule looks at."""
    examples = Examples(fails=(Example(change=WRONG, at=("applications/new",)),), passes=(Example(change={}),))
    proof = prove_rule(replace(rule, examples=examples), pack, specimen)
    assert not proof.problems
    assert proof.failed == {"applications/new"}
    assert len(proof.met) == 26


@pytest.mark.parametrize(
    ("examples", "said"),
    [
        (None, ["没有不通过的例子", "没有通过的例子"]),
        (Examples(fails=(), passes=(Example(change={}),)), ["没有不通过的例子"]),
    ],
)
def test_wanting_examples(rule: Rule, pack: Pack, specimen: str, examples: Examples | None, said: list[str]) -> None:
    """A rule without a failing and a passing example is not proven."""
    proof = prove_rule(replace(rule, examples=examples), pack, specimen)
    assert [problem.zh for problem in proof.problems] == said


def test_crash_is_told(rule: Rule, pack: Pack, specimen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that crashes does not pass its passing example."""

    def crash(self: EquationRule, subject: Subject) -> Outcomes:
        def outcomes() -> Iterator[None]:
            raise RuntimeError(self.id, subject.year)
            yield

        return outcomes()  # type: ignore[return-value]

    monkeypatch.setattr(EquationRule, "evaluate", crash)
    trial = run_example(rule, Example(change={}), pack, specimen, fails=False)
    assert "执行出错" in trial.problems[0].zh


@pytest.mark.parametrize(
    ("given", "key"),
    [({"at": ("a", "b"), "on": ("x",)}, "on"), ({"message": ("x", "y")}, "message"), ({"date": "2026-1-1"}, "date")],
)
def test_mismatched_example(given: dict[str, tuple[str, ...]], key: str) -> None:
    """Words and messages go with the addresses one to one; a date is a date."""
    with pytest.raises(DeclarationError) as caught:
        Example(change={}, **given)  # type: ignore[arg-type]
    assert caught.value.key == key
