"""Which picture does a page show to OCR, and what is kept so that it runs once?"""

from __future__ import annotations

import io
import json
import os
from importlib.metadata import version
from pathlib import Path
from typing import Any

from policytext.errors import ReadingError
from policytext.layout.glyphs import DrawnPage
from policytext.layout.ocr import ENGINE, page_of, read_picture, written_page
from policytext.reading.pdf import opened
from policytext.reading.signs import what_it_is

PICTURES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp")
"""Endings of pictures, each of one page or of several."""

_MOST_FRAMES = 500
_MOST_POINTS = 60_000_000
_DOTS_AN_INCH, _MOST_DOTS = 200, 4000


# Which picture does a page show?


def n_frames(data: bytes) -> int:
    """Return how many pages a picture has."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as picture:
            return min(int(getattr(picture, "n_frames", 1)), _MOST_FRAMES)
    except Exception as error:  # whatever a broken picture makes its library say
        raise ReadingError(
            f"the file must be a picture, but it is {what_it_is(data)} ({error})"
        ) from error


def picture_of_page(data: bytes, number: int) -> Any:
    """Return a page as an array of three colours, as OCR wants it."""
    document = opened(data)
    try:
        page = document[number]
        scale = min(_DOTS_AN_INCH / 72, _MOST_DOTS / max(*page.get_size(), 1.0))
        return page.render(scale=scale, rev_byteorder=True).to_numpy()[:, :, :3].copy()
    finally:
        document.close()


def picture_of(data: bytes, ending: str, number: int) -> Any:
    """Return a page as an array of three colours."""
    if ending == ".pdf":
        return picture_of_page(data, number)
    import numpy as np
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = _MOST_POINTS
    with Image.open(io.BytesIO(data)) as picture:
        picture.seek(number)
        if picture.width * picture.height > _MOST_POINTS:
            raise ReadingError(f"a picture must have at most {_MOST_POINTS:,} points")
        return np.array(picture.convert("RGB"))


def answer_of_scan(data: bytes, ending: str, number: int) -> dict[str, Any]:
    """Return what OCR reads from a page, in a form that can be sent."""
    return written_page(read_picture(picture_of(data, ending, number)))


# What is kept of a page that was read?


def kept_file(key: str, number: int) -> Path | None:
    """Return where a page is kept: by the file's checksum and the engine's version."""
    try:
        if chosen := os.environ.get("POLICYTEXT_DATA"):
            folder = Path(chosen).expanduser() / "cache"
        else:
            from platformdirs import user_cache_path

            folder = user_cache_path("policytext", appauthor=False)
        return folder / "ocr" / f"{ENGINE}-{version(ENGINE)}" / f"{key}-{number}.json"
    except (OSError, RuntimeError):
        return None


def read_kept(path: Path | None) -> DrawnPage | None:
    """Return a page that was kept; nothing where there is none, or it is damaged."""
    try:
        return None if path is None else page_of(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep(path: Path | None, page: DrawnPage) -> None:
    """Keep a page under a name of its own first, so that none is ever half written."""
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        own = path.with_suffix(f".{os.getpid()}")
        own.write_text(json.dumps(written_page(page)), encoding="utf-8")
        own.replace(path)
    except OSError:
        return
