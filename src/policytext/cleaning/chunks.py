"""Which line-opening numbers only count the pieces a site cut the text into?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from policytext.cleaning.context import (
    Context,
    has_any,
    in_mid_sentence,
    join_odds,
    listed,
    numbers_meet,
    runs_on,
)
from policytext.cleaning.mapped import Edit

_NUMBER = r"(?P<n>\d{1,3})"
_FORMS = {
    "list": rf"{_NUMBER}(?:、|[.．](?!\d))",
    "page": rf"第\s?{_NUMBER}\s?页(?:[ \t]*[/，,]?[ \t]*共\s?\d+\s?页)?",
    "dash": rf"[-—–－·]+\s?{_NUMBER}\s?[-—–－·]+",
    "ratio": rf"{_NUMBER}\s?/\s?\d{{1,3}}(?![\d%])",
    "bracket": rf"[\[【(（〔]{_NUMBER}[\]】)）〕]",
    "piece": rf"(?:第\s?{_NUMBER}\s?[段块片]|[段片][落段]?\s?{_NUMBER.replace('<n>', '<m>')})"
    r"(?:\s?[：:][ \t]*|(?=[ \t]*(?:\n|\Z)))",
    "bare": rf"{_NUMBER}(?=[ \t]*(?:\n|\Z))",
}
_AFTER = {form: r"[ \t]*\n*" for form in _FORMS} | {"list": "", "piece": r"\n*"}
_MARKS = {
    form: re.compile(f"(?P<mark>{body})(?P<after>{_AFTER[form]})") for form, body in _FORMS.items()
}
_OPENING = frozenset("0123456789第段片[【(（〔-—–－·")
_MAY_COUNT = re.compile(r"(?:第\s?|[段片][落段]?\s?|[-—–－·]+\s?|[\[【(（〔])?\d")
"""How every form begins: most lines that open with one of its signs (第一条) go on otherwise."""

_SHORTEST_CHUNK = 40
_LONGEST_CHUNK = 20_000
_LONG_PIECE = 60
_LEAST_MARKERS = 3
_OPENING_WORD = 2
_LEAST_OF_LONGER = 5
"""Markers at one distance within a longer count: three of thirty pages are so by chance."""
_CUT = 5.0
"""Log-odds from which text goes on over a marker: a list whose items have no full stop stays."""
_SURE = 12.5
"""The same below a line that is too short to tell by its length."""
_BELOW_TITLES = 300


class ChunkMarker(NamedTuple):
    """A number that may count chunks: where its line break, itself and what follows lie.

    ``open`` tells that no sentence ends before it, ``broken`` that one goes on behind it too;
    ``opening`` is how the piece behind it begins.
    """

    number: int
    before: int
    start: int
    end: int
    after: int
    open: bool
    broken: bool
    opening: str


class Chunks(NamedTuple):
    """A run of chunk markers: their form, the constant distance (0: not constant), the markers."""

    form: str
    distance: int
    markers: tuple[ChunkMarker, ...]


@lru_cache(maxsize=2)
def find_chunks(text: str) -> list[Chunks]:
    """Return the runs of markers that cut a text in pieces of one length, or in mid-sentence.

    A genuine list is told from chunks by two facts: its items differ in length, and each begins
    anew. Chunks of one length need three markers, most of them in mid-sentence; without one length
    at least three markers in mid-sentence, where the text before goes on behind them.

    >>> text = "我县认真落实各项惠民措施并加强考核督导" * 20
    >>> cut = "\\n".join(f"{k}、" + text[50 * (k - 1) : 50 * k] for k in range(1, 6))
    >>> [(c.form, c.distance, len(c.markers)) for c in find_chunks(cut)]
    [('list', 51, 5)]
    """
    runs = []
    for form, found in _candidates(text).items():
        exact = _constant_runs(form, found)
        runs += exact or _broken_runs(text, form, found)
    return _without_overlap(runs)


def _candidates(text: str) -> dict[str, list[ChunkMarker]]:
    """Return the line-opening numbers of each form that has at least three."""
    found: dict[str, list[ChunkMarker]] = {}
    # A short line that signs or dates a report: what follows is a new text, not its next piece.
    closing = listed("report_closing", ".{0,30}")
    start = last_end = 0
    last_line = ""
    for line in text.split("\n"):
        kept = line.lstrip()
        if kept and kept[0] in _OPENING:
            at = start + len(line) - len(kept)
            may = _MAY_COUNT.match(text, at) is not None
            numbers = list(_opening_numbers(text, at, start + len(line))) if may else []
            open_end = bool(numbers) and in_mid_sentence(last_line[-80:])
            open_end = open_end and not closing.fullmatch(last_line.strip())
            for form, m in numbers:
                broken = open_end and _is_cut(last_line, text[m.end() : m.end() + 20])
                places = (last_end, at, m.end("mark"), m.end())
                opening = text[m.end() : m.end() + _OPENING_WORD]
                marker = ChunkMarker(_number_of(m), *places, open_end, broken, opening)
                found.setdefault(form, []).append(marker)
        if kept:
            last_line, last_end = line, start + len(line)
        start += len(line) + 1
    return {form: markers for form, markers in found.items() if len(markers) >= _LEAST_MARKERS}


def _is_cut(before: str, after: str) -> bool:
    """Return whether words go on over a marker; two figures that meet tell nothing."""
    return not numbers_meet(before, after) and join_odds(before, after) >= _CUT


def _opening_numbers(text: str, at: int, line_end: int) -> Iterator[tuple[str, re.Match[str]]]:
    """Yield each form of number that opens a line; one before a title counts reports."""
    title = listed("report_title", "[^，。；,;]{4,45}")
    for form, pattern in _MARKS.items():
        match = pattern.match(text, at)
        rest = text[match.end() : line_end].strip() if match else ""
        if match and not (form == "list" and title.fullmatch(rest)):
            yield form, match


def _number_of(match: re.Match[str]) -> int:
    named = match.groupdict()
    return int(named["n"] or named["m"])


def _constant_runs(form: str, found: Sequence[ChunkMarker]) -> list[Chunks]:
    """Return runs k, k+1, … whose markers stand at one distance from each other."""
    links: dict[int, list[tuple[int, int]]] = {}
    for i, first in enumerate(found):
        for j in range(i + 1, min(i + 12, len(found))):
            distance = found[j].start - first.end
            if distance > _LONGEST_CHUNK:
                break
            if found[j].number == first.number + 1 and distance >= _SHORTEST_CHUNK:
                links.setdefault(distance, []).append((i, j))
    runs = []
    for distance, pairs in links.items():
        for chain in _chains(pairs):
            markers = [found[i] for i in chain]
            enough = _LEAST_MARKERS if _is_whole(found, chain) else _LEAST_OF_LONGER
            if len(chain) >= enough and _are_of_one_length(markers[1:], distance):
                markers += _last(form, found, markers[-1], distance)
                runs.append(Chunks(form, distance, tuple(markers)))
    return runs


def _is_whole(found: Sequence[ChunkMarker], chain: Sequence[int]) -> bool:
    """Return whether no number before a chain counts up to it: of many, some are equally far."""
    first = found[chain[0]]
    return all(m.number != first.number - 1 for m in found[: chain[0]])


def _are_of_one_length(markers: Sequence[ChunkMarker], distance: int) -> bool:
    """Return whether markers at one distance cut sentences, half of them or, of many, any.

    Four or more items of a list that are all equally long, are long, and never end a sentence
    are pieces; fewer may be a list, and so are items that begin alike.
    """
    if _begin_alike(markers):
        return False
    breaks = sum(marker.broken for marker in markers)
    many = len(markers) > _LEAST_MARKERS and distance >= _LONG_PIECE
    return 2 * breaks >= len(markers) or (many and breaks > 0 and all(m.open for m in markers))


def _begin_alike(markers: Sequence[ChunkMarker]) -> bool:
    """Return whether most pieces begin with one word, as items of a list do and cuts never."""
    ((_, often),) = Counter(marker.opening for marker in markers).most_common(1)
    return 2 * often > len(markers)


def _last(
    form: str, found: Sequence[ChunkMarker], last: ChunkMarker, distance: int
) -> list[ChunkMarker]:
    """Return the number under the last page, which is shorter than the others."""
    if form == "list":
        return []
    return [m for m in found if m.number == last.number + 1 and 0 < m.start - last.end < distance][
        :1
    ]


def _chains(pairs: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Join pairs (a, b), (b, c) … into chains."""
    following = dict(pairs)
    later = set(following.values())
    chains = []
    for first in following:
        if first in later:
            continue
        chain = [first]
        while chain[-1] in following:
            chain.append(following[chain[-1]])
        chains.append(chain)
    return chains


def _broken_runs(text: str, form: str, found: Sequence[ChunkMarker]) -> list[Chunks]:
    """Return runs of rising numbers that mostly stand in mid-sentence, at whatever distances."""
    runs: list[list[ChunkMarker]] = []
    for marker in found:
        if runs and marker.number == runs[-1][-1].number + 1:
            runs[-1].append(marker)
        elif marker.broken:
            runs.append([marker])
    runs = [_without_unbroken_end(run) for run in runs]
    least = _LEAST_MARKERS if form != "bracket" else _LEAST_MARKERS + 1
    kept = [run for run in runs if _are_mostly_broken(run, least) and _far_apart(run)]
    return [Chunks(form, 0, (*_first(text, found, run), *run)) for run in kept]


def _without_unbroken_end(run: list[ChunkMarker]) -> list[ChunkMarker]:
    """Return a run up to its last marker in mid-sentence."""
    return run[: max(i for i, marker in enumerate(run) if marker.broken) + 1]


def _are_mostly_broken(run: Sequence[ChunkMarker], least: int) -> bool:
    """Return whether enough of a run stands in mid-sentence, and four of five of its markers."""
    broken = sum(marker.broken for marker in run)
    return broken >= least and 5 * broken >= 4 * len(run)


def _far_apart(run: Sequence[ChunkMarker]) -> bool:
    return all(b.start - a.end >= _SHORTEST_CHUNK for a, b in pairwise(run))


def _first(
    text: str, found: Sequence[ChunkMarker], run: Sequence[ChunkMarker]
) -> list[ChunkMarker]:
    """Return the marker that opens the run: it stands at the start of the text, unbroken.

    One below a line too short to look broken off counts where the words run on all the same.
    """
    wanted = run[0].number - 1
    before = [m for m in found if m.number == wanted and not m.broken and m.start < run[0].start]
    if before and join_odds(text[: before[-1].before][-2:], text[before[-1].after :][:2]) >= _SURE:
        return [before[-1]._replace(broken=True)]
    return before[-1:] if wanted == 1 else []


def _without_overlap(runs: Sequence[Chunks]) -> list[Chunks]:
    """Keep the longest runs; a marker belongs to one run only."""
    kept: list[Chunks] = []
    taken: set[int] = set()
    for run in sorted(runs, key=lambda r: (-len(r.markers), r.distance == 0)):
        places = {m.start for m in run.markers}
        if not places & taken:
            kept.append(run)
            taken |= places
    return sorted(kept, key=lambda r: r.markers[0].start)


def chunk_markers(text: str, context: Context) -> list[Edit]:
    """Delete chunk numbers with the line breaks the cutting put round them, and join the pieces.

    With pieces of one length the join is lossless: exactly the breaks that every piece has are
    taken, and line breaks of the text itself stay.

    >>> text = "我县认真落实各项惠民措施并加强考核督导" * 20
    >>> cut = "\\n\\n".join(f"{k}、" + text[50 * (k - 1) : 50 * k] for k in range(1, 6))
    >>> edits = chunk_markers(cut, Context())
    >>> len(edits), repr(cut[edits[1].start : edits[1].end])
    (5, "'\\\\n\\\\n2、'")
    """
    return [edit for run in find_chunks(text) for edit in _joins(run, text)]


def _joins(run: Chunks, text: str) -> list[Edit]:
    first, rest = run.markers[0], run.markers[1:]
    before = min(m.start - m.before for m in rest)
    # Behind the last page's number the text may be at its end.
    after = min((m.after - m.end for m in run.markers if m.after < len(text)), default=0)
    certainty = "certain" if run.distance else "likely"
    edits = []
    for marker in run.markers:
        joins = _is_footer(first, text) if marker is first else _goes_over(marker, run, text)
        start = marker.start - min(before, marker.start - marker.before) if joins else marker.start
        end = min(marker.end + after, marker.after)
        if joins and numbers_meet(text[:start][-1:], text[end : end + 1]):
            # A number was cut in two. One length proves it: then it is a repaired figure.
            rule = "figure_cut" if run.distance else "chunk_marker"
            start = start if run.distance else marker.start
            edits.append(Edit(start, end, "", rule, "likely"))
        else:
            edits.append(Edit(start, end, "", "chunk_marker", certainty))
    return [e for e in edits if e.start < e.end and e.end <= len(text)]


def _goes_over(marker: ChunkMarker, run: Chunks, text: str) -> bool:
    """Return whether text goes on over a marker: of chunks of one length it always does."""
    if run.distance or marker.broken:
        return True
    before = text[text.rfind("\n", 0, marker.before) + 1 : marker.before]
    return runs_on(before, text[marker.after :].partition("\n")[0])


def _is_footer(first: ChunkMarker, text: str) -> bool:
    """Return whether the first marker closes a piece (a title above it is not broken text)."""
    line = text[text.rfind("\n", 0, first.before) + 1 : first.before]
    enough = len(line) >= _SHORTEST_CHUNK or first.before >= _BELOW_TITLES
    clauses = len(re.findall("[，,]", line)) > 1
    return first.broken and (enough or clauses or _is_clause(line))


def _is_clause(line: str) -> bool:
    """Return whether a line is the first of a paragraph: two clauses and a figure are no title.

    Nor is what holds a whole sentence.
    """
    return "。" in line or (has_any(line, "，,") and re.search(r"\d", line) is not None)


def describe(runs: Sequence[Chunks]) -> str:
    """Return the evidence for chunks in words."""
    forms = Counter(run.form for run in runs)
    parts = [
        f"{len(r.markers)} markers, "
        + (f"one distance of {r.distance}" if r.distance else "in mid-sentence")
        for r in runs
    ]
    return f"{'; '.join(parts)} (form: {', '.join(forms)})"
