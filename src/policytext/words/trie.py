"""Which words of a list begin at each place of a text?

A word list becomes two hashed tables: pairs of characters, which every place needs, and longer
beginnings, which few places reach.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from policytext.words.hashing import Int64s, build_table, look_up

CODE_BITS = 14


class Trie(NamedTuple):
    """A word list as arrays.

    Nodes are beginnings of two or more characters, numbered from 1; those of two come first.

    - ``pairs``: table from two character codes to a node;
    - ``longer``: table from a node and the next code to a node;
    - ``word``: per node, the number of the word that ends there (from 1), 0 if none does;
    - ``inner``: per node, whether a longer beginning follows.
    """

    pairs: Int64s
    longer: Int64s
    word: npt.NDArray[np.int32]
    inner: npt.NDArray[np.bool_]

    def first(self, left: Int64s, right: Int64s) -> Int64s:
        """Return the node of each pair of codes, 0 for none."""
        return look_up(self.pairs, (left << CODE_BITS) | right)

    def next(self, nodes: Int64s, codes: Int64s) -> Int64s:
        """Return the node that follows each node with each code, 0 for none."""
        return look_up(self.longer, (nodes << CODE_BITS) | codes)


def build_trie(
    words: Iterable[str], codes: Mapping[str, int], pairs: Iterable[tuple[int, int]] = ()
) -> Trie:
    """Build the arrays of a word list.

    Parameters
    ----------
    words
        Words of two or more characters; the number of a word is its position, from 1.
    codes
        The code of every character, in [1, 2**14).
    pairs
        Further pairs of codes that need a node, whether or not a word begins with them. They get
        the numbers 1, 2, 3, … in their order.

    Examples
    --------
    >>> trie = build_trie(["医院", "医院长"], {"医": 1, "院": 2, "长": 3})
    >>> node = trie.first(np.array([1, 2]), np.array([2, 3]))
    >>> trie.word[node].tolist()
    [1, 0]
    >>> int(trie.word[trie.next(node[:1], np.array([3]))[0]])
    2
    """
    spelt = [[codes[letter] for letter in word] for word in words]
    children: dict[int, int] = {}
    for left, right in [*pairs, *((word[0], word[1]) for word in spelt)]:
        children.setdefault((left << CODE_BITS) | right, len(children) + 1)
    n_pairs = len(children)
    deeper: dict[int, int] = {}
    ends = [_add_word(word, children, deeper, n_pairs) for word in spelt]
    n_nodes = n_pairs + len(deeper)
    word_at = np.zeros(n_nodes + 1, dtype=np.int32)
    word_at[ends] = np.arange(1, len(ends) + 1)
    inner = np.zeros(n_nodes + 1, dtype=np.bool_)
    inner[[key >> CODE_BITS for key in deeper]] = True
    return Trie(_table(children), _table(deeper), word_at, inner)


def words_at(
    trie: Trie, codes: Int64s, nodes: Int64s, places: Int64s
) -> Iterator[tuple[int, Int64s, Int64s]]:
    """Walk from each place while the text still spells a beginning of some word.

    Parameters
    ----------
    codes
        The text.
    nodes, places
        Where to begin, and the node of the two codes there.

    Yields
    ------
    length, places, words
        For each length from 2 upwards: the places where a word of that length begins, and its
        number.
    """
    length = 2
    while True:
        words = trie.word.take(nodes).astype(np.int64)
        ended = np.flatnonzero(words)
        yield length, places[ended], words[ended]
        going = np.flatnonzero(trie.inner.take(nodes) & (places + length < codes.size))
        if not going.size:
            return
        places = places[going]
        nodes = trie.next(nodes[going], codes.take(places + length))
        alive = np.flatnonzero(nodes)
        nodes, places, length = nodes[alive], places[alive], length + 1


def _add_word(word: list[int], children: dict[int, int], deeper: dict[int, int], base: int) -> int:
    node = children[(word[0] << CODE_BITS) | word[1]]
    for code in word[2:]:
        key = (node << CODE_BITS) | code
        node = deeper.setdefault(key, base + len(deeper) + 1)
    return node


def _table(children: dict[int, int]) -> Int64s:
    keys = np.fromiter(children.keys(), dtype=np.int64, count=len(children))
    values = np.fromiter(children.values(), dtype=np.int64, count=len(children))
    return build_table(keys, values)
