"""Shares by group and year, words by group, correlation: within one level and genre."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics.pairwise import cosine_similarity

from policytext import (
    NmfTopics,
    topic_correlation,
    topic_shares,
    topic_words_by_group,
    topics_over_time,
)
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.resampling import match_items
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
    assert any("fewer than five reports" in c.en for c in found.cautions)
    assert found.plot().images
    two = topic_shares(model, data.corpus, ["province", "part_of_report"]).table
    assert two["group"].iloc[0] == ("乙区", "review")
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
    with pytest.raises(NotEnoughDataError, match="needs two groups"):
        topic_words_by_group(model, data.corpus, int(topic), by="genre")
    with pytest.raises(NotEnoughDataError, match="0 such words"):
        topic_words_by_group(model, data.corpus, int(topic), min_count=1e9)
