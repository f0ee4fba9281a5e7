"""Declared phrases found in text: which words, where they stand, and how they are read."""

from gouji.document import Paragraph, Place
from gouji.facts import FieldValue
from gouji.outline import DOCUMENT, DeclaredField
from gouji.phrases import find_values
from gouji.prose import Prose
from gouji.wording import Text

NAME = Text("某项", "item")


def values(field: DeclaredField, *texts: str) -> list[FieldValue]:
    """Find a field in paragraphs that each stand on a line of their own."""
    paragraphs = tuple(Paragraph(text, ((0, Place(n, 1)),)) for n, text in enumerate(texts, 1))
    return list(find_values(field, Prose({DOCUMENT: paragraphs})))


def test_place_behind_dropped_characters() -> None:
    """The place of a value counts the blanks that matching does not see."""
    field = DeclaredField(key="postcode", name=NAME, type="postcode", patterns=(r"邮编:(?P<value>[0-9]+)",))
    found = values(field, "第一段", "地址：某处\u3000邮 编： 617 000。邮编：1")
    assert [(v.raw, v.value, v.place) for v in found] == [
        ("617000", "617000", Place(2, 12)),
        ("1", None, Place(2, 23)),
    ]
    assert [v.context for v in found] == ["地址:某处邮编:617000。", "邮编:1"]


def test_earlier_pattern_wins() -> None:
    """What one pattern took, a later one does not take again; values come in reading order."""
    field = DeclaredField(
        key="email", name=NAME, type="email", patterns=(r"邮箱(?P<value>[a-z@.]+)", r"[a-z]+@[a-z.]+")
    )
    found = values(field, "来信a@b.cn，邮箱c@d.cn，再e@f.cn")
    assert [v.raw for v in found] == ["a@b.cn", "c@d.cn", "e@f.cn"]


def test_plain_words_once() -> None:
    """Of plain words the first place is told, the first in the text and not the first pattern's."""
    field = DeclaredField(key="review", name=NAME, patterns=("考核", "评议"), without=("不",))
    assert [(v.raw, v.place) for v in values(field, "不考核。", "评议与考核，考核")] == [("评议", Place(2, 1))]


def test_sentence_is_bounded() -> None:
    """The sentence of a value ends at 。！？ and paragraph borders, and is cut where none is near."""
    field = DeclaredField(key="phone", name=NAME, type="phone", patterns=("电话(?P<value>[0-9]+)",))
    assert [v.context for v in values(field, "甲。电话12345！乙", "丙" * 300 + "电话67890" + "丁" * 300)] == [
        "电话12345!",
        "丙" * 198 + "电话67890" + "丁" * 200,
    ]


def test_very_many_values() -> None:
    """Work grows with the number of values, not with its square: this would run for hours otherwise."""
    field = DeclaredField(
        key="email", name=NAME, type="email", patterns=("[a-z]+@[a-z]+[.]cn", "[a-z]+@[a-z]+[.][a-z]+")
    )
    found = values(field, "a@b.cn, c@d.com, " * 50_000)
    assert len(found) == 100_000
    assert found[-1].place == Place(1, 17 * 49_999 + 9)
