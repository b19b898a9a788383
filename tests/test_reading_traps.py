"""What office programs write beside plain paragraphs: small files of each kind, with the truth."""

import io
import quopri

import pytest

import made_office as office
from hostile import words
from policytext.reading.folder import read_file
from policytext.reading.office.word import read_docx
from policytext.reading.source import Source

W = words.W
PIC = "http://schemas.openxmlformats.org/drawingml/2006"


def t(text, properties=""):
    """Return a run."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*runs, properties=""):
    """Return a paragraph of runs; plain texts become one."""
    inner = "".join(run if run.startswith("<") else t(run) for run in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def field(code, shown):
    """Return a field with its code and what it shows."""
    parts = ["begin", f"<w:instrText> {code} </w:instrText>", "separate", t(shown), "end"]
    return "".join(
        one
        if one.startswith("<w:r>")
        else f"<w:r>{one}</w:r>"
        if one.startswith("<")
        else f'<w:r><w:fldChar w:fldCharType="{one}"/></w:r>'
        for one in parts
    )


def cells(*rows):
    """Return a table."""
    made_rows = (
        "<w:tr>"
        + "".join(f"<w:tc>{c if c.startswith('<') else p(c)}</w:tc>" for c in row)
        + "</w:tr>"
        for row in rows
    )
    return f"<w:tbl>{''.join(made_rows)}</w:tbl>"


def held(inner, more=""):
    """Return a content control."""
    return f"<w:sdt><w:sdtPr>{more}</w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>"


GONE = '<w:del w:id="1" w:author="甲"><w:r><w:delText>九十</w:delText></w:r></w:del>'
NEW = f'<w:ins w:id="2" w:author="甲">{t("一百")}</w:ins>'
MOVED = f'<w:moveFrom w:id="3">{t("旧处")}</w:moveFrom>'
HERE = f'<w:moveTo w:id="4">{t("新处")}</w:moveTo>'
LINK = f'<w:hyperlink w:anchor="a">{t("县医院")}</w:hyperlink>'
RUBY = f"<w:r><w:ruby><w:rt>{t('yī')}</w:rt><w:rubyBase>{t('医')}</w:rubyBase></w:ruby></w:r>"
BOX = (
    "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><w:txbxContent>"
    f"{p('框内一句。')}</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>"
    f"{p('框内一句。')}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)
SECTION = '<w:sectPr><w:type w:val="continuous"/><w:cols w:num="2"/></w:sectPr>'
PLACEHOLDER = held(t("单击此处输入文字。"), "<w:showingPlcHdr/>")

DOCUMENTS = {
    "revisions": (p("全县", GONE, NEW, "所卫生室。"), ["全县一百所卫生室。"]),
    "moved": (p("写在", MOVED, HERE, "。"), ["写在新处。"]),
    "row deleted": (
        "<w:tbl><w:tr><w:trPr><w:del w:id='5'/></w:trPr><w:tc><w:p><w:del><w:r><w:delText>删行"
        "</w:delText></w:r></w:del></w:p></w:tc></w:tr>"
        f"<w:tr><w:tc>{p('留行')}</w:tc></w:tr></w:tbl>",
        ["留行"],
    ),
    "comment": (
        p(
            '<w:commentRangeStart w:id="1"/>',
            "评价",
            '<w:r><w:commentReference w:id="1"/></w:r>',
            "。",
        ),
        ["评价。"],
    ),
    "hidden": (p("公开", t("内部稿", "<w:vanish/>"), "文字。"), ["公开文字。"]),
    "hidden not": (p(t("公开。", '<w:vanish w:val="0"/>')), ["公开。"]),
    "web hidden": (p(t("页上不见。", "<w:webHidden/>")), ["页上不见。"]),
    "field": (p("见第", field("PAGEREF _Toc1", "3"), "页。"), ["见第3页。"]),
    "field in field": (p(field(f"IF 1=1 {''}", "合计"), "20家。"), ["合计20家。"]),
    "simple field": (
        p(f'<w:fldSimple w:instr="DATE">{t("2021年")}</w:fldSimple>', "完成。"),
        ["2021年完成。"],
    ),
    "link": (p("由", LINK, "牵头。"), ["由县医院牵头。"]),
    "control": (p(held(t("全县")), "开展。") + held(p("整段控件。")), ["全县开展。", "整段控件。"]),
    "placeholder": (p("单位：", PLACEHOLDER, "卫健局"), ["单位：卫健局"]),
    "smart tag": (
        p(f'<w:smartTag w:element="date">{t("2021年")}</w:smartTag>', "底。"),
        ["2021年底。"],
    ),
    "ruby": (p("中", RUBY, "药"), ["中医药"]),
    "box": (p("段前。", BOX) + p("段后。"), ["段前。", "框内一句。", "段后。"]),
    "nested table": (cells(["甲", p("外") + cells(["内"])]), ["甲", "外", "内"]),
    "section columns": (p("左栏。", properties=SECTION) + p("右栏。"), ["左栏。", "右栏。"]),
    "breaks": (
        p("甲<w:br/>乙".replace("<w:br/>", "")) + p("丙", '<w:r><w:br w:type="page"/></w:r>'),
        ["甲乙", "丙"],
    ),
    "no break hyphen": (p("2020", "<w:r><w:noBreakHyphen/></w:r>", "2025年"), ["2020-2025年"]),
    "soft hyphen": (p("policy", "<w:r><w:softHyphen/></w:r>", "text"), ["policytext"]),
    "symbol": (
        p("符合", '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', "要求"),
        ["符合要求"],
    ),
    "position tab": (p("甲方", '<w:r><w:ptab w:alignment="right"/></w:r>', "乙方"), ["甲方\t乙方"]),
    "merged cells": (
        "<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge w:val='restart'/></w:tcPr>"
        f"{p('床位')}</w:tc><w:tc>{p('90')}</w:tc></w:tr><w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>"
        f"<w:p/></w:tc><w:tc>{p('95')}</w:tc></w:tr></w:tbl>",
        ["床位", "90", "95"],
    ),
    "formula": (
        p(
            "率=",
            "<m:oMath><m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:r><m:t>b</m:t></m:r>"
            "</m:den></m:f></m:oMath>",
        ),
        ["率=ab"],
    ),
    "custom xml": (f'<w:customXml w:element="x">{p("在标记内。")}</w:customXml>', ["在标记内。"]),
    "two words": (p("一、总体", "要求") + p(), ["一、总体要求"]),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_word_file_holds_what_a_reader_of_the_page_sees(name):
    inner, truth = DOCUMENTS[name]
    data = words.package(
        document=f"<w:document {words.SPACES}><w:body>{inner}</w:body></w:document>"
    )
    found = read_docx(data)
    assert [line for line in found.text.split("\n") if line.strip()] == truth


def numbered(levels, items, styles="", nums=""):
    """Return the lines of a Word file whose paragraphs are numbered."""
    plain = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    xml = (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
        f"{nums or plain}</w:numbering>"
    )
    parts = {"word/numbering.xml": xml}
    if styles:
        parts["word/styles.xml"] = f'<w:styles xmlns:w="{W}">{styles}</w:styles>'
    document = f"<w:document {words.SPACES}><w:body>{''.join(items)}</w:body></w:document>"
    text = read_docx(words.package(document=document, parts=parts)).text
    return [line for line in text.split("\n") if line]


def level(number, form, text, more=""):
    """Return a level of a list."""
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def item(text, depth=0, num=1):
    """Return a numbered paragraph."""
    mark = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{num}"/></w:numPr>'
    return p(text, properties=mark)


FORMS = [
    ("chineseCounting", "%1、", ["一、甲", "二、乙"]),
    ("chineseCountingThousand", "（%1）", ["（一）甲", "（二）乙"]),
    ("decimalEnclosedCircle", "%1", ["① 甲", "② 乙"]),
    ("decimalEnclosedCircleChinese", "%1", ["① 甲", "② 乙"]),
    ("ideographTraditional", "%1、", ["甲、甲", "乙、乙"]),
    ("ideographDigital", "%1.", ["一.甲", "二.乙"]),
    ("japaneseCounting", "第%1条", ["第一条 甲", "第二条 乙"]),
    ("taiwaneseCountingThousand", "%1、", ["一、甲", "二、乙"]),
    ("chineseLegalSimplified", "%1、", ["壹、甲", "贰、乙"]),
    ("decimalFullWidth", "%1．", ["１．甲", "２．乙"]),
    ("decimalZero", "%1.", ["01.甲", "02.乙"]),
    ("upperRoman", "%1.", ["I.甲", "II.乙"]),
    ("bullet", "\uf06c", ["甲", "乙"]),
    ("none", "", ["甲", "乙"]),
]


@pytest.mark.parametrize(("form", "text", "truth"), FORMS)
def test_forms_of_numbers(form, text, truth):
    assert numbered(level(0, form, text), [item("甲"), item("乙")]) == truth


def test_numbers_of_a_style_of_a_style():
    styles = (
        '<w:style w:type="paragraph" w:styleId="a"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>'
        '</w:pPr></w:style><w:style w:type="paragraph" w:styleId="b"><w:basedOn w:val="a"/>'
        "</w:style>"
    )
    lines = [
        p("总则", properties='<w:pStyle w:val="b"/>'),
        p("平段"),
        p("附则", properties='<w:pStyle w:val="a"/>'),
    ]
    found = numbered(level(0, "chineseCounting", "第%1章"), lines, styles)
    assert found == ["第一章 总则", "平段", "第二章 附则"]


def test_a_paragraph_may_leave_the_list_of_its_style():
    styles = (
        '<w:style w:type="paragraph" w:styleId="a"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>'
        "</w:pPr></w:style>"
    )
    off = '<w:pStyle w:val="a"/><w:numPr><w:numId w:val="0"/></w:numPr>'
    lines = [p("甲", properties='<w:pStyle w:val="a"/>'), p("不编号", properties=off)]
    assert numbered(level(0, "decimal", "%1."), lines, styles) == ["1.甲", "不编号"]


def test_levels_of_several_numbers():
    levels = level(0, "chineseCounting", "%1、") + level(1, "decimal", "%1.%2", "<w:isLgl/>")
    lines = [item("甲"), item("乙", 1), item("丙", 1), item("丁"), item("戊", 1)]
    assert numbered(levels, lines) == ["一、甲", "1.1 乙", "1.2 丙", "二、丁", "2.1 戊"]


def read(tmp_path, name, data):
    """Return the lines of a file as the folder reads it, without furniture."""
    (tmp_path / name).write_bytes(data)
    (found,) = read_file(tmp_path / name, name)
    assert isinstance(found, Source), found
    text = found.text
    for hint in sorted(found.hints, reverse=True):
        if hint.kind == "furniture":
            text = text[: hint.start] + text[hint.end :]
    return [line for line in text.replace("\r", "").split("\n") if line.strip()]


LONG = "全县医共体建设稳步推进，基层诊疗量占比达到百分之六十五。"
RTF = {
    "unicode": (rb"{\rtf1\ansi\uc1\u20840?\u21439?\u24320?\u23637?\par}", ["全县开展"]),
    "unicode negative": (rb"{\rtf1\ansi\u-28672?\u-244?\par}", ["逰，"[:1] + "，"]),
    "code page": (
        b"{\\rtf1\\ansi\\ansicpg936\\deff0{\\fonttbl{\\f0\\fcharset134 a;}}"
        b"\\f0 \\'c8\\'ab\\'cf\\'d8\\par}",
        ["全县"],
    ),
    "raw bytes": (b"{\\rtf1\\ansi\\ansicpg936 " + "全县".encode("gbk") + b"\\par}", ["全县"]),
    "hidden": (rb"{\rtf1\ansi a{\v b}c\par}", ["ac"]),
    "field": (rb"{\rtf1\ansi {\field{\*\fldinst PAGE }{\fldrslt 3}} end\par}", ["3 end"]),
    "no end": (rb"{\rtf1\ansi abc", ["abc"]),
}


@pytest.mark.parametrize("name", RTF)
def test_rich_text(tmp_path, name):
    data, truth = RTF[name]
    if name == "unicode negative":
        truth = [chr(-28672 + 65536) + chr(-244 + 65536)]
    assert read(tmp_path, "a.rtf", data) == truth


def test_a_message_in_gb18030_quoted_printable(tmp_path):
    body = quopri.encodestring(LONG.encode("gb18030"))
    data = (
        b"From: a@example.org\r\nSubject: =?gb2312?B?"
        + __import__("base64").b64encode("通知".encode("gbk"))
        + b"?=\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=gb18030\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + body
    )
    assert read(tmp_path, "a.eml", data) == ["通知", LONG]


def test_a_message_that_is_a_page(tmp_path):
    from email.message import EmailMessage

    message = EmailMessage()
    message["Subject"] = "通知"
    message.set_content("纯文本。")
    message.add_alternative(f"<html><p>{LONG}</p></html>", subtype="html", charset="gb2312")
    assert read(tmp_path, "a.eml", message.as_bytes()) == ["通知", LONG]


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig", "utf-16"])
def test_a_page_named_as_a_word_file(tmp_path, encoding):
    named = {"gbk": "gb2312", "utf-16": "unicode"}.get(encoding, "utf-8")
    page = f'<html xmlns:w="a"><head><meta charset={named}></head><body><p>{LONG}</p></body></html>'
    assert read(tmp_path, "a.doc", page.encode(encoding)) == [LONG]


def test_lines_of_an_official_document_in_pieces(tmp_path):
    pieces = [office.ofd_text(28 + 5 * i, 40, c) for i, c in enumerate("全县医改稳步推进。")]
    assert read(tmp_path, "a.ofd", office.ofd_bytes(["".join(reversed(pieces))])) == [
        "全县医改稳步推进。"
    ]


def test_a_turned_page_of_an_official_document(tmp_path):
    line = (
        '<ofd:TextObject ID="1" Boundary="100 40 6 60" Font="1" Size="5" CTM="0 1 -1 0 5 0">'
        '<ofd:TextCode X="0" Y="4.3" DeltaX="g 8 5">全县医改稳步推进。</ofd:TextCode>'
        "</ofd:TextObject>"
    )
    assert read(tmp_path, "a.ofd", office.ofd_bytes([line])) == ["全县医改稳步推进。"]


def test_a_workbook_of_merged_cells_and_several_sheets(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    first = book.active
    first.append(["省份", "年份", "正文"])
    first.append(["某省", 2020, LONG])
    first.append([None, 2021, LONG + "又一句。"])
    first.merge_cells("A2:A3")
    second = book.create_sheet("附")
    second.append(["省份", "年份", "正文"])
    second.append(["另省", 2022, LONG + "另一句。"])
    out = io.BytesIO()
    book.save(out)
    (tmp_path / "a.xlsx").write_bytes(out.getvalue())
    found = read_file(tmp_path / "a.xlsx", "a.xlsx")
    assert [one.metadata.get("province") for one in found] == ["某省", "某省", "另省"]
    assert [one.metadata.get("year") for one in found] == ["2020", "2021", "2022"]


PAGES = {
    "smart tags": ("<p>截至<st1:date>2021年底</st1:date>完成<o:p></o:p></p>", ["截至2021年底完成"]),
    "deleted": ("<p>全县<del>九十</del><ins>一百</ins>所</p>", ["全县一百所"]),
    "hidden": ("<p>公开<span style='mso-hide:all'>稿</span>。</p>", ["公开。"]),
    "bullet": (
        "<p><span style='font-family:Wingdings'><span style='mso-list:Ignore'>l<span>&nbsp;</span>"
        "</span></span>加强管理</p>",
        ["加强管理"],
    ),
    "reversed": ("<ol reversed><li>甲</li><li>乙</li></ol>", ["2.甲", "1.乙"]),
    "start": (
        "<ol start=5 type=a><li>甲</li><li value=9>乙</li><li>丙</li></ol>",
        ["e.甲", "i.乙", "j.丙"],
    ),
    "nested": (
        "<ol><li>甲<ol type=i><li>乙</li></ol></li><li>丙</li></ol>",
        ["1.甲", "i.乙", "2.丙"],
    ),
    "class": (
        "<style>.c li{list-style-type:cjk-ideographic}</style>"
        "<ol class=c><li>甲</li><li>乙</li></ol>",
        ["一、甲", "二、乙"],
    ),
    "no numbers": (
        "<style>ol{list-style:none}</style><ol><li>一、甲</li><li>二、乙</li></ol>",
        ["一、甲", "二、乙"],
    ),
    "counters": (
        "<style>ol{counter-reset:n;list-style:none}li:before{counter-increment:n;content:"
        'counters(n,".") " "}</style>'
        "<ol><li>甲<ol><li>乙</li><li>丙</li></ol></li><li>丁</li></ol>",
        ["1 甲", "1.1 乙", "1.2 丙", "2 丁"],
    ),
    "note": (
        "<p>率为八成<a id=r1 href='#n1'>①</a>。</p>"
        "<div><p id=n1><a href='#r1'>①</a>按年报口径。</p></div>",
        ["率为八成。", "按年报口径。"],
    ),
    "link that is no note": (
        "<p>见<a href='#top'>表1</a>。</p><p id=top>顶</p>",
        ["见表1。", "顶"],
    ),
}


@pytest.mark.parametrize("name", PAGES)
def test_pages(tmp_path, name):
    inner, truth = PAGES[name]
    page = f"<html><head></head><body><p>{LONG}</p>{inner}<p>{LONG}</p></body></html>"
    assert read(tmp_path, "a.html", page.encode()) == [LONG, *truth, LONG]


def test_a_wps_file_is_a_word_file(tmp_path):
    from test_reading_office import FILES

    data = (FILES / "report.doc").read_bytes()
    assert read(tmp_path, "a.wps", data)[2] == "一、基本情况"
