"""Packs are found by name, and a validated one is kept for the next run."""

from pathlib import Path

import pytest

from gouji.errors import UsageError
from gouji.pack_store import find_pack, load_pack, packs_named, shipped_packs

PACK = """\
pack: test/2021
title: {zh: 测试, en: test}
years: {first: 2021, last: 2030}
report: {patterns: ['(?P<unit>.+)(?P<year>20[0-9]{2})年报告'], unit_kinds: {}}
sections: [{key: one, number: 1, title: 总体情况}]
fields: [{key: phone, name: {zh: 电话, en: phone}, patterns: [电话]}]
forms: []
rules:
  - id: GJ901
    slug: phone-missing
    kind: field
    severity: error
    title: {zh: 有电话, en: has a phone}
    message: {zh: 没有电话, en: no phone}
    fields: [phone]
    require: present
"""


def written(folder: Path, rule: str = "GJ901") -> Path:
    """Write the pack with another rule id."""
    path = folder / "pack.yaml"
    path.write_text(PACK.replace("GJ901", rule), encoding="utf-8")
    return path


def test_kept_pack_equals_validated_pack(tmp_path: Path) -> None:
    """A pack read back from the cache has the same rules, and a changed file is noticed."""
    cache, path = tmp_path / "cache", written(tmp_path)
    first, second = load_pack(path, cache=cache), load_pack(path, cache=cache)
    assert str(second) == str(first)
    written(tmp_path, "GJ902")
    assert [rule.id for rule in load_pack(path, cache=cache).rules] == ["GJ902"]
    (kept,) = cache.iterdir()
    kept.write_text("{ruined", encoding="utf-8")
    assert [rule.id for rule in load_pack(path, cache=cache).rules] == ["GJ902"]


def test_national_pack_is_kept_whole(tmp_path: Path) -> None:
    """What comes back from the cache is the national pack to the last key; only examples are left out."""
    kept = [load_pack(path, cache=tmp_path) for path in (*shipped_packs(), *shipped_packs())]
    fresh = [load_pack(path) for path in shipped_packs()]
    assert [str(pack) for pack in kept] == [str(pack) for pack in (*fresh, *fresh)]
    assert not any(rule.examples for pack in kept for rule in pack.rules)


def test_cache_that_cannot_be_written(tmp_path: Path) -> None:
    """Without a place for the cache the pack loads all the same."""
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    assert load_pack(written(tmp_path), cache=blocked / "cache").pack == "test/2021"


def test_find_pack() -> None:
    """A shipped pack is found by its id; an unknown one names those there are."""
    assert find_pack("cn-gov-disclosure/2021") == shipped_packs()[-1]
    with pytest.raises(UsageError, match="cn-gov-disclosure/2021"):
        find_pack("cn-gov-disclosure/1999")


def test_packs_named_by_their_parts(tmp_path: Path) -> None:
    """Packs are named by id, file or a file of theirs, each once; YAML of nobody's is refused, other text is not."""
    pack = written(tmp_path)
    pack.write_text(f"{PACK}include: [part.yaml]\n", encoding="utf-8")
    for name in ("part.yaml", "stray.yaml", "README.md"):
        (tmp_path / name).write_text("rules: []\n", encoding="utf-8")
    (tmp_path / ".git").mkdir()
    national = shipped_packs()[-1]
    names = [str(tmp_path / name) for name in ("part.yaml", "README.md", "pack.yaml")]
    assert packs_named([*names, "cn-gov-disclosure/2021"]) == (pack, national)
    assert packs_named([str(tmp_path / "README.md")]) == ()
    with pytest.raises(UsageError) as caught:
        packs_named([str(tmp_path / "stray.yaml")])
    assert caught.value.text.en == (
        f"{tmp_path / 'stray.yaml'} is a part of no rule pack: it has no key pack, and no pack includes it"
    )
