"""The CI files of ``docs/ci``: what they call exists, and what they run does what they say."""

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from lxml import etree

from gouji import __version__
from tests.delivery.commands import CLEAN, ROOT, break_sum, run

CI = ROOT / "docs" / "ci"
SCHEMAS = ROOT / "tests" / "data" / "schemas"
SOURCE = {"PYTHONPATH": str(ROOT / "src"), "COLUMNS": "200"}
HELP = run(sys.executable, "-m", "gouji", "check", "--help", cwd=ROOT, **SOURCE).stdout
NAMES = ["github.yml", "gitea.yml", "gitee.yml", "gitlab.yml", "Jenkinsfile"]


def commands(name: str) -> list[str]:
    """Return the lines of a file that call ``gouji check``."""
    lines = re.findall(r"^.*gouji check .*$", (CI / name).read_text(encoding="utf-8"), re.MULTILINE)
    return [line[line.index("gouji check") :] for line in lines]


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A workspace with a clean and a broken report, and a ``gouji`` on the path of its scripts."""
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "gouji"
    command.write_text(
        f'#!/bin/sh\nPYTHONPATH="{ROOT / "src"}" exec "{sys.executable}" -m gouji "$@"\n', encoding="utf-8"
    )
    command.chmod(0o755)
    folder = tmp_path / "work"
    folder.mkdir()
    text = CLEAN.read_text(encoding="utf-8")
    (folder / "石桥镇 2024年报.md").write_text(text, encoding="utf-8")
    (folder / "柳溪镇 2024年报.md").write_text(break_sum(text), encoding="utf-8")
    return folder


def ran(script: str, work: Path, **environment: str) -> int:
    """Run the lines of a job."""
    path = f"{work.parent / 'bin'}{os.pathsep}{os.environ['PATH']}"
    cache = str(work.parent / "cache")
    return run("bash", "-e", "-c", script, cwd=work, PATH=path, XDG_CACHE_HOME=cache, **environment).returncode


@pytest.mark.parametrize("name", NAMES)
def test_options_exist(name: str) -> None:
    """Each file calls ``gouji check`` once, with options that there are."""
    (command,) = commands(name)
    used = re.findall(r"(?<!\S)--[a-z-]+", command)
    assert used
    assert [option for option in used if f"{option} " not in HELP] == []


@pytest.mark.parametrize("name", ["github.yml", "gitea.yml"])
def test_actions_are_pinned(name: str) -> None:
    """What a workflow uses is pinned to a commit; the upload is that of our action."""
    workflow: dict[str, Any] = yaml.safe_load((CI / name).read_text(encoding="utf-8"))
    used = [step["uses"] for step in workflow["jobs"]["gouji"]["steps"] if "uses" in step]
    assert [action for action in used if not re.fullmatch(r"[a-z-]+(/[a-z-]+)+@[0-9a-f]{40}", action)] == []
    own = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"][-1]["uses"]
    assert [action for action in used if "upload-sarif" in action] == ([own] if name == "github.yml" else [])


def test_documents_name_this_version() -> None:
    """The version in the documents is the one they come with."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(CI.iterdir())]
    named = {found for text in texts for found in re.findall(r"gouji(?:==|@v)([0-9][\w.]*)", text)}
    assert named == {__version__}


def test_gitlab_job(work: Path) -> None:
    """The job fails for findings, and writes Code Quality and JUnit where the job looks for them."""
    job: dict[str, Any] = yaml.safe_load((CI / "gitlab.yml").read_text(encoding="utf-8"))["gouji"]
    reports = job["artifacts"]["reports"]
    assert ran("\n".join(job["script"][1:]), work, **job["variables"]) == 1
    quality = json.loads((work / reports["codequality"]).read_text(encoding="utf-8"))
    schema = json.loads((SCHEMAS / "code-quality.json").read_text(encoding="utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(quality)) == []
    assert {issue["location"]["path"] for issue in quality} == {"柳溪镇 2024年报.md"}
    junit = etree.parse(work / reports["junit"])
    failed = [case.get("classname") for case in junit.iter("testcase") if case.find("failure") is not None]
    assert failed == ["柳溪镇 2024年报.md"]


def test_jenkins_pipeline_runs_twice(work: Path) -> None:
    """What the pipeline runs writes its reports below ``.gouji``; a second build is not disturbed by them."""
    text = (CI / "Jenkinsfile").read_text(encoding="utf-8")
    (work / ".gouji").mkdir()
    script = f"{commands('Jenkinsfile')[0]}"
    assert [ran(script, work) for _ in range(2)] == [1, 1]
    wanted = [*re.findall(r"testResults: '([^']+)'", text), *re.findall(r"artifacts: '([^']+)'", text)]
    assert [(work / name).is_file() for name in wanted] == [True, True]


@pytest.mark.parametrize("name", ["gitea.yml", "gitee.yml"])
def test_others_fail_for_findings(name: str, work: Path) -> None:
    """Where the log is all there is, the exit code is gouji's."""
    (command,) = commands(name)
    assert ran(command, work) == 1
    (work / "柳溪镇 2024年报.md").unlink()
    assert ran(command, work) == 0
