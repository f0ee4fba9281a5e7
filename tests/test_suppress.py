"""Suppressions: what one says, which findings it is for, and what is told of those that cannot be used."""

import os
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from gouji.document import NOWHERE, Place
from gouji.engine import Options, check_file
from gouji.finding import FileReport, Finding, Severity
from gouji.pack import Pack
from gouji.readers import html, markdown
from gouji.suppress import SIDECAR, Suppression, Suppressions, beside, suppressed, written_in
from gouji.wording import Text

DAY = date(2026, 1, 31)
HEAD = "青禾县柳溪镇2024年政府信息公开工作年度报告\n\n"
KNOWN = ("GJ401", "table3-balance", "GJ301", "table3-row-sum", "JS-SQ/GJ901")
Told = list[tuple[str, int | None, str]]


def read(text: str) -> Suppressions:
    return written_in(markdown.read((HEAD + text).encode(), "a.md"))


def of_remark(remark: str) -> Suppressions:
    """Read one remark, on line 3, with one line of text below it."""
    return read(f"<!-- gouji: {remark} -->\n\n正文\n")


def troubles(found: Suppressions) -> Told:
    return [(trouble.rule, trouble.place.line, trouble.text.zh) for trouble in found.troubles]


def finding(rule: str = "GJ401", slug: str = "table3-balance", address: str = "", line: int | None = 5) -> Finding:
    return Finding(rule, slug, Severity.ERROR, address, Text("错", "wrong"), Place(line), "a.md", "0")


# --- what a remark says --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        'ignore GJ401 reason="上级已批复" until=2027-03-31',
        'ignore  GJ401\nuntil="2027-03-31"\nreason = "上级已批复"',
        "ignore GJ401 reason='上级已批复', until='2027-03-31'",
        "ignore GJ401 reason＝“上级已批复”，until＝“2027-03-31”",
        "ignore GJ401 reason=”上级已批复“ until=2027-03-31",
        'ignore GJ401 reason=“上级已批复" until=2027-03-31',
        'ignore GJ401 reason="  上级已批复 " until=2027-03-31',
    ],
)
def test_ways_to_write_one(said: str) -> None:
    """Blanks, line ends, quotes and commas of either keyboard, in any order, say the same."""
    (one,) = of_remark(said).usable
    assert one == Suppression("GJ401", "上级已批复", Place(3), date(2027, 3, 31), one.lines)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ('reason="上级“已”批复"', "上级“已”批复"),
        ('reason="it\'s known"', "it's known"),
        ('reason="见 until=2020-01-01 一栏"', "见 until=2020-01-01 一栏"),
        ('reason="reason=x"', "reason=x"),
        ('reason="GJ301 ignore"', "GJ301 ignore"),
        ('reason="𠮷 \x1b[31m"', "𠮷 \x1b[31m"),
    ],
)
def test_reason_is_taken_as_it_stands(said: str, reason: str) -> None:
    """What stands inside a reason is no part of the remark: above all no end of it."""
    found = of_remark(f"ignore GJ401 {said}")
    assert [(one.reason, one.until) for one in found.usable] == [(reason, None)]
    assert found.troubles == ()


@pytest.mark.parametrize(
    "names", ["GJ401,GJ301", "GJ401 , GJ301", "GJ401，GJ301", "GJ401、 GJ301", "GJ401,GJ301,GJ401"]
)
def test_several_rules(names: str) -> None:
    assert [one.rule for one in of_remark(f'ignore {names} reason="甲"').usable] == ["GJ401", "GJ301"]


def test_regional_rule_and_slug() -> None:
    found = of_remark('ignore-file JS-SQ/GJ901,table3-balance reason="甲"')
    assert [(one.rule, one.lines) for one in found.usable] == [("JS-SQ/GJ901", None), ("table3-balance", None)]


@pytest.mark.parametrize(
    ("said", "rule", "zh"),
    [
        ("ignore GJ401", "GJ032", '对 GJ401 的豁免没有写理由，写作 reason="理由"'),
        ('ignore GJ401,GJ301 reason=" "', "GJ032", '对 GJ401, GJ301 的豁免没有写理由，写作 reason="理由"'),
        ("ignore GJ401 reason=上级已批复", "GJ032", '对 GJ401 的豁免没有写理由，写作 reason="理由"'),
        ('ignore GJ401 reason="甲', "GJ032", '对 GJ401 的豁免没有写理由，写作 reason="理由"'),
        ('ignore GJ401 reason="甲" until=2027-3-1', "GJ032",
         "豁免里有读不懂的部分：until=2027-3-1；期限写作 until=2027-03-31"),
        ('ignore GJ401 reason="甲" until=2027-03-31x', "GJ032", "豁免里有读不懂的部分：x；期限写作 until=2027-03-31"),
        ('ignore GJ401 reason="甲" until=2027-03-31 until=2029-01-01', "GJ032",
         "豁免里有读不懂的部分：until=2029-01-01；期限写作 until=2027-03-31"),
        ('ignore GJ401 reason="甲" reason="乙"', "GJ032",
         '豁免里有读不懂的部分：reason="乙"；期限写作 until=2027-03-31'),
        ('ignore GJ401 GJ301 reason="甲"', "GJ032", "豁免里有读不懂的部分：GJ301；期限写作 until=2027-03-31"),
        ('ignore GJ401 reason="甲" until=2027-02-30', "GJ032", "豁免的日期不存在：2027-02-30"),
        ('ignore reason="甲"', "GJ032", '对 reason 的豁免没有写理由，写作 reason="理由"'),
        ("ignored GJ401", "GJ032",
         '豁免写法不对：ignored GJ401；应为 gouji: ignore GJ401 reason="理由"'),
        ("", "GJ032", '豁免写法不对：；应为 gouji: ignore GJ401 reason="理由"'),
        ("豁免 GJ401", "GJ032", '豁免写法不对：豁免 GJ401；应为 gouji: ignore GJ401 reason="理由"'),
    ],
)  # fmt: skip
def test_mistakes(said: str, rule: str, zh: str) -> None:
    """A remark with a mistake suppresses nothing and is told with its line."""
    found = of_remark(said)
    assert (found.usable, troubles(found)) == ((), [(rule, 3, zh)])


def test_arrow_inside_a_reason_is_told() -> None:
    """``-->`` ends the comment; the reason stays open, and what follows is text of the report."""
    found = read('<!-- gouji: ignore GJ401 reason="甲-->乙" -->\n\n正文\n')
    assert (found.usable, [rule for rule, _, _ in troubles(found)]) == ((), ["GJ032"])


def test_hostile_remark_takes_little_time() -> None:
    """A remark of a million characters is read once and shown shortened."""
    for said in (
        "ignore " + "GJ401," * 100_000,
        "ignore GJ401 " + 'reason="' * 100_000,
        "ignore GJ401" + " " * 800_000,
        "ignore GJ401 " + "reason=" * 100_000,
        "x" * 900_000,
    ):
        ((_, _, zh),) = troubles(of_remark(said))
        assert len(zh) < 200


# --- which lines it is for -------------------------------------------------------------------------


def lines_of(found: Suppressions) -> list[tuple[int, int] | None]:
    return [one.lines for one in found.usable]


def test_next_block_in_markdown() -> None:
    """The next paragraph or table counts whole, and nothing behind it."""
    text = (
        '<!-- gouji: ignore GJ401 reason="甲" -->\n\n正文一，\n接着写。\n\n正文二\n\n'
        '<!-- gouji: ignore GJ401 reason="乙" -->\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\n尾\n'
    )
    assert lines_of(read(text)) == [(5, 6), (11, 14)]


def test_two_remarks_on_one_line() -> None:
    found = read('<!-- gouji: ignore GJ401 reason="甲" --><!-- gouji: ignore GJ301 reason="乙" -->\n正文\n')
    assert [(one.rule, one.lines) for one in found.usable] == [("GJ401", (4, 4)), ("GJ301", (4, 4))]


def test_remark_behind_text_is_for_the_next_block() -> None:
    assert lines_of(read('正文一 <!-- gouji: ignore GJ401 reason="甲" -->\n\n正文二\n')) == [(5, 5)]


def test_remark_in_a_table_is_for_what_follows_the_table() -> None:
    text = '| 甲 | 乙 |\n|---|---|\n| 1 <!-- gouji: ignore GJ401 reason="甲" --> | 2 |\n| 3 | 4 |\n\n尾\n'
    assert lines_of(read(text)) == [(8, 8)]


def test_remark_at_the_end() -> None:
    """With nothing behind it a remark is unused; for the whole file it may stand anywhere."""
    found = read('正文\n<!-- gouji: ignore GJ401 reason="甲" -->')
    assert troubles(found) == [("GJ030", 4, "豁免所在行以后没有内容；请把豁免单独写一行，放在要豁免的内容前面")]
    assert lines_of(read('正文\n<!-- gouji: ignore-file GJ401 reason="甲" -->')) == [None]


def test_page_on_one_line() -> None:
    """Where a line holds several blocks nobody can tell which is meant: nothing is suppressed, and that is told."""
    head, said = "<h1>青禾县柳溪镇2024年政府信息公开工作年度报告</h1>", '<!-- gouji: ignore GJ401 reason="甲" -->'
    apart = f"<html><body>{head}\n{said}\n<p>甲</p>\n<p>乙</p></body></html>"
    assert lines_of(written_in(html.read(apart.encode(), "a.html"))) == [(3, 3)]
    shared = f"<html><body>{head}\n{said}\n<p>甲</p><p>乙</p></body></html>"
    assert troubles(written_in(html.read(shared.encode(), "a.html"))) == [
        ("GJ032", 2, "豁免之后第 3 行上不止一段，分不清豁免的是哪一段；请把它们分行写，或改用 ignore-file")
    ]
    one = f"<html><body>{head}{said}<p>甲</p><p>乙</p></body></html>"
    assert [rule for rule, _, _ in troubles(written_in(html.read(one.encode(), "a.html")))] == ["GJ030"]


# --- which findings it is for ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "found", "covers"),
    [
        (Suppression("GJ401", "甲", NOWHERE), finding(), True),
        (Suppression("table3-balance", "甲", NOWHERE), finding(), True),
        (Suppression("GJ4", "甲", NOWHERE), finding(), False),
        (Suppression("GJ301", "甲", NOWHERE), finding(), False),
        (Suppression("GJ401", "甲", NOWHERE, lines=(5, 5)), finding(), True),
        (Suppression("GJ401", "甲", NOWHERE, lines=(4, 6)), finding(line=7), False),
        (Suppression("GJ401", "甲", NOWHERE, lines=(4, 6)), finding(line=3), False),
        (Suppression("GJ401", "甲", NOWHERE, lines=(4, 6)), finding(line=None), False),
        (Suppression("GJ401", "甲", NOWHERE), finding(line=None), True),
        (Suppression("GJ401", "甲", NOWHERE, address="natural"), finding(address="natural"), True),
        (Suppression("GJ401", "甲", NOWHERE, address="natural"), finding(address="natural2"), False),
    ],
)
def test_covers(one: Suppression, found: Finding, covers: bool) -> None:  # noqa: FBT001
    assert one.covers(found) is covers


def told_of(*usable: Suppression, day: date = DAY) -> tuple[list[str], list[tuple[str, str]]]:
    findings, found = suppressed([finding(line=5), finding(line=9)], Suppressions(usable), KNOWN, day)
    return [one.suppressed for one in findings], [(trouble.rule, trouble.text.zh) for trouble in found]


def test_first_reason_stays() -> None:
    """Two that cover one finding are both used; the first gives the reason."""
    assert told_of(
        Suppression("GJ401", "甲", Place(3), lines=(5, 5)), Suppression("table3-balance", "乙", Place(1))
    ) == (["甲", "乙"], [])


@pytest.mark.parametrize(("day", "holds"), [(date(2027, 3, 31), True), (date(2027, 4, 1), False)])
def test_last_day(day: date, holds: bool) -> None:  # noqa: FBT001
    """It holds on its last day; on the next the findings count again and the end is told."""
    reasons, told = told_of(Suppression("GJ401", "甲", Place(3), date(2027, 3, 31)), day=day)
    assert reasons == (["甲", "甲"] if holds else ["", ""])
    assert told == ([] if holds else [("GJ031", "对 GJ401 的豁免已于 2027-03-31 到期（理由：甲）")])


@pytest.mark.parametrize(
    ("one", "rule", "zh"),
    [
        (Suppression("GJ301", "甲", Place(3)), "GJ030", "对 GJ301 的豁免没有用上（理由：甲）"),
        (Suppression("GJ301", "甲", NOWHERE), "GJ030", "gouji-ignore.toml：对 GJ301 的豁免没有用上（理由：甲）"),
        (Suppression("GJ401", "甲", Place(3), lines=(6, 8)), "GJ030",
         "对 GJ401 的豁免没有用上：它只管紧接着的一段，标题也算一段（理由：甲）"),
        (Suppression("gj401", "甲", Place(3)), "GJ032", "豁免写的规则 gj401 不存在；是不是 GJ401？"),
        (Suppression("table3-balanse", "甲", Place(3)), "GJ032",
         "豁免写的规则 table3-balanse 不存在；是不是 table3-balance？"),
        (Suppression("x", "甲", Place(3)), "GJ032", "豁免写的规则 x 不存在"),
        (Suppression("GJ001", "甲", Place(3)), "GJ032", "内置规则 GJ001 不能豁免"),
        (Suppression("GJ030", "甲", NOWHERE), "GJ032", "gouji-ignore.toml：内置规则 GJ030 不能豁免"),
        (Suppression("GJ401" * 999, "甲" * 999, Place(3), date(2000, 1, 1)), "GJ032", None),
    ],
)  # fmt: skip
def test_unusable(one: Suppression, rule: str, zh: str | None) -> None:
    """What is unused or unknown suppresses nothing and is told."""
    reasons, ((told, text),) = told_of(one)
    assert (reasons, told) == (["", ""], rule)
    assert text == zh if zh else len(text) < 200


# --- beside the report -----------------------------------------------------------------------------

Folder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Make a folder with reports and a sidecar; return the first report."""

    def make(sidecar: str | bytes, *names: str) -> Path:
        for name in names or ("a.docx", "b.docx"):
            (tmp_path / name).write_bytes(b"")
        (tmp_path / SIDECAR).write_bytes(sidecar if isinstance(sidecar, bytes) else sidecar.encode())
        return tmp_path / (names or ("a.docx",))[0]

    return make


ENTRY = '[[ignore]]\nfile = "{}"\nrule = "GJ401"\nreason = "甲"\n'


def test_sidecar(folder: Folder) -> None:
    """Entries are for the file they name; a byte order mark and Windows line ends do not matter."""
    text = ENTRY.format("红格镇[2024]年报.docx") + 'until = 2027-03-31\naddress = "natural"\n' + ENTRY.format("b.docx")
    path = folder(("\ufeff" + text).replace("\n", "\r\n"), "红格镇[2024]年报.docx", "b.docx")
    assert beside(path) == Suppressions((Suppression("GJ401", "甲", NOWHERE, date(2027, 3, 31), None, "natural"),))
    assert beside(path.with_name("b.docx")) == Suppressions((Suppression("GJ401", "甲", NOWHERE),))
    assert beside(path.with_name("c.docx")) == Suppressions()


def test_no_sidecar(tmp_path: Path) -> None:
    assert beside(tmp_path / "a.docx") == Suppressions()


@pytest.mark.parametrize(
    ("text", "zh"),
    [
        (b"[[ignore]]\nfile = 3\n", "Expected `str`, got `int` - at `$.ignore[...].file`"),
        (b"[[ignore]]\nfile = 'a.docx'\nrule = 'GJ401'\n", "Object missing required field `reason` - at `$.ignore[...]`"),
        (b"[[ignroe]]\n", "Object contains unknown field `ignroe`"),
        (ENTRY.format("a.docx").encode() + b"untl = 2027-03-31\n",
         "Object contains unknown field `untl` - at `$.ignore[...]`"),
        (b"ignore = [", "不是合法的 TOML："),
        (b"x = " + b"[" * 50_000, "嵌套过深"),
        (b"x = " + b"9" * 5_000, "不是合法的 TOML："),
        ("reason = '甲'".encode("gbk"), "不是 UTF-8 编码，请另存为 UTF-8"),
        (b"#" * 600_000, "文件超过 500,000 字节"),
    ],
)  # fmt: skip
def test_broken_sidecar(folder: Folder, text: bytes, zh: str) -> None:
    """A sidecar that cannot be used suppresses nothing, and every report of the folder says so."""
    path = folder(text)
    for name in ("a.docx", "b.docx"):
        found = beside(path.with_name(name))
        ((rule, _, told),) = troubles(found)
        assert (found.usable, rule) == ((), "GJ032")
        assert told.replace("[0]", "[...]").startswith(f"gouji-ignore.toml 无法使用：{zh}")


@pytest.mark.parametrize("kind", ["folder", "dangling", "pipe"])
def test_sidecar_that_is_no_file(tmp_path: Path, kind: str) -> None:
    """A folder, a link to nowhere or a pipe of that name is told, and hangs nothing."""
    path = tmp_path / SIDECAR
    if kind == "folder":
        path.mkdir()
    elif kind == "dangling":
        path.symlink_to("nowhere")
    else:
        os.mkfifo(path)
    assert troubles(beside(tmp_path / "a.docx")) == [("GJ032", None, "gouji-ignore.toml 无法使用：不是普通文件")]


def test_blank_reason_beside(folder: Folder) -> None:
    found = beside(folder(ENTRY.format("a.docx").replace("甲", " \\t")))
    assert found.usable == ()
    assert troubles(found) == [("GJ032", None, 'gouji-ignore.toml：对 GJ401 的豁免没有写理由，写作 reason="理由"')]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("a.doc", "；是不是 a.docx？"),
        ("./a.docx", "；是不是 a.docx？"),
        ("../a.docx", "；是不是 a.docx？"),
        ("没有.pdf", ""),
        ("x" * 500, ""),
        ("\\u0000", ""),
        ("", ""),
        ("..", ""),
    ],
)
def test_entry_for_a_file_that_is_not_there(folder: Folder, name: str, hint: str) -> None:
    """It is told once, with the first report of the folder, and with the name that may have been meant."""
    path = folder(ENTRY.format(name) * 2)
    ((rule, _, told),) = troubles(beside(path))
    assert rule == "GJ032"
    assert told.startswith("gouji-ignore.toml 里写的文件 ")
    assert told.endswith(f"不在同一文件夹{hint}")
    assert troubles(beside(path.with_name("b.docx"))) == []


def test_name_that_is_no_text_beside(tmp_path: Path) -> None:
    """A report whose name is no UTF-8 has no entry, and no trouble."""
    name = os.fsdecode(b"\xff.docx")
    (tmp_path / name).write_bytes(b"")
    (tmp_path / SIDECAR).write_text(ENTRY.format("\ufffd.docx"), encoding="utf-8")
    assert beside(tmp_path / name).usable == ()


# --- a whole report --------------------------------------------------------------------------------


@pytest.fixture
def errors() -> str:
    return (Path(__file__).parents[1] / "examples" / "errors.md").read_text(encoding="utf-8")


def checked(path: Path, pack: Pack, **options: tuple[str, ...]) -> FileReport:
    return check_file(path, "a.md", (pack,), Options(check_date=DAY, **options))  # type: ignore[arg-type]


def rules_of(findings: Sequence[Finding]) -> list[str]:
    return [f.rule for finding in findings for f in finding.apart]


def test_report_with_suppressions(pack: Pack, errors: str, tmp_path: Path) -> None:
    """Suppressed findings stay in the report with their reason; what is wrong with suppressions is added."""
    path = tmp_path / "a.md"
    path.write_text(
        errors.replace(
            "## 三、", '<!-- gouji: ignore GJ999 reason="甲" -->\n<!-- gouji: ignore GJ401 -->\n' * 2 + "## 三、"
        )
        + '\n<!-- gouji: ignore-file GJ303 reason="乙" -->\n',
        encoding="utf-8",
    )
    (tmp_path / SIDECAR).write_text('[[ignore]]\nfile = "a.md"\nrule = "GJ301"\nreason = "丙"\n', encoding="utf-8")
    before = check_file(Path(__file__).parents[1] / "examples" / "errors.md", "a.md", (pack,), Options(check_date=DAY))
    report = checked(path, pack)
    assert {f.rule: f.suppressed for f in report.findings if f.settled} == {"GJ303": "乙", "GJ301": "丙"}
    told = [f for f in report.findings if f.rule.startswith("GJ03")]
    assert sorted(f.rule for f in told) == ["GJ032"] * 4
    assert len({f.fingerprint for f in told}) == 4
    kept = [f for f in report.findings if f not in told]
    assert sorted(rules_of(kept)) == sorted(rules_of(before.findings))  # what was folded under GJ301 stands alone now
    assert report.verdicts == before.verdicts


def test_rules_that_do_not_take_part(pack: Pack, errors: str, tmp_path: Path) -> None:
    """With a choice of rules, suppressions of the others are not told as unused."""
    path = tmp_path / "a.md"
    path.write_text(errors + '\n<!-- gouji: ignore-file GJ303,GJ999 reason="乙" -->\n', encoding="utf-8")
    assert [f.rule for f in checked(path, pack, select=("GJ240",)).findings] == ["GJ240", "GJ032"]
    assert "GJ030" not in [f.rule for f in checked(path, pack, ignore=("GJ303",)).findings]
