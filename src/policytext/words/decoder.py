"""Where do the words of many texts begin and end, by the pkuseg model, many characters at once?

Gives the tokens of spacy-pkuseg with the same model, without building a single feature string.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from policytext.records import MASK
from policytext.words.hashing import Int64s
from policytext.words.joining import runs_to_join
from policytext.words.model import SegmenterModel
from policytext.words.scores import Scorer
from policytext.words.trie import Trie
from policytext.words.viterbi import best_tags, tags_by_reference
from policytext.words.weights import BREAK, SCALE

Spans = Callable[[str], Iterable[tuple[int, int]]]
_BATCH = 60_000
_LONG = 200_000
_BEGINS = (0, 1)


class TokenSpans(NamedTuple):
    """Tokens of many texts: offsets inside their text; text i has pointers[i]:pointers[i + 1]."""

    starts: Int64s
    ends: Int64s
    pointers: Int64s


class Decoder:
    """Cuts texts into words.

    Parameters
    ----------
    model
        The model, from `policytext.words.model.load_model`.
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
        """Find the tokens of every text.

        Parameters
        ----------
        texts
            Any strings. White space separates tokens and belongs to none. Masks such as ‹NUM› are
            one token each, and nothing is looked at across them.
        terms
            Gives the stretches of a text that must be one token each; they are laid over the
            tokens at the end, and a token that reaches beyond one is cut at its border.

        Returns
        -------
        TokenSpans
        """
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

    Examples
    --------
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
