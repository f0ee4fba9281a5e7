"""One report in every format: the same facts, the same findings; only the places differ."""

from datetime import date
from pathlib import Path

import pytest

from gouji.engine import Options, check_file, read_with
from gouji.finding import FileReport
from gouji.pack import Pack
from gouji.readers import READERS, SUFFIXES, read
from tests.cli.conftest import ROOT

EXAMPLES = ROOT / "examples"
OPTIONS = Options(check_date=date(2026, 1, 31))
OTHERS = [path for name in ("clean", "errors") for path in sorted(EXAMPLES.glob(f"{name}*")) if path.suffix != ".md"]
TWELVE = [
    ("GJ104", "problems"),
    ("GJ106", "problems"),
    ("GJ131", "applications/declined.publication"),
    ("GJ132", "disclosure/penalties.decisions"),
    ("GJ205", ""),
    ("GJ213", ""),
    ("GJ221", ""),
    ("GJ230", ""),
    ("GJ240", ""),
    ("GJ301", "applications/new"),
    ("GJ303", "disputes/review"),
    ("GJ401", "applications/natural"),
]


def facts(name: str, pack: Pack) -> dict[str, tuple[object, object]]:
    """Return the values and states of a file's facts."""
    _, reading = read_with(read(EXAMPLES / name, name), [pack], OPTIONS)
    return {key: (fact.value, fact.state) for key, fact in reading.facts.items()}


def said(report: FileReport) -> list[tuple[str, str, str, str]]:
    """Return what a report says, places left out."""
    return sorted((f.rule, f.severity, f.address, f.message.zh) for f in report.findings)


def test_every_format_has_examples() -> None:
    """A format without an example would not be compared; LibreOffice's are made when they are tested."""
    for name in ("clean", "errors"):
        formats = {SUFFIXES[path.suffix] for path in EXAMPLES.glob(f"{name}*")}
        assert formats | {"legacy"} == set(READERS)


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.name)
def test_same_verdict(path: Path, pack: Pack) -> None:
    """Facts, findings, unit, year and the count of verdicts are those of the Markdown report."""
    name = path.name
    plain = f"{name.partition('.')[0].partition('-')[0]}.md"
    assert facts(name, pack) == facts(plain, pack)
    report, expected = (check_file(EXAMPLES / n, n, [pack], OPTIONS) for n in (name, plain))
    assert said(report) == said(expected)
    assert (report.unit, report.year, report.verdicts) == (expected.unit, expected.year, expected.verdicts)


def test_twelve_errors(pack: Pack) -> None:
    """The report with errors has twelve different ones."""
    report = check_file(EXAMPLES / "errors.md", "r", [pack], OPTIONS)
    assert sorted(instance for finding in report.findings for instance in finding.instances) == TWELVE


@pytest.mark.parametrize(
    ("name", "rule", "where"),
    [
        ("errors.docx", "GJ301", "表三（申请办理） 第4行 自然人列"),
        ("errors.docx", "GJ205", "第2段"),
        ("errors.pdf", "GJ301", "第2页 表三（申请办理） 第4行 自然人列"),
        ("errors.pdf", "GJ205", "第1页"),
        ("errors.md", "GJ301", None),
        ("errors.html", "GJ301", None),
    ],
)
def test_places_in_words(name: str, rule: str, where: str | None, pack: Pack) -> None:
    """A document without lines says where in words: page, table, row and the form's column."""
    report = check_file(EXAMPLES / name, name, [pack], OPTIONS)
    (finding,) = (f for f in report.findings if f.rule == rule)
    assert (finding.where.zh if finding.where else None) == where
