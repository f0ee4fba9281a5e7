"""Baselines: what an entry holds, which findings it knows, what opens it again, and what is refused."""

import json
import os
from datetime import date
from pathlib import Path

import pytest
from msgspec import structs

from gouji.baseline import (
    Entry,
    entry_of,
    may_be_known,
    name_from,
    operands_of,
    read_baseline,
    recognised,
    summary,
    written,
)
from gouji.document import NOWHERE
from gouji.errors import UsageError
from gouji.finding import Equation, FileReport, Finding, Operand, Severity, Undecided
from gouji.wording import Text

DAY = date(2026, 1, 31)
HEAD = '{"schema": "gouji-baseline/1"}\n'


def finding(rule: str = "GJ401", address: str = "natural", path: str = "a.md", **values: object) -> Finding:
    made = Finding(rule, "slug", Severity.ERROR, address, Text("差 1", "1 off"), NOWHERE, path, "0", "6", "4")
    return structs.replace(made, **values)


def entry(found: Finding | None = None, folder: Path = Path(), reason: str = "下月更正", created: date = DAY) -> Entry:
    return entry_of(found or finding(), folder, reason=reason, owner="张三", created=created)


def report(
    *findings: Finding, path: str = "a.md", judged: bool = True, undecided: tuple[Undecided, ...] = ()
) -> FileReport:
    return FileReport(path, judged=judged, findings=findings, undecided=undecided)


def equation(*values: str) -> Equation:
    operands = tuple(Operand(f"k{n}", Text("", ""), 1, value, NOWHERE) for n, value in enumerate(values))
    return Equation(Text("", ""), operands[:1], "=", operands[1:], "1")


# --- the file --------------------------------------------------------------------------------------


def test_written_and_read(tmp_path: Path) -> None:
    """One entry a line, sorted, in plain Chinese; what was written is read, and written the same again."""
    entries = [entry(finding(address=address, path=path)) for path in ("乡镇/b.md", "a.md") for address in ("y", "x")]
    text = written(entries)
    assert text.splitlines()[:2] == [
        HEAD.strip(),
        json.dumps(
            {
                "rule": "GJ401",
                "path": "a.md",
                "address": "x",
                "operands": entries[0].operands,
                "severity": "error",
                "reason": "下月更正",
                "owner": "张三",
                "created": "2026-01-31",
            },
            ensure_ascii=False,
        ),
    ]
    path = tmp_path / "known.jsonl"
    path.write_text(text, encoding="utf-8")
    assert read_baseline(path) == tuple(sorted(entries, key=lambda one: one.key))
    assert written(reversed(read_baseline(path))) == text


def test_other_systems(tmp_path: Path) -> None:
    """A byte order mark, Windows line ends and empty lines, as an editor leaves them, do not matter."""
    path = tmp_path / "known.jsonl"
    path.write_bytes(("\ufeff\n" + written([entry()])).replace("\n", "\r\n\r\n").encode())
    assert read_baseline(path) == (entry(),)


@pytest.mark.parametrize("name", [b"\xff\xc4\xea.md", '年报\n"\\\u2028.md'.encode(), "𠮷.md".encode()])
def test_any_name(tmp_path: Path, name: bytes) -> None:
    """A name of any bytes comes back as it was."""
    one = entry(finding(path=os.fsdecode(name)))
    path = tmp_path / "known.jsonl"
    path.write_bytes(written([one]).encode("utf-8", "backslashreplace"))  # as ``deliver`` writes
    assert read_baseline(path) == (one,)
    assert [
        f.known
        for f in recognised([report(finding(path=os.fsdecode(name)), path=os.fsdecode(name))], [one], Path())
        .files[0]
        .findings
    ] == ["下月更正"]


def line(**changes: object) -> str:
    plain = json.loads(written([entry()]).splitlines()[1]) | changes
    return json.dumps({key: value for key, value in plain.items() if value is not None}) + "\n"


@pytest.mark.parametrize(
    ("text", "zh"),
    [
        ("", "文件是空的"),
        (" \n\n", "文件是空的"),
        ("not json\n", "第 1 行不对：Expecting value"),
        ("[]\n", "第 1 行不对：Expected `object`, got `array`"),
        (line(), "第 1 行不对：Object contains unknown field `rule`"),
        ('{"schema": "gouji-baseline/2"}\n', "版本是 gouji-baseline/2，应为 gouji-baseline/1"),
        ('{"schema": "%s"}\n' % ("x" * 10_000), "版本是 xxx"),
        (HEAD + "\n" + line(rule=None), "第 3 行不对：Object missing required field `rule`"),
        (HEAD + line(line=3), "第 2 行不对：Object contains unknown field `line`"),
        (HEAD + line(severity="fatal"), "第 2 行不对：Invalid enum value"),
        (HEAD + line(created="gestern"), "第 2 行不对：Invalid RFC3339 encoded date"),
        (HEAD + line(reason=" "), "第 2 行不对：reason 和 owner 不能为空"),
        (HEAD + line(owner=""), "第 2 行不对：reason 和 owner 不能为空"),
        (HEAD + line(address=3), "第 2 行不对：Expected `str`, got `int`"),
        (HEAD + line(rule="GJ001"), "第 2 行：GJ001 不能记入基线"),
        (HEAD + line(rule="GJ032"), "第 2 行：GJ032 不能记入基线"),
        (HEAD + line() + line(reason="再来"), "第 3 行：条目重复：GJ401 a.md natural"),
        (HEAD + "[" * 200_000, "第 2 行不对：maximum recursion depth exceeded"),
        (HEAD + line()[:40], "第 2 行不对：Unterminated string"),
        (HEAD + HEAD, "第 2 行不对：Object"),
        ("<<<<<<< HEAD\n" + HEAD, "第 1 行不对：Expecting value"),
    ],
)  # fmt: skip
def test_malformed(tmp_path: Path, text: str, zh: str) -> None:
    """A baseline with anything wrong is refused with its line: half of one would open or hide findings."""
    path = tmp_path / "known.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        read_baseline(path)
    told = caught.value.text.zh
    assert told.startswith(f"基线 {path}：{zh}")
    assert len(told) < 300 + len(str(path))


def test_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "known.jsonl"
    path.write_bytes(HEAD.encode() + '{"reason": "甲"}'.encode("gbk"))
    with pytest.raises(UsageError, match="line 2: 'utf-8' codec can't decode"):
        read_baseline(path)


def test_missing_or_no_file(tmp_path: Path) -> None:
    """A baseline that is not there is told with what makes one; a folder is none."""
    with pytest.raises(UsageError) as caught:
        read_baseline(tmp_path / "known.jsonl")
    assert caught.value.text.zh.endswith("known.jsonl：还没有这个文件，可用 gouji baseline write 建立")
    with pytest.raises(UsageError, match="cannot be read: Is a directory"):
        read_baseline(tmp_path)


@pytest.mark.skipif(not Path("/dev/zero").is_char_device(), reason="needs /dev/zero")
def test_endless_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gouji.baseline.LARGEST_FILE", 1000)
    with pytest.raises(UsageError, match="the file is too large"):
        read_baseline(Path("/dev/zero"))


# --- what is known ---------------------------------------------------------------------------------


def test_known_finding_is_marked_and_stays() -> None:
    """Rule, path, address and numbers together make a finding known; it keeps its place in the report."""
    others = [finding(rule="GJ301"), finding(address="legal")]
    found = recognised([report(finding(), *others)], [entry()], Path())
    assert [f.known for f in found.files[0].findings] == ["下月更正", "", ""]
    assert (found.gone, found.reopened) == ((), ())


@pytest.mark.parametrize(
    "changed",
    [
        finding(actual="5"),
        finding(expected="7"),
        finding(equation=equation("6", "4")),
    ],
)
def test_changed_numbers_open_it_again(changed: Finding) -> None:
    """The entry is not gone, but its finding counts again."""
    found = recognised([report(changed)], [entry()], Path())
    assert ([f.known for f in found.files[0].findings], found.gone, found.reopened) == ([""], (), (entry(),))


def test_operands() -> None:
    """The digest is about numbers or, without any, about words; not about places, severity or wording."""
    same = {
        operands_of(found)
        for found in (
            finding(),
            finding(message=Text("另一种说法", "x")),
            finding(severity=Severity.INFO),
            finding(path="b"),
        )
    }
    assert len(same) == 1
    wordless = finding(expected="", actual="")
    assert operands_of(wordless) != operands_of(structs.replace(wordless, message=Text("差 2", "2 off")))
    numbers = structs.replace(wordless, equation=equation("1", "2"))
    assert operands_of(numbers) == operands_of(structs.replace(numbers, message=Text("差 2", "2 off")))
    assert operands_of(numbers) != operands_of(structs.replace(numbers, equation=equation("1", "3")))
    assert operands_of(finding(expected="a", actual="")) != operands_of(finding(expected="", actual="a"))
    assert operands_of(finding(actual="\udcff"))


def test_gone() -> None:
    """Only what a judged file does not show any more, and leaves nothing open about, is gone."""
    entries = [entry(), entry(finding(rule="GJ301")), entry(finding(path="other.md"))]
    open_rule = Undecided(Text("", ""), ("GJ301",), 1)
    assert recognised([report()], entries[:2], Path()).gone == tuple(entries[:2])
    assert recognised([report(undecided=(open_rule,))], entries[:2], Path()).gone == (entries[0],)
    assert recognised([report(judged=False)], entries[:2], Path()).gone == ()


def test_gone_with_its_file(tmp_path: Path) -> None:
    """An entry of a file that is not there is gone; of one that is there and was not checked, it is not."""
    (tmp_path / "there.md").write_bytes(b"")
    entries = [entry(finding(path=str(tmp_path / name)), tmp_path) for name in ("there.md", "deleted.md")]
    assert [one.path for one in recognised([], entries, tmp_path).gone] == ["deleted.md"]


def test_names_are_relative_to_the_baseline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However a file is named, and wherever gouji runs, it is the same file."""
    (tmp_path / "towns").mkdir()
    one = entry(finding(path=str(tmp_path / "towns" / "a.md")), tmp_path)
    assert one.path == "towns/a.md"
    monkeypatch.chdir(tmp_path / "towns")
    for name, folder in (("a.md", Path("..")), ("./a.md", tmp_path), ("../towns/a.md", Path("../towns/.."))):
        assert name_from(folder, name) == "towns/a.md"
        assert recognised([report(finding(path=name), path=name)], [one], folder).files[0].findings[0].known
    assert name_from(tmp_path / "known", "a.md") == "../towns/a.md"


def test_built_in_findings_are_never_known() -> None:
    """That a file was not read must not pass in silence; rules of packs, also of regions, may."""
    assert [rule for rule in ("GJ001", "GJ008", "GJ032", "GJ099") if may_be_known(rule)] == []
    assert [rule for rule in ("GJ101", "GJ901", "JS-SQ/GJ901") if not may_be_known(rule)] == []


def test_summary() -> None:
    """How many, of which severity, how old; a clock that is behind makes nothing younger than today."""
    entries = [entry(created=date(2025, 12, 31)), structs.replace(entry(), severity=Severity.INFO)]
    assert summary(entries, DAY) == Text(
        "基线共 2 条（错误 1、提示 1），最早的已有 31 天", "2 in the baseline (error 1, info 1), the oldest for 31 days"
    )
    assert summary([], DAY) == Text("基线是空的", "the baseline is empty")
    assert summary([entry()], date(2026, 1, 1)).zh.endswith("最早的已有 0 天")
