"""Which passages do reports share, word for word or reworded, and who was first?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Unpack

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.analysis.selection import Selecting, select
from policytext.analysis.sentence_pairs import (
    MIN_HAN,
    NEAR,
    REWORDED,
    alike,
    place_pairs,
    sentences,
)
from policytext.records import Bilingual, Method
from policytext.result import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from policytext.corpus import Corpus

UNKNOWN_SOURCE: Final = "common source unknown"

PASSAGE_COLUMNS: Final = {
    "passage": "段落组编号 / number of the group of alike sentences",
    "doc_a": "报告一 / first report",
    "para_a": "其段落号 / its paragraph",
    "start_a": "起（段内字符）/ start in the paragraph's text",
    "end_a": "止 / end",
    "doc_b": "报告二 / second report",
    "para_b": "其段落号 / its paragraph",
    "start_b": "起 / start",
    "end_b": "止 / end",
    "similarity": "字符相似度 / similarity of characters, 0 to 100",
    "wording": "identical、near-identical、reworded / how alike",
    "n_han": "报告一中的汉字数 / Han characters in the first place",
    "n_reports": "该组所在报告数 / reports in which the group stands",
    "date_a": "报告一印发日期 / date of issue",
    "date_b": "报告二印发日期 / date of issue",
    "direction": "先后（只按印发日期）/ direction, by date of issue only",
}

METHOD: Final = Method(
    Bilingual(
        f"段落切句（不少于 {MIN_HAN} 个汉字），以字符三元组的 MinHash-LSH 找候选，再以 rapidfuzz "
        f"字符相似度判定：去标点后相同为 identical，{NEAR:g} 以上为 near-identical，"
        f"{REWORDED:g} 以上为 reworded。先后只按印发日期，否则记为来源不明。",
        f"Paragraphs were cut into sentences of at least {MIN_HAN} Han characters; candidates by "
        "MinHash and locality-sensitive hashing of character trigrams were judged by rapidfuzz's "
        f"similarity of characters: identical without signs, near-identical from {NEAR:g}, "
        f"reworded from {REWORDED:g}. Direction rests on dates of issue only.",
    ),
    (
        "Broder A. Z. (1997). On the resemblance and containment of documents. "
        "https://doi.org/10.1109/SEQUEN.1997.666900",
    ),
)

CAUTION: Final = Bilingual(
    "相同语句多半另有共同来源（如中央会议与上级文件）；印发在先不等于被抄。",
    "Shared sentences mostly follow a common source (central conferences, higher-level documents); "
    "being issued first does not mean being copied.",
)


def shared_passages(
    corpus: Corpus,
    *,
    min_similarity: float = REWORDED,
    min_han: int = MIN_HAN,
    random_state: int = 1,
    **which: Unpack[Selecting],
) -> Result:
    """Find sentences that different reports share.

    Parameters
    ----------
    corpus
        A corpus with text.
    min_similarity
        Least similarity of characters, 50 to 100.
    min_han
        Shorter sentences (Han characters) are left out.
    random_state
        Seed of the hash functions.
    **which
        See :class:`~policytext.analysis.selection.Selecting`; levels and genres are mixed unless
        ``mix_levels=False`` is given, since passages travel between levels.

    Returns
    -------
    Result
        One row a pair of places, columns of ``PASSAGE_COLUMNS``;
        :mod:`policytext.analysis.passage_shares` builds on it.

    Raises
    ------
    NeedsTextError
        The corpus holds counts only.
    ParameterError
        A wrong threshold or keyword.

    References
    ----------
    Broder A. Z. (1997). https://doi.org/10.1109/SEQUEN.1997.666900
    """
    corpus.require_text("shared_passages")
    which.setdefault("mix_levels", True)
    chosen = select(corpus, None, which)
    rows = np.flatnonzero(chosen.counted)
    places = sentences(corpus.paragraphs["text"], rows, min_han=min_han)
    table = _paired(corpus, places, min_similarity, random_state)
    return Result(
        table=table,
        title=Bilingual("不同报告共有的语句", "Passages that reports share"),
        columns=PASSAGE_COLUMNS,
        method=METHOD,
        cautions=(CAUTION,),
        parameters={"min_similarity": min_similarity, "min_han": min_han},
        corpus=corpus,
        evidence_from=lambda: _evidence(table),
        figure=_figure,
    )


def _figure(result: Result, ax: Axes | None = None) -> Axes:
    from policytext.analysis.passage_shares import passage_shares

    return passage_shares(result).plot(ax)


def _paired(corpus: Corpus, places: pd.DataFrame, min_similarity: float, seed: int) -> pd.DataFrame:
    places = places.assign(text_id=pd.factorize(places["plain"])[0])
    texts = places.drop_duplicates("text_id")["plain"].reset_index(drop=True)
    found = alike(texts, min_similarity=min_similarity, seed=seed)
    paragraphs = corpus.paragraphs.iloc[places["row"].to_numpy(dtype=int)]
    reports = paragraphs["doc_id"].to_numpy(dtype=str)
    pairs = place_pairs(places, reports, found)
    dates = dict(zip(corpus.documents["doc_id"], corpus.documents["date_issued"], strict=True))
    sides = {}
    for side in ("a", "b"):
        at = pairs[side].to_numpy(dtype=int)
        sides[f"doc_{side}"] = reports[at].astype(object)
        sides[f"para_{side}"] = paragraphs["para_no"].to_numpy(dtype=int)[at]
        sides[f"start_{side}"] = places["start"].to_numpy(dtype=int)[at]
        sides[f"end_{side}"] = places["end"].to_numpy(dtype=int)[at]
        sides[f"date_{side}"] = np.array([dates[r] for r in reports[at]], dtype=object)
    passage, n_reports = _groups_of(pairs, reports)
    table = pd.DataFrame(sides).assign(
        passage=passage,
        similarity=pairs["similarity"].to_numpy(dtype=float),
        n_han=places["n_han"].to_numpy(dtype=int)[pairs["a"].to_numpy(dtype=int)],
        n_reports=n_reports,
    )
    table["wording"] = np.select(
        [table["similarity"] >= 100, table["similarity"] >= NEAR],
        ["identical", "near-identical"],
        "reworded",
    )
    table["direction"] = [
        direction(a, b) for a, b in zip(table["date_a"], table["date_b"], strict=True)
    ]
    order = ["n_reports", "passage", "similarity", "doc_a", "para_a", "doc_b", "para_b"]
    ascending = [False, True, False, True, True, True, True]
    table = table.sort_values(order, ascending=ascending, kind="stable")
    return table[list(PASSAGE_COLUMNS)].reset_index(drop=True)


def _groups_of(
    pairs: pd.DataFrame, reports: npt.NDArray[np.str_]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    a, b = pairs["a"].to_numpy(dtype=int), pairs["b"].to_numpy(dtype=int)
    graph = coo_matrix((np.ones(len(a)), (a, b)), shape=(len(reports), len(reports)))
    labels = connected_components(graph, directed=False)[1]
    size = pd.DataFrame({"group": labels, "report": reports}).groupby("group")["report"].nunique()
    codes = pd.factorize(labels[a])[0]
    return codes.astype(np.int64), size.to_numpy(dtype=np.int64)[labels[a]]


def direction(date_a: str, date_b: str) -> str:
    """Which of two places is older, by date of issue.

    Parameters
    ----------
    date_a, date_b
        Dates as YYYY-MM-DD, or ``""``.

    Examples
    --------
    >>> direction("2025-01-14", "2025-03-05"), direction("2025-01-14", "")
    ('first issued earlier', 'common source unknown')
    """
    full = re_full(date_a) and re_full(date_b)
    if not full or date_a == date_b:
        return UNKNOWN_SOURCE
    return "first issued earlier" if date_a < date_b else "second issued earlier"


def re_full(date: str) -> bool:
    """True for a date with year, month and day.

    Parameters
    ----------
    date
        Any text.

    Examples
    --------
    >>> re_full("2025-01"), re_full("2025-01-14")
    (False, True)
    """
    parts = str(date).split("-")
    return len(parts) == 3 and all(part.isdigit() for part in parts)


def _evidence(table: pd.DataFrame) -> pd.DataFrame:
    sides = [
        pd.DataFrame(
            {
                "row_id": table.index,
                "doc_id": table[f"doc_{side}"],
                "para_no": table[f"para_{side}"],
                "start": table[f"start_{side}"],
                "end": table[f"end_{side}"],
                "weight": table["similarity"],
            }
        )
        for side in ("a", "b")
    ]
    return pd.concat(sides, ignore_index=True).sort_values("row_id", kind="stable")
