"""The hooks of ``.pre-commit-hooks.yaml``, run by the real pre-commit in a repository of their own."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from subprocess import CompletedProcess

import pytest
import yaml

from tests.delivery.commands import CLEAN, ROOT, break_sum, repository, run, succeed

PRE_COMMIT = Path(sys.executable).with_name("pre-commit")
REPORT = "石桥镇2024年报.md"
TEXT = CLEAN.read_text(encoding="utf-8")


class Work:
    """A repository of reports, with the hooks installed."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment

    def write(self, name: str, text: str) -> Path:
        """Write a file."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def git(self, *arguments: str) -> str:
        """Run git; it must succeed."""
        return succeed("git", *arguments, cwd=self.folder, **self.environment)

    def tried(self, *arguments: str) -> CompletedProcess[str]:
        """Run git, whatever comes of it."""
        return run("git", *arguments, cwd=self.folder, **self.environment)

    def commit(self, message: str = "报告") -> CompletedProcess[str]:
        """Commit what is staged."""
        return self.tried("commit", "--message", message)

    def commit_all(self, message: str) -> CompletedProcess[str]:
        """Stage everything and commit it."""
        self.git("add", "--all")
        return self.commit(message)

    def log(self) -> list[str]:
        """Return the subjects of the commits, newest first."""
        return self.git("log", "--format=%s").split("\n")[:-1]


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps what it installed: once for all tests."""
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture
def work(checkout: Path, home: Path, tmp_path: Path) -> Callable[..., Work]:
    """Make a repository with hooks from our manifest."""

    def make(*hooks: str, stages: Sequence[str] = ("pre-commit",)) -> Work:
        folder = tmp_path / "年报 库"
        folder.mkdir()
        repository(folder)
        revision = succeed("git", "rev-parse", "HEAD", cwd=checkout).strip()
        chosen = "".join(f"      - id: {hook}\n" for hook in hooks or ("gouji",))
        text = f"default_install_hook_types: [{', '.join(stages)}]\nrepos:\n  - repo: {checkout.as_uri()}\n    rev: {revision}\n    hooks:\n{chosen}"
        made = Work(folder, {"PRE_COMMIT_HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")})
        made.write(".pre-commit-config.yaml", text)
        succeed(PRE_COMMIT, "install", cwd=folder, **made.environment)
        made.git("add", "--all")
        assert made.commit("设置").returncode == 0
        return made

    return make


def test_manifest_is_valid() -> None:
    """pre-commit accepts the manifest, and it has the three hooks."""
    succeed(PRE_COMMIT, "validate-manifest", ".pre-commit-hooks.yaml", cwd=ROOT)
    manifest = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    assert [line[6:] for line in manifest.splitlines() if line.startswith("- id: ")] == [
        "gouji",
        "gouji-fix",
        "gouji-packs",
    ]


def test_broken_report_is_refused(work: Callable[..., Work]) -> None:
    """A clean report is committed; a broken one is not, with place, numbers and difference."""
    here = work()
    report = here.write(REPORT, TEXT)
    here.write("说明.md", "# 说明\n")
    here.git("add", "--all")
    assert here.commit("Clean").returncode == 0
    report.write_text(break_sum(TEXT), encoding="utf-8")
    here.git("add", "--all")
    done = here.commit("Broken")
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert REPORT in said
    assert "57:26   错误 GJ301 主因：表三（申请办理）“一、本年新收·自然人”9 应为 3" in said
    equation = "自然人 9 + 商业企业 1 + 科研机构 0 + 公益组织 0 + 法律机构 0 + 其他 0 = 10，总计 4，相差 6"
    assert "".join(equation.split()) in "".join(said.split())  # a line of 80 columns is too short for it
    assert here.log() == ["Clean", "设置"]


def test_several_files_with_odd_names(work: Callable[..., Work]) -> None:
    """Every one of many files is checked, however pre-commit divides them, and whatever its name is made of."""
    here = work()
    clean = [f"乡镇/石桥镇 {year} 年报（终稿）.md" for year in range(2004, 2024)]
    broken = [
        "乡镇/柳溪 镇'2024'年报.md",
        "县直/水利局\u30002024年度报告.md",
        "𠮷林乡2024年报.md",
        "年报 $(touch x);.md",
    ]
    for name in clean:
        here.write(name, TEXT)
    for name in broken:
        here.write(name, break_sum(TEXT))
    here.git("add", "--all")
    done = here.commit()
    said = (done.stdout + done.stderr).splitlines()
    headed = {line.split("  ")[0] for line in said if "cn-gov-disclosure/2021" in line}
    assert (done.returncode, headed & {*clean, *broken}) == (1, set(broken))
    assert sum("错误 GJ301" in line for line in said) == len(broken)
    assert not (here.folder / "x").exists()


def test_only_what_is_staged_counts(work: Callable[..., Work]) -> None:
    """What is changed but not staged neither stops a commit nor saves one, and is still there afterwards."""
    here = work()
    report = here.write(REPORT, TEXT)
    here.git("add", "--all")
    report.write_text(break_sum(TEXT), encoding="utf-8")
    assert here.commit("Clean staged").returncode == 0
    assert report.read_text(encoding="utf-8") == break_sum(TEXT)

    here.git("add", "--all")
    report.write_text(TEXT + "\n", encoding="utf-8")
    done = here.commit("Broken staged")
    assert (done.returncode, "错误 GJ301" in done.stdout + done.stderr) == (1, True)
    assert report.read_text(encoding="utf-8") == TEXT + "\n"
    assert here.log() == ["Clean staged", "设置"]


def test_merge_with_a_conflict(work: Callable[..., Work]) -> None:
    """A conflict resolved wrongly is refused, resolved rightly it is committed."""
    here = work()
    phone = "电话：0812-8650456"
    assert phone in TEXT
    report = here.write(REPORT, TEXT)
    here.git("add", "--all")
    assert here.commit("Base").returncode == 0
    here.git("checkout", "--quiet", "-b", "草稿")
    report.write_text(TEXT.replace(phone, "电话：0812-8650001"), encoding="utf-8")
    assert here.commit_all("Theirs").returncode == 0
    here.git("checkout", "--quiet", "-")
    report.write_text(TEXT.replace(phone, "电话：0812-8650002"), encoding="utf-8")
    assert here.commit_all("Ours").returncode == 0

    assert here.tried("merge", "草稿").returncode == 1
    report.write_text(break_sum(TEXT), encoding="utf-8")
    done = here.commit_all("Merged wrongly")
    assert (done.returncode, "错误 GJ301" in done.stdout + done.stderr) == (1, True)
    report.write_text(TEXT, encoding="utf-8")
    assert here.commit_all("Merged").returncode == 0
    assert here.git("show", "--no-patch", "--format=%P", "HEAD").count(" ") == 1


def test_merge_without_a_conflict(work: Callable[..., Work]) -> None:
    """Git runs no commit hook for a clean merge; the types that ``gouji init`` writes stop a bad one all the same."""
    written = yaml.safe_load((ROOT / "docs/ci/pre-commit-config.yaml").read_text(encoding="utf-8"))
    here = work(stages=written["default_install_hook_types"])
    here.git("checkout", "--quiet", "-b", "草稿")
    here.write(REPORT, break_sum(TEXT))
    here.git("add", "--all")
    here.git("commit", "--no-verify", "--message", "Made where no hook was installed")
    here.git("checkout", "--quiet", "-")
    here.write("说明.md", "# 说明\n")
    here.git("add", "--all")
    assert here.commit("Readme").returncode == 0
    done = here.tried("merge", "草稿")
    assert (done.returncode, "错误 GJ301" in done.stdout + done.stderr) == (1, True)
    assert here.log() == ["Readme", "设置"]


def test_no_report_is_no_error(work: Callable[..., Work]) -> None:
    """A commit without a report, or that takes one away, passes."""
    here = work()
    here.write("说明.md", "# 说明\n")
    here.git("add", "--all")
    done = here.commit("Readme")
    assert (done.returncode, "Skipped" in done.stdout + done.stderr) == (0, True)
    here.write(REPORT, break_sum(TEXT))
    here.git("add", "--all")
    here.git("commit", "--no-verify", "--message", "Broken")
    here.git("rm", "--quiet", REPORT)
    assert here.commit("Removed").returncode == 0


def test_packs_are_tested(work: Callable[..., Work]) -> None:
    """A pack whose example does not do what it says is refused, also when only a part of it changed."""
    here = work("gouji-packs")
    part = (
        "rules:\n  - id: GJ901\n    slug: has-postcode\n    kind: field\n    fields: [postcode]\n    require: present\n"
        "    severity: error\n    title: {zh: 写明邮编, en: a postcode}\n    message: {zh: 没有邮编, en: no postcode}\n"
        "    examples:\n      fails:\n        - {change: {邮编：617100: ''}, at: ['']}\n"
        "      passes:\n        - {change: {}}\n"
    )
    here.write(
        "rules/本县.yaml",
        "pack: mine/2021\ntitle: {zh: 本县, en: mine}\nextends: cn-gov-disclosure/2021\n"
        "specimen: 样本.md\ninclude: [本县/要素.yaml]\n",
    )
    here.write("rules/样本.md", TEXT)
    here.write("rules/本县/要素.yaml", part)
    here.git("add", "--all")
    done = here.commit("Pack")
    assert done.returncode == 0, done.stdout + done.stderr
    here.write("rules/本县/要素.yaml", part.replace("邮编：617100: ''", "0812: '0813'"))
    done = here.commit_all("Wrong example")
    assert (done.returncode, "GJ901" in done.stdout + done.stderr) == (1, True)
    here.write("rules/本县/要素.yaml", part.replace("severity: error", "severity: eror"))
    done = here.commit_all("Mistake")
    assert (done.returncode, "要素.yaml:7:" in done.stdout + done.stderr) == (1, True)
