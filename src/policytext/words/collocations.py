"""Which words go together more often than chance would have it?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.anatomy.clauses import SENTENCE_ENDS
from policytext.comparable import excluded, rows_chosen
from policytext.corpus import Corpus, check_corpus
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.measures import association
from policytext.records import KINDS_COUNTED, Bilingual, Method, OneOrMore
from policytext.result import Drawing, Result, evidence_of_rows
from policytext.segmentation.segment import Words, segment
from policytext.texts import cite, columns_of, say
from policytext.words.wordcount import is_word, stop_list

if TYPE_CHECKING:
    from numpy.typing import NDArray


Measure = Literal["g2", "pmi", "npmi", "t", "log_dice", "lambda", "z"]
MEASURES: Final = get_args(Measure)
SOURCES: Final = cite(
    "church-1990", "bouma-2009", "church-1991", "dunning-1993", "rychly-2008", "blaheta-2001"
)
WordLists = Words | Sequence[Sequence[str]]


# Which words stand side by side, or near each other?


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

    @property
    def keys(self) -> NDArray[np.int64]:
        """One number for the two words of each pair: of the first × size of vocabulary + second."""
        ids = self.words.token_ids.astype(np.int64)
        return ids[self.first] * len(self.words.vocabulary) + ids[self.second]

    def counted(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return the numbers of first and second word of each different pair, and its count."""
        size = len(self.words.vocabulary)
        keys, counts = np.unique(self.keys, return_counts=True)
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
    sentence_ends = {*SENTENCE_ENDS, "…"}
    ends = np.array([bool(sentence_ends & set(word)) for word in words.vocabulary], dtype=bool)
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
    corpus: Corpus | WordLists, words: Words | None
) -> tuple[Words, Corpus | None]:
    """Return the words of whatever a caller may give, and the corpus behind them, if any."""
    if isinstance(corpus, Words):
        return corpus, None
    if isinstance(corpus, str):
        raise ParameterError(f"corpus must be a Corpus, Words or lists of tokens, got {corpus!r}")
    if isinstance(corpus, Sequence):
        return words_of_lists(corpus), None
    check_corpus(corpus)
    if words is None:
        corpus.require_text("pairs of words")
        return segment(corpus, progress=False), corpus
    if len(words) != len(corpus.paragraphs):
        raise ParameterError(
            f"words must have one text for each of the corpus's {len(corpus.paragraphs)} "
            f"paragraphs, got {len(words)}; segment this corpus"
        )
    return words, corpus


# Which pairs go together more often than chance would have it?

_PAIR_COLUMNS: Final = columns_of("collocation")
COLLOCATION_COLUMNS: Final = {
    **{name: _PAIR_COLUMNS[name] for name in ("word1", "word2", "n", "n1", "n2")},
    **columns_of("measure"),
    "n_reports": _PAIR_COLUMNS["n_reports"],
}
PHRASE_COLUMNS: Final = {**columns_of("phrase"), **COLLOCATION_COLUMNS}


def collocations(
    corpus: Corpus | WordLists,
    node: OneOrMore = None,
    *,
    words: Words | None = None,
    measure: Measure = "g2",
    window: int = 1,
    min_count: int = 5,
    stop_words: Iterable[str] | Literal["default"] | None = "default",
    parts: OneOrMore = None,
    kinds: OneOrMore = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
) -> Result:
    """Find pairs of words that go together, with the usual measures of attraction.

    Parameters
    ----------
    corpus
        A corpus with text (segmented with the default segmenter, unless ``words`` are given); or
        words without a corpus: the result of `policytext.segment`, or lists of tokens.
    node
        Only pairs with this word, or one of these words.
    words
        The words of the corpus, segmented before.
    measure
        The column that orders the table, strongest first.
    window
        1: adjacent words. More: the second word follows within so many tokens of the sentence.
    min_count
        Pairs that occur less often are left out.
    stop_words
        Words that form no pairs: ``"default"`` for the package's list, words, or ``None``.
    parts, kinds, exclude_rows, level, genre
        Which paragraphs of a corpus are used; see :func:`~policytext.comparable.select`.

    Returns
    -------
    Result
        One row an ordered pair. ``n1`` and ``n2`` are counted among pairs, not among tokens, so
        that every fourfold table adds up; the measures are those of
        `policytext.inference.association`.

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
    Bouma 2009; see `policytext.inference.association`.

    Examples
    --------
    >>> texts = [["推进", "医养", "结合"], ["医养", "结合", "机构"], ["推进", "改革"]] * 2
    >>> found = collocations(texts, min_count=2, measure="npmi", stop_words=None)
    >>> found.table[["word1", "word2", "n"]].head(1).values.tolist()
    [['医养', '结合', 4]]
    """
    if measure not in MEASURES:
        raise ParameterError(f"measure must be one of {list(MEASURES)}, got {measure!r}")
    cut, behind = words_and_corpus(corpus, words)
    rows = (
        ~excluded(exclude_rows, len(cut))
        if behind is None
        else rows_chosen(
            behind, parts=parts, kinds=kinds, exclude_rows=exclude_rows, level=level, genre=genre
        )
    )
    pairs = find_pairs(cut, window=window, left_out=stop_list(stop_words), rows=rows)
    table = _scored(pairs, _groups_of_rows(cut, behind), min_count)
    if node is not None:
        nodes = [node] if isinstance(node, str) else list(node)
        table = table[table["word1"].isin(nodes) | table["word2"].isin(nodes)]
    table = _ordered(table, measure, min_count)
    return Result(
        table=table[list(COLLOCATION_COLUMNS)],
        title=say("collocations.title"),
        columns=COLLOCATION_COLUMNS,
        method=_method(window, cut.segmenter),
        cautions=_cautions(table, measure),
        parameters={
            "measure": measure,
            "window": window,
            "min_count": min_count,
            "segmenter": cut.segmenter,
        },
        corpus=behind,
        evidence_from=None
        if behind is None
        else lambda: _evidence(table, pairs, behind.paragraphs),
        figure=Drawing("words.plot_collocations", {"measure": measure}, titled=False),
    )


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
    kept = n >= min_count
    vocabulary = np.array(pairs.words.vocabulary, dtype=object)
    counted = {
        "word1": vocabulary[first[kept]],
        "word2": vocabulary[second[kept]],
        "n": n[kept],
        "n1": n1[kept],
        "n2": n2[kept],
        "n_reports": _spread(pairs, reports, first[kept] * size + second[kept]),
    }
    scores = association(n[kept], n1[kept], n2[kept], int(n.sum()))
    return pd.concat([pd.DataFrame(counted), scores], axis=1)


def _ordered(table: pd.DataFrame, measure: str, min_count: int) -> pd.DataFrame:
    if table.empty:
        raise NotEnoughDataError(
            f"no pair of words occurs {min_count} times; lower min_count, or check node and "
            "stop_words"
        )
    # equal strengths may differ in the last digit by the order of their sums: that is no order
    ranked = table.assign(strength=table[measure].round(9))
    order = ["strength", "n", "word1", "word2"]
    return ranked.sort_values(order, ascending=[False, False, True, True], ignore_index=True)


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
    own = pairs.keys
    at: NDArray[np.int64] = np.searchsorted(keys, own).clip(max=len(keys) - 1).astype(np.int64)
    at[keys[at] != own] = -1
    return at


def _evidence(table: pd.DataFrame, pairs: Pairs, paragraphs: pd.DataFrame) -> pd.DataFrame:
    """List every occurrence of the pair of each row."""
    words = pairs.words
    number = {word: index for index, word in enumerate(words.vocabulary)}
    first, second = (table[name].map(number).to_numpy(np.int64) for name in ("word1", "word2"))
    keys = first * len(words.vocabulary) + second
    order = np.argsort(keys)
    places = _places(pairs, keys[order])
    found = places >= 0
    first, second = pairs.first[found], pairs.second[found]
    row_id, rows = order[places[found]], words.rows[first]
    placed = np.lexsort((words.starts[first], rows, row_id))
    return evidence_of_rows(
        row_id[placed],
        rows[placed],
        paragraphs,
        start=words.starts[first][placed],
        end=(words.starts[second] + words.lengths[second])[placed],
    )


def _method(window: int, segmenter: str) -> Method:
    kind = "adjacent" if window == 1 else "window"
    pairs = say(f"collocations.pairs.{kind}", window=window)
    return Method(say("collocations.method", pairs=pairs, segmenter=segmenter), SOURCES)


def _cautions(table: pd.DataFrame, measure: str) -> tuple[Bilingual, ...]:
    cautions = [say("collocations.caution.not_independent")]
    single = int((table["n_reports"] == 1).sum())
    if single:
        cautions.append(say("collocations.caution.single_report", single=single))
    if measure in ("pmi", "npmi"):
        cautions.append(say("collocations.caution.rare_pairs"))
    return tuple(cautions)


# Which runs of words are phrases, and how do they become one token each?


def find_phrases(
    corpus: Corpus | WordLists,
    *,
    words: Words | None = None,
    measure: Measure = "npmi",
    threshold: float = 0.5,
    min_count: int = 10,
    rounds: int = 2,
    stop_words: Iterable[str] | Literal["default"] | None = "default",
) -> Result:
    """Find runs of words that go together so often that they are phrases.

    Parameters
    ----------
    corpus, words, stop_words
        As in `policytext.collocations`.
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
    `policytext.inference.association`.

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
    cut, behind = words_and_corpus(corpus, words)
    found = []
    for turn in range(1, rounds + 1):
        pairs = _pairs_from(cut, behind, measure, threshold, min_count, stop_words)
        if pairs.empty:
            break
        found.append(pairs.assign(phrase=pairs["word1"] + pairs["word2"], round=turn))
        cut = _merge_pairs(cut, pairs)
    empty = pd.DataFrame({column: pd.Series(dtype="object") for column in PHRASE_COLUMNS})
    table = pd.concat(found, ignore_index=True) if found else empty
    settings = {"measure": measure, "threshold": threshold, "min_count": min_count}
    return Result(
        table=table[list(PHRASE_COLUMNS)],
        title=say("collocations.phrases.title"),
        columns=PHRASE_COLUMNS,
        method=Method(say("collocations.phrases.method", **settings, rounds=rounds), SOURCES),
        cautions=(say("collocations.phrases.caution"),),
        parameters=settings,
        corpus=behind,
    )


def _pairs_from(
    words: Words,
    corpus: Corpus | None,
    measure: Measure,
    threshold: float,
    min_count: int,
    stop_words: Iterable[str] | Literal["default"] | None,
) -> pd.DataFrame:
    """Return the adjacent pairs that reach the threshold; none, where no pair is frequent."""
    try:
        scored = collocations(
            words if corpus is None else corpus,
            words=words,
            measure=measure,
            min_count=min_count,
            stop_words=stop_words,
        ).table
    except NotEnoughDataError:
        return pd.DataFrame()
    return scored[scored[measure] >= threshold]


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
        merged = _merge_pairs(merged, turn)
    return merged


def _merge_pairs(words: Words, pairs: pd.DataFrame) -> Words:
    """Merge adjacent pairs from left to right; a token goes into one pair only."""
    number = {word: index for index, word in enumerate(words.vocabulary)}
    size = len(words.vocabulary)
    ids = words.token_ids.astype(np.int64)
    named = zip(pairs["word1"], pairs["word2"], strict=True)
    keys = {number[a] * size + number[b] for a, b in named if a in number and b in number}
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
