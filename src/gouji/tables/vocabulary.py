"""The words of a form, prepared for finding them in a table."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache

from gouji.forms import Form, FormBlock, Line
from gouji.wording import label_key

LONGEST_STREWN = 3  # letters of a vertical title that land in one cell
SIMILAR = 0.75  # difflib ratio from which two labels are the same one, misprinted


@dataclass(frozen=True)
class RowName:
    """A row of a form: its position among all rows, its block and its line."""

    position: int
    block: FormBlock
    line: Line


@dataclass(frozen=True)
class Vocabulary:
    """The labels of one form as keys (see ``wording.label_key``)."""

    form: Form

    @cached_property
    def rows(self) -> tuple[RowName, ...]:
        """The labelled rows, top to bottom."""
        pairs = [(block, line) for block in self.form.blocks for line in block.rows]
        return tuple(RowName(n, block, line) for n, (block, line) in enumerate(pairs))

    @cached_property
    def row_keys(self) -> dict[str, RowName]:
        """Rows by every accepted label."""
        return {key: row for row in self.rows for key in _keys(row.line)}

    @cached_property
    def column_keys(self) -> frozenset[str]:
        """Every accepted label of a value column."""
        return frozenset(key for block in self.form.blocks for line in block.columns for key in _keys(line))

    @cached_property
    def head_keys(self) -> frozenset[str]:
        """Words of the head that no row is called by: one of them makes a row a head."""
        heads = {label_key(head) for block in self.form.blocks for head in block.heads}
        under = {label_key(line.under.zh) for b in self.form.blocks for line in b.columns if line.under}
        return frozenset((heads | under | self.column_keys) - self.row_keys.keys())

    @cached_property
    def letters(self) -> frozenset[str]:
        """The letters of titles in merged cells, which OCR strews over the rows beside them."""
        return frozenset("".join(self.form.titles))

    @cached_property
    def titles(self) -> frozenset[str]:
        """The titles in merged cells."""
        return frozenset(label_key(title) for title in self.form.titles)

    def is_letter(self, text: str) -> bool:
        """Tell a strewn letter or two of a title (``三、`` ``本 年``) from words."""
        bare = "".join(text.split())
        return 0 < len(bare) <= LONGEST_STREWN and self.letters.issuperset(bare)

    def is_strewn_title(self, text: str) -> bool:
        """Tell a title of a merged cell, or letters of it, from a label or a number."""
        return self.is_letter(text) or label_key(text) in self.titles

    def find_row(self, text: str) -> RowName | None:
        """Find the row that a label means: by its words, its key words, or its likeness."""
        key = label_key(text)
        if not key:
            return None
        return self.row_keys.get(key) or _find(key, self.rows)


def find_column(block: FormBlock, text: str) -> Line | None:
    """Find the value column of a block that a head label means."""
    key = label_key(text)
    for line in block.columns:
        if key in _keys(line):
            return line
    return None


def _find(key: str, rows: tuple[RowName, ...]) -> RowName | None:
    for row in rows:
        if row.line.keywords and all(word in key for word in row.line.keywords):
            return row
    best = max(rows, key=lambda row: _likeness(key, row.line), default=None)
    return best if best is not None and _likeness(key, best.line) >= SIMILAR else None


def _likeness(key: str, line: Line) -> float:
    return max(SequenceMatcher(None, key, known).ratio() for known in _keys(line))


@lru_cache(maxsize=1024)
def _keys(line: Line) -> tuple[str, ...]:
    return tuple(label_key(label) for label in (line.label, *line.accept))


@lru_cache(maxsize=64)
def vocabulary(form: Form) -> Vocabulary:
    """Return the vocabulary of a form, prepared once."""
    return Vocabulary(form)


def words(form: Form) -> Iterator[str]:
    """Yield every word by which a table shows that it belongs to this form."""
    known = vocabulary(form)
    yield from known.row_keys
    yield from known.head_keys
