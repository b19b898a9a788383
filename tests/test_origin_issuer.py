"""Kind of report, issuers, levels and document numbers."""

import pytest

from policytext.data import read_table
from policytext.origin.claims import ReportView
from policytext.origin.gazetteer import load_gazetteer
from policytext.origin.issuer import (
    body_level,
    count_voices,
    read_carried,
    read_doc_type,
    read_document_number,
    read_genre,
    read_issuers,
    read_level,
)
from policytext.origin.scanner import load_scanner
from policytext.records import GENRES


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("国家卫生健康委员会", "national"),
        ("财政部", "national"),
        ("陕西省财政厅", "province"),
        ("湘潭市人民政府办公室", "city"),
        ("子长市卫生健康局", "county"),
        ("深圳市宝安区卫生健康局", "county"),
        ("凉山彝族自治州人民政府", "city"),
        ("xx市卫生健康委", "city"),
        ("某县人民医院", "institution"),
        ("县卫计委", "county"),
        ("委员会", "unknown"),
    ],
)
def test_levels_of_bodies(name, level):
    assert body_level(name, load_gazetteer()) == level


def test_joint_issue_in_a_signature():
    text = "正文。" * 30 + "\n陕西省卫生健康委员会 陕西省财政厅\n2022年5月9日"
    names, claims = read_issuers(ReportView("", text))
    assert names == ("陕西省卫生健康委员会", "陕西省财政厅")
    assert [text[c.start : c.end] for c in claims] == list(names)


@pytest.mark.parametrize("line", ["打造“四个共同体”总医院", "党建引领医院", "提升基层卫生院"])
def test_headings_are_no_issuers(line):
    assert read_issuers(ReportView(line, f"{line}\n正文。"))[0] == ()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("国办发〔2015〕70号\n正文", "国办发〔2015〕70号"),
        ("绩政办(2019)96号\n正文", "绩政办(2019)96号"),
        ("按照国办发〔2015〕70号文件要求推进", ""),
    ],
)
def test_own_and_cited_numbers(text, number):
    assert read_document_number(ReportView("", text))[0] == number


def test_voices():
    text = "我市召开会议,全市推进,xx县代表发言"
    voices = count_voices(text, load_scanner().hits(text))
    assert voices == {"city": 4.0, "county": 0.4}
    assert read_level((), voices, load_gazetteer()) == ("city", "voice")
    assert read_level((), {}, load_gazetteer()) == ("unknown", "")


@pytest.mark.parametrize(
    ("title", "text", "genre"),
    [
        ("某县2021年工作总结", "", "工作总结"),
        ("某县2021年工作总结及2022年工作计划", "二、2022年工作计划", "总结和计划"),
        ("某县2021年工作总结和计划", "", "工作总结"),
        ("2022年工作要点", "", "工作计划"),
        ("政府工作报告", "我代表市人民政府向大会报告工作", "工作报告"),
        ("2020年部门整体支出绩效自评报告", "", "绩效自评"),
        ("医改工作情况汇报", "", "情况汇报"),
        ("关于印发某方案的通知", "现印发给你们", "公文"),
        ("服务下乡", "本报讯 记者从某市获悉", "新闻"),
        ("支付方式改革影响因素研究", "摘要 关键词", "研究论文"),
        ("", "", "unknown"),
    ],
)
def test_genres(title, text, genre):
    assert read_genre(ReportView(title, text))[0] == genre


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("关于印发行动方案的通知", "通知"),
        ("关于推进医改的实施意见", "意见"),
        ("绩效自评报告", "自评报告"),
        ("政府工作报告", "工作报告"),
        ("卫生条例", "条例"),
        ("健康进万家", ""),
    ],
)
def test_doc_types(title, kind):
    assert read_doc_type(ReportView(title, ""))[0] == kind


def test_carried_document():
    (claim,) = read_carried(ReportView("关于转发《某管理办法》的通知", ""))
    assert claim.value == "某管理办法"
    assert read_carried(ReportView("工作总结", "")) == []


def test_lists_name_only_known_genres():
    assert set(read_table("kinds/genres.csv")["genre"]) <= set(GENRES)
