"""The matcher: longest and all matches, exclusions, spans for merging, pickling."""

import pickle
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext import TermTable, find_terms, load_terms, read_texts, trends
from policytext.errors import ParameterError
from policytext.terms.concepts import literal_terms
from policytext.terms.hits import TermMatcher


@pytest.fixture(scope="module")
def matcher() -> TermMatcher:
    return TermMatcher(load_terms())


def terms_in(matcher: TermMatcher, text: str, **options) -> list[str]:
    return [hit.term for hit in matcher.hits(text, **options)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("组建紧密型县域医共体", ["紧密型县域医共体"]),
        ("推行首诊负责制度", ["首诊负责制度"]),
        ("推行基层首诊", ["基层首诊"]),
        ("倡导健康养老", ["养老"]),
        ("建设康养小镇", ["康养"]),
        ("某地林业总医院", []),
        ("某大学总医院", []),
        ("成立县域总医院", ["县域总医院"]),
        ("集中医学观察", []),
        ("责任共同体、管理共同体、利益共同体", []),
        ("构建人类卫生健康共同体", []),
        ("扩大健康消费", []),
        ("应急救援队伍", []),
        ("守住兜底线", []),
        ("统计生产总值", []),
        ("缴纳养老保险", []),
        ("国家采集药品落地", ["国家采集药品"]),
        ("“互联网+监管”平台", ["平台"]),
    ],
)
def test_counts_what_is_meant_and_not_what_only_looks_like_it(matcher, text, expected):
    assert terms_in(matcher, text) == expected


@pytest.mark.parametrize(
    ("text", "term", "starts"),
    [
        ("AIDS防治，AI辅助", "AI", [7]),
        ("ECT与PET-CT、CT检查", "CT", [8, 11]),
        ("15G内存，5G网络，2.5G，用5G。", "5G", [6, 17]),
        ("3.5G网络建设", "5G", [2]),
        ("ＰＭ₂．₅、PM2.5、PM2.55", "PM2.5", [0, 6]),
        ("试点（一期）与试点(一期)", "试点(一期)", [0, 7]),
        ("提高考核质量，高考上线率", "高考", [7]),
        ("做好人民工作，服务民工返乡，便民工程", "民工", [9]),
        ("疾病发生态势平稳，生态县", "生态", [9]),
        ("支持民营商户，营商环境", "营商", [7]),
        ("依法治国，法治政府", "法治", [5]),
        ("具体制度，体制机制", "体制", [5]),
        ("大学生活动丰富，中学生活泼", "学生", [1, 9]),
        ("农民工作业，农民工返乡", "农民工", [0, 6]),
        ("中藏医药", "藏医", [1]),
        ("蒙医药推广，藏医院2所", "蒙医", [0]),
        ("全国有影响力，国有企业", "国有", [7]),
        ("扩大健康消费，大健康产业", "大健康", [7]),
        ("建设项目的选址，目的明确", "目的", [8]),
        ("病人口头医嘱，人口老龄化", "人口", [7]),
        ("局域网络，非机动车辆", "网络", [2]),
        ("非公立医院与公立医院，并非公立医院", "公立医院", [6, 13]),
        ("未成年人与成年人", "成年人", [5]),
    ],
)
def test_a_hit_ends_where_words_end(text, term, starts):
    matcher = TermMatcher(literal_terms([term]))
    assert [hit.start for hit in matcher.hits(text)] == starts
    given = terms_in(matcher, text, exclusions=False)
    assert len(given) >= len(starts)


@pytest.mark.parametrize(
    ("text", "term", "n"),
    [
        ("依法治县，法治建设", "法治", 1),
        ("各地方便群众，地方特色", "地方", 1),
        ("加大学生资助，大学生", "大学生", 1),
        ("公厕所在路段，厕所12座", "厕所", 1),
        ("这样人才能留住，人才能力", "人才", 1),
        ("整体育人，上体育课", "体育", 1),
        ("畅通代办公路径，修公路", "公路", 1),
    ],
)
def test_a_listed_bridge_between_words_is_no_hit(text, term, n):
    assert len(find_terms([text], [term])) == n


def test_a_border_is_named_as_the_reason():
    hits = TermMatcher(literal_terms(["高考", "AI"])).hits("提高考核，AIDS", keep_excluded=True)
    assert [hit.reason for hit in hits] == ["exclusion: 提高/考核", "exclusion: AIDS"]


def test_all_matches_are_those_of_a_plain_search(matcher):
    assert terms_in(matcher, "倡导健康养老", match="all") == ["康养", "养老"]
    assert terms_in(matcher, "倡导健康养老", match="all", exclusions=True) == ["养老"]
    found = terms_in(matcher, "紧密型县域医共体", match="all")
    assert found == ["紧密型县域医共体", "紧密型", "县域医共体", "医共体"]


def test_reasons_name_the_longer_term_or_the_exclusion(matcher):
    hits = matcher.hits("县域医共体与健康养老", keep_excluded=True)
    reasons = {hit.term: hit.reason for hit in hits}
    assert reasons["医共体"] == "longer term: 县域医共体"
    assert reasons["康养"] == "exclusion: 健康养"
    assert reasons["养老"] == ""


def test_hits_that_only_overlap_both_count_and_the_merged_span_is_the_longer():
    matcher = TermMatcher(literal_terms(["甲乙", "乙丙丁"]))
    assert terms_in(matcher, "甲乙丙丁") == ["甲乙", "乙丙丁"]
    assert matcher.spans("甲乙丙丁") == [(1, 4)]


def test_an_exclusion_of_one_term_does_not_touch_another():
    table = pd.DataFrame(
        {"term": ["乙丙", "丙丁"], "concept": ["乙丙", "丙丁"], "exclusions": ["甲乙丙", ""]}
    )
    assert terms_in(TermMatcher(TermTable(table)), "甲乙丙丁") == ["丙丁"]


def test_a_copy_in_another_process_builds_its_own_automaton(matcher):
    matcher.hits("医共体")
    again = pickle.loads(pickle.dumps(matcher))  # noqa: S301
    assert "_automaton" not in again.__dict__
    assert again.hits("县域医共体") == matcher.hits("县域医共体")


def test_refuses_another_match(matcher):
    with pytest.raises(ParameterError, match="match must be 'longest' or 'all', got 'first'"):
        matcher.hits("医共体", match="first")


FEW = TermMatcher(load_terms().select(["医共体", "养老", "康养", "紧密型"]))
WORDS = st.sampled_from(
    ["医共体", "县域", "养老", "健康", "康养", "紧密型", "，", " ", "x", "‹NUM›"]
)


@given(st.lists(WORDS).map("".join))
def test_hits_are_where_they_say_and_spans_never_overlap(text):
    matcher = FEW
    every = matcher.hits(text, match="all")
    assert all(text[hit.start : hit.end] == hit.term for hit in every)
    assert sum(hit.term == "养老" for hit in every) == text.count("养老")
    assert set(matcher.hits(text)) <= set(every)
    spans = matcher.spans(text)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))


@given(st.text(max_size=60))
def test_no_text_makes_it_stumble(text):
    matcher = TermMatcher(literal_terms(["医", "养老", "𠀀"]))
    for hit in matcher.hits(text, match="all"):
        assert text[hit.start : hit.end] == hit.term


def test_a_traditional_word_that_is_nowhere_is_told_from_an_unknown_one():
    corpus = read_texts({"a.txt": "推进医共体建设。"})
    said = trends(corpus, ["醫共體", "无此词"], by=None).cautions
    assert [c.zh.count("繁体") for c in said if "一处也没有" in c.zh] == [1, 0]
