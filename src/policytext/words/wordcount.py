"""How often does each word stand in each paragraph?"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal, get_args

import numpy as np
import numpy.typing as npt

from policytext.corpus import Corpus
from policytext.counts import Counts
from policytext.data import read_table
from policytext.errors import CorpusError, ParameterError
from policytext.records import MASK, Bilingual
from policytext.segmentation.segment import Words, segment
from policytext.storage import GrowingArray, give_back
from policytext.texts import say

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Unit = Literal["paragraph", "report"]
UNITS: Final = get_args(Unit)


def count_words(
    corpus: Corpus | Words,
    *,
    min_docs: int = 1,
    max_doc_share: float = 1.0,
    unit: Unit = "paragraph",
    stop_words: Iterable[str] | Literal["default"] | None = "default",
    min_chars: int = 2,
) -> Counts:
    """Count the words of every paragraph.

    A word is a token with at least one letter or Chinese character: punctuation, figures and masks
    such as ‹NUM› are not counted.

    Parameters
    ----------
    corpus
        A corpus, which is segmented with the default segmenter (or whose stored counts are taken,
        if it holds counts only), or the result of `policytext.segment`.
    min_docs
        A word is kept if it stands in at least so many units.
    max_doc_share
        A word is kept if it stands in at most this share of the units that hold any word.
    unit
        What the two limits count: ``"paragraph"`` or, for a corpus, ``"report"``.
    stop_words
        Words left out: ``"default"`` for the package's list (see `load_stop_words`), a list of
        words, or ``None``. What is left out is told in the method of every result.
    min_chars
        Shorter words are left out.

    Returns
    -------
    Counts
        One row a paragraph, empty ones included; one column a word, sorted by code point.

    Raises
    ------
    ParameterError
        A parameter is out of its range, or ``unit="report"`` without a corpus.
    CorpusError
        A corpus without text that has no stored word counts.
    ModelNotFoundError
        The segmentation model is not installed.

    Examples
    --------
    >>> words = Words(np.array([0, 1, 0, 2]), np.array([0, 2, 3, 5]), np.array([0, 4, 4]),
    ...               ("医院", "的", "，"))
    >>> counts = count_words(words)
    >>> counts.features, counts.matrix.toarray().tolist()
    (('医院',), [[2], [0]])
    """
    if not isinstance(corpus, Words | Corpus):
        raise ParameterError(
            f"corpus must be a Corpus or the result of segment, got {type(corpus).__name__}; cut "
            "texts of your own with segment(texts) first"
        )
    _check_limits(min_docs, max_doc_share, unit, min_chars)
    units = _units(corpus, unit)
    found = segment(corpus) if isinstance(corpus, Corpus) and corpus.has_text else corpus
    stored, vocabulary = _vocabulary(found)
    left_out = stop_list(stop_words)
    wanted = [
        at
        for at in sorted(range(len(vocabulary)), key=vocabulary.__getitem__)
        if is_word(word := vocabulary[at]) and len(word) >= min_chars and word not in left_out
    ]
    kept = np.array(wanted, dtype=np.int64)
    matrix = _counted(found, kept) if isinstance(found, Words) else _with_columns(stored, kept)
    spread, n_units = _spread(matrix, units)
    within = (spread >= min_docs) & (spread <= max_doc_share * n_units)
    if not within.all():
        kept, matrix = kept[within], _with_columns(matrix, np.flatnonzero(within))
    features = tuple(vocabulary[at] for at in kept)
    give_back()
    return Counts(matrix, features, "words", _note(stop_words, len(left_out), min_chars))


def _note(stop_words: Iterable[str] | str | None, n_stop: int, min_chars: int) -> Bilingual:
    """Return the sentence that says which words were left out."""
    words = "none" if stop_words is None else "default" if stop_words == "default" else "own"
    stop = say(f"wordcount.stop.{words}", n_stop=n_stop)
    short = say("wordcount.short", min_chars=min_chars) if min_chars > 1 else Bilingual("", "")
    return say("wordcount.note", stop=stop, short=short)


def is_word(token: str) -> bool:
    """Tell whether a token is a word: it has a letter or Chinese character, and is no mask.

    >>> [is_word(token) for token in ("医院", "5G", "，", "20%", "‹NUM›")]
    [True, True, False, False, False]
    """
    return any(letter.isalpha() for letter in token) and not MASK.fullmatch(token)


def load_stop_words() -> frozenset[str]:
    """Return the package's list of words that carry no content in policy reports.

    Function words of Chinese by word class, and formulae of reports (进一步, 扎实推进); written for
    this library, see the column ``source`` of ``data/stopwords.csv``.

    Returns
    -------
    frozenset of str

    Examples
    --------
    >>> "的" in load_stop_words(), "医院" in load_stop_words()
    (True, False)
    """
    return frozenset(read_table("stopwords.csv")["word"])


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
                f'stop_words must be "default", a list of words or None, got {stop_words!r}; '
                f"write [{stop_words!r}] for one word"
            )
        return load_stop_words()
    return frozenset(stop_words)


def _check_limits(min_docs: int, max_doc_share: float, unit: str, min_chars: int) -> None:
    if min_docs < 1 or min_docs != int(min_docs):
        raise ParameterError(f"min_docs must be a whole number of 1 or more, got {min_docs!r}")
    if not 0 < max_doc_share <= 1:
        raise ParameterError(f"max_doc_share must lie in (0, 1], got {max_doc_share!r}")
    if unit not in UNITS:
        raise ParameterError(f"unit must be one of {', '.join(UNITS)}, got {unit!r}")
    if min_chars < 1:
        raise ParameterError(f"min_chars must be 1 or more, got {min_chars!r}")


def _units(corpus: Corpus | Words, unit: Unit) -> npt.NDArray[np.int64] | None:
    """Number the report of each paragraph; ``None`` where every paragraph counts for itself."""
    if unit == "paragraph":
        return None
    if isinstance(corpus, Words):
        raise ParameterError('unit="report" needs a corpus, got Words, which do not know reports')
    import pandas as pd

    numbers: npt.NDArray[np.int64] = pd.factorize(corpus.paragraphs["doc_id"])[0]
    return numbers


def _vocabulary(found: Corpus | Words) -> tuple[csr_matrix, tuple[str, ...]]:
    """Return the words of what was cut; of a corpus without text, its stored counts too."""
    from scipy.sparse import csr_matrix

    if isinstance(found, Words):
        return csr_matrix((0, len(found.vocabulary))), found.vocabulary
    return _stored_counts(found)


_AT_ONCE: Final = 1 << 20
"""Tokens that are counted at once."""


def _counted(words: Words, kept: npt.NDArray[np.int64]) -> csr_matrix:
    """Count the words that are kept, some rows after the other."""
    from scipy.sparse import csr_matrix

    column = np.full(len(words.vocabulary), -1, dtype=np.int32)
    column[kept] = np.arange(len(kept), dtype=np.int32)
    whole = _Whole(len(kept))
    for first, last in _row_runs(words.pointers):
        begin, end = words.pointers[first], words.pointers[last]
        columns = column[words.token_ids[begin:end]]
        rows = np.repeat(np.arange(last - first), np.diff(words.pointers[first : last + 1]))
        taken = columns >= 0
        ones = np.ones(int(taken.sum()), dtype=np.int64)
        shape = (last - first, len(kept))
        whole.add(csr_matrix((ones, (rows[taken], columns[taken])), shape=shape))
    return whole.matrix()


def _with_columns(matrix: csr_matrix, columns: npt.NDArray[np.int64]) -> csr_matrix:
    """Return some columns of a matrix, in this order, some rows after the other."""
    whole = _Whole(len(columns))
    for first, last in _row_runs(matrix.indptr):
        whole.add(matrix[first:last][:, columns])
    return whole.matrix()


def _row_runs(pointers: npt.NDArray[np.integer]) -> list[tuple[int, int]]:
    """Cut rows into runs of about so many entries.

    >>> _row_runs(np.array([0, 2, 4]))
    [(0, 2)]
    """
    marks = np.arange(0, int(pointers[-1]) + _AT_ONCE, _AT_ONCE)[1:]
    cuts = [0, *np.searchsorted(pointers, marks).tolist(), len(pointers) - 1]
    return [(a, b) for a, b in pairwise(min(cut, len(pointers) - 1) for cut in cuts) if a < b]


class _Whole:
    """A matrix that grows by rows."""

    def __init__(self, n_columns: int) -> None:
        self._n_columns = n_columns
        self._data, self._indices = GrowingArray("int64"), GrowingArray("int32")
        self._counts = [np.zeros(1, np.int64)]

    def add(self, part: csr_matrix) -> None:
        part.sort_indices()
        self._data.add(part.data)
        self._indices.add(part.indices)
        self._counts.append(np.diff(part.indptr))

    def matrix(self) -> csr_matrix:
        from scipy.sparse import csr_matrix

        pointers = np.cumsum(np.concatenate(self._counts))
        places = (self._data.whole(), self._indices.whole(), pointers)
        return csr_matrix(places, shape=(len(pointers) - 1, self._n_columns))


def _stored_counts(corpus: Corpus) -> tuple[csr_matrix, tuple[str, ...]]:
    from scipy.sparse import csr_matrix

    if not {"word_counts", "vocabulary"} <= set(corpus.stored):
        raise CorpusError(
            f"corpus {corpus.name!r} has neither text nor stored word counts; point to the raw "
            "files, or make the corpus with to_counts()"
        )
    table = corpus.stored["word_counts"]
    listed = corpus.stored["vocabulary"].sort_values("word_id")
    if listed["word_id"].tolist() != list(range(len(listed))):
        raise CorpusError("stored vocabulary must number its words 0, 1, 2, … without gaps")
    places = (table["row"].to_numpy(), table["word_id"].to_numpy())
    shape = (len(corpus.paragraphs), len(listed))
    values = table["count"].to_numpy().astype(np.int64)
    return csr_matrix((values, places), shape=shape), tuple(listed["word"].astype(str))


def _spread(
    matrix: csr_matrix, units: npt.NDArray[np.int64] | None
) -> tuple[npt.NDArray[np.int64], int]:
    """In how many units does each word stand, and how many units hold any word?"""
    from scipy.sparse import csr_matrix

    if units is not None:
        rows = np.arange(units.size)
        picker = csr_matrix((np.ones(units.size), (units, rows)), dtype=np.int64)
        matrix = csr_matrix(picker @ matrix)
    spread = np.zeros(matrix.shape[1], dtype=np.int64)
    for at in range(0, matrix.nnz, _AT_ONCE):
        spread += np.bincount(matrix.indices[at : at + _AT_ONCE], minlength=len(spread))
    return spread, int(np.count_nonzero(np.diff(matrix.indptr)))
