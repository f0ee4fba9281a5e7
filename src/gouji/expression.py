"""Linear relations between named numbers: parsed by our own grammar, never evaluated as code.

relation := side ("=" | "<=" | ">=") side
side     := ["-"] term (("+" | "-") term)*
term     := [integer "*"] name | integer
name     := word ("." word)* [".*" ("." word)*]        .* stands for every member of a group
"""

import re
from typing import Literal

from msgspec import Struct

from gouji.errors import DeclarationError
from gouji.wording import Text

LONGEST = 2_000
RelationSign = Literal["=", "<=", ">="]

_TOKEN = re.compile(
    r"\s*(?:(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?:\.\*(?:\.[A-Za-z_]\w*)*)?)|(?P<integer>\d{1,12})|(?P<sign><=|>=|[=+*-]))",
    re.ASCII,
)


class Term(Struct, frozen=True):
    """A coefficient times a name; a constant has no name."""

    coefficient: int
    name: str


class Relation(Struct, frozen=True):
    """``left`` related to ``right`` by ``sign``; kept as written, so that messages can say it."""

    left: tuple[Term, ...]
    sign: RelationSign
    right: tuple[Term, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names used, once each, in order."""
        return tuple(dict.fromkeys(term.name for term in (*self.left, *self.right) if term.name))

    def linear(self) -> dict[str, int]:
        """Return the linear form left minus right: name -> coefficient, constants under ``""``."""
        form: dict[str, int] = {}
        for terms, sign in ((self.left, 1), (self.right, -1)):
            for term in terms:
                form[term.name] = form.get(term.name, 0) + sign * term.coefficient
        return form


def parse(text: str) -> Relation:
    """Parse a relation.

    Raises:
        DeclarationError: the text is no relation; the message says where and why.
    """
    if len(text) > LONGEST:
        raise _refused(f"等式最多 {LONGEST} 个字符", f"an equation has at most {LONGEST} characters")
    tokens = _tokens(text)
    signs = [n for n, token in enumerate(tokens) if token in ("=", "<=", ">=")]
    if len(signs) != 1:
        raise _refused("等式要有且只有一个 = <= 或 >=", "an equation needs exactly one of = <= >=")
    at = signs[0]
    sign: RelationSign = "=" if tokens[at] == "=" else "<=" if tokens[at] == "<=" else ">="
    return Relation(_side(tokens[:at]), sign, _side(tokens[at + 1 :]))


def parse_sum(text: str) -> tuple[Term, ...]:
    """Parse one side of a relation: a sum of names and constants.

    Raises:
        DeclarationError: the text is no sum; the message says where and why.
    """
    if len(text) > LONGEST:
        raise _refused(f"算式最多 {LONGEST} 个字符", f"a sum has at most {LONGEST} characters")
    return _side(_tokens(text))


def _tokens(text: str) -> list[str]:
    tokens, at, end = [], 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None:
            rest = text[at:].strip()[:12]
            raise _refused(f"第 {at + 1} 个字符起读不懂：{rest}", f"cannot read {rest!r} at character {at + 1}")
        tokens.append(found[0].strip())
        at = found.end()
    return tokens


def _side(tokens: list[str]) -> tuple[Term, ...]:
    terms: list[Term] = []
    at = 0
    while at < len(tokens) or not terms:
        sign = 1
        if at < len(tokens) and tokens[at] in "+-" and (terms or tokens[at] == "-"):
            sign = 1 if tokens[at] == "+" else -1
            at += 1
        elif terms:
            raise _refused(f"{tokens[at]} 前面缺少 + 或 -", f"expected + or - before {tokens[at]!r}")
        term, at = _term(tokens, at, sign)
        terms.append(term)
    return tuple(terms)


def _term(tokens: list[str], at: int, sign: int) -> tuple[Term, int]:
    if at >= len(tokens):
        raise _refused("一边的末尾缺少一项", "a term is missing at the end of a side")
    token = tokens[at]
    if token.isdigit():
        if at + 2 < len(tokens) and tokens[at + 1] == "*":
            return Term(sign * int(token), _name(tokens[at + 2])), at + 3
        return Term(sign * int(token), ""), at + 1
    return Term(sign, _name(token)), at + 1


def _name(token: str) -> str:
    if not (token[0].isalpha() or token[0] == "_"):
        raise _refused(f"这里应为名称，不是 {token}", f"expected a name, not {token!r}")
    return token


def _refused(zh: str, en: str) -> DeclarationError:
    return DeclarationError("equation", Text(zh, en))
