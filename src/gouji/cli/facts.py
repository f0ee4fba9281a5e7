"""``gouji facts``: show what was read from a report."""

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct, msgpack

from gouji.batch import told
from gouji.cli.check import chosen_packs
from gouji.cli.console import FINDINGS, OK, colored, complain, deliver, language
from gouji.cli.guarding import limits_of
from gouji.engine import Options, read_with
from gouji.errors import UnreadableError, UsageError
from gouji.guard import Failure, guarded
from gouji.pack import Pack
from gouji.readers import read
from gouji.reporters import facts as render
from gouji.wording import Text


class FactsCall(Struct, frozen=True, kw_only=True):
    """What the user asked ``gouji facts`` to do; see ``CheckCall``."""

    path: Path
    pack: str | None = None
    year: int | None = None
    form: str = "terminal"
    output: Path | None = None
    color: bool = True
    timeout: float = 30
    memory: int = 1024


class Shown(Struct):
    """What a child made of a report: the text to deliver, or why there is none, and something to say beside."""

    text: str
    failed: bool = False
    note: str = ""


class FactsWork(Struct, frozen=True):
    """What a child does: read the report of the call."""

    call: FactsCall
    packs: tuple[Pack, ...]

    def __call__(self, _: bytes) -> bytes:
        """Read it and show its facts."""
        return msgpack.encode(_shown(self.call, self.packs))


def facts(call: FactsCall) -> int:
    """Read one report and write its facts; exit 1 when it cannot be read in full."""
    if call.output is not None and os.path.realpath(call.output) == os.path.realpath(call.path):
        text = Text(f"输出文件 {call.output} 就是要读取的报告", f"the output {call.output} is the report itself")
        raise UsageError(text)
    packs = chosen_packs(call.pack)
    limits = limits_of(call.timeout, call.memory)
    (answer,) = guarded(FactsWork(call, packs), [b""], limits)
    if isinstance(answer, Failure):
        rule, text = told(answer, limits)
        shown = Shown(_refusal(rule, text), failed=True)
    else:
        shown = msgpack.decode(answer, type=Shown)
    if shown.failed:
        complain(f"{call.path.as_posix()}: {shown.text}")
        return FINDINGS
    if shown.note:
        complain(f"gouji: {shown.note}")
    deliver(shown.text, call.output)
    return OK


def _shown(call: FactsCall, packs: Sequence[Pack]) -> Shown:
    try:
        document = read(call.path, call.path.as_posix())
    except UnreadableError as error:
        return Shown(_refusal(error.rule, error.text), failed=True)
    options = Options(check_date=date.min, year=call.year, named_pack=call.pack is not None)
    chosen, reading = read_with(document, packs, options)
    used = chosen or packs[-1]
    note = Text(f"没有适用于该年度的规则包，按 {used.pack} 读取", f"no pack is for that year; read with {used.pack}")
    if call.form == "json":
        text = render.as_json(reading)
    elif call.form == "csv":
        text = render.as_csv(reading)
    else:
        color = colored(wanted=call.color, to_file=call.output is not None)
        text = render.as_table(reading, used.declared.forms, language(), color=color)
    return Shown(text, note="" if chosen else note.in_language(language()))


def _refusal(rule: str, text: Text) -> str:
    return f"{rule} {text.in_language(language())}"
