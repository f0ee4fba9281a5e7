"""Which reports are behind a URL: asked once, by a guarded child, before an audit begins."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

from msgspec import Struct, field, msgpack

from gouji.audit.remote import WEB, Access, Sidecar, fetched, opened, path_of, reason_of
from gouji.batch import Source
from gouji.errors import UsageError
from gouji.guard import Failure, Limits, guarded
from gouji.pulse import beat
from gouji.readers import SUFFIXES
from gouji.suppress import SIDECAR
from gouji.unread import is_named_as_report, is_passed_over, passed_over
from gouji.wording import Text

LISTING = Limits(seconds=3600, idle=600, memory=4 << 30, answer=256 << 20)  # a large bucket takes its time
DEEPEST = 64  # folders
LONGEST_NAME = 255  # bytes, of a file on this machine

_LEFT_BEHIND = ("~$", "._")  # as on a walk over folders
_BUCKETS = ("s3://", "s3a://")
_ENCODED = re.compile(r"(?:%[89A-F][0-9A-F])+", re.IGNORECASE)
_CHANGING = ("ETag", "etag", "mtime", "LastModified", "last_modified", "modificationTime")


class Listing(Struct, frozen=True):
    """What is behind a URL.

    Attributes:
        files: URL and state of each, in the order of a walk over folders.
        passed: URLs of documents that no reader is for.
        sidecars: by the URL of their folder.
        closed: folders that could not be listed, with the reason.
        refused: why there is nothing at all.
        single: the URL is that of a file.
    """

    files: tuple[tuple[str, str], ...] = ()
    passed: tuple[str, ...] = ()
    sidecars: dict[str, Sidecar] = field(default_factory=dict)
    closed: tuple[tuple[str, Text], ...] = ()
    refused: Text | None = None
    single: bool = False


class ListWork(Struct, frozen=True):
    """What a child does with a URL that the user named: tell which reports are behind it."""

    access: Access

    def __call__(self, item: bytes) -> bytes:
        """List what is behind one URL."""
        url, options = item.decode(), self.access.options
        try:
            listing = _listing(url, options)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - each library has its own
            listing = Listing(refused=reason_of(error, options))
        return msgpack.encode(listing)


def find_remote(urls: Sequence[str], options: Mapping[str, Any]) -> tuple[list[Source], tuple[str, ...], Access]:
    """Find the reports behind URLs, each once; return them, the documents that are passed over, and what it takes to read.

    The network is asked by a guarded child: nothing that a server answers can harm this process.

    Raises:
        UsageError: a URL cannot be listed, or no report is behind it.
    """
    access = Access(dict(options))
    found: dict[str, Source] = {}
    passed: dict[str, None] = {}
    sidecars: dict[str, Sidecar] = {}
    answers = guarded(ListWork(access), [url.encode() for url in urls], LISTING)
    for url, answer in zip(urls, answers, strict=True):
        if isinstance(answer, Failure):
            reason = Text(f"没有得到答复（{answer.cause}）", f"no answer ({answer.cause})")
            raise _unlisted(url, reason)
        listing = msgpack.decode(answer, type=Listing)
        if listing.refused:
            raise _unlisted(url, listing.refused)
        for folder, why in listing.closed:
            found.setdefault(folder, Source(path_of(folder), sought=True, problem=why.zh, url=folder))
        for one, state in listing.files:
            path = path_of(one)
            sought = listing.single or is_named_as_report(path)
            found.setdefault(one, Source(path, sought=sought, url=one, state=state))
        passed |= dict.fromkeys(listing.passed)
        sidecars |= listing.sidecars
    return list(found.values()), tuple(url for url in passed if url not in found), Access(access.options, sidecars)


def _unlisted(url: str, reason: Text) -> UsageError:
    return UsageError(Text(f"读不了 {url}：{reason.zh}", f"cannot read {url}: {reason.en}"))


# --- in a child -------------------------------------------------------------------------------


def _listing(url: str, options: Mapping[str, Any]) -> Listing:
    web = url.startswith(WEB)
    if web and not url.endswith("/"):
        return Listing(((_readable(url), ""),), single=True)  # when it is fetched it shows whether it is there
    file_system, root = opened(url, options)
    shown, top = url.rstrip("/"), root.rstrip("/")
    closed: list[tuple[str, Text]] = []
    if url.startswith(_BUCKETS):  # a bucket is listed whole, a thousand names for each request
        found = iter(file_system.find(root, detail=True).values())
    elif web or file_system.info(root)["type"] == "directory":
        found = _walked(file_system, root, closed, options)
    else:
        found = iter((file_system.info(root),))
    rows = {_readable(shown + str(row["name"])[len(top) :]): row for row in found}
    single = list(rows) == [shown]
    files = sorted((one for one in rows if single or _is_met(one, shown, _is_read)), key=_walking)
    passed = [] if single else sorted((one for one in rows if _is_met(one, shown, is_passed_over)), key=_walking)
    if not files and not closed:
        known = " ".join(SUFFIXES)
        none = Text(f"里面没有可检查的文件（{known}）", f"it holds no file to check ({known})")
        if passed:
            said = passed_over(passed)
            none = Text(f"{none.zh}；{said.zh}", f"{none.en}; {said.en}")
        return Listing(refused=none)
    if single:
        folder = shown.rpartition("/")[0]
        folders = [folder] if file_system.exists(f"{top.rpartition('/')[0]}/{SIDECAR}") else []
    else:
        folders = [one.removesuffix(f"/{SIDECAR}") for one in rows if one.endswith(f"/{SIDECAR}")]
    return Listing(
        files=tuple((one, _state(rows[one])) for one in files),
        passed=tuple(passed),
        sidecars={folder: _sidecar(folder, rows, options) for folder in folders},
        closed=tuple((_readable(shown + folder[len(top) :]).rstrip("/"), why) for folder, why in closed),
        single=single,
    )


def _walked(
    file_system: Any,  # noqa: ANN401 - fsspec says no more about its file systems
    root: str,
    closed: list[tuple[str, Text]],
    options: Mapping[str, Any],
) -> Iterator[Mapping[str, Any]]:
    """Yield what is known of every file below a root; folders that cannot be listed go to ``closed``."""
    todo, seen = [root], {root.rstrip("/")}
    while todo:
        folder = todo.pop()
        try:
            listed = file_system.ls(folder, detail=True)
        except Exception as error:
            if folder == root:
                raise
            closed.append((folder, reason_of(error, options)))
            continue
        beat()
        for row in listed:
            name = str(row["name"])
            key = name.rstrip("/")
            below = key.removeprefix(root.rstrip("/")).split("/")[1:]
            if key in seen or not _is_below(key, root):
                continue
            seen.add(key)
            if row["type"] != "directory":
                yield row
            elif len(below) > DEEPEST:
                closed.append((key, Text("文件夹嵌套过深", "folders are nested too deeply")))
            elif _is_entered(below[-1]):
                todo.append(name)


def _is_below(name: str, root: str) -> bool:
    """Tell whether a name leads into a folder: a page may link to anywhere."""
    return name.startswith(root.rstrip("/") + "/") and not {".", ".."} & set(name.split("/"))


def _is_entered(folder: str) -> bool:
    return not folder.startswith(".") and folder != "node_modules"


def _is_read(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES


def _is_met(url: str, root: str, is_wanted: Callable[[Path], bool]) -> bool:
    """Tell whether a walk over folders would meet a file, and wants it."""
    path = path_of(url)
    *folders, name = url.removeprefix(root).split("/")
    hidden = not all(map(_is_entered, folders)) or name.startswith(_LEFT_BEHIND)
    return is_wanted(path) and not hidden


def _walking(url: str) -> tuple[tuple[int, str], ...]:
    """Return what sorts files as a walk does: those of a folder before the folders in it."""
    *folders, name = url.split("/")
    return (*((1, folder) for folder in folders), (0, name))


def _state(row: Mapping[str, Any]) -> str:
    """Return what changes whenever a file does; empty where the server tells nothing that does."""
    changing = next((row[key] for key in _CHANGING if row.get(key)), None)
    return f"{row.get('size')}/{changing}" if changing else ""


def _sidecar(folder: str, rows: Iterable[str], options: Mapping[str, Any]) -> Sidecar:
    names = sorted(name for above, _, name in (one.rpartition("/") for one in rows) if above == folder)
    return Sidecar(fetched(f"{folder}/{SIDECAR}", options), tuple(filter(_is_name, names)))


def _is_name(name: str) -> bool:
    """Tell whether a file of this machine could be called so."""
    return name not in ("", ".", "..") and "\0" not in name and len(name.encode("utf-8", "replace")) <= LONGEST_NAME


def _readable(url: str) -> str:
    """Return a web address as browsers show it: names of characters instead of their bytes."""
    return _ENCODED.sub(lambda found: _characters(found[0]), url) if url.startswith(WEB) else url


def _characters(encoded: str) -> str:
    try:
        text = unquote_to_bytes(encoded).decode()
    except UnicodeDecodeError:
        return encoded
    return text if text.isprintable() else encoded
