"""Which different words are a million tokens?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from policytext.words.decoder import TokenSpans

_PACKED = 3
_BITS = 21


def spell_tokens(
    texts: Sequence[str], found: TokenSpans
) -> tuple[npt.NDArray[np.int32], list[str]]:
    """Number the tokens by their words.

    Parameters
    ----------
    texts
        The texts.
    found
        Where their tokens stand.

    Returns
    -------
    numpy.ndarray
        int32, one number a token.
    list of str
        The words, in the order of their first token, short words first.

    Examples
    --------
    >>> found = TokenSpans(np.array([0, 2, 4]), np.array([2, 4, 6]), np.array([0, 3]))
    >>> ids, words = spell_tokens(["医院医院养老"], found)
    >>> ids.tolist(), words
    ([0, 0, 1], ['医院', '养老'])
    """
    import pandas as pd

    joined = "".join(texts)
    offsets = np.cumsum([0, *(len(text) for text in texts)])[:-1]
    starts = found.starts + np.repeat(offsets, np.diff(found.pointers))
    lengths = found.ends - found.starts
    ids = np.zeros(starts.size, dtype=np.int32)
    short = np.flatnonzero(lengths <= _PACKED)
    numbers, packed = pd.factorize(_pack(joined, starts[short], lengths[short]))
    ids[short] = numbers
    firsts = np.zeros(packed.size, dtype=np.int64)
    firsts[numbers[::-1]] = short[::-1]
    long = np.flatnonzero(lengths > _PACKED)
    words = _slices(joined, starts[firsts], lengths[firsts])
    known: dict[str, int] = {}
    ids[long] = [
        known.setdefault(word, len(words) + len(known))
        for word in _slices(joined, starts[long], lengths[long])
    ]
    return ids, words + list(known)


def _pack(
    joined: str, starts: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Write up to three characters into one number: a code point has 21 bits."""
    letters = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    padded = np.concatenate((letters.astype(np.int64) + 1, np.zeros(_PACKED, np.int64)))
    packed = padded[starts]
    for place in range(1, _PACKED):
        packed |= (padded[starts + place] * (lengths > place)) << (_BITS * place)
    return packed


def _slices(
    joined: str, starts: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]
) -> list[str]:
    ends = (starts + lengths).tolist()
    return [joined[start:end] for start, end in zip(starts.tolist(), ends, strict=True)]
