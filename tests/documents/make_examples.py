"""Make the examples of the other formats from their Markdown: ``python tests/documents/make_examples.py``.

``examples/clean.md`` and ``errors.md`` become a Word document with real structures, a web page
(``errors.html``; ``clean.html`` is written by hand), and two PDFs by LibreOffice: of the Word document
and of a web page. Needs ``soffice`` and Chinese fonts; the result is committed.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
EXAMPLES = ROOT / "examples"
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from samples import web_page  # noqa: E402 - found beside the tests

from gouji.draft.word import package  # noqa: E402
from tests.documents.make_docx import parts  # noqa: E402

_SITE = re.compile(r'<div class="(?:top|nav|share|foot)">.*?</div>\n?', re.DOTALL)


def main() -> None:
    """Write the examples."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for example in ("clean", "errors"):
            text = (EXAMPLES / f"{example}.md").read_text(encoding="utf-8")
            word, page = EXAMPLES / f"{example}.docx", web_page(text)
            word.write_bytes(package(parts(text)))
            if example == "errors":
                (EXAMPLES / "errors.html").write_text(page, encoding="utf-8")
            web = folder / f"{example}-web.html"
            web.write_text(_SITE.sub("", page), encoding="utf-8")
            convert(folder, word)
            convert(folder, web, "--infilter=HTML (StarWriter)")


def convert(folder: Path, source: Path, *options: str) -> None:
    """Print a document as PDF into the examples."""
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to"]
    command += ["pdf:writer_pdf_Export", "--outdir", str(EXAMPLES), *options, str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    main()
