"""Which topics does latent Dirichlet allocation find by Gibbs sampling?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from policytext.topics import model as shared
from policytext.topics import sampling
from policytext.topics.draws import gibbs_draws
from policytext.topics.fold_in import fold_in
from policytext.topics.matrix import (
    check_topic_number,
    check_whole_counts,
    filled_rows,
    read_counts,
    shares_of,
    spread_rows,
)
from policytext.topics.model import Floats
from policytext.topics.seeds import seed_prior
from policytext.topics.stability import stability
from policytext.topics.storage import save_topics


class GibbsTopics(TransformerMixin, BaseEstimator):
    """Latent Dirichlet allocation by collapsed Gibbs sampling (tomotopy), with seed words.

    Samples from the end of the chain are kept: their mean gives the tables, their spread the
    model's own uncertainty for `topic_effects`.

    Parameters
    ----------
    n_topics : int, default=20
    seeds : mapping of topic name to words, optional
        The k-th entry seeds topic k and names it; other topics are free.
    seed_weight : float, default=0.1
        Share of a seed word's occurrences that its topic's prior gets on top of `eta`.
    alpha : float, default=0.1
        Prior of each topic's share in a row, where the optimisation of the prior starts.
    eta : float, default=0.01
        Prior of each word in a topic.
    n_sweeps : int, default=1000
        Sweeps over all words.
    n_samples : int, default=25
        Samples kept.
    thin : int, default=10
        Sweeps from one kept sample to the next.
    feature_names : sequence of str, optional
        Names of the columns when `X` is a bare matrix.
    random_state : int, default=0
        Seed of the chain; the same seed gives the same chain on the same kind of machine.

    Attributes
    ----------
    components_ : ndarray of shape (n_topics, n_words)
        Mean number of each word in each topic, prior included.
    topic_word_ : ndarray of shape (n_topics, n_words)
        Probability of each word in each topic.
    doc_topic_ : ndarray of shape (n_rows, n_topics)
        Mean of the expected shares over the kept samples; rows without a word are all zero.
    doc_states_ : float32 ndarray of shape (n_samples, n_filled, n_topics)
        Prior plus number of words in each topic, at each kept sample, for rows with a word.
    alpha_ : ndarray of shape (n_topics,)
        Prior of the shares at the end of the chain.
    log_likelihood_ : ndarray of shape (n_samples,)
        Log-likelihood per word at each kept sample.
    missing_seeds_ : tuple of str
        Seed words that were not counted.
    counts_, feature_names_, topic_names_
        As in `NmfTopics`.

    References
    ----------
    Griffiths, T. L. & Steyvers, M. (2004). Finding scientific topics. PNAS 101(S1), 5228-5235.
    doi:10.1073/pnas.0307752101

    Examples
    --------
    >>> counts = [[5, 4, 0, 0], [4, 6, 0, 0], [0, 0, 7, 5], [0, 0, 5, 4], [0, 0, 0, 0]]
    >>> model = GibbsTopics(n_topics=2, n_sweeps=100, n_samples=5).fit(counts)
    >>> first, last = model.doc_topic_[0].argmax(), model.doc_topic_[3].argmax()
    >>> bool(first != last), model.doc_topic_[4].tolist()
    (True, [0.0, 0.0])
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
        alpha: float = 0.1,
        eta: float = 0.01,
        n_sweeps: int = 1000,
        n_samples: int = 25,
        thin: int = 10,
        feature_names: Sequence[str] | None = None,
        random_state: int = 0,
    ) -> None:
        self.n_topics = n_topics
        self.seeds = seeds
        self.seed_weight = seed_weight
        self.alpha = alpha
        self.eta = eta
        self.n_sweeps = n_sweeps
        self.n_samples = n_samples
        self.thin = thin
        self.feature_names = feature_names
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn topics from whole counts.

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
            If counts are negative or not whole, or a parameter is not what it must be.
        NotEnoughDataError
            If no row holds a word.
        """
        import tomotopy

        counts = read_counts(self, X, fitting=True)
        n_topics = check_topic_number(self.n_topics, counts)
        check_whole_counts(counts, "Gibbs sampling")
        sampling.check_chain(self.n_sweeps, self.n_samples, self.thin)
        totals = np.asarray(counts.sum(axis=0), dtype=np.float64).ravel()
        prior, self.missing_seeds_ = seed_prior(
            self.seeds,
            self.feature_names_,
            totals,
            n_topics=n_topics,
            eta=self.eta,
            weight=self.seed_weight,
        )
        engine = tomotopy.LDAModel(
            k=n_topics, alpha=self.alpha, eta=self.eta, seed=self.random_state
        )
        labels, rows = sampling.column_labels(counts.shape[1]), filled_rows(counts)
        for row in rows:
            engine.add_doc(sampling.row_words(counts, row, labels))
        sampling.set_prior(engine, prior, self.eta, np.flatnonzero(totals))
        chain = sampling.run_chain(
            engine, prior, n_sweeps=self.n_sweeps, n_samples=self.n_samples, thin=self.thin
        )
        self.alpha_ = np.asarray(engine.alpha, dtype=np.float64)
        self.doc_states_, self.log_likelihood_ = chain.states, chain.log_likelihood
        shares = spread_rows(sampling.mean_shares(chain.states), rows, counts.shape[0])
        shared.keep_fit(self, counts, chain.word_topics, shares, seeds=self.seeds)
        return self

    def transform(self, X: Any) -> Floats:
        """Return the topic shares of rows, with the topics held as they are.

        The shares come from `fold_in`, without chance; on the rows of the fit they differ a
        little from `doc_topic_`, which is read from the chain.

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
        parameters = fold_in(counts[rows], self.topic_word_, self.alpha_)
        return spread_rows(shares_of(parameters), rows, counts.shape[0])

    def word_probabilities(self) -> Floats:
        """Return the probability of each word in each topic, shape (n_topics, n_words)."""
        check_is_fitted(self)
        return self.topic_word_

    def draw_shares(self, n_draws: int = 25, random_state: int = 0, reports: Any = None) -> Floats:
        """Draw document-topic shares from the kept samples of the chain.

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
        rows = filled_rows(self.counts_)
        return gibbs_draws(self.doc_states_, rows, self.counts_.shape[0], n_draws, random_state)

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
