"""Which runs of words are phrases, and how do they become one token each?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd

from policytext.errors import NotEnoughDataError, ParameterError
from policytext.records import Bilingual, Method
from policytext.result import Result
from policytext.words.association import CITATIONS
from policytext.words.collocations import COLLOCATION_COLUMNS, collocations
from policytext.words.pairs import WordLists, words_and_corpus
from policytext.words.segment import Words

if TYPE_CHECKING:
    from policytext.corpus import Corpus

PHRASE_COLUMNS: Final = {
    "phrase": "短语 / the phrase as one token",
    "round": "合并轮次 / round of merging in which it was found, from 1",
    **COLLOCATION_COLUMNS,
}


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
        title=Bilingual("短语", "Phrases"),
        columns=PHRASE_COLUMNS,
        method=Method(
            Bilingual(
                f"相邻词对的 {measure} 不低于 {threshold:g} 且出现至少 {min_count} 次者并为短语，"
                f"最多 {rounds} 轮。",
                f"Adjacent pairs with {measure} of at least {threshold:g} and {min_count} or more "
                f"occurrences are merged into phrases, in up to {rounds} rounds.",
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


_BOILERPLATE: Final = Bilingual(
    "统计得到的短语不一定是术语：套话与抄录的句子也会成为短语，请逐条看过再用。",
    "A phrase found by statistics need not be a term: formulae and copied sentences make phrases "
    "too; read the list before using it.",
)


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
