"""Sets paragraphs on pages of a PDF file as a word processor does: columns, heads, notes, rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hostile.pdfs import FONT, document

_TOKEN = re.compile(r"[（《“]*(?:[A-Za-z0-9.%]+|.)[，。、；：！？）》”]*", re.DOTALL)


@dataclass(frozen=True)
class Setting:
    """How pages are set: size in points, margins, columns, first lines, space behind paragraphs."""

    size: float = 16.0
    title_size: float = 22.0
    leading: float = 28.0
    page: tuple[float, float] = (595.0, 842.0)
    margins: tuple[float, float, float, float] = (72.0, 80.0, 72.0, 80.0)
    columns: int = 1
    gutter: float = 24.0
    indent: float = 2.0
    space: float = 0.0
    justified: bool = True
    number: str = "— {} —"
    head: str = ""
    number_from: int = 1


def width(text: str) -> float:
    """Return how wide a text is, in em."""
    return sum(0.5 if ord(c) < 128 else 1.0 for c in text)


def shown(
    text: str, x: float, y: float, size: float, *, spread: float = 0.0, turn: str = ""
) -> str:
    """Return the drawing of a text, with so much space between its characters."""
    place = turn or f"1 0 0 1 {x:.2f} {y:.2f}"
    words = text.encode("utf-16-be").hex()
    return f"BT /F1 {size} Tf {spread:.3f} Tc {place} Tm <{words}> Tj ET\n"


def lines_of(text: str, measure: float, first: float) -> list[str]:
    """Return a paragraph in lines of so many em, the first one shorter by its indent."""
    lines, line, room = [], "", measure - first
    for token in _TOKEN.findall(text):
        if line and width(line + token) > room:
            lines.append(line)
            line, room = "", measure
        line += token
    return [*lines, line]


def rule(x0: float, y0: float, x1: float, y1: float) -> str:
    """Return the drawing of a straight line."""
    return f"0.5 w {x0} {y0} m {x1} {y1} l S\n"


class Pages:
    """Pages that are filled from top to bottom, column by column."""

    def __init__(self, setting: Setting) -> None:
        self.set = setting
        self.drawn: list[str] = []
        self.column = setting.columns
        self.y = 0.0

    def add(self, text: str, *, title: bool = False) -> None:
        """Set a paragraph, or a title over all columns, in the middle."""
        s = self.set
        left, _, right, foot = s.margins
        size = s.title_size if title else s.size
        whole = s.page[0] - left - right
        wide = whole if title else (whole - s.gutter * (s.columns - 1)) / s.columns
        first = 0.0 if title else s.indent
        lines = lines_of(text, wide / size, first)
        for i, line in enumerate(lines):
            step = s.leading * size / s.size
            if not self.drawn or self.y - step < foot:
                self._next()
            self.y -= step
            at = left + (0 if title else self.column * (wide + s.gutter))
            at += (wide - width(line) * size) / 2 if title else (0 if i else first * size)
            spread = 0.0
            if s.justified and not title and i < len(lines) - 1 and len(line) > 1:
                room = wide - (0 if i else first * size) - width(line) * size
                spread = room / (len(line) - 1)
            self.drawn[-1] += shown(line, at, self.y, size, spread=spread)
        if title:
            self.top = self.y
        self.y -= s.space

    def _next(self) -> None:
        """Go to the next column, or to a new page with head and number."""
        s = self.set
        self.column += 1
        if self.drawn and self.column < s.columns:
            self.y = self.top
            return
        self.column = 0
        self.top = self.y = s.page[1] - s.margins[1]
        self.drawn.append("")
        number = s.number.format(len(self.drawn) + s.number_from - 1)
        if s.number:
            x = (s.page[0] - width(number) * 10.5) / 2
            self.drawn[-1] += shown(number, x, s.margins[3] / 2, 10.5)
        if s.head:
            self.drawn[-1] += shown(s.head, s.margins[0], s.page[1] - s.margins[1] / 2, 9)

    def draw(self, words: str) -> None:
        """Add a drawing of one's own to the page that is being set."""
        if not self.drawn:
            self._next()
        self.drawn[-1] += words

    def bytes(self) -> bytes:
        """Return the PDF file."""
        font = FONT[4].replace("/FontDescriptor", "/W [1 95 500] /DW 1000 /FontDescriptor")
        wide, high = self.set.page
        made = document(
            [[] for _ in self.drawn],
            objects={4: font},
            contents={i: page.encode() for i, page in enumerate(self.drawn)},
            page=f"/MediaBox [0 0 {wide} {high}]",
        )
        return made


def paged(paragraphs: Iterable[str], setting: Setting, titles: int = 1) -> bytes:
    """Return a PDF file of paragraphs; the first ones are titles."""
    pages = Pages(setting)
    for i, text in enumerate(paragraphs):
        pages.add(text, title=i < titles)
    return pages.bytes()


def table(
    rows: Sequence[Sequence[str]], x: float, y: float, widths: Sequence[float], size: float = 12.0
) -> str:
    """Return the drawing of a ruled table whose upper left corner is given."""
    high = 2 * size
    out = ""
    for i in range(len(rows) + 1):
        out += rule(x, y - i * high, x + sum(widths), y - i * high)
    for i in range(len(widths) + 1):
        at = x + sum(widths[:i])
        out += rule(at, y, at, y - len(rows) * high)
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            out += shown(cell, x + sum(widths[:j]) + 4, y - i * high - 1.4 * size, size)
    return out
