"""Old Word and WPS files, RTF and ODT: converted by LibreOffice, where it is installed, and read as Word documents."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from msgspec import structs

from gouji.document import Document, Note
from gouji.errors import UnreadableError
from gouji.pulse import beat
from gouji.readers import docx
from gouji.wording import Text

LONGEST = 60  # seconds for one conversion
MEMORY = 4 << 30  # bytes of address space; LibreOffice starts with more than a reader may have

_STEP = 0.05
_BEAT_EVERY = 1.0
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
        UnreadableError: GJ023, LibreOffice is not installed; GJ014, it could not convert the file;
            and what reading the converted document raises.
    """
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


def find_office() -> str | None:
    """Return the file of LibreOffice, or None where it is not installed."""
    return next((found for name in _PLACES if (found := shutil.which(name))), None)


def _converted(office: str, data: bytes) -> bytes:
    """Convert a file in a folder of its own; empty when nothing came of it, whatever the exit code says."""
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
        _run(command, folder)
        result = folder / "out" / "report.docx"
        return result.read_bytes() if result.is_file() else b""


def _run(command: list[str], folder: Path) -> None:
    """Run a command for so long at most, with signs of life, and end all that it started."""
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
