"""What units are called: in full, in short, with and without the places that they are in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from gouji.audit.register import bare, comparable
from gouji.audit.result import Unit
from gouji.wording import squeeze

SHORTEST_NAME = 2  # characters

_REGION = "省市县区州盟旗"
_PLACE = re.compile(rf"(?:(?![{_REGION}])[\u4e00-\u9fff])+[{_REGION}]+$")  # the last of several: 青禾县 of 四川省青禾县
_BODY = "镇|乡|街道|村|社区|局|厅|委|委员会|办公室|政府办|管委会|中心|队|所|站|院|校|处|会|公司"
_BOUND = r"政府|办事处|政务|信息|年|的|关于|[^\u4e00-\u9fff]|$"
_CONTINUED = re.compile(rf"(?!办事处)[\u4e00-\u9fff]{{0,12}}?(?:{_BODY})(?={_BOUND})")
_ADDITION = re.compile(r"(?<=..)\([^()]*\)$")
_RUN = re.compile(r"[\u4e00-\u9fff]*$")
# what may stand in front of a name without being a part of it
_LEAD = re.compile("^.*(?:年度?|月|日|附件|关于|报送|的)")
_WORDS = re.compile(r"[^\u4e00-\u9fff]+|政府信息公开|政务公开|信息公开|工作|年度|年报|报告|年|关于|的")
_NOBODY: Mapping[str, Unit] = {}


class Names(Struct, frozen=True, dict=True):
    """Units by what they are called. A look-up takes the same time however many units there are."""

    units: tuple[Unit, ...]

    @cached_property
    def _whole(self) -> dict[str, Unit]:
        """Names as the register has them."""
        found: dict[str, Unit] = {}
        for unit in self.units:
            for name in _names(unit):
                found.setdefault(name, unit)
        return found

    @cached_property
    def _ends(self) -> dict[str, dict[str, Unit]]:
        """What names leave without the places in front, 水利局 of 青禾县水利局 and of 县水利局 -> units by name."""
        found: dict[str, dict[str, Unit]] = {}
        for name, unit in self._whole.items():
            for at in _cuts(name):
                found.setdefault(name[at:], {})[unit.name] = unit
        return found

    @cached_property
    def _plain(self) -> dict[str, dict[str, Unit]]:
        """The same of names with an addition, without it: 水利局 of 青禾县水利局(河长办)."""
        found: dict[str, dict[str, Unit]] = {}
        for name, unit in self._whole.items():
            plain = _ADDITION.sub("", name)
            for at in (0, *_cuts(plain)) if plain != name else ():
                found.setdefault(plain[at:], {})[unit.name] = unit
        return found

    def _called(self, name: str) -> Mapping[str, Unit]:
        whole, ends = self._whole.get(name), self._ends.get(name, _NOBODY)
        return ends if whole is None else {whole.name: whole, **ends}

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._whole), default=0)

    @cached_property
    def _by_name(self) -> dict[str, Unit]:
        return {unit.name: unit for unit in self.units}

    @cached_property
    def _parents(self) -> frozenset[str]:
        return frozenset(unit.parent for unit in self.units)

    def above(self, unit: Unit) -> Iterator[Unit]:
        """Yield the units above a unit, the nearest first."""
        while (parent := self._by_name.get(unit.parent)) is not None:
            yield parent
            unit = parent

    def has_units_below(self, unit: Unit) -> bool:
        """Tell whether a unit has others below it."""
        return unit.name in self._parents

    # --- places -------------------------------------------------------------------------------

    def _fits(self, unit: Unit, places: str) -> bool:
        """Tell whether a unit may be where a text puts it: the last place is its own, or nobody knows its place."""
        known = self._places(unit) or self._all_places
        if places in _REGION:  # 县水利局
            return not known or any(place.endswith(places) for place in known)
        found = _PLACE.search(places)
        return found is not None and (not known or found[0] in known)

    def _places(self, unit: Unit) -> set[str]:
        """Return the places that a unit is in: of its names, of its region, and the nearest unit above it."""
        fronts = [name[:at] for name in _names(unit) for at in _cuts(name)]
        nearest = next((name for above in self.above(unit) if _PLACE.search(name := bare(above.name))), "")
        found = (_PLACE.search(text) for text in (*fronts, squeeze(unit.region), nearest))
        return {place[0] for place in found if place}

    @cached_property
    def _all_places(self) -> set[str]:
        found = (_PLACE.search(text) for unit in self.units for text in (bare(unit.name), squeeze(unit.region)))
        return {place[0] for place in found if place}

    # --- titles -------------------------------------------------------------------------------

    def by_title(self, title: str) -> tuple[Unit, ...]:
        """Return the units that a title may mean.

        That is the one of this very name; or those whose name has more places in front; or those whose name
        has fewer, where the place that the title adds is theirs; or those whose name has an addition in brackets.
        """
        wanted = bare(title)
        return self._titled(wanted) or tuple(self._plain.get(wanted, _NOBODY).values())

    def without_addition(self, title: str) -> tuple[Unit, ...]:
        """Return the units that a title may mean if what it has in brackets at its end is left out."""
        plain = _ADDITION.sub("", squeeze(title))
        return self._titled(bare(plain)) if plain != squeeze(title) else ()

    def _titled(self, wanted: str) -> tuple[Unit, ...]:
        if wanted in self._whole:
            return (self._whole[wanted],)
        if wanted in self._ends:
            return self.longer(wanted)
        for at in _cuts(wanted):
            units = [unit for unit in self._called(wanted[at:]).values() if self._fits(unit, wanted[:at])]
            if units:
                return tuple(units)
        return ()

    def longer(self, name: str) -> tuple[Unit, ...]:
        """Return the units whose name has more places in front."""
        return tuple(self._ends.get(bare(name), {}).values())

    def is_part_of(self, unit: Unit, title: str) -> bool:
        """Tell whether a title holds what a unit is called, as that of a unit within it does."""
        wanted = bare(title)
        return any(name[at:] in wanted for name in _names(unit) for at in (0, *_cuts(name)))

    # --- names of files and folders -------------------------------------------------------------

    def named_in(self, text: str) -> tuple[Unit, ...]:
        """Return the units that a name is made of, without those above them.

        A name that is only a part of another one is none: 公安局 of 森林公安局, 青禾县 of 青禾县大湾乡.
        """
        text = comparable(text)
        units: dict[str, Unit] = {}
        for start in range(len(text)):
            for end in range(start + SHORTEST_NAME, min(len(text), start + self._longest) + 1):
                name = text[start:end]
                for unit in (self._called(name) or self._plain.get(name, _NOBODY)).values():
                    if unit.name not in units and self._stands_alone(unit, text, start, end):
                        units[unit.name] = unit
        above = {one.name for unit in units.values() for one in self.above(unit)}
        return tuple(unit for name, unit in units.items() if name not in above)

    def _stands_alone(self, unit: Unit, text: str, start: int, end: int) -> bool:
        if _CONTINUED.match(text, end):
            return False
        run = _RUN.search(text, 0, start)
        front = _LEAD.sub("", run[0]) if run else ""
        return not front or self._fits(unit, front)

    def abbreviated_in(self, text: str) -> tuple[Unit, ...]:
        """Return the units that a name seems to stand for in short: 发改局 for 发展和改革局."""
        found: dict[str, Unit] = {}
        for word in _WORDS.split(comparable(text)):
            for at in (0, *_cuts(word)):
                short = word[at:]
                if len(short) <= SHORTEST_NAME:
                    continue
                for name, unit in self._by_ends.get((short[0], short[-1]), ()):
                    if _within(short, name) and (not at or self._fits(unit, word[:at])):
                        found[unit.name] = unit
        return tuple(found.values())

    @cached_property
    def _by_ends(self) -> dict[tuple[str, str], list[tuple[str, Unit]]]:
        found: dict[tuple[str, str], list[tuple[str, Unit]]] = {}
        for name, unit in self._whole.items():
            for at in (0, *_cuts(name)):
                short = name[at:]
                found.setdefault((short[0], short[-1]), []).append((short, unit))
        return found


def _names(unit: Unit) -> list[str]:
    return [name for name in map(bare, (unit.name, *unit.aliases)) if len(name) >= SHORTEST_NAME]


def _cuts(name: str) -> Sequence[int]:
    """Return where the places in front of a name may end."""
    return [at for at in range(1, len(name) - SHORTEST_NAME + 1) if name[at - 1] in _REGION]


def _within(short: str, name: str) -> bool:
    """Tell whether a word leaves out characters of a name and changes nothing else."""
    characters = iter(name)
    return all(char in characters for char in short)
