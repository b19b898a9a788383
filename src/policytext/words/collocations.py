"""Which words go together more often than chance would have it?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd

from policytext.errors import NotEnoughDataError, ParameterError
from policytext.records import Bilingual, Method
from policytext.result import Result
from policytext.words.association import CITATIONS, MEASURE_COLUMNS, MEASURES, association
from policytext.words.pairs import (
    Pairs,
    WordLists,
    find_pairs,
    rows_used,
    stop_list,
    words_and_corpus,
)
from policytext.words.segment import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from policytext.corpus import Corpus

Measure = Literal["g2", "pmi", "npmi", "t", "log_dice", "lambda", "z"]

COLLOCATION_COLUMNS: Final = {
    "word1": "前词 / the word that comes first",
    "word2": "后词 / the word that comes second",
    "n": "共现次数 / how often the pair occurs",
    "n1": "前词居前的词对数 / pairs whose first word it is",
    "n2": "后词居后的词对数 / pairs whose second word it is",
    **MEASURE_COLUMNS,
    "n_reports": "出现的报告数（无语料库时为文本数）/ reports in which the pair occurs "
    "(texts, if no corpus is given)",
}


def collocations(
    what: Corpus | WordLists,
    *,
    corpus: Corpus | None = None,
    measure: Measure = "g2",
    node: str | Iterable[str] | None = None,
    window: int = 1,
    min_count: int = 5,
    stop_words: Iterable[str] | Literal["default"] | None = "default",
    counted: NDArray[np.bool_] | None = None,
) -> Result:
    """Find pairs of words that go together, with the usual measures of attraction.

    Parameters
    ----------
    what
        A corpus with text (segmented with the default segmenter), the result of
        `policytext.words.segment.segment`, or lists of tokens.
    corpus
        The corpus behind words that were segmented before, so that rows lead back to paragraphs
        and reports can be counted.
    measure
        The column that orders the table, strongest first.
    node
        Only pairs with this word, or one of these words.
    window
        1: adjacent words. More: the second word follows within so many tokens of the sentence.
    min_count
        Pairs that occur less often are left out.
    stop_words
        Words that form no pairs: ``"default"`` for the package's list, words, or ``None``.
    counted
        Which paragraphs are used; ``None``: ``corpus.counted()``, or all texts without a corpus.

    Returns
    -------
    Result
        One row an ordered pair. ``n1`` and ``n2`` are counted among pairs, not among tokens, so
        that every fourfold table adds up.

    Raises
    ------
    NeedsTextError
        The corpus holds counts only.
    NotEnoughDataError
        No pair occurs often enough.
    ParameterError
        A parameter is not as described.

    References
    ----------
    Church & Hanks 1990; Church et al. 1991; Dunning 1993; Blaheta & Johnson 2001; Rychlý 2008;
    Bouma 2009; see `policytext.words.association.association`.

    Examples
    --------
    >>> texts = [["推进", "医养", "结合"], ["医养", "结合", "机构"], ["推进", "改革"]] * 2
    >>> found = collocations(texts, min_count=2, measure="npmi", stop_words=None)
    >>> found.table[["word1", "word2", "n"]].head(1).values.tolist()
    [['医养', '结合', 4]]
    """
    if measure not in MEASURES:
        raise ParameterError(f"measure must be one of {list(MEASURES)}, got {measure!r}")
    words, behind = words_and_corpus(what, corpus)
    rows = rows_used(words, behind, counted)
    pairs = find_pairs(words, window=window, left_out=stop_list(stop_words), rows=rows)
    table = _scored(pairs, _groups_of_rows(words, behind), min_count)
    if node is not None:
        nodes = [node] if isinstance(node, str) else list(node)
        table = table[table["word1"].isin(nodes) | table["word2"].isin(nodes)]
    table = _ordered(table, measure, min_count)
    return Result(
        table=table[list(COLLOCATION_COLUMNS)],
        title=Bilingual("搭配", "Collocations"),
        columns=COLLOCATION_COLUMNS,
        method=_method(window, words.segmenter),
        cautions=_cautions(table, measure),
        parameters={
            "measure": measure,
            "window": window,
            "min_count": min_count,
            "segmenter": words.segmenter,
        },
        corpus=behind,
        evidence_from=(lambda: _evidence(table, pairs, behind)) if behind is not None else None,
        figure=lambda result, ax: _draw(result, ax, measure),
    )


def _ordered(table: pd.DataFrame, measure: str, min_count: int) -> pd.DataFrame:
    if table.empty:
        raise NotEnoughDataError(
            f"no pair of words occurs {min_count} times; lower min_count, or check node and "
            "stop_words"
        )
    order = [measure, "n", "word1", "word2"]
    return table.sort_values(order, ascending=[False, False, True, True], ignore_index=True)


def _groups_of_rows(words: Words, corpus: Corpus | None) -> NDArray[np.int64]:
    """Return the number of the report of each text."""
    if corpus is None:
        return np.arange(len(words), dtype=np.int64)
    codes, _ = pd.factorize(corpus.paragraphs["doc_id"])
    return np.asarray(codes, dtype=np.int64)


def _scored(pairs: Pairs, reports: NDArray[np.int64], min_count: int) -> pd.DataFrame:
    """Count the pairs, keep the frequent ones and score them against all pairs."""
    if min_count < 1:
        raise ParameterError(f"min_count must be at least 1, got {min_count}")
    first, second, n = pairs.counted()
    size = len(pairs.words.vocabulary)
    n1 = np.bincount(first, weights=n, minlength=size).astype(np.int64)[first]
    n2 = np.bincount(second, weights=n, minlength=size).astype(np.int64)[second]
    total = int(n.sum())
    kept = n >= min_count
    vocabulary = np.array(pairs.words.vocabulary, dtype=object)
    table = pd.DataFrame(
        {
            "word1": vocabulary[first[kept]],
            "word2": vocabulary[second[kept]],
            "n": n[kept],
            "n1": n1[kept],
            "n2": n2[kept],
            "n_reports": _spread(pairs, reports, first[kept] * size + second[kept]),
        }
    )
    scores = association(n[kept], n1[kept], n2[kept], total)
    return pd.concat([table, scores], axis=1)


def _spread(pairs: Pairs, reports: NDArray[np.int64], keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return in how many reports each of the (sorted) pairs occurs."""
    if not len(keys):
        return np.zeros(0, dtype=np.int64)
    places = _places(pairs, keys)
    where = reports[pairs.words.rows[pairs.first]]
    found = places >= 0
    different = np.unique(np.stack([places[found], where[found]]), axis=1)
    spread: NDArray[np.int64] = np.bincount(different[0], minlength=len(keys)).astype(np.int64)
    return spread


def _places(pairs: Pairs, keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each occurrence the position of its pair among sorted keys, -1 if not there."""
    size = len(pairs.words.vocabulary)
    ids = pairs.words.token_ids.astype(np.int64)
    own = ids[pairs.first] * size + ids[pairs.second]
    at: NDArray[np.int64] = np.searchsorted(keys, own).clip(max=len(keys) - 1).astype(np.int64)
    at[keys[at] != own] = -1
    return at


def _evidence(table: pd.DataFrame, pairs: Pairs, corpus: Corpus | None) -> pd.DataFrame:
    words = pairs.words
    number = {word: index for index, word in enumerate(words.vocabulary)}
    size = len(words.vocabulary)
    keys = np.array(
        [number[a] * size + number[b] for a, b in zip(table["word1"], table["word2"], strict=True)],
        dtype=np.int64,
    )
    order = np.argsort(keys)
    places = _places(pairs, keys[order])
    found = places >= 0
    first, second = pairs.first[found], pairs.second[found]
    evidence = pd.DataFrame(
        {
            "row_id": order[places[found]],
            "row": words.rows[first],
            "start": words.starts[first],
            "end": words.starts[second] + words.lengths[second],
            "weight": 1.0,
        }
    ).sort_values(["row_id", "row", "start"], ignore_index=True)
    if corpus is None:
        return evidence
    keyed = corpus.paragraphs[["doc_id", "para_no"]].take(evidence["row"]).reset_index(drop=True)
    return pd.concat([evidence[["row_id"]], keyed, evidence[["start", "end", "weight"]]], axis=1)


def _method(window: int, segmenter: str) -> Method:
    zh = "相邻两词" if window == 1 else f"同句中相距不超过 {window} 个词的两词"
    en = "adjacent words" if window == 1 else f"words within {window} tokens of one sentence"
    return Method(
        Bilingual(
            f"以{zh}为词对（不含停用词；分词：{segmenter}），按词对四格表计算 PMI、NPMI、"
            f"t、G²、logDice 与 λ（各格加 0.5）及其 z 值。",
            f"Pairs are {en} (stop words left out; words from {segmenter}); PMI, NPMI, t, G², "
            f"logDice and lambda (0.5 added to each cell) with z come from the fourfold "
            "table of pairs.",
        ),
        tuple(CITATIONS.values()),
    )


def _cautions(table: pd.DataFrame, measure: str) -> tuple[Bilingual, ...]:
    cautions = [
        Bilingual(
            "同一报告内的词对并不独立，G²、t 与 z 只宜用于排序，不作显著性检验。",
            "Pairs of one report are not independent: use G², t and z for ranking, not as tests.",
        )
    ]
    single = int((table["n_reports"] == 1).sum())
    if single:
        cautions.append(
            Bilingual(
                f"{single} 个词对只出现在一份报告（或文本）中。",
                f"{single} pair(s) occur in a single report (or text).",
            )
        )
    if measure in ("pmi", "npmi"):
        cautions.append(
            Bilingual(
                "PMI 与 NPMI 偏向罕见词对，请提高 min_count 或参看 G²。",
                "PMI and NPMI favour rare pairs; raise min_count or look at G².",
            )
        )
    return tuple(cautions)


def _draw(result: Result, ax: Axes | None, measure: str) -> Axes:
    from policytext.plots.words import draw_collocations

    return draw_collocations(result.table, measure=measure, ax=ax)
