"""Genre, type of document, carried document."""

import pytest

from policytext.data import read_table
from policytext.origin.describing import ReportView
from policytext.origin.issuer import read_carried, read_doc_type, read_genre, usable_title
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


def test_a_page_title_is_no_title():
    report = ReportView("某局2022年计划3", "", compilation_title="关于某局2022年计划【三篇】")
    assert usable_title(report) == ""


def test_lists_name_only_known_genres():
    assert set(read_table("kinds/genres.csv")["genre"]) <= set(GENRES)
