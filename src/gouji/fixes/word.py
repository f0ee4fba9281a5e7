"""The main part of a Word document as source: text is changed inside ``w:t`` alone, formatting stays."""

import re
from collections.abc import Sequence

from msgspec import Struct, field

from gouji.fixes.source import Patch, Scan, SourceCell, Unfixable
from gouji.wording import Text

_TOKEN = re.compile(
    r"""<!--(?s:.*?)-->
      | <\?[^>]*+>
      | <(?P<close>/?)(?P<name>[^\s/>"'<!?]++)(?P<rest>(?:[^>"']++|"[^"]*+"|'[^']*+')*+)>
      | &(?:\#[0-9]{1,7}|\#x[0-9A-Fa-f]{1,6}|[a-z]{2,4});
      | [^<&]++
      | <""",
    re.VERBOSE,
)
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'"}
_CHANGES = frozenset(
    """ins del moveFrom moveTo delText rPrChange pPrChange tcPrChange trPrChange tblPrChange sectPrChange
    numberingChange cellIns cellDel cellMerge""".split()  # noqa: SIM905 - a list would fill the page
)
_FOLLOWED = frozenset(("p", "tr", "tbl", "tc", "sdt", "fldSimple", "AlternateContent"))
_BORDERS = frozenset(("p", "br", "cr", "tc"))
_LOCKED = frozenset(("contentLocked", "sdtContentLocked"))
_NO_PLAIN_CELL = frozenset(("tbl", "drawing", "pict", "object", "sdt", "fldChar", "fldSimple", "AlternateContent"))
_VALUE = re.compile(r":val=(?:\"([^\"]*)\"|'([^']*)')")

PENDING = Text(
    "这里有没有处理的修订，请先在“审阅”中接受或拒绝修订",
    "there are tracked changes pending here: accept or reject them first",
)
FIELD = Text(
    "这里的文字由域、内容控件或文本框另存了一份，改了也会被 Word 换回，请在 Word 中改",
    "a field, a content control or a text box keeps the words twice and would bring the old ones back: change it in Word",
)


class _Element(Struct):
    """An element that is open, or was: where its tag begins and ends, and where its end tag does."""

    name: str
    start: int
    inner: int
    inner_end: int = -1
    end: int = -1


class Part(Struct):
    """The main part: its text, and the stretches that are not to be touched.

    Attributes:
        text: the XML.
        scan: its characters.
        blocks: its paragraphs and table rows.
        changes: where tracked changes are marked.
        fields: stretches that Word writes by itself.
        foreign: characters of the scan that stand in no text of Word's own.
    """

    text: str
    scan: Scan = field(default_factory=Scan)
    blocks: list[_Element] = field(default_factory=list)
    changes: list[int] = field(default_factory=list)
    fields: list[tuple[int, int]] = field(default_factory=list)
    foreign: set[int] = field(default_factory=set)

    def refusal(self, start: int, end: int) -> Text | None:
        """Return why a stretch of the source is not to be changed; None when it may be."""
        around = [b for b in self.blocks if b.start <= start and end <= b.end]
        if any(block.start < change < block.end for block in around for change in self.changes):
            return PENDING
        return FIELD if any(first < end and start < last for first, last in self.fields) else None


class _Walk(Struct):
    part: Part
    prefix: str
    open: list[_Element] = field(default_factory=list)
    texts: int = 0
    own: int = 0
    tables: list[list[list[SourceCell]]] = field(default_factory=list)
    cells: list[SourceCell] = field(default_factory=list)
    field_starts: list[int] = field(default_factory=list)
    bound: list[bool] = field(default_factory=list)

    def tag(self, found: re.Match[str]) -> None:
        name = found["name"]
        prefix, _, local = name.rpartition(":")
        rest, closing = found["rest"], bool(found["close"])
        alone = rest.endswith("/")
        if local == "t":
            self.texts += 0 if alone else -1 if closing else 1
            self.own += 0 if alone or prefix != self.prefix else -1 if closing else 1
        if prefix != self.prefix and local not in ("p", "AlternateContent"):
            return
        if not closing:
            self._begin(local, rest, found)
        if closing or alone:
            self._end(local, found, alone=alone)

    def _begin(self, local: str, rest: str, found: re.Match[str]) -> None:
        scan = self.part.scan
        if local in _BORDERS:
            scan.border()
        if local in _CHANGES:
            self.part.changes.append(found.start())
        elif local == "fldChar":
            self._field_mark(rest, found)
        elif self.bound and _is_bound(local, rest):
            self.bound[-1] = True
        elif local in _FOLLOWED:
            self.open.append(_Element(local, found.start(), found.end()))
            if local == "tbl":
                self.tables.append([])
                scan.tables.append(self.tables[-1])
            elif local == "tr" and self.tables:
                self.tables[-1].append([])
            elif local == "tc":
                self.cells.append(SourceCell(len(scan.chars), 0, found.end(), 0))
            elif local == "sdt":
                self.bound.append(False)

    def _field_mark(self, rest: str, found: re.Match[str]) -> None:
        if '"begin"' in rest or "'begin'" in rest:
            self.field_starts.append(found.start())
        elif ('"end"' in rest or "'end'" in rest) and self.field_starts:
            self.part.fields.append((self.field_starts.pop(), found.end()))

    def _end(self, local: str, found: re.Match[str], *, alone: bool) -> None:
        scan = self.part.scan
        if local in ("p", "tc"):
            scan.border()
        if not self.open or self.open[-1].name != local:
            return
        element = self.open.pop()
        element.inner_end, element.end = (found.end() if alone else found.start()), found.end()
        if local in ("p", "tr"):
            self.part.blocks.append(element)
        elif local in ("fldSimple", "AlternateContent") or (local == "sdt" and self.bound.pop()):
            self.part.fields.append((element.start, element.end))
        elif local == "tbl":
            self.tables.pop()
        elif local == "tc":
            cell = self.cells.pop()
            cell.last, cell.end = len(scan.chars), found.start()
            if self.tables and self.tables[-1]:
                self.tables[-1][-1].append(cell)


def _is_bound(local: str, rest: str) -> bool:
    """Tell whether a property of a content control keeps its words from being changed."""
    value = _VALUE.search(rest) if local == "lock" else None
    return local == "dataBinding" or (value is not None and not _LOCKED.isdisjoint(value.groups()))


def scan_part(text: str) -> Part:
    """Scan the main part of a Word document.

    Raises:
        Unfixable: it is written in a way that this scan does not follow.
    """
    part = Part(text)
    root = re.search(r"<(?:([^\s/>:?!]+):)?document\b", text)
    if root is None or root[1] is None or "<![CDATA[" in text:
        raise Unfixable(
            Text(
                "文档的写法特殊，请在 Word/WPS 中另存后再改",
                "it is written in an unusual way: save it again in Word or WPS",
            )
        )
    walk = _Walk(part, root[1])
    for token in _TOKEN.finditer(text):
        if token["name"]:
            walk.tag(token)
        elif walk.texts and not token[0].startswith(("<!", "<?")):
            _add(part, token, own=bool(walk.own))
    part.scan.border()
    return part


def _add(part: Part, token: re.Match[str], *, own: bool) -> None:
    said, start = token[0], token.start()
    before = len(part.scan.chars)
    if said[0] == "&":
        part.scan.add(_character(said), start, token.end())
    else:
        for at, char in enumerate(said, start):
            part.scan.add(char, at, at + 1)
    if not own:
        part.foreign.update(range(before, len(part.scan.chars)))


def _character(entity: str) -> str:
    if entity in _ENTITIES:
        return _ENTITIES[entity]
    number = entity[2:-1]
    return chr(int(number[1:], 16) if number[0] == "x" else int(number)) if entity[1] == "#" else "\ufffd"


# --- blank cells ------------------------------------------------------------------------------

_PARAGRAPH = re.compile(r"<(?P<p>(?P<w>[^\s:<>/]+):p)(?P<rest>(?=[\s/>])(?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)>")


def blank_patch(part: Part, cell: SourceCell, new: str) -> Patch | None:
    """Return what writes into a blank cell: into its empty text, or as a run in its first paragraph.

    A new run looks as the paragraph's mark does, which is how Word would have it typed there.
    """
    content = part.text[cell.start : cell.end]
    paragraph = _PARAGRAPH.search(content)
    if paragraph is None or any(f":{name}" in content for name in _NO_PLAIN_CELL):
        return None
    w, at = paragraph["w"], cell.start
    if paragraph["rest"].endswith("/"):
        opened = f"<{paragraph['p']}{paragraph['rest'][:-1].rstrip()}>"
        run = f"<{w}:r><{w}:t>{new}</{w}:t></{w}:r>"
        return Patch(at + paragraph.start(), at + paragraph.end(), f"{opened}{run}</{w}:p>")
    end = content.find(f"</{w}:p>", paragraph.end())
    if end < 0:
        return None
    inside = content[paragraph.end() : end]
    empty = re.search(rf"<{w}:t(?:\s[^<>]*)?>(?P<text>\s*)</{w}:t>", inside)
    if empty is not None:
        start = at + paragraph.end()
        return Patch(start + empty.start("text"), start + empty.end("text"), new)
    properties = re.match(rf"\s*<{w}:pPr>(?P<inside>.*?)</{w}:pPr>", inside, re.DOTALL)
    look = properties and re.search(rf"<{w}:rPr>.*?</{w}:rPr>", properties["inside"], re.DOTALL)
    run = f"<{w}:r>{look[0] if look else ''}<{w}:t>{new}</{w}:t></{w}:r>"
    return Patch(at + end, at + end, run)


def rows_of(part: Part, cell: SourceCell) -> Sequence[tuple[int, int]]:
    """Return the stretch of the row that a cell stands in, where a tracked change of the row is marked."""
    around = [b for b in part.blocks if b.name == "tr" and b.start < cell.start and cell.end <= b.end]
    return [(b.start, b.end) for b in around]
