"""Relations between named numbers: what is written is what is computed, and garbage is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gouji.errors import DeclarationError
from gouji.expression import LONGEST, Relation, RelationSign, Term, parse, parse_sum

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,4}(\.[a-z_]{1,4}){0,2}(\.\*)?", fullmatch=True)
TERMS = st.builds(Term, st.integers(-(10**12) + 1, 10**12 - 1), NAMES | st.just(""))
SIDES = st.lists(TERMS, min_size=1, max_size=6).map(tuple)
SIGNS: tuple[RelationSign, ...] = ("=", "<=", ">=")


def side(terms: tuple[Term, ...], blank: str) -> str:
    """Write one side of a relation."""
    text = ""
    for term in terms:
        number = str(abs(term.coefficient))
        word = f"{number}{blank}*{blank}{term.name}" if term.name else number
        word = term.name if term.name and number == "1" else word
        text += f"{'-' if term.coefficient < 0 else '+'}{blank}{word}{blank}"
    return text.removeprefix("+").strip()


@given(left=SIDES, sign=st.sampled_from(SIGNS), right=SIDES, blank=st.sampled_from(["", " ", "\n  "]))
def test_round_trip(left: tuple[Term, ...], sign: RelationSign, right: tuple[Term, ...], blank: str) -> None:
    """A relation that is written and parsed has the same terms, sign and linear form."""
    relation = parse(f"{side(left, blank)}{blank}{sign}{blank}{side(right, blank)}")
    assert relation == Relation(left, sign, right)
    assert relation.linear() == Relation(left, sign, right).linear()


@given(left=SIDES, right=SIDES, values=st.dictionaries(NAMES, st.integers(-1000, 1000)))
def test_linear_form(left: tuple[Term, ...], right: tuple[Term, ...], values: dict[str, int]) -> None:
    """The linear form has the value of the left side less the value of the right side."""

    def total(terms: tuple[Term, ...]) -> int:
        return sum(term.coefficient * (values.get(term.name, 7) if term.name else 1) for term in terms)

    form = Relation(left, "=", right).linear()
    computed = sum(factor * (values.get(name, 7) if name else 1) for name, factor in form.items())
    assert computed == total(left) - total(right)


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("a = b", Relation((Term(1, "a"),), "=", (Term(1, "b"),))),
        ("-a+2*b.c<=-3", Relation((Term(-1, "a"), Term(2, "b.c")), "<=", (Term(-3, ""),))),
        ("total>=part.*", Relation((Term(1, "total"),), ">=", (Term(1, "part.*"),))),
        (" 0 = a - a ", Relation((Term(0, ""),), "=", (Term(1, "a"), Term(-1, "a")))),
    ],
)
def test_parse(text: str, relation: Relation) -> None:
    """Signs, factors, constants and groups stand where they were written."""
    assert parse(text) == relation


def test_names() -> None:
    """Names are listed once each in the order of the text, constants left out."""
    assert parse("b + a - 3 = b + c.*").names == ("b", "a", "c.*")


def test_linear_merges() -> None:
    """Terms of one name are added up over both sides."""
    assert parse("2*a + b + 5 = a - b + 3").linear() == {"a": 1, "b": 2, "": 2}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "exactly one of"),
        ("a", "exactly one of"),
        ("a = b = c", "exactly one of"),
        ("a =", "a term is missing"),
        ("= a", "a term is missing"),
        ("a + = b", "a term is missing"),
        ("+a = b", r"expected a name, not '\+'"),
        ("a = --b", "expected a name, not '-'"),
        ("a b = c", r"expected \+ or - before 'b'"),
        ("a*2 = b", r"expected \+ or - before '\*'"),
        ("2*3 = b", "expected a name, not '3'"),
        ("2* = b", r"expected \+ or - before '\*'"),
        ("a = b / c", "cannot read '/ c' at character 6"),
        ("a = (b)", r"cannot read '\(b\)' at character 4"),
        ("a = 总计", "cannot read '总计' at character 4"),
        ("a < b", "cannot read '< b' at character 2"),
        ("a = 1234567890123", r"expected \+ or - before '3'"),
        ("a = __import__('os')", "cannot read"),
        ("a = " + "b + " * LONGEST, f"at most {LONGEST} characters"),
    ],
)
def test_refused(text: str, message: str) -> None:
    """What is no relation is refused, with the character or the word at fault."""
    with pytest.raises(ValueError, match=message):
        parse(text)


@given(text=st.text() | st.text("ab.1*+-=<> _\n٣总", max_size=20))
def test_garbage(text: str) -> None:
    """Any text is a relation or a ValueError, nothing else."""
    try:
        relation = parse(text)
    except ValueError:
        return
    assert relation.left
    assert relation.right


@given(SIDES)
def test_one_side(terms: tuple[Term, ...]) -> None:
    """A sum alone is one side of a relation."""
    assert parse_sum(side(terms, " ")) == terms


def test_a_group_and_its_column() -> None:
    """The star may stand before the last words of a name."""
    assert parse_sum("f.group.*.total - 2*f.row.total") == (Term(1, "f.group.*.total"), Term(-2, "f.row.total"))


@pytest.mark.parametrize("text", ["", "a = b", "a b", "a +", "+ a", "a.*b", "*.a", "9" * 3000])
def test_no_sum(text: str) -> None:
    """What is no sum is refused."""
    with pytest.raises(DeclarationError):
        parse_sum(text)
