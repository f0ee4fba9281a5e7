"""Findings about broken equations folded into one for each cause, naming the cells to correct."""

from collections.abc import Iterable, Sequence

from msgspec import structs

from gouji.amount import State
from gouji.checks.equation import EquationRule
from gouji.document import NOWHERE
from gouji.facts import Fact, Number
from gouji.finding import Broken, Cause, Correction, Excerpt, Finding, Repair
from gouji.forms import Form
from gouji.localise import Answer, causes
from gouji.localise import Cause as Explained
from gouji.moves import Move
from gouji.rule import Rule
from gouji.slips import slip
from gouji.subject import Subject
from gouji.ties import Change, Tie
from gouji.wording import Text, listed

LONG = 8  # terms; of a longer equation an excerpt shows the total only
_NOTHING = (State.BLANK, State.DASH, State.NONE)


def folded(findings: Sequence[Finding], rules: Sequence[Rule], subject: Subject) -> list[Finding]:
    """Replace findings of broken equations that have a known cause by one finding for each cause.

    Args:
        findings: of one report.
        rules: those that concern the report; all of their equations must hold for a repair to be offered,
            and what they claim about cells counts as well.
        subject: the report.

    Returns:
        The findings, those without a known cause as they were.
    """
    equations = [rule for rule in rules if isinstance(rule, EquationRule)]
    ids = {rule.id for rule in equations}
    broken = {(finding.rule, finding.address): finding for finding in findings if finding.rule in ids}
    concerned = {rule.form for rule in equations if any(rule.id == found for found, _ in broken)}
    claims = [claim for rule in rules for claim in rule.stated(subject)]
    facts = subject.reading.facts
    values = {key: _value(fact) for key, fact in facts.items() if fact.state in (State.NUMBER, *_NOTHING)}
    for key in sorted(concerned):
        form = subject.declared.forms[key]
        ties = [tie for rule in equations if rule.form == key for tie in rule.ties(form, facts)]
        teller = _Teller(form, subject, frozenset(tie.total for tie in ties))
        for cause in causes(form, ties, values, claims):
            members = [name for tie in cause.ties if (name := (tie.rule, tie.address)) in broken]
            if members and _is_told(cause):
                told = teller.finding(cause, [broken.pop(name) for name in members])
                broken[told.rule, told.address] = told
    return [*(finding for finding in findings if finding.rule not in ids), *broken.values()]


def _value(fact: Fact) -> Number:
    return fact.value if fact.state is State.NUMBER and fact.value is not None else 0


def _is_told(cause: Explained) -> bool:
    """Tell whether a cause says more than its equations do: what each cell should be."""
    return all(change.new is not None for answer in cause.answers for change in answer.changes)


class _Teller:
    """Puts causes into words."""

    def __init__(self, form: Form, subject: Subject, totals: frozenset[str]) -> None:
        self.form, self.subject, self.totals = form, subject, totals
        self.facts = subject.reading.facts
        self.blank = frozenset(key for key, fact in self.facts.items() if fact.state in _NOTHING)

    def finding(self, cause: Explained, members: Sequence[Finding]) -> Finding:
        """Make the one finding of a cause."""
        lead = min(members, key=lambda finding: (finding.severity.rank, finding.rule, finding.address))
        corrections = tuple(self.correction(answer) for answer in cause.answers)
        place = lead.place
        expected, actual = lead.expected, lead.actual
        if len(corrections) == 1:
            repairs = corrections[0].repairs
            place = next((repair.place for repair in repairs if repair.place != NOWHERE), place)
            if len(repairs) == 1:
                expected, actual = repairs[0].should_be, repairs[0].value
        bases = tuple(dict.fromkeys(finding.basis for finding in members if finding.basis))
        return structs.replace(
            lead,
            message=self.message(corrections, cause, lead),
            place=place,
            where=self.subject.where(place),
            expected=expected,
            actual=actual,
            excerpt=self.excerpt(cause),
            basis=Text("；".join(b.zh for b in bases), "; ".join(b.en for b in bases)) if bases else None,
            remedy=_remedy(corrections, cause),
            cause=Cause(corrections, tuple(_broken(finding) for finding in members)),
        )

    def correction(self, answer: Answer) -> Correction:
        """Say one answer."""
        repairs = tuple(self.repair(change) for change in answer.changes)
        if answer.move:
            return Correction(self.moved(answer.move), repairs)
        return Correction(listed(map(_said, repairs)), repairs, slip(answer.changes, self.totals, self.blank))

    def repair(self, change: Change) -> Repair:
        """Name a cell and what it should be."""
        fact = self.facts[change.key]
        return Repair(change.key, self.form.slots[change.key].title, fact.written, str(change.new), fact.place)

    def moved(self, move: Move) -> Text:
        """Say what happened to a part of the form."""
        first, last = self.form.slots[move.first], self.form.slots[move.last]
        rows, columns = (first.row_title, last.row_title), (first.column.title, last.column.title)
        zh, en = _MOVES[move.kind]
        if move.kind in ("columns", "rows"):
            pair, along = (columns, rows) if move.kind == "columns" else (rows, columns)
            where = _span(*along)
            return Text(
                zh.format(pair[0].zh, pair[1].zh, where.zh),
                en.format(pair[0].en, pair[1].en, where.en),
            )
        lines, stretch = (
            (_span(*rows), _span(*columns)) if move.kind in ("right", "left") else (_span(*columns), _span(*rows))
        )
        return Text(zh.format(lines.zh, stretch.zh), en.format(lines.en, stretch.en))

    def message(self, corrections: Sequence[Correction], cause: Explained, lead: Finding) -> Text:
        """Say what is wrong."""
        number, name = len(cause.ties), self.form.name
        if len(corrections) == 1:
            (one,) = corrections
            text, kind = one.text, one.slip
            if kind:
                text = Text(f"{text.zh}（{kind.zh}）", f"{text.en} ({kind.en})")
            if number == 1:
                return Text(f"主因：{name.zh}{text.zh}", f"cause: {name.en}, {text.en}")
            return Text(
                f"主因：{name.zh}{text.zh}；{number} 个等式因此不成立",
                f"cause: {name.en}, {text.en}; {number} equations fail because of it",
            )
        several = max(len(one.repairs) for one in corrections) > 1
        head = lead.message
        if number > 1:
            head = Text(f"{name.zh}有 {number} 个等式不成立", f"{name.en}: {number} equations do not hold")
        if several:
            zh, en = "可能的原因有以下几种", "any of these explains it"
        else:
            zh, en = "可能是以下某一格有误", "one of these cells may be wrong"
        ways = [
            Text(f"{one.text.zh}（{one.slip.zh}）", f"{one.text.en} ({one.slip.en})") if one.slip else one.text
            for one in corrections
        ]
        return Text(
            f"{head.zh}；{zh}：{'；或'.join(way.zh for way in ways)}",
            f"{head.en}; {en}: {'; or '.join(way.en for way in ways)}",
        )

    def excerpt(self, cause: Explained) -> Excerpt:
        """Show the rows that matter, with the new values in the suspected cells."""
        new: dict[str, set[str]] = {}
        for answer in cause.answers:
            for change in answer.changes:
                new.setdefault(change.key, set()).add(str(change.new))
        slots = [self.form.slots[key] for key in (*new, *_context(cause.ties)) if key in self.facts]
        lines = {slot.row_key for slot in slots}
        rows = [row for row in self.form.rows if row in lines]
        columns = self.form.columns(rows[0])
        marked, shown = set(), []
        for y, row in enumerate(rows):
            cells = []
            for x, column in enumerate(columns):
                key = f"{self.form.key}.{row}.{column}"
                cell = self.facts[key].written if key in self.facts else ""
                if key in new:
                    marked.add((y, x))
                    cell = f"{cell}→{'/'.join(sorted(new[key], key=lambda value: (len(value), value)))}"
                cells.append(cell)
            shown.append((self.form.row_titles[row], tuple(cells)))
        titles = tuple(self.form.column_titles[column] for column in columns)
        return Excerpt(self.form.name, titles, tuple(shown), frozenset(marked))


_MOVES = {
    "right": ("“{}”行的数字（{}）整体右移了一列", "row “{}”: the numbers ({}) are shifted right by one column"),
    "left": ("“{}”行的数字（{}）整体左移了一列", "row “{}”: the numbers ({}) are shifted left by one column"),
    "down": ("“{}”列的数字（{}）整体下移了一行", "column “{}”: the numbers ({}) are shifted down by one row"),
    "up": ("“{}”列的数字（{}）整体上移了一行", "column “{}”: the numbers ({}) are shifted up by one row"),
    "columns": ("“{}”和“{}”两列的数字（{}）对调了", "columns “{}” and “{}”: the numbers ({}) are swapped"),
    "rows": ("“{}”和“{}”两行的数字（{}）对调了", "rows “{}” and “{}”: the numbers ({}) are swapped"),
}


def _span(first: Text, last: Text) -> Text:
    return first if first == last else Text(f"{first.zh}至{last.zh}", f"{first.en} to {last.en}")


def _said(repair: Repair) -> Text:
    written = Text(repair.value or "空白", repair.value or "blank")
    return Text(
        f"“{repair.name.zh}”{written.zh} 应为 {repair.should_be}",
        f"“{repair.name.en}” {written.en} should be {repair.should_be}",
    )


def _context(ties: Iterable[Tie]) -> Iterable[str]:
    """Yield the cells to show beside the suspected ones: of a long equation its total only."""
    for tie in ties:
        yield from (key for _, key in tie.terms) if len(tie.terms) < LONG else filter(None, [tie.total])


def _broken(finding: Finding) -> Broken:
    return Broken(
        finding.rule,
        finding.slug,
        finding.severity,
        finding.address,
        finding.message,
        finding.place,
        finding.fingerprint,
        finding.equation,
        finding.where,
    )


def _remedy(corrections: Sequence[Correction], cause: Explained) -> Text:
    number = len(cause.ties)
    if len(corrections) > 1:
        return Text(
            "请对照台账核对标出的数字，只改确实有误的；上面任何一种改法都能使等式成立",
            "check the marked numbers against your records and correct only what is wrong; each of the ways above makes the equations hold",
        )
    if cause.answers[0].move:
        return Text(
            "请对照台账把这些数字移回原位；改正后等式全部成立",
            "check against your records and move the numbers back; all equations hold then",
        )
    holds = (
        Text("等式", "the equation holds")
        if number == 1
        else Text(f"{number} 个等式全部", f"all {number} equations hold")
    )
    return Text(
        f"请对照台账核对标出的数字；按箭头改正后，{holds.zh}成立",
        f"check the marked numbers against your records; changed as the arrows say, {holds.en}",
    )
