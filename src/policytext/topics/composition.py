"""How do covariates go with topic shares that are themselves uncertain?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

from policytext.errors import NotEnoughDataError

Floats = npt.NDArray[np.float64]


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


def compose(estimates: Floats, variances: Floats, df: Floats) -> Composed:
    """Pool fits on draws of the shares: mean, variance within and between draws.

    The mixture over draws that the method of composition simulates has this mean and variance;
    computing them leaves out the noise of a simulation. A factor (1 + 1/draws) covers the finite
    number of draws; degrees of freedom are Satterthwaite's for the sum of the two variances.

    Parameters
    ----------
    estimates, variances : ndarray of shape (n_draws, n_topics, n_contrasts)
    df : ndarray of shape (n_contrasts,)
        Degrees of freedom of each contrast in one fit.

    Returns
    -------
    Composed

    References
    ----------
    Treier, S. & Jackman, S. (2008). Democracy as a latent variable. AJPS 52(1), 201-217.
    doi:10.1111/j.1540-5907.2007.00308.x

    Roberts, M. E., Stewart, B. M. & Airoldi, E. M. (2016). A model of text for experimentation in
    the social sciences. JASA 111(515), 988-1003. doi:10.1080/01621459.2016.1141684

    Satterthwaite, F. E. (1946). An approximate distribution of estimates of variance components.
    Biometrics Bulletin 2(6), 110-114. doi:10.2307/3002019

    Examples
    --------
    >>> found = compose(np.array([[[1.0]], [[3.0]]]), np.ones((2, 1, 1)), np.array([1e6]))
    >>> found.estimate.item(), round(found.std_error.item(), 2)
    (2.0, 2.0)
    """
    n_draws = len(estimates)
    within = variances.mean(axis=0)
    if n_draws == 1:
        full = np.broadcast_to(df, within.shape).copy()
        return Composed(estimates[0], np.sqrt(within), full, np.zeros_like(within))
    between = (1 + 1 / n_draws) * estimates.var(axis=0, ddof=1)
    total = within + between
    share = np.divide(between, total, out=np.zeros_like(total), where=total > 0)
    # two independent estimates of variance are added, each with its own degrees of freedom
    pooled = 1 / ((1 - share) ** 2 / df + share**2 / (n_draws - 1))
    return Composed(estimates.mean(axis=0), np.sqrt(total), pooled, share)


class Clusters(NamedTuple):
    """A design matrix with its rows gathered by report."""

    design: Floats
    codes: npt.NDArray[np.intp]
    inverse: Floats
    """Inverse of X'X, (n_columns, n_columns)."""
    moments: Floats
    """X'X of each report, (n_reports, n_columns, n_columns)."""
    adjusted: Floats
    """Inverse of I - X'X of the report times `inverse`; what leaving the report out does."""


def gather(design: Floats, codes: npt.NDArray[np.intp], names: list[str]) -> Clusters:
    """Prepare a design for fits whose errors are clustered by report.

    Parameters
    ----------
    design : ndarray of shape (n_rows, n_columns)
    codes : ndarray of shape (n_rows,)
        Number of the report of each row, from 0 without gaps.
    names : list of str
        Names of the reports, for the error.

    Returns
    -------
    Clusters

    Raises
    ------
    NotEnoughDataError
        If columns depend on one another, or an effect rests on a single report.

    Examples
    --------
    >>> design = np.column_stack([np.ones(4), [0, 0, 1, 1]])
    >>> gather(design, np.array([0, 0, 1, 1]), ["a", "b"])
    Traceback (most recent call last):
    policytext.errors.NotEnoughDataError: Without report 'a' the effects could not be estimated...
    """
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise NotEnoughDataError(
            f"The {design.shape[1]} columns of the formula depend on one another, or there are "
            f"fewer rows ({len(design)}) than columns. Leave out a covariate."
        )
    inverse: Floats = np.asarray(np.linalg.inv(design.T @ design), np.float64)
    order = np.argsort(codes, kind="stable")
    ends = np.searchsorted(codes[order], np.arange(len(names) + 1))
    adjusted = np.empty((len(names), *inverse.shape))
    moments = np.empty_like(adjusted)
    for g in range(len(names)):
        block = design[order[ends[g] : ends[g + 1]]]
        moments[g] = block.T @ block
        rest = np.eye(len(inverse)) - moments[g] @ inverse
        if np.linalg.matrix_rank(rest, tol=1e-8) < len(inverse):
            raise NotEnoughDataError(
                f"Without report {names[g]!r} the effects could not be estimated: one of them "
                "rests on this report alone, and one report cannot tell a group from itself. "
                "Join groups, leave the covariate out, or add reports."
            )
        adjusted[g] = np.linalg.inv(rest)
    return Clusters(design, codes, inverse, moments, adjusted)


def fit_clustered(clusters: Clusters, shares: Floats, contrasts: Floats) -> Fit:
    """Regress shares on the design by least squares with errors clustered by report (CR3).

    Parameters
    ----------
    clusters : Clusters
    shares : ndarray of shape (n_rows, n_topics)
    contrasts : ndarray of shape (n_contrasts, n_columns)

    Returns
    -------
    Fit

    References
    ----------
    Bell, R. M. & McCaffrey, D. F. (2002). Bias reduction in standard errors for linear regression
    with multi-stage samples. Survey Methodology 28(2), 169-181.

    Cameron, A. C. & Miller, D. L. (2015). A practitioner's guide to cluster-robust inference.
    Journal of Human Resources 50(2), 317-372. doi:10.3368/jhr.50.2.317

    Examples
    --------
    >>> design = np.column_stack([np.ones(4), [0, 0, 1, 1]])
    >>> found = fit_clustered(
    ...     gather(design, np.arange(4), list("abcd")),
    ...     np.array([[0.0], [0.2], [0.5], [0.7]]),
    ...     np.array([[0.0, 1.0]]),
    ... )
    >>> round(found.estimate.item(), 3), round(found.variance.item(), 3)
    (0.5, 0.03)
    """
    design, codes, inverse = clusters.design, clusters.codes, clusters.inverse
    coefficients = inverse @ (design.T @ shares)
    residuals = shares - design @ coefficients
    n_reports = len(clusters.moments)
    scores = np.zeros((n_reports, design.shape[1], shares.shape[1]))
    for column in range(design.shape[1]):
        np.add.at(scores[:, column, :], codes, design[:, column, None] * residuals)
    moves = (contrasts @ inverse) @ (clusters.adjusted @ scores)
    variance = (n_reports - 1) / n_reports * (moves**2).sum(axis=0)
    return Fit((contrasts @ coefficients).T, variance.T)


def clustered_df(clusters: Clusters, contrasts: Floats) -> Floats:
    """Return Bell and McCaffrey's degrees of freedom of each contrast.

    They count how many reports carry the contrast: few, if few reports are in a group.

    Parameters
    ----------
    clusters : Clusters
    contrasts : ndarray of shape (n_contrasts, n_columns)

    Returns
    -------
    ndarray of shape (n_contrasts,)

    References
    ----------
    Imbens, G. W. & Kolesár, M. (2016). Robust standard errors in small samples: some practical
    advice. Review of Economics and Statistics 98(4), 701-712. doi:10.1162/REST_a_00552

    Examples
    --------
    >>> design = np.column_stack([np.ones(8), [0, 0, 0, 0, 1, 1, 1, 1]])
    >>> found = gather(design, np.arange(8), list("abcdefgh"))
    >>> clustered_df(found, np.array([[0.0, 1.0]])).round(2).tolist()
    [6.0]
    """
    found = np.empty(len(contrasts))
    for i, contrast in enumerate(contrasts):
        weights = np.swapaxes(clusters.adjusted, 1, 2) @ (clusters.inverse @ contrast)
        moved = np.einsum("gij,gj->gi", clusters.moments, weights)
        spread = np.diag(np.einsum("gi,gi->g", weights, moved)) - moved @ clusters.inverse @ moved.T
        squares = float((spread**2).sum())
        found[i] = np.trace(spread) ** 2 / squares if squares > 0 else 1.0
    return found


def fit_independent(design: Floats, shares: Floats, contrasts: Floats) -> tuple[Fit, float]:
    """Regress shares on the design by least squares, all rows independent, one error variance.

    This is what `estimateEffect` of R's stm does.

    Parameters
    ----------
    design : ndarray of shape (n_rows, n_columns)
    shares : ndarray of shape (n_rows, n_topics)
    contrasts : ndarray of shape (n_contrasts, n_columns)

    Returns
    -------
    Fit
    float
        Degrees of freedom.

    Raises
    ------
    NotEnoughDataError
        If columns depend on one another or rows are too few.

    References
    ----------
    Roberts, M. E., Stewart, B. M. & Tingley, D. (2019). stm: an R package for structural topic
    models. Journal of Statistical Software 91(2). doi:10.18637/jss.v091.i02

    Examples
    --------
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


def p_and_interval(composed: Composed, level: float) -> tuple[Floats, Floats, Floats]:
    """Return two-sided p-values and the ends of t intervals.

    Examples
    --------
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
    half = special.stdtrit(composed.df, (1 + level) / 2) * composed.std_error
    return np.asarray(p), composed.estimate - half, composed.estimate + half
