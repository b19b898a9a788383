"""Actors, instruments, quotations and places of known clauses."""

import pandas as pd
import pytest

from policytext.statements.fields import find_quotations, load_lists, make_finder
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


def test_words_that_end_an_institution_are_the_researcher_s(tmp_path):
    clause = Setting("四川某某站帮扶")
    assert LISTS.read(clause)["scope"].value == ""
    (tmp_path / "institutions.csv").write_text("words,note\n大学,\n", encoding="utf-8")
    assert load_lists(tmp_path).read(clause)["scope"].value == "place"


def test_a_short_name_belongs_to_every_place_it_names():
    # 毕节 was an area and is a city: a report of either names itself.
    assert read("加快建设毕节试验区")["scope"] == "place"
    for own in ("毕节市", "毕节地区"):
        assert read("加快建设毕节试验区", own_places=own)["scope"] == ""


def test_listed_words_stand_at_their_characters_even_behind_spaces():
    finder = LISTS.phrases["place"]
    text = "张 小明 赴海南省支医"
    assert [text[p.start : p.end] for p in finder.find(text)] == ["海南省"]


def test_of_listed_words_that_overlap_the_longest_counts():
    table = pd.DataFrame(
        {"actor": ["a", "b", "c"], "words": ["医院|县医院", "医院院长", "县医院|院长"]}
    )
    found = [tuple(p) for p in make_finder(table, "actor").find("由县医院院长牵头，医院")]
    assert found == [("b", 2, 6), ("a", 9, 11)]
    assert make_finder(table, "actor").find("县医院")[0].entry == "a|c"


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
