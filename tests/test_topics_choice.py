"""The number of topics: all criteria, a recommendation with reasons, what could not be fitted."""

import numpy as np
import pandas as pd
import pytest

from policytext import GibbsTopics, NmfTopics, choose_topics
from policytext.errors import NotEnoughDataError, ParameterError
from topic_corpora import planted_topics


@pytest.fixture(scope="module")
def data():
    return planted_topics(n_topics=4, n_reports=16, seed=9)


def test_choose_topics_shows_all_criteria_and_recommends_with_reasons(data):
    found = choose_topics(data.counts, (2, 3, 4, 6, 8), reports=data.corpus, n_refits=3)
    assert found.parameters["recommended"] == 4
    assert found.table["recommended"].sum() == 1
    criteria = ["stability", "npmi", "c_v", "umass", "exclusivity", "diversity", "held_out"]
    assert found.table[criteria].notna().all().all()
    assert any("4 topics recommended: mean criterion" in c.en for c in found.cautions)
    assert found.plot().get_legend() is not None


def test_choose_topics_says_what_cannot_be_fitted_and_when_the_range_is_narrow():
    rows = [[5, 4, 0, 0, 0, 0], [0, 0, 7, 5, 0, 0], [0, 0, 0, 0, 6, 4]] * 8
    found = choose_topics(rows, (2, 3, 7), n_refits=2)
    said = " ".join(c.en for c in found.cautions)
    assert "7 topics could not be fitted: n_topics must be at most 6" in said
    assert "lies at the edge of the range" in said
    with pytest.raises(ParameterError, match="at least two different numbers"):
        choose_topics(rows, (3,))
    with pytest.raises(ParameterError, match="held_out must be 'halves' or 'whole'"):
        choose_topics(rows, (2, 3), held_out="left")
    whole = choose_topics(rows, (2, 3), n_refits=1, held_out="whole")
    assert "from left to right" in whole.method.text.en
    assert not np.allclose(whole.table["held_out"], found.table["held_out"])
    with pytest.raises(NotEnoughDataError, match="Fewer than two of these numbers"):
        choose_topics(rows, (2, 9, 12), n_refits=2)


def test_another_engine_keeps_its_parameters(data):
    engine = GibbsTopics(n_sweeps=60, n_samples=2)
    found = choose_topics(data.counts, (2, 4), engine=engine, reports=data.corpus, n_refits=1)
    assert found.parameters["engine"] == "GibbsTopics" and engine.n_topics == 20
    assert found.parameters["recommended"] == 4


def test_text_without_topics_is_told_so():
    """One distribution of words for all paragraphs: frequent words come back, and mean nothing."""
    rng = np.random.default_rng(0)
    base = 1 / np.arange(1, 201)
    rows = rng.multinomial(50, base / base.sum(), 300)
    found = choose_topics(rows, (3, 5), reports=np.arange(300) // 15, n_refits=2)
    assert found.parameters["recommended"] is None
    assert not found.table["recommended"].any()
    assert "shows no topics" in found.cautions[0].en
    assert found.plot() is not None


def test_criteria_for_gibbs_are_those_of_their_papers(data):
    engine = GibbsTopics(n_topics=4, n_sweeps=60, n_samples=3, random_state=0)
    found = choose_topics(data.counts, (2, 4), engine=engine, reports=data.corpus, n_refits=1)
    row = found.table.set_index("n_topics").loc[4]
    model = GibbsTopics(n_topics=4, n_sweeps=60, n_samples=3, random_state=0).fit(data.counts)
    words, pairs = model.topic_word_, [(i, j) for i in range(4) for j in range(i)]
    cosine = [
        words[i] @ words[j] / np.linalg.norm(words[i]) / np.linalg.norm(words[j]) for i, j in pairs
    ]
    assert row["cao_juan"] == pytest.approx(np.mean(cosine))
    sizes = np.sort(model.counts_.sum(axis=1) @ model.doc_topic_)[::-1]
    spread = np.linalg.svd(words)[1]
    p, q = spread / spread.sum(), sizes / sizes.sum()
    assert row["arun"] == pytest.approx(((p - q) * np.log(p / q)).sum())
    likely = model.word_likelihood_
    least = likely.min()
    harmonic = least - np.log(np.mean(np.exp(least - likely)))
    assert row["griffiths"] == pytest.approx(harmonic)
    # the topics that made the text explain its words best, and stand farthest apart
    assert found.table.set_index("n_topics")["griffiths"].idxmax() == 4
    nmf = choose_topics(data.counts, (2, 4), reports=data.corpus, n_refits=1).table
    assert nmf["griffiths"].isna().all()


def test_any_number_of_processes_gives_the_same_table():
    rng = np.random.default_rng(3)
    counts = rng.poisson(rng.choice([0.2, 4.0], (40, 12)))
    reports = np.repeat(np.arange(10), 4)
    one, two = (
        choose_topics(counts, (2, 3), reports=reports, n_refits=2, n_jobs=n) for n in (1, 2)
    )
    pd.testing.assert_frame_equal(one.table, two.table)
    models = [NmfTopics(3).fit(counts) for _ in range(2)]
    alone, shared = (
        model.stability(reports, n_refits=3, n_jobs=n)
        for model, n in zip(models, (1, 2), strict=True)
    )
    pd.testing.assert_frame_equal(alone.table, shared.table)
    with pytest.raises(ParameterError, match="n_jobs"):
        choose_topics(counts, (2, 3), n_jobs=0)
