"""What gouji detects may not fall: faults in clean reports of every format, against the rates that are kept."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gouji.checks.equation import EquationRule
from gouji.errors import UsageError
from gouji.pack import Pack
from gouji.proof import faults, mutation, telling
from gouji.proof.edits import Clean, load
from gouji.proof.faults import FAULTS
from gouji.proof.mutation import Miss, Outcome, Rate, Reason, mutate
from gouji.subject import Outcomes, Passed, Subject

ROOT = Path(__file__).parents[2]
RATES = telling.decode((Path(__file__).parent / "rates.json").read_bytes())
REPORTS = ("tests/documents/county.md", "examples/clean.html", "examples/clean.docx", "examples/clean.pdf")
NUMBERS = ("plus-one", "minus-one", "swapped-digits", "blank", "slash", "negative", "shifted-row")


def test_every_report_has_rates() -> None:
    """The rates kept are those of the reports tried here and by ``make docs``."""
    assert sorted(RATES) == sorted(Path(name).name for name in REPORTS)
    (line,) = (
        line for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines() if line.startswith("CLEAN")
    )
    assert line.split(" := ")[1].split() == list(REPORTS)


@pytest.mark.parametrize("name", REPORTS)
def test_rates_do_not_fall(name: str, pack: Pack) -> None:
    """Every detectable fault is detected, every fault of one cell located, nothing said without cause."""
    outcome = mutate(load(ROOT / name), pack)
    assert (outcome.false, outcome.astray, outcome.not_carried) == ([], [], {})
    assert [miss for miss in outcome.misses if miss.reason is None] == []
    rates = telling.rates_of([outcome])
    assert [text.en for text in telling.fallen(rates, {outcome.report: RATES[outcome.report]})] == []
    for key, rate in outcome.faults.items():
        assert rate.detected == rate.due, key
        assert rate.located == rate.single, key
    assert all(outcome.faults[key].due for key in NUMBERS if key != "swapped-digits")
    assert outcome.proven


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only one kind of fault, so that a test is quick."""
    monkeypatch.setattr(mutation, "FAULTS", [(fault, make) for fault, make in FAULTS if fault.key == "plus-one"])


@pytest.fixture(scope="module")
def clean() -> Clean:
    """The clean Markdown report."""
    return load(ROOT / "examples" / "clean.md")


@pytest.mark.usefixtures("few")
def test_lost_rule_lowers_the_rates(clean: Clean, pack: Pack) -> None:
    """Without the sums of table 4 its faults are no longer due, and the comparison tells."""
    before = telling.rates_of([mutate(clean, pack)])
    outcome = mutate(clean, replace(pack, rules=tuple(rule for rule in pack.rules if rule.id != "GJ303")))
    fallen = telling.fallen(telling.rates_of([outcome]), before)
    assert [text.en for text in fallen] == [
        "clean.md plus-one: detection in all fell from 0.97 to 0.895",
        "clean.md GJ303: detection fell from 1 to 0",
        "clean.md GJ303: location fell from 1 to 0",
        "clean.md GJ303: detection in all fell from 1 to 0",
        "clean.md GJ303: trying fell from 1 to 0",
    ]
    assert len([miss for miss in outcome.misses if miss.reason == Reason.UNCOVERED]) == 3 + 15


@pytest.mark.usefixtures("few")
def test_blind_rule_is_not_explained(clean: Clean, pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Equations are worked out apart from the rules: a rule that says nothing does not excuse itself."""

    def blind(self: EquationRule, subject: Subject) -> Outcomes:
        def outcomes() -> Iterator[Passed]:
            yield Passed(f"{self.id}{subject.year}")

        return outcomes()

    monkeypatch.setattr(EquationRule, "evaluate", blind)
    outcome = mutate(clean, pack)
    assert not outcome.proven
    assert Miss("plus-one", "disputes.review.upheld", None) in outcome.misses
    assert (outcome.faults["plus-one"].due, outcome.faults["plus-one"].detected) == (193, 0)


def test_report_with_errors_is_told(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said of a report that should be clean is no proof of anything."""
    monkeypatch.setattr(mutation, "FAULTS", [])
    outcome = mutate(load(ROOT / "examples" / "errors.md"), pack)
    assert not outcome.proven
    assert "GJ301 applications/new" in outcome.false


def test_not_a_report(pack: Pack, tmp_path: Path) -> None:
    """A file that is not judged cannot be used."""
    (tmp_path / "other.md").write_text("# 通知\n", encoding="utf-8")
    with pytest.raises(UsageError):
        mutate(load(tmp_path / "other.md"), pack)


def test_faults_are_distinct() -> None:
    """Each fault has a key and a title of its own, in both languages."""
    for name in ("key", "title"):
        assert len({getattr(fault, name) for fault, _ in FAULTS}) == len(FAULTS)
    assert faults._swapped(0, "1,036") == "1,306"
    assert faults._swapped(0, "44") is None
    assert faults._wide(0, "0.35") == "０．３５"


def test_page_says_what_was_not_tried(pack: Pack) -> None:
    """Misses, samples and false alarms are on the page, in both languages."""
    outcome = Outcome("a.docx", "docx", false=["GJ101 x"], faults={"blank": Rate(3, 2, 1, 1, 1, 0)})
    outcome.misses = [Miss("blank", f"cell{n}", None) for n in range(6)]
    outcome.left_out["blank"] = 7
    page = telling.mutation_page(pack, [outcome], "en")
    assert "| a cell left blank | 3 | 2 | 50.0% | 1 | 100% | 0% | 0 |" in page
    assert "- not detected, 6 of “a cell left blank”: should have been detected (cell0、cell1、cell2、cell3…)" in page
    assert "- “a cell left blank” was put into a sample of the cells, not into 7 others" in page
    assert "- said without a fault, perhaps without cause: GJ101 x" in page
    assert "漏填" in telling.mutation_page(pack, [outcome], "zh")


def test_bad_rates() -> None:
    """A file of rates that is none is refused."""
    with pytest.raises(UsageError):
        telling.decode(b'{"a": 1}')
