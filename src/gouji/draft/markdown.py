"""A blank report as Markdown."""

from collections.abc import Iterator

from gouji.draft.form import Draft, FormTable, Head, Part, Title


def render(draft: Draft) -> str:
    """Write the report; merged cells become empty ones, and totals are numbers."""
    return "\n\n".join(_block(part, draft) for part in draft.parts) + "\n"


def _block(part: Part, draft: Draft) -> str:
    if isinstance(part, Title):
        return f"# {part.text}"
    if isinstance(part, Head):
        return f"## {part.number}{part.text}" if part.level == 1 else f"{part.number}{part.text}"
    if isinstance(part, FormTable):
        return "\n".join(_lines(part, draft))
    return part.text


def _lines(table: FormTable, draft: Draft) -> Iterator[str]:
    for number, row in enumerate(table.rows):
        cells = (str(draft.values[cell.key]) if cell.key else cell.text for cell in row)
        yield "|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|"
        if number == 0:
            yield "|" + "---|" * len(row)
