"""How Word writes the number of a list: 一、二、三, 甲乙丙, ①②③, iv."""

from collections.abc import Callable

_DIGITS = "〇一二三四五六七八九"
_TAIWAN_DIGITS = "○一二三四五六七八九"
_LEGAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_OLD_LEGAL_DIGITS = "零壹貳參肆伍陸柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_MOST_REPEATED = 30  # Word goes from zzz… of 30 letters to decimal figures
_HIGHEST_ROMAN = 32_767
_HIGHEST_COUNTED = 99_999_999
_MYRIAD = 10_000
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_FULL_WIDTH = {ord("0") + n: ord("０") + n for n in range(10)}


def numeral(value: int, style: str) -> str | None:
    """Write a number as a list of Word does.

    Args:
        value: the number; what a style cannot write (0 in Roman figures) comes in decimal figures.
        style: the name of the number format (``w:numFmt``).

    Returns:
        The numeral, or None where the style is not known.
    """
    write = _STYLES.get(style)
    if write is None:
        return None
    return write(value) or str(value)


def _letters(value: int) -> str:
    repeated, letter = divmod(value - 1, len(_LETTERS))
    return _LETTERS[letter] * (repeated + 1) if value > 0 and repeated < _MOST_REPEATED else ""


def _roman(value: int) -> str:
    if value > _HIGHEST_ROMAN:
        return ""
    written = ""
    for worth, letters in _ROMAN:
        count = max(0, value) // worth
        written += letters * count
        value -= worth * count
    return written


def _ordinal(value: int) -> str:
    teen = value % 100 // 10 == 1
    return f"{value}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(value % 10, 'th')}"


def _picked(characters: str) -> Callable[[int], str]:
    """Number with the characters of a row, as far as it goes."""
    return lambda value: characters[value - 1] if 0 < value <= len(characters) else ""


def _repeated(characters: str) -> Callable[[int], str]:
    """Number with the characters of a row, again from its start behind its end."""
    return lambda value: characters[(value - 1) % len(characters)] if value > 0 else ""


def _positional(digits: str) -> Callable[[int], str]:
    return lambda value: "".join(digits[int(figure)] for figure in str(value)) if value >= 0 else ""


def _tens(digits: str) -> Callable[[int], str]:
    """Count 十 十一 … 九十九, and digit by digit from a hundred on."""

    def write(value: int) -> str:
        if not 0 < value < 100:  # noqa: PLR2004
            return _positional(digits)(value)
        tens, ones = divmod(value, 10)
        return (digits[tens] if tens > 1 else "") + ("十" if tens else "") + (digits[ones] if ones else "")

    return write


def _counted(digits: str, units: str, *, one: bool, zero: str) -> Callable[[int], str]:
    """Count with 十 百 千 万.

    ``one`` says 一百 for 百; a one in front of the very first 十 is left out where the units are
    the everyday ones. ``zero`` stands for units that are skipped inside (一百零一).
    """
    everyday = units[0] == "十"

    def below_myriad(value: int) -> str:
        written, skipped = "", False
        for power in (3, 2, 1, 0):
            digit = value // 10**power % 10
            if not digit:
                skipped = bool(written)
                continue
            written += zero if skipped else ""
            skipped = False
            unit = units[power - 1] if power else ""
            written += (digits[digit] if digit > 1 or one or not power else "") + unit
        return written

    def write(value: int) -> str:
        if not 0 < value <= _HIGHEST_COUNTED:
            return digits[0] if value == 0 else ""
        high, low = divmod(value, _MYRIAD)
        written = below_myriad(high) + units[3] if high else ""
        if high and low and low < _MYRIAD // 10:
            written += zero
        written += below_myriad(low)
        return written[1:] if everyday and written.startswith(digits[1] + "十") else written

    return write


_DECIMAL: Callable[[int], str] = str
_STYLES: dict[str, Callable[[int], str]] = {
    "decimal": _DECIMAL,
    "decimalHalfWidth": _DECIMAL,
    "decimalZero": lambda value: f"{value:02d}",
    "decimalFullWidth": lambda value: str(value).translate(_FULL_WIDTH),
    "decimalFullWidth2": lambda value: str(value).translate(_FULL_WIDTH),
    "decimalEnclosedCircle": _picked("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"),
    "decimalEnclosedCircleChinese": _picked("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"),
    "decimalEnclosedFullstop": _picked("⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"),
    "decimalEnclosedParen": _picked("⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"),
    "numberInDash": lambda value: f"- {value} -",
    "ordinal": _ordinal,
    "hex": lambda value: f"{value:X}" if value >= 0 else "",
    "lowerLetter": _letters,
    "upperLetter": lambda value: _letters(value).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda value: _roman(value).upper(),
    "chineseCounting": _tens(_DIGITS),
    "chineseCountingThousand": _counted(_DIGITS, "十百千万", one=True, zero="零"),
    "chineseLegalSimplified": _counted(_LEGAL_DIGITS, "拾佰仟万", one=True, zero="零"),
    "taiwaneseCounting": _tens(_TAIWAN_DIGITS),
    "taiwaneseCountingThousand": _counted(_DIGITS, "十百千萬", one=True, zero="零"),
    "taiwaneseDigital": _positional(_TAIWAN_DIGITS),
    "ideographDigital": _positional(_DIGITS),
    "ideographTraditional": _picked(_STEMS),
    "ideographZodiac": _picked(_BRANCHES),
    "ideographZodiacTraditional": lambda value: _repeated(_STEMS)(value) + _repeated(_BRANCHES)(value),
    "ideographLegalTraditional": _counted(_OLD_LEGAL_DIGITS, "拾佰仟萬", one=True, zero="零"),
    "ideographEnclosedCircle": _picked("㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉"),
    "japaneseCounting": _counted(_DIGITS, "十百千万", one=False, zero=""),
    "japaneseDigitalTenThousand": _positional(_DIGITS),
    "japaneseLegal": _counted("零壱弐参四伍六七八九", "拾百阡萬", one=True, zero=""),
}
