"""How do the rates of two groups of reports differ, and could chance do it?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse, special

from policytext.inference.intervals import Floats, LogRate, log_half_width, log_rate


class RateRatio(NamedTuple):
    """Natural logarithm of a ratio of rates, its interval, degrees of freedom and p-value."""

    log_ratio: Floats
    low: Floats
    high: Floats
    df: Floats
    p_value: Floats


def rate_ratio(
    hits: npt.ArrayLike | sparse.csr_matrix,
    exposure: npt.ArrayLike,
    in_group: npt.NDArray[np.bool_],
    *,
    level: float = 0.95,
) -> RateRatio:
    """Compare the rate of a group of reports with the rate of the others.

    The logarithms of the two rates are compared with Welch's t, their variances taken between
    reports (see :func:`~policytext.inference.intervals.log_rate`). The standard error is never
    smaller than that of two Poisson counts. Where one side has no hits, half a hit is added to
    both sides for the estimate, no interval is given, and the p-value is that of Fisher's test on
    the numbers of reports that name the feature (twice the smaller tail).

    Parameters
    ----------
    hits
        reports × features: counts.
    exposure
        One number a report: characters or words.
    in_group
        True for the reports of the group; at least two on either side.
    level
        Stated coverage.

    Returns
    -------
    RateRatio
        One entry a feature; ``low`` and ``high`` are NaN where a side has no hits, ``p_value``
        where neither has any.

    Raises
    ------
    ParameterError
        Fewer than two reports on a side, an empty report, or a wrong ``level``.

    References
    ----------
    Fisher R. A. (1922). https://doi.org/10.2307/2340521
    Welch B. L. (1947). The generalization of 'Student's' problem when several different
    population variances are involved. Biometrika 34, 28-35.
    https://doi.org/10.1093/biomet/34.1-2.28

    Examples
    --------
    >>> import numpy as np
    >>> hits = np.array([[8], [6], [9], [2], [3], [1]])
    >>> r = rate_ratio(hits, np.ones(6), np.array([True] * 3 + [False] * 3))
    >>> round(float(np.exp(r.log_ratio[0])), 2), round(float(r.p_value[0]), 3)
    (3.83, 0.03)
    """
    counts = sparse.csr_matrix(hits) if sparse.issparse(hits) else np.asarray(hits, dtype=float)
    size = np.asarray(exposure, dtype=float)
    a = log_rate(counts[in_group], size[in_group])
    b = log_rate(counts[~in_group], size[~in_group])
    ratio = compare_log_rates(a, b, sizes(size, in_group), level=level)
    named = [np.asarray((counts[rows] > 0).sum(axis=0)).ravel() for rows in (in_group, ~in_group)]
    known = ~np.isnan(ratio.p_value) | (named[0] + named[1] == 0)
    alone = _only_one_side(named[0], named[1], int(in_group.sum()), int((~in_group).sum()))
    return ratio._replace(p_value=np.where(known, ratio.p_value, alone))


def _only_one_side(
    named_a: npt.NDArray[np.int64], named_b: npt.NDArray[np.int64], n_a: int, n_b: int
) -> Floats:
    """Fisher's test where all reports that name a feature stand on one side."""
    k = named_a + named_b
    n = np.where(named_a > 0, n_a, n_b)
    # the chance that k reports drawn from all fall on that side: C(n, k) / C(n_a + n_b, k)
    log_chance = (
        special.gammaln(n + 1)
        - special.gammaln(np.maximum(n - k, 0) + 1)
        + special.gammaln(n_a + n_b - k + 1)
        - special.gammaln(n_a + n_b + 1)
    )
    return np.asarray(np.minimum(2 * np.exp(log_chance), 1.0))


def sizes(exposure: Floats, in_group: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Exposure of the group and of the rest.

    Parameters
    ----------
    exposure
        One number a report.
    in_group
        True for the reports of the group.

    Examples
    --------
    >>> import numpy as np
    >>> sizes(np.array([1.0, 2.0, 3.0]), np.array([True, False, True]))
    (4.0, 2.0)
    """
    return float(exposure[in_group].sum()), float(exposure[~in_group].sum())


def compare_log_rates(
    a: LogRate, b: LogRate, exposure: tuple[float, float], *, level: float = 0.95
) -> RateRatio:
    """Welch's comparison of two log rates, see :func:`rate_ratio`.

    Parameters
    ----------
    a, b
        Rates of the two sides.
    exposure
        Total exposure of the two sides.
    level
        Stated coverage.

    References
    ----------
    Welch B. L. (1947). Biometrika 34, 28-35. https://doi.org/10.1093/biomet/34.1-2.28

    Examples
    --------
    >>> from policytext.inference.intervals import log_rate
    >>> side = log_rate([[2], [3]], [1.0, 1.0])
    >>> float(compare_log_rates(side, side, (2.0, 2.0)).log_ratio[0])
    0.0
    """
    both = (a.hits > 0) & (b.hits > 0)
    half = np.where(both, 0.0, 0.5)
    ratio = np.log((a.hits + half) / exposure[0]) - np.log((b.hits + half) / exposure[1])
    va, vb = np.where(both, a.variance, np.nan), np.where(both, b.variance, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        poisson = np.where(both, 1 / a.hits + 1 / b.hits, np.nan)
        df = (va + vb) ** 2 / (va**2 / a.df + vb**2 / b.df)
    df = np.where(np.isnan(df), float(min(a.df, b.df)), df)
    width = log_half_width(va + vb, poisson, df, level)
    error_t, error_z = np.sqrt(va + vb), np.sqrt(poisson)
    with np.errstate(divide="ignore", invalid="ignore"):
        p_t = 2 * special.stdtr(df, -np.abs(ratio) / error_t)
        p_z = 2 * special.ndtr(-np.abs(ratio) / error_z)
    p_value = np.where(both, np.fmax(p_t, p_z), np.nan)
    return RateRatio(ratio, ratio - width, ratio + width, df, p_value)
