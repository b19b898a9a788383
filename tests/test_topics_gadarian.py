"""Diagnostics and effects equal those of stm 1.3.7 (R) on its own example model."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from policytext.inference import models
from policytext.topics.quality import exclusivity, frex, residual_dispersion, top_columns, umass

HERE = Path(__file__).parent / "reference"


@pytest.fixture(scope="module")
def fit():
    return json.loads((HERE / "gadarianFit.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def words(fit):
    return np.exp(np.array(fit["beta"]["logbeta"][0]))


@pytest.fixture(scope="module")
def shares(fit):
    return np.array(fit["theta"])


@pytest.fixture(scope="module")
def counts(fit):
    table = pd.read_csv(HERE / "gadarian_counts.csv", keep_default_na=False)
    column = {word: i for i, word in enumerate(fit["vocab"])}
    place = (table["row"], table["word"].map(column))
    found = sparse.csr_array((table["count"].astype(float), place), shape=(341, 215))
    assert found.sum(axis=0).tolist() == fit["settings"]["dim"]["wcounts"]["x"]
    return found


@pytest.fixture(scope="module")
def design():
    treatment = pd.read_csv(HERE / "gadarian.csv")["treatment"].to_numpy()
    return np.column_stack([np.ones(len(treatment)), treatment])


def test_exclusivity(words):
    np.testing.assert_allclose(
        exclusivity(words), [8.451914712, 8.412544328, 8.956199830], rtol=1e-9
    )


def test_semantic_coherence(words, counts):
    expected = [-101.73234049, -98.22126741, -77.80805600]
    np.testing.assert_allclose(umass(words, counts), expected, rtol=1e-9)


def test_residual_dispersion(words, shares, counts):
    found = residual_dispersion(counts, shares, words)
    assert round(found.dispersion, 6) == 1.256978
    assert found.df == 41970


def test_frex_words(fit, words, counts):
    scores = frex(words, np.asarray(counts.sum(axis=0)).ravel())
    found = [[fit["vocab"][w] for w in row] for row in top_columns(scores, 7)]
    assert found == [
        ["border", "mexico", "mexican", "need", "concern", "fine", "make"],
        ["cost", "health", "servic", "welfar", "increas", "loss", "school"],
        ["english", "get", "come", "mani", "back", "becom", "like"],
    ]


def test_mean_shares(shares):
    assert shares.mean(axis=0).round(7).tolist() == [0.3660640, 0.3324067, 0.3015292]


def test_effects_without_uncertainty_agree_with_estimate_effect(shares, design):
    """R's summary averages 500 draws of the coefficients: it has a simulation error of its own."""
    found, df = models.fit_independent(design, shares, np.array([[0.0, 1.0]]))
    printed = np.array([-0.18067, 0.27156, -0.09218])
    errors = np.array([0.02228, 0.02472, 0.02032])
    exact = np.sqrt(found.variance).ravel()
    assert np.all(np.abs(found.estimate.ravel() - printed) < 3 * exact / np.sqrt(500))
    assert np.all(np.abs(exact - errors) < 3 * exact / np.sqrt(1000))
    assert df == 339


def test_effects_without_uncertainty_are_ordinary_least_squares(shares, design):
    import statsmodels.api as sm

    found, _ = models.fit_independent(design, shares, np.array([[0.0, 1.0]]))
    for k in range(3):
        fit = sm.OLS(shares[:, k], design).fit()
        assert found.estimate[k, 0] == pytest.approx(fit.params[1], rel=1e-9)
        assert np.sqrt(found.variance[k, 0]) == pytest.approx(fit.bse[1], rel=1e-9)


def test_effects_with_uncertainty_agree_within_simulation_error(fit, design):
    """stm's "Global" draws: logistic normal around eta, covariance left after that of the means."""
    eta, mu = np.array(fit["eta"]), np.array(fit["mu"]["mu"]).T
    spread = np.array(fit["sigma"]) - (eta - mu).T @ (eta - mu) / len(eta)
    rng = np.random.default_rng(0)
    fits = []
    for _ in range(300):
        drawn = eta + rng.multivariate_normal(np.zeros(2), spread, len(eta))
        raw = np.exp(np.column_stack([drawn, np.zeros(len(eta))]))
        share = raw / raw.sum(axis=1, keepdims=True)
        fits.append(models.fit_independent(design, share, np.array([[0.0, 1.0]]))[0])
    pooled = models.compose(
        np.stack([f.estimate for f in fits]),
        np.stack([f.variance for f in fits]),
        np.array([339.0]),
    )
    assert pooled.estimate[1, 0] == pytest.approx(0.247, abs=0.005)
    assert pooled.std_error[1, 0] == pytest.approx(0.032, abs=0.002)
    assert 0 < pooled.between[1, 0] < 0.6


def test_rows_as_clusters_give_hc3_errors(shares, design):
    import statsmodels.api as sm

    alone = models.gather(design, np.arange(341), [str(i) for i in range(341)])
    contrast = np.array([[0.0, 1.0]])
    robust = models.fit_clustered(alone, shares, contrast)
    for k in range(3):
        hc3 = sm.OLS(shares[:, k], design).fit(cov_type="HC3").bse[1]
        # CR3 scales by (n - 1) / n, HC3 does not
        assert np.sqrt(robust.variance[k, 0] * 341 / 340) == pytest.approx(hc3, rel=1e-9)
    assert models.clustered_df(alone, contrast)[0] == pytest.approx(339, abs=3)
