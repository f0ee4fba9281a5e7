"""Neighbours: who may share text with whom, how many have a sentence, and the numbers of peers."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rensa import RMinHash

from gouji.audit.filing import PERMUTATIONS, SHINGLE
from gouji.audit.ledger import Likeness
from gouji.audit.neighbours import LARGEST_BUCKET, LEAST_ALIKE, MOST_OTHERS, ROWS, Neighbours
from gouji.facts import Number

HAN = [chr(0x4E00 + n) for n in range(3000)]


@pytest.fixture
def random() -> Random:
    """The same texts in every run."""
    return Random(7)  # noqa: S311 - of a test


def signature(text: str) -> tuple[int, ...]:
    """The signature of a text, as filings have it."""
    made = RMinHash(num_perm=PERMUTATIONS, seed=1)
    made.update([text[at : at + SHINGLE] for at in range(len(text) - SHINGLE + 1)])
    return tuple(made.digest())


def like(sentences: Sequence[int] = (), text: str = "", **numbers: int) -> Likeness:
    found: dict[str, Number] = {key.replace("_", "."): value for key, value in numbers.items()}
    return Likeness({"one": signature(text)} if text else {}, tuple(sorted(set(sentences))), found)


def neighbours(reports: dict[str, Likeness], kinds: dict[str, str] | None = None) -> Neighbours:
    return Neighbours(reports, kinds or dict.fromkeys(reports, "township"))


def words(random: Random, length: int) -> str:
    return "".join(random.choices(HAN, k=length))


def chance(alike: float) -> float:
    """The promise: the chance that two texts that are alike by so much share a band."""
    return 1 - (1 - alike**ROWS) ** (PERMUTATIONS // ROWS)


# --- text -------------------------------------------------------------------------------------


def test_promise_of_the_bands() -> None:
    assert round(chance(0.5), 2) == 0.94
    assert chance(0.8) > 0.9999


@pytest.mark.parametrize("alike", [0.6, 0.8])
def test_copied_section_is_found_as_promised(alike: float, random: Random) -> None:
    """Of texts that share so much of their shingles, as many pairs are found by signatures alone as promised."""
    trials, length, found = 300, 200, 0
    shared = round(2 * length * alike / (1 + alike))
    for _ in range(trials):
        common = words(random, shared)
        one, other = (common + words(random, length - shared) for _ in range(2))
        found += neighbours({"甲": like(text=one), "乙": like(text=other)}).others("甲") == ("乙",)
    assert found / trials >= chance(alike) - 0.05


def test_whole_copy_and_nothing_in_common(random: Random) -> None:
    """A copy is always found, texts with nothing in common never."""
    texts = [words(random, 120) for _ in range(3)]
    reports = {
        "甲": like(text=texts[0]),
        "乙": like(text=texts[0]),
        "丙": like(text=texts[1]),
        "丁": like(text=texts[2]),
    }
    found = neighbours(reports)
    assert [found.others(name) for name in reports] == [("乙",), ("甲",), (), ()]


def test_a_little_alike_is_no_candidate(random: Random) -> None:
    """Texts that share boilerplate only are left out, even where a band is the same."""
    common = words(random, 40)
    reports = {f"{n}镇": like(text=common + words(random, 260)) for n in range(30)}
    assert all(neighbours(reports).others(name) == () for name in reports)
    assert LEAST_ALIKE > 40 / (2 * 300 - 40)


@given(st.lists(st.sets(st.integers(0, 2**64 - 1), max_size=6), min_size=2, max_size=8))
def test_shared_sentence_is_always_found(sentences: list[set[int]]) -> None:
    """Whoever has a sentence of another report is its candidate, however little else they share; the other way as well."""
    reports = {f"{n}镇": like(tuple(one)) for n, one in enumerate(sentences)}
    found = neighbours(reports)
    for name, one in reports.items():
        expected = {other for other, two in reports.items() if other != name and {*one.sentences} & {*two.sentences}}
        assert set(found.others(name)) == expected
        assert all(name in found.others(other) for other in expected)


def test_short_section_within_a_long_one(random: Random) -> None:
    """A short section that stands in a long one is hardly alike as a whole: its sentences find it."""
    short = words(random, 60)
    texts = {"甲": short, "乙": short + words(random, 2000)}
    assert neighbours({name: like(text=text) for name, text in texts.items()}).others("甲") == ()
    reports = {"甲": like((1, 2), texts["甲"]), "乙": like((1, 2, *range(10, 60)), texts["乙"])}
    assert neighbours(reports).others("甲") == ("乙",)


def test_order_and_number_of_candidates(random: Random) -> None:
    """The more sentences, and the rarer, the likelier; then the more alike, then by name; only so many are looked at."""
    text = words(random, 100)
    reports = {
        "甲": like((1, 2, 3), text),
        "乙": like((1,)),
        "丙": like((1, 2)),
        "丁": like((3,)),
        "戊": like((), text),
    }
    assert neighbours(reports).others("甲") == ("丙", "丁", "乙", "戊")
    many = {"甲": like(range(100, 200))} | {f"{n:02}": like((100 + n,)) for n in range(20)}
    assert neighbours(many).others("甲") == tuple(f"{n:02}" for n in range(MOST_OTHERS))


def test_forms_do_not_crowd_out_a_copy(random: Random) -> None:
    """A section that many units have alike hides nobody who took over something else."""
    form = words(random, 80)
    reports = {f"{n}镇": like((1, 2, 3), form) for n in range(30)}
    reports |= {"甲": like((1, 2, 3, 7, 8), form), "乙": like((7, 8))}
    assert neighbours(reports).others("甲")[0] == "乙"


def test_what_too_many_have_makes_nobody_a_candidate(random: Random) -> None:
    """A text, or a sentence, of more units than that is a form that was handed out."""
    text = words(random, 100)
    some = {f"{n}镇": like((1,), text) for n in range(LARGEST_BUCKET)}
    assert len(neighbours(some).others("0镇")) == MOST_OTHERS
    many = some | {"甲": like((1,), text)}
    assert neighbours(many).others("0镇") == ()
    assert neighbours(many).spread(1) == LARGEST_BUCKET + 1


def test_same_whatever_the_order(random: Random) -> None:
    """Two runs, and reports in another order, give the same candidates."""
    texts = [words(random, 150) for _ in range(6)]
    reports = {f"{n}镇": like((n % 4, n % 3 + 10), texts[n % 6] + words(random, 30)) for n in range(40)}
    turned = dict(reversed(reports.items()))
    assert [neighbours(reports).others(name) for name in reports] == [
        neighbours(turned).others(name) for name in reports
    ]


# --- counts -----------------------------------------------------------------------------------


@given(st.lists(st.sets(st.one_of(st.integers(0, 9), st.integers(2**64 - 9, 2**64 - 1))), max_size=8))
def test_spread(sentences: list[set[int]]) -> None:
    """It is the number of reports with the sentence, large digests included; one that nobody has is the asker's own."""
    found = neighbours({f"{n}": like(tuple(one)) for n, one in enumerate(sentences)})
    for digest in (*range(10), *range(2**64 - 9, 2**64)):
        assert found.spread(digest) == max(1, sum(digest in one for one in sentences))


def test_peers() -> None:
    """The numbers of other units of the kind; nobody is a peer of itself, and one without the number is none."""
    reports = {
        "甲镇": like(new_total=1), "乙镇": like(new_total=2), "丙镇": like(new_total=3), "丁镇": like(), "水利局": like(new_total=9),
    }  # fmt: skip
    kinds = {name: "department" if name.endswith("局") else "township" for name in reports}
    found = neighbours(reports, kinds)
    assert sorted(found.peers("甲镇")("new.total")) == [2, 3]
    assert sorted(found.peers("丁镇")("new.total")) == [1, 2, 3]
    assert found.peers("水利局")("new.total") == []
    assert found.peers("甲镇")("other") == []


def test_nobody() -> None:
    assert neighbours({}).spread(1) == 1
    assert neighbours({"甲": like((1,))}).others("甲") == ()
