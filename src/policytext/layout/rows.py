"""Which characters of a page stand in one line, and which lines in one column?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from policytext.layout.glyphs import DrawnRule, Glyph
from policytext.records import HAN

_GAP = 0.7
"""Em between two characters from which they are two pieces of a line."""

_BLANK = 1.6
"""Em of drawn blanks that part two pieces: cells that are set with blanks."""

_WORD_GAP, _FIGURE_GAP = 0.18, 0.2
_RAISED = 0.85
"""Em of a raised sign at most; browsers set it in 0.83."""

_TWO_IN_ONE = 1.5
"""Em of a sign that stands for two characters."""
_OWN_WIDTH = 0.75
"""Of a character's width: what is drawn as far on as that stands beside it."""
_LABEL_GAP = 3.6
"""Em between the number of an item and its words: a word processor puts a tab there."""

BULLETS = "•●■◆◦▪‣·➢❖\uf06c\uf06e\uf075\uf076\uf09f\uf0a7\uf0b2\uf0b7\uf0d8"
"""Signs that word processors draw before an item; the last ones stand so in symbol fonts only.

No box or tick is among them: a form says something by it.
"""

_DRAWN = f"{BULLETS}–"

_BULLET_GAP = 0.12
"""Em between a bullet and its words from which a word processor put it there."""

_LABEL = re.compile(
    rf"[{_DRAWN}]|"
    r"第[〇一二三四五六七八九十百\d]{1,4}[章节条编部篇]|[〇一二三四五六七八九十]{1,3}、|\d{1,2}[.、．)）]"
    r"|[（(](?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）]|\d{1,2}(?:\.\d{1,2}){1,3}|[①-⑳⑴-⒛]|[甲乙丙丁戊己庚辛]、"
)
_HEADING = re.compile(
    r"第[〇一二三四五六七八九十百\d]{1,4}[章节条编部篇]|[〇一二三四五六七八九十]{1,3}、"
)
_LONGEST_HEADING = 25
_LATIN = re.compile(r"[A-Za-z]")
_FIGURE_SIGN = re.compile(r"[0-9%％]")
_NOTE_SIGN = re.compile(r"[0-9\[\]〔〕①-⑳*†‡※]")
_TOKEN = re.compile(
    r"[（(《“‘「『【〔]*(?:[A-Za-z0-9.%％~+\-]+(?:[、，；：,;:][A-Za-z0-9.%％~+\-]+)*|.)"
    r"[，。、；：！？）》”’」』】〕,;:!?)]*",
    re.S,
)
"""What stays in one line; some programs do not break a row of figures (3.4%、6.8%) either."""

_WORD_SIGN = re.compile(r"[A-Za-z0-9.%％~+\-]")


class LinePiece(NamedTuple):
    """A stretch of one line without a wide gap, with its box.

    ``lead``: Width of what must not be broken at its start: a figure, a word, a character.
    ``notes``: Where raised signs stand that may refer to footnotes: start and end in ``text``.
    ``doubts``: Where characters stand whose reading is in doubt, with how sure each is.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    lead: float = 0.0
    pale: bool = False
    notes: tuple[tuple[int, int], ...] = ()
    sure: tuple[float, ...] = ()

    @property
    def middle(self) -> float:
        """Its height on the page."""
        return (self.y0 + self.y1) / 2


# Which characters make one piece?


def pieces(glyphs: Sequence[Glyph], rules: Sequence[DrawnRule] = ()) -> list[LinePiece]:
    """Return the pieces of lines of upright characters; an upright rule parts two of them.

    >>> row = [Glyph(c, 10.0 * i, 0.0, 10.0 * i + 10, 10.0, 10.0) for i, c in enumerate("全县医改")]
    >>> [piece.text for piece in pieces(row)]
    ['全县医改']
    """
    upright = [rule for rule in rules if not rule.level]
    drawn = [_piece(run) for run in _runs(glyphs, upright)]
    return _merged([one for one in drawn if one.text], upright)


def _runs(glyphs: Iterable[Glyph], upright: Sequence[DrawnRule]) -> Iterator[list[Glyph]]:
    """Yield runs of characters that were drawn one after the other, side by side."""
    run: list[Glyph] = []
    for glyph in glyphs:
        if run and not _follows(run, glyph, upright):
            yield run
            run = []
        if run and _is_drawn_twice(run[-1], glyph):
            continue
        run.append(glyph)
    if run:
        yield run


def _is_drawn_twice(last: Glyph, glyph: Glyph) -> bool:
    """Say whether a character was drawn again, to look bold; two in one sign (——) were not."""
    near = min(0.3 * glyph.size, _OWN_WIDTH * (last.x1 - last.x0))  # narrow letters stand near: ll
    if last.char != glyph.char or abs(last.x0 - glyph.x0) >= near:
        return False
    return not (last[1:5] == glyph[1:5] and glyph.x1 - glyph.x0 >= _TWO_IN_ONE * glyph.size)


def _follows(run: Sequence[Glyph], glyph: Glyph, upright: Sequence[DrawnRule]) -> bool:
    last = run[-1]
    size = max(min(last.size, glyph.size), 0.1)
    level = min(last.y1, glyph.y1) - max(last.y0, glyph.y0)
    if level < 0.5 * min(last.y1 - last.y0, glyph.y1 - glyph.y0):
        return False
    gap = glyph.x0 - last.x1
    if gap > _GAP * size or glyph.x0 < last.x0 - 0.3 * size:
        return False
    if not glyph.char.isspace() and last.char.isspace() and _blank(run) > _BLANK * size:
        return False
    return not _parted(last.x1, glyph.x0, glyph.middle, upright)


def _blank(run: Sequence[Glyph]) -> float:
    """Return the width of the blanks at the end of a run that holds more than blanks."""
    at = len(run)
    while at and run[at - 1].char.isspace():
        at -= 1
    return run[-1].x1 - run[at].x0 if at and at < len(run) else 0.0


def _parted(left: float, right: float, middle: float, upright: Sequence[DrawnRule]) -> bool:
    low, high = min(left, right) - 1.5, max(left, right) + 1.5
    return any(low <= (r.x0 + r.x1) / 2 <= high and r.y0 <= middle <= r.y1 for r in upright)


def _piece(run: list[Glyph]) -> LinePiece:
    """Return a run as a piece, without blanks at its ends, with blanks between words."""
    while run and run[-1].char.isspace():
        run = run[:-1]
    start = 0
    while start < len(run) and run[start].char.isspace():
        start += 1
    run = run[start:]
    if not run:
        return LinePiece("", 0, 0, 0, 0, 0)
    size = Counter(round(g.size, 1) for g in run if not g.char.isspace()).most_common(1)[0][0]
    words: list[str] = []
    sure: list[float] = []
    notes: list[tuple[int, int]] = []
    body = [g for g in run if g.size > _RAISED * size] or run
    foot = max(g.y1 for g in body)
    gap = _usual_gap(run)
    for i, glyph in enumerate(run):
        if i and _needs_blank(run[i - 1], glyph, gap, first=i == 1):
            words.append(" ")
            sure.append(1.0)
        raised = glyph.size <= _RAISED * size and foot - glyph.y1 > 0.2 * size
        if raised and _NOTE_SIGN.match(glyph.char):
            notes.append((len(words), len(words) + 1))
        words.append(glyph.char)
        sure.append(glyph.sure)
    doubted = tuple(sure) if min(sure) < 1 else ()
    box = run[0].x0, min(g.y0 for g in body), max(g.x1 for g in run), foot
    pale = 2 * sum(g.pale for g in run) > len(run)
    return LinePiece("".join(words), *box, size, _lead(run), pale, _joined_spans(notes), doubted)


def _joined_spans(spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    out: list[tuple[int, int]] = []
    for start, end in spans:
        if out and out[-1][1] == start:
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return tuple(out)


def _usual_gap(run: Sequence[Glyph]) -> float:
    """Return the usual gap between two characters: justified lines are spread."""
    gaps = sorted(b.x0 - a.x1 for a, b in pairwise(run))
    return max(0.0, gaps[len(gaps) // 2]) if gaps else 0.0


def _needs_blank(last: Glyph, glyph: Glyph, usual: float, *, first: bool) -> bool:
    """Say whether a gap parts two words of Latin letters, two figures, or a bullet from words."""
    if last.char.isspace() or glyph.char.isspace():
        return False
    gap = glyph.x0 - last.x1
    if first and last.char in _DRAWN:
        return gap > usual + _BULLET_GAP * glyph.size
    if _LATIN.match(last.char) and _LATIN.match(glyph.char):
        return gap > usual + _WORD_GAP * glyph.size
    figures = _FIGURE_SIGN.match(last.char) and _FIGURE_SIGN.match(glyph.char)
    return bool(figures) and gap > usual + _FIGURE_GAP * glyph.size


def _lead(run: Sequence[Glyph]) -> float:
    """Return how wide the first part of a run is that no program breaks at the end of a line."""
    token = _TOKEN.match("".join(g.char for g in run[:40]))
    n = min(len(token[0]) if token else 1, len(run), 40)
    return run[n - 1].x1 - run[0].x0


# Which pieces stand in one line?


def rows(found: Iterable[LinePiece]) -> list[list[LinePiece]]:
    """Return pieces line by line, those of a line from left to right.

    >>> one, other = LinePiece("全县", 0, 0, 20, 10, 10), LinePiece("60%", 90, 1, 110, 11, 10)
    >>> [[p.text for p in row] for row in rows([other, one])]
    [['全县', '60%']]
    """
    out: list[list[LinePiece]] = []
    for piece in sorted(found, key=lambda p: (p.middle, p.x0)):
        last = out[-1][0] if out else None
        if last is not None and _beside(last, piece):
            out[-1].append(piece)
        else:
            out.append([piece])
    return [sorted(row, key=lambda p: p.x0) for row in out]


def _beside(one: LinePiece, other: LinePiece) -> bool:
    common = min(one.y1, other.y1) - max(one.y0, other.y0)
    return common >= 0.5 * min(one.y1 - one.y0, other.y1 - other.y0)


def _merged(found: list[LinePiece], upright: Sequence[DrawnRule]) -> list[LinePiece]:
    """Put pieces together that stand side by side in whatever order they were drawn."""
    out: list[LinePiece] = []
    for row in rows(found):
        kept = row[:1]
        for piece in row[1:]:
            last = kept[-1]
            gap = _GAP if len(kept) > 1 or not _LABEL.fullmatch(last.text) else _LABEL_GAP
            near = piece.x0 - last.x1 <= gap * min(last.size, piece.size)
            apart = piece.x0 < last.x1 - 0.5 * min(last.size, piece.size)
            if near and not apart and not _parted(last.x1, piece.x0, piece.middle, upright):
                kept[-1] = joined(last, piece)
            else:
                kept.append(piece)
        out += kept
    return out


def joined(one: LinePiece, other: LinePiece) -> LinePiece:
    """Return two pieces of a line as one, with a blank between them where there is a gap.

    >>> joined(LinePiece("住院率", 0, 0, 30, 10, 10), LinePiece("6%", 60, 0, 75, 10, 10)).text
    '住院率 6%'
    """
    size = min(one.size, other.size)
    gap = other.x0 - one.x1
    latin = _LATIN.match(one.text[-1:]) and _LATIN.match(other.text)
    figures = _FIGURE_SIGN.match(one.text[-1:]) and _FIGURE_SIGN.match(other.text)
    close = (latin and gap > _WORD_GAP * size) or (figures and gap > _FIGURE_GAP * size)
    glue = " " if gap > _GAP * size or close else ""
    if _LABEL.fullmatch(one.text):
        glue = " " if one.text[-1].isalnum() or one.text in _DRAWN else ""
    at = len(one.text) + len(glue)
    sure: tuple[float, ...] = ()
    if one.sure or other.sure:
        sure = (*_sure(one), *[1.0] * len(glue), *_sure(other))
    whole = _WORD_SIGN.fullmatch(one.text[-1]) and len(one.text) < 20 and not glue
    lead = other.x0 + other.lead - one.x0 if whole and one.lead >= one.x1 - one.x0 else one.lead
    return LinePiece(
        one.text + glue + other.text,
        one.x0,
        min(one.y0, other.y0),
        max(one.x1, other.x1),
        max(one.y1, other.y1),
        one.size if len(one.text) >= len(other.text) else other.size,
        lead,
        one.pale and other.pale,
        (*one.notes, *((a + at, b + at) for a, b in other.notes)),
        sure,
    )


def _sure(piece: LinePiece) -> tuple[float, ...]:
    return piece.sure or (1.0,) * len(piece.text)


def as_line(row: Sequence[LinePiece]) -> LinePiece:
    """Return the pieces of a line as one."""
    whole = row[0]
    for piece in row[1:]:
        whole = joined(whole, piece)
    return whole


def usual_size(found: Iterable[LinePiece]) -> float:
    """Return the size in which most characters are set.

    >>> title, line = LinePiece("标题", 0, 0, 40, 20, 20), LinePiece("全县医改", 0, 30, 40, 40, 10)
    >>> usual_size([title, line])
    10.0
    """
    sizes: Counter[float] = Counter()
    for piece in found:
        sizes[round(piece.size * 2) / 2] += len(piece.text)
    return max(sizes.most_common(1)[0][0], 1.0) if sizes else 10.0


# Which columns are read one after the other?

_FEWEST_LINES = 4
_FILLED = 0.5
_SHORT_BY = 1.7
_TYPICAL = 9.0
_WIDE_ENOUGH = 12.0
_NEAR_GUTTER = 3.5
_LONG_COLUMN = 8
_FEW_BESIDE = 3
_GUTTER = 0.7
_MOST_TRIED = 12
_DEEPEST = 3


class Region(NamedTuple):
    """Pieces that are read line by line, and the borders of the column they stand in.

    ``slot``: Which column it is: its number and how many there are.
    """

    found: list[LinePiece]
    slot: tuple[int, int] = (0, 1)


def regions(
    found: Sequence[LinePiece], known: Sequence[float] = (), depth: int = 0
) -> list[Region]:
    """Return what is read line by line, in reading order: columns, and what spans them.

    ``known``: Where columns begin on other pages; there a few lines are columns too.

    >>> text = "全县卫生健康工作取得进展"
    >>> left = [LinePiece(text, 0, 12 * i, 120, 12 * i + 10, 10) for i in range(5)]
    >>> right = [p._replace(x0=135, x1=255) for p in left]
    >>> [len(one.found) for one in regions([*left, *right])]
    [5, 5]
    """
    size = usual_size(found)
    best: list[tuple[list[LinePiece], list[LinePiece]]] = []
    if depth < _DEEPEST:
        tried = [(x, False) for x in _gutters(found, size)]
        tried += [(x - 0.4 * size, True) for x in known]
        for gutter, sure in tried:
            parts = list(_bands(found, gutter, size, depth, sure=sure))
            if _weight(parts) > _weight(best):
                best = parts
    if not best:
        return [Region(list(found))] if found else []
    out: list[Region] = []
    rest = sorted(found, key=lambda p: p.middle)
    for left, right in best:
        inside = set(map(id, (*left, *right)))
        top = min(p.middle for p in (*left, *right))
        before = [p for p in rest if id(p) not in inside and p.middle < top]
        done = inside | set(map(id, before))
        out += [Region(before)] if before else []
        rest = [p for p in rest if id(p) not in done]
        sides = [regions(side, known, depth + 1) for side in (left, right)]
        n = sum(max(1, max(r.slot[1] for r in side)) for side in sides)
        shift = 0
        for side in sides:
            out += [Region(r.found, (r.slot[0] + shift, n)) for r in side]
            shift += max(r.slot[1] for r in side)
    return [*out, Region(rest)] if rest else out


def _weight(parts: Sequence[tuple[list[LinePiece], list[LinePiece]]]) -> int:
    return sum(len(p.text) for left, right in parts for p in (*left, *right))


def _gutters(found: Sequence[LinePiece], size: float) -> list[float]:
    """Return the places before which many pieces begin, or one that stands beside another.

    The first place of all is the left margin.
    """
    own = Counter(round(p.x0 / 3) for p in found)
    # what OCR reads does not begin to the point at the same place
    begins = Counter({x: n + own[x + 1] for x, n in own.items()})
    beside = {round(p.x0 / 3) for row in rows(found) for p in row[1:]}
    often = [x for x, n in begins.most_common(_MOST_TRIED) if n > 1 or x in beside]
    return [x * 3 - 0.4 * size for x in sorted(often)[1:]]


def _bands(
    found: Sequence[LinePiece], gutter: float, size: float, depth: int, *, sure: bool
) -> Iterator[tuple[list[LinePiece], list[LinePiece]]]:
    """Yield left and right side of each stretch of a page that no line crosses at a gutter."""
    ordered = sorted(found, key=lambda p: p.middle)
    slack = 0.25 * size
    over = _headings_over(ordered, gutter, slack) if depth == 0 else set()

    def crosses(p: LinePiece) -> bool:
        return id(p) in over or (p.x0 < gutter - slack and p.x1 > gutter + slack)

    both: list[tuple[list[LinePiece], list[LinePiece]]] = []
    for crossing, run in groupby(ordered, key=crosses):
        inside = [] if crossing else list(run)
        left = [p for p in inside if p.x1 <= gutter + slack]
        right = [p for p in inside if p.x1 > gutter + slack]
        left, right = _within(left, right), _within(right, left)
        if left and right:
            gap = min(p.x0 for p in right) - max(p.x1 for p in left)
            both += [(left, right)] if gap >= _GUTTER * size else []
    even = [_is_even(left, right, size, depth) for left, right in both]
    edges = [min(p.x0 for p in right) for (_, right), one in zip(both, even, strict=True) if one]
    for (left, right), one in zip(both, even, strict=True):
        short = bool(edges) and _continues(left, right, edges[0], size)
        known = (sure and _reaches(left, gutter, size)) or short
        if (known or one) and (sure or _overlap(left, right)):
            yield left, right


def _is_even(
    left: Sequence[LinePiece], right: Sequence[LinePiece], size: float, depth: int
) -> bool:
    """Say whether two columns of text stand side by side, or one and something else."""
    if _is_text(left, size, depth):
        short = _goes_on_beside(left, right, size) or _are_paragraphs(right, left, size)
        return short or _is_text(right, size, depth)
    if not _is_text(right, size, depth):
        return False
    return _stands_apart(left, right, size) or _are_paragraphs(left, right, size)


def _are_paragraphs(side: Sequence[LinePiece], other: Sequence[LinePiece], size: float) -> bool:
    """Say whether lines beside a column are as wide and make indented paragraphs, short as they be.

    What ends before the margin ends a paragraph there: the next line is indented. Of the lines that
    reach it two at least go on in the next; cells of a table never do.
    """
    lines = rows(side)
    if len(lines) < _FEWEST_LINES or any(len(row) > 1 for row in lines):
        return False
    whole = [row[0] for row in lines]
    left, right = min(p.x0 for p in whole), max(p.x1 for p in whole)
    wide = max(p.x1 for p in other) - min(p.x0 for p in other)
    if abs(right - left - wide) > 2.5 * size or wide < _TYPICAL * size:
        return False
    goes_on = 0
    for line, below in pairwise(whole):
        filled, indented = line.x1 > right - _SHORT_BY * size, below.x0 > left + 1.2 * size
        if not (filled or indented):
            return False
        goes_on += filled and not indented
    return goes_on > 1


def _continues(
    left: Sequence[LinePiece], right: Sequence[LinePiece], edge: float, size: float
) -> bool:
    """Say whether a few lines stand in the two columns that the page has elsewhere."""
    lines = [*rows(left), *rows(right)]
    begins = [p.x0 - edge for p in right]
    return all(len(row) == 1 for row in lines) and (
        min(begins) >= -0.3 * size and min(begins) <= 0.3 * size and max(begins) <= 2.5 * size
    )


def _headings_over(ordered: Sequence[LinePiece], gutter: float, slack: float) -> set[int]:
    """Return numbered headings over both columns that are too short to reach the second one.

    Both columns end above such a heading and begin anew at one height below it.
    """
    sides = [
        [as_line(row) for row in rows(p for p in ordered if (p.x1 <= gutter + slack) == is_left)]
        for is_left in (True, False)
    ]
    left, right = sides
    step = leading(left)
    found: set[int] = set()
    for above, line, below in zip(left, left[1:], left[2:], strict=False):
        if not _HEADING.match(line.text) or len(line.text) > _LONGEST_HEADING:
            continue
        last = max((p.middle for p in right if p.middle < line.middle), default=0.0)
        first = min((p.middle for p in right if p.middle >= line.middle), default=0.0)
        ends = -0.3 * step <= above.middle - last <= 1.3 * step  # the last column may be shorter
        if ends and abs(first - below.middle) <= 0.3 * step and first - last > 1.6 * step:
            found |= {id(p) for p in ordered if _beside(p, line) and p.x1 <= gutter + slack}
    return found


def _within(side: list[LinePiece], other: list[LinePiece]) -> list[LinePiece]:
    """Drop lines above or below both columns that are set apart, or larger: headings over them."""
    if not (side and other):
        return side
    top, foot = min(p.y0 for p in other), max(p.y1 for p in other)
    lines = rows(side)
    step = leading([as_line(row) for row in lines])
    size = usual_size(side)
    while len(lines) > 1 and lines[0][0].y1 < top:
        if not _apart(lines[0][0], lines[1][0], size, step):
            break
        lines.pop(0)
    while len(lines) > 1 and lines[-1][0].y0 > foot:
        if not _apart(lines[-1][0], lines[-2][0], size, step):
            break
        lines.pop()
    return [p for row in lines for p in row]


def _apart(line: LinePiece, next_to: LinePiece, size: float, step: float) -> bool:
    far = abs(line.middle - next_to.middle) > 1.4 * step
    return far or abs(line.size - size) > 0.08 * size


def _reaches(left: Sequence[LinePiece], gutter: float, size: float) -> bool:
    """Say whether half of the lines left of a known gutter are filled up to it."""
    lines = rows(left)
    near = sum(row[-1].x1 > gutter - _NEAR_GUTTER * size for row in lines)
    return all(len(row) == 1 for row in lines) and 2 * near >= len(lines)


def _goes_on_beside(left: Sequence[LinePiece], right: Sequence[LinePiece], size: float) -> bool:
    """Say whether a few lines stand beside a long column of text, and are no wider than it.

    They may be the end of its text or something else: no line of the column goes on in them.
    """
    lines = [as_line(row) for row in rows(right)]
    wide = max(p.x1 for p in left) - min(p.x0 for p in left)
    if wide < _WIDE_ENOUGH * size or len(rows(left)) < _LONG_COLUMN:
        return False
    if any(p.x1 - lines[0].x0 > wide + 2.5 * size for p in lines):
        return False
    near = [abs(p.x1 - p.x0 - wide) <= 2.5 * size for p in lines[:-1]]
    few = len(lines) <= _FEW_BESIDE and all(HAN.search(p.text) for p in lines)
    return (bool(near) and all(near)) or (few and not any(_ends_in_leaders(p.text) for p in left))


def _stands_apart(left: Sequence[LinePiece], right: Sequence[LinePiece], size: float) -> bool:
    """Say whether a list stands left of a column of text, at heights of its own, as a menu does.

    The label of a paragraph stands at the height of its first line.
    """
    lines, beside = rows(left), rows(right)
    if len(lines) < _FEWEST_LINES or len(beside) < _LONG_COLUMN or any(len(r) > 1 for r in lines):
        return False
    middles = [row[0].middle for row in beside]
    own = sum(min(abs(row[0].middle - m) for m in middles) > 0.15 * size for row in lines)
    return own >= _FILLED * len(lines)


def _is_text(side: Sequence[LinePiece], size: float, depth: int) -> bool:
    """Say whether pieces are a column of running text, or several of them."""
    if _is_column(side, size):
        return True
    inner = regions(side, (), depth + 1)
    return len(inner) > 1 and all(_is_column(one.found, size) for one in inner)


def _is_column(side: Sequence[LinePiece], size: float) -> bool:
    """Say whether pieces are lines of running text: one to a line, and most of them filled."""
    lines = rows(side)
    if len(lines) < _FEWEST_LINES or sum(len(row) > 1 for row in lines) > 0.25 * len(lines):
        return False
    whole = [as_line(row) for row in lines]
    right = max(p.x1 for p in whole)
    left = min(p.x0 for p in whole)
    filled = [p for p in whole if p.x1 > right - _SHORT_BY * size]
    return right - left >= _TYPICAL * size and len(filled) >= _FILLED * len(whole)


def _overlap(left: Sequence[LinePiece], right: Sequence[LinePiece]) -> bool:
    """Say whether two columns stand side by side for half of the shorter one."""
    tops = [min(p.y0 for p in side) for side in (left, right)]
    ends = [max(p.y1 for p in side) for side in (left, right)]
    common = min(ends) - max(tops)
    return common >= 0.5 * min(e - t for e, t in zip(ends, tops, strict=True))


_LEADERS = frozenset(".…·．。")


def has_leaders(text: str) -> bool:
    """Say whether a line is an entry of a list of contents: dots, and the number of a page.

    >>> has_leaders("一、主要工作……………… 3"), has_leaders("全县共有12345")
    (True, False)
    """
    bare = text.rstrip("0123456789")
    return bare != text and _ends_in_leaders(bare)


def _ends_in_leaders(text: str) -> bool:
    dots = text.rstrip()[-4:]
    return len(dots) == 4 and set(dots) <= _LEADERS


def leading(lines: Sequence[LinePiece]) -> float:
    """Return the usual distance of two lines, from middle to middle; 0 where there is one line.

    >>> leading([LinePiece("全", 0, 12 * i, 10, 12 * i + 10, 10) for i in range(3)])
    12.0
    """
    steps = Counter(
        round(b.middle - a.middle, 0) for a, b in pairwise(lines) if b.middle > a.middle
    )
    return float(steps.most_common(1)[0][0]) if steps else 0.0
