"""How large a z-score do two halves of one and the same group give?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from policytext.analysis.cells import indicator
from policytext.analysis.keyness_measures import corpus_prior, log_odds
from policytext.inference.resampling import split_halves

if TYPE_CHECKING:
    from policytext.analysis.selection import Selection
    from policytext.words.counts import Counts


def noise_floor(
    counts: Counts,
    chosen: Selection,
    groups: Mapping[str, Sequence[str]],
    *,
    prior_words: float,
    n_splits: int = 10,
    seed: int | None = 0,
) -> dict[str, float]:
    """95th percentile of |z| between random halves of each group's paragraphs.

    A z-score counts words as independent draws. Halves of one group share author and subject, so
    what they show is noise; a word whose z does not exceed it says nothing about the group.

    Parameters
    ----------
    counts
        paragraphs × features.
    chosen
        What is counted, under which labels.
    groups
        Name of each group → its labels.
    prior_words
        Size of the prior.
    n_splits
        Random splits, over which the percentile is averaged.
    seed
        Seed of the splits.

    Returns
    -------
    dict
        One floor a group; NaN where a group has fewer than two paragraphs.

    References
    ----------
    Monroe B. L. et al. (2008). https://doi.org/10.1093/pan/mpn018
    """
    labels = chosen.labels[chosen.by[0]].astype(str).to_numpy(dtype=str)
    floors: dict[str, float] = {}
    for name, members in groups.items():
        rows = np.flatnonzero(np.isin(labels, list(members)) & chosen.counted)
        if len(rows) < 2:
            floors[name] = float("nan")
            continue
        # halves take paragraphs of every report, so that they differ by chance and not by report
        report = chosen.labels["doc_id"].to_numpy(dtype=str)[rows]
        halves = split_halves(report, n_splits=n_splits, random_state=seed)
        found = [_percentile(counts, rows, half, prior_words) for half in halves]
        floors[name] = float(np.nanmean(found)) if not np.isnan(found).all() else float("nan")
    return floors


def _percentile(counts: Counts, rows: np.ndarray, half: np.ndarray, prior_words: float) -> float:
    sums = np.asarray((indicator(half.astype(int), 2) @ counts.matrix[rows]).todense(), dtype=float)
    kept = sums.sum(axis=0) > 0
    if not kept.any():
        return float("nan")
    prior = corpus_prior(sums[:, kept].sum(axis=0), min(prior_words, *sums.sum(axis=1)) or 1.0)
    return float(np.percentile(np.abs(log_odds(sums[0, kept], sums[1, kept], prior).z), 95))
