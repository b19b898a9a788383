"""How characteristic is a word of one text against another? Counts in, statistics out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse, special

from policytext.errors import ParameterError
from policytext.records import Floats
from policytext.texts import columns_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


# How evenly is a word spread over the parts of a text?
Hits: TypeAlias = npt.ArrayLike | sparse.csr_matrix


def dp(hits: Hits, sizes: npt.ArrayLike) -> Floats:
    """Deviation of proportions: 0 is perfectly even, near 1 is clumped.

    Half the sum over parts of ``|share of the word's hits - share of the text|``.

    Source: Gries (2008).

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

    Source: Lijffijt & Gries (2012).

    >>> float(dp_norm([1, 2, 3, 4, 5], [9, 10, 10, 10, 11])[0].round(6))
    0.219512
    """
    size = np.asarray(sizes, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(dp(hits, size) / np.float64(1 - size.min() / size.sum()))


def juilland_d(hits: Hits, sizes: npt.ArrayLike) -> Floats:
    """Juilland's D: 1 is perfectly even, 0 is one part only (parts of equal size).

    ``1 - V / sqrt(n - 1)`` with V the population coefficient of variation of the rates.

    Source: Juilland et al. (1970).

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

    Source: Carroll (1970).

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

    Source: Rosengren (1971).

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


# How far apart are the words of two groups, at equal length of text?


def divergence(rows: npt.ArrayLike) -> Floats:
    """Jensen-Shannon divergence (bits, 0 to 1) between all pairs of rows.

    Its square root, the Jensen-Shannon distance, is a metric. It grows as texts get shorter: only
    rows of equal totals may be compared.

    Source: Lin (1991).

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

    Source: Gallagher et al. (2021).

    >>> contributions([3, 1, 2], [1, 3, 2]).round(2).tolist()
    [0.5, -0.5, 0.0]
    """
    p = np.asarray(a, dtype=float) / np.sum(a)
    q = np.asarray(b, dtype=float) / np.sum(b)
    middle = (p + q) / 2
    part = special.rel_entr(p, middle) / 2 + special.rel_entr(q, middle) / 2
    total = part.sum()
    return np.asarray(np.where(total > 0, part / max(total, 1e-300), 0.0) * np.sign(p - q))


# How strongly are two words drawn to each other, by each of the usual measures?

MEASURES: Final = ("g2", "pmi", "npmi", "t", "log_dice", "lambda", "z")

MEASURE_COLUMNS: Final = columns_of("measure")

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

    Source: Church & Hanks 1990 (PMI, base 2); Bouma 2009 (NPMI = PMI / -log2(n/N)); Church et al.
    1991 (t = (n - E)/sqrt(n)); Dunning 1993 (G²); Rychlý 2008 (logDice = 14 + log2(2n/(n1 +
    n2))); Blaheta & Johnson 2001 (λ = ln(a·d/(b·c)), z = λ/sqrt(1/a + 1/b + 1/c + 1/d), the cells
    each with the smoothing added). PMI, t and G² are NLTK's..

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


# How characteristic is a word of one text against another? Counts in, statistics out.


PRIOR_WORDS: Final = 500.0
"""Size of the informative prior in words, as in Monroe et al. (2008)."""


class LogOdds(NamedTuple):
    """Log odds ratio (natural logarithm) and its z-score, one entry a feature."""

    log_odds: Floats
    z: Floats


def log_odds(a: npt.ArrayLike, b: npt.ArrayLike, prior: npt.ArrayLike) -> LogOdds:
    """Log odds ratio with an informative Dirichlet prior, and its z-score.

    With prior counts ``p`` (sum ``p0``): ``log((a + p)/(n_a + p0 - a - p))`` minus the same for
    ``b``; variance ``1/(a + p) + 1/(b + p)`` (equations 15, 16, 20 and 22 of the source). The
    z-score treats words as independent draws: it ranks, it does not test.

    Parameters
    ----------
    a, b
        Counts of each feature in the two texts.
    prior
        Prior count of each feature, or one number for all; positive.

    Returns
    -------
    LogOdds
        Positive: characteristic of ``a``.

    Raises
    ------
    ParameterError
        A prior count is not positive.

    References
    ----------
    Monroe B. L., Colaresi M. P., Quinn K. M. (2008). Fightin' words: lexical feature selection
    and evaluation for identifying the content of political conflict. Political Analysis 16(4),
    372-403. https://doi.org/10.1093/pan/mpn018

    Examples
    --------
    >>> log_odds([3, 0], [1, 2], 0.5).z.round(2).tolist()
    [2.52, -1.59]
    """
    first, second = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    added = np.broadcast_to(np.asarray(prior, dtype=float), first.shape)
    if (added <= 0).any():
        raise ParameterError("every prior count must be positive; a feature without hits has none")
    x, y = first + added, second + added
    delta = np.log(x / (x.sum() - x)) - np.log(y / (y.sum() - y))
    return LogOdds(delta, delta / np.sqrt(1 / x + 1 / y))


def corpus_prior(totals: npt.ArrayLike, words: float = PRIOR_WORDS) -> Floats:
    """Prior counts in the proportions of the whole corpus.

    Source: Monroe et al. (2008).

    >>> corpus_prior([30, 10], 8).tolist()
    [6.0, 2.0]
    """
    if words <= 0:
        raise ParameterError(f"`prior_words` must be positive, got {words}")
    counts = np.asarray(totals, dtype=float)
    return np.asarray(words * counts / counts.sum())


def g2(a: npt.ArrayLike, b: npt.ArrayLike, n_a: float, n_b: float, *, cells: int = 4) -> Floats:
    """Log-likelihood ratio G², signed: negative where the rate is lower in ``a``.

    Parameters
    ----------
    a, b
        Counts of each feature in the two texts.
    n_a, n_b
        Sizes of the two texts in the unit of the counts.
    cells
        4: Dunning's, over the whole 2 × 2 table. 2: Rayson and Garside's, over the word's own row.

    Returns
    -------
    numpy.ndarray
        One entry a feature.

    Raises
    ------
    ParameterError
        ``cells`` is neither 4 nor 2.

    References
    ----------
    Dunning T. (1993). Accurate methods for the statistics of surprise and coincidence.
    Computational Linguistics 19(1), 61-74.
    Rayson P., Garside R. (2000). Comparing corpora using frequency profiling. Workshop on
    Comparing Corpora, ACL, 1-6. https://doi.org/10.3115/1117729.1117730

    Examples
    --------
    >>> float(g2([7], [3], 9, 10)[0].round(6))
    4.534939
    """
    if cells not in (2, 4):
        raise ParameterError(f"`cells` must be 4 (Dunning) or 2 (Rayson and Garside), got {cells}")
    x, y = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    share = (x + y) / (n_a + n_b)
    parts = special.rel_entr(x, share * n_a) + special.rel_entr(y, share * n_b)
    if cells == 4:
        parts = parts + special.rel_entr(n_a - x, (1 - share) * n_a)
        parts = parts + special.rel_entr(n_b - y, (1 - share) * n_b)
    return np.asarray(2 * parts * np.where(x / n_a >= y / n_b, 1.0, -1.0))


def chi2(
    a: npt.ArrayLike, b: npt.ArrayLike, n_a: float, n_b: float, *, yates: bool = False
) -> Floats:
    """Pearson's chi-squared of the 2 × 2 table, signed as :func:`g2` is.

    Parameters
    ----------
    a, b
        Counts of each feature in the two texts.
    n_a, n_b
        Sizes of the two texts.
    yates
        Apply Yates' continuity correction.

    References
    ----------
    Pearson K. (1900). Philosophical Magazine 50, 157-175. https://doi.org/10.1080/14786440009463897
    Yates F. (1934). Supplement to the JRSS 1, 217-235. https://doi.org/10.2307/2983604

    Examples
    --------
    >>> [float(chi2([7], [3], 9, 10, yates=y)[0].round(6)) for y in (True, False)]
    [2.632438, 4.33716]
    """
    x, y = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    n = n_a + n_b
    gap = np.abs(x * (n_b - y) - y * (n_a - x))
    gap = np.maximum(gap - n / 2, 0.0) if yates else gap
    with np.errstate(divide="ignore", invalid="ignore"):
        value = n * gap**2 / (n_a * n_b * (x + y) * (n - x - y))
    return np.asarray(np.nan_to_num(value) * np.where(x / n_a >= y / n_b, 1.0, -1.0))


class FisherTest(NamedTuple):
    """Conditional odds ratio (maximum likelihood) and two-sided p-value."""

    odds_ratio: float
    p_value: float


def fisher_exact(a: int, b: int, n_a: int, n_b: int) -> FisherTest:
    """Fisher's exact test of one word, with the conditional odds ratio.

    Words are taken as independent draws, which words of one report are not.

    Parameters
    ----------
    a, b
        Hits of the word in the two texts.
    n_a, n_b
        Sizes of the two texts.

    References
    ----------
    Fisher R. A. (1922). On the interpretation of chi-squared from contingency tables. JRSS 85,
    87-94. https://doi.org/10.2307/2340521

    Examples
    --------
    >>> test = fisher_exact(7, 3, 9, 10)
    >>> round(test.odds_ratio, 4), round(test.p_value, 8)
    (7.1663, 0.06977852)
    """
    from scipy.stats import fisher_exact as exact
    from scipy.stats.contingency import odds_ratio

    table = [[int(a), int(b)], [int(n_a - a), int(n_b - b)]]
    ratio = odds_ratio(table, kind="conditional").statistic
    return FisherTest(float(ratio), float(exact(table).pvalue))
