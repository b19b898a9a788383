"""What goes with a figure of pairs of places, where each place stands in many pairs?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
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
BOTH: Final = ("receiver", "sender")

_SAME: Final = 1e-9


def fit_dyads(
    outcome: Floats,
    columns: Sequence[Floats],
    receiver: Codes,
    sender: Codes,
    year: Codes,
    *,
    levels: Collection[str] = BOTH,
    confidence: float = 0.95,
    n_permutations: int = 999,
    random_state: int | None = 0,
) -> pd.DataFrame:
    """Regress a figure of directed dyads on traits of pairs, tested by dealing out the places.

    Least squares with fixed effects. Rows of one place are not independent, so no formula gives
    the error: each trait, after the others and the levels are taken out of it, is dealt to other
    places (rows and columns of its matrix together), which leaves all dependence of the outcome
    as it is. Compared are partial correlations.

    Parameters
    ----------
    outcome
        One figure a row.
    columns
        For each trait a matrix, places × places: receiver by sender.
    receiver, sender, year
        Row and column of those matrices for each figure, and its year.
    levels
        Whose levels, in each year, are taken out: ``"receiver"``, ``"sender"``, both; with none
        those of years are.
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
        Fewer than ten places, no rows, too many levels, or a trait that the others or the levels
        explain, or that most deals leave as it is.

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
    >>> once = np.zeros(len(one), dtype=int)
    >>> fit_dyads(share, [near.astype(float)], one, other, once).round(1).values.tolist()
    [[2.1, 1.6, 2.5, 0.0]]
    """
    check_confidence(confidence)
    if not columns:
        return pd.DataFrame(columns=list(FOUND))
    places = len(columns[0])
    check_places(places)
    if not len(outcome):
        raise NotEnoughDataError("no pair of places has a figure")
    sides = {"receiver": receiver, "sender": sender}
    step = int(year.max()) + 1
    without = _without_levels([sides[side] * step + year for side in levels] or [year])
    one, other = np.nonzero(~np.eye(places, dtype=bool))
    ends = {"receiver": one, "sender": other}
    anywhere = _without_levels([ends[side] for side in levels] or [np.zeros_like(one)])
    scale = [float(matrix[one, other].std()) or 1.0 for matrix in columns]
    plain = [matrix / size for matrix, size in zip(columns, scale, strict=True)]
    traits = without(np.column_stack([matrix[receiver, sender] for matrix in plain]))
    whole = anywhere(np.column_stack([matrix[one, other] for matrix in plain]))
    figure = without(outcome[:, None].astype(float))
    rng = np.random.default_rng(random_state)
    deals = [rng.permutation(places) for _ in range(n_permutations)]
    found = []
    for k in range(len(plain)):
        basis = np.linalg.qr(np.delete(traits, k, axis=1))[0]
        own, left = _outside(basis, traits[:, k]), _outside(basis, figure[:, 0])
        size = float(np.sqrt(own @ own))
        if size <= _SAME * np.sqrt(len(own)):
            raise NotEnoughDataError(
                "the other covariates, or who receives and who sends, tell one covariate already: "
                "leave one out"
            )
        trait = np.zeros((places, places))
        trait[one, other] = _outside(np.linalg.qr(np.delete(whole, k, axis=1))[0], whole[:, k])
        moved = [trait[np.ix_(deal, deal)][receiver, sender] for deal in deals]
        slope, overlap = _dealt(moved, without, basis, np.column_stack([left, own]) / size)
        row = _by_deals(float(own @ left) / size**2, slope, overlap, confidence)
        found.append([*(value / scale[k] for value in row[:3]), row[3]])
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


_AT_ONCE: Final = 64


def _dealt(
    moved: Sequence[Floats], without: Callable[[Floats], Floats], basis: Floats, sides: Floats
) -> tuple[Floats, Floats]:
    """Return what the outcome and the trait itself share with the trait as it was dealt.

    Each dealt trait has length 1, so that one that varies more finds no more.
    """
    shared = []
    for start in range(0, len(moved), _AT_ONCE):
        dealt = _outside(basis, without(np.column_stack(moved[start : start + _AT_ONCE])))
        size = np.sqrt(np.maximum((dealt**2).sum(axis=0), _SAME))
        shared.append((dealt.T @ sides) / size[:, None])
    both = np.concatenate(shared)
    return both[:, 0], both[:, 1]


def _by_deals(
    estimate: float, slope: Floats, overlap: Floats, confidence: float
) -> tuple[float, float, float, float]:
    """Return the estimate, the effects that the deals do not reject, and the p-value of none.

    An effect b is not rejected by a deal whose slope, ``slope - b × overlap``, is at least as far
    from 0 as ``estimate - b``: for each deal that is one stretch around the estimate.
    """
    n = len(slope) + 1
    p_value = (1 + int((np.abs(slope) >= abs(estimate) * (1 - _SAME)).sum())) / n
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
    return estimate, float(low[rank]), float(high[rank]), p_value
