"""What is planted in ``examples/county``, as data and as a page to read."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from msgspec import Struct

from tests.documents import county_roles as role
from tests.documents.county_figures import Figures, Number, drafted, keys, known, reported
from tests.documents.county_files import DAMAGED, DRAFT, MEETING, days, place, texts
from tests.documents.county_units import FIRST, LAST, PARTS, UNITS, WHOLE, YEARS

SUMMED = (
    "applications.",
    "disputes.",
    "disclosure.licensing",
    "disclosure.penalties",
    "disclosure.coercion",
    "disclosure.fees",
)


class Fault(Struct, frozen=True):
    """Something planted: what a careful auditor says of it, and the numbers; ``due`` is False where nothing is wrong."""

    kind: str
    short: str
    year: int
    files: tuple[str, ...]
    zh: str
    en: str
    numbers: dict[str, Any] = {}
    due: bool = True

    @property
    def plain(self) -> dict[str, Any]:
        """Itself as data."""
        return {
            "kind": self.kind, "due": self.due, "unit": UNITS[self.short].name, "year": self.year,
            "files": list(self.files), "numbers": self.numbers, "zh": self.zh, "en": self.en,
        }  # fmt: skip


def faults() -> list[dict[str, Any]]:
    """Return everything that is planted, as data."""
    return [fault.plain for fault in (*_of_files(), *_of_numbers(), *_of_words())]


def _of_files() -> Iterator[Fault]:
    yield Fault(
        "missing", role.MISSING, LAST, (), f"{role.MISSING}没有{LAST}年报告", f"{role.MISSING} has no report on {LAST}"
    )
    signed, published = days(role.LATE, LAST)
    deadline = date(LAST + 1, 1, 31)
    numbers: dict[str, Any] = {
        "signed": signed.isoformat(),
        "published": published.isoformat(),
        "deadline": deadline.isoformat(),
        "days": (published - deadline).days,
    }
    yield Fault(
        "late", role.LATE, LAST, (place(role.LATE, LAST),),
        f"{role.LATE}{LAST}年报告落款{signed}，名册上的公布日期是{published}，迟{numbers['days']}天",
        f"signed {signed}, made public {published} by the register: {numbers['days']} days late", numbers,
    )  # fmt: skip
    final, early = reported(role.TWICE, LAST), drafted()
    name = "applications.new.natural"
    yield Fault(
        "twice", role.TWICE, LAST, (place(role.TWICE, LAST), DRAFT),
        f"{role.TWICE}{LAST}年有两份不同的报告：新收申请自然人一份是{final[name]}件，初稿是{early[name]}件",
        f"two different reports: new requests of natural persons {final[name]} and, in a draft, {early[name]}",
        _differences(final, early),
    )  # fmt: skip
    yield Fault(
        "wrong-year", role.WRONG_YEAR, LAST, (place(role.WRONG_YEAR, LAST), place(role.WRONG_YEAR, FIRST)),
        f"{role.WRONG_YEAR}放在{LAST}年的文件就是{FIRST}年的报告，没有{LAST}年报告",
        f"the file in the folder of {LAST} is the report on {FIRST} again; there is none on {LAST}",
        {"stated": FIRST, "expected": LAST},
    )  # fmt: skip
    other = place(role.WRONG_UNIT, LAST)
    yield Fault(
        "wrong-unit", role.WRONG_UNIT, LAST, (other, place(role.COPIED_UNIT, LAST)),
        f"以{role.WRONG_UNIT}命名的文件是{role.COPIED_UNIT}的报告，{role.WRONG_UNIT}没有自己的{LAST}年报告",
        f"the file named for {role.WRONG_UNIT} is the report of {role.COPIED_UNIT}; {role.WRONG_UNIT} has none on {LAST}",
        {"stated": UNITS[role.COPIED_UNIT].name, "expected": UNITS[role.WRONG_UNIT].name},
    )  # fmt: skip
    beside = place(role.LITTERED, LAST)
    yield Fault(
        "not-a-report", role.LITTERED, LAST, (MEETING,), "会议通知，不是年报", f"a notice of a meeting, beside {beside}"
    )
    yield Fault(
        "damaged", role.LITTERED, LAST, (DAMAGED,), "Word 文件不完整，打不开", f"a Word file cut short, beside {beside}"
    )


def _of_numbers() -> Iterator[Fault]:
    both = (place(role.DISCONTINUED, FIRST), place(role.DISCONTINUED, LAST))
    before, after = (reported(role.DISCONTINUED, year) for year in YEARS)
    numbers: dict[str, Any] = {}
    for column in ("natural", "total"):
        left, came = (f"applications.{row}.{column}" for row in ("carried_out", "carried_in"))
        numbers[column] = {f"{left}@{FIRST}": before[left], f"{came}@{LAST}": after[came]}
    said = [value for pair in numbers.values() for value in pair.values()]
    yield Fault(
        "continuity", role.DISCONTINUED, LAST, both,
        f"{FIRST}年结转下年度自然人{said[0]}件、总计{said[2]}件，{LAST}年上年结转却是{said[1]}件、{said[3]}件",
        f"carried out of {FIRST}: natural persons {said[0]}, total {said[2]}; carried into {LAST}: {said[1]} and {said[3]}",
        numbers,
    )  # fmt: skip
    for kind, short, due in (("in-force", role.IN_FORCE, True), ("in-force-declared", role.DECLARED, False)):
        yield _in_force(kind, short, due=due)
    yield _rollup()
    penalties = "disclosure.penalties.decisions"
    own, units = reported(WHOLE.short, LAST)[penalties], known(penalties)
    yield Fault(
        "rollup-bound", WHOLE.short, LAST, (place(WHOLE.short, LAST),),
        f"县{LAST}年行政处罚{own}件，少于已有报告的单位之和{units}件",
        f"the county's penalties, {own}, are fewer than those of the units whose reports are known, {units}",
        {penalties: {"county": own, "known": units}},
    )  # fmt: skip
    licences = "disclosure.licensing.decisions"
    first, last = (reported(role.OUTLIER, year)[licences] for year in YEARS)
    yield Fault(
        "outlier", role.OUTLIER, LAST, (place(role.OUTLIER, FIRST), place(role.OUTLIER, LAST)),
        f"行政许可由{first}件变为{last}件，也远多于其他部门，请核对（提示）",
        f"licences went from {first} to {last}, far from all other departments: to be looked at (info)",
        {licences: {str(FIRST): first, str(LAST): last}},
    )  # fmt: skip
    yield Fault(
        "excluded", role.EXCLUDED, LAST, tuple(place(role.EXCLUDED, year) for year in YEARS),
        "垂直管理，名册注明不计入汇总：县的数字不含它，不是问题",
        "run from above, and not added up by the register: no fault", due=False,
    )  # fmt: skip


def _in_force(kind: str, short: str, *, due: bool) -> Fault:
    keys = [f"disclosure.normative.{column}" for column in ("in_force", "issued", "repealed")]
    before, now = reported(short, FIRST)[keys[0]], [reported(short, LAST)[key] for key in keys]
    expected = before + now[1] - now[2]
    zh = f"现行有效{now[0]}件，而{FIRST}年{before}件＋制发{now[1]}件－废止{now[2]}件＝{expected}件"
    en = f"in force {now[0]}, while {before} of {FIRST} + {now[1]} issued - {now[2]} repealed = {expected}"
    zh += "，没有说明" if due else "；表下有说明，不是问题"
    en += ", not accounted for" if due else "; a note below the table accounts for it: no fault"
    numbers = {f"{keys[0]}@{FIRST}": before, **dict(zip(keys, now, strict=True)), "expected": expected}
    return Fault(kind, short, LAST, (place(short, FIRST), place(short, LAST)), zh, en, numbers, due)


def _rollup() -> Fault:
    county, left_out = reported(WHOLE.short, FIRST), reported(role.LEFT_OUT, FIRST)
    numbers: dict[str, Any] = {}
    for key in keys():
        if key.startswith(SUMMED) and left_out[key]:
            numbers[key] = {"county": county[key], "units": county[key] + left_out[key], "difference": left_out[key]}
    new, licences = numbers["applications.new.total"], numbers["disclosure.licensing.decisions"]
    return Fault(
        "rollup", WHOLE.short, FIRST, (place(WHOLE.short, FIRST), place(role.LEFT_OUT, FIRST)),
        f"县{FIRST}年的数字漏加了{role.LEFT_OUT}：如新收申请{new['county']}件，各单位合计{new['units']}件，差{new['difference']}件；"
        f"行政许可差{licences['difference']}件，每一格的差都正好是{role.LEFT_OUT}的数字",
        f"the county left out {role.LEFT_OUT}: new requests {new['county']} against {new['units']}, licences"
        f" {licences['county']} against {licences['units']}; every difference is that unit's own number",
        _plain(numbers),
    )  # fmt: skip


def _of_words() -> Iterator[Fault]:
    both = (place(role.COPIED_YEAR, LAST), place(role.COPIED_YEAR, FIRST))
    yield Fault(
        "copied-from-last-year", role.COPIED_YEAR, LAST, both,
        f"第五部分照抄{FIRST}年，只改了数字", f"part 5 is that of {FIRST} with other figures", {"sections": ["problems"]},
    )  # fmt: skip
    both = (place(role.COPYIST, LAST), place(role.NEIGHBOUR, LAST))
    yield Fault(
        "copied-from-neighbour", role.COPYIST, LAST, both,
        f"第一、五部分是{role.NEIGHBOUR}的句子，只换了名称和数字", f"parts 1 and 5 are those of {role.NEIGHBOUR} with names and figures changed",
        {"sections": ["overview", "problems"], "other": UNITS[role.NEIGHBOUR].name},
    )  # fmt: skip
    unit = UNITS[role.RENAMED]
    former = unit.at(FIRST).name
    yield Fault(
        "renamed", role.RENAMED, FIRST, (place(role.RENAMED, FIRST), place(role.RENAMED, LAST)),
        f"{FIRST}年叫{former}，名册的别名里有，不是问题", f"it was called {former}, an alias of the register: no fault",
        {"former": former}, due=False,
    )  # fmt: skip


def _differences(one: Figures, other: Figures) -> dict[str, list[Number]]:
    return {key: [one[key], other[key]] for key in keys() if one[key] != other[key]}


def _plain(numbers: dict[str, Any]) -> dict[str, Any]:
    """Return numbers as JSON has them; money is a text, for it is exact."""
    return {
        key: {name: v if isinstance(v, int) else str(v) for name, v in value.items()} for key, value in numbers.items()
    }


def readme(listed: list[dict[str, Any]]) -> str:
    """Return the page that says what lies here."""
    rows: dict[bool, tuple[list[str], list[str]]] = {True: ([], []), False: ([], [])}
    for fault in listed:
        files = "<br>".join(f"`{path}`" for path in fault["files"]) or "—"
        chinese, english = rows[fault["due"]]
        chinese.append(f"| `{fault['kind']}` | {fault['unit']} | {fault['year']} | {fault['zh']} | {files} |")
        english.append(f"| `{fault['kind']}` | {fault['unit']} | {fault['year']} | {fault['en']} |")
    return _README.format(
        townships=sum(unit.kind == "乡镇" for unit in PARTS), departments=sum(unit.kind == "部门" for unit in PARTS),
        files=sum(1 for _ in texts()) + 2, faults="\n".join(rows[True][0]), innocents="\n".join(rows[False][0]),
        faults_en="\n".join(rows[True][1]), innocents_en="\n".join(rows[False][1]),
    )  # fmt: skip


_README = """# 青禾县：一个虚构的县

虚构的县、单位、数字和文字，由 `tests/documents/make_county.py` 生成：{townships} 个乡镇、{departments} 个部门和县人民政府，2023、2024 两年，共 {files} 个文件。每份报告单独核对都没有问题；下面的问题只有放在一起、对照 `名册.csv` 才看得出来，每种只有一处。县的数字是名册里各单位之和（表三、表四，表二的许可、处罚、强制和收费）；行政规范性文件是县政府自己的。同样的内容以数据形式写在 `faults.json`。

    gouji audit examples/county/2023 examples/county/2024 --register examples/county/名册.csv --out 审计结果

## 应当发现的 What should be found

| 种类 | 单位 | 年度 | 细心的核查人会说 | 文件 |
|---|---|---|---|---|
{faults}

## 不应当报为问题的 What is no fault

| 种类 | 单位 | 年度 | 说明 | 文件 |
|---|---|---|---|---|
{innocents}

由此还有：红岩乡、白鹤镇、麦地乡没有 2024 年报告，县 2024 年的汇总只能核对下限。白鹤镇、竹林乡各有两个内容相同的文件。

## In English

A made-up county, written by `tests/documents/make_county.py`: {townships} townships, {departments} departments and the county government, reports on 2023 and 2024, {files} files. Each report is sound by itself; what is wrong shows only across reports and against the register `名册.csv`, each kind once. The county's numbers are the sums of the units of the register (tables 3 and 4; licences, penalties, coercion and fees of table 2); normative documents are its own. `faults.json` says the same as data.

| kind | unit | year | what a careful auditor says |
|---|---|---|---|
{faults_en}

No fault:

| kind | unit | year | why |
|---|---|---|---|
{innocents_en}

It follows that 红岩乡, 白鹤镇 and 麦地乡 have no report on 2024, so that the county's sums of 2024 can only be held against a lower bound, and that 白鹤镇 and 竹林乡 have two files of the same content.
"""
