"""How do seed words become a prior of words over topics?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from policytext.errors import ParameterError

Seeds = Mapping[str, Sequence[str]]


class SeedPrior(NamedTuple):
    """Prior pseudo-counts of words in topics, and which seed words the counts do not have."""

    prior: npt.NDArray[np.float64]
    missing: tuple[str, ...]


def seed_prior(
    seeds: Seeds | None,
    names: npt.NDArray[Any],
    word_totals: npt.NDArray[np.float64],
    *,
    n_topics: int,
    eta: float,
    weight: float,
) -> SeedPrior:
    """Return the word prior of every topic: `eta`, and more for seed words in their topic.

    Topic k is seeded by the k-th entry of `seeds`; the topics after the last entry are free.
    A seed word gets `weight` times its number of occurrences on top of `eta`, so that the pull
    is the same in small and large corpora.

    Parameters
    ----------
    seeds : mapping of topic name to words, optional
    names : ndarray of shape (n_words,)
    word_totals : ndarray of shape (n_words,)
        Occurrences of each word.
    n_topics : int
    eta : float
        Prior of a word that is no seed.
    weight : float
        Share of a seed word's occurrences that is added.

    Returns
    -------
    SeedPrior
        `prior` has shape (n_topics, n_words).

    Raises
    ------
    ParameterError
        If there are more seeded topics than topics, or a seeded topic has no word in the counts.

    References
    ----------
    Watanabe, K. & Baturo, A. (2024). Seeded sequential LDA: a semi-supervised algorithm for
    topic-specific analysis of sentences. Social Science Computer Review 42(1).
    doi:10.1177/08944393231178605

    Examples
    --------
    >>> words = np.array(["养老", "学校"], dtype=object)
    >>> totals = np.array([10.0, 4.0])
    >>> found = seed_prior({"养老": ["养老"]}, words, totals, n_topics=2, eta=0.1, weight=0.5)
    >>> found.prior
    array([[5.1, 0.1], [0.1, 0.1]])
    """
    if not eta > 0 or not weight >= 0:
        raise ParameterError(
            f"eta must be above 0 and seed_weight 0 or more, got {eta} and {weight}."
        )
    prior = np.full((n_topics, len(names)), float(eta))
    if not seeds:
        return SeedPrior(prior, ())
    if len(seeds) > n_topics:
        raise ParameterError(
            f"seeds name {len(seeds)} topics, n_topics is {n_topics}: ask for at least as many "
            "topics as are seeded, better some more for what the seeds do not cover."
        )
    column = {name: i for i, name in enumerate(names)}
    missing: list[str] = []
    for k, (topic, words) in enumerate(seeds.items()):
        if isinstance(words, str):
            raise ParameterError(
                f"seeds[{topic!r}] must be a list of words, got the string itself."
            )
        known = [column[word] for word in words if word in column]
        missing += [word for word in words if word not in column]
        if not known:
            raise ParameterError(
                f"None of the seed words of {topic!r} ({', '.join(words)}) is among the counted "
                "words. Check the segmentation, or add them to the term table."
            )
        prior[k, known] += weight * word_totals[known]
    return SeedPrior(prior, tuple(missing))
