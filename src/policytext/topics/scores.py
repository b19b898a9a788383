"""Which words stand for a topic: by frequency, exclusivity, lift or relevance?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

Floats = npt.NDArray[np.float64]


def shrunk_exclusivity(word_probabilities: Floats, word_totals: Floats) -> Floats:
    """Return how the topics share out each word, pulled towards evenness for rare words.

    James-Stein shrinkage of the multinomial of topics given the word, with the unbiased variance;
    a word that occurs once is shared out evenly.

    Parameters
    ----------
    word_probabilities : ndarray of shape (n_topics, n_words)
    word_totals : ndarray of shape (n_words,)
        Occurrences of each word in the corpus.

    Returns
    -------
    ndarray of shape (n_topics, n_words)
        Columns sum to 1.

    References
    ----------
    Hausser, J. & Strimmer, K. (2009). Entropy inference and the James-Stein estimator. JMLR 10,
    1469-1484.

    Examples
    --------
    >>> shrunk_exclusivity(np.array([[0.9], [0.1]]), np.array([2.0])).round(2).tolist()
    [[0.68], [0.32]]
    """
    even = 1 / len(word_probabilities)
    sums = word_probabilities.sum(axis=0)
    share = np.where(sums > 0, word_probabilities / np.where(sums > 0, sums, 1.0), even)
    distance = ((share - even) ** 2).sum(axis=0)
    variance = (share * (1 - share)).sum(axis=0) / np.maximum(word_totals - 1, 1e-300)
    pull = np.where(distance > 0, variance / np.where(distance > 0, distance, 1.0), 1.0)
    pull = np.clip(np.where(word_totals > 1, pull, 1.0), 0.0, 1.0)
    return np.asarray(pull * even + (1 - pull) * share)


def frex(
    word_probabilities: Floats, word_totals: Floats | None = None, *, weight: float = 0.5
) -> Floats:
    """Return the FREX score: harmonic mean of the ranks by frequency and by exclusivity.

    Parameters
    ----------
    word_probabilities : ndarray of shape (n_topics, n_words)
    word_totals : ndarray of shape (n_words,), optional
        Occurrences of each word: exclusivity is then shrunk for rare words, as R's stm does for
        labels.
    weight : float, default=0.5
        Weight of frequency; 1 - weight goes to exclusivity.

    Returns
    -------
    ndarray of shape (n_topics, n_words)
        Between 0 and 1; ranks are shares of the vocabulary, ties averaged.

    References
    ----------
    Bischof, J. M. & Airoldi, E. M. (2012). Summarizing topical content with word frequency and
    exclusivity. ICML 2012. arXiv:1206.4631

    Airoldi, E. M. & Bischof, J. M. (2016). Improving and evaluating topic models and other models
    of text. JASA 111(516). doi:10.1080/01621459.2015.1051182

    Examples
    --------
    >>> frex(np.array([[0.6, 0.3, 0.1], [0.1, 0.3, 0.6]])).round(2).tolist()
    [[1.0, 0.67, 0.33], [0.33, 0.67, 1.0]]
    """
    n_words = word_probabilities.shape[1]
    if word_totals is None:
        sums = word_probabilities.sum(axis=0)
        exclusive = word_probabilities / np.where(sums > 0, sums, 1.0)
    else:
        exclusive = shrunk_exclusivity(word_probabilities, word_totals)
    by_frequency = rankdata(word_probabilities, axis=1) / n_words
    by_exclusivity = rankdata(exclusive, axis=1) / n_words
    return np.asarray(1 / (weight / by_frequency + (1 - weight) / by_exclusivity))


def lift(word_probabilities: Floats, word_shares: Floats) -> Floats:
    """Return each word's probability in a topic over its share of all words.

    Parameters
    ----------
    word_probabilities : ndarray of shape (n_topics, n_words)
    word_shares : ndarray of shape (n_words,)
        Share of each word in the corpus; a word that never occurs has lift 0.

    References
    ----------
    Taddy, M. (2012). On estimation and selection for topic models. AISTATS 2012. arXiv:1109.4518

    Examples
    --------
    >>> lift(np.array([[0.5, 0.5]]), np.array([0.25, 0.75])).round(2).tolist()
    [[2.0, 0.67]]
    """
    used = word_shares > 0
    return np.asarray(np.where(used, word_probabilities / np.where(used, word_shares, 1.0), 0.0))


def relevance(word_probabilities: Floats, word_shares: Floats, *, weight: float = 0.6) -> Floats:
    """Return `weight * ln probability + (1 - weight) * ln lift`.

    Parameters
    ----------
    word_probabilities : ndarray of shape (n_topics, n_words)
    word_shares : ndarray of shape (n_words,)
    weight : float, default=0.6
        Lambda of the paper.

    Returns
    -------
    ndarray of shape (n_topics, n_words)
        Minus infinity for words a topic does not have.

    References
    ----------
    Sievert, C. & Shirley, K. (2014). LDAvis: a method for visualizing and interpreting topics.
    ACL Workshop on Interactive Language Learning. doi:10.3115/v1/W14-3110

    Examples
    --------
    >>> relevance(np.array([[0.5, 0.5]]), np.array([0.25, 0.75]), weight=1.0).round(3).tolist()
    [[-0.693, -0.693]]
    """
    with np.errstate(divide="ignore"):
        frequent = np.log(word_probabilities)
        lifted = np.log(lift(word_probabilities, word_shares))
    if weight == 1:
        return np.asarray(frequent)
    if weight == 0:
        return np.asarray(lifted)
    return np.asarray(weight * frequent + (1 - weight) * lifted)


def top_columns(scores: Floats, n_words: int = 10) -> npt.NDArray[np.intp]:
    """Return the columns of the `n_words` highest scores of each topic, ties in column order.

    Examples
    --------
    >>> top_columns(np.array([[0.1, 0.6, 0.3]]), 2).tolist()
    [[1, 2]]
    """
    return np.argsort(-scores, axis=1, kind="stable")[:, :n_words]


def exclusivity(word_probabilities: Floats, *, n_words: int = 10, weight: float = 0.3) -> Floats:
    """Return the sum of FREX scores of each topic's most probable words, as R's stm does.

    Parameters
    ----------
    word_probabilities : ndarray of shape (n_topics, n_words)
    n_words : int, default=10
    weight : float, default=0.3
        Weight of frequency (stm's `frexw` of 0.7 is the weight of exclusivity).

    Returns
    -------
    ndarray of shape (n_topics,)
        At most `n_words`; large is exclusive.

    References
    ----------
    Roberts, M. E. et al. (2014). Structural topic models for open-ended survey responses. AJPS
    58(4), 1064-1082. doi:10.1111/ajps.12103

    Examples
    --------
    >>> exclusivity(np.array([[0.6, 0.3, 0.1], [0.1, 0.3, 0.6]]), n_words=1).tolist()
    [1.0, 1.0]
    """
    scores = frex(word_probabilities, weight=weight)
    top = top_columns(word_probabilities, n_words)
    return np.asarray(np.take_along_axis(scores, top, axis=1).sum(axis=1))


def diversity(scores: Floats, *, n_words: int = 25) -> float:
    """Return the share of different words among the top words of all topics.

    Parameters
    ----------
    scores : ndarray of shape (n_topics, n_words)
    n_words : int, default=25

    References
    ----------
    Dieng, A. B., Ruiz, F. J. R. & Blei, D. M. (2020). Topic modeling in embedding spaces. TACL 8,
    439-453. doi:10.1162/tacl_a_00325

    Examples
    --------
    >>> diversity(np.array([[0.9, 0.1], [0.8, 0.2]]), n_words=1)
    0.5
    """
    top = top_columns(scores, n_words)
    return float(len(np.unique(top)) / top.size)
