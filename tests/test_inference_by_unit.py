"""Rates and ratios by unit: known truths, deals, pairs, and what is refused."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from policytext.errors import ParameterError
from policytext.inference import (
    dealt_sides,
    rate_ratio,
    share_interval,
    unit_rate_interval,
    unit_ratio,
    unit_share_interval,
)


def drawn(rng, units, reports, words, spread=0.5):
    own = rng.gamma(1 / spread**2, spread**2, (units, words))
    unit = np.repeat(np.arange(units), reports)
    return rng.poisson(5 * own[unit]), np.ones(len(unit)), unit


def test_reports_of_one_issuer_are_added_up():
    hits, size, unit = drawn(np.random.default_rng(0), 6, 4, 3)
    ours, kind, n = unit_rate_interval(hits, size, unit)
    sums = np.stack([hits[unit == u].sum(axis=0) for u in range(6)])
    theirs = unit_rate_interval(sums, np.full(6, 4.0))[0]
    np.testing.assert_allclose(ours.low, theirs.low)
    assert n == 6 and set(kind) == {"issuers as units, log-rate t"}
    by_report = unit_rate_interval(hits, size)[0]
    assert (ours.high / ours.low > by_report.high / by_report.low).all()


def test_a_census_and_few_units_have_no_interval_between_units():
    hits, size, unit = drawn(np.random.default_rng(0), 3, 4, 1)
    assert unit_rate_interval(hits, size, unit)[1][0] == "these reports only (Poisson)"
    found, kind, _ = unit_rate_interval(hits, size, unit, census=True)
    assert np.isnan(found.low[0]) and kind[0] == "none: census"


@pytest.mark.parametrize(("first", "units"), [(5, 10), (5, 31), (12, 31)])
def test_size_is_held_with_few_units_and_several_reports_each(first, units):
    rng = np.random.default_rng(1)
    p = []
    for _ in range(4):
        hits, size, unit = drawn(rng, units, 4, 100)
        p.append(unit_ratio(hits, size, unit < first, unit, n_deals=399).p_value)
    share = np.mean(np.concatenate(p) < 0.05)
    assert 0.01 < share < 0.09
    naive = [rate_ratio(hits, size, unit < first).p_value for _ in range(1)]
    assert np.mean(np.concatenate(naive) < 0.05) > 0.12


def test_a_difference_is_found_and_interval_and_p_value_agree():
    rng = np.random.default_rng(2)
    hits, size, unit = drawn(rng, 30, 2, 40, spread=0.3)
    hits[unit < 15] = rng.poisson(2.5 * hits[unit < 15])
    found = unit_ratio(csr_matrix(hits), size, unit < 15, unit)
    assert np.mean(found.p_value < 0.05) > 0.9
    outside = (found.low > 0) | (found.high < 0)
    assert (outside == (found.p_value < 0.05)).all()


def test_the_same_issuers_on_both_sides_are_compared_within():
    rng = np.random.default_rng(3)
    own = rng.gamma(1, 1, (20, 60))
    hits = rng.poisson(np.vstack([8 * own, 5 * own]))
    side, unit = np.arange(40) < 20, np.tile(np.arange(20), 2)
    paired = unit_ratio(hits, np.ones(40), side, unit)
    apart = unit_ratio(hits, np.ones(40), side, np.arange(40))
    assert paired.kind.startswith("same issuers")
    assert np.mean(paired.p_value < 0.05) > np.mean(apart.p_value < 0.05) + 0.3
    assert np.mean((paired.low < np.log(1.6)) & (np.log(1.6) < paired.high)) > 0.85


def test_issuers_that_repeat_themselves_are_tested_as_sharply_as_they_allow():
    """Counts that vary less than Poisson's; a few that name a word are still held against those."""
    rng = np.random.default_rng(5)
    side, unit = np.arange(62) < 31, np.tile(np.arange(31), 2)
    alike = unit_ratio(rng.binomial(10, 0.5, (62, 600)), np.ones(62), side, unit)
    assert 0.03 < np.mean(alike.p_value < 0.05) < 0.07
    assert 0.93 < np.mean((alike.low < 0) & (alike.high > 0)) < 0.97
    named = (np.arange(31) < 4)[unit][:, None]
    rare = unit_ratio(named * rng.binomial(10, 0.5, (62, 600)), np.ones(62), side, unit)
    assert np.mean(rare.p_value < 0.05) < 0.03


def test_few_units_are_refused_however_many_reports():
    hits, size, unit = drawn(np.random.default_rng(0), 4, 10, 2)
    found = unit_ratio(hits, size, unit < 1, unit)
    assert np.isnan(found.p_value).all() and (found.n_group, found.n_rest) == (1, 3)
    with pytest.raises(ParameterError, match="both sides"):
        unit_ratio(hits, size, np.ones(40, dtype=bool), unit)


def test_deals_keep_units_whole_or_labels_within_units():
    whole = dealt_sides([0, 0, 1, 1, 2, 2] * 5, np.arange(30) % 6 < 2, n_deals=3)
    assert (whole[:, 0] == whole[:, 1]).all()
    units = np.repeat(np.arange(6), 2)
    within = dealt_sides(units, np.arange(12) % 2 == 0, n_deals=20)
    assert (within.reshape(20, 6, 2).sum(axis=2) == 1).all() and not within[:, ::2].all()


def test_a_share_is_worth_between_its_units_and_its_cases():
    """Cases alike within units count as units, cases that are independent as cases: Wilson's."""
    units = np.repeat(np.arange(10), 8)
    alike = np.repeat(np.arange(10) < 3, 8)[:, None]
    one = unit_share_interval(alike, np.ones(80), units)
    np.testing.assert_allclose((one.low[0], one.high[0]), share_interval(3, 10)[1:])
    even = np.tile([True, False, False, False], 20)[:, None]
    many = unit_share_interval(even, np.ones(80), units)
    np.testing.assert_allclose((many.low[0], many.high[0]), share_interval(20, 80)[1:])
    single = unit_share_interval(alike, np.ones(80))
    np.testing.assert_allclose((single.low[0], single.high[0]), share_interval(24, 80)[1:])


@pytest.mark.parametrize("yes", [0, 5])
def test_a_share_of_none_or_all_has_an_interval_of_its_units(yes):
    found = unit_share_interval(np.full((6, 1), yes), np.full(6, 5), [0, 0, 1, 1, 2, 2])
    expected = share_interval(3 * (yes > 0), 3)
    assert (found.low[0], found.high[0]) == pytest.approx((expected.low, expected.high))
