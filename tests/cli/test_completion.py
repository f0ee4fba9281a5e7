"""Shell completion: commands, options, formats, packs and rules, by the protocol that each shell's script speaks."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gouji.pack_source import shipped_ids
from gouji.reporters import REPORTERS
from tests.cli.conftest import ROOT, Run

COMMANDS = {"check", "facts", "rules", "explain", "schema", "init", "doctor"}


def completed(gouji: Run, shell: str, *words: str) -> str:
    """Ask for what may follow the words, the last of them being typed."""
    line = " ".join(("gouji", *words))
    asked = {
        "bash": {"COMP_WORDS": line, "COMP_CWORD": str(len(words))},
        "zsh": {"_TYPER_COMPLETE_ARGS": line},
        "fish": {"_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
    }[shell]
    done = gouji(_GOUJI_COMPLETE=f"complete_{shell}", **asked)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells(gouji: Run, shell: str) -> None:
    """Each shell is offered the commands, the formats of ``check`` and the platforms of ``init``."""
    commands = completed(gouji, shell, "")
    assert [name for name in COMMANDS if name not in commands] == []
    formats = completed(gouji, shell, "check", "--format", "")
    assert [name for name in REPORTERS if name not in formats] == []
    assert "sarif" not in completed(gouji, shell, "check", "--format", "j")
    assert "gitlab" in completed(gouji, shell, "init", "--platform", "git")


def test_packs_and_rules(gouji: Run) -> None:
    """Ids of packs and rules are offered; files are left to the shell."""
    assert completed(gouji, "bash", "check", "--pack", "").split() == shipped_ids()
    assert completed(gouji, "bash", "explain", "GJ40").split() == ["GJ401"]
    assert completed(gouji, "bash", "check", "examples/cl").strip() == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_script(gouji: Run, shell: str) -> None:
    """Each shell's script, which ``--install-completion`` puts in its place, calls gouji back."""
    script = gouji(_GOUJI_COMPLETE=f"source_{shell}").stdout.decode()
    assert f"_GOUJI_COMPLETE=complete_{shell}" in script


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_in_bash(gouji: Run, tmp_path: Path) -> None:
    """Bash takes the script, and its function fills in what was begun."""
    script = gouji(_GOUJI_COMPLETE="source_bash").stdout.decode()
    command = tmp_path / "gouji"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gouji "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    asked = f"{script}\nCOMP_WORDS=(gouji check --format ju); COMP_CWORD=3; _gouji_completion {command}; echo ${{COMPREPLY[*]}}"
    done = subprocess.run(["bash", "-c", asked], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout.strip(), done.stderr) == ("junit", "")


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_installed_for_bash(tmp_path: Path) -> None:
    """``--install-completion`` puts the script where bash reads it at its start."""
    asked = f"{sys.executable} -m gouji --install-completion; source ~/.bashrc; complete -p gouji"
    environment = os.environ | {"HOME": str(tmp_path)}
    done = subprocess.run(
        ["bash", "-c", asked], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.splitlines()[-1] == "complete -o default -F _gouji_completion gouji"


def test_fast_path_imports_no_typer() -> None:
    """``gouji check FILE`` knows nothing of completion: Typer is not even imported."""
    program = (
        "import sys; sys.argv = ['gouji', 'check', 'examples/clean.md']\n"
        "from gouji.cli import main\n"
        "try: main()\n"
        "except SystemExit as end: print(end.code, 'typer' in sys.modules, 'click' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.splitlines()[-1] == "0 False False"
