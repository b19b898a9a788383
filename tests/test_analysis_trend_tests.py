"""Trend tests: against pymannkendall, scipy and statsmodels, and their refusals."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from analysis_corpora import make_corpus, planted
from policytext.analysis.regression import trend_tests
from policytext.counts import Counts
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.models import change_points


def yearly(rates, design="sample", seed=0):
    """One national report a year."""
    rng = np.random.default_rng(seed)
    years = 2000 + np.arange(len(rates))
    docs = pd.DataFrame({"doc_id": [f"n{y}" for y in years], "year": years, "level": "national"})
    paras = pd.DataFrame({"doc_id": docs["doc_id"], "n_han": 10_000})
    counts = Counts(csr_matrix(rng.poisson(rates)[:, None]), ("词",), "words")
    return make_corpus(docs, paras, design), counts


def test_a_planted_rise_is_found_and_none_is_not():
    corpus, counts = yearly(np.exp(np.linspace(1, 3, 20)))
    row = trend_tests(corpus, counts=counts).table.iloc[0]
    assert row["p_mann_kendall"] < 0.001
    assert row["ratio_low"] < np.exp(2 / 19) < row["ratio_high"]
    assert row["q_value"] < 0.01
    flat, same = yearly(np.full(20, 8.0))
    assert trend_tests(flat, counts=same).table.iloc[0]["p_value"] > 0.05


def test_a_planted_break_is_found():
    corpus, counts = yearly(np.repeat([3.0, 20.0], 10))
    assert trend_tests(corpus, counts=counts).table.iloc[0]["change_points"] == "2010"


def test_change_points_are_refused_under_eight_years():
    with pytest.raises(NotEnoughDataError, match="in 8 or more years, got 7"):
        change_points(range(7), range(7))
    corpus, counts = yearly(np.full(7, 8.0))
    assert "8 or more years, got 7" in trend_tests(corpus, counts=counts).table.iloc[0]["refused"]


def test_a_census_has_slopes_and_no_p_values():
    corpus, counts = yearly(np.exp(np.linspace(1, 3, 20)), design="census")
    row = trend_tests(corpus, counts=counts).table.iloc[0]
    assert row["tau"] > 0.5
    assert np.isnan(row["p_value"])
    assert np.isnan(row["p_mann_kendall"])


def test_groups_have_tests_of_their_own_and_issuers_are_clusters():
    corpus, counts = planted(10, provinces=tuple("甲乙丙丁戊己"), n_words=3)
    pooled = trend_tests(corpus, counts=counts).table
    assert pooled["clusters"].iloc[0] == "6 issuers"
    apart = trend_tests(corpus, counts=counts, by=["province", "year"]).table
    assert apart["clusters"].iloc[0] == "10 reports"
    assert len(apart) == 18
    result = trend_tests(corpus, counts=counts, by=["province", "year"])
    assert result.explain(0)["weight"].sum() == result.table["hits"].iloc[0]
    assert result.plot().get_xscale() == "log"


def test_year_must_be_there():
    corpus, counts = planted(2)
    with pytest.raises(ParameterError, match='need "year" in `by`'):
        trend_tests(corpus, counts=counts, by="province")
