"""Text of documents made harmless for a terminal: nothing in it may act, all of it stays visible."""

import re

# C0 and C1 controls, bidirectional overrides, zero-width marks, lone surrogates, noncharacters
_ACTIVE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)


def visible(text: str) -> str:
    r"""Show control characters as escapes (``\x1b``, ``\u202e``) and put everything on one line."""
    return _ACTIVE.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    if found[0] in "\n\r\t":
        return " "
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"  # noqa: PLR2004 - one byte
