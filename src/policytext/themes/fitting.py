"""How much does a weighted sum of features say for each theme, when its own report is left out?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from policytext.records import Floats

# How likely is a theme in a paragraph, given what its clauses and words say?

_OWN_COLUMNS = (0, 3, 4, 6, 8, 9, 12, 22, 23, 24)
_OWN_SCALE = 0.5
_RIVAL_SCALE = 0.6
_LOG_CLAUSES = 3
_NO_CUE = 6


@dataclass(frozen=True)
class PairModel:
    """A logistic model over (paragraph, theme) pairs.

    One set of weights is shared by all themes that are not used alone (what a cue in one clause,
    in a list, or in the first clause means); another is each theme's own, pulled towards zero so
    that rare themes lean on the shared one.
    """

    centre: Floats
    spread: Floats
    shared: Floats
    shared_context: Floats
    own: Floats
    own_context: Floats
    intercept: float
    real: NDArray[np.bool_]

    def logits(self, pairs: Floats, scores: Floats, context: Floats) -> Floats:
        """Return paragraphs × themes log-odds."""
        standard = (_joined(pairs, scores, context) - self.centre) / self.spread
        surroundings = _surroundings(pairs, context)
        shared = standard @ self.shared + (context @ self.shared_context)[:, None] * _OWN_SCALE
        own = np.einsum("ntk,tk->nt", standard[:, :, _OWN_COLUMNS], self.own) * _OWN_SCALE
        own += surroundings @ self.own_context.T * _OWN_SCALE
        logits: Floats = shared * self.real + own + self.intercept
        return logits


def fit_pairs(
    pairs: Floats,
    scores: Floats,
    context: Floats,
    labels: NDArray[np.bool_],
    *,
    real: NDArray[np.bool_],
    strength: float = 0.3,
) -> PairModel:
    """Fit the logistic model over (paragraph, theme) pairs.

    Source: Cox (1958).
    """
    from sklearn.linear_model import LogisticRegression

    joined = _joined(pairs, scores, context)
    centre = joined.reshape(-1, joined.shape[2]).mean(axis=0)
    spread = joined.reshape(-1, joined.shape[2]).std(axis=0) + 1e-9
    standard = (joined - centre) / spread
    design = _design(standard, pairs, context, real)
    model = LogisticRegression(C=strength, max_iter=200, tol=1e-3).fit(design, labels.ravel())
    weights = model.coef_[0]
    k, c, themes = joined.shape[2], context.shape[1], labels.shape[1]
    rest = weights[k + c :].reshape(themes, -1)
    n_own = len(_OWN_COLUMNS)
    return PairModel(
        centre,
        spread,
        weights[:k],
        weights[k : k + c],
        rest[:, :n_own],
        rest[:, n_own:],
        float(model.intercept_[0]),
        real,
    )


def _joined(pairs: Floats, scores: Floats, context: Floats) -> Floats:
    words = scores[:, :, :1]
    return np.concatenate(
        [
            pairs,
            scores,
            words * pairs[:, :, :1],
            words * scores[:, :, 1:2],
            words * context[:, None, _NO_CUE : _NO_CUE + 1],
        ],
        axis=2,
    )


def _surroundings(pairs: Floats, context: Floats) -> Floats:
    """Return what a theme may learn about its rivals: one, context, clauses and shares."""
    clauses = pairs[:, :, _LOG_CLAUSES]
    share = clauses / np.maximum(clauses.sum(axis=1, keepdims=True), 1)
    one = np.ones((len(pairs), 1))
    return np.concatenate([one, context, clauses * _RIVAL_SCALE, share * 2 * _RIVAL_SCALE], axis=1)


def _design(
    standard: Floats, pairs: Floats, context: Floats, real: NDArray[np.bool_]
) -> sp.csr_matrix:
    n, themes, k = standard.shape
    own = np.concatenate(
        [
            standard[:, :, _OWN_COLUMNS],
            np.repeat(_surroundings(pairs, context)[:, None, :], themes, axis=1),
        ],
        axis=2,
    )
    width = own.shape[2]
    theme = np.tile(np.arange(themes), n)
    columns = (theme[:, None] * width + np.arange(width)).ravel()
    rows = np.repeat(np.arange(n * themes), width)
    block = sp.csr_matrix((own.ravel() * _OWN_SCALE, (rows, columns)), (n * themes, themes * width))
    gate = np.tile(real, n).astype(float)[:, None]
    around = np.repeat(context, themes, axis=0) * _OWN_SCALE
    shared = np.concatenate([standard.reshape(n * themes, k), around], axis=1) * gate
    return sp.hstack([sp.csr_matrix(shared), block]).tocsr()


# How much does a weighted sum of features say for each theme, when its own report is left out?


class RidgeFit(NamedTuple):
    """Weights (features × themes), means (themes), and left-out scores (rows × themes)."""

    weights: Floats
    means: Floats
    left_out: Floats


def grouped_ridge(
    features: sp.csr_matrix, labels: Floats, groups: NDArray[np.int64], penalty: float = 1.0
) -> RidgeFit:
    """Fit ridge regressions for all themes at once, and score every row as if its group were
    unknown.

    With H the hat matrix and g a group, the residuals without g are (I - H_gg)^-1 (y_g - yhat_g):
    no refitting.

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
    hat = gram @ inverse
    residual = centred - hat @ centred
    left_out = np.empty_like(labels)
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        block = np.eye(len(rows)) - hat[np.ix_(rows, rows)]
        left_out[rows] = labels[rows] - np.linalg.solve(block, residual[rows])
    return RidgeFit(features.T @ (inverse @ centred), means, left_out)
