"""Crosstabs: the planted link, three codings, and tables of labels."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from analysis_corpora import planted
from policytext import Counts, crosstab
from policytext.analysis.crosstab import as_labels
from policytext.errors import ParameterError


def coded():
    corpus, _ = planted(6, n_words=3, apart=True)
    rng = np.random.default_rng(0)
    n = len(corpus.paragraphs)
    instrument = rng.integers(0, 2, n)
    goal = (rng.random(n) < np.where(instrument == 1, 0.6, 0.2)).astype(int)
    two = Counts(
        csr_matrix(np.column_stack([1 - instrument, instrument])), ("供给", "需求"), "instrument"
    )
    return corpus, two, Counts(csr_matrix(goal[:, None]), ("人才",), "goal"), instrument, goal


def test_crosstab_finds_the_planted_link():
    corpus, first, second, instrument, goal = coded()
    table = crosstab(corpus, first, second).table.set_index("first")
    row = table.loc["需求"]
    assert row["paragraphs"] == (instrument & goal).sum()
    assert row["share"] == pytest.approx(goal[instrument == 1].mean())
    assert row["low"] < 0.6 < row["high"]
    assert row["lift"] > 1.2
    assert row["interval"] == "issuers as units, log-rate t"


def test_crosstab_of_three_codings_adds_up():
    corpus, first, second, _, _ = coded()
    three = crosstab(corpus, first, second, "province")
    two = crosstab(corpus, first, second)
    assert (
        three.table.groupby("first")["paragraphs"].sum().tolist()
        == two.table["paragraphs"].tolist()
    )
    assert len(three.evidence) == three.table["paragraphs"].sum()
    assert len(three.explain(0)) == three.table["paragraphs"].iloc[0]
    assert [t.get_text() for t in three.plot().texts] == two.table["paragraphs"].astype(
        str
    ).tolist()


def test_a_table_of_labels_is_a_coding():
    corpus, _, _, _, _ = coded()
    labels = pd.DataFrame({"doc_id": ["甲省-2010"] * 2, "para_no": [0, 1], "theme": ["x", "y"]})
    found = as_labels(corpus, labels)
    assert found.features == ("x", "y")
    assert found.matrix.sum() == 2
    with pytest.raises(ParameterError, match="first for doc_id '甲省-2010', para_no 999"):
        as_labels(corpus, labels.assign(para_no=[0, 999]))
    with pytest.raises(ParameterError, match=r"\['para_no'\] lack"):
        as_labels(corpus, labels[["doc_id", "theme"]])
    with pytest.raises(ParameterError, match="has 1 rows"):
        as_labels(corpus, Counts(csr_matrix([[1]]), ("x",), "themes"))
