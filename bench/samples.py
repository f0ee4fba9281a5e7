"""What the benchmark reads: the specimen of the national pack, as a web page and in many variants."""

import html
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

SPECIMEN = Path(__file__).resolve().parents[1] / "rules" / "cn-gov-disclosure" / "2021" / "specimen.md"
UNIT = "柳溪镇"
WRONG_EVERY = 10  # every tenth variant has a wrong sum, so that findings are reported too

_HEADING = re.compile(r"(#{1,6}) (.*)")
_DELIMITER = re.compile(r"\|(?:-+\|)+")
_NAMES = ("临江", "石桥", "白鹤", "青龙", "双河", "永安", "太平", "龙泉", "新店", "大湾")
_PARTS = ("东", "西", "南", "北", "上", "下", "前", "后", "左", "右")
_HEAD = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="ColumnName" content="政府信息公开年报">
<style>td {{ border: 1px solid #000; padding: 4px }} .nav a {{ color: #333 }}</style>
<script>var page = {{ tips: "一、总体情况", size: 3 < 4 }};</script>
</head>
<body>
<div class="top"><a href="/login">登录</a> | <a href="/register">注册</a></div>
<div class="nav"><a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; <a href="/zwgk/nb/">年报</a></div>
<div class="main"><div class="TRS_Editor">
"""
_FOOT = """</div></div>
<div class="share">分享到：<a href="#">微信</a> <a href="#">微博</a> 【打印本页】 【关闭窗口】</div>
<div class="foot"><p>主办单位：青禾县人民政府办公室</p><p>网站标识码：5100000000</p></div>
</body>
</html>
"""


def variants(specimen: str, count: int) -> Iterator[tuple[str, str]]:
    """Yield names and texts of reports that differ in unit, numbers and phone."""
    for number in range(count):
        yield f"{number:03}.md", _variant(specimen, number)


def _variant(specimen: str, number: int) -> str:
    """Make a report of another town that got more requests; some get one total wrong."""
    unit = _NAMES[number % 10] + _PARTS[number // 10 % 10] + "镇"
    more = 1 + number // 2
    total = more + 4 + (number % WRONG_EVERY == 0)
    changes = (
        (UNIT, unit),
        ("8650123", f"8{650123 + number}"),
        ("申请4件", f"申请{more + 4}件"),
        ("申请数量 | | | 3 | 1 | 0 | 0 | 0 | 0 | 4 |", f"申请数量 | | | {more + 3} | 1 | 0 | 0 | 0 | 0 | {total} |"),
        ("公开 | | 2 | 0 | 0 | 0 | 0 | 0 | 2 |", f"公开 | | {more + 2} | 0 | 0 | 0 | 0 | 0 | {more + 2} |"),
        ("总计 | | 3 | 1 | 0 | 0 | 0 | 0 | 4 |", f"总计 | | {more + 3} | 1 | 0 | 0 | 0 | 0 | {more + 4} |"),
        ("| 行政许可 | 12 |", f"| 行政许可 | {12 + number} |"),
    )
    for old, new in changes:
        if old not in specimen:
            raise ValueError(f"the specimen has changed: it no longer holds {old!r}")
        specimen = specimen.replace(old, new)
    return specimen


def web_page(specimen: str) -> str:
    """Render a report's headings, paragraphs and pipe tables as a page of a government site.

    Blank cells become part of the cell left of them or above them, as on the printed form.
    """
    lines = specimen.splitlines()
    title = next(found[2] for line in lines if (found := _HEADING.fullmatch(line)))
    return _HEAD.format(title=f"{title}_青禾县人民政府") + "\n".join(_body(lines)) + "\n" + _FOOT


def tables_and_lines(lines: Sequence[str]) -> Iterator[str | list[list[str]]]:
    """Yield the lines of a report that are not blank, and each pipe table as the rows of its cells."""
    table: list[list[str]] = []
    for line in (*lines, ""):
        if line.startswith("|"):
            if not _DELIMITER.fullmatch(line):
                table.append([cell.strip() for cell in line.strip("|").split("|")])
            continue
        if table:
            yield table
            table = []
        if line.strip():
            yield line


def _body(lines: Sequence[str]) -> Iterator[str]:
    for block in tables_and_lines(lines):
        if not isinstance(block, str):
            yield from _table(block)
            continue
        heading = _HEADING.fullmatch(block)
        if heading and len(heading[1]) == 1:
            yield f'<h1 align="center">{html.escape(heading[2])}</h1>'
        elif heading:
            yield f"<p><strong>{html.escape(heading[2])}</strong></p>"
        else:
            yield f'<p style="text-indent: 2em"><span>{html.escape(block)}</span></p>'


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield '<table border="1" cellspacing="0" cellpadding="0"><tbody>'
    drawn = spans(rows)
    for y, row in enumerate(rows):
        cells = []
        for x, text in enumerate(row):
            if (y, x) not in drawn:
                continue
            height, width = drawn[y, x]
            merged = f' rowspan="{height}"' * (height > 1) + f' colspan="{width}"' * (width > 1)
            cells.append(f"<td{merged}><p>{html.escape(text)}</p></td>")
        yield f'<tr align="center">{"".join(cells)}</tr>'
    yield "</tbody></table>"


def spans(rows: Sequence[Sequence[str]]) -> dict[tuple[int, int], tuple[int, int]]:
    """Return the cells that are drawn, row and column, with the rows and columns that each takes up."""
    drawn: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    for y, row in enumerate(rows):
        for x in range(len(row)):
            if (y, x) not in covered:
                height, width = drawn[y, x] = _spans(rows, y, x, covered)
                covered |= {(y + down, x + right) for down in range(height) for right in range(width)}
    return drawn


def _spans(rows: Sequence[Sequence[str]], y: int, x: int, covered: set[tuple[int, int]]) -> tuple[int, int]:
    """Return how many rows and columns a cell takes up: the blank ones below and right of it.

    A blank cell with words both above it and left of it belongs to those above in the head of a
    table (``总计`` beside ``其他``) and to those left of it in a row of figures (``（七）总计``). Among
    the figures a blank cell stays one of its own.
    """
    body = next((n for n, row in enumerate(rows) if any(map(str.isdigit, row))), len(rows))
    figures = {n for row in rows[body:] for n, text in enumerate(row) if text.isdigit()}
    if y >= body and x in figures:
        return 1, 1
    width = 1
    while x + width < len(rows[y]) and not rows[y][x + width] and (y, x + width) not in covered:
        if y >= body and x + width in figures:
            break
        width += 1
    height = 1
    while y + height < len(rows) and not any(rows[y + height][x : x + width]):
        below = rows[y + height]
        if y + height >= body and x in figures:
            break
        if x and below[x - 1] and any(map(str.isdigit, below)):
            break
        height += 1
    return height, width
