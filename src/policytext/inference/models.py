"""How do rates and shares change with year, genre or anything else?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.intervals import Clusters, by_cluster, clustered, log_half_width
from policytext.records import Floats

# Does a yearly series rise or fall?


MIN_POINTS_TREND: Final = 5
MIN_POINTS_AUTOCORRELATION: Final = 10


class Trend(NamedTuple):
    """Mann-Kendall's tau and p-values, Sen's slope with its interval (per year)."""

    tau: float
    p_value: float
    p_autocorrelated: float
    slope: float
    low: float
    high: float


def mann_kendall(years: npt.ArrayLike, values: npt.ArrayLike, *, confidence: float = 0.95) -> Trend:
    """Test a series for a monotonic trend, and estimate its slope.

    Parameters
    ----------
    years
        Where the values stand; gaps are allowed.
    values
        The series; NaN is left out.
    confidence
        Stated coverage of the interval of the slope.

    Returns
    -------
    Trend
        ``p_autocorrelated`` allows for serial correlation (Hamed and Rao) and is NaN under ten
        points. ``slope`` is in units of ``values`` per year.

    Raises
    ------
    NotEnoughDataError
        Fewer than five points.

    References
    ----------
    Mann H. B. (1945). Nonparametric tests against trend. Econometrica 13, 245-259.
    https://doi.org/10.2307/1907187
    Kendall M. G. (1975). Rank correlation methods. Griffin.
    Sen P. K. (1968). Estimates of the regression coefficient based on Kendall's tau. JASA 63,
    1379-1389. https://doi.org/10.1080/01621459.1968.10480934
    Hamed K. H., Rao A. R. (1998). A modified Mann-Kendall trend test for autocorrelated data.
    Journal of Hydrology 204, 182-196. https://doi.org/10.1016/S0022-1694(97)00125-X

    Examples
    --------
    >>> trend = mann_kendall(range(2010, 2018), [1, 2, 2, 3, 5, 4, 6, 8])
    >>> round(trend.tau, 3), round(trend.slope, 2), trend.p_value < 0.01
    (0.893, 1.0, True)
    """
    import pymannkendall
    from scipy.stats import theilslopes

    x, y = _series(years, values)
    if len(y) < MIN_POINTS_TREND:
        raise NotEnoughDataError(
            f"a trend test needs at least {MIN_POINTS_TREND} years, got {len(y)}"
        )
    test = pymannkendall.original_test(y)
    sen = theilslopes(y, x, alpha=confidence)
    corrected = float("nan")
    if len(y) >= MIN_POINTS_AUTOCORRELATION and np.ptp(y) > 0:
        # the corrected variance can turn out negative in short series; p is then NaN
        with np.errstate(invalid="ignore"):
            corrected = float(pymannkendall.hamed_rao_modification_test(y).p)
    return Trend(float(test.Tau), float(test.p), corrected, *(float(v) for v in sen[:1] + sen[2:]))


def _series(years: npt.ArrayLike, values: npt.ArrayLike) -> tuple[Floats, Floats]:
    x, y = np.asarray(years, dtype=float), np.asarray(values, dtype=float)
    if x.shape != y.shape:
        raise ParameterError(f"one value a year: got {x.size} years, {y.size} values")
    known = ~np.isnan(x) & ~np.isnan(y)
    order = np.argsort(x[known], kind="stable")
    return x[known][order], y[known][order]


# How do covariates go with topic shares that are themselves uncertain?


class Composed(NamedTuple):
    """Estimates over draws; every array is of shape (n_topics, n_contrasts)."""

    estimate: Floats
    std_error: Floats
    df: Floats
    between: Floats
    """Share of the variance that is the model's own uncertainty."""


class Fit(NamedTuple):
    """One least-squares fit, all topics at once; arrays of shape (n_topics, n_contrasts)."""

    estimate: Floats
    variance: Floats


def compose(
    estimates: Floats, variances: Floats, df: Floats, of_mean: Floats | None = None
) -> Composed:
    """Pool fits on draws of the shares: mean, variance within and between draws (composition).

    A factor (1 + 1/draws) covers their finite number. ``of_mean``: variance of a fit to the mean
    of the draws. What single draws add to it is noise of rows, which moves the fits as well: it
    is in both parts and in the mean once.

    Source: Treier & Jackman (2008); Robins & Wang (2000); degrees of freedom: Satterthwaite (1946).

    >>> found = compose(np.array([[[1.0]], [[3.0]]]), np.ones((2, 1, 1)), np.array([1e6]))
    >>> found.estimate.item(), round(found.std_error.item(), 2)
    (2.0, 2.0)
    """
    n_draws = len(estimates)
    within = variances.mean(axis=0)
    if n_draws == 1:
        full = np.broadcast_to(df, within.shape).copy()
        return Composed(estimates[0], np.sqrt(within), full, np.zeros_like(within))
    moved = estimates.var(axis=0, ddof=1)
    between = (1 + 1 / n_draws) * moved
    if of_mean is not None:
        between = np.maximum(between - (within - of_mean), moved / n_draws)
        within = of_mean
    total = within + between
    share = np.divide(between, total, out=np.zeros_like(total), where=total > 0)
    # two independent estimates of variance are added, each with its own degrees of freedom
    pooled = 1 / ((1 - share) ** 2 / df + share**2 / (n_draws - 1))
    return Composed(estimates.mean(axis=0), np.sqrt(total), pooled, share)


def gather(design: Floats, codes: npt.NDArray[np.intp], names: list[str]) -> Clusters:
    """Prepare a design for fits whose errors are clustered by report; refuse what rests on one.

    >>> design = np.column_stack([np.ones(4), [0, 0, 1, 1]])
    >>> gather(design, np.array([0, 0, 1, 1]), ["a", "b"])
    Traceback (most recent call last):
    policytext.errors.NotEnoughDataError: Without 'a' the effects could not be estimated...
    """
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise NotEnoughDataError(
            f"The {design.shape[1]} columns of the formula depend on one another, or there are "
            f"fewer rows ({len(design)}) than columns. Leave out a covariate."
        )
    clusters = by_cluster(design, codes)
    if clusters.alone.any():
        raise NotEnoughDataError(
            f"Without {names[int(clusters.alone.argmax())]!r} the effects could not be "
            "estimated: one of them rests on this issuer or report alone, and one cannot tell a "
            "group from itself. Join groups, leave the covariate out, or add issuers."
        )
    return clusters


def fit_clustered(clusters: Clusters, shares: Floats, contrasts: Floats) -> Fit:
    """Regress shares on the design by least squares with errors clustered by report (CR3).

    Source: Bell & McCaffrey (2002); Cameron & Miller (2015).

    >>> design = np.column_stack([np.ones(4), [0, 0, 1, 1]])
    >>> found = fit_clustered(
    ...     gather(design, np.arange(4), list("abcd")),
    ...     np.array([[0.0], [0.2], [0.5], [0.7]]),
    ...     np.array([[0.0, 1.0]]),
    ... )
    >>> round(found.estimate.item(), 3), round(found.variance.item(), 3)
    (0.5, 0.03)
    """
    along = clusters.basis.T @ shares
    variance = clustered(clusters, shares - clusters.basis @ along, contrasts)
    return Fit((contrasts @ clusters.back @ along).T, variance.T)


def clustered_df(clusters: Clusters, contrasts: Floats) -> Floats:
    """Return Bell and McCaffrey's degrees of freedom of each contrast.

    They count how many reports carry the contrast: few, if few reports are in a group.

    Source: Imbens & Kolesár (2016).

    >>> design = np.column_stack([np.ones(8), [0, 0, 0, 0, 1, 1, 1, 1]])
    >>> found = gather(design, np.arange(8), list("abcdefgh"))
    >>> clustered_df(found, np.array([[0.0, 1.0]])).round(2).tolist()
    [6.0]
    """
    mean, squares = _if_independent(clusters, contrasts)
    return np.where(squares > 0, mean**2 / np.where(squares > 0, squares, 1.0), 1.0)


def inflation(clusters: Clusters, contrasts: Floats) -> Floats:
    """By how much CR3 variances of contrasts are too large on average, rows being independent.

    Leaving clusters out overstates, the more so the fewer and the more unequal they are. Bell and
    McCaffrey's degrees of freedom hold for a variance divided by this.

    Source: Bell & McCaffrey (2002), section 4.

    >>> design = np.column_stack([np.ones(8), [0, 0, 0, 0, 1, 1, 1, 1]])
    >>> found = gather(design, np.arange(8), list("abcdefgh"))
    >>> inflation(found, np.array([[0.0, 1.0]])).round(3).tolist()  # 4/3 · 7/8
    [1.167]
    """
    spare = max(len(clusters.moments) - 1, 1)
    mean = _if_independent(clusters, contrasts)[0] * spare / (spare + 1)
    true = ((contrasts @ clusters.back) ** 2).sum(axis=1)
    known = (mean > 0) & (true > 0)
    return np.where(known, mean / np.where(known, true, 1.0), 1.0)


def _if_independent(clusters: Clusters, contrasts: Floats) -> tuple[Floats, Floats]:
    """Mean of the sum of squared moves of each contrast, and half its variance; rows of variance 1.

    Source: Bell & McCaffrey (2002); Imbens & Kolesár (2016).
    """
    mean, squares = np.empty(len(contrasts)), np.empty(len(contrasts))
    for i, contrast in enumerate(contrasts):
        weights = clusters.adjusted @ (contrast @ clusters.back)
        moved = np.einsum("gij,gj->gi", clusters.moments, weights)
        alone = np.einsum("gi,gi->g", weights, moved)
        own = (moved**2).sum(axis=1)
        # the trace and the squared norm of diag(alone) - moved @ moved.T, cluster by cluster
        mean[i] = (alone - own).sum()
        squares[i] = float((alone**2).sum() - 2 * (alone * own).sum())
        squares[i] += float(((moved.T @ moved) ** 2).sum())
    return mean, squares


def fit_independent(design: Floats, shares: Floats, contrasts: Floats) -> tuple[Fit, float]:
    """Regress shares on the design by least squares, all rows independent, one error variance.

    This is what `estimateEffect` of R's stm does.

    Source: Roberts et al. (2019).

    >>> design = np.column_stack([np.ones(4), [0, 0, 1, 1]])
    >>> found, df = fit_independent(
    ...     design, np.array([[0.0], [0.2], [0.5], [0.7]]), np.array([[0.0, 1.0]])
    ... )
    >>> round(found.variance.item(), 3), df
    (0.02, 2.0)
    """
    df = len(design) - design.shape[1]
    if df < 1 or np.linalg.matrix_rank(design) < design.shape[1]:
        raise NotEnoughDataError(
            f"{len(design)} rows cannot carry {design.shape[1]} columns, or the columns depend on "
            "one another. Leave out a covariate."
        )
    inverse = np.linalg.inv(design.T @ design)
    coefficients = inverse @ (design.T @ shares)
    error = ((shares - design @ coefficients) ** 2).sum(axis=0) / df
    spread = np.einsum("ij,jk,ik->i", contrasts, inverse, contrasts)
    return Fit((contrasts @ coefficients).T, error[:, None] * spread[None, :]), float(df)


def p_and_interval(composed: Composed, confidence: float) -> tuple[Floats, Floats, Floats]:
    """Return two-sided p-values and the ends of t intervals.

    >>> one = np.array([[1.0]])
    >>> p, low, high = p_and_interval(Composed(2 * one, one, 1e9 * one, 0 * one), 0.95)
    >>> round(p.item(), 3), round(low.item(), 2), round(high.item(), 2)
    (0.046, 0.04, 3.96)
    """
    positive = composed.std_error > 0
    t = np.divide(
        composed.estimate,
        composed.std_error,
        out=np.full_like(composed.estimate, np.nan),
        where=positive,
    )
    p = np.where(positive, 2 * special.stdtr(composed.df, -np.abs(t)), np.nan)
    half = special.stdtrit(composed.df, (1 + confidence) / 2) * composed.std_error
    return np.asarray(p), composed.estimate - half, composed.estimate + half


# How do counts by report change with year or genre, at equal length of text?


class CountModel(NamedTuple):
    """A fitted count model: coefficients with errors by cluster.

    ``table``: one row a column of the design: ``name``, ``estimate`` (change of the log rate),
    ``error`` (standard error), ``df`` (degrees of freedom), ``low``, ``high``, ``p_value``.
    """

    table: pd.DataFrame
    n_clusters: int
    dispersion: float
    alpha: float = 0.0
    """Overdispersion of the negative binomial: its variance is ``mean + alpha · mean²``."""
    covariance: Floats = np.zeros((0, 0))
    """Of the estimates, columns × columns; never below that of the family's own counts."""


FAMILIES: Final = ("poisson", "negative_binomial")


def count_model(
    hits: npt.ArrayLike,
    exposure: npt.ArrayLike,
    design: pd.DataFrame,
    clusters: npt.ArrayLike | None = None,
    *,
    family: str = "poisson",
    confidence: float = 0.95,
) -> CountModel:
    """Poisson or negative binomial regression with offset and cluster-robust errors.

    The fit is statsmodels' GLM; the overdispersion of the negative binomial (NB2) is its maximum
    likelihood estimate. Errors are the CR3 sandwich (residuals of each cluster as if it had
    been left out), scaled by (G - p)/(G - p + 1) for p columns, with Student quantiles of Bell and
    McCaffrey's degrees of freedom, which count the clusters that carry a coefficient; the usual CR1
    errors cover 88 to 93 % instead of 95 % with 5 to 31 clusters. Errors are never smaller than
    those of the family's own counts.

    Parameters
    ----------
    hits
        One count a report.
    exposure
        Han characters of each report.
    design
        One row a report, numeric columns, the constant included.
    clusters
        One label a report; each report is its own cluster by default.
    family
        ``poisson``: the estimate is right for any spread of the counts, reports weigh by length.
        ``negative_binomial``: where counts of long reports vary much more than a Poisson's, short
        reports weigh more, and the estimate is often sharper.
    confidence
        Stated coverage.

    Returns
    -------
    CountModel
        Coefficients of the log rate.

    Raises
    ------
    ParameterError
        Lengths differ, an exposure is not positive, or there is no such family.
    NotEnoughDataError
        Too few clusters, no hits, or columns that the data cannot tell apart.

    References
    ----------
    Cameron A. C., Trivedi P. K. (2013). Regression analysis of count data. Cambridge.
    https://doi.org/10.1017/CBO9781139013567
    Bell R. M., McCaffrey D. F. (2002). Survey Methodology 28(2), 169-181.
    Hilbe J. M. (2011). Negative binomial regression. Cambridge.
    https://doi.org/10.1017/CBO9780511973420

    Examples
    --------
    >>> design = pd.DataFrame({"constant": 1.0, "year": range(6)})
    >>> fit = count_model([2, 3, 5, 6, 9, 13], np.full(6, 1000.0), design)
    >>> round(float(np.exp(fit.table["estimate"].iloc[1])), 2)
    1.43
    """
    if family not in FAMILIES:
        raise ParameterError(f"`family` must be one of {list(FAMILIES)}, got {family!r}")
    y, size, x = (np.asarray(v, dtype=float) for v in (hits, exposure, design))
    labels = np.arange(len(y)) if clusters is None else np.asarray(clusters)
    _check_model(y, size, x, labels)
    fit, alpha = _count_fit(y, size, x, family)
    mean = np.asarray(fit.mu, dtype=float)
    spread = mean + alpha * mean**2
    root, n_columns = (mean / np.sqrt(spread))[:, None], x.shape[1]
    names, codes = np.unique(labels, return_inverse=True)
    groups = by_cluster(x * root, codes)
    residual = ((y - mean) / np.sqrt(spread))[:, None]
    variance = clustered(groups, residual, np.eye(n_columns), columns=n_columns).ravel()
    df = np.clip(clustered_df(groups, np.eye(n_columns)), 1.0, len(y) - n_columns)
    poisson = (groups.back**2).sum(axis=1)
    table = _log_scale(design.columns, fit.params, variance, poisson, df, confidence)
    chi2 = float(((y - mean) ** 2 / spread).sum())
    wide = np.sqrt(np.maximum(variance, poisson) / np.maximum(variance, 1e-300))
    covariance = wide[:, None] * _covariance(groups, residual, n_columns) * wide[None, :]
    return CountModel(table, len(names), chi2 / (len(y) - n_columns), alpha, covariance)


def _log_scale(
    names: Iterable[object],
    params: npt.ArrayLike,
    variance: Floats,
    own: Floats,
    df: Floats,
    confidence: float,
) -> pd.DataFrame:
    """Table of a :class:`CountModel`: errors are never below the family's ``own``.

    Source: Bell & McCaffrey (2002).
    """
    estimate = np.asarray(params, dtype=float)
    half = log_half_width(variance, own, df, confidence)
    p_t = 2 * special.stdtr(df, -np.abs(estimate) / np.sqrt(variance))
    p_z = 2 * special.ndtr(-np.abs(estimate) / np.sqrt(own))
    return pd.DataFrame(
        {
            "name": [str(name) for name in names],
            "estimate": estimate,
            "error": np.sqrt(np.maximum(variance, own)),
            "df": df,
            "low": estimate - half,
            "high": estimate + half,
            "p_value": np.maximum(p_t, p_z),
        }
    )


def _covariance(groups: Clusters, residual: Floats, n_columns: int) -> Floats:
    """Covariances of coefficients by the CR3 sandwich, from variances of sums and differences.

    Source: Bell & McCaffrey (2002).
    """
    each = np.eye(n_columns)
    first, second = np.triu_indices(n_columns)
    sums, gaps = each[first] + each[second], each[first] - each[second]
    both = clustered(groups, residual, np.vstack([sums, gaps]), columns=n_columns).ravel()
    found = np.zeros((n_columns, n_columns))
    found[first, second] = found[second, first] = (both[: len(sums)] - both[len(sums) :]) / 4
    return found


def joint_p(fit: CountModel, columns: Sequence[int]) -> float:
    """Test several coefficients of a count model together: do all values of a factor matter?

    Wald's statistic with the cluster-robust covariance, held against Hotelling's T² with the
    smallest degrees of freedom of the coefficients.

    Parameters
    ----------
    fit
        From :func:`count_model`.
    columns
        Numbers of the columns of the design.

    Returns
    -------
    float
        p-value; NaN where there are too few clusters for as many coefficients.

    References
    ----------
    Pustejovsky J. E., Tipton E. (2018). Small-sample methods for cluster-robust variance estimation
    and hypothesis testing in fixed effects models. Journal of Business & Economic Statistics 36,
    672-683. https://doi.org/10.1080/07350015.2016.1247004

    Examples
    --------
    >>> design = pd.DataFrame({"constant": 1.0, "a": [1.0, 0, 0] * 6, "b": [0.0, 1, 0] * 6})
    >>> fit = count_model([9, 3, 2] * 5 + [8, 4, 1], np.ones(18), design)
    >>> joint_p(fit, [1, 2]) < 0.01
    True
    """
    at = np.asarray(columns, dtype=np.intp)
    df = float(fit.table["df"].to_numpy(dtype=float)[at].min())
    estimate = fit.table["estimate"].to_numpy(dtype=float)[at]
    return hotelling_p(estimate, fit.covariance[np.ix_(at, at)], df)


def hotelling_p(estimate: Floats, covariance: Floats, df: float) -> float:
    """Return the p-value that all estimates are 0; NaN with too few degrees of freedom.

    Source: Pustejovsky & Tipton (2018).

    >>> round(hotelling_p(np.array([2.0]), np.array([[1.0]]), 10.0), 4)
    0.0734
    """
    q = len(estimate)
    if df - q + 1 < 1:
        return float("nan")
    wald = float(estimate @ np.linalg.pinv(covariance) @ estimate)
    return float(special.fdtrc(q, df - q + 1, wald * (df - q + 1) / (df * q)))


MOST_ALPHA: Final = 5.0
"""Logarithm of the largest overdispersion that is looked for; the smallest is a Poisson's."""


def _count_fit(y: Floats, size: Floats, x: Floats, family: str) -> tuple[Any, float]:
    """Fit counts, and the overdispersion that makes them likeliest (0 for a Poisson)."""
    import statsmodels.api as sm
    from scipy.optimize import minimize_scalar

    offset = np.log(size)
    plain = sm.GLM(y, x, family=sm.families.Poisson(), offset=offset).fit()
    if family == "poisson":
        return plain, 0.0

    def fitted(log_alpha: float) -> Any:
        kind = sm.families.NegativeBinomial(alpha=float(np.exp(log_alpha)))
        return sm.GLM(y, x, family=kind, offset=offset).fit(start_params=plain.params)

    best = minimize_scalar(lambda at: -fitted(at).llf, bounds=(-12.0, MOST_ALPHA), method="bounded")
    found = fitted(best.x)
    if found.llf <= plain.llf:
        return plain, 0.0
    return found, float(np.exp(best.x))


def _check_model(y: Floats, size: Floats, x: Floats, labels: npt.NDArray[np.generic]) -> None:
    if not len(y) == len(size) == len(x) == len(labels):
        raise ParameterError(
            f"one count, exposure, row and cluster a report: got {len(y)}, {len(size)}, {len(x)}, "
            f"{len(labels)}"
        )
    if (size <= 0).any():
        raise ParameterError("every report needs counted characters; drop those without")
    n_clusters, n_columns = len(np.unique(labels)), x.shape[1]
    if min(n_clusters - 1, len(y) - n_columns) < 2:
        raise NotEnoughDataError(
            f"a count model with {n_columns} columns needs at least {n_columns + 2} reports in 3 "
            f"clusters, got {len(y)} reports in {n_clusters}"
        )
    if (y > 0).sum() < 2:
        raise NotEnoughDataError(
            f"a count model needs hits in at least two reports, got {int((y > 0).sum())}"
        )
    if np.linalg.matrix_rank(x) < n_columns:
        raise NotEnoughDataError(
            "the corpus cannot tell the columns of the model apart (for instance each genre in one "
            "year only); leave one out"
        )


# What makes an event come sooner, seen once in a year at most?


EVENTS_PER_COLUMN: Final = 5
MIN_AT_RISK: Final = 10


def hazard_model(
    event: npt.NDArray[np.bool_],
    years: Floats,
    design: pd.DataFrame,
    units: npt.NDArray[np.generic],
    clusters: npt.NDArray[np.generic],
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Complementary log-log model of rows at risk; columns as `CountModel.table`, on log hazards.

    A row stands for ``years`` years; the first column is constant. A unit has one event at most, so
    its rows are as if independent; errors are clustered (CR3) only where clusters join units.

    Source: Prentice & Gloeckler (1978); Allison (1982); Bell & McCaffrey (2002).
    """
    import statsmodels.api as sm

    y, x = event.astype(float), design.to_numpy(dtype=float)
    _check_hazard(y, design, x, clusters)
    link = sm.families.links.CLogLog()
    fit = sm.GLM(y, x, family=sm.families.Binomial(link=link), offset=np.log(years)).fit()
    mean = np.clip(np.asarray(fit.mu, dtype=float), 1e-12, 1 - 1e-12)
    slope, spread = -(1 - mean) * np.log1p(-mean), np.sqrt(mean * (1 - mean))
    names, codes = np.unique(clusters, return_inverse=True)
    groups = by_cluster(x * (slope / spread)[:, None], codes)
    if groups.alone.any():
        raise NotEnoughDataError(
            f"without {names[int(groups.alone.argmax())]!r} a ratio could not be estimated, and "
            "one cannot tell a value from the one unit that has it: join values"
        )
    variance = own = (groups.back**2).sum(axis=1)
    if len(names) < len(np.unique(units)):
        residual, each = ((y - mean) / spread)[:, None], np.eye(len(own))
        variance = clustered(groups, residual, each, columns=len(own)).ravel()
    df = np.full(len(own), float(max(len(names) - len(own), 1)))
    return _log_scale(design.columns, fit.params, variance, own, df, confidence)


def _check_hazard(
    y: Floats, design: pd.DataFrame, x: Floats, clusters: npt.NDArray[np.generic]
) -> None:
    units, events, free = len(np.unique(clusters)), int(y.sum()), x.shape[1] - 1
    if units < MIN_AT_RISK:
        raise NotEnoughDataError(
            f"a hazard needs {MIN_AT_RISK} units at risk, got {units}: choose smaller places, or "
            "read the years themselves (programme_spread)"
        )
    if events < EVENTS_PER_COLUMN * max(free, 1):
        raise NotEnoughDataError(
            f"{events} first mentions cannot carry {free} coefficients: each needs "
            f"{EVENTS_PER_COLUMN}; take fewer covariates or periods"
        )
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise NotEnoughDataError(
            "the rows at risk cannot tell the columns of the model apart; leave a covariate out, "
            "or take fewer periods"
        )
    apart = _separating(y, x)
    if apart.any():
        names = ", ".join(str(name) for name in design.columns[apart])
        raise NotEnoughDataError(
            f"{names} parts the rows with a first mention from those without: the ratio has no "
            "end; leave it out, join its values, or take fewer periods"
        )


def _separating(y: Floats, x: Floats) -> npt.NDArray[np.bool_]:
    """Which columns lie in a direction that parts events from the rest, so that no fit exists?

    Source: Albert & Anderson (1984), by the linear programme of Konis (2007).

    >>> _separating(np.array([0.0, 0, 1, 1]), np.array([[1.0, 0], [1, 1], [1, 2], [1, 3]])).tolist()
    [True, True]
    """
    from scipy.optimize import linprog

    signed = np.where(y > 0, 1.0, -1.0)[:, None] * x
    found = linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(y)), bounds=(-1, 1))
    return np.asarray(np.abs(found.x) > 1e-7, dtype=bool)
