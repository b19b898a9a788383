"""How much does a weighted sum of features say for each theme, when its own report is left out?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class RidgeFit(NamedTuple):
    """Weights (features × themes), means (themes), and left-out scores (rows × themes)."""

    weights: Floats
    means: Floats
    left_out: Floats


def grouped_ridge(
    features: sp.csr_matrix, labels: Floats, groups: NDArray[np.int64], penalty: float = 1.0
) -> RidgeFit:
    """Fit ridge regressions for all themes at once, and score every row as if its group were
    unknown.

    With H the hat matrix and g a group, the residuals without g are (I - H_gg)^-1 (y_g - yhat_g):
    no refitting.

    Parameters
    ----------
    features
        Rows × features.
    labels
        Rows × themes, 0 or 1.
    groups
        Group (report) of each row.
    penalty
        Ridge penalty.

    References
    ----------
    Hoerl, A. E., & Kennard, R. W. (1970). Ridge regression. Technometrics, 12(1), 55-67.
    https://doi.org/10.1080/00401706.1970.10488634
    Cook, R. D., & Weisberg, S. (1982). Residuals and Influence in Regression, section 2.2 (leaving
    groups out).

    Examples
    --------
    >>> x = sp.csr_matrix(np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]]))
    >>> y = np.array([[1.0], [1], [0], [0]])
    >>> fit = grouped_ridge(x, y, np.arange(4))
    >>> bool(fit.left_out[0, 0] > fit.left_out[2, 0])
    True
    """
    means = labels.mean(axis=0)
    centred = labels - means
    gram = (features @ features.T).toarray()
    inverse = np.linalg.inv(gram + penalty * np.eye(len(gram)))
    hat = gram @ inverse
    residual = centred - hat @ centred
    left_out = np.empty_like(labels)
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        block = np.eye(len(rows)) - hat[np.ix_(rows, rows)]
        left_out[rows] = labels[rows] - np.linalg.solve(block, residual[rows])
    return RidgeFit(features.T @ (inverse @ centred), means, left_out)
