"""The running text by scope: sentences, and where its characters stand."""

from gouji.document import Paragraph, Place
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
