"""Which text does a PDF file hold, page by page?"""

from __future__ import annotations

import time

from policytext.errors import ReadingError
from policytext.reading.limits import Limits

_FEWEST_CHARS_A_PAGE = 5


def read_pdf(data: bytes, limits: Limits) -> str:
    """Return the text layer of a PDF file, pages joined by form feeds, line ends as line feeds.

    Images are not read.

    Raises
    ------
    ReadingError
        The file is no PDF, is locked, takes too long, or is a scan without a text layer.
    """
    import pypdfium2 as pdfium

    started = time.monotonic()
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise ReadingError(
            f"the file must be a PDF that opens without a password: {error}"
        ) from error
    try:
        pages = []
        for number in range(len(document)):
            limits.check_time(started, "the PDF file")
            page = document[number]
            pages.append(page.get_textpage().get_text_bounded().replace("\r\n", "\n"))
            page.close()
    except pdfium.PdfiumError as error:
        raise ReadingError(f"a page of the PDF file is damaged: {error}") from error
    finally:
        document.close()
    text = "\f".join(pages)
    if len("".join(text.split())) < _FEWEST_CHARS_A_PAGE * len(pages):
        raise ReadingError(
            f"the PDF file is a scan: its {len(pages)} pages are images without a text layer; "
            f"run OCR first"
        )
    return text
