"""How much of a region's text is about each theme, as a coding says?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from policytext.errors import ParameterError
from policytext.records import Bilingual, Method
from policytext.result import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from policytext.corpus import Corpus

_COLUMNS = {
    "group": "value of the grouping column",
    "theme": "code of the codebook",
    "paragraphs": "paragraphs with this theme",
    "coded": "paragraphs of the group that were coded",
    "share": "paragraphs with the theme / paragraphs coded",
    "reports": "reports in which the theme occurs",
    "source": "who coded",
}


def theme_profile(
    corpus: Corpus, coding: pd.DataFrame, *, by: str = "province", min_certainty: str = "likely"
) -> Result:
    """Count in how many paragraphs of each group a coding found each theme.

    Parameters
    ----------
    corpus
        The corpus that was coded.
    coding
        A coding table: ``row, doc_id, para_no, theme, start, end, source`` at least.
    by
        Grouping column of documents or paragraphs.
    min_certainty
        Less certain regions and years form the group ``unknown``.

    Returns
    -------
    Result
        One row a group and theme: ``group, theme, paragraphs, coded, share, reports, source``.
        A paragraph with several themes counts for each, so shares do not add up to one.

    Raises
    ------
    ParameterError
        The coding is empty.
    """
    if coding.empty:
        raise ParameterError("the coding must have at least one row, got an empty table")
    labels = corpus.groups(by, min_certainty=min_certainty)
    cells = coding.assign(group=labels.to_numpy()[coding["row"].to_numpy()])
    coded = cells.groupby("group")["row"].nunique()
    table = (
        cells.groupby(["group", "theme"], sort=True)
        .agg(paragraphs=("row", "nunique"), reports=("doc_id", "nunique"))
        .reset_index()
    )
    table["coded"] = table["group"].map(coded)
    table["share"] = table["paragraphs"] / table["coded"]
    source = str(coding["source"].iloc[0])
    table = table.assign(source=source)[list(_COLUMNS)]
    return Result(
        table=table,
        title=Bilingual(f"各组段落的政策主题（{source}）", f"Policy themes by {by} ({source})"),
        columns=_COLUMNS,
        method=Method(
            Bilingual(
                f"以段落为单位按编码本编码（{source}）；一段可有多个主题，比例之和可超过一。",
                f"Paragraphs were coded with the codebook ({source}); a paragraph may have several "
                f"themes, so shares may add up to more than one.",
            )
        ),
        cautions=_cautions(source),
        parameters={"by": by, "min_certainty": min_certainty},
        corpus=corpus,
        evidence_from=lambda: _evidence(cells, table),
        figure=_draw,
    )


def _cautions(source: str) -> tuple[Bilingual, ...]:
    if source != "unvalidated dictionary":
        return ()
    return (
        Bilingual(
            "未经验证的词典编码：只表示段落中出现了主题线索词，不等于人工编码。",
            "An unvalidated dictionary: a theme means that a cue term stands in the paragraph, "
            "not that a coder would give it.",
        ),
    )


def _evidence(cells: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    keys = table[["group", "theme"]].reset_index(names="row_id")
    found = cells.merge(keys, on=["group", "theme"])
    return found.assign(weight=1.0)[["row_id", "doc_id", "para_no", "start", "end", "weight"]]


def _draw(result: Result, ax: Axes | None = None) -> Axes:
    from policytext.plots.heat import plot_heat

    wide = result.table.pivot_table(index="group", columns="theme", values="share", fill_value=0.0)
    return plot_heat(wide, ax, title=f"{result.title.zh}（%）")
