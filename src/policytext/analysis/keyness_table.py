"""Which words mark one group of reports against the rest, and do several reports carry them?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from policytext.analysis import keyness_measures as measures
from policytext.analysis.dispersion_measures import dp_norm, juilland_d
from policytext.inference.comparison import rate_ratio
from policytext.inference.intervals import MIN_REPORTS
from policytext.inference.multiple_testing import benjamini_hochberg
from policytext.inference.resampling import report_weights, stability_of_sign

Mask = npt.NDArray[np.bool_]
PER: Final = 10_000
LN2: Final = float(np.log(2))

KEYNESS_COLUMNS: Final = {
    "group": "组 / group",
    "feature": "词或特征 / word or feature",
    "hits": "组内次数 / hits in the group",
    "hits_rest": "对照次数 / hits in the reference",
    "rate": "组内每万单位次数 / hits per 10,000 units of the denominator, group",
    "rate_rest": "对照每万单位次数 / hits per 10,000 units of the denominator, reference",
    "log_odds": "对数优势比（Dirichlet 先验）/ log odds ratio with Dirichlet prior, natural log",
    "z": "其 z 值（只用于排序）/ its z-score: it ranks, it does not test",
    "log_ratio": "频率之比的以 2 为底对数 / binary log of the ratio of rates",
    "low": "其区间下限 / lower end of its interval",
    "high": "其区间上限 / upper end of its interval",
    "interval": "区间所指 / what the interval speaks of",
    "g2": "对数似然比 G²，负号表示组内较低 / log-likelihood ratio, signed",
    "chi2": "卡方，负号表示组内较低 / chi-squared without correction, signed",
    "reports": "组内提及的报告数 / reports of the group that name it",
    "n_reports": "组内报告数 / reports of the group",
    "n_reports_rest": "对照报告数 / reports of the reference",
    "dp_norm": "组内离散度 DPnorm / dispersion over the group's reports (0 even, 1 clumped)",
    "juilland_d": "组内 Juilland D / dispersion over the group's reports (1 even)",
    "top_share": "命中最多的一份报告所占比例 / share of the group's hits from one report",
    "top_report": "该报告 / doc_id of that report",
    "one_report_only": "组内全部命中出自一份报告 / all hits of the group come from one report",
    "stability": "重抽报告时符号不变的比例 / share of resamples of reports that keep the sign",
    "p_value": "p 值（报告为单位；不允许时为空）/ p-value with reports as units, where allowed",
    "q_value": "Benjamini-Hochberg 校正后 / adjusted over all words of all groups",
    "noise_z": "同组对半拆分的 |z| 第 95 百分位 / 95th percentile of |z| between halves",
    "above_noise": "|z| 高于拆分噪声 / |z| above that noise floor",
}


@dataclass(frozen=True)
class Reports:
    """Counts by report, with what they are divided by.

    Parameters
    ----------
    counts
        reports × features.
    exposure
        One number a report: words or Han characters.
    doc_id
        Names of the reports.
    features
        Names of the columns.
    """

    counts: sparse.csr_matrix
    exposure: npt.NDArray[np.float64]
    doc_id: npt.NDArray[np.object_]
    features: tuple[str, ...]


class Settings(NamedTuple):
    """How keyness is computed; see :func:`~policytext.analysis.keyness.keyness`."""

    prior_words: float = measures.PRIOR_WORDS
    g2_cells: int = 4
    level: float = 0.95
    n_resamples: int = 1000
    random_state: int | None = 0


def keyness_table(
    reports: Reports,
    groups: dict[str, tuple[Mask, Mask]],
    *,
    design: str = "sample",
    settings: Settings | None = None,
) -> pd.DataFrame:
    """Compare each group of reports with its reference, word by word.

    Parameters
    ----------
    reports
        Counts by report; features without hits in a pair of group and reference are left out.
    groups
        Name of each group → True for its reports, True for the reports of its reference.
    design
        census, sample or convenience. No p-value in a census, nor where a side has fewer than
        five reports.
    settings
        Prior, convention of G², level, resamples.

    Returns
    -------
    pandas.DataFrame
        One row a group and feature, columns of ``KEYNESS_COLUMNS`` up to ``q_value``; highest z
        first within a group.

    References
    ----------
    Monroe B. L. et al. (2008). https://doi.org/10.1093/pan/mpn018
    Hardie A. (2014). Log ratio: an informal introduction. CASS, Lancaster University.
    Benjamini Y., Hochberg Y. (1995). https://doi.org/10.1111/j.2517-6161.1995.tb02031.x

    Examples
    --------
    >>> reports = Reports(sparse.csr_matrix([[9, 1], [2, 8]]), np.array([10.0, 10.0]),
    ...                   np.array(["a", "b"], dtype=object), ("医共体", "养老"))
    >>> first = np.array([True, False])
    >>> keyness_table(reports, {"甲": (first, ~first)})[["feature", "p_value"]].values.tolist()
    [['医共体', nan], ['养老', nan]]
    """
    chosen = settings or Settings()
    blocks = [
        _group_table(reports, name, inside, outside, design, chosen)
        for name, (inside, outside) in groups.items()
    ]
    table = pd.concat(blocks, ignore_index=True)
    table["q_value"] = benjamini_hochberg(table["p_value"].to_numpy(dtype=float))
    return table


def _group_table(
    reports: Reports, name: str, inside: Mask, outside: Mask, design: str, settings: Settings
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
    part = Reports(block, reports.exposure[both], reports.doc_id[both], tuple(table["feature"]))
    compared = _comparison(part, inside[both], design, settings)
    table = pd.concat([table, compared], axis=1)
    table["g2"] = measures.g2(a, b, n_a, n_b, cells=settings.g2_cells)
    table["chi2"] = measures.chi2(a, b, n_a, n_b)
    table = pd.concat([table, _spread(part, inside[both])], axis=1)
    table["n_reports_rest"] = int(outside.sum())
    order = table.sort_values(["z", "feature"], ascending=[False, True], kind="stable")
    return order.reset_index(drop=True)


def _comparison(reports: Reports, inside: Mask, design: str, settings: Settings) -> pd.DataFrame:
    n_a, n_b = int(inside.sum()), int((~inside).sum())
    if min(n_a, n_b) < MIN_REPORTS:
        return _poisson_ratio(reports, inside, settings.level)
    ratio = rate_ratio(reports.counts, reports.exposure, inside, level=settings.level)
    weights = report_weights(
        inside, n_resamples=settings.n_resamples, random_state=settings.random_state
    )
    allowed = design != "census"
    blank = np.full(len(ratio.log_ratio), np.nan)
    return pd.DataFrame(
        {
            "log_ratio": ratio.log_ratio / LN2,
            "low": ratio.low / LN2 if allowed else blank,
            "high": ratio.high / LN2 if allowed else blank,
            "interval": "reports as clusters, Welch t" if allowed else "none: census",
            "p_value": ratio.p_value if allowed else blank,
            "stability": stability_of_sign(reports.counts, reports.exposure, inside, weights),
        }
    )


def _poisson_ratio(reports: Reports, inside: Mask, level: float) -> pd.DataFrame:
    """Ratio of two Poisson rates: given the sum, the hits of the group are binomial."""
    from scipy.special import betaincinv

    a, b = (np.asarray(reports.counts[m].sum(axis=0), float).ravel() for m in (inside, ~inside))
    n_a, n_b = (float(reports.exposure[m].sum()) for m in (inside, ~inside))
    tail = (1 - level) / 2
    half = np.where((a > 0) & (b > 0), 0.0, 0.5)
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(a > 0, betaincinv(a, b + 1, tail), 0.0)
        high = np.where(b > 0, betaincinv(a + 1, b, 1 - tail), 1.0)
        size = np.log2(n_b / n_a)
        ends = [np.log2(share / (1 - share)) + size for share in (low, high)]
    return pd.DataFrame(
        {
            "log_ratio": np.log2((a + half) / (b + half)) + size,
            "low": ends[0],
            "high": ends[1],
            "interval": "these reports only (Poisson)",
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
