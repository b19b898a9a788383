"""Headings, items, formal lines and body text are told apart."""

from pathlib import Path

import pytest

import policytext.anatomy
from policytext.anatomy.kinds import read_kinds
from policytext.anatomy.lines import WORDS, Line
from policytext.data import read_table

BODY = "全县各级医疗机构落实改革任务，完成了年度目标，群众就医更加方便。"


def read(rows, titles=()):
    return read_kinds([Line(words) for words in rows], titles)


def kinds(*rows, titles=()):
    return [row.kind for row in read(rows, titles)]


def flags(*rows):
    return [row.flags for row in read(rows)]


def test_a_sentence_alone_with_a_number_is_a_heading_only_if_text_follows():
    assert kinds("（三）进一步强化公共卫生服务。", BODY) == ["heading", "body"]
    assert kinds("4、加强保健工作。", "5、加强培训力度。", "某县卫生局", "2020年7月27日") == [
        "list",
        "list",
        "signature",
        "signature",
    ]


def test_run_in_headings_stay_in_their_paragraph_and_are_flagged():
    assert flags("（八）全生命周期保障能力进一步完善。" + BODY) == [("runin_heading",)]
    assert flags("（一）坚持问题导向，巩固提升成果。" + BODY) == [("runin_heading",)]
    assert flags("优质资源持续扩容。" + BODY) == [("runin_heading",)]
    assert flags(BODY) == [()]


def test_definitions_are_items_not_headings():
    rows = [
        "6.“两重”：指两项重大工作。",
        "8.“两新”：指两项更新工作。",
        "9.零碳园区：指排放与吸收平衡的园区。",
    ]
    assert set(kinds(*rows)) <= {"list", "body"}


@pytest.mark.parametrize(
    ("row", "flag"),
    [
        ("各位代表：", "salutation"),
        ("各位领导、同志们:", "salutation"),
        ("省长　王某某", "speaker"),
        ("某县人民政府县长 王某", "speaker"),
        ("——2025年1月18日在某省第十四届人民代表大会第三次会议上", "speaker"),
        ("2025年1月20日在某省第十四届人民代表大会第三次会议上省长王某作政府工作报告。", "speaker"),
        ("2020年7月27日", "date_line"),
        ("二0一0年8月3日", "date_line"),
        ("（年10月21日）", "date_line"),
        ("来源：某某日报", "source_line"),
    ],
)
def test_formal_lines(row, flag):
    (kind, *_) = read([row, BODY])
    assert (kind.kind, kind.flags) == ("signature", (flag,))


def test_an_issuer_is_one_at_the_end_only():
    assert flags("总结", BODY, "某县卫生健康局", "2020年7月27日")[2:] == [
        ("issuer",),
        ("date_line",),
    ]
    assert kinds("某县卫生健康局", BODY, BODY)[0] == "heading"


def test_several_points_in_one_paragraph_are_body():
    assert kinds("一是加强领导；二是完善制度；三是严格考核，确保任务落实到位。", BODY) == [
        "body",
        "body",
    ]
    assert kinds("一是加强领导。", "二是完善制度。")[0] == "list"


def test_a_line_that_announces_a_list_is_no_heading():
    assert not Line("主要做了以下工作：").looks_like_heading
    assert not Line("全市创建比例达80%").looks_like_heading
    assert Line("持续完善服务体系").looks_like_heading
    assert kinds("工作总结", "持续完善服务体系") == ["heading", "body"]


@pytest.mark.parametrize(
    ("words", "kind"),
    [("发展云溪茶业", "list"), ("3.发展云溪茶业", "list"), ("三、发展云溪茶业", "heading")],
)
def test_what_the_format_calls_an_item_heads_nothing(words, kind):
    above = Line({"3": "2.修缮渡口", "三": "二、修缮渡口"}.get(words[0], "修缮渡口"))
    lines = [above, Line(words, flags=("list_item",)), Line(BODY)]
    assert read_kinds(lines)[1].kind == kind


def test_the_last_item_of_a_list_is_no_heading_though_text_follows():
    rows = ("（3）铁路今天铺轨。", "（4）订单环比下降。", BODY)
    assert kinds(*rows) == ["list", "list", "body"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["1.建成医共体2家，就诊率达到90.2%", "责任单位", BODY], "body"),
        (["新增医养结合床位150张", "年底前完成", BODY], "body"),
        (["1.组建医共体2家，实行统一管理，落实医保总额", "付费政策。", BODY], "body"),
        (["3月2日 召开医养结合工作座谈会", "4月5日 免费体检工作启动", BODY], "body"),
        (["□ 推进分级诊疗", "□ 加强培训", BODY], "list"),
        (["12个项目签约 总投资超600亿元", BODY], "heading"),
        (["2020年4月10日 某市人大常委会第二次会议通过", BODY], "heading"),
        (["三、办好民生实事10件", BODY], "heading"),
        (["（一）实施“1+3+N”工程", BODY], "heading"),
        (["2022年主要工作", BODY], "heading"),
    ],
)
def test_a_line_that_says_how_much_or_when_is_no_heading(rows, expected):
    assert kinds(*rows)[0] == expected


def test_the_last_of_three_items_heads_no_text():
    rows = ["1.组建医共体", "2.加强培训", "3.守住底线，全年未发生事故", "以上任务按期完成"]
    assert kinds(*rows, BODY)[:3] == ["list"] * 3
    assert kinds("1.组建医共体", BODY, "2.加强培训", BODY)[::2] == ["heading"] * 2


def test_markdown_headings_are_headings_with_or_without_a_number():
    (plain, numbered, _) = read(["## 详细新闻", "# 1.2 研究对象", BODY])
    assert plain.kind == numbered.kind == "heading"
    assert numbered.enumerator.label == "1.2" and "markdown_heading" in plain.flags


def test_a_speaker_without_a_space_is_one_at_the_beginning_only():
    assert (
        kinds("政府工作报告", "国务院总理某某某", BODY, titles=[True, False, False])[1]
        == "signature"
    )
    assert kinds(*[BODY] * 6, "县长热线办理", BODY)[6] == "heading"


def test_a_known_title_is_a_heading_whatever_it_looks_like():
    assert kinds("一、某县总结。", BODY, titles=[True, False]) == ["heading", "body"]


def test_every_group_of_words_is_used_and_no_word_stands_twice():
    table = read_table(WORDS)
    code = "".join(p.read_text("utf-8") for p in Path(policytext.anatomy.__path__[0]).glob("*.py"))
    groups = {group for cell in table["groups"] for group in cell.split("|")}
    quoted = code.replace("'", '"')
    assert [group for group in sorted(groups) if f'any_of(WORDS, "{group}")' not in quoted] == []
    assert not table["words"].duplicated().any()
