"""Do regions differ in how often they name a term, once genre, level and year are held equal?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Unpack

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.analysis.cells import Cells, build_cells
from policytext.analysis.selection import Selecting, select
from policytext.analysis.trend_tests import issuers_of, term_evidence
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.count_model import count_model
from policytext.inference.intervals import MIN_REPORTS, check_level
from policytext.inference.multiple_testing import benjamini_hochberg
from policytext.records import UNKNOWN, Bilingual, Method
from policytext.result import Result
from policytext.words.termcount import term_counts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from policytext.corpus import Corpus
    from policytext.words.counts import Counts
    from policytext.words.termhits import Terms

REGRESSION_COLUMNS: Final = {
    "term": "概念 / concept",
    "variable": "变量 / variable",
    "value": "取值（与 reference 相比；数值变量为每单位）/ value, against the reference",
    "reference": "参照 / reference",
    "rate_ratio": "调整后的频率之比 / ratio of rates, the other variables held equal",
    "low": "其区间下限 / its lower end",
    "high": "其区间上限 / its upper end",
    "p_value": "p 值（不允许时为空）/ p-value, where allowed",
    "q_value": "Benjamini-Hochberg 校正后 / adjusted over all rows of this variable",
    "hits": "该取值的命中次数 / hits at this value",
    "n_reports": "该取值的报告数 / reports at this value",
    "clusters": "聚类个数 / number of clusters",
    "refused": "未估计的原因 / why nothing was estimated",
}

METHOD: Final = Method(
    Bilingual(
        "报告计数作 Poisson 回归，以汉字数为偏移量，同时纳入地区与所列协变量；"
        "标准误按聚类稳健估计（CR3，t 分位数）。",
        "Counts by report entered a Poisson regression with the Han characters as offset, region "
        "and the covariates named together; errors are cluster-robust (CR3, Student quantiles).",
    ),
    (
        "Cameron A. C., Trivedi P. K. (2013). Regression analysis of count data. "
        "https://doi.org/10.1017/CBO9781139013567",
        "Bell R. M., McCaffrey D. F. (2002). Survey Methodology 28, 169-181.",
    ),
)


def adjusted_rates(
    corpus: Corpus,
    terms: Terms = None,
    *,
    by: str = "province",
    adjust: Sequence[str] = ("genre", "level", "year"),
    counts: Counts | None = None,
    level: float = 0.95,
    **which: Unpack[Selecting],
) -> Result:
    """Compare rates between groups with genre, level and year held equal.

    Levels and genres are mixed here, since the model holds them equal; pass ``mix_levels=False``
    to keep to one.

    Parameters
    ----------
    corpus
        The corpus.
    terms
        Concepts or a term table. Ignored with ``counts``.
    by
        Column of documents that makes the groups.
    adjust
        Columns of documents to hold equal; numbers enter as they are, everything else as
        categories. Columns with one value are left out.
    counts
        paragraphs × features.
    level
        Stated coverage.
    **which
        See :class:`~policytext.analysis.selection.Selecting`.

    Returns
    -------
    Result
        One row a term, variable and value, columns of ``REGRESSION_COLUMNS``; interval and p-value
        are empty where a value or its reference has fewer than five reports; a term that the corpus
        cannot carry has one row with the reason in ``refused``.

    Raises
    ------
    ParameterError
        A column is missing, or ``by`` is among ``adjust``.

    References
    ----------
    Cameron A. C., Trivedi P. K. (2013). https://doi.org/10.1017/CBO9781139013567
    """
    check_level(level)
    if by in adjust:
        raise ParameterError(f"`by` is {by!r}, which is also among `adjust`: leave it out there")
    which.setdefault("mix_levels", True)
    chosen = select(corpus, by, which)
    found = counts if counts is not None else term_counts(corpus, terms)
    size = corpus.paragraphs["n_han"].to_numpy()
    cells = build_cells(found.matrix, found.features, chosen.labels, size, chosen.counted)
    cells = cells.keep(~np.isin(cells.group, [UNKNOWN, "<NA>", ""]))
    columns = _covariates(corpus, cells, by, adjust)
    table = regression_rows(cells, columns, issuers_of(corpus, cells), level)
    if chosen.design == "census":
        table["p_value"] = np.nan
    table["q_value"] = table.groupby("variable")["p_value"].transform(
        lambda p: benjamini_hochberg(p.to_numpy(dtype=float))
    )
    held = "、".join(name for name in columns.columns if name != by) or "—"
    return Result(
        table=table[list(REGRESSION_COLUMNS)],
        title=Bilingual(f"按 {by} 的频率之比，调整 {held}", f"Rates by {by}, adjusted for {held}"),
        columns=REGRESSION_COLUMNS,
        method=METHOD,
        cautions=chosen.cautions,
        parameters={"by": by, "adjust": list(adjust), "level": level},
        corpus=corpus,
        evidence_from=lambda: term_evidence(corpus, chosen, found, table),
        figure=_figure,
    )


def _figure(result: Result, ax: Axes | None = None) -> Axes:
    from policytext.plots.estimates import plot_ratios

    label, columns = ["term", "variable", "value"], ("rate_ratio", "low", "high")
    return plot_ratios(result.table, columns, label=label, ax=ax, title=result.title.zh)


def _covariates(corpus: Corpus, cells: Cells, by: str, adjust: Sequence[str]) -> pd.DataFrame:
    documents = corpus.documents.set_index("doc_id")
    lacking = [name for name in adjust if name not in documents.columns]
    if lacking:
        raise ParameterError(f"documents have no column {lacking[0]!r}; see corpus.join")
    rows = documents.reindex(cells.table["doc_id"])
    columns = {by: cells.group}
    for name in adjust:
        values = rows[name]
        number = pd.api.types.is_numeric_dtype(values)
        plain = values.astype("float64") if number else values.fillna(UNKNOWN).astype(str)
        if plain.nunique(dropna=True) > 1:
            columns[name] = plain.to_numpy()
    return pd.DataFrame(columns)


def regression_rows(
    cells: Cells, columns: pd.DataFrame, issuers: pd.Series, level: float = 0.95
) -> pd.DataFrame:
    """Fit one model a feature; see :func:`adjusted_rates`.

    Parameters
    ----------
    cells
        Counts by report.
    columns
        One row a cell: the group first, then covariates (numbers or labels); rows with a missing
        number are left out.
    issuers
        Issuer of each cell: the clusters, if at least five issuers have several reports.
    level
        Stated coverage.

    References
    ----------
    Cameron A. C., Trivedi P. K. (2013). https://doi.org/10.1017/CBO9781139013567
    """
    whole = ~columns.isna().any(axis=1).to_numpy()
    cells, columns = cells.keep(whole), columns[whole].reset_index(drop=True)
    owner = issuers[whole].to_numpy()
    clusters = owner if _many_issuers(columns, owner) else cells.table["doc_id"].to_numpy()
    design, meaning = design_matrix(columns)
    size = cells.table["n_han"].to_numpy(dtype=float)
    rows: list[pd.DataFrame] = []
    for j, term in enumerate(cells.features):
        hits = np.asarray(cells.counts[:, [j]].todense(), dtype=float).ravel()
        try:
            fit = count_model(hits, size, design, clusters, level=level)
        except NotEnoughDataError as error:
            rows.append(pd.DataFrame([{"term": term, "refused": str(error)}]))
            continue
        block = meaning.assign(term=term, clusters=str(fit.n_clusters), refused="")
        for name, source in (("rate_ratio", "estimate"), ("low", "low"), ("high", "high")):
            block[name] = np.exp(fit.table[source].to_numpy(dtype=float)[1:])
        block["p_value"] = fit.table["p_value"].to_numpy(dtype=float)[1:]
        few = block[["n_reports", "n_reference"]].min(axis=1) < MIN_REPORTS
        block.loc[few, ["low", "high", "p_value"]] = np.nan
        block["hits"] = [_hits_at(columns, hits, row) for _, row in meaning.iterrows()]
        rows.append(block)
    return pd.concat(rows, ignore_index=True).reindex(columns=list(REGRESSION_COLUMNS))


def _many_issuers(columns: pd.DataFrame, owner: npt.NDArray[np.object_]) -> bool:
    """Issuers may be clusters only if each category is carried by several of them."""
    if len(set(owner)) == len(owner):
        return False
    labels = [c for c in columns.columns if not pd.api.types.is_numeric_dtype(columns[c])]
    reach = [pd.Series(owner).groupby(columns[c].to_numpy()).nunique().min() for c in labels]
    return min([len(set(owner)), *(int(n) for n in reach)]) >= MIN_REPORTS


def _hits_at(columns: pd.DataFrame, hits: np.ndarray, row: pd.Series) -> int:
    number = row["reference"] == ""
    return int(hits.sum() if number else hits[(columns[row["variable"]] == row["value"])].sum())


def design_matrix(columns: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Constant, one column a number (centred), one column a category beside the most frequent.

    Parameters
    ----------
    columns
        One row a report, numbers or labels.

    Returns
    -------
    tuple
        The design, and what its columns after the constant mean: ``variable``, ``value``,
        ``reference``, ``n_reports``, ``n_reference`` (reports at the value and the reference).

    Examples
    --------
    >>> design, meaning = design_matrix(pd.DataFrame({"g": ["a", "a", "b"], "year": [1., 2, 3]}))
    >>> design.values.tolist(), meaning["value"].tolist()
    ([[1.0, 0.0, -1.0], [1.0, 0.0, 0.0], [1.0, 1.0, 1.0]], ['b', '+1'])
    """
    design = {"constant": np.ones(len(columns))}
    meaning: list[dict[str, object]] = []
    for name in columns.columns:
        values = columns[name]
        if pd.api.types.is_numeric_dtype(values):
            design[name] = (values - values.mean()).to_numpy(dtype=float)
            meaning.append(
                {
                    "variable": name,
                    "value": "+1",
                    "reference": "",
                    "n_reports": len(values),
                    "n_reference": len(values),
                }
            )
            continue
        sizes = values.value_counts().sort_index().sort_values(ascending=False, kind="stable")
        reference, *others = sizes.index
        for value in sorted(others):
            design[f"{name}={value}"] = (values == value).to_numpy(dtype=float)
            meaning.append(
                {
                    "variable": name,
                    "value": value,
                    "reference": reference,
                    "n_reports": int(sizes[value]),
                    "n_reference": int(sizes[reference]),
                }
            )
    return pd.DataFrame(design), pd.DataFrame(meaning)
