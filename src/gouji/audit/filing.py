"""A filing: what an audit keeps of one report, so that it need not be read again."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct, field, msgpack, structs

from gouji import suppress
from gouji.amount import State
from gouji.audit.remote import Access, Far
from gouji.batch import Setting, named_in, url_in
from gouji.checks.plausibility import PlausibilityRule
from gouji.checks.repetition import RepetitionRule
from gouji.document import Place, Published
from gouji.engine import Options, check_reading, failed, read_with
from gouji.facts import Fact, FieldValue, Number, Reading, Section
from gouji.finding import FileReport
from gouji.likeness import Fingerprint
from gouji.pack import Pack
from gouji.prose import Prose
from gouji.readers import content, read_data
from gouji.suppress import Suppressions
from gouji.wording import Text


class FiledField(Struct, frozen=True):
    """A phrase that was found: its words, where, and the day where it is a date."""

    raw: str
    place: Place
    day: date | None = None


class Filing(Struct, frozen=True):
    """What was read of one file and judged by itself.

    Attributes:
        report: what the rules said that need nothing but the report; its path is empty.
        unit, unit_kind, year: as the report says; the year as it was judged for.
        facts, fields, sections, published, unread: of the reading.
        suppressions: what is accounted for in it and beside it.
        texts: rule -> section -> what of it is compared with other reports.
        numbers: what is compared with the numbers of its peers.
        until: the last day on which all this is still so: a date of the future comes, a suppression ends.
    """

    report: FileReport
    unit: str = ""
    unit_kind: str = ""
    year: int | None = None
    facts: dict[str, Fact] = field(default_factory=dict)
    fields: dict[str, tuple[FiledField, ...]] = field(default_factory=dict)
    sections: dict[str, Section] = field(default_factory=dict)
    published: Published | None = None
    unread: Text | None = None
    suppressions: Suppressions = Suppressions()
    texts: dict[str, dict[str, Fingerprint]] = field(default_factory=dict)
    numbers: dict[str, Number] = field(default_factory=dict)
    until: date = date.max

    def reading(self, path: str) -> Reading:
        """Return the reading that rules are judged on, of a file with this name."""
        fields = {
            key: tuple(FieldValue(key, value.raw, value.place, value.day, "") for value in values)
            for key, values in self.fields.items()
        }
        return Reading(
            path=path,
            pack=self.report.pack,
            year=self.year,
            unit=self.unit,
            unit_kind=self.unit_kind,
            sections=self.sections,
            fields=fields,
            facts=self.facts,
            unread=self.unread,
            prose=Prose({key: section.paragraphs for key, section in self.sections.items()}),
            published=self.published,
        )

    def day(self, keys: Iterable[str]) -> date | None:
        """Return the first date of some fields."""
        return next((value.day for key in keys for value in self.fields.get(key, ()) if value.day), None)


class Answer(Struct, frozen=True):
    """What a child says of a file: the digest of the bytes that it read, empty where it could not, and the filing."""

    digest: str
    filing: Filing


class FilingWork(Struct, frozen=True):
    """What a child does with a file (see ``item_of``): read it, judge it by itself, and keep what an audit needs.

    ``access``: to files behind URLs.
    """

    settings: tuple[Setting, ...]
    access: Access = Access()

    def __call__(self, item: bytes) -> bytes:
        """File one report."""
        path, number, sought = named_in(item)
        setting, far = self.settings[number], self.access.at(url_in(item))
        path = far.path if far else path
        return msgpack.encode(file_report(path, setting.packs, setting.options, sought=sought, far=far))


class DigestWork(Struct, frozen=True):
    """What a child does with a file of which only the content is asked for."""

    access: Access = Access()

    def __call__(self, item: bytes) -> bytes:
        """Return the digest of its bytes; empty where they cannot be read."""
        path, _, _ = named_in(item)
        far = self.access.at(url_in(item))
        try:
            return digest_of(far.content() if far else content(path)).encode()
        except Exception:  # noqa: BLE001 - the work itself tells what is wrong
            return b""


def digest_of(data: bytes) -> str:
    """Return what stands for bytes."""
    return hashlib.sha256(data).hexdigest()


def file_report(
    path: Path,
    packs: Sequence[Pack],
    options: Options,
    *,
    sought: bool,
    far: Far | None = None,
) -> Answer:
    """Read and judge one file by itself. Whatever happens, the filing says it; only MemoryError is raised."""
    digest, options = "", structs.replace(options, alone=True)
    try:
        data = far.content() if far else content(path)
        digest = digest_of(data)
        document = read_data(data, path.suffix, path.as_posix())
        found = read_with(document, packs, options)
        beside = far.beside() if far else suppress.beside(path)
        report = check_reading(document, found, packs, options, sought=sought, beside=beside)
        inside = suppress.written_in(document)
    except MemoryError:
        raise  # for the guard, which knows the limit
    except Exception as error:  # noqa: BLE001 - one file's trouble must not end the run of all
        return Answer(digest, Filing(failed("", error, options)))
    pack, reading = found
    suppressions = Suppressions((*inside.usable, *beside.usable))
    fields = {key: tuple(map(_filed, values)) for key, values in reading.fields.items()}
    filing = Filing(
        report=report.under(""),
        unit=reading.unit,
        unit_kind=reading.unit_kind or options.unit_kind,
        year=options.year or reading.year,
        facts=reading.facts,
        fields=fields,
        sections=reading.sections,
        published=reading.published,
        unread=reading.unread,
        suppressions=suppressions,
        texts=_texts(reading, pack) if pack and report.judged else {},
        numbers=_numbers(reading, pack) if pack and report.judged else {},
        until=_until(fields, suppressions, options.check_date),
    )
    return Answer(digest, filing)


def _filed(value: FieldValue) -> FiledField:
    return FiledField(value.raw, value.place, value.value if isinstance(value.value, date) else None)


def _until(fields: dict[str, tuple[FiledField, ...]], suppressions: Suppressions, day: date) -> date:
    """Return the last day from ``day`` on for which the verdicts hold that depend on the day.

    What is said of a date to come names the day of checking, so it is said anew every day.
    """
    if any(value.day and value.day > day for values in fields.values() for value in values):
        return day
    return min((one.until for one in suppressions.usable if one.until and one.until >= day), default=date.max)


def compared_with_others(pack: Pack) -> list[RepetitionRule]:
    """Return the rules that compare the text of a report with that of other units."""
    return [rule for rule in pack.active if isinstance(rule, RepetitionRule) and rule.against == "others"]


def _texts(reading: Reading, pack: Pack) -> dict[str, dict[str, Fingerprint]]:
    return {rule.id: rule.texts(reading) for rule in compared_with_others(pack)}


def _numbers(reading: Reading, pack: Pack) -> dict[str, Number]:
    rules = (rule for rule in pack.active if isinstance(rule, PlausibilityRule) and rule.against == "peers")
    facts = {key: reading.facts.get(key) for rule in rules for key in rule.facts}
    return {key: f.value for key, f in facts.items() if f and f.value is not None and f.state is State.NUMBER}
