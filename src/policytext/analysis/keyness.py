"""Which words mark a region, a year or any other group of reports?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from policytext.analysis.passages import at_origin, n_effective
from policytext.analysis.report_groups import (
    Groups,
    Reports,
    as_reports,
    check_groups,
    counted_words,
    group_masks,
    known_cells,
    labels_of,
)
from policytext.comparable import Selection, check_counts, grouping, names_of, select
from policytext.counts import indicator
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference import measures
from policytext.inference.by_unit import KINDS, MIN_UNITS, dealt_sides, unit_ratio
from policytext.inference.intervals import check_confidence
from policytext.inference.measures import corpus_prior, dp_norm, juilland_d, log_odds
from policytext.inference.resampling import (
    benjamini_hochberg,
    report_weights,
    stability_of_sign,
)
from policytext.records import KINDS_COUNTED, UNKNOWN, Bilingual, Method, OneOrMore
from policytext.result import Drawing, Result, evidence_of_counts
from policytext.texts import cite, columns_of, say

if TYPE_CHECKING:
    from policytext.corpus import Corpus
    from policytext.counts import Counts

KEYNESS_COLUMNS: Final = columns_of("keyness")
CITATIONS: Final = cite(
    "monroe-2008",
    "dunning-1993",
    "gries-2008",
    "bell-2002",
    "janssen-1997",
    "lijffijt-2016",
    "benjamini-1995",
)

PER: Final = 10_000
N_DEALS: Final = 199
LEAST_DEALS: Final = 10
"""Other deals that a noise floor needs."""

RANKS: Final = ("z", "lrc")

LN2: Final = float(np.log(2))

Mask: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class KeynessSettings:
    """Rare settings of :func:`~policytext.keyness`.

    ``prior_words``: size of the Dirichlet prior in words; at most that of the shorter side.
    ``g2_cells``: 4 for Dunning's G², 2 for Rayson and Garside's. ``n_resamples``: resamples of
    reports. ``origin_adjusted``: count sentences that reports share once, in the report that has
    them first, and say how many reports the text of either side is worth (as in `trends`).
    ``rank_by``: ``z``, or ``lrc`` for Evert's conservative log ratio, in a column of its own, each
    group's error shared out over its words, and 0 for words whose z is not above the noise.

    >>> KeynessSettings(rank_by="lrc").rank_by
    'lrc'
    """

    prior_words: float = measures.PRIOR_WORDS
    g2_cells: int = 4
    n_resamples: int = 1000
    origin_adjusted: bool = False
    rank_by: str = "z"


def keyness(
    corpus: Corpus,
    counts: Counts | None = None,
    by: str = "province",
    *,
    groups: Groups | None = None,
    top: int | None = 50,
    min_hits: int = 5,
    confidence: float = 0.95,
    random_state: int | None = 0,
    settings: KeynessSettings = KeynessSettings(),
    parts: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = False,
    min_certainty: str = "likely",
) -> Result:
    """Compare the words of each group of reports with the rest, or two groups with each other.

    Parameters
    ----------
    corpus
        The corpus.
    by
        Column of documents or paragraphs that makes the groups.
    groups
        None: each label against all others. Two labels: the first against the second. A mapping of
        names to labels: each named group of labels against all other reports.
    counts
        paragraphs × features, aligned with ``corpus.paragraphs``; words by default.
    top
        Rows kept for each group, highest z (or ``settings.rank_by``) first; None keeps all. Tests
        and their adjustment always run over all features.
    min_hits
        Features with fewer hits in all reports together are left out.
    confidence
        Stated coverage of the intervals.
    random_state
        Seed of the resampling and of the halves behind the noise floor.
    settings
        Rare settings: :class:`KeynessSettings`.
    parts, kinds, level, genre, exclude_rows, mix, min_certainty
        What is counted; see :func:`~policytext.comparable.select`.

    Returns
    -------
    Result
        Columns of :data:`~policytext.analysis.keyness.KEYNESS_COLUMNS`. Fewer than five
        issuers on a side, or a census: effect sizes and noise floor, no p-value.

    Raises
    ------
    ParameterError
        Unknown column or group, or a confidence level outside (0, 1).
    NotEnoughDataError
        Fewer than two groups, or no feature with ``min_hits`` hits.

    Examples
    --------
    >>> from policytext import keyness, read_texts, count_terms
    >>> texts = {"安徽省2021年政府工作报告.txt": "推进医共体建设，发展托育服务。\\n" * 5,
    ...          "河南省2021年政府工作报告.txt": "推进医共体建设。\\n发展医养结合。\\n" * 5}
    >>> corpus = read_texts(texts)
    >>> counts = count_terms(corpus, ["医共体", "托育", "医养结合"])
    >>> keyness(corpus, counts=counts, top=1).table[["group", "feature"]].values.tolist()
    [['安徽省', '托育'], ['河南省', '医养结合']]

    References
    ----------
    Monroe B. L., Colaresi M. P., Quinn K. M. (2008). https://doi.org/10.1093/pan/mpn018
    Janssen A. (1997). https://doi.org/10.1016/S0167-7152(97)00043-6
    """
    check_confidence(confidence)
    if settings.rank_by not in RANKS:
        raise ParameterError(f"`rank_by` must be one of {RANKS}, got {settings.rank_by!r}")
    names = grouping(by)
    if len(names) != 1:
        raise ParameterError(f"keyness takes one grouping column, got {list(names)}")
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
    kept, weight = at_origin(corpus, chosen) if settings.origin_adjusted else (chosen, None)
    result = keyness_result(
        corpus,
        kept,
        groups=groups,
        counts=found,
        top=top,
        min_hits=min_hits,
        confidence=confidence,
        random_state=random_state,
        settings=settings,
    )

    def again(other: Corpus, column: str | None) -> Result:
        return keyness(
            other,
            found,
            column or by,
            groups=groups,
            top=top,
            min_hits=min_hits,
            confidence=confidence,
            random_state=random_state,
            settings=settings,
            parts=parts,
            kinds=kinds,
            exclude_rows=exclude_rows,
            level=level,
            genre=genre,
            mix=mix,
            min_certainty=min_certainty,
        )

    if weight is not None:
        result = _with_worth(result, n_effective(chosen, weight), groups)
    return replace(result, again=again)


def _with_worth(result: Result, worth: pd.Series, groups: Groups | None) -> Result:
    """Add how many reports the text of either side is worth, before repeats were left out."""
    known = worth[worth.index != UNKNOWN]
    sides = group_masks(known.index.to_numpy(dtype=str), groups)
    table = result.table.copy()
    at = list(table.columns).index("n_reports") + 1
    for k, name in enumerate(("n_effective", "n_effective_rest")):
        sums = {group: float(known.to_numpy()[pair[k]].sum()) for group, pair in sides.items()}
        table.insert(at + k, name, table["group"].map(sums))
    return replace(result, table=table, columns={**result.columns, **columns_of("worth_of_sides")})


def keyness_result(
    corpus: Corpus,
    chosen: Selection,
    *,
    groups: Groups | None = None,
    counts: Counts | None = None,
    top: int | None = 50,
    min_hits: int = 5,
    confidence: float = 0.95,
    random_state: int | None = 0,
    settings: KeynessSettings = KeynessSettings(),
) -> Result:
    """Compare the groups of what was selected before; see :func:`keyness`."""
    by = chosen.by[0]
    if counts is not None:
        check_counts(counts)
    check_groups(chosen)
    found = counts if counts is not None else counted_words(corpus)
    cells = known_cells(corpus, chosen, found)
    reports = as_reports(cells, found.kind, min_hits=min_hits)
    if not reports.features:
        raise NotEnoughDataError(
            f"no feature has {min_hits} hits in all reports together; lower `min_hits`, or count "
            "other features"
        )
    masks = group_masks(cells.group, groups)
    full = keyness_table(
        reports,
        masks,
        design=chosen.design,
        confidence=confidence,
        random_state=random_state,
        settings=settings,
    )
    members = {name: labels_of(cells, inside) for name, (inside, _) in masks.items()}
    noise = noise_floor(reports, masks, seed=random_state, prior_words=settings.prior_words)
    full["noise_z"] = full["group"].map(noise)
    full["above_noise"] = full["z"].abs() > full["noise_z"]
    if "lrc" in full:
        full = without_noise(full)
    table = full if top is None else full.groupby("group", sort=False).head(top)
    columns = {**KEYNESS_COLUMNS, **(columns_of("keyness_lrc") if "lrc" in table else {})}
    table = table[list(columns)].reset_index(drop=True)
    return Result(
        table=table,
        title=_title(by, groups, chosen),
        columns=columns,
        method=_method(settings, found.kind).also(found.note),
        cautions=(*chosen.cautions, *cells.cautions, *_cautions(table)),
        parameters={
            "by": by,
            "top": top,
            "min_hits": min_hits,
            "confidence": confidence,
            "random_state": random_state,
            **asdict(settings),
            **chosen.settings,
        },
        coverage=chosen.coverage,
        corpus=corpus,
        evidence_from=lambda: _evidence(chosen, found, table, members),
        figure=Drawing("analysis.plot_keyness"),
    )


def _title(by: str, groups: Groups | None, chosen: Selection) -> Bilingual:
    pair = groups is not None and not isinstance(groups, Mapping)
    against = say("keyness.against.pair" if pair else "keyness.against.rest")
    return say("keyness.title", by=names_of([by]), against=against, scope=chosen.in_brackets)


def _method(settings: KeynessSettings, kind: str) -> Method:
    sentence = say(
        "keyness.method",
        prior_words=settings.prior_words,
        unit=say("keyness.unit.words" if kind == "words" else "keyness.unit.characters"),
        n_resamples=settings.n_resamples,
        convention=say(f"keyness.cells.{settings.g2_cells}"),
    )
    method = Method(sentence, CITATIONS)
    if settings.rank_by == "z":
        return method
    return Method(method.also(say("keyness.lrc")).text, (*CITATIONS, *cite("evert-2022")))


def _cautions(table: pd.DataFrame) -> list[Bilingual]:
    said = []
    few = (table[["n_units", "n_units_rest"]].min(axis=1) < MIN_UNITS).any()
    if few:
        said.append(say("keyness.few_reports", min_reports=MIN_UNITS))
    if table["noise_z"].isna().any():
        said.append(say("keyness.no_floor", least=LEAST_DEALS))
    single = int((table["one_report_only"] & (table["n_reports"] > 1)).sum())
    if single:
        said.append(say("keyness.one_report", single=single))
    return said


def _evidence(
    chosen: Selection, counts: Counts, table: pd.DataFrame, members: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    labels = chosen.labels[chosen.by[0]].astype(str).to_numpy(dtype=str)
    parts = []
    for group, names in members.items():
        rows = table[table["group"] == group]
        kept = counts.select(chosen.counted & np.isin(labels, names))
        found = evidence_of_counts(rows, kept, chosen.labels, feature="feature")
        parts.append(found.assign(row_id=rows.index.to_numpy()[found["row_id"].to_numpy(int)]))
    return pd.concat(parts, ignore_index=True)


# How do two sides of a comparison differ, word by word?


def keyness_table(
    reports: Reports,
    groups: dict[str, tuple[Mask, Mask]],
    *,
    design: str = "sample",
    confidence: float = 0.95,
    random_state: int | None = 0,
    settings: KeynessSettings = KeynessSettings(),
) -> pd.DataFrame:
    """Compare each group of reports with its reference, word by word.

    Source: Monroe et al. (2008).

    >>> reports = Reports(sparse.csr_matrix([[9, 1], [2, 8]]), np.array([10.0, 10.0]),
    ...                   np.array(["a", "b"], dtype=object), ("医共体", "养老"))
    >>> first = np.array([True, False])
    >>> keyness_table(reports, {"甲": (first, ~first)})[["feature", "p_value"]].values.tolist()
    [['医共体', nan], ['养老', nan]]
    """
    blocks = [
        _group_table(
            reports,
            name,
            *sides,
            design=design,
            confidence=confidence,
            random_state=random_state,
            settings=settings,
        )
        for name, sides in groups.items()
    ]
    table = pd.concat(blocks, ignore_index=True)
    table["q_value"] = benjamini_hochberg(table["p_value"].to_numpy(dtype=float))
    return table


def _group_table(
    reports: Reports,
    name: str,
    inside: Mask,
    outside: Mask,
    *,
    design: str,
    confidence: float,
    random_state: int | None,
    settings: KeynessSettings,
) -> pd.DataFrame:
    totals = [
        np.asarray(reports.counts[m].sum(axis=0), dtype=float).ravel() for m in (inside, outside)
    ]
    present = np.flatnonzero(totals[0] + totals[1] > 0)
    a, b = totals[0][present], totals[1][present]
    n_a, n_b = float(reports.exposure[inside].sum()), float(reports.exposure[outside].sum())
    # a prior larger than the smaller text would drown what that text says
    prior = measures.corpus_prior(a + b, min(settings.prior_words, a.sum(), b.sum()) or 1.0)
    odds = measures.log_odds(a, b, prior)
    table = pd.DataFrame(
        {
            "group": name,
            "feature": np.array(reports.features, dtype=object)[present],
            "hits": a.astype(np.int64),
            "hits_rest": b.astype(np.int64),
            "rate": a / n_a * PER,
            "rate_rest": b / n_b * PER,
            "log_odds": odds.log_odds,
            "z": odds.z,
        }
    )
    both = inside | outside
    block = sparse.csr_matrix(reports.counts[both][:, present])
    part = Reports(
        block,
        reports.exposure[both],
        reports.doc_id[both],
        tuple(table["feature"]),
        reports.owners[both],
    )
    compared = _comparison(
        part,
        inside[both],
        design=design,
        confidence=confidence,
        random_state=random_state,
        n_resamples=settings.n_resamples,
    )
    table = pd.concat([table, compared], axis=1)
    table["g2"] = measures.g2(a, b, n_a, n_b, cells=settings.g2_cells)
    table["chi2"] = measures.chi2(a, b, n_a, n_b)
    table = pd.concat([table, _spread(part, inside[both])], axis=1)
    table["n_reports_rest"] = int(outside.sum())
    ranks = ["z"]
    if settings.rank_by == "lrc":
        ranks = ["lrc", "z"]
        table["lrc"] = measures.conservative_log_ratio(a, b, n_a, n_b, confidence=confidence)
    return _ranked(table, ranks)


def _ranked(table: pd.DataFrame, ranks: Sequence[str]) -> pd.DataFrame:
    """Return the words of one group, the largest first; alike ones by their names."""
    falling = [False] * len(ranks)
    order = table.sort_values([*ranks, "feature"], ascending=[*falling, True], kind="stable")
    return order.reset_index(drop=True)


def _comparison(
    reports: Reports,
    inside: Mask,
    *,
    design: str,
    confidence: float,
    random_state: int | None,
    n_resamples: int,
) -> pd.DataFrame:
    owners = reports.owners
    n_units = len(np.unique(owners[inside])), len(np.unique(owners[~inside]))
    sides = {"n_units": n_units[0], "n_units_rest": n_units[1]}
    if min(n_units) < MIN_UNITS:
        return _poisson_ratio(reports, inside, confidence).assign(**sides)
    ratio = unit_ratio(
        reports.counts,
        reports.exposure,
        inside,
        owners,
        confidence=confidence,
        n_deals=n_resamples,
        random_state=random_state,
    )
    allowed = design != "census"
    blank = np.full(len(ratio.log_ratio), np.nan)
    return pd.DataFrame(
        {
            "log_ratio": ratio.log_ratio / LN2,
            "low": ratio.low / LN2 if allowed else blank,
            "high": ratio.high / LN2 if allowed else blank,
            "interval": ratio.kind if allowed else KINDS["census"],
            "p_value": ratio.p_value if allowed else blank,
            "stability": _stability(reports, inside, n_resamples, random_state),
        }
    ).assign(**sides)


def _stability(
    reports: Reports, inside: Mask, n_resamples: int, random_state: int | None
) -> npt.NDArray[np.float64]:
    """Draw units again, those of each side by themselves, and look whether the sign stays."""
    owners = reports.owners
    sides = 2 * owners + inside
    strata = np.unique(sides, return_inverse=True)[1]
    of_side = np.zeros(int(strata.max()) + 1, dtype=bool)
    of_side[strata] = inside
    counts = indicator(strata, len(of_side)) @ reports.counts
    exposure = np.bincount(strata, weights=reports.exposure).astype(float)
    weights = report_weights(of_side, n_resamples=n_resamples, random_state=random_state)
    return stability_of_sign(sparse.csr_matrix(counts), exposure, of_side, weights)


def _poisson_ratio(reports: Reports, inside: Mask, confidence: float) -> pd.DataFrame:
    """Ratio of two Poisson rates: given the sum, the hits of the group are binomial."""
    a, b = (np.asarray(reports.counts[m].sum(axis=0), float).ravel() for m in (inside, ~inside))
    n_a, n_b = (float(reports.exposure[m].sum()) for m in (inside, ~inside))
    half = np.where((a > 0) & (b > 0), 0.0, 0.5)
    low, high = measures.poisson_ratio_ends(a, b, n_a, n_b, confidence)
    return pd.DataFrame(
        {
            "log_ratio": np.log2((a + half) / (b + half)) + np.log2(n_b / n_a),
            "low": low,
            "high": high,
            "interval": KINDS["few"],
            "p_value": np.nan,
            "stability": np.nan,
        }
    )


def _spread(reports: Reports, inside: Mask) -> pd.DataFrame:
    hits, size = sparse.csr_matrix(reports.counts[inside]), reports.exposure[inside]
    total = np.asarray(hits.sum(axis=0), dtype=float).ravel()
    named = np.asarray((hits > 0).sum(axis=0)).ravel()
    largest = np.asarray(hits.max(axis=0).todense(), dtype=float).ravel()
    where = np.asarray(hits.argmax(axis=0)).ravel()
    several = len(size) > 1
    blank = np.full(len(total), np.nan)
    return pd.DataFrame(
        {
            "reports": named.astype(np.int64),
            "n_reports": len(size),
            "dp_norm": dp_norm(hits, size) if several else blank,
            "juilland_d": juilland_d(hits, size) if several else blank,
            "top_share": np.divide(largest, total, out=blank.copy(), where=total > 0),
            "top_report": np.where(total > 0, reports.doc_id[inside][where], ""),
            "one_report_only": named == 1,
        }
    )


def without_noise(table: pd.DataFrame) -> pd.DataFrame:
    """Set the conservative log ratio to 0 where dealt groups show as much, and order the rows anew.

    It takes words as independent; the noise of dealt units does not.

    Source: Evert (2022); Pitman (1937).
    """
    known = table["noise_z"].notna()
    ratio = table["lrc"].where(table["above_noise"] | ~known, 0.0)
    groups = table.assign(lrc=ratio).groupby("group", sort=False)
    return pd.concat([_ranked(part, ["lrc", "z"]) for _, part in groups], ignore_index=True)


# How large a z-score would chance give?


def noise_floor(
    reports: Reports,
    groups: Mapping[str, tuple[Mask, Mask]],
    *,
    prior_words: float,
    n_deals: int = N_DEALS,
    seed: int | None = 0,
) -> dict[str, float]:
    """Largest |z| of any word that a group of other reports of this size reaches, 95th percentile.

    A z-score counts words as independent draws, so it is large for any two groups of reports.
    Whole units are dealt out to a group of the same size again; where the same units stand on
    both sides, their reports are. What the largest of all words reaches in nineteen of twenty
    deals is noise. NaN where there is no other deal.

    Source: Monroe et al. (2008); Pitman (1937).
    """
    floors: dict[str, float] = {}
    known: dict[tuple[int, int, int], float] = {}
    for name, (inside, outside) in groups.items():
        both = np.flatnonzero(inside | outside)
        owners, side = reports.owners[both], inside[both]
        key = (len(both), int(side.sum()), len(np.unique(owners[side])))
        alike = len(both) == len(inside) and _one_size(reports.owners)
        if not alike or key not in known:
            deals = dealt_sides(owners, side, n_deals=n_deals, random_state=seed)
            own = (deals == side).all(axis=1) | (deals == ~side).all(axis=1)
            known[key] = _largest_z(reports, both, deals if alike else deals[~own], prior_words)
        floors[name] = known[key]
    return floors


def _one_size(owners: npt.NDArray[np.intp]) -> bool:
    """Whether all units have as many reports, so that deals of equal groups are the same deals."""
    return len(set(np.bincount(owners)[np.unique(owners)].tolist())) == 1


def _largest_z(
    reports: Reports, rows: npt.NDArray[np.intp], deals: npt.NDArray[np.bool_], prior_words: float
) -> float:
    if len(deals) < LEAST_DEALS:
        return float("nan")
    counts = sparse.csr_matrix(reports.counts[rows])
    total = np.asarray(counts.sum(axis=0), dtype=float).ravel()
    kept = np.flatnonzero(total > 0)
    counts, total = sparse.csr_matrix(counts[:, kept]), total[kept]
    largest = []
    for first in np.asarray(deals.astype(float) @ counts):
        rest = total - first
        prior = corpus_prior(total, min(prior_words, first.sum(), rest.sum()) or 1.0)
        largest.append(float(np.abs(log_odds(first, rest, prior).z).max()))
    return float(np.percentile(largest, 95))
