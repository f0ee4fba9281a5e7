"""The numbers of the county of ``examples/county``: what happened in both years, and what is said of it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache

from msgspec import Struct

from gouji.engine import Options, read_with
from gouji.pack_store import load_pack, shipped_packs
from gouji.readers import markdown
from tests.documents import county_roles as role
from tests.documents.county_units import COUNTED, FIRST, LAST, UNITS, WHOLE, YEARS, Unit, chance
from tests.documents.make_docx import SPECIMEN

LOST = 2  # requests carried over to 2024 that one unit does not own up to
DROPPED = 3  # normative documents that vanish from those in force
SHORT_OF = 14  # penalties by which the county's number of 2024 stays below its units'
JUMP = 9487

Number = int | Decimal
Figures = dict[str, Number]  # by the names that gouji gives the cells of the forms


class Size(Struct, frozen=True):
    """How much a unit has to do in a year, roughly."""

    requests: int = 0
    licences: int = 0
    penalties: int = 0
    coercion: int = 0
    fees: str = "0"
    in_force: int = 3


SIZES = {
    "县政府办公室": Size(16, in_force=6),
    "发改局": Size(7, 118, 2),
    "教体局": Size(9, 36, 3, 0, "86.40", 9),
    "民政局": Size(6, 74, 1, in_force=4),
    "司法局": Size(12, 21),
    "财政局": Size(5, 18, 2, in_force=5),
    "人社局": Size(12, 92, 17, 0, "12.60", 4),
    "自然资源局": Size(27, 468, 37, 4, "73.25", 6),
    "住建局": Size(21, 552, 44, 3, "45.18", 5),
    "交通运输局": Size(11, 413, 118, 11),
    "水利局": Size(6, 47, 12, 1, "31.07", 9),
    "农业农村局": Size(10, 226, 31, 5, in_force=5),
    "文旅局": Size(4, 63, 15),
    "卫健局": Size(8, 505, 66, 2, "8.90", 4),
    "应急管理局": Size(5, 138, 52, 6),
    "市场监管局": Size(14, 642, 126, 9, "22.74", 5),
    "审计局": Size(2, in_force=1),
    "医保局": Size(4, 0, 23),
    "经信商务局": Size(3, 14, 1),
    "气象局": Size(2, 27, 1, in_force=1),
}
COLUMNS = ("natural", "company", "research", "ngo", "legal", "other")
# What becomes of requests: rows of 表三, the frequent ones several times.
OUTCOMES = (
    *("granted",) * 8, *("partial",) * 2, *("unavailable.not_held",) * 4, *("declined.petition",) * 2,
    "denied.third_party", "denied.internal", "denied.deliberative", "denied.inquiry", "denied.enforcement",
    "unavailable.not_existing", "unavailable.unclear", "declined.repeated", "declined.confirmation",
    "closed.unamended", "closed.other",
)  # fmt: skip
GROUPS = {
    "granted": "予以公开", "partial": "部分公开", "denied": "不予公开", "unavailable": "无法提供",
    "declined": "不予处理", "closed": "其他处理",
}  # fmt: skip
LITIGATION = ("review", "direct_suit", "suit_after_review")
ENDINGS = ("upheld", "corrected", "other", "pending")
DECISIONS = ("licensing", "penalties", "coercion")


@cache
def keys() -> tuple[str, ...]:
    """Return the names of the cells of the three forms, in the order of the page."""
    read = markdown.read(SPECIMEN.read_bytes(), SPECIMEN.name)
    pack = load_pack(shipped_packs()[-1])
    return tuple(read_with(read, [pack], Options(check_date=date(2025, 4, 1)))[1].facts)


def size_of(unit: Unit) -> Size:
    """Return what a unit has to do; townships do not differ much."""
    if unit.kind == "部门":
        return SIZES[unit.short]
    name = unit.short
    return Size(
        1 + chance(6, name, "requests"), 8 + chance(50, name, "licences"), 1 + chance(12, name, "penalties"),
        chance(3, name, "coercion"), in_force=2 + chance(4, name, "in force"),
    )  # fmt: skip


def about(much: int, *key: object) -> int:
    """Return a number near another one: a tenth more or less of many, a third of few; none stays none."""
    spread = much // 10 if much > 50 else much // 3 + bool(much)
    return much - spread + chance(2 * spread + 1, *key)


@cache
def history(short: str) -> dict[int, Figures]:
    """Return what really happened in both years; see ``reported`` for what the unit says."""
    size = size_of(UNITS[short])
    years: dict[int, Figures] = {}
    waiting = {column: chance(size.requests // 6 + 1, short, column) for column in COLUMNS[:2]}
    waiting = dict.fromkeys(COLUMNS, 0) | waiting
    in_force = size.in_force
    for year in YEARS:
        figures: Figures = dict.fromkeys(keys(), 0)
        key = (short, year)
        waiting = _applications(figures, size, waiting, key)
        for form in DECISIONS:
            much = {"licensing": size.licences, "penalties": size.penalties, "coercion": size.coercion}[form]
            figures[f"disclosure.{form}.decisions"] = about(much, *key, form)
        fees = Decimal(size.fees)
        figures["disclosure.fees.amount"] = fees + Decimal(chance(400, *key, "fees")) / 100 if fees else fees
        issued, repealed = chance(3, *key, "issued"), min(chance(2, *key, "repealed"), in_force)
        in_force += issued - repealed
        figures |= {
            "disclosure.normative.issued": issued,
            "disclosure.normative.repealed": repealed,
            "disclosure.normative.in_force": in_force,
        }
        _litigation(figures, size, key)
        _total(figures)
        years[year] = figures
    return years


def _applications(figures: Figures, size: Size, waiting: Mapping[str, int], key: tuple[str, int]) -> dict[str, int]:
    """Fill in 表三 without its totals, and return what is left for the year after."""
    new = dict.fromkeys(COLUMNS, 0)
    for one in range(about(size.requests, *key, "requests")):
        of_twenty = chance(20, *key, one, "column")
        rare = COLUMNS[2 + chance(4, *key, one)]
        new["natural" if of_twenty < 13 else "company" if of_twenty < 18 else rare] += 1
    left = {column: chance(count // 3 + 1, *key, column, "left") for column, count in new.items()}
    left = {column: count if column in COLUMNS[:2] else 0 for column, count in left.items()}
    if key == (role.DISCONTINUED, FIRST):
        left |= {"natural": 5, "company": 1}
    # Then the county's numbers carry over although one unit is left out, and a copyist's sentences fit its numbers.
    if key == (role.LEFT_OUT, FIRST) or key[0] in (role.COPYIST, role.NEIGHBOUR):
        left = dict.fromkeys(COLUMNS, 0)
    for column in COLUMNS:
        ended = new[column] + waiting[column] - left[column]
        for one in range(ended):
            row = OUTCOMES[chance(len(OUTCOMES), *key, column, one, "ending")]
            figures[f"applications.{row}.{column}"] += 1
        figures[f"applications.new.{column}"] = new[column]
        figures[f"applications.carried_in.{column}"] = waiting[column]
        figures[f"applications.processed.{column}"] = ended
        figures[f"applications.carried_out.{column}"] = left[column]
    return left


def _litigation(figures: Figures, size: Size, key: tuple[str, int]) -> None:
    """Fill in 表四 without its totals: some requests are fought over."""
    for one in range(size.requests // 8):
        form = LITIGATION[chance(3, *key, one, "form")]
        ending = ENDINGS[chance(8, *key, one, "how") // 2 if chance(2, *key, one) else 0]
        figures[f"disputes.{form}.{ending}"] += 1


def _total(figures: Figures) -> None:
    """Fill in the totals of 表三 and 表四."""
    for row in {key.rpartition(".")[0] for key in keys() if key.startswith("applications.")}:
        figures[f"{row}.total"] = sum(figures[f"{row}.{column}"] for column in COLUMNS)
    for form in LITIGATION:
        figures[f"disputes.{form}.total"] = sum(figures[f"disputes.{form}.{ending}"] for ending in ENDINGS)


def reported(short: str, year: int) -> Figures:
    """Return what a unit says happened, its faults included."""
    if short == WHOLE.short:
        return dict(_county()[year])
    figures = dict(history(short)[year])
    if (short, year) == (role.DISCONTINUED, LAST):
        for row in ("carried_in", "granted", "processed"):
            for column in ("natural", "total"):
                figures[f"applications.{row}.{column}"] -= LOST
    if short in (role.IN_FORCE, role.DECLARED) and year == LAST:
        figures["disclosure.normative.in_force"] -= DROPPED
    if (short, year) == (role.OUTLIER, LAST):
        figures["disclosure.licensing.decisions"] = JUMP
    return figures


def drafted() -> Figures:
    """Return the numbers of the draft that lies beside the final report: one request fewer."""
    figures = reported(role.TWICE, LAST)
    for row in ("new", "granted", "processed"):
        for column in ("natural", "total"):
            figures[f"applications.{row}.{column}"] -= 1
    return figures


@cache
def _county() -> dict[int, Figures]:
    """Add up the units as the county does, the units whose reports are missing included."""
    in_force, years = 58, {}
    for year, issued, repealed in ((FIRST, 6, 4), (LAST, 5, 7)):
        units = {short: history(short)[year] for short in COUNTED if (short, year) != (role.LEFT_OUT, FIRST)}
        figures: Figures = {key: sum(own[key] for own in units.values()) for key in keys()}
        in_force += issued - repealed
        figures |= {
            "disclosure.normative.issued": issued,
            "disclosure.normative.repealed": repealed,
            "disclosure.normative.in_force": in_force,
        }
        if year == LAST:
            figures["disclosure.licensing.decisions"] += JUMP - units[role.OUTLIER]["disclosure.licensing.decisions"]
            figures["disclosure.penalties.decisions"] = known("disclosure.penalties.decisions") - SHORT_OF
        years[year] = figures
    return years


def known(key: str) -> Number:
    """Add up a cell over the reports of the last year that can be had."""
    return sum(
        reported(short, LAST)[key] for short in COUNTED if short not in (role.MISSING, role.WRONG_YEAR, role.WRONG_UNIT)
    )
