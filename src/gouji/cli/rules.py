"""``gouji rules``: the rules of a pack as a table."""

from gouji.cli import rulebook
from gouji.cli.check import chosen_packs
from gouji.cli.console import OK, colored, columns, deliver, language


def rules(pack: str | None, *, color: bool) -> int:
    """List the rules of the packs chosen."""
    packs = chosen_packs(pack)
    page = rulebook.Page(language(), color=colored(wanted=color, to_file=False), width=columns())
    deliver("".join(page.table(p) for p in packs), None)
    return OK
