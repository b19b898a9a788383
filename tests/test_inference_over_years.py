"""Trends of panels and of single series: truths found, shocks and memory not taken for trends."""

from itertools import product

import numpy as np
import pytest

from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference import (
    bursts,
    interrupted_panel,
    interrupted_series,
    make_panel,
    panel_slope,
    series_break,
    series_slope,
)
from policytext.inference.over_years import Panel, _gls, _null_slopes, yearly_effects


def remembered(rng, n, memory):
    x = [rng.standard_normal()]
    for _ in range(n - 1):
        x.append(memory * x[-1] + np.sqrt(1 - memory**2) * rng.standard_normal())
    return np.array(x)


def panel(rng, issuers, years, slope=0.0, shock=0.0, late=False, memory=0.0):
    common = slope * np.arange(years) + shock * remembered(rng, years, memory)
    mean = 10 * rng.gamma(4, 0.25, (issuers, 1)) * np.exp(common)
    there = np.arange(years) >= (rng.integers(0, years - 5, (issuers, 1)) if late else 0)
    at = np.nonzero(there & np.ones((issuers, years), dtype=bool))
    hits = rng.poisson(mean)[at].astype(float)
    return make_panel(hits, np.ones(len(hits)), at[0], at[1].astype(float))


def test_a_rise_is_covered_and_issuers_that_join_late_bring_none():
    rng = np.random.default_rng(0)
    found = [panel_slope(panel(rng, 20, 10, slope=0.1, late=True)) for _ in range(30)]
    assert np.mean([f.low < 0.1 < f.high for f in found]) > 0.8
    assert np.mean([f.estimate for f in found]) == pytest.approx(0.1, abs=0.01)


def test_shocks_common_to_a_year_are_no_trend():
    rng = np.random.default_rng(1)
    p = [panel_slope(panel(rng, 31, 8, shock=0.3)).p_value for _ in range(60)]
    assert np.mean(np.array(p) < 0.05) <= 0.12


def test_shocks_that_last_are_no_trend():
    rng = np.random.default_rng(3)
    found = [panel_slope(panel(rng, 31, 8, shock=0.3, memory=0.6)) for _ in range(100)]
    assert np.mean([f.p_value < 0.05 for f in found]) <= 0.1
    assert np.mean([f.p_independent < 0.05 for f in found]) > 0.1
    # a memory that the years speak against is not held possible
    years = [1.0, -1] * 6
    assert panel_slope(swinging(years)).memory < 0.8


def swinging(common):
    there = np.ones((20, len(common)), dtype=bool)
    return Panel(100 * np.exp(there * common), there * 1.0, there, np.arange(1.0 * len(common)))


def test_interval_and_p_of_a_panel_say_the_same():
    rng = np.random.default_rng(4)
    for slope in (0.0, 0.15, 0.3):
        found = panel_slope(panel(rng, 12, 8, slope=slope, shock=0.1))
        assert (found.p_value < 0.05) == (not found.low < 0 < found.high)


def test_year_effects_hold_issuers_equal():
    grid = make_panel(
        np.array([10.0, 10, 1, 1]), np.ones(4), np.array([0, 0, 1, 1]), np.array([1.0, 2, 2, 3])
    )
    assert np.ptp(yearly_effects(grid)[0]) < 0.2


def test_memory_is_no_trend_and_no_break():
    rng = np.random.default_rng(2)
    years = np.arange(12.0)
    drawn = [remembered(rng, 12, 0.6) for _ in range(60)]
    assert np.mean([series_slope(years, x).p_value < 0.05 for x in drawn]) <= 0.1
    assert np.mean([series_break(years, x)[0] < 0.05 for x in drawn[:30]]) <= 0.14


def test_gaps_between_years_are_kept():
    years = np.array([2000.0, 2001, 2002, 2003, 2004, 2005, 2010, 2011, 2012, 2020])
    assert series_slope(years, 0.2 * years).estimate == pytest.approx(0.2)


def test_too_little_is_refused_with_what_would_carry_it():
    with pytest.raises(NotEnoughDataError, match="one series needs at least 10 years, got 6"):
        series_slope(np.arange(6.0), np.arange(6.0))
    rng = np.random.default_rng(0)
    with pytest.raises(NotEnoughDataError, match="at least 5 years with 5 issuers each, got 4"):
        panel_slope(panel(rng, 8, 4))


def test_a_known_change_is_covered_in_level_and_slope():
    rng = np.random.default_rng(5)
    since = np.arange(12) >= 6
    common = 0.7 * since + 0.1 * (np.arange(12) - 6) * since
    inside = []
    for _ in range(60):
        mean = 20 * rng.gamma(4, 0.25, (20, 1)) * np.exp(common + rng.normal(0, 0.1, 12))
        hits = rng.poisson(mean).ravel() * 1.0
        at = np.divmod(np.arange(240), 12)
        made = make_panel(hits, np.ones(240), at[0], at[1] * 1.0)
        found = interrupted_panel(made, 6)
        inside.append([found.level.low < 0.7 < found.level.high, found.turn.low < 0.1])
    assert np.mean(inside, axis=0).min() > 0.85


def test_shocks_and_memory_are_no_interruption():
    rng = np.random.default_rng(6)
    p = [interrupted_panel(panel(rng, 20, 9, shock=0.3), 5).level.p_value for _ in range(100)]
    assert np.mean(np.array(p) < 0.05) <= 0.1
    years = np.arange(14.0)
    drawn = [interrupted_series(years, remembered(rng, 14, 0.6), 7) for _ in range(100)]
    assert np.mean([found.level.p_value < 0.05 for found in drawn]) <= 0.1
    assert np.mean([found.turn.p_value < 0.05 for found in drawn]) <= 0.1


def test_newey_and_west_would_find_changes_where_there_are_none():
    """What is often printed: least squares with HAC errors, on series with memory."""
    import statsmodels.api as sm

    rng = np.random.default_rng(6)
    time = np.arange(14.0)
    line = np.stack([np.ones(14), time, time >= 7, (time - 7) * (time >= 7)], axis=1)
    hac = {"cov_type": "HAC", "cov_kwds": {"maxlags": 2}}
    p = [sm.OLS(remembered(rng, 14, 0.6), line).fit(**hac).pvalues[2] for _ in range(100)]
    assert np.mean(np.array(p) < 0.05) > 0.2


def test_without_memory_the_broken_line_is_that_of_least_squares():
    rng = np.random.default_rng(7)
    time = np.arange(30.0)
    y = 0.1 * time + 2.0 * (time >= 15) + np.resize([0.3, -0.3, -0.3, 0.3], 30)
    line = np.stack([np.ones(30), time, (time - 15) * (time >= 15), time >= 15], axis=1)
    least = np.linalg.lstsq(line, y + rng.normal(0, 0.01, 30), rcond=None)[0]
    assert interrupted_series(time, y, 15).level.estimate == pytest.approx(least[3], abs=0.2)


def cheapest(named, sizes, gamma):
    """States of lowest cost among all sequences of two states."""
    share = named.sum() / sizes.sum()

    def cost(states):
        chance = np.array([share, 2 * share])[list(states)]
        fit = named * np.log(chance) + (sizes - named) * np.log(1 - chance)
        return gamma * np.log(len(named)) * (np.diff([0, *states]) > 0).sum() - fit.sum()

    return min(product((0, 1), repeat=len(named)), key=cost)


def test_bursts_are_the_cheapest_states_and_those_of_burst_detection():
    found = bursts([1, 2, 9, 11, 8, 1, 0, 2], [31] * 8)
    # burst_detection 0.1.3 (s = 2, gamma = 1): batches 2 to 4, weight 8.161875
    assert [found[0][:2], len(found)] == [(2, 4), 1]
    assert found[0].weight == pytest.approx(8.161875, abs=1e-6)
    rng = np.random.default_rng(0)
    n_found = 0
    for _ in range(40):
        sizes = rng.integers(5, 40, 7)
        named = rng.binomial(sizes, 0.2 * rng.choice([0.5, 1.0, 2.0], 7))
        inside = np.zeros(7, dtype=int)
        for burst in bursts(named, sizes, gamma=0.5):
            inside[burst.first : burst.last + 1] = 1
            n_found += 1
        assert tuple(inside) == cheapest(named, sizes, 0.5)
    assert n_found > 10
    assert bursts([6, 6], [10, 10]) == bursts([0, 0], [3, 3]) == []
    with pytest.raises(ParameterError, match="none named more often than there"):
        bursts([3], [2])


def test_a_change_needs_years_on_both_sides():
    years = np.arange(2010.0, 2022)
    with pytest.raises(NotEnoughDataError, match="got 11 and 1"):
        interrupted_series(years, years, 2021)
    with pytest.raises(NotEnoughDataError, match="at least 8 years"):
        interrupted_panel(panel(np.random.default_rng(0), 10, 7), 3)


def test_noise_of_counts_hides_no_memory():
    """Half of the variance is that of counts: a likelihood sees too little memory."""
    time = np.arange(40.0)
    line = np.stack([np.ones(40), time - time.mean()], axis=1)
    rng = np.random.default_rng(9)
    lasting = [rng.standard_normal(4000)]
    for _ in time[1:]:
        lasting.append(0.7 * lasting[-1] + np.sqrt(0.51) * rng.standard_normal(4000))
    noise = rng.standard_normal((40, 4000))
    t = np.abs(_gls(line, np.stack(lasting) + noise, time)[1])
    alone, *_ = null = _null_slopes(tuple(time))
    assert np.mean(t > np.quantile(alone, 0.95)) > 0.06
    assert np.mean(t > np.quantile(null, 0.95, axis=1).max()) < 0.055
