"""Genre, type of document and carried document."""

import pytest

from policytext.data import read_table
from policytext.origin.claims import ReportView
from policytext.origin.kind import plain_title, read_carried, read_doc_type, read_genre, tidy_title
from policytext.records import GENRES


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


@pytest.mark.parametrize(
    "ending",
    [
        *("的通知", "的若干意见", "的批复", "的复函", "的函", "的请示", "的答复", "的公告"),
        *("会议纪要", "管理办法（试行）", "若干规定", "保护条例", "实施细则", "的解释（二）"),
    ],
)
def test_a_document_is_told_by_what_its_title_ends_in(ending):
    text = "坚持以人民健康为中心，近年来采取多项举措，取得了进展。"
    assert read_genre(ReportView(f"某县关于推进医改{ending}", text))[0] == "公文"


@pytest.mark.parametrize(
    ("title", "genre"),
    [
        ("某县召开医改征求意见会", "新闻"),
        ("代表热议政府工作报告", "新闻"),
        ("某县教育局传达学习政府工作报告精神", "unknown"),
        ("一图读懂2023年政府工作报告", "unknown"),
        ("政府工作报告解读", "unknown"),
        ("某局落实主体责任工作报告", "工作报告"),
        ("2023年工作总结及2024年工作方案", "工作总结"),
        ("我的工作方法", "unknown"),
        ("关于做好年度工作总结的通知", "公文"),
        ("关于报送工作总结的报告", "工作总结"),
    ],
)
def test_titles_that_name_another_kind(title, genre):
    assert read_genre(ReportView(title, "正文从略。"))[0] == genre


def test_a_number_or_an_addressee_makes_no_document_of_a_report():
    text = "县人民政府：\n现将工作情况报告如下。"
    assert read_genre(ReportView("工作情况报告", text), number="某卫〔2021〕4号")[0] == "情况汇报"
    assert (
        read_genre(ReportView("", "各单位：\n请遵照执行。"), number="某卫〔2021〕4号")[0] == "公文"
    )


def test_one_weak_word_is_no_genre():
    assert read_genre(ReportView("医院简介", "近年来，医院不断发展。"))[0] == "unknown"


def test_numbered_articles_are_a_document():
    text = "第一条 为了健康。\n第二条 本县适用。\n第三条 各局负责。"
    assert read_genre(ReportView("", text))[0] == "公文"


def test_a_speech_is_told_by_its_speaker():
    said = "各位代表：\n现在，我代表县人民政府向大会报告工作。"
    about = "县长代表县人民政府向大会报告工作，代表们认真听取。"
    assert read_genre(ReportView("", said))[0] == "工作报告"
    assert read_genre(ReportView("", about))[0] != "工作报告"


def test_titles_without_their_blanks():
    assert plain_title("政 府 工 作 报 告") == "政府工作报告"
    assert tidy_title("政　府　工　作　报　告") == "政府工作报告"
    assert tidy_title("某局 某委 联合发文") == "某局 某委 联合发文"
