"""How often are terms named, by whom and when?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.comparable import (
    COLUMN_NAMES,
    Cells,
    Selection,
    balanced_reports,
    build_cells,
    select,
)
from policytext.counts import emptied
from policytext.inference.intervals import (
    MIN_REPORTS,
    Interval,
    check_level,
    poisson_interval,
    report_rate_interval,
    share_interval,
)
from policytext.records import KINDS_COUNTED, Bilingual, Floats, Method
from policytext.result import Drawing, Result, hit_evidence, paragraph_evidence
from policytext.terms.concepts import TermTable, as_terms
from policytext.terms.hits import term_hits
from policytext.terms.termcount import roll_up, term_counts
from policytext.texts import cite, columns_of, say

if TYPE_CHECKING:
    from policytext.corpus import Corpus
    from policytext.counts import Counts
    from policytext.terms.hits import Terms


# Is a zero a silence, another name, a time before the term, or a missing report?

STATUS_COLUMN: Final = columns_of("status")

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


def with_status(
    table: pd.DataFrame,
    by: tuple[str, ...],
    since: Mapping[str, int],
    other_names: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Add a status to each cell of a trend table; empty what a cell cannot say.

    >>> from policytext.analysis.trends import TREND_COLUMNS
    >>> row = {"term": "医共体", "year": 1990, **dict.fromkeys(TREND_COLUMNS, 0),
    ...        "n_reports": 3}
    >>> out = with_status(pd.DataFrame([row]), ("year",), {"医共体": 2017})
    >>> out[["status", "rate"]].values.tolist()
    [['not applicable', nan]]
    """
    full = _complete(table, by) if len(by) == 2 else table.copy()
    status = np.where(full["hits"].fillna(0) > 0, "count", "not named").astype(object)
    status[_listed(full, other_names, by)] = "other name"
    if "year" in by:
        first = pd.to_numeric(full["term"].map(dict(since)), errors="coerce")
        year = pd.to_numeric(full["year"], errors="coerce").astype("float64")
        status[(year < first).to_numpy(dtype=bool) & (status == "not named")] = "not applicable"
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


def _complete(table: pd.DataFrame, by: tuple[str, ...]) -> pd.DataFrame:
    levels = [table[name].drop_duplicates().sort_values() for name in by]
    terms = table["term"].drop_duplicates()
    grid = pd.DataFrame(list(product(terms, *levels)), columns=["term", *by])
    for name in by:
        grid[name] = grid[name].astype(table[name].dtype)
    full = grid.merge(table, on=["term", *by], how="left")
    for name in ("hits", "n_han", "paragraphs", "n_paragraphs", "reports", "n_reports"):
        full[name] = full[name].fillna(0).astype(np.int64)
    full["one_report_only"] = full["one_report_only"].eq(True)
    full["interval"] = full["interval"].fillna("")
    full["top_report"] = full["top_report"].fillna("")
    return full


# What do counts by report say about each feature in each group, and how far?

PER: Final = 10_000
"""Rates are per this many Han characters."""

INTERVALS: Final = {
    "reports": "reports as clusters, log-rate t",
    "poisson": "this report only (Poisson)",
    "poisson_few": "these reports only (Poisson)",
    "zero": "these reports only (Poisson), no hits",
    "census": "none: census",
}

TREND_COLUMNS: Final = columns_of("trend")


def trend_table(cells: Cells, *, design: str = "sample", confidence: float = 0.95) -> pd.DataFrame:
    """Hits, rates, shares and their intervals by group and feature.

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
        _group_block(cells, np.asarray(rows), design=design, confidence=confidence)
        for rows in grouped.indices.values()
    ]
    keys = grouped.size().reset_index()[by]
    n_groups, n_terms = len(keys), len(cells.features)
    table = pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame()
    table[by] = keys.loc[np.repeat(np.arange(n_groups), n_terms)].reset_index(drop=True)
    order = np.arange(n_groups * n_terms).reshape(n_groups, n_terms).T.ravel()
    return table.iloc[order].reset_index(drop=True)[["term", *by, *TREND_COLUMNS]]


def _group_block(
    cells: Cells, rows: npt.NDArray[np.int64], *, design: str, confidence: float
) -> pd.DataFrame:
    table = cells.table.iloc[rows]
    hits = cells.counts[rows].toarray().astype(float)
    named = cells.paragraphs[rows].toarray().sum(axis=0)
    size = table["n_han"].to_numpy(dtype=float)
    n, total, n_paragraphs = len(rows), hits.sum(axis=0), int(table["n_paragraphs"].sum())
    interval, kind = group_interval(hits, size, design=design, confidence=confidence)
    share = share_interval((hits > 0).sum(axis=0), n, level=confidence)
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
    hits: Floats, exposure: Floats, *, design: str = "sample", confidence: float = 0.95
) -> tuple[Interval, npt.NDArray[np.str_]]:
    """Rates of one group with the interval that its number of reports can carry.

    Source: Garwood (1936).

    >>> group_interval(np.array([[3.0]]), np.array([1000.0]))[1].tolist()
    ['this report only (Poisson)']
    """
    n, total = len(hits), hits.sum(axis=0)
    if n < MIN_REPORTS:
        words = INTERVALS["poisson"] if n == 1 else INTERVALS["poisson_few"]
        pooled = poisson_interval(total, float(exposure.sum()), level=confidence)
        return pooled, np.full(len(total), words)
    if design == "census":
        none = np.full(len(total), np.nan)
        return Interval(total / exposure.sum(), none, none), np.full(
            len(total), INTERVALS["census"]
        )
    words_each = np.where(total > 0, INTERVALS["reports"], INTERVALS["zero"])
    return report_rate_interval(hits, exposure, level=confidence), words_each


# How often are terms named, by whom and when?

METHOD: Final = Method(
    say("trends.method"),
    cite("garwood-1936", "cameron-2015", "wilson-1927"),
)


def trends(
    corpus: Corpus,
    terms: Terms = None,
    *,
    by: str | Sequence[str] | None = "year",
    counts: Counts | None = None,
    balanced: bool = False,
    confidence: float = 0.95,
    parts: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    mix_levels: bool = False,
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
        One grouping column of documents or paragraphs, two of them, or None for the whole corpus.
    counts
        Counts made before: paragraphs × features, aligned with ``corpus.paragraphs``.
    balanced
        With ``year`` in ``by``: keep only issuers with a report in every year of the corpus.
    confidence
        Stated coverage of the intervals.
    parts, kinds, exclude_rows, mix_levels, min_certainty
        What is counted; see :func:`~policytext.comparable.select`.

    Returns
    -------
    Result
        One row a term and group; columns as in
        :data:`~policytext.analysis.trend_table.TREND_COLUMNS` and ``status``: ``count``,
        ``other name``, ``not named``, ``not applicable`` (before the term existed: rate and shares
        are empty, not zero) or ``no report``; ``other name`` is told for one grouping column, and
        only when terms are counted here. ``.evidence`` lists the paragraphs.

    Raises
    ------
    ParameterError
        Unknown columns or keywords.
    NotEnoughDataError
        Nothing is left to count.

    References
    ----------
    Garwood F. (1936). https://doi.org/10.1093/biomet/28.3-4.437
    Wilson E. B. (1927). https://doi.org/10.1080/01621459.1927.10502953
    Cameron A. C., Miller D. L. (2015). https://doi.org/10.3368/jhr.50.2.317
    """
    check_level(confidence)
    chosen = select(
        corpus,
        by,
        parts=parts,
        kinds=kinds,
        exclude_rows=exclude_rows,
        mix_levels=mix_levels,
        min_certainty=min_certainty,
    )
    return trend_result(
        corpus, chosen, terms, counts=counts, balanced=balanced, confidence=confidence
    )


def trend_result(
    corpus: Corpus,
    chosen: Selection,
    terms: Terms = None,
    *,
    counts: Counts | None = None,
    balanced: bool = False,
    confidence: float = 0.95,
) -> Result:
    """Count terms in what was selected before; see :func:`trends`."""
    known = as_terms(terms)
    found = counts if counts is not None else term_counts(corpus, terms)
    cells, said = term_cells(corpus, chosen, found, balanced=balanced)
    table = trend_table(cells, design=chosen.design, confidence=confidence)
    others = None if counts is not None else _other_names(corpus, known, chosen)
    table = with_status(table, cells.by, first_years(found.features, known), others)
    return Result(
        table=table,
        title=_title(cells, chosen, balanced),
        columns=_columns(cells),
        method=METHOD,
        cautions=(*chosen.cautions, *said, *_cautions(table)),
        parameters={
            "by": [name for name in chosen.by if name != "corpus"],
            "balanced": balanced,
            "confidence": confidence,
            **chosen.settings,
        },
        corpus=corpus,
        evidence_from=lambda: _evidence(
            corpus, chosen, found if counts is not None else known, table
        ),
        figure=Drawing("analysis.plot_trends"),
    )


def term_cells(
    corpus: Corpus, chosen: Selection, counts: Counts, *, balanced: bool
) -> tuple[Cells, list[Bilingual]]:
    """Add counts up by report and group, on a balanced panel if asked for."""
    counted, said = chosen.counted, []
    if balanced:
        keep, sentence = balanced_reports(corpus.documents, chosen.labels, counted)
        counted, said = counted & keep, [sentence]
    size = corpus.paragraphs["n_han"].to_numpy()
    return build_cells(counts.matrix, counts.features, chosen.labels, size, counted), said


def first_years(features: Sequence[str], terms: Terms = None) -> dict[str, int]:
    """First year of each concept that the term table dates.

    >>> first_years(["no such term"])
    {}
    """
    table = as_terms(terms).concept_table().dropna(subset=["since"])
    dated = dict(zip(table["concept"], table["since"].astype(int), strict=True))
    return {name: dated[name] for name in features if name in dated}


def _other_names(corpus: Corpus, terms: TermTable, chosen: Selection) -> pd.DataFrame | None:
    """Groups that use a regional name only; known for one grouping column, not for pairs."""
    from policytext.terms.status import term_status

    if len(chosen.by) != 1 or chosen.by == ("corpus",):
        return None
    certainty = str(chosen.settings["min_certainty"])
    status = term_status(
        corpus, terms, by=chosen.by[0], min_certainty=certainty, counted=chosen.counted
    ).table
    named = status.loc[status["status"] == "other name", ["concept", "group"]]
    return named.set_axis(["term", chosen.by[0]], axis=1)


def _title(cells: Cells, chosen: Selection, balanced: bool) -> Bilingual:
    by = " × ".join(cells.by)
    by_zh = " × ".join(COLUMN_NAMES.get(name, name) for name in cells.by)
    panel = ("，平衡面板", ", balanced panel") if balanced else ("", "")
    zh, en = (f"（{chosen.scope.zh}）", f" ({chosen.scope.en})") if chosen.scope.zh else ("", "")
    return say("trends.title", by_zh=by_zh, value=panel[0], zh=zh, by=by, value2=panel[1], en=en)


def _columns(cells: Cells) -> Mapping[str, str]:
    groups = {name: "分组 / group" for name in cells.by}
    return {"term": "概念 / concept counted", **groups, **STATUS_COLUMN, **TREND_COLUMNS}


def _cautions(table: pd.DataFrame) -> list[Bilingual]:
    said = []
    if table["interval"].astype(str).isin([INTERVALS["poisson"], INTERVALS["poisson_few"]]).any():
        said.append(say("trends.cautions"))
    single = table.loc[table["one_report_only"].eq(True), "term"].unique()
    if len(single):
        names = "、".join(single[:10])
        said.append(say("trends.cautions.2", names=names))
    heavy = table[(table["top_share"] >= 0.5) & (table["n_reports"] >= 5) & (table["hits"] >= 5)]
    most = heavy.loc[~heavy["one_report_only"].astype(bool), "term"].unique()
    if len(most):
        names = "、".join(most[:10])
        said.append(say("trends.cautions.3", names=names))
    if (table["status"] == "not applicable").any():
        said.append(say("trends.cautions.4"))
    return said


def _evidence(
    corpus: Corpus, chosen: Selection, counts: Counts | TermTable, table: pd.DataFrame
) -> pd.DataFrame:
    paragraphs = chosen.labels.assign(para_no=corpus.paragraphs["para_no"].to_numpy())
    if isinstance(counts, TermTable):
        hits = roll_up(term_hits(corpus, counts), counts)
        return hit_evidence(table, hits[chosen.counted[hits["row"].to_numpy()]], paragraphs)
    kept = emptied(counts.matrix, chosen.counted)
    return paragraph_evidence(
        table, kept, counts.features, paragraphs, feature="term", by=chosen.by
    )
