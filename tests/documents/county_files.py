"""The files of ``examples/county``: who handed in what, when, in which format, and under which name."""

from collections.abc import Iterator
from datetime import date, timedelta

from msgspec import structs

from tests.documents import county_roles as role
from tests.documents.county_figures import drafted, reported
from tests.documents.county_reports import Story
from tests.documents.county_units import FIRST, LAST, NUMBERS, UNITS, WHOLE, YEARS, chance

NOTE = "注：因规范性文件清理，现行有效件数根据清理结果进行了调整，以本年度报告为准。"
LATE_ON = date(2025, 2, 11)
DRAFTED_ON = date(2025, 1, 2)
# Chinese offices close around the Spring Festival, so reports come out in the weeks before.
OPEN = {FIRST: (date(2024, 1, 8), date(2024, 1, 31)), LAST: (date(2025, 1, 6), date(2025, 1, 27))}
COUNTY_DAYS = {FIRST: (date(2024, 3, 20), date(2024, 3, 26)), LAST: (date(2025, 3, 18), date(2025, 3, 24))}

FORMATS = (".md", ".html", ".docx")
PRINTED = {
    (WHOLE.short, LAST), ("财政局", FIRST), ("财政局", LAST), (role.DISCONTINUED, LAST), (role.LEFT_OUT, FIRST),
    ("石桥镇", FIRST), ("大湾镇", LAST), ("卫健局", LAST),
}  # fmt: skip
CHOSEN = {
    (WHOLE.short, FIRST): ".docx", (role.TWICE, LAST): ".html", (role.COPIED_UNIT, LAST): ".html", (role.LITTERED, LAST): ".docx",
    (role.WRONG_YEAR, FIRST): ".html", (role.WRONG_YEAR, LAST): ".html", (role.WRONG_UNIT, LAST): ".docx", (role.COPYIST, LAST): ".docx", (role.NEIGHBOUR, LAST): ".md",
}  # fmt: skip
NAMES = (
    "{name}{year}年政府信息公开工作年度报告", "{short}{year}年年报", "{short}", "{year}年{short}政府信息公开年报",
    "{short}年报", "{year}年度报告（{short}）",
)  # fmt: skip
CHOSEN_NAMES = {
    (WHOLE.short, FIRST): NAMES[0], (WHOLE.short, LAST): NAMES[0], (role.TWICE, LAST): NAMES[0], (role.LITTERED, LAST): NAMES[1],
    (role.WRONG_YEAR, LAST): NAMES[1], (role.WRONG_UNIT, LAST): NAMES[4],
}  # fmt: skip
DRAFT = f"{LAST}/部门/{role.TWICE}年报（初稿）.docx"
MEETING = f"{LAST}/部门/{role.LITTERED}/会议通知.docx"
DAMAGED = f"{LAST}/部门/{role.LITTERED}/{role.LITTERED}{LAST}年年报（盖章版）.docx"


def story(short: str, year: int) -> Story:
    """Return who tells what of which year."""
    return Story(UNITS[short].at(year), year, reported(short, year))


def days(short: str, year: int) -> tuple[date, date]:
    """Return the day a report was signed and the day it was published."""
    if short == WHOLE.short:
        return COUNTY_DAYS[year]
    first, last = OPEN[year]
    span = [first + timedelta(n) for n in range((last - first).days + 1)]
    working = [day for day in span if day.isoweekday() <= 5]
    signed = chance(len(working) - 3, short, year, "signed")
    published = working[signed + chance(4, short, year, "published")]
    return working[signed], LATE_ON if (short, year) == (role.LATE, LAST) else published


def text_of(short: str, year: int) -> str:
    """Return the report of a unit as Markdown, as it was handed in."""
    told = source = story(short, year)
    if (short, year) == (role.COPYIST, LAST):  # the neighbour's sentences, with its own name and figures in them
        source = structs.replace(told, unit=UNITS[role.NEIGHBOUR])
    overview, problems = source.overview(), source.problems()
    if source is not told:
        overview = [[line.replace(role.NEIGHBOUR, role.COPYIST) for line in lines] for lines in overview]
        problems = [line.replace(role.NEIGHBOUR, role.COPYIST) for line in problems]
    note = NOTE if (short, year) == (role.DECLARED, LAST) else ""
    return told.report(overview=overview, problems=problems, issued=days(short, year)[0], note=note)


def draft() -> str:
    """Return the draft of a report, with a number that was corrected afterwards."""
    told = structs.replace(story(role.TWICE, LAST), figures=drafted())
    return told.report(overview=told.overview(), problems=told.problems(), issued=DRAFTED_ON)


def place(short: str, year: int) -> str:
    """Return where the report of a unit lies."""
    unit = UNITS[short].at(year)
    number = 2 * NUMBERS[unit.mail] + year - FIRST
    cycle = FORMATS[(number + number // 3) % len(FORMATS)]
    suffix = ".pdf" if (short, year) in PRINTED else CHOSEN.get((short, year), cycle)
    pattern = CHOSEN_NAMES.get((short, year), NAMES[chance(len(NAMES), short, year, "name")])
    folder = "" if year == FIRST or unit.kind == "县" else f"{unit.kind}/"
    folder += f"{short}/" * ((short, year) == (role.LITTERED, LAST))
    return f"{year}/{folder}{pattern.format(name=unit.name, short=unit.short, year=year)}{suffix}"


def texts() -> Iterator[tuple[str, str]]:
    """Yield the place and the Markdown of every file that is a report."""
    handed_in = {(role.WRONG_YEAR, LAST): (role.WRONG_YEAR, FIRST), (role.WRONG_UNIT, LAST): (role.COPIED_UNIT, LAST)}
    for short in UNITS:
        for year in YEARS:
            if (short, year) != (role.MISSING, LAST):
                yield place(short, year), text_of(*handed_in.get((short, year), (short, year)))
    yield DRAFT, draft()
