"""Permutation, adjustment for many tests, matching: against scipy and by hand."""

import numpy as np
import pytest
from scipy import stats

from policytext.errors import ParameterError
from policytext.inference.intervals import rate_ratio
from policytext.inference.resampling import (
    benjamini_hochberg,
    match_items,
    permutation_p,
    permuted_groups,
    smallest_p,
)


def test_deals_keep_the_size_of_the_group():
    group = np.array([True, True, False, False, False])
    deals = permuted_groups(group, n_permutations=200, random_state=0)
    assert (deals.sum(axis=1) == 2).all()
    assert len(np.unique(deals, axis=0)) == 10


def test_permutation_p_agrees_with_scipy():
    rng = np.random.default_rng(1)
    x = np.concatenate([rng.normal(1, 1, 8), rng.normal(0, 1, 8)])
    group = np.repeat([True, False], 8)
    deals = permuted_groups(group, n_permutations=4000, random_state=0)
    ours = permutation_p(x[group].mean() - x[~group].mean(), (deals @ x) / 8 - (~deals @ x) / 8)
    theirs = stats.permutation_test(
        (x[group], x[~group]),
        lambda a, b, axis: a.mean(axis=axis) - b.mean(axis=axis),
        vectorized=True,
        n_resamples=4000,
        alternative="greater",
        rng=0,
    ).pvalue
    assert float(ours) == pytest.approx(theirs, abs=0.015)


def test_p_is_never_zero():
    assert permutation_p(10.0, np.zeros(99)) == pytest.approx(0.01)
    assert smallest_p(5, 5) == pytest.approx(1 / 252)


def test_benjamini_hochberg_is_that_of_r():
    # R: p.adjust(c(.01, .02, .03, .04, .05, .9), "BH")
    adjusted = benjamini_hochberg([0.01, 0.02, 0.03, 0.04, 0.05, 0.9])
    np.testing.assert_allclose(adjusted, [0.06, 0.06, 0.06, 0.06, 0.06, 0.9])
    assert np.isnan(benjamini_hochberg([np.nan, 0.2])[0])


def test_rate_ratio_is_welch_on_log_rates():
    rng = np.random.default_rng(0)
    hits, group = rng.poisson(np.repeat([12, 6], 8))[:, None], np.repeat([True, False], 8)
    found = rate_ratio(hits, np.ones(16), group)
    assert found.low[0] < np.log(2) < found.high[0]
    assert found.p_value[0] < 0.01
    # with equal exposure the variance of a log rate is that of the mean over its square
    a, b = hits[group, 0], hits[~group, 0]
    variance = [x.var(ddof=1) / 8 / x.mean() ** 2 for x in (a, b)]
    df = sum(variance) ** 2 / sum(v**2 / 7 for v in variance)
    t = np.log(a.mean() / b.mean()) / np.sqrt(sum(variance))
    poisson = 2 * stats.norm.sf(
        abs(np.log(a.mean() / b.mean())) / np.sqrt(1 / a.sum() + 1 / b.sum())
    )
    assert found.df[0] == pytest.approx(df)
    assert found.p_value[0] == pytest.approx(max(2 * stats.t.sf(abs(t), df), poisson))


def test_a_side_without_hits_is_tested_by_the_reports_that_name_it():
    hits = np.array([[3], [2], [4], [0], [0], [0]])
    found = rate_ratio(hits, np.ones(6), np.repeat([True, False], 3))
    assert found.log_ratio[0] == pytest.approx(np.log(9.5 / 0.5))
    assert np.isnan(found.low[0])
    assert found.p_value[0] == pytest.approx(stats.fisher_exact([[3, 0], [0, 3]]).pvalue)
    one = rate_ratio(
        np.array([[9], [0], [0], [0], [0], [0]]), np.ones(6), np.repeat([True, False], 3)
    )
    assert one.p_value[0] == pytest.approx(1)
    assert np.isnan(
        rate_ratio(np.zeros((6, 1)), np.ones(6), np.repeat([True, False], 3)).p_value[0]
    )


def test_matching_takes_the_highest_total():
    similarity = np.array([[0.9, 0.8], [0.85, 0.1]])
    assert match_items(similarity).tolist() == [1, 0]
    with pytest.raises(ParameterError, match="turn it round"):
        match_items(np.ones((3, 2)))
