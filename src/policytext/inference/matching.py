"""Which item of one solution is which item of another?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from policytext.errors import ParameterError


def match_items(similarity: npt.ArrayLike) -> npt.NDArray[np.int64]:
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
