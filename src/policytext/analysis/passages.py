"""Which passages do reports share, word for word or reworded, and who was first?

Over 900 lines, held whole: what is said of shared places rests on how sentences are cut and paired.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from hashlib import sha1
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.anatomy.clauses import cut_sentences
from policytext.comparable import Selection, select
from policytext.corpus import Corpus, check_corpus
from policytext.errors import ParameterError
from policytext.piecework import each_part, row_parts, text_parts
from policytext.records import KINDS, KINDS_COUNTED, MASK, PARTS, Method, OneOrMore, count_han
from policytext.result import Drawing, Result, evidence_of_places
from policytext.storage import GrowingArray, GrowingTable, give_back
from policytext.terms.concepts import as_terms
from policytext.terms.hits import Terms, find_terms
from policytext.texts import cite, columns_of, say

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSAGE_COLUMNS: Final = columns_of("passage")
SHARE_COLUMNS: Final = columns_of("share")
REPEAT_COLUMNS: Final = columns_of("repeat")
SHORTEST_SENTENCE: Final = 15
SHORTEST_ANNEX_SENTENCE: Final = 10
NEAR: Final = 90.0
REWORDED: Final = 70.0
LEAST_ALIKE: Final = 85.0
UNKNOWN_SOURCE: Final = "common source unknown"
METHOD: Final = Method(
    say("passages.method", shortest_sentence=SHORTEST_SENTENCE, near=NEAR, reworded=REWORDED),
    cite("broder-1997"),
)

ANNEX_METHOD: Final = Method(
    say(
        "passages.annex.method",
        shortest_annex_sentence=SHORTEST_ANNEX_SENTENCE,
        least_alike=LEAST_ALIKE,
    ),
    cite("levenshtein-1966"),
)

CAUTION: Final = say("passages.caution")


def shared_passages(
    corpus: Corpus,
    *,
    min_similarity: float = REWORDED,
    min_han: int = SHORTEST_SENTENCE,
    random_state: int = 1,
    parts: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = True,
    min_certainty: str = "likely",
    n_jobs: int = 1,
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
    parts, kinds, level, genre, exclude_rows, mix, min_certainty
        What is counted; see :func:`~policytext.comparable.select`. Levels and genres are mixed by
        default, since passages travel between levels.
    n_jobs
        Processes (joblib); the table is the same for any number.

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

    Examples
    --------
    >>> from policytext import read_texts, shared_passages
    >>> line = "推进县域医疗资源整合共享和优质服务下沉。"
    >>> corpus = read_texts({"a.txt": line + "\\n甲地的事。", "b.txt": line + "\\n乙地的事。"})
    >>> shared_passages(corpus).table[["doc_a", "doc_b", "wording"]].values.tolist()
    [['a.txt#1', 'b.txt#1', 'identical']]

    References
    ----------
    Broder A. Z. (1997). https://doi.org/10.1109/SEQUEN.1997.666900
    """
    check_corpus(corpus)
    corpus.require_text("shared_passages")
    chosen = select(
        corpus,
        None,
        parts=parts,
        kinds=kinds,
        exclude_rows=exclude_rows,
        level=level,
        genre=genre,
        mix=mix,
        min_certainty=min_certainty,
    )
    tasks = ((*part, min_han) for part in text_parts(corpus.paragraphs, chosen.counted))
    found = each_part(_sentences, tasks, n_jobs)
    table = _paired(corpus, found, min_similarity, random_state, n_jobs)
    result = Result(
        table=table,
        title=say("passages.title"),
        columns=PASSAGE_COLUMNS,
        method=METHOD,
        cautions=(CAUTION,),
        parameters={"min_similarity": min_similarity, "min_han": min_han, **chosen.settings},
        coverage=chosen.coverage,
        corpus=corpus,
        evidence_from=lambda: _evidence(table, ["a", "b"]),
    )
    return replace(result, figure=_shares_drawing(share_table(result, chosen)))


def _paired(
    corpus: Corpus, cut: Iterable[pd.DataFrame], least: float, seed: int, n_jobs: int
) -> pd.DataFrame:
    places = _grown(chain((_no_sentences(),), cut))
    places["text_id"], texts = pd.factorize(places.pop("plain"))
    texts = _grown([pd.DataFrame({"text": texts})])["text"]
    give_back()
    found = alike(texts, min_similarity=least, seed=seed, n_jobs=n_jobs)
    del texts
    give_back()
    row = places["row"].to_numpy(dtype=int)
    report_of, names = pd.factorize(corpus.paragraphs["doc_id"])
    reports, para_no = report_of[row], corpus.paragraphs["para_no"].to_numpy(dtype=int)[row]
    pairs = place_pairs(places, reports, found)
    similarity = pairs["similarity"].to_numpy(dtype=float)
    passage, n_reports = _groups_of(pairs, reports)
    first, second = (pairs[side].to_numpy(dtype=int) for side in ("a", "b"))
    rank = np.argsort(np.argsort(np.asarray(names, dtype=object), kind="stable"))
    keys = [-n_reports, passage, -similarity]
    keys += [one for at in (first, second) for one in (rank[reports[at]], para_no[at])]
    order = np.lexsort(keys[::-1])
    known = dict(zip(corpus.documents["doc_id"], corpus.documents["date_issued"], strict=True))
    dates = [known[name] for name in names]
    of_report = pd.array(dates, dtype="str")
    columns: dict[str, Any] = {
        "passage": passage[order],
        "similarity": similarity[order],
        "n_han": places["n_han"].to_numpy(dtype=int)[first[order]],
        "n_reports": n_reports[order],
    }
    for side, at in (("a", first[order]), ("b", second[order])):
        columns[f"doc_{side}"] = names.take(reports[at]).array
        columns[f"para_{side}"] = para_no[at]
        columns[f"start_{side}"] = places["start"].to_numpy(dtype=int)[at]
        columns[f"end_{side}"] = places["end"].to_numpy(dtype=int)[at]
        columns[f"date_{side}"] = of_report.take(reports[at])
    score = columns["similarity"]
    columns["wording"] = np.select(
        [score >= 100, score >= NEAR], ["identical", "near-identical"], "reworded"
    )
    sides = ([dates[i] for i in reports[at[order]].tolist()] for at in (first, second))
    columns["direction"] = pd.array(list(map(direction, *sides)), dtype="str")
    table = pd.DataFrame({name: columns.pop(name) for name in PASSAGE_COLUMNS}, copy=False)
    del columns, places, pairs
    give_back()
    return table


def _grown(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return parts as one table, whose texts take no memory of their own if they are many."""
    grown = GrowingTable()
    for part in parts:
        grown.add(part)
    return grown.whole()


def _groups_of(
    pairs: pd.DataFrame, reports: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    a, b = pairs["a"].to_numpy(dtype=int), pairs["b"].to_numpy(dtype=int)
    graph = coo_matrix((np.ones(len(a)), (a, b)), shape=(len(reports), len(reports)))
    labels = connected_components(graph, directed=False)[1]
    size = pd.DataFrame({"group": labels, "report": reports}).groupby("group")["report"].nunique()
    codes = pd.factorize(labels[a])[0]
    return codes.astype(np.int64), size.to_numpy(dtype=np.int64)[labels[a]]


@lru_cache(maxsize=65_536)
def direction(date_a: str, date_b: str) -> str:
    """Which of two places is older, by date of issue.

    >>> direction("2025-01-14", "2025-03-05"), direction("2025-01-14", "")
    ('first issued earlier', 'common source unknown')
    """
    full = re_full(date_a) and re_full(date_b)
    if not full or date_a == date_b:
        return UNKNOWN_SOURCE
    return "first issued earlier" if date_a < date_b else "second issued earlier"


def re_full(date: str) -> bool:
    """True for a date with year, month and day.

    >>> re_full("2025-01"), re_full("2025-01-14")
    (False, True)
    """
    parts = str(date).split("-")
    return len(parts) == 3 and all(part.isdigit() for part in parts)


def _evidence(table: pd.DataFrame, sides: Sequence[str]) -> pd.DataFrame:
    """List both places of each row."""
    names = ("para", "start", "end")
    places = [
        pd.DataFrame(
            {
                "row_id": table.index,
                "doc_id": table[f"doc_{side}" if f"doc_{side}" in table else "doc_id"],
                **{f"{n}_no" if n == "para" else n: table[f"{n}_{side}"] for n in names},
                "weight": table["similarity"],
            }
        )
        for side in sides
    ]
    return evidence_of_places(pd.concat(places, ignore_index=True))


# How much of each report stands in others too, and which paragraphs are boilerplate?


def passage_shares(
    passages: Result,
    *,
    parts: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = True,
    min_certainty: str = "likely",
) -> Result:
    """How much of each report stands in other reports too?

    Parameters
    ----------
    passages
        From :func:`~policytext.analysis.passages.shared_passages`.
    parts, kinds, level, genre, exclude_rows, mix, min_certainty
        As given to :func:`~policytext.analysis.passages.shared_passages`.

    Returns
    -------
    Result
        One row a report, columns of ``SHARE_COLUMNS``.

    Raises
    ------
    ParameterError
        The result carries no corpus.

    Examples
    --------
    >>> from policytext import passage_shares, read_texts, shared_passages
    >>> line = "推进县域医疗资源整合共享和优质服务下沉。"
    >>> corpus = read_texts({"a.txt": line + "\\n甲地的事。", "b.txt": line + "\\n乙地的事。"})
    >>> passage_shares(shared_passages(corpus)).table["share_shared"].round(2).tolist()
    [0.83, 0.83]

    References
    ----------
    Broder A. Z. (1997). https://doi.org/10.1109/SEQUEN.1997.666900
    """
    corpus = passages.corpus
    if not isinstance(corpus, Corpus):
        raise ParameterError("passage_shares needs the corpus behind the passages")
    chosen = select(
        corpus,
        None,
        parts=parts,
        kinds=kinds,
        exclude_rows=exclude_rows,
        level=level,
        genre=genre,
        mix=mix,
        min_certainty=min_certainty,
    )
    table = share_table(passages, chosen)
    return Result(
        table=table,
        title=say("passages.shares.title"),
        columns=SHARE_COLUMNS,
        method=METHOD,
        cautions=(CAUTION,),
        parameters=dict(passages.parameters),
        corpus=passages.corpus,
        evidence_from=lambda: _share_evidence(passages, table),
        figure=_shares_drawing(table),
    )


def _share_evidence(passages: Result, table: pd.DataFrame) -> pd.DataFrame:
    rows = pd.Series(table.index, index=table["doc_id"])
    places = shared_places(passages)
    found = places.assign(row_id=places["doc_id"].map(rows), weight=places["best"].astype(float))
    known = found.dropna(subset=["row_id"]).astype({"row_id": "int64"})
    return evidence_of_places(known, order=["row_id", "para_no", "start"])


def _shares_drawing(table: pd.DataFrame) -> Drawing:
    title = say("passages.shares.title")
    settings = {
        "parts": ["share_identical", "share_shared"],
        "label": "doc_id",
        "title": [title.zh, title.en],
    }
    return Drawing("analysis.plot_shares", settings, table, titled=False)


def share_table(passages: Result, chosen: Selection) -> pd.DataFrame:
    """Share of each report, see :func:`passage_shares`."""
    places = shared_places(passages)
    give_back()
    corpus = passages.corpus
    counted = places if corpus is None else corpus.paragraphs[["doc_id", "n_han"]][chosen.counted]
    size = counted.groupby("doc_id", sort=False)["n_han"].sum()
    same = places[places["best"] >= 100].groupby("doc_id")["n_han"].sum()
    both = places.groupby("doc_id")["n_han"].sum()
    partners = _partners(passages.table)
    table = pd.DataFrame({"doc_id": size.index, "n_han": size.to_numpy()})
    table["han_identical"] = table["doc_id"].map(same).fillna(0).astype(np.int64)
    table["han_shared"] = table["doc_id"].map(both).fillna(0).astype(np.int64)
    table["share_identical"] = table["han_identical"] / table["n_han"]
    table["share_shared"] = table["han_shared"] / table["n_han"]
    # a sentence that stands in k reports counts for each of them as its k-th part
    repeated = (places["n_han"] * (1 - 1 / places["n_reports"])).groupby(places["doc_id"]).sum()
    table["weight"] = 1 - table["doc_id"].map(repeated).fillna(0) / table["n_han"]
    count, top = partners["n_partners"], partners["top_partner"]
    table["n_partners"] = table["doc_id"].map(count).fillna(0).astype(np.int64)
    table["top_partner"] = [str(top.get(doc_id, "")) for doc_id in table["doc_id"]]
    return table


def _partners(table: pd.DataFrame) -> pd.DataFrame:
    """Return with how many reports each one shares something, and with which one the most often."""
    both = pd.concat([table["doc_a"], table["doc_b"]], ignore_index=True)
    codes, names = pd.factorize(both, sort=True)
    partner = np.roll(codes, len(table))
    pair, times = np.unique(codes * len(names) + partner, return_counts=True)
    one, other = np.divmod(pair, max(len(names), 1))
    order = np.lexsort((other, -times, one))
    first = order[np.unique(one[order], return_index=True)[1]]
    columns = {"n_partners": np.bincount(one), "top_partner": names.take(other[first])}
    return pd.DataFrame(columns, index=names)


_NEAR: Final = 5_000
"""Places whose paragraphs are in memory at once."""


def shared_places(passages: Result) -> pd.DataFrame:
    """Each shared sentence once."""
    table = passages.table
    # names of reports are long, their numbers are not
    doc, names = pd.factorize(pd.concat([table["doc_a"], table["doc_b"]]), sort=True)
    key = ["doc", "para_no", "start", "end"]
    named = zip(key[1:], ("para", "start", "end"), strict=True)
    sides = {n: np.concatenate([table[f"{c}_a"], table[f"{c}_b"]]) for n, c in named}
    most = {"n_reports": np.tile(table["n_reports"], 2), "best": np.tile(table["similarity"], 2)}
    places = pd.DataFrame({"doc": doc, **sides, **most}).groupby(key, as_index=False).max()
    places.insert(0, "doc_id", names.take(places["doc"]).array)
    corpus = passages.corpus
    if corpus is None:
        return places.drop(columns="doc").assign(n_han=0)
    paragraphs = corpus.paragraphs
    owner, owners = pd.factorize(paragraphs["doc_id"])
    rows = pd.DataFrame({"doc": names.get_indexer(owners)[owner], "para_no": paragraphs["para_no"]})
    rows["row"] = np.arange(len(rows))
    row = places[key[:2]].merge(rows, how="left")["row"].to_numpy(dtype=np.int64)
    n_han: list[int] = []
    spans = zip(places["start"].tolist(), places["end"].tolist(), strict=True)
    for part in np.split(row, range(_NEAR, len(row), _NEAR)):  # few texts are in memory at once
        first = part.min(initial=len(paragraphs))
        near = paragraphs["text"].iloc[first : part.max(initial=0) + 1]  # a slice copies no text
        n_han += [count_han(text[slice(*next(spans))]) for text in near.take(part - first).tolist()]
    return places.drop(columns="doc").assign(n_han=n_han)


def boilerplate_rows(
    passages: Result, *, min_reports: int = 3, min_share: float = 0.5, keep_first: bool = False
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
    keep_first
        Keep each sentence where it stands first, by date of issue, then year: with
        ``min_reports=2`` every shared sentence counts once, at its origin.

    Returns
    -------
    numpy.ndarray
        True or False for each paragraph of the corpus.

    Raises
    ------
    ParameterError
        The result carries no corpus, or a threshold is out of range.

    Examples
    --------
    >>> from policytext import boilerplate_rows, read_texts, shared_passages
    >>> line = "推进县域医疗资源整合共享和优质服务下沉。"
    >>> corpus = read_texts({"a.txt": line + "\\n甲地的事。", "b.txt": line + "\\n乙地的事。"})
    >>> boilerplate_rows(shared_passages(corpus), min_reports=2).tolist()
    [True, False, True, False]

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
    if keep_first:
        often = _without_first(passages, often)
    han = often.groupby(["doc_id", "para_no"])["n_han"].sum()
    keys = pd.MultiIndex.from_frame(passages.corpus.paragraphs[["doc_id", "para_no"]])
    covered = han.reindex(keys).fillna(0).to_numpy(dtype=float)
    size = passages.corpus.paragraphs["n_han"].to_numpy(dtype=float)
    return np.asarray((covered > 0) & (covered >= min_share * np.maximum(size, 1)), dtype=bool)


def _without_first(passages: Result, places: pd.DataFrame) -> pd.DataFrame:
    """Drop the places in that report of each passage that is older than the others."""
    corpus, names = passages.corpus, ["doc_id", "para_no", "start"]
    if corpus is None:
        return places
    documents = corpus.documents.reset_index(drop=True)
    year = pd.to_numeric(documents["year"].astype("object"), errors="coerce")
    date = documents["date_issued"].astype(str).where(documents["date_issued"].ne(""))
    key = date.fillna(year.map(lambda y: "9999" if pd.isna(y) else f"{int(y):04d}-99"))
    age = dict(zip(documents["doc_id"], key.rank(method="first"), strict=True))
    sides = [
        passages.table[["passage", f"doc_{s}", f"para_{s}", f"start_{s}"]].set_axis(
            ["passage", *names], axis=1
        )
        for s in ("a", "b")
    ]
    of_passage = pd.concat(sides, ignore_index=True).drop_duplicates(names)
    of_passage["age"] = of_passage["doc_id"].map(age)
    first = of_passage["age"] == of_passage.groupby("passage")["age"].transform("min")
    kept = places.merge(of_passage.assign(first=first)[[*names, "first"]], on=names, how="left")
    return kept[~kept["first"].eq(True)]


# What is left when every shared sentence counts once, and how many reports is that worth?


def at_origin(corpus: Corpus, chosen: Selection) -> tuple[Selection, pd.Series]:
    """Leave out paragraphs that repeat an earlier report nearly word for word; weigh reports.

    The weight of a report is its text with each sentence that stands in k reports taken as its
    k-th part, so that weights add up to the number of reports that the text amounts to.

    Source: Broder (1997).

    >>> from policytext import read_texts
    >>> line = "推进县域医疗资源整合共享和优质服务下沉。"
    >>> corpus = read_texts({"a.txt": line + "\\n甲地的事。", "b.txt": line + "\\n乙地的事。"})
    >>> kept, weight = at_origin(corpus, select(corpus, None))
    >>> kept.counted.tolist(), weight.round(2).tolist()
    ([True, True, False, True], [0.59, 0.59])
    """
    passages = shared_passages(
        corpus, min_similarity=NEAR, parts=PARTS, kinds=KINDS, exclude_rows=~chosen.counted
    )
    repeated = boilerplate_rows(passages, min_reports=2, keep_first=True) & chosen.counted
    weight = share_table(passages, chosen).set_index("doc_id")["weight"]
    if (chosen.counted & ~repeated).any():
        chosen = replace(chosen, counted=chosen.counted & ~repeated)
    gone = len(weight) - chosen.labels.loc[chosen.counted, "doc_id"].nunique()
    said = say(
        "passages.at_origin",
        left=int(repeated.sum()),
        n=len(weight),
        gone=gone,
        worth=float(weight.sum()),
    )
    settings = {**chosen.settings, "origin_adjusted": True}
    return replace(chosen, cautions=(*chosen.cautions, said), settings=settings), weight


def n_effective(
    chosen: Selection, weight: pd.Series, kept: npt.NDArray[np.bool_] | None = None
) -> pd.Series:
    """Return how many reports the text of each group is worth, by the joined label of the group.

    >>> from policytext import read_texts
    >>> corpus = read_texts({"a.txt": "甲县2021年工作总结\\n推进工作。"})
    >>> n_effective(select(corpus, "year"), pd.Series({"a.txt#1": 0.5})).to_dict()
    {'2021': 0.5}
    """
    rows = chosen.counted if kept is None else chosen.counted & kept
    held = chosen.labels[rows].assign(group=chosen.group[rows])
    held = held.drop_duplicates(["doc_id", "group"])
    return held["doc_id"].map(weight).groupby(held["group"]).sum()


# Which promises stand twice in one report, in its body and in its annex?


def annex_repeats(
    corpus: Corpus, terms: Terms = None, *, min_similarity: float = LEAST_ALIKE
) -> Result:
    """Find sentences of the annex that stand in the body of the same report too.

    Hits in both places are one programme; annexes are therefore left out of counts by default.

    Parameters
    ----------
    corpus
        A corpus with text.
    terms
        Concepts looked for in the pairs; the table of the package by default.
    min_similarity
        Least similarity of the shorter sentence within the longer, 50 to 100.

    Returns
    -------
    Result
        One row a pair, columns of ``REPEAT_COLUMNS``; each sentence of the annex with the sentence
        of the body that is most alike.

    Raises
    ------
    NeedsTextError
        The corpus holds counts only.
    ParameterError
        A wrong threshold.

    Examples
    --------
    >>> from policytext import annex_repeats, read_texts
    >>> line = "推进县域医疗资源整合共享和优质服务下沉。"
    >>> corpus = read_texts({"a.txt": f"一、工作回顾\\n{line}\\n附件：任务表\\n{line}\\n"})
    >>> annex_repeats(corpus).table[["para_annex", "para_body"]].values.tolist()
    [[3, 1]]

    References
    ----------
    Levenshtein V. I. (1966). Binary codes capable of correcting deletions, insertions, and
    reversals. Soviet Physics Doklady 10, 707-710.
    """
    corpus.require_text("annex_repeats")
    if not 50 <= min_similarity <= 100:
        raise ParameterError(f"`min_similarity` must lie between 50 and 100, got {min_similarity}")
    places = _places(corpus)
    blocks = [_pairs(part, min_similarity) for _, part in places.groupby("doc_id", sort=False)]
    found = pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame()
    table = _with_concepts(found.reindex(columns=[*REPEAT_COLUMNS, "annex", "body"]), terms)
    return Result(
        table=table,
        title=say("passages.annex.title"),
        columns=REPEAT_COLUMNS,
        method=ANNEX_METHOD,
        parameters={"min_similarity": min_similarity},
        corpus=corpus,
        evidence_from=_evidence(table, ["annex", "body"]),
    )


def _places(corpus: Corpus) -> pd.DataFrame:
    """Sentences of the annex and of the body, without other kinds of paragraph."""
    paragraphs = corpus.paragraphs
    counted = corpus.counted() | corpus.counted(parts=["annex"])
    found = sentences(paragraphs["text"], np.flatnonzero(counted), min_han=SHORTEST_ANNEX_SENTENCE)
    rows = paragraphs.iloc[found["row"].to_numpy(dtype=int)].reset_index(drop=True)
    found["doc_id"], found["para"] = rows["doc_id"], rows["para_no"]
    found["in_annex"] = rows["part_of_report"].eq("annex").to_numpy(dtype=bool)
    return found


def _pairs(part: pd.DataFrame, min_similarity: float) -> pd.DataFrame:
    from rapidfuzz.fuzz import partial_ratio
    from rapidfuzz.process import cdist

    annex = part[part["in_annex"]].reset_index(drop=True)
    body = part[~part["in_annex"]].reset_index(drop=True)
    if annex.empty or body.empty:
        return pd.DataFrame(columns=[*REPEAT_COLUMNS, "annex", "body"])
    score = cdist(annex["plain"].tolist(), body["plain"].tolist(), scorer=partial_ratio)
    best = score.argmax(axis=1)
    kept = np.flatnonzero(score[np.arange(len(annex)), best] >= min_similarity)
    left, right = annex.iloc[kept], body.iloc[best[kept]]
    return pd.DataFrame(
        {
            "doc_id": left["doc_id"].to_numpy(),
            "para_annex": left["para"].to_numpy(),
            "start_annex": left["start"].to_numpy(),
            "end_annex": left["end"].to_numpy(),
            "para_body": right["para"].to_numpy(),
            "start_body": right["start"].to_numpy(),
            "end_body": right["end"].to_numpy(),
            "similarity": score[kept, best[kept]].astype(float).round(1),
            "annex": left["plain"].to_numpy(),
            "body": right["plain"].to_numpy(),
        }
    )


def _with_concepts(found: pd.DataFrame, terms: Terms) -> pd.DataFrame:
    table = as_terms(terms)
    named = []
    for column in ("annex", "body"):
        hits = find_terms(found[column].tolist(), table)
        named.append(hits.groupby("row")["concept"].agg(set))
    both = [sorted(named[0].get(i, set()) & named[1].get(i, set())) for i in range(len(found))]
    found = found.assign(concepts=["、".join(concepts) for concepts in both])
    whole = {name: "int64" for name in REPEAT_COLUMNS if name.startswith(("para", "start", "end"))}
    return found[list(REPEAT_COLUMNS)].astype(whole).reset_index(drop=True)


# Which sentences of different reports say the same, word for word or reworded?

SIGNS: Final = re.compile(r"[\W_]+")
SHINGLE: Final = 3
PERMUTATIONS: Final = 96
BANDS: Final = 23
ROWS: Final = 3
"""Minima in a band: 23 bands of 3 leave the fewest pairs wrongly out, or in, where sentences with a
Jaccard of shingles from 0.35 on shall be candidates (the integral over both sides of
1 - (1 - s**3)**23, as datasketch takes it); rapidfuzz decides."""

MOST_PLACES: Final = 12
"""Places of one sentence that are all paired; beyond, each is paired with the first one."""

MOST_ALIKE: Final = 200
"""Texts in one bucket with which each is compared; beyond, with so many that follow it."""

_KEYED_AT_ONCE: Final = 250_000
"""Characters of the texts whose keys are made at once: each takes a hundred bytes meanwhile."""

AT_ONCE: Final = 50_000
"""Pairs of texts that are compared at once."""

PAIR_COLUMNS: Final = ("left", "right", "similarity")


def sentences(
    texts: pd.Series, rows: npt.NDArray[np.int64], *, min_han: int = SHORTEST_SENTENCE
) -> pd.DataFrame:
    """Cut paragraphs into sentences, keeping their place.

    >>> found = sentences(pd.Series(["推进甲事。完善乙制度；短"]), np.array([0]), min_han=4)
    >>> found[["start", "end", "plain"]].values.tolist()
    [[0, 5, '推进甲事'], [5, 11, '完善乙制度']]
    """
    return _sentences(rows, texts.take(rows).astype("str").tolist(), min_han)


def _no_sentences() -> pd.DataFrame:
    return sentences(pd.Series([], dtype="str"), np.zeros(0, np.int64))


def _sentences(rows: npt.NDArray[np.int64], texts: list[str], min_han: int) -> pd.DataFrame:
    """Cut the texts of some rows into sentences."""
    found = [
        (int(row), *place)
        for row, text in zip(rows, texts, strict=True)
        for place in _cut(text, min_han)
    ]
    table = pd.DataFrame(found, columns=["row", "start", "end", "plain", "n_han"])
    whole = dict.fromkeys(("row", "start", "end", "n_han"), "int64")
    return table.astype({**whole, "plain": "str"})


def _cut(text: str, min_han: int) -> Iterator[tuple[int, int, str, int]]:
    for start, end in cut_sentences(text):
        sentence = text[start:end]
        plain = SIGNS.sub("", MASK.sub("", sentence) if "‹" in sentence else sentence)
        n_han = count_han(plain)
        if n_han >= min_han:
            yield start, end, plain, n_han


def alike(
    plain: pd.Series, *, min_similarity: float = REWORDED, seed: int = 1, n_jobs: int = 1
) -> pd.DataFrame:
    """Find pairs of different texts that are alike.

    Candidates share enough character trigrams (MinHash with locality-sensitive hashing); their
    similarity is rapidfuzz's normalised indel similarity of characters.

    Source: Broder (1997).

    >>> one, two = "推进县域医疗资源整合共享和下沉", "推进县域医疗资源整合共享与下沉"
    >>> alike(pd.Series([one, two, "另一件不同的事情"]))[["left", "right"]].values.tolist()
    [[0, 1]]
    """
    from rapidfuzz.fuzz import ratio
    from rapidfuzz.process import cpdist

    if not 50 <= min_similarity <= 100:
        raise ParameterError(f"`min_similarity` must lie between 50 and 100, got {min_similarity}")
    texts = pd.DataFrame({"text": plain.astype("str")})
    parts = text_parts(texts, most=_KEYED_AT_ONCE)
    tasks = ((part, _factors(seed), ROWS) for _, part in parts)
    grown = GrowingArray("uint64")
    for keys in each_part(band_keys, tasks, n_jobs):
        grown.add(keys)
    keys = grown.whole().reshape(len(texts), BANDS)
    found = [(np.zeros(0, np.int64),) * 2 + (np.zeros(0),)]
    for band, members, first, second in _candidates(keys):
        some = texts["text"].take(members).tolist()
        near = may_be_alike(some, first, second, min_similarity)
        one, two = members[first[near]], members[second[near]]
        near = near[~(keys[one, :band] == keys[two, :band]).any(axis=1)]  # not met before
        pair = ([some[i] for i in side[near].tolist()] for side in (first, second))
        score = cpdist(*pair, scorer=ratio, score_cutoff=min_similarity, dtype=np.float64)
        kept = near[score > 0]
        found.append((members[first[kept]], members[second[kept]], score[score > 0]))
    left, right, score = map(np.concatenate, zip(*found, strict=True))
    order = np.lexsort((right, left))
    rounded = [round(one, 2) for one in score[order].tolist()]
    return pd.DataFrame(dict(zip(PAIR_COLUMNS, (left[order], right[order], rounded), strict=True)))


def _factors(seed: int) -> npt.NDArray[np.uint32]:
    """Return factor and summand of the hash functions of all bands: h becomes a·h + b mod 2**32.

    An odd factor gives each number another one.

    >>> _factors(1).shape, bool((_factors(1)[0] % 2).all())
    ((2, 69), True)
    """
    draw = np.random.RandomState(seed)  # as datasketch 2 draws them
    factors = draw.randint(0, 1 << 31, PERMUTATIONS, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    summands = draw.randint(0, 1 << 32, PERMUTATIONS, dtype=np.uint32)
    return np.array([factors, summands])[:, : BANDS * ROWS]


_Places = npt.NDArray[np.int64]


def _candidates(
    keys: npt.NDArray[np.uint64],
) -> Iterator[tuple[int, _Places, _Places, _Places]]:
    """Yield pairs of texts that have the key of a band in common, some at a time.

    With each come the number of the band and the texts; a pair is two places among these. Where
    more texts have a key in common than `MOST_ALIKE`, as in forms filled in by thousands, each is
    held against so many that follow it; otherwise pairs would grow with their square.

    >>> keys = np.array([[1, 5], [2, 5], [1, 5]])
    >>> [(b, m[one].tolist(), m[two].tolist()) for b, m, one, two in _candidates(keys)]
    [(0, [0], [2]), (1, [0, 0, 1], [1, 2, 2])]
    >>> sum(len(one) for _, _, one, _ in _candidates(np.zeros((300, 1))))  # not 300 · 299 / 2
    39900
    """
    for band in range(keys.shape[1]):
        key = np.ascontiguousarray(keys[:, band])
        order = np.argsort(key, kind="stable")
        same = np.flatnonzero(key[order[1:]] == key[order[:-1]])
        order = order[np.union1d(same, same + 1)]  # those that have a partner at all
        key = key[order]
        last = np.searchsorted(key, key, side="right")
        partners = np.minimum(last - np.arange(len(key)) - 1, MOST_ALIKE)
        for rows in row_parts(np.flatnonzero(partners), partners[partners > 0], AT_ONCE):
            many = partners[rows]
            first = np.repeat(rows, many)
            second = first + 1 + np.arange(len(first)) - np.repeat(np.cumsum(many) - many, many)
            members = order[rows[0] : second.max() + 1]
            yield band, members, first - rows[0], second - rows[0]


_BINS: Final = 64


def may_be_alike(
    texts: Sequence[str], one: _Places, two: _Places, min_similarity: float
) -> _Places:
    """Return the pairs whose lengths and characters, in whatever order, allow the similarity asked.

    Most candidates fall here, before any is compared. Characters are counted in a few bins, which
    can only make two texts more alike.

    >>> texts = ["推进改水", "改水推进", "建成学校"]
    >>> may_be_alike(texts, np.array([0, 0]), np.array([1, 2]), 70).tolist()
    [0]
    """
    sizes = np.array([len(text) for text in texts], dtype=np.int64)
    asked = min_similarity * (sizes[one] + sizes[two]) - _ROUNDING
    near = np.flatnonzero(200 * np.minimum(sizes[one], sizes[two]) >= asked)
    letters = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    place = np.repeat(np.arange(len(texts)) * _BINS, sizes) + letters % _BINS
    held = np.bincount(place, minlength=len(texts) * _BINS).reshape(-1, _BINS)
    held = held.astype(np.uint8 if held.max(initial=0) < 256 else np.int64)
    shared = np.minimum(held[one[near]], held[two[near]]).sum(axis=1, dtype=np.int64)
    enough: _Places = near[200 * shared >= asked[near]]
    return enough


_ROUNDING: Final = 1e-6


def band_keys(
    texts: Sequence[str], factors: npt.NDArray[np.uint32], width: int
) -> npt.NDArray[np.uint64]:
    """Return the keys of texts: two texts have one in common if so many of their minima agree.

    The minima are those of datasketch 2 (its scheme of 32 bits), whose objects, one a text, take
    ten times as long and a hundred times the memory.

    >>> factors = np.array([[3, 5], [1, 7]], dtype=np.uint32)
    >>> keys = band_keys(["推进改水", "推进改水", "建成"], factors, 2)
    >>> keys.shape, bool(keys[0] == keys[1]), bool(keys[0] == keys[2])
    ((3, 1), True, False)
    """
    pieces, number, begins = _pieces(texts)
    hashed = b"".join([sha1(piece).digest() for piece in pieces])
    mixed = np.frombuffer(hashed, dtype="<u4")[::5].astype(np.uint32)  # four bytes of each twenty
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        mixed = (mixed ^ (mixed >> np.uint32(shift))) * np.uint32(factor)
    mixed = (mixed ^ (mixed >> np.uint32(16)))[number]
    keys = np.zeros((len(texts), factors.shape[1] // width), dtype=np.uint64)
    for place, (factor, shift) in enumerate(factors.T):
        least = np.minimum.reduceat(mixed * factor + shift, begins)
        band = keys[:, place // width]
        band *= np.uint64(0x9E3779B97F4A7C15)
        band ^= least
        band ^= band >> np.uint64(29)
    return keys


def _pieces(texts: Sequence[str]) -> tuple[list[bytes], _Places, _Places]:
    """Return the strings of three characters in texts, each once; which stand where; text begins.

    >>> pieces, number, begins = _pieces(["推进改水", "改水"])
    >>> [pieces[i].decode() for i in number], begins.tolist()
    (['推进改', '进改水', '改水'], [0, 2])
    """
    joined = "".join(texts)
    sizes = np.array([len(text) for text in texts], dtype=np.int64)
    ends = np.cumsum(sizes)
    many = np.maximum(sizes - SHINGLE + 1, 1)
    begins = np.cumsum(many) - many
    place = np.arange(int(many.sum())) + np.repeat(ends - sizes - begins, many)
    end = np.repeat(ends, many)
    letters = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    letters = np.append(letters, np.zeros(SHINGLE, np.uint32)).astype(np.int64)
    key = np.zeros(len(place), dtype=np.int64)
    for step in range(SHINGLE):
        key = (key << 21) + np.where(place + step < end, letters[place + step] + 1, 0)
    _, first, number = np.unique(key, return_index=True, return_inverse=True)
    coded = joined.encode("utf-8", "surrogatepass")
    widths = 1 + sum((letters >= longer).astype(np.int64) for longer in (0x80, 0x800, 0x10000))
    at = np.cumsum(widths) - widths  # of each character in the bytes
    stops = at[np.minimum(place[first] + SHINGLE, end[first])].tolist()
    stands = zip(at[place[first]].tolist(), stops, strict=True)
    return [coded[start:stop] for start, stop in stands], number, begins


def place_pairs(
    places: pd.DataFrame, reports: npt.NDArray[np.int64], pairs: pd.DataFrame
) -> pd.DataFrame:
    """Pair the places of equal and of alike sentences that stand in different reports."""
    text = places["text_id"].to_numpy(dtype=np.int64)
    order = np.argsort(text, kind="stable")
    begins = np.searchsorted(text[order], np.arange(text.max(initial=-1) + 2))
    size = np.diff(begins)
    same = np.flatnonzero(size > 1)
    sides = (pairs[side].to_numpy(dtype=np.int64) for side in PAIR_COLUMNS[:2])
    left, right = (np.concatenate([same, side]) for side in sides)
    score = np.concatenate([np.full(len(same), 100.0), pairs["similarity"]])
    found = [GrowingArray("int64"), GrowingArray("int64"), GrowingArray("float64")]
    many = _n_crossed(size[left], size[right])
    for part in row_parts(np.arange(len(left)), many, AT_ONCE):
        of_pair = np.repeat(part, many[part])
        one, two = _crossed(size[left[part]], size[right[part]])
        one, two = order[begins[left[of_pair]] + one], order[begins[right[of_pair]] + two]
        kept = (reports[one] != reports[two]) & ((left != right)[of_pair] | (one < two))
        for column, values in zip(
            found, (np.minimum(one, two), np.maximum(one, two), score[of_pair]), strict=True
        ):
            column.add(values[kept])
    a, b, similarity = (column.whole() for column in found)
    order = np.lexsort((b, a))
    return pd.DataFrame({"a": a[order], "b": b[order], "similarity": similarity[order]})


def _n_crossed(left: _Places, right: _Places) -> _Places:
    few = np.maximum(left, right) <= MOST_PLACES
    found: _Places = np.where(few, left * right, left + right - 1)
    return found


def _crossed(left: _Places, right: _Places) -> tuple[_Places, _Places]:
    """Pair the members of two groups, given their sizes: all, or the first of one with the other.

    >>> one, two = _crossed(np.array([2, 13]), np.array([2, 1]))
    >>> one.tolist()[:6], two.tolist()[:6]
    ([0, 0, 1, 1, 0, 1], [0, 1, 0, 1, 0, 0])
    """
    many = _n_crossed(left, right)
    at = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
    few = np.repeat(np.maximum(left, right) <= MOST_PLACES, many)
    across = np.repeat(right, many)
    one = np.where(few, at // across, np.maximum(at - across + 1, 0))
    return one, np.where(few, at % across, np.where(at < across, at, 0))
