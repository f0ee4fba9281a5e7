"""Numbers that sentences state: what is read, and what carries it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gouji.claims import DeclaredClaim, DeclaredScope, DeclaredTopic, Rewrite
from gouji.document import Paragraph, Place
from gouji.errors import DeclarationError
from gouji.facts import Statement
from gouji.outline import DOCUMENT
from gouji.prose import Prose
from gouji.statements import find_statements
from gouji.wording import Text

NAME = Text("申请", "requests")
TRAP = DeclaredTopic(key="trap", name=NAME, words="提案|来信")
TOPIC = DeclaredTopic(
    key="a",
    name=NAME,
    words="公开申请",
    units=("件", ""),
    filler="政府信息|的",
    narrow="网络",
    claims=(
        DeclaredClaim(
            key="got",
            name=NAME,
            phrases=("收到{_}公开申请{n}", "收到{n}{_}公开申请"),
            targets=("f.new",),
            of=("f.all",),
            rewrites=(Rewrite(words="^[(]含上年", targets=("f.all",)),),
            without="其中",
            unless="另行统计",
        ),
        DeclaredClaim(key="done", name=NAME, phrases=("办结{n}",), targets=("f.done",)),
        DeclaredClaim(key="none", name=NAME, phrases=("未收到{_}公开申请{end}",), targets=("f.new",)),
        DeclaredClaim(key="rate", name=NAME, phrases=("办结率{p}",), targets=("f.done",), of=("f.all",)),
    ),
)
SCOPES = (DeclaredScope(words="全县", kinds=("county",)), DeclaredScope(words="我镇", kinds=("township",)))


def found(*texts: str) -> tuple[Statement, ...]:
    """Find the statements of paragraphs that each stand on a line of their own."""
    paragraphs = tuple(Paragraph(text, ((0, Place(n, 1)),)) for n, text in enumerate(texts, 1))
    return find_statements((TRAP, TOPIC), SCOPES, Prose({DOCUMENT: paragraphs}))


def values(text: str) -> list[tuple[str, object, str]]:
    return [(s.claim, s.value, s.bound) for s in found(text)]


@pytest.mark.parametrize(
    ("number", "value", "bound"),
    [
        ("12件", 12, ""),
        ("１，２００件", 1200, ""),
        ("共计十二件", 12, ""),
        ("两件", 2, ""),
        ("零件", 0, ""),
        ("12", 12, ""),
        ("30余件", 30, ">="),
        ("30件以上", 30, ">="),
        ("超过30件", 30, ">="),
        ("近30件", 30, "<="),
        ("约30件", 30, "~"),
        ("30件左右", 30, "~"),
        ("1.2万件", 12000, ""),
        ("3万余件", 30000, ">="),
    ],
)
def test_numbers(number: str, value: int, bound: str) -> None:
    """Every way to write a number gives its value, and whether it is a bound."""
    assert values(f"收到公开申请{number}。") == [("a.got", value, bound)]


@pytest.mark.parametrize(
    "text",
    [
        "收到公开申请3至5件。",
        "收到公开申请3-5件。",
        "收到公开申请3件至5件。",
        "11月-12月收到公开申请3件。",
        "去年收到公开申请。办结3件。",
        "收到公开申请三五件。",
        "收到公开申请12年。",
        "收到公开申请12次。",
        "收到公开申请12件次。",
        "收到公开申请第3件。",
        "不收到公开申请3件。",
        "其中收到公开申请3件。",
        "网络收到公开申请3件。",
        "收到3件网络公开申请。",
        "去年收到公开申请3件。",
        "5月收到公开申请3件。",
        "日均收到公开申请3件。",
        "收到公开申请、来信3件。",
        "办结提案、公开申请、来信等，办结3件。",
        "办结3件。",
        "《收到公开申请3件》。",
        "除村外，收到公开申请3件。",
        "收到公开申请3件（另行统计）。",
        "未收到公开申请人3名。",
        "收到公开申请和办结3件。",
    ],
)
def test_not_taken(text: str) -> None:
    """A number with anything beside it that may make it another one is not taken."""
    assert found(text) == ()


def test_topic_named_last() -> None:
    """Sentence, paragraph and heading tell in this order what a number is about; brackets are an aside."""
    assert values("收到公开申请。办结3件。") == [("a.done", 3, "")]
    assert values("收到来信。办结3件。") == []
    assert values("收到公开申请（来信5封），办结3件。") == [("a.done", 3, "")]
    assert values("收到公开申请，回复来信，办结3件。") == []
    assert [s.claim for s in found("（二）公开申请", "办结3件。")] == ["a.done"]
    assert (
        found("公开申请的办理情况在这里有一个很长的段落而不是标题所以不能说明后面的段落说的是什么。", "办结3件。") == ()
    )


def test_what_a_statement_carries() -> None:
    """Year, scope, rewrite and share stand beside the number, with their places."""
    (got, done) = found("2023年全县收到公开申请12件（含上年2件），占33.3%，我镇办结 ３ 件。")
    assert (got.year, got.scope, got.scope_words, got.rewrite) == (2023, 0, "全县", 0)
    assert got.share is not None
    assert (got.share.percent, got.share.precision, got.share.place) == (Decimal("33.3"), Decimal("0.1"), Place(1, 26))
    assert (got.words, got.raw, got.place) == ("收到公开申请12件", "12件", Place(1, 14))
    assert (done.scope, done.words, done.place, done.share) == (1, "办结3件", Place(1, 37), None)


def test_zero_and_percentages() -> None:
    """A phrase without a number states zero and stands where its words begin; a rate keeps its precision."""
    (none,) = found("本年未收到政府信息公开申请，")
    assert (none.claim, none.value, none.words, none.place) == ("a.none", 0, "未收到政府信息公开申请", Place(1, 3))
    (rate,) = found("公开申请办结率98.50%。")
    assert (rate.value, rate.precision, rate.percent, rate.raw) == (Decimal("98.50"), Decimal("0.01"), True, "98.50%")
    assert [s.value for s in found("公开申请办结率百分之百。")] == [100]


def test_years() -> None:
    """The year named last counts; the whole year in months is the year, and a sum over it too."""
    years = [
        s.year
        for s in found("2023年，收到公开申请3件。", "去年的公开申请……；2024年1月1日至12月31日，收到公开申请3件。")
    ]
    assert years == [2023, 2024]
    assert [s.year for s in found("2024年累计收到公开申请3件。", "与2023年相比，收到公开申请3件。")] == [2024, None]
    assert [s.year for s in found("收到公开申请3件（2023年收到公开申请2件）。")] == [None, 2023]
    assert [s.year for s in found("（2023年的）收到公开申请3件。", "截至12月底收到公开申请3件。")] == [None, None]
    assert [s.year for s in found("2023年的情况如下。收到公开申请3件。")] == [2023]
    assert found("累计收到公开申请3件。", "2024年3月收到公开申请3件。") == ()


def test_long_text_costs_little() -> None:
    """Work grows with the text, not with its square: this would take minutes otherwise."""
    assert len(found("收到公开申请3件，" * 20_000)) > 100
    assert len(found("收到公开申请3件。" * 5_000)) == 5_000
    found("收到" + "政府信息的" * 50_000, "9" * 200_000, "(" * 100_000, "《" * 100_000, "公开申请" * 50_000)


@given(
    st.text(
        alphabet="收到办结未公开申请政府信息的件万余近约0123456789%,，。；、（）《》年月上去其中提案三十\n 至-",
        max_size=60,
    )
)
def test_any_text(text: str) -> None:
    """Whatever is written, nothing crashes, and every number stands where the statement says."""
    lines = text.split("\n")
    for statement in found(*lines):
        assert statement.value >= 0
        line = lines[(statement.place.line or 0) - 1]
        at = (statement.place.column or 0) - 1
        first = statement.raw.lstrip("约近")[0]
        assert line[at : at + 1].translate({0xFF0C: ","}) == first


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ({"phrases": ("收到({n}",)}, "claims"),
        ({"phrases": ("收到{n}",), "targets": ("1 +",)}, "targets"),
        ({"phrases": ("收到{n}",), "of": ("a b",)}, "of"),
        ({"phrases": ("收到{n}",), "without": "("}, "without"),
    ],
)
def test_claims_are_refused(keys: dict[str, tuple[str, ...]], key: str) -> None:
    """Bad patterns and sums are refused when the pack loads."""
    with pytest.raises(DeclarationError) as caught:
        DeclaredTopic(key="t", name=NAME, words="x", units=("件",), claims=(DeclaredClaim(key="c", name=NAME, **keys),))  # type: ignore[arg-type]
    assert caught.value.key == key


def test_topics_are_refused() -> None:
    """Claims need units, and units that can be read."""
    claim = DeclaredClaim(key="c", name=NAME, phrases=("收到{n}",))
    for units in ((), ("斤",)):
        with pytest.raises(DeclarationError) as caught:
            DeclaredTopic(key="t", name=NAME, words="x", units=units, claims=(claim,))
        assert caught.value.key == "units"
