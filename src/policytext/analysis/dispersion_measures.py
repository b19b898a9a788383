"""How evenly is a word spread over the parts of a text?"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

from policytext.errors import ParameterError

Floats = npt.NDArray[np.float64]
Hits: TypeAlias = npt.ArrayLike | sparse.csr_matrix


def dp(hits: Hits, sizes: npt.ArrayLike) -> Floats:
    """Deviation of proportions: 0 is perfectly even, near 1 is clumped.

    Half the sum over parts of ``|share of the word's hits - share of the text|``.

    Parameters
    ----------
    hits
        parts × features (or one column): counts.
    sizes
        Size of each part.

    Returns
    -------
    numpy.ndarray
        One entry a feature; NaN without hits.

    Raises
    ------
    ParameterError
        Sizes do not fit or are not positive.

    References
    ----------
    Gries S. T. (2008). Dispersions and adjusted frequencies in corpora. International Journal of
    Corpus Linguistics 13(4), 403-437. https://doi.org/10.1075/ijcl.13.4.02gri

    Examples
    --------
    >>> float(dp([1, 2, 3, 4, 5], [9, 10, 10, 10, 11])[0].round(6))
    0.18
    """
    counts, size = _checked(hits, sizes)
    share = size / size.sum()
    total = np.asarray(counts.sum(axis=0), dtype=float).ravel()
    part, feature = counts.row, counts.col
    with np.errstate(invalid="ignore", divide="ignore"):
        gap = np.abs(counts.data / total[feature] - share[part]) - share[part]
    # parts without a hit add their share each; starting from 1 they need not be visited
    value = (1 + np.bincount(feature, weights=gap, minlength=len(total))) / 2
    return np.asarray(np.where(total > 0, value, np.nan))


def dp_norm(hits: Hits, sizes: npt.ArrayLike) -> Floats:
    """DP divided by the largest value it can take, so that 1 can be reached.

    Parameters
    ----------
    hits
        parts × features: counts.
    sizes
        Size of each part.

    Returns
    -------
    numpy.ndarray
        One entry a feature; NaN without hits or with a single part.

    References
    ----------
    Lijffijt J., Gries S. T. (2012). Correction to "Dispersions and adjusted frequencies in
    corpora". International Journal of Corpus Linguistics 17(1), 147-149.
    https://doi.org/10.1075/ijcl.17.1.08lij

    Examples
    --------
    >>> float(dp_norm([1, 2, 3, 4, 5], [9, 10, 10, 10, 11])[0].round(6))
    0.219512
    """
    size = np.asarray(sizes, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(dp(hits, size) / np.float64(1 - size.min() / size.sum()))


def juilland_d(hits: Hits, sizes: npt.ArrayLike) -> Floats:
    """Juilland's D: 1 is perfectly even, 0 is one part only (parts of equal size).

    ``1 - V / sqrt(n - 1)`` with V the population coefficient of variation of the rates.

    Parameters
    ----------
    hits
        parts × features: counts.
    sizes
        Size of each part.

    Returns
    -------
    numpy.ndarray
        One entry a feature; NaN without hits or with a single part.

    References
    ----------
    Juilland A., Brodin D., Davidovitch C. (1970). Frequency dictionary of French words. Mouton.

    Examples
    --------
    >>> float(juilland_d([1, 2, 3, 4, 5], [9, 10, 10, 10, 11])[0].round(6))
    0.78515
    """
    counts, size = _checked(hits, sizes)
    n = len(size)
    rate = sparse.csr_matrix(sparse.diags_array(1 / size) @ counts)
    mean = np.asarray(rate.sum(axis=0), dtype=float).ravel() / n
    square = np.asarray(rate.multiply(rate).sum(axis=0), dtype=float).ravel() / n
    with np.errstate(invalid="ignore", divide="ignore"):
        variation = np.sqrt(np.maximum(square - mean**2, 0.0)) / mean
        return np.asarray(1 - variation / np.sqrt(np.float64(n - 1)))


def carroll_d2(hits: Hits, sizes: npt.ArrayLike) -> Floats:
    """Carroll's D2: entropy of the rates over parts, divided by its largest value.

    Parameters
    ----------
    hits
        parts × features: counts.
    sizes
        Size of each part.

    Returns
    -------
    numpy.ndarray
        One entry a feature, 0 to 1; NaN without hits or with a single part.

    References
    ----------
    Carroll J. B. (1970). An alternative to Juilland's usage coefficient for lexical frequencies.
    Computer Studies in the Humanities and Verbal Behavior 3, 61-65.

    Examples
    --------
    >>> float(carroll_d2([1, 2, 3, 4, 5], [9, 10, 10, 10, 11])[0].round(6))
    0.937921
    """
    from scipy.special import entr

    counts, size = _checked(hits, sizes)
    rate = sparse.coo_matrix(sparse.diags_array(1 / size) @ counts)
    total = np.asarray(rate.sum(axis=0), dtype=float).ravel()
    share = rate.data / total[rate.col]
    bits = np.bincount(rate.col, weights=entr(share), minlength=len(total))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(total > 0, bits / np.log(np.float64(len(size))), np.nan))


def rosengren_s(hits: Hits, sizes: npt.ArrayLike) -> Floats:
    """Rosengren's S: ``(sum over parts of sqrt(share of text × hits))² / hits``.

    Parameters
    ----------
    hits
        parts × features: counts.
    sizes
        Size of each part.

    Returns
    -------
    numpy.ndarray
        One entry a feature, up to 1; NaN without hits.

    References
    ----------
    Rosengren I. (1971). The quantitative concept of language and its relation to the structure of
    frequency dictionaries. Études de linguistique appliquée 1, 103-127.

    Examples
    --------
    >>> float(rosengren_s([1, 2, 3, 4, 5], [9, 10, 10, 10, 11])[0].round(6))
    0.949816
    """
    counts, size = _checked(hits, sizes)
    share = size / size.sum()
    total = np.asarray(counts.sum(axis=0), dtype=float).ravel()
    roots = np.sqrt(share[counts.row] * counts.data)
    summed = np.bincount(counts.col, weights=roots, minlength=len(total))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(summed**2 / total)


def _checked(hits: Hits, sizes: npt.ArrayLike) -> tuple[sparse.coo_matrix, Floats]:
    size = np.asarray(sizes, dtype=float)
    table = hits
    if not sparse.issparse(hits):
        table = np.asarray(hits, dtype=float)
        table = table[:, None] if table.ndim == 1 else table
    counts = sparse.coo_matrix(table, dtype=float)
    if counts.shape[0] != len(size) or (size <= 0).any():
        raise ParameterError(
            f"each of the {counts.shape[0]} parts needs a positive size, got {len(size)} sizes, "
            f"{int((size <= 0).sum())} of them not positive"
        )
    counts.sum_duplicates()
    counts.eliminate_zeros()
    return counts, size
