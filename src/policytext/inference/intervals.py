"""How wide is the interval around a rate, a ratio of rates or a share?

Reports are the units of sampling. Hits of one report come in bunches, so the spread between
reports, not the number of hits, decides the width.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse, special

from policytext.counts import indicator
from policytext.errors import ParameterError
from policytext.records import Floats

MIN_REPORTS: Final = 5
"""From this many reports in a group on, the spread between reports can be estimated."""


class Interval(NamedTuple):
    """An estimate with its lower and upper end, all of one shape and unit."""

    estimate: Floats
    low: Floats
    high: Floats


class LogRate(NamedTuple):
    """Rates with the variance of their logarithm (infinite where there are no hits)."""

    rate: Floats
    variance: Floats
    hits: Floats
    exposure: float
    df: float


def check_confidence(confidence: float) -> float:
    """Return the confidence level of an interval, or say what it must be.

    >>> check_confidence(0.95)
    0.95
    """
    if not isinstance(confidence, int | float) or not 0 < confidence < 1:
        raise ParameterError(
            f"`confidence` must lie between 0 and 1 (0.95 is usual), got {confidence!r}"
        )
    return float(confidence)


# How wide is the interval around a count or a share?


def poisson_interval(
    hits: npt.ArrayLike, exposure: npt.ArrayLike = 1.0, *, confidence: float = 0.95
) -> Interval:
    """Rate of a Poisson count with Garwood's exact interval; speaks of these reports only.

    Parameters
    ----------
    hits
        Counts, any shape.
    exposure
        What the counts are divided by (characters, paragraphs), broadcast against ``hits``.
    confidence
        Stated coverage.

    Returns
    -------
    Interval
        Rates per unit of exposure.

    Raises
    ------
    ParameterError
        ``confidence`` is not between 0 and 1.

    References
    ----------
    Garwood F. (1936). Fiducial limits for the Poisson distribution. Biometrika 28(3/4), 437-442.
    https://doi.org/10.1093/biomet/28.3-4.437

    Examples
    --------
    >>> poisson_interval(5).high.round(3).item()
    11.668
    """
    tail = (1 - check_confidence(confidence)) / 2
    counts = np.asarray(hits, dtype=float)
    size = np.asarray(exposure, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(counts > 0, special.chdtri(2 * counts, 1 - tail) / 2, 0.0)
        high = special.chdtri(2 * (counts + 1), tail) / 2
        return Interval(np.asarray(counts / size), np.asarray(low / size), np.asarray(high / size))


def share_interval(count: npt.ArrayLike, n: npt.ArrayLike, *, confidence: float = 0.95) -> Interval:
    """Share of ``n`` that has a property, with Wilson's interval.

    Parameters
    ----------
    count
        How many have it.
    n
        How many there are; 0 gives NaN.
    confidence
        Stated coverage.

    Returns
    -------
    Interval
        Shares between 0 and 1.

    Raises
    ------
    ParameterError
        ``confidence`` is not between 0 and 1.

    References
    ----------
    Wilson E. B. (1927). Probable inference, the law of succession, and statistical inference.
    Journal of the American Statistical Association 22, 209-212.
    https://doi.org/10.1080/01621459.1927.10502953

    Examples
    --------
    >>> [round(x.item(), 3) for x in share_interval(3, 31)]
    [0.097, 0.033, 0.249]
    """
    z2 = special.ndtri((1 + check_confidence(confidence)) / 2) ** 2
    total = np.asarray(n, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.asarray(count, dtype=float) / total
        centre = (share + z2 / (2 * total)) / (1 + z2 / total)
        half = np.sqrt(z2 * (share * (1 - share) / total + z2 / (4 * total**2))) / (1 + z2 / total)
    return Interval(
        np.asarray(share), np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)
    )


# How uncertain is an estimate when the rows of one report go together?


class Clusters(NamedTuple):
    """A weighted design in orthonormal columns, its rows gathered by cluster.

    ``basis``: rows × columns. ``back``: from the basis to coefficients of the design.
    ``codes``: the cluster of each row. ``moments``: basis' basis of each cluster.
    ``adjusted``: inverse of I - moments: what leaving the cluster out does to its residuals.
    ``alone``: clusters without which the coefficients could not be estimated.
    """

    basis: Floats
    back: Floats
    codes: npt.NDArray[np.intp]
    moments: Floats
    adjusted: Floats
    alone: npt.NDArray[np.bool_]


_NOTHING_LEFT: Final = 1e-8


def by_cluster(design: Floats, codes: npt.NDArray[np.intp]) -> Clusters:
    """Gather the rows of a design of full rank by cluster (numbers from 0).

    >>> found = by_cluster(np.ones((4, 1)), np.array([0, 1, 2, 2]))
    >>> found.adjusted.ravel().round(2).tolist(), found.alone.any().item()
    ([1.33, 1.33, 2.0], False)
    """
    basis, mixed = np.linalg.qr(design)
    order = np.argsort(codes, kind="stable")
    ends = np.searchsorted(codes[order], np.arange(int(codes.max(initial=-1)) + 2))
    blocks = [basis[order[a:b]] for a, b in pairwise(ends)]
    moments = np.stack([block.T @ block for block in blocks])
    values, vectors = np.linalg.eigh(moments)
    left = 1 - values
    kept = left > _NOTHING_LEFT
    inverse = np.divide(1.0, left, out=np.zeros_like(left), where=kept)
    adjusted = (vectors * inverse[:, None, :]) @ vectors.swapaxes(1, 2)
    alone = np.asarray(~kept.all(axis=1))
    return Clusters(basis, np.linalg.inv(mixed), codes, moments, adjusted, alone)


def clustered(
    clusters: Clusters, residuals: Floats, contrasts: Floats, *, columns: int = 1
) -> Floats:
    """Variances of contrasts of coefficients by the CR3 sandwich: contrasts × fits.

    The residuals of each cluster (rows × fits, weighted as the design) are taken as if it had been
    left out; the factor is (G - columns)/(G - columns + 1) for G clusters.

    Source: Bell & McCaffrey (2002); Cameron & Miller (2015).

    >>> found = by_cluster(np.ones((4, 1)), np.arange(4))
    >>> clustered(found, np.array([[-3.0], [1], [1], [1]]), np.eye(1)).round(2).item()
    1.0
    """
    sums = indicator(clusters.codes, len(clusters.moments))
    scores = np.stack([sums @ (column[:, None] * residuals) for column in clusters.basis.T], axis=1)
    moves = (contrasts @ clusters.back) @ (clusters.adjusted @ scores)
    spare = max(len(clusters.moments) - columns, 1)
    return np.asarray(spare / (spare + 1) * (moves**2).sum(axis=0))


# How wide is the interval around a rate over reports?


def log_rate(hits: npt.ArrayLike | sparse.csr_matrix, exposure: npt.ArrayLike) -> LogRate:
    """Pooled rate of several reports, with the variance of its logarithm from report to report.

    The variance is the linearised (sandwich) one with leave-one-out residuals
    ``(hits - rate * exposure) / (1 - share of exposure)``, scaled by (n - 1)/n (CR3).

    Parameters
    ----------
    hits
        reports × features (or one column): counts, sparse or dense.
    exposure
        One number a report: characters.

    Returns
    -------
    LogRate
        One entry a feature; the degrees of freedom are Bell and McCaffrey's: n - 1 for reports of
        one length, fewer where some reports hold most of the text.

    Raises
    ------
    ParameterError
        Fewer than two reports, or a report without exposure.

    References
    ----------
    Bell R. M., McCaffrey D. F. (2002). Bias reduction in standard errors for linear regression
    with multi-stage samples. Survey Methodology 28(2), 169-181.
    Cameron A. C., Miller D. L. (2015). A practitioner's guide to cluster-robust inference.
    Journal of Human Resources 50(2), 317-372. https://doi.org/10.3368/jhr.50.2.317

    Examples
    --------
    >>> log_rate([[2], [4], [3]], [1.0, 2.0, 1.5]).variance.round(6).item()
    0.0
    """
    size = np.asarray(exposure, dtype=float)
    if len(size) < 2 or (size <= 0).any():
        raise ParameterError(
            "a rate over reports needs at least two reports, each with counted characters; "
            f"got {len(size)} reports, {int((size <= 0).sum())} of them empty"
        )
    counts = _columns(hits)
    # a pooled rate is a mean weighted by exposure: `clustered`, a report a cluster
    weight = by_cluster(np.sqrt(size)[:, None], np.arange(len(size))).adjusted.ravel() ** 2
    total = np.asarray(counts.sum(axis=0), dtype=float).ravel()
    rate = total / size.sum()
    squares = _weighted(weight, counts.multiply(counts) if sparse.issparse(counts) else counts**2)
    cross = _weighted(weight * size, counts)
    # the three parts of the sum of squared residuals, so that sparse counts stay sparse
    residual = np.maximum(squares - 2 * rate * cross + rate**2 * (weight @ size**2), 0.0)
    n = len(size)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = (n - 1) / n * residual / total**2
    df = _rate_df(size / size.sum())
    return LogRate(rate, np.where(total > 0, variance, np.inf), total, float(size.sum()), df)


def _rate_df(share: Floats) -> float:
    """Bell and McCaffrey's degrees of freedom of a pooled rate, from the shares of its length.

    >>> round(_rate_df(np.full(6, 1 / 6)), 2), round(_rate_df(np.array([0.6, 0.1, 0.1, 0.2])), 2)
    (5.0, 1.42)
    """
    wide = share / (1 - share)
    spread = (share / (1 - share) ** 2).astype(float)
    squares = (spread**2).sum() - 2 * (spread * wide**2).sum() + (wide**2).sum() ** 2
    return float((spread - wide**2).sum() ** 2 / squares)


def _columns(hits: npt.ArrayLike | sparse.csr_matrix) -> Any:
    if sparse.issparse(hits):
        return hits
    counts = np.asarray(hits, dtype=float)
    return counts[:, None] if counts.ndim == 1 else counts


def _weighted(weight: Floats, counts: Any) -> Floats:
    return np.asarray(weight @ counts, dtype=float).ravel()


def report_rate_interval(
    hits: npt.ArrayLike, exposure: npt.ArrayLike, *, confidence: float = 0.95
) -> Interval:
    """Rate over a group of reports with a log-rate t interval, reports as clusters.

    The quantile is Student's with the degrees of freedom of :func:`log_rate`. The interval is never
    narrower than the one a Poisson count would give on the log scale: reports that happen to
    agree do not make a small count certain. Without hits the ends are 0 and Garwood's.

    Parameters
    ----------
    hits
        reports × features (or one column): counts.
    exposure
        One number a report: characters.
    confidence
        Stated coverage.

    Returns
    -------
    Interval
        Rates per unit of exposure, one a feature.

    Raises
    ------
    ParameterError
        Fewer than two reports, an empty report, or a wrong ``confidence``.

    References
    ----------
    Cameron A. C., Miller D. L. (2015). https://doi.org/10.3368/jhr.50.2.317

    Examples
    --------
    >>> i = report_rate_interval([3, 0, 5, 1, 4], [1.0, 1.2, 1.1, 0.9, 1.0])
    >>> i.estimate.round(2).item(), i.low.round(2).item(), i.high.round(2).item()
    (2.5, 0.88, 7.1)
    """
    fit = log_rate(hits, exposure)
    half = log_half_width(fit.variance, 1 / np.maximum(fit.hits, 1), fit.df, confidence)
    with np.errstate(invalid="ignore", over="ignore"):
        low, high = fit.rate * np.exp(-half), fit.rate * np.exp(half)
    none = poisson_interval(0, fit.exposure, confidence=confidence)
    empty = fit.hits == 0
    return Interval(fit.rate, np.where(empty, 0.0, low), np.where(empty, none.high, high))


def log_half_width(
    variance: npt.ArrayLike, poisson: npt.ArrayLike, df: npt.ArrayLike, confidence: float
) -> Floats:
    """Half width of an interval on the log scale, never below that of a Poisson count.

    Source: Cameron & Miller (2015).

    >>> float(log_half_width(0.0, 0.25, 4, 0.95).round(2))
    0.98
    """
    upper = (1 + check_confidence(confidence)) / 2
    spread = special.stdtrit(np.asarray(df, dtype=float), upper) * np.sqrt(variance)
    return np.asarray(np.maximum(spread, special.ndtri(upper) * np.sqrt(poisson)))


# How do the rates of two groups of reports differ, and could chance do it?


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
    confidence: float = 0.95,
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
    confidence
        Stated coverage.

    Returns
    -------
    RateRatio
        One entry a feature; ``low`` and ``high`` are NaN where a side has no hits, ``p_value``
        where neither has any.

    Raises
    ------
    ParameterError
        Fewer than two reports on a side, an empty report, or a wrong ``confidence``.

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
    ratio = _compared(a, b, confidence)
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


def _compared(a: LogRate, b: LogRate, confidence: float) -> RateRatio:
    """Compare two log rates by Welch's t."""
    both = (a.hits > 0) & (b.hits > 0)
    half = np.where(both, 0.0, 0.5)
    ratio = np.log((a.hits + half) / a.exposure) - np.log((b.hits + half) / b.exposure)
    va, vb = np.where(both, a.variance, np.nan), np.where(both, b.variance, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        poisson = np.where(both, 1 / a.hits + 1 / b.hits, np.nan)
        df = (va + vb) ** 2 / (va**2 / a.df + vb**2 / b.df)
    df = np.where(np.isnan(df), float(min(a.df, b.df)), df)
    width = log_half_width(va + vb, poisson, df, confidence)
    error_t, error_z = np.sqrt(va + vb), np.sqrt(poisson)
    with np.errstate(divide="ignore", invalid="ignore"):
        p_t = 2 * special.stdtr(df, -np.abs(ratio) / error_t)
        p_z = 2 * special.ndtr(-np.abs(ratio) / error_z)
    p_value = np.where(both, np.fmax(p_t, p_z), np.nan)
    return RateRatio(ratio, ratio - width, ratio + width, df, p_value)
