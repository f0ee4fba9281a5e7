"""Tables on their forms: every number lands in its slot, or the slot says why not - never a wrong number.

The forms are those of the national pack. They are filled with numbers of which no two are the same,
written as pipe tables, and damaged the way converters and OCR damage them.
"""

from dataclasses import dataclass, field
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gouji.amount import State
from gouji.document import Cell, Place, Table
from gouji.facts import Alignment, Departure, Fact, Misfit
from gouji.forms import Form
from gouji.pack import load_pack, shipped_packs
from gouji.readers import markdown
from gouji.tables.align import LOWEST_SCORE, UNKNOWN_HEAD, align, unread
from gouji.wording import Text

DISCLOSURE, APPLICATIONS, DISPUTES = load_pack(shipped_packs()[-1]).forms
VALUE_COLUMNS = 7

HEAD = (
    (
        "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）",
        "",
        "",
        "申请人情况",
        "",
        "",
        "",
        "",
        "",
        "",
    ),
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


@dataclass
class Row:
    """A row of the report: the line of the form it is, its label cells and its values."""

    key: str
    labels: list[str]
    values: list[str]
    behind: int = 0

    def text(self) -> str:
        """Write the row as a line of a pipe table."""
        return f"| {' | '.join([*self.labels, *self.values, *[''] * self.behind])} |"


@dataclass
class Report:
    """A filled form as the lines of a Markdown text, and the number of every slot."""

    lines: list[str] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)


def tables_of(text: str) -> list[Table]:
    """Return the tables that the Markdown reader finds."""
    return [block for block in markdown.read(text.encode(), "report.md").blocks if isinstance(block, Table)]


def aligned(form: Form, text: str) -> tuple[Alignment, dict[str, Fact]]:
    """Lay the tables of a text on a form."""
    alignment = align(form, tables_of(text))
    return alignment, {fact.key: fact for fact in alignment.facts}


def application_rows(numbers: dict[str, str]) -> list[Row]:
    """Return the rows of the form of requests as the official form draws them, filled with numbers."""
    rows = []
    for line in APPLICATIONS.blocks[0].rows:
        if line.optional:
            continue
        if line.key in OUTSIDE:
            labels = [line.label, "", ""]
        elif line.key in PLAIN:
            labels = ["三、本年度办理结果" if line.key == "granted" else "", line.label, ""]
        else:
            labels = ["", GROUPS.get(line.key, ""), line.label]
        columns = APPLICATIONS.blocks[0].columns
        rows.append(Row(line.key, labels, [numbers[f"applications.{line.key}.{c.key}"] for c in columns]))
    return rows


def numbered(form: Form, first: int = 11) -> dict[str, str]:
    """Give every slot of the official form a number of its own."""
    keys = [slot.key for slot in form.slots.values() if not slot.optional]
    return dict(zip(keys, map(str, count(first)), strict=False))


def page(*rows: str, head: tuple[tuple[str, ...], ...] = HEAD) -> str:
    """Write a table with its head."""
    lines = [f"| {' | '.join(cells)} |" for cells in head]
    return "\n".join([lines[0], "|---" * 10 + "|", *lines[1:], *rows]) + "\n"


def values(facts: dict[str, Fact]) -> dict[str, str]:
    """Return what was read into each slot: the number as written, or the state."""
    return {key: str(fact.value) if fact.state is State.NUMBER else fact.state for key, fact in facts.items()}


def wrong(facts: dict[str, Fact], numbers: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Return the slots that hold something else than their own number without saying so."""
    honest = (State.UNREADABLE, State.MISSING)
    return {
        key: (fact.raw, numbers[key])
        for key, fact in facts.items()
        if key in numbers and fact.state not in honest and fact.raw != numbers[key]
    }


# --- damage ------------------------------------------------------------------------------------


def keep(draw: st.DrawFn, chance: int) -> bool:
    """Draw a rare event: one in so many."""
    return draw(st.integers(1, chance)) > 1


def spoiled_label(draw: st.DrawFn, label: str) -> str:
    """Draw the misprints of a label: strewn blanks and half-width brackets."""
    if draw(st.booleans()):
        label = label.replace("（", "(").replace("）", ")")
    if label and draw(st.booleans()):
        at = draw(st.integers(0, len(label)))
        label = f"{label[:at]} {label[at:]}"
    return label


def spoil(draw: st.DrawFn, row: Row) -> None:
    """Draw the damage of one row: lost or gained label cells, blank columns behind, lost words."""
    own = max(n for n, label in enumerate(row.labels) if label)
    row.labels = [spoiled_label(draw, label) for label in row.labels]
    if not keep(draw, 12):
        row.labels[own] = ""
    if own and draw(st.booleans()):
        row.labels[draw(st.integers(0, own - 1))] = draw(st.sampled_from(STREWN))
    lost = draw(st.integers(0, len(row.labels) - 1))
    kept = [label for n, label in enumerate(row.labels) if label or n >= lost]
    row.behind = draw(st.sampled_from([0, 0, len(row.labels) - len(kept), 1, 2]))
    row.labels = kept


def page_break(draw: st.DrawFn) -> list[str]:
    """Draw what a page break leaves between two rows."""
    number = draw(st.sampled_from(["- 3 -", "-3-", "— 3 —", "3", "第 3 页", "第 3 页 共 9 页"]))
    blank_head = ["| " * 10 + "|", "|---" * 10 + "|"]
    head = page().splitlines()
    return draw(
        st.sampled_from(
            [
                [""],
                ["", number, ""],
                [f"| {number} " + "| " * 9 + "|"],
                ["| " * 5 + f"{number} " + "| " * 5 + "|"],
                ["", *blank_head],
                ["", number, "", *blank_head],
                ["", *head],
                ["", number, "", *head],
                ["|---" * 10 + "|"],
            ]
        )
    )


@st.composite
def damaged_applications(draw: st.DrawFn, cells: st.SearchStrategy[str] | None = None) -> Report:
    """Draw a filled form of requests with everything that page breaks, converters and OCR do to it."""
    numbers = numbered(APPLICATIONS)
    if cells is not None:
        numbers = {key: draw(cells) or number for key, number in numbers.items()}
    lines = page().splitlines()
    for row in application_rows(numbers):
        if not keep(draw, 3):
            spoil(draw, row)
        if not keep(draw, 8):
            lines += page_break(draw)
        if not keep(draw, 10):
            lines.append(f"| {draw(st.sampled_from(STREWN))} " + "| " * draw(st.sampled_from([8, 9])) + "|")
        lines.append(row.text())
    return Report(lines, numbers)


DEEP = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@DEEP
@given(report=damaged_applications())
def test_never_a_wrong_number(report: Report) -> None:
    """However a form of requests is damaged, no slot holds the number of another."""
    _, facts = aligned(APPLICATIONS, "\n".join(report.lines))
    assert facts.keys() >= report.numbers.keys()  # a group whose first label was lost looks like a subtotal
    assert wrong(facts, report.numbers) == {}
