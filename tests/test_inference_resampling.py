"""Resampling, permutation, many tests, matching: whole reports, repeatable, and as R and scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.sparse import csr_matrix

from policytext.errors import ParameterError
from policytext.inference import (
    benjamini_hochberg,
    match_items,
    permutation_p,
    permuted_groups,
    rank_bounds,
    rarefy,
    report_weights,
    smallest_p,
    split_halves,
    stability_of_sign,
)


def test_strata_keep_their_size():
    strata = np.array(["a"] * 5 + ["b"] * 3)
    weights = report_weights(strata, n_resamples=200, random_state=1)
    assert (weights[:, :5].sum(axis=1) == 5).all()
    assert (weights[:, 5:].sum(axis=1) == 3).all()
    assert weights.std() > 0


def test_the_seed_decides():
    strata = ["a"] * 6
    one = report_weights(strata, n_resamples=5, random_state=1)
    np.testing.assert_array_equal(one, report_weights(strata, n_resamples=5, random_state=1))
    assert (one != report_weights(strata, n_resamples=5, random_state=2)).any()


@given(st.lists(st.sampled_from("甲乙丙"), min_size=1, max_size=40))
def test_halves_are_halves_of_every_unit(units):
    first = split_halves(units, n_splits=3, random_state=0)
    for unit in set(units):
        member = np.array([u == unit for u in units])
        taken = first[:, member].sum(axis=1)
        assert (np.abs(2 * taken - member.sum()) <= 1).all()


@given(st.lists(st.lists(st.integers(0, 20), min_size=4, max_size=4), min_size=1, max_size=4))
def test_rarefied_rows_have_one_length(rows):
    size = min(sum(row) for row in rows)
    drawn = rarefy(rows, size, random_state=0)
    assert (drawn.sum(axis=1) == size).all()
    assert (drawn <= np.array(rows)).all()


def test_rarefying_keeps_shares_on_average():
    drawn = [rarefy([[600, 300, 100]], 100, random_state=i)[0] for i in range(300)]
    np.testing.assert_allclose(np.mean(drawn, axis=0), [60, 30, 10], atol=1)


def test_more_than_there_is_cannot_be_drawn():
    with pytest.raises(ParameterError, match=r"shortest text \(6 tokens\)"):
        rarefy([[3, 3]], 7)


def test_sign_is_stable_for_a_clear_difference_and_not_for_none():
    rng = np.random.default_rng(0)
    hits = np.column_stack([rng.poisson(np.repeat([9, 1], 20)), rng.poisson(np.full(40, 3.0))])
    group = np.repeat([True, False], 20)
    weights = report_weights(group, n_resamples=400, random_state=0)
    kept = stability_of_sign(hits.astype(float), np.ones(40), group, weights)
    assert kept[0] == 1
    assert kept[1] < 0.999
    again = stability_of_sign(csr_matrix(hits), np.ones(40), group, weights)
    np.testing.assert_array_equal(kept, again)


@pytest.mark.parametrize("make", [report_weights, split_halves])
def test_a_number_of_draws_must_be_positive(make):
    name = "n_resamples" if make is report_weights else "n_splits"
    with pytest.raises(ParameterError, match="at least 1"):
        make(["a"], **{name: 0})


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


def test_matching_takes_the_highest_total():
    similarity = np.array([[0.9, 0.8], [0.85, 0.1]])
    assert match_items(similarity).tolist() == [1, 0]
    with pytest.raises(ParameterError, match="turn it round"):
        match_items(np.ones((3, 2)))


def test_rank_sets_hold_the_true_places_at_the_stated_level():
    """31 groups, some of them equal: each set alone, and all of them together."""
    rng = np.random.default_rng(0)
    truth = np.concatenate([np.zeros(10), np.linspace(0, 4, 21)])
    place = 1 + (truth[None, :] > truth[:, None]).sum(axis=1)
    last = 31 - (truth[None, :] < truth[:, None]).sum(axis=1)
    error, each, every, lengths = rng.uniform(0.2, 0.6, 31), [], [], []
    for _ in range(200):
        drawn = truth + error * rng.standard_normal(31)
        one = rank_bounds(drawn, error, n_draws=500)
        both = rank_bounds(drawn, error, joint=True, n_draws=500)
        each += ((one[:, 0] <= place) & (last <= one[:, 1])).tolist()
        every.append(((both[:, 0] <= place) & (last <= both[:, 1])).all())
        lengths.append((one[:, 1] - one[:, 0]).mean())
    assert np.mean(each) >= 0.95 and np.mean(every) >= 0.93
    # and they say something: a group's set is shorter than all places
    assert np.mean(lengths) < 20


def test_what_is_decided_leaves_more_for_the_rest():
    """Of ten pairs nine are far apart: the tenth, at 2.6 errors, is not held against all ten."""
    values = [40.0, 30, 20, 10, 10 - 2.6 * np.sqrt(2)]
    assert rank_bounds(values, [1.0] * 5, joint=True).tolist() == [[k, k] for k in range(1, 6)]
    assert rank_bounds([10.0] * 4 + values[4:], [1.0] * 5, joint=True).tolist() == [[1, 5]] * 5


def test_ranks_of_equal_groups_are_not_told_apart():
    assert rank_bounds([1.0, 1.0, 1.0], [0.1, 0.2, 0.3]).tolist() == [[1, 3]] * 3
    with pytest.raises(ParameterError, match="positive error"):
        rank_bounds([1.0, 2.0], [0.1, 0.0])
