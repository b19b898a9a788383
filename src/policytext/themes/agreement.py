"""How far do two or more codings of the same paragraphs agree?"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from policytext.errors import NotEnoughDataError, ParameterError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def cohen_kappa(first: Sequence[Hashable], second: Sequence[Hashable]) -> float:
    """Return Cohen's kappa of two coders: (observed - expected) / (1 - expected) agreement.

    Parameters
    ----------
    first, second
        One category per unit, in the same order.

    Returns
    -------
    float
        1 = perfect, 0 = as by chance; missing (nan) where both coders used one category only.

    Raises
    ------
    ParameterError
        The lengths differ or are zero.

    References
    ----------
    Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and Psychological
    Measurement, 20(1), 37-46. https://doi.org/10.1177/001316446002000104

    Examples
    --------
    >>> cohen_kappa(list("aabb"), list("aabc"))
    0.6
    """
    observed, shares = _observed_and_shares(first, second)
    expected = float((shares[0] * shares[1]).sum())
    return _chance_corrected(observed, expected)


def gwet_ac1(first: Sequence[Hashable], second: Sequence[Hashable], n_categories: int = 0) -> float:
    """Return Gwet's AC1 of two coders, which stays sound where one category is rare.

    Chance agreement is the sum of p(1 - p) over categories, divided by their number less one, p
    being the mean share of the two coders.

    Parameters
    ----------
    first, second
        One category per unit.
    n_categories
        Number of categories of the scheme; 0: those that occur.

    Raises
    ------
    ParameterError
        The lengths differ or are zero, or fewer categories are named than occur.

    References
    ----------
    Gwet, K. L. (2008). Computing inter-rater reliability and its variance in the presence of high
    agreement.
    British Journal of Mathematical and Statistical Psychology, 61(1), 29-48.
    https://doi.org/10.1348/000711006X126600

    Examples
    --------
    >>> round(gwet_ac1([1, 1, 1, 0], [1, 1, 1, 1]), 4)
    0.68
    """
    observed, shares = _observed_and_shares(first, second)
    p = shares.mean(axis=0)
    occurring = len(p)
    categories = n_categories or max(occurring, 2)
    if categories < occurring:
        raise ParameterError(f"n_categories is {n_categories}, but {occurring} categories occur")
    return _chance_corrected(observed, float((p * (1 - p)).sum() / (categories - 1)))


def krippendorff_alpha(
    codings: Sequence[Sequence[Hashable | None]],
    distance: str | Callable[[Hashable, Hashable], float] = "nominal",
) -> float:
    """Return Krippendorff's alpha of any number of coders: 1 - observed / expected disagreement.

    Parameters
    ----------
    codings
        One sequence per coder, one value per unit, None where the coder did not code it. For
        ``masi`` each value is a set (frozenset) of labels.
    distance
        ``nominal``, ``interval`` (numbers), ``masi`` (sets of labels), or a function of two values
        giving 0 to 1.

    Returns
    -------
    float
        Missing (nan) where all values are equal: there is no disagreement to expect.

    Raises
    ------
    ParameterError
        Coders coded different numbers of units, or the distance is unknown.
    NotEnoughDataError
        No unit was coded twice.

    References
    ----------
    Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania.
    https://repository.upenn.edu/asc_papers/43
    Passonneau, R. (2006). Measuring agreement on set-valued items (MASI) for semantic and
    pragmatic annotation.
    LREC 2006, 831-836 (the set distance).

    Examples
    --------
    >>> round(krippendorff_alpha([[1, 2, 3, 3], [1, 2, 3, None], [1, 2, 4, 3]]), 4)
    0.7674
    """
    measure = _distance(distance)
    if len({len(coder) for coder in codings}) != 1:
        raise ParameterError(
            f"every coder must have one value (or None) per unit, got lengths "
            f"{[len(c) for c in codings]}"
        )
    values = list(dict.fromkeys(v for coder in codings for v in coder if v is not None))
    together = _coincidences(codings, values)
    n = together.sum()
    if n == 0:
        raise NotEnoughDataError(
            "no unit was coded by two coders; alpha needs units coded at least twice"
        )
    apart = np.array([[measure(a, b) for b in values] for a in values])
    totals = together.sum(axis=1)
    expected = (np.outer(totals, totals) * apart).sum() / (n - 1)
    return float(1 - (together * apart).sum() / expected) if expected > 0 else float("nan")


def masi_distance(first: frozenset[str], second: frozenset[str]) -> float:
    """Return the MASI distance of two label sets: 1 - Jaccard × monotonicity.

    Monotonicity is 1 for equal sets, 2/3 where one holds the other, else 1/3.

    References
    ----------
    Passonneau, R. (2006). Measuring agreement on set-valued items (MASI). LREC 2006, 831-836.

    Examples
    --------
    >>> round(masi_distance(frozenset("ab"), frozenset("a")), 4)
    0.6667
    """
    shared, union = len(first & second), len(first | second)
    if union == 0 or first == second:
        return 0.0
    nested = first <= second or second <= first
    weight = 2 / 3 if nested else 1 / 3
    return 1 - shared / union * weight


def _observed_and_shares(
    first: Sequence[Hashable], second: Sequence[Hashable]
) -> tuple[float, Floats]:
    if len(first) != len(second) or not len(first):
        raise ParameterError(
            f"both coders must have coded the same units, got {len(first)} and {len(second)}"
        )
    categories = {value: i for i, value in enumerate(dict.fromkeys([*first, *second]))}
    a = np.array([categories[v] for v in first])
    b = np.array([categories[v] for v in second])
    shares = [np.bincount(x, minlength=len(categories)) / len(x) for x in (a, b)]
    return float((a == b).mean()), np.array(shares)


def _chance_corrected(observed: float, expected: float) -> float:
    if expected >= 1:
        return float("nan")
    return float(round((observed - expected) / (1 - expected), 12))


def _coincidences(
    codings: Sequence[Sequence[Hashable | None]], values: Sequence[Hashable]
) -> Floats:
    """Return Krippendorff's coincidence matrix: pairs of values within units."""
    place = {value: i for i, value in enumerate(values)}
    together = np.zeros((len(values), len(values)))
    for unit in zip(*codings, strict=True):
        given = [place[v] for v in unit if v is not None]
        if len(given) < 2:
            continue
        counts = np.bincount(given, minlength=len(values)).astype(float)
        pairs = np.outer(counts, counts) - np.diag(counts)
        together += pairs / (len(given) - 1)
    return together


def _distance(name: str | Callable[[Hashable, Hashable], float]) -> Callable[..., float]:
    if callable(name):
        return name
    known: Mapping[str, Callable[..., float]] = {
        "nominal": lambda a, b: float(a != b),
        "interval": lambda a, b: float(a - b) ** 2,
        "masi": masi_distance,
    }
    if name not in known:
        raise ParameterError(f"distance must be one of {sorted(known)} or a function, got {name!r}")
    return known[name]
