"""Which topics does a model find whose shares are correlated, and shaped by facts if there are any?

The logistic-normal topic model, fitted by variational EM: without covariates the correlated topic
model, with them the prevalence part of the structural topic model.
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
from policytext.records import Floats
from policytext.texts import say
from policytext.topics.estimators import (
    CountTable,
    Covariates,
    NmfTopics,
    TopicModel,
    filled_rows,
    read_counts,
    shares_of,
    spread_rows,
)
from policytext.topics.gibbs import check_whole_counts, covariate_table
from policytext.topics.stability import Reports

NEWTON_STEPS = 40
"""Most steps for the shares of one paragraph."""

SETTLED = 1e-4
"""Largest slope at which the shares of a paragraph are settled."""

ON_THE_WAY = 1e-2
"""The same in rounds of EM, which move on anyway."""

RIDGE = 1e-6
"""Keeps variances from collapsing onto a plane; relative to their mean."""


class CorrelatedTopics(TopicModel):
    """Topics whose shares are correlated, and shaped by covariates: CTM and STM prevalence.

    The shares of a paragraph are the softmax of a normal vector, whose mean is a regression on the
    covariates (none: one mean for all) and whose covariance lets topics come together. Fitted by
    variational EM with Laplace's approximation from two starts without chance.

    Parameters
    ----------
    n_topics : int, default=20
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
    components_, topic_word_, doc_topic_, counts_, feature_names_, topic_names_
        As in `NmfTopics`.

    References
    ----------
    Blei, D. M. & Lafferty, J. D. (2007). A correlated topic model of Science. Annals of Applied
    Statistics 1(1), 17-35. doi:10.1214/07-AOAS114

    Roberts, M. E., Stewart, B. M. & Airoldi, E. M. (2016). A model of text for experimentation in
    the social sciences. JASA 111(515), 988-1003. doi:10.1080/01621459.2016.1141684

    Arora, S. et al. (2013). A practical algorithm for topic modeling with provable guarantees.
    ICML 2013. arXiv:1212.4777

    Examples
    --------
    >>> counts = [[5, 4, 0, 0], [4, 6, 0, 0], [0, 0, 7, 5], [0, 0, 5, 4], [0, 0, 0, 0]]
    >>> model = CorrelatedTopics(n_topics=2, max_iter=20).fit(counts)
    >>> first, last = model.doc_topic_[0].argmax(), model.doc_topic_[3].argmax()
    >>> bool(first != last), model.doc_topic_[4].tolist()
    (True, [0.0, 0.0])
    """

    has_random_start = False
    draws_from = say("estimators.draws_from.correlated")

    def __init__(
        self,
        n_topics: int = 20,
        *,
        degree: int = 3,
        max_iter: int = 100,
        tol: float = 1e-5,
        start: str = "both",
        feature_names: Sequence[str] | None = None,
        random_state: int = 0,
    ) -> None:
        self.n_topics = n_topics
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
        table = counts[rows]
        tried = []
        for start in ("spectral", "nmf") if self.start == "both" else (self.start,):
            begun = _started(table, self._words(counts, n_topics, start), design)
            tried.append((start, *_risen(table, begun, design, self.max_iter, self.tol)))
        self.start_, fit, history = max(tried, key=lambda found: found[2][-1])
        self.means_, self.spreads_, _, _ = _placed(table, fit, design @ fit.coefficients)
        self.coefficients_, self.covariance_ = fit.coefficients, fit.covariance
        self.bound_, self.n_iter_ = history[-1], len(history)
        return fit.words * float(counts.sum()), softmax(self.means_)

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
        return self._placed_with(counts, self.means_.mean(axis=0)[None, :])

    def _placed_with(self, counts: sparse.csr_array, prior: Floats) -> Floats:
        known = np.asarray(self.topic_word_.sum(axis=0)).ravel() > 0
        fit = _State(self.topic_word_, self.coefficients_, self.covariance_, prior)
        wide = np.broadcast_to(prior, (counts.shape[0], prior.shape[1]))
        fit = fit._replace(means=np.array(wide))
        return softmax(
            _placed(sparse.csr_array(counts @ sparse.diags_array(known * 1.0)), fit, wide)[0]
        )

    def transform(self, X: CountTable, covariates: Covariates = None) -> Floats:
        """Return the topic shares of rows, with the topics held as they are.

        Parameters
        ----------
        X : Counts, DataFrame, sparse or dense matrix of shape (n_rows, n_words)
        covariates : Series, DataFrame or sequence of length n_rows, optional
            The rows are placed with the mean that goes with them; without, with that of all rows.

        Returns
        -------
        ndarray of shape (n_rows, n_topics)
            Rows sum to 1; a row without a known word is all zero.
        """
        if covariates is None:
            return super().transform(X)
        check_is_fitted(self)
        if self.covariates_ is None:
            raise ParameterError("This model was fitted without covariates; leave them out.")
        counts = read_counts(self, X, fitting=False)
        rows, n_rows = filled_rows(counts), counts.shape[0]
        told = covariate_table(covariates, n_rows).iloc[rows]
        if told.shape[1] != self.covariates_.shape[1]:
            raise ParameterError(
                f"This model learned from the covariates {', '.join(self.covariates_.columns)}, "
                f"got {', '.join(told.columns)}."
            )
        told = told.set_axis(self.covariates_.columns, axis=1)
        design = design_of(told, len(rows), self.degree, self.scales_)[0]
        shares = self._placed_with(counts[rows], design @ self.coefficients_)
        return spread_rows(shares_of(shares), rows, n_rows)

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

    Groups that the scales do not know are taken as the first.

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
        parts.append(np.stack([(values == g).to_numpy() * 1.0 for g in kept[name]], axis=1)[:, 1:])
    return np.hstack(parts), kept


# One round of variational EM


class _State(NamedTuple):
    """What is learned: words of topics, regression, covariance, and where paragraphs stand."""

    words: Floats
    coefficients: Floats
    covariance: Floats
    means: Floats


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
    return _State(words, np.zeros((design.shape[1], k)), 20.0 * np.eye(k), np.zeros((n, k)))


def _risen(
    table: sparse.csr_array, fit: _State, design: Floats, max_iter: int, tol: float
) -> tuple[_State, list[float]]:
    """Go on until the bound hardly rises; return where that is, and the bounds on the way."""
    history: list[float] = []
    for _ in range(max_iter):
        fit, bound = _round(table, fit, design)
        history.append(bound)
        if len(history) > 1 and abs(bound - history[-2]) < tol * abs(bound):
            break
    return fit, history


def _round(table: sparse.csr_array, fit: _State, design: Floats) -> tuple[_State, float]:
    """Place all paragraphs, then learn words, regression and covariance from where they stand."""
    prior = design @ fit.coefficients
    means, spreads, words, bound = _placed(table, fit, prior, ON_THE_WAY)
    lifted = design.T @ design
    lifted += RIDGE * np.trace(lifted) / len(lifted) * np.eye(len(lifted))
    coefficients = np.linalg.solve(lifted, design.T @ means)
    away = means - design @ coefficients
    covariance: Floats = np.asarray((away.T @ away + spreads.sum(axis=0)) / len(means))
    covariance = covariance + RIDGE * np.trace(covariance) / len(covariance) * np.eye(
        len(covariance)
    )
    learned = _State(
        shares_of(words + 1e-12), np.asarray(coefficients, dtype=np.float64), covariance, means
    )
    return learned, bound


def _placed(
    table: sparse.csr_array, fit: _State, prior: Floats, settled: float = SETTLED
) -> tuple[Floats, Floats, Floats, float]:
    """Return log shares, their covariances, expected words of topics, and the bound."""
    n, k = table.shape[0], len(fit.covariance)
    inverse: Floats = np.asarray(np.linalg.inv(fit.covariance), dtype=np.float64)
    constant = -0.5 * float(np.linalg.slogdet(fit.covariance)[1])
    by_word = np.ascontiguousarray(fit.words.T)
    means, spreads = np.empty((n, k)), np.empty((n, k, k))
    words, bound = np.zeros_like(fit.words.T), 0.0
    for row in range(n):
        cells = slice(table.indptr[row], table.indptr[row + 1])
        columns, weight = table.indices[cells], table.data[cells]
        here = by_word[columns]
        at = _settled(fit.means[row], here, weight, prior[row], inverse, settled)
        shares = softmax(at[None, :])[0]
        joint = here * shares
        total = np.maximum(joint.sum(axis=1), 1e-300)
        part = joint * (weight / total)[:, None]
        words[columns] += part
        curve = _curvature(shares, part, weight, inverse)
        means[row], spreads[row] = at, np.linalg.inv(curve)
        away = at - prior[row]
        bound += float(weight @ np.log(total)) - 0.5 * float(away @ inverse @ away) + constant
        bound -= 0.5 * float(np.linalg.slogdet(curve)[1])
    return means, spreads, np.ascontiguousarray(words.T), bound


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
