"""How characteristic, how paired, how evenly spread, how far apart? Counts in, figures out."""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse, special

from policytext.errors import ParameterError
from policytext.inference.intervals import check_confidence
from policytext.records import Floats

# How characteristic is a word of one text against another?

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
    with np.errstate(divide="ignore", invalid="ignore"):  # of one feature alone: no odds
        delta = np.log(x / (x.sum() - x)) - np.log(y / (y.sum() - y))
    return LogOdds(delta, delta / np.sqrt(1 / x + 1 / y))


def corpus_prior(totals: npt.ArrayLike, prior_words: float = PRIOR_WORDS) -> Floats:
    """Prior counts in the proportions of the whole corpus, for :func:`log_odds`.

    Parameters
    ----------
    totals
        Count of each feature in the whole corpus.
    prior_words
        What the prior counts sum to.

    Returns
    -------
    numpy.ndarray
        One prior count a feature.

    Raises
    ------
    ParameterError
        ``prior_words`` is not positive.

    References
    ----------
    Monroe B. L. et al. (2008), see :func:`log_odds`.

    Examples
    --------
    >>> corpus_prior([30, 10], 8).tolist()
    [6.0, 2.0]
    """
    if prior_words <= 0:
        raise ParameterError(f"`prior_words` must be positive, got {prior_words}")
    counts = np.asarray(totals, dtype=float)
    return np.asarray(prior_words * counts / counts.sum())


def g2(
    a: npt.ArrayLike, b: npt.ArrayLike, n_a: npt.ArrayLike, n_b: npt.ArrayLike, *, cells: int = 4
) -> Floats:
    """Log-likelihood ratio G², signed: negative where the rate is lower in ``a``.

    Parameters
    ----------
    a, b
        Counts of each feature in the two texts.
    n_a, n_b
        Sizes of the two texts in the unit of the counts; one number, or one a feature.
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
    x, y, size_a, size_b = (np.asarray(value, dtype=float) for value in (a, b, n_a, n_b))
    share = (x + y) / (size_a + size_b)
    parts = special.rel_entr(x, share * size_a) + special.rel_entr(y, share * size_b)
    if cells == 4:
        parts = parts + special.rel_entr(size_a - x, (1 - share) * size_a)
        parts = parts + special.rel_entr(size_b - y, (1 - share) * size_b)
    with np.errstate(divide="ignore", invalid="ignore"):
        more = x / size_a >= y / size_b
    return np.asarray(2 * parts * np.where(more, 1.0, -1.0))


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

    Returns
    -------
    numpy.ndarray
        One entry a feature.

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


def poisson_ratio_ends(
    a: Floats, b: Floats, n_a: float, n_b: float, confidence: npt.ArrayLike = 0.95
) -> tuple[Floats, Floats]:
    """Return the ends of the binary log of the ratio of two Poisson rates.

    Given their sum, the hits of the first text are binomial. Source: Clopper & Pearson (1934).

    >>> [float(end[0].round(3)) for end in poisson_ratio_ends(*np.array([[7.0], [3.0]]), 9, 10)]
    [-0.757, 3.958]
    """
    tail = (1 - np.asarray(confidence)) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(a > 0, special.betaincinv(a, b + 1, tail), 0.0)
        high = np.where(b > 0, special.betaincinv(a + 1, b, 1 - tail), 1.0)
        size = np.log2(n_b / n_a)
        return np.log2(low / (1 - low)) + size, np.log2(high / (1 - high)) + size


def conservative_log_ratio(
    a: npt.ArrayLike,
    b: npt.ArrayLike,
    n_a: float,
    n_b: float,
    *,
    confidence: float = 0.95,
    n_compared: int | None = None,
) -> Floats:
    """Binary log of the ratio of rates, as near to zero as chance allows (LRC).

    The end nearer to zero of an exact interval whose error is shared out over all words compared;
    zero where the interval holds zero. It joins size of effect and weight of evidence in one
    number, but takes words as independent draws, which words of one report are not: a word that
    one report repeats stands high.

    Parameters
    ----------
    a, b
        Counts of each feature in the two texts.
    n_a, n_b
        Sizes of the two texts.
    confidence
        Stated coverage for all words together.
    n_compared
        Number of words compared; those given by default.

    Returns
    -------
    numpy.ndarray
        One entry a feature; positive: more often in ``a``.

    Raises
    ------
    ParameterError
        ``confidence`` is not between 0 and 1, or ``n_compared`` is smaller than 1.

    References
    ----------
    Evert S. (2022). Measuring keyness. Digital Humanities 2022: Conference Abstracts, 202-205.
    https://osf.io/cy6mw/

    Examples
    --------
    >>> conservative_log_ratio([30, 7], [10, 3], 1000, 2000, n_compared=6).round(4).tolist()
    [1.1952, 0.0]
    """
    first, second = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    many = first.size if n_compared is None else n_compared
    if many < 1:
        raise ParameterError(f"`n_compared` must be 1 or more, got {many}")
    shared = 1 - (1 - check_confidence(confidence)) / many
    low, high = poisson_ratio_ends(first, second, n_a, n_b, shared)
    return np.maximum(low, 0.0) + np.minimum(high, 0.0)


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

    Returns
    -------
    FisherTest
        ``odds_ratio``, ``p_value``.

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


# How strongly are two words drawn to each other, by each of the usual measures?


def association(
    n: npt.ArrayLike,
    n1: npt.ArrayLike,
    n2: npt.ArrayLike,
    total: int,
    *,
    smoothing: float = 0.5,
) -> pd.DataFrame:
    """Say how strongly pairs of words are drawn to each other, by all usual measures at once.

    With the expected count ``E = n1 · n2 / total``: PMI is ``log2(n / E)``, NPMI that divided by
    ``-log2(n / total)``, t is ``(n - E) / sqrt(n)``, G² the likelihood ratio of the fourfold table
    without a sign, logDice ``14 + log2(2n / (n1 + n2))``, λ the log odds ratio of the smoothed
    table and z λ over its standard error.

    Parameters
    ----------
    n
        How often each pair occurs.
    n1, n2
        How often its first and its second word occur among the pairs.
    total
        Number of all pairs.
    smoothing
        Added to each cell for λ and z.

    Returns
    -------
    pandas.DataFrame
        One row a pair: ``expected``, ``pmi``, ``npmi`` (0 for a pair that is all there is, -1 for
        one that never occurs), ``t``, ``g2``, ``log_dice``, ``lambda``, ``z``.

    Raises
    ------
    ParameterError
        The counts make no fourfold table, or ``smoothing`` is negative.

    References
    ----------
    Church K. W., Hanks P. (1990). Word association norms, mutual information, and lexicography.
    Computational Linguistics 16(1), 22-29.
    Bouma G. (2009). Normalized (pointwise) mutual information in collocation extraction. GSCL,
    31-40.
    Church K., Gale W., Hanks P., Hindle D. (1991). Using statistics in lexical analysis. Lexical
    Acquisition, 115-164. Erlbaum.
    Dunning T. (1993), see :func:`g2`.
    Rychlý P. (2008). A lexicographer-friendly association score. RASLAN, 6-9.
    Blaheta D., Johnson M. (2001). Unsupervised learning of multi-word verbs. ACL Workshop on
    Collocations, 54-60.

    Examples
    --------
    >>> association([7], [10], [9], 19)[["pmi", "t", "g2"]].round(6).values.tolist()
    [[0.563429, 0.855393, 4.534939]]
    """
    if smoothing < 0:
        raise ParameterError(f"smoothing must not be negative, got {smoothing}")
    both, first, second = (np.asarray(counts, dtype=float) for counts in (n, n1, n2))
    cells = np.array([both, first - both, second - both, total - first - second + both])
    if (cells < 0).any():
        raise ParameterError(
            "counts must fit into a fourfold table (0 <= n <= n1, n2 and n1 + n2 - n <= total), "
            "and these do not"
        )
    expected = first * second / total
    signs = np.array([[1.0], [-1.0], [-1.0], [1.0]])
    with np.errstate(divide="ignore", invalid="ignore"):
        pmi = np.log2(both * total) - np.log2(first * second)
        # a pair that is all there is says nothing about attraction: 0/0 becomes 0
        npmi = np.where(both == total, 0.0, pmi / -np.log2(both / total))
        log_odds = (signs * np.log(cells + smoothing)).sum(axis=0)
        return pd.DataFrame(
            {
                "expected": expected,
                "pmi": pmi,
                "npmi": np.where(both == 0, -1.0, npmi),
                "t": (both - expected) / np.sqrt(both),
                "g2": np.abs(g2(both, second - both, first, total - first)),
                "log_dice": 14 + np.log2(2 * both / (first + second)),
                "lambda": log_odds,
                "z": log_odds / np.sqrt((1 / (cells + smoothing)).sum(axis=0)),
            }
        )


# How evenly is a word spread over the parts of a text?

Hits: TypeAlias = npt.ArrayLike | sparse.csr_matrix


def dp(hits: Hits, sizes: npt.ArrayLike) -> Floats:
    """Deviation of proportions: 0 is perfectly even, near 1 is clumped.

    Half the sum over parts of ``|share of the word's hits - share of the text|``.

    Parameters
    ----------
    hits
        parts × features (or one column): counts, sparse or dense.
    sizes
        Size of each part; positive.

    Returns
    -------
    numpy.ndarray
        One entry a feature; NaN where it has no hits.

    Raises
    ------
    ParameterError
        A part has no positive size, or there are more or fewer sizes than parts.

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
    hits, sizes
        As for :func:`dp`.

    Returns
    -------
    numpy.ndarray
        As for :func:`dp`.

    References
    ----------
    Lijffijt J., Gries S. T. (2012). International Journal of Corpus Linguistics 17(1), 147-149.
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
    hits, sizes
        As for :func:`dp`.

    Returns
    -------
    numpy.ndarray
        As for :func:`dp`.

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
    hits, sizes
        As for :func:`dp`.

    Returns
    -------
    numpy.ndarray
        As for :func:`dp`.

    References
    ----------
    Carroll J. B. (1970). An alternative to Juilland's usage coefficient for lexical frequencies.
    Computer Studies in the Humanities and Verbal Behavior 3(2), 61-65.

    Examples
    --------
    >>> float(carroll_d2([1, 2, 3, 4, 5], [9, 10, 10, 10, 11])[0].round(6))
    0.937921
    """
    counts, size = _checked(hits, sizes)
    rate = sparse.coo_matrix(sparse.diags_array(1 / size) @ counts)
    total = np.asarray(rate.sum(axis=0), dtype=float).ravel()
    share = rate.data / total[rate.col]
    bits = np.bincount(rate.col, weights=special.entr(share), minlength=len(total))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(total > 0, bits / np.log(np.float64(len(size))), np.nan))


def rosengren_s(hits: Hits, sizes: npt.ArrayLike) -> Floats:
    """Rosengren's S: ``(sum over parts of sqrt(share of text × hits))² / hits``.

    Parameters
    ----------
    hits, sizes
        As for :func:`dp`.

    Returns
    -------
    numpy.ndarray
        As for :func:`dp`.

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


# How far apart are the words of two groups, at equal length of text?


def divergence(rows: npt.ArrayLike, others: npt.ArrayLike | None = None) -> Floats:
    """Jensen-Shannon divergence (bits, 0 to 1) between rows of counts or shares.

    Its square root, the Jensen-Shannon distance, is a metric. It grows as texts get shorter: only
    rows of equal totals may be compared.

    Parameters
    ----------
    rows
        texts × features.
    others
        As many rows again. Without them all pairs of ``rows`` are compared.

    Returns
    -------
    numpy.ndarray
        texts × texts; with ``others`` one number a row. NaN where a row is empty.

    References
    ----------
    Lin J. (1991). Divergence measures based on the Shannon entropy. IEEE Transactions on
    Information Theory 37, 145-151. https://doi.org/10.1109/18.61115

    Examples
    --------
    >>> divergence([[1, 0], [0, 1], [1, 1]]).round(3).tolist()
    [[0.0, 1.0, 0.311], [1.0, 0.0, 0.311], [0.311, 0.311, 0.0]]
    >>> divergence([[1, 0], [2, 2]], [[0, 3], [1, 1]]).tolist()
    [1.0, 0.0]
    """
    share, own = _shares(rows)
    if others is not None:
        share_there, own_there = _shares(others)
        return _gained(share, share_there, own, own_there)
    out = np.where(np.isnan(own)[:, None] | np.isnan(own), np.nan, 0.0)
    for i in range(len(share) - 1):
        out[i, i + 1 :] = _gained(share[i], share[i + 1 :], own[i], own[i + 1 :])
        out[i + 1 :, i] = out[i, i + 1 :]
    return out


def _shares(rows: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return each row as shares, and its entropy (natural logarithm)."""
    table = np.asarray(rows, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = table / table.sum(axis=1, keepdims=True)
    return share, np.asarray(special.entr(share).sum(axis=1))


def _gained(p: Floats, q: Floats, own_p: Floats, own_q: Floats) -> Floats:
    """Return by how many bits the entropy of the mixture exceeds that of its parts."""
    mixed = special.entr((p + q) / 2).sum(axis=1)
    return np.asarray(np.maximum((mixed - (own_p + own_q) / 2) / np.log(2), 0.0))


def contributions(a: npt.ArrayLike, b: npt.ArrayLike) -> Floats:
    """Share of each feature in the Jensen-Shannon divergence of two rows, signed.

    Parameters
    ----------
    a, b
        Counts of each feature in the two texts.

    Returns
    -------
    numpy.ndarray
        One entry a feature, positive where its share is larger in ``a``; the sizes sum to 1.

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
