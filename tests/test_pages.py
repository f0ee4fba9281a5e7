"""The pages of the rules are what the packs say, and lead somewhere."""

import re
from pathlib import Path

import pytest

from gouji.cli.docs import kept_pages
from gouji.intake import INCIDENTS
from gouji.pack_store import load_pack, shipped_packs
from gouji.pages import BUILT_IN, INDEX, MARK, Source, folder_of, pages, plain

FOLDER = Path(__file__).parents[1] / "docs" / "rules"


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    """The shipped packs with their examples."""
    return [Source(load_pack(path, examples=True), path) for path in shipped_packs()]


@pytest.fixture(scope="module")
def made(sources: list[Source]) -> dict[str, str]:
    """The pages, made afresh."""
    return pages(sources)


def test_pages_are_current(made: dict[str, str]) -> None:
    """The committed pages are those of the packs: run ``make docs`` after a change."""
    kept = {path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8") for path in FOLDER.glob("**/*.md")}
    assert sorted(kept) == sorted(made)
    assert [name for name, text in made.items() if kept[name] != text] == []
    assert kept_pages(FOLDER) == sorted(made)


def test_every_rule_has_its_page(made: dict[str, str], sources: list[Source]) -> None:
    """A page holds title, message, basis and remedy in both languages, and what each failing example brings about."""
    for source in sources:
        for rule in source.pack.rules:
            page = made[f"{folder_of(source.pack)}/{rule.id}.md"]
            for text in filter(None, (rule.title, rule.message, rule.basis, rule.remedy, rule.why)):
                assert plain(text.zh) in page
                assert plain(text.en) in page
            if rule not in source.pack.proving:
                continue  # inherited: proven where it comes from
            assert rule.examples
            addresses = [address or rule.id for example in rule.examples.fails for address in example.at]
            shown = re.findall(r"^- \d+:\d+ .*`([^`]+)`  $", page, re.MULTILINE)
            assert sorted(shown) == sorted(addresses)


def test_further_reports_of_an_example(made: dict[str, str]) -> None:
    """An example that takes other reports shows each of them, and its options."""
    page = made["cn-gov-disclosure-2021/GJ640.md"]
    specimen, other = "样本原文 the specimen as it is", "其他单位的报告（audit） the report of another unit (audit):"
    assert f"\n{specimen}\n\n{other}\n\n```diff\n- 柳溪镇\n+ 北山乡\n```\n" in page
    below = "下级单位的报告（audit） the report of a unit below (audit):"
    assert f"\n{below}\n\n{specimen}\n" in made["cn-gov-disclosure-2021/GJ620.md"]
    assert "下级单位之一的报告（audit，名册没有写“完整”）" in made["cn-gov-disclosure-2021/GJ620.md"]
    assert (
        "\n上年报告（--previous） the report of the year before (--previous):\n"
        in made["cn-gov-disclosure-2021/GJ610.md"]
    )
    assert "\n`--published 2025-02-03`\n" in made["cn-gov-disclosure-2021/GJ703.md"]


def test_built_in_rules_have_their_page(made: dict[str, str]) -> None:
    """Every finding that is not a pack's is explained too."""
    for known in INCIDENTS.values():
        assert f"## {known.id} {plain(known.title.zh)}\n" in made[BUILT_IN]
        assert plain(known.remedy.en) in made[BUILT_IN]


def test_links_lead_to_pages(made: dict[str, str]) -> None:
    """No link of a page leads nowhere."""
    for name, text in made.items():
        for link in re.findall(r"\]\(([^)]+)\)", text):
            assert (Path(name).parent / link).as_posix() in made


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b>a|b*c_d`", r"\<b\>a\|b\*c\_d\`"),
        ("[a](b)", r"\[a\](b)"),
        ("a\nb", "a b"),
        ("\\", "\\\\"),
        ("1. 甲", "1. 甲"),
        ("a\x1b[31m", r"a\\x1b\[31m"),
    ],
)
def test_plain(text: str, shown: str) -> None:
    """Words of a pack are shown as they are and make no markup."""
    assert plain(text) == shown


def test_marked(made: dict[str, str]) -> None:
    """Every page says that it is generated, so that a later run may take it away."""
    assert all(text.startswith(MARK) for text in made.values())
    assert INDEX in made
