"""How much of each report stands in others too, and which paragraphs are boilerplate?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Unpack

import numpy as np
import pandas as pd

from policytext.analysis.evidence import EVIDENCE
from policytext.analysis.passages import CAUTION, METHOD
from policytext.analysis.selection import Selecting, Selection, select
from policytext.errors import ParameterError
from policytext.records import HAN, Bilingual
from policytext.result import Result

if TYPE_CHECKING:
    import numpy.typing as npt
    from matplotlib.axes import Axes

SHARE_COLUMNS: Final = {
    "doc_id": "报告 / report",
    "n_han": "所计汉字数 / Han characters counted",
    "han_identical": "与他报相同的汉字数 / in sentences that stand in another report as they are",
    "han_shared": "与他报相同或相近的汉字数 / in sentences shared or reworded",
    "share_identical": "相同所占比例 / share of the first, 0 to 1",
    "share_shared": "相同或相近所占比例 / share of the second, 0 to 1",
    "n_partners": "共有语句的报告数 / reports with which it shares",
    "top_partner": "共有最多的报告 / the report with which it shares most sentences",
}


def passage_shares(passages: Result, **which: Unpack[Selecting]) -> Result:
    """How much of each report stands in other reports too?

    Parameters
    ----------
    passages
        From :func:`~policytext.analysis.passages.shared_passages`.
    **which
        The keywords given to :func:`~policytext.analysis.passages.shared_passages`.

    Returns
    -------
    Result
        One row a report, columns of ``SHARE_COLUMNS``.

    Raises
    ------
    ParameterError
        The result carries no corpus.

    References
    ----------
    Broder A. Z. (1997). https://doi.org/10.1109/SEQUEN.1997.666900
    """
    if passages.corpus is None:
        raise ParameterError("passage_shares needs the corpus behind the passages")
    which.setdefault("mix_levels", True)
    chosen = select(passages.corpus, None, which)
    table = share_table(passages, chosen)
    return Result(
        table=table,
        title=Bilingual("各报告与他报共有的比例", "Share of each report that others share"),
        columns=SHARE_COLUMNS,
        method=METHOD,
        cautions=(CAUTION,),
        parameters=dict(passages.parameters),
        corpus=passages.corpus,
        evidence_from=lambda: _evidence(passages, table),
        figure=_figure,
    )


def _evidence(passages: Result, table: pd.DataFrame) -> pd.DataFrame:
    rows = pd.Series(table.index, index=table["doc_id"])
    places = shared_places(passages)
    found = places.assign(row_id=places["doc_id"].map(rows), weight=places["best"].astype(float))
    order = found.dropna(subset=["row_id"]).astype({"row_id": "int64"})
    return order.sort_values(["row_id", "para_no", "start"], kind="stable")[list(EVIDENCE)]


def _figure(result: Result, ax: Axes | None = None) -> Axes:
    from policytext.plots.estimates import plot_shares

    parts = ["share_identical", "share_shared"]
    return plot_shares(result.table, parts, label="doc_id", ax=ax, title=result.title.zh)


def share_table(passages: Result, chosen: Selection) -> pd.DataFrame:
    """Share of each report, see :func:`passage_shares`.

    Parameters
    ----------
    passages
        From :func:`~policytext.analysis.passages.shared_passages`.
    chosen
        What is counted.
    """
    places = shared_places(passages)
    corpus = passages.corpus
    counted = corpus.paragraphs[chosen.counted] if corpus is not None else places
    size = counted.groupby("doc_id", sort=False)["n_han"].sum()
    same = places[places["best"] >= 100].groupby("doc_id")["n_han"].sum()
    both = places.groupby("doc_id")["n_han"].sum()
    partners = _partners(passages.table)
    table = pd.DataFrame({"doc_id": size.index, "n_han": size.to_numpy()})
    table["han_identical"] = table["doc_id"].map(same).fillna(0).astype(np.int64)
    table["han_shared"] = table["doc_id"].map(both).fillna(0).astype(np.int64)
    table["share_identical"] = table["han_identical"] / table["n_han"]
    table["share_shared"] = table["han_shared"] / table["n_han"]
    count = partners.groupby("doc_id")["partner"].nunique()
    table["n_partners"] = table["doc_id"].map(count).fillna(0).astype(np.int64)
    top = partners.groupby("doc_id")["partner"].agg(lambda p: p.value_counts().index[0])
    table["top_partner"] = table["doc_id"].map(top).fillna("")
    return table


def _partners(table: pd.DataFrame) -> pd.DataFrame:
    names = ["doc_id", "partner"]
    forth = table[["doc_a", "doc_b"]].set_axis(names, axis=1)
    back = table[["doc_b", "doc_a"]].set_axis(names, axis=1)
    return pd.concat([forth, back], ignore_index=True).sort_values(names, kind="stable")


def shared_places(passages: Result) -> pd.DataFrame:
    """Each shared sentence once.

    Parameters
    ----------
    passages
        From :func:`~policytext.analysis.passages.shared_passages`.

    Returns
    -------
    pandas.DataFrame
        ``doc_id``, ``para_no``, ``start``, ``end``, ``n_reports``, ``best`` (highest similarity),
        ``n_han``.
    """
    names = ["doc_id", "para_no", "start", "end", "n_reports", "best"]
    sides = [
        passages.table[
            [f"doc_{s}", f"para_{s}", f"start_{s}", f"end_{s}", "n_reports", "similarity"]
        ].set_axis(names, axis=1)
        for s in ("a", "b")
    ]
    key = ["doc_id", "para_no", "start", "end"]
    both = pd.concat(sides, ignore_index=True)
    places = both.groupby(key, as_index=False).agg(
        n_reports=("n_reports", "max"), best=("best", "max")
    )
    corpus = passages.corpus
    if corpus is None:
        return places.assign(n_han=0)
    texts = corpus.paragraphs.set_index(["doc_id", "para_no"])["text"]
    found = texts.reindex(pd.MultiIndex.from_frame(places[["doc_id", "para_no"]]))
    cut = zip(found, places["start"], places["end"], strict=True)
    places["n_han"] = [len(HAN.findall(str(text)[start:end])) for text, start, end in cut]
    return places


def boilerplate_rows(
    passages: Result, *, min_reports: int = 3, min_share: float = 0.5
) -> npt.NDArray[np.bool_]:
    """Paragraphs that mostly consist of sentences shared by several reports.

    Hand it to any other analysis as ``exclude_rows``.

    Parameters
    ----------
    passages
        From :func:`~policytext.analysis.passages.shared_passages`.
    min_reports
        A sentence is boilerplate if its group stands in at least so many reports.
    min_share
        A paragraph is left out if at least this share of its Han characters is boilerplate.

    Returns
    -------
    numpy.ndarray
        True or False for each paragraph of the corpus.

    Raises
    ------
    ParameterError
        The result carries no corpus, or a threshold is out of range.

    References
    ----------
    Broder A. Z. (1997). https://doi.org/10.1109/SEQUEN.1997.666900
    """
    if passages.corpus is None or min_reports < 2 or not 0 < min_share <= 1:
        raise ParameterError(
            "boilerplate_rows needs the result of shared_passages with its corpus, `min_reports` "
            f"of at least 2 and `min_share` in (0, 1]; got {min_reports} and {min_share}"
        )
    places = shared_places(passages)
    often = places[places["n_reports"] >= min_reports]
    han = often.groupby(["doc_id", "para_no"])["n_han"].sum()
    keys = pd.MultiIndex.from_frame(passages.corpus.paragraphs[["doc_id", "para_no"]])
    covered = han.reindex(keys).fillna(0).to_numpy(dtype=float)
    size = passages.corpus.paragraphs["n_han"].to_numpy(dtype=float)
    return np.asarray((covered > 0) & (covered >= min_share * np.maximum(size, 1)), dtype=bool)
