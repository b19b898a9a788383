"""How does a changed text remember which characters of the source it came from?"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from policytext.errors import ParameterError
from policytext.records import measured

__all__ = ["Change", "Edit", "MappedText", "Piece"]


class Edit(NamedTuple):
    """Replace ``text[start:end]`` by ``after``; positions are in the text a step was given."""

    start: int
    end: int
    after: str
    rule: str
    certainty: str = "certain"


class Piece(NamedTuple):
    """A run of characters: copied from the source, or standing for ``source[start:end]``.

    ``cut`` marks the rear part of a change that was cut in two.
    """

    text_start: int
    text_end: int
    start: int
    end: int
    after: str | None
    rules: tuple[str, ...] = ()
    certainty: str = "certain"
    cut: bool = False

    @property
    def copied(self) -> bool:
        """Whether the characters are the source's own."""
        return self.after is None


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

    ``source``: The text as the reader returned it.
    ``text``: The text as it stands after the edits applied so far.
    ``pieces``: What the text is made of, in order.

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
        """Return the text with the edits made; edits that change nothing leave no trace."""
        wanted = [e for e in edits if self.text[e.start : e.end] != e.after]
        if not wanted:
            return self
        wanted.sort(key=lambda e: (e.start, e.end))
        _check_edits(wanted, len(self.text))
        runs = _replaced(self.pieces, self._text_starts, wanted)
        return MappedText(self.source, spliced(self.text, wanted), _place(runs))

    def slice(self, start: int, end: int) -> MappedText:
        """Return ``text[start:end]`` with its map, less deletions at either border."""
        if not 0 <= start <= end <= len(self.text):
            raise ParameterError(
                f"slice must lie inside the text of {len(self.text)} characters, got {start}:{end}"
            )
        first = max(0, bisect_right(self._text_ends, start))
        if start < end <= self._text_ends[first] and self.pieces[first].copied:
            # Most slices are the source's own words.
            begin = self.pieces[first].start + start - self.pieces[first].text_start
            piece = Piece(0, end - start, begin, begin + end - start, None)
            return MappedText(self.source, self.text[start:end], (piece,))
        runs: list[Piece] = []
        for at in range(first, len(self.pieces)):
            piece = self.pieces[at]
            if piece.text_start >= end:
                break
            runs.append(_crop(piece, max(start, piece.text_start), min(end, piece.text_end)))
        if not runs:
            at = self.to_source(start)
            runs = [Piece(0, 0, at, at, "")]
        return MappedText(self.source, self.text[start:end], _place(runs))

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
            return self.span
        if not 0 <= start < stop <= len(self.text):
            part = self.slice(start, stop)
            return part.pieces[0].start, part.pieces[-1].end
        first = self.pieces[bisect_right(self._text_ends, start)]
        last = self.pieces[bisect_left(self._text_starts, stop) - 1]
        return _crop(first, start, first.text_end).start, _crop(last, last.text_start, stop).end

    @measured
    def span(self) -> tuple[int, int]:
        """The half-open span of source offsets that the whole text stands for."""
        return (self.pieces[0].start, self.pieces[-1].end) if self.pieces else (0, 0)

    @measured
    def changed(self) -> list[Piece]:
        """The pieces that differ from the source, in order."""
        return [p for p in self.pieces if p.after is not None and (p.start != p.end or p.after)]

    def changes(self) -> list[Change]:
        """Return what differs from the source, in order, with the words on both sides."""
        return [
            Change(
                p.start, p.end, self.source[p.start : p.end], p.after or "", p.rules, p.certainty
            )
            for p in self.changed
        ]

    @measured
    def _text_starts(self) -> list[int]:
        return [piece.text_start for piece in self.pieces]

    @measured
    def _text_ends(self) -> list[int]:
        return [piece.text_end for piece in self.pieces]


# How are pieces cut, replaced and put together again?

_WEAKER = {"certain": 0, "likely": 1, "unknown": 2}


def _check_edits(edits: Sequence[Edit], length: int) -> None:
    """Refuse edits outside a text of that length, and edits that overlap one another."""
    last_end = 0
    for edit in edits:
        if not 0 <= edit.start <= edit.end <= length:
            raise ParameterError(
                f"edit of rule {edit.rule!r} must lie inside the text of {length} characters, "
                f"got {edit.start}:{edit.end}"
            )
        if edit.start < last_end:
            raise ParameterError(
                f"edit of rule {edit.rule!r} at {edit.start} overlaps the edit before it"
            )
        last_end = edit.end


def _crop(piece: Piece, start: int, end: int) -> Piece:
    """Return the part of a piece between two text positions inside it.

    A change that is cut keeps its source with the part that holds its first character;
    the rest becomes an insertion behind it.
    """
    if start == piece.text_start and end == piece.text_end:
        return piece
    if piece.copied:
        begin = piece.start + start - piece.text_start
        return Piece(start, end, begin, begin + end - start, None)
    after = (piece.after or "")[start - piece.text_start : end - piece.text_start]
    begin = piece.start if start == piece.text_start else piece.end
    return piece._replace(
        text_start=start, text_end=end, start=begin, after=after, cut=start > piece.text_start
    )


def spliced(text: str, edits: Sequence[Edit]) -> str:
    """Return the text with the edits made."""
    parts = []
    at = 0
    for edit in edits:
        parts += [text[at : edit.start], edit.after]
        at = edit.end
    return "".join([*parts, text[at:]])


def _replaced(pieces: Sequence[Piece], starts: list[int], edits: Sequence[Edit]) -> list[Piece]:
    """Walk over pieces and edits together and return the new pieces (text positions are stale)."""
    out: list[Piece] = []
    queue = _Queue(pieces, starts)
    for edit in edits:
        inside = queue.inside(edit)
        if inside:
            out += inside
            continue
        out += queue.until(edit.start)
        if edit.start < edit.end:
            out += queue.ending_at(edit.start)
        covered = queue.until(edit.end)
        following = queue.first()
        at = following.start if following else (covered or out or [_NOTHING])[-1].end
        out.append(_replacement(edit, covered, at))
    return _join_cut_changes(out + queue.rest())


_NOTHING = Piece(0, 0, 0, 0, "")


class _Queue:
    """The pieces not yet passed; the first one may have been cut."""

    def __init__(self, pieces: Sequence[Piece], starts: list[int]) -> None:
        self.pieces, self.starts = pieces, starts
        self.at = 0
        self.head: Piece | None = None

    def first(self) -> Piece | None:
        """Return the first piece, or None at the end."""
        return self.head or (self.pieces[self.at] if self.at < len(self.pieces) else None)

    def inside(self, edit: Edit) -> list[Piece]:
        """Take what an edit inside one copied piece gives, as most are; nothing for any other."""
        first = self.first()
        if first is None or first.after is not None:
            return []
        begin, stop, source, end, *_ = first
        start, until, after, rule, certainty = edit
        if not begin <= start < until < stop:
            return []
        shift = source - begin
        self.head = Piece(until, stop, until + shift, end, None)
        new = Piece(start, until, start + shift, until + shift, after, (rule,), certainty)
        if begin == start:
            return [new]
        return [Piece(begin, start, source, start + shift, None), new]

    def until(self, position: int) -> list[Piece]:
        """Take the pieces that begin before a text position, cutting the last one there."""
        first = self.first()
        if first is None or first.text_start >= position:
            return []
        stop = bisect_left(self.starts, position, self.at)
        taken = [first, *self.pieces[self.at + 1 : stop]]
        self.at, self.head = stop, None
        last = taken[-1]
        if last.text_end > position:
            taken[-1] = _crop(last, last.text_start, position)
            self.at, self.head = stop - 1, _crop(last, position, last.text_end)
        return taken

    def ending_at(self, position: int) -> list[Piece]:
        """Take the pieces without text that stand at a position."""
        taken = []
        while (first := self.first()) and first.text_end == position:
            taken.append(first)
            self.at, self.head = self.at + 1, None
        return taken

    def rest(self) -> list[Piece]:
        """Take everything that is left."""
        first = self.first()
        return [first, *self.pieces[self.at + 1 :]] if first else []


def _replacement(edit: Edit, covered: Sequence[Piece], at: int) -> Piece:
    """Return one change that stands for an edit and for all earlier changes it covers."""
    start, end = (covered[0].start, covered[-1].end) if covered else (at, at)
    if all(p.after is None for p in covered):
        return Piece(edit.start, edit.end, start, end, edit.after, (edit.rule,), edit.certainty)
    rules = tuple(dict.fromkeys([r for p in covered for r in p.rules] + [edit.rule]))
    certainty = _weakest([p.certainty for p in covered] + [edit.certainty])
    cut = bool(covered) and covered[0].cut
    return Piece(edit.start, edit.end, start, end, edit.after, rules, certainty, cut)


def _weakest(certainties: Iterable[str]) -> str:
    return max(certainties, key=lambda c: _WEAKER.get(c, 2))


def _join_cut_changes(pieces: Iterable[Piece]) -> list[Piece]:
    """Put the parts of a change together again that an edit had cut: they share one source span."""
    out: list[Piece] = []
    for piece in pieces:
        if piece.cut and out and not out[-1].copied:
            last = out[-1]
            out[-1] = last._replace(
                end=max(last.end, piece.end),
                after=(last.after or "") + (piece.after or ""),
                rules=tuple(dict.fromkeys(last.rules + piece.rules)),
                certainty=_weakest([last.certainty, piece.certainty]),
            )
        else:
            out.append(piece)
    return out


def _place(runs: Iterable[Piece]) -> tuple[Piece, ...]:
    """Give pieces their new text positions and join neighbouring copies."""
    pieces: list[Piece] = []
    position = 0
    source_end = -1
    for run in runs:
        old_start, _, start, end, after, rules, certainty, cut = run
        stop = position + (end - start if after is None else len(after))
        if after is None and start == source_end:
            pieces[-1] = Piece(pieces[-1].text_start, stop, pieces[-1].start, end, None)
        elif old_start == position and run.text_end == stop:
            pieces.append(run)
        else:
            pieces.append(Piece(position, stop, start, end, after, rules, certainty, cut))
        source_end = end if after is None else -1
        position = stop
    return tuple(pieces)
