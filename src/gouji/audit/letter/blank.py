"""The template that gouji brings: the layout of official letters (GB/T 9704), with placeholders.

A4 with 37 mm above, 28 mm at the left and 156 by 225 mm of text: 22 lines of 28 characters.
"""

from gouji.draft.word import DECLARATION, OFFICE, PACKAGE, WORD_TYPE, W, package

_OFFICE_TYPE = "application/vnd.openxmlformats-package"
_CORE = 'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
_DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'

CONTENT_TYPES = f"""{DECLARATION}<Types xmlns="{PACKAGE}/content-types">
<Default Extension="rels" ContentType="{_OFFICE_TYPE}.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/docProps/core.xml" ContentType="{_OFFICE_TYPE}.core-properties+xml"/>
<Override PartName="/word/document.xml" ContentType="{WORD_TYPE}.document.main+xml"/>
<Override PartName="/word/styles.xml" ContentType="{WORD_TYPE}.styles+xml"/>
<Override PartName="/word/settings.xml" ContentType="{WORD_TYPE}.settings+xml"/>
<Override PartName="/word/fontTable.xml" ContentType="{WORD_TYPE}.fontTable+xml"/>
<Override PartName="/word/footer1.xml" ContentType="{WORD_TYPE}.footer+xml"/>
<Override PartName="/word/footer2.xml" ContentType="{WORD_TYPE}.footer+xml"/>
</Types>"""

RELATIONS = f"""{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">
<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>
<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>
</Relationships>"""

DOCUMENT_RELATIONS = f"""{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">
<Relationship Id="rId1" Type="{OFFICE}/styles" Target="styles.xml"/>
<Relationship Id="rId2" Type="{OFFICE}/settings" Target="settings.xml"/>
<Relationship Id="rId3" Type="{OFFICE}/fontTable" Target="fontTable.xml"/>
<Relationship Id="rId4" Type="{OFFICE}/footer" Target="footer1.xml"/>
<Relationship Id="rId5" Type="{OFFICE}/footer" Target="footer2.xml"/>
</Relationships>"""

CORE = f"""{DECLARATION}<cp:coreProperties {_CORE} {_DC}><dc:title>整改通知书</dc:title></cp:coreProperties>"""

SETTINGS = f"""{DECLARATION}<w:settings {W}><w:evenAndOddHeaders/><w:characterSpacingControl w:val="compressPunctuation"/>
<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>
</w:settings>"""

# Where a computer has no 小标宋, Word shows the other name.
FONTS = f"""{DECLARATION}<w:fonts {W}><w:font w:name="方正小标宋简体"><w:altName w:val="宋体"/></w:font>
<w:font w:name="仿宋"><w:altName w:val="仿宋_GB2312"/></w:font><w:font w:name="楷体"><w:altName w:val="楷体_GB2312"/></w:font>
</w:fonts>"""

_LINE = 578  # twentieths of a point from line to line: 22 lines in 225 mm
_FLUSH = 'w:firstLineChars="0" w:firstLine="0"'
# Styles as (key, name, look, typeface, half points); 三号 仿宋 where it is not said.
_STYLES = (
    ("number", "发文字号", f'<w:ind {_FLUSH}/><w:jc w:val="right"/>', "", 32),
    ("title", "公文标题", f'<w:spacing w:line="680" w:lineRule="exact"/><w:ind {_FLUSH}/><w:jc w:val="center"/>', "方正小标宋简体", 44),
    ("unit", "主送机关", f"<w:ind {_FLUSH}/>", "", 32),
    ("year", "一级标题", '<w:keepNext/><w:outlineLvl w:val="0"/>', "黑体", 32),
    ("group", "二级标题", '<w:keepNext/><w:outlineLvl w:val="1"/>', "楷体", 32),
    ("item", "事项", "<w:keepNext/>", "", 32),
    ("end", "末段", "<w:keepNext/><w:keepLines/>", "", 32),
    ("signed", "落款", f'<w:keepNext/><w:keepLines/><w:ind w:left="4000" {_FLUSH}/><w:jc w:val="center"/>', "", 32),
    ("odd", "单页码", f'<w:ind w:right="280" {_FLUSH}/><w:jc w:val="right"/>', "宋体", 28),
    ("even", "双页码", f'<w:ind w:left="280" {_FLUSH}/><w:jc w:val="left"/>', "宋体", 28),
)  # fmt: skip


def _style(key: str, name: str, look: str, typeface: str, size: int) -> str:
    font = f'<w:rFonts w:eastAsia="{typeface}"/>' if typeface else ""
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{key}"><w:name w:val="{name}"/><w:basedOn w:val="a"/>'
        f'<w:qFormat/><w:pPr>{look}</w:pPr><w:rPr>{font}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>\n'
    )


STYLES = f"""{DECLARATION}<w:styles {W}>
<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman" w:eastAsia="仿宋"/>
<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/><w:qFormat/>
<w:pPr><w:widowControl w:val="0"/><w:spacing w:line="{_LINE}" w:lineRule="exact"/>
<w:ind w:firstLineChars="200" w:firstLine="640"/><w:jc w:val="both"/></w:pPr>
<w:rPr><w:spacing w:val="-5"/><w:kern w:val="2"/><w:sz w:val="32"/><w:szCs w:val="32"/></w:rPr></w:style>
<w:style w:type="table" w:default="1" w:styleId="a1"><w:name w:val="Normal Table"/></w:style>
{"".join(_style(*style) for style in _STYLES)}</w:styles>"""

# Paragraphs as (style, text); a line break within a text stands for one in the paragraph.
BODY = (
    ("number", "〔{{ 发文年份 }}〕　　号"),
    ("", ""),
    ("title", "{% if 发文机关 %}{{ 发文机关 }}\n{% endif %}关于{{ 报告年度 }}年政府信息公开工作\n年度报告{{ 文种 }}"),
    ("", ""),
    ("unit", "{{ 单位 }}："),
    ("", "经{{ 检查日期 }}核对，你单位{{ 报告年度 }}年政府信息公开工作年度报告有下列事项需要更正或者核实，现通知如下。"),
    ("", "{%p for 年 in 各年 %}"),
    ("year", "{{ 年.序号 }}、{{ 年.年度 }}年度报告"),
    ("", "{%p if 年.文件 %}"),
    ("", "报告文件：{{ 年.文件 | join('、') }}。"),
    ("", "{%p endif %}"),
    ("", "{%p for 组 in 年.各组 %}"),
    ("group", "（{{ 组.序号 }}）{{ 组.名称 }}"),
    ("", "{%p if 组.说明 %}"),
    ("", "{{ 组.说明 }}"),
    ("", "{%p endif %}"),
    ("", "{%p for 事 in 组.事项 %}"),
    ("item", "{{ 事.序号 }}.{{ 事.情况 }}"),
    ("", "{%p for 行 in 事.详情 %}"),
    ("", "{{ 行 }}"),
    ("", "{%p endfor %}"),
    ("", "{%p if 事.位置 or 事.依据 %}"),
    ("", "{% if 事.位置 %}位置：{{ 事.位置 }}{% endif %}{% if 事.依据 %}依据：{{ 事.依据 }}{% endif %}"),
    ("", "{%p endif %}"),
    ("", "{%p if 事.办法 %}"),
    ("", "{{ 组.标签 }}：{{ 事.办法 }}"),
    ("", "{%p endif %}"),
    ("", "{%p endfor %}"),
    ("", "{%p endfor %}"),
    ("", "{%p endfor %}"),
    ("year", "{{ 要求序号 }}、有关要求"),
    ("", "请你单位对上述事项逐项核实，确有差错的予以更正，并于{{ 整改期限 }}前（含当日，自检查次日起{{ 工作日数 }}个工作日）将更正后的报告和核实情况书面反馈。{{ 期限说明 }}对上述事项有异议的，请在同一期限内说明情况，并附台账等依据。"),
    ("end", "本通知依据 gouji {{ 版本 }} 对报告文件的核对结果拟制。联系人：（请填写），联系电话：（请填写）。"),
    ("end", ""),
    ("signed", "{{ 发文机关 or '（发文机关名称）' }}"),
    ("signed", "{{ 检查日期 }}"),
)  # fmt: skip

_FONT = '<w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>'  # “” are Chinese marks, not Latin ones
_PAGE = (
    '<w:sectPr><w:footerReference w:type="default" r:id="rId4"/><w:footerReference w:type="even" r:id="rId5"/>'
    '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1587"'
    ' w:header="851" w:footer="1304" w:gutter="0"/></w:sectPr>'
)


def blank() -> bytes:
    """Return the template as a Word document; always the same bytes."""
    body = "".join(_paragraph(style, text) for style, text in BODY)
    return package(
        {
            "[Content_Types].xml": CONTENT_TYPES,
            "_rels/.rels": RELATIONS,
            "docProps/core.xml": CORE,
            "word/document.xml": f'{DECLARATION}<w:document {W} xmlns:r="{OFFICE}"><w:body>{body}{_PAGE}</w:body></w:document>',
            "word/_rels/document.xml.rels": DOCUMENT_RELATIONS,
            "word/styles.xml": STYLES,
            "word/settings.xml": SETTINGS,
            "word/fontTable.xml": FONTS,
            "word/footer1.xml": _footer("odd"),
            "word/footer2.xml": _footer("even"),
        }
    )


def _paragraph(style: str, text: str) -> str:
    look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in text.split("\n"))
    return f"<w:p>{look}<w:r>{_FONT}{lines}</w:r></w:p>" if text else f"<w:p>{look}</w:p>"


def _footer(style: str) -> str:
    def run(content: str) -> str:
        return f"<w:r>{_FONT}{content}</w:r>"

    field = "".join(
        run(content)
        for content in (
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>1</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
        )
    )
    dash = run('<w:t xml:space="preserve">— </w:t>'), run('<w:t xml:space="preserve"> —</w:t>')
    look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
    return f"{DECLARATION}<w:ftr {W}><w:p>{look}{dash[0]}{field}{dash[1]}</w:p></w:ftr>"
