"""``--previous`` and ``--published``, and numbers of persons in what gouji writes."""

import json
import os
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Run

CLEAN = (ROOT / "examples" / "clean.md").read_text(encoding="utf-8")
BEFORE = CLEAN.replace("2024", "2023").replace("2025", "2024")
CALL = ("check", "--date", "2026-01-31", "report.md")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a report and the one of the year before."""
    (tmp_path / "report.md").write_text(CLEAN, encoding="utf-8")
    (tmp_path / "before.md").write_text(BEFORE, encoding="utf-8")
    (tmp_path / "note.md").write_text("会议通知", encoding="utf-8")
    (tmp_path / "empty.md").write_bytes(b"")
    return tmp_path


def test_copied_from_the_year_before(gouji: Run, folder: Path) -> None:
    """The share, the paired sentences with their places, and the exit code of a warning."""
    done = gouji(*CALL, "--previous", "before.md", "--format", "json", "--fail-on", "warning", cwd=folder)
    found = json.loads(done.stdout)["files"][0]["findings"]
    assert done.returncode == 1
    copied = [(f["rule"], f["address"]) for f in found if f["rule"] == "GJ852"]
    assert copied == [("GJ852", "overview"), ("GJ852", "problems")]
    assert found[0]["message"].startswith("“一、总体情况”有 100.0% 的文字取自 2023 年报告（4 句，其中 2 句只改了数字）")
    ours, theirs = (found[0][side].splitlines() for side in ("actual", "expected"))
    assert ours[1] == "第13行：2024年，收到政府信息公开申请4件，上年结转1件，办结4件，结转下年度1件。"
    assert theirs[1] == "第13行：2023年，收到政府信息公开申请4件，上年结转1件，办结4件，结转下年度1件。"


def test_numbers_of_the_year_before(gouji: Run, folder: Path) -> None:
    """What was carried in and what is in force follow from that year, and how they do not is told with both numbers."""
    text = BEFORE.replace("| 四、结转下年度继续办理 | | | 1 |", "| 四、结转下年度继续办理 | | | 3 |")
    (folder / "before.md").write_text(text, encoding="utf-8")
    done = gouji(*CALL, "--previous", "before.md", "--select", "GJ6", "--format", "json", cwd=folder)
    found = {f["rule"]: f for f in json.loads(done.stdout)["files"][0]["findings"]}
    assert (done.returncode, {rule: f["severity"] for rule, f in found.items()}) == (
        1,
        {"GJ610": "error", "GJ611": "warning"},
    )
    line = next(n for n, text in enumerate(CLEAN.split("\n"), 1) if text.startswith("| 二、上年结转"))
    assert (found["GJ610"]["place"]["line"], found["GJ610"]["expected"], found["GJ610"]["actual"]) == (line, "3", "1")
    assert found["GJ610"]["message"] == (
        "“上年结转”与 2023 年报告的“结转下年度继续办理”不一致（自然人）："
        "二、上年结转·自然人 1，应等于2023年报告的四、结转下年·自然人 3，相差 2"
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2023", "2022", "给出的是 2022 年的报告，数字只能与 2023 年的报告对照"),
        ("青禾县石桥镇", "青禾县北山乡", "上年报告的单位是“青禾县北山乡人民政府”，请确认是同一单位"),
    ],
)
def test_another_report_given(gouji: Run, folder: Path, old: str, new: str, said: str) -> None:
    """Of two years before, or by another unit: nobody is accused of numbers that do not follow."""
    (folder / "before.md").write_text(BEFORE.replace(old, new), encoding="utf-8")
    done = gouji(*CALL, "--previous", "before.md", "--select", "GJ6", "--fail-on", "error", cwd=folder)
    assert done.returncode == 0
    assert said in done.stdout.decode()


def test_previous_report_in_another_format(gouji: Run, folder: Path) -> None:
    """Only the words are compared: the web page of a year gives the same as its Markdown."""
    lines = "".join(f"<p>{line.lstrip('# ')}</p>\n" for line in BEFORE.split("\n") if line and "|" not in line)
    (folder / "before.html").write_text(f"<html><body>{lines}</body></html>", encoding="utf-8")
    done = gouji(*CALL, "--previous", "before.html", "--select", "GJ852", cwd=folder)
    assert done.stdout.decode().count("GJ852") == 2


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("note.md", "上年报告无法对照：没有认出年报的章节"),
        ("empty.md", "上年报告无法对照：文件是空的"),
        ("same.md", "上年报告无法对照：它是 2024 年的报告，要对照的应早于 2024 年"),
        ("yearless.md", "上年报告无法对照：看不出是哪一年的报告"),
        ("pipe", "上年报告无法对照：不是普通文件"),
    ],
)
def test_previous_report_that_cannot_be_used(gouji: Run, folder: Path, name: str, said: str) -> None:
    """It is an error of its own and leaves the rule open; it cannot be ignored away."""
    if name == "pipe":
        os.mkfifo(folder / name)
    elif name == "same.md":
        (folder / name).write_text(CLEAN, encoding="utf-8")
    elif name == "yearless.md":
        (folder / name).write_text(
            "一、总体情况\n\n正文。\n\n五、存在的主要问题及改进情况\n\n正文。\n", encoding="utf-8"
        )
    done = gouji(*CALL, "--previous", name, "--quiet", cwd=folder)
    lines = done.stdout.decode().splitlines()
    assert done.returncode == 1
    assert lines[1].startswith(f"  -       错误 GJ026 {said}")
    assert lines[2].startswith(f"  ? 未能判定 5 项：{said}")
    assert lines[2].endswith("（GJ610、GJ611、GJ612、GJ615、GJ852）")
    assert gouji(*CALL, "--previous", name, "--ignore", "GJ026", cwd=folder).returncode == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--previous", "absent.md", "report.md"), "没有这个文件：absent.md"),
        (("--previous", ".", "report.md"), "--previous 要一份上年报告，. 是文件夹"),
        (("--previous", "before.md", "."), "--previous 只用于检查一份报告，这里有 4 份；请逐份检查"),
        (("--previous", "before.md", "report.md", "note.md"), "--previous 只用于检查一份报告，这里有 2 份；请逐份检查"),
        (("--previous", "./report.md", "report.md"), "--previous 就是要检查的报告本身"),
        (("--published", "2025-01-20", "report.md", "note.md"), "--published 只用于检查一份报告，这里有 2 份；请逐份检查"),
        (("--previous", "before.md", "-o", "before.md", "report.md"), "输出文件 before.md 就是要检查的报告、配置或基线"),
    ],
)  # fmt: skip
def test_calls_that_make_no_sense(gouji: Run, folder: Path, arguments: tuple[str, ...], said: str) -> None:
    """One report and one previous report; anything else is refused before a document is read."""
    done = gouji("check", *arguments, cwd=folder)
    assert (done.returncode, done.stdout, done.stderr.decode()) == (2, b"", f"gouji: {said}\n")


@pytest.mark.parametrize(("day", "code"), [("2025-01-31", 0), ("2025-02-03", 1)])
def test_published(gouji: Run, folder: Path, day: str, code: int) -> None:
    """The day that the user gives decides, whatever the report says."""
    done = gouji(*CALL, "--published", day, "--fail-on", "warning", cwd=folder)
    assert done.returncode == code
    assert (
        "--published 给出的发布日期 2025-02-03 晚于乡镇、街道的公开时限 2025-01-31，迟 3 天" in done.stdout.decode()
    ) == bool(code)


# --- numbers of persons ---------------------------------------------------------------------------

ID, MOBILE, CONTACT = "510422198001011235", "13987654321", "13912345678"


@pytest.mark.parametrize("name", ["report.md", "report.html"])
@pytest.mark.parametrize(
    "options",
    [("check",), ("check", "--format", "json"), ("check", "--quiet"), ("check", "--lang", "en"), ("facts",), ("facts", "--format", "json"), ("facts", "--format", "csv")],
    ids=" ".join,
)  # fmt: skip
def test_numbers_of_persons_appear_nowhere(gouji: Run, folder: Path, options: tuple[str, ...], name: str) -> None:
    """Not the number, and no long piece of it, in any format, whichever rule speaks of its sentence."""
    line = f"申请人张某（{ID}，手机{MOBILE}）的申请已经按时办理完毕，，并按要求当面答复了申请人（本人到场"
    text = CLEAN.replace("0812-8650456", CONTACT).replace("政务公开纳入", f"{line}。{line}。政务公开纳入")
    before = BEFORE.replace("政务公开纳入", f"{line}。政务公开纳入")
    if name.endswith("html"):
        lines = text.replace("&", "&amp;").split("\n")
        text = "<html><body>" + "".join(f"<p>{line.lstrip('# ')}</p>\n" for line in lines) + "</body></html>"
    (folder / name).write_text(text, encoding="utf-8")
    (folder / "before.md").write_text(before, encoding="utf-8")
    more = ("--date", "2026-01-31", "--previous", "before.md") if options[0] == "check" else ()
    done = gouji(options[0], *options[1:], *more, name, cwd=folder)
    out = done.stdout.decode() + done.stderr.decode()
    assert [number for number in (ID, MOBILE, CONTACT) if number[3:-2] in out] == []
    if options[0] == "check":
        assert {rule for rule in ("GJ811", "GJ812", "GJ851", "GJ806", "GJ226") if rule not in out} == set()
        assert "51**************35" in out
        assert "139******21" in out
