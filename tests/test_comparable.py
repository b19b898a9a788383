"""Which reports are compared: one level and genre in every function by region, unless mixed."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from corpora import make_corpus
from policytext import (
    Counts,
    NmfTopics,
    count_terms,
    count_words,
    crosstab,
    dispersion,
    keyness,
    plan_against_report,
    read_corpus,
    read_statements,
    region_distances,
    region_profile,
    term_status,
    topic_shares,
    trends,
)
from policytext.comparable import names_of, select
from policytext.errors import NotEnoughDataError, ParameterError

TERMS = ["医共体", "分级诊疗"]


@pytest.fixture(scope="module")
def sample():
    return read_corpus(Path(__file__).parents[1] / "corpus" / "sample" / "raw", progress=False)


@pytest.fixture(scope="module")
def words(sample):
    """Words of the sample, each fifty times, so that its short reports are long enough to halve."""
    counts = count_words(sample)
    return Counts((counts.matrix * 50).tocsr(), counts.features, counts.kind)


BY_REGION = {
    "trends": lambda corpus, words, **which: trends(corpus, TERMS, by="province", **which),
    "term_status": lambda corpus, words, **which: term_status(corpus, TERMS, **which),
    "dispersion": lambda corpus, words, **which: dispersion(corpus, TERMS, by="province", **which),
    "crosstab": lambda corpus, words, **which: crosstab(
        corpus, "province", count_terms(corpus, TERMS), **which
    ),
    "keyness": lambda corpus, words, **which: keyness(corpus, counts=words, **which),
    "region_distances": lambda corpus, words, **which: region_distances(
        corpus, counts=words, n_splits=2, n_permutations=9, **which
    ),
    "topic_shares": lambda corpus, words, **which: topic_shares(
        NmfTopics(n_topics=2).fit(words), corpus, by="province", **which
    ),
    "plan_against_report": lambda corpus, words, **which: plan_against_report(
        read_statements(corpus), **which
    ),
    "region_profile": lambda corpus, words, **which: region_profile(
        corpus, region_of(corpus), terms=TERMS, counts=words, **which
    ),
}


KIND = {"level": "county", "genre": "总结和计划"}
STOPS = ("keyness", "region_distances", "region_profile", "crosstab")


def region_of(corpus):
    chosen = select(corpus, "province", **KIND)
    return sorted(set(chosen.labels.loc[chosen.counted, "province"]) - {"unknown"})[0]


@pytest.mark.parametrize("name", BY_REGION)
def test_nothing_is_left_out_without_a_word_and_regions_of_several_kinds_stop(sample, words, name):
    if name in STOPS:
        with pytest.raises(ParameterError, match=r"level=.*genre=.*mix=True"):
            BY_REGION[name](sample, words)
        return
    result = BY_REGION[name](sample, words)
    assert "mix=True" in result.cautions[0].en and "genre=" in result.cautions[0].zh
    assert {"level", "genre"} < set(result.table.columns)
    assert result.coverage["left_out"].sum() < len(sample) / 2


@pytest.mark.parametrize("name", BY_REGION)
def test_every_function_by_region_counts_the_kind_that_is_chosen(sample, words, name):
    chosen = select(sample, "province", **KIND)
    kept = set(chosen.labels.loc[chosen.counted, "doc_id"])
    assert 1 < len(kept) < len(sample) - 1
    result = BY_REGION[name](sample, words, **KIND)
    said = " ".join(caution.en for caution in result.cautions)
    assert f"Only the {len(kept)} reports of" in said and "are left out" in said
    assert not result.evidence.empty and set(result.evidence["doc_id"]) <= kept
    assert result.parameters["mix"] is False and result.parameters["level"] == ["county"]
    assert result.coverage["counted"].sum() == len(kept)
    assert result.coverage["reports"].sum() == len(sample)
    mixed = BY_REGION[name](sample, words, mix=True)
    assert not [c for c in mixed.cautions if "are left out" in c.en]
    assert set(mixed.evidence["doc_id"]) - kept or name == "region_profile"
    assert mixed.parameters["mix"] is True


def several():
    return make_corpus(
        [
            {"texts": ["甲。"], "province": "河南省", "level": "county"},
            {"texts": ["乙。"], "province": "安徽省", "level": "county"},
            {"texts": ["丙。"], "province": "安徽省", "level": "city"},
        ]
    )


def test_several_kinds_are_told_apart_chosen_or_mixed():
    corpus = several()
    apart = select(corpus, "province", splits=True)
    assert apart.counted.all() and (apart.by, apart.apart) == (("province", "level"), ("level",))
    assert apart.asked == ("province",)
    assert 'level="county"' in apart.cautions[0].en and "县级·工作报告 2" in apart.cautions[0].zh
    with pytest.raises(
        ParameterError, match=r"county · 工作报告 2, city.*level=\"county\".*mix=True"
    ):
        select(corpus, "province")
    pooled = select(corpus, "year")
    assert pooled.by == ("year",) and "pooled" in pooled.cautions[0].en
    one = select(corpus, "province", level="county")
    assert one.counted.tolist() == [True, True, False] and one.by == ("province",)
    assert one.scope.zh.startswith("县级") and one.in_brackets.en.startswith(" (county")
    assert one.coverage["left_out"].tolist() == [0, 1]
    by_level = select(corpus, "level")
    assert by_level.counted.all() and not [c for c in by_level.cautions if "mix=" in c.en]
    mixed = select(corpus, "province", mix=True, exclude_rows=np.array([True, False, False]))
    assert mixed.counted.tolist() == [False, True, True]
    assert mixed.settings == {
        "parts": None,
        "kinds": ["body", "list"],
        "rows_excluded": True,
        "level": None,
        "genre": None,
        "mix": True,
        "min_certainty": "likely",
    }


@pytest.mark.parametrize(
    ("which", "words"),
    [
        ({"level": "contry"}, "'contry'; did you mean 'county'"),
        ({"genre": ["总结"]}, "did you mean '工作总结'"),
        ({"level": "national"}, "the corpus holds county"),
        ({"parts": "plans"}, "did you mean 'plan'"),
        ({"kinds": ["text"]}, "kinds must be one or more of"),
        ({"mix": "yes"}, "mix must be True or False"),
    ],
)
def test_a_choice_that_nothing_meets_says_what_there_is(which, words):
    with pytest.raises((ParameterError, NotEnoughDataError), match=words):
        select(several(), "province", **which)


def test_a_group_by_place_is_told_apart_only_among_reports_that_have_one():
    rows = [
        {
            "texts": ["甲。"],
            "county": "西湖区",
            "county_certainty": "likely",
            "level": "county",
            "province": "浙江省",
        }
    ] * 2
    corpus = make_corpus([*rows, {"texts": ["乙。"], "province": "浙江省", "level": "province"}])
    assert not select(corpus, "county").apart
    assert trends(corpus, ["医共体"], by="county").table["level"].tolist() == ["province", "county"]


def test_names_of_columns_are_chinese_where_there_is_one():
    assert names_of(["province", "gdp"]) == ("省份 × gdp", "province × gdp")
    with pytest.raises(ParameterError, match="two different ones"):
        select(make_corpus([{"texts": ["甲。"]}]), ["year", "year"])


def test_an_unknown_year_is_missing_and_no_year():
    corpus = make_corpus([{"texts": ["甲。"], "year": 2020}, {"texts": ["乙。"]}])
    labels = select(corpus, "year").labels
    assert labels["year"].tolist() == [2020, pd.NA]
