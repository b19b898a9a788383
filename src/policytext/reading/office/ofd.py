"""Which text does an OFD file hold, the format of official documents (GB/T 33190)?"""

from __future__ import annotations

import math
import posixpath
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from policytext.errors import ReadingError
from policytext.layout.flow import read_flow
from policytext.layout.glyphs import MOST_GLYPHS, DrawnPage, DrawnRule, Glyph
from policytext.reading.office.package import Package, opened, parse_xml
from policytext.reading.pdf import as_reading
from policytext.reading.source import Limits, NotRead, Reading, n_signs

_POINTS = 72 / 25.4
"""Points in a millimetre, in which the format measures."""

_A4 = (0.0, 0.0, 210.0, 297.0)
_MOST_PAGES = 20_000
_MOST_DELTAS = 100_000
_MOST_SHAPES = 20_000
_FEWEST_CHARS = 5
_WORDLESS = ("ImageObject", "VideoObject")


def read_ofd(data: bytes, limits: Limits) -> Reading:
    """Return the text of an OFD file in paragraphs, by the place of its characters, as of a PDF.

    Pictures have a row each, and so have seals and notes that were put onto a page.
    """
    started = time.monotonic()
    with opened(data, "an official document (.ofd)") as package:
        pages: list[DrawnPage] = []
        left: list[NotRead] = []
        for document in _documents(package):
            for name, page in document.pages():
                limits.check_time(started, "the .ofd file")
                shown, beside = _page(package, document, name, page)
                pages.append(shown)
                left += [NotRead(f"page {len(pages)}", kind, n) for kind, n in beside]
            left += document.beside()
    signs = sum(n_signs(page.plain) + len(page.glyphs) for page in pages)
    if signs < _FEWEST_CHARS:
        raise ReadingError(
            f"the .ofd file is a scan: its {len(pages)} pages are images without text; save them "
            "as pictures or PDF and run OCR first"
        )
    return as_reading(read_flow(pages).blocks, left)


class _Document(NamedTuple):
    """One document of the file: its parts, its main part, and the pages that lie behind others."""

    package: Package
    name: str
    root: Any
    templates: dict[str, str]

    def place(self, target: str) -> str:
        """Return the name of a part that the document points to."""
        path = posixpath.join("/", posixpath.dirname(self.name), target.strip())
        return posixpath.normpath(path).lstrip("/")

    def pages(self) -> Iterator[tuple[str, Any]]:
        """Yield name and root of each page; a page that is missing or damaged has no root."""
        found = [one for one in self.root.iter("{*}Page") if one.get("BaseLoc")]
        if len(found) > _MOST_PAGES:
            raise ReadingError(f"an .ofd file must have at most {_MOST_PAGES:,} pages")
        for one in found:
            name = self.place(one.get("BaseLoc", ""))
            yield name, _part(self.package, name)

    def template(self, key: str) -> Any:
        """Return the root of a page that lies behind others."""
        return _part(self.package, self.place(self.templates[key]))

    def beside(self) -> list[NotRead]:
        """Return what was put onto the pages: notes and seals."""
        out = []
        for tag, kind in (("Annotations", "notes on the page"), ("Attachments", "attachment")):
            for one in self.root.iter(f"{{*}}{tag}"):
                name = self.place(one.text or "")
                if self.package.has(name):
                    out.append(NotRead(name, kind))
        return out


def _part(package: Package, name: str) -> Any:
    try:
        return parse_xml(package.read(name))
    except ReadingError:
        return None


def _documents(package: Package) -> Iterator[_Document]:
    root = parse_xml(package.read("OFD.xml"))
    names = [one.text or "" for one in root.iter("{*}DocRoot")]
    if not names:
        raise ReadingError("the file must be an official document (.ofd), but it names no document")
    for one in names:
        name = posixpath.normpath(posixpath.join("/", one.strip())).lstrip("/")
        document = parse_xml(package.read(name))
        templates = {
            t.get("ID", ""): t.get("BaseLoc", "") for t in document.iter("{*}TemplatePage")
        }
        yield _Document(package, name, document, templates)


# What does a page show, and where?


def _numbers(words: str | None) -> list[float]:
    out = []
    for word in (words or "").split()[:_MOST_DELTAS]:
        try:
            number = float(word)
        except ValueError:
            return []
        out.append(number if -1e6 < number < 1e6 else 0.0)
    return out


def _box(root: Any) -> tuple[float, float, float, float]:
    for one in root.iter("{*}PhysicalBox"):
        box = _numbers(one.text)
        if len(box) == 4 and box[2] > 0 and box[3] > 0:
            return box[0], box[1], box[2], box[3]
    return _A4


def _page(
    package: Package, document: _Document, name: str, root: Any
) -> tuple[DrawnPage, list[tuple[str, int | None]]]:
    if root is None:
        return DrawnPage(0, 0, [], []), [("damaged page", None)]
    found = next(root.iter("{*}Area"), None)
    _, _, width, height = _box(root if found is not None else document.root)
    layers = [root]
    beside: list[tuple[str, int | None]] = []
    for one in root.iter("{*}Template"):
        key = one.get("TemplateID", "")
        behind = document.template(key) if key in document.templates else None
        if behind is not None:
            layers.insert(0, behind)
    glyphs: list[Glyph] = []
    rules: list[DrawnRule] = []
    for layer in layers:
        for text in layer.iter("{*}TextObject"):
            glyphs += _glyphs(text)
            if len(glyphs) > MOST_GLYPHS:
                return DrawnPage(0, 0, [], [], 0, _plain(layers)), beside
        rules += _rules(layer, _MOST_SHAPES - len(rules))
        pictures = sum(1 for _ in layer.iter(*(f"{{*}}{tag}" for tag in _WORDLESS)))
        beside += [("picture", None)] * min(pictures, 100)
    if not glyphs:
        beside.append(("page without text", None))
    return DrawnPage(width * _POINTS, height * _POINTS, glyphs, rules), beside


def _plain(layers: list[Any]) -> str:
    codes = (one for layer in layers for one in layer.iter("{*}TextCode"))
    return "\n".join("".join(one.itertext()) for one in codes)


def _deltas(words: str | None) -> list[float]:
    """Return steps from sign to sign; ``g 3 5.5`` says the same step three times."""
    parts = (words or "").split()[:_MOST_DELTAS]
    out: list[float] = []
    at = 0
    while at < len(parts) and len(out) < _MOST_DELTAS:
        if parts[at] == "g" and at + 2 < len(parts) and parts[at + 1].isdecimal():
            step = _numbers(parts[at + 2])
            out += (step or [0.0]) * min(int(parts[at + 1][:6]), _MOST_DELTAS - len(out))
            at += 3
        else:
            out += _numbers(parts[at]) or [0.0]
            at += 1
    return out


class _Shift(NamedTuple):
    """Where an object stands on its page, and how its own measures are turned and stretched."""

    left: float
    top: float
    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    @classmethod
    def of(cls, thing: Any) -> _Shift:
        """Read the place of an object; without a matrix its measures are those of the page."""
        left, top = [*_numbers(thing.get("Boundary")), 0.0, 0.0][:2]
        matrix = _numbers(thing.get("CTM"))
        if len(matrix) != 6 or not any(matrix[:4]):
            matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]
        return cls(left, top, *matrix)

    def moved(self, x: float, y: float) -> tuple[float, float]:
        """Return the place of a point on the page, in points."""
        across = self.left + self.a * x + self.c * y + self.e
        return across * _POINTS, (self.top + self.b * x + self.d * y + self.f) * _POINTS


_ROOMY = 1.3
"""Times its size that a character may take to the next one before there is a gap."""

_WIDE = 0x2E7F
"""Characters from here on are as wide as they are high."""


def _glyphs(text: Any) -> Iterator[Glyph]:
    """Yield the characters of a piece of text with their boxes."""
    shift = _Shift.of(text)
    size = (_numbers(text.get("Size")) or [3.5])[0]
    tall = math.hypot(shift.c, shift.d) * size * _POINTS
    stretch = math.hypot(shift.a, shift.b) * _POINTS
    wide = size * (_numbers(text.get("HScale")) or [1.0])[0]
    angle = round(math.degrees(math.atan2(-shift.b, shift.a)))
    x = y = 0.0
    for code in text.iter("{*}TextCode"):
        x = (_numbers(code.get("X")) or [x])[0]
        y = (_numbers(code.get("Y")) or [y])[0]
        across, down = _deltas(code.get("DeltaX")), _deltas(code.get("DeltaY"))
        words = "".join(code.itertext()).replace("\r", "").replace("\n", "")
        for number, char in enumerate(words[:_MOST_DELTAS]):
            left, base = shift.moved(x, y)
            usual = wide if ord(char) > _WIDE else wide / 2
            step = across[number] if number < len(across) else 0.0 if down else usual
            width = (step if 0 < step <= _ROOMY * wide else usual) * stretch
            # the point of a character lies on the line it stands on
            top, bottom = base - 0.86 * tall, base + 0.14 * tall
            yield Glyph(char, left, top, left + width, bottom, tall, angle)
            x += step
            y += down[number] if number < len(down) else 0.0


_STEPS = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}


def _rules(layer: Any, most: int) -> list[DrawnRule]:
    """Return the straight lines that paths of a page draw."""
    out: list[DrawnRule] = []
    for path in layer.iter("{*}PathObject"):
        if len(out) >= most:
            break
        shift = _Shift.of(path)
        for data in path.iter("{*}AbbreviatedData"):
            moved = [(*shift.moved(x, y), drawn) for x, y, drawn in _points(data.text or "")]
            for (x0, y0, _), (x1, y1, drawn) in pairwise(moved):
                if drawn and (abs(x1 - x0) < 1 or abs(y1 - y0) < 1):
                    out.append(DrawnRule(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
    return out


def _points(data: str) -> Iterator[tuple[float, float, bool]]:
    """Yield the points of a path, and whether a line is drawn to each."""
    words = data.replace(",", " ").split()[:_MOST_DELTAS]
    first = (0.0, 0.0)
    at = 0
    while at < len(words):
        step = words[at]
        many = _STEPS.get(step)
        at += 1
        if many is None:
            continue
        numbers = _numbers(" ".join(words[at : at + many]))
        at += many
        if step == "C":
            yield (*first, True)
        elif len(numbers) == many:
            if step in "MS":
                first = (numbers[0], numbers[1])
            yield numbers[-2], numbers[-1], step == "L"
