"""Are dyads regressed as least squares, and do deals of places test what they should?"""

import numpy as np
import pytest
import statsmodels.api as sm

from policytext.errors import NotEnoughDataError
from policytext.inference.dyads import fit_dyads

N = 12
ONE, OTHER = np.nonzero(~np.eye(N, dtype=bool))
ONCE = np.zeros(len(ONE), dtype=int)


def world(seed, effect=0.0):
    rng = np.random.default_rng(seed)
    near = np.triu(rng.random((N, N)) < 0.3, 1).astype(float)
    near = near + near.T
    far = np.abs(np.subtract.outer(*2 * [rng.normal(size=N)]))
    level = rng.normal(size=(2, N))
    share = level[0][ONE] + level[1][OTHER] + effect * near[ONE, OTHER] + rng.normal(size=len(ONE))
    return share, near, far


def test_estimates_are_those_of_least_squares_with_dummies():
    share, near, far = world(3, effect=1.5)
    found = fit_dyads(share, [near, far], ONE, OTHER, ONCE, n_permutations=19, confidence=0.8)
    dummies = np.column_stack([np.eye(N)[ONE], np.eye(N)[OTHER][:, 1:]])
    design = np.column_stack([near[ONE, OTHER], far[ONE, OTHER], dummies])
    np.testing.assert_allclose(found["estimate"], sm.OLS(share, design).fit().params[:2])


def test_the_p_value_is_that_of_the_same_deals_one_by_one():
    share, near, _ = world(5, effect=0.4)
    found = fit_dyads(share, [near], ONE, OTHER, ONCE, n_permutations=99, random_state=8)
    dummies = np.column_stack([np.eye(N)[ONE], np.eye(N)[OTHER][:, 1:]])

    def slope(trait):
        return sm.OLS(share, np.column_stack([trait[ONE, OTHER], dummies])).fit().params[0]

    rng = np.random.default_rng(8)
    dealt = [slope(near[np.ix_(deal, deal)]) for deal in (rng.permutation(N) for _ in range(99))]
    as_far = np.sum(np.abs(dealt) >= abs(slope(near)))
    assert found["p_value"].iloc[0] == pytest.approx((1 + as_far) / 100)


@pytest.mark.parametrize("seed", range(6))
def test_an_interval_leaves_out_what_the_deals_reject(seed):
    share, near, far = world(seed, effect=0.5)
    plain = {"n_permutations": 199, "random_state": seed}
    found = fit_dyads(share, [near, far], ONE, OTHER, ONCE, **plain)
    for row in found.itertuples():
        assert row.low <= row.estimate <= row.high
        assert (row.p_value <= 0.05) == (not row.low <= 0 <= row.high)
    # moving the outcome along the trait moves the interval by as much
    moved = fit_dyads(share + 2 * near[ONE, OTHER], [near, far], ONE, OTHER, ONCE, **plain)
    change = moved.loc[0, ["estimate", "low", "high"]] - found.loc[0, ["estimate", "low", "high"]]
    np.testing.assert_allclose(change.astype(float), 2)


def test_the_level_of_a_side_explains_what_is_said_of_this_side():
    share, near, _ = world(1)
    rich = np.tile(np.arange(N, dtype=float), (N, 1))
    with pytest.raises(NotEnoughDataError, match="leave one out"):
        fit_dyads(share, [near, rich], ONE, OTHER, ONCE)
    told = {"levels": ["receiver"], "n_permutations": 99}
    assert len(fit_dyads(share, [near, rich], ONE, OTHER, ONCE, **told)) == 2


def test_the_unit_of_a_trait_changes_nothing_but_the_unit_of_its_effect():
    share, near, far = world(4, effect=0.5)
    plain = fit_dyads(share, [near, far], ONE, OTHER, ONCE)
    for unit in (1e-8, 1e12):
        found = fit_dyads(share, [near, unit * far], ONE, OTHER, ONCE)
        np.testing.assert_allclose(found["p_value"], plain["p_value"])
        np.testing.assert_allclose(unit * found.loc[1, "low"], plain.loc[1, "low"], rtol=1e-6)


def test_a_trait_that_others_nearly_tell_is_not_found_where_it_is_not():
    rng, found = np.random.default_rng(0), []
    n = 20
    one, other = np.nonzero(~np.eye(n, dtype=bool))
    once = np.zeros(len(one), dtype=int)
    for _ in range(60):
        z, a = rng.normal(size=(n, n)), 3 * rng.normal(size=n)[:, None]
        traits = [z - a + 0.3 * rng.normal(size=(n, n)), z + a]
        fit = fit_dyads(rng.normal(size=len(one)), traits, one, other, once, n_permutations=99)
        found.append(fit.loc[0, "p_value"] <= 0.05)
    assert np.mean(found) < 0.15


def test_what_deals_leave_as_it_is_and_few_places_are_refused():
    share, near, _ = world(2)
    star = np.zeros((N, N))
    star[0] = star[:, 0] = 1
    with pytest.raises(NotEnoughDataError, match="too few places apart"):
        fit_dyads(share, [star], ONE, OTHER, ONCE, levels=(), n_permutations=199)
    few = (ONE < 9) & (OTHER < 9)
    with pytest.raises(NotEnoughDataError, match="needs 10 places, got 9"):
        fit_dyads(share[few], [near[:9, :9]], ONE[few], OTHER[few], ONCE[few])
