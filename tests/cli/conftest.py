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
