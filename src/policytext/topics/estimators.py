"""What do all topic models hold and do, and which topics do NMF and variational LDA find?

`TopicModel` reads counts, keeps rows in place, names, shows and saves; an engine fills in how it
learns (`_learn`), how it places new rows (`_place`) and what it draws (`draw_shares`). The frame
and its two plain engines are read together, hence the many lines.
"""

from __future__ import annotations

import copy
import html
import json
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from numbers import Integral
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar, NamedTuple, Self, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from joblib import effective_n_jobs
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.decomposition import NMF, non_negative_factorization
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.utils.validation import check_is_fitted, validate_data
from threadpoolctl import threadpool_limits

from policytext.counts import NO_NOTE, Counts
from policytext.errors import DamagedFileError, NotEnoughDataError, ParameterError
from policytext.piecework import check_jobs
from policytext.records import Bilingual, Floats
from policytext.result import Result
from policytext.storage import (
    IN_MEMORY,
    GrowingArray,
    give_back,
    read_manifest,
    read_parquet,
    write_folder,
    write_table,
)
from policytext.texts import say
from policytext.topics.stability import (
    Refit,
    Reports,
    refit_over_reports,
    stability,
    stability_result,
    top_columns_present,
)

CountTable: TypeAlias = Counts | pd.DataFrame | sparse.sparray | sparse.spmatrix | npt.ArrayLike
"""Word counts as topic models take them: one row a paragraph, one column a word."""

Covariates: TypeAlias = pd.DataFrame | pd.Series | npt.ArrayLike | None
"""Facts about paragraphs, for the engine that learns from them."""


def _numbered(n_topics: int) -> list[str]:
    """Return the names of topics that nobody has named.

    >>> _numbered(2)
    ['topic_00', 'topic_01']
    """
    width = max(2, len(str(n_topics - 1)))
    return [f"topic_{k:0{width}d}" for k in range(n_topics)]


class TopicModel(TransformerMixin, BaseEstimator, ABC):
    """What all topic models share; topics are numbered from 0 and never renumbered.

    Attributes
    ----------
    components_ : ndarray of shape (n_topics, n_words)
        Weights as the engine holds them.
    topic_word_ : ndarray of shape (n_topics, n_words)
        Rows of `components_` divided by their sums.
    doc_topic_ : ndarray of shape (n_rows, n_topics)
        Shares of the topics in the rows the model was fitted on; empty rows are all zero.
    counts_ : csr_array of shape (n_rows, n_words)
        What the model was fitted on.
    feature_names_ : ndarray of str
    topic_names_ : tuple of str
    words_note_ : Bilingual
        Which words the counts left out, for the methods of the model's tables.

    Examples
    --------
    >>> from policytext import NmfTopics, TopicModel
    >>> isinstance(NmfTopics(), TopicModel)
    True
    """

    has_random_start: ClassVar[bool] = True
    draws_from: ClassVar[Bilingual]
    """Where `draw_shares` takes its uncertainty from, in words."""
    corrects_effects: ClassVar[bool] = False
    """Whether corrected intervals of effects were measured to hold (`benchmarks/coverage.csv`)."""

    _engines: ClassVar[dict[str, type[TopicModel]]] = {}

    n_topics: int
    random_state: int
    components_: Floats
    topic_word_: Floats
    doc_topic_: Floats
    counts_: sparse.csr_array
    feature_names_: npt.NDArray[Any]
    n_features_in_: int
    topic_names_: tuple[str, ...]
    words_note_: Bilingual = NO_NOTE
    stability_: Result | None
    refits_: dict[tuple[Any, ...], list[Refit]]
    likeliest_: Floats | None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # a saved model names its engine: only what derives from this class can be loaded
        cls._engines.setdefault(cls.__name__, cls)

    @abstractmethod
    def _learn(
        self, counts: sparse.csr_array, n_topics: int, covariates: Covariates
    ) -> tuple[Floats, Floats]:
        """Return the weights of the words, and the topic shares of the rows that hold a word."""

    @abstractmethod
    def _place(self, counts: sparse.csr_array) -> Floats:
        """Return topic weights of rows that all hold a word, the topics held as they are."""

    @abstractmethod
    def draw_shares(
        self, n_draws: int = 25, random_state: int = 0, reports: Reports = None
    ) -> Floats:
        """Draw document-topic shares from the model's own uncertainty.

        Parameters
        ----------
        n_draws : int
        random_state : int
        reports : Corpus or sequence of one label per row, optional
            Which report each row belongs to, for engines that refit on bootstrap samples.

        Returns
        -------
        ndarray of shape (n_draws, n_rows, n_topics)
            Rows without a word are all zero.

        Raises
        ------
        NotEnoughDataError
            If refits are asked of fewer than two reports, or samples cannot carry the model.
        """

    def fit(self, X: CountTable, y: Covariates = None) -> Self:
        """Learn topics from counts.

        Parameters
        ----------
        X : Counts, DataFrame, sparse or dense matrix of shape (n_rows, n_words)
            Word counts, one row a paragraph; empty rows are kept and change nothing.
        y : Series, DataFrame or sequence of length n_rows
            Covariates, for `DmrTopics`, `CorrelatedTopics` and `VaryingTopics`: numbers are
            continuous, anything else is a group.

        Returns
        -------
        The fitted model.

        Raises
        ------
        ParameterError
            If counts are negative, covariates do not fit, or a parameter is not what it must be.
        NotEnoughDataError
            If no row holds a word, or the engine needs more rows or words.
        """
        counts = read_counts(self, X, fitting=True)
        n_topics = _checked_number(self.n_topics, counts)
        components, shares = self._learn(counts, n_topics, y)
        self.components_ = np.ascontiguousarray(components, dtype=np.float64)
        self.topic_word_ = shares_of(self.components_)
        self.doc_topic_ = spread_rows(shares, filled_rows(counts), counts.shape[0])
        del shares
        give_back()
        self.counts_ = counts
        self.words_note_ = X.note if isinstance(X, Counts) else NO_NOTE
        numbered = _numbered(n_topics)
        seeded = list(getattr(self, "seeds", None) or ())
        self.topic_names_ = (*seeded, *numbered[len(seeded) :])
        self.stability_ = None
        self.refits_ = {}
        self.likeliest_ = None
        return self

    def transform(self, X: CountTable) -> Floats:
        """Return the topic shares of rows, with the topics held as they are.

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
        weights = self._place(counts[rows]) if len(rows) else np.zeros((0, len(self.components_)))
        return spread_rows(shares_of(weights), rows, counts.shape[0])

    def word_probabilities(self) -> Floats:
        """Return the probability of each word in each topic, shape (n_topics, n_words)."""
        check_is_fitted(self)
        return self.topic_word_

    def likeliest_shares(self) -> Floats:
        """Return the shares under which each row's own words are likeliest, the topics held.

        `doc_topic_` of a probabilistic engine is drawn towards the mean of all rows, the more the
        shorter a row is, which makes differences between rows too small. These shares are not; for
        it they are noisier, row by row. They are kept on the model.

        Returns
        -------
        ndarray of shape (n_rows, n_topics)
            Rows sum to 1; rows without a word are all zero.

        References
        ----------
        Hofmann, T. (1999). Probabilistic latent semantic indexing. SIGIR 1999.
        doi:10.1145/312624.312649

        Examples
        --------
        >>> counts = [[3, 1, 0, 0], [2, 2, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2]]
        >>> NmfTopics(n_topics=2).fit(counts).likeliest_shares().round(2).tolist()
        [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]
        """
        check_is_fitted(self)
        if self.likeliest_ is None:
            rows = filled_rows(self.counts_)
            shares = shares_of(likeliest_weights(self.counts_[rows], self.word_probabilities()))
            self.likeliest_ = spread_rows(shares, rows, self.counts_.shape[0])
        return self.likeliest_

    def expected_words(self, shares: Floats, rows: slice) -> Floats:
        """Return the probability of each word in some rows, given their shares of the topics."""
        return shares @ self.word_probabilities()

    def rename(self, names: Mapping[int, str] | Sequence[str]) -> Self:
        """Return the fitted model with its topics named; numbers and tables stay as they are.

        Parameters
        ----------
        names : mapping of topic number to name, or one name per topic

        Returns
        -------
        A copy of the model, which shares its tables.

        Raises
        ------
        ParameterError
            If there is no such topic, or names are empty or the same.

        Examples
        --------
        >>> counts = [[3, 1, 0, 0], [2, 2, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2]]
        >>> NmfTopics(n_topics=2).fit(counts).rename({0: "养老"}).topic_names_
        ('养老', 'topic_01')
        """
        check_is_fitted(self)
        old = self.topic_names_
        if not isinstance(names, Mapping):
            if isinstance(names, str) or len(names) != len(old):
                raise ParameterError(
                    f"names must hold one name for each of the {len(old)} topics, got {names!r}."
                )
            names = dict(enumerate(names))
        unknown = sorted(set(names) - set(range(len(old))))
        if unknown:
            raise ParameterError(
                f"There is no topic {unknown[0]!r}: topics are numbered 0 to {len(old) - 1}."
            )
        new = tuple(str(names.get(k, name)).strip() for k, name in enumerate(old))
        if not all(new) or len(set(new)) != len(new):
            raise ParameterError(f"Topic names must be filled in and differ, got {', '.join(new)}.")
        named = copy.copy(self)
        named.topic_names_ = new
        return named

    def called(self, n_words: int = 3) -> dict[str, str]:
        """Return what a reader calls each topic: its own name, or its top words for a number.

        Parameters
        ----------
        n_words : int, default=3

        Returns
        -------
        dict
            By the name in tables.

        Examples
        --------
        >>> model = NmfTopics(n_topics=1, feature_names=["养老", "为老"]).fit([[2, 1], [2, 1]])
        >>> model.called()
        {'topic_00': '养老 为老'}
        """
        words = self.topic_table(n_words)["words"]
        names = zip(self.topic_names_, _numbered(len(words)), words, strict=True)
        return {name: said if said and name == number else name for name, number, said in names}

    def topic_table(self, n_words: int = 10) -> pd.DataFrame:
        """Return one row per topic: its number, name, mean share and top words.

        Parameters
        ----------
        n_words : int, default=10

        Returns
        -------
        pandas.DataFrame
            `topic`, `name`, `share` (mean over rows that hold a word), `words`, and, once
            `stability()` was computed, the means of its three measures over bootstrap samples.
        """
        check_is_fitted(self)
        placed = self.doc_topic_.sum(axis=1) > 0
        share = self.doc_topic_[placed].mean(axis=0) if placed.any() else 0.0
        table = pd.DataFrame(
            {
                "topic": np.arange(len(self.topic_word_)),
                "name": list(self.topic_names_),
                "share": share,
                "words": [
                    " ".join(str(self.feature_names_[w]) for w in columns)
                    for columns in top_columns_present(self.topic_word_, n_words)
                ],
            }
        )
        if self.stability_ is None:
            return table
        means = self.stability_.table
        kept = ["topic", "doc_correlation", "word_cosine", "top10_jaccard"]
        means = means.loc[means["over"] == "reports", kept]
        return table.merge(means, on="topic", how="left")

    stability = stability

    def save(self, folder: str | Path) -> Path:
        """Save the model, as `save_topics` does; `load_topics` brings it back."""
        return save_topics(self, folder)

    def get_feature_names_out(
        self, input_features: npt.ArrayLike | None = None
    ) -> npt.NDArray[Any]:
        """Return the topic names as output columns, for scikit-learn's `set_output`."""
        check_is_fitted(self)
        return np.asarray(self.topic_names_, dtype=object)

    def _repr_html_(self) -> str:
        if not hasattr(self, "components_"):
            return f"<pre>{html.escape(repr(self))}</pre>"
        note = "Stability over bootstrap samples of reports, after optimal matching."
        if self.stability_ is None:
            note = "Stability not computed: call model.stability() before reading the topics."
        table = self.topic_table().round(3).to_html(index=False, escape=True, border=0)
        return f"<p><code>{html.escape(repr(self))}</code></p>{table}<p>{html.escape(note)}</p>"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._repr_html_()}

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        return tags


# Which counts does a topic model read, whatever they come in?


def check_fitted(model: object) -> None:
    """Refuse what is no topic model, and a model that was not fitted.

    >>> check_fitted("model")
    Traceback (most recent call last):
    policytext.errors.ParameterError: model must be a fitted topic model and stands first, got str
    """
    if not isinstance(model, TopicModel):
        raise ParameterError(
            f"model must be a fitted topic model and stands first, got {type(model).__name__}"
        )
    check_is_fitted(model)


def read_counts(model: TopicModel, X: CountTable, *, fitting: bool) -> sparse.csr_array:
    """Return the counts in `X` as float64, row for row, columns in the order of the model."""
    if hasattr(X, "paragraphs") or isinstance(X, str):
        raise ParameterError(
            f"a topic model takes counts, got {type(X).__name__}; count words first: "
            "model.fit(count_words(corpus))"
        )
    if isinstance(X, Counts):
        matrix = _from_counts(model, X, fitting)
    else:
        matrix = _from_matrix(model, X, fitting)
    counts = _own_counts(matrix)
    if counts.nnz and counts.data.min() < 0:
        raise ParameterError(
            f"Negative values in data passed to {type(model).__name__}: counts must be 0 or more, "
            f"got {counts.data.min():g}. Pass word counts, not weights or scores."
        )
    return counts


def _own_counts(matrix: Any) -> sparse.csr_array:
    """Return a copy in which no zero is stored; the values of a long one lie in a file."""
    is_rows = sparse.issparse(matrix) and matrix.format == "csr"
    if is_rows and matrix.data.nbytes > IN_MEMORY and matrix.has_canonical_format:
        values = GrowingArray("float64")
        for at in range(0, matrix.nnz, _AT_ONCE):
            values.add(matrix.data[at : at + _AT_ONCE])
        places = (values.whole(), matrix.indices, matrix.indptr)
        counts = sparse.csr_array(places, shape=matrix.shape)
        if np.all(counts.data):
            return counts
    counts = sparse.csr_array(matrix, dtype=np.float64, copy=True)
    counts.sum_duplicates()
    counts.eliminate_zeros()
    return counts


_AT_ONCE = 1 << 24


def _from_counts(model: TopicModel, counts: Counts, fitting: bool) -> Any:
    names = np.asarray(counts.features, dtype=object)
    if fitting:
        _keep_names(model, names)
        model.n_features_in_ = len(names)
        return counts.matrix
    if np.array_equal(names, model.feature_names_):
        return counts.matrix
    place = {name: column for column, name in enumerate(names)}
    known = [(i, place[name]) for i, name in enumerate(model.feature_names_) if name in place]
    if not known:
        raise ParameterError(
            "The counts share no word with the model "
            f"(model: {', '.join(map(str, model.feature_names_[:3]))} …; "
            f"counts: {', '.join(map(str, names[:3]))} …). Count with the same segmenter and terms."
        )
    to_model, from_counts = zip(*known, strict=True)
    chooser = sparse.csr_array(
        (np.ones(len(known)), (from_counts, to_model)), shape=(len(names), model.n_features_in_)
    )
    return sparse.csr_array(counts.matrix) @ chooser


def _from_matrix(model: TopicModel, X: Any, fitting: bool) -> Any:
    try:
        matrix = validate_data(model, X, reset=fitting, accept_sparse="csr", dtype=np.float64)
    except (TypeError, ValueError) as error:
        if isinstance(X, np.ndarray) and isinstance(error, TypeError):
            raise  # as scikit-learn asks of an estimator
        raise ParameterError(
            f"a topic model takes counts, paragraphs × words: {error}. Count words first: "
            "count_words(corpus)"
        ) from error
    if fitting:
        names = getattr(model, "feature_names_in_", None)
        given = getattr(model, "feature_names", None)
        if given is not None:
            names = np.asarray(list(given), dtype=object)
        if names is None:
            width = len(str(max(matrix.shape[1] - 1, 0)))
            names = np.asarray([f"x{i:0{width}d}" for i in range(matrix.shape[1])], dtype=object)
        if len(names) != matrix.shape[1]:
            raise ParameterError(
                f"feature_names must name every column: {matrix.shape[1]} columns, "
                f"{len(names)} names."
            )
        _keep_names(model, names)
    return matrix


def _keep_names(model: TopicModel, names: npt.NDArray[Any]) -> None:
    if len(set(names)) != len(names):
        raise ParameterError("Feature names must differ from one another; some occur twice.")
    model.feature_names_ = np.asarray(names, dtype=object)


def _checked_number(n_topics: Any, counts: sparse.csr_array) -> int:
    if not isinstance(n_topics, Integral) or isinstance(n_topics, bool) or n_topics < 1:
        raise ParameterError(f"n_topics must be a whole number of 1 or more, got {n_topics!r}.")
    if not len(filled_rows(counts)):
        raise NotEnoughDataError(
            f"There is nothing to model: none of the {counts.shape[0]} rows holds a word. "
            "Check the segmentation and which words were kept."
        )
    return int(n_topics)


def filled_rows(counts: sparse.csr_array) -> npt.NDArray[np.intp]:
    """Return the numbers of the rows that hold at least one count.

    >>> filled_rows(sparse.csr_array([[1, 0], [0, 0], [0, 2]]))
    array([0, 2])
    """
    return np.flatnonzero(np.asarray(counts.sum(axis=1)).ravel() > 0)


_ROWS_AT_ONCE = 1 << 16


def spread_rows(values: Floats, rows: npt.NDArray[np.intp], n_rows: int) -> Floats:
    """Put `values` back at `rows`, in order, of a table of `n_rows`; other rows are zero.

    A long table lies in a file.

    >>> spread_rows(np.array([[1.0, 0.0]]), np.array([1]), 2)
    array([[0., 0.], [1., 0.]])
    """
    if len(rows) == n_rows:
        return values
    table = GrowingArray("float64")
    for run in runs_of(np.arange(n_rows), _ROWS_AT_ONCE):
        first, last = np.searchsorted(rows, [run[0], run[-1] + 1])
        part = np.zeros((len(run), *values.shape[1:]))
        part[rows[first:last] - run[0]] = values[first:last]
        table.add(part)
    return table.whole().reshape(n_rows, *values.shape[1:])


def shares_of(values: Floats) -> Floats:
    """Divide each row by its sum; a row of zeros stays zero.

    >>> shares_of(np.array([[1.0, 3.0], [0.0, 0.0]]))
    array([[0.25, 0.75], [0.  , 0.  ]])
    """
    totals = values.sum(axis=1, keepdims=True)
    return np.asarray(values / np.where(totals > 0, totals, 1.0), dtype=np.float64)


def likeliest_weights(counts: sparse.csr_array, words: Floats) -> Floats:
    """Return how many words each row has of each topic where its own words are likeliest.

    >>> likeliest_weights(sparse.csr_array([[3.0, 0.0]]), np.eye(2)).round(1).tolist()
    [[3.0, 0.0]]
    """
    with warnings.catch_warnings(), one_thread():
        warnings.simplefilter("ignore", ConvergenceWarning)  # near enough by then
        # factors of least divergence from counts are the likeliest shares times lengths
        weights, _, _ = non_negative_factorization(
            sparse.csr_matrix(counts),
            H=np.ascontiguousarray(words),
            n_components=len(words),
            init=None,
            update_H=False,
            solver="mu",
            beta_loss="kullback-leibler",
        )
    return np.asarray(weights, dtype=np.float64)


def dirichlet_draws(
    parameters: npt.NDArray[np.floating],
    rows: npt.NDArray[np.intp],
    n_rows: int,
    rng: np.random.Generator,
) -> Floats:
    """Draw the shares of each filled row from its Dirichlet distribution.

    >>> rng = np.random.default_rng(0)
    >>> dirichlet_draws(np.array([[1e6, 1e6]]), np.array([1]), 2, rng).round(2)
    array([[0. , 0. ], [0.5, 0.5]])
    """
    # tiny parameters underflow to 0; a row of zeros would divide by zero
    gammas = np.maximum(rng.standard_gamma(np.asarray(parameters, dtype=np.float64)), 1e-300)
    return spread_rows(gammas / gammas.sum(axis=1, keepdims=True), rows, n_rows)


def draws_of_gamma(
    gamma: Floats, counts: sparse.csr_array, n_draws: int, random_state: int
) -> Floats:
    """Draw the shares of all rows so many times from the Dirichlet parameters of the filled ones.

    >>> draws_of_gamma(np.ones((1, 2)), sparse.csr_array([[0.0], [1.0]]), 3, 0).shape
    (3, 2, 2)
    """
    rng, rows = np.random.default_rng(random_state), filled_rows(counts)
    return np.stack([dirichlet_draws(gamma, rows, counts.shape[0], rng) for _ in range(n_draws)])


# How do seed words become a prior of words over topics?

Seeds = Mapping[str, Sequence[str]]


def seed_prior(
    seeds: Seeds | None,
    names: npt.NDArray[Any],
    word_totals: Floats,
    *,
    n_topics: int,
    eta: float,
    weight: float,
) -> tuple[Floats, tuple[str, ...]]:
    """Return the word prior of every topic (`eta`, and more for its seeds), and unknown seeds.

    Topic k is seeded by the k-th entry of `seeds`. A seed word gets `weight` times its number of
    occurrences on top, so that the pull is the same in small and large corpora.
    Source: Watanabe & Baturo (2024).

    >>> words, totals = np.array(["养老", "学校"], dtype=object), np.array([10.0, 4.0])
    >>> seed_prior({"养老": ["养老"]}, words, totals, n_topics=2, eta=0.1, weight=0.5)[0]
    array([[5.1, 0.1], [0.1, 0.1]])
    """
    if not eta > 0 or not weight >= 0:
        raise ParameterError(
            f"eta must be above 0 and seed_weight 0 or more, got {eta} and {weight}."
        )
    seeds = seeds or {}
    if len(seeds) > n_topics:
        raise ParameterError(
            f"seeds name {len(seeds)} topics, n_topics is {n_topics}: ask for at least as many "
            "topics as are seeded, better some more for what the seeds do not cover."
        )
    prior = np.full((n_topics, len(names)), float(eta))
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
    return prior, tuple(missing)


# Which topics does a non-negative factorisation of TF-IDF weights find?


class NmfTopics(TopicModel):
    """Topics as non-negative factors of TF-IDF weighted counts, from a deterministic start.

    Counts are weighted by inverse document frequency and each row brought to length one; the
    factorisation starts from an exact singular value decomposition (nndsvd), from a fixed vector
    and with fixed signs, so that the same counts give the same topics. Other starts may end
    elsewhere: `stability(over="seeds")` tries them. The default engine: on Chinese policy reports
    its topics are the most stable of the four.

    Parameters
    ----------
    n_topics : int, default=20
        Number of topics; at most the number of filled rows and of words.
    max_iter : int, default=400
        Most sweeps of coordinate descent.
    tol : float, default=1e-4
        Stop when the change relative to the first sweep is smaller.
    sublinear_tf : bool, default=False
        Weight a count n as 1 + ln n.
    feature_names : sequence of str, optional
        Names of the columns when `X` is a bare matrix.
    start : {"exact", "random"}, default="exact"
        Where the factorisation starts.
    random_state : int, default=0
        Seed of a random start; an exact start has none.
    batch_size : int, optional
        Learn from so many rows at a time, for corpora of millions of paragraphs (4096 is a good
        number): the weights of few rows are in memory at once. Up to 20,000 rows the topics are
        those that all rows at once give; of more, 20,000 evenly spread are learned first, and all
        rows go on from there.
    n_jobs : int, default=1
        Threads that work on batches, -1 for all cores; topics are the same for any number. Batches
        of 16,384 rows keep two of them busy.

    Attributes
    ----------
    components_ : ndarray of shape (n_topics, n_words)
        TF-IDF weight of each word in each topic, each row summing to 1.
    topic_word_ : ndarray of shape (n_topics, n_words)
        The same: shares of TF-IDF weight, not probabilities; see `word_probabilities`.
    doc_topic_ : ndarray of shape (n_rows, n_topics)
        Shares of the topics in each row's weight. A row without a word, or without a word of any
        topic, is all zero.
    idf_ : ndarray of shape (n_words,)
        Inverse document frequencies, over filled rows.
    counts_ : csr_array of shape (n_rows, n_words)
        What the model was fitted on.
    feature_names_ : ndarray of str
    topic_names_ : tuple of str
    n_iter_ : int
    converged_ : bool
        False when `max_iter` ended the fit.

    References
    ----------
    Lee, D. D. & Seung, H. S. (1999). Learning the parts of objects by non-negative matrix
    factorization. Nature 401, 788-791. doi:10.1038/44565

    Boutsidis, C. & Gallopoulos, E. (2008). SVD based initialization: a head start for nonnegative
    matrix factorization. Pattern Recognition 41(4). doi:10.1016/j.patcog.2007.09.010

    Examples
    --------
    >>> import pandas as pd
    >>> counts = pd.DataFrame(
    ...     [[3, 1, 0, 0], [2, 2, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2], [0, 0, 0, 0]],
    ...     columns=["养老", "照护", "学校", "教师"],
    ... )
    >>> model = NmfTopics(n_topics=2).fit(counts)
    >>> model.doc_topic_.round(2).tolist()
    [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [0.0, 0.0]]
    """

    has_random_start = False
    draws_from = say("estimators.draws_from.nmf")
    corrects_effects = True

    def __init__(
        self,
        n_topics: int = 20,
        *,
        max_iter: int = 400,
        tol: float = 1e-4,
        sublinear_tf: bool = False,
        feature_names: Sequence[str] | None = None,
        start: str = "exact",
        random_state: int = 0,
        batch_size: int | None = None,
        n_jobs: int = 1,
    ) -> None:
        self.n_topics = n_topics
        self.max_iter = max_iter
        self.tol = tol
        self.sublinear_tf = sublinear_tf
        self.feature_names = feature_names
        self.start = start
        self.random_state = random_state
        self.batch_size = batch_size
        self.n_jobs = n_jobs

    def _learn(
        self, counts: sparse.csr_array, n_topics: int, covariates: Covariates
    ) -> tuple[Floats, Floats]:
        rows = filled_rows(counts)
        n_rows, n_words = len(rows), int(np.count_nonzero(counts.sum(axis=0)))
        if n_topics > min(n_rows, n_words):
            raise NotEnoughDataError(
                f"n_topics must be at most {min(n_rows, n_words)}, got {n_topics}: a factorisation "
                "has no more topics than filled rows or words in use, and there are "
                f"n_samples = {n_rows} rows and n_features = {n_words} words. Ask for fewer topics."
            )
        if self.start not in ("exact", "random"):
            raise ParameterError(f"start must be 'exact' or 'random', got {self.start!r}.")
        if self.batch_size is not None:
            return self._learn_in_batches(counts, rows, n_topics)
        filled = counts[rows]
        weighter = TfidfTransformer(sublinear_tf=self.sublinear_tf).fit(filled)
        self.idf_: Floats = weighter.idf_
        weighted = weighter.transform(filled)
        exact = self.start == "exact"
        given = exact_start(weighted, n_topics) if exact else {}
        engine = NMF(
            n_topics,
            init="custom" if exact else "random",
            max_iter=self.max_iter,
            tol=self.tol,
            random_state=self.random_state,
        )
        with warnings.catch_warnings(), one_thread():
            warnings.simplefilter("ignore", ConvergenceWarning)  # told by converged_
            weights = engine.fit_transform(weighted, **given)
        self.n_iter_ = int(engine.n_iter_)
        self.converged_ = self.n_iter_ < self.max_iter
        shares = shares_of(_told(weights * engine.components_.sum(axis=1)))
        return shares_of(engine.components_), shares

    def _learn_in_batches(
        self, counts: sparse.csr_array, rows: npt.NDArray[np.intp], n_topics: int
    ) -> tuple[Floats, Floats]:
        """Return the words of topics and the shares of the rows, a batch of rows at a time."""
        size = self.batch_size
        if not isinstance(size, Integral) or size < 1:
            raise ParameterError(f"batch_size must be a whole number of 1 or more, got {size!r}.")
        check_jobs(self.n_jobs)
        held = np.bincount(counts.indices, minlength=counts.shape[1])
        self.idf_ = np.log((1 + len(rows)) / (1 + held)) + 1
        sample = self._weigh(counts[evenly(rows, SAMPLE)])
        if self.start == "exact" and n_topics <= min(sample.shape):
            start = exact_start(sample, n_topics)
        else:
            draw = np.random.default_rng(self.random_state)
            random = draw.random((n_topics, counts.shape[1]))
            start = {"H": random * np.sqrt(sample.mean() / n_topics)}
        learn = partial(learned, batch_size=int(size), tol=self.tol, n_jobs=self.n_jobs)
        which, root = np.arange(len(rows)), np.ones(len(rows))
        with one_thread():
            found = learn(sample, start, max_iter=self.max_iter)
            if sample.shape[0] < len(rows):
                once, which, root = distinct_rows(counts, rows, int(size))
                weighted = self._weighed(counts, once, root, int(size))
                first = learn(weighted, {"H": start["H"]}, max_iter=1).first
                start = {"H": found.words.T}
                found = learn(weighted, start, max_iter=self.max_iter, first=first)
        left, words, self.n_iter_ = found.rows, found.words, found.passes
        self.converged_ = self.n_iter_ < self.max_iter
        shares = placed(
            lambda run: shares_of(
                _told(left[which[run]] / root[which[run], None] * words.sum(axis=0))
            ),
            np.arange(len(rows)),
            n_topics,
            int(size),
        )
        return shares_of(words.T.astype(np.float64)), shares

    def _weighed(
        self, counts: sparse.csr_array, rows: Rows, times: Floats, size: int
    ) -> sparse.csr_array:
        """Return the weights of rows, each so many times, in single precision; long ones in a file.

        Half the bytes take half the time to pass; thirty topics of 339,000 paragraphs of laws and
        news are those of double precision (least cosine 0.9999).
        """
        values, columns = GrowingArray("float32"), GrowingArray("int32")
        filled = np.diff(counts.indptr)[rows]
        for run in runs_of(np.arange(len(rows)), size):
            part = self._weigh(counts[rows[run]])
            values.add(part.data * np.repeat(times[run], filled[run]))
            columns.add(part.indices)
        begins = np.append(0, np.cumsum(filled))
        shape = (len(rows), counts.shape[1])
        return sparse.csr_array((values.whole(), columns.whole(), begins), shape=shape)

    def _weigh(self, counts: sparse.csr_array) -> sparse.csr_array:
        weighter = TfidfTransformer(sublinear_tf=self.sublinear_tf)
        weighter.idf_ = self.idf_
        return sparse.csr_array(weighter.transform(counts))

    def _place(self, counts: sparse.csr_array) -> Floats:
        with warnings.catch_warnings(), one_thread():
            warnings.simplefilter("ignore", ConvergenceWarning)
            found, _, _ = non_negative_factorization(
                self._weigh(counts),
                H=self.components_,
                n_components=len(self.components_),
                update_H=False,
                init=None,
                tol=self.tol,
                max_iter=self.max_iter,
                random_state=self.random_state,
            )
        return _told(np.asarray(found, dtype=np.float64))

    def word_probabilities(self) -> Floats:
        """Return the probability of each word in each topic, shape (n_topics, n_words).

        The TF-IDF weights are divided by the inverse document frequencies and each row by its
        sum: what the factors say about plain counts.
        """
        check_is_fitted(self)
        return shares_of(self.components_ / self.idf_)

    def draw_shares(
        self, n_draws: int = 25, random_state: int = 0, reports: Reports = None
    ) -> Floats:
        """Draw document-topic shares from refits on bootstrap samples of reports.

        A factorisation has no posterior: its uncertainty is how far the topics move when other
        reports are drawn; single rows are drawn where `reports` does not tell them.
        """
        check_is_fitted(self)
        refits = refit_over_reports(self, reports, n_draws, random_state)
        return np.stack([refit.shares for refit in refits])


_ROUNDING = 1e-9
"""What a row of length one weighs in all topics, below which it is the rounding of zeros."""


def _told(weights: Floats) -> Floats:
    """Return the weights of rows; all zero where no topic tells anything of a row.

    Divided by its sum, the rounding of zeros would be a topic, and another one on another computer.

    >>> _told(np.array([[1e-24, 1e-25], [0.2, 1e-25]])).tolist()
    [[0.0, 0.0], [0.2, 1e-25]]
    """
    return np.asarray(np.where(weights.sum(axis=1, keepdims=True) < _ROUNDING, 0.0, weights))


def one_thread() -> threadpool_limits:
    """Return a context in which linear algebra takes one thread.

    The products of a factorisation are small: threads wait for each other longer than they work,
    and the order of their sums would make the factors depend on the number of cores.
    """
    return threadpool_limits(limits=1, user_api="blas")


def exact_start(weighted: sparse.csr_array, n_topics: int) -> dict[str, Floats]:
    """Return the two factors that an exact singular value decomposition starts from (nndsvd).

    The decomposition begins at a fixed vector, and each pair of vectors is turned so that its
    positive part weighs more, so that nothing is left to chance.

    Source: Boutsidis & Gallopoulos (2008).

    >>> start = exact_start(sparse.csr_array(np.array([[2.0, 0, 0], [0, 1, 1], [0, 1, 0]])), 2)
    >>> start["W"].round(1).tolist()
    [[1.4, 0.0], [0.0, 1.1], [0.0, 0.7]]
    """
    with one_thread():
        left, size, right = _singular_vectors(weighted, n_topics)
    rows, columns = np.zeros_like(left), np.zeros_like(right)
    for k in range(n_topics):
        parts = []
        for sign in (1, -1):
            u, v = np.maximum(sign * left[:, k], 0), np.maximum(sign * right[k], 0)
            parts.append((np.linalg.norm(u) * np.linalg.norm(v), u, v))
        weight, u, v = max(parts, key=lambda part: float(part[0]))
        if weight > 0:
            scale = np.sqrt(size[k] * weight)
            rows[:, k] = scale * u / np.linalg.norm(u)
            columns[k] = scale * v / np.linalg.norm(v)
    kind = weighted.dtype
    return {"W": rows.astype(kind), "H": columns.astype(kind)}


def _singular_vectors(weighted: sparse.csr_array, n_topics: int) -> tuple[Floats, Floats, Floats]:
    """Return the largest singular values, falling, with their vectors."""
    from scipy.sparse.linalg import svds

    if 2 * n_topics >= min(weighted.shape):
        left, size, right = np.linalg.svd(weighted.toarray(), full_matrices=False)
    else:
        fixed = np.full(min(weighted.shape), 1 / np.sqrt(min(weighted.shape)))
        left, size, right = svds(weighted, k=n_topics, v0=fixed, solver="arpack")
        order = np.argsort(-size, kind="stable")
        left, size, right = left[:, order], size[order], right[order]
    return left[:, :n_topics], size[:n_topics], right[:n_topics]


# How is a factorisation learned from more rows than memory holds, some rows at a time?

SAMPLE = 20_000
"""Rows, evenly spread, that are learned first: few rows find most of the way, and fast."""

Rows: TypeAlias = npt.NDArray[np.intp]


def runs_of(rows: Rows, size: int) -> Iterator[Rows]:
    """Cut rows into runs of one size, the last one shorter.

    >>> [run.tolist() for run in runs_of(np.arange(5), 2)]
    [[0, 1], [2, 3], [4]]
    """
    return (rows[at : at + size] for at in range(0, len(rows), size))


def evenly(rows: Rows, most: int) -> Rows:
    """Return at most so many rows, spread evenly.

    >>> evenly(np.arange(10), 5).tolist()
    [0, 2, 4, 6, 8]
    """
    return rows[:: max(1, -(-len(rows) // most))]


def distinct_rows(counts: sparse.csr_array, rows: Rows, size: int) -> tuple[Rows, Rows, Floats]:
    """Return one row of each kind, the kind of every row, and the root of how often each stands.

    A row times the root of n pulls the factors as n equal rows do. Rows are told apart by two sums
    of their counts, each count times a number drawn for its word.

    >>> counts = sparse.csr_array(np.array([[1.0, 2], [2, 1], [1, 2]]))
    >>> [one.round(2).tolist() for one in distinct_rows(counts, np.arange(3), 2)]
    [[0, 1], [0, 1, 0], [1.41, 1.0]]
    """
    real, other = np.random.default_rng(0).random((2, counts.shape[1]))
    marks = real + 1j * other
    sums = np.concatenate([counts[run] @ marks for run in runs_of(rows, size)])
    _, first, kind, times = np.unique(
        sums, return_index=True, return_inverse=True, return_counts=True
    )
    order = np.argsort(first)  # as they stand, so that neighbours stay near
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return rows[first[order]], place[kind], np.sqrt(times[order])


class Learned(NamedTuple):
    """The factors of rows and of words, the passes that found them, how much the first moved."""

    rows: Floats
    words: Floats
    passes: int
    first: float


def learned(
    weighted: sparse.csr_array,
    start: dict[str, Floats],
    *,
    batch_size: int,
    max_iter: int,
    tol: float,
    n_jobs: int = 1,
    first: float = 0.0,
) -> Learned:
    """Return the factors of rows and of words.

    ``start`` gives the factors of words (H), and of rows (W) where they are known. A pass puts
    right the rows batch by batch, then the words by what the rows sum up to: the steps, and their
    end, are those of scikit-learn on all rows at once; ``first``, if its first pass is not this.

    Source: Cichocki & Phan (2009), doi:10.1587/transfun.E92.A.708.
    """
    kind = weighted.dtype
    words = np.ascontiguousarray(start["H"].T, dtype=kind)
    n_rows = weighted.shape[0]
    batches = [slice(at, min(at + batch_size, n_rows)) for at in range(0, n_rows, batch_size)]
    held = GrowingArray(kind.name)
    for run in batches:
        known = start.get("W")
        held.add(_projected(_part(weighted, run), words) if known is None else known[run])
    left = held.whole().reshape(n_rows, -1)
    n_threads = effective_n_jobs(n_jobs)
    topics = np.array_split(np.arange(left.shape[1]), min(n_threads, left.shape[1]))

    def of_batch(run: slice) -> tuple[float, Floats]:
        own = left[run]
        return _put_right(own, _part(weighted, run) @ words, gram), own.T @ own

    def of_topics(some: Rows) -> Floats:
        return np.asarray(weighted.T @ (left if n_threads == 1 else left[:, some]))

    with ThreadPoolExecutor(n_threads) as threads:
        for done in range(1, max_iter + 1):
            gram, moved = words.T @ words, 0.0
            of_rows = np.zeros_like(gram)
            for step, of_run in threads.map(of_batch, batches):
                moved += step
                of_rows += of_run
            of_words = np.hstack(list(threads.map(of_topics, topics)))
            moved += _put_right(words, of_words, of_rows)
            first = first or moved
            if moved <= tol * first:
                return Learned(left, words, done, first)
    return Learned(left, words, max_iter, first)


def _part(matrix: sparse.csr_array, run: slice) -> sparse.csr_array:
    """Return rows that follow one another; no value is copied."""
    begins = matrix.indptr[run.start : run.stop + 1]
    values, columns = (one[begins[0] : begins[-1]] for one in (matrix.data, matrix.indices))
    shape = (run.stop - run.start, matrix.shape[1])
    return sparse.csr_array((values, columns, begins - begins[0]), shape=shape)


def _projected(weights: sparse.csr_array, words: Floats) -> Floats:
    """Return the rows' least-squares factors, those below zero set to zero."""
    inverse = np.linalg.pinv((words.T @ words).astype(np.float64))
    found: Floats = np.maximum(weights @ words @ inverse.astype(words.dtype), 0)
    return found


_NEAR = 4096
"""Rows whose factors are put right at once: their numbers stay near the processor."""


def _put_right(factors: Floats, products: Floats, gram: Floats) -> float:
    """Take one step of coordinate descent in place; return how far it was from standing still."""
    moved = 0.0
    for at in range(0, len(factors), _NEAR):
        run = slice(at, at + _NEAR)
        turned, against = (np.ascontiguousarray(one[run].T) for one in (factors, products))
        for k, own in enumerate(turned):
            slope = gram[k] @ turned
            slope -= against[k]
            moved += float(np.abs(slope) @ ((own != 0) | (slope < 0)))
            if gram[k, k]:
                slope /= gram[k, k]
                np.maximum(np.subtract(own, slope, out=slope), 0, out=own)
        factors[run] = turned.T
    return moved


def placed(place: Callable[[Rows], Floats], rows: Rows, n_topics: int, batch_size: int) -> Floats:
    """Place rows in topics, some at a time; a long table lies in a file.

    >>> placed(lambda run: np.ones((len(run), 2)), np.arange(3), 2, 2).shape
    (3, 2)
    """
    out = GrowingArray("float64")
    for run in runs_of(rows, batch_size):
        out.add(place(run))
    return out.whole().reshape(-1, n_topics)


# Which topics does variational latent Dirichlet allocation find, as published papers used it?


class LdaTopics(TopicModel):
    """Latent Dirichlet allocation by online variational Bayes (gensim), with seed words.

    Use it to repeat published work; its topics are the least stable of all engines on
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

    draws_from = say("estimators.draws_from.lda")

    def __init__(
        self,
        n_topics: int = 20,
        *,
        seeds: Seeds | None = None,
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

    def _learn(
        self, counts: sparse.csr_array, n_topics: int, covariates: Covariates
    ) -> tuple[Floats, Floats]:
        prior, self.missing_seeds_ = seed_prior(
            self.seeds,
            self.feature_names_,
            np.asarray(counts.sum(axis=0), dtype=np.float64).ravel(),
            n_topics=n_topics,
            eta=1 / n_topics if self.eta is None else self.eta,
            weight=self.seed_weight,
        )
        bags = BagsOfWords(counts[filled_rows(counts)])
        engine = self._engine(n_topics, counts.shape[1], self.alpha, prior)
        engine.update(bags)
        self.alpha_ = np.asarray(engine.alpha, dtype=np.float64)
        gamma, _ = engine.inference(bags)
        self.doc_gamma_ = np.asarray(gamma, dtype=np.float64)
        return engine.state.get_lambda(), shares_of(self.doc_gamma_)

    def _place(self, counts: sparse.csr_array) -> Floats:
        n_topics, n_words = self.components_.shape
        engine = self._engine(n_topics, n_words, self.alpha_, None)
        engine.state.sstats = (self.components_ - engine.eta).astype(engine.dtype)
        engine.sync_state()
        # an even start: a row's shares do not depend on the rows it comes with
        engine.random_state = SimpleNamespace(gamma=lambda shape, scale, size: np.ones(size))
        gamma, _ = engine.inference(BagsOfWords(counts))
        return np.asarray(gamma, dtype=np.float64)

    def _engine(self, n_topics: int, n_words: int, alpha: Any, prior: Floats | None) -> Any:
        from gensim.models import LdaModel

        return LdaModel(
            num_topics=n_topics,
            id2word={i: str(i) for i in range(n_words)},
            alpha=alpha,
            eta=prior,
            passes=self.passes,
            iterations=self.iterations,
            chunksize=self.chunksize,
            eval_every=None,
            random_state=self.random_state,
        )

    def draw_shares(
        self, n_draws: int = 25, random_state: int = 0, reports: Reports = None
    ) -> Floats:
        """Draw document-topic shares from their variational Dirichlet distributions."""
        check_is_fitted(self)
        return draws_of_gamma(self.doc_gamma_, self.counts_, n_draws, random_state)


class BagsOfWords:
    """The rows of counts as gensim reads documents, pairs of column and count, one at a time.

    >>> list(BagsOfWords(sparse.csr_array([[2.0, 0.0, 1.0]])))
    [[(0, 2.0), (2, 1.0)]]
    """

    def __init__(self, counts: sparse.csr_array) -> None:
        self.counts = counts

    def __len__(self) -> int:
        return int(self.counts.shape[0])

    def __iter__(self) -> Iterator[list[tuple[int, float]]]:
        columns, values = self.counts.indices, self.counts.data
        for a, b in pairwise(self.counts.indptr):
            yield list(zip(columns[a:b].tolist(), values[a:b].tolist(), strict=True))


# How is a fitted topic model saved and loaded without running any stored code?

_COUNTS = ("data", "indices", "indptr")

_LEFT_OUT = frozenset({"stability_", "topic_word_", "refits_", "likeliest_"})
"""Kept in another form, computed again, or too large for what they give."""


def save_topics(model: TopicModel, folder: str | Path) -> Path:
    """Save a fitted topic model as arrays (.npy), tables (Parquet) and JSON with checksums.

    Parameters
    ----------
    model : fitted topic model
    folder : path
        Replaced if it holds an earlier save.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    ParameterError
        If the model is not fitted.

    Examples
    --------
    >>> import tempfile
    >>> from policytext import NmfTopics, load_topics, save_topics
    >>> model = NmfTopics(n_topics=2).fit([[3, 1, 0, 0], [2, 2, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2]])
    >>> with tempfile.TemporaryDirectory() as place:
    ...     again = load_topics(save_topics(model.rename({0: "养老"}), f"{place}/model"))
    >>> again.topic_names_
    ('养老', 'topic_01')
    """
    if not hasattr(model, "components_"):
        raise ParameterError(f"Fit the {type(model).__name__} before saving it.")
    return write_folder(folder, lambda path: _write(model, path), {"kind": "topic model"})


def _write(model: TopicModel, folder: Path) -> None:
    facts: dict[str, Any] = {}
    for name, value in vars(model).items():
        if not name.endswith("_") or name in _LEFT_OUT:
            continue
        if isinstance(value, pd.DataFrame):
            write_table(value, folder / f"{name}.parquet")
        elif sparse.issparse(value):
            for part in _COUNTS:
                np.save(folder / f"{name}.{part}.npy", getattr(value, part), allow_pickle=False)
            facts[name] = {"shape": list(value.shape)}
        elif isinstance(value, np.ndarray) and value.dtype != object:
            np.save(folder / f"{name}.npy", value, allow_pickle=False)
        else:
            facts[name] = value.tolist() if isinstance(value, np.ndarray) else value
    if model.stability_ is not None:
        write_table(model.stability_.table, folder / "stability.parquet")
    text = {
        "engine": type(model).__name__,
        "parameters": model.get_params(deep=False),
        "facts": facts,
        "stability": None if model.stability_ is None else dict(model.stability_.parameters),
    }
    written = json.dumps(text, ensure_ascii=False, indent=1, default=_plain)
    (folder / "model.json").write_text(written + "\n", encoding="utf-8")


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if isinstance(value, tuple | set):
        return list(value)
    raise ParameterError(f"A parameter of the model cannot be saved as JSON: {value!r}.")


def load_topics(folder: str | Path) -> TopicModel:
    """Load a topic model that `save_topics` wrote, after checking every file's checksum.

    Parameters
    ----------
    folder : path

    Returns
    -------
    TopicModel
        An engine of the kind that was saved, with the same tables, names and transform.

    Raises
    ------
    ReadingError
        If nothing was saved at this place.
    DamagedFileError
        If a file is missing, was changed, or does not fit the others.

    Examples
    --------
    >>> load_topics("no such folder")
    Traceback (most recent call last):
    policytext.errors.ReadingError: 'no such folder' must be a folder saved by policytext, ...
    """
    path = Path(folder).expanduser()
    names = list(read_manifest(path)["files"])
    try:
        record = json.loads((path / "model.json").read_text(encoding="utf-8"))
        model = TopicModel._engines[record["engine"]](**record["parameters"])
        _read_facts(model, path, names, record["facts"])
        _check_fit(model)
    except DamagedFileError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise DamagedFileError(
            f"The topic model in {str(path)!r} cannot be read: {error}. Restore it or fit again."
        ) from error
    if record["stability"] is not None:
        table = read_parquet(path / "stability.parquet")
        model.stability_ = stability_result(table, record["stability"])
    return model


def _read_facts(model: TopicModel, path: Path, names: list[str], facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        if name == "counts_":
            parts = [_array(path / f"{name}.{part}.npy") for part in _COUNTS]
            model.counts_ = sparse.csr_array(tuple(parts), shape=tuple(value["shape"]))
        elif name in ("feature_names_", "feature_names_in_"):
            setattr(model, name, np.asarray(value, dtype=object))
        else:
            setattr(model, name, tuple(value) if isinstance(value, list) else value)
    for file in names:
        stem = Path(file).stem
        if file.endswith(".npy") and not stem.startswith("counts_"):
            setattr(model, stem, _array(path / file))
        elif file.endswith(".parquet") and stem != "stability":
            setattr(model, stem, read_parquet(path / file))


def _array(path: Path) -> npt.NDArray[Any]:
    return np.asarray(np.load(path, allow_pickle=False))


def _check_fit(model: TopicModel) -> None:
    n_topics, n_words = model.components_.shape
    n_rows = model.counts_.shape[0]
    agree = (
        model.counts_.shape == (n_rows, n_words)
        and model.doc_topic_.shape == (n_rows, n_topics)
        and len(model.feature_names_) == n_words == model.n_features_in_
        and len(model.topic_names_) == n_topics
    )
    if not agree:
        raise ValueError("its tables do not have matching shapes")
    model.topic_word_ = shares_of(model.components_)
    model.words_note_ = Bilingual(*model.words_note_)
    model.stability_ = None
    model.refits_ = {}
    model.likeliest_ = None
