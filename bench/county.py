"""A made-up county of any size to audit: every report another unit, other numbers, other sentences, in three formats."""

import csv
import random
import sys
from collections.abc import Sequence
from pathlib import Path

from samples import SPECIMEN, spans, tables_and_lines, web_page

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from gouji.draft.word import package  # noqa: E402 - found beside
from tests.documents.make_docx import parts  # noqa: E402

FORMATS = ("html", "docx", "html", "pdf")  # half, a quarter, a quarter
LABELLED = 10  # columns of table three, labels included
_FIRST = "临石白青双永太龙新大红竹麦松北南东西金银桃李杨柳梅兰菊荷云雾"
_SECOND = "江桥鹤龙河安平泉店湾岩林地坪山岭溪谷塘坝沟坡洞寨屯堡集市铺坊"
_TOPICS = (
    "惠农补贴", "低保名单", "危房改造", "农村饮水", "道路养护", "义务教育", "村级财务", "土地流转", "森林防火",
    "医保缴费", "养老服务", "河道清淤", "垃圾清运", "灌溉用水", "耕地保护", "校车线路", "就业招聘", "残疾人补助",
    "大棚种植", "畜禽防疫", "老旧小区", "停车管理", "夜市摊点", "燃气安全", "宅基地审批", "防汛值守",
)  # fmt: skip
_DEFECTS = (
    "更新不及时", "内容不够细", "表述过于专业", "缺少解读", "查找不便", "格式不统一", "只在网上公开", "没有按村列明",
    "附件打不开", "没有写清办理时限", "没有写清联系人", "栏目归类有误", "与公示栏不一致", "历史信息没有归档",
)  # fmt: skip
_EFFECTS = (
    "群众反映看不明白", "老年人难以获取", "咨询电话增多", "办事要多跑一趟", "外出务工人员不知情", "村干部解释费力",
    "有三个村重复报送", "年终核对时才发现", "影响了监督效果", "与上级要求有差距",
)  # fmt: skip
_DEEDS = (
    "按月核对公开清单", "每季度更新一次", "配上图解和案例", "在赶集日设点讲解", "由专人逐条复核", "改为按村分列",
    "统一使用县里的模板", "同步张贴到村务公开栏", "开通电话查询", "建立回访登记", "纳入年底考核", "请网格员入户告知",
)  # fmt: skip


def unit_of(number: int) -> str:
    """Return the name of a town: 48,000 different ones."""
    number, kind = divmod(number, 2)
    number, second = divmod(number, len(_SECOND))
    rest, first = divmod(number, len(_FIRST))
    return (_FIRST[rest - 1] if rest else "") + _FIRST[first] + _SECOND[second] + "镇乡"[kind]


def report(specimen: str, number: int, year: int) -> str:
    """Return the report of a town on a year, clean by itself and carried over from the year before."""
    rng = random.Random(f"{number}/{year}")  # noqa: S311 - no secret
    name = unit_of(number)
    text = specimen.replace("柳溪镇", name).replace("我镇", "我们")
    text = text.replace("2024", "<this>").replace("2025", str(year + 1)).replace("<this>", str(year))
    text = text.replace("8650123", f"8{100000 + number}").replace(
        "| 行政许可 | 12 |", f"| 行政许可 | {rng.randint(5, 60)} |"
    )
    if year % 2:  # what is in force follows from the year before
        text = text.replace("| 行政规范性文件 | 2 | 1 | 6 |", "| 行政规范性文件 | 2 | 1 | 5 |")
    topics = rng.sample(_TOPICS, 8)
    said = [f"{topic}信息的公开{rng.choice(_DEFECTS)}，{rng.choice(_EFFECTS)}" for topic in topics]
    done = [f"{topic}方面{rng.choice(_DEEDS)}，并{rng.choice(_DEEDS)}" for topic in topics]
    changes = (
        ("通过政务公开栏和县政府门户网站公开机构职能、政策文件和财政预决算等信息。", f"{done[3]}，共公开信息{rng.randint(90, 400)}条。"),
        ("落实信息发布前的审查制度，按季度清理已经失效的行政规范性文件。", f"{done[4]}。"),
        ("在便民服务中心设置信息公开查阅点，保持公开栏目按时更新。", f"{done[5]}；{done[6]}。"),
        ("一是公开内容不够细，群众关心的惠农补贴信息更新较慢。二是村级公开员业务还不熟练。",
         f"存在以下不足：一是{said[0]}。二是{said[1]}。三是{said[2]}。"),
        ("下一步，我们将按月核对惠农补贴公开清单，每半年对村级公开员培训一次。", f"下一步将改进：{done[0]}；{done[1]}；{done[2]}。"),
    )  # fmt: skip
    for old, new in changes:
        if old not in text:
            raise ValueError(f"the specimen has changed: it no longer holds {old!r}")
        text = text.replace(old, new)
    return text


def write_county(folder: Path, count: int, years: Sequence[int] = (2023, 2024)) -> Path:
    """Write so many reports, spread evenly over the years, and the register; return its path."""
    specimen = SPECIMEN.read_text(encoding="utf-8")
    units = count // len(years)
    for year in years:
        (folder / str(year)).mkdir(parents=True, exist_ok=True)
        for number in range(units):
            kind = FORMATS[number % len(FORMATS)]
            text = report(specimen, number, year)
            path = folder / str(year) / f"{unit_of(number)}{year}年年报.{kind}"
            if kind == "html":
                path.write_text(web_page(text), encoding="utf-8")
            elif kind == "docx":
                path.write_bytes(package(parts(text)))
            else:
                write_pdf(text, path)
    register = folder / "register.csv"
    with register.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["单位", "类型", "上级单位", "汇总"])
        writer.writerow(["青禾县人民政府", "县", "", "完整"])
        writer.writerows([f"青禾县{unit_of(number)}人民政府", "乡镇", "青禾县人民政府", ""] for number in range(units))
    return register


def write_pdf(text: str, path: Path) -> None:
    """Print a report as a PDF, tables with their merged cells, by reportlab."""
    from reportlab.lib.pagesizes import A4  # noqa: PLC0415 - only where PDFs are made
    from reportlab.lib.styles import ParagraphStyle  # noqa: PLC0415
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # noqa: PLC0415
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table  # noqa: PLC0415

    if "STSong-Light" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    body = ParagraphStyle("body", fontName="STSong-Light", fontSize=12, leading=20, wordWrap="CJK", firstLineIndent=24)
    head = ParagraphStyle("head", parent=body, fontSize=14, firstLineIndent=0)
    small = ParagraphStyle("small", parent=body, fontSize=8, leading=10, firstLineIndent=0)
    story: list[object] = []
    for block in tables_and_lines(text.splitlines()):
        if isinstance(block, str):
            story.append(Paragraph(block.lstrip("# "), head if block.startswith("#") else body))
            continue
        width = max(map(len, block))
        rows = [[Paragraph(cell, small) for cell in row] + [""] * (width - len(row)) for row in block]
        style: list[tuple[object, ...]] = [("GRID", (0, 0), (-1, -1), 0.5, "#000000")]
        style += [("SPAN", (x, y), (x + across - 1, y + down - 1)) for (y, x), (down, across) in spans(block).items()]
        widths = (24, 70, 140, *(40,) * 7) if width == LABELLED else (510 / width,) * width
        story.append(Table(rows, colWidths=widths, style=style))
    margins = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), 36)
    SimpleDocTemplate(str(path), pagesize=A4, invariant=1, **margins).build(story)
