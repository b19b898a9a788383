"""Distances: against scipy, equal length, noise, and what is tested."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from analysis_corpora import make_corpus, planted
from policytext import Counts, distance_table, region_distances, split_distances
from policytext.errors import NotEnoughDataError
from policytext.inference import divergence
from policytext.plots import plot_dendrogram
from policytext.plots.analysis import _tree


def test_length_alone_makes_no_distance():
    # one distribution, one text ten times as long: the distance stays within the noise
    rng = np.random.default_rng(2)
    share = rng.dirichlet(np.full(300, 0.3))
    rows = [rng.multinomial(50, share) for _ in range(220)]
    groups = np.repeat([0, 1], [20, 200])
    found = split_distances(csr_matrix(rows), groups, groups, n_splits=20)
    noise = found.within.mean(axis=0)
    assert found.between[0, 1] == pytest.approx(noise.mean(), rel=0.1)
    naive = divergence([np.sum(rows[:20], axis=0), np.sum(rows[20:], axis=0)])[0, 1]
    assert naive < noise.mean() * 0.8


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
