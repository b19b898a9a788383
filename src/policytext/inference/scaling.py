"""Where does each text stand on one line, given texts whose place is known, or none?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

from policytext.errors import NotEnoughDataError, ParameterError
from policytext.records import Floats

Texts: TypeAlias = npt.ArrayLike | sparse.csr_matrix

PRIOR_SLOPE: Final = 3.0
"""Standard deviation of the prior of Wordfish's word slopes, as in quanteda and austin."""

STEP: Final = 1.0
"""Largest move of a log rate in one step of Newton's method."""


class Wordscores(NamedTuple):
    """Scores of words and texts; all texts, references included, in the order given.

    ``word`` (NaN: in no reference), ``raw`` and its ``error``, ``lbg`` and ``mv`` (rescaled as by
    Laver, Benoit and Garry, and by Martin and Vanberg).
    """

    word: Floats
    raw: Floats
    error: Floats
    lbg: Floats
    mv: Floats


class Wordfish(NamedTuple):
    """Positions of texts (mean 0, variance 1) with their errors, and how words go with them.

    ``position``, ``error`` and ``size`` (log length): one entry a text; ``slope`` and ``rate``
    (log frequency): one entry a word.
    """

    position: Floats
    error: Floats
    size: Floats
    slope: Floats
    rate: Floats


def _dense(counts: Texts) -> npt.NDArray[np.float64]:
    given: Any = counts
    table = given.toarray() if sparse.issparse(given) else np.asarray(given)
    if table.ndim != 2 or (table < 0).any():
        raise ParameterError(
            "`counts` must be a table of counts, a row a text and a column a word, none negative"
        )
    return np.asarray(table, dtype=np.float64)


def wordscores(counts: Texts, scores: npt.ArrayLike) -> Wordscores:
    """Place texts by the words they share with texts whose place is known.

    A word scores the mean of the reference texts' scores, weighted by how probable each is when
    the word is read; a text scores the mean of its words. Raw scores huddle in the middle, as all
    texts share common words; two rescalings spread them out.

    Parameters
    ----------
    counts
        texts × words.
    scores
        Score of each text; NaN where it is sought.

    Returns
    -------
    Wordscores
        ``mv`` uses the references with the lowest and the highest score.

    Raises
    ------
    ParameterError
        There is not one score a text, or fewer than two different ones are known.
    NotEnoughDataError
        A text has no word that a reference has.

    References
    ----------
    Laver M., Benoit K., Garry J. (2003). Extracting policy positions from political texts using
    words as data. APSR 97(2), 311-331. https://doi.org/10.1017/S0003055403000698
    Martin L. W., Vanberg G. (2008). A robust transformation procedure for interpreting political
    text. Political Analysis 16(1), 93-100. https://doi.org/10.1093/pan/mpm010

    Examples
    --------
    >>> found = wordscores([[4, 4, 0], [0, 4, 4], [1, 2, 1]], [-1, 1, np.nan])
    >>> found.word.tolist(), found.raw.round(2).tolist()
    ([-1.0, 0.0, 1.0], [-0.5, 0.5, 0.0])
    """
    table, given = _dense(counts), np.asarray(scores, dtype=float)
    known = ~np.isnan(given)
    if given.shape != (len(table),) or len(np.unique(given[known])) < 2:
        raise ParameterError(
            f"`scores` must hold one score a text ({len(table)}), NaN where it is sought, and at "
            f"least two different scores must be known; got {given.tolist()}"
        )
    length = table.sum(axis=1)
    if (length[known] == 0).any():
        raise NotEnoughDataError("a reference text has no words; leave it out")
    shares = table[known] / length[known][:, None]
    spoken = shares.sum(axis=0)
    word = np.full(table.shape[1], np.nan)
    word[spoken > 0] = given[known] @ shares[:, spoken > 0] / spoken[spoken > 0]
    scored = table[:, spoken > 0]
    size = scored.sum(axis=1)
    if (size == 0).any():
        raise NotEnoughDataError(
            f"{int((size == 0).sum())} of {len(table)} texts share no word with the reference "
            "texts; leave them out or add references"
        )
    own = word[spoken > 0]
    share = scored / size[:, None]
    raw = share @ own
    spread = np.maximum(share @ own**2 - raw**2, 0.0)
    middle, wide = raw.mean(), raw.std(ddof=1)
    lbg = middle + (raw - middle) * (given[known].std(ddof=1) / wide if wide > 0 else np.nan)
    ends = [int(np.flatnonzero(given == end(given[known]))[0]) for end in (np.min, np.max)]
    apart = raw[ends[1]] - raw[ends[0]]
    gain = (given[ends[1]] - given[ends[0]]) / apart if apart else np.nan
    mv = given[ends[0]] + (raw - raw[ends[0]]) * gain
    return Wordscores(word, raw, np.sqrt(spread / size), np.asarray(lbg), np.asarray(mv))


class NaiveBayes(NamedTuple):
    """Names of the classes, and what words say of texts; all texts, in the order given.

    ``word``: classes × words, the probability of each word. ``probability``: texts × classes.
    ``per_word``: texts × classes, the mean log probability of a text's words; the difference of
    two columns places a text between two classes, whatever its length.
    """

    classes: tuple[str, ...]
    word: Floats
    probability: Floats
    per_word: Floats


def naive_bayes(
    counts: Texts, classes: Sequence[str | None], *, smoothing: float = 1.0, even: bool = False
) -> NaiveBayes:
    """Give texts to the classes of texts that are known, words taken as independent (multinomial).

    Words of a text are not independent: probabilities of texts longer than a few sentences run to
    0 or 1 whether they are right or not. They say which class is likeliest, not how sure that is;
    hold texts back to see how often it is right.

    Parameters
    ----------
    counts
        texts × words.
    classes
        Class of each text; None where it is sought.
    smoothing
        Added to each count of a word in a class (1: Laplace).
    even
        Take all classes as equally likely beforehand, instead of as often as they are known.

    Returns
    -------
    NaiveBayes
        Classes in the order of their names.

    Raises
    ------
    ParameterError
        There is not one entry a text, fewer than two classes are known, or ``smoothing`` is not
        positive.
    NotEnoughDataError
        A text has no words.

    References
    ----------
    Manning C. D., Raghavan P., Schütze H. (2008). Introduction to information retrieval, chapter
    13. Cambridge University Press. https://nlp.stanford.edu/IR-book/

    Examples
    --------
    >>> found = naive_bayes([[4, 1], [1, 4], [3, 1]], ["farm", "trade", None])
    >>> found.classes, found.probability[2].round(2).tolist()
    (('farm', 'trade'), [0.86, 0.14])
    """
    from sklearn.naive_bayes import MultinomialNB

    table = _dense(counts)
    known = np.array([name is not None and name == name for name in classes], dtype=bool)
    labels = np.array([str(name) for name in classes])
    if known.shape != (len(table),) or len(np.unique(labels[known])) < 2 or not smoothing > 0:
        raise ParameterError(
            f"`classes` must hold one class a text ({len(table)}), None where it is sought, and at "
            f"least two different ones must be known, with `smoothing` above 0; got "
            f"{list(classes)} and {smoothing}"
        )
    size = table.sum(axis=1)
    if (size == 0).any():
        raise NotEnoughDataError(f"{int((size == 0).sum())} texts have no words; leave them out")
    model = MultinomialNB(alpha=smoothing, fit_prior=not even).fit(table[known], labels[known])
    log = model.feature_log_prob_
    return NaiveBayes(
        tuple(map(str, model.classes_)),
        np.exp(log),
        np.asarray(model.predict_proba(table)),
        table @ log.T / size[:, None],
    )


def wordfish(
    counts: Texts,
    ends: tuple[int, int] = (0, 1),
    *,
    start: Wordfish | None = None,
    max_sweeps: int = 1000,
    tol: float = 1e-6,
) -> Wordfish:
    """Place texts on the line along which their words differ most, without any reference.

    Counts are Poisson with mean ``exp(size + rate + slope · position)``; parameters of texts and
    of words are fitted in turn by Newton's method, positions have a standard normal prior and
    slopes a normal one of standard deviation 3. What the line means, the method does not know.

    Parameters
    ----------
    counts
        texts × words; a word that stands nowhere is left out.
    ends
        Numbers of two texts of which the first shall stand below the second.
    start
        A fit of the same words to start from.
    max_sweeps, tol
        When to stop: after so many sweeps, or when no position moves by more.

    Returns
    -------
    Wordfish
        ``error`` takes the words' parameters and independent words for granted, and is too small
        for words that come in bunches; resample paragraphs.

    Raises
    ------
    ParameterError
        Wrong ``ends``.
    NotEnoughDataError
        Fewer than three texts or words, or a text without words.

    References
    ----------
    Slapin J. B., Proksch S.-O. (2008). A scaling model for estimating time-series party positions
    from texts. AJPS 52(3), 705-722. https://doi.org/10.1111/j.1540-5907.2008.00338.x
    Lowe W., Benoit K. (2013). Validating estimates of latent traits from textual data using human
    judgment as a benchmark. Political Analysis 21(3), 298-313. https://doi.org/10.1093/pan/mpt002

    Examples
    --------
    >>> counts = [[9, 5, 1], [7, 5, 2], [5, 5, 5], [2, 5, 7], [1, 5, 9]]
    >>> found = wordfish(counts, (0, 4))
    >>> (found.position.round(1) + 0).tolist(), bool(found.slope[0] < 0 < found.slope[2])
    ([-1.2, -0.8, 0.0, 0.8, 1.2], True)
    """
    table = _dense(counts)
    n = len(table)
    low, high = (int(end) for end in ends)
    if not (0 <= low < n and 0 <= high < n and low != high):
        raise ParameterError(f"`ends` must be the numbers of two of {n} texts, got {ends!r}")
    used = table.sum(axis=0) > 0
    y = table[:, used]
    if min(y.shape) < 3 or (y.sum(axis=1) == 0).any():
        raise NotEnoughDataError(
            f"Wordfish needs three texts and three words, and words in every text; got {n} texts "
            f"with {y.shape[1]} words, {int((table.sum(axis=1) == 0).sum())} of them without any"
        )
    found = (
        _start(y)
        if start is None
        else start._replace(slope=start.slope[used], rate=start.rate[used])
    )
    for _ in range(max_sweeps):
        before = found.position
        found = _standard(_texts_fitted(y, _words_fitted(y, found)))
        if np.abs(found.position - before).max() < tol:
            break
    found = _words_fitted(y, found)
    sign = 1.0 if found.position[high] >= found.position[low] else -1.0
    mean = _means(found)
    b = found.slope
    own, cross, square = mean.sum(axis=1), mean @ b, mean @ b**2 + 1.0
    error = np.sqrt(own / (own * square - cross**2))
    slope, rate = np.full(len(used), np.nan), np.full(len(used), np.nan)
    slope[used], rate[used] = sign * b, found.rate
    return Wordfish(sign * found.position, error, found.size, slope, rate)


def _means(at: Wordfish) -> npt.NDArray[np.float64]:
    log = at.size[:, None] + at.rate[None, :] + np.outer(at.position, at.slope)
    return np.asarray(np.exp(np.minimum(log, 50.0)))


def _start(y: npt.NDArray[np.float64]) -> Wordfish:
    """Start from the first singular pair of the log table, its rows and columns centred."""
    log = np.log(y + 0.1)
    size = np.log(y.sum(axis=1))
    rate = np.log(y.mean(axis=0)) - size.mean()
    away = log - log.mean(axis=1)[:, None] - log.mean(axis=0)[None, :] + log.mean()
    left, value, right = np.linalg.svd(away, full_matrices=False)
    position = left[:, 0] / left[:, 0].std()
    slope = right[0] * value[0] * left[:, 0].std()
    return Wordfish(position, np.zeros(len(y)), size, slope, rate)


def _standard(at: Wordfish) -> Wordfish:
    """Bring positions to mean 0 and variance 1, and what they cost into the other parameters."""
    middle, spread = float(at.position.mean()), max(float(at.position.std(ddof=1)), 1e-12)
    return at._replace(
        position=(at.position - middle) / spread,
        rate=at.rate + at.slope * middle + at.size[0],
        size=at.size - at.size[0],
        slope=at.slope * spread,
    )


def _texts_fitted(y: npt.NDArray[np.float64], at: Wordfish) -> Wordfish:
    for _ in range(3):
        mean, b = _means(at), at.slope
        left = y - mean
        g, h = left.sum(axis=1), left @ b - at.position
        own, cross, square = mean.sum(axis=1), mean @ b, mean @ b**2 + 1.0
        size, position = _newton(g, h, own, cross, square)
        at = at._replace(size=at.size + size, position=at.position + position)
    return at


def _words_fitted(y: npt.NDArray[np.float64], at: Wordfish) -> Wordfish:
    for _ in range(3):
        mean, t = _means(at), at.position
        left = y - mean
        g, h = left.sum(axis=0), t @ left - at.slope / PRIOR_SLOPE**2
        own, cross, square = mean.sum(axis=0), t @ mean, t**2 @ mean + 1 / PRIOR_SLOPE**2
        rate, slope = _newton(g, h, own, cross, square)
        at = at._replace(rate=at.rate + rate, slope=at.slope + slope)
    return at


def _newton(g: Floats, h: Floats, own: Floats, cross: Floats, square: Floats) -> tuple[Floats, ...]:
    """Step of Newton's method for pairs of parameters, cut so that no log rate leaps."""
    determinant = np.maximum(own * square - cross**2, 1e-12)
    steps = (square * g - cross * h) / determinant, (own * h - cross * g) / determinant
    return tuple(np.clip(step, -STEP, STEP) for step in steps)
