"""How strongly does the model want each tag at each place of a text?

Scores are whole numbers (1/10000 of the model's unit), so that equal means equal. The order of the
additions is that of pkuseg: with ``dtype=float64`` the same numbers come out to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from policytext.words.hashing import Int64s, look_up
from policytext.words.model import SegmenterModel
from policytext.words.trie import Trie, words_at
from policytext.words.weights import BREAK, COUPLE_BITS, SCALE

Scores = npt.NDArray[Any]
LONGEST, SHORTEST = 6, 2
N_TAGS = 5


@dataclass(frozen=True, eq=False, repr=False)
class Scorer:
    """Adds up the weights of all features of a text.

    Parameters
    ----------
    model
        The installed model.
    """

    model: SegmenterModel

    def __call__(self, codes: Int64s, dtype: type = np.int32) -> Scores:
        """Score every tag at every place.

        Parameters
        ----------
        codes
            Code of every character (see `policytext.words.weights.letter_codes`); 0 is a break,
            across which nothing is looked at.
        dtype
            ``int32`` for whole numbers, ``float64`` for pkuseg's own floating-point sums.

        Returns
        -------
        numpy.ndarray
            Places × 5 tags. At breaks the scores mean nothing.
        """
        sums = _Sums(self.model.arrays, dtype)
        scores = sums.rows("letters", codes * 5)
        scores += sums.row("constant")
        nodes = self._pair_nodes(codes)
        self._add_neighbours(scores, codes, nodes, sums)
        self._add_words(scores, codes, nodes, sums)
        return scores

    def _pair_nodes(self, codes: Int64s) -> Int64s:
        return look_up(self._trie.pairs, (codes[:-1] << 14) | codes[1:])

    @property
    def _trie(self) -> Trie:
        return Trie(*(self.model.arrays[f"trie_{field}"] for field in Trie._fields))

    def _add_neighbours(self, scores: Scores, codes: Int64s, nodes: Int64s, sums: _Sums) -> None:
        """Add the letters and pairs one and two places away, but not across a break."""
        inner = codes[1:-1] != BREAK
        scores[1:] += sums.rows("letters", codes[:-1] * 5 + 1)
        scores[1:] += sums.rows("pairs", nodes * 3)
        scores[:-1] += sums.rows("letters", codes[1:] * 5 + 2)
        scores[:-1] += sums.rows("pairs", nodes * 3 + 1)
        if codes.size > 2:
            scores[2:] += sums.rows("letters", codes[:-2] * inner * 5 + 3)
            scores[2:] += sums.rows("pairs", nodes[:-1] * 3 + 2)
            scores[:-2] += sums.rows("letters", codes[2:] * inner * 5 + 4)

    def _add_words(self, scores: Scores, codes: Int64s, nodes: Int64s, sums: _Sums) -> None:
        """Add the words of the model that end or begin at a place, then couples of such words."""
        begun = np.flatnonzero(nodes)
        found = {
            n: (at, word)
            for n, at, word in words_at(self._trie, codes, nodes[begun], begun)
            if n <= LONGEST
        }
        for length in sorted(found, reverse=True):
            at, word = found[length]
            scores[at + length - 1] += sums.rows("words", word * 2)
        for length in sorted(found, reverse=True):
            at, word = found[length]
            scores[at] += sums.rows("words", word * 2 + 1)
        place, couple = self._couples(found, codes.size)
        _add_at(scores, place, sums.rows("couples", couple * 2))
        _add_at(scores, place - 1, sums.rows("couples", couple * 2 + 1))

    def _couples(self, found: dict[int, tuple[Int64s, Int64s]], size: int) -> tuple[Int64s, Int64s]:
        """Return where two known words meet (the place of the second), and the couple's number.

        In pkuseg's order: by place, then longest first word, then longest second word.
        """
        arrays = self.model.arrays
        ends, first = _by_place(found, size, arrays["leads"], ends=True)
        starts, second = _by_place(found, size, arrays["follows"], ends=False)
        begin = np.concatenate(([0], np.cumsum(np.bincount(starts, minlength=size + 1))))
        here = begin[ends]
        many = begin[ends + 1] - here
        each = np.repeat(np.arange(ends.size), many)
        offset = np.arange(each.size) - np.repeat(np.cumsum(many) - many, many)
        keys = (first[each] << COUPLE_BITS) | second[here[each] + offset]
        numbers = look_up(arrays["couple_table"], keys)
        known = np.flatnonzero(numbers)
        return ends[each[known]], numbers[known]


class _Sums:
    """Rows of weights in the number type that is asked for."""

    def __init__(self, arrays: Any, dtype: type) -> None:
        self.arrays, self.exact = arrays, dtype is np.float64

    def row(self, name: str) -> Scores:
        return self._typed(self.arrays[name])

    def rows(self, name: str, at: Int64s) -> Scores:
        return self._typed(self.arrays[name].take(at, axis=0))

    def _typed(self, weights: Scores) -> Scores:
        return weights / SCALE if self.exact else weights


def _by_place(
    found: dict[int, tuple[Int64s, Int64s]], size: int, useful: Scores, *, ends: bool
) -> tuple[Int64s, Int64s]:
    """Sort words by the place where they end (or begin), longest first."""
    dense = np.zeros((size + 1, LONGEST - SHORTEST + 1), dtype=np.int32)
    for length, (at, word) in found.items():
        dense[at + length * ends, LONGEST - length] = word * useful.take(word)
    flat = dense.ravel()
    taken = np.flatnonzero(flat)
    return taken // dense.shape[1], flat[taken].astype(np.int64)


def _add_at(scores: Scores, places: Int64s, rows: Scores) -> None:
    """Add rows to places that may repeat, one after the other."""
    np.add.at(scores, places, rows)
