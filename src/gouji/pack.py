"""A rule pack: what a report is to be read with, and the rules it is judged by."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import ClassVar

from gouji.checks import KINDS
from gouji.checks.wording import Phrase
from gouji.claims import DeclaredClaim, DeclaredScope, DeclaredTopic, Rewrite
from gouji.errors import DeclarationError
from gouji.extract import Outline
from gouji.forms import Form, FormBlock, Line
from gouji.outline import DeclaredField, DeclaredSection, Title
from gouji.rule import Example, Examples, Rule
from gouji.scoring import ScoreGroup, Scoring
from gouji.subject import Declared
from gouji.wording import Text


@dataclass(frozen=True, kw_only=True, eq=False)
class Years:
    """The report years that a pack is for; an open end is absent."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    first: int
    last: int | None = None

    def __post_init__(self) -> None:
        """Refuse an end before the beginning."""
        if self.last is not None and self.last < self.first:
            raise DeclarationError("last", Text("最后年度早于最初年度", "the last year comes before the first"))

    @property
    def said(self) -> Text:
        """The years in words."""
        if self.last is None:
            return Text(f"{self.first} 年起", f"{self.first} and later")
        return Text(f"{self.first}–{self.last} 年", f"{self.first} to {self.last}")

    def __contains__(self, year: object) -> bool:
        """Tell whether the pack is for a year."""
        return isinstance(year, int) and self.first <= year and (self.last is None or year <= self.last)


FORMAT = 1  # of packs; a change that older versions of gouji would misread raises it


@dataclass(frozen=True, kw_only=True, eq=False)
class Disabled:
    """A rule of the pack that this one extends and does not use, and why; ``gouji rules`` shows it."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    rule: str
    reason: Text


@dataclass(frozen=True, kw_only=True, eq=False)
class PackHead:
    """A rule pack without its rules.

    Attributes:
        pack: its id, ``family/name``.
        title: what it is called.
        years: the report years it is for.
        report: how the report's title is written.
        sections, fields, forms: what its rules may speak of.
        topics: what its sentences may state numbers of, with the claims about them.
        scopes: words that say whose numbers a sentence gives.
        specimen: a complete invented report beside the pack, which the rules' examples change.
        extends: the pack that this one was laid over.
        disabled: rules that are not used.
        scoring: how points are given; None for no score.
        blank: the official form beside the pack, for ``gouji new``: Markdown with ``{unit}``, ``{year}``
            and the key of a fact in braces in every cell.
        format: of the pack's own keys; see ``FORMAT``.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    pack: str
    title: Text
    years: Years
    report: Title
    sections: tuple[DeclaredSection, ...]
    fields: tuple[DeclaredField, ...]
    forms: tuple[Form, ...]
    topics: tuple[DeclaredTopic, ...] = ()
    scopes: tuple[DeclaredScope, ...] = ()
    specimen: str = ""
    extends: str = ""
    disabled: tuple[Disabled, ...] = ()
    scoring: Scoring | None = None
    blank: str = ""
    format: int = FORMAT

    def __post_init__(self) -> None:
        """Refuse a pack of the future."""
        if not 1 <= self.format <= FORMAT:
            raise DeclarationError(
                "format",
                Text(
                    f"规则包是第 {self.format} 版格式，本版 gouji 只懂到第 {FORMAT} 版，请升级 gouji",
                    f"the pack is of format {self.format}; this gouji knows formats up to {FORMAT}: update gouji",
                ),
            )

    @cached_property
    def declared(self) -> Declared:
        """What the rules may speak of, by key."""
        return Declared(
            {section.key: section for section in self.sections},
            {field.key: field for field in self.fields},
            {form.key: form for form in self.forms},
            {f"{topic.key}.{claim.key}": claim for topic in self.topics for claim in topic.claims},
            self.scopes,
        )

    @cached_property
    def outline(self) -> Outline:
        """What reading a report depends on."""
        return Outline(self.pack, self.report, self.sections, self.fields, self.forms, self.topics, self.scopes)


@dataclass(frozen=True, kw_only=True, eq=False)
class Pack(PackHead):
    """A rule pack; ``rules`` are sorted by id."""

    rules: tuple[Rule, ...]

    @cached_property
    def reasons(self) -> dict[str, Text]:
        """Why rules are not used, by id."""
        return {disabled.rule: disabled.reason for disabled in self.disabled}

    @cached_property
    def proving(self) -> tuple[Rule, ...]:
        """The rules that this pack's examples must prove: inherited ones are proven where they come from."""
        return tuple(rule for rule in self.rules if rule.examples or rule.own or not self.extends)

    @cached_property
    def active(self) -> tuple[Rule, ...]:
        """The rules that are used."""
        return tuple(rule for rule in self.rules if rule.id not in self.reasons)


@lru_cache(maxsize=1)
def classes() -> dict[str, type]:
    """Return the classes that a pack is made of, by name."""
    plain = (
        Text, Years, Pack, Disabled, Scoring, ScoreGroup, Title, DeclaredSection, DeclaredField, Form, FormBlock, Line,
        Phrase, Example, Examples, DeclaredTopic, DeclaredClaim, DeclaredScope, Rewrite,
    )  # fmt: skip
    return {cls.__name__: cls for cls in (*plain, *KINDS.values())}
