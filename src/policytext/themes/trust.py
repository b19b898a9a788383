"""How often is a cue right, and what do all cues of a paragraph say together?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from policytext.themes.features import Evidence

Floats = NDArray[np.float64]

_PRIOR_WEIGHT = 3.0
_CEILING = 0.97
_DISCOUNT = 0.9


def cue_trust(
    evidence: Evidence,
    labels: NDArray[np.bool_],
    theme_of_cue: NDArray[np.int64],
    rows: NDArray[np.bool_],
) -> Floats:
    """Return for each cue the share of paragraphs with it that have its theme, shrunk to the
    theme's share.

    Parameters
    ----------
    evidence
        Hits of the labelled paragraphs.
    labels
        Paragraphs × themes.
    theme_of_cue
        Theme number of each cue.
    rows
        Which paragraphs may be looked at.

    Returns
    -------
    numpy.ndarray
        One number per cue: (right + 3 × share of the theme) / (seen + 3).
    """
    used = evidence.hit_strong & rows[evidence.hit_paragraph]
    seen = np.unique(np.stack([evidence.hit_paragraph[used], evidence.hit_cue[used]]), axis=1)
    right = labels[seen[0], theme_of_cue[seen[1]]]
    n = np.bincount(seen[1], minlength=len(theme_of_cue))
    yes = np.bincount(seen[1], weights=right, minlength=len(theme_of_cue))
    themes = labels.shape[1]
    theme_yes = np.bincount(theme_of_cue, weights=yes, minlength=themes)
    theme_n = np.bincount(theme_of_cue, weights=n, minlength=themes)
    share = (theme_yes + _PRIOR_WEIGHT) / (theme_n + 2 * _PRIOR_WEIGHT)
    return (yes + _PRIOR_WEIGHT * share[theme_of_cue]) / (n + _PRIOR_WEIGHT)


def pooled_trust(evidence: Evidence, trust: Floats, shape: tuple[int, int]) -> Floats:
    """Pool the trust of cues over clauses: paragraphs × themes × (noisy-or, highest).

    In each clause the most trusted cue of a theme counts; clauses are joined as independent
    witnesses.

    References
    ----------
    Pearl, J. (1988). Probabilistic Reasoning in Intelligent Systems, section 4.3.2 (noisy-or).
    Morgan Kaufmann.
    """
    strong = evidence.hit_strong
    themes = shape[1]
    cell, cells = np.unique(
        evidence.hit_clause[strong] * themes + evidence.hit_theme[strong], return_inverse=True
    )
    best = np.zeros(len(cell))
    np.maximum.at(best, cells, trust[evidence.hit_cue[strong]])
    pair = evidence.clause_paragraph[cell // themes] * themes + cell % themes
    size = shape[0] * themes
    doubt = np.bincount(
        pair, weights=np.log1p(-np.minimum(best * _DISCOUNT, _CEILING)), minlength=size
    )
    highest = np.zeros(size)
    np.maximum.at(highest, pair, best)
    return np.stack([1 - np.exp(doubt), highest], axis=1).reshape(*shape, 2)


def left_out_trust(
    evidence: Evidence,
    labels: NDArray[np.bool_],
    theme_of_cue: NDArray[np.int64],
    groups: NDArray[np.int64],
) -> Floats:
    """Pool trust for labelled paragraphs as if the labels of their own report were unknown."""
    pooled = np.zeros((*labels.shape, 2))
    for group in np.unique(groups):
        own = groups == group
        trust = cue_trust(evidence, labels, theme_of_cue, ~own)
        pooled[own] = pooled_trust(evidence, trust, labels.shape)[own]
    return pooled
