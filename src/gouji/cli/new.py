"""``gouji new``: a blank report of the official form."""

import os
from pathlib import Path

from msgspec import Struct

from gouji.cli.console import OK, deliver, language
from gouji.draft.form import LARGEST_FACTS, draft, read_facts
from gouji.errors import UsageError
from gouji.pack import Pack
from gouji.pack_store import find_pack, load_pack, shipped_packs
from gouji.reporters.escape import visible
from gouji.wording import Text


class NewCall(Struct, frozen=True, kw_only=True):
    """What the user asked ``gouji new`` to make."""

    unit: str
    year: int
    form: str = "docx"
    facts: Path | None = None
    pack: str | None = None
    output: Path | None = None


def new(call: NewCall) -> int:
    """Write a blank report to a file that does not exist yet, and say its name.

    Raises:
        UsageError, PackError: the call cannot be carried out.
    """
    pack, template = _pack(call)
    given = read_facts(_read(call.facts), pack) if call.facts else None
    made = draft(pack, template, call.unit, call.year, given)
    if call.form == "docx":
        from gouji.draft import word  # noqa: PLC0415 - only the format asked for loads

        data = word.render(made)
    else:
        from gouji.draft import markdown  # noqa: PLC0415

        data = markdown.render(made).encode()
    path = call.output or Path(f"{call.unit.strip()}{call.year}年政府信息公开工作年度报告.{call.form}")
    _write(path, data)
    said = Text(
        f"{visible(str(path))}\n括号里“请填写”的地方要逐一填写，填完之前 gouji check 会指出来。",
        f"{visible(str(path))}\nFill in every （请填写…）; until then gouji check points at them.",
    )
    deliver(said.in_language(language()) + "\n", None)
    return OK


def _pack(call: NewCall) -> tuple[Pack, str]:
    paths = (find_pack(call.pack),) if call.pack else shipped_packs()
    for path in reversed(paths):
        pack = load_pack(path)
        if call.pack or call.year in pack.years:
            if not pack.blank:
                raise UsageError(
                    Text(f"规则包 {pack.pack} 没有空白报告（blank）", f"the pack {pack.pack} has no blank report")
                )
            return pack, (path.parent / pack.blank).read_text(encoding="utf-8")
    raise UsageError(Text(f"没有适用于 {call.year} 年报告的规则包", f"no rule pack is for reports on {call.year}"))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_FACTS + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(Text(f"{path} 读不了：{reason}", f"{path} cannot be read: {reason}")) from None


def _write(path: Path, data: bytes) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    except FileExistsError:
        raise UsageError(
            Text(
                f"{path} 已经存在，没有覆盖；请用 --output 换一个名称",
                f"{path} exists and was not replaced; name another with --output",
            )
        ) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(Text(f"无法写入 {path}：{reason}", f"cannot write {path}: {reason}")) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise UsageError(Text(f"无法写入 {path}：{reason}", f"cannot write {path}: {reason}")) from None
