"""Would labels dealt out at random give a statistic as large?"""

from __future__ import annotations

from math import comb

import numpy as np
import numpy.typing as npt

from policytext.errors import ParameterError


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
        permutations × reports; each row has as many True as ``in_group``.

    Raises
    ------
    ParameterError
        ``n_permutations`` is not positive.

    References
    ----------
    Pitman E. J. G. (1937). Significance tests which may be applied to samples from any
    populations. Supplement to the Journal of the Royal Statistical Society 4, 119-130.
    https://doi.org/10.2307/2984124

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


def permutation_p(observed: npt.ArrayLike, permuted: npt.ArrayLike) -> npt.NDArray[np.float64]:
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
        Reports on either side.

    References
    ----------
    Pitman E. J. G. (1937). https://doi.org/10.2307/2984124

    Examples
    --------
    >>> round(smallest_p(5, 5), 4)
    0.004
    """
    return 1 / comb(n_group + n_rest, n_group)
