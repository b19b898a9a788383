"""Which words go together more often than chance would have it?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd

from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.measures import CITATIONS, MEASURE_COLUMNS, MEASURES, association
from policytext.records import Bilingual, Method
from policytext.result import Drawing, Result
from policytext.segmentation.segment import Words, segment
from policytext.texts import columns_of, say
from policytext.words.wordcount import is_word, load_stop_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from policytext.corpus import Corpus


# Which words stand side by side, or near each other?

WordLists = Words | Sequence[Sequence[str]]
SENTENCE_ENDS: Final = frozenset("。！？；!?;\n…")


def words_of_lists(texts: Sequence[Sequence[str]]) -> Words:
    """Return lists of tokens as `Words`, as if each list had been written without spaces.

    >>> words = words_of_lists([["推进", "医养", "结合"], []])
    >>> words[0], words.starts.tolist()
    (['推进', '医养', '结合'], [0, 2, 4])
    """
    vocabulary = sorted({token for text in texts for token in text})
    number = {token: index for index, token in enumerate(vocabulary)}
    ids = [number[token] for text in texts for token in text]
    starts: list[int] = []
    for text in texts:
        at = 0
        for token in text:
            starts.append(at)
            at += len(token)
    pointers = np.cumsum([0, *(len(text) for text in texts)], dtype=np.int64)
    return Words(
        np.array(ids, np.int32), np.array(starts, np.int32), pointers, tuple(vocabulary), "lists"
    )


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of words, one entry each time.

    ``first, second``: Positions of the two tokens in ``words.token_ids``.
    ``words``: The words.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    words: Words

    def counted(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return the numbers of first and second word of each different pair, and its count."""
        size = len(self.words.vocabulary)
        ids = self.words.token_ids.astype(np.int64)
        keys, counts = np.unique(ids[self.first] * size + ids[self.second], return_counts=True)
        return keys // size, keys % size, counts.astype(np.int64)


def find_pairs(
    words: Words,
    *,
    window: int = 1,
    left_out: Iterable[str] = (),
    rows: NDArray[np.bool_] | None = None,
) -> Pairs:
    """Find the pairs of words that stand side by side or near each other.

    >>> words = words_of_lists([["医养", "结合", "，", "互助", "养老"]])
    >>> pairs = find_pairs(words)
    >>> [(words[0][a], words[0][b]) for a, b in zip(pairs.first, pairs.second)]
    [('医养', '结合'), ('互助', '养老')]
    """
    if window < 1:
        raise ParameterError(f"window must be at least 1 token, got {window}")
    banned = set(left_out)
    allowed = np.array(
        [is_word(word) and word not in banned for word in words.vocabulary], dtype=bool
    )
    ends = np.array([bool(SENTENCE_ENDS & set(word)) for word in words.vocabulary], dtype=bool)
    ids = words.token_ids
    usable = allowed[ids] if len(allowed) else np.zeros(0, dtype=bool)
    if rows is not None:
        usable &= np.asarray(rows, dtype=bool)[words.rows]
    sentence = np.cumsum(ends[ids]) if len(ends) else np.zeros(0, dtype=np.int64)
    text = words.rows
    firsts, seconds = [], []
    for distance in range(1, window + 1):
        near = usable[:-distance] & usable[distance:]
        near &= text[:-distance] == text[distance:]
        near &= sentence[:-distance] == sentence[distance:]
        if window == 1:
            near &= words.starts[:-1] + words.lengths[:-1] == words.starts[1:]
        found = np.flatnonzero(near)
        firsts.append(found)
        seconds.append(found + distance)
    return Pairs(np.concatenate(firsts), np.concatenate(seconds), words)


def words_and_corpus(
    what: Corpus | WordLists, corpus: Corpus | None
) -> tuple[Words, Corpus | None]:
    """Return the words of whatever a caller may give, and the corpus behind them, if any."""
    if isinstance(what, Words):
        words = what
    elif isinstance(what, Sequence):
        words = words_of_lists(what)
    else:
        what.require_text("pairs of words")
        return segment(what, progress=False), what
    if corpus is not None and len(words) != len(corpus.paragraphs):
        raise ParameterError(
            f"words must have one text for each of the corpus's {len(corpus.paragraphs)} "
            f"paragraphs, got {len(words)}; segment this corpus"
        )
    return words, corpus


def rows_used(
    words: Words, corpus: Corpus | None, counted: NDArray[np.bool_] | None
) -> NDArray[np.bool_]:
    """Return which texts are used: those given, those the corpus counts, or all."""
    if counted is not None:
        rows = np.asarray(counted, dtype=bool)
        if rows.shape != (len(words),):
            raise ParameterError(
                f"counted must have one truth value for each of the {len(words)} texts, "
                f"got shape {rows.shape}"
            )
        return rows
    return np.ones(len(words), dtype=bool) if corpus is None else corpus.counted()


def stop_list(stop_words: Iterable[str] | str | None) -> frozenset[str]:
    """Return the stop words asked for.

    >>> sorted(stop_list(["的", "了"]))
    ['了', '的']
    """
    if stop_words is None:
        return frozenset()
    if isinstance(stop_words, str):
        if stop_words != "default":
            raise ParameterError(
                f"stop_words must be 'default', a list of words or None, got {stop_words!r}"
            )
        return load_stop_words()
    return frozenset(stop_words)


# Which words go together more often than chance would have it?

Measure = Literal["g2", "pmi", "npmi", "t", "log_dice", "lambda", "z"]

COLLOCATION_COLUMNS: Final = {
    **columns_of("collocation"),
    **MEASURE_COLUMNS,
    **columns_of("collocation.2"),
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
        title=say("collocations.collocations.title"),
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
        figure=Drawing("words.plot_collocations", {"measure": measure}, titled=False),
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
        say("collocations.method.method", zh=zh, segmenter=segmenter, en=en),
        tuple(CITATIONS.values()),
    )


def _cautions(table: pd.DataFrame, measure: str) -> tuple[Bilingual, ...]:
    cautions = [say("collocations.cautions")]
    single = int((table["n_reports"] == 1).sum())
    if single:
        cautions.append(say("collocations.cautions.2", single=single))
    if measure in ("pmi", "npmi"):
        cautions.append(say("collocations.cautions.3"))
    return tuple(cautions)


# Which runs of words are phrases, and how do they become one token each?

PHRASE_COLUMNS: Final = {**columns_of("phrase"), **COLLOCATION_COLUMNS}


def find_phrases(
    what: Corpus | WordLists,
    *,
    corpus: Corpus | None = None,
    measure: Literal["npmi", "lambda", "z", "g2", "log_dice", "t", "pmi"] = "npmi",
    threshold: float = 0.5,
    min_count: int = 10,
    rounds: int = 2,
    stop_words: Iterable[str] | Literal["default"] | None = "default",
) -> Result:
    """Find runs of words that go together so often that they are phrases.

    Parameters
    ----------
    what, corpus, stop_words
        As in `policytext.words.collocations.collocations`.
    measure
        What decides.
    threshold
        Adjacent pairs that reach it are phrases.
    min_count
        Pairs that occur less often are none.
    rounds
        After each round its phrases are merged, so that a second round finds phrases of up to four
        words, a third of up to eight.

    Returns
    -------
    Result
        One row a phrase, by round and strength; `merge_phrases` takes it.

    Raises
    ------
    NeedsTextError
        The corpus holds counts only.
    ParameterError
        ``rounds`` is less than 1, or as in ``collocations``.

    References
    ----------
    Bouma 2009 (NPMI); Blaheta & Johnson 2001 (λ); the others as in
    `policytext.words.association.association`.

    Examples
    --------
    >>> texts = [["县域", "医", "共体", "建设"], ["推进", "县域", "医", "共体"], ["推进", "建设"]]
    >>> phrases = find_phrases(texts * 5, threshold=0.8, min_count=5, stop_words=None)
    >>> phrases.table["phrase"].tolist()
    ['医共体', '县域医', '县域医共体']
    >>> merge_phrases(texts, phrases)[1]
    ['推进', '县域医共体']
    """
    if rounds < 1:
        raise ParameterError(f"rounds must be at least 1, got {rounds}")
    words, behind = words_and_corpus(what, corpus)
    score = partial(
        collocations, corpus=behind, measure=measure, min_count=min_count, stop_words=stop_words
    )
    found = _rounds(words, score, measure, threshold, rounds)
    empty = pd.DataFrame({column: pd.Series(dtype="object") for column in PHRASE_COLUMNS})
    table = pd.concat(found, ignore_index=True) if found else empty
    return Result(
        table=table[list(PHRASE_COLUMNS)],
        title=say("collocations.find_phrases.title"),
        columns=PHRASE_COLUMNS,
        method=Method(
            say(
                "collocations.find_phrases.method",
                measure=measure,
                threshold=threshold,
                min_count=min_count,
                rounds=rounds,
            ),
            tuple(CITATIONS.values()),
        ),
        cautions=(_BOILERPLATE,),
        parameters={"measure": measure, "threshold": threshold, "min_count": min_count},
        corpus=behind,
    )


def _rounds(
    words: Words, score: Callable[[Words], Result], measure: str, threshold: float, rounds: int
) -> list[pd.DataFrame]:
    """Return the pairs that reach the threshold, one table a round."""
    found: list[pd.DataFrame] = []
    for turn in range(1, rounds + 1):
        try:
            scored = score(words).table
        except NotEnoughDataError:
            break
        chosen = scored[scored[measure] >= threshold]
        if chosen.empty:
            break
        found.append(chosen.assign(phrase=chosen["word1"] + chosen["word2"], round=turn))
        words = _merge_pairs(words, list(zip(chosen["word1"], chosen["word2"], strict=True)))
    return found


_BOILERPLATE: Final = say("collocations.boilerplate")


def merge_phrases(words: WordLists, phrases: Result | pd.DataFrame) -> Words:
    """Return the words with each phrase as one token.

    Parameters
    ----------
    words
        Words of texts, as given to `find_phrases`.
    phrases
        What `find_phrases` returned, or its table after rows were deleted (``word1, word2,
        round``).

    Returns
    -------
    Words
        The same texts; a token that belongs to a phrase is merged with its neighbours.

    Raises
    ------
    ParameterError
        The table lacks a column.

    Examples
    --------
    >>> pairs = pd.DataFrame({"word1": ["医养"], "word2": ["结合"], "round": [1]})
    >>> list(merge_phrases([["推进", "医养", "结合"]], pairs))
    [['推进', '医养结合']]
    """
    table = phrases.table if isinstance(phrases, Result) else phrases
    missing = [name for name in ("word1", "word2", "round") if name not in table.columns]
    if missing:
        raise ParameterError(f"phrases must have the columns word1, word2, round; {missing} lack")
    merged, _ = words_and_corpus(words, None)
    for _, turn in table.groupby("round", sort=True):
        merged = _merge_pairs(merged, list(zip(turn["word1"], turn["word2"], strict=True)))
    return merged


def _merge_pairs(words: Words, pairs: list[tuple[str, str]]) -> Words:
    """Merge adjacent pairs from left to right; a token goes into one pair only."""
    number = {word: index for index, word in enumerate(words.vocabulary)}
    size = len(words.vocabulary)
    ids = words.token_ids.astype(np.int64)
    keys = {number[a] * size + number[b] for a, b in pairs if a in number and b in number}
    joined = words.starts[:-1] + words.lengths[:-1] == words.starts[1:]
    joined &= words.rows[:-1] == words.rows[1:]
    joined &= np.isin(ids[:-1] * size + ids[1:], np.array(sorted(keys), dtype=np.int64))
    heads: list[int] = []
    for at in np.flatnonzero(joined).tolist():
        if not heads or at > heads[-1] + 1:
            heads.append(at)
    head = np.array(heads, dtype=np.int64)
    known, turned = np.unique(ids[head] * size + ids[head + 1], return_inverse=True)
    ids[head] = size + turned
    kept = np.ones(len(ids), dtype=bool)
    kept[head + 1] = False
    spelt = [*words.vocabulary, *(_spelling(words.vocabulary, int(key)) for key in known)]
    vocabulary = sorted({spelt[index] for index in np.unique(ids[kept]).tolist()})
    place = {word: index for index, word in enumerate(vocabulary)}
    renumbered = np.array([place.get(word, -1) for word in spelt], dtype=np.int32)
    counts = np.bincount(words.rows[kept], minlength=len(words))
    return Words(
        renumbered[ids[kept]],
        words.starts[kept],
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        tuple(vocabulary),
        words.segmenter,
    )


def _spelling(vocabulary: tuple[str, ...], key: int) -> str:
    first, second = divmod(key, len(vocabulary))
    return vocabulary[first] + vocabulary[second]
