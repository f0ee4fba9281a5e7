"""The reports of the county of ``examples/county``: numbers and sentences put together as Markdown."""

import re
from collections.abc import Sequence
from datetime import date
from functools import cache

from msgspec import Struct

from tests.documents import county_roles as role
from tests.documents.county_figures import GROUPS, LITIGATION, Figures, keys
from tests.documents.county_units import FIRST, NUMBERS, WORDS, Unit, chance, drawn, shuffled
from tests.documents.make_docx import SPECIMEN

_NUMBER = re.compile(r"(?<=\| )[0-9.]+(?= \|)")


@cache
def forms() -> dict[str, str]:
    """Return the tables of the specimen by the number of their section."""
    sections = SPECIMEN.read_text(encoding="utf-8").split("\n## ")[1:]
    return {section[0]: section.partition("\n\n")[2].strip() for section in sections if "|" in section}


def tables(figures: Figures) -> dict[str, str]:
    """Return the three tables with other numbers in them, by the number of their section."""
    numbers = iter([figures[key] for key in keys()])
    return {section: _NUMBER.sub(lambda _: str(next(numbers)), table) for section, table in forms().items()}


class Story(Struct, frozen=True):
    """Who tells what of which year."""

    unit: Unit
    year: int
    figures: Figures

    def say(self, sentence: str, **more: object) -> str:
        """Fill in a sentence; the topics it names and its small numbers depend on who says it."""
        get = self.figures.__getitem__
        topics = shuffled(self.unit.topics, self.unit.mail, self.year, sentence)
        known = {
            "y": self.year,
            "we": self.unit.we,
            "name": self.unit.name,
            "short": self.unit.short,
            "office": self.unit.office,
            "level": self.unit.short[-1],
            "n": 42 + chance(260, self.unit.mail, self.year, sentence),
            "k": 2 + chance(6, self.unit.mail, self.year, sentence),
            "new": get("applications.new.total"),
            "cin": get("applications.carried_in.total"),
            "done": get("applications.processed.total"),
            "out": get("applications.carried_out.total"),
            "sum": get("applications.new.total") + get("applications.carried_in.total"),
            "review": get("disputes.review.total"),
            "suits": get("disputes.direct_suit.total") + get("disputes.suit_after_review.total"),
            "issued": get("disclosure.normative.issued"),
            "repealed": get("disclosure.normative.repealed"),
            "in_force": get("disclosure.normative.in_force"),
        }
        return sentence.format(**known | dict(zip("abc", topics, strict=False)) | more)

    def draw(self, pool: Sequence[str], count: int, salt: str) -> list[str]:
        """Draw some sentences of a pool and fill them in."""
        return [self.say(sentence) for sentence in drawn(pool, count, self.unit, self.year, salt)]

    def overview(self) -> list[list[str]]:
        """Tell of the year in five paragraphs."""
        if self.unit.overview:
            return [[self.say(sentence) for sentence in paragraph] for paragraph in self.unit.overview[self.year]]
        own = self.unit.own[self.year]
        first = [*self.draw(WORDS.disclosure["say"], 1, "disclosure"), own]
        normative = self.draw(WORDS.management["normative"], 1, "normative")
        return [
            first if chance(2, self.unit.mail, self.year) else first[::-1],
            self.requests(),
            normative + self.draw(WORDS.management["say"], 2, "management"),
            self.draw(WORDS.platform["say"], 2, "platform"),
            self.supervision(),
        ]

    def requests(self) -> list[str]:
        """Tell of the requests, as many as there were."""
        get = self.figures.__getitem__
        new, came, left = (get(f"applications.{row}.total") for row in ("new", "carried_in", "carried_out"))
        case = ("both" if left else "into") if came else ("onto" if left else "within")
        if not new:
            case = "old" if came else "none"
        told = self.draw(WORDS.requests[case], 1, "requests")
        groups = {
            name: sum(get(k) for k in keys() if re.match(rf"applications\.{group}\..*total", k))
            for group, name in GROUPS.items()
        }
        if get("applications.processed.total") > 3:
            words = "，".join(f"{name}{count}件" for name, count in groups.items() if count)
            told.append(self.say(drawn(WORDS.requests["result"], 1, self.unit, self.year, "result")[0], list=words))
        told += self.draw(WORDS.requests["handling"], 2, "handling")
        fought = any(get(f"disputes.{form}.total") for form in LITIGATION)
        return told + self.draw(WORDS.requests["disputed" if fought else "peace"], 1, "peace")

    def supervision(self) -> list[str]:
        """Tell of supervision; governments owe a word on assessment, public review and accountability."""
        pools = WORDS.supervision
        if self.unit.kind == "部门":
            return self.draw(pools["department"], 3, "supervision")
        return [self.draw(pools[part], 1, part)[0] for part in ("assessed", "reviewed", "answered")]

    def problems(self) -> list[str]:
        """Tell of problems and what is done about them, in one of five ways."""
        pairs, we = self.unit.problems[self.year], self.unit.we
        names, means = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        way = (NUMBERS[self.unit.mail] + (0 if self.unit.short == role.COPIED_YEAR else 2 * (self.year - FIRST))) % 5
        counted = "一二三"
        listed = "".join(f"{counted[at]}是{name}。" for at, name in enumerate(names))
        if way == 0:
            return [listed, f"下一步，{we}将{'，'.join(means)}。"]
        if way == 1:
            return [f"存在的主要问题：{'；'.join(names)}。", f"改进情况：{'；'.join(means)}。"]
        if way == 2:
            return [f"{name}；针对这一问题，{we}将{mean}。" for name, mean in pairs]
        if way == 3:
            heads = [f"{counted[at]}是{mean}" for at, mean in enumerate(means)]
            return [
                f"对照上级要求和群众期待，还有一些不足。{listed}",
                f"{self.year + 1}年，{we}将这样改进：{'；'.join(heads)}。",
            ]
        return [f"主要问题是{'，'.join(names)}。", f"{we}已着手整改：{'，'.join(means)}。"]

    def lead(self) -> str:
        """Tell on what grounds the report is made, and whom to ask."""
        unit, number = self.unit, NUMBERS[self.unit.mail]
        contact = {
            "street": unit.street,
            "post": f"6171{number if unit.kind == '乡镇' else 0:02}",
            "phone": f"0812-865{1043 + 187 * number:04}",
            "mail": f"{unit.mail}@qinghe.example",
        }
        lines = [drawn(WORDS.lead[part], 1, unit, self.year, part)[0] for part in ("basis", "period", "contact")]
        return "".join(self.say(line, **contact) for line in lines)

    def report(self, *, overview: list[list[str]], problems: list[str], issued: date, note: str = "") -> str:
        """Write the whole report as Markdown."""
        headings = WORDS.headings[shuffled(sorted(WORDS.headings), self.unit.mail)[0]]
        fee, rest = (drawn(WORDS.other[part], 1, self.unit, self.year, part)[0] for part in ("fee", "rest"))
        filled = tables(self.figures)
        blocks = [
            f"# {self.unit.name}{self.year}年政府信息公开工作年度报告",
            self.lead(),
            "## 一、总体情况",
        ]
        for number, heading, sentences in zip("一二三四五", headings, overview, strict=True):
            blocks += [f"（{number}）{heading}", "".join(sentences)]
        blocks += ["## 二、主动公开政府信息情况", filled["二"], *([note] if note else [])]
        blocks += ["## 三、收到和处理政府信息公开申请情况", filled["三"]]
        blocks += ["## 四、政府信息公开行政复议、行政诉讼情况", filled["四"]]
        blocks += ["## 五、存在的主要问题及改进情况", *problems]
        blocks += ["## 六、其他需要报告的事项", self.say(fee) + self.say(rest)]
        blocks += [self.unit.name, f"{issued.year}年{issued.month}月{issued.day}日"]
        return "\n\n".join(blocks) + "\n"
