"""How is a theme classifier fitted, each paragraph as if its own report were unknown?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import scipy.sparse as sp

from policytext.errors import NotEnoughDataError, ParameterError
from policytext.records import Floats
from policytext.themes.cues import Bools, Ints
from policytext.themes.features import Evidence, Features, stacked

_FEWEST_PARAGRAPHS: Final = 20
_FEWEST_OF_A_THEME: Final = 5


def numbered(groups: Sequence[object] | None, n: int) -> Ints:
    """Number the groups; without groups each text is its own."""
    if groups is None:
        return np.arange(n)
    return np.unique([str(group) for group in groups], return_inverse=True)[1]


def refuse_too_little(texts: Sequence[str], y: Bools, group: Ints) -> None:
    """Refuse lengths that differ, too few paragraphs, and a single report."""
    if not len(texts) == len(y) == len(group):
        raise ParameterError(
            f"texts, labels and groups must be of one length, got {len(texts)}, {len(y)} "
            f"and {len(group)}"
        )
    if len(texts) < _FEWEST_PARAGRAPHS or y.sum(axis=0).max() < _FEWEST_OF_A_THEME:
        raise NotEnoughDataError(
            f"a theme classifier needs at least {_FEWEST_PARAGRAPHS} labelled paragraphs and "
            f"one theme with five; got {len(texts)} paragraphs. Code by cue terms "
            "(code_by_cues) and label more"
        )
    if len(np.unique(group)) < 2:
        raise NotEnoughDataError(
            "all paragraphs come from one report; label paragraphs of at least two reports"
        )


# What a weighted sum of characters and cues says for each theme


class RidgeFit(NamedTuple):
    """Weights (features × themes), means (themes), and left-out scores (rows × themes)."""

    weights: Floats
    means: Floats
    left_out: Floats


def grouped_ridge(
    features: sp.csr_matrix, labels: Floats, groups: Ints, penalty: float = 1.0
) -> RidgeFit:
    """Fit ridge regressions for all themes at once, and score every row as if its group were
    unknown.

    With H the hat matrix and g a group, the residuals without g are (I - H_gg)^-1 (y_g - yhat_g):
    no refitting; and I - H is the penalty times the inverse that gives the weights.

    Source: Hoerl & Kennard (1970).

    >>> x = sp.csr_matrix(np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]]))
    >>> y = np.array([[1.0], [1], [0], [0]])
    >>> fit = grouped_ridge(x, y, np.arange(4))
    >>> bool(fit.left_out[0, 0] > fit.left_out[2, 0])
    True
    """
    means = labels.mean(axis=0)
    centred = labels - means
    gram = (features @ features.T).toarray()
    inverse = np.linalg.inv(gram + penalty * np.eye(len(gram)))
    pulls = inverse @ centred
    left_out = np.empty_like(labels)
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        left_out[rows] = labels[rows] - np.linalg.solve(inverse[np.ix_(rows, rows)], pulls[rows])
    return RidgeFit(features.T @ pulls, means, left_out)


# How likely a theme is in a paragraph, given what its clauses and characters say

OWN: Final = (
    "has_cue",
    "log_clauses",
    "share_of_clauses",
    "log_cues_outside_lists",
    "log_domain_clauses",
    "best_clause",
    "log_hints",
    "characters",
    "cues_together",
    "best_cue",
)
"""Features for which each theme has a weight of its own beside the shared one."""

_OWN_SCALE: Final = 0.5
_RIVAL_SCALE: Final = 0.6


def joined(pairs: Features, scores: Features, context: Features) -> dict[str, Floats]:
    """Return evidence, scores, and what the characters say beside cues and without any."""
    characters = scores["characters"]
    return {
        **pairs,
        **scores,
        "characters_if_cue": characters * pairs["has_cue"],
        "characters_by_cues": characters * scores["cues_together"],
        "characters_if_no_cue": characters * context["no_cue"][:, None],
    }


@dataclass(frozen=True)
class PairModel:
    """A logistic model over (paragraph, theme) pairs; it reads its features by their names.

    One set of weights is shared by all themes that are not used alone (what a cue in one clause,
    in a list, or in the first clause means); another is each theme's own, pulled towards zero so
    that rare themes lean on the shared one.

    ``names``, ``context_names``, ``own_names``: the features, in the order of the weights.
    ``own_context``: weights of one, the context, and all themes' clauses and shares of clauses.
    """

    names: tuple[str, ...]
    context_names: tuple[str, ...]
    own_names: tuple[str, ...]
    centre: Floats
    spread: Floats
    shared: Floats
    shared_context: Floats
    own: Floats
    own_context: Floats
    intercept: float
    real: Bools

    def logits(self, pairs: Features, context: Features) -> Floats:
        """Return paragraphs × themes log-odds, from what `joined` gives and the context."""
        standard = (stacked(pairs, self.names) - self.centre) / self.spread
        around = stacked(context, self.context_names)
        own_columns = [self.names.index(name) for name in self.own_names]
        shared = standard @ self.shared + (around @ self.shared_context)[:, None] * _OWN_SCALE
        own = np.einsum("ntk,tk->nt", standard[:, :, own_columns], self.own) * _OWN_SCALE
        own += _surroundings(pairs, around) @ self.own_context.T * _OWN_SCALE
        logits: Floats = shared * self.real + own + self.intercept
        return logits


def fit_pairs(
    pairs: Features, context: Features, labels: Bools, *, real: Bools, strength: float
) -> PairModel:
    """Fit the logistic model over (paragraph, theme) pairs.

    Source: Cox (1958).
    """
    from sklearn.linear_model import LogisticRegression

    names, context_names = tuple(pairs), tuple(context)
    values, around = stacked(pairs, names), stacked(context, context_names)
    centre = values.reshape(-1, len(names)).mean(axis=0)
    spread = values.reshape(-1, len(names)).std(axis=0) + 1e-9
    standard = (values - centre) / spread
    own = standard[:, :, [names.index(name) for name in OWN]]
    design = _design(standard, own, around, _surroundings(pairs, around), real)
    model = LogisticRegression(C=strength, max_iter=200, tol=1e-3).fit(design, labels.ravel())
    weights = model.coef_[0]
    n_shared = len(names) + len(context_names)
    rest = weights[n_shared:].reshape(labels.shape[1], -1)
    return PairModel(
        names,
        context_names,
        OWN,
        centre,
        spread,
        weights[: len(names)],
        weights[len(names) : n_shared],
        rest[:, : len(OWN)],
        rest[:, len(OWN) :],
        float(model.intercept_[0]),
        real,
    )


def _surroundings(pairs: Features, around: Floats) -> Floats:
    """Return what a theme may learn about its rivals: one, context, clauses and shares."""
    clauses = pairs["log_clauses"]
    share = clauses / np.maximum(clauses.sum(axis=1, keepdims=True), 1)
    one = np.ones((len(clauses), 1))
    return np.concatenate([one, around, clauses * _RIVAL_SCALE, share * 2 * _RIVAL_SCALE], axis=1)


def _design(
    standard: Floats, own: Floats, around: Floats, surroundings: Floats, real: Bools
) -> sp.csr_matrix:
    """Return (paragraph, theme) pairs × weights: the shared ones, then a block for each theme."""
    n, themes, k = standard.shape
    of_theme = np.repeat(surroundings[:, None, :], themes, axis=1)
    own = np.concatenate([own, of_theme], axis=2)
    width = own.shape[2]
    theme = np.tile(np.arange(themes), n)
    columns = (theme[:, None] * width + np.arange(width)).ravel()
    rows = np.repeat(np.arange(n * themes), width)
    block = sp.csr_matrix((own.ravel() * _OWN_SCALE, (rows, columns)), (n * themes, themes * width))
    gate = np.tile(real, n).astype(float)[:, None]
    context = np.repeat(around, themes, axis=0) * _OWN_SCALE
    shared = np.concatenate([standard.reshape(n * themes, k), context], axis=1) * gate
    return sp.hstack([sp.csr_matrix(shared), block]).tocsr()


# How likely a theme is by a few features that mean the same for all themes

_FEW: Final = (
    "near",
    "nearest_sentence",
    "nearer_than_others",
    "vectors",
    "log_clauses",
    "share_of_clauses",
    "in_first_clause",
    "best_clause",
)
_N_NEAR: Final = 3
_START_SCALE: Final = 0.3
_MOST_SHARE: Final = 0.5
_FEW_LABELS: Final = 200
_CAUTION: Final = 1.0
_MORE_CAUTION: Final = 2.0


@dataclass(frozen=True)
class FewModel:
    """A logistic model of few weights that all themes share, with a start for each theme.

    Where labels are few it errs elsewhere than `PairModel`, so that both together are right more
    often. A code that is used alone is read off the themes: how likely the likeliest is, and none.

    ``places``, ``means``: ridge regression of the themes on the vectors of a text; ``centre``,
    ``spread``: of the features; ``weights``: of the features and of what the vectors say beside
    nearness; ``starts``: added to the log-odds of each theme; ``alone``: for each theme two
    weights, 0 unless it is used alone; ``share``: its part in the answer, a half where labels are
    few and less and less where they are many.
    """

    places: Floats
    means: Floats
    centre: Floats
    spread: Floats
    weights: Floats
    starts: Floats
    alone: Floats
    real: Bools
    share: float

    @property
    def caution(self) -> float:
        """How much less a clause alone is believed, in log-odds: few labels say little of it."""
        return _CAUTION + _MORE_CAUTION * self.share

    def logits(self, pairs: Features, vectors: Floats) -> Floats:
        """Return paragraphs × themes log-odds, from clauses, nearness and vectors of texts."""
        seen = {**pairs, "vectors": self.means + vectors @ self.places}
        themes = _few_values(seen, self.centre, self.spread) @ self.weights + self.starts
        apart = _without(themes[:, self.real]) @ self.alone.T + self.starts
        logits: Floats = np.where(self.real, themes, apart)
        return logits


def _few_values(pairs: Features, centre: Floats, spread: Floats) -> Floats:
    standard = (stacked(pairs, _FEW) - centre) / spread
    placed = standard[:, :, _N_NEAR, None]
    return np.concatenate([standard, placed * standard[:, :, :_N_NEAR]], axis=2)


def _without(logits: Floats) -> Floats:
    """Return per paragraph the log-odds of the likeliest theme, and how likely none is (log)."""
    return np.column_stack([logits.max(axis=1), -np.logaddexp(0, logits).sum(axis=1)])


def fit_few(
    pairs: Features, vectors: Floats, labels: Bools, groups: Ints, *, real: Bools, strength: float
) -> FewModel:
    """Fit the model of few weights.

    Source: Cox (1958).
    """
    from sklearn.linear_model import LogisticRegression

    themes = np.flatnonzero(real)
    ridge = grouped_ridge(sp.csr_matrix(vectors), labels.astype(float), groups)
    pairs = {**pairs, "vectors": ridge.left_out}
    values = stacked(pairs, _FEW)[:, themes].reshape(-1, len(_FEW))
    centre, spread = values.mean(axis=0), values.std(axis=0) + 1e-9
    standard = _few_values(pairs, centre, spread)[:, themes].reshape(len(labels) * len(themes), -1)
    own = np.tile(np.eye(len(themes)) * _START_SCALE, (len(labels), 1))
    fitted = LogisticRegression(C=strength, max_iter=500)
    fitted.fit(np.hstack([standard, own]), labels[:, themes].ravel())
    weights, more = np.split(fitted.coef_[0], [standard.shape[1]])
    n = labels.sum(axis=0)
    starts = np.log((n + 0.5) / (len(labels) - n + 0.5))
    starts[themes] = fitted.intercept_[0] + more * _START_SCALE
    around = _without((standard @ weights).reshape(len(labels), -1) + starts[themes])
    alone = np.zeros((len(real), 2))
    for code in np.flatnonzero(~real & (n > 0) & (n < len(labels))):
        fitted = LogisticRegression().fit(around, labels[:, code])
        alone[code], starts[code] = fitted.coef_[0], fitted.intercept_[0]
    share = _MOST_SHARE * min(1.0, _FEW_LABELS / len(labels))
    return FewModel(ridge.weights, ridge.means, centre, spread, weights, starts, alone, real, share)


# How likely does one clause, read by itself, make its paragraph treat a theme?

# A clause speaks for a theme by the cues in it. What it says is joined over the paragraph as by
# independent witnesses (noisy-or), so that one clause is enough and no other takes it back. Only
# the paragraph's labels are known: the weights are those under which the joined clauses fit best.

CLAUSE_NAMES: Final = (
    "trust",
    "log_cues",
    "log_hints",
    "outside_list",
    "figure",
    "in_domain",
    "enumeration",
    "log_length",
)
"""What is seen of a clause and a theme; all of it stands in the clause itself."""

_GROWING: Final = 4
"""The first weights are not negative: cut out of its paragraph, a clause cannot gain by them."""

_PENALTY: Final = 0.5
_HIGHEST: Final = 0.97


class ClauseCells(NamedTuple):
    """A clause and a theme with a cue in it: paragraph, theme, values by `CLAUSE_NAMES`."""

    paragraph: Ints
    theme: Ints
    values: Floats


@dataclass(frozen=True)
class ClauseModel:
    """A logistic model of clauses: ``shared`` weights by `CLAUSE_NAMES`, a start for each theme.

    ``own``: added to the log-odds of each theme.
    """

    shared: Floats
    own: Floats

    def probabilities(self, cells: ClauseCells) -> Floats:
        """Return for each entry how likely the clause is enough (at most 0.97)."""
        scores = cells.values @ self.shared + self.own[cells.theme]
        likely: Floats = np.minimum(1 / (1 + np.exp(-np.clip(scores, -30, 30))), _HIGHEST)
        return likely

    def pooled(self, cells: ClauseCells, shape: tuple[int, int]) -> dict[str, Floats]:
        """Return per paragraph and theme what all clauses say together, and what the best says."""
        likely = self.probabilities(cells)
        pair = cells.paragraph * shape[1] + cells.theme
        size = shape[0] * shape[1]
        doubt = np.bincount(pair, weights=np.log1p(-likely), minlength=size)
        best = np.zeros(size)
        np.maximum.at(best, pair, likely)
        together = 1 - np.exp(doubt)
        return {
            "clauses_together": together.reshape(shape),
            "clauses_log_odds": _log_odds(together).reshape(shape),
            "best_clause_alone": best.reshape(shape),
        }


def bounded(likely: Floats, caution: float = _CAUTION) -> Floats:
    """Return the probability that one clause guarantees its paragraph.

    A clause alone is believed less by some log-odds: the rest of its paragraph may explain it.

    >>> bounded(np.array([0.0, 0.9])).round(2).tolist()
    [0.0, 0.77]
    """
    held = likely / (likely + (1 - likely) * np.exp(caution))
    guaranteed: Floats = np.where(likely > 0, held, 0.0)
    return guaranteed


def _log_odds(p: Floats) -> Floats:
    held = np.clip(p, 0.01, 0.99)
    odds: Floats = np.log(held / (1 - held))
    return odds


def clause_cells(evidence: Evidence, trust_of_hit: Floats, themes: int) -> ClauseCells:
    """Summarise the cues of each clause and theme."""
    key, inverse = np.unique(evidence.hit_clause * themes + evidence.hit_theme, return_inverse=True)
    n = len(key)
    strong = evidence.hit_strong
    trust = np.zeros(n)
    np.maximum.at(trust, inverse[strong], trust_of_hit[strong])
    cues, hints, free = (
        np.bincount(inverse, weights=held, minlength=n)
        for held in (strong, ~strong, strong & ~evidence.hit_listed)
    )
    clause = key // themes
    values = np.column_stack(
        [
            _log_odds(trust),
            np.log1p(cues),
            np.log1p(hints),
            free > 0,
            evidence.clause_figure[clause] > 0,
            evidence.clause_domain[clause] > 0,
            np.log1p(evidence.clause_separators[clause]),
            np.log(np.maximum(evidence.clause_length[clause], 1)) - 2.5,
        ]
    ).astype(float)
    held = cues > 0
    return ClauseCells(evidence.clause_paragraph[clause][held], key[held] % themes, values[held])


def fit_clauses(cells: ClauseCells, labels: Bools) -> ClauseModel:
    """Fit the weights by the labels of paragraphs, of which the clauses are the witnesses.

    Source: Zhang, Platt & Viola (2006), noisy-or over the instances of a bag.
    """
    from scipy.optimize import minimize

    themes = labels.shape[1]
    k = len(CLAUSE_NAMES)
    pair = cells.paragraph * themes + cells.theme
    found, bag = np.unique(pair, return_inverse=True)
    wanted = labels.ravel()[found]

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = cells.values @ weights[:k] + weights[k:][cells.theme]
        likely = 1 / (1 + np.exp(-np.clip(scores, -30, 30)))
        doubt = np.bincount(bag, weights=np.logaddexp(0, scores), minlength=len(found))
        none = np.exp(-doubt)
        some = np.maximum(1 - none, 1e-9)
        value = np.where(wanted, -np.log(some), doubt).sum()
        by_doubt = np.where(wanted, -none / some, 1.0)
        slope = by_doubt[bag] * likely
        gradient = np.concatenate(
            [
                cells.values.T @ slope,
                np.bincount(cells.theme, weights=slope, minlength=themes),
            ]
        )
        penalty = _PENALTY * weights
        return float(value + 0.5 * penalty @ weights), gradient + penalty

    bounds = [(0.0, None)] * _GROWING + [(None, None)] * (k - _GROWING + themes)
    fitted = minimize(loss, np.zeros(k + themes), jac=True, method="L-BFGS-B", bounds=bounds)
    return ClauseModel(fitted.x[:k], fitted.x[k:])
