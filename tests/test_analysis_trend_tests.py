"""Trend tests: against pymannkendall, scipy and statsmodels, and their refusals."""

import numpy as np
import pandas as pd
import pymannkendall
import pytest
import statsmodels.api as sm
from scipy import stats
from scipy.sparse import csr_matrix

from analysis_corpora import make_corpus, planted
from policytext.analysis.regression import trend_tests
from policytext.counts import Counts
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.models import change_points, count_model, mann_kendall


def yearly(rates, design="sample", seed=0):
    """One national report a year."""
    rng = np.random.default_rng(seed)
    years = 2000 + np.arange(len(rates))
    docs = pd.DataFrame({"doc_id": [f"n{y}" for y in years], "year": years, "level": "national"})
    paras = pd.DataFrame({"doc_id": docs["doc_id"], "n_han": 10_000})
    counts = Counts(csr_matrix(rng.poisson(rates)[:, None]), ("词",), "words")
    return make_corpus(docs, paras, design), counts


def test_mann_kendall_is_that_of_pymannkendall_and_sen_that_of_scipy():
    rng = np.random.default_rng(0)
    y = np.arange(20) * 0.3 + rng.normal(0, 2, 20)
    found = mann_kendall(np.arange(20), y)
    theirs = pymannkendall.original_test(y)
    assert (found.tau, found.p_value, found.slope) == pytest.approx(
        (theirs.Tau, theirs.p, theirs.slope)
    )
    assert found.p_autocorrelated == pytest.approx(pymannkendall.hamed_rao_modification_test(y).p)
    sen = stats.theilslopes(y, np.arange(20))
    assert (found.low, found.high) == pytest.approx((sen.low_slope, sen.high_slope))


def test_gaps_between_years_count_for_the_slope():
    assert mann_kendall([2000, 2001, 2002, 2010, 2020], [0, 1, 2, 10, 20]).slope == pytest.approx(1)


def test_count_model_has_the_estimates_of_statsmodels():
    rng = np.random.default_rng(0)
    x, size = np.arange(12.0), rng.uniform(500, 2000, 12)
    y = rng.poisson(size * np.exp(-5 + 0.1 * x))
    design = pd.DataFrame({"constant": 1.0, "x": x})
    ours = count_model(y, size, design).table
    theirs = sm.GLM(y, design, family=sm.families.Poisson(), offset=np.log(size)).fit()
    np.testing.assert_allclose(ours["estimate"], theirs.params)
    # CR3 with single clusters: statsmodels' residuals over (1 - leverage), by hand
    mean = theirs.mu
    bread = np.linalg.inv(design.T.to_numpy() @ (design.to_numpy() * mean[:, None]))
    leverage = mean * np.einsum("ij,jk,ik->i", design, bread, design)
    score = design.to_numpy() * ((y - mean) / (1 - leverage))[:, None]
    variance = np.diag(bread @ score.T @ score @ bread) * 10 / 11
    poisson = np.diag(bread)
    np.testing.assert_allclose(ours["error"], np.sqrt(np.maximum(variance, poisson)))


@pytest.mark.parametrize(
    ("hits", "design", "words"),
    [
        ([1, 2, 3], {"constant": 1.0, "x": [0.0, 1, 2]}, "at least 4 reports"),
        (
            [0, 0, 0, 0, 5, 0],
            {"constant": 1.0, "x": np.arange(6.0)},
            "hits in at least two reports",
        ),
        ([1] * 6, {"constant": 1.0, "x": np.ones(6)}, "cannot tell the columns"),
    ],
)
def test_a_count_model_refuses_what_it_cannot_carry(hits, design, words):
    with pytest.raises(NotEnoughDataError, match=words):
        count_model(hits, np.ones(len(hits)), pd.DataFrame(design))


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


def test_false_breaks_are_rare():
    rng = np.random.default_rng(0)
    found = [bool(change_points(range(31), rng.poisson(5, 31), 0.5)) for _ in range(200)]
    assert np.mean(found) < 0.1


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
