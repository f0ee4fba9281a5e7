"""What every rule declares, whatever its kind."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from gouji.errors import DeclarationError
from gouji.facts import Reading
from gouji.finding import Reconciliation, Severity
from gouji.scoring import Points, refuse_points
from gouji.subject import Declared, Outcomes, Subject
from gouji.wording import Text, placeholders

if TYPE_CHECKING:  # a report without broken equations does not need it
    from gouji.ties import Claim

MOST_NAMES = 12  # of the declared names, shown beside one that is not

_ID = re.compile(r"(?:[A-Z]{1,8}(?:-[A-Z]{1,8})?/)?GJ[0-9]{3}")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, kw_only=True, eq=False)
class Example:
    """A report that shows what a rule does: the pack's specimen with some words changed.

    Attributes:
        change: words of the specimen -> what to write instead; empty leaves the specimen as it is.
        at: for a failing example, the addresses of the instances that must fail.
        on: the words each of their findings points at, in the order of ``at``; empty to leave it open.
        message: what each of them says in Chinese, word for word; empty to leave it open.
        region, date, year, published: options of the run.
        previous: words of the specimen -> what the report of the year before has instead; absent
            when there is none.
        below: likewise, the reports of the units whose numbers this one adds up.
        complete: these units are all.
        others: likewise, the reports of other units of its kind.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    change: dict[str, str]
    at: tuple[str, ...] = ("",)
    on: tuple[str, ...] = ()
    message: tuple[str, ...] = ()
    region: str = ""
    date: str = ""
    year: int | None = None
    published: str = ""
    previous: dict[str, str] | None = None
    below: tuple[dict[str, str], ...] = ()
    complete: bool = True
    others: tuple[dict[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Refuse words or messages that do not go with the addresses one to one, and a date that is none."""
        for key, given in (("on", self.on), ("message", self.message)):
            if given and len(given) != len(self.at):
                raise DeclarationError(
                    key,
                    Text(
                        f"要和 at 一一对应，共 {len(self.at)} 项", f"one for each of the {len(self.at)} addresses of at"
                    ),
                )
        for key, day in (("date", self.date), ("published", self.published)):
            try:
                date.fromisoformat(day or "2026-01-31")
            except ValueError:
                raise DeclarationError(key, Text("日期写作 2026-01-31", "dates are written as 2026-01-31")) from None

    @property
    def further(self) -> tuple[tuple[Text, dict[str, str]], ...]:
        """The further reports that it takes: what each of them is, and what it has instead of words of the specimen."""
        before = () if self.previous is None else ((_BEFORE, self.previous),)
        below = _BELOW if self.complete else _SOME_BELOW
        return (*before, *((below, changes) for changes in self.below), *((_OTHER, changes) for changes in self.others))


_BEFORE = Text("上年报告（--previous）", "the report of the year before (--previous)")
_BELOW = Text("下级单位的报告（audit）", "the report of a unit below (audit)")
_SOME_BELOW = Text("下级单位之一的报告（audit，名册没有写“完整”）", "the report of one of the units below (audit; the register does not say that they are all)")  # fmt: skip
_OTHER = Text("其他单位的报告（audit）", "the report of another unit (audit)")


@dataclass(frozen=True, kw_only=True, eq=False)
class Examples:
    """What must fail a rule and what must pass it."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    fails: tuple[Example, ...]
    passes: tuple[Example, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Rule:
    """A rule of a pack; a kind adds its own keys and ``evaluate``.

    Attributes:
        id: ``GJ`` and three digits; never reused.
        slug: a name that is stable beside the id.
        severity: how bad a deviation is.
        title: what the rule demands, in a few words.
        message: what a deviation says, with placeholders in braces.
        why: why the rule exists, for ``gouji explain``.
        basis: the legal or local basis.
        remedy: what to do about a deviation.
        units: kinds of units it concerns; empty for all.
        points: taken off a score for each deviation, where the pack gives scores; by severity if absent.
        cap: the most points that it takes off in all.
        examples: reports that fail and pass it.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}
    placeholders: ClassVar[frozenset[str]] = frozenset()
    beyond: ClassVar[bool] = False  # its verdict needs more than the report: other reports, or the register
    absences: ClassVar[frozenset[str]] = frozenset()  # what ``require`` is where a deviation says that something lacks

    id: str
    slug: str
    severity: Severity
    title: Text
    message: Text
    why: Text | None = None
    basis: Text | None = None
    remedy: Text | None = None
    units: tuple[str, ...] = ()
    points: Points | None = None
    cap: Points | None = None
    examples: Examples | None = None

    def __post_init__(self) -> None:
        """Refuse what no document is needed to see."""
        if not _ID.fullmatch(self.id):
            raise DeclarationError(
                "id",
                Text(f"规则编号是 GJ 加三位数字，不是 {self.id}", f"rule ids are GJ and three digits, not {self.id}"),
            )
        if self.id.startswith("GJ0"):
            raise DeclarationError(
                "id",
                Text(
                    "GJ0xx 是内置规则，请换一个编号；9xx 留给自编规则",
                    "GJ0xx are built in; use another family, 9xx are yours",
                ),
            )
        if not _SLUG.fullmatch(self.slug):
            raise DeclarationError(
                "slug",
                Text(
                    f"slug 只用小写字母、数字和单个连字符，不能是 {self.slug}",
                    f"slugs are small letters, digits and single dashes, not {self.slug}",
                ),
            )
        for key in ("points", "cap"):
            refuse_points(key, getattr(self, key))
        for key, text in (("message", self.message), ("remedy", self.remedy)):
            for template in (text.zh, text.en) if text else ():
                self._refuse_placeholders(key, template)

    @property
    def own(self) -> bool:
        """Whether its id is one that packs of users take: 9xx, or with a prefix."""
        return "/" in self.id or self.id.startswith("GJ9")

    def _refuse_placeholders(self, key: str, template: str) -> None:
        try:
            unknown = placeholders(template) - self.placeholders
        except ValueError as error:
            text = Text("花括号里只能是占位符的名字，花括号本身写作 {{ }}", f"{error}; a brace itself is {{{{ or }}}}")
            raise DeclarationError(key, text) from None
        if unknown:
            known, name = ", ".join(sorted(self.placeholders)), f"{{{min(unknown)}}}"
            raise DeclarationError(
                key, Text(f"没有占位符 {name}；可用：{known}", f"unknown placeholder {name}; this kind has: {known}")
            )

    def bind(self, declared: Declared) -> None:
        """Refuse names that the pack does not declare; called once, when the pack loads.

        Raises:
            DeclarationError: a name is unknown.
        """

    def doubt(self, reading: Reading) -> Text | None:
        """Return why what a deviation says to be missing may be there all the same; None where it is proven."""
        return reading.unread if getattr(self, "require", "") in self.absences else None

    def evaluate(self, subject: Subject) -> Outcomes:
        """Judge every instance of the rule."""
        raise NotImplementedError

    def reconciled(self, subject: Subject) -> Iterable[Reconciliation]:  # noqa: ARG002 - for comparisons across reports
        """Return every comparison with other reports, held or not."""
        return ()

    def stated(self, subject: Subject) -> Iterable["Claim"]:  # noqa: ARG002 - for the kinds that read text
        """Return what the report states elsewhere about cells, for the search for a wrong one."""
        return ()

    def reach(self, declared: Declared) -> frozenset[str]:  # noqa: ARG002 - likewise
        """Return the cells that the rule compares with something outside their form: the text, another year."""
        return frozenset()


def undeclared(key: str, what: Text, unknown: Sequence[str], known: Iterable[str]) -> DeclarationError:
    """Make the error of a key that names what the pack does not declare, with some of what it does."""
    names = tuple(known)
    some = ", ".join(names[:MOST_NAMES]) + (", …" if len(names) > MOST_NAMES else "")
    first = unknown[0] if unknown else "''"
    return DeclarationError(
        key, Text(f"没有{what.zh} {first}；有：{some}", f"unknown {what.en} {first}; declared: {some}")
    )
