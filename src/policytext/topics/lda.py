"""Which topics does variational latent Dirichlet allocation find, as published papers used it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, Self

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from policytext.topics import model as shared
from policytext.topics.draws import dirichlet_draws
from policytext.topics.matrix import (
    check_topic_number,
    filled_rows,
    read_counts,
    shares_of,
    spread_rows,
)
from policytext.topics.model import Floats
from policytext.topics.seeds import seed_prior
from policytext.topics.stability import stability
from policytext.topics.storage import save_topics


class LdaTopics(TransformerMixin, BaseEstimator):
    """Latent Dirichlet allocation by online variational Bayes (gensim), with seed words.

    Use it to repeat published work; its topics are the least stable of the four engines on
    Chinese policy reports.

    Parameters
    ----------
    n_topics : int, default=20
    seeds : mapping of topic name to words, optional
        The k-th entry seeds topic k and names it; other topics are free.
    seed_weight : float, default=0.1
        Share of a seed word's occurrences that its topic's prior gets on top of `eta`.
    alpha : float or {"symmetric", "asymmetric", "auto"}, default="symmetric"
        Prior of the topics' shares in a row, as gensim reads it.
    eta : float, optional
        Prior of each word in a topic; 1 / n_topics if not given, as in gensim.
    passes : int, default=20
        Passes over all rows.
    iterations : int, default=50
        Most steps of inference for one row in one pass.
    chunksize : int, default=2000
        Rows that are worked through between two updates of the topics.
    feature_names : sequence of str, optional
        Names of the columns when `X` is a bare matrix.
    random_state : int, default=0

    Attributes
    ----------
    components_ : ndarray of shape (n_topics, n_words)
        Variational Dirichlet parameters of the topics.
    topic_word_ : ndarray of shape (n_topics, n_words)
        Probability of each word in each topic.
    doc_topic_ : ndarray of shape (n_rows, n_topics)
        Expected shares; rows without a word are all zero.
    doc_gamma_ : ndarray of shape (n_filled, n_topics)
        Variational Dirichlet parameters of the shares, for rows with a word.
    alpha_ : ndarray of shape (n_topics,)
    missing_seeds_ : tuple of str
        Seed words that were not counted.
    counts_, feature_names_, topic_names_
        As in `NmfTopics`.

    References
    ----------
    Blei, D. M., Ng, A. Y. & Jordan, M. I. (2003). Latent Dirichlet allocation. JMLR 3, 993-1022.

    Hoffman, M., Blei, D. & Bach, F. (2010). Online learning for latent Dirichlet allocation.
    NIPS 23.

    Examples
    --------
    >>> counts = [[5, 4, 0, 0], [4, 6, 0, 0], [0, 0, 7, 5], [0, 0, 5, 4], [0, 0, 0, 0]]
    >>> model = LdaTopics(n_topics=2, random_state=1).fit(counts)
    >>> model.doc_topic_.shape, model.doc_topic_[4].tolist()
    ((5, 2), [0.0, 0.0])
    """

    topic_word_: Floats
    topic_names_: tuple[str, ...]

    has_random_start = True

    def __init__(
        self,
        n_topics: int = 20,
        *,
        seeds: Mapping[str, Sequence[str]] | None = None,
        seed_weight: float = 0.1,
        alpha: float | str = "symmetric",
        eta: float | None = None,
        passes: int = 20,
        iterations: int = 50,
        chunksize: int = 2000,
        feature_names: Sequence[str] | None = None,
        random_state: int = 0,
    ) -> None:
        self.n_topics = n_topics
        self.seeds = seeds
        self.seed_weight = seed_weight
        self.alpha = alpha
        self.eta = eta
        self.passes = passes
        self.iterations = iterations
        self.chunksize = chunksize
        self.feature_names = feature_names
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn topics from counts.

        Parameters
        ----------
        X : Counts, DataFrame, sparse or dense matrix of shape (n_rows, n_words)
            Word counts, one row a paragraph; empty rows are kept and change nothing.
        y : ignored

        Returns
        -------
        The fitted model.

        Raises
        ------
        ParameterError
            If counts are negative or a parameter is not what it must be.
        NotEnoughDataError
            If no row holds a word.
        """
        counts = read_counts(self, X, fitting=True)
        n_topics = check_topic_number(self.n_topics, counts)
        prior, self.missing_seeds_ = seed_prior(
            self.seeds,
            self.feature_names_,
            np.asarray(counts.sum(axis=0), dtype=np.float64).ravel(),
            n_topics=n_topics,
            eta=1 / n_topics if self.eta is None else self.eta,
            weight=self.seed_weight,
        )
        rows = filled_rows(counts)
        bags = bags_of_words(counts[rows])
        engine = self._engine(n_topics, counts.shape[1], self.alpha, prior)
        engine.update(bags)
        self.alpha_ = np.asarray(engine.alpha, dtype=np.float64)
        gamma, _ = engine.inference(bags)
        self.doc_gamma_ = np.asarray(gamma, dtype=np.float64)
        shares = spread_rows(shares_of(self.doc_gamma_), rows, counts.shape[0])
        shared.keep_fit(self, counts, engine.state.get_lambda(), shares, seeds=self.seeds)
        return self

    def transform(self, X: Any) -> Floats:
        """Return the expected topic shares of rows, with the topics held as they are.

        Parameters
        ----------
        X : Counts, DataFrame, sparse or dense matrix of shape (n_rows, n_words)

        Returns
        -------
        ndarray of shape (n_rows, n_topics)
            Rows sum to 1; a row without a known word is all zero.
        """
        check_is_fitted(self)
        counts = read_counts(self, X, fitting=False)
        rows = filled_rows(counts)
        if not len(rows):
            return np.zeros((counts.shape[0], len(self.components_)))
        n_topics, n_words = self.components_.shape
        engine = self._engine(n_topics, n_words, self.alpha_, None)
        engine.state.sstats = (self.components_ - engine.eta).astype(engine.dtype)
        engine.sync_state()
        # an even start: a row's shares do not depend on the rows it comes with
        engine.random_state = SimpleNamespace(gamma=lambda shape, scale, size: np.ones(size))
        gamma, _ = engine.inference(bags_of_words(counts[rows]))
        return spread_rows(shares_of(np.asarray(gamma, dtype=np.float64)), rows, counts.shape[0])

    def _engine(self, n_topics: int, n_words: int, alpha: Any, prior: Floats | None) -> Any:
        from gensim.models import LdaModel

        return LdaModel(
            num_topics=n_topics,
            id2word={i: str(i) for i in range(n_words)},
            alpha=alpha,
            eta=None if prior is None else prior,
            passes=self.passes,
            iterations=self.iterations,
            chunksize=self.chunksize,
            eval_every=None,
            random_state=self.random_state,
        )

    def word_probabilities(self) -> Floats:
        """Return the probability of each word in each topic, shape (n_topics, n_words)."""
        check_is_fitted(self)
        return self.topic_word_

    def draw_shares(self, n_draws: int = 25, random_state: int = 0, reports: Any = None) -> Floats:
        """Draw document-topic shares from their variational Dirichlet distributions.

        Parameters
        ----------
        n_draws : int
        random_state : int
        reports : ignored
            Taken so that all engines can be called alike.

        Returns
        -------
        ndarray of shape (n_draws, n_rows, n_topics)
            Rows without a word are all zero.
        """
        check_is_fitted(self)
        rng, rows = np.random.default_rng(random_state), filled_rows(self.counts_)
        n_rows = self.counts_.shape[0]
        return np.stack(
            [dirichlet_draws(self.doc_gamma_, rows, n_rows, rng) for _ in range(n_draws)]
        )

    rename = shared.rename
    stability = stability
    save = save_topics
    topic_table = shared.topic_table
    get_feature_names_out = shared.topic_names_out
    _repr_html_ = shared.show_html
    _repr_mimebundle_ = shared.show_bundle

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        return tags


def bags_of_words(counts: sparse.csr_array) -> list[list[tuple[int, float]]]:
    """Return each row as pairs of column and count, as gensim reads documents.

    Examples
    --------
    >>> bags_of_words(sparse.csr_array([[2.0, 0.0, 1.0]]))
    [[(0, 2.0), (2, 1.0)]]
    """
    columns, values = counts.indices.tolist(), counts.data.tolist()
    ends = counts.indptr.tolist()
    return [list(zip(columns[a:b], values[a:b], strict=True)) for a, b in pairwise(ends)]
