"""How well do topics account for words: those they were fitted on, and those held out?"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from policytext.errors import NotEnoughDataError
from policytext.topics.fold_in import fold_in
from policytext.topics.matrix import check_whole_counts, shares_of
from policytext.topics.refits import fit_again, report_labels

Floats = npt.NDArray[np.float64]

_ROWS_AT_ONCE = 512


class Dispersion(NamedTuple):
    """Residual dispersion and its degrees of freedom."""

    dispersion: float
    df: float


def residual_dispersion(
    counts: sparse.csr_array, shares: Floats, word_probabilities: Floats, *, tol: float = 0.01
) -> Dispersion:
    """Return the dispersion of the multinomial residuals: near 1 when the topics suffice.

    Above 1 the counts vary more than K topics explain, which speaks for more topics.

    Parameters
    ----------
    counts : csr_array of shape (n_rows, n_words)
        Rows without a word are left out.
    shares : ndarray of shape (n_rows, n_topics)
    word_probabilities : ndarray of shape (n_topics, n_words)
        Positive everywhere.
    tol : float, default=0.01
        Cells with a smaller expected count do not add to the degrees of freedom.

    Returns
    -------
    Dispersion
        `dispersion` is NaN when parameters outnumber the cells that count.

    References
    ----------
    Taddy, M. (2012). On estimation and selection for topic models. AISTATS 2012. arXiv:1109.4518

    Examples
    --------
    >>> counts = sparse.csr_array(np.full((200, 2), 5.0))
    >>> residual_dispersion(counts, np.ones((200, 1)), np.array([[0.5, 0.5]]))
    Dispersion(dispersion=0.0, df=397.0)
    """
    rows = np.flatnonzero(counts.sum(axis=1) > 0)
    total, cells = 0.0, 0
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        block = rows[start : start + _ROWS_AT_ONCE]
        observed = counts[block].toarray()
        size = observed.sum(axis=1, keepdims=True)
        expected = shares[block] @ word_probabilities
        spread = size * expected * (1 - expected)
        # a single word has no spread, and nothing is left over
        squares = (observed - size * expected) ** 2
        total += float(
            np.divide(squares, spread, out=np.zeros_like(spread), where=spread > 0).sum()
        )
        cells += int(np.count_nonzero(expected * size > tol))
    n_topics, n_words = word_probabilities.shape
    df = cells - n_words - len(rows) * (n_topics - 1) - n_topics * (n_words - 1)
    return Dispersion(total / df if df > 0 else float("nan"), float(df))


def smoothed(word_probabilities: Floats, word_totals: Floats, share: float = 0.01) -> Floats:
    """Mix each topic with the words of the whole corpus, so that no word has probability 0.

    Parameters
    ----------
    word_probabilities : ndarray of shape (n_topics, n_words)
    word_totals : ndarray of shape (n_words,)
    share : float, default=0.01
        Share of the corpus in the mixture (one count is added to every word of it).

    Examples
    --------
    >>> smoothed(np.array([[1.0, 0.0]]), np.array([1.0, 1.0]), share=0.5).tolist()
    [[0.75, 0.25]]
    """
    background = (word_totals + 1) / (word_totals + 1).sum()
    return np.asarray((1 - share) * word_probabilities + share * background)


class Completion(NamedTuple):
    """Mean log-likelihood per word of held-out halves of paragraphs."""

    log_likelihood: float
    unigram: float
    """The same under the words of the training reports, without topics."""
    n_words: int
    n_reports: int


def document_completion(
    model: Any, reports: Any = None, *, held_out: float = 0.1, random_state: int = 0
) -> Completion:
    """Fit on most reports; in the others, predict one half of each paragraph from the other.

    All engines are measured alike: word probabilities from the refit, smoothed with 1 % of the
    training corpus, shares folded in from the first half of a paragraph with the engine's own
    prior (0.1 a topic for NMF).

    Parameters
    ----------
    model : fitted topic model
    reports : Corpus or sequence of one label per row, optional
        Whole reports are held out; single rows without it.
    held_out : float, default=0.1
        Share of reports held out, at least one.
    random_state : int, default=0

    Returns
    -------
    Completion

    Raises
    ------
    NotEnoughDataError
        If there are fewer than two reports or no held-out paragraph has two words.

    References
    ----------
    Wallach, H. M. et al. (2009). Evaluation methods for topic models. ICML 2009, 1105-1112.
    doi:10.1145/1553374.1553515

    Examples
    --------
    >>> from policytext.topics import NmfTopics
    >>> counts = [[5, 4, 0, 0], [4, 6, 0, 0], [0, 0, 7, 5], [0, 0, 5, 4]] * 5
    >>> model = NmfTopics(n_topics=2).fit(counts)
    >>> found = document_completion(model, held_out=0.2)
    >>> found.log_likelihood > found.unigram
    True
    """
    check_whole_counts(model.counts_, "Document completion")
    codes = report_labels(reports, model.counts_.shape[0])
    filled = np.unique(codes[np.diff(model.counts_.indptr) > 0])
    if len(filled) < 2:
        raise NotEnoughDataError("Document completion needs two reports with words, there is one.")
    rng = np.random.default_rng(random_state)
    n_out = min(max(1, round(held_out * len(filled))), len(filled) - 1)
    out = rng.choice(filled, n_out, replace=False)
    training = np.flatnonzero(~np.isin(codes, out))
    refit = fit_again(model, training)
    totals = np.asarray(refit.counts_.sum(axis=0)).ravel()
    first, second = halves(model.counts_[np.flatnonzero(np.isin(codes, out))], rng)
    if not second.nnz:
        raise NotEnoughDataError("No held-out paragraph has two words to part.")
    words = smoothed(refit.word_probabilities(), totals)
    alpha = getattr(refit, "alpha_", np.full(len(words), 0.1))
    shares = shares_of(fold_in(first, words, alpha))
    row = np.repeat(np.arange(second.shape[0]), np.diff(second.indptr))
    fit = np.einsum("ik,ik->i", shares[row], words.T[second.indices])
    plain = (totals + 1) / (totals + 1).sum()
    n_words = second.data.sum()
    return Completion(
        float(second.data @ np.log(fit) / n_words),
        float(second.data @ np.log(plain[second.indices]) / n_words),
        int(n_words),
        len(out),
    )


def halves(
    counts: sparse.csr_array, rng: np.random.Generator
) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Part the words of each row at random into two halves, the first the larger by one if odd.

    Examples
    --------
    >>> a, b = halves(sparse.csr_array([[2.0, 1.0, 2.0]]), np.random.default_rng(0))
    >>> float(a.sum()), float(b.sum()), (a + b).toarray().tolist()
    (3.0, 2.0, [[2.0, 1.0, 2.0]])
    """
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    n_each = counts.data.astype(np.int64)
    row, column = np.repeat(row, n_each), np.repeat(counts.indices, n_each)
    order = np.lexsort((rng.random(len(row)), row))
    row, column = row[order], column[order]
    starts = np.searchsorted(row, row)
    in_first = (np.arange(len(row)) - starts) % 2 == 0
    parts = [
        sparse.csr_array((np.ones(int(take.sum())), (row[take], column[take])), shape=counts.shape)
        for take in (in_first, ~in_first)
    ]
    for part in parts:
        part.sum_duplicates()
    return parts[0], parts[1]
