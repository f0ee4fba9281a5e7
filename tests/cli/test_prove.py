"""``gouji test``, ``gouji new`` and ``gouji docs`` as a user calls them."""

import shutil
from pathlib import Path

import pytest

from gouji.cli.docs import kept_pages
from tests.cli.conftest import ROOT, Run
from tests.test_pack_file import VALID

PACK = ROOT / "rules" / "cn-gov-disclosure" / "2021.yaml"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the national pack, to be changed."""
    shutil.copytree(PACK.parent, tmp_path / "rules")
    return tmp_path / "rules" / "2021.yaml"


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


# --- test ---------------------------------------------------------------------------------------


def test_shipped_packs_are_proven(gouji: Run) -> None:
    """Without a name every shipped pack is tried; all behave, exit 0."""
    done = gouji("test", "--lang", "en")
    assert (done.returncode, done.stderr) == (0, b"")
    text = done.stdout.decode()
    assert "| GJ301 | table3-row-sum | 1 | 2 | 1/26 |" in text
    assert text.endswith("All behave as declared.\n")


def test_example_that_does_not_behave(gouji: Run, copy: Path) -> None:
    """An example with the wrong address makes exit 1, and is told with its rule."""
    replaced(copy.parent / "2021" / "sums.yaml", 'at: ["applications/new"]', 'at: ["applications/granted"]')
    done = gouji("test", str(copy))
    assert done.returncode == 1
    problem = "- GJ301 不通过的例子 1：应当不通过的是 applications/granted，实际是 applications/new"
    assert problem in done.stdout.decode()


def test_rule_without_examples(gouji: Run, tmp_path: Path) -> None:
    """A rule without examples is not proven: exit 1."""
    (tmp_path / "pack.yaml").write_text(VALID, encoding="utf-8")
    done = gouji("test", "pack.yaml", "--lang", "en", cwd=tmp_path)
    assert done.returncode == 1
    assert "- GJ901 no failing example\n- GJ901 no passing example\n" in done.stdout.decode()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bad.yaml"], "bad.yaml is a part of no rule pack: it has no key pack"),
        (["none"], "no rule pack none"),
        (["--report", "a.md"], "--report, --rates and --save-rates go with --mutate"),
        (["pack.yaml", "--mutate"], "the pack has no specimen"),
        (["--mutate", "--report", "none.md"], "none.md cannot be read"),
        (["--mutate", "--report", "pack.yaml"], "pack.yaml cannot be read"),
        (["--mutate", "--report", "other.md"], "other.md is not judged and cannot be used"),
        (["--mutate", "--rates", "pack.yaml"], "not a file of rates"),
        (["--mutate", "--rates", "none.json"], "none.json cannot be read"),
    ],
)
def test_cannot_be_carried_out(gouji: Run, tmp_path: Path, arguments: list[str], said: str) -> None:
    """What cannot be tried at all is exit 2."""
    (tmp_path / "pack.yaml").write_text(VALID, encoding="utf-8")
    (tmp_path / "bad.yaml").write_text("title: {zh: 甲, en: a}\n", encoding="utf-8")
    (tmp_path / "other.md").write_text("# 通知\n", encoding="utf-8")
    done = gouji("test", "--lang", "en", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert said in done.stderr.decode()


# --- new ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["docx", "md"])
def test_new_report(gouji: Run, tmp_path: Path, form: str) -> None:
    """A blank report is written under its title, and never over a file that is there."""
    made = gouji("new", "--unit", "渔门镇人民政府", "--year", "2024", "--format", form, cwd=tmp_path)
    path = tmp_path / f"渔门镇人民政府2024年政府信息公开工作年度报告.{form}"
    assert (made.returncode, made.stderr) == (0, b"")
    assert made.stdout.decode().startswith(path.name)
    content = path.read_bytes()
    again = gouji("new", "--unit", "渔门镇人民政府", "--year", "2024", "--format", form, "--lang", "en", cwd=tmp_path)
    assert again.returncode == 2
    assert "exists and was not replaced" in again.stderr.decode()
    assert path.read_bytes() == content
    checked = gouji("check", "--select", "GJ1", "--quiet", path.name, cwd=tmp_path).stdout.decode()
    assert checked.count("GJ106") == 3
    assert checked.count("错误 GJ") == 3


@pytest.mark.parametrize("form", ["docx", "md"])
def test_new_report_from_facts(gouji: Run, tmp_path: Path, form: str) -> None:
    """Facts taken from one report fill another, cell by cell."""
    gouji("facts", str(ROOT / "examples" / "clean.md"), "--format", "csv", "-o", "facts.csv", cwd=tmp_path)
    made = gouji(
        "new",
        "--unit",
        "甲镇",
        "--year",
        "2024",
        "--from",
        "facts.csv",
        "-o",
        f"a.{form}",
        "--format",
        form,
        cwd=tmp_path,
    )
    assert (made.returncode, made.stderr) == (0, b"")
    again = gouji("facts", f"a.{form}", "--format", "csv", cwd=tmp_path).stdout.decode()
    before = (tmp_path / "facts.csv").read_text(encoding="utf-8")
    assert values(again) == values(before)


def values(text: str) -> list[list[str]]:
    return [line.split(",")[:2] for line in text.splitlines()]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--year", "2024", "--from", "bad.csv"], "facts, line 2: the official form has no x"),
        (["--year", "2024", "--from", "none.csv"], "none.csv cannot be read"),
        (["--year", "2011"], "no rule pack is for reports on 2011"),
        (["--year", "2024", "--pack", "pack.yaml"], "the pack test/2021 has no blank report"),
        (["--year", "2024", "-o", "none/a.docx"], "cannot write none/a.docx"),
    ],
)
def test_new_report_cannot_be_made(gouji: Run, tmp_path: Path, arguments: list[str], said: str) -> None:
    """What cannot be made is exit 2, and nothing is left behind."""
    (tmp_path / "pack.yaml").write_text(VALID, encoding="utf-8")
    (tmp_path / "bad.csv").write_text("key,value\nx,3\n", encoding="utf-8")
    done = gouji("new", "--unit", "甲镇", "--lang", "en", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert said in done.stderr.decode()
    assert not list(tmp_path.glob("*.docx"))


# --- docs ---------------------------------------------------------------------------------------


def test_docs(gouji: Run, tmp_path: Path) -> None:
    """Pages are written; a page of a rule that is gone is taken away, other files stay; drift is exit 1."""
    assert gouji("docs", cwd=tmp_path).returncode == 0
    folder = tmp_path / "docs" / "rules"
    pages = kept_pages(folder)
    gone, own = folder / "cn-gov-disclosure-2021" / "GJ999.md", folder / "own.md"
    gone.write_bytes((folder / "README.md").read_bytes())
    own.write_text("# 自己的说明\n", encoding="utf-8")
    (folder / "README.md").write_text("x", encoding="utf-8")
    checked = gouji("docs", "--check", "--lang", "en", cwd=tmp_path)
    assert checked.returncode == 1
    assert checked.stderr.decode().splitlines() == [
        f"docs/rules/{name}: is not what the packs say: run gouji docs"
        for name in ("cn-gov-disclosure-2021/GJ999.md", "README.md")
    ]
    assert gouji("docs", cwd=tmp_path).returncode == 0
    assert (kept_pages(folder), gone.exists(), own.exists()) == (pages, False, True)
    assert gouji("docs", "--check", cwd=tmp_path).returncode == 0


def test_docs_cannot_be_written(gouji: Run, tmp_path: Path) -> None:
    """A folder that cannot be made is exit 2."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    done = gouji("docs", "--output", "file/pages", "--lang", "en", cwd=tmp_path)
    assert done.returncode == 2
    assert "cannot write file/pages" in done.stderr.decode()
