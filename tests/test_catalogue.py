"""The catalogue of messages is complete: whatever gouji says, it says in Chinese and in English."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from gouji.intake import INCIDENTS
from gouji.pack_store import load_pack, shipped_packs
from gouji.wording import Text

SOURCE = Path(__file__).parents[1] / "src" / "gouji"
CHINESE = re.compile("[一-龥，。；：“”（）]")
HAN = re.compile("[一-龥]")
LETTERS = re.compile("[A-Za-z]{2,}")


def texts_of(value: object, path: str) -> Iterator[tuple[str, Text]]:
    """Yield every text inside a declared value, with the way to it."""
    if isinstance(value, Text):
        yield path, value
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from texts_of(getattr(value, field.name), f"{path}.{field.name}")
    elif isinstance(value, tuple):
        for n, item in enumerate(value):
            yield from texts_of(item, f"{path}[{getattr(item, 'id', n)}]")


PACKS = [found for path in shipped_packs() for found in texts_of(load_pack(path, examples=True), path.stem)]
BUILT_IN = [found for known in INCIDENTS.values() for found in ((known.id, known.title), (known.id, known.remedy))]


def literals() -> Iterator[tuple[str, str, str]]:
    """Yield the two sides of each text that the source spells out, the parts in braces left out."""
    for path in sorted(SOURCE.glob("**/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Text" and len(node.args) == 2:
                zh, en = map(literal, node.args)
                if zh is not None and en is not None:
                    yield f"{path.relative_to(SOURCE)}:{node.lineno}", zh, en


def literal(node: ast.expr) -> str | None:
    """Return the words of a string, or of an f-string without its values; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
    return None


@pytest.mark.parametrize(("where", "text"), [pytest.param(*found, id=found[0]) for found in (*PACKS, *BUILT_IN)])
def test_declared_texts(where: str, text: Text) -> None:
    """A text of a pack or of a built-in rule is written in both languages, each with its own marks."""
    assert where
    assert text.zh.strip()
    assert text.en.strip()
    assert text.zh == text.en or CHINESE.search(text.zh)
    assert not re.search("[，。；：]", text.en)


def test_spelt_out_texts() -> None:
    """A text of the source is empty on both sides or on neither; where one has words, so has the other."""
    found = list(literals())
    assert len(found) > 150
    assert [where for where, zh, en in found if bool(zh.strip()) != bool(en.strip())] == []
    differing = [(where, zh, en) for where, zh, en in found if zh != en and zh.strip()]
    assert [where for where, zh, en in differing if HAN.search(zh) and not LETTERS.search(en)] == []
    assert [where for where, zh, en in differing if LETTERS.search(en) and not (HAN.search(zh) or "PDF" in zh)] == []
