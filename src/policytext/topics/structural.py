"""Which topics does a model find whose shares are correlated, and shaped by facts if there are any?

The logistic-normal topic model, fitted by variational EM: without covariates the correlated topic
model, with them the structural topic model. How words differ by group is learned as in `varying`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.optimize import nnls
from sklearn.utils.validation import check_is_fitted

from policytext.counts import Counts
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.records import Floats, Method
from policytext.texts import cite, say
from policytext.topics.estimators import (
    CountTable,
    Covariates,
    NmfTopics,
    filled_rows,
    read_counts,
    shares_of,
    spread_rows,
)
from policytext.topics.gibbs import check_whole_counts, covariate_table
from policytext.topics.stability import Reports
from policytext.topics.varying import (
    FIRST_DRIFT,
    VaryingTopics,
    WordsByGroup,
    all_worded,
    apart_of,
    groups_of,
    is_settled,
    told_drift,
    years_or_groups,
)

NEWTON_STEPS = 40
"""Most steps for the shares of one paragraph."""

SETTLED = 1e-4
"""Largest slope at which the shares of a paragraph are settled."""

ON_THE_WAY = 1e-2
"""The same in rounds of EM, which move on anyway."""

RIDGE = 1e-6
"""Keeps variances from collapsing onto a plane; relative to their mean."""

LEAST_WORD = 1e-12
"""Prior of each word in a topic: none is impossible."""


class CorrelatedTopics(WordsByGroup):
    """Topics whose shares are correlated, and shaped by covariates, and their words too: CTM, STM.

    The shares of a paragraph are the softmax of a normal vector, whose mean is a regression on the
    covariates (none: one mean for all) and whose covariance lets topics come together. Fitted by
    variational EM with Laplace's approximation from two starts without chance. With `content` the
    words of topics differ by one of the covariates, as in `VaryingTopics`, so that what groups
    word otherwise is not taken for other topics.

    Parameters
    ----------
    n_topics : int, default=20
    content : str, optional
        The covariate by which the words of topics differ, such as ``"province"``: groups, or years.
        It shapes the shares too, as all covariates do.
    degree : int, default=3
        Degree of the polynomial of each continuous covariate.
    max_iter : int, default=100
        Rounds of EM.
    tol : float, default=1e-5
        Relative change of the bound at which it stops.
    start : {"both", "spectral", "nmf"}, default="both"
        Where the words of topics start: from anchor words, as in stm, or from an exact NMF. Neither
        is always better: both are tried and the higher bound is kept, which takes twice as long.
    feature_names : sequence of str, optional
        Names of the columns when `X` is a bare matrix.
    random_state : int, default=0
        Of no use here; kept so that all engines are called alike.

    Attributes
    ----------
    covariates_ : DataFrame of n_rows rows, or None
        What the model was told.
    coefficients_ : ndarray of shape (n_columns, n_topics - 1)
        Regression of the log shares, relative to the last topic, on the covariates.
    covariance_ : ndarray of shape (n_topics - 1, n_topics - 1)
        Of the log shares beyond the covariates.
    means_, spreads_ : ndarrays of shapes (n_filled, n_topics - 1), and that with one more axis
        Each paragraph's log shares, and their uncertainty.
    bound_ : float
        The variational bound reached.
    start_ : str
        The start that led there.
    n_iter_ : int
    groups_, words_by_group_, drift_
        As in `VaryingTopics`, with `content`; `words_by` lists the words.
    components_, topic_word_, doc_topic_, counts_, feature_names_, topic_names_
        As in `NmfTopics`.

    References
    ----------
    Blei, D. M. & Lafferty, J. D. (2007). A correlated topic model of Science. Annals of Applied
    Statistics 1(1), 17-35. doi:10.1214/07-AOAS114

    Roberts, M. E., Stewart, B. M. & Airoldi, E. M. (2016). A model of text for experimentation in
    the social sciences. JASA 111(515), 988-1003. doi:10.1080/01621459.2016.1141684

    Eisenstein, J., Ahmed, A. & Xing, E. P. (2011). Sparse additive generative models of text.
    ICML 2011.

    Arora, S. et al. (2013). A practical algorithm for topic modeling with provable guarantees.
    ICML 2013. arXiv:1212.4777

    Examples
    --------
    >>> counts = [[5, 4, 0, 0], [4, 6, 0, 0], [0, 0, 7, 5], [0, 0, 5, 4], [0, 0, 0, 0]]
    >>> model = CorrelatedTopics(n_topics=2, max_iter=20).fit(counts)
    >>> first, last = model.doc_topic_[0].argmax(), model.doc_topic_[3].argmax()
    >>> bool(first != last), model.doc_topic_[4].tolist()
    (True, [0.0, 0.0])

    Both regions speak of school and of medicine, each in its own words:

    >>> counts = [[9, 1, 0, 0], [1, 9, 0, 0], [0, 0, 7, 5], [0, 0, 6, 6]] * 3
    >>> words = ["上学", "读书", "看病", "就医"]
    >>> model = CorrelatedTopics(n_topics=2, content="region", feature_names=words)
    >>> model = model.fit(counts, pd.Series(["东部", "西部"] * 6, name="region"))
    >>> table = model.words_by(1).table
    >>> table.loc[table["topic"] == model.doc_topic_[0].argmax(), ["group", "word"]].values.tolist()
    [['东部', '上学'], ['西部', '读书']]
    """

    has_random_start = False
    draws_from = say("estimators.draws_from.correlated")
    words_from = Method(
        say("varying.method_correlated"), cite("roberts-2016", "eisenstein-2011", "mackay-1992")
    )

    def __init__(
        self,
        n_topics: int = 20,
        *,
        content: str | None = None,
        degree: int = 3,
        max_iter: int = 100,
        tol: float = 1e-5,
        start: str = "both",
        feature_names: Sequence[str] | None = None,
        random_state: int = 0,
    ) -> None:
        self.n_topics = n_topics
        self.content = content
        self.start = start
        self.degree = degree
        self.max_iter = max_iter
        self.tol = tol
        self.feature_names = feature_names
        self.random_state = random_state

    def _learn(
        self, counts: sparse.csr_array, n_topics: int, covariates: Covariates
    ) -> tuple[Floats, Floats]:
        check_whole_counts(counts, "The correlated topic model")
        if n_topics < 2 or self.max_iter < 1 or self.degree < 1:
            raise ParameterError(
                "n_topics must be 2 or more, max_iter and degree 1 or more, got "
                f"{n_topics}, {self.max_iter}, {self.degree}."
            )
        if self.start not in ("both", "spectral", "nmf"):
            raise ParameterError(f"start must be 'both', 'spectral' or 'nmf', got {self.start!r}.")
        rows = filled_rows(counts)
        self.covariates_ = (
            None if covariates is None else covariate_table(covariates, counts.shape[0])
        )
        told = None if self.covariates_ is None else self.covariates_.iloc[rows]
        design, self.scales_ = design_of(told, len(rows), self.degree)
        self.groups_, layout = (), _Layout(np.zeros(len(rows), dtype=np.intp), None)
        if self.content is not None:
            self.groups_, code = groups_of(self._told_groups().iloc[rows])
            layout = _Layout(code, apart_of(self.groups_))
        table = counts[rows]
        tried = []
        for start in ("spectral", "nmf") if self.start == "both" else (self.start,):
            begun = _started(table, self._words_by_group(counts, n_topics, start), design)
            tried.append((start, *_risen(table, begun, design, layout, self.max_iter, self.tol)))
        self.start_, fit, history = max(tried, key=lambda found: found[2][-1])
        self.means_, self.spreads_, spoken, _ = _placed(
            table, fit, design @ fit.coefficients, layout.code
        )
        self.coefficients_, self.covariance_ = fit.coefficients, fit.covariance
        self.bound_, self.n_iter_ = history[-1], len(history)
        if not self.groups_:
            return fit.words[:, 0] * float(counts.sum()), softmax(self.means_)
        self.words_by_group_, self.drift_ = fit.words, told_drift(fit.drift, spoken)
        # words of all together, by how much each group says of a topic
        whole = np.einsum("gk,kgv->kv", spoken.sum(axis=2), fit.words)
        return whole, softmax(self.means_)

    def _told_groups(self) -> pd.Series:
        """Return the group of each row by which words differ."""
        told = pd.DataFrame() if self.covariates_ is None else self.covariates_
        if self.content not in told:
            raise ParameterError(
                f"content must be one of the covariates ({', '.join(told) or 'there are none'}), "
                f"got {self.content!r}. Pass it with the others as y, e.g. "
                "fit(counts, corpus.groups('province')) with content='province'."
            )
        return years_or_groups(told[self.content])

    def _words_by_group(self, counts: sparse.csr_array, n_topics: int, start: str) -> Floats:
        """Return where the words of each group start: from NMF, where words that vary end."""
        if start == "nmf" and self.groups_:
            names = tuple(str(name) for name in self.feature_names_)
            table = Counts(sparse.csr_matrix(counts), names, kind="words")
            varying = VaryingTopics(n_topics)
            return varying.fit(table, self._told_groups()).words_by_group_
        words = self._words(counts, n_topics, start)
        return np.repeat(words[:, None], max(len(self.groups_), 1), 1)

    def _words(self, counts: sparse.csr_array, n_topics: int, start: str) -> Floats:
        """Return where the topics start, no word of a topic impossible."""
        if start == "spectral":
            words, mixed = spectral_words(counts, n_topics), 0.001
        else:
            names = tuple(str(name) for name in self.feature_names_)
            nmf = NmfTopics(n_topics).fit(Counts(sparse.csr_matrix(counts), names, kind="words"))
            words, mixed = nmf.topic_word_, 0.1
        totals = np.asarray(counts.sum(axis=0)).ravel()
        even = (totals + 1e-3) / (totals + 1e-3).sum()
        return np.asarray((1 - mixed) * words + mixed * even)

    def _place(self, counts: sparse.csr_array) -> Floats:
        unknown = np.full(counts.shape[0], len(self.groups_), dtype=np.intp)
        return self._placed_with(counts, self.means_.mean(axis=0)[None, :], unknown)

    def _placed_with(
        self, counts: sparse.csr_array, prior: Floats, code: npt.NDArray[np.intp]
    ) -> Floats:
        """Place rows by the words of their groups; those of all together come last."""
        known = np.asarray(self.topic_word_.sum(axis=0)).ravel() > 0
        words = self.topic_word_[:, None]
        if self.groups_:
            words = np.concatenate([self.words_by_group_, words], axis=1)
        wide = np.broadcast_to(prior, (counts.shape[0], prior.shape[1]))
        fit = _State(words, np.zeros(0), self.coefficients_, self.covariance_, np.array(wide))
        table = sparse.csr_array(counts @ sparse.diags_array(known * 1.0))
        return softmax(_placed(table, fit, wide, code)[0])

    def transform(self, X: CountTable, covariates: Covariates = None) -> Floats:
        """Return the topic shares of rows, with the topics held as they are.

        Parameters
        ----------
        X : Counts, DataFrame, sparse or dense matrix of shape (n_rows, n_words)
        covariates : Series, DataFrame or sequence of length n_rows, optional
            The rows are placed with the mean that goes with them, and with `content` by the words
            of their group; without, with the mean and the words of all rows. A group that the model
            has not seen has the mean of all groups. With `content` it must be known, or None: rows
            of an unknown group, and of years not seen, are placed by the words of all together.

        Returns
        -------
        ndarray of shape (n_rows, n_topics)
            Rows sum to 1; a row without a known word is all zero.

        Raises
        ------
        ParameterError
            If covariates are not those of the fit, or words of a group were not learned.
        """
        if covariates is not None and self.content is not None:
            check_is_fitted(self)
            n_rows = read_counts(self, X, fitting=False).shape[0]
            told = self._as_told(covariates, n_rows)
            named, code = told[self.content], self._codes(told)
            strange = named[(code == len(self.groups_)) & (named != "unknown")]
            if len(strange) and isinstance(self.groups_[0], str):
                raise ParameterError(
                    f"The model learned words of topics for the groups "
                    f"{', '.join(map(str, self.groups_[:8]))}{' …' * (len(self.groups_) > 8)} of "
                    f"{self.content!r}; {strange.iloc[0]!r} is not among them. Correct its name, "
                    "or pass None for rows to be placed by the words of all groups."
                )
        return self.transform_any(X, covariates)

    def transform_any(self, X: CountTable, covariates: Covariates = None) -> Floats:
        """Return the shares as `transform` does, those of groups not seen by the words of all."""
        if covariates is None:
            return super().transform(X)
        check_is_fitted(self)
        counts = read_counts(self, X, fitting=False)
        rows, n_rows = filled_rows(counts), counts.shape[0]
        told = self._as_told(covariates, n_rows).iloc[rows]
        design = design_of(told, len(rows), self.degree, self.scales_)[0]
        shares = self._placed_with(counts[rows], design @ self.coefficients_, self._codes(told))
        return spread_rows(shares_of(shares), rows, n_rows)

    def _codes(self, told: pd.DataFrame) -> npt.NDArray[np.intp]:
        """Return the number of each row's group; one more than there are, for those not seen."""
        code = np.full(len(told), len(self.groups_), dtype=np.intp)
        if self.groups_:
            values = told[self.content]
            if not isinstance(self.groups_[0], str):
                values = pd.to_numeric(values, errors="coerce")
            for g, group in enumerate(self.groups_):
                code[(values == group).to_numpy()] = g
        return code

    def _as_told(self, covariates: Covariates, n_rows: int) -> pd.DataFrame:
        """Return covariates of new rows, named and ordered as those of the fit."""
        if self.covariates_ is None:
            raise ParameterError("This model was fitted without covariates; leave them out.")
        told, names = covariate_table(covariates, n_rows), self.covariates_.columns
        if told.shape[1] != len(names):
            raise ParameterError(
                f"This model learned from the covariates {', '.join(names)}, "
                f"got {', '.join(told.columns)}."
            )
        return told[names] if set(names) == set(told.columns) else told.set_axis(names, axis=1)

    def draw_shares(
        self, n_draws: int = 25, random_state: int = 0, reports: Reports = None
    ) -> Floats:
        """Draw document-topic shares from the normal approximation of each paragraph."""
        check_is_fitted(self)
        rng = np.random.default_rng(random_state)
        rows, n_rows = filled_rows(self.counts_), self.counts_.shape[0]
        root = np.linalg.cholesky(self.spreads_)
        draws = []
        for _ in range(n_draws):
            noise = rng.standard_normal(self.means_.shape)
            moved = self.means_ + np.einsum("dij,dj->di", root, noise)
            draws.append(spread_rows(softmax(moved), rows, n_rows))
        return np.stack(draws)


# Which words do topics start from?

MOST_ANCHORS: Final = 5000
"""Words among which anchors are sought, the most frequent ones: their table is square."""

SUM_TO_ONE: Final = 1e3
"""Weight of the demand that the weights of anchors add up to one."""


def spectral_words(counts: sparse.csr_array, n_topics: int) -> Floats:
    """Return words of topics from anchors: words that stand, as nearly as can be, for one topic.

    Each word's company is a mixture of the company of anchors. Without chance.

    Source: Arora et al. (2013); as stm starts, Roberts et al. (2016).

    >>> counts = sparse.csr_array([[4.0, 2, 0, 0], [2, 4, 0, 0], [0, 0, 4, 2], [0, 0, 2, 4]])
    >>> spectral_words(counts, 2).round(2).tolist()
    [[0.5, 0.5, 0.0, 0.0], [0.0, 0.0, 0.5, 0.5]]
    """
    totals = np.asarray(counts.sum(axis=0)).ravel()
    sizes = np.asarray(counts.sum(axis=1)).ravel()
    used = np.sort(np.argsort(-totals, kind="stable")[:MOST_ANCHORS])
    kept = np.flatnonzero(sizes >= 2)
    pairs = 1 / (sizes[kept] * (sizes[kept] - 1))
    table = sparse.csr_array(counts[kept][:, used])
    # how often two words of a paragraph are these, a word never beside itself
    company = (table.T @ sparse.diags_array(pairs) @ table).toarray()
    company[np.diag_indices(len(used))] -= pairs @ table
    seen = company.sum(axis=1)
    alive = np.flatnonzero(seen > 0)
    used, company = used[alive], company[np.ix_(alive, alive)]
    company = np.maximum(company, 0) / company.sum(axis=1, keepdims=True)
    if len(used) < n_topics:
        raise NotEnoughDataError(
            f"{n_topics} topics need as many words that stand beside others, got {len(used)}."
        )
    anchors = company[_anchors(company, n_topics)]
    root = np.linalg.cholesky(anchors @ anchors.T + 1e-12 * np.eye(n_topics))
    left = np.vstack([root.T, np.full(n_topics, SUM_TO_ONE)])
    right = np.linalg.solve(root, anchors @ company.T)
    mine = np.array([nnls(left, np.append(column, SUM_TO_ONE))[0] for column in right.T])
    words = np.zeros((n_topics, counts.shape[1]))
    words[:, used] = (mine * totals[used][:, None]).T
    return shares_of(words)


def _anchors(company: Floats, n_topics: int) -> list[int]:
    """Return the rows that lie furthest out, each from the plane of those before it."""
    left = company.copy()
    found: list[int] = []
    for _ in range(n_topics):
        far = (left**2).sum(axis=1)
        far[found] = 0.0
        best = int(far.argmax())
        found.append(best)
        axis = left[best] / max(float(np.sqrt(far[best])), 1e-300)
        left -= np.outer(left @ axis, axis)
    return found


# Which columns do covariates make?


def design_of(
    told: pd.DataFrame | None,
    n_rows: int,
    degree: int,
    scales: dict[str, Any] | None = None,
) -> tuple[Floats, dict[str, Any]]:
    """Return a constant, a column a group but the first, and powers of each continuous covariate.

    Groups that the scales do not know are taken as the mean of all.

    >>> design_of(pd.DataFrame({"g": ["a", "b"]}), 2, 3)[0].tolist()
    [[1.0, 0.0], [1.0, 1.0]]
    """
    parts = [np.ones((n_rows, 1))]
    kept: dict[str, Any] = {} if scales is None else scales
    if told is None:
        return parts[0], kept
    for name in told.columns:
        values = told[name]
        if pd.api.types.is_numeric_dtype(values):
            number = values.to_numpy(dtype=float)
            if scales is None:
                spread = float(number.std()) or 1.0
                distinct = len(np.unique(number))
                kept[name] = [float(number.mean()), spread, min(degree, max(distinct - 1, 1))]
            middle, spread, power = kept[name]
            standard = (number - middle) / spread
            parts.append(np.stack([standard**k for k in range(1, int(power) + 1)], axis=1))
            continue
        if scales is None:
            kept[name] = sorted(set(values))
        own = np.stack([(values == g).to_numpy() * 1.0 for g in kept[name]], axis=1)
        own[own.sum(axis=1) == 0] = 1 / own.shape[1]
        parts.append(own[:, 1:])
    return np.hstack(parts), kept


# One round of variational EM


class _State(NamedTuple):
    """What is learned: words, how far they drift, regression, covariance, places of paragraphs."""

    words: Floats
    """Of topics, by group."""
    drift: Floats
    coefficients: Floats
    covariance: Floats
    means: Floats


class _Layout(NamedTuple):
    """Which group each paragraph is of, and what log weights pay for being apart, if they may."""

    code: npt.NDArray[np.intp]
    apart: Floats | None


def softmax(log_shares: Floats) -> Floats:
    """Return shares from log shares relative to the last topic.

    >>> softmax(np.zeros((1, 1))).tolist()
    [[0.5, 0.5]]
    """
    full = np.concatenate([log_shares, np.zeros((len(log_shares), 1))], axis=1)
    shares = np.exp(full - full.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def _started(table: sparse.csr_array, words: Floats, design: Floats) -> _State:
    n, k = table.shape[0], len(words) - 1
    drift, slopes = np.full(len(words), FIRST_DRIFT), np.zeros((design.shape[1], k))
    return _State(words, drift, slopes, 20.0 * np.eye(k), np.zeros((n, k)))


def _risen(
    table: sparse.csr_array,
    fit: _State,
    design: Floats,
    layout: _Layout,
    max_iter: int,
    tol: float,
) -> tuple[_State, list[float]]:
    """Go on until the bound hardly rises; return where that is, and the bounds on the way."""
    history: list[float] = []
    for _ in range(max_iter):
        last = fit.drift
        fit, bound = _round(table, fit, design, layout)
        history.append(bound)
        near = len(history) > 1 and abs(bound - history[-2]) < tol * abs(bound)
        if near and is_settled(fit.drift, last):
            break
    return fit, history


def _round(
    table: sparse.csr_array, fit: _State, design: Floats, layout: _Layout
) -> tuple[_State, float]:
    """Place all paragraphs, then learn words, regression and covariance from where they stand."""
    prior = design @ fit.coefficients
    means, spreads, spoken, bound = _placed(table, fit, prior, layout.code, ON_THE_WAY)
    lifted = design.T @ design
    lifted += RIDGE * np.trace(lifted) / len(lifted) * np.eye(len(lifted))
    coefficients = np.linalg.solve(lifted, design.T @ means)
    away = means - design @ coefficients
    covariance: Floats = np.asarray((away.T @ away + spreads.sum(axis=0)) / len(means))
    covariance = covariance + RIDGE * np.trace(covariance) / len(covariance) * np.eye(
        len(covariance)
    )
    words, drift = shares_of(spoken[0] + LEAST_WORD)[:, None], fit.drift
    if layout.apart is not None:
        words, drift = all_worded(spoken, fit.words, layout.apart, drift, LEAST_WORD)
    slopes: Floats = np.asarray(coefficients, dtype=np.float64)
    return _State(words, drift, slopes, covariance, means), bound


def _placed(
    table: sparse.csr_array,
    fit: _State,
    prior: Floats,
    code: npt.NDArray[np.intp],
    settled: float = SETTLED,
) -> tuple[Floats, Floats, Floats, float]:
    """Return log shares, their covariances, expected words by group and topic, and the bound."""
    n, k = table.shape[0], len(fit.covariance)
    inverse: Floats = np.asarray(np.linalg.inv(fit.covariance), dtype=np.float64)
    constant = -0.5 * float(np.linalg.slogdet(fit.covariance)[1])
    by_word = np.ascontiguousarray(fit.words.transpose(1, 2, 0))
    means, spreads = np.empty((n, k)), np.empty((n, k, k))
    spoken, bound = np.zeros_like(by_word), 0.0
    for row in range(n):
        cells = slice(table.indptr[row], table.indptr[row + 1])
        columns, weight = table.indices[cells], table.data[cells]
        here, own = by_word[code[row]][columns], spoken[code[row]]
        at = _settled(fit.means[row], here, weight, prior[row], inverse, settled)
        shares = softmax(at[None, :])[0]
        joint = here * shares
        total = np.maximum(joint.sum(axis=1), 1e-300)
        part = joint * (weight / total)[:, None]
        own[columns] += part
        curve = _curvature(shares, part, weight, inverse)
        means[row], spreads[row] = at, np.linalg.inv(curve)
        away = at - prior[row]
        bound += float(weight @ np.log(total)) - 0.5 * float(away @ inverse @ away) + constant
        bound -= 0.5 * float(np.linalg.slogdet(curve)[1])
    return means, spreads, np.ascontiguousarray(spoken.transpose(0, 2, 1)), bound


def _value(at: Floats, here: Floats, weight: Floats, prior: Floats, inverse: Floats) -> float:
    full = np.append(at, 0.0)
    top = full.max()
    shares = np.exp(full - top)
    fit = np.maximum(here @ shares, 1e-300)
    away = at - prior
    said = float(weight @ np.log(fit)) - float(weight.sum() * np.log(shares.sum()))
    return -said + 0.5 * float(away @ inverse @ away)


def _curvature(shares: Floats, part: Floats, weight: Floats, inverse: Floats) -> Floats:
    """Second derivatives at the place, or what bounds them where they make no peak."""
    k = len(inverse)
    whole = float(weight.sum())
    mine = part[:, :k]
    bound = whole * (np.diag(shares[:k]) - np.outer(shares[:k], shares[:k])) + inverse
    scaled = mine / np.sqrt(weight)[:, None]
    curve = bound - np.diag(mine.sum(axis=0)) + scaled.T @ scaled
    try:
        np.linalg.cholesky(curve)
    except np.linalg.LinAlgError:
        # no peak here: what the words take away is left out, which is never flat
        return np.asarray(bound)
    return np.asarray(curve)


def _settled(
    at: Floats, here: Floats, weight: Floats, prior: Floats, inverse: Floats, settled: float
) -> npt.NDArray[np.float64]:
    """Find the likeliest log shares of one paragraph by Newton's method with halved steps."""
    place, whole = np.array(at, dtype=float), float(weight.sum())
    now = _value(place, here, weight, prior, inverse)
    for _ in range(NEWTON_STEPS):
        shares = softmax(place[None, :])[0]
        joint = here * shares
        total = np.maximum(joint.sum(axis=1), 1e-300)
        part = joint * (weight / total)[:, None]
        slope = whole * shares[:-1] - part[:, :-1].sum(axis=0) + inverse @ (place - prior)
        if np.abs(slope).max() < settled:
            break
        step = np.linalg.solve(_curvature(shares, part, weight, inverse), slope)
        length = 1.0
        while length > 1e-6:
            moved = place - length * step
            value = _value(moved, here, weight, prior, inverse)
            if value < now:
                break
            length /= 2
        else:
            break
        place, now = moved, value
    return place
