"""Coherence, exclusivity, dispersion and held-out likelihood, on known truth and R's stm 1.3.7."""

from itertools import product

import numpy as np
import pytest
from gensim.corpora import Dictionary
from gensim.models import CoherenceModel
from scipy import sparse
from scipy.special import gammaln

from policytext import NmfTopics, topic_quality
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.topics.quality import (
    diversity,
    document_completion,
    exclusivity,
    frex,
    halves,
    inverted_rbo,
    left_to_right,
    relevance,
    residual_dispersion,
    shrunk_exclusivity,
    umass,
    windowed_coherence,
)
from policytext.topics.stability import rank_overlap, top_columns
from topic_corpora import planted_topics, stm_example


@pytest.fixture(scope="module")
def data():
    return planted_topics(n_topics=4, n_reports=16, seed=9)


@pytest.fixture(scope="module")
def stm():
    return stm_example()


def test_coherent_topics_score_higher_than_shuffled_ones(data):
    counts = sparse.csr_array(data.counts.matrix.astype(float))
    sparse_counts = (counts > 1).astype(float)
    shuffled = np.random.default_rng(0).permuted(data.topic_word, axis=1)
    assert umass(data.topic_word, sparse_counts).mean() > umass(shuffled, sparse_counts).mean()
    good = topic_quality(NmfTopics(n_topics=4).fit(sparse_counts))
    assert good.table["npmi"].min() > 0
    assert good.parameters["diversity"] > 0.5


def test_uci_is_the_mean_pointwise_information_of_pairs_and_asked_for_by_name():
    counts = [[3, 2, 0, 0], [2, 3, 0, 0], [0, 0, 4, 1], [0, 0, 1, 4]]
    found = topic_quality(NmfTopics(n_topics=2).fit(counts), n_words=2, measures=["uci"]).table
    # both words in half of the paragraphs, always together: ln(.5 / .25)
    assert found["uci"].to_numpy() == pytest.approx(np.log(2), abs=1e-9)
    assert not {"npmi", "c_v", "umass"} & set(found)
    with pytest.raises(ParameterError, match="measures must be among umass, uci"):
        topic_quality(NmfTopics(n_topics=2).fit(counts), measures=["c_uci"])


def test_rank_biased_overlap_is_that_of_the_package_rbo():
    pairs = [("abcdefghij", "bacdexyzuv"), ("abcde", "cbafgh"), ("abc", "abc"), ("ab", "cd")]
    found = [rank_overlap(*pair) for pair in pairs]  # rbo 0.1.3: rbo_ext(p=.9)
    assert found == pytest.approx([0.6441962171785715, 0.574335, 1, 0])
    apart, same = np.eye(3)[:, [0, 1, 2]], np.ones((3, 3)) / 3
    assert inverted_rbo(apart) == 1
    assert inverted_rbo(same) == pytest.approx(0)


@pytest.mark.parametrize("counts", [[[3], [1], [2]], [[4]], [[3, 2, 1]]])
def test_one_word_or_one_paragraph_is_measured_without_a_warning(counts, recwarn):
    found = topic_quality(NmfTopics(n_topics=1).fit(counts))
    assert len(found.table) == 1
    assert not [w for w in recwarn if issubclass(w.category, RuntimeWarning)]


def test_windowed_coherence_is_gensims():
    texts = [list("abcabd"), list("abcc"), list("dxyd"), list("xydz")] * 5
    topics = [list("abc"), list("xyd"), list("axz")]
    dictionary = Dictionary(texts)
    for measure, name, window in (("npmi", "c_npmi", 3), ("c_v", "c_v", 5), ("uci", "c_uci", 3)):
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
    with pytest.raises(ParameterError, match="measure must be one of uci, npmi, c_v"):
        windowed_coherence([], [], measure="umass", window=None)
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


def test_left_to_right_is_the_likelihood_summed_over_all_topics():
    words, alpha = np.array([[0.6, 0.3, 0.1], [0.1, 0.2, 0.7]]), np.array([0.4, 0.2])
    text = [0, 0, 2, 1, 2]
    exact = 0.0
    for topics in product((0, 1), repeat=len(text)):
        k = np.bincount(topics, minlength=2)
        dealt = gammaln(alpha + k).sum() - gammaln(alpha).sum()
        dealt += gammaln(alpha.sum()) - gammaln(alpha.sum() + len(text))
        exact += np.exp(dealt) * np.prod(words[list(topics), text])
    counts = sparse.csr_array(np.tile([[2, 1, 2]], (300, 1)))
    rng = np.random.default_rng(0)
    found = left_to_right(counts, words, alpha, n_particles=20, rng=rng)
    assert np.exp(found).mean() == pytest.approx(exact, rel=0.02)
    assert left_to_right(sparse.csr_array((1, 3)), words, alpha, rng=rng).tolist() == [0]


def test_whole_paragraphs_are_likelier_under_the_topics_that_made_them(data):
    found, one = (
        document_completion(
            NmfTopics(n_topics=k).fit(data.counts.matrix[:40]), np.arange(40) // 5, whole=True
        )
        for k in (4, 1)
    )
    assert found.n_words == one.n_words == 5 * 60
    assert found.log_likelihood > found.unigram + 0.1
    assert one.log_likelihood == pytest.approx(one.unigram, abs=0.1)


def test_halves_keep_every_word():
    counts = sparse.csr_array(np.random.default_rng(0).poisson(1.0, (20, 8)) * 1.0)
    a, b = halves(counts, np.random.default_rng(1))
    assert ((a + b) != counts).nnz == 0
    assert np.all(a.sum(axis=1) - b.sum(axis=1) <= 1)


def test_scores_on_edges():
    words = np.array([[0.5, 0.5, 0.0]])
    assert relevance(words, np.array([0.5, 0.5, 0.0]), weight=0.0)[0, 2] == -np.inf
    even = shrunk_exclusivity(np.array([[0.9, 0.0], [0.1, 0.0]]), np.array([1.0, 0.0]))
    assert even.tolist() == [[0.5, 0.5], [0.5, 0.5]]


# Do the measures equal those of R on its own example model?


def test_exclusivity(stm):
    np.testing.assert_allclose(
        exclusivity(stm.words), [8.451914712, 8.412544328, 8.956199830], rtol=1e-9
    )


def test_semantic_coherence(stm):
    expected = [-101.73234049, -98.22126741, -77.80805600]
    np.testing.assert_allclose(umass(stm.words, stm.counts), expected, rtol=1e-9)


def test_residual_dispersion(stm):
    found = residual_dispersion(stm.counts, stm.shares, stm.words)
    assert round(found.dispersion, 6) == 1.256978
    assert found.df == 41970


def test_frex_words(stm):
    scores = frex(stm.words, np.asarray(stm.counts.sum(axis=0)).ravel())
    found = [[stm.fit["vocab"][w] for w in row] for row in top_columns(scores, 7)]
    assert found == [
        ["border", "mexico", "mexican", "need", "concern", "fine", "make"],
        ["cost", "health", "servic", "welfar", "increas", "loss", "school"],
        ["english", "get", "come", "mani", "back", "becom", "like"],
    ]


def test_mean_shares(stm):
    assert stm.shares.mean(axis=0).round(7).tolist() == [0.3660640, 0.3324067, 0.3015292]
