"""One audit: every file read and judged once, kept in the ledger, and judged with all others."""

import os
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from msgspec import Struct, json, msgpack, structs

from gouji import __version__
from gouji.audit.assign import Filed, Placement, assigned
from gouji.audit.crossing import Crossing, audited_years
from gouji.audit.filing import Answer, DigestWork, Filing, FilingWork, digest_of
from gouji.audit.ledger import Card, Ledger, state_of
from gouji.audit.register import Register
from gouji.audit.remote import Access
from gouji.audit.result import Audit, Entry, Head
from gouji.batch import Setting, Source, item_of, told
from gouji.engine import incident
from gouji.errors import UnreadableError
from gouji.finding import FileReport, RuleCard
from gouji.forms import Form
from gouji.guard import Failure, Limits, Work, as_done
from gouji.pack_store import digest_of_pack
from gouji.readers import SUFFIXES, content
from gouji.suppress import SIDECAR
from gouji.unread import passed_over
from gouji.wording import Text

PASSED = Card("", "", None, judged=False)  # of a file that was not read
OF_THE_MACHINE = ("GJ023", "GJ024")  # LibreOffice is not there or could not work

Executor = Callable[[Work, Sequence[bytes], Limits], Generator[tuple[int, bytes | Failure], None, None]]


class Plan(Struct, frozen=True, kw_only=True):
    """What is to be audited and how.

    Attributes:
        sources: the files, each once.
        settings: how they are judged, by the number that a source has.
        register: the units; without any, the titles name them.
        years: to audit; empty for those that most units report on.
        title: whose audit it is.
        rules: cards of all rules.
        limits: for one file.
        access: to files behind URLs.
        passed: names of documents that no reader is for.
    """

    sources: tuple[Source, ...]
    settings: tuple[Setting, ...]
    register: Register
    years: tuple[int, ...]
    title: str
    rules: tuple[RuleCard, ...]
    limits: Limits
    access: Access = Access()
    passed: tuple[str, ...] = ()

    @property
    def day(self) -> date:
        """The day of the audit."""
        return self.settings[0].options.check_date


class Placed(Struct, frozen=True):
    """Where the files belong that were read, the years that are audited, and where what was not read would belong."""

    read: tuple[Placement, ...]
    years: tuple[int, ...]
    passed: tuple[Placement, ...]


class Progress(Struct):
    """How far a run is: files in all, those that need reading, and those read; what they are like."""

    files: int
    due: int
    done: int = 0
    failed: int = 0


def local(jobs: int) -> Executor:
    """Return the executor of this machine: so many guarded children at a time."""
    return lambda work, items, limits: as_done(work, items, limits, jobs)


class Run:
    """One run of a plan on a ledger."""

    def __init__(self, plan: Plan, ledger: Ledger, execute: Executor, watch: Callable[[Progress], None]) -> None:
        """Take the plan, where everything is kept, who does the work, and who watches."""
        self.plan, self.ledger, self._execute, self._watch = plan, ledger, execute, watch
        self._base = [_base(setting, plan.limits) for setting in plan.settings]
        self._sidecars: dict[Path, tuple[str, str, str]] = {}
        self.filed: tuple[Filed, ...] = ()

    def read(self) -> None:
        """Read and judge by itself every file that the ledger does not have as it is now."""
        sources = self.plan.sources
        states = [_state(source) for source in sources]
        digests = self._digests(states)
        keys = [
            self._key(source, digest or f"{source.name} {state}")
            for source, digest, state in zip(sources, digests, states, strict=True)
        ]
        cards = self.ledger.cards(self.plan.day)
        due = [n for n, key in enumerate(keys) if key not in cards or not digests[n]]
        alike = dict(
            zip((keys[n] for n in reversed(due)), reversed(due), strict=True)
        )  # of files that are alike one is read
        progress = Progress(len(keys), len(alike))
        self._watch(progress)
        while due:
            for number, digest, filing in self._filings(sorted(alike.values())):
                if digest and digest != digests[number]:  # it was changed meanwhile
                    keys[number] = self._key(sources[number], digest)
                unchanged = digest and _state(sources[number]) == states[number]
                seen = [(_named(sources[number]), states[number], digest)] if unchanged else []
                cards[keys[number]] = self.ledger.keep(keys[number], filing, self.plan.day, seen)
                progress.done += 1
                progress.failed += not filing.report.judged
                self._watch(progress)
            due = [n for n in due if keys[n] not in cards]  # alike until one of them was changed
            alike = {keys[n]: n for n in due}
        self.filed = tuple(
            Filed(source.name, key, cards[key], source.setting) for source, key in zip(sources, keys, strict=True)
        )

    def _filings(self, numbers: Sequence[int]) -> Iterator[tuple[int, str, Filing]]:
        """Read files; yield the number, the digest of what was read, and the filing of each."""
        sources = self.plan.sources
        for number in numbers:
            if problem := sources[number].problem:
                text = Text(f"文件夹打不开：{problem}", f"the folder cannot be opened: {problem}")
                yield number, "", _unread("GJ001", text, self.plan.day)
        readable = [number for number in numbers if not sources[number].problem]
        items = [item_of(sources[number]) for number in readable]
        work = FilingWork(self.plan.settings, access=self.plan.access)
        for at, answer in self._execute(work, items, self.plan.limits):
            if isinstance(answer, bytes):
                found = msgpack.decode(answer, type=Answer)
                yield readable[at], found.digest, _held(found.filing, self.plan.day)
            else:
                # whoever asks again with the same content is told the same
                (digest,) = self._contents(items[at : at + 1])
                yield readable[at], digest, _unread(*told(answer, self.plan.limits), self.plan.day)

    def _digests(self, states: Sequence[str]) -> list[str]:
        """Return the digest of each file: as the ledger knows it, or of its bytes; empty where it is not known.

        Bytes are looked at where that may spare the judging: not with a ledger that knows no file yet, and
        not of a file that would have to be fetched for it and was never read.
        """
        known = self.ledger.seen()
        sources = self.plan.sources
        digests = []
        for source, state in zip(sources, states, strict=True):
            seen = known.get(_named(source))
            digests.append(seen[1] if seen and state and seen[0] == state else "")
        unknown = [
            n
            for n, digest in enumerate(digests)
            if known and not (digest or sources[n].problem or (sources[n].url and _named(sources[n]) not in known))
        ]
        contents = self._contents([item_of(sources[n]) for n in unknown])
        for n, digest in zip(unknown, contents, strict=True):
            digests[n] = digest
        self.ledger.note_seen((_named(sources[n]), states[n], digests[n]) for n in unknown if digests[n] and states[n])
        return digests

    def _contents(self, items: Sequence[bytes]) -> list[str]:
        """Return the digests of the bytes of files; empty where they cannot be read."""
        found = [""] * len(items)
        for at, answer in self._execute(DigestWork(self.plan.access), items, self.plan.limits):
            found[at] = "" if isinstance(answer, Failure) else answer.decode()
        return found

    def _key(self, source: Source, content: str) -> str:
        """Return what a filing depends on: content, how it is judged, by which gouji, what is said beside it."""
        beside = self._beside(source)
        parts = (
            content, source.path.suffix.lower(), str(source.sought), self._base[source.setting],
            f"{source.path.name} {beside}" if beside else "", source.problem,
        )  # fmt: skip
        return digest_of("\0".join(parts).encode("utf-8", "surrogatepass"))

    def _beside(self, source: Source) -> str:
        """Return what stands for the suppressions in the folder of a file."""
        folder = source.path.parent
        if folder not in self._sidecars:
            far = self.plan.access.sidecar(source.url)
            self._sidecars[folder] = _standing(digest_of(far.data), far.names) if far else _sidecar(folder)
        said, names, first = self._sidecars[folder]
        return f"{said} {names}" if source.path.name == first else said

    # --- together -----------------------------------------------------------------------------

    def place(self) -> Placed:
        """Tell where every file belongs, and which years are audited."""
        passed = (Filed(name, "", PASSED) for name in self.plan.passed)
        placements = assigned((*self.filed, *passed), self.plan.register, self.plan.day)
        count = len(self.filed)
        read = placements[:count]
        return Placed(read, self.plan.years or audited_years(read, self.plan.day), placements[count:])

    @property
    def state(self) -> str:
        """What changes whenever the audit could come out otherwise."""
        plan = self.plan
        register = structs.replace(plan.register, path="")
        files = [(os.fsencode(filed.path), filed.key, filed.card.seal) for filed in self.filed]
        whole = (
            __version__, plan.day, plan.title, plan.years, register, os.fsencode(plan.register.path), self._base, files,
            list(map(os.fsencode, plan.passed)),
        )  # fmt: skip
        return digest_of(json.encode(whole))

    def judge(self) -> Audit:
        """Judge all filings together and keep the entries."""
        placed, plan = self.place(), self.plan
        crossing = Crossing(self.ledger, placed.read, plan.register, placed.years, plan.settings, passed=placed.passed)
        heads: list[Head] = []
        passed, inputs = frozenset(plan.passed), [source.name for source in plan.sources]

        def noted() -> Iterator[Entry]:
            for entry in crossing.entries():
                heads.append(entry.head)
                inputs.extend(file.path for file in (entry.report, *entry.others) if file.path in passed)
                yield entry

        self.ledger.keep_entries(noted())
        audit = Audit(
            version=__version__,
            check_date=plan.day,
            title=plan.title,
            years=placed.years,
            heads=tuple(heads),
            unassigned=tuple(sorted(crossing.unassigned(), key=lambda report: report.path)),
            inputs=len(inputs),
            rules=plan.rules,
            forms=_forms(plan.settings),
            notes=tuple(self._notes(heads)),
            entry=self.ledger.entry,
        )
        _account(audit, inputs)
        return audit

    def _notes(self, heads: Iterable[Head]) -> Iterator[Text]:
        register, passed = self.plan.register, self.plan.passed
        if passed:
            yield passed_over(passed)
        if register.units:
            count = len(register.units)
            yield Text(f"名册有 {count} 个单位", f"the register has {count} units")
        else:
            yield Text("没有名册，没有交报告的单位看不出来", "without a register, units without a report are not known")
        strangers = Counter(head.unit.name for head in heads if head.unit.line is None)
        if register.units and strangers:
            names = "、".join(sorted(strangers)[:5])
            yield Text(
                f"不在名册里的单位 {len(strangers)} 个：{names}",
                f"{len(strangers)} unit(s) not in the register: {names}",
            )


def _account(audit: Audit, inputs: Sequence[str]) -> None:
    """See to it that every input is told exactly once.

    Raises:
        AssertionError: gouji has lost a file.
    """
    told_of = Counter(file.path for file in audit.files() if not _is_of_register(file))
    expected = Counter(inputs)
    if told_of != expected:
        lost, extra = sorted((expected - told_of).elements())[:3], sorted((told_of - expected).elements())[:3]
        message = f"files lost: {lost}, files too many: {extra}"
        raise AssertionError(message)


def _state(source: Source) -> str:
    """Return what changes whenever a file does; empty where that cannot be told."""
    return source.state if source.url else state_of(source.path)


def _named(source: Source) -> bytes:
    """Return the name that the ledger knows a file by."""
    return os.fsencode(source.url or source.path)


def _unread(rule: str, text: Text, day: date) -> Filing:
    """Return the filing of a file that gave no answer; another day it is tried again."""
    return Filing(FileReport("", judged=False, findings=(incident("", rule, text),)), until=day)


def _held(filing: Filing, day: date) -> Filing:
    """Return a filing that is made anew each time where it says more of this machine than of the file."""
    lacking = any(finding.rule in OF_THE_MACHINE for finding in filing.report.findings)
    return structs.replace(filing, until=day - timedelta(1)) if lacking else filing


def _is_of_register(file: FileReport) -> bool:
    """Tell whether this is what is said of a unit without any file."""
    return any(finding.rule == "GJ601" for finding in file.findings)


def _base(setting: Setting, limits: Limits) -> str:
    """Return what every judgement of a setting depends on, the day left out: filings say how long they hold."""
    options = structs.replace(setting.options, check_date=date.min)
    packs = [digest_of_pack(pack) for pack in setting.packs]
    return digest_of(json.encode((__version__, packs, options, limits, SUFFIXES), enc_hook=str))


def _sidecar(folder: Path) -> tuple[str, str, str]:
    """Return what stands for the suppressions in a folder, for its names, and the report that tells of stray ones."""
    sidecar = folder / SIDECAR
    if not os.path.lexists(sidecar):
        return "", "", ""
    try:
        said = digest_of(content(sidecar))
    except (UnreadableError, OSError):
        said = "?"
    return _standing(said, os.listdir(folder) if os.access(folder, os.R_OK) else [])  # noqa: PTH208 - names, not paths


def _standing(said: str, listed: Iterable[str]) -> tuple[str, str, str]:
    names = sorted(listed)
    reports = (name for name in names if Path(name).suffix.lower() in SUFFIXES)
    return said, digest_of(b"\0".join(map(os.fsencode, names))), min(reports, default="")


def _forms(settings: Sequence[Setting]) -> tuple[Form, ...]:
    packs = sorted((pack for setting in settings for pack in setting.packs), key=lambda pack: pack.years.first)
    return packs[-1].forms if packs else ()
