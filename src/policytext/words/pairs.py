"""Which words stand side by side, or near each other?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from policytext.errors import ParameterError
from policytext.words.segment import Words, segment
from policytext.words.wordcount import is_word, load_stop_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from policytext.corpus import Corpus

WordLists = Words | Sequence[Sequence[str]]
SENTENCE_ENDS: Final = frozenset("。！？；!?;\n…")


def words_of_lists(texts: Sequence[Sequence[str]]) -> Words:
    """Return lists of tokens as `Words`, as if each list had been written without spaces.

    Examples
    --------
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

    Parameters
    ----------
    first, second
        Positions of the two tokens in ``words.token_ids``.
    words
        The words.
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

    Parameters
    ----------
    words
        The words of the texts.
    window
        1: the second word follows the first without anything between them. More: it follows within
        so many tokens, punctuation counted as tokens; no pair goes across the end of a sentence.
    left_out
        Words that form no pairs but keep their places, such as stop words.
    rows
        Which texts are used; all, if not given.

    Returns
    -------
    Pairs

    Raises
    ------
    ParameterError
        ``window`` is less than 1.

    Examples
    --------
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
    """Return the words of whatever a caller may give, and the corpus behind them, if any.

    Raises
    ------
    ParameterError
        The words are not those of the corpus.
    """
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
    """Return which texts are used: those given, those the corpus counts, or all.

    Raises
    ------
    ParameterError
        ``counted`` has another length.
    """
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

    Raises
    ------
    ParameterError
        A string other than ``"default"``.

    Examples
    --------
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
