"""``gouji compare`` as a user calls it: exit codes, what is written where, and reports that cannot be compared."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Inside, Run

COUNTY = ROOT / "examples" / "county"
CLEAN = (ROOT / "examples" / "clean.md").read_text(encoding="utf-8")
BEFORE = CLEAN.replace("2024", "2023").replace("2025", "2024")
EXTRA = ("docxtpl", "jinja2", "numpy", "openpyxl", "pyarrow", "vl_convert", "xlsxwriter")
CALL = ("compare", "--date", "2025-04-01")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a report, those of the year before, and files that are none."""
    (tmp_path / "report.md").write_text(CLEAN, encoding="utf-8")
    (tmp_path / "before.md").write_text(BEFORE, encoding="utf-8")
    carried = "| 四、结转下年度继续办理 | | | 1 |"
    (tmp_path / "wrong.md").write_text(BEFORE.replace(carried, carried.replace("1", "3")), encoding="utf-8")
    (tmp_path / "note.md").write_text("会议通知", encoding="utf-8")
    (tmp_path / "empty.md").write_bytes(b"")
    (tmp_path / "broken.docx").write_bytes(b"PK\x03\x04 and no more")
    return tmp_path


@pytest.mark.parametrize(
    ("before", "options", "code"),
    [
        ("before.md", (), 0),  # warnings only
        ("before.md", ("--fail-on", "warning"), 1),
        ("wrong.md", (), 1),
        ("wrong.md", ("--fail-on", "never"), 0),
    ],
)
def test_exit_code(inside: Inside, folder: Path, before: str, options: tuple[str, ...], code: int) -> None:
    """By the worst finding of the comparison; what is wrong with a report by itself is for check."""
    found, out, err = inside(*CALL, before, "report.md", *options, cwd=folder)
    assert (found, err) == (code, "")
    assert out.splitlines()[-1] == (
        "对照发现 错误 1  警告 3  提示 0" if before == "wrong.md" else "对照发现 错误 0  警告 3  提示 0"
    )


def test_what_a_report_has_by_itself_does_not_fail_the_comparison(inside: Inside, folder: Path) -> None:
    errors = (ROOT / "examples" / "errors.md").read_text(encoding="utf-8")
    (folder / "errors.md").write_text(errors, encoding="utf-8")
    code, out, _ = inside(*CALL, "errors.md", "report.md", cwd=folder)
    assert code == 0
    assert "本身：错误 7  警告 4  提示 0" in out


def test_the_order_does_not_matter(inside: Inside, folder: Path) -> None:
    """But for the note that says so."""
    _, one, _ = inside(*CALL, "before.md", "report.md", cwd=folder)
    _, other, _ = inside(*CALL, "report.md", "before.md", cwd=folder)
    note = "  · 按年度先后排列，与命令行的次序相反\n"
    assert note not in one
    assert other.replace(note, "") == one


@pytest.mark.parametrize(
    ("name", "rule", "said"),
    [
        ("note.md", "GJ007", "没有认出年报"),
        ("empty.md", "GJ002", "文件是空的"),
        ("broken.docx", "GJ003", "这是 ZIP 压缩文件"),
        ("pipe", "GJ012", "不是普通文件"),
        ("old.md", "GJ008", "没有适用于 2007 年报告的规则包"),
    ],
)
@pytest.mark.parametrize("form", ["terminal", "json", "html"])
def test_no_half_comparison(inside: Inside, folder: Path, name: str, rule: str, said: str, form: str) -> None:
    """A report that cannot be judged is told as check tells it; nothing is written, an old file stays."""
    if name == "pipe":
        os.mkfifo(folder / name)
    if name == "old.md":
        (folder / name).write_text(CLEAN.replace("2024", "2007"), encoding="utf-8")
    (folder / "out").write_text("old")
    code, out, err = inside(*CALL, "report.md", name, "--format", form, "-o", "out", cwd=folder)
    assert (code, out) == (1, "")
    assert f"{name}: {rule} " in err
    assert said in err
    assert err.endswith("gouji: 没有对照：两份报告都读得出来才能对照\n")
    assert "report.md" not in err
    assert (folder / "out").read_text() == "old"


def test_both_that_cannot_be_read_are_told(inside: Inside, folder: Path) -> None:
    code, out, err = inside(*CALL, "empty.md", "note.md", "--lang", "en", cwd=folder)
    assert (code, out) == (1, "")
    assert "empty.md: GJ002 " in err
    assert "note.md: GJ007 no report recognised" in err
    assert err.endswith("gouji: not compared: both reports have to be read first\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("report.md", "report.md"), "要对照的是两份报告，这里是同一个文件"),
        (("report.md", "./link.md"), "要对照的是两份报告，这里是同一个文件"),
        (("report.md", "before.md", "-o", "before.md"), "输出文件 before.md 就是要对照的报告"),
        (("report.md", "before.md", "-o", "none/out.txt"), "无法写入 none/out.txt"),
        (("report.md", "before.md", "--pack", "none"), "none"),
    ],
)
def test_calls_that_make_no_sense(inside: Inside, folder: Path, arguments: tuple[str, ...], said: str) -> None:
    (folder / "link.md").symlink_to("report.md")
    code, out, err = inside(*CALL, *arguments, cwd=folder)
    assert (code, out) == (2, "")
    assert said in err
    assert (folder / "before.md").read_text(encoding="utf-8") == BEFORE


@pytest.mark.parametrize("name", ["none.md", "."])
def test_what_is_no_file_is_refused(inside: Inside, folder: Path, name: str) -> None:
    code, out, _ = inside(*CALL, "report.md", name, cwd=folder)
    assert (code, out) == (2, "")


def without(*modules: str) -> str:
    """Return a program that runs gouji as if these were not installed."""
    return f"import sys; sys.modules.update(dict.fromkeys({modules}, None)); from gouji.cli import main; main()"


@pytest.mark.parametrize("form", ["terminal", "json"])
def test_without_the_extra(folder: Path, cache: Path, form: str) -> None:
    """Terminal and JSON need nothing that gouji alone does not have."""
    done = subprocess.run(
        [sys.executable, "-c", without(*EXTRA), *CALL, "before.md", "report.md", "--format", form],
        cwd=folder, env=os.environ | {"XDG_CACHE_HOME": str(cache)}, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"GJ852" in done.stdout


def test_a_page_needs_the_extra(folder: Path, cache: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", without("jinja2"), *CALL, "before.md", "report.md", "--format", "html"],
        cwd=folder, env=os.environ | {"XDG_CACHE_HOME": str(cache)}, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, b"")
    assert "缺少 jinja2，请先安装：pip install 'gouji[audit]'" in done.stderr.decode()


@pytest.mark.parametrize("form", ["terminal", "json", "html"])
def test_the_same_bytes_whatever_the_hash_seed(gouji: Run, form: str) -> None:
    """Of a PDF and a Word document, read at the same time."""
    files = (
        "2023/青禾县自然资源局2023年政府信息公开工作年度报告.docx",
        "2024/部门/2024年自然资源局政府信息公开年报.pdf",
    )
    runs = [gouji(*CALL, *files, "--format", form, cwd=COUNTY, PYTHONHASHSEED=seed) for seed in ("1", "2")]
    assert [run.returncode for run in runs] == [1, 1]
    assert runs[0].stdout == runs[1].stdout


def test_a_page_in_a_file(inside: Inside, folder: Path) -> None:
    code, out, err = inside(*CALL, "before.md", "report.md", "--format", "html", "-o", "对照.html", cwd=folder)
    assert (code, out, err) == (0, "", "")
    page = (folder / "对照.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "<h1>青禾县石桥镇人民政府：2023 年与 2024 年报告对照</h1>" in page


def test_json_in_english(inside: Inside, folder: Path) -> None:
    code, out, _ = inside(*CALL, "before.md", "report.md", "--format", "json", "--lang", "en", cwd=folder)
    content = json.loads(out)
    assert (code, content["schema"], content["mode"]) == (0, "gouji-comparison/1", "years")
    assert content["forms"][1]["name"] == "Table 3 (requests)"


def test_the_configuration_holds(inside: Inside, folder: Path) -> None:
    """What it ignores is not compared, its fail-on counts; its year is for reports that are checked.

    ``--isolated`` leaves it aside.
    """
    (folder / "gouji.toml").write_text(
        'year = 2024\nfail-on = "warning"\n[ignore]\nGJ852 = "每年一样"\n', encoding="utf-8"
    )
    code, out, _ = inside(*CALL, "before.md", "report.md", cwd=folder)
    assert (code, out.splitlines()[-1]) == (1, "对照发现 错误 0  警告 1  提示 0")
    code, out, _ = inside(*CALL, "before.md", "report.md", "--isolated", cwd=folder)
    assert (code, out.splitlines()[-1]) == (0, "对照发现 错误 0  警告 3  提示 0")


def test_a_unit_that_was_renamed(inside: Inside, folder: Path) -> None:
    (folder / "renamed.md").write_text(CLEAN.replace("石桥镇", "石桥街道"), encoding="utf-8")
    _, apart, _ = inside(*CALL, "before.md", "renamed.md", cwd=folder)
    _, together, _ = inside(*CALL, "before.md", "renamed.md", "--same-unit", cwd=folder)
    assert "请加 --same-unit" in apart
    assert "跨年勾稽" not in apart
    assert "跨年勾稽" in together


def test_limits_hold_for_each_report(inside: Inside, folder: Path) -> None:
    """A report beyond a limit is told with the limit and its option, and there is no comparison."""
    (folder / "large.md").write_text(CLEAN + "数" * 40_000_000, encoding="utf-8")
    code, out, err = inside(*CALL, "before.md", "large.md", "--memory", "256", cwd=folder)
    assert (code, out) == (1, "")
    assert "large.md: GJ0" in err
