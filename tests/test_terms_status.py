"""A cell says count, other name, not named, not applicable or no report."""

import pandas as pd
import pytest

from corpora import make_corpus
from policytext import count_terms, load_terms, term_status, term_totals, trends
from policytext.errors import ParameterError
from policytext.terms.status import status_cell


@pytest.fixture(scope="module")
def corpus():
    return make_corpus(
        [
            {"texts": ["推进县域医共体建设。"], "province": "河南省", "year": 2022},
            {"texts": ["完善紧密型医联体。"], "province": "上海市", "year": 2022},
            {"texts": ["完善医联体。"], "province": "湖南省", "year": 2022},
            {"texts": ["开展健康脱贫工作。"], "province": "安徽省", "year": 2018},
            {"texts": ["发展农村合作医疗。"], "province": "湖北省", "year": 1990},
            {"texts": ["发展农村合作医疗。"], "province": "江西省"},
        ]
    )


def cell(result, concept, group):
    table = result.table
    (row,) = table[(table["concept"] == concept) & (table["group"] == group)].to_dict("records")
    return row


def test_each_kind_of_cell(corpus):
    result = term_status(corpus, ["医共体", "医联体", "健康扶贫"])
    assert cell(result, "医共体", "河南省")["status"] == "count"
    assert cell(result, "医共体", "河南省")["names"] == "县域医共体 1"
    shanghai = cell(result, "医共体", "上海市")
    assert (shanghai["status"], shanghai["n"], shanghai["n_other"]) == ("other name", 0, 1)
    assert shanghai["other_names"] == "紧密型医联体 1"
    assert cell(result, "医联体", "上海市")["status"] == "count"
    assert cell(result, "医共体", "湖南省")["status"] == "not named"
    anhui = cell(result, "健康扶贫", "安徽省")
    assert (anhui["status"], anhui["n"], anhui["names"]) == ("other name", 1, "健康脱贫 1")
    assert cell(result, "医共体", "湖北省")["status"] == "not applicable"
    assert cell(result, "医共体", "江西省")["status"] == "not named"
    missing = cell(result, "医共体", "广东省")
    assert missing["status"] == "no report"
    assert pd.isna(missing["n"])


def test_shows_the_mainland_and_leads_back(corpus):
    result = term_status(corpus, ["医共体"])
    groups = list(dict.fromkeys(result.table["group"]))
    assert len(groups) == 31 and groups[0] == "北京市" and "台湾省" not in groups
    table = result.table
    here = (table["concept"] == "医共体") & (table["group"] == "上海市")
    assert result.explain(int(table.index[here][0]))["words"].tolist() == ["紧密型医联体"]
    assert len(result.evidence) == 2
    assert result.plot().get_title(loc="left").startswith("各组对概念")


def test_other_groupings_and_chosen_groups(corpus):
    by_year = term_status(corpus, ["医共体"], by="year")
    assert list(dict.fromkeys(by_year.table["group"])) == ["1990", "2018", "2022", "unknown"]
    chosen = term_status(corpus, load_terms().select(["医共体"]), groups=["河南省", "西藏自治区"])
    status = chosen.table.query("concept == '医共体'")["status"]
    assert status.tolist() == ["count", "no report"]


def test_cautions_speak_of_single_reports_and_unknown_years(corpus):
    words = " ".join(c.en for c in term_status(corpus, ["医共体"]).cautions)
    assert "'Not named' means" in words
    assert "6 group(s) have one report only" in words
    assert "1 report(s) have no known year" in words


def test_before_its_document_a_term_is_not_applicable_and_unknown_years_are_said():
    corpus = make_corpus([{"texts": ["发展生产。"], "year": 1954, "year_certainty": "likely"}])
    result = term_status(corpus, ["两票制", "养老"], by="year")
    assert cell(result, "两票制", "1954")["status"] == "not applicable"
    assert cell(result, "养老", "1954")["status"] == "not named"
    assert any("养老" in c.zh and "首见年份不明" in c.zh for c in result.cautions)


def test_one_level_and_genre_unless_they_are_mixed():
    corpus = make_corpus(
        [
            {"texts": ["推进医共体建设。"], "province": "河南省", "level": "county"},
            {"texts": ["推进医共体建设。"], "province": "河南省", "level": "county"},
            {"texts": ["推进医共体建设。"], "province": "安徽省", "level": "city"},
        ]
    )
    result = term_status(corpus, ["医共体"])
    assert cell(result, "医共体", "安徽省")["level"] == "city"
    assert cell(result, "医共体", "西藏自治区")["status"] == "no report"
    assert 'level="county"' in result.cautions[0].en and result.plot()
    one = term_status(corpus, ["医共体"], level="county", groups=["安徽", "河南"])
    assert cell(one, "医共体", "安徽省")["status"] == "no report"
    assert "1 are left out" in " ".join(c.en for c in one.cautions)
    mixed = term_status(corpus, ["医共体"], mix=True)
    assert cell(mixed, "医共体", "安徽省")["status"] == "count"
    with pytest.raises(ParameterError, match="one grouping column"):
        term_status(corpus, ["医共体"], by=["province", "year"])


YEARS = pd.Series([2001, 2003], dtype="Int64")
PARTLY = pd.Series([2001, pd.NA], dtype="Int64")


@pytest.mark.parametrize(
    ("own", "other", "years", "since", "status"),
    [
        (["甲"], [], YEARS, pd.NA, "count"),
        (["甲", "乙称"], [], YEARS, pd.NA, "count"),
        (["乙称"], [], YEARS, pd.NA, "other name"),
        ([], ["丙"], YEARS, pd.NA, "other name"),
        (["甲"], ["丙"], YEARS, pd.NA, "count"),
        ([], [], YEARS, 2004, "not applicable"),
        ([], [], YEARS, 2003, "not named"),
        ([], [], PARTLY, 2004, "not named"),
        ([], [], YEARS, pd.NA, "not named"),
        (["甲"], [], YEARS, 2004, "count"),
        ([], [], None, 2004, "no report"),
    ],
)
def test_status_of_a_cell(own, other, years, since, status):
    assert status_cell(own, other, years, since, {"乙称"})["status"] == status


def test_forms_come_with_their_counts_most_frequent_first():
    cell = status_cell(["乙", "甲", "甲"], [], YEARS, pd.NA, set())
    assert (cell["n"], cell["names"], cell["n_reports"]) == (3, "甲 2|乙 1", 2)


ONE_QUESTION = [
    {"texts": ["推进医联体建设，落实长护险。"], "province": "上海市", "year": 2021},
    {"texts": ["推进县域医共体建设。"], "province": "浙江省", "year": 2021},
    {"texts": ["扩大长期护理保险试点。"], "province": "山东省", "year": 2021},
]


@pytest.mark.parametrize("asked", ["医共体", "县域医共体", " 医共体 "])
def test_another_name_is_no_silence_through_whichever_door(asked):
    corpus = make_corpus(ONE_QUESTION)
    table = load_terms().select([asked])
    wanted = {"上海市": "other name", "浙江省": "count", "山东省": "not named"}
    for terms in ([asked], table):
        found = term_status(corpus, terms, groups=list(wanted)).table
        found = found[found["concept"] == "医共体"]
        assert dict(zip(found["group"], found["status"], strict=True)) == wanted
        found = trends(corpus, terms, by="province").table
        found = found[found["term"] == "医共体"]
        assert dict(zip(found["province"], found["status"], strict=True)) == wanted


def test_a_short_form_counts_its_concept_and_the_result_says_so():
    corpus = make_corpus(ONE_QUESTION)
    short, whole = (term_totals(corpus, [name]) for name in ("长护险", "长期护理保险"))
    assert short.table.equals(whole.table)
    assert short.table["n_hits"].tolist() == [2]
    assert any("长护险" in said.en and "长期护理保险" in said.en for said in short.cautions)
    counts = count_terms(corpus, ["长护险"])
    assert counts.features == ("长期护理保险",)
    assert counts.matrix.sum() == 2


def test_a_word_that_stands_nowhere_is_said_with_the_nearest_term():
    corpus = make_corpus(ONE_QUESTION)
    for result in (
        term_totals(corpus, ["医养接合"]),
        trends(corpus, ["医养接合"], by="province"),
        term_status(corpus, ["医养接合"]),
    ):
        said = " ".join(caution.en for caution in result.cautions)
        assert "医养接合" in said
        assert "医养结合" in said
