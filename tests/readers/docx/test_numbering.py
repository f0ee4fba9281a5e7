"""Word's automatic numbers: they stand in no text of the document, but on every page of it."""

import pytest

from gouji.readers.docx import body
from gouji.readers.docx.numerals import numeral
from tests.readers.docx.test_docx import box, marks, notes, p, refusal, run, tables, tbl, tc, texts


def level(at: int, template: str, style: str = "decimal", extra: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{style}"/>{extra}'
        f'<w:suff w:val="nothing"/><w:lvlText w:val="{template}"/></w:lvl>'
    )


def definition(name: int, *levels: str, extra: str = "") -> str:
    return f'<w:abstractNum w:abstractNumId="{name}">{extra}{"".join(levels)}</w:abstractNum>'


def a_list(name: int, of: int, overrides: str = "") -> str:
    return f'<w:num w:numId="{name}"><w:abstractNumId w:val="{of}"/>{overrides}</w:num>'


def start_at(at: int, value: int) -> str:
    return f'<w:lvlOverride w:ilvl="{at}"><w:startOverride w:val="{value}"/></w:lvlOverride>'


def num(of_list: int, at: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{of_list}"/></w:numPr>'


def item(of_list: int, at: int = 0) -> str:
    """Write a numbered paragraph."""
    return p("项", num(of_list, at))


def numbers(body: str, numbering: str, styles: str = "") -> list[str]:
    """Return what is drawn in front of each paragraph."""
    return [text.removesuffix("项") for text in texts(body, styles, numbering)]


CHAPTERS = definition(1, level(0, "%1、", "chineseCounting"), level(1, "（%2）", "chineseCounting"), level(2, "%3."))
DECIMAL = definition(1, level(0, "%1."), level(1, "%1.%2"), level(2, "%1.%2.%3", "lowerLetter"))
ONE = a_list(1, 1)


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("decimal", {1: "1", 10: "10", 123: "123"}),
        ("decimalZero", {1: "01", 10: "10"}),
        ("decimalFullWidth", {12: "１２"}),
        ("decimalEnclosedCircle", {1: "①", 20: "⑳", 21: "21", 0: "0"}),
        ("decimalEnclosedCircleChinese", {3: "③"}),
        ("decimalEnclosedFullstop", {1: "⒈"}),
        ("decimalEnclosedParen", {2: "⑵"}),
        ("numberInDash", {5: "- 5 -"}),
        ("ordinal", {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 11: "11th", 12: "12th", 21: "21st", 111: "111th"}),
        ("hex", {255: "FF"}),
        ("lowerLetter", {1: "a", 26: "z", 27: "aa", 53: "aaa", 780: "z" * 30, 781: "781", 0: "0"}),
        ("upperLetter", {28: "BB"}),
        ("lowerRoman", {4: "iv", 1994: "mcmxciv", 32_767: "m" * 32 + "dcclxvii", 32_768: "32768", 0: "0"}),
        ("upperRoman", {49: "XLIX"}),
        (
            "chineseCounting",
            {1: "一", 10: "十", 11: "十一", 20: "二十", 35: "三十五", 99: "九十九", 100: "一〇〇", 0: "〇"},
        ),
        (
            "chineseCountingThousand",
            {
                7: "七",
                10: "十",
                19: "十九",
                30: "三十",
                100: "一百",
                101: "一百零一",
                110: "一百一十",
                111: "一百一十一",
                1_001: "一千零一",
                1_010: "一千零一十",
                2_024: "二千零二十四",
                10_000: "一万",
                10_001: "一万零一",
                10_010: "一万零一十",
                11_000: "一万一千",
                100_000: "十万",
                0: "〇",
            },
        ),
        ("chineseLegalSimplified", {1: "壹", 10: "壹拾", 21: "贰拾壹", 105: "壹佰零伍"}),
        ("taiwaneseCounting", {12: "十二", 101: "一○一"}),
        ("taiwaneseCountingThousand", {112: "一百一十二", 20_000: "二萬"}),
        ("taiwaneseDigital", {10: "一○"}),
        ("ideographDigital", {10: "一〇", 24: "二四"}),
        ("ideographTraditional", {1: "甲", 10: "癸", 11: "11"}),
        ("ideographZodiac", {1: "子", 12: "亥", 13: "13"}),
        ("ideographZodiacTraditional", {1: "甲子", 11: "甲戌", 60: "癸亥"}),
        ("ideographLegalTraditional", {3: "參", 12: "壹拾貳"}),
        ("ideographEnclosedCircle", {1: "㊀", 10: "㊉"}),
        ("japaneseCounting", {10: "十", 100: "百", 101: "百一", 1_000: "千", 10_000: "一万"}),
        ("japaneseLegal", {11: "壱拾壱"}),
    ],
)
def test_formats(style: str, expected: dict[int, str]) -> None:
    """Every format writes its numbers, and what it cannot write in decimal figures."""
    assert {value: numeral(value, style) for value in expected} == expected


def test_unknown_format() -> None:
    """A format that is not known counts in decimal figures, and the user is told."""
    assert numeral(1, "klingon") is None
    numbering = definition(1, level(0, "%1.", "klingon")) + ONE
    assert numbers(item(1), numbering) == ["1."]
    assert notes(item(1), numbering=numbering) == [("GJ025", "有不认识的编号格式（klingon）")]


def test_chapters() -> None:
    """Each level counts by itself and starts again below the next item of a level above it."""
    body = "".join(item(1, at) for at in (0, 1, 1, 0, 1, 2, 2, 1, 2, 0))
    assert numbers(body, CHAPTERS + ONE) == [
        *("一、", "（一）", "（二）", "二、", "（一）", "1.", "2.", "（二）", "1.", "三、"),
    ]


def test_levels_in_one_number() -> None:
    """A template may name the numbers of the levels above."""
    body = "".join(item(1, at) for at in (0, 0, 1, 2, 1, 0, 1))
    assert numbers(body, DECIMAL + ONE) == ["1.", "2.", "2.1", "2.1.a", "2.2", "3.", "3.1"]


def test_level_without_those_above() -> None:
    """A level that comes before those above it counts for them, too."""
    body = "".join(item(1, at) for at in (1, 1, 0, 1))
    assert numbers(body, DECIMAL + ONE) == ["1.1", "1.2", "2.", "2.1"]


def test_legal_numbers() -> None:
    """A legal level shows all numbers in decimal figures."""
    numbering = definition(1, level(0, "%1、", "chineseCounting"), level(1, "%1.%2", extra="<w:isLgl/>")) + ONE
    assert numbers(item(1) + item(1) + item(1, 1), numbering) == ["一、", "二、", "2.1"]


def test_restart_rules() -> None:
    """A level may start again below certain levels only, or never."""
    never = definition(1, level(0, "%1."), level(1, "(%2)", extra='<w:lvlRestart w:val="0"/>')) + ONE
    assert numbers("".join(item(1, at) for at in (0, 1, 1, 0, 1)), never) == ["1.", "(1)", "(2)", "2.", "(3)"]
    first = definition(1, level(0, "%1."), level(1, "%2)"), level(2, "%3", extra='<w:lvlRestart w:val="1"/>')) + ONE
    assert numbers("".join(item(1, at) for at in (0, 1, 2, 1, 2, 0, 1, 2)), first) == [
        *("1.", "1)", "1", "2)", "2", "2.", "1)", "1"),
    ]


def test_lists_of_one_definition() -> None:
    """Lists of one definition count on from one another, unless a list has a first number of its own."""
    numbering = (
        DECIMAL + ONE + a_list(2, 1) + a_list(3, 1, start_at(0, 1) + start_at(1, 1)) + a_list(4, 1, start_at(0, 7))
    )
    body = item(1) + item(2) + item(2, 1) + item(3) + item(3, 1) + item(3) + item(1) + item(4) + item(4) + item(3)
    assert numbers(body, numbering) == ["1.", "2.", "2.1", "1.", "1.1", "2.", "3.", "7.", "8.", "9."]


def test_first_number_of_a_lower_level() -> None:
    """A first number of the list's own holds whenever its level starts again."""
    numbering = DECIMAL + a_list(1, 1, start_at(1, 5))
    body = "".join(item(1, at) for at in (0, 1, 1, 0, 1))
    assert numbers(body, numbering) == ["1.", "1.5", "1.6", "2.", "2.5"]


def test_level_of_the_lists_own() -> None:
    """A list may replace a level of its definition."""
    override = f'<w:lvlOverride w:ilvl="0">{level(0, "第%1条", "chineseCounting", start=3)}</w:lvlOverride>'
    assert numbers(item(1) + item(1), DECIMAL + a_list(1, 1, override)) == ["第三条", "第四条"]


def test_numbers_of_styles() -> None:
    """A style may be numbered; its level is the one made for it."""
    styles = (
        '<w:style w:type="paragraph" w:styleId="1"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="2"><w:basedOn w:val="1"/><w:pPr><w:numPr><w:ilvl w:val="7"/></w:numPr>'
        '</w:pPr></w:style><w:style w:type="paragraph" w:styleId="3"><w:basedOn w:val="1"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="4"><w:basedOn w:val="1"/><w:pPr><w:numPr><w:numId w:val="0"/></w:numPr>'
        "</w:pPr></w:style>"
    )
    numbering = (
        definition(
            1,
            level(0, "%1、", "chineseCounting", '<w:pStyle w:val="1"/>'),
            level(1, "（%2）", "chineseCounting", '<w:pStyle w:val="2"/>'),
        )
        + ONE
    )

    def of(style: str, more: str = "") -> str:
        return p("项", f'<w:pStyle w:val="{style}"/>{more}')

    none = '<w:numPr><w:numId w:val="0"/></w:numPr>'
    second = '<w:numPr><w:ilvl w:val="1"/></w:numPr>'
    body = of("1") + of("2") + of("3") + of("4") + of("1", none) + of("1", second) + of("2")
    assert numbers(body, numbering, styles) == ["一、", "（一）", "二、", "", "", "（一）", "（二）"]


def test_definition_by_style() -> None:
    """A definition may only name the style whose list has the levels; both lists count together."""
    styles = (
        '<w:style w:type="numbering" w:styleId="s"><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>'
    )
    linked = definition(1, extra='<w:numStyleLink w:val="s"/>')
    levels = definition(2, level(0, "%1)"), extra='<w:styleLink w:val="s"/>')
    numbering = linked + levels + ONE + a_list(2, 2)
    assert numbers(item(1) + item(2) + item(1), numbering, styles) == ["1)", "2)", "3)"]
    ring = definition(1, extra='<w:numStyleLink w:val="s"/>') + a_list(2, 1)
    assert numbers(item(2), ring, styles) == [""]
    assert numbers(item(1), linked + ONE, styles) == [""]
    assert numbers(item(1), a_list(1, 9)) == [""]


@pytest.mark.parametrize(
    ("suffix", "expected"),
    [
        ("", ["一、总体情况", "1. 5亿元", "1.1 A"]),
        ('<w:suff w:val="tab"/>', ["一、总体情况", "1. 5亿元", "1.1 A"]),
        ('<w:suff w:val="space"/>', ["一、总体情况", "1. 5亿元", "1.1 A"]),
        ('<w:suff w:val="nothing"/>', ["一、总体情况", "1.5亿元", "1.1A"]),
    ],
)
def test_gap_behind_the_number(suffix: str, expected: list[str]) -> None:
    """A tab or a blank parts a figure from what follows it; Chinese needs no gap."""
    chinese = definition(1, level(0, "%1、", "chineseCounting")) + ONE
    decimal = definition(2, level(0, "%1."), level(1, "%1.%2")) + a_list(2, 2)
    numbering = (chinese + decimal).replace('<w:suff w:val="nothing"/>', suffix)
    assert texts(p("总体情况", num(1)) + p("5亿元", num(2)) + p("A", num(2, 1)), "", numbering) == expected


def test_nothing_to_draw() -> None:
    """Bullets, empty templates, unknown lists, missing levels and hidden numbers draw nothing."""
    bullet = definition(1, level(0, "\uf06c", "bullet")) + ONE
    assert numbers(item(1), bullet) == [""]
    assert numbers(item(1), definition(1, level(0, "附：", "none")) + ONE) == ["附："]
    assert numbers(item(1), definition(1, level(0, "")) + ONE) == [""]
    assert numbers(item(9), CHAPTERS + ONE) == [""]
    assert numbers(item(1, 5), CHAPTERS + ONE) == [""]
    assert numbers(item(1, 99), CHAPTERS + ONE) == [""]
    hidden = level(0, "%1.").replace("</w:lvl>", "<w:rPr><w:vanish/></w:rPr></w:lvl>")
    assert numbers(item(1), definition(1, hidden) + ONE) == [""]
    bullet_inside = definition(1, level(0, "%1."), level(1, "•", "bullet"), level(2, "%1.%2%3")) + ONE
    assert numbers(item(1) + item(1, 2), bullet_inside) == ["1.", "1.1"]


def test_authors_own_format() -> None:
    """A format of the author's own may fill up with zeros."""
    custom = (
        '<mc:AlternateContent><mc:Choice Requires="w14"><w:numFmt w:val="custom" w:format="001, 002, 003, ..."/></mc:Choice>'
        '<mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent>'
    )
    numbering = definition(1, level(0, "%1").replace('<w:numFmt w:val="decimal"/>', custom)) + ONE
    assert numbers(item(1) + item(1), numbering) == ["001", "002"]


def test_numbers_of_blank_paragraphs() -> None:
    """A blank paragraph counts and shows its number; one that is hidden with its mark does not."""
    blank, hidden = p("", num(1)), p(run("藏", "<w:vanish/>"), num(1) + "<w:rPr><w:vanish/></w:rPr>")
    assert texts(item(1) + blank + item(1), "", CHAPTERS + ONE) == ["一、项", "二、", "三、项"]
    assert texts(item(1) + hidden + item(1), "", CHAPTERS + ONE) == ["一、项", "二、项"]


def test_number_behind_a_page_break() -> None:
    """The number stands in front of the text, also where a page break comes first."""
    body = item(1) + p('<w:r><w:br w:type="page"/></w:r>' + run("项"), num(1))
    assert texts(body, "", CHAPTERS + ONE) == ["一、项", "二、项"]


def test_numbers_in_cells() -> None:
    """Numbers are drawn in cells, too, one after the other as Word goes through a table."""
    rows = [tc(p("内部事务", num(1))) + tc(p("", num(2))) for _ in range(2)]
    numbering = definition(1, level(0, "%1.")) + definition(2, level(0, "%1")) + ONE + a_list(2, 2)
    body = tbl(*rows)
    assert texts(body, "", numbering) == ["TABLE"]
    found = [[cell.text for cell in row] for row in tables(body, numbering=numbering)[0].rows]
    assert found == [["1.内部事务", "1"], ["2.内部事务", "2"]]


def test_text_boxes_count_for_themselves() -> None:
    """A numbered paragraph in a text box takes no number from the text around it."""
    body = item(1) + p(run("图") + box(item(1) + item(1))) + item(1)
    assert numbers(body, CHAPTERS + ONE) == ["一、", "图", "一、", "二、", "二、"]


def test_deleted_items_do_not_count() -> None:
    """An item whose text and mark are deleted is gone, its number with it."""
    gone = p("<w:del><w:r><w:delText>删</w:delText></w:r></w:del>", num(1) + "<w:rPr><w:del/></w:rPr>")
    assert numbers(item(1) + gone + item(1), CHAPTERS + ONE) == ["一、", "二、"]


def test_numbered_headings_are_short() -> None:
    """A bold line stays a heading with its number in front."""
    assert marks(p(run("总体情况", "<w:b/>"), num(1))) == [True]


def test_endless_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers that would fill the memory are refused."""
    numbering = definition(1, level(0, "%1" * 1_000, "upperRoman", start=30_000)) + ONE
    assert len(texts(item(1) * 3, "", numbering)) == 3
    monkeypatch.setattr(body, "MOST_ADDED", 100_000)
    assert refusal(item(1) * 5, "", numbering).rule == "GJ005"
