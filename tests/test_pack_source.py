"""Packs put together: one laid over another, terms in texts, and mistakes where they were written."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gouji.errors import PackError
from gouji.finding import FileReport, Severity
from gouji.pack import Pack
from gouji.pack_source import DEEPEST_EXTENDS, packs_with
from gouji.pack_store import find_pack, load_pack

HEAD = "pack: mine/2021\ntitle: {zh: 本县, en: mine}\nextends: cn-gov-disclosure/2021\n"
OWN_RULE = """
rules:
  - id: GJ901
    slug: two-problems
    kind: field
    fields: [postcode]
    require: present
    severity: error
    title: {zh: 写明邮编, en: a postcode}
    message: {zh: 没有邮编, en: no postcode}
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def laid(text: str) -> Pack:
    """Load a pack that extends the national one."""
    Path("mine.yaml").write_text(HEAD + text, encoding="utf-8")
    return load_pack(Path("mine.yaml"))


def refused(text: str, head: str = HEAD) -> list[tuple[int, str]]:
    """Return the lines and words of a pack's mistakes."""
    Path("mine.yaml").write_text(head + text, encoding="utf-8")
    with pytest.raises(PackError) as caught:
        load_pack(Path("mine.yaml"))
    return [(mistake.line, mistake.text.zh) for mistake in caught.value.mistakes]


def test_what_is_not_changed_is_inherited(pack: Pack) -> None:
    """An extending pack has everything of the other but its specimen and its examples."""
    mine = laid("")
    assert [rule.id for rule in mine.rules] == [rule.id for rule in pack.rules]
    assert (mine.years.first, mine.report.patterns) == (pack.years.first, pack.report.patterns)
    assert (mine.extends, mine.specimen, [rule.id for rule in mine.rules if rule.examples]) == (
        "cn-gov-disclosure/2021",
        "",
        [],
    )


def test_rules_are_changed_key_by_key(pack: Pack) -> None:
    """Severity, points and thresholds are laid over a rule; all else of it stays."""
    mine = laid("rules:\n  - {id: GJ211, severity: error, points: '1.5', cap: 3}\n  - {id: GJ135, limit: 5}\n")
    rules = {rule.id: rule for rule in mine.rules}
    old = {rule.id: rule for rule in pack.rules}
    assert (rules["GJ211"].severity, rules["GJ211"].points, rules["GJ211"].cap) == (Severity.ERROR, "1.5", 3)
    assert (rules["GJ211"].message, rules["GJ211"].basis) == (old["GJ211"].message, old["GJ211"].basis)
    assert getattr(rules["GJ135"], "limit", None) == 5


def test_titles_of_sections_are_changed_key_by_key() -> None:
    """A section's accepted titles are replaced, its official one stays."""
    mine = laid("sections:\n  - {key: other, accept: [其他事项]}\n")
    other = mine.declared.sections["other"]
    assert (other.title, other.accept, other.number) == ("其他需要报告的事项", ("其他事项",), 6)


def test_terms_fill_texts() -> None:
    """A term stands in basis, title, message, remedy and reason; the other pack's replaces it."""
    mine = laid("terms:\n  format: {zh: 本县格式, en: our format}\n")
    basis = {rule.id: rule.basis for rule in mine.rules}["GJ101"]
    assert basis
    assert (basis.zh, basis.en) == (
        "《中华人民共和国政府信息公开条例》第五十条；本县格式",
        "Regulations on Open Government Information, art. 50; our format",
    )


def test_disabled_rules_are_kept_with_their_reason(specimen: str, check_text: Callable[..., FileReport]) -> None:
    """A disabled rule is not judged, and the pack says why."""
    mine = laid("disabled:\n  - {rule: GJ204, reason: {zh: 县里统一说明, en: told elsewhere}}\n")
    assert (mine.reasons["GJ204"].zh, "GJ204" in {rule.id for rule in mine.active}) == ("县里统一说明", False)
    without = specimen.replace("本报告所列数据的统计期限为2024年1月1日至2024年12月31日。", "")
    assert [f.rule for f in check_text(without).findings] == ["GJ204"]
    assert check_text(without, packs=[mine]).findings == ()


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("disabled:\n  - {rule: GJ204}\n", 5, "缺少键 reason"),
        ("disabled:\n  - {rule: GJ299, reason: {zh: 无, en: none}}\n", 5, "没有规则 GJ299"),
        (
            "disabled:\n  - {rule: GJ204, reason: {zh: 无, en: a}}\n  - {rule: GJ204, reason: {zh: 无, en: b}}\n",
            6,
            "rule GJ204 重复",
        ),
        ("rules:\n  - {id: GJ299, severity: error}\n", 5, "所继承的规则包没有规则 GJ299；是不是"),
        ("rules:\n  - {id: GJ204, severity: bad}\n", 5, "severity：只能是"),
        ("rules:\n  - {id: GJ204, points: -1}\n", 5, "points：请写分值，如 2 或 '0.5'"),
        ("rules:\n  - {id: GJ204, points: 1}\n  - {id: GJ204, points: 2}\n", 6, "所继承的规则包没有规则 GJ204"),
        ("terms:\n  Format: {zh: 甲, en: a}\n", 5, "terms 写作"),
        ("terms:\n  format: {zh: 甲}\n", 5, "terms 写作"),
        ("scoring:\n  full: many\n", 5, "full：请写分值"),
        ("scoring:\n  groups:\n    - {key: a, name: {zh: 甲, en: a}, rules: [GJ9]}\n", 6, "没有规则 GJ9"),
        ("include: [more.yaml]\n", 1, "无法读取"),
    ],
)
def test_mistakes(text: str, line: int, said: str) -> None:
    """Each mistake is told at its line of the extending pack."""
    found = refused(text)
    assert [at for at, words in found if said in words] == [line], found


def test_a_pack_that_extends_nothing_disables_nothing(tmp_path: Path) -> None:
    """A rule of one's own is removed, not disabled."""
    national = find_pack("cn-gov-disclosure/2021")
    for file in national.parent.joinpath("2021").iterdir():
        (tmp_path / "2021").mkdir(exist_ok=True)
        (tmp_path / "2021" / file.name).write_bytes(file.read_bytes())
    own = national.read_text(encoding="utf-8") + "\ndisabled:\n  - {rule: GJ204, reason: {zh: 无, en: none}}\n"
    assert [words for _, words in refused(own, head="")] == ["只能停用所继承的规则；自己的规则请删去"]


@pytest.mark.parametrize(
    "named", ["cn-gov-disclosure/1999", "../mine.yaml", "/etc/hosts", "https://example.org/a.yaml", "[a]", "none.yaml"]
)
def test_what_cannot_be_extended(named: str) -> None:
    """Only packs of gouji by id and files below the pack's own folder are extended."""
    found = refused("", head=f"pack: mine/2021\nextends: {named}\n")
    assert [(line, words.partition("（")[0]) for line, words in found] == [(2, "extends 写自带规则包的编号")]


def test_link_out_of_the_folder(tmp_path: Path) -> None:
    """A link that leads out of the folder is no file below it."""
    (tmp_path / "inside").mkdir()
    (tmp_path / "outside.yaml").write_text(HEAD, encoding="utf-8")
    (tmp_path / "inside" / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    (tmp_path / "inside" / "mine.yaml").write_text("pack: a/b\nextends: link.yaml\n", encoding="utf-8")
    with pytest.raises(PackError, match="mistake"):
        load_pack(tmp_path / "inside" / "mine.yaml")


def test_circles_are_shown() -> None:
    """Packs that extend each other are refused, and the way round is shown."""
    Path("other.yaml").write_text("pack: a/b\nextends: mine.yaml\n", encoding="utf-8")
    found = refused("", head="pack: c/d\nextends: other.yaml\n")
    assert found == [(2, "extends 循环或层数过多：mine.yaml → other.yaml → mine.yaml")]


def test_too_many_packs_on_each_other() -> None:
    """A chain of packs has an end."""
    for number in range(DEEPEST_EXTENDS + 2):
        Path(f"p{number}.yaml").write_text(f"pack: a/p{number}\nextends: p{number + 1}.yaml\n", encoding="utf-8")
    found = refused("", head="pack: c/d\nextends: p0.yaml\n")
    assert "层数过多" in found[0][1]


def test_a_chain_of_packs() -> None:
    """A pack may extend one that extends the national one; the last word counts."""
    Path("city.yaml").write_text(HEAD + OWN_RULE, encoding="utf-8")
    Path("county.yaml").write_text(
        "pack: mine/county\ntitle: {zh: 县, en: county}\nextends: city.yaml\n"
        "rules:\n  - {id: GJ901, severity: info}\n  - {id: GJ204, severity: info}\n",
        encoding="utf-8",
    )
    rules = {rule.id: rule.severity for rule in load_pack(Path("county.yaml")).rules}
    assert (rules["GJ901"], rules["GJ204"], rules["GJ202"]) == (Severity.INFO, Severity.INFO, Severity.ERROR)


def test_packs_of_a_file() -> None:
    """A file belongs to the packs that include or extend it, and to itself; no other pack is named."""
    files = {
        "rules/county.yaml": f"{HEAD}include: [county/words.yaml]\n",
        "rules/county/words.yaml": OWN_RULE,
        "rules/county/other.yaml": OWN_RULE,
        "rules/town.yaml": HEAD.replace("cn-gov-disclosure/2021", "county.yaml"),
        "rules/apart.yaml": f"{HEAD}specimen: apart/report.md\n",
        "rules/apart/report.md": "",
        "rules/broken.yaml": f"{HEAD}include: [nowhere.yaml]\n",
        "notes.yaml": "packs: []\n",
    }
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")
    Path("rules/.git").mkdir()

    def names(file: str) -> list[str]:
        return [path.name for path in packs_with(Path(file))]

    assert names("rules/county/words.yaml") == ["broken.yaml", "county.yaml", "town.yaml"]
    assert names("rules/apart.yaml") == ["apart.yaml", "broken.yaml"]
    Path("rules/broken.yaml").unlink()
    assert names("rules/county.yaml") == ["county.yaml", "town.yaml"]
    assert names("rules/apart.yaml") == ["apart.yaml"]
    assert names("rules/apart/report.md") == ["apart.yaml"]
    assert names("rules/county/other.yaml") == []
    assert names("notes.yaml") == []
