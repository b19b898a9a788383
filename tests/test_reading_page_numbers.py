"""Which numbers does a page show before its items, paragraphs and headings?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import made_office as office
from policytext.reading.office.packed import read_epub, read_mht
from policytext.reading.pages import read_html
from policytext.reading.source import Limits

LONG = "全县卫生健康系统扎实推进各项工作，县域内就诊率达到88.2%，群众满意度持续提高。"
TWO = "<ol class=a><li>健全机制</li><li>补齐短板</li></ol>"


def _page(sheet, inner):
    head = f"<style>{sheet}</style>" if sheet else ""
    return f"<html><head>{head}</head><body><p>{LONG}</p>{inner}<p>{LONG}</p></body></html>"


def _lines(reading):
    return [line for line in reading.text.splitlines() if line and line != LONG]


def _read(sheet, inner):
    return _lines(read_html(_page(sheet, inner)))


def _items(sheet, many, attributes=""):
    """Return what stands before each of so many items."""
    inner = "".join("<li>甲</li>" for _ in range(many))
    found = _read(sheet, f"<ol class=a {attributes}>{inner}</ol>")
    return [line.removesuffix("甲").strip() for line in found]


# Forms that each browser knows

NAMED = {
    "decimal": ["1.", "2.", "3."],
    "decimal-leading-zero": ["01.", "02.", "03."],
    "lower-alpha": ["a.", "b.", "c."],
    "upper-latin": ["A.", "B.", "C."],
    "lower-roman": ["i.", "ii.", "iii."],
    "lower-greek": ["α.", "β.", "γ."],
    "cjk-ideographic": ["一、", "二、", "三、"],
    "simp-chinese-informal": ["一、", "二、", "三、"],
    "trad-chinese-informal": ["一、", "二、", "三、"],
    "simp-chinese-formal": ["壹、", "贰、", "叁、"],
    "trad-chinese-formal": ["壹、", "貳、", "參、"],
    "cjk-decimal": ["一、", "二、", "三、"],
    "cjk-heavenly-stem": ["甲、", "乙、", "丙、"],
    "cjk-earthly-branch": ["子、", "丑、", "寅、"],
    "no-such-form": ["1.", "2.", "3."],
    "disc": ["", "", ""],
    "none": ["", "", ""],
}


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("way", ["sheet", "element", "item", "short"])
def test_forms_that_browsers_know(name, way):
    said = f"list-style-type: {name}"
    if way == "element":
        found = _items("", 3, f'style="{said}"')
    elif way == "item":
        found = _items(f".a > li {{ {said} }}", 3)
    else:
        found = _items(f".a {{ {said if way == 'sheet' else f'list-style: inside {name}'} }}", 3)
    assert found == NAMED[name]


@pytest.mark.parametrize(
    ("attributes", "truth"),
    [
        ("type=A", ["A.", "B."]),
        ("type=I start=9", ["IX.", "X."]),
        ("type=一", ["1.", "2."]),
        ("start=0", ["0.", "1."]),
        ("start=-1", ["-1.", "0."]),
        ("start=26 type=a", ["z.", "aa."]),
        ("start=27 type=a", ["aa.", "ab."]),
        ("start=10 style='list-style-type:cjk-ideographic'", ["十、", "十一、"]),
        ("start=20 style='list-style-type:cjk-decimal'", ["二〇、", "二一、"]),
        ("start=0 style='list-style-type:cjk-ideographic'", ["零、", "一、"]),
        ("start=0 style='list-style-type:lower-roman'", ["0.", "i."]),
        ("reversed", ["2.", "1."]),
        ("reversed start=5", ["5.", "4."]),
    ],
)
def test_where_a_list_begins(attributes, truth):
    assert _items("", 2, attributes) == truth


def test_a_long_list_is_counted_to_its_end():
    assert _items("", 1200)[-1] == "1200."


def test_the_value_of_an_item_counts_on():
    inner = "<ol><li>甲</li><li value=7>乙</li><li>丙</li><li value=-1>丁</li><li>戊</li></ol>"
    assert _read("", inner) == ["1.甲", "7.乙", "8.丙", "-1.丁", "0.戊"]


# Forms that the page makes itself

OWN = {
    "suffix": (
        '@counter-style a { system: extends cjk-ideographic; prefix: "第"; suffix: "章 " }',
        ["第一章", "第二章", "第三章"],
    ),
    "brackets": (
        "@counter-style a { system: extends simp-chinese-informal; prefix: '（'; suffix: '）' }",
        ["（一）", "（二）", "（三）"],
    ),
    "escaped": (
        '@counter-style a { system: extends cjk-decimal; prefix: "\\7B2C"; suffix: "\\6761 " }',
        ["第一条", "第二条", "第三条"],
    ),
    "numeric": (
        '@counter-style a{system:numeric;symbols:"〇" "一" "二";suffix:"、"}',
        ["一、", "二、", "一〇、"],
    ),
    "alphabetic": ("@counter-style a{system:alphabetic;symbols:甲 乙}", ["甲.", "乙.", "甲甲."]),
    "symbolic": ('@counter-style a{symbols:"*" "†";suffix:""}', ["*", "†", "**"]),
    "cyclic": ('@counter-style a{system:cyclic;symbols:"①" "②";suffix:" "}', ["①", "②", "①"]),
    "fixed": ('@counter-style a{system:fixed;symbols:"⑴" "⑵";suffix:" "}', ["⑴", "⑵", "3"]),
    "fixed from": (
        '@counter-style a{system:fixed 2;symbols:"⑵" "⑶";suffix:"、"}',
        ["1、", "⑵、", "⑶、"],
    ),
    "additive": (
        '@counter-style a{system:additive;additive-symbols:2 "贰", 1 "壹";suffix:"、"}',
        ["壹、", "贰、", "贰壹、"],
    ),
    "range": (
        '@counter-style a{system:cyclic;symbols:"※";range:2 2;fallback:cjk-ideographic}',
        ["一.", "※.", "三."],
    ),
    "pad": (
        '@counter-style a{system:extends decimal;pad:3 "0";suffix:")"}',
        ["001)", "002)", "003)"],
    ),
    "round": (
        "@counter-style a{system:extends b}@counter-style b{system:extends a;suffix:'、'}",
        ["1.", "2.", "3."],
    ),
}


@pytest.mark.parametrize("name", OWN)
def test_forms_that_a_page_makes_itself(name):
    rule, truth = OWN[name]
    assert _items(f"{rule} .a {{ list-style-type: a }}", 3) == truth


OTHER = {
    "words of the list": (
        '.a{list-style-type:"（甲）"}',
        TWO,
        ["（甲）健全机制", "（甲）补齐短板"],
    ),
    "a sign of the list": ('.a{list-style-type:"● "}', TWO, ["健全机制", "补齐短板"]),
    "symbols": (
        '.a{list-style-type:symbols(cyclic "㈠" "㈡")}',
        TWO,
        ["㈠ 健全机制", "㈡ 补齐短板"],
    ),
    "marker": (
        '.a > li::marker { content: "第" counter(list-item, cjk-ideographic) "条　" }',
        TWO,
        ["第一条 健全机制", "第二条 补齐短板"],
    ),
    "own form in a counter": (
        "@counter-style c{system:fixed;symbols:甲 乙}h3{counter-increment:n}"
        "h3::before{content:counter(n,c) '、'}",
        "<h3>健全机制</h3><h3>补齐短板</h3>",
        ["甲、健全机制", "乙、补齐短板"],
    ),
    "a counter that nothing began lives in its own place": (
        "h3::before{counter-increment:n;content:counter(n) '、'}",
        "<h3>健全机制</h3><h3>补齐短板</h3>",
        ["1、健全机制", "1、补齐短板"],
    ),
    "no marker": (".a li::marker { content: none }", TWO, ["健全机制", "补齐短板"]),
    "no item of a list": (".a li { display: block }", TWO, ["健全机制", "补齐短板"]),
    "the nearer rule wins": (
        ".a { list-style: cjk-ideographic } ol { list-style: none }",
        TWO,
        ["一、健全机制", "二、补齐短板"],
    ),
    "the last word wins": (
        ".a { list-style: none; list-style-type: decimal }",
        TWO,
        ["1.健全机制", "2.补齐短板"],
    ),
    "a figure is no number of an item": (
        "",
        "<ol><li>3.5万人受益</li><li>12 个乡镇建成</li></ol>",
        ["1.3.5万人受益", "2.12 个乡镇建成"],
    ),
    "numbers that were typed too": (
        "",
        "<ol><li>1. 健全机制</li><li>2、补齐短板</li></ol>",
        ["1. 健全机制", "2、补齐短板"],
    ),
    "bullets": ("", "<ul><li>健全机制</li></ul>", ["健全机制"]),
    "a numbered list of bullets": (
        "ul.n { list-style-type: decimal }",
        "<ul class=n><li>健全机制</li></ul>",
        ["1.健全机制"],
    ),
    "notes of a page made from Markdown": (
        "",
        "<p>率为八成<sup id='fnref:1'><a href='#fn:1'>1</a></sup>。</p><div class=footnote><hr><ol>"
        "<li id='fn:1'><p>按年报口径。&nbsp;<a href='#fnref:1' class=footnote-backref>↩</a></p>"
        "</li></ol></div>",
        ["率为八成。", "按年报口径。"],
    ),
}


OTHER["notes of a page that Word saved without its marks"] = (
    "",
    "<p>率为八成<a href='#_ftn1' name='_ftnref1'><span>[1]</span></a>。</p><div><br clear=all><hr>"
    "<div id=ftn1><p class=MsoFootnoteText><a href='#_ftnref1' >[1]</a> 按年报口径。</p>"
    "</div></div>",
    ["率为八成。", "按年报口径。"],
)


@pytest.mark.parametrize("name", OTHER)
def test_what_a_browser_shows(name):
    sheet, inner, truth = OTHER[name]
    assert _read(sheet, inner) == truth


# Pages that Word saved

WORD = """
<!-- /* List Definitions */
@list l0 {mso-list-id:1; mso-list-template-ids:2;}
@list l0:level1
	{mso-level-number-format:chinese-counting-thousand; mso-level-suffix:none;
	mso-level-text:"%1、"; mso-level-tab-stop:none;}
@list l0:level2
	{mso-level-number-format:chinese-counting-thousand;
	mso-level-text:"（%2）";}
@list l0:level3 {mso-level-text:"%3\\.";}
@list l1:level1 {mso-level-start-at:3; mso-level-number-format:japanese-counting;
	mso-level-suffix:space; mso-level-text:"第%1章";}
@list l1:level2 {mso-level-text:"%1\\.%2";}
@list l2:level1 {mso-level-number-format:bullet; mso-level-text:;}
@list l3:level1 {mso-level-number-format:alpha-lower; mso-level-text:"%1\\)";}
@list l3:level1 lfo9 {mso-level-start-at:5;}
-->"""


def _numbered(words, place):
    return f"<p class=MsoListParagraph style='text-indent:2em;mso-list:{place}'>{words}</p>"


def _ignored(label):
    return (
        "<![if !supportLists]><span lang=EN-US><span style='mso-list:Ignore'>"
        f"{label}<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp; </span></span></span>"
        "<![endif]>"
    )


def test_numbers_that_word_wrote_are_read_as_they_stand():
    inner = _numbered(_ignored("一、") + "基本情况", "l0 level1 lfo1")
    inner += _numbered(_ignored("第三章") + "总则", "l1 level1 lfo2")
    inner += _numbered(
        "<span style='font-family:Wingdings'>" + _ignored("l") + "</span>开展巡诊", "l2 level1 lfo3"
    )
    assert _read(WORD, inner) == ["一、基本情况", "第三章 总则", "开展巡诊"]


def test_numbers_that_only_the_lists_of_word_tell():
    places = {
        "基本情况": "l0 level1 lfo1",
        "队伍": "l0 level2 lfo1",
        "设备": "l0 level2 lfo1",
        "编制": "l0 level3 lfo1",
        "下一步": "l0 level1 lfo1",
        "机制": "l0 level2 lfo1",
        "总则": "l1 level1 lfo2",
        "目的": "l1 level2 lfo2",
        "附则": "l1 level1 lfo2",
        "巡诊": "l2 level1 lfo3",
        "甲类": "l3 level1 lfo4",
        "乙类": "l3 level1 lfo4",
        "丙类": "l3 level1 lfo9",
        "不在": "l7 level1 lfo1",
    }
    inner = "".join(_numbered(words, place) for words, place in places.items())
    assert _read(WORD, inner) == [
        *("一、基本情况", "（一）队伍", "（二）设备", "1.编制", "二、下一步", "（一）机制"),
        *("第三章 总则", "三.1 目的", "第四章 附则", "巡诊", "a)甲类", "b)乙类", "e)丙类", "不在"),
    ]


def test_items_of_word_are_numbered_once():
    inner = "<ol style='margin-top:0cm' start=1 type=1>" + "".join(
        f"<li class=MsoNormal style='mso-list:l0 level3 lfo1'>{words}</li>" for words in "甲乙"
    )
    assert _read(WORD, f"{inner}</ol>") == ["1.甲", "2.乙"]
    typed = _numbered("一、基本情况", "l0 level1 lfo1")
    assert _read(WORD, typed) == ["一、基本情况"]


def test_bullets_of_a_page_that_word_saved_without_its_marks():
    bullet = (
        "<p class=MsoListParagraph><span lang=EN-US style='font-family:Wingdings'>l<span "
        "style='font:7.0pt \"Times New Roman\"'>&nbsp; </span></span>开展巡诊</p>"
    )
    number = (
        "<p class=MsoListParagraph><span lang=EN-US>1.<span style='font:7.0pt \"Times New Roman\"'>"
        "&nbsp;&nbsp; </span></span>开展培训</p>"
    )
    assert _read("", bullet + number) == ["开展巡诊", "1. 开展培训"]


# Style sheets that are packed beside the page

CHAPTERS = 'h2::before{counter-increment:c;content:"第" counter(c,cjk-ideographic) "章 "}'


def test_a_saved_page_has_its_style_sheets_beside_it():
    inner = f"<link rel=stylesheet href='cid:css-1@mhtml.blink'><h2>总则</h2><p>{LONG}</p>"
    whole = office.mht_bytes(f"<html><body>{inner}</body></html>").decode("utf-8")
    mark = whole.split('boundary="')[1].split('"')[0]
    sheet = f"--{mark}\r\nContent-Type: text/css\r\nContent-ID: <css-1@mhtml.blink>\r\n\r\n"
    whole = whole.replace(f"--{mark}--", f"{sheet}{CHAPTERS}\r\n--{mark}--")
    assert _lines(read_mht(whole.encode(), Limits()))[0] == "第一章 总则"


def test_a_book_has_its_style_sheets_beside_its_pages():
    made = office.epub_bytes([f"<h2>总则</h2><p>{LONG}</p>"], sheet=CHAPTERS)
    assert _lines(read_epub(made, Limits()))[0] == "第一章 总则"


@given(
    st.text("@counter-style a{}system:fixed;symbols\"'\\0()%l1:level,range ", max_size=120),
    st.integers(-(10**6), 10**6),
)
def test_any_style_sheet_ends_in_text(sheet, start):
    whole = f"@counter-style a{{{sheet}}} @list l0:level1 {{{sheet}}} .a{{list-style-type:a}}"
    inner = f"<ol class=a start={start}><li>健全机制</li></ol>" + _numbered("乙", "l0 level1 lfo1")
    assert "健全机制" in read_html(_page(whole, inner)).text
