"""Words: a message in two languages, and texts made comparable.

Everything here is a pure function of its text; nothing knows documents or rules.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from string import Formatter

from msgspec import Struct

# Full-width ASCII and the ideographic space become their half-width twins. NFKC is not used on
# purpose: it would turn "²" and "③" into digits, and a footnote mark is not a number.
_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_INVISIBLE = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD])
_FOLD = _WIDTH | _INVISIBLE | {0xA0: 0x20}

_CHINESE_MARKS = frozenset("‘’“”—…·")
_SPACES = re.compile(r"\s+")
_PUNCTUATION = re.compile(r"[\s\"'“”‘’「」『』《》〈〉()\[\]〔〕【】{}<>,.;:!?、，。；：！？·…~_*#|/\\-]+")

LONGEST_REMEMBERED = 100  # characters; labels and numbers recur in every report, paragraphs do not

_PAGE_NUMBER = re.compile(
    r"(?!(?:[1１][9９]|[2２][0０])\d\d\Z)[-—–~·]*\s*\d{1,4}\s*[-—–~·]*|第\s*\d{1,4}\s*页(?:\s*[,，/]?\s*共\s*\d{1,4}\s*页)?"
)
_LONGEST_PAGE_NUMBER = 19

CHINESE_DIGITS = "一二三四五六七八九十"
_NUMBERING = re.compile(
    r"""\s*(?:
        (?P<open>[(（])\s*(?P<inner>[一二三四五六七八九十]{1,3}|\d{1,2})\s*(?P<close>[)）])[、.．]?
      | (?P<chinese>[一二三四五六七八九十]{1,3})\s*(?P<mark>[、.．:：,，])
      | 第(?P<part>[一二三四五六七八九十]{1,3})(?:部分[、.．:：]?|、)
      | (?P<arabic>\d{1,2})\s*(?P<point>[、.．)）])(?!\d)
      | (?P<circled>[①-⑳])
    )\s*""",
    re.VERBOSE,
)
# What stands for a number in front of a heading without being written as headings are numbered.
_NUMERAL = re.compile(
    r"""第?(?:[零〇○一二三四五六七八九十百壹贰貳叁參肆伍陆陸柒捌玖拾]{1,4}|\d{1,2})(?:部分|[章节節篇项項条條块塊]|st|nd|rd|th)?
      | [ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹ]{1,4} | [IVXivx]{1,5} | [A-Za-z]
      | [甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥㈠-㈩㊀-㊉①-⒛]""",
    re.VERBOSE,
)
_POINT_OF_A_POINT = re.compile(r"\d+[.．]\d")
_SPACED_NUMBER = re.compile(r"\s*[一二三四五六七八九十]{1,3}[ \t\u3000\xa0]+[^\s，。；：、,;:]{2,30}\s*")


@dataclass(frozen=True, slots=True)
class Text:
    """One message in Chinese and English."""

    zh: str
    en: str

    def in_language(self, lang: str) -> str:
        """Return the English text for ``en`` and the Chinese text for everything else."""
        return self.en if lang == "en" else self.zh

    def fill(self, values: dict[str, "str | int | Text"]) -> "Text":
        """Put values into the ``{name}`` placeholders, each language from its own side of a Text.

        Raises:
            KeyError: a placeholder has no value (packs are checked for that when they load).
        """
        return Text(*(self._filled(lang, values) for lang in ("zh", "en")))

    def _filled(self, lang: str, values: dict[str, "str | int | Text"]) -> str:
        plain = {k: v.in_language(lang) if isinstance(v, Text) else v for k, v in values.items()}
        return self.in_language(lang).format_map(plain)


def same(text: str | int) -> Text:
    """Return a Text that reads the same in both languages (numbers, quotations)."""
    return Text(str(text), str(text))


def listed(texts: Iterable[Text]) -> Text:
    """Join texts into an enumeration: 甲、乙 and "a, b"."""
    texts = tuple(texts)
    return Text("、".join(t.zh for t in texts), ", ".join(t.en for t in texts))


def placeholders(template: str) -> set[str]:
    """Return the names in ``{name}`` placeholders.

    Raises:
        ValueError: braces do not balance, or a placeholder is more than a plain name (an
            attribute, an index or a format would let a rule file reach into our objects).
    """
    names = set()
    for _, name, form, conversion in Formatter().parse(template):
        if name is None:
            continue
        if not name.isidentifier() or form or conversion:
            raise ValueError(f"only plain placeholders such as {{value}} are allowed, not {{{name}}}")
        names.add(name)
    return names


def fold(text: str) -> str:
    """Make widths equal: full-width ASCII to half width, odd spaces to blanks, invisibles out."""
    return text.translate(_FOLD)


def half_width(text: str) -> str:
    """Make widths equal and keep every character at its offset."""
    return text.translate(_WIDTH)


def squeeze(text: str) -> str:
    """Fold widths and drop every space: what a reader of the page would call the same words."""
    return "".join(text.translate(_FOLD).split())


def is_chinese(char: str) -> bool:
    """Tell whether a character is set without blanks: Chinese characters and their punctuation."""
    return (
        "\u2e80" <= char <= "\ufaff" or "\uff01" <= char <= "\uff60" or char >= "\U00020000" or char in _CHINESE_MARKS
    )


def is_page_number(text: str) -> bool:
    """Tell whether a whole line is a page number: ``- 3 -``, ``第 3 页 共 5 页``, ``3``; ``2024`` alone is a year."""
    return len(text) <= _LONGEST_PAGE_NUMBER and _PAGE_NUMBER.fullmatch(text) is not None


def kept_offsets(text: str) -> list[int]:
    """Return where each character of ``squeeze(text)`` stands in the text."""
    gone = {char for char in set(text) if not squeeze(char)}
    return [at for at, char in enumerate(text) if char not in gone]


class Numbering(Struct, frozen=True):
    """The number in front of a heading or a label.

    ``style`` is one of ``一、`` ``（一）`` ``(一)`` ``1.`` ``1、`` ``（1）`` ``第一部分`` ``①`` and
    keeps the width and the punctuation as written; ``ordinal`` counts from 1.
    """

    style: str
    ordinal: int
    end: int


def numbering(text: str) -> Numbering | None:
    """Return the number that a line begins with, or None."""
    found = _NUMBERING.match(text)
    if found is None:
        return None
    groups = found.groupdict()
    if groups["inner"]:
        sample = "一" if groups["inner"][0] in CHINESE_DIGITS else "1"
        style = f"{groups['open']}{sample}{groups['close']}"
        return Numbering(style, ordinal(groups["inner"]), found.end())
    if groups["chinese"]:
        return Numbering(f"一{groups['mark']}", ordinal(groups["chinese"]), found.end())
    if groups["part"]:
        return Numbering("第一部分", ordinal(groups["part"]), found.end())
    if groups["arabic"]:
        return Numbering(f"1{groups['point']}", int(groups["arabic"]), found.end())
    return Numbering("①", ord(groups["circled"]) - ord("①") + 1, found.end())


def numbered_oddly(text: str, words: str) -> bool:
    """Tell whether a line is these words (a label key) behind a number in a shape that headings do not have.

    ``一 总体情况``, ``一总体情况``, ``壹、总体情况``, ``Ⅰ、总体情况``, ``B. 总体情况``; not ``1.2 总体情况``,
    which is a point of a point.
    """
    key = label_key(text)
    if len(key) <= len(words) or not key.endswith(words) or _NUMERAL.fullmatch(key, 0, len(key) - len(words)) is None:
        return False
    return _POINT_OF_A_POINT.match(squeeze(text)) is None


def is_spaced_heading(text: str) -> bool:
    """Tell whether a line has a Chinese number, a blank and few words without a mark: ``一 总体情况``."""
    return _SPACED_NUMBER.fullmatch(text) is not None


def ordinal(numeral: str) -> int:
    """Read a heading's number: 一 to 九十九 or up to two digits."""
    if numeral.isdigit():
        return int(numeral)
    tens, ten, ones = numeral.rpartition("十")
    value = 10 * (CHINESE_DIGITS.index(tens[0]) + 1 if tens else 1) if ten else 0
    return value + (CHINESE_DIGITS.index(ones[-1]) + 1 if ones else 0)


def label_key(text: str) -> str:
    """Reduce a label or heading to what identifies it.

    Widths, spaces, punctuation and a leading number (``1.`` ``1、`` ``（一）`` ``一、``) are
    dropped: ``（七） 总 计`` and ``(七)总计`` both give ``总计``.
    """
    return _remembered_key(text) if len(text) <= LONGEST_REMEMBERED else _label_key(text)


def _label_key(text: str) -> str:
    stripped = squeeze(text)
    number = numbering(stripped)
    if number is not None and number.end < len(stripped):
        stripped = stripped[number.end :]
    return _PUNCTUATION.sub("", stripped)


_remembered_key = lru_cache(maxsize=4096)(_label_key)


def shorten(text: str, width: int = 24) -> str:
    """Quote the beginning of a text for a message, on one line."""
    line = _SPACES.sub(" ", text).strip()
    return line if len(line) <= width else line[: width - 1] + "…"
