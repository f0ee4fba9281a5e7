"""Who is who in the county of ``examples/county``, and what their sentences are made of.

Read from ``county_words.toml``. Which sentence a unit uses comes from a digest of its name and the
year, so that two runs write the same.
"""

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct, field

from tests.documents import county_roles as role

T = TypeVar("T")

YEARS = FIRST, LAST = 2023, 2024

Pairs = list[tuple[str, str]]


class Unit(Struct, frozen=True):
    """A unit as the words describe it; ``former`` is what it was called in the first year."""

    name: str
    short: str
    kind: str
    office: str
    street: str
    mail: str
    topics: list[str]
    problems: dict[int, Pairs]
    we: str = ""
    aliases: list[str] = field(default_factory=list)
    own: dict[int, str] = field(default_factory=dict)
    overview: dict[int, list[list[str]]] = field(default_factory=dict)
    former: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Fill in how it speaks of itself."""
        if not self.we:
            msgspec.structs.force_setattr(self, "we", f"我{self.short[-1]}")

    def at(self, year: int) -> "Unit":
        """Return the unit as it was called in a year."""
        return msgspec.structs.replace(self, **self.former) if self.former and year == FIRST else self


class Words(Struct, frozen=True):
    """All of ``county_words.toml``."""

    lead: dict[str, list[str]]
    headings: dict[str, list[str]]
    disclosure: dict[str, list[str]]
    requests: dict[str, list[str]]
    management: dict[str, list[str]]
    platform: dict[str, list[str]]
    supervision: dict[str, list[str]]
    other: dict[str, list[str]]
    unit: list[Unit]


WORDS = msgspec.toml.decode(Path(__file__).with_name("county_words.toml").read_bytes(), type=Words)
UNITS = {unit.short: unit for unit in WORDS.unit}
WHOLE, *PARTS = WORDS.unit
NUMBERS = {unit.mail: number for number, unit in enumerate(WORDS.unit)}
COUNTED = [unit.short for unit in PARTS if unit.short != role.EXCLUDED]


def chance(below: int, *key: object) -> int:
    """Return a number from 0 that the key decides."""
    digest = blake2b("/".join(map(str, key)).encode(), digest_size=8).digest()
    return int.from_bytes(digest) % below


def shuffled(items: Sequence[T], *key: object) -> list[T]:
    """Return the items in an order that the key decides."""
    return [item for _, item in sorted(enumerate(items), key=lambda pair: chance(1 << 60, *key, pair[0]))]


def drawn(pool: Sequence[str], count: int, unit: Unit, year: int, salt: str) -> list[str]:
    """Draw sentences of a pool; what a unit draws for one year it does not draw for the other."""
    order = shuffled(pool, unit.mail, salt)
    start = (year - FIRST) * count
    return [order[(start + at) % len(order)] for at in range(count)]
