"""Markdown and web pages: every byte that is not mended stays, in any encoding and with any line ends."""

import codecs
import html
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import structs

from gouji.fixes.mend import Clinic
from gouji.fixes.web import scan_page
from gouji.pack_store import load_pack, shipped_packs
from tests.fixes.conftest import Mend, done, with_faults, written

SOME = ("title-known", "heading-brackets", "label-brackets", "digits", "citation-square", "blank-row", "slash")
ENCODINGS = {
    "utf-8": b"",
    "utf-8-sig": codecs.BOM_UTF8,
    "gb18030": b"",
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("form", ["md", "html"])
def test_encoding_and_line_ends_are_kept(form: str, encoding: str, end: str, mend: Mend, specimen: str) -> None:
    """The fixed file is the right one, byte for byte, as the same program would have written it."""

    def bytes_of(text: str) -> bytes:
        page = written(text, form).decode().replace("\n", end)
        if encoding == "gb18030":
            page = page.replace('charset="utf-8"', 'charset="gb2312"')
        return ENCODINGS[encoding] + page.encode(encoding.removesuffix("-sig"))

    mended = mend(bytes_of(with_faults(specimen, SOME)), form)
    assert mended.left == ()
    assert mended.data == bytes_of(specimen)


@pytest.mark.parametrize("form", ["md", "html"])
def test_mixed_encodings_are_left(form: str, mend: Mend, specimen: str) -> None:
    """Where the bytes could not be had back, nothing is written and that is told."""
    data = written(with_faults(specimen, SOME), form) + "编制单位：办公室\n".encode("gb18030")
    mended = mend(data, form)
    assert mended.data == data
    assert mended.refused is not None
    assert "编码" in mended.refused.zh


def test_mixed_line_ends(mend: Mend, specimen: str) -> None:
    """Each line keeps the end it has; a last line without one as well."""
    ends = ["\r\n", "\n", "\r"]

    def mixed(text: str) -> bytes:
        lines = text.rstrip("\n").split("\n")
        return "".join(line + ends[n % 3] for n, line in enumerate(lines[:-1])).encode() + lines[-1].encode()

    assert mend(mixed(with_faults(specimen, SOME)), "md").data == mixed(specimen)


@pytest.mark.parametrize(
    ("blank", "filled"),
    [("|", "|0"), (" |", " 0 |"), ("  |", " 0 |"), ("   |", " 0 |"), ("      |", " 0    |"), ("\u3000|", " 0 |")],
)
def test_blank_cell_of_a_pipe_table(blank: str, filled: str, mend: Mend, specimen: str) -> None:
    """A 0 goes between the bars as the neighbours have theirs, into the padding where there is some."""
    right = "| 1 | 0 | 0 | 0 | 1 | 0 |"
    wrong = f"| 1 |{blank} 0 | 0 | 1 | 0 |"
    filled = filled if filled != "|0" else "0|"
    assert mend(specimen.replace(right, wrong).encode(), "md").data.decode() == specimen.replace(
        right, f"| 1 |{filled} 0 | 0 | 1 | 0 |"
    )


def test_table_by_tabs(mend: Mend, specimen: str) -> None:
    """Between tabs nothing but the figure is written."""

    def tabbed(text: str) -> bytes:
        lines = (
            "\t".join(cell.strip() for cell in line.strip("|").split("|")) if line.startswith("|") else line
            for line in text.split("\n")
            if not line.startswith("|---")
        )
        return "\n".join(lines).encode()

    faulty = with_faults(specimen, ["blank-cells", "blank-outcome", "label-brackets"])
    assert mend(tabbed(faulty), "md").data == tabbed(specimen)


def test_tables_of_html_in_markdown(mend: Mend, specimen: str) -> None:
    """A table written as HTML inside Markdown is mended in its own source."""

    def mixed(text: str) -> bytes:
        head, _, page = text.partition("## 三、")
        body = written(text, "html").decode()
        table = "<table" + body.split("<table")[-2].split("</table>")[0] + "</table>"
        before, _, after = page.partition("| （本列")
        rest = after[after.index("\n\n") :]
        return f"{head}## 三、{before}{table}{rest}".encode()

    faulty = mixed(with_faults(specimen, ["blank-row", "label-brackets", "title-known"]))
    assert b"<td><p></p></td>" in faulty
    mended = mend(faulty, "md")
    assert mended.left == ()
    assert mended.data == mixed(specimen)


def test_markup_around_a_title(mend: Mend, specimen: str) -> None:
    """Emphasis, links and blanks inside a heading stay where they are."""
    wrong = "**五、 存在  问题及改进情况**"
    text = specimen.replace("## 五、存在的主要问题及改进情况", wrong)
    assert mend(text.encode(), "md").data.decode() == text.replace(wrong, "**五、 存在的主要  问题及改进情况**")


def test_entity_in_the_way_is_told(mend: Mend, specimen: str) -> None:
    """Where a character is written as an entity in Markdown, the place is not certain: nothing is written."""
    text = specimen.replace("## 五、存在的主要问题及改进情况", "**五、存在&#x95EE;题及改进情况**")
    mended = mend(text.encode(), "md")
    assert mended.data == text.encode()
    assert [one.reason.zh for one in mended.left] == ["在原文中不能唯一确定位置，请手工改"]


# --- web pages --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("blank", "filled"),
    [
        ("<td></td>", "<td>0</td>"),
        ("<td>&nbsp;</td>", "<td>0</td>"),
        (
            "<TD CLASS='a>b'>\n  <P STYLE=\"x\"><SPAN>&#160;</SPAN></P>\n</TD>",
            "<TD CLASS='a>b'>\n  <P STYLE=\"x\"><SPAN>0</SPAN></P>\n</TD>",
        ),
        ("<td><p><span lang=EN-US></span></p></td>", "<td><p><span lang=EN-US>0</span></p></td>"),
        ("<td>/</td>", "<td>0</td>"),
        ("<td><p>&#47;</p></td>", "<td><p>0</p></td>"),
        ("<td><br></td>", "<td>0<br></td>"),
    ],
)
def test_blank_cell_of_a_page(blank: str, filled: str, mend: Mend, specimen: str) -> None:
    """A 0 takes the place of the no-break space, or goes into the innermost element."""
    page = written(with_faults(specimen, ["blank-outcome"]).replace("| 1 | | / |", "| 1 | | 0 |"), "html").decode()
    assert page.count("<td><p></p></td>") >= 1
    at = page.rindex("<td><p>1</p></td><td><p></p></td>") + len("<td><p>1</p></td>")
    before, after = page[:at], page[at + len("<td><p></p></td>") :]
    assert mend((before + blank + after).encode(), "html").data.decode() == before + filled + after


def test_page_keeps_entities_attributes_and_scripts(mend: Mend, specimen: str) -> None:
    """Entities elsewhere in a mended text, comments and scripts that hold the same words stay as they are."""
    page = written(with_faults(specimen, ["title-known", "citation-square"]), "html").decode()
    page = page.replace(
        "《中华人民共和国政府信息公开条例》", "&laquo;&#x4E2D;华人民共和国政府信息公开条例&raquo;&nbsp;&amp;"
    )
    page = page.replace(
        "</head>", "<script>var t = '五、存在问题及改进情况';</script><!-- 五、存在问题及改进情况 --></head>"
    )
    page = page.replace(
        '<div class="nav">', '<div class="nav"><a title="五、存在问题及改进情况">五、存在问题及改进情况</a> '
    )
    mended = mend(page.encode(), "html")
    assert len(mended.changes) == 2
    heading = "<strong>五、存在问题及改进情况</strong>"
    assert page.count(heading) == 1
    assert mended.data.decode() == page.replace(heading, "<strong>五、存在的主要问题及改进情况</strong>").replace(
        "国办公开办函[2021]30号", "国办公开办函〔2021〕30号"
    )


def test_title_in_pieces(mend: Mend, specimen: str) -> None:
    """Words in several elements are changed where they stand; every tag stays."""
    page = written(with_faults(specimen, ["title-known"]), "html").decode()
    pieces = "<strong>五、<span>存在</span><b>问题</b>及改进情&#20917;</strong>"
    page = page.replace("<strong>五、存在问题及改进情况</strong>", pieces)
    mended = mend(page.encode(), "html")
    assert mended.data.decode() == page.replace("<span>存在</span>", "<span>存在的主要</span>")


def test_page_without_line_ends(mend: Mend, specimen: str) -> None:
    """Where everything stands on one line, the order of the texts tells them apart."""

    def flat(text: str) -> bytes:
        return written(text, "html").decode().replace("\n", "").encode()

    mended = mend(flat(with_faults(specimen, SOME)), "html")
    assert (mended.data, mended.left) == (flat(specimen), ())


def test_real_page(real: Callable[[str], Path], clinic: Clinic) -> None:
    """A published page full of blanks: only zeros are put in, each into its own cell."""
    data = real("shanghai-office-2019.html").read_bytes()
    packs = tuple(load_pack(path) for path in shipped_packs())
    mended = structs.replace(clinic, packs=packs).mend(data, ".html", "report")
    assert set(done(mended)) == {("GJ131", "空白", "0")}
    assert [one.what.zh for one in mended.left] == ["表三（申请办理） 11 格", "表四（复议诉讼） 5 格"]
    before, after = (html.unescape(d.decode("utf-8", "replace")) for d in (data, mended.data))
    cut = [t.replace("0", "").replace("\xa0", "") for t in (before, after)]
    assert cut[0] == cut[1]


def test_scan_gives_every_character_its_place() -> None:
    """Characters, entities and cells of a page with their offsets; scripts and comments have none."""
    page = "<p title = 'a>b' class=x>甲&nbsp;乙&#20025;</p><script>丙</script><!-- 丁 --><table><tr><td>1<td>2</table>"
    scan = scan_page(page)
    assert "".join(scan.chars) == "甲乙丹12"
    assert [page[a:b] for a, b in zip(scan.starts, scan.ends, strict=True)] == ["甲", "乙", "&#20025;", "1", "2"]
    assert [[page[cell.start : cell.end] for cell in row] for row in scan.tables[0]] == [["1", "2"]]
