"""How is a whole-number key found for a hundred thousand characters at once?

One table is one array: every slot packs key and value into 64 bits, so that a lookup is a single
access to memory, and the array can be mapped from disk as it stands.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Int64s = npt.NDArray[np.int64]

EMPTY = -1
VALUE_BITS = 21
VALUE_MASK = (1 << VALUE_BITS) - 1
_KEY_LIMIT = 1 << (62 - VALUE_BITS)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_SLOTS_PER_KEY = 2.5


def build_table(keys: Int64s, values: Int64s) -> Int64s:
    """Lay keys and values out in an open-addressing table (linear probing).

    Parameters
    ----------
    keys
        Distinct whole numbers in [0, 2**41).
    values
        One whole number in [1, 2**21) per key; 0 is what a missing key gives.

    Returns
    -------
    numpy.ndarray
        int64, its length a power of two; -1 marks an empty slot.

    Raises
    ------
    ValueError
        If a key or value is out of range.

    Examples
    --------
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

    Examples
    --------
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
