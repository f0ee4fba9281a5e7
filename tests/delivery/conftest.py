"""What is delivered, as a user gets it: a clone of the checkout."""

from pathlib import Path

import pytest

from tests.delivery.commands import ROOT, repository, succeed


@pytest.fixture(scope="session")
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
