"""Stability: true topics come back, noise does not, and the cache is a cache."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from policytext import Counts, GibbsTopics, NmfTopics
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.topics import stability as refitting
from policytext.topics.stability import correlations, paired_cosines, top_overlap
from topic_corpora import planted_topics


@pytest.fixture(scope="module")
def data():
    return planted_topics(seed=4)


def test_planted_topics_come_back_and_noise_does_not(data):
    rng = np.random.default_rng(0)
    noise = Counts(csr_matrix(rng.poisson(0.5, data.counts.matrix.shape)), data.counts.features)
    planted = NmfTopics(n_topics=4).fit(data.counts).stability(data.corpus, n_refits=4)
    nothing = NmfTopics(n_topics=4).fit(noise).stability(data.corpus, n_refits=4)
    assert planted.table["word_cosine"].min() > 0.95
    assert planted.table["doc_correlation"].min() > 0.95
    assert nothing.table["word_cosine"].mean() < planted.table["word_cosine"].min()
    assert any("hardly come back" in c.en for c in nothing.cautions)
    assert not planted.cautions


def test_the_exact_start_leaves_nothing_to_the_seed(data):
    one, two = (NmfTopics(n_topics=4, random_state=s).fit(data.counts) for s in (0, 1))
    assert (one.topic_word_ == two.topic_word_).all()
    with pytest.raises(ParameterError, match="start must be 'exact' or 'random'"):
        NmfTopics(n_topics=4, start="svd").fit(data.counts)


def test_seeds_are_varied_only_where_the_engine_is_random(data):
    model = NmfTopics(n_topics=4).fit(data.counts)
    assert set(model.stability(data.corpus, n_refits=2).table["over"]) == {"reports"}
    other = model.stability(data.corpus, over="seeds", n_refits=2).table
    assert set(other["over"]) == {"seeds"} and other["word_cosine"].min() > 0.9
    gibbs = GibbsTopics(n_topics=4, n_sweeps=100, n_samples=2).fit(data.counts)
    found = gibbs.stability(data.corpus, n_refits=2)
    assert found.table.groupby("over").size().to_dict() == {"reports": 4, "seeds": 4}
    assert found.table["word_cosine"].min() > 0.9


def test_what_was_computed_is_kept_and_names_follow(data, monkeypatch):
    model = NmfTopics(n_topics=4).fit(data.counts)
    first = model.stability(data.corpus, n_refits=2)
    monkeypatch.setattr(refitting, "fit_again", None)
    again = model.stability()
    assert again.table.equals(first.table)
    assert model.rename({2: "养老"}).stability().table["name"][2] == "养老"
    assert "word_cosine" in model.topic_table()
    assert model.fit(data.counts).stability_ is None


def test_reports_not_rows_are_drawn(data):
    model = NmfTopics(n_topics=4).fit(data.counts)
    codes = refitting.report_labels(data.corpus, 240)
    assert len(set(codes)) == 12
    flattering = model.stability(n_refits=2)
    assert any("Single rows were drawn" in c.en for c in flattering.cautions)
    with pytest.raises(NotEnoughDataError, match="at least two reports"):
        model.stability(["one"] * 240)
    with pytest.raises(ParameterError, match="each of the 240 rows, got 3 labels"):
        model.stability(["a", "b", "c"])
    with pytest.raises(ParameterError, match="n_refits must be 1 or more"):
        model.stability(data.corpus, n_refits=0)
    with pytest.raises(ParameterError, match="over must be"):
        model.stability(data.corpus, over="years")


def test_the_same_call_gives_the_same_table(data):
    tables = [
        NmfTopics(n_topics=4).fit(data.counts).stability(data.corpus, n_refits=2).table
        for _ in range(2)
    ]
    assert tables[0].equals(tables[1])


def test_a_figure_is_drawn(data):
    found = NmfTopics(n_topics=4).fit(data.counts).stability(data.corpus, n_refits=2)
    assert len(found.plot().get_yticks()) == 4


def test_measures_on_edges():
    nothing, ones = np.zeros((1, 2)), np.ones((1, 2))
    assert paired_cosines(nothing, ones).tolist() == [0.0]
    assert correlations(np.zeros((0, 1)), np.zeros((0, 1))).tolist() == [0.0]
    assert correlations(np.array([[0.0], [1.0], [2.0]]), np.ones((3, 1))).tolist() == [0.0]
    assert top_overlap(nothing, nothing).tolist() == [0.0]


def test_frequent_words_that_come_back_are_no_topic():
    """Text without topics whose common words make topics that any sample brings back."""
    rng = np.random.default_rng(1)
    base = 1 / np.arange(1, 301)
    reports = np.repeat(np.arange(25), 20)
    style = base * rng.gamma(4, 0.25, (25, 300))
    rows = [rng.multinomial(50, style[r] / style[r].sum()) for r in reports]
    found = NmfTopics(n_topics=5).fit(np.array(rows)).stability(reports, n_refits=3)
    assert (found.table["word_cosine"] >= 0.7).any()
    assert not found.table["above_noise"].any()
    assert any("even if they come back, do not read them" in c.en for c in found.cautions)


def test_shuffling_keeps_lengths_and_the_words_of_each_report(data):
    codes = refitting.report_labels(data.corpus, 240)
    counts = NmfTopics(n_topics=4).fit(data.counts).counts_
    dealt = refitting.shuffled(counts, codes, np.random.default_rng(0))
    assert (dealt.sum(axis=1) == counts.sum(axis=1)).all()
    for report in (0, 5):
        rows = np.flatnonzero(codes == report)
        assert (dealt[rows].sum(axis=0) == counts[rows].sum(axis=0)).all()
    assert (dealt != counts).nnz
