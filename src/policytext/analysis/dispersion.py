"""How evenly are words or terms spread over the reports, and which report carries them?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Unpack

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from policytext.comparable import Cells, Selecting, Selection, build_cells, grouping, select
from policytext.errors import ParameterError
from policytext.inference import measures
from policytext.records import Bilingual, Method
from policytext.result import Result, emptied, paragraph_evidence
from policytext.terms.termcount import term_counts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from policytext.corpus import Corpus
    from policytext.counts import Counts
    from policytext.terms.hits import Terms

DISPERSION_COLUMNS: Final = {
    "feature": "词或概念 / word or concept",
    "hits": "命中次数 / hits",
    "reports": "提及的报告数 / reports that name it",
    "n_reports": "所计报告数 / reports counted",
    "dp": "Gries DP：0 均匀，近 1 集中 / Gries' DP, 0 even, near 1 clumped",
    "dp_norm": "DP 除以最大可能值 / DP over its largest value",
    "juilland_d": "Juilland D：1 均匀 / Juilland's D, 1 even",
    "carroll_d2": "Carroll D2：1 均匀 / Carroll's D2, 1 even",
    "rosengren_s": "Rosengren S：1 均匀 / Rosengren's S, 1 even",
    "top_share": "命中最多的一份报告所占比例 / share of the hits from one report",
    "top_report": "该报告 / doc_id of that report",
    "one_report_only": "全部命中出自多份报告中的一份 / all hits come from one of several reports",
}

METHOD: Final = Method(
    Bilingual(
        "以报告为部分、汉字数为部分大小，计算 DP、DPnorm、Juilland D、Carroll D2 与 Rosengren S。",
        "With reports as parts and Han characters as their size: DP, DPnorm, Juilland's D, "
        "Carroll's D2 and Rosengren's S.",
    ),
    (
        "Gries S. T. (2008). Dispersions and adjusted frequencies in corpora. IJCL 13, 403-437. "
        "https://doi.org/10.1075/ijcl.13.4.02gri",
        "Lijffijt J., Gries S. T. (2012). IJCL 17, 147-149. https://doi.org/10.1075/ijcl.17.1.08lij",
        "Juilland A. et al. (1970). Frequency dictionary of French words. Mouton.",
        "Carroll J. B. (1970). Computer Studies in the Humanities and Verbal Behavior 3, 61-65.",
        "Rosengren I. (1971). Études de linguistique appliquée 1, 103-127.",
    ),
)


def dispersion(
    corpus: Corpus,
    terms: Terms = None,
    *,
    by: str | Sequence[str] | None = None,
    counts: Counts | None = None,
    **which: Unpack[Selecting],
) -> Result:
    """Measure how evenly features are spread over reports, in the corpus or in each group.

    Parameters
    ----------
    corpus
        The corpus.
    terms
        Concepts or a term table; the table of the package by default. Ignored with ``counts``.
    by
        Grouping column or columns; None for the whole corpus.
    counts
        paragraphs × features, for words or anything else.
    **which
        See :class:`~policytext.analysis.selection.Selecting`.

    Returns
    -------
    Result
        One row a feature with hits (and group), columns of ``DISPERSION_COLUMNS``; measures are
        empty where a group has one report.

    Raises
    ------
    ParameterError
        Wrong columns or keywords.

    References
    ----------
    Gries S. T. (2008). https://doi.org/10.1075/ijcl.13.4.02gri
    Lijffijt J., Gries S. T. (2012). https://doi.org/10.1075/ijcl.17.1.08lij
    """
    names = grouping(by)
    chosen = select(corpus, by, which)
    found = counts if counts is not None else term_counts(corpus, terms)
    size = corpus.paragraphs["n_han"].to_numpy()
    cells = build_cells(found.matrix, found.features, chosen.labels, size, chosen.counted)
    table = dispersion_table(cells)
    groups = {name: "分组 / group" for name in names}
    shown = ["feature", *names, *list(DISPERSION_COLUMNS)[1:]]
    return Result(
        table=table[shown],
        title=Bilingual(f"离散度（{chosen.scope.zh}）", f"Dispersion ({chosen.scope.en})"),
        columns={**DISPERSION_COLUMNS, **groups},
        method=METHOD,
        cautions=(*chosen.cautions, *_cautions(table)),
        parameters={"by": list(names), "features": found.kind},
        corpus=corpus,
        evidence_from=lambda: _evidence(corpus, chosen, found, table, names),
        figure=lambda result, ax: _figure(result, ax, chosen, found),
    )


def dispersion_table(cells: Cells) -> pd.DataFrame:
    """Dispersion of each feature over the reports of each group.

    Source: Gries (2008).
    """
    by = list(cells.by)
    blocks = []
    for _, rows in cells.table.groupby(by, sort=True, dropna=False).indices.items():
        block = _spread(cells, np.asarray(rows))
        for name in by:
            block[name] = cells.table[name].iloc[rows[0]]
        blocks.append(block)
    table = pd.concat(blocks, ignore_index=True)
    return table[table["hits"] > 0].reset_index(drop=True)


def _spread(cells: Cells, rows: npt.NDArray[np.int64]) -> pd.DataFrame:
    counts = sparse.csr_matrix(cells.counts[rows])
    size = cells.table["n_han"].to_numpy(dtype=float)[rows]
    doc_id = cells.table["doc_id"].to_numpy(dtype=object)[rows]
    total = np.asarray(counts.sum(axis=0), dtype=float).ravel()
    named = np.asarray((counts > 0).sum(axis=0)).ravel()
    top = np.asarray(counts.argmax(axis=0)).ravel()
    largest = np.asarray(counts.max(axis=0).todense(), dtype=float).ravel()
    block = pd.DataFrame(
        {
            "feature": cells.features,
            "hits": total,
            "reports": named.astype(np.int64),
            "n_reports": len(rows),
            "top_share": np.divide(
                largest, total, out=np.full(len(total), np.nan), where=total > 0
            ),
            "top_report": doc_id[top],
            "one_report_only": (named == 1) & (len(rows) > 1),
        }
    )
    if np.array_equal(total, np.round(total)):
        block["hits"] = total.astype(np.int64)
    for name in ("dp", "dp_norm", "juilland_d", "carroll_d2", "rosengren_s"):
        block[name] = getattr(measures, name)(counts, size) if len(rows) > 1 else np.nan
    return block


def _cautions(table: pd.DataFrame) -> list[Bilingual]:
    few = int((table["hits"] < 10).sum())
    said = [
        Bilingual(
            f"{few} 行命中不足 10 次：离散度随次数而变，不宜解读。",
            f"{few} rows have fewer than 10 hits: their dispersion carries little.",
        )
    ]
    return said if few else []


def _evidence(
    corpus: Corpus, chosen: Selection, counts: Counts, table: pd.DataFrame, by: tuple[str, ...]
) -> pd.DataFrame:
    paragraphs = chosen.labels.assign(para_no=corpus.paragraphs["para_no"].to_numpy())
    kept = emptied(counts.matrix, chosen.counted)
    return paragraph_evidence(table, kept, counts.features, paragraphs, feature="feature", by=by)


def hit_places(
    corpus: Corpus, counts: Counts, counted: npt.NDArray[np.bool_], feature: str
) -> pd.DataFrame:
    """Where in each report the paragraphs stand that hold a feature."""
    if feature not in counts.features:
        raise ParameterError(f"no feature {feature!r} among the {len(counts.features)} counted")
    column = counts.matrix[:, [counts.features.index(feature)]]
    hits = np.asarray(column.todense(), dtype=float).ravel()
    table = pd.DataFrame({"report": corpus.paragraphs["doc_id"], "hits": hits})[counted]
    rank = table.groupby("report", sort=False).cumcount()
    table["position"] = (rank + 0.5) / table.groupby("report")["hits"].transform("size")
    found = table[table["hits"] > 0]
    silent = table.loc[~table["report"].isin(found["report"]), ["report"]].drop_duplicates()
    return pd.concat([found[["report", "position"]], silent], ignore_index=True)


def _figure(result: Result, ax: Axes | None, chosen: Selection, counts: Counts) -> Axes:
    from policytext.plots.analysis import plot_dispersion

    if result.corpus is None or result.table.empty:
        raise ParameterError("there is nothing to draw: no feature has a hit")
    feature = str(result.table.sort_values("hits", ascending=False)["feature"].iloc[0])
    places = hit_places(result.corpus, counts, chosen.counted, feature)
    return plot_dispersion(places, ax=ax, title=f"{feature}：{result.title.zh}")
