"""The list of an audit as CSV, read back."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from msgspec import structs

from gouji.audit.findings_csv import HEADS, write_csv
from gouji.audit.result import Audit
from gouji.finding import Undecided
from gouji.pack import Pack
from gouji.reporters.escape import inert, visible
from gouji.wording import Text
from tests.audit.hostile import PAYLOADS, hostile_audit
from tests.audit.made import HOSTILE, made_audit

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "\0")


@pytest.fixture(scope="module")
def audit(pack: Pack, specimen: str) -> Audit:
    return made_audit(pack, specimen)


def read(audit: Audit, folder: Path) -> list[dict[str, str]]:
    """Write the list and read it as Excel does."""
    path = folder / "findings.csv"
    write_csv(audit, path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_rows(audit: Audit, tmp_path: Path) -> None:
    """A row for each finding, and one for a report without any; a missing unit stands under the register."""
    rows = [
        tuple(row[key] for key in ("类别", "单位", "年度", "文件", "规则", "级别")) for row in read(audit, tmp_path)
    ]
    hostile = "县/2024/" + visible(HOSTILE).replace("/", "_") + ".md"
    assert rows == [
        ("问题", "青禾县", "2024", "县/青禾县2024.md", "GJ620", "错误"),
        ("未见问题", "柳溪镇", "2023", "县/2023/柳溪镇.md", "", ""),
        ("问题", "柳溪镇", "2024", "县/2024/柳溪镇.md", "GJ301", "错误"),
        ("问题", "柳溪镇", "2024", "县/2024/柳溪镇.md", "GJ640", "警告"),
        ("问题", "柳溪镇", "2024", "县/2024/柳溪镇-副本.md", "GJ602", "错误"),
        ("没有报告", "北山乡", "2024", "县/名册.csv", "GJ601", "错误"),
        ("问题", "水利局", "2024", "县/2024/水利局.md", "GJ210", "警告"),
        ("问题", "'" + visible(HOSTILE), "2024", hostile, "GJ806", "提示"),
        ("无法归属", "", "", "县/其他/说明.md", "GJ650", "错误"),
    ]


def test_cells_of_a_finding(audit: Audit, tmp_path: Path) -> None:
    row = read(audit, tmp_path)[2]
    assert row == {
        "类别": "问题", "单位": "柳溪镇", "年度": "2024", "文件": "县/2024/柳溪镇.md", "规则": "GJ301",
        "规则名称": "表三每行：各类申请人之和等于总计", "级别": "错误", "位置": "第57行第26字",
        "问题": "主因：表三（申请办理）“一、本年新收·自然人”8 应为 3；2 个等式因此不成立", "应为": "3", "实为": "8",
        "依据": "统计表内数据应当自洽；《政府信息公开工作年度报告格式》表三表头：“第一项加第二项之和，等于第三项加第四项之和”",
        "如何改正": "请对照台账核对标出的数字；按箭头改正后，2 个等式全部成立", "不计理由": "",
        "指纹": audit.entry(2).report.findings[0].fingerprint,
    }  # fmt: skip


def test_what_stayed_open_has_rows(audit: Audit, tmp_path: Path) -> None:
    """Undetermined verdicts, accepted findings, and files that were not judged, even without a reason."""
    entry = audit.entry(2)
    undecided = Undecided(Text("表三无法识别", "?"), ("GJ301", "X999"), 9, (Text("总计", "total"),))
    settled = structs.replace(entry.report.findings[0], known="2024年已核实")
    report = structs.replace(entry.report, findings=(settled,), undecided=(undecided,))
    mute = structs.replace(entry.others[0], judged=False, findings=())
    entry = structs.replace(entry, report=report, others=(mute,))
    rows = read(structs.replace(audit, heads=audit.heads[2:3], unassigned=(mute,), entry=lambda _: entry), tmp_path)
    assert [(row["类别"], row["规则"], row["规则名称"], row["问题"], row["不计理由"]) for row in rows[1:]] == [
        ("未能判定", "GJ301、X999", "表三每行：各类申请人之和等于总计、X999", "9 项未能判定：表三无法识别（总计）", ""),
        ("未能审核", "", "", "", ""),
        ("无法归属", "", "", "", ""),
    ]
    assert (rows[0]["类别"], rows[0]["不计理由"]) == ("已说明理由", "2024年已核实")


def test_few_of_many_numbers_are_named(audit: Audit, tmp_path: Path) -> None:
    """What starves for a whole table names six of its numbers and counts them all."""
    wanting = tuple(Text(f"数{number}", "") for number in range(175))
    report = structs.replace(audit.entry(1).report, undecided=(Undecided(Text("缺表", ""), ("GJ620",), 9, wanting),))
    entry = structs.replace(audit.entry(1), report=report)
    (row, _) = read(structs.replace(audit, heads=audit.heads[1:2], entry=lambda _: entry), tmp_path)
    assert row["问题"] == "9 项未能判定：缺表（数0、数1、数2、数3、数4、数5等 175 项）"


@pytest.mark.parametrize("name", ["made", "hostile"])
def test_every_input_has_a_row(name: str, audit: Audit, pack: Pack, tmp_path: Path) -> None:
    one = audit if name == "made" else hostile_audit(pack)
    paths = Counter(row["文件"] for row in read(one, tmp_path))
    assert set(paths) == {inert(visible(file.path)) for file in one.files()}
    assert sum(paths.values()) == sum(max(1, len(f.findings) + len(f.undecided)) for f in one.files())


def test_hostile_words_do_not_act(pack: Pack, tmp_path: Path) -> None:
    """No cell begins with what a spreadsheet takes for a formula, blanks aside; each row is one line of the file."""
    rows = read(hostile_audit(pack), tmp_path)
    cells = [cell for row in rows for cell in row.values()]
    assert [cell for cell in cells if cell.lstrip().startswith(FORMULA)] == []
    assert [cell for cell in cells if any(not (char.isprintable() or char == "\u3000") for char in cell)] == []
    found = [row["实为"] for row in rows if row["规则"] == "GJ301"]
    assert [cell.removeprefix("'") for cell in found] == [visible(words).removeprefix("'") for words in PAYLOADS]
    data = (tmp_path / "findings.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf" + ",".join(HEADS).encode() + b"\r\n")
    assert data.count(b"\n") == data.count(b"\r\n") == len(rows) + 1


def test_same_bytes(audit: Audit, tmp_path: Path) -> None:
    write_csv(audit, tmp_path / "a.csv")
    write_csv(audit, tmp_path / "b.csv")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
