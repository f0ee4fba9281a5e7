"""Markdown and plain text: a line-exact scan for headings, paragraphs and tables.

A full CommonMark parser is not used: it gives no columns, it drops cells of rows that are longer
than the head, and OCR'd reports are full of tables that the standard does not call tables.
"""

import html
import re
from collections.abc import Iterator

from gouji.document import Cell, Document, Place, Table
from gouji.errors import UnreadableError
from gouji.readers.decoding import decode
from gouji.readers.flow import BREAK, Break, Line, blocks
from gouji.wording import Text

LONGEST_LINE = 1_000_000  # characters; the longest line of a real report has a few thousand
MOST_COLUMNS = 1_000
MOST_CELLS = 200_000

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t\u3000]*(?P<text>[^#]*)#*[ \t]*")
_BOLD_LINE = re.compile(r"\s*(\*\*|__)(?P<text>.+?)\1\s*")
_RULE = re.compile(r"\s*(?:=+|-{2,}|\*{3,}|_{3,}|(?:- ){2,}-?)\s*")
_PREFIX = re.compile(r"\s*(?:>\s*|[-*+]\s+)+")
_DELIMITER_CHARACTERS = frozenset("|-: \t")
_CODE_FENCE = re.compile(r"\s*(?:```|~~~)[^`]*")
_MARKUP = re.compile(
    r"""(?P<strong>(?<![*0-9])\*{1,3}(?!\*)|(?<!\*)\*{1,3}(?![*0-9])|__)  # longer runs mask digits and are no markup
      | !\[[^\]]{0,500}\]\([^)\s]{0,2000}\)
      | \[(?P<label>[^\]\[]{0,500})\]\([^)\s]{0,2000}(?:\s"[^"]{0,200}")?\)
      | </?[A-Za-z][^<>]{0,500}>
      | (?P<entity>&(?:\#\d{1,7}|\#x[0-9A-Fa-f]{1,6}|[A-Za-z]{2,31});)
      | \\(?P<escaped>[!-/:-@\[-`{-~])""",
    re.VERBOSE,
)
_APART = re.compile(r"</?(?:br|sup|sub)\b", re.IGNORECASE)
_HAS_MARKUP = re.compile(r"[*_\[<&\\]")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_NOT_NEWLINE = re.compile(r"[^\n]")
_TABLE_TAG = re.compile(r"<table[\s>]", re.IGNORECASE)
_TABLE_END = re.compile(r"</table\s*>", re.IGNORECASE)


def read(data: bytes, path: str) -> Document:
    """Read the bytes of a Markdown or text file.

    Raises:
        UnreadableError: not text, or a limit is exceeded (a line of 1,000,000 characters, 1,000
            columns, 200,000 cells).
    """
    text, notes = decode(data)
    text = _COMMENT.sub(_blank_out, text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = text.split("\n")
    return Document(path, "markdown", tuple(blocks(_items(lines))), notes=notes)


def _items(lines: list[str]) -> Iterator[Line | Break | Table]:
    at, cells = _front_matter(lines), 0
    while at < len(lines):
        line = lines[at]
        if len(line) > LONGEST_LINE:
            raise _too_long(at + 1, len(line))
        if "<" in line and _TABLE_TAG.search(line):
            end = _html_table_end(lines, at)
            yield from _html_tables(lines[at:end], at + 1)
            at = end
        elif _is_table_line(lines, at):
            table, at = _pipe_table(lines, at)
            cells += sum(map(len, table.rows))
            if cells > MOST_CELLS:
                raise _too_many(Text("单元格", "cells"), cells, MOST_CELLS, at)
            yield table
        else:
            yield from _text(line, at + 1)
            at += 1


def _text(line: str, number: int) -> Iterator[Line | Break]:
    if not line.strip() or _RULE.fullmatch(line) or _CODE_FENCE.fullmatch(line):
        yield BREAK
        return
    found = _HEADING.fullmatch(line) or _BOLD_LINE.fullmatch(line)
    if found and (found["text"].startswith("**") or "**" not in found["text"]):
        end = found.start("text") + len(found["text"].rstrip())
        yield _line(line, number, found.start("text"), end, marked=True)
        return
    prefix = _PREFIX.match(line)
    if prefix:
        yield BREAK
    yield _line(line, number, prefix.end() if prefix else 0, len(line), marked=False)


def _line(line: str, number: int, start: int, end: int, *, marked: bool) -> Line:
    place = Place(number, start + 1)
    if not _HAS_MARKUP.search(line):
        return Line(line[start:end], place, marked)
    text, stretches = "", []
    for found in _MARKUP.finditer(line, start, end):
        text += line[start : found.start()]
        if found["label"]:
            stretches.append((len(text), Place(number, found.start("label") + 1)))
        text += _plain(found)
        start = found.end()
        stretches.append((len(text), Place(number, start + 1)))
    return Line(text + line[start:end], place, marked, tuple(stretches))


def _plain(found: re.Match[str]) -> str:
    if found["entity"]:
        return html.unescape(found["entity"])
    if _APART.match(found[0]):
        return " "  # 1<br>2 is no 12
    return found["label"] or found["escaped"] or ""


def _front_matter(lines: list[str]) -> int:
    if lines[0].strip() != "---" or len(lines) < 2 or ":" not in lines[1]:  # noqa: PLR2004
        return 0
    return next((n + 1 for n in range(1, min(len(lines), 100)) if lines[n].strip() in ("---", "...")), 0)


def _blank_out(comment: re.Match[str]) -> str:
    """Keep the lines and columns of what stands behind a comment."""
    return _NOT_NEWLINE.sub(" ", comment[0])


def _html_table_end(lines: list[str], at: int) -> int:
    """Return the line after the one that closes the table opened here (nested ones counted)."""
    depth = 0
    for number in range(at, len(lines)):
        depth += len(_TABLE_TAG.findall(lines[number])) - len(_TABLE_END.findall(lines[number]))
        if depth <= 0:
            return number + 1
    return len(lines)


def _html_tables(lines: list[str], first: int) -> Iterator[Table]:
    from gouji.readers.html import tables_of_fragment  # noqa: PLC0415 - lxml loads only when needed

    yield from tables_of_fragment("\n".join(lines), first)


def _is_table_line(lines: list[str], at: int) -> bool:
    line = lines[at]
    if "|" not in line:
        return False
    if line.lstrip().startswith("|"):
        return True
    return at + 1 < len(lines) and "|" in lines[at + 1] and _is_delimiter(lines[at + 1], second=True)


def _pipe_table(lines: list[str], at: int) -> tuple[Table, int]:
    first, rows = at, []
    while at < len(lines) and "|" in lines[at]:
        if not _is_delimiter(lines[at], second=at == first + 1):
            rows.append(_split(lines[at], at + 1))
        at += 1
    return Table(tuple(rows), Place(first + 1, 1)), at


def _is_delimiter(line: str, *, second: bool) -> bool:
    """Tell a row of ``---``; single dashes are one only under the head, elsewhere they are data."""
    return _DELIMITER_CHARACTERS.issuperset(line) and ("--" in line or (second and "-" in line))


def _split(line: str, number: int) -> tuple[Cell, ...]:
    if line.count("|") > MOST_COLUMNS + 1:
        raise _too_many(Text("列", "columns"), line.count("|") - 1, MOST_COLUMNS, number)
    parts = line.split("|") if "\\|" not in line else re.split(r"(?<!\\)\|", line)
    markup = _HAS_MARKUP.search(line) is not None
    cells, column = [], 1
    for part in parts:
        text = part.strip()
        lead = part.find(text) if text else 0
        cells.append(Cell(_MARKUP.sub(_plain, text) if markup else text, Place(number, column + lead)))
        column += len(part) + 1
    if not parts[0].strip():
        del cells[0]
    if cells and not parts[-1].strip():
        del cells[-1]
    return tuple(cells)


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
