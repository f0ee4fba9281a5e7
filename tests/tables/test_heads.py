"""The head of a table: which value columns it shows, and where it departs from the form."""

import pytest

from gouji.document import Cell, Place
from gouji.facts import Departure, Misfit
from gouji.forms import FormBlock
from gouji.pack_store import load_pack, shipped_packs
from gouji.tables.grid import Row
from gouji.tables.heads import Layout, layout_of

DISCLOSURE, APPLICATIONS, DISPUTES = (form.blocks[0] for form in load_pack(shipped_packs()[-1]).forms)
ISSUED, REPEALED, IN_FORCE = "本年制发件数", "本年废止件数", "现行有效件数"
OFFICIAL = f"{ISSUED}、{REPEALED}、{IN_FORCE}"
RESULTS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")


def layout(block: FormBlock, *rows: tuple[str, ...]) -> Layout:
    """Read a head that begins in the first line, cells numbered by column."""
    head: list[Row] = [tuple(Cell(text, Place(y, x)) for x, text in enumerate(row, 1)) for y, row in enumerate(rows, 1)]
    return layout_of(block, head)


def keys(found: Layout) -> list[str | None]:
    """Return the keys of the columns."""
    return [line.key if line else None for line in found.columns]


@pytest.mark.parametrize(
    ("block", "rows"),
    [
        pytest.param(DISCLOSURE, (), id="no head"),
        pytest.param(DISCLOSURE, (("信息内容", ISSUED, REPEALED, IN_FORCE),), id="one row"),
        pytest.param(DISCLOSURE, (("信息内容", ISSUED, REPEALED, IN_FORCE, "", ""),), id="empty columns behind"),
        pytest.param(DISCLOSURE, (("信息内容", "数量"), ("", ISSUED, REPEALED, IN_FORCE)), id="two rows"),
        pytest.param(
            APPLICATIONS,
            (
                ("", "申请人情况"),
                ("自然人", "法人或其他组织", "总计"),
                ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"),
            ),
            id="flattened merged cells",
        ),
        pytest.param(DISPUTES, (RESULTS * 3,), id="labels that repeat"),
        pytest.param(
            DISPUTES,
            (
                ("结果", "结果", "其他", "尚未", "总计", *["未经复议直接起诉"] * 5, *["复议后起诉"] * 5),
                ("维持", "纠正", "结果", "审结", "", *RESULTS * 2),
            ),
            id="cut by a page break",
        ),
    ],
)
def test_official_heads(block: FormBlock, rows: tuple[tuple[str, ...], ...]) -> None:
    """A head as the form has it gives the form's columns and nothing to report."""
    found = layout(block, *rows)
    assert (found.columns, found.departures, found.otherwise) == (block.columns, (), None)


@pytest.mark.parametrize(
    ("row", "columns", "departure"),
    [
        pytest.param(
            ("信息内容", REPEALED, ISSUED, IN_FORCE),
            ["repealed", "issued", "in_force"],
            Departure(Misfit.COLUMN_ORDER, Place(1, 2)),
            id="order",
        ),
        pytest.param(
            ("信息内容", ISSUED, "备注", REPEALED, IN_FORCE),
            ["issued", None, "repealed", "in_force"],
            Departure(Misfit.COLUMN_UNKNOWN, Place(1, 3), "备注"),
            id="column of its own",
        ),
        pytest.param(
            ("信息内容", ISSUED, "本年废止", IN_FORCE),
            ["issued", "repealed", "in_force"],
            Departure(Misfit.LABEL_DIFFERS, Place(1, 3), "本年废止", REPEALED),
            id="misprint in its place",
        ),
        pytest.param(
            ("信息内容", "甲", "乙"),
            ["issued", "repealed", "in_force"],
            Departure(Misfit.HEAD_MISSING, Place(1, 1), "信息内容、甲、乙", OFFICIAL),
            id="no label of the form",
        ),
    ],
)
def test_departures(row: tuple[str, ...], columns: list[str | None], departure: Departure) -> None:
    """A head that departs from the form still says which column is which, and where it departs."""
    found = layout(DISCLOSURE, row)
    assert (keys(found), found.departures, found.otherwise) == (columns, (departure,), None)


def test_missing_label() -> None:
    """Where a label is missing the form's columns come first and what the head shows is kept beside them."""
    found = layout(DISCLOSURE, ("信息内容", ISSUED, IN_FORCE))
    lost = Departure(Misfit.HEAD_MISSING, Place(1, 2), f"{ISSUED}、{IN_FORCE}", OFFICIAL)
    assert (keys(found), found.departures) == (["issued", "repealed", "in_force"], (lost,))
    assert found.otherwise is not None
    assert keys(found.otherwise) == ["issued", "in_force"]
    missing = Departure(Misfit.COLUMN_MISSING, Place(1, 2), official=REPEALED)
    assert (found.otherwise.departures, found.otherwise.otherwise) == ((missing,), None)


@pytest.mark.parametrize(
    ("block", "row", "columns"),
    [
        pytest.param(
            DISCLOSURE,
            ("信息内容", ISSUED, REPEALED, REPEALED, IN_FORCE),
            ["issued", None, None, "in_force"],
            id="a column twice",
        ),
        pytest.param(DISPUTES, (RESULTS * 3)[1:], [None] * 14, id="one of fifteen lost"),
    ],
)
def test_repeated_label(block: FormBlock, row: tuple[str, ...], columns: list[str | None]) -> None:
    """Which of two columns with one label is meant, nobody can tell: neither is read, and the head is told."""
    found = layout(block, *[row])
    assert found.otherwise is not None
    assert keys(found.otherwise) == columns
    assert [departure.kind for departure in found.otherwise.departures] == [Misfit.HEAD_MISSING]


def test_title_from_a_wider_page() -> None:
    """A title over four columns, left behind on the page before, makes no columns of its own."""
    title = Cell("第二十条第（六）项", Place(1, 1), col_span=4)
    head: list[Row] = [(title,) * 4, (Cell("信息内容", Place(2, 1)), Cell("本年处理决定数量", Place(2, 2)))]
    block = load_pack(shipped_packs()[-1]).forms[0].blocks[2]
    found = layout_of(block, head)
    assert (found.columns, found.departures) == (block.columns, ())
