"""The blank report of a pack: its template read, and every cell given its number or its sum."""

import csv
import re
from collections.abc import Collection, Iterator
from decimal import Decimal
from io import StringIO

from msgspec import Struct

from gouji.amount import State, read_amount
from gouji.checks.equation import EquationRule, Instance
from gouji.errors import UsageError
from gouji.facts import Number
from gouji.forms import Slot
from gouji.pack import Pack
from gouji.wording import Text, shorten

LONGEST_UNIT = 60  # characters of a unit's name
LARGEST_FACTS = 1_000_000  # bytes; a report's facts have 20,000

_CELL = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)+)\}")
_SUBHEAD = re.compile(r"（[一二三四五六七八九十]{1,3}）")
_NOT_GIVEN = frozenset({"", State.BLANK, State.DASH, State.NONE, State.MISSING})


class Title(Struct, frozen=True):
    """The report's title."""

    text: str


class Head(Struct, frozen=True):
    """A heading of level 1 (``一、``) or 2 (``（一）``), its number apart."""

    level: int
    number: str
    text: str


class Words(Struct, frozen=True):
    """A paragraph; ``closing`` for the signature and date at the end."""

    text: str
    closing: bool = False


class FormCell(Struct, frozen=True):
    """A cell: its words, or the key of the fact that belongs there."""

    text: str = ""
    key: str = ""


class FormTable(Struct, frozen=True):
    """A table as printed: an empty cell belongs to the one on its left, or else to the one above."""

    rows: tuple[tuple[FormCell, ...], ...]


Part = Title | Head | Words | FormTable


class Draft(Struct, frozen=True):
    """A report to be written down.

    Attributes:
        parts: from top to bottom.
        values: the number of every cell.
        sums: a total -> the cells that it adds up, for those that are to be computed where they stand.
    """

    parts: tuple[Part, ...]
    values: dict[str, Number]
    sums: dict[str, tuple[str, ...]]


def draft(pack: Pack, template: str, unit: str, year: int, given: dict[str, Number] | None = None) -> Draft:
    """Make the blank report of a unit.

    Args:
        pack: the pack of that year.
        template: the pack's ``blank`` text.
        unit: the name of the unit, as its title is to have it.
        year: the year reported on.
        given: the facts to fill in; None for zeros, with totals that Word adds up itself.

    Raises:
        UsageError: the name cannot stand in a title, or a fact given has no cell.
    """
    name = unit.strip()
    if not name or len(name) > LONGEST_UNIT or not name.isprintable() or set(name) & set('{}|#<>`*_\\/:"?'):
        raise UsageError(Text(f"单位名称不能是“{shorten(unit)}”", f"“{shorten(unit)}” is no name of a unit"))
    parts = tuple(_parts(template.replace("{unit}", name).replace("{year}", str(year))))
    keys = {cell.key for part in parts if isinstance(part, FormTable) for row in part.rows for cell in row if cell.key}
    wanting = [key for form in pack.forms for key, slot in form.slots.items() if not slot.optional and key not in keys]
    if wanting or not keys <= {key for form in pack.forms for key in form.slots}:
        wrong = (wanting or sorted(keys))[0]
        raise UsageError(
            Text(
                f"规则包的空白报告与其表格不符：{wrong}",
                f"the blank report of the pack does not fit its forms: {wrong}",
            )
        )
    sums = dict(_sums(pack, keys))
    values = dict(given or {})
    for key in keys:
        _add_up(key, values, sums)
    return Draft(parts, values, {} if given is not None else sums)


def _add_up(key: str, values: dict[str, Number], sums: dict[str, tuple[str, ...]]) -> Number:
    """Find the number of a cell: the one given, the sum of its parts, or 0."""
    if key not in values:
        values[key] = sum(_add_up(part, values, sums) for part in sums.get(key, ()))
    return values[key]


def _sums(pack: Pack, keys: Collection[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each total with its parts, from the equations of the form ``a + b = total``; the first counts."""
    known: set[str] = set()
    for rule in pack.rules:
        if isinstance(rule, EquationRule) and rule.relation.sign == "=" and not rule.units:
            for instance in rule.instances(pack.declared.forms[rule.form]):
                total = _total(instance)
                if total and total not in known and set(instance.keys) <= set(keys):
                    known.add(total)
                    yield total, tuple(key for _, key in instance.terms[:-1])


def _total(instance: Instance) -> str:
    """Return the fact that an equation defines, or nothing."""
    single = len(instance.right) == 1 and len(instance.right[0].keys) == 1
    plain = (
        single and not instance.constant and all(term.coefficient == 1 for term in (*instance.left, *instance.right))
    )
    total = instance.right[0].keys[0] if plain else ""
    parts = [key for term in instance.left for key in term.keys]
    return total if parts and total not in parts else ""


# --- the template -------------------------------------------------------------------------------


def _parts(template: str) -> Iterator[Part]:
    blocks = [block.strip() for block in template.split("\n\n") if block.strip()]
    for at, block in enumerate(blocks):
        if block.startswith("|"):
            yield FormTable(tuple(_row(line) for line in block.split("\n") if not line.startswith("|---")))
        elif block.startswith("# "):
            yield Title(block[2:])
        elif block.startswith("## "):
            number, _, text = block[3:].partition("、")
            yield Head(1, f"{number}、", text)
        elif found := _SUBHEAD.match(block):
            yield Head(2, found[0], block[found.end() :])
        else:
            yield Words(block, closing=at >= len(blocks) - 2)


def _row(line: str) -> tuple[FormCell, ...]:
    cells = [cell.strip() for cell in line.removeprefix("|").removesuffix("|").split("|")]
    return tuple(FormCell(key=found[1]) if (found := _CELL.fullmatch(cell)) else FormCell(cell) for cell in cells)


# --- facts to fill in ---------------------------------------------------------------------------


def read_facts(data: bytes, pack: Pack) -> dict[str, Number]:
    """Read the facts to fill in: CSV with the columns ``key`` and ``value``, as ``gouji facts`` writes it.

    A row without a value is left out when its ``state`` says that the cell was blank, a dash or missing.

    Raises:
        UsageError: with the line, for a key that the form does not have, a key twice, or no number.
    """
    if len(data) > LARGEST_FACTS:
        raise UsageError(Text("数据文件过大", "the file of facts is too large"))
    text = _decoded(data)
    rows = csv.reader(StringIO(text, newline=""))
    values: dict[str, Number] = {}
    seen: set[str] = set()
    try:
        header = [name.strip() for name in next(rows, [])]
        if "key" not in header or "value" not in header:
            raise _refused(1, Text("第一行要有 key 和 value 两列", "the first line names the columns key and value"))
        for row in rows:
            fields = dict(zip(header, (cell.strip() for cell in row), strict=False))
            key, value = fields.get("key", ""), fields.get("value", "")
            given = bool(value) or fields.get("state", "") not in _NOT_GIVEN
            if not any(fields.values()):
                continue
            if key in seen:
                raise _refused(rows.line_num, Text(f"{key} 重复", f"{key} is given twice"))
            seen.add(key)
            slot = _slot(key, pack, rows.line_num, given=given)
            if given:
                values[key] = _number(value, rows.line_num, money=slot.block.scale == "money")
    except csv.Error as error:
        raise _refused(rows.line_num, Text(f"不是合法的 CSV：{error}", f"not valid CSV: {error}")) from None
    return values


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):  # the second is what a spreadsheet in China saves
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UsageError(Text("数据文件既不是 UTF-8 也不是 GB18030 编码", "the facts are neither UTF-8 nor GB18030"))


def _slot(key: str, pack: Pack, line: int, *, given: bool) -> Slot:
    """Return the cell of a key; a subtotal that the form does not print has none unless it is blank."""
    slot = next((form.slots[key] for form in pack.forms if key in form.slots), None)
    if slot is None or (slot.optional and given):
        said = shorten(key, 80)
        raise _refused(line, Text(f"统一格式的表里没有 {said}", f"the official form has no {said}"))
    return slot


def _number(value: str, line: int, *, money: bool) -> Number:
    amount = read_amount(value)
    number = amount.value
    whole = money or not isinstance(number, Decimal)
    if amount.state is not State.NUMBER or number is None or number < 0 or amount.unit or not whole:
        wanted = Text("不小于 0 的数", "a number from 0") if money else Text("不小于 0 的整数", "a whole number from 0")
        said = shorten(value) or "—"
        raise _refused(line, Text(f"“{said}”应为{wanted.zh}", f"“{said}” should be {wanted.en}"))
    return number


def _refused(line: int, text: Text) -> UsageError:
    return UsageError(Text(f"数据文件第 {line} 行：{text.zh}", f"facts, line {line}: {text.en}"))
