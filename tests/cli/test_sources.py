"""The files of a run: as named or found on a walk, without what git ignores and what the configuration excludes."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gouji import config
from gouji.cli import sources
from gouji.cli.settings import Asked, Settings
from gouji.cli.sources import find_sources
from gouji.errors import UsageError

Put = Callable[..., None]


def git(*arguments: str, cwd: Path) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    command = ("git", "-c", "user.name=Clerk", "-c", "user.email=clerk@example.org", *arguments)
    return subprocess.run(command, cwd=cwd, env=environment, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path) -> Put:
    """Write files below a folder to stand in, which is no repository yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    for remembered in (config._in_folder, config._closest, config._table, sources._repository):
        remembered.cache_clear()

    def files(*names: str, **texts: str) -> None:
        for name in names:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(b"")
        for name, text in texts.items():
            (tmp_path / {"toml": "gouji.toml", "ignored": ".gitignore"}[name]).write_text(text, encoding="utf-8")

    return files


def found(*paths: str, force_exclude: bool = False, isolated: bool = False) -> list[str]:
    chosen = find_sources(paths, Settings(Asked(isolated=isolated)), force_exclude=force_exclude)
    return [source.path.as_posix() for source in chosen.sources]


def refusal(*paths: str) -> str:
    with pytest.raises(UsageError) as caught:
        found(*paths)
    return caught.value.text.zh


# --- configuration ---------------------------------------------------------------------------------


def test_excludes_on_walks(put: Put) -> None:
    """Excluded files are left out of walks; what the user names is checked all the same, unless told otherwise."""
    put("a.md", "old/b.md", "towns/old/c.md", toml="exclude = ['old']\n")
    assert found(".") == ["a.md"]
    assert found(".", isolated=True) == ["a.md", "old/b.md", "towns/old/c.md"]
    assert found("old/b.md", "a.md") == ["old/b.md", "a.md"]
    assert found("old/b.md", "a.md", force_exclude=True) == ["a.md"]
    assert found("old/b.md", force_exclude=True) == []


def test_each_file_by_its_own_configuration(put: Put, tmp_path: Path) -> None:
    """A pattern is for the files of its own folder's configuration, however they are reached."""
    put("a.md", "sub/a.md", "sub/b.md", toml="exclude = ['sub/b.md', '/a.md']\n")
    (tmp_path / "sub" / "gouji.toml").write_text("exclude = ['/a.md']\n", encoding="utf-8")
    assert found(".") == ["sub/b.md"]
    assert found("sub/../sub") == ["sub/../sub/b.md"]
    assert found(str(tmp_path)) == [(tmp_path / "sub" / "b.md").as_posix()]


def test_folder_of_which_all_is_excluded(put: Put) -> None:
    """Nothing to check is exit 2, and the message says why there is nothing."""
    put("a.md", "b.md", toml="exclude = ['*.md']\n")
    assert refusal(".") == "文件夹 . 里没有可检查的文件：2 个都被 .gitignore 或配置的 exclude 排除"


def test_same_file_by_several_names(put: Put) -> None:
    put("sub/a.md")
    assert found("sub/a.md", "sub", "sub/../sub/a.md", "./sub/a.md") == ["sub/a.md"]


def test_passed_over(put: Put) -> None:
    """Documents that no reader is for are told apart on walks, and checked, which says so, where they are named."""
    put("a.md", "b/年报.JPG", "b/c.xlsx", "b/style.css", "年报", "~$d.xlsx", "old/e.jpg", toml="exclude = ['old']\n")
    walked = find_sources((".",), Settings(Asked()))
    assert [source.path.as_posix() for source in walked.sources] == ["a.md"]
    assert [path.as_posix() for path in walked.passed] == ["年报", "b/c.xlsx", "b/年报.JPG"]
    named = find_sources((".", "b/年报.JPG"), Settings(Asked()))
    assert [source.path.as_posix() for source in named.sources] == ["a.md", "b/年报.JPG"]
    assert [path.as_posix() for path in named.passed] == ["年报", "b/c.xlsx"]


def test_link_to_what_is_passed_over(put: Put, tmp_path: Path) -> None:
    """It is read by its own name: the file that it leads to is not."""
    put("a.md", "b.xml")
    (tmp_path / "年报.md").symlink_to("b.xml")
    assert found(".") == ["a.md", "年报.md"]


def test_folder_of_photos(put: Put) -> None:
    """Nothing to check, and the message names what may be the reports."""
    put("b/c.xlsx", "b/年报.jpg")
    known = ".md .markdown .txt .html .htm .docx .docm .dotx .dotm .pdf .doc .wps .rtf .odt"
    assert refusal("b") == (
        f"文件夹 b 里没有可检查的文件（{known}）；2 个文件的格式不支持，没有读取：b/年报.jpg、b/c.xlsx"
    )


def test_folder_of_photos_and_what_is_excluded(put: Put) -> None:
    """Both are reasons why there is nothing to check."""
    put("b/c.xlsx", "b/年报.jpg", "b/old.md", "b/old.jpg", toml="exclude = ['old.*']\n")
    assert refusal("b") == (
        "文件夹 b 里没有可检查的文件：1 个都被 .gitignore 或配置的 exclude 排除；"
        "2 个文件的格式不支持，没有读取：b/年报.jpg、b/c.xlsx"
    )


def test_mistake_in_a_configuration_below(put: Put, tmp_path: Path) -> None:
    """A configuration that cannot be used stops the run: its files would be judged by others' rules."""
    put("a.md", "sub/a.md")
    (tmp_path / "sub" / "gouji.toml").write_text("x = 1\n", encoding="utf-8")
    assert "不认识的键 x" in refusal(".")


# --- links and odd names ---------------------------------------------------------------------------


def test_links(put: Put, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A link to a file that is found itself would be one file twice; a named link is followed."""
    put("real/a.md")
    (tmp_path / "link.md").symlink_to("real/a.md")
    (tmp_path / "folder").symlink_to("real")
    (tmp_path / "real" / "loop").symlink_to("..")
    assert found(".") == ["real/a.md"]
    assert capsys.readouterr().err == ""
    assert found("link.md", "folder") == ["link.md", "folder/a.md"]


def test_links_that_lead_elsewhere(put: Put, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A linked report is checked, once, or it would pass unseen; a linked folder is told; a broken link as well."""
    put("a.md", "elsewhere/b.md", "elsewhere/c.md")
    walk = tmp_path / "walk"
    walk.mkdir()
    for name, target in (("one.md", "b.md"), ("two.md", "b.md"), ("none.md", "gone.md")):
        (walk / name).symlink_to(f"../elsewhere/{target}")
    (walk / "circle.md").symlink_to("circle.md")
    (walk / "all").symlink_to("../elsewhere")
    assert found("walk") == ["walk/circle.md", "walk/none.md", "walk/one.md"]
    assert capsys.readouterr().err == "gouji: 链接的文件夹没有进入，其中的报告没有检查：walk/all\n"


ODD = [
    ":(top)年报.md",
    "-年报.md",
    "!年报.md",
    "年报 *.md",
    "[年]报.md",
    '年报"\\n.md',
    "年报\n.md",
    os.fsdecode(b"\xff\xfe\xc4\xea.md"),
]


@pytest.mark.parametrize("name", ODD)
def test_odd_names(put: Put, tmp_path: Path, name: str) -> None:
    """Names that mean something to git or a terminal, or are no text, are names."""
    git("init", "-q", cwd=tmp_path)
    put(name, "ignored.md", ignored="ignored.md\n", toml="exclude = ['excluded.md']\n")
    assert found(".") == [name]


@pytest.mark.parametrize("name", ODD[1:4])
def test_odd_names_ignored(put: Put, tmp_path: Path, name: str) -> None:
    git("init", "-q", cwd=tmp_path)
    put(name, "a.md", ignored="\\" + name.replace("*", "\\*") + "\n")
    assert found(".") == ["a.md"]


# --- git -------------------------------------------------------------------------------------------


def test_gitignore(put: Put, tmp_path: Path) -> None:
    """What git ignores is left out of walks, by all of git's rules: deeper files, negation, what is tracked."""
    git("init", "-q", cwd=tmp_path)
    put(
        "a.md", "tmp.md", "keep.md", "tracked.md", "towns/b.md", "towns/x.md", ignored="*.md\n!a.md\n!keep.md\n!towns\n"
    )
    (tmp_path / "towns" / ".gitignore").write_text("!b.md\n", encoding="utf-8")
    git("add", "-f", "tracked.md", cwd=tmp_path)
    assert found(".") == ["a.md", "keep.md", "tracked.md", "towns/b.md"]
    assert found("towns") == ["towns/b.md"]
    assert found("tmp.md", "towns/x.md") == ["tmp.md", "towns/x.md"]
    assert found("towns/../towns") == ["towns/../towns/b.md"]


def test_gitignore_without_a_repository(put: Put) -> None:
    """Outside a repository ``.gitignore`` is a file as others."""
    put("a.md", ignored="*.md\n")
    assert found(".") == ["a.md"]


def test_gitignore_through_links(put: Put, tmp_path: Path) -> None:
    """A folder that is a link into a repository is walked by the rules of that repository."""
    (tmp_path / "repository" / "towns").mkdir(parents=True)
    git("init", "-q", cwd=tmp_path / "repository")
    put("repository/towns/a.md", "repository/towns/b.md", "repository/.gitignore")
    (tmp_path / "repository" / ".gitignore").write_text("b.md\n", encoding="utf-8")
    (tmp_path / "all").symlink_to("repository")
    (tmp_path / "part").symlink_to("repository/towns")
    assert found("all", "part") == ["all/towns/a.md", "part/a.md"]


def test_repositories_in_a_repository(put: Put, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Each repository has its own rules, a submodule as well: git refuses to answer for it from outside."""
    git("init", "-q", cwd=tmp_path)
    put("a.md", "b.md", "sub/a.md", "sub/b.md", "sub/c.md", ignored="b.md\n")
    (tmp_path / "sub" / ".gitignore").write_text("c.md\n", encoding="utf-8")
    git("init", "-q", cwd=tmp_path / "sub")
    git("add", "-A", cwd=tmp_path / "sub")
    git("commit", "-q", "-m", "x", cwd=tmp_path / "sub")
    git(
        "update-index",
        "--add",
        "--cacheinfo",
        f"160000,{git('rev-parse', 'HEAD', cwd=tmp_path / 'sub')},sub",
        cwd=tmp_path,
    )
    assert found(".") == ["a.md", "sub/a.md", "sub/b.md"]
    assert capfd.readouterr().err == ""


def test_variables_of_a_hook(put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What git tells its hooks is relative to where they run and must not lead astray."""
    git("init", "-q", cwd=tmp_path)
    put("towns/a.md", "towns/b.md", ignored="b.md\n")
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", "nowhere/index")
    monkeypatch.setenv("GIT_WORK_TREE", "towns")
    assert found("towns") == ["towns/a.md"]


def test_strange_repository_runs_nothing(put: Put, tmp_path: Path) -> None:
    """A repository may name a command that watches its files; gouji does not start it."""
    git("init", "-q", cwd=tmp_path)
    put("a.md", "b.md", ignored="b.md\n")
    monitor = tmp_path / "monitor.sh"
    monitor.write_text(f"#!/bin/sh\ntouch '{tmp_path}/started'\n", encoding="utf-8")
    monitor.chmod(0o755)
    git("config", "core.fsmonitor", str(monitor), cwd=tmp_path)
    assert found(".") == ["a.md"]
    assert not (tmp_path / "started").exists()


def test_without_git(put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where git is not installed nothing is ignored: more is checked than need be, never less."""
    git("init", "-q", cwd=tmp_path)
    put("a.md", "b.md", ignored="b.md\n")
    monkeypatch.setenv("PATH", "")
    assert found(".") == ["a.md", "b.md"]


def test_broken_repository_is_told(put: Put, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Where git refuses to look, all files are checked, and it is said that ``.gitignore`` was not heeded."""
    (tmp_path / ".git").mkdir()
    put("a.md", "b.md", ignored="b.md\n")
    assert found(".") == ["a.md", "b.md"]
    assert "没有按 .gitignore 排除文件：fatal: not a git repository" in capfd.readouterr().err
