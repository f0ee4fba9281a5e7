"""An audit made in memory, as the outputs of an audit are tested with: every kind of entry once, hostile words too."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from msgspec import structs

from gouji import __version__
from gouji.audit.result import Audit, Entry, Standing, Unit, head_of
from gouji.cli.check import cards_of
from gouji.document import Place
from gouji.engine import Options, check_reading, read_with
from gouji.facts import Fact
from gouji.finding import Equation, FileReport, Finding, Operand, Passage, Reconciliation, Severity, Status, fingerprint
from gouji.pack import Pack
from gouji.readers import markdown
from gouji.scoring import Scoring
from gouji.wording import Text, same

CHECK_DATE = date(2025, 4, 1)
HOSTILE = "=cmd|'/c calc'!A1 <img src=x onerror=alert(1)> </script><script>alert(1)</script> \"\x1b[31m"
REGISTER = "县/名册.csv"


def made_audit(pack: Pack, specimen: str) -> Audit:
    """Return an audit of a county, five units and two years; see ``_entries``."""
    entries = tuple(_entries(pack, specimen))
    unassigned = _finding(
        "GJ650", "县/其他/说明.md", Text("看不出是哪个单位的报告", "it does not say whose report it is")
    )
    lost = FileReport("县/其他/说明.md", judged=False, findings=(unassigned,))
    return Audit(
        version=__version__,
        check_date=CHECK_DATE,
        title="青禾县",
        years=(2023, 2024),
        heads=tuple(entry.head for entry in entries),
        unassigned=(lost,),
        inputs=1 + sum(bool(entry.head.path) + len(entry.others) for entry in entries),
        rules=cards_of((pack,)),
        forms=pack.forms,
        notes=(Text("名册有 5 个单位", "the register has 5 units"),),
        entry=lambda number: entries[number],
    )


def _entries(pack: Pack, specimen: str) -> Sequence[Entry]:
    scored = replace(pack, scoring=_scoring())
    liuxi = Unit("柳溪镇", "township", "青禾县", "0812", ("柳溪镇人民政府",), line=2)
    beishan = Unit("北山乡", "township", "青禾县", "0812", line=3)
    water = Unit("水利局", "department", "青禾县", "0812", published={2024: date(2025, 2, 3)}, line=4)
    hostile = Unit(HOSTILE, "township", "青禾县", line=5)
    county = Unit("青禾县", "county", "", "0812", rollup="complete", line=1)
    wrong = specimen.replace(
        "| 一、本年新收政府信息公开申请数量 | | | 3 |", "| 一、本年新收政府信息公开申请数量 | | | 8 |"
    )
    twelve = specimen.replace("青禾县柳溪镇人民政府2024年", "青禾县水利局2024年").replace("监督电话", "电话")
    evil = specimen.replace("二是村级公开员业务还不熟练。", f"二是{HOSTILE}。二是{HOSTILE}。")
    made = [
        _entry(0, (county, 2024), specimen, scored, "县/青禾县2024.md", extra=(_rollup(),), lines=_lines()),
        _entry(1, (liuxi, 2023), specimen, scored, "县/2023/柳溪镇.md"),
        _entry(2, (liuxi, 2024), wrong, scored, "县/2024/柳溪镇.md", extra=(_shared(),), lines=_lines()),
        _missing(3, beishan, 2024),
        _entry(4, (water, 2024), twelve, scored, "县/2024/水利局.md", standing=Standing.LATE),
        _entry(5, (hostile, 2024), evil, scored, f"县/2024/{HOSTILE.replace('/', '_')}.md"),
    ]
    twin = _finding("GJ602", "县/2024/柳溪镇-副本.md", Text("柳溪镇2024年还有另一份报告", "another report of 柳溪镇"))
    other = FileReport("县/2024/柳溪镇-副本.md", judged=True, unit="柳溪镇", year=2024, findings=(twin,))
    second = made[2]
    head = head_of(2, liuxi, 2024, Standing.REPORTED, second.report, (other,))
    made[2] = structs.replace(second, head=head, others=(other,))
    return made


def _entry(  # noqa: PLR0913 - a test's table
    number: int, who: tuple[Unit, int], text: str, pack: Pack, path: str, *, standing: Standing = Standing.REPORTED,
    extra: tuple[Finding, ...] = (), lines: tuple[Reconciliation, ...] = (),
) -> Entry:  # fmt: skip
    unit, year = who
    options = Options(check_date=CHECK_DATE)
    document = markdown.read(text.encode(), path)
    found = read_with(document, [pack], options)
    report = check_reading(document, found, [pack], options)
    report = structs.replace(report, findings=(*report.findings, *(structs.replace(f, path=path) for f in extra)))
    head = head_of(number, unit, year, standing, report)
    facts: dict[str, Fact] = found[1].facts
    day = unit.published.get(year)
    return Entry(head, report, facts=facts, reconciliations=lines, published=day, deadline=date(year + 1, 1, 31))


def _missing(number: int, unit: Unit, year: int) -> Entry:
    text = Text(f"没有找到{unit.name}{year}年的报告", f"no report of {unit.name} on {year} was found")
    finding = structs.replace(_finding("GJ601", REGISTER, text), place=Place(unit.line))
    report = FileReport(REGISTER, judged=False, unit=unit.name, year=year, findings=(finding,))
    return Entry(head_of(number, unit, year, Standing.MISSING, report), report, deadline=date(year + 1, 1, 31))


def _finding(rule: str, path: str, text: Text) -> Finding:
    return Finding(
        rule=rule, slug="made-up", severity=Severity.ERROR, address="", message=text, place=Place(1), path=path,
        fingerprint=fingerprint(rule, path, ""), basis=Text("《中华人民共和国政府信息公开条例》第四十九条", "Regulations, art. 49"),
        remedy=Text("请核对", "look at it"),
    )  # fmt: skip


def _rollup() -> Finding:
    text = Text("表三“总计”与各单位之和不等：本级 1452，各单位合计 1449，相差 3", "table 3: 1452 is not the sum 1449")
    sides = (
        (Operand("a", same("本级"), 1, "1452", Place(60)),),
        (Operand("b", same("各单位合计"), 1, "1449", Place(0)),),
    )
    equation = Equation(
        Text("本级 1452，各单位合计 1449，相差 3", "own 1452, units 1449, difference 3"), sides[0], "=", sides[1], "3"
    )
    return structs.replace(_finding("GJ620", "", text), equation=equation, place=Place(60))


def _shared() -> Finding:
    text = Text(
        "“五、存在的主要问题及改进情况”有 81.0% 的文字与北山乡2024年报告相同",
        "81.0% of section 5 stands in another report",
    )
    passages = (
        Passage("一是群众关心的惠农补贴信息更新较慢。", Place(90), "一是群众关心的惠农补贴信息更新较慢。", Place(91)),
        Passage(f"二是{HOSTILE}", Place(92), f"二是{HOSTILE}", Place(93)),
    )
    other = Text("北山乡2024年报告", "the report of 北山乡 on 2024")
    return structs.replace(_finding("GJ640", "", text), severity=Severity.WARNING, passages=passages, other=other)


def _lines() -> tuple[Reconciliation, ...]:
    name, new = Text("上年结转·自然人", "carried in, natural persons"), Text("本年新收·总计", "new, total")
    return (
        Reconciliation("GJ610", "applications/natural", name, Text("上年结转 2，上年报告结转下年度 2", "2 and 2"), "2", "2", "0", Status.PASS),
        Reconciliation("GJ620", "applications.new.total", new, Text("本级 1452，各单位合计 1449", "1452 and 1449"), "1452", "1449", "3", Status.FAIL),
        Reconciliation("GJ620", "applications.new.ngo", new, Text("本级 0，各单位合计 ?", "0 and ?"), "0", "", "", Status.UNDETERMINED,
                       Text("北山乡没有报告", "no report of 北山乡")),
    )  # fmt: skip


def _scoring() -> Scoring:
    return Scoring(full=100, severities={Severity.ERROR: 2, Severity.WARNING: "0.5"})
