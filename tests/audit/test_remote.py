"""Reports behind URLs: in a bucket of a server that speaks S3, and on a web server, both of this machine."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any, ClassVar
from urllib.parse import quote, unquote
from urllib.request import Request, urlopen
from zipfile import ZipFile

import pyarrow.parquet
import pytest

from gouji.audit import remote
from gouji.audit.remote import Access, library_for, parted, path_of, preload
from gouji.audit.remote_listing import _readable, _walking, find_remote
from gouji.batch import Source, item_of, named_in, url_in
from gouji.cli.audit import storage_options
from gouji.errors import UnreadableError, UsageError
from gouji.readers import SUFFIXES
from tests.audit.running import NO_OTHERS, Cluster, until

ROOT = Path(__file__).parents[2]
REPORTS = ROOT / "examples" / "county" / "2024"
REGISTER = ROOT / "examples" / "county" / "名册.csv"
CLEAN = (ROOT / "examples" / "clean.md").read_bytes()
SECRET = "ein-Geheimnis/+=9"  # noqa: S105 - opens nothing
PATIENCE = 60  # seconds
SIDECAR = """
[[ignore]]
file = "青禾县自然资源局.pdf"
rule = "GJ401"
reason = "没有这个文件"

[[ignore]]
file = "民政局2024年年报.docx"
rule = "GJ701"
reason = "网站检修，已书面说明"
"""


class Bucket:
    """A bucket of an S3 server of this machine."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "moto.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "moto.server", "-p", "0"], stdout=log, stderr=log, cwd=folder
            )
        end = time.monotonic() + PATIENCE
        while not (found := re.search(rb"Running on (http://127\.0\.0\.1:\d+)", self.log.read_bytes())):
            assert time.monotonic() < end, "the server did not start"
            time.sleep(0.05)
        self.url = found[1].decode()
        self.put("")

    def put(self, key: str, data: bytes = b"") -> None:
        """Put an object into the bucket."""
        url = f"{self.url}/county/{quote(key)}".removesuffix("/")
        signed = (
            "AWS4-HMAC-SHA256 Credential=office/20250101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"
        )
        headers = {"Content-Type": "application/octet-stream", "Authorization": signed}  # nobody checks who signed
        sent = Request(url, data, headers, method="PUT")  # noqa: S310 - our own
        urlopen(sent, timeout=PATIENCE).close()  # noqa: S310

    def asked(self) -> list[str]:
        """What was asked for since it was last asked, the keys of objects; the listing is empty."""
        lines = re.findall(r"(?:GET|HEAD) /county(?:/(\S+))?[? ]", unquote(self.log.read_text(encoding="utf-8")))
        os.truncate(self.log, 0)
        return lines

    @property
    def options(self) -> tuple[str, ...]:
        """How the command line is told of it."""
        given = {"endpoint_url": self.url, "key": "key-of-the-office", "secret": SECRET}
        return tuple(word for key, value in given.items() for word in ("--storage-option", f"{key}={value}"))


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    bucket = Bucket(tmp_path_factory.mktemp("moto"))
    yield bucket
    bucket.process.kill()
    bucket.process.wait()


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def audit(
    *arguments: str, out: Path, cache: Path, environment: Mapping[str, str] = NO_OTHERS
) -> subprocess.CompletedProcess[str]:
    """Audit with the command line."""
    known = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "GOUJI"))}
    return subprocess.run(
        [sys.executable, "-m", "gouji", "audit", *arguments, "--out", str(out), "--date", "2025-04-01"],
        cwd=ROOT, env=known | {"XDG_CACHE_HOME": str(cache)} | dict(environment),
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip


def everything(out: Path) -> Iterator[bytes]:
    """All bytes that an audit has left, those inside of workbooks and letters too."""
    for path in out.rglob("*"):
        if path.is_file():
            yield path.read_bytes()
            if path.suffix in (".docx", ".xlsx"):
                with ZipFile(path) as file:
                    yield from map(file.read, file.namelist())


def judged(out: Path) -> list[dict[str, Any]]:
    """The files of an audit, as its JSON tells them."""
    files: list[dict[str, Any]] = json.loads((out / "findings.json").read_text(encoding="utf-8"))["files"]
    return files


def plain(value: Any, prefix: str) -> Any:
    """The same without what a path leads to: the path itself, and fingerprints."""
    if isinstance(value, dict):
        return {key: plain(one, prefix) for key, one in value.items() if key != "fingerprint"}
    if isinstance(value, list):
        return [plain(one, prefix) for one in value]
    return value.replace(prefix, "") if isinstance(value, str) else value


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year of the county, with suppressions beside some reports, and what is no report."""
    folder = tmp_path_factory.mktemp("county") / "2024"
    shutil.copytree(REPORTS, folder)
    (folder / "部门" / "gouji-ignore.toml").write_text(SIDECAR, encoding="utf-8")
    for name in (".旧/旧.md", "node_modules/a/b.md", "部门/~$水利局.docx", "部门/图.png"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(CLEAN)
    return folder


def test_bucket(bucket: Bucket, county: Path, tmp_path: Path, cache: Path) -> None:
    """An audit of a bucket says what one of a folder says; only what is new is fetched again; no secret is kept."""
    for path in county.rglob("*"):
        if path.is_file():
            bucket.put(path.relative_to(county.parent).as_posix(), path.read_bytes())
    near, far = tmp_path / "near", tmp_path / "far"
    given = ("--register", str(REGISTER))
    local = audit(str(county), *given, out=near, cache=cache)
    bucket.asked()
    done = audit("s3://county/2024", *given, *bucket.options, out=far, cache=cache)
    assert (done.returncode, done.stderr) == (local.returncode, local.stderr) == (1, "")
    said = [
        "".join(run.stdout.split()).replace(prefix, "").replace(str(out), "")
        for run, prefix, out in ((done, "s3://county", far), (local, str(county.parent), near))
    ]
    assert said[0] == said[1]
    assert "1个文件的格式不支持，没有读取：/2024/部门/图.png" in said[0]

    prefixes = {near: str(county), far: "s3://county/2024"}
    told = {out: plain(json.loads((out / "findings.json").read_bytes()), prefix) for out, prefix in prefixes.items()}
    assert told[far] == told[near]
    assert told[far]["summary"]["settled"] == 1
    assert any(finding["rule"] == "GJ032" for file in told[far]["files"] for finding in file["findings"])
    names = [file["path"] for file in told[far]["files"]]
    assert not [name for name in names if "旧" in name or "node_modules" in name or "~$" in name]
    facts = {out: pyarrow.parquet.read_table(out / "facts.parquet").to_pylist() for out in prefixes}
    assert [plain(row, prefixes[far]) for row in facts[far]] == [plain(row, prefixes[near]) for row in facts[near]]
    letters = {out: sorted(path.name for path in (out / "notices").iterdir()) for out in prefixes}
    assert letters[far] == letters[near] != []

    asked = bucket.asked()
    reports = {path.removeprefix("/") for path in names if path.startswith("/") and Path(path) != REGISTER}
    assert {key.removeprefix("2024/") for key in asked if key} - {"部门/gouji-ignore.toml"} == reports
    assert max(map(asked.count, asked)) <= 2  # one look at its size, one fetching it
    for secret in (SECRET, "key-of-the-office", bucket.url):
        assert not [1 for data in everything(far) if secret.encode() in data]


def test_photo_in_a_bucket(bucket: Bucket, tmp_path: Path, cache: Path) -> None:
    """A report that is a photo is told once, not fetched, and read as any file where it is named."""
    photo = "s3://county/photo/柳溪镇2024年年报.jpg"
    bucket.put("photo/a.md", CLEAN)
    bucket.put(photo.removeprefix("s3://county/"), b"x")
    given = ("--register", str(REGISTER), *bucket.options)
    bucket.asked()
    for names, message in (
        (("s3://county/photo",), "不支持 .jpg 文件，没有读取，其中是否为 2024 年的报告未能核对"),
        (("s3://county/photo", photo), "不支持 .jpg 文件"),
    ):
        done = audit(*names, *given, out=tmp_path / str(len(names)), cache=cache)
        assert (done.returncode, done.stderr) == (1, "")
        (told,) = [file for file in judged(tmp_path / str(len(names))) if file["path"] == photo]
        assert [(one["rule"], one["message"]) for one in told["findings"]] == [("GJ006", message)]
        assert (photo.removeprefix("s3://county/") in bucket.asked()) == (photo in names)


def test_fetched_again(bucket: Bucket, tmp_path: Path, cache: Path) -> None:
    """Only what is new or changed is fetched again, and what says something of a whole folder.

    That is the sidecar, and the first report, with which entries for files that are not there are told.
    """

    def run() -> set[str]:
        template = tmp_path / "名册.csv"
        template.unlink(missing_ok=True)
        given = ("s3://county/again", *bucket.options, "--init-register", str(template))
        assert audit(*given, out=tmp_path / "out", cache=cache).returncode == 0
        return {key for key in bucket.asked() if key}

    for name in ("a.md", "b.md", "c.md", "gouji-ignore.toml"):
        bucket.put(f"again/{name}", CLEAN if name.endswith("md") else b"# nothing\n")
    bucket.asked()
    assert run() == {"again/a.md", "again/b.md", "again/c.md", "again/gouji-ignore.toml"}
    assert run() == {"again/gouji-ignore.toml"}
    bucket.put("again/b.md", CLEAN + "\n又一段。\n".encode())
    bucket.put("again/d.md", CLEAN)
    bucket.asked()
    assert run() == {"again/a.md", "again/b.md", "again/d.md", "again/gouji-ignore.toml"}


def test_bucket_on_cluster(bucket: Bucket, tmp_path: Path, cache: Path) -> None:
    """Workers fetch what is in a bucket themselves: the bytes of an audit without them, and no secret in a log."""
    for path in (REPORTS / "乡镇").iterdir():
        bucket.put(f"spread/{path.name}", path.read_bytes())
    given = ("s3://county/spread", *bucket.options)
    assert audit(*given, out=tmp_path / "alone", cache=cache).returncode == 1
    cluster = Cluster(tmp_path)
    try:
        cluster.start("scheduler", "--host", "127.0.0.1", "--port", "0")
        until(lambda: cluster.file.exists() and cluster.file.stat().st_size > 0)
        cluster.worker()
        until(lambda: b"Registered to" in cluster.logs[1].read_bytes())
        done = audit(*given, "--executor", cluster.address, out=tmp_path / "spread", cache=cache)
        assert (done.returncode, done.stderr) == (1, "")
    finally:
        cluster.end()
    results = [
        {
            path.relative_to(out): path.read_bytes()
            for path in out.rglob("*")
            if path.is_file() and "sqlite" not in path.name
        }
        for out in (tmp_path / "alone", tmp_path / "spread")
    ]
    assert results[0] == results[1] != {}
    assert not [log for log in cluster.logs if SECRET in log.read_text(encoding="utf-8")]


# --- the web --------------------------------------------------------------------------------------


class Site(BaseHTTPRequestHandler):
    """A web site that publishes reports, and all that may go wrong when they are fetched."""

    closing: ClassVar = Event()
    good: ClassVar = {
        "/reports/石桥镇2024年年报.md": CLEAN,
        "/reports/more/北山乡2024年年报.md": CLEAN.replace("石桥镇".encode(), "北山乡".encode()),
        "/reports/": "".join(
            f'<a href="{link}">x</a>'
            for link in (
                "/", "../", "?C=N;O=D", "more/", quote("石桥镇2024年年报.md"), "gone.md", "closed.docx", "broken.pdf",
                "large.md", "cut.md", "/elsewhere/x.md", "https://example.org/reports/y.md", "../outside.md", "图.png",
            )
        ).encode(),
        "/reports/more/": b'<a href="../">up</a> <a href="/reports/">top</a> '
        + f'<a href="/reports/more/{quote("北山乡2024年年报.md")}">x</a>'.encode(),
    }  # fmt: skip

    def do_HEAD(self) -> None:
        self.answer(with_content=False)

    def do_GET(self) -> None:
        self.answer(with_content=True)

    def answer(self, *, with_content: bool) -> None:
        path = unquote(self.path.partition("?")[0])
        status = {"closed": 403, "broken": 500}.get(Path(path).stem, 200 if path in self.good else 404)
        content = self.good.get(path, b"")
        length = {"large": 65 << 20, "cut": 100_000}.get(Path(path).stem, len(content))
        if path == "/hang.md":
            self.closing.wait(PATIENCE)
        self.send_response(200 if length > len(content) else status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(length))
        self.end_headers()
        if with_content:
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    Site.closing.set()
    server.shutdown()
    server.server_close()


def said(out: Path, site: str) -> dict[str, list[tuple[str, str]]]:
    """What is said of the reading of each file: rules and messages."""
    return {
        file["path"].removeprefix(site): [
            (one["rule"], one["message"]) for one in file["findings"] if one["rule"] < "GJ1"
        ]
        for file in judged(out)
    }


def test_web(site: str, tmp_path: Path, cache: Path) -> None:
    """What a page links to below itself is read; what cannot be fetched is a finding of its file, with the reason."""
    done = audit(f"{site}/reports/", out=tmp_path / "out", cache=cache)
    assert (done.returncode, done.stderr) == (1, "")
    found = said(tmp_path / "out", site)
    assert found.pop("/reports/石桥镇2024年年报.md") == []
    assert found.pop("/reports/more/北山乡2024年年报.md") == []
    cut = found.pop("/reports/cut.md")
    assert cut[0][0] == "GJ001"
    assert cut[0][1].startswith("文件取不到：ClientPayloadError")
    assert found == {
        "/reports/gone.md": [("GJ001", "文件取不到：没有这个文件或文件夹")],
        "/reports/closed.docx": [("GJ001", "文件取不到：没有读取权限")],
        "/reports/broken.pdf": [("GJ001", "文件取不到：服务器答复 500")],
        "/reports/large.md": [("GJ005", "文件超过上限 67,108,864 字节")],
    }


def test_silent_server(site: str, tmp_path: Path, cache: Path) -> None:
    """A server that does not answer costs the time that a file may take, and is told like any other file."""
    urls = (f"{site}/hang.md", f"{site}/reports/{quote('石桥镇2024年年报.md')}?id=1#top")
    done = audit(*urls, "--timeout", "4", out=tmp_path / "out", cache=cache)
    assert (done.returncode, done.stderr) == (1, "")
    assert said(tmp_path / "out", site) == {
        "/hang.md": [("GJ020", "4 秒内没有核对完，已停止（上限可用 --timeout 放宽）")],
        "/reports/石桥镇2024年年报.md?id=1#top": [],
    }


def test_more_than_announced(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is counted while it is read, whatever the server has announced."""
    url = f"{site}/reports/石桥镇2024年年报.md"
    assert Access().at(url) is not None
    monkeypatch.setattr(remote, "LARGEST_FILE", len(CLEAN))
    far = remote.Far(url, Access())
    assert far.content() == CLEAN
    monkeypatch.setattr(remote, "LARGEST_FILE", len(CLEAN) - 1)
    with pytest.raises(UnreadableError) as refused:
        far.content()
    assert refused.value.rule == "GJ005"


# --- what cannot be listed ----------------------------------------------------------------------------


def test_refused(bucket: Bucket) -> None:
    """What cannot be listed at all is refused, with the reason and without the secrets that were given."""
    bucket.put("leer/readme.png", b"x")
    options = {"endpoint_url": bucket.url, "key": "office", "secret": SECRET}
    nowhere = options | {"endpoint_url": "http://127.0.0.1:9", "config_kwargs": {"retries": {"max_attempts": 0}}}
    preload(["s3://county"])
    for url, given, expected in (
        ("s3://no-such-bucket/2024", options, "没有这个文件或文件夹"),
        (
            "s3://county/leer",
            options,
            f"里面没有可检查的文件（{' '.join(SUFFIXES)}）；1 个文件的格式不支持，没有读取：s3://county/leer/readme.png",
        ),
        ("s3://county/nichts.md", options, "里面没有可检查的文件（.md "),
        ("s3://county/2024", nowhere, 'EndpointConnectionError: Could not connect to the endpoint URL: "***/county?'),
        ("s3://county/2024", options | {SECRET: "x"}, "TypeError: "),
    ):
        with pytest.raises(UsageError) as refused:
            find_remote([url], given)
        assert refused.value.text.zh.startswith(f"读不了 {url}：{expected}")


def test_refused_in_one_line(tmp_path: Path, cache: Path) -> None:
    """The command line says what is wrong with a URL or an option in one line."""
    for names, expected in (
        (
            ("s3://county/2024", "--storage-option", "secret"),
            "--storage-option 写作 名称=值，如 endpoint_url=https://…",
        ),
        (
            ("gopher://county/2024",),
            "不支持 gopher:// 地址；有：file:// s3:// s3a:// http:// https:// hdfs:// webhdfs://",
        ),
    ):
        done = audit(*names, out=tmp_path / "out", cache=cache)
        assert (done.returncode, done.stderr) == (2, f"gouji: {expected}\n")


def test_storage_options() -> None:
    """Values are words, but for what only JSON can say; a key is needed."""
    given = ["anon=true", "secret=12=34", 'client_kwargs={"region_name": "cn-north-1"}', "token="]
    expected = {"anon": True, "secret": "12=34", "client_kwargs": {"region_name": "cn-north-1"}, "token": ""}
    assert storage_options(given) == expected
    for wrong in ("secret", "=x", "client_kwargs={"):
        with pytest.raises(UsageError):
            storage_options([wrong])


def test_credentials_of_the_environment(bucket: Bucket, tmp_path: Path, cache: Path) -> None:
    """What the environment says of S3 is enough, and one object can be named by itself."""
    bucket.put("石桥镇.md", CLEAN)
    environment = {
        "AWS_ENDPOINT_URL": bucket.url, "AWS_ACCESS_KEY_ID": "office", "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": "us-east-1",
    }  # fmt: skip
    done = audit("S3://county/石桥镇.md", out=tmp_path / "out", cache=cache, environment=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert [(file["path"], file["findings"]) for file in judged(tmp_path / "out")] == [("s3://county/石桥镇.md", [])]


def test_file_url(tmp_path: Path, cache: Path) -> None:
    """A file:// URL is the folder itself: what is said is said of its files."""
    folder = tmp_path / "柳 溪"
    folder.mkdir()
    (folder / "a.md").write_bytes(CLEAN)
    done = audit(folder.as_uri(), out=tmp_path / "out", cache=cache)
    assert (done.returncode, done.stderr) == (0, "")
    assert [file["path"] for file in judged(tmp_path / "out")] == [(folder / "a.md").as_posix()]


# --- names ------------------------------------------------------------------------------------------


def test_parted() -> None:
    """What has a protocol is a URL; file:// is this machine; all else is a file or folder."""
    names = ["2024", "S3://b/x", "file:///a%20b/%E5%8E%BF", "file://localhost/c", "http://h/1", "a:b", "C:/x", "//x"]
    assert parted(names) == (["2024", "/a b/县", "/c", "a:b", "C:/x", "//x"], ["s3://b/x", "http://h/1"])


@pytest.mark.parametrize("url", ["ftp://h/x", "github://h/x", "s3+x://h", "https://u@h/x", "http://u:p@h:1/x"])
def test_refused_urls(url: str) -> None:
    """Other protocols are not read, and a URL with a password would show it."""
    with pytest.raises(UsageError):
        library_for(url)


def test_url_in_item() -> None:
    """A child is told the whole URL; a path of this machine is never taken for one."""
    url = "s3://b/a+b-c//年报.md"
    item = item_of(Source(path_of(url), sought=False, setting=12, url=url))
    assert (url_in(item), named_in(item)[1:]) == (url, (12, False))
    near = item_of(Source(Path("s3://b/年报.md"), sought=True))
    assert (url_in(near), named_in(near)[0]) == ("", Path("s3:/b/年报.md"))


def test_readable() -> None:
    """A web address is shown as browsers do; what is no text of UTF-8, or would mislead, stays as it is."""
    assert _readable("http://h/%E5%B9%B4%E6%8A%A5%202024.md") == "http://h/年报%202024.md"
    for kept in ("http://h/%C4%EA%B1%A8.md", "http://h/%E2%80%AEx.md", "http://h/%2F%25.md", "s3://b/%E5%B9%B4.md"):
        assert _readable(kept) == kept


def test_order(county: Path) -> None:
    """Files are in the order of a walk over folders: that of several reports of a unit counts."""
    walked = [Path(base, name).as_posix() for base, _, names in _sorted_walk(county) for name in sorted(names)]
    assert sorted(sorted(walked), key=_walking) == walked


def _sorted_walk(folder: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    for base, folders, names in os.walk(folder):
        folders.sort()
        yield base, folders, names


def test_nothing_loaded() -> None:
    """An audit of files of this machine loads neither network nor cluster."""
    code = "import sys, gouji.cli.audit; print([n for n in ('fsspec', 'aiohttp', 's3fs', 'distributed') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_nothing_shown() -> None:
    """What it takes to get at a storage does not show where a work is printed."""
    assert SECRET not in repr(Access({"secret": SECRET}))
    assert SECRET not in repr(remote.Far("s3://b/x", Access({"secret": SECRET})))
