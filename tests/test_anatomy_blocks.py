"""Broken paragraphs are joined, flattened ones cut, whole ones left alone."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.anatomy.blocks import cut_flattened, read_blocks
from policytext.anatomy.lines import read_lines
from policytext.anatomy.paragraphs import paragraphs
from policytext.cleaning import MappedText

SENTENCES = (
    "全县医疗卫生机构积极推进综合改革，服务能力明显提高，群众满意度持续上升。",
    "各乡镇卫生院落实签约服务，重点人群签约率达到九成以上，慢病管理更加规范。",
    "县级医院牵头组建医共体，人员、设备、药品统一调配，基层就诊人次稳步增长。",
    "财政投入逐年增加，新建业务用房投入使用，信息系统实现互联互通。",
)
BODY = "全县各级医疗机构落实改革任务，完成了年度目标，群众就医更加方便。"


def rows(text):
    joined, blocks = read_blocks(MappedText.of(text))
    return [joined.text[b.start : b.end] for b in blocks]


def paragraph(rng):
    return "".join(rng.choices(SENTENCES, k=3))


def test_a_line_break_in_mid_sentence_is_closed_where_the_words_run_on():
    """A break between two words that could also end and begin a sentence may stay."""
    found = lost = 0
    for seed in range(60):
        rng = random.Random(seed)
        whole = [
            "一、主要工作",
            *[paragraph(rng) for _ in range(4)],
            "二、下一步打算",
            paragraph(rng),
        ]
        at = rng.randint(45, len(whole[2]) - 45)
        broken = list(whole)
        broken[2] = whole[2][:at] + rng.choice(("\n", "\n\n", "\n\n  ")) + whole[2][at:]
        if whole[2][at - 1] in "。" or whole[2][at] in " ":
            continue
        found += rows("\n".join(broken)) == whole
        lost += rows("\n".join(broken)) != whole
        assert rows("\n".join(whole)) == whole
    assert found >= 0.8 * (found + lost)


def test_lines_parted_as_paragraphs_are_stay_apart():
    heading = (
        "（一）全力打造健康名城、幸福名城、宜居名城，带动产业转型升级、深度融合、绿色发展和共享发展"
    )
    lines = [heading, SENTENCES[0], heading.replace("一", "二"), SENTENCES[1]] * 2
    indented = [f"　　{line}" for line in lines]
    assert rows("\n\n".join(indented)) == rows("\n".join(indented)) == lines
    assert rows("\n\n".join(lines)) == lines


def test_a_report_in_one_line_is_cut_at_wide_gaps():
    rng = random.Random(2)
    whole = [
        "各位代表：",
        "一、工作回顾",
        paragraph(rng),
        paragraph(rng),
        "二、工作安排",
        paragraph(rng),
    ]
    assert rows("　　".join(whole)) == whole


def test_a_percent_sign_that_lost_its_full_stop_ends_a_paragraph():
    whole = [SENTENCES[0] + "全县健康促进区创建比例达到30%", "持续完善服务体系", SENTENCES[1]]
    assert rows("\n\n".join(whole)) == whole


LONG = "全县各级医疗机构落实改革任务，完成了年度目标，群众就医更加方便，服务能力不断提升，"


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (LONG + "促进城乡融合发展", "以提升服务能力为突破，新建卫生院三所。"),
        (LONG + "经济总体比较活跃", "县医院在改革中发挥了带头作用，" + BODY),
        (LONG + "全年门诊总量达到2023", "2024年继续增长，" + BODY),
        (LONG + "县长　王某　副县长　李某", "[查看全文](a.html)"),
        (LONG + "胜利召开", "<strong>本网消息</strong>：" + BODY),
        (LONG + "美好蓝图变为现实！", "》》点击进入专题《《"),
    ],
)
def test_a_line_whose_stop_was_lost_is_no_broken_line(above, below):
    assert rows(f"一、主要工作\n{above}\n{below}")[1] == above


def test_where_a_text_breaks_in_mid_word_other_breaks_are_closed_too():
    cut = [LONG + "推进医疗卫", "生事业发展。", LONG + "完善基础制", "度建设。"]
    cut += [LONG + "其中一条是", "建立起好的队伍，" + BODY]
    assert [row[-6:] for row in rows("\n".join(cut))][:2] == ["生事业发展。", "础制度建设。"]
    assert len(rows("\n".join(cut))) == 3
    assert len(rows("\n".join([BODY * 2, *cut[4:]]))) == 3


def test_a_link_that_became_a_line_of_its_own_is_put_back():
    text = "国务院印发《\n深化医改重点工作任务\n》，明确了目标。\n" + SENTENCES[0]
    assert rows(text)[0] == "国务院印发《深化医改重点工作任务》，明确了目标。"


def test_a_heading_glued_to_a_paragraph_is_cut_off_if_others_are_like_it():
    text = "\n".join(
        [
            "提升社区服务能力",
            SENTENCES[0] * 2,
            "智慧助老服务升级",
            SENTENCES[1] * 2 + "开创服务新的格局",
            SENTENCES[2] * 2,
            "破解农村养老难题",
            SENTENCES[3] * 2,
        ]
    )
    assert "开创服务新的格局" in rows(text)
    assert "开创服务新的格局" not in rows(
        "\n".join([SENTENCES[1] * 2 + "开创服务新的格局", SENTENCES[2] * 2])
    )


@pytest.mark.parametrize(
    ("above", "below", "joined"),
    [
        ("School of Public Health, Green Valley University, 410000, China", "In 2012 ", False),
        (
            "The county pilot began in spring / ZHAO Qiang, LI Hua, SUN Mei, et al",
            "Abstract: ",
            False,
        ),
        (
            "Village clinics, nurses and the teams of family doctors share the reform of",
            "payment ",
            True,
        ),
        (
            "We asked patients, nurses and doctors how they judge the work of teams in",
            "county ",
            True,
        ),
        (
            "What the bureau of a county in the hills, by its own count, did in 2022",
            "A hill in ",
            False,
        ),
    ],
)
def test_latin_lines_run_on_where_no_capital_begins_the_next(above, below, joined):
    text = f"{above}\n{below}the programme covered all counties and towns of the province."
    assert (len(rows(text)) == 1) == joined


@given(st.text(alphabet="甲乙。，\n 　一、（）1.", max_size=80))
def test_blocks_are_in_order_and_hold_all_signs(text):
    joined, blocks = read_blocks(MappedText.of(text))
    assert all(a.end <= b.start for a, b in pairwise(blocks))
    inside = "".join(joined.text[b.start : b.end] for b in blocks)
    assert "".join(inside.split()) == "".join(text.split())


def cut(text):
    return [line.words for line in cut_flattened(read_lines(text))]


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


@pytest.mark.parametrize("blank", [" ", "　", "  "])
def test_an_outer_heading_that_runs_into_its_paragraph_opens_its_part(blank):
    done, ahead = "全县建成医共体2个，完成了改造。", "今年要新建村卫生室12所，确保群众满意。"
    rows = [f"一、2023年工作回顾{blank}{done}", *[done] * 3]
    rows += [f"二、2024年主要任务{blank}{ahead}", *[ahead] * 3]
    found = paragraphs(MappedText.of("\n".join(rows)))
    assert [p.part_of_report for p in found] == ["review"] * 5 + ["plan"] * 5
    assert [p.text for p in found if p.kind == "heading"] == [
        "一、2023年工作回顾",
        "二、2024年主要任务",
    ]


@pytest.mark.parametrize(
    "row", ["二、完善 机制，确保任务落实。", "二、2024年主要任务。今年要新建卫生室。"]
)
def test_a_numbered_sentence_with_a_blank_is_left_whole(row):
    assert [one.words for one in read_blocks(MappedText.of(row))[1]] == [row]


def test_columns_side_by_side_close_no_bracket():
    """The unit in one cell is closed where the next row of the table goes on."""
    text = "绿地面积（万平\n方公里） 数据来源于年鉴\n应符合《城镇公共设施\n规划标准》的要求。"
    assert rows(text) == ["绿地面积（万平", "方公里） 数据来源于年鉴",
                          "应符合《城镇公共设施规划标准》的要求。"]  # fmt: skip


def test_a_bare_number_goes_on_in_no_sentence():
    first = "全县加快建设多中心、多层次、多节点的公共卫生服务体系，积极推进"
    assert rows(f"{first}，\n12\n组团发展。")[1] == "12"


@pytest.mark.parametrize(
    ("after", "certainty"), [("全面实现年度目标。", "certain"), ("6组团式发展。", "likely")]
)
def test_a_figure_that_a_join_brings_into_a_sentence_is_not_certain(after, certainty):
    before = "全县各级医疗机构落实年度改革任务，" * 3
    joined, _ = read_blocks(MappedText.of(f"{before}\n{after}"))
    assert [change.certainty for change in joined.changes()] == [certainty]


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("完成改造，比上年提高2.\n3个百分点。", True),
        ("完成改造，达标率达到95\n.2%。", True),
        ("完成改造，建成水厂3.\n5个乡镇受益。", False),
        ("完成改造，投资合计3.\n5亿元为专项资金。\n群众满意.", False),
        ("附件3.\n5亿元项目清单", False),
    ],
)
def test_a_decimal_that_a_line_end_cuts_is_put_together(text, joined):
    assert (len(rows(text)) == 1) is joined


@pytest.mark.parametrize(
    ("rows", "paragraphs"),
    [
        (["全县农村低保对象", "8234", "人，累计发放低保金。"], 1),
        (["2023", "年，全县推进医改，完成任务。"], 1),
        (["提升服务能力，配备生化分析仪11台，家庭", "", "医生", "", "签约居民15万人。"], 1),
        (["门诊人次", "156203", "住院人次", "12876"], 4),
        (["完成改革任务，群众满意度持续提升", "医疗保障", "全县参保4万人。"], 3),
    ],
)
def test_a_piece_of_a_sentence_on_a_line_of_its_own(rows, paragraphs):
    _, lines = read_blocks(MappedText.of("\n".join(rows)))
    assert len(lines) == paragraphs


def test_lines_of_two_columns_side_by_side_are_not_joined():
    one = "诊疗量占比达到66.7%，群众在家门口看病更加      管，适龄儿童疫苗接种率保持在98%以上，法"
    two = "方便。" + " " * 40 + "定传染病报告及时率达到100%。"
    assert rows(f"{one}\n{two}") == [one, two]
    assert rows(f"{one.split()[1] * 2}\n{two.split()[1]}") == [one.split()[1] * 2 + two.split()[1]]
