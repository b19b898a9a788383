"""Where in a text do the terms of a table stand, and which of the hits are meant?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from policytext.errors import ParameterError
from policytext.words.termrules import split_cell
from policytext.words.terms import TermTable

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

Match = Literal["longest", "all"]
MATCHES: Final = ("longest", "all")


class Hit(NamedTuple):
    """One place where a term stands: offsets in the text, half-open, and why it is not counted."""

    term: str
    start: int
    end: int
    reason: str = ""


class TermMatcher:
    """Finds the terms of a table in texts.

    The automaton is built on first use and is not pickled: a copy in another process builds its
    own, so workers may be forked or spawned.

    Parameters
    ----------
    table
        The terms.

    Examples
    --------
    >>> from policytext.words.terms import load_terms
    >>> matcher = TermMatcher(load_terms())
    >>> matcher.hits("推进紧密型县域医共体建设")
    [Hit(term='紧密型县域医共体', start=2, end=10, reason='')]
    >>> [hit.reason for hit in matcher.hits("首诊测压", keep_excluded=True)]
    ['exclusion: 首诊测']
    """

    def __init__(self, table: TermTable) -> None:
        self.table = table

    def __getstate__(self) -> dict[str, object]:
        return {"table": self.table}

    def __setstate__(self, state: dict[str, TermTable]) -> None:
        self.table = state["table"]

    @cached_property
    def _excluded_in(self) -> dict[str, frozenset[str]]:
        """For every exclusion, the terms that are not meant inside it."""
        found: dict[str, set[str]] = {}
        for term, cell in zip(
            self.table.table["term"], self.table.table["exclusions"], strict=True
        ):
            for longer in split_cell(cell):
                found.setdefault(longer, set()).add(term)
        return {longer: frozenset(terms) for longer, terms in found.items()}

    @cached_property
    def _patterns(self) -> list[str]:
        return list(dict.fromkeys([*self.table.terms, *self._excluded_in]))

    @cached_property
    def _automaton(self) -> AhoCorasick:
        from ahocorasick_rs import AhoCorasick

        return AhoCorasick(self._patterns)

    def hits(
        self,
        text: str,
        *,
        match: Match = "longest",
        exclusions: bool | None = None,
        keep_excluded: bool = False,
    ) -> list[Hit]:
        """Return the hits in one text, by position.

        Parameters
        ----------
        text
            Any string.
        match
            ``"longest"``: a hit that lies inside a longer one does not count (two that only
            overlap both do). ``"all"``: every hit counts, as a search in an editor would count.
        exclusions
            Whether a term inside one of its exclusions is dropped. ``None``: yes with
            ``"longest"``, no with ``"all"``.
        keep_excluded
            Also return the hits that do not count, with the reason.

        Raises
        ------
        ParameterError
            ``match`` is neither of the two.
        """
        check_match(match)
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        if not found:
            return []
        spans = [(self._patterns[which], start, end) for which, start, end in found]
        spans.sort(key=lambda span: (span[1], -span[2]))
        drop = match == "longest" if exclusions is None else exclusions
        hits = self._without_exclusions(spans, drop)
        if match == "longest":
            hits = _longest(hits)
        return hits if keep_excluded else [hit for hit in hits if not hit.reason]

    def _without_exclusions(self, spans: Sequence[tuple[str, int, int]], drop: bool) -> list[Hit]:
        walls: dict[str, list[tuple[str, int, int]]] = {}
        for span in spans if drop else ():
            for term in self._excluded_in.get(span[0], ()):
                walls.setdefault(term, []).append(span)
        return [
            Hit(term, start, end, _wall_around(walls.get(term, []), start, end))
            for term, start, end in spans
            if term in self._term_set
        ]

    @cached_property
    def _term_set(self) -> frozenset[str]:
        return frozenset(self.table.terms)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return spans that do not overlap, for merging tokens: of overlapping hits the longest.

        Parameters
        ----------
        text
            Any string.

        Returns
        -------
        list of (start, end)
            By position, half-open; equally long hits: the first.

        Examples
        --------
        >>> from policytext.words.terms import load_terms
        >>> TermMatcher(load_terms()).spans("建设县域医共体")
        [(2, 7)]
        """
        chosen: list[tuple[int, int]] = []
        taken = bytearray(len(text))
        for hit in sorted(self.hits(text), key=lambda hit: (hit.start - hit.end, hit.start)):
            if not any(taken[hit.start : hit.end]):
                taken[hit.start : hit.end] = b"\x01" * (hit.end - hit.start)
                chosen.append((hit.start, hit.end))
        return sorted(chosen)


def _wall_around(walls: Sequence[tuple[str, int, int]], start: int, end: int) -> str:
    for longer, left, right in walls:
        if left <= start and end <= right:
            return f"exclusion: {longer}"
    return ""


def _longest(hits: list[Hit]) -> list[Hit]:
    """Give a reason to hits inside a longer one; hits come by start, longest first."""
    result: list[Hit] = []
    reach: Hit | None = None
    for hit in hits:
        if not hit.reason:
            # By start, longest first: whatever reaches furthest so far is the only candidate.
            if reach is not None and hit.end <= reach.end:
                hit = hit._replace(reason=f"longer term: {reach.term}")
            else:
                reach = hit
        result.append(hit)
    return result


def check_match(match: str) -> None:
    """Raise `ParameterError` unless ``match`` is ``"longest"`` or ``"all"``."""
    if match not in MATCHES:
        raise ParameterError(f"match must be 'longest' or 'all', got {match!r}")
