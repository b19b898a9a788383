"""Fitting: left-out scores are those of a refit, and features are read by their names."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from policytext.themes.fitting import fit_pairs, grouped_ridge, joined


def test_left_out_scores_equal_refitting_without_the_report() -> None:
    rng = np.random.default_rng(0)
    x = sp.csr_matrix(rng.normal(size=(30, 8)))
    y = (rng.random((30, 2)) < 0.4).astype(float)
    groups = np.repeat(np.arange(6), 5)
    fit = grouped_ridge(x, y, groups, penalty=2.0)
    means = y.mean(axis=0)
    for group in range(6):
        keep = groups != group
        a = x[keep].toarray()
        weights = np.linalg.solve(a.T @ a + 2.0 * np.eye(8), a.T @ (y[keep] - means))
        np.testing.assert_allclose(fit.left_out[~keep], means + x[~keep] @ weights, atol=1e-8)


def test_the_order_of_features_changes_nothing() -> None:
    rng = np.random.default_rng(0)
    evidence = (
        *("has_cue", "log_clauses", "share_of_clauses", "log_cues_outside_lists"),
        *("log_domain_clauses", "best_clause", "log_hints", "leads"),
    )
    pairs = {name: rng.random((60, 3)) for name in evidence}
    scores = {name: rng.random((60, 3)) for name in ("characters", "cues_together", "best_cue")}
    context = {name: rng.normal(size=60) for name in ("log_length", "no_cue")}
    labels = rng.random((60, 3)) < 0.2 + 0.6 * pairs["has_cue"]
    real = np.array([True, True, False])
    values = joined(pairs, scores, context)
    model = fit_pairs(values, context, labels, real=real, strength=0.3)
    back, around = (dict(reversed(features.items())) for features in (values, context))
    assert np.array_equal(model.logits(back, around), model.logits(values, context))
    other = fit_pairs(back, around, labels, real=real, strength=0.3)
    np.testing.assert_allclose(
        other.logits(values, context), model.logits(values, context), atol=0.02
    )
