"""Numbers that one sentence relates: wholes and parts, changes."""

from decimal import Decimal

import pytest

from gouji.document import Paragraph, Place
from gouji.outline import DOCUMENT
from gouji.prose import Prose
from gouji.relations import find_changes, find_listings


def prose(text: str) -> Prose:
    return Prose({DOCUMENT: (Paragraph(text, ((0, Place(1, 1)),)),)})


@pytest.mark.parametrize(
    ("text", "wholes", "parts", "holds"),
    [
        ("公开信息32条，其中机构1条、人事11条、其他20条。", [32], [1, 11, 20], True),
        ("公开信息32条（机构1条、人事11条）。", None, None, None),
        ("公开信息4042条，其中网站1495条，微信2918条。", [4042], [1495, 2918], False),
        ("公开信息4702条，其中网站3865条。", [4702], [3865], True),
        ("公开信息20条，其中网站30条。", [20], [30], False),
        ("公开信息30条，分别为网站12条、公开栏18条。", [30], [12, 18], True),
        ("公开信息30条，分别为网站12条、公开栏17条。", [30], [12, 17], False),
        ("公开信息30条，分别为网站12条、公开栏17条，办结1条。", [30], [12, 17], False),
        ("公开信息30条，分别为网站12条，公开栏17条，办结1条。", [30], [12, 17], True),
        ("公开信息30条，包括预算12条、决算12条，回应关切50条。", [30], [12, 12], True),
        ("发布解读20篇，其中图解12篇，发布文字解读30篇。", [20], [12], True),
        ("发布信息20条，其中发布图解12条，发布文字30条。", [20], [12, 30], False),
        ("收到9件，上年结转1件，其中网络5件、信函5件。", [1, 9], [5, 5], True),
        ("收到9件，其中网络5件，办结8件。", [9], [5], True),
        ("收到12件，其中6件网络申请、6件信函申请。", [12], [6, 6], True),
        ("收到805件（含上年结转18件，另有72件）。", None, None, None),
        ("收到805件（含疑难18件，其余900件）。", [805], [18], True),
        ("培训3次，其中乡镇80人。", None, None, None),
        ("公开信息1.2万条，其中网站8000条、微信5000条。", None, None, None),
        ("公开信息100余条，其中网站80条、微信50条。", None, None, None),
        ("其中网站80条、微信50条。", None, None, None),
    ],
)
def test_listings(text: str, wholes: list[int] | None, parts: list[int] | None, *, holds: bool | None) -> None:
    """Only a plain list behind its whole is taken; it holds where any reading of it fits."""
    found = [
        ([whole.value for whole in each.wholes], [part.value for part in each.parts], each.holds)
        for each in find_listings(prose(text))
    ]
    assert found == ([] if wholes is None else [(wholes, parts, holds)])


def test_listing_is_quoted_where_it_stands() -> None:
    """Whole and parts carry their words and places."""
    (listing,) = find_listings(prose("公开 信息 40 条，其中网站 15 条"))
    assert (listing.wholes[0].raw, listing.wholes[0].place) == ("40条", Place(1, 7))
    assert [(part.label, part.raw, part.place) for part in listing.parts] == [("网站", "15条", Place(1, 17))]


@pytest.mark.parametrize(
    ("text", "prior", "delta", "percent", "expected"),
    [
        ("收到4件，较上年的6件减少33.3%。", 6, None, Decimal("-33.3"), (-2, "-33.3")),
        ("收到6件，比2023年的4件增加2件，增长50%。", 4, 2, 50, (2, "50")),
        ("收到6件，比上年增加2件，同比增长50%。", 4, None, 50, (2, "50")),
        ("收到4件，与去年相比减少2件，降幅达33%。", 6, None, -33, (-2, "-33")),
    ],
)
def test_changes(text: str, prior: int, delta: int | None, percent: object, expected: tuple[int, str]) -> None:
    """Two figures beside a number tell the third."""
    (change,) = find_changes(prose(text))
    assert change.prior == prior
    assert (change.delta and change.delta.value) == delta
    assert change.percent is not None
    assert change.percent.value == percent
    assert (change.expected_delta, str(change.expected_percent.quantize(change.precision))) == expected


@pytest.mark.parametrize(
    "text",
    [
        "收到4件，同比增长33%。",
        "收到4件，较上年减少2件。",
        "收到4件，较上年提高20个百分点。",
        "收到4件，比上年增加4件，增长100%。",
        "收到4件，是上年的2倍。",
        "收到4万件，较上年的3万件增长33%。",
    ],
)
def test_no_change_without_two_figures(text: str) -> None:
    """One figure alone proves nothing, nor does a change from nothing."""
    assert list(find_changes(prose(text))) == []


def test_long_text_costs_little() -> None:
    """Digits and marks without end are read in time that grows with the text."""
    for text in ("其中" + "9" * 300_000, "9" * 300_000 + "其中增长", "其中9件" * 50_000, "一" * 300_000 + "其中减少"):
        list(find_listings(prose(text)))
        list(find_changes(prose(text)))
