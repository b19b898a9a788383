"""Which characters and rules does a page of a PDF file show, and where?"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

MOST_GLYPHS = 60_000
"""Of a page with more characters only the text is taken, not their places."""

MOST_SHAPES = 20_000
_THIN = 3.0
_SHORTEST_RULE = 8.0
_PALE, _WHITE = 0.6, 0.98
_HYPHENS = (0x02, 0xFFFE)
_NEAR = 0.5
_FORM, _PATH = 5, 2
_DEEPEST = 4


class Glyph(NamedTuple):
    """A character with its box in points; x grows to the right, y downwards.

    ``size``: Height of the font, as it is shown.
    ``angle``: Direction of writing in degrees, anticlockwise; 0 for upright text.
    ``pale``: Whether it is drawn in a light colour, or half transparent.
    ``sure``: How sure its reading is, from 0 to 1; 1 where it is no scan.

    >>> Glyph("县", 10.0, 20.0, 24.0, 34.0, 14.0).middle
    27.0
    """

    char: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    angle: int = 0
    pale: bool = False
    sure: float = 1.0

    @property
    def middle(self) -> float:
        """Its height on the page."""
        return (self.y0 + self.y1) / 2


class DrawnRule(NamedTuple):
    """A straight line that is drawn on a page, level or upright.

    >>> DrawnRule(0.0, 5.0, 90.0, 5.5).level
    True
    """

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def level(self) -> bool:
        """Whether it runs from left to right."""
        return self.x1 - self.x0 >= self.y1 - self.y0


class DrawnPage(NamedTuple):
    """What a page shows: its characters in drawing order, and its rules.

    ``n_outside``: Characters that stand beside the page.
    ``plain``: The text of a page with too many characters to ask each for its place.

    >>> DrawnPage(595, 842, [], []).n_outside
    0
    """

    width: float
    height: float
    glyphs: list[Glyph]
    rules: list[DrawnRule]
    n_outside: int = 0
    plain: str = ""


class _View(NamedTuple):
    """The part of a page that is shown, and by how many quarters it is turned."""

    left: float
    bottom: float
    right: float
    top: float
    turns: int

    def shown(
        self, x0: float, y0: float, x1: float, y1: float
    ) -> tuple[float, float, float, float]:
        """Return a box of the file as it is seen: x to the right, y downwards."""
        left, right = x0 - self.left, x1 - self.left
        top, bottom = self.top - y1, self.top - y0
        wide, high = self.right - self.left, self.top - self.bottom
        if self.turns == 1:
            return high - bottom, left, high - top, right
        if self.turns == 2:
            return wide - right, high - bottom, wide - left, high - top
        if self.turns == 3:
            return top, wide - right, bottom, wide - left
        return left, top, right, bottom

    def size(self) -> tuple[float, float]:
        """Return width and height of the page as it is seen."""
        wide, high = self.right - self.left, self.top - self.bottom
        return (high, wide) if self.turns % 2 else (wide, high)


def read_page(page: Any, words: Any) -> DrawnPage:
    """Return what a page of pypdfium2, whose text page is ``words``, shows."""
    left, bottom, right, top = page.get_bbox()
    view = _View(left, bottom, right, top, page.get_rotation() // 90 % 4)
    width, height = view.size()
    glyphs: list[Glyph] = []
    outside = 0
    for glyph in _glyphs(words, view):
        across, down = (glyph.x0 + glyph.x1) / 2, glyph.middle
        if 0 <= across <= width and 0 <= down <= height:
            glyphs.append(glyph)
        else:
            outside += not glyph.char.isspace()
    return DrawnPage(width, height, glyphs, list(_rules(page, view)), outside)


def _glyphs(words: Any, view: _View) -> Iterator[Glyph]:
    """Yield the characters that the file draws; those that pdfium adds are none."""
    from pypdfium2 import raw

    page = words.raw
    code_of, is_added, box_of = (
        raw.FPDFText_GetUnicode,
        raw.FPDFText_IsGenerated,
        raw.FPDFText_GetLooseCharBox,
    )
    box = raw.FS_RECTF()
    at_box = ctypes.byref(box)
    style = _Style(page)
    last = (0.0, 0.0, 0.0)
    high = 0
    for i in range(words.count_chars()):
        code = code_of(page, i)
        if not code or is_added(page, i) == 1:
            continue
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000 and high:
            code, high = 0x10000 + (high - 0xD800) * 0x400 + code - 0xDC00, 0
        box_of(page, i, at_box)
        left, bottom, right, top = box.left, box.bottom, box.right, box.top
        if (bottom, top) != last[1:] or abs(left - last[0]) > _NEAR * style.size:
            style.ask(i, view.turns)
        last = (right, bottom, top)
        place = view.shown(left, bottom, right, top)
        if math.isfinite(sum(place)) and math.isfinite(style.size):
            char = chr(code) if code not in _HYPHENS else "-"
            yield Glyph(char, *place, style.size or 1.0, style.angle, style.pale)


class _Style:
    """How a character is drawn; those that follow side by side are drawn alike."""

    def __init__(self, page: Any) -> None:
        from pypdfium2 import raw

        self.page = page
        self.size, self.angle, self.pale = 1.0, 0, False
        self._matrix = raw.FS_MATRIX()
        self._colour = [ctypes.c_uint() for _ in range(4)]

    def ask(self, i: int, turns: int) -> None:
        """Ask how character ``i`` is drawn."""
        from pypdfium2 import raw

        matrix = self._matrix
        raw.FPDFText_GetMatrix(self.page, i, matrix)
        raw.FPDFText_GetFillColor(self.page, i, *self._colour)
        self.size = raw.FPDFText_GetFontSize(self.page, i) * math.hypot(matrix.c, matrix.d)
        angle = math.degrees(math.atan2(matrix.b, matrix.a)) if matrix.b or matrix.a < 0 else 0.0
        self.angle = (round(angle) - 90 * turns) % 360
        self.pale = _is_pale(*(one.value for one in self._colour))


def _is_pale(red: int, green: int, blue: int, alpha: int) -> bool:
    light = (0.3 * red + 0.59 * green + 0.11 * blue) / 255
    seen = 1 - (1 - light) * alpha / 255
    return _PALE <= seen < _WHITE


# Which rules are drawn: the borders of tables, the line above a footnote?


def _rules(page: Any, view: _View) -> Iterator[DrawnRule]:
    """Yield the level and upright rules of a page, thin boxes and edges of boxes included."""
    from pypdfium2 import raw

    seen = 0
    turned = raw.FS_MATRIX(1, 0, 0, 1, 0, 0)
    stack = [
        (raw.FPDFPage_GetObject(page, i), turned, 0)
        for i in range(min(raw.FPDFPage_CountObjects(page), MOST_SHAPES))
    ]
    while stack and seen < MOST_SHAPES:
        thing, matrix, depth = stack.pop()
        seen += 1
        kind = raw.FPDFPageObj_GetType(thing)
        if kind == _FORM and depth < _DEEPEST:
            own = _times(_matrix_of(thing), matrix)
            inside = min(raw.FPDFFormObj_CountObjects(thing), MOST_SHAPES)
            stack += [(raw.FPDFFormObj_GetObject(thing, i), own, depth + 1) for i in range(inside)]
        elif kind == _PATH:
            yield from _edges(thing, _times(_matrix_of(thing), matrix), view)


def _matrix_of(thing: Any) -> Any:
    from pypdfium2 import raw

    matrix = raw.FS_MATRIX(1, 0, 0, 1, 0, 0)
    raw.FPDFPageObj_GetMatrix(thing, matrix)
    return matrix


def _times(first: Any, then: Any) -> Any:
    """Return the matrix that does one after the other."""
    from pypdfium2 import raw

    return raw.FS_MATRIX(
        first.a * then.a + first.b * then.c,
        first.a * then.b + first.b * then.d,
        first.c * then.a + first.d * then.c,
        first.c * then.b + first.d * then.d,
        first.e * then.a + first.f * then.c + then.e,
        first.e * then.b + first.f * then.d + then.f,
    )


def _edges(thing: Any, matrix: Any, view: _View) -> Iterator[DrawnRule]:
    """Yield the straight edges of a path; a box as thin as a line is one rule."""
    points = list(_points(thing, matrix, view))
    if len(points) < 2:
        return
    across, down = [p[0] for p in points], [p[1] for p in points]
    whole = DrawnRule(min(across), min(down), max(across), max(down))
    if min(whole.x1 - whole.x0, whole.y1 - whole.y0) <= _THIN:
        if max(whole.x1 - whole.x0, whole.y1 - whole.y0) >= _SHORTEST_RULE:
            yield whole
        return
    if not _is_stroked(thing):
        return  # the ground of a page or cell is no border
    for (x0, y0, _), (x1, y1, drawn) in pairwise(points):
        edge = DrawnRule(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        thin = min(edge.x1 - edge.x0, edge.y1 - edge.y0) <= _THIN
        if drawn and thin and max(edge.x1 - edge.x0, edge.y1 - edge.y0) >= _SHORTEST_RULE:
            yield edge


def _is_stroked(thing: Any) -> bool:
    from pypdfium2 import raw

    filled, stroked = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(thing, filled, stroked)
    return bool(stroked.value)


def _points(thing: Any, matrix: Any, view: _View) -> Iterator[tuple[float, float, bool]]:
    """Yield the points of a path as seen, and whether a line is drawn to each."""
    from pypdfium2 import raw

    x, y = ctypes.c_float(), ctypes.c_float()
    first = (0.0, 0.0)
    for i in range(min(raw.FPDFPath_CountSegments(thing), MOST_SHAPES)):
        part = raw.FPDFPath_GetPathSegment(thing, i)
        raw.FPDFPathSegment_GetPoint(part, x, y)
        across = x.value * matrix.a + y.value * matrix.c + matrix.e
        down = x.value * matrix.b + y.value * matrix.d + matrix.f
        if not (math.isfinite(across) and math.isfinite(down)):
            continue
        seen = view.shown(across, down, across, down)
        kind = raw.FPDFPathSegment_GetType(part)
        drawn = kind == raw.FPDF_SEGMENT_LINETO
        first = (seen[0], seen[1]) if kind == raw.FPDF_SEGMENT_MOVETO else first
        yield seen[0], seen[1], drawn
        if raw.FPDFPathSegment_GetClose(part):
            yield first[0], first[1], True
