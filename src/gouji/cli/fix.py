"""``gouji fix``: put right what cannot change a report's meaning."""

import hashlib
from collections.abc import Iterator, Sequence
from difflib import unified_diff
from pathlib import Path
from unicodedata import category

from msgspec import Struct, msgpack, structs

from gouji import suppress
from gouji.batch import Setting, Source, item_of, named_in, told
from gouji.cli.check import refuse_names
from gouji.cli.console import FAILED, FINDINGS, OK, complain, deliver, language
from gouji.cli.guarding import jobs_for, limits_of
from gouji.cli.rewriting import Refused, Seen, look, rewrite
from gouji.cli.settings import Asked, Settings, limits_of_all
from gouji.cli.sources import find_sources
from gouji.document import Place
from gouji.engine import failed, incident
from gouji.finding import FileReport, Severity, Status, summed
from gouji.guard import Failure, Limits, guarded
from gouji.readers import LARGEST_FILE, content
from gouji.reporters.escape import visible
from gouji.wording import Text, listed, same

MOST_NAMED = 3  # files that cannot be fixed for one reason
LONGEST_LINE_SHOWN = 2_000  # characters; a page written without line ends is told change by change
_SPARE = 1 << 20  # bytes of an answer beside the document


class FixCall(Struct, frozen=True, kw_only=True):
    """What the user asked ``gouji fix`` to do; see ``CheckCall``.

    ``diff``: show, write nothing. ``numbers``: mend wrong numbers as well, where equations prove them.
    """

    paths: tuple[str, ...]
    asked: Asked = Asked()
    force_exclude: bool = False
    diff: bool = False
    numbers: bool = False
    timeout: float | None = None
    memory: int | None = None
    jobs: int | None = None


class Told(Struct, frozen=True):
    """A line of the report: where, by which rule, and what was changed or why it was not."""

    where: Text
    rule: str
    text: Text


class Answer(Struct, frozen=True):
    """What a child says of a file.

    Attributes:
        report: how it is judged once it is mended.
        changes, left: what was changed, and what was not.
        refused: why nothing can be changed in it.
        digest: SHA-256 of what was read.
        data: its new content; None where nothing changes or nothing is to be written.
        diff: what changes, line by line; empty for a format without lines.
    """

    report: FileReport
    changes: tuple[Told, ...] = ()
    left: tuple[Told, ...] = ()
    refused: Text | None = None
    digest: bytes = b""
    data: bytes | None = None
    diff: str = ""


class FixWork(Struct, frozen=True):
    """What a child does with a file (see ``item_of``): mend it, in memory."""

    settings: tuple[Setting, ...]
    diff: bool
    numbers: bool = False

    def __call__(self, item: bytes) -> bytes:
        """Mend one file, in memory."""
        path, number, sought = named_in(item)
        setting = self.settings[number]
        try:
            answer = self._mended(path, setting, sought=sought)
        except MemoryError:
            raise  # for the guard, which knows the limit
        except Exception as error:  # noqa: BLE001 - one file's trouble must not end the run of all
            answer = Answer(failed("", error, setting.options))
        return msgpack.encode(answer)

    def _mended(self, path: Path, setting: Setting, *, sought: bool) -> Answer:
        from gouji.fixes.mend import Clinic  # noqa: PLC0415 - the parent has no need of it

        data = content(path)
        mended = Clinic(setting.packs, setting.options, suppress.beside(path), self.numbers).mend(
            data, path.suffix, "", sought=sought
        )
        changed = mended.data != data
        return Answer(
            mended.report,
            tuple(_line(c.rule, c.place, c.where, _named(c.what, _arrow(c.old, c.new))) for c in mended.changes),
            tuple(_line(one.rule, one.place, one.where, _named(one.what, one.reason)) for one in mended.left),
            mended.refused,
            hashlib.sha256(data).digest(),
            mended.data if changed and not self.diff else None,
            _diff(path, data, mended.data) if changed and self.diff else "",
        )


def _line(rule: str, place: Place, where: Text | None, text: Text) -> Told:
    column = f":{place.column}" if place.column else ""
    return Told(where or same(f"{place.line}{column}" if place.line else ""), rule, text)


def _named(what: Text, said: Text) -> Text:
    return Text(f"{what.zh}：{said.zh}", f"{what.en}: {said.en}")


def _arrow(old: Text, new: Text) -> Text:
    return Text(f"{old.zh} → {new.zh}", f"{old.en} → {new.en}")


def _diff(path: Path, before: bytes, after: bytes) -> str:
    """Return a unified diff; nothing for what is no text, or has lines that nobody could read."""
    from gouji.fixes.formats import text_of_file  # noqa: PLC0415 - as above

    old, new = (_lines(text_of_file(data, path.suffix) or "") for data in (before, after))
    if any(len(a) > LONGEST_LINE_SHOWN for a, b in zip(old, new, strict=False) if a != b):
        return ""
    shown = visible(path.as_posix())
    return "".join(_printable(line) for line in unified_diff(old, new, shown, shown))


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    return [*(f"{line}\n" for line in lines[:-1]), *filter(None, lines[-1:])]


def _printable(line: str) -> str:
    body = line.rstrip("\r\n")
    end = line[len(body) :]
    shown = body if body.isprintable() else "".join(c if _is_blank(c) else visible(c) for c in body)
    return shown + (end if end.endswith("\n") else f"{end}\n\\ No newline at end of file\n")


def _is_blank(char: str) -> bool:
    """Tell a blank, which does nothing at a terminal and which a patch must have as it is."""
    return char == "\t" or category(char) == "Zs"


def fix(call: FixCall) -> int:
    """Mend files and return the exit code.

    Raises:
        UsageError, PackError: the call cannot be carried out.
    """
    settings = Settings(call.asked)
    found = find_sources(call.paths, settings, force_exclude=call.force_exclude).sources
    # a link is never written through; that one met on a walk is not, is worth a word only if it names a report
    sources = tuple(source for source in found if source.sought or not source.path.is_symlink())
    packs = tuple(dict.fromkeys(pack for setting in settings.all for pack in setting.packs))
    refuse_names(call.asked.select, call.asked.ignore, packs)
    limits = limits_of(*limits_of_all(settings, call.timeout, call.memory))
    done = []
    for outcome in _outcomes(sources, FixWork(tuple(settings.all), call.diff, call.numbers), call, limits):
        _tell(outcome, call)
        done.append(outcome)
    _conclude(done, call)
    return _code(done, call, [settings.fail_on[source.setting] for source in sources])


class Outcome(Struct, frozen=True):
    """A file and what came of it; ``trouble``: why it was not touched or not written."""

    name: str
    answer: Answer
    trouble: Text | None = None


def _outcomes(sources: Sequence[Source], work: FixWork, call: FixCall, limits: Limits) -> Iterator[Outcome]:
    """Look at each file, have it mended in a guarded child, and write what comes back."""
    seen: dict[Path, Seen | Refused] = {}
    for source in sources:
        try:
            seen[source.path] = look(source.path, to_write=not call.diff)
        except Refused as refusal:
            seen[source.path] = refusal
    usable = [s for s in sources if not s.problem and isinstance(seen[s.path], Seen)]
    items = [item_of(source) for source in usable]
    limits = structs.replace(limits, answer=LARGEST_FILE + _SPARE)
    answers = guarded(work, items, limits, jobs_for(len(items), call.jobs))
    decoder = msgpack.Decoder(Answer)
    for source in sources:
        name, before = source.path.as_posix(), seen[source.path]
        if source.problem:
            text = Text(f"文件夹打不开：{source.problem}", f"the folder cannot be opened: {source.problem}")
            yield Outcome(name, _unread(name, "GJ001", text))
        elif isinstance(before, Refused):
            yield Outcome(name, Answer(FileReport(name, judged=False)), before.text)
        elif isinstance(said := next(answers), Failure):
            yield Outcome(name, _unread(name, *told(said, limits)))
        else:
            answer = decoder.decode(said)
            trouble = _write(source.path, before, answer)
            yield Outcome(name, structs.replace(answer, data=None), trouble)  # many documents are not kept at once


def _unread(name: str, rule: str, text: Text) -> Answer:
    return Answer(FileReport(name, judged=False, findings=(incident(name, rule, text),)))


def _write(path: Path, before: Seen, answer: Answer) -> Text | None:
    """Write what came back; return why it could not be."""
    if answer.data is None:
        return None
    try:
        rewrite(path, before, answer.digest, answer.data)
    except Refused as refusal:
        return refusal.text
    return None


# --- what is said -----------------------------------------------------------------------------


def _tell(outcome: Outcome, call: FixCall) -> None:
    """Tell what was changed on stdout; with ``--diff`` that is the diff, and the rest goes to stderr."""
    answer = outcome.answer
    made = () if outcome.trouble else answer.changes
    shown = answer.diff
    if made and not shown:
        shown = "".join(_list(outcome.name, _changes(len(made), call), made))
    _say(shown, "".join(_aside(outcome)), call)


def _say(shown: str, aside: str, call: FixCall) -> None:
    if call.diff and aside:
        complain(aside.rstrip("\n"))
    if shown or not call.diff:
        deliver(shown if call.diff else shown + aside, None)


def _conclude(done: Sequence[Outcome], call: FixCall) -> None:
    """Tell which files cannot be fixed at all, by reason, and sum up."""
    lang = language()
    refused: dict[Text, list[str]] = {}
    for outcome in done:
        if outcome.answer.refused is not None and outcome.trouble is None:
            refused.setdefault(outcome.answer.refused, []).append(visible(outcome.name))
    lines = []
    for reason, names in refused.items():
        more = (
            Text(f" 等 {len(names)} 个文件", f" and others, {len(names)} files")
            if len(names) > MOST_NAMED
            else same("")
        )
        said = Text(f"没有改：{reason.zh}", f"not fixed: {reason.en}")
        first = listed(same(name) for name in names[:MOST_NAMED])
        lines.append(f"{(first.in_language(lang))}{more.in_language(lang)}  {said.in_language(lang)}\n")
    _say("", f"{''.join(lines)}{_summary(done, call).in_language(lang)}\n", call)


def _changes(count: int, call: FixCall) -> Text:
    if call.diff:
        return Text(f"将改正 {count} 处", f"{count} to be fixed")
    return Text(f"改正 {count} 处", f"{count} fixed")


def _list(name: str, head: Text, lines: Sequence[Told]) -> list[str]:
    lang = language()
    rows = [(visible(t.where.in_language(lang)), t.rule, visible(t.text.in_language(lang))) for t in lines]
    body = [f"  {'  '.join(part for part in row if part)}\n" for row in rows]
    return [f"{visible(name)}  {head.in_language(lang)}\n", *body]


def _aside(outcome: Outcome) -> list[str]:
    """Tell what was not changed in a file, and why."""
    answer, lang = outcome.answer, language()
    name = visible(outcome.name)
    if outcome.trouble is not None:
        said = Text(f"没有改：{outcome.trouble.zh}", f"not fixed: {outcome.trouble.en}")
        return [f"{name}  {said.in_language(lang)}\n"]
    if not answer.report.judged:
        wrong = [f for f in answer.report.findings if f.severity is not Severity.INFO]  # a file met on a walk
        return [f"{name}  {f.rule} {visible(f.message.in_language(lang))}\n" for f in wrong]
    if not answer.left:
        return []
    head = Text(f"没有改 {len(answer.left)} 处，请手工处理", f"{len(answer.left)} left for you to mend")
    return _list(outcome.name, head, answer.left)


def _summary(done: Sequence[Outcome], call: FixCall) -> Text:
    changed = [o for o in done if o.answer.changes and (call.diff or not o.trouble)]
    places = sum(len(outcome.answer.changes) for outcome in changed)
    if not changed:
        first = Text("没有可以自动改正的", "nothing to fix")
    elif call.diff:
        first = Text(
            f"将改正 {len(changed)} 个文件共 {places} 处", f"{places} place(s) in {len(changed)} file(s) to be fixed"
        )
    else:
        first = Text(f"改正 {len(changed)} 个文件共 {places} 处", f"fixed {places} place(s) in {len(changed)} file(s)")
    found = [f for o in done for f in o.answer.report.findings if not f.settled]
    counts = [sum(f.severity is severity for f in found) for severity in Severity]
    if not any(counts):
        if call.asked.select or call.asked.ignore or not all(outcome.answer.report.judged for outcome in done):
            return first  # what was not looked for is not said to be right
        return Text(f"{first.zh}；没有其他问题", f"{first.en}; nothing else found")
    return Text(
        f"{first.zh}；其余 错误 {counts[0]}  警告 {counts[1]}  提示 {counts[2]}，请用 gouji check 查看",
        f"{first.en}; what remains: {counts[0]} error(s), {counts[1]} warning(s), {counts[2]} info: see gouji check",
    )


def _code(done: Sequence[Outcome], call: FixCall, fail_on: Sequence[str]) -> int:
    """Return 2 where something could not be done, 1 where something remains (``--diff``: would change)."""
    if summed(o.answer.report.verdicts for o in done)[Status.ERROR] or any(o.trouble for o in done):
        return FAILED
    if call.diff:
        unread = any(not outcome.answer.report.judged and _has(outcome, Severity.ERROR) for outcome in done)
        return FINDINGS if unread or any(outcome.answer.changes for outcome in done) else OK
    remains = any(limit != "never" and _has(o, Severity(limit)) for o, limit in zip(done, fail_on, strict=True))
    return FINDINGS if remains else OK


def _has(outcome: Outcome, limit: Severity) -> bool:
    """Tell whether a finding that nobody has accounted for is at least this bad."""
    return any(f.severity.rank <= limit.rank and not f.settled for f in outcome.answer.report.findings)
