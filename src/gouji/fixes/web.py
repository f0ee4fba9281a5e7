"""The source of a web page: its tags, entities and comments are never touched."""

import html
import re

from msgspec import Struct, field

from gouji.fixes.source import Patch, Scan, SourceCell
from gouji.readers.html.table import BLOCK_TAGS, HIDDEN_TAGS

_TOKEN = re.compile(
    r"<!--(?s:.*?)(?:-->|\Z)"
    r"|<(?P<raw>script|style|textarea|title|xmp|iframe)\b(?s:.*?)(?:</(?P=raw)\s*+>|\Z)"
    r"|<[!?][^>]*+>"
    r"""|<(?P<close>/?)(?P<name>[a-z][^\s/>]*+)(?>=[ \t\n\r\f]*+(?:"[^"]*+"|'[^']*+')|[^>])*+>"""
    r"|&(?:\#[0-9]{1,7}|\#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});"
    r"|[^<&]++|[<&]",
    re.IGNORECASE,
)
_CELLS = frozenset(("td", "th"))
_ENDS_CELL = frozenset(("td", "th", "tr", "tbody", "thead", "tfoot", "table"))
_VOID = frozenset(("br", "img", "input", "hr", "meta", "link", "col", "wbr"))


class _Open(Struct):
    """A table that is open, and its open cell."""

    rows: list[list[SourceCell]] = field(default_factory=list)
    cell: SourceCell | None = None


class _Walk(Struct):
    scan: Scan = field(default_factory=Scan)
    tables: list[_Open] = field(default_factory=list)
    hidden: str = ""
    depth: int = 0

    def tag(self, name: str, start: int, end: int, *, closing: bool) -> None:
        if self._is_hidden(name, closing=closing):
            return
        if name in BLOCK_TAGS or name == "br":
            self.scan.border()
        if self.tables and name in _ENDS_CELL and (name != "table" or closing):
            self._end_cell(start)
        if name == "table":
            self._table(start, closing=closing)
        elif self.tables and not closing:
            if name == "tr":
                self.tables[-1].rows.append([])
            elif name in _CELLS and self.tables[-1].rows:
                at = len(self.scan.chars)
                self.tables[-1].cell = SourceCell(at, at, end, end)

    def _is_hidden(self, name: str, *, closing: bool) -> bool:
        if self.hidden:
            if name == self.hidden:
                self.depth += -1 if closing else 1
            if not self.depth or (self.hidden == "head" and name == "body"):
                self.hidden = ""
            return True
        if name in HIDDEN_TAGS - _VOID and not closing:
            self.hidden, self.depth = name, 1
            return True
        return False

    def _table(self, start: int, *, closing: bool) -> None:
        if not closing:
            table = _Open()
            self.tables.append(table)
            self.scan.tables.append(table.rows)
        elif self.tables:
            self._end_cell(start)
            self.tables.pop()

    def _end_cell(self, start: int) -> None:
        table = self.tables[-1]
        if table.cell is not None:
            table.cell.last, table.cell.end = len(self.scan.chars), start
            table.rows[-1].append(table.cell)
            table.cell = None


def scan_page(text: str) -> Scan:
    """Scan a web page, or a text with HTML in it."""
    walk = _Walk()
    walk.scan.border()
    for token in _TOKEN.finditer(text):
        start, end, name = token.start(), token.end(), token["name"]
        said = token[0]
        if name:
            walk.tag(name.lower(), start, end, closing=bool(token["close"]))
        elif walk.hidden or said.startswith(("<!", "<?")) or token["raw"]:
            continue
        elif said[0] == "&" and len(said) > 1:
            for char in html.unescape(said):
                walk.scan.add(char, start, end)
        else:
            for at, char in enumerate(said, start):
                walk.scan.add(char, at, at + 1)
    walk.scan.border()
    return walk.scan


_BLANK_ENTITY = re.compile(r"&(?:nbsp|ensp|emsp|\#160|\#xa0|\#12288|\#x3000);", re.IGNORECASE)
_OPENING = re.compile(r"\s*+<(?P<name>p|span|div|font|strong|b|center|u|em|i)\b[^<>]*+(?<!/)>", re.IGNORECASE)


def blank_patch(text: str, cell: SourceCell, new: str) -> Patch | None:
    """Return what writes into a blank cell: in the place of its no-break space, or into its innermost element."""
    content = text[cell.start : cell.end]
    if "<!--" in content:
        return None
    entities = list(_BLANK_ENTITY.finditer(content))
    if len(entities) == 1:
        return Patch(cell.start + entities[0].start(), cell.start + entities[0].end(), new)
    if entities:
        return None
    at = 0
    while opening := _OPENING.match(content, at):
        at = opening.end()
    return Patch(cell.start + at, cell.start + at, new)
