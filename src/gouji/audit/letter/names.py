"""File names for units, which every file system takes and tells apart."""

import re
import unicodedata
from collections.abc import Iterable

from gouji.reporters.escape import visible

LONGEST = 80  # bytes of UTF-8, without the ending
NAMELESS = "未命名单位"

_UNSAFE = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\..*)?", re.IGNORECASE | re.DOTALL)


def file_names(units: Iterable[str]) -> tuple[str, ...]:
    """Return a name for each unit, without an ending; the same units in the same order get the same names.

    No name has separators, controls or a dot or blank at an end, is reserved on Windows, looks like
    an option, or is longer than ``LONGEST``. Names that differ in case only, which many file systems
    take for one, are told apart by a number.
    """
    taken: set[str] = set()
    names = []
    for unit in units:
        plain = _plain(unit)
        name, number = _cut(plain, LONGEST), 1
        while (key := unicodedata.normalize("NFC", name.casefold())) in taken:
            number += 1
            ending = f"-{number}"
            name = _cut(plain, LONGEST - len(ending)) + ending
        taken.add(key)
        names.append(name)
    return tuple(names)


def _plain(unit: str) -> str:
    shown = unicodedata.normalize("NFC", visible(unit))
    name = _UNSAFE.sub("_", shown).strip(" .\u3000")
    if name.startswith(("-", "~")) or _RESERVED.fullmatch(name):
        name = "_" + name
    return name or NAMELESS


def _cut(name: str, most: int) -> str:
    return name.encode()[:most].decode("utf-8", "ignore").rstrip(" .\u3000")
