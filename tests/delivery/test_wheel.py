"""The wheel, installed away from the checkout."""

import os
import sys
from pathlib import Path

from tests.delivery.commands import CLEAN, run, succeed


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
    assert "判定 通过 186  不通过 0" in shown
    report.write_text(
        CLEAN.read_text(encoding="utf-8").replace("| 1 | 0 | 0 | 0 | 1 |", "| 1 | 0 | 0 | 0 | 2 |"), encoding="utf-8"
    )
    done = run(scripts / "gouji", "check", "report.md", cwd=tmp_path, XDG_CACHE_HOME=cache)
    assert (done.returncode, "GJ303" in done.stdout) == (1, True)
    packs = succeed(
        scripts / "python", "-c", "from gouji.pack_store import pack_root; print(pack_root())", cwd=tmp_path
    ).strip()
    assert Path(packs).is_relative_to((tmp_path / "venv").resolve())
