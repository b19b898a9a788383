"""How does a tomotopy sampler get its documents, and what is read from its chain?"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from policytext.errors import ParameterError

Floats = npt.NDArray[np.float64]


class Chain(NamedTuple):
    """What is kept of a Gibbs chain."""

    word_topics: Floats
    """Mean number of each word in each topic, prior included, (n_topics, n_words)."""
    states: npt.NDArray[np.float32]
    """Prior plus number of words in each topic, (n_samples, n_filled, n_topics)."""
    log_likelihood: Floats
    """Log-likelihood per word at each kept sample."""


def check_chain(n_sweeps: int, n_samples: int, thin: int) -> None:
    """Refuse lengths of a chain that leave nothing to burn in.

    Raises
    ------
    ParameterError
        If one is below 1, or the samples would fill more than half of the sweeps.

    Examples
    --------
    >>> check_chain(1000, 25, 10)
    """
    if min(n_sweeps, n_samples, thin) < 1:
        raise ParameterError(
            f"n_sweeps, n_samples and thin must be 1 or more, got {n_sweeps}, {n_samples}, {thin}."
        )
    if n_samples * thin > n_sweeps / 2:
        raise ParameterError(
            f"{n_samples} samples, one every {thin} sweeps, take {n_samples * thin} of {n_sweeps} "
            "sweeps; at least half must be left for the chain to forget its start. "
            "Raise n_sweeps or lower n_samples."
        )


def row_words(counts: sparse.csr_array, row: int, labels: npt.NDArray[Any]) -> list[str]:
    """Return the words of a row, each as often as it was counted, in the order of the columns.

    Examples
    --------
    >>> row_words(sparse.csr_array([[2, 0, 1]]), 0, np.array(["a", "b", "c"], dtype=object))
    ['a', 'a', 'c']
    """
    cells = slice(counts.indptr[row], counts.indptr[row + 1])
    words: list[str] = np.repeat(
        labels[counts.indices[cells]], counts.data[cells].astype(np.int64)
    ).tolist()
    return words


def column_labels(n_columns: int) -> npt.NDArray[Any]:
    """Return the words a sampler is given: column numbers, as no two of them can be the same.

    Examples
    --------
    >>> column_labels(2).tolist()
    ['0', '1']
    """
    return np.asarray([str(i) for i in range(n_columns)], dtype=object)


def set_prior(engine: Any, prior: Floats, base: float, in_use: npt.NDArray[np.intp]) -> None:
    """Tell the sampler the prior of every word whose prior is not `base` in all topics."""
    for column in in_use:
        if (prior[:, column] != base).any():
            engine.set_word_prior(str(column), prior[:, column].tolist())


def run_chain(engine: Any, prior: Floats, *, n_sweeps: int, n_samples: int, thin: int) -> Chain:
    """Run the sampler on one thread and keep samples from the end of the chain.

    Parameters
    ----------
    engine : tomotopy model with its documents added
    prior : ndarray of shape (n_topics, n_words)
        Word prior; what a word that never occurs is left with.
    n_sweeps, n_samples, thin : int
        Sweeps in all; samples taken, one every `thin` sweeps up to the last one.

    Returns
    -------
    Chain
    """
    n_topics, n_words = prior.shape
    engine.train(n_sweeps - (n_samples - 1) * thin, workers=1)
    columns = np.asarray([int(word) for word in engine.used_vocabs])
    word_topics = np.zeros((n_topics, n_words))
    states = np.empty((n_samples, len(engine.docs), n_topics), dtype=np.float32)
    likelihood = np.empty(n_samples)
    for sample in range(n_samples):
        if sample:
            engine.train(thin, workers=1)
        states[sample] = [doc.get_topic_dist(normalize=False) for doc in engine.docs]
        likelihood[sample] = engine.ll_per_word
        for k in range(n_topics):
            word_topics[k, columns] += engine.get_topic_word_dist(k, normalize=False)
    word_topics /= n_samples
    unused = np.setdiff1d(np.arange(n_words), columns)
    word_topics[:, unused] = prior[:, unused]
    return Chain(word_topics, states, likelihood)


def mean_shares(states: npt.NDArray[np.float32]) -> Floats:
    """Return the mean over samples of the expected shares, (n_filled, n_topics).

    Examples
    --------
    >>> mean_shares(np.array([[[1, 3]], [[3, 1]]], dtype=np.float32))
    array([[0.5, 0.5]])
    """
    wide = states.astype(np.float64)
    return np.asarray((wide / wide.sum(axis=2, keepdims=True)).mean(axis=0))


def row_priors(engine: Any) -> Floats:
    """Return the prior of the shares of every document the sampler holds, (n_filled, n_topics).

    It is what remains of a document's topic numbers when its own words are taken out.
    """
    return np.asarray(
        [
            doc.get_topic_dist(normalize=False)
            - np.bincount(np.asarray(doc.topics), minlength=engine.k)
            for doc in engine.docs
        ],
        dtype=np.float64,
    )
