"""An audit in which everything that a report, a path or a register can choose is hostile."""

from dataclasses import replace

from msgspec import structs

from gouji.amount import State
from gouji.audit.result import Audit, Entry, Standing, Unit, head_of
from gouji.document import Place
from gouji.facts import Fact
from gouji.finding import (
    FileReport,
    Finding,
    Passage,
    Reconciliation,
    RuleCard,
    Severity,
    Status,
    Undecided,
    fingerprint,
)
from gouji.pack import Pack
from gouji.wording import same
from tests.audit.made import CHECK_DATE, HOSTILE
from tests.reporters import test_formats

PAYLOADS = (
    *test_formats.HOSTILE, HOSTILE, "=1+1", "+1", "-2+3", "@SUM(A1)", "＝1+1", "\t=1+1", " =1+1", "\n=1+1", "'=1+1",
    "<r><t>rich</t></r>", "<r></t></is></c></row></r>", "_x003D_1+1", "_x001b_", "{=1+1}", "https://example.org/",
    "mailto:a@example.org", "file:///etc/passwd", "internal:总览!A1", '&L&"Arial"&A', "1e400", "nan", "\ufeff=1", "\x00",
)  # fmt: skip


def hostile_audit(pack: Pack) -> Audit:
    """Return an audit with an entry for each payload, every text of which is the payload."""
    entries = tuple(_entry(number, words, pack) for number, words in enumerate(PAYLOADS))
    return Audit(
        version="1.2.3",
        check_date=CHECK_DATE,
        title=HOSTILE + "&L&A",
        years=(2024,),
        heads=tuple(entry.head for entry in entries),
        unassigned=tuple(_unassigned(number, words) for number, words in enumerate(PAYLOADS)),
        inputs=2 * len(PAYLOADS),
        rules=(RuleCard("GJ301", HOSTILE, Severity.ERROR, same(HOSTILE), same(HOSTILE), same(HOSTILE), same(HOSTILE)),),
        forms=tuple(
            replace(form, name=same(HOSTILE)) if number == 0 else form for number, form in enumerate(pack.forms)
        ),
        notes=tuple(map(same, PAYLOADS)),
        entry=lambda number: entries[number],
    )


def finding(words: str, path: str, rule: str = "GJ301") -> Finding:
    """Return a finding that says nothing but these words."""
    return Finding(
        rule, words, Severity.ERROR, words, same(words), Place(1, 1), path, fingerprint(rule, path, words), expected=words,
        actual=words, basis=same(words), remedy=same(words), where=same(words),
        passages=(Passage(words, Place(1), words, Place(2)),), other=same(words),
    )  # fmt: skip


def _path(number: int, words: str) -> str:
    return f"{words}{number}".replace("/", "").replace("\ud800", "\udcff").replace("\0", "") + ".md"


def _entry(number: int, words: str, pack: Pack) -> Entry:
    unit = Unit(words, words, words, words)
    path = _path(number, words)
    found = (finding(words, path), structs.replace(finding(words, path, "GJ302"), suppressed=words))
    report = FileReport(
        path, judged=True, unit=words, year=2024, findings=found, undecided=(Undecided(same(words), ("GJ401",), 1),)
    )
    keys = [*pack.forms[0].slots][:2]
    facts = {
        key: Fact(key, None, words, state, Place(1))
        for key, state in zip((*keys, words), (State.UNREADABLE, State.NONE, State.UNREADABLE), strict=True)
    }
    comparison = Reconciliation(
        "GJ610", words, same(words), same(words), words, words, words, Status.UNDETERMINED, same(words)
    )
    head = head_of(number, unit, 2024, Standing.REPORTED, report)
    return Entry(head, report, facts=facts, reconciliations=(comparison,))


def _unassigned(number: int, words: str) -> FileReport:
    path = f"x/{_path(number, words)}"
    return FileReport(path, judged=False, unit=words, findings=(finding(words, path, "GJ650"),))
