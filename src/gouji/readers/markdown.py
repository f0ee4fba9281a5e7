"""Markdown and plain text: a line-exact scan for headings, paragraphs and tables.

A full CommonMark parser is not used: it gives no columns, it drops cells of rows that are longer
than the head, and OCR'd reports are full of tables that the standard does not call tables.
"""

import html
import re
from collections.abc import Iterator

from msgspec import Struct

from gouji.dates import read_stamp
from gouji.document import Cell, Document, Place, Published, Table
from gouji.errors import UnreadableError
from gouji.readers.cells import MOST_CELLS, MOST_COLUMNS
from gouji.readers.decoding import decode
from gouji.readers.flow import BREAK, Break, Line, blocks, notes_on
from gouji.readers.remarks import remarks_in, speaks_of_gouji
from gouji.wording import Text, numbering

LONGEST_LINE = 1_000_000  # characters; the longest line of a real report has a few thousand

_MARKS = frozenset("#=-*_>+`~")  # a line that begins with none of them is plain text
_HEADING = re.compile(r" {0,3}#{1,6}[ \t\u3000]*+(?P<text>[^#]*+)#*+[ \t]*+")
_RULE = re.compile(r"=+|-{2,}|\*{3,}|_{3,}|(?:- ){2,}-?")
_PREFIX = re.compile(r"\s*+(?:>\s*+|[-*+]\s++)+")
_QUOTE = "> \t\u3000"
_PIPE = re.compile(r"(?<!\\)\|")
_DELIMITER_CHARACTERS = frozenset("|-: \t")
_PROSE = re.compile(r"。|[：:].*[：:]")
# keys of the front matter that give the publication date, the plainest first
_PUBLISHED = " 发布日期 发布时间 公开日期 公开时间 published publish_date publishdate pubdate publish_time date "
_DATED = re.compile(r"[\"']?(?P<key>[^\s\"':：]{1,40})[\"']?\s*[:：]\s*[\"']?(?P<value>[0-9].{0,60})")
_CODE_FENCE = re.compile(r"(?:```|~~~)[^`]*")
# Each alternative begins with a plain character, so that the search skips what can begin none.
_MARKUP = re.compile(
    r"""\*(?:(?<!\*\*)|(?<=\\\*\*))(?:(?<![0-9]\*)(?<![0-9]\\\*\*)\*{0,2}(?!\*)|\*{0,2}(?![*0-9]))  # longer runs mask digits
      | __
      | (?P<ticks>`{1,3})(?!`)(?P<code>[^`]{1,500}+)(?P=ticks)(?!`)
      | !\[[^\]]{0,500}+\]\([^)\s\[]{0,2000}+\)
      | \[(?P<label>[^\]\[]{0,500}+)\]\([^)\s\[]{0,2000}+(?:\s"[^"]{0,200}+")?\)
      | </?[A-Za-z][^<>]{0,500}+>
      | &(?P<entity>\#\d{1,7}|\#x[0-9A-Fa-f]{1,6}|[A-Za-z]{2,31});
      | \\(?P<escaped>[!-/:-@\[-`{-~])""",
    re.VERBOSE,
)
_APART = re.compile(r"</?(?:br|sup|sub)\b", re.IGNORECASE)
_HAS_MARKUP = re.compile(r"[*_\[<&\\`]")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
# What stands in code is shown to readers and speaks to nobody.
_COMMENT_OR_CODE = re.compile(
    r"""<!--(?s:.*?)(?:-->|\Z)
      | ^[ ]{0,3}(?P<fence>`{3,}+|~{3,}+)[^\n]*+(?:\n(?![ ]{0,3}(?P=fence)[`~]*+[ \t]*+$)[^\n]*+)*+(?:\n[^\n]*+)?
      | (?<!`)(?P<tick>`{1,2})(?!`)[^`\n]*+(?P=tick)(?!`)""",
    re.MULTILINE | re.VERBOSE,
)
_NOT_NEWLINE = re.compile(r"[^\n]")
# The rest of a tag may stand on the next lines.
_TABLE_TAG = re.compile(r"<table(?![^\s>])", re.IGNORECASE)
_TABLE_PART = re.compile(r"</?(?:table|thead|tbody|tfoot|tr|td|th)\b", re.IGNORECASE)
_TABLE_EDGE = re.compile(r"<(?P<closing>/?)table(?![^\s>])[^>]*>?", re.IGNORECASE)


def read(data: bytes, path: str) -> Document:
    """Read the bytes of a Markdown or text file.

    Raises:
        UnreadableError: not text, or a limit is exceeded (a line of 1,000,000 characters, 1,000
            columns, 200,000 cells in all tables together).
    """
    text, notes = decode(data)
    source = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = _COMMENT.sub(_blank_out, source).split("\n")
    lengths = list(map(len, lines))
    longest = max(lengths)
    if longest > LONGEST_LINE:
        raise _too_long(lengths.index(longest) + 1, longest)
    dropped: list[Line] = []
    found = tuple(blocks(_items(lines), dropped))
    remarks = remarks_in(source, _COMMENT_OR_CODE.finditer(source)) if speaks_of_gouji(source) else ()
    return Document(
        path,
        "markdown",
        found,
        notes=(*notes, *notes_on(dropped)),
        published=_published(lines),
        lines=tuple(source.split("\n")),
        remarks=remarks,
    )


class _Extent(Struct):
    """What the tables of one document come to so far, for the limit on all of them together."""

    cells: int = 0

    def add(self, cells: int, line: int) -> None:
        self.cells += cells
        if self.cells > MOST_CELLS:
            raise _too_many(Text("单元格", "cells"), self.cells, MOST_CELLS, line)


def _items(lines: list[str]) -> Iterator[Line | Break | Table]:
    at, start, extent = _front_matter(lines), 0, _Extent()
    while at < len(lines):
        line = lines[at]
        tag = _TABLE_TAG.search(line, start) if "<" in line else None
        if tag:
            yield from _text(line, at + 1, start, tag.start())
            source, end, start = _html_source(lines, at, tag.start())
            yield from _html_tables(source, at + 1, extent)
            at = end
        elif start:  # a table that ended on this line
            yield from _text(line, at + 1, start, len(line))
            at, start = at + 1, 0
        elif "|" in line and _is_pipe_table(lines, at):
            table, at = _pipe_table(lines, at, extent)
            yield table
        elif "\t" in line and _is_tab_table(lines, at):
            table, at = _tab_table(lines, at, extent)
            yield table
        else:
            yield from _text(line, at + 1, 0, len(line))
            at += 1


def _text(line: str, number: int, start: int, end: int) -> Iterator[Line | Break]:
    words = line[start:end].strip()
    if not words:
        yield BREAK
    elif words[0] not in _MARKS:
        yield _line(line, number, start, end)
    elif _RULE.fullmatch(words) or _CODE_FENCE.fullmatch(words):
        yield BREAK
    elif heading := _HEADING.fullmatch(line, start, end):
        yield _line(line, number, heading.start("text"), heading.end("text"), marked=True)
    elif bold := _bold(words):
        start = line.index(bold, start)
        yield _line(line, number, start, start + len(bold), marked=True)
    elif prefix := _PREFIX.match(line, start, end):
        yield BREAK
        # what is quoted or listed may be a heading, or bold as a whole
        yield from _text(line, number, prefix.end(), end)
    else:
        yield _line(line, number, start, end)


def _bold(words: str) -> str:
    """Return what stands between the marks of a line that is bold as a whole; of others nothing."""
    inner = words.strip("*_")
    marks = words[: len(words) - len(words.lstrip("*_"))]
    strong = "**" if "**" in marks else "__"
    whole = strong in marks and words == marks + inner + marks[::-1] and strong not in inner
    return inner if whole else ""


def _line(line: str, number: int, start: int, end: int, *, marked: bool = False) -> Line:
    place = Place(number, start + 1)
    if not _HAS_MARKUP.search(line, start, end):
        return Line(line[start:end], place, marked)
    parts, stretches, length = [], [], 0
    for text, at in _runs(line, start, end):
        parts.append(text)
        stretches.append((length, Place(number, at + 1)))
        length += len(text)
    return Line("".join(parts), place, marked, tuple(stretches))


def _runs(line: str, start: int, end: int) -> Iterator[tuple[str, int]]:
    """Give the text of a line without its markup, run by run, each with its offset in the line."""
    for found in _MARKUP.finditer(line, start, end):
        if start < found.start():
            yield line[start : found.start()], start
        start = found.end()
        if found.lastgroup == "code":
            yield found["code"], found.start("code")
        elif found.lastgroup == "label":
            yield from _runs(line, *found.span("label"))
        elif text := _plain(found):
            yield text, found.start()
    if start < end:
        yield line[start:end], start


def _plain(found: re.Match[str]) -> str:
    if found.lastgroup is None:
        return " " if _APART.match(found[0]) else ""  # 1<br>2 is no 12
    return html.unescape(found[0]) if found.lastgroup == "entity" else found["escaped"]


def _front_matter(lines: list[str]) -> int:
    if lines[0].strip() != "---" or len(lines) < 2 or ":" not in lines[1]:  # noqa: PLR2004
        return 0
    return next((n + 1 for n in range(1, min(len(lines), 100)) if lines[n].strip() in ("---", "...")), 0)


def _published(lines: list[str]) -> Published | None:
    """Return the publication date of the front matter; a key that says so goes before a mere ``date``."""
    found: dict[int, Published] = {}
    for number, line in enumerate(lines[: _front_matter(lines)], 1):
        entry = _DATED.fullmatch(line)
        rank = _PUBLISHED.find(f" {entry['key'].lower()} ") if entry else -1
        day = read_stamp(entry["value"]) if entry and rank >= 0 else None
        if entry and day:
            source = Text(f"文首元数据 {entry['key']}", f"front matter, {entry['key']}")
            found.setdefault(rank, Published(day, source, Place(number, entry.start("value") + 1)))
    return found[min(found)] if found else None


def _blank_out(comment: re.Match[str]) -> str:
    """Keep the lines and columns of what stands behind a comment."""
    return _NOT_NEWLINE.sub(" ", comment[0])


def _html_source(lines: list[str], at: int, start: int) -> tuple[str, int, int]:
    """Return the HTML of the table that opens here (nested ones counted), and where it ends."""
    parts: list[str] = []
    depth = 0
    for number in range(at, len(lines)):
        line = lines[number]
        for edge in _TABLE_EDGE.finditer(line, start):
            depth += -1 if edge["closing"] else 1
            if not depth:
                return "\n".join([*parts, line[start : edge.end()]]), number, edge.end()
        parts.append(line[start:])
        start = 0
    # never closed: what stands below its last line of markup is text
    last = max((n for n, line in enumerate(parts) if _TABLE_PART.search(line)), default=0)
    return "\n".join(parts[: last + 1]), at + last, len(lines[at + last])


def _html_tables(source: str, first: int, extent: _Extent) -> Iterator[Table]:
    from gouji.readers.html import tables_of_fragment  # noqa: PLC0415 - lxml loads only when needed

    for table in tables_of_fragment(source, first):
        extent.add(sum(cell.row_span * cell.col_span for row in table.rows for cell in row), first)
        yield table


def _is_pipe_table(lines: list[str], at: int) -> bool:
    line = lines[at]
    if line[_quoted(line) :].lstrip().startswith("|"):
        return True
    return at + 1 < len(lines) and "|" in lines[at + 1] and _is_delimiter(lines[at + 1], second=True)


def _pipe_table(lines: list[str], at: int, extent: _Extent) -> tuple[Table, int]:
    first, rows = at, []
    while at < len(lines) and "|" in lines[at]:
        line = lines[at]
        at += 1
        if not _is_delimiter(line, second=at == first + 2):
            rows.append(_pipe_row(line, at))
            extent.add(len(rows[-1]), first + 1)
    return Table(tuple(rows), Place(first + 1, 1)), at


def _quoted(line: str) -> int:
    """Return where the text of a line begins, behind the marks of a block quote."""
    return len(line) - len(line.lstrip(_QUOTE)) if ">" in line else 0


def _is_delimiter(line: str, *, second: bool) -> bool:
    """Tell a row of ``---``; single dashes are one only under the head, elsewhere they are data."""
    return ("--" in line or (second and "-" in line)) and _DELIMITER_CHARACTERS.issuperset(line[_quoted(line) :])


def _pipe_row(line: str, number: int) -> tuple[Cell, ...]:
    start = _quoted(line)
    parts = line[start:].split("|") if "\\|" not in line else _PIPE.split(line[start:])
    if not parts[0].strip():
        start += len(parts.pop(0)) + 1
    if parts and not parts[-1].strip():
        del parts[-1]
    return _cells(line, number, start, parts)


def _is_tab_table(lines: list[str], at: int) -> bool:
    """Tell whether two rows follow each other; one line with tabs is still a line of text."""
    return at + 1 < len(lines) and _is_tab_row(lines[at]) and _is_tab_row(lines[at + 1])


def _is_tab_row(line: str) -> bool:
    """Tell a row of at least three cells from a text with tabs in it.

    Tabs in front of the text or behind its number indent it. A text in front of nothing but empty
    cells is a heading or a paragraph of a sheet; sentences and lines of ``name: value`` are text.
    """
    text = line.lstrip()
    number = numbering(text)
    if text.count("\t", number.end if number else 0) < 2 or _PROSE.search(text):  # noqa: PLR2004
        return False
    return line[0] == "\t" or "\t" in text.rstrip()


def _tab_table(lines: list[str], at: int, extent: _Extent) -> tuple[Table, int]:
    first, rows = at, []
    while at < len(lines) and _is_tab_row(lines[at]):
        at += 1
    indent = min(len(line) - len(line.lstrip("\t")) for line in lines[first:at])
    for number, line in enumerate(lines[first:at], first + 1):
        rows.append(_cells(line, number, indent, line[indent:].split("\t")))
        extent.add(len(rows[-1]), first + 1)
    return Table(tuple(rows), Place(first + 1, 1)), at


def _cells(line: str, number: int, start: int, parts: list[str]) -> tuple[Cell, ...]:
    """Make the parts of a line from an offset on, a separator between each two, the cells of a row."""
    if len(parts) > MOST_COLUMNS:
        raise _too_many(Text("列", "columns"), len(parts), MOST_COLUMNS, number)
    markup = _HAS_MARKUP.search(line) is not None
    cells = []
    for part in parts:
        text = part.strip()
        if markup and _HAS_MARKUP.search(text):
            cells.append(_marked_up_cell(line, number, start, start + len(part)))
        else:
            cells.append(Cell(text, Place(number, start + part.find(text) + 1)))
        start += len(part) + 1
    return tuple(cells)


def _marked_up_cell(line: str, number: int, start: int, end: int) -> Cell:
    parts: list[str] = []
    for run, at in _runs(line, start, end):
        if parts:
            parts.append(run)
        elif text := run.lstrip():
            parts.append(text)
            start = at + len(run) - len(text)
    return Cell("".join(parts).rstrip(), Place(number, start + 1))


def _too_long(line: int, length: int) -> UnreadableError:
    return UnreadableError(
        "GJ005",
        Text(
            f"第 {line} 行有 {length:,} 个字符，超过上限 {LONGEST_LINE:,}；请确认文件是年报文本，并按段落换行后再检查",
            f"line {line} has {length:,} characters, over the limit of {LONGEST_LINE:,}; "
            "make sure the file is the report's text and break it into paragraphs",
        ),
    )


def _too_many(what: Text, count: int, limit: int, line: int) -> UnreadableError:
    return UnreadableError(
        "GJ005",
        Text(
            f"第 {line} 行处的表格有 {count:,} 个{what.zh}，超过上限 {limit:,}；规定表格最多 10 列，请检查文件是否损坏",
            f"the table at line {line} has {count:,} {what.en}, over the limit of {limit:,}; "
            "the forms have 10 columns at most: check whether the file is damaged",
        ),
    )
