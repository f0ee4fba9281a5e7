"""Which pieces of a web page are the report, and which are the site around it."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from lxml import etree

from gouji.document import Table
from gouji.readers.flow import BREAK, Break, Line
from gouji.readers.html_pieces import Piece, Pieces
from gouji.wording import fold, label_key, numbering, squeeze

_LONGEST_TITLE = 60
_LONGEST_SECTION = 45
_LONGEST_PREFIX = 40  # the organ's name on a line of its own above the title
_LEAST_MARKS = 2
_LONGEST_FURNITURE = 120

_SECTION = re.compile(
    r"总体情况|.{0,12}(?:总体情况|基本概况)$|(?:行政机关)?主动公开政府信息|(?:行政机关)?收到和处理|依申请公开政府信息"
    r"|(?:因)?政府信息公开.{0,12}(?:行政复议|行政诉讼|诉讼)|行政复议|.{0,12}存在的?(?:主要)?(?:问题|困难|不足)"
    r"|其他(?:需要?)?报告"
)
_TITLE = re.compile(r"年度报告(?:[(《〔\[].{0,20})?$|信息公开.{0,6}年报$")
_DATE = re.compile(r"(?:日期|时间)\s*[:：]?\s*[\[(（【]?\s*20\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}")
_FURNITURE = re.compile(
    r"(?:您|你)?(?:现在|当前)?(?:所在)?的?位置[:：]|首页\s*(?:[>›»/|-]|$)|(?:上|下)一(?:篇|条|页)|分享(?:到|至|[:：]|$)"
    r"|相关(?:链接|文档|阅读|信息|新闻|文章|稿件|推荐)[:：]?|网站地图|友情链接|扫一扫|版权所有|主办(?:单位)?[:：]"
    r"|承办(?:单位)?[:：]|技术支持[:：]|网站标识码|(?:[【\[]?(?:打印|关闭|收藏|纠错|返回顶部)(?:本页|页面|窗口)?[】\]]?\s*)+$"
    r"|责任编辑|(?:浏览|点击|阅读|访问)(?:次数|量|数)|(?:文字|字体)(?:大小)?[:：]|字号[:：]|Copyright|©|来源[:：]"
    r"|(?:设为首页|加入收藏|无障碍|长者(?:模式|版)|登录|注册)(?:\s|$|\|)",
    re.IGNORECASE,
)
_FILING = re.compile(r"ICP备|公网安备|网站标识码")
_KEPT_LINK = re.compile(r"附件|https?:|www\.|[。；]$")


def report_of(pieces: Pieces) -> Iterator[Line | Table | Break]:
    """Give the lines, breaks and tables of the report, in order.

    The report is the smallest element that holds all data tables and section headings, together
    with the title, what stands between it and the first section, and a publication date nearby.
    Around it, links and the known phrases of web sites are left out. A page without recognisable
    sections is kept whole except for those.
    """
    kept = _kept(pieces)
    before = -1
    for index in kept:
        piece = pieces.all[index]
        if piece.broken or index != before + 1:
            yield BREAK
        yield piece.item
        before = index


def _kept(pieces: Pieces) -> Iterable[int]:
    everything = pieces.all
    sections = [i for i, piece in enumerate(everything) if _is_section(piece)]
    tables = [i for i, piece in enumerate(everything) if isinstance(piece.item, Table)]
    if not sections or len(sections) + len(tables) < _LEAST_MARKS:
        return (i for i, piece in enumerate(everything) if not _is_furniture(piece))
    marks = sorted(sections + tables)
    core = _common(everything[i].block for i in marks)
    start, end = pieces.spans.get(core, (0, len(everything)))
    title = _title(everything, marks[0])
    outer_end = end
    if title is not None and title < start:
        _, outer_end = pieces.spans.get(_common((core, everything[title].block)), (0, len(everything)))
    first = marks[0] if title is None else title
    kept = _lead(everything, first, marks[0], start)
    kept += range(marks[0], marks[-1] + 1)
    kept += _rest(everything, marks[-1] + 1, end, outer_end)
    return _with_date(everything, kept, first, marks[0])


def _is_section(piece: Piece) -> bool:
    line = piece.item
    if isinstance(line, Table) or len(line.text) > _LONGEST_SECTION or (piece.linked and not line.marked):
        return False
    number = numbering(fold(line.text))
    if not line.marked and (number is None or number.style[0] not in "一第"):
        return False
    return _SECTION.match(label_key(line.text)) is not None


def _title(pieces: list[Piece], before: int) -> int | None:
    """Find the report's title: the last line before the first section that reads like one."""
    for index in range(before - 1, -1, -1):
        piece = pieces[index]
        if (
            isinstance(piece.item, Line)
            and len(piece.item.text) <= _LONGEST_TITLE
            and not _is_furniture(piece)
        ):
            text = squeeze(piece.item.text)
            if _TITLE.search(text) and not {">", "»", "›"}.intersection(text):
                return index
    return None


def _lead(pieces: list[Piece], first: int, section: int, start: int) -> list[int]:
    """Return what belongs to the report before its first section."""
    kept = [i for i in range(first, section) if i == first or not _is_furniture(pieces[i])]
    above = []
    for index in range(first - 1, -1, -1):
        if not (index >= start or (index == first - 1 and _is_prefix(pieces[index], pieces[first]))):
            break
        if not _is_furniture(pieces[index]):
            above.append(index)
    return above[::-1] + kept


def _is_prefix(piece: Piece, title: Piece) -> bool:
    if isinstance(piece.item, Table) or len(piece.item.text) > _LONGEST_PREFIX:
        return False
    return piece.block is title.block or piece.block.getparent() is title.block.getparent()


def _rest(pieces: list[Piece], begin: int, end: int, outer_end: int) -> list[int]:
    """Return what belongs to the report after its last section heading or table.

    Inside the report's element single lines are left out; beyond it the first line of the site
    (previous page, share, copyright) ends the report.
    """
    kept = [i for i in range(begin, end) if not _is_furniture(pieces[i])]
    for index in range(max(begin, end), outer_end):
        if _is_furniture(pieces[index]):
            break
        kept.append(index)
    return kept


def _with_date(pieces: list[Piece], kept: list[int], first: int, section: int) -> list[int]:
    """Add the line with the publication date that stands nearest to the title."""
    inside = [i for i in kept if i < section and _is_date(pieces[i])]
    if inside:
        return kept
    around = sorted({i for i, piece in enumerate(pieces) if _is_date(piece)}.difference(kept))
    if not around:
        return kept
    return sorted([*kept, min(around, key=lambda i: abs(i - first))])


def _is_date(piece: Piece) -> bool:
    line = piece.item
    return (
        isinstance(line, Line)
        and not piece.linked
        and len(line.text) <= _LONGEST_FURNITURE
        and _DATE.search(line.text) is not None
    )


def _is_furniture(piece: Piece) -> bool:
    line = piece.item
    if isinstance(line, Table):
        return False
    if piece.linked:
        return _KEPT_LINK.search(line.text) is None
    if len(line.text) > _LONGEST_FURNITURE or _is_date(piece):
        return False
    return _FURNITURE.match(line.text) is not None or _FILING.search(line.text) is not None


def _common(blocks: Iterable[etree._Element]) -> etree._Element:
    """Return the innermost element that holds (or is) all of the given ones."""
    remaining = iter(blocks)
    first = next(remaining)
    path = [first, *first.iterancestors()]
    height = {element: index for index, element in enumerate(path)}
    top = 0
    for block in remaining:
        aside: list[etree._Element] = []
        for element in chain((block,), block.iterancestors()):
            if element in height:
                top = max(top, height[element])
                # What hangs on the same branch need not be climbed again.
                height.update(dict.fromkeys(aside, height[element]))
                break
            aside.append(element)
    return path[top]
