"""``index.html`` of an audit: one page that needs nothing beside it, written entry by entry.

The entries are drawn from the ledger one at a time; only figures, heads and what belongs to nobody stay at hand.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from gouji.audit.charts import LIMITS, Bar, columns, drawn, shares, stacked
from gouji.audit.figures import Figures, figures_of
from gouji.audit.names import SEVERITIES, STANDINGS, STATUSES, kind_name, spot
from gouji.audit.result import Audit, Head, Standing
from gouji.audit.templates import environment, packed, policy
from gouji.finding import Finding, Severity, Status
from gouji.guard import Limits
from gouji.reporters.view import settled

if TYPE_CHECKING:
    from jinja2 import Environment

PIECES = 32  # of the page that are written at once; an entry is one
ROWS = 300  # of the long tables that are shown at first: laying out thousands takes seconds

_HOT = (1, 2, 4, 8)  # findings from which a cell of the heat map is one shade darker
_STANDING_COLOURS = {
    Standing.REPORTED: "good",
    Standing.LATE: "warning",
    Standing.UNJUDGED: "doubt",
    Standing.MISSING: "error",
}


def write_site(audit: Audit, path: Path, drawing: Limits = LIMITS) -> None:
    """Write the page; the same audit always gives the same bytes.

    The entries are read twice, for the figures and for the sections; one is kept at a time.

    Args:
        audit: what to write.
        path: where to; an old file is overwritten as it stands.
        drawing: what drawing the charts may take; beyond it the page says that it has none.

    Raises:
        OSError: the file cannot be written.
    """
    style, script = packed("page.css"), packed("page.js")
    figures = figures_of(audit)
    stream = (
        _environment()
        .get_template("page.html.j2")
        .stream(
            audit=audit,
            figures=figures,
            charts=_charts(figures, drawing),
            policy=policy(style, script),
            style=style,
            script=script,
            cards={card.id: card for card in audit.rules},
            numbers=_numbers(audit),
        )
    )
    stream.enable_buffering(PIECES)
    with path.open("wb") as file:
        stream.dump(file, "utf-8")


def _numbers(audit: Audit) -> Mapping[str, Mapping[int, int]]:
    """Return unit -> year -> number of the entry, for the links between a unit's years and to the unit above."""
    numbers: dict[str, dict[int, int]] = {}
    for head in audit.heads:
        numbers.setdefault(head.unit.name, {}).setdefault(head.year, head.number)
    return numbers


def _environment() -> "Environment":
    made = environment()
    made.filters |= {
        "kind": kind_name,
        "spot": spot,
        "settled": settled,
        "heat": _heat,
        "tone": _tone,
        "tight": _tight,
    }
    made.globals |= {
        "SEVERITIES": SEVERITIES,
        "STANDINGS": STANDINGS,
        "STATUSES": STATUSES,
        "COLOURS": _STANDING_COLOURS,
        "Severity": Severity,
        "Standing": Standing,
        "Status": Status,
        "ROWS": ROWS,
        "worst_first": _worst_first,
        "sought": _sought,
    }
    return made


def _worst_first(findings: tuple[Finding, ...]) -> list[Finding]:
    return sorted(findings, key=lambda finding: finding.severity.rank)


def _sought(head: Head) -> str:
    """Return the words that a unit is found by."""
    unit = head.unit
    words = (unit.name, *unit.aliases, unit.region, unit.parent, kind_name(unit.kind), head.path)
    return " ".join(word for word in words if word).lower()


def _tight(part: str) -> str:
    """Take the template's line ends out of a part that recurs: a browser would keep each of them as text."""
    return part.replace("\n", "")


def _tone(head: Head) -> str:
    """Return the colour of what is worst about a unit and year."""
    if head.standing in (Standing.UNJUDGED, Standing.MISSING):
        return _STANDING_COLOURS[head.standing]
    worst = next((severity.value for severity in Severity if head.severities.get(severity)), "")
    return worst or ("doubt" if head.undetermined else _STANDING_COLOURS[head.standing])


def _heat(counts: Mapping[Severity, int]) -> str:
    """Return the shade of a cell: the colour of the worst finding, darker with their number."""
    worst = next((severity for severity in Severity if counts.get(severity)), None)
    if worst is None:
        return "none"
    total = sum(counts.values())
    return f"{worst.value}-{sum(total >= least for least in _HOT)}"


def _charts(figures: Figures, limits: Limits) -> dict[str, str]:
    """Draw the charts; empty when they could not be drawn."""
    severities = [severity.value for severity in Severity]
    specifications = {
        "standings": shares(
            [Bar(f"{year.year}年", tuple(year.standings[s] for s in _STANDING_COLOURS)) for year in figures.years],
            list(_STANDING_COLOURS.values()),
        ),
        "families": stacked(
            [Bar(one.name, tuple(one.severities[s] for s in Severity)) for one in figures.families], severities
        ),
    }
    if figures.scores:
        bars = [Bar(str(10 * step), (count,)) for step, count in enumerate(figures.scores)]
        specifications["scores"] = columns(bars, "accent")
    pictures = drawn(list(specifications.values()), limits)
    return dict(zip(specifications, pictures, strict=True)) if pictures else {}
