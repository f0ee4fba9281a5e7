"""Make the PDFs of this folder from the specimen of the national pack: ``python tests/documents/make_pdf.py``.

Each says the same as ``rules/cn-gov-disclosure/2021/specimen.md``, as another program prints it:

- ``browser.pdf``: a web page printed by Chromium; cells are cut by page breaks wherever they stand.
- ``web-page.pdf``: the same page by LibreOffice; every table is drawn anew on the next page.
- ``document.pdf``: a document by LibreOffice, with a running header, page numbers, merged cells, a
  vertical label, and double lines around the second table.

Needs ``chromium``, ``soffice``, and the fonts ``fonts-droid-fallback`` and ``fonts-noto-cjk``.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from lxml import etree

from gouji.readers.html.table import text_within

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "bench"))

from samples import SPECIMEN, web_page  # noqa: E402 - found beside the tests

FONT = "Droid Sans Fallback"
RUNNING_HEADER = "青禾县柳溪镇政府信息公开年度报告"
_SITE = re.compile(r'<div class="(?:top|nav|share|foot)">.*?</div>\n?', re.DOTALL)


def main() -> None:
    """Write the three files."""
    page = _SITE.sub("", web_page(SPECIMEN.read_text(encoding="utf-8")))
    page = page.replace("<style>", f"<style>body {{ font-family: '{FONT}' }} ")
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        (scratch / "web-page.html").write_text(page, encoding="utf-8")
        (scratch / "document.fodt").write_text(document(page), encoding="utf-8")
        browser = ["chromium", "--headless", "--no-sandbox", "--disable-gpu"]
        browser += ["--no-pdf-header-footer", "--disable-pdf-tagging"]  # tags would double the file
        run(*browser, f"--print-to-pdf={HERE / 'browser.pdf'}", (scratch / "web-page.html").as_uri())
        office = ["soffice", f"-env:UserInstallation={(scratch / 'profile').as_uri()}", "--headless", "--convert-to"]
        as_document = "--infilter=HTML (StarWriter)"
        run(*office, "pdf:writer_pdf_Export", "--outdir", str(HERE), as_document, str(scratch / "web-page.html"))
        run(*office, "pdf:writer_pdf_Export", "--outdir", str(HERE), str(scratch / "document.fodt"))


def run(*command: str) -> None:
    """Run a program; its messages matter only if it fails."""
    subprocess.run(command, check=True, capture_output=True, timeout=120)


# --- the page as a flat OpenDocument text -----------------------------------------------------

HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
 office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">
<office:styles>
 <style:default-style style:family="paragraph"><style:paragraph-properties/>
  <style:text-properties style:font-name-asian="{FONT}" style:font-family-asian="{FONT}" fo:font-family="{FONT}"
   fo:font-size="14pt" style:font-size-asian="14pt" fo:language="zh" fo:country="CN"
   style:language-asian="zh" style:country-asian="CN"/></style:default-style>
 <style:style style:name="Body" style:family="paragraph"><style:paragraph-properties
   fo:text-indent="28pt" fo:line-height="26pt" fo:text-align="justify"/></style:style>
 <style:style style:name="Title" style:family="paragraph"><style:paragraph-properties fo:text-align="center"
   fo:margin-bottom="20pt"/><style:text-properties fo:font-size="22pt" style:font-size-asian="22pt"/></style:style>
 <style:style style:name="Heading" style:family="paragraph"><style:paragraph-properties fo:line-height="26pt"/>
  <style:text-properties fo:font-weight="bold" style:font-weight-asian="bold"/></style:style>
 <style:style style:name="Cell" style:family="paragraph"><style:paragraph-properties fo:text-align="center"/>
  <style:text-properties fo:font-size="9pt" style:font-size-asian="9pt"/></style:style>
 <style:style style:name="Small" style:family="paragraph"><style:paragraph-properties fo:text-align="center"/>
  <style:text-properties fo:font-size="9pt" style:font-size-asian="9pt"/></style:style>
</office:styles>
<office:automatic-styles>
 <style:page-layout style:name="A4"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm"
   fo:margin="2cm"/><style:header-style/><style:footer-style/></style:page-layout>
 <style:style style:name="Single" style:family="table-cell"><style:table-cell-properties
   fo:border="0.5pt solid #000000" fo:padding="3pt" style:vertical-align="middle"/></style:style>
 <style:style style:name="Double" style:family="table-cell"><style:table-cell-properties
   fo:border="1.5pt double #000000" style:border-line-width="0.02cm 0.04cm 0.02cm" fo:padding="3pt"
   style:vertical-align="middle"/></style:style>
 <style:style style:name="Whole" style:family="table-row">
  <style:table-row-properties fo:keep-together="always"/></style:style>
 {{columns}}
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="A4">
 <style:header><text:p text:style-name="Small">{RUNNING_HEADER}</text:p></style:header>
 <style:footer><text:p text:style-name="Small">— <text:page-number text:select-page="current"/> —</text:p></style:footer>
</style:master-page></office:master-styles>
<office:body><office:text>
"""
TAIL = "</office:text></office:body></office:document>\n"
WIDTHS = {
    4: (6, 3.5, 3.5, 4),
    2: (8, 9),
    10: (0.75, 2.2, 4.25, 1.4, 1.4, 1.4, 1.4, 1.4, 1.4, 1.4),
    15: (1.1,) * 15,
}


def document(page: str) -> str:
    """Return the report of a page as a flat OpenDocument text."""
    root = etree.fromstring(page.encode(), etree.HTMLParser(encoding="utf-8"))
    columns = "".join(
        f'<style:style style:name="W{n}-{at}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width}cm"/></style:style>'
        for n, widths in WIDTHS.items()
        for at, width in enumerate(widths)
    )
    return HEAD.format(columns=columns) + "\n".join(_blocks(root)) + TAIL


def _blocks(root: etree._Element) -> Iterator[str]:
    tables = 0
    for element in root.iter("h1", "p", "table"):
        if element.tag == "table":
            tables += 1
            yield _table(element, tables)
        if element.tag == "table" or next(element.iterancestors("table"), None) is not None:
            continue
        strong = element.find("strong") is not None
        style = "Title" if element.tag == "h1" else "Heading" if strong else "Body"
        yield f'<text:p text:style-name="{style}">{escape(text_within(element))}</text:p>'


def _table(element: etree._Element, number: int) -> str:
    rows = [
        [(int(c.get("rowspan", "1")), int(c.get("colspan", "1")), text_within(c)) for c in row]
        for row in element.iter("tr")
    ]
    width = sum(across for _, across, _ in rows[0])
    style = "Double" if number == 2 else "Single"
    parts = [f'<table:table table:name="T{number}">']
    parts += [f'<table:table-column table:style-name="W{width}-{at}"/>' for at in range(width)]
    held: dict[tuple[int, int], bool] = {}
    for y, row in enumerate(rows):
        parts.append('<table:table-row table:style-name="Whole">')
        cells = iter(row)
        x = 0
        while x < width:
            if held.get((y, x)):
                parts.append("<table:covered-table-cell/>")
                x += 1
                continue
            down, across, text = next(cells)
            held |= {(y + j, x + i): True for j in range(down) for i in range(across)}
            spans = f' table:number-rows-spanned="{down}" table:number-columns-spanned="{across}"'
            parts.append(
                f'<table:table-cell table:style-name="{style}"{spans}>'
                f'<text:p text:style-name="Cell">{escape(text)}</text:p></table:table-cell>'
            )
            parts += ["<table:covered-table-cell/>"] * (across - 1)
            x += across
        parts.append("</table:table-row>")
    return "".join([*parts, "</table:table>"])


if __name__ == "__main__":
    main()
