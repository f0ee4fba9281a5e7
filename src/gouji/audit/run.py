"""One audit: every file read and judged once, kept in the ledger, and judged with all others."""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct, json, msgpack, structs

from gouji import __version__
from gouji.audit.assign import Filed, Placement, assigned
from gouji.audit.crossing import Crossing, audited_years
from gouji.audit.filing import Answer, DigestWork, Filing, FilingWork, digest_of
from gouji.audit.ledger import Card, Ledger, state_of
from gouji.audit.register import Register
from gouji.audit.result import Audit, Entry, Head
from gouji.batch import Setting, Source, item_of, told
from gouji.engine import incident
from gouji.finding import FileReport, RuleCard
from gouji.forms import Form
from gouji.guard import Failure, Limits, Work, as_done
from gouji.pack_store import digest_of_pack
from gouji.readers import SUFFIXES
from gouji.suppress import SIDECAR
from gouji.wording import Text

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
    """

    sources: tuple[Source, ...]
    settings: tuple[Setting, ...]
    register: Register
    years: tuple[int, ...]
    title: str
    rules: tuple[RuleCard, ...]
    limits: Limits

    @property
    def day(self) -> date:
        """The day of the audit."""
        return self.settings[0].options.check_date


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
        self.filed: tuple[Filed, ...] = ()

    def read(self) -> None:
        """Read and judge by itself every file that the ledger does not have as it is now."""
        sources = self.plan.sources
        states = [state_of(source.path) for source in sources]
        digests = self._digests(states)
        keys = [
            self._key(*known)
            for known in zip(sources, (d or s for d, s in zip(digests, states, strict=True)), strict=True)
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
                unchanged = digest and state_of(sources[number].path) == states[number]
                seen = [(os.fsencode(sources[number].path), states[number], digest)] if unchanged else []
                self.ledger.keep(keys[number], filing, self.plan.day, seen)
                cards[keys[number]] = Card(filing.unit, filing.unit_kind, filing.year, filing.report.judged)
                progress.done += 1
                progress.failed += not filing.report.judged
                self._watch(progress)
            due = [n for n in due if keys[n] not in cards]  # alike until one of them was changed
            alike = {keys[n]: n for n in due}
        self.filed = tuple(
            Filed(source.path.as_posix(), key, cards[key], source.setting)
            for source, key in zip(sources, keys, strict=True)
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
        for at, answer in self._execute(FilingWork(self.plan.settings), items, self.plan.limits):
            if isinstance(answer, bytes):
                found = msgpack.decode(answer, type=Answer)
                yield readable[at], found.digest, found.filing
            else:
                yield readable[at], "", _unread(*told(answer, self.plan.limits), self.plan.day)

    def _digests(self, states: Sequence[str]) -> list[str]:
        """Return the digest of each file: as the ledger knows it, or of its bytes; empty where they cannot be read."""
        known = self.ledger.seen()
        sources = self.plan.sources
        digests = []
        for source, state in zip(sources, states, strict=True):
            seen = known.get(os.fsencode(source.path))
            digests.append(seen[1] if seen and state and seen[0] == state else "")
        unknown = [n for n, digest in enumerate(digests) if not digest and not sources[n].problem]
        items = [item_of(sources[n]) for n in unknown]
        for at, answer in self._execute(DigestWork(), items, self.plan.limits):
            digests[unknown[at]] = "" if isinstance(answer, Failure) else answer.decode()
        self.ledger.note_seen(
            (os.fsencode(sources[n].path), states[n], digests[n]) for n in unknown if digests[n] and states[n]
        )
        return digests

    def _key(self, source: Source, content: str) -> str:
        """Return what a filing depends on: content, how it is judged, by which gouji, what is said beside it."""
        beside = source.path.parent / SIDECAR
        parts = (
            content, source.path.suffix.lower(), str(source.sought), self._base[source.setting],
            f"{source.path.name} {_content_of(beside)}" if beside.exists() else "", source.problem,
        )  # fmt: skip
        return digest_of("\0".join(parts).encode("utf-8", "surrogatepass"))

    # --- together -----------------------------------------------------------------------------

    def place(self) -> tuple[tuple[Placement, ...], tuple[int, ...]]:
        """Tell where every file belongs, and which years are audited."""
        placements = assigned(self.filed, self.plan.register)
        return placements, self.plan.years or audited_years(placements)

    @property
    def state(self) -> str:
        """What changes whenever the audit could come out otherwise."""
        plan = self.plan
        whole = json.encode(
            (
                __version__, plan.day, plan.title, plan.years, plan.register, self._base,
                [(filed.path, filed.key) for filed in self.filed],
            )
        )  # fmt: skip
        return digest_of(whole)

    def judge(self) -> Audit:
        """Judge all filings together and keep the entries."""
        placements, years = self.place()
        plan = self.plan
        crossing = Crossing(self.ledger, placements, plan.register, years, plan.settings)
        heads: list[Head] = []

        def noted() -> Iterator[Entry]:
            for entry in crossing.entries():
                heads.append(entry.head)
                yield entry

        self.ledger.keep_entries(noted())
        audit = Audit(
            version=__version__,
            check_date=plan.day,
            title=plan.title,
            years=years,
            heads=tuple(heads),
            unassigned=tuple(sorted(crossing.unassigned(), key=lambda report: report.path)),
            inputs=len(plan.sources),
            rules=plan.rules,
            forms=_forms(plan.settings),
            notes=(*self.ledger.notes, *self._notes(heads)),
            entry=self.ledger.entry,
        )
        self._account(audit)
        return audit

    def _notes(self, heads: Iterable[Head]) -> Iterator[Text]:
        register = self.plan.register
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

    def _account(self, audit: Audit) -> None:
        """See to it that every input is told exactly once.

        Raises:
            AssertionError: gouji has lost a file.
        """
        told_of = Counter(file.path for file in audit.files() if not _is_of_register(file))
        expected = Counter(source.path.as_posix() for source in self.plan.sources)
        if told_of != expected:
            lost, extra = sorted((expected - told_of).elements())[:3], sorted((told_of - expected).elements())[:3]
            message = f"files lost: {lost}, files too many: {extra}"
            raise AssertionError(message)


def _unread(rule: str, text: Text, day: date) -> Filing:
    """Return the filing of a file that gave no answer; another day it is tried again."""
    return Filing(FileReport("", judged=False, findings=(incident("", rule, text),)), until=day)


def _is_of_register(file: FileReport) -> bool:
    """Tell whether this is what is said of a unit without any file."""
    return any(finding.rule == "GJ601" for finding in file.findings)


def _base(setting: Setting, limits: Limits) -> str:
    """Return what every judgement of a setting depends on, the day left out: filings say how long they hold."""
    options = structs.replace(setting.options, check_date=date.min)
    packs = [digest_of_pack(pack) for pack in setting.packs]
    return digest_of(json.encode((__version__, packs, options, limits, SUFFIXES), enc_hook=str))


def _content_of(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return "?"


def _forms(settings: Sequence[Setting]) -> tuple[Form, ...]:
    packs = sorted((pack for setting in settings for pack in setting.packs), key=lambda pack: pack.years.first)
    return packs[-1].forms if packs else ()
