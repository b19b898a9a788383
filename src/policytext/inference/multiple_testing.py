"""Many words were tested: which findings survive?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def benjamini_hochberg(p_values: npt.ArrayLike) -> npt.NDArray[np.float64]:
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
