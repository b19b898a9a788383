"""How strongly are two words drawn to each other, by each of the usual measures?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from policytext.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import NDArray

MEASURES: Final = ("g2", "pmi", "npmi", "t", "log_dice", "lambda", "z")

MEASURE_COLUMNS: Final = {
    "expected": "独立时的期望次数 n1·n2/N / count expected if the two were independent",
    "pmi": "点互信息，以 2 为底 / pointwise mutual information, base 2",
    "npmi": "标准化点互信息，-1 到 1 / normalised PMI, from -1 to 1",
    "t": "t 值 / t score",
    "g2": "对数似然比 G²（四格）/ log-likelihood ratio of the fourfold table",
    "log_dice": "logDice，上限 14 / logDice, at most 14",
    "lambda": "λ，四格表的对数优势比（各格加平滑）/ log odds ratio of the smoothed fourfold table",
    "z": "λ 除以其标准误 / lambda divided by its standard error",
}

CITATIONS: Final = {
    "pmi": "Church, K. W., & Hanks, P. (1990). Word association norms, mutual information, and "
    "lexicography. Computational Linguistics, 16(1), 22-29.",
    "npmi": "Bouma, G. (2009). Normalized (pointwise) mutual information in collocation "
    "extraction. Proceedings of GSCL, 31-40.",
    "t": "Church, K., Gale, W., Hanks, P., & Hindle, D. (1991). Using statistics in lexical "
    "analysis. In Lexical Acquisition, 115-164. Erlbaum.",
    "g2": "Dunning, T. (1993). Accurate methods for the statistics of surprise and coincidence. "
    "Computational Linguistics, 19(1), 61-74.",
    "log_dice": "Rychlý, P. (2008). A lexicographer-friendly association score. RASLAN 2008, 6-9.",
    "lambda": "Blaheta, D., & Johnson, M. (2001). Unsupervised learning of multi-word verbs. "
    "Proceedings of the ACL Workshop on Collocations, 54-60.",
}


def association(
    n: NDArray[np.int64],
    n1: NDArray[np.int64],
    n2: NDArray[np.int64],
    total: int,
    *,
    smoothing: float = 0.5,
) -> pd.DataFrame:
    """Compute all measures for pairs of words.

    Parameters
    ----------
    n
        How often each pair occurs.
    n1, n2
        In how many pairs its first word comes first, its second word second.
    total
        Number of pairs of all kinds.
    smoothing
        Added to each cell of the fourfold table for λ and z, as quanteda does.

    Returns
    -------
    pandas.DataFrame
        ``expected, pmi, npmi, t, g2, log_dice, lambda, z``, one row a pair. ``g2`` is never
        negative: compare ``n`` with ``expected`` for the direction.

    Raises
    ------
    ParameterError
        The counts contradict each other, or ``smoothing`` is negative.

    References
    ----------
    Church & Hanks 1990 (PMI, base 2); Bouma 2009 (NPMI = PMI / -log2(n/N)); Church et al. 1991
    (t = (n - E)/sqrt(n)); Dunning 1993 (G²); Rychlý 2008 (logDice = 14 + log2(2n/(n1 + n2)));
    Blaheta & Johnson 2001 (λ = ln(a·d/(b·c)), z = λ/sqrt(1/a + 1/b + 1/c + 1/d), the cells each
    with the smoothing added). PMI, t and G² are NLTK's.

    Examples
    --------
    >>> import numpy as np
    >>> found = association(np.array([7]), np.array([10]), np.array([9]), 19)
    >>> found[["pmi", "t", "g2"]].round(6).values.tolist()
    [[0.563429, 0.855393, 4.534939]]
    """
    from nltk.metrics.association import BigramAssocMeasures as Nltk

    if smoothing < 0:
        raise ParameterError(f"smoothing must not be negative, got {smoothing}")
    only_first, only_second = n1 - n, n2 - n
    neither = total - n - only_first - only_second
    if any((cells < 0).any() for cells in (n, only_first, only_second, neither)):
        raise ParameterError(
            "counts must fit into a fourfold table (0 <= n <= n1, n2 and n1 + n2 - n <= total), "
            "and these do not"
        )
    calls = [(int(a), (int(b), int(c)), total) for a, b, c in zip(n, n1, n2, strict=True)]
    with np.errstate(divide="ignore", invalid="ignore"):
        pmi = np.array([Nltk.pmi(*call) if call[0] else -np.inf for call in calls], dtype=float)
        cells = np.array([n, only_first, only_second, neither], dtype=float) + smoothing
        signs = np.array([[1.0], [-1.0], [-1.0], [1.0]])
        log_odds = (signs * np.log(cells)).sum(axis=0)
        return pd.DataFrame(
            {
                "expected": n1 * n2 / total,
                "pmi": pmi,
                # A pair that is all there is says nothing about attraction: 0/0 becomes 0.
                "npmi": np.where(
                    n == 0, -1.0, np.where(n == total, 0.0, pmi / -np.log2(n / total))
                ),
                "t": np.array([Nltk.student_t(*call) for call in calls], dtype=float),
                "g2": np.array([_g2(Nltk, call) for call in calls], dtype=float),
                "log_dice": 14 + np.log2(2 * n / (n1 + n2)),
                "lambda": log_odds,
                "z": log_odds / np.sqrt((1 / cells).sum(axis=0)),
            }
        )


def _normalised(pmi: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide PMI by its upper bound; rounding must not carry the quotient beyond 1."""
    return np.where(share == 0, -1.0, np.clip(pmi / -np.log2(share), -1.0, 1.0))


def _g2(nltk: object, call: tuple[int, tuple[int, int], int]) -> float:
    """Take NLTK's value; its tiny smoothing may leave a negative zero on independent words."""
    _n, (n1, n2), total = call
    if n1 == total or n2 == total:
        return 0.0
    return max(0.0, float(nltk.likelihood_ratio(*call)))  # type: ignore[attr-defined]
