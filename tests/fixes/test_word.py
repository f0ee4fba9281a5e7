"""Word documents: text changes inside ``w:t`` alone; formatting, other parts and the archive stay."""

import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest

from gouji.draft.word import package
from gouji.fixes import archive
from gouji.fixes.change import texts
from gouji.fixes.source import Unfixable
from gouji.readers import docx
from tests.documents.make_docx import parts
from tests.fixes.conftest import ROOT, Mend, done, with_faults

SOFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
SOME = ("title-known", "label-brackets", "digits", "citation-square", "blank-row", "slash", "heading-brackets")
TAG = re.compile(r"<[^>]*>")


def members(data: bytes) -> list[tuple[object, ...]]:
    """Return the members of an archive, in order, with all that is said of them but sizes and places."""
    with ZipFile(BytesIO(data)) as opened:
        return [
            (m.filename, m.compress_type, m.date_time, m.external_attr, m.create_system, m.extra, m.comment,
             b"" if m.filename == "word/document.xml" else opened.read(m))
            for m in opened.infolist()
        ]  # fmt: skip


def main_part(data: bytes) -> str:
    with ZipFile(BytesIO(data)) as opened:
        return opened.read("word/document.xml").decode()


def raw(data: bytes, name: str) -> bytes:
    """Return a member as it is packed, its own header included."""
    with ZipFile(BytesIO(data)) as opened:
        infos = sorted(opened.infolist(), key=lambda m: m.header_offset)
        ends = [m.header_offset for m in infos[1:]] + [opened.start_dir]
    return next(data[m.header_offset : end] for m, end in zip(infos, ends, strict=True) if m.filename == name)


def faulty(specimen: str, *names: str) -> bytes:
    return package(parts(with_faults(specimen, names or SOME)))


def replaced(data: bytes, old: str, new: str, *, count: int = 1) -> bytes:
    """Return a document whose main part has other words."""
    text = main_part(data)
    assert text.count(old) >= 1, old
    return archive.replaced(data, "word/document.xml", text.replace(old, new, count).encode())


def test_everything_else_stays(mend: Mend, specimen: str) -> None:
    """Other members are the same bytes in the same order; in the main part only texts differ, and new runs."""
    before = faulty(specimen)
    mended = mend(before, "docx")
    assert mended.left == ()
    assert members(mended.data) == members(before)
    for name in ("[Content_Types].xml", "word/styles.xml", "word/numbering.xml", "word/footer1.xml"):
        assert raw(mended.data, name) == raw(before, name)
    old, new = (
        re.sub(r"<w:r>(<w:rPr>[^\x00]{0,200}?</w:rPr>)?<w:t>0</w:t></w:r>", "", main_part(d))
        for d in (before, mended.data)
    )
    assert TAG.findall(old) == TAG.findall(new)
    expected = docx.read(package(parts(specimen)), "report")
    assert dict(texts(docx.read(mended.data, "report"))) == dict(texts(expected)) | {
        target: text for target, text in texts(docx.read(mended.data, "report")) if "监督保障" in text
    }


def test_new_figure_looks_like_its_paragraph(mend: Mend, specimen: str) -> None:
    """A 0 in a cell without any text takes the look of the paragraph's mark."""
    text = main_part(mend(faulty(specimen, "blank-row"), "docx").data)
    runs = re.findall(
        r"<w:rPr>((?:(?!<w:rPr>).)*?)</w:rPr></w:pPr><w:r><w:rPr>((?:(?!<w:rPr>).)*?)</w:rPr><w:t>0</w:t>", text
    )
    assert len(runs) == 7
    assert all(mark == run for mark, run in runs)


@pytest.mark.parametrize(
    ("blank", "filled"),
    [
        ("<w:p/>", "<w:p><w:r><w:t>0</w:t></w:r></w:p>"),
        ('<w:p w:rsidR="0A" />', '<w:p w:rsidR="0A"><w:r><w:t>0</w:t></w:r></w:p>'),
        ("<w:p></w:p>", "<w:p><w:r><w:t>0</w:t></w:r></w:p>"),
        ("<w:p><w:r><w:t></w:t></w:r></w:p>", "<w:p><w:r><w:t>0</w:t></w:r></w:p>"),
        ('<w:p><w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve"> </w:t></w:r></w:p>',
         '<w:p><w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">0</w:t></w:r></w:p>'),
        ("<w:p><w:r><w:t>/</w:t></w:r></w:p>", "<w:p><w:r><w:t>0</w:t></w:r></w:p>"),
        ("<w:p/><w:p/>", "<w:p><w:r><w:t>0</w:t></w:r></w:p><w:p/>"),
    ],
)  # fmt: skip
def test_blank_cells(blank: str, filled: str, mend: Mend, specimen: str) -> None:
    """However a blank cell is written, it gets one 0."""
    text = main_part(faulty(specimen, "title-known"))
    cell = next(c for c in re.findall(r"<w:tc>.*?</w:tc>", text, re.DOTALL) if ">2.</w:t>" in c and "重复申请" in c)
    at = text.index(cell) + len(cell)
    paragraph = re.compile(r"<w:p>.*?</w:p>", re.DOTALL).search(text, at)
    assert paragraph is not None

    def made(inside: str) -> str:
        return text[: paragraph.start()] + inside + text[paragraph.end() :]

    data = archive.replaced(faulty(specimen, "title-known"), "word/document.xml", made(blank).encode())
    mended = mend(data, "docx")
    assert mended.left == ()
    assert main_part(mended.data) == made(filled).replace("存在问题", "存在的主要问题")


def test_title_in_runs(mend: Mend, specimen: str) -> None:
    """A title in several runs keeps every run and its look; the new words stand in the run before them."""
    before = faulty(specimen, "title-known")
    run = '<w:r><w:rPr></w:rPr><w:t xml:space="preserve">{}</w:t></w:r>'
    pieces = (
        "<w:r><w:rPr><w:b/></w:rPr><w:t>存在</w:t></w:r><w:r><w:rPr><w:i/></w:rPr><w:t>问题及改进情&#20917;</w:t></w:r>"
    )
    before = replaced(before, run.format("存在问题及改进情况"), pieces)
    mended = mend(before, "docx")
    assert main_part(mended.data) == main_part(before).replace("<w:t>存在</w:t>", "<w:t>存在的主要</w:t>")


PENDING = '<w:ins w:id="1" w:author="a"><w:r><w:t>及</w:t></w:r></w:ins>'


@pytest.mark.parametrize(
    ("old", "new", "rule", "reason"),
    [
        ("存在问题及改进情况</w:t></w:r>", f"存在问题</w:t></w:r>{PENDING}<w:r><w:t>改进情况</w:t></w:r>", "GJ104", "修订"),
        ("存在问题及改进情况</w:t></w:r>", "存在问题及改进情况</w:t></w:r><w:del w:id='1'><w:r><w:delText>旧</w:delText></w:r></w:del>",
         "GJ104", "修订"),
        ('<w:r><w:rPr></w:rPr><w:t xml:space="preserve">存在问题及改进情况</w:t></w:r>',
         ('<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>REF t</w:instrText></w:r><w:r><w:fldChar '
         'w:fldCharType="separate"/></w:r><w:r><w:t>存在问题及改进情况</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'),
         "GJ104", "域"),
        ('<w:r><w:rPr></w:rPr><w:t xml:space="preserve">存在问题及改进情况</w:t></w:r>',
         ('<w:sdt><w:sdtPr><w:dataBinding w:xpath="/t"/></w:sdtPr><w:sdtContent><w:r><w:t>存在问题及改进情况</w:t></w:r>'
         "</w:sdtContent></w:sdt>"), "GJ104", "内容控件"),
        ('<w:r><w:rPr></w:rPr><w:t xml:space="preserve">存在问题及改进情况</w:t></w:r>',
         ('<w:sdt><w:sdtPr><w:lock w:val="sdtContentLocked"/></w:sdtPr><w:sdtContent><w:r><w:t>存在问题及改进情况</w:t></w:r>'
         "</w:sdtContent></w:sdt>"), "GJ104", "内容控件"),
    ],
)  # fmt: skip
def test_what_word_owns_is_left(old: str, new: str, rule: str, reason: str, mend: Mend, specimen: str) -> None:
    """Pending changes, fields and bound controls in a paragraph: it stays, the rest is mended."""
    before = replaced(faulty(specimen, "title-known", "digits"), old, new)
    mended = mend(before, "docx")
    assert [change.rule for change in mended.changes] == ["GJ126"]
    assert [(one.rule, reason in one.reason.zh) for one in mended.left] == [(rule, True)]
    assert main_part(mended.data) == main_part(before).replace("１２", "12")


def test_text_box_is_left(mend: Mend, specimen: str) -> None:
    """A text box keeps its words twice, for new programs and for old ones: it is not changed in one place only."""
    before = faulty(specimen, "title-known")
    heading = re.search(
        r'<w:p><w:pPr><w:pStyle w:val="1"/>(?:(?!<w:p>).)*?存在问题及改进情况</w:t></w:r></w:p>', main_part(before)
    )
    assert heading is not None
    inside = "<w:txbxContent><w:p><w:r><w:t>五、存在问题及改进情况</w:t></w:r></w:p></w:txbxContent>"
    shape = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
    box = (
        '<w:p><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f'<mc:Choice xmlns:wps="{shape}" Requires="wps">{inside}</mc:Choice><mc:Fallback>{inside}</mc:Fallback>'
        "</mc:AlternateContent></w:r></w:p>"
    )
    mended = mend(replaced(before, heading[0], box), "docx")
    assert mended.changes == ()
    assert [(one.rule, "文本框" in one.reason.zh) for one in mended.left] == [("GJ104", True)]


def test_pending_row_is_left(mend: Mend, specimen: str) -> None:
    """A row whose insertion is pending is not filled up."""
    before = faulty(specimen, "blank-row")
    text = main_part(before)
    row = next(r for r in re.findall(r"<w:tr>.*?</w:tr>", text, re.DOTALL) if ">2.</w:t>" in r and "重复申请" in r)
    before = replaced(before, row, row.replace("</w:trPr>", '<w:ins w:id="1" w:author="a"/></w:trPr>', 1))
    mended = mend(before, "docx")
    assert (mended.data, mended.changes) == (before, ())
    assert ["修订" in one.reason.zh for one in mended.left] == [True]


def test_drawn_numbers_are_no_text(mend: Mend, specimen: str) -> None:
    """(一) drawn by Word cannot be changed in the text: told, with what can."""
    made = parts(with_faults(specimen, ["digits"]))
    made["word/numbering.xml"] = made["word/numbering.xml"].replace("（%2）", "(%2)")
    text = made["word/document.xml"]
    heading = re.search(r'<w:p><w:pPr><w:pStyle w:val="2"/>(?:(?!<w:p>).)*?监督保障.*?</w:p>', text)
    assert heading is not None
    made["word/document.xml"] = text.replace(heading[0], "<w:p><w:r><w:t>（五）监督保障</w:t></w:r></w:p>")
    mended = mend(package(made), "docx")
    assert [change.rule for change in mended.changes] == ["GJ126"]
    assert {one.reason.zh for one in mended.left if one.rule == "GJ108"} == {"编号是 Word 自动生成的，请在 Word 中改"}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("_xmlsignatures/sig1.xml", "<Signature/>", "数字签名"),
        ("word/settings.xml", '<w:settings xmlns:w="{W}"><w:documentProtection w:edit="readOnly" w:enforcement="1"/></w:settings>',
         "编辑限制"),
    ],
)  # fmt: skip
def test_signed_and_protected_documents(name: str, content: str, said: str, mend: Mend, specimen: str) -> None:
    """A signature would be void, a protection is there for a reason: nothing is touched."""
    made = parts(with_faults(specimen, SOME))
    made[name] = content.replace("{W}", "http://schemas.openxmlformats.org/wordprocessingml/2006/main")
    relations = "word/_rels/document.xml.rels"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/settings"
    if "settings" in name:
        made[relations] = made[relations].replace(
            "</Relationships>", f'<Relationship Id="rId9" Type="{kind}" Target="settings.xml"/></Relationships>'
        )
    data = package(made)
    mended = mend(data, "docx")
    assert (mended.data, mended.changes) == (data, ())
    assert mended.refused is not None
    assert said in mended.refused.zh


# --- the archive ------------------------------------------------------------------------------


def test_archive_keeps_what_is_beside() -> None:
    """A member is replaced in its place; a remark of the archive and stored members stay."""
    file = BytesIO()
    with ZipFile(file, "w") as made:
        made.comment = b"remark PK\x05\x06"[:6]
        for number, name in enumerate(("a.xml", "Word/Document.xml", "picture.png")):
            made.writestr(name, name * 100, compress_type=ZIP_STORED if number != 1 else 8)
    data = file.getvalue()
    new = archive.replaced(data, "word/document.xml", b"<changed/>")
    with ZipFile(BytesIO(new)) as opened:
        assert opened.testzip() is None
        assert opened.comment == b"remark"
        assert [(m.filename, m.compress_type) for m in opened.infolist()] == [
            ("a.xml", 0), ("Word/Document.xml", 8), ("picture.png", 0),
        ]  # fmt: skip
        assert opened.read("Word/Document.xml") == b"<changed/>"
    assert [raw(new, n) for n in ("a.xml", "picture.png")] == [raw(data, n) for n in ("a.xml", "picture.png")]


class Unseekable(BytesIO):
    """A stream to which zipfile writes sizes behind the content."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: object) -> int:
        raise OSError


def test_sizes_behind_the_content(mend: Mend, specimen: str) -> None:
    """An archive written as a stream, as some programs do, is mended as well; its other members stay."""
    file = Unseekable()
    with ZipFile(file, "w", 8) as made:
        for name, content in parts(with_faults(specimen, SOME)).items():
            made.writestr(name, content)
    before = file.getvalue()
    mended = mend(before, "docx")
    assert mended.left == ()
    with ZipFile(BytesIO(mended.data)) as opened:
        assert opened.testzip() is None
    assert raw(mended.data, "word/styles.xml") == raw(before, "word/styles.xml")


@pytest.mark.parametrize("cut", [b"", b"PK", b"PK\x05\x06"])
def test_no_archive(cut: bytes) -> None:
    """What is no archive is refused, not torn."""
    with pytest.raises(Unfixable):
        archive.replaced(cut, "a", b"")


# --- saved by another program -----------------------------------------------------------------


def convert(source: Path, form: str, folder: Path) -> Path:
    """Convert a document with LibreOffice."""
    target = folder / form.partition(":")[0]
    subprocess.run(
        [str(SOFFICE), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", form,
         "--outdir", str(target), str(source)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return target / f"{source.stem}.{form.partition(':')[0]}"


@needs_office
def test_document_saved_by_libreoffice(mend: Mend, specimen: str, tmp_path: Path) -> None:
    """A document as LibreOffice writes it is mended; LibreOffice opens the result and shows what was meant."""
    made = tmp_path / "made.docx"
    made.write_bytes(faulty(specimen, *(name for name in SOME if name != "heading-brackets")))
    saved = convert(made, "docx:MS Word 2007 XML", tmp_path)
    before = saved.read_bytes()
    mended = mend(before, "docx")
    assert mended.left == ()
    assert sorted({change.rule for change in mended.changes}) == ["GJ104", "GJ126", "GJ131", "GJ232"]
    assert members(mended.data) == members(before)
    fixed, right = tmp_path / "fixed.docx", tmp_path / "right.docx"
    fixed.write_bytes(mended.data)
    right.write_bytes(package(parts(specimen)))
    shown = [
        convert(path, "txt:Text (encoded):UTF8", tmp_path).read_text("utf-8-sig").split() for path in (fixed, right)
    ]
    assert shown[0] == shown[1]


@needs_office
def test_example_opens_in_libreoffice(mend: Mend, tmp_path: Path) -> None:
    """The fixed example reads in LibreOffice as before but for what was mended."""
    before = ROOT / "examples" / "errors.docx"
    fixed = tmp_path / "fixed.docx"
    mended = mend(before.read_bytes(), "docx")
    assert len(done(mended)) == 2
    fixed.write_bytes(mended.data)
    old, new = (
        convert(p, "txt:Text (encoded):UTF8", tmp_path).read_text("utf-8-sig").splitlines() for p in (before, fixed)
    )
    assert new.count("0") == old.count("0") + 7
    assert [line for line in new if line.strip("0")] == [
        line.replace("存在问题", "存在的主要问题") for line in old if line.strip("0")
    ]
