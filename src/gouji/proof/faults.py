"""Faults as they happen in offices, declared one by one, and how each is put into a clean report."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, pairwise

import re2
from msgspec import Struct

from gouji.document import Paragraph, Place, Table
from gouji.facts import Fact, Number, Reading
from gouji.outline import DeclaredField
from gouji.pack import Pack
from gouji.proof.edits import Clean, Drop, DropRow, Edit, Reword, SetCell
from gouji.wording import Text, kept_offsets, shorten, squeeze

_COUNTED = re2.compile(r"[0-9]+(?:件|条|次|人|份|起|项|元)")
_UNOFFICIAL = "工作情况说明"


class Fault(Struct, frozen=True):
    """A kind of fault.

    Attributes:
        key: its name in results.
        title: what happens.
        group: ``cell``, ``table``, ``section``, ``field`` or ``prose``.
        expects: ``(kind, require)`` of the rules that are there to find it, beside equations.
        harmless: the report says the same after it, so nothing may be said.
    """

    key: str
    title: Text
    group: str
    expects: tuple[tuple[str, str], ...] = ()
    harmless: bool = False


class Injection(Struct, frozen=True):
    """A fault at one place of one report.

    Attributes:
        fault: the kind of fault.
        where: the fact, form, section or field it is put into.
        edits: the change.
        cells: fact key -> what its cell holds afterwards.
        field: for a field's fault, its key.
    """

    fault: Fault
    where: str
    edits: tuple[Edit, ...]
    cells: dict[str, str] = {}
    field: str = ""


class Site(Struct, frozen=True):
    """A clean report as faults see it: where each fact, row and section stands among the blocks."""

    clean: Clean
    reading: Reading
    pack: Pack
    spots: dict[str, tuple[int, int, int]]
    headings: dict[str, int]
    blocks: dict[int, int]

    @property
    def facts(self) -> dict[str, Fact]:
        """The facts whose cells are known."""
        return {key: fact for key, fact in self.reading.facts.items() if key in self.spots}

    def rows(self) -> Iterator[tuple[str, list[str]]]:
        """Yield form and row with the keys of its facts, left to right, in the order of the form."""
        slots = {key: slot for form in self.pack.forms for key, slot in form.slots.items() if key in self.spots}
        for line, keys in groupby(slots, key=lambda key: (slots[key].form.key, self.spots[key][:2])):
            yield line[0], list(keys)

    def paragraph(self, block: int) -> Paragraph:
        """Return the paragraph that a block is."""
        found = self.clean.document.blocks[block]
        assert isinstance(found, Paragraph)  # noqa: S101 - ``blocks`` and ``headings`` lead to paragraphs alone
        return found


def site_of(clean: Clean, reading: Reading, pack: Pack) -> Site:
    """Find where the facts and sections of a report stand."""
    blocks = clean.document.blocks
    by_place: dict[Place, list[tuple[int, int, int]]] = {}
    for b, block in enumerate(blocks):
        if isinstance(block, Table):
            for r, row in enumerate(block.rows):
                for c, cell in enumerate(row):
                    by_place.setdefault(cell.place, []).append((b, r, c))
    spots: dict[str, tuple[int, int, int]] = {}
    for place, facts in groupby((f for f in reading.facts.values() if f.raw.strip()), key=lambda fact: fact.place):
        at = list(facts)
        # a web page gives every cell of a row its line: the numbers are the last of them
        spots |= dict(zip((f.key for f in at), by_place.get(place, [])[-len(at) :], strict=False))
    headings = {}
    for key, section in reading.sections.items():
        for b, block in enumerate(blocks):
            if (
                isinstance(block, Paragraph)
                and block.text.endswith(section.title)
                and block.place() == section.heading.place
            ):
                headings[key] = b
                break
    numbers = {id(block): b for b, block in enumerate(blocks) if isinstance(block, Paragraph)}
    return Site(clean, reading, pack, spots, headings, numbers)


# --- cells --------------------------------------------------------------------------------------


def _cell(change: Callable[[Number, str], str | None]) -> "Maker":
    def make(fault: Fault, site: Site) -> Iterator[Injection]:
        for key, fact in site.facts.items():
            new = change(fact.value, fact.raw.strip()) if fact.value is not None else None
            if new is not None:
                yield _cells(fault, site, key, {key: new})

    return make


def _cells(fault: Fault, site: Site, where: str, cells: dict[str, str]) -> Injection:
    return Injection(fault, where, tuple(SetCell(*site.spots[key], text) for key, text in cells.items()), cells)


def _swapped(_: Number, raw: str) -> str | None:
    for at, (a, b) in enumerate(pairwise(raw)):
        if a.isdecimal() and b.isdecimal() and a != b:
            return f"{raw[:at]}{b}{a}{raw[at + 2 :]}"
    return None


def _wide(_: Number, raw: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in raw)


# --- tables -------------------------------------------------------------------------------------


def _shifted_row(fault: Fault, site: Site) -> Iterator[Injection]:
    """Numbers moved one cell to the right, the last one to the front."""
    for _, keys in site.rows():
        raws = [site.facts[key].raw.strip() for key in keys]
        yield from _moved(fault, site, f"{keys[0]}…", keys, [raws[-1], *raws[:-1]])


def _swapped_rows(fault: Fault, site: Site) -> Iterator[Injection]:
    """The numbers of two rows that stand one above the other, exchanged."""
    for (form, upper), (other, lower) in pairwise(site.rows()):
        if form == other and len(upper) == len(lower):
            raws = [site.facts[key].raw.strip() for key in (*lower, *upper)]
            yield from _moved(fault, site, f"{upper[0]}…/{lower[0]}…", [*upper, *lower], raws)


def _swapped_columns(fault: Fault, site: Site) -> Iterator[Injection]:
    """The numbers of two columns side by side, exchanged in every row of a form's block."""
    for form in site.pack.forms:
        rows = [keys for name, keys in site.rows() if name == form.key and len(keys) > 1]
        for width, group in groupby(rows, key=len):
            block = list(group)
            for at in range(width - 1):
                left, right = [keys[at] for keys in block], [keys[at + 1] for keys in block]
                raws = [site.facts[key].raw.strip() for key in (*right, *left)]
                yield from _moved(fault, site, f"{left[0]}…/{right[0]}…", [*left, *right], raws)


def _moved(fault: Fault, site: Site, where: str, keys: Sequence[str], raws: Sequence[str]) -> Iterator[Injection]:
    cells = {key: raw for key, raw in zip(keys, raws, strict=True) if raw != site.facts[key].raw.strip()}
    if cells:
        yield _cells(fault, site, where, cells)


def _removed_row(fault: Fault, site: Site) -> Iterator[Injection]:
    for _, keys in site.rows():
        block, row, _ = site.spots[keys[0]]
        table = site.clean.document.blocks[block]
        if isinstance(table, Table) and all(cell.row_span == 1 for cell in table.rows[row]):
            yield Injection(fault, f"{keys[0]}…", (DropRow(block, row),))


def _removed_table(fault: Fault, site: Site) -> Iterator[Injection]:
    for form in site.pack.forms:
        blocks = sorted({spot[0] for key, spot in site.spots.items() if key.startswith(f"{form.key}.")}, reverse=True)
        if blocks:
            yield Injection(fault, form.key, tuple(Drop(block, block + 1) for block in blocks))


# --- sections -----------------------------------------------------------------------------------


def _ends(site: Site) -> dict[str, int]:
    """Return where each section ends."""
    after = [*list(site.headings.values())[1:], len(site.clean.document.blocks)]
    return dict(zip(site.headings, after, strict=True))


def _removed_section(fault: Fault, site: Site) -> Iterator[Injection]:
    for key, end in _ends(site).items():
        yield Injection(fault, key, (Drop(site.headings[key], end),))


def _emptied_section(fault: Fault, site: Site) -> Iterator[Injection]:
    for key, end in _ends(site).items():
        if end > site.headings[key] + 1 and end < len(site.clean.document.blocks):
            yield Injection(fault, key, (Drop(site.headings[key] + 1, end),))


def _renamed(titles: Callable[[str, Site], tuple[str, ...]]) -> "Maker":
    def make(fault: Fault, site: Site) -> Iterator[Injection]:
        for key, block in site.headings.items():
            text, title = site.paragraph(block).text, site.reading.sections[key].title
            for new in titles(key, site):
                yield Injection(fault, f"{key}: {new}", (Reword(block, text.removesuffix(title) + new),))

    return make


def _template_words(fault: Fault, site: Site) -> Iterator[Injection]:
    for key, section in site.reading.sections.items():
        first = next((p for p in section.paragraphs if id(p) in site.blocks and len(p.text) > len(_UNOFFICIAL)), None)
        if first is not None:
            yield Injection(fault, key, (Reword(site.blocks[id(first)], "（文字描述）"),))


# --- fields and prose ---------------------------------------------------------------------------


def _field(change: Callable[[str], str | None], *types: str, every: bool = False) -> "Maker":
    def make(fault: Fault, site: Site) -> Iterator[Injection]:
        for field in site.pack.fields:
            if types and field.type not in types:
                continue
            edits = tuple(_field_edits(field, site, change, every=every))
            if edits:
                yield Injection(fault, field.key, edits, field=field.key)

    return make


def _field_edits(
    field: DeclaredField, site: Site, change: Callable[[str], str | None], *, every: bool
) -> Iterator[Reword]:
    """Change what the first pattern finds that finds something in a paragraph, or what ``every`` one does."""
    values = site.reading.fields.get(field.key)
    paragraphs = {id(p): p for scope in field.scope for p in site.reading.prose.paragraphs(scope)} if values else {}
    for number, paragraph in paragraphs.items():
        text = paragraph.text
        for pattern in field.compiled:
            if text != paragraph.text and not every:
                break
            kept = kept_offsets(text)
            spans = [match.span(pattern.group) for match in pattern.matcher.finditer(squeeze(text))]
            for start, end in reversed(spans):
                raw = text[kept[start] : kept[end - 1] + 1] if end > start else ""
                new = change(raw) if raw else None
                if new is not None and new != raw:
                    text = text[: kept[start]] + new + text[kept[end - 1] + 1 :]
        if text != paragraph.text and number in site.blocks:
            yield Reword(site.blocks[number], text)


def _year_before(raw: str) -> str | None:
    found = re2.search("20[0-9]{2}", raw)
    return raw.replace(found[0], str(int(found[0]) - 1)) if found else None


def _wrong_title(fault: Fault, site: Site) -> Iterator[Injection]:
    for value in site.reading.fields["title"]:
        for number, paragraph in enumerate(site.clean.document.blocks):
            if isinstance(paragraph, Paragraph) and paragraph.squeezed == value.raw:
                new = _year_before(paragraph.text)
                if new:
                    yield Injection(fault, "title", (Reword(number, new),), field="title")


def _last_digit_lost(raw: str) -> str | None:
    at = max((n for n, char in enumerate(raw) if char.isdecimal()), default=None)
    return None if at is None else raw[:at] + raw[at + 1 :]


def _wrong_total(fault: Fault, site: Site) -> Iterator[Injection]:
    """Every counted number of the sections' sentences, one too many."""
    for key, section in site.reading.sections.items():
        for paragraph in section.paragraphs:
            for match in _COUNTED.finditer(paragraph.text):
                number = id(paragraph)
                if number in site.blocks:
                    start, end = match.span()
                    digits = match[0].rstrip("件条次人份起项元")
                    text = f"{paragraph.text[:start]}{int(digits) + 1}{paragraph.text[start + len(digits) :]}"
                    near = paragraph.text[max(0, start - 8) : end]
                    yield Injection(fault, f"{key}: {shorten(near)}", (Reword(site.blocks[number], text),))


Maker = Callable[[Fault, Site], Iterator[Injection]]

_NUMERIC = ("table", "no_blank")
FAULTS: tuple[tuple[Fault, Maker], ...] = (
    (Fault("plus-one", Text("数字多 1", "a number one too high"), "cell"), _cell(lambda value, _: str(value + 1))),
    (Fault("minus-one", Text("数字少 1", "a number one too low"), "cell"),
     _cell(lambda value, _: str(value - 1) if value >= 1 else None)),
    (Fault("swapped-digits", Text("两位数字颠倒", "two digits exchanged"), "cell"), _cell(_swapped)),
    (Fault("blank", Text("漏填", "a cell left blank"), "cell", (_NUMERIC,)), _cell(lambda _, __: "")),
    (Fault("slash", Text("填了“/”", "a slash for a number"), "cell", (_NUMERIC,)), _cell(lambda _, __: "/")),
    (Fault("negative", Text("数字前多了负号", "a minus sign before a number"), "cell", (("table", "whole_numbers"),)),
     _cell(lambda value, raw: f"-{raw}" if value > 0 else None)),
    (Fault("full-width", Text("数字写成全角（不是错误）", "full-width digits (no fault)"), "cell", harmless=True),
     _cell(_wide)),
    (Fault("shifted-row", Text("一行数字右移一格", "a row of numbers moved one cell"), "table"), _shifted_row),
    (Fault("swapped-rows", Text("上下两行数字互换", "the numbers of two rows exchanged"), "table"), _swapped_rows),
    (Fault("swapped-columns", Text("左右两列数字互换", "the numbers of two columns exchanged"), "table"),
     _swapped_columns),
    (Fault("removed-row", Text("删去一行", "a row removed"), "table", (("table", "complete"),)), _removed_row),
    (Fault("removed-table", Text("删去一张表", "a table removed"), "table", (("table", "present"),)), _removed_table),
    (Fault("removed-section", Text("删去一章", "a section removed"), "section", (("section", "present"),)),
     _removed_section),
    (Fault("emptied-section", Text("章节没有内容", "a section without content"), "section", (("section", "filled"),)),
     _emptied_section),
    (Fault("variant-heading", Text("章节名称不规范", "a heading in unofficial words"), "section",
           (("section", "titled"),)),
     _renamed(lambda key, site: site.pack.declared.sections[key].flag)),
    (Fault("unknown-heading", Text("章节改成别的名称", "a heading renamed"), "section",
           (("section", "present"),)),
     _renamed(lambda _, __: (_UNOFFICIAL,))),
    (Fault("template-words", Text("留着模板文字", "words of the template left"), "section",
           (("section", "no_placeholder"),)), _template_words),
    (Fault("removed-field", Text("删去一个要素", "a field removed"), "field", (("field", "present"),)),
     _field(lambda _: "", every=True)),
    (Fault("damaged-field", Text("要素少一位数字", "a field with a digit lost"), "field", (("field", "well_formed"),)),
     _field(_last_digit_lost, "phone", "postcode")),
    (Fault("wrong-year", Text("年份写成上一年", "the year before"), "field",
           (("field", "calendar_year"), ("field", "report_year"), ("field", "after_period"), ("field", "same_year"))),
     _field(_year_before, "period", "date", "year")),
    (Fault("wrong-title-year", Text("标题年份写成上一年", "the year before in the title"), "field",
           (("field", "same_year"),)), _wrong_title),
    (Fault("wrong-total-in-prose", Text("正文里的件数多 1", "a number of the text one too high"), "prose"),
     _wrong_total),
)  # fmt: skip
