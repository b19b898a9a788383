"""What goes with a figure of pairs of places, where each place stands in many pairs?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.errors import NotEnoughDataError
from policytext.inference.intervals import check_confidence
from policytext.records import Floats

Codes = npt.NDArray[np.intp]

MIN_PLACES: Final = 10
MOST_LEVELS: Final = 3_000
"""Levels of fixed effects that are taken out at once: a matrix of this side is inverted."""

FOUND: Final = ("estimate", "low", "high", "p_value")

_SAME: Final = 1e-9


def fit_dyads(
    outcome: Floats,
    columns: Sequence[Floats],
    receiver: Codes,
    sender: Codes,
    fixed: Sequence[Codes],
    *,
    confidence: float = 0.95,
    n_permutations: int = 999,
    random_state: int | None = 0,
) -> pd.DataFrame:
    """Regress a figure of directed dyads on traits of pairs, tested by dealing out the places.

    Least squares with fixed effects. Rows of one place are not independent, so no formula gives
    the error: each trait, after the others are taken out of it, is dealt to other places (rows and
    columns of its matrix together), which leaves all dependence of the outcome as it is.

    Parameters
    ----------
    outcome
        One figure a row.
    columns
        For each trait a matrix, places × places: receiver by sender.
    receiver, sender
        Row and column of those matrices for each figure.
    fixed
        Codes of the levels that are taken out, such as the year of each receiver.
    confidence
        Stated coverage of the intervals.
    n_permutations, random_state
        Deals of the places, and their seed.

    Returns
    -------
    pandas.DataFrame
        One row a trait: ``estimate``; ``low`` and ``high``, the effects that the same deals would
        not reject; ``p_value``, two-sided.

    Raises
    ------
    NotEnoughDataError
        Fewer than ten places, too many levels, or a trait that the others or the levels explain,
        or that most deals leave as it is.

    References
    ----------
    Dekker D., Krackhardt D., Snijders T. A. B. (2007). Sensitivity of MRQAP tests to collinearity
    and autocorrelation conditions. Psychometrika 72, 563-581.
    https://doi.org/10.1007/s11336-007-9016-1
    Rosenbaum P. R. (2002). Observational studies, 2nd ed., Springer: intervals by inversion.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> near = np.abs(np.subtract.outer(np.arange(12), np.arange(12))) == 1
    >>> one, other = np.nonzero(~np.eye(12, dtype=bool))
    >>> share = 2.0 * near[one, other] + rng.normal(size=len(one))
    >>> fit_dyads(share, [near.astype(float)], one, other, [one, other]).round(1).values.tolist()
    [[2.1, 1.6, 2.5, 0.0]]
    """
    check_confidence(confidence)
    if not columns:
        return pd.DataFrame(columns=list(FOUND))
    places = len(columns[0])
    check_places(places)
    without = _without_levels(fixed)
    traits = without(np.column_stack([matrix[receiver, sender] for matrix in columns]))
    figure = without(outcome[:, None].astype(float))
    rng = np.random.default_rng(random_state)
    deals = [rng.permutation(places) for _ in range(n_permutations)]
    found = []
    for k, matrix in enumerate(columns):
        basis = np.linalg.qr(np.delete(traits, k, axis=1))[0]
        own, left = _outside(basis, traits[:, k]), _outside(basis, figure[:, 0])
        size = own @ own
        if size <= _SAME * max(matrix[receiver, sender].var() * len(own), _SAME):
            raise NotEnoughDataError(
                "the other covariates, or who receives and who sends, tell one covariate already: "
                "leave one out"
            )
        trait = _residual(matrix, [m for i, m in enumerate(columns) if i != k])
        moved = [trait[np.ix_(deal, deal)][receiver, sender] for deal in deals]
        slope, overlap = _dealt(moved, without, basis, np.column_stack([left, own]))
        found.append(_by_deals(float(own @ left / size), slope, overlap, confidence))
    return pd.DataFrame(found, columns=list(FOUND))


def check_places(places: int) -> None:
    """Complain of too few places."""
    if places < MIN_PLACES:
        raise NotEnoughDataError(
            f"a regression of dyads needs {MIN_PLACES} places, got {places}: choose smaller places"
        )


def _without_levels(fixed: Sequence[Codes]) -> Callable[[Floats], Floats]:
    """Return what takes the means of all levels out of the columns of a matrix."""
    from scipy.linalg import pinvh
    from scipy.sparse import csr_array, hstack

    levels = [np.unique(codes, return_inverse=True)[1] for codes in fixed]
    total = sum(int(codes.max()) + 1 for codes in levels)
    if total > MOST_LEVELS:
        raise NotEnoughDataError(
            f"{total} places and years are more than the {MOST_LEVELS} that a regression of dyads "
            "takes: choose larger places or fewer years"
        )
    rows = np.arange(len(levels[0]))
    dummies = hstack(
        [csr_array((np.ones(len(rows)), (rows, codes))) for codes in levels], format="csr"
    )
    back = dummies.T.tocsr()
    inverse = pinvh((back @ dummies).toarray())
    return lambda matrix: np.asarray(matrix - dummies @ (inverse @ (back @ matrix)))


def _outside(basis: Floats, matrix: Floats) -> Floats:
    """Return what is left of the columns of a matrix when those of a basis are taken out."""
    return np.asarray(matrix - basis @ (basis.T @ matrix), dtype=float)


def _residual(matrix: Floats, others: Sequence[Floats]) -> Floats:
    """Return a matrix of pairs less what the others tell of it, over all pairs of two places."""
    pairs = ~np.eye(len(matrix), dtype=bool)
    design = np.column_stack([np.ones(int(pairs.sum())), *(other[pairs] for other in others)])
    left = np.zeros_like(matrix, dtype=float)
    known = design @ np.linalg.lstsq(design, matrix[pairs], rcond=None)[0]
    left[pairs] = matrix[pairs] - known
    return left


_AT_ONCE: Final = 64


def _dealt(
    moved: Sequence[Floats], without: Callable[[Floats], Floats], basis: Floats, sides: Floats
) -> tuple[Floats, Floats]:
    """Return the slopes of the outcome, and of the trait itself, on the trait as it was dealt."""
    slopes = []
    for start in range(0, len(moved), _AT_ONCE):
        dealt = _outside(basis, without(np.column_stack(moved[start : start + _AT_ONCE])))
        size = np.maximum((dealt**2).sum(axis=0), _SAME)
        slopes.append((dealt.T @ sides) / size[:, None])
    both = np.concatenate(slopes)
    return both[:, 0], both[:, 1]


def _by_deals(
    estimate: float, slope: Floats, overlap: Floats, confidence: float
) -> tuple[float, float, float, float]:
    """Return the estimate, the effects that the deals do not reject, and the p-value of none.

    An effect b is not rejected by a deal whose slope, ``slope - b × overlap``, is at least as far
    from 0 as ``estimate - b``: for each deal that is one stretch around the estimate.
    """
    n = len(slope) + 1
    p_value = (1 + int((np.abs(slope) >= abs(estimate) - _SAME).sum())) / n
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = np.stack([(estimate - slope) / (1 - overlap), (estimate + slope) / (1 + overlap)])
    ends = np.where(np.isnan(ends), np.inf, ends)
    same = np.abs(overlap) >= 1 - _SAME
    low = np.sort(np.where(same, -np.inf, ends.min(axis=0)))
    high = np.sort(np.where(same, np.inf, ends.max(axis=0)))[::-1]
    rank = int((1 - confidence) * n) - 1
    if rank < 0 or not np.isfinite(low[rank]) or not np.isfinite(high[rank]):
        raise NotEnoughDataError(
            "too many deals of the places leave a covariate as it is: it tells too few places apart"
        )
    return float(estimate), float(low[rank]), float(high[rank]), p_value
