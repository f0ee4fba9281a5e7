"""Blank reports: of the official form, in both formats, with every total right."""

import re
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from gouji.amount import State
from gouji.checks.section import SectionRule
from gouji.document import Document
from gouji.draft import markdown, word
from gouji.draft.form import Draft, FormTable, draft, read_facts
from gouji.engine import Options, check_document, read_with
from gouji.errors import UsageError
from gouji.facts import Number
from gouji.finding import FileReport
from gouji.outline import compiled
from gouji.pack import Pack
from gouji.pack_store import shipped_packs
from gouji.proof.examples import CHECK_DATE
from gouji.readers import docx
from gouji.readers import markdown as markdown_reader
from gouji.wording import squeeze
from tests.documents.make_docx import TABLE_3, TABLE_4

UNIT = "渔门镇人民政府"
OPTIONS = Options(check_date=CHECK_DATE)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def template(pack: Pack) -> str:
    """The blank report of the national pack."""
    return (shipped_packs()[-1].parent / pack.blank).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def blank(pack: Pack, template: str) -> Draft:
    """The blank report of a township."""
    return draft(pack, template, UNIT, 2024)


def documents(made: Draft) -> list[Document]:
    return [
        markdown_reader.read(markdown.render(made).encode(), "a.md"),
        docx.read(word.render(made), "a.docx"),
    ]


def structure(report: FileReport) -> list[tuple[str, str]]:
    return [(f.rule, f.address) for f in report.findings if f.rule.startswith("GJ1")]


def test_passes_every_structural_rule(blank: Draft, pack: Pack) -> None:
    """Sections, tables and labels are those of the form; only the prompts to fill in are pointed at."""
    for document in documents(blank):
        report = check_document(document, [pack], OPTIONS)
        assert structure(report) == [("GJ106", "overview"), ("GJ106", "problems"), ("GJ106", "other")]
        assert (report.unit, report.year) == (UNIT, 2024)
        assert [undecided.rules for undecided in report.undecided] == [("GJ703",)]  # its date is still to be filled in
        wrong = [f.rule for f in report.findings if f.severity == "error" and f.rule not in ("GJ106", "GJ809")]
        assert wrong == []


def test_every_prompt_is_refused(template: str, pack: Pack) -> None:
    """No sentence that is still to be written gets by the rule on words of the template."""
    rule = next(rule for rule in pack.rules if rule.id == "GJ106")
    assert isinstance(rule, SectionRule)
    prompts = re.findall(r"（请填写[^）]*）", template)
    assert len(prompts) == 15
    assert [p for p in prompts if not any(compiled(pattern).search(squeeze(p)) for pattern in rule.patterns)] == []


def test_every_cell_of_the_form(blank: Draft, pack: Pack) -> None:
    """Every cell that the official form has holds 0, and nothing else is read."""
    for document in documents(blank):
        facts = read_with(document, [pack], OPTIONS)[1].facts
        written = {key for key, fact in facts.items() if fact.state is State.NUMBER}
        assert written == {key for form in pack.forms for key, slot in form.slots.items() if not slot.optional}
        assert {facts[key].value for key in written} == {0}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_facts_come_back(pack: Pack, template: str, data: st.DataObject) -> None:
    """Facts filled in are read back from both formats; totals that are not given are added up."""
    slots = {key: slot for form in pack.forms for key, slot in form.slots.items() if not slot.optional}
    keys = data.draw(st.lists(st.sampled_from(sorted(slots)), unique=True, max_size=12))
    money, count = st.decimals(0, 10**6, places=2), st.integers(0, 10**6)
    given_facts: dict[str, Number] = {}
    for key in keys:
        given_facts[key] = data.draw(money) if slots[key].block.scale == "money" else data.draw(count)
    made = draft(pack, template, UNIT, 2024, given_facts)
    for document in documents(made):
        facts = read_with(document, [pack], OPTIONS)[1].facts
        assert {key: facts[key].value for key in keys} == given_facts
        assert {key: facts[key].value for key in slots} == made.values
    row = [made.values[f"applications.new.{c}"] for c in pack.declared.forms["applications"].column_titles]
    if "applications.new.total" not in keys:
        assert sum(row[:-1]) == row[-1]


# --- Word ---------------------------------------------------------------------------------------


def test_totals_add_up_what_the_equations_say(blank: Draft) -> None:
    """Every total of tables 3 and 4 is a sum of other cells."""
    sums = blank.sums
    assert len([key for key in sums if key.startswith("applications.")]) == 25 + 6
    assert sums["applications.new.total"] == tuple(
        f"applications.new.{c}" for c in ("natural", "company", "research", "ngo", "legal", "other")
    )
    assert len(sums["applications.processed.natural"]) == 21
    assert sums["disputes.review.total"] == tuple(
        f"disputes.review.{c}" for c in ("upheld", "corrected", "other", "pending")
    )


def test_formulas_name_the_right_cells(pack: Pack, template: str) -> None:
    """Worked out as Word does, cell by cell of each row, every formula gives the number that stands there."""
    values: dict[str, Number] = {
        key: n + 1
        for n, (key, slot) in enumerate((k, s) for form in pack.forms for k, s in form.slots.items() if not s.optional)
    }
    parts = {key: value for key, value in values.items() if key not in draft(pack, template, UNIT, 2024).sums}
    filled = draft(pack, template, UNIT, 2024, parts)
    made = Draft(filled.parts, filled.values, draft(pack, template, UNIT, 2024).sums)
    with ZipFile(BytesIO(word.render(made))) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    found = 0
    for table in root.iter(f"{W}tbl"):
        rows = [list(row.iter(f"{W}tc")) for row in table.iter(f"{W}tr")]
        texts = [["".join(str(t.text) for t in cell.iter(f"{W}t")) for cell in row] for row in rows]
        for row, cells in zip(rows, texts, strict=True):
            for cell, text in zip(row, cells, strict=True):
                for formula in cell.iter(f"{W}instrText"):
                    found += 1
                    assert worked_out(str(formula.text), texts) == int(text)
    assert found == len(made.sums)


def worked_out(formula: str, texts: list[list[str]]) -> int:
    """Add up the cells that a formula names: ``A`` is the first cell of a row, however wide."""
    total = 0
    for part in re.fullmatch(r" =SUM\((.*)\) ", formula)[1].split(","):  # type: ignore[index]
        first, _, last = part.partition(":")
        (x1, y1), (x2, y2) = ((ord(name[0]) - 65, int(name[1:]) - 1) for name in (first, last or first))
        assert x1 == x2 or y1 == y2
        total += sum(int(texts[y][x]) for y in range(y1, y2 + 1) for x in range(x1, x2 + 1))
    return total


def test_merged_cells_are_those_of_the_form(blank: Draft) -> None:
    """The cells of tables 3 and 4 are merged as on the official form; table 2 is one table of four columns."""
    tables = [part for part in blank.parts if isinstance(part, FormTable)]
    merges = [
        {(s.top, s.left, s.height, s.width) for row in word.merged(t) for s in row if s.height * s.width > 1}
        for t in tables
    ]
    assert merges[1] == set(TABLE_3)
    assert merges[2] == set(TABLE_4)
    wide = {(y, 0, 1, 4) for y in (0, 4, 7, 11)} | {(y, 1, 1, 3) for y in (5, 6, 8, 9, 10, 12, 13)}
    assert merges[0] == wide


def test_word_document_has_real_structures(blank: Draft) -> None:
    """Headings have heading styles, and the bytes are always the same."""
    data = word.render(blank)
    assert data == word.render(blank)
    with ZipFile(BytesIO(data)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    styles = [style.get(f"{W}val") for style in root.iter(f"{W}pStyle")]
    assert styles == ["a3", "1", *["2"] * 5, *["1"] * 5]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["B4", "C4", "D4"], "B4:D4"),
        (["C6", "C7", "D8", "D9", "D10"], "C6:C7,D8:D10"),
        (["A1"], "A1"),
        (["A1", "B2"], "A1,B2"),
        (["B2", "A2"], "B2,A2"),
        (["A1", "B1", "B2"], "A1:B1,B2"),
    ],
)
def test_cells_in_a_formula(names: list[str], said: str) -> None:
    """Neighbours become ranges, the rest is listed."""
    assert word.listed_cells(names) == said


# --- facts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("key,value\napplications.new.natural,3\n", {"applications.new.natural": 3}),
        ("\ufeffvalue,key\r\n1036,disclosure.licensing.decisions\r\n\r\n", {"disclosure.licensing.decisions": 1036}),
        ("key,value\ndisclosure.fees.amount,0.35\n", {"disclosure.fees.amount": Decimal("0.35")}),
        ('key,value\ndisclosure.licensing.decisions,"1,036"\n', {"disclosure.licensing.decisions": 1036}),
        ("key,value,state\napplications.new.natural,,blank\napplications.denied.total,,missing\n", {}),
    ],
)
def test_facts_are_read(text: str, facts: dict[str, Number], pack: Pack) -> None:
    """Columns may come in any order; a blank cell gives no number."""
    assert read_facts(text.encode(), pack) == facts
    assert read_facts(text.removeprefix("\ufeff").encode("gb18030"), pack) == facts


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "facts, line 1: the first line names the columns key and value"),
        ("a,b\n", "facts, line 1: the first line names the columns key and value"),
        ("key,value\n\nx.y.z,3\n", "facts, line 3: the official form has no x.y.z"),
        (
            "key,value\napplications.denied.natural,3\n",
            "facts, line 2: the official form has no applications.denied.natural",
        ),
        ("key,value\napplications.new.natural,三十余\n", "facts, line 2: “三十余” should be a whole number from 0"),
        ("key,value\napplications.new.natural,-1\n", "facts, line 2: “-1” should be a whole number from 0"),
        ("key,value\napplications.new.natural,1.5\n", "facts, line 2: “1.5” should be a whole number from 0"),
        ("key,value\napplications.new.natural,3件\n", "facts, line 2: “3件” should be a whole number from 0"),
        ("key,value\ndisclosure.fees.amount,多\n", "facts, line 2: “多” should be a number from 0"),
        (
            "key,value,state\napplications.new.natural,,unreadable\n",
            "facts, line 2: “—” should be a whole number from 0",
        ),
        (
            "key,value\napplications.new.natural,1\napplications.new.natural,1\n",
            "facts, line 3: applications.new.natural is given twice",
        ),
        ('key,value\n"a\n', "facts, line 2: the official form has no a"),
    ],
)
def test_bad_facts(text: str, said: str, pack: Pack) -> None:
    """Each mistake is told with its line."""
    with pytest.raises(UsageError) as caught:
        read_facts(text.encode(), pack)
    assert caught.value.text.en == said


def test_unreadable_facts(pack: Pack) -> None:
    """Bytes of no encoding, and a file far too large, are refused."""
    for data in (b"\xff\xff\xff", b"x" * 2_000_000):
        with pytest.raises(UsageError):
            read_facts(data, pack)


@pytest.mark.parametrize("unit", ["", " ", "甲\n乙", "{year}", "a/b", "甲|乙", "镇" * 61, "<b>"])
def test_bad_unit(unit: str, pack: Pack, template: str) -> None:
    """A name that cannot stand in a title, a table or a file name is refused."""
    with pytest.raises(UsageError):
        draft(pack, template, unit, 2024)


def test_template_must_fit_the_forms(pack: Pack, template: str) -> None:
    """A blank report that lacks a cell of the form, or has one too many, is refused."""
    for wrong in ("0", "{disclosure.fees.unknown}"):
        with pytest.raises(UsageError) as caught:
            draft(pack, template.replace("{disclosure.fees.amount}", wrong), UNIT, 2024)
        assert "disclosure.fees.amount" in caught.value.text.en


def test_template_stands_with_the_pack() -> None:
    """The blank report is listed in the pack, beside it."""
    assert Path(shipped_packs()[-1].parent / "2021" / "blank.md").is_file()
