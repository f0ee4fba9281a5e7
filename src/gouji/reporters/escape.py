"""Text of documents made harmless for terminals and spreadsheets: nothing in it may act, all of it stays visible."""

import unicodedata

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\0")


def visible(text: str) -> str:
    r"""Show what does not print as escapes (``\x1b``, ``\u202e``) and put everything on one line.

    Controls, bidirectional overrides, zero-width marks, lone surrogates and unassigned characters
    are escaped; line ends and every kind of blank become a blank.
    """
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(char: str) -> str:
    if char.isprintable():
        return char
    if char in "\n\r\t" or unicodedata.category(char) in ("Zs", "Zl", "Zp"):
        return "\u3000" if char == "\u3000" else " "
    code = ord(char)
    if code < 0x100:  # noqa: PLR2004 - one byte
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004


def inert(text: str) -> str:
    """Keep a cell of a CSV file from acting: an apostrophe in front of what a spreadsheet would take for a formula."""
    acts = text.startswith(("\t", "\r", "\n")) or text.lstrip().startswith(_FORMULA)
    return f"'{text}" if acts else text
