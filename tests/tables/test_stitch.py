"""Which tables make up a form: words decide, tails follow, and a form's own section comes first."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gouji.document import Cell, Place, Table
from gouji.forms import Form
from gouji.pack_store import load_pack, shipped_packs
from gouji.tables.stitch import FEWEST_WORDS, Piece, stitch

FORMS = load_pack(shipped_packs()[-1]).forms
DISCLOSURE, APPLICATIONS, DISPUTES = FORMS

PENALTIES = (("行政处罚", "11"), ("行政强制", "12"))
REQUESTS = (("（一）予以公开", "21", "22"), ("（七）总计", "23", "24"))
RESULTS = (("结果维持", "结果纠正", "其他结果"), ("31", "32", "33"))
NUMBERS = (("41", "42", "43"),)
FOREIGN = (("村名", "户数"), ("柳溪村", "51"))


def piece(rows: tuple[tuple[str, ...], ...], line: int = 1, section: str = "", *, follows: bool = False) -> Piece:
    """Return a table that begins on a line, with what stands around it."""
    cells = tuple(tuple(Cell(text, Place(line + y)) for text in row) for y, row in enumerate(rows))
    return Piece(Table(cells, Place(line)), section, follows)


def stitched(*pieces: Piece, forms: tuple[Form, ...] = FORMS) -> dict[str, list[int | None]]:
    """Return the lines on which the tables of each form begin."""
    return {key: [table.place.line for table in tables] for key, tables in stitch(pieces, forms).items()}


# --- words -------------------------------------------------------------------------------------


def test_no_tables() -> None:
    """A document without tables has no form."""
    assert stitch([], FORMS) == {}


def test_no_forms() -> None:
    """Without forms no table belongs anywhere."""
    assert stitch([piece(PENALTIES), piece(NUMBERS, follows=True)], ()) == {}


def test_each_table_to_its_form() -> None:
    """Every table goes to the form whose words it carries, and forms come in the order of the pack."""
    results, requests, penalties = piece(RESULTS, 1), piece(REQUESTS, 11), piece(PENALTIES, 21)
    found = stitch([results, requests, penalties], FORMS)
    assert list(found.items()) == [
        ("disclosure", (penalties.table,)),
        ("applications", (requests.table,)),
        ("disputes", (results.table,)),
    ]
    assert found["disclosure"][0] is penalties.table


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param((("其他", "1"), ("某项", "2")), {}, id="one word is not enough"),
        pytest.param((("其他", "1"), ("其他", "2")), {}, id="the same word twice is one word"),
        pytest.param((("行政处罚", "1"), ("行政强制", "2")), {"disclosure": [1]}, id="two words are"),
        pytest.param((("行政处罚", "行政强制"),), {"disclosure": [1]}, id="two words in one row"),
        pytest.param(FOREIGN, {}, id="words of no form"),
        pytest.param((("", ""), ("", "")), {}, id="empty cells"),
        pytest.param((), {}, id="no rows"),
        pytest.param(((), ("行政处罚",), (), ("行政强制",)), {"disclosure": [1]}, id="rows without cells"),
        pytest.param((("1. 行 政 处 罚：",), ("（二）行政强制",)), {"disclosure": [1]}, id="other spellings"),
        pytest.param((("行政处罚若干",), ("行政强制若干",)), {}, id="labels only alike"),
        pytest.param(
            (("总计", "其他", "自然人"), ("结果维持", "尚未审结", "1")),
            {"applications": [1]},
            id="most words decide",
        ),
    ],
)
def test_words(rows: tuple[tuple[str, ...], ...], expected: dict[str, list[int]]) -> None:
    """A table belongs to the form of which it carries at least two different words, and the most."""
    assert FEWEST_WORDS == 2
    assert stitched(piece(rows)) == expected


def test_only_forms_that_are_asked_for() -> None:
    """Words of a form that is not among the forms given do not count."""
    pieces = piece(PENALTIES, 1), piece(RESULTS, 11)
    assert stitched(*pieces, forms=(DISPUTES,)) == {"disputes": [11]}


# --- tails -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        pytest.param(
            [piece(REQUESTS, 1), piece(NUMBERS, 11, follows=True), piece(NUMBERS, 21, follows=True)],
            {"applications": [1, 11, 21]},
            id="tails of a tail",
        ),
        pytest.param([piece(REQUESTS, 1), piece(NUMBERS, 11)], {"applications": [1]}, id="text between"),
        pytest.param(
            [piece(REQUESTS, 1), piece(NUMBERS, 11), piece(NUMBERS, 21, follows=True)],
            {"applications": [1]},
            id="a tail of what is no tail",
        ),
        pytest.param([piece(NUMBERS, 1, follows=True)], {}, id="nothing before"),
        pytest.param(
            [piece(FOREIGN, 1), piece(NUMBERS, 11, follows=True), piece(REQUESTS, 21, follows=True)],
            {"applications": [21]},
            id="a tail of a foreign table",
        ),
        pytest.param(
            [piece(REQUESTS, 1), piece(PENALTIES, 11, follows=True), piece(NUMBERS, 21, follows=True)],
            {"disclosure": [11, 21], "applications": [1]},
            id="own words before the table in front",
        ),
        pytest.param(
            [piece(REQUESTS, 1), piece(PENALTIES, 11), piece(REQUESTS, 21)],
            {"disclosure": [11], "applications": [1, 21]},
            id="parts of a form apart",
        ),
    ],
)
def test_tails(pieces: list[Piece], expected: dict[str, list[int]]) -> None:
    """A table without words goes with the one it directly follows."""
    assert stitched(*pieces) == expected


# --- home --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        pytest.param(
            [piece(REQUESTS, 1, "overview"), piece(REQUESTS, 11, "applications")],
            {"applications": [11]},
            id="a table that looks alike in the overview",
        ),
        pytest.param(
            [piece(REQUESTS, 1, "applications"), piece(REQUESTS, 11, "other"), piece(REQUESTS, 21, "applications")],
            {"applications": [1, 21]},
            id="several at home",
        ),
        pytest.param(
            [piece(REQUESTS, 1, "overview"), piece(REQUESTS, 11)],
            {"applications": [1, 11]},
            id="none at home",
        ),
        pytest.param(
            [
                piece(REQUESTS, 1, "applications"),
                piece(NUMBERS, 11, "applications", follows=True),
                piece(REQUESTS, 21, "overview"),
                piece(NUMBERS, 31, "overview", follows=True),
            ],
            {"applications": [1, 11]},
            id="tails stay with their table",
        ),
        pytest.param(
            [piece(PENALTIES, 1, "applications"), piece(REQUESTS, 11, "disclosure")],
            {"disclosure": [1], "applications": [11]},
            id="in the section of another form",
        ),
        pytest.param(
            [piece(PENALTIES, 1, "disclosure"), piece(REQUESTS, 11, "disclosure"), piece(RESULTS, 21, "disputes")],
            {"disclosure": [1], "applications": [11], "disputes": [21]},
            id="each form by itself",
        ),
    ],
)
def test_home(pieces: list[Piece], expected: dict[str, list[int]]) -> None:
    """Where a form's own section holds tables of it, tables elsewhere are left out."""
    assert stitched(*pieces) == expected


# --- in general --------------------------------------------------------------------------------

KINDS = {"disclosure": PENALTIES, "applications": REQUESTS, "disputes": RESULTS, "": NUMBERS, "foreign": FOREIGN}
DRAWN = st.lists(
    st.tuples(st.sampled_from([*KINDS]), st.sampled_from(["", "disclosure", "applications"]), st.booleans()), max_size=8
)


@settings(max_examples=60, deadline=None)
@given(drawn=DRAWN)
def test_every_table_once(drawn: list[tuple[str, str, bool]]) -> None:
    """No table is given to two forms, order is kept, and a table with words goes to no other form."""
    pieces = [piece(KINDS[kind], n, section, follows=follows) for n, (kind, section, follows) in enumerate(drawn)]
    found = stitched(*pieces)
    given_out = [line for lines in found.values() for line in lines]
    assert len(given_out) == len(set(given_out))
    for key, lines in found.items():
        assert lines == sorted(line for line in lines if line is not None) != []
        assert {drawn[line][0] for line in lines if line is not None} <= {key, "", "foreign"}
    assert found.keys() == {kind for kind, _, _ in drawn if kind in found or kind not in ("", "foreign")}
