"""The first two sheets of the workbook: the audit in numbers, and the units ranked."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby

from gouji.audit.names import SEVERITIES, STANDINGS, family_name, kind_name
from gouji.audit.result import Audit, Head, Standing, family
from gouji.audit.sheets import Book, Cell, Column, Sheet, Styled, Table, height_of, lines_of
from gouji.finding import Finding, Severity

Counts = Counter[tuple[str, Severity, int | None]]  # family, severity, and year; None for files of nobody

NOTHING: Mapping[Severity, int] = {}
JUDGED = (Standing.REPORTED, Standing.LATE)

_GUIDE = (
    ("排名", "同一年度内按得分排名，得分相同的看错误、警告条数，仍相同的名次并列；没有可审核报告的单位不排名。"),
    ("问题", "一条问题一行。已说明理由的也列出，但不计入统计。"),
    ("数据", "一份报告一行，一个指标一列。红色为不能识别的内容，黄色为约数，灰色为报告里没有的格。"),
    ("跨年与汇总核对", "与上年报告、与下属单位合计的逐项比对，一致的也列出。"),
    ("未能审核", "没有报告的单位、不能审核的文件、不知属于哪个单位的文件、不能判定的事项，各附原因。"),
)
_WIDTHS = (18, 10)

_STANDING = Column("状态", 10, "center", {"已报": "good", "迟报": "doubtful", "未能审核": "unknown", "未报": "bad"})
_OUTCOME = Column("结论", 10, "center", {"未见问题": "good", "无错误": "mild", "有错误": "bad"})


def write_overview(book: Book, audit: Audit) -> None:
    """Write who reported and what was found, by year and by family of rules, and what the other sheets hold."""
    columns = max(13, 7 + len(audit.years))
    sheet = book.sheet("总览", (_WIDTHS[0], *[_WIDTHS[1]] * (columns - 1)))
    sheet.page.hide_gridlines(2)
    sheet.row([Styled("政府信息公开工作年度报告审核情况", "title")], (), height=32)
    years = "、".join(map(str, audit.years))
    told = f"{audit.title}　　审核日期 {audit.check_date}　　报告年度 {years}　　审核文件 {audit.inputs} 个　　勾稽 gouji {audit.version}"
    sheet.row([Styled(told, "said")], ())
    _by_year(sheet, audit)
    _by_family(sheet, audit)
    _chapter(sheet, "三、说明")
    for name, text in (*_GUIDE, *(("本次审核", note.zh) for note in audit.notes)):
        height = height_of(lines_of(text, _WIDTHS[1] * (columns - 1)))
        sheet.row([Styled(name, "sum"), Styled(text, "told", columns - 1)], (), height)


def _chapter(sheet: Sheet, title: str) -> None:
    sheet.row((), ())
    sheet.row([Styled(title, "chapter")], (), height=24)


def _by_year(sheet: Sheet, audit: Audit) -> None:
    _chapter(sheet, "一、报告情况")
    standings = ["应报单位", "已报", "其中迟报", "未能审核", "未报", "无错误", "合格率"]
    heads = ["年度", *standings, *SEVERITIES.values(), "未能判定"]
    scored = ["平均得分"] if any(head.score for head in audit.heads) else []
    sheet.row([*heads, *scored], ["head"] * 13, height=24)
    kinds = ["count"] * 6 + ["share"] + ["count"] * 4 + ["score"]
    stray = Counter(finding.severity for finding in _stray(audit))
    for year in audit.years:
        of_year = [head for head in audit.heads if head.year == year]
        sheet.row([f"{year}年", *_standings(of_year)][: len(heads + scored)], ["sum", *kinds])
    if len(audit.years) > 1 or stray:
        sums = ["sum", *(f"sum of {kind}s" for kind in kinds)]
        sheet.row(["合计", *_standings(audit.heads, stray)][: len(heads + scored)], sums)
    told = "已报含迟报；合格率＝无错误÷已报，未报和未能审核的不计入；问题不含已说明理由的。"
    sheet.row([Styled(told + ("合计含无法归属的文件。" if stray else ""), "said")], ())


def _stray(audit: Audit) -> list[Finding]:
    return [finding for file in audit.unassigned for finding in file.findings if not finding.settled]


def _standings(heads: Sequence[Head], stray: Mapping[Severity, int] = NOTHING) -> Iterator[Cell]:
    standings = Counter(head.standing for head in heads)
    judged, passed = sum(standings[one] for one in JUDGED), sum(head.passed for head in heads)
    yield from (len(heads), judged, standings[Standing.LATE])
    yield from (standings[Standing.UNJUDGED], standings[Standing.MISSING], passed)
    yield passed / judged if judged else None
    for severity in Severity:
        yield sum(head.severities.get(severity, 0) for head in heads) + stray.get(severity, 0)
    yield sum(head.undetermined for head in heads)
    scores = [head.score for head in heads if head.score]
    one_scale = len({score.full for score in scores}) == 1
    yield round(sum((Decimal(score.total) for score in scores), Decimal()) / len(scores), 1) if one_scale else None


def _by_family(sheet: Sheet, audit: Audit) -> None:
    """Count what nobody has accounted for; files that belong to nobody have a column of their own."""
    _chapter(sheet, "二、问题分类")
    counts: Counts = Counter()
    for head in audit.heads:
        for name, found in head.families.items():
            counts.update({(name, severity, head.year): count for severity, count in found.items()})
    stray = _stray(audit)
    counts.update((family(finding.rule), finding.severity, None) for finding in stray)
    years = [*audit.years, *([None] if stray else [])]
    of_years = [f"{year}年" if year else "无法归属" for year in years]
    heads = ["规则类", *SEVERITIES.values(), "合计", "涉及单位", *of_years]
    sheet.row(heads, ["head"] * len(heads), height=24)
    first = sheet.next_row
    for name in sorted({name for name, _, _ in counts}):
        concerned = sum(any(head.families.get(name, {}).values()) for head in audit.heads)
        cells = _counts(Counter({key: count for key, count in counts.items() if key[0] == name}), years)
        sheet.row(
            [family_name(name), *cells[:4], concerned, *cells[4:]],
            ["sum", *["count"] * 3, "sum of counts", "count", *["heat"] * len(years)],
        )
    if sheet.next_row > first:
        sheet.heat(first, sheet.next_row - 1, 6, 5 + len(years))
    cells = _counts(counts, years)
    concerned = sum(any(head.severities.values()) for head in audit.heads)
    sheet.row(["合计", *cells[:4], concerned, *cells[4:]], ["sum", *["sum of counts"] * len(heads)])


def _counts(counts: Counts, years: Sequence[int | None]) -> list[int]:
    """Return how many of each severity, how many in all, and how many of each year."""
    by_severity = [sum(n for (_, one, _), n in counts.items() if one is severity) for severity in Severity]
    by_year = [sum(n for (_, _, one), n in counts.items() if one == year) for year in years]
    return [*by_severity, sum(by_severity), *by_year]


def write_ranking(book: Book, heads: Sequence[Head]) -> None:
    """Write the units of each year by rank, the newest year first."""
    families = sorted({name for head in heads for name in head.families})
    scored = any(head.score for head in heads)
    columns = [
        Column("年度", 6, "center"), Column("名次", 6, "center"), Column("单位", 26, "wrapped"), Column("类别", 10, "center"),
        Column("上级", 16, "wrapped"), _STANDING, *([Column("得分", 8, "center")] if scored else []),
        *(Column(name, 7, "center") for name in SEVERITIES.values()), Column("未能判定", 7, "center"), _OUTCOME,
        *(Column(family_name(name), 7, "heat") for name in families), Column("文件", 36, "wrapped"),
    ]  # fmt: skip
    table = Table(book, "排名", columns, fixed=3)
    for rank, head in ranked(heads):
        judged = rank is not None
        unit, score = head.unit, Decimal(head.score.total) if head.score else None
        table.add(
            [
                head.year, rank, unit.name, kind_name(unit.kind), unit.parent, STANDINGS[head.standing],
                *([score] if scored else []), *(head.severities.get(severity, 0) for severity in Severity),
                head.undetermined, _outcome(head) if judged else None,
                *(sum(head.families.get(name, {}).values()) for name in families), head.path,
            ]
        )  # fmt: skip


def ranked(heads: Sequence[Head]) -> Iterator[tuple[int | None, Head]]:
    """Yield every unit with its rank in its year: by score, errors and warnings, ties sharing a rank.

    The newest year comes first; units without a judged report come last in their year, without a rank.
    """
    by_year = sorted(heads, key=lambda head: -head.year)
    for _, group in groupby(by_year, key=lambda head: head.year):
        of_year = [*group]
        judged = sorted((head for head in of_year if head.standing in JUDGED), key=_merit)
        place = 0
        for place_in_row, head in enumerate(judged, 1):
            if place_in_row == 1 or _merit(head) != _merit(judged[place_in_row - 2]):
                place = place_in_row
            yield place, head
        yield from ((None, head) for head in of_year if head.standing not in JUDGED)


def _merit(head: Head) -> tuple[bool, Decimal, int, int]:
    """Return a key that sorts the best first; a report without a score comes after those with one."""
    score = Decimal(head.score.total) if head.score else Decimal(0)
    return head.score is None, -score, head.severities.get(Severity.ERROR, 0), head.severities.get(Severity.WARNING, 0)


def _outcome(head: Head) -> str:
    if not head.passed:
        return "有错误"
    nothing = not any(head.severities.values()) and not head.undetermined
    return "未见问题" if nothing else "无错误"
