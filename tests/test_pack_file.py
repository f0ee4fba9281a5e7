"""Every mistake of a pack shows when it loads, with its file, line and the line itself."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gouji.errors import PackError
from gouji.pack_file import json_schema
from gouji.pack_store import load_pack

VALID = """\
pack: test/2021
title: {zh: 测试, en: test}
years: {first: 2021}
report:
  patterns: ['(?P<unit>.+)(?P<year>20[0-9]{2})年报告']
  unit_kinds: {township: '镇$'}
sections:
  - {key: one, number: 1, title: 总体情况}
fields:
  - {key: phone, name: {zh: 电话, en: phone}, type: phone, patterns: ['电话(?P<value>[0-9-]+)']}
forms:
  - key: sheet
    name: {zh: 表, en: table}
    section: one
    blocks:
      - columns:
          - {key: a, label: 甲}
          - {key: total, label: 总计}
        rows:
          - {key: first, label: 第一行}
rules:
  - id: GJ901
    slug: row-sum
    kind: equation
    severity: error
    title: {zh: 合计, en: sum}
    message: {zh: '{equation}', en: '{equation}'}
    form: sheet
    for_each: rows
    equation: a = total
"""


def write(folder: Path, text: str, name: str = "pack.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_loads(tmp_path: Path) -> None:
    """A pack without mistakes loads, whole."""
    pack = load_pack(write(tmp_path, VALID))
    assert (pack.pack, [rule.id for rule in pack.rules], 2021 in pack.years, 2020 in pack.years) == (
        "test/2021",
        ["GJ901"],
        True,
        False,
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("    for_each: rows\n", "    for_eahc: rows\n", 29, "unknown key for_eahc; did you mean for_each?"),
        (
            "    severity: error\n",
            "    severity: fatal\n",
            25,
            "severity: Input should be 'error', 'warning' or 'info'",
        ),
        ("    kind: equation\n", "    kind: equatoin\n", 24, "kind is one of section, field, table, equation"),
        ("  - id: GJ901\n", "  - id: X1\n", 22, "rule ids are GJ and three digits, not X1"),
        ("  - id: GJ901\n", "  - id: GJ001\n", 22, "GJ0xx are built in"),
        ("    slug: row-sum\n", "    slug: Row_Sum\n", 23, "slugs are small letters"),
        (
            "    equation: a = total\n",
            "    equation: b = total\n",
            30,
            "equation: unknown fact name b; declared: a, total",
        ),
        (
            "    equation: a = total\n",
            "    equation: a = total\n    tolerance: '-1'\n",
            31,
            "tolerance: write a number",
        ),
        (
            "    equation: a = total\n",
            "    equation: a = total\n    tolerance: 1\n",
            31,
            "tolerance: Input should be a",
        ),
        (
            "    equation: a = total\n",
            "    equation: a = total\n    limit: 3\n",
            31,
            "the key limit does not belong here",
        ),
        ("    equation: a = total\n", "    equation: a = total\n    rows: [x]\n", 31, "unknown row x; declared: first"),
        (
            "    equation: a = total\n",
            "    equation: a = total\n    rows: x\n",
            31,
            "rows: Input should be a valid tuple",
        ),
        ("    equation: a = total\n", "    equation: a = total\n    units: [town]\n", 31, "unknown kind of unit town"),
        (
            "    equation: a = total\n",
            (
                "    equation: a = total\n"
                "  - {id: GJ902, slug: cited, kind: field, severity: info, title: {zh: 甲, en: a}, message: {zh: 甲, en: a},"
                " fields: [phone], require: absent, brackets: 〔}\n"
            ),
            31,
            "brackets: brackets are a pair",
        ),
        ("    equation: a = total\n", "    equation: a + total\n", 30, "exactly one of = <= >="),
        ("    form: sheet\n", "    form: shet\n", 28, "unknown form shet; declared: sheet"),
        ("en: '{equation}'", "en: '{equaton}'", 27, "unknown placeholder {equaton}"),
        ("en: '{equation}'", "en: '{equation.text}'", 27, "only plain placeholders"),
        ("'电话(?P<value>[0-9-]+)'", "'电话(?P<value>[0-9-]+'", 10, "not a valid pattern"),
        ("'电话(?P<value>[0-9-]+)'", "'电话(?=[0-9])'", 10, "not a valid pattern"),
        (
            "years: {first: 2021}\n",
            "years: {first: 2021, last: 2020}\n",
            3,
            "last: the last year comes before the first",
        ),
        ("years: {first: 2021}\n", "years: {first: 2021}\nspecimen: none.md\n", 4, "there is no specimen none.md"),
        ("label: 第一行", "label: ·", 20, "label: a label has words"),
        ("years: {first: 2021}\n", "years: {first: soon}\n", 3, "first: Input should be a valid integer"),
        ("    section: one\n", "    section: two\n", 14, "unknown section two"),
        ("    title: {zh: 合计, en: sum}\n", "", 22, "the key title is missing"),
        ("pack: test/2021\n", "pack: test/2021\npack: again\n", 2, "the key 'pack' appears twice"),
        ("pack: test/2021\n", "pack: &a test/2021\n", 1, "anchors and aliases"),
        ("pack: test/2021\n", "pack: !!str test/2021\n", 1, "tags (!) are not supported"),
        ("pack: test/2021\n", "pack: [test/2021\n", 2, "not valid YAML"),
    ],
)
def test_mistake_is_shown_at_its_line(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    """One mistake gives one message with its line, and the line itself."""
    assert old in VALID
    text = VALID.replace(old, new)
    with pytest.raises(PackError) as caught:
        load_pack(write(tmp_path, text))
    (mistake,) = caught.value.mistakes
    assert (mistake.path, mistake.line) == ("pack.yaml", line)
    assert said in mistake.text.en
    assert mistake.excerpt == text.split("\n")[line - 1]
    assert re.search("[一-龥]", mistake.text.zh)


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    """Two mistakes in two places are both told."""
    text = VALID.replace("for_each: rows", "for_each: cells").replace("first: 2021", "first: soon")
    with pytest.raises(PackError) as caught:
        load_pack(write(tmp_path, text))
    assert [mistake.line for mistake in caught.value.mistakes] == [3, 29]


def test_duplicate_ids_and_slugs(tmp_path: Path) -> None:
    """An id or a slug used twice is shown at its second use."""
    rule = VALID[VALID.index("  - id: GJ901") :]
    with pytest.raises(PackError) as caught:
        load_pack(write(tmp_path, VALID + rule))
    assert [(m.line, m.text.en) for m in caught.value.mistakes] == [
        (31, "the id GJ901 is used twice"),
        (32, "the slug row-sum is used twice"),
    ]


def test_include_merges_lists(tmp_path: Path) -> None:
    """Rules of an included file belong to the pack, and their mistakes show that file."""
    rule = VALID[VALID.index("  - id: GJ901") :]
    write(tmp_path, "rules:\n" + rule.replace("GJ901", "GJ902").replace("row-sum", "other"), "more.yaml")
    pack = load_pack(write(tmp_path, VALID + "include: [more.yaml]\n"))
    assert [r.id for r in pack.rules] == ["GJ901", "GJ902"]
    write(tmp_path, "rules:\n" + rule.replace("GJ901", "GJ902").replace("row-sum", "row sum"), "more.yaml")
    with pytest.raises(PackError) as caught:
        load_pack(tmp_path / "pack.yaml")
    assert [(m.path, m.line) for m in caught.value.mistakes] == [("more.yaml", 3)]


@pytest.mark.parametrize(
    ("include", "said"),
    [
        ("[pack.yaml]", "included twice, or in a circle: pack.yaml"),
        ("[../outside.yaml]", "include takes files below the pack's own folder"),
        ("[missing.yaml]", "cannot be read: No such file or directory"),
        ("[circle.yaml]", "cannot be read: Too many levels of symbolic links"),
        ("[7]", "include takes files below the pack's own folder"),
        ("[pipe.yaml]", "not a regular file"),
    ],
)
def test_bad_include(tmp_path: Path, include: str, said: str) -> None:
    """A circle, a path outside or a missing file is a mistake, not a hang."""
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "circle.yaml").symlink_to("circle.yaml")
    with pytest.raises(PackError) as caught:
        load_pack(write(tmp_path, VALID + f"include: {include}\n"))
    assert said in caught.value.mistakes[0].text.en


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
        "[" * 100_000,
        "x: " + "{a: " * 5_000,
        "- " * 100_000,
        "a: |\n" + "  x\n" * 900_000,
        "a:\n" + "- 1\n" * 250_000,
    ],
    ids=["alias bomb", "flow depth", "mapping depth", "sequence depth", "size", "count"],
)
def test_hostile_yaml_is_refused(tmp_path: Path, text: str) -> None:
    """YAML made to exhaust a parser is refused with a message."""
    with pytest.raises(PackError):
        load_pack(write(tmp_path, text))


def test_not_utf8(tmp_path: Path) -> None:
    """A pack in another encoding is refused with the byte at fault."""
    path = tmp_path / "pack.yaml"
    path.write_bytes("pack: 测试\n".encode("gb18030"))
    with pytest.raises(PackError) as caught:
        load_pack(path)
    assert caught.value.mistakes[0].text.en == "not UTF-8 at byte 6"


def test_json_schema_names_every_kind() -> None:
    """The schema for editors offers the rules of every kind and forbids unknown keys."""
    schema = json_schema()
    text = str(schema)
    assert schema["additionalProperties"] is False
    for kind in ("SectionRule", "FieldRule", "TableRule", "EquationRule"):
        assert f"#/$defs/{kind}" in text


TITLE = "  patterns: ['(?P<unit>.+)(?P<year>20[0-9]{2})年报告']\n"
KINDS_OF_UNIT = "  unit_kinds: {township: '镇$'}\n"
PHONE = "['电话(?P<value>[0-9-]+)']"


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        (TITLE, "  patterns:\n    - '(?P<unit>.+)年'\n    - '(a)\\1'\n", 7, r"invalid escape sequence: \1"),
        (TITLE, "  patterns:\n    - '(?P<unit>.+)年'\n    - '(?=a)'\n", 7, "invalid perl operator: (?="),
        (KINDS_OF_UNIT, "  unit_kinds:\n    town: '镇$'\n    city: '(?<!x)市'\n", 8, "unit_kinds: not a valid pattern"),
        (PHONE, "['((a{1000}){1000}){1000}']", 10, "invalid repetition size"),
        (PHONE, f"['{'a' * 5_000}']", 10, "a pattern has at most 4000 characters"),
        (PHONE, "[" + r"'(x\p{Han}{1,90}){9}', " * 20 + "]", 10, "the patterns of the pack are too large"),
        (PHONE, "[" + "'a', " * 1_100 + "]", 10, "a pack has at most 1,000 patterns"),
    ],
    ids=["back-reference", "look-ahead", "look-behind", "repetition", "length", "size", "count"],
)
def test_pattern_is_refused_at_its_line(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    """What RE2 does not take, and what would cost much time or memory, is told at the pattern itself."""
    assert old in VALID
    with pytest.raises(PackError) as caught:
        load_pack(write(tmp_path, VALID.replace(old, new)))
    (mistake,) = caught.value.mistakes
    assert mistake.line == line
    assert said in mistake.text.en


def test_nested_repetition_is_harmless(tmp_path: Path) -> None:
    """A pattern that other engines choke on is matched in linear time, so it may be written."""
    pack = load_pack(write(tmp_path, VALID.replace(PHONE, "['(a+)+$']")))
    assert pack.fields[0].compiled[0].matcher.search("a" * 100_000 + "!") is None


def test_future_format(tmp_path: Path) -> None:
    """A pack written for a newer gouji is refused, not misread."""
    with pytest.raises(PackError) as caught:
        load_pack(write(tmp_path, "format: 2\n" + VALID))
    (mistake,) = caught.value.mistakes
    assert (mistake.line, mistake.text.en) == (
        1,
        "format: the pack is of format 2; this gouji knows formats up to 1: update gouji",
    )


def test_files_beside_the_pack(tmp_path: Path) -> None:
    """Specimen and blank report stand below the pack's folder; both mistakes are told."""
    (tmp_path.parent / "outside.md").write_text("x", encoding="utf-8")
    with pytest.raises(PackError) as caught:
        load_pack(write(tmp_path, VALID + "specimen: ../outside.md\nblank: none.md\n"))
    assert [mistake.text.en for mistake in caught.value.mistakes] == [
        "there is no specimen ../outside.md",
        "there is no blank report none.md",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 40_000, "pack.yaml:1:65: nested deeper than 64"),
        ("[" * 100_000, "pack.yaml:1:65: nested deeper than 64"),
        ("[\n" * 100_000, "pack.yaml:66:1: nested deeper than 64"),
        ("{a: " * 40_000, "pack.yaml:1:257: nested deeper than 64"),
        ("- " * 100_000 + "x", "nested deeper than 64"),
        ("a: &a [x]\nb: [*a, *a]\n", "pack.yaml:1:4: anchors and aliases"),
        (VALID.replace(PHONE, "['((a{1000}){1000}){1000}']"), "pack.yaml:10:69: patterns: not a valid pattern"),
        (VALID.replace(PHONE, r"['(a)\1']"), "pack.yaml:10:69: patterns: not a valid pattern"),
    ],
    ids=["40,000 brackets", "100,000 brackets", "brackets by line", "braces", "dashes", "aliases", "size", "reference"],
)
def test_hostile_pack_ends_the_run(tmp_path: Path, text: str, said: str) -> None:
    """The command line says where, and ends with exit 2; a parser that hangs or crashes would not."""
    write(tmp_path, text)
    (tmp_path / "report.md").write_text("x", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "gouji", "check", "--lang", "en", "--pack", "pack.yaml", "report.md"],
        cwd=tmp_path,
        env=os.environ | {"XDG_CACHE_HOME": str(tmp_path)},
        capture_output=True,
        timeout=10,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert said in done.stderr.decode()


CLAIMS = """\
topics:
  - key: requests
    name: {zh: 申请, en: requests}
    words: 申请
    units: [件]
    claims:
      - key: got
        name: {zh: 收到, en: received}
        phrases: ['收到申请{n}']
        targets: [sheet.first.total]
scopes:
  - {words: 全镇, kinds: [township]}
"""
AGREEMENT = """\
  - id: GJ902
    slug: text
    kind: agreement
    severity: error
    title: {zh: 一致, en: agreement}
    message: {zh: '{candidates}', en: '{candidates}'}
    require: equal
    claims: [requests.got]
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("收到申请{n}", "收到(申请{n}", 26, "claims: got: 收到(申请{n} is not a valid pattern"),
        ("units: [件]", "units: [斤]", 25, "units: unknown unit 斤"),
        ("    units: [件]\n", "", 22, "units: a topic with claims needs units"),
        ("[sheet.first.total]", "[1 +]", 30, "targets: a term is missing"),
        ("[sheet.first.total]", "[sheet.frist.total]", 50, "claims: unknown fact name sheet.frist.total"),
        ("claims: [requests.got]", "claims: [requests.gut]", 50, "claims: unknown claim requests.gut"),
        ("claims: [requests.got]", "claims: []", 50, "claims: claims are missing"),
        ("words: 全镇", "words: '('", 32, "words: not a valid pattern"),
        ("kinds: [township]", "kinds: [town]", 32, "unknown kind of unit town"),
        ("targets: [", "target: [", 30, "unknown key target; did you mean targets?"),
    ],
)
def test_mistakes_in_claims(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    """Bad patterns, units, sums and names of claims are shown at their lines."""
    text = VALID.replace("rules:\n", CLAIMS + "rules:\n") + AGREEMENT
    assert [rule.id for rule in load_pack(write(tmp_path, text)).rules] == ["GJ901", "GJ902"]
    assert old in text
    with pytest.raises(PackError) as caught:
        load_pack(write(tmp_path, text.replace(old, new)))
    (mistake,) = caught.value.mistakes
    assert said in mistake.text.en
    assert mistake.line == line


def test_a_claim_declared_twice(tmp_path: Path) -> None:
    """Claims of one topic have different keys, and so have topics."""
    text = VALID.replace("rules:\n", CLAIMS + "rules:\n")
    again = CLAIMS[CLAIMS.index("      - key: got") : CLAIMS.index("scopes:")]
    for more, said in ((again, "the key got is used twice"), (CLAIMS[8 : CLAIMS.index("scopes:")], "the key requests")):
        with pytest.raises(PackError) as caught:
            load_pack(write(tmp_path, text.replace("scopes:\n", f"{more}scopes:\n")))
        assert said in caught.value.mistakes[0].text.en
