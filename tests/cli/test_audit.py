"""``gouji audit`` as an office calls it: what it prints, what it writes, and with which exit code."""

import csv
import html
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote_to_bytes

import openpyxl
import pytest

from gouji.audit import outputs
from gouji.audit.letter.blank import blank
from tests.audit.office import WRONG, report
from tests.cli.conftest import ROOT, Inside, Run

WATER, TOWN, COUNTY = "青禾县水利局", "青禾县柳溪镇人民政府", "青禾县人民政府"
DATE = ("--date", "2025-04-01")
IGNORED = ("--ignore", "GJ640", "--ignore", "GJ852", "--ignore", "GJ611")
REGISTER = f"单位,上级单位\n{COUNTY},\n{WATER},{COUNTY}\n{TOWN},{COUNTY}\n"


@pytest.fixture
def county(tmp_path: Path, specimen: str) -> Path:
    """A folder as an office has it: reports of two units on 2024, and a register of three."""
    (tmp_path / "2024").mkdir()
    (tmp_path / "2024" / "水利局.md").write_text(report(specimen, WATER))
    (tmp_path / "2024" / "柳溪镇.md").write_text(report(specimen, TOWN))
    (tmp_path / "名册.csv").write_text(REGISTER)
    return tmp_path


few = pytest.mark.usefixtures("_few")


@pytest.fixture
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write few outputs: what they hold is tested elsewhere, and what draws them would burden children of this process."""
    kept = {name: outputs.OUTPUTS[name] for name in ("findings.csv", "findings.json")}
    monkeypatch.setattr(outputs, "OUTPUTS", kept)


def files(out: Path) -> dict[str, bytes]:
    """Return what is in a folder of results, the ledger left out."""
    found = (path for path in sorted(out.rglob("*")) if path.is_file() and path.name != outputs.LEDGER)
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in found}


# --- what it prints and writes ----------------------------------------------------------------


def test_audit(gouji: Run, county: Path) -> None:
    """Everything is written; the terminal tells the counts and where; nobody is accused but who did not report."""
    done = gouji("audit", "2024", "--register", "名册.csv", *DATE, *IGNORED, cwd=county)
    assert (done.returncode, done.stderr) == (1, b"")
    lines = [line.split() for line in done.stdout.decode().splitlines() if line]
    assert lines[0] == [f"{COUNTY}：2", "个文件，2025-04-01", "审计"]
    assert lines[3] == ["2024", "3", "2", "0", "0", "1", "2", "1", "0", "0"]
    assert lines[6] == [COUNTY, "2024", "未报", "1", "0"]
    assert lines[-2:] == [["名册有", "3", "个单位"], ["结果在", "审计结果：index.html、audit.xlsx、notices/"]]
    assert set(files(county / "审计结果")) == {*outputs.OUTPUTS, f"notices/{COUNTY}.docx"}
    told = json.loads(files(county / "审计结果")["findings.json"])
    assert [f["rule"] for file in told["files"] for f in file["findings"]] == ["GJ601"]


@few
def test_in_english(inside: Inside, county: Path) -> None:
    _, out, err = inside("audit", "2024", "--lang", "en", *DATE, cwd=county)
    assert (out.splitlines()[0], err) == ("2024: 2 files, audited on 2025-04-01", "")
    assert "without a register, units without a report are not known" in out
    assert out.splitlines()[-1] == "results are in 审计结果: index.html, audit.xlsx, notices/"


@pytest.mark.parametrize(
    ("options", "changes", "code"),
    [
        ((), (), 0),
        (("--fail-on", "warning"), (), 0),
        ((), (WRONG,), 1),
        (("--fail-on", "never"), (WRONG,), 0),
        (("--fail-on", "error"), (WRONG,), 1),
    ],
)
@few
def test_exit_codes(
    inside: Inside,
    county: Path,
    specimen: str,
    options: tuple[str, ...],
    changes: tuple[tuple[str, str], ...],
    code: int,
) -> None:
    """Findings from a severity on make 1."""
    (county / "2024" / "水利局.md").write_text(report(specimen, WATER, 2024, *changes))
    assert inside("audit", "2024", *DATE, *IGNORED, *options, cwd=county)[0] == code


@few
def test_crash(inside: Inside, county: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that fails makes the whole untrustworthy, and everything is written nevertheless."""

    def broken(*_: object) -> None:
        raise KeyError("lost")

    monkeypatch.setattr("gouji.checks.date.DateRule.evaluate", broken)
    code, _, err = inside("audit", "2024", *DATE, *IGNORED, cwd=county)
    assert (code, err) == (2, "")
    told = json.loads(files(county / "审计结果")["findings.json"])
    assert {f["rule"] for file in told["files"] for f in file["findings"]} == {"GJ010"}


@few
def test_second_run(inside: Inside, county: Path) -> None:
    """An unchanged county is told again, and nothing is written."""
    first = inside("audit", "2024", *DATE, *IGNORED, cwd=county)
    times = {
        path: path.stat().st_mtime_ns for path in (county / "审计结果").rglob("*.*") if path.name != outputs.LEDGER
    }
    assert inside("audit", "2024", *DATE, *IGNORED, cwd=county) == first
    assert {path: path.stat().st_mtime_ns for path in times} == times


@few
def test_results_among_the_reports(inside: Inside, county: Path) -> None:
    """The letters are no reports, wherever they lie."""
    for _ in range(2):
        _, out, _ = inside("audit", ".", "--register", "名册.csv", *DATE, *IGNORED, cwd=county)
        assert out.splitlines()[0] == f"{COUNTY}：2 个文件，2025-04-01 审计"
    assert list((county / "审计结果" / "notices").iterdir())


@few
def test_results_of_another_audit(inside: Inside, county: Path) -> None:
    """Nor are those of another audit, and that is said."""
    inside("audit", "2024", "--register", "名册.csv", "--out", "去年结果", *DATE, *IGNORED, cwd=county)
    assert list((county / "去年结果" / "notices").iterdir())
    _, out, err = inside("audit", ".", "--register", "名册.csv", *DATE, *IGNORED, cwd=county)
    assert out.splitlines()[0] == f"{COUNTY}：2 个文件，2025-04-01 审计"
    assert err == "gouji: 跳过以前的审计结果 去年结果\n"


def test_region_of_the_register(gouji: Run, county: Path) -> None:
    """Where all units are in one region, phones are checked against it.

    In a process of its own: the area codes of the country take memory that a child of this one may not have left.
    """
    (county / "名册.csv").write_text(f"单位,地区\n{WATER},028\n{TOWN},028\n")
    gouji("audit", "2024", "--register", "名册.csv", *DATE, *IGNORED, cwd=county)
    told = json.loads(files(county / "审计结果")["findings.json"])
    found = [f["rule"] for file in told["files"] for f in file["findings"]]
    assert found == ["GJ223", "GJ223"]


# --- the register -----------------------------------------------------------------------------


@few
def test_init_register(inside: Inside, county: Path) -> None:
    """A register to fill in has the units of the reports, and with it none is a stranger."""
    code, out, err = inside("audit", "2024", "--init-register", "样表.csv", *DATE, cwd=county)
    assert (code, err) == (0, "")
    assert out.startswith("已写出名册 样表.csv：2 个单位，")
    rows = list(csv.reader((county / "样表.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0][-2:] == ["2024年公布日期", "2024年公布网址"]
    assert [row[:2] for row in rows[1:]] == [[TOWN, "乡镇"], [WATER, "部门"]]
    code, out, _ = inside("audit", "2024", "--register", "样表.csv", *DATE, *IGNORED, cwd=county)
    assert code == 0
    assert "名册有 2 个单位" in out


def test_init_register_overwrites_nothing(inside: Inside, county: Path) -> None:
    """It says so before it has read anything."""
    code, out, err = inside("audit", "2024", "--init-register", "名册.csv", cwd=county)
    assert (code, out, err) == (2, "", "gouji: 名册.csv 已经存在，没有改动\n")
    assert (county / "名册.csv").read_text() == REGISTER
    assert not (county / "审计结果").exists()


def test_init_notice_template(inside: Inside, county: Path) -> None:
    """The template that gouji brings is written for the office, once, and makes the letters that it makes by itself."""
    code, out, err = inside("audit", "--init-notice-template", "模板.docx", cwd=county)
    assert (code, err) == (0, "")
    assert out == "已写出整改通知模板 模板.docx：请在 Word 或 WPS 里修改，再用 --notice-template 模板.docx 审计\n"
    assert (county / "模板.docx").read_bytes() == blank()
    assert not (county / "审计结果").exists()
    code, out, err = inside("audit", "--init-notice-template", "模板.docx", cwd=county)
    assert (code, out, err) == (2, "", "gouji: 模板.docx 已经存在，没有改动\n")
    code, _, err = inside("audit", "--init-notice-template", "无/模板.docx", cwd=county)
    assert (code, err) == (2, "gouji: 无法写入 无/模板.docx：No such file or directory\n")


def test_no_folder(inside: Inside, county: Path) -> None:
    assert inside("audit", cwd=county) == (2, "", "gouji: 请给出报告所在的文件夹\n")


def test_mistakes_of_a_register(inside: Inside, county: Path) -> None:
    """Each stands on a line of its own, before anything is read."""
    (county / "名册.csv").write_text(f"单位,类型,上级单位\n{WATER},部局,{COUNTY}\n")
    code, out, err = inside("audit", "2024", "--register", "名册.csv", cwd=county)
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        "名册.csv: 第 2 行：没有类型“部局”，可用：乡镇、乡、镇、街道、部门、县、区、县区、市、省、办公厅、中央",
        f"名册.csv: 第 2 行：上级单位“{COUNTY}”不在名册里",
        "gouji: 名册 名册.csv 有 2 处错误",
    ]
    assert not (county / "审计结果").exists()


# --- what cannot be -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("none",), "没有这个文件或文件夹：none"),
        (("empty",), "文件夹 empty 里没有可检查的文件"),
        (("2024", "--out", "名册.csv"), "无法建立文件夹 名册.csv：File exists"),
        (("2024", "--out", "2024"), "结果不能写到 2024：要审计的 2024 就在里面，请用 --out 另给一个文件夹"),
        (("2024", "--out", "."), "结果不能写到 .：要审计的 2024 就在里面，请用 --out 另给一个文件夹"),
        (("2024", "--years", "2024,23"), "--years 写作 2023,2024，不能是 2024,23"),
        (("2024", "--register", "none.csv"), "名册 none.csv 有 1 处错误"),
        (("2024", "--ignore", "GJ999"), "GJ999"),
    ],
)
def test_refused(inside: Inside, county: Path, arguments: tuple[str, ...], told: str) -> None:
    (county / "empty").mkdir()
    code, out, err = inside("audit", *arguments, cwd=county)
    assert (code, out) == (2, "")
    assert told in err.splitlines()[-1]
    assert "Traceback" not in err


@few
def test_damaged_ledger(inside: Inside, county: Path) -> None:
    """It is said on stderr, and the results are those of a fresh audit."""
    first = inside("audit", "2024", *DATE, *IGNORED, cwd=county)
    wanted = files(county / "审计结果")
    (county / "审计结果" / outputs.LEDGER).write_bytes(b"damaged" * 1000)
    code, out, err = inside("audit", "2024", *DATE, *IGNORED, cwd=county)
    assert (code, out) == first[:2]
    assert err == "gouji: 台账已损坏或不是本版本的，改名为 audit.sqlite.bad1，重新审计\n"
    (county / "审计结果" / "audit.sqlite.bad1").unlink()
    assert files(county / "审计结果") == wanted


@few
def test_changed_letter(inside: Inside, county: Path) -> None:
    """What somebody has written into a letter is not lost, and he is told."""
    arguments = ("audit", "2024", "--register", "名册.csv", *IGNORED)
    inside(*arguments, *DATE, cwd=county)
    letter = county / "审计结果" / "notices" / f"{COUNTY}.docx"
    letter.write_bytes(b"with a number")
    _, _, err = inside(*arguments, "--date", "2025-04-02", cwd=county)
    assert err == f"gouji: 审计结果/notices/{COUNTY}.docx 有人改过，没有覆盖；要新的请先把它移走\n"
    assert letter.read_bytes() == b"with a number"


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of 300 kB."""
    folder = tmp_path / "small"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("only root can mount a small file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_full_disk(gouji: Run, county: Path, small: Path) -> None:
    """It is said which files could not be written; what could is whole, and so is what was there."""
    out = small / "out"
    out.mkdir()
    (out / "index.html").write_text("old")
    done = gouji("audit", "2024", "--out", str(out), *DATE, cwd=county)
    assert (done.returncode, done.stdout) == (2, b"")
    told = done.stderr.decode()
    assert re.fullmatch(r"gouji: 无法写入.*(No space left on device|database or disk is full).*\n", told)
    assert not (out / ".new").exists()
    gouji("audit", "2024", "--out", str(county / "out"), *DATE, cwd=county)
    wanted = files(county / "out")
    assert [name for name, data in files(out).items() if data not in (wanted[name], b"old")] == []


def test_read_only(inside: Inside, county: Path, small: Path) -> None:
    (small / "out").mkdir()
    subprocess.run(["mount", "-o", "remount,ro", str(small)], check=True)
    code, out, err = inside("audit", "2024", "--out", str(small / "out"), *DATE, cwd=county)
    assert (code, out, err) == (2, "", f"gouji: 无法使用台账 {small}/out/audit.sqlite：unable to open database file\n")


# --- every input in every output ----------------------------------------------------------------


def test_odd_inputs(gouji: Run, tmp_path: Path, specimen: str) -> None:
    """Names of any bytes, links that lead nowhere, pipes, empty files: each is told exactly once, everywhere."""
    folder = tmp_path / "县"
    folder.mkdir()
    base = os.fsencode(folder) + b"/"
    good = [b"a\nb.md", b"\x1b[31mred.md", b"\xd0\xc2.md", b"-rf.md", b"=cmd.md", "甲<b>乙&丙.md".encode()]
    for number, name in enumerate(good):
        Path(os.fsdecode(base + name)).write_text(report(specimen, f"青禾县第{number}局"))
    os.mkfifo(base + b"fifo.md")
    for link, target in (("dangling.md", "nowhere"), ("loop.md", "loop.md"), ("twin.md", "-rf.md")):
        (folder / link).symlink_to(target)
    Path(os.fsdecode(base + b"empty.md")).write_bytes(b"")
    Path(os.fsdecode(base + b"\xff.docx")).write_bytes(b"PK\x03\x04junk")
    Path(os.fsdecode(base + b"dir.md")).mkdir()
    names = sorted([*good, b"fifo.md", b"dangling.md", b"loop.md", b"empty.md", b"\xff.docx"])
    done = gouji("audit", "县", *DATE, *IGNORED, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"\x1b" not in done.stdout
    assert done.stdout.decode().splitlines()[0] == f"县：{len(names)} 个文件，2025-04-01 审计"
    out = tmp_path / "审计结果"
    shown = sorted(_shown(os.fsdecode(b"\xe5\x8e\xbf/" + name)) for name in names)

    told = json.loads((out / "findings.json").read_bytes())
    assert sorted(os.fsencode(file["path"]).removeprefix("县/".encode()) for file in told["files"]) == names
    with (out / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row[3].removeprefix("'") for row in csv.reader(file)]
    assert sorted(set(rows[1:])) == shown
    uris = _uris(json.loads((out / "findings.sarif").read_bytes()))
    failed = [b"fifo.md", b"dangling.md", b"loop.md", b"empty.md", b"\xff.docx"]
    assert {name for name in failed if "县/".encode() + name not in uris} == set()
    book = openpyxl.load_workbook(out / "audit.xlsx")
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None}
    told = [name for name in shown if not any(name in cell.replace("\n", " ") for cell in cells)]
    assert told == []
    page = html.unescape((out / "index.html").read_text(encoding="utf-8"))
    data = page.replace("\\u003c", "<").replace("\\\\", "\\").replace("\\u0026", "&").replace("\\u003e", ">")
    assert [name for name in shown if name not in data] == []


def _shown(path: str) -> str:
    """Write a name as people see it: by hand, not by what is tested."""
    return "".join(
        " "
        if char == "\n"
        else f"\\x{ord(char):02x}"
        if ord(char) < 32
        else f"\\u{ord(char):04x}"
        if 0xD800 <= ord(char) < 0xE000
        else char
        for char in path
    )


def _uris(log: dict[str, object]) -> set[bytes]:
    return {unquote_to_bytes(uri) for uri in re.findall(r'"uri": ?"([^"]+)"', json.dumps(log, ensure_ascii=False))}


# --- the same bytes ---------------------------------------------------------------------------


def test_same_bytes(gouji: Run, county: Path, specimen: str) -> None:
    """Whatever the number of children, the hash seed, the locale and the folder of the results."""
    for year in (2023, 2024):
        for number in range(8):
            path = county / str(year) / f"第{number}局.md"
            path.parent.mkdir(exist_ok=True)
            path.write_text(report(specimen, f"青禾县第{number}局", year, *([WRONG] if number % 3 == 0 else [])))
    runs = [
        (("--jobs", "1", "--out", "a"), {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "UTC"}),
        (
            ("--jobs", "2", "--out", "b"),
            {"PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8", "TZ": "Asia/Shanghai", "LANG": "zh_CN.UTF-8"},
        ),
    ]
    printed = []
    for options, environment in runs:
        done = gouji("audit", "2023", "2024", "--register", "名册.csv", *DATE, *options, cwd=county, **environment)
        assert (done.returncode, done.stderr) == (1, b"")
        printed.append(done.stdout.replace(b"\xe5\x9c\xa8 b", b"\xe5\x9c\xa8 a"))
    assert printed[0] == printed[1]
    assert files(county / "a") == files(county / "b")


@few
def test_paths_as_typed(inside: Inside, county: Path) -> None:
    """The names of files begin as the user began them, wherever he stands."""
    for start, cwd in (("2024", county), (str(county / "2024"), ROOT), ("../2024", county / "2024")):
        out = county / f"out-{len(start)}"
        inside("audit", start, "--out", str(out), *DATE, cwd=cwd)
        told = json.loads((out / "findings.json").read_bytes())
        assert sorted(file["path"] for file in told["files"]) == [f"{start}/柳溪镇.md", f"{start}/水利局.md"]


# --- the terminal -----------------------------------------------------------------------------


def test_progress(county: Path, specimen: str) -> None:
    """Who sits at a terminal sees how far it is, and in the end only what came of it."""
    for number in range(30):
        (county / "2024" / f"第{number}局.md").write_text(report(specimen, f"青禾县第{number}局"))
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(county)
        os.execve(  # noqa: S606 - in the child of a terminal of its own
            sys.executable, [sys.executable, "-m", "gouji", "audit", "2024", *DATE], os.environ | {"TERM": "xterm"}
        )
    seen = b""
    while True:
        try:
            part = os.read(terminal, 1 << 16)
        except OSError:  # closed
            break
        if not part:
            break
        seen += part
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) in (0, 1)
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen.decode())
    assert re.search(r"读取 \S+ +\d+/32 .*份/秒", text)
    assert "相互核对，写出结果" in text
    assert "2024：32 个文件，2025-04-01 审计" in text
    assert b"\x1b[1m" in seen


def test_no_colours_in_a_pipe(gouji: Run, county: Path) -> None:
    done = gouji("audit", "2024", "--register", "名册.csv", *DATE, cwd=county)
    assert b"\x1b" not in done.stdout + done.stderr
    assert done.stderr == b""
