"""What is said of each pair of groups: distance, noise, test, and the words that part them?"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from policytext.analysis.cells import Cells
from policytext.analysis.distance_measures import contributions
from policytext.analysis.split_distances import SplitDistances, distance_p
from policytext.inference.intervals import MIN_REPORTS
from policytext.inference.multiple_testing import benjamini_hochberg

N_WORDS: Final = 8
"""Features named on either side of a distance."""


def pairs_of(split: SplitDistances, groups: npt.NDArray[np.str_]) -> pd.DataFrame:
    """One row a pair of groups: distance and noise.

    Parameters
    ----------
    split
        Divergences between and within groups.
    groups
        Names of the groups.
    """
    i, j = np.triu_indices(len(groups), k=1)
    noise = np.sqrt(split.within)
    # groups whose paragraphs are dealt out at random exceed this in about one pair in twenty
    both = (noise[:, i] + noise[:, j]) / 2
    table = pd.DataFrame(
        {
            "a": groups[i].astype(object),
            "b": groups[j].astype(object),
            "distance": np.sqrt(split.between[i, j]),
            "divergence": split.between[i, j],
            "noise_floor": both.mean(axis=0),
            "noise_high": np.percentile(both, 99, axis=0),
        }
    )
    table["above_noise"] = table["distance"] > table["noise_high"]
    return table


def with_tests(
    table: pd.DataFrame,
    cells: Cells,
    kept: npt.NDArray[np.int64],
    design: str,
    *,
    n_permutations: int,
    random_state: int | None,
) -> pd.DataFrame:
    """Add numbers of reports and, where allowed, permutation p-values by report.

    Parameters
    ----------
    table
        Pairs of groups.
    cells
        Counts by report and group.
    kept
        Columns of the features compared.
    design
        census, sample or convenience; a census is not tested.
    n_permutations, random_state
        Deals of the labels, seed.

    References
    ----------
    Phipson B., Smyth G. K. (2010). https://doi.org/10.2202/1544-6115.1585
    """
    labels, counts = cells.group, sparse.csr_matrix(cells.counts[:, kept])
    size = pd.Series(labels).value_counts()
    table = table.assign(
        n_reports_a=table["a"].map(size).astype(int), n_reports_b=table["b"].map(size).astype(int)
    )
    p_values = np.full(len(table), np.nan)
    enough = table[["n_reports_a", "n_reports_b"]].min(axis=1) >= MIN_REPORTS
    for row in np.flatnonzero(enough) if design != "census" else ():
        both = np.flatnonzero(np.isin(labels, [table["a"].iloc[row], table["b"].iloc[row]]))
        p_values[row] = distance_p(
            counts[both],
            labels[both] == table["a"].iloc[row],
            n_permutations=n_permutations,
            random_state=random_state,
        )
    return table.assign(p_value=p_values, q_value=benjamini_hochberg(p_values))


def with_words(table: pd.DataFrame, cells: Cells, kept: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Add the features that make most of each distance, in either direction.

    Parameters
    ----------
    table
        Pairs of groups.
    cells
        Counts by report and group.
    kept
        Columns of the features compared.

    References
    ----------
    Gallagher R. J. et al. (2021). https://doi.org/10.1140/epjds/s13688-021-00260-3
    """
    names = np.array(cells.features, dtype=object)[kept]
    labels = cells.group
    sums = {
        g: np.asarray(cells.counts[np.flatnonzero(labels == g)][:, kept].sum(axis=0)).ravel()
        for g in np.unique(labels)
    }
    first, second = [], []
    for a, b in zip(table["a"], table["b"], strict=True):
        part = contributions(sums[a], sums[b])
        order = np.argsort(-part, kind="stable")
        first.append("、".join(names[k] for k in order[:N_WORDS] if part[k] > 0))
        second.append("、".join(names[k] for k in order[::-1][:N_WORDS] if part[k] < 0))
    return table.assign(words_a=first, words_b=second)
