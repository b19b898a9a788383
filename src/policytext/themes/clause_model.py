"""How likely does one clause, read by itself, make its paragraph treat a theme?

A clause speaks for a theme by the cues in it. What it says is joined over the paragraph as by
independent witnesses (noisy-or), so that one clause is enough and no other takes it back. Only the
paragraph's labels are known: the weights are those under which the joined clauses fit them best.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from policytext.records import Floats
from policytext.themes.features import Bools, Evidence, Ints

NAMES: Final = (
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
_CAUTION: Final = 1.0
"""Log-odds by which a clause alone is believed less: the rest of its paragraph may explain it."""


class ClauseCells(NamedTuple):
    """One entry for each clause and theme with a cue: paragraph, theme, and values by `NAMES`."""

    paragraph: Ints
    theme: Ints
    values: Floats


@dataclass(frozen=True)
class ClauseModel:
    """A logistic model of clauses: ``shared`` weights by `NAMES`, and a start for each theme.

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


def bounded(likely: Floats) -> Floats:
    """Return the probability that one clause guarantees its paragraph.

    >>> bounded(np.array([0.0, 0.9])).round(2).tolist()
    [0.0, 0.77]
    """
    held = likely / (likely + (1 - likely) * np.exp(_CAUTION))
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
    k = len(NAMES)
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
