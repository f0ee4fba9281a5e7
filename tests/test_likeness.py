"""Sentences made comparable, and their fingerprints."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec import msgpack

from gouji.document import Paragraph, Place
from gouji.likeness import Fingerprint, fingerprint, sentences_of
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
