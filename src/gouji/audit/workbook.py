"""The workbook of an audit: overview, ranking, findings, numbers, reconciliation, and what was not audited."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from msgspec import structs

from gouji.amount import State
from gouji.audit.listing import Line, lines_of, stray_lines, titles
from gouji.audit.names import STANDINGS, STATUSES, kind_name
from gouji.audit.overview import JUDGED, write_overview, write_ranking
from gouji.audit.result import Audit, Entry
from gouji.audit.sheets import Cell, Column, Styled, Table, Value, written
from gouji.facts import Fact
from gouji.finding import Reconciliation
from gouji.forms import Slot
from gouji.personal import hidden

MOST_LINES = 4  # of what should be and what is
LARGEST = 10**15  # a spreadsheet keeps fifteen digits
_NUMBER = re.compile(r"-?[0-9]{1,15}|-?[0-9]{1,11}\.[0-9]{1,4}")

_UNIT, _YEAR = Column("单位", 18, "wrapped"), Column("年度", 6, "center")
_FILE, _WHERE = Column("文件", 18, "wrapped"), Column("位置", 12, "wrapped")
_FINDINGS = (
    _UNIT, _YEAR, Column("级别", 6, "center", {"错误": "bad", "警告": "doubtful", "提示": "mild"}),
    Column("规则", 8, "center"), Column("规则名称", 18, "wrapped"), _WHERE, Column("问题", 38, "wrapped"),
    Column("应为", 14, "wrapped"), Column("实为", 14, "wrapped"), Column("依据", 24, "wrapped"),
    Column("如何改正", 22, "wrapped"), Column("不计理由", 12, "wrapped"), _FILE,
)  # fmt: skip
_COMPARISONS = (
    Column("单位", 26, "wrapped"), _YEAR, Column("规则", 8, "center"), Column("核对事项", 34, "wrapped"), Column("左边", 10, "number"),
    Column("右边", 10, "number"), Column("相差", 9, "number"),
    Column("结果", 10, "center", {"一致": "good", "不一致": "bad", "未能核对": "doubtful", "核对出错": "bad", "不适用": "unknown"}),
    Column("说明", 52, "wrapped"), Column("未能核对的原因", 26, "wrapped"),
)  # fmt: skip
_GAPS = (
    Column("类别", 11, "center", {"没有报告": "bad", "未能审核": "bad", "无法归属": "bad", "未能判定": "doubtful"}),
    _UNIT, _YEAR, Column("规则", 14, "wrapped"), Column("原因", 56, "wrapped"), Column("如何处理", 30, "wrapped"), _FILE, _WHERE,
)  # fmt: skip
_REPORT = tuple(
    structs.replace(column, group="报告")
    for column in (
        Column("单位", 24), _YEAR, Column("类别", 10, "center"), Column("上级", 18), Column("地区", 18),
        Column("状态", 8, "center"), Column("公开日期", 11, "day"), Column("截止日期", 11, "day"),
    )
)  # fmt: skip
_BEHIND = (Column("表外数据", 30, group="其他"), Column("文件", 60, group="其他"))


def write_workbook(audit: Audit, path: Path) -> None:
    """Write the workbook; every entry is read once.

    Raises:
        OSError: the file cannot be written.
    """
    named, slots = titles(audit), {key: slot for form in audit.forms for key, slot in form.slots.items()}
    with written(path, audit.title, audit.check_date) as book:
        write_overview(book, audit)
        write_ranking(book, audit.heads)
        findings = Table(book, "问题", _FINDINGS, fixed=2)
        facts = Table(book, "数据", (*_REPORT, *map(_slot, slots.values()), *_BEHIND), fixed=2, scale=60)
        comparisons = Table(book, "跨年与汇总核对", _COMPARISONS, fixed=2)
        gaps = Table(book, "未能审核", _GAPS, fixed=2)
        for entry in audit.entries():
            _list(lines_of(entry, named), findings, gaps)
            if entry.head.standing in JUDGED:
                facts.add([*_report(entry), *_facts(entry.facts, slots), entry.head.path])
            for one in entry.reconciliations:
                comparisons.add(_comparison(entry, one))
        _list(stray_lines(audit, named), findings, gaps)


def _list(lines: Iterable[Line], findings: Table, gaps: Table) -> None:
    """Put each line where it belongs; a finding that says why something was not audited stands in both lists."""
    for line in lines:
        if line.severity:
            findings.add(_finding(line))
        if line.open:
            gaps.add(_gap(line))


def _finding(line: Line) -> list[Cell]:
    return [
        line.unit, line.year, line.severity, line.rule, line.name, line.where, line.message, _few(line.expected),
        _few(line.actual), line.basis, line.remedy, line.settled, line.path,
    ]  # fmt: skip


def _few(text: str) -> str:
    """Return a text of few lines: what many sentences share is not for a cell."""
    lines = text.split("\n")
    if len(lines) <= MOST_LINES:
        return text
    return "\n".join([*lines[: MOST_LINES - 1], f"（另有 {len(lines) - MOST_LINES + 1} 处，见 findings.json）"])


def _gap(line: Line) -> list[Cell]:
    reason = line.message or "没有核对"
    return [line.kind.value, line.unit, line.year, line.rule, reason, line.remedy, line.path, line.where]


def _comparison(entry: Entry, one: Reconciliation) -> list[Cell]:
    return [
        entry.head.unit.name, entry.head.year, one.rule, one.name.zh, _number(one.left), _number(one.right),
        _number(one.difference), STATUSES[one.status], one.text.zh, one.reason.zh if one.reason else None,
    ]  # fmt: skip


def _number(text: str) -> Value:
    """Return a number where the text is one that a spreadsheet keeps to the last digit."""
    return Decimal(text) if _NUMBER.fullmatch(text) else text


def _report(entry: Entry) -> list[Cell]:
    unit = entry.head.unit
    return [
        unit.name, entry.head.year, kind_name(unit.kind), unit.parent, unit.region, STANDINGS[entry.head.standing],
        entry.published or entry.issued, entry.deadline,
    ]  # fmt: skip


def _slot(slot: Slot) -> Column:
    unit = "" if slot.block.scale == "count" else f"\n（{slot.block.unit}）"
    alone = len(slot.form.columns(slot.row_key)) == 1
    return Column(
        f"{slot.column.title.zh}{unit}", 13 if alone else 9, "number", group=f"{slot.form.name.zh}\n{slot.row_title.zh}"
    )


def _facts(facts: dict[str, Fact], slots: dict[str, Slot]) -> Iterator[Cell]:
    """Yield a cell for each slot of the forms, and one for all that an older form has and they do not."""
    for key in slots:
        yield _fact(facts.get(key))
    yield "；".join(f"{key}：{_raw(fact)}" for key, fact in facts.items() if key not in slots)


def _fact(fact: Fact | None) -> Cell:
    if fact is None or fact.state is State.MISSING:
        return Styled(None, "absent")
    if fact.state is State.NUMBER:
        value = fact.value
        return value if isinstance(value, int) and abs(value) < LARGEST else _number(str(value))
    if fact.state is State.UNREADABLE:
        return Styled(_raw(fact).strip() or "不能识别", "unreadable")
    if fact.state is State.APPROXIMATE:
        return Styled(_raw(fact), "approximate")
    return None if fact.state is State.BLANK else _raw(fact)


def _raw(fact: Fact) -> str:
    return hidden(fact.raw) if fact.state is State.UNREADABLE else fact.raw
