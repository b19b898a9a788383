"""Which paragraphs do the lines of all pages make, and where do tables and furniture stand?"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from policytext.layout.drawings import without_charts, without_struck
from policytext.layout.glyphs import DrawnPage, DrawnRule, Glyph
from policytext.layout.margins import (
    EndNotes,
    Shown,
    as_notes,
    bare_sign,
    end_notes,
    footnotes,
    furniture,
    marks_of,
    watermarks,
    without_marks,
    without_own_mark,
)
from policytext.layout.rows import (
    BULLETS,
    LinePiece,
    as_line,
    has_leaders,
    leading,
    pieces,
    regions,
    rows,
    usual_size,
)
from policytext.layout.ruled import Grid, aligned_tables, boxes, ruled_tables, words_of

_TABLE = "\0"
_UPRIGHT_WITHIN = 8
_LONGEST_ASLANT = 60

_SAME_SIZE = 0.1
_TITLE = 1.12
_LONG = 0.72
_REACHES, _WIDE = 0.62, 18.0
_FEWEST_ENDS = 4
_LIST = 7.0
"""Em of a column that is narrower than running text is set."""

_NARROW = 12.0
"""Em of a frame whose lines are a list and no running text."""

_WIDTH_STEP = 20
_NUMBERED = re.compile(
    r"第[〇一二三四五六七八九十百\d]+[章节条编部篇]|[〇一二三四五六七八九十]+[、．]|[（(][〇一二三四五六七八九十\d]+[)）]"
    rf"|\d+[、．.)）](?!\d)|[①-⑳▲※○□{BULLETS}]|–\s|——|附件|附[:：]"
)
_BULLET = re.compile(rf"(?:[{BULLETS}]\s+|–\s+(?!\d))(?=\S)")
"""A bullet apart from its words; a dash before a figure may be a minus."""
_INLINE = re.compile(r"[（(]\d{1,2}[)）]|[①-⑳]")
"""Numbers that stand within a paragraph too, where a new one would be indented."""

_COUNTED = re.compile(r"([（(])([0-9]{1,2})([)）])|([①-⑳])")

_ENDS = frozenset("。！？!?；;：:")
_HANGING = "，。、；：！？,.;:!?"
"""What may stand outside of the right margin."""
_CLOSING = "”’」』》）)】]\"'"
_LATIN = re.compile(r"[A-Za-z]")


class Block(NamedTuple):
    """A paragraph, cell, footnote or line of furniture, in the order of reading.

    ``kind``: ``text``, ``table``, ``footnote``, ``furniture``, ``page`` (a new page begins), or
    ``bullet`` (the sign before an item, no text).
    ``table, row, column``: The cell's place, else 0.
    ``sure``: How sure the reading of each character is; empty where it is no scan.
    """

    kind: str
    text: str
    page: int
    table: int = 0
    row: int = 0
    column: int = 0
    sure: tuple[float, ...] = ()


class Flow(NamedTuple):
    """The blocks of a file, and what is no text: number of the page from 0, kind, characters."""

    blocks: list[Block]
    beside: list[tuple[int, str, int]]


def read_flow(pages: Iterable[DrawnPage]) -> Flow:
    """Return the blocks of all pages, which may come one by one, in reading order.

    >>> row = [Glyph(c, 14.0 * i, 90.0, 14.0 * i + 14, 104.0, 14.0) for i, c in enumerate("全县")]
    >>> [block.text for block in read_flow([DrawnPage(595, 842, row, [])]).blocks]
    ['全县']
    """
    sorted_pages = _sort(pages)
    last = end_notes([page.body for page in sorted_pages], [page.notes for page in sorted_pages])
    if last.signs:
        sorted_pages = [_before(page, n, last) for n, page in enumerate(sorted_pages)]
    size = usual_size(p for page in sorted_pages for p in page.body)
    beside: list[tuple[int, str, int]] = []
    notes: list[Block] = []
    events: list[_Event] = []
    known = _columns(sorted_pages)
    for number, page in enumerate(sorted_pages):
        body = page.body
        signs = marks_of(page.notes) | last.signs
        cleared = [without_marks(p, signs) for p in body] if signs else [(p, []) for p in body]
        gone = [sign for _, found in cleared for sign in found]
        events += _page_events(number, page._replace(body=[p for p, _ in cleared]), size, known)
        bare = set(map(bare_sign, gone))
        own = [without_own_mark(note, bare) for note in page.notes]
        notes += [Block("footnote", text, number) for text, _ in own]
        n_signs = sum(map(len, gone)) + sum(n for _, n in own)
        counted = ((_NOTE_SIGNS, n_signs), *page.beside)
        beside += [(number, kind, n) for kind, n in counted if n]
    notes += [Block("footnote", text, last.page) for text in last.texts]
    beside += [(last.page, _NOTE_SIGNS, last.n_signs)] * bool(last.n_signs)
    blocks = [*_flowing(events, _measures(events, size)), *notes]
    bullets = Counter(block.page for block in blocks if block.kind == "bullet")
    beside += [(number, "signs of bullets", n) for number, n in bullets.items()]
    return Flow([block for block in blocks if block.kind != "bullet"], beside)


_NOTE_SIGNS = "signs that refer to footnotes"

# What does each page hold, by kind?


class _Sheet(NamedTuple):
    """A page, sorted: running text, what stands at its edges and behind it, notes, tables."""

    body: list[LinePiece]
    heads: list[str]
    feet: list[str]
    notes: list[str]
    tables: list[Grid]
    aside: list[list[LinePiece]]
    width: float
    plain: str = ""
    framed: Sequence[str] = ()
    beside: Sequence[tuple[str, int]] = ()


def _before(page: _Sheet, number: int, notes: EndNotes) -> _Sheet:
    """Return what stands on a page before the notes at the end of the document."""
    if number < notes.page:
        return page
    if number > notes.page:
        return page._replace(body=[], notes=[])
    body = [p for p in page.body if p.y0 < notes.height - 0.3 * p.size]
    return page._replace(body=body, notes=page.notes[: notes.n_kept])


class _Event(NamedTuple):
    """What comes next in reading order: a line, a table, a line of furniture, a new page."""

    kind: str
    page: int
    line: LinePiece = LinePiece("", 0, 0, 0, 0, 1.0)
    slot: tuple[int, int, int, int] = (0, 1, 0, 0)
    region: int = 0
    grid: Grid | None = None


class _Held(NamedTuple):
    """A page without its characters: its pieces, tables, and text that is not upright."""

    page: DrawnPage
    tables: list[Grid]
    rest: list[LinePiece]
    sides: list[list[LinePiece]]
    aslant: list[list[LinePiece]]
    framed: list[list[LinePiece]]
    n_struck: int


def _held(given: DrawnPage) -> _Held:
    page, n_struck = without_struck(given)
    main, sides, aslant = _by_direction(page)
    tables, rest = ruled_tables(pieces(main.glyphs, main.rules), main.rules)
    framed, rest = boxes(rest, main.rules)
    levels = [rule for rule in main.rules if rule.level]
    main = main._replace(glyphs=[], rules=levels)
    return _Held(main, tables, rest, sides, aslant, framed, n_struck)


def _sort(pages: Iterable[DrawnPage]) -> list[_Sheet]:
    """Sort the pieces of all pages; what repeats is told from all pages together."""
    held = [_held(page) for page in pages]  # characters are let go page by page
    behind = watermarks([one.rest for one in held])
    texts = [
        [p for i, p in enumerate(one.rest) if i not in gone]
        for one, gone in zip(held, behind, strict=True)
    ]
    edges = furniture(
        [
            Shown(text, one.page.rules, one.page.width, one.page.height)
            for one, text in zip(held, texts, strict=True)
        ]
    )
    often = Counter(side for one in held for side in set(map(_words, (*one.sides, *one.framed))))
    size = usual_size(p for text in texts for p in text)
    return [
        _sheet(one, text, gone, edge, often, size)
        for one, text, gone, edge in zip(held, texts, behind, edges, strict=True)
    ]


def _sheet(
    one: _Held,
    text: list[LinePiece],
    behind: set[int],
    edges: tuple[set[int], set[int]],
    often: Mapping[str, int],
    size: float,
) -> _Sheet:
    """Sort the pieces of a page, once it is known what repeats."""
    heads, feet = edges
    body = [p for n, p in enumerate(text) if n not in heads and n not in feet]
    body, drawn = without_charts(body, size)
    notes = footnotes(body, one.page.rules, size)
    foot = min((p.y0 for p in notes), default=one.page.height * 2)
    repeated = [side for side in (*one.sides, *one.framed) if often[_words(side)] > 1]
    framed = [line for box in one.framed if box not in repeated for line in _of_box(box)]
    hidden = [_words([one.rest[n]]) for n in sorted(behind)]
    hidden += [_words(side) for side in (*one.aslant, *repeated)]
    return _Sheet(
        [p for p in body if p.y0 < foot - 0.1],
        [as_line(row).text for row in rows(text[n] for n in heads)] + hidden,
        [as_line(row).text for row in rows(text[n] for n in feet)],
        as_notes(notes),
        one.tables,
        [side for side in one.sides if side not in repeated],
        one.page.width,
        one.page.plain,
        framed,
        (("struck-through text", one.n_struck), ("chart", sum(map(_n_signs, drawn)))),
    )


def _n_signs(piece: LinePiece) -> int:
    return sum(not char.isspace() for char in piece.text)


def _of_box(box: Sequence[LinePiece]) -> Iterator[str]:
    """Yield the paragraphs of a text in a frame: a line that fills it goes on in the next."""
    right, size = max(piece.x1 for piece in box), usual_size(box)
    listed = right - min(piece.x0 for piece in box) < _NARROW * size
    text = ""
    for line in map(as_line, rows(box)):
        text += _glue(text, line.text) + line.text
        if listed or line.x1 < right - 1.5 * line.size or _has_ended(line.text):
            yield text
            text = ""
    if text:
        yield text


def _words(side: Iterable[LinePiece]) -> str:
    return " ".join(as_line(row).text for row in rows(side))


def _by_direction(
    page: DrawnPage,
) -> tuple[DrawnPage, list[list[LinePiece]], list[list[LinePiece]]]:
    """Return a page with the text of its main direction, text at right angles, text aslant."""
    groups: dict[int, list[Glyph]] = defaultdict(list)
    for glyph in page.glyphs:
        near = round(glyph.angle / 90) * 90
        straight = abs(glyph.angle - near) <= _UPRIGHT_WITHIN
        groups[near % 360 if straight else 1000 + glyph.angle].append(glyph)
    upright = [angle for angle in groups if angle < 1000]
    main = max(upright, key=lambda angle: len(groups[angle]), default=0)
    sides: list[list[LinePiece]] = []
    aslant: list[list[LinePiece]] = []
    for angle, glyphs in groups.items():
        if angle == main:
            continue
        if angle < 1000:
            sides.append(pieces([_turned(g, angle, page) for g in glyphs]))
            continue
        texts = list(_aslant(glyphs))
        found = [LinePiece(text, 0, 2.0 * i, 1, 2.0 * i + 1, 1.0) for i, text in enumerate(texts)]
        long = sum(map(len, set(texts))) > _LONGEST_ASLANT
        (sides if long else aslant).append(found)
    width, height = (page.height, page.width) if main % 180 else (page.width, page.height)
    glyphs = [_turned(g, main, page) for g in groups.get(main, [])]
    rules = [_turned_rule(rule, main, page) for rule in page.rules]
    kept = DrawnPage(width, height, glyphs, rules, page.n_outside, page.plain)
    return kept, [s for s in sides if s], [s for s in aslant if s]


def _aslant(glyphs: Sequence[Glyph]) -> Iterator[str]:
    """Yield the stretches of text aslant, each as it was drawn."""
    text = ""
    last: Glyph | None = None
    for glyph in glyphs:
        if last is not None:
            far = math.hypot(glyph.x0 - last.x0, glyph.y0 - last.y0) > 2.5 * glyph.size
            if far and text.strip():
                yield text.strip()
                text = ""
        text += glyph.char
        last = glyph
    if text.strip():
        yield text.strip()


def _turned(glyph: Glyph, angle: int, page: DrawnPage) -> Glyph:
    """Return a character as it stands when the page is turned so that its text is upright."""
    if not angle:
        return glyph
    x0, y0, x1, y1 = _turned_box(glyph.x0, glyph.y0, glyph.x1, glyph.y1, angle, page)
    return glyph._replace(x0=x0, y0=y0, x1=x1, y1=y1)


def _turned_rule(rule: DrawnRule, angle: int, page: DrawnPage) -> DrawnRule:
    return DrawnRule(*_turned_box(*rule, angle, page)) if angle else rule


def _turned_box(
    x0: float, y0: float, x1: float, y1: float, angle: int, page: DrawnPage
) -> tuple[float, float, float, float]:
    if angle == 90:
        return page.height - y1, x0, page.height - y0, x1
    if angle == 180:
        return page.width - x1, page.height - y1, page.width - x0, page.height - y0
    return y0, page.width - x1, y1, page.width - x0


def _columns(pages: Sequence[_Sheet]) -> dict[int, list[float]]:
    """Return by width of page where columns begin, apart from the first one."""
    begins: dict[int, set[int]] = defaultdict(set)
    for page in pages:
        for region in regions(page.body):
            if region.slot[0]:
                begins[round(page.width / _WIDTH_STEP)].add(round(min(p.x0 for p in region.found)))
    return {wide: sorted(map(float, places)) for wide, places in begins.items()}


def _page_events(
    number: int, page: _Sheet, size: float, known: dict[int, list[float]]
) -> Iterator[_Event]:
    """Yield what stands on a page in reading order, furniture at its edges."""
    if number:
        yield _Event("page", number)
    for text in page.heads:
        yield _Event("furniture", number, LinePiece(text, 0, 0, 0, 0, 1.0))
    for line in page.plain.splitlines():
        yield _Event("plain", number, LinePiece(line, 0, 0, 0, 0, 1.0))
    found = [
        *page.body,
        *(
            LinePiece(f"{_TABLE}{i}", t.x0, t.y0, t.x1, t.y1, size)
            for i, t in enumerate(page.tables)
        ),
    ]
    at = 0
    for region in regions(found, known.get(round(page.width / _WIDTH_STEP), ())):
        at += 1
        slot = (*region.slot, round(page.width / _WIDTH_STEP), 0)
        yield from _region_events(number, region.found, page.tables, size, slot, at)
    for side in page.aside:
        at += 1
        slot = (0, 1, round(page.width / _WIDTH_STEP), 1)
        yield from _region_events(number, side, [], size, slot, at)
    for text in page.framed:
        yield _Event("plain", number, LinePiece(text, 0, 0, 0, 0, 1.0))
    for text in page.feet:
        yield _Event("furniture", number, LinePiece(text, 0, 0, 0, 0, 1.0))


def _region_events(
    number: int,
    found: Sequence[LinePiece],
    tables: Sequence[Grid],
    size: float,
    slot: tuple[int, int, int, int],
    at: int,
) -> Iterator[_Event]:
    lines = rows(found)
    aligned = {start: (end, grid) for start, end, grid in aligned_tables(lines, size)}
    i = 0
    while i < len(lines):
        table = next((p for p in lines[i] if p.text.startswith(_TABLE)), None)
        words = [p for p in lines[i] if p is not table]
        if i in aligned and table is None:
            i, grid = aligned[i]
            yield _Event("table", number, grid=grid)
            continue
        if table is not None:
            yield _Event("table", number, grid=tables[int(table.text[1:])])
        if words:
            yield _Event("line", number, as_line(words), slot, at)
        i += 1


# Where are the margins of each column, and how are paragraphs set?


class _Measures(NamedTuple):
    """Margins of a column over all pages, and how a new paragraph shows.

    ``apart``: Distance of two lines from which they are two paragraphs.
    ``indents``: Whether first lines are indented.
    ``justified``: Whether lines that are filled end at the right margin.
    ``spaced``: Whether paragraphs stand further apart than lines.
    ``filled``: Whether several lines end at the right margin within a sentence.
    ``trusted``: Whether there is a right margin: lines reach over the page, or several end there.
    """

    left: float
    right: float
    size: float
    apart: float
    indents: bool
    justified: bool
    trusted: bool
    spaced: bool
    filled: bool


_Slot = tuple[int, int, int, int]


def _measures(events: Sequence[_Event], size: float) -> dict[_Slot, _Measures]:
    """Return the measures of each column."""
    by_slot: dict[_Slot, list[_Event]] = defaultdict(list)
    for event in events:
        if event.kind == "line":
            by_slot[event.slot].append(event)
    margins = {slot: _margins([e.line for e in lines], size) for slot, lines in by_slot.items()}
    pairs = [
        (one, other, *margins[one.slot])
        for one, other in pairwise(e for e in events if e.kind == "line")
        if (one.page, one.region) == (other.page, other.region)
        and _alike(one.line, other.line)
        and abs(one.line.size - size) <= _SAME_SIZE * size
    ]
    indents = _has_indents(pairs, size)
    justified = _is_justified(pairs, size)
    out = {}
    for slot, lines in by_slot.items():
        own = [pair for pair in pairs if pair[0].slot == slot]
        apart, spaced = _apart(own or pairs, [e.line for e in lines], size)
        left, right = margins[slot]
        ends = sum(abs(e.line.x1 - right) <= size for e in lines)
        within = sum(
            abs(e.line.x1 - right) <= 2 * size and not _has_ended(e.line.text) for e in lines
        )
        wide = right >= _REACHES * _WIDTH_STEP * slot[2] or right - left >= _WIDE * size
        several = ends >= (_FEWEST_ENDS if slot[1] == 1 else 2)
        trusted = (wide and slot[1] == 1) or (several and right - left >= _LIST * size)
        filled = within >= _FEWEST_ENDS
        out[slot] = _Measures(
            *(left, right, size, apart, indents, justified, trusted, spaced, filled)
        )
    return {slot: one._replace(trusted=_is_trusted(slot, out)) for slot, one in out.items()}


def _is_trusted(slot: _Slot, measures: Mapping[_Slot, _Measures]) -> bool:
    """Say whether a column has a right margin: its own, or it is as wide as one that has."""
    own = measures[slot]
    beside = [one for other, one in measures.items() if other[1:] == slot[1:] and other != slot]
    wide = own.right - own.left
    return own.trusted or any(
        one.trusted and abs(one.right - one.left - wide) <= own.size for one in beside
    )


_Pair = tuple[_Event, _Event, float, float]


def _alike(one: LinePiece, other: LinePiece) -> bool:
    return abs(one.size - other.size) <= _SAME_SIZE * max(one.size, other.size)


def _margins(lines: Sequence[LinePiece], size: float) -> tuple[float, float]:
    """Return where lines usually begin and end; a few that stand out do not count."""
    body = [p for p in lines if abs(p.size - size) <= _SAME_SIZE * size] or list(lines)
    inside = [p for p in body if p.text[-1] not in _HANGING] or body
    begins, ends = sorted(p.x0 for p in body), sorted((p.x1 for p in inside), reverse=True)
    least = max(2, round(0.04 * len(body)))
    left = next(
        (x for x in begins if sum(x <= o <= x + 0.6 * size for o in begins) >= least), begins[0]
    )
    right = next((x for x in ends if sum(x - size <= o <= x for o in ends) >= least), ends[0])
    return left, right


def _has_indents(pairs: Sequence[_Pair], size: float) -> bool:
    """Say whether lines behind a line that is not filled are indented, as first lines are."""
    starts = [
        other.line.x0 - left
        for one, other, left, right in pairs
        if one.line.x1 < right - 3 * size and other.line.x0 - left < 5 * size
    ]
    if len(starts) >= 2:
        return 2 * sum(x > 0.9 * size for x in starts) >= len(starts)
    every = [other.line.x0 - left for _, other, left, _ in pairs]
    return any(0.9 * size < x < 5 * size for x in every)


def _is_justified(pairs: Sequence[_Pair], size: float) -> bool:
    filled = [
        one.line.x1 >= right - 0.6 * size
        for one, other, left, right in pairs
        if other.line.x0 - left < 0.6 * size and one.line.x1 >= right - 4 * size
    ]
    return 10 * sum(filled) >= 8 * len(filled) if filled else False


def _apart(pairs: Sequence[_Pair], lines: Sequence[LinePiece], size: float) -> tuple[float, bool]:
    """Return from which distance on two lines are two paragraphs, and whether that tells them."""
    full = [b.line.middle - a.line.middle for a, b, _, r in pairs if a.line.x1 >= r - 2 * size]
    open_ends = [b.line.middle - a.line.middle for a, b, _, r in pairs if a.line.x1 < r - 3 * size]
    step = median(full) if full else (leading(lines) or 1.6 * size)
    if full and open_ends and median(open_ends) > 1.12 * step:
        return (step + median(open_ends)) / 2, True
    return 1.45 * step, False


# Which line goes on in the next one?


def _flowing(events: Sequence[_Event], measures: Mapping[_Slot, _Measures]) -> Iterator[Block]:
    """Yield paragraphs, and behind each what stood between its lines: furniture, new pages."""
    paragraph: list[_Event] = []
    waiting: list[_Event] = []
    n_tables = 0
    for event in events:
        if event.kind == "line":
            if paragraph and _goes_on(paragraph, event, waiting, measures):
                paragraph.append(event)
                continue
            done = [*_closed(paragraph), *_released(waiting, n_tables)]
            n_tables = max((b.table for b in done), default=n_tables) or n_tables
            yield from done
            paragraph, waiting = [event], []
        else:
            waiting.append(event)
    yield from _closed(paragraph)
    yield from _released(waiting, n_tables)


def _closed(paragraph: Sequence[_Event]) -> Iterator[Block]:
    """Yield a paragraph; a bullet that stands apart from its words is no text of it.

    One that was typed stands at them, or cannot be told from what a word processor drew.
    """
    if not paragraph:
        return
    text = ""
    sure: list[float] = []
    for event in paragraph:
        glue = _glue(text, event.line.text)
        text += glue + event.line.text
        if event.line.sure or sure:
            sure += [1.0] * (len(text) - len(event.line.text) - len(sure))
            sure += event.line.sure or [1.0] * len(event.line.text)
    drawn = _BULLET.match(text)
    if drawn:
        yield Block("bullet", drawn[0][0], paragraph[0].page)
        text, sure = text[drawn.end() :], sure[drawn.end() :]
    yield Block("text", text, paragraph[0].page, sure=tuple(sure))


def _glue(before: str, after: str) -> str:
    latin = _LATIN.match(before[-1:]) and _LATIN.match(after[:1])
    return " " if latin else ""


def _released(waiting: Iterable[_Event], n_tables: int) -> Iterator[Block]:
    for event in waiting:
        if event.grid is None:
            kind = "text" if event.kind == "plain" else event.kind
            yield Block(kind, event.line.text, event.page)
            continue
        n_tables += 1
        for cell in event.grid.cells:
            lines = words_of(cell)
            text = "".join(
                _glue(a.text, b.text) + b.text
                for a, b in pairwise([lines[0]._replace(text=""), *lines])
            )
            sure = tuple(s for line in lines for s in (line.sure or (1.0,) * len(line.text)))
            doubted = sure if len(sure) == len(text) and min(sure) < 1 else ()
            yield Block("table", text, event.page, n_tables, cell.row, cell.column, doubted)


def _goes_on(
    paragraph: Sequence[_Event],
    event: _Event,
    waiting: Sequence[_Event],
    measures: Mapping[_Slot, _Measures],
) -> bool:
    """Say whether a paragraph goes on in a line."""
    last = paragraph[-1]
    one, other = last.line, event.line
    over = (last.page, last.region) != (event.page, event.region)
    if any(w.kind == "table" for w in waiting) and (
        last.page == event.page or _has_ended(one.text)
    ):
        return False
    here, there = measures[last.slot], measures[event.slot]
    if last.slot[3] != event.slot[3] or not here.trusted:
        return False
    if not _alike(one, other) or has_leaders(one.text) or has_leaders(other.text):
        return False
    if not over and other.middle - one.middle > max(here.apart, here.apart * one.size / here.size):
        return False
    full = one.x1 + other.lead > here.right - 0.3 * one.size
    if one.size > _TITLE * here.size:
        return full and not over and not _NUMBERED.match(other.text)
    if _NUMBERED.match(other.text) and (_has_ended(one.text) or not full):
        if full and _counts_on(paragraph, other.text):
            return True
        within = full and there.indents and other.x0 - there.left < 0.5 * other.size
        return bool(within and _INLINE.match(other.text))
    if other.x0 > there.left + 0.9 * other.size:
        return full and _hangs(paragraph, other, indents=there.indents)
    if _has_ended(one.text) and not (here.indents or here.spaced or here.filled):
        return False  # nothing shows where paragraphs begin
    return full or _is_open(one, here, over=over)


def _counts_on(paragraph: Sequence[_Event], text: str) -> bool:
    """Say whether a line begins with the item behind two that stand within the paragraph."""
    found = _COUNTED.match(text)
    if not found:
        return False
    before = "".join(event.line.text for event in paragraph)
    opening, digits, closing, circled = found.groups("")
    if circled:
        earlier = [chr(ord(circled) - back) for back in (1, 2)]
        return circled > "②" and all(before.find(sign, 1) > 0 for sign in earlier)
    number = int(digits)
    earlier = [f"{opening}{number - back}{closing}" for back in (1, 2)]
    return number > 2 and all(before.find(sign, 1) > 0 for sign in earlier)


def _is_open(line: LinePiece, here: _Measures, *, over: bool) -> bool:
    """Say whether a line that is not filled goes on all the same, where the next begins no new."""
    long = line.x1 - here.left >= _LONG * (here.right - here.left)
    ended = _has_ended(line.text)
    if here.spaced and not over:
        return long  # paragraphs would stand further apart
    if here.justified:
        return long and here.indents and not ended
    return long and (here.indents or not ended)


def _hangs(paragraph: Sequence[_Event], line: LinePiece, *, indents: bool) -> bool:
    """Say whether an indented line hangs below the first line of an item."""
    first, last = paragraph[0].line, paragraph[-1].line
    if abs(line.x0 - last.x0) <= 0.5 * line.size:
        return len(paragraph) > 1 or not (indents or _has_ended(last.text))
    if len(paragraph) > 1:
        return False
    return (
        bool(_NUMBERED.match(first.text)) and 0.3 * line.size < line.x0 - first.x0 < 3.5 * line.size
    )


def _has_ended(text: str) -> bool:
    return text.rstrip(_CLOSING)[-1:] in _ENDS
