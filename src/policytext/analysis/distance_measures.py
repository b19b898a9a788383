"""How far apart are the words of two groups, at equal length of text?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]


def divergence(rows: npt.ArrayLike) -> Floats:
    """Jensen-Shannon divergence (bits, 0 to 1) between all pairs of rows.

    Its square root, the Jensen-Shannon distance, is a metric. It grows as texts get shorter: only
    rows of equal totals may be compared.

    Parameters
    ----------
    rows
        groups × features: counts or shares; each row is divided by its sum.

    Returns
    -------
    numpy.ndarray
        groups × groups, symmetric, 0 on the diagonal; NaN for a row without counts.

    References
    ----------
    Lin J. (1991). Divergence measures based on the Shannon entropy. IEEE Transactions on
    Information Theory 37(1), 145-151. https://doi.org/10.1109/18.61115

    Examples
    --------
    >>> divergence([[1, 0], [0, 1], [1, 1]]).round(3).tolist()
    [[0.0, 1.0, 0.311], [1.0, 0.0, 0.311], [0.311, 0.311, 0.0]]
    """
    table = np.asarray(rows, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = table / table.sum(axis=1, keepdims=True)
    own = special.entr(share).sum(axis=1)
    out = np.zeros((len(share), len(share)))
    for i in range(len(share) - 1):
        mixed = special.entr((share[i] + share[i + 1 :]) / 2).sum(axis=1)
        out[i, i + 1 :] = out[i + 1 :, i] = mixed - (own[i] + own[i + 1 :]) / 2
    out[np.isnan(own)] = np.nan
    out[:, np.isnan(own)] = np.nan
    return np.asarray(np.maximum(out / np.log(2), 0.0))


def contributions(a: npt.ArrayLike, b: npt.ArrayLike) -> Floats:
    """Share of each feature in the Jensen-Shannon divergence of two rows, signed.

    Parameters
    ----------
    a, b
        Counts of each feature.

    Returns
    -------
    numpy.ndarray
        One entry a feature; absolute values sum to 1 (0 if the rows are equal); positive where
        the feature is more frequent in ``a``.

    References
    ----------
    Gallagher R. J. et al. (2021). Generalized word shift graphs. EPJ Data Science 10, 4.
    https://doi.org/10.1140/epjds/s13688-021-00260-3

    Examples
    --------
    >>> contributions([3, 1, 2], [1, 3, 2]).round(2).tolist()
    [0.5, -0.5, 0.0]
    """
    p = np.asarray(a, dtype=float) / np.sum(a)
    q = np.asarray(b, dtype=float) / np.sum(b)
    middle = (p + q) / 2
    part = special.rel_entr(p, middle) / 2 + special.rel_entr(q, middle) / 2
    total = part.sum()
    return np.asarray(np.where(total > 0, part / max(total, 1e-300), 0.0) * np.sign(p - q))
