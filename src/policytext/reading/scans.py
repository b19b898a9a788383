"""How is a file read whose pages are pictures, and what is kept so that OCR runs once?"""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from policytext.errors import ReadingError
from policytext.layout.flow import read_flow
from policytext.layout.glyphs import Page
from policytext.layout.scans import COMMAND, ENGINE, is_installed, page_of, written_page
from policytext.reading.pdf import SCANNED, ScanError, as_reading
from policytext.reading.signs import what_it_is
from policytext.reading.source import Limits, NotRead, Reading
from policytext.reading.worker import ask_of_scan, read_apart

PICTURES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp")
"""Endings of pictures, each of one page or of several."""

_MOST_FRAMES = 500


def read_with_scans(
    data: bytes, ending: str, limits: Limits, name: str, *, progress: bool = False
) -> Reading:
    """Read a PDF file or a picture; pages that are pictures by OCR, where it is installed."""
    if ending in PICTURES:
        if not is_installed():
            raise ReadingError(f"a picture of text is read by OCR only: {COMMAND}")
        pages: Sequence[int] = range(_n_frames(data))
        left: list[NotRead] = []
        found = _pages(data, ending, pages, limits, name, left, progress=progress)
        if not any(page.glyphs for page in found.values()):
            raise ReadingError("OCR found no text in the picture")
        return as_reading(read_flow([found[i] for i in sorted(found)]).blocks, left)
    try:
        reading = read_apart(data, ending, limits)
        pages = [int(one.part.split()[1]) - 1 for one in reading.left_out if one.kind == SCANNED]
        if not pages or not is_installed():
            return reading
    except ScanError as error:
        if not error.pages or not is_installed():
            raise
        pages = error.pages
    left = []
    found = _pages(data, ending, pages, limits, name, left, progress=progress)
    reading = read_apart(data, ending, limits, scanned=found)
    return reading._replace(left_out=(*reading.left_out, *left))


def _n_frames(data: bytes) -> int:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as picture:
            return min(int(getattr(picture, "n_frames", 1)), _MOST_FRAMES)
    except Exception as error:  # whatever a broken picture makes its library say
        raise ReadingError(
            f"the file must be a picture, but it is {what_it_is(data)} ({error})"
        ) from error


def _pages(
    data: bytes,
    ending: str,
    pages: Sequence[int],
    limits: Limits,
    name: str,
    left: list[NotRead],
    *,
    progress: bool,
) -> dict[int, Page]:
    """Return what each page shows, from what was kept or by asking; one that fails has a row."""
    from tqdm.auto import tqdm

    key = hashlib.sha256(data).hexdigest()
    found: dict[int, Page] = {}
    few = not progress or len(pages) < 2
    for number in tqdm(pages, desc=f"OCR {name}", unit="page", leave=False, disable=few):
        kept = _kept_file(key, number)
        page = _read_kept(kept)
        if page is None:
            try:
                page = page_of(ask_of_scan(data, ending, number, limits))
            except ReadingError as error:
                left.append(NotRead(f"page {number + 1}", f"scanned page: {error}"))
                continue
            _keep(kept, page)
        found[number] = page
    return found


# What is kept of a page that was read?


def _kept_file(key: str, number: int) -> Path | None:
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


def _read_kept(path: Path | None) -> Page | None:
    try:
        return None if path is None else page_of(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(path: Path | None, page: Page) -> None:
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
