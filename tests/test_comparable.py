"""Which reports are compared: one level and genre in every function by region, unless mixed."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from corpora import make_corpus
from policytext import (
    Counts,
    NmfTopics,
    count_words,
    crosstab,
    dispersion,
    keyness,
    plan_against_report,
    read_corpus,
    read_statements,
    region_distances,
    region_profile,
    term_counts,
    term_status,
    topic_shares,
    trends,
)
from policytext.comparable import names_of, select
from policytext.errors import ParameterError

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
        corpus, "province", term_counts(corpus, TERMS), **which
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


def region_of(corpus):
    chosen = select(corpus, "province")
    return sorted(set(chosen.labels.loc[chosen.counted, "province"]) - {"unknown"})[0]


@pytest.mark.parametrize("name", BY_REGION)
def test_every_function_by_region_keeps_to_one_level_and_genre_and_says_so(sample, words, name):
    chosen = select(sample, "province")
    kept = set(chosen.labels.loc[chosen.counted, "doc_id"])
    assert 1 < len(kept) < len(sample) - 1
    result = BY_REGION[name](sample, words)
    said = " ".join(caution.en for caution in result.cautions)
    assert f"Only the {len(kept)} reports of" in said and "mix_levels=True mixes them" in said
    assert not result.evidence.empty and set(result.evidence["doc_id"]) <= kept
    assert result.parameters["mix_levels"] is False
    mixed = BY_REGION[name](sample, words, mix_levels=True)
    assert not [c for c in mixed.cautions if "are left out" in c.en]
    assert set(mixed.evidence["doc_id"]) - kept or name == "region_profile"
    assert mixed.parameters["mix_levels"] is True


def test_the_kind_with_most_reports_is_kept_and_the_rest_is_counted():
    corpus = make_corpus(
        [
            {"texts": ["甲。"], "province": "河南省", "level": "county"},
            {"texts": ["乙。"], "province": "安徽省", "level": "county"},
            {"texts": ["丙。"], "province": "安徽省", "level": "city"},
        ]
    )
    chosen = select(corpus, "province")
    assert chosen.counted.tolist() == [True, True, False] and chosen.by == ("province",)
    assert chosen.scope.zh.startswith("县级") and chosen.in_brackets.en.startswith(" (county")
    by_level = select(corpus, "level")
    assert by_level.counted.all() and not [c for c in by_level.cautions if "left out" in c.en]
    mixed = select(corpus, "province", mix_levels=True, exclude_rows=np.array([True, False, False]))
    assert mixed.counted.tolist() == [False, True, True]
    assert mixed.settings == {
        "parts": None,
        "kinds": ["body", "list"],
        "rows_excluded": True,
        "mix_levels": True,
        "min_certainty": "likely",
    }


def test_names_of_columns_are_chinese_where_there_is_one():
    assert names_of(["province", "gdp"]) == ("省份 × gdp", "province × gdp")
    with pytest.raises(ParameterError, match="two different ones"):
        select(make_corpus([{"texts": ["甲。"]}]), ["year", "year"])


def test_an_unknown_year_is_missing_and_no_year():
    corpus = make_corpus([{"texts": ["甲。"], "year": 2020}, {"texts": ["乙。"]}])
    labels = select(corpus, "year").labels
    assert labels["year"].tolist() == [2020, pd.NA]
