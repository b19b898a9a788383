"""Distances: against scipy, equal length, noise, and what is tested."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from analysis_corpora import make_corpus, planted
from policytext import Counts, distance_table, region_distances, text_positions
from policytext.analysis.distances import cuts_of, dealt_floor
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference import divergence
from policytext.plots import plot_dendrogram
from policytext.plots.analysis import _tree


def test_length_alone_makes_no_distance():
    # one distribution, one side ten times as long: the distance stays within the noise
    rng = np.random.default_rng(2)
    share = rng.dirichlet(np.full(300, 0.3))
    long = np.repeat([True, False], 10)
    rows = np.stack([rng.multinomial(5000 if more else 500, share) for more in long])
    every = np.arange(20)
    cuts = cuts_of(csr_matrix(rows), every, long.astype(int), every, np.array(["a", "b"]))
    floor, high = dealt_floor(cuts, long, ~long, 0)
    apart = np.sqrt(cuts.distance(long[None, :], ~long[None, :])[0])
    assert apart == pytest.approx(floor, rel=0.1) and apart < high
    naive = np.sqrt(divergence([rows[long].sum(axis=0), rows[~long][:2].sum(axis=0)])[0, 1])
    assert naive > 1.2 * floor


def test_planted_difference_exceeds_noise_and_is_tested():
    corpus, counts = planted(6, n_paragraphs=20, seed=1, apart=True)
    row = region_distances(corpus, counts=counts, n_splits=5, n_permutations=199).table.iloc[0]
    assert row["above_noise"]
    assert row["p_value"] < 0.05
    assert "词00" in row["words_b"].split("、") + row["words_a"].split("、")


def test_no_difference_is_not_found():
    corpus, counts = planted(6, n_paragraphs=20, seed=1, apart=True)
    documents = corpus.documents.copy()
    documents["province"] = np.where(np.arange(12) % 2 == 0, "甲省", "乙省")
    from dataclasses import replace

    row = region_distances(
        replace(corpus, documents=documents), counts=counts, n_splits=5, n_permutations=199
    ).table.iloc[0]
    assert row["p_value"] > 0.05


@pytest.mark.parametrize(("n", "design"), [(1, "sample"), (6, "census"), (9, "sample")])
def test_no_p_value_where_none_exists(n, design):
    corpus, counts = planted(n, design=design)
    result = region_distances(corpus, counts=counts, n_splits=3)
    assert result.table["p_value"].isna().all()
    assert any("Nothing was tested" in c.en for c in result.cautions)


def test_too_little_text_is_refused():
    documents = pd.DataFrame({"doc_id": ["a", "b"], "province": ["甲省", "乙省"]})
    corpus = make_corpus(documents, pd.DataFrame({"doc_id": ["a", "a", "b", "b"]}))
    counts = Counts(csr_matrix([[2], [1], [50], [60]]), ("词",), "words")
    with pytest.raises(NotEnoughDataError, match="needs at least 30"):
        region_distances(corpus, counts=counts)


def test_shares_are_drawn_by_paragraph():
    corpus, counts = planted(3)
    shares = counts.matrix.toarray() / np.maximum(counts.matrix.sum(axis=1), 1)
    topics = Counts(csr_matrix(shares), counts.features, "topics")
    result = region_distances(corpus, counts=topics, n_splits=3, min_hits=0)
    assert any("paragraphs" in c.en for c in result.cautions)


def test_the_same_seed_gives_the_same_table_and_another_does_not():
    corpus, counts = planted(3)
    one, two, other = (
        region_distances(corpus, counts=counts, n_splits=3, random_state=s).table for s in (1, 1, 2)
    )
    assert one.equals(two)
    assert (one["distance"] != other["distance"]).any()


def test_pairs_become_a_square_and_a_tree():
    corpus, counts = planted(3, provinces=("甲省", "乙省", "丙省"))
    result = region_distances(corpus, counts=counts, n_splits=3)
    square = distance_table(result.table)
    assert (square.to_numpy() == square.to_numpy().T).all()
    assert len(_tree(square)) == 2
    assert result.plot().images
    assert plot_dendrogram(result.table).get_yticklabels()
    assert not result.explain(0).empty


def leaning(place, seed=0):
    """Three provinces or more whose words lean to one side or the other."""
    names = [f"{c}省" for c in "甲乙丙丁戊"[: len(place)]]
    rng = np.random.default_rng(seed)
    slope = np.linspace(-1, 1, 60)
    docs = pd.DataFrame({"doc_id": names, "province": names})
    paragraphs = pd.DataFrame({"doc_id": np.repeat(names, 40)})
    mean = np.exp(-1 + np.repeat(place, 40)[:, None] * slope)
    counts = Counts(csr_matrix(rng.poisson(mean)), tuple(f"词{i:02d}" for i in range(60)))
    return make_corpus(docs, paragraphs), counts


def test_provinces_come_in_the_order_in_which_they_lean():
    corpus, counts = leaning([0.0, 1.0, -1.0, 0.5, -0.5])
    result = text_positions(corpus, counts, ends=("丙省", "乙省"), n_resamples=20)
    assert result.table["group"].tolist() == ["丙省", "戊省", "甲省", "丁省", "乙省"]
    assert (result.table["low"] < result.table["position"]).all()
    assert "词59" in result.table["words"].iloc[-1].split("、")
    assert set(result.explain(4)["doc_id"]) == {"乙省"}
    scores = {"丙省": -1, "乙省": 1}
    scored = text_positions(corpus, counts, scores=scores, n_resamples=20).table
    assert scored["group"].tolist() == result.table["group"].tolist()
    assert scored["position"].iloc[[0, -1]].tolist() == pytest.approx([-1, 1])
    middle = scored.iloc[2]
    assert middle["low"] < 0 < middle["high"]


def test_positions_refuse_what_they_cannot_place():
    corpus, counts = leaning([0.0, 1.0, -1.0])
    with pytest.raises(ParameterError, match="not both"):
        text_positions(corpus, counts, scores={"甲省": 1}, ends=("甲省", "乙省"))
    with pytest.raises(ParameterError, match="no report counted is of '己省'"):
        text_positions(corpus, counts, scores={"甲省": 1, "己省": 0})
    with pytest.raises(NotEnoughDataError, match="only 0 features"):
        text_positions(corpus, counts, min_hits=10_000)
