"""How far apart are the narratives of regions, and which words make the distance?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from policytext.analysis.report_groups import check_groups, counted_words, known_cells
from policytext.comparable import Cells, Selection, grouping, names_of, select
from policytext.counts import indicator
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.intervals import MIN_REPORTS
from policytext.inference.measures import contributions, divergence
from policytext.inference.resampling import (
    benjamini_hochberg,
    permutation_p,
    permuted_groups,
    rarefy,
    split_halves,
)
from policytext.records import KINDS_COUNTED, Bilingual, Floats, Method, OneOrMore
from policytext.result import Drawing, Result, evidence_of_counts, evidence_of_places
from policytext.texts import cite, columns_of, say

if TYPE_CHECKING:
    from policytext.corpus import Corpus
    from policytext.counts import Counts

DISTANCE_COLUMNS: Final = columns_of("distance")
METHOD: Final = Method(
    say("distances.method"),
    cite("lin-1991", "gallagher-2021", "phipson-2010"),
)

MIN_TOKENS: Final = 30
"""Half a group's text must hold this many tokens."""

MIN_PARAGRAPHS: Final = 10
"""The same for features that are shares and not counts: paragraphs in half a group's text."""

SHORT: Final = 1_000
"""Halves with fewer tokens get a caution."""

N_WORDS: Final = 8
"""Features named on either side of a distance."""


def region_distances(
    corpus: Corpus,
    counts: Counts | None = None,
    by: str = "province",
    *,
    min_hits: int = 2,
    n_splits: int = 20,
    n_permutations: int = 499,
    random_state: int | None = 0,
    parts: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = False,
    min_certainty: str = "likely",
) -> Result:
    """Compare the whole narrative of every region with every other, at equal length.

    Parameters
    ----------
    corpus
        The corpus.
    by
        Column that makes the groups; provinces by default.
    counts
        paragraphs × features (words, terms, topics, themes); words by default.
    min_hits
        Features with fewer hits in all are left out.
    n_splits
        Random splits of each group into halves.
    n_permutations
        Deals of the labels behind the p-values.
    random_state
        Seed.
    parts, kinds, level, genre, exclude_rows, mix, min_certainty
        What is counted; see :func:`~policytext.comparable.select`.

    Returns
    -------
    Result
        One row a pair of groups, columns of ``DISTANCE_COLUMNS``. ``distance_table``
        makes a square of it.

    Raises
    ------
    ParameterError
        Unknown column, or two of them.
    NotEnoughDataError
        Fewer than two groups, or a group whose half has too little text.

    Examples
    --------
    >>> from policytext import Counts, read_texts, region_distances
    >>> texts = {f"{name}2021年政府工作报告.txt": f"{name}推进工作。\\n" * 40
    ...          for name in ("安徽省", "河南省")}
    >>> drawn = np.random.default_rng(0).poisson(3, (80, 8))
    >>> counts = Counts(sparse.csr_matrix(drawn), tuple("甲乙丙丁戊己庚辛"))
    >>> found = region_distances(read_texts(texts), counts=counts, n_splits=3)
    >>> found.table[["a", "b", "above_noise"]].values.tolist()
    [['安徽省', '河南省', False]]

    References
    ----------
    Lin J. (1991). https://doi.org/10.1109/18.61115
    Gallagher R. J. et al. (2021). https://doi.org/10.1140/epjds/s13688-021-00260-3
    """
    names = grouping(by)
    if len(names) != 1:
        raise ParameterError(f"region_distances takes one grouping column, got {list(names)}")
    chosen = select(
        corpus,
        names[0],
        parts=parts,
        kinds=kinds,
        exclude_rows=exclude_rows,
        level=level,
        genre=genre,
        mix=mix,
        min_certainty=min_certainty,
    )
    check_groups(chosen)
    found = counts if counts is not None else counted_words(corpus)
    cells = known_cells(corpus, chosen, found)
    groups = np.unique(cells.group)
    kept = np.flatnonzero(np.asarray(cells.counts.sum(axis=0)).ravel() >= min_hits)
    split = _split_text(found, chosen, groups, kept, n_splits=n_splits, random_state=random_state)
    table = with_tests(
        pairs_of(split, groups),
        cells,
        kept,
        chosen.design,
        n_permutations=n_permutations,
        random_state=random_state,
    )
    table = with_words(table, cells, kept)
    return Result(
        table=table[list(DISTANCE_COLUMNS)],
        title=say(
            "distances.title",
            by=names_of(chosen.by),
            kind=found.kind,
            scope=chosen.in_brackets,
        ),
        columns=DISTANCE_COLUMNS,
        method=METHOD.also(found.note),
        cautions=(*chosen.cautions, *_cautions(table, split)),
        parameters={
            "by": by,
            "features": found.kind,
            "size": split.size,
            "min_hits": min_hits,
            "n_splits": n_splits,
            "n_permutations": n_permutations,
            "random_state": random_state,
            **chosen.settings,
        },
        coverage=chosen.coverage,
        corpus=corpus,
        evidence_from=lambda: _evidence(chosen, found, table),
        figure=Drawing("analysis.plot_distances"),
    )


def _split_text(
    counts: Counts,
    chosen: Selection,
    groups: npt.NDArray[np.str_],
    kept: npt.NDArray[np.int64],
    *,
    n_splits: int,
    random_state: int | None,
) -> SplitDistances:
    labels = chosen.labels[chosen.by[0]].astype(str).to_numpy(dtype=str)
    rows = np.flatnonzero(chosen.counted & np.isin(labels, groups))
    return split_distances(
        sparse.csr_matrix(counts.matrix[rows][:, kept]),
        np.searchsorted(groups, labels[rows]).astype(np.int64),
        chosen.labels["doc_id"].to_numpy(dtype=str)[rows],
        n_splits=n_splits,
        random_state=random_state,
    )


def _cautions(table: pd.DataFrame, split: SplitDistances) -> list[Bilingual]:
    said = [say("distances.size", size=split.size, unit=say(f"distances.unit.{split.unit}"))]
    if split.unit == "tokens" and split.size < SHORT:
        said.append(say("distances.short", short=SHORT))
    low = int((~table["above_noise"]).sum())
    if low:
        said.append(say("distances.within_noise", n_table=len(table), low=low))
    if table["p_value"].isna().all():
        said.append(say("distances.untested"))
    return said


def _evidence(chosen: Selection, counts: Counts, table: pd.DataFrame) -> pd.DataFrame:
    name = chosen.by[0]
    sides = [
        pd.DataFrame({"row_id": table.index, "feature": table[words], name: table[side]})
        for side, words in (("a", "words_a"), ("b", "words_b"))
    ]
    wanted = pd.concat(sides, ignore_index=True)
    wanted["feature"] = wanted["feature"].str.split("、")
    wanted = wanted.explode("feature", ignore_index=True)
    labels = chosen.labels.assign(**{name: chosen.labels[name].astype(str)})
    found = evidence_of_counts(
        wanted, counts.select(chosen.counted), labels, feature="feature", by=[name]
    )
    found["row_id"] = wanted["row_id"].to_numpy()[found["row_id"].to_numpy(dtype=int)]
    place = ["row_id", "doc_id", "para_no", "start", "end"]
    summed = found.groupby(place, as_index=False)["weight"].sum()
    return evidence_of_places(summed, order=["row_id", "weight"], falling=["weight"])


# What is said of each pair of groups: distance, noise, test, and the words that part them?


def pairs_of(split: SplitDistances, groups: npt.NDArray[np.str_]) -> pd.DataFrame:
    """One row a pair of groups: distance and noise."""
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

    Source: Phipson & Smyth (2010).
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

    Source: Gallagher et al. (2021).
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


# How far are groups from each other, and how far is each from itself?
# Every group's paragraphs are split into two random halves, all halves are cut to one length, and
# halves are compared: half against half of another group is a distance, half against half of the
# same group is noise. Both are biased by length alike, so they may be compared.


@dataclass(frozen=True)
class SplitDistances:
    """Distances between groups with their noise.

    ``between``: groups × groups: mean divergence (bits) of halves of different groups, 0 on the
      diagonal.
    ``within``: splits × groups: divergence of the two halves of one group.
    ``size``: Length of every half compared.
    ``unit``: ``tokens`` or ``paragraphs``.
    """

    between: Floats
    within: Floats
    size: int
    unit: str


def split_distances(
    matrix: sparse.csr_matrix,
    groups: npt.NDArray[np.int64],
    units: npt.ArrayLike,
    *,
    n_splits: int = 20,
    random_state: int | None = 0,
) -> SplitDistances:
    """Jensen-Shannon divergence between and within groups at equal length.

    Parameters
    ----------
    matrix
        paragraphs × features: counts (drawn token by token), or shares (drawn paragraph by
        paragraph).
    groups
        Group number of each paragraph, from 0, without gaps.
    units
        Report of each paragraph: halves take paragraphs of every report.
    n_splits
        Random splits.
    random_state
        Seed.

    Returns
    -------
    SplitDistances
        The mean over splits, and the noise of each split.

    Raises
    ------
    NotEnoughDataError
        Half of a group has too little text.

    References
    ----------
    Lin J. (1991). https://doi.org/10.1109/18.61115
    Sanders H. L. (1968). https://doi.org/10.1086/282541

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> text = sparse.csr_matrix(rng.poisson(5, (40, 10)))
    >>> d = split_distances(text, np.repeat([0, 1], 20), np.arange(40) % 4, n_splits=3)
    >>> d.within.shape, d.unit
    ((3, 2), 'tokens')
    """
    whole = bool(np.array_equal(matrix.data, np.round(matrix.data)))
    n = int(groups.max()) + 1
    keys = [f"{g}/{u}" for g, u in zip(groups, np.asarray(units, dtype=str), strict=True)]
    halves = split_halves(keys, n_splits=n_splits, random_state=random_state)
    size = half_length(matrix, groups, halves, whole=whole)
    rng = np.random.default_rng(random_state)
    between, within = np.zeros((n, n)), np.zeros((n_splits, n))
    for i, first in enumerate(halves):
        codes = groups + n * ~first
        found = divergence(_cut(matrix, codes, 2 * n, size, rng, whole=whole))
        cross = (found[:n, n:] + found[n:, :n]) / 2
        within[i] = np.diag(found[:n, n:])
        between += cross / n_splits
    np.fill_diagonal(between, 0.0)
    return SplitDistances(between, within, size, "tokens" if whole else "paragraphs")


def half_length(
    matrix: sparse.csr_matrix,
    groups: npt.NDArray[np.int64],
    halves: npt.NDArray[np.bool_],
    *,
    whole: bool,
) -> int:
    """Length that every half of every group can give, in tokens or paragraphs."""
    n = int(groups.max()) + 1
    per_row = np.asarray(matrix.sum(axis=1), dtype=float).ravel() if whole else None
    sizes = [np.bincount(groups + n * ~first, weights=per_row, minlength=2 * n) for first in halves]
    size, least = int(np.min(sizes)), MIN_TOKENS if whole else MIN_PARAGRAPHS
    if size < least:
        unit = "tokens" if whole else "paragraphs"
        raise NotEnoughDataError(
            f"half of the shortest group has {size} {unit}; a distance needs at least {least}; "
            "leave that group out, or count more"
        )
    return size


def _cut(
    matrix: sparse.csr_matrix,
    codes: npt.NDArray[np.int64],
    n_codes: int,
    size: int,
    rng: np.random.Generator,
    *,
    whole: bool,
) -> Floats:
    if whole:
        sums = (indicator(codes, n_codes) @ matrix).toarray().astype(np.int64)
        return rarefy(sums, size, random_state=rng).astype(float)
    order = np.lexsort((rng.random(len(codes)), codes))
    rank = np.arange(len(codes)) - np.searchsorted(codes[order], codes[order])
    rows = order[rank < size]
    return np.asarray((indicator(codes[rows], n_codes) @ matrix[rows]).todense(), dtype=float)


def distance_p(
    counts: sparse.csr_matrix,
    in_group: npt.NDArray[np.bool_],
    *,
    n_permutations: int = 499,
    random_state: int | None = 0,
) -> float:
    """p-value of the divergence of two groups of reports, labels dealt out again by report.

    Source: Phipson & Smyth (2010).

    >>> counts = sparse.csr_matrix([[9, 1], [8, 2], [9, 0], [1, 9], [2, 8], [0, 9]])
    >>> distance_p(counts, np.array([True] * 3 + [False] * 3), n_permutations=99) < 0.2
    True
    """
    deals = permuted_groups(in_group, n_permutations=n_permutations, random_state=random_state)
    dense = (
        counts[:, np.flatnonzero(np.asarray(counts.sum(axis=0)).ravel())].toarray().astype(float)
    )
    total = dense.sum(axis=0)

    def statistic(sides: npt.NDArray[np.bool_]) -> Floats:
        first = sides.astype(float) @ dense
        return divergence(first, total - first)

    observed = statistic(in_group[None, :])[0]
    blocks = [statistic(deals[i : i + 64]) for i in range(0, len(deals), 64)]
    return float(permutation_p(observed, np.concatenate(blocks)))


# Which regions stand near each other, in a square table?


def distance_table(distances: pd.DataFrame, column: str = "distance") -> pd.DataFrame:
    """Turn a table of pairs into a square table of distances.

    Parameters
    ----------
    distances
        Table of `region_distances`, or columns ``a``, ``b`` and ``column``.
    column
        What to fill in.

    Returns
    -------
    pandas.DataFrame
        Groups × groups, 0 on the diagonal.

    Examples
    --------
    >>> pairs = pd.DataFrame({"a": ["甲"], "b": ["乙"], "distance": [0.3]})
    >>> distance_table(pairs).loc["乙", "甲"].item()
    0.3
    """
    names = list(dict.fromkeys([*distances["a"], *distances["b"]]))
    square = pd.DataFrame(0.0, index=pd.Index(names), columns=pd.Index(names))
    for a, b, value in zip(distances["a"], distances["b"], distances[column], strict=True):
        square.loc[a, b] = square.loc[b, a] = float(value)
    return square
