"""Kind ``agreement``: numbers that sentences state agree with the tables, and with each other."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import ClassVar, Literal

from msgspec import Struct

from gouji.checks.target import Target, fits, is_ruled_out, members, operands, resolved, said, wanting
from gouji.claims import DeclaredClaim
from gouji.document import Place
from gouji.errors import DeclarationError
from gouji.expression import Term, parse_sum
from gouji.facts import Number, Statement
from gouji.finding import Equation, Operand
from gouji.outline import compiled
from gouji.relations import Listing, Quoted, find_changes, find_listings
from gouji.rule import Rule, undeclared
from gouji.subject import Declared, Deviation, Gap, NotApplicable, Outcome, Outcomes, Passed, Subject, Values
from gouji.ties import Claim
from gouji.wording import Text, same, shorten

Demand = Literal["equal", "scope", "share", "multiple", "needs", "at_most", "parts", "change"]
LONGEST_WORDS = 40  # of a sentence that a message quotes
_STATED = ("equal", "share", "multiple", "needs", "at_most")
_SUMMED = ("needs", "at_most")


@dataclass(frozen=True, kw_only=True, eq=False)
class AgreementRule(Rule):
    """A demand on numbers in sentences.

    Attributes:
        require: ``equal``: the number is one of the claim's targets; ``scope``: a number of another
            scope than the unit's (全县 in a township's report) is one of them all the same;
            ``share``: the percentage beside the number is its share of one of the wholes, as
            precisely as it is printed; ``multiple``: the number is a multiple of ``factor``;
            ``needs``: a number above 0 needs ``sum`` to be above 0; ``at_most``: the number is at
            most ``sum``; ``parts``: the parts of a list do not exceed their whole, and make it up
            where the words say that they are all; ``change``: a stated change is the difference
            of the stated numbers.
        claims: the claims judged, ``topic.claim``; for ``scope`` empty means all.
        factor: for ``multiple``.
        sum: for ``needs`` and ``at_most``: a sum over fact keys.
        dimensions: for ``parts``: patterns of words by which things are counted; a list that mixes
            two of them (网络 and 自然人) counts things twice and is not judged.

    Statements about another year are not this report's and are left out.
    """

    kind: Literal["agreement"]
    require: Demand
    claims: tuple[str, ...] = ()
    factor: int = 1
    sum: str = ""
    dimensions: tuple[str, ...] = ()

    placeholders: ClassVar[frozenset[str]] = frozenset({"words", "name", "number", "candidates", "expected", "scope"})

    def __post_init__(self) -> None:
        """Refuse keys that the demand does not take, and bad sums."""
        Rule.__post_init__(self)
        for pattern in self.dimensions:
            try:
                compiled(pattern)
            except DeclarationError as error:
                raise DeclarationError("dimensions", error.text) from None
        if (self.require in _SUMMED) != bool(self.sum):
            raise DeclarationError(
                "sum", Text("needs 和 at_most 要有 sum，其他要求不能有", "sum goes with needs and at_most")
            )
        if (self.require in _STATED) != bool(self.claims) and self.require != "scope":
            raise DeclarationError(
                "claims", Text("这一要求要有 claims，或不能有", "claims are missing, or do not belong here")
            )
        if self.factor < 1:
            raise DeclarationError("factor", Text("factor 是正整数", "factor is a positive number"))
        if self.sum:
            _parsed(self.sum)

    @cached_property
    def bound(self) -> tuple[Term, ...]:
        """The sum, parsed."""
        return _parsed(self.sum)

    def bind(self, declared: Declared) -> None:
        """Refuse unknown claims, and fact names that no form has."""
        unknown = [key for key in self.claims if key not in declared.claims]
        if unknown:
            raise undeclared("claims", Text("说法", "claim"), unknown, declared.claims)
        if self.sum:
            _refuse_unknown("sum", [self.bound], declared)
        for key in self.claims:
            claim = declared.claims[key]
            sums = [*claim.sums, *claim.wholes, *(terms for rewrite in claim.rewrites for terms in rewrite.sums)]
            _refuse_unknown("claims", sums, declared)
            if self.require == "equal" and (not claim.sums or any("{p}" in phrase for phrase in claim.phrases)):
                raise DeclarationError(
                    "claims", Text(f"{key} 没有 targets，或是百分比", f"{key} has no targets, or is a percentage")
                )
            if self.require == "share" and not claim.wholes:
                raise DeclarationError("claims", Text(f"{key} 没有 of", f"{key} has no wholes (of)"))

    def evaluate(self, subject: Subject) -> Outcomes:
        """Judge every statement concerned."""
        return DEMANDS[self.require](self, subject)

    def stated(self, subject: Subject) -> Iterator[Claim]:
        """Yield the exact numbers of the unit's own scope, and the sums of cells that each may be."""
        for _, statement in self.statements(subject) if self.require == "equal" else ():
            if statement.percent or statement.bound or statement.precision != 1 or not _is_own(statement, subject):
                continue
            claim = subject.declared.claims[statement.claim]
            targets = [resolved(terms, subject) for terms in claim.sums_under(statement.rewrite)]
            sums = (tuple((part.term.coefficient, key) for part in t.parts for key in part.keys) for t in targets)
            yield Claim(statement.value, tuple(terms for terms in sums if terms))

    def reach(self, declared: Declared) -> frozenset[str]:
        """Return the cells that a sentence may state, alone or in a sum."""
        claims = [declared.claims[key] for key in self.claims if self.require == "equal"]
        names = {term.name for claim in claims for terms in claim.sums for term in terms if term.name}
        return frozenset(key for name in names for key in members(name, declared.forms))

    def statements(self, subject: Subject) -> Iterator[tuple[str, Statement]]:
        """Yield the statements about the report's year with their addresses."""
        counts: dict[str, int] = {}
        for statement in subject.reading.statements:
            if self.claims and statement.claim not in self.claims:
                continue
            n = counts[statement.claim] = counts.get(statement.claim, 0) + 1
            if statement.year in (None, subject.year):
                key = statement.claim.replace(".", "/", 1)
                yield key if n == 1 else f"{key}-{n}", statement


def _parsed(text: str) -> tuple[Term, ...]:
    try:
        return parse_sum(text)
    except DeclarationError as error:
        raise DeclarationError("sum", error.text) from None


def _refuse_unknown(key: str, sums: Sequence[Sequence[Term]], declared: Declared) -> None:
    unknown = [t.name for terms in sums for t in terms if t.name and not members(t.name, declared.forms)]
    if unknown:
        known = [name for form in declared.forms.values() for name in form.slots]
        raise undeclared(key, Text("数据项", "fact name"), unknown, known)


# --- one statement against the tables ---------------------------------------------------------


class _Verdict(Struct, frozen=True):
    """How a statement compares with its targets; ``agrees`` is None where the tables leave it open."""

    targets: tuple[Target, ...]
    agrees: bool | None
    reason: Text | None = None
    wanting: tuple[Text, ...] = ()


_UNBALANCED = Text(
    "表中这一行的合计与分项不一致，文字与其中一个相符",
    "a row of the table does not add up, and the text agrees with one of its sides",
)
_TWO_READINGS = Text(
    "文字写明含上年结转等，数字却与不含的口径一致，请人工核对",
    "the words include something that the number seems to leave out; please look at it",
)
_KIND_UNKNOWN = Text(
    "看不出单位类型，无法判断文字的统计口径", "the kind of unit is not known, so neither is the scope of the words"
)


def _compared(statement: Statement, claim: DeclaredClaim, subject: Subject) -> _Verdict:
    """Compare a statement with what it may equal: one is enough to agree, all must be ruled out to differ."""
    targets = tuple(resolved(terms, subject) for terms in claim.sums_under(statement.rewrite))
    if any(target.value is not None and fits(statement, target.value) for target in targets):
        return _Verdict(targets, agrees=True)
    open_targets = [target for target in targets if not is_ruled_out(statement, target)]
    if open_targets:
        reason, names = wanting(open_targets, subject)
        return _Verdict(targets, None, reason, names)
    by_rows = (resolved(terms, subject, by_rows=True) for terms in claim.sums_under(statement.rewrite))
    if any(target.value is not None and fits(statement, target.value) for target in by_rows):
        return _Verdict(targets, None, _UNBALANCED)
    if statement.rewrite is not None:
        plain = (resolved(terms, subject) for terms in claim.sums)
        if any(target.value is not None and fits(statement, target.value) for target in plain):
            return _Verdict(targets, None, _TWO_READINGS)
    return _Verdict(targets, agrees=False)


def _is_own(statement: Statement, subject: Subject) -> bool | None:
    """Tell whether a statement has the scope of the unit's own tables; None where the unit's kind is not known."""
    if statement.scope is None:
        return True
    kind = subject.reading.unit_kind
    return kind in subject.declared.scopes[statement.scope].kinds if kind else None


def _equal(rule: AgreementRule, subject: Subject) -> Outcomes:
    found = False
    for address, statement in rule.statements(subject):
        if statement.percent:
            continue
        found = True
        claim = subject.declared.claims[statement.claim]
        verdict, own = _compared(statement, claim, subject), _is_own(statement, subject)
        if verdict.agrees:
            yield Passed(address)
        elif verdict.agrees is None:
            yield Gap(address, verdict.reason or _KIND_UNKNOWN, verdict.wanting)
        elif own is None:
            yield Gap(address, _KIND_UNKNOWN)
        elif own:
            yield _deviation(address, statement, claim, verdict.targets, subject)
        else:
            yield NotApplicable(address)  # the rule about scopes tells it
    if not found:
        yield NotApplicable()


def _scope(rule: AgreementRule, subject: Subject) -> Outcomes:
    found = False
    for address, statement in rule.statements(subject):
        claim = subject.declared.claims[statement.claim]
        if statement.percent or _is_own(statement, subject) is not False or not claim.sums:
            continue
        found = True
        verdict = _compared(statement, claim, subject)
        if verdict.agrees is False:
            yield _deviation(address, statement, claim, verdict.targets, subject)
        elif verdict.agrees:
            yield Passed(address)
        else:
            yield NotApplicable(address)  # the rule of the claim tells that it is open
    if not found:
        yield NotApplicable()


def _values(statement: Statement, claim: DeclaredClaim, candidates: Text | str = "", expected: str = "") -> Values:
    return {
        "words": shorten(statement.words, LONGEST_WORDS), "name": claim.name, "number": str(statement.value),
        "candidates": candidates, "expected": expected, "scope": statement.scope_words,
    }  # fmt: skip


def _deviation(
    address: str, statement: Statement, claim: DeclaredClaim, targets: Sequence[Target], subject: Subject
) -> Deviation:
    candidates = said(targets, subject)
    expected = " / ".join(dict.fromkeys(str(target.value) for target in targets))
    return Deviation(
        address,
        statement.place,
        _values(statement, claim, candidates, expected),
        expected,
        str(statement.value),
        _equation(statement, claim, targets[0], subject),
    )


def _equation(statement: Statement, claim: DeclaredClaim, target: Target, subject: Subject) -> Equation:
    """Put the stated number and the preferred target side by side."""
    value = target.value or 0
    difference, told = statement.value - value, said([target], subject)
    left = Operand(statement.claim, claim.name, 1, str(statement.value), statement.place)
    gap = str(difference).lstrip("-")
    text = Text(
        f"文字“{claim.name.zh}”{statement.value}，{told.zh}，相差 {gap}",
        f"text, {claim.name.en} {statement.value}; {told.en}; difference {gap}",
    )
    return Equation(
        text, (left,), statement.bound.replace("~", "=") or "=", tuple(operands(target, subject)), str(difference)
    )


# --- shares -----------------------------------------------------------------------------------


def _share(rule: AgreementRule, subject: Subject) -> Outcomes:
    """Judge percentages beside a number, and rates such as 答复率 that stand alone."""
    found = False
    for address, statement in rule.statements(subject):
        claim = subject.declared.claims[statement.claim]
        if not claim.wholes or not (statement.percent or statement.share):
            continue
        found = True
        yield _judged_share(address, statement, claim, subject)
    if not found:
        yield NotApplicable()


def _judged_share(address: str, statement: Statement, claim: DeclaredClaim, subject: Subject) -> Outcome:
    parts = [resolved(terms, subject) for terms in claim.sums]
    wholes = [resolved(terms, subject) for terms in claim.wholes]
    own = _is_own(statement, subject)
    if not own:
        return NotApplicable(address)  # the share of another whole
    numerators = [target.value for target in parts if target.value is not None]
    if statement.share is not None:
        numerators.insert(0, statement.value)
        percent, precision, place, raw = (
            statement.share.percent,
            statement.share.precision,
            statement.share.place,
            statement.share.raw,
        )
    else:
        percent, precision, place, raw = (
            Decimal(statement.value),
            Decimal(statement.precision),
            statement.place,
            statement.raw,
        )
    ratios = {
        (part, whole.value): Decimal(part) * 100 / Decimal(whole.value)
        for part in dict.fromkeys(numerators)
        for whole in wholes
        if whole.value
    }
    if any(abs(ratio - percent) < precision for ratio in ratios.values()):
        return Passed(address)
    unsure = [target for target in (*parts, *wholes) if target.value is None or not target.sure]
    if unsure and (not ratios or any(target.value is None for target in unsure)):
        return Gap(address, *wanting(unsure, subject))
    if not ratios:
        return NotApplicable(address)  # a share of nothing
    told = tuple(f"{n} ÷ {d} = {_printed(r, precision)}%" for (n, d), r in ratios.items())
    candidates = Text("；".join(told), "; ".join(told))
    expected = f"{_printed(next(iter(ratios.values())), precision)}%"
    words = statement.words if statement.percent else f"{statement.words}……{raw}"
    values = _values(statement, claim, candidates, expected) | {"words": shorten(words, LONGEST_WORDS), "number": raw}
    return Deviation(address, place, values, expected, raw)


def _printed(ratio: Decimal, precision: Decimal) -> str:
    return str(ratio.quantize(precision))


# --- bounds -----------------------------------------------------------------------------------


def _multiple(rule: AgreementRule, subject: Subject) -> Outcomes:
    def judge(address: str, statement: Statement, claim: DeclaredClaim) -> Outcome:
        if statement.bound or statement.precision > 1 or not statement.value % rule.factor:
            return Passed(address)
        return Deviation(
            address, statement.place, _values(statement, claim, expected=str(rule.factor)), actual=statement.raw
        )

    return _each(rule, subject, judge)


def _needs(rule: AgreementRule, subject: Subject) -> Outcomes:
    def judge(address: str, statement: Statement, claim: DeclaredClaim) -> Outcome:
        target = resolved(rule.bound, subject)
        if statement.value <= 0 or (target.value or 0) > 0:
            return Passed(address)
        if target.value is None or not target.sure:
            return Gap(address, *wanting([target], subject))
        return _deviation(address, statement, claim, [target], subject)

    return _each(rule, subject, judge)


def _at_most(rule: AgreementRule, subject: Subject) -> Outcomes:
    def judge(address: str, statement: Statement, claim: DeclaredClaim) -> Outcome:
        target = resolved(rule.bound, subject)
        if statement.value <= 0 or (target.value is not None and statement.value <= target.value):
            return Passed(address)
        if target.value is None or not target.sure:
            return Gap(address, *wanting([target], subject))
        return _deviation(address, statement, claim, [target], subject)

    return _each(rule, subject, judge)


def _each(rule: AgreementRule, subject: Subject, judge: Callable[[str, Statement, DeclaredClaim], Outcome]) -> Outcomes:
    found = False
    for address, statement in rule.statements(subject):
        if _is_own(statement, subject):
            found = True
            yield judge(address, statement, subject.declared.claims[statement.claim])
    if not found:
        yield NotApplicable()


# --- within a sentence ------------------------------------------------------------------------


def _parts(rule: AgreementRule, subject: Subject) -> Outcomes:
    found, accused = 0, None
    for found, listing in enumerate(find_listings(subject.reading.prose), 1):
        address = f"list-{found}" if found > 1 else "list"
        if listing.holds:
            yield Passed(address)
            continue
        if accused is None:
            accused = _accused(subject)
        if _mixes(listing, rule.dimensions) or any(q.place in accused for q in (*listing.wholes, *listing.parts)):
            yield NotApplicable(address)
            continue
        whole, total = listing.wholes[0], sum(part.value for part in listing.parts)
        words = f"{whole.raw}：{'、'.join(f'{part.label}{part.raw}' for part in listing.parts)}"
        values = [str(part.value) for part in listing.parts]
        added = f"{' + '.join(values)} = {total}" if len(values) > 1 else str(total)
        yield Deviation(
            address,
            whole.place,
            {
                "words": shorten(words, LONGEST_WORDS), "name": same(""), "number": str(whole.value),
                "candidates": same(added), "expected": str(total), "scope": "",
            },
            str(total),
            str(whole.value),
        )  # fmt: skip
    if not found:
        yield NotApplicable()


def _mixes(listing: Listing, dimensions: Sequence[str]) -> bool:
    met = [any(compiled(pattern).search(part.label) for part in listing.parts) for pattern in dimensions]
    return sum(met) > 1


def _accused(subject: Subject) -> set[Place]:
    """Return where numbers stand that disagree with the tables: one number is told once."""
    claims = subject.declared.claims
    return {
        statement.place
        for statement in subject.reading.statements
        if not statement.percent
        and statement.year in (None, subject.year)
        and claims[statement.claim].sums
        and _compared(statement, claims[statement.claim], subject).agrees is False
    }


def _change(rule: AgreementRule, subject: Subject) -> Outcomes:
    found, accused = 0, None
    for found, change in enumerate(find_changes(subject.reading.prose), 1):
        address = f"change-{found}" if found > 1 else "change"
        wrong: tuple[Quoted, str, str] | None = None
        if change.delta is not None and change.delta.value != change.expected_delta:
            wrong = change.delta, _magnitude(change.expected_delta), ""
        elif change.percent is not None and abs(change.expected_percent - change.percent.value) >= change.precision:
            wrong = change.percent, _magnitude(change.expected_percent.quantize(change.precision)), "%"
        if wrong is None:
            yield Passed(address)
            continue
        if accused is None:
            accused = _accused(subject)
        if change.number.place in accused:
            yield NotApplicable(address)
            continue
        stated, expected, sign = wrong
        up = Text("增加", "more") if change.expected_delta >= 0 else Text("减少", "less")
        candidates = Text(
            f"{change.number.value} 与 {change.prior} 相比{up.zh} {expected}{sign}",
            f"{change.number.value} is {expected}{sign} {up.en} than {change.prior}",
        )
        values: Values = {
            "words": f"{stated.raw}{sign}", "name": same(""), "number": f"{stated.raw}{sign}", "candidates": candidates,
            "expected": f"{expected}{sign}", "scope": "",
        }  # fmt: skip
        yield Deviation(address, stated.place, values, f"{expected}{sign}", f"{stated.raw}{sign}")
    if not found:
        yield NotApplicable()


def _magnitude(value: Number) -> str:
    return str(abs(value))


DEMANDS: dict[Demand, Callable[[AgreementRule, Subject], Outcomes]] = {
    "equal": _equal,
    "scope": _scope,
    "share": _share,
    "multiple": _multiple,
    "needs": _needs,
    "at_most": _at_most,
    "parts": _parts,
    "change": _change,
}
