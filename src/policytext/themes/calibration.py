"""Do probabilities mean what they say, and what is gained by leaving doubts to people?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policytext.errors import ParameterError
from policytext.themes.decision import expected_f1

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_COVERAGES = (1.0, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5)


def calibration_error(labels: Bools, probabilities: Floats, n_bins: int = 10) -> float:
    """Return the expected calibration error: |mean probability - share labelled| over bins.

    Parameters
    ----------
    labels, probabilities
        Of one shape; all cells are pooled.
    n_bins
        Bins of equal width on 0 to 1.

    Raises
    ------
    ParameterError
        Shapes differ.

    References
    ----------
    Naeini, M. P., Cooper, G., & Hauskrecht, M. (2015). Obtaining well calibrated probabilities
    using Bayesian binning. AAAI, 29(1). https://doi.org/10.1609/aaai.v29i1.9602

    Examples
    --------
    >>> calibration_error(np.array([True, False]), np.array([0.5, 0.5]))
    0.0
    """
    bins = reliability_table(labels, probabilities, n_bins)
    weights = bins["n"] / max(bins["n"].sum(), 1)
    return float((weights * (bins["mean_probability"] - bins["share"]).abs()).sum())


def reliability_table(labels: Bools, probabilities: Floats, n_bins: int = 10) -> pd.DataFrame:
    """Return per bin of probability what it promised and what came true.

    Returns
    -------
    pandas.DataFrame
        Columns low, high (of the bin), n, mean_probability, share (labelled); empty bins are left
        out.
    """
    y, p = np.asarray(labels, dtype=float).ravel(), np.asarray(probabilities).ravel()
    if y.shape != p.shape:
        raise ParameterError(
            f"labels and probabilities must be of one shape, got {len(y)} and {len(p)} cells"
        )
    cell = np.minimum((p * n_bins).astype(int), n_bins - 1)
    n = np.bincount(cell, minlength=n_bins)
    kept = np.flatnonzero(n)
    return pd.DataFrame(
        {
            "low": kept / n_bins,
            "high": (kept + 1) / n_bins,
            "n": n[kept],
            "mean_probability": np.bincount(cell, weights=p, minlength=n_bins)[kept] / n[kept],
            "share": np.bincount(cell, weights=y, minlength=n_bins)[kept] / n[kept],
        }
    )


def coverage_curve(
    labels: Bools,
    probabilities: Floats,
    given: Bools,
    coverages: Sequence[float] = _COVERAGES,
) -> pd.DataFrame:
    """Return micro-F1 among the most confident paragraphs, for several shares of them.

    Parameters
    ----------
    labels, probabilities, given
        Paragraphs × themes.
    coverages
        Shares of paragraphs to answer.

    Returns
    -------
    pandas.DataFrame
        Columns coverage, threshold (lowest confidence answered; pass it as `abstain_below`), n,
        micro_f1.

    References
    ----------
    El-Yaniv, R., & Wiener, Y. (2010). On the foundations of noise-free selective classification.
    Journal of Machine Learning Research, 11, 1605-1641.

    Examples
    --------
    >>> y = np.array([[True, False], [False, True]])
    >>> p = np.array([[0.9, 0.1], [0.6, 0.4]])
    >>> coverage_curve(y, p, p > 0.5, (1.0, 0.5))["micro_f1"].tolist()
    [0.5, 1.0]
    """
    confidence = expected_f1(probabilities, given)
    order = np.argsort(-confidence, kind="stable")
    rows = []
    for coverage in coverages:
        kept = order[: max(1, round(coverage * len(order)))]
        hits = (labels[kept] & given[kept]).sum()
        rows.append(
            {
                "coverage": coverage,
                "threshold": float(confidence[kept[-1]]),
                "n": len(kept),
                "micro_f1": float(2 * hits / max(labels[kept].sum() + given[kept].sum(), 1)),
            }
        )
    return pd.DataFrame(rows)
