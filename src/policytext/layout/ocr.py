"""Which characters does the picture of a page show, where, and how sure is each reading?"""

from __future__ import annotations

import importlib.util
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from statistics import median
from typing import Any, NamedTuple

from policytext.layout.glyphs import DrawnPage, Glyph
from policytext.records import HAN

COMMAND = 'pip install "policytext[ocr]"'
"""What installs the engine."""

ENGINE = "rapidocr"
_WIDTH = 595.0
"""Points across a page in portrait whose picture does not say how large it is."""

_LEAST_SIDE = 900
_ALIKE = 0.2
_SPREAD = 0.85
_HALF = {"(": "（", ")": "）", ",": "，", ":": "：", ";": "；", "!": "！", "?": "？"}
_DASH = re.compile("(?<![—一])(?:—一|一—)(?![—一])|(?:^|(?<=[。：；]))一一(?![—一])")
_WIDE = frozenset("“”‘’—…·")


def is_installed() -> bool:
    """Say whether the engine that reads pictures is installed.

    >>> isinstance(is_installed(), bool)
    True
    """
    return all(importlib.util.find_spec(name) for name in (ENGINE, "onnxruntime"))


class _Line(NamedTuple):
    """A line as the engine found it: its words, characters with boxes, its corners."""

    text: str
    sure: float
    corners: list[tuple[float, float]]
    chars: list[float]


def read_picture(picture: Any) -> DrawnPage:
    """Return what the picture of a page, an array of three colours, shows."""
    import numpy as np

    lines = _lines(picture)
    upright = [one for one in lines if _slope(one) is not None]
    tall = sum(_is_tall(one) for one in lines)
    if lines and 2 * tall > len(lines):
        turned = np.ascontiguousarray(np.rot90(picture))
        others = _lines(turned)
        if _worth(others) > _worth(upright):
            picture, lines = turned, others
    high, wide = picture.shape[:2]
    scale = (_WIDTH if high >= wide else _WIDTH * 1.414) / wide
    slopes = [slope for one in lines if (slope := _slope(one)) is not None]
    skew = median(slopes) if slopes else 0.0
    middle = (wide / 2, high / 2)
    level = [_levelled(one, skew, middle, scale) for one in lines]
    size = _usual_size(level)
    glyphs = [glyph for one in level for glyph in _glyphs(one, size)]
    return DrawnPage(wide * scale, high * scale, glyphs, [])


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "critical", "Global.text_score": 0.0})


def _lines(picture: Any) -> list[_Line]:
    """Return the lines that the engine finds in a picture."""
    high, wide = picture.shape[:2]
    if min(high, wide) < 8:
        return []
    found = _engine()(picture, return_word_box=True, return_single_char_box=True)
    if found.boxes is None or not found.txts:
        return []
    out = []
    words = found.word_results or ((),) * len(found.txts)
    aligned = words if len(words) == len(found.txts) else ((),) * len(found.txts)
    for text, sure, box, chars in zip(found.txts, found.scores, found.boxes, aligned, strict=True):
        if not text.strip():
            continue
        corners = [(float(x), float(y)) for x, y in box]
        known = _chars(text.strip(), chars)
        out.append(_Line(_full_width(text.strip()), float(sure), corners, known))
    return out


def _full_width(text: str) -> str:
    """Write marks beside a Chinese character in full width: the engine mixes both.

    A dash of two strokes is mistaken for the figure one where it opens a sentence.

    >>> _full_width("(一）推进医改,达到93.1%(含)。—一粮食生产")
    '（一）推进医改，达到93.1%（含）。——粮食生产'
    """
    text = _DASH.sub("——", text)
    out = []
    for i, char in enumerate(text):
        beside = text[i + 1 : i + 2] if char == "(" else text[i - 1 : i]
        out.append(_HALF[char] if char in _HALF and HAN.match(beside) else char)
    return "".join(out)


def _chars(text: str, found: Sequence[Any]) -> list[float]:
    """Return how sure each character is; where the engine does not say: nothing."""
    joined = "".join(str(char) for char, _, _ in found)
    same = joined == text.replace(" ", "") and len(found) == len(joined)
    return [float(sure) for _, sure, _ in found] if same else []


def _worth(lines: Sequence[_Line]) -> float:
    return sum(len(one.text) * one.sure for one in lines)


def _is_tall(line: _Line) -> bool:
    (x0, y0), (x1, y1), (x2, y2), _ = line.corners
    return math.hypot(x2 - x1, y2 - y1) > 1.5 * math.hypot(x1 - x0, y1 - y0)


def _slope(line: _Line) -> float | None:
    """Return how far a line leans, in radians; nothing for a short one, which does not say."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = line.corners
    long, high = math.hypot(x1 - x0, y1 - y0), math.hypot(x2 - x1, y2 - y1)
    if long < 6 * high:
        return None
    return math.atan2((y1 + y2) / 2 - (y0 + y3) / 2, (x1 + x2) / 2 - (x0 + x3) / 2)


class _Level(NamedTuple):
    """A line after the page was set straight, in points."""

    line: _Line
    x0: float
    y0: float
    x1: float
    y1: float


def _levelled(line: _Line, skew: float, middle: tuple[float, float], scale: float) -> _Level:
    """Return a line as it stands when the page is set straight."""
    cos, sin = math.cos(-skew), math.sin(-skew)
    turned = [
        (
            middle[0] + (x - middle[0]) * cos - (y - middle[1]) * sin,
            middle[1] + (x - middle[0]) * sin + (y - middle[1]) * cos,
        )
        for x, y in line.corners
    ]
    across = [(turned[0][0] + turned[3][0]) / 2, (turned[1][0] + turned[2][0]) / 2]
    down = [(turned[0][1] + turned[1][1]) / 2, (turned[2][1] + turned[3][1]) / 2]
    return _Level(line, *(v * scale for v in (min(across), min(down), max(across), max(down))))


def _ems(text: str) -> float:
    return sum(1.0 if ord(c) > 0x2E7F or c in _WIDE else 0.5 for c in text)


def _usual_size(lines: Sequence[_Level]) -> float:
    """Return the usual size of a page's characters, by how wide they are."""
    sizes = [(one.x1 - one.x0) / _ems(one.line.text) for one in lines if len(one.line.text) > 7]
    return median(sizes) if sizes else 12.0


def _glyphs(one: _Level, usual: float) -> Iterator[Glyph]:
    """Yield the characters of a line side by side; sizes near the usual one are that size."""
    text = one.line.text
    own = (one.x1 - one.x0) / max(_ems(text), 0.5)
    if len(text) < 6:
        own = min(own, _SPREAD * (one.y1 - one.y0))
    size = usual if abs(own - usual) <= _ALIKE * usual else round(own, 1)
    step = (one.x1 - one.x0) / max(_ems(text), 0.5)
    middle = (one.y0 + one.y1) / 2
    sure = iter(one.line.chars)
    at = one.x0
    for char in text:
        wide = _ems(char) * step
        known = next(sure, None) if not char.isspace() else None
        trust = one.line.sure if known is None else known
        yield Glyph(char, at, middle - size / 2, at + wide, middle + size / 2, size, sure=trust)
        at += wide


# How is a page written down, to be sent or kept?


def page_of(found: Mapping[str, Any]) -> DrawnPage:
    """Return a page from what was written of it.

    >>> page_of(written_page(DrawnPage(595, 842, [], []))).width
    595
    """
    glyphs = [Glyph(*one) for one in found["glyphs"]]
    return DrawnPage(found["width"], found["height"], glyphs, [])


def written_page(page: DrawnPage) -> dict[str, Any]:
    """Return a page that was read by OCR in a form that can be stored.

    >>> written_page(DrawnPage(595, 842, [], []))["glyphs"]
    []
    """
    return {
        "width": page.width,
        "height": page.height,
        "glyphs": [
            tuple(round(v, 4) if isinstance(v, float) else v for v in one) for one in page.glyphs
        ],
    }
