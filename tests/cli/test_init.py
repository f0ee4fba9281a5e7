"""``gouji init`` writes files that work, and never over others."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from gouji import __version__
from gouji.cli.init import PLATFORMS, templates
from gouji.config import Config, Override, read_config
from gouji.intake import INCIDENTS
from gouji.pack_store import load_pack, shipped_packs
from tests.cli.conftest import ROOT, Run

BASE = {"gouji.toml", ".pre-commit-config.yaml"}


def written(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_files_of_a_platform(gouji: Run, tmp_path: Path, platform: str) -> None:
    """Configuration, hook and the file of the platform are written, told, and can be read back."""
    (tmp_path / ".git").mkdir()
    done = gouji("init", "--platform", platform, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    expected = BASE | set(PLATFORMS[platform])
    assert written(tmp_path) == expected
    told = done.stdout.decode().splitlines()
    assert {line.removeprefix("已写入：") for line in told[:-1]} == expected
    assert told[-1] == "下一步：pre-commit install"
    assert read_config(tmp_path / "gouji.toml") == Config()
    for name in expected:
        if name.endswith((".yml", ".yaml")):
            assert isinstance(read(tmp_path / name), dict)


def test_choices_are_written(gouji: Run, tmp_path: Path) -> None:
    """``--pack`` and ``--region`` stand in the configuration, a pack file relative to it, whatever characters they have."""
    work = tmp_path / "a" / "库"
    work.mkdir(parents=True)
    region = '四川省"攀枝花"市\\盐边县'
    done = gouji("init", "--dir", str(work), "--pack", "sichuan-panzhihua/yanbian", "--region", region)
    assert (done.returncode, read_config(work / "gouji.toml")) == (
        0,
        Config(pack="sichuan-panzhihua/yanbian", region=region),
    )
    (work / "gouji.toml").unlink()
    pack = tmp_path / "规则.yaml"
    pack.write_bytes(shipped_packs()[-1].read_bytes())
    assert gouji("init", "--dir", "a/库", "--pack", "规则.yaml", cwd=tmp_path).returncode == 0
    assert tomllib.loads((work / "gouji.toml").read_text(encoding="utf-8")) == {"pack": "../../规则.yaml"}


def test_nothing_is_overwritten(gouji: Run, tmp_path: Path) -> None:
    """What is there stays as it is and is named; where gouji is not in it, what to add is shown."""
    for name, text in {"gouji.toml": "year = 2024\n", ".pre-commit-config.yaml": "repos: []\n", "x.md": ""}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = gouji("init", "--platform", "gitlab", "--lang", "en", cwd=tmp_path)
    told = done.stdout.decode()
    assert done.returncode == 0
    assert (tmp_path / "gouji.toml").read_text(encoding="utf-8") == "year = 2024\n"
    assert (tmp_path / ".pre-commit-config.yaml").read_text(encoding="utf-8") == "repos: []\n"
    assert "left as it is: .pre-commit-config.yaml\n  gouji is not in it; this is what to add:\n" in told
    assert "        entry: gouji check\n" in told
    assert "written: .gitlab-ci.yml\n" in told
    again = gouji("init", "--platform", "gitlab", cwd=tmp_path)
    assert (again.returncode, "已有，未改动：.gitlab-ci.yml\n" in again.stdout.decode()) == (0, True)


def test_a_lost_choice_is_refused(gouji: Run, tmp_path: Path) -> None:
    """A choice that could not be carried out because there is a configuration is exit 2, and nothing is written."""
    (tmp_path / "pyproject.toml").write_text("[tool.gouji]\nyear = 2024\n", encoding="utf-8")
    done = gouji("init", "--region", "0812", cwd=tmp_path)
    assert (done.returncode, written(tmp_path)) == (2, {"pyproject.toml"})
    assert 'pyproject.toml，没有改动；请自行在其中写入 region = "0812"' in done.stderr.decode()


def test_configuration_above_is_not_covered(gouji: Run, tmp_path: Path) -> None:
    """A configuration of a folder above applies; a new one here would silently end that."""
    (tmp_path / "gouji.toml").write_text("year = 2024\n", encoding="utf-8")
    (tmp_path / "乡镇").mkdir()
    done = gouji("init", cwd=tmp_path / "乡镇")
    assert done.returncode == 0
    assert written(tmp_path / "乡镇") == {".pre-commit-config.yaml"}
    assert f"未写 gouji.toml：已有配置 {tmp_path / 'gouji.toml'}" in done.stdout.decode()
    assert "这里不是 git 仓库的最上层文件夹" in done.stdout.decode()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--dir", "nowhere"), "没有这个文件夹"),
        (("--pack", "nowhere"), "没有规则包"),
        (("--region", "a\nb"), "不能写入配置"),
        (("--platform", "github"), "无法写入 .github/workflows/gouji.yml"),
    ],
)
def test_what_cannot_be_done(gouji: Run, tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    """A call that cannot be carried out is exit 2 with the reason."""
    (tmp_path / ".github").write_text("", encoding="utf-8")
    done = gouji("init", *options, cwd=tmp_path)
    assert (done.returncode, said in done.stderr.decode()) == (2, True)


def test_links_are_not_followed(gouji: Run, tmp_path: Path) -> None:
    """A link that leads nowhere is a file that is there: nothing is written through it."""
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / ".pre-commit-config.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    assert gouji("init", cwd=tmp_path / "library").returncode == 0
    assert not (tmp_path / "elsewhere.yaml").exists()


def test_every_line_of_the_configuration_works() -> None:
    """Each commented line is valid once it is used, and names rules that exist."""
    text = (templates() / "gouji.toml").read_text(encoding="utf-8")
    table = tomllib.loads(re.sub(r"^# (?=\[|[a-z-]+ = |GJ\d+ = )", "", text, flags=re.MULTILINE))
    keys = {*Config.__struct_encode_fields__} - {"year", "unit-kind"}
    assert set(table) == keys
    rules = {rule.id for path in shipped_packs() for rule in load_pack(path).rules} | {i.id for i in INCIDENTS.values()}
    assert {*table["ignore"], *table["rules"]} <= rules
    assert set(table["overrides"][0]) <= set(Override.__struct_encode_fields__)


def test_uncommented_configuration_is_valid(tmp_path: Path) -> None:
    """The configuration can be read with every line used."""
    text = (templates() / "gouji.toml").read_text(encoding="utf-8")
    path = tmp_path / "gouji.toml"
    path.write_text(re.sub(r"^# (?=\[|[a-z-]+ = |GJ\d+ = )", "", text, flags=re.MULTILINE), encoding="utf-8")
    config = read_config(path)
    assert (config.pack, config.timeout, config.overrides[0].region) == ("cn-gov-disclosure/2021", 30, "0596")


def test_hook_fits_the_manifest() -> None:
    """The hook that needs no network is for the files that the manifest's hook is for, and names this version."""
    (manifest, *_) = read(ROOT / ".pre-commit-hooks.yaml")
    text = (templates() / "pre-commit-config.yaml").read_text(encoding="utf-8")
    (hook,) = yaml.safe_load(text)["repos"][0]["hooks"]
    assert {key: hook[key] for key in hook if key != "language"} == {
        key: manifest[key] for key in hook if key != "language"
    }
    comment = text[text.index("#  - repo:") :]
    (other,) = yaml.safe_load("repos:\n" + comment.replace("\n#", "\n").removeprefix("#"))["repos"]
    assert (other["rev"], other["hooks"]) == (f"v{__version__}", [{"id": "gouji"}])


@pytest.mark.parametrize("name", ["github.yml", "gitea.yml", "gitee.yml", "gitlab.yml", "Jenkinsfile"])
def test_templates_install_this_version(name: str) -> None:
    """A template installs the version that it comes with."""
    text = (templates() / name).read_text(encoding="utf-8")
    assert re.findall(r"gouji==([^\s']+)", text) == [__version__]
