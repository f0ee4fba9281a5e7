"""The terminal report: widths, colours, and nothing that acts."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text as Rich

from gouji.document import Place
from gouji.finding import Excerpt, FileReport, Finding, Report, Severity, Status, Undecided
from gouji.reporters.escape import visible
from gouji.reporters.terminal import render
from gouji.reporters.view import View
from gouji.wording import Text, same


def report(
    message: str, *, excerpt: Excerpt | None = None, name: str = "r.md", severity: Severity = Severity.ERROR
) -> Report:
    finding = Finding(
        rule="GJ901",
        slug="test",
        severity=severity,
        address="",
        message=Text(message, message),
        place=Place(12, 3),
        path=name,
        fingerprint="0",
        excerpt=excerpt,
        basis=same("条例"),
    )
    file = FileReport(name, judged=True, unit="柳溪镇", year=2024, verdicts={Status.FAIL: 1}, findings=(finding,))
    return Report("0", date(2026, 1, 31), (file,))


@given(st.text(alphabet=st.sampled_from("表三，自然人（七）总计 abc 123+=。“”、[red]"), min_size=1, max_size=300))
def test_wrapped_lines_fit_and_lose_nothing(message: str) -> None:
    """At 80 columns no line is wider than 80 cells, and the words are all there, in order."""
    shown = render(report(message), View(width=80))
    assert all(cell_len(line) <= 80 for line in shown.splitlines())
    assert "".join(message.split()) in "".join(shown.split())


@given(st.text(max_size=200))
def test_any_text_is_inert(message: str) -> None:
    """Whatever a document holds, the output has no control characters and one line per line."""
    shown = render(report(message, name=message or "x"), View())
    inert = ("Cc", "Cf", "Cs", "Zl", "Zp")
    assert [char for char in shown if char != "\n" and unicodedata.category(char) in inert] == []
    assert "\x1b" not in shown
    assert len(shown.splitlines()) == len(shown.split("\n")) - 1


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[31m", "\\x1b[31m"),
        ("a\r\nb\tc", "a  b c"),
        ("\u202etxt\u2066", "\\u202etxt\\u2066"),
        ("\x9b31m", "\\x9b31m"),
        ("\udcff", "\\udcff"),
        ("[red]表三[/red]", "[red]表三[/red]"),
    ],
)
def test_visible(raw: str, shown: str) -> None:
    """Active characters become escapes; markup is only text."""
    assert visible(raw) == shown


def test_colours_only_where_wanted() -> None:
    """With colours the words are the same, under ANSI codes."""
    plain, painted = render(report("错"), View()), render(report("错"), View(color=True))
    assert "\x1b[" not in plain
    assert "\x1b[1;31m错误\x1b[0m" in painted
    assert Rich.from_ansi(painted).plain.rstrip("\n") == plain.rstrip("\n")


def test_excerpt_marks_cells_without_colour() -> None:
    """Cells at fault stand in brackets where there is no colour; a hostile cell stays in its place."""
    excerpt = Excerpt(
        same("表三"),
        (same("甲"), same("乙")),
        ((same("一"), ("1", "\x1b[2J")), (same("二"), ("[b]", "4"))),
        frozenset({(0, 0), (1, 1)}),
        left_out=3,
    )
    shown = render(report("错", excerpt=excerpt), View()).splitlines()
    assert shown[2:9] == [
        "    ┌────┬───┬───────┐",
        "    │表三│ 甲│     乙│",
        "    ├────┼───┼───────┤",
        "    │一  │[1]│\\x1b[2J│",
        "    │二  │[b]│    [4]│",
        "    └────┴───┴───────┘",
        "    其余 3 行均为 0",
    ]


def test_worst_first_and_infos_on_one_line() -> None:
    """Errors come before warnings and infos, whatever their line; an info has no basis under it."""
    parts = [
        report(s.value, severity=s).files[0].findings[0] for s in (Severity.INFO, Severity.ERROR, Severity.WARNING)
    ]
    whole = Report("0", date(2026, 1, 31), (FileReport("r.md", judged=True, findings=tuple(parts)),))
    shown = render(whole, View(lang="en")).splitlines()
    assert shown[1:6] == [
        "  12:3    error GJ901 error",
        "    basis: 条例",
        "  12:3    warning GJ901 warning",
        "    basis: 条例",
        "  12:3    info GJ901 info",
    ]


def test_undetermined_and_unjudged_are_told() -> None:
    """What could not be judged has its line, and the summary counts it."""
    starving = Undecided(Text("没有找到表三", "table 3 was not found"), ("GJ301", "GJ401"), 14)
    files = (
        FileReport("a.md", judged=True, verdicts={Status.UNDETERMINED: 14, Status.PASS: 2}, undecided=(starving,)),
        FileReport("b.md", judged=False),
    )
    shown = render(Report("0", date(2026, 1, 31), files), View())
    assert "  ? 未能判定 14 项：没有找到表三（GJ301、GJ401）\n" in shown
    assert "检查 2 个文件（检查日 2026-01-31），其中 0 个没有问题，1 个未能核对\n" in shown
    assert shown.endswith("判定 通过 2  不通过 0  未能判定 14  不适用 0\n")


def test_many_wanting_numbers_are_shortened() -> None:
    """Of many unusable numbers the first are named and all are counted."""
    names = tuple(Text(f"第{n}行", f"row {n}") for n in range(1, 10))
    starving = Undecided(Text("表三中没有可用的数字", "table 3 lacks usable numbers"), ("GJ301",), 9, names)
    report = Report("0", date(2026, 1, 31), (FileReport("a.md", judged=True, undecided=(starving,)),))
    assert "表三中没有可用的数字：第1行、第2行、第3行、第4行、第5行、第6行 等 9 处（GJ301）" in render(report, View())
    assert "lacks usable numbers: row 1, row 2, row 3, row 4, row 5, row 6 and 3 more (GJ301)" in render(
        report, View(lang="en")
    )
