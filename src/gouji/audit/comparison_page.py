"""Two reports side by side as a page that needs nothing beside it, in Chinese, without any script."""

from gouji import __version__
from gouji.amount import State
from gouji.audit.comparison import Comparison, Mode
from gouji.audit.comparison_facts import Row
from gouji.audit.comparison_words import (
    LEFT_OUT,
    STATUSES,
    cell_said,
    change_said,
    head_said,
    limit_said,
    only_said,
    percent_said,
    share_said,
    spot,
)
from gouji.audit.names import SEVERITIES
from gouji.audit.templates import environment, packed, policy
from gouji.finding import Severity, Status
from gouji.personal import hidden
from gouji.reporters.view import View, settled

TONES = {Status.PASS: "good", Status.FAIL: "error", Status.ERROR: "error"}


def render(comparison: Comparison, _view: View) -> str:
    """Write the page; the same comparison always gives the same bytes.

    Raises:
        ImportError: jinja2 is not installed.
    """
    filled = environment()
    filled.filters |= {
        "cell": cell_said,
        "change": change_said,
        "hidden": hidden,
        "percent": percent_said,
        "settled": settled,
        "spot": spot,
    }
    filled.globals |= {
        "LEFT_OUT": LEFT_OUT,
        "Mode": Mode,
        "SEVERITIES": SEVERITIES,
        "STATUSES": STATUSES,
        "Severity": Severity,
        "State": State,
        "Status": Status,
        "TONES": TONES,
        "grouped": _grouped,
        "only_said": only_said,
        "share_said": share_said,
    }
    style = packed("page.css", "comparison.css")
    page = filled.get_template("comparison.html.j2").render(
        compared=comparison,
        head=head_said(comparison),
        limit=limit_said(comparison),
        policy=policy(style),
        style=style,
        version=__version__,
    )
    return page.strip() + "\n"


def _grouped(rows: tuple[Row, ...]) -> list[list[Row]]:
    """Return the cells of each row of a form together."""
    groups: list[list[Row]] = []
    for row in rows:
        if groups and groups[-1][0].row == row.row:
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups
