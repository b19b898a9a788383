"""Do terms rise or fall over the years, and is there a break?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Unpack

import numpy as np
import pandas as pd

from policytext.analysis.evidence import emptied, paragraph_evidence
from policytext.analysis.panel import ISSUER
from policytext.analysis.selection import Selecting, Selection, grouping, select
from policytext.analysis.trend_table import PER
from policytext.analysis.trends import first_years, term_cells
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.count_model import count_model
from policytext.inference.intervals import check_level
from policytext.inference.multiple_testing import benjamini_hochberg
from policytext.inference.series import change_points, mann_kendall
from policytext.records import Bilingual, Method
from policytext.result import Result
from policytext.words.termcount import term_counts
from policytext.words.terms import as_terms

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from policytext.analysis.cells import Cells
    from policytext.corpus import Corpus
    from policytext.words.counts import Counts
    from policytext.words.termhits import Terms

TEST_COLUMNS: Final = {
    "term": "概念 / concept",
    "n_years": "年份数 / years with a report, from the first year of the term on",
    "first_year": "首年 / first of them",
    "last_year": "末年 / last of them",
    "n_reports": "报告数 / reports",
    "hits": "命中次数 / hits",
    "tau": "Mann-Kendall τ（年频率）/ Mann-Kendall tau of the yearly rates",
    "p_mann_kendall": "其 p 值 / its p-value, where allowed",
    "p_autocorrelated": "允许序列相关（Hamed-Rao）/ the same, serial correlation allowed for",
    "sen_slope": "Sen 斜率：每万汉字次数每年 / Sen's slope, hits per 10,000 characters a year",
    "sen_low": "其区间下限 / its lower end",
    "sen_high": "其区间上限 / its upper end",
    "rate_ratio": "计数模型：每年频率之比 / count model: ratio of rates from one year to the next",
    "ratio_low": "其区间下限 / its lower end",
    "ratio_high": "其区间上限 / its upper end",
    "p_value": "其 p 值 / its p-value, where allowed",
    "q_value": "Benjamini-Hochberg 校正后 / adjusted over all rows",
    "clusters": "聚类单位与个数 / unit and number of clusters",
    "dispersion": "Pearson 离散系数（1 为 Poisson）/ Pearson dispersion (1 is Poisson)",
    "change_points": "转折年份 / first years of a new level",
    "refused": "未作的检验及原因 / what was not tested, and why",
}

METHOD: Final = Method(
    Bilingual(
        "年频率作 Mann-Kendall 趋势检验（另给 Hamed-Rao 允许序列相关的 p 值）与 Sen 斜率；"
        "报告计数作以汉字数为偏移量的 Poisson 回归，标准误按聚类稳健估计（CR3，t 分位数）；"
        "转折点用 PELT（平方根频率，最小二乘），不足八年不作。",
        "Yearly rates were tested with Mann-Kendall (and Hamed and Rao's correction for serial "
        "correlation) and summarised by Sen's slope; counts by report entered a Poisson regression "
        "with the Han characters as offset and cluster-robust errors (CR3, Student quantiles); "
        "change points were sought with PELT on square roots of rates, with eight years or more.",
    ),
    (
        "Mann H. B. (1945). Econometrica 13, 245-259. https://doi.org/10.2307/1907187",
        "Sen P. K. (1968). JASA 63, 1379-1389. https://doi.org/10.1080/01621459.1968.10480934",
        "Hamed K. H., Rao A. R. (1998). Journal of Hydrology 204, 182-196. "
        "https://doi.org/10.1016/S0022-1694(97)00125-X",
        "Cameron A. C., Trivedi P. K. (2013). Regression analysis of count data. "
        "https://doi.org/10.1017/CBO9781139013567",
        "Bell R. M., McCaffrey D. F. (2002). Survey Methodology 28, 169-181.",
        "Killick R. et al. (2012). JASA 107, 1590-1598. "
        "https://doi.org/10.1080/01621459.2012.737745",
    ),
)

P_COLUMNS: Final = ("p_mann_kendall", "p_autocorrelated", "p_value")


def trend_tests(
    corpus: Corpus,
    terms: Terms = None,
    *,
    by: str | Sequence[str] = "year",
    counts: Counts | None = None,
    balanced: bool = False,
    level: float = 0.95,
    **which: Unpack[Selecting],
) -> Result:
    """Test each term for a trend over the years, in the whole corpus or in each group.

    Parameters
    ----------
    corpus, terms, counts, balanced, level
        As in :func:`~policytext.analysis.trends.trends`.
    by
        ``"year"``, or ``"year"`` and one more column: a test for each of its groups.
    **which
        See :class:`~policytext.analysis.selection.Selecting`.

    Returns
    -------
    Result
        One row a term (and group), columns of ``TEST_COLUMNS``. Years before a term existed are
        left out. In a census p-values are empty.

    Raises
    ------
    ParameterError
        ``year`` is not in ``by``, or a wrong keyword.

    References
    ----------
    Mann H. B. (1945). https://doi.org/10.2307/1907187
    Sen P. K. (1968). https://doi.org/10.1080/01621459.1968.10480934
    Cameron A. C., Trivedi P. K. (2013). https://doi.org/10.1017/CBO9781139013567
    """
    check_level(level)
    names = grouping(by)
    if "year" not in names:
        raise ParameterError(f'trend tests need "year" in `by`, got {list(names)}')
    known = as_terms(terms)
    chosen = select(corpus, names, which)
    found = counts if counts is not None else term_counts(corpus, terms)
    cells, said = term_cells(corpus, chosen, found, balanced=balanced)
    rows = tested_rows(cells, issuers_of(corpus, cells), first_years(found.features, known), level)
    if chosen.design == "census":
        rows[list(P_COLUMNS)] = np.nan
    rows["q_value"] = benjamini_hochberg(rows["p_value"].to_numpy(dtype=float))
    others = {name: "分组 / group" for name in names if name != "year"}
    return Result(
        table=rows[["term", *others, *list(TEST_COLUMNS)[1:]]],
        title=Bilingual(f"趋势检验（{chosen.scope.zh}）", f"Trend tests ({chosen.scope.en})"),
        columns={**TEST_COLUMNS, **others},
        method=METHOD,
        cautions=(*chosen.cautions, *said),
        parameters={"by": list(names), "balanced": balanced, "level": level},
        corpus=corpus,
        evidence_from=lambda: term_evidence(corpus, chosen, found, rows, tuple(others)),
        figure=_figure,
    )


def term_evidence(
    corpus: Corpus, chosen: Selection, counts: Counts, table: pd.DataFrame, by: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Paragraphs that hold the term of each row (in its group, with ``by``).

    Parameters
    ----------
    corpus
        The corpus.
    chosen
        What is counted.
    counts
        paragraphs × features.
    table
        The result, with ``term`` and the columns ``by``.
    by
        Grouping columns shared by table and paragraphs.
    """
    paragraphs = chosen.labels.assign(para_no=corpus.paragraphs["para_no"].to_numpy())
    kept = emptied(counts.matrix, chosen.counted)
    return paragraph_evidence(table, kept, counts.features, paragraphs, feature="term", by=by)


def _figure(result: Result, ax: Axes | None = None) -> Axes:
    from policytext.plots.estimates import plot_ratios

    label = [c for c in result.table.columns[: list(result.table.columns).index("n_years")]]
    columns = ("rate_ratio", "ratio_low", "ratio_high")
    return plot_ratios(result.table, columns, label=label, ax=ax, title=result.title.zh)


def issuers_of(corpus: Corpus, cells: Cells) -> pd.Series:
    """Issuer of each cell: level, province, city and county.

    Parameters
    ----------
    corpus
        The corpus.
    cells
        Counts by report and group.
    """
    names = corpus.documents.set_index("doc_id")[list(ISSUER)].fillna("").astype(str)
    return names.agg("/".join, axis=1).reindex(cells.table["doc_id"]).reset_index(drop=True)


def tested_rows(
    cells: Cells, issuers: pd.Series, since: dict[str, int], level: float
) -> pd.DataFrame:
    """One row a feature and group with all tests of its years.

    Parameters
    ----------
    cells
        Counts by report and group; ``year`` is one of the grouping columns.
    issuers
        Issuer of each cell.
    since
        First year of features, where known.
    level
        Stated coverage.

    References
    ----------
    Mann H. B. (1945). https://doi.org/10.2307/1907187
    """
    others = [name for name in cells.by if name != "year"]
    table = cells.table.assign(issuer=issuers.to_numpy()).dropna(subset=["year"])
    keys = table[others].agg(" | ".join, axis=1) if others else pd.Series("", index=table.index)
    rows = []
    for j, term in enumerate(cells.features):
        hits = np.asarray(cells.counts[:, [j]].todense(), dtype=float).ravel()
        for _, part in table.assign(hits=hits[table.index]).groupby(keys, sort=True):
            live = part[part["year"] >= since.get(term, -10_000)]
            group = {name: part[name].iloc[0] for name in others}
            rows.append({"term": term, **group, **_one_series(live, level)})
    return pd.DataFrame(rows, columns=["term", *others, *list(TEST_COLUMNS)[1:]])


def _one_series(part: pd.DataFrame, level: float) -> dict[str, object]:
    yearly = part.groupby("year")[["hits", "n_han"]].sum()
    years = yearly.index.to_numpy(dtype=float)
    rate = (yearly["hits"] / yearly["n_han"] * PER).to_numpy(dtype=float)
    row: dict[str, object] = {
        "n_years": len(years),
        "first_year": int(years[0]) if len(years) else None,
        "last_year": int(years[-1]) if len(years) else None,
        "n_reports": part["doc_id"].nunique(),
        "hits": int(part["hits"].sum()),
    }
    refused = []
    try:
        trend = mann_kendall(years, rate, level=level)
        names = ("tau", "p_mann_kendall", "p_autocorrelated", "sen_slope", "sen_low", "sen_high")
        row |= dict(zip(names, trend, strict=True))
    except NotEnoughDataError as error:
        refused.append(str(error))
    try:
        row |= _model(part, level)
    except NotEnoughDataError as error:
        refused.append(str(error))
    named = int((part["hits"] > 0).sum())
    if 0 < named < 2:
        return {**row, "refused": "; ".join([*refused, "all hits come from one report"])}
    try:
        # the square root of a Poisson rate has a standard deviation of half its unit
        noise = 0.5 * np.sqrt(PER / yearly["n_han"].to_numpy(dtype=float))
        row["change_points"] = "、".join(str(y) for y in change_points(years, rate, noise))
    except NotEnoughDataError as error:
        refused.append(str(error))
    return {**row, "refused": "; ".join(refused)}


def _model(part: pd.DataFrame, level: float) -> dict[str, object]:
    issuer = part["issuer"]
    several = issuer.nunique() >= 5 and issuer.nunique() < len(part)
    unit, clusters = ("issuers", issuer) if several else ("reports", part["doc_id"])
    year = part["year"].astype(float)
    design = pd.DataFrame({"constant": 1.0, "year": year - year.mean()})
    fit = count_model(part["hits"], part["n_han"], design, clusters.to_numpy(), level=level)
    slope = fit.table.iloc[1]
    return {
        "rate_ratio": float(np.exp(slope["estimate"])),
        "ratio_low": float(np.exp(slope["low"])),
        "ratio_high": float(np.exp(slope["high"])),
        "p_value": float(slope["p_value"]),
        "clusters": f"{fit.n_clusters} {unit}",
        "dispersion": fit.dispersion,
    }
