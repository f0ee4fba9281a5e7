"""What a pack declares of a report's text: its title, its sections, and the phrases to find in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import ClassVar, Literal

import re2
from msgspec import Struct

from gouji.errors import DeclarationError
from gouji.wording import Text

FieldType = Literal["text", "year", "period", "date", "phone", "postcode", "email"]

LEAD, TAIL, DOCUMENT = "lead", "tail", "document"
OWN_SCOPES = (LEAD, TAIL, DOCUMENT)

LONGEST_PATTERN = 4_000  # characters; the longest of the national pack has 700


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> "re2._Regexp[str]":
    """Compile a pattern of a pack; ``^`` and ``$`` match at paragraph borders.

    RE2 has no look-around and no back-references, and its time is linear in the text: a pattern
    cannot hang a run.

    Raises:
        DeclarationError: the pattern is too long, or not valid for RE2, or needs too much memory.
    """
    if len(pattern) > LONGEST_PATTERN:
        text = Text(f"模式最多 {LONGEST_PATTERN} 个字符", f"a pattern has at most {LONGEST_PATTERN} characters")
        raise DeclarationError("patterns", text)
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 8 << 20
    try:
        return re2.compile(f"(?m){pattern}", options=options)
    except re2.error as error:
        reason = error.args[0]
        reason = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise DeclarationError(
            "patterns", Text(f"不是有效的模式：{reason}", f"not a valid pattern: {reason}")
        ) from None


def refuse_bad_patterns(key: str, patterns: Iterable[tuple[str | int, str]]) -> None:
    """Compile the patterns that a key holds, each with its index or name there.

    Raises:
        DeclarationError: the first that is not valid, with the way to it.
    """
    for inside, pattern in patterns:
        try:
            compiled(pattern)
        except DeclarationError as error:
            raise DeclarationError(key, error.text, (inside,)) from None


class Pattern(Struct, frozen=True):
    """A pattern ready to match, and the number of the group that is its value (0: the whole match)."""

    matcher: "re2._Regexp[str]"
    group: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Title:
    """How the report's title is written.

    Attributes:
        patterns: matched against a whole line; groups ``unit`` and ``year`` are taken from it.
        unit_kinds: kind of unit -> pattern searched in the unit's name; the first match counts.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    patterns: tuple[str, ...]
    unit_kinds: dict[str, str]

    def __post_init__(self) -> None:
        """Refuse bad patterns when the pack loads."""
        refuse_bad_patterns("patterns", enumerate(self.patterns))
        refuse_bad_patterns("unit_kinds", self.unit_kinds.items())

    @cached_property
    def compiled(self) -> tuple["re2._Regexp[str]", ...]:
        """The patterns, ready to match."""
        return tuple(map(compiled, self.patterns))

    def kind_of(self, unit: str) -> str:
        """Return the kind of a unit by its name, or an empty text."""
        return next((kind for kind, pattern in self.unit_kinds.items() if compiled(pattern).search(unit)), "")


@dataclass(frozen=True, kw_only=True, eq=False)
class DeclaredSection:
    """A section of the prescribed format.

    Attributes:
        key: its name in rules.
        number: its ordinal (一 is 1).
        title: the official title, without the number.
        accept: titles that practice uses and nobody objects to.
        flag: titles that are understood but not proper.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    key: str
    number: int
    title: str
    accept: tuple[str, ...] = ()
    flag: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class DeclaredField:
    """A phrase to find in the text.

    Patterns are matched against text whose widths are folded and whose spaces are gone, so they are
    written in half width and without blanks.

    Attributes:
        key: its name in rules.
        name: what messages call it.
        type: how the words found are read.
        scope: where to look: keys of sections, ``lead`` (before the first section), ``tail`` (the
            last paragraphs) or ``document``.
        patterns: the words; the group ``value``, or else the whole match, is taken.
        context: the sentence must hold one of these words; empty for no condition.
        without: the sentence must hold none of these.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    key: str
    name: Text
    type: FieldType = "text"
    scope: tuple[str, ...] = (DOCUMENT,)
    patterns: tuple[str, ...]
    context: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse bad patterns when the pack loads."""
        refuse_bad_patterns("patterns", enumerate(self.patterns))

    @cached_property
    def compiled(self) -> tuple[Pattern, ...]:
        """The patterns, ready to match."""
        return tuple(Pattern(found, found.groupindex.get("value", 0)) for found in map(compiled, self.patterns))
