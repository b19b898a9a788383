"""Which words of a page belong to a drawing: struck through, or written into a chart?"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from policytext.layout.glyphs import DrawnPage, DrawnRule, Glyph
from policytext.layout.rows import LinePiece, rows

_NEAR = 0.3
"""Em between the ends of a line and of the words that it strikes through."""

_MOST_RULES = 2_000
"""Of a page with more level rules none is asked what it strikes through: that is a drawing."""

_SHORTEST = 0.8

# Which characters are struck through?


def without_struck(page: DrawnPage) -> tuple[DrawnPage, int]:
    """Return a page without characters that a line strikes through, and how many they were.

    The line runs through their middle and ends where they end: no border of a table does.

    >>> words = [Glyph(c, 10 * i, 0, 10 * i + 10, 10, 10) for i, c in enumerate("全县八九")]
    >>> kept, n = without_struck(DrawnPage(99, 99, words, [DrawnRule(20, 5, 40, 5)]))
    >>> "".join(g.char for g in kept.glyphs), n
    ('全县', 2)
    """
    levels = [rule for rule in page.rules if rule.level]
    if not levels or len(levels) > _MOST_RULES:
        return page, 0
    order = sorted(range(len(page.glyphs)), key=lambda i: page.glyphs[i].middle)
    middles = [page.glyphs[i].middle for i in order]
    most = _NEAR * max((glyph.size for glyph in page.glyphs), default=0.0)
    gone: set[int] = set()
    for rule in dict.fromkeys(levels):
        height = (rule.y0 + rule.y1) / 2
        first, last = bisect_left(middles, height - most), bisect_right(middles, height + most)
        gone.update(_struck(page.glyphs, order[first:last], rule))
    if not gone:
        return page, 0
    kept = [glyph for i, glyph in enumerate(page.glyphs) if i not in gone]
    signs = sum(not page.glyphs[i].char.isspace() for i in gone)
    return page._replace(glyphs=kept), signs


def _struck(glyphs: Sequence[Glyph], near: Sequence[int], rule: DrawnRule) -> Iterator[int]:
    """Yield the characters that a rule strikes through from the first to the last of them."""
    height = (rule.y0 + rule.y1) / 2
    widest = rule.x1 - rule.x0
    under = [
        i
        for i in near
        if abs(glyphs[i].middle - height) <= _NEAR * glyphs[i].size
        and rule.x0 <= (glyphs[i].x0 + glyphs[i].x1) / 2 <= rule.x1
        and not glyphs[i].angle
    ]
    if not under:
        return
    size = max(glyphs[i].size for i in under)
    first, last = min(glyphs[i].x0 for i in under), max(glyphs[i].x1 for i in under)
    ends = abs(first - rule.x0) <= _NEAR * size and abs(last - rule.x1) <= _NEAR * size
    covered = sum(glyphs[i].x1 - glyphs[i].x0 for i in under) >= _SHORTEST * widest
    if ends and covered and widest >= _SHORTEST * size and _have_words(glyphs, under):
        yield from under


def _have_words(glyphs: Sequence[Glyph], under: Sequence[int]) -> bool:
    """Say whether there are words, no dashes or blanks that are drawn as a line."""
    return any(glyphs[i].char.isalnum() for i in under)


# Which words are written into a chart?

_TICK = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})*(?:\.[0-9]+)?[%％]?|-?[0-9]+(?:\.[0-9]+)?[%％]?")
_FEWEST_TICKS = 4
_EVEN = 0.15
_LONGEST_LABEL = 12.0
_BELOW = 2.5


def without_charts(
    found: Sequence[LinePiece], size: float
) -> tuple[list[LinePiece], list[LinePiece]]:
    """Return the pieces outside of charts, and the numbers and labels of charts.

    A chart is told by its upright axis: numbers below one another that fall by even steps, at even
    distances, with nothing but short labels beside them.

    >>> axis = [LinePiece(str(n), 20, 200 - 2 * n, 35, 210 - 2 * n, 10) for n in range(0, 80, 20)]
    >>> names = [LinePiece(f"{2021 + n}年", 60 * n, 216, 60 * n + 35, 226, 10) for n in (1, 2)]
    >>> text = LinePiece("全县就诊率逐年提高", 20, 260, 120, 272, 12)
    >>> rest, chart = without_charts([*axis, *names, text], 12.0)
    >>> [p.text for p in rest], len(chart)
    (['全县就诊率逐年提高'], 6)
    """
    kept, gone = list(found), []
    for axis in _axes(found):
        top, foot = axis[0].y0 - size, axis[-1].y1 + _BELOW * size
        level = [p for p in kept if top <= p.middle <= foot]
        beside = [p for p in level if p.middle <= axis[-1].y1]
        if _in_rows(beside, axis):
            continue
        names = _names(level, axis)
        words = [*beside, *names]
        if any(p.x1 - p.x0 > _LONGEST_LABEL * size for p in words) or len(words) <= len(axis):
            continue
        taken = set(map(id, words))
        gone += words
        kept = [p for p in kept if id(p) not in taken]
    return kept, gone


def _in_rows(beside: Sequence[LinePiece], axis: Sequence[LinePiece]) -> bool:
    """Say whether half of the numbers have something at their height, as in a table."""
    inside = set(map(id, axis))
    shared = [row for row in rows(beside) if any(id(p) in inside for p in row) and len(row) > 1]
    return 2 * len(shared) >= len(axis)


def _names(level: Sequence[LinePiece], axis: Sequence[LinePiece]) -> list[LinePiece]:
    """Return the names below a chart: the first line below its axis, if it has several pieces."""
    below = rows(p for p in level if p.middle > axis[-1].y1)
    return below[0] if below and len(below[0]) > 1 else []


def _axes(found: Sequence[LinePiece]) -> Iterator[list[LinePiece]]:
    """Yield runs of numbers, below one another, that are the upright axis of a chart."""
    ticks = [p for p in found if _TICK.fullmatch(p.text)]
    ends: dict[int, list[LinePiece]] = {}
    for p in ticks:
        ends.setdefault(round(p.x1 / 3), []).append(p)
    for place, own in sorted(ends.items()):
        column = sorted([*own, *ends.get(place + 1, ())], key=lambda p: p.middle)
        run: list[LinePiece] = []
        for p in column:
            if len(run) > 1 and not _goes_on_evenly(run, p):
                if len(run) >= _FEWEST_TICKS:
                    break
                run = run[-1:]
            run.append(p)
        if len(run) >= _FEWEST_TICKS and _value(run[0]) > _value(run[-1]):
            yield run


def _goes_on_evenly(run: Sequence[LinePiece], p: LinePiece) -> bool:
    steps = [b.middle - a.middle for a, b in pairwise([*run[-2:], p])]
    values = [_value(a) - _value(b) for a, b in pairwise([*run[-2:], p])]
    even = abs(steps[0] - steps[1]) <= _EVEN * steps[0] + 1
    return even and values[0] > 0 and abs(values[0] - values[1]) < 1e-6 * max(1.0, abs(values[0]))


def _value(p: LinePiece) -> float:
    return float(p.text.rstrip("%％").replace(",", ""))
