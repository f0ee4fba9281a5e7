"""Sentences made comparable, and their fingerprints."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import msgpack

from gouji.document import Paragraph, Place
from gouji.likeness import Fingerprint, fingerprint, names_of, same_unit, sentences_of
from gouji.prose import Scope

TEXTS = st.dictionaries(st.integers(0, 2**64 - 1), st.integers(1, 500), max_size=8).map(
    lambda sentences: Fingerprint(dict(sorted(sentences.items())))
)


def scope(*lines: str) -> Scope:
    return Scope([Paragraph(line, ((0, Place(n, 1)),)) for n, line in enumerate(lines, 1)])


def words(*lines: str) -> list[str]:
    return [s.words for s in sentences_of(scope(*lines), lambda _: False)]


def test_what_is_compared() -> None:
    """Numbers in front, titles, figures and punctuation do not count; the words do."""
    assert words("（一）主动公开。", "一是按《条例》公开 1,136 条，其中政策2条；二是培训。") == [
        "主动公开",
        "按公开#条其中政策#条",
        "培训",
    ]
    assert words("1.2024年收到申请4件。") == words("（3）2023年，收到申请12件。") == ["#年收到申请#件"]


def test_figures_and_places() -> None:
    """The figures are kept beside, and each sentence knows where it stands."""
    text = scope("标题", "收到申请4件；办结0.5万件。", "没有句号")
    sentences = list(sentences_of(text, lambda _: False))
    assert [(s.figures, s.ended) for s in sentences] == [((), False), (("4",), True), (("0.5",), True), ((), False)]
    assert [text.text[s.start : s.end].strip() for s in sentences] == [
        "标题",
        "收到申请4件;",
        "办结0.5万件。",
        "没有句号",
    ]


def test_set_aside() -> None:
    assert [s.words for s in sentences_of(scope("没有收费。公开信息。"), lambda text: "收费" in text)] == ["公开信息"]


def test_fingerprint_is_small_sorted_and_stable() -> None:
    """Eight bytes a sentence and its length; the same text gives the same bytes in any order."""
    one = fingerprint(sentences_of(scope("公开信息一批。组织培训两次。公开信息一批。"), lambda _: False))
    other = fingerprint(sentences_of(scope("组织培训两次。", "公开信息一批。"), lambda _: False))
    assert one == other
    assert msgpack.encode(one) == msgpack.encode(other)
    assert list(one.sentences) == sorted(one.sentences)
    assert (len(one.sentences), one.size) == (2, 12)
    assert msgpack.decode(msgpack.encode(one), type=Fingerprint) == one
    assert 13806628030234333028 in fingerprint(sentences_of(scope("公开信息。"), lambda _: False)).sentences


@given(TEXTS, TEXTS, TEXTS)
def test_fingerprints_join_like_sets(one: Fingerprint, two: Fingerprint, three: Fingerprint) -> None:
    """Joining is associative, and what two texts share is in both; keys stay sorted."""
    assert ((one | two) | three).sentences.keys() == (one | (two | three)).sentences.keys()
    assert (one & two).sentences.keys() == one.sentences.keys() & two.sentences.keys()
    assert list((one | two).sentences) == sorted(one.sentences.keys() | two.sentences.keys())
    assert (one & one) == one == (one | one)


# --- names ------------------------------------------------------------------------------------


def own_names(unit: str) -> set[str]:
    return {*names_of(unit)} - {*names_of("")}


@pytest.mark.parametrize(
    ("unit", "names"),
    [
        ("青禾县柳溪镇人民政府", {"青禾县柳溪镇", "柳溪镇", "青禾县"}),
        ("青禾县人民政府办公室", {"青禾县人民政府办公室", "青禾县"}),
        ("湖州市吴兴区道场乡", {"湖州市吴兴区道场乡", "吴兴区道场乡", "道场乡", "湖州市", "吴兴区"}),
        ("青禾市市场监督管理局", {"青禾市市场监督管理局", "市场监督管理局", "青禾市"}),
        ("水利局", {"水利局"}),
        ("城市管理局", {"城市管理局"}),
        ("青禾县城区街道办事处", {"青禾县城区街道", "城区街道", "青禾县"}),
        ("青禾县社区服务中心", {"青禾县社区服务中心", "社区服务中心", "青禾县"}),
        ("局", set()),
        ("", set()),
    ],
)
def test_names_of_a_unit(unit: str, names: set[str]) -> None:
    """Its name, what is left without the places above it, these, and their governments; no word that all units use."""
    organs = {name for name in own_names(unit) if re.search("(?:政府|办事处)$", name)}
    assert own_names(unit) - organs == names
    assert organs == {name + end for name in names for end in ("人民政府", "政府") if name[-1] in "市县区乡镇"} | {
        name + "办事处" for name in names if name.endswith("街道")
    }
    assert [len(name) for name in names_of(unit)] == sorted(map(len, names_of(unit)), reverse=True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("柳溪镇公开了补贴信息。", "北山乡公开了补贴信息。"),
        ("我镇向青禾县柳溪镇群众公开。", "本乡向北山乡群众公开。"),
        ("柳溪镇人民政府召开会议。", "青禾县北山乡人民政府召开会议。"),
        ("柳溪镇政府和青禾县政府召开会议。", "我乡和青禾县人民政府召开会议。"),
        ("健全市场监管和全乡村务公开。", "健全市场监管和全乡村务公开。"),
    ],
)
def test_sentences_alike_but_for_names(one: str, other: str) -> None:
    names = names_of("青禾县柳溪镇人民政府"), names_of("青禾县北山乡人民政府")
    found = [
        [s.words for s in sentences_of(scope(text), lambda _: False, own)]
        for text, own in zip((one, other), names, strict=True)
    ]
    assert found[0] == found[1]


WORDS = st.lists(st.sampled_from(("公开", "补贴", "群众", "培训", "信息", "及时", "更新")), min_size=1, max_size=6)
MENTIONS = st.lists(st.integers(0, 6), max_size=3)


@given(WORDS, WORDS, MENTIONS, MENTIONS)
def test_names_make_no_other_sentences_alike(
    one: list[str], other: list[str], here: list[int], there: list[int]
) -> None:
    """Wherever units name themselves, two sentences are alike exactly where the other words are."""
    found = []
    for text, unit, mentions in ((one, "柳溪镇", here), (other, "北山乡", there)):
        parts = list(text)
        for at in mentions:
            parts.insert(min(at, len(parts)), unit)
        (sentence,) = sentences_of(scope(f"{''.join(parts)}。"), lambda _: False, names_of(f"青禾县{unit}人民政府"))
        found.append(sentence.words)
    assert (found[0] == found[1]) is (one == other)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("青禾县", "青禾县人民政府", True),
        ("柳溪镇", "青禾县柳溪镇人民政府", True),
        ("", "青禾县", True),
        ("青禾县人民政府", "青禾县人民政府办公室", False),
        ("青禾县经济和信息化局", "青禾县经济信息化和商务局", False),
    ],
)
def test_same_unit(one: str, other: str, alike: bool) -> None:  # noqa: FBT001
    """A name with or without the places above it; an office is not its government."""
    assert same_unit(one, other) is same_unit(other, one) is alike
