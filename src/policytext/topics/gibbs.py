"""Which topics does latent Dirichlet allocation find by Gibbs sampling?

`GibbsTopics` samples (tomotopy); `DmrTopics` lets facts about the paragraphs shape their shares.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from sklearn.utils.validation import check_is_fitted

from policytext.errors import ParameterError
from policytext.records import Floats
from policytext.texts import say
from policytext.topics.estimators import (
    CountTable,
    Covariates,
    Seeds,
    TopicModel,
    dirichlet_draws,
    filled_rows,
    read_counts,
    seed_prior,
    shares_of,
    spread_rows,
)
from policytext.topics.stability import Reports


class GibbsTopics(TopicModel):
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
    word_likelihood_ : ndarray of shape (n_samples,)
        Log-likelihood of all words given their topics, at each kept sample.
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

    draws_from = say("estimators.draws_from.gibbs")
    corrects_effects = True

    def __init__(
        self,
        n_topics: int = 20,
        *,
        seeds: Seeds | None = None,
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

    def _learn(
        self, counts: sparse.csr_array, n_topics: int, covariates: Covariates
    ) -> tuple[Floats, Floats]:
        check_whole_counts(counts, "Gibbs sampling")
        self._check_chain()
        told = self._told(covariates, counts.shape[0])
        totals = np.asarray(counts.sum(axis=0), dtype=np.float64).ravel()
        prior, self.missing_seeds_ = seed_prior(
            self.seeds,
            self.feature_names_,
            totals,
            n_topics=n_topics,
            eta=self.eta,
            weight=self.seed_weight,
        )
        engine, rows = self._engine(n_topics), filled_rows(counts)
        # column numbers as words: no two of them can be the same
        labels = np.asarray([str(i) for i in range(counts.shape[1])], dtype=object)
        for row in rows:
            engine.add_doc(row_words(counts, row, labels), **told[row])
        set_prior(engine, prior, self.eta, np.flatnonzero(totals))
        chain = run_chain(
            engine, prior, n_sweeps=self.n_sweeps, n_samples=self.n_samples, thin=self.thin
        )
        self._keep_prior(engine, rows)
        self.doc_states_, self.log_likelihood_ = chain.states, chain.log_likelihood
        self.word_likelihood_ = chain.word_likelihood
        return chain.word_topics, mean_shares(chain.states)

    def _check_chain(self) -> None:
        n_sweeps, n_samples, thin = self.n_sweeps, self.n_samples, self.thin
        if min(n_sweeps, n_samples, thin) < 1:
            raise ParameterError(
                "n_sweeps, n_samples and thin must be 1 or more, got "
                f"{n_sweeps}, {n_samples}, {thin}."
            )
        if n_samples * thin > n_sweeps / 2:
            raise ParameterError(
                f"{n_samples} samples, one every {thin} sweeps, take {n_samples * thin} of "
                f"{n_sweeps} sweeps; at least half must be left for the chain to forget its "
                "start. Raise n_sweeps or lower n_samples."
            )

    def _told(self, covariates: Covariates, n_rows: int) -> list[dict[str, Any]]:
        """Return what the sampler is told of each row beside its words."""
        return [{}] * n_rows

    def _engine(self, n_topics: int) -> Any:
        import tomotopy

        return tomotopy.LDAModel(k=n_topics, alpha=self.alpha, eta=self.eta, seed=self.random_state)

    def _keep_prior(self, engine: Any, rows: npt.NDArray[np.intp]) -> None:
        """Keep the prior of the shares at the end of the chain."""
        self.alpha_ = np.asarray(engine.alpha, dtype=np.float64)

    def _place(self, counts: sparse.csr_array) -> Floats:
        # without chance; on the rows of the fit this differs a little from what the chain says
        return fold_in(counts, self.topic_word_, self.alpha_)

    def draw_shares(
        self, n_draws: int = 25, random_state: int = 0, reports: Reports = None
    ) -> Floats:
        """Draw document-topic shares from the kept samples of the chain."""
        check_is_fitted(self)
        rows = filled_rows(self.counts_)
        return gibbs_draws(self.doc_states_, rows, self.counts_.shape[0], n_draws, random_state)


# Which topics are found when facts about the paragraphs may shape their shares?


class DmrTopics(GibbsTopics):
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
    components_, topic_word_, doc_topic_, doc_states_, log_likelihood_, word_likelihood_,
    missing_seeds_, counts_, feature_names_, topic_names_
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

    corrects_effects = False

    def __init__(
        self,
        n_topics: int = 20,
        *,
        seeds: Seeds | None = None,
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
        super().__init__(
            n_topics,
            seeds=seeds,
            seed_weight=seed_weight,
            alpha=alpha,
            eta=eta,
            n_sweeps=n_sweeps,
            n_samples=n_samples,
            thin=thin,
            feature_names=feature_names,
            random_state=random_state,
        )
        self.degree = degree
        self.sigma = sigma

    def _told(self, covariates: Covariates, n_rows: int) -> list[dict[str, Any]]:
        self.covariates_ = covariate_table(covariates, n_rows)
        return engine_metadata(self.covariates_)

    def _engine(self, n_topics: int) -> Any:
        import tomotopy

        settings: dict[str, Any] = {
            "k": n_topics,
            "alpha": self.alpha,
            "eta": self.eta,
            "sigma": self.sigma,
            "seed": self.random_state,
        }
        n_continuous = self.covariates_.select_dtypes("number").shape[1]
        if not n_continuous:
            return tomotopy.DMRModel(**settings)
        return tomotopy.GDMRModel(**settings, degrees=[self.degree] * n_continuous)

    def _keep_prior(self, engine: Any, rows: npt.NDArray[np.intp]) -> None:
        priors = row_priors(engine)
        distinct, code = combinations(self.covariates_.iloc[rows].reset_index(drop=True))
        self.combinations_: pd.DataFrame = distinct
        self.priors_: Floats = priors[np.unique(code, return_index=True)[1]]
        self.alpha_ = priors.mean(axis=0)

    def transform(self, X: CountTable, covariates: Covariates = None) -> Floats:
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
        if covariates is None:
            return super().transform(X)
        check_is_fitted(self)
        counts = read_counts(self, X, fitting=False)
        rows, n_rows = filled_rows(counts), counts.shape[0]
        prior = self._prior_of(covariate_table(covariates, n_rows))[rows]
        return spread_rows(shares_of(fold_in(counts[rows], self.topic_word_, prior)), rows, n_rows)

    def _prior_of(self, covariates: pd.DataFrame) -> Floats:
        prior = np.tile(self.alpha_, (len(covariates), 1))
        known = {tuple(row): i for i, row in enumerate(self.combinations_.to_numpy())}
        for i, row in enumerate(covariates.to_numpy()):
            if tuple(row) in known:
                prior[i] = self.priors_[known[tuple(row)]]
        return prior

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        return tags


# How are facts about paragraphs handed to a topic model that learns from them?


def covariate_table(covariates: Covariates, n_rows: int) -> pd.DataFrame:
    """Return covariates as a table of text and float columns, one row per paragraph.

    >>> covariate_table(["山东", "四川"], 2)
      covariate
    0        山东
    1        四川
    """
    if covariates is None:
        raise ParameterError(
            "DmrTopics learns from covariates: pass them as y, one value or row of values per "
            "paragraph, e.g. fit(counts, corpus.groups('province')). "
            "Without covariates use GibbsTopics. "
            "(requires y to be passed, but the target y is None)"
        )
    if not isinstance(covariates, pd.DataFrame | pd.Series):
        given, covariates = covariates, np.asarray(covariates)
        if covariates.ndim not in (1, 2):
            raise ParameterError(
                "Covariates must be one value or row of values per paragraph, e.g. "
                f"corpus.groups('year'), got {type(given).__name__} "
                f"{given if isinstance(given, str) else ''}".rstrip()
            )
    table = pd.DataFrame(covariates)
    table = table.reset_index(drop=True)
    table.columns = pd.Index(
        ["covariate"] if list(table.columns) == [0] else [str(c) for c in table.columns]
    )
    if len(table) != n_rows:
        raise ParameterError(
            f"Covariates must have one row per paragraph: {n_rows} paragraphs, {len(table)} rows."
        )
    return pd.DataFrame({name: _column(table[name], name) for name in table.columns})


def _column(values: pd.Series, name: str) -> pd.Series:
    if pd.api.types.is_bool_dtype(values) or not pd.api.types.is_numeric_dtype(values):
        return values.map(lambda value: "unknown" if pd.isna(value) else str(value)).astype(str)
    numbers = values.astype("float64")
    if not np.isfinite(numbers.to_numpy()).all():
        raise ParameterError(
            f"Covariate {name!r} is continuous and has missing values. Leave those paragraphs out "
            "(counts.select), fill them, or pass the covariate as text to make 'unknown' a group."
        )
    return numbers


def engine_metadata(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what tomotopy wants to be told of each row.

    >>> engine_metadata(covariate_table(["山东"], 1))
    [{'multi_metadata': ['covariate=山东']}]
    """
    numeric = [c for c in table.columns if pd.api.types.is_numeric_dtype(table[c])]
    groups = [c for c in table.columns if c not in numeric]
    rows: list[dict[str, Any]] = []
    for row in table.to_dict("records"):
        told: dict[str, Any] = {"multi_metadata": [f"{c}={row[c]}" for c in groups]}
        if numeric:
            told["numeric_metadata"] = [row[c] for c in numeric]
        rows.append(told)
    return rows


def combinations(table: pd.DataFrame) -> tuple[pd.DataFrame, npt.NDArray[np.intp]]:
    """Return the distinct rows of `table` in order of appearance, and which one each row is.

    >>> distinct, code = combinations(covariate_table(["b", "a", "b"], 3))
    >>> distinct["covariate"].tolist(), code.tolist()
    (['b', 'a'], [0, 1, 0])
    """
    keys = pd.MultiIndex.from_frame(table)
    code, _ = pd.factorize(keys)
    first = np.unique(code, return_index=True)[1]
    return table.iloc[first].reset_index(drop=True), np.asarray(code, dtype=np.intp)


# How does a tomotopy sampler get its documents, and what is read from its chain?


def check_whole_counts(counts: sparse.csr_array, engine: str) -> None:
    """Refuse fractions for an engine that draws a topic for every single word."""
    fractions = counts.data[counts.data != np.floor(counts.data)]
    if len(fractions):
        raise ParameterError(
            f"{engine} needs whole counts, got {fractions[0]:g}. "
            "Pass word counts, not TF-IDF weights or shares."
        )


class Chain(NamedTuple):
    """What is kept of a Gibbs chain."""

    word_topics: Floats
    """Mean number of each word in each topic, prior included, (n_topics, n_words)."""
    states: npt.NDArray[np.float32]
    """Prior plus number of words in each topic, (n_samples, n_filled, n_topics)."""
    log_likelihood: Floats
    """Log-likelihood per word at each kept sample."""
    word_likelihood: Floats
    """Log-likelihood of all words given their topics, at each kept sample."""


def row_words(counts: sparse.csr_array, row: int, labels: npt.NDArray[Any]) -> list[str]:
    """Return the words of a row, each as often as it was counted, in the order of the columns.

    >>> row_words(sparse.csr_array([[2, 0, 1]]), 0, np.array(["a", "b", "c"], dtype=object))
    ['a', 'a', 'c']
    """
    cells = slice(counts.indptr[row], counts.indptr[row + 1])
    words: list[str] = np.repeat(
        labels[counts.indices[cells]], counts.data[cells].astype(np.int64)
    ).tolist()
    return words


def set_prior(engine: Any, prior: Floats, base: float, in_use: npt.NDArray[np.intp]) -> None:
    """Tell the sampler the prior of every word whose prior is not `base` in all topics."""
    for column in in_use:
        if (prior[:, column] != base).any():
            engine.set_word_prior(str(column), prior[:, column].tolist())


def run_chain(engine: Any, prior: Floats, *, n_sweeps: int, n_samples: int, thin: int) -> Chain:
    """Run the sampler on one thread and keep samples from the end of the chain."""
    n_topics, n_words = prior.shape
    engine.train(n_sweeps - (n_samples - 1) * thin, workers=1)
    columns = np.asarray([int(word) for word in engine.used_vocabs])
    word_topics = np.zeros((n_topics, n_words))
    states = np.empty((n_samples, len(engine.docs), n_topics), dtype=np.float32)
    likelihood, given_topics = np.empty(n_samples), np.empty(n_samples)
    for sample in range(n_samples):
        if sample:
            engine.train(thin, workers=1)
        states[sample] = [doc.get_topic_dist(normalize=False) for doc in engine.docs]
        likelihood[sample] = engine.ll_per_word
        now = np.stack([engine.get_topic_word_dist(k, normalize=False) for k in range(n_topics)])
        word_topics[:, columns] += now
        given_topics[sample] = words_given_topics(now, prior[:, columns])
    word_topics /= n_samples
    unused = np.setdiff1d(np.arange(n_words), columns)
    word_topics[:, unused] = prior[:, unused]
    return Chain(word_topics, states, likelihood, given_topics)


def words_given_topics(states: Floats, prior: Floats) -> float:
    """Return the log-likelihood of words given the topic of each, word probabilities integrated.

    ``states`` are numbers of words in topics with their prior.

    Source: Griffiths & Steyvers (2004), equation 2.

    >>> round(words_given_topics(np.array([[2.0, 1.0]]), np.array([[1.0, 1.0]])), 4)
    -0.6931
    """
    from scipy.special import gammaln

    own = gammaln(states) - gammaln(prior)
    whole = gammaln(prior.sum(axis=1)) - gammaln(states.sum(axis=1))
    return float(own.sum() + whole.sum())


def mean_shares(states: npt.NDArray[np.float32]) -> Floats:
    """Return the mean over samples of the expected shares, (n_filled, n_topics).

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


def gibbs_draws(
    states: npt.NDArray[np.floating],
    rows: npt.NDArray[np.intp],
    n_rows: int,
    n_draws: int,
    random_state: int,
) -> Floats:
    """Draw shares from states of a Gibbs chain: state by state, then from its Dirichlet.

    >>> gibbs_draws(np.full((1, 1, 2), 1e6), np.array([0]), 1, 3, 0).shape
    (3, 1, 2)
    """
    rng = np.random.default_rng(random_state)
    which = np.linspace(0, len(states), n_draws, endpoint=False).astype(int)
    if n_draws > len(states):
        which = np.arange(n_draws) % len(states)
    return np.stack([dirichlet_draws(states[s], rows, n_rows, rng) for s in which])


# Which topic shares do new rows have, when the topics' word probabilities are held?

_CELLS_AT_ONCE = 4_000_000
"""Counts × topics that are held in memory together (about 100 MB with all copies)."""


_STEPS = 5
"""Steps between two looks at which rows have settled."""


class _Cells(NamedTuple):
    """One line per filled cell of the counts, and what belongs to its row."""

    fit: Floats
    weight: Floats
    row: npt.NDArray[np.intp]
    gather: sparse.csr_array
    prior: Floats
    mine: Floats
    parameters: Floats
    total: Floats


def fold_in(
    counts: sparse.csr_array,
    word_probabilities: Floats,
    alpha: Floats,
    *,
    max_iter: int = 100,
    tol: float = 1e-4,
) -> Floats:
    """Return the Dirichlet parameters of each row's topic shares.

    Zero-order collapsed variational inference with the word probabilities held: each word's
    topic distribution is updated from the others' until the shares move by less than `tol`. No
    chance is involved.

    Source: Asuncion et al. (2009).

    >>> words = np.array([[0.9, 0.1], [0.1, 0.9]])
    >>> fold_in(sparse.csr_array([[9.0, 1.0]]), words, np.full(2, 0.1)).round(1)
    array([[10. ,  0.2]])
    """
    n_topics = len(word_probabilities)
    prior = np.broadcast_to(np.asarray(alpha, dtype=np.float64), (counts.shape[0], n_topics))
    parameters = prior.copy()
    by_word = np.ascontiguousarray(word_probabilities.T)
    starts = _blocks(counts.indptr, max(1, _CELLS_AT_ONCE // n_topics))
    for first, last in pairwise(starts):
        block = counts[first:last]
        if block.nnz:
            parameters[first:last] = _fold_block(block, by_word, prior[first:last], max_iter, tol)
    return parameters


def _blocks(indptr: npt.NDArray[np.integer], most: int) -> list[int]:
    starts, n_rows = [0], len(indptr) - 1
    while starts[-1] < n_rows:
        limit = int(np.searchsorted(indptr, indptr[starts[-1]] + most, side="right")) - 1
        starts.append(min(max(limit, starts[-1] + 1), n_rows))
    return starts


def _fold_block(
    block: sparse.csr_array, by_word: Floats, prior: Floats, max_iter: int, tol: float
) -> Floats:
    parameters = prior.copy()
    cells = _start(block, by_word, prior)
    live = np.arange(block.shape[0])
    for _ in range(0, max_iter, _STEPS):
        for _ in range(_STEPS):
            before = cells.parameters
            cells = _step(cells)
        parameters[live] = cells.parameters
        # each row stops on its own, so that its shares do not depend on the rows it comes with
        moved = np.abs(cells.parameters - before).max(axis=1) / cells.total
        going = np.flatnonzero(moved >= tol)
        if not len(going):
            break
        live, cells = live[going], _keep(cells, going)
    return parameters


def _start(block: sparse.csr_array, by_word: Floats, prior: Floats) -> _Cells:
    fit = by_word[block.indices]
    weight = np.where(fit.sum(axis=1) > 0, block.data, 0.0)[:, None]
    row = np.repeat(np.arange(block.shape[0]), np.diff(block.indptr))
    gather = sparse.csr_array(
        (np.ones(len(row)), np.arange(len(row)), block.indptr), shape=(block.shape[0], len(row))
    )
    mine = shares_of(fit * prior[row])
    total = np.maximum(gather @ weight, 1.0).ravel()
    parameters = np.asarray(prior + gather @ (weight * mine))
    return _Cells(fit, weight, row, gather, prior, mine, parameters, total)


def _step(cells: _Cells) -> _Cells:
    fit, weight, row, gather, prior, mine, parameters, _ = cells
    # a word does not vote for itself: one of its own occurrences is taken out
    others = np.maximum(parameters[row] - np.minimum(weight, 1.0) * mine, prior[row])
    mine = shares_of(fit * others)
    return cells._replace(mine=mine, parameters=np.asarray(prior + gather @ (weight * mine)))


def _keep(cells: _Cells, going: npt.NDArray[np.intp]) -> _Cells:
    kept = np.flatnonzero(np.isin(cells.row, going))
    gather = sparse.csr_array(cells.gather[going][:, kept])
    return _Cells(
        fit=cells.fit[kept],
        weight=cells.weight[kept],
        row=np.searchsorted(going, cells.row[kept]),
        gather=gather,
        prior=cells.prior[going],
        mine=cells.mine[kept],
        parameters=cells.parameters[going],
        total=cells.total[going],
    )
