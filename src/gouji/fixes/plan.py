"""Which findings can be mended, and how the text is to read then. Pure: nothing here knows a format.

Each kind of correction belongs to a demand of a rule kind and mends what that rule told, nothing else:
a finding that somebody has accounted for stays, and so does what no rule objects to.
"""

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct, structs

from gouji.amount import State
from gouji.checks.equation import EquationRule
from gouji.checks.field import FieldRule
from gouji.checks.section import BRACKETS, SectionRule
from gouji.checks.table import TableRule, wide_digits
from gouji.document import Document, Paragraph, Place, Table
from gouji.facts import Alignment, Fact, Heading, Reading, Section
from gouji.finding import Finding, Repair
from gouji.fixes.change import Change, Edit, Left, Target, offset_of, place_of, solid, target_of, text_of
from gouji.fixes.zeros import proven_zeros
from gouji.forms import Form
from gouji.outline import DeclaredSection
from gouji.pack import Pack
from gouji.rule import Rule
from gouji.subject import Subject
from gouji.wording import Text, fold, listed, same, shorten, squeeze

Proposal = Change | Left
Proposals = Iterator[Proposal]


class Case(Struct, frozen=True):
    """What a report is, what was found in it, and in which words to speak of its places.

    Attributes:
        document: as read.
        reading: of the addressed document (``change.addressed``).
        subject: the report as rules see it, for the names of places.
        pack: the rules.
        findings: those to mend, by rule.
        numbers: whether wrong numbers are to be mended, too.
    """

    document: Document
    reading: Reading
    subject: Subject
    pack: Pack
    findings: dict[str, tuple[Finding, ...]]
    numbers: bool = False

    def addresses(self, rule: Rule) -> frozenset[str]:
        """Return the instances of a rule that are to be mended."""
        return frozenset(finding.address for finding in self.findings.get(rule.id, ()))

    def change(
        self, rule: Rule, what: Text, old: str | Text, new: str, edits: Sequence[Edit], *, placed: bool = False
    ) -> Change:
        """Make a change, with the place of its first edit; ``placed``: its words tell the place already."""
        place = place_of(self.document, edits[0].target, edits[0].start)
        where = None if placed else self.subject.where(place)
        said = same(shorten(old, 60)) if isinstance(old, str) else old
        return Change(rule.id, what, said, same(shorten(new, 60)), tuple(edits), place, where)

    def left(self, rule: Rule, what: Text, reason: Text, address: str) -> Left:
        """Tell that a finding is not mended."""
        found = next(f for f in self.findings[rule.id] if f.address == address)
        return Left(rule.id, what, reason, found.place, found.where)


def proposals(case: Case) -> Proposals:
    """Yield what would mend the findings of a report, and what would not and why."""
    for rule in case.pack.active:
        if case.findings.get(rule.id):
            planner = _planner(rule, numbers=case.numbers)
            if planner is not None:
                yield from planner(rule, case)


def _planner(rule: Rule, *, numbers: bool) -> "Callable[..., Proposals] | None":
    if isinstance(rule, SectionRule):
        return {"titled": _titles, "even_brackets": _headings}.get(rule.require)
    if isinstance(rule, TableRule):
        return {"even_widths": _widths, "no_blank": _blanks}.get(rule.require)
    if isinstance(rule, EquationRule):
        return _numbers if numbers else None
    return _citations if isinstance(rule, FieldRule) and rule.brackets else None


# --- section titles ---------------------------------------------------------------------------


def _titles(rule: SectionRule, case: Case) -> Proposals:
    """Write the official title for a known variant of it, or one with a single slip of the pen."""
    for address in sorted(case.addresses(rule)):
        section, declared = case.reading.sections[address], case.pack.declared.sections[address]
        what = Text("章节名称", "section title")
        edit = _title_edit(case.document, section, declared)
        if not _is_meant(case.document, section, declared):
            reason = Text(
                f"“{shorten(section.title)}”与统一格式的名称差别较大，请核对是不是这一部分",
                f"“{shorten(section.title)}” is not close to the official title: is it this part at all?",
            )
            yield case.left(rule, what, reason, address)
        elif edit is None:
            yield case.left(rule, what, _MOVED, address)
        else:
            yield case.change(rule, what, section.title, declared.title, [edit])


def _is_meant(document: Document, section: Section, declared: DeclaredSection) -> bool:
    """Tell whether a title can only mean this section.

    Under a number of the first level, or as a heading without one, it must be known to the pack;
    under the section's own number one character may be amiss.
    """
    number, target = section.heading.numbering, target_of(section.heading.place)
    block = document.blocks[target.block] if target else None
    if number is None:
        return section.agreement == "flagged" and isinstance(block, Paragraph) and block.marked
    if not number.style.startswith(("一", "第", "1")):
        return False  # （二）主动公开情况 may be a part of the overview
    if section.agreement == "flagged":
        return True
    known = (declared.title, *declared.accept, *declared.flag)
    slip = any(_one_slip(squeeze(section.title), squeeze(title)) for title in known)
    return slip and number.ordinal == declared.number


def _one_slip(written: str, meant: str) -> bool:
    """Tell whether one character was left out, added or mistaken, or two were exchanged."""
    shorter = min(len(written), len(meant))
    head = next((n for n in range(shorter) if written[n] != meant[n]), shorter)
    tail = next((n for n in range(shorter - head) if written[-1 - n] != meant[-1 - n]), shorter - head)
    rest, other = written[head : len(written) - tail], meant[head : len(meant) - tail]
    return max(len(rest), len(other)) <= 1 or (len(rest) == 2 and rest == other[::-1])  # noqa: PLR2004 - a pair


def _title_edit(document: Document, section: Section, declared: DeclaredSection) -> Edit | None:
    target = target_of(section.heading.place)
    number, old = section.heading.numbering, solid(section.title)
    if target is None or not old:
        return None
    start = len(solid(section.heading.text[: number.end if number else 0]))
    if solid(text_of(document, target))[start : start + len(old)] != old:
        return None
    return Edit(target, start, old, solid(declared.title))


# --- brackets of headings and citations -------------------------------------------------------


def _headings(rule: SectionRule, case: Case) -> Proposals:
    """Write （一） for (一) in the headings of a section that mixes both."""
    what = Text("标题的括号", "brackets of a heading")
    for address in sorted(case.addresses(rule)):
        for heading in case.reading.sections[address].headings:
            number = heading.numbering
            if number is None or number.style not in BRACKETS[1:]:
                continue
            edits = _bracket_edits(case.document, heading)
            if edits:
                yield case.change(rule, what, solid(heading.text), _with(solid(heading.text), edits), edits)
            else:
                yield case.left(rule, what, _MOVED, address)


def _bracket_edits(document: Document, heading: Heading) -> list[Edit]:
    target = target_of(heading.place)
    written = solid(heading.text)
    if target is None or not solid(text_of(document, target)).startswith(written):
        return []
    ends = (0, next((n for n, char in enumerate(written) if char in ")）"), 0))
    return [Edit(target, n, written[n], _WIDE[written[n]]) for n in ends if written[n] in _WIDE]


def _citations(rule: FieldRule, case: Case) -> Proposals:
    """Write the proper brackets around the year of a document number; a lost bracket is not guessed."""
    opening, closing = rule.brackets[0], rule.brackets[1]
    what = Text("文号的括号", "brackets of a document number")
    for key in rule.fields:
        field = case.pack.declared.fields[key]
        for name in field.scope:
            scope = case.reading.prose.scope(name)
            for start, end in sorted({span for pattern in field.compiled for span in scope.spans(pattern)}):
                words = scope.text[start:end]
                edits = [
                    edit
                    for at, char in enumerate(words, start)
                    if (new := opening if char in "([【〔" else closing if char in ")]】〕" else "")
                    and (edit := _character(case.document, scope.place(at), new)) is not None
                ]
                if len(edits) == 2:  # noqa: PLR2004 - a pair
                    old = "".join(e.old if e else c for c, e in _beside(words, edits))
                    new = "".join(e.new if e else c for c, e in _beside(words, edits))
                    yield case.change(rule, what, old, new, edits)
                else:
                    reason = Text(
                        f"“{shorten(words)}”缺少括号，可能还缺了别的字，请对照原文补上",
                        f"“{shorten(words)}” lacks brackets, and maybe more: restore it from the original",
                    )
                    yield case.left(rule, what, reason, min(case.addresses(rule)))


def _beside(words: str, edits: Sequence[Edit]) -> Iterator[tuple[str, Edit | None]]:
    waiting = iter(edits)
    for char in words:
        yield char, next(waiting) if char in "([【〔)]】〕" else None


def _character(document: Document, place: Place, new: str) -> Edit | None:
    target = target_of(place)
    if target is None:
        return None
    text, at = text_of(document, target), offset_of(place)
    return None if text[at] == new else Edit(target, len(solid(text[:at])), text[at], new)


# --- tables -----------------------------------------------------------------------------------


def _widths(rule: TableRule, case: Case) -> Proposals:
    """Write brackets, digits and points of labels as printed on the form, and figures in half width.

    So too the names of groups and the words of the head, which the rule does not count: a table with
    （一） and (三) would be no better than before.
    """
    for address in sorted(case.addresses(rule)):
        alignment = case.reading.alignments[address]
        official = _official(alignment.form)
        what = Text(f"{alignment.form.name.zh}的名称", f"a label of {alignment.form.name.en}")
        found_any = False
        for target in _cells(case.document, alignment):
            found = text_of(case.document, target)
            edits = _width_edits(target, found, official.get(squeeze(found), found))
            if edits:
                found_any = True
                yield case.change(rule, what, found, _with(solid(found), edits), edits)
        for fact in wide_digits(alignment):
            cell = target_of(fact.place)
            edits = _width_edits(cell, fact.raw, fold(fact.raw)) if cell is not None else []
            if edits:
                found_any = True
                yield case.change(rule, _cell(alignment.form, fact), fact.raw, fold(fact.raw), edits, placed=True)
        if not found_any:
            yield case.left(rule, what, _MOVED, address)


def _official(form: Form) -> dict[str, str]:
    """Return what is printed on a form, by its words in half width; a label printed in two ways is in none."""
    lines = [line for block in form.blocks for line in (*block.rows, *block.columns)]
    under = [line.under.zh for line in lines if line.under]
    heads = [head for block in form.blocks for head in block.heads]
    printed: dict[str, set[str]] = {}
    for label in (*(line.label for line in lines), *under, *heads, *form.titles):
        printed.setdefault(squeeze(label), set()).add(label)
    return {words: next(iter(labels)) for words, labels in printed.items() if len(labels) == 1}


def _cells(document: Document, alignment: Alignment) -> Iterator[Target]:
    """Yield the cells of the tables that a form was read from."""
    places = (target_of(fact.place) for fact in alignment.facts)
    for number in sorted({target.block for target in places if target is not None}):
        block = document.blocks[number]
        if isinstance(block, Table):
            for y, row in enumerate(block.rows):
                yield from (Target(number, y, x) for x in range(len(row)))


def _width_edits(target: Target, found: str, printed: str) -> list[Edit]:
    """Return the characters that differ in width alone; blanks stay as they are."""
    old, new = solid(found), solid(printed)
    if len(old) != len(new) or fold(old) != fold(new):
        return []
    return [Edit(target, n, a, b) for n, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]


def _blanks(rule: TableRule, case: Case) -> Proposals:
    """Write 0 into the cells that were left blank or struck, where sums of the form prove it."""
    addresses = case.addresses(rule)
    kind = case.reading.unit_kind
    rules = [one for one in case.pack.active if not one.units or kind in one.units]
    for alignment in case.reading.alignments.values():
        told = {fact.key: found for fact in alignment.facts if (found := _told(fact, alignment.form, addresses))}
        if not told:
            continue
        proven = proven_zeros(alignment.form, case.reading.facts, rules)
        rows: dict[tuple[str, State], list[Fact]] = {}
        for fact in alignment.facts:
            if fact.key in told and fact.key in proven and target_of(fact.place) is not None:
                rows.setdefault((alignment.form.slots[fact.key].row_key, fact.state), []).append(fact)
        for (row, state), facts in rows.items():
            yield _zeros(rule, case, alignment, row, state, facts)
        open_ = {address: n for address in sorted(set(told.values())) if (n := _unproven(address, told, proven))}
        for address, count in open_.items():
            what = Text(f"{alignment.form.name.zh} {count} 格", f"{count} cell(s) of {alignment.form.name.en}")
            yield case.left(rule, what, _UNPROVEN, address)


def _zeros(rule: TableRule, case: Case, alignment: Alignment, row: str, state: State, facts: Sequence[Fact]) -> Change:
    form = alignment.form
    columns, title = listed(form.slots[fact.key].column.title for fact in facts), form.row_titles[row]
    what = Text(f"{form.name.zh}“{title.zh}”行 {columns.zh}", f"{form.name.en}, row “{title.en}”, {columns.en}")
    edits = []
    for fact in facts:
        target = target_of(fact.place)
        if target is not None:
            edits.append(Edit(target, 0, solid(text_of(case.document, target)), "0"))
    old = Text("空白", "blank") if state is State.BLANK else same(facts[0].raw.strip())
    return case.change(rule, what, old, "0", edits, placed=True)


def _told(fact: Fact, form: Form, addresses: frozenset[str]) -> str:
    """Return the address under which the rule told a blank cell; empty where it did not, or it is accounted for."""
    row = form.slots[fact.key].row_key
    known = {
        State.BLANK: (form.key, f"{form.key}/{row}"),
        State.DASH: (f"{form.key}/{State.DASH}", f"{form.key}/{row}/{State.DASH}"),
    }
    return next((address for address in known.get(fact.state, ()) if address in addresses), "")


def _unproven(address: str, told: dict[str, str], proven: frozenset[str]) -> int:
    return sum(found == address and key not in proven for key, found in told.items())


# --- numbers ----------------------------------------------------------------------------------


def _numbers(rule: EquationRule, case: Case) -> Proposals:
    """Write the number that several equations demand of one cell, where no other cell explains them."""
    form = case.pack.declared.forms[rule.form]
    for finding in case.findings[rule.id]:
        repair, doubt = _repair(finding)
        if repair is None:
            yield case.left(rule, form.name, doubt, finding.address)
            continue
        fact = case.reading.facts[repair.key]
        target = target_of(fact.place)
        written = solid(text_of(case.document, target)) if target is not None else ""
        what = _cell(form, fact)
        if target is None or (fact.state is State.NUMBER and not fold(written).isdecimal()):
            yield case.left(rule, what, _MOVED, finding.address)
            continue
        edit = Edit(target, 0, written, repair.should_be)
        change = case.change(rule, what, written or Text("空白", "blank"), repair.should_be, [edit], placed=True)
        yield structs.replace(change, values=((repair.key, int(repair.should_be)),))


def _repair(finding: Finding) -> tuple[Repair | None, Text]:
    """Return the cell that is proven to be wrong, or why none is.

    One equation cannot tell which of its cells is wrong. Two that demand the same of the only cell that
    they share bear witness against it, when every other explanation needs more cells.
    """
    cause = finding.cause
    if cause is None or not cause.unique:
        return None, Text(
            "等式不能确定是哪一格有误，请对照台账",
            "the equations do not tell which cell is wrong: check your records",
        )
    (correction,) = cause.corrections
    if len(correction.repairs) > 1:
        return None, Text("牵涉几格数字，请对照台账", "several cells are concerned: check your records")
    (repair,) = correction.repairs
    if len(cause.equations) < _WITNESSES or not repair.should_be.isdecimal():
        return None, Text(
            "只有一个等式，不足以证明应填的数，请对照台账",
            "one equation alone does not prove what the number should be: check your records",
        )
    return repair, same("")


def _cell(form: Form, fact: Fact) -> Text:
    title = form.slots[fact.key].title
    return Text(f"{form.name.zh}“{title.zh}”", f"{form.name.en}, {title.en}")


def _with(text: str, edits: Sequence[Edit]) -> str:
    for edit in sorted(edits, key=lambda edit: -edit.start):
        text = text[: edit.start] + edit.new + text[edit.start + len(edit.old) :]
    return text


_WITNESSES = 2  # equations that prove a number
_WIDE = {"(": "（", ")": "）"}
_MOVED = Text("文字由几处拼成，没有把握只改这几个字", "the words are put together from several places")
_UNPROVEN = Text(
    "表内合计不能证明是 0，请核实后填写",
    "the sums of the table do not prove that they are 0: find out and fill them in",
)
