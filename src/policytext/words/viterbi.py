"""Which tags does a text get, if every tag also depends on the one before?

Viterbi's algorithm, on all open stretches of a text at once. A comma or a particle is often a word
of its own whatever its neighbours are: such places are found first, and what lies between two of
them can be decided alone. So the stretches are short and many, and each step takes all of them.
"""

from __future__ import annotations

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
    order = np.argsort(-lengths, kind="stable")
    starts, lengths = starts[order], lengths[order]
    bordered = np.concatenate((tags, [OUTSIDE]))
    around = np.zeros((N_TAGS + 1, N_TAGS + 1), dtype=np.int32)
    around[:N_TAGS, :N_TAGS] = edges
    before = around[bordered[starts - 1], :N_TAGS].T
    after = around[:N_TAGS, bordered[starts + lengths]]
    tied = _fill(tags, columns, starts, lengths, (before, edges, after))
    return Tagging(tags, starts[tied])


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
    behind = np.broadcast_to(edges[:, :, None], (*edges.shape, clear.size))
    ahead = np.broadcast_to(edges.T[:, :, None], (*edges.shape, clear.size))
    for step in range(_BEHIND - 1, 0, -1):
        behind = _extend(behind + columns[None, :, clear - step], edges)
    for step in range(_AHEAD - 1, 0, -1):
        ahead = _extend(ahead + columns[None, :, clear + step], edges.T)
    lead = (behind[:, [SINGLE]] - behind).min(axis=0) + (ahead[:, [SINGLE]] - ahead).min(axis=0)
    lead += columns[SINGLE, clear] - columns[:, clear]
    lead[SINGLE] = 1
    certain: npt.NDArray[np.int64] = clear[(lead > 0).all(axis=0)]
    return certain


def _extend(ways: Ints, edges: Ints) -> Ints:
    """Go one place on: from (tag far off × tag × place) to the same with the next tag."""
    return np.stack([(ways + edges[:, tag][None, :, None]).max(axis=1) for tag in range(N_TAGS)], 1)


def _near(marks: npt.NDArray[np.bool_], reach: int) -> npt.NDArray[np.bool_]:
    """Mark every place within reach of a mark, and of the ends."""
    wide = np.concatenate((np.ones(reach, np.bool_), marks, np.ones(reach, np.bool_)))
    near = marks.copy()
    for step in range(2 * reach + 1):
        near |= wide[step : step + marks.size]
    return near


def _fill(
    tags: Tags, columns: Ints, starts: Int64s, lengths: Int64s, ways: tuple[Ints, Ints, Ints]
) -> Int64s:
    """Tag all open stretches, longest first; return which of them have a tie."""
    before, edges, after = ways
    counts = np.searchsorted(-lengths, -np.arange(lengths[0]), side="left")
    best = [before + columns[:, starts]]
    for step, many in enumerate(counts[1:].tolist(), start=1):
        # (from, to, stretch)
        arrived = best[-1][:, None, :many] + edges[:, :, None]
        best.append(arrived.max(axis=0) + columns[:, starts[:many] + step])
        if step % _RESCALE_EVERY == 0:
            best[-1] -= best[-1].max(axis=0)
    return _trace(tags, best, (starts, lengths, counts), edges, after)


def _trace(
    tags: Tags,
    best: list[Ints],
    stretches: tuple[Int64s, Int64s, Int64s],
    edges: Ints,
    after: Ints,
) -> Int64s:
    """Walk back from the end of each stretch along the best way."""
    starts, _, counts = stretches
    tied = np.zeros(starts.size, dtype=np.bool_)
    following = np.zeros(0, dtype=np.int64)
    for step in range(len(best) - 1, -1, -1):
        many = int(counts[step])
        begun = following.size
        worth = best[step].copy()
        worth[:, :begun] += edges[:, following]
        worth[:, begun:] += after[:, begun:many]
        following = worth.argmax(axis=0)
        tied[:many] |= (worth == worth.max(axis=0)).sum(axis=0) > 1
        tags[starts[:many] + step] = following
    return np.flatnonzero(tied)


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
