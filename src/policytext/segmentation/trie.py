"""Which words of a list begin at each place of a text?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

# How is a whole-number key found for a hundred thousand characters at once?
# One table is one array: every slot packs key and value into 64 bits, so that a lookup is a single
# access to memory, and the array can be mapped from disk as it stands.

Int64s = npt.NDArray[np.int64]

EMPTY = -1
VALUE_BITS = 21
VALUE_MASK = (1 << VALUE_BITS) - 1
_KEY_LIMIT = 1 << (62 - VALUE_BITS)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_SLOTS_PER_KEY = 2.5


def build_table(keys: Int64s, values: Int64s) -> Int64s:
    """Lay keys and values out in an open-addressing table (linear probing).

    >>> table = build_table(np.array([7, 90]), np.array([1, 2]))
    >>> look_up(table, np.array([90, 8, 7]))
    array([2, 0, 1])
    """
    if keys.size and (keys.min() < 0 or keys.max() >= _KEY_LIMIT):
        raise ValueError(f"keys must lie in [0, {_KEY_LIMIT}), got up to {keys.max()}")
    if values.size and (values.min() < 1 or values.max() > VALUE_MASK):
        raise ValueError(f"values must lie in [1, {VALUE_MASK}], got up to {values.max()}")
    size = 1 << max(4, int(np.ceil(np.log2(max(1, keys.size) * _SLOTS_PER_KEY))))
    table = np.full(size, EMPTY, dtype=np.int64)
    entries = (keys << VALUE_BITS) | values
    slots = _first_slots(keys, size)
    while slots.size:
        free = np.flatnonzero(table[slots] == EMPTY)
        taken, winners = np.unique(slots[free], return_index=True)
        table[taken] = entries[free[winners]]
        waiting = np.ones(slots.size, dtype=np.bool_)
        waiting[free[winners]] = False
        # Only keys whose slot is now occupied move on: a search may stop at the first empty slot.
        slots, entries = (slots[waiting] + 1) & (size - 1), entries[waiting]
    return table


def look_up(table: Int64s, keys: Int64s) -> Int64s:
    """Find the value of every key; 0 where the key is not in the table.

    >>> look_up(build_table(np.array([5]), np.array([3])), np.array([5, 6]))
    array([3, 0])
    """
    slots = _first_slots(keys, table.size)
    entries = table.take(slots)
    found = (entries >> VALUE_BITS) == keys
    values: Int64s = (entries & VALUE_MASK) * found
    pending = np.flatnonzero(~found & (entries != EMPTY))
    while pending.size:
        slots = (slots[pending] + 1) if slots.size == keys.size else slots + 1
        slots &= table.size - 1
        entries = table.take(slots)
        found = (entries >> VALUE_BITS) == keys[pending]
        values[pending[found]] = entries[found] & VALUE_MASK
        on = ~found & (entries != EMPTY)
        pending, slots = pending[on], slots[on]
    return values


def _first_slots(keys: Int64s, size: int) -> Int64s:
    """Spread keys over the table by multiplication (Fibonacci hashing)."""
    shift = np.uint64(64 - (size.bit_length() - 1))
    slots: Int64s = ((keys.view(np.uint64) * _MULTIPLIER) >> shift).view(np.int64)
    return slots


# Which words of a list begin at each place of a text?
# A word list becomes two hashed tables: pairs of characters, which every place needs, and longer
# beginnings, which few places reach.

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
    """Walk from each place while the text still spells a beginning of some word."""
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
