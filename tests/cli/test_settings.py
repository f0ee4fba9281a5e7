"""What applies to a file: the command line over its configuration over what gouji assumes."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gouji import config
from gouji.cli.settings import Asked, Settings, fail_on_of_all, limits_of_all
from gouji.errors import PackError, UsageError
from gouji.finding import Severity
from gouji.rule import Rule

Make = Callable[..., Settings]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path) -> Path:
    """A repository to stand in, with nothing remembered of other tests."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    return tmp_path


@pytest.fixture
def make(folder: Path) -> Make:
    """Make the settings of a run with a configuration in the folder."""

    def settings(text: str = "", **asked: Any) -> Settings:
        for remembered in (config._in_folder, config._closest, config._table):
            remembered.cache_clear()
        (folder / "gouji.toml").write_text(text, encoding="utf-8")
        return Settings(Asked(**asked))

    return settings


def rule_of(settings: Settings, name: str, path: str = "a.md") -> Rule:
    packs = settings.all[settings.number(Path(path))].packs
    return next(rule for rule in packs[-1].rules if rule.id == name)


def refusal(settings: Settings, path: str = "a.md") -> str:
    with pytest.raises(UsageError) as caught:
        settings.number(Path(path))
    return caught.value.text.zh


# --- which configuration ---------------------------------------------------------------------------


def test_each_different_setting_once(make: Make, folder: Path) -> None:
    """Files that nothing sets apart share a setting, for packs are not loaded twice."""
    settings = make("[[overrides]]\nfiles = ['towns/**']\nyear = 2023\n")
    (folder / "sub").mkdir()
    (folder / "sub" / "gouji.toml").write_text("fail-on = 'info'\n", encoding="utf-8")
    numbers = [settings.number(Path(name)) for name in ("a.md", "towns/a.md", "b.md", "towns/x/b.md", "sub/a.md")]
    assert numbers == [0, 1, 0, 1, 2]
    assert [setting.options.year for setting in settings.all] == [None, 2023, None]
    assert settings.fail_on == ["error", "error", "info"]
    assert fail_on_of_all(settings) == "info"


def test_named_configuration_is_the_only_one(make: Make, folder: Path) -> None:
    """With ``--config`` no other is looked for."""
    (folder / "county.toml").write_text("year = 2022\n", encoding="utf-8")
    settings = make("year = 2023\n", config=Path("county.toml"))
    assert settings.all[settings.number(Path("a.md"))].options.year == 2022


def test_isolated(make: Make) -> None:
    """``--isolated`` heeds none, not even one that the environment names and that is not there."""
    settings = make("year = 2023\nbroken", config=Path("missing.toml"), isolated=True)
    assert settings.all[settings.number(Path("a.md"))].options.year is None
    with pytest.raises(UsageError, match=r"missing\.toml: cannot be read"):
        make("", config=Path("missing.toml"))


def test_a_setting_that_fails_is_not_remembered(make: Make) -> None:
    """A mistake is told again for the next file, not taken for a setting."""
    settings = make("unit-kind = 'galaxy'\n")
    assert refusal(settings) == refusal(settings)
    assert settings.all == []


# --- command line over configuration -----------------------------------------------------------------


def test_command_line_comes_first(make: Make) -> None:
    text = "year = 2023\nregion = '0812'\nfail-on = 'info'\nunit-kind = 'township'\n"
    settings = make(text)
    options = settings.all[settings.number(Path("a.md"))].options
    assert (options.year, options.region, options.unit_kind) == (2023, "0812", "township")
    settings = make(text, year=2024, region="", day=date(2026, 1, 1), fail_on="never")
    options = settings.all[settings.number(Path("a.md"))].options
    assert (options.year, options.region, options.check_date) == (2024, "", date(2026, 1, 1))
    assert settings.fail_on == ["never"]


def test_packs(make: Make) -> None:
    """A configuration names one pack, or several to choose from by year; none leaves the national ones."""
    for text, packs, named in (
        ("", ["cn-gov-disclosure/2019", "cn-gov-disclosure/2021"], False),
        ("pack = 'cn-gov-disclosure/2021'", ["cn-gov-disclosure/2021"], True),
        ("pack = ['cn-gov-disclosure/2021', 'cn-gov-disclosure/2019']",
         ["cn-gov-disclosure/2019", "cn-gov-disclosure/2021"], False),
        ("pack = []", ["cn-gov-disclosure/2019", "cn-gov-disclosure/2021"], False),
    ):  # fmt: skip
        settings = make(text)
        setting = settings.all[settings.number(Path("a.md"))]
        assert ([pack.pack for pack in setting.packs], setting.options.named_pack) == (packs, named)


def test_pack_file_beside_the_configuration(make: Make, folder: Path) -> None:
    """A pack file is looked for beside the configuration that names it, one of the command line where the user stands."""
    (folder / "conf").mkdir()
    (folder / "conf" / "gouji.toml").write_text("pack = 'own.yaml'\n", encoding="utf-8")
    (folder / "conf" / "own.yaml").write_text("pack: beside\n", encoding="utf-8")
    with pytest.raises(PackError) as caught:
        make().number(Path("conf/a.md"))
    assert caught.value.mistakes[0].path == "conf/own.yaml"
    (folder / "own.yaml").write_text("pack: here\n", encoding="utf-8")
    with pytest.raises(PackError) as caught:
        make(pack="own.yaml").number(Path("conf/a.md"))
    assert caught.value.mistakes[0].path == "own.yaml"


def test_unknown_pack_names_the_configuration(make: Make, folder: Path) -> None:
    told = refusal(make("pack = 'no/such'\n"))
    assert told.startswith(f"配置 {folder / 'gouji.toml'}：没有规则包 no/such；自带的有：")


# --- rules -------------------------------------------------------------------------------------------


def test_changes_of_rules(make: Make) -> None:
    """Severity, points and thresholds, by id or by slug; in every pack that has the rule, nowhere else."""
    text = "[rules.GJ401]\nseverity = 'info'\npoints = '0.5'\ncap = 2\n[rules.table3-row-sum]\ntolerance = 1\n"
    settings = make(text)
    changed = rule_of(settings, "GJ401")
    assert (changed.severity, changed.points, changed.cap) == (Severity.INFO, "0.5", 2)
    assert rule_of(settings, "GJ301").tolerance == "1"  # type: ignore[attr-defined]
    assert rule_of(settings, "GJ303").severity is Severity.ERROR
    assert {rule.severity for p in settings.all[0].packs for rule in p.rules if rule.id == "GJ401"} == {Severity.INFO}


@pytest.mark.parametrize(("first", "second"), [("GJ401", "table3-balance"), ("table3-balance", "GJ401")])
def test_id_and_slug_are_one_rule(make: Make, first: str, second: str) -> None:
    """An override wins whichever name of a rule it uses, and keeps what it does not set."""
    settings = make(
        f"[rules.{first}]\nseverity = 'info'\npoints = 1\n"
        f"[[overrides]]\nfiles = ['*.md']\n[overrides.rules.{second}]\nseverity = 'warning'\n"
    )
    changed = rule_of(settings, "GJ401")
    assert (changed.severity, changed.points) == (Severity.WARNING, 1)


def test_ignored_rules(make: Make) -> None:
    """What a configuration leaves out adds to what the command line leaves out."""
    settings = make("[ignore]\nGJ401 = '甲'\nGJ008 = '旧年报'\n", ignore=("GJ303",))
    options = settings.all[settings.number(Path("a.md"))].options
    assert [options.ignores(name, "") for name in ("GJ303", "GJ401", "GJ008", "GJ301")] == [True, True, True, False]


@pytest.mark.parametrize(("ignored", "selected"), [("GJ401", "table3-balance"), ("table3-balance", "GJ401")])
def test_rule_asked_for_by_name_runs(make: Make, ignored: str, selected: str) -> None:
    """``--select GJ401`` where a configuration leaves it out would otherwise pass in silence."""
    settings = make(f"[ignore]\n{ignored} = '甲'\n", select=(selected,))
    assert settings.all[settings.number(Path("a.md"))].options.wants("GJ401", "table3-balance")
    settings = make(f"[ignore]\n{ignored} = '甲'\n", select=("GJ4",))
    assert not settings.all[settings.number(Path("a.md"))].options.wants("GJ401", "table3-balance")


@pytest.mark.parametrize(
    ("text", "zh"),
    [
        ("unit-kind = 'galaxy'", "没有单位类型 galaxy；有："),
        ("[ignore]\nGJ4011 = '甲'", "ignore：没有规则 GJ4011，是不是 GJ401？"),
        ("[ignore]\nGJ4 = '甲'", "ignore：没有规则 GJ4"),
        ("[ignore]\nGJ001 = '甲'", "ignore：内置规则 GJ001 不能改动"),
        ("[rules.table3-balanse]\nseverity = 'info'", "rules：没有规则 table3-balanse，是不是 table3-balance？"),
        ("[rules.GJ008]\nseverity = 'info'", "rules：内置规则 GJ008 不能改动"),
        ("[rules.GJ401]\nseverity = 'off'", "GJ401 的 severity 只能是 error, warning, info"),
        ("[rules.GJ401]\nlimit = 3", "规则 GJ401 没有 limit 可改"),
        ("[rules.GJ401]\nthreshold = 3", "规则 GJ401 没有 threshold 可改"),
        ("[rules.GJ401]\ntolerance = 'viel'", "GJ401 的 tolerance："),
        ("[rules.GJ401]\npoints = -1", "GJ401 的 points：请写分值"),
        ("[rules.GJ401]\ncap = 'x'", "GJ401 的 cap：请写分值"),
    ],
)
def test_refusals(make: Make, folder: Path, text: str, zh: str) -> None:
    """What a configuration says of rules must fit the packs; the message names configuration, rule and key."""
    assert refusal(make(text)).startswith(f"配置 {folder / 'gouji.toml'}：{zh}")


@pytest.mark.parametrize(("value", "zh"), [("-1", "不小于 0 的整数"), ("'3'", "不小于 0 的整数")])
def test_whole_numbers(make: Make, value: str, zh: str) -> None:
    settings = make()
    settings.number(Path("a.md"))
    counted = next(rule for rule in settings.all[0].packs[-1].rules if isinstance(rule.__dict__.get("limit"), int))
    assert zh in refusal(make(f"[rules.{counted.id}]\nlimit = {value}\n"))


# --- limits --------------------------------------------------------------------------------------------


def test_limits(make: Make, folder: Path) -> None:
    """As asked; else the most that a configuration of the run gives, wherever gouji runs."""
    settings = make("timeout = 60\n")
    assert limits_of_all(settings, None, None) == (30, 1024)
    (folder / "sub").mkdir()
    (folder / "sub" / "gouji.toml").write_text("timeout = 20\nmemory = 2048\n", encoding="utf-8")
    settings.number(Path("sub/a.md"))
    assert limits_of_all(settings, None, None) == (20, 2048)
    settings.number(Path("a.md"))
    assert limits_of_all(settings, None, None) == (60, 2048)
    assert limits_of_all(settings, 5, 300) == (5, 300)
