"""How is a theme classifier fitted, each paragraph as if its own report were unknown?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import scipy.sparse as sp

from policytext.errors import NotEnoughDataError, ParameterError
from policytext.records import Floats
from policytext.themes.features import Bools, Features, Ints, stacked

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
