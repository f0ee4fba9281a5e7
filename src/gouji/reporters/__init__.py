"""Reporters: one file each, a report -> its text."""

from collections.abc import Callable
from importlib import import_module

from gouji.finding import Report
from gouji.reporters.view import View

# format -> module with ``render(report, view) -> str``; a module loads when its format is asked for
REPORTERS: dict[str, str] = {
    "terminal": "gouji.reporters.terminal",
    "json": "gouji.reporters.json",
    "sarif": "gouji.reporters.sarif",
    "junit": "gouji.reporters.junit",
    "github": "gouji.reporters.github",
    "gitlab": "gouji.reporters.gitlab",
    "rdjson": "gouji.reporters.rdjson",
    "markdown": "gouji.reporters.markdown",
}


def render(name: str, report: Report, view: View) -> str:
    """Render a report in a format of ``REPORTERS``."""
    reporter: Callable[[Report, View], str] = import_module(REPORTERS[name]).render
    return reporter(report, view)
