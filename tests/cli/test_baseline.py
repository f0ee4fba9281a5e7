"""``gouji baseline`` and ``gouji check --baseline`` as an office uses them."""

import getpass
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Inside

DAY = ("--date", "2026-01-31")
WRITE = ("baseline", "write", "--reason", "历史数据", "--owner", "张三", *DAY)


def entries(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()[1:]]


def test_write_check_prune(inside: Inside, office: Path) -> None:
    """Findings written down do not fail a run; a changed number opens one again; what is mended is dropped."""
    report, known = office / "乡镇" / "errors.md", office / "gouji-baseline.jsonl"
    code, out, err = inside(*WRITE, ".", cwd=office)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "gouji-baseline.jsonl：写入 11 条，共 11 条",
        '检查时加 --baseline gouji-baseline.jsonl，或在配置里写 baseline = "gouji-baseline.jsonl"',
    ]
    one = entries(known)[0]
    assert {key: one[key] for key in ("path", "reason", "owner", "created")} == {
        "path": "乡镇/errors.md", "reason": "历史数据", "owner": "张三", "created": "2026-01-31",
    }  # fmt: skip

    check = ("check", ".", "--date", "2026-02-10", "--fail-on", "warning", "--baseline", str(known))
    code, out, err = inside(*check, cwd=office)
    assert (code, err) == (0, "")
    assert out.splitlines()[-4:-1] == [
        "检查 2 个文件（检查日 2026-02-10），其中 1 个没有问题",
        "发现 错误 0  警告 0  提示 0  已说明理由 错误 7、警告 4",
        "基线共 11 条（错误 7、警告 4），最早的已有 10 天",
    ]
    assert inside("check", ".", *DAY)[0] == 1, "without the baseline they count"

    text = report.read_text(encoding="utf-8")
    assert text.count("| 10 | 1 | 0 | 0 | 0 |") == 1
    report.write_text(text.replace("| 10 | 1 | 0 | 0 | 0 |", "| 11 | 1 | 0 | 0 | 0 |"), encoding="utf-8")
    code, out, _ = inside(*check)
    assert code == 1
    assert "其中 1 条的数字或文字已经变了，重新算作问题" in out
    code, _, err = inside(*WRITE, ".")
    assert code == 2
    assert (
        "gouji-baseline.jsonl 会增加 1 条（乡镇/errors.md GJ303 disputes/review）；确认要增加时加 --accept-new" in err
    )
    assert len(entries(known)) == 11

    report.write_text(text.replace("| 10 | 1 | 0 | 0 | 0 |", "| 10 | 1 | 0 | 0 | 11 |"), encoding="utf-8")
    code, out, _ = inside(*check)
    assert code == 0
    assert "其中 1 条已经不存在，可用 gouji baseline prune 删去" in out
    assert "已经不存在" not in inside(*check, "--select", "GJ401")[1], "a choice of rules finds less than there is"
    code, out, _ = inside("baseline", "prune", ".")
    assert (code, out.splitlines()) == (
        0,
        ["删去 乡镇/errors.md GJ303 disputes/review", "gouji-baseline.jsonl：删去 1 条，还有 10 条"],
    )
    assert "GJ303" not in known.read_text(encoding="utf-8")
    before = known.stat()
    assert inside("baseline", "prune", ".")[0] == 0
    assert known.stat() == before, "nothing to drop, nothing written"


def test_same_baseline_from_anywhere(inside: Inside, office: Path) -> None:
    """With a configuration the baseline is found and its names fit, wherever gouji runs and however files are named."""
    (office / "gouji.toml").write_text('baseline = "known/已知.jsonl"\n', encoding="utf-8")
    (office / "known").mkdir()
    code, out, _ = inside(*WRITE, "errors.md", cwd=office / "乡镇")
    assert (code, out) == (0, f"{office}/known/已知.jsonl：写入 11 条，共 11 条\n")
    assert entries(office / "known" / "已知.jsonl")[0]["path"] == "../乡镇/errors.md"
    for cwd, name in ((office, "."), (office / "known", "../乡镇/errors.md"), (Path("/"), str(office / "乡镇"))):
        assert inside("check", name, *DAY, cwd=cwd)[0] == 0
    code, out, _ = inside("baseline", "show", *DAY, cwd=office / "known")
    assert (code, len(out.splitlines())) == (0, 12)


def test_growth_needs_a_word(inside: Inside, office: Path) -> None:
    """Nothing is added to a baseline unasked, not even to one that was emptied; entries keep reason and day."""
    assert inside(*WRITE, "clean.md", cwd=office)[0] == 0
    assert entries(office / "gouji-baseline.jsonl") == []
    assert inside(*WRITE, ".")[0] == 2
    assert inside(*WRITE, "--accept-new", ".")[0] == 0
    before = (office / "gouji-baseline.jsonl").read_bytes()
    code, out, _ = inside("baseline", "write", "--reason", "别的", "--owner", "李四", ".")
    assert (code, "写入 0 条，共 11 条" in out) == (0, True)
    assert (office / "gouji-baseline.jsonl").read_bytes() == before


def test_what_was_not_judged_is_never_known(inside: Inside, office: Path) -> None:
    """A file that cannot be read is no entry, and still fails the run."""
    (office / "scan.pdf").write_bytes(b"%PDF-1.4\nbroken")
    code, out, _ = inside(*WRITE, ".", cwd=office)
    assert code == 0
    assert "另有 1 条不能记入基线（GJ014）" in out
    assert inside("check", ".", *DAY, "--baseline", "gouji-baseline.jsonl")[0] == 1


def test_suppressed_findings_are_not_written(inside: Inside, office: Path) -> None:
    """What is accounted for in the report needs no second account."""
    (office / "乡镇" / "gouji-ignore.toml").write_text(
        '[[ignore]]\nfile = "errors.md"\nrule = "GJ303"\nreason = "甲"\n', encoding="utf-8"
    )
    assert inside(*WRITE, ".", cwd=office)[0] == 0
    assert "GJ303" not in {entry["rule"] for entry in entries(office / "gouji-baseline.jsonl")}


@pytest.mark.parametrize("reason", [(), ("--reason", "  ")])
def test_reason_is_required(inside: Inside, office: Path, reason: tuple[str, ...]) -> None:
    code, _, err = inside("baseline", "write", *reason, ".", cwd=office)
    assert (code, err) == (2, "gouji: 请用 --reason 写明为什么暂不改正\n")
    assert not (office / "gouji-baseline.jsonl").exists()


def test_owner(inside: Inside, office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The owner is who is logged in; where nobody is, as in a container, the option is asked for."""

    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 1234")

    monkeypatch.setattr(getpass, "getuser", nobody)
    code, _, err = inside("baseline", "write", "--reason", "甲", ".", cwd=office)
    assert (code, err) == (2, "gouji: 请用 --owner 写明谁负责\n")
    monkeypatch.setattr(getpass, "getuser", lambda: "clerk")
    assert inside("baseline", "write", "--reason", "甲", ".")[0] == 0
    assert entries(office / "gouji-baseline.jsonl")[0]["owner"] == "clerk"


@pytest.mark.parametrize("command", [("check", "--baseline"), ("baseline", "prune", "--baseline")])
@pytest.mark.parametrize(("content", "said"), [(None, "还没有这个文件"), ("", "文件是空的"), ("x\n", "第 1 行不对")])
def test_bad_baseline_is_exit_2(
    inside: Inside, office: Path, command: tuple[str, ...], content: str | None, said: str
) -> None:
    """A baseline that cannot be used is never taken for an empty one."""
    if content is not None:
        (office / "b.jsonl").write_text(content, encoding="utf-8")
    code, out, err = inside(*command, "b.jsonl", "clean.md", cwd=office)
    assert (code, out) == (2, "")
    assert f"基线 b.jsonl：{said}" in err


def test_several_baselines_in_one_run(inside: Inside, office: Path) -> None:
    """Each file has the baseline of its own configuration; to write, one must be named."""
    for folder in (office, office / "乡镇"):
        (folder / "gouji.toml").write_text('baseline = "b.jsonl"\n', encoding="utf-8")
    (office / "own.md").write_bytes((office / "乡镇" / "errors.md").read_bytes())
    code, _, err = inside(*WRITE, ".", cwd=office)
    assert code == 2
    assert "请用 --baseline 指定" in err
    assert inside(*WRITE, "乡镇")[0] == 0
    assert inside(*WRITE, "own.md", "--baseline", "b.jsonl")[0] == 0
    assert {entry["path"] for entry in entries(office / "乡镇" / "b.jsonl")} == {"errors.md"}
    assert {entry["path"] for entry in entries(office / "b.jsonl")} == {"own.md"}
    code, out, _ = inside("check", ".", *DAY)
    assert code == 0
    assert out.count("基线共 11 条") == 2


def test_isolated_heeds_no_baseline(inside: Inside, office: Path) -> None:
    (office / "gouji.toml").write_text('baseline = "missing.jsonl"\n', encoding="utf-8")
    assert inside("check", "clean.md", *DAY, cwd=office)[0] == 2
    assert inside("check", "clean.md", *DAY, "--isolated")[0] == 0


def test_show(inside: Inside, office: Path) -> None:
    """Oldest first, with severity, reason, owner and age; escapes in it do not act."""
    text = '{{"rule": "GJ{n}", "path": "a.md", "address": "x", "operands": "0", "severity": "error", "reason": "{why}", "owner": "张三", "created": "{day}"}}\n'
    (office / "gouji-baseline.jsonl").write_text(
        '{"schema": "gouji-baseline/1"}\n'
        + text.format(n=301, why="\\u001b[31m甲", day="2026-01-30")
        + text.format(n=401, why="乙", day="2025-01-31"),
        encoding="utf-8",
    )
    code, out, _ = inside("baseline", "show", *DAY, cwd=office)
    assert (code, out.splitlines()) == (
        0,
        [
            "a.md GJ401 x  error  乙  张三  365 天",
            "a.md GJ301 x  error  \\x1b[31m甲  张三  1 天",
            "基线共 2 条（错误 2），最早的已有 365 天",
        ],
    )
    assert inside("baseline", "show", *DAY, "--lang", "en")[1].splitlines()[-1] == (
        "2 in the baseline (error 2), the oldest for 365 days"
    )
