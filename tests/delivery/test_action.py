"""The action for GitHub, its scripts run as a runner does: by bash, with inputs, outputs and a summary in files."""

import json
import os
import re
import shutil
import sys
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
import yaml

from gouji.reporters.sarif import SCHEMA
from tests.delivery.commands import CLEAN, ROOT, break_sum, run

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
INSTALL, CHECK, UPLOAD = STEPS
TEXT = CLEAN.read_text(encoding="utf-8")
HELP = run(
    sys.executable, "-m", "gouji", "check", "--help", cwd=ROOT, PYTHONPATH=str(ROOT / "src"), COLUMNS="200"
).stdout


class Runner:
    """What a runner does with the steps of an action: expressions, environment, and the files it reads back."""

    def __init__(self, folder: Path, action: Path) -> None:
        self.workspace = folder / "work 空间"
        self.workspace.mkdir(parents=True)
        self.temp = folder / "temp"
        self.temp.mkdir()
        self.action = action
        self.outputs: dict[str, dict[str, str]] = {}
        self.summary = ""

    def step(self, step: dict[str, Any], **inputs: str) -> CompletedProcess[str]:
        """Run a step that is a script."""
        files = {name: self.temp / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("", encoding="utf-8")
        given = {name: str(about["default"]) for name, about in ACTION["inputs"].items()} | inputs
        script = self.temp / "script.sh"
        script.write_text(step["run"], encoding="utf-8")
        environment = {name: self._valued(text, given) for name, text in step.get("env", {}).items()}
        environment |= {name: str(file) for name, file in files.items()}
        environment |= {"GITHUB_ACTION_PATH": str(self.action), "RUNNER_TEMP": str(self.temp)}
        environment |= {"GITHUB_ACTIONS": "true", "GITHUB_WORKFLOW": "年报", "XDG_CACHE_HOME": str(self.temp / "cache")}
        done = run(
            *("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script), cwd=self.workspace, **environment
        )
        lines = files["GITHUB_OUTPUT"].read_text(encoding="utf-8").splitlines()
        self.outputs[step["id"]] = dict(line.split("=", 1) for line in lines)
        self.summary = files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
        return done

    def check(self, **inputs: str) -> tuple[int, dict[str, str], list[str]]:
        """Run the check; return its exit code, its outputs and its log."""
        done = self.step(CHECK, **inputs)
        return done.returncode, self.outputs["check"], done.stdout.splitlines()

    def _valued(self, text: str, inputs: dict[str, str]) -> str:
        found = re.fullmatch(r"\$\{\{ (?:inputs\.([a-z-]+)|steps\.([a-z]+)\.outputs\.([a-z-]+)) \}\}", text)
        assert found, text
        return inputs[found[1]] if found[1] else self.outputs[found[2]].get(found[3], "")


@pytest.fixture(scope="module")
def installed(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """A runner on which the action has installed gouji from its own checkout."""
    runner = Runner(tmp_path_factory.mktemp("runner"), checkout)
    done = runner.step(INSTALL)
    assert done.returncode == 0, done.stdout + done.stderr
    return runner


@pytest.fixture
def runner(installed: Runner) -> Runner:
    """The same, with nothing in its workspace but a clean and a broken report."""
    shutil.rmtree(installed.workspace)
    installed.workspace.mkdir()
    (installed.workspace / "石桥镇 2024年报.md").write_text(TEXT, encoding="utf-8")
    (installed.workspace / "柳溪镇 2024年报.md").write_text(break_sum(TEXT), encoding="utf-8")
    return installed


def test_nothing_from_outside_is_run() -> None:
    """Scripts hold no expressions, so that no input is run; what is used is pinned; every input is described."""
    assert [step["run"] for step in STEPS if "${{" in step.get("run", "")] == []
    assert [step["shell"] for step in (INSTALL, CHECK)] == ["bash", "bash"]
    assert re.fullmatch(r"github/codeql-action/upload-sarif@[0-9a-f]{40}", UPLOAD["uses"])
    assert set(ACTION["inputs"]) == {"paths", "pack", "fail-on", "format", "sarif", "upload-sarif", "version"}
    assert all(about["description"] and "default" in about for about in ACTION["inputs"].values())
    used = set(re.findall(r"inputs\.([a-z-]+)", json.dumps(STEPS)))
    assert used == set(ACTION["inputs"])
    outputs = {about["value"] for about in ACTION["outputs"].values()}
    assert outputs == {f"${{{{ steps.check.outputs.{name} }}}}" for name in ("exit-code", "sarif")}


def test_release_is_installed_by_its_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``version`` is asked from the package index, with or without the v of its tag."""
    (tmp_path / "bin").mkdir()
    fake = tmp_path / "bin" / "python3"  # makes an environment whose Python tells what it was called with
    fake.write_text(
        '#!/bin/sh\n[ "$1 $2" = "-m venv" ] || exit 0\nmkdir -p "$3/bin"\n'
        f'printf \'#!/bin/sh\\necho "$@" > "{tmp_path}/asked"\\n\' > "$3/bin/python"\nchmod +x "$3/bin/python"\n',
        encoding="utf-8",
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    runner = Runner(tmp_path / "runner", ROOT)
    for version, wanted in {"v0.1.0": "gouji==0.1.0", "0.2.0": "gouji==0.2.0", "": str(ROOT)}.items():
        assert runner.step(INSTALL, version=version).returncode == 0
        assert (tmp_path / "asked").read_text(encoding="utf-8").split()[-1] == wanted


def test_old_python_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A runner with an old Python says what to do."""
    fake = tmp_path / "bin" / "python3"
    fake.parent.mkdir()
    program = "import sys; sys.version_info = (3, 9); exec(sys.argv[1])"
    fake.write_text(f"#!/bin/sh\nexec {sys.executable} -c '{program}' \"$2\"\n", encoding="utf-8")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}{os.pathsep}{os.environ['PATH']}")
    done = Runner(tmp_path / "runner", ROOT).step(INSTALL)
    assert (done.returncode, done.stderr) == (1, "gouji needs Python 3.11 or later: run actions/setup-python before\n")


def test_options_exist() -> None:
    """Every option that the script uses is one of ``gouji check``."""
    used = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", CHECK["run"]))
    assert used == {"--format", "--pack", "--fail-on", "--report"}
    assert [option for option in used if f"{option} " not in HELP] == []


def test_findings_fail_the_job(runner: Runner) -> None:
    """Findings are annotated, summed up once, written as SARIF for the upload, and the exit code is gouji's."""
    code, outputs, log = runner.check()
    assert (code, outputs) == (1, {"exit-code": "1", "sarif": "gouji.sarif"})
    errors = [re.sub(r"::[^:]*$", "", line) for line in log if line.startswith("::error")]
    assert errors == [
        "::error file=柳溪镇 2024年报.md,line=57,endLine=57,col=26,title=GJ301 table3-row-sum",
    ]
    assert runner.summary.count("# 年报核查结果") == 1
    assert "57:26" in runner.summary
    sarif = json.loads((runner.workspace / "gouji.sarif").read_text(encoding="utf-8"))
    assert sarif["$schema"] == SCHEMA
    assert [result["ruleId"] for result in sarif["runs"][0]["results"] if result["level"] == "error"] == [
        "GJ301",
    ]


def test_paths_are_lines(runner: Runner) -> None:
    """Paths are one a line, blanks and all; a name that looks like an option or a command is a name."""
    (runner.workspace / "--pack.md").write_text(TEXT, encoding="utf-8")
    code, outputs, _ = runner.check(paths="石桥镇 2024年报.md\r\n\n--pack.md\n", sarif="", format="terminal")
    assert (code, outputs) == (0, {"exit-code": "0"})
    code, _, _ = runner.check(paths="$(touch x);`touch x`", sarif="")
    assert (code, (runner.workspace / "x").exists()) == (2, False)


def test_options_are_passed(runner: Runner) -> None:
    """Pack and threshold are those of the inputs; what could not be run is 2, and an old SARIF is no result of it."""
    assert runner.check(**{"fail-on": "never"})[0] == 0
    assert (runner.workspace / "gouji.sarif").exists()
    code, outputs, _ = runner.check(pack="nowhere")
    assert (code, outputs, (runner.workspace / "gouji.sarif").exists()) == (2, {"exit-code": "2"}, False)
    code, _, log = runner.check(pack="sichuan-panzhihua/yanbian", paths="石桥镇 2024年报.md")
    assert (code, any("title=GJ901 " in line for line in log)) == (1, True)
