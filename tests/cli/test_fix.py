"""``gouji fix`` as a user calls it: what it shows, writes and returns."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Run

EXAMPLES = ROOT / "examples"
DAY = ("--date", "2026-01-31")
DIFF = """\
--- errors.md
+++ errors.md
@@ -71,7 +71,7 @@
 | | | 3.补正后申请内容仍不明确 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
 | | （五）不予处理 | 1.信访举报投诉类申请 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
 | | | 2.重复申请 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
-| | | 3.要求提供公开出版物 | | | | | | | |
+| | | 3.要求提供公开出版物 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
 | | | 4.无正当理由大量反复申请 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
 | | | 5.要求行政机关确认或重新出具已获取信息 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
 | | （六）其他处理 | 1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
@@ -88,7 +88,7 @@
 | | | | | | 结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计 | 结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计 |
 | 10 | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
 ~
-## 五、存在问题及改进情况
+## 五、存在的主要问题及改进情况
 ~
 一是公开内容不够细，工程招投标信息更新较慢。
 ~
""".replace("~", "")
ROW = "表三（申请办理）“要求提供公开出版物”行 自然人、商业企业、科研机构、公益组织、法律机构、其他、总计：空白 → 0"
TITLE = "章节名称：存在问题及改进情况 → 存在的主要问题及改进情况"
REST = "其余 错误 7  警告 2  提示 0，请用 gouji check 查看"
Done = subprocess.CompletedProcess[bytes]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the examples of single reports."""
    for example in EXAMPLES.iterdir():
        if example.is_file():
            shutil.copy(example, tmp_path)
    return tmp_path


@pytest.fixture
def fix(gouji: Run, folder: Path) -> Callable[..., Done]:
    """Run ``gouji fix`` there."""
    return lambda *arguments, **environment: gouji("fix", *DAY, *arguments, cwd=folder, **environment)


def out(done: Done) -> list[str]:
    return done.stdout.decode().splitlines()


def err(done: Done) -> list[str]:
    return done.stderr.decode().splitlines()


def test_diff_shows_and_writes_nothing(fix: Callable[..., Done], folder: Path) -> None:
    """Stdout is the diff alone, as ``patch`` takes it; exit 1 tells that something would change."""
    done = fix("--diff", "errors.md")
    assert (done.returncode, done.stdout.decode()) == (1, DIFF)
    assert err(done) == [f"将改正 1 个文件共 2 处；{REST}"]
    assert (folder / "errors.md").read_bytes() == (EXAMPLES / "errors.md").read_bytes()
    clean = fix("--diff", "clean.md")
    assert (clean.returncode, clean.stdout, err(clean)) == (0, b"", ["没有可以自动改正的；没有其他问题"])


@pytest.mark.skipif(shutil.which("patch") is None, reason="patch is not installed")
def test_diff_is_a_patch(fix: Callable[..., Done], folder: Path) -> None:
    """What ``--diff`` prints makes with ``patch`` what ``gouji fix`` writes, other line ends included."""
    page = folder / "errors.html"
    page.write_bytes(page.read_bytes().replace(b"\n", b"\r\n"))
    text = (EXAMPLES / "clean.md").read_text("utf-8").replace("## 六、其他需要", "## 六、\t\u3000\xa0其他需")
    (folder / "short.md").write_text(text.partition("2024年没有收取")[0] + "- 0", encoding="utf-8")  # no last line end
    for name in ("errors.md", "errors.html", "short.md"):
        old = (folder / name).read_bytes()
        patch = fix("--diff", name).stdout
        fix(name)
        fixed = (folder / name).read_bytes()
        (folder / name).write_bytes(old)
        subprocess.run(["patch", "--binary", "-p0"], input=patch, cwd=folder, check=True, capture_output=True)
        assert (folder / name).read_bytes() == fixed
        assert fixed != old


def test_word_is_told_in_words(fix: Callable[..., Done]) -> None:
    """A Word document has no lines: old and new are told with the place."""
    done = fix("--diff", "errors.docx")
    assert (done.returncode, out(done)) == (
        1, ["errors.docx  将改正 2 处", f"  GJ131  {ROW}", f"  第22段  GJ104  {TITLE}"],
    )  # fmt: skip


def test_numbers_are_written_when_asked(fix: Callable[..., Done], folder: Path) -> None:
    """``--numbers`` writes what two equations prove, and tells what one alone does not."""
    done = fix("--numbers", "--select", "GJ301,GJ303,GJ401", "errors.md")
    assert (done.returncode, done.stderr) == (1, b"")
    assert out(done) == [
        "errors.md  改正 1 处",
        "  57:26  GJ301  表三（申请办理）“一、本年新收·自然人”：5 → 3",
        "errors.md  没有改 1 处，请手工处理",
        "  89:20  GJ303  表四（复议诉讼）：只有一个等式，不足以证明应填的数，请对照台账",
        "改正 1 个文件共 1 处；其余 错误 1  警告 0  提示 0，请用 gouji check 查看",
    ]
    before, after = ((at / "errors.md").read_text("utf-8").splitlines() for at in (EXAMPLES, folder))
    assert [(old, new) for old, new in zip(before, after, strict=True) if old != new] == [
        (before[56], before[56].replace("| 5 |", "| 3 |"))
    ]


def test_fix_writes_and_tells(fix: Callable[..., Done], folder: Path) -> None:
    """The changes are told with their places; errors that remain make exit 1; a second run changes nothing."""
    done = fix("errors.md")
    assert (done.returncode, done.stderr) == (1, b"")
    assert out(done) == [
        "errors.md  改正 2 处",
        f"  74:20  GJ131  {ROW}",
        f"  91:6  GJ104  {TITLE}",
        f"改正 1 个文件共 2 处；{REST}",
    ]
    once = (folder / "errors.md").read_bytes()
    assert once.decode() == (EXAMPLES / "errors.md").read_text("utf-8").replace(
        "| 3.要求提供公开出版物 | | | | | | | |", "| 3.要求提供公开出版物 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |"
    ).replace("存在问题及", "存在的主要问题及")
    again = fix("errors.md")
    assert (again.returncode, out(again)) == (1, [f"没有可以自动改正的；{REST}"])
    assert (folder / "errors.md").read_bytes() == once


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("clean.md",), 0),
        (("errors.md",), 1),
        (("--fail-on", "never", "errors.md"), 0),
        (("--select", "GJ104", "errors.md"), 0),
        (("--select", "GJ104", "--diff", "errors.md"), 1),
        (("errors.pdf",), 0),
        (("clean.md", "errors.pdf"), 0),
        (("--diff", "errors.pdf"), 0),
        (("missing.md",), 2),
        (("--select", "GJ999", "errors.md"), 2),
        (("empty.md",), 1),
        (("--diff", "empty.md"), 1),
    ],
)
def test_exit_codes(fix: Callable[..., Done], folder: Path, arguments: tuple[str, ...], code: int) -> None:
    """0: nothing remains that fails; 1: something does (``--diff``: would change); 2: it could not be done."""
    (folder / "empty.md").write_bytes(b"")
    assert fix(*arguments).returncode == code


def test_pdf_is_told(fix: Callable[..., Done], folder: Path) -> None:
    """A PDF cannot be fixed: said, and no reason to fail."""
    done = fix("errors.pdf", "clean.docx")
    assert out(done) == ["errors.pdf  没有改：PDF 不能直接改，请改原文档后重新导出", "没有可以自动改正的"]
    assert (folder / "errors.pdf").read_bytes() == (EXAMPLES / "errors.pdf").read_bytes()


def test_many_files_that_cannot_be_fixed(fix: Callable[..., Done], folder: Path) -> None:
    """A folder full of PDF gets one line for all of them."""
    reports = folder / "reports"
    reports.mkdir()
    for number in range(5):
        shutil.copy(folder / "errors.pdf", reports / f"{number}年报.pdf")
    assert out(fix("reports")) == [
        "reports/0年报.pdf、reports/1年报.pdf、reports/2年报.pdf 等 5 个文件  没有改：PDF 不能直接改，请改原文档后重新导出",
        "没有可以自动改正的",
    ]


def test_choice_of_rules_claims_nothing_else(fix: Callable[..., Done], folder: Path) -> None:
    """What was not looked for is not called right, and a text that is no report is passed over on a walk."""
    (folder / "notes").mkdir()
    (folder / "notes" / "README.md").write_text("# 说明\n\n甲乙。\n", encoding="utf-8")
    shutil.copy(folder / "errors.md", folder / "notes")
    rest = "其余 错误 0  警告 0  提示 1，请用 gouji check 查看"  # that one file is no report
    assert out(fix("--select", "GJ108", "notes")) == [f"没有可以自动改正的；{rest}"]
    assert out(fix("--select", "GJ108", "notes/errors.md")) == ["没有可以自动改正的"]


def test_symlink_is_refused(fix: Callable[..., Done], folder: Path) -> None:
    """A link is not followed, not even to show what would change; what it leads to stays."""
    (folder / "link.md").symlink_to("errors.md")
    for option in ((), ("--diff",)):
        done = fix(*option, "link.md")
        assert done.returncode == 2
        assert "link.md  没有改：是符号链接；请直接给出原文件" in out(done) + err(done)
    assert (folder / "link.md").is_symlink()
    assert (folder / "errors.md").read_bytes() == (EXAMPLES / "errors.md").read_bytes()
    walked = fix("--select", "GJ104", ".")
    assert walked.returncode == 0  # links met on a walk are no reports
    assert "link.md" not in walked.stdout.decode()


def test_read_only_file_is_told(fix: Callable[..., Done], folder: Path) -> None:
    """What may not be written is said once, and fails the run; the others are mended."""
    (folder / "errors.md").chmod(0o444)
    done = fix("--select", "GJ104", "errors.md", "errors.html")
    assert done.returncode == 2
    assert "errors.md  没有改：文件是只读的；请先去掉只读属性" in out(done)
    assert "errors.html  改正 1 处" in out(done)
    assert fix("--select", "GJ104", "--diff", "errors.md").returncode == 1


def test_what_is_left_is_told(fix: Callable[..., Done], folder: Path) -> None:
    """What could not be mended is told apart, with the place and the reason."""
    text = (EXAMPLES / "clean.md").read_text("utf-8").replace("| 行政处罚 | 3 |", "| 行政处罚 | |")
    (folder / "clean.md").write_text(text, encoding="utf-8")
    assert out(fix("clean.md")) == [
        "clean.md  没有改 1 处，请手工处理",
        "  43:9  GJ131  表二（主动公开） 1 格：表内合计不能证明是 0，请核实后填写",
        "没有可以自动改正的；其余 错误 0  警告 1  提示 0，请用 gouji check 查看",
    ]


def test_english(fix: Callable[..., Done]) -> None:
    """In English as in Chinese."""
    done = fix("--lang", "en", "--select", "GJ104", "errors.md", "errors.pdf")
    assert out(done) == [
        "errors.md  1 fixed",
        "  91:6  GJ104  section title: 存在问题及改进情况 → 存在的主要问题及改进情况",
        "errors.pdf  not fixed: a PDF cannot be fixed: fix the document it was made from",
        "fixed 1 place(s) in 1 file(s)",
    ]


def test_suppressions_beside_are_heeded(fix: Callable[..., Done], folder: Path) -> None:
    """What is accounted for in ``gouji-ignore.toml`` is not mended."""
    (folder / "gouji-ignore.toml").write_text(
        '[[ignore]]\nfile = "errors.docx"\nrule = "GJ104"\nreason = "沿用旧称"\n', encoding="utf-8"
    )
    assert [line for line in out(fix("errors.docx")) if "GJ104" in line] == []


def test_name_and_words_that_would_act_on_a_terminal(gouji: Run, folder: Path) -> None:
    """Neither a file's name nor its text reaches the terminal as an escape."""
    name = "\x1b[31m年报.md"
    text = (EXAMPLES / "errors.md").read_text("utf-8").replace("## 五、存在问题", "## 五、存在问题\u202e")
    (folder / name).write_text(text.replace("一是公开", "\x1b[2J一是公开"), encoding="utf-8")
    for option in ("--diff", "--fail-on=never"):
        done = gouji("fix", *DAY, option, name, cwd=folder)
        assert b"\x1b" not in done.stdout + done.stderr
        assert "\u202e" not in done.stdout.decode()


def test_named_pipe_is_told(fix: Callable[..., Done], folder: Path) -> None:
    """A named pipe is no file; nobody waits for a writer."""
    os.mkfifo(folder / "pipe.md")
    done = fix("pipe.md")
    assert (done.returncode, out(done)[0]) == (2, "pipe.md  没有改：不是普通文件")
