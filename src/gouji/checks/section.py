"""Kind ``section``: the prescribed sections and their headings."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal

from gouji.document import Paragraph
from gouji.errors import DeclarationError
from gouji.facts import Heading, Section
from gouji.outline import DeclaredSection, compiled, refuse_bad_patterns
from gouji.rule import Rule, undeclared
from gouji.subject import Declared, Deviation, Outcomes, Passed, Subject
from gouji.wording import CHINESE_DIGITS, Text, same, shorten, squeeze

Demand = Literal["present", "unique", "ordered", "numbered", "titled", "filled", "no_placeholder", "even_brackets"]


@dataclass(frozen=True, kw_only=True, eq=False)
class SectionRule(Rule):
    """A demand on the declared sections.

    Attributes:
        require: ``present``; ``unique``: not twice; ``ordered``: as declared; ``numbered``: with its
            number; ``titled``: the official title or an accepted one; ``filled``: some text or a
            table; ``no_placeholder``: none of ``patterns`` in its text; ``even_brackets``: headings
            of one level do not mix （一） and (一).
        sections: only these; empty for all.
        patterns: what a left-over placeholder looks like (RE2, on text without spaces).
    """

    kind: Literal["section"]
    require: Demand
    sections: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()

    absences: ClassVar[frozenset[str]] = frozenset({"present", "filled"})
    placeholders: ClassVar[frozenset[str]] = frozenset({"number", "title", "found", "expected"})

    def __post_init__(self) -> None:
        """Refuse bad patterns."""
        Rule.__post_init__(self)
        refuse_bad_patterns("patterns", enumerate(self.patterns))
        if (self.require == "no_placeholder") != bool(self.patterns):
            raise DeclarationError(
                "patterns",
                Text(
                    "no_placeholder 要有 patterns，其他要求不能有",
                    "no_placeholder needs patterns, and nothing else takes them",
                ),
            )

    def bind(self, declared: Declared) -> None:
        """Refuse unknown sections."""
        unknown = [key for key in self.sections if key not in declared.sections]
        if unknown:
            raise undeclared("sections", Text("章节", "section"), unknown, declared.sections)

    def evaluate(self, subject: Subject) -> Outcomes:
        """Judge every section concerned."""
        return DEMANDS[self.require](self, subject)

    def chosen(self, subject: Subject) -> tuple[DeclaredSection, ...]:
        """Return the declared sections that this rule is about."""
        return tuple(s for key, s in subject.declared.sections.items() if not self.sections or key in self.sections)

    def found(self, subject: Subject) -> Iterator[tuple[DeclaredSection, Section]]:
        """Yield those that the report has."""
        for declared in self.chosen(subject):
            if declared.key in subject.reading.sections:
                yield declared, subject.reading.sections[declared.key]

    def left_over(self, section: Section) -> Iterator[tuple[Paragraph, str]]:
        """Yield paragraphs in which a pattern is found, with the words."""
        if compiled(self._any).search("\n".join([p.squeezed for p in section.paragraphs])):  # most have none
            for paragraph in section.paragraphs:
                found = next((m for p in self.patterns if (m := compiled(p).search(paragraph.squeezed))), None)
                if found:
                    yield paragraph, found[0]

    @cached_property
    def _any(self) -> str:
        return "|".join(f"(?:{pattern})" for pattern in self.patterns)


def _values(declared: DeclaredSection, found: str = "", expected: str | Text = "") -> dict[str, str | int | Text]:
    numeral = CHINESE_DIGITS[declared.number - 1]
    return {
        "number": numeral,
        "title": declared.title,
        "found": shorten(found, 40),
        "expected": expected or declared.title,
    }


def _present(rule: SectionRule, subject: Subject) -> Outcomes:
    place = subject.reading.start
    for declared in rule.chosen(subject):
        if declared.key in subject.reading.sections:
            yield Passed(declared.key)
        else:
            yield Deviation(declared.key, place, _values(declared), expected=declared.title)


def _unique(rule: SectionRule, subject: Subject) -> Outcomes:
    for declared in rule.chosen(subject):
        again = [h for h in subject.reading.repeated if _names(declared, h)]
        if again:
            yield Deviation(declared.key, again[0].place, _values(declared, again[0].text))
        else:
            yield Passed(declared.key)


def _names(declared: DeclaredSection, heading: Heading) -> bool:
    text = squeeze(heading.text)
    return any(squeeze(title) in text for title in (declared.title, *declared.accept, *declared.flag))


def _ordered(rule: SectionRule, subject: Subject) -> Outcomes:
    last = 0
    for key, section in subject.reading.sections.items():
        declared = subject.declared.sections[key]
        if declared.number < last:
            yield Deviation(key, section.heading.place, _values(declared, section.heading.text))
        else:
            yield Passed(key)
        last = max(last, declared.number)


def _numbered(rule: SectionRule, subject: Subject) -> Outcomes:
    for declared, section in rule.found(subject):
        number = section.heading.numbering
        if number is not None and number.ordinal == declared.number and number.style[0] in "一第":
            yield Passed(declared.key)
        else:
            official = f"{CHINESE_DIGITS[declared.number - 1]}、{declared.title}"
            values = _values(declared, section.heading.text, official)
            yield Deviation(declared.key, section.heading.place, values, official, section.heading.text)


def _titled(rule: SectionRule, subject: Subject) -> Outcomes:
    for declared, section in rule.found(subject):
        if section.agreement in ("official", "accepted"):
            yield Passed(declared.key)
        else:
            values = _values(declared, section.title)
            yield Deviation(declared.key, section.heading.place, values, declared.title, section.title)


def _filled(rule: SectionRule, subject: Subject) -> Outcomes:
    for declared, section in rule.found(subject):
        if section.has_table or any(p.squeezed for p in section.paragraphs):
            yield Passed(declared.key)
        else:
            yield Deviation(declared.key, section.heading.place, _values(declared, section.title))


def _no_placeholder(rule: SectionRule, subject: Subject) -> Outcomes:
    for declared, section in rule.found(subject):
        left = next(rule.left_over(section), None)
        if left:
            paragraph, words = left
            yield Deviation(declared.key, paragraph.place(), _values(declared, words), actual=words)
        else:
            yield Passed(declared.key)


def _even_brackets(rule: SectionRule, subject: Subject) -> Outcomes:
    for declared, section in rule.found(subject):
        styles: dict[str, Heading] = {}
        for heading in section.headings:
            if heading.numbering and heading.numbering.style in BRACKETS:
                styles.setdefault(heading.numbering.style, heading)
        if len(styles) > 1:
            first, other = list(styles.values())[:2]
            values = _values(declared, other.text, same(shorten(first.text, 40)))
            yield Deviation(declared.key, other.place, values, first.text, other.text)
        else:
            yield Passed(declared.key)


BRACKETS = ("（一）", "(一)", "（一)", "(一）")  # styles of ``wording.Numbering``; the first is the official one

DEMANDS: dict[Demand, Callable[[SectionRule, Subject], Outcomes]] = {
    "present": _present,
    "unique": _unique,
    "ordered": _ordered,
    "numbered": _numbered,
    "titled": _titled,
    "filled": _filled,
    "no_placeholder": _no_placeholder,
    "even_brackets": _even_brackets,
}
