"""What do counts by report say about each feature in each group, and how far?"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.analysis.cells import Cells
from policytext.inference.intervals import (
    MIN_REPORTS,
    Floats,
    Interval,
    poisson_interval,
    report_rate_interval,
    share_interval,
)

PER: Final = 10_000
"""Rates are per this many Han characters."""

INTERVALS: Final = {
    "reports": "reports as clusters, log-rate t",
    "poisson": "this report only (Poisson)",
    "poisson_few": "these reports only (Poisson)",
    "zero": "these reports only (Poisson), no hits",
    "census": "none: census",
}

TREND_COLUMNS: Final = {
    "hits": "命中次数 / hits counted",
    "n_han": "所计汉字数（频率的分母）/ Han characters counted (denominator of the rate)",
    "rate": "每万汉字命中次数 / hits per 10,000 Han characters",
    "low": "频率区间下限 / lower end of the interval of the rate",
    "high": "频率区间上限 / upper end of the interval of the rate",
    "interval": "区间所指 / what the interval speaks of",
    "paragraphs": "提及的段落数 / paragraphs that name it",
    "n_paragraphs": "所计段落数 / paragraphs counted",
    "share_paragraphs": "提及的段落比例 / share of paragraphs that name it, 0 to 1",
    "reports": "提及的报告数 / reports that name it",
    "n_reports": "所计报告数 / reports counted",
    "share_reports": "提及的报告比例 / share of reports that name it, 0 to 1",
    "share_low": "报告比例下限（Wilson）/ lower end (Wilson) of share_reports; empty in a census",
    "share_high": "报告比例上限（Wilson）/ upper end (Wilson) of share_reports; empty in a census",
    "hits_per_report": "每份报告命中次数 / hits divided by reports",
    "top_share": "命中最多的一份报告所占比例 / share of the hits that one report has, 0 to 1",
    "top_report": "该报告 / doc_id of that report",
    "one_report_only": "全部命中出自多份报告中的一份 / all hits come from one of several reports",
}


def trend_table(cells: Cells, *, design: str = "sample", level: float = 0.95) -> pd.DataFrame:
    """Hits, rates, shares and their intervals by group and feature.

    Parameters
    ----------
    cells
        Counts by report and group.
    design
        census, sample or convenience. A census of five or more reports in a group gets no
        sampling interval.
    level
        Stated coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row a feature and group, sorted by feature (in the order given) and group: ``term``,
        the grouping columns, and the columns of ``TREND_COLUMNS``.

    References
    ----------
    Garwood F. (1936). https://doi.org/10.1093/biomet/28.3-4.437
    Wilson E. B. (1927). https://doi.org/10.1080/01621459.1927.10502953
    Cameron A. C., Miller D. L. (2015). https://doi.org/10.3368/jhr.50.2.317

    Examples
    --------
    >>> from scipy import sparse
    >>> from policytext.analysis.cells import build_cells
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
        _group_block(cells, np.asarray(rows), design=design, level=level)
        for rows in grouped.indices.values()
    ]
    keys = grouped.size().reset_index()[by]
    n_groups, n_terms = len(keys), len(cells.features)
    table = pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame()
    table[by] = keys.loc[np.repeat(np.arange(n_groups), n_terms)].reset_index(drop=True)
    order = np.arange(n_groups * n_terms).reshape(n_groups, n_terms).T.ravel()
    return table.iloc[order].reset_index(drop=True)[["term", *by, *TREND_COLUMNS]]


def _group_block(
    cells: Cells, rows: npt.NDArray[np.int64], *, design: str, level: float
) -> pd.DataFrame:
    table = cells.table.iloc[rows]
    hits = cells.counts[rows].toarray().astype(float)
    named = cells.paragraphs[rows].toarray().sum(axis=0)
    size = table["n_han"].to_numpy(dtype=float)
    n, total, n_paragraphs = len(rows), hits.sum(axis=0), int(table["n_paragraphs"].sum())
    interval, kind = group_interval(hits, size, design=design, level=level)
    share = share_interval((hits > 0).sum(axis=0), n, level=level)
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
    hits: Floats, exposure: Floats, *, design: str = "sample", level: float = 0.95
) -> tuple[Interval, npt.NDArray[np.str_]]:
    """Rates of one group with the interval that its number of reports can carry.

    Parameters
    ----------
    hits
        reports × features: counts.
    exposure
        Han characters of each report.
    design
        census, sample or convenience.
    level
        Stated coverage.

    Returns
    -------
    tuple
        The rates per character with their interval, and words for what it speaks of.

    References
    ----------
    Garwood F. (1936). https://doi.org/10.1093/biomet/28.3-4.437
    Cameron A. C., Miller D. L. (2015). https://doi.org/10.3368/jhr.50.2.317

    Examples
    --------
    >>> group_interval(np.array([[3.0]]), np.array([1000.0]))[1].tolist()
    ['this report only (Poisson)']
    """
    n, total = len(hits), hits.sum(axis=0)
    if n < MIN_REPORTS:
        words = INTERVALS["poisson"] if n == 1 else INTERVALS["poisson_few"]
        pooled = poisson_interval(total, float(exposure.sum()), level=level)
        return pooled, np.full(len(total), words)
    if design == "census":
        none = np.full(len(total), np.nan)
        return Interval(total / exposure.sum(), none, none), np.full(
            len(total), INTERVALS["census"]
        )
    words_each = np.where(total > 0, INTERVALS["reports"], INTERVALS["zero"])
    return report_rate_interval(hits, exposure, level=level), words_each
