"""Does a yearly series rise, fall or break?"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from policytext.errors import NotEnoughDataError, ParameterError

Floats = npt.NDArray[np.float64]

MIN_POINTS_TREND: Final = 5
MIN_POINTS_CHANGE: Final = 8
MIN_POINTS_AUTOCORRELATION: Final = 10
SEGMENT: Final = 3
"""Fewest points between two change points."""


class Trend(NamedTuple):
    """Mann-Kendall's tau and p-values, Sen's slope with its interval (per year)."""

    tau: float
    p_value: float
    p_autocorrelated: float
    slope: float
    low: float
    high: float


def mann_kendall(years: npt.ArrayLike, values: npt.ArrayLike, *, level: float = 0.95) -> Trend:
    """Test a series for a monotonic trend, and estimate its slope.

    Parameters
    ----------
    years
        Where the values stand; gaps are allowed.
    values
        The series; NaN is left out.
    level
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
    sen = theilslopes(y, x, alpha=level)
    corrected = float("nan")
    if len(y) >= MIN_POINTS_AUTOCORRELATION and np.ptp(y) > 0:
        # the corrected variance can turn out negative in short series; p is then NaN
        with np.errstate(invalid="ignore"):
            corrected = float(pymannkendall.hamed_rao_modification_test(y).p)
    return Trend(float(test.Tau), float(test.p), corrected, *(float(v) for v in sen[:1] + sen[2:]))


def change_points(
    years: npt.ArrayLike, values: npt.ArrayLike, noise: npt.ArrayLike = 0.0
) -> list[int]:
    """Years in which the level of a series of rates changes.

    The square root of the rates (which steadies the spread of counts) is cut by PELT with a
    least-squares cost; the penalty is ``3 σ² log n`` for each change, σ from the median absolute
    difference of neighbours, but at least the noise of the counts.

    Parameters
    ----------
    years
        Where the values stand.
    values
        Rates, not negative; NaN is left out.
    noise
        Standard deviation of each square root from counting alone.

    Returns
    -------
    list of int
        First year of each new level.

    Raises
    ------
    NotEnoughDataError
        Fewer than eight points.

    References
    ----------
    Killick R., Fearnhead P., Eckley I. A. (2012). Optimal detection of changepoints with a linear
    computational cost. JASA 107, 1590-1598. https://doi.org/10.1080/01621459.2012.737745

    Examples
    --------
    >>> change_points(range(2000, 2012), [1, 1.2, 0.9, 1.1, 1, 0.8, 5, 5.5, 4.8, 5.2, 5, 5.1])
    [2006]
    """
    import ruptures

    x, y = _series(years, values)
    if len(y) < MIN_POINTS_CHANGE:
        raise NotEnoughDataError(
            f"change points are looked for in {MIN_POINTS_CHANGE} or more years, got {len(y)}: a "
            "break in so few points cannot be told from chance"
        )
    if (y < 0).any():
        raise ParameterError(f"rates must not be negative, got {float(y.min())}")
    root = np.sqrt(y)
    spread = float(np.median(np.abs(np.diff(root)))) / (0.6745 * np.sqrt(2))
    sigma = max(spread, float(np.max(np.asarray(noise, dtype=float))), 1e-9)
    search = ruptures.Pelt(model="l2", min_size=SEGMENT, jump=1).fit(root[:, None])
    ends = search.predict(pen=3 * sigma**2 * np.log(len(root)))
    return [int(x[end]) for end in ends[:-1]]


def _series(years: npt.ArrayLike, values: npt.ArrayLike) -> tuple[Floats, Floats]:
    x, y = np.asarray(years, dtype=float), np.asarray(values, dtype=float)
    if x.shape != y.shape:
        raise ParameterError(f"one value a year: got {x.size} years, {y.size} values")
    known = ~np.isnan(x) & ~np.isnan(y)
    order = np.argsort(x[known], kind="stable")
    return x[known][order], y[known][order]
