"""A report mended: what is proposed is written, read again, and kept only if nothing else changed.

After every change the new bytes are read and judged like any report. A change stands when the document
reads exactly as intended, every number is as before but for the blanks that became 0 and for what was
asked to change, and no rule finds anything it had not found. Otherwise it is left and told. What is mended may show more to mend, so this
goes on until nothing follows: a second run has nothing to do.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct, structs

from gouji.document import Document
from gouji.engine import Options, check_document, read_with
from gouji.errors import UnreadableError
from gouji.facts import Reading
from gouji.finding import FileReport
from gouji.fixes.change import Change, Left, addressed, edited, shape, texts
from gouji.fixes.formats import SOURCES, Source
from gouji.fixes.plan import Case, proposals
from gouji.fixes.source import Patch, Unfixable
from gouji.pack import Pack
from gouji.readers import read_data, reader_for
from gouji.subject import Subject
from gouji.suppress import Suppressions
from gouji.wording import Text

MOST_ROUNDS = 8

_ELSEWHERE = Text(
    "试改后复读，别处的读法也变了，请手工改",
    "a trial showed that it would change how something else is read: change it by hand",
)


class Mended(Struct, frozen=True):
    """A report with what could be mended.

    Attributes:
        data: its bytes now.
        report: how it is judged now; not at all in a format that cannot be fixed.
        changes: what was changed, in the order of the document.
        left: what could not be, and why.
        refused: why nothing can be changed in this file.
    """

    data: bytes
    report: FileReport
    changes: tuple[Change, ...] = ()
    left: tuple[Left, ...] = ()
    refused: Text | None = None


class _State(Struct, frozen=True):
    """A version of the report: its bytes, what is read from them and what rules say."""

    data: bytes
    document: Document
    reading: Reading
    report: FileReport
    whole: FileReport  # by all rules, chosen or not


class Clinic(Struct, frozen=True):
    """How reports are read, judged and mended; ``numbers``: wrong numbers as well, where equations prove them."""

    packs: tuple[Pack, ...]
    options: Options
    beside: Suppressions = Suppressions()
    numbers: bool = False

    def mend(self, data: bytes, suffix: str, shown: str, *, sought: bool = True) -> Mended:
        """Mend what can be mended.

        Args:
            data: the content of the file.
            suffix: of its name.
            shown: its name in messages.
            sought: see ``engine.check_file``.

        Raises:
            UnreadableError: it cannot be read.
        """
        name = reader_for(data, suffix)
        if name not in SOURCES:
            return Mended(data, FileReport(shown, judged=False), refused=_REFUSED[name])
        state = self._read(data, suffix, shown, sought=sought)
        changes: list[Change] = []
        left: list[Left] = []
        for _ in range(MOST_ROUNDS):
            try:
                made, left, after = self._round(state, SOURCES[name], suffix, sought=sought)
            except Unfixable as error:
                return Mended(data, state.report, refused=error.text)
            changes += made
            state = after
            if not made:
                break
        return Mended(state.data, state.report, tuple(sorted(changes, key=lambda c: c.place.order)), tuple(left))

    def _read(self, data: bytes, suffix: str, shown: str, *, sought: bool) -> _State:
        document = read_data(data, suffix, shown)
        report = check_document(document, self.packs, self.options, sought=sought, beside=self.beside)
        everything = structs.replace(self.options, select=(), ignore=())
        whole = report
        if everything != self.options:
            whole = check_document(document, self.packs, everything, sought=sought, beside=self.beside)
        _, reading = read_with(addressed(document), self.packs, self.options)
        return _State(data, document, reading, report, whole)

    def _round(
        self, state: _State, kind: type[Source], suffix: str, *, sought: bool
    ) -> tuple[list[Change], list[Left], _State]:
        """Make what is proposed now; tell what was made, what was not, and what the report is then."""
        planned = self._proposals(state)
        left = [one for one in planned if isinstance(one, Left)]
        wanted = [one for one in planned if isinstance(one, Change)]
        if not wanted:
            return [], left, state
        source = kind(state.data, state.document)
        patches: list[tuple[Change, list[Patch]]] = []
        for change in wanted:
            try:
                patches.append((change, source.patches(change)))
            except Unfixable as error:
                left.append(_left(change, error.text))
        at_once = self._tried(state, source, patches, suffix, sought=sought)
        if at_once is not None:
            return [change for change, _ in patches], left, at_once
        made: list[tuple[Change, list[Patch]]] = []
        after = state
        for one in patches:
            tried = self._tried(state, source, [*made, one], suffix, sought=sought)
            if tried is None:
                left.append(_left(one[0], _ELSEWHERE))
            else:
                made.append(one)
                after = tried
        return [change for change, _ in made], left, after

    def _proposals(self, state: _State) -> list[Change | Left]:
        pack, reading = read_with(state.document, self.packs, self.options)
        report = state.report
        if pack is None or report.year is None or not report.judged:
            return []
        options = self.options
        subject = Subject(reading, report.year, options.check_date, options.region, pack.declared)
        rules = {finding.rule for finding in report.findings}
        findings = {rule: tuple(f for f in report.findings if f.rule == rule and not f.settled) for rule in rules}
        return list(proposals(Case(state.document, state.reading, subject, pack, findings, self.numbers)))

    def _tried(
        self,
        state: _State,
        source: Source,
        made: Sequence[tuple[Change, list[Patch]]],
        suffix: str,
        *,
        sought: bool,
    ) -> _State | None:
        """Return the report with some changes, None when they change anything but what they should."""
        if not made:
            return state
        try:
            data = source.written([patch for _, patches in made for patch in patches])
            after = self._read(data, suffix, state.document.path, sought=sought)
        except (Unfixable, UnreadableError, ValueError):
            return None
        changes = [change for change, _ in made]
        same_text = dict(texts(after.document)) == edited(state.document, [e for c in changes for e in c.edits])
        same_shape = shape(after.document) == shape(state.document) and after.report.year == state.report.year
        same_numbers = _numbers(state.reading, after.reading, {k: v for change in changes for k, v in change.values})
        return after if same_text and same_shape and same_numbers and _no_new(state, after, changes) else None


def _numbers(before: Reading, after: Reading, meant: Mapping[str, int]) -> bool:
    """Tell whether every number is what it was, or what it was meant to become; a blank may have become 0."""
    if before.facts.keys() != after.facts.keys():
        return False
    for key, fact in before.facts.items():
        now = after.facts[key].value
        expected = meant.get(key, fact.value)
        if now != expected and not (expected is None and now == 0):
            return False
    return True


def _no_new(before: _State, after: _State, changes: Sequence[Change]) -> bool:
    """Tell whether no rule finds anything new; one that is being mended may tell its rest in other groups."""
    mended = {change.rule for change in changes if not change.values}
    known = {instance for finding in before.whole.findings for instance in finding.instances}
    return all(f.rule in mended or known.issuperset(f.instances) for f in after.whole.findings)


def _left(change: Change, reason: Text) -> Left:
    return Left(change.rule, change.what, reason, change.place, change.where)


_REFUSED = {
    "pdf": Text("PDF 不能直接改，请改原文档后重新导出", "a PDF cannot be fixed: fix the document it was made from"),
    "legacy": Text(
        "旧格式（.doc .wps .rtf .odt）不能直接改，请另存为 .docx 后再改",
        "old formats (.doc .wps .rtf .odt) cannot be fixed: save it as .docx first",
    ),
}
