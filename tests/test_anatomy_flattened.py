"""Headings that were run together with their paragraphs are found again."""

from policytext.anatomy.blocks import cut_flattened
from policytext.anatomy.lines import read_lines

BODY = "全县各级医疗机构落实改革任务，完成了年度目标，群众就医更加方便。"


def cut(text):
    lines = read_lines(text)
    cuts = cut_flattened(text, lines)
    return [text[a:b] for line in lines for a, b in cuts.get(line.start, [(line.start, line.end)])]


def test_headings_and_items_come_back_in_order():
    parts = [
        "某县医改工作总结",
        "各位领导:",
        BODY + "现汇报如下:",
        "一、组织领导",
        BODY * 3,
        "二、主要做法",
        "1、加快制度建设",
        BODY * 2,
        "2、全面推进中医药工作。" + BODY,
        "某县卫生局",
        "2010年8月3日",
    ]
    assert cut(" ".join(parts)) == parts


def test_a_space_before_a_figure_is_no_border_in_text_that_is_whole():
    text = BODY * 6 + "目标人群 4000 人，新增 1、2 类设备，完成率 108 %。" + BODY
    assert cut(text) == [text]


def test_a_heading_that_stops_in_mid_sentence_is_no_heading():
    text = " ".join(
        ["一、总体情况", BODY * 5, "二、补种疫苗工作,下发了 方案，" + BODY, "三、下一步打算", BODY]
    )
    assert "二、补种疫苗工作,下发了" not in cut(text)
    assert "三、下一步打算" in cut(text)
