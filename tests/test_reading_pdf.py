"""Which paragraphs, tables and notes come out of a PDF file, and what stands beside them?"""

from itertools import pairwise

import pytest

import made_pdf
from hostile import pdfs
from made_pdf import Pages, Setting, paged, shown
from policytext.layout.flow import read_flow
from policytext.layout.glyphs import DrawnPage, Glyph
from policytext.layout.rows import pieces
from policytext.reading.pdf import as_reading, lend_font, read_pdf
from policytext.reading.source import Limits

lend_font()

TITLE = "云溪县2021年卫生健康工作总结"
OPENING = (
    "2021年，全县卫生健康系统围绕群众需求扎实推进各项工作，县域内就诊率达到88.2%，"
    "比上年提高2.3个百分点，家庭医生签约服务覆盖全县所有乡镇。"
)
FIRST = "一、主要工作"
LONG = (
    "组建县域医共体2个，新建医养结合机构3家，新增床位260张，双向转诊12345人次，"
    "基层服务能力进一步增强，老年人健康管理率达到72.5%，高血压患者规范管理率达到76.2%，"
    "糖尿病患者规范管理率达到75.8%，居民电子健康档案建档率达到93.1%。"
)
LAST = (
    "下一步，我们将继续完善分级诊疗制度，推动优质医疗资源下沉，让群众在家门口看得上病、看得好病。"
)
REPORT = [TITLE, OPENING, FIRST, LONG, "（一）推进医改。" + LONG, LAST]


def _lines(reading):
    """Return the lines that are neither furniture nor cells nor notes."""
    beside = [(h.start, h.end) for h in reading.hints]
    at, out = 0, []
    for line in reading.text.replace("\f", "\n").split("\n"):
        if line and not any(a <= at < b for a, b in beside):
            out.append(line)
        at += len(line) + 1
    return out


def _hinted(reading, kind):
    return [reading.text[h.start : h.end].strip() for h in reading.hints if h.kind == kind]


def _read(data):
    return read_pdf(data, Limits())


SETTINGS = {
    "usual": Setting(),
    "ragged": Setting(justified=False, number="第{}页"),
    "spaced": Setting(indent=0, space=10, size=12, leading=18),
    "spaced, ragged": Setting(indent=0, space=10, size=12, leading=18, justified=False),
    "neither indent nor space": Setting(indent=0, size=12, leading=18),
    "columns": Setting(columns=2, size=10.5, leading=16, title_size=18),
    "three columns": Setting(columns=3, size=9, leading=14, title_size=18, gutter=18),
    "head": Setting(head="云溪县卫生健康局", number="- {} -"),
    "bare number": Setting(number="{}"),
    "wide": Setting(page=(842, 595), size=14, leading=22),
}


@pytest.mark.parametrize("way", SETTINGS)
@pytest.mark.parametrize("times", [1, 5])
def test_paragraphs_are_whole_in_many_settings(way, times):
    report = REPORT + [f"（{n}）" + LONG for n in "二三四五六七八九十" * (times - 1)]
    found = _read(paged(report, SETTINGS[way]))
    assert _lines(found) == report
    n_pages = found.text.count("\f") + 1
    assert len(_hinted(found, "furniture")) >= n_pages


def test_a_short_last_stretch_of_columns_is_read_by_columns():
    short = [TITLE, *[LONG] * 9, LAST]
    for n in (4, 5, 6, 8, 9, 10):
        report = short[: n + 1]
        assert _lines(_read(paged(report, SETTINGS["columns"]))) == report


def test_a_watermark_lies_behind_the_text():
    for turn in ("0.71 0.71 -0.71 0.71 120 300", "1 0 0 1 100 400"):
        pages = Pages(Setting())
        pages.draw(f"0.85 g {shown('内部资料严禁外传', 0, 0, 60, turn=turn)} 0 g\n")
        for i, text in enumerate(REPORT):
            pages.add(text, title=not i)
        found = _read(pages.bytes())
        assert _lines(found) == REPORT
        assert "内部资料严禁外传" in _hinted(found, "furniture")


def test_footnotes_come_last_and_their_signs_are_told():
    pages = Pages(Setting())
    pages.add(TITLE, title=True)
    for _ in range(5):
        pages.add(LONG)
    pages.draw(made_pdf.rule(72, 110, 200, 110))
    pages.draw(shown("①数据来自云溪县卫生健康统计年报，截至当年十二月底。", 72, 96, 9))
    pages.draw(shown("②不含市级医院。", 72, 84, 9))
    pages.add(LAST)
    found = _read(pages.bytes())
    assert _lines(found) == [TITLE, *[LONG] * 5, LAST]
    assert _hinted(found, "footnote") == [
        "①数据来自云溪县卫生健康统计年报，截至当年十二月底。",
        "②不含市级医院。",
    ]
    assert found.text.rstrip().endswith("②不含市级医院。")


def test_a_raised_sign_goes_with_its_note_and_a_square_metre_stays():
    line = shown("就诊率达到88.2%", 72, 700, 16) + shown("1", 72 + 16 * 7.5, 707, 8)
    line += shown("，用房9万m", 72 + 16 * 7.8, 700, 16) + shown("2", 72 + 16 * 12.3, 707, 8)
    note = shown("1 数据来自统计年报。", 72, 80, 9)
    data = pdfs.document([[]], contents={0: (line + note).encode()}, objects=_widths())
    found = _read(data)
    assert found.text.startswith("就诊率达到88.2%，用房9万m2\n")
    assert _hinted(found, "footnote") == ["数据来自统计年报。"]
    assert found.left_out == (("page 1", "signs that refer to footnotes", 2),)


ROWS = [("指标", "2020年", "2021年"), ("县域内就诊率", "85.9%", "88.2%"), ("床位", "1340", "1600")]


def _widths():
    return {4: pdfs.FONT[4].replace("/FontDescriptor", "/W [1 95 500] /DW 1000 /FontDescriptor")}


def test_a_ruled_table_gives_cells_and_parts_no_paragraph():
    pages = Pages(Setting())
    pages.add(TITLE, title=True)
    pages.add(OPENING)
    pages.draw(made_pdf.table(ROWS, 72, pages.y - 20, (180, 120, 120)))
    pages.y -= 120
    pages.add(LAST)
    found = _read(pages.bytes())
    assert _lines(found) == [TITLE, OPENING, LAST]
    cells = [h for h in found.hints if h.kind == "table"]
    assert [(h.table, h.row, h.column) for h in cells] == [
        (1, r, c) for r in (1, 2, 3) for c in (1, 2, 3)
    ]
    assert [found.text[h.start : h.end] for h in cells] == [cell for row in ROWS for cell in row]


def test_aligned_columns_without_rules_are_a_table():
    pages = Pages(Setting())
    pages.add(OPENING)
    for i, row in enumerate([*ROWS, ("医师", "410", "436")]):
        for j, cell in enumerate(row):
            pages.draw(shown(cell, 90 + 140 * j, pages.y - 40 - 24 * i, 14))
    pages.y -= 160
    pages.add(LAST)
    found = _read(pages.bytes())
    assert _lines(found) == [OPENING, LAST]
    assert len(_hinted(found, "table")) == 12


def test_a_table_between_three_rules_whose_head_is_centred():
    pages = Pages(Setting(columns=2, size=10.5, leading=16))
    for _ in range(9):
        pages.add(LONG)
    x = 72 + pages.column * 237.5
    at = pages.y - 30
    for i, (name, one, other) in enumerate([("指标", "上年", "本年"), *ROWS[1:]]):
        for cell, far in ((name, 30 if not i else 4), (one, 110), (other, 170)):
            pages.draw(shown(cell, x + far, at - 20 * i, 10.5))
    pages.y -= 120
    pages.add(LAST)
    found = _read(pages.bytes())
    assert _lines(found) == [*[LONG] * 9, LAST]
    assert len(_hinted(found, "table")) == 9


def test_a_heading_under_two_columns_comes_behind_both():
    short = Pages(Setting(columns=2, size=10.5, leading=16, margins=(72, 80, 72, 500)))
    for _ in range(4):
        short.add(LONG)
    short.draw(shown("二、下一步打算", 72, 440, 14))
    short.draw(shown(LAST[:40], 72, 410, 10.5))
    found = _read(short.bytes())
    assert _lines(found)[-2:] == ["二、下一步打算", LAST[:40]]


def test_rows_of_tables_on_two_pages_do_not_join():
    pages = Pages(Setting())
    pages.add(OPENING)
    pages.draw(made_pdf.table(ROWS, 72, 200, (180, 120, 120)))
    pages.column = pages.set.columns
    pages.y = 0
    pages.draw("")
    pages.add(LAST)
    pages.draw(made_pdf.table(ROWS, 72, 600, (180, 120, 120)))
    found = _read(pages.bytes())
    assert _lines(found) == [OPENING, LAST]
    assert len(_hinted(found, "table")) == 18


def test_an_indicator_and_its_figure_at_the_margin_stay_in_one_line():
    drawn = shown("孕产妇系统管理率", 72, 700, 14) + shown("60.66%", 460, 700, 14)
    drawn += shown(LAST[:30], 72, 670, 14)
    data = pdfs.document([[]], contents={0: drawn.encode()}, objects=_widths())
    assert "孕产妇系统管理率 60.66%" in _read(data).text


def test_text_at_right_angles_is_read():
    side = shown("此件公开发布，由县卫生健康局负责解释。", 0, 0, 14, turn="0 1 -1 0 560 200")
    drawn = (side + shown(OPENING[:30], 72, 700, 14)).encode()
    found = _read(pdfs.document([[]], contents={0: drawn}, objects=_widths()))
    assert found.text == f"{OPENING[:30]}\n此件公开发布，由县卫生健康局负责解释。\n"
    turned = shown(OPENING[:20], 0, 0, 14, turn="0 1 -1 0 200 100")
    turned += shown(OPENING[20:40], 0, 0, 14, turn="0 1 -1 0 222 100")
    found = _read(pdfs.document([[]], contents={0: turned.encode()}, objects=_widths()))
    assert found.text == f"{OPENING[:40]}\n"
    found = _read(pdfs.document([[OPENING[:20], OPENING[20:40]]], page="/Rotate 90"))
    assert found.text.replace("\n", "") == OPENING[:40]


def test_the_value_a_field_inherits_is_told():
    field = "<< /FT /Tx /T (a) /V <feff75326279> /Kids [61 0 R] >>"
    box = "<< /Type /Annot /Subtype /Widget /Rect [9 9 99 99] /Parent 60 0 R >>"
    root = "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [60 0 R] >> >>"
    data = pdfs.document(
        [["云溪县工作总结"]], objects={1: root, 60: field, 61: box}, page="/Annots [61 0 R]"
    )
    assert read_pdf(data, Limits()).left_out == (("page 1", "filled-in field", 2),)


def test_a_title_that_stands_on_each_page_is_no_head():
    drawn = [shown(TITLE, 150, 760, 22) + shown(OPENING[:30], 72, 700, 14) for _ in range(3)]
    contents = {i: words.encode() for i, words in enumerate(drawn)}
    found = _read(pdfs.document([[], [], []], contents=contents, objects=_widths()))
    assert found.text.count(TITLE) == 3 and not found.hints


def test_blocks_become_text_and_hints():
    assert as_reading([]).text == ""


def test_a_frame_beside_the_text_stands_behind_its_page():
    setting = made_pdf.Setting(size=12, leading=20, margins=(72, 80, 220, 80), number="")
    pages = made_pdf.Pages(setting)
    text = "全县医共体建设稳步推进，基层诊疗量占比达到{}%，群众满意度持续提高，队伍更加稳定。"
    texts = [text.format(10 + i) * 2 for i in range(12)]
    for line in ("云溪县2021年工作总结", *texts):
        pages.add(line, title=line.startswith("云溪"))
    box = made_pdf.table([["要闻三则"], ["动态两则"]], 400, 600, [150])
    frame = "".join(one for i, one in enumerate(box.splitlines(keepends=True)) if i != 1)
    whole = made_pdf.Pages(setting)
    whole.drawn = [frame + pages.drawn[0], *pages.drawn[1:]]
    text = read_pdf(whole.bytes(), Limits()).text.replace("\f", "\n")
    found = [line for line in text.split("\n") if line]
    framed = ["要闻三则", "动态两则"]
    assert [line for line in found if line not in framed] == ["云溪县2021年工作总结", *texts]
    assert [line for line in found if line in framed] == framed


@pytest.mark.parametrize("label", ["1.", "（一）", "一、", "2.1", "①"])
def test_the_number_of_an_item_and_its_words_are_one_line(label):
    text = "完善县管乡用办法，落实乡村医生养老补助。"
    drawn = ""
    for i in range(8):
        drawn += made_pdf.shown(label, 72, 700 - 24 * i, 12)
        drawn += made_pdf.shown(text, 72 + 12 * made_pdf.width(label) + 18, 700 - 24 * i, 12)
    pages = made_pdf.Pages(made_pdf.Setting(number=""))
    pages.draw(drawn)
    glue = " " if label[-1].isalnum() else ""
    assert read_pdf(pages.bytes(), Limits()).text.count(f"{label}{glue}{text}") == 8


# Columns that are short, or stand beside something else


@pytest.fixture
def columns():
    """Return pages in two columns, and the settings for text of one's own in them."""
    return Pages(Setting(columns=2, size=10.5, leading=16, margins=(72, 80, 72, 560), number=""))


RIGHT = 72 + 237.5


def test_one_line_beside_a_long_column_is_no_part_of_its_lines(columns):
    for text in (LAST, LONG):
        columns.add(text)
    assert columns.column == 0
    columns.draw(shown(LAST[:18], RIGHT, 762 - 16, 10.5))
    found = _read(columns.bytes())
    assert _lines(found) == [LAST, LONG, LAST[:18]]


def test_short_paragraphs_beside_a_column_are_the_next_column(columns):
    columns.add(LONG)
    beside = [
        FIRST,
        "（一）推进医改，组建医共体2个，县域内就诊率达到88.2%。",
        "二、打算",
        LAST[:29],
    ]
    y = 762 - 16
    for text in beside:
        for i, line in enumerate(made_pdf.lines_of(text, 20, 2)):
            columns.draw(shown(line, RIGHT + 21 * (not i), y, 10.5))
            y -= 16
    assert _lines(_read(columns.bytes())) == [LONG, *beside]


@pytest.mark.parametrize("last", [3, 2])
def test_a_short_heading_over_both_columns_parts_what_stands_above_and_below(columns, last):
    high = 762 - 16
    right = LAST if last == 3 else LAST[:29] + "。"
    for side, text in ((72, LAST), (RIGHT, right)):
        for i, line in enumerate(made_pdf.lines_of(text, 20, 2)):
            columns.draw(shown(line, side + 21 * (not i), high - 16 * i, 10.5))
    columns.draw(shown("二、主要做法", 93, high - 16 * 3, 10.5))
    for side, text in ((72, LONG), (RIGHT, OPENING + OPENING)):
        for i, line in enumerate(made_pdf.lines_of(text, 20, 2)):
            columns.draw(shown(line, side + 21 * (not i), high - 16 * (4 + i), 10.5))
    found = _lines(_read(columns.bytes()))
    assert found.index("二、主要做法") == 2
    assert found[3:] == [LONG, OPENING + OPENING]


def test_a_menu_beside_the_text_is_no_part_of_its_lines():
    drawn = "".join(
        shown(name, 30, 690 - 19 * i, 10)
        for i, name in enumerate(["机构职能", "政策文件", "统计信息", "人事信息", "财政预算"])
    )
    pages = Pages(Setting(margins=(140, 80, 72, 80), size=12, leading=20, number=""))
    for text in (OPENING, LONG, LAST):
        pages.add(text)
    pages.draw(drawn)
    found = _lines(_read(pages.bytes()))
    assert [line for line in found if len(line) > 8] == [OPENING, LONG, LAST]
    assert "政策文件" in found


# What stands on the page and is no text


def test_a_bar_over_the_text_of_each_page_is_furniture():
    pages = Pages(Setting(size=14, leading=24, number=""))
    report = [OPENING, LONG, LAST] * 9
    for text in report:
        pages.add(text)
    bar = shown("云溪县人民政府 首页 政务公开", 60, 762 - 24 + 3, 12)
    pages.drawn = [bar + page for page in pages.drawn]
    assert len(pages.drawn) > 2
    found = _read(pages.bytes())
    assert _lines(found) == report
    assert len(_hinted(found, "furniture")) == len(pages.drawn)


def test_numbers_of_lines_are_furniture():
    pages = Pages(Setting(size=14, leading=24, number=""))
    for _ in range(4):
        pages.add(LONG)
    for i in range(1, 5):
        pages.draw(shown(str(5 * i), 46, 762 - 24 * 5 * i, 10))
    found = _read(pages.bytes())
    assert _lines(found) == [LONG] * 4
    assert _hinted(found, "furniture") == ["5", "10", "15", "20"]


def test_struck_through_text_is_no_text_and_underlined_text_is():
    line = shown("群众满意度达到九十一百以上，重点工作全面完成。", 72, 700, 16)
    at = 72 + 16 * 7
    line += made_pdf.rule(at, 705.5, at + 4 * 16, 705.5)
    line += made_pdf.rule(72 + 16 * 14, 698, 72 + 16 * 18, 698)
    found = _read(pdfs.document([[]], contents={0: line.encode()}, objects=_widths()))
    assert found.text == "群众满意度达到 以上，重点工作全面完成。\n"
    assert found.left_out == (("page 1", "struck-through text", 4),)


def test_a_chart_gives_its_caption_only_and_a_list_of_years_is_none():
    pages = Pages(Setting(number=""))
    pages.add(OPENING)
    foot = pages.y - 200
    for i in range(5):
        pages.draw(shown(str(80 + 2 * i), 100, foot + 40 * i, 10))
        pages.draw(shown(f"{2017 + i}年", 140 + 70 * i, foot - 14, 10))
    pages.draw(shown("县域内就诊率", 480, foot + 70, 10))
    pages.y = foot - 20
    pages.add("图1：县域内就诊率（%）")
    pages.add(LAST)
    found = _read(pages.bytes())
    assert _lines(found) == [OPENING, "图1：县域内就诊率（%）", LAST]
    assert [row for row in found.left_out if row.kind == "chart"] == [("page 1", "chart", 41)]
    years = Pages(Setting(number=""))
    years.add(OPENING)
    for i in range(5):
        years.draw(shown(str(2021 - i), 100, years.y - 40 - 24 * i, 12))
        years.draw(shown(f"{90 - 3 * i}.5%", 200, years.y - 40 - 24 * i, 12))
    assert len(_hinted(_read(years.bytes()), "table")) == 10


def test_an_item_within_a_paragraph_begins_none_where_paragraphs_are_indented():
    item = "。（9）持续改善服务条件。" + LONG
    wide = (595 - 144) / 16
    texts = [OPENING[:-1] + "好" * n + item for n in range(40)]
    text = next(t for t in texts if any(x[:3] == "（9）" for x in made_pdf.lines_of(t, wide, 2)))
    found = _read(paged([TITLE, LONG, text, LAST], Setting()))
    assert _lines(found) == [TITLE, LONG, text, LAST]


def test_a_sentence_that_ends_at_the_margin_ends_no_paragraph():
    text = "一年来，全县卫生健康工作在县委县政府的坚强领导下取得了新的明显成效。" + LONG
    assert made_pdf.lines_of(text, 454 / 13, 0)[0].endswith("。")
    report = [text, LONG, LAST, OPENING]
    setting = Setting(indent=0, size=13, leading=20, margins=(72, 80, 69, 80))
    assert _lines(_read(paged(report, setting, titles=0))) == report


def test_two_rows_of_figures_are_a_table():
    pages = Pages(Setting(number=""))
    pages.add(OPENING)
    for i, row in enumerate(ROWS[:2]):
        for j, cell in enumerate(row):
            pages.draw(shown(cell, 90 + 140 * j, pages.y - 40 - 24 * i, 14))
    pages.y -= 90
    pages.add(LAST)
    found = _read(pages.bytes())
    assert _lines(found) == [OPENING, LAST]
    assert _hinted(found, "table") == [cell for row in ROWS[:2] for cell in row]


def test_two_characters_in_one_sign_are_two_and_one_drawn_twice_is_one():
    def glyph(char, x, wide):
        return Glyph(char, x, 0.0, x + wide, 10.0, 10.0)

    dashes = [glyph("—", 0, 20), glyph("—", 0, 20), glyph("全", 20, 10), glyph("全", 20.2, 10)]
    assert [piece.text for piece in pieces(dashes)] == ["——全"]
    narrow = [glyph("h", 0, 5), glyph("t", 5, 2.5), glyph("t", 7.5, 2.5), glyph("p", 10, 5)]
    assert [piece.text for piece in pieces(narrow)] == ["http"]


# Bullets, and figures at the end of a line


def _drawn(*lines):
    """Return what comes of lines of characters, each as (text, left end, height of the line)."""
    glyphs = [
        Glyph(char, x + 12 * i, 842 - y, x + 12 * i + 12, 854 - y, 12.0)
        for text, x, y in lines
        for i, char in enumerate(text)
    ]
    flow = read_flow([DrawnPage(595, 842, glyphs, [])])
    return [block.text for block in flow.blocks], flow.beside


@pytest.mark.parametrize("sign", ["•", "●", "■", "◆", "▪", "·", "➢", "–", "\uf06c", "\uf0b7"])
@pytest.mark.parametrize("apart", [3, 21])
def test_a_bullet_that_stands_apart_is_no_text_and_is_counted(sign, apart):
    items = ["开展名医工作室建设。", "推行先诊疗后付费。", "选派12名院长进修半年。"]
    signs = [(sign, 96, 700 - 24 * i) for i in range(3)]
    words = [(item, 108 + apart, 700 - 24 * i) for i, item in enumerate(items)]
    drawn = [one for pair in zip(signs, words, strict=True) for one in pair]
    texts, beside = _drawn(("其他做法还有：", 96, 724), *drawn)
    assert texts == ["其他做法还有：", *items]
    assert beside == [(0, "signs of bullets", 3)]


@pytest.mark.parametrize(
    "text",
    ["•开展名医工作室建设。", "–3.5%的企业减产。", "– 3.5%的企业减产。", "□ 是 □ 否", "•", "○○县"],
)
def test_a_sign_that_was_typed_or_says_something_stays(text):
    assert _drawn(("各单位情况如下：", 96, 724), (text, 96, 700)) == (
        ["各单位情况如下：", text],
        [],
    )


def test_an_item_that_hangs_below_its_bullet_is_one_paragraph():
    lines = made_pdf.lines_of(LONG, 33, 0)
    hung = [(line, 117, 724 - 20 * i) for i, line in enumerate(lines)]
    texts, _ = _drawn(("●", 96, 724), *hung, (LAST[:34], 96, 724 - 20 * len(lines)))
    assert texts[0] == LONG


def test_a_row_of_figures_that_is_not_broken_stays_with_its_indicator():
    setting = Setting(indent=0, size=12, leading=20, space=10, justified=False, number="")
    pages = Pages(setting)
    for _ in range(3):
        pages.add(LONG)
    lines = [
        "全年粮食总产创历史新高，苹果、食用菌产量分别增长",
        "3.4%、6.8%、13.7%、25.1%、101.9%，企业增加1家。",
    ]
    for line in lines:
        pages.y -= setting.leading
        pages.draw(shown(line, 72, pages.y, 12))
    assert _lines(_read(pages.bytes()))[-1] == "".join(lines)


@pytest.mark.parametrize("sign", ["（{}）", "circled"])
def test_an_item_behind_two_within_the_paragraph_begins_none(sign):
    one, two, three = "①②③" if sign == "circled" else [sign.format(n) for n in (1, 2, 3)]
    start = f"今年办好民生实事。{one}完善分级诊疗制度。{two}"
    wide = (595 - 144) / 12
    texts = [f"{start}{'好' * n}。{three}{LONG}" for n in range(60)]
    text = next(
        t
        for t in texts
        if any(
            x.startswith(three) and made_pdf.width(before) > wide - 1
            for before, x in pairwise(made_pdf.lines_of(t, wide, 0))
        )
    )
    setting = Setting(indent=0, size=12, leading=20, number="")
    report = [LONG, text, FIRST]
    assert _lines(_read(paged(report, setting, titles=0))) == report


# Notes at the end of the document


def _signed(text, sign, y, size=12):
    """Return the drawing of a text with a raised sign behind it."""
    across = 72 + size * made_pdf.width(text)
    return shown(text, 72, y, size) + shown(sign, across, y + 0.4 * size, 0.6 * size)


@pytest.mark.parametrize("label", ["[{}]", "{}.", "{} "])
def test_notes_at_the_end_are_told_by_the_raised_signs_of_all_pages(label):
    signs = ["[1]", "[2]"] if label == "[{}]" else ["1", "2"]
    pages = Pages(Setting(size=12, leading=20, number=""))
    for sign, rate in zip(signs, ("88.2%", "76.5%"), strict=True):
        pages._next()
        for text in (OPENING, LONG, LAST):
            pages.add(text)
        pages.draw(_signed(f"县域内就诊率达到{rate}", sign, pages.y - 40))
    for i, note in enumerate(("按医保结算口径计算。", "数据来源为年报。")):
        pages.draw(shown(label.format(i + 1) + note, 72, pages.y - 80 - 20 * i, 12))
    found = _read(pages.bytes())
    assert [line for line in _lines(found) if "就诊率达到" in line and len(line) < 20] == [
        "县域内就诊率达到88.2%",
        "县域内就诊率达到76.5%",
    ]
    assert _hinted(found, "footnote") == ["按医保结算口径计算。", "数据来源为年报。"]


def test_a_list_at_the_end_is_no_note_of_raised_signs():
    pages = Pages(Setting(size=12, leading=20, number=""))
    pages.add(OPENING)
    pages.draw(_signed("新建业务用房5000m", "2", pages.y - 40))
    items = ["1.加强队伍建设。", "2.补齐设施短板。"]
    for i, item in enumerate(items):
        pages.draw(shown(item, 72, pages.y - 80 - 20 * i, 12))
    found = _read(pages.bytes())
    assert _lines(found) == [OPENING, "新建业务用房5000m2", *items]
    single = Pages(Setting(size=12, leading=20, number=""))
    single.draw(_signed("全县面积为5000km", "1", 700))
    single.draw(shown("1.加强队伍建设。", 72, 640, 12))
    assert _lines(_read(single.bytes())) == ["全县面积为5000km1", "1.加强队伍建设。"]


def test_text_between_the_footnotes_of_two_pages_is_text():
    pages = Pages(Setting(size=12, leading=20, number=""))
    for sign, rate in (("1", "88.2%"), ("2", "76.5%")):
        pages._next()
        pages.add(OPENING)
        pages.draw(_signed(f"县域内就诊率达到{rate}", sign, pages.y - 40))
        pages.draw(made_pdf.rule(72, 120, 200, 120))
        pages.draw(shown(f"{sign} 第{sign}项按年报口径。", 72, 104, 9))
    found = _read(pages.bytes())
    assert _lines(found) == [
        *(OPENING, "县域内就诊率达到88.2%"),
        *(OPENING, "县域内就诊率达到76.5%"),
    ]
    assert _hinted(found, "footnote") == ["第1项按年报口径。", "第2项按年报口径。"]
