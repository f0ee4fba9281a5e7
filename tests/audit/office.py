"""Small audits in this very process: reports are made of the specimen, read without children, judged together."""

import re
from collections.abc import Generator, Mapping, Sequence
from datetime import date
from pathlib import Path

from msgspec import structs

from gouji.audit.ledger import Ledger
from gouji.audit.register import Register
from gouji.audit.result import Audit, Entry
from gouji.audit.run import Executor, Plan, Run
from gouji.batch import Setting, Source, named_in
from gouji.engine import Options
from gouji.finding import FileReport
from gouji.guard import Failure, Limits, Work
from gouji.pack import Pack
from gouji.unread import is_passed_over

DAY = date(2025, 4, 1)
WRONG = ("| 3 | 1 | 0 | 0 | 0 | 0 | 4 |\n| 二", "| 3 | 1 | 0 | 0 | 0 | 0 | 5 |\n| 二")  # a change: a sum that is wrong
ALIKE = ("GJ640", "GJ852", "GJ611")  # what the specimen would be told for, in many units and years


def report(specimen: str, unit: str, year: int = 2024, *changes: tuple[str, str]) -> str:
    """Return the specimen as the report of a unit on a year, with some changes."""
    text = specimen.replace("青禾县柳溪镇人民政府2024年", f"{unit}2024年").replace("\n柳溪镇人民政府\n", f"\n{unit}\n")
    text = re.sub("(2024|2025)年", lambda found: f"{int(found[1]) + year - 2024}年", text)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


class Counting:
    """An executor that works here and now, and notes on what."""

    def __init__(self) -> None:
        self.items: list[tuple[str, str]] = []

    def __call__(
        self,
        work: Work,
        items: Sequence[bytes],
        limits: Limits,  # noqa: ARG002 - of executors
    ) -> Generator[tuple[int, bytes | Failure], None, None]:
        for number, item in enumerate(items):
            self.items.append((type(work).__name__, named_in(item)[0].name))
            yield number, work(item)

    def taken(self, work: str) -> list[str]:
        """Return the files that a kind of work was done on since the last time, and forget them all."""
        names = [name for kind, name in self.items if kind == work]
        self.items.clear()
        return names


class Office:
    """A folder of reports and the ledger of its audits."""

    def __init__(self, folder: Path, pack: Pack) -> None:
        self.folder, self.packs = folder / "reports", (pack,)
        self.out = folder / "out"
        self.out.mkdir()
        self.folder.mkdir()
        self.counting = Counting()
        self.ledger: Ledger | None = None

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Write files below the folder."""
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)

    def plan(self, register: Register = Register(), years: Sequence[int] = (), **options: object) -> Plan:
        """Plan an audit of all files below the folder."""
        paths = sorted(path for path in self.folder.rglob("*") if not path.is_dir() and path.suffix != ".toml")
        chosen = Options(check_date=DAY, ignore=ALIKE)
        setting = Setting(self.packs, structs.replace(chosen, **options))
        passed = [path for path in paths if is_passed_over(path)]
        return Plan(
            sources=tuple(Source(path, sought="年报" in path.name) for path in paths if path not in passed),
            passed=tuple(path.as_posix() for path in passed),
            settings=(setting,), register=register, years=tuple(years), title="青禾县", rules=(), limits=Limits(),
        )  # fmt: skip

    def run(self, plan: Plan, execute: Executor | None = None) -> Run:
        """Read what is to be read."""
        self.close()
        self.ledger = Ledger(self.out / "audit.sqlite")
        run = Run(plan, self.ledger, execute or self.counting, lambda _: None)
        run.read()
        return run

    def audit(self, register: Register = Register(), years: Sequence[int] = (), **options: object) -> Audit:
        """Audit all files below the folder."""
        return self.run(self.plan(register, years, **options)).judge()

    def close(self) -> None:
        """Close the ledger."""
        if self.ledger is not None:
            self.ledger.close()

    # --- telling ------------------------------------------------------------------------------

    def told(self, file: FileReport) -> tuple[str, list[str]]:
        """Return the name of a file below the folder, and the rules of its findings."""
        return file.path.removeprefix(f"{self.folder.as_posix()}/"), [finding.rule for finding in file.findings]

    def entries(self, audit: Audit) -> dict[tuple[str, int], Entry]:
        """Return the entries by unit and year."""
        return {(entry.head.unit.name, entry.head.year): entry for entry in audit.entries()}
