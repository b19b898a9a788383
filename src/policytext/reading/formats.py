"""Which reader takes which file, and what does it return?"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from policytext.errors import ReadingError
from policytext.reading.encoding import decode
from policytext.reading.office.word import read_docx
from policytext.reading.pages import read_html
from policytext.reading.signs import what_it_is
from policytext.reading.source import Limits, NotRead, Reading, n_signs
from policytext.reading.tables import TABLES

ARCHIVES = (".zip",)

# Which text does a PDF file hold, page by page?

_FEWEST_CHARS_A_PAGE = 5

_EMPTY_NOTE = 2
"""Bytes of an empty text in UTF-16, with its end."""


def read_pdf(data: bytes, limits: Limits) -> Reading:
    """Return the text layer of a PDF file, pages joined by form feeds, line ends as line feeds.

    Pictures are not read: a page without text is left out, and a file without text is a scan.
    """
    import pypdfium2 as pdfium

    started = time.monotonic()
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        locked = "assword" in str(error)
        what = "locked with a password: save it without one" if locked else what_it_is(data)
        raise ReadingError(
            f"the file must be a PDF that opens without a password, but it is {what} ({error})"
        ) from error
    pages: list[str] = []
    left: list[NotRead] = []
    try:
        for number in range(len(document)):
            limits.check_time(started, "the PDF file")
            try:
                text, beside = _pdf_page(document, number)
            except pdfium.PdfiumError as error:
                text, beside = "", [("damaged page", None)]
                damage = f"page {number + 1} of the PDF file is damaged: {error}"
                if len(document) == 1:
                    raise ReadingError(damage) from error
            pages.append(text)
            left += [NotRead(f"page {number + 1}", kind, n) for kind, n in beside]
    finally:
        document.close()
    if not any(n_signs(page) >= _FEWEST_CHARS_A_PAGE for page in pages):
        raise ReadingError(
            f"the PDF file is a scan: its {len(pages)} pages are images without a text layer; "
            f"run OCR first"
        )
    return Reading("\f".join(pages), left_out=tuple(left))


def _pdf_page(document: Any, number: int) -> tuple[str, list[tuple[str, int | None]]]:
    """Return the text of a page, and kind and characters of what it holds beside it."""
    page = document[number]
    try:
        words = page.get_textpage()
        text = words.get_text_bounded().replace("\r\n", "\n")
        beside: list[tuple[str, int | None]] = []
        if words.count_chars() > len(text):
            whole = n_signs(words.get_text_range())
            if whole > n_signs(text):
                beside.append(("text outside of the page", whole - n_signs(text)))
        signs = n_signs(text)
        if signs < _FEWEST_CHARS_A_PAGE:
            beside.append(("page with hardly any text" if signs else "page without text", None))
        noted = _notes_on(page)
        if noted:
            beside.append(("notes on the page", noted))
    finally:
        page.close()
    return text, beside


def _notes_on(page: Any) -> int:
    """Return how many characters people wrote onto a page: notes, and fields of forms."""
    from pypdfium2 import raw

    total = 0
    for number in range(raw.FPDFPage_GetAnnotCount(page)):
        note = raw.FPDFPage_GetAnnot(page, number)
        size = raw.FPDFAnnot_GetStringValue(note, b"Contents", None, 0)
        if size > _EMPTY_NOTE:
            total += (size - _EMPTY_NOTE) // 2
        if raw.FPDFAnnot_GetValueType(note, b"V") == raw.FPDF_OBJECT_STRING:
            filled = raw.FPDFAnnot_GetStringValue(note, b"V", None, 0)
            total += max(0, filled - _EMPTY_NOTE) // 2
        raw.FPDFPage_CloseAnnot(note)
    return total


# Which reader takes which file?


def _plain(data: bytes, limits: Limits) -> Reading:
    text, encoding = decode(data)
    if not text.strip("\x00"):
        raise ReadingError(
            "the file holds no text, only zero bytes" if text else "the file holds no text"
        )
    return Reading(text, (), encoding)


def _word(data: bytes, limits: Limits) -> Reading:
    return read_docx(data, lambda part, ending: reader_for(ending)(part, limits))


def _pdf(data: bytes, limits: Limits) -> Reading:
    return read_pdf(data, limits)


def _page(data: bytes, limits: Limits) -> Reading:
    markup, encoding = decode(data)
    return read_html(markup)._replace(encoding=encoding)


READERS: Mapping[str, Callable[[bytes, Limits], Reading]] = {
    ".txt": _plain,
    ".md": _plain,
    ".docx": _word,
    ".pdf": _pdf,
    ".html": _page,
    ".htm": _page,
}


def reader_for(ending: str) -> Callable[[bytes, Limits], Reading]:
    """Return the reader of a file ending."""
    if ending in ARCHIVES:
        raise ReadingError("an archive inside of an archive is not read: unpack it first")
    if ending not in READERS:
        known = " ".join(sorted({*READERS, *TABLES, *ARCHIVES}))
        hint = "; save it as .docx" if ending in (".doc", ".wps", ".rtf") else ""
        raise ReadingError(f"files ending in {ending!r} are not read; known: {known}{hint}")
    return READERS[ending]
