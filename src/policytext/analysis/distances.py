"""How far apart are the narratives of regions, on which line, and which words part them?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from policytext.inference.intervals import check_confidence
from policytext.inference.measures import contributions, divergence
from policytext.inference.resampling import (
    benjamini_hochberg,
    permutation_p,
    rarefy,
    report_weights,
)
from policytext.inference.scaling import Wordfish, wordfish, wordscores
from policytext.records import KINDS_COUNTED, Bilingual, Floats, Method, OneOrMore
from policytext.regions import full_name
from policytext.result import Drawing, Result, evidence_of_counts, evidence_of_places
from policytext.texts import cite, columns_of, place_of, say

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
            kind=place_of(found.kind),
            scope=chosen.in_brackets,
        ),
        columns=DISTANCE_COLUMNS,
        method=METHOD.also(found.note),
        cautions=(*chosen.cautions, *cells.cautions, *_cautions(table, cuts)),
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
    wanted = wanted.rename(columns={"feature": "words", name: "group"})
    return _evidence_of_words(chosen, counts, wanted)


def _evidence_of_words(chosen: Selection, counts: Counts, wanted: pd.DataFrame) -> pd.DataFrame:
    """List the paragraphs of ``group`` that hold one of ``words``, for each ``row_id``."""
    name = chosen.by[0]
    wanted = wanted.rename(columns={"words": "feature", "group": name})
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


# Where do regions stand on one line, between texts that mark its ends?

POSITION_COLUMNS: Final = columns_of("positions")
LEAST_WORDS: Final = 30
"""Words that enough texts share, below which no line is drawn."""

SWEEPS: Final = 100
"""Sweeps of a resample, which starts from the fit of the texts themselves."""


def text_positions(
    corpus: Corpus,
    counts: Counts | None = None,
    by: str = "province",
    *,
    scores: Mapping[str, float] | None = None,
    ends: tuple[str, str] | None = None,
    min_hits: int = 10,
    confidence: float = 0.95,
    n_resamples: int = 100,
    random_state: int | None = 0,
    parts: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = False,
    min_certainty: str = "likely",
) -> Result:
    """Place the texts of groups on one line: by texts whose place is known, or by none.

    Parameters
    ----------
    corpus
        The corpus.
    counts
        paragraphs × features; words by default.
    by
        Column that makes the groups.
    scores
        Known scores of two groups or more: Wordscores. Without them: Wordfish.
    ends
        With Wordfish, two groups: the first shall stand below the second. By default the first
        and the last group by name.
    min_hits
        Features with fewer hits in all are left out.
    confidence
        Stated coverage of the intervals.
    n_resamples
        How often the paragraphs of each group are drawn again, with replacement.
    random_state
        Seed.
    parts, kinds, level, genre, exclude_rows, mix, min_certainty
        What is counted; see :func:`~policytext.comparable.select`.

    Returns
    -------
    Result
        One row a group, from low to high. The interval is for these texts: it says how far the
        place hangs on single paragraphs, not what other reports would have said. What the line
        means is read from ``words``.

    Raises
    ------
    ParameterError
        Both ``scores`` and ``ends`` are given, or a group does not exist.
    NotEnoughDataError
        Fewer than three groups, or too few words.

    References
    ----------
    Laver M., Benoit K., Garry J. (2003). https://doi.org/10.1017/S0003055403000698
    Slapin J. B., Proksch S.-O. (2008). https://doi.org/10.1111/j.1540-5907.2008.00338.x

    Examples
    --------
    >>> from policytext import Counts, read_texts, text_positions
    >>> texts = {f"{n}2021年政府工作报告.txt": f"{n}推进工作。\\n" * 9
    ...          for n in ("安徽省", "河南省", "四川省")}
    >>> lean = np.repeat([[4, 1], [1, 4], [2, 2]], 9, axis=0)
    >>> counts = Counts(sparse.csr_matrix(np.repeat(lean, 20, axis=1)),
    ...                 tuple(f"词{i}" for i in range(40)))
    >>> ends = {"安徽省": 0, "河南省": 10}
    >>> text_positions(read_texts(texts), counts, scores=ends).table["group"].tolist()
    ['安徽省', '四川省', '河南省']
    """
    check_confidence(confidence)
    if scores is not None and ends is not None:
        raise ParameterError("give `scores` (Wordscores) or `ends` (Wordfish), not both")
    chosen = select(
        corpus,
        by,
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
    texts = _texts_of(chosen, found, cells, min_hits)
    place = _Line(texts.names, scores, ends)
    point, spread = place.of(texts.table), []
    weights = report_weights(texts.owner, n_resamples=n_resamples, random_state=random_state)
    for weight in weights:
        drawn = indicator(texts.owner, len(texts.names)).multiply(weight[None, :]) @ texts.rows
        spread.append(place.again(np.asarray(drawn.todense(), dtype=float), point))
    tail = (1 - confidence) / 2
    low, high = np.nanquantile(np.stack(spread), [tail, 1 - tail], axis=0)
    table = texts.counted.assign(**point.columns, low=low, high=high)
    table["words"] = _pulling(texts, point.slope)
    table = table.sort_values("position", kind="stable", ignore_index=True)
    return Result(
        table=table.reindex(columns=list(POSITION_COLUMNS)),
        title=say("positions.title", by=names_of(chosen.by), scope=chosen.in_brackets),
        columns=POSITION_COLUMNS,
        method=Method(
            say("positions.wordscores" if scores is not None else "positions.wordfish"),
            cite("laver-2003", "martin-2008")
            if scores is not None
            else cite("slapin-2008", "lowe-2013"),
        ).also(found.note),
        cautions=(
            *chosen.cautions,
            *cells.cautions,
            say("positions.line"),
            say("positions.these_texts"),
        ),
        parameters={
            "by": by,
            "scores": None if scores is None else dict(scores),
            "ends": ends if scores is not None else [str(texts.names[i]) for i in place.ends],
            "min_hits": min_hits,
            "confidence": confidence,
            "n_resamples": n_resamples,
            "random_state": random_state,
            **chosen.settings,
        },
        coverage=chosen.coverage,
        corpus=corpus,
        evidence_from=lambda: _evidence_of_words(
            chosen, found, table[["group", "words"]].assign(row_id=table.index)
        ),
        figure=Drawing(
            "analysis.plot_ratios",
            {
                "columns": ["position", "low", "high"],
                "label": ["group"],
                "axis": "位置 / position",
                "ratios": False,
            },
        ),
    )


@dataclass(frozen=True)
class _Texts:
    """Paragraphs of the groups over the words that are used, and their sums."""

    names: npt.NDArray[np.str_]
    features: npt.NDArray[np.object_]
    rows: sparse.csr_matrix
    owner: npt.NDArray[np.intp]
    table: npt.NDArray[np.float64]
    counted: pd.DataFrame


def _texts_of(chosen: Selection, counts: Counts, cells: Cells, min_hits: int) -> _Texts:
    names = np.unique(cells.group)
    labels = chosen.group
    rows = np.flatnonzero(chosen.counted & np.isin(labels, names))
    owner = np.searchsorted(names, labels[rows])
    whole = counts.matrix[rows]
    kept = np.flatnonzero(np.asarray(whole.sum(axis=0)).ravel() >= min_hits)
    if len(kept) < LEAST_WORDS:
        raise NotEnoughDataError(
            f"only {len(kept)} features have {min_hits} hits or more, and a line needs at least "
            f"{LEAST_WORDS}; lower `min_hits` or count more"
        )
    part = sparse.csr_matrix(whole[:, kept])
    table = np.asarray((indicator(owner, len(names)) @ part).todense(), dtype=float)
    reports = cells.table.assign(group=cells.group).groupby("group")
    counted = pd.DataFrame(
        {
            "group": names,
            "n_reports": reports["doc_id"].nunique().reindex(names).to_numpy(),
            "n_units": reports["unit"].nunique().reindex(names).to_numpy(),
            "n_words": table.sum(axis=1).astype(int),
        }
    )
    return _Texts(names, np.array(counts.features, dtype=object)[kept], part, owner, table, counted)


@dataclass(frozen=True)
class _Placed:
    """Columns of the table of positions, and how each word goes with them."""

    columns: dict[str, Floats]
    slope: Floats
    fit: Wordfish | None = None


class _Line:
    """How texts are placed: by known scores, or by what parts them most."""

    def __init__(
        self,
        names: npt.NDArray[np.str_],
        scores: Mapping[str, float] | None,
        ends: tuple[str, str] | None,
    ) -> None:
        known = names.tolist()
        self.scores = None
        self.ends = (0, len(names) - 1)
        if scores is not None:
            full = {full_name(str(name), known): float(value) for name, value in scores.items()}
            self._there(full, known)
            self.scores = np.array([full.get(name, np.nan) for name in known])
        elif ends is not None:
            pair = [full_name(str(name), known) for name in ends]
            self._there(pair, known)
            self.ends = (known.index(pair[0]), known.index(pair[1]))

    @staticmethod
    def _there(asked: Sequence[str] | Mapping[str, float], known: list[str]) -> None:
        lacking = [name for name in asked if name not in known]
        if lacking:
            raise ParameterError(f"no report counted is of {lacking[0]!r}; there are {known}")

    def of(self, table: Floats) -> _Placed:
        """Return the places of the texts as they are."""
        if self.scores is None:
            fit = wordfish(table, self.ends)
            return _Placed({"position": fit.position, "error": fit.error}, fit.slope, fit)
        found = wordscores(table, self.scores)
        columns = {"position": found.mv, "raw": found.raw, "error": found.error, "lbg": found.lbg}
        return _Placed({**columns, "score": self.scores}, found.word - np.nanmean(found.word))

    def again(self, table: Floats, first: _Placed) -> Floats:
        """Return the places of texts that were drawn again."""
        if self.scores is not None:
            return wordscores(table, self.scores).mv
        fit = wordfish(table, self.ends, start=first.fit, max_sweeps=SWEEPS, tol=1e-3)
        alike = float(np.corrcoef(fit.position, first.columns["position"])[0, 1])
        return fit.position if alike >= 0 else -fit.position


def _pulling(texts: _Texts, slope: Floats) -> list[str]:
    """Name the words that draw each text away from the mean of all."""
    share = texts.table / texts.table.sum(axis=1, keepdims=True)
    pull = (share - share.mean(axis=0)) * np.nan_to_num(slope)
    side = np.sign(pull.sum(axis=1))
    order = np.argsort(-pull * side[:, None], axis=1, kind="stable")[:, :N_WORDS]
    return ["、".join(texts.features[row]) for row in order]
