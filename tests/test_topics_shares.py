"""Shares by group and year, words by group, correlation: within one level and genre."""

import inspect
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics.pairwise import cosine_similarity

from corpora import make_corpus
from policytext import (
    NmfTopics,
    read_corpus,
    topic_correlation,
    topic_shares,
    topic_words_by_group,
    topics_over_time,
)
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference import match_items
from policytext.topics.shares import words_of_topic
from topic_corpora import planted_topics


@pytest.fixture(scope="module")
def data():
    return planted_topics(effect=0.3, seed=7)


@pytest.fixture(scope="module")
def model(data):
    return NmfTopics(n_topics=4).fit(data.counts).rename({0: "养老"})


@pytest.fixture(scope="module")
def order(data, model):
    return match_items(cosine_similarity(data.topic_word, model.topic_word_))


def test_shares_add_up_and_intervals_hold_the_planted_share(data, model, order):
    found = topic_shares(model, data.corpus, "province").table
    assert found.groupby("group")["share"].sum().round(9).eq(1).all()
    for group in ("甲区", "乙区"):
        rows = (data.corpus.groups("province") == group).to_numpy()
        row = found[(found["group"] == group) & (found["topic"] == order[0])].iloc[0]
        # weights of TF-IDF are not word shares: a few points of difference are the engine's
        assert row["low"] - 0.05 < data.shares[rows, 0].mean() < row["high"] + 0.05
        assert row["n_reports"] == 6 and row["n_paragraphs"] == 120


def test_few_reports_get_no_interval_and_a_caution(data, model):
    found = topic_shares(model, data.corpus, "year")
    assert found.table["low"].isna().all() and (found.table["n_reports"] == 1).all()
    assert any("fewer than five units" in c.en for c in found.cautions)
    assert found.plot().images
    two = topic_shares(model, data.corpus, ["province", "part_of_report"]).table
    assert two["group"].iloc[0] == "乙区 | review"
    behind = found.explain(0)
    assert 0 < len(behind) <= 20 and (behind["weight"] > 0).all()


def test_topics_over_time(data, model):
    found = topics_over_time(model, data.corpus)
    assert found.table["group"].unique().tolist() == list(range(2010, 2022))
    assert len(found.plot().lines) == 4
    assert set(found.explain(0)["doc_id"]) == {"r00"}
    same = data.corpus.documents.assign(year=2020)
    with pytest.raises(NotEnoughDataError, match="at least two known years, got 1"):
        topics_over_time(model, replace(data.corpus, documents=same))


def test_empty_paragraphs_do_not_count(data):
    half = data.counts.select(np.arange(240) % 2 == 0)
    found = topic_shares(NmfTopics(n_topics=4).fit(half), data.corpus, "province").table
    assert found["n_paragraphs"].unique().tolist() == [60]


def test_correlation(data, model):
    found = topic_correlation(model)
    assert len(found) == 6 and found.table["correlation"].mean() < 0
    assert found.plot().images
    assert (topic_correlation(model, data.corpus).table["n"] == 12).all()
    with pytest.raises(NotEnoughDataError, match="need two topics and three rows"):
        topic_correlation(NmfTopics(n_topics=1).fit(data.counts))


def test_words_of_the_topics_add_up_to_the_counts(data, model):
    parts = [words_of_topic(model, k) for k in range(4)]
    total = sum(part.toarray() for part in parts)
    counts = data.counts.matrix.toarray()
    known = model.doc_topic_ @ model.word_probabilities() > 0
    np.testing.assert_allclose(total, np.where(known, counts, 0), atol=1e-9)
    assert total.sum() > 0.999 * counts.sum()
    with pytest.raises(ParameterError, match="topic must be a number from 0 to 3"):
        words_of_topic(model, 4)


def test_words_by_group_find_how_a_region_words_a_topic():
    data = planted_topics(seed=8)
    counts = data.counts.matrix.toarray()
    east = (data.corpus.groups("province") == "甲区").to_numpy()
    counts[east, 3] += counts[east, 0]
    counts[east, 0] = 0
    model = NmfTopics(n_topics=4).fit(pd.DataFrame(counts, columns=list(data.counts.features)))
    topic = match_items(cosine_similarity(data.topic_word, model.topic_word_))[0]
    found = topic_words_by_group(model, data.corpus, int(topic), n_words=3)
    first = found.table[found.table["rank"] == 1].set_index("group")["word"]
    assert first.to_dict() == {"甲区": "词03", "乙区": "词00"}
    assert len(found.explain(0)) > 0
    # six issuers a side: ratios have intervals, but for a word of one side only; a census has none
    top = found.table[found.table["rank"] == 1]
    assert (top["p_value"] < 0.05).all() and (top["n_units"] == 6).all()
    assert top["low"].isna().sum() == 1 and top["low"].max() > 0
    drawn = replace(data.corpus, info={**data.corpus.info, "design": "census"})
    census = topic_words_by_group(model, drawn, int(topic), n_words=3).table
    assert census[["low", "high", "p_value", "q_value"]].isna().all(axis=None)
    assert census["log_ratio"].tolist() == found.table["log_ratio"].tolist()
    with pytest.raises(NotEnoughDataError, match="needs two groups"):
        topic_words_by_group(model, data.corpus, int(topic), by="genre")
    with pytest.raises(NotEnoughDataError, match="0 such words"):
        topic_words_by_group(model, data.corpus, int(topic), min_count=1e9)
    with pytest.raises(NotEnoughDataError, match="two words with 5"):
        topic_words_by_group(NmfTopics(n_topics=1).fit(data.counts.matrix[:, :1]), data.corpus, 0)


# Are levels and genres kept apart, as in every comparison?

RULE = ("parts", "kinds", "level", "genre", "exclude_rows", "mix", "min_certainty")


@pytest.fixture(scope="module")
def sample():
    return read_corpus(Path(__file__).parents[1] / "corpus" / "sample" / "raw", progress=False)


@pytest.fixture(scope="module")
def sample_model(sample):
    features = ["医", "老", "村"]
    rows = [[text.count(f) for f in features] for text in sample.paragraphs["text"]]
    return NmfTopics(n_topics=2, feature_names=features).fit(rows)


def compared(result, corpus):
    """Level and genre of the reports behind a result."""
    behind = result.evidence["doc_id"].unique()
    kept = corpus.documents[corpus.documents["doc_id"].isin(behind)]
    return set(zip(kept["level"], kept["genre"], strict=True))


@pytest.mark.parametrize("function", [topic_shares, topics_over_time, topic_words_by_group])
def test_the_keywords_of_the_rule_are_there_to_be_seen(function):
    given = inspect.signature(function).parameters
    assert set(RULE) <= set(given)
    assert given["mix"].default is False and given["kinds"].default == ("body", "list")


def test_shares_by_province_compare_one_level_and_genre_and_say_so(sample, sample_model):
    apart = topic_shares(sample_model, sample, by="province")
    assert list(apart.table.columns[:3]) == ["group", "level", "genre"] and apart.plot()
    assert apart.coverage["left_out"].sum() == 0 and "mix=True" in apart.cautions[0].en
    one = topic_shares(sample_model, sample, by="province", level="county", genre="总结和计划")
    assert compared(one, sample) == {("county", "总结和计划")}
    assert one.table["group"].nunique() == 3 and (one.table["n_reports"] == 1).all()
    assert any(
        "Only the 3 reports of county" in c.en and "are left out" in c.en for c in one.cautions
    )
    mixed = topic_shares(sample_model, sample, by="province", mix=True)
    assert len(compared(mixed, sample)) > 3 and mixed.table["group"].nunique() == 10
    assert not any("left out" in c.en for c in mixed.cautions)
    assert mixed.parameters["mix"] is True


def test_years_and_words_by_group_follow_the_same_rule(sample, sample_model):
    kind = {"level": "county", "genre": "总结和计划"}
    assert {"level", "genre"} < set(topics_over_time(sample_model, sample).table.columns)
    assert topics_over_time(sample_model, sample).plot()
    years = topics_over_time(sample_model, sample, **kind)
    assert years.table["group"].unique().tolist() == [2017, 2023]
    assert compared(years, sample) == {("county", "总结和计划")}
    words = topic_words_by_group(
        NmfTopics(n_topics=1).fit(sample_model.counts_), sample, 0, min_count=1, **kind
    )
    assert any("left out" in c.en for c in words.cautions)
    assert compared(words, sample) == {("county", "总结和计划")}
    by_genre = topic_shares(sample_model, sample, by=["level", "genre"])
    assert len(compared(by_genre, sample)) > 3
    assert not any("mix=True" in c.en for c in by_genre.cautions)


def test_what_is_not_counted_is_in_no_share(data, model):
    every = topic_shares(model, data.corpus, "province").table
    rows = np.arange(10)
    fewer = topic_shares(model, data.corpus, "province", exclude_rows=rows).table
    assert every["n_paragraphs"].iloc[-1] - fewer["n_paragraphs"].iloc[-1] == 10
    with pytest.raises(NotEnoughDataError, match="no paragraph is left to count"):
        topic_shares(model, data.corpus, "province", parts=["plan"])
    with pytest.raises(ParameterError, match="confidence"):
        topic_shares(model, data.corpus, "province", confidence=95)


def test_evidence_is_the_paragraphs_that_were_counted(data, model):
    found = topic_shares(model, data.corpus, "province", exclude_rows=[0])
    first = data.corpus.paragraphs.iloc[0]
    evidence = found.evidence
    assert not ((evidence["doc_id"] == first["doc_id"]) & (evidence["para_no"] == 0)).any()
    for row_id, part in evidence.groupby("row_id"):
        row = found.table.iloc[row_id]
        assert len(part) <= row["n_paragraphs"] and part["weight"].is_monotonic_decreasing
        share = model.doc_topic_[:, row["topic"]]
        assert part["weight"].max() <= share.max()


def test_two_grouping_columns_stand_in_columns_of_their_own():
    corpus = make_corpus(
        [
            {
                "texts": ["推进医共体建设。"],
                "province": province,
                "year": year,
                "province_certainty": "certain",
                "year_certainty": "certain",
            }
            for province in ("浙江省", "广东省")
            for year in (2020, 2021)
        ]
    )
    model = NmfTopics(n_topics=1).fit([[1, 2], [2, 1], [1, 1], [3, 1]])
    table = topic_shares(model, corpus, ["province", "year"]).table
    assert table.columns[:3].tolist() == ["group", "province", "year"]
    assert table["province"].tolist() == ["广东省", "广东省", "浙江省", "浙江省"]
    assert table["year"].tolist() == ["2020", "2021", "2020", "2021"]
