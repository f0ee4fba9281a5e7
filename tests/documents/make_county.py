"""Make the county of ``examples/county``: ``python tests/documents/make_county.py [--pdf]``.

Thirty-three units report on two years, in Markdown, HTML, Word and PDF; each kind of fault that only
shows across reports is planted once, and ``README.md`` and ``faults.json`` say where. With ``--pdf``
the PDFs are printed anew, which needs ``soffice`` and the fonts of ``make_pdf.py``; the result is
committed.
"""

import csv
import io
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COUNTY = ROOT / "examples" / "county"
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from samples import web_page  # noqa: E402 - found beside the tests

from gouji.draft.word import BODY_TEXT, package, paragraph  # noqa: E402
from gouji.draft.word import parts as word_parts  # noqa: E402
from tests.documents import county_roles as role  # noqa: E402
from tests.documents.county_faults import faults, readme  # noqa: E402
from tests.documents.county_files import DAMAGED, MEETING, days, place, texts  # noqa: E402
from tests.documents.county_units import LAST, WHOLE, WORDS, YEARS  # noqa: E402
from tests.documents.make_docx import parts  # noqa: E402
from tests.documents.make_pdf import _SITE, RUNNING_HEADER, document  # noqa: E402

REGISTER = "名册.csv"
REGION = "四川省攀枝花市青禾县"
WEBSITE = "https://www.qinghe.example/zwgk/nb"
PARTLY = 5  # of eight parts of the damaged file that are left


def main(*arguments: str) -> None:
    """Write the folder; PDFs only when asked."""
    made = outputs()
    pdfs = {path: text for path, text in texts() if path.endswith(".pdf")}
    for old in sorted(COUNTY.rglob("*"), reverse=True):
        name = old.relative_to(COUNTY).as_posix()
        if old.is_dir():
            if not any(old.iterdir()):
                old.rmdir()
        elif name not in made and name not in pdfs:
            old.unlink()
    for name, data in made.items():
        (COUNTY / name).parent.mkdir(parents=True, exist_ok=True)
        (COUNTY / name).write_bytes(data)
    if "--pdf" in arguments:
        _print(pdfs)


def outputs() -> dict[str, bytes]:
    """Return what the folder holds, but for the PDFs."""
    made = {path: _written(path, text) for path, text in texts() if not path.endswith(".pdf")}
    whole = made[place(role.LITTERED, LAST)]
    made[MEETING] = _notice()
    made[DAMAGED] = whole[: len(whole) * PARTLY // 8]
    listed = faults()
    made[REGISTER] = register().encode("utf-8-sig")
    made["faults.json"] = (json.dumps(listed, ensure_ascii=False, indent=1) + "\n").encode()
    made["README.md"] = readme(listed).encode()
    return made


def _written(path: str, text: str) -> bytes:
    if path.endswith(".docx"):
        return package(parts(text))
    return (web_page(text) if path.endswith(".html") else text).encode()


def _notice() -> bytes:
    lines = (
        "关于召开全县安全生产月度例会的通知",
        "各乡镇人民政府，县级有关部门：",
        "定于2025年1月9日（星期四）下午2时30分，在县应急指挥中心二楼会议室召开全县安全生产月度例会，请分管负责人准时参加。",
        "请参会人员于1月8日12时前将名单报县应急管理局值班室。",
        "青禾县应急管理局",
        "2025年1月6日",
    )
    return package(word_parts("".join(paragraph(line, BODY_TEXT) for line in lines)))


def register() -> str:
    """Return the register as a table program saves it."""
    heads = ["单位", "类型", "上级单位", "地区", "别名", "应报年度", "公开时限", "汇总"]
    lines = [[*heads, *(f"{year}年{what}" for year in YEARS for what in ("公布日期", "公布网址"))]]
    for unit in WORDS.unit:
        whole = unit.kind == "县"
        short = unit.short
        aliases = unit.aliases or [short, f"{short}人民政府"]
        added = "完整" if whole else "不计入" if short == role.EXCLUDED else ""
        line = [unit.name, unit.kind, "" if whole else WHOLE.name, REGION, "、".join(aliases), ""]
        line += ["03-31" if whole else "01-31", added]
        for year in YEARS:
            public = (short, year) != (role.MISSING, LAST)
            line += [days(short, year)[1].isoformat(), f"{WEBSITE}/{year}/{unit.mail}.html"] if public else ["", ""]
        lines.append(line)
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue()


def _print(pdfs: dict[str, str]) -> None:
    """Print reports as PDF, as documents with a running header."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        for name, text in pdfs.items():
            title = text.partition("\n")[0].removeprefix("# ")
            source = scratch / f"{Path(name).stem}.fodt"
            source.write_text(document(_SITE.sub("", web_page(text))).replace(RUNNING_HEADER, title), encoding="utf-8")
            profile = f"-env:UserInstallation={(scratch / 'profile').as_uri()}"
            command = ["soffice", profile, "--headless", "--convert-to", "pdf:writer_pdf_Export"]
            command += ["--outdir", str((COUNTY / name).parent), str(source)]
            subprocess.run(command, check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    main(*sys.argv[1:])
