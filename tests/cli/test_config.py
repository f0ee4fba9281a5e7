"""``gouji config show`` tells what applies to a file and whence; ``gouji config schema`` what may be written."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Inside


def test_show(inside: Inside, office: Path) -> None:
    """The configuration, the overrides that fit, what they come to, and the packs with the rules that are left."""
    (office / "gouji.toml").write_text(
        """\
pack = "cn-gov-disclosure/2021"
fail-on = "warning"
exclude = ["归档/**"]
baseline = "已知.jsonl"
[ignore]
GJ243 = "县里另行检查"
[[overrides]]
files = ["*.docx"]
year = 2020
[[overrides]]
files = ["乡镇/**"]
unit-kind = "township"
[overrides.rules.GJ401]
severity = "warning"
""",
        encoding="utf-8",
    )
    code, out, err = inside("config", "show", "乡镇/errors.md", cwd=office)
    assert (code, err) == (0, "")
    *lines, pack = out.splitlines()
    assert lines == [
        f"乡镇/errors.md: {office}/gouji.toml",
        "  适用：overrides[2]",
        '  pack = "cn-gov-disclosure/2021"',
        '  unit-kind = "township"',
        '  ignore.GJ243 = "县里另行检查"',
        '  rules.GJ401 = {"severity":"warning"}',
        '  fail-on = "warning"',
        '  exclude = ["归档/**"]',
        f'  baseline = "{office}/已知.jsonl"',
    ]
    code, out, _ = inside("config", "show", "clean.md", "--isolated")
    assert out.splitlines()[0] == "clean.md: 没有配置文件"
    national = out.splitlines()[-1]
    count = [int(line.partition("使用 ")[2].partition(" ")[0]) for line in (pack, national)]
    assert count[1] == count[0] + 1


def test_show_of_an_excluded_file(inside: Inside, office: Path) -> None:
    (office / "gouji.toml").write_text("exclude = ['*.md']\n", encoding="utf-8")
    assert inside("config", "show", "clean.md", cwd=office)[1].splitlines()[1] == "  这个文件被 exclude 排除"


def test_environment_and_option(inside: Inside, office: Path) -> None:
    """The option comes before ``GOUJI_CONFIG``, which comes before the closest file."""
    for name in ("gouji", "county", "other"):
        (office / f"{name}.toml").write_text("", encoding="utf-8")
    show = ("config", "show", "clean.md")
    assert inside(*show, cwd=office)[1].startswith(f"clean.md: {office}/gouji.toml\n")
    assert inside(*show, GOUJI_CONFIG="county.toml")[1].startswith("clean.md: county.toml\n")
    assert inside(*show, "--config", "other.toml", GOUJI_CONFIG="county.toml")[1].startswith("clean.md: other.toml\n")
    assert inside(*show, "--isolated", GOUJI_CONFIG="missing.toml")[1].startswith("clean.md: 没有配置文件\n")


@pytest.mark.parametrize(
    ("name", "said"), [("missing.md", "没有这个文件：missing.md"), ("乡镇", "乡镇 是文件夹，请给出其中一个文件")]
)
def test_what_is_no_file(inside: Inside, office: Path, name: str, said: str) -> None:
    """A typing error is told: what applies to a file that is not there helps nobody."""
    assert inside("config", "show", name, cwd=office) == (2, "", f"gouji: {said}\n")


def test_mistake(inside: Inside, office: Path) -> None:
    """A mistake is exit 2; escapes in what is quoted do not act."""
    (office / "gouji.toml").write_text('"fail\\u001b[31mon" = 1\n', encoding="utf-8")
    code, out, err = inside("config", "show", "clean.md", cwd=office)
    assert (code, out) == (2, "")
    assert "不认识的键 fail\\x1b[31mon" in err


def test_schema(inside: Inside, tmp_path: Path) -> None:
    code, out, _ = inside("config", "schema")
    assert (code, json.loads(out)["title"]) == (0, "gouji configuration")
    assert inside("config", "schema", "-o", str(tmp_path / "s.json"))[:2] == (0, "")
    assert (tmp_path / "s.json").read_text(encoding="utf-8") == out


def test_documented_configuration_works(inside: Inside, office: Path) -> None:
    """The configuration shown in the documentation fits the packs, and a clean report passes by it."""
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    (office / "gouji.toml").write_text(text.partition("```toml\n")[2].partition("```")[0], encoding="utf-8")
    (office / "gouji-baseline.jsonl").write_text('{"schema": "gouji-baseline/1"}\n', encoding="utf-8")
    code, out, err = inside("check", "--date", "2026-01-31", "clean.md", cwd=office)
    assert (code, err) == (0, ""), out
