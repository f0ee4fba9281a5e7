"""How command-line tests run gouji."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A private cache folder, so that a test never reads a pack kept by something else."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def gouji(cache: Path) -> Run:
    """Run the command line in a folder, with a known environment."""

    def run(*arguments: str | bytes, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[bytes]:
        env = {key: value for key, value in os.environ.items() if not key.startswith(("GOUJI", "COLUMNS", "NO_COLOR"))}
        return subprocess.run(
            [sys.executable, "-m", "gouji", *arguments],
            cwd=cwd,
            env=env | {"XDG_CACHE_HOME": str(cache)} | environment,
            capture_output=True,
            timeout=60,
            check=False,
        )

    return run


Inside = Callable[..., tuple[int, str, str]]


@pytest.fixture
def inside(cache: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Inside:
    """Run the command line in this very process: exit code, stdout and stderr. Faster than a process of its own."""
    from gouji import config  # noqa: PLC0415
    from gouji.cli import sources  # noqa: PLC0415
    from gouji.cli.app import app  # noqa: PLC0415

    for name in [key for key in os.environ if key.startswith(("GOUJI", "GITHUB_", "GITLAB", "COLUMNS", "NO_COLOR"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))

    def run(*arguments: str, cwd: Path | None = None, **environment: str) -> tuple[int, str, str]:
        for remembered in (config._in_folder, config._closest, config._table, sources._repository):
            remembered.cache_clear()
        monkeypatch.setenv("GOUJI_LANG", "zh")  # --lang changes it
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        if cwd:
            monkeypatch.chdir(cwd)
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            app(list(arguments), prog_name="gouji")
        code = left.value.code
        out, err = capfd.readouterr()
        return (code if isinstance(code, int) else 0), out, err

    return run


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A repository as a county office has it: a clean report, and one with errors in a folder of its own."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "乡镇").mkdir()
    (tmp_path / "clean.md").write_bytes((ROOT / "examples" / "clean.md").read_bytes())
    (tmp_path / "乡镇" / "errors.md").write_bytes((ROOT / "examples" / "errors.md").read_bytes())
    return tmp_path
