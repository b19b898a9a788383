"""What would other draws of the same reports have given?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy import sparse

from policytext.errors import ParameterError
from policytext.inference.intervals import Floats

Ints = npt.NDArray[np.int64]


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

    Parameters
    ----------
    n_columns
        How many columns there are.
    size
        Columns in a block.

    Examples
    --------
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
        reports × features: counts, dense or sparse.
    exposure
        One number a report.
    in_group
        True for the reports of the group.
    weights
        resamples × reports, from :func:`report_weights`.

    Returns
    -------
    numpy.ndarray
        One share a feature, 0 to 1; ties count half.

    References
    ----------
    Efron B. (1979). Annals of Statistics 7, 1-26. https://doi.org/10.1214/aos/1176344552

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
