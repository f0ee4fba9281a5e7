"""Numbers that belong to a person: found in a text, and hidden in whatever gouji says."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Literal

from msgspec import Struct

from gouji.wording import Text, half_width

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_PROVINCES = frozenset("11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46".split()) | frozenset(  # noqa: SIM905
    "50 51 52 53 54 61 62 63 64 65 71 81 82 83".split()  # noqa: SIM905
)
_GAP = "[ \u3000\u00a0-]?"
_LONG = re.compile(f"[0-9](?:{_GAP}[0-9]){{10}}")
_ID = re.compile(
    rf"(?<![0-9A-Za-z])[1-8][0-9]{{5}}{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}}{_GAP}[0-9]{{3}}[0-9Xx](?![0-9A-Za-z])"
)
# Next to an amount, an account or the number of a document no telephone stands.
_MOBILE = re.compile(
    rf"(?<![0-9A-Za-z._/=])(?<![0-9]-)(?:\+?86{_GAP})?1[3-9][0-9]{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}}"
    rf"(?![0-9A-Za-z_/]|[.-][0-9]|,[0-9]{{3}}(?![0-9])|\s?[元件条份人次户个万亿%号])"
)
_OTHER_NUMBER = re.compile(r"(?:单号|编号|[账帐]号|卡号|群号?|QQ|代码|流水号|序号)\s*[:：为是]?\s*", re.IGNORECASE)
_NEAR = 10  # characters in front of a number that may name it
# what is left of a number at an end of a shortened text
_CUT_OFF = re.compile(r"([0-9]{3})[0-9]{2,}…")
_CUT_IN = re.compile(r"…[0-9]{3,}([0-9]{2})(?![0-9])")


class Personal(Struct, frozen=True):
    """A number of a person and where it stands in the text."""

    kind: Literal["id", "mobile"]
    start: int
    end: int


def personal_numbers(text: str) -> Iterator[Personal]:
    """Yield the identity card and mobile numbers of a text in full or half width, in its order.

    An identity number must have an existing province, a day of birth and the right check digit
    (GB 11643), so that accounts and order numbers are none. A mobile number has eleven digits from
    13 to 19 and is not named or measured as something else.
    """
    plain = half_width(text)
    if not _LONG.search(plain):
        return
    found = [Personal("id", *m.span()) for m in _ID.finditer(plain) if is_identity_number(m[0])]
    found += [Personal("mobile", *m.span()) for m in _MOBILE.finditer(plain) if not _is_named(plain, m.start())]
    yield from sorted(found, key=lambda number: number.start)


def _is_named(text: str, start: int) -> bool:
    near = text[max(0, start - _NEAR) : start]
    return any(m.end() == len(near) for m in _OTHER_NUMBER.finditer(near))


def is_identity_number(words: str) -> bool:
    """Tell whether the digits of some words are a valid number of an identity card of 18 digits."""
    digits = re.sub("[^0-9X]", "", words.upper())
    if len(digits) != len(_WEIGHTS) + 1 or digits[:2] not in _PROVINCES:
        return False
    try:
        born = date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=False))
    return born.year >= 1900 and digits[-1] == _CHECKS[total % 11]  # noqa: PLR2004


def hidden(text: str) -> str:
    """Return a text with the middle of every personal number starred: 51**************21, 139******00.

    Of a number that a shortened text cuts, a few digits are left.
    """
    parts, at = [], 0
    for number in personal_numbers(text):
        digits = re.sub(r"[^0-9Xx]", "", half_width(text[number.start : number.end]))
        kept = 2 if number.kind == "id" else 3
        stars = "*" * (len(digits) - kept - 2)
        parts += [text[at : number.start], digits[:kept], stars, digits[-2:]]
        at = number.end
    whole = "".join([*parts, text[at:]])
    return _CUT_IN.sub(r"…\1", _CUT_OFF.sub(r"\1…", whole)) if "…" in whole else whole


def hidden_in(text: Text) -> Text:
    """Return a message with its personal numbers hidden."""
    return Text(hidden(text.zh), hidden(text.en))
