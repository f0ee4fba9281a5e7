"""What the parts of a comparison are called, at a terminal and on a page."""

from decimal import Decimal

from gouji.amount import State
from gouji.audit.comparison import Comparison, Mode, Side
from gouji.audit.comparison_facts import Cell, LeftOut
from gouji.audit.comparison_text import Share, SharedText
from gouji.checks.across import plain
from gouji.document import Place
from gouji.facts import Number
from gouji.finding import Status
from gouji.personal import hidden
from gouji.wording import Text, same, shorten

LONGEST_CELL = 50  # characters; a number has 40 digits at most, the rest is no number

STATUSES = {
    Status.PASS: Text("一致", "held"),
    Status.FAIL: Text("不一致", "not held"),
    Status.UNDETERMINED: Text("未能核对", "open"),
    Status.NOT_APPLICABLE: Text("不适用", "not applicable"),
    Status.ERROR: Text("核对出错", "crashed"),
}
LEFT_OUT = {
    LeftOut.ZERO: Text("都是 0", "0 in both"),
    LeftOut.EMPTY: Text("都没有数字", "without a number"),
    LeftOut.MIXED: Text("一份为 0、一份没有数字", "0 in one and without a number in the other"),
    LeftOut.EQUAL: Text("两份相同", "alike in both"),
}
_STATES = {
    State.BLANK: Text("空白", "blank"),
    State.MISSING: Text("缺这一格", "missing"),
    State.UNREADABLE: Text("无法读取", "unreadable"),
}
NOT_THERE = same("—")
_WHOLE_FROM = 100  # per cent; beyond it a decimal says nothing


def head_said(comparison: Comparison) -> Text:
    """Name the comparison."""
    left, right = comparison.left, comparison.right
    units = [hidden(side.unit) or "?" for side in (left, right)]
    unit = units[1] if right.unit else units[0]
    if comparison.mode is Mode.YEARS:
        return Text(
            f"{unit}：{left.year} 年与 {right.year} 年报告对照", f"{unit}: the reports on {left.year} and {right.year}"
        )
    if comparison.mode is Mode.VERSIONS:
        return Text(f"{unit} {right.year} 年报告：两个版本对照", f"{unit}: two versions of the report on {right.year}")
    if left.year == right.year:
        return Text(
            f"{units[0]}与{units[1]}：两个单位 {left.year} 年报告对照",
            f"{units[0]} and {units[1]}: two units, reports on {left.year}",
        )
    return Text(
        f"{units[0]} {left.year} 年与{units[1]} {right.year} 年：两个单位的报告对照",
        f"{units[0]} on {left.year} and {units[1]} on {right.year}: two units",
    )


def cell_said(cell: Cell | None) -> Text:
    """Say what a cell holds; what is not a number is never shown as one."""
    if cell is None:
        return NOT_THERE
    state, written = _STATES.get(cell.state), shorten(cell.written, LONGEST_CELL)
    if state is None:
        return same(written)
    if cell.state is State.UNREADABLE and written:
        return Text(f"{state.zh}“{written}”", f"{state.en} “{written}”")
    return state


def change_said(change: Number | None) -> str:
    """Write a change with its sign; nothing where it is not known, ``0`` where there is none."""
    if change is None:
        return ""
    if not change:
        return "0"
    return ("+" if change > 0 else "−") + plain(change).removeprefix("-")


def percent_said(percent: Decimal | None) -> str:
    """Write a change in per cent; nothing where it means nothing."""
    if not percent:
        return ""
    sign = "+" if percent > 0 else "−"
    size = percent.copy_abs()
    return f"{sign}{size:.0f}%" if size >= _WHOLE_FROM else f"{sign}{size}%"


def limit_said(comparison: Comparison) -> Text:
    """Say how shared text is measured: by which rule, from which share on it speaks."""
    if not comparison.rule:
        return Text(
            "规则包没有（或没有启用）核对相同文字的规则，没有比较",
            "no rule of the pack compares text, or it is not used: nothing was compared",
        )
    if not comparison.shared:
        return Text(
            f"两份报告没有都写到 {comparison.rule} 所查的部分", f"no section of {comparison.rule} is in both reports"
        )
    limit = comparison.shared[0].limit
    return Text(f"{comparison.rule}，超过 {limit}% 才提示", f"{comparison.rule}, which speaks above {limit}%")


def share_said(side: Side, share: Share, shared: SharedText) -> Text:
    """Say what a section shares."""
    if not share.percent:
        return Text(f"{side.label.zh}没有可比的句子", f"{side.label.en}: no sentence that counts")
    zh, en = f"{side.label.zh}的 {share.percent}%", f"{share.percent}% of {side.label.en}"
    if shared.pairs:
        zh, en = f"{zh}，{len(shared.pairs)} 句", f"{en}, {len(shared.pairs)} sentence(s)"
    if shared.changed:
        zh, en = f"{zh}，其中 {shared.changed} 句数字不同", f"{en}, {shared.changed} with other figures"
    if not share.judged:
        zh, en = (
            f"{zh}（不足 {shared.least} 字，规则不判断）",
            f"{en} (fewer than {shared.least} characters, not judged)",
        )
    return Text(zh, en)


def only_said(side: Side) -> Text:
    """Introduce the sections that one report has only."""
    return Text(f"只有{side.label.zh}报告有的部分：", f"sections of {side.label.en} only: ")


def spot(place: Place) -> Text:
    """Say where words stand: by line, page or paragraph, whichever the format has."""
    if place.line:
        return Text(f"第 {place.line} 行", f"line {place.line}")
    if place.page:
        return Text(f"第 {place.page} 页", f"page {place.page}")
    return Text(f"第 {place.block} 段", f"paragraph {place.block}") if place.block else Text("文中", "in the text")
