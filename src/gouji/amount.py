"""Numbers as officials write them: one grammar for cells and sentences.

A cell is a number, or it is one of the states that must not be mixed up: blank, a dash or slash,
``无``, an approximation, or unreadable. Which of them count as zero is for a rule to say.
"""

import re
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct

from gouji.wording import LONGEST_REMEMBERED, fold

MAX_DIGITS = 40  # longer digit runs are no count of anything and would make arithmetic slow


class State(StrEnum):
    """What a cell holds."""

    NUMBER = "number"
    BLANK = "blank"
    DASH = "dash"
    NONE = "none"
    APPROXIMATE = "approximate"
    UNREADABLE = "unreadable"
    MISSING = "missing"


class Amount(Struct, frozen=True):
    """A number read from text.

    ``value`` is an int, or a Decimal when decimals were written; it is None unless the state is
    ``number`` or ``approximate``. 万 and 亿 are multiplied out, except in the money unit 万元, which
    stays the unit. ``unit`` is what followed the number, or empty.
    """

    state: State
    value: int | Decimal | None = None
    unit: str = ""


UNITS = ("万元", "亿元", "元", "件", "条", "宗", "起", "次", "份", "例", "项", "个", "人", "篇", "场")
_MULTIPLIERS = {"万": 10_000, "亿": 100_000_000}
_DIGITS = {**{c: i for i, c in enumerate("零一二三四五六七八九")}, "〇": 0, "○": 0, "两": 2}
_POWERS = {"十": 10, "百": 100, "千": 1000}
_DASHES = frozenset("-/\\—–―─－−")
_NOTHING = frozenset({"无", "没有"})

ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
CHINESE = r"[零一二三四五六七八九十百千万亿两〇○]+"
_DIRECTION = re.compile(r"(?:(?P<down>减少?)|增加?)(?P<rest>\s*[0-9].*)")
_NUMBER = re.compile(
    rf"""(?P<before>约|近|超过|超|逾|不足)?\s*
         (?P<sign>[+-])?\s*
         (?:(?P<arabic>{ARABIC})|(?P<chinese>{CHINESE}))\s*
         (?P<more>余|多)?\s*
         (?P<times>[万亿](?!元))?\s*
         (?P<more2>余|多)?\s*
         (?P<unit>{"|".join(UNITS)})?\s*
         (?P<after>左右|以上|余)?""",
    re.VERBOSE,
)


def is_blank(text: str) -> bool:
    """Tell whether a cell is blank; odd spaces and invisible characters count as nothing."""
    return not text.strip() or (not text.isalnum() and not fold(text).strip())


def read_amount(text: str) -> Amount:
    """Read a whole cell (or any text that should be one number).

    Accepts thousands separators and digits of both widths, decimals, signs, Chinese numerals
    (``十二``, ``二〇二五``), 万/亿, a trailing unit, and approximations (``5500余``, ``近30件``).
    Only 0-9 and their full-width twins are digits: ``²`` or ``٣`` make the cell unreadable, and so
    does a blank inside a number, which may be a lost digit or a lost column.
    """
    return _remembered(text) if len(text) <= LONGEST_REMEMBERED else Amount(State.UNREADABLE)


def read_change(text: str) -> Amount:
    """Read a cell that says by how much something changed: ``+3``, ``增3``, ``减少2`` or a plain number."""
    found = _DIRECTION.match(fold(text).strip()) if len(text) <= LONGEST_REMEMBERED else None
    if found is None:
        return read_amount(text)
    return read_amount(("-" if found["down"] else "+") + found["rest"])


@lru_cache(maxsize=4096)
def _remembered(text: str) -> Amount:
    if len(text) <= MAX_DIGITS and text.isascii() and text.isdigit():
        return Amount(State.NUMBER, int(text))
    plain = fold(text).strip()
    if not plain:
        return Amount(State.BLANK)
    if _DASHES.issuperset(plain):
        return Amount(State.DASH)
    if plain in _NOTHING:
        return Amount(State.NONE)
    found = _NUMBER.fullmatch(plain)
    if found is None:
        return Amount(State.UNREADABLE)
    return _amount(found)


def _amount(found: re.Match[str]) -> Amount:
    part = found.groupdict()
    value = _arabic(part["arabic"]) if part["arabic"] else chinese_number(part["chinese"])
    if value is None:
        return Amount(State.UNREADABLE)
    value *= _MULTIPLIERS.get(part["times"] or "", 1)
    if isinstance(value, Decimal) and part["times"] and value == value.to_integral_value():
        value = int(value)
    if part["sign"] == "-":
        value = -value
    rough = part["before"] or part["more"] or part["more2"] or part["after"]
    return Amount(State.APPROXIMATE if rough else State.NUMBER, value, part["unit"] or "")


def _arabic(digits: str) -> int | Decimal | None:
    plain = digits.replace(",", "")
    if len(plain) > MAX_DIGITS:
        return None
    return Decimal(plain) if "." in plain else int(plain)


def chinese_number(numeral: str) -> int | None:
    """Read a Chinese numeral, with powers (三百二十一) or by position (二〇二五).

    Returns None when the characters form no number (``十百``, ``一二三万万``) or leave it open
    (``二百五`` is 205 in a ledger and 250 in the street).
    """
    if not numeral or len(numeral) > MAX_DIGITS:
        return None
    if not any(c in _POWERS or c in _MULTIPLIERS for c in numeral):
        return int("".join(str(_DIGITS[c]) for c in numeral))
    total, rest = 0, numeral
    for mark, scale in (("亿", 100_000_000), ("万", 10_000)):
        head, found, tail = rest.partition(mark)
        if not found:
            continue
        part = _below_ten_thousand(head)
        if not part:
            return None
        if tail in _DIGITS and tail != "零":
            return None
        total, rest = total + part * scale, tail
    if not rest:
        return total
    ones = _below_ten_thousand(rest)
    return None if ones is None else total + ones


def _below_ten_thousand(numeral: str) -> int | None:
    total, digit, last, zero = 0, None, 10_000, False
    for c in numeral:
        if c in _DIGITS:
            if digit is not None and digit != 0:
                return None
            digit = _DIGITS[c]
            zero = zero or digit == 0
            continue
        power = _POWERS.get(c)
        if power is None or power >= last or digit == 0:
            return None
        total += (1 if digit is None else digit) * power
        digit, last, zero = None, power, False
    if digit and last in (100, 1000) and not zero:
        return None
    return total + (digit or 0)
