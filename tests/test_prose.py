"""The running text by scope: sentences, and where its characters stand."""

from gouji.document import Paragraph, Place
from gouji.outline import compiled
from gouji.prose import Prose


def test_sentences() -> None:
    """Sentences end with a full stop or their paragraph; the stretches cover the whole text."""
    texts = ("收到申请 3 件。均已答复", "没有其他事项!")
    prose = Prose({"other": tuple(Paragraph(text, ((0, Place(n, 1)),)) for n, text in enumerate(texts, 1))})
    scope = prose.scope("other")
    assert [scope.text[a:b] for a, b in scope.sentences] == ["收到申请3件。", "均已答复\n", "没有其他事项!"]
    assert scope.place(scope.text.index("没有")) == Place(2, 1)


def test_a_scope_that_is_not_there() -> None:
    """A section that the report lacks has no text."""
    scope = Prose({}).scope("other")
    assert (scope.text, scope.sentences, Prose({}).paragraphs("other")) == ("", (), ())


def test_written() -> None:
    """A stretch of a line as the source has it, with its widths and blanks; the ends are exact."""
    scope = Prose(
        {"other": (Paragraph("甲 乙（ 1 ）件。", ((0, Place(1, 1)),)), Paragraph("丙", ((0, Place(2, 1)),)))}
    ).scope("other")
    assert scope.text == "甲乙(1)件。\n丙"
    assert (scope.written(1, 5), scope.written(0, 7), scope.written(8, 9)) == ("乙（ 1 ）", "甲 乙（ 1 ）件。", "丙")


def test_holds() -> None:
    """A pattern is found or not, over all lines."""
    scope = Prose({"other": (Paragraph("甲 乙", ((0, Place(1, 1)),)), Paragraph("丙", ((0, Place(2, 1)),)))}).scope(
        "other"
    )
    assert [scope.holds(compiled(pattern)) for pattern in ("甲乙$", "^丙", "乙丙")] == [True, True, False]
