"""Intervals: against statsmodels and R, and in their own edge cases."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.sparse import csr_matrix
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import confint_poisson

from policytext.errors import ParameterError
from policytext.inference import (
    log_rate,
    poisson_interval,
    rate_ratio,
    report_rate_interval,
    share_interval,
)


def test_garwood_is_that_of_statsmodels():
    for hits in (0, 1, 5, 40):
        ours = poisson_interval(hits, 2.0)
        low, high = confint_poisson(hits, 2.0, method="exact-c")
        assert (ours.low, ours.high) == (pytest.approx(low), pytest.approx(high))


def test_garwood_is_that_of_r():
    # R: poisson.test(5)$conf.int is 1.623486 11.668332
    five = poisson_interval(5)
    assert float(five.low) == pytest.approx(1.623486, abs=1e-6)
    assert float(five.high) == pytest.approx(11.668332, abs=1e-6)


def test_wilson_is_that_of_statsmodels():
    for count, n in ((0, 31), (3, 31), (31, 31)):
        ours = share_interval(count, n)
        low, high = proportion_confint(count, n, method="wilson")
        assert (float(ours.low), float(ours.high)) == (pytest.approx(low), pytest.approx(high))


def test_log_rate_variance_is_the_leave_one_out_sandwich():
    hits, size = np.array([3.0, 0, 5, 1, 4]), np.array([1.0, 1.2, 1.1, 0.9, 1.0])
    fit = log_rate(hits, size)
    residual = (hits - size * hits.sum() / size.sum()) / (1 - size / size.sum())
    assert fit.variance.item() == pytest.approx(4 / 5 * (residual**2).sum() / hits.sum() ** 2)
    assert fit.df == pytest.approx(3.94, abs=0.01)
    assert log_rate(hits, np.ones(5)).df == pytest.approx(4)


def test_sparse_counts_give_the_same():
    rng = np.random.default_rng(0)
    hits, size = rng.poisson(0.5, (12, 30)), rng.uniform(1, 3, 12)
    dense, sparse = log_rate(hits, size), log_rate(csr_matrix(hits), size)
    np.testing.assert_allclose(dense.variance, sparse.variance)


def test_reports_that_agree_do_not_make_a_small_count_certain():
    interval = report_rate_interval(np.ones(5), np.ones(5))
    assert interval.high.item() / interval.low.item() > 4


def test_bunched_hits_are_wider_than_poisson():
    hits, size = np.array([30, 0, 1, 0, 2, 0]), np.ones(6)
    by_report, pooled = report_rate_interval(hits, size), poisson_interval(33, 6)
    assert by_report.high.item() > pooled.high
    assert by_report.low.item() < pooled.low


def test_no_hits_have_an_upper_end():
    interval = report_rate_interval(np.zeros(6), np.full(6, 10.0))
    assert interval.low.item() == 0
    assert interval.high.item() == pytest.approx(poisson_interval(0, 60).high)


@pytest.mark.parametrize("size", [[1.0], [1.0, 0.0]])
def test_too_few_reports_are_refused(size):
    with pytest.raises(ParameterError, match="at least two reports"):
        log_rate(np.ones(len(size)), size)


def test_level_must_be_a_share():
    with pytest.raises(ParameterError, match="between 0 and 1"):
        poisson_interval(3, confidence=95)


@given(
    st.lists(st.integers(0, 50), min_size=5, max_size=20),
    st.floats(0.5, 0.99),
)
def test_intervals_hold_their_estimate(hits, level):
    interval = report_rate_interval(np.array(hits), np.ones(len(hits)), confidence=level)
    assert interval.low.item() <= interval.estimate.item() <= interval.high.item()


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
