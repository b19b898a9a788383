"""Which tags does a text get, if every tag also depends on the one before?

Viterbi's algorithm, on all open stretches of a text at once. A comma or a particle is often a word
of its own whatever its neighbours are: such places are found first, and what lies between two of
them can be decided alone. So the stretches are short and many, and each step takes all of them.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from policytext.words.hashing import Int64s

Ints = npt.NDArray[np.int32]
Tags = npt.NDArray[np.int64]
N_TAGS = 5
SINGLE, OUTSIDE = 1, 5
_OPEN = -1
_BEHIND, _AHEAD = 2, 3
_CLEAR = 60_000
_RESCALE_EVERY = 256


class Tagging(NamedTuple):
    """The best tags, and the places of stretches for which two best ways tie."""

    tags: Tags
    tied: Int64s


class _Stretches(NamedTuple):
    """Open stretches, longest first, their places listed step by step: all first places, then …

    - ``starts``: first place of each stretch;
    - ``places``, ``number``: place and stretch of each item of the list;
    - ``bounds``: where each step begins in the list;
    - ``last``: where in the list each stretch ends.
    """

    starts: Int64s
    places: Int64s
    number: Int64s
    bounds: list[int]
    last: Int64s


def best_tags(scores: Ints, breaks: npt.NDArray[np.bool_], edges: Ints) -> Tagging:
    """Find the best tags of all pieces between breaks.

    Parameters
    ----------
    scores
        Places × 5 tags, whole numbers.
    breaks
        Where a piece ends; such places belong to no piece.
    edges
        5 × 5: what it is worth that one tag follows another.

    Returns
    -------
    Tagging
        One tag a place (5 at breaks); and the places where ties begin, to be decided elsewhere.

    References
    ----------
    Viterbi, A. J. (1967). Error bounds for convolutional codes and an asymptotically optimum
    decoding algorithm. IEEE Transactions on Information Theory 13(2), 260-269.
    doi:10.1109/TIT.1967.1054010
    """
    columns = np.ascontiguousarray(scores.T)
    tags = np.full(breaks.size, _OPEN, dtype=np.int64)
    tags[breaks] = OUTSIDE
    tags[certain_singles(columns, breaks, edges)] = SINGLE
    is_open = np.concatenate(([False], tags == _OPEN, [False]))
    turns = np.flatnonzero(is_open[1:] != is_open[:-1])
    starts, lengths = turns[::2], turns[1::2] - turns[::2]
    if not starts.size:
        return Tagging(tags, starts)
    stretches = _in_steps(starts, lengths)
    starts, after = stretches.starts, stretches.places[stretches.last] + 1
    bordered = np.concatenate((tags, [OUTSIDE]))
    around = np.zeros((N_TAGS + 1, N_TAGS + 1), dtype=np.int32)
    around[:N_TAGS, :N_TAGS] = edges
    before = around[bordered[starts - 1], :N_TAGS].T
    beyond = around[:N_TAGS, bordered[after]]
    return Tagging(tags, _fill(tags, columns, stretches, (before, edges, beyond)))


def _in_steps(starts: Int64s, lengths: Int64s) -> _Stretches:
    order = np.argsort(-lengths, kind="stable")
    starts, lengths = starts[order], lengths[order]
    counts = np.searchsorted(-lengths, -np.arange(lengths[0]), side="left")
    bounds = np.concatenate(([0], np.cumsum(counts)))
    number = np.arange(bounds[-1]) - np.repeat(bounds[:-1], counts)
    places = starts[number] + np.repeat(np.arange(counts.size), counts)
    last = bounds[lengths - 1] + np.arange(lengths.size)
    return _Stretches(starts, places, number, bounds.tolist(), last)


def certain_singles(
    columns: Ints, breaks: npt.NDArray[np.bool_], edges: Ints
) -> npt.NDArray[np.int64]:
    """Find places that are words of one character whatever stands further off.

    Such a place is looked at if its own scores are clear. It is certain if the best way from every
    tag two places before it, and on to every tag three places after it, goes through `SINGLE` by a
    positive margin. (Two and three: with less, few places pass; more finds hardly any.)
    """
    others = columns[[tag for tag in range(N_TAGS) if tag != SINGLE]].max(axis=0)
    clear = np.flatnonzero((columns[SINGLE] - others > _CLEAR) & ~_near(breaks, _AHEAD))
    if not clear.size:
        return clear
    # (tag, tag further off, place)
    behind = np.repeat(edges.T[:, :, None], clear.size, axis=2)
    ahead = np.repeat(edges[:, :, None], clear.size, axis=2)
    for step in range(_BEHIND - 1, 0, -1):
        behind = _extend(behind + columns[:, None, clear - step], edges)
    for step in range(_AHEAD - 1, 0, -1):
        ahead = _extend(ahead + columns[:, None, clear + step], edges.T)
    lead = (behind[SINGLE] - behind).min(axis=1) + (ahead[SINGLE] - ahead).min(axis=1)
    lead += columns[SINGLE, clear] - columns[:, clear]
    lead[SINGLE] = 1
    certain: npt.NDArray[np.int64] = clear[(lead > 0).all(axis=0)]
    return certain


def _extend(ways: Ints, edges: Ints) -> Ints:
    """Go one place on: from (tag, tag far off, place) to the same for the next tag."""
    longer = np.empty_like(ways)
    for tag in range(N_TAGS):
        np.add(ways[0], edges[0, tag], out=longer[tag])
        for before in range(1, N_TAGS):
            np.maximum(longer[tag], ways[before] + edges[before, tag], out=longer[tag])
    return longer


def _near(marks: npt.NDArray[np.bool_], reach: int) -> npt.NDArray[np.bool_]:
    """Mark every place within reach of a mark, and of the ends."""
    wide = np.concatenate((np.ones(reach, np.bool_), marks, np.ones(reach, np.bool_)))
    near = marks.copy()
    for step in range(2 * reach + 1):
        near |= wide[step : step + marks.size]
    return near


def _fill(tags: Tags, columns: Ints, stretches: _Stretches, ways: tuple[Ints, Ints, Ints]) -> Tags:
    """Tag all open stretches; return the first place of each that has a tie."""
    before, edges, after = ways
    best = columns.take(stretches.places, axis=1)
    bounds = stretches.bounds
    best[:, : bounds[1]] += before
    for step, (begin, end) in enumerate(pairwise(bounds[1:]), start=1):
        previous = best[:, bounds[step - 1] : bounds[step - 1] + end - begin]
        # (from, to, stretch)
        arrived = np.add(previous[:, None], edges[:, :, None], order="C")
        best[:, begin:end] += arrived.max(axis=0)
        if step % _RESCALE_EVERY == 0:
            best[:, begin:end] -= best[:, begin:end].max(axis=0)
    best[:, stretches.last] += after
    chosen = np.zeros(0, dtype=np.int64)
    found = np.empty(stretches.places.size, dtype=np.int64)
    for begin, end in reversed(list(pairwise(bounds))):
        # Those that go on after this step come first.
        best[:, begin : begin + chosen.size] += edges.take(chosen, axis=1)
        chosen = best[:, begin:end].argmax(axis=0)
        found[begin:end] = chosen
    tags[stretches.places] = found
    tied = (best == best.max(axis=0)).sum(axis=0) > 1
    return np.unique(stretches.starts[stretches.number[tied]])


def tags_by_reference(scores: npt.NDArray[np.float64], edges: npt.NDArray[np.float64]) -> list[int]:
    """Tag one piece as pkuseg does, from the right, ties decided by its rounding and order.

    Examples
    --------
    >>> tags_by_reference(np.eye(5)[[1, 0, 3]], np.ones((5, 5)))
    [1, 0, 3]
    """
    best = scores[-1]
    nexts: list[list[int]] = []
    for row in scores[-2::-1].tolist():
        worth = [
            [best[to] + row[tag] + edges[tag, to] for to in range(N_TAGS)] for tag in range(N_TAGS)
        ]
        # Of equals, pkuseg keeps the last here and the first at the beginning of the text.
        step = [max(range(N_TAGS), key=lambda to, w=w: (w[to], to)) for w in worth]  # type: ignore[misc]
        best = np.array([w[to] for w, to in zip(worth, step, strict=True)])
        nexts.append(step)
    tag = int(np.argmax(best))
    tags = [tag]
    for step in reversed(nexts):
        tag = step[tag]
        tags.append(tag)
    return tags
