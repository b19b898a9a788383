"""How does a changed text remember which characters of the source it came from?"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from policytext.cleaning.pieces import Edit, Piece, check_edits, crop, place, replaced, spliced
from policytext.errors import ParameterError

__all__ = ["Change", "Edit", "MappedText", "Piece"]


class Change(NamedTuple):
    """One row of the ledger: what stood in the source and what stands there now."""

    start: int
    end: int
    before: str
    after: str
    rules: tuple[str, ...]
    certainty: str


@dataclass(frozen=True)
class MappedText:
    """A text and, for each of its characters, the place in the source it came from.

    Parameters
    ----------
    source
        The text as the reader returned it.
    text
        The text as it stands after the edits applied so far.
    pieces
        What the text is made of, in order.

    Examples
    --------
    >>> changed = MappedText.of("全县 服 务").apply([Edit(4, 5, "", "space_inside_word")])
    >>> changed.text, changed.source_span(3, 5)
    ('全县 服务', (3, 6))
    """

    source: str
    text: str
    pieces: tuple[Piece, ...]

    @classmethod
    def of(cls, source: str) -> MappedText:
        """Return the source as a text in which nothing has changed yet."""
        pieces = (Piece(0, len(source), 0, len(source), None),) if source else ()
        return cls(source, source, pieces)

    def apply(self, edits: Iterable[Edit]) -> MappedText:
        """Return the text with the edits made; edits that change nothing leave no trace.

        Parameters
        ----------
        edits
            Edits in the positions of ``self.text``; they must not overlap one another.

        Raises
        ------
        ParameterError
            Two edits overlap, or one lies outside the text.
        """
        wanted = [e for e in edits if self.text[e.start : e.end] != e.after]
        if not wanted:
            return self
        wanted.sort(key=lambda e: (e.start, e.end))
        check_edits(wanted, len(self.text))
        runs = replaced(self.pieces, self._text_starts, wanted)
        return MappedText(self.source, spliced(self.text, wanted), place(runs))

    def slice(self, start: int, end: int) -> MappedText:
        """Return ``text[start:end]`` with its map, less deletions at either border."""
        if not 0 <= start <= end <= len(self.text):
            raise ParameterError(
                f"slice must lie inside the text of {len(self.text)} characters, got {start}:{end}"
            )
        first = max(0, bisect_right(self._text_ends, start))
        runs: list[Piece] = []
        for at in range(first, len(self.pieces)):
            piece = self.pieces[at]
            if piece.text_start >= end:
                break
            runs.append(crop(piece, max(start, piece.text_start), min(end, piece.text_end)))
        if not runs:
            at = self.to_source(start)
            runs = [Piece(0, 0, at, at, "")]
        return MappedText(self.source, self.text[start:end], place(runs))

    def to_source(self, position: int) -> int:
        """Return the source offset of the character at ``position``; for the length, of the end."""
        if position >= len(self.text):
            return self.pieces[-1].end if self.pieces else 0
        piece = self.pieces[bisect_right(self._text_ends, position)]
        return piece.start + (position - piece.text_start) if piece.copied else piece.start

    def source_span(self, start: int = 0, end: int | None = None) -> tuple[int, int]:
        """Return the half-open span of source offsets that ``text[start:end]`` stands for."""
        stop = len(self.text) if end is None else end
        if start == 0 and stop == len(self.text):
            return (self.pieces[0].start, self.pieces[-1].end) if self.pieces else (0, 0)
        if not 0 <= start < stop <= len(self.text):
            part = self.slice(start, stop)
            return part.pieces[0].start, part.pieces[-1].end
        first = self.pieces[bisect_right(self._text_ends, start)]
        last = self.pieces[bisect_left(self._text_starts, stop) - 1]
        return crop(first, start, first.text_end).start, crop(last, last.text_start, stop).end

    def changes(self) -> list[Change]:
        """Return what differs from the source, in order."""
        return [
            Change(
                p.start, p.end, self.source[p.start : p.end], p.after or "", p.rules, p.certainty
            )
            for p in self.pieces
            if not p.copied and (p.start != p.end or p.after)
        ]

    @cached_property
    def _text_starts(self) -> list[int]:
        return [piece.text_start for piece in self.pieces]

    @cached_property
    def _text_ends(self) -> list[int]:
        return [piece.text_end for piece in self.pieces]
