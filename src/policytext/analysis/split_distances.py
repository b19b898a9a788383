"""How far are groups from each other, and how far is each from itself?

Every group's paragraphs are split into two random halves, all halves are cut to one length, and
halves are compared: half against half of another group is a distance, half against half of the
same group is noise. Both are biased by length alike, so they may be compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from policytext.analysis.cells import indicator
from policytext.analysis.distance_measures import divergence
from policytext.errors import NotEnoughDataError
from policytext.inference.permutation import permutation_p, permuted_groups
from policytext.inference.resampling import rarefy, split_halves

Floats = npt.NDArray[np.float64]

MIN_TOKENS: Final = 30
"""Half a group's text must hold this many tokens."""

MIN_PARAGRAPHS: Final = 10
"""The same for features that are shares and not counts: paragraphs in half a group's text."""


@dataclass(frozen=True)
class SplitDistances:
    """Distances between groups with their noise.

    Parameters
    ----------
    between
        groups × groups: mean divergence (bits) of halves of different groups, 0 on the diagonal.
    within
        splits × groups: divergence of the two halves of one group.
    size
        Length of every half compared.
    unit
        ``tokens`` or ``paragraphs``.
    """

    between: Floats
    within: Floats
    size: int
    unit: str


def split_distances(
    matrix: sparse.csr_matrix,
    groups: npt.NDArray[np.int64],
    units: npt.ArrayLike,
    *,
    n_splits: int = 20,
    random_state: int | None = 0,
) -> SplitDistances:
    """Jensen-Shannon divergence between and within groups at equal length.

    Parameters
    ----------
    matrix
        paragraphs × features: counts (drawn token by token), or shares (drawn paragraph by
        paragraph).
    groups
        Group number of each paragraph, from 0, without gaps.
    units
        Report of each paragraph: halves take paragraphs of every report.
    n_splits
        Random splits.
    random_state
        Seed.

    Returns
    -------
    SplitDistances
        The mean over splits, and the noise of each split.

    Raises
    ------
    NotEnoughDataError
        Half of a group has too little text.

    References
    ----------
    Lin J. (1991). https://doi.org/10.1109/18.61115
    Sanders H. L. (1968). https://doi.org/10.1086/282541

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> text = sparse.csr_matrix(rng.poisson(5, (40, 10)))
    >>> d = split_distances(text, np.repeat([0, 1], 20), np.arange(40) % 4, n_splits=3)
    >>> d.within.shape, d.unit
    ((3, 2), 'tokens')
    """
    whole = bool(np.array_equal(matrix.data, np.round(matrix.data)))
    n = int(groups.max()) + 1
    keys = [f"{g}/{u}" for g, u in zip(groups, np.asarray(units, dtype=str), strict=True)]
    halves = split_halves(keys, n_splits=n_splits, random_state=random_state)
    size = half_length(matrix, groups, halves, whole=whole)
    rng = np.random.default_rng(random_state)
    between, within = np.zeros((n, n)), np.zeros((n_splits, n))
    for i, first in enumerate(halves):
        codes = groups + n * ~first
        found = divergence(_cut(matrix, codes, 2 * n, size, rng, whole=whole))
        cross = (found[:n, n:] + found[n:, :n]) / 2
        within[i] = np.diag(found[:n, n:])
        between += cross / n_splits
    np.fill_diagonal(between, 0.0)
    return SplitDistances(between, within, size, "tokens" if whole else "paragraphs")


def half_length(
    matrix: sparse.csr_matrix,
    groups: npt.NDArray[np.int64],
    halves: npt.NDArray[np.bool_],
    *,
    whole: bool,
) -> int:
    """Length that every half of every group can give, in tokens or paragraphs.

    Parameters
    ----------
    matrix
        paragraphs × features.
    groups
        Group number of each paragraph.
    halves
        splits × paragraphs.
    whole
        True: tokens. False: paragraphs.

    Raises
    ------
    NotEnoughDataError
        The shortest half is too short.
    """
    n = int(groups.max()) + 1
    per_row = np.asarray(matrix.sum(axis=1), dtype=float).ravel() if whole else None
    sizes = [np.bincount(groups + n * ~first, weights=per_row, minlength=2 * n) for first in halves]
    size, least = int(np.min(sizes)), MIN_TOKENS if whole else MIN_PARAGRAPHS
    if size < least:
        unit = "tokens" if whole else "paragraphs"
        raise NotEnoughDataError(
            f"half of the shortest group has {size} {unit}; a distance needs at least {least}; "
            "leave that group out, or count more"
        )
    return size


def _cut(
    matrix: sparse.csr_matrix,
    codes: npt.NDArray[np.int64],
    n_codes: int,
    size: int,
    rng: np.random.Generator,
    *,
    whole: bool,
) -> Floats:
    if whole:
        sums = (indicator(codes, n_codes) @ matrix).toarray().astype(np.int64)
        return rarefy(sums, size, random_state=rng).astype(float)
    order = np.lexsort((rng.random(len(codes)), codes))
    rank = np.arange(len(codes)) - np.searchsorted(codes[order], codes[order])
    rows = order[rank < size]
    return np.asarray((indicator(codes[rows], n_codes) @ matrix[rows]).todense(), dtype=float)


def distance_p(
    counts: sparse.csr_matrix,
    in_group: npt.NDArray[np.bool_],
    *,
    n_permutations: int = 499,
    random_state: int | None = 0,
) -> float:
    """p-value of the divergence of two groups of reports, labels dealt out again by report.

    Parameters
    ----------
    counts
        reports × features, of both groups.
    in_group
        True for the reports of the first group.
    n_permutations
        Random deals.
    random_state
        Seed.

    References
    ----------
    Phipson B., Smyth G. K. (2010). https://doi.org/10.2202/1544-6115.1585

    Examples
    --------
    >>> counts = sparse.csr_matrix([[9, 1], [8, 2], [9, 0], [1, 9], [2, 8], [0, 9]])
    >>> distance_p(counts, np.array([True] * 3 + [False] * 3), n_permutations=99) < 0.2
    True
    """
    deals = permuted_groups(in_group, n_permutations=n_permutations, random_state=random_state)
    dense = (
        counts[:, np.flatnonzero(np.asarray(counts.sum(axis=0)).ravel())].toarray().astype(float)
    )
    total = dense.sum(axis=0)

    def statistic(sides: npt.NDArray[np.bool_]) -> Floats:
        first = sides.astype(float) @ dense
        return _row_divergence(first, total - first)

    observed = statistic(in_group[None, :])[0]
    blocks = [statistic(deals[i : i + 64]) for i in range(0, len(deals), 64)]
    return float(permutation_p(observed, np.concatenate(blocks)))


def _row_divergence(a: Floats, b: Floats) -> Floats:
    from scipy.special import entr

    p = a / np.maximum(a.sum(axis=1, keepdims=True), 1e-300)
    q = b / np.maximum(b.sum(axis=1, keepdims=True), 1e-300)
    joint = entr((p + q) / 2).sum(axis=1)
    return np.asarray((joint - (entr(p).sum(axis=1) + entr(q).sum(axis=1)) / 2) / np.log(2))
