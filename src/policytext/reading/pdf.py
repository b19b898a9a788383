"""Which text does a PDF file hold, in paragraphs, and what of it is not read?"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from policytext.data import data_path
from policytext.errors import ReadingError
from policytext.layout.flow import Block, read_flow
from policytext.layout.glyphs import MOST_GLYPHS, DrawnPage, read_page
from policytext.layout.ocr import COMMAND
from policytext.reading.signs import what_it_is
from policytext.reading.source import Hint, Limits, NotRead, Reading, n_signs

_FEWEST_CHARS_A_PAGE = 5

_EMPTY_NOTE = 2
"""Bytes of an empty text in UTF-16, with its end."""


SCANNED = "scanned page"
"""What rows call a page that is a picture; OCR reads it where it is installed."""

_FEW_SIGNS = 30
_MOST_OF_PAGE = 0.5
_MARK, _HEAD = b"%PDF-", 1024
_WITHOUT = (SCANNED, "page with")
_DOUBTED, _DOUBTED_DIGIT = 0.8, 0.97


class ScanError(ReadingError):
    """A file has no text but pictures of pages; ``pages`` are their numbers from 0."""

    def __init__(self, sentence: str, pages: Iterable[int] = ()) -> None:
        super().__init__(sentence)
        self.pages = tuple(pages)


def read_pdf(
    data: bytes, limits: Limits, scanned: Mapping[int, DrawnPage] | None = None
) -> Reading:
    """Return the text layer of a PDF file, one line feed a paragraph, a form feed at a new page.

    A paragraph that runs over a page stays whole; what stood between its parts comes behind it.
    Heads, feet, page numbers and watermarks are hints of kind ``furniture``, cells of tables are
    hints as in a Word file, footnotes come last. ``scanned``: What OCR read from pages.
    """
    document = opened(data)
    left: list[NotRead] = []
    signs: list[int] = []
    try:
        flow = read_flow(_pages(document, limits, scanned or {}, left, signs))
    finally:
        document.close()
    if not any(n >= _FEWEST_CHARS_A_PAGE for n in signs):
        pictures = [int(one.part.split()[1]) - 1 for one in left if one.kind == SCANNED]
        raise ScanError(_of_scan(len(signs), bool(scanned)), pictures)
    left += [NotRead(f"page {number + 1}", kind, n) for number, kind, n in flow.beside]
    return as_reading(flow.blocks, left)


def _pages(
    document: Any,
    limits: Limits,
    scanned: Mapping[int, DrawnPage],
    left: list[NotRead],
    signs: list[int],
) -> Iterator[DrawnPage]:
    """Yield what each page shows; note what is not read, and how many characters are."""
    import pypdfium2 as pdfium

    started = time.monotonic()
    document.init_forms()
    forms = document.formenv.raw if document.formenv else None
    for number in range(len(document)):
        limits.check_time(started, "the PDF file")
        try:
            page, beside = _pdf_page(document, number, forms)
        except pdfium.PdfiumError as error:
            page, beside = DrawnPage(0, 0, [], []), [("damaged page", None)]
            damage = f"page {number + 1} of the PDF file is damaged: {error}"
            if len(document) == 1:
                raise ReadingError(damage) from error
        if number in scanned:
            page = scanned[number]
            beside = [one for one in beside if not one[0].startswith(_WITHOUT)]
        left += [NotRead(f"page {number + 1}", kind, n) for kind, n in beside]
        signs.append(_n_signs(page))
        yield page


def opened(data: bytes) -> Any:
    """Open a PDF file, or say what it is."""
    import pypdfium2 as pdfium

    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        what = what_it_is(data)
        if "assword" in str(error):
            what = "locked with a password: save it without one"
        elif _MARK in data[:_HEAD]:
            what = "damaged or cut off: fetch it again"
        raise ReadingError(
            f"the file must be a PDF that opens without a password, but it is {what} ({error})"
        ) from error


def _of_scan(n_pages: int, tried: bool) -> str:
    if tried:
        return f"the PDF file is a scan, and OCR found no text on its {n_pages} pages"
    return (
        f"the PDF file is a scan: its {n_pages} pages are images without a text layer; "
        f"install OCR to read them: {COMMAND}"
    )


def lend_font() -> None:
    """Let pdfium draw Chinese that a file has no font for with ours, in a process of our own.

    Without any such font pdfium loses characters that a file draws one by one.
    """
    import ctypes

    import pypdfium2  # noqa: F401 - it opens the library, which is opened anew here
    from pypdfium2 import raw

    folder = ctypes.create_string_buffer(os.fsencode(data_path("font")))
    paths = (ctypes.POINTER(ctypes.c_char) * 2)()
    paths[0] = ctypes.cast(folder, ctypes.POINTER(ctypes.c_char))
    _KEPT[:] = [folder, paths]
    raw.FPDF_DestroyLibrary()
    raw.FPDF_InitLibraryWithConfig(raw.FPDF_LIBRARY_CONFIG(version=2, m_pUserFontPaths=paths))


_KEPT: list[Any] = []
"""Memory that the library points to as long as the process lives."""


def _n_signs(page: DrawnPage) -> int:
    return n_signs(page.plain) + sum(not glyph.char.isspace() for glyph in page.glyphs)


def _pdf_page(
    document: Any, number: int, forms: Any
) -> tuple[DrawnPage, list[tuple[str, int | None]]]:
    """Return what a page shows, and kind and characters of what it holds beside it."""
    page = document[number]
    try:
        words = page.get_textpage()
        if words.count_chars() > MOST_GLYPHS:
            plain = words.get_text_bounded().replace("\r\n", "\n")
            outside = n_signs(words.get_text_range()) - n_signs(plain)
            shown = DrawnPage(0, 0, [], [], max(0, outside), plain)
        else:
            shown = read_page(page, words)
        beside: list[tuple[str, int | None]] = []
        if shown.n_outside:
            beside.append(("text outside of the page", shown.n_outside))
        signs = _n_signs(shown)
        if signs < _FEW_SIGNS and _is_picture(page):
            beside.append((SCANNED, None))
        elif signs < _FEWEST_CHARS_A_PAGE:
            beside.append(("page with hardly any text" if signs else "page without text", None))
        noted, filled = _notes_on(page, forms)
        beside += [("notes on the page", noted)] if noted else []
        beside += [("filled-in field", filled)] if filled else []
    finally:
        page.close()
    return shown, beside


def _is_picture(page: Any) -> bool:
    """Say whether pictures cover most of a page."""
    from pypdfium2 import raw

    wide, high = page.get_size()
    covered = 0.0
    for thing in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3):
        x0, y0, x1, y1 = thing.get_bounds()
        covered += abs(x1 - x0) * abs(y1 - y0)
    return bool(covered >= _MOST_OF_PAGE * wide * high)


def _notes_on(page: Any, forms: Any) -> tuple[int, int]:
    """Return how many characters people wrote onto a page: in notes, and in fields of forms.

    A field may have its value from the one it belongs to: only pdfium's form knows.
    """
    from pypdfium2 import raw

    noted = filled = 0
    for number in range(raw.FPDFPage_GetAnnotCount(page)):
        note = raw.FPDFPage_GetAnnot(page, number)
        if raw.FPDFAnnot_GetSubtype(note) == raw.FPDF_ANNOT_WIDGET:
            filled += _n_filled(note, forms)
        else:
            size = raw.FPDFAnnot_GetStringValue(note, b"Contents", None, 0)
            noted += max(0, size - _EMPTY_NOTE) // 2
        raw.FPDFPage_CloseAnnot(note)
    return noted, filled


def _n_filled(note: Any, forms: Any) -> int:
    from pypdfium2 import raw

    size = 0
    if forms is not None:
        kind = raw.FPDFAnnot_GetFormFieldType(forms, note)
        if kind in (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON):
            return 0
        size = raw.FPDFAnnot_GetFormFieldValue(forms, note, None, 0)
    if raw.FPDFAnnot_GetValueType(note, b"V") == raw.FPDF_OBJECT_STRING:
        size = max(size, raw.FPDFAnnot_GetStringValue(note, b"V", None, 0))
    return max(0, size - _EMPTY_NOTE) // 2


# Which text and which hints do paragraphs, cells and furniture make?


def as_reading(blocks: Iterable[Block], left: Iterable[NotRead] = ()) -> Reading:
    """Return blocks as a source text with hints.

    >>> as_reading([Block("text", "全县。", 0), Block("furniture", "- 1 -", 0)]).hints
    (Hint(start=4, end=10, kind='furniture', table=0, row=0, column=0, level=0),)
    """
    parts: list[str] = []
    hints: list[Hint] = []
    at = 0
    for block in blocks:
        if block.kind == "page":
            if parts:
                parts[-1] = parts[-1][:-1] + "\f"
            continue
        if not block.text:
            continue
        end = at + len(block.text)
        hints += _doubts(block, at)
        if block.kind == "furniture":
            hints.append(Hint(at, end + 1, "furniture"))
        elif block.kind != "text":
            hints.append(Hint(at, end, block.kind, block.table, block.row, block.column))
        parts.append(block.text + "\n")
        at = end + 1
    return Reading("".join(parts), tuple(hints), left_out=tuple(left))


def _doubts(block: Block, at: int) -> Iterable[Hint]:
    """Yield what OCR read, and in it the characters and figures whose reading is in doubt."""
    if not block.sure or block.kind == "furniture":
        return
    yield Hint(at, at + len(block.text), "ocr")
    for i, (char, sure) in enumerate(zip(block.text, block.sure, strict=True)):
        if char.isdigit() and sure < _DOUBTED_DIGIT:
            yield Hint(at + i, at + i + 1, "doubtful_figure")
        elif sure < _DOUBTED and char.isalnum():
            yield Hint(at + i, at + i + 1, "doubtful_character")
