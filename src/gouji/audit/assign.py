"""Which unit and year a file belongs to: as its title says, checked against its place and the register."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct

from gouji.audit.ledger import Card
from gouji.audit.naming import Names
from gouji.audit.register import Register, bare
from gouji.audit.result import Unit
from gouji.wording import Text, fold

# a year that is reported on: 2024年年报, not the beginning of a day (2025-01-20, 2025年1月), of a document's number
# (〔2025〕3号) or of what says when it was handed in (2025年报送)
_YEAR = re.compile(
    r"(?<![0-9])20[0-9]{2}(?![0-9]|年[0-9]{1,2}月|[-_./](?:0[1-9]|1[0-2])(?![0-9])|[-_./][0-9]{1,2}[-_./][0-9]{1,2}(?![0-9])"
    r"|[\]〕)]\s*第?[0-9]+号|年(?:报送(?!审)|上报|发布|公布|公示|印发))"
)
_FINAL = re.compile("定稿|终稿|最终|盖章|正式|(?:更正|修订|修正|修改|更新)(?![前稿])")
_DRAFT = re.compile(
    r"初稿|草稿|草案|征求意见|送审|审议稿|讨论稿|修改稿|副本|备份|作废|废止|旧版|旧稿|\(旧\)|[-_—]\s*旧|旧\s*(?:\.[^.]*)?$"
    r"|\([0-9]{1,2}\)\s*(?:\.[^.]*)?$|\b(?:copy|draft|old|bak)\b",
    re.IGNORECASE,
)
FEW = 3  # reports of a folder that tell less about it than all folders do
MOST = 2 / 3  # of the reports follow a convention, or there is none


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
    titled: Unit | None = None  # the unit that its title names, though its place promises another unit or year


def assigned(files: Sequence[Filed], register: Register, day: date) -> tuple[Placement, ...]:
    """Tell where each file belongs on the day of an audit, in the order of the files.

    What title and place say against each other is a doubt, and the file belongs to nobody until
    somebody has looked: neither is believed.
    """
    names = Names(register.units)
    strangers, folders = _strangers(files, names), _Folders(files, names, day)
    return tuple(_placed(filed, names, strangers, folders) for filed in files)


def precedence(path: str) -> int:
    """Return what comes first of several reports of a unit on a year: -1 called final, 0, 1 called a draft or a copy."""
    said = fold(path)
    return 1 if _DRAFT.search(said) else -1 if _FINAL.search(said) else 0


def _placed(filed: Filed, names: Names, strangers: dict[str, Unit], folders: "_Folders") -> Placement:
    card = filed.card
    if not card.judged:
        return _unjudged(filed, names, folders)
    unit, claimed, doubts = _unit(filed, names, strangers, folders)
    promised = folders.year(filed.path, card.year)
    if promised is not None and promised != card.year:
        text = Text(
            f"标题是 {card.year} 年的报告，文件的位置是 {promised} 年",
            f"the title is on {card.year}, the file's place says {promised}",
        )
        doubts.append(Doubt("GJ604", text))
    if any(doubt.rule in ("GJ603", "GJ604", "GJ606") for doubt in doubts):
        said = _meant(card.unit, names)
        titled = unit or (said[0] if len(said) == 1 else None)
        return Placement(filed, None, None, tuple(doubts), claimed or unit, promised or card.year, titled)
    return Placement(filed, unit, card.year, tuple(doubts))


def _unjudged(filed: Filed, names: Names, folders: "_Folders") -> Placement:
    """Place a file that could not be judged where it is named for, so that its unit is not said to have nothing."""
    card = filed.card
    units = _meant(card.unit, names) or folders.units(filed.path) or folders.units(filed.path, short=True)
    year = card.year or folders.year(filed.path, None)
    return Placement(filed, None, None, (), units[0] if len(units) == 1 else None, year)


def _unit(
    filed: Filed, names: Names, strangers: dict[str, Unit], folders: "_Folders"
) -> tuple[Unit | None, Unit | None, list[Doubt]]:
    """Return the unit, the unit that the place promises instead, and the doubts."""
    title = filed.card.unit
    said, placed = _meant(title, names), folders.units(filed.path)
    promised = placed[0] if len(placed) == 1 else None
    if not title:
        short = () if placed else folders.units(filed.path, short=True)
        claimed = short[0] if len(short) == 1 else None
        return promised, claimed, [] if promised else [_unknown()]
    if len(said) > 1:
        said = tuple(unit for unit in said if unit in placed) or said
    if len(said) > 1:
        return None, None, [_ambiguous(title, said)]
    if placed and not (said and said[0] in placed) and not any(names.is_part_of(unit, title) for unit in placed):
        return None, promised, [_differs(title, placed)]
    if said:
        return said[0], None, [] if names.by_title(title) else [_shortened(title, said[0])]
    return strangers[bare(title)], None, [_unregistered(title)] if names.units else []


def _meant(title: str, names: Names) -> tuple[Unit, ...]:
    return names.by_title(title) or names.without_addition(title)


def _strangers(files: Iterable[Filed], names: Names) -> dict[str, Unit]:
    """Return the units of titles that the register does not have, by bare title.

    A name with and without places is one unit, unless both report on one year.
    """
    found: dict[str, Unit] = {}
    years: dict[str, set[int | None]] = defaultdict(set)
    for card in (filed.card for filed in files):
        if card.judged and card.unit and not _meant(card.unit, names):
            found.setdefault(bare(card.unit), Unit(card.unit, card.kind))
            years[bare(card.unit)].add(card.year)
    own = Names(tuple(found.values()))
    for name in sorted(found, key=lambda name: (-len(name), name)):
        longer = own.longer(name)
        if len(longer) == 1 and not years[name] & years[other := bare(longer[0].name)]:
            found[name] = found[other]
            years[other] |= years[name]
    return found


class _Folders:
    """What the names of files and folders promise, seen what is in them."""

    def __init__(self, files: Sequence[Filed], names: Names, day: date) -> None:
        self._names, self._day = names, day
        self._named: dict[str, tuple[Unit, ...]] = {}
        self._reports: dict[str, Counter[str]] = defaultdict(Counter)  # folder -> unit -> reports
        self._ahead: dict[str, Counter[int]] = defaultdict(Counter)  # folder or the files in it -> years ahead
        for filed in files:
            if filed.card.judged:
                self._look(filed)
        self._all = {kind: Counter[int]() for kind in (True, False)}
        for name, count in self._ahead.items():
            self._all[_is_of_files(name)].update(count)

    def _look(self, filed: Filed) -> None:
        said = _meant(filed.card.unit, self._names)
        for name, part in _parts(filed.path):
            if len(said) == 1 and not _is_of_files(name):
                self._reports[name][said[0].name] += 1
            years = _years(part)
            if len(years) == 1 and filed.card.year:
                self._ahead[name][years[0] - filed.card.year] += 1

    def units(self, path: str, *, short: bool = False) -> tuple[Unit, ...]:
        """Return the units that a file is named after, or else its nearest folder that is named after any.

        A folder of a unit that has others below it is one of all of them, and so is one that holds
        the reports of others. ``short`` also takes what is no name of the register: 发改局.
        """
        for name, part in _parts(path):
            units = self._names.abbreviated_in(part) if short else self._units_named(part)
            if not _is_of_files(name):
                units = tuple(unit for unit in units if not self._is_of_many(name, unit))
            if units:
                return units
        return ()

    def year(self, path: str, year: int | None) -> int | None:
        """Return the year that a place promises to be reported on; ``year`` itself where the place allows it.

        A place may be named for the year of publication: most of what is there tells, and a year
        that is not over has no report yet.
        """
        for name, part in _parts(path):
            years = _years(part)
            if not years:
                continue
            if year is not None and years[0] <= year <= years[-1]:
                return year
            if len(years) == 1 and (ahead := self._convention(name)) is not None:
                return years[0] - (1 if years[0] >= self._day.year else ahead)
            if len(years) > 1 and _is_of_files(name):
                return years[0]  # the other one is that of publication
        return None

    def _units_named(self, part: str) -> tuple[Unit, ...]:
        if part not in self._named:
            self._named[part] = self._names.named_in(part)
        return self._named[part]

    def _is_of_many(self, folder: str, unit: Unit) -> bool:
        counts = self._reports[folder]
        own = counts[unit.name]
        several = len(counts) - (own > 0) > 1
        return self._names.has_units_below(unit) or (several and counts.total() - own > own)

    def _convention(self, name: str) -> int | None:
        """Return by how many years names are ahead of reports: 0, or 1 for years of publication; None for no rule."""
        counts = self._ahead.get(name, Counter[int]())
        if counts.total() < FEW:
            counts = self._all[_is_of_files(name)]
        ahead = 1 if counts[1] > counts[0] else 0
        return ahead if counts[ahead] >= MOST * counts.total() else None


def _parts(path: str) -> list[tuple[str, str]]:
    """Return the file's name and those of its folders, the nearest first, behind what each is a name of."""
    *folders, name = [part for part in path.split("/") if part not in ("", ".", "..")]
    above = [("/".join(folders[: depth + 1]), part) for depth, part in enumerate(folders)]
    return [("/".join(folders) + "/", name), *reversed(above)]


def _is_of_files(name: str) -> bool:
    return name.endswith("/")


def _years(part: str) -> list[int]:
    return sorted({int(year) for year in _YEAR.findall(fold(part))})


def _differs(title: str, placed: Sequence[Unit]) -> Doubt:
    named = "、".join(unit.name for unit in placed)
    return Doubt(
        "GJ603", Text(f"标题是“{title}”，文件的位置是“{named}”", f"the title says {title}, the file's place {named}")
    )


def _unregistered(title: str) -> Doubt:
    return Doubt("GJ605", Text(f"标题里的单位“{title}”不在名册里", f"the title's unit {title} is not in the register"))


def _shortened(title: str, unit: Unit) -> Doubt:
    text = Text(
        f"标题里的单位“{title}”不在名册里，按“{unit.name}”核对",
        f"the title's unit {title} is not in the register and was taken for {unit.name}",
    )
    return Doubt("GJ605", text)


def _ambiguous(title: str, units: Sequence[Unit]) -> Doubt:
    named = "、".join(unit.name for unit in units)
    return Doubt("GJ606", Text(f"标题里的“{title}”可能是：{named}", f"the title's {title} may be any of: {named}"))


def _unknown() -> Doubt:
    return Doubt("GJ606", Text("标题没有写单位，文件名也看不出来", "the title names no unit, nor does the file's name"))
