"""Titles without numbers are told from sub-headings by voice, form and what follows."""

import pytest

from policytext.anatomy.lines import read_lines
from policytext.anatomy.titles import Compilation, echo, find_titles, likeness_of, read_voice

CITY = "近年来，我市推进医疗改革，全市群众普遍受益，服务能力明显提高，各项任务全面完成。"
COUNTY = "今年以来，我县加大投入力度，全县卫生机构面貌一新，基层群众就医更加方便。"
MORE = "市级医院牵头组建联合体，帮助基层解决困难，资源下沉取得实效，群众满意。"


def titles(*rows, topic=""):
    text = "\n".join(rows)
    page = Compilation(text, read_lines(text), topic)
    return [page.row(i) for i in find_titles(page)]


def test_parallel_headings_belong_to_one_report():
    rows = [
        "推进医疗改革造福群众",
        CITY,
        "写好改革发展答卷",
        MORE,
        "写好优质服务答卷",
        MORE,
        "写好健康促进满意答卷",
        MORE,
    ]
    assert titles(*rows) == rows[:1]


def test_a_change_of_voice_opens_a_report():
    rows = [
        "推进医疗改革造福群众",
        CITY,
        "写好改革发展答卷",
        MORE,
        "写好优质服务答卷",
        MORE,
        "持续增加卫生健康事业投入",
        COUNTY,
        "全县下达补助资金，我县建成了项目，机构条件改善。",
    ]
    assert titles(*rows) == [rows[0], rows[6]]


def test_a_title_without_a_body_is_not_given_the_next_one():
    elder = "　　老有所养是民生大计，近年来，我市发展养老服务，完善养老体系，打造多层次服务格局。"
    rows = [
        "推进医疗改革造福群众",
        "　　" + CITY,
        "廉洁从业守初心",
        "打造多层次养老服务体系",
        elder,
    ]
    assert titles(*rows) == [rows[0], rows[2], rows[3]]


def test_titles_that_name_a_place_each_are_no_rows_of_headings():
    rows = ["深山里的致富路——秀山县产业振兴经验", "大院里的新家园——石柱县人居环境振兴经验"]
    body = "{p}完成投资，新建项目，培训干部。{p}强化督查，整改问题，取得实效，群众满意。"
    first, second = (body.format(p=p) for p in ("秀山县", "石柱县"))
    assert titles(rows[0], first, rows[1], second) == rows


def test_a_title_in_two_lines_is_one():
    rows = ["推进医疗改革造福群众", "全市群众普遍受益", CITY]
    assert titles(*rows) == rows[:1]


@pytest.mark.parametrize(
    ("one", "two", "alike"),
    [
        ("写好深化医改答卷", "写好品质医疗奋进答卷", 3),
        ("着力优化资源配置", "持续完善服务体系", 2),
        ("提升社区服务能力", "破解农村养老的难题", 1),
        ("学习为先", "打造养老服务体系", 0),
    ],
)
def test_likeness(one, two, alike):
    assert likeness_of(one, two) == likeness_of(two, one) == alike


def test_echo_is_a_share():
    assert echo("养老服务", "完善养老服务") == 1.0
    assert echo("养老服务", "医共体") == 0.0 == echo("", "养老")


def test_voices():
    assert read_voice("我省推进医改，全省受益") == "province"
    assert read_voice("我市推进医改，我省支持") == ""
