"""What an audit hands out: every file is written from the ledger, and not again while nothing has changed."""

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from msgspec import Struct, field, json

from gouji.audit.ledger import Ledger
from gouji.audit.replacing import settle
from gouji.audit.result import Audit
from gouji.audit.summary import Summary, summed_up
from gouji.errors import UsageError
from gouji.wording import Text

LEDGER = "audit.sqlite"
NOTICES = "notices"
NEW = ".new"  # folder in which everything is written before it takes the place of what was there

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
        template = _digest(self.template) if self.template else ""
        return hashlib.sha256(f"{template} {self.office} {self.days}".encode("utf-8", "surrogatepass")).hexdigest()


class _Written(Struct, frozen=True):
    """What was written for a state of the audit: name -> digest, and the summary; ``state`` is empty until all is.

    ``before`` are all the files that there may be while it is being written.
    """

    state: str
    files: dict[str, str]
    summary: Summary
    before: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def all(self) -> dict[str, tuple[str, ...]]:
        """All files that gouji may have left: name -> digests."""
        names = {**self.before, **self.files}
        return {
            name: (*self.before.get(name, ()), *([self.files[name]] if name in self.files else [])) for name in names
        }


def current(ledger: Ledger, out: Path, state: str) -> Summary | None:
    """Return the summary of an audit whose outputs are all there as they were written; None if any is to be written."""
    written = _known(ledger)
    if written is None or written.state != state:
        return None
    if any(_digest(out / name) != digest for name, digest in written.files.items() if not _is_letter(name)):
        return None
    # a letter that somebody has changed is his; one that is gone is written again
    if any(not (out / name).exists() for name in written.files):
        return None
    return written.summary


def write_outputs(
    audit: Audit, ledger: Ledger, out: Path, letters: Letters, state: str
) -> tuple[Summary, tuple[str, ...]]:
    """Write everything into a folder; nothing there changes before all of it is written.

    Letters that an earlier run wrote for units that need none any more are removed. Letters that somebody
    has changed are left alone.

    Returns:
        The summary, and the names of letters that were left as somebody has changed them.

    Raises:
        UsageError: some files could not be written; all the others are, also where a bug is raised.
    """
    problems: list[Text | Exception] = []
    with _fresh(out / NEW) as new:
        for name, (module, function) in OUTPUTS.items():
            write: Callable[[Audit, Path], None] = getattr(import_module(module), function)
            with _told(out / name, problems):
                write(audit, new / name)
        with _told(out / NOTICES, problems):
            _write_notices(audit, new / NOTICES, letters)
        summary = summed_up(audit)
        made = {path.relative_to(new).as_posix(): _digest(path) for path in _files(new)}
        known = _known(ledger)
        before = known.all if known else {}
        # a run that is killed from here on has left old and new files, and the next one knows both for ours
        ledger.remember("outputs", json.encode(_Written("", made, summary, before)))
        changed = [
            name
            for name in made
            if known and _is_letter(name) and _is_changed(out / name, (*before.get(name, ()), made[name]))
        ]
        _put([name for name in made if name not in changed], new, out, problems)
    _raise_if_any(problems)
    _remove_stale(out, {name: digests for name, digests in before.items() if name not in made})
    settle(out)
    ledger.remember("outputs", json.encode(_Written(state, made, summary)))
    return summary, tuple(changed)


def _raise_if_any(problems: Iterable[Text | Exception]) -> None:
    told: dict[Text, None] = {}
    for one in problems:
        if isinstance(one, Exception):
            raise one
        told[one] = None
    if told:
        raise UsageError(Text("；".join(one.zh for one in told), "; ".join(one.en for one in told)))


def _put(names: Iterable[str], new: Path, out: Path, problems: list[Text | Exception]) -> None:
    """Let new files take their places."""
    with _told(out / NOTICES, problems):
        (out / NOTICES).mkdir(exist_ok=True)
    for name in names:
        if (out / name).parent.is_dir():
            with _told(out / name, problems):
                (new / name).replace(out / name)


@contextmanager
def _fresh(folder: Path) -> Iterator[Path]:
    """Give an empty folder, and remove it in the end; one that a killed run has left is emptied."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        (folder / NOTICES).mkdir(parents=True)
    except OSError as error:
        raise UsageError(_cannot_write(folder, error)) from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _told(path: Path, problems: list[Text | Exception]) -> Iterator[None]:
    """Note why something could not be written, and go on with the rest."""
    try:
        yield
    except OSError as error:
        problems.append(_cannot_write(path, error))
    except UsageError as error:
        problems.append(error.text)
    except Exception as error:  # noqa: BLE001 - raised when everything else is written
        problems.append(error)


def _cannot_write(path: Path, error: OSError) -> Text:
    reason = error.strerror or str(error)
    return Text(f"无法写入 {path}：{reason}", f"cannot write {path}: {reason}")


def _write_notices(audit: Audit, folder: Path, letters: Letters) -> None:
    from gouji.audit.notices import write_notices  # noqa: PLC0415 - likewise

    write_notices(audit, folder, template=letters.template, office=letters.office, days=letters.days)


def _files(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _known(ledger: Ledger) -> _Written | None:
    known = ledger.meta("outputs")
    return json.decode(known, type=_Written) if known else None


def _is_letter(name: str) -> bool:
    return name.startswith(f"{NOTICES}/")


def _is_changed(path: Path, written: Sequence[str]) -> bool:
    return path.exists() and _digest(path) not in written


def _remove_stale(out: Path, before: Mapping[str, Sequence[str]]) -> None:
    for name, digests in before.items():
        if _digest(out / name) in digests:
            (out / name).unlink()


def _digest(path: Path) -> str:
    """Return what stands for what a file holds; empty where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
