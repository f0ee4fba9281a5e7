"""Which tables of a document make up a form: page breaks cut one table into several."""

from collections.abc import Sequence

from msgspec import Struct

from gouji.document import Table
from gouji.forms import Form
from gouji.tables.vocabulary import words
from gouji.wording import label_key

FEWEST_WORDS = 2  # one word such as 其他 or 总计 stands in any table


class Piece(Struct, frozen=True):
    """A table of the document, with what stands around it.

    Attributes:
        table: the table.
        section: key of the section it stands in, or empty.
        follows: no text stands between this table and the one before.
    """

    table: Table
    section: str
    follows: bool


def stitch(pieces: Sequence[Piece], forms: Sequence[Form]) -> dict[str, tuple[Table, ...]]:
    """Give every form the tables that carry its words, in document order.

    A table without a word of any form goes with the table it directly follows (the tail of a page
    split has lost its labels at times). Where a form's own section holds tables of it, tables
    elsewhere that merely look alike (a comparison with last year in the overview) are left out.

    Returns:
        Tables by form key; forms without a table are absent.
    """
    vocabularies = {form.key: frozenset(words(form)) for form in forms}
    found: dict[str, list[Piece]] = {}
    previous = ""
    for piece in pieces:
        key = _form_of(piece.table, vocabularies) or (previous if piece.follows else "")
        if key:
            found.setdefault(key, []).append(piece)
        previous = key
    return {form.key: _at_home(found[form.key], form.section) for form in forms if form.key in found}


def _form_of(table: Table, vocabularies: dict[str, frozenset[str]]) -> str:
    keys = {label_key(text) for text in {cell.text for row in table.rows for cell in row}}
    hits = {form: len(keys & vocabulary) for form, vocabulary in vocabularies.items()}
    best = max(hits, key=lambda form: hits[form], default="")
    return best if best and hits[best] >= FEWEST_WORDS else ""


def _at_home(pieces: list[Piece], section: str) -> tuple[Table, ...]:
    home = [piece.table for piece in pieces if piece.section == section]
    return tuple(home or [piece.table for piece in pieces])
