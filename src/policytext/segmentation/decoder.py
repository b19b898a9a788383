"""Where do the words of many texts begin and end, by the pkuseg model, many characters at once?

Gives the tokens of spacy-pkuseg with the same model, without building a single feature string.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from policytext.records import MASK
from policytext.segmentation.trie import Int64s, Trie, look_up, words_at
from policytext.segmentation.weights import BREAK, COUPLE_BITS, SCALE, SegmenterModel

# How strongly does the model want each tag at each place of a text?
# Scores are whole numbers (1/10000 of the model's unit), so that equal means equal. The order of
# the additions is that of pkuseg: with ``dtype=float64`` the same numbers come out to the last bit.

Scores = npt.NDArray[Any]
LONGEST, SHORTEST = 6, 2
N_TAGS = 5


@dataclass(frozen=True, eq=False, repr=False)
class Scorer:
    """Adds up the weights of all features of a text.

    ``model``: The installed model.
    """

    model: SegmenterModel

    def __call__(self, codes: Int64s, dtype: type = np.int32) -> Scores:
        """Score every tag at every place."""
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
        # places may repeat: their rows are added one after the other
        np.add.at(scores, place, sums.rows("couples", couple * 2))
        np.add.at(scores, place - 1, sums.rows("couples", couple * 2 + 1))

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


# Which tags does a text get, if every tag also depends on the one before?
# Viterbi's algorithm, on all open stretches of a text at once. A comma or a particle is often a
# word of its own whatever its neighbours are: such places are found first, and what lies between
# two of them can be decided alone. So the stretches are short and many, and each step takes all.

Ints = npt.NDArray[np.int32]
Tags = npt.NDArray[np.int64]
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

    Source: Viterbi (1967).
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
    return Tagging(tags, _fill(tags, columns, stretches, edges, before, beyond))


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


def _fill(
    tags: Tags, columns: Ints, stretches: _Stretches, edges: Ints, before: Ints, beyond: Ints
) -> Tags:
    """Tag all open stretches, given their borders; return the first place of each with a tie."""
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
    best[:, stretches.last] += beyond
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


# Which neighbouring tokens are one word of pkuseg's dictionary?
# pkuseg joins runs of two to seven tokens, longest runs first, when the dictionary has the whole
# and does not have all the parts.

MOST_TOKENS = 7


class Runs(NamedTuple):
    """Runs of tokens: first token, and one past the last."""

    first: Int64s
    past: Int64s


def runs_to_join(trie: Trie, codes: Int64s, starts: Int64s, ends: Int64s) -> Runs:
    """Find the runs of tokens that become one."""
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


# Where do the words of many texts begin and end?

Spans = Callable[[str], Iterable[tuple[int, int]]]
_BATCH = 60_000
_LONG = 200_000
_BEGINS = (0, 1)


class TokenSpans(NamedTuple):
    """Where the tokens of many texts stand.

    Parameters
    ----------
    starts, ends
        Half-open offsets of each token inside its text, in characters.
    pointers
        Text i has the tokens ``pointers[i]:pointers[i + 1]``.

    Examples
    --------
    >>> found = TokenSpans(np.array([0, 2]), np.array([2, 4]), np.array([0, 2, 2]))
    >>> found.ends[found.pointers[0] : found.pointers[1]].tolist()
    [2, 4]
    """

    starts: Int64s
    ends: Int64s
    pointers: Int64s


class Decoder:
    """Cuts texts into the words of spacy-pkuseg, many characters at once.

    Parameters
    ----------
    model
        From `policytext.segmentation.load_model`.

    Examples
    --------
    >>> from policytext.segmentation import load_model
    >>> Decoder(load_model()).spans(["推进医养结合"]).ends.tolist()  # doctest: +SKIP
    [2, 4, 6]
    """

    def __init__(self, model: SegmenterModel) -> None:
        self.model = model
        self._scorer = Scorer(model)
        arrays = model.arrays
        self._edges = np.ascontiguousarray(arrays["edges"])
        self._dictionary = Trie(*(arrays[f"dictionary_{field}"] for field in Trie._fields))

    @property
    def identity(self) -> str:
        """What decides every token, in one line."""
        return self.model.identity

    def spans(self, texts: Sequence[str], terms: Spans | None = None) -> TokenSpans:
        """Find the tokens of every text; what ``terms`` finds is one token each."""
        parts, owners, offsets = _parts(texts)
        found = self._many(parts, terms)
        base = np.repeat(offsets, np.diff(found.pointers))
        firsts = np.searchsorted(owners, np.arange(len(texts) + 1))
        return TokenSpans(found.starts + base, found.ends + base, found.pointers[firsts])

    def _many(self, texts: Sequence[str], terms: Spans | None) -> TokenSpans:
        parts = [self._batch(batch, terms) for batch in _batches(texts)]
        counts = np.concatenate([np.zeros(1, np.int64), *(np.diff(p.pointers) for p in parts)])
        return TokenSpans(
            np.concatenate([np.zeros(0, np.int64), *(p.starts for p in parts)]),
            np.concatenate([np.zeros(0, np.int64), *(p.ends for p in parts)]),
            np.cumsum(counts),
        )

    def _batch(self, texts: Sequence[str], terms: Spans | None) -> TokenSpans:
        joined = "\n".join(["", *texts, ""])
        offsets = np.cumsum([1, *(len(text) + 1 for text in texts)])
        letters = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        masks = [match.span() for match in MASK.finditer(joined)] if "‹" in joined else []
        begins, breaks = self._begins(letters, masks)
        _lay_over(begins, breaks, masks)
        if terms is not None:
            hits = [terms(text) for text in texts]
            moved = [
                (start + at, end + at)
                for at, spans in zip(offsets.tolist(), hits, strict=False)
                for start, end in spans
            ]
            _lay_over(begins, breaks, moved)
        starts, ends = _token_bounds(begins, breaks)
        pointers = np.searchsorted(starts, offsets)
        base = np.repeat(offsets[:-1], np.diff(pointers))
        return TokenSpans(starts - base, ends - base, pointers)

    def _begins(
        self, letters: npt.NDArray[np.uint32], masks: list[tuple[int, int]]
    ) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Tell for each place whether a token begins there, and whether it belongs to none."""
        codes = self.model.arrays["letter_codes"].take(letters).astype(np.int64)
        words = self.model.arrays["dictionary_codes"].take(letters).astype(np.int64)
        for start, end in masks:
            codes[start:end] = BREAK
            words[start:end] = BREAK
        breaks = codes == BREAK
        begins = self._tagged_begins(codes, breaks)
        starts, ends = _token_bounds(begins, breaks)
        if starts.size:
            runs = runs_to_join(self._dictionary, words, starts, ends)
            for first, past in zip(runs.first.tolist(), runs.past.tolist(), strict=True):
                begins[starts[first + 1 : past]] = False
        return begins, breaks

    def _tagged_begins(self, codes: Int64s, breaks: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        tagging = best_tags(self._scorer(codes), breaks, self._edges)
        begins: npt.NDArray[np.bool_] = tagging.tags <= max(_BEGINS)
        walls = np.flatnonzero(breaks)
        for wall in np.unique(np.searchsorted(walls, tagging.tied)).tolist():
            # pkuseg's rounding decides a tie; it depends on the whole piece.
            low, high = int(walls[wall - 1]), int(walls[wall]) + 1
            scores = self._scorer(codes[low:high], np.float64)[1:-1]
            tags = tags_by_reference(scores, 1.0 + self._edges / SCALE)
            begins[low + 1 : high - 1] = np.array(tags) <= max(_BEGINS)
        begins[1:] |= breaks[:-1]
        begins &= ~breaks
        return begins


def lay_over_tokens(
    size: int, tokens: Iterable[tuple[int, int]], spans: Iterable[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Lay stretches that must be one token each over the tokens of one text.

    >>> lay_over_tokens(6, [(0, 2), (2, 4), (4, 6)], [(1, 4)])
    [(0, 1), (1, 4), (4, 6)]
    """
    begins = np.zeros(size + 1, dtype=np.bool_)
    breaks = np.ones(size + 1, dtype=np.bool_)
    for start, end in tokens:
        begins[start] = True
        breaks[start:end] = False
    _lay_over(begins, breaks, spans)
    starts, ends = _token_bounds(begins, breaks)
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


def _parts(texts: Sequence[str]) -> tuple[list[str], list[int], list[int]]:
    """Cut very long texts at line ends, so that memory does not grow with them.

    Returns the parts, and for each its text and where it begins there. A line end is white space:
    no token and no feature reaches across it.
    """
    parts, owners, offsets = [], [], []
    for owner, text in enumerate(texts):
        begin = 0
        if len(text) > _LONG:
            end = 0
            for line in text.splitlines(keepends=True):
                if end > begin and end + len(line) - begin > _LONG:
                    parts.append(text[begin:end])
                    owners.append(owner)
                    offsets.append(begin)
                    begin = end
                end += len(line)
        parts.append(text[begin:])
        owners.append(owner)
        offsets.append(begin)
    return parts, owners, offsets


def _batches(texts: Sequence[str]) -> Iterable[Sequence[str]]:
    """Cut a list of texts where about as many characters are together as fit the fast memory."""
    begin, size = 0, 0
    for at, text in enumerate(texts):
        if size and size + len(text) > _BATCH:
            yield texts[begin:at]
            begin, size = at, 0
        size += len(text) + 1
    if begin < len(texts):
        yield texts[begin:]


def _token_bounds(
    begins: npt.NDArray[np.bool_], breaks: npt.NDArray[np.bool_]
) -> tuple[Int64s, Int64s]:
    bounds = np.flatnonzero(begins | breaks)
    is_start = np.flatnonzero(begins[bounds])
    return bounds[is_start], bounds[is_start + 1]


def _lay_over(
    begins: npt.NDArray[np.bool_],
    breaks: npt.NDArray[np.bool_],
    spans: Iterable[tuple[int, int]],
) -> None:
    """Make each span one token."""
    for start, end in spans:
        breaks[start:end] = False
        begins[start:end] = False
        begins[start] = True
        begins[end] = not breaks[end]
