"""``gouji check`` as a user calls it: what it prints, where, and with which exit code."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gouji.readers import SUFFIXES
from tests.cli.conftest import ROOT, Inside, Run

EXAMPLES = ROOT / "examples"


def lines(output: bytes) -> list[str]:
    return output.decode("utf-8").splitlines()


def test_clean_report_passes(gouji: Run) -> None:
    """A clean report ends with exit 0 and the counts of the verdicts; stderr stays silent."""
    done = gouji("check", "--date", "2026-01-31", "examples/clean.md")
    assert (done.returncode, done.stderr) == (0, b"")
    assert lines(done.stdout) == [
        "检查 1 个文件（检查日 2026-01-31），其中 1 个没有问题",
        "发现 错误 0  警告 0  提示 0",
        "判定 通过 186  不通过 0  未能判定 0  不适用 78",
    ]


def test_same_content_same_facts_in_html(gouji: Run) -> None:
    """The web page of the clean report gives the very same numbers, and passes as well."""
    read = [
        json.loads(gouji("facts", f"examples/clean.{suffix}", "--format", "json").stdout) for suffix in ("md", "html")
    ]
    markdown, web = ({key: fact["value"] for key, fact in reading["facts"].items()} for reading in read)
    assert markdown == web
    assert len(markdown) == 200
    assert gouji("check", "--date", "2026-01-31", "--fail-on", "info", "examples/clean.html").returncode == 0


def test_plain_call_takes_the_same_path_as_the_full_one(gouji: Run) -> None:
    """``gouji check FILE`` skips Typer; it prints what the call with options prints."""
    short, full = gouji("check", "examples/errors.md"), gouji("check", "--fail-on", "error", "examples/errors.md")
    assert (short.returncode, short.stdout) == (full.returncode, full.stdout)
    assert short.returncode == 1


def test_finding_names_place_equation_and_difference(gouji: Run) -> None:
    """A broken sum is told by the cell at fault, with its repair in the table and the equation beneath."""
    done = gouji("check", "--date", "2026-01-31", "--select", "GJ303", "examples/errors.md", COLUMNS="80")
    assert done.returncode == 1
    assert lines(done.stdout)[:11] == [
        "examples/errors.md  青禾县水利局 · 2024 · cn-gov-disclosure/2021",
        "  89:20   错误 GJ303 主因：表四（复议诉讼）“行政复议·总计”0 应为 11（总计没有汇",
        "    总）",
        "    ┌────────────────┬────────┬────────┬────────┬────────┬──────┐",
        "    │表四（复议诉讼）│结果维持│结果纠正│其他结果│尚未审结│  总计│",
        "    ├────────────────┼────────┼────────┼────────┼────────┼──────┤",
        "    │行政复议        │      10│       1│       0│       0│[0→11]│",
        "    └────────────────┴────────┴────────┴────────┴────────┴──────┘",
        "    · GJ303 89: 表四（复议诉讼）“行政复议”：结果维持 10 + 结果纠正 1 + 其他结果",
        "      0 + 尚未审结 0 = 11，总计 0，相差 11",
        "    依据：统计表内数据应当自洽",
    ]


def test_json_of_the_examples(gouji: Run) -> None:
    """The JSON report of the files in ``examples/`` is the one kept beside them, byte for byte, every time."""
    names = sorted(f"examples/{path.name}" for path in EXAMPLES.iterdir() if path.suffix in SUFFIXES)
    call = ("check", "--date", "2026-01-31", "--format", "json", *names)
    first, second = gouji(*call), gouji(*call)
    assert first.stdout == second.stdout
    assert first.stdout == (EXAMPLES / "expected.json").read_bytes()
    assert first.returncode == 1


def test_english(gouji: Run) -> None:
    """``--lang en`` and ``GOUJI_LANG`` give the same English report."""
    by_option = gouji("check", "--lang", "en", "--select", "GJ240", "--fail-on", "warning", "examples/errors.md")
    by_environment = gouji(
        "check", "--select", "GJ240", "--fail-on", "warning", "examples/errors.md", GOUJI_LANG="en_US.UTF-8"
    )
    assert by_option.stdout == by_environment.stdout
    assert lines(by_option.stdout)[1] == (
        "  97:4    warning GJ240 part 6 does not say whether information processing fees were charged"
    )


@pytest.mark.parametrize(
    ("fail_on", "name", "code"),
    [
        ("error", "errors.md", 1),
        ("never", "errors.md", 0),
        ("warning", "clean.md", 0),
        ("info", "clean.md", 0),
    ],
)
def test_fail_on(gouji: Run, fail_on: str, name: str, code: int) -> None:
    """The exit code follows ``--fail-on``."""
    assert gouji("check", "--date", "2026-01-31", "--fail-on", fail_on, f"examples/{name}").returncode == code


def test_fail_on_warning(gouji: Run, tmp_path: Path) -> None:
    """A warning alone is exit 0 by default and 1 with ``--fail-on warning``."""
    text = (EXAMPLES / "clean.md").read_text(encoding="utf-8").replace("电话：0812-8650456；", "")
    (tmp_path / "report.md").write_text(text, encoding="utf-8")
    call = ("check", "--date", "2026-01-31", "report.md")
    assert gouji(*call, cwd=tmp_path).returncode == 0
    assert gouji(*call, "--fail-on", "warning", cwd=tmp_path).returncode == 1


def test_select_and_ignore(gouji: Run) -> None:
    """Families, ids and slugs choose rules; commas separate them."""
    call = ("check", "--format", "json", "examples/errors.md")

    def rules(*options: str) -> list[str]:
        report = json.loads(gouji(*call, *options).stdout)
        return sorted({finding["rule"] for finding in report["files"][0]["findings"]})

    assert rules("--select", "GJ3") == ["GJ301", "GJ303"]
    assert rules("--select", "table3-balance,GJ230") == ["GJ230", "GJ401"]
    assert rules("--select", "GJ3", "--ignore", "GJ303") == ["GJ301"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "missing.md"), "没有这个文件或文件夹：missing.md"),
        (
            ("check", "--select", "table3-balanse", "examples/clean.md"),
            "没有规则 table3-balanse，是不是 table3-balance？",
        ),
        (("check", "--pack", "no/such", "examples/clean.md"), "没有规则包 no/such"),
        (("check", "--output", "/no/such/folder/report.txt", "examples/clean.md"), "无法写入"),
        (("explain", "GJ999"), "没有规则 GJ999"),
    ],
)
def test_calls_that_cannot_be_carried_out(gouji: Run, arguments: tuple[str, ...], said: str) -> None:
    """A wrong call is exit 2 with a reason on stderr and nothing on stdout."""
    done = gouji(*arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert said in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


@pytest.mark.parametrize(
    "arguments",
    [("check",), ("check", "--fail-on", "sometimes", "x.md"), ("check", "--date", "soon", "x.md"), ("chekc",)],
)
def test_usage_errors(gouji: Run, arguments: tuple[str, ...]) -> None:
    """What Typer refuses is exit 2 as well."""
    assert gouji(*arguments).returncode == 2


def test_folder_without_reports(gouji: Run, tmp_path: Path) -> None:
    """A folder with nothing to check is exit 2, not a pass."""
    (tmp_path / "notes.xlsx").write_bytes(b"PK")
    done = gouji("check", ".", cwd=tmp_path)
    assert done.returncode == 2
    assert "里没有可检查的文件" in done.stderr.decode()


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("empty.md", b"", "GJ002"),
        ("blank.md", b" \n\n ", "GJ002"),
        ("binary.md", bytes(range(256)) * 40, "GJ003"),
        ("picture.md", b"\x89PNG\r\n\x1a\n" + bytes(200), "GJ003"),
        ("broken.md", "总体情况\n".encode() + b"\xff\xfe\xfa\n" * 3, "GJ004"),
        ("line.md", b"x" * 50_000_000, "GJ005"),
        ("wide.md", b"|" + b" 0 |" * 10_000 + b"\n", "GJ005"),
        ("wide.html", b"<table><tr>" + b"<td>0</td>" * 10_000 + b"</tr></table>", "GJ005"),
        ("report.xyz", b"text", "GJ006"),
        ("other.md", "# 会议纪要\n\n今天开会。\n".encode(), "GJ007"),
        ("undated.md", "青禾县柳溪镇政府信息公开工作年度报告\n\n一、总体情况\n".encode(), "GJ008"),
    ],
)
def test_bad_input_is_a_finding(gouji: Run, tmp_path: Path, name: str, content: bytes, rule: str) -> None:
    """Input that cannot be judged is one clear finding, never a pass and never a traceback."""
    (tmp_path / name).write_bytes(content)
    done = gouji("check", "--format", "json", name, cwd=tmp_path)
    (file,) = json.loads(done.stdout)["files"]
    assert (done.returncode, file["judged"], [f["rule"] for f in file["findings"]]) == (1, False, [rule])
    assert done.stderr == b""


def test_files_that_are_no_files(gouji: Run, tmp_path: Path) -> None:
    """A FIFO does not hang the run, a dangling link is told."""
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "link.md").symlink_to("nowhere.md")
    done = gouji("check", "--format", "json", "pipe.md", "link.md", cwd=tmp_path)
    files = json.loads(done.stdout)["files"]
    assert [(file["path"], file["findings"][0]["rule"]) for file in files] == [
        ("pipe.md", "GJ012"),
        ("link.md", "GJ001"),
    ]


def test_walk_tells_other_documents_as_info(gouji: Run, tmp_path: Path) -> None:
    """Beside reports, a folder may hold other texts; only a file named as a report must be one."""
    (tmp_path / "README.md").write_text("# 说明\n\n本目录存放年报。\n", encoding="utf-8")
    (tmp_path / "柳溪镇2024年报.md").write_text("# 空\n\n内容\n", encoding="utf-8")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "hidden.md").write_text("x", encoding="utf-8")
    done = gouji("check", "--format", "json", ".", cwd=tmp_path)
    files = json.loads(done.stdout)["files"]
    assert [(f["path"], f["findings"][0]["rule"], f["findings"][0]["severity"]) for f in files] == [
        ("README.md", "GJ007", "info"),
        ("柳溪镇2024年报.md", "GJ007", "error"),
    ]
    assert done.returncode == 1


def test_walk_names_reports_that_it_cannot_read(gouji: Run, tmp_path: Path) -> None:
    """A photo that is named as a report does not pass unseen; other pictures are no news."""
    (tmp_path / "clean.md").write_bytes((ROOT / "examples" / "clean.md").read_bytes())
    (tmp_path / "北山乡2024年年报.jpg").write_bytes(b"")
    (tmp_path / "logo.png").write_bytes(b"")
    done = gouji("check", "--date", "2026-01-31", ".", cwd=tmp_path)
    assert (done.returncode, done.stderr.decode()) == (
        0,
        "gouji: 1 个文件的格式不支持，没有读取：北山乡2024年年报.jpg\n",
    )


def test_the_same_file_is_checked_once(gouji: Run, tmp_path: Path) -> None:
    """A file given twice, or below a folder that is given too, appears once."""
    for name in ("clean.html", "clean.md", "errors.md"):
        (tmp_path / "a").mkdir(exist_ok=True)
        shutil.copy(EXAMPLES / name, tmp_path / "a" / name)
    done = gouji("check", "--format", "json", "a/clean.md", "a", "./a/clean.md", cwd=tmp_path)
    paths = [file["path"] for file in json.loads(done.stdout)["files"]]
    assert paths == ["a/clean.md", "a/clean.html", "a/errors.md"]


def test_odd_names_and_hostile_text_stay_inert(gouji: Run, tmp_path: Path) -> None:
    """Escapes, markup and odd bytes in names and text are shown, not carried out."""
    text = (EXAMPLES / "clean.md").read_text(encoding="utf-8")
    text = text.replace("青禾县石桥镇人民政府2024年", "[red]\x1b[31m青禾县石桥镇\u202e人民政府2024年")
    text = text.replace("| 行政许可 | 1,036 |", "| 行政许可 | [bold]\x1b]0;x\x07 |")
    name = os.fsdecode(b"-a\n\x1b[2J\xff.md")
    (tmp_path / name).write_text(text, encoding="utf-8")
    done = gouji("check", os.path.join(".", name), cwd=tmp_path)  # noqa: PTH118
    assert done.returncode == 1
    assert b"\x1b" not in done.stdout
    assert b"\x07" not in done.stdout
    assert "\u202e" not in done.stdout.decode("utf-8")
    shown = done.stdout.decode("utf-8")
    assert "\\x1b[2J\\udcff.md" in shown
    assert "[red]\\x1b[31m青禾县石桥镇\\u202e人民政府" in shown
    assert "[bold]\\x1b]0;x\\x07" in shown
    report = json.loads(gouji("check", "--format", "json", os.path.join(".", name), cwd=tmp_path).stdout)  # noqa: PTH118
    assert report["files"][0]["path"] == name


def test_output_to_a_pipe(gouji: Run, tmp_path: Path) -> None:
    """A pipe or a device is written to and stays what it is."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        done = gouji("check", "--output", str(pipe), "examples/clean.md")
        written, _ = reader.communicate(timeout=30)
    assert (done.returncode, done.stdout, pipe.is_fifo()) == (0, b"", True)
    assert written.decode().startswith("检查 1 个文件")


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="needs /dev/full, a disk that is always full")
def test_full_disk(cache: Path) -> None:
    """A report that cannot be written to stdout is exit 2 with a reason, not a pass."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "gouji", "check", "examples/clean.md"],
            cwd=ROOT,
            env=os.environ | {"XDG_CACHE_HOME": str(cache)},
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 2
    assert "无法写到标准输出" in done.stderr.decode()


def test_output_over_a_report(gouji: Run, tmp_path: Path) -> None:
    """The output may not replace a report that is checked."""
    report = tmp_path / "年报.md"
    report.write_bytes((ROOT / "examples" / "clean.md").read_bytes())
    done = gouji("check", "--output", "./年报.md", ".", cwd=tmp_path)
    assert (done.returncode, report.stat().st_size) == (2, (ROOT / "examples" / "clean.md").stat().st_size)
    assert "就是要检查的报告" in done.stderr.decode()


def test_old_reports_can_be_passed_over(gouji: Run, tmp_path: Path) -> None:
    """A report older than every pack is one info; it is never counted as clean, and can be left out."""
    (tmp_path / "old.md").write_text("青禾县柳溪镇2017年政府信息公开工作年度报告\n\n一、概述\n", encoding="utf-8")
    done = gouji("check", "old.md", cwd=tmp_path)
    assert done.returncode == 0
    assert "提示 GJ008 没有适用于 2017 年报告的规则包，未作判断；" in done.stdout.decode()
    assert "现有：cn-gov-disclosure/2019（2019–2020 年）、cn-gov-disclosure/2021（2021 年起）" in done.stdout.decode()
    assert "其中 0 个没有问题，1 个未能核对" in done.stdout.decode()
    done = gouji("check", "--ignore", "GJ008", "old.md", cwd=tmp_path)
    assert done.returncode == 0
    assert "其中 0 个没有问题，1 个未能核对" in done.stdout.decode()


@pytest.mark.parametrize("name", ["GJ001", "rule-crashed"])
def test_unread_files_cannot_be_ignored(gouji: Run, name: str) -> None:
    """That a file was not read, or a rule crashed, is always told."""
    done = gouji("check", "--ignore", name, "examples/clean.md")
    assert done.returncode == 2
    assert "不能忽略" in done.stderr.decode()


def test_output_file_is_replaced_whole(gouji: Run, tmp_path: Path) -> None:
    """``--output`` writes the report there, without colours, and stdout stays empty."""
    target = tmp_path / "report.txt"
    target.write_text("old", encoding="utf-8")
    done = gouji("check", "--date", "2026-01-31", "--output", str(target), "examples/clean.md")
    assert (done.returncode, done.stdout) == (0, b"")
    assert target.read_text(encoding="utf-8").splitlines()[-1].startswith("判定 通过 186")
    assert [path.name for path in tmp_path.iterdir()] == ["report.txt"]


def test_quiet_and_statistics(gouji: Run) -> None:
    """``--quiet`` leaves one line a finding; ``--statistics`` counts them by rule."""
    done = gouji("check", "--date", "2026-01-31", "-q", "--statistics", "--select", "GJ3", "examples/errors.md")
    shown = lines(done.stdout)
    assert [line[:20] for line in shown[1:3]] == ["  57:26   错误 GJ301 主", "  89:20   错误 GJ303 主"]
    assert shown[4:7] == ["按规则统计", "      1  错误 GJ301 table3-row-sum", "      1  错误 GJ303 table4-sum"]


def test_missing_table_is_one_line_for_many_rules(gouji: Run, tmp_path: Path) -> None:
    """Rules that starve for one missing table are told together."""
    text = (EXAMPLES / "clean.md").read_text(encoding="utf-8")
    start, end = text.index("| （本列数据"), text.index("## 四、")
    (tmp_path / "report.md").write_text(text[:start] + "见附件。\n\n" + text[end:], encoding="utf-8")
    report = json.loads(gouji("check", "--format", "json", "report.md", cwd=tmp_path).stdout)
    (file,) = report["files"]
    assert [finding["rule"] for finding in file["findings"]] == ["GJ120"]
    assert [(u["reason"], u["count"]) for u in file["undetermined"]] == [("报告中没有找到表三（申请办理）", 55)]


def test_closed_pipe_is_quiet(cache: Path) -> None:
    """A reader that goes away (``| head``) leaves no complaint behind."""
    command = f"{sys.executable} -m gouji check examples examples/errors.md --format json | head -c 10"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=ROOT,
        env=os.environ | {"XDG_CACHE_HOME": str(cache)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr) == (b'{\n  "schem', b"")


def test_pack_mistake_is_exit_2(gouji: Run, tmp_path: Path) -> None:
    """A pack with a mistake stops the run and shows file, line and the line itself."""
    (tmp_path / "pack.yaml").write_text("pack: mine\ntitel: x\n", encoding="utf-8")
    done = gouji("check", "--pack", "pack.yaml", str(EXAMPLES / "clean.md"), cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert "pack.yaml:2:1: 不认识的键 titel；是不是 title？\n    titel: x\n" in done.stderr.decode()


def test_year_and_date(gouji: Run) -> None:
    """``--year`` decides where the text does not fit; ``--date`` is the day rules call today."""
    done = gouji("check", "--format", "json", "--date", "2025-01-01", "--select", "GJ214", "examples/clean.md")
    report = json.loads(done.stdout)
    assert report["check_date"] == "2025-01-01"
    assert [f["message"] for f in report["files"][0]["findings"]] == [
        "发布日期“2025年1月20日”在将来，应不晚于检查日 2025-01-01"
    ]
    wrong = gouji("check", "--year", "2018", "--fail-on", "warning", "examples/clean.md")
    assert (wrong.returncode, "没有适用于 2018 年报告的规则包" in wrong.stdout.decode()) == (1, True)


def test_version_and_module(gouji: Run) -> None:
    """``gouji --version`` names the version that the package has."""
    from gouji import __version__  # noqa: PLC0415

    assert gouji("--version").stdout.decode() == f"gouji {__version__}\n"


def test_scores_are_shown_where_the_pack_gives_them(gouji: Run) -> None:
    """The terminal and JSON tell the score of a scoring pack, and say nothing of one otherwise."""
    local = gouji("check", "--pack", "sichuan-panzhihua/yanbian", "--date", "2026-01-31", "examples/clean.md")
    assert "得分 98（满分 100）：GJ901（写明带区号 0812 的监督电话） −2" in local.stdout.decode()
    done = gouji("check", "--pack", "sichuan-panzhihua/yanbian", "--format", "json", "examples/clean.md")
    assert json.loads(done.stdout)["files"][0]["score"]["total"] == "98"
    national = gouji("check", "--format", "json", "examples/clean.md")
    assert "score" not in json.loads(national.stdout)["files"][0]
    part = gouji(
        "check", "--pack", "sichuan-panzhihua/yanbian", "--ignore", "GJ901", "--format", "json", "examples/clean.md"
    )
    assert "score" not in json.loads(part.stdout)["files"][0]


@pytest.mark.parametrize(
    ("arguments", "closed", "code"),
    [
        (("check", "examples/clean.md"), 2, 0),
        (("check", "examples/errors.md"), 2, 1),
        (("check", "none.md"), 2, 2),
        (("check", "examples/clean.md"), 1, 0),
        (("check", "--format", "json", "examples/errors.md"), 1, 1),
        (("check", "examples/clean.md"), 0, 0),
    ],
)
def test_closed_streams_do_not_change_the_exit_code(arguments: tuple[str, ...], closed: int, code: int) -> None:
    """Whoever closes a standard stream still gets the verdict."""
    done = subprocess.run(
        [
            "/bin/sh",
            "-c",
            f'exec "$0" -m gouji "$@" {closed}{"<" if closed == 0 else ">"}&-',
            sys.executable,
            *arguments,
        ],
        cwd=ROOT,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, b"Traceback" in done.stderr) == (code, False)


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_interrupted(tmp_path: Path, sent: signal.Signals, code: int) -> None:
    """A run that is ended says so, exits with the signal's code and leaves nothing behind."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    many = tmp_path / "many"
    many.mkdir()
    for number in range(400):
        shutil.copy(ROOT / "examples" / "clean.docx", many / f"{number}年报.docx")
    process = subprocess.Popen(
        [sys.executable, "-m", "gouji", "check", str(many)],
        env=os.environ | {"TMPDIR": str(folder), "GOUJI_LANG": "zh"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    until = time.monotonic() + 30
    while not any(folder.glob("gouji-*")) and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(sent)
    out, errors = process.communicate(timeout=30)
    assert (process.returncode, out, errors.decode()) == (code, b"", "gouji: 已中断，没有写出结果\n")
    assert list(folder.iterdir()) == []


# --- formats and reports ----------------------------------------------------------------------------

FORMATS = ("terminal", "json", "sarif", "junit", "github", "gitlab", "rdjson", "markdown")
IN_GITHUB = {"GITHUB_ACTIONS": "true", "GITHUB_WORKFLOW": "检查"}


def test_exit_code_does_not_depend_on_the_format(inside: Inside, office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the format, errors are 1, a clean report is 0."""
    monkeypatch.chdir(office)
    for form in (*FORMATS, "auto"):
        codes = [inside("check", "--date", "2026-01-31", "--format", form, name)[0] for name in ("clean.md", "乡镇")]
        assert codes == [0, 1], form


@pytest.mark.parametrize(
    ("environment", "form"),
    [
        ({}, "terminal"),
        (IN_GITHUB, "github"),
        ({"GITHUB_ACTIONS": "true"}, "terminal"),
        ({"GITHUB_ACTIONS": "false", "GITHUB_WORKFLOW": "x"}, "terminal"),
        ({"GITLAB_CI": "true"}, "gitlab"),
        (IN_GITHUB | {"GITLAB_CI": "true"}, "github"),
    ],
)
def test_auto(inside: Inside, office: Path, environment: dict[str, str], form: str) -> None:
    """``auto`` takes the format of the CI that it runs in, and then tells people the same on stderr."""
    call = ("check", "--date", "2026-01-31", "乡镇/errors.md")
    _, named, quiet = inside(*call, "--format", form, cwd=office)
    _, terminal, _ = inside(*call)
    _, out, err = inside(*call, "--format", "auto", **environment)
    assert (out, quiet) == (named, "")
    assert err == ("" if form == "terminal" else terminal)


def test_auto_with_an_output(inside: Inside, office: Path) -> None:
    """With ``--output`` the report goes there, in the format of the CI, and nothing else is printed."""
    call = ("check", "--date", "2026-01-31", "--format", "auto", "--output", "q.json", "乡镇/errors.md")
    assert inside(*call, cwd=office, GITLAB_CI="true")[1:] == ("", "")
    assert json.loads((office / "q.json").read_text(encoding="utf-8"))[0]["location"]["path"] == "乡镇/errors.md"


def test_further_reports(inside: Inside, office: Path) -> None:
    """``--report`` writes the very bytes that ``--format`` prints, beside the report on the screen, from one run."""
    call = ("check", "--date", "2026-01-31", "乡镇/errors.md")
    alone = {form: inside(*call, "--format", form, cwd=office)[1] for form in FORMATS}
    reports = [word for form in FORMATS for word in ("--report", f"{form}=报告=.{form}")]
    code, out, err = inside(*call, *reports)
    assert (code, out, err) == (1, alone["terminal"], "")
    assert {form: (office / f"报告=.{form}").read_text(encoding="utf-8") for form in FORMATS} == alone


@pytest.mark.parametrize("one", ["sarif", "sarif=", "=x", "auto=x", "SARIF=x", "xml=x", ""])
def test_report_that_is_none(inside: Inside, office: Path, one: str) -> None:
    """What is not a format and a file is exit 2 with the formats there are."""
    code, out, err = inside("check", "--report", one, "clean.md", cwd=office)
    assert (code, out) == (2, "")
    assert f"--report 写作 格式=文件，不能是 {one}；格式有：terminal, json, " in err


def test_one_report_that_cannot_be_written(inside: Inside, office: Path) -> None:
    """The others are written all the same, and the run is exit 2: somebody waits for the missing one."""
    call = ("check", "clean.md", "--report", "json=no/such/a.json", "--report", "sarif=b.sarif")
    code, out, err = inside(*call, cwd=office)
    assert (code, out.startswith("检查 1 个文件")) == (2, True)
    assert "无法写入 no/such/a.json" in err
    assert (office / "b.sarif").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--report", "json=x", "--report", "sarif=./x"), "两份报告不能写入同一个文件"),
        (("--output", "x", "--report", "sarif=x"), "两份报告不能写入同一个文件"),
        (("--report", "json=乡镇/../clean.md"), "就是要检查的报告、配置或基线"),
        (("--report", "json=gouji.toml"), "就是要检查的报告、配置或基线"),
        (("--output", "b.jsonl"), "就是要检查的报告、配置或基线"),
    ],
)
def test_reports_overwrite_nothing(inside: Inside, office: Path, words: tuple[str, ...], said: str) -> None:
    (office / "gouji.toml").write_text('baseline = "b.jsonl"\n', encoding="utf-8")
    (office / "b.jsonl").write_text('{"schema": "gouji-baseline/1"}\n', encoding="utf-8")
    before = {path.name: path.read_bytes() for path in office.iterdir() if path.is_file()}
    code, _, err = inside("check", "clean.md", *words, cwd=office)
    assert (code, said in err) == (2, True)
    assert {path.name: path.read_bytes() for path in office.iterdir() if path.is_file()} == before


def test_reader_that_goes_away_costs_no_file(cache: Path, office: Path) -> None:
    """With ``| head`` the files are written whole."""
    command = f"{sys.executable} -m gouji check 乡镇 乡镇 --report json=x.json --format json | head -c 1"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=office,
        env=os.environ | {"XDG_CACHE_HOME": str(cache)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr) == (b"{", b"")
    assert json.loads((office / "x.json").read_bytes())["summary"]["files"] == 1


# --- the summary of a step ----------------------------------------------------------------------------


def test_step_summary(inside: Inside, office: Path) -> None:
    """On GitHub the whole report is appended to the step's summary, and only there."""
    summary = office / "summary.md"
    summary.write_text("前一步\n", encoding="utf-8")
    call = ("check", "--date", "2026-01-31", "乡镇/errors.md")
    markdown = inside(*call, "--format", "markdown", cwd=office)[1]
    environment = IN_GITHUB | {"GITHUB_STEP_SUMMARY": str(summary)}
    assert inside(*call, "--format", "auto", **environment)[0] == 1
    assert summary.read_text(encoding="utf-8") == "前一步\n" + markdown
    assert inside(*call, "--format", "github", "--output", "x.txt")[0] == 1
    assert summary.read_text(encoding="utf-8") == "前一步\n" + markdown * 2
    assert inside(*call, "--format", "json")[0] == 1
    assert inside(*call, "--format", "github", GITHUB_ACTIONS="")[0] == 1
    assert summary.read_text(encoding="utf-8") == "前一步\n" + markdown * 2


def test_step_summary_that_cannot_be_written(inside: Inside, office: Path) -> None:
    """That is told on stderr and changes no verdict."""
    environment = IN_GITHUB | {"GITHUB_STEP_SUMMARY": str(office / "no" / "such")}
    code, out, err = inside("check", "--format", "github", "clean.md", cwd=office, **environment)
    assert (code, out) == (0, "")
    assert err == f"gouji: 无法写入步骤摘要 {office}/no/such：No such file or directory\n"


def test_step_summary_that_is_too_long(inside: Inside, office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GitHub shows nothing of a summary over its limit: a shorter one says that it was cut."""
    monkeypatch.setattr("gouji.cli.check.LARGEST_SUMMARY", 500)
    environment = IN_GITHUB | {"GITHUB_STEP_SUMMARY": str(office / "s.md")}
    inside("check", "--format", "github", "乡镇", cwd=office, **environment)
    data = (office / "s.md").read_bytes()
    assert len(data) < 600
    assert data.decode().endswith("\n\n（摘要过长，其余见日志）\n")


# --- configuration ------------------------------------------------------------------------------------


def test_configuration_of_the_environment_counts_in_every_call(gouji: Run, office: Path) -> None:
    """The short call ``gouji check FILE`` heeds ``GOUJI_CONFIG`` as the full one does."""
    (office / "county.toml").write_text('fail-on = "never"\n', encoding="utf-8")
    assert gouji("check", "乡镇/errors.md", cwd=office).returncode == 1
    assert gouji("check", "乡镇/errors.md", cwd=office, GOUJI_CONFIG="county.toml").returncode == 0
    done = gouji("check", "clean.md", cwd=office, GOUJI_CONFIG="missing.toml")
    assert (done.returncode, done.stdout) == (2, b"")
    assert "配置 missing.toml：无法读取" in done.stderr.decode()


def test_each_file_fails_by_its_own_configuration(inside: Inside, office: Path) -> None:
    """A lenient folder does not excuse another, nor a strict one accuse it."""
    (office / "乡镇" / "gouji.toml").write_text('fail-on = "never"\n', encoding="utf-8")
    call = ("check", "--date", "2026-01-31", ".")
    assert inside(*call, cwd=office)[0] == 0
    assert inside(*call, "--fail-on", "error")[0] == 1
    assert inside(*call, "--isolated")[0] == 1
    (office / "own.md").write_bytes((office / "乡镇" / "errors.md").read_bytes())
    assert inside(*call)[0] == 1


def test_severity_of_the_configuration(inside: Inside, office: Path) -> None:
    """A changed severity is what the report says and what the exit code follows."""
    (office / "gouji.toml").write_text(
        '[[overrides]]\nfiles = ["乡镇/**"]\n[overrides.rules.table4-sum]\nseverity = "info"\n', encoding="utf-8"
    )
    code, out, _ = inside("check", "--select", "GJ303", "--format", "json", "乡镇", cwd=office)
    assert (code, json.loads(out)["files"][0]["findings"][0]["severity"]) == (0, "info")


def test_everything_excluded_by_a_hook(inside: Inside, office: Path) -> None:
    """A hook names staged files; that all of them are excluded is no error, and nothing is claimed about them."""
    (office / "gouji.toml").write_text('exclude = ["乡镇"]\n', encoding="utf-8")
    code, out, err = inside("check", "--force-exclude", "乡镇/errors.md", cwd=office)
    assert (code, err) == (0, "")
    assert out.splitlines()[0].startswith("检查 0 个文件")
    assert inside("check", "乡镇/errors.md")[0] == 1


def test_mistake_in_a_configuration_is_exit_2(inside: Inside, office: Path) -> None:
    (office / "gouji.toml").write_text("failon = 'never'\n", encoding="utf-8")
    code, out, err = inside("check", "clean.md", cwd=office)
    assert (code, out) == (2, "")
    assert err == f"gouji: 配置 {office}/gouji.toml：不认识的键 failon；是不是 fail-on？\n"


def test_accounted_for_in_every_format(inside: Inside, office: Path) -> None:
    """Suppressed and known findings stay visible, with their reasons, whatever the format."""
    (office / "乡镇" / "gouji-ignore.toml").write_text(
        '[[ignore]]\nfile = "errors.md"\nrule = "GJ303"\nreason = "豁免之理由"\n', encoding="utf-8"
    )
    known = ("--baseline", "b.jsonl")
    inside("baseline", "write", "乡镇", "--reason", "基线之理由", "--owner", "张三", *known, cwd=office)
    call = ("check", "--date", "2026-01-31", "乡镇", *known)
    for form in FORMATS:
        code, out, _ = inside(*call, "--format", form)
        assert code == 0, form
        if form == "github":
            assert "已说明理由 11 条" in out
        else:
            assert ("豁免之理由" in out, "基线之理由" in out) == (True, True), form
    summary = json.loads(inside(*call, "--format", "json")[1])
    assert summary["summary"]["settled"] == 11
    assert summary["summary"]["findings"] == {"error": 0, "warning": 0, "info": 0}
    assert summary["notes"] == [summary["notes"][0]]
    assert summary["notes"][0].startswith("基线共 10 条（错误 6、警告 4），")


def test_selecting_only_built_in_rules_is_refused(inside: Inside, office: Path) -> None:
    """A run that no rule takes part in would call every report clean."""
    code, out, err = inside("check", "--select", "GJ015", "clean.md", cwd=office)
    assert (code, out) == (2, "")
    assert "GJ015 是读取方面的问题，总会报告，不必选择" in err


def test_what_office_leaves_beside_a_document_is_passed_over(inside: Inside, office: Path) -> None:
    """The lock file of an open document and the shadow that macOS writes are no reports."""
    for name in ("~$2024年年报.docx", "._2024年年报.docx"):
        (office / name).write_bytes(b"\x05Clerk")
    code, out, _ = inside("check", "--date", "2026-01-31", "--format", "json", ".", cwd=office)
    assert code == 1
    assert not any("年年报" in file["path"] for file in json.loads(out)["files"])
