"""What users install: the wheel away from the checkout, and the hook in their own repository."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CLEAN = ROOT / "examples" / "clean.md"


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command free of this run's own Python and git settings."""
    dropped = ("PYTHON", "VIRTUAL_ENV", "GIT_", "GOUJI", "COVERAGE", "COV_", "PRE_COMMIT")
    env = {key: value for key, value in os.environ.items() if not key.startswith(dropped)}
    return subprocess.run(
        command,
        cwd=cwd,
        env=env | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )


def succeed(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run a command that must succeed."""
    done = run(*command, cwd=cwd, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A git repository with what the checkout holds now, committed, as a user would clone it."""
    copy = tmp_path_factory.mktemp("checkout")
    names = succeed("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT).split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes((ROOT / name).read_bytes())
    repository(copy)
    succeed("git", "add", "--all", cwd=copy)
    succeed("git", "commit", "--quiet", "--message", "Everything", cwd=copy)
    return copy


def repository(folder: Path) -> None:
    """Make a git repository with an author."""
    succeed("git", "init", "--quiet", cwd=folder)
    succeed("git", "config", "user.name", "Clerk", cwd=folder)
    succeed("git", "config", "user.email", "clerk@example.org", cwd=folder)


def test_wheel_carries_its_packs(checkout: Path, tmp_path: Path) -> None:
    """A wheel installed away from the checkout checks a report with the packs it brought along."""
    succeed(
        sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path, checkout, cwd=tmp_path
    )
    (wheel,) = tmp_path.glob("*.whl")
    succeed(sys.executable, "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    scripts = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    succeed(scripts / "python", "-m", "pip", "install", "--quiet", wheel, cwd=tmp_path)
    report = tmp_path / "report.md"
    report.write_bytes(CLEAN.read_bytes())
    cache = str(tmp_path / "cache")
    shown = succeed(scripts / "gouji", "check", "report.md", cwd=tmp_path, XDG_CACHE_HOME=cache)
    assert "判定 通过 167  不通过 0" in shown
    report.write_text(
        CLEAN.read_text(encoding="utf-8").replace("| 1 | 0 | 0 | 0 | 1 |", "| 1 | 0 | 0 | 0 | 2 |"), encoding="utf-8"
    )
    done = run(scripts / "gouji", "check", "report.md", cwd=tmp_path, XDG_CACHE_HOME=cache)
    assert (done.returncode, "GJ303" in done.stdout) == (1, True)
    packs = succeed(
        scripts / "python", "-c", "from gouji.pack_store import pack_root; print(pack_root())", cwd=tmp_path
    ).strip()
    assert Path(packs).is_relative_to((tmp_path / "venv").resolve())


def test_hook_refuses_a_broken_report(checkout: Path, tmp_path: Path) -> None:
    """The hook from ``.pre-commit-hooks.yaml`` lets a clean report through and refuses a broken one."""
    home, work = tmp_path / "home", tmp_path / "work"
    work.mkdir()
    repository(work)
    revision = succeed("git", "rev-parse", "HEAD", cwd=checkout).strip()
    (work / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: {checkout.as_uri()}\n    rev: {revision}\n    hooks:\n      - id: gouji\n", encoding="utf-8"
    )
    environment = {"PRE_COMMIT_HOME": str(home), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    pre_commit = Path(sys.executable).with_name("pre-commit")
    succeed(pre_commit, "install", cwd=work, **environment)
    report = work / "石桥镇2024年报.md"
    report.write_bytes(CLEAN.read_bytes())
    (work / "说明.md").write_text("# 说明\n", encoding="utf-8")
    succeed("git", "add", "--all", cwd=work)
    succeed("git", "commit", "--message", "Clean", cwd=work, **environment)

    text = CLEAN.read_text(encoding="utf-8").replace(
        "| 3 | 1 | 0 | 0 | 0 | 0 | 4 |", "| 9 | 1 | 0 | 0 | 0 | 0 | 4 |", 1
    )
    report.write_text(text, encoding="utf-8")
    succeed("git", "add", "--all", cwd=work)
    done = run("git", "commit", "--message", "Broken", cwd=work, **environment)
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "石桥镇2024年报.md" in said
    assert "57:50   错误 GJ301" in said
    assert "自然人 9 + 商业企业 1 + 科研机构 0 + 公益组织 0 + 法律机构 0 + 其他 0 = 10，总计 4，相差 6" in said
    assert succeed("git", "log", "--format=%s", cwd=work).split() == ["Clean"]


def test_fixing_hook_changes_the_report(checkout: Path, tmp_path: Path) -> None:
    """``gouji-fix`` mends the report and so fails the commit; what it made is what the next commit takes."""
    home, work = tmp_path / "home", tmp_path / "work"
    work.mkdir()
    repository(work)
    revision = succeed("git", "rev-parse", "HEAD", cwd=checkout).strip()
    (work / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: {checkout.as_uri()}\n    rev: {revision}\n    hooks:\n      - id: gouji-fix\n",
        encoding="utf-8",
    )
    environment = {"PRE_COMMIT_HOME": str(home), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    succeed(Path(sys.executable).with_name("pre-commit"), "install", cwd=work, **environment)
    report, right = work / "石桥镇2024年报.md", CLEAN.read_text(encoding="utf-8")
    wrong = right.replace("其他需要报告的事项", "其他需报告事项", 1)
    report.write_text(wrong.replace("| 行政处罚 | 3 |", "| 行政处罚 | 3O |"), encoding="utf-8")
    succeed("git", "add", "--all", cwd=work)
    done = run("git", "commit", "--message", "Wrong", cwd=work, **environment)
    assert done.returncode != 0
    assert "其他需报告事项 → 其他需要报告的事项" in done.stdout + done.stderr
    assert report.read_text(encoding="utf-8") == right.replace("| 行政处罚 | 3 |", "| 行政处罚 | 3O |")
    succeed("git", "add", "--all", cwd=work)
    succeed("git", "commit", "--message", "Right", cwd=work, **environment)
