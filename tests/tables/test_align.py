"""Tables on their forms: every number lands in its slot, or the slot says why not - never a wrong number.

The forms are those of the national pack. They are filled with numbers of which no two are the same,
written as pipe tables, and damaged the way converters and OCR damage them.
"""

from dataclasses import dataclass
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gouji.amount import State
from gouji.document import Cell, Place, Table
from gouji.facts import Alignment, Departure, Fact, Misfit
from gouji.forms import Form
from gouji.pack_store import load_pack, shipped_packs
from gouji.readers import markdown
from gouji.tables.align import LOWEST_SCORE, UNKNOWN_HEAD, align, unread

DISCLOSURE, APPLICATIONS, DISPUTES = load_pack(shipped_packs()[-1]).forms

NOTE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
HEAD = (
    (NOTE, "", "", "申请人情况", "", "", "", "", "", ""),
    ("", "", "", "自然人", "法人或其他组织", "", "", "", "", "总计"),
    ("", "", "", "", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", ""),
)
GROUPS = {
    "denied.secret": "（三）不予公开",
    "unavailable.not_held": "（四）无法提供",
    "declined.petition": "（五）不予处理",
    "closed.unamended": "（六）其他处理",
}
OUTSIDE = ("new", "carried_in", "carried_out")
PLAIN = ("granted", "partial", "processed")
STREWN = ("三", "三、", "本", "年", "度办", "理", "结果", "办理结")
BLANK_HEAD = ("| " * 10 + "|", "|---" * 10 + "|")
RESULTS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")


def line(*cells: str) -> str:
    """Write a line of a pipe table."""
    return f"| {' | '.join(cells)} |"


def head_lines(rows: tuple[tuple[str, ...], ...] = HEAD) -> list[str]:
    """Write head rows with the delimiter under the first."""
    first, *others = (line(*cells) for cells in rows)
    return [first, "|---" * len(rows[0]) + "|", *others]


@dataclass(frozen=True)
class Row:
    """A row of the form of requests: its key, the label cells of the official form, its values."""

    key: str
    labels: tuple[str, str, str]
    values: tuple[str, ...]

    def own(self) -> int:
        """Return which label cell names the row."""
        return max(n for n, label in enumerate(self.labels) if label)

    def text(self) -> str:
        """Write the row as the official form has it."""
        return line(*self.labels, *self.values)


def numbered(form: Form) -> dict[str, str]:
    """Give every slot of the official form a number of its own."""
    return dict(zip((slot.key for slot in form.slots.values() if not slot.optional), map(str, count(11)), strict=False))


def application_rows(numbers: dict[str, str]) -> list[Row]:
    """Return the rows of the form of requests as the official form draws them."""
    (block,) = APPLICATIONS.blocks
    rows = []
    for each in block.rows:
        if each.optional:
            continue
        labels = ("", GROUPS.get(each.key, ""), each.label)
        if each.key in OUTSIDE:
            labels = (each.label, "", "")
        elif each.key in PLAIN:
            labels = ("三、本年度办理结果" if each.key == "granted" else "", each.label, "")
        values = tuple(numbers[f"applications.{each.key}.{column.key}"] for column in block.columns)
        rows.append(Row(each.key, labels, values))
    return rows


NUMBERS = numbered(APPLICATIONS)
ROWS = {row.key: row for row in application_rows(NUMBERS)}
LINES = {key: row.text() for key, row in ROWS.items()}


def laid(form: Form, *lines: str) -> Alignment:
    """Read lines as Markdown and lay their tables on a form."""
    blocks = markdown.read("\n".join(lines).encode(), "report.md").blocks
    return align(form, [block for block in blocks if isinstance(block, Table)])


def requests(lines: dict[str, str]) -> Alignment:
    """Lay a form of requests with these lines under the official head."""
    return laid(APPLICATIONS, *head_lines(), *lines.values())


def shown(alignment: Alignment) -> dict[str, str]:
    """Return what every slot holds: the number as read, or the state."""
    return {
        fact.key: str(fact.value) if fact.state is State.NUMBER else str(fact.state.value) for fact in alignment.facts
    }


def row_of(alignment: Alignment, row: str) -> list[str]:
    """Return what the slots of one row of the form of requests hold."""
    found = shown(alignment)
    return [found[f"applications.{row}.{column}"] for column in APPLICATIONS.columns(row)]


def wrong(alignment: Alignment, numbers: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Return the slots that hold something else than what is theirs and do not say so."""
    facts = {fact.key: fact for fact in alignment.facts if fact.state not in (State.UNREADABLE, State.MISSING)}
    return {
        key: (facts[key].raw, number) for key, number in numbers.items() if key in facts and facts[key].raw != number
    }


# --- whole tables -------------------------------------------------------------------------------


def disclosure_tables(numbers: dict[str, str]) -> list[list[str]]:
    """Return the form of disclosure as the lines of its four tables."""
    tables = []
    for block in DISCLOSURE.blocks:
        width = len(block.columns) + 1
        rows = [
            line(row.label, *(numbers[f"disclosure.{row.key}.{column.key}"] for column in block.columns))
            for row in block.rows
        ]
        title = (block.heads[1], *[""] * (width - 1))
        names = ("信息内容", *(column.label for column in block.columns))
        tables.append([*head_lines((title, names)), *rows])
    return tables


DISPUTES_HEAD = (
    ("行政复议", "", "", "", "", "行政诉讼", *[""] * 9),
    (*RESULTS, "未经复议直接起诉", "", "", "", "", "复议后起诉", "", "", "", ""),
    (*[""] * 5, *RESULTS, *RESULTS),
)


def test_whole_requests() -> None:
    """The form of requests as it is printed gives every number in its slot and nothing to report."""
    alignment = requests(LINES)
    assert shown(alignment) == NUMBERS
    assert (alignment.departures, alignment.score, alignment.readable) == ((), 1.0, True)


def test_places() -> None:
    """Every fact stands where its cell is written; the alignment where its table begins."""
    alignment = laid(APPLICATIONS, "总体情况", "", *head_lines(), *LINES.values())
    assert alignment.place == Place(3, 1)
    first, last = alignment.facts[0], alignment.facts[-1]
    new, carried_out = LINES["new"], LINES["carried_out"]
    assert first == Fact("applications.new.natural", 11, "11", State.NUMBER, Place(7, new.index("11") + 1), "")
    assert last.place == Place(6 + len(LINES), carried_out.index(last.raw) + 1)


def test_whole_disclosure() -> None:
    """The form of disclosure reads the same from four tables and from one table without borders between."""
    numbers = numbered(DISCLOSURE)
    tables = disclosure_tables(numbers)
    parted = laid(DISCLOSURE, *(text for table in tables for text in [*table, ""]))
    joined = laid(DISCLOSURE, *(text for table in tables for text in table if "---" not in text))
    for alignment in (parted, joined):
        assert shown(alignment) == numbers
        assert (alignment.departures, alignment.score) == ((), 1.0)


def test_whole_disputes() -> None:
    """Fifteen numbers under labels that repeat go to their slots by order."""
    numbers = numbered(DISPUTES)
    alignment = laid(DISPUTES, *head_lines(DISPUTES_HEAD), line(*numbers.values()))
    assert shown(alignment) == numbers
    assert (alignment.departures, alignment.score) == ((), 1.0)


@pytest.mark.parametrize(("lead", "behind"), [((), ("",)), (("",), ()), (("", ""), ("", "")), (("件数",), ())])
def test_disputes_with_more_cells(lead: tuple[str, ...], behind: tuple[str, ...]) -> None:
    """Empty columns beside the fifteen numbers and a word before them change nothing."""
    numbers = numbered(DISPUTES)
    alignment = laid(DISPUTES, *head_lines(DISPUTES_HEAD), line(*lead, *numbers.values(), *behind))
    assert shown(alignment) == numbers


def test_disputes_with_a_lost_number() -> None:
    """Fourteen numbers for fifteen slots are no numbers at all."""
    numbers = numbered(DISPUTES)
    alignment = laid(DISPUTES, *head_lines(DISPUTES_HEAD), line(*list(numbers.values())[1:]))
    assert shown(alignment) == dict.fromkeys(numbers, "unreadable")


def test_disputes_with_column_numbers() -> None:
    """A row that numbers the columns is no row of figures."""
    numbers = numbered(DISPUTES)
    alignment = laid(
        DISPUTES, *head_lines(DISPUTES_HEAD), line(*(str(n) for n in range(1, 16))), line(*numbers.values())
    )
    assert shown(alignment) == numbers


@pytest.mark.parametrize(
    ("written", "value", "state", "unit"),
    [
        ("１，２３４", 1234, State.NUMBER, ""),
        ("3件", 3, State.NUMBER, "件"),
        ("约30", 30, State.APPROXIMATE, ""),
        ("/", None, State.DASH, ""),
        ("无", None, State.NONE, ""),
        ("", None, State.BLANK, ""),
        ("1O", None, State.UNREADABLE, ""),
        ("1 2", None, State.UNREADABLE, ""),
    ],
)
def test_cells(written: str, value: int | None, state: State, unit: str) -> None:
    """A slot says what its cell holds, with the words as written, and leaves its neighbours alone."""
    row = ROWS["granted"]
    values = [*row.values[:3], written, *row.values[4:]]
    alignment = requests({**LINES, "granted": line(*row.labels, *values)})
    facts = {fact.key: fact for fact in alignment.facts}
    fact = facts.pop("applications.granted.ngo")
    assert (fact.value, fact.raw, fact.state, fact.unit) == (value, written, state, unit)
    assert {key: fact.raw for key, fact in facts.items()} == {k: v for k, v in NUMBERS.items() if k != fact.key}


# --- damage that must not cost a number -------------------------------------------------------------


@pytest.mark.parametrize("head", [(), BLANK_HEAD, tuple(head_lines())], ids=["bare", "blank head", "head"])
@pytest.mark.parametrize("number", ["", "- 3 -", "第 3 页 共 5 页"])
@pytest.mark.parametrize("after", list(LINES)[:-1])
def test_page_break(after: str, number: str, head: tuple[str, ...]) -> None:
    """A page break after any row loses no number, with and without a head on the next page."""
    broken = {**LINES, after: "\n".join([LINES[after], "", number, "", *head])}
    alignment = requests(broken)
    assert shown(alignment) == NUMBERS
    assert alignment.departures == ()


@pytest.mark.parametrize("number", ["- 3 -", "—3—", "第 3 页"])
@pytest.mark.parametrize("at", [0, 1, 2, 5, 9])
def test_page_number_in_the_table(number: str, at: int) -> None:
    """A page number that fell into a cell of its own row is no row of the form."""
    cells = [""] * 10
    cells[at] = number
    alignment = requests({**LINES, "denied.prohibited": f"{LINES['denied.prohibited']}\n{line(*cells)}"})
    assert shown(alignment) == NUMBERS


def test_stray_delimiter() -> None:
    """A delimiter line in the middle of a table is no row."""
    alignment = requests({**LINES, "partial": f"{LINES['partial']}\n{'|---' * 10}|"})
    assert shown(alignment) == NUMBERS
    assert alignment.departures == ()


@pytest.mark.parametrize("padded", [True, False], ids=["padded", "shorter"])
def test_lost_label_cells(*, padded: bool) -> None:
    """Rows whose empty label cells are gone keep their numbers, padded behind or shorter than the head."""
    lines = {}
    for key, row in ROWS.items():
        kept = [label for label in row.labels if label]
        lines[key] = line(*kept, *row.values, *[""] * (3 - len(kept)) * padded)
    alignment = requests(lines)
    assert shown(alignment) == NUMBERS
    assert alignment.departures == ()


@pytest.mark.parametrize("behind", [1, 2, 3])
def test_blank_columns_behind(behind: int) -> None:
    """Empty columns behind the numbers, of the head too, are drawn by a converter and mean nothing."""
    head = tuple((*cells, *[""] * behind) for cells in HEAD)
    alignment = laid(APPLICATIONS, *head_lines(head), *(text + " |" * behind for text in LINES.values()))
    assert shown(alignment) == NUMBERS
    assert alignment.departures == ()


@pytest.mark.parametrize("lines_of_their_own", [True, False])
def test_strewn_title(*, lines_of_their_own: bool) -> None:
    """The letters of the vertical title beside the rows, or between them, are no label."""
    letters = dict(zip((key for key in LINES if key not in OUTSIDE), "三、本年度办理结果", strict=False))
    lines = dict(LINES)
    for key, letter in letters.items():
        first, *labels = ROWS[key].labels
        own = line(letter if not lines_of_their_own else first, *labels, *ROWS[key].values)
        lines[key] = f"{line(letter, *[''] * 9)}\n{own}" if lines_of_their_own else own
    alignment = requests(lines)
    assert shown(alignment) == NUMBERS
    assert alignment.departures == ()


@pytest.mark.parametrize(
    ("key", "written", "departures"),
    [
        ("denied.inquiry", "8. 属于行政 查询事项", []),
        ("declined.excessive", "4、无正当理由大量反复 申请", []),
        ("granted", "(一)予以公开", [Misfit.LABEL_WIDTH]),
        ("denied.prohibited", "2.其他法律行政止公开", [Misfit.LABEL_DIFFERS]),
        ("denied.third_party", "4.保户第三方合法权益", [Misfit.LABEL_DIFFERS]),
        ("closed.unamended", "1.逾期不补正", [Misfit.LABEL_DIFFERS]),
        ("closed.unpaid", "2.逾期不缴费", [Misfit.LABEL_DIFFERS]),
        ("new", "一、本年新收", [Misfit.LABEL_DIFFERS]),
        ("declined.repeated", "2.重复申清", [Misfit.LABEL_DIFFERS]),
    ],
)
def test_misprinted_label(key: str, written: str, departures: list[Misfit]) -> None:
    """A label with strewn blanks is the official one; a misprint still names its row and is told."""
    row = ROWS[key]
    official = row.labels[row.own()]
    text = LINES[key].replace(official, written)
    alignment = requests({**LINES, key: text})
    at = Place(4 + list(LINES).index(key) + 1, text.index(written) + 1)
    assert shown(alignment) == NUMBERS
    assert alignment.departures == tuple(Departure(kind, at, written, official, key) for kind in departures)


@pytest.mark.parametrize("key", ["partial", "denied.security", "declined.excessive", "processed"])
def test_lost_label(key: str) -> None:
    """A row without a label between two that have theirs is the only one it can be, and that is told."""
    row = ROWS[key]
    alignment = requests({**LINES, key: line("", "", "", *row.values)})
    assert shown(alignment) == NUMBERS
    at = Place(4 + list(LINES).index(key) + 1, 3)
    (departure,) = alignment.departures
    official = row.labels[row.own()]
    assert (departure.kind, departure.place.line) == (Misfit.LABEL_LOST, at.line)
    assert (departure.official, departure.row) == (official, key)


# --- what is not there ------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["new", "denied.secret", "closed.other", "carried_out"])
def test_missing_row(key: str) -> None:
    """A row that is not printed is missing, told once, and its neighbours keep their numbers."""
    alignment = requests({k: text for k, text in LINES.items() if k != key})
    assert row_of(alignment, key) == ["missing"] * 7
    others = {k: v for k, v in NUMBERS.items() if not k.startswith(f"applications.{key}.")}
    assert {k: v for k, v in shown(alignment).items() if k in others} == others
    official = ROWS[key].labels[ROWS[key].own()]
    assert alignment.departures == (Departure(Misfit.ROW_MISSING, Place(1, 1), official=official, row=key),)
    assert alignment.score == round(24 / 25, 3)


@pytest.mark.parametrize("at", range(7))
def test_lost_number(at: int) -> None:
    """Six numbers for seven columns: nobody can tell which is lost, so all are unreadable."""
    row = ROWS["granted"]
    text = line(*row.labels, *row.values[:at], *row.values[at + 1 :])
    alignment = requests({**LINES, "granted": text})
    assert row_of(alignment, "granted") == ["unreadable"] * 7
    assert wrong(alignment, NUMBERS) == {}
    assert [d.kind for d in alignment.departures] == [Misfit.ROW_WIDTH]


def test_repeated_row() -> None:
    """A row that is printed twice has no certain numbers."""
    again = line("", "（一）予以公开", "", *"1234567")
    alignment = requests({**LINES, "processed": f"{LINES['processed']}\n{again}"})
    assert row_of(alignment, "granted") == ["unreadable"] * 7
    assert wrong(alignment, NUMBERS) == {}
    (departure,) = (d for d in alignment.departures if d.kind is Misfit.ROW_REPEATED)
    assert (departure.place.line, departure.found, departure.row) == (4 + len(LINES), "2", "granted")


def test_unknown_row() -> None:
    """A row that the form does not have is told and takes no slot."""
    own = line("", "（八）协商解决", "", *"1234567")
    alignment = requests({**LINES, "processed": f"{LINES['processed']}\n{own}"})
    assert shown(alignment) == NUMBERS
    place = Place(4 + len(LINES), own.index("（八）") + 1)
    assert alignment.departures == (Departure(Misfit.ROW_UNKNOWN, place, "（八）协商解决"),)


def test_row_order() -> None:
    """Rows in another order keep their numbers, and the one out of order is told."""
    keys = [key for key in LINES if key != "granted"]
    keys.insert(keys.index("processed"), "granted")
    alignment = requests({key: LINES[key] for key in keys})
    assert shown(alignment) == NUMBERS
    (departure,) = alignment.departures
    assert (departure.kind, departure.row, departure.place.line) == (
        Misfit.ROW_ORDER,
        "granted",
        5 + keys.index("granted"),
    )


def test_subtotals() -> None:
    """The numbers that a report prints beside a group's name are the group's own."""
    subtotal = line("", "（四）无法提供", "", *"1234567")
    alignment = requests({**LINES, "unavailable.not_held": f"{subtotal}\n{LINES['unavailable.not_held']}"})
    columns = APPLICATIONS.columns("new")
    own = dict(zip((f"applications.unavailable.{column}" for column in columns), "1234567", strict=True))
    assert shown(alignment) == NUMBERS | own
    assert alignment.departures == ()


def test_blank_group() -> None:
    """A group's name in a row without numbers is no subtotal."""
    alignment = requests(
        {**LINES, "unavailable.not_held": f"{line('', '（四）无法提供', *[''] * 8)}\n{LINES['unavailable.not_held']}"}
    )
    assert shown(alignment) == NUMBERS


def test_group_in_one_row() -> None:
    """The older form prints （六）其他处理 in one row: the group has numbers, its members no slots."""
    lines = {k: text for k, text in LINES.items() if k not in ("closed.unpaid", "closed.other")}
    alignment = requests({**lines, "closed.unamended": line("", "（六）其他处理", "", *"1234567")})
    columns = APPLICATIONS.columns("new")
    members = ("closed.unamended", "closed.unpaid", "closed.other")
    dropped = {f"applications.{row}.{column}" for row in members for column in columns}
    own = dict(zip((f"applications.closed.{column}" for column in columns), "1234567", strict=True))
    assert shown(alignment) == {k: v for k, v in NUMBERS.items() if k not in dropped} | own
    assert alignment.score == 1.0


def test_number_over_two_rows() -> None:
    """A number in a cell that spans two rows belongs to neither."""
    source = [[Cell(text, Place(y, x)) for x, text in enumerate(cells, 1)] for y, cells in enumerate(HEAD, 1)]
    for y, row in enumerate(ROWS.values(), 4):
        source.append([Cell(text, Place(y, x)) for x, text in enumerate((*row.labels, *row.values), 1)])
    tall = source[5][9]
    source[5][9] = Cell(tall.text, tall.place, row_span=2)
    del source[6][9]
    alignment = align(APPLICATIONS, [Table(tuple(map(tuple, source)), Place(1, 1))])
    both = {"applications.granted.total", "applications.partial.total"}
    assert {fact.key: (fact.state, fact.place) for fact in alignment.facts if fact.key in both} == dict.fromkeys(
        both, (State.UNREADABLE, tall.place)
    )
    assert wrong(alignment, NUMBERS) == {}
    assert {k: v for k, v in shown(alignment).items() if k not in both} == {
        k: v for k, v in NUMBERS.items() if k not in both
    }


@pytest.mark.parametrize(("rows", "readable"), [(12, False), (13, True)])
def test_score(rows: int, *, readable: bool) -> None:
    """With fewer than half of its rows a table is not this form, and nothing in it is read."""
    alignment = requests(dict(list(LINES.items())[:rows]))
    assert alignment.score == round(rows / 25, 3)
    assert alignment.readable is readable is (alignment.score >= LOWEST_SCORE)
    states = set(shown(alignment).values()) - set(NUMBERS.values())
    assert states == ({"missing"} if readable else {"unreadable"})
    assert len([v for v in shown(alignment).values() if v.isdigit()]) == (7 * rows if readable else 0)


def test_no_head() -> None:
    """Without a head the columns are taken as the form has them, at a lower score."""
    alignment = laid(APPLICATIONS, *LINES.values())
    assert shown(alignment) == NUMBERS
    assert alignment.score == UNKNOWN_HEAD


def test_columns_by_their_names() -> None:
    """Columns in another order go to the slots of their names, and the order is told."""
    labels = [column.label for column in APPLICATIONS.blocks[0].columns]
    head = head_lines((("", "", "", *reversed(labels)),))
    rows = [line(*row.labels, *reversed(row.values)) for row in ROWS.values()]
    alignment = laid(APPLICATIONS, *head, *rows)
    assert shown(alignment) == NUMBERS
    assert [d.kind for d in alignment.departures] == [Misfit.COLUMN_ORDER]


def test_missing_column() -> None:
    """A column that neither head nor rows have is missing in every row; the others keep their numbers."""
    labels = [column.label for column in APPLICATIONS.blocks[0].columns if column.key != "ngo"]
    head = head_lines((("", "", "", *labels),))
    rows = [line(*row.labels, *row.values[:3], *row.values[4:]) for row in ROWS.values()]
    alignment = laid(APPLICATIONS, *head, *rows)
    assert shown(alignment) == {k: "missing" if k.endswith(".ngo") else v for k, v in NUMBERS.items()}
    assert [(d.kind, d.official) for d in alignment.departures] == [(Misfit.COLUMN_MISSING, "社会公益组织")]


def test_column_of_their_own() -> None:
    """A column that the form does not have is told and takes no slot."""
    labels = [column.label for column in APPLICATIONS.blocks[0].columns]
    head = head_lines((("", "", "", *labels[:2], "事业单位", *labels[2:]),))
    rows = [line(*row.labels, *row.values[:2], "9", *row.values[2:]) for row in ROWS.values()]
    alignment = laid(APPLICATIONS, *head, *rows)
    assert shown(alignment) == NUMBERS
    assert [(d.kind, d.found) for d in alignment.departures] == [(Misfit.COLUMN_UNKNOWN, "事业单位")]


@pytest.mark.parametrize("form", [DISCLOSURE, APPLICATIONS, DISPUTES], ids=lambda form: form.key)
def test_unread(form: Form) -> None:
    """A form without a table has a missing fact for every slot of the official form."""
    assert list(unread(form)) == [Fact(key, None, "", State.MISSING, Place()) for key in numbered(form)]


# --- damage of any kind: never a wrong number ---------------------------------------------------


@dataclass(frozen=True)
class Damage:
    """What happened to a row of a table.

    Attributes:
        before: lines that a page break or a vertical title left above the row.
        nameless: the words of the label are lost.
        strewn: a letter of the vertical title in an empty cell left of the label.
        lost: how many empty label cells are lost.
        behind: how many blank cells stand behind the numbers.
        blank: where in the label a blank was strewn.
        narrow: the brackets of the label are half-width.
    """

    before: tuple[str, ...]
    nameless: bool
    strewn: str
    lost: int
    behind: int
    blank: int
    narrow: bool

    def spoil(self, row: Row) -> str:
        """Write a row as it looks after the damage."""
        labels, own = list(row.labels), row.own()
        word = labels[own]
        if self.narrow:
            word = word.replace("（", "(").replace("）", ")")
        labels[own] = "" if self.nameless else f"{word[: self.blank]} {word[self.blank :]}"
        if own and not labels[0]:
            labels[0] = self.strewn
        for _ in range(self.lost):
            if "" in labels:
                labels.remove("")
        return "\n".join([*self.before, line(*labels, *row.values, *[""] * self.behind)])


PAGE_NUMBERS = st.sampled_from(["- 3 -", "-3-", "— 3 —", "第 3 页", "第 3 页 共 9 页"])
BREAKS = st.builds(
    lambda number, head: ("", number, "", *head),
    PAGE_NUMBERS | st.just(""),
    st.sampled_from([(), BLANK_HEAD, tuple(head_lines())]),
)
FALLEN = st.builds(
    lambda word, at, width: (line(*[""] * at, word, *[""] * (width - at)),),
    PAGE_NUMBERS | st.sampled_from(STREWN),
    st.integers(0, 7),
    st.integers(7, 10),
)
DAMAGES = st.builds(
    Damage,
    before=st.just(()) | BREAKS | FALLEN | st.just(("|---" * 10 + "|",)),
    nameless=st.sampled_from([False] * 5 + [True]),
    strewn=st.sampled_from(["", *STREWN]),
    lost=st.integers(0, 2),
    behind=st.integers(0, 2),
    blank=st.integers(0, 9),
    narrow=st.booleans(),
)
ANY_ROWS = st.dictionaries(st.sampled_from(list(ROWS)), DAMAGES, max_size=len(ROWS))
NO_NUMBERS = st.dictionaries(st.sampled_from(list(NUMBERS)), st.sampled_from(["", "/", "-"]), max_size=20)
HEADS = st.tuples(*[st.tuples(st.integers(0, 3), st.integers(0, 2))] * 3).map(
    lambda damage: tuple(
        (*cells[:1], *cells[1 + lost if cells[0] else lost :], *[""] * behind)
        if lost and cells[0]
        else (*cells[lost:], *[""] * behind)
        for cells, (lost, behind) in zip(HEAD, damage, strict=True)
    )
)
OFTEN = settings(max_examples=200, deadline=None)


@OFTEN
@given(damages=ANY_ROWS)
def test_damaged_requests(damages: dict[str, Damage]) -> None:
    """However the rows of a form of requests are damaged, no slot holds the number of another."""
    lines = {key: damages[key].spoil(row) if key in damages else LINES[key] for key, row in ROWS.items()}
    alignment = requests(lines)
    assert {fact.key for fact in alignment.facts} >= NUMBERS.keys()
    assert wrong(alignment, NUMBERS) == {}


@OFTEN
@given(damages=ANY_ROWS, gaps=NO_NUMBERS)
def test_damaged_requests_with_blanks(damages: dict[str, Damage], gaps: dict[str, str]) -> None:
    """Blank cells and dashes among the numbers never make one slide into a neighbour's slot."""
    numbers = NUMBERS | gaps
    rows = {row.key: row for row in application_rows(numbers)}
    open_ended = {key for key, row in rows.items() if not (row.values[0] and row.values[-1])}
    damages = {key: damage for key, damage in damages.items() if key not in open_ended}
    lines = {key: damages[key].spoil(row) if key in damages else row.text() for key, row in rows.items()}
    assert wrong(requests(lines), numbers) == {}


@OFTEN
@given(head=HEADS, damages=ANY_ROWS)
def test_damaged_head(head: tuple[tuple[str, ...], ...], damages: dict[str, Damage]) -> None:
    """A head whose lines lost cells and slid against each other never misnames a column."""
    damages = {key: damage for key, damage in damages.items() if key != "new"}
    lines = [damages[key].spoil(row) if key in damages else LINES[key] for key, row in ROWS.items()]
    assert wrong(laid(APPLICATIONS, *head_lines(head), *lines), NUMBERS) == {}


@given(
    between=st.lists(
        st.sampled_from([(), ("",), ("", "- 2 -", ""), ("", "| | |", "|---|---|")]), min_size=11, max_size=11
    ),
    behind=st.lists(st.integers(0, 2), min_size=30, max_size=30),
)
def test_damaged_disclosure(between: list[tuple[str, ...]], behind: list[int]) -> None:
    """Page breaks in the form of disclosure and blank columns beside it never move a number."""
    numbers = numbered(DISCLOSURE)
    rows = [text for table in disclosure_tables(numbers) for text in table if "---" not in text]
    lines = [text + " |" * more for text, more in zip(rows, behind, strict=False)]
    broken = [part for n, text in enumerate(lines) for part in (*(between[n % 11] if n else ()), text)]
    assert wrong(laid(DISCLOSURE, *broken), numbers) == {}


@given(
    gaps=st.dictionaries(st.integers(0, 14), st.sampled_from(["", "/", "0"]), max_size=15),
    lead=st.integers(0, 2),
    behind=st.integers(0, 2),
    middle=st.sampled_from([(), ("",), ("", "- 2 -", ""), tuple(head_lines(DISPUTES_HEAD))]),
)
def test_damaged_disputes(gaps: dict[int, str], lead: int, behind: int, middle: tuple[str, ...]) -> None:
    """Blanks and page breaks in the row of disputes never move a number."""
    numbers = {key: gaps.get(n, number) for n, (key, number) in enumerate(numbered(DISPUTES).items())}
    row = line(*[""] * lead, *numbers.values(), *[""] * behind)
    assert wrong(laid(DISPUTES, *head_lines(DISPUTES_HEAD), *middle, row), numbers) == {}
