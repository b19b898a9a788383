"""Which lines of a page are no running text: heads, feet, page numbers, watermarks, footnotes?"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from policytext.layout.glyphs import DrawnRule
from policytext.layout.rows import LinePiece, as_line, leading, rows, usual_size
from policytext.layout.ruled import is_above
from policytext.records import HAN

_EDGE = 3
"""Lines at the head and foot of a page that may be furniture."""

_HEAD_ENDS, _FOOT_BEGINS = 0.1, 0.9
_SMALL = 0.93
_SHOWN = 1.15
_APART = 1.3
_WIDEST_STEP = 1.8
_SAME_PLACE = 6.0
_SHARE = 0.3
_FARTHEST = 0.2
_LONGEST_LINE = 60
_LONGEST_NUMBER = 24

_FEWEST_FIXED, _SHARE_FIXED = 3, 0.6
_TEXT_LINE, _LONGEST_COUNT = 8, 4

_DIGITS = re.compile(r"\d+")
_SHAPE = re.compile(r"[0-9０-９ivxlcIVXLC〇一二三四五六七八九十]+")
_DASHED = re.compile(
    r"[-—–－·•~～|/\s]*(?:第\s*)?[0-9０-９]{1,4}\s*页?(?:\s*[,，/]?\s*(?:共|of|/)?\s*[0-9]{1,4}\s*页?)?[-—–－·•~～|\s]*"
    r"|共\s*[0-9]{1,4}\s*页\s*[,，]?\s*第\s*[0-9]{1,4}\s*页"
    r"|[-—–－·•\s]*(?:[Pp](?:age|AGE)?\.?)\s*[0-9]{1,4}(?:\s*(?:of|/)\s*[0-9]{1,4})?[-—–－·•\s]*"
    r"|第\s*[〇一二三四五六七八九十百]{1,5}\s*页"
    r"|[-—–－·•\s]*[ivxIVX]{1,6}[-—–－·•\s]*"
)
_BARE = re.compile(r"[0-9０-９]{1,4}|[ivxIVX]{1,6}")
_MOST_NOTES = 12
_NOTE = re.compile(r"[①-⑳*†‡※]|[\[〔]\d{1,2}[\]〕]|\d{1,2}(?=[^\d.．、%％,，:：/~～\-—年月日])")
_ENDS = "。；！？，、：;!?,:"


class Sorted(NamedTuple):
    """The pieces of a page by what they are: running text, heads, feet, watermarks, footnotes."""

    body: list[LinePiece]
    heads: list[LinePiece]
    feet: list[LinePiece]
    marks: list[LinePiece]
    notes: list[LinePiece]


class Shown(NamedTuple):
    """The pieces of a page that are no cells, its rules and its size."""

    found: list[LinePiece]
    rules: list[DrawnRule]
    width: float
    height: float
    tables: tuple[tuple[float, float], ...] = ()


# Which pieces are watermarks?


def watermarks(pages: Sequence[Sequence[LinePiece]]) -> list[set[int]]:
    """Return by page the numbers of the pieces that lie behind the text.

    They are pale or far larger than the text, and lie over it; or pale and at one place on two
    pages at least; or pale and far larger.

    >>> text = [LinePiece("全县医改工作", 0, 12 * i, 60, 12 * i + 10, 10) for i in range(5)]
    >>> watermarks([[*text, LinePiece("样稿", 0, 5, 80, 45, 40, pale=True)]])
    [{5}]
    """
    size = usual_size(p for page in pages for p in page)
    places: dict[tuple[str, int, int], int] = defaultdict(int)
    for page in pages:
        for p in page:
            if p.pale:
                places[_place(p)] += 1
    out: list[set[int]] = []
    for page in pages:
        found = set()
        for i, p in enumerate(page):
            large = p.size >= 1.6 * size
            if not (p.pale or p.size >= 2.5 * size):
                continue
            often = p.pale and len(pages) > 1 and 2 * places[_place(p)] > len(pages)
            if often or (large and p.pale) or _lies_over(p, page, size):
                found.add(i)
        out.append(found)
    known = {page[i].text for page, found in zip(pages, out, strict=True) for i in found}
    return [
        found | {i for i, p in enumerate(page) if p.pale and p.text in known}
        for page, found in zip(pages, out, strict=True)
    ]


def _place(p: LinePiece) -> tuple[str, int, int]:
    return p.text, round(p.x0 / 4), round(p.y0 / 4)


def _lies_over(mark: LinePiece, page: Sequence[LinePiece], size: float) -> bool:
    """Say whether a piece lies over lines of the text, which lines of a text never do."""
    for p in page:
        across = min(p.x1, mark.x1) - max(p.x0, mark.x0)
        down = min(p.y1, mark.y1) - max(p.y0, mark.y0)
        text = p is not mark and not p.pale and p.size < 1.6 * size
        if text and across > 0.5 * size and down > 0.3 * min(p.y1 - p.y0, mark.y1 - mark.y0):
            return True
    return False


# Which lines at the edges of pages are heads, feet and page numbers?


def furniture(pages: Sequence[Shown]) -> list[tuple[set[int], set[int]]]:
    """Return by page the numbers of the pieces that are heads, and of those that are feet.

    A line is furniture where one of its shape stands at the same place of other pages; else by
    its own place: at the edge, apart from the text, small, or a page number.
    """
    size = usual_size(p for page in pages for p in page.found)
    fixed = [
        on_all | numbers
        for on_all, numbers in zip(_fixed(pages), _line_numbers(pages), strict=True)
    ]
    lines = [
        rows(p for i, p in enumerate(page.found) if i not in gone)
        for page, gone in zip(pages, fixed, strict=True)
    ]
    step = _usual_step(lines)
    often = _repeated(pages, lines, size)
    out = []
    for number, page in enumerate(pages):
        number_of = {id(p): i for i, p in enumerate(page.found)}
        both: list[set[int]] = [fixed[number], set()]
        for foot in (False, True):
            gone = _at_edge(page, lines[number], often[number], size, step, foot=foot)
            both[foot] = both[foot] | {number_of[id(p)] for row in gone for p in row}
        out.append((both[0], both[1] - both[0]))
    return out


def _fixed(pages: Sequence[Shown]) -> list[set[int]]:
    """Return by page the pieces that stand at one place of most pages: bars, floating buttons.

    A browser prints them over the text of each page, so that they may stand in one of its lines.
    """
    size = usual_size(p for page in pages for p in page.found)
    places = Counter(place for page in pages for place in {_fixed_place(p) for p in page.found})
    least = max(_FEWEST_FIXED, _SHARE_FIXED * len(pages))
    out = []
    for page in pages:
        often = {
            i
            for i, p in enumerate(page.found)
            if places[_fixed_place(p)] >= least and p.size <= _SHOWN * size and HAN.search(p.text)
        }
        held = sum(len(page.found[i].text) for i in often)
        # pages that are copies of one another have no furniture by that
        out.append(often if 3 * held < sum(len(p.text) for p in page.found) else set())
    return out


def _fixed_place(p: LinePiece) -> tuple[str, int, int]:
    return p.text, round(p.x0), round(p.y0)


def _line_numbers(pages: Sequence[Shown]) -> list[set[int]]:
    """Return by page the numbers of lines that stand left of the text, counting in even steps.

    A page with too few to tell has those that stand where other pages have them.
    """
    beside = [_left_of_text(page) for page in pages]
    counted = [
        [int(page.found[i].text) for i in own] for page, own in zip(pages, beside, strict=True)
    ]
    ends: set[int] = set()
    for page, own, numbers in zip(pages, beside, counted, strict=True):
        steps = {b - a for a, b in pairwise(numbers)}
        if len(numbers) >= _FEWEST_FIXED and len(steps) == 1 and steps.pop() > 0:
            ends |= {round(page.found[i].x1) for i in own}
    return [
        {i for i in own if round(page.found[i].x1) in ends}
        for page, own in zip(pages, beside, strict=True)
    ]


def _left_of_text(page: Shown) -> list[int]:
    """Return the numbers that stand left of all lines of text, from above."""
    left = min((p.x0 for p in page.found if len(p.text) >= _TEXT_LINE), default=0.0)
    found = sorted(
        (p.y0, i)
        for i, p in enumerate(page.found)
        if p.x1 < left and len(p.text) <= _LONGEST_COUNT and p.text.isdecimal()
    )
    return [i for _, i in found]


def _usual_step(lines: Sequence[Sequence[Sequence[LinePiece]]]) -> float:
    """Return the usual distance of two lines over all pages."""
    steps = [leading([as_line(row) for row in page]) for page in lines if len(page) > 1]
    return sorted(steps)[len(steps) // 2] if steps else 0.0


def _repeated(
    pages: Sequence[Shown], lines: Sequence[Sequence[Sequence[LinePiece]]], size: float
) -> list[set[tuple[bool, int]]]:
    """Return by page which lines at head or foot stand so on other pages too."""
    seen: dict[tuple[bool, str], list[tuple[int, int, float]]] = defaultdict(list)
    for number, page in enumerate(lines):
        for foot in (False, True):
            for i in _edge(page, foot=foot):
                line = as_line(page[i])
                high = pages[number].height
                place = high - line.y1 if foot else line.y0
                if _may_run(line, size) and place <= _FARTHEST * high:
                    seen[foot, _SHAPE.sub("#", line.text)].append((number, i, place))
    out: list[set[tuple[bool, int]]] = [set() for _ in pages]
    least = max(2, round(_SHARE * len(pages)))
    for (foot, _), places in seen.items():
        for number, i in _at_one_place(places, least):
            out[number].add((foot, i))
    return out


def _at_one_place(
    places: Sequence[tuple[int, int, float]], least: int
) -> Iterator[tuple[int, int]]:
    """Yield page and line of what stands at about its place on so many pages."""
    order = sorted(places, key=lambda one: one[2])
    near: Counter[int] = Counter()
    first = last = 0
    for number, i, place in order:
        while last < len(order) and order[last][2] - place <= _SAME_PLACE:
            near[order[last][0]] += 1
            last += 1
        while place - order[first][2] > _SAME_PLACE:
            gone = order[first][0]
            near[gone] -= 1
            if not near[gone]:
                del near[gone]
            first += 1
        if len(near) >= least:
            yield number, i


def _edge(page: Sequence[Sequence[LinePiece]], *, foot: bool) -> list[int]:
    return list(range(len(page)))[-_EDGE:][::-1] if foot else list(range(len(page)))[:_EDGE]


def _may_run(line: LinePiece, size: float) -> bool:
    """Say whether a line may be a running head: no sentence, and not set like a title."""
    text = line.text
    return _n_wide(text) <= _LONGEST_LINE and (text[-1] not in _ENDS) and line.size <= _SHOWN * size


def _n_wide(text: str) -> float:
    """Return how many Chinese characters a line is about as wide as: addresses have narrow ones."""
    return sum(0.5 if char.isascii() else 1 for char in text)


def _at_edge(
    page: Shown,
    lines: list[list[LinePiece]],
    often: set[tuple[bool, int]],
    size: float,
    step: float,
    *,
    foot: bool,
) -> list[list[LinePiece]]:
    """Return the lines at one edge of a page that are furniture, from the edge inwards."""
    gone: list[list[LinePiece]] = []
    sure = 0
    inner = -1 if foot else 1
    for i in _edge(lines, foot=foot):
        line = as_line(lines[i])
        next_to = lines[i + inner] if 0 <= i + inner < len(lines) else None
        gap = abs(next_to[0].middle - line.middle) if next_to else page.height
        apart = gap > _APART * min(step or _WIDEST_STEP * size, _WIDEST_STEP * size)
        placed = _by_place(page, line, size, apart, foot=foot)
        if not ((foot, i) in often or placed):
            break
        gone.append(lines[i])
        if placed or apart or line.size <= _SMALL * size:
            sure = len(gone)
    return gone[:sure]


def _by_place(page: Shown, line: LinePiece, size: float, apart: bool, *, foot: bool) -> bool:
    """Say whether one line is furniture by its own place, size and form."""
    text = line.text.strip()
    at_edge = line.y0 > _FOOT_BEGINS * page.height if foot else line.y1 < _HEAD_ENDS * page.height
    if len(text) <= _LONGEST_NUMBER and _DASHED.fullmatch(text):
        bare = _BARE.fullmatch(text) is not None
        return (apart and (at_edge or foot)) if bare else (apart or at_edge or foot)
    small = line.size <= _SMALL * size
    sentence = text[-1] in _ENDS or _n_wide(text) > _LONGEST_LINE
    return at_edge and small and apart and not sentence and not (foot and _NOTE.match(text))


# Which lines at the foot of a page are footnotes?


def footnotes(
    found: Sequence[LinePiece], rules: Sequence[DrawnRule], size: float
) -> list[LinePiece]:
    """Return the lines at the foot of a page that are set smaller, below a rule or with a mark.

    >>> text = [LinePiece("全县医改工作", 0, 14 * i, 60, 14 * i + 12, 12) for i in range(5)]
    >>> note = LinePiece("①数据来自年报", 0, 90, 63, 99, 9)
    >>> [one.text for one in footnotes([*text, note], [], 12.0)]
    ['①数据来自年报']
    """
    short = [r for r in rules if r.level and 2 * (r.x1 - r.x0) <= _width(found)]
    lines = rows(found)
    for at in range(len(lines) - 1, max(0, len(lines) - 1 - _MOST_NOTES), -1):
        line = as_line(lines[at])
        if len(lines[at]) > 2:
            break
        # whatever their size, if a rule as of a word processor parts them from the text
        if _NOTE.match(line.text) and any(is_above(r, line) for r in short):
            return [as_line(row) for row in lines[at:]]
    below: list[LinePiece] = []
    for row in reversed(lines):
        line = as_line(row)
        if len(row) > 2 or any(p.size > _SMALL * size for p in row):
            break
        below.insert(0, line)
    while below and not (_NOTE.match(below[0].text) or any(is_above(r, below[0]) for r in short)):
        below.pop(0)
    return below


def _width(found: Sequence[LinePiece]) -> float:
    """Return how wide the text of a page is."""
    return max((p.x1 for p in found), default=0.0) - min((p.x0 for p in found), default=0.0)


def as_notes(lines: Iterable[LinePiece]) -> list[str]:
    """Return footnotes, each in one line.

    >>> as_notes([LinePiece("①数据来自", 0, 0, 50, 9, 9), LinePiece("年报。", 0, 10, 30, 19, 9)])
    ['①数据来自年报。']
    """
    out: list[str] = []
    for line in lines:
        if out and not _NOTE.match(line.text):
            out[-1] += line.text
        else:
            out.append(line.text)
    return out


def bare_sign(sign: str) -> str:
    """Return the sign of a note without what stands around it.

    >>> bare_sign("[2]")
    '2'
    """
    return sign.strip("[]〔〕")


def without_marks(piece: LinePiece, known: set[str]) -> tuple[LinePiece, list[str]]:
    """Drop raised signs that refer to a footnote of the page; tell which.

    >>> line = LinePiece("率达95%①，", 0, 0, 60, 10, 10, notes=((5, 6),))
    >>> line, signs = without_marks(line, {"①"})
    >>> line.text, signs
    ('率达95%，', ['①'])
    """
    gone: list[str] = []
    text, sure = piece.text, piece.sure
    for start, end in reversed(piece.notes):
        if bare_sign(text[start:end]) in known:
            gone.append(text[start:end])
            text = text[:start] + text[end:]
            sure = (*sure[:start], *sure[end:]) if sure else ()
    return piece._replace(text=text, sure=sure, notes=()), gone


def without_own_mark(note: str, dropped: set[str]) -> tuple[str, int]:
    """Drop the sign before a footnote if it was dropped from the text; say how many characters.

    >>> without_own_mark("1数据来自年报。", {"1"}), without_own_mark("①见附表。", {"1"})
    (('数据来自年报。', 1), ('①见附表。', 0))
    """
    found = _NOTE.match(note)
    if not found or bare_sign(found[0]) not in dropped:
        return note, 0
    return note[found.end() :].lstrip(), len(found[0])


def marks_of(notes: Iterable[str]) -> set[str]:
    """Return the signs that footnotes begin with.

    >>> sorted(marks_of(["①数据来自年报。", "[2]见附表。"]))
    ['2', '①']
    """
    found = (_NOTE.match(note) for note in notes)
    return {bare_sign(m[0]) for m in found if m}


# Which lines at the end of the document are notes?

_END_NOTE = re.compile(r"(?:[\[〔]\d{1,2}[\]〕]|\d{1,2}(?=\D)[.．、]?|[①-⑳])\s*(?=\S)")
_LABEL = re.compile(r"[\[〔]?\d{1,2}[\]〕]?[.．、]?|[①-⑳]")
_MOST_LINES = 6
_WAY_BACK = "↩\ufe0e "
"""What a browser shows behind a note: the link to where it belongs."""


class EndNotes(NamedTuple):
    """Notes at the end of a document: their signs, from where on they stand, and their words.

    ``page, height``: Where the first one stands; ``n_kept``: Footnotes of this page before it.
    """

    signs: frozenset[str] = frozenset()
    page: int = 0
    height: float = 0.0
    n_kept: int = 0
    texts: tuple[str, ...] = ()
    n_signs: int = 0


def end_notes(pages: Sequence[Sequence[LinePiece]], own: Sequence[Sequence[str]]) -> EndNotes:
    """Return the notes at the end of a document whose raised signs 1 to n stand in its text.

    ``own``: The footnotes of each page; a sign that refers to one is no sign of these.

    >>> line = LinePiece("率达95%1，升2。", 0, 0, 90, 10, 10, notes=((5, 6), (8, 9)))
    >>> notes = [LinePiece(f"[{n}]见表{n}。", 0, 90 + 14 * n, 60, 100 + 14 * n, 10) for n in (1, 2)]
    >>> end_notes([[line, *notes]], [[]]).texts
    ('见表1。', '见表2。')
    """
    for apart in (True, False):
        found = _notes_of(_signs_in_turn(pages, own, apart=apart), _from_the_end(pages, own))
        if found.signs and (apart or found.height < math.inf):
            return found
    return EndNotes()


def _notes_of(expected: list[str], lines: Iterable[tuple[int, int, LinePiece]]) -> EndNotes:
    """Return the notes with these signs among lines that come from the last one on."""
    signs = frozenset(expected)
    texts: list[str] = []
    behind, since, n_signs = "", 0, 0
    for number, n_kept, line in lines if expected else ():
        label = _END_NOTE.match(line.text)
        since += 1
        is_next = label and _is_sign(label[0], expected[-1], line, alone=len(signs) == 1)
        at_foot = line.y0 == math.inf
        if since > _MOST_LINES or (at_foot and (behind or not is_next)):
            break  # what stands between notes is text
        if not label or not is_next:
            behind = line.text + behind
            continue
        texts.insert(0, (line.text[label.end() :] + behind).rstrip(_WAY_BACK))
        n_signs += len(label[0].strip())
        behind, since = "", 0
        expected.pop()
        if not expected:
            return EndNotes(signs, number, line.y0, n_kept, tuple(texts), n_signs)
    return EndNotes()


def _signs_in_turn(
    pages: Sequence[Sequence[LinePiece]], own: Sequence[Sequence[str]], *, apart: bool
) -> list[str]:
    """Return the raised signs if they are 1 to n, lowest first.

    ``apart``: Whether signs are left out that refer to a footnote of their page.
    """
    raised = {
        bare_sign(piece.text[start:end])
        for page, notes in zip(pages, own, strict=True)
        for piece in page
        for start, end in piece.notes
        if start and not (apart and bare_sign(piece.text[start:end]) in marks_of(notes))
    }
    many = range(1, len(raised) + 1)
    for signs in ([str(n) for n in many], [chr(0x245F + n) for n in many]):
        if raised == set(signs):
            return signs
    return []


def _from_the_end(
    pages: Sequence[Sequence[LinePiece]], own: Sequence[Sequence[str]]
) -> Iterator[tuple[int, int, LinePiece]]:
    """Yield the lines of all pages from the last one: footnotes of a page, then its text.

    With each comes the number of its page, and how many footnotes of the page stand before it.
    What stands side by side is no note: there it ends.
    """
    for number in range(len(pages) - 1, -1, -1):
        for at in range(len(own[number]) - 1, -1, -1):
            yield number, at, LinePiece(own[number][at], 0, math.inf, 0, math.inf, 1.0)
        for row in reversed(rows(pages[number])):
            if len(row) > 2 or (len(row) == 2 and not _LABEL.fullmatch(row[0].text)):
                return
            yield number, 0, as_line(row)


def _is_sign(label: str, sign: str, line: LinePiece, *, alone: bool) -> bool:
    """Say whether a label is the sign of a note; a single one has to look like one."""
    bare = label.strip().rstrip(".．、")
    marked = bare != bare_sign(bare) or not bare.isdecimal()
    raised = line.y0 == math.inf or any(not start for start, _ in line.notes)
    return bare_sign(bare) == sign and (marked or raised or not alone)
