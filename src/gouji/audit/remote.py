"""Reports behind URLs, fetched by the guarded child that reads them; ``remote_listing`` finds them."""

import os
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

from msgspec import Struct, field

from gouji import suppress
from gouji.errors import UnreadableError, UsageError
from gouji.pulse import beat
from gouji.readers import LARGEST_FILE
from gouji.suppress import SIDECAR, Suppressions
from gouji.wording import Text, shorten

# protocol -> library that fsspec needs for it
PROTOCOLS: dict[str, str] = {
    "s3": "s3fs",
    "s3a": "s3fs",
    "http": "aiohttp",
    "https": "aiohttp",
    "hdfs": "pyarrow",
    "webhdfs": "requests",
}
PIECE = 1 << 20  # bytes that are read at a time, with a sign of life after each
WEB = ("http://", "https://")
SHORTEST_SECRET = 4  # characters of an option that are struck out of messages

_URL = re.compile(r"([a-z][a-z0-9+]*)://", re.IGNORECASE)


class Sidecar(Struct, frozen=True):
    """A file of suppressions in a folder behind a URL, and the names of the reports there."""

    data: bytes
    names: tuple[str, ...]


class Access(Struct, frozen=True):
    """What it takes to get at files behind URLs.

    Attributes:
        options: for ``fsspec``; they may hold secrets and are never shown or kept.
        sidecars: the suppressions of each folder that has some.
    """

    options: dict[str, Any] = field(default_factory=dict)
    sidecars: dict[str, Sidecar] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Show nothing."""
        return "Access(…)"

    def at(self, url: str) -> "Far | None":
        """Return the file behind a URL; None without any."""
        return Far(url, self) if url else None

    def sidecar(self, url: str) -> Sidecar | None:
        """Return what is said beside the file behind a URL."""
        return self.sidecars.get(url.rpartition("/")[0])


class Far(Struct, frozen=True):
    """A file behind a URL."""

    url: str
    access: Access

    @property
    def path(self) -> Path:
        """What the URL looks like as a path, its query left out."""
        return path_of(self.url)

    def content(self) -> bytes:
        """Fetch what the file holds.

        Raises:
            UnreadableError: GJ001 it cannot be fetched, GJ005 too large.
        """
        try:
            return fetched(self.url, self.access.options)
        except (MemoryError, UnreadableError):
            raise
        except Exception as error:  # noqa: BLE001 - each library has its own, and none may stop the run
            reason = reason_of(error, self.access.options)
            text = Text(f"文件取不到：{reason.zh}", f"the file cannot be fetched: {reason.en}")
            raise UnreadableError("GJ001", text) from None

    def beside(self) -> Suppressions:
        """Return what is accounted for in the ``gouji-ignore.toml`` of its folder."""
        sidecar = self.access.sidecar(self.url)
        if sidecar is None:
            return Suppressions()
        with tempfile.TemporaryDirectory() as copy:  # such files are read in a folder: this is what it looks like
            folder = Path(copy)
            for name in sidecar.names:
                (folder / name).touch()
            (folder / SIDECAR).write_bytes(sidecar.data)
            return suppress.beside(folder / self.path.name)


def parted(names: Iterable[str]) -> tuple[list[str], list[str]]:
    """Part what the user named into files and folders of this machine, also as ``file://``, and URLs."""
    local: list[str] = []
    urls: list[str] = []
    for name in names:
        protocol = _URL.match(name)
        rest = name[protocol.end() :] if protocol else ""
        if protocol is None:
            local.append(name)
        elif protocol[1].lower() == "file":
            local.append(os.fsdecode(unquote_to_bytes(rest.removeprefix("localhost"))))
        else:
            urls.append(f"{protocol[1].lower()}://{rest}")
    return local, urls


def library_for(url: str) -> str:
    """Return the library that fsspec needs for a URL.

    Raises:
        UsageError: no such URLs are read, or it holds a password.
    """
    protocol, _, rest = url.partition("://")
    if protocol not in PROTOCOLS:
        known = " ".join(f"{name}://" for name in ("file", *PROTOCOLS))
        raise UsageError(
            Text(f"不支持 {protocol}:// 地址；有：{known}", f"no URLs of {protocol}://; there are: {known}")
        )
    if "@" in rest.partition("/")[0]:
        raise UsageError(
            Text(
                "地址里不要写用户名和密码，它会出现在结果里；请用 --storage-option 或环境变量",
                "a URL with a name or password would show in the results: use --storage-option or the environment",
            )
        )
    return PROTOCOLS[protocol]


def path_of(url: str) -> Path:
    """Return what a URL looks like as a path; the query of a web page is no part of its name."""
    return Path(re.split("[?#]", url, maxsplit=1)[0] if url.startswith(WEB) else url)


def preload(urls: Sequence[str]) -> None:
    """Load what children need to fetch files, so that they start with it."""
    for library in ("fsspec", *sorted({library_for(url) for url in urls})):
        import_module(library)


# --- in a child -------------------------------------------------------------------------------


def opened(url: str, options: Mapping[str, Any]) -> tuple[Any, str]:
    """Return the file system of a URL and the name that it has there."""
    file_system, name = import_module("fsspec.core").url_to_fs(url, **options)
    return file_system, name


def fetched(url: str, options: Mapping[str, Any]) -> bytes:
    """Fetch a file, piece by piece: it may be larger than announced, and every piece is a sign of life.

    Raises:
        UnreadableError: GJ005, too large; and whatever the library of its protocol raises.
    """
    file_system, name = opened(url, options)
    how: dict[str, int] = {"block_size": PIECE}
    if url.startswith(WEB):  # as a stream: many servers do not give parts of a file
        how = {"block_size": 0, "size": file_system.info(name)["size"] or 1}
        _refuse_large(how["size"])
    pieces: list[bytes] = []
    received = 0
    with file_system.open(name, "rb", **how) as file:
        _refuse_large(getattr(file, "size", None) or 0)
        while piece := file.read(PIECE):
            pieces.append(piece)
            received += len(piece)
            _refuse_large(received)
            beat()
    return b"".join(pieces)


def _refuse_large(size: int) -> None:
    if size > LARGEST_FILE:
        text = Text(f"文件超过上限 {LARGEST_FILE:,} 字节", f"the file is over the limit of {LARGEST_FILE:,} bytes")
        raise UnreadableError("GJ005", text)


def reason_of(error: BaseException, options: Mapping[str, Any]) -> Text:
    """Say why something cannot be had, without the secrets that it took to ask."""
    status = _status(error)
    if status in (401, 403) or isinstance(error, PermissionError):
        return Text("没有读取权限", "no permission to read it")
    if status == 404 or (isinstance(error, FileNotFoundError) and not status):  # noqa: PLR2004 - of HTTP
        return Text("没有这个文件或文件夹", "there is no such file or folder")
    if status:
        return Text(f"服务器答复 {status}", f"the server answers {status}")
    message = str(error)
    for value in map(str, options.values()):
        if len(value) >= SHORTEST_SECRET:
            message = message.replace(value, "***")
    told = f"{type(error).__name__}: {shorten(message, 120)}"
    return Text(told, told)


def _status(error: BaseException | None) -> int:
    """Return the status of HTTP that led to an error; fsspec hides it in the cause."""
    while error is not None:
        status = getattr(error, "status", None)
        if isinstance(status, int):
            return status
        error = error.__cause__
    return 0
