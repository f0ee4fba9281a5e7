"""Configurations: which one a file has, what applies to it, and what is refused with which words."""

import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from gouji.config import UNCONFIGURED, Choices, Config, Configured, Override, closest, json_schema, read_config
from gouji.errors import UsageError
from gouji.suppress import SIDECAR, beside
from gouji.toml_file import LARGEST_FILE

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file below the root of a repository, folders included."""
    (tmp_path / ".git").mkdir()

    def put(name: str, text: str | bytes = "") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return put


def refusal(path: Path) -> tuple[str, str]:
    """Return what a configuration is refused with, in both languages, without the name of the file."""
    with pytest.raises(UsageError) as caught:
        read_config(path)
    text = caught.value.text
    assert text.zh.startswith(f"配置 {path}：")
    assert text.en.startswith(f"configuration {path}: ")
    return text.zh.removeprefix(f"配置 {path}："), text.en.removeprefix(f"configuration {path}: ")


# --- which configuration a file has --------------------------------------------------------------


def test_closest_wins_and_nothing_is_merged(write: Write, tmp_path: Path) -> None:
    """The configuration in the nearest folder counts alone; ``gouji.toml`` comes before ``pyproject.toml``."""
    outer = write("gouji.toml", 'year = 2021\nfail-on = "info"\n')
    inner = write("towns/pyproject.toml", "[tool.gouji]\nyear = 2022\n")
    assert closest(tmp_path / "a.md") == Configured(Config(year=2021, fail_on="info"), outer)
    assert closest(tmp_path / "towns" / "deep" / "er" / "a.md") == Configured(Config(year=2022), inner)
    own = write("both/gouji.toml", "year = 2023\n")
    write("both/pyproject.toml", "[tool.gouji]\nyear = 2024\n")
    assert closest(tmp_path / "both" / "a.md").path == own


def test_search_ends_at_the_root_of_the_repository(write: Write, tmp_path: Path) -> None:
    """What lies above a repository (a folder ``.git``, or the file of a worktree) does not count."""
    write("gouji.toml", "year = 2021\n")
    write("sub/.git", "gitdir: elsewhere\n")
    assert closest(tmp_path / "sub" / "x" / "a.md") is UNCONFIGURED


def test_dots_in_a_path_lead_to_the_right_folder(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``../other/a.md`` is not judged by the configuration of the folder that the clerk stands in."""
    here = write("here/gouji.toml", 'exclude = ["here/**"]\nyear = 2021\n')
    write("other/a.md")
    monkeypatch.chdir(tmp_path / "here")
    assert closest(Path("../other/a.md")) is UNCONFIGURED
    assert closest(Path("a.md")).path == here
    assert not Configured(Config(exclude=("towns/**",)), here).excludes(Path("towns/../a.md"))
    assert Configured(Config(exclude=("/a.md",)), here).excludes(Path("towns/../a.md"))


def test_deep_folders(write: Write, tmp_path: Path) -> None:
    """Hundreds of folders above a file are no trouble."""
    path = write("gouji.toml")
    assert closest(tmp_path.joinpath(*["a"] * 1500, "a.md")).path == path


@pytest.mark.parametrize(
    "content",
    [
        b"[project]\nname = 'other'\n",
        b"[tool.black]\n",
        b"tool = 1\n",
        b"[project]\ndependencies = ['gouji']\n",
        b"tool = ['gouji']\n",
        b"broken [ toml\n",
        b"\xff\xfe\x00name\n",
        b"[" * 100_000,
        b"# " + b"x" * LARGEST_FILE,
    ],
)
def test_pyproject_of_somebody_else(write: Write, tmp_path: Path, content: bytes) -> None:
    """A ``pyproject.toml`` that says nothing to gouji is passed over, whatever is in it."""
    outer = write("gouji.toml")
    write("sub/pyproject.toml", content)
    assert closest(tmp_path / "sub" / "a.md").path == outer


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[tool.gouji\n", "不是合法的 TOML"),
        (b"[tool.gouji]\n# \xff\n", "不是 UTF-8 编码，请另存为 UTF-8"),
        (b"[tool]\ngouji = 3\n", "tool.gouji 应为表"),
    ],
)
def test_broken_pyproject_that_speaks_of_gouji(write: Write, tmp_path: Path, content: bytes, said: str) -> None:
    """Where gouji is named, a mistake is told: other rules than meant would be applied in silence."""
    write("pyproject.toml", content)
    with pytest.raises(UsageError) as caught:
        closest(tmp_path / "a.md")
    assert said in caught.value.text.zh


def test_named_pyproject_without_a_table(write: Write) -> None:
    """A configuration that somebody names must be one."""
    assert refusal(write("pyproject.toml", "[tool.black]\n")) == ("里面没有 [tool.gouji]", "there is no [tool.gouji]")


@pytest.mark.parametrize("kind", ["folder", "dangling", "pipe"])
def test_gouji_toml_that_is_no_file(write: Write, tmp_path: Path, kind: str) -> None:
    """A folder, a link to nowhere or a pipe of that name is told, not passed over, and hangs nothing."""
    write("gouji.toml", "year = 2021\n")
    path = tmp_path / "sub" / "gouji.toml"
    path.parent.mkdir()
    if kind == "folder":
        path.mkdir()
    elif kind == "dangling":
        path.symlink_to("nowhere.toml")
    else:
        os.mkfifo(path)
    with pytest.raises(UsageError) as caught:
        closest(tmp_path / "sub" / "a.md")
    assert caught.value.text.zh == f"配置 {path}：不是普通文件"


def test_link_to_a_configuration(write: Write, tmp_path: Path) -> None:
    """A link is followed; patterns are held against names in the folder of the link."""
    write("shared/county.toml", 'exclude = ["a.md"]\n')
    (tmp_path / "towns").mkdir()
    (tmp_path / "towns" / "gouji.toml").symlink_to("../shared/county.toml")
    found = closest(tmp_path / "towns" / "a.md")
    assert found.path == tmp_path / "towns" / "gouji.toml"
    assert found.excludes(tmp_path / "towns" / "a.md")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything")
def test_unreadable(write: Write, tmp_path: Path) -> None:
    """What may not be read is told with the reason."""
    path = write("gouji.toml", "year = 2021\n")
    path.chmod(0)
    with pytest.raises(UsageError, match="cannot be read: Permission denied"):
        closest(tmp_path / "a.md")


# --- reading ---------------------------------------------------------------------------------------


def test_whole_configuration(write: Write) -> None:
    """Every key is read; a byte order mark and Windows line ends do not matter."""
    text = """\
pack = ["cn-gov-disclosure/2021", "local.yaml"]
year = 2024
region = "0812"
unit-kind = "township"
fail-on = "warning"
exclude = ["归档/**"]
timeout = 60
memory = 2048
baseline = "known.jsonl"
[ignore]
GJ243 = "乡镇不作要求"
[rules.GJ401]
severity = "warning"
points = "0.5"
[[overrides]]
files = ["乡镇/**", "*.docx"]
year = 2023
"""
    assert read_config(write("gouji.toml", "\ufeff" + text.replace("\n", "\r\n"))) == Config(
        pack=("cn-gov-disclosure/2021", "local.yaml"),
        year=2024,
        region="0812",
        unit_kind="township",
        fail_on="warning",
        exclude=("归档/**",),
        timeout=60,
        memory=2048,
        baseline="known.jsonl",
        ignore={"GJ243": "乡镇不作要求"},
        rules={"GJ401": {"severity": "warning", "points": "0.5"}},
        overrides=(Override(files=("乡镇/**", "*.docx"), year=2023),),
    )


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("fail_on = 'error'", "不认识的键 fail_on；是不是 fail-on？", "unknown key fail_on; did you mean fail-on?"),
        ("[[overrides]]\nfiles=['a']\nfail-on='info'", "不认识的键 overrides[1].fail-on；可用：pack, year, ", None),
        ("[rules.GJ401]\nseverty='info'", "不认识的键 rules.GJ401.severty；是不是 severity？", None),
        ("[[overrides]]\nfiles=['a']\n[overrides.rules.GJ401]\npoint=1",
         "不认识的键 overrides[1].rules.GJ401.point；是不是 points？", None),
        ("year = '2024'", "year 的值不对：应为整数，不是文字", "year has a wrong value: Expected `int`, got `str`"),
        ("pack = 3", "pack 的值不对：应为文字或数组，不是整数", None),
        ("year = true", "year 的值不对：应为整数，不是真假值", None),
        ("year = 1999", "year 的值不对：应不小于 2000", None),
        ("fail-on = 'fatal'", "fail-on 只能是 error, warning, info, never", "fail-on is one of error, warning, "),
        ("[[overrides]]\nfiles=['a']\n[[overrides]]\nfiles=[]", "overrides[2].files 的值不对：至少 1 个", None),
        ("[[overrides]]\nyear=2024", "overrides[1] 的值不对：缺少 files", None),
        ("ignore = ['GJ401']", "ignore 的值不对：应为表，不是数组", None),
        ("[rules.GJ401]\npoints = 0.5", "rules.GJ401.points 应为文字或整数", "rules.GJ401.points is to be text or "),
        ("[rules.GJ401]\npoints = true", "rules.GJ401.points 应为文字或整数", None),
        ("[rules]\nGJ401 = 'info'", "rules.GJ401 应为表", None),
        ("rules = 1", "rules 的值不对：应为表，不是整数", None),
        ("overrides = {}", "overrides 的值不对：应为数组，不是表", None),
        ("timeout = nan", "timeout 的值不对", None),
        ("memory = 1", "memory 的值不对：应不小于 256", None),
        ("exclude = ['']", "exclude[1] 的值不对：至少 1 个", None),
        ("exclude = ['./']", "exclude 的模式 ./：没有写明文件", "exclude, pattern ./: names no file"),
        ("exclude = ['乡镇\\*.md']", "exclude 的模式 乡镇\\*.md：文件夹之间写 /，不写 \\", None),
        ("exclude = ['../x']", "exclude 的模式 ../x：不能用 .. 指向配置所在文件夹以外", None),
        ("[[overrides]]\nfiles=['*.{md,docx}']", "overrides[1].files 的模式 *.{md,docx}：只有 *、** 和 ?", None),
        ("exclude = ['!keep.md']", "exclude 的模式 !keep.md：只有 *、** 和 ?", None),
        ("x = [", "不是合法的 TOML：", "not valid TOML: "),
        ("year = 1\nyear = 2", "不是合法的 TOML：", None),
        ("x = " + "[" * 50_000, "嵌套过深", "nested too deeply"),
        ("x = " + "9" * 5_000, "不是合法的 TOML：", None),
        (".".join("a" * 20_000) + " = 1", "第 1 行有超过 60 个点", "line 1 has more than 60 dots"),
        ("#" * (LARGEST_FILE + 1), "文件超过 500,000 字节", "more than 500,000 bytes"),
        ("k" * 200_000 + " = 1", "不认识的键 kkkk", None),
    ],
)  # fmt: skip
def test_refusals(write: Write, text: str, zh: str, en: str | None) -> None:
    """A mistake is told with its key and what is allowed; nothing hostile takes long or ends in a traceback."""
    told = refusal(write("gouji.toml", text))
    assert told[0].startswith(zh)
    assert told[1].startswith(en or "")
    assert len(told[0]) < 300


@pytest.mark.parametrize("reason", ['""', '" \\t"', "3"])
def test_ignored_rules_need_a_reason(write: Write, reason: str) -> None:
    """A blank reason is none."""
    assert refusal(write("gouji.toml", f"[ignore]\nGJ401 = {reason}\n"))[0] == "ignore.GJ401 要写明理由"


def test_not_utf8(write: Write) -> None:
    """A file saved by an old editor in GBK is told so."""
    assert refusal(write("gouji.toml", "region = '四川'".encode("gbk")))[0] == "不是 UTF-8 编码，请另存为 UTF-8"


def test_missing(tmp_path: Path) -> None:
    """A configuration that is named and not there is told."""
    assert refusal(tmp_path / "没有.toml") == (
        "无法读取：No such file or directory",
        "cannot be read: No such file or directory",
    )


def test_schema_says_what_is_read() -> None:
    """The JSON Schema accepts what gouji reads and refuses what gouji refuses."""
    schema = json_schema()
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    good = {"fail-on": "never", "ignore": {"GJ401": "x"}, "overrides": [{"files": ["a"], "unit-kind": "county"}]}
    assert validator.is_valid(good)
    bad: tuple[object, ...] = (
        {"fail_on": "never"},
        {"overrides": [{}]},
        {"ignore": {"GJ401": " "}},
        {"year": 1999},
        {"rules": {"GJ401": {"severty": "info"}}},
        {"rules": {"GJ401": {"severity": 1.5}}},
    )
    assert [one for one in bad if validator.is_valid(one)] == []
    assert validator.is_valid({"rules": {"GJ401": {"severity": "info", "limit": 3}}})


def test_documented_configuration(write: Write) -> None:
    """The configuration shown in the documentation is read, and shows every key that there is."""
    text = (Path(__file__).parents[1] / "docs" / "configuration.md").read_text(encoding="utf-8")
    shown, sidecar = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    config = read_config(write("gouji.toml", shown))
    unset = [name for name in Config.__struct_fields__ if getattr(config, name) == getattr(Config(), name)]
    assert unset == []
    write(SIDECAR, sidecar)
    (one,) = beside(write("红格镇2024年年报.docx")).usable
    assert (one.rule, one.until, one.address) == ("GJ401", date(2027, 3, 31), "applications/natural")


# --- patterns --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "fits", "misses"),
    [
        ("*.md", ["a.md", "x/y/a.md"], ["a.mdx", "a.docx"]),
        ("/*.md", ["a.md"], ["x/a.md"]),
        ("./a.md", ["a.md"], ["x/a.md"]),
        ("./乡镇/*", ["乡镇/a.md"], ["x/乡镇/a.md"]),
        ("towns", ["towns/a.md", "x/towns/y/a.md", "towns"], ["towns2/a.md", "mytowns/a.md"]),
        ("towns/", ["towns/a.md", "x/towns/a.md"], ["towns.md"]),
        ("towns/*.md", ["towns/a.md"], ["x/towns/a.md", "towns/x/a.md"]),
        ("towns/**", ["towns/a.md", "towns/x/a.md"], ["towns", "x/towns/a.md"]),
        ("towns/**/a.md", ["towns/a.md", "towns/x/y/a.md"], ["towns/xa.md"]),
        ("**/a.md", ["a.md", "x/y/a.md"], ["xa.md"]),
        ("20??年报.*", ["2024年报.md", "x/2024年报.pdf"], ["202年报.md", "20/4年报.md"]),
        ("[2024]年报.md", ["[2024]年报.md"], ["2年报.md"]),
        ("a.md", ["a.md"], ["axmd"]),
        ("(一)+$^|#&~ .md", ["(一)+$^|#&~ .md"], ["一.md"]),
        ("年报（终稿）.md", ["年报（终稿）.md"], ["年报终稿.md"]),
        ("*年报*.md", ["a\n年报\n.md"], ["年.md"]),
        ("𠮷?镇.md", ["𠮷𡈼镇.md"], ["𠮷镇.md"]),
    ],
)
def test_patterns(pattern: str, fits: list[str], misses: list[str]) -> None:
    """Only ``*``, ``**`` and ``?`` are special; a name without a slash fits at any depth."""
    configured = Configured(Config(exclude=(pattern,)), Path("/root/gouji.toml"))
    assert [name for name in fits if not configured.excludes(Path("/root") / name)] == []
    assert [name for name in misses if configured.excludes(Path("/root") / name)] == []


def test_names_that_are_no_text() -> None:
    """A lone surrogate in a name, of bytes that are no UTF-8, is one unknown character and no crash."""
    path = Path("/root") / os.fsdecode(b"\xff\xfe.md")
    assert Configured(Config(exclude=("??.md",)), Path("/root/gouji.toml")).excludes(path)
    assert not Configured(Config(exclude=("?.md",)), Path("/root/gouji.toml")).excludes(path)


def test_patterns_take_linear_time() -> None:
    """Many stars against a long name are no trouble: in a backtracking search this would not end."""
    configured = Configured(Config(exclude=("*a" * 40 + "**/" * 40 + "b",)), Path("/root/gouji.toml"))
    assert not configured.excludes(Path("/root") / ("a" * 250) / ("a" * 250) / "c")


def test_files_outside_the_folder_of_a_named_configuration() -> None:
    """Patterns without a slash fit everywhere; those with one are for the folder of the configuration."""
    configured = Configured(Config(exclude=("*.tmp.md", "towns/**")), Path("/conf/gouji.toml"))
    assert configured.excludes(Path("/data/a.tmp.md"))
    assert not configured.excludes(Path("/data/towns/a.md"))


# --- choices ---------------------------------------------------------------------------------------


def test_later_overrides_win_key_by_key() -> None:
    """Of several overrides that match a file the last counts, each key for itself; others do not count."""
    config = Config(
        year=2024,
        region="0812",
        ignore={"GJ1": "a"},
        rules={"GJ401": {"severity": "info", "points": 1}},
        overrides=(
            Override(files=("towns/**",), region="0813", rules={"GJ401": {"severity": "warning"}}),
            Override(files=("*.docx",), year=2022, ignore={"GJ2": "b", "GJ1": "c"}),
            Override(files=("elsewhere",), year=2001),
        ),
    )
    configured = Configured(config, Path("/r/gouji.toml"))
    assert configured.choices(Path("/r/towns/a.docx")) == Choices(
        year=2022,
        region="0813",
        ignore={"GJ1": "c", "GJ2": "b"},
        rules={"GJ401": {"severity": "warning", "points": 1}},
    )
    assert configured.choices(Path("/r/a.md")) == Choices(
        year=2024, region="0812", ignore={"GJ1": "a"}, rules={"GJ401": {"severity": "info", "points": 1}}
    )


def test_rule_set_last_stands_last() -> None:
    """A rule may be named by id here and by slug there; who applies them in order lets the last one win."""
    config = Config(
        rules={"GJ401": {"severity": "info"}, "GJ301": {"severity": "info"}},
        overrides=(Override(files=("*",), rules={"GJ401": {"points": 2}}),),
    )
    chosen = Configured(config).choices(Path("a.md"))
    assert list(chosen.rules.items()) == [("GJ301", {"severity": "info"}), ("GJ401", {"severity": "info", "points": 2})]
