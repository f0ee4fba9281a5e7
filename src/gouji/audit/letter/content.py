"""What a letter says of a unit: careful sentences, made from the findings of its reports.

Nothing is called a fault but an error. A warning is something to look at, what stayed open is for people
to look at, and a report that is not there, or that could not be read, is said to be just that.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from msgspec import Struct, structs

from gouji.audit.letter.due import Due
from gouji.audit.result import Entry, Standing, family
from gouji.document import Place
from gouji.finding import FileReport, Finding, Severity, Undecided
from gouji.wording import CHINESE_DIGITS, listed, shorten

MOST_ITEMS = 200  # of a group; more are counted
MOST_DETAILS = 8  # equations or passages of an item; more are counted
MOST_WANTING = 6  # numbers that an open item names; more are counted
LONGEST_NAME = 100  # characters of a unit's name
LONGEST_QUOTED = 200  # characters of a passage
LONGEST_SENTENCE = 1000  # characters of anything else

# What the office has to settle itself: files that it cannot open, a pack that it lacks, a crash of gouji.
_OURS = frozenset({"GJ001", "GJ008", "GJ009", "GJ010", "GJ012"})
# What is said of the audit, not of the report: the report of the year before, exemptions.
_ASIDE = frozenset({"GJ026", "GJ030", "GJ031", "GJ032"})
_READING = "GJ0"
_ENDS = ("。", "！", "？")

_FOR_THE_CALLER = re.compile(r"（可用 --[^（）]*）|，或用 --[^，。；（）]*")  # how to call gouji, which a unit does not
_ON_PAPER = {"标出的数字": "上述数字", "按箭头改正后": "照此改正后"}  # a letter has no marked table


class Item(
    Struct,
    frozen=True,
    rename={
        "number": "序号", "said": "情况", "place": "位置", "details": "详情", "basis": "依据", "remedy": "办法",
    },
):  # fmt: skip
    """One thing that a letter tells, and where, on what basis, and what to do; empty where there is nothing to say."""

    number: int
    said: str
    place: str = ""
    details: tuple[str, ...] = ()
    basis: str = ""
    remedy: str = ""


class Group(
    Struct, frozen=True, rename={"number": "序号", "name": "名称", "lead": "说明", "label": "标签", "items": "事项"}
):
    """Things of one kind; ``label`` is what their remedies are called."""

    number: str
    name: str
    lead: str
    label: str
    items: tuple[Item, ...]


class Year(Struct, frozen=True, rename={"number": "序号", "year": "年度", "files": "文件", "groups": "各组"}):
    """What is said of one year's report, and which files it was read from."""

    number: str
    year: int
    files: tuple[str, ...]
    groups: tuple[Group, ...]


class Letter(
    Struct,
    frozen=True,
    kw_only=True,
    rename={
        "office": "发文机关", "sent": "发文年份", "unit": "单位", "reported": "报告年度", "genre": "文种",
        "checked": "检查日期", "years": "各年", "last": "要求序号", "days": "工作日数", "due": "整改期限",
        "supposed": "期限说明", "version": "版本",
    },
):  # fmt: skip
    """A letter: what the placeholders of a template stand for, by their names there."""

    office: str
    sent: int
    unit: str
    reported: str
    genre: str
    checked: str
    years: tuple[Year, ...]
    last: str
    days: int
    due: str
    supposed: str
    version: str


class Sender(Struct, frozen=True):
    """What all letters of an audit share."""

    office: str
    version: str
    checked: date
    days: int
    due: Due


def letter(unit: str, entries: Iterable[Entry], sender: Sender) -> Letter | None:
    """Return the letter to a unit, from its entries by year; None where there is nothing to correct or to look at."""
    told = [(entry, groups) for entry in entries if (groups := _groups(entry, sender.checked))]
    if all(group.name == _OPEN for _, groups in told for group in groups):
        return None
    faults = any(group.name in (_FAULTS, _MISSING) for _, groups in told for group in groups)
    return Letter(
        office=sender.office,
        sent=sender.checked.year,
        unit=shorten(unit, LONGEST_NAME),
        reported=_span([entry.head.year for entry, _ in told]),
        genre="问题的整改通知" if faults else "有关事项的核对通知",
        checked=in_words(sender.checked),
        years=tuple(
            Year(chinese(number), entry.head.year, tuple(file.path for file in _files(entry)), groups)
            for number, (entry, groups) in enumerate(told, 1)
        ),
        last=chinese(len(told) + 1),
        days=sender.days,
        due=in_words(sender.due.day),
        supposed=_supposed(sender.due),
        version=sender.version,
    )


def in_words(day: date) -> str:
    """Write a date as letters have it: 2025年4月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese(number: int) -> str:
    """Write a number from 1 to 99 as headings have it: 一, 十, 二十三."""
    tens, ones = divmod(number, 10)
    ten = (CHINESE_DIGITS[tens - 1] if tens > 1 else "") + "十" if tens else ""
    return ten + (CHINESE_DIGITS[ones - 1] if ones else "")


def _supposed(due: Due) -> str:
    if not due.supposed:
        return ""
    return f"{due.supposed}的节假日安排尚未公布，上述日期按周一至周五推算，以公布后的安排为准。"


def _span(years: Sequence[int]) -> str:
    """Name years: 2024, or 2023、2024, or 2021—2024 where there are more and none is left out."""
    if len(years) > 2 and years[-1] - years[0] == len(years) - 1:  # noqa: PLR2004 - two are listed
        return f"{years[0]}—{years[-1]}"
    return "、".join(map(str, years))


# --- the parts of a year --------------------------------------------------------------------------

_MISSING, _UNREAD, _FAULTS, _LOOK, _OPEN = "未见报告", "未能核对的文件", "存在的问题", "请核对的事项", "需人工核对"
_LEADS = {
    _UNREAD: "下列文件未能读取，其内容尚未核对，不据此认定报告存在问题。",
    _LOOK: "下列事项可能有误，也可能另有原因，请核实后处理。",
    _OPEN: "下列事项因依据不足未能判定，不作为问题，请对照台账等原始记录核对。",
}
_LABELS = {_MISSING: "办理", _UNREAD: "办理", _FAULTS: "改正", _LOOK: "核对", _OPEN: "核对"}


def _groups(entry: Entry, checked: date) -> tuple[Group, ...]:
    """Sort what is known of a year into groups, in the order of ``_LABELS``; empty ones are left out."""
    told: dict[str, list[Item]] = {name: [] for name in _LABELS}
    if entry.head.standing is Standing.MISSING:
        _tell_missing(entry, checked, told)
    for file in _files(entry):
        _tell_file(file, entry.report.path, told)
    return tuple(
        Group(chinese(number), name, _LEADS.get(name, ""), _LABELS[name], _numbered(items))
        for number, (name, items) in enumerate(((name, items) for name, items in told.items() if items), 1)
    )


def _tell_missing(entry: Entry, checked: date, told: dict[str, list[Item]]) -> None:
    """Say that no report was seen, unless it is accounted for or not yet due."""
    findings = entry.report.findings
    counted = [finding for finding in findings if _counts(finding)]
    not_due = entry.deadline is not None and checked <= entry.deadline
    if not counted and (findings or not_due):
        return
    deadline = f"公开时限为{in_words(entry.deadline)}。" if entry.deadline else ""
    item = Item(
        0,
        f"截至{in_words(checked)}，未见你单位{entry.head.year}年政府信息公开工作年度报告。{deadline}",
        basis=_sentence(next((f.basis.zh for f in counted if f.basis), "")),
        remedy="尚未公开的，请按规定编制并公开；已经公开的，请提供报告文件或者公开网址，以便核对。",
    )
    told[_MISSING].append(item)
    for finding in counted[1:]:  # the first says what was just said
        told[_kind(finding, entry.report)].append(_item(finding, entry.report.path))


def _tell_file(file: FileReport, main: str, told: dict[str, list[Item]]) -> None:
    named = f"文件“{file.path}”"
    counted = [finding for finding in file.findings if _counts(finding)]
    for finding in counted:
        kind = _kind(finding, file)
        if kind == _UNREAD:
            said = _sentence(f"{named}未能完成核对：{finding.message.zh}")
            told[kind].append(Item(0, said, remedy=_remedy(finding)))
        elif kind != _OPEN:
            told[kind].append(_item(finding, main))
    if any(_kind(finding, file) == _OPEN for finding in counted):
        what = "部分内容" if file.judged else ""
        told[_OPEN].append(Item(0, f"{named}{what}未能由程序核对，由发文机关另行核对。"))
    if not file.judged and not file.findings:
        told[_UNREAD].append(Item(0, f"{named}未能完成核对。", remedy="请提供可编辑的报告文件，以便核对。"))
    prefix = "" if file.path == main else f"{named}："
    told[_OPEN] += [Item(0, prefix + _undecided(undecided)) for undecided in file.undecided]


def _counts(finding: Finding) -> bool:
    return not finding.settled and finding.severity is not Severity.INFO and _number(finding) not in _ASIDE


def _kind(finding: Finding, file: FileReport) -> str:
    if _number(finding) in _OURS:
        return _OPEN
    if not file.judged and family(finding.rule) == _READING:
        return _UNREAD
    return _FAULTS if finding.severity is Severity.ERROR else _LOOK


def _number(finding: Finding) -> str:
    return finding.rule.rpartition("/")[2]


def _numbered(items: Sequence[Item]) -> tuple[Item, ...]:
    kept = [structs.replace(item, number=number) for number, item in enumerate(items[:MOST_ITEMS], 1)]
    if more := len(items) - len(kept):
        kept.append(Item(len(kept) + 1, f"另有 {more} 项同类事项，本通知从略。"))
    return tuple(kept)


def _files(entry: Entry) -> tuple[FileReport, ...]:
    return entry.others if entry.head.standing is Standing.MISSING else (entry.report, *entry.others)


# --- the parts of an item -------------------------------------------------------------------------


def _item(finding: Finding, main: str) -> Item:
    return Item(
        0,
        _sentence(finding.message.zh),
        _sentence(_where(finding, main)),
        _listed([*_equations(finding), *_passages(finding)]) + _disclaimed(finding),
        _sentence(finding.basis.zh if finding.basis else ""),
        _remedy(finding),
    )


def _where(finding: Finding, main: str) -> str:
    """Say where in the report it is; the file too, where it is not the report itself."""
    spot = finding.where.zh if finding.where else _spot(finding.place)
    if finding.path == main:
        return spot
    return f"文件“{finding.path}”" + (f"，{spot}" if spot else "")


def _spot(place: Place) -> str:
    if place.line is not None:
        return f"第{place.line}行" + (f"第{place.column}字" if place.column else "")
    if place.page is not None:
        return f"第{place.page}页"
    return f"第{place.block}段" if place.block is not None else ""


def _equations(finding: Finding) -> Iterator[str]:
    """Yield the equations that the message does not spell out itself."""
    said = finding.message.zh
    if finding.cause is not None:
        messages = [broken.message.zh for broken in finding.cause.equations]
    else:
        messages = [finding.equation.text.zh] if finding.equation else []
    return (_sentence(message) for message in messages if message not in said)


def _passages(finding: Finding) -> Iterator[str]:
    other = finding.other.zh if finding.other else "另一处"
    for passage in finding.passages:
        ours, theirs = f"本报告{_spot(passage.place)}", f"{other}{_spot(passage.other_place)}"
        words, like = _quoted(passage.words), _quoted(passage.other)
        yield f"{words}（{ours}，{theirs}）。" if words == like else f"{words}（{ours}）；{like}（{theirs}）。"


def _disclaimed(finding: Finding) -> tuple[str, ...]:
    return ("以上仅为文字比对的结果，不是对文字来源的认定。",) if finding.passages else ()


def _quoted(words: str) -> str:
    return f"“{shorten(words, LONGEST_QUOTED)}”"


def _listed(details: list[str]) -> tuple[str, ...]:
    more = len(details) - MOST_DETAILS
    return (*details[:MOST_DETAILS], *([f"另有 {more} 处，从略。"] if more > 0 else []))


def _remedy(finding: Finding) -> str:
    """Return what a unit can do; what only the caller of gouji can do is left out."""
    said = finding.remedy.zh if finding.remedy else ""
    if "gouji" in said or "--" in said:
        return ""
    for on_screen, on_paper in _ON_PAPER.items():
        said = said.replace(on_screen, on_paper)
    return _sentence(said)


def _undecided(undecided: Undecided) -> str:
    said, wanting = _FOR_THE_CALLER.sub("", undecided.reason.zh), undecided.wanting
    if wanting:
        said += "：" + listed(wanting[:MOST_WANTING]).zh
        said += f"等 {len(wanting)} 处" if len(wanting) > MOST_WANTING else ""
    return _sentence(said)


def _sentence(text: str) -> str:
    """Return a text as a sentence of its own, with a full stop."""
    said = shorten(text, LONGEST_SENTENCE)
    return said if not said or said.endswith(_ENDS) else said + "。"
