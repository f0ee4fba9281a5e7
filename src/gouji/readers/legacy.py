"""Old Word and WPS files, RTF and ODT: converted by LibreOffice, where it is installed, and read as Word documents."""

import errno
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zlib
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from msgspec import structs

from gouji.document import Document, Note
from gouji.errors import UnreadableError
from gouji.pulse import beat
from gouji.readers import docx
from gouji.wording import Text, same

LONGEST = 60  # seconds for one conversion
MEMORY = 4 << 30  # bytes of address space; LibreOffice starts with more than a reader may have

_ROOM = 8 << 20  # bytes that a conversion may need for itself
_STEP = 0.05
_BEAT_EVERY = 1.0
_LONGEST_MANIFEST = 1 << 20  # bytes
_NO_ROOM = Text("临时文件夹所在的磁盘空间不足", "the disk with the temporary folder is full")
_NO_RIGHT = Text("没有写临时文件夹或运行它的权限", "the temporary folder may not be written, or the program not be run")
_CAUSES = {
    errno.ENOSPC: _NO_ROOM,
    errno.EDQUOT: _NO_ROOM,
    errno.EACCES: _NO_RIGHT,
    errno.EPERM: _NO_RIGHT,
    errno.EROFS: _NO_RIGHT,
}
_PLACES = ("soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice")
_SUFFIXES = ((b"{\\rtf", ".rtf"), (b"PK", ".odt"))
# No macros, no links followed: the document comes from anywhere.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse">\
<value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" \
oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse">\
<value>0</value></prop></item>
</oor:items>
"""


def read(data: bytes, path: str) -> Document:
    """Read the bytes of a ``.doc``, ``.wps``, ``.rtf`` or ``.odt`` file.

    Returns:
        The document as Word would have it; its places are those of the converted document, which a
        note (GJ025) says.

    Raises:
        UnreadableError: GJ013, the file has a password; GJ023, LibreOffice is not installed; GJ024,
            it had no room, no right or no time to work; GJ014, it could not convert the file; and what
            reading the converted document raises.
    """
    if data.startswith(b"PK") and _is_encrypted(data):
        raise UnreadableError(
            "GJ013",
            Text(
                "这是加了密码的 ODT 文档，没有读取；请在 Word/WPS 中去掉打开密码，另存后再检查",
                "an ODT document behind a password was not read; remove the password and save it again",
            ),
        )
    office = find_office()
    if office is None:
        raise UnreadableError(
            "GJ023",
            Text(
                "旧版 Word/WPS、RTF、ODT 文档要用 LibreOffice 转换，本机没有安装；"
                "请在 Word/WPS 中另存为 .docx 再检查，或安装 LibreOffice（如 apt install libreoffice-writer）",
                "old Word and WPS, RTF and ODT files are converted by LibreOffice, which is not installed here;"
                " save the file as .docx, or install LibreOffice (apt install libreoffice-writer)",
            ),
        )
    converted = _converted(office, data)
    if not converted:
        raise UnreadableError(
            "GJ014",
            Text(
                "LibreOffice 转换不了这个文件，可能已损坏或有密码；请在 Word/WPS 中打开并另存为 .docx 再检查",
                "LibreOffice could not convert the file; it may be damaged or behind a password."
                " Open it in Word or WPS and save it as .docx",
            ),
        )
    document = docx.read(converted, path)
    text = Text(
        "由 LibreOffice 转换为 .docx 后读取，位置按转换后的文档",
        "read from a conversion by LibreOffice: places are its",
    )
    return structs.replace(document, format="legacy", notes=(*document.notes, Note("GJ025", text)))


def _is_encrypted(data: bytes) -> bool:
    """Tell whether the manifest of an ODT says that its parts are encrypted."""
    try:
        with ZipFile(BytesIO(data)) as archive, archive.open("META-INF/manifest.xml") as manifest:
            return b"encryption-data" in manifest.read(_LONGEST_MANIFEST)
    except (BadZipFile, KeyError, ValueError, OSError, NotImplementedError, RuntimeError, zlib.error):
        return False  # LibreOffice will say what is wrong


def find_office() -> str | None:
    """Return the file of LibreOffice, or None where it is not installed."""
    return next((found for name in _PLACES if (found := shutil.which(name))), None)


def _converted(office: str, data: bytes) -> bytes:
    """Convert a file in a folder of its own; empty when nothing came of it, whatever the exit code says.

    Raises:
        UnreadableError: GJ024, the conversion could not be carried out, whatever the file.
    """
    try:
        return _converted_in_time(office, data)
    except OSError as error:
        cause = _CAUSES.get(error.errno or 0, same(error.strerror or str(error)))
        raise _not_carried_out(cause) from None


def _converted_in_time(office: str, data: bytes) -> bytes:
    with tempfile.TemporaryDirectory(prefix="gouji-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "profile" / "user").mkdir(parents=True)
        (folder / "profile" / "user" / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
        source = folder / f"report{next((suffix for magic, suffix in _SUFFIXES if data.startswith(magic)), '.doc')}"
        source.write_bytes(data)
        command = [
            office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore",
            "--nolockcheck", "--nodefault", "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder / "out"),
            str(source),
        ]  # fmt: skip
        in_time = _run(command, folder)
        result = folder / "out" / "report.docx"
        if result.is_file():
            return result.read_bytes()
        if not in_time:
            raise _not_carried_out(Text(f"{LONGEST} 秒内没有转换完", f"it was not done in {LONGEST} seconds"))
        (folder / "room").write_bytes(bytes(_ROOM))  # fails where LibreOffice had no room either
        return b""


def _not_carried_out(cause: Text) -> UnreadableError:
    return UnreadableError(
        "GJ024",
        Text(
            f"LibreOffice 没能进行转换：{cause.zh}。文件没有读取，也没有判断它有无问题",
            f"LibreOffice could not do the conversion: {cause.en}. The file was not read, nothing was found wrong with it",
        ),
    )


def _run(command: list[str], folder: Path) -> bool:
    """Run a command for so long at most, with signs of life, and end all that it started; tell whether it ended."""
    process = subprocess.Popen(  # noqa: S603 - the command is ours, and its file has a name of ours
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"HOME": str(folder), "TMPDIR": str(folder)},
        preexec_fn=None if sys.platform == "win32" else _allow_memory,  # noqa: PLW1509 - a child has no threads
    )
    started = told = time.monotonic()
    try:
        while process.poll() is None and time.monotonic() - started < LONGEST:
            time.sleep(_STEP)
            if time.monotonic() - told > _BEAT_EVERY:
                told = time.monotonic()
                beat()
        return process.poll() is not None
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _allow_memory() -> None:
    import resource  # noqa: PLC0415 - not on Windows

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard), hard))
    with suppress(ValueError, OSError):
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(1024, most) if most != resource.RLIM_INFINITY else 1024, most))
