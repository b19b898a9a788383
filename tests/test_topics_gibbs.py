"""Gibbs sampling: whole counts, a burnt-in chain, covariates that shape the prior, folding in."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.metrics.pairwise import cosine_similarity

from policytext import DmrTopics, GibbsTopics
from policytext.errors import ParameterError
from policytext.inference import match_items
from policytext.topics.gibbs import fold_in, gibbs_draws
from topic_corpora import planted_topics

CHAIN = {"n_topics": 4, "n_sweeps": 200, "n_samples": 5, "thin": 5}
ENGINES = {"gibbs": partial(GibbsTopics, **CHAIN), "dmr": partial(DmrTopics, **CHAIN)}


@pytest.fixture(scope="module")
def data():
    return planted_topics(seed=1)


@pytest.mark.parametrize("name", ["gibbs", "dmr"])
def test_sampling_needs_whole_counts_and_a_chain_with_a_burn_in(name):
    engine, y = ENGINES[name](), ["甲", "乙"] if name == "dmr" else None
    with pytest.raises(ParameterError, match=r"needs whole counts, got 0\.5"):
        engine.fit([[0.5, 1], [1, 1]], y)
    with pytest.raises(ParameterError, match="at least half must be left"):
        engine.set_params(n_sweeps=40).fit([[1, 1], [1, 1]], y)


def test_covariates_shape_the_prior():
    data = planted_topics(effect=0.4, seed=2)
    model = ENGINES["dmr"]().fit(data.counts, data.corpus.groups("province"))
    topic = match_items(cosine_similarity(data.topic_word, model.topic_word_))[0]
    share = model.priors_ / model.priors_.sum(axis=1, keepdims=True)
    by = dict(zip(model.combinations_["province"], share[:, topic], strict=True))
    assert by["乙区"] > by["甲区"] + 0.1
    empty = np.zeros((1, 60))
    empty[0, 0] = 1
    placed = {g: model.transform(empty, [g])[0, topic] for g in ("甲区", "乙区")}
    assert placed["乙区"] > placed["甲区"]


def test_a_number_is_continuous_and_text_is_a_group(data):
    years = data.corpus.groups("year").astype(float)
    frame = pd.DataFrame({"year": years, "province": data.corpus.groups("province")})
    model = ENGINES["dmr"]().fit(data.counts, frame)
    assert model.combinations_.shape == (12, 2)
    assert model.transform(data.counts, frame).shape == (240, 4)
    with pytest.raises(ParameterError, match="continuous and has missing values"):
        ENGINES["dmr"]().fit(data.counts, frame.assign(year=np.nan))
    with pytest.raises(ParameterError, match="240 paragraphs, 3 rows"):
        ENGINES["dmr"]().fit(data.counts, ["甲"] * 3)
    with pytest.raises(ParameterError, match="learns from covariates"):
        ENGINES["dmr"]().fit(data.counts)


def test_folding_in_finds_the_shares():
    data = planted_topics(n_topics=4, n_reports=16, seed=9)
    counts = sparse.csr_array(data.counts.matrix.astype(float))
    found = fold_in(counts, data.topic_word, np.full(4, 0.5))
    shares = found / found.sum(axis=1, keepdims=True)
    assert np.corrcoef(shares.ravel(), data.shares.ravel())[0, 1] > 0.95
    np.testing.assert_allclose(found.sum(axis=1), 60 + 2)
    alone = fold_in(counts[7:8], data.topic_word, np.full(4, 0.5))
    np.testing.assert_allclose(alone[0], found[7], atol=1e-9)


def test_folding_in_leaves_out_words_no_topic_knows():
    words = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    found = fold_in(sparse.csr_array([[3.0, 0.0, 5.0], [0.0, 0.0, 2.0]]), words, np.full(2, 0.1))
    np.testing.assert_allclose(found, [[3.1, 0.1], [0.1, 0.1]])


def test_draws_spread_around_the_mean_and_keep_empty_rows():
    states = np.tile(np.array([[[8.0, 2.0], [50.0, 50.0]]], dtype=np.float32), (5, 1, 1))
    drawn = gibbs_draws(states, np.array([0, 2]), 3, 400, 0)
    np.testing.assert_allclose(drawn.mean(axis=0)[[0, 2]], [[0.8, 0.2], [0.5, 0.5]], atol=0.02)
    assert not drawn[:, 1].any()
    assert drawn[:, 0, 0].std() > drawn[:, 2, 0].std()
    assert gibbs_draws(states, np.array([0, 2]), 3, 3, 0).shape == (3, 3, 2)
