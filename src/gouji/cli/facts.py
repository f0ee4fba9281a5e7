"""``gouji facts``: show what was read from a report."""

from datetime import date
from pathlib import Path

from gouji.cli.check import chosen_packs
from gouji.cli.console import FINDINGS, OK, colored, complain, deliver, language
from gouji.engine import Options, read_with
from gouji.errors import UnreadableError
from gouji.readers import read
from gouji.reporters import facts as render
from gouji.wording import Text


def facts(path: Path, *, pack: str | None, year: int | None, form: str, output: Path | None, color: bool) -> int:
    """Read one report and write its facts; exit 1 when it cannot be read in full."""
    packs = chosen_packs(pack)
    try:
        document = read(path, path.as_posix())
    except UnreadableError as error:
        complain(f"{path.as_posix()}: {error.rule} {error.text.in_language(language())}")
        return FINDINGS
    options = Options(check_date=date.min, year=year, named_pack=pack is not None)
    chosen, reading = read_with(document, packs, options)
    if chosen is None:
        used = packs[-1].pack
        note = Text(f"没有适用于该年度的规则包，按 {used} 读取", f"no pack is for that year; read with {used}")
        complain(f"gouji: {note.in_language(language())}")
    forms = (chosen or packs[-1]).declared.forms
    if form == "json":
        text = render.as_json(reading)
    elif form == "csv":
        text = render.as_csv(reading)
    else:
        text = render.as_table(reading, forms, language(), color=colored(wanted=color, to_file=output is not None))
    deliver(text, output)
    return OK
