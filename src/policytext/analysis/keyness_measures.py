"""How characteristic is a word of one text against another? Counts in, statistics out."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

from policytext.errors import ParameterError

Floats = npt.NDArray[np.float64]

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

    Parameters
    ----------
    totals
        Hits of each feature in the whole corpus; all positive.
    words
        Size of the prior in words.

    Raises
    ------
    ParameterError
        ``words`` is not positive.

    References
    ----------
    Monroe B. L., Colaresi M. P., Quinn K. M. (2008). https://doi.org/10.1093/pan/mpn018

    Examples
    --------
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
