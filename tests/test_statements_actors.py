"""Actors, instruments, quotations and places of known clauses."""

import pytest

from policytext.statements.fields import find_quotations, load_lists
from policytext.statements.rules import Setting

LISTS = load_lists()


def read(clause, **around):
    return {k: d.value for k, d in LISTS.read(Setting(clause, **around)).items()}


@pytest.mark.parametrize(
    ("clause", "actor"),
    [
        ("市卫生健康委出台实施意见", "health_commission"),
        ("由县医院牵头", "hospital"),
        ("全县二级以上医疗机构共设立门诊3个", "hospital"),
        ("我县基层医疗机构开展筛查", "primary_care"),
        ("支持乡镇卫生院建设", ""),
        ("公立医院改革深入推进", ""),
        ("县域医共体基本建立", ""),
    ],
)
def test_who_acts(clause, actor):
    assert read(clause)["actor"] == actor


def test_instruments_are_named_once_and_indicators_are_none():
    assert read("安排补助资金，加强考核")["instrument"] == "money|evaluation"
    assert read("固定资产投资增长3%")["instrument"] == ""


def test_places_other_than_its_own():
    assert read("选派医生赴广西支医")["scope"] == "place"
    assert read("选派医生赴广西支医", own_places="广西壮族自治区")["scope"] == ""
    assert read("四川大学帮扶")["scope"] == ""


def test_titles_numbers_quoted_words_and_slogans():
    text = "落实《关于“某事”的意见》（某发〔2020〕1号），建设健康中国，办好“三件事”"
    kinds = [(q.kind, q.words) for q in find_quotations(text)]
    assert kinds == [
        ("document", "《关于“某事”的意见》"),
        ("number", "某发〔2020〕1号"),
        ("quoted", "“三件事”"),
    ]
    assert read("建设健康中国")["quotation"] == "健康中国"
    assert find_quotations("开展“重点行动") == []
