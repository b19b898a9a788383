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
from policytext.inference.by_unit import MIN_UNITS, dealt_sides
from policytext.inference.measures import contributions, divergence
from policytext.inference.resampling import (
    benjamini_hochberg,
    permutation_p,
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

LEAST_DEALS: Final = 10
"""Units in all, and deals, that say what chance gives."""

N_WORDS: Final = 8
"""Features named on either side of a distance."""


def region_distances(
    corpus: Corpus,
    counts: Counts | None = None,
    by: str = "province",
    *,
    min_hits: int = 2,
    n_splits: int = 5,
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
        How often reports are cut to one length; the mean over cuts is printed and tested.
    n_permutations
        Deals of units behind the p-values.
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
        Fewer than two groups, or a report with too little text.

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
    kept = np.flatnonzero(np.asarray(cells.counts.sum(axis=0)).ravel() >= min_hits)
    cuts = cut_reports(
        sparse.csr_matrix(found.matrix[:, kept]), cells, chosen, n_cuts=n_splits, seed=random_state
    )
    table = with_tests(
        cuts,
        cells,
        chosen.design,
        n_permutations=n_permutations,
        random_state=random_state,
    )
    table = with_words(table, cells, kept)

    def again(other: Corpus, column: str | None) -> Result:
        return region_distances(
            other,
            found,
            column or by,
            min_hits=min_hits,
            n_splits=n_splits,
            n_permutations=n_permutations,
            random_state=random_state,
            parts=parts,
            kinds=kinds,
            exclude_rows=exclude_rows,
            level=level,
            genre=genre,
            mix=mix,
            min_certainty=min_certainty,
        )

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
        cautions=(*chosen.cautions, *_cautions(table, cuts)),
        parameters={
            "by": by,
            "features": found.kind,
            "size": cuts.size,
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
        again=again,
    )


def _cautions(table: pd.DataFrame, cuts: Cuts) -> list[Bilingual]:
    said = [say("distances.size", size=cuts.size, unit=say(f"distances.unit.{cuts.unit}"))]
    if cuts.unit == "tokens" and cuts.size < SHORT:
        said.append(say("distances.short", short=SHORT))
    if table["noise_high"].isna().all():
        said.append(say("distances.no_floor", least=LEAST_DEALS))
    else:
        low = int((~table["above_noise"]).sum())
        said.append(say("distances.within_noise", n_table=len(table), low=low))
    if table["p_value"].isna().all():
        said.append(say("distances.untested", least=MIN_UNITS))
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


# How far apart are groups at one length, and how far apart does chance put such groups?
# Every group is cut to one number of tokens, the same number from each of its units, several
# times. A unit that is dealt to another group is cut as that group's units are.


@dataclass(frozen=True)
class Cuts:
    """Units cut to the lengths that groups of every size ask for.

    ``profiles``: for each number of units in a group, cuts × units × features.
    ``group``, ``units``: the group of each row of a profile, and its unit, as numbers.
    ``names``: names of the groups.
    ``size``: tokens (or paragraphs) of every group. ``unit``: ``tokens`` or ``paragraphs``.
    """

    profiles: dict[int, Floats]
    group: npt.NDArray[np.intp]
    units: npt.NDArray[np.intp]
    names: npt.NDArray[np.str_]
    size: int
    unit: str

    def distance(self, first: npt.NDArray[np.bool_], second: npt.NDArray[np.bool_]) -> Floats:
        """Mean divergence over cuts of pairs of sets of units: one number a pair.

        Source: Lin (1991).
        """
        total = np.zeros(len(first))
        n_first, n_second = int(first[0].sum()), int(second[0].sum())
        for one, other in zip(self.profiles[n_first], self.profiles[n_second], strict=True):
            total += divergence(first.astype(float) @ one, second.astype(float) @ other)
        return total / len(self.profiles[n_first])


def cut_reports(
    matrix: sparse.csr_matrix,
    cells: Cells,
    chosen: Selection,
    *,
    n_cuts: int = 5,
    seed: int | None = 0,
) -> Cuts:
    """Cut every unit to the length that its group, and groups of other sizes, take from it.

    The reports of a unit in one group are added up before.

    Source: Sanders (1968).
    """
    key = cells.table["unit"].astype(str) + "\t" + pd.Series(cells.group)
    owner, keys = pd.factorize(key)
    first = np.array([int(np.argmax(owner == k)) for k in range(len(keys))])
    names, group = np.unique(cells.group, return_inverse=True)
    doc_ids = cells.table["doc_id"].astype(str)
    place = dict(zip(zip(doc_ids, cells.group, strict=True), owner.tolist(), strict=True))
    labels = chosen.group
    reports = chosen.labels["doc_id"].astype(str).to_numpy()
    rows = np.flatnonzero(chosen.counted)
    code = np.array([place.get((reports[r], labels[r]), -1) for r in rows], dtype=np.intp)
    rows, code = rows[code >= 0], code[code >= 0]
    text = sparse.csr_matrix(matrix[rows])
    return cuts_of(text, code, group[first], cells.units[first], names, n_cuts, seed)


def cuts_of(
    matrix: sparse.csr_matrix,
    report: npt.NDArray[np.intp],
    group: npt.NDArray[np.intp],
    units: npt.NDArray[np.intp],
    names: npt.NDArray[np.str_],
    n_cuts: int = 5,
    seed: int | None = 0,
) -> Cuts:
    """Cut texts (numbers from 0, one a row) token by token, or by paragraph for shares.

    Source: Sanders (1968).

    >>> text = sparse.csr_matrix(np.full((4, 3), 30))
    >>> one = np.arange(4)
    >>> cuts_of(text, one, np.array([0, 0, 1, 1]), one, np.array(["a", "b"])).size
    180
    """
    whole = bool(np.array_equal(matrix.data, np.round(matrix.data)))
    n = len(group)
    per_row = np.asarray(matrix.sum(axis=1), float).ravel() if whole else np.ones(len(report))
    length = np.bincount(report, weights=per_row, minlength=n)
    sizes = np.unique(np.bincount(group))
    least = MIN_TOKENS if whole else MIN_PARAGRAPHS
    size = int(sizes.min() * length.min())
    if length.min() < least:
        unit = "tokens" if whole else "paragraphs"
        raise NotEnoughDataError(
            f"the issuer with the shortest text has {int(length.min())} {unit}; a distance needs "
            f"at least {least}; leave it out, or count more"
        )
    rng = np.random.default_rng(seed)
    sums = (indicator(report, n) @ matrix).toarray() if whole else None
    profiles = {}
    for k in sizes:
        take = max(size // int(k), 1)
        profiles[int(k)] = np.stack(
            [
                rarefy(sums.astype(np.int64), take, random_state=rng).astype(float)
                if sums is not None
                else _paragraphs(matrix, report, n, take, rng)
                for _ in range(n_cuts)
            ]
        )
    return Cuts(profiles, group, units, names, size, "tokens" if whole else "paragraphs")


def _paragraphs(
    matrix: sparse.csr_matrix,
    report: npt.NDArray[np.intp],
    n: int,
    take: int,
    rng: np.random.Generator,
) -> Floats:
    """Add up as many paragraphs of every report, drawn without replacement."""
    order = np.lexsort((rng.random(len(report)), report))
    rank = np.arange(len(report)) - np.searchsorted(report[order], report[order])
    rows = order[rank < take]
    return np.asarray((indicator(report[rows], n) @ matrix[rows]).todense(), dtype=float)


def with_tests(
    cuts: Cuts, cells: Cells, design: str, *, n_permutations: int, random_state: int | None
) -> pd.DataFrame:
    """One row a pair of groups: distance, noise, and a permutation p-value by unit if allowed.

    Source: Phipson & Smyth (2010).
    """
    n_groups = len(cuts.names)
    members = np.arange(n_groups)[:, None] == cuts.group[None, :]
    floors: dict[tuple[int, int], tuple[float, float]] = {}
    reports = pd.Series(cells.group).value_counts()
    rows = []
    for i, j in zip(*np.triu_indices(n_groups, k=1), strict=True):
        apart = float(cuts.distance(members[[i]], members[[j]])[0])
        pair = (int(members[i].sum()), int(members[j].sum()))
        if pair not in floors:
            floors[pair] = dealt_floor(cuts, members[i], members[j], random_state)
        floor, high = floors[pair]
        row: dict[str, object] = {
            "a": str(cuts.names[i]),
            "b": str(cuts.names[j]),
            "distance": np.sqrt(apart),
            "divergence": apart,
            "noise_floor": floor,
            "noise_high": high,
            "above_noise": bool(np.sqrt(apart) > high),
            "n_reports_a": int(reports[cuts.names[i]]),
            "n_reports_b": int(reports[cuts.names[j]]),
            "n_units_a": pair[0],
            "n_units_b": pair[1],
            "p_value": np.nan,
        }
        if design != "census" and min(pair) >= MIN_UNITS:
            row["p_value"] = pair_p(cuts, members[i], members[j], n_permutations, random_state)
        rows.append(row)
    table = pd.DataFrame(rows)
    return table.assign(q_value=benjamini_hochberg(table["p_value"].to_numpy(dtype=float)))


def dealt_floor(
    cuts: Cuts,
    first: npt.NDArray[np.bool_],
    second: npt.NDArray[np.bool_],
    random_state: int | None,
    n_deals: int = 199,
) -> tuple[float, float]:
    """Mean and 95th percentile of distances of groups of these sizes, dealt from all reports.

    What parts texts of one and the same kind is in it: other provinces, adjacent years. NaN with
    fewer than ten units in all.
    """
    n = len(first)
    if n < LEAST_DEALS:
        return float("nan"), float("nan")
    rng = np.random.default_rng(random_state)
    sizes = int(first.sum()), int(second.sum())
    order = np.argsort(rng.random((n_deals, n)), axis=1)
    deals = np.zeros((2, n_deals, n), dtype=bool)
    np.put_along_axis(deals[0], order[:, : sizes[0]], values=True, axis=1)
    np.put_along_axis(deals[1], order[:, sizes[0] : sum(sizes)], values=True, axis=1)
    found = np.concatenate(
        [np.sqrt(cuts.distance(*deals[:, i : i + 64])) for i in range(0, n_deals, 64)]
    )
    return float(found.mean()), float(np.percentile(found, 95))


def pair_p(
    cuts: Cuts,
    first: npt.NDArray[np.bool_],
    second: npt.NDArray[np.bool_],
    n_permutations: int,
    random_state: int | None,
) -> float:
    """p-value of the printed distance: whole units dealt out to the two groups again.

    Units that stand in both groups stay in both: their texts change sides.

    Source: Phipson & Smyth (2010).
    """
    both = np.flatnonzero(first | second)
    deals = dealt_sides(
        cuts.units[both], first[both], n_deals=n_permutations, random_state=random_state
    )
    wide = np.zeros((2, len(deals), len(first)), dtype=bool)
    wide[0][:, both], wide[1][:, both] = deals, ~deals
    blocks = [cuts.distance(*wide[:, i : i + 64]) for i in range(0, len(deals), 64)]
    observed = cuts.distance(first[None, :], second[None, :])[0]
    if len(deals) < LEAST_DEALS:
        return float("nan")
    return float(permutation_p(observed, np.concatenate(blocks)))


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
