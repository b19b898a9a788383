"""Which words does each year, or each group, use for one topic, and how far do they drift?

One engine for dynamic topics (years) and for content covariates (groups): the words of a topic
differ from year to year, or from group to group, as far as the counts show more than chance.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from sklearn.utils.validation import check_is_fitted

from policytext.counts import Counts
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.records import Floats, Method
from policytext.result import Result
from policytext.texts import cite, columns_of, say
from policytext.topics.estimators import (
    CountTable,
    Covariates,
    NmfTopics,
    TopicModel,
    draws_of_gamma,
    filled_rows,
    likeliest_weights,
    one_thread,
    read_counts,
    runs_of,
    shares_of,
)
from policytext.topics.gibbs import covariate_table, fold_in
from policytext.topics.stability import Reports, top_columns

FIRST_DRIFT: Final = 0.2
"""Standard deviation of log weights that the fit starts from."""

LEAST_DRIFT: Final = 0.01
"""Below this, words stand still."""

DRIFT_SETTLED: Final = 0.02
"""Relative change of every topic's drift at which it is settled."""

LEAST_COUNT: Final = 5.0
"""Expected occurrences in a topic from which on a word may differ: fewer say nothing."""

LONGEST_STEP: Final = 2.0
"""Of a log weight in one step."""

MOST_GROUPS: Final = 200
"""Years or groups: the log weights of each word are solved for together."""

CELLS_AT_ONCE: Final = 4_000_000
"""Counts × topics held in memory together."""


class WordsByGroup(TopicModel):
    """What engines share whose topics have words of their own by year or group.

    ``groups_`` is empty where the words do not differ.
    """

    words_from: ClassVar[Method]
    """How the words of years or groups were learned."""

    groups_: tuple[Any, ...] = ()
    words_by_group_: Floats
    drift_: Floats

    @abstractmethod
    def _told_groups(self) -> pd.Series:
        """Return the year or group of each row."""

    def likeliest_shares(self) -> Floats:
        """Return the shares under which each row's own words are likeliest; see `TopicModel`."""
        check_is_fitted(self)
        if not self.groups_:
            return super().likeliest_shares()
        if self.likeliest_ is None:
            self.likeliest_ = np.zeros_like(self.doc_topic_)
            for rows, words in self._by_group():
                self.likeliest_[rows] = shares_of(likeliest_weights(self.counts_[rows], words))
        return self.likeliest_

    def expected_words(self, shares: Floats, rows: slice) -> Floats:
        """Return the probability of each word in some rows, by the words of their own groups."""
        if not self.groups_:
            return super().expected_words(shares, rows)
        chance = np.zeros((len(shares), self.topic_word_.shape[1]))
        for own, words in self._by_group(empty=True):
            here = own[(own >= rows.start) & (own < rows.start + len(shares))] - rows.start
            chance[here] = shares[here] @ words
        return chance

    def _by_group(self, *, empty: bool = False) -> Iterator[tuple[npt.NDArray[np.intp], Floats]]:
        """Yield the rows of each group, without words or not, and the words of its topics."""
        filled = np.diff(self.counts_.indptr) > 0
        told = self._told_groups().to_numpy()
        # a group of which no row holds a word has no words of its own
        rest = empty & ~np.isin(told, self.groups_)
        for g, group in enumerate(self.groups_):
            own = (told == group) & (filled | empty) | (rest if g == 0 else False)
            yield np.flatnonzero(own), self.words_by_group_[:, g]

    def words_by(self, n_words: int = 10, *, sort: str = "probability") -> Result:
        """List the words that stand for each topic in each year or group.

        Parameters
        ----------
        n_words : int, default=10
        sort : {"probability", "log_ratio"}, default="probability"
            ``"log_ratio"`` lists the words that a year or group says more than the topic as a
            whole, as the labels of stm's `sageLabels` do.

        Returns
        -------
        Result
            One row per topic, year or group, and rank: `topic, name, group, rank, word,
            probability, log_ratio, drift`. It describes; `topic_words_by_group` tests.

        Raises
        ------
        ParameterError
            If `n_words` or `sort` is not what it must be, or no words were learned by group.

        Examples
        --------
        >>> counts = [[9, 1, 0, 0], [1, 9, 0, 0], [0, 0, 7, 5], [0, 0, 6, 6]] * 3
        >>> model = VaryingTopics(n_topics=2, feature_names=["上学", "读书", "看病", "就医"])
        >>> table = model.fit(counts, [2020, 2021, 2020, 2021] * 3).words_by(1).table
        >>> table.loc[table["topic"] == model.doc_topic_[0].argmax(), "word"].tolist()
        ['上学', '读书']
        """
        check_is_fitted(self)
        if n_words < 1:
            raise ParameterError(f"n_words must be 1 or more, got {n_words}.")
        if sort not in ("probability", "log_ratio"):
            raise ParameterError(f"sort must be 'probability' or 'log_ratio', got {sort!r}.")
        if not self.groups_:
            raise ParameterError(
                "This model learned one list of words a topic. For words by group fit it with "
                "content='…', the covariate by which they differ."
            )
        tables = []
        for k, words in enumerate(self.words_by_group_):
            ratio = np.log2(words / self.topic_word_[k])
            top = top_columns(words if sort == "probability" else ratio, n_words)
            group, word = np.repeat(np.arange(len(top)), top.shape[1]), top.ravel()
            probability = words[group, word]
            tables.append(
                pd.DataFrame(
                    {
                        "topic": k,
                        "name": self.topic_names_[k],
                        "group": np.asarray(self.groups_, dtype=object)[group],
                        "rank": np.tile(np.arange(1, top.shape[1] + 1), len(top)),
                        "word": self.feature_names_[word].astype(str),
                        "probability": probability,
                        "log_ratio": ratio[group, word],
                        "drift": self.drift_[k],
                    }
                )
            )
        table = pd.concat(tables, ignore_index=True)
        if sort == "log_ratio":
            # what rounding leaves apart is not said more
            table = table[table["log_ratio"] > 1e-6].reset_index(drop=True)
        return Result(
            table=table,
            title=say("varying.title"),
            columns=columns_of("varying"),
            method=self.words_from.also(self.words_note_),
            cautions=(say("varying.describes"),),
            parameters={"n_words": n_words, "sort": sort, "engine": type(self).__name__},
        )


class VaryingTopics(WordsByGroup):
    """Topics whose words differ by year (dynamic topics) or by group (content covariates).

    The log weight of a word in a topic walks at random from year to year, or scatters around the
    topic's own from group to group; how far is estimated topic by topic. Fitted by EM from an exact
    NMF, without chance. Where years or groups have few reports, what these reports happen to say
    is part of the drift; `topic_words_by_group` tests differences with issuers as units.

    Parameters
    ----------
    n_topics : int, default=20
    alpha : float, default=0.1
        Prior of each topic's share in a row.
    eta : float, default=0.01
        Prior of each word in a topic.
    max_iter : int, default=100
        Rounds of EM.
    tol : float, default=1e-5
        Relative change of the likelihood at which it stops.
    feature_names : sequence of str, optional
        Names of the columns when `X` is a bare matrix.
    random_state : int, default=0
        Of no use here; kept so that all engines are called alike.

    Attributes
    ----------
    covariates_ : DataFrame of n_rows rows
        What the model was told: numbers are years, anything else groups.
    groups_ : tuple
        The years or groups in order.
    words_by_group_ : ndarray of shape (n_topics, n_groups, n_words)
        Probability of each word in each topic, year by year or group by group.
    drift_ : ndarray of shape (n_topics,)
        Standard deviation of a word's log weight from one year to the next, or between groups; not
        a number for a topic with fewer than two words that are found five times in it.
    doc_gamma_ : ndarray of shape (n_filled, n_topics)
        Dirichlet parameters of the shares, for rows with a word.
    n_iter_ : int
    components_, topic_word_, doc_topic_, counts_, feature_names_, topic_names_
        As in `NmfTopics`, over all years or groups together.

    References
    ----------
    Blei, D. M. & Lafferty, J. D. (2006). Dynamic topic models. ICML 2006, 113-120.
    doi:10.1145/1143844.1143859

    Eisenstein, J., Ahmed, A. & Xing, E. P. (2011). Sparse additive generative models of text.
    ICML 2011.

    MacKay, D. J. C. (1992). Bayesian interpolation. Neural Computation 4(3), 415-447.
    doi:10.1162/neco.1992.4.3.415

    Examples
    --------
    >>> counts = [[9, 1, 0, 0], [1, 9, 0, 0], [0, 0, 7, 5], [0, 0, 6, 6], [0, 0, 0, 0]] * 3
    >>> years = [2020, 2021, 2020, 2021, 2021] * 3
    >>> model = VaryingTopics(n_topics=2).fit(counts, years)
    >>> words = model.words_by_group_[model.doc_topic_[0].argmax()]
    >>> model.groups_, words.argmax(axis=1).tolist(), model.doc_topic_[4].tolist()
    ((2020, 2021), [0, 1], [0.0, 0.0])
    """

    has_random_start = False
    draws_from = say("estimators.draws_from.varying")
    words_from = Method(say("varying.method"), cite("blei-2006", "eisenstein-2011", "mackay-1992"))

    def __init__(
        self,
        n_topics: int = 20,
        *,
        alpha: float = 0.1,
        eta: float = 0.01,
        max_iter: int = 100,
        tol: float = 1e-5,
        feature_names: Sequence[str] | None = None,
        random_state: int = 0,
    ) -> None:
        self.n_topics = n_topics
        self.alpha = alpha
        self.eta = eta
        self.max_iter = max_iter
        self.tol = tol
        self.feature_names = feature_names
        self.random_state = random_state

    def _learn(
        self, counts: sparse.csr_array, n_topics: int, covariates: Covariates
    ) -> tuple[Floats, Floats]:
        if min(self.alpha, self.eta) <= 0 or self.max_iter < 1:
            raise ParameterError(
                "alpha and eta must be above 0 and max_iter 1 or more, got "
                f"{self.alpha}, {self.eta}, {self.max_iter}."
            )
        self.covariates_ = _told(covariates, counts.shape[0])
        rows = filled_rows(counts)
        self.groups_, code = groups_of(self.covariates_.iloc[rows, 0])
        table = counts[rows]
        names = tuple(str(name) for name in self.feature_names_)
        begun = NmfTopics(n_topics).fit(Counts(sparse.csr_matrix(table), names, kind="words"))
        even = np.asarray(table.sum(axis=0)).ravel() / table.sum()
        words = np.repeat((0.9 * begun.topic_word_ + 0.1 * even)[:, None], len(self.groups_), 1)
        shares = 0.9 * begun.doc_topic_ + 0.1 / n_topics
        fit = _State(words, shares, np.full(n_topics, FIRST_DRIFT), shares, words.swapaxes(0, 1))
        apart, before, self.n_iter_ = apart_of(self.groups_), -np.inf, 0
        with one_thread():
            for _ in range(self.max_iter):
                self.n_iter_ += 1
                last = fit.drift
                fit, reached = _round(table, code, fit, apart, self.alpha, self.eta)
                if is_settled(fit.drift, last) and abs(reached - before) < self.tol * abs(reached):
                    break
                before = reached
        self.words_by_group_, self.doc_gamma_ = fit.words, fit.gamma
        self.drift_ = told_drift(fit.drift, fit.spoken)
        return fit.spoken.sum(axis=0) + self.eta, fit.shares

    def _place(self, counts: sparse.csr_array) -> Floats:
        return fold_in(counts, self.topic_word_, np.full(len(self.topic_word_), self.alpha))

    def transform(self, X: CountTable, covariates: Covariates = None) -> Floats:
        """Return the topic shares of rows, with the topics held as they are.

        Parameters
        ----------
        X : Counts, DataFrame, sparse or dense matrix of shape (n_rows, n_words)
        covariates : Series, DataFrame or sequence of length n_rows, optional
            Rows of years or groups that the model has seen are placed by the words of these;
            others, and all if none are given, by the words of all together.

        Returns
        -------
        ndarray of shape (n_rows, n_topics)
            Rows sum to 1; a row without a known word is all zero.
        """
        found = super().transform(X)
        if covariates is None:
            return found
        counts = read_counts(self, X, fitting=False)
        known = _told(covariates, counts.shape[0]).iloc[:, 0].to_numpy()
        prior = np.full(len(self.topic_word_), self.alpha)
        for words, group in zip(self.words_by_group_.swapaxes(0, 1), self.groups_, strict=True):
            own = np.flatnonzero((known == group) & (found.sum(axis=1) > 0))
            if len(own):
                found[own] = shares_of(fold_in(counts[own], words, prior))
        return found

    def _told_groups(self) -> pd.Series:
        return self.covariates_.iloc[:, 0]

    def draw_shares(
        self, n_draws: int = 25, random_state: int = 0, reports: Reports = None
    ) -> Floats:
        """Draw document-topic shares from their Dirichlet distributions."""
        check_is_fitted(self)
        return draws_of_gamma(self.doc_gamma_, self.counts_, n_draws, random_state)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        return tags


def _told(covariates: Covariates, n_rows: int) -> pd.DataFrame:
    if covariates is None:
        raise ParameterError(
            "VaryingTopics learns the words of years or groups: pass one year or group a paragraph "
            "as y, e.g. fit(counts, corpus.groups('year')). Without them use NmfTopics. "
            "(requires y to be passed, but the target y is None)"
        )
    told = covariate_table(covariates, n_rows)
    if told.shape[1] != 1:
        raise ParameterError(
            "VaryingTopics takes one covariate, years or groups, got "
            f"{', '.join(told.columns)}. For several, join their names into one column."
        )
    return told.apply(years_or_groups)


def years_or_groups(values: pd.Series) -> pd.Series:
    """Return years as numbers where the values are years; other text stays groups.

    >>> years_or_groups(pd.Series(["2020", "2021"])).tolist()
    [2020.0, 2021.0]
    """
    years = values.astype(str).str.fullmatch(r"\d{4}")
    if pd.api.types.is_numeric_dtype(values) or not years.any():
        return values
    if not years.all():
        other = values.loc[~years].iloc[0]
        raise ParameterError(
            f"years must be known, got {other!r} among them: leave those paragraphs out "
            "(counts.select). Only numbers are taken as years that follow one another."
        )
    return values.astype(float)


def groups_of(values: pd.Series) -> tuple[tuple[Any, ...], npt.NDArray[np.intp]]:
    """Return the distinct years or groups in order, and which each row is of.

    >>> groups_of(pd.Series([2021.0, 2020.0]))[0]
    (2020, 2021)
    """
    code, found = pd.factorize(values, sort=True)
    if len(found) < 2:
        raise NotEnoughDataError(
            f"Words that differ need two years or groups with words, got {len(found)}. "
            "Use NmfTopics."
        )
    if len(found) > MOST_GROUPS:
        raise ParameterError(
            f"At most {MOST_GROUPS} years or groups can have words of their own, got {len(found)} "
            "different values. Pass years, or join values into groups."
        )
    plain = [int(g) if isinstance(g, float) and g.is_integer() else g for g in found.tolist()]
    return tuple(plain), np.asarray(code, dtype=np.intp)


def apart_of(groups: tuple[Any, ...]) -> Floats:
    """Return what log weights pay for being apart: from year to year, or from their mean.

    >>> apart_of((2020, 2021, 2023)).tolist()
    [[1.0, -1.0, 0.0], [-1.0, 1.5, -0.5], [0.0, -0.5, 0.5]]
    """
    n = len(groups)
    if isinstance(groups[0], str):
        return np.eye(n) - 1 / n
    steps = np.diff(np.eye(n), axis=0) / np.sqrt(np.diff(groups))[:, None]
    return np.asarray((steps.T @ steps).round(12))


class _State(NamedTuple):
    """What is learned, and what it was learned from."""

    words: Floats
    shares: Floats
    drift: Floats
    gamma: Floats
    spoken: Floats
    """Expected words by group and topic."""


def _round(
    table: sparse.csr_array,
    code: npt.NDArray[np.intp],
    fit: _State,
    apart: Floats,
    alpha: float,
    eta: float,
) -> tuple[_State, float]:
    """Share words out among topics, then learn each topic's words from what it got."""
    gamma, spoken, reached = _shared_out(table, code, fit.words, fit.shares, alpha)
    words, drift = all_worded(spoken, fit.words, apart, fit.drift, eta)
    return _State(words, shares_of(gamma), drift, gamma, spoken), reached


def _shared_out(
    table: sparse.csr_array,
    code: npt.NDArray[np.intp],
    words: Floats,
    shares: Floats,
    alpha: float,
) -> tuple[Floats, Floats, float]:
    """Return Dirichlet parameters of the shares, expected words by group and topic, likelihood."""
    n_topics, n_groups, n_words = words.shape
    gamma = np.empty_like(shares)
    spoken, reached = np.zeros((n_groups, n_topics, n_words)), 0.0
    for g in range(n_groups):
        rows, own = np.flatnonzero(code == g), np.ascontiguousarray(words[:, g])
        per_row = max(1.0, table[rows].nnz * n_topics / max(len(rows), 1))
        for run in runs_of(rows, max(1, int(CELLS_AT_ONCE / per_row))):
            block = table[run]
            fit = own.T[block.indices]
            row = np.repeat(np.arange(len(run)), np.diff(block.indptr))
            here = shares[run]
            for last in (False, True):
                total = np.maximum(np.einsum("ij,ij->i", fit, here[row]), 1e-300)
                part = block.copy()
                part.data = block.data / total
                if last:
                    spoken[g] += own * (part.T @ here).T
                    reached += float(block.data @ np.log(total))
                gamma[run] = alpha + here * (part @ own.T)
                here = shares_of(gamma[run])
    return gamma, spoken, reached


def is_settled(drift: Floats, last: Floats) -> bool:
    """Tell whether no topic's drift still moves.

    >>> is_settled(np.array([0.2]), np.array([0.3]))
    False
    """
    return bool(np.abs(drift / last - 1).max() < DRIFT_SETTLED)


def told_drift(drift: Floats, spoken: Floats) -> Floats:
    """Return the drifts, not a number where too few words are frequent enough to drift.

    >>> told_drift(np.array([0.2, 0.2]), np.array([[[9.0, 9.0], [9.0, 0.0]]]))
    array([0.2, nan])
    """
    n_frequent = (spoken.sum(axis=0) >= LEAST_COUNT).sum(axis=1)
    return np.where(n_frequent >= 2, drift, np.nan)


def all_worded(
    spoken: Floats, words: Floats, apart: Floats, drift: Floats, eta: float
) -> tuple[Floats, Floats]:
    """Return the words of all topics by group, and how far they drift.

    >>> spoken = np.array([[[30.0, 10.0]], [[10.0, 30.0]]])
    >>> words, drift = all_worded(spoken, np.full((1, 2, 2), 0.5), np.eye(2) - 0.5, np.ones(1), 0.1)
    >>> bool(words[0, 0, 0] > 0.5 > words[0, 1, 0])
    True
    """
    found = [
        _worded(spoken[:, k], own, apart, far, eta)
        for k, (own, far) in enumerate(zip(words, drift, strict=True))
    ]
    return np.stack([own for own, _ in found]), np.array([far for _, far in found])


def _worded(
    spoken: Floats, words: Floats, apart: Floats, drift: float, eta: float
) -> tuple[Floats, float]:
    """Return the words of one topic by group, and how far they drift.

    One step of Newton's method on log weights; a word that is rare in the topic has one weight.
    The spread is MacKay's: what lies apart over how many weights the counts determine.
    """
    n_groups, n_words = spoken.shape
    totals = spoken.sum(axis=0)
    pooled = (totals + eta) / (totals.sum() + eta * n_words)
    out = np.repeat(pooled[None], n_groups, 0)
    free = np.flatnonzero(totals >= LEAST_COUNT)
    if len(free) < 2:
        return out, drift
    counts = spoken[:, free] + eta / n_groups
    size = counts.sum(axis=1, keepdims=True)
    log = np.log(words[:, free])
    pull = apart / drift**2
    curve = np.repeat(pull[None], len(free), 0)
    at = np.arange(n_groups)
    expected = size * shares_of(np.exp(log))
    # a little keeps years and groups without a word of the topic in place
    curve[:, at, at] += expected.T + 1e-6
    slope = counts - expected - pull @ log
    step = np.linalg.solve(curve, slope.T[:, :, None])[:, :, 0].T
    log = log + np.clip(step, -LONGEST_STEP, LONGEST_STEP)
    out[:, free] = pooled[free].sum() * shares_of(np.exp(log - log.max(axis=1, keepdims=True)))
    left = np.einsum("wgh,gh->", np.linalg.inv(curve), pull)
    known = max(len(free) * (n_groups - 1) - left, 1e-6)
    spread = float(np.sqrt(np.einsum("gw,gh,hw->", log, apart, log) / known))
    return out, min(max(spread, LEAST_DRIFT), 5.0)
