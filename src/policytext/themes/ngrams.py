"""Which one- and two-character strings do paragraphs hold?"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from policytext.themes.clauses import comparable

_NUMBER = re.compile(r"(?:[0-9xX×*]|‹[A-Z]+›)+")
_SEPARATOR = 0
Packed = NDArray[np.uint64]


def learn_ngrams(texts: Sequence[str], min_df: int = 2) -> tuple[Packed, NDArray[np.float64]]:
    """Return the strings that stand in at least `min_df` texts, packed and sorted, and their
    weights.

    Parameters
    ----------
    texts
        Paragraphs.
    min_df
        In how many texts a string must stand.

    Returns
    -------
    vocabulary, idf
        Packed strings (see `unpack`) and log((1 + n) / (1 + df)) + 1.

    References
    ----------
    Sparck Jones, K. (1972). A statistical interpretation of term specificity and its application
    in retrieval.
    Journal of Documentation, 28(1), 11-21. https://doi.org/10.1108/eb026526

    Examples
    --------
    >>> vocabulary, _ = learn_ngrams(["医保基金", "医保支付"])
    >>> [unpack(v) for v in vocabulary]
    ['保', '医', '医保']
    """
    row, key = _packed(texts)
    pairs = np.unique(np.stack([key, row.astype(np.uint64)]), axis=1)
    vocabulary, df = np.unique(pairs[0], return_counts=True)
    kept = df >= min_df
    return vocabulary[kept], np.log((1 + len(texts)) / (1 + df[kept])) + 1


def count_ngrams(
    texts: Sequence[str], vocabulary: Packed, idf: NDArray[np.float64]
) -> sp.csr_matrix:
    """Return texts × vocabulary, (1 + log count) × idf, each row of length one (or zero)."""
    row, key = _packed(texts)
    place = np.searchsorted(vocabulary, key)
    place[place == len(vocabulary)] = 0
    known = vocabulary[place] == key if len(vocabulary) else np.zeros(len(key), dtype=bool)
    shape = (len(texts), len(vocabulary))
    matrix = sp.csr_matrix((np.ones(known.sum()), (row[known], place[known])), shape)
    matrix.sum_duplicates()
    matrix.data = (1 + np.log(matrix.data)) * idf[matrix.indices]
    per_row = np.diff(matrix.indptr)
    owner = np.repeat(np.arange(shape[0]), per_row)
    lengths = np.sqrt(np.bincount(owner, weights=matrix.data**2, minlength=shape[0]))
    matrix.data /= np.repeat(np.where(lengths > 0, lengths, 1), per_row)
    return matrix


def unpack(key: np.uint64) -> str:
    """Return the string of a packed key."""
    first, second = int(key) >> 32, int(key) & 0xFFFFFFFF
    return (chr(first) if first else "") + chr(second)


def _packed(texts: Sequence[str]) -> tuple[NDArray[np.int64], Packed]:
    """Return (row, packed string) of every one- and two-character string, none across texts."""
    plain = [_NUMBER.sub("0", comparable(text).text).replace("\n", "") for text in texts]
    joined = "".join(text + chr(_SEPARATOR) for text in plain)
    raw = joined.encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(raw, dtype=np.uint32).astype(np.uint64)
    row = np.repeat(np.arange(len(plain)), [len(text) + 1 for text in plain])
    real = codes != _SEPARATOR
    double = real[:-1] & real[1:]
    pairs = (codes[:-1][double] << np.uint64(32)) | codes[1:][double]
    return (
        np.concatenate([row[real], row[:-1][double]]),
        np.concatenate([codes[real], pairs]),
    )
