"""Which topics are found when facts about the paragraphs may shape their shares?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from policytext.topics import covariates as facts
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


class DmrTopics(TransformerMixin, BaseEstimator):
    """Dirichlet-multinomial regression by Gibbs sampling (tomotopy): covariates shape the shares.

    With groups only it is the DMR model; with a continuous covariate (a year as a number) the
    generalised one, whose prior is a polynomial of the covariate. The model gives no standard
    errors of its own: use `topic_effects`.

    Parameters
    ----------
    n_topics : int, default=20
    seeds : mapping of topic name to words, optional
        The k-th entry seeds topic k and names it; other topics are free.
    seed_weight : float, default=0.1
        Share of a seed word's occurrences that its topic's prior gets on top of `eta`.
    degree : int, default=2
        Degree of the polynomial of each continuous covariate.
    sigma : float, default=1.0
        Standard deviation of the prior of the regression coefficients.
    alpha, eta, n_sweeps, n_samples, thin, feature_names, random_state
        As in `GibbsTopics`.

    Attributes
    ----------
    covariates_ : DataFrame of n_rows rows
        What the model was told.
    combinations_ : DataFrame
        The distinct rows of `covariates_`.
    priors_ : ndarray of shape (n_combinations, n_topics)
        Prior of the shares for each of them, at the end of the chain.
    alpha_ : ndarray of shape (n_topics,)
        Mean prior over the rows with a word: what rows of unknown covariates are placed with.
    components_, topic_word_, doc_topic_, doc_states_, log_likelihood_, missing_seeds_, counts_,
    feature_names_, topic_names_
        As in `GibbsTopics`.

    References
    ----------
    Mimno, D. & McCallum, A. (2008). Topic models conditioned on arbitrary features with
    Dirichlet-multinomial regression. UAI 2008. arXiv:1206.3278

    Lee, M. & Song, M. (2020). Incorporating citation impact into analysis of research trends.
    Scientometrics 124, 1191-1224. doi:10.1007/s11192-020-03508-3

    Examples
    --------
    >>> counts = [[5, 4, 0, 0], [4, 6, 0, 0], [0, 0, 7, 5], [0, 0, 5, 4], [0, 0, 0, 0]]
    >>> region = ["山东", "山东", "四川", "四川", "四川"]
    >>> model = DmrTopics(n_topics=2, n_sweeps=100, n_samples=5).fit(counts, region)
    >>> model.combinations_["covariate"].tolist(), model.priors_.shape
    (['山东', '四川'], (2, 2))
    """

    topic_word_: Floats
    topic_names_: tuple[str, ...]
    priors_: Floats

    has_random_start = True

    def __init__(
        self,
        n_topics: int = 20,
        *,
        seeds: Mapping[str, Sequence[str]] | None = None,
        seed_weight: float = 0.1,
        degree: int = 2,
        sigma: float = 1.0,
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
        self.degree = degree
        self.sigma = sigma
        self.alpha = alpha
        self.eta = eta
        self.n_sweeps = n_sweeps
        self.n_samples = n_samples
        self.thin = thin
        self.feature_names = feature_names
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn topics from whole counts and covariates.

        Parameters
        ----------
        X : Counts, DataFrame, sparse or dense matrix of shape (n_rows, n_words)
            Word counts, one row a paragraph; empty rows are kept and change nothing.
        y : Series, DataFrame or sequence of length n_rows
            Covariates: numbers are continuous, anything else is a group.

        Returns
        -------
        The fitted model.

        Raises
        ------
        ParameterError
            If covariates are lacking or do not fit, counts are negative or not whole, or a
            parameter is not what it must be.
        NotEnoughDataError
            If no row holds a word.
        """
        counts = read_counts(self, X, fitting=True)
        n_topics = check_topic_number(self.n_topics, counts)
        check_whole_counts(counts, "Gibbs sampling")
        sampling.check_chain(self.n_sweeps, self.n_samples, self.thin)
        self.covariates_ = facts.covariate_table(y, counts.shape[0])
        totals = np.asarray(counts.sum(axis=0), dtype=np.float64).ravel()
        prior, self.missing_seeds_ = seed_prior(
            self.seeds,
            self.feature_names_,
            totals,
            n_topics=n_topics,
            eta=self.eta,
            weight=self.seed_weight,
        )
        rows = filled_rows(counts)
        engine = self._engine(n_topics)
        self._add_rows(engine, counts, rows)
        sampling.set_prior(engine, prior, self.eta, np.flatnonzero(totals))
        chain = sampling.run_chain(
            engine, prior, n_sweeps=self.n_sweeps, n_samples=self.n_samples, thin=self.thin
        )
        self._keep_priors(sampling.row_priors(engine), rows)
        self.doc_states_, self.log_likelihood_ = chain.states, chain.log_likelihood
        shares = spread_rows(sampling.mean_shares(chain.states), rows, counts.shape[0])
        shared.keep_fit(self, counts, chain.word_topics, shares, seeds=self.seeds)
        return self

    def transform(self, X: Any, covariates: Any = None) -> Floats:
        """Return the topic shares of rows, with the topics held as they are.

        Parameters
        ----------
        X : Counts, DataFrame, sparse or dense matrix of shape (n_rows, n_words)
        covariates : Series, DataFrame or sequence of length n_rows, optional
            Rows whose covariates the model has seen are placed with the prior of these; others,
            and all if none are given, with the mean prior.

        Returns
        -------
        ndarray of shape (n_rows, n_topics)
            Rows sum to 1; a row without a known word is all zero.
        """
        check_is_fitted(self)
        counts = read_counts(self, X, fitting=False)
        rows = filled_rows(counts)
        prior = self._prior_of(covariates, counts.shape[0])[rows]
        return spread_rows(
            shares_of(fold_in(counts[rows], self.topic_word_, prior)), rows, counts.shape[0]
        )

    def _engine(self, n_topics: int) -> Any:
        import tomotopy

        settings: dict[str, Any] = {
            "k": n_topics,
            "alpha": self.alpha,
            "eta": self.eta,
            "sigma": self.sigma,
            "seed": self.random_state,
        }
        if not facts.is_continuous(self.covariates_):
            return tomotopy.DMRModel(**settings)
        n_continuous = self.covariates_.select_dtypes("number").shape[1]
        return tomotopy.GDMRModel(**settings, degrees=[self.degree] * n_continuous)

    def _add_rows(self, engine: Any, counts: sparse.csr_array, rows: npt.NDArray[np.intp]) -> None:
        labels = sampling.column_labels(counts.shape[1])
        told = facts.engine_metadata(self.covariates_)
        for row in rows:
            engine.add_doc(sampling.row_words(counts, row, labels), **told[row])

    def _keep_priors(self, priors: Floats, rows: npt.NDArray[np.intp]) -> None:
        distinct, code = facts.combinations(self.covariates_.iloc[rows].reset_index(drop=True))
        self.combinations_: pd.DataFrame = distinct
        self.priors_ = priors[np.unique(code, return_index=True)[1]]
        self.alpha_ = priors.mean(axis=0)

    def _prior_of(self, covariates: Any, n_rows: int) -> Floats:
        prior = np.tile(self.alpha_, (n_rows, 1))
        if covariates is None:
            return prior
        table = facts.covariate_table(covariates, n_rows)
        known = {tuple(row): i for i, row in enumerate(self.combinations_.to_numpy())}
        for i, row in enumerate(table.to_numpy()):
            if tuple(row) in known:
                prior[i] = self.priors_[known[tuple(row)]]
        return prior

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
        tags.target_tags.required = True
        return tags
