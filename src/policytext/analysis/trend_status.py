"""Is a zero a silence, another name, a time before the term, or a missing report?"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Final

import numpy as np
import pandas as pd

STATUS_COLUMN: Final = {
    "status": "计数、另有他名、未提及、不适用（词语尚未出现）、无报告 / "
    "count, other name, not named, "
    "not applicable (before the term existed), no report"
}

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

    Parameters
    ----------
    table
        From :func:`~policytext.analysis.trend_table.trend_table`.
    by
        Grouping columns. With two of them, pairs without a report are added as rows.
    since
        First year of each term, where known.
    other_names
        Terms and groups in which only another name is used: ``term`` and the grouping columns.

    Returns
    -------
    pandas.DataFrame
        ``table`` with ``status`` behind the grouping columns. Rates and shares are NaN where the
        status is ``not applicable`` or ``no report``.

    Examples
    --------
    >>> from policytext.analysis.trend_table import TREND_COLUMNS
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
