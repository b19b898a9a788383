"""Which neighbouring tokens are one word of pkuseg's dictionary?

pkuseg joins runs of two to seven tokens, longest runs first, when the dictionary has the whole and
does not have all the parts.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from policytext.words.hashing import Int64s
from policytext.words.trie import Trie, words_at

MOST_TOKENS = 7


class Runs(NamedTuple):
    """Runs of tokens: first token, and one past the last."""

    first: Int64s
    past: Int64s


def runs_to_join(trie: Trie, codes: Int64s, starts: Int64s, ends: Int64s) -> Runs:
    """Find the runs of tokens that become one.

    Parameters
    ----------
    trie
        The dictionary.
    codes
        The text in the dictionary's codes, 0 for what it has not.
    starts, ends
        Where the tokens stand, in order.
    """
    known, found = _dictionary_runs(trie, codes, starts, ends)
    unknown = np.concatenate(([0], np.cumsum(~known)))
    # What consists of dictionary words stays apart, whatever is joined inside it.
    mixed = unknown[found.past] > unknown[found.first]
    found = Runs(found.first[mixed], found.past[mixed])
    order = np.lexsort((found.past, found.first))
    found = Runs(found.first[order], found.past[order])
    return _resolve(found, known)


def _dictionary_runs(
    trie: Trie, codes: Int64s, starts: Int64s, ends: Int64s
) -> tuple[npt.NDArray[np.bool_], Runs]:
    """Tell which tokens are in the dictionary, and which runs of tokens are."""
    token_ending = np.zeros(codes.size + 1, dtype=np.int64)
    token_ending[ends] = np.arange(1, ends.size + 1)
    token_at = np.zeros(codes.size, dtype=np.int64)
    token_at[starts] = np.arange(starts.size)
    known = np.zeros(starts.size, dtype=np.bool_)
    places = starts[starts + 1 < codes.size]
    nodes = trie.first(codes[places], codes[places + 1])
    begun = np.flatnonzero(nodes)
    firsts, pasts = [], []
    for length, at, _ in words_at(trie, codes, nodes[begun], places[begun]):
        first, past = token_at[at], token_ending[at + length]
        known[first[past == first + 1]] = True
        longer = past > first + 1
        firsts.append(first[longer])
        pasts.append(past[longer])
    return known, Runs(np.concatenate(firsts), np.concatenate(pasts))


def _resolve(found: Runs, known: npt.NDArray[np.bool_]) -> Runs:
    """Join what stands alone at once; where runs overlap, go through them in pkuseg's order."""
    if not found.first.size:
        return found
    reach = np.maximum.accumulate(found.past)
    opens = np.concatenate(([True], found.first[1:] >= reach[:-1]))
    group = np.cumsum(opens) - 1
    size = np.bincount(group)
    alone = (size[group] == 1) & (found.past - found.first <= MOST_TOKENS)
    first, past = found.first[alone].tolist(), found.past[alone].tolist()
    crowded = size[group] > 1
    bounds = np.flatnonzero(np.diff(group[crowded], prepend=-1, append=-1))
    for a, b in pairwise(bounds.tolist()):
        runs = zip(
            found.first[crowded][a:b].tolist(), found.past[crowded][a:b].tolist(), strict=True
        )
        for joined in _join_in_order(set(runs), known):
            first.append(joined[0])
            past.append(joined[1])
    return Runs(np.array(first, dtype=np.int64), np.array(past, dtype=np.int64))


def _join_in_order(
    runs: set[tuple[int, int]], known: npt.NDArray[np.bool_]
) -> list[tuple[int, int]]:
    """Go through overlapping runs: seven tokens first, then six, …; from left to right."""
    low, high = min(first for first, _ in runs), max(past for _, past in runs)
    tokens = [(at, at + 1, bool(known[at])) for at in range(low, high)]
    for many in range(MOST_TOKENS, 1, -1):
        at = 0
        while at + many <= len(tokens):
            span = (tokens[at][0], tokens[at + many - 1][1])
            if span in runs and not all(token[2] for token in tokens[at : at + many]):
                tokens[at : at + many] = [(*span, True)]
            at += 1
    return [(first, past) for first, past, _ in tokens if past > first + 1]
