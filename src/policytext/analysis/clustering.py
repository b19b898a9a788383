"""Which regions stand near each other, in a square table or a tree?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd


def distance_table(table: pd.DataFrame, column: str = "distance") -> pd.DataFrame:
    """Turn a table of pairs into a square table of distances.

    Parameters
    ----------
    table
        Columns ``a``, ``b`` and ``column``.
    column
        What to fill in.

    Examples
    --------
    >>> pairs = pd.DataFrame({"a": ["甲"], "b": ["乙"], "distance": [0.3]})
    >>> distance_table(pairs).loc["乙", "甲"].item()
    0.3
    """
    names = list(dict.fromkeys([*table["a"], *table["b"]]))
    square = pd.DataFrame(0.0, index=pd.Index(names), columns=pd.Index(names))
    for a, b, value in zip(table["a"], table["b"], table[column], strict=True):
        square.loc[a, b] = square.loc[b, a] = float(value)
    return square


def linkage(table: pd.DataFrame) -> tuple[npt.NDArray[np.float64], list[str]]:
    """Cluster groups by average linkage of their distances.

    Parameters
    ----------
    table
        Pairs, from :func:`~policytext.analysis.distances.region_distances`.

    Returns
    -------
    tuple
        SciPy's linkage matrix, and the names of the leaves.

    References
    ----------
    Sokal R. R., Michener C. D. (1958). A statistical method for evaluating systematic
    relationships. University of Kansas Science Bulletin 38, 1409-1438.

    Examples
    --------
    >>> pairs = pd.DataFrame({"a": ["甲", "甲", "乙"], "b": ["乙", "丙", "丙"],
    ...                       "distance": [0.1, 0.5, 0.6]})
    >>> linkage(pairs)[0][0, :2].tolist()
    [0.0, 1.0]
    """
    from scipy.cluster.hierarchy import linkage as link
    from scipy.spatial.distance import squareform

    square = distance_table(table)
    tree = link(squareform(square.to_numpy(), checks=False), method="average")
    return np.asarray(tree, dtype=float), [str(name) for name in square.index]
