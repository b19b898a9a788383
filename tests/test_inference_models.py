"""Series, count models and errors by report: against pymannkendall, scipy and statsmodels."""

import numpy as np
import pandas as pd
import pymannkendall
import pytest
import statsmodels.api as sm
from scipy import stats

from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference import count_model, joint_p, log_rate, mann_kendall, models


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


def test_a_group_of_one_report_gets_the_error_of_a_poisson_count():
    """Left out, it says nothing of its group: its residual is rounding alone, not evidence."""
    rng = np.random.default_rng(0)
    for _ in range(10):
        hits = rng.poisson(5, 30) + 1
        design = pd.DataFrame({"constant": 1.0, "x": rng.normal(size=30), "one": 0.0})
        design.loc[3, "one"] = 1.0
        row = count_model(hits, np.full(30, 1000.0), design).table.iloc[2]
        fit = sm.GLM(hits, design, family=sm.families.Poisson()).fit()
        assert row["error"] == pytest.approx(fit.bse["one"], rel=0.05)


def test_a_count_model_of_a_constant_has_the_variance_of_a_pooled_rate():
    rng = np.random.default_rng(0)
    size, hits = rng.uniform(500, 2000, 12), rng.negative_binomial(1, 0.1, 12)
    error = count_model(hits, size, pd.DataFrame({"constant": np.ones(12)})).table["error"][0]
    assert error**2 == pytest.approx(log_rate(hits, size).variance.item())


@pytest.mark.slow
def test_intervals_of_group_means_cover_at_the_stated_level():
    """The regression alone: 16 reports of 10 paragraphs, shares known, no effect."""
    rng = np.random.default_rng(0)
    codes = np.repeat(np.arange(16), 10)
    design = np.column_stack([np.ones(160), (codes >= 11).astype(float)])
    gathered = models.gather(design, codes, [str(i) for i in range(16)])
    contrast = np.array([[0.0, 1.0]])
    df = models.clustered_df(gathered, contrast)
    wide = models.inflation(gathered, contrast)
    covered = 0
    for _ in range(800):
        shares = rng.normal(0, 1, 16)[codes] + rng.normal(0, 1, 160)
        fit = models.fit_clustered(gathered, shares[:, None], contrast)
        pooled = models.compose(fit.estimate[None], fit.variance[None] / wide, df)
        _, low, high = models.p_and_interval(pooled, 0.95)
        covered += low[0, 0] <= 0 <= high[0, 0]
    assert 0.93 <= covered / 800 <= 0.98


def test_jackknife_variances_are_right_on_average_once_their_inflation_is_out():
    rng = np.random.default_rng(0)
    codes = np.repeat(np.arange(9), [2, 30, 4, 9, 3, 25, 6, 2, 14])
    design = np.column_stack([np.ones(len(codes)), (codes >= 5) * 1.0, rng.normal(size=9)[codes]])
    gathered = models.gather(design, codes, list("abcdefghi"))
    each = np.eye(3)
    fit = models.fit_clustered(gathered, rng.normal(size=(len(codes), 20_000)), each)
    true = np.diag(np.linalg.inv(design.T @ design))
    wide = models.inflation(gathered, each)
    assert wide.min() > 1.2
    np.testing.assert_allclose(fit.variance.mean(axis=0) / wide, true, rtol=0.05)


def test_the_negative_binomial_is_that_of_mass_and_of_stata():
    """The RAND health insurance data: glm.nb of R's MASS 7.3-22, its overdispersion from Stata."""
    data = sm.datasets.randhie.load_pandas()
    design = sm.add_constant(data.exog, prepend=False)
    fit = count_model(data.endog, np.ones(len(design)), design, family="negative_binomial")
    theirs = [-0.05794695, -0.26778772, 0.04120608, -0.03813768, 0.26891577, 0.03816374]
    theirs += [-0.04413388, 0.01725218, 0.17796079, 0.66355609]
    np.testing.assert_allclose(fit.table["estimate"], theirs, atol=2e-5)
    assert fit.alpha == pytest.approx(1.292953, abs=2e-4)


def test_the_negative_binomial_of_poisson_counts_is_the_poisson():
    rng = np.random.default_rng(3)
    design = pd.DataFrame({"constant": 1.0, "x": np.repeat([0.0, 1], 20)})
    y = np.round(np.exp(2 + 0.5 * design["x"]) + rng.normal(0, 0.3, 40))
    plain, other = (
        count_model(y, np.ones(40), design, family=f) for f in ("poisson", "negative_binomial")
    )
    assert other.alpha == 0.0
    pd.testing.assert_frame_equal(plain.table, other.table)


def test_errors_of_the_negative_binomial_cover_overdispersed_counts():
    rng = np.random.default_rng(4)
    design = pd.DataFrame({"constant": 1.0, "x": np.repeat([0.0, 1], 15)})
    size, inside = rng.lognormal(0, 0.5, 30), []
    for _ in range(150):
        y = rng.poisson(20 * size * np.exp(0.4 * design["x"]) * rng.gamma(2, 0.5, 30))
        row = count_model(y, size, design, family="negative_binomial").table.iloc[1]
        inside.append(row["low"] < 0.4 < row["high"])
    assert 0.9 <= np.mean(inside) <= 0.99


def test_a_family_that_is_not_there_is_refused():
    with pytest.raises(ParameterError, match="'poisson', 'negative_binomial'"):
        count_model([1, 2, 3, 4], np.ones(4), pd.DataFrame({"c": np.ones(4)}), family="gamma")


def test_a_joint_test_of_one_column_is_its_own_and_keeps_its_size_with_several():
    rng = np.random.default_rng(8)
    groups = np.arange(32) % 4
    codes = {f"g{k}": (groups == k) * 1.0 for k in (1, 2, 3)}
    design = pd.DataFrame({"constant": 1.0, **codes})
    found, one = [], []
    for _ in range(300):
        hits = rng.poisson(10 * rng.gamma(4, 0.25, 32))
        fit = count_model(hits, np.ones(32), design)
        found.append(joint_p(fit, [1, 2, 3]))
        one.append(joint_p(fit, [2]) - fit.table["p_value"][2])
    assert 0.02 <= np.mean(np.array(found) < 0.05) <= 0.08
    # apart from the quantile of a Poisson's error, which is the normal one
    assert np.median(np.abs(one)) == pytest.approx(0, abs=1e-9)


def test_a_hazard_is_the_cloglog_of_statsmodels_unless_texts_are_shared():
    rng = np.random.default_rng(1)
    unit, x = np.arange(80), rng.normal(size=80)
    years = rng.integers(1, 4, 80).astype(float)
    event = rng.random(80) < 1 - np.exp(-0.2 * years * np.exp(0.8 * x))
    design = pd.DataFrame({"constant": 1.0, "x": x})
    ours = models.hazard_model(event, years, design, unit, unit)
    link = sm.families.links.CLogLog()
    theirs = sm.GLM(
        event * 1.0, design, family=sm.families.Binomial(link=link), offset=np.log(years)
    ).fit(cov_type="eim")
    assert ours["estimate"].tolist() == pytest.approx(theirs.params.tolist(), rel=1e-4)
    assert ours["error"].tolist() == pytest.approx(theirs.bse.tolist(), rel=1e-3)
    p = 2 * stats.t.sf(np.abs(theirs.params / theirs.bse), 78)
    assert ours["p_value"].tolist() == pytest.approx(p.tolist(), rel=1e-2)
    shared = models.hazard_model(event, years, design, unit, unit // 4)
    assert (shared["error"] >= ours["error"]).all() and shared["df"].tolist() == [18.0, 18.0]


@pytest.mark.parametrize(
    ("rows", "x", "match"),
    [
        (9, "noise", "needs 10 units"),
        (40, "event", "x parts the rows"),
        (40, "constant", "cannot tell the columns"),
    ],
)
def test_a_hazard_that_cannot_be_estimated_says_why(rows, x, match):
    event = np.arange(rows) % 3 == 0
    column = {"noise": np.arange(rows) % 5, "event": event * 1.0, "constant": np.full(rows, 2.0)}
    design = pd.DataFrame({"constant": 1.0, "x": column[x]})
    with pytest.raises(NotEnoughDataError, match=match):
        models.hazard_model(event, np.ones(rows), design, np.arange(rows), np.arange(rows))


def test_noise_of_rows_counts_once_and_a_shift_of_all_rows_counts_beside():
    rng = np.random.default_rng(0)
    codes = np.repeat(np.arange(40), 5)
    side = (codes >= 20) * 1.0
    gathered = models.gather(np.column_stack([np.ones(200), side]), codes, list(map(str, codes)))
    contrast = np.array([[0.0, 1.0]])
    base = rng.normal(0, 0.2, 40)[codes]

    def pooled(moves):
        fits = [models.fit_clustered(gathered, (base + m)[:, None], contrast) for m in moves]
        mean = models.fit_clustered(gathered, (base + moves.mean(axis=0))[:, None], contrast)
        both = (np.stack([f.estimate for f in fits]), np.stack([f.variance for f in fits]))
        found = models.compose(*both, np.array([38.0]), mean.variance)
        return found.std_error.item() ** 2, mean.variance.item()

    own, of_mean = pooled(rng.normal(0, 0.3, (200, 200)))
    assert own < 1.2 * of_mean
    shifted, of_mean = pooled(rng.normal(0, 0.1, (200, 1)) * side)
    assert shifted - of_mean == pytest.approx(0.01, rel=0.2)
