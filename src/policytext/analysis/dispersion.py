"""How evenly are words or terms spread over the reports, and which report carries them?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from policytext.comparable import Cells, Selection, build_cells, check_counts, group_notes, select
from policytext.errors import ParameterError
from policytext.inference import measures
from policytext.records import KINDS_COUNTED, Bilingual, Method, OneOrMore
from policytext.result import Drawing, Result, evidence_of_counts
from policytext.terms.termcount import count_terms
from policytext.texts import cite, columns_of, say

if TYPE_CHECKING:
    from policytext.corpus import Corpus
    from policytext.counts import Counts
    from policytext.terms.hits import Terms

DISPERSION_COLUMNS: Final = columns_of("dispersion")
METHOD: Final = Method(
    say("dispersion.method"),
    cite("gries-2008", "lijffijt-2012", "juilland-1970", "carroll-1970", "rosengren-1971"),
)


def dispersion(
    corpus: Corpus,
    terms: Terms = None,
    by: str | Sequence[str] | None = None,
    *,
    counts: Counts | None = None,
    parts: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = False,
    min_certainty: str = "likely",
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
    parts, kinds, level, genre, exclude_rows, mix, min_certainty
        What is counted; see :func:`~policytext.comparable.select`.

    Returns
    -------
    Result
        One row a feature with hits (and group), columns of ``DISPERSION_COLUMNS``; measures are
        empty where a group has one report.

    Raises
    ------
    ParameterError
        No such column, or more than two.

    Examples
    --------
    >>> from policytext import dispersion, read_texts
    >>> texts = {"安徽省2021年政府工作报告.txt": "推进医共体建设，发展托育服务。\\n" * 5,
    ...          "河南省2021年政府工作报告.txt": "推进医共体建设。\\n发展医养结合。\\n" * 5}
    >>> corpus = read_texts(texts)
    >>> found = dispersion(corpus, ["医共体", "托育"])
    >>> found.table[["feature", "reports", "dp_norm"]].round(2).values.tolist()
    [['医共体', 2, 0.0], ['托育', 1, 1.0]]

    References
    ----------
    Gries S. T. (2008). https://doi.org/10.1075/ijcl.13.4.02gri
    Lijffijt J., Gries S. T. (2012). https://doi.org/10.1075/ijcl.17.1.08lij
    """
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
    names = tuple(name for name in chosen.by if name != "corpus")
    found = counts if counts is not None else count_terms(corpus, terms)
    check_counts(found)
    size = corpus.paragraphs["n_han"].to_numpy()
    cells = build_cells(
        found.matrix, found.features, chosen.labels, size, chosen.counted, chosen.by
    )
    table = dispersion_table(cells)
    shown = ["feature", *names, *list(DISPERSION_COLUMNS)[1:]]
    return Result(
        table=table[shown],
        title=say("dispersion.title", scope=chosen.scope),
        columns={**DISPERSION_COLUMNS, **group_notes(names)},
        method=METHOD.also(found.note),
        cautions=(*chosen.cautions, *cells.cautions, *_cautions(table)),
        parameters={"by": list(names), "features": found.kind, **chosen.settings},
        coverage=chosen.coverage,
        corpus=corpus,
        evidence_from=lambda: evidence_of_counts(
            table, found.select(chosen.counted), chosen.labels, feature="feature", by=names
        ),
        figure=_drawing(corpus, chosen, found, table),
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
    return [say("dispersion.few_hits", few=few)] if few else []


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


def _drawing(
    corpus: Corpus, chosen: Selection, counts: Counts, table: pd.DataFrame
) -> Drawing | None:
    """Draw where the feature with most hits stands in each report; nothing without a hit."""
    if table.empty:
        return None
    feature = str(table.sort_values("hits", ascending=False)["feature"].iloc[0])
    places = hit_places(corpus, counts, chosen.counted, feature)
    return Drawing("analysis.plot_dispersion", {"subject": feature}, table=places)
