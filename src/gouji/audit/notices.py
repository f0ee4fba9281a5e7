"""Rectification notices: a letter to each unit that has something to correct or to look at."""

from pathlib import Path

from gouji.audit.letter.content import Sender, letter
from gouji.audit.letter.due import after
from gouji.audit.letter.names import file_names
from gouji.audit.replacing import replacing
from gouji.audit.result import Audit, Head
from gouji.errors import UsageError
from gouji.wording import Text

WORKING_DAYS = 10
MOST_WORKING_DAYS = 250  # about a year


def write_notices(
    audit: Audit, folder: Path, *, template: Path | None = None, office: str = "", days: int = WORKING_DAYS
) -> tuple[Path, ...]:
    """Write ``<unit>.docx`` for each unit with an error, a warning, no report or one that could not be judged.

    What somebody has accounted for does not count. All years of a unit are in one letter. The same audit
    always gives the same bytes. Files that are there already are replaced when they have the name of a
    letter, and otherwise left alone.

    Args:
        audit: what was found.
        folder: where the letters go; it is there.
        template: the office's own template; None for the one that gouji brings.
        office: who sends the letters; empty leaves the place open.
        days: working days from the day of the audit until an answer is due.

    Returns:
        The letters, in the order of the register.

    Raises:
        UsageError: the template is no good, a letter cannot be written, or the term makes no sense.
    """
    if not 1 <= days <= MOST_WORKING_DAYS:
        span = f"1—{MOST_WORKING_DAYS}"
        raise UsageError(Text(f"整改期限是 {span} 个工作日", f"the term of the notices is {span} working days"))
    from gouji.audit.letter.template import stationery  # noqa: PLC0415 - docxtpl loads only to write letters

    paper = stationery(template)
    sender = Sender(office, audit.version, audit.check_date, days, after(audit.check_date, days))
    units = _units(audit)
    # every unit has its name, letter or not, so that another audit gives it the same
    names = file_names(heads[0].unit.name for heads in units)
    written = []
    for name, heads in zip(names, units, strict=True):
        said = letter(heads[0].unit.name, (audit.entry(head.number) for head in heads), sender)
        if said is not None:
            path = folder / f"{name}.docx"
            _write(path, paper.filled(said, audit.check_date))
            written.append(path)
    return tuple(written)


def _units(audit: Audit) -> list[list[Head]]:
    """Return the heads of each unit by year, units in the order in which they come first."""
    units: dict[tuple[str, str, int | None], list[Head]] = {}
    for head in audit.heads:
        units.setdefault((head.unit.name, head.unit.parent, head.unit.line), []).append(head)
    return [sorted(heads, key=lambda head: head.year) for heads in units.values()]


def _write(path: Path, data: bytes) -> None:
    try:
        with replacing(path) as part:
            part.write_bytes(data)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(Text(f"无法写入 {path}：{reason}", f"cannot write {path}: {reason}")) from None
