"""How often are terms named, by whom and when?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.analysis.passages import at_origin, n_effective
from policytext.comparable import (
    Cells,
    Selection,
    balanced_reports,
    build_cells,
    check_counts,
    group_notes,
    join_labels,
    names_of,
    select,
)
from policytext.inference.by_unit import KINDS, unit_rate_interval, unit_share_interval
from policytext.inference.intervals import Interval, check_confidence
from policytext.records import KINDS_COUNTED, UNKNOWN, Bilingual, Floats, Method, OneOrMore
from policytext.result import Drawing, Result, evidence_of_counts, evidence_of_hits
from policytext.terms.concepts import TermTable, asked_for
from policytext.terms.hits import Hits, find_hits
from policytext.terms.status import named_by_group, undated_terms
from policytext.texts import cite, columns_of, listing, say

if TYPE_CHECKING:
    from policytext.corpus import Corpus
    from policytext.counts import Counts
    from policytext.terms.hits import Terms

TREND_COLUMNS: Final = columns_of("trend")
STATUS_COLUMN: Final = columns_of("status")
METHOD: Final = Method(say("trends.method"), cite("garwood-1936", "cameron-2015", "wilson-1927"))
PER: Final = 10_000
"""Rates are per this many Han characters."""

OLDER: Final = "older"
"""Column that marks groups whose reports are all older than the term; taken out again."""

WHOLE: Final = (
    "hits",
    "n_han",
    "paragraphs",
    "n_paragraphs",
    "reports",
    "n_reports",
    "n_units",
)
"""Columns of counts, 0 where there is no report."""

RATES: Final = (
    "rate",
    "low",
    "high",
    "share_paragraphs",
    "share_reports",
    "share_low",
    "share_high",
    "hits_per_report",
)


def trends(
    corpus: Corpus,
    terms: Terms = None,
    by: str | Sequence[str] | None = "province",
    *,
    counts: Counts | None = None,
    balanced: bool = False,
    before: bool = False,
    origin_adjusted: bool = False,
    confidence: float = 0.95,
    parts: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = False,
    min_certainty: str = "likely",
) -> Result:
    """Count terms by year, region, genre, level, part of report, any column, or two of them.

    Parameters
    ----------
    corpus
        The corpus.
    terms
        Concepts or a term table; the table of the package by default. Ignored with ``counts``.
    by
        One grouping column of documents or paragraphs, a shipped grouping such as 东中西, two of
        them, or None for the whole corpus.
    counts
        Counts made before: paragraphs × features, aligned with ``corpus.paragraphs``.
    balanced
        With ``year`` in ``by``: keep only issuers with a report in every year of the corpus.
    before
        Count reports of years before a term existed too. By default such a report, unless it
        names the term, is left out of what the term is divided by.
    origin_adjusted
        Count sentences that reports share once, in the report that has them first (paragraphs
        that mostly repeat an earlier report are left out), and add ``n_effective``: how many
        reports the text is worth if a sentence of k reports counts for each as its k-th part.
        Needs sentences.
    confidence
        Stated coverage of the intervals.
    parts, kinds, level, genre, exclude_rows, mix, min_certainty
        What is counted; see :func:`~policytext.comparable.select`.

    Returns
    -------
    Result
        One row a term and group; columns as in
        :data:`~policytext.analysis.trends.TREND_COLUMNS` and ``status``: ``count``,
        ``other name``, ``not named``, ``not applicable`` (before the term existed: rate and shares
        are empty, not zero) or ``no report``; ``other name`` is told only when terms are counted
        here. ``.evidence`` lists the paragraphs. Several levels or genres have columns of their
        own, unless ``mix=True``.

    Raises
    ------
    ParameterError
        Unknown columns, or a confidence level outside (0, 1).
    NotEnoughDataError
        Nothing is left to count.

    Examples
    --------
    >>> from policytext import read_texts, trends
    >>> text = "甲县2021年工作总结\\n一、工作情况\\n推进紧密型县域医共体建设。"
    >>> corpus = read_texts({"甲县2021年工作总结.txt": text})
    >>> found = trends(corpus, ["医共体"], by="year").table
    >>> found[["term", "year", "status", "hits"]].values.tolist()
    [['医共体', 2021, 'count', 1]]

    References
    ----------
    Garwood F. (1936). https://doi.org/10.1093/biomet/28.3-4.437
    Wilson E. B. (1927). https://doi.org/10.1080/01621459.1927.10502953
    Cameron A. C., Miller D. L. (2015). https://doi.org/10.3368/jhr.50.2.317
    """
    check_confidence(confidence)
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
        splits=True,
    )
    kept, weight = at_origin(corpus, chosen) if origin_adjusted else (chosen, None)
    result = trend_result(
        corpus,
        kept,
        terms,
        counts=counts,
        balanced=balanced,
        before=before,
        confidence=confidence,
    )
    if weight is None:
        return result
    panel = None
    if balanced:
        panel = balanced_reports(corpus.documents, chosen.labels, chosen.counted)[0]
    return _with_worth(result, chosen, n_effective(chosen, weight, panel))


def _with_worth(result: Result, chosen: Selection, worth: pd.Series) -> Result:
    """Add how many reports the text of each group is worth, before repeats were left out."""
    table = result.table.copy()
    keys = table[list(chosen.by)].astype(object)
    label = join_labels(keys.where(keys.notna(), UNKNOWN), chosen.by)
    at = list(table.columns).index("n_reports") + 1
    table.insert(at, "n_effective", pd.Series(label, index=table.index).map(worth).fillna(0.0))
    return replace(result, table=table, columns={**result.columns, **columns_of("worth")})


def trend_result(
    corpus: Corpus,
    chosen: Selection,
    terms: Terms = None,
    *,
    counts: Counts | None = None,
    balanced: bool = False,
    before: bool = False,
    confidence: float = 0.95,
) -> Result:
    """Count terms in what was selected before; see :func:`trends`."""
    known, names = asked_for(terms)
    hits: Hits | None = None
    others: pd.DataFrame | None = None
    if counts is None:
        hits = find_hits(corpus, known)
        counts, others = hits.counts(names), _other_names(corpus, chosen, hits)
    cells, said = term_cells(corpus, chosen, counts, balanced=balanced)
    since = first_years(counts.features, known)
    too_early = np.zeros(cells.counts.shape, dtype=bool) if before else older(corpus, cells, since)
    table = trend_table(cells, too_early=too_early, design=chosen.design, confidence=confidence)
    table = with_status(table, cells.by, since, others, apart=chosen.apart)
    return Result(
        table=table,
        title=say(
            "trends.title",
            by=names_of(cells.by),
            panel=say("trends.balanced") if balanced else "",
            scope=chosen.in_brackets,
        ),
        columns={
            "term": columns_of("grouping")["term"],
            **group_notes(cells.by),
            **STATUS_COLUMN,
            **TREND_COLUMNS,
        },
        method=METHOD,
        cautions=(
            *chosen.cautions,
            *(hits.cautions if hits else ()),
            *said,
            *_cautions(table, known),
        ),
        parameters={
            "by": [name for name in chosen.by if name != "corpus"],
            "balanced": balanced,
            "before": before,
            "confidence": confidence,
            **chosen.settings,
        },
        coverage=chosen.coverage,
        corpus=corpus,
        evidence_from=lambda: _evidence(chosen, counts, hits, table),
        figure=Drawing("analysis.plot_trends"),
    )


def _other_names(corpus: Corpus, chosen: Selection, hits: Hits) -> pd.DataFrame | None:
    """Groups that use a regional name only."""
    named = named_by_group(corpus, chosen, hits)
    groups = sorted({str(group) for group in named.reports["group"]})
    status = named.status(hits.table.concepts, groups)
    others = status.loc[status["status"] == "other name", ["concept", "group"]]
    keys = chosen.labels[list(chosen.by)].assign(group=chosen.group).drop_duplicates("group")
    others = others.merge(keys, on="group").rename(columns={"concept": "term"})
    return others[["term", *chosen.by]]


def _evidence(
    chosen: Selection, counts: Counts, hits: Hits | None, table: pd.DataFrame
) -> pd.DataFrame:
    if hits is None:
        found = counts.select(chosen.counted)
        return evidence_of_counts(table, found, chosen.labels, feature="term", by=chosen.by)
    by = [name for name in chosen.by if name != "corpus"]
    return evidence_of_hits(table, hits.among(chosen.counted), chosen.labels, by=by)


def _cautions(table: pd.DataFrame, known: TermTable) -> list[Bilingual]:
    said = undated_terms(table, known) if "year" in table.columns else []
    if table["interval"].astype(str).isin([KINDS["one"], KINDS["few"]]).any():
        said.append(say("trends.few_reports"))
    single = table.loc[table["one_report_only"].eq(True), "term"].unique()
    if len(single):
        names = listing(single, most=10)
        said.append(say("trends.one_report", names=names))
    heavy = table[(table["top_share"] >= 0.5) & (table["n_reports"] >= 5) & (table["hits"] >= 5)]
    most = heavy.loc[~heavy["one_report_only"].astype(bool), "term"].unique()
    if len(most):
        names = listing(most, most=10)
        said.append(say("trends.one_heavy", names=names))
    if (table["status"] == "not applicable").any():
        said.append(say("trends.before_term"))
    return said


# What do counts by report say about each feature in each group, and how far?


def term_cells(
    corpus: Corpus, chosen: Selection, counts: Counts, *, balanced: bool
) -> tuple[Cells, list[Bilingual]]:
    """Add counts up by report and group, on a balanced panel if asked for."""
    check_counts(counts)
    counted, said = chosen.counted, []
    if balanced:
        keep, sentence = balanced_reports(corpus.documents, chosen.labels, counted)
        counted, said = counted & keep, [sentence]
    size = corpus.paragraphs["n_han"].to_numpy()
    cells = build_cells(
        counts.matrix,
        counts.features,
        chosen.labels,
        size,
        counted,
        chosen.by,
        chosen.units,
    )
    return cells, [*said, *cells.cautions]


def first_years(features: Sequence[str], table: TermTable) -> dict[str, int]:
    """First year of each concept that the term table dates.

    >>> from policytext import load_terms
    >>> first_years(["no such term"], load_terms())
    {}
    """
    known = table.concept_table().dropna(subset=["since"])
    dated = dict(zip(known["concept"], known["since"].astype(int), strict=True))
    return {name: dated[name] for name in features if name in dated}


def older(corpus: Corpus, cells: Cells, since: Mapping[str, int]) -> npt.NDArray[np.bool_]:
    """Which reports are older than which terms, and do not name them: cells × features.

    Where all reports of a group are older nothing is marked: the status says so.

    >>> from policytext import read_texts
    >>> corpus = read_texts({"甲县2010年工作总结.txt": "甲县2010年工作总结\\n推进工作。"})
    >>> labels = pd.DataFrame({"doc_id": corpus.documents["doc_id"], "g": "甲"})
    >>> from scipy import sparse
    >>> cells = build_cells(sparse.csr_array([[0]]), ["x"], labels, [5], np.array([True]))
    >>> older(corpus, cells, {"x": 2015}).tolist()
    [[True]]
    """
    found = np.zeros(cells.counts.shape, dtype=bool)
    years = pd.to_numeric(corpus.documents["year"].astype("object"), errors="coerce")
    year = cells.table["doc_id"].map(dict(zip(corpus.documents["doc_id"], years, strict=True)))
    for j, name in enumerate(cells.features):
        if name in since:
            hits = np.asarray(cells.counts[:, [j]].todense()).ravel()
            found[:, j] = (year < since[name]).to_numpy(dtype=bool) & (hits == 0)
    return found


def trend_table(
    cells: Cells,
    *,
    too_early: npt.NDArray[np.bool_] | None = None,
    design: str = "sample",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Hits, rates, shares and their intervals by group and feature.

    ``too_early`` marks reports (cells × features) that are older than the feature: they are no
    part of what it is divided by.

    Source: Garwood (1936).

    >>> from scipy import sparse
    >>> from policytext.comparable import build_cells
    >>> labels = pd.DataFrame({"doc_id": ["a", "b"], "year": [2020, 2021]})
    >>> cells = build_cells(sparse.csr_array([[4], [0]]), ["医共体"], labels, [10_000, 20_000],
    ...                     np.array([True, True]))
    >>> trend_table(cells)[["term", "year", "rate", "interval"]].values.tolist()
    [['医共体', 2020, 4.0, 'this report only (Poisson)'],
     ['医共体', 2021, 0.0, 'this report only (Poisson)']]
    """
    by = list(cells.by)
    grouped = cells.table.groupby(by, sort=True, dropna=False)
    blocks = [
        _block_of_age(cells, np.asarray(rows), too_early, design, confidence)
        for rows in grouped.indices.values()
    ]
    keys = grouped.size().reset_index()[by]
    n_groups, n_terms = len(keys), len(cells.features)
    table = pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame()
    table[by] = keys.loc[np.repeat(np.arange(n_groups), n_terms)].reset_index(drop=True)
    order = np.arange(n_groups * n_terms).reshape(n_groups, n_terms).T.ravel()
    return table.iloc[order].reset_index(drop=True)[["term", *by, *TREND_COLUMNS, OLDER]]


def _block_of_age(
    cells: Cells,
    rows: npt.NDArray[np.int64],
    too_early: npt.NDArray[np.bool_] | None,
    design: str,
    confidence: float,
) -> pd.DataFrame:
    """Rows of one group; features that some of its reports are older than are counted apart."""
    block = _group_block(cells, rows, design=design, confidence=confidence)
    block[OLDER] = False
    if too_early is None:
        return block
    early = too_early[rows]
    block[OLDER] = early.all(axis=0)
    for j in np.flatnonzero(early.any(axis=0) & ~early.all(axis=0)):
        one = replace(
            cells,
            counts=cells.counts[:, [j]],
            paragraphs=cells.paragraphs[:, [j]],
            features=(cells.features[j],),
        )
        kept = rows[~early[:, j]]
        own = _group_block(one, kept, design=design, confidence=confidence)
        for name in own.columns:
            block.loc[block.index[j], name] = own[name].iloc[0]
    return block


def _group_block(
    cells: Cells, rows: npt.NDArray[np.int64], *, design: str, confidence: float
) -> pd.DataFrame:
    table = cells.table.iloc[rows]
    hits = cells.counts[rows].toarray().astype(float)
    named = cells.paragraphs[rows].toarray().sum(axis=0)
    size = table["n_han"].to_numpy(dtype=float)
    n, total, n_paragraphs = len(rows), hits.sum(axis=0), int(table["n_paragraphs"].sum())
    units = cells.units[rows]
    interval, kind = group_interval(hits, size, units, design=design, confidence=confidence)
    share = unit_share_interval(hits > 0, np.ones(n), units, confidence=confidence)
    top = hits.argmax(axis=0)
    unknown = np.full(len(total), np.nan)
    return pd.DataFrame(
        {
            "term": cells.features,
            "hits": total.astype(np.int64),
            "n_han": int(size.sum()),
            "rate": interval.estimate * PER,
            "low": interval.low * PER,
            "high": interval.high * PER,
            "interval": kind,
            "paragraphs": named.astype(np.int64),
            "n_paragraphs": n_paragraphs,
            "share_paragraphs": named / n_paragraphs,
            "reports": (hits > 0).sum(axis=0),
            "n_reports": n,
            "n_units": len(np.unique(units)),
            "share_reports": share.estimate,
            "share_low": unknown if design == "census" else share.low,
            "share_high": unknown if design == "census" else share.high,
            "hits_per_report": total / n,
            "top_share": np.divide(hits.max(axis=0), total, out=unknown.copy(), where=total > 0),
            "top_report": np.where(total > 0, table["doc_id"].to_numpy(dtype=object)[top], ""),
            "one_report_only": ((hits > 0).sum(axis=0) == 1) & (n > 1),
        }
    )


def group_interval(
    hits: Floats,
    exposure: Floats,
    units: npt.NDArray[np.intp] | None = None,
    *,
    design: str = "sample",
    confidence: float = 0.95,
) -> tuple[Interval, npt.NDArray[np.str_]]:
    """Rates of one group with the interval that its number of units can carry.

    Source: Garwood (1936).

    >>> group_interval(np.array([[3.0]]), np.array([1000.0]))[1].tolist()
    ['this report only (Poisson)']
    """
    found, kind, _ = unit_rate_interval(
        hits, exposure, units, census=design == "census", confidence=confidence
    )
    return found, kind


# Is a zero a silence, another name, a time before the term, or a missing report?


def with_status(
    table: pd.DataFrame,
    by: tuple[str, ...],
    since: Mapping[str, int],
    other_names: pd.DataFrame | None = None,
    *,
    apart: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Add a status to each cell of a trend table; empty what a cell cannot say.

    Every pair of two columns has a row, also one without a report; ``apart`` names columns of
    ``by`` that only keep levels and genres apart.

    >>> from policytext.analysis.trends import TREND_COLUMNS
    >>> row = {"term": "医共体", "year": 1990, **dict.fromkeys(TREND_COLUMNS, 0),
    ...        "n_reports": 3}
    >>> out = with_status(pd.DataFrame([row]), ("year",), {"医共体": 2017})
    >>> out[["status", "rate"]].values.tolist()
    [['not applicable', nan]]
    """
    asked = tuple(name for name in by if name not in apart)
    full = _complete(table, asked, apart) if len(asked) == 2 else table.copy()
    status = np.where(full["hits"].fillna(0) > 0, "count", "not named").astype(object)
    status[_listed(full, other_names, by)] = "other name"
    if "year" in by:
        first = pd.to_numeric(full["term"].map(dict(since)), errors="coerce")
        year = pd.to_numeric(full["year"], errors="coerce").astype("float64")
        status[(year < first).to_numpy(dtype=bool) & (status == "not named")] = "not applicable"
    if OLDER in full:
        alone = full.pop(OLDER).eq(True).to_numpy(dtype=bool)
        status[alone & (status == "not named")] = "not applicable"
    status[full["n_reports"].eq(0).to_numpy(dtype=bool)] = "no report"
    blank = np.isin(status.astype(str), ["not applicable", "no report"])
    for name in RATES:
        full[name] = full[name].astype("float64").mask(blank)
    full.insert(1 + len(by), "status", status)
    return full


def _listed(
    table: pd.DataFrame, other_names: pd.DataFrame | None, by: tuple[str, ...]
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    if other_names is None or other_names.empty:
        return np.zeros(len(table), dtype=bool)
    keys = ["term", *by]
    known = set(map(tuple, other_names[keys].astype(str).to_numpy().tolist()))
    rows = map(tuple, table[keys].astype(str).to_numpy().tolist())
    return np.array([row in known for row in rows], dtype=bool)


def every_pair(table: pd.DataFrame, key: str, by: Sequence[str]) -> pd.DataFrame:
    """Return a table with a row for every value of ``key`` and pair of two columns, empty if new.

    >>> table = pd.DataFrame({"term": "x", "year": [1, 2], "place": ["a", "b"], "hits": [3, 4]})
    >>> every_pair(table, "term", ["year", "place"])["hits"].tolist()
    [3.0, nan, nan, 4.0]
    """
    levels = [table[name].drop_duplicates().sort_values() for name in by]
    grid = pd.DataFrame(list(product(table[key].drop_duplicates(), *levels)), columns=[key, *by])
    for name in by:
        grid[name] = grid[name].astype(table[name].dtype)
    return grid.merge(table, on=[key, *by], how="left")


def _complete(
    table: pd.DataFrame, by: tuple[str, ...], apart: tuple[str, ...] = ()
) -> pd.DataFrame:
    full = every_pair(table, "term", by)
    for name in apart:
        full[name] = full[name].fillna("")
    full = full[["term", *by, *apart, *[c for c in full if c not in ("term", *by, *apart)]]]
    for name in WHOLE:
        full[name] = full[name].fillna(0).astype(np.int64)
    full["one_report_only"] = full["one_report_only"].eq(True)
    full["interval"] = full["interval"].fillna("")
    full["top_report"] = full["top_report"].fillna("")
    return full
