"""Coherence, held-out likelihood, dispersion, choice of K and folding in, on known truth."""

import numpy as np
import pytest
from gensim.corpora import Dictionary
from gensim.models import CoherenceModel
from scipy import sparse

from policytext.errors import NotEnoughDataError, ParameterError
from policytext.topics.choice import choose_topics
from policytext.topics.estimators import NmfTopics, gibbs_draws
from policytext.topics.gibbs import GibbsTopics, fold_in
from policytext.topics.quality import (
    diversity,
    document_completion,
    halves,
    residual_dispersion,
    topic_quality,
    umass,
    windowed_coherence,
)
from topic_corpora import planted_topics


@pytest.fixture(scope="module")
def data():
    return planted_topics(n_topics=4, n_reports=16, seed=9)


def test_coherent_topics_score_higher_than_shuffled_ones(data):
    counts = sparse.csr_array(data.counts.matrix.astype(float))
    sparse_counts = (counts > 1).astype(float)
    shuffled = np.random.default_rng(0).permuted(data.topic_word, axis=1)
    assert umass(data.topic_word, sparse_counts).mean() > umass(shuffled, sparse_counts).mean()
    good = topic_quality(NmfTopics(n_topics=4).fit(sparse_counts))
    assert good.table["npmi"].min() > 0
    assert good.parameters["diversity"] > 0.5


@pytest.mark.parametrize("counts", [[[3], [1], [2]], [[4]], [[3, 2, 1]]])
def test_one_word_or_one_paragraph_is_measured_without_a_warning(counts, recwarn):
    found = topic_quality(NmfTopics(n_topics=1).fit(counts))
    assert len(found.table) == 1
    assert not [w for w in recwarn if issubclass(w.category, RuntimeWarning)]


def test_windowed_coherence_is_gensims():
    texts = [list("abcabd"), list("abcc"), list("dxyd"), list("xydz")] * 5
    topics = [list("abc"), list("xyd"), list("axz")]
    dictionary = Dictionary(texts)
    for measure, name, window in (("npmi", "c_npmi", 3), ("c_v", "c_v", 5)):
        theirs = CoherenceModel(
            topics=topics,
            texts=texts,
            dictionary=dictionary,
            coherence=name,
            window_size=window,
            topn=3,
            processes=1,
        ).get_coherence_per_topic()
        ours = windowed_coherence(topics, texts, measure=measure, window=window)
        np.testing.assert_allclose(ours, theirs)


def test_npmi_within_paragraphs_is_the_formula():
    texts = [["a", "b"], ["a", "b"], ["a", "c"], ["c"], ["c", "b"]]
    found = windowed_coherence([["a", "b"]], texts, measure="npmi", window=None)[0]
    p_a, p_b, p_ab = 3 / 5, 3 / 5, 2 / 5
    assert found == pytest.approx(np.log(p_ab / (p_a * p_b)) / -np.log(p_ab), abs=1e-6)


def test_coherence_on_edges():
    assert np.isnan(windowed_coherence([["a"]], [["a", "b"]], measure="npmi", window=None)).all()
    assert np.isnan(windowed_coherence([["a", "b"]], [], measure="c_v", window=None)).all()
    with pytest.raises(ParameterError, match="measure must be one of npmi, c_v"):
        windowed_coherence([], [], measure="uci", window=None)
    with pytest.raises(ParameterError, match="window must be 2 words or more"):
        windowed_coherence([], [["a"]], measure="npmi", window=1)
    assert diversity(np.eye(3), n_words=1) == 1.0


def test_texts_in_order_name_the_window(data):
    texts = [["词00", "词01", "词02"]] * 5 + [["词40"]]
    found = topic_quality(NmfTopics(n_topics=4).fit(data.counts), texts)
    assert found.table["npmi"].isna().any()
    assert found.parameters["window"].startswith("10 words")


def test_dispersion_is_near_one_for_the_true_model_and_above_for_too_few_topics():
    rng = np.random.default_rng(0)
    words = rng.dirichlet(np.ones(20), 3)
    shares = rng.dirichlet(np.ones(3), 3000)
    counts = sparse.csr_array(np.array([rng.multinomial(200, s @ words) for s in shares]) * 1.0)
    true = residual_dispersion(counts, shares, words)
    # the true shares are known here, so the cells alone count
    cells = true.df + 20 + 3000 * 2 + 3 * 19
    assert true.dispersion * true.df / cells == pytest.approx(1, abs=0.05)
    one = counts.sum(axis=0) / counts.sum()
    few = residual_dispersion(counts, np.ones((3000, 1)), one[None, :])
    assert few.dispersion > 2
    small = residual_dispersion(counts[:1], shares[:1], words)
    assert np.isnan(small.dispersion)


def test_held_out_halves_are_predicted_better_with_topics(data):
    model = NmfTopics(n_topics=4).fit(data.counts)
    found = document_completion(model, data.corpus, held_out=0.25)
    one = document_completion(NmfTopics(n_topics=1).fit(data.counts), data.corpus, held_out=0.25)
    assert found.n_reports == 4 and found.n_words == 4 * 20 * 30
    assert found.log_likelihood > found.unigram + 0.2
    assert one.log_likelihood == pytest.approx(one.unigram, abs=0.05)
    assert document_completion(model, data.corpus) == document_completion(model, data.corpus)


def test_held_out_needs_two_reports_and_two_words(data):
    model = NmfTopics(n_topics=4).fit(data.counts)
    with pytest.raises(NotEnoughDataError, match="needs two reports"):
        document_completion(model, ["one"] * 320)
    single = NmfTopics(n_topics=1).fit(np.eye(4))
    with pytest.raises(NotEnoughDataError, match="No held-out paragraph has two words"):
        document_completion(single)


def test_halves_keep_every_word():
    counts = sparse.csr_array(np.random.default_rng(0).poisson(1.0, (20, 8)) * 1.0)
    a, b = halves(counts, np.random.default_rng(1))
    assert ((a + b) != counts).nnz == 0
    assert np.all(a.sum(axis=1) - b.sum(axis=1) <= 1)


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
    with pytest.raises(NotEnoughDataError, match="Fewer than two of these numbers"):
        choose_topics(rows, (2, 9, 12), n_refits=2)


def test_another_engine_keeps_its_parameters(data):
    engine = GibbsTopics(n_sweeps=60, n_samples=2)
    found = choose_topics(data.counts, (2, 4), engine=engine, reports=data.corpus, n_refits=1)
    assert found.parameters["engine"] == "GibbsTopics" and engine.n_topics == 20
    assert found.parameters["recommended"] == 4


def test_folding_in_finds_the_shares(data):
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
