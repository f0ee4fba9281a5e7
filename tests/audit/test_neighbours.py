"""Neighbours: who shares text with whom, how many have a sentence, and the numbers of peers."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gouji.audit.ledger import Likeness
from gouji.audit.neighbours import MOST_OTHERS, Neighbours
from gouji.checks.repetition import FEWEST, RepetitionRule
from gouji.facts import Number
from gouji.finding import Severity
from gouji.likeness import Fingerprint
from gouji.wording import same

SIZE = 20  # characters of a sentence here
Sentences = Mapping[int, int]  # digest -> characters


def rule(**keys: Any) -> RepetitionRule:
    wanted = {"share": 50, "least": 1, "common": 10, "shortest": 15} | keys
    return RepetitionRule(
        id="GJ901", slug="test", severity=Severity.WARNING, title=same(""), message=same(""), kind="repetition",
        against="others", **{"common_share": 100, **wanted},
    )  # fmt: skip


def like(*digests: int, **numbers: int) -> Likeness:
    """A report with these sentences in its only section, all of one size."""
    return sized({"one": dict.fromkeys(digests, SIZE)}, **numbers)


def sized(sections: Mapping[str, Sentences], **numbers: int) -> Likeness:
    texts = {key: Fingerprint(dict(sorted(sentences.items()))) for key, sentences in sections.items()}
    found: dict[str, Number] = {key.replace("_", "."): value for key, value in numbers.items()}
    return Likeness({"GJ901": texts}, found)


def neighbours(reports: dict[str, Likeness], kinds: dict[str, str] | None = None) -> Neighbours:
    return Neighbours(reports.__getitem__, kinds or dict.fromkeys(reports, "township"))


def others(reports: dict[str, Likeness], name: str, **keys: Any) -> tuple[str, ...] | None:
    return neighbours(reports).others(name, [rule(**keys)])


# --- text -------------------------------------------------------------------------------------


def test_more_than_the_share() -> None:
    """Half of a section is allowed, more is not, whatever the other report has besides."""
    reports = {
        "甲": like(1, 2, 3, 4),
        "乙": like(1, 2, 10, 11, 12),
        "丙": like(1, 2, 3, *range(20, 90)),
        "丁": like(99),
    }
    assert others(reports, "甲") == ("丙",)
    assert others(reports, "甲", share=49) == ("丙", "乙")
    assert others(reports, "乙") == ()
    assert others(reports, "丙") == ()


def test_section_by_section() -> None:
    """A sentence counts where it stands in the same section, one that is judged and long enough."""
    text = {1: SIZE, 2: SIZE}
    reports = {
        "甲": sized({"one": text, "two": {3: SIZE}}),
        "乙": sized({"two": text}),
        "丙": sized({"two": {3: SIZE}}),
    }
    assert others(reports, "甲") == ("丙",)
    assert others(reports, "甲", sections=("one",)) == ()
    assert others(reports, "甲", least=SIZE + 1) == ()


def test_empty_section() -> None:
    """A section without sentences shares nothing, also where a rule judges sections of any length."""
    reports = {"甲": sized({"one": {}, "two": {1: SIZE}}), "乙": sized({"one": {}, "two": {1: SIZE}})}
    assert others(reports, "甲", least=0, sections=("one",)) == ()
    assert others(reports, "甲", least=0) == ("乙",)


def test_short_sentences() -> None:
    """They belong to the section, and are never shared."""
    own = {1: SIZE, 2: 14, 3: 7}
    reports = {"甲": sized({"one": own}), "乙": sized({"one": own})}
    assert others(reports, "甲", share=48) == ("乙",)
    assert others(reports, "甲", share=49) == ()


def test_forms() -> None:
    """What so many units have does not count, and hides nobody who took over something else."""
    reports = {f"{n}镇": like(1, 2, 3) for n in range(10)}
    assert others(reports, "0镇") == ()
    assert others(reports, "0镇", common=11) == tuple(f"{n}镇" for n in range(1, 10))
    reports |= {"甲": like(1, 2, 3, 7, 8), "乙": like(7, 8)}
    assert others(reports, "甲") == ("乙",)
    few = {f"{n}镇": like(1, 2, 3) for n in range(4)} | {"甲": like(1, 2, 3, 7, 8), "乙": like(7, 8)}
    assert others(few, "甲", common_share=66) == ("乙",)
    assert others(few, "0镇", common_share=66) == ()


def test_order_and_number() -> None:
    """Those that share most come first, then by name; with only so many a report is compared."""
    reports = {"甲": like(1, 2, 3, 4), "丙": like(1, 2, 3), "乙": like(1, 2, 3), "丁": like(1, 2, 3, 4, 5)}
    assert others(reports, "甲") == ("丁", "丙", "乙")
    many = {f"{n:02}": like(1) for n in range(20)}
    assert others(many, "00", common=100) == tuple(f"{n:02}" for n in range(1, MOST_OTHERS + 1))


def test_several_rules() -> None:
    """A report that any of them tells is a candidate; a rule that a report was not read for says nothing of it."""
    reports = {"甲": like(1, 2, 3, 4), "乙": like(1, 2, 3), "丙": like(1, 2)}
    strict, other = rule(share=49), RepetitionRule(**{**vars(rule()), "id": "GJ902"})
    assert neighbours(reports).others("甲", [rule(), strict]) == ("乙", "丙")
    assert neighbours(reports).others("甲", [other]) == ()
    assert neighbours(reports).others("甲", []) == ()


def test_nobody_else() -> None:
    assert others({"甲": like(1)}, "甲") is None
    assert neighbours({}).spread(1) == 1


SENTENCES = st.dictionaries(st.integers(0, 12), st.sampled_from([8, 15, 30]), max_size=6)
REPORTS = st.lists(st.dictionaries(st.sampled_from(["one", "two"]), SENTENCES), min_size=2, max_size=9)


@given(
    REPORTS,
    st.sampled_from([20, 50, 100]),
    st.integers(1, 6),
    st.sampled_from([50, 66, 100]),
    st.sampled_from([0, 1, 40]),
)
def test_nothing_is_missed(reports: list[dict[str, Sentences]], share: int, common: int, most: int, least: int) -> None:
    """It finds exactly the reports that comparing every pair finds, in whatever order they come."""
    # a sentence has one size
    size = {digest: n for one in reports for text in one.values() for digest, n in text.items()}
    fixed = [{key: {digest: size[digest] for digest in text} for key, text in one.items()} for one in reports]
    made = {f"{n}": sized(sections) for n, sections in enumerate(fixed)}
    having = {digest: sum(any(digest in text for text in one.values()) for one in fixed) for digest in size}

    def tells(own: dict[str, dict[int, int]], other: dict[str, dict[int, int]]) -> bool:
        for key, text in own.items():
            forms = {d for d, n in having.items() if n >= common or (n >= FEWEST and 100 * n > most * len(fixed))}
            counted = {digest: n for digest, n in text.items() if digest not in forms}
            both = sum(n for digest, n in counted.items() if n >= 15 and digest in other.get(key, ()))
            if sum(counted.values()) >= least and 100 * both > share * sum(counted.values()):
                return True
        return False

    turned = dict(reversed(made.items()))
    for n, own in enumerate(fixed):
        expected = {f"{m}" for m, other in enumerate(fixed) if m != n and tells(own, other)}
        found = others(made, f"{n}", share=share, common=common, common_share=most, least=least)
        assert found is not None
        assert set(found) == expected
        assert others(turned, f"{n}", share=share, common=common, common_share=most, least=least) == found


# --- counts -----------------------------------------------------------------------------------


@given(st.lists(st.sets(st.one_of(st.integers(0, 9), st.integers(2**64 - 9, 2**64 - 1))), max_size=8))
def test_spread(sentences: list[set[int]]) -> None:
    """It is the number of reports with the sentence, large digests included; one that nobody has is the asker's own."""
    found = neighbours({f"{n}": like(*one) for n, one in enumerate(sentences)})
    for digest in (*range(10), *range(2**64 - 9, 2**64)):
        assert found.spread(digest) == max(1, sum(digest in one for one in sentences))


def test_spread_counts_reports() -> None:
    """A report that has a sentence in two sections, or for two rules, counts once."""
    one = {1: SIZE}
    reports = {"甲": sized({"one": one, "two": one}), "乙": sized({"one": one})}
    assert neighbours(reports).spread(1) == len(reports)


def test_peers() -> None:
    """The numbers of other units of the kind; nobody is a peer of itself, and one without the number is none."""
    reports = {
        "甲镇": like(new_total=1), "乙镇": like(new_total=3), "丙镇": like(new_total=2), "戊镇": like(new_total=2),
        "丁镇": like(), "水利局": like(new_total=9),
    }  # fmt: skip
    kinds = {name: "department" if name.endswith("局") else "township" for name in reports}
    found = neighbours(reports, kinds)
    assert found.peers("甲镇")("new.total") == [2, 2, 3]
    assert found.peers("丙镇")("new.total") == [1, 2, 3]
    assert found.peers("丁镇")("new.total") == [1, 2, 2, 3]
    assert found.peers("水利局")("new.total") == []
    assert found.peers("甲镇")("other") == []


@pytest.mark.parametrize("count", [1, 2])
def test_without_numbers(count: int) -> None:
    reports = {f"{n}": like(1) for n in range(count)}
    assert neighbours(reports).peers("0")("new.total") == []
