"""What would other draws, or labels dealt out at random, have given?"""

from __future__ import annotations

from collections.abc import Iterator
from math import comb

import numpy as np
import numpy.typing as npt
from scipy import sparse

from policytext.errors import ParameterError
from policytext.records import Floats

Ints = npt.NDArray[np.int64]


# What would other draws of the same reports have given?


def report_weights(
    strata: npt.ArrayLike,
    *,
    n_resamples: int = 1000,
    random_state: int | np.random.Generator | None = None,
) -> Ints:
    """How often each report is drawn in each resample, drawn with replacement within its stratum.

    Whole reports are drawn, never words: words of one report are not independent.

    Parameters
    ----------
    strata
        One label a report; each stratum keeps its number of reports.
    n_resamples
        Number of resamples.
    random_state
        Seed or generator.

    Returns
    -------
    numpy.ndarray
        resamples × reports, whole numbers; every row sums to the number of reports.

    Raises
    ------
    ParameterError
        ``n_resamples`` is not positive.

    References
    ----------
    Efron B. (1979). Bootstrap methods: another look at the jackknife. Annals of Statistics 7,
    1-26. https://doi.org/10.1214/aos/1176344552
    Lijffijt J. et al. (2016). Significance testing of word frequencies in corpora. Digital
    Scholarship in the Humanities 31(2), 374-397. https://doi.org/10.1093/llc/fqu064

    Examples
    --------
    >>> report_weights(["a", "a", "b"], n_resamples=2, random_state=0).sum(axis=1).tolist()
    [3, 3]
    """
    if n_resamples < 1:
        raise ParameterError(f"`n_resamples` must be at least 1, got {n_resamples}")
    rng = np.random.default_rng(random_state)
    _, codes = np.unique(np.asarray(strata, dtype=str), return_inverse=True)
    weights = np.zeros((n_resamples, len(codes)), dtype=np.int64)
    for stratum in range(codes.max(initial=-1) + 1):
        members = np.flatnonzero(codes == stratum)
        equal = np.full(len(members), 1 / len(members))
        weights[:, members] = rng.multinomial(len(members), equal, size=n_resamples)
    return weights


def column_blocks(n_columns: int, size: int = 2048) -> Iterator[slice]:
    """Cut columns into blocks, so that resamples × columns never has to fit in memory at once.

    >>> [(s.start, s.stop) for s in column_blocks(5, 2)]
    [(0, 2), (2, 4), (4, 5)]
    """
    for start in range(0, n_columns, size):
        yield slice(start, min(start + size, n_columns))


def split_halves(
    units: npt.ArrayLike,
    *,
    n_splits: int = 20,
    random_state: int | np.random.Generator | None = None,
) -> npt.NDArray[np.bool_]:
    """Split the members of every unit into two random halves, several times.

    Parameters
    ----------
    units
        One label a paragraph: which report (or region) it belongs to.
    n_splits
        How many splits.
    random_state
        Seed or generator.

    Returns
    -------
    numpy.ndarray
        splits × paragraphs; True is the first half. Halves of a unit differ by one at most.

    Raises
    ------
    ParameterError
        ``n_splits`` is not positive.

    References
    ----------
    Efron B. (1979). Annals of Statistics 7, 1-26. https://doi.org/10.1214/aos/1176344552

    Examples
    --------
    >>> split_halves(["a"] * 4, n_splits=1, random_state=0).sum().item()
    2
    """
    if n_splits < 1:
        raise ParameterError(f"`n_splits` must be at least 1, got {n_splits}")
    rng = np.random.default_rng(random_state)
    _, codes = np.unique(np.asarray(units, dtype=str), return_inverse=True)
    first = np.zeros((n_splits, len(codes)), dtype=bool)
    for split in range(n_splits):
        order = np.lexsort((rng.random(len(codes)), codes))
        starts = np.searchsorted(codes[order], codes[order])
        first[split, order] = (np.arange(len(codes)) - starts) % 2 == int(rng.integers(2))
    return first


def rarefy(
    counts: npt.ArrayLike, size: int, *, random_state: int | np.random.Generator | None = None
) -> Ints:
    """Draw ``size`` tokens without replacement from each row of counts.

    Parameters
    ----------
    counts
        rows × features, whole numbers.
    size
        Tokens to draw from each row; at most the smallest row total.
    random_state
        Seed or generator.

    Returns
    -------
    numpy.ndarray
        rows × features; every row sums to ``size``.

    Raises
    ------
    ParameterError
        A row has fewer than ``size`` tokens.

    References
    ----------
    Sanders H. L. (1968). Marine benthic diversity: a comparative study. American Naturalist 102,
    243-282. https://doi.org/10.1086/282541

    Examples
    --------
    >>> rarefy([[5, 5, 0], [1, 2, 3]], 6, random_state=0).sum(axis=1).tolist()
    [6, 6]
    """
    rows = np.asarray(counts, dtype=np.int64)
    if size < 0 or (rows.sum(axis=1) < size).any():
        raise ParameterError(
            f"`size` must not exceed the shortest text ({int(rows.sum(axis=1).min())} tokens), "
            f"got {size}"
        )
    rng = np.random.default_rng(random_state)
    drawn = np.zeros_like(rows)
    for i, row in enumerate(rows):
        present = np.flatnonzero(row)
        drawn[i, present] = rng.multivariate_hypergeometric(row[present], size, method="marginals")
    return drawn


def stability_of_sign(
    hits: Floats | sparse.csr_matrix,
    exposure: Floats,
    in_group: npt.NDArray[np.bool_],
    weights: Ints,
) -> Floats:
    """In what share of resamples does the group keep a higher (or lower) rate than the rest?

    Parameters
    ----------
    hits
        reports × features: counts.
    exposure
        One number a report: characters or words.
    in_group
        True for the reports of the group.
    weights
        How often each report is drawn, from :func:`report_weights`.

    Returns
    -------
    numpy.ndarray
        One share a feature, between 0 and 1; a resample with equal rates counts half.

    References
    ----------
    Efron B. (1979), see :func:`report_weights`.

    Examples
    --------
    >>> import numpy as np
    >>> g = np.array([True, True, False, False])
    >>> w = report_weights(g, n_resamples=50, random_state=0)
    >>> float(stability_of_sign(np.array([[9.0], [8], [1], [0]]), np.ones(4), g, w)[0])
    1.0
    """
    left, right = (
        weights * side / np.maximum((weights * side) @ exposure, 1e-300)[:, None]
        for side in (in_group, ~in_group)
    )
    start = in_group / exposure[in_group].sum() - ~in_group / exposure[~in_group].sum()
    kept = np.empty(hits.shape[1])
    for block in column_blocks(hits.shape[1]):
        part = hits[:, block]
        dense = sparse.csr_matrix(part).toarray().astype(float)
        sign = np.sign(np.round((left - right) @ dense, 15))
        kept[block] = 0.5 + (sign * np.sign(np.round(start @ dense, 15))).mean(axis=0) / 2
    return kept


# Would labels dealt out at random give a statistic as large?


def permuted_groups(
    in_group: npt.NDArray[np.bool_],
    *,
    n_permutations: int = 999,
    random_state: int | np.random.Generator | None = None,
) -> npt.NDArray[np.bool_]:
    """Deal the label of a group out again among the reports.

    Parameters
    ----------
    in_group
        True for the reports of the group.
    n_permutations
        How many deals.
    random_state
        Seed or generator.

    Returns
    -------
    numpy.ndarray
        deals × reports; every deal has as many reports in the group.

    Raises
    ------
    ParameterError
        ``n_permutations`` is not positive.

    References
    ----------
    Pitman E. J. G. (1937). Significance tests which may be applied to samples from any
    populations. Supplement to the JRSS 4, 119-130. https://doi.org/10.2307/2984124

    Examples
    --------
    >>> import numpy as np
    >>> permuted_groups(np.array([True, False, False]), n_permutations=4,
    ...                 random_state=0).sum(axis=1).tolist()
    [1, 1, 1, 1]
    """
    if n_permutations < 1:
        raise ParameterError(f"`n_permutations` must be at least 1, got {n_permutations}")
    rng = np.random.default_rng(random_state)
    copies = np.tile(np.asarray(in_group, dtype=bool), (n_permutations, 1))
    return rng.permuted(copies, axis=1)


def permutation_p(observed: npt.ArrayLike, permuted: npt.ArrayLike) -> Floats:
    """p-value of a one-sided permutation test, the observed deal counted among the deals.

    Parameters
    ----------
    observed
        Statistic of the data; large speaks against chance.
    permuted
        permutations × the shape of ``observed``.

    Returns
    -------
    numpy.ndarray
        ``(1 + number at least as large) / (1 + number of permutations)``; never 0.

    References
    ----------
    Phipson B., Smyth G. K. (2010). Permutation p-values should never be zero. Statistical
    Applications in Genetics and Molecular Biology 9(1), 39. https://doi.org/10.2202/1544-6115.1585

    Examples
    --------
    >>> float(permutation_p(3.0, [1.0, 2.0, 3.0, 0.5]))
    0.4
    """
    deals = np.asarray(permuted, dtype=float)
    # a deal that repeats the observed one may differ from it by rounding alone
    larger = (deals >= np.asarray(observed, dtype=float) * (1 - 1e-12) - 1e-15).sum(axis=0)
    return np.asarray((1 + larger) / (1 + len(deals)), dtype=float)


def smallest_p(n_group: int, n_rest: int) -> float:
    """Smallest p-value that dealing the labels out can reach with so few reports.

    Parameters
    ----------
    n_group, n_rest
        Reports in the group, and others.

    Returns
    -------
    float
        One in the number of different deals.

    References
    ----------
    Pitman E. J. G. (1937), see :func:`permuted_groups`.

    Examples
    --------
    >>> round(smallest_p(5, 5), 4)
    0.004
    """
    return 1 / comb(n_group + n_rest, n_group)


# Between which places of a ranking may each group stand?


def rank_bounds(
    estimate: npt.ArrayLike,
    error: npt.ArrayLike,
    df: npt.ArrayLike = np.inf,
    *,
    joint: bool = False,
    confidence: float = 0.95,
    n_draws: int = 4000,
    random_state: int | np.random.Generator | None = 0,
) -> Ints:
    """Highest and lowest place of each of several independent estimates.

    A group's place is one more than the number of groups above it. One group is taken to stand
    above another where their difference, in units of its error, exceeds what the largest of all
    such differences reaches by chance: those with the group itself, or those of all pairs
    (``joint``). What was decided is left out and the largest of the rest taken, until nothing more
    is decided (the stepwise sets of the source). Where no two groups are alike, sets hold more
    often than stated: a wrong place then needs a wrong difference.

    Parameters
    ----------
    estimate, error
        Estimates and their standard errors, on a scale where they are nearly normal.
    df
        Degrees of freedom of the errors.
    joint
        The places of all groups hold together, instead of each by itself.
    confidence
        Stated coverage.
    n_draws
        Draws that tell the largest difference.
    random_state
        Seed.

    Returns
    -------
    numpy.ndarray
        groups × 2: first (1 is the largest estimate) and last place.

    Raises
    ------
    ParameterError
        Lengths differ, or an error is not positive.

    References
    ----------
    Mogstad M., Romano J. P., Shaikh A. M., Wilhelm D. (2024). Inference for ranks with applications
    to mobility across neighbourhoods and academic achievement across countries. Review of Economic
    Studies 91, 476-518. https://doi.org/10.1093/restud/rdad006
    Romano J. P., Wolf M. (2005). Exact and approximate stepdown methods for multiple hypothesis
    testing. JASA 100, 94-108. https://doi.org/10.1198/016214504000000539

    Examples
    --------
    >>> rank_bounds([9.0, 5.0, 4.9, 1.0], [0.5] * 4).tolist()
    [[1, 1], [2, 3], [2, 3], [4, 4]]
    """
    value, wide = np.asarray(estimate, dtype=float), np.asarray(error, dtype=float)
    if value.shape != wide.shape or value.ndim != 1 or not (wide > 0).all():
        raise ParameterError(
            f"one estimate and one positive error a group: got {value.shape} estimates and errors "
            f"{wide.tolist()}"
        )
    n, rng = len(value), np.random.default_rng(random_state)
    freedom = np.broadcast_to(np.asarray(df, dtype=float), value.shape)
    drawn = rng.standard_normal((n_draws, n))
    some = np.isfinite(freedom)
    drawn[:, some] *= np.sqrt(freedom[some] / rng.chisquare(freedom[some], (n_draws, some.sum())))
    drawn = np.ascontiguousarray((drawn * wide).T)
    apart = np.sqrt(wide[:, None] ** 2 + wide[None, :] ** 2)
    bounds = np.tile([1, n], (n, 1))
    if joint:
        pairs = [np.triu_indices(n, 1)]
    else:
        pairs = [(np.full(n - 1, j), np.delete(np.arange(n), j)) for j in range(n)]
    for j, (one, other) in enumerate(pairs):
        chance = (drawn[one] - drawn[other]) / apart[one, other][:, None]
        sign = _stepped((value[one] - value[other]) / apart[one, other], chance, confidence)
        above = np.bincount(one[sign < 0], minlength=n) + np.bincount(other[sign > 0], minlength=n)
        below = np.bincount(one[sign > 0], minlength=n) + np.bincount(other[sign < 0], minlength=n)
        rows = slice(None) if joint else j
        bounds[rows] = np.stack([1 + above, n - below], axis=1)[rows]
    return bounds.astype(np.int64)


def _stepped(statistic: Floats, chance: Floats, confidence: float) -> Floats:
    """Signs of the statistics that are too far from 0 for chance, step by step; 0 for the others.

    A step leaves out what was decided, not its opposite. ``chance``: statistics × draws.

    Source: Romano & Wolf (2005); Mogstad et al. (2024).
    """
    sign = np.zeros(len(statistic))
    while len(statistic):
        largest = np.maximum(
            chance[sign <= 0].max(axis=0, initial=-np.inf),
            -chance[sign >= 0].min(axis=0, initial=np.inf),
        )
        far = np.where(np.abs(statistic) > np.quantile(largest, confidence), np.sign(statistic), 0)
        if (far == sign).all():
            break
        sign = far
    return sign


# Many words were tested: which findings survive?


def benjamini_hochberg(p_values: npt.ArrayLike) -> Floats:
    """Adjust p-values so that a cut at q keeps the expected share of false findings below q.

    Parameters
    ----------
    p_values
        One number a test; NaN (no test was made) stays NaN and does not count as a test.

    Returns
    -------
    numpy.ndarray
        Adjusted values, in the same order.

    References
    ----------
    Benjamini Y., Hochberg Y. (1995). Controlling the false discovery rate. Journal of the Royal
    Statistical Society B 57, 289-300. https://doi.org/10.1111/j.2517-6161.1995.tb02031.x

    Examples
    --------
    >>> import numpy as np
    >>> benjamini_hochberg([0.01, 0.02, np.nan, 0.5]).round(3).tolist()
    [0.03, 0.03, nan, 0.5]
    """
    from scipy.stats import false_discovery_control

    values = np.asarray(p_values, dtype=float)
    adjusted = np.full(values.shape, np.nan)
    tested = ~np.isnan(values)
    if tested.any():
        adjusted[tested] = false_discovery_control(values[tested], method="bh")
    return adjusted


# Which item of one solution is which item of another?


def match_items(similarity: npt.ArrayLike) -> Ints:
    """Pair the rows of a similarity table with its columns, one to one, at the highest total.

    Parameters
    ----------
    similarity
        rows × columns, as many rows as columns or fewer; large is similar; NaN counts as
        the smallest value.

    Returns
    -------
    numpy.ndarray
        For each row the column it is paired with.

    Raises
    ------
    ParameterError
        Not a table, or more rows than columns.

    References
    ----------
    Kuhn H. W. (1955). The Hungarian method for the assignment problem. Naval Research Logistics
    Quarterly 2, 83-97. https://doi.org/10.1002/nav.3800020109
    Greene D., O'Callaghan D., Cunningham P. (2014). How many topics? Stability analysis for topic
    models. ECML PKDD, 498-513. https://doi.org/10.1007/978-3-662-44848-9_32

    Examples
    --------
    >>> match_items([[0.1, 0.9], [0.8, 0.7]]).tolist()
    [1, 0]
    """
    from scipy.optimize import linear_sum_assignment

    table = np.asarray(similarity, dtype=float)
    if table.ndim != 2 or table.shape[0] > table.shape[1]:
        raise ParameterError(
            "`similarity` must be a table with at least as many columns as rows, got shape "
            f"{table.shape}; turn it round (`.T`) if it has more rows"
        )
    filled = np.nan_to_num(table, nan=float(np.nanmin(table, initial=0.0)))
    rows, columns = linear_sum_assignment(filled, maximize=True)
    order = np.argsort(rows)
    return np.asarray(columns[order], dtype=np.int64)
