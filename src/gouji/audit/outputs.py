"""What an audit hands out: every file is written from the ledger, and not again while nothing has changed."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from msgspec import Struct, json

from gouji.audit.filing import digest_of
from gouji.audit.ledger import Ledger
from gouji.audit.result import Audit
from gouji.audit.summary import Summary, summed_up
from gouji.errors import UsageError
from gouji.wording import Text

LEDGER = "audit.sqlite"
NOTICES = "notices"

# file -> module and function ``(audit, path) -> None``; a module loads when its file is written
OUTPUTS: dict[str, tuple[str, str]] = {
    "index.html": ("gouji.audit.site", "write_site"),
    "audit.xlsx": ("gouji.audit.workbook", "write_workbook"),
    "findings.json": ("gouji.audit.findings_json", "write_json"),
    "findings.sarif": ("gouji.audit.findings_sarif", "write_sarif"),
    "findings.csv": ("gouji.audit.findings_csv", "write_csv"),
    "facts.parquet": ("gouji.audit.facts_parquet", "write_parquet"),
}


class Letters(Struct, frozen=True):
    """How the notices are written: the office's template, its name, and the working days for an answer."""

    template: Path | None = None
    office: str = ""
    days: int = 10

    @property
    def digest(self) -> str:
        """What changes whenever the letters could come out otherwise."""
        content = digest_of(self.template.read_bytes()) if self.template else ""
        return digest_of(f"{content} {self.office} {self.days}".encode())


class _Written(Struct, frozen=True):
    """What was written for a state of the audit: name -> digest, and the summary."""

    state: str
    files: dict[str, str]
    summary: Summary


def current(ledger: Ledger, out: Path, state: str) -> Summary | None:
    """Return the summary of an audit whose outputs are all there as they were written; None if any is to be written."""
    known = ledger.meta("outputs")
    if known is None:
        return None
    written = json.decode(known, type=_Written)
    if written.state != state or any(_digest(out / name) != digest for name, digest in written.files.items()):
        return None
    return written.summary


def write_outputs(audit: Audit, ledger: Ledger, out: Path, letters: Letters, state: str) -> Summary:
    """Write everything into a folder.

    Letters that an earlier run wrote for units that need none any more are removed, unless somebody has
    changed them.

    Raises:
        UsageError: some file could not be written; all the others are.
    """
    problems: list[UsageError] = []
    for name, (module, function) in OUTPUTS.items():
        write: Callable[[Audit, Path], None] = getattr(import_module(module), function)
        try:
            write(audit, out / name)
        except OSError as error:
            reason = error.strerror or str(error)
            problems.append(
                UsageError(Text(f"无法写入 {out / name}：{reason}", f"cannot write {out / name}: {reason}"))
            )
    written: tuple[Path, ...] = ()
    try:
        written = _notices(audit, out / NOTICES, letters)
    except UsageError as error:
        problems.append(error)
    summary = summed_up(audit)
    if problems:
        raise problems[0]
    _remove_stale(ledger, out, {path.relative_to(out).as_posix() for path in written})
    made = [
        *OUTPUTS,
        *(path.name for path in sorted(out.glob("findings-*.sarif"))),
        *(f"{NOTICES}/{p.name}" for p in written),
    ]
    ledger.remember("outputs", json.encode(_Written(state, {name: _digest(out / name) for name in made}, summary)))
    return summary


def _notices(audit: Audit, folder: Path, letters: Letters) -> tuple[Path, ...]:
    from gouji.audit.notices import write_notices  # noqa: PLC0415 - likewise

    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(
            Text(f"无法建立文件夹 {folder}：{reason}", f"cannot make the folder {folder}: {reason}")
        ) from None
    return write_notices(audit, folder, template=letters.template, office=letters.office, days=letters.days)


def _remove_stale(ledger: Ledger, out: Path, written: set[str]) -> None:
    known = ledger.meta("outputs")
    before = json.decode(known, type=_Written).files if known else {}
    for name, digest in before.items():
        if name.startswith(f"{NOTICES}/") and name not in written and _digest(out / name) == digest:
            (out / name).unlink()


def _digest(path: Path) -> str:
    try:
        return digest_of(path.read_bytes())
    except OSError:
        return ""
