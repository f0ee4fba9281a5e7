"""YAML with places: the plain part of YAML is read like PyYAML reads it, the dangerous part not at all."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gouji.errors import Mistake
from gouji.wording import Text
from gouji.yaml_lines import DEEPEST, LARGEST_FILE, Node, Plain, YamlError, excerpt, parse

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
VALUES: st.SearchStrategy[Plain] = st.recursive(
    WORDS | st.integers(-(10**17), 10**17) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


def mistake(text: str) -> Mistake:
    """Return the mistake that parsing a text ends in."""
    with pytest.raises(YamlError) as caught:
        parse(text, "pack.yaml")
    assert str(caught.value) == caught.value.mistake.text.en
    return caught.value.mistake


@given(value=VALUES, flow=st.sampled_from([True, False, None]))
def test_like_pyyaml(value: Plain, *, flow: bool | None) -> None:
    """What PyYAML writes reads back as the same value, in block and in flow style."""
    text = yaml.safe_dump(value, allow_unicode=True, default_flow_style=flow)
    assert parse(text, "pack.yaml").plain() == value


@given(members=st.dictionaries(st.from_regex(r"[a-z]{1,6}", fullmatch=True), st.integers(0, 99)), blank=st.booleans())
def test_lines(members: dict[str, int], *, blank: bool) -> None:
    """Every value is found by the line of its key."""
    keys = [f"k_{key}" for key in members]
    step = 2 if blank else 1
    node = parse(("\n" * step).join(f"{key}: 1" for key in keys), "pack.yaml")
    assert [node.find((key,)).line for key in keys] == [1 + step * n for n in range(len(keys))]


def test_places() -> None:
    """Keys, items and what is inside them stand where the file has them."""
    text = "title: 年报\nrules:\n  - id: GJ101\n    when:\n      - a\n      - {b: 1}\n"
    node = parse(text, "2024.yaml")
    assert node == Node(
        {
            "title": Node("年报", "2024.yaml", 1, 1),
            "rules": Node(
                [
                    Node(
                        {
                            "id": Node("GJ101", "2024.yaml", 3, 5),
                            "when": Node(
                                [
                                    Node("a", "2024.yaml", 5, 9),
                                    Node({"b": Node(1, "2024.yaml", 6, 10)}, "2024.yaml", 6, 9),
                                ],
                                "2024.yaml",
                                4,
                                5,
                            ),
                        },
                        "2024.yaml",
                        3,
                        5,
                    )
                ],
                "2024.yaml",
                2,
                1,
            ),
        },
        "2024.yaml",
        1,
        1,
    )
    assert node.plain() == {"title": "年报", "rules": [{"id": "GJ101", "when": ["a", {"b": 1}]}]}


@pytest.mark.parametrize(
    ("path", "line"), [((), 1), (("b",), 2), (("b", 1), 4), (("b", 1, "x"), 4), (("b", 7), 2), (("c", "b"), 2)]
)
def test_find(path: tuple[str | int, ...], line: int) -> None:
    """A path leads as far as it names something."""
    assert parse("a: 1\nb:\n  - 2\n  - 3\n", "pack.yaml").find(path).line == line


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        ("12", 12),
        ("-7", -7),
        ("012", 12),
        ("'12'", "12"),
        ('"true"', "true"),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("''", ""),
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("1.5", "1.5"),
        ("0x10", "0x10"),
        ("1:30", "1:30"),
        ("2024-01-31", "2024-01-31"),
        ("12345678901234567890", "12345678901234567890"),
        ("|\n  甲\n  乙\n", "甲\n乙\n"),
    ],
)
def test_scalars(scalar: str, *, value: str | int | bool | None) -> None:
    """Only whole numbers, true, false and null are more than words; quotes keep a word a word."""
    found = parse(f"key: {scalar}", "pack.yaml").plain()
    assert found == {"key": value}
    assert isinstance(found, dict)
    assert type(found["key"]) is type(value)


@pytest.mark.parametrize("text", ["", "\n", "# 说明\n", "---\n"])
def test_empty(text: str) -> None:
    """An empty file holds nothing."""
    assert not parse(text, "pack.yaml").plain()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\na: 2", Mistake("pack.yaml", 2, 1, "a: 2", Text("键 'a' 重复", "the key 'a' appears twice"))),
        (
            "b: {a: 1, 'a': 2}",
            Mistake("pack.yaml", 1, 11, "b: {a: 1, 'a': 2}", Text("键 'a' 重复", "the key 'a' appears twice")),
        ),
        (
            "a: &x 1",
            Mistake(
                "pack.yaml",
                1,
                4,
                "a: &x 1",
                Text("不支持锚点和别名（& *）", "anchors and aliases (& *) are not supported"),
            ),
        ),
        (
            "a:\n  - *x",
            Mistake(
                "pack.yaml",
                2,
                5,
                "  - *x",
                Text("不支持锚点和别名（& *）", "anchors and aliases (& *) are not supported"),
            ),
        ),
        (
            "a: !!python/name:os.system x",
            Mistake(
                "pack.yaml", 1, 4, "a: !!python/name:os.system x", Text("不支持标签（!）", "tags (!) are not supported")
            ),
        ),
        ("a: !x [1]", Mistake("pack.yaml", 1, 4, "a: !x [1]", Text("不支持标签（!）", "tags (!) are not supported"))),
        (
            "a: 1\n---\nb: 2",
            Mistake("pack.yaml", 2, 1, "---", Text("只能有一个 YAML 文档", "one YAML document per file")),
        ),
    ],
)
def test_refused(text: str, expected: Mistake) -> None:
    """Doubled keys, anchors, aliases, tags and second documents are refused at their place."""
    assert mistake(text) == expected


@pytest.mark.parametrize(
    ("text", "line"), [("a: [1, 2}", 1), ("a: 1\nb: 'x\n", 3), ("a: 1\n\tb: 2", 2), ("a: b: c", 1)]
)
def test_no_yaml(text: str, line: int) -> None:
    """A syntax error is told with its line."""
    found = mistake(text)
    assert found.line == line
    assert found.text.en.startswith("not valid YAML: ")
    assert found.text.zh.startswith("不是合法的 YAML：")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: " + "[" * 10_000, 2),
        ("[\n" * 10_000, DEEPEST + 2),
        ("- " * 10_000, 1),
        ("a: " + "{a: " * 200 + "}" * 200, 1),
        ("\n".join("  " * n + "a:" for n in range(200)), DEEPEST + 1),
    ],
)
def test_too_deep(text: str, line: int) -> None:
    """Nesting that no pack needs is refused, on one line and over many."""
    found = mistake(text)
    assert found.text == Text("嵌套过深", f"nested deeper than {DEEPEST}")
    assert found.line == line


def test_deepest() -> None:
    """Nesting up to the limit is read."""
    value: Plain = 1
    for _ in range(DEEPEST):
        value = [value]
    assert parse("[" * DEEPEST + "1" + "]" * DEEPEST, "pack.yaml").plain() == value


def test_too_large() -> None:
    """A file over the limit is refused before it is parsed; bytes count, not characters."""
    text = "a: " + "字" * (LARGEST_FILE // 3)
    assert mistake(text).text.en == "a rule file has at most 2 MB"


@pytest.mark.parametrize(("line", "words"), [(1, "甲"), (2, "乙"), (3, ""), (0, ""), (9, "")])
def test_excerpt(line: int, words: str) -> None:
    """An excerpt is one line without its end, or nothing."""
    assert excerpt("甲\r\n乙\n", line) == words


def test_excerpt_of_long_line() -> None:
    """An excerpt is cut where nobody would read on."""
    assert excerpt("字" * 300, 1) == "字" * 200


@given(text=st.text() | st.text("ab:-[]{}'\"|>?&*!%@# \n\t0~", max_size=30))
def test_garbage(text: str) -> None:
    """Any text is read or refused with a mistake at a line of the file."""
    found = None
    try:
        parse(text, "pack.yaml")
    except YamlError as error:
        found = error.mistake
    assert found is None or (found.path == "pack.yaml" and found.line >= 1 and found.column >= 1)
