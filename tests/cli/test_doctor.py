"""``gouji doctor`` tells what is installed, and nothing about the person who asks."""

import json
import os
import time
from importlib import metadata
from pathlib import Path

import pytest

from gouji import __version__
from gouji.cli import doctor
from gouji.pack_source import shipped_ids
from tests.cli.conftest import Run


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder with a program that says it is LibreOffice, and one that hangs up on the question."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, script in {"soffice": "echo 'LibreOffice 9.9'", "tesseract": "echo oops; exit 3"}.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


def test_state_as_json(gouji: Run, tmp_path: Path, office: Path) -> None:
    """Versions, programs, packs, cache and configuration, with home folders as ``~``."""
    work = tmp_path / "home" / "clerk" / "库"
    work.mkdir(parents=True)
    (work.parent / "gouji.toml").write_text("year = 2024\n", encoding="utf-8")
    home = str(work.parent)
    path = f"{office}{os.pathsep}{os.environ['PATH']}"
    done = gouji("doctor", "--format", "json", cwd=work, PATH=path, HOME=home, XDG_CACHE_HOME=f"{home}/.cache")
    state = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (state["schema"], state["gouji"], state["problems"]) == ("gouji-doctor/1", __version__, [])
    assert state["libreoffice"] == {"path": f"{office}/soffice", "version": "LibreOffice 9.9"}
    assert state["tesseract"] == {"path": f"{office}/tesseract", "version": None}
    assert [pack["id"] for pack in state["packs"]] == shipped_ids()
    assert {pack["id"]: (pack["first"], pack["last"]) for pack in state["packs"]}["cn-gov-disclosure/2019"] == (
        2019,
        2020,
    )
    assert all(pack["rules"] > 50 for pack in state["packs"])
    assert (state["cache"], state["cache_writable"], state["configuration"]) == (
        "~/.cache/gouji",
        True,
        "../gouji.toml",
    )
    assert state["libraries"]["lxml"] == metadata.version("lxml")
    assert home not in done.stdout.decode()


def test_state_for_people(gouji: Run, tmp_path: Path, office: Path) -> None:
    """The same for people: absent programs say what is then not read."""
    english = gouji("doctor", "--lang", "en", PATH=str(office), GOUJI_NO_CACHE="1").stdout.decode().splitlines()
    assert english[0] == f"gouji {__version__}"
    assert f"LibreOffice  LibreOffice 9.9  {office}/soffice" in english
    assert "cache  off (GOUJI_NO_CACHE)" in english
    chinese = gouji("doctor", PATH=str(tmp_path), cwd=tmp_path).stdout.decode().splitlines()
    assert "LibreOffice  没有安装：读不了 .doc .wps .rtf .odt" in chinese
    assert "OCR (tesseract)  没有安装（目前不使用，扫描件读不了）" in chinese
    assert "此处的配置  无，用默认" in chinese
    assert any(line.startswith("  cn-gov-disclosure/2021  2021 年起，") for line in chinese)


def test_problems_are_told(gouji: Run, tmp_path: Path) -> None:
    """A configuration with a mistake is a problem with exit 1; a cache that cannot be written is told."""
    (tmp_path / "gouji.toml").write_text("yaer = 2024\n", encoding="utf-8")
    (tmp_path / "cache").write_text("", encoding="utf-8")
    done = gouji("doctor", cwd=tmp_path, XDG_CACHE_HOME=str(tmp_path / "cache"))
    shown = done.stdout.decode()
    assert done.returncode == 1
    assert "不认识的键 yaer" in shown
    assert "不能写，每次都要重新核对规则包" in shown


def test_program_that_hangs(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that does not answer keeps nobody waiting, and leaves nothing running."""
    alive = office / "alive"
    (office / "soffice").write_text(f"#!/bin/sh\n(sleep 1; touch {alive})\nexit 0\n", encoding="utf-8")
    monkeypatch.setattr(doctor, "LONGEST", 0.2)
    assert doctor._program(str(office / "soffice"), "--version") == doctor.Program(str(office / "soffice"))
    time.sleep(1.5)
    assert not alive.exists()


def test_nothing_is_left_behind(gouji: Run, tmp_path: Path) -> None:
    """The folder it is asked in stays as it was."""
    gouji("doctor", cwd=tmp_path)
    assert list(tmp_path.iterdir()) == []
