"""The way without a network, as ``docs/ci/offline.md`` tells it: its commands are run, block by block."""

import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.delivery.commands import CLEAN, ROOT, break_sum, repository, run, succeed

BUILD, INSTALL, HOOK, INSIDE = re.findall(
    r"^```sh\n(.*?)^```$", (ROOT / "docs/ci/offline.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
)
PYTHONS = Path(sys.executable).parent
NOWHERE = "http://127.0.0.1:9"  # the discard port: whoever wants a network fails at once
OFFLINE = {
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_INDEX_URL": NOWHERE,
    "PIP_EXTRA_INDEX_URL": "",
    "PIP_FIND_LINKS": "",
    "http_proxy": NOWHERE,
    "https_proxy": NOWHERE,
}
REPORT = "石桥镇2024年报.md"
TEXT = CLEAN.read_text(encoding="utf-8")

pytestmark = pytest.mark.skipif(not all(map(shutil.which, ("bash", "sha256sum"))), reason="no bash or sha256sum")


@pytest.fixture(scope="module")
def site(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a machine without a network, with the wheels that were carried over, and gouji installed from them."""
    folder = tmp_path_factory.mktemp("内网")
    source = tmp_path_factory.mktemp("外网") / "gouji"
    shutil.copytree(checkout, source)
    path = f"{PYTHONS}{os.pathsep}{os.environ['PATH']}"
    built = run("bash", "-e", "-c", BUILD, cwd=source, PATH=path)
    if built.returncode:
        pytest.skip(f"the wheels cannot be had here: {built.stderr.strip().splitlines()[-1]}")
    (source / "wheelhouse").rename(folder / "wheelhouse")
    shown = succeed("bash", "-e", "-c", INSTALL, cwd=folder, PATH=path, **OFFLINE)
    assert "cn-gov-disclosure/2021" in shown
    return folder


def reports(folder: Path, config: str = "") -> Path:
    """Make a repository of reports beside the environment."""
    folder.mkdir()
    repository(folder)
    if config:
        (folder / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
    return folder


def guarded(folder: Path, **environment: str) -> bool:
    """Tell whether a clean report can be committed in a repository, and a broken one not, for its figures."""
    codes, said = [], ""
    for text in (TEXT, break_sum(TEXT)):
        (folder / REPORT).write_text(text, encoding="utf-8")
        succeed("git", "add", "--all", cwd=folder)
        done = run("git", "commit", "--message", "年报", cwd=folder, **OFFLINE | environment)
        codes.append(done.returncode)
        said = done.stdout + done.stderr
    return codes == [0, 1] and "错误 GJ301" in said


def test_installed_apart(site: Path) -> None:
    """What runs is what was carried over, with its own packs and templates."""
    command = site / "gouji-venv" / "bin" / "gouji"
    state = json.loads(succeed(command, "doctor", "--format", "json", cwd=site, XDG_CACHE_HOME=str(site / "cache")))
    assert str(site / "gouji-venv") in state["packs_folder"]
    assert state["problems"] == []


def test_hook_of_the_machine(site: Path, tmp_path: Path) -> None:
    """The hook that ``gouji init`` writes stops a broken report, with nothing downloaded."""
    work = reports(site / "年报")
    environment = {"PRE_COMMIT_HOME": str(tmp_path / "home"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    succeed("bash", "-e", "-c", HOOK, cwd=work, **OFFLINE | environment)
    path = f"{site / 'gouji-venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    assert guarded(work, PATH=path, **environment)
    assert not list((tmp_path / "home").glob("repo*"))


def test_hook_of_a_server_inside(site: Path, checkout: Path, tmp_path: Path) -> None:
    """pre-commit installs the hook of the manifest from the wheels, given a clone of gouji."""
    revision = succeed("git", "rev-parse", "HEAD", cwd=checkout).strip()
    config = f"repos:\n  - repo: {checkout.as_uri()}\n    rev: {revision}\n    hooks:\n      - id: gouji\n"
    work = reports(site / "另一个", config)
    path = f"{site / 'gouji-venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = {"PRE_COMMIT_HOME": str(tmp_path / "home"), "XDG_CACHE_HOME": str(tmp_path / "cache"), "PATH": path}
    succeed("bash", "-e", "-c", INSIDE, cwd=work, **OFFLINE | environment)
    assert guarded(work, **environment)
