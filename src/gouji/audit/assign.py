"""Which unit and year a file belongs to: as its title says, checked against its place and the register."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from msgspec import Struct

from gouji.audit.ledger import Card
from gouji.audit.register import Register, bare
from gouji.audit.result import Unit
from gouji.wording import Text, squeeze

_REGION_END = re.compile("[省市县区州盟旗]$")
_YEAR = re.compile(r"(?<![0-9])20[0-9]{2}(?![0-9])")
SHORTEST_NAME = 2  # characters of a name that is looked for in a path


class Filed(Struct, frozen=True):
    """A file of the run: its name, the key of its filing, what the filing says in short, and which setting it has."""

    path: str
    key: str
    card: Card
    setting: int = 0


class Doubt(Struct, frozen=True):
    """Why a file belongs to no unit and year, or something to know about where it belongs: rule and text."""

    rule: str
    text: Text


class Placement(Struct, frozen=True):
    """Where a file belongs: unit and year, or None with the doubts that say why."""

    filed: Filed
    unit: Unit | None
    year: int | None
    doubts: tuple[Doubt, ...] = ()
    claimed: Unit | None = None  # the unit or year that its place promises, though it is another's
    claimed_year: int | None = None

    @property
    def settled(self) -> bool:
        """Whether it belongs to a unit and a year."""
        return self.unit is not None and self.year is not None


class Names(Struct, frozen=True, dict=True):
    """The names of the register, to find units by."""

    register: Register

    @cached_property
    def _exact(self) -> dict[str, Unit]:
        return {bare(name): unit for unit in self.register.units for name in (unit.name, *unit.aliases)}

    @cached_property
    def _short(self) -> dict[str, list[Unit]]:
        """Names without those of the units above, as files are called after: 水利局 of 青禾县水利局."""
        found: dict[str, list[Unit]] = defaultdict(list)
        for name, unit in self._exact.items():
            for short in {name, *self._without_region(name, unit)}:
                if len(short) >= SHORTEST_NAME and unit not in found[short]:
                    found[short].append(unit)
        return found

    def _without_region(self, name: str, unit: Unit) -> Iterator[str]:
        for above in self.above(unit):
            prefix = bare(above.name)
            if name.startswith(prefix) and _REGION_END.search(prefix):
                yield name[len(prefix) :]

    @cached_property
    def _by_name(self) -> dict[str, Unit]:
        return {unit.name: unit for unit in self.register.units}

    @cached_property
    def _parents(self) -> frozenset[str]:
        return frozenset(unit.parent for unit in self.register.units)

    def above(self, unit: Unit) -> Iterator[Unit]:
        """Yield the units above a unit, the nearest first."""
        while (parent := self._by_name.get(unit.parent)) is not None:
            yield parent
            unit = parent

    def by_title(self, name: str) -> tuple[Unit, ...]:
        """Return the units that a title may mean: one by its very name, else those whose name ends alike.

        A name may be written with or without those of the places above it, and with nothing else.
        """
        wanted = bare(name)
        if wanted in self._exact:
            return (self._exact[wanted],)
        if len(wanted) < SHORTEST_NAME:
            return ()
        found: dict[str, Unit] = {}
        for known, unit in self._exact.items():
            longer, shorter = sorted((known, wanted), key=len, reverse=True)
            if longer.endswith(shorter) and _REGION_END.search(longer[: -len(shorter)]):
                found[unit.name] = unit
        if len(found) > 1:  # the longest name is the most precise
            longest = max(len(bare(unit.name)) for unit in found.values())
            found = {name: unit for name, unit in found.items() if len(bare(unit.name)) == longest}
        return tuple(found.values())

    def by_path(self, path: str) -> tuple[Unit, ...]:
        """Return the units that a file is named after, or else its folder: the longest name counts.

        A folder with the name of a unit that has others below it is a folder of all of them.
        """
        *folders, name = _parts(path) or [""]
        for part in (name, *reversed(folders)):
            units = self._named_in(squeeze(part))
            if part is not name:
                units = [unit for unit in units if unit.name not in self._parents]
            if units:
                return tuple(units)
        return ()

    def _named_in(self, text: str) -> list[Unit]:
        hits = [short for short in self._short if short in text]
        longest = [hit for hit in hits if not any(hit != other and hit in other for other in hits)]
        units = {unit.name: unit for short in longest for unit in self._short[short]}
        above = {one.name for unit in units.values() for one in self.above(unit)}
        return [unit for name, unit in units.items() if name not in above]


def assigned(files: Sequence[Filed], register: Register) -> tuple[Placement, ...]:
    """Tell where each file belongs, in the order of the files.

    What title and place say against each other is a doubt, and the file belongs to nobody until
    somebody has looked: neither is believed.
    """
    names = Names(register)
    own: dict[str, Unit] = {}
    offsets = _offsets(files)
    return tuple(_placed(filed, names, own, offsets) for filed in files)


def _placed(filed: Filed, names: Names, own: dict[str, Unit], offsets: dict[str, int]) -> Placement:
    card = filed.card
    if not card.judged:
        return _unjudged(filed, names)
    unit, claimed, doubts = _unit(filed, names, own)
    year_claimed, doubt = _year(filed, offsets)
    if doubt is not None:
        doubts.append(doubt)
    if any(doubt.rule in ("GJ603", "GJ604", "GJ606") for doubt in doubts):
        return Placement(filed, None, None, tuple(doubts), claimed or unit, year_claimed or card.year)
    return Placement(filed, unit, card.year, tuple(doubts))


def _unjudged(filed: Filed, names: Names) -> Placement:
    """Place a file that could not be judged where it is named for, so that its unit is not said to have nothing."""
    card = filed.card
    units = names.by_title(card.unit) or names.by_path(filed.path)
    years = [int(year) for part in reversed(_parts(filed.path)) for year in _YEAR.findall(part)]
    year = card.year or (years[0] if years else None)
    return Placement(filed, None, None, (), units[0] if len(units) == 1 else None, year)


def _unit(filed: Filed, names: Names, own: dict[str, Unit]) -> tuple[Unit | None, Unit | None, list[Doubt]]:
    """Return the unit, the unit that the place promises instead, and the doubts."""
    title = filed.card.unit
    said, placed = names.by_title(title), names.by_path(filed.path)
    promised = placed[0] if len(placed) == 1 else None
    if len(said) > 1:
        said = tuple(unit for unit in said if unit in placed) or said
    if not title:
        return promised, None, [] if promised else [_unknown()]
    if len(said) > 1:
        return None, None, [_ambiguous(title, said)]
    if placed and not (said and said[0] in placed):
        return None, promised, [_differs(title, placed)]
    if said:
        return said[0], None, []
    stranger = own.setdefault(bare(title), Unit(title, filed.card.kind))
    return stranger, None, [_unregistered(title)] if names.register.units else []


def _year(filed: Filed, offsets: dict[str, int]) -> tuple[int | None, Doubt | None]:
    """Return the year that the place promises, and the doubt where the report is on another.

    A folder may be named for the year of publication: most of its files tell.
    """
    year, parts = filed.card.year, _parts(filed.path)
    if year is None:
        return None, None
    for depth, part in reversed(list(enumerate(parts))):
        found = {int(y) for y in _YEAR.findall(part)}
        if not found:
            continue
        if year in found:
            return None, None
        promised = min(found)
        if depth < len(parts) - 1 and promised - year == offsets.get("/".join(parts[: depth + 1]), 0):
            return None, None
        text = Text(
            f"标题是 {year} 年的报告，文件的位置是 {promised} 年",
            f"the title is on {year}, the file's place says {promised}",
        )
        return promised, Doubt("GJ604", text)
    return None, None


def _offsets(files: Iterable[Filed]) -> dict[str, int]:
    """Return by how many years the name of each folder is ahead of most reports in it: 0, or 1 for years of publication."""
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    for filed in files:
        parts = _parts(filed.path)
        for depth, part in enumerate(parts[:-1]):
            years = _YEAR.findall(part)
            if len(years) == 1 and filed.card.year and filed.card.judged:
                counts["/".join(parts[: depth + 1])][int(years[0]) - filed.card.year] += 1
    return {folder: 1 if count[1] > count[0] else 0 for folder, count in counts.items()}


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in ("", ".", "..")]


def _differs(title: str, placed: Sequence[Unit]) -> Doubt:
    named = "、".join(unit.name for unit in placed)
    return Doubt(
        "GJ603", Text(f"标题是“{title}”，文件的位置是“{named}”", f"the title says {title}, the file's place {named}")
    )


def _unregistered(title: str) -> Doubt:
    return Doubt("GJ605", Text(f"标题里的单位“{title}”不在名册里", f"the title's unit {title} is not in the register"))


def _ambiguous(title: str, units: Sequence[Unit]) -> Doubt:
    named = "、".join(unit.name for unit in units)
    return Doubt("GJ606", Text(f"标题里的“{title}”可能是：{named}", f"the title's {title} may be any of: {named}"))


def _unknown() -> Doubt:
    return Doubt("GJ606", Text("标题没有写单位，文件名也看不出来", "the title names no unit, nor does the file's name"))
