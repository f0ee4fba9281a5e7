"""A rule pack: what a report is to be read with, and the rules it is judged by."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import ClassVar

from gouji.checks import KINDS
from gouji.claims import DeclaredClaim, DeclaredScope, DeclaredTopic, Rewrite
from gouji.errors import DeclarationError
from gouji.extract import Outline
from gouji.forms import Form, FormBlock, Line
from gouji.outline import DeclaredField, DeclaredSection, Title
from gouji.rule import Example, Examples, Rule
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


@lru_cache(maxsize=1)
def classes() -> dict[str, type]:
    """Return the classes that a pack is made of, by name."""
    plain = (Text, Years, Pack, Title, DeclaredSection, DeclaredField, Form, FormBlock, Line, Example, Examples)
    claims = (DeclaredTopic, DeclaredClaim, DeclaredScope, Rewrite)
    return {cls.__name__: cls for cls in (*plain, *claims, *KINDS.values())}
