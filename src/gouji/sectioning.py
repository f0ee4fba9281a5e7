"""Blocks to sections: which lines are the declared headings, and what stands under them."""

from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct

from gouji.document import Block, Paragraph, Table
from gouji.facts import Heading, Section
from gouji.outline import DeclaredSection
from gouji.wording import Numbering, label_key, numbered_oddly, numbering

LONGEST_HEADING = 45
LONGEST_SUBHEADING = 40
LONGEST_ODD_NUMBER = 8
FEWEST_CONTENTS = 3  # headings in a row that come again further down
LIKE_A_TITLE = 0.6  # difflib ratio from which a numbered line is a section's title, misworded
LIKE_A_TITLE_ELSEWHERE = 0.8  # likewise when its number is another section's

_TOP_NUMBER = ("一", "第")


class Hit(Struct, frozen=True):
    """A block that names a section.

    Attributes:
        block: its index.
        section, heading, title, agreement: which section, and in what words.
        rest: text that follows the title in the same paragraph.
        odd: its number has a shape that headings do not have.
    """

    block: int
    section: DeclaredSection
    heading: Heading
    title: str
    agreement: str
    rest: Paragraph | None = None
    odd: bool = False


class Sectioning(Struct, frozen=True):
    """The sections of a document.

    Attributes:
        hits: the heading chosen for each section, in document order.
        sections: by key, in document order.
        repeated: headings that name a section once more, with text of their own.
        first: the block that the first heading is in; everything before it is the lead.
    """

    hits: tuple[Hit, ...]
    sections: dict[str, Section]
    repeated: tuple[Heading, ...]
    first: int


def divide(blocks: Sequence[Block], declared: tuple[DeclaredSection, ...]) -> Sectioning:
    """Divide a document by the declared headings.

    A heading is a numbered or marked line whose words are a section's title, a known variant, or
    close to it. A table of contents names the sections too, but has no text under its lines.
    """
    hits = _without_contents(_hits(blocks, declared), blocks)
    ends = {id(hit): after.block for hit, after in pairwise(hits)} | {id(hit): len(blocks) for hit in hits[-1:]}
    kept, repeated = _settled(hits, ends)
    sections = {hit.section.key: _section(hit, ends[id(hit)], blocks) for hit in kept}
    first = min((hit.block for hit in kept), default=len(blocks))
    return Sectioning(tuple(kept), sections, tuple(hit.heading for hit in repeated), first)


def whole_headings(blocks: Sequence[Block], declared: tuple[DeclaredSection, ...]) -> tuple[Block, ...]:
    """Put together the headings that line breaks cut in two or three, and return all blocks.

    Lines are joined where the first begins a declared title and together they are that title
    exactly, so that no line of text is ever drawn into a heading.
    """
    titles, begun = _titles(declared), _beginnings(declared)
    whole: list[Block] = []
    at = 0
    while at < len(blocks):
        block, taken = blocks[at], 1
        if isinstance(block, Paragraph) and len(block.text) <= LONGEST_HEADING and label_key(block.text) in begun:
            for size in (2, 3):
                joined = _joined(block, blocks[at + 1 : at + size])
                if joined is not None and label_key(joined.text) in titles:
                    block, taken = joined, size
                    break
        whole.append(block)
        at += taken
    return tuple(whole)


def _joined(first: Paragraph, rest: Sequence[Block]) -> Paragraph | None:
    """Join a heading with the lines behind it; None where they cannot be the rest of it."""
    if not (rest and (first.marked or numbering(first.text))):
        return None
    text, anchors = first.text, list(first.anchors)
    for part in rest:
        if not isinstance(part, Paragraph) or part.marked is not first.marked or numbering(part.text) is not None:
            return None
        anchors += [(len(text) + offset, place) for offset, place in part.anchors]
        text += part.text
    return Paragraph(text, tuple(anchors), first.marked) if len(text) <= LONGEST_HEADING else None


@lru_cache(maxsize=16)
def _beginnings(sections: tuple[DeclaredSection, ...]) -> frozenset[str]:
    titles = _titles(sections)
    return frozenset(title[:end] for title in titles for end in range(1, len(title))).difference(titles)


@lru_cache(maxsize=16)
def _titles(sections: tuple[DeclaredSection, ...]) -> dict[str, tuple[DeclaredSection, str]]:
    titles: dict[str, tuple[DeclaredSection, str]] = {}
    for section in sections:
        titles |= {label_key(t): (section, "flagged") for t in section.flag}
        titles |= {label_key(t): (section, "accepted") for t in section.accept}
        titles[label_key(section.title)] = (section, "official")
    return titles


def _hits(blocks: Sequence[Block], sections: tuple[DeclaredSection, ...]) -> list[Hit]:
    hits = []
    for at, block in enumerate(blocks):
        if isinstance(block, Paragraph):
            hit = _hit(at, block, sections)
            if hit:
                hits.append(hit)
    sure = {hit.section.key for hit in hits if _is_sure(hit)}
    listed = _listed(hits, sure)
    return [hit for hit in hits if _is_sure(hit) or (hit.section.key not in sure and hit.block not in listed)]


def _is_sure(hit: Hit) -> bool:
    return hit.agreement != "near" and not hit.odd and _is_top(hit.heading.numbering)


def _listed(hits: list[Hit], sure: set[str]) -> set[int]:
    """Return the oddly numbered lines that stand in a list of titles: right among those that head a section below."""
    listed = {hit.block for hit in hits if hit.odd and hit.section.key in sure}
    for ordered in (hits, hits[::-1]):
        for hit in ordered if listed else ():
            if hit.odd and not listed.isdisjoint((hit.block - 1, hit.block + 1)):
                listed.add(hit.block)
    return listed


def _is_top(number: Numbering | None) -> bool:
    """Tell a number of a section (一、 第一部分 1. or none) from one of a sub-heading (（一）)."""
    return number is None or number.style.startswith((*_TOP_NUMBER, "1"))


def _hit(at: int, block: Paragraph, sections: tuple[DeclaredSection, ...]) -> Hit | None:
    number = numbering(block.text)
    titles = _titles(sections)
    if not _is_top(number):
        return _aside(at, block, number, titles)
    if len(block.text) > LONGEST_HEADING:
        return _run_in(at, block, number, sections)
    key = label_key(block.text)
    words = block.text[number.end :] if number else block.text
    heading = Heading(block.text, block.place(), number)
    if key in titles:
        section, agreement = titles[key]
        return Hit(at, section, heading, words.strip().rstrip("。：:"), agreement)
    if number is None:
        return _odd(at, block, heading, key, titles)
    if not number.style.startswith(_TOP_NUMBER):
        return None
    return _near(at, heading, key, words, sections) or _run_in(at, block, number, sections)


def _aside(
    at: int, block: Paragraph, number: Numbering | None, titles: dict[str, tuple[DeclaredSection, str]]
) -> Hit | None:
    """Take （一）总体情况 for a section's heading, which counts only where no better one is found."""
    if number is None or len(block.text) > LONGEST_HEADING:
        return None
    section, agreement = titles.get(label_key(block.text), (None, ""))
    if section is None or section.number != number.ordinal:
        return None
    heading = Heading(block.text, block.place(), number)
    return Hit(at, section, heading, block.text[number.end :].strip().rstrip("。：:"), agreement)


def _odd(
    at: int, block: Paragraph, heading: Heading, key: str, titles: dict[str, tuple[DeclaredSection, str]]
) -> Hit | None:
    """Find a title behind a number that headings do not have; a line that is not marked must be an official title."""
    for begin in range(1, min(len(key), LONGEST_ODD_NUMBER + 1)):
        section, agreement = titles.get(key[begin:], (None, ""))
        if section is None or not (block.marked or agreement == "official"):
            continue
        if numbered_oddly(block.text, key[begin:]):
            return Hit(at, section, heading, key[begin:], agreement, odd=True)
    return None


def _near(at: int, heading: Heading, key: str, words: str, sections: tuple[DeclaredSection, ...]) -> Hit | None:
    ordinal = heading.numbering.ordinal if heading.numbering else 0
    for section in sections:
        ratio = SequenceMatcher(None, key, label_key(section.title)).ratio()
        if ratio >= (LIKE_A_TITLE if section.number == ordinal else LIKE_A_TITLE_ELSEWHERE):
            return Hit(at, section, heading, words.strip().rstrip("。：:"), "near")
    return None


def _run_in(at: int, block: Paragraph, number: Numbering | None, sections: tuple[DeclaredSection, ...]) -> Hit | None:
    """Find a title with its text behind it in the same paragraph: ``一、总体情况。2024年，…``."""
    if number is None or not number.style.startswith(_TOP_NUMBER):
        return None
    words = block.text[number.end :]
    for title, (section, agreement) in _titles(sections).items():
        head = words[: len(title) + 6]
        cut = next((n for n, c in enumerate(head) if c in "。：:\n "), None)
        if cut and label_key(head[:cut]) == title and section.number == number.ordinal:
            start = number.end + cut + 1
            rest = _tail_of(block, start)
            return Hit(
                at, section, Heading(block.text[: start - 1], block.place(), number), head[:cut], agreement, rest
            )
    return None


def _tail_of(block: Paragraph, start: int) -> Paragraph:
    anchors = [(0, block.place(start)), *((at - start, place) for at, place in block.anchors if at > start)]
    return Paragraph(block.text[start:], tuple(anchors))


def _without_contents(hits: list[Hit], blocks: Sequence[Block]) -> list[Hit]:
    """Drop a table of contents: three or more headings in a row that all come again, with short lines only between."""
    later = Counter(hit.section.key for hit in hits)
    seen: set[str] = set()
    contents = 0
    for n, hit in enumerate(hits):
        between = blocks[hits[n - 1].block + 1 : hit.block] if n else ()
        if hit.section.key in seen or any(not _is_short(block) for block in between):
            break
        seen.add(hit.section.key)
        if all(later[key] > 1 for key in seen):
            contents = n + 1
    return hits[contents:] if contents >= FEWEST_CONTENTS else hits


def _is_short(block: Block) -> bool:
    return isinstance(block, Paragraph) and len(block.text) <= LONGEST_HEADING


def _settled(hits: list[Hit], ends: dict[int, int]) -> tuple[list[Hit], list[Hit]]:
    """Choose one hit per section, the first with something under it; later ones like it are repetitions."""
    kept: dict[str, Hit] = {}
    repeated = []
    for hit in hits:
        before = kept.get(hit.section.key)
        if before is None or not _is_full(before, ends):
            kept[hit.section.key] = hit
        elif _is_full(hit, ends):
            repeated.append(hit)
    return sorted(kept.values(), key=lambda hit: hit.block), repeated


def _is_full(hit: Hit, ends: dict[int, int]) -> bool:
    return ends[id(hit)] > hit.block + 1 or hit.rest is not None


def _section(hit: Hit, end: int, blocks: Sequence[Block]) -> Section:
    inside = blocks[hit.block + 1 : end]
    paragraphs = tuple(b for b in inside if isinstance(b, Paragraph))
    headings = tuple(h for b in paragraphs if (h := _subheading(b)))
    return Section(
        key=hit.section.key,
        heading=hit.heading,
        title=hit.title,
        agreement=hit.agreement,
        paragraphs=(hit.rest, *paragraphs) if hit.rest else paragraphs,
        has_table=any(isinstance(b, Table) for b in inside),
        headings=headings,
    )


def _subheading(block: Paragraph) -> Heading | None:
    number = numbering(block.text)
    short = len(block.text) <= LONGEST_SUBHEADING and "。" not in block.text.rstrip("。")
    if not short or (number is None and not block.marked):
        return None
    return Heading(block.text, block.place(), number)
