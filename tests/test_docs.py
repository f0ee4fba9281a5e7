"""What the documents say works: every command in them runs, every link leads somewhere."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "README.zh-CN.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    ROOT / "bench" / "README.md",
]
COMMANDS = sorted(
    {
        line.removeprefix("$ ")
        for path in DOCUMENTS
        for block in re.findall(r"```console\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
        for line in block.splitlines()
        if line.startswith("$ ")
    }
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the commands need, so that they may write where they stand."""
    copy = tmp_path_factory.mktemp("docs")
    for name in ("examples", "rules"):
        shutil.copytree(ROOT / name, copy / name)
    return copy


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("gouji ")])
def test_command_succeeds(command: str, folder: Path) -> None:
    """A documented gouji command ends with exit 0."""
    done = subprocess.run(
        [sys.executable, "-m", "gouji", *shlex.split(command)[1:]],
        cwd=folder,
        env=os.environ | {"XDG_CACHE_HOME": str(folder)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_other_commands_are_known() -> None:
    """What is not gouji is a target of the Makefile, or the installation that another test performs."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    others = [c for c in COMMANDS if not c.startswith("gouji ")]
    assert others
    assert [c for c in others if c != "pip install ." and c.removeprefix("make ") not in targets] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    """A relative link names a file that exists."""
    links = re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_picture_is_current() -> None:
    """The picture in the READMEs shows what gouji prints now."""
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        import picture  # noqa: PLC0415
    finally:
        sys.path.pop(0)
    assert picture.picture() == (ROOT / "docs" / "demo.svg").read_text(encoding="utf-8")
