"""A run reads what it must and nothing twice, goes on where it was, and tells every file once."""

import os
from collections.abc import Generator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from gouji import __version__
from gouji.audit import run as running
from gouji.audit.register import Register
from gouji.audit.result import Audit, Unit
from gouji.audit.run import Progress, Run
from gouji.batch import Source
from gouji.guard import Cause, Failure, Limits, Work
from gouji.pack import Pack
from gouji.suppress import SIDECAR
from tests.audit.office import DAY, WRONG, Office, report

WATER, TOWN, COAL = "青禾县水利局", "青禾县柳溪镇人民政府", "青禾县能源局"
READ, LOOKED = "FilingWork", "DigestWork"


@pytest.fixture
def three(office: Office, specimen: str) -> Office:
    """An office with the reports of three units, audited once."""
    office.write({f"{name}.md": report(specimen, unit) for name, unit in (("a", WATER), ("b", TOWN), ("c", COAL))})
    office.audit()
    assert office.counting.taken(READ) == ["a.md", "b.md", "c.md"]
    return office


def rules(office: Office, audit: Audit) -> dict[str, list[str]]:
    return dict(office.told(file) for file in audit.files())


# --- what is read -----------------------------------------------------------------------------


def test_unchanged_files_are_not_opened(three: Office) -> None:
    """Neither to judge them nor to look at their content."""
    three.audit()
    assert three.counting.items == []


def test_touched_files_are_not_judged(three: Office) -> None:
    """Who has the same content as before is looked at, and not judged again; after that not even looked at."""
    os.utime(three.folder / "b.md", ns=(1, 1))
    three.audit()
    assert three.counting.items == [(LOOKED, "b.md")]
    three.counting.items.clear()
    three.audit()
    assert three.counting.items == []


def test_changed_files_are_judged(three: Office, specimen: str) -> None:
    three.write({"b.md": report(specimen, TOWN) + "\n另。\n"})
    three.audit()
    assert three.counting.items == [(LOOKED, "b.md"), (READ, "b.md")]


def test_new_and_renamed_files(three: Office, specimen: str) -> None:
    """A file with another name and known content is looked at; a new one is judged; one that is gone is forgotten."""
    (three.folder / "a.md").rename(three.folder / "z.md")
    (three.folder / "c.md").unlink()
    three.write({"n.md": report(specimen, COAL, 2023)})
    audit = three.audit()
    assert three.counting.items == [(LOOKED, "n.md"), (LOOKED, "z.md"), (READ, "n.md")]
    assert sorted(rules(three, audit)) == ["b.md", "n.md", "z.md"]


def test_copies_are_read_once(three: Office, specimen: str) -> None:
    text = report(specimen, COAL, 2023)
    three.write({"m.md": text, "n.md": text, "o.txt": text})
    audit = three.audit()
    assert three.counting.taken(READ) == ["m.md", "o.txt"]  # of another suffix another reader may be
    assert [rules(three, audit)[name][-1:] for name in ("m.md", "n.md", "o.txt")] == [[], ["GJ608"], ["GJ608"]]


@pytest.mark.parametrize(
    "options",
    [{"ignore": ("GJ640", "GJ852", "GJ611", "GJ301")}, {"region": "0812"}, {"unit_kind": "department"}, {"year": 2024}],
)
def test_other_options(three: Office, options: dict[str, Any]) -> None:
    """Whoever judges otherwise judges again."""
    three.audit(**options)
    assert three.counting.taken(READ) == ["a.md", "b.md", "c.md"]
    three.audit(**options)
    three.audit()
    assert three.counting.items == []  # both are kept


def test_other_pack(three: Office, pack: Pack) -> None:
    three.packs = (structs_of(pack),)
    three.audit()
    assert three.counting.taken(READ) == ["a.md", "b.md", "c.md"]


def structs_of(pack: Pack) -> Pack:
    """Return the pack with one rule less."""
    from dataclasses import replace  # noqa: PLC0415

    return replace(pack, rules=pack.rules[1:])


def test_other_version(three: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "__version__", f"{__version__}.1")
    three.audit()
    assert three.counting.taken(READ) == ["a.md", "b.md", "c.md"]


def test_other_limits(three: Office) -> None:
    three.run(structs.replace(three.plan(), limits=Limits(seconds=60)))
    assert three.counting.taken(READ) == ["a.md", "b.md", "c.md"]


def test_other_day(office: Office, specimen: str) -> None:
    """Another day is another judgement where a date was still to come, and for nothing else."""
    office.write(
        {"a.md": report(specimen, WATER), "b.md": report(specimen, TOWN, 2024, ("2025年1月13日", "2025年4月20日"))}
    )
    seen = []
    for day in (DAY, DAY, date(2025, 4, 10), date(2025, 4, 20), date(2025, 12, 1), date(2025, 3, 1)):
        audit = office.audit(check_date=day)
        told = [f.expected for file in audit.files() for f in file.findings if f.rule == "GJ214"]
        seen.append((office.counting.taken(READ), told))
    assert seen == [
        (["a.md", "b.md"], ["不晚于检查日 2025-04-01"]),
        ([], ["不晚于检查日 2025-04-01"]),
        (["b.md"], ["不晚于检查日 2025-04-10"]),
        (["b.md"], []),
        ([], []),
        (["a.md", "b.md"], ["不晚于检查日 2025-03-01"]),
    ]


def test_other_day_for_a_suppression(office: Office, specimen: str) -> None:
    """A suppression ends by itself."""
    office.write({"a.md": report(specimen, WATER, 2024, WRONG)})
    assert rules(office, office.audit()) == {"a.md": ["GJ301"]}
    office.write({SIDECAR: f"{ignoring('a.md', 'GJ301')}until = 2025-04-03\n"})
    office.counting.items.clear()
    seen = []
    for day in (DAY, date(2025, 4, 3), date(2025, 4, 4), date(2025, 4, 5)):
        audit = office.audit(check_date=day)
        seen.append((office.counting.taken(READ), [(f.rule, f.settled) for f in next(audit.files()).findings]))
    assert seen == [
        (["a.md"], [("GJ301", True), ("GJ401", False)]),  # the other equation that fails for the same cell
        ([], [("GJ301", True), ("GJ401", False)]),
        (["a.md"], [("GJ031", False), ("GJ301", False)]),
        ([], [("GJ031", False), ("GJ301", False)]),
    ]


# --- what stands beside -----------------------------------------------------------------------


def ignoring(file: str, rule: str = "GJ302") -> str:
    return f'[[ignore]]\nfile = "{file}"\nrule = "{rule}"\nreason = "已说明"\n'


def test_sidecar(three: Office) -> None:
    """Who is accounted for beside is judged again when that changes; each folder has its own."""
    three.write({"sub/d.md": (three.folder / "a.md").read_text().replace("2024", "2023").replace("2025", "2024")})
    three.audit()
    three.counting.items.clear()
    three.write({SIDECAR: ignoring("b.md")})
    told = rules(three, three.audit())
    assert three.counting.taken(READ) == ["a.md", "b.md", "c.md"]
    assert told["b.md"] == ["GJ030"]
    three.audit()
    assert three.counting.items == []
    (three.folder / SIDECAR).unlink()
    assert rules(three, three.audit())["b.md"] == []
    assert three.counting.items == []  # as it was judged before


def test_sidecar_names_a_file_that_comes(three: Office, specimen: str) -> None:
    """The first report of a folder tells what is named and not there: it is judged again when that comes."""
    three.write({SIDECAR: ignoring("d.md")})
    assert rules(three, three.audit())["a.md"] == ["GJ032"]
    three.counting.items.clear()
    three.write({"d.md": report(specimen, WATER, 2023)})
    told = rules(three, three.audit())
    assert three.counting.taken(READ) == ["a.md", "d.md"]
    assert (told["a.md"], told["d.md"]) == ([], ["GJ030"])


def test_sidecar_that_is_no_file(three: Office) -> None:
    """It is told, and nobody waits for it."""
    os.mkfifo(three.folder / SIDECAR)
    told = rules(three, three.audit())
    assert told == {"a.md": ["GJ032"], "b.md": ["GJ032"], "c.md": ["GJ032"]}


# --- what cannot be read ----------------------------------------------------------------------


def test_what_cannot_be_opened(office: Office, specimen: str) -> None:
    """Each with its own reason, tried again every time; nothing else is."""
    office.write({"a.md": report(specimen, WATER)})
    os.mkfifo(office.folder / "fifo.md")
    (office.folder / "dangling.md").symlink_to("nowhere")
    (office.folder / "loop.md").symlink_to("loop.md")
    for _ in range(2):
        audit = office.audit()
        assert {office.told(file)[0]: [f.message.zh for f in file.findings] for file in audit.unassigned} == {
            "dangling.md": ["文件打不开：No such file or directory"],
            "fifo.md": ["不是普通文件"],
            "loop.md": ["文件打不开：Too many levels of symbolic links"],
        }
    assert office.counting.items[4:] == [
        *((LOOKED, name) for name in ("dangling.md", "fifo.md", "loop.md")),
        *((READ, name) for name in ("dangling.md", "fifo.md", "loop.md")),
    ]


def test_folder_that_cannot_be_opened(three: Office) -> None:
    """What is in it is not known, and that is told under its name."""
    plan, closed = three.plan(), three.folder / "closed"
    source = Source(closed, sought=True, problem="Permission denied")
    audit = three.run(structs.replace(plan, sources=(*plan.sources, source))).judge()
    (file,) = audit.unassigned
    assert (file.path, file.judged, audit.inputs) == (closed.as_posix(), False, 4)
    assert [(f.rule, f.message.zh) for f in file.findings] == [("GJ001", "文件夹打不开：Permission denied")]


class Failing:
    """An executor one of whose files gives no answer."""

    def __init__(self, office: Office, failure: Failure) -> None:
        self.office, self.failure = office, failure

    def __call__(
        self, work: Work, items: Sequence[bytes], limits: Limits
    ) -> Generator[tuple[int, bytes | Failure], None, None]:
        for number, answer in self.office.counting(work, items, limits):
            failed = type(work).__name__ == READ and items[number].endswith(b"b.md")
            yield number, self.failure if failed else answer


def test_no_answer(three: Office, specimen: str) -> None:
    """It costs its own file, is said, and is not tried again on the same day."""
    three.write({"b.md": report(specimen, TOWN) + "\n"})
    execute = Failing(three, Failure(Cause.TIMEOUT))
    told = rules(three, three.run(three.plan(), execute).judge())
    assert told == {"a.md": [], "b.md": ["GJ020"], "c.md": []}
    three.counting.items.clear()
    three.audit()
    assert three.counting.taken(READ) == []
    told = rules(three, three.audit(check_date=date(2025, 4, 2)))
    assert (three.counting.taken(READ), told["b.md"]) == (["b.md"], [])


def test_without_libreoffice(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine lacks is asked for again each time, and what is told then is new."""
    monkeypatch.setenv("PATH", "")
    office.write({"年报.rtf": "{\\rtf1 x}"})
    run = office.run(office.plan())
    state = run.state
    assert rules(office, run.judge()) == {"年报.rtf": ["GJ023"]}
    office.counting.items.clear()
    again = office.run(office.plan())
    assert (office.counting.taken(READ), again.state) == (["年报.rtf"], state)


# --- stopped and gone on ----------------------------------------------------------------------


class Stopping:
    """An executor that stops after some files."""

    def __init__(self, office: Office, after: int) -> None:
        self.office, self.left = office, after

    def __call__(
        self, work: Work, items: Sequence[bytes], limits: Limits
    ) -> Generator[tuple[int, bytes | Failure], None, None]:
        for one in self.office.counting(work, items, limits):
            if type(work).__name__ == READ and not self.left:
                raise KeyboardInterrupt
            self.left -= type(work).__name__ == READ
            yield one


def test_goes_on(office: Office, specimen: str) -> None:
    """Every file that was done stays done."""
    office.write({f"{n}.md": report(specimen, f"青禾县第{n}局") for n in range(6)})
    with pytest.raises(KeyboardInterrupt):
        office.run(office.plan(), Stopping(office, 4))
    assert office.counting.taken(READ) == [f"{n}.md" for n in range(5)]
    audit = office.audit()
    assert office.counting.taken(READ) == ["4.md", "5.md"]
    assert (audit.inputs, len(audit.heads)) == (6, 6)


def test_changed_while_it_is_read(three: Office, specimen: str) -> None:
    """What was read counts, and next time what is there then."""

    class Changing(Stopping):
        def __call__(
            self, work: Work, items: Sequence[bytes], limits: Limits
        ) -> Generator[tuple[int, bytes | Failure], None, None]:
            if type(work).__name__ == READ:
                self.office.write({"b.md": report(specimen, COAL, 2022)})
            yield from self.office.counting(work, items, limits)

    three.write({"b.md": report(specimen, TOWN, 2023)})
    audit = three.run(three.plan(), Changing(three, 0)).judge()
    assert [(head.unit.name, head.year) for head in audit.heads] == [
        (COAL, 2022), (WATER, 2024), (COAL, 2024),
    ]  # fmt: skip
    three.counting.items.clear()
    three.audit()
    assert three.counting.taken(READ) == []


def test_progress(three: Office, specimen: str) -> None:
    """Who watches sees how many files there are, how many are read, and how many could not be judged."""
    seen: list[tuple[int, int, int, int]] = []

    def watch(progress: Progress) -> None:
        seen.append((progress.files, progress.due, progress.done, progress.failed))

    three.write({"d.md": "", "e.md": report(specimen, WATER, 2023)})
    three.close()
    assert three.ledger is not None
    three.ledger = type(three.ledger)(three.out / "audit.sqlite")
    Run(three.plan(), three.ledger, three.counting, watch).read()
    assert seen == [(5, 2, 0, 0), (5, 2, 1, 1), (5, 2, 2, 1)]


# --- the state --------------------------------------------------------------------------------


def test_state(three: Office, specimen: str) -> None:
    """It is the same for the same audit, and another when anything is otherwise."""
    plan = three.plan()
    first = three.run(plan).state
    assert three.run(plan).state == first
    others = [
        structs.replace(plan, years=(2024,)),
        structs.replace(plan, title="白云县"),
        structs.replace(plan, register=Register("名册.csv", (Unit(WATER, line=2),))),
        three.plan(check_date=date(2025, 4, 2)),
        structs.replace(plan, sources=plan.sources[:2]),
    ]
    states = [three.run(other).state for other in others]
    three.write({"b.md": report(specimen, TOWN) + "\n另。\n"})
    states.append(three.run(plan).state)
    assert len({first, *states}) == 7


# --- all told ---------------------------------------------------------------------------------


def test_odd_names(office: Office, specimen: str) -> None:
    """A name may be any bytes; every file is told once, by its name."""
    names = [
        b"\xd0\xc2\xc4\xea.md",
        b"a\nb.md",
        b"\x1b[31m.md",
        b"-rf.md",
        b"c\\d.md",
        "　.md".encode(),
        b"x" * 250 + b".md",
    ]
    os.makedirs(os.fsencode(office.folder) + b"/\xff")  # noqa: PTH103 - bytes
    for number, name in enumerate([*names, b"\xff/1.md"]):
        path = Path(os.fsdecode(os.fsencode(office.folder) + b"/" + name))
        path.write_text(report(specimen, f"青禾县第{number}局"))
    for _ in range(2):
        audit = office.audit()
        told = [os.fsencode(file.path).removeprefix(os.fsencode(office.folder) + b"/") for file in audit.files()]
        assert sorted(told) == sorted([*names, b"\xff/1.md"])
        assert [os.fsencode(head.path) for head in audit.heads] == [
            os.fsencode(entry.report.path) for entry in audit.entries()
        ]


def test_lost_file_is_a_bug(three: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The audit checks itself that nothing is missing."""
    monkeypatch.setattr("gouji.audit.crossing.Crossing.unassigned", lambda _: iter(()))
    three.write({"d.md": ""})
    with pytest.raises(AssertionError, match=r"files lost: \['.*d\.md'\], files too many: \[\]"):
        three.audit()


def test_known_file_under_another_name(office: Office, specimen: str) -> None:
    """What is told of a renamed file or a copy is what would be told had it been read there."""
    office.write({"a.md": report(specimen, WATER, 2024, WRONG), "b.md": report(specimen, TOWN)})
    office.audit()
    (office.folder / "a.md").rename(office.folder / "c.md")
    moved = [structs.asdict(entry) for entry in office.audit().entries()]
    office.close()
    (office.out / "audit.sqlite").unlink()
    assert moved == [structs.asdict(entry) for entry in office.audit().entries()]
    assert moved[1]["report"].findings[0].cause.equations
