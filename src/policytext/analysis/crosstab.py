"""Which codings go together in one paragraph?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Unpack

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from policytext.analysis.cells import indicator
from policytext.analysis.codings import Coding, as_labels
from policytext.analysis.evidence import EVIDENCE
from policytext.analysis.selection import Selecting, select
from policytext.analysis.trend_table import INTERVALS, group_interval
from policytext.errors import ParameterError
from policytext.inference.intervals import check_level
from policytext.records import Bilingual, Method
from policytext.result import Result
from policytext.words.counts import Counts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from policytext.corpus import Corpus

CROSSTAB_COLUMNS: Final = {
    "paragraphs": "同时带各编码的段落数 / paragraphs with all labels of the row",
    "reports": "其所在报告数 / reports they stand in",
    "n_first": "带第一编码（及第三编码）的段落数 / paragraphs with the first (and third) label",
    "share": "其中带第二编码的比例 / share of these with the second label, 0 to 1",
    "low": "比例区间下限 / lower end of its interval",
    "high": "比例区间上限 / upper end of its interval",
    "interval": "区间所指 / what the interval speaks of",
    "expected": "若互不相关的期望段落数 / paragraphs expected if labels were unrelated",
    "lift": "实际除以期望 / paragraphs over expected",
    "top_share": "其中一份报告所占最大比例 / share of the paragraphs from one report",
}

METHOD: Final = Method(
    Bilingual(
        "以段落为单位交叉编码；比例的区间以报告为聚类单位（不足五份报告时为只针对这些报告的"
        "Poisson 区间）；期望值按两编码在同一层内独立计算。",
        "Codings were crossed paragraph by paragraph; intervals of shares take reports as clusters "
        "(Poisson intervals of these reports only where fewer than five); expected numbers assume "
        "independence of the two labels within each value of the third.",
    ),
    ("Cameron A. C., Miller D. L. (2015). https://doi.org/10.3368/jhr.50.2.317",),
)


def crosstab(
    corpus: Corpus,
    first: Coding,
    second: Coding,
    third: Coding | None = None,
    *,
    level: float = 0.95,
    **which: Unpack[Selecting],
) -> Result:
    """Cross two or three codings of paragraphs.

    Parameters
    ----------
    corpus
        The corpus.
    first, second, third
        Columns of documents or paragraphs, ``Counts`` (themes, terms), or tables with ``doc_id``,
        ``para_no``, ``label``. A paragraph may carry several labels of one coding.
    level
        Stated coverage of the intervals.
    **which
        See :class:`~policytext.analysis.selection.Selecting`.

    Returns
    -------
    Result
        One row a combination of labels; columns ``first``, ``second`` (``third``) and those of
        ``CROSSTAB_COLUMNS``.

    Raises
    ------
    ParameterError
        A coding does not fit the corpus.

    References
    ----------
    Cameron A. C., Miller D. L. (2015). https://doi.org/10.3368/jhr.50.2.317
    """
    check_level(level)
    by = [c for c in (first, second, third) if isinstance(c, str)]
    chosen = select(corpus, by[:2] or None, which)
    certainty = which.get("min_certainty", "likely")
    codings = [
        as_labels(corpus, c, min_certainty=certainty)
        for c in (first, second, third)
        if c is not None
    ]
    reports = chosen.labels["doc_id"].to_numpy(dtype=str)
    table = cross_table(codings, reports, chosen.counted, design=chosen.design, level=level)
    names = [coding.kind for coding in codings]
    labels = dict(zip(("first", "second", "third"), names, strict=False))
    return Result(
        table=table,
        title=Bilingual("交叉表：" + " × ".join(names), "Crosstab: " + " × ".join(names)),
        columns={**{k: f"编码 {v} / coding {v}" for k, v in labels.items()}, **CROSSTAB_COLUMNS},
        method=METHOD,
        cautions=(*chosen.cautions, *_cautions(table)),
        parameters={"codings": names, "level": level},
        corpus=corpus,
        evidence_from=lambda: _evidence(corpus, codings, chosen.counted, table),
        figure=_figure,
    )


def _figure(result: Result, ax: Axes | None = None) -> Axes:
    from policytext.plots.estimates import plot_crosstab

    return plot_crosstab(result.table, ax=ax, title=result.title.zh)


def cross_table(
    codings: list[Counts],
    reports: npt.NDArray[np.str_],
    counted: npt.NDArray[np.bool_],
    *,
    design: str = "sample",
    level: float = 0.95,
) -> pd.DataFrame:
    """Cross codings, each a matrix of paragraphs × labels with 0 and 1.

    Parameters
    ----------
    codings
        Two or three of them.
    reports
        Report of each paragraph.
    counted
        True for the paragraphs that are counted.
    design
        census, sample or convenience.
    level
        Stated coverage.

    Returns
    -------
    pandas.DataFrame
        One row a combination of labels of which the first (and third) occurs.

    Raises
    ------
    ParameterError
        Neither two nor three codings.

    References
    ----------
    Cameron A. C., Miller D. L. (2015). https://doi.org/10.3368/jhr.50.2.317

    Examples
    --------
    >>> a = Counts(sparse.csr_matrix([[1], [1], [0]]), ("供给",), "instrument")
    >>> b = Counts(sparse.csr_matrix([[1], [0], [1]]), ("人才",), "goal")
    >>> cross_table([a, b], np.array(["r", "r", "r"]), np.ones(3, dtype=bool))["lift"].tolist()
    [0.75]
    """
    if len(codings) not in (2, 3):
        raise ParameterError(f"two or three codings can be crossed, got {len(codings)}")
    sums = indicator(np.unique(reports, return_inverse=True)[1], len(np.unique(reports)))
    kept = sparse.csr_matrix(sparse.diags_array(counted.astype(np.int64), dtype=np.int64))
    layers: list[tuple[dict[str, str], sparse.csr_matrix]] = [({}, kept)]
    if len(codings) == 3:
        third = codings[2]
        layers = [
            ({"third": name}, _only(kept, third.matrix[:, [k]]))
            for k, name in enumerate(third.features)
        ]
    blocks = [
        _layer(codings[0], codings[1], rows, sums, names, design, level) for names, rows in layers
    ]
    order = ["first", "second", *(["third"] if len(codings) == 3 else []), *CROSSTAB_COLUMNS]
    return pd.concat(blocks, ignore_index=True)[order]


def _only(kept: sparse.csr_matrix, column: sparse.csr_matrix) -> sparse.csr_matrix:
    values = np.asarray(column.todense(), dtype=np.int64).ravel()
    return sparse.csr_matrix(kept @ sparse.diags_array(values, dtype=np.int64))


def _layer(
    first: Counts,
    second: Counts,
    rows: sparse.csr_matrix,
    sums: sparse.csr_array,
    names: dict[str, str],
    design: str,
    level: float,
) -> pd.DataFrame:
    total = float(rows.sum())
    base = sparse.csr_matrix(rows @ second.matrix)
    n_second = np.asarray(base.sum(axis=0), dtype=float).ravel()
    blocks = []
    for j, name in enumerate(first.features):
        member = _only(rows, first.matrix[:, [j]])
        size = np.asarray((sums @ member).sum(axis=1), dtype=float).ravel()
        present = size > 0
        if not present.any():
            continue
        hits = np.asarray((sums @ (member @ second.matrix)).todense(), dtype=float)[present]
        block = _shares(hits, size[present], design, level)
        expected = size.sum() * n_second / max(total, 1.0)
        block["expected"] = expected
        block["lift"] = np.divide(
            block["paragraphs"], expected, out=np.full(len(expected), np.nan), where=expected > 0
        )
        block = block.assign(first=name, second=second.features, **names)
        blocks.append(block)
    return pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame()


def _shares(
    hits: npt.NDArray[np.float64], size: npt.NDArray[np.float64], design: str, level: float
) -> pd.DataFrame:
    together = hits.sum(axis=0)
    share, kind = group_interval(hits, size, design=design, level=level)
    blank = np.full(len(together), np.nan)
    return pd.DataFrame(
        {
            "paragraphs": together.astype(np.int64),
            "reports": (hits > 0).sum(axis=0),
            "n_first": int(size.sum()),
            "share": share.estimate,
            "low": share.low,
            "high": np.minimum(share.high, 1.0),
            "interval": kind,
            "top_share": np.divide(hits.max(axis=0), together, out=blank, where=together > 0),
        }
    )


def _cautions(table: pd.DataFrame) -> list[Bilingual]:
    said = []
    if table["interval"].isin([INTERVALS["poisson"], INTERVALS["poisson_few"]]).any():
        said.append(
            Bilingual(
                "不足五份报告的格：区间只针对这些报告。",
                "Cells of fewer than five reports: the interval speaks of these reports only.",
            )
        )
    small = int((table["expected"] < 5).sum())
    if small:
        said.append(
            Bilingual(
                f"{small} 格期望数不足 5，其 lift 不宜解读。",
                f"{small} cells have an expected number below 5; their lift carries little.",
            )
        )
    return said


def _evidence(
    corpus: Corpus, codings: list[Counts], counted: npt.NDArray[np.bool_], table: pd.DataFrame
) -> pd.DataFrame:
    dense = [sparse.csc_matrix(coding.matrix > 0) for coding in codings]
    place = [{name: j for j, name in enumerate(coding.features)} for coding in codings]
    columns = ["first", "second", "third"][: len(codings)]
    parts = []
    for row_id, labels in enumerate(table[columns].itertuples(index=False)):
        member = counted.copy()
        for matrix, positions, label in zip(dense, place, labels, strict=True):
            member &= np.asarray(matrix[:, [positions[label]]].todense(), dtype=bool).ravel()
        rows = np.flatnonzero(member)
        found = corpus.paragraphs.iloc[rows][["doc_id", "para_no"]]
        parts.append(found.assign(row_id=row_id, start=-1, end=-1, weight=1.0))
    return pd.concat(parts, ignore_index=True)[list(EVIDENCE)]
