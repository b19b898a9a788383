"""Review and plan are told by headings, and otherwise only where the tense is plain."""

import pytest

from policytext.anatomy.kinds import read_kinds
from policytext.anatomy.lines import Line
from policytext.anatomy.parts import count_tense, read_heading, read_parts, read_tense
from policytext.data import read_table
from policytext.records import PARTS

DONE = "全年建成了5家中心，完成了改造任务，获评先进单位，同比增长3.2%，累计服务了9万人次。"
AHEAD = "今后要加快建设，力争全部达标，确保群众满意；将继续加大投入，必须压实责任，争取新的成绩。"
NEUTRAL = "全县医疗卫生机构分布合理，人员结构适当。"


def read(rows):
    return read_parts(read_kinds([Line(words) for words in rows], [True]))


def parts(*rows):
    return [p.part for p in read(rows)]


@pytest.mark.parametrize(
    ("heading", "part"),
    [
        ("2024年工作回顾", "review"),
        ("过去五年的工作", "review"),
        ("2020年工作总结", "review"),
        ("重点工作完成情况", "review"),
        ("2025年工作安排", "plan"),
        ("下一步打算", "plan"),
        ("明年工作思路", "plan"),
        ("2025年主要任务", "plan"),
        ("今年工作总体要求和主要目标", "goals"),
        ("2025年工作总体要求和重点任务", "plan"),
        ("存在的问题和不足", "problems"),
        ("面临的困难与挑战", "problems"),
        ("名词解释", "glossary"),
        ("附件2 名词解释", "glossary"),
        ("《政府工作报告》有关内容名词注释", "glossary"),
        ("附件", "annex"),
        ("附件1：分工表", "annex"),
        ("短板弱项", "problems"),
        ("工作中的薄弱环节", "problems"),
        ("聚焦短板弱项精准发力", ""),
        ("补齐薄弱环节", ""),
        ("着力优化资源配置", ""),
        ("附属医院建设", ""),
        ("2020年工作总结和2021年工作计划", ""),
        ("存在的问题及下一步打算", ""),
        ("在中医药强市上实现新突破", ""),
    ],
)
def test_headings(heading, part):
    assert read_heading(heading).part == part


def test_inner_headings_do_not_turn_a_plan_into_a_review():
    rows = [
        "报告",
        "一、2025年工作安排",
        AHEAD,
        "（一）深化改革，努力取得新突破",
        NEUTRAL,
        "（二）巩固生态建设成果",
        NEUTRAL,
    ]
    assert parts(*rows)[1:] == ["plan"] * 6


def test_inner_headings_of_problems_and_plans_count():
    rows = [
        "报告",
        "一、2024年工作回顾",
        DONE,
        "（一）主要成绩",
        DONE,
        "（二）存在的问题",
        NEUTRAL,
        "二、打算",
        AHEAD,
    ]
    assert parts(*rows)[5:7] == ["problems", "problems"]


def test_goals_without_a_later_plan_are_the_plan():
    rows = ["报告", "一、2024年工作回顾", DONE, "二、2025年目标任务", AHEAD]
    assert parts(*rows)[3:] == ["plan", "plan"]
    rows += ["三、2025年重点工作", AHEAD]
    assert parts(*rows)[3:] == ["goals", "goals", "plan", "plan"]


def test_a_later_year_than_the_reviewed_one_is_the_plan():
    assert parts("报告", "一、2024年工作回顾", DONE, "二、关于2025年工作", NEUTRAL)[3:] == [
        "plan",
        "plan",
    ]


def test_weak_words_bow_to_the_tense():
    assert parts("报告", "一、工作成效", AHEAD)[1] != "review"
    assert parts("报告", "一、工作成效", DONE)[1] == "review"


def test_a_review_whose_end_may_be_lost_is_doubted():
    rows = [
        "报告",
        "一、去年工作回顾",
        "（一）卫生事业",
        DONE,
        "（二）加强基层",
        AHEAD,
        "三、说明",
        NEUTRAL,
    ]
    found = read(rows)
    assert [p.part for p in found[2:6]] == ["review", "review", "other", "other"]
    assert found[4].flag == "part_in_doubt"


def test_a_long_beginning_is_no_lead():
    rows = ["报告", *[NEUTRAL] * 9, "一、社区服务", NEUTRAL]
    assert parts(*rows)[1:10] == ["other"] * 9
    assert parts(*rows[:1], *rows[7:])[1:4] == ["lead"] * 3


def test_an_annex_stays_an_annex_whatever_its_headings_say():
    rows = [
        "报告",
        "一、工作回顾",
        DONE,
        "二、工作安排",
        AHEAD,
        "附件1",
        "2025年重点任务",
        "一、工作安排",
        AHEAD,
        "名词解释",
        "1.医共体：指县乡一体的组织。",
    ]
    assert parts(*rows)[5:] == ["annex"] * 4 + ["glossary"] * 2


def test_formulas_open_problems_and_goals_within_a_section():
    rows = [
        "报告",
        "一、工作回顾",
        DONE,
        "同时，我们也清醒看到，发展还面临不少困难和挑战。",
        "二、工作安排",
        "今年发展主要预期目标是：总量增长5%左右。",
        AHEAD,
    ]
    assert parts(*rows)[3:7] == ["problems", "plan", "goals", "plan"]
    assert parts("报告", "一、工作安排", "我们深刻认识到，建设自贸港是光荣使命。")[2] == "plan"


def test_a_lead_that_says_what_follows_is_believed():
    rows = ["总结", "现将全年工作情况总结如下：", "一、社区服务", NEUTRAL, "二、护理工作", NEUTRAL]
    assert parts(*rows)[2:] == ["review"] * 4


def test_what_nothing_names_stays_other():
    assert parts("报告", "一、社区服务", NEUTRAL, "二、护理工作", NEUTRAL)[1:] == ["other"] * 4
    assert parts("报告", NEUTRAL, NEUTRAL)[1:] == ["other", "other"]


def test_the_list_of_part_cues_is_sound():
    table = read_table("anatomy/part-cues.csv")
    assert set(table["part"]) <= set(PARTS)
    assert set(table["where"]) == {"heading", "paragraph", "lead", "title", "opening", "runin"}
    assert not table.duplicated(["part", "where", "pattern"]).any()


@pytest.mark.parametrize(
    "announced",
    [
        ["2023年工作计划：门诊量达到9万。"],
        ["2023年工作思路：门诊量达到9万。"],
        ["5.2023年工作计划：门诊量达到9万。"],
        ["下一步工作打算：", "门诊量达到9万。"],
        ["下一步工作打算。", "门诊量达到9万。"],
        ["2023年，我院将抓好以下工作：", "一是门诊量达到9万。", "二是新建药房2间。"],
        ["2023年重点抓好以下工作：", "1.门诊量达到9万。", "2.新建药房2间。"],
        ["明年，我院将从以下几个方面开展工作：", "一是门诊量达到9万。"],
        ["接下来，重点抓三项工作：", "门诊量达到9万。"],
    ],
)
def test_a_line_that_announces_what_is_next_opens_the_plan(announced):
    told = ["甲县医院2022年工作总结", "2022年，门诊量达到8万。", "住院量达到1万。"]
    found = parts(*told, *announced)
    assert "plan" not in found[:3]
    assert found[3:] == ["plan"] * len(announced)
    told.insert(1, "一、2022年工作开展情况")
    assert parts(*told, *announced)[4:] == ["plan"] * len(announced)


@pytest.mark.parametrize(
    "told",
    [
        ["2022年工作计划：门诊量达到9万。"],
        ["工作部署：全院已召开会议，门诊量达到9万。"],
        ["一年来，主要做了以下工作：", "一是门诊量达到9万。"],
        ["我院将医改列为重点，抓好以下工作：", "一是门诊量达到9万。"],
        ["重点任务完成情况：门诊量达到9万。"],
    ],
)
def test_what_was_carried_out_is_no_announcement(told):
    start = ["甲县医院2022年工作总结", "一、2022年工作开展情况", "2022年，门诊量达到8万。"]
    assert parts(*start, *told)[3:] == ["review"] * len(told)


def test_an_announced_plan_ends_where_the_text_looks_back():
    start = ["甲县医院2022年工作总结", "一、2022年工作开展情况", "（一）门诊", "2022年开诊。"]
    plan = ["下一步打算：", "1.增设诊室。", "2.培训护士。"]
    assert parts(*start, *plan, "（二）住院", "床位80张。")[4:] == ["plan"] * 3 + ["review"] * 2
    for back in ("2022年，床位80张。", "一年来，我们重视护理工作。"):
        assert parts(*start, *plan, back)[-1] == "review"


def test_plain_tenses():
    done = "建成了5家中心，完成了改造，获评先进，同比增长3.2%，累计服务了9万人。"
    ahead = "今后要加快建设，力争达标，确保满意；将继续加大投入，必须压实责任。"
    assert read_tense([done]) == "review"
    assert read_tense([ahead]) == "plan"
    assert read_tense([done, ahead]) == ""
    assert read_tense([]) == ""


def test_place_lets_weaker_signs_do():
    weak = "今后要加快建设，力争达标。"
    assert read_tense([weak]) == ""
    assert read_tense([weak], expected="plan") == "plan"
    assert read_tense([weak], expected="review") == ""


def test_nouns_are_no_tense():
    assert count_tense(["重要纪要，主要需要，将军了解，要求要素，将领"]) == (0, 0)


def test_the_list_of_tense_cues_is_sound():
    table = read_table("anatomy/tense-cues.csv")
    assert set(table["tense"]) == {"past", "future"}
    assert not table.duplicated(["tense", "pattern"]).any()


def test_text_comes_back_behind_an_annex_where_its_numbers_go_on():
    rows = ["一、工作回顾", NEUTRAL, "附表：乡镇床位数", "甲镇 20", "二、下一步打算", NEUTRAL]
    assert parts("总结", *rows)[3:] == ["annex", "annex", "plan", "plan"]


def test_an_annex_with_numbers_of_its_own_ends_with_the_report():
    rows = [
        "一、目标任务",
        NEUTRAL,
        "附件：任务分工",
        "一、牵头单位",
        NEUTRAL,
        "二、配合单位",
        NEUTRAL,
    ]
    assert parts("方案", *rows)[3:] == ["annex"] * 5


def test_a_paragraph_may_begin_with_the_heading_of_its_part():
    rows = ["一、工作回顾：去年完成了改造。", NEUTRAL, "二、下一步打算。继续推进。", NEUTRAL]
    assert parts("报告", *rows)[1:] == ["review", "review", "plan", "plan"]


def test_a_later_year_behind_a_review_without_one_is_a_plan():
    rows = ["一、过去一年工作回顾", NEUTRAL, "二、2026年主要工作", NEUTRAL]
    assert parts("报告", *rows)[1:] == ["review", "review", "plan", "plan"]
