"""Old formats: LibreOffice converts them, where it is installed, and the verdict is the same."""

import errno
import shutil
import subprocess
import sys
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from gouji import pulse
from gouji.engine import Options, check_document, read_with
from gouji.errors import UnreadableError
from gouji.guard import Failure, Limits, guarded
from gouji.pack import Pack
from gouji.readers import legacy, read
from tests.cli.conftest import ROOT

SOFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
# suffix -> what it is made of, and LibreOffice's name of the format; its RTF loses Chinese automatic numbers
MADE = {
    ".doc": ("clean.docx", "doc:MS Word 97"),
    ".odt": ("clean.docx", "odt"),
    ".fodt": ("clean.docx", "fodt"),
    ".rtf": ("errors.html", "rtf:Rich Text Format"),
}
OPTIONS = Options(check_date=date(2026, 1, 31))


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The clean example in every old format."""
    folder = tmp_path_factory.mktemp("old")
    profile = (folder / "profile").as_uri()
    for source, wanted in MADE.values():
        subprocess.run(
            [str(SOFFICE), f"-env:UserInstallation={profile}", "--headless", "--convert-to", wanted, "--outdir",
             str(folder), "--infilter=HTML (StarWriter)" if source.endswith("html") else "--headless",
             str(ROOT / "examples" / source)],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
    return {suffix: folder / f"{Path(source).stem}{suffix}" for suffix, (source, _) in MADE.items()}


@needs_office
@pytest.mark.parametrize("suffix", MADE)
def test_same_facts(suffix: str, converted: dict[str, Path], pack: Pack) -> None:
    """Facts and findings are those of the Markdown report, and a note says whose places these are."""
    beats: list[int] = []
    pulse.listen(lambda: beats.append(1))
    old, plain = read(converted[suffix], "r"), read(ROOT / "examples" / f"{converted[suffix].stem}.md", "r")
    facts, expected = (read_with(document, [pack], OPTIONS)[1].facts for document in (old, plain))
    assert {key: (fact.value, fact.state) for key, fact in facts.items()} == {
        key: (fact.value, fact.state) for key, fact in expected.items()
    }
    assert [note.rule for note in old.notes] == ["GJ025"]
    assert beats
    found, wanted = (check_document(document, [pack], OPTIONS).findings for document in (old, plain))
    assert sorted((f.rule, f.address) for f in found if f.rule != "GJ025") == sorted(
        (f.rule, f.address) for f in wanted
    )


@needs_office
def test_within_the_guard(converted: dict[str, Path]) -> None:
    """LibreOffice needs more memory than a reader may have, and gets it."""
    work = read_blocks
    (answer,) = guarded(work, [str(converted[".odt"]).encode()], Limits(seconds=60, idle=30))
    assert not isinstance(answer, Failure)
    assert int(answer) > 20


def read_blocks(item: bytes) -> bytes:
    """Read a file and count its blocks."""
    return str(len(read(Path(item.decode()), "r").blocks)).encode()


@needs_office
@pytest.mark.parametrize("data", [b"{\\rtf1 }", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)])
def test_what_cannot_be_converted(data: bytes) -> None:
    """A file of which LibreOffice makes nothing is damaged or empty, never a pass."""
    with pytest.raises(UnreadableError) as caught:
        legacy.read(data, "r")
    assert caught.value.rule in ("GJ002", "GJ014")


def test_without_office(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without LibreOffice the message says what to do."""
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(UnreadableError, match="libreoffice-writer") as caught:
        legacy.read(b"{\\rtf1}", "r")
    assert caught.value.rule == "GJ023"


def test_an_encrypted_odt() -> None:
    """A password is told as one, before LibreOffice is asked for."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("META-INF/manifest.xml", "<m:file-entry><m:encryption-data m:checksum='x'/></m:file-entry>")
    with pytest.raises(UnreadableError) as caught:
        legacy.read(file.getvalue(), "r")
    assert caught.value.rule == "GJ013"


def office(folder: Path, script: str) -> str:
    """Write a program to stand for LibreOffice."""
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    return str(program)


@pytest.mark.skipif(sys.platform == "win32", reason="a shell stands for LibreOffice")
@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "空间不足"), (errno.EDQUOT, "空间不足"), (errno.EACCES, "权限"), (errno.EIO, "没能进行转换")],
)
@pytest.mark.parametrize("name", ["report.rtf", "room"])
def test_no_fault_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str, name: str
) -> None:
    """A full disk or a missing right, before LibreOffice runs or behind it, is not laid to the file."""
    write = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if path.name == name:
            raise OSError(number, "said the system")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    program = office(tmp_path, "exit 1")
    monkeypatch.setattr(shutil, "which", lambda _: program)
    with pytest.raises(UnreadableError) as caught:
        legacy.read(b"{\\rtf1}", "r")
    assert caught.value.rule == "GJ024"
    assert words in caught.value.text.zh
    assert "损坏" not in caught.value.text.zh


@pytest.mark.skipif(sys.platform == "win32", reason="a shell stands for LibreOffice")
@pytest.mark.parametrize(("script", "rule", "words"), [("sleep 9", "GJ024", "1 秒"), ("exit 0", "GJ014", "损坏")])
def test_time_and_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, rule: str, words: str) -> None:
    """What took too long is said so; a program that ended without a result could not read the file."""
    monkeypatch.setattr(legacy, "LONGEST", 1)
    program = office(tmp_path, script)
    monkeypatch.setattr(shutil, "which", lambda _: program)
    with pytest.raises(UnreadableError) as caught:
        legacy.read(b"{\\rtf1}", "r")
    assert caught.value.rule == rule
    assert words in caught.value.text.zh


def test_a_program_that_does_not_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """LibreOffice that cannot be run is no fault of the file."""
    monkeypatch.setattr(shutil, "which", lambda _: str(tmp_path / "none"))
    with pytest.raises(UnreadableError) as caught:
        legacy.read(b"{\\rtf1}", "r")
    assert caught.value.rule == "GJ024"
