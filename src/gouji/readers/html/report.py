"""Which pieces of a web page are the report, and which are the site around it."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from lxml import etree

from gouji.document import Table
from gouji.readers.flow import BREAK, Break, Line
from gouji.readers.html.pieces import Piece, Pieces
from gouji.wording import fold, label_key, numbering, squeeze

_LONGEST_TITLE = 60
_LONGEST_SECTION = 45
_LONGEST_PREFIX = 40  # the organ's name on a line of its own above the title
_LINES_OF_A_SIGNATURE = 4
_LONGEST_FURNITURE = 120

_OPENING = re.compile(r".{0,12}(?:总体情况|基本概况)|(?:行政机关)?主动公开政府信息")
_MIDDLE = re.compile(
    r"(?:行政机关)?收到和处理|依申请公开政府信息"
    r"|(?:因?政府信息公开.{0,12})?(?:行政复议|行政诉讼|诉讼)"
)
_CLOSING = re.compile(r".{0,12}存在的?(?:主要)?(?:问题|困难|不足)|其他(?:需要?)?报告")
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
_LAW = "信息公开条例"
_CRUMBS = frozenset(">»›")
_SIGNED = re.compile(r"(?:20\d\d|二\S{3})\s*年.{1,4}月.{1,4}日$")
_PARTS = frozenset(
    """p h1 h2 h3 h4 h5 h6 pre ul ol li dl dt dd table thead tbody tfoot tr caption
    a b strong span font em i u""".split()  # noqa: SIM905 - a list would fill the page
)
_KEPT_LINK = re.compile(r"附件|https?:|www\.|[。；]$")


def report_of(pieces: Pieces, kept: Iterable[int]) -> Iterator[Line | Table | Break]:
    """Give the lines, breaks and tables of the report, in order, of the pieces that are kept."""
    before = -1
    for index in kept:
        piece = pieces.all[index]
        if piece.broken or index != before + 1:
            yield BREAK
        yield piece.item
        before = index


def kept_of(pieces: Pieces) -> list[int]:
    """Tell which pieces are the report.

    The report is the smallest element that holds all data tables and section headings, together
    with the title, what stands between it and the first section, a signature right behind it and a
    publication date nearby. Around it, links and the known phrases of web sites are left out. Where
    not both the first and the last sections are recognised, everything is kept except for those.
    """
    everything = pieces.all
    sections = [i for i, piece in enumerate(everything) if _is_section(piece, _OPENING, _MIDDLE, _CLOSING)]
    whole = all(any(_is_section(everything[i], kind) for i in sections) for kind in (_OPENING, _CLOSING))
    if not whole:
        return [i for i, piece in enumerate(everything) if not _is_furniture(piece)]
    tables = [i for i, piece in enumerate(everything) if isinstance(piece.item, Table)]
    marks = sorted(sections + tables)
    core = _container(_common(everything[i].block for i in marks))
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


def _is_section(piece: Piece, *kinds: re.Pattern[str]) -> bool:
    line = piece.item
    if isinstance(line, Table) or len(line.text) > _LONGEST_SECTION or (piece.linked and not line.marked):
        return False
    number = numbering(fold(line.text))
    if not line.marked and (number is None or number.style[0] not in "一第"):
        return False
    key = label_key(line.text)
    return any(kind.match(key) for kind in kinds)


def _container(element: etree._Element) -> etree._Element:
    """Return the nearest element around that can hold a whole report, so not a paragraph or a list."""
    while element.tag in _PARTS:
        parent = element.getparent()
        if parent is None:
            break
        element = parent
    return element


def _title(pieces: list[Piece], before: int) -> int | None:
    """Find where the report begins: the last line before the first section that reads like its title.

    Without one, the lead paragraph: the last line that names the law the report follows.
    """
    lead = None
    for index in range(before - 1, -1, -1):
        line = pieces[index].item
        if isinstance(line, Table) or _is_furniture(pieces[index]):
            continue
        if len(line.text) <= _LONGEST_TITLE:
            text = squeeze(line.text)
            if _TITLE.search(text) and _CRUMBS.isdisjoint(text):
                return index
        if lead is None and _LAW in line.text:
            lead = index
    return lead


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
    after = max(begin, end)
    for index in range(after, max(outer_end, _signature_end(pieces, after))):
        if _is_furniture(pieces[index]):
            break
        kept.append(index)
    return kept


def _signature_end(pieces: list[Piece], begin: int) -> int:
    """Return where a signature ends that begins here: a few short lines, the last of them a date."""
    for index in range(begin, min(begin + _LINES_OF_A_SIGNATURE, len(pieces))):
        line = pieces[index].item
        if isinstance(line, Table) or len(line.text) > _LONGEST_PREFIX:
            break
        if _SIGNED.search(line.text):
            return index + 1
    return begin


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
    if "。" in line.text or _is_date(piece):
        return False
    if _FILING.search(line.text):
        return True
    return len(line.text) <= _LONGEST_FURNITURE and _FURNITURE.match(line.text) is not None


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
