"""How tests of what is delivered run commands: pip, git, pre-commit, and the gouji that was installed."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
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


def repository(folder: Path) -> None:
    """Make a git repository with an author."""
    succeed("git", "init", "--quiet", cwd=folder)
    succeed("git", "config", "user.name", "Clerk", cwd=folder)
    succeed("git", "config", "user.email", "clerk@example.org", cwd=folder)


def break_sum(text: str) -> str:
    """Put a wrong number into the clean example: 表三, 本年新收, 自然人 9 where the sum needs 3 (GJ301)."""
    right, wrong = "| 3 | 1 | 0 | 0 | 0 | 0 | 4 |", "| 9 | 1 | 0 | 0 | 0 | 0 | 4 |"
    assert right in text
    return text.replace(right, wrong, 1)
